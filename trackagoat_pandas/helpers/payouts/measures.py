"""What creators achieved in periods, as payout rules measure it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas._types import Bools, Ints
from trackagoat_pandas.checks import require_columns
from trackagoat_pandas.errors import MissingArgumentError
from trackagoat_pandas.helpers.clocks import NO_DAY
from trackagoat_pandas.helpers.columns import (
    STRING,
    day_numbers,
    flags_of,
    is_among,
    is_word,
    nullable_flags,
    read_columns,
    values_of,
)
from trackagoat_pandas.helpers.gains import KNOWN, MISSING, PARTS, Gains, Gaps
from trackagoat_pandas.helpers.latest import latest_of
from trackagoat_pandas.helpers.payouts.milestones import FollowedVideos, Milestones
from trackagoat_pandas.helpers.payouts.rules import is_complete
from trackagoat_pandas.tables import GOAL_COMPLIANCE

REASON_OF = np.array([None, "partial_days", "missing_days"], dtype=object)
"""The reason for each gap of a count."""
_GOAL = ("creator_id", "metric", "period", "target_value", "start_date", "end_date", "is_active")
_NEVER = np.iinfo(np.int64).max
_CALLS = {"videos": "load_videos(project)", "goals": "load_goal_compliance(project)"}
_Measured: TypeAlias = tuple[Ints, Gaps, NDArray[np.object_] | None]
"""Quantities, what is missing of them, and the ids of the videos that they count."""


class Measures:
    """Measure what was achieved, for rows of assigned spans with their rules.

    Parameters
    ----------
    videos, analytics, goals
        The frames of their loaders; one that no rule needs may be None.
    zone
        The organization's time zone.
    creators
        The frame of :func:`load_creators`: who isn't in it, or isn't active, has left.
    """

    def __init__(
        self,
        videos: pd.DataFrame | None,
        analytics: pd.DataFrame | None,
        goals: pd.DataFrame | None,
        zone: str,
        creators: pd.DataFrame | None = None,
    ) -> None:
        self.gains = Gains(videos, analytics, zone)
        self.goals = goals
        self._active = None if creators is None else active_ids(creators)
        self._videos, self._analytics, self._zone = videos, analytics, zone
        self._measures: dict[str, Callable[[pd.DataFrame], _Measured]] = {
            "recurring": self._days,
            "goal": self._goals,
            "cpm": self._views,
            "view_threshold": self._crossings,
        }
        self._followed: FollowedVideos | None = None
        self._least_views = np.inf

    def check_frames(self, rows: pd.DataFrame) -> Bools:
        """Return which rows have complete rules, after checking that their frames are given.

        Raises
        ------
        MissingArgumentError
            Frames are missing. It names all of them, and the calls that load them.
        """
        is_whole = is_complete(rows)
        given = {"videos": self._videos, "goals": self.goals, "analytics": self._analytics}
        absent = {name for name, frame in given.items() if frame is None}
        kinds = set(rows["kind"].to_numpy(dtype=object)[is_whole]) - {"recurring"}
        if not absent or not kinds:
            return is_whole
        is_goal = is_whole & (rows["kind"] == "goal").to_numpy(bool, na_value=False)
        metrics = self._goal_metrics(rows[is_goal])
        by_views = {"analytics"} if metrics - {"posts"} else set()
        by_posts = {"videos"} if "posts" in metrics and "analytics" in absent else set()
        needs = {
            "cpm": {"analytics"},
            "goal": {"goals"} | by_views | by_posts,
            "view_threshold": {"videos", "analytics"},
        }
        unmet = {kind: needs[kind] & absent for kind in sorted(kinds) if needs[kind] & absent}
        if not unmet:
            return is_whole
        missing = [name for name in given if any(name in some for some in unmet.values())]
        calls = {**_CALLS, "analytics": _analytics_call(kinds, metrics)}
        which = "it" if len(missing) == 1 else "them"
        passed = ", ".join(f"{name}={calls[name]}" for name in missing)
        reason = f"rules of kind {', '.join(unmet)} need {which}. Pass {passed}"
        raise MissingArgumentError(missing, reason)

    def _goal_metrics(self, rows: pd.DataFrame) -> set[str]:
        """Return the metrics of the goals that rows depend on; without goals, of the rules."""
        goals = rows if self.goals is None or rows.empty else goals_for(rows, self.goals)
        return set(goals["goal_metric"])

    def of(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Add ``quantity``, the ``reason`` where it is unknown, and the ``video_ids``."""
        is_whole = self.check_frames(rows)
        kinds = rows["kind"].to_numpy(dtype=object)
        quantity = np.zeros(len(rows), np.int64)
        reason, video_ids = np.full((2, len(rows)), None, dtype=object)
        reason[~is_whole] = "incomplete_rule"
        for kind, measure in self._measures.items():
            chosen = np.flatnonzero(is_whole & (kinds == kind))
            if len(chosen):
                some = rows if len(chosen) == len(rows) else rows.iloc[chosen]
                quantity[chosen], gaps, video_ids[chosen] = measure(some)
                reason[chosen] = np.where(
                    self._is_lost(kind, some, gaps), "removed_creator", REASON_OF[gaps]
                )
        texts = {"reason": reason, "video_ids": video_ids}
        return rows.assign(
            quantity=quantity,
            **{name: pd.array(words, dtype=STRING) for name, words in texts.items()},
        )

    def _is_lost(self, kind: str, rows: pd.DataFrame, gaps: Gaps) -> Bools:
        """Whether what each row rests on is gone with its creator."""
        if self._active is None or kind not in ("cpm", "goal"):
            return np.zeros(len(rows), np.bool_)
        has_left = ~is_among(rows["creator_id"], self._active)
        if kind == "goal" and self.goals is not None:
            # An earlier load may have the goals, which are then as good as any.
            return has_left & ~is_among(rows["creator_id"], self.goals["creator_id"])
        is_lost: Bools = has_left & (gaps == MISSING)
        return is_lost

    def milestones(self, rows: pd.DataFrame) -> Milestones:
        """Find on which days the videos of the rows' creators reached the rows' thresholds."""
        least = float(values_of(rows["threshold_views"]).min(initial=np.inf))
        if self._followed is None or least < self._least_views:
            # check_frames has made sure that both are there.
            videos = cast("pd.DataFrame", self._videos)
            analytics = cast("pd.DataFrame", self._analytics)
            big = _of_big_videos(videos, analytics, least)
            self._followed = FollowedVideos(videos, big, self._zone)
            self._least_views = least
        return Milestones(rows, self._followed)

    def _days(self, rows: pd.DataFrame) -> _Measured:
        days = rows["days_assigned"].to_numpy(np.int64)
        return days, np.zeros(len(rows), np.int8), None

    def _goals(self, rows: pd.DataFrame) -> _Measured:
        return *goals_met(rows, self.goals, self.gains), None

    def _views(self, rows: pd.DataFrame) -> _Measured:
        begin, stop = assigned_days(rows)
        return *self.gains.between("views", rows["creator_id"], begin, stop), None

    def _crossings(self, rows: pd.DataFrame) -> _Measured:
        begin, stop = assigned_days(rows)
        milestones = self.milestones(rows)
        ids = milestones.video_ids(begin, stop)
        return *milestones.between(begin, stop), ids.to_numpy(dtype=object)


def _of_big_videos(videos: pd.DataFrame, analytics: pd.DataFrame, least: float) -> pd.DataFrame:
    """Keep the analytics of videos with at least so many views, and those of the last day.

    Most videos never reach one: of 150,000 with 60 days each this is a hundredth of the rows.
    """
    needs = {"entity", "entity_id", "date"} <= {*analytics.columns}
    if not needs or not {"id", "view_count"} <= {*videos.columns}:
        return analytics  # what reads them says what is missing
    is_big = ~(values_of(videos["view_count"]) < least)
    days = day_numbers(analytics["date"])
    kept = is_word(analytics["entity"], "video") & (days == days.max(initial=NO_DAY))
    needed: pd.DataFrame = analytics[kept | is_among(analytics["entity_id"], videos["id"][is_big])]
    return needed


def active_ids(creators: pd.DataFrame) -> pd.Series:
    """Return the ids of active creators; where the frame doesn't say it, all are."""
    require_columns(creators, ["id"], loader="load_creators")
    if "is_active" not in creators.columns:
        return creators["id"]
    is_active = nullable_flags(creators["is_active"]).fillna(value=True)
    return creators["id"][is_active.to_numpy(bool)]


def _analytics_call(kinds: set[str], goal_metrics: set[str]) -> str:
    """Write the call that loads the analytics that kinds of rules need."""
    asked = (goal_metrics - {"posts"}) | ({"views"} if "cpm" in kinds else set())
    parts = list(dict.fromkeys(part for metric in sorted(asked) for part in PARTS[metric]))
    calls = []
    if parts:
        metrics = repr(parts[0] if len(parts) == 1 else parts)
        calls.append(f"load_analytics('creator', creators, {metrics}, dates=...)")
    if "view_threshold" in kinds:
        calls.append("load_analytics('video', videos, 'views', dates=...)")
    return calls[0] if len(calls) == 1 else f"combine_loads({', '.join(calls)})"


def assigned_days(rows: pd.DataFrame) -> tuple[Ints, Ints]:
    """Return the first day that each row's assignment covers, and the day after the last."""
    return rows["assigned_first"].to_numpy(np.int64), rows["assigned_after"].to_numpy(np.int64)


def goals_for(rows: pd.DataFrame, goals: pd.DataFrame | None) -> pd.DataFrame:
    """Return the active goals that cover a row's whole period, of its rule's metric and period.

    Of a repeated goal the row that ``latest_rows`` chooses counts.

    Columns: ``place`` (of the row), ``creator_id``, ``goal_metric``, ``first``, ``after``,
    ``target``.

    Raises
    ------
    ArgumentError
        There is no frame of goals.
    """
    if goals is None:
        raise MissingArgumentError("goals", "load_goal_compliance returns it")
    read = read_columns(latest_of(goals, ["goal_id"]), GOAL_COMPLIANCE, ("goal_id", *_GOAL))
    last = day_numbers(read["end_date"])
    known = read.rename(columns={"metric": "goal_metric", "target_value": "target"}).assign(
        start=day_numbers(read["start_date"]), last=np.where(last == NO_DAY, _NEVER, last)
    )[flags_of(read, "is_active")]
    keys = ["creator_id", "goal_metric", "period"]
    asked = rows[[*keys, "first", "after"]].assign(place=np.arange(len(rows)))
    pairs = asked.merge(known, on=keys)
    covers = (pairs["start"] <= pairs["first"]) & (pairs["last"] >= pairs["after"] - 1)
    return pairs[covers].sort_values("place", kind="stable", ignore_index=True)


def goals_met(rows: pd.DataFrame, goals: pd.DataFrame | None, gains: Gains) -> tuple[Ints, Gaps]:
    """Count the goals met in each row's period, and say what isn't known.

    One goal that was met is enough; without one, a goal that can't be judged leaves it unknown.
    """
    pairs = goals_for(rows, goals)
    met, gaps = np.zeros(len(pairs), np.int64), np.zeros(len(pairs), np.int8)
    first, after, target = (pairs[name].to_numpy() for name in ("first", "after", "target"))
    for metric, chosen in pairs.groupby("goal_metric").indices.items():
        creators = pairs["creator_id"].iloc[chosen]
        actual, gaps[chosen] = gains.between(str(metric), creators, first[chosen], after[chosen])
        met[chosen] = actual >= target[chosen]
    gaps[np.isnan(target)] = MISSING
    met[gaps != KNOWN] = 0
    places = pairs["place"].to_numpy()
    count, open_ = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.int8)
    np.add.at(count, places, met)
    np.maximum.at(open_, places, gaps)
    return count, np.where(count > 0, KNOWN, open_).astype(np.int8)
