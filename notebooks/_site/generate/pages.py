"""A page of the site, and the Markdown that several generators write."""

from __future__ import annotations

import inspect
import os.path
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
"""The folder of the repository."""

_ROLE = re.compile(r":[\w:]+:`~?([^`<]*?)( <[^`]*)?`")
_UNDERLINED = re.compile(r"^(\S.*)\n-{3,}$", re.MULTILINE)
_PICTURE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
_NOTEBOOK = re.compile(r"(\b\d\d_\w+)\.ipynb\)")
_DIRECTIVE = re.compile(r"^(:{3,}|`{3,})\{(.+)\}(.*)$")


@dataclass(frozen=True, slots=True)
class Page:
    """One page: what Sphinx reads, and the plain Markdown beside it.

    Parameters
    ----------
    path
        Where it stands, below the site's folder and without a suffix.
    title
        Its heading.
    summary
        One sentence on it.
    source
        MyST Markdown for Sphinx.
    plain
        The same for readers of plain text.
    """

    path: str
    title: str
    summary: str
    source: str
    plain: str

    def link(self, page: Page) -> str:
        """Return the address of another page's Markdown, as seen from this one."""
        return relative(self.path, page.path)


def relative(path: str, other: str) -> str:
    """Return the address of one page's Markdown, as seen from another."""
    return f"{os.path.relpath(other, Path(path).parent)}.md"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(map(cell, line))} |" for line in lines) + "\n"


def cell(text: str) -> str:
    """Write a text in one line, so that it doesn't end its cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")


def summary_of(target: object) -> str:
    """Return the first sentence of a docstring."""
    return plain_text(" ".join((inspect.getdoc(target) or "").partition("\n\n")[0].split()))


def plain_text(text: str) -> str:
    """Turn what is marked in a docstring into what Markdown marks."""
    return _ROLE.sub(r"`\1`", text).replace("``", "`")


def docstring(said: str) -> str:
    """Write a numpy docstring as Markdown."""
    text = _UNDERLINED.sub(r"## \1\n", plain_text(said))
    lines, is_code = [], False
    for line in text.splitlines():
        if line.lstrip().startswith(">>>") and not is_code:
            lines.append("```python")
            is_code = True
        if is_code and not line.strip():
            lines.append("```")
            is_code = False
        lines.append(line)
    return "\n".join([*lines, *["```"] * is_code]) + "\n"


def without_directives(source: str) -> str:
    """Turn MyST into Markdown: what directives hold stays, they themselves and their options go."""
    kept: list[str] = []
    ends: list[str] = []
    is_skipped = is_option = False
    for line in source.splitlines():
        if ends and line.strip() == ends[-1]:
            ends.pop()
            kept.append("")
            is_skipped = is_skipped and bool(ends)
        elif found := _DIRECTIVE.match(line):
            ends.append(found[1])
            is_option = True
            is_skipped = is_skipped or found[2] == "toctree"
            if found[2] in ("note", "tip", "warning", "admonition"):
                kept.append(f"**{found[3].strip() or found[2].capitalize()}**\n")
        elif is_skipped or (is_option and re.match(r":[\w-]+:", line)):
            continue
        else:
            is_option = False
            kept.append(line)
    text = _PICTURE.sub(r"(A picture: \1)", "\n".join(kept))
    return _NOTEBOOK.sub(r"\1.md)", text).strip() + "\n"


def title_of(source: str) -> str:
    """Return the first heading of a Markdown text."""
    found = re.search(r"^# (.+)$", source, re.MULTILINE)
    return found[1].strip() if found else ""


def first_paragraph(source: str) -> str:
    """Return the paragraph below the first heading, without links, in one line."""
    rest = without_directives(source).partition("\n# " if not source.startswith("# ") else "# ")[2]
    for part in rest.partition("\n")[2].split("\n\n"):
        text = " ".join(part.split())
        if text and text[0] not in "#|!`<(-":
            return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return ""
