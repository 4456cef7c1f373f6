"""The words behind the score of one comment, and behind the scores of many."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd

from trackagoat_pandas.errors import ArgumentTypeError
from trackagoat_pandas.helpers.counted import comments_once
from trackagoat_pandas.helpers.facts import derived
from trackagoat_pandas.helpers.sentiment.lexicon import (
    Languages,
    OwnWords,
    SentimentMode,
    lexicon_of,
)
from trackagoat_pandas.helpers.sentiment.readings import read, slices_of, vocabulary
from trackagoat_pandas.helpers.sentiment.reference import Word, read_words
from trackagoat_pandas.helpers.sentiment.scoring import lexicon_for
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.checks import check_name, require_columns


@takes_arrow
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
    comment : str
        The text of the comment.
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
        One row for each word or phrase, in the order of the text: ``word`` (str, as it was looked
        up; a negated one together with its negator, as "not bad"), ``tokens`` (Int64: 1, more for a
        phrase and for a negated word), ``value`` (Int64: its value in the lexicon, reversed if it
        is negated; NA if it isn't in the lexicon, or the text isn't scored because it is in another
        language), ``is_negated`` (boolean), ``part`` (Int64: what it adds to the score) and
        ``comparative_part`` (Float64: what it adds to the comparative). ``part``,
        ``comparative_part`` and ``tokens`` sum to the numbers of :func:`score_comments`.

    Raises
    ------
    ArgumentTypeError
        `comment` isn't a str, or `lexicon` isn't a mapping from text.
    ArgumentError
        `mode`, `lexicon` or `languages` has a value that isn't allowed.

    See Also
    --------
    score_comments : Score comments.
    score_texts : Score any texts.
    count_sentiment_words : Count the words behind the scores.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> tgp.explain_comment("not bad, love it")["part"].tolist()
    [3, 3, 0]
    >>> tgp.explain_comment("the drop is fire 🔥🔥😭", mode="tiktok")["part"].tolist()
    [0, 0, 0, 2, 2, 0]
    """
    if not isinstance(comment, str):
        raise ArgumentTypeError("comment", comment, "one text; score_comments takes many")
    words = _with_negators(read_words(comment, lexicon_of(mode, lexicon, languages)))
    tokens = sum(word.size for word in words)
    explained = {
        "word": pd.array([word.text for word in words], pd.StringDtype(na_value=np.nan)),
        "tokens": pd.array([word.size for word in words], "Int64"),
        # NA, not 0, for a word that the lexicon doesn't have.
        "value": pd.array([word.value and word.part for word in words], "Int64"),
        "is_negated": pd.array([word.is_negated for word in words], "boolean"),
        "part": pd.array([word.part for word in words], "Int64"),
        "comparative_part": pd.array([word.part / tokens for word in words], "Float64"),
    }
    return pd.DataFrame(explained)


def _with_negators(words: list[Word]) -> list[Word]:
    """Put negators before the words that they negate; one with a value of its own also stays."""
    joined: list[Word] = []
    for word in words:
        if not word.is_negated:
            joined.append(word)
            continue
        negator = joined[-1].text.rpartition(" ")[2]
        is_alone = joined[-1].value is None and joined[-1].size == 1
        size = word.size + joined.pop().size if is_alone else word.size
        joined.append(replace(word, text=f"{negator} {word.text}", size=size))
    return joined


@derived("comments")
def count_sentiment_words(
    comments: pd.DataFrame,
    *,
    mode: SentimentMode | None = None,
    lexicon: OwnWords | None = None,
    languages: Languages | None = None,
    text: str = "text",
) -> pd.DataFrame:
    """Count the words, emoji and phrases behind the scores of comments.

    A negated word counts as a word of its own, with its negator: "not bad" adds to scores what
    "bad" takes. Comments that aren't scored because they are in another language are left out.

    Parameters
    ----------
    comments : DataFrame
        Any frame with a column of text, such as that of :func:`load_comments`.
    mode : {'api', 'plus', 'tiktok'}, optional
        ``"api"``, ``"plus"`` or ``"tiktok"``; by default the one with which the frame was scored,
        or ``"api"``.
    lexicon : dict, optional
        As in :func:`score_comments`; by default the words with which the frame was scored.
    languages : {'english', 'all'}, optional
        As in :func:`score_comments`; by default those with which the frame was scored.
    text : str, default 'text'
        The name of the column of text, which is always needed.

    Returns
    -------
    pandas.DataFrame
        One row for each entry of the lexicon that occurs, alone and with each negator, starting
        with the one that adds most to either side: ``word`` (str), ``value`` (Int64: what each use
        adds to a score; reversed if it is negated), ``uses`` (Int64: how often it occurs),
        ``part`` (Int64: what it adds to the sum of all scores) and ``is_negated`` (boolean).

    Raises
    ------
    MissingColumnError
        The column of text is missing.
    ArgumentError
        The column holds something other than text, an argument has a value that isn't allowed, the
        frame has scores of several modes and none is given, or it was scored with your own lexicon
        or languages and its attributes no longer say which.

    See Also
    --------
    plots.comment_words : Draw the words behind the scores.
    explain_comment : See the words behind one score.
    score_comments : Score comments.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> comments = pd.DataFrame({"text": ["love love it", "not bad", "bad"]})
    >>> print(tgp.count_sentiment_words(comments)[["word", "part"]].to_string(index=False))
       word  part
       love     6
        bad    -3
    not bad     3
    """
    chosen = lexicon_for(comments, mode, lexicon, languages)
    require_columns(comments, [check_name("text", text)], loader="load_comments")
    known, comments = vocabulary(chosen), comments_once(comments)
    size, uses = len(known.entries) + 1, Counter[int]()
    for piece in slices_of(comments[text], "text"):
        [reading] = read(piece, [chosen])
        is_used = known.worths.take(reading.numbers) != 0
        # The word before each negated one; the + 1 leaves 0 for none.
        negators = np.where(reading.is_negated, np.roll(reading.words, 1) + 1, 0)
        pairs = negators[is_used].astype(np.int64) * size + reading.numbers[is_used]
        found, counts = np.unique(pairs, return_counts=True)
        uses.update(dict(zip(found.tolist(), counts.tolist(), strict=True)))
    negators, numbers = np.divmod(np.array([*uses], np.int64), size)
    values = known.worths.take(numbers).astype(np.int64) * np.where(negators > 0, -1, 1)
    written = [
        " ".join([*known.entries[negator - 1 : negator], known.entries[number]])
        for negator, number in zip(negators.tolist(), numbers.tolist(), strict=True)
    ]
    words = pd.DataFrame(
        {
            "word": pd.array(written, pd.StringDtype(na_value=np.nan)),
            "value": pd.array(values, "Int64"),
            "uses": pd.array([*uses.values()], "Int64"),
            "is_negated": pd.array(negators > 0, "boolean"),
        }
    )
    words = words.assign(part=words["value"] * words["uses"])
    return words.sort_values(
        ["part", "uses", "word"],
        ascending=[False, False, True],
        key=lambda column: column.abs() if column.name == "part" else column,
        ignore_index=True,
    )
