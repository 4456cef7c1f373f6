"""The week of a report: the last seven days that are over, by the organization's time zone."""

from __future__ import annotations

import pandas as pd
import pytest

from trackagoat_pandas.program.frames import ProgramData
from trackagoat_pandas.program.weeks import week_of
from trackagoat_pandas.showing.recorder import Traced

pytestmark = pytest.mark.slow


def program(moment: str, zone: str = "America/New_York", **frames: pd.DataFrame) -> ProgramData:
    traced = {name: Traced(frame, name) for name, frame in frames.items()}
    return ProgramData("Goats", "p", pd.Timestamp(moment), zone, traced, {})


def views(last: str, *, partial: int = 0) -> pd.DataFrame:
    days = pd.date_range(end=last, periods=20)
    is_partial = [False] * (20 - partial) + [True] * partial
    return pd.DataFrame({"date": days, "value": 1.0, "is_partial": is_partial})


@pytest.mark.parametrize(
    ("moment", "zone", "days"),
    [
        ("2026-06-15T12:00Z", "UTC", "2026-06-08..2026-06-14"),
        ("2026-06-15T03:00Z", "America/New_York", "2026-06-07..2026-06-13"),
        ("2026-06-15T16:00Z", "Asia/Tokyo", "2026-06-09..2026-06-15"),
    ],
)
def test_it_ends_with_the_local_day_before(moment: str, zone: str, days: str) -> None:
    assert week_of(program(moment, zone)).dates == days


def test_it_ends_where_daily_views_end() -> None:
    assert week_of(program("2026-06-15T12:00Z", analytics=views("2026-06-12"))).text == (
        "6 Jun to 12 Jun 2026"
    )


def test_a_day_that_is_not_over_is_not_in_it() -> None:
    series = views("2026-06-15", partial=2)
    assert (
        week_of(program("2026-06-15T12:00Z", analytics=series)).last
        == pd.Timestamp("2026-06-13").date()
    )


def test_views_of_later_days_change_nothing() -> None:
    series = views("2026-06-20")
    assert week_of(program("2026-06-15T12:00Z", analytics=series)).dates.endswith("2026-06-14")


def test_its_ends_are_local_midnights_also_when_clocks_change() -> None:
    week = week_of(program("2026-03-10T12:00Z"))
    assert (week.start, week.end) == ("2026-03-03T05:00:00Z", "2026-03-10T04:00:00Z")
    assert week.before.dates == "2026-02-24..2026-03-02"
    assert week.short == "3 Mar to 9 Mar"
