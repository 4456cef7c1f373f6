"""The room at the ends of bars for their texts, and lines that stand out from bars."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from trackagoat_pandas._types import Floats
from trackagoat_pandas.plots.layout import title_room_pt, widest_pt
from trackagoat_pandas.plots.style import TINY_PT
from trackagoat_pandas.plots.theme import BLACK, PAGE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_GAP_PT: Final = 6.0
_MOST: Final = 0.4
"""The largest share of the width that texts may take."""


def draw_over(
    lines: Callable[..., object], places: object, starts: object, ends: object, linewidth: float
) -> None:
    """Draw lines over bars, by ``vlines`` or ``hlines``, with an edge that sets them off."""
    lines(places, starts, ends, color=PAGE, linewidth=linewidth + 2)
    lines(places, starts, ends, color=BLACK, linewidth=linewidth)


def make_room(ax: Axes, ends: Floats, texts: Sequence[str], *, font_pt: float = TINY_PT) -> None:
    """Set the limits so that texts at the ends of the longest bars have room.

    The names of the rows must have been written.
    """
    low, high = min(float(np.min(ends)), 0.0), max(float(np.max(ends)), 0.0)
    sides = (low < 0) + (high > 0 or low == 0)
    width = max(title_room_pt(ax), 1.0)
    share = min(_MOST, (widest_pt(texts, font_pt) + _GAP_PT) / width)
    room = (high - low or 1.0) * share / (1 - sides * share)
    ax.set_xlim(low - (room if low < 0 else 0.0), high + (room if high > 0 or low == 0 else 0.0))
