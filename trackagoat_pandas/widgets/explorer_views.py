"""The pages of the explorer: the rows selected, and the frame, plot and code of each page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final, NamedTuple

import pandas as pd

from trackagoat_pandas.base.types import Granularity
from trackagoat_pandas.helpers.columns import flags_of, is_word
from trackagoat_pandas.helpers.comparison import LEAST_SHARE, Comparison
from trackagoat_pandas.helpers.formats import heading
from trackagoat_pandas.helpers.granularity import align_days, resample
from trackagoat_pandas.helpers.labels import ID_LETTERS
from trackagoat_pandas.helpers.series import are_overlapping, granularity_of
from trackagoat_pandas.inputs.checks import frame_params
from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.plots.style import count_text, is_percent, percent_text
from trackagoat_pandas.plots.trend import trend
from trackagoat_pandas.plots.trend_content import (
    LEAST_VIEWS,
    Content,
    before_text,
    change_of,
    compared_text,
    comparison_of,
    content_of,
    is_cut_differently,
)
from trackagoat_pandas.tables.analytics import METRICS, RAW_METRICS
from trackagoat_pandas.widgets.board import Tile, View
from trackagoat_pandas.widgets.recorder import Recorder, Traced, literal

OVER_TIME, TOTALS = "Over time", "Totals"
PAGES: Final = (OVER_TIME, TOTALS)
SUM, BIGGEST = "sum", "biggest"
PRIOR: Final = "prior_period"
_BY_VIEWS: Final = "engagement_rate_by_views"
"""The rate of a longer span is the mean of its buckets' rates, weighted by their views."""
_WEIGHTED: Final = "weighted by views"
_DAYS: Final = "datetime64[us]"
_FEWEST: Final = 3
"""With fewer values there is no median."""
_CALLED: Final = {
    "creators": "tiktok_handle",
    "campaigns": "campaign_name",
    "videos": "video_title",
    "projects": "project_name",
}
"""The column with the names of entities, as other frames call it."""
_BEFORE: Final = "_before"
"""How the columns of the period before end."""
_UNITS: Final = ("pct", "points")
"""What changes are measured in, which ends the names of their columns."""
_MOST_COMPARED: Final = 2
"""Of more metrics the table compares only the plotted one with the period before."""


class SeriesChoice(NamedTuple):
    """A selection from an analytics frame; empty tuples and None stand for all."""

    days: DateRange | None = None
    entities: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    granularity: Granularity | None = None
    is_compared: bool = True


def see(views: Traced, choice: SeriesChoice, recorder: Recorder) -> Traced:
    """Keep the selected rows, added up to buckets of the selected length."""
    if not choice.is_compared:
        views = recorder.let("views", views[views["series_kind"] != PRIOR])
    if choice.days is not None:
        days = recorder.step("days", align_days, views)
        chosen = days.between(f"{choice.days.first}", f"{choice.days.last}")
        views = recorder.let("views", views[chosen])
    if choice.entities:
        is_seen = views["entity_id"].isin(choice.entities)
        if has_parts(views.value):
            is_seen = is_seen | views["parent_id"].isin(choice.entities)
        views = recorder.let("views", views[is_seen])
    if choice.metrics:
        views = recorder.let("views", views[views["metric"].isin(choice.metrics)])
    if choice.is_compared and has_prior(views.value) and is_cut_differently(views.value):
        views = recorder.let("views", views[views["series_kind"] != PRIOR])
    if choice.granularity is not None:
        views = recorder.step("views", resample, views, choice.granularity)
    return views


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
        said.append(f"Changes count whole {unit}s only; totals count all of them.")
    if is_compared and len(metrics_in(seen)) > _MOST_COMPARED:
        said.append("The table compares the plotted metric only; the CSV has all changes.")
    if page != TOTALS:
        return said
    if has_parts(seen):
        said.append(f"The parts of {what_in(seen)} have no totals of their own.")
    there = metrics_in(seen)
    for metric in there if not _is_running(seen) else ():
        words = heading(metric)
        if metric == _BY_VIEWS and "views" in there:
            said.append(f"{words} is {_WEIGHTED}, and left out below {LEAST_VIEWS} views.")
        elif metric not in RAW_METRICS:
            said.append(f"{words} is the median of {unit}s, of {_FEWEST} at least.")
    return said


def has_prior(analytics: pd.DataFrame) -> bool:
    """Whether a frame holds the period before."""
    return bool(is_word(analytics["series_kind"], PRIOR).any())


def has_parts(analytics: pd.DataFrame) -> bool:
    """Whether a frame holds parts of campaigns."""
    return "parent_id" in analytics.columns and bool(analytics["parent_id"].notna().any())


def _is_running(analytics: pd.DataFrame) -> bool:
    return bool(frame_params(analytics).get("mode") == "cumulative")


def metrics_in(analytics: pd.DataFrame) -> list[str]:
    """List the metrics that a frame holds, in the order of METRICS, unknown ones last."""
    there = {str(metric) for metric in analytics["metric"].dropna().unique()}
    known = [metric for metric in METRICS if metric in there]
    return [*known, *sorted(there.difference(known))]


def what_in(analytics: pd.DataFrame) -> str:
    """Name what a frame's series are of, e.g. creators; entities for several kinds."""
    kinds = set(analytics["entity"].dropna()) if "entity" in analytics.columns else set[str]()
    return f"{kinds.pop()}s" if len(kinds) == 1 else "entities"


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


def loading_lines(
    creators: str | None,
    project: str | None,
    others: Sequence[str],
    granularity: str,
    compare: str | None,
) -> list[str]:
    """Write a load as Python; without a line for creators it loads all of the project's."""
    how = f"granularity={literal(granularity)}"
    how += f", compare={literal(compare)}" if compare else ""
    return [
        creators or f"creators = tgp.load_creators({literal(project)})",
        *others,
        f'views = tgp.load_analytics("creator", creators, metrics, dates=dates, {how})',
    ]


def keeping_partial(lines: Sequence[str]) -> list[str]:
    """Write a load so that it keeps the rows that came when a part of it fails."""
    *before, load = lines
    return [
        *before,
        "try:",
        f"    {load}",
        "except tgp.errors.PartialLoadError as failure:",
        "    views = failure.partial  # incomplete",
    ]


def table_of(views: Traced, recorder: Recorder) -> Traced:
    """Give each entity's bucket a row, and each metric a column, with the period before beside it.

    The period before stands at the days that it is compared with.
    """
    keys, seen = ["entity_id", "date"], views
    if has_parts(views.value):  # a video can be a part of several campaigns
        seen = recorder.let("seen", seen.assign(parent_id=seen["parent_id"].fillna("")))
        keys = ["entity_id", "parent_id", "date"]
    if has_prior(views.value):
        metric = recorder.let("metric", views["metric"].astype("string"))
        is_now = recorder.let("is_now", views["series_kind"] != PRIOR)
        metric = recorder.let("metric", metric.where(is_now, metric + _BEFORE))
        days = recorder.step("days", align_days, views)
        seen = recorder.let("seen", seen.assign(metric=metric, date=days))
    # pivot_table would leave out the rows in which no metric has a value.
    values = seen.groupby([*keys, "metric"], observed=True)["value"].last()
    values = values.unstack("metric")  # noqa: PD010
    return recorder.let("table", values.rename_axis(columns=None))


def over_time(views: Traced, table: Traced, metric: str, drawn: str, recorder: Recorder) -> View:
    """Show every bucket of each entity."""
    whole, flags = _whole(views, table, recorder), dict[str, Traced]()
    if whole is not table:
        is_partial = _dates(table).isin(_filling(views))
        flags |= {"is_partial": is_partial} if is_partial.value.any() else {}
    changes = {
        f"change_in_{name}_{unit}": _change(whole[name], whole[name + _BEFORE], unit)
        for name, unit in _changes(table.value).items()
    }
    frame = recorder.let("frame", table.assign(**changes, **flags).reset_index())
    return _view(views, frame, metric, drawn, recorder)


def totals(views: Traced, table: Traced, metric: str, drawn: str, recorder: Recorder) -> View:
    """Show the total of each entity: the sum of a count, the weighted mean or median of a rate.

    For running totals it is the last value. A change is that of buckets that are over and have a
    value in both periods, if these are three quarters of the period.
    """
    if "parent_id" in table.value.index.names:
        is_whole = table.index.get_level_values("parent_id") == ""
        table = recorder.let("table", table[is_whole])
    groups = recorder.let("groups", table.groupby(level="entity_id"))
    is_running = _is_running(views.value)
    frame = recorder.let("frame", groups.last() if is_running else groups.sum(min_count=1))
    rates = [] if is_running else table.value.columns
    for name in rates:
        if name.removesuffix(_BEFORE) in RAW_METRICS:
            continue
        frame = recorder.let("frame", frame.assign(**{name: _rate(table, groups, name, recorder)}))
    whole = _whole(views, table, recorder) if _changes(table.value) else table
    if _changes(table.value):
        days = recorder.let("days", _dates(whole).nunique())
    for name, unit in _changes(table.value).items():
        of, both = frame, [name, name + _BEFORE]
        counted = [each for each in ("views", "views" + _BEFORE) if each in table.value.columns]
        shared = whole[both if name in RAW_METRICS or len(counted) < len(both) else counted]
        found = recorder.let("found", shared.dropna().groupby(level="entity_id"))
        if name in RAW_METRICS and not is_running:
            of = recorder.let("both", found.sum())
        change = _change(of[name], of[name + _BEFORE], unit)
        change = change.where(found.size() >= LEAST_SHARE * days)  # else there is too little
        frame = recorder.let("frame", frame.assign(**{f"change_in_{name}_{unit}": change}))
    frame = recorder.let("frame", frame.reset_index())
    return _view(views, frame, metric, drawn, recorder)


def _view(views: Traced, frame: Traced, metric: str, drawn: str, recorder: Recorder) -> View:
    """Name the rows of a table, put rows and columns in order, and add the plot."""
    names, there = _names(views, recorder), list(frame.value.columns)
    called = _CALLED.get(what_in(views.value), "name")
    first, ids = [called], ["entity_id"]
    if "parent_id" in there:
        frame = frame.assign(part_of=frame["parent_id"].map(names))
        first, ids = ["name", "part_of"], ["entity_id", "parent_id"]
    frame = frame.assign(**{first[0]: frame["entity_id"].map(names)})
    first += ["date"] if "date" in there else []
    order = [name for name in ("date", metric) if name in there]
    if order:  # the newest days first, and of each the biggest
        frame = frame.sort_values(order, ascending=False, ignore_index=True, kind="stable")
    measured = _in_order([name for name in frame.value.columns if name not in {*first, *ids}])
    counts = [name for name in measured if _holds_counts(frame.value[name])]
    frame = recorder.let("frame", frame[[*first, *measured, *ids]])
    if counts:
        frame = recorder.let("frame", frame.astype(dict.fromkeys(counts, "Int64")))
    recorder.write(f"frame.attrs = {views.code}.attrs")  # its source
    frame.value.attrs = views.value.attrs
    # Rates of several entities can't be added up, nor what campaigns have.
    is_sum = drawn != BIGGEST and metric in RAW_METRICS and not are_overlapping(views.value)
    by = {} if is_sum else {"by": "label"}
    plot = recorder.plot(trend, views, **by, metric=metric)
    return View(
        recorder,
        frame,
        plot,
        columns=[*first, *_fitting(measured, metric)],
        pick="entity_id",
        empty="There is nothing of this selection: choose other days, metrics or creators.",
    )


def _fitting(measured: Sequence[str], plotted: str) -> list[str]:
    """Choose what a table has room for: of many metrics only the plotted one is compared."""
    metrics = [name for name in measured if name + _BEFORE in measured]
    if len(metrics) <= _MOST_COMPARED:
        return list(measured)
    others = {name for metric in metrics if metric != plotted for name in _parts_of(metric)[1:]}
    return [name for name in measured if name not in others]


def _parts_of(metric: str) -> list[str]:
    """Name the columns of a metric: its values, those of the period before, and the change."""
    return [metric, metric + _BEFORE, *(f"change_in_{metric}_{unit}" for unit in _UNITS)]


def _names(views: Traced, recorder: Recorder) -> Traced:
    """Name the entities as the picture does: equal names have the beginning of their ids."""
    owners = views.drop_duplicates("entity_id").set_index("entity_id")
    names = recorder.let("names", owners["label"])
    ids = names.index.to_series()
    if names.value.isna().any():
        names = recorder.let("names", names.fillna(ids))
    if names.value.duplicated().any():
        longer = names + " (" + ids.str.slice(0, ID_LETTERS) + ")"
        names = recorder.let("names", names.where(~names.duplicated(keep=False), longer))
    return names


def _in_order(columns: Sequence[str]) -> list[str]:
    """Put each metric's period before and change behind it; what isn't a metric is last."""
    named = [name for name in columns if not name.startswith("change_in_")]
    bases = dict.fromkeys(name.removesuffix(_BEFORE) for name in named)
    order = {name: place for place, name in enumerate(METRICS)}
    found = list[str]()
    for base in sorted(bases, key=lambda name: order.get(name, len(order))):
        found += [name for name in _parts_of(base) if name in columns]
    return found


def tiles(seen: pd.DataFrame, table: pd.DataFrame) -> dict[str, str | Tile]:
    """Return the number of entities, and each metric's total with its change."""
    if "parent_id" in table.index.names:
        is_whole = table.index.get_level_values("parent_id") == ""
        table = table[is_whole].droplevel("parent_id")
    main = seen["entity_id"][is_word(seen["series_kind"], "main")]
    made: dict[str, str | Tile] = {what_in(seen).capitalize(): f"{main.nunique():,}"}
    has_sums = not are_overlapping(seen)
    for metric in metrics_in(seen):
        tile = None
        if metric in RAW_METRICS and has_sums:
            tile = _count_tile(seen, metric)
        elif metric == _BY_VIEWS and has_sums and not _is_running(seen):
            tile = _rate_tile(seen, table)
        made |= {} if tile is None else {heading(metric): tile}
    return made


def _count_tile(seen: pd.DataFrame, metric: str) -> Tile | None:
    """Return a count's total with its change, both as the picture has them; None without any."""
    content = content_of(seen, metric, None, "main")
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


def _rate_tile(seen: pd.DataFrame, table: pd.DataFrame) -> Tile | None:
    """Return the rate of all entities; like that of counts, its change is of whole buckets."""
    rate = _overall(table, "")
    if rate is None:
        return None
    content = content_of(seen, "views", None, "main")
    filling = seen["date"][flags_of(seen, "is_partial")].astype(_DAYS)
    whole = table[~table.index.get_level_values("date").isin(filling)]
    (now, before), views = (_overall(whole, end) for end in ("", _BEFORE)), change_of(content)
    if now is None or before is None or views is None:
        why = _not_compared(content)
        return Tile(percent_text(rate), "; ".join(filter(None, [_WEIGHTED, why])))
    change = round(now - before, 1)
    is_good = change > 0 if change else None
    words = _words_of(f"{change:+} points" if change else "the same", views[1], content)
    return Tile(percent_text(rate), f"{words}, {_WEIGHTED}", is_good)


def _overall(table: pd.DataFrame, end: str) -> float | None:
    """Return the rate by views of a period, weighted by the views; None with too few of them."""
    rate, views = _BY_VIEWS + end, f"views{end}"
    if not {rate, views} <= set(table.columns):
        return None
    weights = table[views].where(table[rate].notna())
    of = float(weights.sum())
    return float((table[rate] * weights).sum()) / of if of >= LEAST_VIEWS else None


def _holds_counts(values: pd.Series) -> bool:
    """Whether a column holds counts, all of them whole numbers."""
    if str(values.name).removesuffix(_BEFORE) not in RAW_METRICS:
        return False
    known = values.dropna()
    return bool((known.astype("float64") % 1 == 0).all())


def _rate(table: Traced, groups: Traced, name: str, recorder: Recorder) -> Traced:
    """Return the rate of each entity over all buckets of a period."""
    views = name.replace(_BY_VIEWS, "views")
    if views == name or views not in table.value.columns:
        return groups[name].median().where(groups[name].count() >= _FEWEST)
    weights = recorder.let("weights", table[views].where(table[name].notna()))
    of = recorder.let("of", weights.groupby(level="entity_id").sum())
    parts = (table[name] * weights).groupby(level="entity_id").sum(min_count=1)
    return (parts / of).where(of >= LEAST_VIEWS)


def _changes(table: pd.DataFrame) -> dict[str, str]:
    """Return the metrics that both periods have, with the unit of their changes."""
    both = [name for name in table.columns if name + _BEFORE in table.columns]
    return {name: "points" if is_percent(name) else "pct" for name in both}


def _change(now: Traced, before: Traced, unit: str) -> Traced:
    if unit == "points":
        return (now - before).round(1)
    return (100 * (now / before.where(before > 0) - 1)).round()


def _whole(views: Traced, table: Traced, recorder: Recorder) -> Traced:
    """Leave out the buckets that are still filling."""
    filling = _filling(views)
    if filling.value.empty:
        return table
    return recorder.let("whole", table[~_dates(table).isin(filling)])


def _filling(views: Traced) -> Traced:
    days = views["date"][views["is_partial"].isin([True])]
    # pandas 2 reads Arrow's times as text.
    return days.astype(_DAYS) if isinstance(days.value.dtype, pd.ArrowDtype) else days


def _dates(table: Traced) -> Traced:
    return table.index.get_level_values("date")
