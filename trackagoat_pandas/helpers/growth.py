"""Compute derived metrics from raw series by the API's formulas."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Bools, Floats, Granularity, Ints, Metric
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.clocks import ONE_DAY
from trackagoat_pandas.helpers.columns import (
    days_of,
    firsts_of,
    flags,
    flags_of,
    floats,
    is_word,
    numbered,
    spelled,
    take,
    values_of,
    words,
)
from trackagoat_pandas.helpers.facts import derived
from trackagoat_pandas.helpers.loads import latest_days
from trackagoat_pandas.helpers.series import OWNER, ROW, WEEK_DAYS, granularity_of, next_bucket
from trackagoat_pandas.inputs.checks import (
    check_choice,
    check_names,
    frame_facts,
    frame_params,
    require_columns,
)
from trackagoat_pandas.inputs.dates import parse_day
from trackagoat_pandas.tables import ANALYTICS, METRICS

Derived: TypeAlias = Literal[
    "engagement_rate_by_views",
    "engagement_rate_by_followers",
    "posts_per_week",
    "avg_views_per_post",
    "growth_rate_pop",
]
_INTERACTIONS = ("likes", "comments", "shares", "saves")
_GROWTH: Derived = "growth_rate_pop"


@derived("analytics", "totals", facts_of="analytics", is_titled=False)
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
    - ``posts_per_week``: posts x 7 / days of the bucket; of one that isn't over, days so far with
      today. NA for a week or month that the range or today may have cut, if it isn't known where,
      and for the one in which the data of an entity begin.
    - ``avg_views_per_post``: views gained / videos posted up to the bucket's end. Needs ``posts``
      in `totals`.
    - ``growth_rate_pop``: (this bucket - the previous one) / the previous one x 100, of
      `base_metric`. NA for the first bucket, and after a week or month that the range may have cut;
      to have a value there, load one more bucket.

    Parameters
    ----------
    analytics : DataFrame
        The frame of :func:`load_analytics`, with ``mode="new"``. With ``mode="cumulative"`` only
        ``growth_rate_pop`` can be computed, as the growth of the total.
    metrics : str or list of str, optional
        The metrics to compute; by default all whose raw series the frames have.
    totals : DataFrame, optional
        The frame of :func:`load_analytics` with ``mode="cumulative"``. Buckets before those of
        `analytics` help to know followers.
    base_metric : str, optional
        The metric whose growth is meant.
    granularity : {'day', 'week', 'month'}, optional
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

    See Also
    --------
    load_analytics : Load time series.
    resample : Sum days to weeks or months.
    summarize_analytics : Sum series by entity or day.

    Notes
    -----
    A *baseline*, the snapshot that starts a series (``is_baseline``), adds 0 to both sides of a
    rate, as the API defines it. In mode ``new`` the server's values already count only gains
    after the snapshot, so they are used unchanged: rows of a baseline are neither left out nor set
    to 0.

    Of several rows of one metric in one bucket, only the one that :func:`combine_loads` would keep
    counts.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> day = {"entity_id": "a", "series_kind": "main", "date": pd.Timestamp("2026-05-01")}
    >>> values = {"views": 200, "likes": 8, "comments": 1, "shares": 1, "saves": 0}
    >>> rows = [{**day, "metric": metric, "value": value} for metric, value in values.items()]
    >>> print(tgp.growth(pd.DataFrame(rows))[["metric", "value"]].to_string(index=False))
                      metric  value
    engagement_rate_by_views    5.0
    """
    require_columns(analytics, ROW, loader="load_analytics")
    if totals is not None:
        require_columns(totals, ROW, loader="load_analytics")
    if base_metric is not None:
        check_choice("base_metric", base_metric, METRICS)
    analytics = latest_days(analytics)
    raw = _gather(analytics, None if totals is None else latest_days(totals), base_metric)
    wanted = _choose_formulas(analytics, raw, metrics, base_metric)
    _check_modes(analytics, totals, wanted)
    _measure(analytics, raw, granularity_of(analytics, granularity))
    return _as_rows(analytics, raw, wanted)


@dataclass(frozen=True, slots=True)
class Raw:
    """What a formula can use: the raw series by bucket, and the base metric.

    Parameters
    ----------
    buckets
        One row for each bucket, sorted by owner and date: the number of its ``owner``, its first
        day as ``date``, the position of its first ``row`` in the joined frames, and ``is_partial``.
        :func:`_measure` adds ``end``, the first day of the next bucket; ``days``, NaN if the length
        isn't known; and ``is_whole``, whether the bucket covers its whole week or month.
    new, total
        For each metric a column of what was gained in the bucket, and of the total at its end.
    is_baseline
        The same for the flag of the rows of `new`, as 0 and 1; NaN if the bucket has no row.
    base_metric
        The metric of which to compute the growth.
    """

    buckets: pd.DataFrame
    new: pd.DataFrame
    total: pd.DataFrame
    is_baseline: pd.DataFrame
    base_metric: str | None

    def interactions(self) -> pd.Series:
        """Return the likes, comments, shares and saves gained in each bucket."""
        return self.new[list(_INTERACTIONS)].sum(axis=1, skipna=False)


def _gather(new: pd.DataFrame, total: pd.DataFrame | None, base_metric: str | None) -> Raw:
    """Gather the rows of two analytics frames, of mode new and cumulative, into buckets."""
    frames = [new] if total is None else [new, total]
    keys = [name for name in OWNER if all(name in frame.columns for frame in frames)]
    owner = numbered(pd.concat([each[keys] for each in frames], ignore_index=True), keys)
    date = np.concatenate([days_of(each["date"]) for each in frames])
    # As a number, NaT comes first and can't hide which bucket is an owner's last. Rows without a
    # date are all in one bucket of their owner.
    place, days = pd.factorize(date.astype(np.int64), sort=True)
    bucket, _ = pd.factorize(owner * np.int64(len(days)) + place, sort=True)
    firsts = np.sort(firsts_of(bucket))
    firsts = firsts[np.argsort(bucket[firsts])]
    is_partial = np.zeros(len(firsts), np.bool_)
    is_partial[bucket[: len(new)][flags_of(new, "is_partial")]] = True
    buckets = pd.DataFrame(
        # pandas has no unit of days; seconds reach over all of its years.
        {"owner": owner[firsts], "date": date[firsts].astype("datetime64[s]"), "row": firsts}
    ).assign(is_partial=is_partial)
    empty = new.iloc[:0]
    mine, theirs = bucket[: len(new)], bucket[len(new) :]
    later = empty if total is None else total
    metric, metric_later = (spelled(each["metric"], METRICS) for each in (new, later))
    return Raw(
        buckets,
        _grid(metric, values_of(new["value"]), mine, len(firsts)),
        _grid(metric_later, values_of(later["value"]), theirs, len(firsts)),
        _grid(metric, flags_of(new, "is_baseline"), mine, len(firsts)),
        base_metric,
    )


def _grid(metric: pd.Series, values: Floats | Bools, bucket: Ints, count: int) -> pd.DataFrame:
    """Give each metric a column and each bucket a row; of several rows the last one counts."""
    codes, names = pd.factorize(metric, sort=True)
    grid = np.full((count, len(names)), np.nan)
    is_named = codes >= 0
    grid[bucket[is_named], codes[is_named]] = values[is_named]
    return pd.DataFrame(grid, columns=pd.Index(names))


@dataclass(frozen=True, slots=True)
class Formula:
    """A derived metric: the raw series that it needs, new and in total, and its computation.

    The metric has a row in the buckets of the first new series.
    """

    new: tuple[str, ...]
    total: tuple[str, ...]
    compute: Callable[[Raw], pd.Series]


def _growth(raw: Raw) -> pd.Series:
    values, buckets = raw.new[raw.base_metric], raw.buckets
    earlier = buckets.shift()
    follows = (earlier["owner"] == buckets["owner"]) & (earlier["end"] == buckets["date"])
    # A change from a bucket that is cut would say more about its length than about growth.
    before = values.shift().where(follows & buckets["is_whole"].shift(fill_value=False))
    return _over(values - before, before) * 100


def _over(upper: pd.Series, lower: pd.Series) -> pd.Series:
    """Divide; NaN where the divisor is 0."""
    return upper / lower.where(lower != 0)


def _choose_formulas(
    analytics: pd.DataFrame,
    raw: Raw,
    metrics: Derived | Sequence[Derived] | None,
    base_metric: str | None,
) -> dict[Derived, Formula]:
    """Return the formulas of the metrics, or by default all whose raw series are there."""
    known = dict(FORMULAS)
    known[_GROWTH] = replace(known[_GROWTH], new=(base_metric or "the base_metric",))
    if metrics is None:
        names = [name for name, formula in known.items() if not _missing_series(formula, raw)]
    else:
        check_names("metrics", metrics)
        names = [metrics] if isinstance(metrics, str) else list(dict.fromkeys(metrics))
    for name in names:
        check_choice("metrics", name, list(known))
        missing = _missing_series(known[name], raw)
        if missing and len(analytics):
            raise ArgumentError("metrics", name, f"it needs {missing}")
    if not names and len(analytics):
        given = ", ".join(map(str, raw.new))
        needs = "; ".join(f"{name} needs {_missing_series(known[name], raw)}" for name in known)
        problem = f"no derived metric can be computed from {given} alone: {needs}"
        raise ArgumentError("analytics", list(raw.new), problem=problem)
    return {name: known[name] for name in names} if len(analytics) else {}


def _missing_series(formula: Formula, raw: Raw) -> str:
    """Name the series that a formula needs and the frames don't have."""
    new = [name for name in formula.new if name not in raw.new]
    total = [f"{name} in totals" for name in formula.total if name not in raw.total]
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


def _measure(analytics: pd.DataFrame, raw: Raw, granularity: Granularity) -> None:
    """Add each bucket's ``end``, its length in ``days``, and ``is_whole``.

    A range that begins or ends inside a week or month cuts the bucket, and so do data that begin
    there. Totals are always whole, since they include all that came before.
    """
    buckets = raw.buckets
    starts = buckets["date"].to_numpy().astype("datetime64[D]")
    ends = next_bucket(starts, granularity)
    buckets["end"], buckets["days"], buckets["is_whole"] = ends, 1.0, True
    if granularity == "day":
        return
    whole, facts = ends - starts, frame_facts(analytics)
    asked, is_partial = frame_params(analytics), buckets["is_partial"].to_numpy()
    is_unsure = _is_begun_within(raw)
    if "from" in asked and "to" in asked:
        first, last = (np.datetime64(parse_day(asked[end], end), "D") for end in ("from", "to"))
        until: np.datetime64 = last
        if "data_until" in facts:  # of a range that isn't over, the days up to today
            until = min(last, np.datetime64(parse_day(facts["data_until"], "to"), "D"))
        rows = np.minimum(buckets["row"], max(len(analytics) - 1, 0))
        is_prior = is_word(analytics["series_kind"], "prior_period")[rows]
        shift = np.where(is_prior, last + ONE_DAY - first, 0 * ONE_DAY)
        stop = np.where(is_prior, last, until) + ONE_DAY
        starts, ends = np.maximum(starts, first - shift), np.minimum(ends, stop - shift)
    else:
        is_edge = np.diff(buckets["owner"], prepend=-1, append=-1) != 0
        is_unsure = is_unsure | is_partial | is_edge[1:] | is_edge[:-1]
    is_whole = (ends - starts == whole) & ~is_unsure & ~is_partial
    buckets["days"] = np.where(is_unsure, np.nan, (ends - starts) / ONE_DAY)
    buckets["is_whole"] = is_whole | (asked.get("mode") == "cumulative")


def _is_begun_within(raw: Raw) -> Bools:
    """Return the first bucket with values of each owner that has buckets without any before it.

    The data may begin on any of its days.
    """
    owners = raw.buckets["owner"].to_numpy()
    is_known = raw.new.notna().any(axis=1).to_numpy()
    is_first = is_known & (pd.Series(is_known).groupby(owners).cumsum().to_numpy() == 1)
    follows = np.append(False, owners[1:] == owners[:-1])
    begun: Bools = is_first & follows
    return begun


def _as_rows(analytics: pd.DataFrame, raw: Raw, wanted: Mapping[Derived, Formula]) -> pd.DataFrame:
    """Compute metrics as a frame like the analytics frame, sorted by owner, metric and date."""
    analytics = analytics[analytics.columns.intersection(list(ANALYTICS.names), sort=False)]
    if not wanted:
        return analytics.head(0).reset_index(drop=True)
    parts: list[pd.DataFrame] = []
    for place, formula in enumerate(wanted.values()):
        is_baseline = raw.is_baseline[formula.new[0]].dropna()
        values = formula.compute(raw)[is_baseline.index]
        parts.append(pd.DataFrame({"place": place, "value": values, "is_baseline": is_baseline}))
    # A stable sort keeps the order of metrics, and of the dates within a metric.
    rows = raw.buckets.join(pd.concat(parts), how="right").sort_values("owner", kind="stable")
    made = {
        "metric": words(list(wanted), rows["place"].to_numpy(), analytics["metric"].dtype),
        "value": floats(rows["value"].to_numpy(), analytics["value"].dtype),
    }
    for name in analytics.columns.intersection(["is_partial", "is_baseline"]):
        made[name] = flags(rows[name].to_numpy(np.bool_), analytics[name].dtype)
    places = rows["row"].to_numpy()
    return pd.DataFrame(
        {name: made[name] if name in made else take(analytics[name], places) for name in analytics},
        copy=False,
    )


FORMULAS: Mapping[Derived, Formula] = MappingProxyType(
    {
        "engagement_rate_by_views": Formula(
            ("views", *_INTERACTIONS),
            (),
            lambda raw: _over(raw.interactions(), raw.new["views"]) * 100,
        ),
        "engagement_rate_by_followers": Formula(
            _INTERACTIONS,
            ("followers",),
            lambda raw: (
                _over(
                    raw.interactions(),
                    raw.total["followers"].groupby(raw.buckets["owner"]).ffill(),
                )
                * 100
            ),
        ),
        "posts_per_week": Formula(
            ("posts",), (), lambda raw: raw.new["posts"] * WEEK_DAYS / raw.buckets["days"]
        ),
        "avg_views_per_post": Formula(
            ("views",), ("posts",), lambda raw: _over(raw.new["views"], raw.total["posts"])
        ),
        "growth_rate_pop": Formula((), (), _growth),
    }
)
"""In the order of the API's documentation. ``growth_rate_pop`` also needs its base metric."""
