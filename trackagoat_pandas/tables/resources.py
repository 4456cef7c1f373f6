"""Projects, creators, videos, campaigns, comments, and the data model."""

from __future__ import annotations

from trackagoat_pandas.tables.model import Column, Filter, Table, filters

TRACKING_MODES = ("auto", "selective")
TRACKING_STATUSES = ("auto_tracked", "included", "direct_add", "pending_review", "excluded")
MEDIA_TYPES = ("video", "photo_carousel")

PROJECTS = Table(
    name="projects",
    path="/projects",
    row="one project of the organization",
    key=("id",),
    loader="load_projects",
    columns=(
        Column("id", "id", "The project's id."),
        Column("org_id", "id", "The organization that owns the project."),
        Column("name", "text", "The project's name."),
        Column("description", "text", "What the project is for.", nullable=True, wire=("readme",)),
        Column("timezone", "text", "IANA time zone of its days.", documented=False, nullable=True),
        Column("created_at", "instant", "When the project was made."),
        Column("updated_at", "instant", "When the project was last changed."),
    ),
)

CREATORS = Table(
    name="creators",
    path="/creators",
    row="one creator of a project",
    key=("id",),
    loader="load_creators",
    columns=(
        Column("id", "id", "The creator's id."),
        Column("project_id", "id", "The project that the creator belongs to."),
        Column("tiktok_handle", "text", "The TikTok handle, without the @."),
        Column("display_name", "text", "The name shown on TikTok.", nullable=True),
        Column("description", "text", "Notes; written as readme.", nullable=True, wire=("readme",)),
        Column("metadata", "json", "A free-form object.", nullable=True),
        Column(
            "tracking_mode",
            "category",
            "Whether every new post is tracked or only chosen ones.",
            documented=False,
            nullable=True,
            categories=TRACKING_MODES,
        ),
        Column("avatar_url", "text", "Address of the picture.", documented=False, nullable=True),
        Column(
            "follower_count",
            "int",
            "Followers at the last scrape.",
            documented=False,
            nullable=True,
            unit="followers",
        ),
        Column(
            "total_likes",
            "int",
            "Likes of all posts at the last scrape.",
            documented=False,
            nullable=True,
            unit="likes",
        ),
        Column(
            "video_count",
            "int",
            "Posts at the last scrape.",
            documented=False,
            nullable=True,
            unit="posts",
        ),
        Column(
            "tracking_start_date",
            "day",
            "First day of tracking.",
            documented=False,
            nullable=True,
        ),
        Column("is_active", "bool", "False once removed.", documented=False, nullable=True),
        Column(
            "disabled_at",
            "instant",
            "When tracking was switched off.",
            documented=False,
            nullable=True,
        ),
        Column("created_at", "instant", "When the creator was added.", documented=False),
        Column("updated_at", "instant", "When the creator was last changed.", documented=False),
    ),
    filters=(*filters("project_id"), Filter("search", ("tiktok_handle",), part=True)),
)

VIDEOS = Table(
    name="videos",
    path="/videos",
    row="one tracked TikTok post; excluded ones never come",
    key=("id",),
    loader="load_videos",
    columns=(
        Column("id", "id", "The video's id."),
        Column("project_id", "id", "The project that the video belongs to."),
        Column("creator_id", "id", "The creator; NA for one added by its URL.", nullable=True),
        Column("tiktok_video_id", "id", "TikTok's own 19-digit id."),
        Column("url", "text", "Address of the post."),
        Column("title", "text", "The post's caption.", nullable=True),
        Column("description", "text", "Notes; written as readme.", nullable=True, wire=("readme",)),
        Column("metadata", "json", "A free-form object.", nullable=True),
        Column("view_count", "int", "Views at the last scrape.", nullable=True, unit="views"),
        Column("like_count", "int", "Likes at the last scrape.", nullable=True, unit="likes"),
        Column(
            "comment_count", "int", "Comments at the last scrape.", nullable=True, unit="comments"
        ),
        Column("share_count", "int", "Shares at the last scrape.", nullable=True, unit="shares"),
        Column(
            "save_count",
            "int",
            "Saves at the last scrape.",
            documented=False,
            nullable=True,
            unit="saves",
        ),
        Column(
            "tracking_status",
            "category",
            "Whether the video counts: the first three do, pending_review does not.",
            categories=TRACKING_STATUSES,
        ),
        Column(
            "media_type",
            "category",
            "Moving pictures or a photo carousel.",
            documented=False,
            nullable=True,
            categories=MEDIA_TYPES,
        ),
        Column("thumbnail_url", "text", "Address of the cover.", documented=False, nullable=True),
        Column("posted_at", "instant", "When it was posted.", documented=False, nullable=True),
        Column(
            "is_tracking_disabled",
            "bool",
            "True while tracking is switched off.",
            documented=False,
            nullable=True,
        ),
        Column(
            "is_tracking_exempt",
            "bool",
            "True if automatic rules leave its tracking alone.",
            documented=False,
            nullable=True,
        ),
        Column("created_at", "instant", "When the video was added.", documented=False),
        Column("updated_at", "instant", "When the video was last changed.", documented=False),
    ),
    filters=filters("project_id", "creator_id"),
)

CAMPAIGNS = Table(
    name="campaigns",
    path="/campaigns",
    row="one campaign of a project",
    key=("id",),
    loader="load_campaigns",
    columns=(
        Column("id", "id", "The campaign's id."),
        Column("project_id", "id", "The project that the campaign belongs to."),
        Column("name", "text", "The campaign's name."),
        Column("readme", "text", "Notes.", nullable=True, wire=("description",)),
        Column("metadata", "json", "A free-form object.", nullable=True),
        Column(
            "target_views",
            "int",
            "Views the campaign aims at.",
            documented=False,
            nullable=True,
            unit="views",
        ),
        Column(
            "target_at",
            "instant",
            "When the target is due.",
            documented=False,
            nullable=True,
        ),
        Column(
            "items",
            "json",
            "Its members: creators, videos and campaigns.",
            documented=False,
            nullable=True,
        ),
        Column("created_at", "instant", "When the campaign was made."),
    ),
    filters=filters("project_id"),
)

COMMENTS = Table(
    name="comments",
    path="/comments",
    row="one comment under a video",
    key=("id",),
    loader="load_comments",
    columns=(
        Column("id", "id", "The comment's id.", documented=False, wire=("comment_id",)),
        Column("video_id", "id", "The video it stands under.", documented=False, nullable=True),
        Column("project_id", "id", "The video's project.", documented=False, nullable=True),
        Column("creator_id", "id", "The video's creator.", documented=False, nullable=True),
        Column(
            "tiktok_comment_id", "id", "TikTok's own 19-digit id.", documented=False, nullable=True
        ),
        Column("author", "text", "The handle of who wrote it.", documented=False, nullable=True),
        Column("text", "text", "What it says.", documented=False, nullable=True),
        Column("like_count", "int", "Likes it got.", documented=False, nullable=True, unit="likes"),
        Column("posted_at", "instant", "When it was written.", documented=False, nullable=True),
        Column("created_at", "instant", "When it was scraped.", documented=False, nullable=True),
    ),
    filters=(
        *filters("project_id", "video_id", "creator_id"),
        Filter("dates", ("posted_at",)),
    ),
)

DATA_MODEL = Table(
    name="data_model",
    path="/schema",
    row="one field of an entity of the API's own data model",
    key=("entity", "field"),
    loader="load_data_model",
    columns=(
        Column("entity", "text", "The entity, such as video.", documented=False),
        Column("field", "text", "The field's name.", documented=False, wire=("name",)),
        Column("type", "text", "The field's type.", documented=False, nullable=True),
        Column("nullable", "bool", "Whether it may be null.", documented=False, nullable=True),
        Column("description", "text", "What it means.", nullable=True),
    ),
)
