"""Clients whose waits take no time, for any number of threads."""

from __future__ import annotations

import datetime as dt
import threading

from trackagoat_pandas.http.client import Client
from trackagoat_pandas.settings import resolve_settings

NOW = dt.datetime(2026, 6, 15, 12, tzinfo=dt.UTC)


class LeapingClock:
    """A clock that jumps over every wait."""

    def __init__(self) -> None:
        self._elapsed_s, self._lock = 0.0, threading.Lock()

    def monotonic(self) -> float:
        return 1000.0 + self._elapsed_s

    def now(self) -> dt.datetime:
        return NOW + dt.timedelta(seconds=self._elapsed_s)

    def wait(self, event: threading.Event, timeout_s: float | None) -> bool:
        if timeout_s is None:  # behind others in the queue: they wake it
            return event.wait()
        with self._lock:
            self._elapsed_s += 0.0 if event.is_set() else timeout_s
        return event.is_set()


def leaping_client(key, transport=None, *, base_url="http://127.0.0.1/api/v1", **changes) -> Client:
    """A client that paces nothing and backs off without waiting."""
    given = {"rate_limit": None, "max_wait_s": 3000.0, "max_workers": 3, **changes}
    return Client(
        resolve_settings(key, base_url=base_url, **given),
        transport=transport,
        progress=False,
        clock=LeapingClock(),
        chance=lambda: 0.5,
    )
