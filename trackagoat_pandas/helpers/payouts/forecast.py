"""What the running periods will owe, with an interval.

Knows spans, rules and evidence. Must not know what was accrued or paid.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from trackagoat_pandas._types import DateLike
from trackagoat_pandas.checks import check_between
from trackagoat_pandas.helpers.payouts.accrual import with_rules
from trackagoat_pandas.helpers.payouts.columns import (
    STRING,
    Whole,
    as_days,
    day_of,
    known_zone,
    words,
)
from trackagoat_pandas.helpers.payouts.evidence import Evidence
from trackagoat_pandas.helpers.payouts.money import check_currency, half_up
from trackagoat_pandas.helpers.payouts.outlook import WINDOWS, outlook
from trackagoat_pandas.helpers.payouts.rules import RuleBook, capped, earned_cents
from trackagoat_pandas.helpers.payouts.spans import is_placed, read_assignments, running_spans
from trackagoat_pandas.tables.payouts import RULE_KINDS

REASONS = ("incomplete_rule", "missing_days")
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

    The model is the creator's own last weeks, day for day: with n days to go, today's among them,
    each of the last 28 spans of n whole days is taken as what may come. What has been counted
    before today plus such a span (or plus what today has brought already, if that is more) is paid
    by the rule, with its cap, as :func:`accrue` does. Of the 28 amounts ``expected_cents`` is the
    mean, rounded half up, and the interval holds the middle ``level`` of them. Recurring pay is
    certain. The model knows no trend and no season; sums of intervals are wider than the interval
    of a sum.

    Parameters
    ----------
    structures, assignments, videos, analytics, goals, timezone, currency
        As for :func:`accrue`. The analytics must reach back 28 days more than a period is long.
    as_of
        The day that still runs, or an instant in it. Its counts may be partial.
    level
        The share of the amounts that the interval holds, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        One row for each assignment whose running period it covers in part, in the order of
        ``assignments``: ``assignment_id``, ``project_id``, ``creator_id``, ``structure_id`` (str),
        ``structure_version`` (Int64), ``rule_kind`` (category), ``period_start``, ``period_end``
        (days), ``days_left`` (Int64, today included), ``currency``, ``so_far_cents`` (what the
        counts of now would earn), ``expected_cents``, ``low_cents``, ``high_cents`` (Int64) and
        ``reason`` (category): why the amounts are NA, ``incomplete_rule`` or ``missing_days``.

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
    ...     dates = "2026-04-01..2026-06-15"
    ...     views = tgp.load_analytics("creator", creators, "views", dates=dates)
    >>> forecast = forecast_payouts(
    ...     cpm, assignments, analytics=views, as_of="2026-06-15", timezone="America/New_York")
    >>> bool((forecast["low_cents"] <= forecast["high_cents"]).all())
    True
    """
    check_currency(currency)
    check_between("level", level, 0, 1)
    zone = known_zone(timezone, [analytics, goals, videos, assignments, structures])
    today = day_of("as_of", as_of, zone)
    book = RuleBook(structures, zone)
    assigned = read_assignments(assignments, book)
    spans = running_spans(assigned[is_placed(assigned)].reset_index(drop=True), today)
    rows = with_rules(spans, book)
    seen = outlook(rows, Evidence(videos, analytics, goals, zone), today)
    cents = _paid(seen.rows, np.column_stack([seen.so_far, seen.ends]))
    return _shown(seen.rows, cents, today, level, currency)


def _paid(rows: pd.DataFrame, quantity: Whole) -> Whole:
    is_known = rows["reason"].isna().to_numpy(dtype=bool)
    return capped(rows, np.where(is_known[:, None], earned_cents(rows, quantity), 0))


def _shown(
    rows: pd.DataFrame, cents: Whole, today: int, level: float, currency: str
) -> pd.DataFrame:
    """Name and type the columns; the first of ``cents`` is now, the others are the ends."""
    ordered = np.sort(cents[:, 1:], axis=1)
    tail = int(WINDOWS * (1 - level) / 2)
    amounts = {
        "so_far_cents": cents[:, 0],
        "expected_cents": half_up(ordered.sum(axis=1), WINDOWS),
        "low_cents": ordered[:, tail],
        "high_cents": ordered[:, -1 - tail],
    }
    is_known = rows["reason"].isna()
    left = rows["assigned_after"] - np.maximum(rows["assigned_first"], today)
    return pd.DataFrame(
        {
            **{name: rows[name].astype(STRING) for name in _IDS},
            "structure_version": rows["version"].astype("Int64"),
            "rule_kind": words(rows["kind"], RULE_KINDS),
            "period_start": as_days(rows["first"].to_numpy(np.int64)),
            "period_end": as_days(rows["after"].to_numpy(np.int64) - 1),
            "days_left": left.clip(lower=0).astype("Int64"),
            "currency": pd.Series(currency, rows.index, dtype=STRING),
            **{
                name: pd.Series(amounts[name], rows.index, dtype="Int64").where(is_known)
                for name in _CENTS
            },
            "reason": words(rows["reason"], REASONS),
        }
    )
