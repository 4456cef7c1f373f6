"""How goals stand, as a frame says it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from trackagoat_pandas.checks import require_columns
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.clocks import Instants
from trackagoat_pandas.helpers.goals.arrays import (
    Codes,
    Flags,
    index_of,
    read_codes,
    read_flags,
    read_numbers,
)
from trackagoat_pandas.helpers.goals.moments import (
    ADVISORY_TIMES,
    InstantLike,
    judged_at,
    parse_instant,
)
from trackagoat_pandas.helpers.goals.standing import Standing
from trackagoat_pandas.helpers.series import flags_of, instants_of, is_word
from trackagoat_pandas.tables.analytics import GOAL_STATUSES

STANDING_COLUMNS = ("target", "actual", "period_start", "not_yet_started", *ADVISORY_TIMES)
NOT_STARTED = "not_started"
STANDINGS = (*GOAL_STATUSES, NOT_STARTED, "unknown")
"""A goal's status, or why it has none yet."""

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


def read_standings(goals: pd.DataFrame) -> Codes:
    """Read the place of each goal in STANDINGS."""
    status = read_codes(goals["status"], index_of(STANDINGS[:-1]))
    known = np.where(status < 0, STANDINGS.index("unknown"), status)
    return np.where(_not_started(goals), STANDINGS.index(NOT_STARTED), known)


def mark_not_started(goals: pd.DataFrame) -> pd.DataFrame:
    """Give goals that have not started the status ``not_started``.

    The API calls them ``on_track``, since nothing is due yet.

    Parameters
    ----------
    goals
        The frame of :func:`load_goal_compliance`, :func:`evaluate_goals` or :func:`goal_odds`: a
        goal has not started where ``not_yet_started`` is True or ``reason`` is ``not_started``.

    Returns
    -------
    pandas.DataFrame
        The frame with another ``status``; a category gets the word added. A frame without such
        goals is returned as it is.

    Raises
    ------
    MissingColumnError, ArgumentTypeError
        There is no column ``status``, or ``goals`` is no frame.
    ArgumentError
        ``not_yet_started`` holds something else than True and False.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> goals = pd.DataFrame({"status": ["on_track", "missed"], "not_yet_started": [True, False]})
    >>> tgp.mark_not_started(goals)["status"].tolist()
    ['not_started', 'missed']
    """
    require_columns(goals, ["status"], loader="load_goal_compliance")
    ahead, status = _not_started(goals), goals["status"]
    if not ahead.any():
        return goals
    if isinstance(status.dtype, pd.CategoricalDtype) and NOT_STARTED not in status.cat.categories:
        status = status.cat.add_categories([NOT_STARTED])
    return goals.assign(status=status.mask(ahead, NOT_STARTED))


def _not_started(goals: pd.DataFrame) -> Flags:
    """Whether each goal has yet to start: goals have a flag for it, odds a reason."""
    ahead = flags_of(goals, "not_yet_started")
    return ahead | is_word(goals["reason"], NOT_STARTED) if "reason" in goals.columns else ahead


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
