"""Parts of other files in a page, such as a section of CONTRIBUTING."""

from __future__ import annotations

import re
from pathlib import Path

INCLUDE = re.compile(r"^```\{include\} (?P<file>\S+)\n(?P<options>(?::.*\n)*)```$", re.MULTILINE)
OPTION = re.compile(r"^:(start-after|end-before): \"?(.+?)\"?$", re.MULTILINE)
"""YAML takes a heading for a comment, unless it is quoted."""


def with_includes(source: str, folder: Path) -> str:
    """Put the text of other files where a page includes them, so that it stands by itself.

    Parameters
    ----------
    source
        The page, with MyST's directive ``include``.
    folder
        The folder in which the page lies, from which the other files are found.

    Returns
    -------
    str
        The page with their text, from ``start-after`` to ``end-before`` if it gives these.

    Raises
    ------
    ValueError
        A file doesn't have the text after or before which the part is.
    """
    return INCLUDE.sub(lambda found: _part(found, folder), source)


def _part(found: re.Match[str], folder: Path) -> str:
    text = (folder / found["file"]).resolve().read_text("utf-8")
    options = dict(OPTION.findall(found["options"]))
    for mark in options.values():
        if mark not in text:
            raise ValueError(f"{found['file']} has no {mark!r}")
    text = text.partition(options["start-after"])[2] if "start-after" in options else text
    text = text.partition(options["end-before"])[0] if "end-before" in options else text
    return text.strip("\n")
