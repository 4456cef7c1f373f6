"""A figure as SVG for a page: sharp, transparent, in the page's colours, with read-outs."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING, Final

import matplotlib as mpl
from matplotlib.backends.backend_svg import FigureCanvasSVG

from trackagoat_pandas.plots.marks import MARKS, Mark
from trackagoat_pandas.plots.theme import DARK_OF

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_GID: Final = "trackagoat-mark-"
_NAMED_GROUP: Final = re.compile(rf'<g id="(?!{_GID})[^"]*">')
_SIZE: Final = re.compile(r'<svg .*?width="([0-9.]+)pt" height="([0-9.]+)pt"[^>]*>', re.DOTALL)
_WHOLE_PAGE: Final = re.compile(
    r"^.*?(?=<svg)|<metadata>.*?</metadata>|<style.*?</style>", re.DOTALL
)
"""What is for a file: its head, and a style that would be that of the whole page."""
_COLOR: Final = re.compile(f"#({'|'.join(light[1:] for light in DARK_OF)})")
_PX_A_PT: Final = 96 / 72

_DARK_PAGES: Final = (
    "body[data-jp-theme-light='false'], body.vscode-dark, body.vscode-high-contrast, "
    "html[theme='dark']"
)
"""The pages of JupyterLab, Voila, VS Code and Colab where their theme is dark."""


def _variables(colors: Iterable[tuple[str, str]]) -> str:
    return " ".join(f"--goat-{light[1:]}: {color};" for light, color in colors)


THEME_STYLE: Final = (
    f".trackagoat-picture {{ {_variables((light, light) for light in DARK_OF)} }}\n"
    f":is({_DARK_PAGES}) .trackagoat-picture {{ {_variables(DARK_OF.items())} }}\n"
)
"""CSS with the colours of pictures, by the theme of the page."""


def svg_of(figure: Figure, text: str) -> str:
    """Draw a figure as an SVG element for an HTML page.

    The background is transparent, and colours follow the page's theme by ``THEME_STYLE``. Texts
    are texts, so they can be searched and read aloud. The ids of groups are left out: they would
    be there twice on a page with two pictures.

    Parameters
    ----------
    figure
        The figure.
    text
        What the picture shows, for those who don't see it.
    """
    marks: list[Mark] = []
    for artist in figure.findobj(MARKS.__contains__):
        artist.set_gid(f"{_GID}{len(marks)}")
        marks.append(MARKS[artist])
    file = io.StringIO()
    # `savefig` would lay the figure out a second time, which doubles the time.
    with mpl.rc_context({"svg.fonttype": "none"}):
        FigureCanvasSVG(figure).print_svg(file, metadata={"Date": None})  # type: ignore[no-untyped-call]
    svg = file.getvalue()
    body = _NAMED_GROUP.sub("<g>", _WHOLE_PAGE.sub("", svg))
    for number, mark in enumerate(marks):
        act = f' class="trackagoat-click" data-goat="pick:{escape(mark.id_)}"' if mark.id_ else ""
        # A pointer is over a mark also where it has no colour, as over the strip of a bucket.
        act += f" data-days='{escape(mark.days)}'" if mark.days else ""
        read_out = f"<g pointer-events='all'{act}><title>{escape(mark.text)}</title>"
        body = body.replace(f'<g id="{_GID}{number}">', read_out)
    # matplotlib writes colours in small letters, as they are in DARK_OF.
    body = _COLOR.sub(r"var(--goat-\1)", body)
    # Arrows go from mark to mark of a picture that has the focus.
    focus = " tabindex='0'" if marks else ""

    def opening(found: re.Match[str]) -> str:
        return _opening(float(found[1]), float(found[2]), f"aria-label='{escape(text)}'{focus}")

    return _SIZE.sub(opening, body, count=1)


def _opening(width_pt: float, height_pt: float, more: str) -> str:
    width, height = (f"{_PX_A_PT * size:.0f}" for size in (width_pt, height_pt))
    return (
        f"<svg xmlns:xlink='http://www.w3.org/1999/xlink' xmlns='http://www.w3.org/2000/svg' "
        f"width='{width}' height='{height}' viewBox='0 0 {width_pt:g} {height_pt:g}' role='img' "
        f"style='stroke-linejoin: round; stroke-linecap: butt' {more}>"
    )
