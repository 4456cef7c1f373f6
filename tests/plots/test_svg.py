"""Pictures as SVG for pages: their texts, read-outs, ids and colours."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from matplotlib.figure import Figure

from trackagoat_pandas.plots.marks import label_mark, label_marks, label_places, label_points
from trackagoat_pandas.plots.svg import THEME_STYLE, svg_of
from trackagoat_pandas.plots.theme import DARK_OF, INK, PAGE

SVG = "{http://www.w3.org/2000/svg}"


def figure_of(**bars):
    figure = Figure(figsize=(4, 3), facecolor="none")
    ax = figure.add_subplot()
    return ax, ax.bar([0, 1], [1, 2], **bars)


def read(ax, text="What was found"):
    svg = svg_of(ax.figure, text)
    return svg, ET.fromstring(svg)


def titles(root):
    return [title.text for title in root.iter(f"{SVG}title")]


def test_a_picture_has_its_finding_as_text_alternative():
    ax, _ = figure_of()
    _, root = read(ax, 'Ann\'s "<b>" & 5 > 3')
    assert root.get("aria-label") == 'Ann\'s "<b>" & 5 > 3'
    assert root.get("role") == "img"
    assert (root.get("width"), root.get("height")) == ("384", "288")


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "a & b", "\"'>", "mia\nposts: 5"])
def test_read_outs_and_ids_are_escaped(text):
    ax, bars = figure_of()
    label_marks(bars, [text, "second"], [text, None])
    svg, root = read(ax)
    assert titles(root) == [text, "second"]
    assert [group.get("data-goat") for group in root.iter(f"{SVG}g") if group.get("data-goat")] == [
        f"pick:{text}".replace("\n", " ")
    ]
    assert "<script" not in svg


def test_a_mark_is_under_the_pointer_also_where_it_has_no_colour():
    ax, bars = figure_of()
    label_mark(bars[0], "a bar")
    label_places(ax, [(0, 1), (1, 2)], ["first", "second"])
    label_places(ax, [(0, 1)], ["a row"], ["y"], is_row=True)
    label_points(ax, [(1, 2)], [5.0], ["a point"], ["x"])
    _, root = read(ax)
    assert sorted(titles(root)) == ["a bar", "a point", "a row", "first", "second"]
    picks = {group.get("data-goat") for group in root.iter(f"{SVG}g")}
    assert picks == {None, "pick:x", "pick:y"}
    for group in root.iter(f"{SVG}g"):
        if group.find(f"{SVG}title") is not None:
            assert group.get("pointer-events") == "all"
            assert len(group) > 1


def test_strips_and_points_leave_the_axes_as_they_were():
    ax, _ = figure_of()
    before = (ax.get_xlim(), ax.get_ylim(), ax.get_tightbbox().bounds)
    label_places(ax, [(-50, 90)], ["wide"])
    label_points(ax, [(70, 80)], [5.0], ["far"], [""])
    assert (ax.get_xlim(), ax.get_ylim(), ax.get_tightbbox().bounds) == before


def test_no_id_is_there_twice_on_a_page_with_two_pictures():
    pictures = []
    for color in (INK, "#123456"):
        ax, bars = figure_of(color=color, hatch="//", label="bars")
        label_marks(bars, ["a", "b"])
        ax.legend()
        pictures.append(read(ax)[0])
    ids = [re.findall(r'\bid="([^"]+)"', svg) for svg in pictures]
    assert not set(ids[0]) & set(ids[1])
    for svg, own in zip(pictures, ids, strict=True):
        assert len(own) == len(set(own))
        assert set(re.findall(r'(?:href="|url\()#([^")]+)', svg)) <= set(own)


def test_nothing_is_left_that_is_meant_for_a_file_or_for_the_whole_page():
    ax, _ = figure_of()
    svg, _ = read(ax)
    assert svg.startswith("<svg ")
    assert not re.search(r"<\?xml|<!DOCTYPE|<metadata|<style|<title", svg)


def test_texts_are_texts():
    ax, _ = figure_of()
    ax.set_title("1,234 views & more")
    _, root = read(ax)
    texts = ["".join(text.itertext()).strip() for text in root.iter(f"{SVG}text")]
    assert "1,234 views & more" in texts


def test_colours_of_the_theme_follow_the_page_and_another_stays_as_it_is():
    ax, bars = figure_of(color=INK)
    bars[0].set_facecolor("#123456")
    ax.set_facecolor(PAGE)
    svg, _ = read(ax)
    assert f"var(--goat-{INK[1:]})" in svg
    assert f"var(--goat-{PAGE[1:]})" in svg
    assert "#123456" in svg
    assert not re.search("|".join(DARK_OF), svg)
    for light, dark in DARK_OF.items():
        assert THEME_STYLE.count(f"--goat-{light[1:]}: ") == 2
        assert f"--goat-{light[1:]}: {dark};" in THEME_STYLE


def test_a_picture_that_is_drawn_twice_says_the_same():
    ax, bars = figure_of()
    label_marks(bars, ["a", "b"])
    assert titles(read(ax)[1]) == titles(read(ax)[1]) == ["a", "b"]
