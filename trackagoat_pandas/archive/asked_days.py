"""Which days of a series were asked for, when, and which of them have to be asked for again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from trackagoat_pandas._types import Bools, Days, Ints
from trackagoat_pandas.helpers.clocks import day_starts

LOOKBACK_DAYS: Final = 4
"""Days after its end in which a day's numbers may be restated, and a day more to be sure."""
_NEVER: Final = np.iinfo(np.int64).min
_A_DAY_US: Final = 86_400_000_000
_CLOCK_ERROR_US: Final = 300_000_000
"""By how much clocks may differ, as in a frame's provenance: 5 minutes."""
_UTC: Final = "UTC"


class Asking(NamedTuple):
    """Days that were asked for at one moment: days and microseconds since 1970, both inclusive.

    ``doubt`` is the number of the newest doubt that was known by then.
    """

    first: int
    last: int
    observed_at: int
    doubt: int = 0


class Doubt(NamedTuple):
    """A reason why days of a series may have changed: from ``first`` on, if asked before ``until``.

    Doubts are numbered in the order in which they were noted. An answer that was kept before counts
    as older, since the server's times are whole seconds.
    """

    id: int
    first: int
    until: int


@dataclass(frozen=True, slots=True)
class AskedDays:
    """When each day of a span was last asked for.

    Parameters
    ----------
    first
        The first day, counted from 1970.
    asked_at
        For each day from the first the latest moment, in microseconds since 1970.
    sure_at
        The same of those answers that nothing casts doubt on.
    timezone
        The zone of the days; None if the server didn't say.
    """

    first: int
    asked_at: Ints
    sure_at: Ints
    timezone: str | None

    @property
    def days(self) -> Days:
        """The days of the span."""
        days: Days = (self.first + np.arange(len(self.asked_at))).astype("datetime64[D]")
        return days

    @property
    def seen(self) -> tuple[int, int] | None:
        """The earliest and the latest of the moments; None if no day was asked for."""
        known = self.asked_at[self.asked_at > _NEVER]
        return (int(known.min()), int(known.max())) if known.size else None

    def missing(self, starts: Ints) -> Ints:
        """Return the days that were not asked for since they began.

        Parameters
        ----------
        starts
            The first instants of the days, from :func:`starts_of`.
        """
        return self._numbers(self.asked_at < starts)

    def aged(self, ends: Ints, lookback_days: int = LOOKBACK_DAYS) -> Bools:
        """Say of each day whether it was asked for so long after its end that it hardly changes.

        Parameters
        ----------
        ends
            The first instants of the days after the days.
        lookback_days
            How many days after its end.
        """
        are_aged: Bools = self.asked_at >= ends + lookback_days * _A_DAY_US
        return are_aged

    @property
    def doubted(self) -> Bools:
        """Say of each day whether it may have changed since it was asked for."""
        are_doubted: Bools = self.sure_at < self.asked_at
        return are_doubted

    def unsettled(
        self,
        starts: Ints,
        ends: Ints,
        *,
        now: int,
        lookback_days: int = LOOKBACK_DAYS,
        fresh_since: int | None = None,
        kept_from: int | None = None,
    ) -> Ints:
        """Return the days to ask for: those whose numbers aren't known, or may have changed.

        Parameters
        ----------
        starts, ends
            The first instants of the days and of the days after them.
        now
            The server's time; what was asked for later than that is another server's, or from
            before a clock was set back, and isn't trusted.
        lookback_days
            A day is settled if it was asked for so long after its end, and nothing casts doubt on
            the answer.
        fresh_since
            Days that were asked for since this moment aren't asked for either.
        kept_from
            The first day that the server can still be asked about; a known day before it counts as
            settled.
        """
        is_settled = self.sure_at >= ends + lookback_days * _A_DAY_US
        if fresh_since is not None:
            is_settled |= self.sure_at >= fresh_since
        is_settled &= self.sure_at <= now + _CLOCK_ERROR_US
        if kept_from is not None:
            is_settled |= (self.asked_at >= starts) & (self._all() < kept_from)
        return self._numbers(~is_settled)

    def _all(self) -> Ints:
        return self.first + np.arange(len(self.asked_at))

    def _numbers(self, is_wanted: Bools) -> Ints:
        numbers: Ints = self._all()[is_wanted]
        return numbers


def asked_days(
    askings: Iterable[Asking],
    first: int,
    last: int,
    timezone: str | None = None,
    doubts: Sequence[Doubt] = (),
) -> AskedDays:
    """Return when each day of a span was last asked for, and since when it may have changed."""
    asked_at = np.full(last - first + 1, _NEVER, np.int64)
    sure_at = asked_at.copy()

    def note(moments: Ints, one: Asking, end: int) -> None:
        part = moments[max(one.first - first, 0) : max(end - first + 1, 0)]
        np.maximum(part, one.observed_at, out=part)

    for one in askings:
        newer = [two for two in doubts if two.id > one.doubt or two.until > one.observed_at]
        note(asked_at, one, one.last)
        note(sure_at, one, min([one.last, *(two.first - 1 for two in newer)]))
    return AskedDays(first, asked_at, sure_at, timezone)


def starts_of(first: int, last: int, timezone: str | None) -> Ints:
    """Return the first instants of days, and of the day after them, in microseconds since 1970."""
    days = np.arange(first, last + 2).astype("datetime64[D]")
    starts: Ints = day_starts(days, timezone or _UTC).astype("datetime64[us]").view(np.int64)
    return starts
