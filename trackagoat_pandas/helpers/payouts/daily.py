"""Daily counts, so stored that the sum over any days of any entity is two look-ups.

Knows ids and numbers of days. Must not know where the counts come from.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

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


def daily_values(analytics: pd.DataFrame, entity: str, metrics: Sequence[str]) -> pd.DataFrame:
    """Return the known daily counts of metrics together: entity_id, day, value, is_baseline.

    Rows of other series kinds are left out; of two rows of one entity, metric and day the last
    counts. A day on which one of the metrics isn't known is left out.
    """
    is_wanted = (
        analytics["entity"].isin([entity])
        & analytics["metric"].isin(metrics)
        & analytics["series_kind"].isin(["main"])
        & analytics["value"].notna()
    ).to_numpy(bool)
    rows = analytics if is_wanted.all() else analytics[is_wanted]
    values = pd.DataFrame(
        {
            "entity_id": text(rows["entity_id"]),
            "day": day_numbers(rows["date"]),
            "value": np.rint(rows["value"].to_numpy(dtype=np.float64)).astype(np.int64),
            "is_baseline": flags(rows["is_baseline"]) if "is_baseline" in rows.columns else False,
        },
        copy=False,
    )
    if len(metrics) == 1:
        return values[_is_last(_cells(values))].reset_index(drop=True)
    return _together(values, pd.Index(metrics).get_indexer(pd.Index(rows["metric"])), len(metrics))


def _together(values: pd.DataFrame, metric: NDArray[np.intp], number: int) -> pd.DataFrame:
    """Add up the metrics of each entity and day that has all of them."""
    cells = _cells(values)
    is_last = _is_last(cells * number + metric)
    values, cells = values[is_last], cells[is_last]
    order = np.argsort(cells, kind="stable")
    starts = np.flatnonzero(np.diff(cells[order], prepend=-1))
    is_whole = np.diff(starts, append=len(order)) == number
    begin = starts[is_whole]
    places = order[begin[:, None] + np.arange(number)]
    firsts: pd.DataFrame = values.iloc[places[:, 0]].reset_index(drop=True)
    together: pd.DataFrame = firsts.assign(
        value=values["value"].to_numpy()[places].sum(axis=1),
        is_baseline=values["is_baseline"].to_numpy()[places].any(axis=1),
    )
    return together


def _cells(values: pd.DataFrame) -> Whole:
    """Number the entity and day of each row."""
    codes, _ = pd.factorize(values["entity_id"], use_na_sentinel=False)
    days = values["day"].to_numpy()
    origin = days.min(initial=0)
    cells: Whole = codes.astype(np.int64) * (days.max(initial=0) - origin + 1) + days - origin
    return cells


def _is_last(cells: Whole) -> NDArray[np.bool_]:
    """Whether each row is the last of its cell."""
    # Loaded frames are in order, which is told a hundred times faster than all cells are hashed.
    if (np.diff(cells) > 0).all():
        return np.ones(len(cells), dtype=bool)
    return ~pd.Series(cells).duplicated(keep="last").to_numpy()
