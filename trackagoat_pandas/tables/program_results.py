"""The results of helpers about campaigns, similar creators, health and luck: their columns."""

from __future__ import annotations

from trackagoat_pandas.tables.model import ResultTable, maybe, percent
from trackagoat_pandas.tables.vocabulary import result

PROGRAM_RESULTS: tuple[ResultTable, ...] = (
    # Campaigns: who is in them, and how they do
    # Campaigns: what they added
    # Creators who are alike
    result(
        "similar_creators",
        "one other creator",
        title="Similar creators",
        columns=(
            "rank tiktok_handle",
            maybe("distance", "float", "The sum of what the parts add.", content="number"),
            *(
                maybe(part, "float", f"What {what} add to the distance.", content="number")
                for part, what in (
                    ("size", "views of posts"),
                    ("spread", "differences of posts in views"),
                    ("cadence", "posts a week"),
                    ("engagement", "engagement rates"),
                    ("hours", "hours of posts"),
                    ("weekdays", "weekdays of posts"),
                )
            ),
            "hashtags?",
            maybe("stability", "float", "How often it is again among the first.", content="share"),
            "posts reason creator_id",
        ),
    ),
    result(
        "creator_pools",
        "one creator",
        title="Pools of creators",
        columns=(
            "tiktok_handle",
            maybe("pool", "int", "The group, 1 for the largest.", content="ordinal"),
            "posts median_views",
            maybe("views_factor", "float", "The factor by which posts usually differ in views."),
            "posts_per_week engagement_rate_by_views",
            maybe("usual_hour", "float", "The hour around which posts come.", unit="hour"),
            percent("weekend_pct", doc="Share of the posts on Saturdays and Sundays."),
            maybe(
                "pool_description",
                "text",
                "What sets the pool apart.",
                heading="set apart by",
                role="standing",
            ),
            "reason creator_id",
        ),
    ),
    # How a program does
    # Skill or luck
)
