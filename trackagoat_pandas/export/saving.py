"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path

from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError, UnwritableFileError


def check_path(path: object, suffix: str) -> Path:
    """Return the path of a file to write; ``~`` is the home directory.

    Raises
    ------
    ArgumentTypeError
        It is neither a string nor a Path.
    ArgumentError
        It doesn't end with the suffix, such as ``".xlsx"``.
    """
    place = _path(path, f"the path of a {suffix} file")
    if place.suffix.lower() != suffix:
        raise ArgumentError("path", str(path), f"it must end in {suffix}, such as 'report{suffix}'")
    return place


def check_folder(path: object) -> Path:
    """Return the path of a folder that exists; ``~`` is the home directory.

    Raises
    ------
    ArgumentTypeError, ArgumentError
        It is neither a string nor a Path, or there is no such folder.
    """
    folder = _path(path, "the path of a folder")
    if not folder.is_dir():
        raise ArgumentError("path", str(path), "it must be an existing folder for several frames")
    return folder


def _path(given: object, what: str) -> Path:
    said = os.fspath(given) if isinstance(given, str | os.PathLike) else None
    if not isinstance(said, str):
        raise ArgumentTypeError("path", given, what)
    if not said or "\0" in said:
        raise ArgumentError("path", said, f"give {what}")
    return Path(said).expanduser()


def save(path: Path, content: bytes) -> None:
    """Write a file beside its place and then move it there, so that no half of it is ever seen.

    An existing file is replaced and keeps its permissions; a link stays, and its target is
    replaced.

    Raises
    ------
    UnwritableFileError
        The directory is missing, or the file may not be written. An existing file is unchanged.
    """
    path = Path(os.path.realpath(path))
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        try:
            with beside.open("xb") as file:
                file.write(content)
            if path.exists():
                shutil.copymode(path, beside)
            beside.replace(path)
        finally:
            # Also after Ctrl-C. Once the file has been moved, nothing is left here.
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise UnwritableFileError(str(path), error.strerror or str(error)) from error


def remove(path: Path) -> None:
    """Remove a file that an earlier call wrote.

    Raises
    ------
    UnwritableFileError
        The file may not be removed.
    """
    try:
        path.unlink()
    except OSError as error:
        raise UnwritableFileError(str(path), error.strerror or str(error)) from error
