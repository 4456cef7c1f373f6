"""The processes of this machine: what each is called, and whether one that was noted still runs."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from trackagoat_pandas._secrets import harmless

_PROC: Final = Path("/proc")
_STARTED: Final = 19
"""The place of the start time among the fields of /proc/<pid>/stat that follow the program's name
(field 22 in proc(5); the name is field 2, and may hold spaces and brackets)."""
_LONGEST_NAME: Final = 80


@dataclass(frozen=True, slots=True)
class Process:
    """One process: its number, when it started, and its name.

    A number is given to another process when its own has ended; so the start is compared as well.
    It is in the unit of the operating system, and empty if that doesn't say.
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
    # The name of a file may have bytes that are no text, which SQLite refuses.
    name = harmless(_name()).encode("utf-8", "replace").decode()
    return Process(pid, _started(pid) or "", name[:_LONGEST_NAME])


def is_running(pid: int, started: str) -> bool:
    """Whether a process still runs, and isn't another one with the same number."""
    now = _started(pid)
    return now is not None and (now == started or not now or not started)


def _name() -> str:
    if "ipykernel" in sys.modules:
        notebook = Path(os.environ.get("JPY_SESSION_NAME", "")).name
        return f"kernel {notebook}".strip()
    program = Path(sys.argv[0] if sys.argv else "")
    if program.name == "__main__.py":  # of python -m
        return program.parent.name
    return {"": "python", "-c": "python -c"}.get(program.name, program.name)


def _started(pid: int) -> str | None:
    """Return when a process started; empty if it can't be known, None if there is none."""
    if sys.platform == "win32":
        return _started_on_windows(pid)
    try:
        os.kill(pid, 0)  # sends nothing
    except ProcessLookupError:
        return None
    except (PermissionError, OverflowError):  # another user's; no number of a process
        return ""
    try:
        stat = (_PROC / str(pid) / "stat").read_text("utf-8", errors="replace")
    except FileNotFoundError:
        return _started_elsewhere(pid)
    except OSError:
        return ""
    state, *fields = stat.rpartition(")")[2].split()
    # A zombie has ended, although nobody has asked how yet.
    return None if state in "ZX" else fields[_STARTED - 1]


def _started_elsewhere(pid: int) -> str:
    """Ask ps, on systems without /proc."""
    command = ["ps", "-o", "lstart=", "-p", str(pid)]
    # A local time, which must be the same text in every process.
    environment = {**os.environ, "TZ": "UTC", "LC_ALL": "C"}
    try:
        asked = subprocess.run(  # noqa: S603 - nothing in it comes from outside
            command, capture_output=True, text=True, check=False, timeout=5, env=environment
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return asked.stdout.strip()


def _started_on_windows(pid: int) -> str | None:
    if sys.platform == "win32":
        import ctypes
        from ctypes import wintypes

        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.OpenProcess.restype = wintypes.HANDLE
        query_limited_information, invalid_parameter = 0x1000, 87
        handle = kernel.OpenProcess(query_limited_information, 0, pid)
        if not handle:
            return None if ctypes.get_last_error() == invalid_parameter else ""
        try:
            made, ended, in_kernel, in_user = (wintypes.FILETIME() for _ in range(4))
            times = (ctypes.byref(one) for one in (made, ended, in_kernel, in_user))
            if not kernel.GetProcessTimes(wintypes.HANDLE(handle), *times):
                return ""
            has_ended = bool(ended.dwHighDateTime or ended.dwLowDateTime)
            return None if has_ended else f"{made.dwHighDateTime}:{made.dwLowDateTime}"
        finally:
            kernel.CloseHandle(wintypes.HANDLE(handle))
    return ""
