"""Requests for time series: what the store doesn't have, within what the plan keeps."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from trackagoat_pandas._types import Metric
from trackagoat_pandas._warning import warn
from trackagoat_pandas.dates import DateRange
from trackagoat_pandas.errors import (
    ClippedDatesWarning,
    NotFoundError,
    RetentionExceededError,
    TrackaGoatError,
)
from trackagoat_pandas.frames.series import read_series
from trackagoat_pandas.http.counting import CountedError, Tally, number
from trackagoat_pandas.http.session import Session
from trackagoat_pandas.load.fanout import COMMON_FAILURES, Outcome, fan_out
from trackagoat_pandas.load.openapi import knows_entities_a_call, takes_several_entities
from trackagoat_pandas.load.query import (
    PATH,
    Doubts,
    Query,
    Question,
    check_echo,
    check_series,
)
from trackagoat_pandas.organization import (
    server_day,
    server_time,
)

if TYPE_CHECKING:
    from trackagoat_pandas.load.stored import Portion, StoredLoad

IDS_A_CALL = 20
"""Entities in one call, if the server accepts several. Assumed: the API documents no limit."""
_ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SeriesJob:
    """One call: one metric of one or several entities.

    ``span`` is None for the server's default dates, and for what isn't asked for.
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
    doubts: Doubts
    sent_at: dt.datetime | None
    age: dt.timedelta = dt.timedelta()


def load_series(
    session: Session, query: Query, entity_ids: Sequence[str], span: DateRange | None
) -> Outcome[SeriesJob, SeriesAnswer]:
    """Request every entity and metric."""
    if session.tally is not None:
        metrics = number(len(query.metrics), "metric")
        session.tally.add(0, 0, f"{PATH}: {number(len(entity_ids), query.entity)}, {metrics}")
        _foresee(session, session.tally, [(query, entity_ids)])
    return _load_jobs(session, query, list(_jobs(session, query, entity_ids, span)))


def load_unsettled(
    session: Session, stored: StoredLoad, span: DateRange, kept_from: dt.date | None = None
) -> Outcome[SeriesJob, SeriesAnswer]:
    """Request what the store doesn't have, and check some of what it has.

    Series that are taken from the store get an answer without rows.
    """
    from trackagoat_pandas.load.spot_checks import add_checks, note_unchecked, related

    query, parts = stored.query, stored.to_ask(span, kept_from)
    if session.tally is not None:
        everything = stored.size * span.days
        known = f"{PATH}: {everything - stored.unsettled:,} of {everything:,} days of the series"
        session.tally.stored.append(known)
        needed = [(replace(query, metrics=(metric,)), ids) for (_, metric), ids in parts.items()]
        _foresee(session, session.tally, needed)
    parts, checks = add_checks(stored, parts, lambda: _known_size(session, is_asked=bool(parts)))
    jobs, spot_jobs = _part_jobs(session, query, parts), _part_jobs(session, query, checks)
    if session.tally is not None:
        _foresee_checks(session.tally, stored, spot_jobs)
        jobs += spot_jobs
    outcome = _load_jobs(session, query, jobs)
    if spot_jobs:
        sample = _load_jobs(session, query, spot_jobs)
        note_unchecked(stored, sample)
        outcome.add(sample)
    new = outcome
    while more := related(stored, stored.compare(portions_of(session, new)), _series_of(outcome)):
        new = _load_jobs(session, query, _part_jobs(session, query, more))
        outcome.add(new)
    asked = _series_of(outcome)
    outcome.done += [
        (SeriesJob((id_,), metric), SeriesAnswer([], 0, timezone, Doubts(), None))
        for id_, metric, timezone in stored.answered()
        if (id_, metric) not in asked
    ]
    return outcome


def _series_of(outcome: Outcome[SeriesJob, SeriesAnswer]) -> set[tuple[str, str]]:
    """Return the series that were requested, whether or not they came."""
    jobs = [job for job, _ in (*outcome.done, *outcome.failed)]
    return {series for job in jobs for series in job.series}


def _known_size(session: Session, *, is_asked: bool) -> int:
    """Return how many ids a request takes, as far as that is known; nothing is sent.

    What the store remembers of an earlier session will do, unless the load finds out in any case.
    """
    if knows_entities_a_call(session):
        return IDS_A_CALL if takes_several_entities(session) else 1
    several = not is_asked and session.stored(takes_several_entities)
    return IDS_A_CALL if several else 1


def _foresee_checks(tally: Tally, stored: StoredLoad, jobs: Sequence[SeriesJob]) -> None:
    """Count the requests that may follow spot checks: all other settled series, if one differs."""
    checked = {series for job in jobs for series in job.series}
    rest = Counter(metric for _, metric in stored.settled().keys() - checked)
    size = max((len(job.entity_ids) for job in jobs), default=1)
    if jobs:
        tally.optional += len(jobs)
        tally.add(
            0,
            sum(math.ceil(count / size) for count in rest.values()),
            f"{PATH}: {number(len(jobs), 'request')} to check {len(checked):,} of "
            f"{len(stored.settled()):,} settled series; one that differs takes more",
        )


def _part_jobs(
    session: Session, query: Query, parts: Mapping[tuple[DateRange, Metric], Sequence[str]]
) -> list[SeriesJob]:
    """Return the calls for parts of a load."""
    return [
        job
        for (days, metric), ids in parts.items()
        for job in _jobs(session, replace(query, metrics=(metric,)), ids, days)
    ]


def _load_jobs(
    session: Session, query: Query, jobs: Sequence[SeriesJob]
) -> Outcome[SeriesJob, SeriesAnswer]:
    """Send some calls; if one for several entities fails, send its parts again."""

    def run(view: Session, job: SeriesJob) -> SeriesAnswer:
        return _ask(view, query, job)

    outcome = fan_out(session, "analytics", jobs, run)
    while parts := [part for failure in outcome.failed for part in _parts_of(*failure)]:
        outcome.failed = [failure for failure in outcome.failed if not _parts_of(*failure)]
        outcome.add(fan_out(session, "analytics", parts, run))
    return outcome


def _parts_of(job: SeriesJob, error: TrackaGoatError) -> list[SeriesJob]:
    """Return what to send in place of a call that failed; nothing if others would fail as well.

    If an entity isn't found, the halves: of 20 entities one that is gone takes 9 or 10 requests
    more, and not 20. After other errors each entity alone.
    """
    if len(job.entity_ids) == 1 or isinstance(error, COMMON_FAILURES):
        return []
    size = (len(job.entity_ids) + 1) // 2 if isinstance(error, NotFoundError) else 1
    starts = range(0, len(job.entity_ids), size)
    return [replace(job, entity_ids=job.entity_ids[start : start + size]) for start in starts]


def count_requests(session: Session, query: Query, entity_ids: Sequence[str]) -> int | None:
    """Count the requests that :func:`load_series` sends if none fails.

    None if it isn't known yet whether the server accepts several entities in one call.
    """
    if _may_group(query, entity_ids) and not knows_entities_a_call(session):
        return None
    return len(list(_jobs(session, query, entity_ids, None)))


def _foresee(session: Session, tally: Tally, parts: Sequence[tuple[Query, Sequence[str]]]) -> None:
    """Count the requests for series if the server decides how many ids one takes.

    If that is known, `fan_out` counts them.
    """
    if all(count_requests(session, query, ids) is not None for query, ids in parts):
        return
    for query, ids in parts:
        calls = math.ceil(len(ids) / IDS_A_CALL) if _may_group(query, ids) else len(ids)
        tally.add(calls * len(query.metrics), len(ids) * len(query.metrics))
    what = f"whether a request takes {IDS_A_CALL} ids"
    tally.add(1, 1, f"/openapi.json: 1 request to look up {what}")
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
    data, asked = page.data, Question(query, job.entity_ids, job.metric, job.span)
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


def within_retention(
    session: Session,
    query: Query,
    span: DateRange | None,
    entity_ids: Sequence[str],
    stored: StoredLoad | None,
    *,
    clip: bool,
) -> tuple[Outcome[SeriesJob, SeriesAnswer], DateRange | None]:
    """Load a span; if it begins before what the plan keeps, cut it or name the earliest day.

    Only the server's 402 proves that a span begins too early: ``tier_retention_days`` may be null
    although the plan doesn't keep everything, so dates are never cut by that number alone. Days
    that the store has are not cut off. Returns the outcome and the span that was loaded.

    Raises
    ------
    RetentionExceededError
        The span begins too early, and ``clip`` is False or the plan keeps no day of it.
    """
    if span is None or stored is None:
        outcome = load_series(session, query, entity_ids, span)
    else:
        outcome = load_unsettled(session, stored, span)
    refusal = _refusal(outcome)
    if refusal is None or span is None:
        return outcome, span
    job, error = refusal
    earliest = error.earliest or _earliest(session, query, job, error)
    refused = error.replaced(meta={**error.meta, "earliestDate": earliest and str(earliest)})
    if earliest is None:
        raise refused
    # It isn't documented whether the earliest day itself is still kept, or only the next one.
    for first in (earliest, earliest + _ONE_DAY):
        since = first if stored is None else stored.known_since(first, span)
        if since > span.first and (not clip or span.last < since):
            raise refused
        cut = DateRange(max(since, span.first), span.last)
        if stored is None:
            outcome = load_series(session, query, entity_ids, cut)
        else:
            outcome = load_unsettled(session, stored, cut, first)
        refusal = _refusal(outcome)
        if refusal is None:
            if stored is not None:
                stored.note_refusal(first)
            if cut != span:
                warn(
                    f"dates {span} were cut to {cut}: the plan keeps nothing before {first}.",
                    ClippedDatesWarning,
                )
            return outcome, cut
        error = refusal[1]
    raise error


def _refusal(
    outcome: Outcome[SeriesJob, SeriesAnswer],
) -> tuple[SeriesJob, RetentionExceededError] | None:
    for job, error in outcome.failed:
        if isinstance(error, RetentionExceededError):
            return job, error
    return None


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
    if isinstance(days, bool) or not isinstance(days, int) or not 0 <= days < today.toordinal():
        return None
    return today - days * _ONE_DAY


def portions_of(session: Session, outcome: Outcome[SeriesJob, SeriesAnswer]) -> list[Portion]:
    """Return the answers of a load with a store, and the days that they are about."""
    from trackagoat_pandas.load.stored import Portion

    return [
        Portion(
            job.entity_ids,
            job.metric,
            job.span,
            answer.sent_at or server_time(session),
            answer.timezone,
            answer.records,
            is_clean=not answer.doubts,
        )
        for job, answer in outcome.done
        if job.span is not None
    ]
