"""What a trend shows: the values of a metric by date and entity, and in words.

Knows analytics frames. Must not know axes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas._types import Granularity
from trackagoat_pandas.checks import frame_params
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.columns import days_of, flags_of
from trackagoat_pandas.helpers.latest import latest_days
from trackagoat_pandas.helpers.series import (
    OWNER,
    buckets_between,
    buckets_left_out,
    granularity_of,
    next_bucket,
    numbered,
)
from trackagoat_pandas.helpers.wide import (
    SeriesKind,
    chosen_rows,
    float_grid,
    sums_by_date,
)
from trackagoat_pandas.plots.lettering import distinct
from trackagoat_pandas.plots.style import count_text, day_text, percent_text, share_text
from trackagoat_pandas.tables.analytics import RAW_METRICS

PERCENT = ("engagement_rate_by_views", "engagement_rate_by_followers", "growth_rate_pop")


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn: values by date and entity, those of the period before, and marked dates.

    ``gaps`` are the buckets for which an entity has no value, though it has earlier and later ones.
    """

    metric: str
    wide: pd.DataFrame
    prior: pd.DataFrame
    partial: pd.DatetimeIndex
    baselines: pd.DatetimeIndex
    gaps: pd.DatetimeIndex
    granularity: Granularity
    is_total: bool
    is_split: bool

    @property
    def words(self) -> str:
        """The metric in words."""
        return "values" if self.metric == "value" else self.metric.replace("_", " ")

    @property
    def unit(self) -> str:
        """What the vertical axis counts."""
        if self.is_total:
            return f"{self.words} in total"
        if self.metric in PERCENT:
            return f"{self.words}, percent"
        return f"{self.words} a {self.granularity}" if self.metric in RAW_METRICS else self.words

    def text(self, number: float) -> str:
        """Write a number of the metric."""
        return percent_text(number) if self.metric in PERCENT else count_text(number)


def picture_of(series: pd.DataFrame, metric: str, by: str | None, kind: SeriesKind) -> Picture:
    """Take one metric of one kind of series apart by entity.

    Raises
    ------
    ArgumentError
        The metric is a rate of several entities, and they are not split.
    """
    granularity, series = granularity_of(series), latest_days(series)
    is_shown = chosen_rows(series, metric, kind)
    if by is None:
        owners = series["entity_id"][is_shown]
        if metric not in RAW_METRICS and len(owners.unique()) > 1:
            raise ArgumentError(
                "metric", metric, "a rate can't be summed: choose one entity's rows, or by='label'"
            )
        wide = sums_by_date(series, is_shown).to_frame("all")
    else:
        wide = float_grid(series, metric, by, kind)
    is_prior = chosen_rows(series, metric, "prior_period")
    prior = sums_by_date(series, is_prior).to_frame("all")
    return Picture(
        metric, _without_gaps(wide, granularity), _without_gaps(prior, granularity),
        _days(series, is_shown & flags_of(series, "is_partial")),
        _days(series, is_shown & flags_of(series, "is_baseline")),
        _gaps(series[is_shown], metric, granularity),
        granularity,
        is_total=frame_params(series).get("mode") == "cumulative",
        is_split=by is not None,
    )  # fmt: skip


def _days(series: pd.DataFrame, rows: NDArray[np.bool_]) -> pd.DatetimeIndex:
    """The days of some rows, each once."""
    return pd.DatetimeIndex(series["date"][rows].unique()).as_unit("us").sort_values()


def _gaps(shown: pd.DataFrame, metric: str, granularity: Granularity) -> pd.DatetimeIndex:
    """The buckets between an entity's first and last value in which it has none."""
    # Of a rate a null is an answer: it divides by 0.
    known = shown[shown["value"].notna()] if metric in RAW_METRICS else shown
    owners, days = numbered(known, OWNER), days_of(known["date"])
    return pd.DatetimeIndex(
        buckets_left_out(owners, days, days, granularity).astype("datetime64[us]")
    )


def _without_gaps(wide: pd.DataFrame, granularity: Granularity) -> pd.DataFrame:
    """The frame with every bucket from the first to the last."""
    if len(wide) < 2:
        return wide
    ends = wide.index.to_numpy().astype("datetime64[D]")[[0, -1]]
    days = buckets_between(ends[0], ends[1], granularity).astype("datetime64[us]")
    return wide.reindex(wide.index.union(pd.DatetimeIndex(days)))


def summed(wide: pd.DataFrame) -> pd.Series:
    """Add up all entities in each bucket; none where no entity has a value."""
    return wide.sum(axis=1, min_count=1)


def same_place(main: pd.Series, prior: pd.Series, granularity: Granularity) -> pd.DatetimeIndex:
    """Return the days with which a prior period's are compared: the first with the first."""
    first = np.repeat(main.index[:1].to_numpy().astype("datetime64[D]"), len(prior))
    return pd.DatetimeIndex(
        next_bucket(first, granularity, np.arange(len(prior))).astype("datetime64[us]")
    )


def finding(picture: Picture) -> str:
    """Say in words what the plot shows."""
    words = picture.words.capitalize()
    total = summed(picture.wide).dropna()
    if picture.metric not in RAW_METRICS:
        return f"{words}: {_range(picture)}, {_span(total.index, picture)}{_missing(picture)}"
    if picture.is_total:
        text = f"{words}: {picture.text(total.iloc[-1])} by {day_text(total.index[-1])}"
        if len(total) > 1:
            gain = total.iloc[-1] - total.iloc[0]
            sign = "+" if gain >= 0 else ""
            text += f", {sign}{picture.text(gain)} since {day_text(total.index[0])}"
        return text
    text = f"{words}: {picture.text(total.sum())} {_span(total.index, picture)}{_missing(picture)}"
    return text + (_leader(picture) if picture.is_split else _change(picture))


def _range(picture: Picture) -> str:
    """The median of a rate and how far it goes, over all that is drawn."""
    values = picture.wide.to_numpy()
    quantiles = np.nanquantile(values, [0.5, 0.0, 1.0]).tolist()
    middle, low, high = (picture.text(number) for number in quantiles)
    return f"median {middle}, {low} to {high}"


def _leader(picture: Picture) -> str:
    sums = picture.wide.sum()
    if len(sums) < 2 or sums.min() < 0 or sums.max() == 0:
        return ""
    name = distinct([sums.idxmax()])[0]
    return f"; {name} has {share_text(sums.max() / sums.sum() * 100)} of them"


def _change(picture: Picture) -> str:
    """How the whole buckets compare with those of the period before."""
    main, prior = summed(picture.wide), summed(picture.prior)
    if prior.empty:
        return ""
    before = prior.set_axis(same_place(main, prior, picture.granularity))
    # A bucket that is known on one side only would make the other look bigger.
    both = main.dropna().index.intersection(before.dropna().index)
    shared = both.difference(picture.partial).difference(picture.gaps)
    if not before[shared].sum() > 0:
        return ""
    change = round(main[shared].sum() / before[shared].sum() * 100 - 100)
    days = prior.index[before.index.isin(shared)]
    span = f"the same {picture.granularity}s of " if _is_broken(days, picture.granularity) else ""
    span += _days_text(days, picture.granularity)
    return f", {change:+}% on {span}" if change else f", as many as on {span}"


def _missing(picture: Picture) -> str:
    """Which buckets between the first and the last are missing, in brackets."""
    if picture.gaps.empty:
        return ""
    is_known = summed(picture.wide).reindex(picture.gaps).notna()
    # Where others have a value, only a part of the sum is missing.
    word = "incomplete" if is_known.any() else "missing"
    if _is_broken(picture.gaps, picture.granularity):
        return f" ({len(picture.gaps):,} {picture.granularity}s {word})"
    return f" ({_days_text(picture.gaps, picture.granularity)} {word})"


def _is_broken(days: pd.Index, granularity: Granularity) -> bool:
    """Whether buckets between the first and the last are left out."""
    ends = days.to_numpy().astype("datetime64[D]")[[0, -1]]
    return len(buckets_between(ends[0], ends[1], granularity)) > len(days)


def _span(days: pd.Index, picture: Picture) -> str:
    text = _days_text(days, picture.granularity)
    if picture.granularity == "week":
        return f"in {text}"
    if days.min() == days.max():
        return f"on {text}" if picture.granularity == "day" else f"in {text}"
    return f"from {text}"


def _days_text(days: pd.Index, granularity: Granularity) -> str:
    """Name buckets from the first to the last: 1 May to 2 May 2026."""
    first, last = days.min(), days.max()
    year = f" {first.year}" if first.year != last.year else ""
    if granularity == "month":
        return f"{last:%b %Y}" if first == last else f"{first:%b}{year} to {last:%b %Y}"
    text = day_text(last) if first == last else f"{first.day} {first:%b}{year} to {day_text(last)}"
    if granularity == "week":
        return f"the week of {text}" if first == last else f"the weeks of {text}"
    return text
