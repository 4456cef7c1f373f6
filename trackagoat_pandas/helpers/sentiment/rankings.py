"""Creators ranked by sentiment, with confidence intervals."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from trackagoat_pandas.checks import check_between, check_choice, check_int, require_columns
from trackagoat_pandas.helpers.sentiment.lexicon import SentimentMode
from trackagoat_pandas.helpers.sentiment.scored import with_scores
from trackagoat_pandas.helpers.sentiment.summaries import measures_by, with_interval


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
        ``creator_id`` is missing, or the frame has neither scores nor text.
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
    check_between("confidence", confidence, 0, 1)
    require_columns(comments, ["creator_id"], loader="load_comments")
    scored = with_scores(comments, mode, text)
    measures = measures_by(scored, ["creator_id"]).dropna(subset="creator_id")
    ranking = _with_handles(measures, scored)
    ranking = with_interval(ranking, label, confidence)
    ranking["is_short"] = ranking["analysed"] < minimum
    ranking = ranking.sort_values(
        ["is_short", "low_pct", "analysed", "creator_id"], ascending=[True, False, False, True]
    )
    places = pd.Series(range(1, len(ranking) + 1), index=ranking.index, dtype="Int64")
    ranking.insert(0, "rank", places.mask(ranking["is_short"]))
    return ranking.drop(columns="is_short").reset_index(drop=True)


def _with_handles(ranking: pd.DataFrame, scored: pd.DataFrame) -> pd.DataFrame:
    if "tiktok_handle" not in scored.columns:
        return ranking
    handles = scored.groupby("creator_id", observed=True)["tiktok_handle"].first()
    handles = handles.reindex(ranking["creator_id"]).astype(scored["tiktok_handle"].dtype)
    ranking.insert(1, "tiktok_handle", handles.set_axis(ranking.index))
    return ranking
