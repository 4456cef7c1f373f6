"""The plot of the views of one post by age, and of those that are expected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from matplotlib.ticker import MultipleLocator

from trackagoat_pandas.base.figures import count_text
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.columns import values_of
from trackagoat_pandas.inputs.checks import require_columns
from trackagoat_pandas.plots.expected_views import why_without
from trackagoat_pandas.plots.leaderboard import names_of_posts
from trackagoat_pandas.plots.marks import label_points
from trackagoat_pandas.plots.style import (
    add_note,
    count_ticks,
    empty_axes,
    finish_axes,
    new_axes,
    picture,
)
from trackagoat_pandas.plots.theme import INK, QUIET, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_NEEDED: Final = ("id", "age_hours", "views_so_far")
_EXPECTED: Final = ("id", "expected_views", "low", "high", "horizon_days")
_HOURS_A_DAY: Final = 24.0
_STEPS: Final = 40
_MOST_HOURS: Final = 48.0
"""Ages below are written in hours."""
_MOST_TICKS: Final = 8
_MOST_MARKS: Final = 60
"""More moments than these have no marks of their own."""


@picture
def follow_post(
    views: pd.DataFrame,
    expected: pd.DataFrame | None = None,
    *,
    theme: Theme = "light",  # noqa: ARG001 - `picture` reads it
    ax: Axes | None = None,
) -> Axes:
    """Plot the views of one post by its age, and those that are expected.

    Parameters
    ----------
    views : DataFrame
        The frame of :func:`follow_post`.
    expected : DataFrame, optional
        The frame of :func:`expected_views`, of this post and others.
    theme : {'light', 'dark'}, default 'light'
        ``"dark"`` for the colours of dark pages.
    ax : Axes, optional
        The axes to draw on; by default new ones.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: a line from posting through each moment, and a band from now to the interval at
        the horizon, which says nothing of the way there.

    Raises
    ------
    MissingColumnError, ArgumentError
        A column is missing, or `views` has more than one post.

    See Also
    --------
    follow_post : Follow the views of one post.
    plots.expected_views : Draw the forecasts.
    plots.life_curves : Draw views by age.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> views = pd.DataFrame({"id": "a", "title": "Goat yoga", "age_hours": [24.0, 48.0],
    ...                       "views_so_far": [900, 1_200]})
    >>> tgp.plots.follow_post(views).get_title(loc="left")
    '“Goat yoga” has 1.2k views after 2 days'
    """
    require_columns(views, _NEEDED, loader="follow_post")
    if (posts := len(views["id"].unique())) > 1:
        raise ArgumentError("views", posts, "one post at a time")
    known = views.dropna(subset=["age_hours", "views_so_far"]).sort_values(
        "age_hours", kind="stable"
    )
    if known.empty:
        return empty_axes(new_axes(ax), "No views to show")
    forecast = None
    if expected is not None:
        require_columns(expected, _EXPECTED, loader="expected_views")
        mine = expected[(expected["id"] == known["id"].iloc[0]).fillna(value=False).to_numpy(bool)]
        forecast = mine.iloc[0] if len(mine) else None
    ax = new_axes(ax)
    days, counts = values_of(known["age_hours"]) / _HOURS_A_DAY, values_of(known["views_so_far"])
    line = np.insert(days, 0, 0.0), np.insert(counts, 0, 0.0)
    marker = "o" if len(known) <= _MOST_MARKS else ""
    ax.plot(*line, color=INK, linewidth=1.8, marker=marker, markersize=3, label="so far")
    texts = [
        f"{_age_text(day)} after posting: {_views_text(count)}"
        for day, count in zip(days, counts, strict=True)
    ]
    label_points(ax, zip(days, counts, strict=True), [6.0] * len(days), texts, [""] * len(days))
    said = _draw_expected(ax, forecast, days[-1], counts[-1])
    ax.set_xlim(left=0.0)
    ax.set_ylim(bottom=min(0.0, float(counts.min())))
    count_ticks(ax.yaxis, whole=True)
    unit = _age_ticks(ax)
    _, name = names_of_posts(ax, known.tail(1))
    finding = f"{name} has {_views_text(counts[-1])} after {_age_text(days[-1])}{said}"
    finish_axes(ax, finding, subtitle=f"Views by {unit} since posting", grid="y")
    return ax


def _age_ticks(ax: Axes) -> str:
    """Label the ticks of ages in days or hours; return the unit."""
    end = float(ax.get_xlim()[1])
    if end >= _MOST_HOURS / _HOURS_A_DAY:
        count_ticks(ax.xaxis)
        return "days"
    step = next(step for step in (1, 2, 3, 6) if end * _HOURS_A_DAY <= _MOST_TICKS * step)
    ax.xaxis.set_major_locator(MultipleLocator(step / _HOURS_A_DAY))
    ax.xaxis.set_major_formatter(lambda day, _: count_text(round(day * _HOURS_A_DAY)))
    return "hours"


def _draw_expected(ax: Axes, forecast: pd.Series | None, day: float, count: float) -> str:
    """Draw the interval at the horizon and a band that leads to it; return its text."""
    if forecast is None:
        return ""
    if pd.isna(forecast["expected_views"]):
        reason = forecast.get("reason")
        why = f": {why_without(reason)}" if isinstance(reason, str) else ""
        add_note(ax, f"No forecast{why}")
        return ""
    end = float(forecast["horizon_days"])
    low, middle, high = (float(forecast[name]) for name in ("low", "expected_views", "high"))
    # Posts gain about as much in each doubling of their age.
    path = np.geomspace(day, end, _STEPS)
    share = np.log(path / day) / np.log(end / day)
    low_path, path_to, high_path = (count + share * (each - count) for each in (low, middle, high))
    ax.fill_between(path, low_path, high_path, color=INK, alpha=0.15, linewidth=0)
    ax.plot(path, path_to, color=INK, linestyle="--", linewidth=1.4, label="expected")
    ax.vlines(end, low, high, color=QUIET, linewidth=1.6)
    texts = [f"after {end:.0f} days: {count_text(low)} to {count_text(high)} views expected"]
    label_points(ax, [(end, middle)], [6.0], texts, [""])
    ax.set_xlim(right=end * 1.02)
    return f"; {count_text(low)} to {count_text(high)} expected by day {end:.0f}"


def _views_text(views: float) -> str:
    return f"{count_text(views)} {'view' if views == 1 else 'views'}"


def _age_text(days: float) -> str:
    if days < _MOST_HOURS / _HOURS_A_DAY:
        hours = max(round(days * _HOURS_A_DAY), 1)
        return f"{hours} {'hour' if hours == 1 else 'hours'}"
    return f"{days:.0f} days"
