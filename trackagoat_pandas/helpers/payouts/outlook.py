"""What may yet be achieved in running periods, by the creator's own past spans.

The days that are left, n of them, are compared with spans of the same n weekdays in earlier weeks
that don't overlap: so each span is one independent observation, however long it is. Through the
logarithms of their totals goes a straight line over time, which takes a program's growth along, and
Student's t says how far the next span may lie from it, the line's own error included. In simulated
worlds (steady, with a weekly rhythm, bursty with heavy tails, growing) 80 % intervals of it hold 77
to 82 % of the truths for 1 to 28 days left; quantiles of the last 28 spans, which
overlap, held 2 to 83 %.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas.helpers.payouts.columns import STRING, Whole
from trackagoat_pandas.helpers.payouts.daily import KNOWN, MISSING, Gaps
from trackagoat_pandas.helpers.payouts.evidence import REASON_OF, Evidence
from trackagoat_pandas.helpers.payouts.goals import goals_for
from trackagoat_pandas.helpers.payouts.rules import is_complete
from trackagoat_pandas.tables.analytics import GOAL_METRICS

MOST_SPANS, FEWEST_SPANS = 6, 4
"""More look further back than a creator stays the same; of fewer, two say nothing of the spread."""
CHANCES = 21
"""Equally likely ends, by which the odds of a goal are counted."""
_SHORT = len(REASON_OF)
_REASONS = np.append(REASON_OF, "short_history")
_SMALL = 0.1  # of their mean is added to totals; more forgets growth, less knows no small spans
_MOST = 10**12  # what no creator achieves in a period, so that cents stay within 64 bits

Floats: TypeAlias = NDArray[np.float64]
Count: TypeAlias = Callable[[Whole, Whole], tuple[Whole, Gaps]]
"""Counts on days from one to before another, and what is missing of them."""
_Look: TypeAlias = tuple[Whole, Whole, Gaps]


@dataclass(frozen=True, slots=True)
class Outlook:
    """Rows with the ``reason`` where nothing can be said, and their quantities.

    ``so_far`` is the quantity now. ``ends`` has the low and high end of the interval, then
    ``CHANCES`` ends whose mean amount is expected: for a goal equally likely ones, else the middle.
    """

    rows: pd.DataFrame
    so_far: Whole
    ends: Whole


def outlook(rows: pd.DataFrame, evidence: Evidence, today: int, level: float) -> Outlook:
    """Look ahead from a day that still runs."""
    so_far, ends = np.zeros(len(rows), np.int64), np.zeros((len(rows), 2 + CHANCES), np.int64)
    evidence.check_frames(rows)
    is_known = is_complete(rows)
    reason = np.full(len(rows), None, dtype=object)
    reason[~is_known] = "incomplete_rule"
    for kind, look in _LOOKS.items():
        chosen = np.flatnonzero((rows["kind"] == kind).to_numpy(bool, na_value=False) & is_known)
        if len(chosen):
            some = rows.iloc[chosen].reset_index(drop=True)
            so_far[chosen], ends[chosen], gaps = look(some, evidence, today, level)
            reason[chosen] = _REASONS[gaps]
    return Outlook(rows.assign(reason=pd.array(reason, dtype=STRING)), so_far, ends)


def _views(rows: pd.DataFrame, evidence: Evidence, today: int, level: float) -> _Look:
    def count(first: Whole, after: Whole) -> tuple[Whole, Gaps]:
        return evidence.achievements.between("views", rows["creator_id"], first, after)

    return _in_the_middle(_ahead(count, *_assigned(rows), today, level))


def _crossings(rows: pd.DataFrame, evidence: Evidence, today: int, level: float) -> _Look:
    milestones = evidence.milestones(rows)

    def count(first: Whole, after: Whole) -> tuple[Whole, Gaps]:
        return milestones.between(rows, first, after)

    return _in_the_middle(_ahead(count, *_assigned(rows), today, level))


def _in_the_middle(look: _Look) -> _Look:
    """Expect the middle: the mean of ends on a logarithmic scale is that of the rarest."""
    so_far, ends, gaps = look
    return so_far, np.hstack([ends[:, :2], np.repeat(ends[:, 2:3], CHANCES, axis=1)]), gaps


def _goals(rows: pd.DataFrame, evidence: Evidence, today: int, level: float) -> _Look:
    pairs = goals_for(rows, evidence.goals)
    met_now, met = np.zeros(len(rows), np.int64), np.zeros((len(rows), 2 + CHANCES), np.int64)
    worst = np.zeros(len(rows), np.int8)
    for metric in GOAL_METRICS:
        some = pairs[pairs["goal_metric"] == metric].reset_index(drop=True)
        if some.empty:
            continue

        def count(
            first: Whole, after: Whole, metric: str = metric, some: pd.DataFrame = some
        ) -> tuple[Whole, Gaps]:
            return evidence.achievements.between(metric, some["creator_id"], first, after)

        first, after = some["first"].to_numpy(np.int64), some["after"].to_numpy(np.int64)
        now, ends, gaps = _ahead(count, first, after, today, level)
        target, place = some["target"].to_numpy(), some["place"].to_numpy()
        gaps[np.isnan(target)] = MISSING
        np.add.at(met_now, place, now >= target)
        np.add.at(met, place, np.delete(ends, 2, axis=1) >= target[:, None])
        np.maximum.at(worst, place, gaps)
    return met_now, met, worst


def _assigned(rows: pd.DataFrame) -> tuple[Whole, Whole]:
    return rows["assigned_first"].to_numpy(np.int64), rows["assigned_after"].to_numpy(np.int64)


def _ahead(count: Count, first: Whole, after: Whole, today: int, level: float) -> _Look:
    """Add to what there is before today what the days that are left may bring.

    Today is one of these: it still fills, but its counts are not lost.
    """
    rest = np.maximum(first, today)
    days = np.maximum(after - rest, 0)
    until = np.minimum(after, today)
    before, gaps = count(np.minimum(first, until), until)
    live, _ = count(rest, np.clip(after, rest, np.maximum(rest, today + 1)))
    # Whole weeks back, so that weekdays are alike, and so many that spans end before today.
    step = 7 * np.maximum(-(-(after - today) // 7), 1)
    starts = rest[:, None] - step[:, None] * np.arange(1, MOST_SPANS + 1)
    totals, span_gaps = count(starts, starts + days[:, None])
    is_known = span_gaps == KNOWN
    coming = _next(np.maximum(totals, 0), is_known, level)
    is_short = (is_known.sum(axis=1) < FEWEST_SPANS) & (gaps == KNOWN)
    ends = before[:, None] + np.maximum(coming, live[:, None])
    return before + live, ends, np.where(is_short, _SHORT, gaps).astype(np.int8)


def _next(totals: Whole, is_known: NDArray[np.bool_], level: float) -> Whole:
    """Continue each row of totals, newest first, by one: low, high, middle, then ``CHANCES`` ends.

    The prediction of a straight line through the logarithms, with Student's t on two degrees of
    freedom fewer than there are totals. In the middle the slope counts as far as it is certain:
    the line alone errs a third more where nothing grows, and no slope loses half of what does.
    """
    number = np.maximum(is_known.sum(axis=1, keepdims=True), FEWEST_SPANS)
    time = -np.arange(1.0, totals.shape[1] + 1)
    mean_time = _mean(time * is_known, number)
    apart = (time - mean_time) * is_known
    square = np.maximum((apart**2).sum(axis=1, keepdims=True), 1)
    # What is added keeps a span with next to nothing from making everything likely.
    added = 1 + _SMALL * _mean(totals * is_known, number)
    logs = np.log(totals + added) * is_known
    mean = _mean(logs, number)
    slope = (apart * logs).sum(axis=1, keepdims=True) / square
    errors = (logs - mean - slope * apart) * is_known
    variance = (errors**2).sum(axis=1, keepdims=True) / (number - 2)
    spread = np.sqrt(variance * (1 + 1 / number + mean_time**2 / square))
    tail = (1 - level) / 2
    chances = np.array([tail, 1 - tail, *((np.arange(CHANCES) + 0.5) / CHANCES)])
    numbers = range(FEWEST_SPANS, MOST_SPANS + 1)
    quantiles = np.array([_student(chances, freedom=one - 2) for one in numbers])
    reach = quantiles[number[:, 0] - FEWEST_SPANS]
    certain = slope**2 * square
    certain = certain / np.maximum(certain + 2 * variance, np.finfo(float).tiny)
    low, high, *chance = np.split(mean - slope * mean_time + spread * reach, len(chances), axis=1)
    middle = mean - certain * slope * mean_time
    logs_of_ends = np.minimum(np.hstack([low, high, middle, *chance]), np.log(_MOST))
    ends: Whole = np.rint(np.maximum(np.exp(logs_of_ends) - added, 0)).astype(np.int64)
    return ends


def _mean(values: Floats | Whole, number: Whole) -> Floats:
    mean: Floats = values.sum(axis=1, keepdims=True) / number
    return mean


def _student(chances: Floats, freedom: int) -> Floats:
    """Return quantiles of Student's t.

    They are tan(angle) * sqrt(freedom), where cos(angle) ** (freedom - 1) is the angle's density.
    """
    angles = np.linspace(-np.pi / 2, np.pi / 2, 4_001)
    reached = np.cumsum(np.cos(angles) ** (freedom - 1))
    middles = (reached - np.diff(reached, prepend=0) / 2) / reached[-1]
    quantiles: Floats = np.tan(np.interp(chances, middles, angles)) * np.sqrt(freedom)
    return quantiles


_LOOKS: dict[str, Callable[[pd.DataFrame, Evidence, int, float], _Look]] = {
    "cpm": _views,
    "goal": _goals,
    "view_threshold": _crossings,
}
