"""The progress bar of a long load.

Shows requests done and, where their number is known, the end that the rate limit allows. Knows tqdm
and the client's own estimate; must not know what is loaded.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from trackagoat_pandas.http.client import Client

SILENT_S = 1.0
"""A load shorter than this shows nothing."""


class Step(Protocol):
    """Counts requests as done."""

    def __call__(self, requests: int = 1) -> None:
        """Add requests."""


@contextmanager
def progress(client: Client, what: str, total: int | None = None) -> Iterator[Step]:
    """Show a bar while the block runs, if the client and the place want one.

    Parameters
    ----------
    client
        ``client.progress`` True shows always, False never, None where somebody looks: in a
        terminal or a notebook.
    what
        What is loaded, such as ``"videos"``.
    total
        The number of requests, where it is known.
    """
    wanted = _somebody_looks() if client.progress is None else client.progress
    if not wanted:
        yield _silent
        return
    from tqdm.auto import tqdm

    with tqdm(total=total, desc=what, unit=" requests", delay=SILENT_S, leave=False) as bar:

        def step(requests: int = 1) -> None:
            bar.update(requests)
            if total is not None:
                bar.set_postfix_str(_end(client, total - bar.n), refresh=False)

        yield step


def _silent(requests: int = 1) -> None:
    del requests


def _end(client: Client, rest: int) -> str:
    """The least time that the rate limit leaves for the rest, in words."""
    seconds = client.seconds_for(max(rest, 0))
    return f"rate limit: {seconds:.0f} s to go" if seconds >= 1 else ""


def _somebody_looks() -> bool:
    return sys.stderr.isatty() or "ipykernel" in sys.modules
