"""Which accrual answers which due amount, where a creator earns twice by a rule in one period.

That is so where an assignment ended and another began. The ledger may hold an accrual for each, or
one for both. Must not know what is wrong with either.
"""

from __future__ import annotations

import numpy as np
import pandas as pd


def paired(lines: pd.DataFrame, accruals: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """Number the due amounts of a period, and give each accrual the number that it answers.

    Amounts of a period with fewer accruals than due amounts are one: their sum.

    Parameters
    ----------
    lines
        A row an assignment and ``period``, the number of what it is for: ``due_cents``,
        ``is_undecided``, ``project_id``.
    accruals
        The ledger's standing ones: ``period``, ``cents``, ``created_at``.

    Returns
    -------
    tuple of pandas.DataFrame and pandas.Series
        The amounts with ``slot``, 0 the first; and the slot of each accrual. An accrual more than
        there are amounts has the first one's.
    """
    slots = pd.Series(np.int64(0), accruals.index)
    if not lines.duplicated("period").any():
        return lines.assign(slot=0), slots
    sizes = accruals.groupby("period").size().rename("accrued").reset_index()
    counts = lines[["period"]].merge(sizes, on="period", how="left")["accrued"].fillna(0)
    due = lines.groupby("period")["due_cents"].transform("size")
    is_one = (due == 1) | (due > counts.to_numpy())
    single = lines[~is_one]
    single = single.assign(slot=_rank(single))
    wanted = pd.concat([_summed(lines[is_one]).assign(slot=0), single], ignore_index=True)
    slots.loc[:] = _answered(single, accruals)
    return wanted, slots


def _summed(lines: pd.DataFrame) -> pd.DataFrame:
    groups = lines.groupby("period", sort=False)
    found = groups[["due_cents", "is_undecided"]].sum()
    found = found.assign(
        is_undecided=found["is_undecided"] > 0, project_id=groups["project_id"].first()
    )
    return found.reset_index()


def _answered(single: pd.DataFrame, accruals: pd.DataFrame) -> np.ndarray:
    """The slot of each accrual: the one of exactly its amount, else the next that none answers."""
    oldest = np.argsort(pd.DatetimeIndex(accruals["created_at"]).to_numpy(), kind="stable")
    rows = accruals[["period", "cents"]].iloc[oldest].assign(place=oldest)
    exact = rows.assign(nth=_rank(rows, "cents")).merge(
        single.assign(cents=single["due_cents"], nth=_rank(single, "due_cents")),
        on=["period", "cents", "nth"],
    )[["period", "place", "slot"]]
    rest = rows[~rows["place"].isin(exact["place"])]
    taken = pd.MultiIndex.from_frame(exact[["period", "slot"]])
    free = single[~pd.MultiIndex.from_frame(single[["period", "slot"]]).isin(taken)]
    others = rest.assign(nth=_rank(rest)).merge(free.assign(nth=_rank(free)), on=["period", "nth"])
    found = pd.concat([exact, others])
    slots = np.zeros(len(accruals), np.int64)
    slots[found["place"]] = found["slot"]
    return slots


def _rank(rows: pd.DataFrame, *further: str) -> pd.Series:
    return rows.groupby(["period", *further]).cumcount()
