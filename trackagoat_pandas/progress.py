"""Progress bars of long loads and calculations, with the time left if it is known."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final, Protocol

from trackagoat_pandas.base.types import Report

if TYPE_CHECKING:
    from trackagoat_pandas.http.client import Client

SILENT_S = 1.0
"""What takes less time shows no bar."""
_COUNTED = "{l_bar}{bar}| {n_fmt}/{total_fmt} requests, {elapsed} so far{postfix} to go"
_OPEN = "{desc}: {n_fmt} requests, {elapsed} so far"
_PARTS = "{l_bar}{bar}| {n_fmt}/{total_fmt}, {remaining} to go"


class _Wish:
    """What the default client wants, which calculations don't know: they have frames only."""

    progress: bool | Report | None = None


_IS_QUIET: ContextVar[bool] = ContextVar("_IS_QUIET", default=False)
# A process has one default client, as it has one working directory.
_DEFAULT: Final = _Wish()


class Step(Protocol):
    """Advances a progress bar."""

    def __call__(self, requests: int = 1, /) -> None:
        """Add requests, or parts of a calculation, that are done."""


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
    if (silent := _without_bar(what, total, wanted=client.progress)) is not None:
        yield silent
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
                # By the rate limit or, where responses are slower than that, by the pace so far.
                seconds = max(client.estimate_seconds(rest), elapsed / (bar.n + requests) * rest)
                bar.set_postfix_str(tqdm.format_interval(seconds), refresh=False)
            bar.update(requests)

        yield step


@contextmanager
def calculating(what: str, parts: int) -> Iterator[Step]:
    """Show a progress bar while the block runs, if it takes long and the default client wants one.

    Without a default client there is one in a terminal or a notebook, as if its ``progress`` were
    None. Within :func:`quiet` there is none.

    Parameters
    ----------
    what
        What is calculated, such as ``"odds of views"``.
    parts
        The number of parts, each of which is counted when it is done.
    """
    wanted = False if _IS_QUIET.get() else _DEFAULT.progress
    if (silent := _without_bar(what, parts, wanted=wanted)) is not None:
        yield silent
        return
    # The bar is in a list, to which `step` adds it once the work has taken long.
    began, done, bar = time.monotonic(), 0, list[Any]()

    def step(more: int = 1) -> None:
        nonlocal done
        done += more
        if bar:
            bar[0].update(more)
        elif time.monotonic() - began >= SILENT_S:
            from tqdm.auto import tqdm

            bar.append(tqdm(total=parts, initial=done, desc=what, leave=False, bar_format=_PARTS))

    try:
        yield step
    finally:
        for each in bar:
            each.close()


@contextmanager
def quiet() -> Iterator[None]:
    """Show no bars of calculations in the block, whose caller says otherwise that it runs."""
    token = _IS_QUIET.set(True)
    try:
        yield
    finally:
        _IS_QUIET.reset(token)


def follow(client: Client | None) -> None:
    """Let calculations show bars as a client wants, which becomes the default one."""
    _DEFAULT.progress = None if client is None else client.progress


def _without_bar(what: str, total: int | None, *, wanted: bool | Report | None) -> Step | None:
    """Return what counts where no bar is shown; None where one is."""
    if wanted is None:  # in a terminal or a notebook
        ipython = sys.modules.get("IPython")
        shell = ipython.get_ipython() if ipython else None
        wanted = sys.stderr.isatty() or hasattr(shell, "kernel")
    if not isinstance(wanted, bool):
        return _reporter(wanted, what, total)
    return None if wanted else lambda requests=1: None  # noqa: ARG005 - a Step


def _reporter(report: Report, what: str, total: int | None) -> Step:
    done, counting = 0, threading.Lock()

    def step(requests: int = 1) -> None:
        nonlocal done
        with counting:
            done += requests
            report(what, done, total)

    report(what, done, total)
    return step
