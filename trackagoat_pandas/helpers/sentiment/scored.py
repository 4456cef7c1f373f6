"""Comments with scores: those a frame has, or new ones. Two readings are never mixed."""

from __future__ import annotations

import pandas as pd

from trackagoat_pandas.checks import check_choice, frame_facts, require_columns
from trackagoat_pandas.errors import MissingArgumentError
from trackagoat_pandas.helpers.columns import is_word
from trackagoat_pandas.helpers.sentiment.lexicon import (
    MODES,
    OWN,
    Languages,
    Lexicon,
    OwnWords,
    SentimentMode,
    lexicon,
)
from trackagoat_pandas.helpers.sentiment.scoring import READINGS, score_comments

NEEDED = ("comparative", "label", "sentiment_mode")


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
        No mode is asked for, and the frame's scores are of several, or of a lexicon of one's own
        that the frame's attributes have no more.
    """
    readings = own_readings(comments)
    kept = frame_facts(comments).get("reading")
    if readings == [OWN] and isinstance(kept, dict) and (mode, own, languages) == (None,) * 3:
        return lexicon(kept.get("mode", "api"), kept.get("lexicon"), kept.get("languages"))
    return lexicon(_chosen(readings, mode), own, languages)


def own_readings(comments: pd.DataFrame) -> list[str]:
    """Return the modes in which a frame is scored, or ``"own"``; none if it isn't scored."""
    require_columns(comments, [], loader="load_comments")
    if not all(name in comments.columns for name in NEEDED):
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
