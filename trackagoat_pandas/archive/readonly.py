"""A ledger on a disk or in a folder that can't be written, read into memory."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import struct
from pathlib import Path
from typing import Final, TypeAlias

ONLY_READ: Final = (
    "its disk or its folder can only be read",
    "open it with connect(store=..., offline=True) to read it, or copy it to another disk",
)
"""The problem and the advice of a StoreWriteError."""
Marks: TypeAlias = tuple[tuple[int, int, int] | None, ...]
"""By which a change of a ledger's files is noticed: their numbers, sizes and times."""

_LOG: Final = "-wal"
"""SQLite's name for the file of what it has not yet moved into the ledger itself."""
_HEADER: Final = struct.Struct(">8I")
_FRAME: Final = struct.Struct(">4I8x")
_WRITTEN_BY, _READ_BY = 18, 19
"""The bytes of a database that say whether it has a log."""
_WITHOUT_LOG: Final = 1


def marks_of(path: Path) -> Marks:
    """Return the marks of a ledger and of its log; None for a file that isn't there or is empty."""
    found: list[tuple[int, int, int] | None] = []
    for file in (path, _log_of(path)):
        try:
            state = file.stat()
        except OSError:
            found.append(None)
        else:
            known = (state.st_ino, state.st_size, state.st_mtime_ns)
            found.append(known if state.st_size else None)
    return tuple(found)


def is_writable(path: Path) -> bool:
    """Return whether SQLite can write a ledger, if there is one, and its files beside it."""
    return all(os.access(one, os.W_OK) for one in (path, path.parent) if one.exists())


def read_into_memory(path: Path) -> sqlite3.Connection:
    """Return a database in memory with what a ledger and its log have.

    SQLite itself can't open a ledger with a log where it can make no files.
    """
    content = bytearray(path.read_bytes())
    with contextlib.suppress(FileNotFoundError):  # then all of it is in the ledger
        _apply(_log_of(path).read_bytes(), content)
    if len(content) > _READ_BY:
        content[_WRITTEN_BY] = content[_READ_BY] = _WITHOUT_LOG
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    if content:
        connection.deserialize(bytes(content))
    return connection


def _apply(log: bytes, content: bytearray) -> None:
    """Write the pages of a log's finished transactions to their places, as a checkpoint does.

    Its own sums aren't checked, since the whole ledger is proven afterwards. The format:
    https://www.sqlite.org/fileformat2.html#the_write_ahead_log
    """
    if len(log) < _HEADER.size:
        return
    _, _, size, _, *salts, _, _ = _HEADER.unpack_from(log)
    pages: list[tuple[int, int]] = []
    step = _FRAME.size + size
    for place in range(_HEADER.size, len(log) - step + 1, step):
        page, pages_after, *own = _FRAME.unpack_from(log, place)
        if own != salts:
            return  # of an earlier log, which this one has begun to overwrite
        pages.append((page, place + _FRAME.size))
        if pages_after:
            content.extend(bytes(max(0, pages_after * size - len(content))))
            for number, start in pages:
                content[(number - 1) * size : number * size] = log[start : start + size]
            del content[pages_after * size :]
            pages.clear()


def _log_of(path: Path) -> Path:
    return path.with_name(path.name + _LOG)
