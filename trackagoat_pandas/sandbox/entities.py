"""The data model: what lists and writes answer with, with a description of every field.

The order of the fields is the order on the wire. Money is integer cents.
"""

from __future__ import annotations

from trackagoat_pandas.sandbox.declare import Entity, Field

_ID = Field("id", "uuid", "The row's id.")
_PROJECT_ID = Field("project_id", "uuid", "The project that it belongs to.")
_CREATED_AT = Field("created_at", "datetime", "When the row was made.")
_UPDATED_AT = Field("updated_at", "datetime", "When the row was last changed.")
_METADATA = Field("metadata", "object", "Free-form object of the organization's own.")
_CREATOR_ID = Field("creator_id", "uuid", "The creator.")
_ORG_ID = Field("org_id", "uuid", "The organization.")
_ROLE = Field("role", "string", "admin or member.")

COUNTS = (
    Field("view_count", "integer", "Views now."),
    Field("like_count", "integer", "Likes now."),
    Field("comment_count", "integer", "Comments now."),
    Field("share_count", "integer", "Shares now."),
    Field("save_count", "integer", "Saves now."),
)

PROJECT = Entity(
    "project",
    "A creator program of the organization.",
    (
        _ID,
        _ORG_ID,
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
        *COUNTS,
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
        _CREATOR_ID,
        _PROJECT_ID,
        Field("metric", "string", "posts, views, engagement or followers."),
        Field("period", "string", "daily, weekly (from Monday) or monthly."),
        Field("target_value", "integer", "The target for one period."),
        Field("start_date", "date", "The goal's first day; null: ever since.", nullable=True),
        Field("end_date", "date", "The goal's last day; null while it runs.", nullable=True),
        Field("is_active", "boolean", "Whether the goal is active."),
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

METHOD = Entity(
    "payout_method",
    "A way of paying; no money moves through the API.",
    (
        _ID,
        _ORG_ID,
        Field("name", "string", "The name, such as PayPal."),
        Field("icon_url", "string", "Its icon.", nullable=True),
        Field("is_default", "boolean", "Whether it is built in, so that it can't be deleted."),
        Field("is_active", "boolean", "Whether it may be used for new payments."),
        _METADATA,
        Field("readme", "string", "The team's notes.", nullable=True),
        _CREATED_AT,
    ),
)

STRUCTURE = Entity(
    "payout_structure",
    "A rule by which creators earn; an edit makes a new version, this is the newest.",
    (
        _ID,
        _PROJECT_ID,
        Field("name", "string", "The name."),
        Field("kind", "string", "recurring, goal, cpm or view_threshold."),
        Field("version", "integer", "The version, from 1."),
        Field("amount_cents", "integer", "Cents for a period, goal or threshold.", nullable=True),
        Field("period", "string", "daily, weekly or monthly.", nullable=True),
        Field("cpm_cents", "integer", "Cents for 1,000 views.", nullable=True),
        Field("threshold_views", "integer", "Views at which a video pays.", nullable=True),
        Field("cap_cents", "integer", "The most that one period pays.", nullable=True),
        Field("goal_metric", "string", "The metric of the goals that pay.", nullable=True),
        Field("proration", "string", "none, or daily: by days assigned of days in the period."),
        Field("is_active", "boolean", "Whether the rule is active."),
        _CREATED_AT,
    ),
)

ASSIGNMENT = Entity(
    "payout_assignment",
    "A creator to whom a structure applies.",
    (
        _ID,
        Field("structure_id", "uuid", "The structure."),
        _CREATOR_ID,
        Field("start_date", "date", "The first day."),
        Field("end_date", "date", "The last day; null while it runs.", nullable=True),
    ),
)

ACCRUAL = Entity(
    "payout_accrual",
    "What a creator earned for one period under one version of a structure.",
    (
        _ID,
        _PROJECT_ID,
        _CREATOR_ID,
        Field("structure_id", "uuid", "The structure."),
        Field("structure_version", "integer", "The version that applied."),
        Field("period_start", "date", "The period's first day."),
        Field("period_end", "date", "The period's last day."),
        Field("amount_cents", "integer", "The amount in cents; an adjustment may be negative."),
        Field("status", "string", "pending, paid or voided."),
        Field("kind", "string", "accrual or adjustment."),
        Field("basis", "object", "What the amount rests on, such as views or a goal."),
        _CREATED_AT,
    ),
)

PAYMENT = Entity(
    "payout_payment",
    "A payment that was recorded; it settles accruals unless it is voided.",
    (
        _ID,
        _CREATOR_ID,
        Field("accrual_ids", "array", "The accruals that it settles.", of="uuid"),
        Field("amount_cents", "integer", "The amount in cents."),
        Field("method_id", "uuid", "The method, if it still exists.", nullable=True),
        Field("method_name", "string", "The method's name when it was paid."),
        Field("status", "string", "recorded or voided."),
        Field("paid_at", "datetime", "When it was paid."),
        Field("note", "string", "A note.", nullable=True),
        Field("receipt_url", "string", "The receipt.", nullable=True),
    ),
)

RESULT = Entity(
    "result",
    "What became of one item.",
    (
        Field("item", "string", "The item as it was given."),
        Field("id", "uuid", "The id of its resource; null if it failed.", nullable=True),
        Field("status", "string", "created, reactivated, updated, unchanged or failed."),
        Field("code", "string", "The error's code.", nullable=True),
        Field("error", "string", "The error.", nullable=True),
    ),
)
RESULTS = Entity(
    "results",
    "What became of each item, in the order given.",
    (Field("results", "array", "One result for each item.", of=RESULT),),
)
DELETED = Entity("deleted", "What was deleted.", (_ID, Field("deleted", "boolean", "Always true.")))
QUEUED = Entity(
    "queued_scrape", "What will be scraped.", (_ID, Field("queued", "boolean", "Always true."))
)
CAMPAIGN_ITEM = Entity(
    "campaign_item",
    "A member of a campaign.",
    (
        Field("campaign_id", "uuid", "The campaign."),
        Field("item_type", "string", "creator, video or campaign."),
        Field("item_id", "uuid", "Which one."),
    ),
)
ORGANIZATION = Entity(
    "organization",
    "Who owns projects, members and keys.",
    (
        _ID,
        Field("name", "string", "The name."),
        Field("timezone", "string", "IANA time zone in which its days are days."),
        _CREATED_AT,
    ),
)
MEMBER = Entity(
    "member",
    "A person of an organization.",
    (
        _ID,
        _ORG_ID,
        Field("user_id", "uuid", "The person."),
        Field("email", "string", "The address, if it is known.", nullable=True),
        _ROLE,
        _CREATED_AT,
    ),
)
INVITATION = Entity(
    "invitation",
    "An invitation that waits for its answer.",
    (_ID, _ORG_ID, Field("email", "string", "Who is invited."), _ROLE, _CREATED_AT),
)
API_KEY = Entity(
    "api_key",
    "A key, with the plain text that is shown this once.",
    (
        _ID,
        Field("name", "string", "The name."),
        Field("scopes", "array", "read, write or both.", of="string"),
        Field("key", "string", "The key itself."),
        _CREATED_AT,
    ),
)
UPLOAD = Entity(
    "receipt_upload",
    "An address to which a receipt is put, once and without a key.",
    (
        Field("upload_url", "string", "Where to PUT the file."),
        Field("receipt_url", "string", "Where it will be: the payment's receipt_url."),
        Field("expires_at", "datetime", "Until when."),
    ),
)
