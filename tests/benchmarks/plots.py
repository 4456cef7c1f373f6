"""The general plots, drawn to pixels, beside the plain pandas way to the same picture."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from tests.benchmarks.frames_helpers import Pair, analytics, measured, videos
from tests.benchmarks.result import Result
from trackagoat_pandas import plots

WIDTH_IN, HEIGHT_IN = 9, 4
FLOOR = 0.9
"""As fast, but for the noise: most of the time is matplotlib's, and the same for both."""


def measure() -> list[Result]:
    """Measure each plot at each size against the plain way, and how its time grows."""
    return [result for pair in PAIRS for result in measured(pair, FLOOR)]


def drawn(draw: Any, *arguments: Any, **options: Any) -> None:
    """Draw on new axes of a notebook's size, and render them."""
    figure = Figure(figsize=(WIDTH_IN, HEIGHT_IN), layout="constrained")
    draw(*arguments, ax=figure.subplots(), **options)
    FigureCanvasAgg(figure).draw()


def _views(rows: int) -> pd.DataFrame:
    return analytics(rows, ("views",))


def _plain_trend(series: pd.DataFrame) -> None:
    chosen = series[(series["metric"] == "views") & (series["series_kind"] == "main")]
    totals = chosen.groupby("date")["value"].sum().astype("float64")
    drawn(totals.plot, title="Views", ylabel="views a day")


def _plain_split(series: pd.DataFrame) -> None:
    wide = series.pivot_table(index="date", columns="label", values="value", observed=True)
    most = wide.sum().nlargest(5).index
    shown = wide[most].assign(others=wide.drop(columns=most).sum(axis=1)).astype("float64")
    drawn(shown.plot, title="Views", ylabel="views a day")


def _plain_leaderboard(data: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    top = data[0].sort_values("view_count", ascending=False).head(10).set_index("id")
    drawn(top["view_count"].astype("float64").iloc[::-1].plot.barh, title="Views")


def _people(rows: int) -> pd.DataFrame:
    dice = np.random.default_rng(7)
    return pd.DataFrame(
        {
            "tiktok_handle": [f"creator.{place}" for place in range(rows)],
            "post_count": pd.array(dice.poisson(14, rows) + 1, "Int64"),
            "avg_views_per_post": pd.array(dice.lognormal(8, 1.3, rows), "Float64"),
            "engagement_rate_by_views": pd.array(dice.gamma(4, 1.7, rows), "Float64"),
        }
    )


def _plain_scatter(people: pd.DataFrame) -> None:
    drawn(_scattered, people)


def _scattered(people: pd.DataFrame, ax: Axes) -> None:
    """Draw the same contents by hand: circles, medians, a legend and the names of eight."""
    plain = people.astype({"post_count": "float64", "avg_views_per_post": "float64"})
    sizes = people["engagement_rate_by_views"].to_numpy("float64") * 10
    plain.plot.scatter(
        "post_count", "avg_views_per_post", s=sizes, logy=True, label="creators", ax=ax
    )
    ax.axhline(plain["avg_views_per_post"].median(), label="median views")
    ax.axvline(plain["post_count"].median(), label="median posts")
    views = plain["avg_views_per_post"] * plain["post_count"]
    for row in plain.loc[views.nlargest(8).index].itertuples():
        ax.annotate(row.tiktok_handle, (row.post_count, row.avg_views_per_post))
    ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1))
    ax.set_title("Creators")


PAIRS = (
    Pair("plot trend", _views, lambda series: drawn(plots.trend, series), _plain_trend),
    Pair(
        "plot trend by entity",
        _views,
        lambda series: drawn(plots.trend, series, by="label"),
        _plain_split,
    ),
    Pair(
        "plot leaderboard",
        videos,
        lambda data: drawn(plots.leaderboard, data[0], name="id"),
        _plain_leaderboard,
    ),
    Pair(
        "plot creator_scatter",
        lambda rows: _people(rows // 100),
        lambda people: drawn(plots.creator_scatter, people),
        _plain_scatter,
    ),
)
