"""Posts, views, engagement and followers that creators gained over any span of days."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas.base.types import Floats, Instants, Ints, Words
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.beginnings import last_start
from trackagoat_pandas.helpers.clocks import day_starts, days_shown
from trackagoat_pandas.helpers.columns import (
    STRING,
    codes_of,
    days_of,
    flags_of,
    is_word,
    read_columns,
)
from trackagoat_pandas.helpers.counted import countable_videos
from trackagoat_pandas.helpers.facts import check_daily
from trackagoat_pandas.helpers.loads import AGES, latest_of
from trackagoat_pandas.helpers.series import with_skipped_days
from trackagoat_pandas.inputs.checks import frame_facts
from trackagoat_pandas.tables import ANALYTICS

PARTS = {
    "posts": ("posts",),
    "views": ("views",),
    "engagement": ("likes", "comments", "shares", "saves"),
    "followers": ("followers",),
}
"""For each metric of goals, the raw metrics of analytics that are summed."""
_READ = ("entity_id", "metric", "date", "value", "is_partial", "is_baseline", *AGES)
"""The columns of analytics that are read, besides those that select rows."""
KNOWN, PARTIAL, MISSING = 0, 1, 2
"""What is missing from a sum over days: nothing, the rest of a partial day, or a whole day."""
Gaps: TypeAlias = "NDArray[np.int8]"


class RunningTotals:
    """Running totals of entities over time, so that the sum over any span is two look-ups.

    Parameters
    ----------
    ids
        The entity of each entry.
    times
        The day's number or the instant of each entry.
    values
        One or more arrays of what each entry adds.

    Attributes
    ----------
    known
        The entities, without duplicates.
    order
        The positions of the entries, sorted by entity and time.
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

        ``first`` and ``after`` may be 2-dimensional, with one row for each id.
        """
        begin, end = self.slices(ids, first, after)
        return [end - begin, *(sums[end] - sums[begin] for sums in self._sums)]

    def slices(self, ids: pd.Series, first: NDArray[Any], after: NDArray[Any]) -> tuple[Ints, Ints]:
        """Return the first and the last place in ``order`` of those entries, the last exclusive."""
        codes = np.asarray(self.known.get_indexer(pd.Index(ids)), dtype=np.int64)
        codes = codes.reshape(codes.shape + (1,) * (first.ndim - 1))
        begin, end = (np.searchsorted(self._keys, self._key(codes, at)) for at in (first, after))
        return begin, np.where((codes >= 0) & (end > begin), end, begin)

    def _key(self, codes: Ints, times: NDArray[Any]) -> Ints:
        # A time's rank, unlike the time itself, fits into one integer together with the entity.
        keys: Ints = codes * (len(self._times) + 1) + np.searchsorted(self._times, times)
        return keys


class Gains:
    """Gains of creators in the metrics of goals; a metric is read when it is first needed.

    Posts are counted from the videos, or taken from the analytics if there are no videos. All other
    metrics are sums of the new daily values in the analytics, where engagement is likes + comments
    + shares + saves. Days are numbers of local days. Days before a creator's first data, by the
    analytics' provenance, add nothing to a sum that also has later days, as for the server; by
    themselves they are missing.

    Parameters
    ----------
    videos, analytics
        The frames of :func:`load_videos` and :func:`load_analytics`, or None.
    zone
        The organization's time zone.
    since
        The first day that will be needed; None for all.

    Raises
    ------
    MissingColumnError
        A column is missing.
    ArgumentError
        By their attributes, the analytics are not new values per day in that time zone.
    """

    def __init__(
        self,
        videos: pd.DataFrame | None,
        analytics: pd.DataFrame | None,
        zone: str,
        since: int | None = None,
    ) -> None:
        self._videos, self._analytics, self._zone, self._since = videos, analytics, zone, since
        self._totals: dict[str, RunningTotals] = {}
        if analytics is not None:
            their_zone = frame_facts(check_daily(analytics)).get("timezone")
            if their_zone not in (None, zone):
                raise ArgumentError(
                    "analytics", their_zone, f"load it by days of {zone}, with timezone={zone!r}"
                )

    def has(self, metric: str, creators: pd.Series | None) -> bool:
        """Return whether the frames have data of a metric for any of the creators, None for all."""
        if self._is_counted(metric):
            return True
        known = self._of(metric).known
        return len(known) > 0 if creators is None else bool(creators.isin(known).any())

    def between(
        self, metric: str, creators: pd.Series, first: Ints, after: Ints
    ) -> tuple[Ints, Gaps]:
        """Sum each creator's gains from one day to before another, and mark incomplete sums.

        ``first`` and ``after`` may be 2-dimensional, with one row for each creator.
        """
        if self._is_counted(metric):
            starts = (
                day_starts(days.astype("datetime64[D]"), self._zone) for days in (first, after)
            )
            posts, unsure = self._of(metric).between(creators, *starts)
            return posts - unsure, np.where(unsure > 0, MISSING, KNOWN).astype(np.int8)
        days, total, partial, _, blank = self._of(metric).between(creators, first, after)
        gaps = np.where(partial > 0, PARTIAL, KNOWN)
        # If all days are from before the first data, nothing is known of the creator.
        is_missing = (days < after - first) | ((blank == days) & (after > first))
        return total, np.where(is_missing, MISSING, gaps).astype(np.int8)

    def until(self, metric: str, creators: pd.Series, first: Ints, until: Instants) -> Floats:
        """Sum the gains from the start of a day up to an instant; NaN if they aren't known.

        They are known if all earlier days are complete, and the day of the instant was still
        partial when it was loaded.
        """
        if self._is_counted(metric):
            begins = day_starts(first.astype("datetime64[D]"), self._zone)
            posts, unsure = self._of(metric).between(creators, begins, until)
            return np.where(creators.isna() | (unsure > 0), np.nan, posts)
        day = days_shown(until, self._zone)
        last, is_cut = day.astype(np.int64), until > day_starts(day, self._zone)
        total, gaps = self.between(metric, creators, first, last)
        days, today, _, whole, blank = self._of(metric).between(creators, last, last + is_cut)
        is_known = (gaps == KNOWN) & (days == is_cut) & (whole == 0) & (blank == 0)
        return np.where(is_known, total + today, np.nan)

    def reached(self, metrics: Words, creators: pd.Series, first: Ints, until: Instants) -> Floats:
        """Compute :meth:`until` for rows of several metrics; NaN for an unknown metric."""
        found = np.full(len(metrics), np.nan)
        for metric in PARTS:
            some = np.flatnonzero(metrics == metric)
            if len(some):
                found[some] = self.until(metric, creators.iloc[some], first[some], until[some])
        return found

    def daily(self, metric: str, creators: pd.Index, days: Ints) -> Floats:
        """Return each creator's gains on complete days, else NaN, in the shape (creators, days)."""
        total, gaps = self.between(metric, creators.to_series(), days[None, :], days[None, :] + 1)
        return np.where(gaps == KNOWN, total, np.nan)

    def _is_counted(self, metric: str) -> bool:
        """Return whether a metric is counted from the videos, where no day can be missing."""
        return metric == "posts" and self._videos is not None

    def _of(self, metric: str) -> RunningTotals:
        if metric not in self._totals:
            self._totals[metric] = self._read(metric)
        return self._totals[metric]

    def _read(self, metric: str) -> RunningTotals:
        if metric == "posts" and self._videos is not None:
            videos = countable_videos(self._videos).dropna(subset=["posted_at"])
            posted = videos["posted_at"].to_numpy("datetime64[us]")
            unsure = videos["is_unsure"].to_numpy(np.int64)
            return RunningTotals(videos["creator_id"], posted, unsure)
        if self._analytics is None:
            none = np.empty(0, np.int64)
            return RunningTotals(pd.Series([], dtype=STRING), none, none, none, none, none)
        parts = PARTS[metric]
        values = daily_values(
            self._analytics, "creator", parts, self._zone, self._since, with_blank=True
        )
        if len(parts) > 1:  # Of each creator and day the sum, where all parts are known.
            groups = values.groupby(["entity_id", "day"], sort=False)
            kinds = {"value": "sum", "is_partial": "any", "is_complete": "all", "is_blank": "any"}
            values = groups.agg(kinds)[groups.size() == len(parts)].reset_index()
        names = ("day", "value", "is_partial", "is_complete", "is_blank")
        return RunningTotals(values["entity_id"], *(values[name].to_numpy() for name in names))


def daily_values(
    analytics: pd.DataFrame,
    entity: str,
    metrics: Sequence[str],
    zone: str,
    since: int | None = None,
    *,
    with_blank: bool = False,
) -> pd.DataFrame:
    """Read the daily values of some raw metrics of one kind of entity, from a day on.

    Of several rows of one entity, metric and day, the one that ``latest_rows`` chooses counts; if
    its value is NA, the day is missing, unless it is before the first value and ``with_blank``.
    Only rows of the kind ``main`` are read.

    Columns: ``entity_id``, ``metric`` (str), ``day``, ``value`` (int64), ``is_partial``,
    ``is_complete`` (both are False where it isn't known), ``is_baseline`` and ``is_blank``, whether
    the day is before the first value.
    """
    analytics = with_skipped_days(analytics, zone)
    is_wanted = (
        is_word(analytics["entity"], entity)
        & is_word(analytics["series_kind"], "main")
        & (codes_of(analytics["metric"], metrics) >= 0)
    )
    days = days_of(analytics["date"])
    if since is not None:
        is_wanted &= days.astype(np.int64) >= since
    # Of two years of 300 creators, 2 million rows, only what is read is copied.
    rows = analytics[[name for name in _READ if name in analytics.columns]][is_wanted]
    rows = rows.assign(date=days[is_wanted].astype("datetime64[us]"))
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
        day=read["date"].to_numpy("datetime64[D]").astype(np.int64),
        value=np.rint(np.where(is_known, values, 0)).astype(np.int64),
        is_partial=partial.fillna(value=False).to_numpy(bool),
        is_complete=(~partial).fillna(value=False).to_numpy(bool),
        is_baseline=flags_of(read, "is_baseline"),
        is_blank=False,
    )
    if is_known.all():
        return values_by_day
    if with_blank:
        seen = values_by_day["day"].where(is_known)
        first = seen.groupby([read["entity_id"], read["metric"]]).transform("min")
        # A later day without a value may be missing for any reason, also at a frame's beginning.
        is_early = (values_by_day["day"] < first) & (values_by_day["day"] < last_start(analytics))
        is_blank = (read["date"].notna() & is_early).to_numpy() & ~is_known
        values_by_day["is_blank"], is_known = is_blank, is_known | is_blank
    kept: pd.DataFrame = values_by_day[is_known].reset_index(drop=True)
    return kept
