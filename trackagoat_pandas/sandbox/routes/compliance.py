"""Goal compliance: the progress of each creator toward each goal at a reference date.

A goal is evaluated for the whole calendar period that contains the reference date or, outside of
the goal's own days, its first or last day.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal, TypeAlias, get_args

from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.clock import (
    Period,
    day_start,
    format_instant,
    parse_instant,
    period_bounds,
)
from trackagoat_pandas.sandbox.declare import Answer, Row, get
from trackagoat_pandas.sandbox.entities import Goal
from trackagoat_pandas.sandbox.envelope import not_found
from trackagoat_pandas.sandbox.formats import Day, Instant, Uuid, doc
from trackagoat_pandas.sandbox.lookups import creators_of, find
from trackagoat_pandas.sandbox.measures import goal_actual
from trackagoat_pandas.sandbox.parameters import OF_CREATOR, Parameter
from trackagoat_pandas.sandbox.snapshots import Sight

Status: TypeAlias = Literal["on_track", "behind_pace", "at_risk", "completed", "missed"]
STATUSES: tuple[Status, ...] = get_args(Status)

RECENT = timedelta(hours=48)
STALE = timedelta(hours=24)  # assumed: the contract names the flag and not its threshold
_MICROSECOND = timedelta(microseconds=1)


_MESSAGES = {
    "period_in_progress": "The period is still running: the count will rise.",
    "period_recently_ended": "The period ended within 48 hours: late counts may still arrive.",
    "scrape_stale": "The creator was last scraped more than 24 hours ago.",
    "not_yet_started": "The goal has not started yet.",
}


class GoalCreator(Row):
    """The creator of the goals."""

    id: Annotated[Uuid, doc("The id.")]
    tiktok_handle: Annotated[str, doc("The handle, without @.")]
    display_name: Annotated[str | None, doc("The name on the profile.")]
    avatar_url: Annotated[str | None, doc("The profile picture.")]


class ScrapeFreshness(Row):
    """When the creator was last scraped."""

    last_scraped_at: Annotated[Instant, doc("The last scrape.")]
    hours_since_scrape: Annotated[
        float, doc("Hours from the last scrape to the moment of evaluation.")
    ]


class GoalAdvisory(Row):
    """Caveats about a status."""

    has_advisory: Annotated[bool, doc("Whether any of the flags is set.")]
    period_in_progress: Annotated[bool, doc(_MESSAGES["period_in_progress"])]
    period_recently_ended: Annotated[bool, doc(_MESSAGES["period_recently_ended"])]
    scrape_stale: Annotated[bool, doc(_MESSAGES["scrape_stale"])]
    not_yet_started: Annotated[bool, doc(_MESSAGES["not_yet_started"])]
    messages: Annotated[list[str], doc("A sentence for each flag that is set.")]
    period_start: Annotated[Instant, doc("When the period begins.")]
    period_end: Annotated[Instant, doc("When it ends, exclusive.")]
    hours_until_period_end: Annotated[float | None, doc("While it runs.")]
    hours_since_period_end: Annotated[float | None, doc("Once it has ended.")]
    scrape_freshness: Annotated[ScrapeFreshness | None, doc("The last scrape.")]


class GoalStanding(Row):
    """A creator's progress toward one goal."""

    goal: Annotated[Goal, doc("The goal.")]
    target: Annotated[int, doc("The target.")]
    actual: Annotated[int, doc("The actual value.")]
    percentage: Annotated[int, doc("actual in percent of target, rounded; at most 100.")]
    status: Annotated[str, doc("on_track, behind_pace, at_risk, completed or missed.")]
    advisory: Annotated[GoalAdvisory, doc("Caveats about the status.")]


class GoalCompliance(Row):
    """A creator and its progress toward each of its goals."""

    creator: Annotated[GoalCreator, doc("The creator of the goals.")]
    compliance: Annotated[list[GoalStanding], doc("One entry for each goal.")]


@dataclass(frozen=True, slots=True)
class Standing:
    """A goal in one period, seen from an instant."""

    start: datetime
    end: datetime
    at: datetime
    started: bool
    target: int
    actual: int

    @property
    def percentage(self) -> int:
        """Actual in percent of target, from 0 to 100, halves rounded up: 11 of 15 is 73."""
        if self.target <= 0:
            return 100
        return min(100, max(0, (200 * self.actual + self.target) // (2 * self.target)))

    @property
    def status(self) -> Status:
        """The status by pace: on_track from 1, behind_pace from 0.7, else at_risk."""
        if self.at >= self.end:
            return "completed" if self.actual >= self.target else "missed"
        if not self.started:
            return "on_track"
        # Whole microseconds: in floats a pace of exactly 0.7 could fall on either side.
        passed = (self.at - self.start) // _MICROSECOND
        done = self.actual * ((self.end - self.start) // _MICROSECOND)
        if done >= self.target * passed:
            return "on_track"
        return "behind_pace" if 10 * done >= 7 * self.target * passed else "at_risk"

    @property
    def in_progress(self) -> bool:
        """Whether the period has begun for this goal and not ended."""
        return self.started and self.at < self.end


def goal_compliance(call: Call) -> Answer:
    """Evaluate the goals of all active creators."""
    project = find(call, "Project", call.ids[0])["id"]
    day: date = call.arguments["reference_date"] or call.today
    asked: str | None = call.arguments["creator_id"]
    creators = creators_of(call, project, "is_active")
    if asked is not None:
        creators = [row for row in creators if row["id"] == asked]
        if not creators:
            raise not_found("Creator")
    period: str = call.arguments["period"]
    groups = []
    for row in creators:
        entries = [
            {
                "goal": Goal.record(goal),
                "target": standing.target,
                "actual": standing.actual,
                "percentage": standing.percentage,
                "status": standing.status,
                "advisory": _advisory(standing, row),
            }
            for goal, standing in standings(call, row["id"], day)
            if period in {"all", goal["period"]}
        ]
        groups.append({"creator": GoalCreator.record(row), "compliance": entries})
    return Answer(groups)


def standings(call: Call, creator_id: str, day: date) -> Iterator[tuple[sqlite3.Row, Standing]]:
    """Evaluate each active goal of a creator at the end of a day, but never later than now."""
    at = min(call.now, day_start(day + timedelta(days=1), call.zone))
    sight = Sight(call.now_ts, call.zone)
    goals = call.database.rows(
        "SELECT * FROM goals WHERE creator_id = ? AND is_active ORDER BY created_at, rowid",
        (creator_id,),
    )
    for goal in goals:
        goal_start = date.fromisoformat(goal["start_date"])
        goal_end = date.fromisoformat(goal["end_date"]) if goal["end_date"] else day
        judged = max(min(day, goal_end), goal_start)
        first, following = period_bounds(goal["period"], judged)
        start, end = day_start(first, call.zone), day_start(following, call.zone)
        started = at > max(start, day_start(goal_start, call.zone))
        actual = 0
        if started:
            span = start.timestamp(), min(at, end).timestamp()
            actual = goal_actual(call.database, creator_id, goal["metric"], *span, sight)
        yield goal, Standing(start, end, at, started, goal["target_value"], actual)


def _advisory(standing: Standing, creator: sqlite3.Row) -> dict[str, Any]:
    since_end = standing.at - standing.end
    ended = since_end >= timedelta()
    # The creator's last update stands for its last scrape, unless it came later.
    freshness = None
    since_scrape = standing.at - parse_instant(creator["updated_at"])
    if since_scrape >= timedelta():
        hours = _hours(since_scrape)
        freshness = {"last_scraped_at": creator["updated_at"], "hours_since_scrape": hours}
    flags = {
        "period_in_progress": standing.in_progress,
        "period_recently_ended": ended and since_end <= RECENT,
        "scrape_stale": freshness is not None and hours > _hours(STALE),
        "not_yet_started": not standing.started,
    }
    return {
        "has_advisory": any(flags.values()),
        **flags,
        "messages": [_MESSAGES[name] for name, raised in flags.items() if raised],
        "period_start": format_instant(standing.start),
        "period_end": format_instant(standing.end),
        "hours_until_period_end": _hours(-since_end) if standing.in_progress else None,
        "hours_since_period_end": _hours(since_end) if ended else None,
        "scrape_freshness": freshness,
    }


def _hours(length: timedelta) -> float:
    return round(length / timedelta(hours=1), 2)


REFERENCE_DATE = Parameter(
    "reference_date", "The day at whose end goals are evaluated; default: today, now.", Day
)

_PERIOD = Parameter(
    "period",
    "Only goals of this period.",
    default="all",
    choices=(*get_args(Period), "all"),
)
_PARAMETERS = (OF_CREATOR, _PERIOD, REFERENCE_DATE)
ROUTES = (
    get("/projects/{id}/goal-compliance", goal_compliance, GoalCompliance, "list", _PARAMETERS),
)
