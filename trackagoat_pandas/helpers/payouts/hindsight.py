"""Forecasts of payouts from past days, compared with what was earned."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from trackagoat_pandas._types import DateLike, Ints
from trackagoat_pandas.checks import check_between, check_choice
from trackagoat_pandas.errors import ArgumentTypeError, MissingArgumentError
from trackagoat_pandas.helpers.clocks import past_day
from trackagoat_pandas.helpers.columns import STRING, as_days, categories
from trackagoat_pandas.helpers.facts import derived, known_zone, now_of
from trackagoat_pandas.helpers.labels import Names, finish
from trackagoat_pandas.helpers.payouts.forecast import ForecastBy
from trackagoat_pandas.helpers.payouts.measures import Measures
from trackagoat_pandas.helpers.payouts.money import check_currency, half_up
from trackagoat_pandas.helpers.payouts.outlook import (
    CHANCES,
    HIGH,
    LOW,
    OUTCOMES,
    PayoutOutlook,
    open_periods,
)
from trackagoat_pandas.helpers.payouts.rules import capped, earned_cents, with_open_caps
from trackagoat_pandas.helpers.payouts.totals import GROUPS, sums_of
from trackagoat_pandas.progress import calculating
from trackagoat_pandas.tables.payouts import RULE_KINDS

_CENTS = ("expected_cents", "low_cents", "high_cents", "amount_cents")


@derived("structures", "assignments", "videos", "analytics", "goals", by="by")
def backtest_payouts(
    structures: pd.DataFrame,
    assignments: pd.DataFrame,
    *,
    days: Iterable[DateLike],
    by: ForecastBy = "assignment",
    videos: pd.DataFrame | None = None,
    analytics: pd.DataFrame | None = None,
    goals: pd.DataFrame | None = None,
    timezone: str | None = None,
    level: float = 0.8,
    currency: str = "USD",
    names: Names = None,
) -> pd.DataFrame:
    """Forecast from past days, and compare with what was earned.

    So you see how often the intervals of :func:`forecast_payouts` hold in your program. Each
    forecast uses what was known at the end of its day. A day takes about 0.1 s for 300 creators, so
    that a progress bar is shown.

    Parameters
    ----------
    structures, assignments, videos, analytics, goals, timezone, currency, names
        As for :func:`forecast_payouts`, up to now.
    days
        The days from which to forecast, such as ``pd.date_range("2026-03-01", "2026-05-31")``.
    by
        As for :func:`forecast_payouts`.
    level
        The share of true amounts that an interval should hold, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        One row for each day and assignment whose period of that day has closed, or each day and
        group all of whose periods have: ``as_of`` (day), the ids, ``rule_kind``, ``period_start``
        and ``period_end`` (of assignments) or ``periods`` (of groups), ``currency``,
        ``expected_cents``, ``low_cents``, ``high_cents``, ``amount_cents`` (what was earned; Int64)
        and ``is_within`` (boolean: whether the interval holds it; NA where one isn't known).
        ``is_within.mean()`` should be about `level`, by chance more or less: neighbouring days
        aren't independent. Amounts that are certain, such as recurring pay, always are within.

    Raises
    ------
    MissingColumnError, ArgumentError
        As :func:`forecast_payouts`; ``days`` are missing, or one is after today.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     structures = tgp.load_payout_structures("Summer Launch")
    ...     cpm = structures[structures["kind"] == "cpm"]
    ...     assignments = tgp.load_payout_assignments(cpm)
    ...     views = tgp.load_analytics("creator", assignments["creator_id"], "views",
    ...                                dates="2025-12-20..2026-06-18")
    >>> tried = tgp.backtest_payouts(cpm, assignments, analytics=views, timezone="America/New_York",
    ...                              days=pd.date_range("2026-03-10", "2026-05-25", freq="5D"))
    >>> round(float(tried["is_within"].mean()), 2)
    0.69
    """
    check_currency(currency)
    check_between("level", level, 0, 1)
    check_choice("by", by, ["assignment", *GROUPS])
    frames = [analytics, goals, videos, assignments, structures]
    zone, now = known_zone(timezone, frames), now_of(frames)
    today = past_day("now", now, zone, now)
    if isinstance(days, str | bytes) or not isinstance(days, Iterable):
        raise ArgumentTypeError("days", days, "days, in a list or an index")
    days = list(days)
    if not days:
        raise MissingArgumentError("days", "pass the days from which to forecast")
    measures, tried = Measures(videos, analytics, goals, zone), list[pd.DataFrame]()
    with calculating("forecasts", len(days)) as step:
        for day in days:
            as_of = past_day("days", day, zone, now)
            seen, cents, _ = open_periods(
                structures, assignments, measures, as_of, zone, until=None, level=level
            )
            is_over = seen.rows["after"].to_numpy(np.int64) <= today
            seen, cents = seen.where(is_over), cents[is_over]
            earned = _earned(seen, measures)
            if by == "assignment":
                rows = _of_assignments(seen, cents, earned)
            else:
                rows = _of_groups(seen, cents, earned, GROUPS[by], level)
            tried.append(rows.assign(as_of=as_days(np.full(len(rows), as_of))))
            step()
    found = pd.concat(tried, ignore_index=True).assign(currency=currency)
    within = found["amount_cents"].between(found["low_cents"], found["high_cents"])
    is_known = found[list(_CENTS)].notna().all(axis=1)
    found["is_within"] = within.astype("boolean").where(is_known)
    return finish(
        found.astype({"currency": STRING}), names, structures=structures, assignments=assignments,
        videos=videos, analytics=analytics, goals=goals,
    )  # fmt: skip


def _earned(seen: PayoutOutlook, measures: Measures) -> pd.Series:
    """Return what each row earned in the end; NA where that isn't known."""
    rows = measures.of(seen.rows.drop(columns="reason"))
    uncapped = earned_cents(rows, rows["quantity"].to_numpy(np.int64))
    rows = with_open_caps(rows, uncapped != 0)
    is_known = rows["reason"].isna()
    return pd.Series(capped(rows, np.where(is_known, uncapped, 0)), dtype="Int64").where(is_known)


def _of_assignments(seen: PayoutOutlook, cents: Ints, earned: pd.Series) -> pd.DataFrame:
    rows, ends = seen.rows, cents[:, [LOW, HIGH]]
    low, high = ends.min(axis=1), ends.max(axis=1)
    expected = np.clip(half_up(cents[:, OUTCOMES].sum(axis=1), CHANCES), low, high)
    is_known = rows["reason"].isna()
    amounts = {"expected_cents": expected, "low_cents": low, "high_cents": high}
    ids = ("assignment_id", "project_id", "creator_id", "structure_id")
    return pd.DataFrame(
        {
            **{name: rows[name].astype(STRING) for name in ids},
            "rule_kind": categories(rows["kind"], RULE_KINDS),
            "period_start": as_days(rows["first"].to_numpy(np.int64)),
            "period_end": as_days(rows["after"].to_numpy(np.int64) - 1),
            **{
                name: pd.Series(values, dtype="Int64").where(is_known)
                for name, values in amounts.items()
            },
            "amount_cents": earned,
        }
    )


def _of_groups(
    seen: PayoutOutlook, cents: Ints, earned: pd.Series, keys: list[str], level: float
) -> pd.DataFrame:
    sums = sums_of(seen, cents, seen.rows.iloc[:0], keys, level)
    owners = [seen.rows[name] for name in keys] or [pd.Series(0, earned.index)]
    groups = earned.groupby(owners, dropna=False, sort=False)
    is_known = groups.count() == groups.size()
    totals = groups.sum().where(is_known).astype("Int64")
    return sums[[*keys, "periods", *_CENTS[:-1]]].assign(amount_cents=totals.array)
