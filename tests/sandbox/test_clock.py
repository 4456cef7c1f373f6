"""Instants, days and periods of the sandbox."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from trackagoat_pandas.sandbox.clock import (
    day_start,
    format_instant,
    format_seconds,
    local_day,
    parse_instant,
    period_bounds,
)

NEW_YORK = ZoneInfo("America/New_York")


def hours(day: date, zone: ZoneInfo) -> float:
    return (day_start(day + timedelta(days=1), zone) - day_start(day, zone)) / timedelta(hours=1)


@pytest.mark.parametrize("text", ["2026-06-15T12:00:00Z", "2026-06-15T08:00:00-04:00"])
def test_an_instant_is_read_as_aware_utc(text: str) -> None:
    read = parse_instant(text)
    assert (read, read.tzinfo) == (datetime(2026, 6, 15, 12, tzinfo=UTC), UTC)


def test_instants_without_an_offset_and_unknown_periods_are_refused() -> None:
    with pytest.raises(ValueError, match="has no offset"):
        parse_instant("2026-06-15T12:00:00")
    with pytest.raises(ValueError, match="has no time zone"):
        format_instant(datetime(2026, 6, 15, 12))  # noqa: DTZ001 - the mistake under test
    with pytest.raises(ValueError, match="period='yearly' must be"):
        period_bounds("yearly", date(2026, 1, 1))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text", ["2026-06-15T12:00:00Z", "2026-06-15T12:00:00.000250Z", "1999-12-31T23:59:59Z"]
)
def test_writing_undoes_reading(text: str) -> None:
    assert format_instant(parse_instant(text)) == text
    assert format_instant(parse_instant(text).astimezone(NEW_YORK)) == text


def test_seconds_are_written_without_fractions() -> None:
    assert format_seconds(np.array([0.0, 1_781_524_800.9])) == [
        "1970-01-01T00:00:00Z",
        "2026-06-15T12:00:00Z",
    ]


@pytest.mark.parametrize(
    ("day", "length"),
    [(date(2026, 3, 7), 24), (date(2026, 3, 8), 23), (date(2025, 11, 2), 25)],
)
def test_a_day_is_as_long_as_its_clocks_make_it(day: date, length: int) -> None:
    assert hours(day, NEW_YORK) == length


def test_a_day_whose_midnight_is_skipped_starts_at_the_change() -> None:
    start = day_start(date(2018, 11, 4), ZoneInfo("America/Sao_Paulo"))
    assert format_instant(start) == "2018-11-04T03:00:00Z"
    assert local_day(start - timedelta(seconds=1), ZoneInfo("America/Sao_Paulo")).day == 3


def test_a_day_whose_midnight_comes_twice_starts_at_the_first() -> None:
    havana = ZoneInfo("America/Havana")
    start = day_start(date(2025, 11, 2), havana)
    assert format_instant(start) == "2025-11-02T04:00:00Z"
    assert hours(date(2025, 11, 2), havana) == 25


def test_an_evening_in_new_york_is_the_day_before_in_utc_terms() -> None:
    assert local_day(parse_instant("2026-06-15T03:59:59Z"), NEW_YORK) == date(2026, 6, 14)
    assert local_day(parse_instant("2026-06-15T04:00:00Z"), NEW_YORK) == date(2026, 6, 15)


@pytest.mark.parametrize(
    ("period", "day", "first", "after"),
    [
        ("daily", date(2026, 2, 28), date(2026, 2, 28), date(2026, 3, 1)),
        ("weekly", date(2026, 6, 15), date(2026, 6, 15), date(2026, 6, 22)),
        ("weekly", date(2026, 6, 14), date(2026, 6, 8), date(2026, 6, 15)),
        ("weekly", date(2026, 1, 1), date(2025, 12, 29), date(2026, 1, 5)),
        ("monthly", date(2026, 2, 28), date(2026, 2, 1), date(2026, 3, 1)),
        ("monthly", date(2025, 12, 31), date(2025, 12, 1), date(2026, 1, 1)),
    ],
)
def test_a_period_has_its_calendar_bounds(period: str, day: date, first: date, after: date) -> None:
    assert period_bounds(period, day) == (first, after)  # type: ignore[arg-type]
