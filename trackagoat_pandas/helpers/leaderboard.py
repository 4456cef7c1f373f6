"""The first rows by a column, with rank and share."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from trackagoat_pandas._types import Floats, Ints
from trackagoat_pandas.checks import check_int, check_name, holding, require_columns
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.columns import floats, values_of
from trackagoat_pandas.helpers.latest import latest_of
from trackagoat_pandas.tables import TABLES

_RATE = re.compile(
    r"(^|_)(rate|avg|mean|median|percentage|percent|multiple|score|comparative|cpm)(_|$)|(^|_)share$"
)


def leaderboard(
    frame: pd.DataFrame, by: str = "view_count", n: int | None = 10, *, within: str | None = None
) -> pd.DataFrame:
    """Rank the rows by a column of numbers.

    In a frame with a column ``id``, what stands twice counts once: of several rows with one ``id``
    one is ranked and summed: that with the latest ``fetched_at`` and ``updated_at``, where there
    are such columns, then the last.

    Parameters
    ----------
    frame
        Any frame with that column, such as that of :func:`load_videos`, or of
        ``load_report("creator-leaderboard", ...)``.
    by
        The column, most first.
    n
        How many rows, or None for all. Of rows that tie for the last place the earlier ones stay.
    within
        A column such as ``"creator_id"``: the first `n` of each of its values, ranked among
        themselves, in order of the column's values.

    Returns
    -------
    pandas.DataFrame
        The frame's columns with two before them. ``rank`` (Int64): 1 is the most, equal numbers
        rank alike, and the rank after a tie counts all before it (1, 1, 3). ``share`` (Float64,
        percent): the part of the sum of all known numbers of the frame, also of rows that are not
        shown; with `within`, of the row's own group. NA where that means nothing: for a rate or a
        mean, where any number of the frame is negative, or where all of them are 0. Rows without a
        number are not ranked and left out. Existing columns with these names are replaced, so a
        leaderboard can be re-ranked.

    Raises
    ------
    MissingColumnError
        There is no such column.
    ArgumentError
        It holds no numbers, or `n` is less than 1.
    ArgumentTypeError
        `by` or `within` is no name.

    Examples
    --------
    >>> import pandas as pd
    >>> videos = pd.DataFrame({"title": ["a", "b", "c"], "view_count": [30, 60, 10]})
    >>> leaderboard(videos, n=2).to_numpy().tolist()
    [[1, 60.0, 'b', 60], [2, 30.0, 'a', 30]]
    """
    names = [check_name("by", by)]
    if within is not None:
        names.append(check_name("within", within))
    loader = next((table.loader for table in TABLES.values() if by in table.names), None)
    require_columns(frame, names, loader=loader)
    dtype = frame[by].dtype
    if not pd.api.types.is_numeric_dtype(dtype) or pd.api.types.is_bool_dtype(dtype):
        raise ArgumentError("by", by, f"it must be a column of numbers, not of {dtype}")
    if n is not None:
        check_int("n", n, minimum=1)
    frame = latest_of(frame, ["id"])
    numbers = pd.Series(frame[by].array)
    groups = None if within is None else _plain(frame[within])
    values = values_of(numbers)
    if groups is None:
        places = _first(numbers, values, n)
    else:
        with holding(groups, "values that have an order, such as text or numbers"):
            places = _first_within(numbers, values, groups, n)
    result = frame.iloc[places].reset_index(drop=True)
    earlier = result.columns.intersection(["rank", "share"])
    if len(earlier):
        result = result.drop(columns=earlier)
    result.insert(0, "rank", _ranks(numbers.iloc[places], groups))
    result.insert(1, "share", _shares(values, by, groups, places))
    return result


def _plain(column: pd.Series) -> pd.Series:
    """A column under a plain index; an Arrow dictionary, which can't be sorted, as its values."""
    dtype = column.dtype
    if isinstance(dtype, pd.ArrowDtype) and pa.types.is_dictionary(dtype.pyarrow_dtype):
        column = column.astype(pd.ArrowDtype(dtype.pyarrow_dtype.value_type))
    return column.reset_index(drop=True)


def is_rate(name: str) -> bool:
    """Whether a column's name says that its sum means nothing, as of rates, means and scores.

    Examples
    --------
    >>> [is_rate(name) for name in ("engagement_rate_by_views", "avg_views", "view_count")]
    [True, True, False]
    """
    return _RATE.search(name) is not None


def _first(numbers: pd.Series, values: Floats, n: int | None) -> Ints:
    """The positions of the biggest numbers, the earlier of equal ones first.

    ``values`` are the numbers as floats: they show what is missing, but big ones would be rounded.
    """
    is_missing = np.isnan(values)
    known = np.flatnonzero(~is_missing) if is_missing.any() else np.arange(len(values))
    exact = (numbers if len(known) == len(numbers) else numbers.iloc[known]).to_numpy()
    if n is not None and n < len(exact):
        last = np.partition(exact, -n)[-n]
        chosen = np.flatnonzero(exact >= last)
        known, exact = known[chosen], exact[chosen]
    # Backwards twice, for a stable sort that descends.
    order = len(exact) - 1 - np.argsort(exact[::-1], kind="stable")[::-1]
    return known[order[:n]]


def _first_within(numbers: pd.Series, values: Floats, groups: pd.Series, n: int | None) -> Ints:
    """The positions of the biggest numbers of each group, the groups in order."""
    places = _first(numbers, values, None)
    sorted_groups = groups.iloc[places]
    if n is not None:
        nth = _grouped(sorted_groups, groups).cumcount()
        sorted_groups = sorted_groups[(nth < n).to_numpy()]
    return sorted_groups.sort_values(kind="stable").index.to_numpy(np.intp)


def _ranks(chosen: pd.Series, groups: pd.Series | None) -> pd.Series:
    """The rank of each among the chosen ones of its group, with whom all bigger ones are."""
    if groups is None:
        numbers = chosen.to_numpy()
        is_new = np.ones(len(numbers), np.bool_)
        is_new[1:] = numbers[1:] != numbers[:-1]
        places = np.maximum.accumulate(np.where(is_new, np.arange(1, len(numbers) + 1), 0))
        return pd.Series(places, dtype="Int64")
    ranks = _grouped(chosen, groups).rank(method="min", ascending=False)
    column: pd.Series = ranks.astype("float64").astype("Int64").reset_index(drop=True)
    return column


def _shares(values: Floats, by: str, groups: pd.Series | None, places: Ints) -> pd.Series:
    """The chosen numbers in percent of the sum of all of their group."""
    chosen = values[places]
    if is_rate(by) or (values < 0).any():
        totals = np.full(len(places), np.nan)
    elif groups is None:
        whole = values.sum()
        totals = np.full(len(places), np.nansum(values) if np.isnan(whole) else whole)
    else:
        sums = _grouped(pd.Series(values), groups).transform("sum")
        totals = sums.to_numpy()[places]
    shares = chosen / np.where(totals > 0, totals, np.nan) * 100
    return pd.Series(floats(shares, pd.Float64Dtype()))


def _grouped(numbers: pd.Series, groups: pd.Series) -> Any:
    return numbers.groupby(groups.loc[numbers.index], dropna=False, observed=True)
