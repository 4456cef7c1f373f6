"""A report in Chromium: on a screen, on a telephone, on paper, and as a mail."""

from __future__ import annotations

import re

import pytest

from tests.browser import probes
from tests.support import report_samples as samples
from tests.support.pdf import texts_of
from trackagoat_pandas.reporting.mail import mail_of
from trackagoat_pandas.reporting.page import page_of

pytestmark = pytest.mark.browser

THEMES = ("light", "dark")
MADE = {
    "sample": samples.sample,
    "full": samples.full,
    "hostile": samples.hostile,
    "wide": lambda: samples.hostile("山羊" * 20),
    "small": samples.small,
}


@pytest.fixture(scope="module")
def html():
    """The pages of reports by their names, each made once."""
    made: dict[str, str] = {}

    def page(name: str) -> str:
        if name not in made:
            made[name] = page_of(MADE[name](), logo=samples.logo())
        return made[name]

    return page


@pytest.fixture(scope="module")
def mail():
    made = mail_of(samples.sample(), sender="a@example.com", logo=samples.logo())
    return made.html


@pytest.mark.parametrize("theme", THEMES)
def test_nothing_is_loaded_from_outside(page, html, mail, tmp_path, theme):
    page.emulate_media(color_scheme=theme)
    for name, text in [("report", html("sample")), ("hostile", html("hostile")), ("mail", mail)]:
        file = tmp_path / f"{name}.html"
        file.write_text(text, "utf-8")
        requests, problems = list[str](), list[str]()
        page.on("request", lambda request, seen=requests: seen.append(request.url))
        page.on("console", lambda message, seen=problems: seen.append(message.text))
        page.goto(file.as_uri(), wait_until="networkidle")
        for summary in page.locator("summary").all():
            summary.click()
        page.emulate_media(media="print", color_scheme=theme)
        page.wait_for_load_state("networkidle")
        page.emulate_media(media="screen", color_scheme=theme)
        outside = [url for url in requests if not url.startswith("data:image/")]
        assert outside == [file.as_uri()]
        assert problems == []


@pytest.mark.parametrize(
    "faults",
    [
        probes.violations,
        probes.faint_parts,
        probes.small_texts,
        probes.cut_parts,
        probes.covered_controls,
        probes.unnamed_pictures,
    ],
    ids=lambda probe: probe.__name__,
)
@pytest.mark.parametrize("theme", THEMES)
def test_the_page_has_no_fault_that_a_probe_finds(page, html, theme, faults):
    page.set_viewport_size({"width": 1280, "height": 800})
    page.emulate_media(color_scheme=theme)
    page.set_content(html("sample"))
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    if faults is probes.faint_parts:
        # Its bars of the views now are of a translucent grey, in notebooks as well.
        page.locator("figure[data-picture=breakouts]").evaluate("one => one.remove()")
    assert faults(page.locator("main")) == []
    shade = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert shade == {"light": "rgb(255, 255, 255)", "dark": "rgb(17, 17, 17)"}[theme]


def test_the_first_screen_has_five_sentences_and_the_picture(page, html):
    page.set_viewport_size({"width": 1280, "height": 800})
    page.set_content(html("sample"))
    boxes = [box.bounding_box() for box in page.locator(".findings li").all()]
    boxes += [page.locator("figure[data-picture=first] .wide svg").bounding_box()]
    boxes += [page.locator("h1").bounding_box(), page.locator(".about").bounding_box()]
    assert len(boxes) == 5 + 3
    assert max(box["y"] + box["height"] for box in boxes) <= 800
    assert max(box["x"] + box["width"] for box in boxes) <= 1280
    assert page.locator(".narrow svg").is_hidden()


@pytest.mark.parametrize("name", ["sample", "hostile", "wide"])
@pytest.mark.parametrize("width", [390, 800, 1280])
def test_a_page_is_never_wider_than_the_screen(page, html, name, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.set_content(html(name))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    hidden = page.locator("figure, .scroll").evaluate_all(
        "boxes => boxes.filter(box => box.scrollWidth > box.clientWidth && box.tabIndex < 0).length"
    )
    assert hidden == 0


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_on_a_telephone_either(page, html, theme):
    page.set_viewport_size({"width": 390, "height": 800})
    page.emulate_media(color_scheme=theme)
    page.set_content(html("sample"))
    assert probes.violations(page.locator("main")) == []
    assert probes.small_texts(page.locator("main")) == []
    first = page.locator("figure[data-picture=first] .narrow svg")
    assert first.bounding_box()["width"] > 300
    assert page.locator(".wide svg").is_hidden()


# Where a figure, a row, a heading or a line of text begins and ends, as texts of one pixel.
_MARK = """() => {
    const mark = (part, name) => {
        part.style.position = "relative";
        for (const [end, side] of [["a", "top"], ["b", "bottom"]]) {
            const spot = part.appendChild(document.createElement("span"));
            spot.textContent = `[${name}${end}]`;
            spot.style.cssText = `position: absolute; ${side}: 0; left: 0; font: 1px/1 sans-serif;
                white-space: nowrap`;
        }
    };
    const each = (query, act) => document.querySelectorAll(query).forEach(act);
    each("figure", (part, at) => mark(part, `figure${at}`));
    each("li, p, .head, h1, h2", (part, at) => mark(part, `text${at}`));
    each("table", (table, at) => {
        mark(table.querySelector("thead th"), `head${at}`);
        table.querySelectorAll("tbody tr").forEach((row, place) =>
            mark(row.firstElementChild, `row${at}.${place}.`));
    });
}"""


def squeezed(text):
    return "".join(text.split()).replace("\N{LATIN SMALL LIGATURE FI}", "fi")


@pytest.mark.parametrize("name", MADE)
def test_paper_has_four_sheets_at_most_and_cuts_nothing(page, html, name):
    page.set_content(html(name))
    sheets = texts_of(page.pdf(prefer_css_page_size=True))
    assert len(sheets) <= (1 if name == "small" else 4)
    page.evaluate(_MARK)
    marked = texts_of(page.pdf(prefer_css_page_size=True))
    assert len(marked) == len(sheets)
    places: dict[str, list[int]] = {}
    for sheet, text in enumerate(marked):
        for spot in re.findall(r"\[(\w+[\d.]+[ab])\]", text):
            places.setdefault(spot, []).append(sheet)
    expected = (
        page.locator("figure, tbody tr").count() + page.locator("li, p, .head, h1, h2").count()
    )
    hidden = page.locator("nav li, details p").count()
    begins = {spot[:-1]: sheet for spot, sheet in places.items() if spot.endswith("a")}
    bodies = {spot: sheet for spot, sheet in begins.items() if not spot.startswith("head")}
    assert len(bodies) == expected - hidden
    for spot, sheet in begins.items():
        assert places[f"{spot}b"] == sheet, f"{spot} is cut"
    for spot, (sheet,) in bodies.items():
        if spot.startswith("row"):
            heads = places[f"head{spot.removeprefix('row').split('.')[0]}a"]
            assert sheet in heads, f"{spot} has no head above it"
    # And no head without a row below it.
    tables = {spot.split(".")[0]: [] for spot in bodies if spot.startswith("row")}
    for spot, (sheet,) in bodies.items():
        if spot.startswith("row"):
            tables[spot.split(".")[0]].append(sheet)
    for table, below in tables.items():
        assert {*places[f"head{table.removeprefix('row')}a"]} == {*below}


def test_heads_are_repeated_where_a_table_breaks(page, html):
    page.set_content(html("full"))
    page.evaluate(_MARK)
    sheets = texts_of(page.pdf(prefer_css_page_size=True))
    repeated = [
        head
        for head in {*re.findall(r"\[head\d+a\]", "".join(sheets))}
        if sum(head in sheet for sheet in sheets) > 1
    ]
    assert repeated


@pytest.mark.parametrize("name", ["sample", "full", "hostile"])
def test_every_row_and_no_code_is_on_paper(page, html, name):
    page.set_content(html(name))
    rows = page.locator("tbody tr").evaluate_all("rows => rows.map(row => row.textContent)")
    code = page.locator("pre").first.evaluate("pre => pre.textContent")
    assert len(rows) >= 70
    printed = squeezed("".join(texts_of(page.pdf(prefer_css_page_size=True))))
    assert [row for row in rows if squeezed(row) not in printed] == []
    assert squeezed(code)[:40] not in printed
    assert "tgp.verify_report" in printed


def test_paper_is_white_also_where_screens_are_dark(page, html):
    page.emulate_media(media="print", color_scheme="dark")
    page.set_content(html("small"))
    shown = "part => [getComputedStyle(part).color, getComputedStyle(part).backgroundColor]"
    assert page.locator("body").evaluate(shown) == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    title = page.locator("figure svg text").last
    assert title.evaluate("part => getComputedStyle(part).fill") == "rgb(26, 26, 26)"


@pytest.mark.parametrize("has_images", [True, False], ids=["images", "no images"])
@pytest.mark.parametrize("has_styles", [True, False], ids=["styles", "no styles"])
@pytest.mark.parametrize("width", [600, 360])
def test_a_mail_can_be_read(page, mail, width, has_styles, has_images):
    hostile = mail_of(samples.hostile()).html
    page.set_viewport_size({"width": width, "height": 700})
    for text in (mail, hostile):
        shown = text if has_images else re.sub(r"src='data:[^']*'", "src='cid:x'", text)
        page.set_content(shown)
        if not has_styles:
            page.evaluate(
                "document.querySelectorAll('[style]').forEach(one => one.removeAttribute('style'))"
            )
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        faults = probes.cut_parts(page.locator("body"))
        assert faults == []
    page.set_content(mail if has_images else re.sub(r"src='data:[^']*'", "src='cid:x'", mail))
    assert probes.violations(page.locator("body")) == []
    assert probes.faint_parts(page.locator("body")) == []
    assert probes.small_texts(page.locator("body")) == []
