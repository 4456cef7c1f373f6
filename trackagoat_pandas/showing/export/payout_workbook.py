"""A workbook that closes a month: due, accrued, paid, owed, and a live reconciliation."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

import pandas as pd

from trackagoat_pandas.base.types import DatesLike
from trackagoat_pandas.base.warnings import kept_warnings, warn
from trackagoat_pandas.errors import NoDataWarning, listing
from trackagoat_pandas.helpers.accounts import Accounts, KnownAccounts, known_accounts
from trackagoat_pandas.helpers.columns import day_numbers, is_among, text, whole
from trackagoat_pandas.helpers.cuts import cuts_said
from trackagoat_pandas.helpers.facts import derived, known_zone, server_now, zone_of
from trackagoat_pandas.helpers.formats import is_id
from trackagoat_pandas.helpers.granularity import buckets_text, day_text
from trackagoat_pandas.helpers.labels import (
    ID_LETTERS,
    Names,
    read_names,
    with_known_names,
)
from trackagoat_pandas.helpers.loads import latest_of
from trackagoat_pandas.helpers.payouts.audit import audit_payouts
from trackagoat_pandas.helpers.payouts.coverage import rows_due
from trackagoat_pandas.helpers.payouts.entries import days_of, ended_on, is_within
from trackagoat_pandas.helpers.payouts.ledger import (
    read_ledger,
    read_payments,
    unknown_amounts,
)
from trackagoat_pandas.helpers.payouts.money import CENTS_A_UNIT, currencies, format_cents
from trackagoat_pandas.helpers.payouts.summaries import (
    IN_ALL,
    PAYABLE,
    balance_totals,
    balances_by_method,
    outstanding_balances,
    split_balances,
    with_methods,
    with_payable,
)
from trackagoat_pandas.inputs.checks import frame_facts, is_uuid, require_columns
from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.showing.export.saving import check_path
from trackagoat_pandas.showing.export.sheets import Book, Sheet, letters

Sums: TypeAlias = Mapping[str, int]
"""Cents by currency."""

_IDS: Final = ("creator_id", "structure_id", "project_id")
_RULE: Final = ("tiktok_handle", "structure_name")
_NAMES: Final = {
    "creator_id": "tiktok_handle", "structure_id": "structure_name", "method_id": "method_name",
}  # fmt: skip
_BALANCE: Final = (
    "earned_cents", "paid_cents", "owed_cents", "overpaid_cents", IN_ALL, PAYABLE,
    "unpaid_accruals", "oldest_unpaid",
)  # fmt: skip
_SHEETS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "by_creator": (
        "Owed by creator",
        ("tiktok_handle", "method_name", "currency", *_BALANCE, "creator_id", "method_id"),
    ),
    "by_method": (
        "Owed by method", ("method_name", "currency", "creators", *_BALANCE, "method_id")
    ),
    "due": ("Due", (
        *_RULE, "rule_kind", "reason", "currency", "amount_cents", "period_start", "period_end",
        "days_assigned", "quantity", "due_at", "structure_version", "version_in_force", *_IDS,
        "assignment_id",
    )),
    "accrued": ("Accrued", (
        *_RULE, "kind", "status", "is_counted", "currency", "amount_cents", "period_start",
        "period_end", "created_at", "structure_version", *_IDS, "id",
    )),
    "paid": ("Paid", (
        "tiktok_handle", "method_name", "note", "status", "is_counted", "currency", "amount_cents",
        "paid_at", "creator_id", "method_id", "id",
    )),
    "findings": ("Findings", (
        *_RULE, "stage", "finding", "currency", "wrong_cents", "due_cents", "accrued_cents",
        "paid_cents", "difference_cents", "reason", "period_start", *_IDS, "accrual_id",
        "related_id", "payment_id",
    )),
}  # fmt: skip
"""The title and the columns of each sheet, by the name of its frame."""
_DETAILS: Final = ("structure_version",)
"""Columns that are hidden: who wants them can show them."""
_ALIKE: Final = ("currency", "version_in_force")
"""Columns that are hidden where all rows of a sheet say the same."""
_BALANCE_SUMS: Final = _BALANCE[:6]
_SUMMED: Final[Mapping[str, tuple[str, ...]]] = {
    "by_creator": _BALANCE_SUMS,
    "by_method": _BALANCE_SUMS,
    "due": ("amount_cents",),
    "accrued": ("amount_cents",),
    "paid": ("amount_cents",),
    "findings": ("wrong_cents", "difference_cents"),
}
"""The columns of each sheet that are added up below it."""
_OWED_FORMULAS: Final = {
    "by_creator": {
        "owed_cents": "=MAX({earned_cents}-{paid_cents},0)",
        "overpaid_cents": "=MAX({paid_cents}-{earned_cents},0)",
    },
    "by_method": {"owed_cents": "={earned_cents}-{paid_cents}+{overpaid_cents}"},
}
"""The live formulas of sheets of balances."""
_MOST_OTHERS: Final = 10
"""How many findings of other days, or creators who are owed less, are listed."""
_HEAD: Final = 3
"""The row of the reconciliation with the currencies, counted from 0."""
_LABELS, _AMOUNTS = 46, 20
"""The widths of the reconciliation's columns in characters."""
_ASIDE: Final = "Set aside: edited, by hand, unknown or not in due"


@dataclass(frozen=True, slots=True)
class _Close:
    """The frames of the sheets. Each row is there once, with its currency.

    ``balances`` are those of ``by_creator``, negative for creators who were overpaid.
    """

    balances: pd.DataFrame
    by_creator: pd.DataFrame
    by_method: pd.DataFrame
    due: pd.DataFrame | None
    accrued: pd.DataFrame
    paid: pd.DataFrame
    findings: pd.DataFrame | None


@derived("accruals", "payments", "due", whole=("accruals", "payments"), dates="month")
def payout_workbook(
    accruals: pd.DataFrame,
    payments: pd.DataFrame,
    path: str | os.PathLike[str],
    *,
    due: pd.DataFrame | None = None,
    creators: pd.DataFrame | None = None,
    structures: pd.DataFrame | None = None,
    month: DatesLike | None = None,
    timezone: str | None = None,
    currency: str = "USD",
    names: Names = None,
    accounts: Accounts = True,
) -> Path:
    """Save amounts due, accrued, paid and owed as a workbook that reconciles itself.

    The sheet Reconciliation adds up the other sheets with live formulas, for each currency, and
    says ``ok`` where the sums agree, or by how much they differ. Change an amount in any sheet, and
    it shows what that does.

    Parameters
    ----------
    accruals, payments : DataFrame
        The frames of :func:`load_payout_accruals` and :func:`load_payout_payments`.
    path : str or path
        Where to save, ending in ``.xlsx``. A file that is there is replaced.
    due : DataFrame, optional
        The frame of :func:`accrue`, for the same structures and time as the accruals. Without it
        there are no sheets Due and Findings, and due isn't compared with accrued.
    creators, structures : DataFrame, optional
        The frames of :func:`load_creators` and :func:`load_payout_structures`, for names. Where no
        frame knows a name, the id takes its place, of a UUID its first eight letters.
    month : str, tuple or DateRange, optional
        A month such as ``"2026-05"``, or other days as :meth:`DateRange.parse` reads them: only
        what is due or was accrued for a period that ends on these days, and the part of each
        payment that was for these accruals, as :func:`payments_for` splits it, whenever it was
        made. Then what is owed is for these days alone: beside it is what each creator is owed over
        all days, and by method what the same creators are. It may be less, since the creator's
        overpayments of other months are subtracted: the sheet Reconciliation lists for whom. What
        to pay is the less of both. None keeps everything.
    timezone : str, optional
        The organization's time zone; by default the one in the frames' attributes.
    currency : str, default 'USD'
        The currency of a frame that has no column ``currency``.
    names : DataFrame or list of DataFrame, optional
        A frame, or a list of them, with more names for the ids, such as that of
        :func:`load_videos`, which knows the handles of removed creators.
    accounts : DataFrame or bool, default True
        Which creators are one TikTok account, and so one row of the sheet Owed by creator: the
        frame of :func:`accounts`; True for creators of different projects with equal handles, where
        the given frames have their handles and projects; False for none. The other sheets have the
        creator ids of the ledger.

    Returns
    -------
    pathlib.Path
        The file. Its sheets are Reconciliation, Owed by creator, Owed by method (as
        :func:`outstanding_balances` gives them), Due, Accrued, Paid and Findings (as
        :func:`audit_payouts` gives them).

    Raises
    ------
    MissingColumnError
        A column is missing.
    MissingDependencyError
        XlsxWriter is not installed.
    ArgumentError, ArgumentTypeError
        An argument is not allowed, or an amount isn't whole cents; nothing was written.
    UnwritableFileError
        The file can't be written.

    Warns
    -----
    NoDataWarning
        Nothing was due or accrued in the month.

    See Also
    --------
    outstanding_balances : List who is owed what.
    summarize_payouts : Sum earned, paid and owed amounts.
    creator_statement : Write a page for one creator.
    audit_payouts : Compare amounts due, accrued and paid.

    Notes
    -----
    Two equations hold to the cent, for each currency:

    - due - due, set aside = accrued - accrued, set aside + findings. Findings are the
      ``difference_cents`` of stage ``accrued``. What :func:`audit_payouts` sets aside, since the
      rule was edited, it was adjusted by hand, no amount is known, or the period ended too late for
      the ``until`` of :func:`accrue`, has no difference: it is left out on both sides, and shown
      apart.
    - accrued = paid + owed - overpaid.

    Owed are the balances of creators who were paid less than they earned, overpaid those of
    creators who were paid more: one isn't deducted from the other. What is owed by method is by the
    one that each creator was last paid with, in any month. Accrued are the accruals and adjustments
    that aren't voided, paid the recorded payments: the rows that say yes under Counted. Findings of
    stage ``paid`` are listed, but are part of neither equation: they explain what is owed. Amounts
    that aren't due yet are left out, with a warning.

    Below each table stands the total for each currency. The currency is hidden where it is the same
    in all rows, as are the versions of rules. With `month`, the sheet Reconciliation lists what
    :func:`audit_payouts` finds wrong on other days, since it may change what is owed.

    Each formula carries its result, so programs that don't calculate show it, too.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     creators = tgp.load_creators()
    ...     accruals, payments = tgp.load_payout_accruals(), tgp.load_payout_payments()
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     book = tgp.payout_workbook(accruals, payments, pathlib.Path(folder, "may.xlsx"),
    ...                                creators=creators, month="2026-05",
    ...                                timezone="America/New_York")
    ...     print(book.name)
    may.xlsx
    """
    target = check_path(path, ".xlsx")
    frames = [payments, accruals, due]
    known = [*read_names(names), *frames_with_names(creators, structures, accruals, payments)]
    zone = zone_of(timezone, frames) if month is None else known_zone(timezone, frames)
    merged = known_accounts(accounts, known, accruals, payments)
    known += [] if merged.names is None else [("accounts", merged.names)]
    wanted = None if due is None else rows_due(due, accruals)
    given = {"accruals": accruals, "payments": payments, "amounts due": due}
    period, every, overall, notes = "All days", payments, None, ""
    elsewhere = list[str]()
    if month is not None:
        days, period, notes = days_of(month, frames, str(zone))
        overall = outstanding_balances(
            merged.merge(accruals), merged.merge(payments), currency=currency, accounts=False
        )
        others = _found_outside(days, wanted, accruals, payments, currency)
        elsewhere += _said_of(_with_ids_for_names(with_known_names(others, known)), period)
        accruals, payments = ended_on(days, accruals, payments, str(zone), currency)
        wanted = _due_on(days, wanted)
        if accruals.empty and (wanted is None or wanted.empty):
            notes = f"{notes} Nothing was due or accrued for these days."
            warn(f"payout_workbook: nothing was due or accrued for {period}.", NoDataWarning)
    close = _close_of(accruals, payments, every, wanted, overall, merged, currency)
    book = Book(timezone=zone, currency=currency)
    # Made before the sheets that it sums, so that it opens first.
    front = book.blank("Reconciliation")
    sheets = _add_sheets(book, close, known)
    front.write(0, 0, f"Payouts, {period}", bold=True)
    made = day_text(server_now(frames).tz_convert(zone or "UTC"))
    front.write(1, 0, f"Made on {made}. Days are those of {zone or 'UTC'}. {notes}".strip())
    lines = _Reconciliation(front, close, sheets, currency)
    if close.due is not None:
        lines.compare_due()
    lines.compare_owed()
    unknown = unknown_amounts(accruals, every[is_among(every["id"], payments["id"])])
    less = _said_of_less(_with_ids_for_names(with_known_names(close.balances, known)), period)
    told = [merged.note] if merged.note else []
    for line in [*_gaps(given, unknown), *_bases(due, close, overall), *told, *less, *elsewhere]:
        lines.say(line)
    for note in dict.fromkeys(note for sheet in sheets.values() for note in sheet.notes):
        lines.say(note)
    book.save(target)
    return target


def incomplete_parts(frames: Mapping[str, pd.DataFrame | None]) -> Iterator[str]:
    """Name the frames of which a part was not loaded."""
    for name, frame in frames.items():
        if frame is not None and frame_facts(frame).get("complete") is False:
            yield f"Incomplete: a part of the {name} was not loaded."


def _gaps(given: Mapping[str, pd.DataFrame | None], unknown: str) -> Iterator[str]:
    """Name the gaps of the given frames."""
    yield from incomplete_parts(given)
    for frame in given.values():
        for said in [] if frame is None else cuts_said(frame):
            yield f"Incomplete: {said}."
    if unknown:
        yield f"{unknown}."


def _bases(due: pd.DataFrame | None, close: _Close, overall: pd.DataFrame | None) -> Iterator[str]:
    """Explain which entries count; `overall` has the balances over all days, if they differ."""
    if overall is not None:
        yield "Accrued: for periods that ended on these days, whenever it was recorded."
        yield "Paid: the part of each payment that was for these accruals, whenever it was made."
        codes = {*close.accrued["currency"], *close.paid["currency"]}
        totals = balance_totals(overall[overall["currency"].isin(codes)]).sort_index()
        yield "Owed: for these days alone."
        for name, said in (
            ("owed_cents", "Owed over all days"), ("overpaid_cents", "Overpaid over all days"),
        ):  # fmt: skip
            sums = totals[name][totals[name] > 0]
            if len(sums):
                amounts = [format_cents(int(cents), str(code)) for code, cents in sums.items()]
                yield f"{said}: {listing(amounts)}."
    facts = {} if due is None else frame_facts(due)
    if "until" in facts and "goals_until" in facts:
        goals_until = f"goals, settled 48 hours later, by {facts['goals_until']}"
        yield f"Due: for periods that ended by {facts['until']}; {goals_until}."
    if isinstance(note := facts.get("note"), str):
        yield f"Due: {note}"
    late = 0 if close.findings is None else (close.findings["finding"] == "not_covered").sum()
    if late == 1:
        yield "1 accrual is for a later period than that, and set aside."
    elif late:
        yield f"{late:,} accruals are for later periods than that, and set aside."


def _found_outside(
    days: DateRange,
    due: pd.DataFrame | None,
    accruals: pd.DataFrame,
    payments: pd.DataFrame,
    currency: str,
) -> pd.DataFrame:
    """Return the findings of money about periods that don't end on some days."""
    with kept_warnings():  # those of the days themselves are given
        found = audit_payouts(due, accruals, payments, currency=currency)
    last = found["period_end"].fillna(found["period_start"])
    is_wrong = (found["wrong_cents"] > 0).fillna(value=False).to_numpy(bool)
    return found[is_wrong & ~is_within(days, day_numbers(last))]


def _said_of(findings: pd.DataFrame, period: str) -> Iterator[str]:
    """List the findings of other days in words."""
    if findings.empty:
        return
    sums = findings.groupby("currency")["wrong_cents"].sum()
    worth = listing([format_cents(int(cents), str(code)) for code, cents in sums.items()])
    yield f"Not in {period}, but wrong on other days: {worth}. It may change what is owed."
    for row in findings.head(_MOST_OTHERS).to_dict("records"):
        names = [row.get(name) for name in ("tiktok_handle", "structure_name")]
        whose = ", ".join(name for name in names if isinstance(name, str))
        start, end = row["period_start"], row["period_end"]
        when = "" if pd.isna(start) or pd.isna(end) else f", {buckets_text(start, end, 'day')}"
        cents = format_cents(int(row["wrong_cents"]), str(row["currency"]))
        yield f"    {cents}: {whose}{when}. {row['reason']}"
    if (more := len(findings) - _MOST_OTHERS) > 0:
        yield f"    and {more:,} more"


def _due_on(days: DateRange, due: pd.DataFrame | None) -> pd.DataFrame | None:
    """Return the amounts due for periods that end on some days."""
    if due is None:
        return None
    last = due["period_end" if "period_end" in due.columns else "period_start"]
    return due[is_within(days, day_numbers(last))]


def _said_of_less(balances: pd.DataFrame, period: str) -> Iterator[str]:
    """List the creators who are owed less over all days than for some days."""
    if IN_ALL not in balances.columns:
        return
    less = balances[balances[IN_ALL] < balances["owed_cents"]]
    if less.empty:
        return
    why = "since more was paid than earned for other days"
    yield f"Owed less over all days than for {period}, {why}:"
    for row in less.head(_MOST_OTHERS).to_dict("records"):
        names = [row.get(name) for name in ("tiktok_handle", "method_name")]
        whose = ", ".join(name for name in names if isinstance(name, str))
        code = str(row["currency"])
        all_days, owed = (format_cents(int(row[name]), code) for name in (IN_ALL, "owed_cents"))
        yield f"    {whose}: {all_days} instead of {owed}"
    if (more := len(less) - _MOST_OTHERS) > 0:
        yield f"    and {more:,} more"


def _close_of(
    accruals: pd.DataFrame,
    payments: pd.DataFrame,
    every: pd.DataFrame,
    due: pd.DataFrame | None,
    overall: pd.DataFrame | None,
    accounts: KnownAccounts,
    currency: str,
) -> _Close:
    """Work out the frames; `every` has all payments, `overall` all balances, of all months."""
    ledger = read_ledger(accruals, payments, currency)
    accrued, paid = (
        latest_of(frame, ["id"]).reset_index(drop=True).assign(
            amount_cents=lambda rows: whole(rows["amount_cents"]),
            currency=rows["currency"],
            is_counted=rows[counts].astype("boolean"),
        )
        for frame, rows, counts in (
            (accruals, ledger.accruals, "is_standing"), (payments, ledger.payments, "is_recorded"),
        )
    )  # fmt: skip
    findings = None
    if due is not None:
        # Amounts that weren't due are left out already; of these accruals too few may remain.
        says_when = "fetched_at" in frame_facts(accruals)
        wanted = due if says_when else due.drop(columns="due_at", errors="ignore")
        findings = audit_payouts(wanted, accruals, payments, currency=currency)
        due = due.reset_index(drop=True).assign(
            amount_cents=lambda rows: whole(rows["amount_cents"]),
            currency=lambda rows: currencies(rows, currency),
        )
    balances = outstanding_balances(
        accounts.merge(accruals), accounts.merge(payments), currency=currency, accounts=False
    )
    known = read_payments(accounts.merge(every), currency)
    balances = with_methods(balances, known[known["is_recorded"]], known)
    if overall is not None:
        balances = with_payable(balances, overall)
    by_creator, by_method = split_balances(balances), balances_by_method(balances)
    return _Close(balances, by_creator, by_method, due, accrued, paid, findings)


def frames_with_names(
    creators: pd.DataFrame | None, structures: pd.DataFrame | None, *others: pd.DataFrame
) -> list[tuple[str, pd.DataFrame]]:
    """Return the frames that may know names, each with its argument's name; `others` may not."""
    known = []
    for argument, frame, name in (
        ("creators", creators, "tiktok_handle"), ("structures", structures, "name")
    ):  # fmt: skip
        if frame is not None:
            require_columns(frame, ["id", name])
            known.append((argument, frame))
    return [*known, *(("", frame) for frame in others)]


def _add_sheets(
    book: Book, close: _Close, names: Sequence[tuple[str, pd.DataFrame]]
) -> dict[str, Sheet]:
    """Add a sheet for each frame, with names; return them by the frames' names."""
    sheets: dict[str, Sheet] = {}
    for name, (title, columns) in _SHEETS.items():
        frame: pd.DataFrame | None = getattr(close, name)
        if frame is None:
            continue
        frame = _with_ids_for_names(with_known_names(frame, names))
        shown = frame[[column for column in columns if column in frame.columns]]
        sheet = book.add(title, shown, formulas=_OWED_FORMULAS.get(name))
        ids = [place for place, column in enumerate(sheet.columns) if is_id(column)]
        sheet.hide(
            column
            for column in shown.columns.intersection([*_DETAILS, *_ALIKE])
            if column in _DETAILS or len(shown[column].drop_duplicates()) == 1
        )
        # On paper, ids would make everything too small to read.
        sheet.print_first(ids[0], _add_totals(sheet, shown, _SUMMED[name]))
        if shown.empty:
            sheet.write(2, 0, "None.")
        sheets[name] = sheet
    return sheets


def _add_totals(sheet: Sheet, rows: pd.DataFrame, columns: Sequence[str]) -> int:
    """Add up columns below a table, in a line for each currency; return how many lines."""
    only, codes = "", sorted(rows["currency"].unique())
    if "is_counted" in rows.columns:
        only = f',{sheet.range("is_counted")},"yes"'
        rows = rows[rows["is_counted"]]
    for place, code in enumerate(codes):
        row = sheet.rows + 2 + place
        ending = f" {code}" * (len(codes) > 1) + ", counted" * bool(only)
        sheet.write(row, 0, f"Total{ending}", bold=True)
        mine = rows[rows["currency"] == code]
        for name in [name for name in columns if name in sheet.columns]:
            known = f'{sheet.range("currency")},"{code}"{only}'
            # Spreadsheets add floats, whose sums may be a tiny part of a cent off.
            formula = f"=ROUND(SUMIFS({sheet.range(name)},{known}),2)"
            value = int(mine[name].sum()) / CENTS_A_UNIT
            at = sheet.columns.index(name)
            sheet.write_formula(row, at, formula, value, currency=str(code), bold=True)
    return len(codes)


def _with_ids_for_names(frame: pd.DataFrame) -> pd.DataFrame:
    """Call creators, rules and methods by their ids where no name is known."""
    for ids, name in _NAMES.items():
        if ids in frame.columns:
            called = text(text(frame[ids]).map(brief_id, na_action="ignore"))
            if name in frame.columns:
                called = text(frame[name]).fillna(called)
            frame = frame.assign(**{name: called})
    return frame


def brief_id(id_: str) -> str:
    """Return a short form of an id without a known name: the first letters of a UUID."""
    return id_[:ID_LETTERS] if is_uuid(id_) else id_


class _Reconciliation:
    """The lines of the sheet Reconciliation: sums over other sheets, and checks of two of them."""

    def __init__(
        self, front: Sheet, close: _Close, sheets: Mapping[str, Sheet], currency: str
    ) -> None:
        self._front, self._close, self._sheets = front, close, sheets
        self._right = front.book.format(bold=True, align="right")
        frames = [frame for frame in (close.accrued, close.paid, close.due) if frame is not None]
        known = {code for frame in frames for code in frame["currency"]}
        self._currencies = sorted(known) or [currency]
        self._row = _HEAD
        self._rows: dict[str, int] = {}
        self._cents: dict[str, Sums] = {}
        front.set_widths([_LABELS, *(_AMOUNTS for _ in self._currencies)])
        for place, code in enumerate(self._currencies, 1):
            front.worksheet.write_string(_HEAD, place, code, self._right)

    def compare_due(self) -> None:
        """Write due = accrued + findings, with amounts set aside apart."""
        self._sum("due", "Due", "amount_cents")
        self._sum("due_aside", _ASIDE, "due_cents", "findings", stage="set_aside")
        self._total("due_compared", "Due, without what is set aside", {"due": 1, "due_aside": -1})
        self._row += 1
        self._sum("accrued", "Accrued", "amount_cents", is_counted="yes")
        self._sum("accrued_aside", _ASIDE, "accrued_cents", "findings", stage="set_aside")
        self._sum("findings", "Findings, to be added", "difference_cents", stage="accrued")
        signs = {"accrued": 1, "accrued_aside": -1, "findings": 1}
        self._total("accrued_compared", "Accrued, without what is set aside, + findings", signs)
        self._check("Due = accrued + findings", "due_compared", "accrued_compared")
        self._row += 1

    def compare_owed(self) -> None:
        """Write accrued = paid + owed - overpaid, and compare creators with methods."""
        self._sum("accrued", "Accrued", "amount_cents", is_counted="yes")
        self._sum("paid", "Paid", "amount_cents", is_counted="yes")
        self._sum("owed", "Owed", "owed_cents", "by_creator")
        self._sum("overpaid", "Overpaid", "overpaid_cents", "by_creator")
        signs = {"paid": 1, "owed": 1, "overpaid": -1}
        self._total("paid_owed", "Paid + owed - overpaid", signs)
        self._check("Accrued = paid + owed - overpaid", "accrued", "paid_owed")
        self._row += 1
        self._sum("by_method", "Owed, by method", "owed_cents")
        self._check("Owed by creator = owed by method", "owed", "by_method")

    def say(self, line: str) -> None:
        """Write a line of text below."""
        self._row += 1
        self._front.write(self._row + 1, 0, line)

    def _next(self, name: str, label: str, *, bold: bool = False) -> int:
        self._row += 1
        self._rows[name] = self._row
        self._front.write(self._row, 0, label, bold=bold)
        return self._row

    def _cell(self, name: str, place: int) -> str:
        return f"{letters(place)}{self._rows[name] + 1}"

    def _sum(
        self, name: str, label: str, column: str, frame: str | None = None, **chosen: str
    ) -> None:
        """Write the sum of a sheet's column over the rows with these words, by currency."""
        sheet, rows = self._sheets[frame or name], getattr(self._close, frame or name)
        others = ""
        for key, word in chosen.items():
            # The sheet spells out the words of a closed set: "set aside".
            others += f',{sheet.range(key)},"{word.replace("_", " ")}"'
            rows = rows[rows[key] == (True if word == "yes" else word)]
        sums = rows.groupby("currency")[column].sum()
        self._cents[name] = {str(code): int(cents) for code, cents in sums.items()}
        row = self._next(name, label)
        for place, code in enumerate(self._currencies, 1):
            known = f"{sheet.range('currency')},{letters(place)}${_HEAD + 1}{others}"
            formula = f"=ROUND(SUMIFS({sheet.range(column)},{known}),2)"
            self._write(row, place, formula, code, self._cents[name].get(code, 0))

    def _total(self, name: str, label: str, signs: Mapping[str, int]) -> None:
        """Write the sum of lines, each with its sign."""
        self._cents[name] = {
            code: sum(sign * self._cents[part].get(code, 0) for part, sign in signs.items())
            for code in self._currencies
        }
        row = self._next(name, label, bold=True)
        for place, code in enumerate(self._currencies, 1):
            parts = [f"{'-' if sign < 0 else '+'}{self._cell(part, place)}"
                     for part, sign in signs.items()]  # fmt: skip
            formula = f"=ROUND({''.join(parts).removeprefix('+')},2)"
            self._write(row, place, formula, code, self._cents[name][code], bold=True)

    def _check(self, label: str, left: str, right: str) -> None:
        """Write ok where two lines are equal, else the first less the second."""
        row = self._next(f"{left} = {right}", label, bold=True)
        for place, code in enumerate(self._currencies, 1):
            cents = self._cents[left].get(code, 0) - self._cents[right].get(code, 0)
            less = f"ROUND({self._cell(left, place)}-{self._cell(right, place)},2)"
            value = cents / CENTS_A_UNIT if cents else "ok"
            formula = f'=IF({less}=0,"ok",{less})'
            self._front.worksheet.write_formula(row, place, formula, self._right, value)
        book, last = self._front.book, len(self._currencies)
        for criteria, colour in (("==", "#1B7A3D"), ("!=", "#B3261E")):
            form = book.format(font_color=colour)
            options = {"type": "cell", "criteria": criteria, "value": '"ok"', "format": form}
            self._front.worksheet.conditional_format(row, 1, row, last, options)

    def _write(
        self, row: int, place: int, formula: str, currency: str, cents: int, *, bold: bool = False
    ) -> None:
        value = cents / CENTS_A_UNIT
        self._front.write_formula(row, place, formula, value, currency=currency, bold=bold)
