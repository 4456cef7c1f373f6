"""The progress bar of a long load: requests done and, if their number is known, the time left."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from trackagoat_pandas._types import Report
from trackagoat_pandas.http.client import Client

SILENT_S = 1.0
"""Shorter loads show no bar."""
_COUNTED = "{l_bar}{bar}| {n_fmt}/{total_fmt} requests, {elapsed} so far{postfix} to go"
_OPEN = "{desc}: {n_fmt} requests, {elapsed} so far"


class Step(Protocol):
    """Advances a progress bar."""

    def __call__(self, requests: int = 1) -> None:
        """Add requests that are done."""


@contextmanager
def progress(client: Client, what: str, total: int | None = None) -> Iterator[Step]:
    """Show a progress bar while the block runs, if the client wants one.

    Parameters
    ----------
    client
        If ``client.progress`` is True, a bar is always shown; if False, never; if None, in a
        terminal or a notebook. If it is a function, it is called instead, from the thread that
        counts.
    what
        What is loaded, such as ``"videos"``.
    total
        The number of requests, if it is known.
    """
    wanted = _is_watched() if client.progress is None else client.progress
    if not isinstance(wanted, bool):
        yield _reporter(wanted, what, total)
        return
    if not wanted:
        yield lambda requests=1: None  # noqa: ARG005 - a Step
        return
    from tqdm.auto import tqdm

    with tqdm(
        total=total,
        desc=what,
        delay=SILENT_S,
        leave=False,
        bar_format=_OPEN if total is None else _COUNTED,
    ) as bar:

        def step(requests: int = 1) -> None:
            if total is not None:
                rest = max(total - bar.n - requests, 0)
                elapsed = bar.format_dict["elapsed"]
                seconds = max(client.estimate_seconds(rest), elapsed / (bar.n + requests) * rest)
                bar.set_postfix_str(tqdm.format_interval(seconds), refresh=False)
            bar.update(requests)

        yield step


def _reporter(report: Report, what: str, total: int | None) -> Step:
    done, counting = 0, threading.Lock()

    def step(requests: int = 1) -> None:
        nonlocal done
        with counting:
            done += requests
            report(what, done, total)

    report(what, done, total)
    return step


def _is_watched() -> bool:
    """Whether the process runs in a terminal or a notebook."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return sys.stderr.isatty() or hasattr(shell, "kernel")
