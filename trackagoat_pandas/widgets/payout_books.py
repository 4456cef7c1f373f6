"""The books of payouts on a board: what matches a choice, and their audit."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from operator import and_
from typing import Any, Final

import pandas as pd

from trackagoat_pandas.errors import listing
from trackagoat_pandas.helpers.accounts import KnownAccounts, accounts, known_accounts
from trackagoat_pandas.helpers.columns import STRING, is_word
from trackagoat_pandas.helpers.facts import zone_of
from trackagoat_pandas.helpers.labels import ID_LETTERS
from trackagoat_pandas.helpers.names import with_names
from trackagoat_pandas.helpers.payouts.audit import audit_payouts
from trackagoat_pandas.helpers.payouts.entries import accrual_days, payments_for, payout_entries
from trackagoat_pandas.helpers.payouts.money import (
    check_currency,
    currencies,
    format_cents,
)
from trackagoat_pandas.helpers.payouts.summaries import (
    outstanding_balances,
    payout_timeline,
    summarize_payouts,
)
from trackagoat_pandas.inputs.checks import frame_facts, require_columns
from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.plots.days import earliest_load
from trackagoat_pandas.showing.recorder import Recorder, Traced, call, literal
from trackagoat_pandas.tables import PAYOUT_ACCRUALS, PAYOUT_PAYMENTS
from trackagoat_pandas.widgets.board import Tile

_POST: Final = ("id", "creator_id", "project_id", "tiktok_video_id", "posted_at")
_NAMING: Final = frozenset({"tiktok_handle", "url"})
"""Columns that know a creator's handle."""


@dataclass(frozen=True)
class Books:
    """The frames of a board.

    ``others`` holds the given ones of structures, assignments, videos, creators, projects and
    amounts due. ``zone`` is the time zone that was given, else that of the frames, else None.
    ``loaded_by`` holds the code of the arguments with which a board loaded them; None if they were
    given. ``accounts`` is the frame of :func:`accounts` where some have several creator ids.
    """

    recorder: Recorder
    accruals: Traced
    payments: Traced
    others: Mapping[str, Traced]
    zone: str | None
    currency: str
    loaded_by: Sequence[str] | None = None
    accounts: Traced | None = None

    # Worked out when asked for: an audit needs none of them, and all read accruals and payments.
    @cached_property
    def called(self) -> pd.Series:
        """Each creator's name by id: the handle where a frame knows it, else a few letters."""
        sums = call(
            summarize_payouts, self.accruals, self.payments, **self.money, **self.by_account,
            **self.names(Recorder()),
        ).value  # fmt: skip
        people = sums.dropna(subset=["creator_id"]).drop_duplicates("creator_id")
        called = people["creator_id"].str.slice(0, ID_LETTERS)
        if "tiktok_handle" in people.columns:
            called = ("@" + people["tiktok_handle"]).fillna(called)
        named: pd.Series = called.set_axis(people["creator_id"])
        return named

    @cached_property
    def span(self) -> DateRange | None:
        """The days from the first entry to the last; None without any."""
        entries = call(payout_entries, self.accruals, self.payments, **self.timezone, **self.money)
        days = entries["day"].value.dropna()
        return DateRange(days.min(), days.max()) if len(days) else None

    @property
    def by_account(self) -> dict[str, Traced]:
        """The option of helpers that add up the creators of an account."""
        return {} if self.accounts is None else {"accounts": self.accounts}

    @cached_property
    def known_accounts(self) -> KnownAccounts:
        """The accounts by which helpers add up creators."""
        named = [("names", frame.value) for frame in self._naming]
        given = True if self.accounts is None else self.accounts.value
        return known_accounts(given, named, self.accruals.value, self.payments.value)

    @property
    def _naming(self) -> list[Traced]:
        return [frame for frame in self.others.values() if _names_creators(frame.value)]

    @property
    def timezone(self) -> dict[str, str]:
        """The option of helpers that need a time zone, where the frames don't say it."""
        is_said = zone_of(None, [self.payments.value, self.accruals.value]) == self.zone
        return {} if is_said and self.zone else {"timezone": self.zone or "UTC"}

    @property
    def money(self) -> dict[str, str]:
        """The option of helpers that need a currency, unless it is theirs by default."""
        return {} if self.currency == "USD" else {"currency": self.currency}

    @property
    def zone_of_accruals(self) -> dict[str, str]:
        """The option of a helper that gets the accruals alone."""
        is_said = zone_of(None, [self.accruals.value]) == self.zone
        return {} if is_said and self.zone else {"timezone": self.zone or "UTC"}

    @cached_property
    def currencies(self) -> list[str]:
        """The currencies, that of the first accrual first."""
        frames = (self.accruals.value, self.payments.value)
        sides = [currencies(frame, self.currency) for frame in frames]
        return list(pd.concat(sides).unique()) or [self.currency]

    def names(self, recorder: Recorder, *, rules: bool = False) -> dict[str, Traced]:
        """Return the option of helpers that name creators or, besides, rules."""
        frames = self._naming
        named = self.rules(recorder) if rules else None
        frames += [] if named is None else [named]
        return _names_of(frames)

    def rules(self, recorder: Recorder) -> Traced | None:
        """Return the structures; None if there are none.

        Equal names are followed by the project, the version, or the first letters of the id: by the
        first of these that makes all names differ.
        """
        if "structures" not in self.others:
            return None
        rules = self.others["structures"]
        if rules.value["id"].duplicated().any():
            rules = rules.drop_duplicates("id")
        names = rules["name"]
        names = names if names.value.dtype == STRING else names.astype("string")
        if not names.value.dropna().duplicated().any():
            return rules
        marked = names
        for marks in self._marks(rules):
            marked = names.mask(names.duplicated(keep=False), names + " · " + marks.fillna("?"))
            if not marked.value.dropna().duplicated().any():
                break
        return recorder.let("structures", rules.assign(name=marked))

    def _marks(self, rules: Traced) -> Iterator[Traced]:
        """Give what may distinguish rules of one name."""
        if "projects" in self.others:
            known = call(with_names, rules, projects=self.others["projects"])
            yield known["project_name"].astype("string")
        if "version" in rules.value.columns:
            yield "v" + rules["version"].astype("string")
        yield rules["id"].str.slice(0, ID_LETTERS).astype("string")

    def rule_names(self) -> dict[str, str]:
        """Map each rule, of structures or only of accruals, to its name."""
        # A recorder of its own, as these names are no step of the code that is shown.
        rules = self.rules(Recorder())
        known = {} if rules is None else rules.value.dropna(subset=["id"]).set_index("id")["name"]
        ids = self.accruals.value["structure_id"].dropna().unique()
        named = {id_: name for id_, name in dict(known).items() if isinstance(name, str)}
        return {id_: id_[:ID_LETTERS] for id_ in [*ids, *dict(known)]} | named

    def unnamed(self) -> int:
        """Count the creators of whom no frame knows the handle."""
        return sum(not str(name).startswith("@") for name in self.called)

    def loaded_on(self) -> pd.Timestamp:
        """Return the day on which the earlier frame was loaded; today if none says it."""
        loaded = earliest_load([self.accruals.value, self.payments.value])
        return loaded.tz_convert(self.zone or "UTC").tz_localize(None).normalize()


def open_books(
    recorder: Recorder,
    frames: Mapping[str, Traced],
    timezone: str | None,
    currency: str,
    loaded_by: Sequence[str] | None = None,
) -> Books:
    """Check the frames, and look up the time zone and the currencies."""
    others = dict(frames)
    accruals, payments = others.pop("accruals"), others.pop("payments")
    check_currency(currency)
    if "structures" in others:
        needs = ["id", "name", "kind", "version"]
        require_columns(others["structures"].value, needs, loader="load_payout_structures")
    zone = zone_of(timezone or None, [payments.value, accruals.value])
    if "creators" in others:
        needs = ["id", "tiktok_handle"]
        require_columns(others["creators"].value, needs, loader="load_creators")
    found = _accounts_of(recorder, others)
    books = Books(recorder, accruals, payments, others, zone, currency, loaded_by, found)
    for name in books.currencies:
        check_currency(name)
    return books


def _accounts_of(recorder: Recorder, others: Mapping[str, Traced]) -> Traced | None:
    """Find the accounts of the creators; None if each has one creator id, or it isn't known."""
    creators, videos = others.get("creators"), others.get("videos")
    if creators is None or "project_id" not in creators.value.columns:
        return None
    if creators.value["project_id"].nunique() < 2:
        return None
    frames = [creators]
    if videos is not None and {*_POST} <= {*videos.value.columns}:
        frames.append(videos)
    found = call(accounts, *frames)
    has_several = (found.value["projects"] > 1).any()
    return recorder.let("accounts", found) if has_several else None


def _is_of(frame: Traced, column: str, ids: Sequence[str]) -> Traced:
    """Write the condition that a column has one of some ids."""
    return frame[column] == ids[0] if len(ids) == 1 else frame[column].isin([*ids])


def _names_creators(frame: pd.DataFrame) -> bool:
    return not _NAMING.isdisjoint(frame.columns)


def _names_of(frames: list[Traced]) -> dict[str, Traced]:
    """Return the argument ``names`` with some frames, if there are any."""
    if not frames:
        return {}
    several = Traced([frame.value for frame in frames], literal(frames))
    return {"names": several if len(frames) > 1 else frames[0]}


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


@dataclass(frozen=True)
class Part:
    """The books that match a choice, and the option of helpers that names creators.

    The script of a page goes on from a branch of ``recorder``.
    """

    books: Books
    recorder: Recorder
    earned: Traced
    paid: Traced
    names: Mapping[str, Traced]
    choice: PayoutChoice

    # The tiles of every page are made of both, and each is the table of a page as well.
    @cached_property
    def balances(self) -> Traced:
        """What each creator earned, was paid and is owed, also those who are owed nothing.

        Filtered amounts have what is payable beside them, and the methods come from all payments.
        """
        books, choice = self.books, self.choice
        options = {"settled": True, **books.timezone, **books.money, **books.by_account}
        if choice.dates is not None and choice == PayoutChoice(
            creator=choice.creator, dates=choice.dates
        ):
            days = {"dates": f"{choice.dates.first}..{choice.dates.last}"}
            rows = call(
                outstanding_balances, books.accruals, books.payments, **days, **options,
                **self.names,
            )  # fmt: skip
            if choice.creator is None:
                return rows
            balances = self.recorder.let("balances", rows)
            return balances[balances["creator_id"] == choice.creator].reset_index(drop=True)
        whole = {"within": [books.accruals, books.payments]} if self.is_filtered else {}
        return call(outstanding_balances, self.earned, self.paid, **whole, **options, **self.names)

    @property
    def is_filtered(self) -> bool:
        """Whether only some accruals count, so that more may be owed for them than over all."""
        return replace(self.choice, creator=None) != PayoutChoice()

    @cached_property
    def months(self) -> Traced:
        """What was earned, paid and owed in each month."""
        options = {**self.books.timezone, **self.books.money, **self.books.by_account}
        return call(payout_timeline, self.earned, self.paid, **options)

    @cached_property
    def entries(self) -> tuple[Recorder, Traced]:
        """The accruals and payments, the newest first, and their code, which names rules."""
        recorder, books = self.recorder.branch(), self.books
        options = {**books.timezone, **books.money, **books.names(recorder, rules=True)}
        frame = recorder.step("frame", payout_entries, self.earned, self.paid, **options)
        return recorder, frame


def narrow(books: Books, choice: PayoutChoice, recorder: Recorder) -> Part:
    """Keep the accruals that match a choice, and the payments for them.

    A choice of only a creator keeps all of the creator's payments, even without an accrual.
    """
    is_of_creator = choice.creator is not None and choice == PayoutChoice(creator=choice.creator)
    select = _loaded_of if is_of_creator and books.loaded_by is not None else _select
    earned, paid = select(books, choice, recorder)
    # Both a frame and its picture take them, so that a list of frames has a line of its own.
    names = {name: recorder.let(name, frames) for name, frames in books.names(recorder).items()}
    return Part(books, recorder, earned, paid, names, choice)


def _select(books: Books, choice: PayoutChoice, recorder: Recorder) -> tuple[Traced, Traced]:
    """Keep the rows of loaded frames that match a choice."""
    accruals, payments = books.accruals, books.payments
    earned, paid = accruals, payments
    if choice.creator is not None:
        ids = books.known_accounts.ids_of(choice.creator)
        paid = payments[_is_of(payments, "creator_id", ids)]
    if masks := [*_masks(books, choice)]:
        earned = recorder.let("earned", accruals[reduce(and_, masks)])
    # Without other filters payments that settle no accrual count as well.
    if replace(choice, creator=None) != PayoutChoice():
        paid = call(payments_for, earned, accruals, paid, **books.money)
    return earned, paid if paid is payments else recorder.let("paid", paid)


def _loaded_of(books: Books, choice: PayoutChoice, recorder: Recorder) -> tuple[Traced, Traced]:
    """Keep a creator's rows, and write the loads that ask for them alone."""
    ids = books.known_accounts.ids_of(str(choice.creator))
    creator = literal(ids if len(ids) > 1 else ids[0])
    asked = ", ".join([*(books.loaded_by or ()), f"creator={creator}"])
    kept = {
        "earned": (books.accruals.value, PAYOUT_ACCRUALS.loader),
        "paid": (books.payments.value, PAYOUT_PAYMENTS.loader),
    }
    earned, paid = (
        recorder.let(name, Traced(rows[rows["creator_id"].isin(ids)], f"tgp.{loader}({asked})"))
        for name, (rows, loader) in kept.items()
    )
    return earned, paid


def _masks(books: Books, choice: PayoutChoice) -> Iterator[Traced]:
    """Give the conditions that accruals must meet."""
    if choice.creator is not None:
        ids = books.known_accounts.ids_of(choice.creator)
        yield _is_of(books.accruals, "creator_id", ids)
    columns = choice.ids("structure")
    if choice.structure is None:  # which is of one project
        columns |= choice.ids("project")
    if choice.status is not None:
        columns["status"] = choice.status
    for column, wanted in columns.items():
        yield books.accruals[column] == wanted
    if choice.dates is not None:
        days = call(accrual_days, books.accruals, **books.zone_of_accruals)
        yield days.between(f"{choice.dates.first}", f"{choice.dates.last}")


@dataclass(frozen=True, slots=True)
class Audit:
    """The findings of an audit, the code before them, and which structures it covers.

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

    def narrow(self, choice: PayoutChoice, books: Books, recorder: Recorder) -> Audit:
        """Keep the findings that match a choice, whatever its status and its days.

        Findings have no status. Those of other days change what is payable for the selected ones.
        """
        found = recorder.let("frame", self.findings)
        ids = choice.ids("project", "structure")
        masks = [found[column] == id_ for column, id_ in ids.items()]
        if choice.creator is not None:
            of_account = books.known_accounts.ids_of(choice.creator)
            masks.insert("project_id" in ids, _is_of(found, "creator_id", of_account))
        if masks:
            found = recorder.let("frame", found[reduce(and_, masks)])
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

    def tile(self, currency: str, scope: str = "") -> Tile:
        """Say how much money is wrong, in how many findings, of which scope, and the gaps."""
        findings = self.findings.value
        is_by_hand = is_word(findings["finding"], "adjusted")
        is_aside = is_word(findings["stage"], "set_aside")
        wrong = findings[~is_aside]
        beside = [
            "accruals not audited" if not self.is_due_known else "",
            _count(self._not_covered, "rule", "not audited"),
            _count(findings[is_aside & ~is_by_hand], "amount", "can't be judged"),
            _count(findings[is_by_hand], "amount", "adjusted by hand"),
            scope,
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
    options = {**money, **books.names(recorder, rules=True)}
    if "due" in others:
        options |= {"videos": others["videos"]} if "videos" in others else {}
        found = call(audit_payouts, others["due"], accruals, payments, **options)
        return Audit(recorder, found)
    structures, assignments = others.get("structures"), others.get("assignments")
    if structures is None or assignments is None or accruals.value.empty:
        found = call(audit_payouts, None, accruals, payments, **options)
        return Audit(recorder, found, is_due_known=accruals.value.empty)
    frames = {"structures": structures, "assignments": assignments, **books.timezone}
    found = call(audit_payouts, None, accruals, payments, **frames, **options)
    rules = structures.value.dropna(subset=["id"])
    is_covered = is_word(rules["kind"], "recurring")
    covered, every = (frozenset(rows["id"]) for rows in (rules[is_covered], rules))
    return Audit(recorder, found, covered, every)
