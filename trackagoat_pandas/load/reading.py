"""From the pages of a list, or the store, to a frame that is compared with the request."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, groupby
from typing import Any, Final, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa

from trackagoat_pandas._types import DtypeBackend, Json, Params
from trackagoat_pandas.checks import check_id
from trackagoat_pandas.dates import DateRange
from trackagoat_pandas.errors import (
    ClosedClientError,
    StoreDamagedError,
    TrackaGoatError,
    UnreadableResponseError,
)
from trackagoat_pandas.frames.build import ATTRIBUTE, build_frame, to_frame
from trackagoat_pandas.frames.chunk import Chunk
from trackagoat_pandas.frames.decode import decode_list, decode_pages
from trackagoat_pandas.frames.values import chunk_from_records
from trackagoat_pandas.helpers.columns import STRING
from trackagoat_pandas.http.counting import KnownList, list_name, number
from trackagoat_pandas.http.envelope import Envelope
from trackagoat_pandas.http.paging import LARGEST_PAGE
from trackagoat_pandas.http.session import Session
from trackagoat_pandas.load.coverage import (
    Requested,
    keep_asked,
    note_missing_fields,
    server_today,
    warn_beyond_data,
    warn_no_data,
)
from trackagoat_pandas.load.fanout import fan_out
from trackagoat_pandas.load.loader import note_moments, note_owner
from trackagoat_pandas.load.provenance import add_facts, brief_ids, hand_over, provenance
from trackagoat_pandas.organization import (
    foresee_timezone,
    known_projects,
    known_timezone,
    server_time,
)
from trackagoat_pandas.progress import Step, progress
from trackagoat_pandas.roster import remembered_handle
from trackagoat_pandas.tables import TABLES, Table

Flatten: TypeAlias = Callable[[Json], Iterable[Mapping[str, Any]]]
"""What returns the rows of a page's data."""
_MOST_NAMES: Final = 12
"""pandas copies a frame's provenance all the time, so it stays small."""
_PROJECT: Final = re.compile(r"/projects/([^/]+)/")
_PLACES: Final = frozenset({"cursor", "offset"})
"""Parameters of a list that begins in the middle."""
_ORDINARY: Final = frozenset({"limit"})
"""Parameters that don't change what a list holds."""
_SAME_CLOCK: Final = dt.timedelta(minutes=1)
"""How far a list may be ahead of the server's clock; one further ahead isn't this server's."""


def optional_id(argument: str, given: str | None) -> str | None:
    """Check an id; None, for no filter, is returned as it is."""
    return None if given is None else check_id(argument, given)


@contextmanager
def handing_over(build: Callable[[], pd.DataFrame], path: str | None = None) -> Iterator[None]:
    """Add to an error, as its ``partial``, the frame of the rows that were loaded before it.

    The message says how to load the rest, if `path` is that of a list that ``load_path`` can go on
    with; otherwise ``resume_at`` is None.
    """
    try:
        yield
    except TrackaGoatError as error:
        hand_over(error, build(), path)
        raise


def page_facts(session: Session, page: Envelope, path: str, params: Params) -> dict[str, Any]:
    """Return the provenance of a frame that is loaded with one request."""
    return provenance(
        path,
        params,
        requests=page.attempts,
        timezone=known_timezone(session),
        sent_at=page.date,
        age=page.age,
        project=_project_name(session, path, params),
    )


def _project_name(session: Session, path: str, params: Params) -> str | None:
    """Return the name of the project that a request is about, if the client has loaded it."""
    in_path = _PROJECT.match(str(path))  # what a caller gives is checked with the request
    id_ = in_path[1] if in_path else params.get("project_id")
    return known_projects(session).get(str(id_))


def checked_frame(
    chunks: Sequence[Chunk],
    table: Table,
    asked: Requested,
    facts: dict[str, Any],
    session: Session,
    sent_at: dt.datetime | None,
    dtype_backend: DtypeBackend,
    *,
    moments: Sequence[dt.datetime | None] = (),
) -> pd.DataFrame:
    """Build a frame, and compare it with its table and its request.

    `moments` are the server's times of the chunks, unless all are of one answer.
    """
    frame = build_frame(chunks, table, dtype_backend=dtype_backend, provenance=facts)
    note_missing_fields(frame, table)
    frame = keep_asked(frame, table, asked, session)
    _note_names(frame, facts, asked, session)
    if facts["complete"]:
        _explain_dates(frame, table, asked, session, sent_at)
        note_moments(session, table, frame, moments)
        with handing_over(lambda: frame):
            seen = moments_of_rows(frame, chunks, moments, table, dtype_backend)
            keep_list(session, table, asked, frame, sent_at, seen)
    return frame


def _note_names(
    frame: pd.DataFrame, facts: Mapping[str, Any], asked: Requested, session: Session
) -> None:
    """Note what the creators that were asked for, or else a frame's projects, are called.

    Nothing is asked for it: these are the names that the client knows.
    """
    names: dict[str, str] = {}
    if "project" not in facts and "project_id" in frame and (known := known_projects(session)):
        ids = frame["project_id"].dropna().astype(STRING).unique()
        names = {str(id_): known[id_] for id_ in ids if id_ in known}
    owners = asked.get("creator_id")
    for id_ in [owners] if isinstance(owners, str) else owners or ():
        if handle := remembered_handle(session, id_):
            names[id_] = handle
    if 0 < len(names) <= _MOST_NAMES:
        add_facts(frame, names=names)


def _explain_dates(
    frame: pd.DataFrame,
    table: Table,
    asked: Requested,
    session: Session,
    sent_at: dt.datetime | None,
) -> None:
    """Warn of an empty list for dates in the future, and of a report that is empty or cut short.

    Accruals, payments and notes may well be missing on days that have passed. A report that has no
    rows is worth a warning in any case.
    """
    first, last = asked.get("from"), asked.get("to")
    if not (first and last and any(one.name == "dates" for one in table.filters)):
        return
    span, today = DateRange(str(first), str(last)), server_today(session, sent_at)
    is_report = table.loader == "load_report"
    if frame.empty and (is_report or span.first > today):
        warn_no_data(table.name, span, today)
    elif is_report:
        warn_beyond_data(table.name, span, today)


def load_table(
    table: Table,
    session: Session,
    params: Params,
    dtype_backend: DtypeBackend,
    *,
    path: str | None = None,
    pages: Iterable[Envelope] | None = None,
    asked: Requested | None = None,
    flatten: Flatten | None = None,
    creators: Sequence[str] | None = None,
    is_paged: bool = True,
) -> pd.DataFrame:
    """Load every row of a paged list, or take it from the client's store.

    An error of a later page carries the rows of the pages before it, and where to go on.

    Parameters
    ----------
    table
        What the rows are declared to be.
    session, params, dtype_backend
        As the loader got them.
    path
        The list's path, if not the table's.
    pages
        Its pages, if they aren't the cursor pages of the path.
    asked
        What the rows are compared with, if not `params`.
    flatten
        Returns the rows of a page's data, if that isn't a list of rows.
    creators
        The ids of creators, for the list of each; None for the list of all.
    is_paged
        Whether the list comes in pages; if not, no limit is sent, and an answer is all of it.
    """
    path = table.path if path is None else path
    asked = params if asked is None else asked
    query = query_of(params, creators)
    if creators is not None:
        asked = {**asked, "creator_id": creators}
    if (kept := stored_list(session, table, path, params, asked, dtype_backend)) is not None:
        return kept
    remember_length(session, table, path, query, asked, is_paged=is_paged)
    _foresee_days(session, table, asked)
    if pages is None:
        pages = _pages_of(session, path, params, creators, is_paged=is_paged)
    if creators is not None:
        params = {**params, "creator_id": brief_ids(creators)}
    totals = _PageTotals()

    def finish(*, complete: bool) -> pd.DataFrame:
        facts = provenance(
            path,
            params,
            requests=totals.requests,
            timezone=known_timezone(session),
            sent_at=totals.sent_at,
            age=totals.age,
            complete=complete,
            project=_project_name(session, path, params),
        )
        chunks, seen = totals.chunks, totals.moments
        return checked_frame(
            chunks, table, asked, facts, session, totals.sent_at, dtype_backend, moments=seen
        )

    with progress(session, table.name) as step:
        # The cursor of one of several lists says nothing of the others.
        one_list = path if creators is None else None
        with handing_over(lambda: finish(complete=False), one_list):
            totals.decode(totals.counted(pages, step), table, flatten)
        totals.remember(session, path, query, _rows_in(totals.chunks))
        return finish(complete=True)


@dataclass(slots=True)
class _PageTotals:
    """Running totals of the pages of a list, and their rows.

    ``is_whole`` says whether the last of them is the last of the list; ``moments`` are the server's
    times of the chunks.
    """

    requests: int = 0
    pages: int = 0
    sent_at: dt.datetime | None = None
    age: dt.timedelta = dt.timedelta()
    is_whole: bool = False
    chunks: list[Chunk] = field(default_factory=list)
    moments: list[dt.datetime | None] = field(default_factory=list)

    def decode(self, pages: Iterable[Envelope], table: Table, flatten: Flatten | None) -> None:
        """Decode pages, those of one moment together, and keep them if a later one fails."""

        def decoded(those: Iterable[Envelope]) -> Iterator[Chunk]:
            if flatten is None:
                return decode_list((page.body for page in those), table)
            return (chunk_from_records(flatten(page.data), table) for page in those)

        for moment, those in groupby(pages, key=_moment_of):
            for chunk in decoded(those):
                self.chunks.append(chunk)
                self.moments.append(moment)

    def counted(self, pages: Iterable[Envelope], step: Step) -> Iterator[Envelope]:
        """Yield pages, and add them to the totals."""
        for page in pages:
            self.requests += page.attempts
            self.pages += 1
            self.sent_at, self.age = page.date, page.age
            self.is_whole = not page.meta.has_more
            step(page.attempts)
            yield page

    def remember(self, session: Session, path: str, query: Params, rows: int) -> None:
        """Let the client know how long the list is, if all of it came."""
        if self.is_whole:
            today = server_today(session, self.sent_at)
            session.remember_list(path, query, KnownList(rows, self.pages, today))


def _moment_of(page: Envelope) -> dt.datetime | None:
    """Return the server's time of a page, or this machine's if it was kept without one."""
    kept = dt.datetime.now(dt.UTC) - page.age if page.age else None
    return page.date or kept


def _rows_in(chunks: Sequence[Chunk]) -> int:
    return sum(chunk.arrow.num_rows for chunk in chunks)


def _foresee_days(session: Session, table: Table, asked: Requested) -> None:
    """Count the request for the time zone that instants near midnight may take."""
    dated = [name for one in table.filters if one.name == "dates" for name in one.columns]
    if asked.get("from") and any(table.column(name).kind != "day" for name in dated):
        foresee_timezone(session)


def _pages_of(
    session: Session, path: str, params: Params, creators: Sequence[str] | None, *, is_paged: bool
) -> Iterator[Envelope]:
    """Return the pages of a list, or those of each creator's list."""
    queries = [params] if creators is None else [{**params, "creator_id": id_} for id_ in creators]
    if session.tally is not None:
        together = query_of(params, creators)
        is_known = session.cached(list_name(path, together)) is not None
        session.count_lists(path, [together] if is_known else queries)
    limit = LARGEST_PAGE if is_paged else None
    lists = (session.pages(path, query, limit=limit, whole=not is_paged) for query in queries)
    return chain.from_iterable(lists)


def records_frame(
    table: Table,
    records: Iterable[Mapping[str, Any]],
    facts: dict[str, Any],
    dtype_backend: DtypeBackend,
) -> pd.DataFrame:
    """Build the frame of records, without comparing it with anything."""
    chunks = [chunk_from_records(records, table)]
    return build_frame(chunks, table, dtype_backend=dtype_backend, provenance=facts)


def load_one(
    table: Table, session: Session, argument: str, given: str, dtype_backend: DtypeBackend
) -> pd.DataFrame:
    """Load one resource by its id, as a frame of one row."""
    id_ = check_id(argument, given)
    path = f"{table.path}/{id_}"
    page = session.looking_up().get(path)
    if not isinstance(page.data, dict):
        raise UnreadableResponseError(path, page.status, "its data is not one object")
    if "id" not in page.data:
        raise UnreadableResponseError(path, page.status, "its data has no id")
    if str(page.data["id"]).lower() != id_:
        raise UnreadableResponseError(path, page.status, "its data has another id")
    return records_frame(table, [page.data], page_facts(session, page, path, {}), dtype_backend)


def load_children(
    table: Table,
    session: Session,
    parent: str,
    ids: Sequence[str],
    dtype_backend: DtypeBackend,
    *,
    names: Mapping[str, str],
) -> pd.DataFrame:
    """Load the lists of several parents, concurrently, as one frame.

    In the table's path, ``{id}`` stands for a parent's id; `names` maps ids to the names by which
    an error lists those that failed.
    """
    asked = {f"{parent}_id": ids}
    if (kept := stored_list(session, table, table.path, {}, asked, dtype_backend)) is not None:
        return kept

    def run(view: Session, id_: str) -> tuple[list[Chunk], list[Envelope]]:
        path = table.path.format(id=id_)
        pages = list(view.pages(path))
        # Decoded per list, so that one that can't be read fails without the others.
        found = [decode_pages([page.body], table) for page in pages]
        today = server_today(session, pages[-1].date)
        view.remember_list(path, {}, KnownList(_rows_in(found), len(pages), today))
        return found, pages

    outcome = fan_out(session, table.name, ids, run)
    if len(ids) == 1 and outcome.failed:
        raise outcome.failed[0][1]
    chunks = [chunk for found, _ in outcome.results for chunk in found]
    pages = [page for _, those in outcome.results for page in those]
    lasts = [those[-1] for _, those in outcome.results]
    sent_at = max((page.date for page in lasts if page.date), default=None)
    facts = provenance(
        table.path,
        {parent: brief_ids(ids)},
        requests=sum(page.attempts for page in pages),
        timezone=known_timezone(session),
        sent_at=sent_at,
        age=min((page.age for page in lasts), default=dt.timedelta()),
        complete=not outcome.failed,
    )
    moments = [_moment_of(page) for page in pages]
    frame = checked_frame(
        chunks, table, asked, facts, session, sent_at, dtype_backend, moments=moments
    )
    outcome.raise_failures(f"{parent}s", frame, names=names)
    return frame


def query_of(params: Params, creators: Sequence[str] | None) -> Params:
    """Return the query under which a client remembers the length of a list."""
    return params if creators is None else {**params, "creator_id": ",".join(creators)}


def remember_length(
    session: Session, table: Table, path: str, query: Params, asked: Requested, *, is_paged: bool
) -> None:
    """Let a client that counts know how long a list is in its store, if it hasn't loaded it."""
    sent = _identifying_params(table, query, asked)
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
    asked: Requested,
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
    sent = _identifying_params(table, params, asked)
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
    asked: Requested,
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
    sent = _identifying_params(table, facts["params"], asked)
    if session.archive is None or not facts["complete"] or sent is None:
        return
    note_owner(session, frame)
    observed_at = sent_at or dt.datetime.now(dt.UTC)
    # Without a request, all answers came before the load broke off, perhaps after it had been kept:
    # a load that dies between that and dropping its answers does it again.
    once = not facts["requests"]
    session.archive.keep_list(
        table, facts["path"], sent, frame, observed_at, seen_at=seen_at, once=once
    )


def _identifying_params(table: Table, params: Params, asked: Requested) -> dict[str, Any] | None:
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
