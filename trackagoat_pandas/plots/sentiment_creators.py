"""The plot of creators by the sentiment of the comments on their videos."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from trackagoat_pandas.checks import check_int
from trackagoat_pandas.helpers.columns import values_of
from trackagoat_pandas.helpers.sentiment.lexicon import SentimentMode
from trackagoat_pandas.helpers.sentiment.summaries import changes_note, rank_creators_by_sentiment
from trackagoat_pandas.plots.layout import SMALL_PT, size_pt
from trackagoat_pandas.plots.style import (
    QUIET,
    SENTIMENT_COLORS,
    count_text,
    empty_axes,
    finish_axes,
    new_axes,
    percent_text,
    percent_ticks,
    picture,
    row_axes,
    share_text,
    write_rows,
)
from trackagoat_pandas.plots.text import distinct

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MEAN_PT = 20.0
_MARKERS = {"positive": "o", "negative": "s"}


@picture
def sentiment_creators(
    comments: pd.DataFrame,
    *,
    label: Literal["positive", "negative"] = "positive",
    minimum: int = 10,
    most: int = 24,
    mode: SentimentMode | None = None,
    text: str = "text",
    ax: Axes | None = None,
) -> Axes:
    """Plot each creator's share of positive or negative comments, with its interval.

    Parameters
    ----------
    comments, label, minimum, mode, text
        As in :func:`trackagoat_pandas.rank_creators_by_sentiment`.
    most
        The most creators to show. If there are more, the first and the last of the ranking are.
    ax
        The axes to draw on; by default new ones, as high as the creators need.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: a marker for each share with a whisker for its 95 % interval, the number of
        analysed comments after each name, and a dashed line for the share of all ranked creators
        together. The title says how many labels mode ``"tiktok"`` would change.

    Raises
    ------
    MissingColumnError, ArgumentError, ArgumentTypeError
        As in :func:`trackagoat_pandas.rank_creators_by_sentiment`; or ``most`` is less than 2.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     comments = tgp.load_comments("Summer Launch", dates="2026-01..2026-06")
    >>> tgp.plots.sentiment_creators(comments).get_xlabel()
    'positive comments'
    """
    check_int("most", most, minimum=2)
    ranking = rank_creators_by_sentiment(
        comments, label=label, minimum=minimum, mode=mode, text=text
    )
    ranked = ranking[ranking["rank"].notna()]
    if ranked.empty:
        return empty_axes(new_axes(ax), f"No creator has at least {minimum} analysed comments")
    ax, rows = row_axes(min(len(ranked), most), ax)
    shown = ranked
    if len(ranked) > rows:
        shown = pd.concat([ranked.head((rows + 1) // 2), ranked.tail(rows // 2)])
    _draw(ax, shown, label)
    _draw_mean(ax, ranked, label)
    if len(shown) < len(ranked):
        ax.axhline((rows + 1) // 2 - 0.5, color=QUIET, linewidth=0.8, linestyle=":")
    finish_axes(ax, _finding(ranking, shown, label, minimum), grid="x")
    return ax


def _draw(ax: Axes, shown: pd.DataFrame, label: str) -> None:
    share, low, high = (values_of(shown[f"{name}_pct"]) for name in (label, "low", "high"))
    places = np.arange(len(shown))
    ax.errorbar(
        share, places, xerr=np.clip([share - low, high - share], 0, None), fmt=_MARKERS[label],
        color=SENTIMENT_COLORS[label], ecolor=QUIET, elinewidth=1.2, capsize=2.5, markersize=5,
    )  # fmt: skip
    column = "tiktok_handle" if "tiktok_handle" in shown.columns else "creator_id"
    names = distinct(shown[column], letters=24)
    counts = shown["analysed"].map(count_text)
    write_rows(ax, [f"{name} ({count})" for name, count in zip(names, counts, strict=True)])
    # The text of the mean needs room above the rows.
    ax.set_ylim(top=-0.6 - _MEAN_PT / (size_pt(ax)[1] / len(shown)))
    ax.set_xlim(-2, 102)
    percent_ticks(ax.xaxis)
    ax.set_xlabel(f"{label} comments")


def _draw_mean(ax: Axes, ranked: pd.DataFrame, label: str) -> None:
    mean = float(ranked[label].sum() / ranked["analysed"].sum() * 100)
    ax.axvline(mean, color="black", linewidth=1, linestyle="--")
    is_right = mean > 80
    ax.annotate(
        f"all ranked: {share_text(mean)}", (mean, 1), xycoords=("data", "axes fraction"),
        xytext=(-4 if is_right else 4, -3), textcoords="offset points",
        ha="right" if is_right else "left", va="top", fontsize=SMALL_PT,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
    )  # fmt: skip


def _finding(ranking: pd.DataFrame, shown: pd.DataFrame, label: str, minimum: int) -> str:
    ranked = int(ranking["rank"].notna().sum())
    first = shown.iloc[0]
    name = distinct([first.get("tiktok_handle", first["creator_id"])])[0]
    share, low, high = (percent_text(first[f"{end}_pct"]) for end in (label, "low", "high"))
    text = f"{name} ranks first, by the lower end of the 95% interval: {share} {label} "
    text += f"({low} to {high})"
    notes = []
    if len(shown) < ranked:
        half = len(shown) // 2
        notes.append(f"first {len(shown) - half} and last {half} of {ranked:,} creators shown")
    if ranked < len(ranking):
        short = len(ranking) - ranked
        noun = "creator" if short == 1 else "creators"
        notes.append(f"{short:,} {noun} with fewer than {minimum} comments left out")
    return "; ".join(filter(None, (text, *notes, changes_note(ranking))))
