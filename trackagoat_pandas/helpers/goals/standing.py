"""How goals stand in their periods: percentage, pace and status, for whole arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trackagoat_pandas.helpers.clocks import Instants
from trackagoat_pandas.helpers.goals.arrays import Codes, Flags, Numbers

_TENTHS_BEHIND = 7
"""A pace of 0.7 is behind_pace, below it at_risk."""
STATUS_WORDS = np.array(
    [None, "completed", "missed", "on_track", "behind_pace", "at_risk"], dtype=object
)
"""The API's word for each code of a status; None where actual or target isn't known."""
_ROUNDING = 2.0**-50
"""Two rounded products that differ by a greater part differ that way in exact arithmetic too."""
_SPLITTER = 2.0**27 + 1.0


@dataclass(frozen=True, slots=True)
class Standing:
    """Goals in their periods, each seen from an instant.

    ``started`` is false up to the goal's first day; ``actual`` is NaN where it isn't known.
    """

    start: Instants
    end: Instants
    at: Instants
    started: Flags
    target: Numbers
    actual: Numbers

    def take(self, places: Codes) -> Standing:
        """Take the goals at some places, in that order."""
        return Standing(
            self.start[places],
            self.end[places],
            self.at[places],
            self.started[places],
            self.target[places],
            self.actual[places],
        )

    @property
    def ended(self) -> Flags:
        """Whether the period is over."""
        return self.at >= self.end

    @property
    def in_progress(self) -> Flags:
        """Whether the period has begun for the goal and not ended."""
        return self.started & (self.at < self.end)

    @property
    def share_passed(self) -> Numbers:
        """The share of the period that has passed, 0 to 1."""
        return np.clip((self.at - self.start) / (self.end - self.start), 0.0, 1.0)

    @property
    def percentage(self) -> Numbers:
        """Actual of target, 0 to 100, halves rounded up; 100 of no target."""
        with np.errstate(divide="ignore", invalid="ignore"):
            rounded = (200.0 * self.actual + self.target) // (2.0 * self.target)
        percentage = np.where(self.target <= 0, 100.0, np.clip(rounded, 0.0, 100.0))
        return np.where(np.isnan(self.actual), np.nan, percentage)

    @property
    def pace(self) -> Numbers:
        """Actual of target over the share that has passed; NaN before the start."""
        with np.errstate(divide="ignore", invalid="ignore"):
            pace = self.actual / self.target / self.share_passed
        return np.where(self.started & np.isfinite(pace), pace, np.nan)

    @property
    def status(self) -> NDArray[np.object_]:
        """The API's word for each; None where actual or target isn't known."""
        words: NDArray[np.object_] = STATUS_WORDS[self.status_codes]
        return words

    @property
    def status_codes(self) -> Codes:
        """The place of each goal's status in STATUS_WORDS.

        A pace of exactly 1 or 0.7 must fall on its own side, so paces are compared as products
        and without rounding.
        """
        passed, length = _microseconds(self.at - self.start), _microseconds(self.end - self.start)
        ahead = product_difference(self.actual, length, self.target, passed)
        conditions = [
            np.isnan(ahead),
            self.ended & (self.actual >= self.target),
            self.ended,
            ~self.started | (ahead >= 0),
        ]
        codes = np.select(conditions, range(len(conditions)), len(conditions))
        behind = np.flatnonzero(codes == len(conditions))
        of_threshold = product_difference(
            self.actual[behind],
            10.0 * length[behind],
            self.target[behind],
            _TENTHS_BEHIND * passed[behind],
        )
        codes[behind[of_threshold < 0]] += 1
        return codes


def _microseconds(lengths: NDArray[np.timedelta64]) -> Numbers:
    return np.where(np.isnat(lengths), np.nan, lengths.astype(np.int64))


def product_difference(a: Numbers, b: Numbers, c: Numbers, d: Numbers) -> Numbers:
    """Return a b - c d with the sign that it has in exact arithmetic.

    Where the products are close, each is split into a rounded part and its rounding error (Dekker's
    product).
    """
    first, second = a * b, c * d
    difference: Numbers = first - second
    close = np.flatnonzero(np.abs(difference) <= _ROUNDING * np.abs(first))
    first, first_error = _product(a[close], b[close])
    second, second_error = _product(c[close], d[close])
    difference[close] = (first - second) + (first_error - second_error)
    return difference


def _product(a: Numbers, b: Numbers) -> tuple[Numbers, Numbers]:
    product = a * b
    (a_high, a_low), (b_high, b_low) = _halves(a), _halves(b)
    error = a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low)
    return product, error


def _halves(numbers: Numbers) -> tuple[Numbers, Numbers]:
    scaled = _SPLITTER * numbers
    high = scaled - (scaled - numbers)
    return high, numbers - high
