"""The data model: every resource that the API lists, with a description per field.

The order of the fields is the order on the wire. Must not know SQL or how a value is computed.
"""

from __future__ import annotations

from trackagoat_pandas.sandbox.declare import Entity, Field

_ID = Field("id", "uuid", "The row's id.")
_PROJECT_ID = Field("project_id", "uuid", "The project that it belongs to.")
_CREATED_AT = Field("created_at", "datetime", "When the row was made.")
_UPDATED_AT = Field("updated_at", "datetime", "When the row was last changed.")
_METADATA = Field("metadata", "object", "Free-form object of the organization's own.")

PROJECT = Entity(
    "project",
    "A creator program of the organization.",
    (
        _ID,
        Field("org_id", "uuid", "The organization."),
        Field("name", "string", "The name, which need not be unique."),
        Field("description", "string", "What the program is about.", nullable=True),
        Field("timezone", "string", "IANA time zone in which days, weeks and months are meant."),
        _CREATED_AT,
        _UPDATED_AT,
    ),
)

CREATOR = Entity(
    "creator",
    "A TikTok account that a project tracks.",
    (
        _ID,
        _PROJECT_ID,
        Field("tiktok_handle", "string", "The handle, without @."),
        Field("display_name", "string", "The name on the profile.", nullable=True),
        Field("description", "string", "The team's notes; written as readme.", nullable=True),
        _METADATA,
        Field("tracking_mode", "string", "auto: every post is tracked; selective: chosen ones."),
        Field("avatar_url", "string", "The profile picture.", nullable=True),
        Field("follower_count", "integer", "Followers now."),
        Field("total_likes", "integer", "Likes now of the videos that are listed.", nullable=True),
        Field("video_count", "integer", "Videos that are listed."),
        Field("tracking_start_date", "date", "The first day of tracking."),
        Field("is_active", "boolean", "Whether the creator takes part in the program."),
        Field("disabled_at", "datetime", "When the creator was disabled.", nullable=True),
        _CREATED_AT,
        _UPDATED_AT,
    ),
)

VIDEO = Entity(
    "video",
    "A TikTok post, a video or a photo carousel, with its counts now.",
    (
        _ID,
        _PROJECT_ID,
        Field("creator_id", "uuid", "Who posted it; null if added by URL.", nullable=True),
        Field("tiktok_video_id", "string", "TikTok's id: 19 digits, larger than 2^53."),
        Field("url", "string", "The post's address."),
        Field("title", "string", "The caption.", nullable=True),
        Field("description", "string", "The team's notes.", nullable=True),
        _METADATA,
        Field("view_count", "integer", "Views now."),
        Field("like_count", "integer", "Likes now."),
        Field("comment_count", "integer", "Comments now."),
        Field("share_count", "integer", "Shares now."),
        Field("save_count", "integer", "Saves now."),
        Field(
            "tracking_status",
            "string",
            "auto_tracked, included and direct_add count; pending_review does not.",
        ),
        Field("thumbnail_url", "string", "The cover picture.", nullable=True),
        Field("posted_at", "datetime", "When it was posted."),
        Field("media_type", "string", "video or photo_carousel."),
        Field("is_tracking_disabled", "boolean", "Whether tracking was switched off."),
        Field("is_tracking_exempt", "boolean", "Whether it is exempt from automatic disabling."),
        _CREATED_AT,
        _UPDATED_AT,
    ),
)

CAMPAIGN_MEMBER = Entity(
    "campaign_member",
    "A creator, a video or another campaign in a campaign.",
    (
        Field("item_type", "string", "creator, video or campaign."),
        Field("item_id", "uuid", "Which one."),
    ),
)

CAMPAIGN = Entity(
    "campaign",
    "A group of creators, videos and other campaigns; it counts the union of its tree.",
    (
        _ID,
        _PROJECT_ID,
        Field("name", "string", "The name."),
        Field("readme", "string", "The team's notes.", nullable=True),
        _METADATA,
        Field("target_views", "integer", "The views aimed at.", nullable=True),
        Field("target_at", "datetime", "When they are to be reached.", nullable=True),
        Field("items", "array", "Its members.", of=CAMPAIGN_MEMBER),
        _CREATED_AT,
    ),
)

GOAL = Entity(
    "goal",
    "What a creator is to reach in every period.",
    (
        _ID,
        Field("creator_id", "uuid", "The creator."),
        _PROJECT_ID,
        Field("metric", "string", "posts, views, engagement or followers."),
        Field("period", "string", "daily, weekly (from Monday) or monthly."),
        Field("target_value", "integer", "The target for one period."),
        Field("start_date", "date", "The goal's first day; null: ever since.", nullable=True),
        Field("end_date", "date", "The goal's last day; null while it runs.", nullable=True),
        Field("is_active", "boolean", "Whether the goal is in force."),
    ),
)

COMMENT = Entity(
    "comment",
    "A comment under a video.",
    (
        _ID,
        Field("video_id", "uuid", "The video."),
        _PROJECT_ID,
        Field("creator_id", "uuid", "The video's creator, if any.", nullable=True),
        Field("tiktok_comment_id", "string", "TikTok's id: 19 digits, larger than 2^53."),
        Field("author", "string", "The handle of who wrote it."),
        Field("text", "string", "What was written; null for a picture.", nullable=True),
        Field("like_count", "integer", "Likes of the comment."),
        Field("posted_at", "datetime", "When it was written on TikTok."),
        _CREATED_AT,
    ),
)

ANNOTATION = Entity(
    "annotation",
    "A note on a day of a chart.",
    (
        _ID,
        _PROJECT_ID,
        Field("kind", "string", "launch, algorithm or note."),
        Field("label", "string", "The note."),
        Field("date", "date", "The day."),
        Field("entity", "string", "What it is about; null: the whole project.", nullable=True),
        Field("entity_id", "uuid", "Which creator, campaign or video.", nullable=True),
        _CREATED_AT,
    ),
)
