"""Compute derived metrics from raw series by the API's formulas."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from trackagoat_pandas._types import Bools, Days, Floats, Granularity, Ints, Metric
from trackagoat_pandas.checks import check_choice, check_names, frame_params, require_columns
from trackagoat_pandas.dates import parse_day
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.clocks import ONE_DAY
from trackagoat_pandas.helpers.columns import (
    days_of,
    flags,
    flags_of,
    floats,
    take,
    values_of,
    words,
)
from trackagoat_pandas.helpers.facts import derived
from trackagoat_pandas.helpers.latest import latest_days
from trackagoat_pandas.helpers.series import OWNER, ROW, granularity_of, next_bucket, numbered
from trackagoat_pandas.tables import ANALYTICS, METRICS

Derived: TypeAlias = Literal[
    "engagement_rate_by_views",
    "engagement_rate_by_followers",
    "posts_per_week",
    "avg_views_per_post",
    "growth_rate_pop",
]
_INTERACTIONS = ("likes", "comments", "shares", "saves")
_WEEK_DAYS = 7
_GROWTH: Derived = "growth_rate_pop"


@derived(rows_of="analytics")
def growth(
    analytics: pd.DataFrame,
    metrics: Derived | Sequence[Derived] | None = None,
    *,
    totals: pd.DataFrame | None = None,
    base_metric: Metric | None = None,
    granularity: Granularity | None = None,
) -> pd.DataFrame:
    """Compute the API's derived metrics from raw series.

    The formulas are those that the API documents for its derived metrics:

    - ``engagement_rate_by_views``: (likes + comments + shares + saves) / views x 100.
    - ``engagement_rate_by_followers``: the same over followers, with the last known value carried
      forward. Needs ``followers`` in `totals`.
    - ``posts_per_week``: posts x 7 / days of the bucket. NA for a week or month that the range or
      today may have cut, if it isn't known where.
    - ``avg_views_per_post``: views gained / videos posted up to the bucket's end. Needs ``posts``
      in `totals`.
    - ``growth_rate_pop``: (this bucket - the previous one) / the previous one x 100, of
      `base_metric`. NA for the first bucket, and after a week or month that the range may have cut;
      to have a value there, load one more bucket.

    Parameters
    ----------
    analytics
        The frame of :func:`load_analytics`, with ``mode="new"``. With ``mode="cumulative"`` only
        ``growth_rate_pop`` can be computed, as the growth of the total.
    metrics
        The metrics to compute; by default all whose raw series the frames have.
    totals
        The frame of :func:`load_analytics` with ``mode="cumulative"``. Buckets before those of
        `analytics` help to know followers.
    base_metric
        The metric whose growth is meant.
    granularity
        The length of the buckets: ``"day"``, ``"week"`` or ``"month"``. By default what the frame's
        attributes say; without attributes, a frame that has only Mondays is taken as weeks, one
        that has only firsts of months as months, and any other as days.

    Returns
    -------
    pandas.DataFrame
        The same columns and dtypes as `analytics`: one row for each entity, kind of series, metric
        and bucket of the first raw series that the metric needs. ``value`` is in percent for
        rates, else in posts or views; NA where a raw value isn't known or the formula divides by 0.
        Entities are in the order of `analytics`, then come metrics, then dates.

    Raises
    ------
    MissingColumnError
        A frame is not an analytics frame.
    ArgumentError
        A metric's raw series are missing, or a frame has the wrong mode.

    Notes
    -----
    A *baseline*, the snapshot that starts a series (``is_baseline``), adds 0 to both sides of a
    rate, as the API defines it. In mode ``new`` the server's values already count only what came
    after the snapshot, so they are used unchanged: rows of a baseline are neither left out nor set
    to 0.

    Of several rows of one metric in one bucket, only the one that :func:`combine_loads` would keep
    counts.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> raw = ["views", "likes", "comments", "shares", "saves"]
    >>> with tgp.connect(sandbox=True):
    ...     creators = tgp.load_creators("Summer Launch")
    ...     series = tgp.load_analytics("creator", creators, raw, dates="2026-05")
    >>> rates = growth(series)
    >>> rates["metric"].unique().tolist()
    ['engagement_rate_by_views']
    """
    require_columns(analytics, ROW, loader="load_analytics")
    if totals is not None:
        require_columns(totals, ROW, loader="load_analytics")
    if base_metric is not None:
        check_choice("base_metric", base_metric, METRICS)
    analytics = latest_days(analytics)
    buckets = buckets_of(analytics, None if totals is None else latest_days(totals))
    wanted = _wanted(analytics, buckets, metrics, base_metric)
    _check_modes(analytics, totals, wanted)
    granularity = granularity_of(analytics, granularity)
    lengths, is_whole = _lengths(analytics, buckets, granularity)
    raw = Raw(buckets, lengths, is_whole, granularity, base_metric)
    parts = {}
    for name, formula in wanted.items():
        basis = buckets.new[formula.new[0]]
        places = np.flatnonzero(basis.is_there)
        parts[name] = (places, formula.compute(raw)[places], basis.is_baseline[places])
    return _as_rows(analytics, buckets, parts)


@dataclass(frozen=True, slots=True)
class Cell:
    """One metric in every bucket: NaN and False where the bucket has no row of it."""

    numbers: Floats
    is_there: Bools
    is_baseline: Bools


@dataclass(frozen=True, slots=True)
class Buckets:
    """The buckets of all owners, sorted by owner and date.

    Parameters
    ----------
    rows
        The position of the bucket's first row in the joined frames.
    owners
        The number of the bucket's owner.
    dates
        The bucket's first day.
    is_partial
        True if any of its rows is partial.
    new, total
        For each metric, what was gained in the bucket, and the total at its end.
    """

    rows: Ints
    owners: Ints
    dates: Days
    is_partial: Bools
    new: dict[str, Cell]
    total: dict[str, Cell]

    def before(self, granularity: Granularity) -> tuple[Ints, Bools]:
        """Return the position of the bucket before each one, and whether there is one."""
        places = np.maximum(np.arange(len(self.rows)) - 1, 0)
        is_there = (self.owners == self.owners[places]) & (
            next_bucket(self.dates[places], granularity) == self.dates
        )
        return places, is_there

    def carried_forward(self, values: Floats) -> Floats:
        """Return the owner's last known value up to each bucket."""
        return values_of(pd.Series(values).groupby(self.owners).ffill())


def buckets_of(new: pd.DataFrame, total: pd.DataFrame | None) -> Buckets:
    """Gather the rows of two analytics frames, of mode new and cumulative, into buckets.

    The frames must have only one row for each metric and bucket.
    """
    frames = [new] if total is None else [new, total]
    keys = [name for name in OWNER if all(name in frame.columns for frame in frames)]
    owners = numbered(pd.concat([frame[keys] for frame in frames], ignore_index=True), keys)
    days = np.concatenate([days_of(frame["date"]) for frame in frames])
    dates, calendar = pd.factorize(days, sort=True)
    codes, cells = pd.factorize(owners * (len(calendar) + 1) + dates)
    order = np.argsort(cells, kind="stable")
    places = np.empty(len(order), np.intp)
    places[order] = np.arange(len(order))
    places = places[codes]
    rows = np.full(len(order), len(codes), np.intp)
    np.minimum.at(rows, places, np.arange(len(codes)))
    is_partial = np.zeros(len(order), np.bool_)
    is_partial[places[: len(new)][flags_of(new, "is_partial")]] = True
    return Buckets(
        rows, owners[rows], days[rows], is_partial,
        _cells(new, places[: len(new)], len(order)),
        {} if total is None else _cells(total, places[len(new) :], len(order)),
    )  # fmt: skip


def _cells(frame: pd.DataFrame, places: Ints, size: int) -> dict[str, Cell]:
    """Spread the rows of each metric over the buckets."""
    codes, words = pd.factorize(frame["metric"])
    values, baseline = values_of(frame["value"]), flags_of(frame, "is_baseline")
    cells = {}
    for code, word in enumerate(words):
        rows = np.flatnonzero(codes == code)
        if not len(rows):
            continue
        cell = Cell(np.full(size, np.nan), np.zeros(size, np.bool_), np.zeros(size, np.bool_))
        cell.numbers[places[rows]] = values[rows]
        cell.is_there[places[rows]] = True
        cell.is_baseline[places[rows]] = baseline[rows]
        cells[str(word)] = cell
    return cells


@dataclass(frozen=True, slots=True)
class Raw:
    """What a formula can use: the raw series, the lengths of buckets, and the base metric.

    ``lengths`` are in days, NaN if not known; ``is_whole`` says which buckets cover their whole
    week or month.
    """

    buckets: Buckets
    lengths: Floats
    is_whole: Bools
    granularity: Granularity
    base_metric: str | None

    def new(self, metric: str) -> Floats:
        """Return what was gained in each bucket."""
        return self.buckets.new[metric].numbers

    def total(self, metric: str) -> Floats:
        """Return the total at the end of each bucket."""
        return self.buckets.total[metric].numbers

    def interactions(self) -> Floats:
        """Return the likes, comments, shares and saves gained in each bucket."""
        total = self.new(_INTERACTIONS[0])
        for metric in _INTERACTIONS[1:]:
            total = total + self.new(metric)
        return total


@dataclass(frozen=True, slots=True)
class Formula:
    """A derived metric: the raw series that it needs, new and in total, and its computation.

    The metric has a row in the buckets of the first new series.
    """

    new: tuple[str, ...]
    total: tuple[str, ...]
    compute: Callable[[Raw], Floats]


def _growth(raw: Raw) -> Floats:
    values = raw.new(str(raw.base_metric))
    places, is_there = raw.buckets.before(raw.granularity)
    before = np.where(is_there & raw.is_whole[places], values[places], np.nan)
    return _over(values - before, before) * 100


def _over(upper: Floats, lower: Floats) -> Floats:
    """Divide; NaN where the divisor is 0."""
    return upper / np.where(lower == 0, np.nan, lower)


def _wanted(
    analytics: pd.DataFrame,
    buckets: Buckets,
    metrics: Derived | Sequence[Derived] | None,
    base_metric: str | None,
) -> dict[Derived, Formula]:
    """Return the formulas of the metrics, or by default all whose raw series are there."""
    known = dict(FORMULAS)
    known[_GROWTH] = replace(known[_GROWTH], new=(base_metric or "the base_metric",))
    if metrics is None:
        names = [name for name, formula in known.items() if not _missing_series(formula, buckets)]
    else:
        check_names("metrics", metrics)
        names = [metrics] if isinstance(metrics, str) else list(dict.fromkeys(metrics))
    for name in names:
        check_choice("metrics", name, list(known))
        missing = _missing_series(known[name], buckets)
        if missing and len(analytics):
            raise ArgumentError("metrics", name, f"it needs {missing}")
    if not names and len(analytics):
        given = ", ".join(buckets.new)
        needs = "; ".join(f"{name} needs {_missing_series(known[name], buckets)}" for name in known)
        problem = f"no derived metric can be computed from {given} alone: {needs}"
        raise ArgumentError("analytics", list(buckets.new), problem=problem)
    return {name: known[name] for name in names} if len(analytics) else {}


def _missing_series(formula: Formula, buckets: Buckets) -> str:
    """Name the series that a formula needs and the frames don't have."""
    new = [name for name in formula.new if name not in buckets.new]
    total = [f"{name} in totals" for name in formula.total if name not in buckets.total]
    return ", ".join([*new, *total])


def _check_modes(
    analytics: pd.DataFrame, totals: pd.DataFrame | None, wanted: Iterable[Derived]
) -> None:
    """Refuse a frame that was loaded with the wrong mode."""
    mode = frame_params(analytics).get("mode")
    if mode == "cumulative" and set(wanted) - {_GROWTH}:
        raise ArgumentError("analytics", "mode='cumulative'", "load it with mode='new'")
    if totals is not None and frame_params(totals).get("mode") == "new":
        raise ArgumentError("totals", "mode='new'", "load it with mode='cumulative'")


def _lengths(
    analytics: pd.DataFrame, buckets: Buckets, granularity: Granularity
) -> tuple[Floats, Bools]:
    """Return the days of each bucket, NaN if not known, and whether the bucket is whole.

    A range that begins or ends inside a week or month cuts the bucket. Totals are always whole,
    since they include all that came before.
    """
    starts, ends = buckets.dates, next_bucket(buckets.dates, granularity)
    if granularity == "day":
        return np.ones(len(starts)), np.ones(len(starts), np.bool_)
    whole, asked = ends - starts, frame_params(analytics)
    if "from" in asked and "to" in asked:
        first, last = (np.datetime64(parse_day(asked[end], end), "D") for end in ("from", "to"))
        stop: np.datetime64 = last + ONE_DAY
        rows = np.minimum(buckets.rows, max(len(analytics) - 1, 0))
        is_prior = (analytics["series_kind"] == "prior_period").to_numpy(np.bool_)[rows]
        shift = np.where(is_prior, stop - first, 0 * ONE_DAY)
        starts, ends = np.maximum(starts, first - shift), np.minimum(ends, stop - shift)
        is_unsure = buckets.is_partial
    else:
        is_edge = np.diff(buckets.owners, prepend=-1, append=-1) != 0
        is_unsure = buckets.is_partial | is_edge[1:] | is_edge[:-1]
    is_whole = (ends - starts == whole) & ~is_unsure
    lengths = np.where(is_unsure, np.nan, (ends - starts) / ONE_DAY)
    return lengths, is_whole | (asked.get("mode") == "cumulative")


def _as_rows(
    analytics: pd.DataFrame, buckets: Buckets, parts: dict[Derived, tuple[Ints, Floats, Bools]]
) -> pd.DataFrame:
    """Join the parts to a frame like the analytics frame, sorted by owner, metric and date."""
    analytics = analytics[analytics.columns.intersection(list(ANALYTICS.names), sort=False)]
    if not parts:
        return analytics.head(0).reset_index(drop=True)
    places, numbers, is_baseline = (
        np.concatenate(each) for each in zip(*parts.values(), strict=True)
    )
    names = np.repeat(np.arange(len(parts)), [len(each) for each, *_ in parts.values()])
    # A stable sort keeps the order of metrics, and of the dates within a metric.
    order = np.argsort(buckets.owners[places], kind="stable")
    rows = buckets.rows[places[order]]
    made = {
        "metric": words(list(parts), names[order], analytics["metric"].dtype),
        "value": floats(numbers[order], analytics["value"].dtype),
    }
    marks = {"is_partial": buckets.is_partial[places], "is_baseline": is_baseline}
    for name in analytics.columns.intersection(list(marks)):
        made[name] = flags(marks[name][order], analytics[name].dtype)
    return pd.DataFrame(
        {name: made[name] if name in made else take(analytics[name], rows) for name in analytics},
        copy=False,
    )


FORMULAS: Mapping[Derived, Formula] = MappingProxyType(
    {
        "engagement_rate_by_views": Formula(
            ("views", *_INTERACTIONS),
            (),
            lambda raw: _over(raw.interactions(), raw.new("views")) * 100,
        ),
        "engagement_rate_by_followers": Formula(
            _INTERACTIONS,
            ("followers",),
            lambda raw: (
                _over(raw.interactions(), raw.buckets.carried_forward(raw.total("followers"))) * 100
            ),
        ),
        "posts_per_week": Formula(
            ("posts",), (), lambda raw: raw.new("posts") * _WEEK_DAYS / raw.lengths
        ),
        "avg_views_per_post": Formula(
            ("views",), ("posts",), lambda raw: _over(raw.new("views"), raw.total("posts"))
        ),
        "growth_rate_pop": Formula((), (), _growth),
    }
)
"""In the order of the API's documentation. ``growth_rate_pop`` also needs its base metric."""
