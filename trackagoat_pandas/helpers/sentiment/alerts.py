"""Videos with mostly negative comments, and those comments."""

from __future__ import annotations

from typing import Any

import pandas as pd

from trackagoat_pandas.checks import check_between, check_int, require_columns
from trackagoat_pandas.helpers.sentiment.lexicon import SentimentMode
from trackagoat_pandas.helpers.sentiment.scored import with_scores
from trackagoat_pandas.helpers.sentiment.summaries import measures_by, with_interval

ALERT_PCT = 40.0
"""The share of negative comments that raises an alert in the product, in percent."""

ALERT_MINIMUM = 10
"""The analysed comments that a video needs for an alert in the product."""

_NAMES = ("creator_id", "tiktok_handle", "video_title")
"""What else is kept of a video, where the comments have it."""


def find_negative_alerts(
    comments: pd.DataFrame,
    *,
    share_pct: float = ALERT_PCT,
    minimum: int = ALERT_MINIMUM,
    confidence: float = 0.95,
    limit: int | None = None,
    mode: SentimentMode | None = None,
    text: str = "text",
) -> pd.DataFrame:
    """Find the videos whose comments are so negative that someone should look.

    The product's rule: a video with at least 40 % negative among at least 10 analysed comments. The
    product lists up to three; this lists all, unless `limit` says how many. It counts 😭 and 💀 as
    anger, so look at ``tiktok_changes``, or pass ``mode="tiktok"``.

    Parameters
    ----------
    comments
        A frame of :func:`score_comments`, or one with a column of text, which is then scored; with
        ``video_id``. The columns ``creator_id``, ``tiktok_handle`` and ``video_title`` are kept.
    share_pct
        The share of negative comments, in percent, from which on a video is listed.
    minimum
        The analysed comments from which on a video is listed.
    confidence
        That of the interval, above 0 and below 1.
    limit
        The most rows to return.
    mode, text
        As in :func:`summarize_sentiment`.

    Returns
    -------
    pandas.DataFrame
        One row a video, the greatest share of negative comments first: ``video_id``,
        ``creator_id``, ``tiktok_handle`` and ``video_title`` if the frame has them, the measures of
        :func:`summarize_sentiment`, then ``low_pct`` and ``high_pct`` (Float64, percent: the ends
        of the Wilson score interval of the negative share). ``attrs["trackagoat"]`` says how many
        ``videos`` there are and how many are ``judged``, having enough comments. Where no video has
        an alert, it also has the one that comes nearest as ``nearest``, with its interval, and a
        sentence about both as ``note``. :func:`show_alert_evidence` gives the comments behind the
        rows.

    Raises
    ------
    MissingColumnError
        ``video_id`` is missing, or the frame has neither scores nor text.
    ArgumentError, ArgumentTypeError
        An argument has a value that is not allowed.

    Examples
    --------
    >>> import pandas as pd
    >>> comments = pd.DataFrame({"video_id": "v", "text": ["awful"] * 4 + ["first"] * 6})
    >>> alerts = find_negative_alerts(comments)
    >>> alerts[["negative_pct", "low_pct", "high_pct"]].round(1).values.tolist()
    [[40.0, 16.8, 68.7]]
    >>> note = find_negative_alerts(comments, share_pct=50).attrs["trackagoat"]["note"]
    >>> judged, nearest = note.split("; ")
    >>> judged
    '1 of 1 video has at least 10 analysed comments, with less than 50 % negative'
    >>> nearest
    'nearest: 40 % of 10 on “v” (95 % interval 17 to 69 %)'
    """
    check_between("share_pct", share_pct, 0, 100, ends=True)
    check_int("minimum", minimum, minimum=1)
    check_between("confidence", confidence, 0, 1)
    if limit is not None:
        check_int("limit", limit, minimum=0)
    require_columns(comments, ["video_id"], loader="load_comments")
    scored = with_scores(comments, mode, text)
    videos = measures_by(scored, ["video_id"]).dropna(subset="video_id")
    # Compared as whole numbers: 40 % of 10 must not hang on the rounding of a division.
    is_negative = videos["negative"] * 100 >= videos["analysed"] * share_pct
    found = videos[is_negative & (videos["analysed"] >= minimum)].sort_values(
        ["negative_pct", "negative", "video_id"], ascending=[False, False, True]
    )
    shown = found.head(len(found) if limit is None else limit)
    alerts = _with_names(with_interval(shown, "negative", confidence), scored)
    facts = {"videos": len(videos), "judged": _count_judged(videos, minimum)}
    if found.empty:
        facts |= _miss(videos, scored, share_pct, minimum, confidence)
    alerts.attrs["trackagoat"] = facts
    return alerts


def _with_names(videos: pd.DataFrame, scored: pd.DataFrame) -> pd.DataFrame:
    videos = videos.reset_index(drop=True)
    names = [name for name in _NAMES if name in scored.columns]
    if names:
        is_shown = scored["video_id"].isin(videos["video_id"])
        rows = scored.loc[is_shown.to_numpy(dtype=bool), ["video_id", *names]]
    for place, name in enumerate(names, start=1):
        firsts = rows.groupby("video_id", observed=True)[name].first()
        named = firsts.reindex(videos["video_id"]).astype(scored[name].dtype)
        videos.insert(place, name, named.set_axis(videos.index))
    return videos


def _miss(
    videos: pd.DataFrame,
    scored: pd.DataFrame,
    share_pct: float,
    minimum: int,
    confidence: float,
) -> dict[str, Any]:
    """Say that no video has an alert, and which comes nearest to one."""
    judged = _judged_text(videos, share_pct, minimum)
    nearest = _nearest(videos, scored, minimum, confidence)
    if nearest is None:
        return {"nearest": None, "note": f"{judged}; no comment is negative"}
    share, low, high = (nearest[f"{name}_pct"] for name in ("negative", "low", "high"))
    said = f"{share:.0f} % of {nearest['analysed']:,} on “{nearest['name']}”"
    margin = f"{confidence * 100:g} % interval {low:.0f} to {high:.0f} %"
    return {"nearest": nearest, "note": f"{judged}; nearest: {said} ({margin})"}


def _judged_text(videos: pd.DataFrame, share_pct: float, minimum: int) -> str:
    total, judged = len(videos), _count_judged(videos, minimum)
    noun = "video" if total == 1 else "videos"
    have = "has" if judged == 1 or total == 1 else "have"
    text = f"{judged:,} of {total:,} {noun} {have} at least {minimum:,} analysed comments"
    if not judged:
        return text
    return f"{text}, {'' if judged == 1 else 'each '}with less than {share_pct:g} % negative"


def _count_judged(videos: pd.DataFrame, minimum: int) -> int:
    return int((videos["analysed"] >= minimum).sum())


def _nearest(
    videos: pd.DataFrame, scored: pd.DataFrame, minimum: int, confidence: float
) -> dict[str, Any] | None:
    """Name the video that comes nearest to an alert: of those with enough comments, or else any."""
    is_short = videos["analysed"] < minimum
    misses = videos.assign(is_short=is_short)[videos["negative"] > 0].sort_values(
        ["is_short", "negative_pct", "analysed", "video_id"], ascending=[True, False, False, True]
    )
    if misses.empty:
        return None
    first = with_interval(misses.head(1), "negative", confidence)
    [miss] = _with_names(first, scored).to_dict("records")
    title = miss.get("video_title")
    return {
        "video_id": str(miss["video_id"]),
        "name": str(miss["video_id"] if title is None or pd.isna(title) else title),
        "negative": int(miss["negative"]),
        "analysed": int(miss["analysed"]),
        **{name: float(miss[name]) for name in ("negative_pct", "low_pct", "high_pct")},
    }


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
        ``video_id`` is missing, or the comments have neither scores nor text.
    ArgumentError
        The comments have scores of several modes and none was named.

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
    places = pd.Index(alerts["video_id"].drop_duplicates()).get_indexer(
        pd.Index(evidence["video_id"])
    )
    evidence = evidence.assign(_place=places)
    evidence = evidence[evidence["_place"] >= 0]
    return evidence.sort_values(["_place", "comparative"], kind="stable").drop(columns="_place")
