"""The guide: the notebooks as they are committed, with what they show."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from PIL import Image

from generate.pages import ROOT, Page, first_paragraph, title_of
from generate.uses import Code

FOLDER = ROOT / "notebooks"
WIDGET = "application/vnd.jupyter.widget-view+json"
HOLE = "(A widget: it is shown where a kernel runs.)"
GRID = re.compile(r"<div (class=['\"]trackagoat-grid)")
NAMED = re.compile(r"\[`?README(?:\.md)?`?\]\(README\.md\)")
PLOTTED = re.compile(r"(?:tgp\.plots|\.goat\.plot)\.(\w+)\(|tgp\.widgets\.(\w+)\(")
LISTED = re.compile(r"^\| \[(\d\d_\w+)\]\(\1\.ipynb\) \| (.+) \|$", re.MULTILINE)


def guide_order() -> dict[str, str]:
    """Return the notebooks in the order in which they are read, each with what it is about."""
    listed = dict(LISTED.findall((FOLDER / "README.md").read_text("utf-8")))
    return {stem: about for stem, about in listed.items() if (FOLDER / f"{stem}.ipynb").exists()}


def staged_notebook(file: Path) -> NotebookNode:
    """Read a notebook for Sphinx: its links stay in the site, and its widgets leave no holes."""
    notebook = nbformat.read(file, as_version=4)
    heading = title_of(notebook.cells[0].source)
    for one in notebook.cells:
        if one.cell_type == "markdown":
            one.source = NAMED.sub("[the reference](README.md)", one.source)
            one.source = one.source.replace("](README.md)", "](../reference/index.md)")
            one.source = one.source.replace("](_site/pages/", "](../")
            heading = (re.findall(r"^#+ (.+)$", one.source, re.MULTILINE) or [heading])[-1]
            continue
        # The name of its file would be the text of a picture, for those who don't see it.
        one.metadata["mystnb"] = {"image": {"alt": text_of_picture(one, heading)}}
        for output in one.outputs:
            data = output.get("data", {})
            if data.pop(WIDGET, None) and not {"image/png", "text/html"} & {*data}:
                data["text/plain"] = HOLE
            if "text/html" in data:  # so that the keyboard reaches what a wide table hides
                data["text/html"] = GRID.sub(r'<div tabindex="0" \1', data["text/html"])
    return notebook


def text_of_picture(cell: NotebookNode, heading: str) -> str:
    """Return the title of a cell's picture, or what it answers and what was drawn."""
    for output in cell.outputs:
        data = output.get("data", {}).get("image/png")
        if data and (said := described(base64.b64decode(data))):
            return said
    drawn = [plot or widget for plot, widget in PLOTTED.findall(cell.source)]
    return f"{heading} ({drawn[-1]})" if drawn else heading


def described(data: bytes) -> str:
    """Return the first line of what a PNG says of itself."""
    with Image.open(io.BytesIO(data)) as picture:
        return str(picture.info.get("Description", "")).strip().partition("\n")[0]


def guide_pages() -> list[Page]:
    """Write the list of the notebooks, and the plain text of each."""
    order = guide_order()
    pages = [notebook_page(FOLDER / f"{stem}.ipynb", about) for stem, about in order.items()]
    about = "Notebooks that run offline, on an embedded sandbox: read them here, or run your own."
    lines = [
        f"- [{page.title}]({page.path.rpartition('/')[2]}.md): {page.summary}" for page in pages
    ]
    text = f"# Guide\n\n{about}\n\n" + "\n".join(lines) + "\n"
    tree = f"\n```{{toctree}}\n:hidden:\n\n{chr(10).join(order)}\n```\n"
    return [*pages, Page("guide/index", "Guide", about, text + tree, text)]


def notebook_page(file: Path, about: str) -> Page:
    """Write the plain text of a notebook; Sphinx reads the notebook itself."""
    notebook = staged_notebook(file)
    parts = []
    for one in notebook.cells:
        if one.cell_type == "markdown":
            parts.append(re.sub(r"\]\((\d\d_\w+)\.ipynb\)", r"](\1.md)", one.source))
        else:
            parts += [f"```python\n{one.source}\n```", *shown_by(one)]
    plain = "\n\n".join(parts) + "\n"
    title = title_of(plain)
    # What the list says of a notebook is often what its heading says.
    is_said = about.lower() in title.lower()
    summary = first_paragraph(plain) if is_said else f"{about[0].upper()}{about[1:]}"
    return Page(f"guide/{file.stem}", title, summary, "", plain)


def shown_by(cell: NotebookNode) -> Iterator[str]:
    """Give what a cell shows, as text."""
    for output in cell.outputs:
        data = output.get("data", {})
        text = output.get("text") or data.get("text/plain", "")
        if "image/png" in data:
            yield f"(A picture: {cell.metadata['mystnb']['image']['alt']})"
        elif text.strip():
            yield f"```text\n{text.rstrip()}\n```"


def notebooks_code() -> Iterator[Code]:
    """Give the code of each notebook."""
    for stem in guide_order():
        cells = nbformat.read(FOLDER / f"{stem}.ipynb", as_version=4).cells
        code = "\n".join(one.source for one in cells if one.cell_type == "code")
        yield Code(stem, f"guide/{stem}", code)
