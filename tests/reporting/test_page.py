"""The page of a report: what it says, that it obeys nothing, and that it can be checked."""

from __future__ import annotations

import inspect
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import matplotlib as mpl
import numpy as np
import pytest

import trackagoat_pandas as tgp
from tests.support import report_samples as samples
from tests.support.markup import Seen, Table
from trackagoat_pandas.asking.sentences import Drawing, Number
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError
from trackagoat_pandas.plots.theme import DARK_OF
from trackagoat_pandas.reporting.page import FACTS, page_of
from trackagoat_pandas.reporting.paper import MOST_SHEETS, SIZES_PT, print_size_pt, sheets

pytestmark = pytest.mark.slow

PICTURES = {"first", *samples.NAMES} - {"views", "data"}


class Page(HTMLParser):
    """The tree of a page without its pictures' insides, its numbers, and its texts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tree: list[tuple[str, tuple[str, ...]]] = []
        self.numbers: list[dict[str, str]] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text, self._is_picture = "", False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if not self._is_picture:
            self.tree.append((tag, tuple(name for name, _ in attrs)))
        self._is_picture |= tag == "svg"
        if tag == "data":
            self.numbers.append(dict(attrs) | {"text": ""})

    def handle_endtag(self, tag):
        self._is_picture &= tag != "svg"
        if tag == "data":
            self.numbers[-1]["is_closed"] = "yes"

    def handle_data(self, data):
        self.text += data
        if self.numbers and "is_closed" not in self.numbers[-1]:
            self.numbers[-1]["text"] += data

    @property
    def facts(self) -> dict:
        place = self.attributes.index(("meta", "name", FACTS))
        return json.loads(self.attributes[place + 1][2])


@pytest.fixture(scope="module")
def document():
    return samples.sample()


@pytest.fixture(scope="module")
def html(document):
    return page_of(document, logo=samples.logo())


@pytest.fixture(scope="module")
def page(html):
    return Page(html)


def numbers_of(document):
    for sentence in document.first:
        yield from (part for part in sentence if isinstance(part, Number))
    for section in document.sections:
        rows = [row for listing in section.listings for row in listing.rows]
        for parts in [*section.sentences, *rows]:
            yield from (part for part in parts if isinstance(part, Number))


def test_each_number_is_there_with_its_key_value_basis_and_text(document, page):
    expected = [(one.key, one.value, one.basis, one.text) for one in numbers_of(document)]
    found = [
        (one["data-n"], json.loads(one["value"]), one["data-basis"], one["text"])
        for one in page.numbers
    ]
    assert len(found) > 200
    assert found == expected
    assert {one["class"] for one in page.numbers} == {"n"}


def test_a_finding_in_words_is_not_in_bold(document):
    first = [["Goals: ", samples.number("a", "many goals " * 9, "many"), "."]]
    (number,) = Page(page_of(replace(document, first=first, sections=()))).numbers
    assert number["class"] == "n long"


def test_each_number_has_its_line_of_code_folded_after_the_script_of_its_section(document, html):
    folded = re.findall(r"<details class='code'>.*?</details>", html, re.DOTALL)
    # One for the first screen, and one for each section.
    assert len(folded) == 1 + len(document.sections)
    for section, shown in zip(document.sections, folded[1:], strict=True):
        text = Seen(shown).text
        assert section.code in text
        numbers = numbers_of(replace(document, first=(), sections=(section,)))
        assert all(f"\n{one.key} = {one.code}" in text for one in numbers)
    first = Seen(folded[0]).text
    assert all(
        f"{one.key} = {one.code}" in first for one in numbers_of(replace(document, sections=()))
    )


def test_the_facts_say_how_the_report_was_made(document, page, html):
    facts = page.facts
    assert facts["moment"] == "2026-06-22T06:00:00Z"
    assert facts["project_id"] == document.project_id
    assert (facts["zone"], facts["source"]) == ("Europe/Berlin", "store")
    assert facts["arguments"] == document.arguments
    assert facts["version"]


def test_the_same_document_gives_the_same_bytes_whatever_the_settings_of_matplotlib_are(html):
    with mpl.rc_context({"font.size": 20, "axes.facecolor": "black", "svg.hashsalt": None}):
        again = page_of(samples.sample(), logo=samples.logo())
    assert again == html


def test_the_same_document_gives_the_same_bytes_however_numpy_prints_numbers(html):
    with np.printoptions(precision=2, suppress=True, legacy="1.25"):
        assert page_of(samples.sample(), logo=samples.logo()) == html


def test_all_that_a_document_says_is_on_the_page(document, page):
    for section in document.sections:
        assert section.title in page.text
        for caveat in section.caveats:
            assert caveat in page.text
        for listing in section.listings:
            assert listing.title in page.text
            assert all(heading in page.text for heading in listing.headings)
    assert "As of 22 Jun 2026 08:00, from a store." in page.text
    assert "time zone Europe/Berlin" in page.text


def test_a_page_names_the_file_that_is_written_if_none_is_given(page):
    path = inspect.signature(tgp.report).parameters["path"].default
    assert path == "report.html"
    assert f'tgp.verify_report("{path}", store)' in page.text


def test_a_table_has_its_rows_and_says_how_many_it_leaves_out(document, html):
    table = next(part for part in html.split("<table>") if "<caption>Who is owed<" in part)
    seen = Table(f"<table>{table.partition('</table>')[0]}</table>")
    owed = document.sections[2].listings[0]
    assert seen.rows[0] == [*owed.headings]
    assert [row[0] for row in seen.body] == [*samples.HANDLES]
    assert seen.body[0][1] == "$98,765.43"
    assert "<p class='more'>and 12 more</p>" in table


def test_a_section_without_anything_to_say_gives_its_reason_alone():
    html = page_of(samples.small())
    section = html.partition("<section id='section-campaigns'")[2].partition("</section>")[0]
    assert Seen(f"<section {section}").text == "CampaignsThe project has no campaign."


def test_pictures_are_svg_with_what_they_show_and_places_of_one_decimal(document, html, page):
    svgs = re.findall(r"<svg .*?</svg>", html, re.DOTALL)
    assert len(svgs) == len(PICTURES) + 1  # the first one also for narrow screens
    labels = [value for tag, name, value in page.attributes if (tag, name) == ("svg", "aria-label")]
    drawn = [document.picture, document.picture, *(one.picture for one in document.sections)]
    assert labels == [drawing.text for drawing in drawn if drawing]
    for svg in svgs:
        assert re.search(r"role='img'", svg)
        places = re.findall(r' (?:d|x|y|width|height)="([^"]*)"', svg)
        assert places
        assert not re.search(r"\.\d\d", " ".join(places))
        colors = {*re.findall(r"var\((--goat-\w+)\)", svg)}
        assert colors <= {f"--goat-{light[1:]}" for light in DARK_OF}
        assert not re.search(r"tabindex|data-goat|data-days|<style|font-family", svg)


def test_ids_are_those_of_one_picture_and_every_reference_has_its_own(html):
    ids = re.findall(r"""\bid=["']([^"']+)""", html)
    assert len(ids) == len({*ids})
    for svg in re.findall(r"<svg .*?</svg>", html, re.DOTALL):
        used = {*re.findall(r"url\(#(\w+)\)", svg), *re.findall(r'href="#(\w+)"', svg)}
        assert used
        assert all(f'id="{id_}"' in svg for id_ in used)
    targets = re.findall(r"<a href='#([^']+)'", html)
    assert {*targets} == {f"section-{name}" for name in samples.NAMES}
    assert {*targets} <= {*ids}


def test_nothing_is_loaded_from_outside_and_there_is_no_script(page, html):
    tags = {tag for tag, _ in page.tree}
    assert not tags & {"script", "link", "iframe", "object", "embed", "base", "form"}
    for tag, name, value in page.attributes:
        if name in ("src", "srcset", "data", "poster", "background", "action"):
            assert value.startswith("data:image/"), (tag, name)
        if name in ("href", "xlink:href"):
            assert value.startswith("#")
        assert not name.startswith("on")
    style = "".join(re.findall(r"<style>(.*?)</style>", html, re.DOTALL))
    assert "url(" not in style
    assert "@import" not in style
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    assert f'<meta http-equiv="Content-Security-Policy" content="{policy}">' in html


@pytest.fixture(scope="module")
def harmless_tree():
    return Page(page_of(samples.harmless())).tree


@pytest.mark.parametrize(
    "text",
    [samples.EVIL, "--><goat>", "]]></svg><goat>", "\u202e\x1b[31m\u2028\x85\x00", "山羊" * 90],
)
def test_texts_of_the_api_bring_no_markup_and_no_control_characters(harmless_tree, text):
    html = page_of(samples.hostile(text))
    seen = Page(html)
    assert seen.tree == harmless_tree
    assert not {"goat", "script"} & {*Seen(html).tags}
    html.encode("utf-8")
    shown = seen.text + "".join(value for _, _, value in seen.attributes)
    assert not [mark for mark in shown if not mark.isprintable() and mark != "\n"]


def test_long_texts_are_cut_but_codes_and_numbers_are_not():
    html = page_of(samples.hostile("x" * 5_000))
    assert len(html) < 400_000
    number = next(one for one in Page(html).numbers if one["data-n"] == "comments.worst")
    assert json.loads(number["value"]) == "x" * 5_000
    assert len(number["text"]) == 400


def test_the_page_stays_small(html):
    assert len(html.encode("utf-8")) < 250_000
    assert len(page_of(samples.full()).encode("utf-8")) < 300_000


def test_numbers_that_json_cannot_write_are_an_error(document):
    first = [[Number("a", "n/a", float("nan"), "a")]]
    with pytest.raises(ValueError, match="JSON"):
        page_of(replace(document, first=first, sections=()))


def test_a_document_without_pictures_has_no_figure(document):
    sections = [replace(section, picture=None) for section in document.sections]
    html = page_of(replace(document, picture=None, sections=sections))
    assert "<figure" not in html


def test_a_picture_that_cannot_be_drawn_is_an_error(document):
    def fail(ax):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        page_of(replace(document, picture=Drawing(fail, "nothing")))


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_logo_stands_in_the_page(kind):
    html = page_of(samples.small(), logo=samples.logo(kind=kind))
    assert f"<img src='data:image/{kind.lower()};base64," in html


def test_other_logos_are_refused():
    with pytest.raises(ArgumentError, match="neither a PNG nor a JPEG"):
        page_of(samples.small(), logo=b"<svg onload='alert(1)'></svg>")
    with pytest.raises(ArgumentError, match="100,000 are allowed"):
        page_of(samples.small(), logo=samples.logo() + bytes(100_000))
    with pytest.raises(ArgumentTypeError, match="logo"):
        page_of(samples.small(), logo="logo.png")


def test_a_style_is_added_after_the_own_one():
    own = "h1 { color: teal; background: url( 'data:image/png;base64,AA//' ) }"
    html = page_of(samples.small(), style=own)
    assert html.index(f"<style>{own}</style></head>") > html.index("@page")


@pytest.mark.parametrize(
    "style",
    [
        "h1 {} </style><script>alert(1)</script>",
        "h1 {} </STYLE >",
        "<!-- h1 {}",
        "@import 'https://example.com/a.css';",
        r"@\69mport 'https://example.com/a.css';",
        "h1 { background: url(https://example.com/a.png) }",
        'h1 { background: URL( "//example.com/a.png") }',
        r"h1 { background: u\72 l(a.png) }",
        "h1 { background: image-set('a.png' 1x) }",
        "@font-face { src: url(data:font/woff2;base64,AA), url(a.woff2) }",
    ],
)
def test_a_style_that_loads_or_ends_itself_is_refused(style):
    with pytest.raises(ArgumentError, match="style"):
        page_of(samples.small(), style=style)


def test_a_style_is_text():
    with pytest.raises(ArgumentTypeError, match="style"):
        page_of(samples.small(), style=b"h1 {}")


def test_letters_on_paper_are_the_largest_that_fit_on_four_sheets():
    assert print_size_pt(samples.small()) == SIZES_PT[0]
    full = samples.full()
    size = print_size_pt(full)
    assert SIZES_PT[-1] < size < SIZES_PT[0]
    larger = SIZES_PT[SIZES_PT.index(size) - 1]
    assert sheets(full, size) <= MOST_SHEETS < sheets(full, larger)
    assert "--print-size: 8.5pt" in page_of(samples.small())
