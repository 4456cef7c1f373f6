"""POST, PATCH and DELETE of campaigns and of their members.

A campaign never stands beneath itself. Must not know how a campaign is counted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from trackagoat_pandas.sandbox.bodies import Body, Form, Member
from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.chance import new_id
from trackagoat_pandas.sandbox.declare import Answer, Route
from trackagoat_pandas.sandbox.entities import CAMPAIGN
from trackagoat_pandas.sandbox.lookups import (
    find_campaign,
    find_creator,
    find_project,
    find_video,
)
from trackagoat_pandas.sandbox.plans import check_limit, count
from trackagoat_pandas.sandbox.records import campaign_records
from trackagoat_pandas.sandbox.refusals import conflict, not_found
from trackagoat_pandas.sandbox.write_entities import CAMPAIGN_ITEM, DELETED

_FINDERS: dict[str, Callable[[Call, str], Any]] = {
    "creator": find_creator,
    "video": find_video,
    "campaign": find_campaign,
}
_BENEATH = (
    "WITH RECURSIVE beneath(id) AS (VALUES (?) UNION SELECT item_id FROM campaign_items "
    "JOIN beneath ON campaign_id = beneath.id WHERE item_type = 'campaign') "
    "SELECT 1 FROM beneath WHERE id = ?"
)


def create_campaign(call: Call) -> Answer:
    """Create a campaign without members."""
    project_id: str = find_project(call, call.ids[0])["id"]
    check_limit(
        call,
        "max_campaigns_per_project",
        lambda: count(call, "campaigns", "project_id = ?", project_id),
    )
    row = {
        "id": new_id(call.database),
        "project_id": project_id,
        "readme": None,
        "metadata": "{}",
        "target_views": None,
        "target_at": None,
        "created_at": call.now_text,
        **call.body,
    }
    call.database.insert("campaigns", [row])
    return Answer(_shown(call, row["id"]), status=201)


def update_campaign(call: Call) -> Answer:
    """Change a campaign."""
    campaign_id: str = find_campaign(call, call.ids[0])["id"]
    call.database.update("campaigns", campaign_id, call.body)
    return Answer(_shown(call, campaign_id))


def delete_campaign(call: Call) -> Answer:
    """Delete a campaign, its memberships and its places in other campaigns."""
    campaign_id: str = find_campaign(call, call.ids[0])["id"]
    call.database.write("DELETE FROM campaigns WHERE id = ?", (campaign_id,))
    call.database.write(
        "DELETE FROM campaign_items "
        "WHERE campaign_id = ? OR (item_type = 'campaign' AND item_id = ?)",
        (campaign_id, campaign_id),
    )
    return Answer({"id": campaign_id, "deleted": True})


def add_item(call: Call) -> Answer:
    """Put a creator, a video or a campaign of the same project into a campaign."""
    campaign = find_campaign(call, call.ids[0])
    kind, item_id = call.body["item_type"], call.body["item_id"]
    if _FINDERS[kind](call, item_id)["project_id"] != campaign["project_id"]:
        raise not_found(kind.title())
    if count(call, "campaign_items", _ITEM, campaign["id"], kind, item_id):
        raise conflict(f"The {kind} is in the campaign already", "duplicate")
    if kind == "campaign" and call.database.rows(_BENEATH, (item_id, campaign["id"])):
        raise conflict("A campaign can't be beneath itself", "campaign_cycle")
    check_limit(
        call,
        "max_campaign_items_per_campaign",
        lambda: count(call, "campaign_items", "campaign_id = ?", campaign["id"]),
    )
    item = {"campaign_id": campaign["id"], "item_type": kind, "item_id": item_id}
    call.database.insert("campaign_items", [{**item, "created_at": call.now_text}])
    return Answer(item, status=201)


def remove_item(call: Call) -> Answer:
    """Take a member out of a campaign."""
    campaign = find_campaign(call, call.ids[0])
    kind, item_id = call.body["item_type"], call.body["item_id"]
    if not count(call, "campaign_items", _ITEM, campaign["id"], kind, item_id):
        raise not_found("Campaign item")
    call.database.write(
        f"DELETE FROM campaign_items WHERE {_ITEM}", (campaign["id"], kind, item_id)
    )
    return Answer({"id": item_id, "deleted": True})


def _shown(call: Call, campaign_id: str) -> dict[str, Any]:
    [record] = campaign_records(
        call, call.database.rows("SELECT * FROM campaigns WHERE id = ?", (campaign_id,))
    )
    return record


_ITEM = "campaign_id = ? AND item_type = ? AND item_id = ?"
_DETAILS = (
    Member("readme", "string", "The team's notes.", nullable=True, high=10_000),
    Member("target_views", "integer", "Views aimed at.", nullable=True, low=1, high=10**12),
    Member("target_at", "datetime", "When they are to be reached.", nullable=True),
)
_NEW: Body = (
    Form((Member("name", "string", "The name.", required=True, low=1, high=200), *_DETAILS)),
)
_EDIT: Body = (Form((Member("name", "string", "The name.", low=1, high=200), *_DETAILS), least=1),)
_ITEM_BODY: Body = (
    Form(
        (
            Member(
                "item_type",
                "string",
                "What it is.",
                required=True,
                choices=("creator", "video", "campaign"),
            ),
            Member("item_id", "uuid", "Which one.", required=True),
        )
    ),
)

ROUTES = (
    Route(
        "/projects/{id}/campaigns",
        "Create a campaign",
        create_campaign,
        rows=CAMPAIGN,
        method="POST",
        body=_NEW,
        successes=(201,),
        refusals=(402, 409),
    ),
    Route(
        "/campaigns/{id}",
        "Change a campaign",
        update_campaign,
        rows=CAMPAIGN,
        method="PATCH",
        body=_EDIT,
    ),
    Route(
        "/campaigns/{id}",
        "Delete a campaign and its memberships",
        delete_campaign,
        rows=DELETED,
        method="DELETE",
    ),
    Route(
        "/campaigns/{id}/items",
        "Put a member into a campaign; cycles are refused",
        add_item,
        rows=CAMPAIGN_ITEM,
        method="POST",
        body=_ITEM_BODY,
        successes=(201,),
        refusals=(402, 409),
    ),
    Route(
        "/campaigns/{id}/items",
        "Take a member out of a campaign; its two words may be query parameters instead of a body",
        remove_item,
        rows=DELETED,
        method="DELETE",
        body=_ITEM_BODY,
        body_in_query=True,
    ),
)
