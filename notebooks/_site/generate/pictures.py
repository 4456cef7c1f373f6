"""The picture of each plot and board: that of a gallery's script, or of a notebook."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import nbformat

from generate.gallery import Script
from generate.guide import FOLDER, guide_order
from generate.names import Name
from generate.pages import summary_of
from generate.uses import is_used


class Picture(NamedTuple):
    """A picture: its bytes, and what it says to those who don't see it."""

    data: bytes
    text: str


LIST = "pictures.json"
"""What Sphinx reads: for each full name the file of its picture, and what that says."""


def stage_pictures(names: list[Name], scripts: list[Script], folder: Path) -> None:
    """Put a picture of each plot and board into a folder, with the list of them."""
    folder.mkdir()
    listed: dict[str, tuple[str, str]] = {}
    for name in names:
        if name.group in ("pictures", "widgets"):
            picture = next(pictures_of(name, scripts), None)
            if picture:
                file = f"{name.short.replace('.', '_')}.png"
                (folder / file).write_bytes(picture.data)
                listed[name.full] = (f"/{folder.name}/{file}", " ".join(picture.text.split()))
    (folder / LIST).write_text(json.dumps(listed), "utf-8")


def pictures_of(name: Name, scripts: list[Script]) -> Iterator[Picture]:
    """Give the pictures of a plot or board, the best first."""
    yield from of_scripts(name, scripts)
    yield from of_boards(name)
    yield from of_cells(name)


def of_scripts(name: Name, scripts: list[Script]) -> Iterator[Picture]:
    """Give the pictures of the scripts that end with a plot."""
    for script in scripts:
        last = script.code.rpartition("\nax = ")[2]
        if script.picture.exists() and is_used(name, last):
            yield Picture(script.picture.read_bytes(), script.shown.partition("\n")[0])


def of_boards(name: Name) -> Iterator[Picture]:
    """Give the picture of a board that the notebooks' folder has."""
    file = FOLDER / "images" / f"{re.sub(r'(?<!^)(?=[A-Z])', '_', name.last).lower()}.png"
    if name.group == "widgets" and file.exists():
        yield Picture(file.read_bytes(), summary_of(name.target))


def of_cells(name: Name) -> Iterator[Picture]:
    """Give the pictures of the notebooks' cells that use a name."""
    for stem in guide_order():
        for cell in nbformat.read(FOLDER / f"{stem}.ipynb", as_version=4).cells:
            if cell.cell_type != "code" or not is_used(name, cell.source):
                continue
            for output in cell.outputs:
                data = output.get("data", {}).get("image/png")
                if data:
                    yield Picture(base64.b64decode(data), summary_of(name.target))
