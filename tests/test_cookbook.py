"""The cookbook answers each question in at most six lines, and nobody sees an id in it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

COOKBOOK = Path(__file__).parents[1] / "notebooks" / "07_cookbook.ipynb"
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}|\b[0-9a-f]{8}\b(?!\.)")
MOST_LINES = 6

CELLS = json.loads(COOKBOOK.read_text())["cells"]
CODE = [cell for cell in CELLS if cell["cell_type"] == "code"]


def test_there_are_twelve_questions():
    headings = [line for cell in CELLS for line in cell["source"] if line.startswith("## ")]
    assert [heading.split(".")[0] for heading in headings] == [f"## {at}" for at in range(1, 13)]


@pytest.mark.parametrize("cell", CODE[1:], ids=lambda cell: cell["id"])
def test_an_answer_has_at_most_six_lines(cell):
    lines = [line for line in "".join(cell["source"]).splitlines() if line.strip()]
    assert len(lines) <= MOST_LINES


@pytest.mark.parametrize("cell", CODE, ids=lambda cell: cell["id"])
def test_no_id_is_typed_or_shown(cell):
    shown = [
        text for output in cell["outputs"] for text in output.get("data", {}).get("text/plain", [])
    ]
    assert not ID.search("".join([*cell["source"], *shown]))
