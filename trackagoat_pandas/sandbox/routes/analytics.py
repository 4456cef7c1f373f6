"""GET /analytics: time series of entities."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from werkzeug.wrappers import Response

from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.declare import Answer, Entity, Field, Route
from trackagoat_pandas.sandbox.entities import ANNOTATION
from trackagoat_pandas.sandbox.envelope import invalid_query, missing_query
from trackagoat_pandas.sandbox.metrics import ALL, GROWTH, METRICS
from trackagoat_pandas.sandbox.parameters import FROM, TO, UUIDS, ZONE, Parameter
from trackagoat_pandas.sandbox.routes.resources import notes_on
from trackagoat_pandas.sandbox.series import Plan, as_csv, by_video, series_of
from trackagoat_pandas.sandbox.spans import requested_span
from trackagoat_pandas.sandbox.subjects import find_subject, video_labels
from trackagoat_pandas.sandbox.tally import RAW_METRICS


def analytics(call: Call) -> Answer | Response:
    """Compute time series of entities."""
    _check_combination(call)
    entity: str = call.arguments["entity"]
    plan = _plan(call)
    subjects = [
        find_subject(call, call.arguments["entity"], one) for one in call.arguments["entity_id"]
    ]
    data: dict[str, Any] = {
        "entity": entity,
        "metric": plan.metric,
        "mode": plan.mode,
        "granularity": plan.granularity,
        "timezone": plan.span.zone.key,
        "series": [series_of(subject, plan) for subject in subjects],
        "comparison_series": None,
        "breakdown_series": None,
        "tier_retention_days": call.organization.retention_days,
        "annotations": notes_on(call, subjects, entity, plan.span),
    }
    if call.arguments["compare"] is not None:
        prior = replace(plan, span=plan.span.before())
        data["comparison_series"] = [series_of(subject, prior) for subject in subjects]
    if call.arguments["breakdown"] is not None:
        labels_of = partial(video_labels, call)
        data["breakdown_series"] = [
            series for subject in subjects for series in by_video(subject, plan, labels_of)
        ]
    if call.arguments["format"] == "csv":
        return as_csv(data)
    return Answer(data)


def _plan(call: Call) -> Plan:
    zone: ZoneInfo | None = call.arguments["tz"]
    return Plan(
        metric=call.arguments["metric"],
        mode=call.arguments["mode"],
        granularity=call.arguments["granularity"],
        span=requested_span(call, zone),
        home=call.zone,
        base_metric=call.arguments["base_metric"],
        now_ts=call.now_ts,
    )


def _check_combination(call: Call) -> None:
    """Raise the 400 of parameters that don't go together."""
    asked = call.arguments
    metric, entity, base = asked["metric"], asked["entity"], asked["base_metric"]
    if metric == GROWTH and base is None:
        raise missing_query("base_metric", f"is required for {GROWTH}")
    for name, word in (("metric", metric), ("base_metric", base)):
        if word is not None and entity not in METRICS[word].entities:
            raise invalid_query(name, word, f"a {entity} has none")
    if asked["mode"] == "cumulative" and METRICS[metric].derive is not None:
        raise invalid_query("mode", "cumulative", f"{metric} is a rate of each bucket")
    if asked["breakdown"] is not None and entity != "campaign":
        raise invalid_query("breakdown", asked["breakdown"], "only a campaign has one")
    if asked["breakdown"] is not None and "video" not in METRICS[metric].entities:
        raise invalid_query("breakdown", asked["breakdown"], f"a video has no {metric}")


_POINT = Entity(
    "analytics_point",
    "One bucket of a series.",
    (
        Field("date", "date", "The bucket's first day."),
        Field("value", "number", "What is counted; null where there is none.", nullable=True),
        Field("is_partial", "boolean", "Whether the bucket is still filling."),
        Field("is_baseline", "boolean", "Whether it is the first snapshot, which adds nothing."),
    ),
)
_REF = Entity(
    "entity_ref",
    "Whose series it is.",
    (
        Field("id", "string", "The entity's id; __other__ for a breakdown's rest."),
        Field("label", "string", "What it is called.", nullable=True),
    ),
)
_ONE = Entity(
    "analytics_series",
    "One series, a point for each bucket.",
    (
        Field("entity_ref", "object", "Whose it is.", of=_REF),
        Field("points", "array", "The buckets, in order.", of=_POINT),
    ),
)
_SERIES = Entity(
    "analytics",
    "Time series of entities.",
    (
        Field("entity", "string", "The kind of entity."),
        Field("metric", "string", "The metric."),
        Field("mode", "string", "new or cumulative."),
        Field("granularity", "string", "day, week or month."),
        Field("timezone", "string", "The time zone of the buckets."),
        Field("series", "array", "One series for each entity.", of=_ONE),
        Field("comparison_series", "array", "The period before.", nullable=True, of=_ONE),
        Field("breakdown_series", "array", "A campaign's videos.", nullable=True, of=_ONE),
        Field(
            "tier_retention_days", "integer", "Days that the plan keeps; null: all.", nullable=True
        ),
        Field("annotations", "array", "Notes on days of the range.", of=ANNOTATION),
    ),
)
PARAMETERS = (
    Parameter("entity", "What the series are of.", required=True, choices=ALL),
    Parameter("entity_id", "One or more ids, comma-separated.", UUIDS, required=True),
    Parameter("metric", "What is counted.", required=True, choices=tuple(METRICS)),
    Parameter("mode", "What is new, or the total.", default="new", choices=("new", "cumulative")),
    Parameter("granularity", "The buckets.", default="day", choices=("day", "week", "month")),
    FROM,
    TO,
    Parameter("compare", "Adds the period before.", choices=("prior_period",)),
    Parameter("breakdown", "Takes a campaign apart.", choices=("video",)),
    Parameter("base_metric", f"What {GROWTH} is of.", choices=RAW_METRICS),
    ZONE,
    Parameter("format", "The form of the answer.", default="json", choices=("json", "csv")),
)

ROUTES = (
    Route(
        "GET",
        "/analytics",
        analytics,
        _SERIES,
        parameters=PARAMETERS,
        media_types=("application/json", "text/csv"),
    ),
)
