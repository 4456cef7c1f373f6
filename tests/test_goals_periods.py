from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from trackagoat_pandas.helpers.goals.periods import (
    Calendar,
    earliest,
    first_days,
    judged_days,
    period_numbers,
)


def days(*texts):
    return np.array(texts, "datetime64[D]")


def words(word, size):
    return np.array([word] * size, dtype=object)


@pytest.mark.parametrize(
    ("period", "first", "following"),
    [
        ("daily", "2026-06-10", "2026-06-11"),
        ("weekly", "2026-06-08", "2026-06-15"),  # Monday to Sunday
        ("monthly", "2026-06-01", "2026-07-01"),
    ],
)
def test_a_period_is_the_calendars_day_week_or_month(period, first, following):
    which = words(period, 1)
    number = period_numbers(which, days("2026-06-10"))
    assert first_days(which, number).tolist() == days(first).tolist()
    assert first_days(which, number + 1).tolist() == days(following).tolist()


@pytest.mark.parametrize(
    ("day", "monday"), [("2026-06-08", "2026-06-08"), ("2026-06-14", "2026-06-08")]
)
def test_a_week_goes_from_monday_to_sunday(day, monday):
    weekly = words("weekly", 1)
    assert first_days(weekly, period_numbers(weekly, days(day)))[0] == days(monday)[0]


def test_a_period_of_unknown_length_has_no_first_day():
    yearly = words("yearly", 1)
    assert np.isnat(first_days(yearly, period_numbers(yearly, days("2026-06-10")))).all()


@pytest.mark.parametrize(
    ("zone", "day", "start", "hours"),
    [
        ("America/New_York", "2026-03-08", "2026-03-08T05:00", 23),
        ("America/New_York", "2025-11-02", "2025-11-02T04:00", 25),
        ("Africa/Cairo", "2026-04-24", "2026-04-23T22:00", 23),  # no midnight: it begins at 1:00
        ("Africa/Cairo", "2026-10-29", "2026-10-28T21:00", 25),  # two midnights: from the first
        ("Asia/Kathmandu", "2026-06-10", "2026-06-09T18:15", 24),
    ],
)
def test_a_day_begins_at_its_first_instant_and_is_as_long_as_clocks_make_it(
    zone, day, start, hours
):
    begin, after = Calendar(zone).starts(days(day)), Calendar(zone).starts(days(day) + 1)
    assert begin[0] == np.datetime64(start)
    assert (after - begin)[0] == np.timedelta64(hours, "h")


@pytest.mark.parametrize(
    "zone", ["America/New_York", "Europe/Zurich", "Africa/Cairo", "America/Havana", "Asia/Beirut"]
)
def test_every_day_of_years_begins_where_the_time_zone_database_says(zone):
    first = date(2019, 1, 1)
    calendar_days = [first + timedelta(days=place) for place in range(8 * 365)]
    starts = [
        datetime.combine(day, datetime.min.time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)
        for day in calendar_days
    ]
    expected = np.array([start.replace(tzinfo=None) for start in starts], "datetime64[us]")
    found = Calendar(zone).starts(np.array(calendar_days, "datetime64[D]"))
    assert (found == expected).all()
    assert (Calendar(zone).days(found) == np.array(calendar_days, "datetime64[D]")).all()


def test_a_position_counts_the_share_of_a_long_day():
    calendar = Calendar("America/New_York")
    noon = np.array(["2025-11-02T17:00"], "datetime64[us]")  # 13 of 25 hours
    passed = calendar.positions(noon)[0] - days("2025-11-02").astype(int)[0]
    assert passed == pytest.approx(13 / 25)


def test_weeks_and_months_before_1970_are_periods_like_others():
    for period, first in (("weekly", "1969-12-29"), ("monthly", "1969-12-01")):
        which = words(period, 1)
        assert first_days(which, period_numbers(which, days("1969-12-31"))) == days(first)


def test_the_earliest_of_days_passes_over_missing_ones():
    assert earliest(days("2026-06-10", "NaT"), days("2026-06-09")) == days("2026-06-09")[0]
    assert np.isnat(earliest(days(), days("NaT")))


def test_a_goal_is_judged_inside_of_its_own_days():
    asked = days("2026-06-10", "2026-06-10", "2026-06-10", "2026-06-10")
    start = days("2026-06-20", "2026-01-01", "2026-01-01", "NaT")
    end = days("NaT", "2026-02-02", "NaT", "NaT")
    expected = days("2026-06-20", "2026-02-02", "2026-06-10", "2026-06-10")
    assert (judged_days(asked, start, end) == expected).all()
