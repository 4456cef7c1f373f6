"""The plot of the words that make comments positive or negative."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.figures import count_text
from trackagoat_pandas.helpers.sentiment.explaining import count_sentiment_words
from trackagoat_pandas.helpers.sentiment.lexicon import Languages, OwnWords, SentimentMode
from trackagoat_pandas.helpers.sentiment.scoring import lexicon_for
from trackagoat_pandas.helpers.sentiment.summaries import changes_note, summarize_sentiment
from trackagoat_pandas.inputs.checks import check_int, frame_facts
from trackagoat_pandas.plots.marks import label_marks, make_room
from trackagoat_pandas.plots.style import (
    SENTIMENT_COLORS,
    SENTIMENT_HATCHES,
    count_ticks,
    empty_axes,
    finish_axes,
    new_axes,
    picture,
    row_axes,
    write_behind,
    write_rows,
)
from trackagoat_pandas.plots.text import distinct, shown
from trackagoat_pandas.plots.theme import NEUTRAL, PAGE, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LETTERS: Final = 48
"""Room for the names of most emoji."""
_LEAST_SHARE: Final = 0.25
"""A word that adds less than this share of what the heaviest one adds isn't in the title."""
_READ_AS: Final = {"plus": ", with more emoji", "tiktok": ", read as TikTok slang"}
"""How the title says the mode; TrackaGoat's own isn't said."""


@picture
def comment_words(
    comments: pd.DataFrame,
    *,
    n: int = 20,
    mode: SentimentMode | None = None,
    lexicon: OwnWords | None = None,
    languages: Languages | None = None,
    text: str = "text",
    theme: Theme = "light",  # noqa: ARG001
    ax: Axes | None = None,
) -> Axes:
    """Plot the words that raise or lower the scores of comments most.

    Parameters
    ----------
    comments : DataFrame
        Any frame with a column of text, such as that of :func:`load_comments`.
    n : int, default 20
        The most words to show.
    mode : {'api', 'plus', 'tiktok'}, optional
        ``"api"``, ``"plus"`` or ``"tiktok"``; by default the one with which the frame was scored,
        or ``"api"``.
    lexicon : dict, optional
        As in :func:`score_comments`; by default the words with which the frame was scored.
    languages : {'english', 'all'}, optional
        As in :func:`score_comments`; by default those with which the frame was scored.
    text : str, default 'text'
        The name of the column of text, which is always needed.
    theme : {'light', 'dark'}, default 'light'
        ``"dark"`` for the colours of dark pages.
    ax : Axes, optional
        The axes to draw on; by default new ones, as high as the words need.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: a bar for each word of what it adds to the sum of all scores, negative bars
        hatched, and at its end the number of uses. A negated word ("not bad") has a bar of its own.
        Emoji are written by name, since fonts have only some. The title says a mode of
        scoring other than ``"api"``; the subtitle says how many words are shown of how many, and
        how many comments mode ``"tiktok"`` would label otherwise. For the empty frame of
        :func:`show_alert_evidence` without alerts, the title says which video is nearest to one.

    Raises
    ------
    MissingColumnError, ArgumentError, ArgumentTypeError
        As in :func:`trackagoat_pandas.count_sentiment_words`; or ``n`` is less than 1.

    See Also
    --------
    count_sentiment_words : Count the words behind the scores.
    plots.sentiment_trend : Draw the trend.
    widgets.SentimentRadar : Click through comments.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> comments = pd.DataFrame({"text": ["love it, love it", "so bad"]})
    >>> tgp.plots.comment_words(comments, n=5).get_title(loc="left")
    '“love” raises scores most, “bad” lowers them most'
    """
    check_int("n", n, minimum=1)
    words = count_sentiment_words(
        comments, mode=mode, lexicon=lexicon, languages=languages, text=text
    )
    if words.empty:
        note = frame_facts(comments).get("note") if comments.empty else None
        return empty_axes(new_axes(ax), note or "No word is positive or negative")
    ax, rows = row_axes(min(len(words), n), ax)
    chosen = words.head(rows).sort_values("part", ascending=False, kind="stable")
    _draw(ax, chosen)
    scored = lexicon_for(comments, mode, lexicon, languages).name
    subtitle = ["What each word adds to the sum of all scores, and how often it was used"]
    if rows < len(words):
        subtitle.append(f"the {rows:,} of {len(words):,} words that add most")
    if lexicon is None and languages is None:
        subtitle.append(changes_note(summarize_sentiment(comments, mode=mode, text=text)) or "")
    finish_axes(ax, _finding(chosen, scored), subtitle="; ".join(filter(None, subtitle)), grid="x")
    return ax


def _draw(ax: Axes, words: pd.DataFrame) -> None:
    parts = words["part"].to_numpy(dtype="float64")
    places = np.arange(len(words))
    sides = np.where(parts > 0, "positive", "negative")
    bars = ax.barh(
        places, parts, color=[SENTIMENT_COLORS[side] for side in sides],
        hatch=[SENTIMENT_HATCHES[side] for side in sides], edgecolor=PAGE, linewidth=0,
    )  # fmt: skip
    names = distinct(map(_drawable, words["word"]), letters=_LETTERS)
    write_rows(ax, names)
    uses = ["once" if count == 1 else f"{count:,} times" for count in words["uses"]]
    write_behind(ax, places, parts, uses)
    # Spaces keep the numbers left of negative bars off the words.
    make_room(ax, parts, [f"{times}   " for times in uses])
    ax.axvline(0, color=NEUTRAL, linewidth=0.8)
    count_ticks(ax.xaxis)
    said = (
        f"{name}: used {times}, {count_text(part)} in all"
        for name, times, part in zip(names, uses, parts, strict=True)
    )
    label_marks(bars, said)


def _drawable(word: str) -> str:
    """Return the word, or the name of an emoji: fonts have only some of them."""
    text = shown(word)
    if text != shown(None) and unicodedata.category(word[0]) != "So":
        return text
    # A phrase of the caller's lexicon may be several emoji; only the first is named.
    name = unicodedata.name(word[:1], "unknown").lower()
    return f"{name.rpartition('face with ')[2]} emoji"


def _finding(words: pd.DataFrame, scored: str) -> str:
    best, worst = words.iloc[0], words.iloc[-1]
    # In negative comments alone, a word that was used once raises their scores "most".
    least = abs(words["part"]).max() * _LEAST_SHARE
    text = []
    if best["part"] > 0 and best["part"] >= least:
        text.append(f"“{_drawable(best['word'])}” raises scores most")
    if worst["part"] < 0 and -worst["part"] >= least:
        text.append(f"“{_drawable(worst['word'])}” lowers {'them' if text else 'scores'} most")
    return ", ".join(text) + _READ_AS.get(scored, "")
