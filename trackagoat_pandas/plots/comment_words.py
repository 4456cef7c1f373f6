"""The plot of the words that make comments positive or negative."""

from __future__ import annotations

import textwrap
import unicodedata
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from trackagoat_pandas.checks import check_int, frame_facts
from trackagoat_pandas.helpers.sentiment.explaining import count_sentiment_words
from trackagoat_pandas.helpers.sentiment.lexicon import Languages, OwnWords, SentimentMode
from trackagoat_pandas.helpers.sentiment.summaries import changes_note, summarize_sentiment
from trackagoat_pandas.plots.style import (
    SENTIMENT_COLORS,
    SENTIMENT_HATCHES,
    TINY_PT,
    count_text,
    count_ticks,
    empty_axes,
    finish_axes,
    new_axes,
    picture,
    row_axes,
    write_rows,
)
from trackagoat_pandas.plots.text import distinct, shown

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LONGEST_NAME = 18
"""The most letters of an emoji's name; some take a third of the picture in full."""


@picture
def comment_words(
    comments: pd.DataFrame,
    *,
    most: int = 20,
    mode: SentimentMode | None = None,
    lexicon: OwnWords | None = None,
    languages: Languages | None = None,
    text: str = "text",
    ax: Axes | None = None,
) -> Axes:
    """Plot the words that raise or lower the scores of comments most.

    Parameters
    ----------
    comments, mode, lexicon, languages, text
        As in :func:`trackagoat_pandas.count_sentiment_words`.
    most
        The most words to show.
    ax
        The axes to draw on; by default new ones, as high as the words need.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: a bar for each word of what it adds to the sum of all scores, negative bars
        hatched, and at its end the number of uses. An emoji that the font can't draw is written by
        name. The title says how many labels mode ``"tiktok"`` would change. For the empty frame of
        :func:`show_alert_evidence` without alerts, it says which video is nearest to one.

    Raises
    ------
    MissingColumnError, ArgumentError, ArgumentTypeError
        As in :func:`trackagoat_pandas.count_sentiment_words`; or ``most`` is less than 1.

    Examples
    --------
    >>> comments = pd.DataFrame({"text": ["love it, love it", "so bad"]})
    >>> comment_words(comments, most=5).get_title(loc="left")
    '“love” raises scores most, “bad” lowers them most'
    """
    check_int("most", most, minimum=1)
    words = count_sentiment_words(
        comments, mode=mode, lexicon=lexicon, languages=languages, text=text
    )
    words = words[words["part"] != 0]
    if words.empty:
        note = frame_facts(comments).get("note") if comments.empty else None
        return empty_axes(new_axes(ax), note or "No word is positive or negative")
    ax, rows = row_axes(min(len(words), most), ax)
    chosen = words.head(rows).sort_values("part", ascending=False, kind="stable")
    _draw(ax, chosen)
    note = None
    if lexicon is None and languages is None:
        note = changes_note(summarize_sentiment(comments, mode=mode, text=text))
    finish_axes(ax, "; ".join(filter(None, (_finding(chosen), note))), grid="x")
    return ax


def _draw(ax: Axes, words: pd.DataFrame) -> None:
    parts = words["part"].to_numpy(dtype="float64")
    places = np.arange(len(words))
    sides = np.where(parts > 0, "positive", "negative")
    bars = ax.barh(
        places, parts, color=[SENTIMENT_COLORS[side] for side in sides],
        hatch=[SENTIMENT_HATCHES[side] for side in sides], edgecolor="white", linewidth=0,
    )  # fmt: skip
    uses = [f"{count_text(count)}\u00d7" for count in words["uses"]]
    ax.bar_label(bars, uses, padding=3, fontsize=TINY_PT)
    write_rows(ax, distinct(map(_written, words["word"])))
    ax.axvline(0, color="black", linewidth=0.8)
    ax.margins(x=0.12)
    count_ticks(ax.xaxis)
    ax.set_xlabel("added to the sum of all scores")


def _written(word: str) -> str:
    """Return the word, or in brackets the name of an emoji that the font can't draw."""
    text = shown(word)
    if text != shown(None):
        return text
    # A phrase of the caller's lexicon may be several emoji; only the first is named.
    name = unicodedata.name(word[:1], "emoji").lower()
    return f"[{textwrap.shorten(name, _LONGEST_NAME, placeholder='…')}]"


def _finding(words: pd.DataFrame) -> str:
    best, worst = words.iloc[0], words.iloc[-1]
    text = []
    if best["part"] > 0:
        text.append(f"“{_written(best['word'])}” raises scores most")
    if worst["part"] < 0:
        text.append(f"“{_written(worst['word'])}” lowers {'them' if text else 'scores'} most")
    return ", ".join(text)
