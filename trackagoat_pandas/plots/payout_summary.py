"""The plot of what has been paid and is owed, by group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import numpy as np
import pandas as pd

from trackagoat_pandas.checks import check_choice, check_int, require_columns
from trackagoat_pandas.errors import ArgumentTypeError
from trackagoat_pandas.helpers.payouts.money import format_cents
from trackagoat_pandas.helpers.payouts.summaries import summarize_payouts
from trackagoat_pandas.plots.layout import title_room_pt, widest_pt
from trackagoat_pandas.plots.style import (
    ALARM,
    INK,
    QUIET,
    TINY_PT,
    WARN,
    empty_axes,
    finish_axes,
    money_text,
    money_ticks,
    new_axes,
    only_currency,
    picture,
    row_axes,
    write_behind,
    write_rows,
)
from trackagoat_pandas.plots.text import distinct

if TYPE_CHECKING:
    from matplotlib.axes import Axes

By: TypeAlias = Literal["creator", "project", "structure", "method", "status"]
_NAMES = {"creator": "tiktok_handle", "project": "project_name", "structure": "structure_name"}
_BRIEF_CENTS = 100_000
_LEGEND_PT = 90.0
_SUMS = ["earned_cents", "paid_cents", "owed_cents"]


@picture
def payout_summary(
    accruals: pd.DataFrame,
    payments: pd.DataFrame,
    *,
    by: By = "creator",
    names: Mapping[str, str] | pd.Series | None = None,
    most: int = 15,
    summary: pd.DataFrame | None = None,
    currency: str = "USD",
    ax: Axes | None = None,
) -> Axes:
    """Plot how much of what each group earned has been paid, and what is owed.

    Parameters
    ----------
    accruals, payments, currency
        As in :func:`trackagoat_pandas.summarize_payouts`.
    by
        ``"creator"``, ``"project"``, ``"structure"``, ``"method"`` or ``"status"``. For months see
        :func:`payout_timeline`.
    names
        The groups' names, by id. By default they are read from ``tiktok_handle``, ``project_name``
        or ``structure_name`` of ``accruals``; without such a column, the ids are written, those
        that are UUIDs by their first eight letters.
    most
        The most groups to show; a further row sums up the others.
    summary
        The result of :func:`trackagoat_pandas.summarize_payouts` for the same frames and groups, if
        there is one already.
    ax
        The axes to draw on; by default new ones, as high as the groups need.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: a bar for each group, solid for what was paid, hatched for what is owed and
        cross-hatched for what was overpaid. The most owed is on top, but statuses keep their order.

    Raises
    ------
    MissingColumnError
        A column is missing.
    ArgumentError
        As in :func:`trackagoat_pandas.summarize_payouts`; or the frames hold several currencies.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> from trackagoat_pandas.plots.payout_summary import payout_summary
    >>> with tgp.connect(sandbox=True):
    ...     accruals, payments = tgp.load_payout_accruals(), tgp.load_payout_payments()
    >>> payout_summary(accruals, payments).get_title(loc="left")
    '$16.7k of $56.9k earned is still owed, most to 5687552f ($7.2k)'
    """
    check_choice("by", by, get_args(By))
    check_int("most", most, minimum=1)
    if summary is None:
        summary = summarize_payouts(accruals, payments, by=by, currency=currency)
    require_columns(summary, ["currency", *_SUMS], loader="summarize_payouts")
    currency = only_currency(summary, currency)
    if summary.empty:
        return empty_axes(new_axes(ax), "No payouts to show")
    # One more row sums up the others.
    ax, rows = row_axes(min(len(summary), most) + 1, ax)
    bars = _bars(summary, by, _known_names(accruals, by, names), max(1, rows - 1))
    _draw(ax, bars, currency)
    finish_axes(ax, _finding(bars, by, currency), grid="x")
    return ax


def _known_names(
    accruals: pd.DataFrame, by: By, names: Mapping[str, str] | pd.Series | None
) -> Mapping[str, str]:
    if isinstance(names, Mapping | pd.Series):
        return dict(names)
    if names is not None:
        raise ArgumentTypeError("names", names, "a dict or Series of names by id")
    if by not in _NAMES or _NAMES[by] not in accruals.columns:
        return {}
    pairs = accruals[[f"{by}_id", _NAMES[by]]].dropna().drop_duplicates(f"{by}_id")
    return dict(pairs.itertuples(index=False))


def _bars(summary: pd.DataFrame, by: By, names: Mapping[str, str], most: int) -> pd.DataFrame:
    """Return a row for each bar, from the top down: its name and its amounts."""
    order = ["owed_cents", "earned_cents"]
    ordered = summary if by == "status" else summary.sort_values(order, ascending=False)
    top, rest = ordered.head(most), ordered.iloc[most:]
    keys = top["method_name" if by == "method" else "status" if by == "status" else f"{by}_id"]
    missing = "not paid yet" if by == "method" else "(none)"
    called = [names.get(key, key) if isinstance(key, str) else missing for key in keys]
    bars = top[_SUMS].assign(name=distinct(called, letters=24), is_rest=False)
    if rest.empty:
        return bars
    others = pd.DataFrame([rest[_SUMS].sum()]).astype("Int64")
    name = "1 other" if len(rest) == 1 else f"{len(rest):,} others"
    return pd.concat([bars, others.assign(name=name, is_rest=True)])


def _draw(ax: Axes, bars: pd.DataFrame, currency: str) -> None:
    single = bars[~bars["is_rest"]]
    earned, paid, owed = (single[name].to_numpy(np.int64) for name in _SUMS)
    settled, ends = np.minimum(earned, paid), np.maximum(earned, paid)
    ax.barh(np.arange(len(single)), settled, color=INK, label="paid")
    for label, color, hatch, is_so in (
        ("owed", WARN, "///", owed > 0),
        ("overpaid", ALARM, "xxx", owed < 0),
    ):
        if is_so.any():
            ax.barh(
                np.flatnonzero(is_so), np.abs(owed[is_so]), left=settled[is_so],
                facecolor="white", edgecolor=color, hatch=hatch, label=label,
            )  # fmt: skip
    longest = max(int(ends.max()), 1)
    noted = np.flatnonzero(owed)
    notes = [_balance(cents, currency) for cents in owed[noted].tolist()]
    write_behind(ax, noted, np.maximum(ends[noted], 0), notes)
    for _, rest in bars[bars["is_rest"]].iterrows():
        balance = _balance(int(rest["owed_cents"]), currency)
        note = f"{_exact(int(rest['paid_cents']), currency)} paid, {balance}"
        write_behind(ax, [len(single)], [0], [note], color=QUIET)
    write_rows(ax, bars["name"].tolist())
    room = widest_pt((note.get_text() for note in ax.texts), TINY_PT)
    share = min(0.4, room / max(title_room_pt(ax) - _LEGEND_PT, room, 1.0))
    ax.set_xlim(min(0, int(settled.min())) * 1.05, longest * (1.04 + share / (1 - share)))
    money_ticks(ax.xaxis, currency)


def _balance(cents: int, currency: str) -> str:
    return f"{_exact(abs(cents), currency)} {'owed' if cents >= 0 else 'overpaid'}"


def _exact(cents: int, currency: str) -> str:
    """Write amounts below $1,000 to the cent, others briefly."""
    if abs(cents) >= _BRIEF_CENTS:
        return money_text(cents, currency)
    return format_cents(cents, currency).replace(".00", "")


def _finding(bars: pd.DataFrame, by: By, currency: str) -> str:
    """Say how much is owed, and to whom the most."""
    owed, earned = bars["owed_cents"], int(bars["earned_cents"].sum())
    net = int(owed.sum())
    if net < 0:
        more = money_text(-net, currency)
        return f"{more} more was paid than the {money_text(earned, currency)} earned"
    if not (owed > 0).any():
        return f"All of the {money_text(earned, currency)} earned has been paid"
    text = f"{money_text(net, currency)} of {money_text(earned, currency)} earned is still owed"
    single = bars[~bars["is_rest"]].sort_values("owed_cents", ascending=False)
    if by not in {"creator", "project"} or len(single) < 2:
        return text
    top = single.iloc[0]
    return f"{text}, most to {top['name']} ({_exact(int(top['owed_cents']), currency)})"
