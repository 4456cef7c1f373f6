"""Projects, creators, videos, campaigns, comments, and the data model."""

from __future__ import annotations

from trackagoat_pandas.tables.model import Column, Filter, Table, assumed, filters

TRACKING_MODES = ("auto", "selective")
TRACKING_STATUSES = ("auto_tracked", "included", "direct_add", "pending_review", "excluded")
MEDIA_TYPES = ("video", "photo_carousel")

PROJECTS = Table(
    name="projects",
    path="/projects",
    page="agents/data-model",
    row="one project of the organization",
    key=("id",),
    loader="load_projects",
    columns=(
        Column("name", "text", "The project's name."),
        assumed("timezone", "text", "IANA time zone of its days.", nullable=True),
        Column("created_at", "instant", "When the project was created."),
        Column("updated_at", "instant", "When the project was last changed."),
        Column("org_id", "id", "The organization that owns the project."),
        Column("id", "id", "The project's id."),
        Column(
            "description",
            "text",
            "What the project is for.",
            nullable=True,
            wire=("readme",),
            role="long",
        ),
    ),
)

CREATORS = Table(
    name="creators",
    path="/creators",
    page="api-reference/creators",
    row="one creator of a project",
    key=("id",),
    loader="load_creators",
    columns=(
        Column("tiktok_handle", "text", "The TikTok handle, without the @."),
        Column("display_name", "text", "The name shown on TikTok.", nullable=True),
        assumed(
            "follower_count",
            "int",
            "Followers at the last scrape.",
            nullable=True,
            unit="followers",
            least=0,
        ),
        assumed(
            "total_likes",
            "int",
            "Likes of all posts at the last scrape.",
            nullable=True,
            unit="likes",
            least=0,
        ),
        assumed(
            "video_count", "int", "Posts at the last scrape.", nullable=True, unit="posts", least=0
        ),
        assumed(
            "tracking_mode",
            "category",
            "Whether every new post is tracked or only chosen ones.",
            nullable=True,
            categories=TRACKING_MODES,
            role="standing",
        ),
        assumed("tracking_start_date", "day", "First day of tracking.", nullable=True),
        assumed("is_active", "bool", "False once the creator is removed.", nullable=True),
        assumed("disabled_at", "instant", "When the creator was removed.", nullable=True),
        assumed("created_at", "instant", "When the creator was added."),
        assumed("updated_at", "instant", "When the creator was last changed."),
        Column("project_id", "id", "The project that the creator belongs to."),
        Column("id", "id", "The creator's id."),
        Column(
            "description",
            "text",
            "Notes; written as readme.",
            nullable=True,
            wire=("readme",),
            role="long",
        ),
        assumed(
            "avatar_url",
            "text",
            "Address of the picture.",
            nullable=True,
            content="link",
            role="long",
        ),
        Column("metadata", "json", "A free-form object.", nullable=True),
    ),
    filters=(*filters("project_id"), Filter("search", ("tiktok_handle",), part=True)),
)

VIDEOS = Table(
    name="videos",
    path="/videos",
    page="api-reference/videos",
    row="one tracked TikTok post; excluded posts are left out",
    key=("id",),
    loader="load_videos",
    columns=(
        Column("title", "text", "The post's caption.", nullable=True),
        Column(
            "view_count", "int", "Views at the last scrape.", nullable=True, unit="views", least=0
        ),
        Column(
            "like_count", "int", "Likes at the last scrape.", nullable=True, unit="likes", least=0
        ),
        Column(
            "comment_count",
            "int",
            "Comments at the last scrape.",
            nullable=True,
            unit="comments",
            least=0,
        ),
        Column(
            "share_count",
            "int",
            "Shares at the last scrape.",
            nullable=True,
            unit="shares",
            least=0,
        ),
        assumed(
            "save_count", "int", "Saves at the last scrape.", nullable=True, unit="saves", least=0
        ),
        Column(
            "tracking_status",
            "category",
            "Whether the video counts; pending_review and excluded ones don't.",
            categories=TRACKING_STATUSES,
            role="standing",
        ),
        assumed(
            "media_type",
            "category",
            "A video or a photo carousel.",
            nullable=True,
            categories=MEDIA_TYPES,
            role="standing",
        ),
        assumed("posted_at", "instant", "When it was posted.", nullable=True),
        assumed(
            "is_tracking_disabled", "bool", "True while tracking is switched off.", nullable=True
        ),
        assumed(
            "is_tracking_exempt",
            "bool",
            "True if automatic rules don't change its tracking.",
            nullable=True,
        ),
        assumed("created_at", "instant", "When the video was added."),
        assumed("updated_at", "instant", "When the video was last changed."),
        Column("project_id", "id", "The project that the video belongs to."),
        Column("creator_id", "id", "The creator; NA for one added by its URL.", nullable=True),
        Column("tiktok_video_id", "id", "TikTok's own 19-digit id."),
        Column("id", "id", "The video's id."),
        Column("url", "text", "Address of the post.", content="link", role="long"),
        Column(
            "description",
            "text",
            "Notes; written as readme.",
            nullable=True,
            wire=("readme",),
            role="long",
        ),
        assumed(
            "thumbnail_url",
            "text",
            "Address of the cover.",
            nullable=True,
            content="link",
            role="long",
        ),
        Column("metadata", "json", "A free-form object.", nullable=True),
    ),
    filters=filters("project_id", "creator_id"),
)

CAMPAIGNS = Table(
    name="campaigns",
    path="/campaigns",
    page="api-reference/campaigns",
    row="one campaign of a project",
    key=("id",),
    loader="load_campaigns",
    columns=(
        Column("name", "text", "The campaign's name."),
        assumed(
            "target_views",
            "int",
            "The campaign's target of views.",
            nullable=True,
            unit="views",
            least=0,
        ),
        assumed("target_at", "instant", "When the target is due.", nullable=True),
        Column("created_at", "instant", "When the campaign was created."),
        Column("project_id", "id", "The project that the campaign belongs to."),
        Column("id", "id", "The campaign's id."),
        Column("readme", "text", "Notes.", nullable=True, wire=("description",), role="long"),
        Column("metadata", "json", "A free-form object.", nullable=True),
        assumed("items", "json", "Its members: creators, videos and campaigns.", nullable=True),
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
        assumed("author", "text", "The handle of its author.", nullable=True),
        assumed("text", "text", "The comment's text.", nullable=True),
        assumed("like_count", "int", "Likes of the comment.", nullable=True, unit="likes", least=0),
        assumed("posted_at", "instant", "When it was written.", nullable=True),
        assumed("created_at", "instant", "When it was scraped.", nullable=True),
        assumed("video_id", "id", "The video it was written under.", nullable=True),
        assumed("project_id", "id", "The video's project.", nullable=True),
        assumed("creator_id", "id", "The video's creator.", nullable=True),
        assumed("tiktok_comment_id", "id", "TikTok's own 19-digit id.", nullable=True),
        assumed("id", "id", "The comment's id.", wire=("comment_id",)),
    ),
    filters=(
        *filters("project_id", "video_id", "creator_id"),
        Filter("dates", ("posted_at",)),
    ),
)

DATA_MODEL = Table(
    name="data_model",
    path="/schema",
    page="api-reference/schema",
    row="one field of an entity of the API's own data model",
    key=("entity", "field"),
    loader="load_data_model",
    columns=(
        assumed("entity", "text", "The entity, such as video."),
        assumed("field", "text", "The field's name.", wire=("name",)),
        assumed("type", "text", "The field's type.", nullable=True),
        assumed("nullable", "bool", "Whether the field may be null.", nullable=True),
        Column("description", "text", "What it means.", nullable=True, role="long"),
    ),
)
