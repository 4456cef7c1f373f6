"""Add, change, remove, restore and scrape creators.

Handles that start with ``banned`` and ``nosuch`` stand for accounts that TikTok has banned or
doesn't know. A removed creator is disabled: it keeps its data and its first day of tracking.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from operator import itemgetter
from typing import Annotated, Any, Literal, TypeAlias

from msgspec import UNSET, Meta, UnsetType

from trackagoat_pandas.sandbox.bodies import MOST_ITEMS, Body, Edit, Ids, Notes
from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.changes import Done, added, changed, deleted, each, queue_scrape
from trackagoat_pandas.sandbox.clock import DAY_S, day_start
from trackagoat_pandas.sandbox.curves import growth_to
from trackagoat_pandas.sandbox.declare import Answer, delete, patch, post
from trackagoat_pandas.sandbox.dice import next_dice
from trackagoat_pandas.sandbox.entities import Creator, Deleted, QueuedScrape, Results
from trackagoat_pandas.sandbox.envelope import invalid_body, token
from trackagoat_pandas.sandbox.formats import Day, doc, is_like, like
from trackagoat_pandas.sandbox.lookups import check_limit, find, found
from trackagoat_pandas.sandbox.records import records_of

HANDLE = "^@?[A-Za-z0-9._-]{1,30}$"
_Handle: TypeAlias = Annotated[str, like(HANDLE), doc("The handle; a leading @ is dropped.")]
_Mode: TypeAlias = Annotated[
    Literal["auto", "selective"] | UnsetType,
    doc("auto: every post is tracked; selective: chosen ones."),
]
_Start: TypeAlias = Annotated[Day | UnsetType, doc("The first day of tracking; default: today.")]


class NewCreator(Body):
    """A creator to add, or to restore."""

    tiktok_handle: _Handle
    tracking_mode: _Mode = UNSET
    tracking_start_date: _Start = UNSET


class CreatorItem(Body):
    """One of many creators to add; its handle is checked individually."""

    tiktok_handle: Annotated[str, doc("The handle.")]
    tracking_mode: _Mode = UNSET
    tracking_start_date: _Start = UNSET


class NewCreators(Body):
    """Creators to add; one that is refused doesn't stop the others."""

    creators: Annotated[
        list[CreatorItem], Meta(min_length=1, max_length=MOST_ITEMS), doc("Up to 50 creators.")
    ]


class CreatorEdit(Edit):
    """Changes of a creator."""

    tiktok_handle: _Handle | UnsetType = UNSET
    readme: Notes = UNSET
    tracking_mode: _Mode = UNSET
    tracking_start_date: _Start = UNSET


class CreatorIds(Body):
    """Creators of a project."""

    creator_ids: Annotated[Ids, doc("Up to 50 creators of the project.")]


def add_creators(call: Call) -> Answer:
    """Add one creator or up to 50; a removed one is restored."""
    project_id: str = find(call, "Project", call.ids[0])["id"]
    if "creators" in call.body:
        add = partial(_add, call, project_id)
        return each(call.body["creators"], add, itemgetter("tiktok_handle"))
    return added(call, "creators", Creator, _add(call, project_id, call.body))


def update_creator(call: Call) -> Answer:
    """Change a creator."""
    creator = find(call, "Creator", call.ids[0])
    changes = dict(call.body)
    if "readme" in changes:
        changes["description"] = changes.pop("readme")
    if "tiktok_handle" in changes:
        changes["tiktok_handle"] = _new_handle(call, creator, changes["tiktok_handle"])
    if "tracking_start_date" in changes:
        # Whatever the first day, the growth must lead to the followers that are shown now.
        followers = records_of(call, Creator, [creator])[0]["follower_count"]
        start = changes["tracking_start_date"]
        changes |= _growth(call, followers, creator["followers_daily"], start)
    changes["updated_at"] = call.now_text
    return changed(call, "creators", Creator, creator["id"], changes)


def remove_creator(call: Call) -> Answer:
    """Remove a creator; its data stays."""
    _, creator_id = _disable(call, find(call, "Creator", call.ids[0]))
    return deleted(creator_id)


def remove_creators(call: Call) -> Answer:
    """Remove creators of a project."""
    return _each_of_project(call, _disable)


def reenable_creators(call: Call) -> Answer:
    """Restore creators of a project."""
    return _each_of_project(call, _reenable)


def scrape_creator(call: Call) -> Answer:
    """Scrape a creator now."""
    return queue_scrape(call, "creators", find(call, "Creator", call.ids[0])["id"])


def _add(call: Call, project_id: str, given: Mapping[str, Any]) -> Done:
    handle = _checked_handle(given["tiktok_handle"])
    known = _of_handle(call, project_id, handle)
    if known is not None and known["is_active"]:
        return "unchanged", known["id"]
    if known is not None:
        return _reenable(call, known, given.get("tracking_mode"))
    check_limit(call, "max_creators_per_org")
    return "created", call.database.add("creators", _new_row(call, project_id, handle, given))["id"]


def _new_row(call: Call, project_id: str, handle: str, given: Mapping[str, Any]) -> dict[str, Any]:
    dice = next_dice(call.database)
    creator_id = dice.uuid()
    followers = int(10 ** float(dice.uniform(3.0, 5.5, 1)[0]))
    daily = round(float(dice.uniform(0.0, 0.004, 1)[0]), 6)
    start: str = given.get("tracking_start_date", call.today.isoformat())
    return {
        "id": creator_id,
        "project_id": project_id,
        "tiktok_handle": handle,
        "display_name": handle.replace("_", " ").replace(".", " ").strip().title() or None,
        "metadata": "{}",
        "tracking_mode": given.get("tracking_mode", "auto"),
        "avatar_url": f"https://cdn.trackagoat.example/avatars/{creator_id}.webp",
        "tracking_start_date": start,
        "is_active": 1,
        "created_at": call.now_text,
        "updated_at": call.now_text,
        **_growth(call, followers, daily, start),
    }


def _growth(call: Call, followers: int, daily: float, start: str) -> dict[str, float]:
    since_s = day_start(date.fromisoformat(start), call.zone).timestamp()
    return growth_to(followers, daily, (call.now_ts - since_s) / DAY_S)


def _checked_handle(given: str) -> str:
    if not is_like(HANDLE, given):
        raise invalid_body("tiktok_handle", f"must match {HANDLE}")
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
    rows = call.database.rows(
        "SELECT * FROM creators WHERE project_id = ? AND lower(tiktok_handle) = ? "
        "ORDER BY is_active DESC, rowid LIMIT 1",
        (project_id, handle.lower()),
    )
    return rows[0] if rows else None


def _disable(call: Call, creator: sqlite3.Row) -> Done:
    if not creator["is_active"]:
        return "unchanged", creator["id"]
    now = call.now_text
    changes = {"is_active": 0, "disabled_at": now, "updated_at": now}
    call.database.update("creators", creator["id"], changes)
    return "updated", creator["id"]


def _reenable(call: Call, creator: sqlite3.Row, tracking_mode: str | None = None) -> Done:
    if creator["is_active"]:
        return "unchanged", creator["id"]
    check_limit(call, "max_creators_per_org")
    back = {"is_active": 1, "disabled_at": None, "deleted_at": None, "updated_at": call.now_text}
    mode = {"tracking_mode": tracking_mode or creator["tracking_mode"]}
    call.database.update("creators", creator["id"], back | mode)
    return "reactivated", creator["id"]


def _each_of_project(call: Call, carry_out: Callable[[Call, sqlite3.Row], Done]) -> Answer:
    project_id: str = find(call, "Project", call.ids[0])["id"]
    sql = "SELECT * FROM creators WHERE id = ? AND project_id = ?"

    def one(creator_id: str) -> Done:
        return carry_out(call, found(call, "Creator", sql, creator_id.lower(), project_id))

    return each(call.body["creator_ids"], one)


_CREATORS = "/projects/{id}/creators"
ROUTES = (
    post(
        _CREATORS,
        add_creators,
        Creator,
        NewCreator,
        NewCreators,
        several=Results,
        successes=(200, 201),
        refusals=(402, 409),
    ),
    patch("/creators/{id}", update_creator, Creator, CreatorEdit, refusals=(409,)),
    delete("/creators/{id}", remove_creator, Deleted),
    post("/creators/{id}/scrape", scrape_creator, QueuedScrape, refusals=(402,)),
    post(f"{_CREATORS}/bulk-reenable", reenable_creators, Results, CreatorIds),
    post(f"{_CREATORS}/bulk-remove", remove_creators, Results, CreatorIds),
)
