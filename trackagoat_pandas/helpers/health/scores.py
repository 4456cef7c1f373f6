"""A program's health as one number, what each part adds to it, and how much depends on weights."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Floats, Ints
from trackagoat_pandas.helpers.columns import codes_of
from trackagoat_pandas.helpers.health.statuses import STATUSES
from trackagoat_pandas.inputs.checks import frame_facts

_POINTS: Final = np.array([0.0, 0.0, 0.5, 1.0])
"""Of bad, unknown, watch and good: what isn't known adds nothing, as what is bad."""
WEIGHTINGS: Final = 1_000
_SAME: Final = 0.9
"""The share of weightings in which the same part must cost most, for it to be said."""
_FULL: Final = 100


def with_score(table: pd.DataFrame) -> pd.DataFrame:
    """Add the score of the whole, and what each part adds to it, in points of 100.

    All parts weigh the same. Shares are whole points whose sum is the score: rounded down, and then
    those with the largest remainders up.
    """
    points = points_of(table)
    exact = _FULL * points / max(len(points), 1)
    score = int(np.floor(exact.sum() + 0.5))
    share = shares_of(exact, score)
    scored = table.assign(
        score=pd.array([float(score)] * len(table), dtype="Float64"),
        share=pd.array(share, dtype="Int64"),
    )
    facts = frame_facts(table)
    note = f"{facts['note']} {_said_of_weights(table, points)}"
    scored.attrs["trackagoat"] = {**facts, "score": score, "note": note}
    return scored


def points_of(table: pd.DataFrame) -> Floats:
    """Return the points of each part, 0 to 1."""
    points: Floats = _POINTS[codes_of(table["status"], STATUSES)]
    return points


def shares_of(exact: Floats, total: int) -> Ints:
    """Round parts to whole numbers that add up to a whole total.

    Examples
    --------
    >>> shares_of(np.array([11.1, 5.6, 0.0]), 17).tolist()
    [11, 6, 0]
    """
    share = np.floor(exact).astype(np.int64)
    missing = total - int(share.sum())
    order = np.argsort(-(exact - share), kind="stable")
    share[order[:missing]] += 1
    return share


def weightings(parts: int) -> Floats:
    """Return random weights of parts, the same each time: every mix is as likely as another."""
    dice = np.random.default_rng(0)
    drawn: Floats = dice.dirichlet(np.ones(parts), WEIGHTINGS)
    return drawn


def _said_of_weights(table: pd.DataFrame, points: Floats) -> str:
    """Say whether the part that costs most depends on the weights of the parts."""
    costs = weightings(len(points)) * (1.0 - points)
    if not costs.any():
        return "No part costs anything, whatever the weights."
    counts = np.bincount(costs.argmax(axis=1), minlength=len(points))
    worst = int(counts.argmax())
    share, name = counts[worst] / WEIGHTINGS, table["part"].iloc[worst]
    if share >= _SAME:
        return f"{name} costs most in {share:.0%} of {WEIGHTINGS:,} random weightings.".replace(
            "%", " %"
        )
    return (
        f"Which part costs most depends on the weights: {name} in {share:.0%} of "
        f"{WEIGHTINGS:,} random ones.".replace("%", " %")
    )
