"""The loader of time series: any metrics of any entities, as one long frame.

The loader, then its requests, then dates before what the plan keeps.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from trackagoat_pandas._types import DatesLike, DtypeBackend, Entity, Granularity, Metric, Mode
from trackagoat_pandas._warning import warn
from trackagoat_pandas.checks import check_ids, check_names
from trackagoat_pandas.dates import DateRange, is_relative
from trackagoat_pandas.errors import (
    ClippedDatesWarning,
    ContractWarning,
    NoDataWarning,
    RetentionExceededError,
    TrackaGoatError,
    listing,
)
from trackagoat_pandas.frames.build import ATTRIBUTE
from trackagoat_pandas.frames.series import read_series
from trackagoat_pandas.helpers.columns import days_of
from trackagoat_pandas.helpers.series import next_bucket
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.load.coverage import (
    as_ranges,
    missing_days,
    server_today,
    warn_beyond_data,
    warn_no_data,
)
from trackagoat_pandas.load.fanout import COMMON_FAILURES, Outcome, fan_out
from trackagoat_pandas.load.openapi import knows_entities_a_call, takes_several_entities
from trackagoat_pandas.load.provenance import provenance
from trackagoat_pandas.load.query import (
    PATH,
    Doubts,
    Query,
    Question,
    check_echo,
    check_query,
    check_series,
    quoted,
)
from trackagoat_pandas.load.reading import chosen, records_frame
from trackagoat_pandas.organization import known_timezone, organization, resolve_dates
from trackagoat_pandas.tables import ANALYTICS

IDS_A_CALL = 20
"""Entities in one call, where the server takes several. Assumed: no limit is known."""
_ONE_DAY = dt.timedelta(days=1)
_NAMES: Final[Mapping[Entity, str]] = {
    "creator": "tiktok_handle", "campaign": "name", "video": "title", "project": "name",
}  # fmt: skip
_BEGINNINGS: Final[Mapping[Entity, str]] = {"creator": "tracking_start_date", "video": "posted_at"}
"""The column of a frame of ids that says when data begin."""


def load_analytics(
    entity: Entity,
    ids: str | Sequence[str] | pd.Series | pd.Index | pd.DataFrame,
    metrics: Metric | Sequence[Metric],
    *,
    dates: DatesLike | None = None,
    granularity: Granularity = "day",
    mode: Mode = "new",
    compare: Literal["prior_period"] | None = None,
    breakdown: Literal["video"] | None = None,
    base_metric: Metric | None = None,
    tz: str | None = None,
    clip: bool = False,
    dtype_backend: DtypeBackend = "numpy_nullable",
    client: Client | None = None,
) -> pd.DataFrame:
    """Load time series of entities and metrics, concurrently under the one rate limit.

    Parameters
    ----------
    entity
        ``"creator"``, ``"campaign"``, ``"video"`` or ``"project"``.
    ids
        One id, several, a Series of ids, or a loaded frame with the entity's ids. Repeated ids are
        asked once, and up to 20 in one request where the server takes several. An empty one gives
        an empty frame and sends nothing.
    metrics
        One metric or several: ``"views"``, ``"likes"``, ``"comments"``, ``"shares"``, ``"saves"``,
        ``"followers"``, ``"posts"``, or a derived one, in percent where it is a rate:
        ``"engagement_rate_by_views"``, ``"engagement_rate_by_followers"``, ``"posts_per_week"``,
        ``"avg_views_per_post"``, ``"growth_rate_pop"`` (which needs ``base_metric``).
    dates
        Anything that :meth:`DateRange.parse` reads, in days of the organization's calendar; None
        for the server's last 30 days.
    granularity, mode
        Buckets of a day, week or month; what is new in each, or the total so far.
    compare
        ``"prior_period"`` adds rows of the equally long period before, as ``series_kind``
        ``"prior_period"``.
    breakdown
        ``"video"`` adds rows of a campaign's ten biggest videos and of the rest
        (``entity_id`` ``"__other__"``), as ``series_kind`` ``"breakdown"``.
    tz
        Buckets in another IANA time zone than the organization's.
    clip
        True to cut dates before what the plan keeps, with a warning; else they are an error.
    dtype_backend, client
        As in :func:`load_projects`.

    Returns
    -------
    pandas.DataFrame
        One row for each entity, metric, kind of series and bucket: ``entity``, ``entity_id``,
        ``label``, ``metric``, ``date`` (the bucket's first day), ``value``, ``series_kind``,
        ``is_partial`` (the bucket still fills), ``is_baseline`` (a first snapshot: adds nothing).
        The same columns and dtypes for any number of ids. Where the dates reach beyond the days
        with data, such as the server's today, the provenance has the first and last of these as
        ``data_since`` and ``data_until``; days that are missing in between as ``gaps``.

    Raises
    ------
    ArgumentError, ArgumentTypeError, MissingColumnError
        An argument is not allowed, or a frame has no ids; nothing was sent.
    RetentionExceededError
        The dates begin before what the plan keeps; the message names the earliest day.
    MismatchedResponseError
        The server answered something else: other buckets, days, metric, mode or time zone.
    PartialLoadError
        Some series failed, or the server sent none: ``failures`` has the error of each by
        ``(entity_id, metric)``, ``partial`` is the frame of the others.
    ApiError, ConnectionFailedError, DeadlineError
        As in :func:`load_projects`, when nothing could be loaded.

    Warns
    -----
    ContractWarning
        The server sent points outside the dates or series that were not asked for (they are left
        out, and counted as ``dropped`` in the provenance), no comparison or breakdown where one
        was asked for, or no bucket for days between others of a series (``complete`` is False for
        both), or says something of its buckets that isn't known (``unverified``).
    NoDataWarning
        There is no value, because the dates are in the future, say. Or the dates begin more than a
        day before the first day with data, end after tomorrow by the server's clock, or go on after
        the last day with data; or the period before begins before the first data. Words such as
        "last 30 days" are no such case, nor is an end with that of the week, month, quarter or year
        that is still running.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     creators = tgp.load_creators("Summer Launch")
    ...     views = tgp.load_analytics("creator", creators, "views", dates="2026-05")
    >>> views["date"].nunique()
    31
    """
    client = chosen(client, dtype_backend)
    check_names("metrics", [] if metrics is None else metrics)
    names = (metrics,) if isinstance(metrics, str) else tuple(dict.fromkeys(metrics or ()))
    query = check_query(
        Query(entity, names, granularity, mode, compare, breakdown, base_metric, tz)
    )
    entity_ids = check_ids("ids", ids, entity=entity)
    span = resolve_dates(client, dates)
    outcome, span = within_retention(
        client, query, span, lambda cut: load_series(client, query, entity_ids, cut), clip=clip
    )
    doubts = Doubts()
    for _, answer in outcome.done:
        doubts.add(answer.doubts)
    facts = _facts(client, query, span, entity_ids, outcome, doubts)
    frame = records_frame(ANALYTICS, in_order(outcome, entity_ids, names), facts, dtype_backend)
    names_of = _names_in(ids, frame, query.entity)
    doubts.warn(span, names_of)
    if query.granularity != "day" or "granularity" not in doubts.unverified:
        _note_missing_days(frame, query.granularity)
    outcome.raise_failures("series", frame, lambda job: job.series, names_of)
    if entity_ids:
        answer = outcome.done[-1][1]
        today = server_today(client, answer.sent_at, answer.timezone)
        beginning = _beginning(ids, query.entity)
        _explain_days(frame, query, span, beginning, today, is_open=is_relative(dates))
    return frame


def _facts(
    client: Client,
    query: Query,
    span: DateRange | None,
    entity_ids: Sequence[str],
    outcome: Outcome[SeriesJob, SeriesAnswer],
    doubts: Doubts,
) -> dict[str, Any]:
    """The provenance; the ids themselves only where they are few, for attributes stay small."""
    ids = ",".join(entity_ids) if len(entity_ids) <= 3 else f"{len(entity_ids)} ids"
    answers = [answer for _, answer in outcome.done]
    zones = {answer.timezone for answer in answers if answer.timezone}
    if len(zones) > 1:
        named = ", ".join(quoted(zone) for zone in sorted(zones)[:3])
        doubts.unverified["tz"] = f"responses name several time zones: {named}."
    facts = provenance(
        PATH,
        query.params(",".join(query.metrics), ids, span),
        requests=sum(answer.requests for answer in answers),
        timezone=zones.pop() if len(zones) == 1 else query.tz or known_timezone(client),
        sent_at=max((answer.sent_at for answer in answers if answer.sent_at), default=None),
        complete=not outcome.failed,
    )
    if span is not None and answers:
        today = server_today(client, answers[-1].sent_at, answers[-1].timezone)
        if span.last > today:
            facts["data_until"] = today.isoformat()
    return facts | doubts.facts


def _names_in(ids: object, loaded: pd.DataFrame, entity: Entity) -> dict[str, str]:
    """What the entities are called, by a frame of them that was given or by what was loaded."""
    main = loaded[loaded["series_kind"] == "main"].drop_duplicates("entity_id")
    at = "@" if entity == "creator" else ""
    return {
        str(id_): f"{at}{name}"
        for names in (main.set_index("entity_id")["label"], _rows_of(ids, entity, _NAMES[entity]))
        for id_, name in names.dropna().items()
    }


def _beginning(ids: object, entity: Entity) -> dt.date | None:
    """The day before which there can be no data, where a frame of the entities says it."""
    days = _rows_of(ids, entity, _BEGINNINGS.get(entity, ""))
    if days.empty or days.hasnans or days.dtype.kind != "M":
        return None
    # In whichever time zone the day is meant, it isn't before this one.
    earliest: dt.date = (days.min() - pd.Timedelta(days=1 if days.dt.tz else 0)).date()
    return earliest


def _rows_of(ids: object, entity: Entity, column: str) -> pd.Series:
    """A column of a given frame of entities, by id; empty if there is none."""
    if not isinstance(ids, pd.DataFrame) or f"{entity}_id" in ids or column not in ids:
        return pd.Series(dtype=object)
    return ids.set_index("id")[column]


def _note_missing_days(frame: pd.DataFrame, granularity: Granularity) -> None:
    """Note days of which a series has no bucket though it has earlier and later ones."""
    facts = frame.attrs[ATTRIBUTE]
    missing = missing_days(frame, granularity, facts["timezone"])
    if not missing.size:
        return
    ranges = as_ranges(missing)
    # The name by which combine_loads knows that nothing but these days is missing.
    apart = {"loads_complete": facts["complete"]}
    frame.attrs[ATTRIBUTE] = {**facts, "complete": False, "gaps": ranges, **apart}
    days = "1 day" if missing.size == 1 else f"{missing.size:,} days"
    warn(
        f"analytics: the server left {days} out of the middle of a series: {listing(ranges)}. The "
        "frame is incomplete, unless the server leaves out days on which nothing happened.",
        ContractWarning,
    )


def _explain_days(
    frame: pd.DataFrame,
    query: Query,
    span: DateRange | None,
    since: dt.date | None,
    today: dt.date,
    *,
    is_open: bool,
) -> None:
    """Note from and until which day there are data, and warn if these aren't the days asked for.

    `since` is the day before which there can be none. Dates that are open, such as "last 30 days",
    may begin before it.
    """
    main = frame[frame["series_kind"] == "main"]
    values = main["value"].dropna()
    is_early = span is not None and since is not None and span.last < since
    if values.empty or (is_early and not values.any()):
        warn_no_data("analytics", span, today, since=since)
        return
    if span is None:
        return
    days = days_of(main["date"])
    ends = np.array([days.min(), days.max()])
    before, after = next_bucket(ends, query.granularity, np.array([-1, 1])).tolist()
    # A part of a week or month before the first whole one is not worth a word.
    first: dt.date = ends[0].item() if before >= span.first else span.first
    last: dt.date = after - _ONE_DAY
    if since is not None:
        is_before = days < np.datetime64(since)
        if query.entity == "video":
            first = span.first  # nothing is missing before it was posted
        elif not main.loc[is_before, "value"].fillna(0).any():
            first = max(first, since)
    facts = frame.attrs[ATTRIBUTE]
    if first > span.first + _ONE_DAY:
        facts = {**facts, "data_since": first.isoformat()}
    if last < min(span.last, today - _ONE_DAY):
        facts = {**facts, "data_until": last.isoformat()}
    if since is not None and query.entity != "video" and _is_blank_before(frame, span, since):
        facts = {**facts, "data_since": since.isoformat()}
        warn(
            "analytics: the period before reaches beyond the data: the first day with data is "
            f"{since}.",
            NoDataWarning,
        )
    frame.attrs[ATTRIBUTE] = facts
    if not is_open:
        warn_beyond_data("analytics", span, today, first=first, last=last)


def _is_blank_before(frame: pd.DataFrame, span: DateRange, since: dt.date) -> bool:
    """Say whether the period before begins more than a day before the first data."""
    prior = frame[frame["series_kind"] == "prior_period"]
    begins = span.first - (span.last - span.first) - _ONE_DAY
    early = prior["value"][days_of(prior["date"]) < np.datetime64(since)]
    return len(prior) > 0 and since > begins + _ONE_DAY and not early.fillna(0).any()


@dataclass(frozen=True, slots=True)
class SeriesJob:
    """One call: one metric of one or several entities."""

    entity_ids: tuple[str, ...]
    metric: Metric

    @property
    def series(self) -> list[tuple[str, Metric]]:
        """The series that it asks for."""
        return [(id_, self.metric) for id_ in self.entity_ids]


@dataclass(frozen=True, slots=True)
class SeriesAnswer:
    """What one call gave; ``sent_at`` is the server's time."""

    records: list[dict[str, Any]]
    requests: int
    timezone: str | None
    doubts: Doubts
    sent_at: dt.datetime | None


def load_series(
    client: Client, query: Query, entity_ids: Sequence[str], span: DateRange | None
) -> Outcome[SeriesJob, SeriesAnswer]:
    """Ask for every entity and metric; calls for several entities that fail are asked singly."""

    def run(view: Client, job: SeriesJob) -> SeriesAnswer:
        return _ask(view, query, span, job)

    jobs = list(_jobs(client, query, entity_ids))
    outcome = fan_out(client, "analytics", jobs, run)
    grouped = [
        job
        for job, error in outcome.failed
        if len(job.entity_ids) > 1 and not isinstance(error, COMMON_FAILURES)
    ]
    if grouped:
        singles = [SeriesJob((id_,), job.metric) for job in grouped for id_ in job.entity_ids]
        again = fan_out(client, "analytics", singles, run)
        outcome.done += again.done
        outcome.failed = [
            (job, error) for job, error in outcome.failed if job not in grouped
        ] + again.failed
    return outcome


def count_requests(client: Client, query: Query, entity_ids: Sequence[str]) -> int | None:
    """Count the requests that :func:`load_series` will send, if none fails.

    None where it isn't known yet whether the server takes several entities in one call.
    """
    if _may_group(query, entity_ids) and not knows_entities_a_call(client):
        return None
    return len(list(_jobs(client, query, entity_ids)))


def _may_group(query: Query, entity_ids: Sequence[str]) -> bool:
    # Whose part a series of a breakdown is, only the request says.
    return len(entity_ids) > 1 and query.breakdown is None


def _jobs(client: Client, query: Query, entity_ids: Sequence[str]) -> Iterator[SeriesJob]:
    """Group entities where the server is known to answer for several."""
    is_grouped = _may_group(query, entity_ids) and takes_several_entities(client)
    size = IDS_A_CALL if is_grouped else 1
    for start in range(0, len(entity_ids), size):
        for metric in query.metrics:
            yield SeriesJob(tuple(entity_ids[start : start + size]), metric)


def _ask(client: Client, query: Query, span: DateRange | None, job: SeriesJob) -> SeriesAnswer:
    page = client.get(PATH, query.params(job.metric, ",".join(job.entity_ids), span))
    data, asked = page.data, Question(query, job.entity_ids, job.metric, span)
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
    return SeriesAnswer(
        records, page.attempts, zone if isinstance(zone, str) else None, doubts, page.date
    )


def in_order(
    outcome: Outcome[SeriesJob, SeriesAnswer], entity_ids: Sequence[str], metrics: Sequence[str]
) -> list[dict[str, Any]]:
    """All records, by entity as given, then by metric as given, then as answered."""
    places = {id_: place for place, id_ in enumerate(entity_ids)}
    orders = {metric: order for order, metric in enumerate(metrics)}
    records = [record for _, answer in outcome.done for record in answer.records]
    return sorted(
        records,
        key=lambda record: (
            places[record["parent_id"] or record["entity_id"]],
            orders[record["metric"]],
        ),
    )


Load = Callable[[DateRange | None], Outcome[SeriesJob, SeriesAnswer]]


def within_retention(
    client: Client, query: Query, span: DateRange | None, load: Load, *, clip: bool
) -> tuple[Outcome[SeriesJob, SeriesAnswer], DateRange | None]:
    """Load a span; if it begins too early, say which day is the earliest, or cut it.

    Only the server's 402 says that it does: a null in ``tier_retention_days`` doesn't prove that
    the plan keeps everything, and dates are never cut by its number alone. Gives the outcome and
    the span that was loaded in the end.

    Raises
    ------
    RetentionExceededError
        The span begins too early and ``clip`` is False, or nothing of it is kept.
    """
    outcome = load(span)
    refusal = _refusal(outcome)
    if refusal is None or span is None:
        return outcome, span
    job, error = refusal
    earliest = error.earliest or _earliest(client, query, job, error)
    if earliest is None or not clip or span.last < earliest:
        raise _with_day(error, earliest)
    # Whether the day on the limit itself is kept is not documented: it may be the next one.
    for first in (earliest, earliest + _ONE_DAY):
        cut = DateRange(max(first, span.first), span.last)
        outcome = load(cut)
        refusal = _refusal(outcome)
        if refusal is None:
            warn(
                f"dates {span} were cut to {cut}: the plan keeps nothing before {cut.first}.",
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
    client: Client, query: Query, job: SeriesJob, refusal: RetentionExceededError
) -> dt.date | None:
    """The first day that the plan keeps, from an answer for the server's own range.

    Where that question fails, the refusal that led to it is what went wrong, and is raised.
    """
    try:
        data = client.get(PATH, query.params(job.metric, job.entity_ids[0], None)).data
        today = organization(client).today(client.timezone)
    except TrackaGoatError as error:
        refusal.add_note(f"Asking for the earliest day failed too: {error}")
        raise refusal from error
    days = data.get("tier_retention_days") if isinstance(data, dict) else None
    if isinstance(days, bool) or not isinstance(days, int) or not 0 <= days < today.toordinal():
        return None
    return today - days * _ONE_DAY


def _with_day(error: RetentionExceededError, earliest: dt.date | None) -> RetentionExceededError:
    return RetentionExceededError(
        error.status,
        error.path,
        error.message,
        code=error.code,
        meta=error.meta,
        earliest=earliest,
    )
