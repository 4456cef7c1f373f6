"""Forecast what the current periods will owe, with an interval."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas._types import DateLike, Floats, Ints
from trackagoat_pandas.checks import check_between
from trackagoat_pandas.helpers.clocks import NO_DAY, past_day
from trackagoat_pandas.helpers.columns import STRING, as_days, categories, text
from trackagoat_pandas.helpers.facts import derived, known_zone, now_of
from trackagoat_pandas.helpers.gains import KNOWN, MISSING, Gaps
from trackagoat_pandas.helpers.goals.odds import (
    LOOKBACK_DAYS,
    MOST_UNEVENNESS,
    NEVER_FALLING,
    known_days,
    replay,
    required_days,
)
from trackagoat_pandas.helpers.intervals import student_quantile
from trackagoat_pandas.helpers.labels import Names, named
from trackagoat_pandas.helpers.payouts.measures import (
    REASON_OF,
    Measures,
    assigned_days,
    goals_for,
)
from trackagoat_pandas.helpers.payouts.money import check_currency, half_up
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
from trackagoat_pandas.tables.payouts import RULE_KINDS

MOST_SPANS, FEWEST_SPANS = 6, 4
"""With more, the past is too old to resemble the present; with fewer, the spread is unknown."""
CHANCES = 21
"""How many equally likely outcomes a goal's chance is divided into."""
_SHORT, _IRREGULAR = len(REASON_OF), len(REASON_OF) + 1
_REASONS = np.append(REASON_OF, ["short_history", "too_irregular"])
_SMALL = 0.1  # of the mean is added to totals: more hides growth, less overrates small spans
_MOST = 10**12  # more than any creator achieves in a period; keeps cents within 64 bits
Count: TypeAlias = Callable[[Ints, Ints], tuple[Ints, Gaps]]
"""Counts on the days from one to before another, and what is missing of them."""
_Look: TypeAlias = tuple[Ints, Ints, Gaps]
REASONS = (
    "no_start_date", "incomplete_rule", "missing_days", "partial_days", "short_history",
    "too_irregular",
)  # fmt: skip
_IDS = ("assignment_id", "project_id", "creator_id", "structure_id")
_CENTS = ("so_far_cents", "expected_cents", "low_cents", "high_cents")


@derived(whole=("videos",))
def forecast_payouts(
    structures: pd.DataFrame,
    assignments: pd.DataFrame,
    *,
    videos: pd.DataFrame | None = None,
    analytics: pd.DataFrame | None = None,
    goals: pd.DataFrame | None = None,
    as_of: DateLike | dt.datetime,
    timezone: str | None = None,
    level: float = 0.8,
    currency: str = "USD",
    names: Names = None,
) -> pd.DataFrame:
    """Forecast what each assignment will have earned when its current period closes.

    The forecast continues the creator's own past: it adds to what was counted before today what the
    remaining days may bring, judged by as many days in earlier weeks. ``expected_cents`` is the
    middle of the outcomes; the interval from ``low_cents`` to ``high_cents`` holds the share
    ``level`` of them. Recurring pay is certain, and a goal pays all or nothing, by its chance. What
    can't be forecast is NA, and ``reason`` says why. The frames are those of :func:`accrue`.

    Parameters
    ----------
    structures, assignments, videos, analytics, goals, timezone, currency, names
        As for :func:`accrue`, with the same rules for repeated rows and versions. With up to 7 days
        left the analytics must reach back 4 weeks before the remaining days, with up to 14 days 8
        weeks, and so on; half as much again uses all six spans.
    as_of
        Today, or an instant in it; or an earlier day, for a forecast that can be checked. The
        counts of that day may be partial, those of the days before may not.
    level
        The chance that the interval holds the true amount, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        One row for each assignment that covers part of its current period, in the order of
        ``assignments``: names as in :func:`accrue`, ``rule_kind`` (category), ``period_start``,
        ``period_end`` (days), ``currency``, ``days_left`` (Int64, today included), ``so_far_cents``
        (what the present counts would earn), ``expected_cents``, ``low_cents``, ``high_cents``,
        ``structure_version`` (Int64), ``reason`` (category), ``assignment_id``, ``project_id``,
        ``creator_id`` and ``structure_id`` (str). ``reason`` says why the amounts are NA.
        ``no_start_date``, ``incomplete_rule``, ``missing_days`` and ``partial_days`` (in the
        current period, before today) are those of :func:`accrue`; ``short_history`` means that
        fewer than four spans are known, or for a goal fewer than 28 days or twice the days left;
        ``too_irregular`` is that of :func:`goal_odds`. An assignment without a start date, or by a
        rule without a known period, has no period; it is listed unless it ended before today. The
        provenance lists the ids of the structures' ``projects``.

    Raises
    ------
    MissingColumnError, ArgumentError
        As :func:`accrue`; ``as_of`` is after today, or ``level`` or ``as_of`` is not allowed.

    Notes
    -----
    The remaining days, including today, are compared with spans of as many days in earlier weeks:
    whole weeks back, so that weekdays match, and far enough apart that no two overlap or reach into
    today. The newest six count (four of them must be known), each as one independent observation.
    Two models continue the logarithms of their totals (of total + 1 + a tenth of their mean total)
    by one span: a straight line over time, and a random walk with drift from the newest. Their
    predictions and variances are averaged; the width of the interval is that of Student's t, with
    two degrees of freedom fewer than there are spans. The result (or what today has brought
    already, if that is more) is added to what was counted before today, and the rule and its cap
    are applied as in :func:`accrue`. In simulations (steady, weekly rhythm, heavy-tailed, growing,
    a level that drifts by 5 % a day, posts by chance) 80 % intervals held 77 to 85 % of the true
    amounts with 1 to 28 days left. They hold more if whole numbers leave no choice: for a creator
    who posts on nine of ten Fridays, an interval of one post holds 90 %. The model doesn't foresee
    one-off events or seasons. Adding up the intervals of several rows gives one that is too wide.

    For ``expected_cents``, the middle outcome, the walk has no drift, and the line's slope is
    multiplied by F / (F + 2), where F is the squared ratio of the slope to its standard error, so
    that chance growth isn't mistaken for growth. It always lies within the interval.

    A goal pays all or nothing. Its chance is that of :func:`goal_odds` from the start of today,
    with the creators of these goals as the program. The expected amount is the amount times the
    chance (in 21sts); the low end is 0 unless the chance is above 90 %, and the high end is the
    amount unless it is below 10 %.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> from trackagoat_pandas.helpers.payouts.forecast import forecast_payouts
    >>> with tgp.connect(sandbox=True):
    ...     structures = tgp.load_payout_structures("Summer Launch")
    ...     cpm = structures[structures["kind"] == "cpm"]
    ...     assignments = tgp.load_payout_assignments(cpm)
    ...     creators = assignments["creator_id"]
    ...     dates = "2026-02-01..2026-06-18"
    ...     views = tgp.load_analytics("creator", creators, "views", dates=dates)
    >>> june = forecast_payouts(
    ...     cpm, assignments, analytics=views, as_of="2026-06-18", timezone="America/New_York")
    >>> cents = ["so_far_cents", "low_cents", "expected_cents", "high_cents"]
    >>> june[cents].iloc[0].tolist()
    [22220, 22268, 29370, 125906]
    """
    check_currency(currency)
    check_between("level", level, 0, 1)
    frames = [analytics, goals, videos, assignments, structures]
    zone = known_zone(timezone, frames)
    today = past_day("as_of", as_of, zone, now_of(frames))
    book = RuleBook(structures, zone)
    assigned = read_assignments(assignments, book)
    spans = running_spans(assigned, book, today)
    seen = outlook(spans, Measures(videos, analytics, goals, zone), today, level)
    rows = with_open_caps(seen.rows, np.ones(len(seen.rows), np.bool_))
    is_known = rows["reason"].isna().to_numpy(dtype=bool)[:, None]
    earned = earned_cents(rows, np.column_stack([seen.so_far, seen.ends]))
    cents = capped(rows, np.where(is_known, earned, 0))
    forecast = _shown(rows, cents, today, currency)
    others = unplaced(assigned[assigned["end"] >= today], book)
    if not others.empty:
        nothing = np.zeros((len(others), 3 + CHANCES), np.int64)
        places = np.concatenate([rows["place"], others["place"]])
        both = pd.concat([forecast, _shown(others, nothing, today, currency)], ignore_index=True)
        forecast = both.iloc[np.argsort(places, kind="stable")].reset_index(drop=True)
    # A project without a row may have no open period, or have been left out.
    projects = text(structures["project_id"]).dropna().unique()
    forecast.attrs["trackagoat"] = {"projects": sorted(projects.tolist())}
    return named(forecast, names)


@dataclass(frozen=True, slots=True)
class PayoutOutlook:
    """Rows with their quantities, and the ``reason`` if these can't be forecast.

    ``so_far`` is the quantity now. ``ends`` has the low and high end of the interval, then
    ``CHANCES`` outcomes whose mean amount is expected: for a goal met or not, else the middle.
    """

    rows: pd.DataFrame
    so_far: Ints
    ends: Ints


def outlook(rows: pd.DataFrame, measures: Measures, today: int, level: float) -> PayoutOutlook:
    """Forecast the quantities of rows from a day that isn't over."""
    so_far, ends = np.zeros(len(rows), np.int64), np.zeros((len(rows), 2 + CHANCES), np.int64)
    is_known = measures.check_frames(rows)
    reason = np.full(len(rows), None, dtype=object)
    reason[~is_known] = "incomplete_rule"
    for kind, look in _LOOKS.items():
        chosen = np.flatnonzero((rows["kind"] == kind).to_numpy(bool, na_value=False) & is_known)
        if len(chosen):
            some = rows.iloc[chosen].reset_index(drop=True)
            so_far[chosen], ends[chosen], gaps = look(some, measures, today, level)
            reason[chosen] = _REASONS[gaps]
    return PayoutOutlook(rows.assign(reason=pd.array(reason, dtype=STRING)), so_far, ends)


def _views(rows: pd.DataFrame, measures: Measures, today: int, level: float) -> _Look:
    def count(first: Ints, after: Ints) -> tuple[Ints, Gaps]:
        return measures.gains.between("views", rows["creator_id"], first, after)

    return _in_the_middle(_ahead(count, *assigned_days(rows), today, level))


def _crossings(rows: pd.DataFrame, measures: Measures, today: int, level: float) -> _Look:
    count = measures.milestones(rows).between
    return _in_the_middle(_ahead(count, *assigned_days(rows), today, level))


def _in_the_middle(look: _Look) -> _Look:
    """Expect the middle: on a logarithmic scale the rarest outcomes dominate the mean."""
    so_far, ends, gaps = look
    return so_far, np.hstack([ends[:, :2], np.repeat(ends[:, 2:], CHANCES, axis=1)]), gaps


def _goals(rows: pd.DataFrame, measures: Measures, today: int, level: float) -> _Look:
    pairs = goals_for(rows, measures.goals)
    met_now, met = np.zeros(len(rows), np.int64), np.zeros((len(rows), 2 + CHANCES), np.int64)
    worst = np.zeros(len(rows), np.int8)
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
        live, _ = count(until, np.clip(after, until, today + 1))
        target, place = some["target"].to_numpy(), some["place"].to_numpy()
        days = today - LOOKBACK_DAYS + np.arange(LOOKBACK_DAYS)
        each = np.broadcast_to(days, (len(some), LOOKBACK_DAYS))
        gained, unknown = count(each, each + 1)
        history = np.where(unknown == KNOWN, gained, np.nan)
        chance, why = _chances(history, some["creator_id"], target - before, after - today, metric)
        is_met = before + live >= target
        gaps = np.where((gaps == KNOWN) & ~is_met, why, gaps)
        gaps[np.isnan(target)] = MISSING
        np.add.at(met_now, place, is_met)
        np.add.at(met, place, _met_ends(np.where(is_met, 1.0, chance), level))
        np.maximum.at(worst, place, gaps.astype(np.int8))
    return met_now, met, worst


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
    """Add what the remaining days may bring to what was counted before today.

    Today is one of the remaining days; what it has brought already is the least that it brings.
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


def _next(totals: Ints, is_known: NDArray[np.bool_], level: float) -> Ints:
    """Predict the total after each row of totals, newest first: low, high and middle.

    The prediction averages those of a line and a walk, with Student's t on two degrees of freedom
    fewer than there are totals. For the middle, the line's slope counts as far as it is certain,
    and the walk has no drift: continuing chance growth costs more than missing real growth.
    """
    order = np.argsort(~is_known, axis=1, kind="stable")
    totals = np.take_along_axis(totals, order, axis=1)
    is_known = np.take_along_axis(is_known, order, axis=1)
    number = np.maximum(is_known.sum(axis=1, keepdims=True), FEWEST_SPANS)
    time = np.where(is_known, -1.0 - order, 0.0)
    # Adding to the totals keeps a span of almost nothing from making everything likely.
    added = 1 + _SMALL * _mean(totals * is_known, number)
    logs = np.log(totals + added) * is_known
    line, least, line_variance = _line(logs, time, is_known, number)
    walk, walk_variance = _walk(logs, time, is_known, number)
    spread = np.sqrt((line_variance + walk_variance) / 2)
    tail = (1 - level) / 2
    numbers = range(FEWEST_SPANS, MOST_SPANS + 1)
    quantiles = np.array([student_quantile(1 - tail, freedom=one - 2) for one in numbers])
    reach = spread * quantiles[number - FEWEST_SPANS]
    centre, middle = (line + walk) / 2, (least + logs[:, :1]) / 2
    logs_of_ends = np.minimum(np.hstack([centre - reach, centre + reach, middle]), np.log(_MOST))
    return _whole(np.maximum(np.exp(logs_of_ends) - added, 0))


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


def _shown(rows: pd.DataFrame, cents: Ints, today: int, currency: str) -> pd.DataFrame:
    """Name and type the columns; ``cents`` are now, at both ends, and in each outcome.

    Of two assignments that share a cap one may earn less if the other earns more.
    """
    low, high = cents[:, 1:3].min(axis=1), cents[:, 1:3].max(axis=1)
    expected = half_up(cents[:, 3:].sum(axis=1), CHANCES)
    amounts = {
        "so_far_cents": cents[:, 0],
        "expected_cents": np.clip(expected, low, high),
        "low_cents": low,
        "high_cents": high,
    }
    is_known = rows["reason"].isna()
    first, after = rows["first"].to_numpy(np.int64), rows["after"].to_numpy(np.int64)
    has_period = first != NO_DAY
    left = pd.Series(0, rows.index, dtype="Int64").mask(~has_period)
    if has_period.all():
        left += (rows["assigned_after"] - np.maximum(rows["assigned_first"], today)).clip(lower=0)
    return pd.DataFrame(
        {
            **{name: rows[name].astype(STRING) for name in _IDS},
            "structure_version": rows["version"].astype("Int64").where(has_period),
            "rule_kind": categories(rows["kind"], RULE_KINDS),
            "period_start": as_days(first),
            "period_end": as_days(np.where(has_period, after - 1, NO_DAY)),
            "days_left": left,
            "currency": pd.Series(currency, rows.index, dtype=STRING),
            **{
                name: pd.Series(amounts[name], rows.index, dtype="Int64").where(is_known)
                for name in _CENTS
            },
            "reason": categories(rows["reason"], REASONS),
        }
    )


_LOOKS: dict[str, Callable[[pd.DataFrame, Measures, int, float], _Look]] = {
    "cpm": _views,
    "goal": _goals,
    "view_threshold": _crossings,
}
