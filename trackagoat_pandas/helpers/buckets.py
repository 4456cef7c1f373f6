"""The buckets of analytics frames, with the values that the metrics have in each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas._types import Granularity
from trackagoat_pandas.helpers.series import (
    OWNER,
    Days,
    Floats,
    Places,
    days_of,
    flags_of,
    next_bucket,
    numbered,
    values_of,
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One metric of every bucket: NaN and False where the bucket has no such row."""

    numbers: Floats
    is_there: NDArray[np.bool_]
    is_baseline: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Buckets:
    """Buckets, each once, by owner and then by date.

    Parameters
    ----------
    rows
        The position of a row of the first frame that stands for the bucket.
    owners
        The number of whose bucket it is, ascending.
    dates
        The bucket's first day.
    is_partial
        True where any row says that the bucket still fills.
    new, total
        What each metric gained in the bucket; what it showed at its end.
    """

    rows: Places
    owners: Places
    dates: Days
    is_partial: NDArray[np.bool_]
    new: dict[str, Cell]
    total: dict[str, Cell]

    def before(self, granularity: Granularity) -> tuple[Places, NDArray[np.bool_]]:
        """Return the place of the bucket before each, and whether it is there."""
        places = np.maximum(np.arange(len(self.rows)) - 1, 0)
        is_there = (self.owners == self.owners[places]) & (
            next_bucket(self.dates[places], granularity) == self.dates
        )
        return places, is_there

    def carried_forward(self, values: Floats) -> Floats:
        """Return the last known value of the same owner up to each bucket."""
        places = np.arange(len(values))
        known = np.maximum.accumulate(np.where(np.isnan(values), -1, places))
        is_own = (known >= 0) & (self.owners[known] == self.owners)
        return np.where(is_own, values[known], np.nan)


def buckets_of(new: pd.DataFrame, total: pd.DataFrame | None) -> Buckets:
    """Gather the rows of two analytics frames, of mode new and cumulative, into buckets.

    Of several rows of one metric in one bucket the last is taken: give frames that have but one.
    """
    frames = [new] if total is None else [new, total]
    keys = [name for name in OWNER if all(name in frame.columns for frame in frames)]
    owners = numbered(pd.concat([frame[keys] for frame in frames], ignore_index=True), keys)
    days = np.concatenate([days_of(frame["date"]) for frame in frames])
    dates, calendar = pd.factorize(days, sort=True)
    codes, cells = pd.factorize(owners * (len(calendar) + 1) + dates)
    order = np.argsort(cells, kind="stable")
    places = np.empty(len(order), np.intp)
    places[order] = np.arange(len(order))
    places = places[codes]
    rows = np.full(len(order), len(codes), np.intp)
    np.minimum.at(rows, places, np.arange(len(codes)))
    is_partial = np.zeros(len(order), np.bool_)
    is_partial[places[: len(new)][flags_of(new, "is_partial")]] = True
    return Buckets(
        rows, owners[rows], days[rows], is_partial,
        _cells(new, places[: len(new)], len(order)),
        {} if total is None else _cells(total, places[len(new) :], len(order)),
    )  # fmt: skip


def _cells(frame: pd.DataFrame, places: Places, size: int) -> dict[str, Cell]:
    """Spread the rows of each metric over the buckets."""
    codes, words = pd.factorize(frame["metric"])
    values, baseline = values_of(frame["value"]), flags_of(frame, "is_baseline")
    cells = {}
    for code, word in enumerate(words):
        rows = np.flatnonzero(codes == code)
        if not len(rows):
            continue
        cell = Cell(np.full(size, np.nan), np.zeros(size, np.bool_), np.zeros(size, np.bool_))
        cell.numbers[places[rows]] = values[rows]
        cell.is_there[places[rows]] = True
        cell.is_baseline[places[rows]] = baseline[rows]
        cells[str(word)] = cell
    return cells
