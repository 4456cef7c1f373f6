"""Analytics, annotations and goal compliance, flattened."""

from __future__ import annotations

from typing import get_args

from trackagoat_pandas.base.types import Entity, Metric
from trackagoat_pandas.tables.model import Column, Filter, Table, assumed, filters

ENTITIES = get_args(Entity)
METRICS = get_args(Metric)
RAW_METRICS = ("views", "likes", "comments", "shares", "saves", "followers", "posts")
NOT_OF_A_VIDEO = ("engagement_rate_by_followers", "posts_per_week", "avg_views_per_post")
"""Metrics that the API documents only for creators and campaigns."""
SERIES_KINDS = ("main", "prior_period", "breakdown")
GOAL_METRICS = ("posts", "views", "engagement", "followers")
GOAL_PERIODS = ("daily", "weekly", "monthly")
GOAL_STATUSES = ("on_track", "behind_pace", "at_risk", "completed", "missed")

ANALYTICS = Table(
    name="analytics",
    path="/analytics",
    page="api-reference/analytics",
    row="one value of one metric of one entity in one bucket of time",
    key=("entity", "entity_id", "metric", "date", "series_kind", "parent_id"),
    loader="load_analytics",
    columns=(
        Column("label", "text", "The entity's name.", nullable=True),
        Column("metric", "category", "What is measured.", categories=METRICS),
        assumed("date", "day", "First day of the bucket, in the organization's time zone."),
        assumed("value", "float", "The value; NA where the metric is undefined.", nullable=True),
        Column(
            "series_kind",
            "category",
            "The requested range, the range before it, or a part of a campaign.",
            categories=SERIES_KINDS,
        ),
        Column("entity", "category", "The kind of entity.", categories=ENTITIES),
        assumed("is_partial", "bool", "True while the bucket is not over.", nullable=True),
        assumed(
            "is_baseline", "bool", "True for the snapshot that starts a series.", nullable=True
        ),
        Column("entity_id", "id", "The entity; __other__ for the rest of a breakdown."),
        assumed(
            "parent_id",
            "id",
            "The campaign that a breakdown series is part of; NA for other series.",
            nullable=True,
        ),
    ),
)

ANNOTATIONS = Table(
    name="annotations",
    path="/analytics/annotations",
    page="api-reference/analytics",
    row="one note on a chart",
    key=("id",),
    loader="load_annotations",
    columns=(
        assumed("label", "text", "What happened.", nullable=True),
        assumed("date", "day", "The day, in the organization's time zone.", nullable=True),
        assumed("kind", "text", "The kind of event.", nullable=True),
        assumed("entity", "text", "The kind of thing it is about.", nullable=True),
        assumed("created_at", "instant", "When it was written.", nullable=True),
        assumed("project_id", "id", "The project it belongs to.", nullable=True),
        assumed("entity_id", "id", "The thing it is about.", nullable=True),
        assumed("id", "id", "The note's id."),
    ),
    filters=(*filters("project_id", "entity", "entity_id"), Filter("dates", ("date",))),
)

GOAL_COMPLIANCE = Table(
    name="goal_compliance",
    path="/projects/{id}/goal-compliance",
    page="api-reference/goal-compliance",
    row="one goal of one active creator in the period of the reference date",
    key=("creator_id", "goal_id"),
    loader="load_goal_compliance",
    columns=(
        Column("tiktok_handle", "text", "The creator's handle, without the @."),
        Column("display_name", "text", "The creator's name on TikTok.", nullable=True),
        Column("metric", "category", "What the goal counts.", categories=GOAL_METRICS),
        Column("period", "category", "How long a period lasts.", categories=GOAL_PERIODS),
        Column("period_start", "instant", "First instant of the period.", nullable=True),
        Column("period_end", "instant", "End of the period.", nullable=True),
        Column("target", "float", "The target of this period."),
        Column("actual", "float", "The value reached so far.", nullable=True),
        Column(
            "percentage",
            "float",
            "Actual in percent of the target, rounded; may exceed 100.",
            nullable=True,
            unit="percent",
        ),
        Column("target_value", "float", "The target as the goal states it."),
        Column(
            "hours_until_period_end",
            "float",
            "Time left; NA after the end.",
            nullable=True,
            unit="hours",
        ),
        Column(
            "hours_since_period_end",
            "float",
            "Time since the end; NA before it.",
            nullable=True,
            unit="hours",
        ),
        Column(
            "status",
            "category",
            "How far the goal is from its target.",
            categories=GOAL_STATUSES,
            role="standing",
        ),
        Column("start_date", "day", "First day of the goal.", nullable=True),
        Column("end_date", "day", "Last day of the goal; NA if it has none.", nullable=True),
        Column("is_active", "bool", "False once the goal is deactivated."),
        Column("has_advisory", "bool", "True if any of the next four columns is.", nullable=True),
        Column("period_in_progress", "bool", "True until the period ends.", nullable=True),
        Column("period_recently_ended", "bool", "True for 48 hours after its end.", nullable=True),
        Column("scrape_stale", "bool", "True if the numbers may be out of date.", nullable=True),
        Column("not_yet_started", "bool", "True before the goal's first day.", nullable=True),
        Column("creator_id", "id", "The creator."),
        Column("goal_id", "id", "The goal that is measured."),
        Column("project_id", "id", "The goal's project."),
        Column(
            "avatar_url",
            "text",
            "Address of the creator's picture.",
            nullable=True,
            content="link",
            role="long",
        ),
        Column("messages", "json", "One sentence for each flag that is true.", nullable=True),
        Column("scrape_freshness", "json", "The times of the last scrapes.", nullable=True),
    ),
    filters=filters("project_id", "creator_id", "period"),
)
