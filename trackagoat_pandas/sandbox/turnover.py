"""The turnover of creators: they join, are renamed, withdraw, and are disabled by the system."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from trackagoat_pandas.sandbox.agenda import Event, Moment
from trackagoat_pandas.sandbox.clock import DAY_S
from trackagoat_pandas.sandbox.dice import Dice
from trackagoat_pandas.sandbox.habits import newcomer_habits
from trackagoat_pandas.sandbox.lookups import used_of
from trackagoat_pandas.sandbox.people import HANDLE_LENGTH, cast_creators, creator_rows

# How often it happens in a day of 24 creators.
_DAILY = {"join": 1 / 8, "rename": 1 / 15, "disable": 1 / 20}
_USUAL = 24
_OFFICE_S = (9 * 3_600, 18 * 3_600)  # after midnight
_LATEST_START_DAYS = 4  # from the announcement to the first day of tracking, exclusive
_WITHDRAW = 1 / 3  # share of those that were announced for a later day
_CAMPAIGN = 1 / 2  # share of the new ones that join a campaign
_SETTLED_DAYS = 30  # of tracking, before the system disables a creator
_FEWEST = 4  # are left alone
_TAILS = ("_", ".tv", "official", ".daily", "2", "_real")
_ACTIVE = "is_active AND deleted_at IS NULL"
NEWEST_RULE = (
    "version = (SELECT max(version) FROM payout_structures AS other "
    "WHERE other.id = payout_structures.id)"
)
"""The SQL condition of the newest version of a payout structure."""


def plan_turnover(moment: Moment, day: date) -> None:
    """Plan who joins, is renamed and is disabled on a day; the larger the cast, the more."""
    dice = moment.dice(f"turnover on {day}")
    size = len(moment.own("id", "creators", _ACTIVE))
    numbers = dice.numbers(np.array(list(_DAILY.values())) * size / _USUAL).tolist()
    for kind, number in zip(_DAILY, numbers, strict=True):
        for place in range(number):
            at_s = moment.start_s(day) + dice.whole(*_OFFICE_S)
            moment.plan(kind, f"number {place}", at_s)


def active_creator(moment: Moment, dice: Dice, condition: str = "TRUE") -> sqlite3.Row | None:
    """Choose one of the organization's active creators that meet an SQL condition."""
    rows = moment.own("*", "creators", f"{_ACTIVE} AND {condition}")
    return dice.pick(rows) if rows else None


def join(moment: Moment, event: Event) -> None:
    """Announce a new creator: tracking starts today or within days, and pay and goals follow."""
    dice, database = moment.dice(event.name), moment.database
    projects = list(dict.fromkeys(row[0] for row in moment.own("project_id", "creators", _ACTIVE)))
    used = used_of(database, moment.org_id, "max_creators_per_org")
    if not projects or (used is not None and used[0] >= used[1]):
        return
    project_id = dice.pick(projects)
    first = moment.today + timedelta(days=dice.whole(0, _LATEST_START_DAYS))
    [drawn] = cast_creators(dice, moment.timeline, [project_id])
    handle = _free_handle(moment, dice, drawn.handle)
    creator = replace(drawn, handle=handle, tracked_from=first)
    [row] = creator_rows(dice, moment.timeline, [creator])
    database.insert("creators", [{**row, "created_at": moment.text, "updated_at": moment.text}])
    database.insert("habits", [newcomer_habits(moment, creator)])
    start_s = moment.start_s(first)
    if dice.chance(_CAMPAIGN, 1)[0]:
        _join_campaign(moment, dice, project_id, creator.id)
    if dice.chance(_WITHDRAW, 1)[0]:
        # Before the first day, so that nothing that was counted changes.
        at_s = moment.at_s + (start_s - moment.at_s) * dice.uniform(0.1, 0.9, 1)[0]
        moment.plan("withdraw", creator.id, at_s)
    morning_s = start_s + dice.whole(*_OFFICE_S)
    moment.plan("engage", creator.id, morning_s + dice.whole(1, 15) * DAY_S)
    moment.plan("first goal", creator.id, morning_s + dice.whole(2, 10) * DAY_S)


def _free_handle(moment: Moment, dice: Dice, wanted: str) -> str:
    # An active creator or not: a handle stays with the one that has or had it.
    taken = {row[0].lower() for row in moment.own("tiktok_handle", "creators", "TRUE")}
    handle = wanted[:HANDLE_LENGTH]
    while handle.lower() in taken:
        digits = str(dice.whole(100, 10_000))
        handle = wanted[: HANDLE_LENGTH - len(digits)] + digits
    return handle


def _join_campaign(moment: Moment, dice: Dice, project_id: str, creator_id: str) -> None:
    condition = (
        "project_id = ? AND EXISTS (SELECT 1 FROM campaign_items "
        "WHERE campaign_id = campaigns.id AND item_type = 'creator')"
    )
    campaigns = moment.own("id", "campaigns", condition, project_id)
    if campaigns:
        add_member(moment, dice.pick(campaigns)["id"], "creator", creator_id)


def add_member(moment: Moment, campaign_id: str, kind: str, item_id: str) -> None:
    """Add a member to a campaign, unless the plan's limit is reached or it is a member."""
    used = used_of(moment.database, moment.org_id, "max_campaign_items_per_campaign", campaign_id)
    if used is None or used[0] < used[1]:
        moment.database.write(
            "INSERT OR IGNORE INTO campaign_items VALUES (?, ?, ?, ?)",
            (campaign_id, kind, item_id, moment.text),
        )


def rename(moment: Moment, event: Event) -> None:
    """Give an account a new handle; the addresses of its posts keep the old one."""
    dice = moment.dice(event.name)
    creator = active_creator(moment, dice)
    if creator is None:
        return
    tail = dice.pick(_TAILS)
    wanted = creator["tiktok_handle"][: HANDLE_LENGTH - len(tail)] + tail
    handle = _free_handle(moment, dice, wanted)
    changes = {"tiktok_handle": handle, "updated_at": moment.text}
    for row in moment.own(
        "*", "creators", "lower(tiktok_handle) = ?", creator["tiktok_handle"].lower()
    ):
        moment.database.update("creators", row["id"], changes)


def withdraw(moment: Moment, event: Event) -> None:
    """Remove a creator that was announced and changed its mind."""
    sql = f"SELECT * FROM creators WHERE id = ? AND {_ACTIVE}"
    for creator in moment.database.rows(sql, (event.subject,)):
        gone = {"is_active": 0, "disabled_at": moment.text, "updated_at": moment.text}
        moment.database.update("creators", creator["id"], {**gone, "deleted_at": moment.text})
        moment.database.write(
            "DELETE FROM campaign_items WHERE item_type = 'creator' AND item_id = ?",
            (creator["id"],),
        )
        _end_pay(moment, creator["id"])


def disable(moment: Moment, event: Event) -> None:
    """Disable a creator, as the system does with accounts that it can't reach; its pay ends."""
    dice = moment.dice(event.name)
    before = (moment.today - timedelta(days=_SETTLED_DAYS)).isoformat()
    creator = active_creator(moment, dice, f"tracking_start_date < '{before}'")
    if creator is None or len(moment.own("id", "creators", _ACTIVE)) <= _FEWEST:
        return
    changes = {"is_active": 0, "disabled_at": moment.text, "updated_at": moment.text}
    moment.database.update("creators", creator["id"], changes)
    _end_pay(moment, creator["id"])


def _end_pay(moment: Moment, creator_id: str) -> None:
    """End a creator's assignments today; those that would start later are deleted."""
    today = moment.today.isoformat()
    moment.database.write(
        "DELETE FROM payout_assignments WHERE creator_id = ? AND start_date > ?",
        (creator_id, today),
    )
    moment.database.write(
        "UPDATE payout_assignments SET end_date = ? "
        "WHERE creator_id = ? AND (end_date IS NULL OR end_date > ?)",
        (today, creator_id, today),
    )


def engage(moment: Moment, event: Event) -> None:
    """Assign one of the project's payout structures to a new creator, from tomorrow on."""
    dice, database = moment.dice(event.name), moment.database
    sql = f"SELECT * FROM creators WHERE id = ? AND {_ACTIVE}"
    has_pay = "SELECT 1 FROM payout_assignments WHERE creator_id = ?"
    for creator in database.rows(sql, (event.subject,)):
        condition = f"project_id = ? AND is_active AND {NEWEST_RULE}"
        structures = moment.own("id", "payout_structures", condition, creator["project_id"])
        if structures and not database.rows(has_pay, (creator["id"],)):
            assignment = {
                "id": dice.uuid(),
                "structure_id": dice.pick(structures)["id"],
                "creator_id": creator["id"],
                "start_date": (moment.today + timedelta(days=1)).isoformat(),
                "end_date": None,
                "created_at": moment.text,
            }
            database.insert("payout_assignments", [assignment])
