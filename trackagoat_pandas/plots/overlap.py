"""The plot of what campaigns share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, get_args

import numpy as np
import pandas as pd

from trackagoat_pandas.base.figures import count_text
from trackagoat_pandas.base.types import Floats, Ints
from trackagoat_pandas.base.wording import number
from trackagoat_pandas.helpers.columns import values_of
from trackagoat_pandas.helpers.labels import Names, named
from trackagoat_pandas.inputs.checks import check_choice, check_int, require_columns
from trackagoat_pandas.plots.layout import title_room_pt, widest_pt
from trackagoat_pandas.plots.marks import draw_cells, label_marks, write_cell
from trackagoat_pandas.plots.style import (
    TINY_PT,
    add_note,
    empty_axes,
    finish_axes,
    new_axes,
    picture,
    row_axes,
    write_rows,
)
from trackagoat_pandas.plots.text import distinct
from trackagoat_pandas.plots.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes

Of = Literal["videos", "creators"]
_PAIR: Final = ("campaign_a", "campaign_b")
_SHARED: Final = ("shared_videos", "shared_creators")
_NOUNS: Final[Mapping[str, str]] = {"videos": "post", "creators": "creator"}
_LETTERS: Final = 30
_KEY_PT: Final = 60.0
"""The room that a legend needs beside its texts."""
_TICK_PT: Final = 16.0
"""The room that a number needs below a column."""


@picture
def overlap(
    overlap: pd.DataFrame,
    *,
    of: Of = "videos",
    n: int = 33,
    names: Names = None,
    theme: Theme = "light",  # noqa: ARG001 - `picture` reads it
    ax: Axes | None = None,
) -> Axes:
    """Plot how many posts, or creators, each two campaigns share.

    Parameters
    ----------
    overlap : DataFrame
        The frame of :func:`member_overlap`, or of ``load_report("member-overlap")``.
    of : {'videos', 'creators'}, default 'videos'
        ``"videos"`` for shared posts, ``"creators"`` for shared creators.
    n : int, default 33
        The most campaigns to show, those that share most.
    names : DataFrame or list of DataFrame, optional
        A frame, or a list of them, with names for the ids of a report, such as that of
        :func:`load_campaigns`.
    theme : {'light', 'dark'}, default 'light'
        ``"dark"`` for the colours of dark pages.
    ax : Axes, optional
        The axes to draw on; by default new ones, as high as the campaigns need.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: a row for each campaign, and in it a cell for each campaign above it, called by
        its number, with what both share, in a shade for each quarter of these numbers. Where they
        share nothing there is no cell. Numbers that their cells have no room for are only in the
        read-outs.

    Raises
    ------
    MissingColumnError, ArgumentError, ArgumentTypeError
        A column is missing, or an argument has a value that isn't allowed.

    See Also
    --------
    member_overlap : Count what campaigns share.
    plots.compare_campaigns : Draw two campaigns.
    campaign_members : List who and what is in each campaign.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     campaigns = tgp.load_campaigns("Q1 Brand Program")
    ...     videos = tgp.load_videos("Q1 Brand Program")
    >>> ax = tgp.plots.overlap(tgp.member_overlap(campaigns, videos))
    >>> ax.get_title(loc="left")
    'Spring Drop and Spring Drop: Launch Week share the most posts (280)'
    """
    check_choice("of", of, get_args(Of))
    check_int("n", n, minimum=2)
    require_columns(overlap, [*_PAIR, *_SHARED], loader="member_overlap")
    pairs = named(overlap, names).dropna(subset=[*_PAIR]).reset_index(drop=True)
    counts = values_of(pairs[f"shared_{of}"])
    pairs, counts = pairs[counts > 0].reset_index(drop=True), counts[counts > 0]
    noun = _NOUNS[of]
    if pairs.empty:
        return empty_axes(new_axes(ax), f"No campaigns that share {noun}s")
    ids, called = _campaigns(pairs)
    places = np.array([pd.Index(ids).get_indexer(pd.Index(pairs[name])) for name in _PAIR])
    ax, rows = row_axes(min(len(ids), n), ax)
    kept = _most_shared(places, counts, len(ids), rows)
    order = np.full(len(ids), -1)
    order[kept] = np.arange(len(kept))
    spots = np.sort(order[places], axis=0)
    is_shown = spots[0] >= 0
    _draw(ax, [called[one] for one in kept], pairs[is_shown], spots[:, is_shown], of)
    more = len(ids) - len(kept)
    add_note(ax, f"{more:,} more not shown, which share less" if more else "")
    subtitle = (
        f"{noun.capitalize()}s that two campaigns share, in the row of one and the column with the "
        "number of the other; a campaign shares with those above it all that it has"
    )
    finish_axes(ax, _finding(called, places, counts, noun), subtitle=subtitle)
    return ax


def _campaigns(pairs: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Return the ids of the campaigns in their order, and their names."""
    ends = []
    for end in _PAIR:
        ids = pairs[end].astype(object)
        name = pairs.get(f"{end}_name", pd.Series(None, pairs.index, dtype=object)).astype(object)
        ends.append(pd.DataFrame({"id": ids, "name": name.where(name.notna(), ids)}))
    # All that are first in some pair stand in their order; only the last ones never are.
    both = pd.concat(ends).drop_duplicates("id")
    return both["id"].tolist(), distinct(both["name"], letters=_LETTERS)


def _most_shared(places: Ints, counts: Floats, size: int, rows: int) -> Ints:
    """Return the campaigns that share most, in their order."""
    total = np.bincount(places.ravel(), np.tile(counts, 2), size)
    return np.sort(np.argsort(-total, kind="stable")[:rows])


def _draw(ax: Axes, names: list[str], pairs: pd.DataFrame, spots: Ints, of: Of) -> None:
    size, noun = len(names), _NOUNS[of]
    write_rows(ax, [f"{name}  {place}" for place, name in enumerate(names, 1)])
    ax.set_xlim(-0.6, max(size - 1.4, 0.6))
    ax.tick_params(axis="x", length=0)
    ax.spines["bottom"].set_visible(False)
    x, y = spots[0].astype(float), spots[1].astype(float)
    values = values_of(pairs[f"shared_{of}"])
    bars, letters = draw_cells(ax, (x, y), values, unit=f"shared {noun}s")
    reads = (
        f"{names[first]} and {names[second]} share {number(int(posts), 'post')} and "
        f"{number(int(creators), 'creator')}"
        for first, second, posts, creators in zip(
            *spots, *(np.nan_to_num(values_of(pairs[name])) for name in _SHARED), strict=True
        )
    )
    ids = pairs[_PAIR[0]].astype(str) + " " + pairs[_PAIR[1]].astype(str)
    label_marks(bars, reads, ids)
    legend = widest_pt(ax.get_legend_handles_labels()[1], TINY_PT)
    room = (title_room_pt(ax) - legend - _KEY_PT) / max(size - 1, 1)
    step = next((one for one in (1, 2, 5) if one * room >= _TICK_PT), 10)
    numbers = range(step, size, step)
    ax.set_xticks([one - 1 for one in numbers], map(str, numbers), fontsize=TINY_PT)
    texts = [count_text(value) for value in values]
    if widest_pt(texts, TINY_PT) <= room:
        for place, (text, color) in enumerate(zip(texts, letters, strict=True)):
            write_cell(ax, (x[place], y[place]), text, color=color)


def _finding(names: list[str], places: Ints, counts: Floats, noun: str) -> str:
    """Say which campaigns share most."""
    most = int(np.argmax(counts))
    first, second = (names[place] for place in places[:, most])
    both = f"{first} and {second} share"
    if len(counts) == 1:
        return f"{both} {number(int(counts[most]), noun)}"
    if (counts == counts[most]).sum() > 1:
        return f"No two campaigns share more than {number(int(counts[most]), noun)}"
    return f"{both} the most {noun}s ({count_text(counts[most])})"
