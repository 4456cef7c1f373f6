"""POST and PATCH of creators: added, brought back by their handle, edited.

Handles that start with ``banned`` and ``nosuch`` stand for accounts that TikTok has banned and
doesn't know. Must not know how a creator leaves.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import date
from typing import Any

from trackagoat_pandas.sandbox.bodies import MOST_ITEMS, Body, Form, Member
from trackagoat_pandas.sandbox.bulk import STATUS_OF, Done, each
from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.chance import next_dice
from trackagoat_pandas.sandbox.clock import day_start
from trackagoat_pandas.sandbox.curves import DAY_S
from trackagoat_pandas.sandbox.declare import Answer, Route
from trackagoat_pandas.sandbox.entities import CREATOR
from trackagoat_pandas.sandbox.lookups import find_creator, find_project
from trackagoat_pandas.sandbox.newcomers import audience
from trackagoat_pandas.sandbox.records import creator_records
from trackagoat_pandas.sandbox.refusals import conflict, invalid_body, token
from trackagoat_pandas.sandbox.routes.writes.roster import check_room, reenable
from trackagoat_pandas.sandbox.spelling import is_like
from trackagoat_pandas.sandbox.write_entities import RESULTS

HANDLE = "^@?[A-Za-z0-9._-]{1,30}$"
_COLUMNS = {"readme": "description"}


def add_creators(call: Call) -> Answer:
    """Add one creator, or several of which each has its own result."""
    project_id: str = find_project(call, call.ids[0])["id"]
    if "creators" in call.body:
        items = [(item["tiktok_handle"], item) for item in call.body["creators"]]
        return each(items, lambda item: _add(call, project_id, item))
    status, creator_id = _add(call, project_id, call.body)
    if status == "unchanged":
        raise conflict("The project has this creator already", "duplicate")
    return Answer(_shown(call, creator_id), status=STATUS_OF[status])


def update_creator(call: Call) -> Answer:
    """Change a creator."""
    creator = find_creator(call, call.ids[0])
    changes = {_COLUMNS.get(name, name): value for name, value in call.body.items()}
    if "tiktok_handle" in changes:
        changes["tiktok_handle"] = _new_handle(call, creator, changes["tiktok_handle"])
    if "tracking_start_date" in changes:
        [record] = creator_records(call, [creator])
        followers, daily = record["follower_count"], creator["followers_daily"]
        changes |= _audience(call, followers, daily, changes["tracking_start_date"])
    call.database.update("creators", creator["id"], {**changes, "updated_at": call.now_text})
    return Answer(_shown(call, creator["id"]))


def _add(call: Call, project_id: str, given: Mapping[str, Any]) -> Done:
    handle = _checked_handle(given["tiktok_handle"])
    known = _of_handle(call, project_id, handle)
    if known is not None and known["is_active"]:
        return "unchanged", known["id"]
    tracking = {name: value for name, value in given.items() if name != "tiktok_handle"}
    if known is not None:
        return reenable(call, known, tracking.get("tracking_mode"))
    check_room(call)
    row = _new_row(call, project_id, handle, tracking)
    call.database.insert("creators", [row])
    return "created", row["id"]


def _new_row(
    call: Call, project_id: str, handle: str, tracking: Mapping[str, Any]
) -> dict[str, Any]:
    dice = next_dice(call.database)
    creator_id = dice.uuid()
    followers = int(10 ** float(dice.uniform(3.0, 5.5, 1)[0]))
    daily = round(float(dice.uniform(0.0, 0.004, 1)[0]), 6)
    start: str = tracking.get("tracking_start_date", call.today.isoformat())
    return {
        "id": creator_id,
        "project_id": project_id,
        "tiktok_handle": handle,
        "display_name": handle.replace("_", " ").replace(".", " ").strip().title() or None,
        "description": None,
        "metadata": "{}",
        "tracking_mode": tracking.get("tracking_mode", "auto"),
        "avatar_url": f"https://cdn.trackagoat.example/avatars/{creator_id}.webp",
        "total_likes": 0,
        "tracking_start_date": start,
        "is_active": 1,
        "disabled_at": None,
        "deleted_at": None,
        "created_at": call.now_text,
        "updated_at": call.now_text,
        **_audience(call, followers, daily, start),
    }


def _audience(call: Call, followers: int, daily: float, start: str) -> dict[str, float]:
    since_s = day_start(date.fromisoformat(start), call.zone).timestamp()
    return audience(followers, daily, (call.now_ts - since_s) / DAY_S)


def _checked_handle(given: str) -> str:
    if not is_like(HANDLE, given):
        raise invalid_body("tiktok_handle", f"it is not like {HANDLE}")
    handle = given.removeprefix("@")
    if handle.lower().startswith("nosuch"):
        raise token("invalid_handle")
    if handle.lower().startswith("banned"):
        raise token("creator_banned")
    return handle


def _new_handle(call: Call, creator: sqlite3.Row, given: str) -> str:
    if given.removeprefix("@") == creator["tiktok_handle"]:
        raise token("no_change")
    handle = _checked_handle(given)
    other = _of_handle(call, creator["project_id"], handle)
    if other is not None and other["id"] != creator["id"]:
        raise token("handle_taken")
    return handle


def _of_handle(call: Call, project_id: str, handle: str) -> sqlite3.Row | None:
    found = call.database.rows(
        "SELECT * FROM creators WHERE project_id = ? AND lower(tiktok_handle) = ? "
        "ORDER BY is_active DESC, rowid LIMIT 1",
        (project_id, handle.lower()),
    )
    return found[0] if found else None


def _shown(call: Call, creator_id: str) -> dict[str, Any]:
    [record] = creator_records(
        call, call.database.rows("SELECT * FROM creators WHERE id = ?", (creator_id,))
    )
    return record


_TRACKING = (
    Member(
        "tracking_mode",
        "string",
        "auto: every post is tracked; selective: chosen ones.",
        choices=("auto", "selective"),
    ),
    Member("tracking_start_date", "date", "The first day of tracking; default: today."),
)
_ONE = Form(
    (
        Member(
            "tiktok_handle",
            "string",
            "The handle; a leading @ is dropped.",
            required=True,
            pattern=HANDLE,
        ),
        *_TRACKING,
    )
)
_SEVERAL = Form(
    (
        Member(
            "creators",
            "array",
            "Up to 50 creators; one that is refused doesn't hide the others.",
            required=True,
            low=1,
            high=MOST_ITEMS,
            items=(
                Form((Member("tiktok_handle", "string", "The handle.", required=True), *_TRACKING)),
            ),
        ),
    )
)
_EDIT: Body = (
    Form(
        (
            Member("tiktok_handle", "string", "A new handle.", pattern=HANDLE),
            Member("readme", "string", "The team's notes.", nullable=True, high=10_000),
            *_TRACKING,
        ),
        least=1,
    ),
)
ROUTES = (
    Route(
        "/projects/{id}/creators",
        "Add one creator or up to 50; a removed one is brought back",
        add_creators,
        rows=CREATOR,
        several=RESULTS,
        method="POST",
        body=(_ONE, _SEVERAL),
        successes=(200, 201),
        refusals=(402, 409),
    ),
    Route(
        "/creators/{id}",
        "Change a creator",
        update_creator,
        rows=CREATOR,
        method="PATCH",
        body=_EDIT,
        refusals=(409,),
    ),
)
