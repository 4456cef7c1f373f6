"""Local days, compared with pandas instant by instant, and calendar periods."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.clocks import (
    ONE_DAY,
    day_starts,
    days_shown,
    first_days,
    hours_as_spans,
    past_instant,
    period_numbers,
    positions,
)

ZONES = [
    "UTC", "America/New_York", "Europe/Berlin", "Asia/Kolkata", "Asia/Kathmandu",
    "Pacific/Chatham", "Pacific/Apia", "America/St_Johns", "Africa/Monrovia", "Asia/Beirut",
]  # fmt: skip


def asked(instants: np.ndarray, zone: str) -> np.ndarray:
    # pandas 2.3 gives a zone's name to pytz, which rounds offsets to minutes.
    clocks = ZoneInfo(zone)
    return np.array(
        [
            pd.Timestamp(one, tz="UTC").tz_convert(clocks).tz_localize(None).date()
            for one in instants
        ],
        "datetime64[D]",
    )


def spread(first: str, last: str, number: int) -> np.ndarray:
    begin, end = (np.datetime64(day, "us") for day in (first, last))
    dice = np.random.default_rng(7)
    steps = dice.integers(0, int((end - begin).astype(np.int64)), number)
    return begin + steps.astype("timedelta64[us]")


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2026-03-27", "2026-03-30"),  # the clocks of Europe, and of Beirut at midnight
        ("2026-10-30", "2026-11-02"),  # those of America
        ("2006-10-28", "2006-10-30"),  # Newfoundland's went back at a minute past midnight
        ("2011-12-29", "2012-01-01"),  # Samoa had no 30 December
        ("1971-12-30", "1972-01-09"),  # Liberia's were 44:30 behind
        ("1899-12-30", "1900-01-02"),
    ],
)
def test_many_instants_in_few_days_are_dated_as_one_by_one(zone, first, last):
    instants = spread(first, last, 1_000)
    assert (days_shown(instants, zone) == asked(instants, zone)).all()


@pytest.mark.parametrize("zone", ZONES)
def test_midnights_and_their_neighbours_are_dated_as_one_by_one(zone):
    days = np.arange("2026-03-28", "2026-04-01", dtype="datetime64[D]").astype("datetime64[us]")
    quarters = days[:, None] + np.arange(96) * np.timedelta64(15 * 60 * 10**6, "us")
    sides = np.array([-1, 0, 1]).astype("timedelta64[us]")
    instants = (quarters.ravel()[:, None] + sides).ravel()
    assert (days_shown(instants, zone) == asked(instants, zone)).all()


def test_the_minute_after_a_midnight_that_comes_twice_is_of_the_day_before():
    # At 02:31 UTC the clocks of St. John's went from 00:01 on the 29th back to 23:01 on the 28th.
    minutes = np.arange("2006-10-29T02:25", "2006-10-29T02:40", dtype="datetime64[m]")
    shown = days_shown(np.repeat(minutes.astype("datetime64[us]"), 2), "America/St_Johns")
    assert (
        shown.astype(str).tolist() == ["2006-10-28"] * 10 + ["2006-10-29"] * 2 + ["2006-10-28"] * 18
    )


def test_what_is_missing_stays_missing_and_nothing_gives_nothing():
    nothing = np.array([], "datetime64[us]")
    assert days_shown(nothing, "Asia/Kolkata").dtype == "datetime64[D]"
    some = np.array(["2026-05-01T18:30", "NaT", "2026-05-01T18:29"], "datetime64[us]")
    assert days_shown(some, "Asia/Kolkata").astype(str).tolist() == [
        "2026-05-02", "NaT", "2026-05-01",
    ]  # fmt: skip


@pytest.mark.parametrize("unit", ["s", "ms", "ns"])
def test_the_unit_of_instants_does_not_matter(unit):
    # A Timestamp of pandas 2 is in nanoseconds, and so are arrays that are made of one.
    instants = np.array(["2026-06-30T23:59", "2026-07-01T04:00", "NaT"], f"datetime64[{unit}]")
    shown = days_shown(np.repeat(instants, 2), "America/New_York")
    assert shown.astype(str).tolist() == ["2026-06-30"] * 2 + ["2026-07-01"] * 2 + ["NaT"] * 2


def test_far_apart_instants_need_no_table_of_what_lies_between():
    instants = np.array(["0001-01-01T12:00", "9999-12-31T12:00"], "datetime64[us]")
    assert days_shown(instants, "UTC").astype(str).tolist() == ["0001-01-01", "9999-12-31"]


@pytest.mark.parametrize(
    ("zone", "day", "start", "hours"),
    [
        ("America/New_York", "2026-03-08", "2026-03-08T05:00", 23),
        ("America/New_York", "2025-11-02", "2025-11-02T04:00", 25),
        ("America/Havana", "2026-03-08", "2026-03-08T05:00", 23),  # no midnight: it starts at one
        ("America/Havana", "2026-11-01", "2026-11-01T04:00", 25),  # two midnights: the first
        ("Africa/Cairo", "2026-04-24", "2026-04-23T22:00", 23),  # no midnight
        ("Africa/Cairo", "2026-10-29", "2026-10-28T21:00", 25),  # two midnights
        ("Asia/Kathmandu", "1986-01-01", "1985-12-31T18:30", 23.75),  # a quarter was skipped
        ("Asia/Kathmandu", "2026-06-10", "2026-06-09T18:15", 24),
        ("Pacific/Apia", "2011-12-29", "2011-12-29T10:00", 24),
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00", 0),  # that day never was
        ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00", 24),
        ("America/Toronto", "1919-03-31", "1919-03-31T04:30", 23.5),  # from 23:30 to 0:30
    ],
)  # fmt: skip
def test_a_day_begins_at_its_first_instant_and_is_as_long_as_clocks_make_it(
    zone, day, start, hours
):
    begin, after = day_starts(np.array([days(day), days(day) + ONE_DAY]), zone)
    assert begin == np.datetime64(start)
    assert after - begin == np.timedelta64(int(hours * 60), "m")


@pytest.mark.parametrize("zone", ZONES)
def test_the_instant_before_a_day_shows_an_earlier_one(zone):
    days = np.arange("1970-01-02", "2036-01-01", dtype="datetime64[D]")
    starts = day_starts(days, zone)
    is_real = starts != day_starts(days + ONE_DAY, zone)
    assert (days_shown(starts, zone)[is_real] == days[is_real]).all()
    assert (days_shown(starts - np.timedelta64(1, "us"), zone) < days).all()


def test_no_day_begins_at_no_instant():
    assert np.isnat(day_starts(np.array(["NaT"], "datetime64[D]"), "Asia/Kathmandu")).all()


def days(*texts):
    return np.array(texts, "datetime64[D]")


def words(word, size):
    return np.array([word] * size, dtype=object)


@pytest.mark.parametrize(
    ("period", "day", "first", "following"),
    [
        ("daily", "2026-06-10", "2026-06-10", "2026-06-11"),
        ("weekly", "2026-06-08", "2026-06-08", "2026-06-15"),  # Monday to Sunday
        ("weekly", "2026-06-14", "2026-06-08", "2026-06-15"),
        ("weekly", "1969-12-31", "1969-12-29", "1970-01-05"),
        ("monthly", "2026-06-10", "2026-06-01", "2026-07-01"),
        ("monthly", "1969-12-31", "1969-12-01", "1970-01-01"),
        ("yearly", "2026-06-10", "NaT", "NaT"),
    ],
)
def test_a_period_is_the_calendars_day_week_or_month(period, day, first, following):
    which = words(period, 1)
    number = period_numbers(which, days(day))
    np.testing.assert_array_equal(first_days(which, number), days(first))
    np.testing.assert_array_equal(first_days(which, number + 1), days(following))


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
    found = day_starts(np.array(calendar_days, "datetime64[D]"), zone)
    assert (found == expected).all()
    assert (days_shown(found, zone) == np.array(calendar_days, "datetime64[D]")).all()


def test_a_position_counts_the_share_of_a_long_day():
    noon = np.array(["2025-11-02T17:00"], "datetime64[us]")  # 13 of 25 hours
    passed = positions(noon, "America/New_York")[0] - days("2025-11-02").astype(int)[0]
    assert passed == pytest.approx(13 / 25)


def test_hours_are_spans_to_the_microsecond_and_none_where_they_are_not_known():
    hours = np.array([1 / 3_600, -0.5, 1e9, np.nan, np.inf, -np.inf, 1e300])
    spans = hours_as_spans(hours)
    assert spans.dtype == "timedelta64[us]"
    known = np.array([1_000_000, -1_800_000_000, 3_600_000_000 * 10**9], "timedelta64[us]")
    assert (spans.dropna().to_numpy() == known).all()
    assert spans.isna().tolist() == [False] * 3 + [True] * 4


@pytest.mark.parametrize(
    ("moment", "instant"),
    [
        ("2026-06-14", "2026-06-15T04:00Z"),
        ("2026-03-08", "2026-03-09T04:00Z"),  # a day of 23 hours
        ("2026-06-15", "2026-06-15T16:00Z"),  # today isn't over
        (pd.Timestamp("2026-06-15T20:00Z"), "2026-06-15T16:00Z"),
        (pd.Timestamp("2026-06-14T20:00-04:00"), "2026-06-15T00:00Z"),
    ],
)
def test_an_instant_of_the_past_may_be_given_as_a_day_and_is_its_end_or_now(moment, instant):
    found = past_instant("until", moment, "America/New_York", pd.Timestamp("2026-06-15T16:00Z"))
    assert found == pd.Timestamp(instant)


def test_a_day_to_come_is_no_instant_of_the_past():
    with pytest.raises(ArgumentError, match="until"):
        past_instant("until", "2026-06-16", "UTC", pd.Timestamp("2026-06-15T16:00Z"))
