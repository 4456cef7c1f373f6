"""When the next request may start, so that the API never has to refuse one.

The API counts the requests of a key in a sliding window. A request may start when fewer than the
window's number were answered within the last window or are under way: since an answer always
comes after the server counted its request, the server can't see more than that. Stamping at the
answer needs no guess about latency, and lets the first window's worth go without any wait.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
import weakref
from collections import deque
from typing import Final

from trackagoat_pandas.http.forks import renew_in_children

# An answer's place is free this much after its window: clocks tick in steps.
_MARGIN_S: Final = 0.001
# After an unforeseen refusal: this much slower than the limit, so that two clocks can differ.
_EVEN_PACE: Final = 1.02
_LOGS_KEPT: Final = 8


class Clock:
    """What time it is on this machine, and how to wait; tests pass an object of their own."""

    def monotonic(self) -> float:
        """Give seconds that never go back, from any beginning."""
        return time.monotonic()

    def now(self) -> dt.datetime:
        """Give the time of day in UTC."""
        return dt.datetime.now(dt.UTC)

    def wait(self, event: threading.Event, timeout_s: float | None) -> bool:
        """Wait until the event is set or the seconds are over; say whether it is set."""
        return event.wait(timeout_s)


class RequestLog:
    """The recent requests of one key, and the queue of those that want to start.

    Every ``acquire`` that returns 0 is to be followed by one ``release``, when the answer is in.
    With a ticket, ``release`` may come at any time and more than once, so that a ``finally`` around
    both loses no place even if Ctrl-C comes between them.

    Parameters
    ----------
    limit
        Requests and seconds of the sliding window; None for a log that only honours ``pause``.
    clock
        The source of time.
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
        """Go on in a child process: what its parent has under way never comes back here.

        The server counts those requests, so they stand as just answered.
        """
        self._lock = threading.Lock()
        self._queue: dict[threading.Event, object] = {}
        if self._places:
            self._stamps.extend([self._clock.monotonic()] * len(self._under_way))
        self._under_way = []

    def acquire(
        self, give_up_at: float, stop: threading.Event, ticket: object = None
    ) -> float | None:
        """Wait for a place, first come, first served.

        Parameters
        ----------
        give_up_at
            The moment of the log's clock at which a place would come too late.
        stop
            Set when the caller no longer wants a place.
        ticket
            What ``release`` is called with.

        Returns
        -------
        float or None
            0 when the place is taken; None when ``stop`` is set. Else the seconds after which
            there may be a place, which is too late; it is returned at once.
        """
        turn = threading.Event()
        with self._lock:
            now = self._clock.monotonic()
            if not self._queue and self._start_of(0, now) <= now and not stop.is_set():
                self._take_place(now, ticket)
                return 0.0
            self._queue[turn] = ticket
        try:
            return self._await_turn(turn, give_up_at, stop)
        finally:
            self._quit_queue(turn)

    def release(self, ticket: object = None) -> None:
        """Note that an answer is in, or that there will be none."""
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
        """Start nothing for so many seconds, then, if ``evenly``, only at an even pace.

        The even pace lasts until a whole window has passed without a request.
        """
        with self._lock:
            self._not_before = max(self._not_before, self._clock.monotonic() + seconds)
            if evenly and self._places:
                self._gap_s = self._window_s / self._places * _EVEN_PACE

    def estimate_seconds(self, requests: int) -> float:
        """Estimate the least seconds from now until the last of so many further requests starts."""
        if requests <= 0:
            return 0.0
        with self._lock:
            now = self._clock.monotonic()
            return self._start_of(len(self._queue) + requests - 1, now) - now

    def wake(self) -> None:
        """Have everything in the queue look whether it was stopped."""
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
            # Only the head of the queue looks at the clock; it wakes its follower when it goes.
            # Nothing makes its wait shorter but stop: an answer frees its place a window later.
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
        """Give the first moment at which a request with so many before it may start."""
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
    """The logs of a process, one for each key, shared by all clients that use it.

    A log is forgotten with its last client; the few latest stay, since the server remembers too
    when a client is closed and another one made.
    """

    def __init__(self) -> None:
        self._renew()
        renew_in_children(self)
        self._logs: weakref.WeakValueDictionary[object, RequestLog] = weakref.WeakValueDictionary()
        self._latest: deque[RequestLog] = deque(maxlen=_LOGS_KEPT)

    def _renew(self) -> None:
        """Keep the logs, without the lock of a thread that another process has."""
        self._lock = threading.Lock()

    def log(self, fingerprint: str, limit: tuple[int, float] | None, clock: Clock) -> RequestLog:
        """Give the log of a key under a limit: always the same one."""
        with self._lock:
            found = self._logs.get((fingerprint, limit))
            if found is None:
                found = self._logs[fingerprint, limit] = RequestLog(limit, clock)
                self._latest.append(found)
            return found


# The one state of the process: the server counts by key, whichever client asks.
REGISTRY: Final = LogRegistry()
