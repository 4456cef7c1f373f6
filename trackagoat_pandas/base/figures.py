"""Write numbers briefly: counts and percentages."""

from __future__ import annotations

from math import isfinite
from typing import Final

from trackagoat_pandas.base.wording import with_minus

_SCALES: Final = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))
_WHOLE: Final = 100
"""Tenths of a percent are left out from this percentage on."""


def count_text(number: float) -> str:
    """Write a count briefly: 950, 1.2k, 35M; n/a if it is missing.

    Examples
    --------
    >>> [count_text(number) for number in (0, 12.5, 999, 1_000, 12_345, 999_960, -2_500_000)]
    ['0', '12.5', '999', '1k', '12.3k', '1M', '−2.5M']
    """
    if not isfinite(number):
        return "n/a"
    for scale, letter in _SCALES:
        # 999,950 and more would be rounded to 1000k.
        if abs(number) >= scale * (1 - 5e-5):
            return f"{_one_decimal(number / scale)}{letter}"
    return _one_decimal(number)


def percent_text(number: float) -> str:
    """Write a percentage: 4.2%, 12%; n/a if it is missing.

    Examples
    --------
    >>> [percent_text(4.25), percent_text(12.0), percent_text(130.4)]
    ['4.2%', '12%', '130%']
    """
    if not isfinite(number):
        return "n/a"
    text = f"{number:,.0f}" if abs(number) >= _WHOLE else _one_decimal(number)
    return f"{with_minus(text)}%"


def gap_text(percent: float) -> str:
    """Write by how many percent something is more or less: +4.2%, −12%.

    Examples
    --------
    >>> [gap_text(percent) for percent in (4.25, -12.0, 0.0)]
    ['+4.2%', '−12%', '0%']
    """
    return f"+{percent_text(percent)}" if percent > 0.0 else percent_text(percent)


def share_text(number: float) -> str:
    """Write a share, given in percent: 35%, under 1%, over 99%.

    Examples
    --------
    >>> [share_text(number) for number in (34.6, 0.34, 0, 99.7, 100)]
    ['35%', 'under 1%', '0%', 'over 99%', '100%']
    """
    if 0 < number < 1:
        return "under 1%"
    # Parts of a whole may add up to a little less by rounding.
    return "over 99%" if 99 < number < 100 - 1e-9 else percent_text(round(number))


def _one_decimal(number: float) -> str:
    """Write a number to one decimal, or two below 1, without trailing zeros."""
    text = f"{number:,.{1 if abs(number) >= 1 else 2}f}".rstrip("0").removesuffix(".")
    return "0" if text == "-0" else with_minus(text)
