"""The loader of comments: from the server if it lists them, from a file, or from any frame.

No documented endpoint gives comments, so most come from an export.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pandas as pd

from trackagoat_pandas._types import DatesLike, DtypeBackend
from trackagoat_pandas.checks import check_choice
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError
from trackagoat_pandas.frames.files import FILE_TYPES, records_of_file, records_of_frame
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.load.openapi import comments_path
from trackagoat_pandas.load.provenance import provenance
from trackagoat_pandas.load.reading import chosen, load_table, optional_id, records_frame
from trackagoat_pandas.organization import resolve_dates, resolve_project
from trackagoat_pandas.tables import COMMENTS


def load_comments(
    source: str | Path | pd.DataFrame,
    *,
    text: str | None = None,
    encoding: str | None = None,
    video: str | None = None,
    creator: str | None = None,
    dates: DatesLike | None = None,
    dtype_backend: DtypeBackend = "numpy_nullable",
    client: Client | None = None,
) -> pd.DataFrame:
    """Load comments of a project, of a file, or of any frame with a text column.

    Parameters
    ----------
    source
        A project's id or exact name, if the server's OpenAPI lists a comments path (the sandbox's
        does); the path of a ``.csv``, ``.json``, ``.jsonl``, ``.ndjson`` or ``.parquet`` file; or
        a frame.
    text
        Files and frames: the column that holds the text, where it has none of the usual names
        (text, comment, comment_text, body, content, message).
    encoding
        Files of text: their encoding, such as ``"cp1252"`` for a CSV file that Excel on Windows
        saved. By default UTF-8, or UTF-16 where the file begins with its mark; any other is
        refused rather than guessed, since every byte is a letter in each of them.
    video, creator, dates
        Projects alone: the comments of one video's id, of one creator's id, of a range of days
        that :meth:`DateRange.parse` reads.
    dtype_backend, client
        As in :func:`load_projects`. Files and frames need no client.

    Returns
    -------
    pandas.DataFrame
        One row a comment: the columns of ``describe("comments")``, then the source's own;
        ``posted_at`` is an instant in UTC. A null text stays null.

    Raises
    ------
    MissingColumnError
        The file or frame has no text column.
    ArgumentError
        The file's type is unknown; it is empty, in another encoding, or not what its type says; a
        column stands twice; the server lists no comments; or a filter is not allowed.
    FileError
        The file can't be read: MissingFileError, a FileNotFoundError, where it doesn't exist;
        RefusedFileError, a PermissionError, without the permission.
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
    if isinstance(source, str) and source.lower().endswith(FILE_TYPES):
        source = Path(source)
    if encoding is not None and not isinstance(source, Path):
        raise ArgumentError("encoding", encoding, "only files have one")
    if isinstance(source, pd.DataFrame):
        records = records_of_frame(source, text)
        return _own_frame("(frame)", records, video, creator, dates, dtype_backend)
    if isinstance(source, Path):
        records = records_of_file(source, text, encoding)
        facts = {"encoding": encoding}
        return _own_frame(source.name, records, video, creator, dates, dtype_backend, facts)
    if not isinstance(source, str):
        raise ArgumentTypeError("source", source, "a project's id or name, a path, or a frame")
    if text is not None:
        raise ArgumentError("text", text, "only files and frames have a column to name")
    return _load_listed(source, video, creator, dates, dtype_backend, chosen(client, dtype_backend))


def _own_frame(
    name: str,
    records: list[Mapping[str, Any]],
    video: str | None,
    creator: str | None,
    dates: DatesLike | None,
    dtype_backend: DtypeBackend,
    params: Mapping[str, Any] | None = None,
) -> pd.DataFrame:
    for argument, value in {"video": video, "creator": creator, "dates": dates}.items():
        if value is not None:
            raise ArgumentError(argument, value, "filter the frame of a file or frame yourself")
    facts = provenance(name, params or {}, requests=0, timezone=None)
    return records_frame(replace(COMMENTS, is_open=True), records, facts, dtype_backend)


def _load_listed(
    project: str,
    video: str | None,
    creator: str | None,
    dates: DatesLike | None,
    dtype_backend: DtypeBackend,
    client: Client,
) -> pd.DataFrame:
    filters = {
        "video_id": optional_id("video", video),
        "creator_id": optional_id("creator", creator),
    }
    span = resolve_dates(client, dates)
    project_id = resolve_project(client, project)
    path = comments_path(client)
    if path is None:
        raise ArgumentError(
            "source",
            project,
            "this server lists no comments; pass a file or a frame of them instead",
        )
    params = {"project_id": project_id, **filters, **(span.params if span else {})}
    return load_table(COMMENTS, client, params, dtype_backend, path=path)
