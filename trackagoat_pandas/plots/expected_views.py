"""The plot of the views that young posts are expected to have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from matplotlib.ticker import NullLocator

from trackagoat_pandas.base.figures import count_text
from trackagoat_pandas.helpers.columns import values_of
from trackagoat_pandas.inputs.checks import check_int, frame_facts, require_columns
from trackagoat_pandas.plots.layout import WIDE_SPREAD
from trackagoat_pandas.plots.leaderboard import names_of_posts
from trackagoat_pandas.plots.marks import label_marks
from trackagoat_pandas.plots.style import (
    add_note,
    count_ticks,
    empty_axes,
    finish_axes,
    new_axes,
    picture,
    row_axes,
    write_rows,
)
from trackagoat_pandas.plots.theme import INK, NEUTRAL, PAGE, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_NUMBERS: Final = ("views", "expected_views", "low", "high")
_WITHOUT: Final = {
    "no_count": "no views are known",
    "too_young": "less than an hour old",
    "hour_of_day": "less than a day old and without snapshots",
    "too_few_settled": "too few settled posts of that age",
}
"""Why posts have no forecast, by the reasons of ``expected_views``."""
_AROUND: Final = 1.25
"""By what factor a logarithmic scale goes beyond the views."""


@picture
def expected_views(
    expected: pd.DataFrame,
    *,
    n: int = 15,
    theme: Theme = "light",  # noqa: ARG001 - `picture` reads it
    ax: Axes | None = None,
) -> Axes:
    """Plot the views that young posts are expected to have, with intervals.

    Parameters
    ----------
    expected : DataFrame
        The frame of :func:`trackagoat_pandas.expected_views`.
    n : int, default 15
        The most posts to show, those that are expected to gain most. The others are counted in a
        note.
    theme : {'light', 'dark'}, default 'light'
        ``"dark"`` for the colours of dark pages.
    ax : Axes, optional
        The axes to draw on; by default new ones, as high as the posts need.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: for each post a grey bar of its views now, a dot at the expected views, and a line
        for the interval; those that gain most on top. If views differ by more than a factor of 30,
        their scale is logarithmic, as the subtitle says. Posts without a forecast are counted in a
        note, with the reasons.

    Raises
    ------
    MissingColumnError, ArgumentError
        A column is missing, or ``n`` is less than 1.

    See Also
    --------
    expected_views : Forecast the views of young posts.
    plots.follow_post : Draw the views of one post.
    backtest_expected_views : See how often the intervals held.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> expected = pd.DataFrame({"id": ["a", "b"], "title": ["Hi", "Bye"], "views": [500, 90],
    ...                          "expected_views": [900, 100], "low": [700, 90],
    ...                          "high": [2_000, 120], "horizon_days": 30})
    >>> tgp.plots.expected_views(expected).get_title(loc="left")
    'Most is to come for “Hi”: 900 views after 30 days (700 to 2k)'
    """
    check_int("n", n, minimum=1)
    require_columns(expected, ["id", *_NUMBERS, "horizon_days"], loader="expected_views")
    numbers = pd.DataFrame({name: values_of(expected[name]) for name in _NUMBERS}, expected.index)
    is_known = numbers.notna().all(axis=1) & expected["horizon_days"].notna()
    known = expected[is_known].assign(**numbers[is_known])
    known = known.assign(gain=known["expected_views"] - known["views"])
    known = known.sort_values("gain", ascending=False, kind="stable")
    without = _without(expected[~is_known])
    if known.empty:
        return empty_axes(new_axes(ax), f"No expected views to show{without and ': '}{without}")
    ax, rows = row_axes(min(len(known), n), ax)
    chosen = known.head(rows)
    names, first = names_of_posts(ax, chosen)
    is_log = _draw(ax, chosen, names)
    notes = []
    if more := len(known) - rows:
        notes.append(f"{more:,} more not shown")
    if without:
        notes.append(without)
    add_note(ax, "; ".join(notes))
    days = int(known["horizon_days"].iloc[0])
    level = frame_facts(expected).get("level")
    share = f" ({level:.0%})" if isinstance(level, float) else ""
    subtitle = f"Bar: views now; dot: expected after {days} days; line: its interval{share}"
    finish_axes(
        ax,
        _finding(known, first, days),
        subtitle=subtitle + ("; logarithmic scale" if is_log else ""),
        grid="x",
    )
    return ax


def _without(posts: pd.DataFrame) -> str:
    """Count the posts without a forecast, with the reasons."""
    if posts.empty:
        return ""
    number = f"{len(posts):,} {'post' if len(posts) == 1 else 'posts'} without a forecast"
    if "reason" not in posts.columns:
        return number
    words = posts["reason"].dropna().astype(str).value_counts()
    why = [f"{why_without(str(word))} ({count:,})" for word, count in words.items()]
    if words.tolist() == [len(posts)]:
        why = [why_without(str(words.index[0]))]
    return ": ".join(filter(None, [number, ", ".join(why)]))


def why_without(reason: str) -> str:
    """Say why a post has no forecast, by the reason of ``expected_views``."""
    return _WITHOUT.get(reason, reason)


def _draw(ax: Axes, posts: pd.DataFrame, names: list[str]) -> bool:
    """Draw a row for each post; return whether the scale is logarithmic."""
    write_rows(ax, names)
    places = np.arange(len(posts))
    now, expected, low, high = (posts[name].to_numpy(float) for name in _NUMBERS)
    is_log = bool(high.max() > WIDE_SPREAD * max(now.min(), 1.0))
    # Bars on a logarithmic scale can't begin at 0.
    least = max(now.min(), 1.0) / _AROUND**2 if is_log else 0.0
    if is_log:
        ax.set_xscale("log")
        now, expected, low, high = (np.maximum(each, 1.0) for each in (now, expected, low, high))
    bars = ax.barh(places, now - least, left=least, height=0.6, color=NEUTRAL)
    ax.hlines(places, low, high, color=INK, linewidth=2, zorder=2.6)
    ax.scatter(expected, places, s=36, color=INK, edgecolor=PAGE, linewidth=0.8, zorder=3)
    texts = (
        f"{name}: {count_text(views)} views now, {count_text(most)} expected "
        f"({count_text(first)} to {count_text(last)})"
        for name, views, most, first, last in zip(names, now, expected, low, high, strict=True)
    )
    label_marks(bars, texts, posts["id"])
    ax.set_xlim(least, high.max() * _AROUND if is_log else (high.max() * 1.04 or 1.0))
    count_ticks(ax.xaxis)
    ax.xaxis.set_minor_locator(NullLocator())
    return is_log


def _finding(posts: pd.DataFrame, first: str, days: int) -> str:
    most, low, high = (
        count_text(float(posts[name].iloc[0])) for name in ("expected_views", "low", "high")
    )
    said = f"{most} views after {days} days ({low} to {high})"
    if posts["gain"].iloc[0] <= 0:
        return f"No young post is expected to get more views by {days} days"
    return f"{first}: {said}" if len(posts) == 1 else f"Most is to come for {first}: {said}"
