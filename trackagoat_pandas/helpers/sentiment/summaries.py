"""Summaries of comments by group, day and creator, and alerts about negative comments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Days, Granularity, Ints
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.clocks import days_shown
from trackagoat_pandas.helpers.columns import codes_of, firsts_of, holding, numbered, values_of
from trackagoat_pandas.helpers.counted import (
    COMMENT_ON_TIKTOK,
    comments_once,
    linked_by,
    listed_once_note,
)
from trackagoat_pandas.helpers.facts import derived
from trackagoat_pandas.helpers.intervals import wilson_interval
from trackagoat_pandas.helpers.labels import NAMES, Names, named
from trackagoat_pandas.helpers.sentiment.lexicon import LABELS, SentimentMode
from trackagoat_pandas.helpers.sentiment.scoring import with_scores
from trackagoat_pandas.helpers.series import bucket_start, buckets_between
from trackagoat_pandas.inputs.checks import (
    check_between,
    check_choice,
    check_int,
    check_names,
    check_timezone,
    frame_facts,
    require_columns,
)

INSTANTS = "instants, or text such as '2026-06-15T12:00:00Z'"
COUNTS = ("comments", "analysed", "positive", "negative")
CHANGES = "tiktok_changes"
MEASURES = (*COUNTS, "positive_pct", "negative_pct", "mean_comparative", CHANGES)

ALERT_PCT = 40.0
"""The share of negative comments that raises an alert in the product, in percent."""
ALERT_MINIMUM = 10
"""The number of analysed comments that a video needs for an alert in the product."""

_MOST_DAYS: dict[Granularity, int] = {"day": 45, "week": 400}
"""The longest span that is bucketed by day, then by week; a longer one is bucketed by month."""


@derived("comments", by="by")
def summarize_sentiment(
    comments: pd.DataFrame,
    by: str | Sequence[str] | None = None,
    *,
    mode: SentimentMode | None = None,
    text: str = "text",
    names: Names = None,
) -> pd.DataFrame:
    """Compute the numbers of the product's sentiment strip, for all comments or by group.

    Percentages and the mean are over analysed comments, whose text isn't null, as in the product.
    All rows of the frame count, while the product shows the last 30 days by default. A comment on a
    post that several projects track counts once in each group.

    By default the labels are those of the product, which reads 😭 and 💀 as anger;
    ``tiktok_changes`` says how many labels mode ``"tiktok"`` would change. To use your own words or
    to choose which languages count, score the frame first with :func:`score_comments`.

    Parameters
    ----------
    comments : DataFrame
        A frame of :func:`score_comments`, or one with a column of text, which is then scored.
    by : str or list of str, optional
        One or several columns to group by; nulls are a group as well. By default all comments are
        one group.
    mode : {'api', 'plus', 'tiktok'}, optional
        ``"api"``, ``"plus"`` or ``"tiktok"``; by default the frame's own scores, or ``"api"``.
    text : str, default 'text'
        The name of the column of text, for a frame without scores.
    names : DataFrame or list of DataFrame, optional
        A frame, or a list of them, with names for the ids, such as that of :func:`load_creators`.

    Returns
    -------
    pandas.DataFrame
        One row for each group, in ascending order: the columns of `by` (ids last, and first their
        names where a given frame knows them), ``comments``, ``analysed``, ``positive`` and
        ``negative`` (Int64), ``positive_pct`` and ``negative_pct`` (Float64, percent) and
        ``mean_comparative`` (Float64), all three NA if no comment was analysed, and
        ``tiktok_changes`` (Int64: the comments that have another label in mode ``"tiktok"``; NA if
        the frame's scores don't say).

    Raises
    ------
    MissingColumnError
        A column of `by` is missing, or the frame has neither scores nor text.
    ArgumentError
        The frame has scores of several modes and none is given, or a column of `by` has the name of
        a measure, or values that can't be grouped, such as lists.
    ArgumentTypeError
        `by` isn't a name or a list of names.

    See Also
    --------
    score_comments : Score comments.
    sentiment_trend : Follow the sentiment over time.
    rank_creators_by_sentiment : Rank creators by their comments.
    find_negative_alerts : Find videos under fire.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> comments = pd.DataFrame({"text": ["love it", "so bad", "ok then", None]})
    >>> print(tgp.summarize_sentiment(comments)[["comments", "analysed"]].to_string(index=False))
     comments  analysed
            4         3
    >>> laughing = pd.DataFrame({"text": ["i'm dead 💀", "so cute 😭", "so bad"]})
    >>> columns = ["negative", "tiktok_changes"]
    >>> print(tgp.summarize_sentiment(laughing)[columns].to_string(index=False))
     negative  tiktok_changes
            2               1
    """
    keys = check_names("by", by)
    for key in keys:
        require_columns(comments, [key], loader="with_names" if key in NAMES else "load_comments")
    for key in keys:
        if key in MEASURES:
            raise ArgumentError("by", key, "the summary has a column of this name")
    scored = comments_once(with_scores(comments, mode, text), keys)
    return measures_by(scored, keys)


@derived("comments")
def sentiment_trend(
    comments: pd.DataFrame,
    *,
    granularity: Granularity | None = None,
    timezone: str | None = None,
    mode: SentimentMode | None = None,
    text: str = "text",
) -> pd.DataFrame:
    """Summarize comments by the day, week or month in which they were written.

    As in the product, a comment belongs to the day of its TikTok time in the organization's time
    zone. Weeks start on Monday.

    Parameters
    ----------
    comments : DataFrame
        A frame of :func:`score_comments`, or one with a column of text, which is then scored; with
        ``posted_at``, in UTC where it has no time zone.
    granularity : {'day', 'week', 'month'}, optional
        ``"day"``, ``"week"`` or ``"month"``. By default it follows from the days between the first
        comment and the last: days up to 45 of them, weeks up to 400, else months.
    timezone : str, optional
        An IANA time zone; by default the one that the loader recorded in the frame, or UTC.
    mode : {'api', 'plus', 'tiktok'}, optional
        ``"api"``, ``"plus"`` or ``"tiktok"``; by default the frame's own scores, or ``"api"``.
    text : str, default 'text'
        The name of the column of text, for a frame without scores.

    Returns
    -------
    pandas.DataFrame
        One row for each bucket from the first to the last, also those without comments: ``date``
        (datetime64[us], the bucket's first day) and the measures of :func:`summarize_sentiment`.
        Comments without a time are left out. ``attrs["trackagoat"]["params"]["granularity"]`` is
        the one that was used.

    Raises
    ------
    MissingColumnError
        ``posted_at`` is missing, or the frame has neither scores nor text.
    ArgumentError
        An argument has a value that isn't allowed.

    See Also
    --------
    plots.sentiment_trend : Draw the trend.
    summarize_sentiment : Sum the sentiment of comments.
    load_comments : Load comments.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> comments = pd.DataFrame(
    ...     {"text": ["love it", "so bad"], "posted_at": ["2026-05-01T23:30Z", "2026-05-03T12:00Z"]}
    ... )
    >>> tgp.sentiment_trend(comments, timezone="Europe/Berlin")["positive_pct"].tolist()
    [100.0, 0.0]
    """
    if granularity is not None:
        check_choice("granularity", granularity, get_args(Granularity))
    require_columns(comments, ["posted_at"], loader="load_comments")
    zone = check_timezone("timezone", own_timezone(comments) if timezone is None else timezone)
    scored = comments_once(with_scores(comments, mode, text))
    days = written_on(scored["posted_at"], zone)
    chosen = granularity or fitting_granularity(days)
    numbers, dates = _buckets(days, chosen)
    measures = measures_at(numbers, len(dates), scored)
    measures.insert(0, "date", dates.astype("datetime64[us]"))
    measures.attrs["trackagoat"] = {"params": {"granularity": chosen}}
    return measures


@derived("comments")
def rank_creators_by_sentiment(
    comments: pd.DataFrame,
    *,
    label: Literal["positive", "negative"] = "positive",
    min_comments: int = 10,
    confidence: float = 0.95,
    mode: SentimentMode | None = None,
    text: str = "text",
    names: Names = None,
) -> pd.DataFrame:
    """Rank creators by the share of positive or negative comments under their videos.

    Creators are ranked by the lower end of the Wilson score interval of that share, so that a few
    kind comments don't beat many. This is the package's own rule; the product has no such ranking.

    Parameters
    ----------
    comments : DataFrame
        A frame of :func:`score_comments`, or one with a column of text, which is then scored; with
        ``creator_id``. A column ``tiktok_handle`` is kept.
    label : {'positive', 'negative'}, default 'positive'
        The label whose share counts.
    min_comments : int, default 10
        Creators with fewer analysed comments come last, without a rank.
    confidence : float, default 0.95
        The confidence level of the interval, above 0 and below 1.
    mode : {'api', 'plus', 'tiktok'}, optional
        ``"api"``, ``"plus"`` or ``"tiktok"``; by default the frame's own scores, or ``"api"``.
    text : str, default 'text'
        The name of the column of text, for a frame without scores.
    names : DataFrame or list of DataFrame, optional
        A frame, or a list of them, with names for the ids, such as that of :func:`load_creators`.

    Returns
    -------
    pandas.DataFrame
        One row for each creator, in the order of rank: ``rank`` (Int64, from 1, the same for equal
        counts; NA below `min_comments`), ``tiktok_handle`` where a given frame knows it, the
        measures of :func:`summarize_sentiment`, ``low_pct`` and ``high_pct`` (Float64, percent: the
        ends of the interval), and ``creator_id``. Comments without a creator are left out.

    Raises
    ------
    MissingColumnError
        ``creator_id`` is missing, or the frame has neither scores nor text.
    ArgumentError, ArgumentTypeError
        An argument has a value that isn't allowed.

    See Also
    --------
    plots.sentiment_creators : Draw the ranking.
    summarize_sentiment : Sum the sentiment of comments.
    load_comments : Load comments.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> comments = pd.DataFrame(
    ...     {"creator_id": ["few"] * 2 + ["many"] * 20, "text": ["love it"] * 21 + ["meh"]}
    ... )
    >>> tgp.rank_creators_by_sentiment(comments, min_comments=2)["creator_id"].tolist()
    ['many', 'few']
    """
    check_choice("label", label, ["positive", "negative"])
    check_int("min_comments", min_comments, minimum=1)
    check_between("confidence", confidence, 0, 1)
    require_columns(comments, ["creator_id"], loader="load_comments")
    scored = with_scores(comments, mode, text)
    measures = measures_by(scored, ["creator_id"]).dropna(subset="creator_id")
    ranking = _with_names(measures, scored, ["tiktok_handle"])
    ranking = _with_interval(ranking, label, confidence)
    ranking["is_short"] = ranking["analysed"] < min_comments
    ranking = ranking.sort_values(
        ["is_short", "low_pct", "analysed", "creator_id"], ascending=[True, False, False, True]
    )
    places = pd.Series(range(1, len(ranking) + 1), index=ranking.index, dtype="Int64")
    # Creators with the same counts share a rank, although the order needs one of them first.
    firsts = places.groupby([ranking[label], ranking["analysed"]]).transform("min")
    ranking.insert(0, "rank", firsts.mask(ranking["is_short"]))
    return ranking.drop(columns="is_short").reset_index(drop=True)


@derived("comments")
def find_negative_alerts(
    comments: pd.DataFrame,
    *,
    share_pct: float = ALERT_PCT,
    min_comments: int = ALERT_MINIMUM,
    confidence: float = 0.95,
    n: int | None = None,
    mode: SentimentMode | None = None,
    text: str = "text",
    names: Names = None,
) -> pd.DataFrame:
    """Find the videos whose comments are so negative that someone should look.

    By the product's rule, a video has an alert if at least 40 % of at least 10 analysed comments
    are negative. The product lists up to three such videos, this function all, or up to `n`.
    The product counts 😭 and 💀 as anger, so look at ``tiktok_changes`` or pass ``mode="tiktok"``.
    A post that several projects track is listed once, as the video with the most comments.

    Parameters
    ----------
    comments : DataFrame
        A frame of :func:`score_comments`, or one with a column of text, which is then scored; with
        ``video_id``. The columns ``creator_id``, ``tiktok_handle`` and ``video_title`` are kept.
    share_pct : float, default 40.0
        The smallest share of negative comments that raises an alert, in percent: 0, or 1 to 100.
    min_comments : int, default 10
        The smallest number of analysed comments that raises an alert.
    confidence : float, default 0.95
        The confidence level of the interval, above 0 and below 1.
    n : int, optional
        The maximum number of rows; None for all.
    mode : {'api', 'plus', 'tiktok'}, optional
        ``"api"``, ``"plus"`` or ``"tiktok"``; by default the frame's own scores, or ``"api"``.
    text : str, default 'text'
        The name of the column of text, for a frame without scores.
    names : DataFrame or list of DataFrame, optional
        A frame, or a list of them, with names for the ids, such as that of :func:`load_creators`.

    Returns
    -------
    pandas.DataFrame
        One row for each video with an alert, the largest share of negative comments first:
        ``tiktok_handle`` and ``video_title`` where a given frame knows them, the measures of
        :func:`summarize_sentiment`, ``low_pct`` and ``high_pct`` (Float64, percent: the ends of the
        Wilson score interval of the negative share), ``video_id``, and ``creator_id`` if the frame
        has it. ``attrs["trackagoat"]`` holds the number of all ``videos`` and of those with enough
        comments (``judged``). If no video has an alert, it also holds the ``nearest`` one with its
        interval, and a ``note``, a sentence with these facts. :func:`show_alert_evidence` lists the
        comments behind the alerts.

    Raises
    ------
    MissingColumnError
        ``video_id`` is missing, or the frame has neither scores nor text.
    ArgumentError, ArgumentTypeError
        An argument has a value that isn't allowed.

    See Also
    --------
    show_alert_evidence : List the comments behind the alerts.
    load_comments : Load comments.
    widgets.SentimentRadar : Click through comments.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> comments = pd.DataFrame({"video_id": "v", "text": ["awful"] * 4 + ["first"] * 6})
    >>> alerts = tgp.find_negative_alerts(comments)
    >>> print(alerts[["negative_pct", "low_pct", "high_pct"]].round(1).to_string(index=False))
     negative_pct  low_pct  high_pct
             40.0     16.8      68.7
    >>> note = tgp.find_negative_alerts(comments, share_pct=50).attrs["trackagoat"]["note"]
    >>> judged, nearest = note.split("; ")
    >>> judged
    '1 of 1 video has at least 10 analysed comments, with less than 50 % negative'
    >>> nearest
    'nearest: 40 % of 10 on “v” (95 % interval 17 to 69 %)'
    """
    check_between("share_pct", share_pct, 0, 100, ends=True)
    if 0 < share_pct < 1:
        meant = f"it is a percentage: did you mean {100 * share_pct:g}?"
        raise ArgumentError("share_pct", share_pct, meant)
    check_int("min_comments", min_comments, minimum=1)
    check_between("confidence", confidence, 0, 1)
    if n is not None:
        check_int("n", n, minimum=0)
    require_columns(comments, ["video_id"], loader="load_comments")
    scored = with_scores(comments, mode, text)
    videos = measures_by(scored, ["video_id"]).dropna(subset="video_id")
    all_videos, videos = len(videos), _posts_of_comments_once(videos, scored)
    # Compared without a division, whose rounding could decide about exactly 40 %.
    is_negative = videos["negative"] * 100 >= videos["analysed"] * share_pct
    is_judged = videos["analysed"] >= min_comments
    found = videos[is_negative & is_judged].sort_values(
        ["negative_pct", "negative", "video_id"], ascending=[False, False, True]
    )
    shown = found.head(len(found) if n is None else n)
    kept = ["creator_id", "tiktok_handle", "video_title"]
    alerts = _with_names(_with_interval(shown, "negative", confidence), scored, kept)
    facts: dict[str, Any] = {"videos": len(videos), "judged": int(is_judged.sum())}
    if found.empty:
        # A video with enough comments is nearer than any without.
        misses = videos.assign(is_short=~is_judged)[videos["negative"] > 0].sort_values(
            ["is_short", "negative_pct", "analysed", "video_id"],
            ascending=[True, False, False, True],
        )
        first = _with_interval(misses.head(1), "negative", confidence)
        first = named(_with_names(first, scored, ["video_title"]), names)
        facts["nearest"] = _nearest(first)
        facts["note"] = _note(facts, share_pct, min_comments, confidence)
    if repeated := listed_once_note(all_videos - len(videos)):
        facts["note"] = ". ".join(filter(None, [facts.get("note"), repeated]))
    alerts.attrs["trackagoat"] = facts
    return alerts


@derived("comments", "alerts", facts_of="comments")
def show_alert_evidence(
    comments: pd.DataFrame,
    alerts: pd.DataFrame | None = None,
    *,
    mode: SentimentMode | None = None,
    text: str = "text",
) -> pd.DataFrame:
    """List the negative comments behind alerts, alert by alert and the most negative first.

    Parameters
    ----------
    comments : DataFrame
        The comments, as in :func:`find_negative_alerts`.
    alerts : DataFrame, optional
        The frame of :func:`find_negative_alerts`; by default that of these comments.
    mode : {'api', 'plus', 'tiktok'}, optional
        ``"api"``, ``"plus"`` or ``"tiktok"``; by default the frame's own scores, or ``"api"``.
    text : str, default 'text'
        The name of the column of text, for a frame without scores.

    Returns
    -------
    pandas.DataFrame
        The negative comments under the videos of `alerts`, with all columns of `comments`, their
        scores, the names that `alerts` has of their creators and videos, and their index, in the
        order of the alerts and then of the comparative, the lowest first. If there is no alert,
        ``attrs["trackagoat"]["note"]`` names the video that is nearest to one.

    Raises
    ------
    MissingColumnError
        ``video_id`` is missing, or the comments have neither scores nor text.
    ArgumentError
        The comments have scores of several modes and none is given.

    See Also
    --------
    find_negative_alerts : Find videos under fire.
    explain_comment : See the words behind one score.
    widgets.SentimentRadar : Click through comments.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> texts = ["bad idea"] * 3 + ["bad"] + ["ok then"] * 6
    >>> comments = pd.DataFrame({"video_id": "v", "text": texts})
    >>> tgp.show_alert_evidence(comments)["text"].tolist()
    ['bad', 'bad idea', 'bad idea', 'bad idea']
    """
    require_columns(comments, ["video_id"], loader="load_comments")
    scored = with_scores(comments, mode, text)
    if alerts is None:
        alerts = find_negative_alerts(scored)
    require_columns(alerts, ["video_id"], loader="find_negative_alerts")
    # isin, unlike ==, is False rather than NA for comments without a label.
    evidence = scored[scored["label"].isin(["negative"])]
    places = pd.Index(alerts["video_id"].drop_duplicates()).get_indexer(
        pd.Index(evidence["video_id"])
    )
    evidence = evidence.assign(_place=places)
    evidence = evidence[evidence["_place"] >= 0]
    evidence = evidence.sort_values(["_place", "comparative"], kind="stable")
    evidence = evidence.drop(columns="_place")
    note = frame_facts(alerts).get("note")
    if note is not None:
        evidence.attrs["trackagoat"] = {**frame_facts(scored), "note": f"No alert: {note}"}
    return evidence


def measures_by(scored: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Compute the measures of scored comments per group, in ascending order with nulls last."""
    if not keys:
        return measures_at(np.zeros(len(scored), np.intp), 1, scored)
    numbers = numbered(scored, keys)
    groups = scored[list(keys)].iloc[firsts_of(numbers)].reset_index(drop=True)
    table = pd.concat([groups, measures_at(numbers, len(groups), scored)], axis=1)
    # Unlike sort_values, this can order a column with numbers and text.
    codes = [pd.factorize(groups[name], sort=True)[0] for name in keys]
    order = np.lexsort([np.where(code < 0, len(groups), code) for code in codes[::-1]])
    return table.iloc[order].reset_index(drop=True)


def measures_at(places: Ints, size: int, scored: pd.DataFrame) -> pd.DataFrame:
    """Compute the measures of `size` groups, given each comment's group; -1 is in no group."""
    comparative = values_of(scored["comparative"])
    is_analysed = ~np.isnan(comparative)
    sides = _sides(scored["label"])
    is_changed, is_known = np.zeros(len(scored), np.bool_), "tiktok_label" in scored.columns
    if is_known:
        tiktok = scored["tiktok_label"]
        is_changed = (sides != _sides(tiktok)) & is_analysed
        is_known = not (tiktok.isna().to_numpy(dtype=np.bool_) & is_analysed).any()
    is_in = places >= 0
    flags = (is_in, is_analysed, sides > 0, sides < 0, is_changed)
    counts = {
        name: np.bincount(places[is_in & flag], minlength=size)
        for name, flag in zip((*COUNTS, CHANGES), flags, strict=True)
    }
    summed = is_in & is_analysed
    sums = np.bincount(places[summed], comparative[summed], minlength=size)
    analysed = np.where(counts["analysed"] > 0, counts["analysed"], np.nan)
    shares = {f"{name}_pct": counts[name] / analysed * 100 for name in ("positive", "negative")}
    changes = pd.array(counts[CHANGES] if is_known else np.full(size, np.nan), "Int64")
    return pd.DataFrame(
        {name: pd.array(counts[name], "Int64") for name in COUNTS}
        | {name: pd.array(share, "Float64") for name, share in shares.items()}
        | {"mean_comparative": pd.array(sums / analysed, "Float64"), CHANGES: changes}
    )


def _sides(labels: pd.Series) -> Ints:
    """Return 1 for each positive label, -1 for each negative one and 0 for all others."""
    codes = codes_of(labels, LABELS)
    return np.where(codes < 0, 0, codes - LABELS.index("neutral"))


def _with_interval(measures: pd.DataFrame, label: str, confidence: float) -> pd.DataFrame:
    """Add the ends of the Wilson score interval of a label's share, in percent."""
    hits, trials = (measures[name].to_numpy(np.int64) for name in (label, "analysed"))
    ends = wilson_interval(hits, trials, confidence=confidence)
    low, high = (pd.array(end * 100, pd.Float64Dtype()) for end in ends)
    return measures.assign(low_pct=low, high_pct=high)


def _with_names(table: pd.DataFrame, scored: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Insert the columns of names that the comments have after a table's first column."""
    table, key = table.reset_index(drop=True), str(table.columns[0])
    known = scored[scored[key].isin(table[key]).to_numpy(dtype=bool)]
    for place, name in enumerate([name for name in names if name in scored.columns], start=1):
        firsts = known.groupby(key, observed=True)[name].first().reindex(table[key])
        table.insert(place, name, firsts.astype(scored[name].dtype).set_axis(table.index))
    return table


def _posts_of_comments_once(videos: pd.DataFrame, scored: pd.DataFrame) -> pd.DataFrame:
    """Keep one video of those that share comments, which are one post in several projects.

    It is the one with the most comments.
    """
    if COMMENT_ON_TIKTOK not in scored.columns:
        return videos
    ids = pd.Series(scored["video_id"].array)
    posts = pd.Series(linked_by(ids, scored[COMMENT_ON_TIKTOK]).array, ids.array)
    posts = posts[~posts.index.duplicated()]
    fullest_first = videos.sort_values("comments", ascending=False, kind="stable")
    is_repeated = fullest_first["video_id"].map(posts).duplicated().sort_index()
    return videos[~is_repeated.to_numpy(bool)]


def _nearest(misses: pd.DataFrame) -> dict[str, Any] | None:
    """Describe the video nearest to an alert, in values that fit into JSON."""
    if misses.empty:
        return None
    [miss] = misses.to_dict("records")
    title = miss.get("video_title")
    return {
        "video_id": str(miss["video_id"]),
        "name": str(miss["video_id"] if title is None or pd.isna(title) else title),
        "negative": int(miss["negative"]),
        "analysed": int(miss["analysed"]),
        **{name: float(miss[name]) for name in ("negative_pct", "low_pct", "high_pct")},
    }


def _note(facts: dict[str, Any], share_pct: float, min_comments: int, confidence: float) -> str:
    """Write the note of a result without alerts: the videos judged, and the nearest one."""
    total, judged, nearest = facts["videos"], facts["judged"], facts["nearest"]
    noun = "video" if total == 1 else "videos"
    have = "has" if judged == 1 or total == 1 else "have"
    text = f"{judged:,} of {total:,} {noun} {have} at least {min_comments:,} analysed comments"
    if judged:
        each = "" if judged == 1 else "each "
        text += f", {each}with less than {share_pct:g} % negative"
    if nearest is None:
        return f"{text}; no comment is negative"
    share, low, high = (nearest[f"{name}_pct"] for name in ("negative", "low", "high"))
    margin = f"{confidence * 100:g} % interval {low:.0f} to {high:.0f} %"
    of = f"{nearest['analysed']:,} on “{nearest['name']}”"
    return f"{text}; nearest: {share:.0f} % of {of} ({margin})"


def changes_note(measures: pd.DataFrame) -> str | None:
    """Write how many labels mode ``tiktok`` would change; None if it is none, or unknown."""
    changes = measures[CHANGES].sum()
    if pd.isna(changes) or not changes:
        return None
    return (
        f"read as TikTok slang, {changes:,} of {measures['analysed'].sum():,} would be labelled "
        "otherwise"
    )


def fitting_granularity(days: Days) -> Granularity:
    """Choose the finest buckets that keep a plot from the first day to the last readable."""
    known = days[~np.isnat(days)]
    if not known.size:
        return "day"
    span = int((known.max() - known.min()).astype(np.int64)) + 1
    return next((one for one, most in _MOST_DAYS.items() if span <= most), "month")


def _buckets(days: Days, granularity: Granularity) -> tuple[Ints, Days]:
    """Number the bucket of each day, -1 for NaT, and return the first day of every bucket."""
    known = days[~np.isnat(days)]
    if not known.size:
        return np.full(len(days), -1, np.intp), known
    dates = buckets_between(bucket_start(known.min(), granularity), known.max(), granularity)
    # As a number NaT is the smallest of all, so its place is -1.
    places = np.searchsorted(dates.astype(np.int64), days.astype(np.int64), side="right") - 1
    return places, dates


def own_timezone(comments: pd.DataFrame) -> str:
    """Return the time zone that the loader recorded in a frame, or UTC."""
    return str(frame_facts(comments).get("timezone") or "UTC")


def written_on(instants: pd.Series, timezone: str) -> Days:
    """Return the local day of each instant; an instant without a time zone is taken as UTC."""
    with holding(instants, INSTANTS):
        if pd.api.types.is_numeric_dtype(instants.dtype):
            if instants.notna().any():
                raise TypeError("numbers may be seconds or anything else")
            # File readers make a column without any value numeric.
            instants = instants.astype(object)
        # to_datetime leaves Arrow's timestamps in their own dtype, so the dtype is set afterwards.
        utc = pd.to_datetime(instants, utc=True, format="ISO8601").astype("datetime64[us, UTC]")
    return days_shown(utc.to_numpy("datetime64[us]"), timezone)
