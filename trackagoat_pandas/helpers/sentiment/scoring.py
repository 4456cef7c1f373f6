"""Scores of comments: added to a frame, reused from one, and compared between modes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.extensions import ExtensionArray

from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError, MissingArgumentError
from trackagoat_pandas.helpers.columns import codes_of
from trackagoat_pandas.helpers.counted import comments_once
from trackagoat_pandas.helpers.facts import derived
from trackagoat_pandas.helpers.labels import (
    Names,
    keep_order,
    named_comments,
)
from trackagoat_pandas.helpers.sentiment.language import ENOUGH
from trackagoat_pandas.helpers.sentiment.lexicon import (
    LABELS,
    MODES,
    OWN,
    Languages,
    Lexicon,
    OwnWords,
    SentimentMode,
    lexicon_of,
)
from trackagoat_pandas.helpers.sentiment.readings import read, slices_of
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.checks import (
    check_choice,
    check_name,
    check_names,
    frame_facts,
    require_columns,
)

READINGS = (*MODES, OWN)
"""The values of the column ``sentiment_mode``."""
_LABEL, _MODE = pd.CategoricalDtype(list(LABELS)), pd.CategoricalDtype(list(READINGS))

SCORES = (
    "score", "comparative", "label", "tokens", "is_english", "sentiment_mode", "tiktok_label",
)  # fmt: skip
_NEEDED = ("comparative", "label", "sentiment_mode")
"""A frame without one of these columns counts as not scored."""
_COMPARED = ("score", "comparative", "label", "tokens")


@derived(rows_of="comments")
def score_comments(
    comments: pd.DataFrame,
    *,
    text: str = "text",
    mode: SentimentMode = "api",
    lexicon: OwnWords | None = None,
    languages: Languages | None = None,
    names: Names = None,
) -> pd.DataFrame:
    """Add the sentiment of each comment.

    Mode ``"api"`` gives the numbers that TrackaGoat shows. Mode ``"plus"`` also reads repeated
    emoji and phrases such as "not good". Mode ``"tiktok"`` reads emoji and slang as people on
    TikTok mean them as well. Every row says in which mode it was scored, and which label mode
    ``"tiktok"`` gives it.

    Parameters
    ----------
    comments : DataFrame
        Any frame with a column of text, such as that of :func:`load_comments`.
    text : str, default 'text'
        The name of the column of text.
    mode : {'api', 'plus', 'tiktok'}, default 'api'
        ``"api"``, ``"plus"`` or ``"tiktok"``; see the notes.
    lexicon : dict, optional
        Your own words, phrases or emoji with whole numbers from -5 to 5, such as ``{"💀": 1}``.
        They take precedence over the mode's. A phrase has up to three words; mode ``"api"`` takes
        only single words.
    languages : {'english', 'all'}, optional
        ``"english"``: a text known to be in another language has a score of 0 and is neutral,
        whatever emoji and words of the lexicon it contains (German "die" is an article).
        ``"all"``: every text is scored. The default is ``"all"`` in mode ``"api"``, since the
        product scores every text, and ``"english"`` in the others. A text that is too short to
        recognize its language is always scored.
    names : DataFrame or list of DataFrame, optional
        A frame, or a list of them, with names for the ids, such as that of :func:`load_creators`;
        that of :func:`load_videos` has titles, and the handles of removed creators. They are added
        as ``tiktok_handle`` and ``video_title``.

    Returns
    -------
    pandas.DataFrame
        A copy with these columns replaced or added: ``score`` (Int64: the sum of the words'
        values), ``comparative`` (Float64: the score divided by the number of tokens), ``label``
        (category negative, neutral, positive: the score's sign), ``tokens`` (Int64),
        ``is_english`` (boolean; NA if the text has too few words to say), ``sentiment_mode``
        (category: the mode, or ``"own"`` if `lexicon` or `languages` differ from the mode's) and
        ``tiktok_label`` (category, as ``label``, in mode ``"tiktok"``). A null text has NA in all
        of them but ``sentiment_mode``. With your own lexicon or languages,
        ``attrs["trackagoat"]["reading"]`` keeps them for :func:`count_sentiment_words`.

    Raises
    ------
    MissingColumnError
        The column of text is missing.
    ArgumentError
        The column holds something other than text, ``mode`` or ``languages`` isn't one of the
        allowed words, or ``lexicon`` has a value that isn't allowed or a key without a word.
    ArgumentTypeError
        ``lexicon`` isn't a mapping from text.

    See Also
    --------
    explain_comment : See the words behind one score.
    summarize_sentiment : Sum the sentiment of comments.
    plots.sentiment_trend : Draw the trend.
    load_comments : Load comments.

    Notes
    -----
    - Mode ``"api"`` is npm ``sentiment`` 5.0.2, with AFINN-165 and its emoji list.
    - Mode ``"plus"`` also reads emoji that are repeated or next to a word, skin tones, variation
      selectors and joined emoji, curly apostrophes and quotes, and the lexicon's phrases, which
      count once instead of their words.
    - Mode ``"tiktok"`` does what plus does, with other values. 😭, 💀, 😂 and "lol" are laughter,
      which is worth 0: it accompanies praise ("so funny 😭") as well as anger ("broken again 😭"),
      so the other words decide. An emoji that is repeated counts once, so that "awful 🐐🐐" isn't
      praise. 🔥, hearts of every kind, "slay", "ate", "sick" and "fire" are praise; "mid", "flop",
      "ick", "scam" and 🤡 are blame. ``helpers/sentiment/data/tiktok.tsv`` gives a reason for each
      entry.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> comments = pd.DataFrame({"text": ["I love this!", "amazing 😭😭", "so fire 💀", None]})
    >>> scored = tgp.score_comments(comments)
    >>> scored["score"].tolist()
    [3, 4, -4, <NA>]
    >>> scored["tiktok_label"].tolist()
    ['positive', 'positive', 'positive', nan]
    >>> tgp.score_comments(comments, mode="tiktok", lexicon={"😭": 1})["score"].tolist()
    [3, 5, 3, <NA>]
    """
    scored = _add_scores(comments, text, mode, lexicon, languages)
    return keep_order(named_comments(scored, names), comments)


def _add_scores(
    comments: pd.DataFrame,
    text: str,
    mode: SentimentMode,
    lexicon: OwnWords | None = None,
    languages: Languages | None = None,
) -> pd.DataFrame:
    """Add the scores behind the other columns, for helpers that read only a few of them."""
    require_columns(comments, [check_name("text", text)], loader="load_comments")
    known = lexicon_of(mode, lexicon, languages)
    scores = _scores(comments[text], known, "text")
    # Joining takes a quarter of the time of assigning column by column; it keeps equal attributes.
    scores.attrs = comments.attrs
    old = [name for name in SCORES if name in comments.columns]
    kept = comments.drop(columns=old) if old else comments
    scored = pd.concat([kept, scores], axis="columns")
    if known.name == OWN or "reading" in frame_facts(comments):
        words = {str(word): int(value) for word, value in (lexicon or {}).items()}
        reading = {"mode": mode, "lexicon": words, "languages": languages}
        scored.attrs["trackagoat"] = {**frame_facts(comments), "reading": reading}
    return scored


@takes_arrow
def score_texts(
    texts: pd.Series,
    *,
    mode: SentimentMode = "api",
    lexicon: OwnWords | None = None,
    languages: Languages | None = None,
) -> pd.DataFrame:
    """Score a column of texts.

    Parameters
    ----------
    texts : Series
        The texts; nulls are allowed.
    mode : {'api', 'plus', 'tiktok'}, default 'api'
        ``"api"``, ``"plus"`` or ``"tiktok"``; see the notes.
    lexicon : dict, optional
        Your own words, phrases or emoji with whole numbers from -5 to 5, such as ``{"💀": 1}``.
        They take precedence over the mode's. A phrase has up to three words; mode ``"api"``
        takes only single words.
    languages : {'english', 'all'}, optional
        ``"english"``: a text known to be in another language has a score of 0 and is neutral,
        whatever emoji and words of the lexicon it contains (German "die" is an article). See
        :func:`score_comments`.

    Returns
    -------
    pandas.DataFrame
        The columns that :func:`score_comments` adds, with the index of `texts`.

    Raises
    ------
    ArgumentTypeError
        ``texts`` isn't a Series, or ``lexicon`` isn't a mapping from text.
    ArgumentError
        The Series holds something other than text, or another argument has a value that isn't
        allowed.

    See Also
    --------
    score_comments : Score comments.
    explain_comment : See the words behind one score.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> tgp.score_texts(pd.Series(["awful, just awful"]))["comparative"].tolist()
    [-2.0]
    """
    if not isinstance(texts, pd.Series):
        raise ArgumentTypeError("texts", texts, "a pandas Series of text")
    return _scores(texts, lexicon_of(mode, lexicon, languages), "texts")


@derived("comments")
def compare_sentiment_modes(
    comments: pd.DataFrame,
    *,
    modes: Sequence[SentimentMode] = ("api", "plus"),
    text: str = "text",
) -> pd.DataFrame:
    """List the comments that two modes score differently.

    Parameters
    ----------
    comments : DataFrame
        Any frame with a column of text, such as that of :func:`load_comments`.
    modes : list of str, default ('api', 'plus')
        Two of ``"api"``, ``"plus"`` and ``"tiktok"``.
    text : str, default 'text'
        The name of the column of text.

    Returns
    -------
    pandas.DataFrame
        The rows for which the modes give different scores or numbers of tokens, in their order and
        with their index: ``id`` if the frame has it, the column of text, then for each mode its
        ``score`` (Int64), ``comparative`` (Float64), ``label`` (category) and ``tokens`` (Int64),
        in columns such as ``api_score``, and last ``label_differs`` (boolean).

    Raises
    ------
    MissingColumnError
        The column of text is missing.
    ArgumentError
        The column holds something other than text, or `modes` aren't two different modes.

    See Also
    --------
    score_comments : Score comments.
    explain_comment : See the words behind one score.
    count_sentiment_words : Count the words behind the scores.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> comments = pd.DataFrame({"text": ["love it", "so good 🔥🔥", "❤️❤️"]})
    >>> columns = ["api_score", "plus_score"]
    >>> print(tgp.compare_sentiment_modes(comments)[columns].to_string(index=False))
     api_score  plus_score
             3           3
             0           6
    >>> compared = tgp.compare_sentiment_modes(comments, modes=["api", "tiktok"])
    >>> print(compared[["text", "tiktok_score"]].to_string(index=False))
          text  tiktok_score
    so good 🔥🔥             5
          ❤️❤️             3
    """
    require_columns(comments, [check_name("text", text)], loader="load_comments")
    comments = comments_once(comments)
    given = [check_choice("modes", name, MODES) for name in check_names("modes", modes)]
    names = [mode for mode in MODES if mode in given]
    if len(names) != 2:
        raise ArgumentError("modes", given, "name two different ones, such as ['api', 'tiktok']")
    one, other = (score_texts(comments[text], mode=name)[list(_COMPARED)] for name in names)
    differs = (one["score"] != other["score"]) | (one["tokens"] != other["tokens"])
    label_differs = (one["score"].clip(-1, 1) != other["score"].clip(-1, 1)).astype("boolean")
    kept = [name for name in ("id", text) if name in comments.columns]
    compared = pd.concat(
        [comments[kept], one.add_prefix(f"{names[0]}_"), other.add_prefix(f"{names[1]}_")],
        axis="columns",
    ).assign(label_differs=label_differs)
    return compared[differs.fillna(value=False).to_numpy(dtype=bool)]


def with_scores(comments: pd.DataFrame, mode: SentimentMode | None, text: str) -> pd.DataFrame:
    """Return the comments with scores of one mode.

    Parameters
    ----------
    comments
        A frame of :func:`score_comments`, or one with a column of text.
    mode
        The mode; None for the frame's own scores, or ``"api"`` if it has none.
    text
        The column of text, needed only if the frame has no scores of that mode.

    Raises
    ------
    ArgumentError
        No mode is given, and the frame has scores of several.
    MissingColumnError
        The frame has neither the scores nor the text.
    """
    own = own_readings(comments)
    if mode is None and own == [OWN]:
        return comments
    chosen = _chosen(own, mode)
    return comments if own == [chosen] else _add_scores(comments, text, chosen)


def lexicon_for(
    comments: pd.DataFrame,
    mode: SentimentMode | None,
    own: OwnWords | None,
    languages: Languages | None,
) -> Lexicon:
    """Return the lexicon that the arguments ask for, else that of the frame's scores, else "api"'s.

    Raises
    ------
    ArgumentError
        No mode is given, and the frame has scores of several, or of the caller's own lexicon when
        the frame's attributes no longer have it.
    """
    readings = own_readings(comments)
    kept = frame_facts(comments).get("reading")
    if readings == [OWN] and isinstance(kept, dict) and (mode, own, languages) == (None,) * 3:
        return lexicon_of(kept.get("mode", "api"), kept.get("lexicon"), kept.get("languages"))
    return lexicon_of(_chosen(readings, mode), own, languages)


def own_readings(comments: pd.DataFrame) -> list[str]:
    """Return the modes in which a frame is scored, also ``"own"``; empty if it isn't scored."""
    require_columns(comments, [], loader="load_comments")
    if not all(name in comments.columns for name in _NEEDED):
        return []
    found = set(codes_of(comments["sentiment_mode"], READINGS).tolist())
    return [mode for place, mode in enumerate(READINGS) if place in found]


def _chosen(own: list[str], mode: SentimentMode | None) -> SentimentMode:
    if mode is not None:
        check_choice("mode", mode, MODES)
        return mode
    if len(own) > 1:
        raise MissingArgumentError("mode", f"the frame has scores of {' and '.join(own)}")
    if own == [OWN]:
        reason = "the frame was scored with your own lexicon or languages: pass mode= and those"
        raise MissingArgumentError("mode", reason)
    return next((known for known in MODES if own == [known]), "api")


def _scores(texts: pd.Series, known: Lexicon, argument: str) -> pd.DataFrame:
    is_null = np.empty(len(texts), np.bool_)
    score, tokens, lean, tiktok = (np.empty(len(texts), np.int64) for _ in range(4))
    # Every frame also gets the label of this mode, so that summaries can count what it would
    # change.
    by_tiktok, start = lexicon_of("tiktok"), 0
    lexicons = [known] if known is by_tiktok else [known, by_tiktok]
    for piece in slices_of(texts, argument):
        readings = read(piece, lexicons)
        span = slice(start, start + len(piece))
        is_null[span] = piece.is_null().to_numpy(zero_copy_only=False)
        score[span], tiktok[span] = readings[0].scores, readings[-1].scores
        tokens[span], lean[span] = readings[0].tokens, readings[0].leanings
        start = span.stop
    mode_codes = np.full(len(texts), READINGS.index(known.name), np.int8)
    # Each column has a mask of its own: setting a value in one changes its mask in place.
    columns: dict[str, ExtensionArray] = {
        "score": pd.arrays.IntegerArray(score, is_null),
        "comparative": pd.arrays.FloatingArray(score / np.maximum(tokens, 1), is_null.copy()),
        "label": _labels(score, is_null),
        "tokens": pd.arrays.IntegerArray(tokens, is_null.copy()),
        "is_english": pd.arrays.BooleanArray(lean > 0, is_null | (np.abs(lean) < ENOUGH)),
        "sentiment_mode": pd.Categorical.from_codes(mode_codes, dtype=_MODE),
        "tiktok_label": _labels(tiktok, is_null),
    }
    return pd.DataFrame(columns, index=texts.index, copy=False)


def _labels(scores: NDArray[np.int64], is_null: NDArray[np.bool_]) -> pd.Categorical:
    codes = np.where(is_null, -1, np.sign(scores) + 1).astype(np.int8)
    return pd.Categorical.from_codes(codes, dtype=_LABEL)
