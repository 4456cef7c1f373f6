"""Which pages show a name in use, by how code writes it: methods of pandas aren't ours."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from generate.names import OBJECTS, Name, own_members


class Code(NamedTuple):
    """The code of a page, with the page's title and path."""

    title: str
    path: str
    code: str


def is_used(name: Name, code: str) -> bool:
    """Say whether code uses a name."""
    return re.search(pattern_of(name), code) is not None


def pattern_of(name: Name) -> str:
    """Return the pattern of how code writes a name."""
    package, _, last = name.short.rpartition(".")
    if last in OBJECTS:  # of these code has objects, called as their classes are
        return rf"\b{last.lower()}\.(?:{'|'.join(own_members(name.target)) or last})\("
    public = rf"\btgp\.{re.escape(name.short)}\b"
    if package == "plots":
        return rf"{public}|\.goat\.plot\.{last}\("
    if package == "sandbox" and last == "Sandbox":
        return rf"{public}|\btgp\.sandbox\("
    return public if package else rf"{public}(?!\.)|\.goat\.{last}\("


def uses(names: list[Name], pages: Iterable[Code]) -> dict[str, list[tuple[str, str]]]:
    """Return the pages that use each name, as title and path."""
    pages = list(pages)
    found = {
        name.short: [(page.title, page.path) for page in pages if is_used(name, page.code)]
        for name in names
    }
    return {short: shown for short, shown in found.items() if shown}
