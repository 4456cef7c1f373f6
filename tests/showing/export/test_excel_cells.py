"""A column as cells: what each kind of value becomes."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.showing.export.excel_cells import (
    cells_of,
    currencies_of,
    headings_of,
    utf16_length,
)

DAYS = ["2026-05-01", None]


def cells(name, values, dtype=object, currencies="USD", timezone="America/New_York"):
    column = pd.Series(values, dtype=dtype, name=name)
    codes = pd.Series([currencies] * len(values) if isinstance(currencies, str) else currencies)
    return cells_of(column, timezone=timezone, currencies=codes)


@pytest.mark.parametrize(
    ("name", "values", "dtype", "wanted"),
    [
        ("id", [7_400_000_000_000_000_001, None], "Int64", ["7400000000000000001", None]),
        ("creator_id", ["a", None], object, ["a", None]),
        ("title", ["=1+1", "", None], object, ["=1+1", "", None]),
        ("view_count", [5, None], "Int64", [5, None]),
        ("view_count", [10**15 - 1, -(10**15)], "int64", [10**15 - 1, "-1000000000000000"]),
        ("dow", [0, 6, None, 7], "Int64", ["Sunday", "Saturday", None, "7"]),
        ("view_count", [1, True, 2.5, None], object, [1, "yes", 2.5, None]),
        ("value", [1.5, np.nan, np.inf, -np.inf], "float64", [1.5, None, "∞", "-∞"]),
        ("positive_pct", [45.0, 1.1, None], "Float64", [0.45, 0.011, None]),
        ("chance", [0.45, None], "Float64", [0.45, None]),
        ("is_active", [True, False, None], "boolean", ["yes", "no", None]),
        ("is_active", [True, False, None], object, ["yes", "no", None]),
        ("status", ["at_risk", None], "category", ["at risk", None]),
        ("label", ["at_risk", "at risk"], "category", ["at_risk", "at risk"]),
        ("stage", ["set_aside", None], "category", ["set aside", None]),
        ("tiktok_handle", ["mia_smith"], "category", ["mia_smith"]),
        ("kind", [3, None], "category", [3, None]),
        ("owed_cents", [123450, -7, None], "Int64", [1234.5, -0.07, None]),
        ("owed_cents", [123450, None], object, [1234.5, None]),
        ("effective_cpm_cents", [123.456, np.nan], "float64", [1.23456, None]),
        ("owed_cents", [10**16 + 1], "int64", ["100000000000000.01"]),
        ("start_date", DAYS, "datetime64[us]", [46143.0, None]),
        ("start_date", [dt.date(2026, 5, 1), None], object, [46143.0, None]),
        ("start_date", [dt.date(2026, 5, 1), None], pd.ArrowDtype(pa.date32()), [46143.0, None]),
        ("posted_at", ["2026-05-01T16:00Z", None], "datetime64[us, UTC]", [46143.5, None]),
        ("span", [pd.Timedelta("1D")], "timedelta64[ns]", ["1 days 00:00:00"]),
        ("month", [pd.Period("2026-05", "M")], "period[M]", ["2026-05"]),
        ("items", [["a"], {"b": 1}, (2,)], object, ['["a"]', '{"b": 1}', "[2]"]),
        ("items", [np.array([3]), None], object, ["[3]", None]),
        ("owed_cents", [Decimal(150), None], object, [1.5, None]),
        ("owed_cents", [Decimal("9" * 35)], object, ["9" * 33 + ".99"]),
        ("amount", [Decimal("1.50"), Decimal("NaN")], object, [1.5, "NaN"]),
        ("amount", [Decimal("1E+310"), Decimal("0E-400")], object, ["1" + "0" * 310, 0.0]),
        ("amount", [Decimal("1E+99999")], object, ["1E+99999"]),
        ("amount", [Decimal("1E-310")], object, ["0." + "0" * 309 + "1"]),
        ("amount", [10**5000], object, ["1" + "0" * 5000]),
        ("value", [1.5, pd.NA], object, [1.5, None]),
        ("day", [dt.date(2026, 5, 1), pd.NA], object, [46143.0, None]),
        ("amount_cents", [1 + 2j], "complex128", ["(1+2j)"]),
    ],
)  # fmt: skip
def test_values_become_what_a_spreadsheet_has_for_them(name, values, dtype, wanted):
    found = list(cells(name, values, dtype).entries)
    assert found == wanted
    assert [*map(type, found)] == [*map(type, wanted)]


def test_decimals_of_arrow_keep_their_digits():
    exact = pa.array([Decimal("1234.50"), Decimal("1234567890123456.78")], pa.decimal128(21, 2))
    column = pd.Series(pd.arrays.ArrowExtensionArray(exact))
    assert cells("amount", column, column.dtype).entries == [1234.5, "1234567890123456.78"]


def test_a_fraction_of_a_cent_shows_its_digits_and_whole_ones_two():
    assert cells("owed_cents", [1.0, 2.0], "float64").formats == '"$"#,##0.00;-"$"#,##0.00'
    assert cells("owed_cents", [1.25], "float64").formats == '"$"#,##0.00##;-"$"#,##0.00##'


def test_each_amount_has_the_format_of_its_currency():
    found = cells("owed_cents", [100, 200, 300], "Int64", ["EUR", "CHF", "EUR"])
    assert found.formats == [
        '"€"#,##0.00;-"€"#,##0.00', '#,##0.00 "CHF"', '"€"#,##0.00;-"€"#,##0.00',
    ]  # fmt: skip


@pytest.mark.parametrize("currency", ["JPY", "usd", "="])
def test_a_currency_without_cents_is_refused(currency):
    with pytest.raises(ArgumentError, match="currency"):
        cells("owed_cents", [100], "Int64", currency)


@pytest.mark.parametrize(
    ("values", "wanted"),
    [([1.0, 2e6], "#,##0"), ([1.5], "#,##0.00"), ([0.25, 0.0], "0.0000"), ([], "#,##0")],
)
def test_numbers_show_as_many_digits_as_say_something(values, wanted):
    assert cells("value", values, "float64").formats == wanted


def test_a_year_has_no_separator():
    assert cells("year", [2026], "int64").formats == "0"


def test_an_instant_is_written_in_the_zone_that_was_asked_for():
    times = pd.to_datetime(["2026-05-01T03:30:00.250Z"])
    found = cells("posted_at", times, times.dtype, timezone="Asia/Kolkata")
    assert found.entries == [pytest.approx(46143 + 9 / 24 + 0.25 / 86_400, abs=1e-9)]
    assert found.formats == "yyyy-mm-dd hh:mm"


def test_a_time_without_a_zone_keeps_its_hour():
    found = cells("posted_at", ["2026-05-01T12:00"], "datetime64[us]")
    assert (found.entries, found.formats) == ([46143.5], "yyyy-mm-dd hh:mm")


@pytest.mark.parametrize("day", ["1900-02-28", "1899-12-31", "9999-12-31"])
def test_days_outside_of_the_calendar_of_spreadsheets_are_refused(day):
    with pytest.raises(ArgumentError, match=rf"day: row 1 holds {day}.*outside of Excel's"):
        cells("day", ["2026-05-01", day], "datetime64[us]")


def test_the_first_and_the_last_day_of_that_calendar_are_numbers():
    found = cells("day", ["1900-03-01", "9999-12-30"], "datetime64[us]")
    assert found.entries == [61.0, 2_958_464.0]


def test_a_text_is_as_long_as_its_utf_16_and_too_long_is_refused():
    assert utf16_length("a😭") == 3
    assert cells("text", ["😭" * 16_383]).entries == ["😭" * 16_383]
    with pytest.raises(ArgumentError, match=r"text: the text in row 1 has 32,768 characters; a "):
        cells("text", ["a", "😭" * 16_384])


def test_what_no_workbook_can_hold_is_a_question_mark_and_said():
    odd = ["a\ud83d", "\x01", "_x0041\x01", "<r>\x01</r>", "_x0041"]
    found = cells("text", odd)
    assert found.entries == ["a?", "\x01", "_x0041?", "<r>?</r>", "_x0041"]
    assert found.notes == ("Text: 3 texts have a ? for characters that a workbook can't hold.",)


def test_numbers_that_became_texts_are_said():
    found = cells("view_count", [1, 10**15], "Int64")
    assert found.notes == ("Views: 1 numbers are texts, since Excel keeps 15 digits.",)


def headings(*names, contents=None, columns=None):
    labels = columns if columns is not None else pd.Index(names, dtype=object)
    frame = pd.DataFrame([range(len(labels))], columns=labels)
    return headings_of(frame, contents or ["text"] * len(labels), "Europe/Paris")


def test_headings_are_readable_and_name_the_zone_of_times():
    found = headings(
        "tiktok_handle", "owed_cents", "posted_at", contents=["text", "money", "instant"]
    )
    assert found == ["Creator", "Owed", "Posted (Europe/Paris)"]


def test_headings_differ_also_to_a_program_that_ignores_case():
    found = headings("creator", "tiktok_handle", "Creator", "creator", "", "", 3, None)
    assert found == [
        "Creator", "Creator (tiktok_handle)", "Creator (Creator)", "Creator (creator) (2)",
        "Column 5", "Column 6", "3", "None",
    ]  # fmt: skip
    assert len({head.lower() for head in found}) == len(found)


def test_headings_that_would_break_a_table_are_mended():
    found = headings("a\nb", "<r>x</r>", "tiktok_x000D_", "\ud83d", "x" * 300, "=1")
    assert found == ["A b", "< r>x</r>", "TikTok x000D", "Column 4", "X" + "x" * 199, "=1"]


def test_the_columns_of_a_pivoted_table_are_names_and_stay():
    columns = pd.Index(["date", "mia_smith"], name="label")
    assert headings(columns=columns, contents=["day", "count"]) == ["Date", "mia_smith"]
    pairs = pd.MultiIndex.from_tuples([("views", "a_b"), ("views", "c")])
    assert headings(columns=pairs) == ["views · a_b", "views · c"]


def test_levels_of_columns_are_no_currencies():
    levels = pd.MultiIndex.from_tuples([("currency", "a"), ("currency", "b"), ("x_cents", "")])
    frame = pd.DataFrame([[1, 2, 3]], columns=levels)
    assert currencies_of(frame, "EUR").tolist() == ["EUR"]
    twice = pd.DataFrame([[5, 6, "EUR"]], columns=["x_cents", "x_cents", "currency"])
    assert currencies_of(twice, "USD").tolist() == ["EUR"]
