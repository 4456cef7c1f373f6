"""Match the accruals of a period with the amounts that were due in it."""

from __future__ import annotations

import numpy as np
import pandas as pd

_PERIOD_AND_SLOT = ["period", "slot"]


def with_slots(lines: pd.DataFrame, accruals: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Number the amounts due in a period, and match each accrual with one of them.

    An accrual matches an amount of exactly its size. The amounts left over are summed into one if
    fewer accruals are left, or if one is of that sum; else each accrual matches the next amount.

    Parameters
    ----------
    lines
        One row per assignment and ``period``, the number of what it is for: ``due_cents``,
        ``is_undecided``, and columns that are the same in all rows of a period.
    accruals
        The ledger's accruals that aren't voided: ``period``, ``cents``, ``created_at``.

    Returns
    -------
    tuple of two pandas.DataFrame
        The amounts and the accruals with their ``slot``, from 0. Accruals in excess of the amounts
        have the first slot.
    """
    lines, accruals = lines.assign(slot=0), accruals.assign(slot=0)
    is_shared = lines.duplicated("period", keep=False)
    if not is_shared.any():
        return lines, accruals
    amounts = lines.assign(slot=_rank(lines)).reset_index(drop=True)
    several = amounts[is_shared.to_numpy()]
    rows = oldest_first(accruals[accruals["period"].isin(several["period"])])
    slot = _slots_of_equals(several, rows)
    rest = rows[slot.isna()]
    is_answered = _keys(several).isin(_keys(rows.assign(slot=slot)))
    open_ = several[~is_answered]
    if not open_.empty:
        is_summed = open_["period"].isin(_periods_to_sum(open_, rest))
        first = open_.groupby("period")["slot"].transform("min")
        open_ = open_.assign(slot=open_["slot"].where(~is_summed, first))
        amounts.loc[open_.index, "slot"] = open_["slot"]
        slot = slot.fillna(_next_slots(open_, is_summed, rest))
    accruals.loc[rows.index, "slot"] = slot.fillna(0).astype(np.int64)
    return _summed(amounts), accruals


def oldest_first(accruals: pd.DataFrame) -> pd.DataFrame:
    """Sort accruals by ``created_at``; those without one come last."""
    return accruals.sort_values("created_at", kind="stable")


def _slots_of_equals(lines: pd.DataFrame, accruals: pd.DataFrame) -> pd.Series:
    """Find the slot of each accrual that equals an amount due; NA for the others."""
    due = lines.assign(cents=lines["due_cents"], nth=_rank(lines, "due_cents"))
    keys = ["period", "cents", "nth"]
    found = (
        accruals.drop(columns="slot")
        .assign(nth=_rank(accruals, "cents"))
        .merge(due[[*keys, "slot"]], on=keys, how="left")
    )
    return found["slot"].astype("Int64").set_axis(accruals.index)


def _periods_to_sum(lines: pd.DataFrame, accruals: pd.DataFrame) -> pd.Series:
    """Find the periods whose remaining amounts are summed into one."""
    groups = lines.groupby("period")
    periods = groups["due_cents"].agg(["sum", "size"])
    of_sum = accruals["cents"] == accruals["period"].map(periods["sum"])
    counts = accruals.groupby("period").size().reindex(periods.index, fill_value=0)
    # If nothing was accrued, an undecided amount must not hide another that is missing.
    is_answered = (counts > 0) | ~groups["is_undecided"].any()
    is_summed = ((counts < periods["size"]) & is_answered) | periods.index.isin(
        accruals["period"][of_sum]
    )
    return periods.index[is_summed].to_series()


def _next_slots(lines: pd.DataFrame, is_summed: pd.Series, accruals: pd.DataFrame) -> pd.Series:
    """Give each accrual the summed amount's slot, else the next slot that none matches."""
    whole = lines[is_summed].drop_duplicates("period").set_index("period")["slot"]
    each = lines[~is_summed].assign(nth=_rank(lines[~is_summed]))
    keys = ["period", "nth"]
    found = (
        accruals.drop(columns="slot")
        .assign(nth=_rank(accruals))
        .merge(each[[*keys, "slot"]], on=keys, how="left")
    )
    slots = found["slot"].astype("Int64").fillna(found["period"].map(whole).astype("Int64"))
    return slots.set_axis(accruals.index)


def _summed(lines: pd.DataFrame) -> pd.DataFrame:
    """Sum the lines of each slot, so that each amount has one row."""
    groups = lines.groupby(_PERIOD_AND_SLOT, sort=False)
    sums = groups[["due_cents", "is_undecided"]].sum()
    shared = groups.first().drop(columns=[*sums])
    return shared.assign(
        due_cents=sums["due_cents"], is_undecided=sums["is_undecided"] > 0
    ).reset_index()


def _keys(rows: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(rows[_PERIOD_AND_SLOT])


def _rank(rows: pd.DataFrame, *further: str) -> pd.Series:
    return rows.groupby(["period", *further]).cumcount()
