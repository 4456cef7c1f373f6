"""How large the letters of a printed report can be, so that it takes at most four sheets."""

from __future__ import annotations

import math
import unicodedata
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from trackagoat_pandas.reporting.texts import MOST_OF_A_CELL, plain, plain_sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from trackagoat_pandas.asking.sentences import Drawing, Sentence
    from trackagoat_pandas.reporting.document import Document, Listing

SIZES_PT: Final = (8.5, 8.0, 7.5, 7.0, 6.5, 6.0)
"""The sizes of letters, of which the first is taken that fits."""
MOST_SHEETS: Final = 3.7
"""How far the last sheet may be filled: what follows are estimates."""
# Those of page.css, on A4.
_WIDTH_PT, _HEIGHT_PT = 533.0, 782.0
_LEFT, _RIGHT, _GAP_PT = 0.45, 0.55, 14.0
"""The shares of sentences and of the picture beside them, and the gap between."""
_LETTER, _LINE = 0.56, 1.3
"""The width of a letter and the height of a line, in sizes."""
_SMALL, _CELL_PT, _MOST_OF_A_LINE = 0.9, 9.5, 46
"""How much smaller tables are, the gap between their columns, and the letters of a wide one."""
_SPACE_PT: Final = 8.0


def print_size_pt(document: Document) -> float:
    """Return the size of letters on paper in points."""
    fit = (size for size in SIZES_PT if sheets(document, size) <= MOST_SHEETS)
    return next(fit, SIZES_PT[-1])


def sheets(document: Document, size_pt: float) -> float:
    """Estimate how many sheets a report takes, with what isn't divided moved to the next one."""
    reached = 0.0
    for block in _blocks(document, size_pt):
        room = _HEIGHT_PT - reached % _HEIGHT_PT
        reached += block + (room if block > room else 0)
    return reached / _HEIGHT_PT


def _blocks(document: Document, size: float) -> Iterator[float]:
    """Yield the heights of the parts of a report that aren't divided."""
    yield 4.5 * size + _top(document.first, document.picture, size)
    for section in document.sections:
        said = [*section.sentences, *([caveat] for caveat in section.caveats), [section.reason]]
        # A heading isn't divided from the first rows of a table either.
        yield 1.2 * _LINE * size + 2 * _SPACE_PT + _top(said, section.picture, size)
        for beside in _pack(section.listings, size):
            rows = zip_longest(*(_rows(listing, size) for listing in beside), fillvalue=0.0)
            yield from map(max, rows)
            yield _SPACE_PT / 2
    yield 2 * _LINE * size + 2 * _SPACE_PT


def _top(sentences: Iterable[Sentence], picture: Drawing | None, size: float) -> float:
    """Estimate the height of sentences beside a picture."""
    share = _LEFT if picture else 1.0
    letters = (share * _WIDTH_PT - _GAP_PT) / (_LETTER * size)
    said = [text for text in map(plain_sentence, sentences) if text]
    lines = sum(math.ceil(_letters(text) / letters) for text in said)
    height = lines * _LINE * size + 3 * len(said)
    if picture is None:
        return height
    width = _RIGHT * (_WIDTH_PT - _GAP_PT)
    return max(height, width * picture.height_in / picture.width_in)


def _pack(listings: Sequence[Listing], size: float) -> list[list[Listing]]:
    """Group the tables that have room beside each other."""
    groups: list[list[Listing]] = []
    room = 0.0
    for listing in listings:
        width = _width(listing, size)
        if not groups or width > room:
            groups.append([])
            room = _WIDTH_PT
        groups[-1].append(listing)
        room -= width + 2 * _GAP_PT
    return groups


def _width(listing: Listing, size: float) -> float:
    texts = [
        [*map(str, listing.headings)],
        *([plain(cell) for cell in row] for row in listing.rows),
    ]
    letters = [
        min(max(map(_letters, column)), _MOST_OF_A_LINE) for column in zip(*texts, strict=True)
    ]
    return sum(letters) * _LETTER * _SMALL * size + _CELL_PT * len(letters)


def _rows(listing: Listing, size: float) -> Iterator[float]:
    """Yield the height of a table's title and head with its first row, then of each other row."""
    line = 1.35 * _SMALL * size
    heights = [
        line
        * max(math.ceil(_letters(plain(cell, MOST_OF_A_CELL)) / _MOST_OF_A_LINE) for cell in row)
        + 2.75
        for row in listing.rows
    ]
    yield 2 * line + 6 + sum(heights[:1]) + line * bool(listing.more)
    yield from heights[1:]


def _letters(text: str) -> int:
    """Count the letters of a text, those of Chinese, Japanese and Korean twice."""
    return len(text) + sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
