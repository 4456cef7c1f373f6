"""Which accrual answers which due amount, where a creator earns twice by a rule in one period.

That is so where an assignment ended and another began. The ledger may hold an accrual for each, or
one for both.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

_SHARED = ("project_id", "version", "is_later")


def paired(lines: pd.DataFrame, accruals: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """Number the due amounts of a period, and give each accrual the number that it answers.

    An accrual answers a due amount of exactly its size. What is left of a period is one amount,
    their sum, where fewer accruals are left or one is of that size; else each answers the next.

    Parameters
    ----------
    lines
        A row an assignment and ``period``, the number of what it is for: ``due_cents``,
        ``is_undecided``, ``project_id``, ``version``, ``is_later``.
    accruals
        The ledger's standing ones: ``period``, ``cents``, ``created_at``.

    Returns
    -------
    tuple of pandas.DataFrame and pandas.Series
        The amounts with ``slot``, 0 the first; and the slot of each accrual. An accrual more than
        there are amounts has the first one's.
    """
    slots = pd.Series(np.int64(0), accruals.index)
    is_shared = lines.duplicated("period", keep=False)
    if not is_shared.any():
        return lines.assign(slot=0), slots
    wanted = lines.assign(slot=_rank(lines)).reset_index(drop=True)
    several = wanted[is_shared.to_numpy()]
    rows = oldest_first(accruals[accruals["period"].isin(several["period"])])
    slot = _exactly_answered(several, rows)
    rest, lonely = rows[slot.isna()], several[~_pairs(several).isin(_pairs(rows.assign(slot=slot)))]
    if not lonely.empty:
        is_one = lonely["period"].isin(_as_one(lonely, rest))
        first = lonely.groupby("period")["slot"].transform("min")
        open_ = lonely.assign(slot=lonely["slot"].where(~is_one, first))
        wanted.loc[open_.index, "slot"] = open_["slot"]
        slot = slot.fillna(_next_answered(open_, is_one, rest))
    slots.loc[rows.index] = slot.fillna(0).astype(np.int64)
    return _summed(wanted), slots


def oldest_first(accruals: pd.DataFrame) -> pd.DataFrame:
    """Sort accruals by ``created_at``; those without come last."""
    created_at = pd.DatetimeIndex(accruals["created_at"]).to_numpy("datetime64[us]")
    return accruals.iloc[np.argsort(created_at, kind="stable")]


def _exactly_answered(lines: pd.DataFrame, accruals: pd.DataFrame) -> pd.Series:
    """The slot of each accrual that is of a due amount's size; NA for the others."""
    due = lines.assign(cents=lines["due_cents"], nth=_rank(lines, "due_cents"))
    keys = ["period", "cents", "nth"]
    found = accruals.assign(nth=_rank(accruals, "cents")).merge(
        due[[*keys, "slot"]], on=keys, how="left"
    )
    return found["slot"].astype("Int64").set_axis(accruals.index)


def _as_one(lines: pd.DataFrame, accruals: pd.DataFrame) -> pd.Series:
    """The periods in which what is left is one amount."""
    groups = lines.groupby("period")
    periods = groups["due_cents"].agg(["sum", "size"])
    of_sum = accruals["cents"] == accruals["period"].map(periods["sum"])
    counts = accruals.groupby("period").size().reindex(periods.index, fill_value=0)
    # Where nothing was accrued, one amount that is undecided hides no other that is missing.
    is_answered = (counts > 0) | ~groups["is_undecided"].any()
    is_one = ((counts < periods["size"]) & is_answered) | periods.index.isin(
        accruals["period"][of_sum]
    )
    return periods.index[is_one].to_series()


def _next_answered(lines: pd.DataFrame, is_one: pd.Series, accruals: pd.DataFrame) -> pd.Series:
    """The slot of each accrual: the one amount's, else the next that none answers."""
    whole = lines[is_one].drop_duplicates("period").set_index("period")["slot"]
    each = lines[~is_one].assign(nth=_rank(lines[~is_one]))
    keys = ["period", "nth"]
    found = accruals.assign(nth=_rank(accruals)).merge(each[[*keys, "slot"]], on=keys, how="left")
    slots = found["slot"].astype("Int64").fillna(found["period"].map(whole).astype("Int64"))
    return slots.set_axis(accruals.index)


def _summed(lines: pd.DataFrame) -> pd.DataFrame:
    """One row an amount: lines of one slot are summed."""
    groups = lines.groupby(["period", "slot"], sort=False)
    found = groups[["due_cents", "is_undecided"]].sum()
    found = found.assign(
        is_undecided=found["is_undecided"] > 0, **{name: groups[name].first() for name in _SHARED}
    )
    return found.reset_index()


def _pairs(rows: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(rows[["period", "slot"]])


def _rank(rows: pd.DataFrame, *further: str) -> pd.Series:
    return rows.groupby(["period", *further]).cumcount()
