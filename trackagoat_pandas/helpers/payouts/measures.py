"""Measure what creators achieved in periods, for payout rules; and when videos reach thresholds."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, cast

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from trackagoat_pandas.base.types import Bools, Ints
from trackagoat_pandas.errors import MissingArgumentError
from trackagoat_pandas.helpers.clocks import NO_DAY, days_shown
from trackagoat_pandas.helpers.columns import (
    STRING,
    arrow,
    day_numbers,
    firsts_of,
    flags_of,
    instants_of,
    is_among,
    is_word,
    numbered,
    plain,
    read_columns,
    values_of,
)
from trackagoat_pandas.helpers.counted import active_ids, counted_videos
from trackagoat_pandas.helpers.gains import (
    KNOWN,
    MISSING,
    PARTIAL,
    PARTS,
    Gains,
    Gaps,
    RunningTotals,
    daily_values,
)
from trackagoat_pandas.helpers.loads import latest_of
from trackagoat_pandas.helpers.payouts.rules import is_complete
from trackagoat_pandas.tables import GOAL_COMPLIANCE

_KEYS = ["creator_id", "threshold_views"]
_BEFORE, _AFTER = -(10**7), 10**7
"""Days before and after all others."""
_UNKNOWN = np.iinfo(np.int64).min


class FollowedVideos:
    """Counted videos and their totals by day, for any thresholds.

    Parameters
    ----------
    videos
        The frame of :func:`load_videos`.
    analytics
        Daily new views of these videos, up to the day on which the videos were loaded.
    zone
        The organization's time zone.

    Attributes
    ----------
    counted
        The counted videos.
    posted
        The day on which each was posted.
    totals
        Their totals: see :func:`_totals`.
    last
        The newest day.
    running
        The newest day if it wasn't over, else a day after all others: until it is over, any video
        may still reach a threshold.
    """

    def __init__(self, videos: pd.DataFrame, analytics: pd.DataFrame, zone: str) -> None:
        self.counted = counted_videos(videos, "id", "view_count")
        posted = days_shown(instants_of(self.counted["posted_at"]), zone).astype(np.int64)
        self.posted = np.where(posted == NO_DAY, _BEFORE, posted)
        gains = daily_values(analytics, "video", ["views"], zone)
        self.last = int(gains["day"].max()) if len(gains) else _BEFORE
        is_newest = gains["day"] == self.last
        self.running = self.last if (gains["is_partial"] & is_newest).any() else _AFTER
        # A partial day before the newest one counts as missing: the rest of it is in no row.
        self.totals = _totals(gains[~gains["is_partial"] | is_newest], self.counted, self.last)


class Milestones:
    """The days on which counted videos reached thresholds.

    Parameters
    ----------
    rows
        For whom and what: ``creator_id`` and ``threshold_views``.
    followed
        The videos, and their totals by day.
    """

    def __init__(self, rows: pd.DataFrame, followed: FollowedVideos) -> None:
        self._pair = pd.Series(numbered(rows, _KEYS))
        self._running = followed.running
        counted, totals, last = followed.counted, followed.totals, followed.last
        posted = followed.posted
        pairs = rows[_KEYS].iloc[firsts_of(self._pair.to_numpy())].reset_index(drop=True)
        # Each video is matched with every threshold that pays its creator.
        candidates = pairs.reset_index(names="pair").merge(
            counted[["id", "creator_id", "view_count"]].reset_index(names="video"), on="creator_id"
        )
        may = candidates["view_count"] >= candidates["threshold_views"]
        reached = candidates[may.fillna(value=True).to_numpy(bool)]
        pair, video = reached["pair"].to_numpy(), reached["video"].to_numpy()
        threshold = reached["threshold_views"].to_numpy(np.int64)
        is_followed = np.isin(video, totals["video"])
        at = np.flatnonzero(is_followed)
        found = _first_at(totals, video[at], threshold[at])
        day = found["day"].to_numpy()
        was_there = found["before"].to_numpy() >= threshold[at]
        # Views at the first snapshot were gained on an unknown day.
        is_first = found["is_baseline"].to_numpy()
        crossed = at[~was_there]
        self._ids = reached["id"].iloc[crossed]
        self._days = RunningTotals(pd.Series(pair[crossed]), day[~was_there])
        # Others reached it on an unknown day before their first known one; and nothing is known
        # of the days after the newest.
        until = np.full(len(reached), last + 1)
        until[at] = np.where(was_there & ~is_first, day, _BEFORE)
        posted = posted[video]
        is_hidden = posted < until
        hidden = pd.Series(np.concatenate([pair[is_hidden], pair]))
        late = np.full(len(reached), last + 1)
        opens = np.concatenate([posted[is_hidden], late])
        closes = np.concatenate([until[is_hidden], np.full(len(reached), _AFTER)])
        self._opens, self._closes = (RunningTotals(hidden, days) for days in (opens, closes))

    def between(self, first: Ints, after: Ints) -> tuple[Ints, Gaps]:
        """Count each row's videos that crossed on some days, and mark unknown counts."""
        always = np.full(first.shape, _BEFORE)
        # A hidden span meets the days if it opens before they end and has not closed by then.
        (opened,) = self._opens.between(self._pair, always, after)
        (closed,) = self._closes.between(self._pair, always, first + 1)
        (counts,) = self._days.between(self._pair, first, after)
        is_running = (after > self._running) & (after > first)
        gaps = np.where(opened > closed, MISSING, np.where(is_running, PARTIAL, KNOWN))
        return counts, gaps.astype(np.int8)

    def video_ids(self, first: Ints, after: Ints) -> pd.Series:
        """Return the ids of the videos that ``between`` counts, as a JSON list."""
        begin, end = self._days.slices(self._pair, first, after)
        sizes = end - begin
        offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        places = np.arange(offsets[-1]) + np.repeat(begin - offsets[:-1], sizes)
        # pyarrow can't join lists of large strings.
        ids = arrow(self._ids.iloc[self._days.order[places]]).cast(pa.string())
        lists = pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), ids)
        joined = pc.binary_join_element_wise('["', pc.binary_join(lists, '","'), '"]', "")
        return plain(joined.cast(pa.large_string())).where(sizes > 0)


def _totals(gains: pd.DataFrame, counted: pd.DataFrame, last: int) -> pd.DataFrame:
    """Return each counted video's total at the end of each day, back to the first missing day.

    ``video`` is its position among the counted ones, ``total`` the highest total so far, ``before``
    that of the day before.
    """
    known = arrow(counted["id"])
    video = pc.index_in(arrow(gains["entity_id"]), value_set=known).fill_null(-1).to_numpy()
    # Position -1, that of a video that doesn't count, has no views either.
    views = counted["view_count"].to_numpy(np.int64, na_value=_UNKNOWN)
    views = np.append(views, _UNKNOWN)[video]
    rows: pd.DataFrame = gains.assign(video=video, views=views)[views != _UNKNOWN]
    rows = rows.sort_values(["video", "day"], ignore_index=True)
    by_video = rows.groupby("video", sort=False)
    later = by_video["value"].transform("sum") - by_video["value"].cumsum()
    total = rows["views"] - later
    is_whole = last - rows["day"] == by_video.cumcount(ascending=False)
    rows = rows.assign(total=total, before=total - rows["value"])[is_whole]
    # A downward correction doesn't undo a threshold that was reached.
    highest = rows.groupby("video", sort=False)["total"].cummax()
    return rows.assign(total=highest)


def _first_at(totals: pd.DataFrame, video: Ints, threshold: Ints) -> pd.DataFrame:
    """Return the first day on which each video's total reaches its threshold; there is one."""
    total = np.maximum(totals["total"].to_numpy(np.int64), 0)
    stride = int(total.max(initial=0)) + 1
    keys = totals["video"].to_numpy(np.int64) * stride + total
    found: pd.DataFrame = totals.iloc[np.searchsorted(keys, video * stride + threshold)]
    return found


REASON_OF = np.array([None, "partial_days", "missing_days"], dtype=object)
"""The reason for each gap of a count."""
_GOAL = ("creator_id", "metric", "period", "target_value", "start_date", "end_date", "is_active")
_NEVER = np.iinfo(np.int64).max
_CALLS = {"videos": "load_videos(project)", "goals": "load_goal_compliance(project)"}
_Measured: TypeAlias = tuple[Ints, Gaps, NDArray[np.object_] | None]
"""Quantities, their gaps, and the ids of the videos that they count."""


class Measures:
    """Measure the achievements of assigned spans by their rules.

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
        # Without goals, the rules' own metrics.
        has_goals = self.goals is not None and is_goal.any()
        goals = goals_for(rows[is_goal], self.goals) if has_goals else rows[is_goal]
        metrics = {*goals["goal_metric"]}
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
        """Whether the data of each row is gone with its creator."""
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
        # Videos below the lowest threshold are never read; a lower one later needs more of them.
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
    """Keep the analytics of videos with at least `least` views, and those of the last day.

    Most videos never reach one: of 150,000 with 60 days each this is a hundredth of the rows.
    """
    needs = {"entity", "entity_id", "date"} <= {*analytics.columns}
    if not needs or not {"id", "view_count"} <= {*videos.columns}:
        return analytics  # their reader names the missing column
    is_big = ~(values_of(videos["view_count"]) < least)
    days = day_numbers(analytics["date"])
    kept = is_word(analytics["entity"], "video") & (days == days.max(initial=NO_DAY))
    needed: pd.DataFrame = analytics[kept | is_among(analytics["entity_id"], videos["id"][is_big])]
    return needed


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
    start, last = (read[name].to_numpy("datetime64[D]") for name in ("start_date", "end_date"))
    known = read.rename(columns={"metric": "goal_metric", "target_value": "target"}).assign(
        start=start.astype(np.int64), last=np.where(np.isnat(last), _NEVER, last.astype(np.int64))
    )[flags_of(read, "is_active")]
    keys = ["creator_id", "goal_metric", "period"]
    asked = rows[[*keys, "first", "after"]].assign(place=np.arange(len(rows)))
    pairs = asked.merge(known, on=keys)
    covers = (pairs["start"] <= pairs["first"]) & (pairs["last"] >= pairs["after"] - 1)
    return pairs[covers].sort_values("place", kind="stable", ignore_index=True)


def goals_met(rows: pd.DataFrame, goals: pd.DataFrame | None, gains: Gains) -> tuple[Ints, Gaps]:
    """Count the goals met in each row's period, and mark unknown counts.

    One goal that was met is enough; without one, a goal that can't be judged makes it unknown.
    """
    pairs = goals_for(rows, goals)
    met, gaps = np.zeros(len(pairs), np.int64), np.zeros(len(pairs), np.int8)
    first, after, target = (pairs[name].to_numpy() for name in ("first", "after", "target"))
    for metric, chosen in pairs.groupby("goal_metric").indices.items():
        creators = pairs["creator_id"].iloc[chosen]
        actual, gaps[chosen] = gains.between(str(metric), creators, first[chosen], after[chosen])
        met[chosen] = actual >= target[chosen]
    # A goal without a known target may or may not be met.
    gaps[np.isnan(target)] = MISSING
    met[gaps != KNOWN] = 0
    places = pairs["place"].to_numpy()
    count, open_ = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.int8)
    np.add.at(count, places, met)
    # A row may have several goals: one that is met pays, else one that isn't known leaves it open.
    np.maximum.at(open_, places, gaps)
    return count, np.where(count > 0, KNOWN, open_).astype(np.int8)
