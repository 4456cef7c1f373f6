"""Sums of forecasts over several periods, with an interval of the sum."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from trackagoat_pandas._types import Bools, Floats, Ints
from trackagoat_pandas.helpers.columns import STRING, categories
from trackagoat_pandas.helpers.payouts.money import half_up
from trackagoat_pandas.helpers.payouts.outlook import (
    BEFORE,
    CHANCES,
    FEWEST_SPANS,
    OUTCOMES,
    PATHS,
    REASONS,
    SO_FAR,
    PayoutOutlook,
    interval,
    prediction,
)

GROUPS: Final = {
    "creator": ["creator_id"],
    "structure": ["structure_id"],
    "project": ["project_id"],
    "total": [],
}
"""The columns by which periods are summed."""
_DRAWS: Final = 4_000
"""With so many, the share that an interval holds is off by less than 1.5 %."""
_SEED: Final = 7


def sums_of(
    seen: PayoutOutlook, cents: Ints, others: pd.DataFrame, keys: list[str], level: float
) -> pd.DataFrame:
    """Sum the amounts of an outlook by group, with the interval of each sum.

    What several periods bring isn't independent. So a group's measured pay (all but goals) is
    forecast as one series, of what all its rows would have earned together if each earlier span
    came again. Goals are met by their chances, each for itself. ``others`` can't be forecast.

    Columns: the keys, ``periods``, the amounts, ``undecided`` and ``reason``.
    """
    rows = pd.concat([seen.rows, others], ignore_index=True)
    owners = [rows[name] for name in keys] or [pd.Series(0, rows.index)]
    groups = rows.groupby(owners, dropna=False, sort=False)
    group: Ints = groups.ngroup().to_numpy().astype(np.int64)
    found = rows.drop_duplicates(keys)[keys] if keys else pd.DataFrame(index=range(groups.ngroups))
    sums = found.reset_index(drop=True).assign(
        periods=groups.size().to_numpy(),
        undecided=groups["reason"].count().to_numpy(),
    )
    amounts, is_short = _amounts(seen, cents, group[: len(cents)], groups.ngroups, level)
    reason = groups["reason"].first().to_numpy(dtype=object)
    reason = np.where(pd.isna(reason) & is_short, "short_history", reason)
    is_known = pd.isna(reason)
    for name, values in amounts.items():
        sums[name] = pd.Series(values, dtype="Int64").where(is_known)
    sums["reason"] = categories(reason, REASONS)
    return sums.astype({"periods": "Int64", "undecided": "Int64", **dict.fromkeys(keys, STRING)})


def _amounts(
    seen: PayoutOutlook, cents: Ints, group: Ints, number: int, level: float
) -> tuple[dict[str, Ints], Bools]:
    """Return the sums of each group, and whether too few spans are known of all its rows."""

    def summed(values: Ints) -> Ints:
        sums = np.zeros((number, *values.shape[1:]), np.int64)
        np.add.at(sums, group, values)
        return sums

    is_goal = ~np.isnan(seen.chance)
    measured = np.where(is_goal[:, None], 0, cents)
    base = summed(measured[:, BEFORE])
    least = summed(measured[:, SO_FAR]) - base
    is_known = np.ones((number, seen.is_known.shape[1]), np.bool_)
    np.logical_and.at(is_known, group, seen.is_known)
    paths = summed(measured[:, PATHS]) - base[:, None]
    most = np.where(is_goal, 0, seen.rows["cap_cents"].to_numpy(np.float64, na_value=np.inf))
    most[seen.rows["kind"] == "recurring"] = 0
    room = np.full(number, 0.0)
    np.add.at(room, group, np.maximum(most - measured[:, BEFORE] * (most > 0), 0))
    ends = np.clip(interval(paths, is_known, level), least[:, None], room[:, None])
    goals = half_up(summed(np.where(is_goal[:, None], cents, 0))[:, OUTCOMES].sum(axis=1), CHANCES)
    low, high = base + ends[:, 0], base + ends[:, 1]
    bounds = np.column_stack([least, room])
    for place in np.unique(group[is_goal]):
        here = is_goal & (group == place)
        pays, chances = cents[here, PATHS.start], seen.chance[here]
        measured_of = paths[[place]], is_known[[place]], bounds[place]
        drawn = _drawn(*measured_of) + _goals_drawn(pays, chances)
        tail = (1 - level) / 2
        quantiles = np.quantile(drawn, [tail, 1 - tail], method="inverted_cdf")
        low[place], high[place] = base[place] + np.rint(quantiles)
    return {
        "so_far_cents": summed(cents[:, SO_FAR]),
        "expected_cents": np.clip(base + ends[:, 2] + goals, low, high).astype(np.int64),
        "low_cents": low.astype(np.int64),
        "high_cents": high.astype(np.int64),
    }, is_known.sum(axis=1) < FEWEST_SPANS


def _drawn(paths: Ints, is_known: Bools, bounds: Floats) -> Floats:
    """Draw what one group's measured rows may bring."""
    centre, _, spread, number, added = prediction(paths, is_known)
    dice = np.random.default_rng(_SEED)
    student = dice.standard_t(int(number[0, 0]) - 2, _DRAWS)
    logs = np.minimum(centre[0, 0] + spread[0, 0] * student, 30.0)
    drawn: Floats = np.clip(np.exp(logs) - added[0, 0], *bounds)
    return drawn


def _goals_drawn(pays: Ints, chances: Floats) -> Floats:
    """Draw what goals may pay, each by its chance."""
    dice = np.random.default_rng(_SEED + 1)
    is_met: Bools = dice.random((_DRAWS, len(pays))) < chances
    drawn: Floats = is_met.astype(np.float64) @ pays.astype(np.float64)
    return drawn
