"""The plot of creators by how much they post and how much a post brings."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.ticker import NullLocator

from trackagoat_pandas._types import Floats
from trackagoat_pandas.checks import check_int, require_columns
from trackagoat_pandas.helpers.columns import values_of
from trackagoat_pandas.plots.labels import Spot, name_spots
from trackagoat_pandas.plots.layout import settle
from trackagoat_pandas.plots.style import (
    ALARM,
    INK,
    QUIET,
    TINY_PT,
    count_text,
    count_ticks,
    empty_axes,
    finish_axes,
    new_axes,
    percent_text,
    picture,
    share_text,
)
from trackagoat_pandas.plots.text import distinct, shown

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_NEEDED = ("tiktok_handle", "post_count", "avg_views_per_post", "engagement_rate_by_views")
_SMALLEST_PT2, _BIGGEST_PT2 = 25.0, 360.0
_FEW = 3
_CANDIDATES = 3
"""How many creators are considered for each name, since not every one has room for it."""
_WIDE_SPREAD = 30.0
"""From this ratio of the biggest to the smallest on, the scale is logarithmic."""


@picture
def creator_scatter(creators: pd.DataFrame, *, n: int = 8, ax: Axes | None = None) -> Axes:
    """Plot creators by posts, mean views of a post, and engagement.

    Parameters
    ----------
    creators
        The frame of ``load_report("creator-scatter", ...)``, or of :func:`summarize_creators`.
    n
        How many of the most notable creators are named: those with the most views, the most views
        a post, the most posts and the most engagement, in turn.
    ax
        The axes to draw on; by default new ones.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: a circle for each creator with posts, at right the more they post, above the more
        views a post has, bigger the more engagement by views; a square where engagement is not
        known. Dotted lines stand at the medians. Views are drawn in powers of ten where they
        differ much. Creators without posts or views are counted in a note.

    Raises
    ------
    MissingColumnError
        The frame has not the columns of either.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     creators = tgp.load_report("creator-scatter", "Summer Launch")
    >>> creator_scatter(creators).get_xlabel()
    'posts'
    """
    check_int("n", n, minimum=0)
    people = _people(creators)
    posting = people[(people["posts"] > 0) & people["views"].notna()].reset_index(drop=True)
    ax = new_axes(ax)
    if posting.empty:
        return empty_axes(ax, "No creators with posts to show")
    _draw(ax, posting)
    finish_axes(ax, _finding(posting), grid="y")
    settle(ax)
    _name(ax, posting, n)
    absent = len(people) - len(posting)
    if absent:
        ax.annotate(
            f"{absent:,} without posts or views are not shown", (1, 0), xytext=(0, 3),
            xycoords="axes fraction", textcoords="offset points", ha="right", va="bottom",
            fontsize=TINY_PT, color=QUIET,
        )  # fmt: skip
    return ax


def _people(creators: pd.DataFrame) -> pd.DataFrame:
    """Handle, posts, views a post and engagement of each creator, whichever frame it is."""
    if "posts" in getattr(creators, "columns", ()):
        require_columns(
            creators, ["tiktok_handle", "views", _NEEDED[-1]], loader="summarize_creators"
        )
        posts = creators["posts"].astype("Float64")
        views = creators["views"].astype("Float64") / posts.where(posts > 0)
        if "avg_views_per_post" in creators.columns:
            # Of the posts whose views are known; the sum over all posts would be too little.
            views = creators["avg_views_per_post"]
    else:
        require_columns(creators, _NEEDED, loader="load_report")
        posts, views = creators["post_count"], creators["avg_views_per_post"]
    columns = {"posts": posts, "views": views, "rate": creators[_NEEDED[-1]]}
    numbers = {name: values_of(column) for name, column in columns.items()}
    return pd.DataFrame({"handle": creators["tiktok_handle"].array, **numbers})


def _draw(ax: Axes, people: pd.DataFrame) -> None:
    rates = people["rate"].to_numpy()
    known = ~np.isnan(rates)
    sizes, biggest = _sizes(rates), np.nanmax(rates, initial=0.0)
    posts, views = people["posts"].to_numpy(), people["views"].to_numpy()
    style: dict[str, Any] = {"facecolor": f"{INK}66", "edgecolor": INK, "linewidth": 0.8}
    circles = ax.scatter(posts[known], views[known], s=sizes[known], **style)
    # They lie within the axes, so that no layout has to look at each.
    circles.set_in_layout(False)
    if not known.all():
        ax.scatter(
            posts[~known], views[~known], s=sizes[~known], marker="s", facecolor="none",
            edgecolor=QUIET, label="engagement not known",
        )  # fmt: skip
    for rate in (biggest / 4, biggest) if biggest > 0 else ():
        size = _sizes(np.array([rate, biggest]))[0]
        ax.scatter([], [], s=size, label=f"{percent_text(rate)} engagement", **style)
    _scale(ax, views)
    ax.axhline(np.median(views), color=ALARM, linestyle=":", linewidth=1, label="the medians")
    ax.axvline(np.median(posts), color=ALARM, linestyle=":", linewidth=1)


def _sizes(rates: Floats) -> Floats:
    """Areas that grow with the rate, so that twice the engagement is twice the ink."""
    most = np.nanmax(rates, initial=0.0)
    shares = np.nan_to_num(rates / most) if most > 0 else np.zeros(len(rates))
    return np.maximum(shares * _BIGGEST_PT2, _SMALLEST_PT2)


def _scale(ax: Axes, views: Floats) -> None:
    """Set scales, limits with room for the circles, ticks and what they count."""
    ax.margins(x=0.08, y=0.12)
    if views.min() > 0 and views.max() / views.min() > _WIDE_SPREAD:
        ax.set_yscale("log")
    else:
        ax.set_ylim(bottom=0)
    ax.set_xlim(left=0)
    count_ticks(ax.xaxis, whole=True)
    count_ticks(ax.yaxis)
    ax.yaxis.set_minor_locator(NullLocator())
    ax.set(xlabel="posts", ylabel="views a post")


def _notable(people: pd.DataFrame, n: int) -> list[int]:
    """Who of those with a name stand out, in turn by views, views a post, posts, engagement."""
    named = np.flatnonzero(people["handle"].notna())
    posts, views, rates = (people[name].to_numpy()[named] for name in ("posts", "views", "rate"))
    firsts = [
        named[np.argsort(-np.nan_to_num(values), kind="stable")][: n * _CANDIDATES]
        for values in (posts * views, views, posts, rates)
    ]
    in_turn = np.column_stack(firsts).ravel().tolist()
    return list(dict.fromkeys(in_turn))[: n * _CANDIDATES]


def _name(ax: Axes, people: pd.DataFrame, n: int) -> None:
    places, sizes = _notable(people, n), _sizes(people["rate"].to_numpy())
    names = distinct(people["handle"].iloc[places], letters=22)
    spots = [
        Spot(place, math.sqrt(sizes[place] / math.pi), name)
        for place, name in zip(places, names, strict=True)
    ]
    name_spots(ax, people["posts"].to_numpy(), people["views"].to_numpy(), spots, most=n)


def _finding(people: pd.DataFrame) -> str:
    """Who gets most from a post, and how much the few bring who have half of the views."""
    best = int(people["views"].to_numpy().argmax())
    name = shown(people["handle"].iloc[best])
    text = f"{name} gets most from a post: {count_text(people['views'].iloc[best])} views"
    median = people["views"].median()
    if len(people) < _FEW or not median > 0:
        return text
    totals = np.sort((people["posts"] * people["views"]).to_numpy())[::-1]
    half = int(np.searchsorted(totals.cumsum(), totals.sum() / 2)) + 1
    times = f"{count_text(people['views'].iloc[best] / median)} times the median"
    share = share_text(float(totals[:half].sum() / totals.sum() * 100))
    who = f"{half:,} of {len(people):,} creators {'brings' if half == 1 else 'bring'}"
    return f"{text}, {times}; {who} {share} of all views"
