"""A report as a mail: another page, of tables and inline styles, and a text that says the same."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import TYPE_CHECKING, Final, NamedTuple

from trackagoat_pandas.asking.sentences import Number
from trackagoat_pandas.base.html import escape
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError
from trackagoat_pandas.reporting.pictures import (
    data_uri,
    png_picture,
    read_logo,
)
from trackagoat_pandas.reporting.texts import (
    MOST_OF_A_TITLE,
    about_of,
    clean,
    plain,
    plain_sentence,
    stamp_of,
    title_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from trackagoat_pandas.reporting.document import Document, Listing, Section

MOST_COLUMNS: Final = 5
MOST_HTML_BYTES: Final = 20_000
"""How much of a mail is surely shown: some clients cut the rest off."""
_TABLES_OF: Final = {"goals": "", "payouts": "owed"}
"""The sections whose table a mail has: the first with this word in its title, or else the first."""
_CAVEATS_OF: Final = "data"
_WIDTH_PX, _PICTURE_PX, _DRAWN_PX, _NARROW_PX, _LOGO_PX = 600, 560, 420, 300, 40
"""The widths of the page, of its picture at most, as it is drawn, and where a client reads no
styles; the height of the logo."""
_BAR_PX: Final = 48
_ROOM, _WORD_LETTERS, _PIECE_LETTERS = 37, 24, 8
"""How many letters have room in a row of a table on a telephone, in a line's longest word, and in
a piece of a broken word of a cell."""
_FULLNESS: Final = ((6, 300, 40), (5, 240, 32), (4, 160, 24), (3, 100, 16), (2, 60, 12))
"""How many rows, and letters of a part of a sentence and of a cell, are tried until it fits."""
_ADDRESS: Final = re.compile(
    r"(?:\"?(?P<name>[^\"<>@]*)\"?\s*<)?(?P<user>[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64})@"
    r"(?P<host>[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*)(?P<end>>?)"
)
_PLACE: Final = "trackagoat-pandas.invalid"
"""What stands behind the @ of identifiers; no host can have this name."""
_FONT: Final = "font-family:Arial,Helvetica,sans-serif"
_QUIET, _INK, _LINE_COLOR, _TEXT = "#595959", "#0072b2", "#dcdcdc", "#1a1a1a"


@dataclass(frozen=True, slots=True)
class Mail:
    """A report as a mail.

    Attributes
    ----------
    eml
        The message as it is sent or opened by a mail client.
    html
        Its page as a file to look at, with the pictures in it.
    """

    eml: bytes
    html: str


class _Table(NamedTuple):
    """A table as it is in a mail: texts, and the length of each row's bar in pixels."""

    title: str
    headings: list[str]
    rows: list[list[str]]
    numeric: list[bool]
    more: int
    bars: list[int]
    barred: int


class _Image(NamedTuple):
    """An image: its name, the bytes of a PNG, its width in pixels, and its description."""

    name: str
    content: bytes
    width: int
    text: str


def mail_of(
    document: Document,
    *,
    sender: str | None = None,
    to: str | Sequence[str] | None = None,
    logo: bytes | None = None,
) -> Mail:
    """Make the mail of a report.

    Parameters
    ----------
    document
        What it says. The mail has its first sentences, the finding of each question that a section
        answers, one of its caveats, the first picture, and the first tables of the sections
        ``"goals"`` and ``"payouts"``.
    sender, to
        Addresses, such as ``"Ada Byron <ada@example.com>"``. Without a sender, a mail client opens
        the file as a draft.
    logo
        A PNG or JPEG file.

    Returns
    -------
    Mail
        The same bytes for the same document.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        An address isn't one, or the logo isn't a PNG or JPEG file.
    """
    # ASCII alone, since not every server on the way passes on other bytes.
    message = EmailMessage(SMTP.clone(cte_type="7bit"))
    # The library decodes what looks like an encoded word, whatever is in it.
    message["Subject"] = title_of(document).replace("=?", "= ?")
    if sender is not None:
        message["From"] = _address("sender", sender)
    else:
        # Outlook opens such a file as a draft, which has the sender when it is sent.
        message["X-Unsent"] = "1"
    if to is not None:
        message["To"] = [_address("to", each) for each in ([to] if isinstance(to, str) else to)]
    images = [*_images(document, logo)]
    html, text = _fitting(document, images)
    message["Date"] = document.moment.to_pydatetime()
    # Identifiers and boundaries are made of the content rather than drawn at random, as the library
    # would: the same report is the same file.
    seed = "\0".join([*map(str, message.values()), html, text]).encode("utf-8")
    seed += b"".join(image.content for image in images)
    name = hashlib.sha256(seed).hexdigest()[:32]
    message["Message-ID"] = f"<{name}@{_PLACE}>"
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    page = message.get_payload()[1]  # type: ignore[index]
    for image in images:
        page.add_related(  # type: ignore[union-attr]
            image.content, "image", "png", cid=f"<{_cid(image)}>", disposition="inline",
            filename=f"{image.name}.png",
        )  # fmt: skip
    for part in message.walk():
        if part.is_multipart():
            part.set_boundary(f"={part.get_content_subtype()}={name}")
    shown = html
    for image in images:
        shown = shown.replace(f"cid:{_cid(image)}", data_uri("png", image.content))
    return Mail(message.as_bytes(), shown)


def _images(document: Document, logo: bytes | None) -> Iterator[_Image]:
    mark = read_logo(logo)
    if mark is not None:
        small, width = mark.small(_LOGO_PX)
        yield _Image("logo", small, width, "Logo")
    if document.picture is not None:
        png = png_picture(document.picture, _DRAWN_PX)
        yield _Image("picture", png, _NARROW_PX, clean(document.picture.text).strip())


def _cid(image: _Image) -> str:
    return f"{image.name}.{hashlib.sha256(image.content).hexdigest()[:16]}@{_PLACE}"


def _address(argument: str, given: str) -> Address:
    """Read an address.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        It isn't one, or more than one.
    """
    if not isinstance(given, str):
        raise ArgumentTypeError(argument, given, "an address as a text")
    found, is_plain = _ADDRESS.fullmatch(given.strip()), given.isprintable() and "=?" not in given
    if found is None or not is_plain or ("<" in given) != bool(found["end"]):
        allowed = "write an address such as 'Ada Byron <ada@example.com>'"
        raise ArgumentError(argument, given, allowed)
    return Address((found["name"] or "").strip(), found["user"], found["host"])


def _fitting(document: Document, images: Sequence[_Image]) -> tuple[str, str]:
    """Return the page and the text of a mail, with fewer rows and letters if it is too long."""
    for rows, letters, cell in _FULLNESS:
        lines = _lines(document, letters)
        tables = [*_tables(document, rows, cell)]
        html = _page(document, lines, tables, images)
        if len(html.encode("utf-8")) <= MOST_HTML_BYTES:
            break
    return html, _text(document, lines, tables)


def _lines(document: Document, letters: int) -> list[str]:
    """Return the first sentences, the findings of questions, and a caveat of the data."""
    first = [[*sentence] for sentence in document.first]
    findings = [[*each] for section in document.sections for each in section.findings]
    said = [*first, *(each for each in findings if each not in first)]
    about = next((each for each in document.sections if each.name == _CAVEATS_OF), None)
    known = about.sentences[:1] if about else ()
    return [plain_sentence(sentence, letters) for sentence in (*said, *known)]


def _tables(document: Document, rows: int, letters: int) -> Iterator[_Table]:
    by_name: dict[str, Section] = {section.name: section for section in document.sections}
    for name, word in _TABLES_OF.items():
        listings = by_name[name].listings if name in by_name else ()
        found = [listing for listing in listings if word in listing.title.lower()]
        for listing in [*found, *listings][:1]:
            yield _table(listing, rows, letters)


def _table(listing: Listing, most: int, letters: int) -> _Table:
    columns = slice(_columns(listing, most))
    shown = [row[columns] for row in listing.rows[:most]]
    texts = [[plain(cell, letters).strip() for cell in row] for row in shown]
    numeric = [*listing.numeric[columns]]
    barred, sizes = _bar_column(shown, numeric)
    longest = max(sizes, default=0) or 1
    return _Table(
        clean(listing.title, MOST_OF_A_TITLE).strip(),
        [clean(heading, letters).strip() for heading in listing.headings[columns]],
        texts,
        numeric,
        listing.more + len(listing.rows) - len(shown),
        [round(_BAR_PX * size / longest) for size in sizes],
        barred,
    )


def _columns(listing: Listing, most: int) -> int:
    """Return how many columns have room on a telephone, where numbers aren't broken."""
    columns = zip(*(map(plain, row) for row in listing.rows[:most]), strict=True)
    room = _ROOM
    for place, (texts, is_numeric) in enumerate(zip(columns, listing.numeric, strict=True)):
        letters = max(map(len, texts))
        room -= letters if is_numeric else min(letters, _PIECE_LETTERS)
        if room < 0 or place == MOST_COLUMNS:
            return max(place, 1)
    return MOST_COLUMNS


def _bar_column(
    rows: Sequence[Sequence[str | Number]], numeric: Sequence[bool]
) -> tuple[int, list[float]]:
    """Return the column whose numbers are shown as bars, and these; -1 if there is none.

    It is that by which the rows are sorted, the largest first: others may be in several units.
    """
    found: list[tuple[int, list[float]]] = []
    for place, is_numeric in enumerate(numeric):
        values = [
            cell.value if isinstance(cell, Number) else None for cell in (r[place] for r in rows)
        ]
        sizes = [float(value) for value in values if isinstance(value, int | float) and value >= 0]
        if is_numeric and rows and len(sizes) == len(rows):
            found.append((place, sizes))
    falling = (each for each in found if each[1] == sorted(each[1], reverse=True))
    return next(falling, (-1, []))


def _page(
    document: Document, lines: Sequence[str], tables: Sequence[_Table], images: Sequence[_Image]
) -> str:
    title = _broken(clean(document.title, MOST_OF_A_TITLE).strip())
    shown = {image.name: image for image in images}
    logo = f"{_img(shown['logo'], '')}<br>" if "logo" in shown else ""
    # Elements and attributes say what matters, since a client may drop all styles.
    head = (
        f"{logo}<b><font size='5'>{title}</font></b><br>"
        f"<font color='{_QUIET}'>{_broken(about_of(document))}</font>"
    )
    said = "".join(
        f"<tr><td valign='top' width='10' style='padding:0 0 8px'>\N{BULLET}</td>"
        f"<td valign='top' style='padding:0 0 8px 8px'>{_broken(line)}</td></tr>"
        for line in lines
    )
    parts = [head, f"{_LAYOUT}{said}</table>"]
    if "picture" in shown:
        wide = f"width:100%;max-width:{_PICTURE_PX}px;height:auto;"
        parts.append(_img(shown["picture"], wide))
    parts += map(_html_table, tables)
    parts.append(f"<font size='2' color='{_QUIET}'>{escape(stamp_of(document))}</font>")
    cells = "".join(f"<tr><td style='padding:0 0 18px'>{part}</td></tr>" for part in parts)
    # Outlook for Windows knows no max-width.
    outlook = f"<!--[if mso]><table width='{_WIDTH_PX}'><tr><td><![endif]-->"
    return (
        f"<!doctype html>\n<html lang='en'><head><meta charset='utf-8'><meta name='viewport' "
        f"content='width=device-width'><title>{escape(title_of(document))}</title></head>\n"
        f"<body bgcolor='#ffffff' text='{_TEXT}' style='margin:0;padding:12px;{_FONT};font-size:"
        f"15px;line-height:1.4'>{outlook}<table role='presentation' width='100%' border='0' "
        f"cellspacing='0' cellpadding='0' style='max-width:{_WIDTH_PX}px;margin:0 auto'>{cells}"
        "</table><!--[if mso]></td></tr></table><![endif]--></body></html>\n"
    )


_MEET: Final = ("right", "left")
_LAYOUT: Final = (
    "<table role='presentation' width='100%' border='0' cellspacing='0' cellpadding='0'>"
)


def _img(image: _Image, style: str) -> str:
    return (
        f"<img src='cid:{_cid(image)}' width='{image.width}' alt='{escape(image.text)}' border='0' "
        f"style='display:block;{style}'>"
    )


def _html_table(table: _Table) -> str:
    line = f"border-bottom:1px solid {_LINE_COLOR};padding:4px"
    sides = ["right" if is_numeric else "left" for is_numeric in table.numeric]
    head = "".join(
        f"<th scope='col' align='{side}' valign='bottom' style='{line}{_gap(sides, column)}'>"
        f"<font size='2' color='{_QUIET}'>{_broken(heading, _PIECE_LETTERS)}</font></th>"
        for column, (heading, side) in enumerate(zip(table.headings, sides, strict=True))
    )
    body = "".join(
        f"<tr>{_cells(table, row, place, sides, line)}</tr>" for place, row in enumerate(table.rows)
    )
    more = f"<font size='2' color='{_QUIET}'>and {table.more:,} more</font>" if table.more else ""
    return (
        f"<b>{_broken(table.title)}</b><table width='100%' border='0' cellspacing='0' "
        f"cellpadding='3'><tr>{head}</tr>{body}</table>{more}"
    )


def _cells(table: _Table, row: Sequence[str], place: int, sides: Sequence[str], line: str) -> str:
    bars = {table.barred: _bar(table.bars[place])} if table.bars else {}
    texts = [
        escape(text) if side == "right" else _broken(text, _PIECE_LETTERS)
        for text, side in zip(row, sides, strict=True)
    ]
    return "".join(
        f"<td align='{side}' valign='top' style='{line}{_gap(sides, column)}'>"
        f"<font size='2'>{text}</font>"
        f"{bars.get(column, '')}</td>"
        for column, (text, side) in enumerate(zip(texts, sides, strict=True))
    )


def _gap(sides: Sequence[str], column: int) -> str:
    """Keep a column of texts off the numbers to its left, which end right beside it."""
    return ";padding-left:14px" if column and (sides[column - 1], sides[column]) == _MEET else ""


def _bar(width: int) -> str:
    """Make a bar of a cell's colour, which ends below the end of its number."""
    if not width:
        return ""
    return (
        f"<table role='presentation' width='100%' border='0' cellspacing='0' cellpadding='0'><tr>"
        f"<td></td><td width='{width}' height='4' bgcolor='{_INK}' style='font-size:1px;"
        "line-height:4px'></td></tr></table>"
    )


def _broken(text: str, letters: int = _WORD_LETTERS) -> str:
    """Escape a text, and let a narrow screen break its words after some letters."""
    # A text has no NUL any more.
    return escape(re.sub(rf"\S{{{letters}}}(?=\S)", "\\g<0>\0", text)).replace("\0", "<wbr>")


def _text(document: Document, lines: Sequence[str], tables: Sequence[_Table]) -> str:
    """Return the mail as a plain text."""
    title = clean(document.title, MOST_OF_A_TITLE).strip()
    parts = [f"{title}\n{about_of(document)}", "\n".join(f"- {line}" for line in lines)]
    if document.picture is not None:
        parts.append(clean(document.picture.text).strip())
    parts += map(_text_table, tables)
    return "\n\n".join([*parts, stamp_of(document)]) + "\n"


def _text_table(table: _Table) -> str:
    rows = [table.headings, *table.rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    written = [
        "  ".join(
            cell.rjust(width) if is_numeric else cell.ljust(width)
            for cell, width, is_numeric in zip(row, widths, table.numeric, strict=True)
        ).rstrip()
        for row in rows
    ]
    more = [f"and {table.more:,} more"] if table.more else []
    return "\n".join([table.title, *written, *more])
