"""Entries of many series over time, summed over any spans at once.

Knows sorting and sums. Must not know what an entry counts.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from trackagoat_pandas.helpers.goals.arrays import Codes, Numbers


class Ledger:
    """Entries of series, each at a time.

    Parameters
    ----------
    series
        The number of each entry's series, 0 or more.
    times
        Its day or instant.
    values
        What it adds.
    """

    def __init__(self, series: Codes, times: NDArray[Any], values: Numbers) -> None:
        self._times = np.unique(times)
        keys = self._key(series, times)
        order = np.argsort(keys, kind="stable")
        self._keys = keys[order]
        self._sums = np.concatenate([[0.0], np.cumsum(values[order])])

    def totals(
        self, series: Codes, begin: NDArray[Any], end: NDArray[Any]
    ) -> tuple[Numbers, Codes]:
        """Sum and count the entries of each series from begin up to, and without, end.

        Arrays of any shapes that broadcast; a series of -1 has no entries.
        """
        low = np.searchsorted(self._keys, self._key(series, begin))
        high = np.maximum(np.searchsorted(self._keys, self._key(series, end)), low)
        return self._sums[high] - self._sums[low], high - low

    def _key(self, series: Codes, times: NDArray[Any]) -> Codes:
        # The rank of a time is small enough for one integer to hold it beside the series.
        keys: Codes = series * (len(self._times) + 1) + np.searchsorted(self._times, times)
        return keys
