"""Dates before what the plan keeps: which day is the earliest, and cutting to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from trackagoat_pandas._warning import warn
from trackagoat_pandas.dates import DateRange
from trackagoat_pandas.errors import (
    ClippedDatesWarning,
    RetentionExceededError,
    TrackaGoatError,
)
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.load.fanout import Outcome
from trackagoat_pandas.load.query import PATH, Query
from trackagoat_pandas.load.series import Answer, Job
from trackagoat_pandas.organization import organization

_ONE_DAY = dt.timedelta(days=1)

Load = Callable[[DateRange | None], Outcome[Job, Answer]]


def within_retention(
    client: Client, query: Query, span: DateRange | None, load: Load, *, clip: bool
) -> tuple[Outcome[Job, Answer], DateRange | None]:
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


def _refusal(outcome: Outcome[Job, Answer]) -> tuple[Job, RetentionExceededError] | None:
    for job, error in outcome.failed:
        if isinstance(error, RetentionExceededError):
            return job, error
    return None


def _earliest(
    client: Client, query: Query, job: Job, refusal: RetentionExceededError
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
