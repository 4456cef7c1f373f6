"""The pages that people write: Markdown files in ``pages``, each where its folder says."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from generate.architecture import draw
from generate.includes import with_includes
from generate.pages import Page, first_paragraph, relative, title_of, without_directives
from generate.uses import Code

FOLDER = Path(__file__).parents[1] / "pages"
FRONT = "index"
PYTHON = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SECTIONS = {
    "cookbook": (
        "Recipes",
        "For tasks of several steps, and for other tools: schedules, workbooks, SQL, notebooks.",
    ),
    "building": ("How it is built", "For those who change the package, or ask why it is so."),
}
"""The folders of pages, with the heading and a sentence for those that have no page ``index``."""


ALSO = {"building": ("versions", "release")}
"""The pages that lie elsewhere and are listed with those of a folder."""


def written_pages(folder: Path = FOLDER) -> list[Page]:
    """Read the pages, and list those of a folder on a page of their own."""
    pages = [written(file, folder) for file in sorted(folder.rglob("*.md"))]
    return pages + [
        section_page(section, [page for page in pages if is_listed(page, section)])
        for section in SECTIONS
        if any(page.path.startswith(f"{section}/") for page in pages)
        and not any(page.path == f"{section}/index" for page in pages)
    ]


def is_listed(page: Page, section: str) -> bool:
    """Say whether a page is in the list of a folder."""
    return page.path.startswith(f"{section}/") or page.path in ALSO.get(section, ())


def pages_code(pages: list[Page], section: str) -> list[Code]:
    """Return the Python of each page of a folder."""
    return [
        Code(page.title, page.path, "\n".join(PYTHON.findall(page.source)))
        for page in pages
        if page.path.startswith(f"{section}/")
    ]


def written(file: Path, folder: Path) -> Page:
    """Read one page, with what it includes of other files."""
    source = with_includes(file.read_text("utf-8"), file.parent)
    path = file.relative_to(folder).with_suffix("").as_posix()
    return Page(path, title_of(source), first_paragraph(source), source, without_directives(source))


def copy_pictures(target: Path, folder: Path = FOLDER) -> None:
    """Put the pictures of the pages beside them, and draw that of the architecture."""
    for file in folder.rglob("*"):
        if file.is_file() and file.suffix != ".md":
            copy = target / file.relative_to(folder)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, copy)
    draw(target / "building" / "architecture.svg")


def section_page(section: str, pages: list[Page]) -> Page:
    """List the pages of a folder."""
    title, about = SECTIONS[section]
    path = f"{section}/index"
    lines = [f"- [{one.title}]({relative(path, one.path)}): {one.summary}" for one in pages]
    text = f"# {title}\n\n{about}\n\n" + "\n".join(lines) + "\n"
    entries = "\n".join(f"/{one.path}" for one in pages)
    tree = f"\n```{{toctree}}\n:hidden:\n\n{entries}\n```\n"
    return Page(path, title, about, text + tree, text)
