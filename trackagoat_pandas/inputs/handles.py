"""TikTok handles as people write them: with or without @, or as the address of a profile."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError

_HANDLE: Final = re.compile(r"[A-Za-z0-9._-]{1,30}")
_ALLOWED: Final = "a handle has 1 to 30 letters, digits, dots, underscores and hyphens"
_FILES: Final = (".csv", ".xls", ".xlsx", ".json", ".txt")
"""How names of files end, which would be handles as well."""
USUAL_COLUMNS: Final = {
    "tiktok_handle": ("tiktok_handle", "handle", "creator", "username"),
    "url": ("url", "link"),
}
"""What people call columns of creators and posts, whatever the case."""
_ADDRESS: Final = "the address of a profile, such as https://www.tiktok.com/@goat"


def read_handle(argument: str, given: object, *, or_id: bool = False) -> str:
    """Return a handle without its @, as written, from a handle or the address of a profile.

    A handle has 1 to 30 letters, digits, dots, underscores and hyphens, as the API documents.

    Parameters
    ----------
    argument
        The argument's name, for messages.
    given
        A handle, with or without @, or the address of a profile with or without a query.
    or_id
        Whether an id would do as well, for messages.

    Raises
    ------
    ArgumentTypeError
        It isn't a string.
    ArgumentError
        It is no handle, or an address of something else, such as of a post.

    Examples
    --------
    >>> read_handle("creator", "@first.goat")
    'first.goat'
    >>> read_handle("creator", "https://m.tiktok.com/@first.goat?lang=en")
    'first.goat'
    """
    if not isinstance(given, str):
        raise ArgumentTypeError(argument, given, f"a handle, or {_ADDRESS}")
    written, also = given.strip(), "an id is a UUID; " if or_id else ""
    if not written:
        raise ArgumentError(argument, given, f"it is empty; {also}{_ALLOWED}")
    if Path(written).suffix.lower() in _FILES and not written.startswith("@"):
        read = f"give a frame of a file's rows; a handle of this name is '@{written}'"
        raise ArgumentError(argument, given, f"it looks like a file: {read}")
    if "/" in written:
        return _handle_of_address(argument, written, also)
    bare = written.removeprefix("@")
    if not _HANDLE.fullmatch(bare):
        # It may be a display name, or the name of a project whose creators are meant.
        listed = "; load_creators(project) lists those of a project by handle and name"
        raise ArgumentError(argument, given, f"{also}{_ALLOWED}{listed if or_id else ''}")
    return bare


def fold_handle(handle: str) -> str:
    """Return a handle in the form by which handles are compared: TikTok ignores their case."""
    return handle.removeprefix("@").casefold()


def _handle_of_address(argument: str, address: str, also: str) -> str:
    try:
        parts = urlsplit(address if "://" in address else f"https://{address}")
        host = parts.hostname or ""
    except ValueError as flaw:
        raise ArgumentError(argument, address, f"it is not an address ({flaw})") from flaw
    if not f".{host}".endswith(".tiktok.com"):
        raise ArgumentError(argument, address, f"{also}give a handle, or {_ADDRESS}")
    first, *rest = unquote(parts.path).strip("/").split("/")
    if not first.startswith("@") or not _HANDLE.fullmatch(first[1:]):
        raise ArgumentError(
            argument, address, f"it doesn't say whose it is; give a handle, or {_ADDRESS}"
        )
    if rest:
        raise ArgumentError(
            argument,
            address,
            f"it is the address of a post; if you mean its creator, give {first!r}",
        )
    return first[1:]
