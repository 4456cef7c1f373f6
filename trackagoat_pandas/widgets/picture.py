"""A plot in a page: sharp at any zoom, in the page's colours, with read-outs, and as files."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import ipywidgets as ipw
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from trackagoat_pandas.inputs.checks import without_frame_warnings
from trackagoat_pandas.plots.style import ROW_IN, finding_of
from trackagoat_pandas.plots.svg import THEME_STYLE, svg_of
from trackagoat_pandas.plots.theme import PAGE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HEIGHT_IN: Final = 4.0
_LOWEST_IN, _EDGES_IN = 2.4, 1.2
_DPI: Final = 96
"""The dots of an inch on a page."""
_FILE_DPI: Final = 192
_WIDTHS_PX: Final = (420, 864, 1100)
"""The narrowest picture, the usual one, and the widest."""


def height_of(rows: int) -> float:
    """Return the height in inches of a picture of bars, since a few look odd in a high one."""
    return max(_LOWEST_IN, ROW_IN * rows + _EDGES_IN)


class Picture(ipw.HTML):  # type: ignore[misc]
    """A plot as SVG, as wide as there is room.

    Attributes
    ----------
    figure
        The figure; pyplot doesn't manage it.
    is_blank : bool
        Whether it only says that there is nothing to show.
    """

    def __init__(self) -> None:
        self.figure = Figure(dpi=_DPI, layout="constrained", facecolor="none")
        self._width_px = _WIDTHS_PX[1]
        self._drawn: tuple[Callable[..., Axes], float] | None = None
        self.is_blank = True
        super().__init__()

    def paint(self, plot: Callable[..., Axes], *, height_in: float = HEIGHT_IN) -> None:
        """Clear the figure, draw a plot on it and show it."""
        self._drawn = plot, height_in
        self.figure.clear()
        self.figure.set_size_inches(self._width_px / _DPI, height_in)
        ax = self.figure.add_subplot()
        ax.patch.set_visible(False)
        with without_frame_warnings():
            plot(ax=ax)
        self.is_blank = not ax.has_data()
        svg = svg_of(self.figure, finding_of(ax))
        self.value = f"<style>{THEME_STYLE}</style><div class='trackagoat-picture'>{svg}</div>"

    def resize(self, width_px: int) -> None:
        """Draw the plot again for another width."""
        narrowest, _, widest = _WIDTHS_PX
        width = min(max(width_px, narrowest), widest)
        if width != self._width_px:
            self._width_px = width
            if self._drawn is not None:
                plot, height_in = self._drawn
                self.paint(plot, height_in=height_in)

    def png(self) -> bytes:
        """Return the picture as the bytes of a PNG file, on white."""
        return self._file(FigureCanvasAgg(self.figure).print_png, _FILE_DPI)

    def svg(self) -> bytes:
        """Return the picture as the bytes of an SVG file, on white."""
        return self._file(FigureCanvasSVG(self.figure).print_svg, _DPI)

    def _file(self, write: Callable[[io.BytesIO], object], dpi: int) -> bytes:
        file, usual, page = io.BytesIO(), self.figure.dpi, self.figure.get_facecolor()
        try:
            self.figure.set(dpi=dpi, facecolor=PAGE)
            write(file)
        finally:
            self.figure.set(dpi=usual, facecolor=page)
        return file.getvalue()
