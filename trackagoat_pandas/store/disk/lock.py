"""Writing into a store: the lock of its one writer, and errors of the file system."""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import json
import os
import platform
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from trackagoat_pandas.errors import StoreBusyError, StoreError, StoreWriteError
from trackagoat_pandas.http.forks import renew_in_children
from trackagoat_pandas.http.processes import try_lock

ADVICE: Final = {
    errno.ENOSPC: "free some space on its disk, or move the store to another one",
    errno.EDQUOT: "free some of your quota on its disk, or move the store to another one",
    errno.EROFS: "copy the store to a disk that can be written",
    errno.EACCES: "get the permission to write in the folder, or use another one",
    errno.EPERM: "get the permission to write in the folder, or use another one",
    errno.EIO: "the disk may be failing: copy the store to another one, then call store.verify()",
}
_TRY_AGAIN: Final = "try again"
PATIENCE_S: Final = 10.0
"""How long a short write waits for another process to finish its own."""
_NO_LINKS: Final = getattr(os, "O_NOFOLLOW", 0)  # Windows has none
_PAUSE_S: Final = 0.02
_A_LOOK_S: Final = 0.1
"""How long any writer waits, since others may have locked the file to see whether it is free."""


class Holder(NamedTuple):
    """The holder of a lock: a process, its machine, since when, and for what."""

    pid: int
    host: str
    since: dt.datetime
    what: str


class WriterLock:
    """An exclusive lock between processes, in a file that says who holds it.

    Threads of one process share it. They take `alone` for what only one of them may do at a time,
    or `whole` where a second one must not do it at all.
    Use `lock_of` to get the one lock of a file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle: int | None = None
        self._renew()
        renew_in_children(self)

    def _renew(self) -> None:
        # A child doesn't hold its parent's lock, and must not keep it alive by its copy.
        if self._handle is not None:
            os.close(self._handle)
        self.alone, self.whole = threading.RLock(), threading.Lock()
        self._guard = threading.RLock()
        self._handle, self._holds, self._is_untidy = None, 0, False

    @contextmanager
    def held(
        self,
        what: str,
        *,
        wait_s: float = PATIENCE_S,
        tidy: Callable[[Holder], object] | None = None,
    ) -> Iterator[None]:
        """Hold the lock.

        Parameters
        ----------
        what
            What is done, for the error of another process that wants to do something.
        wait_s
            How long to wait for another process.
        tidy
            Called with the one that held the lock before, if it died or failed, before anything
            else is done.

        Raises
        ------
        StoreBusyError
            Another process has held it for as long as `wait_s`.
        StoreWriteError
            The file can't be written.
        """
        with self._guard:
            if self._handle is None:
                self._take(what, wait_s, tidy)
            self._holds += 1
            mine = self._handle
        failed = True
        try:
            yield
            failed = False
        finally:
            with self._guard:
                if self._handle == mine:  # not in a child that was forked in between
                    self._is_untidy |= failed
                    self._holds -= 1
                    if not self._holds:
                        self._free()

    def holder(self) -> Holder | None:
        """Return who holds the lock; None if nobody does."""
        with self._guard:
            if self._handle is not None:
                return self._read()
            try:
                handle = os.open(self.path, os.O_RDONLY)
            except OSError:
                return None
            try:
                return None if try_lock(handle, alone=False) else self._read()
            finally:
                os.close(handle)

    def _take(self, what: str, wait_s: float, tidy: Callable[[Holder], object] | None) -> None:
        until = time.monotonic() + max(wait_s, _A_LOOK_S)
        with writing_file(self.path):
            handle = self._open_and_lock(until)
            with contextlib.ExitStack() as failing:
                failing.callback(os.close, handle)
                # First, so that the entry stays for the next one if this one dies, too.
                if tidy and (died := self._read()):
                    tidy(died)
                now = dt.datetime.now(dt.UTC)
                holder = Holder(os.getpid(), platform.node(), now, what)
                entry = json.dumps({**holder._asdict(), "since": now.isoformat()}).encode()
                # In this order, no entry of a writer that died is lost before there is another.
                os.lseek(handle, 0, os.SEEK_SET)
                os.write(handle, entry)
                os.ftruncate(handle, len(entry))
                failing.pop_all()
        self._handle, self._is_untidy = handle, False

    def _open_and_lock(self, until: float) -> int:
        """Open the file and lock it."""
        while True:
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT | _NO_LINKS, 0o600)
            with contextlib.ExitStack() as failing:
                failing.callback(os.close, handle)
                self._wait(handle, until)
                # Else its holder removed it meanwhile, and others would lock the one that is there.
                if _is_file(handle, self.path):
                    failing.pop_all()
                    return handle

    def _wait(self, handle: int, until: float) -> None:
        while not try_lock(handle):
            if time.monotonic() >= until:
                holder = self._read()
                raise StoreBusyError(str(self.path.parent), **(holder._asdict() if holder else {}))
            time.sleep(_PAUSE_S)

    def _free(self) -> None:
        handle, self._handle = self._handle, None
        if handle is not None:
            # Where the entry stays, the next one tidies up, as after one that died.
            if not self._is_untidy:
                with contextlib.suppress(OSError):
                    os.ftruncate(handle, 0)
            os.close(handle)

    def _read(self) -> Holder | None:
        try:
            fields = json.loads(self.path.read_bytes())
            since = dt.datetime.fromisoformat(fields["since"])
            return Holder(int(fields["pid"]), fields["host"], since, fields["what"])
        except (OSError, ValueError, LookupError, TypeError):
            return None  # nobody, or an entry that was being written


_LOCKS: Final[weakref.WeakValueDictionary[Path, WriterLock]] = weakref.WeakValueDictionary()
"""Locks belong to processes, so two stores of one folder in one process must share theirs."""
_LOCKS_GUARD: Final = threading.Lock()


def lock_of(path: Path) -> WriterLock:
    """Return the one lock that this process has for a file."""
    place = Path(os.path.realpath(path))
    with _LOCKS_GUARD:
        lock = _LOCKS.get(place)
        if lock is None:
            lock = _LOCKS[place] = WriterLock(place)
        return lock


def _is_file(handle: int, path: Path) -> bool:
    """Return whether an open file is still the one at a path."""
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


@contextmanager
def writing_file(path: Path) -> Iterator[None]:
    """Turn an OSError of the block, which writes a file, into a StoreWriteError that names it."""
    try:
        yield
    except StoreError:
        raise
    except OSError as error:
        advice = ADVICE.get(error.errno or 0, _TRY_AGAIN)
        raise StoreWriteError(str(path), error.strerror or str(error), advice) from error
