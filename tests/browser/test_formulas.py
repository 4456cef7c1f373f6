"""JupyterLab makes no mathematics of amounts of money."""

from __future__ import annotations

import nbformat
import pytest
from playwright.sync_api import expect

from tests.heavy import heavy
from tests.test_notebooks import NOTEBOOKS

pytestmark = pytest.mark.browser

SHOWN = """\
import pandas as pd
import trackagoat_pandas as tgp

tgp.show(pd.DataFrame({"title": ["$100 vs $1 lunch"]}), caption="$5 of $6")
"""


@heavy
def test_two_dollars_are_no_formula(lab, lab_server):
    cells = [
        nbformat.v4.new_markdown_cell(cell.source)
        for file in NOTEBOOKS
        for cell in nbformat.read(file, as_version=4).cells
        if cell.cell_type == "markdown" and "$" in cell.source
    ]
    assert len(cells) > 2
    cells += [nbformat.v4.new_markdown_cell("A formula: $x$"), nbformat.v4.new_code_cell(SHOWN)]
    notebook = nbformat.v4.new_notebook(
        cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    )
    nbformat.write(notebook, lab_server.notebooks / "formulas.ipynb")
    lab.open("formulas.ipynb")
    lab.run_all()
    expect(lab.output(0)).to_contain_text("$100 vs $1 lunch")
    # The one that is meant as one; when it is there, the others would be, too.
    expect(lab.page.locator("mjx-container")).to_have_count(1)
    lab.wait_until_drawn(lab.output(0))
    expect(lab.page.locator("mjx-container")).to_have_count(1)
