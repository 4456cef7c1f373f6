"""What the marks of a plot say when a pointer rests on them, and what a click on one chooses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple
from weakref import WeakKeyDictionary

from matplotlib.artist import Artist
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Mark(NamedTuple):
    """The read-out of a mark, and the id that a click on it chooses; an empty one chooses none."""

    text: str
    id_: str = ""


MARKS: Final[WeakKeyDictionary[Artist, Mark]] = WeakKeyDictionary()
"""The marks that are alive; pictures in SVG show them, other formats don't."""


def label_mark(artist: Artist, text: str, id_: object = "") -> None:
    """Give a mark its read-out, and the id that a click on it chooses."""
    MARKS[artist] = Mark(text, id_ if isinstance(id_, str) else "")


def label_marks(
    artists: Iterable[Artist], texts: Iterable[str], ids: Iterable[object] | None = None
) -> None:
    """Give each of some marks, such as the bars of a chart, its read-out and its id."""
    marks = list(artists)
    chosen: Sequence[object] = list(ids) if ids is not None else [""] * len(marks)
    for artist, text, id_ in zip(marks, texts, chosen, strict=True):
        label_mark(artist, text, id_)


def label_points(
    ax: Axes,
    points: Iterable[tuple[float, float]],
    widths_pt: Iterable[float],
    texts: Iterable[str],
    ids: Iterable[object],
) -> None:
    """Give each point of a scatter plot, which is one artist, a read-out and an id."""
    for point, width, text, id_ in zip(points, widths_pt, texts, ids, strict=True):
        spot = Line2D(
            *zip(point, strict=True), linestyle="", marker="o", markersize=width,
            markerfacecolor="none", markeredgecolor="none", zorder=5,
        )  # fmt: skip
        spot.set_in_layout(False)
        ax.add_artist(spot)
        label_mark(spot, text, id_)


def label_places(
    ax: Axes,
    edges: Iterable[tuple[float, float]],
    texts: Iterable[str],
    ids: Iterable[object] | None = None,
    *,
    is_row: bool = False,
) -> None:
    """Give each bucket of a line chart, or each row, a read-out over its whole height or width.

    ``edges`` are the bucket's first and last position on the axis. The limits of the other axis
    don't matter.
    """
    strips = []
    transform = ax.get_yaxis_transform() if is_row else ax.get_xaxis_transform()
    for start, stop in edges:
        place = (0, start) if is_row else (start, 0)
        size = (1, stop - start) if is_row else (stop - start, 1)
        strip = Rectangle(
            place, *size, transform=transform, facecolor="none", edgecolor="none", zorder=5
        )
        strip.set_in_layout(False)
        # Not add_patch: the axes' limits stay as they are.
        ax.add_artist(strip)
        strips.append(strip)
    label_marks(strips, texts, ids)
