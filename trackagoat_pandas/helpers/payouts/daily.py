"""Daily counts, so stored that the sum over any days of any entity is two look-ups.

Knows ids and numbers of days. Must not know where the counts come from.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from trackagoat_pandas.helpers.payouts.columns import Whole, day_numbers, flags, text


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

    Attributes
    ----------
    order
        The places of the values given, by entity and day.
    """

    def __init__(self, ids: pd.Series, days: Whole, values: Whole) -> None:
        codes, known = pd.factorize(ids)
        self._known = pd.Index(known)
        self._origin = int(days.min()) if len(days) else 0
        self._stride = (int(days.max()) - self._origin + 2) if len(days) else 2
        keys = codes.astype(np.int64) * self._stride + (days - self._origin)
        self.order = np.argsort(keys, kind="stable")
        self._keys = keys[self.order]
        self._sums = np.concatenate([[0], np.cumsum(values[self.order], dtype=np.int64)])

    def between(self, ids: pd.Series, first: Whole, after: Whole) -> tuple[Whole, Whole]:
        """Return the sum over days from ``first`` to before ``after``, and how many values it has.

        ``first`` and ``after`` may have more columns than ids: each row is one entity's.
        """
        begin, end = self.slices(ids, first, after)
        return self._sums[end] - self._sums[begin], end - begin

    def slices(self, ids: pd.Series, first: Whole, after: Whole) -> tuple[Whole, Whole]:
        """Return where the values of those days begin and end in ``order``."""
        codes = np.asarray(self._known.get_indexer(pd.Index(ids)), dtype=np.int64)
        codes = codes.reshape(codes.shape + (1,) * (first.ndim - 1))
        begin, end = self._places(codes, first), self._places(codes, after)
        return begin, np.where((codes >= 0) & (end > begin), end, begin)

    def _places(self, codes: Whole, days: Whole) -> Whole:
        within = np.clip(days - self._origin, 0, self._stride - 1)
        return np.searchsorted(self._keys, codes * self._stride + within).astype(np.int64)


def daily_values(analytics: pd.DataFrame, entity: str, metric: str) -> pd.DataFrame:
    """Return the known daily counts of a metric: entity_id, day, value, is_baseline.

    Rows of other series kinds are left out; of two rows of one entity and day the last counts.
    """
    is_wanted = (
        (analytics["entity"] == entity)
        & (analytics["metric"] == metric)
        & (analytics["series_kind"] == "main")
        & analytics["value"].notna()
    ).fillna(value=False)
    rows = analytics[is_wanted.astype(bool)]
    values = pd.DataFrame(
        {
            "entity_id": text(rows["entity_id"]),
            "day": day_numbers(rows["date"]),
            "value": np.rint(rows["value"].to_numpy(dtype=np.float64)).astype(np.int64),
            "is_baseline": flags(rows["is_baseline"]) if "is_baseline" in rows.columns else False,
        }
    )
    return values.drop_duplicates(["entity_id", "day"], keep="last", ignore_index=True)
