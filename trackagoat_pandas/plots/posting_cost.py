"""The plot of what the second and later posts of a day cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from trackagoat_pandas.inputs.checks import require_columns
from trackagoat_pandas.plots.posting_times import draw_effects, interval_text, with_posts
from trackagoat_pandas.plots.style import empty_axes, finish_axes, new_axes, picture, row_axes
from trackagoat_pandas.plots.theme import Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_NEEDED: Final = ("position", "posts", "effect", "low", "high", "reason")
_NAMES: Final = {"1": "First post", "2": "Second post", "3 and more": "Third and later"}


@picture
def posting_cost(
    cost: pd.DataFrame,
    *,
    theme: Theme = "light",  # noqa: ARG001 - `picture` reads it
    ax: Axes | None = None,
) -> Axes:
    """Plot how many more or fewer views later posts of a day get than its first.

    Parameters
    ----------
    cost : DataFrame
        The frame of :func:`trackagoat_pandas.posting_cost`.
    theme : {'light', 'dark'}, default 'light'
        ``"dark"`` for the colours of dark pages.
    ax : Axes, optional
        The axes to draw on; by default new ones.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: for each position a marker for its effect and a whisker for its interval, empty
        where that has 0 in it and a square where it is a cost, with the number of posts after the
        name; the first post is the line at 0.

    Raises
    ------
    MissingColumnError
        The frame isn't of that function.

    See Also
    --------
    posting_cost : See what a second post of a day costs.
    find_overposting : Find days with too many posts.
    plots.posting_times : Draw views by time of day.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> cost = pd.DataFrame({"position": ["1", "2", "3 and more"], "posts": [494, 494, 294],
    ...                      "effect": [None, 8.0, -22.0], "low": [None, -10.0, -36.0],
    ...                      "high": [None, 30.0, -6.0], "reason": None})
    >>> tgp.plots.posting_cost(cost).get_title(loc="left")
    'Third and later posts of a day: −22% (−36% to −6%) views'
    """
    require_columns(cost, [*_NEEDED], loader="posting_cost")
    later = cost[cost["position"].astype(object).isin([*_NAMES][1:])]
    known = later[later[["effect", "low", "high"]].notna().all(axis=1)]
    reasons = later["reason"].astype(object).fillna("too few posts")
    if known.empty:
        why = f": {reasons.iloc[0]}" if len(set(reasons)) == 1 else ""
        return empty_axes(new_axes(ax), f"No effect of later posts is known{why}")
    ax, _ = row_axes(len(later), ax)
    positions = later["position"].astype(object).map(_NAMES)
    draw_effects(ax, later, with_posts(positions, later["posts"]), reasons.tolist())
    subtitle = "Views against the creator's first post of the same day; lines: intervals that hold "
    subtitle += "for all rows at once; in brackets the number of posts"
    finish_axes(ax, _finding(known), subtitle=subtitle, grid="x")
    return ax


def _finding(known: pd.DataFrame) -> str:
    clear = known[(known["low"] > 0.0) | (known["high"] < 0.0)]
    if clear.empty:
        return "Later posts of a day differ from the first by no more than chance"
    row = clear.iloc[-1]
    effect = interval_text(float(row["effect"]), float(row["low"]), float(row["high"]))
    name = _NAMES[str(row["position"])].removesuffix(" post")
    return f"{name} posts of a day: {effect} views"
