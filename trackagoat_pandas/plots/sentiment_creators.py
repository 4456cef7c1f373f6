"""The plot of creators by the sentiment of the comments on their videos."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from trackagoat_pandas.base.figures import count_text, percent_text
from trackagoat_pandas.helpers.columns import values_of
from trackagoat_pandas.helpers.labels import Names, named, read_names
from trackagoat_pandas.helpers.sentiment.lexicon import SentimentMode
from trackagoat_pandas.helpers.sentiment.summaries import changes_note, rank_creators_by_sentiment
from trackagoat_pandas.inputs.checks import check_int
from trackagoat_pandas.plots.layout import SMALL_PT, size_pt
from trackagoat_pandas.plots.marks import label_places
from trackagoat_pandas.plots.style import (
    SENTIMENT_COLORS,
    add_note,
    empty_axes,
    finish_axes,
    new_axes,
    percent_ticks,
    picture,
    row_axes,
    write_rows,
)
from trackagoat_pandas.plots.text import distinct, with_at
from trackagoat_pandas.plots.theme import DARK, PAGE, QUIET, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MEAN_PT = 20.0
_STEP_PCT = 20.0
_MARKERS = {"positive": "o", "negative": "s"}


@picture
def sentiment_creators(
    comments: pd.DataFrame,
    *,
    label: Literal["positive", "negative"] = "positive",
    min_comments: int = 10,
    n: int = 24,
    mode: SentimentMode | None = None,
    text: str = "text",
    names: Names = None,
    theme: Theme = "light",  # noqa: ARG001
    ax: Axes | None = None,
) -> Axes:
    """Plot each creator's share of positive or negative comments, with its interval.

    Parameters
    ----------
    comments : DataFrame
        A frame of :func:`score_comments`, or one with a column of text, which is then scored;
        with ``creator_id``. A column ``tiktok_handle`` is kept.
    label : {'positive', 'negative'}, default 'positive'
        The label whose share counts.
    min_comments : int, default 10
        Creators with fewer analysed comments come last, without a rank.
    n : int, default 24
        The most creators to show, from the first of the ranking.
    mode : {'api', 'plus', 'tiktok'}, optional
        ``"api"``, ``"plus"`` or ``"tiktok"``; by default the frame's own scores, or ``"api"``.
    text : str, default 'text'
        The name of the column of text, for a frame without scores.
    names : DataFrame or list of DataFrame, optional
        A frame, or a list of them, with names for the ids, such as that of :func:`load_creators`.
        The creators of videos are also known from the videos' addresses.
    theme : {'light', 'dark'}, default 'light'
        ``"dark"`` for the colours of dark pages.
    ax : Axes, optional
        The axes to draw on; by default new ones, as high as the creators need.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: a marker for each share with a whisker for its 95 % interval, the number of
        analysed comments after each name, and a dashed line for the share of all ranked creators
        together. The subtitle says how many comments mode ``"tiktok"`` would label otherwise.

    Raises
    ------
    MissingColumnError, ArgumentError, ArgumentTypeError
        As in :func:`trackagoat_pandas.rank_creators_by_sentiment`; or ``n`` is less than 1.

    See Also
    --------
    rank_creators_by_sentiment : Rank creators by their comments.
    plots.sentiment_trend : Draw the trend.
    load_comments : Load comments.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     creators = tgp.load_creators("Summer Launch")
    ...     comments = tgp.load_comments("Summer Launch", dates="2026-01..2026-06")
    >>> ax = tgp.plots.sentiment_creators(comments, names=creators)
    >>> print(ax.get_title(loc="left"))
    @urban.closet leads with 56.8% positive comments
    """
    check_int("n", n, minimum=1)
    given = [frame for _, frame in read_names(names)]
    ranking = rank_creators_by_sentiment(
        comments, label=label, min_comments=min_comments, mode=mode, text=text
    )
    ranked = named(ranking[ranking["rank"].notna()], [comments, *given])
    if ranked.empty:
        return empty_axes(new_axes(ax), f"No creator has at least {min_comments} analysed comments")
    ax, rows = row_axes(min(len(ranked), n), ax)
    shown = ranked.head(rows)
    _draw(ax, shown, label)
    _draw_mean(ax, ranked, label)
    add_note(ax, _left_out(ranking, len(shown), min_comments))
    subtitle = [
        f"Share of {label} comments, ranked by the lower end of its 95% interval",
        "in brackets the number of comments",
        changes_note(ranking),
    ]
    finish_axes(ax, _finding(ranked, label), subtitle="; ".join(filter(None, subtitle)), grid="x")
    return ax


def _draw(ax: Axes, shown: pd.DataFrame, label: str) -> None:
    share, low, high = (values_of(shown[f"{name}_pct"]) for name in (label, "low", "high"))
    places = np.arange(len(shown))
    ax.errorbar(
        share, places, xerr=np.clip([share - low, high - share], 0, None), fmt=_MARKERS[label],
        color=SENTIMENT_COLORS[label], ecolor=QUIET, elinewidth=1.2, capsize=2.5, markersize=5,
    )  # fmt: skip
    names, counts = _names(shown), shown["analysed"].map(count_text)
    write_rows(ax, [f"{name} ({count})" for name, count in zip(names, counts, strict=True)])
    # The text of the mean needs room above the rows.
    ax.set_ylim(top=-0.6 - _MEAN_PT / (size_pt(ax)[1] / len(shown)))
    end = min(100.0, _STEP_PCT * np.ceil(high.max() / _STEP_PCT))
    ax.set_xlim(-0.02 * end, 1.02 * end)
    percent_ticks(ax.xaxis)
    texts = (
        f"{name}: {percent_text(pct)} {label}, 95% interval {start:.0f} to {stop:.0f}%, "
        f"of {count} comments"
        for name, count, pct, start, stop in zip(names, counts, share, low, high, strict=True)
    )
    rows = [(place - 0.5, place + 0.5) for place in places]
    label_places(ax, rows, texts, shown["creator_id"], is_row=True)


def _names(ranking: pd.DataFrame) -> list[str]:
    names = ranking["creator_id"].astype(object)
    if "tiktok_handle" in ranking.columns:
        names = with_at(ranking["tiktok_handle"]).fillna(names)
    return distinct(names, letters=24)


def _draw_mean(ax: Axes, ranked: pd.DataFrame, label: str) -> None:
    mean = float(ranked[label].sum() / ranked["analysed"].sum() * 100)
    ax.axvline(mean, color=DARK, linewidth=1, linestyle="--")
    is_right = mean > 0.8 * ax.get_xlim()[1]
    ax.annotate(
        f"all ranked: {percent_text(mean)}", (mean, 1), xycoords=("data", "axes fraction"),
        xytext=(-4 if is_right else 4, -3), textcoords="offset points", color=DARK,
        ha="right" if is_right else "left", va="top", fontsize=SMALL_PT,
        bbox={"facecolor": PAGE, "edgecolor": "none", "pad": 1},
    )  # fmt: skip


def _finding(ranked: pd.DataFrame, label: str) -> str:
    name, share = _names(ranked.head(1))[0], percent_text(ranked[f"{label}_pct"].iloc[0])
    if len(ranked) > 1 and label == "negative":
        return f"{name} ranks first in negative comments: {share}"
    return f"{name} {'has' if len(ranked) == 1 else 'leads with'} {share} {label} comments"


def _left_out(ranking: pd.DataFrame, shown: int, min_comments: int) -> str:
    """Say which creators aren't shown."""
    ranked, notes = int(ranking["rank"].notna().sum()), []
    if shown < ranked:
        notes.append(f"first {shown} of {ranked:,} creators shown")
    if ranked < len(ranking):
        short = len(ranking) - ranked
        noun = "creator" if short == 1 else "creators"
        notes.append(f"{short:,} {noun} with fewer than {min_comments} comments left out")
    return "; ".join(notes)
