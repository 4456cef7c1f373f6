"""How much is earned a day, how long a budget lasts at that, and how often this was right."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas.base.types import Floats, Ints
from trackagoat_pandas.helpers.clocks import NO_DAY, days_shown
from trackagoat_pandas.helpers.columns import instants_of
from trackagoat_pandas.helpers.intervals import student_quantile
from trackagoat_pandas.helpers.payouts.ledger import earned_days
from trackagoat_pandas.helpers.records import Record

GROUP: Final = ["project_id", "currency"]
WEEK: Final = 7
MOST_MONTHS, FEWEST_MONTHS = 6, 4
"""With more, the past is too old to resemble the present; with fewer, the spread is unknown."""
MOST_DAYS: Final = 90
"""In simulations, intervals of budgets that last longer hold less often than they say."""
TRIED_DAYS: Final = 30
"""How long the budgets of a back-test are to last: it can be judged after twice that time."""
_FEWEST_TRIED: Final = 10
_TRIED_MONTHS: Final = 24
_TRIED: Final = (
    f"Of {{calls}} budgets for {TRIED_DAYS} more days in your past, {{held}} ended in the interval"
)
_MONTH_DAYS: Final = 365.25 / 12
_CENTURY: Final = 36_525
"""Days; what lasts longer has no end that could be foreseen."""
_CERTAIN: Final = 1e-9
"""A share of the burn; months that differ by less are alike apart from the rounding of floats."""
_MID_MONTH: Final = 14  # days after the first: late entries of the month before are there


class Lasting(NamedTuple):
    """The days that an amount lasts, the interval, and why there is none."""

    days: int | None = None
    low: int | None = None
    high: int | None = None
    reason: str | None = None


def spending(earned: pd.DataFrame, zone: str, last: int, weeks: int) -> pd.DataFrame:
    """Sum the cents of each group up to the ends of the window, and those of whole months.

    ``before`` and ``spent``, the cents up to the window's begin and end, are fractions: floats, or
    whole cents a day, would give other days. ``month_0`` is the burn a day of the last month that
    ended by ``last``, ``month_1`` that of the one before; ``months`` counts those that are known:
    all after the month of the group's first entry, which is rarely a whole one.
    """
    begin = last - WEEK * weeks
    lines = _evenly(earned, zone, begin)
    length = (lines["last"] - lines["first"] + 1).to_numpy(np.int64)
    passed = _days_passed(lines, np.array([begin, last]))
    products = lines["cents"].to_numpy(np.int64)[:, None] * passed
    exact = {
        name: pd.Series(map(Fraction, column.tolist(), length.tolist()), lines.index, object)
        for name, column in zip(("before", "spent"), products.T, strict=True)
    }
    edges = _month_ends(last, MOST_MONTHS)
    monthly = -np.diff(_cents_earned(lines, edges), axis=1) / -np.diff(edges)
    burns = {f"month_{place}": column for place, column in enumerate(monthly.T)}
    groups = lines.assign(**exact, **burns).groupby(GROUP, dropna=False)
    sums = groups[[*exact, *burns]].sum()
    first = groups["first"].min().to_numpy(np.int64)
    sums["months"] = (edges[1:] >= first[:, None]).sum(axis=1)
    return sums.reset_index()


def lasting(
    left: Fraction, burn: Fraction, monthly: Floats, elapsed: int, weeks: int, level: float
) -> Lasting:
    """Return how many days an amount lasts, ``elapsed`` days after the end of the window.

    ``left`` is the rest of it at that end, and ``monthly`` the burn of whole months, newest first.
    """
    if burn <= 0:
        return Lasting(reason="nothing is earned a day")
    days = _whole_days(left / burn - elapsed)
    if left <= 0:
        return Lasting(days, days, days)
    if days is None or days > MOST_DAYS:
        return Lasting(days, reason=f"it lasts more than {MOST_DAYS} days")
    if len(monthly) < FEWEST_MONTHS:
        return Lasting(days, reason=f"fewer than {FEWEST_MONTHS} whole months of pay")
    error = _error(monthly / float(burn), float(left / burn), weeks)
    if error < _CERTAIN:
        return Lasting(days, days, days)
    reach = Fraction(student_quantile((1 + level) / 2, len(monthly) - 2) * error)
    # If the burn may be zero, the budget may last for any time. All are rounded down: a budget that
    # lasts until some time on a day lasts the whole days before it.
    most = left / (burn * (1 - reach)) if reach < 1 else Fraction(2 * _CENTURY)
    low = _whole_days(left / (burn * (1 + reach)) - elapsed)
    return Lasting(days, low, _whole_days(most - elapsed))


def _error(monthly: Floats, ahead_days: float, weeks: int) -> float:
    """Return the standard error of the coming burn, as a share of that of the window.

    A month's burn is a level, which moves from month to month, and chance: of the mean square of
    the steps w = 3 / 5 is the level's. It lets the means of the months behind and ahead differ by
    w * (behind + ahead) / 3, and chance by (1 - w) / 2 * (1 / behind + 1 / ahead).
    """
    # Less than a month is as uncertain as a month: most pay is by the month, spread evenly over it.
    behind, ahead = (max(days / _MONTH_DAYS, 1.0) for days in (WEEK * weeks, ahead_days))
    steps = float((np.diff(monthly) ** 2).mean())
    return math.sqrt(steps / 5 * (1 / behind + 1 / ahead + behind + ahead))


def record_of(earned: pd.DataFrame, zone: str, last: int, weeks: int, level: float) -> Record:
    """Say how often intervals of past budgets held, of those that can be judged by ``last``.

    In the middle of each month, from what was entered by then, each group gets a budget for
    ``TRIED_DAYS`` more days. ``last`` is the last day whose pay is known.
    """
    earned = earned[earned["project_id"].notna()]
    made = days_shown(instants_of(earned["created_at"]), zone).astype(np.int64)
    whole = dict(iter(_evenly(earned, zone, last).groupby(GROUP)))
    verdicts = list[bool]()
    for month in _month_ends(last, _TRIED_MONTHS)[1:].tolist():
        elapsed = 1 + _MID_MONTH
        today = month + elapsed
        if today + 2 * TRIED_DAYS > last:
            continue
        for row in spending(earned[made <= today], zone, month, weeks).to_dict("records"):
            burn = (row["spent"] - row["before"]) / (WEEK * weeks)
            left = burn * (elapsed + TRIED_DAYS)
            found = lasting(left, burn, known_months(row), elapsed, weeks, level)
            if found.low is not None:
                low, high = today + found.low, None if found.high is None else today + found.high
                entries = whole[row["project_id"], row["currency"]]
                verdicts.append(_holds(entries, float(row["spent"] + left), low, high, last))
    few = f"fewer than {_FEWEST_TRIED} budgets could be tried"
    reason = few if len(verdicts) < _FEWEST_TRIED else ""
    return Record(len(verdicts), sum(verdicts), reason, _TRIED)


def _holds(entries: pd.DataFrame, budget: float, low: int, high: int | None, last: int) -> bool:
    """Whether the last day that a budget lasted was one from ``low`` to ``high``."""
    is_open = high is None or high >= last  # if it lasts on after ``last``, it is still within
    after = last if high is None else min(high + 1, last)
    early, late = _cents_earned(entries, np.array([low, after])).sum(axis=0)
    budget *= 1 + _CERTAIN
    return bool(early <= budget and (is_open or late > budget))


def known_months(row: Mapping[Any, Any]) -> Floats:
    """Return the burn of the known whole months of a row of `spending`, newest first."""
    return np.array([row[f"month_{place}"] for place in range(int(row["months"]))], np.float64)


def _evenly(earned: pd.DataFrame, zone: str, undated: int) -> pd.DataFrame:
    """Return each entry's group, cents, and the first and last day over which it is spread."""
    stop = earned_days(earned, zone)
    # An entry without any day was earned at some time before.
    stop = np.where(stop == NO_DAY, undated, stop)
    start = earned["first"].to_numpy(np.int64)
    start = np.where(start == NO_DAY, stop, np.minimum(start, stop))
    cents = earned["cents"].to_numpy(np.int64)
    return earned[GROUP].assign(cents=cents, first=start, last=stop)


def _days_passed(lines: pd.DataFrame, edges: Ints) -> Ints:
    """Count the days of each entry that have passed by the end of each day."""
    start = lines["first"].to_numpy(np.int64)[:, None]
    length = lines["last"].to_numpy(np.int64)[:, None] - start + 1
    passed: Ints = np.clip(edges - start + 1, 0, length)
    return passed


def _cents_earned(lines: pd.DataFrame, edges: Ints) -> Floats:
    """Return the cents of each entry that were earned by the end of each day."""
    length = (lines["last"] - lines["first"] + 1).to_numpy(np.int64)
    cents = lines["cents"].to_numpy(np.float64)
    reached: Floats = (cents / length)[:, None] * _days_passed(lines, edges)
    return reached


def _month_ends(last: int, months: int) -> Ints:
    """Return the last days of months up to a day, newest first: one more than the months."""
    month = np.array([last + 1]).astype("datetime64[D]").astype("datetime64[M]")
    starts = (month - np.arange(months + 1)).astype("datetime64[D]")
    ends: NDArray[np.int64] = starts.astype(np.int64) - 1
    return ends


def _whole_days(days: Fraction) -> int | None:
    return max(math.floor(days), 0) if days < _CENTURY else None
