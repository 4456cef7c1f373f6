"""Read comments from files and frames into records with the declared column names."""

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

from trackagoat_pandas.base.warnings import warn
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
from trackagoat_pandas.inputs.arrow import arrow_buffer
from trackagoat_pandas.tables import COMMENTS

FILE_TYPES = (".csv", ".json", ".jsonl", ".ndjson", ".parquet")
_OTHER_TYPES = (
    ".txt", ".tsv", ".tab", ".xls", ".xlsx", ".xlsm", ".ods", ".xml", ".html", ".htm", ".yaml",
    ".yml", ".zip", ".gz", ".bz2", ".xz", ".zst", ".pkl", ".pickle", ".feather", ".arrow", ".orc",
    ".avro", ".h5", ".db", ".sqlite", ".ipynb", ".log",
)  # fmt: skip
"""Types that can't be read, so that their paths aren't taken for names of projects."""
_PATH = re.compile(r"(?:~|\.\.?)?[/\\]|[A-Za-z]:[/\\]")
"""The beginning of a path, which no name of a project has."""
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")

# Names that exports use for the declared columns, in lower case with underscores.
_USUAL_NAMES = {
    "text": ("text", "comment", "comment_text", "body", "content", "message"),
    "id": ("id", "comment_id"),
    "tiktok_comment_id": ("tiktok_comment_id", "cid"),
    "author": ("author", "username", "user", "author_name", "unique_id", "handle"),
    "like_count": ("like_count", "likes", "digg_count"),
    "posted_at": ("posted_at", "published_at", "created_time", "timestamp", "date", "time"),
}


def is_path(source: str) -> bool:
    """Whether a text is the path of a file: it ends like one, or begins with a folder.

    Examples
    --------
    >>> [is_path(source) for source in ("a.csv", "A.TXT", "./a", "C:/a", "Spring 2.0", "A/B test")]
    [True, True, True, True, False, False]
    """
    return source.lower().endswith(FILE_TYPES + _OTHER_TYPES) or _PATH.match(source) is not None


def in_timezone(records: list[Mapping[str, Any]], timezone: str | None) -> list[Mapping[str, Any]]:
    """Give comments' days and times that have no time zone the given one.

    Warns
    -----
    ContractWarning
        If there are any and `timezone` is None; they will be read as UTC.
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
            f"comments: times without a time zone are read as UTC: {columns}. Pass their time "
            "zone, e.g. timezone='America/New_York', or timezone='UTC' to confirm.",
            ContractWarning,
        )
    return records


def records_of_frame(comments: pd.DataFrame, text: str | None = None) -> list[Mapping[str, Any]]:
    """Return the rows of a frame with a text column, under the declared names.

    Raises
    ------
    MissingColumnError
        If no column holds the text.
    ArgumentError
        If two columns have the same name or could be the same declared one, or the text is bytes.
    """
    names = _declared_names(list(comments.columns), text)
    plain = pd.DataFrame({names[name]: _plain(comments[name]) for name in comments.columns})
    if pd.api.types.infer_dtype(plain["text"], skipna=True) == "bytes":
        raise ArgumentError("source", "text", problem="the column must hold text, and holds bytes")
    return [{str(name): value for name, value in row.items()} for row in plain.to_dict("records")]


def records_of_file(
    path: Path, text: str | None = None, encoding: str | None = None
) -> list[Mapping[str, Any]]:
    """Return the rows of a CSV, JSON, JSON Lines or Parquet file, under the declared names.

    All values of a CSV file are read as text, so that no id passes through a float. Files are read
    as UTF-8, or as UTF-16 if they begin with its byte order mark. Other encodings can't be
    recognized reliably and have to be passed.

    Raises
    ------
    ArgumentError
        If the file has another type or encoding, is empty, or isn't what its type says.
    ArgumentTypeError
        If the encoding isn't a string.
    MissingColumnError
        If no column holds the text.
    FileError
        If the file doesn't exist or can't be read.
    """
    kind = path.suffix.lower()
    if kind not in FILE_TYPES:
        raise ArgumentError("source", path.name, f"a file's type is one of {', '.join(FILE_TYPES)}")
    body = _body(path)
    if not body.strip():
        raise _refusal(path.name, "is empty")
    if kind == ".parquet":
        if encoding is not None:
            raise ArgumentError("encoding", encoding, "a Parquet file has no encoding")
        return records_of_frame(_read_parquet(body, path.name), text)
    content = _decode(body, path.name, encoding)
    if kind == ".csv":
        return records_of_frame(_read_csv(content, path.name), text)
    return _records_of_json(content, path, text)


def _refusal(name: str, problem: str) -> ArgumentError:
    return ArgumentError("source", name, problem=f"{name} {problem}")


def _body(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise MissingFileError(str(path)) from error
    except PermissionError as error:
        raise RefusedFileError(str(path)) from error
    except IsADirectoryError as error:
        raise FileError(str(path), "it is a directory; pass a file in it") from error
    except (OSError, ValueError) as error:
        raise FileError(str(path), str(getattr(error, "strerror", None) or error)) from error


def _decode(body: bytes, name: str, encoding: str | None) -> str:
    if encoding is not None and not isinstance(encoding, str):
        raise ArgumentTypeError("encoding", encoding, "the name of an encoding, such as 'cp1252'")
    known = encoding or ("utf-16" if body.startswith(_UTF_16_MARKS) else "utf-8-sig")
    try:
        return body.decode(known)
    except UnicodeDecodeError as error:
        problem = f"is not in {encoding or 'UTF-8'} (byte {error.start + 1:,} can't be read)"
        said = f"{problem}; pass its encoding, e.g. encoding='cp1252' if Excel on Windows saved it"
        raise _refusal(name, said) from error
    except (LookupError, ValueError) as error:
        raise ArgumentError("encoding", encoding, "there is no encoding of this name") from error


def _read_parquet(body: bytes, name: str) -> pd.DataFrame:
    try:
        return pd.read_parquet(pa.BufferReader(arrow_buffer(body)))
    except (pa.ArrowException, ValueError, TypeError, LookupError, OSError) as error:
        problem = str(error).partition("\n")[0]
        raise _refusal(name, f"must hold Parquet ({problem})") from error


def _read_csv(content: str, name: str) -> pd.DataFrame:
    head = content.lstrip().partition("\n")[0]
    # Excel separates by semicolons in countries that write decimals with commas.
    mark = next((mark for mark in (",", ";", "\t") if mark in head), ",")
    # With a header, pandas would rename repeated columns and take longer rows for an index.
    try:
        rows = pd.read_csv(
            io.StringIO(content), sep=mark, header=None, dtype=str, keep_default_na=False,
            na_values=[""],
        )  # fmt: skip
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        problem = str(error).strip().removeprefix("Error tokenizing data. C error: ")
        raise _refusal(name, f"must hold CSV ({problem})") from error
    names = rows.iloc[0].fillna(pd.Series([f"Unnamed: {place}" for place in rows.columns]))
    return rows.iloc[1:].reset_index(drop=True).set_axis(names.tolist(), axis="columns")


def _records_of_json(content: str, path: Path, text: str | None) -> list[Mapping[str, Any]]:
    try:
        if path.suffix.lower() == ".json":
            rows = json.loads(content)
        else:
            rows = [json.loads(line) for line in content.split("\n") if line.strip()]
    except (ValueError, RecursionError) as error:
        raise _refusal(path.name, f"must hold JSON ({error})") from error
    if isinstance(rows, dict):
        rows = next((value for value in rows.values() if isinstance(value, list)), None)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _refusal(path.name, "must hold a list of objects")
    if not rows:
        return []
    names = _declared_names(list(dict.fromkeys(name for row in rows for name in row)), text)
    return [{names[name]: value for name, value in row.items()} for row in rows]


def _declared_names(columns: list[Any], text: str | None) -> dict[Any, str]:
    """Map columns to their names in the declared table; others keep their own."""
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
            said = f"the columns {both} could both be {declared!r}; drop one"
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
            said = f"two columns are called {name!r}; rename or drop one"
            raise ArgumentError("source", name, problem=said)


def _plain(values: pd.Series) -> pd.Series:
    """Return values as JSON has them, with instants as ISO text and nulls as None."""
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        values = values.dt.tz_convert("UTC")
    if values.dtype.kind == "M":
        values = values.map(pd.Timestamp.isoformat, na_action="ignore")
    return values.astype(object).where(values.notna(), None)
