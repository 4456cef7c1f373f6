"""What the running periods will owe, with an interval."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from trackagoat_pandas._types import DateLike
from trackagoat_pandas.checks import check_between
from trackagoat_pandas.helpers.payouts.accrual import unplaced, with_rules
from trackagoat_pandas.helpers.payouts.columns import (
    NO_DAY,
    STRING,
    Whole,
    as_days,
    day_of,
    known_zone,
    words,
)
from trackagoat_pandas.helpers.payouts.evidence import Evidence
from trackagoat_pandas.helpers.payouts.money import check_currency, half_up
from trackagoat_pandas.helpers.payouts.outlook import CHANCES, outlook
from trackagoat_pandas.helpers.payouts.rules import RuleBook, capped, earned_cents, with_open_caps
from trackagoat_pandas.helpers.payouts.spans import is_placed, read_assignments, running_spans
from trackagoat_pandas.tables.payouts import RULE_KINDS

REASONS = ("no_start_date", "incomplete_rule", "missing_days", "partial_days", "short_history")
_IDS = ("assignment_id", "project_id", "creator_id", "structure_id")
_CENTS = ("so_far_cents", "expected_cents", "low_cents", "high_cents")


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
) -> pd.DataFrame:
    """Forecast what each assignment will have earned when its running period closes.

    The model is the creator's own past. The days that are left, today's among them, are compared
    with spans of as many days in earlier weeks: whole weeks back, so that weekdays are alike, and
    so far apart that no two overlap nor reach into today. The newest six count (of which four must
    be known), each as one independent observation. Two models continue the logarithms of their
    totals (of total + 1 + a tenth of their mean total) by one span: a straight line over time, and
    a random walk with drift from the newest. Predictions and variances of the two are averaged;
    Student's t, on two degrees of freedom fewer than there are spans, says how far the truth may
    lie from it. What was counted before today plus that (or plus what today has brought already, if
    that is more) is paid by the rule, with its cap, as :func:`accrue` does. The interval holds the
    middle ``level`` of what may come: in simulations (steady, weekly rhythm, heavy-tailed, growing,
    a level that drifts by 5 % a day, posts by chance) 80 % intervals held 77 to 85 % of the truths
    with 1 to 28 days left. They hold more where whole numbers leave no choice: of a creator who
    posts on nine of ten Fridays, an interval of one post holds 90 %. The model knows no one-off and
    no season; sums of intervals are wider than the interval of a sum.

    ``expected_cents`` is the amount in the middle of what may come, for which the walk has no
    drift, and the line's slope is multiplied by F / (F + 2), where F is the square of the slope
    over that of its standard error: chance growth is not taken for growth. Of a goal, which pays
    all or nothing, it is the amount times the chance that it is met. It is never outside of the
    interval. Recurring pay is certain.

    Parameters
    ----------
    structures, assignments, videos, analytics, goals, timezone, currency
        As for :func:`accrue`, also which rows count and which versions apply. With up to 7 days
        left the analytics must reach back 4 weeks before the days that are left, with up to 14 days
        8 weeks, and so on; for all six spans half as much again.
    as_of
        The day that still runs, or an instant in it. Its counts may be partial, those of days
        before may not.
    level
        The chance that the interval holds the truth, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        One row for each assignment whose running period it covers in part, in the order of
        ``assignments``: ``assignment_id``, ``project_id``, ``creator_id``, ``structure_id`` (str),
        ``structure_version`` (Int64), ``rule_kind`` (category), ``period_start``, ``period_end``
        (days), ``days_left`` (Int64, today included), ``currency``, ``so_far_cents`` (what the
        counts of now would earn), ``expected_cents``, ``low_cents``, ``high_cents`` (Int64) and
        ``reason`` (category): why the amounts are NA. ``no_start_date``, ``incomplete_rule``,
        ``missing_days`` and ``partial_days`` (of the running period, before today) are those of
        :func:`accrue`; with ``short_history`` fewer than four spans are known. An assignment
        without a first day, or by a rule without a known period, has no period; it is listed unless
        it ended before today.

    Raises
    ------
    MissingColumnError, ArgumentError
        As :func:`accrue`; or ``level`` or ``as_of`` is not allowed.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> from trackagoat_pandas.helpers.payouts.forecast import forecast_payouts
    >>> with tgp.connect(sandbox=True):
    ...     structures = tgp.load_payout_structures("Summer Launch")
    ...     cpm = structures[structures["kind"] == "cpm"]
    ...     assignments = tgp.load_payout_assignments(cpm)
    ...     creators = assignments["creator_id"]
    ...     dates = "2026-02-01..2026-06-15"
    ...     views = tgp.load_analytics("creator", creators, "views", dates=dates)
    >>> june = forecast_payouts(
    ...     cpm, assignments, analytics=views, as_of="2026-06-15", timezone="America/New_York")
    >>> cents = ["so_far_cents", "low_cents", "expected_cents", "high_cents"]
    >>> june[cents].iloc[0].tolist()
    [1642, 1642, 7469, 85192]
    """
    check_currency(currency)
    check_between("level", level, 0, 1)
    zone = known_zone(timezone, [analytics, goals, videos, assignments, structures])
    today = day_of("as_of", as_of, zone)
    book = RuleBook(structures, zone)
    assigned = read_assignments(assignments, book)
    is_cut = is_placed(assigned)
    spans = running_spans(assigned[is_cut].reset_index(drop=True), today)
    rows = with_rules(spans, book)
    seen = outlook(rows, Evidence(videos, analytics, goals, zone), today, level)
    rows = with_open_caps(seen.rows, np.ones(len(seen.rows), np.bool_))
    cents = _paid(rows, np.column_stack([seen.so_far, seen.ends]))
    forecast = _shown(rows, cents, today, currency)
    open_ = assigned[~is_cut & (assigned["end"] >= today)]
    if open_.empty:
        return forecast
    others = unplaced(open_, book)
    nothing = np.zeros((len(others), 3 + CHANCES), np.int64)
    places = np.concatenate([rows["place"], others["place"]])
    both = pd.concat([forecast, _shown(others, nothing, today, currency)], ignore_index=True)
    return both.iloc[np.argsort(places, kind="stable")].reset_index(drop=True)


def _paid(rows: pd.DataFrame, quantity: Whole) -> Whole:
    is_known = rows["reason"].isna().to_numpy(dtype=bool)
    return capped(rows, np.where(is_known[:, None], earned_cents(rows, quantity), 0))


def _shown(rows: pd.DataFrame, cents: Whole, today: int, currency: str) -> pd.DataFrame:
    """Name and type the columns; ``cents`` are now, at both ends, and at each end to be expected.

    Two assignments share a cap, so that one may earn the less the more comes.
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
            "rule_kind": words(rows["kind"], RULE_KINDS),
            "period_start": as_days(first),
            "period_end": as_days(np.where(has_period, after - 1, NO_DAY)),
            "days_left": left,
            "currency": pd.Series(currency, rows.index, dtype=STRING),
            **{
                name: pd.Series(amounts[name], rows.index, dtype="Int64").where(is_known)
                for name in _CENTS
            },
            "reason": words(rows["reason"], REASONS),
        }
    )
