# ruff: noqa: DTZ001
from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.heavy import part
from trackagoat_pandas.frames.read_cells import Style, read_cells
from trackagoat_pandas.tables.model import Column

BERLIN = ZoneInfo("Europe/Berlin")
UNITS, CENTS = Style(money="units"), Style(money="cents")
DMY = Style(dates="dmy", zone=BERLIN)


def read(kind, *cells, content="", style=Style(), categories=(), name="x"):  # noqa: B008
    column = Column(name, kind, "", categories=categories)
    values = pd.Series(list(cells), dtype=object)
    return read_cells(values, column, content, style).array.to_pylist()


def why(kind, cell, *, content="", style=Style(), categories=(), least=None):  # noqa: B008
    column = Column("x", kind, "", categories=categories, least=least)
    found = read_cells(pd.Series([cell], dtype=object), column, content, style)
    assert found.array.to_pylist() == [None]
    [(place, _, reason)] = found.flaws
    assert place == 0
    return reason


@pytest.mark.parametrize(
    ("cell", "count"),
    [
        ("1,234", 1234), ("1,234,567", 1_234_567), ("1.2M", 1_200_000), ("2.3K", 2_300),
        ("2.3 k", 2_300), ("2.3\u00a0k", 2_300), ("1B", 10**9), ("12", 12), ("-5", -5),
        ("\u22125", -5), ("(7)", -7),
        ("1 234", 1234), ("1\u202f234", 1234), ("1'234", 1234), (" 12 ", 12), ("12.0", 12),
        (12, 12), (12.0, 12), (np.int64(12), 12), (Decimal(12), 12), ("+12", 12),
        ("9223372036854775807", 2**63 - 1),
    ],
)  # fmt: skip
def test_counts_are_read_as_people_write_them(cell, count):
    assert read("int", cell) == [count]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("1,23", "not a number"), ("12,34,567", "not a number"), ("1.2345678M", "whole"),
        ("12 %", "percent"), ("$12", "money"), ("1.2E+06", "rounded"), (12.5, "whole"),
        (2.0**53, "float"), (True, "not a number"), ("9223372036854775808", "too large"),
        ("--5", "not a number"), ("1.2bn", "not a number"), ("(-5)", "sign"), ("(5", "sign"),
        ("many", "not a number"),
        (dt.date(2026, 1, 1), "not a number"), (float("inf"), "finite"), ("1,234 567", "not a num"),
    ],
)  # fmt: skip
def test_what_is_no_count_is_not_guessed(cell, reason):
    assert reason in why("int", cell)


@pytest.mark.parametrize("cell", [-1, -1.0, "-1", "(7)", "\u22121.2k", np.int64(-3)])
def test_negative_numbers_of_things_are_not_read(cell):
    assert why("int", cell, least=0) == "it is less than 0"


@pytest.mark.parametrize(
    ("cell", "cents"),
    [
        ("$1,234.50", 123450), ("1234.5", 123450), ("0.1", 10), ("-0.01", -1), ("($3)", -300),
        ("12 USD", 1200), ("1.2K", 120000), (12, 1200), (12.34, 1234), (Decimal("0.29"), 29),
        ("9999999999999999.99", 999999999999999999), (0.29, 29), (1.1, 110), ("12.", 1200),
        ("PEN 5", 500),
    ],
)  # fmt: skip
def test_units_become_cents_exactly(cell, cents):
    assert read("int", cell, content="money", style=UNITS) == [cents]


@pytest.mark.parametrize(
    ("cell", "style", "reason"),
    [
        ("1.005", UNITS, "fraction of a cent"), (0.1 + 0.2, UNITS, "inexact"),
        ("12.5", CENTS, "fraction of a cent"), ("$12", CENTS, "units"), ("12 %", UNITS, "percent"),
        ("1E3", UNITS, "rounded"), ("$5 €", UNITS, "two currencies"), (True, UNITS, "not a number"),
    ],
)  # fmt: skip
def test_an_amount_that_is_no_whole_number_of_cents_is_not_rounded(cell, style, reason):
    assert reason in why("int", cell, content="money", style=style)


def test_a_second_currency_is_not_added_to_the_first():
    assert read("int", "$5", "€5", "7", content="money", style=UNITS) == [500, None, 700]


def test_a_decimal_comma_is_read_where_it_is_stated():
    style = Style(money="units", decimal=",")
    assert read("int", "1.234,50 €", "0,5", content="money", style=style) == [123450, 50]
    assert read("int", "1.234", "1,2M", style=style) == [1234, 1_200_000]
    assert read("float", "1,5", "2.000,25", style=style) == [1.5, 2000.25]
    assert "not a number" in why("float", "1.5", style=style)


def test_percents_hold_12_and_shares_a_hundredth_of_it():
    assert read("float", "12 %", "12", 12, content="percent") == [12.0, 12.0, 12.0]
    assert read("float", "12 %", "0.12", content="share") == [0.12, 0.12]
    assert "percent" in why("float", "12 %")


def test_a_number_of_a_text_is_the_nearest_float():
    texts = ["0.1", "1e-05", "1,234.5678", "6.7%", "123456789.123456789"]
    assert read("float", *texts, content="percent") == [
        0.1,
        1e-05,
        1234.5678,
        6.7,
        123456789.123456789,
    ]


@pytest.mark.parametrize(
    "cell",
    [
        1.23e18,
        5.0,
        True,
        "1.23E+18",
        "1.23E18",
        "7.595904724055445e+18",
        "7,59E+18",
        "123.0",
        "7595904724055440000",
        Decimal(5),
    ],
)
def test_an_id_that_may_have_lost_digits_is_not_read(cell):
    assert why("id", cell)


def test_ids_stay_as_they_are():
    ids = ["7595904724055444700", " a-b ", 7595904724055444701, "12E5", "00012"]
    assert read("id", *ids) == [
        "7595904724055444700",
        "a-b",
        "7595904724055444701",
        "12E5",
        "00012",
    ]


def test_one_of_many_ids_may_end_in_zeros():
    ids = [str(7_595_904_724_055_444_701 + place) for place in range(200)]
    assert read("id", *ids, "7595904724055440000")[-1] == "7595904724055440000"
    assert read("id", *ids[:50], "7595904724055440000")[-1] is None


def test_flags_are_words_or_1_and_0():
    assert read("bool", "Yes", "no", "TRUE", "false", "1", "0", 1, 0, True, False, 1.0) == [
        True, False, True, False, True, False, True, False, True, False, True,
    ]  # fmt: skip
    assert "yes" in why("bool", "maybe")
    assert "yes" in why("bool", 2)


def test_words_are_matched_without_case_and_separators():
    words = ("on_track", "at_risk")
    assert read("category", "At risk", "ON-TRACK", "at_risk", categories=words) == [
        "at_risk", "on_track", "at_risk",
    ]  # fmt: skip
    assert "Did you mean 'at_risk'" in why("category", "at rsk", categories=words)


@pytest.mark.parametrize(
    "kind", ["int", "float", "bool", "instant", "day", "category", "id", "json", "text"]
)
def test_empty_cells_are_missing(kind):
    cells = ["", "-", "n/a", " N/A ", None, pd.NA, float("nan"), pd.NaT]
    assert read(kind, *cells, categories=("a",)) == [None] * len(cells)


@pytest.mark.parametrize("kind", ["int", "float", "bool", "instant", "day", "id", "json"])
def test_empty_texts_among_texts_are_missing(kind):
    cells = ["", "-", "n/a", " N/A ", "  -  ", "\n", "NaN", "null", "None", "#N/A", "\u2014"]
    assert read(kind, *cells) == [None] * len(cells)
    assert read("text", *cells[:6], "a-", "x") == [None] * 6 + ["a-", "x"]


def test_texts_that_are_empty_elsewhere_are_texts():
    assert read("text", "nan", "None", "na", 5, " x ") == ["nan", "None", "na", "5", " x "]


def test_handles_lose_their_at_and_the_address_of_a_profile_is_a_handle():
    given = ("@goat", " goat.2 ", "https://www.tiktok.com/@zoe?lang=en", "tiktok.com/@zoe")
    assert read("text", *given, name="tiktok_handle") == ["goat", "goat.2", "zoe", "zoe"]


@pytest.mark.parametrize("cell", ["a b", "@", "x" * 31, "https://example.com/@a", "Zoë"])
def test_what_is_no_handle_is_reported(cell):
    column = Column("tiktok_handle", "text", "")
    found = read_cells(pd.Series(["@goat", cell], dtype=object), column, "text", Style())
    assert found.array.to_pylist() == ["goat", None]
    [(place, _, reason)] = found.flaws
    assert place == 1
    assert "a handle" in reason


@pytest.mark.parametrize(
    ("order", "text"),
    [("dmy", "05/06/2026"), ("mdy", "6/5/2026"), ("ymd", "2026.06.05"), ("dmy", "5.6.2026")],
)
def test_days_are_read_in_the_stated_order(order, text):
    assert (
        read("day", text, "2026-06-05", style=Style(dates=order)) == [dt.datetime(2026, 6, 5)] * 2
    )


@pytest.mark.parametrize(
    ("text", "order", "reason"),
    [
        ("05/06/2026", None, "isn't stated"), ("05/06/26", "dmy", "four digits"),
        ("13/13/2026", "dmy", "no such day"), ("31/02/2026", "dmy", "no such day"),
        ("2026/06/05", "dmy", "order"), ("05/06-2026", "dmy", "not a date"),
        ("2026-06-05 12:00", None, "a time"), ("2026-06-05T00:00:00Z", None, "time zone"),
        (46178, "dmy", "not a date"), ("2026-02-30", None, "no such day"),
    ],
)  # fmt: skip
def test_a_day_is_not_guessed(text, order, reason):
    assert reason in why("day", text, style=Style(dates=order))


@pytest.mark.parametrize(
    ("cell", "hour"),
    [
        ("05.06.2026 14:30", 12), ("5/6/2026, 2:30 PM", 12), ("2026-06-05T14:30:00", 12),
        ("2026-06-05 14:30:00+00:00", 14), ("2026-06-05T14:30:00Z", 14),
        ("2026-06-05 14:30:00+02:00", 12), ("05.06.2026 14:30 UTC", 14),
        (pd.Timestamp("2026-06-05 14:30"), 12), (dt.datetime(2026, 6, 5, 14, 30), 12),
        (pd.Timestamp("2026-06-05 14:30", tz="UTC"), 14),
    ],
)  # fmt: skip
def test_times_without_a_zone_are_in_the_stated_one(cell, hour):
    assert read("instant", cell, style=DMY) == [dt.datetime(2026, 6, 5, hour, 30, tzinfo=dt.UTC)]


@pytest.mark.parametrize(
    ("clock", "hour"),
    [("12:30 AM", 0), ("1:30 AM", 1), ("11:30 AM", 11), ("12:30 PM", 12), ("1:30 PM", 13)],
)
def test_hours_of_a_12_hour_clock_are_read(clock, hour):
    read_at = dt.datetime(2026, 6, 5, hour, 30, tzinfo=BERLIN)
    assert read("instant", f"2026-06-05 {clock}", style=DMY) == [read_at]


def test_an_instant_is_its_day_in_the_stated_zone():
    assert read("day", "2026-06-05T22:30:00Z", style=DMY) == [dt.datetime(2026, 6, 6)]


@pytest.mark.parametrize(
    ("text", "style", "reason"),
    [
        ("2026-06-05 14:30", Style(), "time zone"), ("2026-06-05", Style(), "time zone"),
        ("2026-03-29 02:30", DMY, "clocks change"), ("2026-10-25 02:30", DMY, "clocks change"),
        ("2026-06-05 24:00", DMY, "no such"), ("2026-06-05 13:30 PM", DMY, "no such"),
        ("2026-06-05 0:30 AM", DMY, "no such"),
        ("yesterday", DMY, "not a date"),
    ],
)  # fmt: skip
def test_an_instant_is_not_guessed(text, style, reason):
    assert reason in why("instant", text, style=style)


def test_columns_of_any_dtype_are_read():
    column = Column("x", "instant", "")
    stamps = pd.Series(pd.to_datetime(["2026-06-05 14:30", None])).dt.tz_localize("Europe/Berlin")
    expected = [dt.datetime(2026, 6, 5, 12, 30, tzinfo=dt.UTC), None]
    assert read_cells(stamps, column, "", Style()).array.to_pylist() == expected
    naive = stamps.dt.tz_localize(None)
    assert read_cells(naive, column, "", DMY).array.to_pylist() == expected
    words = pd.Series(["a", None, "b"], dtype="category")
    texts = read_cells(words, Column("x", "text", ""), "", Style()).array.to_pylist()
    assert texts == ["a", None, "b"]
    numbers = pd.Series([1, None], dtype="Int64")
    assert read_cells(numbers, Column("x", "int", ""), "", Style()).array.to_pylist() == [1, None]
    paid = read_cells(numbers, Column("x_cents", "int", ""), "money", UNITS).array.to_pylist()
    assert paid == [100, None]


def test_objects_are_written_as_json():
    assert read("json", {"a": 1}, [1], '{"a":1}') == ['{"a":1}', "[1]", '{"a":1}']
    assert "JSON" in why("json", "{a}")


def test_equal_cells_of_different_types_are_read_apart():
    assert read("int", 1, True, 1.0, "1") == [1, None, 1, 1]


WRITTEN = st.one_of(
    st.text("0123456789.,-+eEKM%/: TZna$'", max_size=12),
    st.from_regex(r"-?[0-9]{1,4}(,[0-9]{3}){0,2}(\.[0-9]{1,4})?", fullmatch=True),
    st.from_regex(r"20[0-9]{2}-[01][0-9]-[0-3][0-9][T ][0-2][0-9]:[0-5][0-9]:00Z", fullmatch=True),
    st.from_regex(r"[0-9a-f]{4}-[0-9a-f]{4}", fullmatch=True),
)


@pytest.mark.parametrize("decimal", [".", ","])
@pytest.mark.parametrize("kind", ["int", "float", "instant", "id", "text", "day"])
def test_texts_are_read_alike_among_texts_and_among_other_values(kind, decimal):
    @settings(deadline=None, max_examples=part(50, 50, 15))
    @given(st.lists(WRITTEN, max_size=5))
    def law(cells):
        style = Style(decimal=decimal)
        # A list among the cells makes each of them be read by itself.
        assert read(kind, *cells, style=style) == read(kind, *cells, [], style=style)[:-1]

    law()


def test_a_day_before_the_first_of_the_calendar_is_out_of_range():
    style = Style(zone=ZoneInfo("America/New_York"))
    assert why("day", "0001-01-01T00:00:00Z", style=style) == "it is out of range"
