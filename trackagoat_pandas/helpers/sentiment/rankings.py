"""Whose comments are the kindest, and whose the angriest, with an honest margin.

Works on scores alone. Must not know how a score comes about.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import Literal

import pandas as pd

from trackagoat_pandas.checks import check_choice, check_int, require_columns
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.sentiment.lexicon import SentimentMode
from trackagoat_pandas.helpers.sentiment.scored import with_scores
from trackagoat_pandas.helpers.sentiment.summaries import measures_by


def rank_creators_by_sentiment(
    comments: pd.DataFrame,
    *,
    label: Literal["positive", "negative"] = "positive",
    minimum: int = 10,
    confidence: float = 0.95,
    mode: SentimentMode | None = None,
    text: str = "text",
) -> pd.DataFrame:
    """Rank creators by the share of positive or negative comments under their videos.

    The rank follows the lower end of the Wilson score interval of that share, so that a few kind
    comments don't beat many. The package's own rule; the product shows no such ranking.

    Parameters
    ----------
    comments
        A frame of :func:`score_comments`, or one with a column of text, which is then scored; with
        ``creator_id``. A column ``tiktok_handle`` is kept.
    label
        Which share.
    minimum
        Creators with fewer analysed comments stand last, without a rank.
    confidence
        The interval's, above 0 and below 1.
    mode, text
        As in :func:`summarize_sentiment`.

    Returns
    -------
    pandas.DataFrame
        One row a creator, best rank first: ``rank`` (Int64, 1 is first, NA below the minimum),
        ``creator_id``, ``tiktok_handle`` if the frame has it, the measures of
        :func:`summarize_sentiment`, then ``low_pct`` and ``high_pct`` (Float64, percent: the ends
        of the interval). Comments without a creator are in no row.

    Raises
    ------
    MissingColumnError
        The frame lacks ``creator_id``, or has neither scores nor text.
    ArgumentError, ArgumentTypeError
        An argument has a value that is not allowed.

    Examples
    --------
    >>> import pandas as pd
    >>> comments = pd.DataFrame(
    ...     {"creator_id": ["few"] * 2 + ["many"] * 20, "text": ["love it"] * 21 + ["meh"]}
    ... )
    >>> rank_creators_by_sentiment(comments, minimum=2)["creator_id"].tolist()
    ['many', 'few']
    """
    check_choice("label", label, ["positive", "negative"])
    check_int("minimum", minimum, minimum=1)
    if not 0 < confidence < 1:
        raise ArgumentError("confidence", confidence, "it must be above 0 and below 1")
    require_columns(comments, ["creator_id"], loader="load_comments")
    scored = with_scores(comments, mode, text).dropna(subset="creator_id")
    ranking = _with_handles(measures_by([scored["creator_id"]], scored), scored)
    low, high = wilson_interval(ranking[label], ranking["analysed"], confidence)
    ranking = ranking.assign(
        low_pct=low * 100, high_pct=high * 100, is_short=ranking["analysed"] < minimum
    )
    ranking = ranking.sort_values(
        ["is_short", "low_pct", "analysed", "creator_id"], ascending=[True, False, False, True]
    )
    places = pd.Series(range(1, len(ranking) + 1), index=ranking.index, dtype="Int64")
    ranking.insert(0, "rank", places.mask(ranking["is_short"]))
    return ranking.drop(columns="is_short").reset_index(drop=True)


def _with_handles(ranking: pd.DataFrame, scored: pd.DataFrame) -> pd.DataFrame:
    if "tiktok_handle" not in scored.columns:
        return ranking
    handles = scored.groupby("creator_id")["tiktok_handle"].first()
    ranking.insert(1, "tiktok_handle", handles.reindex(ranking["creator_id"]).array)
    return ranking


def wilson_interval(
    hits: pd.Series, trials: pd.Series, confidence: float
) -> tuple[pd.Series, pd.Series]:
    """The Wilson score interval of a share: the centre and width that solve the normal test.

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
    Journal of the American Statistical Association 22, 1927. NA without trials.
    """
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    number = trials.where(trials > 0).astype("Float64")
    share = hits / number
    centre = (share + z**2 / (2 * number)) / (1 + z**2 / number)
    spread = share * (1 - share) / number + z**2 / (4 * number**2)
    half = z / (1 + z**2 / number) * spread.pow(0.5)
    # Rounding may put an end a hair beyond what a share can be.
    return (centre - half).clip(0.0, 1.0), (centre + half).clip(0.0, 1.0)
