"""The estimated cost of a load: its requests and minutes, and the basis of the estimate."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, ParamSpec

import pandas as pd

from trackagoat_pandas.base.html import facts_table
from trackagoat_pandas.base.warnings import kept_warnings
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    RequestBudgetError,
)
from trackagoat_pandas.http.counting import Tally
from trackagoat_pandas.http.session import Session, session_of
from trackagoat_pandas.inputs.checks import check_int

P = ParamSpec("P")

_REQUIRED: Final = ("client", "max_requests")
"""The arguments of every loader, by which one is recognized."""
_ADVICE: Final = (
    "pass one of the loaders, such as tgp.load_videos, or store.sync, after which "
    "a store answers without requests"
)


@dataclass(frozen=True, slots=True)
class Plan:
    """The estimated cost of a load.

    Attributes
    ----------
    loader
        The function's name.
    least, most
        The fewest and the most requests that it takes, without retries; ``most`` is None if it
        isn't known.
    seconds
        The time until the rate limit allows the last of ``most`` requests, or of ``least`` if that
        is None, given those that were sent lately. The time of the answers is not in it.
    pace
        The rate limit.
    stored
        The lists that the store has, which aren't requested.
    notes
        What the numbers rest on, in sentences.
    has_store
        Whether the client has a store.
    day_limit, used_today
        The requests that the key may send in a UTC day, and those that were sent: by this machine,
        or by this process where it doesn't share its quota, as with the sandbox. The limit is None
        until the server refuses a request because of it, since only then it says it.
    """

    loader: str
    least: int
    most: int | None
    seconds: float
    pace: str
    stored: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    has_store: bool = False
    day_limit: int | None = None
    used_today: int = 0

    @property
    def day_share(self) -> float | None:
        """The share of today's quota, from 0 on, that `most` takes, or `least` if that is None.

        None if ``day_limit`` isn't known.
        """
        expected = self.least if self.most is None else self.most
        return expected / self.day_limit if self.day_limit else None

    @property
    def requests(self) -> int | None:
        """The number of requests; None if only bounds are known, ``least`` and ``most``."""
        return self.least if self.least == self.most else None

    @property
    def minutes(self) -> float:
        """``seconds`` in minutes."""
        return self.seconds / 60

    def __repr__(self) -> str:
        facts = self._facts("\n")
        width = max(map(len, facts))
        lines = [f"{name:<{width}}  {fact}" for name, fact in facts.items()]
        rows = [line.replace("\n", f"\n{'':<{width + 2}}") for line in lines]
        return "\n".join([f"Plan of {self.loader}", textwrap.indent("\n".join(rows), "  ")])

    def _repr_html_(self) -> str:
        return facts_table(f"Plan of {self.loader}", self._facts("; "))

    def _facts(self, between: str) -> dict[str, str]:
        bound = "at least " if self.most is None else "up to " if self.requests is None else ""
        none = "unknown" if self.most is None else "none"
        wait = f"{self.minutes:.1f} minutes" if self.seconds else none
        facts = {
            "requests": self._range(),
            "wait for the rate limit": f"{bound if self.seconds else ''}{wait}, at {self.pace}",
        }
        share = "limit unknown until the server refuses a request"
        if self.day_share is not None:
            share = f"{bound}{self.day_share:.1%} of {self.day_limit:,}"
        facts["today's quota"] = f"{share}; {self.used_today:,} used"
        if self.has_store:
            facts["in the store"] = between.join(self.stored) or "nothing of it"
        if self.notes:
            facts["based on"] = between.join(self.notes)
        return facts

    def _range(self) -> str:
        if self.most is None:
            return f"{self.least:,} or more"
        return (
            f"{self.least:,}" if self.requests is not None else f"{self.least:,} to {self.most:,}"
        )


def estimate_load(loader: Callable[P, pd.DataFrame], /, *args: P.args, **options: P.kwargs) -> Plan:
    """Estimate the cost of a load; nothing is sent.

    Parameters
    ----------
    loader : callable
        One of the loaders, such as :func:`load_analytics`, or ``store.sync``, not called.
    *args, **options : object
        The arguments of the loader. Wrong ones are the same errors as in the load itself.

    Returns
    -------
    Plan
        The number of requests, or its bounds, and how long the rate limit makes them wait. Its
        ``notes`` say what the numbers rest on: a list is taken to be as long as the client saw it
        last, or as in its store, and to have at least one page if neither has it yet. A name that
        the client would have to look up counts as a request. Retries don't count.

    Raises
    ------
    ArgumentTypeError, ArgumentError
        ``loader`` is no loader.
    TrackaGoatError
        An argument of the loader is wrong; see there.

    See Also
    --------
    quota : See how much of the limits is used.
    connect : Make the client, or connect to the sandbox.
    load_analytics : Load time series.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True) as client:
    ...     videos = tgp.estimate_load(tgp.load_videos, "Summer Launch")
    ...     project = tgp.load_projects()["id"].iloc[0]
    ...     again = tgp.estimate_load(tgp.load_projects)
    ...     views = tgp.estimate_load(tgp.load_analytics, "project", project, "views")
    >>> videos.least, videos.most, again.requests
    (2, None, 1)
    >>> views
    Plan of load_analytics
      requests                 1
      wait for the rate limit  none, at 60 requests per 60 s
      today's quota            limit unknown until the server refuses a request; 1 used
      based on                 /analytics: 1 project, 1 metric
    """
    name = _name_of(loader)
    read_limit(options)
    session = session_of(options.get("client"))  # type: ignore[arg-type]
    tally = count(loader, args, options, session)
    expected = tally.least if tally.most is None else tally.most
    usage = session.usage()
    return Plan(
        loader=name,
        least=tally.least,
        most=tally.most,
        seconds=session.estimate_seconds(expected),
        pace=session.pace,
        stored=tuple(tally.stored),
        notes=tally.explained(),
        has_store=session.archive is not None or bool(tally.stored),
        day_limit=usage.day_limit,
        used_today=usage.today,
    )


def _name_of(loader: object) -> str:
    if not callable(loader):
        raise ArgumentTypeError(
            "loader",
            loader,
            "a loader that isn't called: tgp.estimate_load(tgp.load_videos, project)",
        )
    name = getattr(loader, "__name__", type(loader).__name__)
    try:
        taken = set(inspect.signature(loader).parameters)
    except ValueError:  # some of Python's own have no signature
        taken = set()
    if not taken.issuperset(_REQUIRED):
        problem = "its requests can't be counted" if "client" in taken else "it sends no requests"
        raise ArgumentError("loader", name, f"{problem}: {_ADVICE}")
    return str(name)


def read_limit(options: Mapping[str, Any]) -> int | None:
    """Return the ``max_requests`` of a loader's call, checked."""
    most = options.get("max_requests")
    return None if most is None else check_int("max_requests", most, minimum=0)


def refuse_beyond(
    loader: Callable[..., pd.DataFrame],
    args: Sequence[Any],
    options: Mapping[str, Any],
    session: Session,
) -> None:
    """Refuse a load that is known to need more requests than its ``max_requests``; nothing is sent.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        The limit is no whole number of requests.
    RequestBudgetError
        It needs more.
    """
    if (most := read_limit(options)) is None:
        return
    tally = count(loader, args, options, session)
    if (needed := tally.least - tally.optional) > most:
        raise RequestBudgetError(most, needed=needed)


def count(
    loader: Callable[..., pd.DataFrame],
    args: Sequence[Any],
    options: Mapping[str, Any],
    session: Session,
) -> Tally:
    """Run a loader with a session that sends nothing, until it needs an answer."""
    tally = Tally()
    counting = Session(session, tally=tally)
    # The load itself warns, too.
    with kept_warnings():
        # Without its limit, for which the loader would count itself again, endlessly.
        counting.attempt(
            lambda: loader(*args, **{**options, "client": counting, "max_requests": None})
        )
    return tally
