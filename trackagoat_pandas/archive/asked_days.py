"""Which days of a series were asked for, when, and which of them have to be asked for again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from trackagoat_pandas._types import Bools, Days, Ints
from trackagoat_pandas.helpers.clocks import day_starts

LOOKBACK_DAYS: Final = 4
"""Days after its end in which a day's numbers may be restated, and a day more to be sure."""
_NEVER: Final = np.iinfo(np.int64).min
_A_DAY_US: Final = 86_400_000_000
_UTC: Final = "UTC"


class Asking(NamedTuple):
    """Days that were asked for at one moment: days and microseconds since 1970, both inclusive."""

    first: int
    last: int
    observed_at: int


@dataclass(frozen=True, slots=True)
class AskedDays:
    """When each day of a span was last asked for.

    Parameters
    ----------
    first
        The first day, counted from 1970.
    asked_at
        For each day from the first the latest moment, in microseconds since 1970.
    timezone
        The zone of the days; None if the server didn't say.
    """

    first: int
    asked_at: Ints
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

    def unsettled(
        self,
        starts: Ints,
        ends: Ints,
        *,
        lookback_days: int = LOOKBACK_DAYS,
        fresh_since: int | None = None,
        kept_from: int | None = None,
    ) -> Ints:
        """Return the days to ask for: those whose numbers aren't known, or may have changed.

        Parameters
        ----------
        starts, ends
            The first instants of the days and of the days after them.
        lookback_days
            A day is settled if it was asked for so long after its end.
        fresh_since
            Days that were asked for since this moment aren't asked for either.
        kept_from
            The first day that the server can still be asked about; a known day before it counts as
            settled.
        """
        is_settled = self.asked_at >= ends + lookback_days * _A_DAY_US
        if fresh_since is not None:
            is_settled |= self.asked_at >= fresh_since
        if kept_from is not None:
            is_settled |= (self.asked_at >= starts) & (self._all() < kept_from)
        return self._numbers(~is_settled)

    def _all(self) -> Ints:
        return self.first + np.arange(len(self.asked_at))

    def _numbers(self, is_wanted: Bools) -> Ints:
        numbers: Ints = self._all()[is_wanted]
        return numbers


def asked_days(
    askings: Iterable[Asking], first: int, last: int, timezone: str | None = None
) -> AskedDays:
    """Return when each day of a span was last asked for."""
    asked_at = np.full(last - first + 1, _NEVER, np.int64)
    for one in askings:
        part = asked_at[max(one.first - first, 0) : max(one.last - first + 1, 0)]
        np.maximum(part, one.observed_at, out=part)
    return AskedDays(first, asked_at, timezone)


def starts_of(first: int, last: int, timezone: str | None) -> Ints:
    """Return the first instants of days, and of the day after them, in microseconds since 1970."""
    days = np.arange(first, last + 2).astype("datetime64[D]")
    starts: Ints = day_starts(days, timezone or _UTC).astype("datetime64[us]").view(np.int64)
    return starts
