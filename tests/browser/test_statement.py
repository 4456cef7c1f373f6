"""A creator's statement on paper and on a screen."""

from __future__ import annotations

import re

import pytest

from tests.support.payout_frames import ZONE, accrual, accruals, payment, payments
from trackagoat_pandas.showing.export.statement import creator_statement

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


@pytest.mark.parametrize("paper", ["Letter", "A4"])
@pytest.mark.parametrize("codes", [["USD"], ["EUR", "USD"]], ids=len)
def test_it_prints_on_one_page_for_each_currency(page, codes, paper):
    page.set_content(statement(*codes).html)
    printed = page.pdf(format=paper)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == len(codes)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_readable_in_light_and_dark(page, scheme):
    page.emulate_media(color_scheme=scheme)
    page.set_content(statement("USD").html)
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
            const cell = document.querySelector(".tgp-statement td");
            return [getComputedStyle(cell).color, getComputedStyle(probe).backgroundColor]
                .map(luminance);
        }"""
    )
    dark, bright = sorted([letters, paper])
    assert (bright + 0.05) / (dark + 0.05) > 7
    assert (paper < 0.5) == (scheme == "dark")
