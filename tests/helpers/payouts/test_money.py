from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError
from trackagoat_pandas.helpers.payouts.money import (
    currencies,
    format_cents,
    half_up,
    to_money,
)


def cents(*values):
    return pd.Series(list(values), dtype="Int64", name="amount_cents")


def test_cents_become_exact_decimals():
    money = to_money(cents(123450, -1, None))
    assert money.dtype == pd.ArrowDtype(pa.decimal128(21, 2))
    assert money.dropna().tolist() == [Decimal("1234.50"), Decimal("-0.01")]
    assert money.isna().tolist() == [False, False, True]


def test_a_sum_of_decimals_is_exact_where_floats_are_not():
    assert to_money(cents(*[10] * 3)).sum() == Decimal("0.30")


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (0, "USD", "$0.00"),
        (5, "USD", "$0.05"),
        (-200, "EUR", "-€2.00"),
        (99_999, "USD", "$999.99"),
        (100_000, "USD", "$1,000.00"),
        (100_000_005, "GBP", "£1,000,000.05"),
        (-1_234_567_890, "CHF", "-12,345,678.90 CHF"),
    ],
)
def test_text_has_thousands_and_two_decimals(amount, currency, text):
    assert to_money(cents(amount), currency, as_text=True).tolist() == [text]
    assert format_cents(amount, currency) == text


def test_lengths_may_be_mixed_and_na_stays_na():
    shown = to_money(cents(1, None, 10**9, 12_345_67), as_text=True)
    assert shown.fillna("-").tolist() == ["$0.01", "-", "$10,000,000.00", "$12,345.67"]


def test_index_and_name_are_kept():
    amounts = cents(1, 2).set_axis(["a", "b"])
    for as_text in (False, True):
        money = to_money(amounts, as_text=as_text)
        assert money.index.tolist() == ["a", "b"]
        assert money.name == "amount_cents"


@pytest.mark.parametrize("as_text", [False, True])
def test_nothing_gives_nothing_of_the_same_dtype(as_text):
    assert to_money(cents(), as_text=as_text).dtype == to_money(cents(1), as_text=as_text).dtype


def test_arrow_and_numpy_columns_give_the_same():
    for dtype in ("int64[pyarrow]", "int64", "float64"):
        assert to_money(cents(7).astype(dtype)).tolist() == [Decimal("0.07")]


def test_a_fraction_of_a_cent_is_refused():
    with pytest.raises(ArgumentError, match="whole cents"):
        to_money(pd.Series([1.5]))


@pytest.mark.parametrize("amount", [10**13 + 1, -(10**13) - 1])
def test_an_amount_beyond_reason_is_refused(amount):
    with pytest.raises(ArgumentError, match="at most 10,000,000,000,000 cents"):
        to_money(cents(amount))


def test_the_largest_amount_is_allowed():
    assert to_money(cents(10**13, -(10**13)), as_text=True).tolist() == [
        "$100,000,000,000.00", "-$100,000,000,000.00",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("currency", "message"), [("JPY", "JPY.*no cents"), ("dollars", "give its three letters")]
)
def test_a_currency_is_a_code_and_has_cents(currency, message):
    with pytest.raises(ArgumentError, match=message):
        to_money(cents(1), currency)
    with pytest.raises(ArgumentError, match=message):
        currencies(pd.DataFrame({"currency": ["EUR"]}), currency)


def test_a_row_has_the_currency_of_its_column_and_else_the_one_given():
    rows = pd.DataFrame({"currency": ["EUR", None]}, index=[7, 7])
    for column in (rows["currency"], rows["currency"].astype("category")):
        named = currencies(rows.assign(currency=column), "CHF")
        pd.testing.assert_index_equal(named.index, pd.RangeIndex(2))
        assert named.tolist() == ["EUR", "CHF"]
    same = currencies(rows[[]], "CHF")
    pd.testing.assert_series_equal(same, pd.Series(["CHF", "CHF"], dtype=named.dtype))


def test_only_a_series_is_taken():
    with pytest.raises(ArgumentTypeError, match="pandas Series"):
        to_money(5)


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"), [(1, 2, 1), (3, 2, 2), (149, 100, 1), (-1, 2, 0)]
)
def test_halves_round_up(numerator, denominator, rounded):
    assert half_up(np.array([numerator]), denominator).tolist() == [rounded]
