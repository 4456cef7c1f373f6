"""The plot of earned, paid and owed amounts over time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Bools, Granularity
from trackagoat_pandas.helpers.accounts import Accounts
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
from trackagoat_pandas.plots.theme import DARK, INK, PAGE, QUIET, WARN, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_BARS: Final = {
    "earned": (-1, PAGE, DARK, "", "earned in the {}"),
    "paid": (0, INK, INK, "", "paid in the {}"),
    "owed": (1, PAGE, WARN, "///", "owed at its end"),
}
"""Place, colours, hatch and words of each bar; paid and owed look as in `payout_summary`."""
_GROUP_SHARE: Final = 0.8
"""The share of a bucket that its bars take."""
_LEGEND_PT: Final = 120.0
_ABOVE_PT: Final = 14.0
"""The room for an amount between a bar and the words above it."""


@picture
def payout_timeline(
    accruals: pd.DataFrame,
    payments: pd.DataFrame,
    *,
    granularity: Granularity = "month",
    timezone: str | None = None,
    currency: str = "USD",
    accounts: Accounts = True,
    theme: Theme = "light",  # noqa: ARG001
    ax: Axes | None = None,
) -> Axes:
    """Plot the amounts earned and paid in each day, week or month, and owed at its end.

    Parameters
    ----------
    accruals : DataFrame
        The frame of :func:`load_payout_accruals`. Repeated ids and missing amounts are read as
        by :func:`summarize_payouts`.
    payments : DataFrame
        The frame of :func:`load_payout_payments`.
    granularity : {'day', 'week', 'month'}, default 'month'
        The length of the buckets; weeks begin on Monday.
    timezone : str, optional
        The organization's time zone; by default the one in the frames' attributes.
    currency : str, default 'USD'
        The currency of a frame that has no column ``currency``.
    accounts : DataFrame or bool, default True
        Which creators are one TikTok account, as in :func:`trackagoat_pandas.payout_timeline`.
    theme : {'light', 'dark'}, default 'light'
        ``"dark"`` for the colours of dark pages.
    ax : Axes, optional
        The axes to draw on; by default new ones.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: for each bucket an empty bar of what was earned, a solid one of what was paid and
        a hatched one of what was owed at its end, as in :func:`payout_summary`, with their amounts
        where these have room. What other creators were overpaid isn't deducted: the subtitle has
        it. Accruals count when their period ends, even if they are recorded later. Bars of buckets
        that weren't over when the frames were loaded are dotted, with "so far" above them, and the
        title doesn't compare them. A note counts the accruals and payments without an amount, which
        add nothing.

    Raises
    ------
    MissingColumnError
        A column is missing.
    ArgumentError
        As in :func:`trackagoat_pandas.payout_timeline`; or the frames hold several currencies.

    See Also
    --------
    payout_timeline : Sum earned and paid amounts over time.
    plots.payout_summary : Draw what is paid and owed.
    plots.budget : Draw how long budgets last.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     accruals, payments = tgp.load_payout_accruals(), tgp.load_payout_payments()
    >>> ax = tgp.plots.payout_timeline(accruals, payments, timezone="America/New_York")
    >>> ax.get_title(loc="left").partition("; ")[0]
    'Owed now: $16.8k'
    """
    timeline = timeline_of(
        accruals,
        payments,
        granularity=granularity,
        timezone=timezone,
        currency=currency,
        accounts=accounts,
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
    subtitle = f"By {granularity}; earned when the period ends, even if recorded later"
    if not is_whole.all():
        subtitle += f"; dotted: the {granularity} so far"
    if overpaid := int(timeline["overpaid_cents"].iloc[-1]):
        subtitle += f"; {money_text(overpaid, currency)} overpaid to others isn't deducted"
    finish_axes(
        ax, _finding(timeline, is_whole, granularity, currency), subtitle=subtitle, grid="y"
    )
    return ax


def _draw(ax: Axes, timeline: pd.DataFrame, is_whole: Bools, granularity: Granularity) -> None:
    """Draw the three bars of each bucket around its first day."""
    dates, width = places_of(timeline["date"]), _bar_days(granularity)
    for name, (place, face, edge, hatch, words) in _BARS.items():
        bars = ax.bar(
            dates + place * width, timeline[f"{name}_cents"].to_numpy(np.int64), width,
            facecolor=face, edgecolor=edge, hatch=hatch, linewidth=1.0,
            label=words.format(granularity),
        )  # fmt: skip
        for bar, is_over in zip(bars, is_whole, strict=True):
            if not is_over:
                bar.set(facecolor=PAGE, linestyle=":", linewidth=1.2)
    ax.axhline(0, color=DARK, linewidth=0.8)
    ax.xaxis_date()
    # Wider margins would have dates beyond the data.
    ax.margins(x=0.01, y=0.16)
    if min(timeline[f"{name}_cents"].min() for name in _BARS) >= 0:
        ax.set_ylim(bottom=0)


def _bar_days(granularity: Granularity) -> float:
    return _GROUP_SHARE * BUCKET_DAYS[granularity] / len(_BARS)


def _label(
    ax: Axes, timeline: pd.DataFrame, is_whole: Bools, granularity: Granularity, currency: str
) -> None:
    """Label bars with their amounts, or with the owed ones only, where there is room."""
    dates, half = places_of(timeline["date"]), BUCKET_DAYS[granularity] / 2
    cents = {name: timeline[f"{name}_cents"].tolist() for name in _BARS}
    texts = {name: [money_text(each, currency) for each in cents[name]] for name in _BARS}
    a_bucket = (title_room_pt(ax) - _LEGEND_PT) / len(timeline)
    a_bar = a_bucket * _GROUP_SHARE / len(_BARS)
    widest = {name: max(text_pt(text, TINY_PT) for text in {*texts[name]}) for name in _BARS}
    written = list(_BARS)
    if max(widest.values()) > a_bar:
        written = ["owed"] if widest["owed"] <= _GROUP_SHARE * a_bucket else []
    # Amounts owed alone reach over the gap beside their bars, and maybe over the next bar.
    has_gap = widest["owed"] <= a_bar + (1 - _GROUP_SHARE) * a_bucket
    next_earned = [*cents["earned"][1:], 0]
    first_running, said = int(is_whole.sum()), []
    for row, day in enumerate(timeline["date"]):
        for name in written:
            if not (end := cents[name][row]):
                continue
            is_alone = len(written) == 1
            if is_alone and not has_gap and next_earned[row] > end:
                continue
            place = dates[row] + (_BARS[name][0] - is_alone / 2) * _bar_days(granularity)
            ax.annotate(
                texts[name][row], (place, end), xytext=(0, 2 if end >= 0 else -2),
                textcoords="offset points", ha="left" if is_alone else "center",
                va="bottom" if end >= 0 else "top", fontsize=TINY_PT, color=_BARS[name][2],
                parse_math=False,
            )  # fmt: skip
        so_far = "" if is_whole[row] else "so far"
        if row == first_running:
            ax.annotate(
                so_far, (dates[row], max(cents[name][row] for name in _BARS)),
                xytext=(0, _ABOVE_PT), textcoords="offset points", va="bottom", ha="center",
                fontsize=TINY_PT, color=QUIET,
            )  # fmt: skip
        when = " ".join(filter(None, [buckets_text(day, day, granularity), so_far]))
        said.append(f"{when}: " + ", ".join(f"{name} {texts[name][row]}" for name in _BARS))
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
