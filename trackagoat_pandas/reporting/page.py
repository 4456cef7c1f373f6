"""A report as one HTML file that loads nothing: for a screen, light or dark, and for paper."""

from __future__ import annotations

import json
import re
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from trackagoat_pandas.asking.sentences import Number
from trackagoat_pandas.base.html import NO_MATH, escape
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError
from trackagoat_pandas.plots.theme import DARK_OF
from trackagoat_pandas.program.frames import stamp_text
from trackagoat_pandas.reporting.paper import print_size_pt
from trackagoat_pandas.reporting.pictures import digest, read_logo, svg_picture
from trackagoat_pandas.reporting.texts import (
    MOST_OF_A_CELL,
    MOST_OF_A_PART,
    MOST_OF_A_TITLE,
    about_of,
    clean,
    plain,
    stamp_of,
    title_of,
    written_code,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trackagoat_pandas.asking.sentences import Drawing, Sentence
    from trackagoat_pandas.reporting.document import Document, Listing, Section
    from trackagoat_pandas.reporting.pictures import Logo

FIRST: Final = "first"
"""The name of the first screen's picture; the others have those of their sections."""
FACTS: Final = "trackagoat-report"
"""The name of the element that says how the report was made."""
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_ESCAPE: Final = re.compile(r"\\([0-9a-fA-F]{1,6})[ \n\t]?|\\(.)", re.DOTALL)
_COMMENT: Final = re.compile(r"/\*.*?(?:\*/|$)", re.DOTALL)
_FROM_OUTSIDE: Final = re.compile(
    r"@import|(?:url|src|image|image-set)\(\s*(?![\s\"']*data:)", re.IGNORECASE
)
_LONG: Final = 40
"""From how many letters on a number, such as a finding in words, isn't written in bold."""
_SHORT_ROWS: Final = 6
"""Up to how many rows a section isn't divided between two sheets of paper."""
_NARROW_IN: Final = 3.7
"""The width of the first picture on a telephone."""
_LARGEST_CODE_POINT: Final = 0x10FFFF


def page_of(document: Document, *, logo: bytes | None = None, style: str | None = None) -> str:
    """Make the page of a report.

    Parameters
    ----------
    document
        What it says.
    logo
        A PNG or JPEG file that is shown beside the title.
    style
        CSS that is added to that of the page, and which can't load anything.

    Returns
    -------
    str
        HTML: the same for the same document. Each number is a ``<data>`` with its key, value and
        basis; the facts by which they can be computed again stand in a ``<meta>``.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        The logo is no PNG or JPEG file, or too large; the style would load something, or end the
        element that it stands in.
    """
    mark, own = read_logo(logo), check_style(style)
    drawings = {FIRST: document.picture} | {each.name: each.picture for each in document.sections}
    svgs = {name: svg_picture(one, name) for name, one in drawings.items() if one is not None}
    if document.picture is not None:
        svgs[FIRST] = _in_widths(svgs[FIRST], document.picture)
    sections = "".join(
        _section(section, svgs.get(section.name, "")) for section in document.sections
    )
    body = f"{_first(document, mark, svgs.get(FIRST, ''))}{sections}{_footer(document)}"
    return (
        "<!doctype html>\n<html lang='en'><head><meta charset='utf-8'>"
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<meta name='{FACTS}' content='{escape(_facts(document, mark, own))}'>"
        f"<title>{escape(title_of(document))}</title>"
        f"<style>{_theme(document)}{_own_style()}</style>{own}</head>\n"
        f"<body class='{NO_MATH}'><main>{body}</main></body></html>\n"
    )


def _facts(document: Document, logo: Logo | None, own: str) -> str:
    """Return how a report was made, as JSON."""
    facts = {
        "moment": stamp_text(document.moment),
        "project_id": document.project_id,
        "zone": document.zone,
        "source": document.source,
        "arguments": document.arguments,
        "version": version("trackagoat-pandas"),
        "added": [digest(one) for one in (logo.uri if logo else "", own) if one],
    }
    return json.dumps(facts, sort_keys=True)


def _first(document: Document, logo: Logo | None, svg: str) -> str:
    """Write the first screen."""
    image = f"<img src='{logo.uri}' alt='Logo'>" if logo else ""
    title = escape(clean(document.title, MOST_OF_A_TITLE).strip())
    items = "".join(f"<li>{_sentence(sentence)}</li>" for sentence in document.first)
    links = "".join(
        f"<li><a href='#section-{escape(section.name)}'>{escape(clean(section.title))}</a></li>"
        for section in document.sections
    )
    said = [number for sentence in document.first for number in _numbers(sentence)]
    note = "Each line is run after the script of the section whose name it begins with."
    return (
        f"<header><div class='head'>{image}<div><h1>{title}</h1>"
        f"<p class='about'>{escape(about_of(document))}</p></div></div>"
        f"<div class='top{' pair' * bool(svg)}'><ul class='findings'>{items}</ul>"
        f"{_figure(FIRST, document.picture, svg)}</div>"
        f"<nav aria-label='Sections'><ul>{links}</ul></nav></header>{_code('', said, note)}"
    )


def _section(section: Section, svg: str) -> str:
    title = escape(clean(section.title, MOST_OF_A_TITLE).strip())
    rows = sum(len(listing.rows) for listing in section.listings)
    name = escape(section.name)
    opening = (
        f"<section id='section-{name}' data-section='{name}' aria-labelledby='title-{name}'"
        f"{' class=short' * (rows <= _SHORT_ROWS)}><h2 id='title-{name}'>{title}</h2>"
    )
    if section.reason:
        return f"{opening}<p class='reason'>{escape(clean(section.reason))}</p></section>"
    said = "".join(f"<p>{_sentence(sentence)}</p>" for sentence in section.sentences)
    caveats = "".join(f"<li>{escape(clean(caveat))}</li>" for caveat in section.caveats)
    if caveats:
        said += f"<ul class='caveats' aria-label='What to know'>{caveats}</ul>"
    figure = _figure(section.name, section.picture, svg)
    listings = "".join(map(_listing, section.listings))
    tables = f"<div class='tables'>{listings}</div>" if listings else ""
    numbers = [number for sentence in section.sentences for number in _numbers(sentence)]
    numbers += [
        number for listing in section.listings for row in listing.rows for number in _numbers(row)
    ]
    return (
        f"{opening}<div class='top{' pair' * bool(svg)}'><div class='said'>{said}</div>{figure}"
        f"</div>{tables}{_code(section.code, numbers)}</section>"
    )


def _figure(name: str, drawing: Drawing | None, svg: str) -> str:
    if drawing is None:
        return ""
    # A narrow screen scrolls it, also by keys.
    label = escape(f"Picture: {clean(drawing.text, MOST_OF_A_TITLE).strip()}")
    return (
        f'<figure data-picture="{escape(name)}" class="trackagoat-picture" tabindex="0" '
        f'role="group" aria-label="{label}">{svg}</figure>'
    )


def _in_widths(svg: str, drawing: Drawing) -> str:
    """Return the first picture twice, for wide and for narrow screens; one of them is shown."""
    narrow = svg_picture(drawing, f"{FIRST} narrow", _NARROW_IN)
    return f"<div class='wide'>{svg}</div><div class='narrow'>{narrow}</div>"


def _listing(listing: Listing) -> str:
    kinds = [" class='n'" if is_numeric else "" for is_numeric in listing.numeric]
    head = "".join(
        f"<th scope='col'{kind}>{escape(clean(heading, MOST_OF_A_CELL))}</th>"
        for heading, kind in zip(listing.headings, kinds, strict=True)
    )
    body = "".join(f"<tr>{_row(row, kinds)}</tr>" for row in listing.rows)
    title = escape(clean(listing.title, MOST_OF_A_TITLE).strip())
    more = f"<p class='more'>and {listing.more:,} more</p>" if listing.more else ""
    return (
        f"<div class='listing'><div class='scroll' tabindex='0' role='group' aria-label='{title}'>"
        f"<table><caption>{title}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
        f"</table></div>{more}</div>"
    )


def _row(row: Sequence[str | Number], kinds: Sequence[str]) -> str:
    return "".join(
        f"<{tag}{kind}>{_part(cell, MOST_OF_A_CELL)}</{tag.split()[0]}>"
        for tag, cell, kind in zip(("th scope='row'", *["td"] * len(row)), row, kinds, strict=False)
    )


def _sentence(sentence: Sentence) -> str:
    return "".join(map(_part, sentence)).strip()


def _part(part: str | Number, most: int = MOST_OF_A_PART) -> str:
    """Write a text, or a number with what a program needs to check it."""
    text = escape(plain(part, most))
    if not isinstance(part, Number):
        return text
    value = escape(json.dumps(part.value, allow_nan=False))
    key, basis = escape(part.key), escape(part.basis)
    kind = "n long" if len(text) > _LONG else "n"
    return f"<data class='{kind}' data-n='{key}' data-basis='{basis}' value='{value}'>{text}</data>"


def _numbers(parts: Iterable[str | Number]) -> list[Number]:
    return [part for part in parts if isinstance(part, Number)]


def _code(script: str, numbers: Sequence[Number], note: str = "") -> str:
    """Write the folded Python of some numbers."""
    lines = {number.key: f"{number.key} = {' '.join(number.code.split())}" for number in numbers}
    parts = [part for part in (script.strip(), "\n".join(lines.values())) if part]
    if not parts:
        return ""
    code = escape(written_code("\n\n".join(parts)))
    said = f"<p class='note'>{note}</p>" if note else ""
    return (
        f"<details class='code'><summary>Python</summary>{said}"
        f"<pre tabindex='0'><code>{code}</code></pre></details>"
    )


def _footer(document: Document) -> str:
    check = 'tgp.verify_report("report.html", store)'
    made = f"Made by trackagoat-pandas {version('trackagoat-pandas')}."
    return (
        f"<footer><p>{escape(stamp_of(document))} {made}</p>"
        f"<p>To compute every number again as of then, and to see which have been restated since: "
        f"<code>{escape(check)}</code></p></footer>"
    )


def _theme(document: Document) -> str:
    """Return the colours of pictures by the system's theme, and the size of printed letters."""
    light, dark = (
        " ".join(f"--goat-{name[1:]}: {color};" for name, color in pairs)
        for pairs in ([(name, name) for name in DARK_OF], DARK_OF.items())
    )
    return (
        f":root {{ {light} --print-size: {print_size_pt(document):g}pt }}\n"
        f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n"
    )


def _own_style() -> str:
    return (files(__package__) / "page.css").read_text("utf-8")


def check_style(style: str | None) -> str:
    """Return the style of a user as an element.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        It isn't a text, would load something, or would end the element.
    """
    if style is None:
        return ""
    if not isinstance(style, str):
        raise ArgumentTypeError("style", style, "CSS as a text")
    if "</" in style or "<!--" in style:
        raise ArgumentError("style", None, problem="write CSS alone, without HTML")
    # An escape may stand for a letter of a name, and a comment may hold what is harmless there.
    read = _COMMENT.sub(" ", _ESCAPE.sub(_unescape, style))
    if found := _FROM_OUTSIDE.search(read):
        problem = f"{found[0].strip()!r} would load something; only data: addresses are allowed"
        raise ArgumentError("style", None, problem=problem)
    shown = "".join(mark for mark in style if mark.isprintable() or mark in "\n\t")
    return f"<style>{shown}</style>"


def _unescape(found: re.Match[str]) -> str:
    if not found[1]:
        return found[2]
    place = int(found[1], 16)
    return chr(place) if place <= _LARGEST_CODE_POINT else ""
