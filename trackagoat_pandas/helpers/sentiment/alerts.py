"""Videos whose comments have turned, and the comments that show it.

Works on scores alone. Must not know how a score comes about.
"""

from __future__ import annotations

import pandas as pd

from trackagoat_pandas.checks import check_between, check_int, require_columns
from trackagoat_pandas.helpers.sentiment.lexicon import SentimentMode
from trackagoat_pandas.helpers.sentiment.scored import with_scores
from trackagoat_pandas.helpers.sentiment.summaries import measures_by

ALERT_PCT = 40.0
"""The share of negative comments that raises an alert, in percent (contract section 9)."""

ALERT_MINIMUM = 10
"""The analysed comments that a video needs for an alert (contract section 9)."""


def find_negative_alerts(
    comments: pd.DataFrame,
    *,
    share_pct: float = ALERT_PCT,
    minimum: int = ALERT_MINIMUM,
    limit: int | None = None,
    mode: SentimentMode | None = None,
    text: str = "text",
) -> pd.DataFrame:
    """Find the videos whose comments are so negative that someone should look.

    The product's rule (contract section 9): a video with at least 40 % negative among at least 10
    analysed comments. The product lists up to three; this lists all, unless `limit` says how many.

    Parameters
    ----------
    comments
        A frame of :func:`score_comments`, or one with a column of text, which is then scored; with
        ``video_id``. A column ``creator_id`` is kept.
    share_pct
        The share of negative comments, in percent, from which on a video is listed.
    minimum
        The analysed comments from which on a video is listed.
    limit
        The most rows to return.
    mode, text
        As in :func:`summarize_sentiment`.

    Returns
    -------
    pandas.DataFrame
        One row a video, the greatest share of negative comments first: ``video_id``,
        ``creator_id`` if the frame has it, and the measures of :func:`summarize_sentiment`.
        :func:`show_alert_evidence` gives the comments behind them.

    Raises
    ------
    MissingColumnError
        The frame lacks ``video_id``, or has neither scores nor text.
    ArgumentError, ArgumentTypeError
        An argument has a value that is not allowed.

    Examples
    --------
    >>> import pandas as pd
    >>> comments = pd.DataFrame({"video_id": "v", "text": ["awful"] * 4 + ["first"] * 6})
    >>> find_negative_alerts(comments)["negative_pct"].tolist()
    [40.0]
    """
    check_between("share_pct", share_pct, 0, 100, ends=True)
    check_int("minimum", minimum, minimum=1)
    if limit is not None:
        check_int("limit", limit, minimum=0)
    require_columns(comments, ["video_id"], loader="load_comments")
    scored = with_scores(comments, mode, text)
    videos = _with_creators(measures_by(scored, ["video_id"]).dropna(subset="video_id"), scored)
    # Compared as whole numbers: 40 % of 10 must not hang on the rounding of a division.
    is_negative = videos["negative"] * 100 >= videos["analysed"] * share_pct
    alerts = videos[is_negative & (videos["analysed"] >= minimum)].sort_values(
        ["negative_pct", "negative", "video_id"], ascending=[False, False, True]
    )
    return alerts.head(len(alerts) if limit is None else limit).reset_index(drop=True)


def _with_creators(videos: pd.DataFrame, scored: pd.DataFrame) -> pd.DataFrame:
    if "creator_id" in scored.columns:
        creators = scored.groupby("video_id", observed=True)["creator_id"].first()
        creators = creators.reindex(videos["video_id"]).astype(scored["creator_id"].dtype)
        videos.insert(1, "creator_id", creators.set_axis(videos.index))
    return videos


def show_alert_evidence(
    comments: pd.DataFrame,
    alerts: pd.DataFrame | None = None,
    *,
    mode: SentimentMode | None = None,
    text: str = "text",
) -> pd.DataFrame:
    """Show the negative comments behind alerts, alert by alert, the worst first.

    Parameters
    ----------
    comments
        The comments, as in :func:`find_negative_alerts`.
    alerts
        The frame of :func:`find_negative_alerts`; by default that of these comments.
    mode, text
        As in :func:`summarize_sentiment`.

    Returns
    -------
    pandas.DataFrame
        The negative comments under the videos of `alerts`, with scores: all columns of `comments`,
        their index, in the order of the alerts, then from the lowest comparative up.

    Raises
    ------
    MissingColumnError
        A frame lacks ``video_id``, or the comments have neither scores nor text.
    ArgumentError
        The comments have scores of both modes and none was named.

    Examples
    --------
    >>> import pandas as pd
    >>> texts = ["bad idea"] * 3 + ["bad"] + ["ok then"] * 6
    >>> comments = pd.DataFrame({"video_id": "v", "text": texts})
    >>> show_alert_evidence(comments)["text"].tolist()
    ['bad', 'bad idea', 'bad idea', 'bad idea']
    """
    require_columns(comments, ["video_id"], loader="load_comments")
    scored = with_scores(comments, mode, text)
    if alerts is None:
        alerts = find_negative_alerts(scored)
    require_columns(alerts, ["video_id"], loader="find_negative_alerts")
    evidence = scored[scored["label"].isin(["negative"])]
    places = pd.Index(alerts["video_id"]).get_indexer(pd.Index(evidence["video_id"]))
    evidence = evidence.assign(_place=places)
    evidence = evidence[evidence["_place"] >= 0]
    return evidence.sort_values(["_place", "comparative"], kind="stable").drop(columns="_place")
