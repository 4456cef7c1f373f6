"""Lists that a client's store keeps, and that loaders take from it instead of asking for them."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from trackagoat_pandas._types import DtypeBackend, Params
from trackagoat_pandas.errors import ClosedClientError, StoreDamagedError
from trackagoat_pandas.frames.build import ATTRIBUTE, to_frame
from trackagoat_pandas.frames.chunk import Chunk
from trackagoat_pandas.http.counting import KnownList, list_name, number
from trackagoat_pandas.http.paging import LARGEST_PAGE
from trackagoat_pandas.http.session import Session
from trackagoat_pandas.load.asked import Asked
from trackagoat_pandas.load.coverage import server_today
from trackagoat_pandas.load.owner import note_owner
from trackagoat_pandas.organization import server_time
from trackagoat_pandas.tables import TABLES, Table

_PLACES: Final = frozenset({"cursor", "offset"})
"""Parameters of a list that begins in the middle."""
_ORDINARY: Final = frozenset({"limit"})
"""Parameters that don't change what a list holds."""
_SAME_CLOCK: Final = dt.timedelta(minutes=1)
"""How far a list may be ahead of the server's clock; one further ahead isn't this server's."""


def query_of(params: Params, creators: Sequence[str] | None) -> Params:
    """Return the query under which a client remembers the length of a list."""
    return params if creators is None else {**params, "creator_id": ",".join(creators)}


def remember_length(
    session: Session, table: Table, path: str, query: Params, asked: Asked, *, is_paged: bool
) -> None:
    """Let a client that counts know how long a list is in its store, if it hasn't loaded it."""
    sent = _sent(table, query, asked)
    if session.tally is None or session.archive is None or sent is None or not is_paged:
        return
    kept = session.archive.lists.find(table, path, sent)
    if kept is not None and session.cached(list_name(path, query)) is None:
        pages = max(1, math.ceil(kept.rows / LARGEST_PAGE))
        day = server_today(session, kept.observed_at)
        session.remember_list(path, query, KnownList(kept.rows, pages, day))


def stored_list(
    session: Session,
    table: Table,
    path: str,
    params: Params,
    asked: Asked,
    dtype_backend: DtypeBackend,
) -> pd.DataFrame | None:
    """Return a list from the client's store, or None if it has to be asked for.

    Parameters
    ----------
    session
        Its ``max_age`` says how old the list may be; if it is offline, any list will do.
    table, path, params, asked
        What is loaded, as `load_table` is given it.
    dtype_backend
        As the loader got it.

    Raises
    ------
    StoreMissingError, StoreDamagedError
        The client is offline, and the store doesn't have the list, or can't read it.
    """
    sent = _sent(table, params, asked)
    if session.archive is None or sent is None or (session.max_age is None and not session.offline):
        return None
    if session.closed:
        raise ClosedClientError
    since = until = None
    if session.max_age is not None and not session.offline:
        since, until = server_time(session) - session.max_age, server_time(session) + _SAME_CLOCK
    lists = session.archive.lists
    found = lists.find(table, path, sent, since=since, as_of=until)
    if found is None and not session.offline:
        return None
    try:
        frame: pd.DataFrame = lists.load(
            table, path, sent, since=since, as_of=until, dtype_backend=dtype_backend
        )
    except StoreDamagedError:
        if session.offline:
            raise
        return None
    frame.attrs[ATTRIBUTE] = {**frame.attrs[ATTRIBUTE], "requests": 0}
    if session.tally is not None:
        session.tally.stored.append(f"{path}: {number(len(frame), 'row')}")
    return frame


def moments_of_rows(
    frame: pd.DataFrame,
    chunks: Sequence[Chunk],
    moments: Sequence[dt.datetime | None],
    table: Table,
    dtype_backend: DtypeBackend,
) -> list[dt.datetime] | None:
    """Return the server's time of the page of each row; None if it is the same for all.

    Rows of chunks that the frame doesn't have, such as the first of two with the same key, are left
    out. A row that can't be found again by its key is of the last page.

    Parameters
    ----------
    frame
        The frame that was built of the chunks.
    chunks, moments
        The chunks, and the server's time of each.
    table
        What the rows are; its key says which are the same.
    dtype_backend
        That of the frame.
    """
    known = [moment for moment in moments if moment is not None]
    if not known or min(known) == max(known):
        return None
    last = max(known)
    counts = [chunk.arrow.num_rows for chunk in chunks]
    sent = np.repeat(np.array([moment or last for moment in moments], object), counts)
    key = [name for name in table.key if name in frame.columns]
    if not key:
        return list(sent) if len(sent) == len(frame) else [last] * len(frame)
    rows = pa.concat_tables([chunk.arrow.select(key) for chunk in chunks]).unify_dictionaries()
    keys = pd.MultiIndex.from_frame(to_frame(rows, dtype_backend).astype(object))
    is_last = ~keys.duplicated(keep="last")
    places = keys[is_last].get_indexer(pd.MultiIndex.from_frame(frame[key].astype(object)))
    return [last if place < 0 else sent[is_last][place] for place in places]


def keep_list(
    session: Session,
    table: Table,
    asked: Asked,
    frame: pd.DataFrame,
    sent_at: dt.datetime | None,
    seen_at: Sequence[dt.datetime] | None = None,
) -> None:
    """Keep a complete list in the client's store, if it has one.

    Parameters
    ----------
    session, table, asked
        As in `stored_list`.
    frame
        The list; its provenance says which path and parameters it is of.
    sent_at
        The server's time of the last answer; None if it sent none.
    seen_at
        The server's time of the page of each row; None if that is the same for all.

    Raises
    ------
    StoreBusyError, StoreWriteError
        Another process writes to the store, or a file can't be written. The answers are kept, so
        that the next load asks for nothing.
    """
    facts = frame.attrs[ATTRIBUTE]
    sent = _sent(table, facts["params"], asked)
    if session.archive is None or not facts["complete"] or sent is None:
        return
    note_owner(session, frame)
    observed_at = sent_at or dt.datetime.now(dt.UTC)
    # Without a request, all of it came before the load broke off, perhaps after it had been kept:
    # a load that dies between that and dropping its answers does it again.
    once = not facts["requests"]
    session.archive.keep_list(
        table, facts["path"], sent, frame, observed_at, seen_at=seen_at, once=once
    )


def _sent(table: Table, params: Params, asked: Asked) -> dict[str, Any] | None:
    """Return the parameters by which a list is known; None if it isn't kept.

    Several ids that were asked for one after the other are one parameter, such as ``creator_ids``.
    """
    if table.name not in TABLES or any(params.get(name) is not None for name in _PLACES):
        return None
    several = {name: ids for name, ids in asked.items() if isinstance(ids, list | tuple)}
    # A loader's provenance only counts ids that are many, under their own or a shorter name.
    counted = {*several, *(name.removesuffix("_id") for name in several)}
    known = {name: value for name, value in params.items() if name not in counted | _ORDINARY}
    for name, ids in several.items():
        known |= {name: ids[0]} if len(ids) == 1 else {f"{name}s": ",".join(map(str, ids))}
    return known
