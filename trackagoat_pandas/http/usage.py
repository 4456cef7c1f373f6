"""How much of a key's rate limit and daily quota is used: the facts behind ``tgp.quota``."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from trackagoat_pandas.http.processes import Process


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
        Those started on this UTC day; None where they are not counted.
    """

    process: Process
    is_running: bool
    under_way: int
    in_window: int
    today: int | None


@dataclass(frozen=True, slots=True)
class Usage:
    """The requests of one key, and what is known of its limits.

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
    def today(self) -> int | None:
        """The requests of this UTC day; None where they are not counted."""
        counts = [one.today for one in self.processes]
        return sum(filter(None, counts)) if self.is_shared else None
