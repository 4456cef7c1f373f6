"""The rows of the ten aggregate reports, with a description per field.

Must not know how a report is computed.
"""

from __future__ import annotations

from trackagoat_pandas.sandbox.declare import Entity, Field

_COUNTS = (
    Field("view_count", "integer", "Views now."),
    Field("like_count", "integer", "Likes now."),
    Field("comment_count", "integer", "Comments now."),
    Field("share_count", "integer", "Shares now."),
    Field("save_count", "integer", "Saves now."),
)
_CREATOR_ID = Field("creator_id", "uuid", "The creator.")
_HANDLE = Field("tiktok_handle", "string", "The creator's handle, without @.")
_VIDEO_COUNT = Field("video_count", "integer", "Counted videos posted in the range.")
_RATE = Field(
    "engagement_rate_by_views",
    "number",
    "Likes, comments, shares and saves over views, in percent; null at 0 views.",
    nullable=True,
)

VIDEO_LEADER = Entity(
    "video_leaderboard",
    "A counted video posted in the range, with its counts now.",
    (
        Field("video_id", "uuid", "The video."),
        Field("title", "string", "The caption.", nullable=True),
        Field("thumbnail_url", "string", "The cover picture.", nullable=True),
        Field("url", "string", "The post's address."),
        *_COUNTS,
        Field("posted_at", "datetime", "When it was posted."),
    ),
)
HEATMAP = Entity(
    "posting_heatmap",
    "A weekday and hour in which something was posted.",
    (
        Field("dow", "integer", "The weekday: 0 is Sunday."),
        Field("hour", "integer", "The local hour, from 0 to 23."),
        Field("post_count", "integer", "Posts."),
        Field("avg_views", "number", "Their mean views now."),
    ),
)
VIEW_BUCKET = Entity(
    "view_bucket",
    "Videos with about as many views.",
    (
        Field("lower", "integer", "The fewest views, inclusive."),
        Field("upper", "integer", "The most views, exclusive; null: no limit.", nullable=True),
        Field("video_count", "integer", "Videos in the bucket."),
    ),
)
VIEW_PERCENTILES = Entity(
    "view_percentiles",
    "Views below which 25, 50, 75, 90 and 99 percent of the videos are; null without videos.",
    tuple(
        Field(f"p{rank}", "number", f"The {rank}th percentile.", nullable=True)
        for rank in (25, 50, 75, 90, 99)
    ),
)
DISTRIBUTION = Entity(
    "view_distribution",
    "How many videos are how big.",
    (
        Field("buckets", "array", "The buckets, smallest first.", of=VIEW_BUCKET),
        Field("percentiles", "object", "Percentiles of the views.", of=VIEW_PERCENTILES),
    ),
)
OUTLIER = Entity(
    "outlier",
    "A video far above its creator's median.",
    (
        Field("video_id", "uuid", "The video."),
        _CREATOR_ID,
        Field("view_count", "integer", "Views now."),
        Field("baseline_views", "number", "The median views of the creator's posts."),
        Field("multiple", "number", "Views over baseline."),
    ),
)
CREATOR_LEADER = Entity(
    "creator_leaderboard",
    "A creator and the counts of its videos posted in the range.",
    (_CREATOR_ID, _HANDLE, _VIDEO_COUNT, *_COUNTS, _RATE),
)
CONSISTENCY = Entity(
    "posting_consistency",
    "How steadily a creator posts.",
    (
        _CREATOR_ID,
        _HANDLE,
        Field("active_days", "integer", "Days with a post."),
        Field("posts", "integer", "Posts."),
        Field("posts_per_week", "number", "Posts a week, over the days of the range so far."),
        Field("longest_gap_days", "integer", "The most days in a row without a post."),
    ),
)
SCATTER = Entity(
    "creator_scatter",
    "A creator as a point: how much, how big, how engaging.",
    (
        _CREATOR_ID,
        _HANDLE,
        Field("post_count", "integer", "Posts."),
        Field("avg_views_per_post", "number", "Their mean views now."),
        _RATE,
    ),
)
GOAL_COUNTS = Entity(
    "goal_compliance_counts",
    "How many goals have a status.",
    (
        Field("status", "string", "The status."),
        Field("count", "integer", "Goals with that status."),
    ),
)
CAMPAIGN_LEADER = Entity(
    "campaign_leaderboard",
    "A campaign and the counts of its tree's videos posted in the range.",
    (
        Field("campaign_id", "uuid", "The campaign."),
        Field("name", "string", "Its name."),
        _VIDEO_COUNT,
        Field("view_count", "integer", "Views now."),
        _RATE,
    ),
)
OVERLAP = Entity(
    "member_overlap",
    "Two campaigns that share creators or videos.",
    (
        Field("campaign_a", "uuid", "The older campaign."),
        Field("campaign_b", "uuid", "The younger one."),
        Field("shared_creators", "integer", "Creators in both trees."),
        Field("shared_videos", "integer", "Counted videos in both trees."),
    ),
)
