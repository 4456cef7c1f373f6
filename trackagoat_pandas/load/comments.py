"""The loader of comments: from the server if it lists them, from a file, or from any frame.

The API documents no endpoint for comments, so most are loaded from an exported file.
"""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pandas as pd
import pyarrow as pa

from trackagoat_pandas.base.types import Creators, DatesLike, DtypeBackend
from trackagoat_pandas.base.warnings import warn
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    ContractWarning,
    FileError,
    MissingArgumentError,
    MissingColumnError,
    MissingFileError,
    RefusedFileError,
)
from trackagoat_pandas.frames.coerce import read_clock
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.session import session_of
from trackagoat_pandas.inputs.arrow import arrow_buffer, takes_arrow
from trackagoat_pandas.inputs.checks import check_choice, check_int, check_timezone
from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.load.loader import loader
from trackagoat_pandas.load.openapi import comments_path
from trackagoat_pandas.load.provenance import provenance
from trackagoat_pandas.load.reading import load_table, optional_id, records_frame
from trackagoat_pandas.names.creators import creators_of_project
from trackagoat_pandas.names.organization import load_dates
from trackagoat_pandas.tables import COMMENTS

_FILE_TYPES = (".csv", ".json", ".jsonl", ".ndjson", ".parquet")
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


# Not a `loader`, which asks for a client: files and frames need neither one nor a key.
@takes_arrow
def load_comments(
    source: str | Path | pd.DataFrame | None = None,
    *,
    text: str | None = None,
    encoding: str | None = None,
    timezone: str | None = None,
    video: str | None = None,
    creator: Creators | None = None,
    dates: DatesLike | None = None,
    max_requests: int | None = None,
    dtype_backend: DtypeBackend = "numpy_nullable",
    client: Client | None = None,
) -> pd.DataFrame:
    """Load comments from a project, a file, or any frame with a text column.

    Parameters
    ----------
    source : str, path or DataFrame, optional
        A frame; the path of a ``.csv``, ``.json``, ``.jsonl``, ``.ndjson`` or ``.parquet`` file;
        or a project's id or exact name, if the server's OpenAPI document lists a path for comments
        (the sandbox's does). A string is a path if it ends like a file name or begins like one, as
        ``./`` and ``C:/`` do.
    text : str, optional
        Files and frames only: the column of the text, if it has none of the usual names (text,
        comment, comment_text, body, content, message).
    encoding : str, optional
        Text files only: the encoding, such as ``"cp1252"`` for a CSV file saved by Excel on
        Windows. By default UTF-8, or UTF-16 if the file begins with a byte order mark. Other
        encodings can't be recognized, so such a file is an error without this argument.
    timezone : str, optional
        Files and frames only: the IANA time zone of times without one, such as
        ``"2026-05-01 10:00"``, and of the days by which helpers group. By default UTC, with a
        warning if there are such times.
    video : str, optional
        Only the comments of one video, by its id; for a project only.
    creator : str, list of str or DataFrame, optional
        Only the comments of these creators, as in :func:`load_videos`; for a project only.
    dates : str, tuple or DateRange, optional
        Only the comments of these days, as :meth:`DateRange.parse` reads them; for a project
        only.
    max_requests : int, optional
        The most requests that the load may send. By default, a list may have 10,000 pages.
        Files and frames need none.
    dtype_backend : {'numpy_nullable', 'pyarrow'}, default 'numpy_nullable'
        ``"numpy_nullable"`` for pandas' nullable dtypes, ``"pyarrow"`` for Arrow's.
    client : Client, optional
        The client to use; by default the one that ``connect`` made last. Files and frames need
        none.

    Returns
    -------
    pandas.DataFrame
        One row per comment: the columns of ``describe("comments")``, then other columns of the
        source; ``posted_at`` is an instant in UTC. A null text stays null.

    Raises
    ------
    MissingColumnError
        The file or frame has no text column.
    MissingArgumentError
        There is no source.
    ArgumentError
        The file's type is unknown; the file is empty, in another encoding or of another type; a
        column name is repeated; the server lists no comments; the time zone is unknown; or an
        argument doesn't apply to the source.
    UnknownCreatorError
        No creator of the project has the handle.
    FileError
        The file can't be read: MissingFileError, a FileNotFoundError, if it doesn't exist;
        RefusedFileError, a PermissionError, if its permissions don't allow it.
    ApiError, ConnectionFailedError, DeadlineError
        As in :func:`load_projects`.

    Warns
    -----
    ContractWarning
        Times of a file or frame have no time zone, and ``timezone`` is not given. Or the server
        ignored a filter, as in :func:`load_creators`.

    See Also
    --------
    score_comments : Score comments.
    summarize_sentiment : Sum the sentiment of comments.
    search_comments : Find comments by word, creator or day.
    find_negative_alerts : Find videos under fire.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> comments = tgp.load_comments(pd.DataFrame({"comment": ["love it", None]}))
    >>> comments["text"].isna().tolist()
    [False, True]
    """
    check_choice("dtype_backend", dtype_backend, get_args(DtypeBackend))
    if source is None:
        raise MissingArgumentError("source", "give a project's id or name, a file, or a frame")
    if isinstance(source, str) and _is_path(source):
        source = Path(source)
    if encoding is not None and not isinstance(source, Path):
        raise ArgumentError("encoding", encoding, "only files have an encoding")
    if isinstance(source, pd.DataFrame | Path):
        for argument, value in {"video": video, "creator": creator, "dates": dates}.items():
            if value is not None:
                raise ArgumentError(argument, value, "it applies only to the comments of a project")
        return _load_own(source, text, encoding, timezone, max_requests, dtype_backend)
    if not isinstance(source, str):
        raise ArgumentTypeError("source", source, "a project's id or name, a path, or a frame")
    if text is not None:
        raise ArgumentError("text", text, "it applies only to files and frames")
    if timezone is not None:
        raise ArgumentError("timezone", timezone, "it applies only to files and frames")
    return _load_listed(
        source,
        video,
        creator,
        dates,
        max_requests=max_requests,
        dtype_backend=dtype_backend,
        client=client,
    )


def _load_own(
    source: Path | pd.DataFrame,
    text: str | None,
    encoding: str | None,
    timezone: str | None,
    max_requests: int | None,
    dtype_backend: DtypeBackend,
) -> pd.DataFrame:
    """Load a file or a frame; no request is sent."""
    if max_requests is not None:
        check_int("max_requests", max_requests, minimum=0)
    if timezone is not None:
        check_timezone("timezone", timezone)
    if isinstance(source, Path):
        name, records = source.name, _records_of_file(source, text, encoding)
    else:
        name, records = "(frame)", _records_of_frame(source, text)
    records = _in_timezone(records, timezone)
    facts = provenance(name, {"encoding": encoding}, requests=0, timezone=timezone)
    return records_frame(replace(COMMENTS, is_open=True), records, facts, dtype_backend)


@loader
def _load_listed(
    project: str,
    video: str | None,
    creator: Creators | None,
    dates: DatesLike | None,
    *,
    max_requests: int | None,
    dtype_backend: DtypeBackend,
    client: Client | None,
) -> pd.DataFrame:
    session = session_of(client, max_requests)
    video_id = optional_id("video", video)

    def load(span: DateRange | None) -> pd.DataFrame:
        project_id, creators = creators_of_project(session, creator, project)
        path = comments_path(session)
        if path is None:
            raise ArgumentError(
                "source",
                project,
                "this server lists no comments; pass a file or a frame instead",
            )
        params = {"project_id": project_id, "video_id": video_id, **(span.params if span else {})}
        return load_table(COMMENTS, session, params, dtype_backend, path=path, creators=creators)

    return load_dates(session, dates, load)


def _is_path(source: str) -> bool:
    """Whether a text is the path of a file: it ends like one, or begins with a folder.

    Examples
    --------
    >>> [_is_path(source) for source in ("a.csv", "A.TXT", "./a", "C:/a", "Spring 2.0", "A/B test")]
    [True, True, True, True, False, False]
    """
    return source.lower().endswith(_FILE_TYPES + _OTHER_TYPES) or _PATH.match(source) is not None


def _in_timezone(records: list[Mapping[str, Any]], timezone: str | None) -> list[Mapping[str, Any]]:
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


def _records_of_frame(comments: pd.DataFrame, text: str | None = None) -> list[Mapping[str, Any]]:
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


def _records_of_file(
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
    if kind not in _FILE_TYPES:
        raise ArgumentError(
            "source", path.name, f"a file's type is one of {', '.join(_FILE_TYPES)}"
        )
    body = _body(path)
    if not body.strip():
        raise _refusal(path.name, "is empty")
    if kind == ".parquet":
        if encoding is not None:
            raise ArgumentError("encoding", encoding, "a Parquet file has no encoding")
        return _records_of_frame(_read_parquet(body, path.name), text)
    content = _decode(body, path.name, encoding)
    if kind == ".csv":
        return _records_of_frame(_read_csv(content, path.name), text)
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
    except (OSError, ValueError) as error:  # ValueError: the path has a null character
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
    # Only an empty cell is null: a comment may be the word "NA" or "null".
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
            # Not splitlines, which also breaks at U+2028: JSON allows that within a text.
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
        advice = "Say which column has the texts: load_comments(frame, text=...)"
        raise MissingColumnError(["text"], columns, advice=advice)
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
