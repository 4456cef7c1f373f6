"""Forecasts of the open periods of payout rules, in quantities and cents, and their sums."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas.base.types import Bools, Floats, Ints
from trackagoat_pandas.helpers.columns import STRING, categories
from trackagoat_pandas.helpers.gains import KNOWN, MISSING, Gaps
from trackagoat_pandas.helpers.goals.odds import MOST_UNEVENNESS, NEVER_FALLING, required_days
from trackagoat_pandas.helpers.goals.replay import LOOKBACK_DAYS, known_days, replay
from trackagoat_pandas.helpers.intervals import student_quantile
from trackagoat_pandas.helpers.payouts.measures import (
    REASON_OF,
    Measures,
    assigned_days,
    goals_for,
)
from trackagoat_pandas.helpers.payouts.money import half_up
from trackagoat_pandas.helpers.payouts.rules import (
    RuleBook,
    capped,
    earned_cents,
    read_assignments,
    running_spans,
    unplaced,
    with_open_caps,
)
from trackagoat_pandas.tables.analytics import GOAL_METRICS

MOST_SPANS, FEWEST_SPANS = 6, 4
"""With more, the past is too old to resemble the present; with fewer, the spread is unknown."""
CHANCES = 21
"""How many equally likely outcomes a goal's chance is divided into."""
# Numbered on from the gaps of counts, so that one array says all reasons.
_SHORT, _IRREGULAR = len(REASON_OF), len(REASON_OF) + 1
_REASONS = np.append(REASON_OF, ["short_history", "too_irregular"])
BEFORE, SO_FAR, LOW, HIGH = range(4)
OUTCOMES = slice(HIGH + 1, HIGH + 1 + CHANCES)
PATHS = slice(OUTCOMES.stop, OUTCOMES.stop + MOST_SPANS)
_SMALL = 0.1  # of the mean is added to totals: more hides growth, less overrates small spans
_MOST = 10**12  # more than any creator achieves in a period; keeps cents within 64 bits
Count: TypeAlias = Callable[[Ints, Ints], tuple[Ints, Gaps]]
"""Counts on the days from one to before another, and their gaps."""
_Look: TypeAlias = "tuple[Ints, NDArray[np.bool_], Floats, NDArray[np.int8]]"
"""Quantities, which paths are known, the chance of goals, and the gaps."""
REASONS = (
    "no_start_date", "incomplete_rule", "missing_days", "partial_days", "short_history",
    "too_irregular",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PayoutOutlook:
    """Rows with their quantities, and the ``reason`` if these can't be forecast.

    ``quantity`` has a column each for what was counted ``BEFORE`` today, what it is ``SO_FAR``, the
    ``LOW`` and the ``HIGH`` end of the interval; then the ``OUTCOMES`` whose mean amount is
    expected (for a goal met or not, else the middle), and the ``PATHS``: what it will be if the
    remaining days bring as much as those of each earlier span did (for a goal: met). ``is_known``
    says of which paths that is known, and ``chance`` how likely a goal is met; NaN for other rows.
    """

    rows: pd.DataFrame
    quantity: Ints
    is_known: NDArray[np.bool_]
    chance: Floats

    def where(self, kept: Bools) -> PayoutOutlook:
        """Keep some rows."""
        rows = self.rows[kept].reset_index(drop=True)
        return PayoutOutlook(rows, self.quantity[kept], self.is_known[kept], self.chance[kept])


def outlook(rows: pd.DataFrame, measures: Measures, today: int, level: float) -> PayoutOutlook:
    """Forecast the quantities of rows from a day that isn't over."""
    quantity = np.zeros((len(rows), PATHS.stop), np.int64)
    is_known, chance = np.ones((len(rows), MOST_SPANS), np.bool_), np.full(len(rows), np.nan)
    is_whole = measures.check_frames(rows)
    reason = np.full(len(rows), None, dtype=object)
    reason[~is_whole] = "incomplete_rule"
    for kind, look in _LOOKS.items():
        chosen = np.flatnonzero((rows["kind"] == kind).to_numpy(bool, na_value=False) & is_whole)
        if len(chosen):
            some = rows.iloc[chosen].reset_index(drop=True)
            quantity[chosen], is_known[chosen], chance[chosen], gaps = look(
                some, measures, today, level
            )
            reason[chosen] = _REASONS[gaps]
    rows = rows.assign(reason=pd.array(reason, dtype=STRING))
    return PayoutOutlook(rows, quantity, is_known, chance)


def open_periods(
    structures: pd.DataFrame,
    assignments: pd.DataFrame,
    measures: Measures,
    today: int,
    zone: str,
    *,
    until: int | None,
    level: float,
) -> tuple[PayoutOutlook, Ints, pd.DataFrame]:
    """Forecast periods that are open on a day, or that end by a later one.

    Return their outlook, the cents for each of its quantities (0 where they aren't known), and the
    assignments that can't be split into periods.
    """
    book = RuleBook(structures, zone)
    assigned = read_assignments(assignments, book)
    seen = outlook(running_spans(assigned, book, today, until), measures, today, level)
    rows = with_open_caps(seen.rows, np.ones(len(seen.rows), np.bool_))
    is_known = rows["reason"].isna().to_numpy(dtype=bool)[:, None]
    cents = capped(rows, np.where(is_known, earned_cents(rows, seen.quantity), 0))
    others = unplaced(assigned[assigned["end"] >= today], book)
    return replace(seen, rows=rows), cents, others


def _views(rows: pd.DataFrame, measures: Measures, today: int, level: float) -> _Look:
    def count(first: Ints, after: Ints) -> tuple[Ints, Gaps]:
        return measures.gains.between("views", rows["creator_id"], first, after)

    return _ahead(count, *assigned_days(rows), today, level)


def _crossings(rows: pd.DataFrame, measures: Measures, today: int, level: float) -> _Look:
    count = measures.milestones(rows).between
    return _ahead(count, *assigned_days(rows), today, level)


def _goals(rows: pd.DataFrame, measures: Measures, today: int, level: float) -> _Look:
    pairs = goals_for(rows, measures.goals)
    met_now, met = np.zeros(len(rows), np.int64), np.zeros((len(rows), 2 + CHANCES), np.int64)
    worst, best = np.zeros(len(rows), np.int8), np.zeros(len(rows))
    for metric in GOAL_METRICS:
        some = pairs[pairs["goal_metric"] == metric].reset_index(drop=True)
        if some.empty:
            continue

        def count(
            first: Ints, after: Ints, metric: str = metric, some: pd.DataFrame = some
        ) -> tuple[Ints, Gaps]:
            return measures.gains.between(metric, some["creator_id"], first, after)

        first, after = some["first"].to_numpy(np.int64), some["after"].to_numpy(np.int64)
        until = np.minimum(after, today)
        before, gaps = count(np.minimum(first, until), until)
        begin = np.maximum(first, until)
        live, _ = count(begin, np.clip(after, begin, np.maximum(begin, today + 1)))
        target, place = some["target"].to_numpy(), some["place"].to_numpy()
        days = today - LOOKBACK_DAYS + np.arange(LOOKBACK_DAYS)
        each = np.broadcast_to(days, (len(some), LOOKBACK_DAYS))
        gained, unknown = count(each, each + 1)
        history = np.where(unknown == KNOWN, gained, np.nan)
        days_left = after - np.maximum(first, today)
        chance, why = _chances(history, some["creator_id"], target - before, days_left, metric)
        is_met = before + live >= target
        gaps = np.where((gaps == KNOWN) & ~is_met, why, gaps)
        gaps[np.isnan(target)] = MISSING
        chance = np.where(is_met, 1.0, chance)
        np.add.at(met_now, place, is_met)
        np.add.at(met, place, _met_ends(chance, level))
        np.fmax.at(best, place, chance)
        np.maximum.at(worst, place, gaps.astype(np.int8))
    paths = np.ones((len(rows), MOST_SPANS), np.int64)
    quantity = np.column_stack([np.zeros(len(rows), np.int64), met_now, met, paths])
    return quantity, paths.astype(np.bool_), best, worst


def _chances(
    history: Floats, creators: pd.Series, needed: Floats, days_left: Ints, metric: str
) -> tuple[Floats, Ints]:
    """Return each goal's chance by the model of :func:`goal_odds`, and why there is none."""
    codes, _ = pd.factorize(creators)
    once = np.unique(codes, return_index=True)[1]
    chance, why = np.full(len(codes), np.nan), np.full(len(codes), KNOWN, np.int64)
    for days in np.unique(days_left):
        odds = replay(history[once], float(days), can_fall=metric not in NEVER_FALLING)
        is_short = known_days(history[once]) < required_days(float(days))
        here = np.flatnonzero(days_left == days)
        chance[here] = odds.chances(codes[here], needed[here])
        why[here] = np.select(
            [is_short, odds.unevenness >= MOST_UNEVENNESS], [_SHORT, _IRREGULAR], KNOWN
        )[codes[here]]
    return chance, why


def _met_ends(chance: Floats, level: float) -> Ints:
    """Whether a goal is met at the low and high end, and in each outcome, in its chance's share."""
    tail = (1 - level) / 2
    ranks = np.concatenate([[tail, 1 - tail], (np.arange(CHANCES) + 0.5) / CHANCES])
    met: Ints = (chance[:, None] > 1 - ranks).astype(np.int64)
    return met


def _ahead(count: Count, first: Ints, after: Ints, today: int, level: float) -> _Look:
    """Add the forecast of the remaining days to the count before today.

    Today is one of the remaining days; what it has brought already is the least that it brings.
    """
    rest = np.maximum(first, today)
    days = np.maximum(after - rest, 0)
    until = np.minimum(after, today)
    before, gaps = count(np.minimum(first, until), until)
    live, _ = count(rest, np.clip(after, rest, np.maximum(rest, today + 1)))
    # Whole weeks back, so that weekdays are alike, and enough for spans to end before today.
    step = 7 * np.maximum(-(-(after - today) // 7), 1)
    starts = rest[:, None] - step[:, None] * np.arange(1, MOST_SPANS + 1)
    totals, span_gaps = count(starts, starts + days[:, None])
    is_known = span_gaps == KNOWN
    totals, least = np.maximum(totals, 0), live[:, None]
    ends = np.maximum(interval(totals, is_known, level), least)
    is_short = (is_known.sum(axis=1) < FEWEST_SPANS) & (gaps == KNOWN)
    # On a logarithmic scale the rarest outcomes dominate the mean; so the middle is expected.
    outcomes = np.repeat(ends[:, 2:], CHANCES, axis=1)
    added = np.hstack([0 * least, least, ends[:, :2], outcomes, np.maximum(totals, least)])
    reasons = np.where(is_short, _SHORT, gaps).astype(np.int8)
    return before[:, None] + added, is_known, np.full(len(rest), np.nan), reasons


def interval(totals: Ints, is_known: NDArray[np.bool_], level: float) -> Ints:
    """Predict the whole number after each row of totals, newest first: low, high and middle."""
    centre, middle, spread, number, added = prediction(totals, is_known)
    tail = (1 - level) / 2
    numbers = range(FEWEST_SPANS, MOST_SPANS + 1)
    quantiles = np.array([student_quantile(1 - tail, freedom=one - 2) for one in numbers])
    reach = spread * quantiles[number - FEWEST_SPANS]
    logs_of_ends = np.minimum(np.hstack([centre - reach, centre + reach, middle]), np.log(_MOST))
    return _whole(np.maximum(np.exp(logs_of_ends) - added, 0))


def prediction(
    totals: Ints, is_known: NDArray[np.bool_]
) -> tuple[Floats, Floats, Floats, Ints, Floats]:
    """Predict the logarithm of each row's next total, plus an addend, from totals, newest first.

    Return its centre, its middle, their spread, the number of known totals, and the addend. The
    prediction averages those of a line and a walk, with Student's t on two degrees of freedom
    fewer than there are totals. For the middle, the line's slope counts by its certainty,
    and the walk has no drift: continuing chance growth costs more than missing real growth.
    """
    order = np.argsort(~is_known, axis=1, kind="stable")
    totals = np.take_along_axis(totals, order, axis=1)
    is_known = np.take_along_axis(is_known, order, axis=1)
    # Rows with fewer get no forecast; the bound keeps what divides by `number - 2` above 0.
    number = np.maximum(is_known.sum(axis=1, keepdims=True), FEWEST_SPANS)
    time = np.where(is_known, -1.0 - order, 0.0)
    # Adding to the totals keeps a span of almost nothing from making everything likely.
    added = 1 + _SMALL * _mean(totals * is_known, number)
    logs = np.log(totals + added) * is_known
    line, least, line_variance = _line(logs, time, is_known, number)
    walk, walk_variance = _walk(logs, time, is_known, number)
    spread = np.sqrt((line_variance + walk_variance) / 2)
    return (line + walk) / 2, (least + logs[:, :1]) / 2, spread, number, added


def _line(
    logs: Floats, time: Floats, is_known: NDArray[np.bool_], number: Ints
) -> tuple[Floats, Floats, Floats]:
    """Predict by a line: with its slope, with the certain part of it; and the variance."""
    mean, mean_time = _mean(logs, number), _mean(time, number)
    apart = (time - mean_time) * is_known
    square = np.maximum((apart**2).sum(axis=1, keepdims=True), 1)
    slope = (apart * logs).sum(axis=1, keepdims=True) / square
    errors = (logs - mean - slope * apart) * is_known
    variance = (errors**2).sum(axis=1, keepdims=True) / (number - 2)
    certain = slope**2 * square
    # Tiny, not 0, since totals that are all alike have neither slope nor variance.
    certain = certain / np.maximum(certain + 2 * variance, np.finfo(float).tiny)
    predicted = variance * (1 + 1 / number + mean_time**2 / square)
    return mean - slope * mean_time, mean - certain * slope * mean_time, predicted


def _walk(
    logs: Floats, time: Floats, is_known: NDArray[np.bool_], number: Ints
) -> tuple[Floats, Floats]:
    """Predict by a random walk with drift from the newest, the first column; and the variance."""
    oldest = np.take_along_axis(logs, number - 1, axis=1)
    length = np.maximum(time[:, :1] - np.take_along_axis(time, number - 1, axis=1), 1)
    drift = (logs[:, :1] - oldest) / length
    gaps = np.where(is_known[:, 1:], time[:, :-1] - time[:, 1:], 1.0)
    steps = np.where(is_known[:, 1:], logs[:, :-1] - logs[:, 1:] - drift * gaps, 0.0)
    variance = (steps**2 / gaps).sum(axis=1, keepdims=True) / (number - 2)
    ahead = np.where(is_known[:, :1], -time[:, :1], 1.0)
    return logs[:, :1] + drift * ahead, variance * (ahead + ahead**2 / length)


def _whole(ends: Floats) -> Ints:
    """Round outcomes; the interval's ends inwards, so that it holds no number outside it."""
    whole: Ints = np.rint(ends).astype(np.int64)
    inner = np.stack([np.ceil(ends[:, 0]), np.floor(ends[:, 1])], axis=1).astype(np.int64)
    is_open = inner[:, 0] <= inner[:, 1]
    whole[is_open, :2] = inner[is_open]
    return whole


def _mean(values: Floats | Ints, number: Ints) -> Floats:
    mean: Floats = values.sum(axis=1, keepdims=True) / number
    return mean


_LOOKS: dict[str, Callable[[pd.DataFrame, Measures, int, float], _Look]] = {
    "cpm": _views,
    "goal": _goals,
    "view_threshold": _crossings,
}


GROUPS: Final = {
    "creator": ["creator_id"],
    "structure": ["structure_id"],
    "project": ["project_id"],
    "total": [],
}
"""The columns by which periods are summed."""
_DRAWS: Final = 4_000
"""This many keep the share that an interval holds within 1.5 %."""
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
    # Recurring pay is fixed, so it leaves no room to grow.
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
        drawn = _draw_paths(*measured_of) + _draw_goals(pays, chances)
        tail = (1 - level) / 2
        # Amounts that were drawn rather than some between them, since goals pay all or nothing.
        quantiles = np.quantile(drawn, [tail, 1 - tail], method="inverted_cdf")
        low[place], high[place] = base[place] + np.rint(quantiles)
    return {
        "so_far_cents": summed(cents[:, SO_FAR]),
        "expected_cents": np.clip(base + ends[:, 2] + goals, low, high).astype(np.int64),
        "low_cents": low.astype(np.int64),
        "high_cents": high.astype(np.int64),
    }, is_known.sum(axis=1) < FEWEST_SPANS


def _draw_paths(paths: Ints, is_known: Bools, bounds: Floats) -> Floats:
    """Draw possible sums of one group's measured rows."""
    centre, _, spread, number, added = prediction(paths, is_known)
    dice = np.random.default_rng(_SEED)
    student = dice.standard_t(int(number[0, 0]) - 2, _DRAWS)
    # Bounded, since a rare draw could overflow; e**30 cents is more than anybody earns.
    logs = np.minimum(centre[0, 0] + spread[0, 0] * student, 30.0)
    drawn: Floats = np.clip(np.exp(logs) - added[0, 0], *bounds)
    return drawn


def _draw_goals(pays: Ints, chances: Floats) -> Floats:
    """Draw possible sums of goals, each by its chance."""
    # Other dice than those of the paths, or both would rise and fall together.
    dice = np.random.default_rng(_SEED + 1)
    is_met: Bools = dice.random((_DRAWS, len(pays))) < chances
    drawn: Floats = is_met.astype(np.float64) @ pays.astype(np.float64)
    return drawn
