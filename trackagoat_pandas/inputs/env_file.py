"""Find and read the user's ``.env`` file.

A ``.env`` file decides which key is used and which server receives it, so a file that somebody else
can write must not be believed.
"""

from __future__ import annotations

import io
import os
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from trackagoat_pandas.base.secrets import Secret

KEY_VARIABLE: Final = "TRACKAGOAT_API_KEY"
URL_VARIABLE: Final = "TRACKAGOAT_BASE_URL"
_VARIABLES: Final = (KEY_VARIABLE, URL_VARIABLE)

_HAS_OWNERS: Final = sys.platform not in ("win32", "emscripten")
"""Windows has access lists instead of modes, and a browser's files have one made-up owner."""
_ROOT: Final = 0
"""The user who can change every file anyway."""
_WRITABLE_BY_OTHERS: Final = stat.S_IWGRP | stat.S_IWOTH


@dataclass(frozen=True, slots=True)
class EnvFile:
    """The settings in a ``.env`` file.

    Attributes
    ----------
    path
        The file.
    api_key, base_url
        The file's settings, None where it has none.
    flaw
        Why the file must not be used; empty for a usable file.
    """

    path: Path
    api_key: Secret | None = None
    base_url: Secret | None = None
    flaw: str = ""


def find_env_file() -> EnvFile | None:
    """Read the nearest ``.env`` file, from the working folder upward.

    The search ends with the first repository root or with the home folder. A file with a flaw is
    read as well, so that a warning about it is given only if it has settings of this package.
    """
    for folder in _searched_folders():
        path = folder / ".env"
        try:
            status = path.stat()
        except OSError:
            continue
        if stat.S_ISREG(status.st_mode) or stat.S_ISFIFO(status.st_mode):
            return _read(path, status)
    return None


def _searched_folders() -> Iterator[Path]:
    try:
        working = Path.cwd()
    except OSError:  # the folder was deleted
        return
    home = os.path.realpath(os.path.expanduser("~"))  # noqa: PTH111 (Path's raises without a home)
    for folder in (working, *working.parents):
        yield folder
        if str(folder) == home or os.path.lexists(folder / ".git"):
            return


def _read(path: Path, status: os.stat_result) -> EnvFile:
    flaw = _flaw_of_owner(path, status)
    if flaw and not stat.S_ISREG(status.st_mode):
        return EnvFile(path, flaw=flaw)  # reading a pipe can block
    try:
        with path.open("rb") as stream:
            # The file can have been replaced since it was looked at.
            flaw = flaw or _flaw_of_owner(path, os.fstat(stream.fileno()))
            text = stream.read().decode("utf-8-sig")
    except OSError as error:
        return EnvFile(path, flaw=f"it can't be read ({error.strerror})")
    except UnicodeDecodeError:  # its object holds the whole file, so it is kept nowhere
        return EnvFile(path, flaw="it can't be read, because it isn't UTF-8")
    # Imported here, so that importing the package doesn't import it.
    from dotenv import dotenv_values

    values = dotenv_values(stream=io.StringIO(text), interpolate=False)
    key, url = (Secret(text) if text else None for text in map(values.get, _VARIABLES))
    return EnvFile(path, key, url, flaw)


def _flaw_of_owner(path: Path, status: os.stat_result) -> str:
    if not _HAS_OWNERS:
        return ""
    user = os.geteuid() if hasattr(os, "geteuid") else _ROOT
    if status.st_uid not in (user, _ROOT):
        return "another user owns it (put the settings into a file of your own)"
    if status.st_mode & _WRITABLE_BY_OTHERS:
        return f"other users can write to it (run: chmod 600 {path})"
    return ""
