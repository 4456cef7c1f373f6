"""Match the accruals of a period with the amounts that were due in it."""

from __future__ import annotations

import numpy as np
import pandas as pd

SHARED = ("project_id", "version", "is_later", "is_fresh", "cause", "source", "last")
"""What the amounts of one period have in common."""


def paired(lines: pd.DataFrame, accruals: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """Number the amounts due in a period, and match each accrual with one of them.

    An accrual matches an amount of exactly its size. The amounts left over are summed into one if
    fewer accruals are left, or if one is of that sum; else each accrual matches the next amount.

    Parameters
    ----------
    lines
        One row per assignment and ``period``, the number of what it is for: ``due_cents``,
        ``is_undecided``, and the columns of ``SHARED``.
    accruals
        The ledger's accruals that aren't voided: ``period``, ``cents``, ``created_at``.

    Returns
    -------
    tuple of pandas.DataFrame and pandas.Series
        The amounts with their ``slot``, from 0; and the slot of each accrual. Accruals in excess
        of the amounts have the first slot.
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
    """Sort accruals by ``created_at``; those without one come last."""
    created_at = pd.DatetimeIndex(accruals["created_at"]).to_numpy("datetime64[us]")
    return accruals.iloc[np.argsort(created_at, kind="stable")]


def _exactly_answered(lines: pd.DataFrame, accruals: pd.DataFrame) -> pd.Series:
    """Find the slot of each accrual that equals an amount due; NA for the others."""
    due = lines.assign(cents=lines["due_cents"], nth=_rank(lines, "due_cents"))
    keys = ["period", "cents", "nth"]
    found = accruals.assign(nth=_rank(accruals, "cents")).merge(
        due[[*keys, "slot"]], on=keys, how="left"
    )
    return found["slot"].astype("Int64").set_axis(accruals.index)


def _as_one(lines: pd.DataFrame, accruals: pd.DataFrame) -> pd.Series:
    """Find the periods whose remaining amounts are summed into one."""
    groups = lines.groupby("period")
    periods = groups["due_cents"].agg(["sum", "size"])
    of_sum = accruals["cents"] == accruals["period"].map(periods["sum"])
    counts = accruals.groupby("period").size().reindex(periods.index, fill_value=0)
    # If nothing was accrued, an undecided amount must not hide another that is missing.
    is_answered = (counts > 0) | ~groups["is_undecided"].any()
    is_one = ((counts < periods["size"]) & is_answered) | periods.index.isin(
        accruals["period"][of_sum]
    )
    return periods.index[is_one].to_series()


def _next_answered(lines: pd.DataFrame, is_one: pd.Series, accruals: pd.DataFrame) -> pd.Series:
    """Give each accrual the summed amount's slot, else the next slot that none matches."""
    whole = lines[is_one].drop_duplicates("period").set_index("period")["slot"]
    each = lines[~is_one].assign(nth=_rank(lines[~is_one]))
    keys = ["period", "nth"]
    found = accruals.assign(nth=_rank(accruals)).merge(each[[*keys, "slot"]], on=keys, how="left")
    slots = found["slot"].astype("Int64").fillna(found["period"].map(whole).astype("Int64"))
    return slots.set_axis(accruals.index)


def _summed(lines: pd.DataFrame) -> pd.DataFrame:
    """Sum the lines of each slot, so that each amount has one row."""
    groups = lines.groupby(["period", "slot"], sort=False)
    found = groups[["due_cents", "is_undecided"]].sum()
    found = found.assign(
        is_undecided=found["is_undecided"] > 0, **{name: groups[name].first() for name in SHARED}
    )
    return found.reset_index()


def _pairs(rows: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(rows[["period", "slot"]])


def _rank(rows: pd.DataFrame, *further: str) -> pd.Series:
    return rows.groupby(["period", *further]).cumcount()
