"""Frames to export, checked and named, and files that are written whole or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    IncompleteFrameWarning,
    UnwritableFileError,
)
from trackagoat_pandas.frames.dictionary import table_of
from trackagoat_pandas.helpers.facts import incomplete_among
from trackagoat_pandas.helpers.formats import heading
from trackagoat_pandas.inputs.checks import frame_facts, warn_of_frames
from trackagoat_pandas.showing.captions import title
from trackagoat_pandas.showing.show import Shown

_TAKES = "a DataFrame, or a dict of DataFrames by their names"


def named_frames(function: str, frames: object) -> dict[str, pd.DataFrame]:
    """Return the frames to export, by their names, each with the columns of its index.

    A single frame is called like the table that it was loaded from, such as ``Videos``, or like
    what a helper made it, such as ``Budget``; ``Data`` if it doesn't say. Warnings in the name of
    the function say which frames are incomplete, and which have other rows than were loaded.

    Raises
    ------
    ArgumentTypeError
        There is something else than a frame, or a name isn't a string.
    ArgumentError
        There are no frames.
    """
    given = {"frames": frames} if isinstance(frames, pd.DataFrame) else frames
    if isinstance(given, Shown):
        raise ArgumentTypeError("frames", frames, f"{_TAKES}; of a shown table, pass its .frame")
    if not isinstance(given, Mapping):
        raise ArgumentTypeError("frames", frames, _TAKES)
    if not given:
        raise ArgumentError("frames", frames, f"give {_TAKES}")
    for name, frame in given.items():
        if not isinstance(name, str):
            raise ArgumentTypeError("frames", name, f"{_TAKES}; a name is a string")
        if not isinstance(frame, pd.DataFrame):
            raise ArgumentTypeError(f"frames[{name!r}]", frame, "a pandas DataFrame")
    if incomplete := incomplete_among([(name, frame_facts(each)) for name, each in given.items()]):
        warn_of_frames(f"{function}: {incomplete}", IncompleteFrameWarning)
    if isinstance(frames, pd.DataFrame):
        table = table_of(frames)
        loaded = heading(table.name.replace("-", "_")) if table else "Data"
        # After a comma is of whom and when, which would be too long for the name of a sheet.
        made = title(frames).partition(",")[0] if "helper" in frame_facts(frames) else ""
        given = {made or loaded: frames}
    return {name: with_index(frame) for name, frame in given.items()}


def with_index(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with its index as first columns; numbers without a name are left out.

    Examples
    --------
    >>> import pandas as pd
    >>> with_index(pd.DataFrame({"views": [5]}, index=pd.Index(["mia"], name="creator")))
      creator  views
    0     mia      5
    >>> with_index(pd.DataFrame({"views": [5]}, index=[7])).columns.tolist()
    ['views']
    """
    index = frame.index
    if all(name is None for name in index.names) and pd.api.types.is_integer_dtype(index.dtype):
        return frame
    taken = {str(name) for name in frame.columns}
    said = [f"index_{n}" if name is None else name for n, name in enumerate(index.names, 1)]
    names = [f"{name}_index" if str(name) in taken else name for name in said]
    rest = frame.reset_index(drop=True)
    joined = pd.concat([index.to_frame(index=False), rest], axis="columns")
    labels = pd.Index([*names, *frame.columns.tolist()], tupleize_cols=False)
    joined.columns = labels.rename(frame.columns.name)
    joined.attrs = frame.attrs
    return joined


def check_path(path: object, *suffixes: str, argument: str = "path", is_read: bool = False) -> Path:
    """Return the path of a file that is written, or read; ``~`` is the home directory.

    Raises
    ------
    ArgumentTypeError
        It is neither a string nor a Path.
    ArgumentError
        It doesn't end with one of the suffixes, such as ``".xlsx"``.
    """
    said = " or ".join(suffixes)
    after = "" if is_read else ", after what is written to it"
    place = _path(path, f"the path of a {said} file{after}", argument)
    if place.suffix.lower() not in suffixes:
        allowed = f"it must end in {said}, such as 'report{suffixes[0]}'"
        raise ArgumentError(argument, str(path), allowed)
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


def _path(given: object, what: str, argument: str = "path") -> Path:
    said = os.fspath(given) if isinstance(given, str | os.PathLike) else None
    if not isinstance(said, str):
        raise ArgumentTypeError(argument, given, what)
    if not said or "\0" in said:
        raise ArgumentError(argument, said, f"give {what}")
    try:
        os.fsencode(said)
        return Path(said).expanduser()
    except (UnicodeError, RuntimeError) as error:
        # Half of an emoji, or the home of a user whom the system doesn't know.
        raise ArgumentError(argument, said, f"no file can be there: {error}") from error


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
                # The file that a link points to is replaced, so that the link stays.
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
        problem = error.strerror or str(error)
        if not path.parent.is_dir():
            problem = f"there is no folder {str(path.parent)!r}; make it first"
        raise UnwritableFileError(str(path), problem) from error


def _write_beside(place: Path, beside: Path, content: bytes) -> None:
    if place.exists() and not place.is_file():
        # Such as a directory, or a device, which a file must not take the place of.
        raise OSError("it isn't a file")
    with beside.open("xb") as file:
        file.write(content)
    if place.exists():
        shutil.copymode(place, beside)
