"""The plot of creators' ranks, with how far each may be luck."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.figures import count_text
from trackagoat_pandas.helpers.columns import values_of
from trackagoat_pandas.inputs.checks import check_int, require_columns
from trackagoat_pandas.plots.marks import label_places
from trackagoat_pandas.plots.style import (
    TINY_PT,
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
from trackagoat_pandas.plots.theme import GRID, INK, PAGE, QUIET, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_NEEDED: Final = (
    "rank", "posts", "level", "rank_low", "rank_high", "alike_to_place", "reason", "creator_id",
)  # fmt: skip


@picture
def ranks(
    ranked: pd.DataFrame,
    *,
    n: int = 30,
    theme: Theme = "light",  # noqa: ARG001 - `picture` reads it
    ax: Axes | None = None,
) -> Axes:
    """Plot the rank of each creator, and between which ranks it may be.

    Parameters
    ----------
    ranked : DataFrame
        The frame of :func:`trackagoat_pandas.rank_creators`.
    n : int, default 30
        The most creators to show, the first ones.
    theme : {'light', 'dark'}, default 'light'
        ``"dark"`` for the colours of dark pages.
    ax : Axes, optional
        The axes to draw on; by default new ones, as high as the creators need.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: a row for each creator with a dot at its rank, a line for the interval, what a
        typical post of the creator gets, and after the name the number of posts. The dot is filled
        where the rank is sure. The first creators who can't be told apart have a grey background,
        and the title says which places they are.

    Raises
    ------
    MissingColumnError, ArgumentError, ArgumentTypeError
        The frame isn't of that function, or ``n`` is less than 1.

    See Also
    --------
    rank_creators : Rank creators, with the luck in each rank.
    reliability : See how much is skill and how much luck.
    plots.leaderboard : Draw a ranking as bars.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     videos = tgp.load_videos("Q1 Brand Program")
    >>> tgp.plots.ranks(tgp.rank_creators(videos)).get_title(loc="left")
    "Places 3 and 4 of 12 can't be told apart"
    """
    check_int("n", n, minimum=1)
    require_columns(ranked, [*_NEEDED], loader="rank_creators")
    known = ranked[ranked["rank"].notna() & ranked["level"].notna()]
    if known.empty:
        return empty_axes(new_axes(ax), "No creator is ranked")
    ax, rows = row_axes(min(len(known), n), ax)
    places = np.arange(1, len(known) + 1)
    last = np.fmax(values_of(known["alike_to_place"]), places).astype(int)
    unsure = np.flatnonzero(last > places)
    if len(unsure) and unsure[0] < rows:
        top = int(unsure[0])
        ax.axhspan(top - 0.5, min(int(last[top]), rows) - 0.5, color=GRID, alpha=0.6, zorder=0)
    _draw(ax, known.head(rows))
    notes = []
    if more := len(known) - rows:
        notes.append(f"{more:,} more not shown")
    if without := len(ranked) - len(known):
        notes.append(f"{without:,} {'creator' if without == 1 else 'creators'} without a rank")
    if known["rank_low"].isna().all():
        why = known["reason"].dropna().astype(str).head(1).tolist()
        notes.append(": ".join(["without intervals", *why]))
    add_note(ax, "; ".join(notes))
    subtitle = "Rank by what a typical post gets, which stands beside it; line: where the rank may "
    subtitle += "be; filled: the rank is sure; in brackets the number of posts"
    finish_axes(ax, _finding(known, last, unsure), subtitle=subtitle, grid="x")
    return ax


def _names(rows: pd.DataFrame) -> list[str]:
    names = rows["creator_id"].astype(object)
    if "tiktok_handle" in rows.columns:
        names = with_at(rows["tiktok_handle"]).astype(object).fillna(names)
    posts = ("?" if np.isnan(one) else f"{one:,.0f}" for one in values_of(rows["posts"]))
    called = distinct(names.fillna("no name"), letters=24)
    return [f"{name} ({number})" for name, number in zip(called, posts, strict=True)]


def _draw(ax: Axes, rows: pd.DataFrame) -> None:
    names = _names(rows)
    write_rows(ax, names)
    at = np.arange(len(rows))
    rank, low, high = (values_of(rows[name]) for name in ("rank", "rank_low", "rank_high"))
    low, high = np.fmin(low, rank), np.fmax(high, rank)
    ax.hlines(at, low, high, color=INK, linewidth=2)
    is_sure = rows["rank_low"].notna().to_numpy(bool) & (low == high)
    for part, fill, edge in ((is_sure, INK, INK), (~is_sure, PAGE, INK)):
        ax.scatter(rank[part], at[part], s=30, color=fill, edgecolor=edge, zorder=3)
    levels = [count_text(round(level)) for level in values_of(rows["level"])]
    for place, end, level in zip(at, high, levels, strict=True):
        # Not `write_behind`, whose texts have the page as their ground.
        ax.annotate(
            level, (end, place), xytext=(7, 0), textcoords="offset points", va="center",
            fontsize=TINY_PT, color=QUIET,
        )  # fmt: skip
    most = float(high.max())
    ax.set_xlim(1.0 - 0.04 * most, 1.12 * most)
    count_ticks(ax.xaxis, whole=True)
    inside = [tick for tick in ax.get_xticks() if 1.0 < tick <= most]
    ax.set_xticks([1.0, *inside])
    texts = (
        f"{name}: rank {one:,.0f} ({first:,.0f} to {last:,.0f}), {level} a typical post"
        for name, one, first, last, level in zip(names, rank, low, high, levels, strict=True)
    )
    edges = [(place - 0.5, place + 0.5) for place in at]
    label_places(ax, edges, texts, rows["creator_id"], is_row=True)


def _finding(known: pd.DataFrame, last: np.ndarray, unsure: np.ndarray) -> str:
    """Say which places can't be told apart, the first such ones."""
    size = len(known)
    if known["rank_low"].isna().all():
        return "How far the ranks are luck isn't known"
    if not len(unsure):
        return f"All {size:,} places can be told apart" if size > 1 else "There is one creator"
    first, end = int(unsure[0]) + 1, int(last[unsure[0]])
    if end - first + 1 == size:
        return f"The {size:,} creators can't be told apart"
    span = f"{first:,} and {end:,}" if end == first + 1 else f"{first:,} to {end:,}"
    return f"Places {span} of {size:,} can't be told apart"
