"""The words behind the score of one comment, and behind the scores of many."""

from __future__ import annotations

import numpy as np
import pandas as pd

from trackagoat_pandas.checks import require_columns
from trackagoat_pandas.errors import ArgumentTypeError
from trackagoat_pandas.helpers.facts import derived
from trackagoat_pandas.helpers.sentiment.lexicon import (
    Languages,
    OwnWords,
    SentimentMode,
    lexicon_of,
)
from trackagoat_pandas.helpers.sentiment.readings import read, slices_of, vocabulary
from trackagoat_pandas.helpers.sentiment.reference import read_words
from trackagoat_pandas.helpers.sentiment.scoring import lexicon_for


def explain_comment(
    comment: str,
    *,
    mode: SentimentMode = "api",
    lexicon: OwnWords | None = None,
    languages: Languages | None = None,
) -> pd.DataFrame:
    """Show what each word adds to a comment's score.

    Parameters
    ----------
    comment
        The text.
    mode, lexicon, languages
        As in :func:`score_comments`.

    Returns
    -------
    pandas.DataFrame
        One row for each word or phrase, in the order of the text: ``word`` (str, as it was looked
        up), ``tokens`` (Int64: 1, more for a phrase), ``value`` (Int64; NA if the word isn't in the
        lexicon, or the text isn't scored because it is in another language), ``is_negated``
        (boolean: a word such as "not" precedes it), ``part`` (Int64: what it adds to the score) and
        ``comparative_part`` (Float64: what it adds to the comparative). ``part``,
        ``comparative_part`` and ``tokens`` sum to the numbers of :func:`score_comments`.

    Raises
    ------
    ArgumentTypeError
        `comment` isn't a str, or `lexicon` isn't a mapping from text.
    ArgumentError
        `mode`, `lexicon` or `languages` has a value that isn't allowed.

    Examples
    --------
    >>> explain_comment("not bad, love it")["part"].tolist()
    [0, 3, 3, 0]
    >>> explain_comment("the drop is fire 🔥🔥😭", mode="tiktok")["part"].tolist()
    [0, 0, 0, 2, 2, 0]
    """
    if not isinstance(comment, str):
        raise ArgumentTypeError("comment", comment, "one text; score_comments takes many")
    words = read_words(comment, lexicon_of(mode, lexicon, languages))
    tokens = sum(word.size for word in words)
    explained = {
        "word": pd.array([word.text for word in words], pd.StringDtype(na_value=np.nan)),
        "tokens": pd.array([word.size for word in words], "Int64"),
        "value": pd.array([word.value for word in words], "Int64"),
        "is_negated": pd.array([word.is_negated for word in words], "boolean"),
        "part": pd.array([word.part for word in words], "Int64"),
        "comparative_part": pd.array([word.part / tokens for word in words], "Float64"),
    }
    return pd.DataFrame(explained)


@derived()
def count_sentiment_words(
    comments: pd.DataFrame,
    *,
    mode: SentimentMode | None = None,
    lexicon: OwnWords | None = None,
    languages: Languages | None = None,
    text: str = "text",
) -> pd.DataFrame:
    """Count the words, emoji and phrases behind the scores of comments.

    Comments that aren't scored because they are in another language are left out.

    Parameters
    ----------
    comments
        Any frame with a column of text, such as that of :func:`load_comments`.
    mode, text
        As in :func:`summarize_sentiment`; the column of text is always needed.
    lexicon, languages
        As in :func:`score_comments`; by default those with which the frame was scored.

    Returns
    -------
    pandas.DataFrame
        One row for each entry of the lexicon that occurs, starting with the one that adds most to
        either side: ``word`` (str), ``value`` (Int64), ``uses`` (Int64: how often it occurs),
        ``negated`` (Int64: how many of these uses a negator reverses) and ``part`` (Int64: what it
        adds to the sum of all scores).

    Raises
    ------
    MissingColumnError
        The column of text is missing.
    ArgumentError
        The column holds something other than text, an argument has a value that isn't allowed, the
        frame has scores of several modes and none is given, or it was scored with your own lexicon
        or languages and its attributes no longer say which.

    Examples
    --------
    >>> import pandas as pd
    >>> comments = pd.DataFrame({"text": ["love love it", "not bad", "bad"]})
    >>> count_sentiment_words(comments)[["word", "part"]].values.tolist()
    [['love', 6], ['bad', 0]]
    """
    chosen = lexicon_for(comments, mode, lexicon, languages)
    require_columns(comments, [text], loader="load_comments")
    known = vocabulary(chosen)
    uses, negated = (np.zeros(len(known.entries) + 1, np.int64) for _ in range(2))
    for piece in slices_of(comments[text], "text"):
        [reading] = read(piece, [chosen])
        uses += np.bincount(reading.numbers, minlength=len(uses))
        negated += np.bincount(reading.numbers[reading.is_negated], minlength=len(uses))
    words = pd.DataFrame(
        {
            "word": pd.array([*known.entries, ""], pd.StringDtype(na_value=np.nan)),
            "value": pd.array(known.worths, "Int64"),
            "uses": pd.array(uses, "Int64"),
            "negated": pd.array(negated, "Int64"),
        }
    )
    words = words[(words["uses"] > 0) & (words["value"] != 0)]
    words = words.assign(part=words["value"] * (words["uses"] - 2 * words["negated"]))
    return words.sort_values(
        ["part", "uses", "word"],
        ascending=[False, False, True],
        key=lambda column: column.abs() if column.name == "part" else column,
        ignore_index=True,
    )
