"""Accruals in plain loops: what accrue must say.

Periods are days, weeks from Monday or months of the organization's zone. One that has closed by
`until` is paid, one of goals 48 hours later. `recurring` pays an amount a period, `goal` one where
a goal was met, `cpm` an amount for 1,000 views gained on days assigned, `view_threshold` one for
each video that reached the views on a day assigned. What the frames don't say is None with a
reason, never an amount.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from tests.laws.oracles.calendars import (
    ONE_DAY,
    PERIODS,
    TWO_DAYS,
    Row,
    as_instant,
    day_start,
    days_between,
    half_up,
    latest,
    local_day,
    period_of,
)
from tests.laws.oracles.goals import METRICS, MISSING, Evidence

KINDS = ("recurring", "goal", "cpm", "view_threshold")
PRORATIONS = ("none", "daily", None)
NEEDED = {
    "recurring": ("amount_cents",),
    "goal": ("amount_cents", "goal_metric"),
    "cpm": ("cpm_cents",),
    "view_threshold": ("amount_cents", "threshold_views"),
}
Outcome = tuple[int, int, list[str]] | str
"""Quantity, cents before the cap, and the videos of thresholds; or why they aren't known."""


def accrue(
    structures: list[Row],
    assignments: list[Row],
    evidence: Evidence,
    goals: list[Row],
    until: dt.date | dt.datetime,
) -> list[Row]:
    """One row for each assignment and period with an amount, or with a reason for none."""
    versions: dict[str, list[Row]] = {}
    for structure in sorted(structures, key=lambda one: one["version"]):
        versions.setdefault(structure["id"], []).append(structure)
    goals = latest(goals, ["goal_id"])
    closed = as_instant(until, evidence.zone)
    assignments = latest(assignments, ["id"])
    assignments.sort(key=lambda one: one["start_date"] or dt.date.max)
    rows: list[Row] = []
    spent: dict[tuple[Any, ...], int | str] = {}
    for assignment in assignments:
        rules = versions[assignment["structure_id"]]
        for row in _earned(rules, assignment, evidence, goals, closed):
            cap = row.pop("cap_cents")
            if row["period_start"] is not None and cap is not None:
                purse = (assignment["creator_id"], assignment["structure_id"], row["period_start"])
                _fill(row, cap, purse, spent)
            if row["amount_cents"] != 0:
                rows.append(row)
    return rows


def _fill(row: Row, cap: int, purse: tuple[Any, ...], spent: dict[tuple[Any, ...], Any]) -> None:
    """A cap holds for all assignments together: the one that starts first fills it first.

    What is unknown of one leaves those that start later unknown, for the same reason.
    """
    before = spent.get(purse, 0)
    if row["reason"] is None and row["amount_cents"] != 0 and isinstance(before, str):
        row |= {"amount_cents": None, "reason": before}
        del row["quantity"], row["uncapped_cents"]  # which may be given or not
    if row["reason"] is not None:
        spent[purse] = before if isinstance(before, str) else row["reason"]
    elif row["amount_cents"] != 0:
        row["amount_cents"] = min(row["uncapped_cents"], cap - before)
        spent[purse] = before + row["amount_cents"]


def _earned(
    rules: list[Row], assignment: Row, evidence: Evidence, goals: list[Row], closed: dt.datetime
) -> list[Row]:
    kind, period = rules[0]["kind"], rules[0]["period"]
    base = {"assignment_id": assignment["id"], "period_start": None, "cap_cents": None}
    nothing = {"uncapped_cents": None, "amount_cents": None, "quantity": None}
    if assignment["start_date"] is None:
        return [base | nothing | {"reason": "no_start_date"}]
    if period not in PERIODS:  # it can't be said when one closes
        return [base | nothing | {"reason": "incomplete_rule"}]
    rows = []
    delay = TWO_DAYS if kind == "goal" else dt.timedelta()
    end_after = (assignment["end_date"] or dt.date.max - ONE_DAY) + ONE_DAY
    first, after = period_of(period, assignment["start_date"])
    while first < end_after and day_start(after, evidence.zone) + delay <= closed:
        days = (max(first, assignment["start_date"]), min(after, end_after))
        rule = _in_force(rules, first, after, evidence.zone)
        if rule is not None and days[0] < days[1]:
            row = base | _paid(
                rule, assignment["creator_id"], (first, after), days, evidence, goals
            )
            row["due_at"] = day_start(after, evidence.zone) + delay
            rows.append(row)
        first, after = period_of(period, after)
    return rows


def _in_force(rules: list[Row], first: dt.date, after: dt.date, zone: ZoneInfo) -> Row | None:
    """The newest version that has taken effect by a period's first day, else the lowest.

    Nothing is owed for a period that had ended before version 1 began.
    """
    begins = [_began(rule, zone) for rule in rules]
    if rules[0]["version"] == 1 and begins[0] is not None and begins[0] >= after:
        return None
    for rule, begin in reversed([*zip(rules, begins, strict=True)]):
        if begin is not None and begin <= first:
            return rule
    return rules[0]


def _began(rule: Row, zone: ZoneInfo) -> dt.date | None:
    if rule["effective_date"] is not None or rule["created_at"] is None:
        began: dt.date | None = rule["effective_date"]
        return began
    return local_day(rule["created_at"], zone)


def _was_in_force(rule: Row, day: dt.date, zone: ZoneInfo) -> bool | None:
    """Whether a version was in force on a day; version 1 is the only one there can have been."""
    began = _began(rule, zone)
    return (rule["version"] == 1 or began <= day) if began else None


def _paid(
    rule: Row,
    creator_id: str,
    whole: tuple[dt.date, dt.date],
    days: tuple[dt.date, dt.date],
    evidence: Evidence,
    goals: list[Row],
) -> Row:
    row = {
        "structure_version": rule["version"],
        "version_in_force": _was_in_force(rule, whole[0], evidence.zone),
        "rule_kind": rule["kind"],
        "period_start": whole[0],
        "period_end": whole[1] - ONE_DAY,
        "days_assigned": (days[1] - days[0]).days,
        "days_in_period": (whole[1] - whole[0]).days,
        "cap_cents": rule["cap_cents"],
    }
    nothing = dict.fromkeys(("quantity", "uncapped_cents", "amount_cents"))
    if not _is_complete(rule):
        del row["rule_kind"], nothing["quantity"]  # may be given, as far as they are known
        return row | nothing | {"reason": "incomplete_rule"}
    if rule["kind"] == "recurring":
        outcome = _recurring(rule, row)
    elif rule["kind"] == "goal":
        outcome = _goal(rule, creator_id, whole, evidence, goals)
    elif rule["kind"] == "cpm":
        outcome = _cpm(rule, creator_id, days, evidence)
    else:
        is_over = days[1] <= _open_day(evidence)  # videos are loaded after the days assigned
        outcome = _thresholds(rule, creator_id, days, evidence) if is_over else MISSING
    if isinstance(outcome, str):
        return row | nothing | {"reason": outcome}
    quantity, cents, video_ids = outcome
    return row | {
        "quantity": quantity,
        "uncapped_cents": cents,
        "amount_cents": cents,
        "video_ids": video_ids,
        "reason": None,
    }


def _is_complete(rule: Row) -> bool:
    """Whether a rule says all that its kind needs, in words that are known."""
    if rule["kind"] not in KINDS or any(rule[name] is None for name in NEEDED[rule["kind"]]):
        return False
    if rule["proration"] not in PRORATIONS:
        return False
    return rule["kind"] != "goal" or rule["goal_metric"] in METRICS


def _recurring(rule: Row, row: Row) -> Outcome:
    cents = rule["amount_cents"]
    if rule["proration"] == "daily":
        cents = half_up(cents * row["days_assigned"], row["days_in_period"])
    return row["days_assigned"], cents, []


def _goal(
    rule: Row,
    creator_id: str,
    whole: tuple[dt.date, dt.date],
    evidence: Evidence,
    goals: list[Row],
) -> Outcome:
    """Pays once if an active goal of the metric and period that covers all of it was met."""
    first, after = whole
    covering = [
        goal
        for goal in goals
        if (goal["creator_id"], goal["metric"]) == (creator_id, rule["goal_metric"])
        and goal["period"] == rule["period"]
        and goal["is_active"]
        and (goal["start_date"] or dt.date.min) <= first
        and (goal["end_date"] or dt.date.max) >= after - ONE_DAY
    ]
    if not covering:
        return 0, 0, []
    targets = [goal["target_value"] for goal in covering if goal["target_value"] is not None]
    actual = evidence.actual(covering[0], first, after, day_start(after, evidence.zone))
    if isinstance(actual, str):
        return actual if targets else MISSING
    met = sum(actual >= target for target in targets)
    if not met and len(targets) < len(covering):
        return MISSING
    return met, rule["amount_cents"] if met else 0, []


def _cpm(rule: Row, creator_id: str, days: tuple[dt.date, dt.date], evidence: Evidence) -> Outcome:
    end = day_start(days[1], evidence.zone)
    views = evidence.gained(("creator", creator_id, "views"), days[0], days[1], end)
    if isinstance(views, str):
        return views
    return views, half_up(rule["cpm_cents"] * views, 1_000), []


def _thresholds(
    rule: Row, creator_id: str, days: tuple[dt.date, dt.date], evidence: Evidence
) -> Outcome:
    """Pays for each counted video that passed the threshold on a day assigned.

    A video's views at the end of a day are those at its last day less what it gained since: that
    is why its days must be known from there on. Before its first day it had what it began with.
    """
    passed, unknown = [], False
    for video in evidence.counted_videos(creator_id):
        crossing = _crossing(video, rule["threshold_views"], evidence)
        if crossing is None or crossing[0] >= days[1] or crossing[1] < days[0]:
            continue
        if crossing[0] == crossing[1]:
            passed.append(video["id"])
        else:
            unknown = True
    if unknown:
        return MISSING
    return len(passed), len(passed) * rule["amount_cents"], sorted(passed)


def _open_day(evidence: Evidence) -> dt.date:
    """The first day of which the end isn't known: videos may be posted and grow on it."""
    series = [days for (entity, *_), days in evidence.days.items() if entity == "video"]
    if not series:
        return dt.date.max
    days = max(series, key=max)
    return max(days) if days[max(days)]["is_partial"] else max(days) + ONE_DAY


def _crossing(video: Row, threshold: int, evidence: Evidence) -> tuple[dt.date, dt.date] | None:
    """The first and last day on which a video may have reached the views, the same where it is
    known; None if it never did, or had them at its first snapshot."""
    views, zone = video["view_count"], evidence.zone
    posted = local_day(video["posted_at"], zone) if video["posted_at"] else dt.date.min
    series = evidence.days.get(("video", video["id"], "views"), {})
    if views is not None and views < threshold:
        return None
    if views is None or not series:
        return posted if _open_day(evidence) < dt.date.max else dt.date.min, dt.date.max
    first, last = min(series), max(series)
    for day in reversed(list(days_between(first, last + ONE_DAY))):
        if day_start(day, zone) == day_start(day + ONE_DAY, zone):
            continue
        row = series.get(day)
        if row is None or row["value"] is None or (row["is_partial"] and day != last):
            return posted, day
        views -= int(row["value"])
        if views < threshold:
            return day, day
    return (posted, first - ONE_DAY) if posted < first else None
