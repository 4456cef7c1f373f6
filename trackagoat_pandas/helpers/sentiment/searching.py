"""Search for comments by words, phrases, emoji, label, creator or day."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from trackagoat_pandas.base.spelling import did_you_mean
from trackagoat_pandas.base.types import DatesLike
from trackagoat_pandas.base.warnings import warn
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError, NoDataWarning, listing
from trackagoat_pandas.helpers.clocks import InstantLike
from trackagoat_pandas.helpers.columns import STRING
from trackagoat_pandas.helpers.counted import comments_once, listed_once_note
from trackagoat_pandas.helpers.facts import derived, moment_of, zone_of
from trackagoat_pandas.helpers.labels import keep_order
from trackagoat_pandas.helpers.sentiment.lexicon import (
    APOSTROPHES,
    EMOJI,
    LABELS,
    VARIATIONS,
    SentimentMode,
)
from trackagoat_pandas.helpers.sentiment.readings import slices_of
from trackagoat_pandas.helpers.sentiment.scoring import with_scores
from trackagoat_pandas.helpers.sentiment.summaries import own_timezone, written_on
from trackagoat_pandas.inputs.checks import (
    check_choice,
    check_name,
    check_names,
    check_timezone,
    frame_facts,
    is_uuid,
    require_columns,
)
from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.inputs.handles import fold_handle, read_handle

_PLAINING = (
    (APOSTROPHES, "'"),
    (f"([{EMOJI}])", r" \1 "),
    (rf"[^\pL\pN\pM\pS'\-]+|{VARIATIONS}", " "),
    (" +", " "),
)
_EDGE, _NOTHING = (pa.scalar(text, pa.large_string()) for text in (" ", ""))
_IDS = "one id, several in a list, Index or Series, or a frame that has them"


@derived(rows_of="comments")
def search_comments(
    comments: pd.DataFrame,
    words: str | Sequence[str] | None = None,
    *,
    match: Literal["any", "all"] = "any",
    label: str | Sequence[str] | None = None,
    creator: Any = None,
    dates: DatesLike | None = None,
    now: InstantLike | None = None,
    timezone: str | None = None,
    mode: SentimentMode | None = None,
    text: str = "text",
) -> pd.DataFrame:
    """Find comments by words, sentiment, creator or day.

    Only whole words are found, in any case and with any punctuation around them; several words in
    one string are a phrase. An emoji is found between other emoji, in any skin tone, and as part of
    a joined emoji.

    Parameters
    ----------
    comments : DataFrame
        Any frame with a column of text, such as that of :func:`load_comments`.
    words : str or list of str, optional
        A word or phrase, or several.
    match : {'any', 'all'}, default 'any'
        Whether ``"any"`` or ``"all"`` of several words must occur.
    label : str or list of str, optional
        ``"positive"``, ``"neutral"``, ``"negative"``, or several of them. Comments without scores
        are scored first.
    creator : str, list of str or DataFrame, optional
        The id of the creator of the video, several ids, or a frame with a column ``creator_id`` or
        ``id``. If `comments` have ``tiktok_handle``, as after :func:`with_names`, also a handle,
        with or without @, or the address of a profile.
    dates : str, tuple or DateRange, optional
        The days on which the comments were written, as :meth:`DateRange.parse` reads them.
    now : str or datetime, optional
        The current time, for relative `dates` such as "last 7 days"; by default the server's
        where the frame says it, else this machine's.
    timezone : str, optional
        The time zone of the days; by default as in :func:`sentiment_trend`.
    mode : {'api', 'plus', 'tiktok'}, optional
        ``"api"``, ``"plus"`` or ``"tiktok"``; by default the frame's own scores, or ``"api"``.
    text : str, default 'text'
        The name of the column of text, for a frame without scores.

    Returns
    -------
    pandas.DataFrame
        The rows that meet all conditions, in their order and with their index: all columns of
        `comments`, and scores if `label` is given. A comment on a post of several projects is
        listed once.

    Raises
    ------
    MissingColumnError
        A column that a condition needs is missing.
    ArgumentError, ArgumentTypeError
        An argument has a value or a type that isn't allowed.

    Warns
    -----
    NoDataWarning
        No comment is under a video of a creator given by handle; the message suggests the nearest
        handle. An id without comments gives no warning.

    See Also
    --------
    score_comments : Score comments.
    count_sentiment_words : Count the words behind the scores.
    show : Show a frame as people read it.
    load_comments : Load comments.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> comments = pd.DataFrame({"text": ["Where to BUY?!", "buyer beware", "i'd buy 🔥🔥"]})
    >>> tgp.search_comments(comments, ["buy", "🔥"], match="all")["text"].tolist()
    ["i'd buy 🔥🔥"]
    """
    check_choice("match", match, ["any", "all"])
    zone_of(timezone, [])  # refuses a wrong one, also where no day needs it
    require_columns(comments, [], loader="load_comments")
    found = comments if label is None else with_scores(comments, mode, text)
    keep = np.ones(len(found), np.bool_)
    if words is not None:
        require_columns(found, [check_name("text", text)], loader="load_comments")
        keep &= _says(found[text], words, match)
    if label is not None:
        labels = [check_choice("label", name, LABELS) for name in check_names("label", label)]
        keep &= found["label"].isin(labels).to_numpy(dtype=bool)
    if creator is not None:
        keep &= _is_of(found, creator)
    if dates is not None:
        keep &= _is_within(found, dates, now, timezone)
    matched = found[keep]
    rows = comments_once(matched)
    if repeated := listed_once_note(len(matched) - len(rows), "comment"):
        rows.attrs["trackagoat"] = {**frame_facts(comments), "note": repeated}
    return keep_order(rows, comments)


def _says(texts: pd.Series, words: str | Sequence[str], match: str) -> NDArray[np.bool_]:
    """Return which texts contain any, or all, of some words and phrases; a null contains none."""
    needles = _needles([words] if isinstance(words, str) else words)
    join = np.logical_or if match == "any" else np.logical_and
    hits = [np.zeros(0, np.bool_)]
    for piece in slices_of(texts, "text"):
        lowered = pc.utf8_lower(piece.fill_null(""))
        # Rewriting is slow. It never changes the longest word of a phrase, so only the few texts
        # that contain this word are rewritten.
        longest = [max(re.split("[ ']", needle), key=len) for needle in needles]
        found = _find(lowered, longest, join)
        found[found] = _find(_plain(lowered.filter(pa.array(found))), needles, join)
        hits.append(found)
    return np.concatenate(hits)


def _needles(words: Sequence[str]) -> list[str]:
    if not isinstance(words, Sequence) or not all(isinstance(word, str) for word in words):
        raise ArgumentTypeError("words", words, "a word or phrase, or a list of them")
    if not words:
        raise ArgumentError("words", words, "give at least one, or leave it out")
    lowered = pc.utf8_lower(pa.array(words, pa.large_string()))
    needles: list[str] = _plain(lowered).to_pylist()
    for word, needle in zip(words, needles, strict=True):
        if not needle.strip():
            raise ArgumentError("words", word, "there is no letter, digit or symbol to look for")
    return needles


def _find(texts: pa.Array, needles: list[str], join: np.ufunc) -> NDArray[np.bool_]:
    masks = [pc.match_substring(texts, needle) for needle in needles]
    found: NDArray[np.bool_] = join.reduce([mask.to_numpy(zero_copy_only=False) for mask in masks])
    return found


def _plain(lowered: pa.Array) -> pa.Array:
    """Reduce each lower-case text to its words, with a single space around each."""
    for pattern, new in _PLAINING:
        lowered = pc.replace_substring_regex(lowered, pattern, new)
    return pc.binary_join_element_wise(_EDGE, pc.utf8_trim(lowered, " "), _EDGE, _NOTHING)


def _is_of(comments: pd.DataFrame, creator: Any) -> NDArray[np.bool_]:
    """Find the comments of creators, and warn of names that no comment has."""
    require_columns(comments, ["creator_id"], loader="load_comments")
    wanted = {name: _as_handle(name) for name in _names(creator)}
    is_found = comments["creator_id"].isin(list(wanted)).to_numpy(dtype=bool)
    known = set(comments["creator_id"].dropna().unique())
    if "tiktok_handle" in comments.columns:
        handles = comments["tiktok_handle"].astype(STRING).str.lower()
        is_found = is_found | handles.isin(list(wanted.values())).to_numpy(dtype=bool)
        known.update(handles.dropna().unique())
    # A creator may have no comments, and ids are rarely typed by hand: only names are checked.
    unknown = [
        name
        for name, handle in wanted.items()
        if not known.intersection([name, handle]) and not is_uuid(str(name))
    ]
    if unknown and known:
        advice = did_you_mean(unknown[0], sorted(known)) if len(unknown) == 1 else ""
        if "tiktok_handle" not in comments.columns:
            advice += " The comments have ids and no handles: `with_names` adds them."
        named = listing(map(repr, unknown))
        warn(f"search_comments: no comment is under a video of {named}.{advice}", NoDataWarning)
    return is_found


def _as_handle(name: object) -> object:
    """Return a name as a handle is compared, if it may be one."""
    if not isinstance(name, str):
        return name
    return fold_handle(read_handle("creator", name) if "@" in name or "/" in name else name)


def _names(creator: Any) -> list[str]:
    if isinstance(creator, str):
        return [creator]
    if isinstance(creator, pd.DataFrame):
        column = "creator_id" if "creator_id" in creator.columns else "id"
        require_columns(creator, [column], loader="load_creators")
        creator = creator[column]
    if not isinstance(creator, pd.Series | pd.Index | Sequence):
        raise ArgumentTypeError("creator", creator, _IDS)
    try:
        return list(pd.Series(creator, dtype="object").dropna().unique())
    except TypeError as error:
        raise ArgumentTypeError("creator", creator, _IDS) from error


def _is_within(
    comments: pd.DataFrame, dates: DatesLike, now: InstantLike | None, timezone: str | None
) -> NDArray[np.bool_]:
    require_columns(comments, ["posted_at"], loader="load_comments")
    zone = check_timezone("timezone", own_timezone(comments) if timezone is None else timezone)
    today = moment_of(now, [comments]).tz_convert(zone).date()
    span = DateRange.parse(dates, today=today)
    days = written_on(comments["posted_at"], zone)
    first, after = (np.datetime64(day, "D") for day in (span.start, span.stop))
    return np.asarray((days >= first) & (days < after))
