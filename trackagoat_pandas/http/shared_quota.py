"""The requests of one key, counted for all processes of this machine in a small SQLite file.

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
import sqlite3
import stat
import threading
import time
import weakref
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from trackagoat_pandas._secrets import harmless
from trackagoat_pandas._warning import TrackaGoatWarning, warn
from trackagoat_pandas.http.forks import close_for_forks
from trackagoat_pandas.http.pacing import MARGIN_S, Clock, Limit, Window, even_gap_s
from trackagoat_pandas.http.processes import Process, is_running, this_process
from trackagoat_pandas.http.usage import ProcessUsage, Usage

_VERSION: Final = 1
_SCHEMA: Final = """
CREATE TABLE processes (
    id INTEGER PRIMARY KEY, pid INTEGER NOT NULL, started TEXT NOT NULL, name TEXT NOT NULL,
    window_s REAL NOT NULL);
CREATE TABLE places (
    process INTEGER NOT NULL, number INTEGER NOT NULL, taken REAL NOT NULL, answered REAL,
    PRIMARY KEY (process, number)) WITHOUT ROWID;
CREATE INDEX places_by_answer ON places (answered);
CREATE TABLE days (
    day TEXT NOT NULL, process INTEGER NOT NULL, requests INTEGER NOT NULL,
    PRIMARY KEY (day, process)) WITHOUT ROWID;
CREATE TABLE pace (
    paced REAL NOT NULL, not_before REAL NOT NULL, gap_s REAL NOT NULL, stopped REAL NOT NULL,
    stop_until REAL NOT NULL, stop_until_utc REAL NOT NULL, day_limit INTEGER,
    day_limit_said REAL);
INSERT INTO pace VALUES (0, 0, 0, 0, 0, 0, NULL, NULL)
"""
_PATIENCE_S: Final = 5.0
"""How long to wait for another process that is writing; each needs far less than a millisecond."""
_NAP_S: Final = 0.003
"""How long SQLite waits at a time: the longer it waits, the more seldom it looks, and of ten
processes some would wait for seconds."""
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
_LEAST_KEPT_S: Final = 60.0
"""Stamps are kept for the API's window, also by a process that is paced by a shorter one."""
_DAYS_KEPT: Final = 7
_TIDY_EVERY: Final = 64
_PRIMARY_CODE: Final = 0xFF
"""The bits of SQLite's result codes that say what is wrong; the others say more about it."""

T = TypeVar("T")
_Connection = sqlite3.Connection


class _Pace(NamedTuple):
    """The only row of the table of this name."""

    paced: float
    not_before: float
    gap_s: float
    stopped: float
    stop_until: float
    stop_until_utc: float
    day_limit: int | None
    day_limit_said: float | None


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
        return folder / "quota" / f"{name}.sqlite"

    return SharedQuota(path, clock)


class SharedQuota:
    """The places of a key in the windows of all processes, their counts of the day, and pauses.

    No method fails because of the file. Where it can't be used, there is one warning, every place
    counts as free for a minute, and then the file is tried again: the process's own log paces its
    requests in any case.

    Parameters
    ----------
    path
        A function that returns the file's path, called when the file is opened.
    clock
        The clock to read.
    find_process, is_running
        Functions that return this process, and whether one runs; for tests.
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
        self._path: Path | None = None
        self._open: list[_Connection] = []
        self._file: tuple[int, int] | None = None
        self._problem = ""
        self._has_warned = False
        self._retry_at = self._looked = clock.monotonic()
        self._registered_s = self._registering_s = -1.0
        self._renew()
        close_for_forks(self)
        weakref.finalize(self, _close, self._open)

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

        def attempt(file: _Connection) -> float:
            now = self._clock.monotonic()
            self._free_lost(file, now)
            window = self._window(file, now, limit)
            start = window.start_of(0, now, limit)
            if start > now:
                return start - now
            self._register(file, limit)
            file.execute("INSERT INTO places VALUES (?, ?, ?, NULL)", (self._id, number, now))
            file.execute(
                "INSERT INTO days VALUES (?, ?, 1)"
                " ON CONFLICT (day, process) DO UPDATE SET requests = requests + 1",
                (self._today(), self._id),
            )
            if window.gap_s:
                started = max(now, window.not_before) + window.gap_s
                file.execute("UPDATE pace SET paced = ?, not_before = ?", (now, started))
            if number % _TIDY_EVERY == 1:
                self._tidy(file, now)
            return 0.0

        with self._lock:
            if self._is_down():
                return 0.0
            # Before it is taken, so that it is answered even if Ctrl-C comes in between.
            self._held.add(number)
            wait_s = self._write(attempt, 0.0)
            if wait_s:
                self._held.discard(number)
            return wait_s

    def answer(self, number: int) -> None:
        """Record that a place's request was answered; one that wasn't taken is ignored."""
        with self._lock:
            if number in self._held:
                self._answered.add(number)
                self._write(lambda _: None, None)
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

        def note(file: _Connection) -> None:
            now, utc = self._clock.monotonic(), self._clock.now().timestamp()
            if evenly and limit is not None:
                window = self._window(file, now, limit)
                paced = now, max(window.not_before, now + seconds), even_gap_s(limit)
                file.execute("UPDATE pace SET paced = ?, not_before = ?, gap_s = ?", paced)
            else:
                wait_s = min(seconds, _LONGEST_STOP_S)
                stop = now, now + wait_s, utc + wait_s
                file.execute(
                    "UPDATE pace SET stopped = ?, stop_until = ?, stop_until_utc = ?", stop
                )
            if day_limit is not None:
                file.execute("UPDATE pace SET day_limit = ?, day_limit_said = ?", (day_limit, utc))

        self._write(note, None)

    def seconds_until(self, ahead: int, limit: Limit | None) -> float:
        """Return the seconds until the request behind `ahead` others may start."""

        def look(file: _Connection) -> float:
            now = self._clock.monotonic()
            return self._window(file, now, limit).start_of(ahead, now, limit) - now

        return self._write(look, 0.0)

    def usage(self, limit: Limit | None) -> Usage | None:
        """Return what each process has used; None if the file can't be used."""

        def look(file: _Connection) -> Usage:
            now = self._clock.monotonic()
            self._looked = now - _LOST_S  # so that places of processes that ended aren't shown
            self._free_lost(file, now)
            window = self._window(file, now, limit)
            pace = _pace(file)
            said = pace.day_limit_said
            window_s = limit[1] if limit else 0.0
            last = now if window.under_way else max([now - window_s, *window.stamps[-1:]])
            return Usage(
                at=self._clock.now(),
                limit=limit,
                processes=self._usage_by_process(file, now, limit),
                next_s=window.start_of(0, now, limit) - now,
                free_s=last + window_s - now,
                stopped_s=self._stopped_s(pace, now),
                day_limit=pace.day_limit,
                day_limit_said=None if said is None else dt.datetime.fromtimestamp(said, dt.UTC),
                is_shared=True,
                path=self._path,
            )

        return self._write(look, None)

    @property
    def problem(self) -> str:
        """Why the file can't be used now; empty if it can."""
        return self._problem

    @property
    def path(self) -> Path | None:
        """The file, once it was needed."""
        return self._path

    def _usage_by_process(
        self, file: _Connection, now: float, limit: Limit | None
    ) -> tuple[ProcessUsage, ...]:
        window_s = limit[1] + MARGIN_S if limit else 0.0
        rows = file.execute(
            "SELECT pid, started, name, under_way, under_way + answered, today FROM ("
            " SELECT *, (SELECT count(*) FROM places WHERE process = id AND answered IS NULL)"
            " AS under_way, (SELECT count(*) FROM places WHERE process = id AND answered > ?)"
            " AS answered, coalesce((SELECT requests FROM days WHERE process = id AND day = ?), 0)"
            " AS today FROM processes) WHERE under_way + answered + today ORDER BY today DESC, pid",
            (now - window_s, self._today()),
        ).fetchall()
        return tuple(
            ProcessUsage(Process(pid, started, name), self._is_running(pid, started), *counts)
            for pid, started, name, *counts in rows
        )

    def _window(self, file: _Connection, now: float, limit: Limit | None) -> Window:
        """Read what decides when the next request may start."""
        pace = _pace(file)
        window_s = limit[1] + MARGIN_S if limit else 0.0
        file.execute("UPDATE places SET answered = 0 WHERE answered > ?", (now + _A_TICK_S,))
        asked = "SELECT answered FROM places WHERE answered > ? ORDER BY answered"
        stamps = [stamp for (stamp,) in file.execute(asked, (now - window_s,))] if limit else []
        (held,) = file.execute("SELECT count(*) FROM places WHERE answered IS NULL").fetchone()
        not_before = pace.not_before if pace.paced <= now + _A_TICK_S else 0.0
        gap_s = pace.gap_s
        if gap_s and not stamps and not held and not_before + window_s < now:
            gap_s = 0.0
            file.execute("UPDATE pace SET gap_s = 0")
        stop = now + self._stopped_s(pace, now)
        return Window(stamps, held, max(not_before, stop), gap_s)

    def _stopped_s(self, pace: _Pace, now: float) -> float:
        """Return how long the quota of the day is still used up.

        The monotonic clock may stand still while the machine sleeps, and the other may be set back:
        the earlier end is the right one, and neither wait is longer than the server said.
        """
        wait_s = pace.stop_until - pace.stopped
        by_utc = pace.stop_until_utc - self._clock.now().timestamp()
        by_machine = pace.stop_until - now if pace.stopped <= now + _A_TICK_S else wait_s
        return max(0.0, min(wait_s, by_utc, by_machine))

    def _free_lost(self, file: _Connection, now: float) -> None:
        """Count places as answered now whose process has ended, or that are held far too long."""
        if now - self._looked < _OVERDUE_S:
            return
        self._looked = now
        holders = file.execute(
            "SELECT id, pid, started FROM processes WHERE id <> ? AND id IN"
            " (SELECT process FROM places WHERE answered IS NULL AND taken < ?)",
            (self._id, now - _OVERDUE_S),
        ).fetchall()
        for process, pid, started in holders:
            if not self._is_running(pid, started):
                free = "UPDATE places SET answered = ? WHERE process = ? AND answered IS NULL"
                file.execute(free, (now, process))
        file.execute(
            "UPDATE places SET answered = ? WHERE answered IS NULL AND (taken < ? OR taken > ?)",
            (now, now - _LOST_S, now + _A_TICK_S),
        )

    def _register(self, file: _Connection, limit: Limit | None) -> None:
        """Say who this process is, and for how long it needs stamps."""
        window_s = max(limit[1] if limit else 0.0, _LEAST_KEPT_S)
        if window_s <= self._registered_s:
            return
        me = self._find_process()
        file.execute(
            "INSERT INTO processes VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET window_s = excluded.window_s",
            (self._id, me.pid, me.started, me.name, window_s),
        )
        self._registering_s = window_s

    def _tidy(self, file: _Connection, now: float) -> None:
        """Delete what no process needs any more."""
        file.execute(
            "DELETE FROM places WHERE answered < ? - (SELECT max(window_s) FROM processes)",
            (now - MARGIN_S,),
        )
        file.execute(
            "DELETE FROM days WHERE day NOT IN"
            " (SELECT DISTINCT day FROM days ORDER BY day DESC LIMIT ?)",
            (_DAYS_KEPT,),
        )
        file.execute(
            "DELETE FROM processes WHERE id <> ? AND id NOT IN (SELECT process FROM places)"
            " AND id NOT IN (SELECT process FROM days)",
            (self._id,),
        )

    def _today(self) -> str:
        return self._clock.now().date().isoformat()

    def _write(self, work: Callable[[_Connection], T], otherwise: T) -> T:
        """Do something in one transaction, in which no other process writes."""
        with self._lock:
            if self._is_down():
                return otherwise
            try:
                return self._in_transaction(work)
            except (sqlite3.Error, OSError) as flaw:
                self._give_up(flaw)
                return otherwise

    def _is_down(self) -> bool:
        return bool(self._problem) and self._clock.monotonic() < self._retry_at

    def _in_transaction(self, work: Callable[[_Connection], T]) -> T:
        file = self._connected()
        answered = tuple(self._answered)
        with ExitStack() as failing:
            failing.callback(self._undo, file)
            _run(file, "BEGIN IMMEDIATE")
            self._settle(file, answered)
            done = work(file)
            file.execute("COMMIT")
            failing.pop_all()
        self._registered_s, self._problem = self._registering_s, ""
        self._answered.difference_update(answered)
        return done

    def _undo(self, file: _Connection) -> None:
        self._registering_s = self._registered_s
        if file.in_transaction:
            file.execute("ROLLBACK")

    def _settle(self, file: _Connection, answered: Sequence[int]) -> None:
        """Count answered places as answered now: this one, and those of a time without a file."""
        now = self._clock.monotonic()
        file.executemany(
            "UPDATE places SET answered = ? WHERE process = ? AND number = ? AND answered IS NULL",
            [(now, self._id, number) for number in answered],
        )

    def _connected(self) -> _Connection:
        if self._open and self._path is not None and _identity(self._path) == self._file:
            if self._open[0].in_transaction:  # Ctrl-C interrupted even its rollback
                self._open[0].execute("ROLLBACK")
            return self._open[0]
        _close(self._open)
        self._path = self._find_path()
        _make_private(self._path)
        file = sqlite3.connect(
            self._path, timeout=_NAP_S, isolation_level=None, check_same_thread=False
        )
        self._open.append(file)
        self._registered_s = self._registering_s = -1.0
        _set_up(file)
        self._file = _identity(self._path)
        return file

    def _give_up(self, flaw: Exception) -> None:
        """Count by process for a while, and warn the first time."""
        self._problem = harmless(f"{type(flaw).__name__}: {flaw}")
        self._retry_at = self._clock.monotonic() + _RETRY_S
        _close(self._open)
        if self._has_warned:
            return
        self._has_warned = True
        place = "" if self._path is None else f" {self._path}"
        damaged = not isinstance(flaw, sqlite3.OperationalError | OSError)
        advice = "Delete it" if damaged else "Make it writable and free of locks"
        warn(
            f"The file{place} that counts the requests of all processes can't be used"
            f" ({self._problem}), so each process counts its own. {advice}, or connect with"
            " shared_quota=False.",
            TrackaGoatWarning,
        )

    def _hold(self) -> None:
        """Close the file before a fork: SQLite's locks don't survive one."""
        self._lock.acquire()
        _close(self._open)

    def _resume(self) -> None:
        self._lock.release()

    def _renew(self) -> None:
        """Begin as a process of its own: the places of a parent are the parent's."""
        self._lock = threading.RLock()
        self._id = secrets.randbits(63)
        self._numbers = itertools.count(1)
        self._held: set[int] = set()
        self._answered: set[int] = set()
        self._registered_s = self._registering_s = -1.0


def _pace(file: _Connection) -> _Pace:
    row = file.execute("SELECT * FROM pace").fetchone()
    if row is None:
        raise sqlite3.DatabaseError("its table of the pace is empty")
    return _Pace(*row)


def _make_private(path: Path) -> None:
    """Make the folder and the file where there are none, for this user only."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Only where there is no file: closing one ends the locks that this process has on it.
    if not path.exists():
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    for place, mode in ((path.parent, 0o700), (path, 0o600)):
        if stat.S_IMODE(place.stat().st_mode) != mode and os.name == "posix":
            place.chmod(mode)


def _set_up(file: _Connection) -> None:
    """Set a connection up, and make the tables of a new file."""
    _run(file, "BEGIN IMMEDIATE")
    (version,) = file.execute("PRAGMA user_version").fetchone()
    if not version:
        for statement in _SCHEMA.split(";"):
            file.execute(statement)
        file.execute(f"PRAGMA user_version = {_VERSION}")
    elif version != _VERSION:
        raise sqlite3.DatabaseError(f"it has version {version} instead of {_VERSION}")
    file.execute("COMMIT")
    _run(file, "PRAGMA synchronous = NORMAL")
    # Refused while others use the file; one of the next connections does it then.
    with suppress(sqlite3.OperationalError):
        file.execute("PRAGMA journal_mode = WAL").fetchone()


def _run(file: _Connection, statement: str) -> None:
    """Run a statement as soon as no other process is in the way."""
    give_up_at = time.monotonic() + _PATIENCE_S
    while True:
        try:
            file.execute(statement)
        except sqlite3.OperationalError as flaw:
            is_busy = flaw.sqlite_errorcode & _PRIMARY_CODE == sqlite3.SQLITE_BUSY
            if not is_busy or time.monotonic() > give_up_at:
                raise
        else:
            return


def _identity(path: Path) -> tuple[int, int] | None:
    """Return the device and inode of a file, which its replacement doesn't share."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _close(connections: list[_Connection]) -> None:
    while connections:
        with suppress(sqlite3.Error):  # a connection to a file that is damaged or gone
            connections.pop().close()
