from __future__ import annotations

import ast
import datetime as dt
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    MissingArgumentError,
    TrackaGoatError,
)
from trackagoat_pandas.inputs.dates import DateRange, begins_relative, is_relative, parse_day

TODAY = dt.date(2026, 6, 15)  # a Monday


@pytest.mark.parametrize(
    ("given", "first", "last"),
    [
        ("2026-06-03", "2026-06-03", "2026-06-03"),
        ("2026-01-05..2026-02-03", "2026-01-05", "2026-02-03"),
        ("2026-01-05/2026-02-03", "2026-01-05", "2026-02-03"),
        ("2026-01-05 to 2026-02-03", "2026-01-05", "2026-02-03"),
        ("2026-01..2026-03", "2026-01-01", "2026-03-31"),
        ("2026", "2026-01-01", "2026-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2026-Q2", "2026-04-01", "2026-06-30"),
        ("2026Q4", "2026-10-01", "2026-12-31"),
        ("2026-W01", "2025-12-29", "2026-01-04"),
        ("today", "2026-06-15", "2026-06-15"),
        ("yesterday", "2026-06-14", "2026-06-14"),
        ("last 1 day", "2026-06-15", "2026-06-15"),
        ("Last 30 Days", "2026-05-17", "2026-06-15"),
        ("this week", "2026-06-15", "2026-06-15"),
        ("last week", "2026-06-08", "2026-06-14"),
        ("this month", "2026-06-01", "2026-06-15"),
        ("last month", "2026-05-01", "2026-05-31"),
        ("this year", "2026-01-01", "2026-06-15"),
        ("last year", "2025-01-01", "2025-12-31"),
        ("this quarter", "2026-04-01", "2026-06-15"),
        ("last quarter", "2026-01-01", "2026-03-31"),
        ("last 1 month", "2026-05-16", "2026-06-15"),
        ("last 12 months", "2025-06-16", "2026-06-15"),
        ("Last  8 weeks", "2026-04-21", "2026-06-15"),
        ("last 2 quarters", "2025-12-16", "2026-06-15"),
        ("last 2 years", "2024-06-16", "2026-06-15"),
        ("May 2026", "2026-05-01", "2026-05-31"),
        ("may 2026", "2026-05-01", "2026-05-31"),
        ("Feb. 2024", "2024-02-01", "2024-02-29"),
        ("sept 2026", "2026-09-01", "2026-09-30"),
        ("Q2 2026", "2026-04-01", "2026-06-30"),
        ("2026-W20..2026-W22", "2026-05-11", "2026-05-31"),
        ("May 2026 to June 2026", "2026-05-01", "2026-06-30"),
        ("since 2026-05-01", "2026-05-01", "2026-06-15"),
        ("since May 2026", "2026-05-01", "2026-06-15"),
        ("Since last quarter", "2026-01-01", "2026-06-15"),
        ("2026-06-01..today", "2026-06-01", "2026-06-15"),
        (("2026-01-01", dt.date(2026, 1, 3)), "2026-01-01", "2026-01-03"),
        (["2026-01", "last month"], "2026-01-01", "2026-05-31"),
        (pd.Period("2026-02", "M"), "2026-02-01", "2026-02-28"),
        (pd.Period("2026-02-07", "D"), "2026-02-07", "2026-02-07"),
        (pd.to_datetime(["2026-01-01", "2026-01-09"]), "2026-01-01", "2026-01-09"),
        (np.datetime64("2026-01-01"), "2026-01-01", "2026-01-01"),
        (DateRange("2026-01-01", "2026-01-02"), "2026-01-01", "2026-01-02"),
    ],
)
def test_a_range_is_read_in_every_form(given, first, last):
    assert DateRange.parse(given, today=TODAY) == DateRange(first, last)


@pytest.mark.parametrize("today", ["2026-06-15", "2026-06-17", "2026-06-21"])
def test_a_week_goes_from_monday_to_sunday_and_the_running_one_ends_today(today):
    today = dt.date.fromisoformat(today)
    assert DateRange.parse("this week", today=today) == DateRange("2026-06-15", today)
    assert DateRange.parse("last week", today=today) == DateRange("2026-06-08", "2026-06-14")


@pytest.mark.parametrize(
    "given",
    ["", "soon", "Mai 2026", [], ("a", "b", "c"), pd.Series(["2026-01-01", "x", "y"])],
)  # fmt: skip
def test_what_is_no_range_is_refused_with_what_is_allowed(given):
    with pytest.raises(ArgumentError, match=r"^dates=.* is not allowed: give two days, \('2026"):
        DateRange.parse(given, today=TODAY)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("2026-05-01:2026-05-31", "'2026-05-01..2026-05-31'"),
        ("01.05.2026-31.05.2026", "'2026-05-01..2026-05-31'"),
        ("2026-05-01 - 2026-05-31", "'2026-05-01..2026-05-31'"),
        ("31.05.2026..01.06.2026", "'2026-05-31..2026-06-01'"),
        ("last 30 dys", "'last 30 days'"), ("last 30", "'last 30 days'"), ("4w", "'last 4 weeks'"),
        ("past 3 mnths", "'last 3 months'"), ("last moth", "'last month'"),
        ("2026-05-01 00:00", "'2026-05-01'"), ("2026-05-01T10:00:00Z", "'2026-05-01'"),
        (["2026-01-01"], "'2026-01-01'"), (("2026-05-01", None), "'since 2026-05-01'"),
        (pd.date_range("2026-05-01", "2026-05-31"), "('2026-05-01', '2026-05-31')"),
        (pd.date_range("2026-05-01", "2026-05-31", tz="UTC"), "('2026-05-01', '2026-05-31')"),
        (2026, "'2026'"), (202605, "'2026-05'"), (20260501, "'2026-05-01'"), (30, "'last 30 days'"),
        (1, "'last 1 days'"), (999, "'last 999 days'"), (dt.timedelta(days=7), "'last 7 days'"),
        (slice("2026-05-01", "2026-05-31"), "('2026-05-01', '2026-05-31')"),
        ({"start": "2026-05-01", "end": "2026-05-31"}, "('2026-05-01', '2026-05-31')"),
    ],
)  # fmt: skip
def test_a_range_in_another_notation_is_refused_with_the_one_that_is_read(given, meant):
    with pytest.raises(TrackaGoatError, match=f"did you mean {re.escape(meant)}\\?$"):
        DateRange.parse(given, today=TODAY)
    assert DateRange.parse(ast.literal_eval(meant), today=TODAY)


@pytest.mark.parametrize(
    ("given", "example"),
    [
        ("May", "May 2026"), ("Q2", "Q2 2026"), ("1 May", "2026-05-01"), ("week 20", "2026-W20"),
        ("all time", "since 2026-01-01"), ("last 0 days", "last 1 day"),
    ],
)  # fmt: skip
def test_what_a_range_needs_is_shown_by_an_example_that_is_read(given, example):
    with pytest.raises(ArgumentError, match=f"'{example}'\\.$"):
        DateRange.parse(given, today=TODAY)
    assert DateRange.parse(example, today=TODAY)


@pytest.mark.parametrize(
    ("today", "given", "first"),
    [
        ("2026-03-31", "last 1 month", "2026-03-01"),
        ("2026-02-28", "last 12 months", "2025-03-01"),
        ("2028-02-29", "last 12 months", "2027-03-01"),
        ("2026-01-01", "last 3 months", "2025-10-02"), ("2026-01-01", "this quarter", "2026-01-01"),
    ],
)  # fmt: skip
def test_months_are_counted_back_to_the_day_after_the_same_day(today, given, first):
    assert DateRange.parse(given, today=today) == DateRange(first, today)


def test_the_quarter_and_the_year_before_are_whole_on_their_first_and_last_day():
    for today in ("2026-01-01", "2026-03-31"):
        quarter, year = (
            DateRange.parse(f"last {unit}", today=today) for unit in ("quarter", "year")
        )
        assert quarter == DateRange("2025-10-01", "2025-12-31")
        assert year == DateRange("2025-01-01", "2025-12-31")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            "since 2026-07-01",
            "'since 2026-07-01' is not allowed: it begins after today, 2026-06-15",
        ),
        ("since 2026-05-01..2026-06-01", "it has an end; leave out 'since'"),
        ("since 2026/05", r"did you mean '2026-05'\?"),
        ("last 9999 years", "the calendar has no such days"),
        ("last quater", r"^dates='last quater' is not allowed: did you mean 'last quarter'\?"),
        ("mai 2026", "'May 2026'"),
    ],
)
def test_words_that_are_no_range_are_refused_with_the_reason(given, said):
    with pytest.raises(ArgumentError, match=said):
        DateRange.parse(given, today=TODAY)


@pytest.mark.parametrize("given", ["2026-13", "2026-02-30", "2026-Q5", "2026-W54"])
def test_days_that_no_calendar_has_are_refused_as_such(given):
    with pytest.raises(ArgumentError, match=r"^dates=.* is not allowed: .*no such day"):
        DateRange.parse(given, today=TODAY)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("31.05.2026", "'2026-05-31'"),
        ("5/31/2026", "'2026-05-31'"),
        ("06/07/2026", "'2026-07-06' or '2026-06-07'"),
        ("2026-1-1", "'2026-01-01'"),
        ("20260531", "'2026-05-31'"),
        ("31 May 2026", "'2026-05-31'"),
        ("May 31, 2026", "'2026-05-31'"),
        ("2026/05", "'2026-05'"),
        (("31.05.2026", "2026-06-01"), "'2026-05-31'"),
    ],
)
def test_days_in_another_notation_are_refused_with_the_right_one(given, meant):
    with pytest.raises(ArgumentError, match=rf"YYYY-MM-DD.*: did you mean {meant}\?$"):
        DateRange.parse(given)


def test_one_day_in_another_notation_is_refused_with_the_right_one():
    with pytest.raises(ArgumentError, match=r"start_date=.*did you mean '2026-05-31'\?$"):
        parse_day("31.05.2026", "start_date")


def test_two_years_are_a_range_and_a_year_and_a_month_are_none():
    assert DateRange.parse("2025/2026").days == 730
    with pytest.raises(ArgumentError, match="did you mean '2026-05'"):
        DateRange.parse("05/2026")


def test_reversed_days_are_refused():
    with pytest.raises(ArgumentError, match=r"2026-02-01\.\.2026-01-01.*first day must not come"):
        DateRange("2026-02-01", "2026-01-01")


@pytest.mark.parametrize("given", [7, 1.5, None, b"2026-01-01", object(), np.int64(0), np.True_])
def test_a_type_that_is_no_range_is_refused(given):
    with pytest.raises(ArgumentTypeError, match=r"dates can't be (of type|None)"):
        DateRange.parse(given)


@pytest.mark.parametrize(
    "given",
    [
        pd.Timestamp("2026-01-01 10:00"),
        pd.Timestamp("2026-01-01", tz="America/New_York"),
        dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        pd.NaT,
    ],
)
def test_an_instant_is_no_day(given):
    with pytest.raises(ArgumentError, match="midnight without a time zone"):
        parse_day(given)


def test_an_array_or_a_number_is_no_day_even_if_one_could_be_read_from_it():
    for value in (np.array(["2026-01-01"], "datetime64[D]"), np.int64(86_400 * 10**9)):
        with pytest.raises(ArgumentTypeError, match="date can't be of type"):
            parse_day(value)


def test_a_period_of_one_day_is_a_day_and_a_longer_one_is_not():
    assert parse_day(pd.Period("2026-02-07", "D")) == dt.date(2026, 2, 7)
    for period in (pd.Period("2026-02", "M"), pd.Period("2026-02-07", "2D")):
        with pytest.raises(ArgumentError, match=r"start_date=.*: it must be one day"):
            parse_day(period, "start_date")


def test_an_hour_long_period_is_no_range():
    with pytest.raises(ArgumentError, match="a day or longer"):
        DateRange.parse(pd.Period("2026-01-01 05:00", "h"))


def test_a_relative_range_needs_to_know_today():
    with pytest.raises(ArgumentError, match="`today` is required: 'last 7 days' depends on"):
        DateRange.parse("last 7 days")


@pytest.mark.parametrize(
    ("value", "expected"),
    [("last 7 days", True), ("2026-01-01..today", True), (("2026-01", "today"), True),
     ("last  30 days", True), ("since 2026/05", True), ("May 2026..last month", True),
     ("May 2026", False), ("Q2 2026", False),
     ("2026-01", False), (dt.date(2026, 1, 1), False)],
)  # fmt: skip
def test_relative_ranges_are_known_as_such(value, expected):
    assert is_relative(value) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("last 7 days", True), ("since last month", True), ("last month..2026-06-14", True),
     (("last month", "today"), True), ("since 2026-05-01", False), ("2026-05-01..today", False),
     ((dt.date(2026, 5, 1), "today"), False), ("2026-05", False), (7, False), ((), False)],
)  # fmt: skip
def test_a_range_that_begins_on_a_named_day_begins_relative_to_nothing(value, expected):
    assert begins_relative(value) is expected


days = st.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1))


@settings(deadline=None)
@given(days, days)
def test_repr_can_be_typed_back_in(one, other):
    dates = DateRange(min(one, other), max(one, other))
    assert eval(repr(dates)) == dates
    assert DateRange.parse(str(dates)) == dates


@settings(deadline=None)
@given(days, days)
def test_a_range_is_half_open_inside_and_inclusive_on_the_wire(one, other):
    dates = DateRange(min(one, other), max(one, other))
    assert dates.stop - dates.start == pd.Timedelta(days=dates.days)
    assert dates.params == {"from": min(one, other).isoformat(), "to": max(one, other).isoformat()}
    assert dates.first in dates
    assert dates.last in dates
    assert dates.last + dt.timedelta(days=1) not in dates


def test_a_range_can_be_a_key_and_cannot_be_changed():
    dates = DateRange("2026-01-01", "2026-01-02")
    assert {dates: 1}[DateRange("2026-01-01", "2026-01-02")] == 1
    with pytest.raises(AttributeError):
        dates.first = dt.date(2026, 1, 2)


UNITS = st.sampled_from(["day", "week", "month", "quarter", "year"])
RELATIVE = st.one_of(
    st.sampled_from(["today", "yesterday"]),
    st.builds(
        "{} {}".format, st.sampled_from(["this", "last"]), UNITS.filter(lambda u: u != "day")
    ),
    st.builds("last {} {}s".format, st.integers(1, 99), UNITS),
    st.builds("since {}".format, st.dates(dt.date(1980, 1, 1), dt.date(1990, 1, 1))),
)
ABSOLUTE = st.one_of(
    st.builds("{:%B %Y}".format, days),
    st.builds("{:%b %Y}".format, days),
    st.builds("Q{} {}".format, st.integers(1, 4), st.integers(1990, 2090)),
    st.builds("{:%G-W%V}".format, days),
    st.builds("{:%Y-%m}".format, days),
)


@settings(deadline=None)
@given(RELATIVE | ABSOLUTE, days, st.sampled_from([str, str.upper, str.title]))
def test_every_form_is_a_range_whose_repr_and_text_are_read_as_the_same(text, today, written):
    dates = DateRange.parse(written(text), today=today)
    assert eval(repr(dates)) == dates
    assert DateRange.parse(str(dates)) == DateRange.parse(dates) == dates


@settings(deadline=None)
@given(RELATIVE | ABSOLUTE, days)
def test_a_form_is_relative_exactly_if_it_needs_to_know_today(text, today):
    if is_relative(text):
        assert DateRange.parse(text, today=today).last <= today
        with pytest.raises(MissingArgumentError, match="depends on which day is today"):
            DateRange.parse(text)
    else:
        assert DateRange.parse(text) == DateRange.parse(text, today=today)


@settings(deadline=None)
@given(days, st.integers(1, 40))
def test_twelve_months_are_a_year_and_three_a_quarter(today, number):
    for unit, months in (("year", 12), ("quarter", 3)):
        one, other = f"last {number} {unit}s", f"last {months * number} months"
        assert DateRange.parse(one, today=today) == DateRange.parse(other, today=today)


@settings(deadline=None)
@given(days)
def test_the_last_and_this_quarter_and_year_meet(today):
    for unit in ("week", "month", "quarter", "year"):
        before, now = (DateRange.parse(f"{word} {unit}", today=today) for word in ("last", "this"))
        assert before.stop == now.start


@pytest.mark.parametrize("year", [2026, np.int64(2026)])
def test_a_year_as_a_number_is_refused_with_its_text(year):
    with pytest.raises(ArgumentTypeError, match="did you mean '2026'"):
        DateRange.parse(year)


@pytest.mark.parametrize(
    ("given", "meant"),
    [("30d", "last 30 days"), ("8 weeks", "last 8 weeks"), ("6m", "last 6 months")],
)
def test_the_last_days_in_short_are_suggested_in_full(given, meant):
    with pytest.raises(ArgumentError, match=f"did you mean '{meant}'"):
        DateRange.parse(given, today="2026-06-15")


def test_the_last_0_days_are_not_suggested():
    with pytest.raises(TrackaGoatError) as caught:
        DateRange.parse(0, today=TODAY)
    assert "did you mean" not in str(caught.value)


def test_a_day_without_a_year_is_no_number_of_months():
    for read in (parse_day, lambda text: DateRange.parse(text, today="2026-06-15")):
        with pytest.raises(ArgumentError) as caught:
            read("27 May")
        assert "last" not in str(caught.value).lower().partition("did you mean")[2]
    with pytest.raises(ArgumentError) as caught:
        parse_day("30d")
    assert "did you mean" not in str(caught.value).lower()


@pytest.mark.parametrize(
    ("given", "last"),
    [("2026-01-32", "2026-01-31"), ("2024-02-30", "2024-02-29"), ("2026-12-32", "2026-12-31")],
)
def test_a_day_that_its_month_does_not_have_is_answered_with_the_last_of_it(given, last):
    with pytest.raises(ArgumentError, match=f"the last of its month is '{last}'"):
        parse_day(given, "start_date")


@pytest.mark.parametrize("given", ["2026-13-01", "2026-00-10", "9999-99-99", "0000-02-30"])
def test_a_day_of_a_month_that_no_year_has_is_refused_as_such(given):
    with pytest.raises(ArgumentError, match=r"no such day; months are 01 to 12"):
        parse_day(given, "start_date")
