"""The first rows by a column, with rank and share."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pyarrow as pa

from trackagoat_pandas._types import Ints
from trackagoat_pandas.checks import check_int, check_name, require_columns
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.columns import holding, values_of
from trackagoat_pandas.helpers.facts import derived
from trackagoat_pandas.helpers.latest import latest_of
from trackagoat_pandas.helpers.series import IDENTITY, numbered
from trackagoat_pandas.tables import TABLES

_RATE = re.compile(
    r"(^|_)(rate|avg|mean|median|percentage|percent|multiple|score|comparative|cpm)(_|$)|(^|_)share$"
)
_OF_ANALYTICS = frozenset({"entity_id", "metric", "date", "value"})


@derived(rows_of="frame")
def leaderboard(
    frame: pd.DataFrame, by: str = "view_count", n: int | None = 10, *, within: str | None = None
) -> pd.DataFrame:
    """Rank the rows by a column of numbers.

    In a frame with a column ``id``, what stands twice counts once: of several rows with one ``id``
    one is ranked and summed: that with the latest ``fetched_at`` and ``updated_at``, where there
    are such columns, then the last.

    Analytics of several creators, videos or campaigns over several dates are refused, since each
    date would be ranked as if it were a creator of its own. Sum them first, or rank each date by
    itself with ``within="date"``.

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
        It holds no numbers, `n` is less than 1, or the frame has several dates of several series.
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
    frame = latest_of(frame, ["id"]).reset_index(drop=True)
    groups = _groups(frame, within)
    _check_dates(frame, groups)
    values = values_of(frame[by])
    # The places of the numbers in their order: as floats, big ones would be rounded.
    exact = np.where(np.isnan(values), -1, pd.factorize(frame[by], sort=True)[0])
    rows = pd.DataFrame({"group": groups, "exact": exact, "value": values})
    of_group = rows.groupby("group")
    sums = of_group["value"].transform("sum")
    ranked = rows.assign(
        rank=of_group["exact"].rank(method="min", ascending=False),
        share=100 * rows["value"] / sums.where(sums > 0),
    )
    if is_rate(by) or (values < 0).any():
        ranked["share"] = np.nan
    ranked = ranked[exact >= 0].sort_values(["group", "rank"], kind="stable")
    if n is not None:
        ranked = ranked.groupby("group").head(n)
    earlier = frame.columns.intersection(["rank", "share"])
    result = frame.drop(columns=earlier).iloc[ranked.index].reset_index(drop=True)
    ranked = ranked.reset_index(drop=True)
    result.insert(0, "rank", ranked["rank"].astype("Int64"))
    result.insert(1, "share", ranked["share"].astype("Float64"))
    return result


def _groups(frame: pd.DataFrame, within: str | None) -> Ints:
    """Number the groups in the order of their values, a missing one last."""
    if within is None:
        return np.zeros(len(frame), np.int64)
    column = frame[within]
    if isinstance(column.dtype, pd.ArrowDtype) and pa.types.is_dictionary(
        column.dtype.pyarrow_dtype
    ):
        # A dictionary of Arrow can't be sorted.
        column = column.astype(pd.ArrowDtype(column.dtype.pyarrow_dtype.value_type))
    with holding(column, "values that have an order, such as text or numbers"):
        codes, values = pd.factorize(column, sort=True)
    return np.where(codes < 0, len(values), codes)


def _check_dates(frame: pd.DataFrame, groups: Ints) -> None:
    """Refuse analytics in which several series are ranked by several dates each."""
    if not _OF_ANALYTICS.issubset(frame.columns):
        return
    series = pd.Series(numbered(frame, IDENTITY)).groupby(groups)
    number = series.nunique()
    if ((number > 1) & (series.size() > number)).any():
        names = [name for name in ("metric", "entity_id", "label") if name in frame.columns]
        problem = (
            "it has several dates of several series, and each date would be ranked as if it were "
            f"a series of its own. Sum first: frame.groupby({names}, as_index=False, "
            "observed=True)['value'].sum(). Or rank each date by itself: within='date'"
        )
        raise ArgumentError("frame", frame, problem=problem)


def is_rate(name: str) -> bool:
    """Whether a column's name says that its sum means nothing, as of rates, means and scores.

    Examples
    --------
    >>> [is_rate(name) for name in ("engagement_rate_by_views", "avg_views", "view_count")]
    [True, True, False]
    """
    return _RATE.search(name) is not None
