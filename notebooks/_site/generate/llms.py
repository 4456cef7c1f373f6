"""The site for language models: a list of its pages, and all of them in one file."""

from __future__ import annotations

import os.path
import re
from collections.abc import Iterable
from pathlib import Path

from generate.names import GROUPS, OBJECTS
from generate.pages import ROOT, Page

INTRODUCTION = """\
# trackagoat_pandas

> TikTok creator programs as pandas DataFrames: every read endpoint of the TrackaGoat v1 API as a
> typed frame, and functions, pictures and boards that answer the questions of the people who run
> such programs. `tgp.connect(sandbox=True)` is an embedded demo program: no account, no network.

Start with `import trackagoat_pandas as tgp`. A frame is complete or says that it isn't; ids are
text, money is whole cents, instants are UTC, and what isn't known is NA. `tgp.describe("videos")`
explains a frame's columns, and `help(tgp.goal_odds)` a function. Every page of the site has its
plain text beside it: the address with `.md` in place of `.html`. All of them are in
[llms-full.txt](llms-full.txt).
"""
AGENTS = ROOT / "trackagoat_pandas" / "agents" / "guide.md"
LINK = re.compile(r"\]\((?!\w+:|#)([^)#\s]+)")
ROW = re.compile(r"^\| ([A-Z].+?\?) \| (.+?) \| .* \|$", re.MULTILINE)


def llms(pages: list[Page]) -> str:
    """Write the list of pages, with the questions that people ask and the guide for agents."""
    by_path = {page.path: page for page in pages}
    indexes = [f"reference/{group.slug}/index" for group in GROUPS if group.slug != "errors"]
    others = ["reference/accessor", "reference/errors", "reference/commands", "frames/index"]
    parts = [
        INTRODUCTION,
        section("Questions", questions(by_path)),
        section("Reference", lines(by_path, [*indexes, *others])),
        section("What functions return", returned(by_path)),
        section("Guide", lines(by_path, under(by_path, "guide/"))),
        section("Gallery", lines(by_path, under(by_path, "gallery/"))),
        section("Recipes", lines(by_path, under(by_path, "cookbook/"))),
        section("More", lines(by_path, more(by_path))),
    ]
    if AGENTS.exists():
        parts.append(one_level_down(AGENTS.read_text("utf-8")))
    return "\n".join(part for part in parts if part)


def llms_full(pages: Iterable[Page]) -> str:
    """Write all pages in one file."""
    return "\n".join(f"<!-- {page.path}.md -->\n\n{from_root(page)}" for page in pages)


def from_root(page: Page) -> str:
    """Return a page's text with links that lead from the site's folder; code stays as it is."""
    folder = Path(page.path).parent
    parts = re.split(r"(^```.*?^```$)", page.plain, flags=re.DOTALL | re.MULTILINE)
    return "".join(
        part
        if part.startswith("```")
        else LINK.sub(lambda link: f"]({os.path.normpath(folder / link[1])}", part)
        for part in parts
    )


def one_level_down(text: str) -> str:
    """Put the headings of a Markdown text one level lower; comments in code aren't headings."""
    parts = re.split(r"(^```.*?^```$)", text, flags=re.DOTALL | re.MULTILINE)
    return "".join(
        part if part.startswith("```") else re.sub("^#", "##", part, flags=re.MULTILINE)
        for part in parts
    )


def section(title: str, listed: list[str]) -> str:
    """Write a list below its heading; "" where nothing is listed."""
    return f"## {title}\n\n" + "\n".join(listed) + "\n" if listed else ""


def lines(by_path: dict[str, Page], paths: Iterable[str]) -> list[str]:
    """List pages, each with its sentence."""
    found = [by_path[path] for path in paths]
    return [f"- [{page.title}]({page.path}.md): {page.summary}".rstrip(": ") for page in found]


def under(by_path: dict[str, Page], folder: str) -> list[str]:
    """Return the pages of a folder; its list of them isn't one."""
    return [path for path in by_path if path.startswith(folder) and not path.endswith("/index")]


def more(by_path: dict[str, Page]) -> list[str]:
    """Return the pages that stand in no other list."""
    top = [path for path in by_path if "/" not in path and path != "index"]
    return [*top, *under(by_path, "building/")]


def returned(by_path: dict[str, Page]) -> list[str]:
    """List the classes of what functions return, each with its methods."""
    found = []
    for name in OBJECTS:
        (page,) = (one for one in by_path.values() if one.title == name)
        methods = re.findall(rf"^## ({name}\.\w+)$", page.plain, re.MULTILINE)
        listed = f" Its methods: {', '.join(f'`{one}`' for one in methods)}." if methods else ""
        found.append(f"- [{name}]({page.path}.md): {page.summary}{listed}")
    return found


def questions(by_path: dict[str, Page]) -> list[str]:
    """List the questions of the README, each with the pages of its functions."""
    pages = {page.title: page for path, page in by_path.items() if path.startswith("reference/")}
    found = []
    for question, functions in ROW.findall((ROOT / "README.md").read_text("utf-8")):
        called = [name for name in re.findall(r"`([\w.]+)`", functions) if name in pages]
        if called:
            links = ", ".join(f"[{name}]({pages[name].path}.md)" for name in called)
            found.append(f"- {question} {links}")
    return found
