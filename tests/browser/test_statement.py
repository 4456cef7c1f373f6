"""A creator's statement, and the page of a table, on paper and on a screen."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from tests.support.payout_frames import ZONE, accrual, accruals, payment, payments
from trackagoat_pandas.showing.export.statement import creator_statement

pytestmark = pytest.mark.browser

MANY = 40


def statement(*codes):
    earned = [
        accrual(f"{code}-a{n}", 100, structure_id=f"a rule with a long name {n}", currency=code)
        for code in codes
        for n in range(MANY)
    ]
    paid = [payment(f"{code}-p{n}", 10, currency=code) for code in codes for n in range(MANY)]
    frames = accruals(*earned), payments(*paid)
    return creator_statement("nan", *frames, dates="2026-01..2026-06", timezone=ZONE)


def table():
    columns = {f"a_column_with_a_long_name_{n}": range(MANY) for n in range(14)}
    return pd.DataFrame({"title": ["a post"] * MANY, **columns}).goat.show().html


@pytest.mark.parametrize("paper", ["Letter", "A4"])
@pytest.mark.parametrize("codes", [["USD"], ["EUR", "USD"]], ids=len)
def test_it_prints_on_one_page_for_each_currency(page, codes, paper):
    page.set_content(statement(*codes).html)
    printed = page.pdf(format=paper)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == len(codes)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("made", ["statement", "table"])
def test_it_is_readable_in_light_and_dark(page, scheme, made):
    page.emulate_media(color_scheme=scheme)
    page.set_content(statement("USD").html if made == "statement" else table())
    letters, paper = page.evaluate(
        """() => {
            const luminance = (color) => {
                const canvas = new OffscreenCanvas(1, 1).getContext("2d");
                canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
                const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((c) => {
                    const s = c / 255; return s <= 0.04 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
                });
                return 0.2126 * r + 0.7152 * g + 0.0722 * b;
            };
            const probe = document.body.appendChild(document.createElement("div"));
            probe.style.background = "Canvas";
            const cell = document.querySelector("td");
            return [getComputedStyle(cell).color, getComputedStyle(probe).backgroundColor]
                .map(luminance);
        }"""
    )
    dark, bright = sorted([letters, paper])
    assert (bright + 0.05) / (dark + 0.05) > 7
    assert (paper < 0.5) == (scheme == "dark")


def test_a_table_scrolls_on_a_screen_and_is_whole_on_paper(page):
    page.set_viewport_size({"width": 800, "height": 900})
    page.set_content(table())
    grid = page.locator(".trackagoat-grid")
    hidden = "grid => grid.scrollWidth - grid.clientWidth"
    assert grid.evaluate(hidden) > 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 800
    page.emulate_media(media="print")
    assert grid.evaluate("grid => getComputedStyle(grid).overflowX") == "visible"
    assert page.locator("th").first.evaluate("cell => getComputedStyle(cell).position") == "static"
    printed = page.pdf(prefer_css_page_size=True)
    (width, height) = re.search(rb"/MediaBox \[0 0 (\d+) (\d+)\]", printed).groups()
    assert int(width) > int(height)
    assert "sans-serif" in grid.evaluate("grid => getComputedStyle(grid).fontFamily")
