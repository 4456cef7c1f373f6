"""The plot of groups of creators, by what sets them apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd

from trackagoat_pandas.base.figures import count_text, percent_text
from trackagoat_pandas.base.types import Bools, Floats
from trackagoat_pandas.base.wording import listing, number
from trackagoat_pandas.helpers.columns import values_of
from trackagoat_pandas.helpers.pools.pooling import TOO_FEW
from trackagoat_pandas.inputs.checks import require_columns
from trackagoat_pandas.plots.layout import SMALL_PT, text_pt, title_room_pt
from trackagoat_pandas.plots.marks import label_places
from trackagoat_pandas.plots.style import (
    TINY_PT,
    add_note,
    empty_axes,
    finish_axes,
    new_axes,
    picture,
    write_rows,
)
from trackagoat_pandas.plots.text import distinct, shown, with_at
from trackagoat_pandas.plots.theme import BLACK, DARK, GRID, INK, QUIET, Theme

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes


class _Column(NamedTuple):
    """How a column is drawn: its headings, how its numbers are written, and its scale."""

    heading: str
    short: str
    text: Callable[[float], str]
    is_log: bool = True


def _hour_text(hour: float) -> str:
    return f"{int(hour)}:{int(hour % 1 * 60):02d}"


_COLUMNS: Final = {
    "median_views": _Column("Views of a post", "Views", lambda views: count_text(round(views))),
    "views_factor": _Column("Views differ by", "Spread", lambda factor: f"{factor:.1f}x"),
    "posts_per_week": _Column("Posts a week", "Pace", lambda posts: f"{posts:.1f}"),
    "engagement_rate_by_views": _Column("Engagement", "Engaged", percent_text),
    "usual_hour": _Column("Usual hour", "Hour", _hour_text, is_log=False),
    "weekend_pct": _Column(
        "At weekends", "Weekend", lambda share: percent_text(round(share)), is_log=False
    ),
}
_NEEDED: Final = ("pool", "pool_description", "reason", "creator_id", *_COLUMNS)
_ROW_IN, _FRAME_IN = 0.6, 1.7
_INSET: Final = 0.12
"""The empty part of a column at either side."""
_HIGH, _SPREAD = 0.12, 0.28
"""Where numbers stand above the middle of a row, and how high dots spread below it."""
_TOP, _HEADING, _RANGE = -1.2, -0.88, -0.58
"""The upper end of the axes, and where headings and what is under them stand, in rows."""
_NARROW_PT: Final = 420.0
"""Narrower axes have short headings, and don't say below what sets pools apart."""
_NAMED: Final = 3


@picture
def pools(
    found: pd.DataFrame,
    *,
    theme: Theme = "light",  # noqa: ARG001 - `picture` reads it
    ax: Axes | None = None,
) -> Axes:
    """Plot the creators of each pool by size, spread, pace, engagement, hour and weekday.

    Parameters
    ----------
    found : DataFrame
        The frame of :func:`creator_pools`. Creators who can't be compared are counted in a note.
    theme : {'light', 'dark'}, default 'light'
        ``"dark"`` for the colours of dark pages.
    ax : Axes, optional
        The axes to draw on; by default new ones, as high as the pools need.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: a row for each pool, or one for all creators if there are none, and a column for
        each number, from the least to the most of all creators; a dot for each creator, an upright
        line at the pool's median and above it the number. Below it says what sets each pool apart.

    Raises
    ------
    MissingColumnError
        A column is missing from the frame.

    See Also
    --------
    creator_pools : Find groups of creators.
    plots.similar : Draw what sets them apart.
    plots.creator_scatter : Draw creators by posts, views and engagement.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> numbers = {"median_views": 900.0, "views_factor": 2.1, "engagement_rate_by_views": 5.0,
    ...            "posts_per_week": 2.0, "usual_hour": 18.5, "weekend_pct": 30.0}
    >>> found = pd.DataFrame({"creator_id": ["a", "b"], "pool": pd.array([None, None], "Int64"),
    ...                       "pool_description": None, "reason": "no groups", **numbers})
    >>> tgp.plots.pools(found).get_title(loc="left")
    'No groups among 2 creators'
    """
    require_columns(found, _NEEDED, loader="creator_pools")
    pool = values_of(found["pool"])
    is_pooled = ~np.isnan(pool)
    has_pools = bool(is_pooled.any())
    is_compared = is_pooled if has_pools else _has_numbers(found)
    known = found[is_compared].assign(pool=np.nan_to_num(pool[is_compared], nan=1.0))
    known = known.reset_index(drop=True)
    if known.empty:
        return empty_axes(new_axes(ax), "No creators to compare")
    names = sorted(known["pool"].unique())
    groups = [known[known["pool"] == name] for name in names]
    ax = new_axes(ax, height_in=_FRAME_IN + _ROW_IN * len(groups)) if ax is None else new_axes(ax)
    titles = [
        f"{f'Pool {name:.0f}' if has_pools else 'All creators'} ({len(group):,})"
        for name, group in zip(names, groups, strict=True)
    ]
    _draw(ax, known, groups, titles)
    for title, group in zip(titles, groups, strict=True):
        if has_pools and title_room_pt(ax) >= _NARROW_PT:
            add_note(ax, _pool_text(title.partition(" (")[0], group))
    left = len(found) - len(known)
    add_note(ax, f"{number(left, 'creator')} can't be compared" if left else "")
    if not has_pools:
        add_note(ax, f"{number(len(known), 'creator')} without a pool")
    subtitle = "Dots: creators, from the least to the most of all; upright: the median"
    finish_axes(ax, _finding(groups, known) if has_pools else _none(known), subtitle=subtitle)
    return ax


def _has_numbers(found: pd.DataFrame) -> Bools:
    numbers = np.column_stack([values_of(found[name]) for name in _COLUMNS])
    return np.array([not np.isnan(row).all() for row in numbers], np.bool_)


def _draw(ax: Axes, known: pd.DataFrame, groups: list[pd.DataFrame], titles: list[str]) -> None:
    write_rows(ax, titles)
    ax.set_xlim(0.0, len(_COLUMNS))
    is_wide = title_room_pt(ax) >= _NARROW_PT
    ax.set_ylim(top=_TOP if is_wide else _HEADING)
    ax.set_xticks([])
    dots, middles = [np.empty((2, 0))], [np.empty((2, 0))]
    for place, (name, column) in enumerate(_COLUMNS.items()):
        values = values_of(known[name])
        across = place + _INSET + (1.0 - 2.0 * _INSET) * _shares(values, is_log=column.is_log)
        values = values[~np.isnan(values)]
        ends = (column.text(end) for end in (values.min(), values.max())) if len(values) else ()
        spread = " to ".join(dict.fromkeys(ends)) or "n/a"
        top = (place + 0.5, _HEADING if is_wide else _RANGE)
        _write(ax, top, column.heading if is_wide else column.short, SMALL_PT)
        if is_wide:
            _write(ax, (place + 0.5, _RANGE), spread, TINY_PT, QUIET)
        for row, group in enumerate(groups):
            own = across[known.index.isin(group.index)]
            own = np.sort(own[~np.isnan(own)])
            if len(own):
                dots.append(np.vstack([own, row + _heights(len(own))]))
                middle = float(np.median(own))
                middles.append(np.array([[middle], [row]]))
                text = column.text(float(np.nanmedian(values_of(group[name]))))
                _write(ax, (middle, row - _HIGH), text, TINY_PT)
    x, y = np.hstack(dots)
    ax.scatter(x, y, s=14, color=INK, alpha=0.7, linewidths=0, zorder=2)
    x, y = np.hstack(middles)
    ax.vlines(x, y - 0.06, y + 0.38, color=BLACK, linewidth=1.8, zorder=3)
    for line in range(1, len(_COLUMNS)):
        ax.axvline(line, color=GRID, linewidth=0.8)
    for line in range(1, len(groups)):
        ax.axhline(line - 0.5, color=GRID, linewidth=0.8)
    strips = [(row - 0.5, row + 0.5) for row in range(len(groups))]
    texts = [f"{title}: {_description(group)}" for title, group in zip(titles, groups, strict=True)]
    label_places(ax, strips, texts, is_row=True)


def _shares(values: Floats, *, is_log: bool) -> Floats:
    """Return where numbers are between the least and the most, 0 to 1; a half where all are one."""
    spots = np.log(np.maximum(values, 1e-9)) if is_log else values
    known = spots[~np.isnan(spots)]
    span = float(np.ptp(known)) if len(known) else 0.0
    shares: Floats = (spots - known.min()) / span if span else np.where(np.isnan(spots), spots, 0.5)
    return shares


def _heights(number: int) -> Floats:
    """Return in turn higher and lower places, so that dots of similar numbers stay apart."""
    turns = np.array([0.5, 0.1, 0.9, 0.3, 0.7])[np.arange(number) % 5]
    return _SPREAD * (turns - 0.2) + 0.05


def _write(
    ax: Axes, place: tuple[float, float], text: str, font_pt: float, color: str = DARK
) -> None:
    """Write a text about a place, but within its column."""
    half = text_pt(text, font_pt) / max(title_room_pt(ax), 1.0) * len(_COLUMNS) / 2.0
    column = np.floor(place[0])
    x = np.clip(place[0], column + min(half, 0.5), column + 1.0 - min(half, 0.5))
    ax.text(x, place[1], text, ha="center", fontsize=font_pt, color=color, parse_math=False)


def _description(group: pd.DataFrame) -> str:
    texts = group["pool_description"].dropna()
    # A line may break before a percent sign that stands alone.
    return str(texts.iloc[0]).replace(" %", "%") if len(texts) else number(len(group), "creator")


def _pool_text(title: str, group: pd.DataFrame) -> str:
    """Say who is in a pool, and what sets it apart."""
    names = group["creator_id"].astype(object)
    if "tiktok_handle" in group.columns:
        names = with_at(group["tiktok_handle"]).fillna(names)
    who = listing(distinct(names, letters=20), _NAMED)
    return f"{title}: {shown(_description(group), letters=300)}: {who}"


def _finding(groups: list[pd.DataFrame], known: pd.DataFrame) -> str:
    creators = number(len(known), "creator")
    if len(groups) == 1:
        return f"One pool of {creators}"
    return f"{len(groups)} pools among {creators}, the largest of {max(map(len, groups)):,}"


def _none(known: pd.DataFrame) -> str:
    """Say that there are no groups, or that so few creators can't show any."""
    creators = number(len(known), "creator")
    few = known["reason"].astype(object).fillna("").astype(str).str.startswith(TOO_FEW)
    if few.any():
        return f"Whether there are groups among {creators} isn't known: they are too few"
    return f"No groups among {creators}"
