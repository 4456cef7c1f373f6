"""How much of what it pays for each rule finds in a span of days.

Knows achievements, goals and milestones. Must not know cents.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas.helpers.payouts.achievements import Achievements
from trackagoat_pandas.helpers.payouts.columns import STRING, Whole
from trackagoat_pandas.helpers.payouts.goals import goals_met
from trackagoat_pandas.helpers.payouts.milestones import Milestones
from trackagoat_pandas.helpers.payouts.rules import is_complete

REASONS = ("no_start_date", "incomplete_rule", "missing_days")
"""Why an amount is unknown."""


class Evidence:
    """What was achieved, for any rows of assigned spans with their rules.

    Parameters
    ----------
    videos, analytics, goals
        The frames of their loaders; one that no row needs may be None.
    zone
        The organization's time zone.
    """

    def __init__(
        self,
        videos: pd.DataFrame | None,
        analytics: pd.DataFrame | None,
        goals: pd.DataFrame | None,
        zone: str,
    ) -> None:
        self.achievements = Achievements(videos, analytics, zone)
        self.goals = goals
        self._videos, self._analytics, self._zone = videos, analytics, zone

    def measured(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Add ``quantity``, the ``reason`` where it is unknown, and the ``video_ids``."""
        is_whole = is_complete(rows)
        kinds = rows["kind"].where(is_whole)
        broken = rows[~is_whole]
        parts = [_with(broken, np.zeros(len(broken), np.int64), "incomplete_rule")]
        recurring = rows[kinds == "recurring"]
        parts += [_with(recurring, recurring["days_assigned"].to_numpy(np.int64), None)]
        measures = {"goal": self._goals, "cpm": self._views, "view_threshold": self._crossings}
        parts += [
            measure(rows[kinds == kind])
            for kind, measure in measures.items()
            if (kinds == kind).any()
        ]
        return pd.concat(parts).sort_index()

    def milestones(self, rows: pd.DataFrame) -> Milestones:
        """Find on which days the videos of the rows' creators reached the rows' thresholds."""
        return Milestones(rows, self._videos, self._analytics, self._zone)

    def _goals(self, rows: pd.DataFrame) -> pd.DataFrame:
        return _checked(rows, *goals_met(rows, self.goals, self.achievements))

    def _views(self, rows: pd.DataFrame) -> pd.DataFrame:
        begin, stop = _assigned(rows)
        return _checked(rows, *self.achievements.between("views", rows["creator_id"], begin, stop))

    def _crossings(self, rows: pd.DataFrame) -> pd.DataFrame:
        begin, stop = _assigned(rows)
        milestones = self.milestones(rows)
        checked = _checked(rows, *milestones.between(rows, begin, stop))
        ids = milestones.video_ids(rows, begin, stop)
        return checked.assign(video_ids=ids.set_axis(rows.index))


def _assigned(rows: pd.DataFrame) -> tuple[Whole, Whole]:
    return rows["assigned_first"].to_numpy(np.int64), rows["assigned_after"].to_numpy(np.int64)


def _checked(rows: pd.DataFrame, quantity: Whole, is_known: NDArray[np.bool_]) -> pd.DataFrame:
    measured = _with(rows, quantity, "missing_days")
    return measured.assign(reason=measured["reason"].mask(is_known))


def _with(rows: pd.DataFrame, quantity: Whole, reason: str | None) -> pd.DataFrame:
    reasons = pd.Series(reason, index=rows.index, dtype=STRING)
    none = pd.Series(None, index=rows.index, dtype=STRING)
    return rows.assign(quantity=quantity, reason=reasons, video_ids=none)
