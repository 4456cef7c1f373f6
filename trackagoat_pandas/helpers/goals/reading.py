"""The standing of goals as a frame gives it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from trackagoat_pandas.checks import require_columns
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.clocks import Instants
from trackagoat_pandas.helpers.goals.arrays import read_flags, read_numbers
from trackagoat_pandas.helpers.goals.moments import (
    ADVISORY_TIMES,
    InstantLike,
    judged_at,
    parse_instant,
)
from trackagoat_pandas.helpers.goals.standing import Standing
from trackagoat_pandas.helpers.series import instants_of

STANDING_COLUMNS = ("target", "actual", "period_start", "not_yet_started", *ADVISORY_TIMES)


_ROUNDED = np.timedelta64(18, "s")
"""When goals were judged is known to half of a hundredth of an hour."""


def read_standing(goals: pd.DataFrame, reference: InstantLike | None = None) -> Standing:
    """Read how goals stand, seen from a reference or from when they were judged.

    Raises
    ------
    MissingColumnError
        A column is missing.
    ArgumentError
        The reference is no instant, or one before the goals were judged.
    """
    require_columns(goals, STANDING_COLUMNS, loader="load_goal_compliance")
    at = judged_at(goals)
    if reference is not None:
        at = np.full(len(goals), _later(reference, at))
    return Standing(
        start=instants_of(goals["period_start"]),
        end=instants_of(goals["period_end"]),
        at=at,
        started=~read_flags(goals["not_yet_started"], unknown=True),
        target=read_numbers(goals["target"]),
        actual=read_numbers(goals["actual"]),
    )


def _later(reference: InstantLike, judged: Instants) -> np.datetime64:
    """Read an instant; what was done before the goals were judged isn't known."""
    instant = parse_instant("reference", reference)
    known = judged[~np.isnat(judged)]
    if len(known) and instant < known.max() - _ROUNDED:
        latest = pd.Timestamp(known.max(), tz="UTC").isoformat(timespec="minutes")
        raise ArgumentError(
            "reference", str(reference), f"the goals were judged later, at {latest}"
        )
    return instant
