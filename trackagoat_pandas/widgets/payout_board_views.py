"""The pages of a payout board: each a frame, its plot, and the Python that rebuilds both."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import pandas as pd

from trackagoat_pandas.helpers.names import with_names
from trackagoat_pandas.helpers.payouts.money import currencies, format_cents, to_money
from trackagoat_pandas.helpers.payouts.summaries import Freq, outstanding_balances, payout_timeline
from trackagoat_pandas.plots.payout_summary import payout_summary
from trackagoat_pandas.plots.payout_timeline import payout_timeline as plot_timeline
from trackagoat_pandas.plots.style import ROW_IN, empty_axes
from trackagoat_pandas.widgets.payout_board_books import NO_AUDIT, Audit, Part
from trackagoat_pandas.widgets.payout_board_ledger import list_entries
from trackagoat_pandas.widgets.picture import HEIGHT_IN
from trackagoat_pandas.widgets.project_board import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_BARS: Final = 12
_SUMS: Final = ("earned", "paid", "owed")
_DIFFERENCES: Final = ("due", "accrued", "paid", "difference")
_OPEN: Final = ("unpaid_accruals", "oldest_unpaid")


_RULES: Final = 'rules = structures.drop_duplicates("id").set_index("id")["name"]'


def _written(amount: Decimal) -> str:
    return f"{amount:,.2f}"


_WRITERS: Final = dict.fromkeys({*_SUMS, *_DIFFERENCES, "amount"}, _written)
_ORDER: Final = ["currency", "owed_cents", "earned_cents", "creator_id"]


def owed(part: Part, drawn: str) -> View:
    """Who earned, was paid and is owed how much, most owed first."""
    books, money = part.books, f"currency={part.books.currency!r}"
    waiting = outstanding_balances(
        part.earned, part.paid, timezone=books.zone, currency=books.currency
    )
    frame = part.sums.merge(
        waiting[["creator_id", "currency", *_OPEN]], on=["creator_id", "currency"], how="left"
    ).sort_values(_ORDER, ascending=[True, False, False, True], ignore_index=True)
    lines = [
        f"sums = tgp.summarize_payouts(earned, paid, {money})",
        f"waiting = tgp.outstanding_balances(earned, paid, timezone={books.zone!r}, {money})",
        f'waiting = waiting[["creator_id", "currency", {_quoted(_OPEN)}]]',
        'frame = sums.merge(waiting, on=["creator_id", "currency"], how="left")',
        f"order = [{_quoted(_ORDER)}]",
        "ways = [True, False, False, True]",
        "frame = frame.sort_values(order, ascending=ways, ignore_index=True)",
    ]
    frame = _named(part, frame, lines)
    frame = _with_money(frame, _SUMS, lines)
    earned, paid = _drawn(part, drawn, lines)
    lines.append(f"ax = tgp.plots.payout_summary(earned, paid, most={MOST_BARS}, {money})")
    bars = min(MOST_BARS + 1, max(1, part.sums["creator_id"].nunique()))

    def plot(ax: Axes) -> Axes:
        return payout_summary(earned, paid, most=MOST_BARS, currency=books.currency, ax=ax)

    columns = [_who(frame), "currency", *_SUMS, "accruals", "payments", *_OPEN]
    return View(frame, plot, tuple(lines), columns, _WRITERS, max(HEIGHT_IN, ROW_IN * bars + 1.2))


def timeline(part: Part, drawn: str, freq: Freq) -> View:
    """What was earned and paid in each bucket, and owed at its end."""
    books = part.books
    frame = payout_timeline(
        part.earned, part.paid, freq=freq, timezone=books.zone, currency=books.currency
    )
    lines = [f"frame = tgp.payout_timeline(earned, paid, {_options(part, freq)})"]
    frame = _with_money(frame, _SUMS, lines)
    plot = _timeline_plot(part, drawn, freq, lines)
    return View(frame, plot, tuple(lines), ["date", "currency", *_SUMS], _WRITERS)


def entries(part: Part, drawn: str, freq: Freq) -> View:
    """Each accrual and payment, the newest first, under the picture of their time."""
    books, rules = part.books, part.books.rules()
    options = f"timezone={books.zone!r}, currency={books.currency!r}"
    frame = list_entries(part.earned, part.paid, timezone=books.zone, currency=books.currency)
    lines = [
        "from trackagoat_pandas.widgets.payout_board_ledger import list_entries",
        f"frame = list_entries(earned, paid, {options})",
    ]
    frame = _named(part, frame, lines)
    frame = frame.assign(amount=to_money(frame["amount_cents"]))
    lines.append('frame = frame.assign(amount=tgp.to_money(frame["amount_cents"]))')
    if rules is not None:
        frame = frame.assign(rule=frame["structure_id"].map(rules))
        lines += [_RULES, 'frame = frame.assign(rule=frame["structure_id"].map(rules))']
    what = "structure_id" if rules is None else "rule"
    columns = ["day", "entry", _who(frame), "amount", "currency", "status", what, "method_name"]
    plot = _timeline_plot(part, drawn, freq, lines)
    return View(frame, plot, tuple(lines), columns, _WRITERS)


def _timeline_plot(part: Part, drawn: str, freq: Freq, lines: list[str]) -> Callable[[Axes], Axes]:
    earned, paid = _drawn(part, drawn, lines)
    lines.append(f"ax = tgp.plots.payout_timeline(earned, paid, {_options(part, freq)})")
    books = part.books

    def plot(ax: Axes) -> Axes:
        return plot_timeline(
            earned, paid, freq=freq, timezone=books.zone, currency=books.currency, ax=ax
        )

    return plot


def _options(part: Part, freq: Freq) -> str:
    return f'freq="{freq}", timezone={part.books.zone!r}, currency={part.books.currency!r}'


def findings(part: Part, drawn: str, audit: Audit | None) -> View:
    """Every difference between due, accrued and paid, with its evidence."""
    if audit is None:
        nothing = part.books.accruals.head(0)
        lines = [f"# {NO_AUDIT}", "frame = accruals.head(0)"]
        return View(nothing, lambda ax: empty_axes(ax, "Not audited"), tuple(lines))
    frame, lines = audit.findings, list(audit.lines)
    frame = _named(part, frame, lines)
    frame = _with_money(frame, _DIFFERENCES, lines)
    earned, paid = _drawn(part, drawn, lines)
    rules, money = part.books.rules(), part.books.currency
    options = f'by="structure", most={MOST_BARS}, currency={money!r}'
    if rules is not None:
        lines.append(_RULES)
        options += ", names=rules"
    lines.append(f"ax = tgp.plots.payout_summary(earned, paid, {options})")

    def plot(ax: Axes) -> Axes:
        return payout_summary(
            earned, paid, by="structure", names=rules, most=MOST_BARS, currency=money, ax=ax
        )

    evidence = ["accrual_id", "related_id", "payment_id", "video_ids"]
    shown = ["stage", "finding", _who(frame), "period_start", "currency", *_DIFFERENCES, *evidence]
    height_in = max(HEIGHT_IN, ROW_IN * min(MOST_BARS + 1, earned["structure_id"].nunique()) + 1.2)
    return View(frame, plot, tuple(lines), shown, _WRITERS, height_in)


def tiles(part: Part, audit: Audit | None) -> dict[str, str]:
    """Give the figures in words: amounts currency by currency, creators owed, findings."""
    sums = part.sums
    by_currency = sums.groupby("currency", sort=False)[[f"{name}_cents" for name in _SUMS]].sum()
    facts = {
        f"{name.capitalize()} {currency}": format_cents(int(cents), str(currency))
        for currency, amounts in by_currency.iterrows()
        for name, cents in zip(_SUMS, amounts, strict=True)
    }
    creators = sums.loc[sums["owed_cents"] > 0, "creator_id"].nunique()
    return {
        **facts,
        "Creators owed": f"{creators:,}",
        **({"Findings": "not audited"} if audit is None else audit.tiles()),
    }


def _named(part: Part, frame: pd.DataFrame, lines: list[str]) -> pd.DataFrame:
    """Add handles, and what to call each creator: the id's first letters where there is none."""
    names = part.books.creators
    if names is None:
        if "tiktok_handle" not in part.books.accruals.columns:
            return frame
        names = part.books.accruals.rename(columns={"id": "accrual_id", "creator_id": "id"})
        lines.append('renamed = {"id": "accrual_id", "creator_id": "id"}')
        lines.append("creators = accruals.rename(columns=renamed)")
    frame = with_names(frame, creators=names)
    called = ("@" + frame["tiktok_handle"]).fillna(frame["creator_id"].str[:8])
    lines += [
        "frame = tgp.with_names(frame, creators=creators)",
        'called = ("@" + frame["tiktok_handle"]).fillna(frame["creator_id"].str[:8])',
        "frame = frame.assign(creator=called)",
    ]
    return frame.assign(creator=called)


def _with_money(frame: pd.DataFrame, names: tuple[str, ...], lines: list[str]) -> pd.DataFrame:
    lines.append(
        f"frame = frame.assign(**{{name: tgp.to_money(frame[name + '_cents']) "
        f"for name in [{_quoted(names)}]}})"
    )
    return frame.assign(**{name: to_money(frame[f"{name}_cents"]) for name in names})


def _drawn(part: Part, currency: str, lines: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Keep one currency for a plot, where there are several."""
    if len(part.books.currencies()) == 1:
        return part.earned, part.paid
    default, kept = part.books.currency, []
    for name, frame in (("earned", part.earned), ("paid", part.paid)):
        if "currency" in frame.columns:
            lines.append(f'{name} = {name}[{name}["currency"].fillna({default!r}) == {currency!r}]')
        elif currency != default:
            lines.append(f"{name} = {name}.head(0)")
        kept.append(frame[(currencies(frame, default) == currency).to_numpy()])
    return kept[0], kept[1]


def _who(frame: pd.DataFrame) -> str:
    return "creator" if "creator" in frame.columns else "creator_id"


def _quoted(names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
