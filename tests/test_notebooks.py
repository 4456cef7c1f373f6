"""A reader of the notebooks' pages sees names, numbers as people write them, and pictures."""

from __future__ import annotations

import base64
import re
import struct
from pathlib import Path
from typing import Any

import nbformat
import pytest
from matplotlib import pyplot as plt

import trackagoat_pandas as tgp

FOLDER = Path(__file__).parents[1] / "notebooks"
README = FOLDER.parent / "README.md"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
PLAIN = [file for file in NOTEBOOKS if file.stem != "07_cookbook"]
"""Those that aren't a list of recipes in plain pandas."""
PICTURE = "image/png"
UUID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
SHORT_ID = re.compile(r"\b(?=\d*[a-f])(?=[a-f]*\d)[0-9a-f]{8}\b")
STYLE = re.compile(r"<style.*?</style>", re.DOTALL)
ID_OR_KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}|\b[0-9a-f]{8}\b(?!\.)|\btga_\w")
BY_RUN = re.compile(r"\b(seconds|bytes|kB|MB)\b|/(tmp|var|home)/|127\.0\.0\.1")
"""What differs from run to run of the store's notebook."""
MOST_LINES = {"07_cookbook": 6, "08_store": 8}
"""Of a cell that answers a question."""
SHORT = [file for file in NOTEBOOKS if file.stem in MOST_LINES]
UNWRITTEN = re.compile(r"\b\d{4,}\.\d\b|<NA>|(?<![\d,.:-])\d{5,}\b")
"""A count as a float, an unknown value, and a large number without separators of thousands."""
CODE = re.compile(r"^```.*?^```|`[^`]*`", re.DOTALL | re.MULTILINE)
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


def markdown_of(file: Path) -> list[str]:
    """The cells and outputs that a notebook renders from Markdown."""
    shown = [output.get("data", {}).get("text/markdown") for output in outputs_of(file)]
    return [
        *(cell.source for cell in cells_of(file) if cell.cell_type == "markdown"),
        *filter(None, shown),
    ]


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_no_notebook_shows_an_id(file):
    assert [
        text
        for output in outputs_of(file)
        for text in texts_of(output)
        if UUID.search(text) or SHORT_ID.search(STYLE.sub("", text))
    ] == []


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_no_notebook_types_an_id_or_a_key(file):
    typed = [cell.source for cell in cells_of(file) if cell.cell_type == "code"]
    assert [source for source in typed if ID_OR_KEY.search(source)] == []


@pytest.mark.parametrize("file", SHORT, ids=lambda file: file.stem)
def test_an_answer_has_few_lines_and_shows_no_id_and_no_key(file):
    _, *answers = [cell for cell in cells_of(file) if cell.cell_type == "code"]
    for cell in answers:
        lines = [line for line in cell.source.splitlines() if line.strip()]
        assert len(lines) <= MOST_LINES[file.stem], cell.source
    shown = [text for output in outputs_of(file) for text in texts_of(output)]
    assert [text for text in shown if ID_OR_KEY.search(text)] == []


def test_the_cookbook_answers_twelve_questions():
    cells = cells_of(FOLDER / "07_cookbook.ipynb")
    lines = [line for cell in cells for line in cell.source.splitlines()]
    headings = [line.split(".")[0] for line in lines if line.startswith("## ")]
    assert headings == [f"## {at}" for at in range(1, 13)]


def test_each_answer_of_the_cookbook_has_a_picture():
    pictures: dict[str, int] = {}
    for cell in cells_of(FOLDER / "07_cookbook.ipynb"):
        if cell.source.startswith("## "):
            pictures[cell.source.partition(".")[0]] = 0
        elif pictures:
            shown = [PICTURE in output.get("data", {}) for output in cell.get("outputs", [])]
            pictures[[*pictures][-1]] += sum(shown)
    assert len(pictures) == 12
    assert [answer for answer, count in pictures.items() if not count] == []


def test_the_notebook_of_the_store_shows_nothing_that_differs_from_run_to_run():
    shown = [text for output in outputs_of(SHORT[-1]) for text in texts_of(output)]
    assert len(shown) > 5
    assert [text for text in shown if BY_RUN.search(text)] == []


# A row is taken out there for the audit to find.
@pytest.mark.filterwarnings("ignore:audit_payouts. .accruals. has .* Missing rows count")
def test_no_payout_is_drawn_under_an_id():
    """Removed creators have no name in the list of creators."""
    shown: dict[str, Any] = {}
    for cell in cells_of(FOLDER / "05_payouts.ipynb"):
        if cell.cell_type == "code":
            exec(cell.source, shown)
    shown["client"].close()
    for figure in (plt.figure(1), shown["board"].figure):
        labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
        assert labels
        assert not any(map(SHORT_ID.search, labels))
    assert "papersketch01" in set(shown["board"].frame["tiktok_handle"])


@pytest.mark.parametrize("file", PLAIN, ids=lambda file: file.stem)
def test_numbers_are_written_as_people_read_them(file):
    assert [
        line
        for output in outputs_of(file)
        for line in (output.get("text", "") + plain(output)).splitlines()
        if UNWRITTEN.search(line)
    ] == []


@pytest.mark.parametrize("file", [*NOTEBOOKS, README], ids=lambda file: file.stem)
def test_a_dollar_in_markdown_is_code(file):
    """Two others are the ends of a formula. JupyterLab 4 takes `\\$` for one, too."""
    texts = [file.read_text()] if file == README else markdown_of(file)
    assert texts
    assert [text for text in texts if "$" in CODE.sub("", text)] == []


def test_a_dollar_outside_code_is_found():
    assert CODE.sub("", "`$1` and\n```bash\n$(date)\n```\nor `x` $2 `y`") == " and\n\nor  $2 "


@pytest.mark.parametrize("file", PLAIN, ids=lambda file: file.stem)
def test_each_notebook_has_a_picture(file):
    assert any(PICTURE in output.get("data", {}) for output in outputs_of(file))


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_each_widget_has_a_picture_beside_its_name(file):
    for output in outputs_of(file):
        if WIDGET.match(output.get("data", {}).get("text/plain", "")):
            picture = base64.b64decode(output.data["image/png"])
            (width,) = struct.unpack(">I", picture[16:20])
            assert width > NARROWEST_PX
            assert len(picture) < LARGEST_BYTES


PICTURES = [
    ("views", "Views of May by creator", "label"),
    *(
        (re.sub(r"(?<=[a-z])(?=[A-Z])", "_", board).lower(), board, f"{board}(")
        for board in tgp.widgets.__all__
        if not board.endswith("Picker") and board != "AlertsBoard"  # a page of the HealthBoard
    ),
]


@pytest.mark.parametrize(("name", "alt", "source"), PICTURES)
def test_the_readme_describes_its_pictures_as_the_notebooks_draw_them(name, alt, source):
    cells = [cell for file in NOTEBOOKS for cell in cells_of(file)]
    [drawn] = [cell for cell in cells if f"picture:{name}" in cell.metadata.get("tags", [])]
    assert source in drawn.source
    place, readme = rf"notebooks/images/{name}\.png", README.read_text()
    assert re.search(rf'!\[{alt}[^]]*\]\({place}\)|<img src="{place}" alt="{alt}', readme)
    assert (README.parent / "notebooks" / "images" / f"{name}.png").is_file()


def test_ten_notebooks_show_a_widget():
    shown = [file for file in NOTEBOOKS if any(map(WIDGET.match, map(plain, outputs_of(file))))]
    assert [file.stem[:2] for file in shown] == [
        "00", "01", "02", "03", "04", "05", "10", "11", "12", "13",
    ]  # fmt: skip


def plain(output) -> str:
    return output.get("data", {}).get("text/plain", "")


def test_no_two_notebooks_end_alike():
    last = [cells_of(file)[-1].source for file in NOTEBOOKS[:7]]
    assert len(set(last)) == len(last)
