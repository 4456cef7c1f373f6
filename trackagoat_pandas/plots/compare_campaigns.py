"""The plot of two campaigns side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.figures import count_text
from trackagoat_pandas.base.types import Bools, Floats
from trackagoat_pandas.base.wording import number
from trackagoat_pandas.helpers.columns import values_of
from trackagoat_pandas.inputs.checks import require_columns
from trackagoat_pandas.plots.marks import label_marks, make_room
from trackagoat_pandas.plots.posting_times import interval_text
from trackagoat_pandas.plots.style import (
    add_note,
    count_ticks,
    empty_axes,
    finish_axes,
    new_axes,
    picture,
    row_axes,
    write_behind,
    write_rows,
)
from trackagoat_pandas.plots.text import distinct
from trackagoat_pandas.plots.theme import INK, PARTIAL, QUIET, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_NEEDED: Final = (
    "label", "side", "creators", "posts", "views", "effect", "low", "high", "reason",
)  # fmt: skip
_SPLIT: Final = ("only a", "both", "only b")
_SAME: Final = "same creators, a"
_LETTERS: Final = 40


@picture
def compare_campaigns(
    compared: pd.DataFrame,
    *,
    theme: Theme = "light",  # noqa: ARG001 - `picture` reads it
    ax: Axes | None = None,
) -> Axes:
    """Plot what two campaigns have alone and together, and say how the same creators did in each.

    Parameters
    ----------
    compared : DataFrame
        The frame of :func:`trackagoat_pandas.compare_campaigns`.
    theme : {'light', 'dark'}, default 'light'
        ``"dark"`` for the colours of dark pages.
    ax : Axes, optional
        The axes to draw on; by default new ones.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: a bar for the posts that only one of the campaigns has and for those that both
        have, with their views. The title says what the same creators' posts had more in one of
        them, with its interval, or a note says why that isn't known.

    Raises
    ------
    MissingColumnError
        The frame isn't of that function.

    See Also
    --------
    compare_campaigns : Compare two campaigns.
    plots.campaigns : Draw campaigns side by side.
    plots.overlap : Draw what campaigns share.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     campaigns = tgp.load_campaigns("Q1 Brand Program")
    ...     videos = tgp.load_videos("Q1 Brand Program")
    >>> both = tgp.compare_campaigns(campaigns, videos, "Spring Drop", "Everyday Goat")
    >>> tgp.plots.compare_campaigns(both).get_title(loc="left")
    '164 of 473 posts are in both campaigns'
    """
    require_columns(compared, [*_NEEDED], loader="compare_campaigns")
    sides = compared["side"].astype(object)
    split = compared[sides.isin(_SPLIT) & compared["posts"].notna()]
    posts = values_of(split["posts"])
    if not posts.sum():
        return empty_axes(new_axes(ax), "No posts to compare")
    ax, _ = row_axes(len(split), ax)
    names = distinct(split["label"], letters=_LETTERS)
    write_rows(ax, names)
    texts = [
        f"{number(int(row['posts']), 'post')}"
        + ("" if pd.isna(row["views"]) else f", {count_text(row['views'])} views")
        for row in split.to_dict("records")
    ]
    make_room(ax, posts, texts)
    is_both = (split["side"].astype(object) == _SPLIT[1]).to_numpy(bool)
    colors = [INK if one else PARTIAL for one in is_both]
    places = np.arange(len(split))
    bars = ax.barh(places, posts, height=0.6, color=colors)
    label_marks(bars, map(": ".join, zip(names, texts, strict=True)))
    write_behind(ax, places, posts, texts, color=QUIET)
    count_ticks(ax.xaxis, whole=True)
    same = compared[sides == _SAME]
    reasons = same["reason"].dropna().astype(str).head(1).tolist()
    people = np.nan_to_num(values_of(split["creators"]))
    said = [f"{people[is_both].sum():,.0f} of {number(int(people.sum()), 'creator')} are in both"]
    said += [f"how the same creators did in each isn't known: {reason}" for reason in reasons]
    add_note(ax, "; ".join(said))
    finish_axes(
        ax, _finding(same, posts, is_both, names[0]), grid="x",
        subtitle="Posts that only one of the campaigns has, and those that are in both",
    )  # fmt: skip
    return ax


def _finding(same: pd.DataFrame, posts: Floats, is_both: Bools, first: str) -> str:
    """Say how the same creators did in each, or else how many posts are in both."""
    known = same[same[["effect", "low", "high", "creators"]].notna().all(axis=1)]
    shared = int(posts[is_both].sum())
    if known.empty:
        verb = "is" if shared == 1 else "are"
        return f"{shared:,} of {number(int(posts.sum()), 'post')} {verb} in both campaigns"
    row = known.iloc[0]
    whose = f"The same {number(int(row['creators']), 'creator')}"
    effect, low, high = (float(row[name]) for name in ("effect", "low", "high"))
    if low <= 0.0 <= high:
        return f"{whose} differ by no more than chance between the two"
    plus = "+" if effect > 0.0 else ""
    where = first.removeprefix("Only ")
    return f"{whose} had {plus}{interval_text(effect, low, high)} views a post {where}"
