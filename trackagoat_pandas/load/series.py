"""A load of time series: which requests it sends, and the frame of the responses."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Self, TypeAlias

import pandas as pd

from trackagoat_pandas.base.types import DtypeBackend, Entity, Metric
from trackagoat_pandas.base.warnings import warn
from trackagoat_pandas.base.wording import number
from trackagoat_pandas.errors import (
    ClippedDatesWarning,
    NoDataWarning,
    NotFoundError,
    RetentionExceededError,
    TrackaGoatError,
    listing,
)
from trackagoat_pandas.frames.series import read_series
from trackagoat_pandas.helpers.beginnings import Beginnings
from trackagoat_pandas.http.counting import CountedError
from trackagoat_pandas.http.session import Session
from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.load.coverage import (
    blank_before_data,
    explain_days,
    note_missing_days,
    server_today,
)
from trackagoat_pandas.load.fanout import COMMON_FAILURES, Outcome, R, fan_out
from trackagoat_pandas.load.openapi import (
    foresee_document,
    knows_entities_a_call,
    takes_several_entities,
)
from trackagoat_pandas.load.provenance import (
    MOST_NAMES,
    add_facts,
    brief_ids,
    provenance,
)
from trackagoat_pandas.load.query import (
    PATH,
    Discrepancies,
    Query,
    Records,
    SeriesRequest,
    check_echo,
    check_series,
    quoted,
)
from trackagoat_pandas.load.reading import handing_over, records_frame
from trackagoat_pandas.names.creators import known_owners, remembered_creators, remembered_handle
from trackagoat_pandas.names.organization import known_timezone, server_day, server_time
from trackagoat_pandas.tables import ANALYTICS

IDS_A_CALL = 20
"""Entities in one call, if the server accepts several. Assumed: the API documents no limit."""
_ONE_DAY = dt.timedelta(days=1)
_KNOWN_FOR: Final = dt.timedelta(minutes=15)
"""How long an entity isn't requested again; somebody may restore it on the website."""


@dataclass(frozen=True, slots=True)
class SeriesJob:
    """One call: one metric of one or several entities.

    ``span`` is None for the server's default dates, and for series that aren't requested.
    """

    entity_ids: tuple[str, ...]
    metric: Metric
    span: DateRange | None = None

    @property
    def series(self) -> list[tuple[str, Metric]]:
        """The entities and metrics that it requests."""
        return [(id_, self.metric) for id_ in self.entity_ids]


@dataclass(frozen=True, slots=True)
class SeriesAnswer:
    """What one call returned; ``sent_at`` is the server's time, ``age`` how long ago that was."""

    records: list[dict[str, Any]]
    requests: int
    timezone: str | None
    doubts: Discrepancies
    sent_at: dt.datetime | None
    age: dt.timedelta = dt.timedelta()


Series: TypeAlias = Outcome[SeriesJob, SeriesAnswer]
"""The responses to a load of series, and its failures."""


class SeriesLoad:
    """One load of analytics: its requests, and the frame of the responses.

    This is a load without a store; `StoredLoad` is one with it.

    Parameters
    ----------
    session, query
        What the load is made with, and for.
    ids
        The entities.
    span
        The days; None for the server's default dates.

    Attributes
    ----------
    span
        The days that were loaded, within those that the plan keeps.
    sought
        The entities that were requested: all but those that the server is known not to have.
    absent
        Those that the server doesn't have any more.
    outcome
        The responses and failures.
    doubts, begun
        How the responses differ from what was requested, and from when there is data; known once
        the frame is made.
    """

    doubts: Discrepancies
    begun: Beginnings

    def __init__(
        self, session: Session, query: Query, ids: Sequence[str], span: DateRange | None
    ) -> None:
        self.session, self.query, self.ids, self.span = session, query, ids, span
        self.sought = still_there(session, query.entity, ids)
        self.absent: list[str] = []
        self.outcome: Series = Outcome()
        self._is_clipped = False

    def request(self, *, clip: bool) -> Self:
        """Send the requests; if the span begins before what the plan keeps, cut it with `clip`.

        Raises
        ------
        RetentionExceededError
            The span begins too early, and `clip` is False or the plan keeps no day of it.
        """
        self._send()
        if self.span is not None and (refusal := self._refusal()) is not None:
            self._request_kept(self.span, *refusal, clip=clip)
        gone = leave_out_absent(self.session, self.query.entity, self.outcome)
        gone |= set(self.ids) - set(self.sought)
        self.absent = [id_ for id_ in self.ids if id_ in gone]
        return self

    def frame(self, given: object, dtype_backend: DtypeBackend) -> pd.DataFrame:
        """Make the frame, with the values before the first data set to NA, and store new rows.

        `given` are the ids as the loader got them: a frame says since when each has data.
        """
        answers = self.outcome.results
        self.doubts = Discrepancies.of([answer.doubts for answer in answers])
        records = in_order(answers, self.ids, self.query.metrics)
        frame = self._build(records, self._facts(answers), dtype_backend)
        self.begun = blank_before_data(frame, given, self.ids, self.query, self.session)
        with handing_over(lambda: frame):
            self._keep(frame)
        add_facts(frame, **self.doubts.facts)
        return frame

    def explain(self, frame: pd.DataFrame, names: Mapping[str, str], *, is_open: bool) -> None:
        """Warn of gaps in the frame, and raise an error if series failed.

        `names` maps ids to names. `is_open` says whether the dates begin relative to today.
        """
        query, span, today = self.query, self.span, self._today()
        if span is not None and today is not None and span.last > today:
            add_facts(frame, data_until=str(today))
        self.doubts.warn(span, names)
        is_short = self._note_flaws(frame)
        is_unsure = query.granularity == "day" and "granularity" in self.doubts.unverified
        if not is_short and not is_unsure:
            note_missing_days(frame, query.granularity)
        self.outcome.raise_failures("series", frame, lambda job: job.series, names)
        if today is not None and not is_short:
            explain_days(frame, query, span, today, self.begun, is_open=is_open)

    def _send(self, kept_from: dt.date | None = None) -> None:  # noqa: ARG002 - for a store
        """Request the series of the span; `kept_from` is the first day that the plan keeps."""
        session, query, ids = self.session, self.query, self.sought
        metrics = number(len(query.metrics), "metric")
        session.tally.add(0, 0, f"{PATH}: {number(len(ids), query.entity)}, {metrics}")
        foresee_parts(session, [(query, ids)])
        self.outcome = send_jobs(session, query, list(_jobs(session, query, ids, self.span)))

    def _known_since(self, day: dt.date, span: DateRange) -> dt.date:  # noqa: ARG002 - for a store
        """Return the first day from which all days up to a day needn't be requested."""
        return day

    def note_refusal(self, first_kept: dt.date) -> None:
        """Note the first day that the plan keeps, after the server refused an earlier one."""

    def _build(
        self, records: Records, facts: dict[str, Any], dtype_backend: DtypeBackend
    ) -> pd.DataFrame:
        """Build the frame of records with a provenance."""
        return records_frame(ANALYTICS, records, facts, dtype_backend)

    def _keep(self, frame: pd.DataFrame) -> None:
        """Store the new rows, and count them in the frame's provenance."""

    def _note_flaws(self, frame: pd.DataFrame) -> bool:  # noqa: ARG002 - for a store
        """Note the days that can't be requested; return whether the frame is short of some."""
        return False

    def _request_kept(
        self, span: DateRange, job: SeriesJob, refusal: RetentionExceededError, *, clip: bool
    ) -> None:
        """Request the days of a span that the plan keeps, after its first day was refused.

        Only the server's 402 proves that a span begins too early: ``tier_retention_days`` may be
        null although the plan doesn't keep everything, so dates are never cut by that number alone.
        Days that the store has are not cut off.
        """
        earliest = refusal.earliest or _earliest(self.session, self.query, job, refusal)
        meta = {**refusal.meta, "earliestDate": earliest and str(earliest)}
        refused = refusal.replaced(meta=meta)
        if earliest is None:
            raise refused
        # It isn't documented whether the earliest day itself is still kept, or only the next one.
        for first in (earliest, earliest + _ONE_DAY):
            since = self._known_since(first, span)
            if since > span.first and (not clip or span.last < since):
                raise refused
            self.span = DateRange(max(since, span.first), span.last)
            self._send(first)
            if (again := self._refusal()) is None:
                break
            refusal = again[1]
        else:
            raise refusal
        self.note_refusal(first)
        self._is_clipped = self.span != span
        if self._is_clipped:
            warn(
                f"dates {span} were cut to {self.span}: the plan keeps nothing before {first}.",
                ClippedDatesWarning,
            )

    def _refusal(self) -> tuple[SeriesJob, RetentionExceededError] | None:
        for job, error in self.outcome.failed:
            if isinstance(error, RetentionExceededError):
                return job, error
        return None

    def _facts(self, answers: Sequence[SeriesAnswer]) -> dict[str, Any]:
        """Return the provenance, and add a doubt if the responses name several time zones."""
        query, zones = self.query, {answer.timezone for answer in answers if answer.timezone}
        if len(zones) > 1:
            named = ", ".join(quoted(zone) for zone in sorted(zones)[:3])
            self.doubts.unverified["tz"] = f"the responses name several time zones: {named}."
        facts = provenance(
            PATH,
            query.params(",".join(query.metrics), brief_ids(self.ids), self.span),
            requests=sum(answer.requests for answer in answers),
            timezone=zones.pop() if len(zones) == 1 else query.tz or known_timezone(self.session),
            # Without any series nothing is sent, and the server's time is known all the same.
            sent_at=max(
                (answer.sent_at for answer in answers if answer.sent_at),
                default=server_time(self.session),
            ),
            age=min((answer.age for answer in answers if answer.sent_at), default=dt.timedelta()),
            complete=not self.outcome.failed,
        )
        if self._is_clipped and self.span is not None:
            facts["kept_since"] = str(self.span.first)
        return facts

    def _today(self) -> dt.date | None:
        """Return the organization's day at the time of the last response; None without any."""
        answers = self.outcome.results
        if not answers:
            return None
        sent_at = max(
            (one.sent_at for one in answers if one.sent_at), default=server_time(self.session)
        )
        return server_today(self.session, sent_at, answers[-1].timezone)


def known_size(session: Session, *, is_asked: bool) -> int:
    """Return how many ids a request takes, or 1 if that isn't known; nothing is sent.

    What the store remembers of an earlier session will do, unless the load finds out in any case.
    """
    if knows_entities_a_call(session):
        return IDS_A_CALL if takes_several_entities(session) else 1
    several = not is_asked and session.stored(takes_several_entities)
    return IDS_A_CALL if several else 1


def part_jobs(
    session: Session, query: Query, parts: Mapping[tuple[DateRange, Metric], Sequence[str]]
) -> list[SeriesJob]:
    """Return the calls for parts of a load."""
    return [
        job
        for (days, metric), ids in parts.items()
        for job in _jobs(session, replace(query, metrics=(metric,)), ids, days)
    ]


def send_jobs(session: Session, query: Query, jobs: Sequence[SeriesJob]) -> Series:
    """Send some calls; if one for several entities fails, send its parts again."""

    def run(view: Session, job: SeriesJob) -> SeriesAnswer:
        return _ask(view, query, job)

    outcome = fan_out(session, "analytics", jobs, run)
    while parts := [part for failure in outcome.failed for part in _parts_of(*failure)]:
        outcome.failed = [failure for failure in outcome.failed if not _parts_of(*failure)]
        outcome.add(fan_out(session, "analytics", parts, run))
    return outcome


def _parts_of(job: SeriesJob, error: TrackaGoatError) -> list[SeriesJob]:
    """Return the calls that replace a failed one; none if others would fail as well.

    If an entity isn't found, the halves: of 20 entities one that is gone takes 9 or 10 requests
    more, and not 20. After other errors each entity alone.
    """
    if len(job.entity_ids) == 1 or isinstance(error, COMMON_FAILURES):
        return []
    size = (len(job.entity_ids) + 1) // 2 if isinstance(error, NotFoundError) else 1
    starts = range(0, len(job.entity_ids), size)
    return [replace(job, entity_ids=job.entity_ids[start : start + size]) for start in starts]


def count_requests(session: Session, query: Query, entity_ids: Sequence[str]) -> int | None:
    """Count the requests that :func:`send_jobs` sends if none fails.

    None if it isn't known yet whether the server accepts several entities in one call.
    """
    if _may_group(query, entity_ids) and not knows_entities_a_call(session):
        return None
    return len(list(_jobs(session, query, entity_ids, None)))


def foresee_parts(session: Session, parts: Sequence[tuple[Query, Sequence[str]]]) -> None:
    """Count the requests for series if requests are counted, and it isn't known how many ids fit.

    If that is known, `fan_out` counts them.
    """
    if not session.is_counting:
        return
    if None not in (count_requests(session, query, ids) for query, ids in parts):
        return
    for query, ids in parts:
        calls = math.ceil(len(ids) / IDS_A_CALL) if _may_group(query, ids) else len(ids)
        session.tally.add(calls * len(query.metrics), len(ids) * len(query.metrics))
    foresee_document(session, f"whether a request takes {IDS_A_CALL} ids")
    raise CountedError


def _may_group(query: Query, entity_ids: Sequence[str]) -> bool:
    # The series of a breakdown don't name their campaign; only the request does.
    return len(entity_ids) > 1 and query.breakdown is None


def _jobs(
    session: Session, query: Query, entity_ids: Sequence[str], span: DateRange | None
) -> Iterator[SeriesJob]:
    """Yield the calls, each for several entities if the server accepts that."""
    is_grouped = _may_group(query, entity_ids) and takes_several_entities(session)
    size = IDS_A_CALL if is_grouped else 1
    for start in range(0, len(entity_ids), size):
        for metric in query.metrics:
            yield SeriesJob(tuple(entity_ids[start : start + size]), metric, span)


def _ask(session: Session, query: Query, job: SeriesJob) -> SeriesAnswer:
    page = session.get(PATH, query.params(job.metric, ",".join(job.entity_ids), job.span))
    data, asked = page.data, SeriesRequest(query, job.entity_ids, job.metric, job.span)
    unsure = check_echo(data, asked)
    read = read_series(
        data,
        entity=query.entity,
        entity_ids=job.entity_ids,
        metric=job.metric,
        timezone=query.tz,
    )
    records, doubts = check_series(read, data, asked)
    doubts.unverified |= unsure
    zone = data.get("timezone") if isinstance(data, dict) else None
    timezone = zone if isinstance(zone, str) else None
    return SeriesAnswer(records, page.attempts, timezone, doubts, page.date, page.age)


def in_order(
    answers: Sequence[SeriesAnswer], entity_ids: Sequence[str], metrics: Sequence[str]
) -> list[dict[str, Any]]:
    """Sort all records by entity and metric, each in the order requested, then as received."""
    places = {id_: place for place, id_ in enumerate(entity_ids)}
    orders = {metric: order for order, metric in enumerate(metrics)}
    records = [record for answer in answers for record in answer.records]
    return sorted(
        records,
        key=lambda record: (
            places[record["parent_id"] or record["entity_id"]],
            orders[record["metric"]],
        ),
    )


def _earliest(
    session: Session, query: Query, job: SeriesJob, refusal: RetentionExceededError
) -> dt.date | None:
    """Return the first day that the plan keeps, from a response for the default range of dates.

    If that request fails, the original refusal is raised: it is what the user has to act on.
    """
    try:
        data = session.get(PATH, query.params(job.metric, job.entity_ids[0], None)).data
        today = server_day(session)
    except TrackaGoatError as error:
        refusal.add_note(f"The request for the earliest day failed too: {error}")
        raise refusal from error
    days = data.get("tier_retention_days") if isinstance(data, dict) else None
    # To Python a bool is an int as well, and there is no date before year 1.
    if isinstance(days, bool) or not isinstance(days, int) or not 0 <= days < today.toordinal():
        return None
    return today - days * _ONE_DAY


def still_there(session: Session, entity: Entity, ids: Sequence[str]) -> list[str]:
    """Return the ids that the server isn't known to have no series of.

    If it is known of all of them, these are all ids, so that the error is the server's.
    """
    known: Mapping[str, dt.datetime] = session.cached(_name(entity)) or {}
    since = dt.datetime.now(dt.UTC) - _KNOWN_FOR
    return [id_ for id_ in ids if id_ not in known or known[id_] < since] or list(ids)


def leave_out_absent(session: Session, entity: Entity, outcome: Outcome[Any, R]) -> set[str]:
    """Take the series of entities that the server doesn't have out of the failures of a load.

    Returns their ids. They remain failures if nothing else was loaded: then it may be the path that
    isn't there.
    """
    absent = {
        id_
        for job, error in outcome.failed
        if isinstance(error, NotFoundError) and len(job.entity_ids) == 1
        for id_ in job.entity_ids
    }
    if not outcome.done or not absent:
        return set()
    outcome.failed = [
        (job, error) for job, error in outcome.failed if absent.isdisjoint(job.entity_ids)
    ]
    noted: dict[str, dt.datetime] = session.get_or_make(_name(entity), dict)
    noted |= dict.fromkeys(absent, dt.datetime.now(dt.UTC))
    return absent


def note_absent(
    session: Session,
    frame: pd.DataFrame,
    entity: Entity,
    absent: Sequence[str],
    names: Mapping[str, str],
) -> None:
    """Note the entities of a load, by id, that the server has no series of.

    Warns
    -----
    NoDataWarning
        Once, if there are any. The provenance lists them in ``absent``.
    """
    if not absent:
        return
    is_creator = entity == "creator"
    handles = {id_: remembered_handle(session, id_) for id_ in absent if is_creator}
    called = {
        id_: names.get(id_) or (f"@{handles[id_]}" if handles.get(id_) else id_) for id_ in absent
    }
    more = [f"{len(called) - MOST_NAMES:,} more"] if len(called) > MOST_NAMES else []
    add_facts(frame, absent=[*[*called.values()][:MOST_NAMES], *more])
    listed = (
        {*known_owners(session), *remembered_creators(session)} if is_creator else called.keys()
    )
    known = [name for id_, name in called.items() if name != id_ or id_ in listed]
    unknown = [id_ for id_, name in called.items() if name == id_ and id_ not in listed]
    said = []
    if known:
        them, who = number(len(known), entity), "who" if is_creator else "which"
        said.append(f"{them}, {who} may have been removed: {listing(known, 5)}")
    if unknown:
        ids = number(len(unknown), "id")
        said.append(f"{ids} that no loaded list or accrual has: {listing(unknown, 5)}")
    warn(
        f"analytics: the server has no series of {'; nor of '.join(said)}. "
        "The frame has only the others.",
        NoDataWarning,
    )


def _name(entity: Entity) -> str:
    # What begins with "creators" is dropped when creators are added or restored.
    return f"{entity}s without series"
