"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterable, Mapping
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
    try:
        os.fsencode(said)
        return Path(said).expanduser()
    except (UnicodeError, RuntimeError) as error:
        # Half of an emoji, or the home of a user whom the system doesn't know.
        raise ArgumentError("path", said, f"no file can be there: {error}") from error


def save(path: Path, content: bytes) -> None:
    """Write a file beside its place and then move it there, so that no half of it is ever seen.

    An existing file is replaced and keeps its permissions; a link stays, and its target is
    replaced.

    Raises
    ------
    UnwritableFileError
        The directory is missing, or the file may not be written. An existing file is unchanged.
    """
    save_all({path: content})


def save_all(contents: Mapping[Path, bytes], *, old: Iterable[Path] = ()) -> None:
    """Write files as `save` does; none is moved, and no `old` one removed, until all are written.

    Raises
    ------
    UnwritableFileError
        As in `save`; it names the first file for which that is so.
    """
    moves: dict[Path, Path] = {}
    path = Path()
    try:
        try:
            for path, content in contents.items():
                place = Path(os.path.realpath(path))
                moves[place] = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
                _write_beside(place, moves[place], content)
            for path in old:
                path.unlink()
            for path, beside in moves.items():
                beside.replace(path)
        finally:
            # Also after Ctrl-C. Once a file has been moved, nothing is left here.
            for beside in moves.values():
                beside.unlink(missing_ok=True)
    except OSError as error:
        raise UnwritableFileError(str(path), error.strerror or str(error)) from error


def _write_beside(place: Path, beside: Path, content: bytes) -> None:
    if place.exists() and not place.is_file():
        # Such as a directory, or a device, which a file must not take the place of.
        raise OSError("it isn't a file")
    with beside.open("xb") as file:
        file.write(content)
    if place.exists():
        shutil.copymode(place, beside)
