"""Four plots beside the pictures of them in ``data/plots``.

The pictures have no text and axes of a fixed place, since letters differ from one font build to the
next. To replace them after an intended change, run with ``TRACKAGOAT_PICTURES=write`` and look at
them before they are kept.
"""

from __future__ import annotations

import os
from pathlib import Path

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib import style
from matplotlib.container import Container
from matplotlib.figure import Figure
from matplotlib.testing.compare import compare_images

from tests.goal_frames import judged
from tests.payout_frames import ZONE, accrual, accruals, payment, payments
from trackagoat_pandas import plots

BASELINES = Path(__file__).parent / "data" / "plots"
REWRITES = os.environ.get("TRACKAGOAT_PICTURES") == "write"
TOLERANCE = 0.7
"""Root mean square of what pixels may differ, of 255. The least mark that is missing makes 1.1."""


def draw_trend(ax):
    days = pd.date_range("2026-05-01", periods=12)
    parts = [
        pd.DataFrame(
            {
                "entity_id": name,
                "metric": "views",
                "date": days,
                "value": pd.array([start + step * day for day in range(12)], "Float64"),
                "series_kind": "main",
                "is_partial": [False] * 11 + [True],
                "is_baseline": [True] + [False] * 11,
            }
        )
        for name, start, step in (("a", 900, -20), ("b", 300, 40), ("c", 100, 10), ("d", 90, 5))
    ]
    plots.trend(pd.concat(parts), by="entity_id", n=2, ax=ax)


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


DRAWN = {
    "trend": draw_trend,
    "goal_board": draw_goal_board,
    "payout_timeline": draw_payout_timeline,
    "sentiment_trend": draw_sentiment_trend,
}


@pytest.fixture(params=DRAWN)
def drawn(request):
    """The name of a plot, and its axes without any text."""
    with style.context("default"):
        ax = Figure(figsize=(5, 3)).add_axes((0.02, 0.02, 0.96, 0.96))
        DRAWN[request.param](ax)
    ax.set_position((0.02, 0.02, 0.96, 0.96))
    for text in ax.findobj(mpl.text.Text):
        text.set_visible(False)
    ax.get_legend().set_visible(False)
    return request.param, ax


def save(ax, path):
    with style.context("default"):
        ax.figure.savefig(path, dpi=80, metadata={"Software": None})


def artists(ax):
    """What stands for data: lines, marks, and bars by group; no help lines and no swatches."""
    lines = [line for line in ax.lines if is_data(line)]
    marks = [line for line in ax.lines if line.get_marker() == "^"]
    bars = [item for item in ax.containers if isinstance(item, Container) and has_area(item)]
    return [*lines, *marks, *bars, *ax.collections]


def is_data(line):
    is_named = not line.get_label().startswith("_")
    return is_named and len(set(map(str, line.get_xdata()))) > 1


def has_area(bars):
    return any(bar.get_width() * bar.get_height() for bar in bars)


def test_a_plot_looks_as_it_did_and_no_line_or_bar_can_be_missing_unnoticed(drawn, tmp_path):
    (name, ax), path = drawn, tmp_path / "drawn.png"
    baseline = BASELINES / f"{name}.png"
    save(ax, path)
    if REWRITES:
        save(ax, baseline)
    assert compare_images(str(baseline), str(path), tol=TOLERANCE) is None
    assert baseline.stat().st_size < 40_000
    parts = artists(ax)
    assert len(parts) >= 3
    for place, part in enumerate(parts):
        marks = part.patches if isinstance(part, Container) else [part]
        for mark in marks:
            mark.set_visible(False)
        save(ax, path)
        for mark in marks:
            mark.set_visible(True)
        missing = compare_images(str(baseline), str(path), tol=TOLERANCE)
        assert missing is not None, f"artist {place} could be missing"
