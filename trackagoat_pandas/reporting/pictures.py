"""The pictures of a report, as SVG for a page and as PNG for mail, and its logo."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import warnings
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError
from trackagoat_pandas.inputs.checks import without_frame_warnings
from trackagoat_pandas.plots.svg import svg_of
from trackagoat_pandas.plots.theme import PAGE
from trackagoat_pandas.showing.cells import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from trackagoat_pandas.asking.sentences import Drawing

T = TypeVar("T")

PX_AN_INCH: Final = 96
_TAG: Final = re.compile(r"<[A-Za-z][^>]*>")
_PLACES: Final = re.compile(r'(?<= )(d|x|y|width|height|transform)="([^"]*)"')
_DECIMALS: Final = re.compile(r"-?\d+\.\d+")
_NO_TURN: Final = re.compile(r' transform="rotate\(-?0 [^"]*\)"')
_FONT: Final = re.compile(r"font-family: [^;\"]*sans-serif;? ?")
_ACTS: Final = re.compile(
    r" class=\"trackagoat-click\" data-goat=\"pick:[^\"]*\"| data-days='[^']*'| tabindex='0'"
)
"""What a script of a board reads; a report has no script."""
_BLANK_LINES: Final = re.compile(r"\n\s+")
_MAGIC: Final = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpeg"}
_MOST_LOGO_BYTES: Final = 100_000
_MOST_LOGO_WIDTH: Final = 4
"""In heights."""
_SCALES: Final = (2.5, 2.0, 1.5, 1.0)
"""How many pixels of a PNG there are for one of a page: the first that isn't too large."""
_COLORS: Final = 48
_MOST_PNG_BYTES: Final = 30_000


class Logo(NamedTuple):
    """A logo: ``"png"`` or ``"jpeg"``, and the bytes of its file."""

    kind: str
    content: bytes

    @property
    def uri(self) -> str:
        """The logo as the address of an image that isn't loaded from anywhere."""
        return data_uri(self.kind, self.content)

    def small(self, height_px: int) -> tuple[bytes, int]:
        """Return the logo as a PNG file for this height at most, and its width in the page.

        Raises
        ------
        ArgumentError
            Its bytes aren't those of an image.
        """
        try:
            with Image.open(io.BytesIO(self.content)) as opened:
                image = opened.convert("RGBA")
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
            raise ArgumentError("logo", None, problem="its bytes can't be read") from error
        image.thumbnail((_MOST_LOGO_WIDTH * height_px, height_px))
        small = image.quantize(_COLORS, method=Image.Quantize.FASTOCTREE)
        return _png_file(small), image.width


def read_logo(given: bytes | None) -> Logo | None:
    """Check the bytes of a logo; None if there is none.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        It isn't a PNG or JPEG file, or has more than 100 kB.
    """
    if given is None:
        return None
    if not isinstance(given, bytes):
        raise ArgumentTypeError("logo", given, "the bytes of a PNG or JPEG file")
    kind = next((kind for magic, kind in _MAGIC.items() if given.startswith(magic)), None)
    if kind is None:
        raise ArgumentError("logo", None, problem="it is neither a PNG nor a JPEG file")
    if len(given) > _MOST_LOGO_BYTES:
        size = f"it has {len(given):,} bytes, and {_MOST_LOGO_BYTES:,} are allowed"
        raise ArgumentError("logo", None, problem=size)
    return Logo(kind, given)


def data_uri(kind: str, content: bytes) -> str:
    """Return an image as an address that holds all of it."""
    return f"data:image/{kind};base64,{base64.b64encode(content).decode('ascii')}"


def svg_picture(drawing: Drawing, name: str, width_in: float | None = None) -> str:
    """Draw a picture as an SVG element, in the colours of the page's theme.

    The same drawing gives the same text, whatever the settings of matplotlib are. Its ids are those
    of no picture of another name.
    """

    def written(figure: Figure) -> str:
        return svg_of(figure, one_line(drawing.text))

    with _usual_settings(name):
        svg = _draw(drawing, width_in or drawing.width_in, PX_AN_INCH, "none", written)
    return _BLANK_LINES.sub("\n", _TAG.sub(lambda found: _tidy(found[0]), svg)).strip()


def digest(text: str) -> str:
    """Return the SHA-256 of a text in hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def png_picture(drawing: Drawing, width_px: int) -> bytes:
    """Draw a picture as a PNG file on white for this width.

    It has more pixels than that, unless the file would be too large.
    """
    made = b""
    for scale in _SCALES:
        with _usual_settings(""):
            image = _draw(drawing, width_px / PX_AN_INCH, scale * PX_AN_INCH, PAGE, _paint)
        made = _png_file(image.quantize(_COLORS))
        if len(made) <= _MOST_PNG_BYTES:
            break
    return made


def _paint(figure: Figure) -> Image.Image:
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    pixels = np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
    return Image.fromarray(pixels).convert("RGB")


@contextmanager
def _usual_settings(salt: str) -> Iterator[None]:
    """Draw with the settings that matplotlib comes with, and no random ids."""
    # Ids of matplotlib are made of printed numbers.
    with mpl.rc_context(), np.printoptions(precision=8, suppress=False, legacy=False):
        mpl.rcdefaults()
        mpl.rcParams["svg.hashsalt"] = f"trackagoat {salt}"
        yield


def _draw(
    drawing: Drawing, width_in: float, dpi: float, page: str, render: Callable[[Figure], T]
) -> T:
    """Draw a picture for a width; if that isn't enough for its texts, for its own width."""
    figure = Figure((width_in, drawing.height_in), dpi, layout="constrained", facecolor=page)
    ax = figure.add_subplot()
    ax.patch.set_visible(False)
    with without_frame_warnings():  # the report says them in its caveats
        drawing.draw(ax=ax)
    if width_in >= drawing.width_in:
        return render(figure)
    # Only a warning says that texts don't fit.
    with warnings.catch_warnings(), suppress(UserWarning):
        warnings.filterwarnings("error", "constrained_layout not applied")
        return render(figure)
    return _draw(drawing, drawing.width_in, dpi, page, render)


def _tidy(tag: str) -> str:
    """Round the places of a tag of SVG to a tenth, and drop what a report doesn't need."""
    short = _FONT.sub("", _ACTS.sub("", tag))
    rounded = _PLACES.sub(
        lambda found: f'{found[1]}="{_DECIMALS.sub(_tenth, found[2]).strip()}"', short
    )
    return _NO_TURN.sub("", rounded)


def _tenth(found: re.Match[str]) -> str:
    text = f"{float(found[0]):.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def _png_file(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()
