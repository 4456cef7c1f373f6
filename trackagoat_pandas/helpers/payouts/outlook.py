"""What may yet be achieved in running periods, by the creator's own past spans.

The days that are left, n of them, are compared with spans of the same n weekdays in earlier weeks
that don't overlap: so each span is one independent observation, however long it is. Two models
continue the logarithms of their totals by one span: a straight line over time, which takes a
program's growth along and suits a creator who stays the same, and a random walk with drift from the
newest total, which suits one who doesn't. Which of them a creator follows can't be seen from six
spans, so their predictions and their variances are averaged. Student's t then says how far the next
span may lie off. In simulations 80 % intervals of the line alone held 70 % of random walks, those
of the walk alone were a quarter wider than they had to be for a steady creator; the two together
hold 77 to 83 % of either.
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

    The prediction is the average of those of a line and a walk, with Student's t on two degrees of
    freedom fewer than there are totals. In the middle the line's slope counts as far as it is
    certain, and the walk has no drift: a chance growth that goes on costs more than one forgotten.
    """
    order = np.argsort(~is_known, axis=1, kind="stable")
    totals = np.take_along_axis(totals, order, axis=1)
    is_known = np.take_along_axis(is_known, order, axis=1)
    number = np.maximum(is_known.sum(axis=1, keepdims=True), FEWEST_SPANS)
    time = np.where(is_known, -1.0 - order, 0.0)
    # What is added keeps a span with next to nothing from making everything likely.
    added = 1 + _SMALL * _mean(totals * is_known, number)
    logs = np.log(totals + added) * is_known
    line, least, line_variance = _line(logs, time, is_known, number)
    walk, walk_variance = _walk(logs, time, is_known, number)
    spread = np.sqrt((line_variance + walk_variance) / 2)
    tail = (1 - level) / 2
    chances = np.array([tail, 1 - tail, *((np.arange(CHANCES) + 0.5) / CHANCES)])
    numbers = range(FEWEST_SPANS, MOST_SPANS + 1)
    quantiles = np.array([_student(chances, freedom=one - 2) for one in numbers])
    reach = quantiles[number[:, 0] - FEWEST_SPANS]
    low, high, *chance = np.split((line + walk) / 2 + spread * reach, len(chances), axis=1)
    middle = (least + logs[:, :1]) / 2
    logs_of_ends = np.minimum(np.hstack([low, high, middle, *chance]), np.log(_MOST))
    return _whole(np.maximum(np.exp(logs_of_ends) - added, 0))


def _line(
    logs: Floats, time: Floats, is_known: NDArray[np.bool_], number: Whole
) -> tuple[Floats, Floats, Floats]:
    """Predict by a line: with its slope; with as much of it as is certain; and the variance."""
    mean, mean_time = _mean(logs, number), _mean(time, number)
    apart = (time - mean_time) * is_known
    square = np.maximum((apart**2).sum(axis=1, keepdims=True), 1)
    slope = (apart * logs).sum(axis=1, keepdims=True) / square
    errors = (logs - mean - slope * apart) * is_known
    variance = (errors**2).sum(axis=1, keepdims=True) / (number - 2)
    certain = slope**2 * square
    certain = certain / np.maximum(certain + 2 * variance, np.finfo(float).tiny)
    predicted = variance * (1 + 1 / number + mean_time**2 / square)
    return mean - slope * mean_time, mean - certain * slope * mean_time, predicted


def _walk(
    logs: Floats, time: Floats, is_known: NDArray[np.bool_], number: Whole
) -> tuple[Floats, Floats]:
    """Predict by a random walk with drift from the newest, which come first; and the variance."""
    oldest = np.take_along_axis(logs, number - 1, axis=1)
    length = np.maximum(time[:, :1] - np.take_along_axis(time, number - 1, axis=1), 1)
    drift = (logs[:, :1] - oldest) / length
    gaps = np.where(is_known[:, 1:], time[:, :-1] - time[:, 1:], 1.0)
    steps = np.where(is_known[:, 1:], logs[:, :-1] - logs[:, 1:] - drift * gaps, 0.0)
    variance = (steps**2 / gaps).sum(axis=1, keepdims=True) / (number - 2)
    ahead = np.where(is_known[:, :1], -time[:, :1], 1.0)
    return logs[:, :1] + drift * ahead, variance * (ahead + ahead**2 / length)


def _whole(ends: Floats) -> Whole:
    """Round ends; the interval's inwards, so that it doesn't hold whole numbers half outside."""
    whole: Whole = np.rint(ends).astype(np.int64)
    inner = np.stack([np.ceil(ends[:, 0]), np.floor(ends[:, 1])], axis=1).astype(np.int64)
    is_open = inner[:, 0] <= inner[:, 1]
    whole[is_open, :2] = inner[is_open]
    return whole


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
