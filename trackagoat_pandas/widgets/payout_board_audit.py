"""The audit on the board of payouts: its scope, findings and tile."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from trackagoat_pandas.errors import listing
from trackagoat_pandas.helpers.columns import is_word
from trackagoat_pandas.helpers.payouts.accrual import accrue
from trackagoat_pandas.helpers.payouts.audit import audit_payouts
from trackagoat_pandas.helpers.payouts.money import format_cents
from trackagoat_pandas.helpers.payouts.versions import infer_rule_versions
from trackagoat_pandas.inputs.checks import frame_facts
from trackagoat_pandas.widgets.recorder import Recorder, Traced, literal
from trackagoat_pandas.widgets.tiles import Tile

if TYPE_CHECKING:
    from trackagoat_pandas.widgets.payout_board_views import Books, PayoutChoice


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
            _count(
                (self.rules or frozenset()) - (self.covered or frozenset()), "rule", "not audited"
            ),
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
