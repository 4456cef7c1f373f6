"""The colours of plots: their contrast, for all kinds of vision, on light and dark pages."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from matplotlib import style
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure

from tests.support.named_frames import analytics_of
from trackagoat_pandas import plots
from trackagoat_pandas.plots.style import SENTIMENT_COLORS, SERIES_COLORS, STATUS_COLORS
from trackagoat_pandas.plots.theme import (
    BLACK,
    DARK,
    DARK_OF,
    GRID,
    INK,
    NEUTRAL,
    PAGE,
    PARTIAL,
    QUIET,
    darken,
)

TEXTS = {BLACK, DARK, QUIET, *SERIES_COLORS} | set(STATUS_COLORS.values()) - {PARTIAL}
MARKS = {*TEXTS, *STATUS_COLORS.values(), *SENTIMENT_COLORS.values(), NEUTRAL}
DARK_PAGES = ("#111111", "#1e1e1e")
VISIONS = {
    "normal": np.eye(3),
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
}
"""Linear RGB as it is seen: Machado, Oliveira and Fernandes (2009), severity 1."""
TO_CONES = [
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
]
TO_OKLAB = [
    [0.2104542553, 0.7936177850, -0.0040720468],
    [1.9779984951, -2.4285922050, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.8086757660],
]
"""From linear RGB to Oklab, in two steps: Ottosson (2020)."""


def linear(color):
    rgb = np.array(to_rgb(color))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    """As WCAG 2.2 defines it."""
    dark, light = sorted(float(linear(color) @ [0.2126, 0.7152, 0.0722]) for color in (one, other))
    return (light + 0.05) / (dark + 0.05)


def distance(one, other, vision):
    seen = [np.clip(np.array(VISIONS[vision]) @ linear(color), 0, 1) for color in (one, other)]
    labs = [np.array(TO_OKLAB) @ np.cbrt(np.array(TO_CONES) @ color) for color in seen]
    return float(np.linalg.norm(labs[0] - labs[1]))


@pytest.mark.parametrize(("colors", "least"), [(TEXTS, 4.5), (MARKS, 3)])
def test_texts_and_marks_stand_out_from_light_and_dark_pages(colors, least):
    pairs = [(color, PAGE) for color in colors]
    pairs += [(DARK_OF[color], page) for color, page in product(colors, DARK_PAGES)]
    low = {pair: round(contrast(*pair), 2) for pair in pairs if contrast(*pair) < least}
    assert low == {}


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("is_dark", [False, True])
def test_series_and_statuses_differ_for_every_kind_of_vision(vision, is_dark):
    # Two greys that can just be told apart when they touch differ by 0.02.
    for colors in (SERIES_COLORS, STATUS_COLORS.values(), SENTIMENT_COLORS.values()):
        shown = [DARK_OF[color] if is_dark else color for color in colors]
        assert min(distance(a, b, vision) for a, b in combinations(shown, 2)) > 0.075


def test_a_colour_for_dark_pages_is_none_for_light_ones():
    assert not set(DARK_OF) & set(DARK_OF.values())
    assert all(color == color.lower() for color in [*DARK_OF, *DARK_OF.values()])


def colors_of(ax):
    return {
        "face": to_hex(ax.get_facecolor()), "figure": to_hex(ax.figure.get_facecolor()),
        "line": to_hex(ax.lines[0].get_color()), "bar": to_hex(ax.patches[0].get_facecolor()),
        "hatch": to_hex(ax.patches[0].get_edgecolor()), "title": to_hex(ax.title.get_color()),
        "points": to_hex(ax.collections[0].get_facecolor()[0], keep_alpha=True),
        "box": to_hex(ax.texts[0].get_bbox_patch().get_facecolor()),
        "arrow": to_hex(ax.texts[1].arrow_patch.get_edgecolor()),
        "tick": to_hex(ax.get_xticklabels()[0].get_color()),
        "legend": to_hex(ax.get_legend().get_texts()[0].get_color()),
    }  # fmt: skip


def drawn():
    ax = Figure().add_subplot()
    ax.plot([1, 2], color=INK, label="a line")
    ax.bar([1], [1], facecolor=QUIET, edgecolor=PAGE, hatch="//")
    ax.scatter([1], [1], color=(INK, 0.4))
    ax.text(0, 0, "boxed", bbox={"facecolor": PAGE})
    ax.annotate("far", (0, 0), (1, 1), arrowprops={"color": INK, "arrowstyle": "-"})
    ax.set_title("what was found", color=BLACK)
    ax.tick_params(labelcolor=DARK)
    ax.legend(labelcolor=DARK)
    return ax


def test_a_picture_for_dark_pages_has_the_dark_colour_of_each():
    ax = drawn()
    light = colors_of(ax)
    darken(ax)
    dark = colors_of(ax)
    assert dark.pop("points") == f"{DARK_OF[INK]}66"
    assert light.pop("points") == f"{INK}66"
    assert dark == {name: DARK_OF[color] for name, color in light.items()}
    assert set(light.values()) == {PAGE, INK, QUIET, BLACK, DARK}


def test_what_is_transparent_or_of_another_colour_stays_as_it_is():
    ax = Figure(facecolor="none").add_subplot()
    ax.plot([1], color="#123456", label="a")
    text = ax.text(0, 0, "x", bbox={"facecolor": "none", "edgecolor": "none", "alpha": 0.5})
    ax.legend(facecolor="none")
    darken(ax)
    assert to_hex(ax.lines[0].get_color()) == "#123456"
    for patch in (ax.figure.patch, text.get_bbox_patch(), ax.get_legend().get_frame()):
        assert patch.get_facecolor()[3] == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["default", "dark_background", "grayscale"])
def test_a_style_of_matplotlib_leaves_the_page_of_the_theme(name, theme):
    with style.context(name):
        given = Figure().add_subplot()
        pages = {"light": PAGE, "dark": DARK_OF[PAGE]}
        own = plots.trend(analytics_of("bob"), theme=theme)
        plots.trend(analytics_of("bob"), theme=theme, ax=given)
    for ax in (own, given):
        assert to_hex(ax.get_facecolor()) == pages[theme]
    assert to_hex(own.figure.get_facecolor()) == pages[theme]
    # A page on which letters can be read is the user's own.
    mine = "#bfbfbf" if (name, theme) == ("grayscale", "light") else pages[theme]
    assert to_hex(given.figure.get_facecolor()) == mine


def test_ticks_that_are_made_later_are_dark_too():
    ax = Figure().add_subplot()
    ax.tick_params(labelcolor=DARK)
    darken(ax)
    ax.grid(visible=True)
    ax.set_xticks(range(9))
    assert {to_hex(label.get_color()) for label in ax.get_xticklabels()} == {DARK_OF[DARK]}
    assert to_hex(ax.xaxis.get_gridlines()[-1].get_color()) == DARK_OF[GRID]


def test_the_name_of_a_single_tick_keeps_its_own_colour():
    ax = Figure().add_subplot()
    ax.set_yticks([0, 1], ["a", "b"])
    for label, color in zip(ax.get_yticklabels(), (INK, DARK), strict=True):
        label.set_color(color)
    darken(ax)
    colors = [to_hex(label.get_color()) for label in ax.get_yticklabels()]
    assert colors == [DARK_OF[INK], DARK_OF[DARK]]
