"""The used and remaining part of the API's limits, by process, and when they reset."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import pandas as pd

from trackagoat_pandas.base.html import Side, data_table, facts_table
from trackagoat_pandas.base.wording import number
from trackagoat_pandas.http.client import Client, resolve_client
from trackagoat_pandas.http.pacing import Usage
from trackagoat_pandas.inputs.arrow import STRING, takes_arrow

_SIDES: Final[tuple[Side, ...]] = ("", "n", "", "n", "n", "n")


@takes_arrow
def quota(client: Client | None = None) -> Quota:
    """Show how much of the rate limit and the daily quota is used, and by which process.

    Nothing is sent. The API says neither limit nor use before it refuses a request, so these are
    counts of this machine: other machines with the same key, and other keys of the organization,
    use the same daily quota unseen.

    Parameters
    ----------
    client : Client, optional
        The client whose key is meant; by default that of ``connect()``.

    Returns
    -------
    Quota
        The counts as they are now. It is shown as a line or as a table; ``to_frame()`` has a row
        for each process.

    Raises
    ------
    MissingKeyError
        There is no client, and no key was found.
    ClosedClientError
        The default client was closed.

    See Also
    --------
    estimate_load : See what a load costs before it starts.
    Client.usage : See how much of the limits is used.
    connect : Make the client, or connect to the sandbox.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True) as client:
    ...     projects = tgp.load_projects()
    ...     used = tgp.quota(client)
    >>> used.left, used.used_today, used.left_today is None
    (59, 1, True)
    """
    return Quota(resolve_client(client).usage())


class Quota:
    """How much of a key's limits is used and left, at one moment.

    A limit that isn't known is None, and so is its rest. The times are in UTC.

    Attributes
    ----------
    at
        The moment.
    is_shared
        Whether the requests of all processes of this machine are counted.
    problem
        Why they are not, although they should be; empty otherwise.
    limit
        The requests and the seconds of the sliding window; None for no pacing.
    used, left
        The requests that count toward the window, and how many more may start now.
    next_at, reset_at
        When the next request may start, and when the whole window is free if none starts.
    used_today
        The requests of this UTC day: of all processes if ``is_shared``, else of this one.
    day_limit, day_limit_said, left_today
        The requests allowed in a UTC day and when the server said so, and how many are left, at
        most.
    day_resets_at
        The end of the UTC day, when the daily quota is there again.
    stopped_until
        The time until which the server refuses requests, as it said; None if it doesn't.
    """

    def __init__(self, usage: Usage) -> None:
        self._usage = usage
        self.at, self.is_shared, self.problem = usage.at, usage.is_shared, usage.problem
        self.limit, self.used = usage.limit, usage.in_window
        self.next_at, self.reset_at = _later(usage.at, usage.next_s), _later(usage.at, usage.free_s)
        self.used_today, self.day_limit = usage.today, usage.day_limit
        self.day_limit_said = usage.day_limit_said
        self.day_resets_at = dt.datetime.combine(
            usage.at.date() + dt.timedelta(days=1), dt.time(), dt.UTC
        )
        stopped = usage.stopped_s > 0
        self.stopped_until = _later(usage.at, usage.stopped_s) if stopped else None

    @property
    def left(self) -> int | None:
        """The requests that may start now by the window; None without a limit."""
        return None if self.limit is None else max(0, self.limit[0] - self.used)

    @property
    def left_today(self) -> int | None:
        """The requests that are left of the day, at most; None if the limit isn't known."""
        if self.day_limit is None:
            return None
        return max(0, self.day_limit - self.used_today)

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each process that has sent requests in the window or today.

        Returns
        -------
        pandas.DataFrame
            process (str), its name; pid (Int64); running (boolean), whether it still runs;
            under_way, in_window and today (Int64), its requests that are not answered yet, that
            count toward the window, and that it started on this UTC day.
        """
        processes = self._usage.processes
        columns: dict[str, tuple[list[Any], Any]] = {
            "process": ([one.process.name for one in processes], STRING),
            "pid": ([one.process.pid for one in processes], "Int64"),
            "running": ([one.is_running for one in processes], "boolean"),
            "under_way": ([one.under_way for one in processes], "Int64"),
            "in_window": ([one.in_window for one in processes], "Int64"),
            "today": ([one.today for one in processes], "Int64"),
        }
        series = {name: pd.Series(cells, dtype=kind) for name, (cells, kind) in columns.items()}
        return pd.DataFrame(series)

    def __repr__(self) -> str:
        facts = self._facts()
        parts = [facts["window"], f"today {facts['today']}"]
        parts += [f"{name} {facts[name]}" for name in ("stopped", "problem") if name in facts]
        return f"<Quota {'; '.join([*parts, facts['counted']])}>"

    def __str__(self) -> str:
        """Return a line for each fact, and the processes below them."""
        lines = [f"{name}: {fact}" for name, fact in self._facts().items()]
        return "\n".join([*lines, "", self.to_frame().to_string(index=False)])

    def _repr_html_(self) -> str:
        frame = self.to_frame()
        rows = [["" if pd.isna(cell) else str(cell) for cell in row] for row in frame.to_numpy()]
        headings = [str(name).replace("_", " ") for name in frame]
        facts = facts_table("TrackaGoat quota", self._facts())
        return facts + data_table(headings, _SIDES, rows, is_named=True)

    def _facts(self) -> dict[str, str]:
        facts = {"window": f"{self.used} requests used, no limit"}
        if self.limit is not None:
            places, window_s = self.limit
            facts["window"] = f"{self.used} of {places:,} requests in {window_s:g} s used"
            facts["window"] += f", {self.left:,} left"
            if self.next_at > self.at and self.stopped_until is None:
                facts["next request"] = f"at {self.next_at:%H:%M:%S} UTC"
            if self.used:
                facts["window free"] = f"at {self.reset_at:%H:%M:%S} UTC"
        facts["today"] = self._today()
        facts["day resets"] = f"at {self.day_resets_at:%Y-%m-%d %H:%M} UTC"
        if self.stopped_until is not None:
            facts["stopped"] = f"by the server until {self.stopped_until:%Y-%m-%d %H:%M:%S} UTC"
        if self.problem:
            facts["problem"] = self.problem
        # Ended processes stay in the table, since their requests of today count.
        running = sum(one.is_running for one in self._usage.processes)
        everyone = f"all processes of this machine, {running} running"
        facts["counted"] = everyone if self.is_shared else "this process alone"
        return facts

    def _today(self) -> str:
        if self.day_limit is None or self.day_limit_said is None:
            return f"{number(self.used_today, 'request')}, limit unknown"
        limit = f"{self.used_today:,} of {self.day_limit:,} requests"
        if self.day_limit_said.date() == self.at.date():
            return limit
        return f"{limit} (the limit as of {self.day_limit_said:%Y-%m-%d})"


def _later(at: dt.datetime, seconds: float) -> dt.datetime:
    return at + dt.timedelta(seconds=max(0.0, seconds))
