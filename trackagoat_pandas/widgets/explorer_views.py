"""The pages of the explorer: which frame, plot and code each one shows.

Knows analytics frames and their plot. Must not know widgets.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final, NamedTuple

import pandas as pd

from trackagoat_pandas.dates import DateRange
from trackagoat_pandas.plots.style import count_text
from trackagoat_pandas.plots.trend import trend
from trackagoat_pandas.plots.trend_picture import SUMMABLE
from trackagoat_pandas.tables import METRICS
from trackagoat_pandas.widgets.project_board import View

PAGES: Final = ("Days", "Totals")
SUM, BIGGEST = "sum", "biggest"
_COLUMNS: Final = ("label", "metric", "date", "value", "series_kind", "is_partial")


class Choice(NamedTuple):
    """What is chosen of an analytics frame; empty tuples and None leave all of it."""

    entities: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    days: DateRange | None = None


def metrics_in(analytics: pd.DataFrame) -> list[str]:
    """The metrics that a frame holds, in their natural order."""
    there = set(analytics["metric"].dropna())
    return [metric for metric in METRICS if metric in there]


def owners_in(analytics: pd.DataFrame) -> pd.DataFrame:
    """Whose series a frame holds, as a frame that a picker of creators takes."""
    owners = analytics.drop_duplicates("entity_id")
    names = owners["label"].fillna(owners["entity_id"])
    return pd.DataFrame(
        {"id": owners["entity_id"].to_numpy(object), "tiktok_handle": names.to_numpy(object)}
    )


def span_of(analytics: pd.DataFrame) -> DateRange:
    """The days of a frame's own range; today if it has none."""
    days = analytics.loc[analytics["series_kind"] == "main", "date"].dropna()
    if not len(days):
        today = dt.datetime.now(dt.UTC).date()
        return DateRange(today, today)
    return DateRange(days.min().date(), days.max().date())


def narrowed(analytics: pd.DataFrame, choice: Choice) -> pd.DataFrame:
    """Keep the rows that are chosen; a prior period goes with the entities alone."""
    frame = analytics
    if choice.entities:
        frame = frame[frame["entity_id"].isin(choice.entities)]
    if choice.metrics:
        frame = frame[frame["metric"].isin(choice.metrics)]
    if choice.days is not None:
        is_main = frame["series_kind"] == "main"
        days = frame["date"]
        frame = frame[~is_main | ((days >= choice.days.start) & (days < choice.days.stop))]
    return frame


def loading_lines(
    creators: str | None,
    project: str | None,
    others: Sequence[str],
    granularity: str,
    compare: str | None,
) -> tuple[str, ...]:
    """Write a load as Python; without a line for creators it is of all of the project's."""
    how = f"granularity={granularity!r}" + (f", compare={compare!r}" if compare else "")
    return (
        creators or f"creators = tgp.load_creators({project!r})",
        *others,
        f'views = tgp.load_analytics("creator", creators, metrics, dates=dates, {how})',
    )


def narrowing_lines(choice: Choice) -> list[str]:
    """Write what is chosen as Python."""
    lines = []
    if choice.entities:
        lines.append(f'views = views[views["entity_id"].isin({_listed(choice.entities)})]')
    if choice.metrics:
        lines.append(f'views = views[views["metric"].isin({_listed(choice.metrics)})]')
    if choice.days is not None:
        first, stop = choice.days.start.date(), choice.days.stop.date()
        lines += [
            f'inside = (views["date"] >= "{first}") & (views["date"] < "{stop}")',
            'views = views[(views["series_kind"] != "main") | inside]',
        ]
    return lines


def days(frame: pd.DataFrame, metric: str, drawn: str) -> View:
    """Every value, bucket by bucket."""
    return _view(frame, frame, ("frame = views",), metric, drawn, _COLUMNS)


def totals(frame: pd.DataFrame, metric: str, drawn: str) -> View:
    """A row an entity, metric and kind of series: the sum of a count, the mean of a rate."""
    by = ["entity_id", "label", "metric", "series_kind"]
    values = frame.groupby(by, observed=True, dropna=False)["value"]
    rows = values.agg(["sum", "mean"]).reset_index()
    is_count = rows["metric"].isin(SUMMABLE)
    rows = rows.assign(value=rows["sum"].where(is_count, rows["mean"]))
    rows = rows.drop(columns=["sum", "mean"]).sort_values(
        "value", ascending=False, ignore_index=True, kind="stable"
    )
    lines = (
        f"by = {_listed(by)}",
        'values = views.groupby(by, observed=True, dropna=False)["value"]',
        'rows = values.agg(["sum", "mean"]).reset_index()',
        f'is_count = rows["metric"].isin({_listed(SUMMABLE)})',
        'rows = rows.assign(value=rows["sum"].where(is_count, rows["mean"]))',
        'rows = rows.drop(columns=["sum", "mean"])',
        'frame = rows.sort_values("value", ascending=False, ignore_index=True, kind="stable")',
    )
    return _view(frame, rows, lines, metric, drawn, ("label", "metric", "series_kind", "value"))


def tiles(frame: pd.DataFrame) -> dict[str, str]:
    """The sum of each count in the range asked for."""
    main = frame[frame["series_kind"] == "main"]
    sums = main.groupby("metric", observed=True)["value"].sum()
    counts = {
        str(metric): count_text(float(total))
        for metric, total in sums.items()
        if metric in SUMMABLE
    }
    return {"creators and others": f"{main['entity_id'].nunique():,}", **counts}


def _view(
    series: pd.DataFrame,
    frame: pd.DataFrame,
    lines: tuple[str, ...],
    metric: str,
    drawn: str,
    columns: Sequence[str],
) -> View:
    # A rate of several entities has no sum.
    by = "label" if drawn == BIGGEST or metric not in SUMMABLE else None
    option = ', by="label"' if by else ""
    return View(
        frame,
        lambda ax: trend(series, metric=metric, by=by, ax=ax),
        (*lines, f'ax = tgp.plots.trend(views, metric="{metric}"{option})'),
        columns=columns,
    )


def _listed(words: Sequence[str]) -> str:
    return f"[{', '.join(f'{chr(34)}{word}{chr(34)}' for word in words)}]"
