"""Rate limits: requests in a sliding window of real seconds, and requests in a UTC day."""

from __future__ import annotations

import math
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from trackagoat_pandas.sandbox.envelope import RefusedError

_CODE = "rate_limit_exceeded"


class SlidingWindow:
    """At most ``limit`` requests in any ``window_s`` seconds, separately for each key.

    A refused request doesn't count.
    """

    def __init__(
        self, limit: int, window_s: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        if limit < 1 or window_s <= 0:
            raise ValueError(f"rate_limit=({limit}, {window_s}) allows no requests")
        self._limit, self._window_s, self._clock = limit, window_s, clock
        self._taken: dict[str, deque[float]] = {}

    def take(self, key_id: str) -> None:
        """Count a request, or raise the 429 that says when there is room again."""
        now = self._clock()
        taken = self._taken.setdefault(key_id, deque())
        while taken and taken[0] <= now - self._window_s:
            taken.popleft()
        if len(taken) < self._limit:
            taken.append(now)
            return
        wait_s = taken[0] + self._window_s - now
        message = f"More than {self._limit} requests in {self._window_s:g} s"
        headers = {"Retry-After": str(max(1, math.ceil(wait_s)))}
        raise RefusedError(429, message, code=_CODE, headers=headers)


class Limits:
    """The window of a key, and the quota of its organization for a UTC day.

    A request that one of them refuses counts toward neither.
    """

    def __init__(self, window: SlidingWindow | None) -> None:
        self._window, self._lock = window, threading.Lock()
        self._day: date | None = None
        self._used: Counter[str] = Counter()

    def admit(self, key_id: str, organization_id: str, maximum: int | None, now: datetime) -> None:
        """Count a request, or raise its 429."""
        today = now.astimezone(UTC).date()
        with self._lock:
            if today != self._day:
                self._day, self._used = today, Counter()
            # The window counts as it admits, so the quota is checked before and counted after it.
            if maximum is not None and self._used[organization_id] >= maximum:
                raise _quota_is_used_up(maximum, now)
            if self._window is not None:
                self._window.take(key_id)
            self._used[organization_id] += 1


def _quota_is_used_up(maximum: int, now: datetime) -> RefusedError:
    tomorrow = now.astimezone(UTC).date() + timedelta(days=1)
    midnight = datetime.combine(tomorrow, datetime.min.time(), tzinfo=UTC)
    wait_s = math.ceil((midnight - now).total_seconds())
    message = f"The daily quota of {maximum} requests is used up"
    return RefusedError(429, message, code=_CODE, meta={"retryAfter": wait_s})
