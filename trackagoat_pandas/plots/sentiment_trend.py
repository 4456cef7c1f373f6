"""The plot of sentiment over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.ticker import FuncFormatter, MaxNLocator

from trackagoat_pandas.base.figures import count_text, percent_text
from trackagoat_pandas.base.types import Bools, Floats, Granularity
from trackagoat_pandas.helpers.columns import values_of
from trackagoat_pandas.helpers.granularity import buckets_text
from trackagoat_pandas.helpers.intervals import wilson_interval
from trackagoat_pandas.helpers.sentiment.lexicon import SentimentMode
from trackagoat_pandas.helpers.sentiment.summaries import changes_note, own_timezone
from trackagoat_pandas.helpers.sentiment.summaries import sentiment_trend as trend_of
from trackagoat_pandas.inputs.checks import frame_params
from trackagoat_pandas.plots.days import BUCKET_DAYS, date_ticks, places_of, spans_of, were_over
from trackagoat_pandas.plots.layout import SMALL_PT
from trackagoat_pandas.plots.marks import draw_over, label_places
from trackagoat_pandas.plots.style import (
    SENTIMENT_COLORS,
    SENTIMENT_HATCHES,
    empty_axes,
    finish_axes,
    new_axes,
    picture,
)
from trackagoat_pandas.plots.theme import DARK, PAGE, QUIET, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_WIDTH = 0.86
"""The share of a bucket's days that its bar takes."""
_FEW_WIDTH = 0.25
"""That share where no bucket has enough comments for a solid bar."""
_TICK_PCT = 10
_MARGIN = 0.01
"""A wider one would have dates beyond the data."""
_GAP_PT = 6.0
_A_YEAR = pd.Timedelta(365, "D")
_ENOUGH = 10
"""The fewest analysed comments for a solid bar, and for being named in the title."""


@picture
def sentiment_trend(
    comments: pd.DataFrame,
    *,
    granularity: Granularity | None = None,
    timezone: str | None = None,
    mode: SentimentMode | None = None,
    text: str = "text",
    theme: Theme = "light",  # noqa: ARG001
    ax: Axes | None = None,
) -> Axes:
    """Plot the shares of positive and negative comments by day, week or month.

    Parameters
    ----------
    comments : DataFrame
        A frame of :func:`score_comments`, or one with a column of text, which is then scored;
        with ``posted_at``, in UTC where it has no time zone.
    granularity : {'day', 'week', 'month'}, optional
        ``"day"``, ``"week"`` or ``"month"``. By default it follows from the days between the
        first comment and the last: days up to 45 of them, weeks up to 400, else months.
    timezone : str, optional
        An IANA time zone; by default the one that the loader recorded in the frame, or UTC.
    mode : {'api', 'plus', 'tiktok'}, optional
        ``"api"``, ``"plus"`` or ``"tiktok"``; by default the frame's own scores, or ``"api"``.
    text : str, default 'text'
        The name of the column of text, for a frame without scores.
    theme : {'light', 'dark'}, default 'light'
        ``"dark"`` for the colours of dark pages.
    ax : Axes, optional
        The axes to draw on; by default new ones.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: bars of positive shares go up, hatched bars of negative shares down, each with the
        95 % Wilson interval of its share; the shares of all comments are written beside. Buckets
        with fewer than 10 comments have a ring in place of bars, whose shares would be chance, or
        if none has more, narrow outlines; those that weren't over when the comments were loaded
        are dotted. A bucket without comments is empty. The title
        names the most negative bucket of those that are above the share of all comments by more
        than chance; the subtitle says how many comments mode ``"tiktok"`` would label
        otherwise.

    Raises
    ------
    MissingColumnError, ArgumentError
        As in :func:`trackagoat_pandas.sentiment_trend`.

    See Also
    --------
    sentiment_trend : Follow the sentiment over time.
    plots.sentiment_creators : Draw the ranking.
    load_comments : Load comments.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     comments = tgp.load_comments("Summer Launch", dates="2026-05")
    >>> ax = tgp.plots.sentiment_trend(comments, granularity="week")
    >>> len(ax.containers)
    2
    """
    shares = trend_of(comments, granularity=granularity, timezone=timezone, mode=mode, text=text)
    ax = new_axes(ax)
    if not (shares["analysed"] > 0).any():
        return empty_axes(ax, "No comments to show")
    granularity = frame_params(shares)["granularity"]
    zone = own_timezone(comments) if timezone is None else timezone
    is_over = were_over(shares["date"], granularity, [comments], zone)
    _draw(ax, shares, is_over, granularity)
    is_few = _is_few(shares) & (shares["analysed"] > 0).to_numpy(bool)
    mark = "narrow" if _is_few(shares).all() else "rings"
    subtitle = [
        f"Share of comments by {granularity}, with its 95% interval",
        f"{mark}: fewer than {_ENOUGH} comments" if is_few.any() else "",
        f"dotted: the {granularity} so far" if not is_over.all() else "",
        changes_note(shares),
    ]
    subtitle_text = "; ".join(filter(None, subtitle))
    finish_axes(ax, _finding(shares, granularity), subtitle=subtitle_text, grid="y")
    return ax


def _is_few(shares: pd.DataFrame) -> Bools:
    few: Bools = (shares["analysed"] < _ENOUGH).to_numpy(bool)
    return few


def _draw(ax: Axes, shares: pd.DataFrame, is_over: Bools, granularity: Granularity) -> None:
    days, is_few = BUCKET_DAYS[granularity], _is_few(shares)
    is_ring = is_few & (not is_few.all())
    # The middle of each bucket; a day's is at its date, as in other plots.
    dates = shares["date"] + pd.Timedelta(days=_WIDTH * (days - 1) / 2)
    ends = []
    for name, sign in (("positive", 1), ("negative", -1)):
        heights = np.where(is_ring, np.nan, sign * values_of(shares[f"{name}_pct"]))
        bars = ax.bar(
            dates, heights, width=np.where(is_few, _FEW_WIDTH, _WIDTH) * days, linewidth=0,
            facecolor=SENTIMENT_COLORS[name], hatch=SENTIMENT_HATCHES[name], edgecolor=PAGE,
        )  # fmt: skip
        for bar, few, over in zip(bars, is_few, is_over, strict=True):
            if few or not over:
                bar.set(
                    facecolor=PAGE, edgecolor=SENTIMENT_COLORS[name], linewidth=1.2,
                    linestyle="-" if over else ":",
                )  # fmt: skip
        low, high = wilson_interval(values_of(shares[name]), values_of(shares["analysed"]))
        low, high = (np.where(is_few, np.nan, sign * 100 * end) for end in (low, high))
        draw_over(ax.vlines, dates, low, high, 1.2)
        ends += [heights, high]
    ax.axhline(0, color=DARK, linewidth=0.8)
    rings = dates[is_ring & (shares["analysed"] > 0).to_numpy(bool)]
    ax.plot(
        rings, np.zeros(len(rings)), linestyle="", marker="o", markersize=4, color=QUIET,
        markerfacecolor=PAGE,
    )  # fmt: skip
    _limit(ax, ends)
    date_ticks(ax, granularity)
    _name_sides(ax, shares)
    measures = (shares[name] for name in ("date", "analysed", "positive_pct", "negative_pct"))
    said = [
        _bucket_text(day, analysed, up, down, granularity)
        for day, analysed, up, down in zip(*measures, strict=True)
    ]
    starts = places_of(shares["date"]) - 0.5
    edges = [(start, start + days) for start in starts]
    label_places(ax, edges, said, days=spans_of(shares["date"], granularity))


def _name_sides(ax: Axes, shares: pd.DataFrame) -> None:
    """Write the shares of all comments to the right of the axes, each at its height."""
    for name, sign in (("positive", 1), ("negative", -1)):
        share = 100 * shares[name].sum() / shares["analysed"].sum()
        ax.annotate(
            f"{percent_text(round(share))} {name}", (1, sign * share),
            xycoords=("axes fraction", "data"), xytext=(_GAP_PT, 0), textcoords="offset points",
            va="center", fontsize=SMALL_PT, color=SENTIMENT_COLORS[name], annotation_clip=False,
        )  # fmt: skip


def _limit(ax: Axes, ends: list[Floats]) -> None:
    """Set the limits to the shares that there are, in whole tens of percent."""
    known = np.concatenate(ends)
    top, bottom = (
        _TICK_PCT * np.ceil(max(np.nanmax(side), 1) / _TICK_PCT) for side in (known, -known)
    )
    ax.margins(x=_MARGIN)
    room = 0.02 * (top + bottom)
    ax.set_ylim(-min(bottom, 100) - room, min(top, 100) + room)
    ax.yaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 2.5, 5, 10]))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda share, _: percent_text(abs(share))))


def _bucket_text(
    day: pd.Timestamp, analysed: int, positive: float, negative: float, granularity: Granularity
) -> str:
    """Return the read-out of a bucket."""
    when = buckets_text(day, day, granularity)
    if not analysed:
        return f"{when}: no comments"
    shares = f"{percent_text(round(positive))} positive, {percent_text(round(negative))} negative"
    return f"{when}: {shares}, of {analysed:,} {'comment' if analysed == 1 else 'comments'}"


def _finding(shares: pd.DataFrame, granularity: Granularity) -> str:
    analysed = shares["analysed"].sum()
    positive, negative = (
        percent_text(round(shares[name].sum() / analysed * 100))
        for name in ("positive", "negative")
    )
    text = f"Of {count_text(analysed)} comments, {positive} are positive and {negative} negative"
    enough = shares[~_is_few(shares)]
    # Of many buckets, one in 40 lies above by its own 95 % interval.
    confidence = 1 - 0.05 / max(len(enough), 1)
    low, _ = wilson_interval(
        values_of(enough["negative"]), values_of(enough["analysed"]), confidence=confidence
    )
    higher = enough[low > shares["negative"].sum() / analysed]
    if higher.empty:
        return text
    bucket = higher.sort_values("negative_pct", ascending=False, kind="stable").iloc[0]
    when = buckets_text(bucket["date"], bucket["date"], granularity)
    if shares["date"].max() - shares["date"].min() < _A_YEAR:  # the axis has it
        when = when.removesuffix(f" {bucket['date'].year}")
    share = percent_text(round(bucket["negative_pct"]))
    return f"{text}, but {share} {'on' if granularity == 'day' else 'in'} {when}"
