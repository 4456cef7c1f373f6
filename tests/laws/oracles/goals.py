"""Goal compliance in plain loops: what evaluate_goals and goal_history must say.

A goal is judged in the calendar period of the organization's zone that holds the day, weeks from
Monday; before or after the goal's own days, in its first or last period. It is judged at the end
of that day, but never later than now.
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from zoneinfo import ZoneInfo

from tests.laws.oracles.calendars import (
    ONE_DAY,
    PERIODS,
    TWO_DAYS,
    Row,
    day_start,
    days_between,
    half_up,
    latest,
    local_day,
    period_of,
)

COUNTED = ("auto_tracked", "included", "direct_add")
PARTS = {"engagement": ("likes", "comments", "shares", "saves")}
METRICS = ("posts", "views", "engagement", "followers")
MISSING, PARTIAL = "missing_days", "partial_days"
_TICK = dt.timedelta(microseconds=1)
ANALYTICS_KEY = ("entity", "entity_id", "metric", "date", "series_kind", "parent_id")


class Evidence:
    """What the frames know: posts of creators, and what entities gained day by day."""

    def __init__(self, videos: list[Row] | None, analytics: list[Row] | None, zone: ZoneInfo):
        self.zone = zone
        self.videos = None if videos is None else latest(videos, ["id"])
        self.days: dict[tuple[str, str, str], dict[dt.date, Row]] = {}
        for row in latest(analytics or [], ANALYTICS_KEY):
            if row["series_kind"] == "main":
                series = (row["entity"], row["entity_id"], row["metric"])
                self.days.setdefault(series, {})[row["date"]] = row

    def counted_videos(self, creator_id: str) -> list[Row]:
        """Only counted videos whose tracking is not disabled count."""
        return [
            video
            for video in self.videos or []
            if video["creator_id"] == creator_id
            and video["tracking_status"] in COUNTED
            and not video["is_tracking_disabled"]
        ]

    def posts(self, creator_id: str, start: dt.datetime, until: dt.datetime) -> int:
        return sum(
            video["posted_at"] is not None and start <= video["posted_at"] < until
            for video in self.counted_videos(creator_id)
        )

    def gained(
        self, series: tuple[str, str, str], first: dt.date, after: dt.date, now: dt.datetime
    ) -> int | str:
        """The sum of the days that have begun by now, or why one of them isn't known.

        A partial value is right only for the day that is running now.
        """
        total, days, reason = 0, self.days.get(series, {}), None
        for day in days_between(first, after):
            start, end = day_start(day, self.zone), day_start(day + ONE_DAY, self.zone)
            if start >= now or start == end:  # not begun, or left out by the zone
                continue
            row = days.get(day)
            if row is None or row["value"] is None:
                return MISSING
            if row["is_partial"] and end <= now:
                reason = PARTIAL
            total += int(row["value"])
        return reason or total

    def actual(self, goal: Row, first: dt.date, after: dt.date, at: dt.datetime) -> int | str:
        """What was reached from the start of a period to an instant or the period's end, or why
        it isn't known."""
        creator_id, metric = goal["creator_id"], goal["metric"]
        if metric == "posts" and self.videos is not None:
            until = min(at, day_start(after, self.zone))
            return self.posts(creator_id, day_start(first, self.zone), until)
        total = 0
        for part in PARTS.get(metric, (metric,)):
            gained = self.gained(("creator", creator_id, part), first, after, at)
            if isinstance(gained, str):
                return gained
            total += gained
        return total


def evaluate(
    goals: list[Row], evidence: Evidence, day: dt.date | None, now: dt.datetime
) -> list[Row]:
    """Judge each goal on a day; without one, on the day of now."""
    day = day or local_day(now, evidence.zone)
    at = min(now, day_start(day + ONE_DAY, evidence.zone))
    return [_judged(goal, evidence, day, at) for goal in latest(goals, ["goal_id"])]


def history(
    goals: list[Row], evidence: Evidence, since: dt.date | None, now: dt.datetime
) -> list[Row]:
    """Judge each closed period of each goal, at the period's end."""
    rows = []
    for goal in latest(goals, ["goal_id"]):
        names = {name: goal[name] for name in ("creator_id", "goal_id", "metric", "period")}
        if goal["period"] not in PERIODS:
            rows.append(names | {"period_start": None} | _judged(goal, evidence, dt.date.min, now))
            continue
        begin = max(filter(None, [since, goal["start_date"]]), default=_first_day(evidence))
        if begin is None:
            continue
        first, after = period_of(goal["period"], begin)
        last = goal["end_date"] or dt.date.max
        while first <= last and day_start(after, evidence.zone) <= now:
            end = day_start(after, evidence.zone)
            judged = _judged(goal, evidence, max(first, begin), end)
            first, after = period_of(goal["period"], after)
            if judged["period_start"] < end:  # Apia had no 30 December 2011
                rows.append(names | judged)
    return rows


def _first_day(evidence: Evidence) -> dt.date | None:
    posted = [video["posted_at"] for video in evidence.videos or [] if video["posted_at"]]
    days = [day for series in evidence.days.values() for day in series]
    return min([*days, *(local_day(instant, evidence.zone) for instant in posted)], default=None)


def _judged(goal: Row, evidence: Evidence, day: dt.date, at: dt.datetime) -> Row:
    result: Row = {"goal_id": goal["goal_id"], "target": goal["target_value"]}
    nothing = dict.fromkeys(("actual", "percentage", "status", "pace"))
    if goal["period"] not in PERIODS:
        return result | nothing | {"reason": "unknown_period"}
    start_date, end_date = goal["start_date"], goal["end_date"]
    if end_date is not None:
        day = min(day, end_date)
    if start_date is not None:
        day = max(day, start_date)
    first, after = period_of(goal["period"], day)
    start, end = day_start(first, evidence.zone), day_start(after, evidence.zone)
    begins = start if start_date is None else max(start, day_start(start_date, evidence.zone))
    started = at > begins
    result |= {
        "period_start": start,
        "period_end": end,
        "period_in_progress": started and at < end,
        "period_recently_ended": end <= at <= end + TWO_DAYS,
        "not_yet_started": not started,
        "hours_until_period_end": _hours(end - at) if started and at < end else None,
        "hours_since_period_end": _hours(at - end) if at >= end else None,
    }
    if goal["metric"] not in METRICS:
        return result | nothing | {"reason": "unknown_metric"}
    actual = evidence.actual(goal, first, after, at) if started else 0
    if isinstance(actual, str):
        reason = "unknown_actual" if goal["target_value"] is not None else "unknown_target"
        return result | nothing | {"reason": reason}
    if goal["target_value"] is None:
        return result | nothing | {"actual": actual, "reason": "unknown_target"}
    share = None
    if started:
        share = Fraction((min(at, end) - start) // _TICK, (end - start) // _TICK)
    return result | {
        "reason": None,
        "actual": actual,
        "percentage": min(100, max(0, half_up(100 * actual, goal["target_value"]))),
        **_standing(actual, goal["target_value"], share, ended=at >= end),
    }


def _standing(actual: int, target: int, share: Fraction | None, *, ended: bool) -> Row:
    """Judge by pace: what is reached of the target, over the share of the period that passed."""
    if share is None:
        return {"status": "on_track", "pace": None}
    pace = Fraction(actual, target) / share
    if ended:
        status = "completed" if actual >= target else "missed"
    elif pace >= 1:
        status = "on_track"
    else:
        status = "behind_pace" if pace >= Fraction(7, 10) else "at_risk"
    return {"status": status, "pace": float(pace)}


def _hours(length: dt.timedelta) -> float:
    """Hours to two places, as the API gives them."""
    return half_up(length // dt.timedelta(seconds=1), 36) / 100
