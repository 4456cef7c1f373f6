"""Builds the documentation, without a network: ``python notebooks/_site/build.py OUT``."""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import tempfile
from pathlib import Path

import nbformat
from generate.commands import commands_page
from generate.errors import errors_page
from generate.frames import frame_pages
from generate.gallery import FOLDER as GALLERY
from generate.gallery import gallery_pages, scripts_code, scripts_in
from generate.guide import FOLDER as NOTEBOOKS
from generate.guide import guide_order, guide_pages, notebooks_code, staged_notebook
from generate.keywords import with_words
from generate.llms import llms, llms_full
from generate.names import public_names
from generate.pages import Page
from generate.pictures import stage_pictures
from generate.reference import reference_pages
from generate.uses import uses
from generate.written import ALSO, FRONT, copy_pictures, pages_code, written_pages
from live.build import build as build_live
from sphinx.cmd.build import main as sphinx

HERE = Path(__file__).parent
FIRST = (
    *("install", "guide/index", "gallery/index", "reference/index", "frames/index"),
    *("cookbook/index", "api"),
)
"""The pages of the head of each page, in this order; all others follow."""

SHORT = {
    "api": "API",
    "cookbook/index": "Recipes",
    "live": "Try it",
}
"""What pages are called in the head of each page, where their headings are long."""


def every_page(gallery: Path = GALLERY) -> list[Page]:
    """Collect the pages of the site."""
    names, scripts = public_names(), scripts_in(gallery)
    written = written_pages()
    code = [*notebooks_code(), *scripts_code(scripts), *pages_code(written, "cookbook")]
    shown = uses(names, code)
    return [
        *written,
        *guide_pages(),
        *gallery_pages(scripts, names),
        *reference_pages(names, shown),
        errors_page(),
        commands_page(),
        *frame_pages(names),
    ]


def stage(pages: list[Page], folder: Path, gallery: Path = GALLERY) -> None:
    """Write what Sphinx reads into a folder."""
    # Sphinx knows the notebooks by their own names.
    links = re.compile(rf"\b({'|'.join(guide_order())})\.md\)")
    for page in pages:
        file = folder / f"{page.path}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        if page.source:
            tree = contents(pages) if page.path == FRONT else ""
            source = links.sub(r"\1.ipynb)", with_words(page.path, page.source))
            file.write_text(source + tree, "utf-8")
    for stem in guide_order():
        notebook = staged_notebook(NOTEBOOKS / f"{stem}.ipynb")
        notebook.cells[0].source += f"\n\n{{download}}`Download this notebook <files/{stem}.ipynb>`"
        nbformat.write(notebook, folder / "guide" / f"{stem}.ipynb")  # type: ignore[no-untyped-call]
        copy = folder / "guide" / "files" / f"{stem}.ipynb"
        copy.parent.mkdir(exist_ok=True)
        shutil.copy(NOTEBOOKS / f"{stem}.ipynb", copy)
    stage_pictures(public_names(), scripts_in(gallery), folder / "pictures")
    copy_pictures(folder)
    shutil.copytree(NOTEBOOKS / "images", folder / "images", dirs_exist_ok=True)
    if (gallery / "images").is_dir():
        shutil.copytree(gallery / "images", folder / "gallery" / "images")


def contents(pages: list[Page]) -> str:
    """Write the tree of all pages, which becomes the head of each."""
    below = {FRONT, *(path for paths in ALSO.values() for path in paths)}
    top = [page.path for page in pages if "/" not in page.path and page.path not in below]
    sections = [page.path for page in pages if page.path.count("/") == 1]
    indexes = [path for path in sections if path.endswith("/index")]
    known = [*indexes, *top]
    order = [path for path in FIRST if path in known]
    order += [path for path in known if path not in order]
    order = [f"{SHORT[path]} <{path}>" if path in SHORT else path for path in order]
    return f"\n```{{toctree}}\n:hidden:\n\n{chr(10).join(order)}\n```\n"


def write_texts(pages: list[Page], out: Path) -> None:
    """Write the plain text beside each page, and the two files for language models."""
    for page in pages:
        (out / f"{page.path}.md").write_text(page.plain, "utf-8")
    (out / "llms.txt").write_text(llms(pages), "utf-8")
    (out / "llms-full.txt").write_text(llms_full(pages), "utf-8")


def build(out: Path, gallery: Path = GALLERY) -> int:
    """Build the site into a folder; return an exit code."""
    pages = every_page(gallery)
    with tempfile.TemporaryDirectory() as place:
        sources = Path(place, "sources")
        stage(pages, sources, gallery)
        strict = ["-W", "--keep-going", "-n", "-q", "-j", "auto"]
        folders = ["-c", str(HERE), "-d", str(Path(place, "doctrees")), str(sources), str(out)]
        code = sphinx([*strict, "-b", "html", *folders])
    if code:
        return code
    write_texts(pages, out)
    return int(not build_live(out / "live"))


def main() -> int:
    """Build the site into the folder of the command line."""
    parser = argparse.ArgumentParser(prog="build.py", description=__doc__)
    parser.add_argument("out", type=Path, help="the folder of the site")
    parser.add_argument("--gallery", type=Path, default=GALLERY, help="the folder of its scripts")
    options = parser.parse_args()
    return build(options.out, options.gallery)


if __name__ == "__main__":
    sys.exit(main())
