"""Payout methods, structures and assignments of the demo program."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from trackagoat_pandas.sandbox.clock import DAY_S, Timeline
from trackagoat_pandas.sandbox.dice import Dice
from trackagoat_pandas.sandbox.people import Creator
from trackagoat_pandas.sandbox.rules import Assignment, Kind, Rule

RENAMED_METHOD = ("Wise", "Wise Business")
"""The name of a method when the first payments were made, and its name now."""

# Name, whether it is built in, whether it is active, metadata, readme.
_METHODS = (
    ("Venmo", True, True, "{}", None),
    ("Cash App", True, True, "{}", None),
    ("PayPal", True, True, '{"fee_percent":2.9}', "Ask for the business address."),
    (RENAMED_METHOD[1], False, True, '{"currencies":["EUR","GBP"]}', "For creators abroad."),
    ("Paper cheque", False, False, "{}", None),
)

_RETAINER = {"period": "monthly", "proration": "daily"}
_CPM = {"period": "monthly", "cap_cents": 150_000}
_BONUS = {"period": "weekly", "amount_cents": 7_500, "goal_metric": "posts"}
_MILESTONE = {"period": "monthly", "amount_cents": 10_000, "threshold_views": 100_000}
# By role: the name, the kind of rule, and the versions, oldest first.
_BLUEPRINTS: dict[str, tuple[str, Kind, tuple[dict[str, Any], ...]]] = {
    "retainer": (
        "Base retainer",
        "recurring",
        ({**_RETAINER, "amount_cents": 50_000}, {**_RETAINER, "amount_cents": 62_500}),
    ),
    "bonus": ("Weekly posting bonus", "goal", (_BONUS,)),
    "cpm": ("CPM", "cpm", ({**_CPM, "cpm_cents": 120}, {**_CPM, "cpm_cents": 145})),
    "milestone": ("Milestone 100k", "view_threshold", (_MILESTONE,)),
    "old": ("Flat weekly", "recurring", ({"period": "weekly", "amount_cents": 9_999},)),
}


@dataclass(frozen=True, slots=True)
class Structure:
    """A payout structure; its rules are its versions, oldest first."""

    name: str
    project_id: str
    rules: tuple[Rule, ...]
    is_active: bool = True


def method_rows(dice: Dice, timeline: Timeline, org_id: str) -> list[dict[str, Any]]:
    """Make the rows of the table payout_methods; the built-in ones are the defaults."""
    created_s = timeline.start_s(timeline.first_day) - 45 * DAY_S
    return [
        {
            "id": dice.uuid(),
            "org_id": org_id,
            "name": name,
            "icon_url": f"https://cdn.trackagoat.example/icons/{place}.svg" if is_default else None,
            "is_default": int(is_default),
            "is_active": int(is_active),
            "metadata": metadata,
            "readme": readme,
            "created_at": timeline.text(created_s + 60 * place),
        }
        for place, (name, is_default, is_active, metadata, readme) in enumerate(_METHODS)
    ]


def plan_structures(dice: Dice, timeline: Timeline, project_id: str) -> dict[str, Structure]:
    """Plan a project's structures by role: every kind of rule, and one that is inactive.

    The retainer and the CPM were edited once, after two thirds of the world's days.
    """
    # Before the first assignment, so that a first version covers every period.
    begin = timeline.first_day - timedelta(days=30)
    edit = timeline.first_day + timedelta(days=timeline.days * 2 // 3)
    structures = {}
    for role, (name, kind, versions) in _BLUEPRINTS.items():
        structure_id = dice.uuid()
        rules = tuple(
            Rule(structure_id, place + 1, kind, effective=(begin, edit)[place], **version)
            for place, version in enumerate(versions)
        )
        structures[role] = Structure(name, project_id, rules, is_active=role != "old")
    return structures


def structure_rows(timeline: Timeline, structures: Iterable[Structure]) -> list[dict[str, Any]]:
    """Make the rows of the table payout_structures, one for each version."""
    return [
        {
            "id": rule.structure_id,
            "version": rule.version,
            "project_id": structure.project_id,
            "name": structure.name,
            "kind": rule.kind,
            "amount_cents": rule.amount_cents or None,
            "period": rule.period,
            "cpm_cents": rule.cpm_cents or None,
            "threshold_views": rule.threshold_views or None,
            "cap_cents": rule.cap_cents,
            "goal_metric": rule.goal_metric if rule.kind == "goal" else None,
            "proration": rule.proration,
            "is_active": int(structure.is_active),
            "created_at": timeline.text(timeline.start_s(rule.effective) - 36_000 + 60 * place),
            "effective_date": rule.effective.isoformat(),
        }
        for place, structure in enumerate(structures)
        for rule in structure.rules
    ]


def assign(
    dice: Dice,
    timeline: Timeline,
    structures: Mapping[str, Structure],
    creators: Sequence[Creator],
) -> list[Assignment]:
    """Assign a project's structures to its creators, largest first, mostly in mid-period.

    They take turns in earning by milestone, CPM, retainer, and bonus with retainer. Those who left
    had the retainer; the first two had the old structure for a month.
    """
    ranked = sorted(creators, key=lambda creator: -creator.median_views)
    turns = (("milestone",), ("cpm",), ("retainer",), ("bonus", "retainer"))
    active = [creator for creator in ranked if creator.is_active]
    plans: list[tuple[str, Creator, date | None]] = [
        (role, creator, None)
        for place, creator in enumerate(active)
        for role in turns[place % len(turns)]
    ]
    plans += [("retainer", creator, creator.left) for creator in ranked if creator.left]
    old_end = timeline.first_day + timedelta(days=33)
    plans += [("old", creator, old_end) for creator in active[:2]]
    assignments = []
    for role, creator, end in plans:
        start = creator.tracked_from + timedelta(days=dice.whole(0, 20))
        latest = end - timedelta(days=1) if end else start
        structure_id = structures[role].rules[0].structure_id
        assignments.append(Assignment(structure_id, creator.id, min(start, latest), end))
    return assignments


def assignment_rows(
    dice: Dice, timeline: Timeline, assignments: Iterable[Assignment]
) -> list[dict[str, Any]]:
    """Make the rows of the table payout_assignments."""
    return [
        {
            "id": dice.uuid(),
            "structure_id": assignment.structure_id,
            "creator_id": assignment.creator_id,
            "start_date": assignment.start.isoformat(),
            "end_date": assignment.end.isoformat() if assignment.end else None,
            "created_at": timeline.text(timeline.start_s(assignment.start) - dice.whole(0, 7_200)),
        }
        for assignment in assignments
    ]
