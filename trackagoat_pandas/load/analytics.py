"""The loader of time series: any metrics of any entities, as one long frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import pandas as pd

from trackagoat_pandas._types import DatesLike, DtypeBackend, Entity, Granularity, Metric, Mode
from trackagoat_pandas.checks import check_ids
from trackagoat_pandas.dates import DateRange
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.load.fanout import Outcome
from trackagoat_pandas.load.provenance import provenance
from trackagoat_pandas.load.reading import chosen, records_frame
from trackagoat_pandas.load.retention import within_retention
from trackagoat_pandas.load.series import (
    PATH,
    Answer,
    Job,
    Query,
    check_query,
    in_order,
    load_series,
)
from trackagoat_pandas.organization import known_timezone, resolve_dates
from trackagoat_pandas.tables import ANALYTICS


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
        asked once. An empty one gives an empty frame and sends nothing.
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
        Whether dates before what the plan keeps are cut with a warning, or an error.
    dtype_backend, client
        As in :func:`load_projects`.

    Returns
    -------
    pandas.DataFrame
        One row for each entity, metric, kind of series and bucket: ``entity``, ``entity_id``,
        ``label``, ``metric``, ``date`` (the bucket's first day), ``value``, ``series_kind``,
        ``is_partial`` (the bucket still fills), ``is_baseline`` (a first snapshot: adds nothing).
        The same columns and dtypes for any number of ids.

    Raises
    ------
    ArgumentError, ArgumentTypeError, MissingColumnError
        An argument is not allowed, or a frame has no ids; nothing was sent.
    RetentionExceededError
        The dates begin before what the plan keeps; the message names the earliest day.
    PartialLoadError
        Some entities failed: it names them and carries the frame of the others.
    ApiError, ConnectionFailedError, DeadlineError
        As in :func:`load_projects`, when nothing could be loaded.

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
    names = (metrics,) if isinstance(metrics, str) else tuple(dict.fromkeys(metrics))
    query = check_query(
        Query(entity, names, granularity, mode, compare, breakdown, base_metric, tz)
    )
    entity_ids = check_ids("ids", ids, entity=entity)
    span = resolve_dates(client, dates)
    outcome, span = within_retention(
        client, query, span, lambda cut: load_series(client, query, entity_ids, cut), clip=clip
    )
    facts = _facts(client, query, span, entity_ids, outcome)
    frame = records_frame(ANALYTICS, in_order(outcome, entity_ids, names), facts, dtype_backend)
    outcome.raise_failures("analytics series", frame)
    return frame


def _facts(
    client: Client,
    query: Query,
    span: DateRange | None,
    entity_ids: Sequence[str],
    outcome: Outcome[Job, Answer],
) -> dict[str, Any]:
    """The provenance; the ids themselves only where they are few, for attributes stay small."""
    ids = ",".join(entity_ids) if len(entity_ids) <= 3 else f"{len(entity_ids)} ids"
    answers = [answer for _, answer in outcome.done]
    zones = {answer.timezone for answer in answers if answer.timezone}
    return provenance(
        PATH,
        query.params(",".join(query.metrics), ids, span),
        requests=sum(answer.requests for answer in answers),
        timezone=zones.pop() if len(zones) == 1 else query.tz or known_timezone(client),
        complete=not outcome.failed,
    )
