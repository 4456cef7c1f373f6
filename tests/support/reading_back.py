"""Read a file back by the rules of its format, apart from the code that wrote it."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import nbformat
import openpyxl
import pandas as pd

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def opened(content):
    """Open the bytes or the path of a workbook with openpyxl."""
    return openpyxl.load_workbook(io.BytesIO(content) if isinstance(content, bytes) else content)


def texts_of(content, sheet=1):
    """Every text cell of a sheet by its place, such as A2, with escapes read as ECMA-376 says.

    openpyxl leaves _x000D_ as it is and drops x005F_, which other programs don't.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        shared = ET.fromstring(parts.read("xl/sharedStrings.xml"))
        cells = ET.fromstring(parts.read(f"xl/worksheets/sheet{sheet}.xml"))
    texts = ["".join(map(unescaped, one.iter(f"{_MAIN}t"))) for one in shared.iter(f"{_MAIN}si")]
    return {
        cell.get("r"): texts[int(cell.find(f"{_MAIN}v").text)]
        for cell in cells.iter(f"{_MAIN}c")
        if cell.get("t") == "s"
    }


def unescaped(element):
    """Read a text in which a character may be written as _xHHHH_, from left to right."""
    pattern = "_x([0-9A-Fa-f]{4})_"
    return re.sub(pattern, lambda found: chr(int(found[1], 16)), element.text or "")


def formulas_in(content):
    """How many formulas the sheets of a workbook have, in cells, tables and names."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        sheets = [name for name in parts.namelist() if name.endswith(".xml")]
        return sum(
            len(re.findall(rb"<(?:f|calculatedColumnFormula)\b", parts.read(name)))
            for name in sheets
        )


def rows_of(sheet, columns):
    """The cells of a sheet below its headings, as rows of values."""
    rows = sheet.iter_rows(min_row=2, max_col=columns, values_only=True)
    return [list(row) for row in rows]


def parquet(path, like):
    """Read a Parquet file whose frame should be equal to another one."""
    frame = pd.read_parquet(path)
    # pandas 2.3 reads texts as objects.
    return frame if pd.__version__ >= "3" else frame.astype(like.dtypes)


def notebook_text(name):
    """The texts of a notebook, such as 09_running."""
    file = Path(__file__).parents[2] / "notebooks" / f"{name}.ipynb"
    cells = nbformat.read(file, as_version=4).cells
    return "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
