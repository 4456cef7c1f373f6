"""The processes of this machine: their names, whether they still run, and locks between them."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from trackagoat_pandas.base.secrets import harmless

_PROC: Final = Path("/proc")
_STARTED: Final = 19
"""The place of the start time among the fields of /proc/<pid>/stat that follow the program's name
(field 22 in proc(5); the name is field 2, and may hold spaces and brackets)."""
_LONGEST_NAME: Final = 80
_FAR: Final = 1 << 30
"""The place of the locked byte on Windows, where locked bytes can't be read."""


@dataclass(frozen=True, slots=True)
class Process:
    """One process: its number, when it started, and its name.

    A number is given to another process when its own has ended; so the start is compared as well.
    It is in the unit of the operating system, and empty outside Linux: there another process with
    the number of one that died lets its places count for up to a quarter of an hour.
    """

    pid: int
    started: str
    name: str


def this_process() -> Process:
    """Return this process. A notebook's kernel is named after its notebook, where Jupyter says so.

    Examples
    --------
    >>> this_process().pid == os.getpid()
    True
    """
    pid = os.getpid()
    # The name of a file may have bytes that are no text, which JSON refuses.
    name = harmless(_name()).encode("utf-8", "replace").decode()
    return Process(pid, _start_of(pid) or "", name[:_LONGEST_NAME])


def is_running(pid: int, started: str) -> bool:
    """Whether a process still runs, and isn't another one with the same number."""
    now = _start_of(pid)
    return now is not None and (now == started or not now or not started)


def _name() -> str:
    if "ipykernel" in sys.modules:
        notebook = Path(os.environ.get("JPY_SESSION_NAME", "")).name
        return f"kernel {notebook}".strip()
    program = Path(sys.argv[0] if sys.argv else "")
    if program.name == "__main__.py":  # of python -m
        return program.parent.name
    return {"": "python", "-c": "python -c"}.get(program.name, program.name)


def _start_of(pid: int) -> str | None:
    """Return when a process started; empty if it can't be known, None if there is none."""
    if sys.platform == "win32":
        return "" if _runs_on_windows(pid) else None
    try:
        os.kill(pid, 0)  # sends nothing
    except ProcessLookupError:
        return None
    except (PermissionError, OverflowError):  # another user's; no number of a process
        return ""
    try:
        status = (_PROC / str(pid) / "stat").read_text("utf-8", errors="replace")
    except OSError:  # not Linux, or the process has just ended
        return ""
    state, *fields = status.rpartition(")")[2].split()
    # A zombie has ended, although nobody has asked how yet.
    return None if state in "ZX" else fields[_STARTED - 1]


if sys.platform == "win32":
    import ctypes
    import msvcrt

    def _runs_on_windows(pid: int) -> bool:
        """Whether a process runs. os.kill would end it."""
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.OpenProcess.restype = ctypes.c_void_p
        synchronize, access_denied, still_waiting = 0x100000, 5, 0x102
        handle = ctypes.c_void_p(kernel.OpenProcess(synchronize, 0, pid))
        if not handle:
            return ctypes.get_last_error() == access_denied
        try:
            return kernel.WaitForSingleObject(handle, 0) == still_waiting
        finally:
            kernel.CloseHandle(handle)

    def try_lock(handle: int, *, alone: bool = True) -> bool:  # noqa: ARG001 - there is one kind
        """Lock an open file until it is closed, without waiting; False if it is locked."""
        os.lseek(handle, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

elif sys.platform != "win32":
    import fcntl

    def try_lock(handle: int, *, alone: bool = True) -> bool:
        """Lock an open file until it is closed, without waiting; False if it is locked."""
        try:
            fcntl.flock(handle, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
