"""Scores of comments: a frame or a column in, a new frame out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.extensions import ExtensionArray

from trackagoat_pandas.checks import frame_facts, require_columns
from trackagoat_pandas.errors import ArgumentTypeError
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
from trackagoat_pandas.helpers.sentiment.readings import read_signs
from trackagoat_pandas.helpers.sentiment.tongues import ENOUGH

READINGS = (*MODES, OWN)
"""What the column ``sentiment_mode`` can say."""
_LABEL, _MODE = pd.CategoricalDtype(list(LABELS)), pd.CategoricalDtype(list(READINGS))

SCORES = (
    "score", "comparative", "label", "tokens", "is_english", "sentiment_mode", "tiktok_label",
)  # fmt: skip


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


def _scores(texts: pd.Series, known: Lexicon, argument: str) -> pd.DataFrame:
    is_null = np.empty(len(texts), np.bool_)
    score, tokens, lean = (np.empty(len(texts), np.int64) for _ in range(3))
    sign = np.empty(len(texts), np.int8)
    start = 0
    for reading, signs in read_signs(texts, known, argument):
        span = slice(start, start + len(signs))
        is_null[span], score[span], sign[span] = reading.is_null, reading.scores, signs
        tokens[span], lean[span] = reading.tokens, reading.leanings
        start = span.stop
    mode_codes = np.full(len(texts), READINGS.index(known.name), np.int8)
    columns: dict[str, ExtensionArray] = {
        "score": pd.arrays.IntegerArray(score, is_null),
        "comparative": pd.arrays.FloatingArray(score / np.maximum(tokens, 1), is_null.copy()),
        "label": _labels(np.sign(score), is_null),
        "tokens": pd.arrays.IntegerArray(tokens, is_null.copy()),
        "is_english": pd.arrays.BooleanArray(lean > 0, is_null | (np.abs(lean) < ENOUGH)),
        "sentiment_mode": pd.Categorical.from_codes(mode_codes, dtype=_MODE),
        "tiktok_label": _labels(sign, is_null),
    }
    return pd.DataFrame(columns, index=texts.index, copy=False)


def _labels(signs: NDArray[Any], is_null: NDArray[np.bool_]) -> pd.Categorical:
    return pd.Categorical.from_codes(np.where(is_null, -1, signs + 1).astype(np.int8), dtype=_LABEL)
