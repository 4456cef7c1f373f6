"""Series: the points of a metric over the buckets of a span, also by video and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from math import isnan
from typing import Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
from werkzeug.wrappers import Response

from trackagoat_pandas.sandbox.measures import gained
from trackagoat_pandas.sandbox.metrics import GROWTH, METRICS, Numbers, Tally, growth
from trackagoat_pandas.sandbox.snapshots import Sight
from trackagoat_pandas.sandbox.spans import (
    Buckets,
    Granularity,
    Span,
    buckets_of,
    start_of_previous,
)
from trackagoat_pandas.sandbox.subjects import Subject

Mode: TypeAlias = Literal["new", "cumulative"]

_MOST_VIDEOS = 10
_OTHER_ID, _OTHER_LABEL = "__other__", "Other"
_COLUMNS = ("series_kind", "entity_id", "label", "date", "value", "is_partial", "is_baseline")
_KINDS = {"series": "main", "comparison_series": "prior_period", "breakdown_series": "breakdown"}


@dataclass(frozen=True, slots=True)
class Plan:
    """What a request asks of every subject.

    ``span`` may have another time zone than ``home``, which defines the first days of tracking and
    the days whose snapshots may come late.
    """

    metric: str
    mode: Mode
    granularity: Granularity
    span: Span
    home: ZoneInfo
    base_metric: str | None
    now_ts: float

    @property
    def sight(self) -> Sight:
        """The moment of the request, at which some snapshots are not in yet."""
        return Sight(self.now_ts, self.home)

    @property
    def basis(self) -> str:
        """The raw metric from which the requested one is computed."""
        if self.metric == GROWTH and self.base_metric is not None:
            return self.base_metric
        return METRICS[self.metric].basis


def series_of(subject: Subject, plan: Plan) -> dict[str, Any]:
    """Compute one series with a point for each bucket."""
    if plan.metric == GROWTH:
        return _growth_of(subject, plan)
    buckets = buckets_of(plan.span, plan.granularity, plan.now_ts)
    tally = Tally(subject, buckets, plan.sight)
    derive = METRICS[plan.metric].derive
    values = _raw(tally, plan) if derive is None else derive(tally)
    return _series(subject, buckets, values, tally.baseline(plan.basis), whole=derive is None)


def _growth_of(subject: Subject, plan: Plan) -> dict[str, Any]:
    """Compute growth over whole buckets: the first is compared with the one before the span."""
    # A part of a week can't be compared with a whole one.
    first = start_of_previous(plan.span.first, plan.granularity)
    buckets = buckets_of(replace(plan.span, first=first), plan.granularity, plan.now_ts)
    tally = Tally(subject, buckets, plan.sight)
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
            "value": None if isnan(value) else int(value) if whole else value,
            "is_partial": place == buckets.current,
            "is_baseline": place == baseline,
        }
        for place, (label, value) in enumerate(zip(buckets.labels, values.tolist(), strict=True))
    ]
    return {"entity_ref": {"id": subject.id, "label": subject.label}, "points": points}


def by_video(
    campaign: Subject, plan: Plan, labels_of: Callable[[list[str]], Mapping[str, str]]
) -> list[dict[str, Any]]:
    """Compute the series of the ten videos that gained most, and of all others as one."""
    edges = np.array(plan.span.bounds(plan.now_ts))
    gains = gained(campaign.videos, edges, plan.basis, plan.sight)[:, 0]
    order = np.argsort(-gains, kind="stable")
    biggest = campaign.videos.select(order[:_MOST_VIDEOS])
    labels = labels_of(biggest.ids)
    parts = [
        replace(
            campaign,
            id=video_id,
            label=labels[video_id],
            videos=biggest.select(slice(place, place + 1)),
        )
        for place, video_id in enumerate(biggest.ids)
    ]
    if len(order) > _MOST_VIDEOS:
        rest = campaign.videos.select(np.sort(order[_MOST_VIDEOS:]))
        parts.append(replace(campaign, id=_OTHER_ID, label=_OTHER_LABEL, videos=rest))
    return [series_of(part, plan) for part in parts]


def as_csv(data: Mapping[str, Any]) -> Response:
    """Write the series of an answer as an attachment."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    writer.writerows(_rows(data))
    name = f"{data['entity']}-{data['metric']}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


def _rows(data: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    for member, kind in _KINDS.items():
        for series in data[member] or ():
            reference = series["entity_ref"]
            for point in series["points"]:
                yield (
                    kind,
                    reference["id"],
                    reference["label"],
                    point["date"],
                    point["value"],
                    str(point["is_partial"]).lower(),
                    str(point["is_baseline"]).lower(),
                )
