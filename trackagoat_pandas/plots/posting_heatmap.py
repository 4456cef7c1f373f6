"""The plot of the hours of the week at which posts came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.figures import count_text
from trackagoat_pandas.base.types import Bools, Floats
from trackagoat_pandas.helpers.columns import values_of
from trackagoat_pandas.inputs.checks import require_columns
from trackagoat_pandas.plots.layout import SMALL_PT, text_pt, title_room_pt, widest_pt
from trackagoat_pandas.plots.marks import CELL, draw_cells, label_marks, write_cell
from trackagoat_pandas.plots.style import (
    TINY_PT,
    add_note,
    empty_axes,
    finish_axes,
    new_axes,
    picture,
)
from trackagoat_pandas.plots.theme import PAGE, PARTIAL, QUIET, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_NEEDED: Final = ("dow", "hour", "posts", "median_views")
_DAYS: Final = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_HOURS, _DAYS_A_WEEK = 24, 7
_ENOUGH: Final = 5
"""The median of fewer posts is that of a single hit, or of none."""
_HEIGHT_IN: Final = 3.6
_KEY_PT: Final = 40.0
"""The room that a legend needs beside its texts."""
_TICK_PT: Final = 36.0
"""The room that the name of an hour needs."""
_PAGE_PT, _PAGE_SHARE = 10.0, 0.7
"""The width of the page behind a number, and of its cell at most."""


@picture
def posting_heatmap(
    cells: pd.DataFrame,
    *,
    theme: Theme = "light",  # noqa: ARG001 - `picture` reads it
    ax: Axes | None = None,
) -> Axes:
    """Plot how many posts came at each hour of the week, and what views they have.

    It describes, and doesn't advise. In 638 simulated posts whose views don't depend on the hour at
    all, the best cell has about 7 times the mean.

    Parameters
    ----------
    cells : DataFrame
        The frame of :func:`posting_heatmap`.
    theme : {'light', 'dark'}, default 'light'
        ``"dark"`` for the colours of dark pages.
    ax : Axes, optional
        The axes to draw on; by default new ones.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: a cell for each hour of the week with a post, from Monday, with the number of
        posts, in a shade for each quarter of the median views. Cells of fewer than five posts are
        hatched and have no shade, since one hit would decide it. A number that its cell has no room
        for is only in the read-out.

    Raises
    ------
    MissingColumnError
        A column is missing.

    See Also
    --------
    posting_heatmap : Count posts by weekday and hour.
    plots.posting_times : Draw views by time of day.
    plots.calendar : Draw posts by day.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> cells = pd.DataFrame({"dow": [0, 4], "hour": [12, 18], "posts": [5, 11],
    ...                       "mean_views": [310.0, 900.0], "median_views": [300.0, 250.0]})
    >>> tgp.plots.posting_heatmap(cells).get_title(loc="left")
    'The busiest hour is 18:00 on Thursdays: 11 of 16 posts'
    """
    require_columns(cells, _NEEDED, loader="posting_heatmap")
    known = cells.dropna(subset=["dow", "hour", "posts"]).reset_index(drop=True)
    known = known[values_of(known["posts"]) > 0].reset_index(drop=True)
    if known.empty:
        return empty_axes(new_axes(ax), "No posts to show")
    ax = new_axes(ax, height_in=_HEIGHT_IN)
    ax.set(xlim=(-0.6, _HOURS - 0.4), ylim=(_DAYS_A_WEEK - 0.45, -0.55))
    ax.set_yticks(range(_DAYS_A_WEEK), [day[:3] for day in (*_DAYS[1:], _DAYS[0])])
    ax.tick_params(axis="x", length=0)
    ax.spines["bottom"].set_visible(False)
    posts = values_of(known["posts"])
    is_few = posts < _ENOUGH
    _draw(ax, known, posts, is_few)
    enough = int((~is_few).sum())
    said = f"{enough} of the {_HOURS * _DAYS_A_WEEK} hours of a week"
    add_note(ax, f"{said} {'has' if enough == 1 else 'have'} {_ENOUGH} posts or more")
    subtitle = (
        "Posts at each hour of the week; the stronger the colour, the more median views. It "
        "describes, and doesn't advise when to post"
    )
    finish_axes(ax, _finding(known), subtitle=subtitle)
    return ax


def _draw(ax: Axes, cells: pd.DataFrame, posts: Floats, is_few: Bools) -> None:
    x, views = values_of(cells["hour"]), values_of(cells["median_views"])
    y = (values_of(cells["dow"]) - 1) % _DAYS_A_WEEK
    has_shade = ~is_few
    bars, letters = draw_cells(ax, (x[has_shade], y[has_shade]), views[has_shade], unit="views")
    width, height = CELL
    few = ax.bar(
        x[is_few], height, width, bottom=y[is_few] - height / 2, facecolor="none",
        edgecolor=PARTIAL, hatch="///", linewidth=0.6, label=f"fewer than {_ENOUGH} posts",
    ) if is_few.any() else ()  # fmt: skip
    reads = [
        f"{_DAYS[int(day)]}, {hour:.0f}:00: {count:,.0f} {'post' if count == 1 else 'posts'}, "
        f"median views {count_text(median)}"
        for day, hour, count, median in zip(cells["dow"], x, posts, views, strict=True)
    ]
    places = [*np.flatnonzero(has_shade), *np.flatnonzero(is_few)]
    label_marks([*bars, *few], (reads[place] for place in places))
    names = ax.get_legend_handles_labels()[1]
    room = (title_room_pt(ax) - widest_pt(names, SMALL_PT) - _KEY_PT) / _HOURS
    step = 3 if 3 * room >= _TICK_PT else 6
    ax.set_xticks(range(0, _HOURS, step), [f"{hour}:00" for hour in range(0, _HOURS, step)])
    texts = [count_text(count) for count in posts]
    fitting = {text for text in {*texts} if text_pt(text, TINY_PT) <= room}
    fits = np.array([text in fitting for text in texts])
    # Between hatches, a number stands on a page of its own.
    has_page, size = is_few & fits, min(_PAGE_PT, _PAGE_SHARE * room)
    ax.scatter(x[has_page], y[has_page], s=size**2, marker="s", color=PAGE)
    for place, color in zip(places, [*letters, *[QUIET] * len(few)], strict=True):
        if fits[place]:
            write_cell(ax, (x[place], y[place]), texts[place], color=color)


def _finding(cells: pd.DataFrame) -> str:
    posts = values_of(cells["posts"])
    total, most = int(posts.sum()), int(posts.max())
    if (posts == most).sum() > 1:
        return f"No hour of the week has more than {most:,} of the {total:,} posts"
    first = cells.iloc[int(np.argmax(posts))]
    day, hour = _DAYS[int(first["dow"])], int(first["hour"])
    return f"The busiest hour is {hour}:00 on {day}s: {most:,} of {total:,} posts"
