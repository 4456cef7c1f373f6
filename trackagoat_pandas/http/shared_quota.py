"""The requests of one key, counted for all processes of this machine in a small file.

The file is JSON of a few kilobytes. A process locks it, reads it, changes it and replaces it as a
whole, so that one that is killed leaves either the old text or the new one.

Times of the window are by the machine's monotonic clock, which all its processes share and which
setting the time doesn't change. It begins at 0 when the machine starts, so a stamp later than now
is from before that, and counts as 0.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import os
import platform
import secrets
import stat
import threading
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, Literal, TypeVar

import msgspec

from trackagoat_pandas.base.secrets import harmless
from trackagoat_pandas.base.warnings import TrackaGoatWarning, warn
from trackagoat_pandas.http.forks import close_for_forks
from trackagoat_pandas.http.pacing import (
    MARGIN_S,
    Clock,
    Limit,
    ProcessUsage,
    Usage,
    Window,
    even_gap_s,
)
from trackagoat_pandas.http.processes import Process, is_running, this_process, try_lock

_PATIENCE_S: Final = 5.0
"""How long to wait for another process that is writing; each needs far less than a millisecond."""
_NAP_S: Final = 0.003
"""How long to sleep before looking again whether the lock is free."""
_RETRY_S: Final = 60.0
"""How long each process counts by itself after the file could not be used."""
_A_TICK_S: Final = 1.0
"""How far a stamp may be ahead of this processor's clock."""
_OVERDUE_S: Final = 0.25
"""From what age on a place makes others look whether its process still runs."""
_LOST_S: Final = 900.0
"""A place that is held longer counts as answered: the server has long counted its request."""
_LONGEST_STOP_S: Final = 86_400.0
"""A daily quota is there again after a day; a server that asks for more is asked again."""

T = TypeVar("T")


class _Requests(msgspec.Struct):
    """The requests of one process: places held by number, times of answers, and today's count."""

    pid: int
    started: str
    name: str
    day: str = ""
    today: int = 0
    # Not shared: msgspec gives each instance an empty dict and list of its own.
    held: dict[int, float] = {}
    answered: list[float] = []


class _State(msgspec.Struct, forbid_unknown_fields=True):
    """The content of the file."""

    version: Literal[1]
    processes: dict[str, _Requests] = {}
    # Stamps are kept for the API's window, also by a process that is paced by a shorter one.
    kept_s: float = 60.0
    # Since when, until when and at which distance requests are spaced evenly.
    paced: float = 0.0
    not_before: float = 0.0
    gap_s: float = 0.0
    # When the server said, by both clocks, that the day's quota is used up, and for how long.
    stopped: float = 0.0
    stopped_utc: float = 0.0
    stop_s: float = 0.0
    day_limit: int | None = None
    day_limit_said: float | None = None


_DECODER: Final = msgspec.json.Decoder(_State)


def shared_quota(fingerprint: str, clock: Clock) -> SharedQuota:
    """Make the shared quota of a key. Nothing is opened before the first request.

    Parameters
    ----------
    fingerprint
        Of the key. The file is named after it and this machine, since machines may share a home
        directory, but not a clock.
    clock
        The clock to read.
    """

    def path() -> Path:
        import platformdirs

        try:
            folder = Path(platformdirs.user_state_dir("trackagoat-pandas", appauthor=False))
        except RuntimeError as flaw:  # of its newer versions, where the older return "~/..."
            raise FileNotFoundError("there is no home directory") from flaw
        if not folder.is_absolute():
            raise FileNotFoundError(f"there is no home directory, only {str(folder)!r}")
        name = hashlib.sha256(f"{fingerprint}\n{platform.node()}".encode()).hexdigest()[:16]
        return folder / "quota" / f"{name}.json"

    return SharedQuota(path, clock)


class SharedQuota:
    """The places of a key in the windows of all processes, their counts of the day, and pauses.

    No method fails because of the file. Where it can't be used, there is one warning, every place
    counts as free for a minute, and then the file is tried again: the process's own log paces its
    requests in any case.

    Parameters
    ----------
    path
        A function that returns the file's path, called at the first request.
    clock
        The clock to read.
    find_process, is_running
        Functions that return this process, and whether one runs; for tests.

    Attributes
    ----------
    path
        The file, once it was needed.
    problem
        Why the file can't be used now; empty if it can.
    """

    def __init__(
        self,
        path: Callable[[], Path],
        clock: Clock,
        *,
        find_process: Callable[[], Process] = this_process,
        is_running: Callable[[int, str], bool] = is_running,
    ) -> None:
        self._find_path, self._clock = path, clock
        self._find_process, self._is_running = find_process, is_running
        self.path: Path | None = None
        self.problem = ""
        self._has_warned = False
        self._name: str
        self._retry_at = clock.monotonic()
        self._renew()
        close_for_forks(self)

    def number(self) -> int:
        """Return a new number for a place of this process."""
        return next(self._numbers)

    def take(self, number: int, limit: Limit | None) -> float:
        """Take a place and return 0, or return the seconds until there may be one.

        Parameters
        ----------
        number
            From ``number()``, to pass to ``answer``.
        limit
            Requests and seconds of the sliding window; None to honour pauses only.
        """

        def attempt(state: _State, now: float) -> float:
            window = self._window(state, now, limit)
            start = window.start_of(0, now, limit)
            if start > now:
                return start - now
            me = self._me
            mine = state.processes.setdefault(
                self._name, _Requests(me.pid, me.started, me.name, self._today())
            )
            mine.held[number] = now
            mine.day, mine.today = self._today(), mine.today + 1
            state.kept_s = max(state.kept_s, limit[1] if limit else 0.0)
            if window.gap_s:
                state.paced, state.not_before = now, max(now, window.not_before) + window.gap_s
            return 0.0

        with self._lock:
            if self._is_down():
                return 0.0
            # Before it is taken, so that it is answered even if Ctrl-C comes in between.
            self._held.add(number)
            wait_s = self._change(attempt, 0.0)
            if wait_s:
                self._held.discard(number)
            return wait_s

    def answer(self, number: int) -> None:
        """Record that a place's request was answered; one that wasn't taken is ignored."""
        with self._lock:
            if number in self._held:
                self._answered.add(number)
                self._change(lambda *_: None, None)
                self._held.discard(number)

    def pause(
        self, seconds: float, limit: Limit | None, *, evenly: bool, day_limit: int | None = None
    ) -> None:
        """Start no request for some seconds, in any of the processes.

        Parameters
        ----------
        seconds
            As the server said; at most a day.
        limit
            Requests and seconds of the sliding window.
        evenly
            Whether the window was exceeded. Then requests are spaced evenly until a whole window
            has passed without one. Otherwise it is the quota of the day that is used up.
        day_limit
            The requests of a day, if the server said how many there are.
        """
        wait_s = min(seconds, _LONGEST_STOP_S)

        def note(state: _State, now: float) -> None:
            utc = self._clock.now().timestamp()
            if evenly and limit is not None:
                not_before = self._window(state, now, limit).not_before
                state.paced, state.not_before = now, max(not_before, now + wait_s)
                state.gap_s = even_gap_s(limit)
            else:
                state.stopped, state.stopped_utc, state.stop_s = now, utc, wait_s
            if day_limit is not None:
                state.day_limit, state.day_limit_said = day_limit, utc

        self._change(note, None)

    def seconds_until(self, ahead: int, limit: Limit | None) -> float:
        """Return the seconds until the request behind `ahead` others may start."""

        def look(state: _State, now: float) -> float:
            return self._window(state, now, limit).start_of(ahead, now, limit) - now

        return self._change(look, 0.0)

    def usage(self, limit: Limit | None) -> Usage | None:
        """Return the usage of each process; None if the file can't be used."""

        def look(state: _State, now: float) -> Usage:
            window = self._window(state, now, limit)
            window_s, said = limit[1] if limit else 0.0, state.day_limit_said
            processes = []
            for one in sorted(state.processes.values(), key=lambda one: (-one.today, one.pid)):
                in_window = sum(stamp > now - window_s - MARGIN_S for stamp in one.answered)
                counts = len(one.held), len(one.held) + (in_window if limit else 0), one.today
                if any(counts):
                    runs = self._is_running(one.pid, one.started)
                    process = Process(one.pid, one.started, one.name)
                    processes.append(ProcessUsage(process, runs, *counts))
            return Usage(
                at=self._clock.now(),
                limit=limit,
                processes=tuple(processes),
                next_s=window.start_of(0, now, limit) - now,
                free_s=window.free_at(now, limit) - now,
                stopped_s=self._stopped_s(state, now),
                day_limit=state.day_limit,
                day_limit_said=None if said is None else dt.datetime.fromtimestamp(said, dt.UTC),
                is_shared=True,
                path=self.path,
            )

        return self._change(look, None)

    def _window(self, state: _State, now: float, limit: Limit | None) -> Window:
        """Return the state that decides when the next request may start."""
        window_s = limit[1] + MARGIN_S if limit else 0.0
        processes = state.processes.values()
        under_way = sum(len(one.held) for one in processes)
        answered = sorted(itertools.chain.from_iterable(one.answered for one in processes))
        stamps = answered[bisect_right(answered, now - window_s) :] if limit else []
        not_before = state.not_before if state.paced <= now + _A_TICK_S else 0.0
        if limit and not stamps and not under_way and not_before + window_s < now:
            state.gap_s = 0.0
        start = max(not_before, now + self._stopped_s(state, now))
        return Window(stamps, under_way, start, state.gap_s)

    def _stopped_s(self, state: _State, now: float) -> float:
        """Return how long the quota of the day is still used up.

        The monotonic clock may stand still while the machine sleeps or begin again, and the other
        may be set back: the longer time that has passed is the right one.
        """
        passed_s = self._clock.now().timestamp() - state.stopped_utc, now - state.stopped
        return max(0.0, state.stop_s - max(0.0, *passed_s))

    def _settle(self, state: _State, now: float) -> None:
        """Count the requests of ended processes as answered now, and drop old entries."""
        today, oldest = self._today(), now - state.kept_s - MARGIN_S
        for name, one in list(state.processes.items()):
            if one.day != today:
                one.day, one.today = today, 0
            stamps = one.answered
            if stamps and (stamps[0] < oldest or stamps[-1] > now + _A_TICK_S):
                stamps = [0.0 if stamp > now + _A_TICK_S else stamp for stamp in stamps]
                one.answered = [stamp for stamp in stamps if stamp >= oldest]
            is_mine = name == self._name
            has_ended = (
                not is_mine
                and min(one.held.values(), default=now) < now - _OVERDUE_S
                and not self._is_running(one.pid, one.started)
            )
            for number, since in list(one.held.items()):
                is_lost = not now - _LOST_S <= since <= now + _A_TICK_S
                if has_ended or is_lost or (is_mine and number in self._answered):
                    del one.held[number]
                    one.answered.append(now)
            if not (one.held or one.answered or one.today):
                del state.processes[name]

    def _today(self) -> str:
        return self._clock.now().date().isoformat()

    def _is_down(self) -> bool:
        return bool(self.problem) and self._clock.monotonic() < self._retry_at

    def _change(self, work: Callable[[_State, float], T], otherwise: T) -> T:
        """Do something with the content of the file while no other process uses it."""
        with self._lock:
            if self._is_down():
                return otherwise
            answered = set(self._answered)
            try:
                self.path = self.path or self._find_path()
                if not self._name:
                    self._me = self._find_process()
                    self._name = f"{self._me.pid} {self._me.started}"
                with _hold_lock(self.path):
                    before = _read(self.path)
                    # A file that lost power while it was made may be empty.
                    state = _DECODER.decode(before) if before else _State(version=1)
                    now = self._clock.monotonic()
                    self._settle(state, now)
                    done = work(state, now)
                    after = msgspec.json.encode(state)
                    if after != before:
                        _replace(self.path, after)
            except (OSError, msgspec.MsgspecError) as flaw:
                self._give_up(flaw)
                return otherwise
            self.problem = ""
            self._answered -= answered
            return done

    def _give_up(self, flaw: Exception) -> None:
        """Count by process for a while, and warn the first time."""
        self.problem = harmless(f"{type(flaw).__name__}: {flaw}")
        self._retry_at = self._clock.monotonic() + _RETRY_S
        if self._has_warned:
            return
        self._has_warned = True
        place = "" if self.path is None else f" {self.path}"
        is_damaged = isinstance(flaw, msgspec.MsgspecError)
        advice = "Delete it" if is_damaged else "Make it writable and free of locks"
        warn(
            f"The file{place} that counts the requests of all processes can't be used"
            f" ({self.problem}), so each process counts its own. {advice}, or connect with"
            " shared_quota=False.",
            TrackaGoatWarning,
        )

    def _hold(self) -> None:
        """Finish before a fork: a child would inherit the lock of the file."""
        self._lock.acquire()

    def _resume(self) -> None:
        self._lock.release()

    def _renew(self) -> None:
        """Begin as a process of its own: the places of a parent are the parent's."""
        self._lock = threading.RLock()
        self._me, self._name = Process(0, "", ""), ""  # until it is needed
        # A process that got the number of an ended one must not answer that one's places.
        self._numbers = itertools.count(secrets.randbits(48))
        self._held: set[int] = set()
        self._answered: set[int] = set()


@contextmanager
def _hold_lock(path: Path) -> Iterator[None]:
    """Hold the lock of a file, in a folder for this user only."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # `mkdir` doesn't change the mode of a folder that is there already.
    if os.name == "posix" and stat.S_IMODE(path.parent.stat().st_mode) != 0o700:
        path.parent.chmod(0o700)
    # Not the file itself, which is replaced: its lock would go with it.
    handle = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        give_up_at = time.monotonic() + _PATIENCE_S
        while not try_lock(handle):
            if time.monotonic() > give_up_at:
                raise TimeoutError("it is locked by another process")
            time.sleep(_NAP_S)
        yield
    finally:
        os.close(handle)


def _read(path: Path) -> bytes:
    """Read a file, or the one that was about to take its place when its process died."""
    for place in (path, path.with_suffix(".new")):
        with suppress(FileNotFoundError):
            return place.read_bytes()
    return b""


def _replace(path: Path, content: bytes) -> None:
    new = path.with_suffix(".new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    # In two steps, since ext4 writes the new file to the disk at once when it replaces one: 4 ms.
    path.unlink(missing_ok=True)
    new.rename(path)
