"""The plot of campaigns in their tree, with their views and targets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.figures import count_text
from trackagoat_pandas.base.wording import number
from trackagoat_pandas.helpers.columns import is_word, values_of
from trackagoat_pandas.inputs.checks import check_int, require_columns
from trackagoat_pandas.plots.layout import SMALL_PT, title_room_pt, widest_pt
from trackagoat_pandas.plots.marks import draw_over, label_places, make_room
from trackagoat_pandas.plots.style import (
    STATUS_COLORS,
    STATUS_HATCHES,
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
from trackagoat_pandas.plots.text import distinct, shown
from trackagoat_pandas.plots.theme import PAGE, PARTIAL, QUIET, Theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

_TREE: Final = ("campaign_id", "campaign_name", "depth", "place")
_SUMMARY: Final = (
    "campaign_id", "views", "posts", "target_views", "days_left", "pace", "status",
)  # fmt: skip
_LETTERS: Final = 34
_DEEPEST: Final = 6
"""Deeper campaigns are written no further to the right."""
_INDENT: Final = "\N{NO-BREAK SPACE}" * 4  # a browser drops other spaces of an SVG
_NO_TARGET: Final = "no target"
_KEY_PT: Final = 40.0
"""The room that a legend needs beside its texts."""
_SUBTITLE: Final = (
    "Views of each campaign's posts so far, each post once, those of the campaigns in it included; "
    "line: the target"
)


@picture
def campaign_tree(
    tree: pd.DataFrame,
    summary: pd.DataFrame,
    *,
    n: int = 40,
    theme: Theme = "light",  # noqa: ARG001 - `picture` reads it
    ax: Axes | None = None,
) -> Axes:
    """Plot campaigns in their tree, with their views, and how far they are to their targets.

    Parameters
    ----------
    tree : DataFrame
        The frame of :func:`trackagoat_pandas.campaign_tree`.
    summary : DataFrame
        The frame of :func:`summarize_campaigns`.
    n : int, default 40
        The most rows to show, from the top.
    theme : {'light', 'dark'}, default 'light'
        ``"dark"`` for the colours of dark pages.
    ax : Axes, optional
        The axes to draw on; by default new ones, as high as the campaigns need.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: a row for each place of a campaign, those inside another one below it and further
        to the right, with a bar of the views of its posts in the colour of its status, a line at
        its target, and both as numbers. A campaign that stands in several others has its bar at its
        first place.

    Raises
    ------
    MissingColumnError, ArgumentError
        A column is missing, or ``n`` is less than 1.

    See Also
    --------
    campaign_tree : List campaigns in their tree.
    plots.campaigns : Draw campaigns side by side.
    widgets.CampaignBoard : Click through campaigns.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     campaigns = tgp.load_campaigns("Q1 Brand Program")
    ...     videos = tgp.load_videos("Q1 Brand Program")
    >>> summary = tgp.summarize_campaigns(campaigns, videos)
    >>> ax = tgp.plots.campaign_tree(tgp.campaign_tree(campaigns), summary)
    >>> ax.get_title(loc="left")
    'Spring Drop has the most views (23.8M)'
    """
    check_int("n", n, minimum=1)
    require_columns(tree, _TREE, loader="campaign_tree")
    require_columns(summary, _SUMMARY, loader="summarize_campaigns")
    known = tree.dropna(subset="campaign_id").reset_index(drop=True)
    if known.empty:
        return empty_axes(new_axes(ax), "No campaigns to show")
    ax, rows = row_axes(min(len(known), n), ax)
    own = summary[[*_SUMMARY]].dropna(subset="campaign_id").drop_duplicates("campaign_id")
    joined = known[[*_TREE]].merge(own, on="campaign_id", how="left").assign(
        name=distinct_by_id(known)
    )  # fmt: skip
    _draw(ax, joined.head(rows))
    more = len(joined) - rows
    add_note(ax, f"{more:,} more not shown" if more else "")
    finish_axes(ax, _finding(joined), subtitle=_SUBTITLE, grid="x")
    return ax


def distinct_by_id(rows: pd.DataFrame, letters: int = _LETTERS) -> list[str]:
    """Name the campaigns of rows; the same one is called alike, and two of one name are not."""
    codes, ids = pd.factorize(rows["campaign_id"])
    names = rows["campaign_name"].astype(object)
    names = names.where(names.notna(), rows["campaign_id"].astype(object))
    called = distinct(names.groupby(codes).first(), letters=letters) if len(ids) else []
    return [called[code] for code in codes]


def _draw(ax: Axes, rows: pd.DataFrame) -> None:
    written = _indent(rows)
    write_rows(ax, written)
    # Names begin where their depth says, so that all are aligned at the left.
    for label in ax.get_yticklabels():
        label.set_horizontalalignment("left")
    ax.tick_params(axis="y", pad=widest_pt(written, SMALL_PT) * 1.03 + 4)
    is_first = is_word(rows["place"], "first")
    views = np.where(is_first, np.nan_to_num(values_of(rows["views"])), 0.0)
    target = np.where(is_first, values_of(rows["target_views"]), np.nan)
    texts = [_text(row) for row in rows.to_dict("records")]
    ends = np.fmax(views, np.nan_to_num(target))
    places = np.arange(len(rows))
    status = rows["status"].astype(object).where(rows["status"].notna(), _NO_TARGET)
    colors, hatches = {**STATUS_COLORS, _NO_TARGET: PARTIAL}, {**STATUS_HATCHES, _NO_TARGET: ""}
    found = [one for one in colors if one in set(status[views > 0])]
    # A legend, which is made later, takes its part of the width.
    width, key = title_room_pt(ax), widest_pt(_words(found), SMALL_PT) + _KEY_PT
    is_wide = len(found) > 1 and width > 2 * key
    make_room(ax, ends, texts, font_pt=TINY_PT * (width / (width - key) if is_wide else 1.0))
    for word, said in zip(found, _words(found), strict=True):
        part = (status == word).to_numpy(bool) & (views > 0)
        ax.barh(
            places[part], views[part], height=0.6, color=colors[word], hatch=hatches[word],
            edgecolor=PAGE, linewidth=0, label=said,
        )  # fmt: skip
    has_target = ~np.isnan(target)
    at = places[has_target]
    draw_over(ax.vlines, target[has_target], at - 0.4, at + 0.4, 1.6)
    write_behind(ax, places, ends, texts, color=QUIET)
    reads = [
        f"{name}: {text}" for name, text in zip(rows["name"], _reads(rows, texts), strict=True)
    ]
    edges = [(place - 0.5, place + 0.5) for place in places]
    label_places(ax, edges, reads, rows["campaign_id"].astype(object), is_row=True)
    count_ticks(ax.xaxis)


def _words(statuses: Sequence[str]) -> list[str]:
    return [status.replace("_", " ") for status in statuses]


def _indent(rows: pd.DataFrame) -> list[str]:
    """Write the names of campaigns, further to the right the deeper they are."""
    corner = "└ " if shown("└") == "└" else "- "
    depth = np.minimum(np.nan_to_num(values_of(rows["depth"])), _DEEPEST).astype(int)
    return [
        f"{_INDENT * deep}{corner}{name}" if deep else name
        for name, deep in zip(rows["name"], depth, strict=True)
    ]


def _text(row: dict[Any, Any]) -> str:
    """Write the views of a campaign beside its bar, and its target."""
    if row["place"] == "circle":
        return "inside itself"
    if row["place"] == "again":
        return "as above"
    if pd.isna(row["views"]):
        return "views not known"
    views = count_text(row["views"])
    if pd.isna(row["target_views"]):
        return views
    days = row["days_left"]
    left = "" if pd.isna(days) else f", {number(round(days), 'day')} left" if days else ", over"
    return f"{views} of {count_text(row['target_views'])}{left}"


def _reads(rows: pd.DataFrame, texts: Sequence[str]) -> list[str]:
    """Write the read-out of each row: its views, posts and pace."""
    said = []
    for row, text in zip(rows.to_dict("records"), texts, strict=True):
        more = [] if pd.isna(row["posts"]) else [number(int(row["posts"]), "post")]
        more += [] if pd.isna(row["pace"]) else [f"pace {row['pace']:.2f}"]
        more += [] if pd.isna(row["status"]) else [str(row["status"]).replace("_", " ")]
        said.append("; ".join([text, *more]))
    return said


def _finding(rows: pd.DataFrame) -> str:
    """Say which campaign has the most views."""
    rows = rows[is_word(rows["place"], "first")]
    views = values_of(rows["views"])
    if np.isnan(views).all():
        return f"{number(len(rows), 'campaign')}, of which no views are known"
    top = rows.iloc[int(np.nanargmax(views))]
    has = f"{top['name']} has"
    return f"{has} {count_text(top['views'])} views" if len(rows) == 1 else (
        f"{has} the most views ({count_text(top['views'])})"
    )  # fmt: skip
