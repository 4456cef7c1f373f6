"""The plot of expected views: which posts it shows, and what it says of them."""

from __future__ import annotations

import pandas as pd

from trackagoat_pandas import plots

USUAL = {"views": 500, "expected_views": 900, "low": 700, "high": 2_000, "horizon_days": 30}


def posts(*rows: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame([{"id": f"v{place}", **USUAL, **row} for place, row in enumerate(rows)])


def title(frame: pd.DataFrame) -> str:
    return plots.expected_views(frame).get_title(loc="left")


def note_of(frame: pd.DataFrame) -> str:
    return plots.expected_views(frame).get_xlabel().replace("\n", " ")


def rows_of(ax: object) -> list[str]:
    return [label.get_text() for label in ax.get_yticklabels()]


def test_the_post_that_gains_most_is_on_top() -> None:
    frame = posts(
        {"title": "old", "views": 9_000, "expected_views": 9_100, "high": 9_200}, {"title": "new"}
    )
    ax = plots.expected_views(frame)
    assert rows_of(ax) == ["new", "old"]
    expected = "Most is to come for “new”: 900 views after 30 days (700 to 2k)"
    assert ax.get_title(loc="left") == expected


def test_titles_of_one_of_none_and_of_posts_that_gain_nothing() -> None:
    assert title(posts({"title": "Hi"})) == "“Hi”: 900 views after 30 days (700 to 2k)"
    still = posts(dict.fromkeys(("views", "expected_views", "low", "high"), 5))
    assert title(still) == "No young post is expected to get more views by 30 days"
    assert title(posts({"title": "Hi"}).head(0)) == "No expected views to show"


def test_posts_are_called_as_in_a_leaderboard() -> None:
    frame = posts({"title": "Hi"}, {"title": None}, {"title": None})
    frame["tiktok_handle"] = ["ann", "bob", None]
    assert sorted(rows_of(plots.expected_views(frame))) == ["Hi · @ann", "untitled · @bob", "v2"]


def test_posts_without_a_forecast_are_counted_with_their_reasons() -> None:
    nothing = {"expected_views": None, "low": None, "high": None}
    rows = [{"title": "Hi", "reason": None}, {**nothing, "reason": "hour_of_day"}]
    frame = posts(*rows)
    why = "less than a day old and without snapshots"
    assert note_of(frame) == f"1 post without a forecast: {why}"
    more = posts(*rows, {**nothing, "reason": "too_young"})
    assert note_of(more) == f"2 posts without a forecast: {why} (1), less than an hour old (1)"
    assert title(frame.tail(1)).startswith("No expected views to show: 1 post without")


def test_posts_that_are_not_shown_are_counted() -> None:
    frame = posts(*({"title": f"post {place}"} for place in range(9)))
    assert "6 more not shown" in plots.expected_views(frame, n=3).get_xlabel()


def test_views_of_different_size_have_a_logarithmic_scale() -> None:
    frame = posts(
        {"views": 2, "low": 3}, {"views": 90_000, "expected_views": 95_000, "high": 99_000}
    )
    assert plots.expected_views(frame).get_xscale() == "log"
    assert plots.expected_views(posts({}, {})).get_xscale() == "linear"


def test_a_logarithmic_scale_over_one_power_of_10_has_ticks_between() -> None:
    ax = plots.expected_views(
        posts({"views": 120, "low": 150}, {"views": 3_000, "expected_views": 4_000, "high": 4_100})
    )
    low, high = ax.get_xlim()
    ticks = [tick for tick in ax.get_xticks() if low <= tick <= high]
    assert [round(tick) for tick in ticks] == [100, 200, 500, 1_000, 2_000, 5_000]
