"""How single values are written for people."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import repeat

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import trackagoat_pandas as tgp
from tests.support.goal_frames import NEW_YORK
from trackagoat_pandas.helpers.formats import content_of
from trackagoat_pandas.showing.cells import (
    BLANK,
    address_text,
    money_text,
    one_line,
    texts,
    web_address,
    write,
    writer_of,
)


def written(values, name, dtype=None, zone="UTC", **options):
    column = pd.Series(values, name=name, dtype=dtype)
    writer = writer_of(column, content_of(column), zone, **options)
    return texts(column, repeat(writer))


@pytest.mark.parametrize(
    ("name", "values", "dtype", "seen"),
    [
        ("view_count", [1234567, None, -5], "Int64", ["1,234,567", BLANK, "−5"]),
        ("value", [3.0, None, 1200.0], "Float64", ["3", BLANK, "1,200"]),
        ("value", [0.5, 12.25], "Float64", ["0.50", "12.25"]),
        ("value", [0.00412, 0.0], "Float64", ["0.0041", "0.0000"]),
        ("value", [552430.85, 29846.73], "float64", ["552,431", "29,847"]),
        ("value", [-0.001, 5.5], "float64", ["0.00", "5.50"]),
        ("value", [float("inf"), 1.5], "float64", ["inf", "1.50"]),
        ("days_left", [10.374988, 0.4, 0.0, None], "Float64", ["10", "<1", "0", BLANK]),
        ("baseline_views", [152885.507, 39.25], "Float64", ["152,886", "39"]),
        ("median_views", [2.5, 7.0], "Float64", ["2.50", "7.00"]),
        ("positive_pct", [45.0, 60.0], "Float64", ["45 %", "60 %"]),
        ("positive_pct", [45.45, 60.0], "Float64", ["45.5 %", "60.0 %"]),
        ("chance", [0.46, 0.0, 1.0], "Float64", ["46 %", "0 %", "100 %"]),
        ("chance", [0.004, 0.9999], "Float64", ["<1 %", ">99 %"]),
        ("year", [2026, None], "Int64", ["2026", BLANK]),
        ("structure_version", [1200], "int64", ["1200"]),
        ("dow", [0, 6, 7], "int64", ["Sunday", "Saturday", "7"]),
        ("owed_cents", [123450, -200, None], "Int64", ["$1,234.50", "−$2.00", BLANK]),
        ("effective_cpm_cents", [487.35, -487.35], "Float64", ["$4.87", "−$4.87"]),
        ("cost_cents", [0.35, 0.12], "Float64", ["$0.0035", "$0.0012"]),
        ("is_active", [True, False, None], "boolean", ["yes", "no", BLANK]),
        ("date", [pd.Timestamp("2026-06-05")], None, ["5 Jun 2026"]),
        ("date", [pd.Timestamp("2026-06-05 08:30")], None, ["5 Jun 2026 08:30"]),
    ],
)
def test_a_value_is_written_by_what_its_column_is(name, values, dtype, seen):
    assert written(values, name, dtype) == seen


def test_an_exact_decimal_keeps_its_decimals():
    exact = tgp.to_money(pd.Series([1230]))
    assert texts(exact, repeat(writer_of(exact, "number", "UTC"))) == ["12.30"]
    assert write(Decimal("12.30")) == "12.30"


def test_an_instant_is_written_in_the_zone():
    posted = [pd.Timestamp("2026-06-15T02:00Z"), pd.NaT]
    assert written(posted, "posted_at", zone=NEW_YORK) == ["14 Jun 2026 22:00", BLANK]


def test_a_period_that_ends_at_midnight_ends_with_its_last_day():
    # Clocks in New York go forward on 8 March and back on 1 November 2026.
    ends = pd.to_datetime(["2026-07-01T04:00Z", "2026-03-09T04:00Z", "2026-11-02T05:00Z"])
    seen = ["end of 30 Jun 2026", "end of 8 Mar 2026", "end of 1 Nov 2026"]
    assert written(ends, "period_end", zone=NEW_YORK) == seen
    assert written(ends[:1], "period_end", zone="UTC") == ["1 Jul 2026 04:00"]
    assert written(ends[:1], "period_start", zone=NEW_YORK) == ["1 Jul 2026 00:00"]


def test_money_without_a_sign_has_its_code():
    assert written([250], "owed_cents", "Int64", currency="CHF") == ["2.50 CHF"]
    assert written([250.0], "owed_cents", "Float64", currency="CHF") == ["2.50 CHF"]


def test_money_without_hundredths_is_said_to_be_cents():
    assert money_text(1500, "JPY") == "1,500 cents of JPY"


@settings(deadline=None)
@given(st.integers(-(10**13), 10**13), st.sampled_from(["USD", "EUR", "CHF"]))
def test_one_amount_is_written_as_a_column_of_them(cents, currency):
    column = pd.Series([cents], dtype="Int64")
    exact = tgp.to_money(column, currency, as_text=True)[0]
    assert money_text(cents, currency) == exact.replace("-", "−")


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        (np.bool_(True), "yes"),
        (np.int64(1200), "1,200"),
        (10**5000, "1.000000e+5000"),
        (1234.5, "1,234.50"),
        (dt.datetime(2026, 6, 5, 8, 30, tzinfo=dt.UTC), "5 Jun 2026 08:30 UTC"),
        (dt.date(2026, 6, 5), "5 Jun 2026"),
        ({"a": 1}, "{'a': 1}"),
        (np.array([1, 2]), "[1 2]"),
        (1 + 2j, "(1+2j)"),
    ],
    ids=["flag", "whole", "endless", "part", "instant", "day", "dict", "array", "complex"],
)
def test_a_value_of_any_type_is_written(value, seen):
    assert write(value) == seen


def test_a_list_of_nulls_is_a_value():
    column = pd.Series([[None], None], dtype=object)
    assert texts(column, repeat(write)) == ["[None]", BLANK]


def test_what_a_terminal_would_obey_is_left_out():
    assert one_line("a\x1b[31m\u202eb\x00\ud83dc\n d") == "a [31m b c d"


def test_emoji_that_are_joined_stay_joined():
    assert one_line("👩‍🎤") == "👩‍🎤"


def test_a_long_text_ends_with_an_ellipsis():
    assert written(["x" * 81, "x" * 80], "title") == ["x" * 79 + "…", "x" * 80]


@pytest.mark.parametrize(
    "value",
    [
        None, 5, "", "goat", "javascript:alert(1)", "data:text/html,x", "//example.com",
        "https://", "https://a b", "https://a'onclick='x", "https://a\"x", "https://<b>",
        " https://a", "ftp://a", "https://a\n",
    ],
)  # fmt: skip
def test_what_a_browser_may_not_follow_is_no_link(value):
    assert web_address(value) is None


def test_an_address_is_written_without_its_scheme():
    assert address_text("HTTPS://www.tiktok.com/@goat") == "tiktok.com/@goat"
