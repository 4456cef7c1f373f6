"""The currency of a plot of money."""

from __future__ import annotations

import pandas as pd

from trackagoat_pandas.errors import ArgumentError


def only_currency(rows: pd.DataFrame, currency: str) -> str:
    """Return the one currency of some rows; the given one if there is no row.

    Raises
    ------
    ArgumentError
        There are several.
    """
    found = rows["currency"].unique()
    if len(found) > 1:
        several = ", ".join(sorted(map(str, found)))
        raise ArgumentError("accruals", several, "keep the rows of one currency for a plot")
    return str(found[0]) if len(found) else currency
