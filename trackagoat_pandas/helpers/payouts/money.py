"""Integer cents: how they are read, rounded and shown.

Amounts round half up to a cent. A currency without hundredths is refused: its amounts would be
shown a hundredfold wrong.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from trackagoat_pandas.base.types import Ints
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError
from trackagoat_pandas.helpers.columns import STRING, arrow, plain, text, whole
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.checks import check_bool
from trackagoat_pandas.tables.payouts import CURRENCY_SIGNS

CENTS_A_UNIT = 100
MOST_CENTS = 10**13
"""The largest amount allowed; sums of 900,000 such amounts still fit into 64 bits."""

_MONEY = pa.decimal128(21, 2)
_HUNDREDTH = pa.scalar(Decimal("0.01"), pa.decimal128(3, 2))
_CODE = re.compile(r"[A-Z]{3}")
# ISO 4217: no minor unit, or one of a thousandth.
_WITHOUT_CENTS = frozenset({
    "BHD", "BIF", "CLP", "DJF", "GNF", "IQD", "ISK", "JOD", "JPY", "KMF", "KRW", "KWD", "LYD",
    "OMR", "PYG", "RWF", "TND", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF",
})  # fmt: skip


@takes_arrow
def to_money(cents: pd.Series, currency: str = "USD", *, as_text: bool = False) -> pd.Series:
    """Turn integer cents into exact decimals, or into text for people.

    Parameters
    ----------
    cents : Series
        Whole numbers of cents, such as a frame's ``amount_cents``; they may be negative or NA.
    currency : str, default 'USD'
        The ISO 4217 code of a currency that has hundredths. The API doesn't name one.
    as_text : bool, default False
        Whether to return text, such as ``$1,234.50``, ``-€2.00`` or ``12.30 CHF``.

    Returns
    -------
    pandas.Series
        Under the same index and name: Arrow ``decimal128(21, 2)``, or ``str``. NA stays NA.

    Raises
    ------
    ArgumentTypeError
        ``cents`` isn't a Series.
    ArgumentError
        An amount has fractions of a cent or is over 10**13 cents, or the currency isn't a code or
        has no hundredths.

    See Also
    --------
    outstanding_balances : List who is owed what.
    show : Show a frame as people read it.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> tgp.to_money(pd.Series([123450, -200]), as_text=True).tolist()
    ['$1,234.50', '-$2.00']
    >>> str(tgp.to_money(pd.Series([123450])).sum())
    '1234.50'
    """
    if not isinstance(cents, pd.Series):
        raise ArgumentTypeError(
            "cents", cents, "a pandas Series of whole cents, not floats, such as owed['owed_cents']"
        )
    check_currency(currency)
    amounts = arrow(check_cents(whole(cents.rename("cents"))))
    if check_bool("as_text", as_text):
        shown = plain(_texts(amounts, currency))
    else:
        # Arrow casts 64-bit integers only to decimals of 19 digits or more.
        exact = pc.multiply(amounts.cast(pa.decimal128(19, 0)), _HUNDREDTH).cast(_MONEY)
        shown = pd.Series(pd.arrays.ArrowExtensionArray(exact))
    return pd.Series(shown.array, index=cents.index, name=cents.name)


def format_cents(cents: int, currency: str = "USD") -> str:
    """Format one amount as ``to_money(..., as_text=True)`` does."""
    sign = CURRENCY_SIGNS.get(check_currency(currency), "")
    units, hundredths = divmod(abs(cents), CENTS_A_UNIT)
    code = "" if sign else f" {currency}"
    return f"{'-' * (cents < 0)}{sign}{units:,}.{hundredths:02}{code}"


def check_currency(currency: object) -> str:
    """Return a currency's code if amounts of it can be cents.

    Raises
    ------
    ArgumentError
        It isn't a code of three capitals, or the currency has no hundredths.
    """
    if not isinstance(currency, str) or not _CODE.fullmatch(currency):
        raise ArgumentError("currency", currency, "give its three letters, such as 'USD'")
    if currency in _WITHOUT_CENTS:
        raise ArgumentError("currency", currency, "it has no cents: its unit is not in hundredths")
    return currency


def has_cents(currency: str) -> bool:
    """Return whether a code is one of a currency that has hundredths."""
    return bool(_CODE.fullmatch(currency)) and currency not in _WITHOUT_CENTS


def currencies(ledger: pd.DataFrame, currency: str) -> pd.Series:
    """Return each row's currency: that of its column, else (or if NA) the one given."""
    check_currency(currency)
    if "currency" not in ledger.columns:
        return (
            pd.Series(pd.array([currency], dtype=STRING)).repeat(len(ledger)).reset_index(drop=True)
        )
    return text(ledger["currency"]).fillna(currency)


def check_cents(amounts: pd.Series) -> pd.Series:
    """Return amounts in Int64 cents after checking that none is over 10**13 cents.

    Raises
    ------
    ArgumentError
        One is.
    """
    cents = amounts.to_numpy(np.int64, na_value=0)
    most = max(int(cents.max(initial=0)), -int(cents.min(initial=0)))
    if most > MOST_CENTS:
        raise ArgumentError(str(amounts.name), most, f"an amount is at most {MOST_CENTS:,} cents")
    return amounts


def half_up(numerator: Ints, denominator: Ints | int) -> Ints:
    """Divide integers by positive ones, rounding halves up."""
    rounded: Ints = np.floor_divide(2 * numerator + denominator, 2 * denominator)
    return rounded


def half_up_exact(amount: Fraction) -> int:
    """Round an exact amount to a whole number, halves up."""
    return math.floor(amount + Fraction(1, 2))


def _texts(cents: pa.Array, currency: str) -> pa.Array:
    size = pc.abs(cents)
    units = pc.divide(size, CENTS_A_UNIT)
    rest = pc.subtract(size, pc.multiply(units, CENTS_A_UNIT)).cast(pa.large_string())
    hundredths = pc.utf8_lpad(rest, width=2, padding="0")
    sign = pc.if_else(pc.less(cents, 0), _large("-"), _large(""))
    symbol = _large(CURRENCY_SIGNS.get(currency, ""))
    code = _large("" if currency in CURRENCY_SIGNS else f" {currency}")
    number = pc.binary_join_element_wise(_with_commas(units), hundredths, _large("."))
    return pc.binary_join_element_wise(sign, symbol, number, code, _large(""))


def _with_commas(units: pa.Array) -> pa.Array:
    """Format whole numbers with commas between thousands."""
    rest, group = _split_thousands(units)
    shown, width = group.cast(pa.large_string()), 3
    while pc.max(rest).as_py():
        is_longer = pc.greater(rest, 0)
        rest, group = _split_thousands(rest)
        padded = pc.utf8_lpad(shown, width=width, padding="0")
        longer = pc.binary_join_element_wise(group.cast(pa.large_string()), padded, _large(","))
        shown, width = pc.if_else(is_longer, longer, shown), width + 4
    return shown


def _split_thousands(numbers: pa.Array) -> tuple[pa.Array, pa.Array]:
    rest = pc.divide(numbers, 1_000)
    return rest, pc.subtract(numbers, pc.multiply(rest, 1_000))


def _large(word: str) -> pa.Scalar:
    return pa.scalar(word, pa.large_string())
