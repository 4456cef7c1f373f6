"""The pages of the explorer: the rows selected, and the frame, plot and code of each page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from operator import and_
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from trackagoat_pandas.base.figures import count_text, percent_text
from trackagoat_pandas.base.types import Bools, Days, Granularity
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.analytics import (
    BEFORE,
    BY_VIEWS,
    FEWEST,
    LEAST_VIEWS,
    PRIOR,
    columns_of,
    dates_of,
    filling_days,
    has_parts,
    has_prior,
    is_running_total,
    metrics_in,
    summarize_analytics,
    what_in,
    wide_table,
)
from trackagoat_pandas.helpers.changes import explain_change
from trackagoat_pandas.helpers.clocks import ONE_DAY
from trackagoat_pandas.helpers.columns import days_of, flags_of, is_word
from trackagoat_pandas.helpers.comparison import Comparison
from trackagoat_pandas.helpers.formats import heading
from trackagoat_pandas.helpers.granularity import align_days, resample
from trackagoat_pandas.helpers.loads import combine_loads
from trackagoat_pandas.helpers.series import are_overlapping, granularity_of, next_bucket
from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.plots.trend import trend
from trackagoat_pandas.plots.trend_content import (
    Content,
    before_text,
    change_of,
    compared_text,
    comparison_of,
    content_of,
    is_cut_differently,
)
from trackagoat_pandas.plots.waterfall import waterfall
from trackagoat_pandas.showing.recorder import Recorder, Traced, call
from trackagoat_pandas.tables.analytics import RAW_METRICS
from trackagoat_pandas.widgets.board import Tile, View, height_of
from trackagoat_pandas.widgets.grid import daily_curves

TOTALS, OVER_TIME, MOVED = "Totals", "Over time", "What moved it"
PAGES: Final = (TOTALS, OVER_TIME, MOVED)
SUM, BIGGEST = "sum", "biggest"
_WEIGHTED: Final = "weighted by views"
_MOST_COMPARED: Final = 2
"""Of more metrics the table compares only the plotted one with the period before."""
_BARS: Final = 5
"""The creators and posts in the picture of what moved."""
_ENDS: Final = 3
"""The rows of both totals, and of the other creators."""
_EMPTY: Final = "There is nothing of this selection: choose other days, metrics or creators."
_CHANGES: Final = ("tiktok_handle", "video_title", "before", "after", "change", "share_pct")


class SeriesChoice(NamedTuple):
    """A selection from an analytics frame; empty tuples and None stand for all."""

    days: DateRange | None = None
    entities: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    granularity: Granularity | None = None
    is_compared: bool = True


def see(views: Traced, choice: SeriesChoice, recorder: Recorder) -> Traced:
    """Keep the selected rows, added up to buckets of the selected length."""
    shown = views[reduce(and_, masks)] if (masks := [*_masks(views, choice)]) else views
    if choice.is_compared and has_prior(shown.value) and is_cut_differently(shown.value):
        shown = views[reduce(and_, [*masks, views["series_kind"] != PRIOR])]
    if choice.granularity is None:
        return recorder.let("views", shown)
    return recorder.step("views", resample, shown, choice.granularity)


def _masks(views: Traced, choice: SeriesChoice) -> Iterator[Traced]:
    """Give the conditions of a selection."""
    if not choice.is_compared:
        yield views["series_kind"] != PRIOR
    if choice.days is not None:
        is_plain = not choice.is_compared or not has_prior(views.value)
        days = views["date"] if is_plain else call(align_days, views)
        yield days.between(f"{choice.days.first}", f"{choice.days.last}")
    if choice.entities:
        yield _is_of(views, choice.entities)
    if choice.metrics:
        yield views["metric"].isin(choice.metrics)


def _is_of(views: Traced, ids: Sequence[str]) -> Traced:
    """Find the rows of some entities, and of the parts of campaigns: by name, where ids have one.

    Those that are left out are named where they are fewer.
    """
    pairs = views.value[["entity_id", "label"]].drop_duplicates()
    is_named = pairs["label"].notna().all() and pairs["label"].is_unique
    with_parts = has_parts(views.value)
    by_name = is_named and pairs["entity_id"].is_unique and not with_parts
    column = "label" if by_name else "entity_id"
    is_chosen = pairs["entity_id"].isin(ids)
    is_few = with_parts or 2 * int(is_chosen.sum()) <= len(pairs)
    named = pairs.loc[is_chosen if is_few else ~is_chosen, column].tolist()
    found = views[column].isin([*dict.fromkeys(named)])
    if with_parts:
        found = found | views["parent_id"].isin(ids)
    return found if is_few else ~found


def notes_on(seen: pd.DataFrame, choice: SeriesChoice) -> list[str]:
    """List what longer buckets leave out, given the rows that they were added up from."""
    if choice.granularity is None or seen.empty:
        return []
    unit, said = choice.granularity, list[str]()
    if rates := [metric for metric in metrics_in(seen) if metric not in RAW_METRICS]:
        words = ", ".join(metric.replace("_", " ") for metric in rates)
        said.append(f"Not shown by {unit}, since rates can't be added up: {words}.")
    if unit == "month" and has_prior(seen):
        said.append("Months aren't compared with the period before: they differ in length.")
    span = span_of(seen)
    after = pd.Timestamp(span.stop)
    start_cut = span.start.weekday() > 0 if unit == "week" else span.start.day > 1
    end_cut = after.weekday() > 0 if unit == "week" else after.day > 1
    ends = [word for word, is_cut in (("first", start_cut), ("last", end_cut)) if is_cut]
    if ends:
        are_cut = "are cut off: some of their" if len(ends) > 1 else "is cut off: some of its"
        said.append(f"The {' and the '.join(ends)} {unit} {are_cut} days are missing.")
    return said


def notes_on_page(page: str, drawn: str, seen: pd.DataFrame, frame: pd.DataFrame) -> list[str]:
    """List what the table and the picture don't show, given the rows selected and their frame."""
    said, unit = list[str](), granularity_of(seen)
    is_compared = has_prior(seen)
    if drawn == BIGGEST and is_compared:
        said.append(
            "The period before isn't drawn beside single lines; the figures and the table have it."
        )
    if has_prior(frame) and not is_compared and is_cut_differently(frame):
        said.append(
            f"The period before isn't shown: its {granularity_of(frame)}s are cut unevenly."
        )
    if is_compared and bool(flags_of(seen, "is_partial").any()):
        said.append(f"Changes are those of {unit}s that are over; totals count all.")
    if is_compared and len(metrics_in(seen)) > _MOST_COMPARED:
        said.append("The table compares the plotted metric only; the CSV has all changes.")
    if page != TOTALS:
        return said
    if has_parts(seen):
        said.append(f"The parts of {what_in(seen)} have no totals of their own.")
    there = metrics_in(seen)
    for metric in there if not is_running_total(seen) else ():
        words = heading(metric)
        if metric == BY_VIEWS and "views" in there:
            said.append(f"{words} is {_WEIGHTED}, and left out below {LEAST_VIEWS} views.")
        elif metric not in RAW_METRICS:
            said.append(f"{words} is the median of {unit}s, of {FEWEST} at least.")
    return said


def owners_in(analytics: pd.DataFrame) -> pd.DataFrame:
    """List the entities whose series a frame holds, as a frame for a picker of creators.

    The parts of a breakdown aren't listed.
    """
    is_whole = ~is_word(analytics["series_kind"], "breakdown")
    owners = analytics[is_whole].drop_duplicates("entity_id").dropna(subset="entity_id")
    names = owners["label"].fillna(owners["entity_id"])
    return pd.DataFrame(
        {"id": owners["entity_id"].to_numpy(object), "tiktok_handle": names.to_numpy(object)}
    )


def span_of(analytics: pd.DataFrame) -> DateRange:
    """Return the days of a frame's main series, by its buckets' first days; today if empty."""
    days = analytics.loc[is_word(analytics["series_kind"], "main"), "date"].dropna()
    if not len(days):
        today = dt.datetime.now(dt.UTC).date()
        return DateRange(today, today)
    return DateRange(days.min().date(), days.max().date())


def page_of(views: Traced, page: str, metric: str, drawn: str, recorder: Recorder) -> View:
    """Show the totals of entities, or every bucket of each."""
    metrics = metrics_in(views.value)
    by = {"by": "date"} if page == OVER_TIME else {}
    sorted_by = {} if metric == metrics[0] else {"metric": metric}
    frame = recorder.step("frame", summarize_analytics, views, **by, **sorted_by)
    # Rates of several entities can't be added up, nor what campaigns have.
    is_sum = drawn != BIGGEST and metric in RAW_METRICS and not are_overlapping(views.value)
    lines = {} if is_sum else {"by": "label"}
    plotted = {} if len(metrics) == 1 else {"metric": metric}
    plot = recorder.plot(trend, views, **lines, **plotted)
    # A rate has gaps and no unit a day, and a running total only ever rises.
    has_curves = page == TOTALS and metric in RAW_METRICS and not is_running_total(views.value)
    curves = daily_curves(views.value, metric, ids="entity_id") if has_curves else None
    return View(
        recorder, frame, plot, columns=_fitting(frame.value, metric), pick="entity_id",
        empty=_EMPTY, curves=curves,
    )  # fmt: skip


def moved(
    views: Traced,
    metric: str,
    by_day: pd.DataFrame,
    choice: SeriesChoice,
    others: Mapping[str, Traced],
    recorder: Recorder,
) -> View:
    """Explain the change of a count by creator, and by post if `others` has posts.

    ``by_day`` are the rows selected: the days before are those of their prior period, or without
    one the earlier half of the days.

    Raises
    ------
    ArgumentError
        The metric is no count, or there are fewer than two days that are over.
    """
    days = days_explained(by_day)
    if metric not in RAW_METRICS:
        raise ArgumentError("metric", metric, "only counts say what moved: plot one of them")
    if days is None:
        raise ArgumentError("dates", "these days", "choose at least two days that are over")
    if choice.entities:
        views = views[_is_of(views, choice.entities)]
    if is_word(views.value["entity"], "video").any():
        views = views[views["entity"] != "video"]
    if "posts" in others:
        views = call(combine_loads, views, others["posts"])
    videos = [others["videos"]] if "posts" in others else []
    given: dict[str, Any] = {} if metric == "views" else {"metric": metric}
    given |= {"creators": others["creators"]} if "creators" in others else {}
    frame = recorder.step("frame", explain_change, views, *videos, **days, **given)
    return changes_view(frame, recorder)._replace(pick="creator_id", empty=_EMPTY)


def changes_view(
    explained: Traced, recorder: Recorder, zone: str = "UTC", bars: int = _BARS
) -> View:
    """Show what moved a total: a waterfall, and a table with the columns that have values."""
    plot = recorder.plot(waterfall, explained, n=bars)
    height_in = height_of(min(len(explained.value), bars) + _ENDS)
    columns = [name for name in _CHANGES if explained.value[name].notna().any()]
    return View(recorder, explained, plot, columns, height_in, zone)


def days_text(days: DateRange) -> str:
    """Write days as loaders read them: "2026-05", or the first and the last one."""
    month = f"{days.first:%Y-%m}"
    return month if DateRange.parse(month) == days else f"{days}"


def days_explained(seen: pd.DataFrame) -> dict[str, str] | None:
    """Return the options that explain the whole buckets of a frame; None if there are too few.

    Without a prior period the later half of the days is compared with the earlier one.
    """
    step, is_prior = granularity_of(seen), is_word(seen["series_kind"], PRIOR)
    is_over = is_word(seen["series_kind"], "main") & ~flags_of(seen, "is_partial")
    over, before = (_buckets_of(seen, rows) for rows in (is_over, is_prior))
    if len(before) and len(over):
        # Not those right before, as the day that isn't over has a counterpart, too.
        now, then = _from_to(over, step), _from_to(before[: len(over)], step)
        is_all = len(over) == len(before) and then.stop == now.start
        return {} if is_all else {"dates": days_text(now), "compare": days_text(then)}
    later = over[(len(over) + 1) // 2 :]
    return {"dates": days_text(_from_to(later, step))} if len(later) else None


def _buckets_of(seen: pd.DataFrame, rows: Bools) -> Days:
    days: Days = np.unique(days_of(seen.loc[rows, "date"].dropna()))
    return days


def _from_to(buckets: Days, step: Granularity) -> DateRange:
    """Return the days from the first bucket to the end of the last one."""
    return DateRange(buckets[0], next_bucket(buckets[-1:], step, 1)[0] - ONE_DAY)


def _fitting(frame: pd.DataFrame, plotted: str) -> list[str]:
    """Choose what a table has room for: of many metrics only the plotted one is compared.

    Ids are left out, and so is whether a bucket is over: its date says it.
    """
    left_out = {"entity_id", "parent_id", "is_partial"}
    metrics = [name for name in frame.columns if name + BEFORE in frame.columns]
    if len(metrics) > _MOST_COMPARED:
        left_out |= {name for each in metrics if each != plotted for name in columns_of(each)[1:]}
    return [name for name in frame.columns if name not in left_out]


def has_creators(analytics: pd.DataFrame) -> bool:
    """Whether a frame has new counts of creators or projects, of which it can say what moved."""
    if "entity" not in analytics.columns or is_running_total(analytics):
        return False
    return bool(analytics["entity"].isin(["creator", "project"]).any())


def tiles(seen: pd.DataFrame) -> dict[str, str | Tile]:
    """Return the number of entities, and each metric's total with its change."""
    main = seen["entity_id"][is_word(seen["series_kind"], "main")]
    made: dict[str, str | Tile] = {what_in(seen).capitalize(): f"{main.nunique():,}"}
    has_sums = not are_overlapping(seen)
    for metric in metrics_in(seen):
        tile = None
        if metric in RAW_METRICS and has_sums:
            tile = _count_tile(seen, metric)
        elif metric == BY_VIEWS and has_sums and not is_running_total(seen):
            tile = _rate_tile(seen)
        made |= {} if tile is None else {heading(metric): tile}
    return made


def _count_tile(seen: pd.DataFrame, metric: str) -> Tile | None:
    """Return a count's total with its change, both as the picture has them; None without any."""
    # Each row that is left out is one less to look through for doubles.
    content = content_of(seen[seen["metric"] == metric], metric, None, "main")
    total = content.total.dropna()
    if total.empty:
        return None
    if content.is_total:
        return Tile(count_text(float(total.iloc[-1])))
    said, found = count_text(float(total.sum())), change_of(content)
    if found is None:
        return Tile(said, _not_compared(content))
    change, compared = found
    words = _words_of(f"{change:+,} %" if change else "as many as", compared, content)
    return Tile(said, words, change > 0 if change else None)


def _words_of(change: str, compared: Comparison, content: Content) -> str:
    """Say a change, of which buckets it is if not of all, and with which they are compared."""
    own = compared_text(compared, content)
    return f"{own + ' ' if own else ''}{change} on {before_text(compared.before, content)}"


def _not_compared(content: Content) -> str:
    """Say why a period isn't compared with the one before; "" if there is none."""
    if content.prior.empty:
        return ""
    found = comparison_of(content)
    return "" if found.is_enough else f"not compared: {found.reason(content.granularity)}"


def _rate_tile(seen: pd.DataFrame) -> Tile | None:
    """Return the rate of all entities; like that of counts, its change is of whole buckets."""
    table = wide_table(seen[seen["metric"].isin(["views", BY_VIEWS])])
    if "parent_id" in table.index.names:
        is_whole = table.index.get_level_values("parent_id") == ""
        table = table[is_whole].droplevel("parent_id")
    rate = _overall(table, "")
    if rate is None:
        return None
    content = content_of(seen[seen["metric"] == "views"], "views", None, "main")
    whole = table[~dates_of(table).isin(filling_days(seen))]
    (now, before), views = (_overall(whole, end) for end in ("", BEFORE)), change_of(content)
    if now is None or before is None or views is None:
        why = _not_compared(content)
        return Tile(percent_text(rate), "; ".join(filter(None, [_WEIGHTED, why])))
    change = round(now - before, 1)
    is_good = change > 0 if change else None
    words = _words_of(f"{change:+} points" if change else "the same", views[1], content)
    return Tile(percent_text(rate), f"{words}, {_WEIGHTED}", is_good)


def _overall(table: pd.DataFrame, end: str) -> float | None:
    """Return the rate by views of a period, weighted by the views; None with too few of them."""
    rate, views = BY_VIEWS + end, f"views{end}"
    if not {rate, views} <= set(table.columns):
        return None
    weights = table[views].where(table[rate].notna())
    of = float(weights.sum())
    return float((table[rate] * weights).sum()) / of if of >= LEAST_VIEWS else None
