"""The life of a world: what happens after it was made, event by event.

At the start of each day of an organization, that day's events are planned into the agenda, from
dice that depend on the organization, the creator and the day alone. Each event then happens at its
instant, on the world as it is: a creator that was removed meanwhile doesn't post. So the world at a
moment depends on its seed, the moment and what was written, however many steps led there.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from trackagoat_pandas.sandbox import arrivals, closings, occasions, surprises, turnover
from trackagoat_pandas.sandbox.accruals import GOAL_DELAY
from trackagoat_pandas.sandbox.agenda import Event, Moment, take_due
from trackagoat_pandas.sandbox.clock import DAY_S, format_instant
from trackagoat_pandas.sandbox.database import Database
from trackagoat_pandas.sandbox.lookups import COUNTED
from trackagoat_pandas.sandbox.rules import Kind

_AT_ONCE: tuple[Kind, ...] = ("recurring", "cpm", "view_threshold")  # when their periods close
_LATE: tuple[Kind, ...] = ("goal",)
_STILL_COMMENTED_S = 20 * DAY_S


def begin(moment: Moment, *, pace: float, days: int) -> None:
    """Let things go on in an organization, once its base world is in the database.

    ``pace`` is that of ``habits.pace_of``; ``days`` are the days of the base world, whose averages
    go on.
    """
    database, day = moment.database, moment.today
    [comments] = moment.own("count(*) AS n", "comments", "TRUE")
    [guests] = moment.own("count(*) AS n", "videos", "creator_id IS NULL")
    videos = moment.own("id, posted_ts, final_views", "videos", COUNTED)
    roots = float(np.sqrt([video["final_views"] for video in videos]).sum())
    life = {
        "org_id": moment.org_id,
        "pace": pace,
        "guests_daily": guests["n"] / days,
        "comment_rate": comments["n"] / roots if roots else 0.0,
    }
    database.insert("life", [life])
    young_s = moment.at_s - _STILL_COMMENTED_S
    recent = [video for video in videos if video["posted_ts"] > young_s]
    arrivals.plan_comments(moment, moment.dice("late comments"), recent)
    # Of what has closed, the base world has what was due.
    for closed in (day - timedelta(days=2), day - timedelta(days=1), day):
        if moment.start_s(closed) + GOAL_DELAY.total_seconds() > moment.at_s:
            closings.plan_accruals(moment, closed, _LATE)
    _plan(moment, day)


def _plan(moment: Moment, day: date) -> None:
    """Plan the rest of a day, and the start of the next."""
    arrivals.plan_posts(moment, day)
    turnover.plan_turnover(moment, day)
    occasions.plan_occasions(moment, day)
    closings.plan_payments(moment, day)
    tomorrow = day + timedelta(days=1)
    moment.plan("day", tomorrow.isoformat(), moment.start_s(tomorrow))


def _start_day(moment: Moment, event: Event) -> None:
    day = date.fromisoformat(event.subject)
    closings.plan_accruals(moment, day, (*_AT_ONCE, *_LATE))
    _plan(moment, day)


_HAPPENINGS: dict[str, Callable[[Moment, Event], None]] = {
    "day": _start_day,
    "post": arrivals.post,
    "rise": surprises.rise,
    "comment": arrivals.comment,
    "delete video": arrivals.delete_video,
    "switch off": arrivals.switch_off,
    "join": turnover.join,
    "rename": turnover.rename,
    "disable": turnover.disable,
    "withdraw": turnover.withdraw,
    "engage": turnover.engage,
    "first goal": occasions.set_first_goal,
    "set goal": occasions.set_goal,
    "end goal": occasions.end_goal,
    "grow": occasions.grow,
    "note": occasions.note,
    "accrue": closings.accrue_period,
    "pay": closings.pay,
    "void": closings.void,
}


def live_to(database: Database, now: datetime) -> None:
    """Carry out all events up to a moment, and note it; all of it or nothing."""
    with database.transaction():
        [chance] = database.rows("SELECT seed FROM chance")
        zones = {
            row["id"]: ZoneInfo(row["timezone"])
            for row in database.rows("SELECT id, timezone FROM organizations")
        }
        while (event := take_due(database, now.timestamp())) is not None:
            moment = Moment(database, chance["seed"], event.org_id, zones[event.org_id], event.at_s)
            _HAPPENINGS[event.kind](moment, event)
        database.write("UPDATE chance SET lived_to = ?", (format_instant(now),))
