"""The plot of paid and owed amounts by group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, get_args

import numpy as np
import pandas as pd

from trackagoat_pandas.helpers.accounts import Accounts
from trackagoat_pandas.helpers.labels import Names, named, read_names
from trackagoat_pandas.helpers.payouts.ledger import unknown_amounts
from trackagoat_pandas.helpers.payouts.money import format_cents
from trackagoat_pandas.helpers.payouts.summaries import balance_totals, summarize_payouts
from trackagoat_pandas.helpers.wide import with_suffixes
from trackagoat_pandas.inputs.checks import check_choice, check_int, require_columns
from trackagoat_pandas.plots.marks import label_marks, make_room
from trackagoat_pandas.plots.style import (
    add_note,
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
from trackagoat_pandas.plots.text import distinct, with_at
from trackagoat_pandas.plots.theme import ALARM, INK, PAGE, QUIET, WARN, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

By: TypeAlias = Literal["creator", "project", "structure", "method", "status"]
_NAMES: Final = {
    "creator": "tiktok_handle",
    "project": "project_name",
    "structure": "structure_name",
    "method": "method_name",
    "status": "status",
}
"""The column that names a group."""
_EXACT_CENTS, _BRIEF_CENTS = 1_000, 100_000_000
"""Amounts have cents below the first, and one decimal of a million from the second on."""
_SUMS = ["earned_cents", "paid_cents", "owed_cents"]
_HOME = ["structure_id", "project_id"]
_LETTERS = 40


@picture
def payout_summary(
    accruals: pd.DataFrame,
    payments: pd.DataFrame,
    *,
    by: By = "creator",
    names: Mapping[str, str] | pd.Series | Names = None,
    n: int = 15,
    summary: pd.DataFrame | None = None,
    currency: str = "USD",
    accounts: Accounts = True,
    theme: Theme = "light",  # noqa: ARG001
    ax: Axes | None = None,
) -> Axes:
    """Plot how much of each group's earnings has been paid, and how much is owed.

    Parameters
    ----------
    accruals : DataFrame
        The frame of :func:`load_payout_accruals`. Repeated ids and missing amounts are read as
        by :func:`summarize_payouts`.
    payments : DataFrame
        The frame of :func:`load_payout_payments`.
    by : {'creator', 'project', 'structure', 'method', 'status'}, default 'creator'
        ``"creator"``, ``"project"``, ``"structure"``, ``"method"`` or ``"status"``. For months see
        :func:`payout_timeline`.
    names : dict, Series, DataFrame or list of DataFrame, optional
        A frame, or a list of them, with names for the ids, such as that of :func:`load_creators` or
        :func:`load_payout_structures`; or a dict or Series of names by id. Names in ``accruals``,
        ``payments`` and ``summary`` are used as well. What has no name is called by its id, a UUID
        by its first eight letters. Structures of one name have that of their project in brackets.
    n : int, default 15
        The most groups to show; a further row sums up the others, or shows the only other one.
    summary : DataFrame, optional
        The result of :func:`trackagoat_pandas.summarize_payouts` for the same frames and groups, if
        there is one already.
    currency : str, default 'USD'
        The currency of a frame that has no column ``currency``.
    accounts : DataFrame or bool, default True
        Which creators are one TikTok account, as in :func:`trackagoat_pandas.summarize_payouts`.
    theme : {'light', 'dark'}, default 'light'
        ``"dark"`` for the colours of dark pages.
    ax : Axes, optional
        The axes to draw on; by default new ones, as high as the groups need.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: a bar for each group, solid for what was paid, hatched for what is owed and
        cross-hatched for what was overpaid. The most owed is on top, but statuses keep their order.
        The title says what all creators are owed, without deducting what others were overpaid.
        A note counts the accruals and payments without an amount, which add nothing.

    Raises
    ------
    MissingColumnError
        A column is missing.
    ArgumentError
        As in :func:`trackagoat_pandas.summarize_payouts`; or the frames hold several currencies.

    See Also
    --------
    summarize_payouts : Sum earned, paid and owed amounts.
    plots.payout_timeline : Draw earnings and payments over time.
    widgets.PayoutBoard : Click through the books.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     accruals, payments = tgp.load_payout_accruals(), tgp.load_payout_payments()
    >>> tgp.plots.payout_summary(accruals, payments).get_title(loc="left")
    '$16.8k of $56.9k earned is still owed, most to 5687552f ($7,059)'
    """
    check_choice("by", by, get_args(By))
    check_int("n", n, minimum=1)
    if summary is None:
        summary = summarize_payouts(accruals, payments, by=by, currency=currency, accounts=accounts)
    require_columns(summary, ["currency", *_SUMS], loader="summarize_payouts")
    currency = only_currency(summary, currency)
    if summary.empty:
        return empty_axes(new_axes(ax), "No payouts to show")
    summary = (
        summary[(summary[_SUMS] != 0).any(axis=1)] if summary[_SUMS].any(axis=None) else summary
    )
    groups = len(summary)
    # A row for "1 other" takes the room of the group itself.
    n += groups == n + 1
    # One more row sums up the others.
    ax, rows = row_axes(min(groups, n) + (groups > n), ax)
    shown = groups if groups <= min(rows, n) else max(1, rows - 1)
    called = _group_names(summary, by, names, [accruals, payments])
    bars = _bars(summary.assign(name=called), by, min(shown, n))
    key = f"{by}_id"
    ids = bars[key].tolist() if key in bars.columns else [""] * len(bars)
    _draw(ax, bars, ids, currency)
    owed = bars.loc[~bars["is_rest"], "owed_cents"]
    add_note(ax, unknown_amounts(accruals, payments))
    parts = ["Solid bars are paid"]
    if (owed > 0).any():
        parts.append("hatched ones owed")
    if (owed < 0).any():
        parts.append("cross-hatched ones overpaid")
    creators = summary
    if by != "creator":  # a group's balance is less what some of its creators were overpaid
        creators = summarize_payouts(accruals, payments, currency=currency, accounts=accounts)
    totals = balance_totals(creators).reindex([currency], fill_value=0).iloc[0]
    title = _finding(summary.assign(name=called), by, currency, totals)
    finish_axes(ax, title, subtitle=", ".join(parts), grid="x")
    return ax


def _group_names(
    summary: pd.DataFrame,
    by: By,
    names: Mapping[str, str] | pd.Series | Names,
    frames: list[pd.DataFrame],
) -> list[str]:
    """Return what each group is called: its name where one is known, else its id."""
    by_id = dict(names) if isinstance(names, Mapping | pd.Series) else {}
    given = [] if isinstance(names, Mapping | pd.Series) else read_names(names)
    known = named(summary, [*frames, *(frame for _, frame in given)])
    missing = "not paid yet" if by == "method" else "(none)"
    if by in {"method", "status"}:
        called = known[_NAMES[by]].astype(object)
        return called.where(called.notna(), missing).tolist()
    ids = known[f"{by}_id"].astype(object)
    called = known.get(_NAMES[by], ids).astype(object)
    if by == "creator" and "tiktok_handle" in known:
        called = with_at(called)
    called = called.where(called.notna(), ids)
    called = called.where(called.notna(), missing)
    texts = [str(by_id.get(key, name)) for key, name in zip(ids, called, strict=True)]
    return with_suffixes(texts, _projects(summary, frames, given)) if by == "structure" else texts


def _projects(
    summary: pd.DataFrame, frames: list[pd.DataFrame], given: list[tuple[str, pd.DataFrame]]
) -> list[str | None]:
    """Return the name of each structure's project; None where it isn't known."""
    homes = [frame[_HOME] for frame in frames if set(_HOME) <= set(frame.columns)]
    if not homes:
        return [None] * len(summary)
    known = pd.concat(homes).dropna().drop_duplicates("structure_id")
    with_homes = summary[["structure_id"]].merge(known, "left", "structure_id")
    names = named(with_homes, [*frames, *(frame for _, frame in given)]).get("project_name")
    if names is None:
        return [None] * len(summary)
    return names.astype(object).where(names.notna(), None).tolist()


def _bars(summary: pd.DataFrame, by: By, n: int) -> pd.DataFrame:
    """Return a row for each bar, from the top down: its name and its amounts."""
    order = ["owed_cents", "earned_cents"]
    ordered = summary if by == "status" else summary.sort_values(order, ascending=False)
    top, rest = ordered.head(n), ordered.iloc[n:]
    bars = top.assign(name=distinct(top["name"], letters=_LETTERS), is_rest=False)
    if rest.empty:
        return bars
    name = "1 other" if len(rest) == 1 else f"{len(rest):,} others"
    others = pd.DataFrame([rest[_SUMS].sum()]).astype("Int64").assign(name=name, is_rest=True)
    return pd.concat([bars, others])


def _draw(ax: Axes, bars: pd.DataFrame, ids: list[str], currency: str) -> None:
    single = bars[~bars["is_rest"]]
    earned, paid, owed = (single[name].to_numpy(np.int64) for name in _SUMS)
    settled, ends = np.minimum(earned, paid), np.maximum(earned, paid)
    said = [
        f"{name}: {_amount(int(due), currency, 2)} earned, {_amount(int(done), currency, 2)} paid, "
        f"{_balance(int(rest), currency, 2)}"
        for name, due, done, rest in zip(single["name"], earned, paid, owed, strict=True)
    ]
    label_marks(ax.barh(np.arange(len(single)), settled, color=INK), said, ids[: len(single)])
    for color, hatch, is_so in ((WARN, "///", owed > 0), (ALARM, "xxx", owed < 0)):
        if (rows := np.flatnonzero(is_so)).size:
            parts = ax.barh(
                rows, np.abs(owed[rows]), left=settled[rows], facecolor=PAGE, edgecolor=color,
                hatch=hatch,
            )  # fmt: skip
            label_marks(parts, [said[row] for row in rows], [ids[row] for row in rows])
    write_rows(ax, bars["name"].tolist())
    noted = np.flatnonzero(owed)
    notes = [_balance(cents, currency) for cents in owed[noted].tolist()]
    write_behind(ax, noted, np.maximum(ends[noted], 0), notes)
    for _, rest in bars[bars["is_rest"]].iterrows():
        balance = _balance(int(rest["owed_cents"]), currency)
        note = f"{_amount(int(rest['paid_cents']), currency)} paid, {balance}"
        write_behind(ax, [len(single)], [0], [note], color=QUIET)
    make_room(ax, np.append(ends, settled), notes)
    money_ticks(ax.xaxis, currency)


def _balance(cents: int, currency: str, digits: int = 0) -> str:
    return f"{_amount(abs(cents), currency, digits)} {'owed' if cents >= 0 else 'overpaid'}"


def _amount(cents: int, currency: str, digits: int = 0) -> str:
    """Write an amount in whole units, since those beside each other are compared.

    Below $10 it has cents, as with two digits, and from $1,000,000 on it is brief.
    """
    if not digits and abs(cents) >= _BRIEF_CENTS:
        return money_text(cents, currency)
    shown = cents if digits or abs(cents) < _EXACT_CENTS else round(cents, -2)
    return format_cents(shown, currency).replace(".00", "")


def _finding(summary: pd.DataFrame, by: By, currency: str, totals: pd.Series) -> str:
    """Say how much is owed, and to whom the most; `totals` are those of all creators."""
    earned, owed, overpaid = (
        int(totals[name]) for name in ("earned_cents", "owed_cents", "overpaid_cents")
    )
    over = f"{money_text(overpaid, currency)} was overpaid" if overpaid else ""
    if not owed:
        if over:
            return f"Nobody is owed anything, and {over}"
        if not earned:
            return "Nothing is known to be earned or owed"
        return f"All of the {money_text(earned, currency)} earned has been paid"
    text = f"{money_text(owed, currency)} of {money_text(earned, currency)} earned is still owed"
    most = summary["owed_cents"].max()
    if by in {"creator", "project"} and len(summary) > 1 and most > 0:
        largest = _amount(int(most), currency)
        top = summary[summary["owed_cents"] == most]
        if len(top) > 1:
            text += f", most to {len(top):,} {by}s ({largest} each)"
        else:
            name = distinct([top["name"].iloc[0]], letters=_LETTERS)[0]
            text += f", most to {name} ({largest})"
    return f"{text}; {over}" if over else text
