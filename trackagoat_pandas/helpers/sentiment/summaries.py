"""How the comments of a program, a video or a day stand, in the product's five numbers.

Works on scores alone. Must not know how a score comes about.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas.checks import require_columns
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.sentiment.lexicon import SentimentMode
from trackagoat_pandas.helpers.sentiment.scored import with_scores

COUNTS = ("comments", "analysed", "positive", "negative")
_MEMBERS = {
    name: np.array([bit == 0 or bool(kind & bit) for kind in range(8)], np.int64)
    for name, bit in zip(COUNTS, (0, 1, 2, 4), strict=True)
}
MEASURES = (*COUNTS, "positive_pct", "negative_pct", "mean_comparative")


def summarize_sentiment(
    comments: pd.DataFrame,
    by: str | Sequence[str] | None = None,
    *,
    mode: SentimentMode | None = None,
    text: str = "text",
) -> pd.DataFrame:
    """Summarize comments in the numbers of the product's sentiment strip.

    Percentages and the mean are over analysed comments, those whose text isn't null (contract
    section 9). All rows of the frame count: the product's own default is the last 30 days.

    Parameters
    ----------
    comments
        A frame of :func:`score_comments`, or one with a column of text, which is then scored.
    by
        One column or several: one row for each of their values, nulls too. By default one row.
    mode
        ``"api"`` or ``"plus"``; by default the frame's own scores, or ``"api"``.
    text
        The column of text, if the frame has yet to be scored.

    Returns
    -------
    pandas.DataFrame
        The columns of `by`, in their order, then ``comments``, ``analysed``, ``positive``,
        ``negative`` (Int64), ``positive_pct``, ``negative_pct`` (Float64, percent) and
        ``mean_comparative`` (Float64); the last three are NA where no comment was analysed.

    Raises
    ------
    MissingColumnError
        The frame lacks a column of `by`, or has neither scores nor text.
    ArgumentError
        The frame has scores of both modes and none was named; a column of `by` has the name of a
        measure.

    Examples
    --------
    >>> import pandas as pd
    >>> comments = pd.DataFrame({"text": ["love it", "so bad", "ok then", None]})
    >>> summarize_sentiment(comments)[["comments", "analysed"]].values.tolist()
    [[4, 3]]
    """
    keys = [by] if isinstance(by, str) else list(by or [])
    require_columns(comments, keys, loader="load_comments")
    for key in keys:
        if key in MEASURES:
            raise ArgumentError("by", key, "the summary has a column of this name")
    scored = with_scores(comments, mode, text)
    return measures_by([scored[key] for key in keys], scored)


def measures_by(keys: Sequence[pd.Series], scored: pd.DataFrame) -> pd.DataFrame:
    """Count scored comments by the values of some Series of the same length."""
    places, groups = _groups(keys, len(scored))
    comparative = scored["comparative"].to_numpy(dtype="float64", na_value=np.nan)
    is_analysed = ~np.isnan(comparative)
    # One count for all: 1 for analysed, 2 for positive, 4 for negative.
    kinds = is_analysed + 2 * _has(scored, "positive") + 4 * _has(scored, "negative")
    tallies = np.bincount(places * 8 + kinds, minlength=len(groups) * 8).reshape(-1, 8)
    sums = pd.DataFrame(
        {name: tallies @ members for name, members in _MEMBERS.items()}, index=groups
    )
    sums["sum"] = np.bincount(places[is_analysed], comparative[is_analysed], minlength=len(groups))
    return _measures(sums).reset_index(drop=not keys)


def _has(scored: pd.DataFrame, label: str) -> NDArray[np.int8]:
    return (scored["label"] == label).to_numpy(dtype=bool, na_value=False).astype(np.int8)


def _groups(keys: Sequence[pd.Series], size: int) -> tuple[NDArray[np.integer[Any]], pd.Index]:
    """The group of each row, and the values that the groups have in common."""
    if not keys:
        return np.zeros(size, np.intp), pd.RangeIndex(1)
    grouped = pd.Series(np.zeros(size, np.int8)).groupby(
        [key.reset_index(drop=True) for key in keys], dropna=False, observed=True, sort=True
    )
    groups = grouped.size().index
    return grouped.ngroup().to_numpy(), groups


def _measures(sums: pd.DataFrame) -> pd.DataFrame:
    counts = sums[list(COUNTS)].astype("Int64")
    analysed = counts["analysed"].where(counts["analysed"] > 0).astype("Float64")
    return counts.assign(
        positive_pct=counts["positive"] / analysed * 100,
        negative_pct=counts["negative"] / analysed * 100,
        mean_comparative=sums["sum"].astype("Float64") / analysed,
    )
