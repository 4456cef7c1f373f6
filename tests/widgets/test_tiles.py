"""Key figures with their changes."""

from __future__ import annotations

import re

import pytest

from tests.support.markup import MARKUP, Seen, check_harmless
from trackagoat_pandas.plots.theme import ALARM, DARK_OF, GOOD
from trackagoat_pandas.widgets.tiles import Tile, tiles_html


def test_a_tile_has_its_name_and_its_value():
    assert "<div><span>Creators</span><b>13</b></div>" in tiles_html({"Creators": "13"})
    assert tiles_html({"Creators": Tile("13")}) == tiles_html({"Creators": "13"})


def test_nothing_is_written_where_there_are_no_figures():
    assert tiles_html({}) == ""


@pytest.mark.parametrize(
    ("change", "arrow"),
    [
        ("+12 % on May", "▲"),
        ("-12 % on May", "▼"),
        ("\N{MINUS SIGN}12 % on May", "▼"),
        ("as in May", ""),
    ],
)
def test_a_change_has_its_sign_and_an_arrow_that_screen_readers_skip(change, arrow):
    html = tiles_html({"Views": Tile("2.1M", change)})
    assert change in Seen(html).text
    assert re.findall("<i aria-hidden='true'>(.)</i>", html) == [arrow] * bool(arrow)


@pytest.mark.parametrize(("is_good", "color"), [(True, GOOD), (False, ALARM), (None, None)])
def test_the_colour_of_a_change_is_that_of_the_theme(is_good, color):
    html = tiles_html({"Views": Tile("2.1M", "-12 %", is_good)})
    name = f"--goat-{color[1:]}" if color else ""
    assert f"color: {f'var({name})' if color else 'inherit'}'>" in html
    if color:
        assert f"{name}: {color};" in html
        assert f"{name}: {DARK_OF[color]};" in html


@pytest.mark.parametrize(("tiles", "half"), [(1, 1), (4, 2), (5, 3), (7, 4)])
def test_tiles_without_room_for_one_row_stand_in_two_of_nearly_the_same_length(tiles, half):
    html = tiles_html({f"n{place}": "1" for place in range(tiles)})
    assert f"--tiles: {tiles}; --half: {half}" in html


@pytest.mark.parametrize("text", MARKUP)
def test_no_text_is_obeyed_as_html(text):
    check_harmless(tiles_html({text: Tile(text, f"+{text}")}))
