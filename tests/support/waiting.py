"""Waits of tests for threads, processes and servers, with limits that only a hang reaches."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from threading import Thread

PATIENCE_S = 600.0
"""How long to wait for what should happen soon. Only a hang takes this long, so a slow machine
doesn't fail: tests assert what happened, not when."""
_LOOK_AGAIN_S = 0.005


def wait_until(is_true: Callable[[], object]) -> None:
    """Wait until a condition holds; fail if it never does."""
    for _ in range(int(PATIENCE_S / _LOOK_AGAIN_S)):
        if is_true():
            return
        time.sleep(_LOOK_AGAIN_S)
    raise AssertionError("the condition did not become true")


def join(*threads: Thread) -> None:
    """Wait until threads have ended; fail if one of them never does."""
    for thread in threads:
        thread.join(PATIENCE_S)
    running = [thread.name for thread in threads if thread.is_alive()]
    assert running == []


def threads_named(prefix: str) -> set[Thread]:
    """Return the running threads whose names start with a prefix, such as ``sandbox:``.

    Counting all threads of the process would also count those of libraries and other tests.
    """
    return {thread for thread in threading.enumerate() if thread.name.startswith(prefix)}
