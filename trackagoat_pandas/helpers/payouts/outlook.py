"""What may yet be achieved in running periods: the creator's own last weeks, day for day.

Knows evidence. Must not know cents.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas.helpers.payouts.columns import STRING, Whole
from trackagoat_pandas.helpers.payouts.daily import KNOWN, Lacks
from trackagoat_pandas.helpers.payouts.evidence import Evidence
from trackagoat_pandas.helpers.payouts.goals import goals_for
from trackagoat_pandas.helpers.payouts.rules import is_complete
from trackagoat_pandas.tables.analytics import GOAL_METRICS

WINDOWS = 28
"""Four whole weeks, so that every weekday counts alike."""

Count: TypeAlias = Callable[[Whole, Whole], tuple[Whole, Lacks]]
"""Counts on days from one to before another, and whether that is certain."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """Rows with the ``reason`` where nothing can be said, and their quantities.

    ``so_far`` is the quantity now, ``ends`` has a column for each end that may come.
    """

    rows: pd.DataFrame
    so_far: Whole
    ends: Whole


def outlook(rows: pd.DataFrame, evidence: Evidence, today: int) -> Outlook:
    """Look ahead from a day that still runs."""
    so_far, ends = np.zeros(len(rows), np.int64), np.zeros((len(rows), WINDOWS), np.int64)
    is_known = is_complete(rows)
    reason = pd.Series("incomplete_rule", rows.index, dtype=STRING).mask(is_known)
    for kind, look in _LOOKS.items():
        chosen = np.flatnonzero((rows["kind"] == kind).to_numpy(bool, na_value=False) & is_known)
        if len(chosen):
            some = rows.iloc[chosen].reset_index(drop=True)
            so_far[chosen], ends[chosen], is_certain = look(some, evidence, today)
            reason.iloc[chosen[~is_certain]] = "missing_days"
    return Outlook(rows.assign(reason=reason), so_far, ends)


_Look: TypeAlias = tuple[Whole, Whole, NDArray[np.bool_]]


def _views(rows: pd.DataFrame, evidence: Evidence, today: int) -> _Look:
    def count(first: Whole, after: Whole) -> tuple[Whole, Lacks]:
        return evidence.achievements.between("views", rows["creator_id"], first, after)

    return _ahead(count, *_assigned(rows), today)


def _crossings(rows: pd.DataFrame, evidence: Evidence, today: int) -> _Look:
    milestones = evidence.milestones(rows)

    def count(first: Whole, after: Whole) -> tuple[Whole, Lacks]:
        return milestones.between(rows, first, after)

    return _ahead(count, *_assigned(rows), today)


def _goals(rows: pd.DataFrame, evidence: Evidence, today: int) -> _Look:
    pairs = goals_for(rows, evidence.goals)
    met_now, met = np.zeros(len(rows), np.int64), np.zeros((len(rows), WINDOWS), np.int64)
    is_certain = np.ones(len(rows), dtype=bool)
    is_certain[pairs["place"][~pairs["goal_metric"].isin(GOAL_METRICS)]] = False
    for metric in GOAL_METRICS:
        some = pairs[pairs["goal_metric"] == metric].reset_index(drop=True)
        if some.empty:
            continue

        def count(
            first: Whole, after: Whole, metric: str = metric, some: pd.DataFrame = some
        ) -> tuple[Whole, Lacks]:
            return evidence.achievements.between(metric, some["creator_id"], first, after)

        first, after = some["first"].to_numpy(np.int64), some["after"].to_numpy(np.int64)
        now, ends, is_sure = _ahead(count, first, after, today)
        target, place = some["target"].to_numpy(), some["place"].to_numpy()
        np.add.at(met_now, place, now >= target)
        np.add.at(met, place, ends >= target[:, None])
        np.logical_and.at(is_certain, place, is_sure & ~np.isnan(target))
    return met_now, met, is_certain


def _assigned(rows: pd.DataFrame) -> tuple[Whole, Whole]:
    return rows["assigned_first"].to_numpy(np.int64), rows["assigned_after"].to_numpy(np.int64)


def _ahead(count: Count, first: Whole, after: Whole, today: int) -> _Look:
    """Add to what there is so far what each of the last spans brought that are as long as the rest.

    Today is part of the rest: it still fills, but its counts are not lost.
    """
    rest_first = np.maximum(first, today)
    days = np.maximum(after - rest_first, 0)
    until = np.minimum(after, today)
    before, lacks = count(np.minimum(first, until), until)
    live, _ = count(rest_first, np.clip(after, rest_first, np.maximum(rest_first, today + 1)))
    stops = today - np.arange(WINDOWS) + np.zeros((len(first), 1), np.int64)
    spans, are_lacking = count(stops - days[:, None], stops)
    ends = before[:, None] + np.maximum(spans, live[:, None])
    return before + live, ends, (lacks == KNOWN) & (are_lacking == KNOWN).all(axis=1)


_LOOKS: dict[str, Callable[[pd.DataFrame, Evidence, int], _Look]] = {
    "cpm": _views,
    "goal": _goals,
    "view_threshold": _crossings,
}
