"""The ten aggregate reports."""

from __future__ import annotations

from trackagoat_pandas.tables.analytics import GOAL_STATUSES
from trackagoat_pandas.tables.model import Column, Filter, Table, assumed

_PATH = "/analytics/aggregate/"


def _count(unit: str, doc: str, *, least: int | None = 0) -> Column:
    """Declare a column of counts, such as view_count in views."""
    return assumed(f"{unit}_count", "int", doc, nullable=True, unit=f"{unit}s", least=least)


def _leaders(*units: str) -> tuple[Column, ...]:
    """Declare the counts of a leaderboard; whether they are of the range isn't documented."""
    unknown = "of the range or of a lifetime: not documented, load_report(check=True) finds out."
    # What a range gained can be negative.
    return tuple(_count(unit, f"{unit.capitalize()}s, {unknown}", least=None) for unit in units)


_FIVE = ("view", "like", "comment", "share", "save")
_HANDLE = assumed("tiktok_handle", "text", "The handle, without the @.", nullable=True)
_CREATOR_ID = assumed("creator_id", "id", "The creator.")
_ENGAGEMENT_RATE = assumed(
    "engagement_rate_by_views",
    "float",
    "(likes + comments + shares + saves) / views x 100; NA at 0 views.",
    nullable=True,
    unit="percent",
)


def _report(name: str, row: str, key: tuple[str, ...], *columns: Column) -> Table:
    # The rows of a report don't show which project or days they are for.
    return Table(
        name,
        _PATH + name,
        row,
        key,
        "load_report",
        columns,
        filters=(Filter("project_id"), Filter("dates")),
        page="api-reference/aggregate-analytics",
    )


VIDEO_LEADERBOARD = _report(
    "video-leaderboard",
    "one video, in the requested order",
    ("video_id",),
    Column("title", "text", "The post's caption.", nullable=True),
    *_leaders(*_FIVE),
    Column("posted_at", "instant", "When it was posted.", nullable=True),
    Column("video_id", "id", "The video."),
    Column("url", "text", "Address of the post.", content="link", role="long"),
    Column(
        "thumbnail_url", "text", "Address of the cover.", nullable=True, content="link", role="long"
    ),
)

POSTING_HEATMAP = _report(
    "posting-heatmap",
    "one hour of the week; hours without posts are left out",
    ("dow", "hour"),
    Column(
        "dow",
        "int",
        "Day of the week: 0 is Sunday.",
        unit="day",
        content="weekday",
        heading="weekday",
    ),
    Column(
        "hour", "int", "Hour of the day in the requested time zone.", unit="hour", content="ordinal"
    ),
    Column("post_count", "int", "Posts in that hour.", unit="posts", least=0),
    Column("avg_views", "float", "Mean views of those posts.", nullable=True, unit="views"),
)

VIEW_DISTRIBUTION = _report(
    "view-distribution",
    "one bucket of videos by their views",
    ("lower", "upper"),
    assumed("lower", "float", "Fewest views of the bucket.", unit="views"),
    assumed(
        "upper", "float", "End of the bucket; NA for the last one.", nullable=True, unit="views"
    ),
    assumed("video_count", "int", "Videos in the bucket.", unit="videos", least=0),
)

OUTLIERS = _report(
    "outliers",
    "one video with far more views than its creator's usual",
    ("video_id",),
    assumed("view_count", "int", "Its views.", unit="views"),
    assumed("baseline_views", "float", "The creator's usual views.", nullable=True, unit="views"),
    assumed("multiple", "float", "Views divided by the usual views.", nullable=True),
    assumed("video_id", "id", "The video."),
    assumed("creator_id", "id", "Its creator.", nullable=True),
)

CREATOR_LEADERBOARD = _report(
    "creator-leaderboard",
    "one creator, in the requested order",
    ("creator_id",),
    _HANDLE,
    _count("video", "Videos in the range."),
    *_leaders(*_FIVE),
    _ENGAGEMENT_RATE,
    _CREATOR_ID,
)

POSTING_CONSISTENCY = _report(
    "posting-consistency",
    "one creator's rhythm of posting",
    ("creator_id",),
    _HANDLE,
    assumed("active_days", "int", "Days with a post.", unit="days", least=0),
    assumed("posts", "int", "Posts in the range.", unit="posts", least=0),
    assumed("posts_per_week", "float", "Mean posts per week.", nullable=True, unit="posts a week"),
    assumed(
        "longest_gap_days", "float", "Longest time without a post.", nullable=True, unit="days"
    ),
    _CREATOR_ID,
)

CREATOR_SCATTER = _report(
    "creator-scatter",
    "one creator's number of posts and mean views",
    ("creator_id",),
    _HANDLE,
    _count("post", "Posts in the range."),
    assumed("avg_views_per_post", "float", "Mean views of the posts.", nullable=True, unit="views"),
    _ENGAGEMENT_RATE,
    _CREATOR_ID,
)

GOAL_COUNTS = _report(
    "goal-compliance",
    "one status and the number of goals that have it",
    ("status",),
    assumed("status", "category", "The status.", categories=GOAL_STATUSES, role="standing"),
    Column("count", "int", "Goals with this status.", nullable=True, unit="goals", least=0),
)

CAMPAIGN_LEADERBOARD = _report(
    "campaign-leaderboard",
    "one campaign",
    ("campaign_id",),
    assumed("name", "text", "Its name.", nullable=True),
    _count("video", "Videos in the range."),
    *_leaders("view"),
    _ENGAGEMENT_RATE,
    assumed("campaign_id", "id", "The campaign."),
)

MEMBER_OVERLAP = _report(
    "member-overlap",
    "one pair of campaigns",
    ("campaign_a", "campaign_b"),
    assumed(
        "shared_creators",
        "int",
        "Creators in both, also as authors of videos in them.",
        unit="creators",
        least=0,
    ),
    assumed("shared_videos", "int", "Videos in both.", unit="videos", least=0),
    assumed("campaign_a", "id", "One campaign."),
    assumed("campaign_b", "id", "The other."),
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
