"""The pages of the explorer: the rows selected, and the frame, plot and code of each page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import pandas as pd

from trackagoat_pandas._types import Granularity
from trackagoat_pandas.checks import frame_params
from trackagoat_pandas.dates import DateRange
from trackagoat_pandas.helpers.columns import is_word
from trackagoat_pandas.helpers.granularity import compared_days, in_buckets
from trackagoat_pandas.plots.style import count_text
from trackagoat_pandas.plots.trend import trend
from trackagoat_pandas.tables.analytics import METRICS, RAW_METRICS
from trackagoat_pandas.widgets.board import View
from trackagoat_pandas.widgets.recorder import Recorder, Traced, literal

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PAGES: Final = ("Over time", "Totals")
SUM, BIGGEST = "sum", "biggest"
_COLUMNS: Final = ("label", "metric", "date", "value", "series_kind", "is_partial")
_BY: Final = ["entity_id", "label", "metric", "series_kind"]


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
        views = recorder.let("views", views[views["series_kind"] != "prior_period"])
    if choice.days is not None:
        days = recorder.step("days", compared_days, views)
        chosen = days.between(f"{choice.days.first}", f"{choice.days.last}")
        views = recorder.let("views", views[chosen])
    if choice.entities:
        is_seen = views["entity_id"].isin(choice.entities)
        frame = views.value
        if "parent_id" in frame.columns and frame["parent_id"].notna().any():
            is_seen = is_seen | views["parent_id"].isin(choice.entities)
        views = recorder.let("views", views[is_seen])
    if choice.metrics:
        views = recorder.let("views", views[views["metric"].isin(choice.metrics)])
    if choice.granularity is not None:
        views = recorder.step("views", in_buckets, views, choice.granularity)
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


def has_prior(analytics: pd.DataFrame) -> bool:
    """Whether a frame holds the period before."""
    return bool(is_word(analytics["series_kind"], "prior_period").any())


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


def over_time(views: Traced, metric: str, drawn: str, recorder: Recorder) -> View:
    """Show every value, bucket by bucket."""
    frame = recorder.let("frame", views)
    return View(recorder, frame, _plot(views, metric, drawn, recorder), _COLUMNS)


def totals(views: Traced, metric: str, drawn: str, recorder: Recorder) -> View:
    """Show the total of each entity, metric and kind of series: a count's sum or a rate's mean.

    For running totals it is the last value.
    """
    frame = _totals(views, recorder)
    columns = ("label", "metric", "series_kind", "value")
    return View(recorder, frame, _plot(views, metric, drawn, recorder), columns)


def tiles(seen: pd.DataFrame) -> dict[str, str]:
    """Return the number of entities, and the total of each count in the main series."""
    main = seen[seen["series_kind"] == "main"]
    rows = _totals(Traced(main, "views"), Recorder()).value
    sums = rows.groupby("metric", observed=True)["value"].sum()
    counts = {
        str(metric).replace("_", " ").capitalize(): count_text(float(total))
        for metric, total in sums.items()
        if metric in RAW_METRICS
    }
    return {what_in(seen).capitalize(): f"{main['entity_id'].nunique():,}", **counts}


def _totals(views: Traced, recorder: Recorder) -> Traced:
    if frame_params(views.value).get("mode") == "cumulative":
        views = views.sort_values("date", kind="stable")
        values = views.groupby(_BY, observed=True, dropna=False)["value"]
        frame = recorder.let("frame", values.last().reset_index())
    else:
        groups = views.groupby(_BY, observed=True, dropna=False)
        values = recorder.let("values", groups["value"])
        frame = recorder.let("frame", values.sum(min_count=1).reset_index())
        means = values.mean().reset_index(drop=True)
        is_count = frame["metric"].isin(RAW_METRICS)
        kept = frame["value"].where(is_count, means)
        frame = recorder.let("frame", frame.assign(value=kept))
    ordered = frame.sort_values("value", ascending=False, ignore_index=True, kind="stable")
    return recorder.let("frame", ordered)


def _plot(views: Traced, metric: str, drawn: str, recorder: Recorder) -> Callable[..., Axes]:
    # Rates of several entities can't be added up.
    by = {"by": "label"} if drawn == BIGGEST or metric not in RAW_METRICS else {}
    return recorder.plot(trend, views, **by, metric=metric)
