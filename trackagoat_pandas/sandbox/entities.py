"""The data model: the rows that lists and writes answer with, field by field.

The fields have the order of the wire. Money is integer cents.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from trackagoat_pandas.sandbox.declare import Row
from trackagoat_pandas.sandbox.formats import Day, Instant, Uuid, doc

_Id: TypeAlias = Annotated[Uuid, doc("The id.")]
_OrgId: TypeAlias = Annotated[Uuid, doc("The organization.")]
_CreatedAt: TypeAlias = Annotated[Instant, doc("When it was created.")]
_UpdatedAt: TypeAlias = Annotated[Instant, doc("When it was last changed.")]
_ProjectId: TypeAlias = Annotated[Uuid, doc("The project that it belongs to.")]
_Metadata: TypeAlias = Annotated[dict[str, Any], doc("Free-form object of the organization's own.")]
_ItemType: TypeAlias = Annotated[str, doc("creator, video or campaign.")]
_ItemId: TypeAlias = Annotated[Uuid, doc("Which one.")]
_Name: TypeAlias = Annotated[str, doc("The name.")]
_Readme: TypeAlias = Annotated[str | None, doc("The team's notes.")]
_CreatorId: TypeAlias = Annotated[Uuid, doc("The creator.")]
_StructureId: TypeAlias = Annotated[Uuid, doc("The structure.")]
_Role: TypeAlias = Annotated[str, doc("admin or member.")]
ViewCount: TypeAlias = Annotated[int, doc("Views now.")]
LikeCount: TypeAlias = Annotated[int, doc("Likes now.")]
CommentCount: TypeAlias = Annotated[int, doc("Comments now.")]
ShareCount: TypeAlias = Annotated[int, doc("Shares now.")]
SaveCount: TypeAlias = Annotated[int, doc("Saves now.")]


class Project(Row):
    """A creator program of the organization."""

    id: _Id
    org_id: _OrgId
    name: Annotated[str, doc("The name, which need not be unique.")]
    description: Annotated[str | None, doc("What the program is about.")]
    timezone: Annotated[str, doc("IANA time zone that defines days, weeks and months.")]
    created_at: _CreatedAt
    updated_at: _UpdatedAt


class Creator(Row):
    """A TikTok account that a project tracks."""

    id: _Id
    project_id: _ProjectId
    tiktok_handle: Annotated[str, doc("The handle, without @.")]
    display_name: Annotated[str | None, doc("The name on the profile.")]
    description: Annotated[str | None, doc("The team's notes; written as readme.")]
    metadata: _Metadata
    tracking_mode: Annotated[str, doc("auto: every post is tracked; selective: chosen ones.")]
    avatar_url: Annotated[str | None, doc("The profile picture.")]
    follower_count: Annotated[int, doc("Followers now.")]
    total_likes: Annotated[int | None, doc("Likes now of the listed videos.")]
    video_count: Annotated[int, doc("The number of listed videos.")]
    tracking_start_date: Annotated[Day, doc("The first day of tracking.")]
    is_active: Annotated[bool, doc("Whether the creator takes part in the program.")]
    disabled_at: Annotated[Instant | None, doc("When the creator was disabled.")]
    created_at: _CreatedAt
    updated_at: _UpdatedAt


class Video(Row):
    """A TikTok post, a video or a photo carousel, with its counts now."""

    id: _Id
    project_id: _ProjectId
    creator_id: Annotated[Uuid | None, doc("Who posted it; null if added by URL.")]
    tiktok_video_id: Annotated[str, doc("TikTok's id: 19 digits, larger than 2^53.")]
    url: Annotated[str, doc("The post's address.")]
    title: Annotated[str | None, doc("The caption.")]
    description: Annotated[str | None, doc("The team's notes.")]
    metadata: _Metadata
    view_count: ViewCount
    like_count: LikeCount
    comment_count: CommentCount
    share_count: ShareCount
    save_count: SaveCount
    tracking_status: Annotated[
        str, doc("auto_tracked, included and direct_add count; pending_review does not.")
    ]
    thumbnail_url: Annotated[str | None, doc("The cover picture.")]
    posted_at: Annotated[Instant, doc("When it was posted.")]
    media_type: Annotated[str, doc("video or photo_carousel.")]
    is_tracking_disabled: Annotated[bool, doc("Whether tracking was switched off.")]
    is_tracking_exempt: Annotated[bool, doc("Whether it is exempt from automatic disabling.")]
    created_at: _CreatedAt
    updated_at: _UpdatedAt


class CampaignMember(Row):
    """A creator, a video or another campaign in a campaign."""

    item_type: _ItemType
    item_id: _ItemId


class Campaign(Row):
    """A group of creators, videos and other campaigns; it counts the union of its tree."""

    id: _Id
    project_id: _ProjectId
    name: _Name
    readme: _Readme
    metadata: _Metadata
    target_views: Annotated[int | None, doc("The target number of views.")]
    target_at: Annotated[Instant | None, doc("When the target should be reached.")]
    items: Annotated[list[CampaignMember], doc("Its members.")]
    created_at: _CreatedAt


class Goal(Row):
    """A target for a creator in every period."""

    id: _Id
    creator_id: _CreatorId
    project_id: _ProjectId
    metric: Annotated[str, doc("posts, views, engagement or followers.")]
    period: Annotated[str, doc("daily, weekly (from Monday) or monthly.")]
    target_value: Annotated[int, doc("The target for one period.")]
    start_date: Annotated[Day | None, doc("The goal's first day; null: no start.")]
    end_date: Annotated[Day | None, doc("The goal's last day; null while it runs.")]
    is_active: Annotated[bool, doc("Whether the goal is active.")]


class Comment(Row):
    """A comment under a video."""

    id: _Id
    video_id: Annotated[Uuid, doc("The video.")]
    project_id: _ProjectId
    creator_id: Annotated[Uuid | None, doc("The video's creator, if any.")]
    tiktok_comment_id: Annotated[str, doc("TikTok's id: 19 digits, larger than 2^53.")]
    author: Annotated[str, doc("The author's handle.")]
    text: Annotated[str | None, doc("What was written; null for a picture.")]
    like_count: Annotated[int, doc("Likes of the comment.")]
    posted_at: Annotated[Instant, doc("When it was written on TikTok.")]
    created_at: _CreatedAt


class Annotation(Row):
    """A note on a day of a chart."""

    id: _Id
    project_id: _ProjectId
    kind: Annotated[str, doc("launch, algorithm or note.")]
    label: Annotated[str, doc("The note.")]
    date: Annotated[Day, doc("The day.")]
    entity: Annotated[str | None, doc("What it is about; null: the whole project.")]
    entity_id: Annotated[Uuid | None, doc("Which creator, campaign or video.")]
    created_at: _CreatedAt


class PayoutMethod(Row):
    """A way of paying; no money moves through the API."""

    id: _Id
    org_id: _OrgId
    name: Annotated[str, doc("The name, such as PayPal.")]
    icon_url: Annotated[str | None, doc("Its icon.")]
    is_default: Annotated[bool, doc("Whether it is built in, so that it can't be deleted.")]
    is_active: Annotated[bool, doc("Whether it may be used for new payments.")]
    metadata: _Metadata
    readme: _Readme
    created_at: _CreatedAt


class PayoutStructure(Row):
    """A rule by which creators earn, in its newest version: an edit makes a new one."""

    id: _Id
    project_id: _ProjectId
    name: _Name
    kind: Annotated[str, doc("recurring, goal, cpm or view_threshold.")]
    version: Annotated[int, doc("The version, from 1.")]
    amount_cents: Annotated[int | None, doc("Cents for a period, goal or threshold.")]
    period: Annotated[str | None, doc("daily, weekly or monthly.")]
    cpm_cents: Annotated[int | None, doc("Cents for 1,000 views.")]
    threshold_views: Annotated[int | None, doc("Views at which a video pays.")]
    cap_cents: Annotated[int | None, doc("The maximum that one period pays.")]
    goal_metric: Annotated[str | None, doc("The metric of the goals that pay.")]
    proration: Annotated[str, doc("none, or daily: by days assigned of days in the period.")]
    is_active: Annotated[bool, doc("Whether the rule is active.")]
    created_at: _CreatedAt


class PayoutAssignment(Row):
    """A creator to whom a structure applies."""

    id: _Id
    structure_id: _StructureId
    creator_id: _CreatorId
    start_date: Annotated[Day, doc("The first day.")]
    end_date: Annotated[Day | None, doc("The last day; null while it runs.")]


class PayoutAccrual(Row):
    """What a creator earned for one period under one version of a structure."""

    id: _Id
    project_id: _ProjectId
    creator_id: _CreatorId
    structure_id: _StructureId
    structure_version: Annotated[int, doc("The version that applied.")]
    period_start: Annotated[Day, doc("The period's first day.")]
    period_end: Annotated[Day, doc("The period's last day.")]
    amount_cents: Annotated[int, doc("The amount in cents; an adjustment may be negative.")]
    status: Annotated[str, doc("pending, paid or voided.")]
    kind: Annotated[str, doc("accrual or adjustment.")]
    basis: Annotated[dict[str, Any], doc("What the amount is based on, such as views or a goal.")]
    created_at: _CreatedAt


class PayoutPayment(Row):
    """A payment that was recorded; it settles accruals unless it is voided."""

    id: _Id
    creator_id: _CreatorId
    accrual_ids: Annotated[list[Uuid], doc("The accruals that it settles.")]
    amount_cents: Annotated[int, doc("The amount in cents.")]
    method_id: Annotated[Uuid | None, doc("The method, if it still exists.")]
    method_name: Annotated[str, doc("The method's name when it was paid.")]
    status: Annotated[str, doc("recorded or voided.")]
    paid_at: Annotated[Instant, doc("When it was paid.")]
    note: Annotated[str | None, doc("A note.")]
    receipt_url: Annotated[str | None, doc("The receipt.")]


class Result(Row):
    """The result of one item."""

    item: Annotated[str, doc("The item as given.")]
    id: Annotated[Uuid | None, doc("The id of its resource; null if it failed.")]
    status: Annotated[str, doc("created, reactivated, updated, unchanged or failed.")]
    code: Annotated[str | None, doc("The error code.")]
    error: Annotated[str | None, doc("The error message.")]


class Results(Row):
    """The result of each item, in the given order."""

    results: Annotated[list[Result], doc("One result for each item.")]


class Deleted(Row):
    """A deleted resource."""

    id: _Id
    deleted: Annotated[bool, doc("Always true.")]


class QueuedScrape(Row):
    """A queued scrape."""

    id: _Id
    queued: Annotated[bool, doc("Always true.")]


class CampaignItem(Row):
    """A member of a campaign."""

    campaign_id: Annotated[Uuid, doc("The campaign.")]
    item_type: _ItemType
    item_id: _ItemId


class Organization(Row):
    """An organization, which owns projects, members and keys."""

    id: _Id
    name: _Name
    timezone: Annotated[str, doc("IANA time zone that defines its days.")]
    created_at: _CreatedAt


class Member(Row):
    """A member of an organization."""

    id: _Id
    org_id: _OrgId
    user_id: Annotated[Uuid, doc("The person's user id.")]
    email: Annotated[str | None, doc("The address, if it is known.")]
    role: _Role
    created_at: _CreatedAt


class Invitation(Row):
    """A pending invitation."""

    id: _Id
    org_id: _OrgId
    email: Annotated[str, doc("The invited person's address.")]
    role: _Role
    created_at: _CreatedAt


class ApiKey(Row):
    """An API key; its plain text is shown only once."""

    id: _Id
    name: _Name
    scopes: Annotated[list[str], doc("read, write or both.")]
    key: Annotated[str, doc("The key itself.")]
    created_at: _CreatedAt


class ReceiptUpload(Row):
    """An address to which a receipt can be uploaded once, without a key."""

    upload_url: Annotated[str, doc("Where to PUT the file.")]
    receipt_url: Annotated[str, doc("Where the receipt will be: the payment's receipt_url.")]
    expires_at: Annotated[Instant, doc("When the address expires.")]
