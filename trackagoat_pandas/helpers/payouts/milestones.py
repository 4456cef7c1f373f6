"""On which day a video's views reached a threshold.

A video's total at the end of a day is its ``view_count`` less everything gained on later days, so
its first snapshot need not be known. A day that was incomplete when it was loaded counts as
missing, unless it is the newest.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from trackagoat_pandas._types import Ints
from trackagoat_pandas.helpers.clocks import NO_DAY, days_shown
from trackagoat_pandas.helpers.columns import arrow, instants_of, plain
from trackagoat_pandas.helpers.counted import counted_videos
from trackagoat_pandas.helpers.gains import (
    KNOWN,
    MISSING,
    PARTIAL,
    Gaps,
    RunningTotals,
    daily_values,
)
from trackagoat_pandas.helpers.series import firsts_of, numbered

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
        """Count each row's videos that crossed on some days, and say what isn't known."""
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
