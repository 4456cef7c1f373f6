"""The books of payouts on a board: what matches a choice, and their audit."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import pandas as pd

from trackagoat_pandas.errors import listing
from trackagoat_pandas.helpers.columns import is_word
from trackagoat_pandas.helpers.facts import zone_of
from trackagoat_pandas.helpers.labels import ID_LETTERS
from trackagoat_pandas.helpers.names import with_names
from trackagoat_pandas.helpers.payouts.accrual import accrue
from trackagoat_pandas.helpers.payouts.audit import audit_payouts
from trackagoat_pandas.helpers.payouts.entries import accrual_days, payments_for, payout_entries
from trackagoat_pandas.helpers.payouts.money import (
    check_currency,
    currencies,
    format_cents,
)
from trackagoat_pandas.helpers.payouts.summaries import (
    summarize_payouts,
)
from trackagoat_pandas.helpers.payouts.versions import infer_rule_versions
from trackagoat_pandas.inputs.checks import frame_facts, require_columns
from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.plots.days import earliest_load
from trackagoat_pandas.widgets.board import Tile
from trackagoat_pandas.widgets.recorder import Recorder, Traced, call, literal

_NAMING: Final = frozenset({"tiktok_handle", "url"})
"""Columns that know a creator's handle."""
_TELL_APART: Final = ("project_name", "version", "id")


@dataclass(frozen=True, slots=True)
class Books:
    """The frames of a board.

    ``others`` holds the given ones of structures, assignments, videos, creators, projects and
    amounts due. ``zone`` is the time zone that was given, else that of the frames, else None.
    ``span`` is the days from the first entry to the last. ``called`` has each creator's name, by
    id: the handle where any frame knows it, else the first letters of the id.
    """

    recorder: Recorder
    accruals: Traced
    payments: Traced
    others: Mapping[str, Traced]
    zone: str | None
    currency: str
    called: Traced
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

    def rules(self, recorder: Recorder) -> Traced | None:
        """Return the rules' names by id; None without structures.

        Equal names are followed by the project, else the version, else the first letters of the id.
        """
        if "structures" not in self.others:
            return None
        rules = self.others["structures"].dropna(subset=["id"]).drop_duplicates("id")
        if "projects" in self.others:
            rules = call(with_names, rules, projects=self.others["projects"])
        rules = recorder.let("rules", rules.astype("object").set_index("id", drop=False))
        names = recorder.let("names", rules["name"].astype("string").fillna("(no name)"))
        for column in [name for name in _TELL_APART if name in rules.value.columns]:
            is_shared = names.duplicated(keep=False)
            if not is_shared.value.any():
                break
            texts = rules[column].astype("string").fillna("?")
            if column == "version":
                texts = "v" + texts
            elif column == "id":
                texts = texts.str.slice(0, ID_LETTERS)
            # A column in which the shared names are alike wouldn't distinguish them.
            if len(set(texts.value[is_shared.value])) > 1:
                names = recorder.let(
                    "names", names.mask(is_shared, names.str.cat(texts, sep=" · "))
                )
        return names

    def rule_names(self) -> dict[str, str]:
        """Map each rule, of structures or only of accruals, to its name."""
        # A recorder of its own, as these names are no step of the code that is shown.
        rules = self.rules(Recorder())
        known = {} if rules is None else rules.value.to_dict()
        ids = self.accruals.value["structure_id"].dropna().unique()
        return {id_: id_[:ID_LETTERS] for id_ in ids} | known

    def unnamed(self) -> int:
        """Count the creators of whom no frame knows the handle."""
        return sum(not str(name).startswith("@") for name in self.called.value)

    def loaded_on(self) -> pd.Timestamp:
        """Return the day on which the earlier frame was loaded; today if none says it."""
        loaded = earliest_load([self.accruals.value, self.payments.value])
        return loaded.tz_convert(self.zone or "UTC").tz_localize(None).normalize()


def open_books(
    recorder: Recorder, frames: Mapping[str, Traced], timezone: str | None, currency: str
) -> Books:
    """Check the frames, and look up time zone, days, currencies and handles."""
    others = dict(frames)
    accruals, payments = others.pop("accruals"), others.pop("payments")
    check_currency(currency)
    if "structures" in others:
        needs = ["id", "name", "kind", "version"]
        require_columns(others["structures"].value, needs, loader="load_payout_structures")
    zone = zone_of(timezone or None, [payments.value, accruals.value])
    called = _creator_names(recorder, accruals, payments, others, currency)
    books = Books(recorder, accruals, payments, others, zone, currency, called)
    entries = call(payout_entries, accruals, payments, **books.timezone, **books.money)
    days = entries["day"].value.dropna()
    for name in books.currencies():
        check_currency(name)
    return replace(books, span=DateRange(days.min(), days.max()) if len(days) else None)


def _creator_names(
    recorder: Recorder,
    accruals: Traced,
    payments: Traced,
    others: Mapping[str, Traced],
    currency: str,
) -> Traced:
    """Name each creator by id, with the handle where any frame knows it."""
    if "creators" in others:
        needs = ["id", "tiktok_handle"]
        require_columns(others["creators"].value, needs, loader="load_creators")
    known = [frame for frame in others.values() if not _NAMING.isdisjoint(frame.value.columns)]
    written = f"[{', '.join(frame.code for frame in known)}]"
    names = {"names": Traced([frame.value for frame in known], written)} if known else {}
    sums = call(summarize_payouts, accruals, payments, currency=currency, **names)
    sums = recorder.let("people", sums.dropna(subset=["creator_id"]).drop_duplicates("creator_id"))
    called = sums["creator_id"].str.slice(0, ID_LETTERS)
    if "tiktok_handle" in sums.value.columns:
        called = ("@" + sums["tiktok_handle"]).fillna(called)
    return recorder.let("called", sums.assign(creator=called).set_index("creator_id")["creator"])


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
    choice: PayoutChoice

    def branch(self) -> Part:
        """Return the same part for one page, whose script goes on from here."""
        return replace(self, recorder=self.recorder.branch())


def narrow(books: Books, choice: PayoutChoice, recorder: Recorder) -> Part:
    """Keep the accruals that match a choice, and the payments for them.

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
    # Without filters payments that settle no accrual count as well.
    if earned is whole:
        paid = recorder.let("paid", payments)
    else:
        paid = recorder.step("paid", payments_for, earned, accruals, payments, **books.money)
    sums = call(summarize_payouts, earned, paid, **books.money)
    return Part(books, recorder, accruals, earned, paid, sums, choice)


@dataclass(frozen=True, slots=True)
class Audit:
    """The findings of an audit, the code that found them, and which structures it covers.

    ``covered`` holds the ids of the structures whose accruals were compared with what was due,
    ``rules`` those of all; None for all. ``is_due_known`` is False if that was done for none.
    """

    recorder: Recorder
    findings: Traced
    covered: frozenset[str] | None = None
    rules: frozenset[str] | None = None
    is_due_known: bool = True

    def caveats(self, *, is_given: bool) -> Iterator[str]:
        """List the scope of the audit, and its gaps."""
        facts = frame_facts(self.findings.value)
        if said := facts.get("note"):
            yield str(said)
        if not self.left_out:
            return
        for_recurring = "; recurring rules need only structures= and assignments="
        advice = (
            "To audit them, pass due=, the frame of tgp.accrue"
            f"{for_recurring * (not self.is_due_known)}."
        )
        yield f"Payments were compared with accruals; {self.left_out}. {advice * is_given}".strip()

    def narrow(self, choice: PayoutChoice, recorder: Recorder) -> Audit:
        """Keep the findings that match a choice, except for its status, which they don't have."""
        found = recorder.let("frame", self.findings)
        for column, id_ in choice.ids("project", "creator", "structure").items():
            found = recorder.let("frame", found[found[column] == id_])
        if choice.dates is not None:
            first, last = f"{choice.dates.first}", f"{choice.dates.last}"
            days = found["period_end"].fillna(found["period_start"])
            found = recorder.let("frame", found[days.between(first, last)])
        covered, rules = self.covered, self.rules
        if choice.structure is not None and covered is not None:
            rules = frozenset({choice.structure})
            covered &= rules
        return replace(self, recorder=recorder, findings=found, covered=covered, rules=rules)

    @property
    def left_out(self) -> str:
        """Name the accruals that weren't compared with amounts due; empty if all were."""
        if not self.is_due_known:
            return "accruals weren't compared with what was due"
        if not self._not_covered or self.rules is None:
            return ""
        which = f"{len(self._not_covered):,} of {len(self.rules):,} rules"
        return f"accruals of {which} weren't compared with what was due"

    @property
    def _not_covered(self) -> frozenset[str]:
        """The rules whose accruals weren't compared with amounts due."""
        return frozenset() if self.rules is None else self.rules - (self.covered or frozenset())

    def tile(self, currency: str) -> Tile:
        """Say how much money is wrong, in how many findings, and what wasn't audited."""
        findings = self.findings.value
        is_by_hand = is_word(findings["finding"], "adjusted")
        is_aside = is_word(findings["stage"], "set_aside")
        wrong = findings[~is_aside]
        beside = [
            "accruals not audited" if not self.is_due_known else "",
            _count(self._not_covered, "rule", "not audited"),
            _count(findings[is_aside & ~is_by_hand], "amount", "can't be judged"),
            _count(findings[is_by_hand], "amount", "adjusted by hand"),
        ]
        if wrong.empty:
            return Tile("no problems", ", ".join(filter(None, beside)))
        sums = wrong["wrong_cents"].groupby(wrong["currency"].fillna(currency)).sum()
        money = [format_cents(int(cents), str(code)) for code, cents in sums.items() if cents]
        found = _count(wrong, "problem", "")
        value = f"{listing(money)} wrong" if money else found
        said = ", ".join(filter(None, [found if money else "", *beside]))
        return Tile(value, said, is_alarm=True)


def _count(things: Collection[Any] | pd.DataFrame, noun: str, then: str) -> str:
    """Write a count with its noun and verb; empty for none."""
    count = len(things)
    return f"{count:,} {noun}{'s' * (count != 1)} {then}".strip() if count else ""


def audit_books(books: Books) -> Audit:
    """Audit the books by the given frames.

    Accruals are always compared with payments. What was due is known if it was given, or can be
    worked out for recurring rules, which depend on no video or goal.
    """
    recorder, others, money = books.recorder.branch(), books.others, books.money
    accruals, payments = books.accruals, books.payments
    if "due" in others:
        videos = {"videos": others["videos"]} if "videos" in others else {}
        parts = (others["due"], accruals, payments)
        return Audit(recorder, recorder.step("findings", audit_payouts, *parts, **videos, **money))
    found = recorder.step("findings", audit_payouts, None, accruals, payments, **money)
    structures, assignments = others.get("structures"), others.get("assignments")
    if structures is None or assignments is None or accruals.value.empty:
        return Audit(recorder, found, is_due_known=accruals.value.empty)
    judged = recorder.let("judged", structures[structures["kind"] == "recurring"])
    ids = judged["id"]
    assigned = recorder.let("assigned", assignments[assignments["structure_id"].isin(ids)])
    made = recorder.pandas.to_datetime(accruals["created_at"], utc=True)
    until = recorder.let("until", made.max())
    earlier = recorder.step("earlier", infer_rule_versions, judged, accruals)
    options = {"rule_versions": earlier, "until": until, **books.timezone, **money}
    due = recorder.step("due", accrue, judged, assigned, **options)
    audited = recorder.let("audited", accruals[accruals["structure_id"].isin(ids)])
    other = recorder.step("other", audit_payouts, due, audited, payments, **money)
    other = recorder.let("other", other[other["stage"] != "paid"])
    sides = Traced([other.value, found.value], literal([other, found]))
    both = recorder.pandas.concat(sides, ignore_index=True)
    findings = recorder.let("findings", both)
    covered, every = (frozenset(frame["id"].value.dropna()) for frame in (judged, structures))
    return Audit(recorder, findings, covered, every)
