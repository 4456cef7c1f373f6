"""Python programs in separate processes, for what can't be tested within one process."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import trackagoat_pandas as tgp
from tests.support.waiting import PATIENCE_S

_ROOT = Path(tgp.__file__).parents[1]


ANNOUNCE_WAITS = """
from trackagoat_pandas.http.pacing import Clock
def announce_and_wait(self, event, timeout_s, wait=Clock.wait):
    print("waiting\\n", end="", flush=True)  # in one piece, since several threads wait
    return wait(self, event, timeout_s)
Clock.wait = announce_and_wait
"""
"""Code for a child that prints "waiting" whenever a request has to wait to start."""


@contextmanager
def child(*arguments, base_url=None, key=None, **environment):
    """Run Python with arguments, such as ``"-c", code``; it is killed at the end in any case."""
    inherited = {name: value for name, value in os.environ.items() if "TRACKAGOAT" not in name}
    ours = {"TRACKAGOAT_BASE_URL": base_url, "TRACKAGOAT_API_KEY": key, **environment}
    process = subprocess.Popen(
        [sys.executable, *arguments],
        env={
            **inherited,
            "PYTHONPATH": str(_ROOT),
            **{name: value for name, value in ours.items() if value is not None},
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def said(process) -> tuple[str, str]:
    """Wait until a child has ended; return its output and errors."""
    return process.communicate(timeout=PATIENCE_S)
