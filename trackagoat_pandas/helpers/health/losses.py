"""Lost values that could make the status of a part worse than it looks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Bools
from trackagoat_pandas.base.wording import number
from trackagoat_pandas.helpers.columns import is_word
from trackagoat_pandas.helpers.counted import is_counted
from trackagoat_pandas.helpers.health.statuses import STATUSES, Verdict
from trackagoat_pandas.helpers.health.supply import Supply


class RequiredValues(NamedTuple):
    """Columns of a frame that are never NA in complete data, and the rows that must have them."""

    frame: str
    columns: tuple[str, ...]
    select_rows: Callable[[pd.DataFrame], Bools] | None = None


def _has_creator(videos: pd.DataFrame) -> Bools:
    """Mark the counted posts that came from a creator, not by their URL."""
    is_owned = is_counted(videos).fillna(value=True).to_numpy(bool)
    return is_owned & ~is_word(videos["tracking_status"], "direct_add")


def _has_period(accruals: pd.DataFrame) -> Bools:
    """Mark the accruals of a period: adjustments may have none."""
    if "kind" not in accruals.columns:
        return np.ones(len(accruals), np.bool_)
    return ~is_word(accruals["kind"], "adjustment")


_POSTS: Final = (
    RequiredValues("videos", ("id", "is_tracking_disabled")),
    RequiredValues("videos", ("creator_id",), _has_creator),
)
_CREATORS: Final = (RequiredValues("creators", ("id", "is_active")),)
_NEEDS: Final[Mapping[str, Sequence[RequiredValues]]] = {
    "cadence": (*_POSTS, *_CREATORS),
    "views": (*_POSTS, *_CREATORS),
    "over-posting": _POSTS,
    "goals": (
        *_POSTS,
        RequiredValues(
            "goals",
            (
                "creator_id",
                "goal_id",
                "metric",
                "period",
                "target_value",
                "target",
                "actual",
                "period_start",
                "period_end",
                "not_yet_started",
            ),
        ),
    ),
    "payouts": (
        RequiredValues("accruals", ("id", "creator_id", "status", "created_at", "currency")),
        RequiredValues("accruals", ("period_end",), _has_period),
        RequiredValues("payments", ("id", "creator_id", "status", "accrual_ids", "currency")),
    ),
}
"""What the statuses of parts rest on. Other values may be missing rightly, such as the views of a
post that wasn't read yet: there the part itself tries the worst that they could be."""


def unless_lost(part: str, verdict: Verdict, given: Supply) -> Verdict:
    """Return a part's verdict, or unknown where its frames lack values that it rests on."""
    if verdict.status in ("bad", "unknown"):
        return verdict
    for need in _NEEDS.get(part, ()):
        frame = given.frames[need.frame]
        rows = slice(None) if need.select_rows is None else need.select_rows(frame)
        for column in need.columns:
            if column in frame.columns and (lost := int(frame[column][rows].isna().sum())):
                evidence = f"`{need.frame}` lacks {number(lost, 'value')} of `{column}`."
                return Verdict("unknown", evidence, "Load it again.")
    return verdict


def unless_worse(verdict: Verdict, worst: str, evidence: str, advice: str) -> Verdict:
    """Return a verdict, or unknown with the reason where lost values could make it worse.

    Examples
    --------
    >>> watched = Verdict("watch", "said")
    >>> [unless_worse(watched, worst, "", "").status for worst in ("bad", "watch", "good")]
    ['unknown', 'watch', 'watch']
    """
    is_sure = STATUSES.index(worst) >= STATUSES.index(verdict.status)
    if verdict.status in ("bad", "unknown") or is_sure:
        return verdict
    return Verdict("unknown", evidence, advice)
