"""Occasions in a program: goals are set and end, campaigns grow, and notes are made."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from trackagoat_pandas.sandbox.agenda import Event, Moment
from trackagoat_pandas.sandbox.clock import DAY_S, Period, format_second, period_bounds
from trackagoat_pandas.sandbox.lookups import COUNTED
from trackagoat_pandas.sandbox.measures import goal_actual
from trackagoat_pandas.sandbox.turnover import active_creator, add_member

# How often it happens in a day of 24 creators.
_DAILY = {"set goal": 1 / 8, "end goal": 1 / 12, "grow": 1 / 4, "note": 1 / 12}
_USUAL = 24
_OFFICE_S = (9 * 3_600, 18 * 3_600)  # after midnight
_GOALS: tuple[tuple[str, Period], ...] = (
    ("posts", "weekly"),
    ("views", "monthly"),
    ("views", "weekly"),
    ("engagement", "weekly"),
    ("followers", "monthly"),
    ("posts", "monthly"),
)
# A younger video hardly changes the past of the campaign that it joins.
_YOUNG_S = 3 * DAY_S
_NOTES = (
    ("note", "New brief sent out"),
    ("algorithm", "Reach dips on the whole platform"),
    ("launch", "A new colour goes live"),
    ("note", "Call with all creators"),
    ("launch", "Shop discount for the weekend"),
)


def plan_occasions(moment: Moment, day: date) -> None:
    """Plan the occasions of a day; the larger the cast, the more."""
    dice = moment.dice(f"occasions on {day}")
    size = len(moment.own("id", "creators", "is_active AND deleted_at IS NULL"))
    numbers = dice.numbers(np.array(list(_DAILY.values())) * size / _USUAL).tolist()
    for kind, number in zip(_DAILY, numbers, strict=True):
        for place in range(number):
            at_s = moment.start_s(day) + dice.whole(*_OFFICE_S)
            moment.plan(kind, f"number {place}", at_s)


def set_goal(moment: Moment, event: Event) -> None:
    """Set a goal for a creator by what its last period brought, from the next period on."""
    dice = moment.dice(event.name)
    creator = active_creator(moment, dice)
    metric, period = dice.pick(_GOALS)
    if creator is None:
        return
    this, following = period_bounds(period, moment.today)
    last, _ = period_bounds(period, this - timedelta(days=1))
    span = moment.start_s(last), moment.start_s(this)
    actual = goal_actual(moment.database, creator["id"], metric, *span)
    target = max(1, round(actual * dice.uniform(0.8, 1.2, 1)[0]))
    _add_goal(moment, creator["id"], metric, period, target, following)


def set_first_goal(moment: Moment, event: Event) -> None:
    """Set a new creator's first goal by its habits: posts a week, from the next week on."""
    dice = moment.dice(event.name)
    sql = (
        "SELECT posts_a_week FROM habits JOIN creators ON id = creator_id "
        "WHERE id = ? AND is_active AND deleted_at IS NULL"
    )
    for row in moment.database.rows(sql, (event.subject,)):
        target = max(1, round(row["posts_a_week"] * dice.uniform(0.7, 1.1, 1)[0]))
        _, following = period_bounds("weekly", moment.today)
        _add_goal(moment, event.subject, "posts", "weekly", target, following)


def _add_goal(
    moment: Moment, creator_id: str, metric: str, period: Period, target: int, start: date
) -> None:
    """Add a goal, unless the creator has an active one of the same metric and period."""
    condition = "creator_id = ? AND metric = ? AND period = ? AND is_active"
    if moment.own("id", "goals", condition, creator_id, metric, period):
        return
    goal_id = moment.dice(f"{period} goal of {creator_id} from {start}: {metric}").uuid()
    moment.database.write(
        "INSERT INTO goals (id, creator_id, project_id, metric, period, target_value, start_date, "
        "is_active, created_at) SELECT ?, id, project_id, ?, ?, ?, ?, 1, ? FROM creators "
        "WHERE id = ?",
        (goal_id, metric, period, target, start.isoformat(), moment.text, creator_id),
    )


def end_goal(moment: Moment, event: Event) -> None:
    """End a goal that has no end yet on the last day of the period that runs."""
    dice = moment.dice(event.name)
    started = "is_active AND end_date IS NULL AND start_date <= ?"
    goals = moment.own("*", "goals", started, moment.today.isoformat())
    if goals:
        goal = dice.pick(goals)
        _, following = period_bounds(goal["period"], moment.today)
        last = following - timedelta(days=1)
        moment.database.update("goals", goal["id"], {"end_date": last.isoformat()})


def grow(moment: Moment, event: Event) -> None:
    """Add a young video to a campaign that has videos."""
    dice = moment.dice(event.name)
    has_videos = (
        "EXISTS (SELECT 1 FROM campaign_items "
        "WHERE campaign_id = campaigns.id AND item_type = 'video')"
    )
    campaigns = moment.own("*", "campaigns", has_videos)
    if not campaigns:
        return
    campaign = dice.pick(campaigns)
    young_s = moment.at_s - _YOUNG_S
    videos = moment.database.rows(
        # Nothing is found before it is posted, and the index has the time of finding.
        f"SELECT id FROM videos WHERE project_id = ? AND created_at >= ? AND posted_ts >= ? "
        f"AND {COUNTED} ORDER BY rowid",
        (campaign["project_id"], format_second(young_s), young_s),
    )
    if videos:
        add_member(moment, campaign["id"], "video", dice.pick(videos)["id"])


def note(moment: Moment, event: Event) -> None:
    """Make a note on the charts of a creator's project; every third is about the creator."""
    dice = moment.dice(event.name)
    creator = active_creator(moment, dice)
    if creator is None:
        return
    kind, label = dice.pick(_NOTES)
    is_about = dice.whole(0, 3) == 0
    annotation = {
        "id": dice.uuid(),
        "project_id": creator["project_id"],
        "kind": kind,
        "label": label,
        "date": moment.today.isoformat(),
        "entity": "creator" if is_about else None,
        "entity_id": creator["id"] if is_about else None,
        "created_at": moment.text,
    }
    moment.database.insert("annotations", [annotation])
