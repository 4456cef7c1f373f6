"""The pages that people write: Markdown files in ``pages``, each where its folder says."""

from __future__ import annotations

import shutil
from pathlib import Path

from generate.architecture import draw
from generate.includes import with_includes
from generate.pages import Page, first_paragraph, title_of, without_directives

FOLDER = Path(__file__).parents[1] / "pages"
FRONT = "index"
SECTIONS = {
    "cookbook": ("Cookbook", "Recipes for schedules, files and other tools."),
    "building": ("How it is built", "For those who change the package, or ask why it is so."),
}
"""The folders of pages, with the heading and a sentence for those that have no page ``index``."""


def written_pages(folder: Path = FOLDER) -> list[Page]:
    """Read the pages, and list those of a folder on a page of their own."""
    pages = [written(file, folder) for file in sorted(folder.rglob("*.md"))]
    return pages + [
        section_page(section, [page for page in pages if page.path.startswith(f"{section}/")])
        for section in SECTIONS
        if any(page.path.startswith(f"{section}/") for page in pages)
        and not any(page.path == f"{section}/index" for page in pages)
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
    lines = [f"- [{one.title}]({one.path.partition('/')[2]}.md): {one.summary}" for one in pages]
    text = f"# {title}\n\n{about}\n\n" + "\n".join(lines) + "\n"
    entries = "\n".join(one.path.partition("/")[2] for one in pages)
    tree = f"\n```{{toctree}}\n:hidden:\n\n{entries}\n```\n"
    return Page(f"{section}/index", title, about, text + tree, text)
