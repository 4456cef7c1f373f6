"""A reader of the notebooks' pages sees names instead of ids, and a picture for each widget."""

from __future__ import annotations

import base64
import re
import struct
from pathlib import Path

import nbformat
import pytest

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
UUID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
WIDGET = re.compile(r"<(Explorer|\w+Board|\w+Radar|\w+Picker)\b")
LARGEST_BYTES = 150_000
NARROWEST_PX = 600


def cells_of(file: Path):
    return nbformat.read(file, as_version=4).cells


def outputs_of(file: Path):
    return [output for cell in cells_of(file) for output in cell.get("outputs", [])]


def texts_of(output):
    data = output.get("data", {})
    return [output.get("text", ""), *(text for kind, text in data.items() if "text/" in kind)]


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_no_notebook_shows_an_id(file):
    assert [
        text for output in outputs_of(file) for text in texts_of(output) if UUID.search(text)
    ] == []


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_each_widget_has_a_picture_beside_its_name(file):
    for output in outputs_of(file):
        if WIDGET.match(output.get("data", {}).get("text/plain", "")):
            picture = base64.b64decode(output.data["image/png"])
            (width,) = struct.unpack(">I", picture[16:20])
            assert width > NARROWEST_PX
            assert len(picture) < LARGEST_BYTES


def test_six_notebooks_show_a_widget():
    shown = [file for file in NOTEBOOKS if any(map(WIDGET.match, map(plain, outputs_of(file))))]
    assert [file.stem[:2] for file in shown] == ["00", "01", "02", "03", "04", "05"]


def plain(output) -> str:
    return output.get("data", {}).get("text/plain", "")


def test_no_two_notebooks_end_alike():
    last = [cells_of(file)[-1].source for file in NOTEBOOKS[:7]]
    assert len(set(last)) == len(last)
