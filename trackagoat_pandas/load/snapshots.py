"""Lists that a client's store keeps, and that loaders take from it instead of asking for them."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from typing import Any, Final

import pandas as pd

from trackagoat_pandas._types import DtypeBackend, Params
from trackagoat_pandas.errors import ClosedClientError, StoreDamagedError
from trackagoat_pandas.frames.build import ATTRIBUTE
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.counting import KnownList, list_name, number
from trackagoat_pandas.http.paging import LARGEST_PAGE
from trackagoat_pandas.load.asked import Asked
from trackagoat_pandas.load.coverage import server_today
from trackagoat_pandas.load.owner import note_owner
from trackagoat_pandas.tables import TABLES, Table

_PLACES: Final = frozenset({"cursor", "offset"})
"""Parameters of a list that begins in the middle."""
_ORDINARY: Final = frozenset({"limit"})
"""Parameters that don't change what a list holds."""


def query_of(params: Params, creators: Sequence[str] | None) -> Params:
    """Return the query under which a client remembers the length of a list."""
    return params if creators is None else {**params, "creator_id": ",".join(creators)}


def remember_length(
    client: Client, table: Table, path: str, query: Params, asked: Asked, *, is_paged: bool
) -> None:
    """Let a client that counts know how long a list is in its store, if it hasn't loaded it."""
    sent = _sent(table, query, asked)
    if client.tally is None or client.archive is None or sent is None or not is_paged:
        return
    kept = client.archive.lists.find(table, path, sent)
    if kept is not None and client.cached(list_name(path, query)) is None:
        pages = max(1, math.ceil(kept.rows / LARGEST_PAGE))
        day = server_today(client, kept.observed_at)
        client.remember_list(path, query, KnownList(kept.rows, pages, day))


def stored_list(
    client: Client,
    table: Table,
    path: str,
    params: Params,
    asked: Asked,
    dtype_backend: DtypeBackend,
) -> pd.DataFrame | None:
    """Return a list from the client's store, or None if it has to be asked for.

    Parameters
    ----------
    client
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
    if client.archive is None or sent is None or (client.max_age is None and not client.offline):
        return None
    if client.closed:
        raise ClosedClientError
    since = None if client.offline else client.archive.server_time() - client.max_age
    lists = client.archive.lists
    found = lists.find(table, path, sent, since=since)
    if found is None and not client.offline:
        return None
    try:
        frame: pd.DataFrame = lists.load(
            table, path, sent, since=since, dtype_backend=dtype_backend
        )
    except StoreDamagedError:
        if client.offline:
            raise
        return None
    frame.attrs[ATTRIBUTE] = {**frame.attrs[ATTRIBUTE], "requests": 0}
    if client.tally is not None:
        client.tally.stored.append(f"{path}: {number(len(frame), 'row')}")
    return frame


def keep_list(
    client: Client, table: Table, asked: Asked, frame: pd.DataFrame, sent_at: dt.datetime | None
) -> None:
    """Keep a complete list in the client's store, if it has one.

    Parameters
    ----------
    client, table, asked
        As in `stored_list`.
    frame
        The list; its provenance says which path and parameters it is of.
    sent_at
        The server's time of the last answer; None if it sent none.

    Raises
    ------
    StoreBusyError, StoreWriteError
        Another process writes to the store, or a file can't be written. The answers are kept, so
        that the next load asks for nothing.
    """
    facts = frame.attrs[ATTRIBUTE]
    sent = _sent(table, facts["params"], asked)
    if client.archive is None or not facts["complete"] or sent is None:
        return
    note_owner(client, frame)
    observed_at = sent_at or dt.datetime.now(dt.UTC)
    # Without a request, all of it came before the load broke off, perhaps after it had been kept:
    # a load that dies between that and dropping its answers does it again.
    once = not facts["requests"]
    client.archive.keep_list(table, facts["path"], sent, frame, observed_at, once=once)


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
