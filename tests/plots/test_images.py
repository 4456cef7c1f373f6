"""Plots beside the pictures of them in ``data/plots``.

The pictures have no text and axes of a fixed place, since letters differ from one font build to the
next. To replace them after an intended change, run with ``TRACKAGOAT_PICTURES=write`` and look at
them before they are kept.
"""

from __future__ import annotations

import math
import os
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import style
from matplotlib.collections import LineCollection
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.testing.compare import compare_images

from tests.plots.test_common import PLOTS
from tests.support.goal_frames import judged
from tests.support.named_frames import series
from tests.support.payout_frames import ZONE, accrual, accruals, payment, payments
from trackagoat_pandas import plots
from trackagoat_pandas.plots.marks import MARKS

BASELINES = Path(__file__).parents[1] / "data" / "plots"
REWRITES = os.environ.get("TRACKAGOAT_PICTURES") == "write"
TOLERANCE = 0.7
"""Root mean square of what pixels may differ, of 255. The least mark that is missing makes 1.1."""


def wave(days, size, phase):
    """A row of numbers that goes up and down."""
    return [size * (1.2 + math.sin(day * 0.9 + phase)) for day in range(days)]


def lines_of(sizes, *, days=12, **options):
    """A frame with a series for each of some sizes."""
    parts = [
        series("2026-05-01", wave(days, size, place), entity=f"e{place}", partial=True, **options)
        for place, size in enumerate(sizes)
    ]
    return pd.concat(parts)


def draw_trend(ax):
    before = series("2026-04-19", wave(12, 700, 2), kind="prior_period")
    plots.trend(pd.concat([lines_of([900]), before]), ax=ax)


def draw_trend_lines(ax):
    plots.trend(lines_of([900, 700, 500, 300, 250]), by="entity_id", n=3, ax=ax)


def draw_trend_giant(ax):
    plots.trend(lines_of([900_000, 700, 500, 3]), by="entity_id", ax=ax)


def draw_trend_300(ax):
    sizes = [900, 800, 700, 600, 500, *[5 + place / 10 for place in range(295)]]
    plots.trend(lines_of(sizes, days=40), by="entity_id", ax=ax)


def draw_trend_bars(ax):
    posts = series("2026-05-01", [3, 5, 0, 2, 9, 4, 6, 1], metric="posts", partial=True)
    before = series("2026-04-23", [2] * 4 + [5] * 4, metric="posts", kind="prior_period")
    plots.trend(pd.concat([posts, before]), ax=ax)


def draw_trend_rates(ax):
    name = "engagement_rate_by_views"
    views = pd.concat([series("2026-05-01", [9_000] * 12, entity=f"e{n}") for n in range(3)])
    views.loc[views.index[3], "value"] = 2
    rates = pd.concat([lines_of([4, 7, 9], metric=name), views])
    plots.trend(rates, metric=name, by="entity_id", ax=ax)


def draw_trend_notes(ax):
    frame = lines_of([900, 700]).assign(is_baseline=[True, *[False] * 11, True, *[False] * 11])
    dates = pd.to_datetime(["2026-05-04", "2026-05-08"])
    notes = pd.DataFrame({"date": dates, "label": ["Brief", "Hook"]})
    plots.trend(frame, annotations=notes, ax=ax)


def draw_trend_dark(ax):
    plots.trend(lines_of([900, 700, 500]), by="entity_id", theme="dark", ax=ax)


def people(count):
    """A report of creators whose posts, views and engagement differ."""
    places = range(1, count + 1)
    return pd.DataFrame(
        {
            "tiktok_handle": [f"c{place}" for place in places],
            "post_count": pd.array([1 + int(place * 0.7549 % 1 * 23) for place in places], "Int64"),
            "avg_views_per_post": [90 * 1.9 ** (place * 0.618 % 1 * 13) for place in places],
            "engagement_rate_by_views": [
                None if place % 9 == 4 else 2.0 + place % 7 for place in places
            ],
        }
    )


def draw_scatter_3(ax):
    plots.creator_scatter(people(3), ax=ax)


def draw_scatter_24(ax):
    plots.creator_scatter(people(24), ax=ax)


def draw_scatter_300(ax):
    plots.creator_scatter(people(300), ax=ax)


def draw_scatter_dark(ax):
    plots.creator_scatter(people(24), theme="dark", ax=ax)


def usual(name):
    """Draw a plot of the frames with which all plots are tested."""

    def draw(ax):
        frames, options = PLOTS[name](["mia", "ben", "eva", "tom"])
        getattr(plots, name)(*frames, **options, ax=ax)

    return draw


def draw_goal_board(ax):
    past = {"hours_until_period_end": None, "hours_since_period_end": 2.0}
    goals = judged(
        {"status": "missed", "actual": 2, **past},
        {"status": "at_risk", "actual": 1},
        {"status": "behind_pace", "actual": 1.6},
        {"status": "on_track", "actual": 3},
        {"status": "completed", "actual": 9, **past},
        {"status": None, "actual": None},
    )
    plots.goal_board(goals, ax=ax)


def draw_payout_timeline(ax):
    ends = pd.date_range("2026-02-28", periods=4, freq=pd.offsets.MonthEnd())
    earned = [
        accrual(f"a{place}", 40_000 + 9_000 * place, period_end=end)
        for place, end in enumerate(ends)
    ]
    paid = [
        payment(f"p{place}", 30_000, f"a{place}", paid=str(end + pd.Timedelta(days=9)))
        for place, end in enumerate(ends)
    ]
    frames = accruals(*earned), payments(*paid)
    for frame in frames:
        frame.attrs["trackagoat"] = {"fetched_at": "2026-09-01T00:00:00Z"}
    plots.payout_timeline(*frames, timezone=ZONE, ax=ax)


def draw_sentiment_trend(ax):
    words = ["good", "good", "bad", "first"] * 5 + ["bad", "bad", "good"] * 4 + ["love", "awful"]
    days = pd.Timestamp("2026-05-01T12:00Z") + pd.to_timedelta(range(len(words)), unit="D") // 4
    comments = pd.DataFrame({"text": pd.Series(words, dtype=object), "posted_at": days})
    plots.sentiment_trend(comments, ax=ax)


def draw_posting_heatmap(ax):
    """A week with an hour without a post, some with few, and all shades."""
    hours = range(1, 168, 3)
    posts = pd.array([hour * 7 % 12 for hour in hours], "Int64")
    cells = pd.DataFrame({"dow": [hour // 24 for hour in hours], "posts": posts})
    hour = [hour % 24 for hour in hours]
    plots.posting_heatmap(cells.assign(hour=hour, median_views=wave(56, 900, 0)), ax=ax)


def draw_calendar(ax):
    counts = pd.array([day * 5 % 7 for day in range(75)], "Int64")
    dates = pd.date_range("2026-03-20", periods=75).as_unit("us")
    plots.calendar(pd.DataFrame({"day": dates, "posts": counts}), ax=ax)


DRAWN = {
    "posting_heatmap": draw_posting_heatmap,
    "calendar": draw_calendar,
    "trend": draw_trend,
    "trend_lines": draw_trend_lines,
    "trend_giant": draw_trend_giant,
    "trend_300": draw_trend_300,
    "trend_bars": draw_trend_bars,
    "trend_rates": draw_trend_rates,
    "trend_notes": draw_trend_notes,
    "trend_dark": draw_trend_dark,
    "scatter_3": draw_scatter_3,
    "scatter_24": draw_scatter_24,
    "scatter_300": draw_scatter_300,
    "scatter_dark": draw_scatter_dark,
    "goal_board": draw_goal_board,
    "payout_timeline": draw_payout_timeline,
    "sentiment_trend": draw_sentiment_trend,
}
DRAWN |= {name: usual(name) for name in plots.__all__ if name not in {*DRAWN, "creator_scatter"}}


@pytest.fixture(params=DRAWN)
def drawn(request):
    """The name of a plot, and its axes without any text."""
    with style.context("default"):
        ax = Figure(figsize=(5, 3)).add_axes((0.02, 0.02, 0.96, 0.96))
        DRAWN[request.param](ax)
    ax.set_position((0.02, 0.02, 0.96, 0.96))
    for text in ax.findobj(mpl.text.Text):
        text.set_visible(False)
    if ax.get_legend() is not None:
        ax.get_legend().set_visible(False)
    return request.param, ax


def save(ax, path):
    with style.context("default"):
        ax.figure.savefig(path, dpi=80, metadata={"Software": None})


def artists(ax):
    """What stands for data: lines, and bars and points by group; no help lines and no read-outs."""
    lines = [line for line in ax.lines if line.get_visible() and is_data(line)]
    bars = [item for item in ax.containers if isinstance(item, BarContainer) and has_area(item)]
    points = [each for each in ax.collections if each.get_visible() and has_marks(each)]
    return [*lines, *bars, *points]


def has_marks(collection):
    """Whether there are points, or whiskers with an end."""
    if isinstance(collection, LineCollection):
        return any(len(segment) for segment in collection.get_segments())
    return len(collection.get_offsets()) > 0


def is_data(line):
    # The caps of whiskers are no lines.
    if line.get_linestyle() == "None":
        return False
    known = np.isfinite(np.asarray(line.get_ydata(), dtype=float))
    return line not in MARKS and line.get_transform() == line.axes.transData and known.sum() > 1


def has_area(bars):
    return any(bar.get_width() * bar.get_height() for bar in bars)


def test_a_plot_looks_as_it_did_and_no_line_or_bar_can_be_missing_unnoticed(drawn, tmp_path):
    (name, ax), path = drawn, tmp_path / "drawn.png"
    baseline = BASELINES / f"{name}.png"
    save(ax, path)
    if REWRITES:
        save(ax, baseline)
    assert baseline.exists(), (
        f"run with TRACKAGOAT_PICTURES=write -k {name}, and look at {baseline}"
    )
    assert compare_images(str(baseline), str(path), tol=TOLERANCE) is None
    assert baseline.stat().st_size < 110_000
    parts = artists(ax)
    assert parts
    for place, part in enumerate(parts):
        marks = part.patches if isinstance(part, BarContainer) else [part]
        for mark in marks:
            mark.set_visible(False)
        save(ax, path)
        for mark in marks:
            mark.set_visible(True)
        missing = compare_images(str(baseline), str(path), tol=TOLERANCE)
        assert missing is not None, f"artist {place} could be missing"
