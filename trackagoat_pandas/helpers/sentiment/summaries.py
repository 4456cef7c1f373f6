"""How the comments of a program, a video or a day stand, in the product's five numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas._types import Ints
from trackagoat_pandas.checks import check_names, require_columns
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.columns import floats, is_word, values_of
from trackagoat_pandas.helpers.intervals import wilson_interval
from trackagoat_pandas.helpers.names import NAMES
from trackagoat_pandas.helpers.sentiment.lexicon import SentimentMode
from trackagoat_pandas.helpers.sentiment.scored import with_scores
from trackagoat_pandas.helpers.series import firsts_of, numbered

COUNTS = ("comments", "analysed", "positive", "negative")
SHARES = ("positive_pct", "negative_pct", "mean_comparative")
CHANGES = "tiktok_changes"
_KINDS = 16
_MEMBERS = {
    name: np.array([bit == 0 or bool(kind & bit) for kind in range(_KINDS)], np.int64)
    for name, bit in zip((*COUNTS, CHANGES), (0, 1, 2, 4, 8), strict=True)
}
MEASURES = (*COUNTS, *SHARES, CHANGES)


def summarize_sentiment(
    comments: pd.DataFrame,
    by: str | Sequence[str] | None = None,
    *,
    mode: SentimentMode | None = None,
    text: str = "text",
) -> pd.DataFrame:
    """Summarize comments in the numbers of the product's sentiment strip.

    Percentages and the mean are over analysed comments, those whose text isn't null, as in the
    product. All rows of the frame count: the product's own default is the last 30 days.

    By default the labels are the product's, which reads 😭 and 💀 as anger: ``tiktok_changes`` says
    how many of them mode ``"tiktok"`` would change. For words of your own or comments in other
    languages score the frame first, with ``lexicon`` or ``languages`` of :func:`score_comments`.

    Parameters
    ----------
    comments
        A frame of :func:`score_comments`, or one with a column of text, which is then scored.
    by
        One column or several: one row for each of their values, nulls too. By default one row.
    mode
        ``"api"``, ``"plus"`` or ``"tiktok"``; by default the frame's own scores, or ``"api"``.
    text
        The column of text, if the frame has yet to be scored.

    Returns
    -------
    pandas.DataFrame
        The columns of `by`, in their order, then ``comments``, ``analysed``, ``positive``,
        ``negative`` (Int64), ``positive_pct``, ``negative_pct`` (Float64, percent),
        ``mean_comparative`` (Float64), these three NA where no comment was analysed, and
        ``tiktok_changes`` (Int64: the comments that mode ``"tiktok"`` labels otherwise; NA if the
        frame's scores don't say).

    Raises
    ------
    MissingColumnError
        A column of `by` is missing, or the frame has neither scores nor text.
    ArgumentError
        The frame has scores of several modes and none was named; a column of `by` has the name of a
        measure, or values that can't be grouped, such as lists.
    ArgumentTypeError
        `by` is no name and no list of names.

    Examples
    --------
    >>> import pandas as pd
    >>> comments = pd.DataFrame({"text": ["love it", "so bad", "ok then", None]})
    >>> summarize_sentiment(comments)[["comments", "analysed"]].values.tolist()
    [[4, 3]]
    >>> laughing = pd.DataFrame({"text": ["i'm dead 💀", "so cute 😭", "so bad"]})
    >>> summarize_sentiment(laughing)[["negative", "tiktok_changes"]].values.tolist()
    [[2, 1]]
    """
    keys = check_names("by", by)
    for key in keys:
        require_columns(comments, [key], loader="with_names" if key in NAMES else "load_comments")
    for key in keys:
        if key in MEASURES:
            raise ArgumentError("by", key, "the summary has a column of this name")
    return measures_by(with_scores(comments, mode, text), keys)


def measures_by(scored: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Count scored comments by the values of some columns, in their order, nulls last."""
    if not keys:
        return measures_at(np.zeros(len(scored), np.intp), 1, scored)
    numbers = numbered(scored, keys)
    groups = scored[list(keys)].iloc[firsts_of(numbers)].reset_index(drop=True)
    table = pd.concat([groups, measures_at(numbers, len(groups), scored)], axis=1)
    return table.iloc[_ascending(groups)].reset_index(drop=True)


def measures_at(places: Ints, size: int, scored: pd.DataFrame) -> pd.DataFrame:
    """Count scored comments by their places in a table of so many rows; -1 is in none."""
    comparative = values_of(scored["comparative"])
    is_analysed = ~np.isnan(comparative)
    known = comparative if is_analysed.all() else np.where(is_analysed, comparative, 0.0)
    cells = places + 1
    sums = np.bincount(cells, known, minlength=size + 1)[1:]
    positive, negative = (_has(scored, "label", word) for word in ("positive", "negative"))
    changes, is_known = _changes(scored, positive, negative, is_analysed)
    # One count for all: 1 for analysed, 2 for positive, 4 for negative, 8 for a changed label.
    cells *= _KINDS
    cells += is_analysed + 2 * positive + 4 * negative + 8 * changes
    tallies = np.bincount(cells, minlength=(size + 1) * _KINDS).reshape(-1, _KINDS)[1:]
    counts = {name: tallies @ members for name, members in _MEMBERS.items()}
    analysed = np.where(counts["analysed"] > 0, counts["analysed"], np.nan)
    shares = (
        counts["positive"] / analysed * 100,
        counts["negative"] / analysed * 100,
        sums / analysed,
    )
    return pd.DataFrame(
        {name: pd.array(counts[name], "Int64") for name in COUNTS}
        | {
            name: floats(share, pd.Float64Dtype())
            for name, share in zip(SHARES, shares, strict=True)
        }
        | {CHANGES: pd.array(counts[CHANGES] if is_known else [pd.NA] * size, "Int64")}
    )


def _changes(
    scored: pd.DataFrame,
    positive: NDArray[np.int8],
    negative: NDArray[np.int8],
    is_analysed: NDArray[np.bool_],
) -> tuple[NDArray[np.bool_], bool]:
    """Say which labels mode ``tiktok`` would change, and whether all scores say it."""
    if "tiktok_label" not in scored.columns:
        return np.zeros(len(scored), np.bool_), False
    is_other = positive != _has(scored, "tiktok_label", "positive")
    is_other |= negative != _has(scored, "tiktok_label", "negative")
    is_unknown = scored["tiktok_label"].isna().to_numpy(dtype=np.bool_)
    return is_other & is_analysed, not (is_unknown & is_analysed).any()


def with_interval(measures: pd.DataFrame, label: str, confidence: float) -> pd.DataFrame:
    """Add the ends of the Wilson score interval of a label's share, in percent."""
    hits, trials = (measures[name].to_numpy(np.int64) for name in (label, "analysed"))
    ends = wilson_interval(hits, trials, confidence=confidence)
    low, high = (pd.array(end * 100, pd.Float64Dtype()) for end in ends)
    return measures.assign(low_pct=low, high_pct=high)


def changes_note(measures: pd.DataFrame) -> str | None:
    """Say in words how many labels mode ``tiktok`` would change; None if none, or unknown."""
    changes = measures[CHANGES].sum()
    if pd.isna(changes) or not changes:
        return None
    return f"mode “tiktok” would change {changes:,} of {measures['analysed'].sum():,} labels"


def _has(scored: pd.DataFrame, column: str, label: str) -> NDArray[np.int8]:
    return is_word(scored[column], label).astype(np.int8)


def _ascending(groups: pd.DataFrame) -> NDArray[np.intp]:
    """The order of rows by their columns, the first one first; nulls come last."""
    codes = [pd.factorize(groups[name], sort=True)[0] for name in groups.columns]
    return np.lexsort([np.where(code < 0, len(groups), code) for code in codes[::-1]])
