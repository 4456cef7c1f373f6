"""Creators that leave the program and come back, one or many, and those that are scraped.

Whoever leaves is disabled, and keeps its numbers and the day from which it is tracked. Must not
know handles.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from trackagoat_pandas.sandbox.bulk import Done, checked_id, each, ids_body, named
from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.declare import Answer, Route
from trackagoat_pandas.sandbox.lookups import find_creator, find_project
from trackagoat_pandas.sandbox.plans import OWN_PROJECTS, check_limit, count
from trackagoat_pandas.sandbox.refusals import not_found
from trackagoat_pandas.sandbox.routes.writes.scrapes import queue_scrape
from trackagoat_pandas.sandbox.write_entities import DELETED, QUEUED, RESULTS


def remove_creator(call: Call) -> Answer:
    """Disable a creator; one that is disabled already stays so."""
    creator = find_creator(call, call.ids[0])
    disable(call, creator)
    return Answer({"id": creator["id"], "deleted": True})


def remove_creators(call: Call) -> Answer:
    """Disable creators of a project."""
    return _each_of_project(call, disable)


def reenable_creators(call: Call) -> Answer:
    """Bring creators of a project back."""
    return _each_of_project(call, reenable)


def scrape_creator(call: Call) -> Answer:
    """Scrape a creator now."""
    return queue_scrape(call, "creators", find_creator(call, call.ids[0])["id"])


def disable(call: Call, creator: sqlite3.Row) -> Done:
    """Take a creator out of the program."""
    if not creator["is_active"]:
        return "unchanged", creator["id"]
    now = call.now_text
    changes = {"is_active": 0, "disabled_at": now, "updated_at": now}
    call.database.update("creators", creator["id"], changes)
    return "updated", creator["id"]


def reenable(call: Call, creator: sqlite3.Row, tracking_mode: str | None = None) -> Done:
    """Take a creator back into the program, if the plan has room."""
    if creator["is_active"]:
        return "unchanged", creator["id"]
    check_room(call)
    back = {"is_active": 1, "disabled_at": None, "deleted_at": None, "updated_at": call.now_text}
    mode = {"tracking_mode": tracking_mode or creator["tracking_mode"]}
    call.database.update("creators", creator["id"], back | mode)
    return "reactivated", creator["id"]


def check_room(call: Call) -> None:
    """Raise 402 if the plan has no room for one more active creator."""
    condition = f"is_active AND deleted_at IS NULL AND {OWN_PROJECTS}"
    check_limit(
        call,
        "max_creators_per_org",
        lambda: count(call, "creators", condition, call.organization.id),
    )


def _each_of_project(call: Call, carry_out: Callable[[Call, sqlite3.Row], Done]) -> Answer:
    project_id: str = find_project(call, call.ids[0])["id"]

    def one(creator_id: str) -> Done:
        found = call.database.rows(
            "SELECT * FROM creators WHERE id = ? AND project_id = ?",
            (checked_id("Creator", creator_id), project_id),
        )
        if not found:
            raise not_found("Creator")
        return carry_out(call, found[0])

    return each(named(call.body["creator_ids"]), one)


_IDS = ids_body("creator_ids", "Up to 50 creators of the project.")

ROUTES = (
    Route(
        "/creators/{id}",
        "Remove a creator; its numbers stay",
        remove_creator,
        rows=DELETED,
        method="DELETE",
    ),
    Route(
        "/creators/{id}/scrape",
        "Scrape a creator now",
        scrape_creator,
        rows=QUEUED,
        method="POST",
        refusals=(402,),
    ),
    Route(
        "/projects/{id}/creators/bulk-reenable",
        "Bring creators back",
        reenable_creators,
        rows=RESULTS,
        method="POST",
        body=_IDS,
    ),
    Route(
        "/projects/{id}/creators/bulk-remove",
        "Remove creators",
        remove_creators,
        rows=RESULTS,
        method="POST",
        body=_IDS,
    ),
)
