"""The plot of sentiment over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.ticker import FuncFormatter, MaxNLocator

from trackagoat_pandas._types import Granularity
from trackagoat_pandas.checks import frame_params
from trackagoat_pandas.helpers.columns import values_of
from trackagoat_pandas.helpers.granularity import buckets_text
from trackagoat_pandas.helpers.sentiment.lexicon import SentimentMode
from trackagoat_pandas.helpers.sentiment.summaries import Freq, changes_note
from trackagoat_pandas.helpers.sentiment.summaries import sentiment_trend as trend_of
from trackagoat_pandas.plots.days import BUCKET_DAYS, date_ticks
from trackagoat_pandas.plots.style import (
    SENTIMENT_COLORS,
    SENTIMENT_HATCHES,
    count_text,
    empty_axes,
    finish_axes,
    new_axes,
    percent_text,
    picture,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_GRANULARITIES: dict[Freq, Granularity] = {"D": "day", "W": "week", "M": "month"}
_WIDTH = 0.9
"""The share of a bucket's days that its bar takes."""
_FEW = 40
"""For more buckets, the line has no markers, which would overlap."""
_TICK_PCT = 25
_ENOUGH = 10
"""The fewest analysed comments with which a bucket can be called the worst."""


@picture
def sentiment_trend(
    comments: pd.DataFrame,
    *,
    freq: Freq | None = None,
    timezone: str | None = None,
    mode: SentimentMode | None = None,
    text: str = "text",
    ax: Axes | None = None,
) -> Axes:
    """Plot the shares of positive and negative comments by day, week or month.

    Parameters
    ----------
    comments, freq, timezone, mode, text
        As in :func:`trackagoat_pandas.sentiment_trend`.
    ax
        The axes to draw on; by default new ones.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: bars of positive shares go up, hatched bars of negative shares go down, and a line
        is the net sentiment, positive minus negative. A bucket without comments is empty. The label
        of the vertical axis says whether buckets are days, weeks or months; the title says how many
        labels mode ``"tiktok"`` would change.

    Raises
    ------
    MissingColumnError, ArgumentError
        As in :func:`trackagoat_pandas.sentiment_trend`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     comments = tgp.load_comments("Summer Launch", dates="2026-05")
    >>> tgp.plots.sentiment_trend(comments, freq="W").get_ylabel()
    'share of comments by week'
    """
    shares = trend_of(comments, freq=freq, timezone=timezone, mode=mode, text=text)
    ax = new_axes(ax)
    if not (shares["analysed"] > 0).any():
        return empty_axes(ax, "No comments to show")
    granularity = _GRANULARITIES[frame_params(shares)["freq"]]
    _draw(ax, shares, granularity)
    finding = _finding(shares, granularity)
    finish_axes(ax, "; ".join(filter(None, (finding, changes_note(shares)))), grid="y")
    return ax


def _draw(ax: Axes, shares: pd.DataFrame, granularity: Granularity) -> None:
    days = BUCKET_DAYS[granularity]
    positive, negative = (values_of(shares[f"{name}_pct"]) for name in ("positive", "negative"))
    # The middle of each bucket; a day's is at its date, as in other plots.
    dates = shares["date"] + pd.Timedelta(days=_WIDTH * (days - 1) / 2)
    for name, heights in {"positive": positive, "negative": -negative}.items():
        ax.bar(
            dates, heights, width=_WIDTH * days, color=SENTIMENT_COLORS[name],
            hatch=SENTIMENT_HATCHES[name], edgecolor="white", linewidth=0, label=name,
        )  # fmt: skip
    ax.plot(
        dates, positive - negative, color="black", linewidth=1.2, markersize=3,
        marker="o" if len(dates) <= _FEW else None, label="net sentiment",
    )  # fmt: skip
    ax.axhline(0, color="black", linewidth=0.8)
    top, bottom = (
        _TICK_PCT * np.ceil(max(np.nanmax(shares), 1) / _TICK_PCT)
        for shares in (positive, negative)
    )
    ax.set_ylim(-bottom - 0.04 * top, top * 1.04)
    ax.yaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2.5, 5, 10]))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda share, _: percent_text(abs(share))))
    ax.set_ylabel(f"share of comments by {granularity}")
    date_ticks(ax, granularity)


def _finding(shares: pd.DataFrame, granularity: Granularity) -> str:
    analysed = shares["analysed"].sum()
    positive, negative = (
        percent_text(round(shares[name].sum() / analysed * 100))
        for name in ("positive", "negative")
    )
    text = f"Of {count_text(analysed)} comments, {positive} are positive and {negative} negative"
    enough = shares[shares["analysed"] >= _ENOUGH]
    if len(enough) < 2 or not enough["negative"].any():
        return text
    bucket = enough.sort_values("negative_pct", ascending=False, kind="stable").iloc[0]
    share, number = percent_text(round(bucket["negative_pct"])), count_text(bucket["analysed"])
    worst = f"worst {granularity} with at least {_ENOUGH} comments"
    when = buckets_text(bucket["date"], bucket["date"], granularity)
    return f"{text}; {worst}: {when} ({share} of {number} negative)"
