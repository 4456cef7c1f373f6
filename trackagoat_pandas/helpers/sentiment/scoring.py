"""Scores of comments: given to a frame or a column, taken from a frame, compared between modes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.extensions import ExtensionArray

from trackagoat_pandas.checks import check_choice, check_names, frame_facts, require_columns
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError, MissingArgumentError
from trackagoat_pandas.helpers.columns import is_word
from trackagoat_pandas.helpers.facts import derived
from trackagoat_pandas.helpers.sentiment.language import ENOUGH
from trackagoat_pandas.helpers.sentiment.lexicon import (
    LABELS,
    MODES,
    OWN,
    Languages,
    Lexicon,
    OwnWords,
    SentimentMode,
)
from trackagoat_pandas.helpers.sentiment.lexicon import (
    lexicon as lexicon_of,
)
from trackagoat_pandas.helpers.sentiment.readings import read, slices_of

READINGS = (*MODES, OWN)
"""The values of the column ``sentiment_mode``."""
_LABEL, _MODE = pd.CategoricalDtype(list(LABELS)), pd.CategoricalDtype(list(READINGS))

SCORES = (
    "score", "comparative", "label", "tokens", "is_english", "sentiment_mode", "tiktok_label",
)  # fmt: skip
_NEEDED = ("comparative", "label", "sentiment_mode")
"""A frame without these columns counts as not scored."""
_COMPARED = ("score", "comparative", "label", "tokens")


@derived(rows_of="comments")
def score_comments(
    comments: pd.DataFrame,
    *,
    text: str = "text",
    mode: SentimentMode = "api",
    lexicon: OwnWords | None = None,
    languages: Languages | None = None,
) -> pd.DataFrame:
    """Add the sentiment of each comment.

    Mode ``"api"`` equals what TrackaGoat shows, number for number: npm ``sentiment`` 5.0.2 with
    AFINN-165 and its emoji list. Mode ``"plus"`` also sees emoji that are repeated or stand against
    a word, skin tones, variation selectors and joined emoji, curly apostrophes and quotes, and the
    lexicon's phrases (such as "not good"), which count once in place of their words. Mode
    ``"tiktok"`` sees what plus does and reads emoji and slang as people on TikTok mean them:

    - 😭, 💀, 😂 and "lol" are laughter, which is worth 0: it goes with praise ("so funny 😭") as
      with anger ("broken again 😭"), and the other words decide.
    - A row of one emoji counts as one, so that "awful 🐐🐐" is no praise.
    - 🔥, hearts of every kind, "slay", "ate", "sick" and "fire" are praise; "mid", "flop", "ick",
      "scam" and 🤡 are blame. ``helpers/sentiment/data/tiktok.tsv`` has each entry with its reason.

    Every row says in which mode it was scored, and what label mode ``"tiktok"`` gives it.

    Parameters
    ----------
    comments
        Any frame with a column of text, such as that of :func:`load_comments`.
    text
        The column.
    mode
        ``"api"``, ``"plus"`` or ``"tiktok"``.
    lexicon
        Words, phrases or emoji of your own and their values, such as ``{"💀": 1}``, over those of
        the mode: whole numbers from -5 to 5. A key is cut into words as the mode cuts texts; mode
        ``"api"`` knows single words alone, the others phrases of up to three.
    languages
        ``"english"``: a text that is known to be in another language has score 0 and is neutral,
        whatever emoji and words of the lexicon it has (in German "die" is no death). ``"all"``:
        every text counts. By default ``"all"`` in mode ``"api"``, since the product counts every
        text, and ``"english"`` in the others. A text too short to know counts in any case.

    Returns
    -------
    pandas.DataFrame
        A copy, with columns of these names replaced or added: ``score`` (Int64, the sum of the
        words' values), ``comparative`` (Float64, the score divided by the number of tokens),
        ``label`` (category negative, neutral, positive: the score's sign), ``tokens`` (Int64),
        ``is_english`` (boolean, NA where the text has too few words to know), ``sentiment_mode``
        (category: the mode, or ``"own"`` where `lexicon` or `languages` are not the mode's) and
        ``tiktok_label`` (category, as ``label``: what mode ``"tiktok"`` says). A null text has NA
        in all but ``sentiment_mode``. ``attrs["trackagoat"]["reading"]`` keeps a reading of your
        own, for :func:`count_sentiment_words`.

    Raises
    ------
    MissingColumnError
        The frame has no such column.
    ArgumentError
        The column holds something else than text; ``mode`` or ``languages`` is none of its words;
        ``lexicon`` has a value that isn't allowed, or a key without a word.
    ArgumentTypeError
        ``lexicon`` is no mapping from text.

    Examples
    --------
    >>> import pandas as pd
    >>> comments = pd.DataFrame({"text": ["I love this!", "amazing 😭😭", "so fire 💀", None]})
    >>> scored = score_comments(comments)
    >>> scored["score"].tolist()
    [3, 4, -4, <NA>]
    >>> scored["tiktok_label"].tolist()
    ['positive', 'positive', 'positive', nan]
    >>> score_comments(comments, mode="tiktok", lexicon={"😭": 1})["score"].tolist()
    [3, 5, 3, <NA>]
    """
    require_columns(comments, [text], loader="load_comments")
    known = lexicon_of(mode, lexicon, languages)
    scores = _scores(comments[text], known, "text")
    # Joining costs a quarter of what assigning column by column does, and keeps equal attributes.
    scores.attrs = comments.attrs
    old = [name for name in SCORES if name in comments.columns]
    kept = comments.drop(columns=old) if old else comments
    scored = pd.concat([kept, scores], axis="columns")
    if known.name == OWN or "reading" in frame_facts(comments):
        words = {str(word): int(value) for word, value in (lexicon or {}).items()}
        reading = {"mode": mode, "lexicon": words, "languages": languages}
        scored.attrs["trackagoat"] = {**frame_facts(comments), "reading": reading}
    return scored


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
    texts
        The texts; nulls are allowed.
    mode, lexicon, languages
        As in :func:`score_comments`.

    Returns
    -------
    pandas.DataFrame
        The columns that :func:`score_comments` adds, with the index of `texts`.

    Raises
    ------
    ArgumentTypeError
        It is no Series, or ``lexicon`` is no mapping from text.
    ArgumentError
        The Series holds something else than text, or another argument isn't allowed.

    Examples
    --------
    >>> import pandas as pd
    >>> score_texts(pd.Series(["awful, just awful"]))["comparative"].tolist()
    [-2.0]
    """
    if not isinstance(texts, pd.Series):
        raise ArgumentTypeError("texts", texts, "a pandas Series of text")
    return _scores(texts, lexicon_of(mode, lexicon, languages), "texts")


@derived()
def compare_sentiment_modes(
    comments: pd.DataFrame,
    *,
    modes: Sequence[SentimentMode] = ("api", "plus"),
    text: str = "text",
) -> pd.DataFrame:
    """Show the comments that two modes score differently.

    Parameters
    ----------
    comments
        Any frame with a column of text, such as that of :func:`load_comments`.
    modes
        Two of ``"api"``, ``"plus"`` and ``"tiktok"``.
    text
        The column.

    Returns
    -------
    pandas.DataFrame
        The rows on whose score or number of tokens the modes differ, in their order and with their
        index: the text's column, ``id`` if the frame has it, then for each mode the columns
        ``api_score`` (Int64), ``api_comparative`` (Float64), ``api_label`` (category) and
        ``api_tokens`` (Int64), under its name, and ``label_differs`` (boolean).

    Raises
    ------
    MissingColumnError
        The frame has no such column.
    ArgumentError
        The column holds something else than text, or `modes` are not two modes.

    Examples
    --------
    >>> import pandas as pd
    >>> comments = pd.DataFrame({"text": ["love it", "so good 🔥🔥", "❤️❤️"]})
    >>> compare_sentiment_modes(comments)[["api_score", "plus_score"]].values.tolist()
    [[3, 3], [0, 6]]
    >>> compared = compare_sentiment_modes(comments, modes=["api", "tiktok"])
    >>> compared[["text", "tiktok_score"]].values.tolist()
    [['so good 🔥🔥', 5], ['❤️❤️', 3]]
    """
    require_columns(comments, [text], loader="load_comments")
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
        The mode wanted; None takes the frame's own scores, and ``"api"`` where it has none.
    text
        The column of text, needed only if the frame has no scores of that mode.

    Raises
    ------
    ArgumentError
        No mode is asked for, and the frame has scores of several.
    MissingColumnError
        The frame has neither the scores nor the text.
    """
    own = own_readings(comments)
    if mode is None and own == [OWN]:
        return comments
    chosen = _chosen(own, mode)
    return comments if own == [chosen] else score_comments(comments, text=text, mode=chosen)


def lexicon_for(
    comments: pd.DataFrame,
    mode: SentimentMode | None,
    own: OwnWords | None,
    languages: Languages | None,
) -> Lexicon:
    """Return the lexicon that is asked for, or else that of the frame's scores, or of ``"api"``.

    Raises
    ------
    ArgumentError
        No mode is asked for, and the frame's scores are of several, or of a lexicon of your own
        that is no longer in the frame's attributes.
    """
    readings = own_readings(comments)
    kept = frame_facts(comments).get("reading")
    if readings == [OWN] and isinstance(kept, dict) and (mode, own, languages) == (None,) * 3:
        return lexicon_of(kept.get("mode", "api"), kept.get("lexicon"), kept.get("languages"))
    return lexicon_of(_chosen(readings, mode), own, languages)


def own_readings(comments: pd.DataFrame) -> list[str]:
    """Return the modes in which a frame is scored, or ``"own"``; none if it isn't scored."""
    require_columns(comments, [], loader="load_comments")
    if not all(name in comments.columns for name in _NEEDED):
        return []
    return [mode for mode in READINGS if is_word(comments["sentiment_mode"], mode).any()]


def _chosen(own: list[str], mode: SentimentMode | None) -> SentimentMode:
    if mode is not None:
        check_choice("mode", mode, MODES)
        return mode
    if len(own) > 1:
        raise MissingArgumentError("mode", f"the frame has scores of {' and '.join(own)}")
    if own == [OWN]:
        said = "the frame was scored with a lexicon or languages of your own: pass mode= and those"
        raise MissingArgumentError("mode", said)
    return next((known for known in MODES if own == [known]), "api")


def _scores(texts: pd.Series, known: Lexicon, argument: str) -> pd.DataFrame:
    is_null = np.empty(len(texts), np.bool_)
    score, tokens, lean, tiktok = (np.empty(len(texts), np.int64) for _ in range(4))
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
