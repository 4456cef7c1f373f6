"""The plot of creators by their posts and the mean views of a post."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.ticker import NullLocator

from trackagoat_pandas.base.figures import count_text, percent_text, share_text
from trackagoat_pandas.base.types import Floats
from trackagoat_pandas.helpers.columns import values_of
from trackagoat_pandas.inputs.checks import check_int, require_columns
from trackagoat_pandas.plots.labels import Spot, name_spots
from trackagoat_pandas.plots.layout import SMALL_PT, WIDE_SPREAD, settle
from trackagoat_pandas.plots.marks import label_points
from trackagoat_pandas.plots.style import (
    add_note,
    count_ticks,
    empty_axes,
    finish_axes,
    new_axes,
    picture,
)
from trackagoat_pandas.plots.text import distinct, shown, with_at
from trackagoat_pandas.plots.theme import ALARM, INK, QUIET, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_NEEDED = ("tiktok_handle", "post_count", "avg_views_per_post", "engagement_rate_by_views")
_SMALLEST_PT2, _BIGGEST_PT2 = 25.0, 360.0
_FEW = 3
"""With fewer creators, a median says nothing."""
_ALPHA = 0.4
_CANDIDATES = 3
"""How many creators are tried for each name, since some names have no room."""
_ROOM = 1.12
"""How far a linear scale goes beyond the highest value, so that no circle is cut."""
_AXIS = "trackagoat-axis"
"""The id of the name of an axis."""


@picture
def creator_scatter(
    summary: pd.DataFrame,
    *,
    n: int = 8,
    theme: Theme = "light",  # noqa: ARG001 - `picture` reads it
    ax: Axes | None = None,
) -> Axes:
    """Plot creators by posts, mean views of a post, and engagement.

    Parameters
    ----------
    summary : DataFrame
        The frame of ``load_report("creator-scatter", ...)``, or of :func:`summarize_creators`.
    n : int, default 8
        How many creators are named where there is room: in turn, those with the most views a post,
        the most views, the most posts and the most engagement.
    theme : {'light', 'dark'}, default 'light'
        ``"dark"`` for the colours of dark pages; the figure's background is dark too.
    ax : Axes, optional
        The axes to draw on; by default new ones.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: a circle for each creator, at their posts and the mean views of a post, whose area
        grows with engagement by views; a square if engagement isn't known. Dotted lines are
        the medians of three creators or more. If views differ by more than a factor of 30, their
        scale is logarithmic. Creators without posts or views are counted in a note.

    Raises
    ------
    MissingColumnError
        The frame is neither of these.
    ArgumentError, ArgumentTypeError
        ``n`` is negative or no whole number.

    See Also
    --------
    summarize_creators : Summarize creators.
    plots.ranks : Draw the ranks with their intervals.
    plots.pools : Draw the groups.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     creators = tgp.load_report("creator-scatter", "Summer Launch")
    >>> tgp.plots.creator_scatter(creators).get_yscale()
    'linear'
    """
    check_int("n", n, minimum=0)
    people = _people(summary)
    posting = people[(people["posts"] > 0) & people["views"].notna()].reset_index(drop=True)
    ax = new_axes(ax)
    if posting.empty:
        return empty_axes(ax, "No creators with posts to show")
    _draw(ax, posting)
    if absent := len(people) - len(posting):
        add_note(
            ax, f"{absent:,} without posts or views {'is' if absent == 1 else 'are'} not shown"
        )
    scale = ", on a logarithmic scale" if ax.get_yscale() == "log" else ""
    subtitle = f"Mean views of a post by number of posts{scale}; the area is engagement by views"
    finish_axes(ax, _finding(posting), subtitle=subtitle, grid="y")
    settle(ax)
    _name_notable(ax, posting, n)
    _say_values(ax, posting)
    return ax


def _people(summary: pd.DataFrame) -> pd.DataFrame:
    """Read handle, posts, views a post and engagement of each creator from either frame."""
    if "posts" in getattr(summary, "columns", ()):
        require_columns(
            summary, ["tiktok_handle", "views", _NEEDED[-1]], loader="summarize_creators"
        )
        posts = summary["posts"].astype("Float64")
        views = summary["views"].astype("Float64") / posts.where(posts > 0)
        if "avg_views_per_post" in summary.columns:
            # The sum of views divided by all posts would be too low if some views aren't known.
            views = summary["avg_views_per_post"]
    else:
        require_columns(summary, _NEEDED, loader="load_report")
        posts, views = summary["post_count"], summary["avg_views_per_post"]
    columns = {"posts": posts, "views": views, "rate": summary[_NEEDED[-1]]}
    numbers = {name: values_of(column) for name, column in columns.items()}
    ids = summary["creator_id"].array if "creator_id" in summary.columns else ""
    return pd.DataFrame({"handle": with_at(summary["tiktok_handle"]).array, "id": ids, **numbers})


def _draw(ax: Axes, people: pd.DataFrame) -> None:
    rates = people["rate"].to_numpy()
    known = ~np.isnan(rates)
    sizes, biggest = _sizes(rates), np.nanmax(rates, initial=0.0)
    posts, views = people["posts"].to_numpy(), people["views"].to_numpy()
    style: dict[str, Any] = {"facecolor": (INK, _ALPHA), "edgecolor": INK, "linewidth": 0.8}
    circles = ax.scatter(posts[known], views[known], s=sizes[known], **style)
    # The circles lie within the axes, and to measure each would slow down the layout.
    circles.set_in_layout(False)
    if not known.all():
        ax.scatter(
            posts[~known], views[~known], s=sizes[~known], marker="s", facecolor="none",
            edgecolor=QUIET, label="engagement not known",
        )  # fmt: skip
    for rate in (biggest / 4, biggest) if biggest > 0 else ():
        size = _sizes(np.array([rate, biggest]))[0]
        ax.scatter([], [], s=size, label=f"{percent_text(rate)} engagement", **style)
    _scale(ax, posts, views)
    if len(people) >= _FEW:
        ax.axhline(np.median(views), color=ALARM, linestyle=":", linewidth=1, label="the medians")
        ax.axvline(np.median(posts), color=ALARM, linestyle=":", linewidth=1)


def _sizes(rates: Floats) -> Floats:
    """Return the areas of marks, in proportion to the rate."""
    most = np.nanmax(rates, initial=0.0)
    shares = np.nan_to_num(rates / most) if most > 0 else np.zeros(len(rates))
    return np.maximum(shares * _BIGGEST_PT2, _SMALLEST_PT2)


def _scale(ax: Axes, posts: Floats, views: Floats) -> None:
    """Set scales, limits with room for the circles, ticks and labels."""
    ax.margins(y=0.12)
    if views.min() > 0 and views.max() / views.min() > WIDE_SPREAD:
        ax.set_yscale("log")
    else:
        ax.set_ylim(0, _ROOM * max(views.max(), 1.0))
    ax.set_xlim(0, _ROOM * posts.max())
    count_ticks(ax.xaxis, whole=True)
    count_ticks(ax.yaxis)
    ax.yaxis.set_minor_locator(NullLocator())
    # Below the axis would be its notes, and beside it a name would stand on its head.
    ax.annotate(
        "posts", (1, 0), xycoords="axes fraction", xytext=(4, 0), textcoords="offset points",
        va="center", fontsize=SMALL_PT, color=QUIET, annotation_clip=False, gid=_AXIS,
    )  # fmt: skip


def _say_values(ax: Axes, people: pd.DataFrame) -> None:
    """Give each creator a read-out, and the id that a click chooses."""
    texts = [
        f"{name}\nposts: {posts:,.0f}\nviews a post: {views:,.0f}\nengagement: {percent_text(rate)}"
        for name, posts, views, rate in zip(
            distinct(people["handle"]), people["posts"], people["views"], people["rate"],
            strict=True,
        )
    ]  # fmt: skip
    places = people[["posts", "views"]].itertuples(index=False, name=None)
    label_points(ax, places, np.sqrt(_sizes(people["rate"].to_numpy())), texts, people["id"])


def _name_notable(ax: Axes, people: pd.DataFrame, n: int) -> None:
    """Name creators: in turn the first by views a post, views, posts and engagement.

    The first of all is the one in the title.
    """
    named = np.flatnonzero(people["handle"].notna())
    posts, views, rates = (people[name].to_numpy() for name in ("posts", "views", "rate"))
    firsts = [
        named[np.argsort(-np.nan_to_num(values[named]), kind="stable")][: n * _CANDIDATES]
        for values in (views, posts * views, posts, rates)
    ]
    in_turn = np.column_stack(firsts).ravel().tolist()
    places = list(dict.fromkeys(in_turn))[: n * _CANDIDATES]
    names = distinct(people["handle"].iloc[places], letters=22)
    spots = [Spot(place, name) for place, name in zip(places, names, strict=True)]
    name_spots(ax, posts, views, np.sqrt(_sizes(rates)) / 2, spots, most=n)


def _finding(people: pd.DataFrame) -> str:
    """Say who gets the most views a post, and how many creators bring half of all views."""
    best = int(people["views"].to_numpy().argmax())
    name = shown(people["handle"].iloc[best])
    text = f"{name} gets most from a post: {count_text(people['views'].iloc[best])} views"
    median = people["views"].median()
    if len(people) < _FEW or not median > 0:
        return text
    totals = np.sort((people["posts"] * people["views"]).to_numpy())[::-1]
    half = int(np.searchsorted(totals.cumsum(), totals.sum() / 2)) + 1
    # Of so few values, a ratio of more digits would look exact.
    ratio = float(f"{people['views'].iloc[best] / median:.2g}")
    times = f"{count_text(ratio)} times the median"
    share = share_text(float(totals[:half].sum() / totals.sum() * 100))
    who = f"{half:,} of {len(people):,} creators {'brings' if half == 1 else 'bring'}"
    return f"{text}, {times}; {who} {share} of all views"
