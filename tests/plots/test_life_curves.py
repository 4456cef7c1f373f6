"""The plot of life curves: what it says of when views are in."""

from __future__ import annotations

import pandas as pd
import pytest

from trackagoat_pandas import plots


def curves(*shares: float | None, hours: float = 24.0, younger: int = 1) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "age_hours": [hours * place for place in range(1, len(shares) + 1)],
            "typical_share": pd.array(shares, "Float64"),
            "views_share": pd.array(shares, "Float64"),
            "posts": 9,
            "younger_posts": younger,
            "horizon_days": 30,
        }
    )


@pytest.mark.parametrize(
    ("frame", "title"),
    [
        (
            curves(0.4, 0.6, 0.97, 1),
            "A typical post has half of its views after 2 days, 95% after 3",
        ),
        (curves(0.6, 0.97, 1), "A typical post has half of its views after 1 day, 95% after 2"),
        (curves(0.96, 1), "A typical post has half of its views after 1 day"),
        (curves(0.6, 0.7, hours=6), "A typical post has half of its views after 6 hours"),
        (curves(0.1, 0.3), "A typical post has less than half of its views by then"),
        (curves(None, None), "No life curves to show"),
        (curves(0.1).head(0), "No life curves to show"),
    ],
)
def test_the_title_says_when_views_are_in(frame: pd.DataFrame, title: str) -> None:
    assert plots.life_curves(frame).get_title(loc="left") == title


def test_the_lines_are_in_percent_and_begin_at_nothing() -> None:
    lines = plots.life_curves(curves(0.4, 1.0)).get_lines()
    typical, everything = (line for line in lines if len(line.get_xdata()) > 1)
    assert typical.get_xydata().tolist() == [[0, 0], [1, 40], [2, 100]]
    assert everything.get_label() == "all views"


@pytest.mark.parametrize(("younger", "text"), [(1, "1 is younger"), (2, "2 are younger")])
def test_posts_that_are_younger_are_said(younger: int, text: str) -> None:
    note = plots.life_curves(curves(0.4, 1.0, younger=younger)).get_xlabel()
    assert text in note.replace("\n", " ")
