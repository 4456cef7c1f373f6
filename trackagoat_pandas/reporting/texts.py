"""The texts of a report on one line each, without anything that a page or a mail would obey."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from trackagoat_pandas.asking.sentences import Number
from trackagoat_pandas.base.wording import cut
from trackagoat_pandas.helpers.granularity import day_text
from trackagoat_pandas.showing.cells import one_line

if TYPE_CHECKING:
    from trackagoat_pandas.asking.sentences import Sentence
    from trackagoat_pandas.reporting.document import Document

MOST_OF_A_PART, MOST_OF_A_TITLE, MOST_OF_A_CELL = 400, 120, 80
"""The most letters of a text of a sentence, of a title, and of a cell of a table."""

_DOT: Final = " \N{MIDDLE DOT} "


def clean(text: str, most: int = MOST_OF_A_PART) -> str:
    r"""Write a text on one line of at most `most` letters; a space at its ends stays.

    Examples
    --------
    >>> clean(" is at\n risk\u202e ")
    ' is at risk '
    """
    line = cut(one_line(text), most)
    if not line:
        return " " if text.isspace() else ""
    return f"{' ' * text[0].isspace()}{line}{' ' * text[-1].isspace()}"


def plain(part: str | Number, most: int = MOST_OF_A_PART) -> str:
    """Write a text, cut to `most` letters, or a number of a sentence or table."""
    return clean(part.text) if isinstance(part, Number) else clean(part, most)


def plain_sentence(sentence: Sentence, most: int = MOST_OF_A_PART) -> str:
    """Write a sentence without its codes; each of its texts is cut to `most` letters."""
    return "".join(plain(part, most) for part in sentence).strip()


def about_of(document: Document, most: int = MOST_OF_A_TITLE) -> str:
    """Name the week of a report, and the project where its title doesn't."""
    title, project, days = (
        clean(text, most).strip() for text in (document.title, document.project, document.days)
    )
    return f"{project}{_DOT}{days}" if project not in title else days


def title_of(document: Document) -> str:
    """Return the title of a report and its subject, as the subject of a mail."""
    title = clean(document.title, MOST_OF_A_CELL).strip()
    return f"{title}{_DOT}{about_of(document, MOST_OF_A_CELL)}"


def stamp_of(document: Document) -> str:
    """Say as of when and from where a report is."""
    local = document.moment.tz_convert(document.zone)
    source = "a store" if document.source == "store" else "the API"
    when = f"{day_text(local)} {local:%H:%M}"
    return f"As of {when}, from {source}. Days are those of the time zone {document.zone}."


def written_code(code: str) -> str:
    r"""Return Python without characters that can't be seen; in its texts they mean the same.

    Examples
    --------
    >>> print(written_code("name = '\u202e'\nprint(name)"))
    name = '\u202e'
    print(name)
    """
    return "".join(
        mark if mark.isprintable() or mark == "\n" else _escape(mark) for mark in code
    ).strip("\n")


_LAST_OF_FOUR_DIGITS: Final = 0xFFFF


def _escape(mark: str) -> str:
    place = ord(mark)
    return f"\\U{place:08x}" if place > _LAST_OF_FOUR_DIGITS else f"\\u{place:04x}"
