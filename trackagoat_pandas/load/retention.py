"""Dates before what the plan keeps: which day is the earliest, and cutting to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from trackagoat_pandas._warning import warn
from trackagoat_pandas.dates import DateRange
from trackagoat_pandas.errors import ClippedDatesWarning, RetentionExceededError
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.load.fanout import Outcome
from trackagoat_pandas.load.series import PATH, Answer, Job, Query
from trackagoat_pandas.organization import organization

_ONE_DAY = dt.timedelta(days=1)

Load = Callable[[DateRange | None], Outcome[Job, Answer]]


def within_retention(
    client: Client, query: Query, span: DateRange | None, load: Load, *, clip: bool
) -> tuple[Outcome[Job, Answer], DateRange | None]:
    """Load a span; if it begins too early, say which day is the earliest, or cut it.

    Gives the outcome and the span that was loaded in the end.

    Raises
    ------
    RetentionExceededError
        The span begins too early and ``clip`` is False, or nothing of it is kept.
    """
    outcome = load(span)
    refusal = _refusal(outcome)
    if refusal is None or span is None:
        return outcome, span
    earliest = refusal[1].earliest or _earliest(client, query, refusal[0])
    if earliest is None or not clip or span.last < earliest:
        raise _with_day(refusal[1], earliest)
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
    raise refusal[1]


def _refusal(outcome: Outcome[Job, Answer]) -> tuple[Job, RetentionExceededError] | None:
    for job, error in outcome.failed:
        if isinstance(error, RetentionExceededError):
            return job, error
    return None


def _earliest(client: Client, query: Query, job: Job) -> dt.date | None:
    """The first day that the plan keeps, from an answer for the server's own range."""
    data = client.get(PATH, query.params(job.metric, job.entity_ids[0], None)).data
    days = data.get("tier_retention_days") if isinstance(data, dict) else None
    today = organization(client).today(client.timezone)
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
