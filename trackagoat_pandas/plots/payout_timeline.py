"""The plot of what was earned, paid and owed over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import matplotlib.dates as mdates
import numpy as np
import pandas as pd

from trackagoat_pandas._types import Bools, Days
from trackagoat_pandas.checks import fact_instant
from trackagoat_pandas.helpers.facts import known_zone
from trackagoat_pandas.helpers.granularity import buckets_text, day_text
from trackagoat_pandas.helpers.payouts.summaries import Freq
from trackagoat_pandas.helpers.payouts.summaries import payout_timeline as timeline_of
from trackagoat_pandas.helpers.series import next_bucket
from trackagoat_pandas.plots.days import (
    BUCKET_DAYS,
    date_ticks,
    mark_running,
)
from trackagoat_pandas.plots.style import (
    ALARM,
    INK,
    WARN,
    empty_axes,
    finish_axes,
    money_text,
    money_ticks,
    new_axes,
    only_currency,
    picture,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@picture
def payout_timeline(
    accruals: pd.DataFrame,
    payments: pd.DataFrame,
    *,
    freq: Freq = "month",
    timezone: str | None = None,
    currency: str = "USD",
    ax: Axes | None = None,
) -> Axes:
    """Plot what was earned and paid in each day, week or month, and what was owed at its end.

    Parameters
    ----------
    accruals, payments, freq, timezone, currency
        As in :func:`trackagoat_pandas.payout_timeline`.
    ax
        The axes to draw on; by default new ones.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: for each bucket a solid bar of what was earned and a hatched bar of what was paid,
        and a line of what was owed at its end. Buckets that weren't over when the frames were
        loaded are hatched, and the title doesn't compare them.

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
    >>> ax = payout_timeline(accruals, payments, timezone="America/New_York")
    >>> ax.get_title(loc="left").partition("; ")[0]
    'Owed so far in Jun 2026: $16.7k'
    """
    timeline = timeline_of(accruals, payments, freq=freq, timezone=timezone, currency=currency)
    is_whole = _ends(timeline, freq) <= _loaded_on([accruals, payments], timezone)
    currency = only_currency(timeline, currency)
    ax = new_axes(ax)
    if timeline.empty:
        return empty_axes(ax, "No payouts to show")
    _draw(ax, timeline, is_whole, freq)
    money_ticks(ax.yaxis, currency)
    if len(timeline) > 1:
        date_ticks(ax, freq)
    else:
        day = timeline["date"].iloc[0]
        ax.set_xticks([day], [f"{day:%b %Y}" if freq == "month" else day_text(day)])
    finish_axes(ax, _finding(timeline, is_whole, freq, currency), grid="y")
    return ax


def _ends(timeline: pd.DataFrame, freq: Freq) -> Days:
    """Return the day after each bucket."""
    return next_bucket(timeline["date"].to_numpy("datetime64[D]"), freq)


def _loaded_on(frames: Sequence[pd.DataFrame], timezone: str | None) -> np.datetime64:
    """Return the day, in the time zone, of the earlier load; today if no frame says when it was."""
    said = (
        fact_instant(each, "server_time") or fact_instant(each, "fetched_at") for each in frames
    )
    loaded = min(filter(None, said), default=pd.Timestamp.now("UTC"))
    return np.datetime64(loaded.tz_convert(known_zone(timezone, frames[::-1])).date(), "D")


def _draw(ax: Axes, timeline: pd.DataFrame, is_whole: Bools, freq: Freq) -> None:
    """Draw each bucket around its first day."""
    dates = mdates.date2num(timeline["date"])  # type: ignore[no-untyped-call]
    width = 0.36 * BUCKET_DAYS[freq]
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
    if not is_whole.all():
        running = timeline["date"][~is_whole]
        mark_running(ax, running.iloc[0], running.iloc[-1], freq, "not over yet")
    ax.axhline(0, color="black", linewidth=0.8)
    ax.xaxis_date()
    ax.margins(y=0.08)
    if min(earned.min(), paid.min(), owed.min()) >= 0:
        ax.set_ylim(bottom=0)


def _finding(timeline: pd.DataFrame, is_whole: Bools, freq: Freq, currency: str) -> str:
    """Say what is owed, and how that changed between the last two whole buckets."""
    owed = [money_text(int(cents), currency) for cents in timeline["owed_cents"]]
    whole = timeline[is_whole]
    running = ""
    if len(whole) < len(timeline):
        running = f"Owed so far in {_last_text(timeline, freq)}: {owed[-1]}"
    if whole.empty:
        return running
    opening = f"{running}; end of" if running else "Owed as of"
    text = f"{opening} {_last_text(whole, freq)}: {owed[len(whole) - 1]}"
    if len(whole) == 1:
        return text
    before, now = owed[len(whole) - 2 : len(whole)]
    if before == now:
        return f"{text}, the same as the {freq} before"
    way = "up" if whole["owed_cents"].iloc[-1] > whole["owed_cents"].iloc[-2] else "down"
    return f"{text}, {way} from {before} the {freq} before"


def _last_text(timeline: pd.DataFrame, freq: Freq) -> str:
    day = timeline["date"].iloc[-1]
    return buckets_text(day, day, freq)
