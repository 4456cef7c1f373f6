"""The loader of comments: from the server if it lists them, from a file, or from any frame.

The API documents no endpoint for comments, so most are loaded from an exported file.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import get_args

import pandas as pd

from trackagoat_pandas.base.types import Creators, DatesLike, DtypeBackend
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError, MissingArgumentError
from trackagoat_pandas.frames.files import (
    in_timezone,
    is_path,
    records_of_file,
    records_of_frame,
)
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.session import session_of
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.checks import check_choice, check_int, check_timezone
from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.load.loader import loader
from trackagoat_pandas.load.openapi import comments_path
from trackagoat_pandas.load.provenance import provenance
from trackagoat_pandas.load.reading import load_table, optional_id, records_frame
from trackagoat_pandas.names.creators import creators_of_project
from trackagoat_pandas.names.organization import load_dates
from trackagoat_pandas.tables import COMMENTS


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
    source
        A frame; the path of a ``.csv``, ``.json``, ``.jsonl``, ``.ndjson`` or ``.parquet`` file;
        or a project's id or exact name, if the server's OpenAPI document lists a path for comments
        (the sandbox's does). A string is a path if it ends like a file name or begins like one, as
        ``./`` and ``C:/`` do.
    text
        Files and frames only: the column of the text, if it has none of the usual names (text,
        comment, comment_text, body, content, message).
    encoding
        Text files only: the encoding, such as ``"cp1252"`` for a CSV file saved by Excel on
        Windows. By default UTF-8, or UTF-16 if the file begins with a byte order mark. Other
        encodings can't be recognized, so such a file is an error without this argument.
    timezone
        Files and frames only: the IANA time zone of times without one, such as
        ``"2026-05-01 10:00"``, and of the days by which helpers group. By default UTC, with a
        warning if there are such times.
    video, creator, dates
        Projects only: a video's id, one creator or several as in :func:`load_videos`, or anything
        that :meth:`DateRange.parse` reads, for the comments of these videos, creators or days.
    max_requests, dtype_backend, client
        As in :func:`load_projects`. Files and frames need no request and no client.

    Returns
    -------
    pandas.DataFrame
        One row per comment: the columns of ``describe("comments")``, then other columns of the
        source; ``posted_at`` is an instant in UTC. A null text stays null.

    Warns
    -----
    ContractWarning
        Times of a file or frame have no time zone, and ``timezone`` is not given. Or the server
        ignored a filter, as in :func:`load_creators`.

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
    if isinstance(source, str) and is_path(source):
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
        name, records = source.name, records_of_file(source, text, encoding)
    else:
        name, records = "(frame)", records_of_frame(source, text)
    records = in_timezone(records, timezone)
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
