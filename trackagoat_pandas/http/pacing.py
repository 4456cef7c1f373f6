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
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from trackagoat_pandas.http.forks import renew_in_children
from trackagoat_pandas.http.processes import Process, this_process

if TYPE_CHECKING:
    from trackagoat_pandas.http.shared_quota import SharedQuota

MARGIN_S: Final = 0.001
"""A request counts this much longer than the window, because clocks tick in steps."""
_EVEN_PACE: Final = 1.02
"""After an unexpected refusal, how much slower than the limit: the server's clock may differ."""
_LOGS_KEPT: Final = 8
_LOOK_AGAIN_S: Final = 0.25
"""How long the head of the queue waits before it looks again at what other processes have done."""

Limit = tuple[int, float]
"""The requests and the seconds of a sliding window."""


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


class Window(NamedTuple):
    """The state of a sliding window, which decides when the next request may start.

    Attributes
    ----------
    stamps
        When the requests of the last window were answered, in order.
    under_way
        The number of requests that are not answered yet.
    not_before, gap_s
        The earliest start, and the seconds from one start to the next where they are spaced evenly.
    """

    stamps: Sequence[float]
    under_way: int
    not_before: float
    gap_s: float

    def start_of(self, ahead: int, now: float, limit: Limit | None) -> float:
        """Return the earliest time at which the request behind `ahead` others may start."""
        start = max(now, self.not_before + ahead * self.gap_s)
        if limit is None:
            return start
        places, window_s = limit[0], limit[1] + MARGIN_S
        free = places - len(self.stamps) - self.under_way
        rounds, place = divmod(ahead, places)
        if place < free:
            freed_at = now
        elif place < free + len(self.stamps):
            freed_at = self.stamps[place - free] + window_s
        else:
            freed_at = now + window_s
        return max(start, freed_at + rounds * window_s)

    def free_at(self, now: float, limit: Limit | None) -> float:
        """Return when none of its requests counts any more, if those under way are answered now."""
        last = now if self.under_way else self.stamps[-1] if self.stamps else None
        return now if last is None or limit is None else last + limit[1]


def even_gap_s(limit: Limit) -> float:
    """Return the seconds between requests that are spaced evenly after a refusal."""
    return limit[1] / limit[0] * _EVEN_PACE


@dataclass(frozen=True, slots=True)
class ProcessUsage:
    """The requests of one process.

    Attributes
    ----------
    process
        Its number, start and name.
    is_running
        Whether it still runs.
    under_way, in_window
        Its requests that are not answered yet, and these together with those answered within the
        last window.
    today
        Those started on this UTC day.
    """

    process: Process
    is_running: bool
    under_way: int
    in_window: int
    today: int


@dataclass(frozen=True, slots=True)
class Usage:
    """The requests of one key, and its known limits.

    Attributes
    ----------
    at
        The time, in UTC.
    limit
        The requests and seconds of the sliding window; None for no pacing.
    processes
        Those that have sent requests in the window or today.
    next_s, free_s
        Seconds until the next request may start, and until the window is free again if no more
        requests start.
    stopped_s
        Seconds that the server asked everyone to wait; 0 for none.
    day_limit, day_limit_said
        The requests allowed in a UTC day, and the time when the server said so; None if it hasn't.
    is_shared
        Whether the other processes of this machine are counted.
    path, problem
        The file that is shared, and why it isn't used if it should be.
    """

    at: dt.datetime
    limit: tuple[int, float] | None
    processes: tuple[ProcessUsage, ...]
    next_s: float
    free_s: float
    stopped_s: float = 0.0
    day_limit: int | None = None
    day_limit_said: dt.datetime | None = None
    is_shared: bool = False
    path: Path | None = None
    problem: str = ""

    @property
    def in_window(self) -> int:
        """The requests that count toward the window now."""
        return sum(one.in_window for one in self.processes)

    @property
    def today(self) -> int:
        """The requests of this UTC day."""
        return sum(one.today for one in self.processes)


class _Place(NamedTuple):
    """A request under way: the ticket that it was asked for with, and its number if shared."""

    ticket: object
    number: int = 0


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
    shared
        The places that are shared with other processes; None for none.
    """

    def __init__(
        self, limit: Limit | None, clock: Clock, shared: SharedQuota | None = None
    ) -> None:
        self.limit, self.shared = limit, shared
        self._window_s = limit[1] if limit else 0.0
        self._clock = clock
        self._stamps: deque[float] = deque()
        self._under_way: list[_Place] = []
        self._day_limit: tuple[int, dt.datetime] | None = None
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
        if self.limit:
            self._stamps.extend([self._clock.monotonic()] * len(self._under_way))
        self._under_way = []
        self._day, self._today = self._clock.now().date(), 0

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
            places = [one for one in self._under_way if one.ticket == ticket]
            if not places:
                return
            place = places[0]
            # First there, since what Ctrl-C interrupts here is done by the next release.
            if self.shared is not None:
                self.shared.answer(place.number)
            self._under_way.remove(place)
            if self.limit:
                self._stamps.append(self._clock.monotonic())

    def pause(self, seconds: float, *, evenly: bool) -> None:
        """Start no request for some seconds, and then, if ``evenly``, space them evenly.

        They stay evenly spaced until a whole window has passed without a request.
        """
        with self._lock:
            self._not_before = max(self._not_before, self._clock.monotonic() + seconds)
            if evenly and self.limit:
                self._gap_s = even_gap_s(self.limit)

    def pause_shared(self, seconds: float, *, evenly: bool, day_limit: int | None = None) -> None:
        """Do the same for all processes, if their places are shared.

        ``day_limit`` is the number of requests in a day, if the server said it.
        """
        if day_limit is not None:
            self._day_limit = day_limit, self._clock.now()
        if self.shared is not None:
            self.shared.pause(seconds, self.limit, evenly=evenly, day_limit=day_limit)

    def estimate_seconds(self, requests: int) -> float:
        """Estimate the seconds until the last of that many requests may start."""
        if requests <= 0:
            return 0.0
        with self._lock:
            now, ahead = self._clock.monotonic(), len(self._queue) + requests - 1
            own_s = self._window(now).start_of(ahead, now, self.limit) - now
            shared = self.shared
            return own_s if shared is None else max(own_s, shared.seconds_until(ahead, self.limit))

    def usage(self) -> Usage:
        """Return how much of the limit is used, and by which process."""
        shared = None if self.shared is None else self.shared.usage(self.limit)
        if shared is not None:
            return shared
        with self._lock:
            now = self._clock.monotonic()
            window = self._window(now)
            used = window.under_way + len(window.stamps)
            at = self._clock.now()
            today = self._today if self._day == at.date() else 0
            own = ProcessUsage(this_process(), True, window.under_way, used, today)  # noqa: FBT003
            day_limit, said = self._day_limit or (None, None)
            return Usage(
                at=at,
                limit=self.limit,
                processes=(own,),
                next_s=window.start_of(0, now, self.limit) - now,
                free_s=window.free_at(now, self.limit) - now,
                day_limit=day_limit,
                day_limit_said=said,
                path=self.shared.path if self.shared else None,
                problem=self.shared.problem if self.shared else "",
            )

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
                start = self._window(now).start_of(ahead, now, self.limit)
                if ahead == 0 and start <= now:
                    start = now + self._take_place(now, self._queue[turn])
                    if start == now:
                        return 0.0
                if start > max(now, give_up_at):
                    return start - now
            # Only the head of the queue waits for a time; when it leaves, it wakes the next one.
            # No answer can shorten its wait, since an answered request counts for another window.
            if ahead == 0:
                rest_s = start - now
                self._clock.wait(
                    stop, rest_s if self.shared is None else min(rest_s, _LOOK_AGAIN_S)
                )
            else:
                self._clock.wait(turn, None)

    def _quit_queue(self, turn: threading.Event) -> None:
        with self._lock:
            self._queue.pop(turn, None)
            for head in list(self._queue)[:1]:
                head.set()

    def _take_place(self, now: float, ticket: object) -> float:
        """Take a place and return 0, or return the seconds until other processes leave one."""
        place = _Place(ticket) if self.shared is None else _Place(ticket, self.shared.number())
        # Noted before it is taken, so that it is released even if Ctrl-C comes in between.
        self._under_way.append(place)
        wait_s = 0.0 if self.shared is None else self.shared.take(place.number, self.limit)
        if wait_s:
            self._under_way.remove(place)
            return wait_s
        if (day := self._clock.now().date()) != self._day:
            self._day, self._today = day, 0
        self._today += 1
        if self._gap_s:
            self._not_before = max(now, self._not_before) + self._gap_s
        return wait_s

    def _window(self, now: float) -> Window:
        horizon = now - self._window_s - MARGIN_S
        while self._stamps and self._stamps[0] <= horizon:
            self._stamps.popleft()
        quiet = not self._stamps and not self._under_way
        if quiet and self._not_before + self._window_s < now:
            self._gap_s = 0.0
        return Window(self._stamps, len(self._under_way), self._not_before, self._gap_s)


class LogRegistry:
    """The logs of a process, one for each key and limit, shared by the clients that have these.

    A log lives as long as its clients. The latest few live on, because the server still counts
    their requests when a client is closed and another one is made.
    """

    def __init__(self) -> None:
        self._renew()
        renew_in_children(self)
        self._logs: weakref.WeakValueDictionary[object, RequestLog] = weakref.WeakValueDictionary()
        self._shared: weakref.WeakValueDictionary[str, SharedQuota] = weakref.WeakValueDictionary()
        self._latest: deque[RequestLog] = deque(maxlen=_LOGS_KEPT)

    def _renew(self) -> None:
        """Make a lock, since a thread of the parent process may hold the one before."""
        self._lock = threading.Lock()

    def log(
        self,
        fingerprint: str,
        limit: Limit | None,
        clock: Clock,
        share: Callable[[str], SharedQuota] | None = None,
    ) -> RequestLog:
        """Return the log of a key and a limit; make it if there is none.

        ``share`` makes the places that are shared with other processes, from the fingerprint.
        There is one such object for each key, also where there are several limits.
        """
        with self._lock:
            name = (fingerprint, limit, share is not None)
            found = self._logs.get(name)
            if found is None:
                shared = self._shared.get(fingerprint) if share is not None else None
                if shared is None and share is not None:
                    shared = self._shared[fingerprint] = share(fingerprint)
                found = self._logs[name] = RequestLog(limit, clock, shared)
                self._latest.append(found)
            return found


# Shared by the whole process, because the server counts by key and not by client.
REGISTRY: Final = LogRegistry()
