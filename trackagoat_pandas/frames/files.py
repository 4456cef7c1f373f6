"""Comments from files and frames of any origin, as records with the declared names."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pyarrow as pa

from trackagoat_pandas._warning import warn
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    ContractWarning,
    FileError,
    MissingColumnError,
    MissingFileError,
    RefusedFileError,
)
from trackagoat_pandas.frames.coerce import read_clock
from trackagoat_pandas.tables import COMMENTS

FILE_TYPES = (".csv", ".json", ".jsonl", ".ndjson", ".parquet")
_OTHER_TYPES = (
    ".txt", ".tsv", ".tab", ".xls", ".xlsx", ".xlsm", ".ods", ".xml", ".html", ".htm", ".yaml",
    ".yml", ".zip", ".gz", ".bz2", ".xz", ".zst", ".pkl", ".pickle", ".feather", ".arrow", ".orc",
    ".avro", ".h5", ".db", ".sqlite", ".ipynb", ".log",
)  # fmt: skip
"""Files that can't be read here: no project is called so."""
_PATH = re.compile(r"(?:~|\.\.?)?[/\\]|[A-Za-z]:[/\\]")
"""How a path begins, and a name doesn't."""
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")

# What exports call the declared columns, in lower case with underscores.
_USUAL_NAMES = {
    "text": ("text", "comment", "comment_text", "body", "content", "message"),
    "id": ("id", "comment_id"),
    "tiktok_comment_id": ("tiktok_comment_id", "cid"),
    "author": ("author", "username", "user", "author_name", "unique_id", "handle"),
    "like_count": ("like_count", "likes", "digg_count"),
    "posted_at": ("posted_at", "published_at", "created_time", "timestamp", "date", "time"),
}


def is_path(source: str) -> bool:
    """Whether a text is a file's path: by its ending, or since it begins at a folder.

    Examples
    --------
    >>> [is_path(source) for source in ("a.csv", "A.TXT", "./a", "C:/a", "Spring 2.0", "A/B test")]
    [True, True, True, True, False, False]
    """
    return source.lower().endswith(FILE_TYPES + _OTHER_TYPES) or _PATH.match(source) is not None


def in_timezone(records: list[Mapping[str, Any]], timezone: str | None) -> list[Mapping[str, Any]]:
    """Take comments' days and times without a time zone for those of the one given.

    Warns
    -----
    ContractWarning
        If none is given and there are such values: they are read as UTC.
    """
    zone = None if timezone is None else ZoneInfo(timezone)
    placed: list[Mapping[str, Any]] = []
    counts: Counter[str] = Counter()
    for record in records:
        clocks = {name: read_clock(record.get(name)) for name in COMMENTS.of_kind("instant")}
        shown = {name: clock for name, clock in clocks.items() if clock is not None}
        counts.update(shown.keys())
        moments = {name: clock.replace(tzinfo=zone) for name, clock in shown.items()}
        placed.append({**record, **moments})
    if zone is not None:
        return placed
    if counts:
        columns = ", ".join(
            f"{name} ({count:,} {'value' if count == 1 else 'values'})"
            for name, count in counts.items()
        )
        warn(
            f"comments: times without a time zone are read as UTC: {columns}. If they are of "
            "another one, pass it, e.g. timezone='America/New_York'; pass timezone='UTC' if they "
            "are of UTC.",
            ContractWarning,
        )
    return records


def records_of_frame(comments: pd.DataFrame, text: str | None = None) -> list[Mapping[str, Any]]:
    """The rows of a frame with a text column, under the declared names.

    Raises
    ------
    MissingColumnError
        No column holds the text.
    ArgumentError
        Two columns have the same name, or could both be the same declared one; the text is bytes.
    """
    names = _declared_names(list(comments.columns), text)
    plain = pd.DataFrame({names[name]: _plain(comments[name]) for name in comments.columns})
    if pd.api.types.infer_dtype(plain["text"], skipna=True) == "bytes":
        raise ArgumentError("source", "text", problem="the text must be text, and is bytes")
    return [{str(name): value for name, value in row.items()} for row in plain.to_dict("records")]


def records_of_file(
    path: Path, text: str | None = None, encoding: str | None = None
) -> list[Mapping[str, Any]]:
    """The rows of a CSV, JSON, JSON Lines or Parquet file, under the declared names.

    Everything in a CSV file is read as text first, so that no id passes through a float. Text is
    UTF-8, or UTF-16 where the file begins with that one's mark: no other encoding shows for sure in
    the bytes, so any other has to be named.

    Raises
    ------
    ArgumentError
        The file has another type, is empty, isn't what its type says, or is in another encoding.
    ArgumentTypeError
        The encoding isn't a string.
    MissingColumnError
        No column holds the text.
    FileError
        The file doesn't exist, or can't be read.
    """
    kind = path.suffix.lower()
    if kind not in FILE_TYPES:
        raise ArgumentError("source", path.name, f"a file's type is one of {', '.join(FILE_TYPES)}")
    body = _body(path)
    if not body.strip():
        raise _refused(path.name, "is empty")
    if kind == ".parquet":
        if encoding is not None:
            raise ArgumentError("encoding", encoding, "a Parquet file has none")
        return records_of_frame(_read_parquet(body, path.name), text)
    content = _decoded(body, path.name, encoding)
    if kind == ".csv":
        return records_of_frame(_read_csv(content, path.name), text)
    return _records_of_json(content, path, text)


def _refused(name: str, problem: str) -> ArgumentError:
    return ArgumentError("source", name, problem=f"{name} {problem}")


def _body(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise MissingFileError(str(path)) from error
    except PermissionError as error:
        raise RefusedFileError(str(path)) from error
    except IsADirectoryError as error:
        raise FileError(str(path), "it is a directory; name a file in it") from error
    except (OSError, ValueError) as error:
        raise FileError(str(path), str(getattr(error, "strerror", None) or error)) from error


def _decoded(body: bytes, name: str, encoding: str | None) -> str:
    if encoding is not None and not isinstance(encoding, str):
        raise ArgumentTypeError("encoding", encoding, "the name of an encoding, such as 'cp1252'")
    known = encoding or ("utf-16" if body.startswith(_UTF_16_MARKS) else "utf-8-sig")
    try:
        return body.decode(known)
    except UnicodeDecodeError as error:
        problem = f"is not in {encoding or 'UTF-8'} (byte {error.start + 1:,} can't be read)"
        said = f"{problem}; pass encoding='cp1252' if Excel on Windows saved it, or its own"
        raise _refused(name, said) from error
    except (LookupError, ValueError) as error:
        raise ArgumentError("encoding", encoding, "no encoding has this name") from error


def _read_parquet(body: bytes, name: str) -> pd.DataFrame:
    try:
        return pd.read_parquet(io.BytesIO(body))
    except (pa.ArrowException, ValueError, TypeError, LookupError, OSError) as error:
        problem = str(error).partition("\n")[0]
        raise _refused(name, f"must hold Parquet ({problem})") from error


def _read_csv(content: str, name: str) -> pd.DataFrame:
    head = content.lstrip().partition("\n")[0]
    # Excel puts semicolons where a country's decimals have commas.
    mark = next((mark for mark in (",", ";", "\t") if mark in head), ",")
    # With a header pandas renames a column that stands twice, and takes longer rows for an index.
    try:
        rows = pd.read_csv(
            io.StringIO(content), sep=mark, header=None, dtype=str, keep_default_na=False,
            na_values=[""],
        )  # fmt: skip
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        problem = str(error).strip().removeprefix("Error tokenizing data. C error: ")
        raise _refused(name, f"must hold CSV ({problem})") from error
    names = rows.iloc[0].fillna(pd.Series([f"Unnamed: {place}" for place in rows.columns]))
    return rows.iloc[1:].reset_index(drop=True).set_axis(names.tolist(), axis="columns")


def _records_of_json(content: str, path: Path, text: str | None) -> list[Mapping[str, Any]]:
    try:
        if path.suffix.lower() == ".json":
            rows = json.loads(content)
        else:
            rows = [json.loads(line) for line in content.split("\n") if line.strip()]
    except (ValueError, RecursionError) as error:
        raise _refused(path.name, f"must hold JSON ({error})") from error
    if isinstance(rows, dict):
        rows = next((value for value in rows.values() if isinstance(value, list)), None)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _refused(path.name, "must hold a list of objects")
    if not rows:
        return []
    names = _declared_names(list(dict.fromkeys(name for row in rows for name in row)), text)
    return [{names[name]: value for name, value in row.items()} for row in rows]


def _declared_names(columns: list[Any], text: str | None) -> dict[Any, str]:
    """What each column is called in the declared table; others keep their names."""
    _refuse_doubles([str(name) for name in columns])
    plain: dict[str, list[Any]] = {}
    for name in columns:
        plain.setdefault(re.sub(r"\W+", "_", str(name).strip().lower()), []).append(name)
    names = {name: str(name) for name in columns}
    for declared, usual in _USUAL_NAMES.items():
        if declared in columns or (declared == "text" and text is not None):
            continue
        found = next((plain[name] for name in usual if name in plain), [])
        if len(found) > 1:
            both = " and ".join(map(repr, found))
            said = f"the columns {both} could both be {declared!r}: drop one"
            raise ArgumentError("source", found[0], problem=said)
        if found:
            names[found[0]] = declared
    if text is not None:
        if text not in columns:
            raise MissingColumnError([text], columns)
        names = {name: new if new != "text" else f"{name}_" for name, new in names.items()}
        names[text] = "text"
    if "text" not in names.values():
        raise MissingColumnError(["text"], columns, loader="load_comments(text=...)")
    _refuse_doubles(list(names.values()))
    return names


def _refuse_doubles(names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            said = f"two columns are called {name!r}: rename or drop one"
            raise ArgumentError("source", name, problem=said)


def _plain(values: pd.Series) -> pd.Series:
    """Values as JSON has them: instants as ISO text, nulls as None."""
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        values = values.dt.tz_convert("UTC")
    if values.dtype.kind == "M":
        values = values.map(pd.Timestamp.isoformat, na_action="ignore")
    return values.astype(object).where(values.notna(), None)
