"""The plot of how the views of posts are spread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import pandas as pd
from matplotlib.ticker import NullLocator

from trackagoat_pandas.base.figures import count_text
from trackagoat_pandas.base.types import Floats
from trackagoat_pandas.base.wording import number
from trackagoat_pandas.helpers.columns import values_of
from trackagoat_pandas.helpers.counted import is_counted, posts_once
from trackagoat_pandas.helpers.labels import Names, read_names
from trackagoat_pandas.helpers.loads import latest_of
from trackagoat_pandas.helpers.videos.distribution import view_distribution as spread_of
from trackagoat_pandas.inputs.checks import check_choice, check_int, require_columns
from trackagoat_pandas.plots.layout import WIDE_SPREAD
from trackagoat_pandas.plots.marks import draw_over, label_marks
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
from trackagoat_pandas.plots.text import distinct, with_at
from trackagoat_pandas.plots.theme import BLACK, GRID, INK, PAGE, QUIET, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_FEWEST: Final = 4
"""Of fewer posts, quartiles say nothing."""
_FEWEST_BARS, _MOST_BARS = 6, 40
_AROUND: Final = 1.4
"""By what factor a logarithmic scale goes beyond the views."""
_EXACT: Final = 10.0
_QUARTILES: Final = (0.25, 0.5, 0.75)
_SPREAD: Final = ("fewest_views", "p25", "median_views", "p75", "most_views")


@picture
def view_distribution(
    videos: pd.DataFrame,
    *,
    by: Literal["creator"] | None = None,
    n: int = 15,
    names: Names = None,
    theme: Theme = "light",  # noqa: ARG001 - `picture` reads it
    ax: Axes | None = None,
) -> Axes:
    """Plot how the views of posts are spread, of all together or by creator.

    Parameters
    ----------
    videos : DataFrame
        The frame of :func:`load_videos`. Only posts that count in statistics are drawn.
    by : {'creator'}, optional
        ``"creator"`` for a row for each creator; None for one picture of all posts.
    n : int, default 15
        The most creators to show, those with the highest medians.
    names : DataFrame or list of DataFrame, optional
        A frame, or a list of them, with names for the ids, such as that of :func:`load_creators`.
        Creators are also known from the videos' addresses.
    theme : {'light', 'dark'}, default 'light'
        ``"dark"`` for the colours of dark pages.
    ax : Axes, optional
        The axes to draw on; by default new ones, as high as the creators need.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: the number of posts by their views, with the median and the span of the middle
        half; by creator, a line from the fewest to the most views of a post, a bar of the middle
        half and an upright line at the median, the highest median on top. Quartiles are
        interpolated linearly, as by :meth:`pandas.Series.quantile`.

        If views differ by more than a factor of 30, their scale is logarithmic, as the subtitle
        says, and posts without views stand at 1. Posts that don't count, or whose views aren't
        known, are counted in a note, and so are creators with fewer than 4 posts, who are left out
        if others have more.

    Raises
    ------
    MissingColumnError, ArgumentError, ChoiceError
        A column is missing, ``n`` is less than 1, or ``by`` is another word.

    See Also
    --------
    view_distribution : See how views are spread.
    plots.outliers : Draw the posts that stand out.
    load_videos : Load videos.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> videos = pd.DataFrame({"view_count": [100, 200, 300, 900], "tracking_status": "included"})
    >>> tgp.plots.view_distribution(videos).get_title(loc="left")
    'Half of 4 posts have 175 to 450 views; the median is 250, the most 900'
    """
    check_int("n", n, minimum=1)
    if by is not None:
        check_choice("by", by, ["creator"])
    needed = ["view_count", "tracking_status", *(["creator_id"] if by else [])]
    require_columns(videos, needed, loader="load_videos")
    read_names(names)
    posts = latest_of(videos, ["id"])
    posts = posts.assign(views=values_of(posts["view_count"]))
    counted = is_counted(posts)
    counts = counted.fillna(value=False).to_numpy(bool)
    is_known = posts["views"].notna().to_numpy()
    shown = posts[counts & is_known]
    shown = shown if by else posts_once(shown)
    if shown.empty:
        return empty_axes(new_axes(ax), "No posts with views to show")
    is_log = _is_spread(shown["views"].to_numpy())
    if by is None:
        ax = new_axes(ax)
        _draw_all(ax, shown["views"].to_numpy(), is_log=is_log)
        title, notes = _finding(shown["views"]), list[str]()
    else:
        title, notes, ax = _draw_creators(shown, names, n, ax, is_log=is_log)
    if uncounted := int((~counted).sum()):
        notes.append(f"{number(uncounted, 'post')} not counted in statistics left out")
    if unsure := int(counted.isna().sum()):
        notes.append(f"{number(unsure, 'post')} with an unknown tracking status left out")
    if unknown := int((counts & ~is_known).sum()):
        notes.append(f"{number(unknown, 'post')} with unknown views left out")
    if is_log and (unseen := int((shown["views"] == 0).sum())):
        notes.append(f"{number(unseen, 'post')} without views at 1")
    add_note(ax, "; ".join(notes))
    what = "Number of posts by their views"
    if by is not None:
        what = "Line: fewest to most views of a post; bar: the middle half; upright: the median; "
        what += "in brackets the number of posts"
    scale = "; logarithmic scale" if is_log else ""
    finish_axes(ax, title, subtitle=what + scale, grid="y" if by is None else "x")
    return ax


def _is_spread(views: Floats) -> bool:
    return bool(views.max() > WIDE_SPREAD * max(views.min(), 1.0))


def _draw_all(ax: Axes, views: Floats, *, is_log: bool) -> None:
    """Draw a bar for each span of views, and the quartiles."""
    # About twice the cube root of the number, as by Rice's rule (Lane, Online Statistics).
    bars = int(np.clip(2 * len(views) ** (1 / 3), _FEWEST_BARS, _MOST_BARS))
    views = np.maximum(views, 1.0) if is_log else views
    low, high = views.min(), max(views.max(), views.min() + 1.0)
    edges = np.geomspace(low, high, bars + 1) if is_log else np.linspace(low, high, bars + 1)
    # Rounded, the last edge may be below the highest value, which would then be in no bar.
    edges[[0, -1]] = low, high
    numbers, _ = np.histogram(views, edges)
    drawn = ax.bar(
        edges[:-1], numbers, width=np.diff(edges), align="edge", color=INK, edgecolor=PAGE,
        linewidth=0.8, zorder=2,
    )  # fmt: skip
    label_marks(
        drawn,
        (
            f"{count_text(start)} to {count_text(stop)} views: {number(count, 'post')}"
            for start, stop, count in zip(edges[:-1], edges[1:], numbers, strict=True)
        ),
    )
    if is_log:
        ax.set_xscale("log")
    first, middle, last = np.quantile(views, _QUARTILES)
    if len(views) >= _FEWEST:
        ax.axvspan(first, last, color=GRID, zorder=0, label="the middle half")
        # Bars may fill the axes.
        ax.axvspan(first, last, facecolor=(PAGE, 0.3), edgecolor="none", zorder=2.5)
    ax.axvline(middle, color=PAGE, linewidth=3.4, zorder=2.9)
    ax.axvline(middle, color=BLACK, linewidth=1.4, linestyle="--", zorder=3, label="the median")
    count_ticks(ax.yaxis, whole=True)
    _views_ticks(ax)


def _views_ticks(ax: Axes) -> None:
    count_ticks(ax.xaxis)
    ax.xaxis.set_minor_locator(NullLocator())
    # Below the axis are the notes.
    ax.margins(x=0.02)


def _draw_creators(
    posts: pd.DataFrame, names: Names, n: int, ax: Axes | None, *, is_log: bool
) -> tuple[str, list[str], Axes]:
    """Draw a row for each creator, and return the title, the notes and the axes."""
    spread = spread_of(posts, by="creator", names=names)
    ids = spread["creator_id"].astype(object).fillna("")
    handles = with_at(spread["tiktok_handle"]) if "tiktok_handle" in spread.columns else ids
    handles = handles.where(handles.notna(), ids).mask(ids == "", "no creator")
    spread = spread.assign(handle=handles).set_axis(ids)
    has_few = spread["posts"] < _FEWEST
    few = int(has_few.sum()) if not has_few.all() else 0
    ranked = spread[~has_few] if few else spread
    ax, rows = row_axes(min(len(ranked), n), ax)
    chosen = ranked.head(rows)
    said = distinct(chosen["handle"])
    write_rows(ax, list(map("{} ({:,})".format, said, chosen["posts"])))
    places = np.arange(len(chosen))
    low, first, middle, last, high = (
        np.maximum(values_of(chosen[name]), 1.0 if is_log else 0.0) for name in _SPREAD
    )
    if is_log:
        ax.set_xscale("log")
    ax.hlines(places, low, high, color=QUIET, linewidth=1.2, zorder=0.9)
    ax.scatter(np.append(low, high), np.append(places, places), s=9, color=QUIET, zorder=0.9)
    bars = ax.barh(places, last - first, left=first, height=0.6, color=INK)
    draw_over(ax.vlines, middle, places - 0.36, places + 0.36, 1.6)
    # Bars would put the lower end of a logarithmic scale at theirs.
    ends = (low.min() / _AROUND, high.max() * _AROUND) if is_log else (0, high.max() or 1.0)
    ax.set_xlim(*ends)
    texts = (
        f"{name}: {count:,} posts, median {_views_text(at)} views, middle half "
        f"{_views_text(start)} to {_views_text(stop)}, most {count_text(most)}"
        for name, count, at, start, stop, most in zip(
            said, chosen["posts"], middle, first, last, high, strict=True
        )
    )
    label_marks(bars, texts, chosen.index)
    _views_ticks(ax)
    notes = []
    if more := len(ranked) - len(chosen):
        notes.append(f"{more:,} more {'creator' if more == 1 else 'creators'} not shown")
    if few:
        noun = "creator" if few == 1 else "creators"
        notes.append(f"{few:,} {noun} with fewer than {_FEWEST} posts left out")
    return _finding_of_creators(ranked), notes, ax


def _views_text(views: float) -> str:
    """Write views, which quartiles cut into parts, as whole ones from 10 on."""
    return count_text(round(views) if views >= _EXACT else views)


def _finding(views: pd.Series) -> str:
    """Say how many views the middle half of all posts has, the median and the most."""
    if len(views) == 1:
        return f"The only post has {count_text(views.iloc[0])} views"
    first, middle, last = (_views_text(float(views.quantile(at))) for at in _QUARTILES)
    if views.min() == views.max():
        return f"All {len(views):,} posts have {middle} views"
    ends = f"the median is {middle}, the most {count_text(views.max())}"
    if len(views) < _FEWEST:
        return f"Of the views of {len(views):,} posts, {ends}"
    return f"Half of {len(views):,} posts have {first} to {last} views; {ends}"


def _finding_of_creators(ranked: pd.DataFrame) -> str:
    if len(ranked) > 1:
        ranked = ranked[ranked.index != ""]
    names = distinct(ranked["handle"].iloc[[0, -1]])
    first, last = (_views_text(ranked["median_views"].iloc[place]) for place in (0, -1))
    if len(ranked) == 1:
        return f"A typical post of {names[0]} has {first} views"
    if first == last:
        return f"A typical post of each of {len(ranked):,} creators has {first} views"
    return f"A typical post of {names[0]} has {first} views, one of {names[1]} {last}"
