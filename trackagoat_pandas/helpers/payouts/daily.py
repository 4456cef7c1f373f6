"""Daily counts, so stored that the sum over any days of any entity is two look-ups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas.helpers.payouts.columns import NO_DAY, Whole, day_numbers, once, text
from trackagoat_pandas.helpers.series import flags_of, is_word, values_of

KNOWN, PARTIAL, MISSING = 0, 1, 2
"""What is missing of a sum over days: nothing, the rest of a day that was still running, a day."""
Gaps: TypeAlias = NDArray[np.int8]


class Daily:
    """Running sums of whole numbers, one number for each entity and day.

    Parameters
    ----------
    ids
        Whose count it is.
    days
        The number of the day.
    values
        The count; several of one day are added.
    is_partial
        Whether the day was still running when it was counted; by default none was.

    Attributes
    ----------
    order
        The places of the values given, by entity and day.
    """

    def __init__(
        self,
        ids: pd.Series,
        days: Whole,
        values: Whole,
        is_partial: NDArray[np.bool_] | None = None,
    ) -> None:
        codes, known = pd.factorize(ids)
        self._known = pd.Index(known)
        self._origin = int(days.min()) if len(days) else 0
        self._stride = (int(days.max()) - self._origin + 2) if len(days) else 2
        keys = codes.astype(np.int64) * self._stride + (days - self._origin)
        self.order = np.argsort(keys, kind="stable")
        self._keys = keys[self.order]
        self._sums = np.concatenate([[0], np.cumsum(values[self.order], dtype=np.int64)])
        partial = np.zeros(len(days), np.bool_) if is_partial is None else is_partial
        self._partial = np.concatenate([[0], np.cumsum(partial[self.order], dtype=np.int64)])

    def between(self, ids: pd.Series, first: Whole, after: Whole) -> tuple[Whole, Gaps]:
        """Return the sum over days from ``first`` to before ``after``, and what is missing of it.

        ``first`` and ``after`` may have more columns than ids: each row is one entity's.
        """
        begin, end = self.slices(ids, first, after)
        is_partial = self._partial[end] > self._partial[begin]
        gaps = np.where(is_partial, PARTIAL, KNOWN)
        gaps = np.where(end - begin < after - first, MISSING, gaps).astype(np.int8)
        return self._sums[end] - self._sums[begin], gaps

    def slices(self, ids: pd.Series, first: Whole, after: Whole) -> tuple[Whole, Whole]:
        """Return where the values of those days begin and end in ``order``."""
        codes = np.asarray(self._known.get_indexer(pd.Index(ids)), dtype=np.int64)
        codes = codes.reshape(codes.shape + (1,) * (first.ndim - 1))
        begin, end = self._places(codes, first), self._places(codes, after)
        return begin, np.where((codes >= 0) & (end > begin), end, begin)

    def _places(self, codes: Whole, days: Whole) -> Whole:
        within = np.clip(days - self._origin, 0, self._stride - 1)
        return np.searchsorted(self._keys, codes * self._stride + within).astype(np.int64)


def daily_values(analytics: pd.DataFrame, entity: str, metrics: Sequence[str]) -> pd.DataFrame:
    """Return the known daily counts of metrics together, by entity and day.

    Of several rows of one entity, metric and day the one that ``latest_rows`` chooses counts; if it
    has no value, the day is missing. Rows of other series kinds are left out, and days on which one
    of the metrics isn't known.
    """
    is_wanted = (
        is_word(analytics["entity"], entity)
        & analytics["metric"].isin(metrics).to_numpy(bool)
        & is_word(analytics["series_kind"], "main")
    )
    rows = analytics if is_wanted.all() else analytics[is_wanted]
    rows = once(rows, ("entity_id", "metric", "date"))
    numbers, days = values_of(rows["value"]), day_numbers(rows["date"])
    is_known = np.isfinite(numbers) & (days != NO_DAY) & rows["entity_id"].notna().to_numpy(bool)
    values = pd.DataFrame(
        {
            "entity_id": text(rows["entity_id"]),
            "day": days,
            "value": np.rint(np.where(is_known, numbers, 0)).astype(np.int64),
            "is_baseline": flags_of(rows, "is_baseline"),
            "is_partial": flags_of(rows, "is_partial"),
        },
        copy=False,
    )
    if not is_known.all():
        values, rows = values[is_known].reset_index(drop=True), rows[is_known]
    if len(metrics) == 1:
        return values
    return _together(values, len(metrics))


def _together(values: pd.DataFrame, number: int) -> pd.DataFrame:
    """Add up the metrics of each entity and day that has all of them."""
    groups = values.groupby(["entity_id", "day"], sort=False)
    sums = groups.agg({"value": "sum", "is_baseline": "any", "is_partial": "any"})
    return sums[groups.size() == number].reset_index()
