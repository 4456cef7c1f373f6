"""The plot of posts that did far better than their creator's earlier ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.figures import count_text
from trackagoat_pandas.base.wording import number
from trackagoat_pandas.helpers.columns import nullable_flags, values_of
from trackagoat_pandas.helpers.videos.outliers import COUNTS_NOW, OUTLIER_Z
from trackagoat_pandas.inputs.checks import check_int, require_columns
from trackagoat_pandas.plots.layout import title_room_pt, widest_pt
from trackagoat_pandas.plots.leaderboard import names_of_posts
from trackagoat_pandas.plots.marks import draw_over, label_marks
from trackagoat_pandas.plots.style import (
    TINY_PT,
    add_note,
    empty_axes,
    finish_axes,
    new_axes,
    picture,
    row_axes,
    write_behind,
    write_rows,
)
from trackagoat_pandas.plots.theme import INK, QUIET, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_NEEDED: Final = ("multiple", "z", "is_outlier", "baseline_views", "compared_views", "id")
_VIEWS: Final = ("compared_views", "baseline_views")
_GAP_PT, _MOST_ROOM = 10.0, 0.6
"""The room around the texts behind bars, and the most of the width that they get."""


@picture
def outliers(
    found: pd.DataFrame,
    *,
    n: int = 15,
    theme: Theme = "light",  # noqa: ARG001 - `picture` reads it
    ax: Axes | None = None,
) -> Axes:
    """Plot how many times its creator's usual views each outlier has.

    Parameters
    ----------
    found : DataFrame
        The frame of :func:`find_outliers`. Posts that couldn't be compared are counted in a note.
    n : int, default 15
        The most posts to show, those that are farthest above.
    theme : {'light', 'dark'}, default 'light'
        ``"dark"`` for the colours of dark pages.
    ax : Axes, optional
        The axes to draw on; by default new ones, as high as the posts need.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: a bar for each outlier of its views over its creator's usual ones, on a
        logarithmic scale, the most unusual one by its creator's spread on top; an upright line
        where an outlier begins for this creator, and beside the bar both numbers of views.

    Raises
    ------
    MissingColumnError, ArgumentError
        A column is missing, or ``n`` is less than 1.

    See Also
    --------
    find_outliers : Find posts that stand out.
    plots.view_distribution : Draw how views are spread.
    widgets.VideoBoard : Click through videos.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> found = pd.DataFrame({"id": ["a", "b"], "title": ["Hi", "Bye"], "multiple": [12.0, 1.1],
    ...                       "z": [3.4, 0.1], "is_outlier": [True, False],
    ...                       "compared_views": [2_400.0, 220.0], "baseline_views": [200.0, 200.0]})
    >>> tgp.plots.outliers(found).get_title(loc="left")
    "1 of 2 posts is an outlier: “Hi”, with 12 times its creator's usual views"
    """
    check_int("n", n, minimum=1)
    require_columns(found, _NEEDED, loader="find_outliers")
    compared = found[found["z"].notna() & found["multiple"].notna()]
    is_far = nullable_flags(compared["is_outlier"]).fillna(value=False).to_numpy(bool)
    far = compared[is_far].sort_values("z", ascending=False, kind="stable")
    unknown = len(found) - len(compared)
    note = f"{number(unknown, 'post')} couldn't be compared"
    if far.empty:
        none = f"No outlier among {number(len(compared), 'post')}"
        ax = empty_axes(new_axes(ax), none if len(compared) else "No posts to compare")
        add_note(ax, note if unknown else "")
        return ax
    ax, rows = row_axes(min(len(far), n), ax)
    names, first = names_of_posts(ax, far.head(rows))
    _draw(ax, far.head(rows), names)
    more = len(far) - rows
    less = f"{more:,} more not shown, which {'is' if more == 1 else 'are'} less unusual"
    notes = [less] * bool(more)
    add_note(ax, "; ".join([*notes, *[note] * bool(unknown)]))
    when = " at the same age"
    if "basis" in far.columns and (far["basis"] == COUNTS_NOW).any():
        when = " by today's counts"
    subtitle = f"Views over the creator's median{when}, logarithmic scale; upright: where "
    subtitle += "an outlier begins; the most unusual on top"
    finish_axes(ax, _finding(far, first, len(compared)), subtitle=subtitle, grid="x")
    return ax


def _draw(ax: Axes, posts: pd.DataFrame, names: list[str]) -> None:
    write_rows(ax, names)
    multiple, z = values_of(posts["multiple"]), values_of(posts["z"])
    begins = np.exp(np.log(multiple) * OUTLIER_Z / z)
    places = np.arange(len(posts))
    ax.set_xscale("log")
    bars = ax.barh(places, multiple - 1.0, left=1.0, height=0.6, color=INK)
    draw_over(ax.vlines, begins, places - 0.36, places + 0.36, 1.6)
    texts = [
        f"{_times(times)}, {count_text(views)} against {count_text(usual)}"
        for times, views, usual in zip(
            multiple, *(np.round(values_of(posts[name])) for name in _VIEWS), strict=True
        )
    ]
    share = (widest_pt(texts, TINY_PT) + _GAP_PT) / max(title_room_pt(ax), 1.0)
    # On a logarithmic scale a share of the width is a power.
    ax.set_xlim(1.0, float(multiple.max()) ** (1.0 / (1.0 - min(share, _MOST_ROOM))))
    write_behind(ax, places, multiple, texts, color=QUIET)
    said = (f"{name}: {text}" for name, text in zip(names, texts, strict=True))
    label_marks(bars, said, posts["id"])
    ax.xaxis.set_major_formatter(lambda ratio, _: _times(ratio))
    ax.xaxis.set_minor_formatter("")


def _times(multiple: float) -> str:
    return f"{multiple:,.0f}x" if multiple >= 10.0 else f"{count_text(round(multiple, 1))}x"


def _finding(far: pd.DataFrame, first: str, compared: int) -> str:
    """Say how many posts are outliers, and which is the most unusual for its creator."""
    times = f"{_times(far['multiple'].iloc[0])[:-1]} times its creator's usual views"
    if len(far) == 1:
        return f"1 of {compared:,} posts is an outlier: {first}, with {times}"
    return (
        f"{len(far):,} of {compared:,} posts are outliers; the most unusual, {first}, has {times}"
    )
