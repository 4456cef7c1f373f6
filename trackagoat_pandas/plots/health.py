"""The plot of how a program does, part by part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Words
from trackagoat_pandas.base.wording import joined
from trackagoat_pandas.helpers.columns import codes_of
from trackagoat_pandas.helpers.granularity import day_text
from trackagoat_pandas.inputs.checks import require_columns
from trackagoat_pandas.plots.layout import title_room_pt
from trackagoat_pandas.plots.marks import label_marks, write_cell
from trackagoat_pandas.plots.style import (
    TINY_PT,
    empty_axes,
    finish_axes,
    new_axes,
    picture,
    row_axes,
    write_behind,
    write_rows,
)
from trackagoat_pandas.plots.text import distinct, shown
from trackagoat_pandas.plots.theme import ALARM, GOOD, PAGE, QUIET, WARN, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COLORS: Final = {"bad": ALARM, "unknown": QUIET, "watch": WARN, "good": GOOD}
"""The worst first, as they are drawn; the word stands on each, so that colour isn't all."""
_BLOCK_PT: Final = 62.0
_LETTER_PT: Final = 0.52 * TINY_PT
_FEWEST_LETTERS: Final = 12


@picture
def health(
    health: pd.DataFrame,
    *,
    theme: Theme = "light",  # noqa: ARG001 - `picture` reads it
    ax: Axes | None = None,
) -> Axes:
    """Plot the status of each part of a program, the worst on top.

    Parameters
    ----------
    health : DataFrame
        The frame of :func:`program_health`.
    theme : {'light', 'dark'}, default 'light'
        ``"dark"`` for the colours of dark pages.
    ax : Axes, optional
        The axes to draw on; by default new ones, as high as the parts need.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: a block for each part, with its status as a word and in colour, grey for unknown;
        beside it since when, and the beginning of the evidence.

    Raises
    ------
    MissingColumnError
        A column is missing.

    See Also
    --------
    program_health : Judge a program part by part.
    widgets.HealthBoard : Click through the parts of a program.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     videos = tgp.load_videos("Q1 Brand Program")
    >>> found = tgp.program_health(videos=videos, parts=["over-posting", "cadence"])
    >>> tgp.plots.health(found).get_title(loc="left")
    '1 of 2 parts is bad: over-posting'
    """
    require_columns(health, ["part", "status", "since", "evidence"], loader="program_health")
    if health.empty:
        return empty_axes(new_axes(ax), "No part of a program to show")
    place = codes_of(health["status"], [*_COLORS])
    place = np.where(place < 0, [*_COLORS].index("unknown"), place)
    order = np.argsort(place, kind="stable")
    parts, words = health.iloc[order], np.array([*_COLORS])[place[order]]
    ax, rows = row_axes(len(parts), ax)
    names = distinct(parts["part"].astype(object), letters=20)
    write_rows(ax, names[:rows])
    _draw(ax, parts.head(rows), words[:rows], names)
    finish_axes(ax, _finding(words, names), subtitle="The worst part decides")
    return ax


def _draw(ax: Axes, parts: pd.DataFrame, words: Words, names: list[str]) -> None:
    width = max(title_room_pt(ax), 2 * _BLOCK_PT)
    ax.set_xlim(0.0, width / _BLOCK_PT)
    ax.set_xticks([])
    ax.spines["bottom"].set_visible(False)
    places = np.arange(len(parts))
    colors = [_COLORS[word] for word in words]
    bars = ax.barh(places, np.ones(len(parts)), height=0.72, color=colors)
    for row, word in enumerate(words):
        write_cell(ax, (0.5, row), word, color=PAGE)
    texts = [_text(row) for row in parts[["since", "evidence"]].to_dict("records")]
    label_marks(
        bars,
        (
            f"{name} is {word}; {text}"
            for name, word, text in zip(names, words, texts, strict=False)
        ),
        parts["part"].astype(object),
    )
    letters = max(int((width - _BLOCK_PT) / _LETTER_PT), _FEWEST_LETTERS)
    write_behind(ax, places, np.ones(len(parts)), [shown(one, letters=letters) for one in texts])


def _text(row: Mapping[Any, Any]) -> str:
    """Say since when a part has its status, and the evidence."""
    since, evidence = row["since"], row["evidence"]
    when = f"since {day_text(since)}: " if isinstance(since, pd.Timestamp) else ""
    said = evidence if isinstance(evidence, str) else "no evidence"
    return f"{when}{said}".replace("`", "")


def _finding(words: Words, names: list[str]) -> str:
    """Say which parts are worst."""
    worst = next(word for word in _COLORS if word in words)
    found = [name for name, word in zip(names, words, strict=True) if word == worst]
    said = {"watch": "to watch"}.get(worst, worst)
    if len(found) == len(words):
        return f"All {len(words):,} parts are {said}" if len(words) > 1 else f"{found[0]} is {said}"
    listed = joined(found)
    are = "is" if len(found) == 1 else "are"
    return f"{len(found)} of {len(words)} parts {are} {said}: {listed}"
