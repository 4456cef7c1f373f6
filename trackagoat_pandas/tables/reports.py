"""The ten aggregate reports."""

from __future__ import annotations

from trackagoat_pandas.tables.analytics import GOAL_STATUSES
from trackagoat_pandas.tables.model import Column, Filter, Table

_PATH = "/analytics/aggregate/"


def _count(unit: str, doc: str) -> Column:
    """Declare a column of counts such as view_count, in the unit that its name says."""
    return Column(f"{unit}_count", "int", doc, documented=False, nullable=True, unit=f"{unit}s")


def _leaders(*units: str) -> tuple[Column, ...]:
    """Declare the counts of a leaderboard, of which only names are documented."""
    unknown = "of the range or of a lifetime: not documented, load_report(check=True) finds out."
    return tuple(_count(unit, f"{unit.capitalize()}s, {unknown}") for unit in units)


_FIVE = ("view", "like", "comment", "share", "save")
_CREATOR = (
    Column("creator_id", "id", "The creator.", documented=False),
    Column("tiktok_handle", "text", "The handle, without the @.", documented=False, nullable=True),
)
_ENGAGEMENT_RATE = Column(
    "engagement_rate_by_views",
    "float",
    "(likes + comments + shares + saves) / views x 100; NA at 0 views.",
    documented=False,
    nullable=True,
    unit="percent",
)


def _report(name: str, row: str, key: tuple[str, ...], *columns: Column) -> Table:
    # No report says in its rows which project or days they are about.
    return Table(
        name,
        _PATH + name,
        row,
        key,
        "load_report",
        columns,
        filters=(Filter("project_id"), Filter("dates")),
    )


VIDEO_LEADERBOARD = _report(
    "video-leaderboard",
    "one video, by the order asked for",
    ("video_id",),
    Column("video_id", "id", "The video."),
    Column("title", "text", "The post's caption.", nullable=True),
    Column("thumbnail_url", "text", "Address of the cover.", nullable=True),
    Column("url", "text", "Address of the post."),
    *_leaders(*_FIVE),
    Column("posted_at", "instant", "When it was posted.", nullable=True),
)

POSTING_HEATMAP = _report(
    "posting-heatmap",
    "one hour of the week; hours without posts are left out",
    ("dow", "hour"),
    Column("dow", "int", "Day of the week: 0 is Sunday.", unit="day"),
    Column("hour", "int", "Hour of the day in the time zone asked for.", unit="hour"),
    Column("post_count", "int", "Posts in that hour.", unit="posts"),
    Column("avg_views", "float", "Mean views of those posts.", nullable=True, unit="views"),
)

VIEW_DISTRIBUTION = _report(
    "view-distribution",
    "one bucket of videos by their views",
    ("lower", "upper"),
    Column("lower", "float", "Fewest views of the bucket.", documented=False, unit="views"),
    Column(
        "upper",
        "float",
        "End of the bucket; NA for the last one.",
        documented=False,
        nullable=True,
        unit="views",
    ),
    Column("video_count", "int", "Videos in the bucket.", documented=False, unit="videos"),
)

OUTLIERS = _report(
    "outliers",
    "one video that did far better than its creator's usual",
    ("video_id",),
    Column("video_id", "id", "The video.", documented=False),
    Column("creator_id", "id", "Its creator.", documented=False, nullable=True),
    Column("view_count", "int", "Its views.", documented=False, unit="views"),
    Column(
        "baseline_views",
        "float",
        "The views that were usual.",
        documented=False,
        nullable=True,
        unit="views",
    ),
    Column("multiple", "float", "Views over usual views.", documented=False, nullable=True),
)

CREATOR_LEADERBOARD = _report(
    "creator-leaderboard",
    "one creator, by the order asked for",
    ("creator_id",),
    *_CREATOR,
    _count("video", "Videos in the range."),
    *_leaders(*_FIVE),
    _ENGAGEMENT_RATE,
)

POSTING_CONSISTENCY = _report(
    "posting-consistency",
    "one creator's rhythm of posting",
    ("creator_id",),
    *_CREATOR,
    Column("active_days", "int", "Days with a post.", documented=False, unit="days"),
    Column("posts", "int", "Posts in the range.", documented=False, unit="posts"),
    Column(
        "posts_per_week",
        "float",
        "Posts in a mean week.",
        documented=False,
        nullable=True,
        unit="posts a week",
    ),
    Column(
        "longest_gap_days",
        "float",
        "Longest time without a post.",
        documented=False,
        nullable=True,
        unit="days",
    ),
)

CREATOR_SCATTER = _report(
    "creator-scatter",
    "one creator's output against reach",
    ("creator_id",),
    *_CREATOR,
    _count("post", "Posts in the range."),
    Column(
        "avg_views_per_post",
        "float",
        "Mean views of the posts.",
        documented=False,
        nullable=True,
        unit="views",
    ),
    _ENGAGEMENT_RATE,
)

GOAL_COUNTS = _report(
    "goal-compliance",
    "one status and how many goals have it",
    ("status",),
    Column("status", "category", "How goals stand.", documented=False, categories=GOAL_STATUSES),
    Column("count", "int", "Goals that stand so.", nullable=True, unit="goals"),
)

CAMPAIGN_LEADERBOARD = _report(
    "campaign-leaderboard",
    "one campaign",
    ("campaign_id",),
    Column("campaign_id", "id", "The campaign.", documented=False),
    Column("name", "text", "Its name.", documented=False, nullable=True),
    _count("video", "Videos in the range."),
    *_leaders("view"),
    _ENGAGEMENT_RATE,
)

MEMBER_OVERLAP = _report(
    "member-overlap",
    "one pair of campaigns",
    ("campaign_a", "campaign_b"),
    Column("campaign_a", "id", "One campaign.", documented=False),
    Column("campaign_b", "id", "The other.", documented=False),
    Column("shared_creators", "int", "Creators in both.", documented=False, unit="creators"),
    Column("shared_videos", "int", "Videos in both.", documented=False, unit="videos"),
)

REPORTS = (
    VIDEO_LEADERBOARD,
    POSTING_HEATMAP,
    VIEW_DISTRIBUTION,
    OUTLIERS,
    CREATOR_LEADERBOARD,
    POSTING_CONSISTENCY,
    CREATOR_SCATTER,
    GOAL_COUNTS,
    CAMPAIGN_LEADERBOARD,
    MEMBER_OVERLAP,
)
