"""GET /analytics: time series of entities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Annotated, Any, get_args

from werkzeug.wrappers import Response

from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.declare import Answer, Route, Row
from trackagoat_pandas.sandbox.entities import Annotation
from trackagoat_pandas.sandbox.envelope import invalid_query, missing_query
from trackagoat_pandas.sandbox.formats import Day, doc
from trackagoat_pandas.sandbox.metrics import ALL, GROWTH, METRICS, RAW_METRICS
from trackagoat_pandas.sandbox.parameters import FROM, TO, UUIDS, ZONE, Parameter
from trackagoat_pandas.sandbox.routes.resources import notes_on
from trackagoat_pandas.sandbox.series import Mode, Plan, as_csv, by_video, series_of
from trackagoat_pandas.sandbox.spans import Granularity, requested_span
from trackagoat_pandas.sandbox.subjects import find_subject, video_labels


class AnalyticsPoint(Row):
    """One bucket of a series."""

    date: Annotated[Day, doc("The bucket's first day.")]
    value: Annotated[float | None, doc("The value; null if there is none.")]
    is_partial: Annotated[bool, doc("Whether the bucket is still filling.")]
    is_baseline: Annotated[bool, doc("Whether it is the first snapshot, which adds nothing.")]


class EntityRef(Row):
    """The entity of a series."""

    id: Annotated[str, doc("The entity's id; __other__ for a breakdown's rest.")]
    label: Annotated[str | None, doc("Its name.")]


class AnalyticsSeries(Row):
    """One series, a point for each bucket."""

    entity_ref: Annotated[EntityRef, doc("The entity.")]
    points: Annotated[list[AnalyticsPoint], doc("The buckets, in order.")]


class Analytics(Row):
    """Time series of entities."""

    entity: Annotated[str, doc("The kind of entity.")]
    metric: Annotated[str, doc("The metric.")]
    mode: Annotated[str, doc("new or cumulative.")]
    granularity: Annotated[str, doc("day, week or month.")]
    timezone: Annotated[str, doc("The time zone of the buckets.")]
    series: Annotated[list[AnalyticsSeries], doc("One series for each entity.")]
    comparison_series: Annotated[list[AnalyticsSeries] | None, doc("The period before.")]
    breakdown_series: Annotated[list[AnalyticsSeries] | None, doc("A campaign's videos.")]
    tier_retention_days: Annotated[int | None, doc("Days that the plan keeps; null: all.")]
    annotations: Annotated[list[Annotation], doc("Notes on days of the range.")]


def analytics(call: Call) -> Answer | Response:
    """Compute time series of entities."""
    asked = call.arguments
    _check_combination(asked)
    plan = Plan(
        metric=asked["metric"],
        mode=asked["mode"],
        granularity=asked["granularity"],
        span=requested_span(call, asked["tz"]),
        home=call.zone,
        base_metric=asked["base_metric"],
        now_ts=call.now_ts,
    )
    subjects = [find_subject(call, asked["entity"], one) for one in asked["entity_id"]]
    data: dict[str, Any] = {
        "entity": asked["entity"],
        "metric": plan.metric,
        "mode": plan.mode,
        "granularity": plan.granularity,
        "timezone": plan.span.zone.key,
        "series": [series_of(subject, plan) for subject in subjects],
        "comparison_series": None,
        "breakdown_series": None,
        "tier_retention_days": call.organization.retention_days,
        "annotations": notes_on(call, subjects, asked["entity"], plan.span),
    }
    if asked["compare"] is not None:
        prior = replace(plan, span=plan.span.before())
        data["comparison_series"] = [series_of(subject, prior) for subject in subjects]
    if asked["breakdown"] is not None:
        labels_of = partial(video_labels, call)
        data["breakdown_series"] = [
            series for subject in subjects for series in by_video(subject, plan, labels_of)
        ]
    if asked["format"] == "csv":
        return as_csv(data)
    return Answer(data)


def _check_combination(asked: Mapping[str, Any]) -> None:
    """Raise 400 if parameters don't go together."""
    metric, entity, base = asked["metric"], asked["entity"], asked["base_metric"]
    if metric == GROWTH and base is None:
        raise missing_query("base_metric", f"is required for {GROWTH}")
    for name, word in (("metric", metric), ("base_metric", base)):
        if word is not None and entity not in METRICS[word].entities:
            raise invalid_query(name, word, f"doesn't exist for a {entity}")
    if asked["mode"] == "cumulative" and METRICS[metric].derive is not None:
        raise invalid_query(
            "mode", "cumulative", f"doesn't apply to {metric}, which is a rate per bucket"
        )
    if asked["breakdown"] is not None and entity != "campaign":
        raise invalid_query("breakdown", asked["breakdown"], "applies only to campaigns")
    if asked["breakdown"] is not None and "video" not in METRICS[metric].entities:
        raise invalid_query(
            "breakdown", asked["breakdown"], f"doesn't apply to {metric}, which videos don't have"
        )


PARAMETERS = (
    Parameter("entity", "The kind of entity.", required=True, choices=ALL),
    Parameter("entity_id", "One or more ids, comma-separated.", UUIDS, required=True),
    Parameter("metric", "What is counted.", required=True, choices=tuple(METRICS)),
    Parameter(
        "mode",
        "What came in each bucket, or the running total.",
        default="new",
        choices=get_args(Mode),
    ),
    Parameter("granularity", "The buckets.", default="day", choices=get_args(Granularity)),
    FROM,
    TO,
    Parameter("compare", "Adds the period before as a comparison.", choices=("prior_period",)),
    Parameter("breakdown", "Adds one series for each video of a campaign.", choices=("video",)),
    Parameter("base_metric", f"The metric whose {GROWTH} is computed.", choices=RAW_METRICS),
    ZONE,
    Parameter("format", "The form of the answer.", default="json", choices=("json", "csv")),
)

ROUTES = (
    Route(
        "GET",
        "/analytics",
        analytics,
        Analytics,
        parameters=PARAMETERS,
        media_types=("application/json", "text/csv"),
    ),
)
