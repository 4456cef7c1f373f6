"""A statement for one creator: earnings by rule, payments, and the balance."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
import pandas as pd

from trackagoat_pandas.base.html import NO_MATH, escape, page
from trackagoat_pandas.base.spelling import did_you_mean
from trackagoat_pandas.base.types import DatesLike
from trackagoat_pandas.base.wording import with_minus
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError, listing
from trackagoat_pandas.helpers.accounts import Accounts, KnownAccounts, known_accounts
from trackagoat_pandas.helpers.clocks import NO_DAY
from trackagoat_pandas.helpers.columns import STRING, as_days, text
from trackagoat_pandas.helpers.facts import derived, known_zone, server_now, zone_of
from trackagoat_pandas.helpers.granularity import buckets_text, day_text
from trackagoat_pandas.helpers.labels import Names, read_names, with_known_names
from trackagoat_pandas.helpers.payouts.entries import days_of
from trackagoat_pandas.helpers.payouts.ledger import (
    Ledger,
    amounts_left_out,
    earned_days,
    paid_days,
    read_ledger,
)
from trackagoat_pandas.helpers.payouts.money import CENTS_A_UNIT, check_currency, format_cents
from trackagoat_pandas.inputs.checks import is_uuid, require_columns
from trackagoat_pandas.inputs.handles import fold_handle, read_handle
from trackagoat_pandas.showing.cells import one_line
from trackagoat_pandas.showing.export.payout_workbook import (
    brief_id,
    frames_with_names,
    incomplete_parts,
)
from trackagoat_pandas.showing.export.saving import check_path, save
from trackagoat_pandas.showing.export.sheets import Book, Sheet

MOST_LINES: Final = 12
"""The rules and the payments that fit on a page; more are added up in a last line."""
_RULE: Final = ["structure_id", "kind", "currency"]
_BALANCE: Final = {
    "opening_cents": "Opening balance",
    "earned_cents": "Plus earned",
    "paid_cents": "Less paid",
    "closing_cents": "Balance carried forward",
}
# Cells have two classes because JupyterLab's rule that aligns them to the right has two.
_STYLE: Final = """<style>
.tgp-statement { max-width: 46em; margin: 0 auto; line-height: 1.4 }
.tgp-statement h1 { font-size: 1.5em; margin: 0 }
.tgp-statement h2 { font-size: 1.1em; margin: 1.4em 0 0.2em }
.tgp-statement p { margin: 0.2em 0 }
.tgp-statement section + p { margin-top: 1.4em; opacity: 0.75 }
.tgp-statement table { border-collapse: collapse; width: 100%; color: inherit }
.tgp-statement.tgp-statement :is(th, td) { padding: 0.25em 0.6em 0.25em 0; text-align: left;
  border-top: 1px solid #8886; overflow-wrap: anywhere }
.tgp-statement.tgp-statement .amount { text-align: right; padding-right: 0; white-space: nowrap;
  font-variant-numeric: tabular-nums }
.tgp-statement tr.total { font-weight: bold }
.tgp-statement section + section { break-before: page }
</style>"""
_BASIS: Final = (
    "Earned counts on the last day of its period, even if it was recorded later.",
    "Paid counts on the day of payment.",
)
"""What a reader has to know, to compare the balance with others of the same month."""


@dataclass(frozen=True, slots=True, repr=False)
class CreatorStatement:
    """What :func:`creator_statement` returns.

    Parameters
    ----------
    creator : str
        What the creator is called, or the id.
    period : str
        The days, in words.
    balances : DataFrame
        A row for each currency: ``opening_cents`` + ``earned_cents`` - ``paid_cents`` =
        ``closing_cents``.
    earned : DataFrame
        A row for each rule, kind of entry and currency.
    paid : DataFrame
        A row for each payment.
    note : str, optional
        What has to be known to read it, such as that a part is missing; empty if there is nothing.
    made : str, optional
        When it was made, and in which time zone its days are.
    """

    creator: str
    period: str
    balances: pd.DataFrame
    earned: pd.DataFrame
    paid: pd.DataFrame
    note: str = ""
    made: str = ""

    @property
    def html(self) -> str:
        """The statement as a page of its own, which prints on one page for each currency."""
        return page(f"Statement for {self.creator}, {self.period}", self._repr_html_())

    def __repr__(self) -> str:
        owed = [
            format_cents(int(cents), str(code))
            for code, cents in zip(
                self.balances["currency"], self.balances["closing_cents"], strict=True
            )
        ]
        # A terminal would obey the control characters of a name.
        creator = one_line(self.creator)
        return f"<CreatorStatement: {creator}, {self.period}: {', '.join(owed)} carried forward>"

    def _repr_html_(self) -> str:
        note = f"<p role='alert'>{escape(self.note)}</p>" if self.note else ""
        pages = "".join(
            f"<section>{''.join(_html_table(*table) for table in tables)}</section>"
            for tables in self._pages()
        )
        return (
            f"{_STYLE}<article class='tgp-statement {NO_MATH}'>"
            f"<h1>Statement for {escape(self.creator)}</h1>"
            f"<p>{escape(self.period)}</p>{note}{pages}"
            f"<p>{escape(' '.join([*_BASIS, self.made]))}</p></article>"
        )

    def _pages(self) -> Iterator[list[_Table]]:
        """Yield the tables of each currency: a title, headings, and rows of texts and cents."""
        for balance in self.balances.to_dict("records"):
            code = str(balance["currency"])
            ending = f", {code}" if len(self.balances) > 1 else ""
            earned = self.earned[self.earned["currency"] == code]
            paid = self.paid[self.paid["currency"] == code]
            sums = [
                _Row((label,), int(balance[name]), code, is_total=name == "closing_cents")
                for name, label in _BALANCE.items()
            ]
            yield [
                (f"Balance{ending}", ("", "Amount"), sums),
                (f"Earned{ending}", ("Rule", "For", "Amount"), _earned_rows(earned, code)),
                (f"Paid{ending}", ("Day", "Method", "Amount"), _paid_rows(paid, code)),
            ]

    def _save(self, path: Path, timezone: str | None) -> None:
        if path.suffix.lower() != ".xlsx":
            save(path, self.html.encode())
            return
        book = Book(timezone=timezone)
        sheet = book.blank("Statement", [34, 40, 18])
        sheet.write(0, 0, f"Statement for {self.creator}", bold=True)
        sheet.write(1, 0, self.period)
        row = 2
        if self.note:
            sheet.write(row, 0, self.note)
        for table in chain.from_iterable(self._pages()):
            row = _write(sheet, row + 1, *table)
        for place, line in enumerate([*_BASIS, self.made], row + 1):
            sheet.write(place, 0, line)
        sheet.worksheet.set_portrait()
        sheet.worksheet.fit_to_pages(1, 1)
        book.save(path)


@dataclass(frozen=True, slots=True)
class _Row:
    texts: tuple[str, ...]
    cents: int
    currency: str
    is_total: bool = False


_Table: TypeAlias = tuple[str, Sequence[str], list[_Row]]
"""A title, the headings, and the rows."""


@derived("accruals", "payments")
def creator_statement(
    creator: str,
    accruals: pd.DataFrame,
    payments: pd.DataFrame,
    path: str | os.PathLike[str] | None = None,
    *,
    creators: pd.DataFrame | None = None,
    structures: pd.DataFrame | None = None,
    dates: DatesLike | None = None,
    timezone: str | None = None,
    currency: str = "USD",
    names: Names = None,
    accounts: Accounts = True,
) -> CreatorStatement:
    """Write one page for one creator: earnings by rule, payments, and the balance carried.

    A creator who is tracked in several projects gets one page for all of them: see ``accounts``.

    The opening balance is what was earned less what was paid before; with what was earned and paid
    on the days it makes the balance carried forward, to the cent, for each currency.

    Parameters
    ----------
    creator : str
        The creator's id; or the handle or the address of the profile, if any of the frames has the
        handle.
    accruals, payments : DataFrame
        The frames of :func:`load_payout_accruals` and :func:`load_payout_payments`. Voided entries
        don't count; a repeated id counts once, as in :func:`summarize_payouts`.
    path : str or path, optional
        Where to save, ending in ``.html`` or ``.xlsx``. A file that is there is replaced.
    creators, structures : DataFrame, optional
        The frames of :func:`load_creators` and :func:`load_payout_structures`, for names.
    dates : str, tuple or DateRange, optional
        A month such as ``"2026-05"``, or other days as :meth:`DateRange.parse` reads them. An
        accrual counts on the day of :func:`accrual_days`, a payment on the day it was made, and an
        entry without a day before all others. None takes everything. So the balance is that of
        :func:`outstanding_balances` with ``as_of`` the last day. A month of
        :func:`payout_workbook` may differ: it has what is owed for this month alone.
    timezone : str, optional
        The organization's time zone; by default the one in the frames' attributes. Required with
        `dates`.
    currency : str, default 'USD'
        The currency of a frame that has no column ``currency``.
    names : DataFrame or list of DataFrame, optional
        A frame, or a list of them, with more names for the ids. That of :func:`load_videos` knows
        the handles of removed creators, whom :func:`load_creators` doesn't list.
    accounts : DataFrame or bool, default True
        Which creators are one TikTok account: the frame of :func:`accounts`; True for creators of
        different projects with equal handles, where the given frames have their handles and
        projects; False for none, so that the page is of one creator id, which must be passed if
        several have the handle.

    Returns
    -------
    CreatorStatement
        A page in notebooks; ``html`` is that page by itself, readable in light and dark. It prints
        on one page for each currency: the 12 rules that earned most and the 12 latest payments are
        listed, and more are added up in a line. ``balances``, ``earned`` and ``paid`` are frames
        of all of them.

    Raises
    ------
    MissingColumnError
        A column is missing.
    ArgumentError, ArgumentTypeError
        No frame knows the creator, an amount is in a currency without cents, or another argument is
        not allowed; nothing was written.
    MissingDependencyError
        XlsxWriter, which writes ``.xlsx``, is not installed.
    UnwritableFileError
        The file can't be written.

    See Also
    --------
    outstanding_balances : List who is owed what.
    payout_workbook : Save the books as a workbook.
    load_payout_accruals : Load what creators earned.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     creators, structures = tgp.load_creators(), tgp.load_payout_structures()
    ...     accruals, payments = tgp.load_payout_accruals(), tgp.load_payout_payments()
    >>> tgp.creator_statement("@salty.tonic", accruals, payments, creators=creators,
    ...                       structures=structures, dates="2026-05", timezone="America/New_York")
    <CreatorStatement: @salty.tonic, May 2026: $1,500.00 carried forward>
    """
    target = None if path is None else check_path(path, ".html", ".xlsx")
    frames = [payments, accruals]
    known = [*read_names(names), *frames_with_names(None, structures, accruals, payments)]
    zone = zone_of(timezone, frames) if dates is None else known_zone(timezone, frames)
    ledger = read_ledger(accruals, payments, currency)
    people = []
    if creators is not None:
        require_columns(creators, ["id", "tiktok_handle"], loader="load_creators")
        known = [("creators", creators), *known]
        people.append(creators[["id"]].set_axis(["creator_id"], axis=1))
    merged = known_accounts(accounts, known, *people, accruals, payments)
    known = [*known, *([] if merged.names is None else [("accounts", merged.names)])]
    creator_ids, name = _find_creator(creator, creators, known, ledger, merged)
    # From NO_DAY on, so that a statement of all days has the entries without a day.
    first, last, period = NO_DAY, np.iinfo(np.int64).max, "All days"
    notes = []
    if dates is not None:
        days, period, running = days_of(dates, frames, str(zone))
        first, last = np.array([days.first, days.last], "datetime64[D]").astype(np.int64)
        notes.append(running)
    earned, paid = (
        rows[rows["creator_id"].isin(creator_ids) & rows[counts]]
        for rows, counts in ((ledger.accruals, "is_standing"), (ledger.payments, "is_recorded"))
    )
    for code in pd.concat([earned["currency"], paid["currency"]]).unique():
        check_currency(code)
    earned = earned.assign(day=earned_days(earned, zone or "UTC"))
    paid = paid.assign(day=paid_days(paid, zone or "UTC"))
    notes += [*incomplete_parts({"accruals": accruals, "payments": payments})]
    if left_out := amounts_left_out(earned, paid):
        notes.append(f"{left_out}.")
    today = server_now(frames).tz_convert(zone or "UTC").date()
    statement = CreatorStatement(
        name,
        period,
        _balances(earned, paid, first, last, currency),
        _by_rule(earned[earned["day"].between(first, last)], known),
        _payments_of(paid[paid["day"].between(first, last)]),
        " ".join(filter(None, notes)),
        f"Made on {day_text(today)}. Days are those of {zone or 'UTC'}.",
    )
    if target is not None:
        statement._save(target, zone)  # noqa: SLF001 - of this module
    return statement


def _find_creator(
    creator: str,
    creators: pd.DataFrame | None,
    names: Sequence[tuple[str, pd.DataFrame]],
    ledger: Ledger,
    accounts: KnownAccounts,
) -> tuple[list[str], str]:
    """Return the ids of a creator's account, and the name: the handle if it is known, else an id.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        No creator, or several accounts, are meant.
    """
    if not isinstance(creator, str):
        raise ArgumentTypeError("creator", creator, "a creator's id or handle")
    sides = [ledger.accruals["creator_id"], ledger.payments["creator_id"]]
    if creators is not None:
        sides.append(text(creators["id"]))
    ids = pd.concat(sides).dropna().drop_duplicates().reset_index(drop=True)
    known = with_known_names(pd.DataFrame({"creator_id": ids}), names)
    handles = dict.fromkeys(ids)
    if "tiktok_handle" in known.columns:
        handles = dict(zip(ids, ("@" + known["tiktok_handle"]).fillna(ids), strict=True))
    given = creator.strip()
    # The API's ids are in lower case, but a pasted one may not be.
    if same := [each for each in (given, given.lower()) if each in handles]:
        return accounts.ids_of(same[0]), handles[same[0]] or same[0]
    wanted = given if is_uuid(given) else fold_handle(read_handle("creator", given, or_id=True))
    found = [each for each, handle in handles.items() if handle and fold_handle(handle) == wanted]
    if not found:
        close = did_you_mean(f"@{wanted}", filter(None, handles.values()))
        problem = (
            f"no accrual, payment or creator in the frames matches {creator!r}.{close} For a "
            "removed creator pass the id, or names=videos, the frame of load_videos."
        )
        raise ArgumentError("creator", creator, problem=problem)
    if not {*found} <= {*accounts.ids_of(found[0])}:
        problem = (
            f"several creators are called {creator!r}: pass the id of one, of {listing(found)}"
        )
        raise ArgumentError("creator", creator, problem=problem)
    return accounts.ids_of(found[0]), str(handles[found[0]])


def _balances(
    earned: pd.DataFrame, paid: pd.DataFrame, first: int, last: int, currency: str
) -> pd.DataFrame:
    codes = sorted({*earned["currency"], *paid["currency"]}) or [currency]

    def total(rows: pd.DataFrame) -> pd.Series:
        sums = rows.groupby("currency")["cents"].sum()
        return sums.reindex(codes, fill_value=0).astype("Int64").reset_index(drop=True)

    before = total(earned[earned["day"] < first]) - total(paid[paid["day"] < first])
    now = [total(rows[rows["day"].between(first, last)]) for rows in (earned, paid)]
    return pd.DataFrame(
        {
            "currency": pd.Series(codes, dtype=STRING),
            "opening_cents": before,
            "earned_cents": now[0],
            "paid_cents": now[1],
            "closing_cents": before + now[0] - now[1],
        }
    )


def _by_rule(earned: pd.DataFrame, names: Sequence[tuple[str, pd.DataFrame]]) -> pd.DataFrame:
    """Add up the earnings by rule; adjustments apart."""
    is_dated = earned["first"] != NO_DAY
    earned = earned.assign(start=earned["first"].where(is_dated, earned["day"]))
    groups = earned.groupby(_RULE, dropna=False, sort=False)
    known = groups.agg(
        entries=("cents", "size"), earned_cents=("cents", "sum"),
        first=("start", "min"), last=("day", "max"),
    ).reset_index()  # fmt: skip
    rows = known.astype({"entries": "Int64", "earned_cents": "Int64"}).assign(
        structure_name=pd.Series(None, known.index, dtype=STRING),  # rows are sorted by it
        first_day=as_days(known["first"].to_numpy(np.int64)),
        last_day=as_days(known["last"].to_numpy(np.int64)),
    )
    ordered = with_known_names(rows, names).sort_values(
        ["currency", "earned_cents", "structure_name", "kind"],
        ascending=[True, False, True, True], ignore_index=True,
    )  # fmt: skip
    return ordered[
        ["structure_name", "kind", "entries", "currency", "earned_cents", "first_day", "last_day",
         "structure_id"]
    ]  # fmt: skip


def _payments_of(paid: pd.DataFrame) -> pd.DataFrame:
    rows = pd.DataFrame(
        {
            "day": as_days(paid["day"].to_numpy(np.int64)),
            "method_name": paid["method_name"].array,
            "currency": paid["currency"].array,
            "paid_cents": paid["cents"].astype("Int64").array,
            "payment_id": paid["id"].array,
        }
    )
    return rows.sort_values(
        ["currency", "day", "payment_id"], ascending=[True, False, True], ignore_index=True
    )


def _earned_rows(earned: pd.DataFrame, currency: str) -> list[_Row]:
    rows = []
    for row in earned.to_dict("records"):
        name = row["structure_name"]
        if not isinstance(name, str):
            id_ = row["structure_id"]
            name = f"Rule {brief_id(id_)}" if isinstance(id_, str) else "Other"
        if row["kind"] == "adjustment":
            name = f"{name}, adjusted"
        days = [day for day in (row["first_day"], row["last_day"]) if pd.notna(day)]
        said = buckets_text(days[0], days[-1], "day") if days else "no day"
        count = f"{row['entries']:,} {'entry' if row['entries'] == 1 else 'entries'}"
        rows.append(_Row((name, f"{count}, {said}"), int(row["earned_cents"]), currency))
    return _fit_page(rows, "rules", "Earned", currency)


def _paid_rows(paid: pd.DataFrame, currency: str) -> list[_Row]:
    rows = [
        _Row(
            (
                day_text(row["day"]) if pd.notna(row["day"]) else "no day",
                row["method_name"] if isinstance(row["method_name"], str) else "",
            ),
            int(row["paid_cents"]),
            currency,
        )
        for row in paid.to_dict("records")
    ]
    return _fit_page(rows, "payments", "Paid", currency)


def _fit_page(rows: list[_Row], what: str, total: str, currency: str) -> list[_Row]:
    """Add up the rows that don't fit on the page, and add a line with the sum of all."""
    shown, more = rows[:MOST_LINES], rows[MOST_LINES:]
    if more:
        label = f"{len(more):,} more {what}"
        shown = [*shown, _Row((label, ""), sum(row.cents for row in more), currency)]
    whole = sum(row.cents for row in rows)
    return [*shown, _Row((total, ""), whole, currency, is_total=True)]


def _html_table(title: str, head: Sequence[str], rows: Sequence[_Row]) -> str:
    *most, last = (escape(name) for name in head)
    heads = "".join(f"<th scope='col'>{name}</th>" for name in most)
    heads += f"<th scope='col' class='amount'>{last}</th>"
    body = "".join(
        f"<tr{' class=total' if row.is_total else ''}>"
        + "".join(f"<td>{escape(said)}</td>" for said in row.texts)
        + f"<td class='amount'>{escape(with_minus(format_cents(row.cents, row.currency)))}"
        "</td></tr>"
        for row in rows
    )
    return (
        f"<h2>{escape(title)}</h2><table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody>"
        "</table>"
    )


def _write(sheet: Sheet, row: int, title: str, head: Sequence[str], rows: Sequence[_Row]) -> int:
    """Write a table of the page into a sheet, with live sums; return the row below it."""
    sheet.write(row, 0, title, bold=True)
    for column, said in enumerate(head[:-1]):
        sheet.write(row + 1, column, said or None, bold=True)
    right = sheet.book.format(bold=True, align="right")
    sheet.worksheet.write_string(row + 1, 2, head[-1], right)
    first = row + 2
    for place, each in enumerate(rows, first):
        for column, said in enumerate(each.texts):
            sheet.write(place, column, said or None, bold=each.is_total, wrap=True)
        amount = each.cents / CENTS_A_UNIT
        if each.is_total:
            # Opening + earned - paid, or the sum of all above; without any it would add up itself.
            formula = f"=ROUND(SUM(C{first + 1}:C{place}),2)" if place > first else "=0"
            if len(head) == 2:
                formula = f"=ROUND(C{first + 1}+C{first + 2}-C{first + 3},2)"
            sheet.write_formula(place, 2, formula, amount, currency=each.currency, bold=True)
        else:
            sheet.write(place, 2, amount, content="money", currency=each.currency)
    return first + len(rows)
