"""The plot of earned, paid and owed amounts over time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Bools, Granularity
from trackagoat_pandas.helpers.facts import known_zone
from trackagoat_pandas.helpers.granularity import buckets_text, day_text
from trackagoat_pandas.helpers.payouts.ledger import unknown_amounts
from trackagoat_pandas.helpers.payouts.summaries import payout_timeline as timeline_of
from trackagoat_pandas.plots.days import BUCKET_DAYS, date_ticks, places_of, spans_of, were_over
from trackagoat_pandas.plots.layout import text_pt, title_room_pt
from trackagoat_pandas.plots.marks import label_places
from trackagoat_pandas.plots.style import (
    TINY_PT,
    add_note,
    empty_axes,
    finish_axes,
    money_text,
    money_ticks,
    new_axes,
    only_currency,
    picture,
)
from trackagoat_pandas.plots.theme import ALARM, DARK, INK, PAGE, WARN, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SUMS: Final = ("earned", "paid", "owed")
_ROOM: Final = 0.6
"""The share of a bucket's width that a text may take beside a legend."""


@picture
def payout_timeline(
    accruals: pd.DataFrame,
    payments: pd.DataFrame,
    *,
    granularity: Granularity = "month",
    timezone: str | None = None,
    currency: str = "USD",
    theme: Theme = "light",  # noqa: ARG001
    ax: Axes | None = None,
) -> Axes:
    """Plot the amounts earned and paid in each day, week or month, and owed at its end.

    Parameters
    ----------
    accruals, payments, granularity, timezone, currency
        As in :func:`trackagoat_pandas.payout_timeline`.
    theme
        ``"dark"`` for the colours of dark pages.
    ax
        The axes to draw on; by default new ones.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: for each bucket a solid bar of what was earned, a hatched bar of what was paid,
        and a line across both at what was owed at its end. Bars of buckets that weren't over when
        the frames were loaded are dotted, with "so far" above them, and the title doesn't compare
        them. A note counts the accruals and payments without an amount, which add nothing.

    Raises
    ------
    MissingColumnError
        A column is missing.
    ArgumentError
        As in :func:`trackagoat_pandas.payout_timeline`; or the frames hold several currencies.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> from trackagoat_pandas.plots.payout_timeline import payout_timeline
    >>> with tgp.connect(sandbox=True):
    ...     accruals, payments = tgp.load_payout_accruals(), tgp.load_payout_payments()
    >>> ax = tgp.plots.payout_timeline(accruals, payments, timezone="America/New_York")
    >>> ax.get_title(loc="left").partition("; ")[0]
    'Owed now: $16.7k'
    """
    timeline = timeline_of(
        accruals, payments, granularity=granularity, timezone=timezone, currency=currency
    )
    frames = [accruals, payments]
    is_whole = were_over(timeline["date"], granularity, frames, known_zone(timezone, frames[::-1]))
    currency = only_currency(timeline, currency)
    ax = new_axes(ax)
    if timeline.empty:
        return empty_axes(ax, "No payouts to show")
    _draw(ax, timeline, is_whole, granularity)
    _label(ax, timeline, is_whole, granularity, currency)
    money_ticks(ax.yaxis, currency)
    if len(timeline) > 1:
        date_ticks(ax, granularity)
    else:
        day = timeline["date"].iloc[0]
        ax.set_xticks([day], [f"{day:%b %Y}" if granularity == "month" else day_text(day)])
    add_note(ax, unknown_amounts(accruals, payments))
    subtitle = (
        f"Solid bars are earned, hatched ones paid in the {granularity}; level lines are owed at "
        "its end"
    )
    if not is_whole.all():
        subtitle += f"; dotted: the {granularity} so far"
    finish_axes(
        ax, _finding(timeline, is_whole, granularity, currency), subtitle=subtitle, grid="y"
    )
    return ax


def _draw(ax: Axes, timeline: pd.DataFrame, is_whole: Bools, granularity: Granularity) -> None:
    """Draw each bucket around its first day."""
    dates, half = places_of(timeline["date"]), BUCKET_DAYS[granularity] / 2
    width = 0.72 * half
    earned, paid, owed = (timeline[f"{name}_cents"].to_numpy(np.int64) for name in _SUMS)
    for heights, side, color, hatch in ((earned, -1, INK, ""), (paid, 1, WARN, "///")):
        bars = ax.bar(
            dates + side * width / 2, heights, width, facecolor=PAGE if hatch else color,
            edgecolor=color, hatch=hatch,
        )  # fmt: skip
        for bar, is_over in zip(bars, is_whole, strict=True):
            if not is_over:
                bar.set(facecolor=PAGE, linestyle=":", linewidth=1.2)
    ax.hlines(owed, dates - 0.9 * half, dates + 0.9 * half, color=ALARM, linewidth=2.2)
    ax.axhline(0, color=DARK, linewidth=0.8)
    ax.xaxis_date()
    # Wider margins would have dates beyond the data.
    ax.margins(x=0.01, y=0.16)
    if min(earned.min(), paid.min(), owed.min()) >= 0:
        ax.set_ylim(bottom=0)


def _label(
    ax: Axes, timeline: pd.DataFrame, is_whole: Bools, granularity: Granularity, currency: str
) -> None:
    """Write owed amounts above lines and bars, if there is room, and mark running buckets."""
    dates, half = places_of(timeline["date"]), BUCKET_DAYS[granularity] / 2
    cents = {name: timeline[f"{name}_cents"].tolist() for name in _SUMS}
    texts = {name: [money_text(each, currency) for each in cents[name]] for name in _SUMS}
    a_bucket = title_room_pt(ax) / len(timeline)
    has_room = max(text_pt(text, TINY_PT) for text in texts["owed"]) < _ROOM * a_bucket
    tops = timeline[[f"{name}_cents" for name in _SUMS]].max(axis=1).tolist()
    first_running = int(is_whole.sum())
    said = []
    for row, day in enumerate(timeline["date"]):
        so_far = "" if is_whole[row] else "so far"
        label = [so_far, texts["owed"][row]] if has_room else [so_far] * (row == first_running)
        if text := "\n".join(filter(None, label)):
            ax.annotate(
                text, (dates[row], tops[row]), xytext=(0, 3), va="bottom", ha="center",
                textcoords="offset points", fontsize=TINY_PT, color=ALARM, parse_math=False,
            )  # fmt: skip
        when = " ".join(filter(None, [buckets_text(day, day, granularity), so_far]))
        said.append(f"{when}: " + ", ".join(f"{name} {texts[name][row]}" for name in _SUMS))
    edges = [(date - half, date + half) for date in dates]
    label_places(ax, edges, said, days=spans_of(timeline["date"], granularity))


def _finding(
    timeline: pd.DataFrame, is_whole: Bools, granularity: Granularity, currency: str
) -> str:
    """Say how much is owed, and how that changed between the last two whole buckets."""
    owed = [money_text(int(cents), currency) for cents in timeline["owed_cents"]]
    whole = timeline[is_whole]
    running = ""
    if len(whole) < len(timeline):
        # Amounts of later buckets than the running one aren't owed yet.
        is_now = len(whole) == len(timeline) - 1
        when = "now" if is_now else f"so far in {_last_text(timeline, granularity)}"
        running = f"Owed {when}: {owed[-1]}"
    if whole.empty:
        return running
    opening = f"{running}; end of" if running else "Owed as of"
    text = f"{opening} {_last_text(whole, granularity)}: {owed[len(whole) - 1]}"
    if len(whole) == 1:
        return text
    before, now = owed[len(whole) - 2 : len(whole)]
    if before == now:
        return f"{text}, the same as the {granularity} before"
    way = "up" if whole["owed_cents"].iloc[-1] > whole["owed_cents"].iloc[-2] else "down"
    return f"{text}, {way} from {before} the {granularity} before"


def _last_text(timeline: pd.DataFrame, granularity: Granularity) -> str:
    day = timeline["date"].iloc[-1]
    return buckets_text(day, day, granularity)
