"""The pages of the board of payouts: the frame, plot and code of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from typing import Final

import pandas as pd

from trackagoat_pandas.checks import require_columns
from trackagoat_pandas.dates import DateRange
from trackagoat_pandas.helpers.facts import zone_of
from trackagoat_pandas.helpers.names import with_names
from trackagoat_pandas.helpers.payouts.accrual import accrue
from trackagoat_pandas.helpers.payouts.audit import audit_payouts
from trackagoat_pandas.helpers.payouts.entries import accrual_days, list_entries, payments_for
from trackagoat_pandas.helpers.payouts.money import (
    check_currency,
    currencies,
    format_cents,
    to_money,
)
from trackagoat_pandas.helpers.payouts.summaries import (
    Freq,
    outstanding_balances,
    payout_timeline,
    summarize_payouts,
)
from trackagoat_pandas.plots.payout_summary import payout_summary
from trackagoat_pandas.plots.payout_timeline import payout_timeline as plot_timeline
from trackagoat_pandas.plots.style import ROW_IN, empty_axes
from trackagoat_pandas.widgets.board import EMPTY_IN, HEIGHT_IN, View
from trackagoat_pandas.widgets.recorder import Recorder, Traced, call

NO_AUDIT = (
    "The audit compares the ledger with what was due. To audit recurring rules that were never "
    "edited, pass structures= and assignments=; to audit all, pass due=, the frame of tgp.accrue."
)
MOST_BARS: Final = 12
_SUMS: Final = ("earned", "paid", "owed")
_DIFFERENCES: Final = ("due", "accrued", "paid", "difference")
_OPEN: Final = ("unpaid_accruals", "oldest_unpaid")
_ORDER: Final = ("currency", "owed_cents", "earned_cents", "creator_id")


def _amount(amount: Decimal) -> str:
    return f"{amount:,.2f}"


_WRITERS: Final = dict.fromkeys({*_SUMS, *_DIFFERENCES, "amount"}, _amount)


@dataclass(frozen=True, slots=True)
class Books:
    """The frames of a board, the accruals with their creators' handles where they are known.

    ``others`` holds structures, assignments, videos, creators and amounts due, as far as given.
    ``zone`` is the time zone that was given, else that of the frames, else None. ``span`` is the
    days from the first entry to the last.
    """

    recorder: Recorder
    accruals: Traced
    payments: Traced
    others: Mapping[str, Traced]
    zone: str | None
    currency: str
    span: DateRange | None = None

    @property
    def timezone(self) -> dict[str, str]:
        """The option of helpers that need a time zone."""
        return {"timezone": self.zone or "UTC"}

    @property
    def money(self) -> dict[str, str]:
        """The option of helpers that need a currency."""
        return {"currency": self.currency}

    def currencies(self) -> list[str]:
        """List the currencies, that of the first accrual first."""
        frames = (self.accruals.value, self.payments.value)
        sides = [currencies(frame, self.currency) for frame in frames]
        return list(pd.concat(sides).unique()) or [self.currency]

    def rules(self) -> Traced | None:
        """Return the structures' names by id, or None without structures."""
        structures = self.others.get("structures")
        if structures is None:
            return None
        return structures.drop_duplicates("id").set_index("id")["name"]

    def names(self) -> dict[str, str]:
        """Map each structure of the accruals to its name, or to the first letters of its id."""
        rules = self.rules()
        known = {} if rules is None else rules.value.to_dict()
        ids = self.accruals.value["structure_id"].dropna().unique()
        return {id_: known.get(id_, id_[:8]) for id_ in ids}

    def handles(self) -> dict[str, str]:
        """Map each creator to the handle, or to the first letters of the id."""
        accruals, payments = self.accruals.value, self.payments.value
        ids = pd.concat([accruals["creator_id"], payments["creator_id"]]).dropna()
        known = dict.fromkeys(ids.unique())
        if "tiktok_handle" in accruals.columns:
            pairs = accruals[["creator_id", "tiktok_handle"]].dropna()
            known |= dict(pairs.itertuples(index=False))
        return {id_: f"@{name}" if name else id_[:8] for id_, name in known.items()}


def open_books(
    recorder: Recorder, frames: Mapping[str, Traced], timezone: str | None, currency: str
) -> Books:
    """Check the frames, and look up time zone, days, currencies and handles."""
    others = dict(frames)
    accruals, payments = others.pop("accruals"), others.pop("payments")
    check_currency(currency)
    zone = zone_of(timezone or None, [payments.value, accruals.value])
    books = Books(recorder, accruals, payments, others, zone, currency)
    entries = call(list_entries, accruals, payments, **books.timezone, **books.money)
    days = entries["day"].value.dropna()
    books = replace(books, span=DateRange(days.min(), days.max()) if len(days) else None)
    for name in books.currencies():
        check_currency(name)
    if "structures" in others:
        needs = ["id", "name", "kind", "version"]
        require_columns(others["structures"].value, needs, loader="load_payout_structures")
    if "creators" not in others:
        return books
    accruals = recorder.step("accruals", with_names, accruals, creators=others["creators"])
    return replace(books, accruals=accruals)


@dataclass(frozen=True, slots=True)
class PayoutChoice:
    """The values of the filters; None for all."""

    project: str | None = None
    creator: str | None = None
    structure: str | None = None
    status: str | None = None
    dates: DateRange | None = None

    def ids(self, *names: str) -> dict[str, str]:
        """Return the selected ids by their columns."""
        found = {f"{name}_id": getattr(self, name) for name in names}
        return {column: id_ for column, id_ in found.items() if id_ is not None}


@dataclass(frozen=True, slots=True)
class Part:
    """The books that match a choice, and their sums by creator."""

    books: Books
    recorder: Recorder
    accruals: Traced
    earned: Traced
    paid: Traced
    sums: Traced


def narrow(books: Books, choice: PayoutChoice, recorder: Recorder) -> Part:
    """Keep the accruals that match a choice, and what was paid of them.

    A choice of only a creator keeps all of the creator's payments, even without an accrual.
    """
    accruals, payments = books.accruals, books.payments
    if choice.creator is not None:
        accruals = recorder.let("accruals", accruals[accruals["creator_id"] == choice.creator])
        payments = recorder.let("payments", payments[payments["creator_id"] == choice.creator])
    whole = earned = recorder.let("earned", accruals)
    columns = choice.ids("project", "structure")
    if choice.status is not None:
        columns["status"] = choice.status
    for column, wanted in columns.items():
        earned = recorder.let("earned", earned[earned[column] == wanted])
    if choice.dates is not None:
        days = recorder.step("days", accrual_days, earned, **books.timezone)
        chosen = days.between(f"{choice.dates.first}", f"{choice.dates.last}")
        earned = recorder.let("earned", earned[chosen])
    if earned is whole:
        paid = recorder.let("paid", payments)
    else:
        paid = recorder.step("paid", payments_for, earned, accruals, payments, **books.money)
    sums = call(summarize_payouts, earned, paid, **books.money)
    return Part(books, recorder, accruals, earned, paid, sums)


@dataclass(frozen=True, slots=True)
class Audit:
    """The findings of an audit, the code that found them, and which structures it covers.

    ``covered`` holds the ids of the structures that were audited, ``rules`` those of all. Both are
    None where the amounts due were given, which cover all.
    """

    recorder: Recorder
    findings: Traced
    covered: frozenset[str] | None = None
    rules: frozenset[str] | None = None

    @property
    def caveats(self) -> list[str]:
        """List what the audit doesn't cover."""
        if self.covered is None or self.rules is None or self.covered == self.rules:
            return []
        which = f"{len(self.covered)} of {len(self.rules)} structures: recurring, never edited"
        return [f"The audit covers {which}. To cover all, pass due=, the frame of tgp.accrue."]

    def narrow(self, choice: PayoutChoice, recorder: Recorder) -> Audit:
        """Keep the findings that match a choice, except for its status, which they don't have."""
        found = recorder.let("frame", self.findings)
        for column, id_ in choice.ids("project", "creator", "structure").items():
            found = recorder.let("frame", found[found[column] == id_])
        if choice.dates is not None:
            first, last = f"{choice.dates.first}", f"{choice.dates.last}"
            found = recorder.let("frame", found[found["period_start"].between(first, last)])
        covered, rules = self.covered, self.rules
        if choice.structure is not None and covered is not None:
            rules = frozenset({choice.structure})
            covered &= rules
        return Audit(recorder, found, covered, rules)

    def tiles(self) -> dict[str, str]:
        """Count the findings, the rules audited, and what was set aside."""
        if self.covered is not None and not self.covered:
            return {"Findings": "not audited"}
        is_aside = self.findings.value["stage"] == "set_aside"
        wrong = f"{(~is_aside).sum():,}"
        if self.covered is not None and self.rules is not None and self.covered != self.rules:
            wrong += f" in {len(self.covered):,} of {len(self.rules):,} rules"
        return {"Findings": wrong} | (
            {"Set aside": f"{is_aside.sum():,}"} if is_aside.any() else {}
        )


def audit(books: Books) -> Audit | None:
    """Audit all books; return None if it isn't known what was due.

    Unless the amounts due were given, only recurring rules of version 1 are audited: their amounts
    depend on no video, goal or earlier version, so that they can be computed here.
    """
    recorder, others, money = books.recorder.branch(), books.others, books.money
    accruals, payments = books.accruals, books.payments
    if "due" in others:
        videos = {"videos": others["videos"]} if "videos" in others else {}
        parts = (others["due"], accruals, payments)
        return Audit(recorder, recorder.step("findings", audit_payouts, *parts, **videos, **money))
    structures, assignments = others.get("structures"), others.get("assignments")
    if structures is None or assignments is None or accruals.value.empty:
        return None
    is_covered = (structures["kind"] == "recurring") & (structures["version"] == 1)
    rules = recorder.let("rules", structures[is_covered])
    ids = rules["id"]
    assigned = recorder.let("assigned", assignments[assignments["structure_id"].isin(ids)])
    made = recorder.pandas.to_datetime(accruals["created_at"], utc=True)
    until = recorder.let("until", made.max())
    due = recorder.step("due", accrue, rules, assigned, until=until, **books.timezone, **money)
    audited = recorder.let("audited", accruals[accruals["structure_id"].isin(ids)])
    settled = recorder.step("settled", payments_for, audited, accruals, payments, **money)
    findings = recorder.step("findings", audit_payouts, due, audited, settled, **money)
    covered, every = (frozenset(frame["id"].value.dropna()) for frame in (rules, structures))
    return Audit(recorder, findings, covered, every)


def owed(part: Part, drawn: str) -> View:
    """List what each creator earned, was paid and is owed, the most owed first."""
    books, recorder, earned, paid = part.books, part.recorder, part.earned, part.paid
    sums = recorder.let("sums", part.sums)
    options = {**books.timezone, **books.money}
    waiting = recorder.step("waiting", outstanding_balances, earned, paid, **options)
    key = ["creator_id", "currency"]
    frame = recorder.let("frame", sums.merge(waiting[[*key, *_OPEN]], on=key, how="left"))
    ascending = [True, False, False, True]
    frame = frame.sort_values([*_ORDER], ascending=ascending, ignore_index=True)
    frame = _with_money(part, _named(part, recorder.let("frame", frame)), _SUMS)
    if len(books.currencies()) > 1:
        sums = recorder.let("sums", sums[sums["currency"] == drawn])
    plot = recorder.plot(payout_summary, earned, paid, most=MOST_BARS, summary=sums, **books.money)
    columns = [_who(frame), "currency", *_SUMS, "accruals", "payments", *_OPEN]
    height_in = _height_in(max(1, sums.value["creator_id"].nunique()))
    return View(recorder, frame, plot, columns, _WRITERS, height_in)


def timeline(part: Part, drawn: str, freq: Freq) -> View:
    """List what was earned and paid in each bucket, and what was owed at its end."""
    options = {"freq": freq, **part.books.timezone, **part.books.money}
    frame = part.recorder.step("frame", payout_timeline, part.earned, part.paid, **options)
    frame = _with_money(part, frame, _SUMS)
    plot = part.recorder.plot(plot_timeline, *_drawn(part, drawn), **options)
    return View(part.recorder, frame, plot, ["date", "currency", *_SUMS], _WRITERS)


def entries(part: Part, drawn: str, freq: Freq) -> View:
    """List each accrual and payment, the newest first, below a plot of their timeline."""
    recorder, rules = part.recorder, part.books.rules()
    options = {**part.books.timezone, **part.books.money}
    frame = recorder.step("frame", list_entries, part.earned, part.paid, **options)
    frame = _named(part, frame)
    frame = recorder.let("frame", frame.assign(amount=call(to_money, frame["amount_cents"])))
    if rules is not None:
        rules = recorder.let("rules", rules)
        frame = recorder.let("frame", frame.assign(rule=frame["structure_id"].map(rules)))
    what = "structure_id" if rules is None else "rule"
    columns = ["day", "entry", _who(frame), "amount", "currency", "status", what, "method_name"]
    plot = recorder.plot(plot_timeline, *_drawn(part, drawn), freq=freq, **options)
    return View(recorder, frame, plot, columns, _WRITERS)


def findings(part: Part, drawn: str, audit: Audit | None) -> View:
    """List the differences between due, accrued and paid, with their evidence."""
    recorder, rules = part.recorder, part.books.rules()
    if audit is None:
        recorder.write(f"# {NO_AUDIT}")
        frame = recorder.let("frame", part.accruals.head(0))
        not_audited = partial(empty_axes, title="Not audited")
        return View(recorder, frame, not_audited, height_in=EMPTY_IN)
    frame = _with_money(part, _named(part, audit.findings), _DIFFERENCES)
    earned, paid = _drawn(part, drawn)
    names = {} if rules is None else {"names": recorder.let("rules", rules)}
    options = {"most": MOST_BARS, **part.books.money, **names}
    plot = recorder.plot(payout_summary, earned, paid, by="structure", **options)
    evidence = ["accrual_id", "related_id", "payment_id", "video_ids"]
    shown = ["stage", "finding", _who(frame), "period_start", "currency", *_DIFFERENCES, *evidence]
    height_in = _height_in(earned.value["structure_id"].nunique())
    return View(recorder, frame, plot, shown, _WRITERS, height_in)


def tiles(part: Part, audit: Audit | None) -> dict[str, str]:
    """Return the amounts in each currency, the number of creators owed, and the findings."""
    sums = part.sums.value
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


def _named(part: Part, frame: Traced) -> Traced:
    """Add handles, and a name for each creator: the handle, or the first letters of the id."""
    recorder, creators = part.recorder, part.books.others.get("creators")
    if creators is None:
        if "tiktok_handle" not in part.accruals.value.columns:
            return frame
        renamed = {"id": "accrual_id", "creator_id": "id"}
        creators = recorder.let("creators", part.accruals.rename(columns=renamed))
    frame = recorder.step("frame", with_names, frame, creators=creators)
    called = ("@" + frame["tiktok_handle"]).fillna(frame["creator_id"].str[:8])
    return recorder.let("frame", frame.assign(creator=called))


def _with_money(part: Part, frame: Traced, names: tuple[str, ...]) -> Traced:
    amounts = {name: call(to_money, frame[f"{name}_cents"]) for name in names}
    return part.recorder.let("frame", frame.assign(**amounts))


def _drawn(part: Part, currency: str) -> tuple[Traced, Traced]:
    """Keep only the currency to plot, where there are several."""
    if len(part.books.currencies()) == 1:
        return part.earned, part.paid
    default, kept = part.books.currency, []
    for frame in (part.earned, part.paid):
        if "currency" in frame.value.columns:
            is_drawn = frame["currency"].astype("object").fillna(default) == currency
            kept.append(part.recorder.let(frame.code, frame[is_drawn]))
        else:
            kept.append(frame if currency == default else frame.head(0))
    return kept[0], kept[1]


def _who(frame: Traced) -> str:
    return "creator" if "creator" in frame.value.columns else "creator_id"


def _height_in(bars: int) -> float:
    return max(HEIGHT_IN, ROW_IN * min(MOST_BARS + 1, bars) + 1.2)
