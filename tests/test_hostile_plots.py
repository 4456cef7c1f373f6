"""Names of the API that are mathematics, escapes or hidden: every plot writes them as text."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.cbook import is_math_text
from matplotlib.figure import Figure
from matplotlib.text import Text

from tests.goal_frames import judged
from tests.named_frames import analytics_of, comments_of
from tests.payout_frames import ZONE, accrual, accruals, payment, payments
from trackagoat_pandas import plots

NAMES = [
    r"$\frac{", "$$", "$x$ and $y$", r"\$", "^_{}", "_hidden", "__", "_$x$", "%s {0} {name}",
    "\u202eevil", "a\x00b", "\x1b[31mred", "<b>bo</b>", "x" * 5_000, "x y " * 2_000, "\n", "",
    "\U0001f410", r"\n \alpha", "#fff", "C0", "..", "../../etc/passwd",
]  # fmt: skip


def odds_of(name):
    return pd.DataFrame(
        {
            "tiktok_handle": [name, "bob"], "metric": "views", "period": "monthly",
            "chance": pd.array([0.9, 0.2], "Float64"), "missing": pd.array([1500, 2], "Float64"),
            "days_left": pd.array([12.5, 0.25], "Float64"),
        }
    )  # fmt: skip


def people_of(name):
    return pd.DataFrame(
        {
            "tiktok_handle": [name, "bob", "cyd"], "post_count": pd.array([9, 5, 3], "Int64"),
            "avg_views_per_post": pd.array([900, 30, 40], "Float64"),
            "view_count": pd.array([8_100, 150, 120], "Int64"),
            "engagement_rate_by_views": pd.array([5, 6, 7], "Float64"),
        }
    )  # fmt: skip


EARNED, PAID = accruals(accrual("a1", 1_000)), payments(payment("p1", 500, "a1"))
PLOTS = {
    "goal_board": lambda name, ax: plots.goal_board(judged({"tiktok_handle": name}, {}), ax=ax),
    "goal_odds": lambda name, ax: plots.goal_odds(odds_of(name), ax=ax),
    "leaderboard": lambda name, ax: plots.leaderboard(people_of(name), ax=ax),
    "creator_scatter": lambda name, ax: plots.creator_scatter(people_of(name), ax=ax),
    "trend": lambda name, ax: plots.trend(analytics_of(name, "bob"), by="label", ax=ax),
    "trend with notes": lambda name, ax: plots.trend(
        analytics_of("bob"),
        annotations=pd.DataFrame({"date": pd.to_datetime(["2026-05-02"]), "label": [name]}),
        ax=ax,
    ),
    "payout_summary": lambda name, ax: plots.payout_summary(
        EARNED, PAID, names={"nan": name}, ax=ax
    ),
    "payout_summary by method": lambda name, ax: plots.payout_summary(
        EARNED, PAID.assign(method_name=name, method_id=name), by="method", ax=ax
    ),
    "sentiment_creators": lambda name, ax: plots.sentiment_creators(
        comments_of(name), minimum=1, ax=ax
    ),
    "comment_words": lambda name, ax: plots.comment_words(comments_of("a", f"awful {name}"), ax=ax),
    "sentiment_trend": lambda name, ax: plots.sentiment_trend(comments_of(name, name), ax=ax),
    "payout_timeline": lambda name, ax: plots.payout_timeline(
        EARNED.assign(creator_id=name), PAID.assign(method_name=name), timezone=ZONE, ax=ax
    ),
}


def test_every_plot_is_tried_with_odd_names():
    assert {name.partition(" ")[0] for name in PLOTS} == set(plots.__all__)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("plot", PLOTS)
def test_no_name_breaks_a_plot_or_is_read_as_mathematics(plot, name):
    figure = Figure(figsize=(8, 4), layout="constrained")
    PLOTS[plot](name, figure.add_subplot())
    figure.canvas.draw()
    for text in figure.findobj(Text):
        assert not (text.get_parse_math() and is_math_text(text.get_text()))
        assert len(text.get_text()) < 1_000


@pytest.mark.parametrize("name", ["_hidden", "__", "_$x$"])
def test_a_legend_leaves_nobody_out(name):
    figure = Figure(figsize=(8, 4), layout="constrained")
    ax = plots.trend(analytics_of(name, "bob"), by="label", ax=figure.add_subplot())
    written = [text.get_text().strip("\u200b") for text in figure.findobj(Text)]
    assert any(text.startswith(name) for text in written)
    assert all(not label.startswith("_") for label in ax.get_legend_handles_labels()[1])
