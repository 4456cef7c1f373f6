"""Pacing: when the next request may start without exceeding the API's rate limit.

The API counts the requests of a key in a sliding window. A request may start while fewer than the
limit are under way or were answered within the last window. An answer arrives after the server has
counted its request, so the server never counts more than that. Counting from the answer needs no
guess about latency, and lets the first requests, up to the limit, start at once.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
import weakref
from collections import deque
from typing import Final

from trackagoat_pandas.http.forks import renew_in_children

_MARGIN_S: Final = 0.001
"""A request counts this much longer than the window, because clocks tick in steps."""
_EVEN_PACE: Final = 1.02
"""After an unexpected refusal, how much slower than the limit: the server's clock may differ."""
_LOGS_KEPT: Final = 8


class Clock:
    """The machine's clock and its waits, which tests replace."""

    def monotonic(self) -> float:
        """Return the seconds of a clock that never goes back, as ``time.monotonic`` does."""
        return time.monotonic()

    def now(self) -> dt.datetime:
        """Return the time in UTC."""
        return dt.datetime.now(dt.UTC)

    def wait(self, event: threading.Event, timeout_s: float | None) -> bool:
        """Wait until the event is set or the time is over; return whether it is set."""
        return event.wait(timeout_s)


class RequestLog:
    """The recent requests of one key, and the queue of those waiting to start.

    After each ``acquire`` that returns 0, call ``release`` once the answer is in. With a ticket,
    ``release`` may be called at any time and more than once: in a ``finally`` around both calls it
    frees the place even if Ctrl-C interrupts ``acquire``.

    Parameters
    ----------
    limit
        Requests and seconds of the sliding window; None for a log that only honours ``pause``.
    clock
        The clock to read and to wait by.
    """

    def __init__(self, limit: tuple[int, float] | None, clock: Clock) -> None:
        self._places, self._window_s = limit or (0, 0.0)
        self._clock = clock
        self._stamps: deque[float] = deque()
        self._under_way: list[object] = []
        self._not_before = clock.monotonic()
        self._gap_s = 0.0
        self._renew()
        renew_in_children(self)

    def _renew(self) -> None:
        """Start in a forked child without the parent's queue and requests under way.

        Their answers will arrive in the parent. The server counts them, so they count as answered
        now.
        """
        self._lock = threading.Lock()
        self._queue: dict[threading.Event, object] = {}
        if self._places:
            self._stamps.extend([self._clock.monotonic()] * len(self._under_way))
        self._under_way = []

    def acquire(
        self, give_up_at: float, stop: threading.Event, ticket: object = None
    ) -> float | None:
        """Wait until a request may start, first come, first served.

        Parameters
        ----------
        give_up_at
            The latest time to start, by the log's clock.
        stop
            Set to end the wait.
        ticket
            An object to pass to ``release``.

        Returns
        -------
        float or None
            0 if the request may start, None if ``stop`` was set. If it can't start before
            ``give_up_at``, the seconds until it could; that is returned at once.
        """
        turn = threading.Event()
        with self._lock:
            self._queue[turn] = ticket
        try:
            return self._await_turn(turn, give_up_at, stop)
        finally:
            self._quit_queue(turn)

    def release(self, ticket: object = None) -> None:
        """Record that a request was answered, or failed."""
        if ticket is not None:
            for turn in [turn for turn, its in list(self._queue.items()) if its is ticket]:
                self._quit_queue(turn)
        with self._lock:
            if ticket not in self._under_way:
                return
            self._under_way.remove(ticket)
            if self._places:
                self._stamps.append(self._clock.monotonic())

    def pause(self, seconds: float, *, evenly: bool) -> None:
        """Start no request for some seconds, and then, if ``evenly``, space them evenly.

        They stay evenly spaced until a whole window has passed without a request.
        """
        with self._lock:
            self._not_before = max(self._not_before, self._clock.monotonic() + seconds)
            if evenly and self._places:
                self._gap_s = self._window_s / self._places * _EVEN_PACE

    def estimate_seconds(self, requests: int) -> float:
        """Estimate the seconds until the last of that many requests may start."""
        if requests <= 0:
            return 0.0
        with self._lock:
            now = self._clock.monotonic()
            return self._start_of(len(self._queue) + requests - 1, now) - now

    def wake(self) -> None:
        """Wake all that wait in the queue, so that they see whether they were stopped."""
        with self._lock:
            for turn in self._queue:
                turn.set()

    def _await_turn(
        self, turn: threading.Event, give_up_at: float, stop: threading.Event
    ) -> float | None:
        while True:
            with self._lock:
                turn.clear()
                if stop.is_set():
                    return None
                ahead = list(self._queue).index(turn)
                now = self._clock.monotonic()
                start = self._start_of(ahead, now)
                if ahead == 0 and start <= now:
                    self._take_place(now, self._queue[turn])
                    return 0.0
                if start > max(now, give_up_at):
                    return start - now
            # Only the head of the queue waits for a time; when it leaves, it wakes the next one.
            # No answer can shorten its wait, since an answered request counts for another window.
            if ahead == 0:
                self._clock.wait(stop, start - now)
            else:
                self._clock.wait(turn, None)

    def _quit_queue(self, turn: threading.Event) -> None:
        with self._lock:
            self._queue.pop(turn, None)
            for head in list(self._queue)[:1]:
                head.set()

    def _take_place(self, now: float, ticket: object) -> None:
        self._under_way.append(ticket)
        if self._gap_s:
            self._not_before = max(now, self._not_before) + self._gap_s

    def _start_of(self, ahead: int, now: float) -> float:
        """Return the earliest time at which the request behind `ahead` others may start."""
        self._forget(now)
        start = max(now, self._not_before + ahead * self._gap_s)
        if not self._places:
            return start
        free = self._places - len(self._stamps) - len(self._under_way)
        rounds, place = divmod(ahead, self._places)
        window_s = self._window_s + _MARGIN_S
        if place < free:
            freed_at = now
        elif place < free + len(self._stamps):
            freed_at = self._stamps[place - free] + window_s
        else:
            freed_at = now + window_s
        return max(start, freed_at + rounds * window_s)

    def _forget(self, now: float) -> None:
        horizon = now - self._window_s - _MARGIN_S
        while self._stamps and self._stamps[0] <= horizon:
            self._stamps.popleft()
        quiet = not self._stamps and not self._under_way
        if quiet and self._not_before + self._window_s < now:
            self._gap_s = 0.0


class LogRegistry:
    """The logs of a process, one for each key and limit, shared by the clients that have these.

    A log lives as long as its clients. The latest few live on, because the server still counts
    their requests when a client is closed and another one is made.
    """

    def __init__(self) -> None:
        self._renew()
        renew_in_children(self)
        self._logs: weakref.WeakValueDictionary[object, RequestLog] = weakref.WeakValueDictionary()
        self._latest: deque[RequestLog] = deque(maxlen=_LOGS_KEPT)

    def _renew(self) -> None:
        """Make a lock, since a thread of the parent process may hold the one before."""
        self._lock = threading.Lock()

    def log(self, fingerprint: str, limit: tuple[int, float] | None, clock: Clock) -> RequestLog:
        """Return the log of a key and a limit; make it if there is none."""
        with self._lock:
            found = self._logs.get((fingerprint, limit))
            if found is None:
                found = self._logs[fingerprint, limit] = RequestLog(limit, clock)
                self._latest.append(found)
            return found


# Shared by the whole process, because the server counts by key and not by client.
REGISTRY: Final = LogRegistry()
