"""Create, change and delete campaigns, and add and remove their members."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import UNSET, Meta, UnsetType

from trackagoat_pandas.sandbox.bodies import Body, Edit, Name, Notes
from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.changes import changed, deleted, made
from trackagoat_pandas.sandbox.declare import Answer, create, delete, patch
from trackagoat_pandas.sandbox.entities import Campaign, CampaignItem, Deleted
from trackagoat_pandas.sandbox.envelope import conflict, not_found
from trackagoat_pandas.sandbox.formats import Instant, Uuid, doc
from trackagoat_pandas.sandbox.lookups import check_limit, count, find

_Views: TypeAlias = Annotated[
    Annotated[int, Meta(ge=1, le=10**12)] | UnsetType | None, doc("The target number of views.")
]
_When: TypeAlias = Annotated[Instant | UnsetType | None, doc("When the target should be reached.")]
_ITEM = "campaign_id = ? AND item_type = ? AND item_id = ?"
_BENEATH = (
    "WITH RECURSIVE beneath(id) AS (VALUES (?) UNION SELECT item_id FROM campaign_items "
    "JOIN beneath ON campaign_id = beneath.id WHERE item_type = 'campaign') "
    "SELECT 1 FROM beneath WHERE id = ?"
)


class NewCampaign(Body):
    """A campaign without members."""

    name: Name
    readme: Notes = UNSET
    target_views: _Views = UNSET
    target_at: _When = UNSET


class CampaignEdit(Edit):
    """Changes of a campaign."""

    name: Name | UnsetType = UNSET
    readme: Notes = UNSET
    target_views: _Views = UNSET
    target_at: _When = UNSET


class CampaignEntry(Body):
    """A member of a campaign."""

    item_type: Annotated[Literal["creator", "video", "campaign"], doc("What it is.")]
    item_id: Annotated[Uuid, doc("Which one.")]


def create_campaign(call: Call) -> Answer:
    """Create a campaign without members."""
    project_id: str = find(call, "Project", call.ids[0])["id"]
    check_limit(call, "max_campaigns_per_project", project_id)
    row = {"project_id": project_id, "metadata": "{}", **call.body}
    return made(call, "campaigns", Campaign, row)


def update_campaign(call: Call) -> Answer:
    """Change a campaign."""
    campaign_id: str = find(call, "Campaign", call.ids[0])["id"]
    return changed(call, "campaigns", Campaign, campaign_id, call.body)


def delete_campaign(call: Call) -> Answer:
    """Delete a campaign and its memberships."""
    campaign_id: str = find(call, "Campaign", call.ids[0])["id"]
    call.database.write("DELETE FROM campaigns WHERE id = ?", (campaign_id,))
    call.database.write(
        "DELETE FROM campaign_items "
        "WHERE campaign_id = ? OR (item_type = 'campaign' AND item_id = ?)",
        (campaign_id, campaign_id),
    )
    return deleted(campaign_id)


def add_item(call: Call) -> Answer:
    """Add a creator, video or campaign of the same project to a campaign; cycles are refused."""
    campaign = find(call, "Campaign", call.ids[0])
    kind, item_id = call.body["item_type"], call.body["item_id"]
    if find(call, kind.title(), item_id)["project_id"] != campaign["project_id"]:
        raise not_found(kind.title())
    if count(call, "campaign_items", _ITEM, campaign["id"], kind, item_id):
        raise conflict(f"The {kind} is in the campaign already", "duplicate")
    if kind == "campaign" and call.database.rows(_BENEATH, (item_id, campaign["id"])):
        raise conflict("A campaign can't contain itself", "campaign_cycle")
    check_limit(call, "max_campaign_items_per_campaign", campaign["id"])
    item = {"campaign_id": campaign["id"], "item_type": kind, "item_id": item_id}
    call.database.add("campaign_items", {**item, "created_at": call.now_text})
    return Answer(item, status=201)


def remove_item(call: Call) -> Answer:
    """Remove a member of a campaign; query parameters may replace the body."""
    campaign = find(call, "Campaign", call.ids[0])
    kind, item_id = call.body["item_type"], call.body["item_id"]
    if not count(call, "campaign_items", _ITEM, campaign["id"], kind, item_id):
        raise not_found("Campaign item")
    call.database.write(
        f"DELETE FROM campaign_items WHERE {_ITEM}", (campaign["id"], kind, item_id)
    )
    return deleted(item_id)


_ITEMS = "/campaigns/{id}/items"
ROUTES = (
    create("/projects/{id}/campaigns", create_campaign, Campaign, NewCampaign, refusals=(402, 409)),
    patch("/campaigns/{id}", update_campaign, Campaign, CampaignEdit),
    delete("/campaigns/{id}", delete_campaign, Deleted),
    create(_ITEMS, add_item, CampaignItem, CampaignEntry, refusals=(402, 409)),
    delete(_ITEMS, remove_item, Deleted, CampaignEntry),
)
