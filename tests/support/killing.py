"""Kill a program at each of its system calls that write, or let each of them fail.

A prepared process, the stable, imports the package once and forks a child for every run. The child
stops itself, ``strace`` attaches to it with one fault, and then it goes on. ``strace`` counts the
calls of each kind and of each thread separately, so each kind has its own row of runs.

    python -m tests.support.killing module:function [argument ...]

The stable calls ``function(*arguments)`` in each child; for each line of its input it answers with
a line of JSON.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.children import child

WRITES = ("openat", "write", "pwrite64", "fsync", "fdatasync", "rename", "ftruncate", "unlink")
"""The calls by which a store changes its files."""
PATIENCE_S = 300.0


@dataclass(frozen=True, slots=True)
class Run:
    """How a run ended.

    ``code`` is its exit code, or minus the signal; ``error`` the class of what it raised, ``text``
    all of it; ``struck`` the call that the fault hit, or what ended the run; "" if it hit none.
    """

    code: int
    error: str
    text: str
    struck: str

    @property
    def was_killed(self) -> bool:
        return self.code == -signal.SIGKILL


def need_strace() -> None:
    """Skip a test where ``strace`` is missing or must not attach, unless it is required."""
    probe = ["strace", "-o", "/dev/null", "-e", "inject=write:signal=KILL:when=1", "echo"]
    there = shutil.which("strace") is not None
    if there and subprocess.run(probe, capture_output=True, check=False).returncode:
        return
    if os.environ.get("TRACKAGOAT_STRACE") != "required":
        pytest.skip("strace is not installed, or must not trace")
    raise AssertionError("strace is required: install it, and let it trace")


class Stable:
    """A process from which the runs are forked."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def run(self, *arguments: str, fault: str = "", thread_only: bool = False) -> Run:
        """Run once with a fault such as ``"fsync:signal=KILL:when=3"``; none for a plain run.

        ``thread_only`` counts the calls of the child's first thread alone.
        """
        order = {"arguments": arguments, "fault": fault, "thread_only": thread_only}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        ready, _, _ = select.select([self._process.stdout], [], [], PATIENCE_S)
        answer = self._process.stdout.readline() if ready else ""
        if not answer:
            self._process.kill()
            raise AssertionError(f"the stable is gone: {self._process.communicate()[1]}")
        return Run(**json.loads(answer))


@contextlib.contextmanager
def stable(function: str, **environment: str) -> Iterator[Stable]:
    """Start a stable for a function, given as ``module:name``."""
    with child("-m", "tests.support.killing", function, **environment) as process:
        yield Stable(process)


def main(function: str) -> None:
    """Serve runs until the input ends."""
    module, _, name = function.partition(":")
    action = getattr(importlib.import_module(module), name)
    for line in sys.stdin:
        order = json.loads(line)
        with tempfile.TemporaryDirectory() as place:
            print(json.dumps(_fork(action, order, Path(place))), flush=True)


def _fork(action, order, place: Path) -> dict[str, object]:
    said, imported = place / "said", place / "imported"
    pid = os.fork()
    if pid == 0:
        _carry_out(action, order, said, imported)
    _, status = os.waitpid(pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status), status
    tracer = _attach(pid, order, place) if order["fault"] else None
    os.kill(pid, signal.SIGCONT)
    _, status = os.waitpid(pid, 0)
    if tracer is not None:
        tracer.wait(PATIENCE_S)
    if imported.exists():
        # What a run imports is imported before the next one is forked: an import is no write.
        for name in imported.read_text().split():
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
    text = said.read_text() if said.exists() else ""
    error = text.partition(":")[0] if os.WIFEXITED(status) and os.WEXITSTATUS(status) else ""
    code, trace = os.waitstatus_to_exitcode(status), place / "trace"
    calls = trace.read_text().splitlines() if trace.exists() else []
    struck = "killed" if code == -signal.SIGKILL else ""
    struck = next((call for call in calls if "(INJECTED)" in call), struck)
    return {"code": code, "error": error, "text": text, "struck": struck}


def _carry_out(action, order, said: Path, imported: Path) -> None:
    """Run the action in the child; what it raises is written down, and it never returns."""
    code = 1
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        os.kill(os.getpid(), signal.SIGSTOP)
        known = set(sys.modules)
        action(*order["arguments"])
        code = 0
        if not order["fault"]:
            imported.write_text("\n".join(name for name in sys.modules if name not in known))
    except BaseException as error:  # noqa: BLE001 - written down for the test
        # The fault may hit this write too; then the text is empty.
        with contextlib.suppress(OSError):
            detail = "".join(traceback.format_exception(error))
            said.write_text(f"{type(error).__name__}: {error}\n{detail}")
    finally:
        os._exit(code)


def _attach(pid: int, order, place: Path) -> subprocess.Popen[str]:
    follow = [] if order["thread_only"] else ["-f"]
    call = order["fault"].partition(":")[0]
    tracer = subprocess.Popen(
        ["strace", *follow, "-p", str(pid), "-o", str(place / "trace"),
         "-e", f"trace={call}", "-e", f"inject={order['fault']}"],
        stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    attached = tracer.stderr.readline()
    assert "attached" in attached, attached
    return tracer


if __name__ == "__main__":
    main(*sys.argv[1:])
