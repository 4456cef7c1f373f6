"""What creators gained on any days: posts, views, engagement and followers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas._types import Floats, Instants, Ints, Words
from trackagoat_pandas.checks import frame_facts
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.clocks import day_starts, days_shown
from trackagoat_pandas.helpers.columns import (
    STRING,
    day_numbers,
    days_of,
    flags_of,
    is_word,
    read_columns,
)
from trackagoat_pandas.helpers.creators import COUNTED_STATUSES
from trackagoat_pandas.helpers.facts import check_daily
from trackagoat_pandas.helpers.latest import latest_of
from trackagoat_pandas.helpers.series import with_skipped_days
from trackagoat_pandas.tables import ANALYTICS, VIDEOS

PARTS = {
    "posts": ("posts",),
    "views": ("views",),
    "engagement": ("likes", "comments", "shares", "saves"),
    "followers": ("followers",),
}
"""The metrics of analytics of which each metric of goals is the sum."""
KNOWN, PARTIAL, MISSING = 0, 1, 2
"""What is missing of a sum over days: nothing, the rest of a day that was still running, a day."""
Gaps: TypeAlias = "NDArray[np.int8]"
VIDEO_COLUMNS = ("creator_id", "posted_at", "tracking_status", "is_tracking_disabled")


class RunningTotals:
    """Entries of entities over time, so stored that the sum over any span is two look-ups.

    Parameters
    ----------
    ids
        Whose entry it is.
    times
        Its day's number, or its instant.
    values
        What it adds, to one sum or several.

    Attributes
    ----------
    known
        Each entity once.
    order
        The places of the entries, by entity and time.
    """

    def __init__(self, ids: pd.Series, times: NDArray[Any], *values: NDArray[Any]) -> None:
        codes, known = pd.factorize(ids)
        self.known = pd.Index(known)
        self._times = np.sort(times)
        keys = self._key(codes.astype(np.int64), times)
        self.order = np.argsort(keys, kind="stable")
        self._keys = keys[self.order]
        self._sums = [np.concatenate([[0], np.cumsum(each[self.order])]) for each in values]

    def between(self, ids: pd.Series, first: NDArray[Any], after: NDArray[Any]) -> list[Ints]:
        """Count each entity's entries from ``first`` to before ``after``, and sum their values.

        ``first`` and ``after`` may have more columns than ids: each row is one entity's.
        """
        begin, end = self.slices(ids, first, after)
        return [end - begin, *(sums[end] - sums[begin] for sums in self._sums)]

    def slices(self, ids: pd.Series, first: NDArray[Any], after: NDArray[Any]) -> tuple[Ints, Ints]:
        """Return where the entries of those times begin and end in ``order``."""
        codes = np.asarray(self.known.get_indexer(pd.Index(ids)), dtype=np.int64)
        codes = codes.reshape(codes.shape + (1,) * (first.ndim - 1))
        begin, end = (np.searchsorted(self._keys, self._key(codes, at)) for at in (first, after))
        return begin, np.where((codes >= 0) & (end > begin), end, begin)

    def _key(self, codes: Ints, times: NDArray[Any]) -> Ints:
        # The rank of a time is small enough for one integer to hold it beside the entity.
        keys: Ints = codes * (len(self._times) + 1) + np.searchsorted(self._times, times)
        return keys


class Gains:
    """What each creator gained of each metric of goals; a metric is read when first asked for.

    Posts come from videos, or without these from the analytics; everything else from the analytics:
    the days' new values of each creator, where engagement is likes + comments + shares + saves.
    Days are numbers of local days.

    Parameters
    ----------
    videos, analytics
        The frames of :func:`load_videos` and :func:`load_analytics`, or None.
    zone
        The organization's time zone.
    since
        The first day that will be asked for; None for any.

    Raises
    ------
    MissingColumnError
        A column is missing.
    ArgumentError
        The analytics say that they are not of new values by day of that time zone.
    """

    def __init__(
        self,
        videos: pd.DataFrame | None,
        analytics: pd.DataFrame | None,
        zone: str,
        since: int | None = None,
    ) -> None:
        self._videos, self._analytics, self._zone, self._since = videos, analytics, zone, since
        self._values: pd.DataFrame | None = None
        self._totals: dict[str, RunningTotals] = {}
        if analytics is not None:
            their_zone = frame_facts(check_daily(analytics)).get("timezone")
            if their_zone not in (None, zone):
                raise ArgumentError("analytics", their_zone, f"load it by days of {zone}")

    def has(self, metric: str, creators: pd.Series | None = None) -> bool:
        """Whether the frames say anything about a metric, of some creators or of any."""
        if self._is_counted(metric):
            return True
        known = self._of(metric).known
        return len(known) > 0 if creators is None else bool(creators.isin(known).any())

    def between(
        self, metric: str, creators: pd.Series, first: Ints, after: Ints
    ) -> tuple[Ints, Gaps]:
        """Sum what each creator gained from one day to before another, and say what is missing.

        ``first`` and ``after`` may have more columns than creators.
        """
        if self._is_counted(metric):
            starts = (
                day_starts(days.astype("datetime64[D]"), self._zone) for days in (first, after)
            )
            (posts,) = self._of(metric).between(creators, *starts)
            return posts, np.zeros(posts.shape, np.int8)
        days, total, partial, _ = self._of(metric).between(creators, first, after)
        gaps = np.where(partial > 0, PARTIAL, KNOWN)
        return total, np.where(days < after - first, MISSING, gaps).astype(np.int8)

    def until(self, metric: str, creators: pd.Series, first: Ints, until: Instants) -> Floats:
        """Sum what came from the start of a day up to an instant; NaN where it isn't known.

        The day that the instant cuts must be the one that still filled when it was loaded, and all
        days before it must be whole.
        """
        if self._is_counted(metric):
            begins = day_starts(first.astype("datetime64[D]"), self._zone)
            (posts,) = self._of(metric).between(creators, begins, until)
            return np.where(creators.isna(), np.nan, posts)
        day = days_shown(until, self._zone)
        last, is_cut = day.astype(np.int64), until > day_starts(day, self._zone)
        total, gaps = self.between(metric, creators, first, last)
        days, today, _, whole = self._of(metric).between(creators, last, last + is_cut)
        is_known = (gaps == KNOWN) & (days == is_cut) & (whole == 0)
        return np.where(is_known, total + today, np.nan)

    def reached(self, metrics: Words, creators: pd.Series, first: Ints, until: Instants) -> Floats:
        """Do the work of :meth:`until` for rows of several metrics; NaN for an unknown one."""
        found = np.full(len(metrics), np.nan)
        for metric in PARTS:
            some = np.flatnonzero(metrics == metric)
            if len(some):
                found[some] = self.until(metric, creators.iloc[some], first[some], until[some])
        return found

    def daily(self, metric: str, creators: pd.Index, days: Ints) -> Floats:
        """Look up what each creator gained on each of some whole days: shape (creators, days)."""
        total, gaps = self.between(metric, creators.to_series(), days[None, :], days[None, :] + 1)
        return np.where(gaps == KNOWN, total, np.nan)

    def _is_counted(self, metric: str) -> bool:
        """Whether a metric is counted from videos, which are all there."""
        return metric == "posts" and self._videos is not None

    def _of(self, metric: str) -> RunningTotals:
        if metric not in self._totals:
            self._totals[metric] = self._read(metric)
        return self._totals[metric]

    def _read(self, metric: str) -> RunningTotals:
        if metric == "posts" and self._videos is not None:
            videos = counted_videos(self._videos).dropna(subset=["posted_at"])
            posted = videos["posted_at"].to_numpy("datetime64[us]")
            return RunningTotals(videos["creator_id"], posted)
        if self._analytics is None:
            none = np.empty(0, np.int64)
            return RunningTotals(pd.Series([], dtype=STRING), none, none, none, none)
        if self._values is None:
            self._values = daily_values(self._analytics, "creator", self._zone, self._since)
        days = _together(self._values, PARTS[metric])
        columns = (days[name].to_numpy() for name in ("day", "value", "is_partial", "is_complete"))
        return RunningTotals(days["entity_id"], *columns)


def counted_videos(videos: pd.DataFrame, *further: str) -> pd.DataFrame:
    """Read the videos that count in statistics and have a creator, each once.

    Of a video that stands twice the row that ``latest_rows`` chooses says whether it counts.
    """
    read = read_columns(latest_of(videos, ["id"]), VIDEOS, (*VIDEO_COLUMNS, *further))
    is_counted = (
        read["tracking_status"].isin(COUNTED_STATUSES).to_numpy(bool)
        & ~flags_of(read, "is_tracking_disabled")
        & read["creator_id"].notna().to_numpy()
    )
    return read if is_counted.all() else read[is_counted].reset_index(drop=True)


def daily_values(
    analytics: pd.DataFrame, entity: str, zone: str, since: int | None = None
) -> pd.DataFrame:
    """Read the known daily values of raw metrics of one kind of entity from a day on, each once.

    Of several rows of one entity, metric and day the one that ``latest_rows`` chooses counts; if it
    has no value, the day is missing. Rows of other series kinds are left out.

    Columns: ``entity_id``, ``metric`` (str), ``day``, ``value`` (int64), ``is_partial``,
    ``is_complete`` (neither where it isn't known) and ``is_baseline``.
    """
    analytics = with_skipped_days(analytics, zone)
    raw = [part for parts in PARTS.values() for part in parts]
    is_wanted = (
        is_word(analytics["entity"], entity)
        & is_word(analytics["series_kind"], "main")
        & analytics["metric"].isin(raw).to_numpy(bool)
    )
    days = days_of(analytics["date"])
    if since is not None:
        is_wanted &= days.astype(np.int64) >= since
    rows = analytics.assign(date=days.astype("datetime64[us]"))[is_wanted]
    read = read_columns(
        latest_of(rows, ("entity_id", "metric", "date")),
        ANALYTICS,
        ("entity_id", "metric", "date", "value"),
        optional=("is_partial", "is_baseline"),
    )
    values = read["value"].to_numpy()
    is_known = np.isfinite(values) & read["date"].notna() & read["entity_id"].notna()
    partial = read["is_partial"]
    values_by_day = read[["entity_id", "metric"]].assign(
        day=day_numbers(read["date"]),
        value=np.rint(np.where(is_known, values, 0)).astype(np.int64),
        is_partial=partial.fillna(value=False).to_numpy(bool),
        is_complete=(~partial).fillna(value=False).to_numpy(bool),
        is_baseline=flags_of(read, "is_baseline"),
    )
    return values_by_day if is_known.all() else values_by_day[is_known].reset_index(drop=True)


def _together(values: pd.DataFrame, parts: Sequence[str]) -> pd.DataFrame:
    """Add up the metrics of each entity and day that has all of them."""
    rows = values[values["metric"].isin(parts)]
    if len(parts) == 1:
        return rows
    groups = rows.groupby(["entity_id", "day"], sort=False)
    kinds = {"value": "sum", "is_partial": "any", "is_complete": "all"}
    return groups.agg(kinds)[groups.size() == len(parts)].reset_index()
