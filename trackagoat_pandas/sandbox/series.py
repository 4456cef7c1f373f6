"""One subject's series: the points of a metric over the buckets of a span.

Knows how a number becomes a point. Must not know HTTP or what the number means.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isnan
from typing import Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

from trackagoat_pandas.sandbox.metrics import GROWTH, METRICS, growth
from trackagoat_pandas.sandbox.spans import (
    Buckets,
    Granularity,
    Span,
    buckets_of,
    start_of_previous,
)
from trackagoat_pandas.sandbox.subjects import Subject
from trackagoat_pandas.sandbox.tally import Numbers, Tally

Mode: TypeAlias = Literal["new", "cumulative"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked of every subject alike.

    ``span`` may be in another time zone than ``home``, in which the days of tracking are meant.
    """

    metric: str
    mode: Mode
    granularity: Granularity
    span: Span
    home: ZoneInfo
    base_metric: str | None
    now_ts: float

    @property
    def basis(self) -> str:
        """The raw metric from which the asked one starts."""
        if self.metric == GROWTH and self.base_metric is not None:
            return self.base_metric
        return METRICS[self.metric].basis


def series_of(subject: Subject, plan: Plan) -> dict[str, Any]:
    """Compute one series with a point for each bucket."""
    if plan.metric == GROWTH:
        return _growth_of(subject, plan)
    buckets = buckets_of(plan.span, plan.granularity, plan.now_ts)
    tally = Tally(subject, buckets, plan.home)
    derive = METRICS[plan.metric].derive
    values = _raw(tally, plan) if derive is None else derive(tally, buckets)
    return _series(subject, buckets, values, tally.baseline(plan.basis), whole=derive is None)


def _growth_of(subject: Subject, plan: Plan) -> dict[str, Any]:
    """Compute growth over whole buckets: the first is compared with the one before the span."""
    first = start_of_previous(plan.span.first, plan.granularity)
    buckets = buckets_of(replace(plan.span, first=first), plan.granularity, plan.now_ts)
    tally = Tally(subject, buckets, plan.home)
    baseline = tally.baseline(plan.basis)
    values = growth(_raw(tally, plan))
    current = None if buckets.current is None else buckets.current - 1
    shown = Buckets(buckets.labels[1:], buckets.lengths[1:], buckets.edges[1:], current)
    place = None if baseline is None else baseline - 1
    return _series(subject, shown, values, place, whole=False)


def _raw(tally: Tally, plan: Plan) -> Numbers:
    return tally.new(plan.basis) if plan.mode == "new" else tally.total(plan.basis)


def _series(
    subject: Subject, buckets: Buckets, values: Numbers, baseline: int | None, *, whole: bool
) -> dict[str, Any]:
    points = [
        {
            "date": label.isoformat(),
            "value": _number(value, whole=whole),
            "is_partial": place == buckets.current,
            "is_baseline": place == baseline,
        }
        for place, (label, value) in enumerate(zip(buckets.labels, values.tolist(), strict=True))
    ]
    return {"entity_ref": {"id": subject.id, "label": subject.label}, "points": points}


def _number(value: float, *, whole: bool) -> int | float | None:
    if isnan(value):
        return None
    return int(value) if whole else value
