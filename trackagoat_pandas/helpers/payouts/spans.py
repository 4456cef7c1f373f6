"""Assignments, cut into the pay periods that they touch."""

from __future__ import annotations

import numpy as np
import pandas as pd

from trackagoat_pandas.checks import require_columns
from trackagoat_pandas.helpers.payouts.calendar import (
    GOAL_DELAY,
    first_days,
    last_started_day,
    period_numbers,
)
from trackagoat_pandas.helpers.payouts.columns import NO_DAY, Whole, day_numbers, once, text
from trackagoat_pandas.helpers.payouts.rules import RuleBook
from trackagoat_pandas.tables.analytics import GOAL_PERIODS

_NEVER = np.int64(10**7)  # a day after the year 29,000
_COLUMNS = ("id", "structure_id", "creator_id", "start_date", "end_date")


def read_assignments(assignments: pd.DataFrame, book: RuleBook) -> pd.DataFrame:
    """Return assignments with their structure's code, kind and period, and days as numbers.

    Of an assignment that stands twice the row that ``latest_rows`` chooses counts.
    """
    require_columns(assignments, _COLUMNS, loader="load_payout_assignments")
    assignments = once(assignments, ["id"])
    rows = pd.DataFrame(
        {
            "assignment_id": text(assignments["id"]),
            "structure_id": text(assignments["structure_id"]),
            "creator_id": text(assignments["creator_id"]),
            "start": day_numbers(assignments["start_date"]),
            "end": day_numbers(assignments["end_date"]),
        }
    )
    codes, end = book.codes(rows["structure_id"]), rows["end"].to_numpy()
    return rows.assign(
        place=np.arange(len(rows)),
        end=np.where(end == NO_DAY, _NEVER, end),
        code=codes,
        period=book.periods(codes),
        kind=book.kinds(codes),
        begins=book.begins(codes),
    )


def is_placed(assignments: pd.DataFrame) -> pd.Series:
    """Return whether an assignment can be cut into periods: it has a first day and a period."""
    return (assignments["start"] != NO_DAY) & assignments["period"].isin(GOAL_PERIODS)


def closed_spans(assignments: pd.DataFrame, until: pd.Timestamp, zone: str) -> pd.DataFrame:
    """Return one row for each period that has closed and, for goals, has waited 48 hours."""
    delayed = last_started_day(until - GOAL_DELAY, zone)
    limit = np.where(assignments["kind"] == "goal", delayed, last_started_day(until, zone))
    periods = assignments["period"].to_numpy(dtype=object)
    start, end = assignments["start"].to_numpy(), assignments["end"].to_numpy()
    first = period_numbers(start, periods)
    last = np.minimum(period_numbers(end, periods), period_numbers(limit, periods) - 1)
    return _cut(assignments, first, np.where(end >= start, last - first + 1, 0))


def running_spans(assignments: pd.DataFrame, today: int) -> pd.DataFrame:
    """Return one row for each assignment whose period that holds today is assigned in part."""
    periods = assignments["period"].to_numpy(dtype=object)
    first = period_numbers(np.full(len(assignments), today), periods)
    begin, after = first_days(first, periods), first_days(first + 1, periods)
    start, end = assignments["start"].to_numpy(), assignments["end"].to_numpy()
    touches = (start < after) & (end >= begin) & (end >= start)
    return _cut(assignments, first, touches.astype(np.int64))


def _cut(assignments: pd.DataFrame, first: Whole, counts: Whole) -> pd.DataFrame:
    """Repeat each assignment for so many periods from a first one.

    Periods that had ended before the structure began are left out.
    """
    counts = np.maximum(counts, 0)
    places = np.repeat(np.arange(len(assignments)), counts)
    begins = np.cumsum(counts) - counts
    numbers = first[places] + np.arange(len(places)) - begins[places]
    rows = assignments.iloc[places].reset_index(drop=True)
    periods = rows["period"].to_numpy(dtype=object)
    opens, after = first_days(numbers, periods), first_days(numbers + 1, periods)
    begin = np.maximum(opens, rows["start"].to_numpy())
    stop = np.minimum(after, rows["end"].to_numpy() + 1)
    cut = rows.assign(
        first=opens,
        after=after,
        assigned_first=begin,
        assigned_after=stop,
        days_assigned=stop - begin,
        days_in_period=after - opens,
    )
    has_begun = after > rows["begins"].to_numpy()
    return cut if has_begun.all() else cut[has_begun].reset_index(drop=True)
