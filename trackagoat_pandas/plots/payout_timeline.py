"""The plot of what was earned, paid and owed over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib.dates as mdates
import numpy as np
import pandas as pd

from trackagoat_pandas.helpers.facts import derived
from trackagoat_pandas.helpers.payouts.summaries import Freq
from trackagoat_pandas.helpers.payouts.summaries import payout_timeline as timeline_of
from trackagoat_pandas.plots.days import date_ticks
from trackagoat_pandas.plots.style import (
    ALARM,
    INK,
    WARN,
    day_text,
    empty_axes,
    finish_axes,
    money_text,
    money_ticks,
    new_axes,
    only_currency,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_DAYS = {"day": 1, "week": 7, "month": 30}


@derived()
def payout_timeline(
    accruals: pd.DataFrame,
    payments: pd.DataFrame,
    *,
    freq: Freq = "month",
    timezone: str | None = None,
    currency: str = "USD",
    ax: Axes | None = None,
) -> Axes:
    """Plot what was earned and paid in each bucket of time, and what was owed at its end.

    Parameters
    ----------
    accruals, payments, freq, timezone, currency
        As in :func:`trackagoat_pandas.payout_timeline`.
    ax
        The axes to draw on; by default new ones.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: for each bucket a solid bar for what was earned and a hatched one for what was
        paid, and a line with markers for what was owed at its end.

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
    >>> payout_timeline(accruals, payments, timezone="America/New_York").get_title(loc="left")
    'Owed as of Jun 2026: $11.3k, down from $21.4k the month before'
    """
    timeline = timeline_of(accruals, payments, freq=freq, timezone=timezone, currency=currency)
    currency = only_currency(timeline, currency)
    ax = new_axes(ax)
    if timeline.empty:
        return empty_axes(ax, "No payouts to show")
    _draw(ax, timeline, _DAYS[freq])
    money_ticks(ax.yaxis, currency)
    if len(timeline) > 1:
        date_ticks(ax)
    else:
        ax.set_xticks(timeline["date"], [_bucket_text(timeline["date"].iloc[0], freq)])
    finish_axes(ax, _finding(timeline, freq, currency), grid="y")
    return ax


def _draw(ax: Axes, timeline: pd.DataFrame, days: int) -> None:
    """Draw each bucket where its first day stands."""
    dates = mdates.date2num(timeline["date"])  # type: ignore[no-untyped-call]
    width = 0.36 * days
    earned, paid, owed = (
        timeline[f"{name}_cents"].to_numpy(dtype=np.int64) for name in ("earned", "paid", "owed")
    )
    ax.bar(dates - width / 2, earned, width, color=INK, label="earned")
    ax.bar(
        dates + width / 2, paid, width, facecolor="white", edgecolor=WARN, hatch="///",
        label="paid",
    )  # fmt: skip
    marker = "o" if len(dates) <= 60 else ""
    ax.plot(dates, owed, color=ALARM, marker=marker, markersize=5, label="owed at the end")
    ax.axhline(0, color="black", linewidth=0.8)
    ax.xaxis_date()
    ax.margins(y=0.08)
    if min(earned.min(), paid.min(), owed.min()) >= 0:
        ax.set_ylim(bottom=0)


def _bucket_text(day: pd.Timestamp, freq: Freq) -> str:
    return f"{day:%b %Y}" if freq == "month" else day_text(day)


def _finding(timeline: pd.DataFrame, freq: Freq, currency: str) -> str:
    """What the plot shows, in words."""
    owed = [int(cents) for cents in timeline["owed_cents"].tail(2)]
    end = _bucket_text(timeline["date"].iloc[-1], freq)
    at = f"the week of {end}" if freq == "week" else end
    now, *before = (money_text(cents, currency) for cents in reversed(owed))
    text = f"Owed as of {at}: {now}"
    if not before:
        return text
    if before[0] == now:
        return f"{text}, the same as the {freq} before"
    way = "up" if owed[1] > owed[0] else "down"
    return f"{text}, {way} from {before[0]} the {freq} before"
