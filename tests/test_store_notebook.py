"""The notebook of the store has short cells, and shows neither an id nor what changes by run."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

NOTEBOOK = Path(__file__).parents[1] / "notebooks" / "08_store.ipynb"
ID_OR_KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}|\btga_\w")
BY_RUN = re.compile(r"\b(seconds|bytes|kB|MB)\b|/(tmp|var|home)/|127\.0\.0\.1")
MOST_LINES = 8

CELLS = json.loads(NOTEBOOK.read_text())["cells"]
CODE = [cell for cell in CELLS if cell["cell_type"] == "code"]


def shown(cell) -> str:
    kinds = ("text/plain", "text/html")
    return "".join(
        text
        for output in cell["outputs"]
        for text in [*output.get("text", [])]
        + [part for kind in kinds for part in output.get("data", {}).get(kind, [])]
    )


@pytest.mark.parametrize("cell", CODE[1:], ids=lambda cell: cell["id"])
def test_a_cell_has_at_most_eight_lines(cell):
    lines = [line for line in "".join(cell["source"]).splitlines() if line.strip()]
    assert len(lines) <= MOST_LINES


@pytest.mark.parametrize("cell", CODE, ids=lambda cell: cell["id"])
def test_no_id_and_no_key_is_typed_or_shown(cell):
    assert not ID_OR_KEY.search("".join(cell["source"]) + shown(cell))


@pytest.mark.parametrize("cell", CODE, ids=lambda cell: cell["id"])
def test_nothing_is_shown_that_differs_from_run_to_run(cell):
    assert not BY_RUN.search(shown(cell))
