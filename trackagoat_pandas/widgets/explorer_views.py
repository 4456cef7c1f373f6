"""The pages of the explorer: which frame, plot and code each one shows.

Knows analytics frames and their plot. Must not know widgets.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd

from trackagoat_pandas.plots.style import count_text
from trackagoat_pandas.plots.trend import SUMMABLE, trend
from trackagoat_pandas.widgets.explorer_rows import is_total, listed, what_in
from trackagoat_pandas.widgets.project_board import View

PAGES: Final = ("Over time", "Totals")
SUM, BIGGEST = "sum", "biggest"
_COLUMNS: Final = ("label", "metric", "date", "value", "series_kind", "is_partial")
_BY: Final = ["entity_id", "label", "metric", "series_kind"]


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


def keeping_partial(lines: Sequence[str]) -> tuple[str, ...]:
    """Write a load so that what came is kept where a part of it fails."""
    *before, load = lines
    return (
        *before,
        "try:",
        f"    {load}",
        "except tgp.errors.PartialLoadError as failure:",
        "    views = failure.partial  # incomplete",
    )


def over_time(frame: pd.DataFrame, metric: str, drawn: str) -> View:
    """Every value, bucket by bucket."""
    return _view(frame, frame, ("frame = views",), metric, drawn, _COLUMNS)


def totals(frame: pd.DataFrame, metric: str, drawn: str) -> View:
    """A row an entity, metric and kind of series: the sum of a count, the mean of a rate.

    Where values are totals so far, it is the last.
    """
    if is_total(frame):
        lines = [
            f"by = {listed(_BY)}",
            'values = views.sort_values("date", kind="stable").groupby(',
            '    by, observed=True, dropna=False)["value"]',
            "frame = values.last().reset_index()",
        ]
    else:
        lines = [
            f"by = {listed(_BY)}",
            'values = views.groupby(by, observed=True, dropna=False)["value"]',
            "frame = values.sum(min_count=1).reset_index()",
            f'is_count = frame["metric"].isin({listed(SUMMABLE)})',
            "means = values.mean().reset_index(drop=True)",
            'frame["value"] = frame["value"].where(is_count, means)',
        ]
    lines += [
        'frame = frame.sort_values("value", ascending=False, ignore_index=True, kind="stable")'
    ]
    columns = ("label", "metric", "series_kind", "value")
    return _view(frame, _totals(frame), tuple(lines), metric, drawn, columns)


def tiles(frame: pd.DataFrame) -> dict[str, str]:
    """How many entities there are, and what each count comes to in the range asked for."""
    main = frame[frame["series_kind"] == "main"]
    rows = _totals(main)
    sums = rows.groupby("metric", observed=True)["value"].sum()
    counts = {
        str(metric).replace("_", " "): count_text(float(total))
        for metric, total in sums.items()
        if metric in SUMMABLE
    }
    return {what_in(frame): f"{main['entity_id'].nunique():,}", **counts}


def _totals(analytics: pd.DataFrame) -> pd.DataFrame:
    if is_total(analytics):
        rows = analytics.sort_values("date", kind="stable")
        totals = rows.groupby(_BY, observed=True, dropna=False)["value"].last().reset_index()
    else:
        values = analytics.groupby(_BY, observed=True, dropna=False)["value"]
        totals = values.sum(min_count=1).reset_index()
        means = values.mean().reset_index(drop=True)
        totals["value"] = totals["value"].where(totals["metric"].isin(SUMMABLE), means)
    return totals.sort_values("value", ascending=False, ignore_index=True, kind="stable")


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
