"""The plot of campaigns side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.figures import count_text
from trackagoat_pandas.helpers.analytics import FEWEST
from trackagoat_pandas.helpers.campaigns.members import campaign_members
from trackagoat_pandas.helpers.columns import values_of
from trackagoat_pandas.helpers.loads import latest_of
from trackagoat_pandas.inputs.checks import check_int, require_columns
from trackagoat_pandas.plots.layout import title_room_pt, widest_pt
from trackagoat_pandas.plots.marks import label_marks, make_room
from trackagoat_pandas.plots.style import (
    TINY_PT,
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
from trackagoat_pandas.plots.theme import INK, QUIET, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LETTERS: Final = 36
_MOST_ROOM: Final = 0.35
"""The largest share of the width for posts and median; else only the sum is written."""


@picture
def campaigns(
    campaigns: pd.DataFrame,
    videos: pd.DataFrame,
    *,
    n: int = 12,
    theme: Theme = "light",  # noqa: ARG001 - `picture` reads it
    ax: Axes | None = None,
) -> Axes:
    """Plot the views of campaigns side by side, with their posts and the median of a post.

    Parameters
    ----------
    campaigns : DataFrame
        The frame of :func:`load_campaigns`, including all nested campaigns.
    videos : DataFrame
        The frame of :func:`load_videos`. Only posts that count in statistics are counted.
    n : int, default 12
        The most campaigns to show, those with the most views.
    theme : {'light', 'dark'}, default 'light'
        ``"dark"`` for the colours of dark pages.
    ax : Axes, optional
        The axes to draw on; by default new ones, as high as the campaigns need.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: a bar for each campaign of all views of its posts (:func:`campaign_members`), with
        the number of posts and the median views of a post beside it, where these have room. These
        are what the posts have had in all their time, not what the campaign has added to them.
        Posts that are in several of the campaigns count in each, and a note says how many. A
        campaign with fewer than 3 posts has no median.

    Raises
    ------
    MissingColumnError, ArgumentError
        A column is missing, or ``n`` is less than 1.

    See Also
    --------
    load_campaigns : Load campaigns.
    summarize_campaigns : Summarize campaigns.
    plots.compare_campaigns : Draw two campaigns.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     campaigns = tgp.load_campaigns("Q1 Brand Program")
    ...     videos = tgp.load_videos("Q1 Brand Program")
    >>> tgp.plots.campaigns(campaigns, videos).get_title(loc="left")
    'Spring Drop has the most views (23.8M), Unboxed the highest median (8.4k)'
    """
    check_int("n", n, minimum=1)
    require_columns(campaigns, ["id", "items"], loader="load_campaigns")
    require_columns(videos, ["id", "title", "view_count", "tracking_status"], loader="load_videos")
    members = campaign_members(campaigns, videos=videos)
    latest = latest_of(videos, ["id"]).dropna(subset="id")
    views = pd.Series(values_of(latest["view_count"]), latest["id"].astype(object))
    posts = members[members["is_counted"].fillna(value=False).to_numpy(bool)]
    posts = posts.assign(views=posts["item_id"].astype(object).map(views))
    of_each = posts.groupby("campaign_id", sort=False)
    sizes = of_each["views"].agg(["sum", "median"]).assign(
        posts=of_each["views"].count(), name=of_each["campaign_name"].first()
    )  # fmt: skip
    sizes = sizes[sizes["posts"] > 0].sort_values("sum", ascending=False, kind="stable")
    if sizes.empty:
        return empty_axes(new_axes(ax), "No campaign with posts to show")
    ax, rows = row_axes(min(len(sizes), n), ax)
    _draw(ax, sizes.head(rows))
    notes = []
    in_shown = posts[posts["campaign_id"].isin(sizes.index[:rows])]
    if shared := int((in_shown["item_id"].value_counts() > 1).sum()):
        notes.append(f"{shared:,} {'post is' if shared == 1 else 'posts are'} in several of them")
    if more := len(sizes) - rows:
        notes.append(f"{more:,} more with fewer views not shown")
    if unknown := in_shown.loc[in_shown["views"].isna(), "item_id"].nunique():
        notes.append(
            f"{unknown:,} {'post' if unknown == 1 else 'posts'} with unknown views left out"
        )
    if without := len(latest_of(campaigns, ["id"])) - len(sizes):
        noun = "campaign" if without == 1 else "campaigns"
        notes.append(f"{without:,} {noun} without posts left out")
    add_note(ax, "; ".join(notes))
    subtitle = "All views of a campaign's posts so far, not what the campaign has added"
    finish_axes(ax, _finding(sizes), subtitle=subtitle, grid="x")
    return ax


def _draw(ax: Axes, sizes: pd.DataFrame) -> None:
    names = distinct(sizes["name"], letters=_LETTERS)
    write_rows(ax, names)
    places, sums = np.arange(len(sizes)), sizes["sum"].to_numpy()
    parts = [
        (
            count_text(total),
            f"from {number:,} {'post' if number == 1 else 'posts'}"
            + (f", median {count_text(round(middle))}" if number >= FEWEST else ""),
        )
        for total, number, middle in zip(sums, sizes["posts"], sizes["median"], strict=True)
    ]
    texts = list(map(" ".join, parts))
    if widest_pt(texts, TINY_PT) > _MOST_ROOM * title_room_pt(ax):
        texts = [total for total, _ in parts]
    make_room(ax, sums, texts)
    bars = ax.barh(places, sums, height=0.7, color=INK)
    read_outs = (
        f"{name}: {views} views {more}" for name, (views, more) in zip(names, parts, strict=True)
    )
    label_marks(bars, read_outs, sizes.index)
    write_behind(ax, places, sums, texts, color=QUIET)
    count_ticks(ax.xaxis)


def _finding(sizes: pd.DataFrame) -> str:
    """Say which campaign has the most views, and which the highest median of a post."""
    names = distinct(sizes["name"], letters=_LETTERS)
    number, total = int(sizes["posts"].iloc[0]), count_text(sizes["sum"].iloc[0])
    medians = sizes["median"].where(sizes["posts"] >= FEWEST).to_numpy()
    if len(sizes) == 1:
        has = f"{names[0]} has {total} views from {number:,} {'post' if number == 1 else 'posts'}"
        return has if np.isnan(medians[0]) else f"{has}, median {count_text(round(medians[0]))}"
    most = f"{names[0]} has the most views ({total})"
    if np.isnan(medians).sum() > len(medians) - 2:
        return most  # there are no two medians to compare
    best = int(np.nanargmax(medians))
    who = " and" if best == 0 else f", {names[best]}"
    return f"{most}{who} the highest median ({count_text(round(medians[best]))})"
