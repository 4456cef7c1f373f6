"""On which day a video's views reached a threshold.

A video's total at the end of a day is its ``view_count`` less all that it gained on later days, so
that its first snapshot need not be known. A day that was still running when it was counted says too
little of what the video gained: unless it is the newest, it is as good as missing.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from trackagoat_pandas._types import Ints
from trackagoat_pandas.helpers.clocks import NO_DAY, days_shown
from trackagoat_pandas.helpers.columns import arrow, instants_of, plain
from trackagoat_pandas.helpers.gains import (
    KNOWN,
    MISSING,
    PARTIAL,
    Gaps,
    RunningTotals,
    counted_videos,
    daily_values,
)

_KEYS = ["creator_id", "threshold_views"]
_BEFORE, _AFTER = -(10**7), 10**7
"""Days before and after all others."""


class Milestones:
    """The days on which counted videos reached thresholds.

    Parameters
    ----------
    rows
        For whom and what: ``creator_id`` and ``threshold_views``.
    videos
        The frame of :func:`load_videos`.
    analytics
        Daily new views of these videos, up to the day on which the videos were loaded.
    zone
        The organization's time zone.
    """

    def __init__(
        self,
        rows: pd.DataFrame,
        videos: pd.DataFrame,
        analytics: pd.DataFrame,
        zone: str,
    ) -> None:
        pairs = rows[_KEYS].drop_duplicates().reset_index(drop=True)
        self._pairs = pairs.assign(pair=np.arange(len(pairs)))
        totals = Totals(videos, analytics, zone)
        candidates = self._pairs.merge(totals.videos, on="creator_id")
        may = candidates["view_count"] >= candidates["threshold_views"]
        reached = candidates[may.fillna(value=True).astype(bool)]
        self._crossed, hidden = totals.locate(reached)
        self._running = totals.running
        # Of what came after the newest day nothing is known.
        late = reached.assign(hidden_from=totals.last + 1, hidden_until=_AFTER)
        columns = ["pair", "hidden_from", "hidden_until"]
        self._hidden = pd.concat([hidden[columns], late[columns]], ignore_index=True)
        self._days = _counter(self._crossed, "day")
        self._opens, self._closes = (_counter(self._hidden, name) for name in columns[1:])

    def between(self, rows: pd.DataFrame, first: Ints, after: Ints) -> tuple[Ints, Gaps]:
        """Count each row's videos that crossed on some days, and say what is not known of it."""
        pair = self._pair(rows)
        always = np.full(first.shape, _BEFORE)
        # A hidden span meets the days if it opens before they end and has not closed by then.
        (opened,) = self._opens.between(pair, always, after)
        (closed,) = self._closes.between(pair, always, first + 1)
        (counts,) = self._days.between(pair, first, after)
        # On a day that still runs any video may yet cross.
        is_running = (after > self._running) & (after > first)
        gaps = np.where(opened > closed, MISSING, np.where(is_running, PARTIAL, KNOWN))
        return counts, gaps.astype(np.int8)

    def video_ids(self, rows: pd.DataFrame, first: Ints, after: Ints) -> pd.Series:
        """Return the ids of the videos that ``between`` counts, as a JSON list."""
        begin, end = self._days.slices(self._pair(rows), first, after)
        sizes = end - begin
        offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        places = np.arange(offsets[-1]) + np.repeat(begin - offsets[:-1], sizes)
        ids = arrow(self._crossed["id"].iloc[self._days.order[places]]).cast(pa.string())
        lists = pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), ids)
        joined = pc.binary_join_element_wise('["', pc.binary_join(lists, '","'), '"]', "")
        return plain(joined.cast(pa.large_string())).where(sizes > 0)

    def _pair(self, rows: pd.DataFrame) -> pd.Series:
        return rows[_KEYS].merge(self._pairs, on=_KEYS, how="left")["pair"]


def _counter(rows: pd.DataFrame, day: str) -> RunningTotals:
    return RunningTotals(rows["pair"], rows[day].to_numpy(dtype=np.int64))


class Totals:
    """Totals of counted videos at the end of each day, as far back as no day is missing.

    ``videos`` has ``id``, ``creator_id``, ``view_count`` and ``posted``; ``last`` is the newest day
    of the analytics, ``running`` the same if it was still running, else a day after all others.
    """

    def __init__(self, videos: pd.DataFrame, analytics: pd.DataFrame, zone: str) -> None:
        counted = counted_videos(videos, "id", "view_count")
        posted = days_shown(instants_of(counted["posted_at"]), zone)
        self.videos = counted[["id", "creator_id", "view_count"]].assign(
            posted=posted.astype(np.int64)
        )
        gains = daily_values(analytics, "video", zone)
        gains = gains[gains["metric"] == "views"]
        self.last = int(gains["day"].max()) if len(gains) else _BEFORE
        is_newest = gains["day"] == self.last
        self.running = self.last if (gains["is_partial"] & is_newest).any() else _AFTER
        gains = gains[~gains["is_partial"] | is_newest]
        known = self.videos[["id", "view_count"]].dropna()
        rows = gains.rename(columns={"entity_id": "id"}).merge(known, on="id")
        self._rows = self._totals(rows.sort_values(["id", "day"], ignore_index=True))
        self._codes, ids = pd.factorize(self._rows["id"])
        self._ids = pd.Index(ids)

    def _totals(self, rows: pd.DataFrame) -> pd.DataFrame:
        by_video = rows.groupby("id", sort=False)
        later = by_video["value"].transform("sum") - by_video["value"].cumsum()
        total = rows["view_count"].astype(np.int64) - later
        is_whole = self.last - rows["day"] == by_video.cumcount(ascending=False)
        rows = rows.assign(total=total, before=total - rows["value"])[is_whole]
        # A correction downwards takes back no threshold that was reached.
        highest = rows.groupby("id", sort=False)["total"].cummax()
        return rows.assign(total=highest).reset_index(drop=True)

    def locate(self, reached: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Find when videos that have a threshold's views by now got them.

        Returns those that crossed it on a ``day``, and those that did so on an unknown day from
        ``hidden_from`` to before ``hidden_until``. One that had them at its first snapshot is in
        neither.
        """
        code = np.asarray(self._ids.get_indexer(reached["id"]), np.int64)
        unseen = reached[code < 0].assign(hidden_until=self.last + 1)
        followed = reached[code >= 0].reset_index(drop=True)
        found = self._first_at(code[code >= 0], followed["threshold_views"])
        was_there = found["before"] >= followed["threshold_views"].astype(np.int64)
        is_first = found["is_baseline"].astype(bool) | (found["day"] <= followed["posted"])
        crossed = followed.assign(day=found["day"])[~was_there]
        older = followed.assign(hidden_until=found["day"])[was_there & ~is_first]
        hidden = pd.concat([unseen, older], ignore_index=True)
        begin = hidden["posted"].where(hidden["posted"] != NO_DAY, _BEFORE)
        hidden = hidden.assign(hidden_from=begin)
        return crossed, hidden[hidden["hidden_from"] < hidden["hidden_until"]]

    def _first_at(self, code: Ints, threshold: pd.Series) -> pd.DataFrame:
        """Return each video's first row whose total reaches its threshold."""
        stride = max(int(self._rows["total"].max()), 0) + 1 if len(self._rows) else 1
        keys = self._codes * stride + np.maximum(self._rows["total"].to_numpy(np.int64), 0)
        wanted = code * stride + threshold.to_numpy(np.int64)
        found: pd.DataFrame = self._rows.iloc[np.searchsorted(keys, wanted)]
        return found.reset_index(drop=True)
