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

from trackagoat_pandas.base.types import DtypeBackend, Json, Params
from trackagoat_pandas.base.wording import number
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
from trackagoat_pandas.http.counting import KnownList, list_name
from trackagoat_pandas.http.envelope import Envelope
from trackagoat_pandas.http.paging import LARGEST_PAGE
from trackagoat_pandas.http.session import Session
from trackagoat_pandas.inputs.checks import check_id
from trackagoat_pandas.inputs.dates import DateRange
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
from trackagoat_pandas.names.creators import remembered_handle
from trackagoat_pandas.names.organization import (
    foresee_timezone,
    known_projects,
    known_timezone,
    server_time,
)
from trackagoat_pandas.progress import Step, progress
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
    in_path = _PROJECT.match(path)
    id_ = in_path[1] if in_path else params.get("project_id")
    return known_projects(session).get(str(id_))


@dataclass(slots=True)
class ListLoad:
    """One load of a list: the stored list, or else its pages, and their frame.

    Parameters
    ----------
    session
        The session of the load.
    table
        The declared table of the rows.
    params
        The query. Many ids are only counted, under their own or a shorter name.
    dtype_backend
        As the loader got it.
    path
        The list's path.
    asked
        The values to compare the rows with, by parameter: one value, or ids of several things, each
        of which has a list.
    requests, pages, sent_at, age, is_whole, chunks, moments
        Running totals of the pages: ``is_whole`` says whether the last of them is the last of the
        list; ``moments`` are the server's times of the chunks, unless all are of one answer.
    """

    session: Session
    table: Table
    params: Params
    dtype_backend: DtypeBackend
    path: str
    asked: Requested
    requests: int = 0
    pages: int = 0
    sent_at: dt.datetime | None = None
    age: dt.timedelta = dt.timedelta()
    is_whole: bool = False
    chunks: list[Chunk] = field(default_factory=list)
    moments: list[dt.datetime | None] = field(default_factory=list)

    def stored(self) -> pd.DataFrame | None:
        """Return the list that the store has, or None if it has to be requested.

        The session says how old it may be; if it is offline, any list will do.

        Raises
        ------
        StoreMissingError, StoreDamagedError
            The client is offline, and the store doesn't have the list, or can't read it.
        """
        session, table, path, identity = self.session, self.table, self.path, self._identity()
        if session.archive is None or identity is None:
            return None
        # Without `max_age` a list is requested each time, although the store has it.
        if session.max_age is None and not session.offline:
            return None
        # A list from the store needs no request, which would notice it.
        if session.closed:
            raise ClosedClientError
        since = until = None
        if session.max_age is not None and not session.offline:
            now = server_time(session)
            since, until = now - session.max_age, now + _SAME_CLOCK
        lists = session.archive.lists
        found = lists.find(table, path, identity, since=since, as_of=until)
        if found is None and not session.offline:
            return None
        try:
            frame: pd.DataFrame = lists.load(
                table, path, identity, since=since, as_of=until, dtype_backend=self.dtype_backend
            )
        except StoreDamagedError:
            if session.offline:
                raise
            return None
        frame.attrs[ATTRIBUTE] = {**frame.attrs[ATTRIBUTE], "requests": 0}
        session.tally.stored.append(f"{path}: {number(len(frame), 'row')}")
        return frame

    def count(self, together: Params, queries: Sequence[Params] | None, *, is_paged: bool) -> None:
        """Count the pages of lists, and the request for the time zone that days may take.

        Where the client hasn't loaded the list, the one in its store says how long it is.
        """
        session, table, identity = self.session, self.table, self._identity()
        name = list_name(self.path, together)
        is_open = session.cached(name) is None
        if is_open and session.archive is not None and identity is not None:
            kept = session.archive.lists.find(table, self.path, identity)
            if kept is not None:
                pages = max(1, math.ceil(kept.rows / LARGEST_PAGE)) if is_paged else 1
                day = server_today(session, kept.observed_at)
                session.remember_list(self.path, together, KnownList(kept.rows, pages, day))
        dated = [column for one in table.filters if one.name == "dates" for column in one.columns]
        # Instants near midnight may be of another day in another time zone.
        if self.asked.get("from") and any(table.column(one).kind != "day" for one in dated):
            foresee_timezone(session)
        if queries is not None:
            is_known = session.cached(name) is not None
            session.count_lists(self.path, [together] if is_known else queries)

    def remember_length(self, query: Params) -> None:
        """Let the client know how long the list is, for later plans."""
        rows = sum(chunk.arrow.num_rows for chunk in self.chunks)
        today = server_today(self.session, self.sent_at)
        self.session.remember_list(self.path, query, KnownList(rows, self.pages, today))

    def add(self, page: Envelope) -> None:
        """Add a page to the totals, without its rows."""
        self.requests += page.attempts
        self.pages += 1
        self.sent_at, self.age = page.date, page.age
        self.is_whole = not page.meta.has_more

    def read(self, pages: Iterable[Envelope], flatten: Flatten | None, step: Step) -> None:
        """Decode pages, those of one moment together; if a later one fails, they are kept."""

        def counted() -> Iterator[Envelope]:
            for page in pages:
                self.add(page)
                step(page.attempts)
                yield page

        for moment, those in groupby(counted(), key=_moment_of):
            chunks: Iterator[Chunk]
            if flatten is None:
                chunks = decode_list((page.body for page in those), self.table)
            else:
                chunks = (chunk_from_records(flatten(page.data), self.table) for page in those)
            for chunk in chunks:
                self.chunks.append(chunk)
                self.moments.append(moment)

    def frame(
        self, *, complete: bool = True, beside: Mapping[str, Any] | None = None
    ) -> pd.DataFrame:
        """Build the frame, compare it with its table and its request, and store it if it is whole.

        `beside` are values that came beside the rows: they may fill in the time zone of the
        provenance, but replace no other fact.

        Raises
        ------
        StoreBusyError, StoreWriteError
            Another process writes to the store, or a file can't be written; ``partial`` is the
            frame. The answers are kept, so that the next load requests nothing.
        """
        session, table, asked = self.session, self.table, self.asked
        facts = provenance(
            self.path,
            self.params,
            requests=self.requests,
            timezone=known_timezone(session),
            sent_at=self.sent_at,
            age=self.age,
            complete=complete,
            project=_project_name(session, self.path, self.params),
        )
        # Merged twice: first for the order of the facts, last so that `beside` replaces none of
        # them.
        known = {name: fact for name, fact in facts.items() if fact is not None}
        frame = build_frame(
            self.chunks,
            table,
            dtype_backend=self.dtype_backend,
            provenance={**facts, **(beside or {}), **known},
        )
        note_missing_fields(frame, table)
        frame = keep_asked(frame, table, asked, session)
        self._note_names(frame)
        if complete:
            self._explain_dates(frame)
            note_moments(session, table, frame, self.moments)
            with handing_over(lambda: frame):
                self._keep(frame)
        return frame

    def _note_names(self, frame: pd.DataFrame) -> None:
        """Note the names of the requested creators, or else of a frame's projects.

        Nothing is requested for it: these are the names that the client knows.
        """
        names: dict[str, str] = {}
        known = known_projects(self.session)
        if known and "project_id" in frame and "project" not in frame.attrs[ATTRIBUTE]:
            ids = frame["project_id"].dropna().astype(STRING).unique()
            names = {str(id_): known[id_] for id_ in ids if id_ in known}
        owners = self.asked.get("creator_id")
        for id_ in [owners] if isinstance(owners, str) else owners or ():
            if handle := remembered_handle(self.session, id_):
                names[id_] = handle
        if 0 < len(names) <= _MOST_NAMES:
            add_facts(frame, names=names)

    def _explain_dates(self, frame: pd.DataFrame) -> None:
        """Warn of an empty list for dates in the future, and of an empty or cut report.

        Accruals, payments and notes may well be missing on days that have passed. A report that has
        no rows is worth a warning in any case.
        """
        table, first, last = self.table, self.asked.get("from"), self.asked.get("to")
        if not (first and last and any(one.name == "dates" for one in table.filters)):
            return
        span, today = DateRange(str(first), str(last)), server_today(self.session, self.sent_at)
        is_report = table.loader == "load_report"
        if frame.empty and (is_report or span.first > today):
            warn_no_data(table.name, span, today)
        elif is_report:
            warn_beyond_data(table.name, span, today)

    def _keep(self, frame: pd.DataFrame) -> None:
        """Keep the frame in the store, if there is one."""
        archive, identity = self.session.archive, self._identity()
        if archive is None or identity is None:
            return
        seen_at = self._moments_of_rows(frame)
        note_owner(self.session, archive, frame)
        observed_at = self.sent_at or dt.datetime.now(dt.UTC)
        # Without a request, all answers are of a load that broke off, perhaps after it had been
        # kept: a load that dies between that and dropping its answers does it again.
        once = not self.requests
        archive.keep_list(
            self.table, self.path, identity, frame, observed_at, seen_at=seen_at, once=once
        )

    def _moments_of_rows(self, frame: pd.DataFrame) -> list[dt.datetime] | None:
        """Return the server's time of the page of each row; None if it is the same for all.

        Rows of chunks that the frame doesn't have, such as the first of two with the same key, are
        left out. A row that can't be found again by its key is of the last page.
        """
        known = [moment for moment in self.moments if moment is not None]
        if not known or min(known) == max(known):
            return None
        last = max(known)
        counts = [chunk.arrow.num_rows for chunk in self.chunks]
        sent = np.repeat(np.array([moment or last for moment in self.moments], object), counts)
        key = [name for name in self.table.key if name in frame.columns]
        if not key:
            return list(sent) if len(sent) == len(frame) else [last] * len(frame)
        rows = pa.concat_tables([chunk.arrow.select(key) for chunk in self.chunks])
        texts = to_frame(rows.unify_dictionaries(), self.dtype_backend).astype(object)
        keys = pd.MultiIndex.from_frame(texts)
        # Of rows with the same key the frame has the last one.
        is_last = ~keys.duplicated(keep="last")
        places = keys[is_last].get_indexer(pd.MultiIndex.from_frame(frame[key].astype(object)))
        return [last if place < 0 else sent[is_last][place] for place in places]

    def _identity(self) -> dict[str, Any] | None:
        """Return the parameters by which a store knows the list; None if it isn't stored.

        Several ids whose lists were requested one after the other are one parameter, such as
        ``creator_ids``.
        """
        if self.table.name not in TABLES:
            return None
        if any(self.params.get(name) is not None for name in _PLACES):
            return None
        several = {name: ids for name, ids in self.asked.items() if isinstance(ids, list | tuple)}
        left_out = {*several, *(name.removesuffix("_id") for name in several), *_ORDINARY}
        known = {name: value for name, value in self.params.items() if name not in left_out}
        for name, ids in several.items():
            known |= {name: ids[0]} if len(ids) == 1 else {f"{name}s": ",".join(map(str, ids))}
        return known


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
    path = path or table.path
    asked = params if asked is None else asked
    together, queries = params, [params]
    if creators is not None:
        asked = {**asked, "creator_id": creators}
        together = {**params, "creator_id": ",".join(creators)}
        queries = [{**params, "creator_id": id_} for id_ in creators]
        params = {**params, "creator_id": brief_ids(creators)}
    load = ListLoad(session, table, params, dtype_backend, path, asked)
    if (kept := load.stored()) is not None:
        return kept
    if session.is_counting:
        load.count(together, queries if pages is None else None, is_paged=is_paged)
    if pages is None:
        limit = LARGEST_PAGE if is_paged else None
        lists = (session.pages(path, query, limit=limit, whole=not is_paged) for query in queries)
        pages = chain.from_iterable(lists)
    with progress(session, table.name) as step:
        # The cursor of one of several lists says nothing of the others.
        one_list = path if creators is None else None
        with handing_over(lambda: load.frame(complete=False), one_list):
            load.read(pages, flatten, step)
        if load.is_whole:
            load.remember_length(together)
        return load.frame()


def _moment_of(page: Envelope) -> dt.datetime | None:
    """Return the server's time of a page, or this machine's if it was kept without one."""
    kept = dt.datetime.now(dt.UTC) - page.age if page.age else None
    return page.date or kept


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
    asked, params = {f"{parent}_id": ids}, {parent: brief_ids(ids)}
    whole = ListLoad(session, table, params, dtype_backend, table.path, asked)
    if (kept := whole.stored()) is not None:
        return kept

    def run(view: Session, id_: str) -> ListLoad:
        path = table.path.format(id=id_)
        load = ListLoad(view, table, {}, dtype_backend, path, {})
        for page in view.pages(path):
            load.add(page)
            # Decoded per list, so that one that can't be read fails without the others.
            load.chunks += [decode_pages([page.body], table)]
            load.moments.append(_moment_of(page))
        load.remember_length({})
        return load

    outcome = fan_out(session, table.name, ids, run)
    # Of a single parent, its own error says more than a PartialLoadError.
    if len(ids) == 1 and outcome.failed:
        raise outcome.failed[0][1]
    for load in outcome.results:
        whole.requests += load.requests
        whole.chunks += load.chunks
        whole.moments += load.moments
    whole.sent_at = max((load.sent_at for load in outcome.results if load.sent_at), default=None)
    whole.age = min((load.age for load in outcome.results), default=dt.timedelta())
    frame = whole.frame(complete=not outcome.failed)
    outcome.raise_failures(f"{parent}s", frame, names=names)
    return frame
