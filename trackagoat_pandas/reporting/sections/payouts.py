"""The section on payouts: balances, settlements that are due, and findings of the audit."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from trackagoat_pandas.asking.ledger import LEDGER
from trackagoat_pandas.asking.owed import OWED, amount_name
from trackagoat_pandas.asking.script import count_of
from trackagoat_pandas.program.weeks import Week, week_of
from trackagoat_pandas.reporting.drafts import Draft, section

_USUAL: Final = "USD"
"""The currency of amounts that don't say theirs."""


@section("Payouts", needs=["accruals", "payments"], uses=["videos", "structures"])
def payouts(draft: Draft) -> None:
    """Write who is owed what, what was paid in the week, and whether the ledger is right."""
    answer, week = draft.answer(OWED), week_of(draft.program)
    if draft.reason or answer.judged.empty:
        return
    for currency in answer.judged["currency"].unique():
        earned, paid = (answer.numbers[amount_name(what, currency)] for what in ("earned", "paid"))
        draft.say("In all, ", paid, " was paid of ", earned, " earned.")
        _say_week(draft, week, currency)
    draft.answer(LEDGER)


def _say_week(draft: Draft, week: Week, currency: str) -> None:
    """Say how much was paid in the week, and how much is due and unpaid."""
    payments, accruals = draft.program.frames["payments"], draft.program.frames["accruals"]
    is_paid = (payments["status"] == "recorded") & (payments["paid_at"] >= week.start)
    paid = payments[is_paid & (payments["paid_at"] < week.end)].drop_duplicates("id")
    waiting = accruals[accruals["status"] == "pending"].drop_duplicates("id")
    if "currency" in payments.value.columns:
        paid = paid[paid["currency"].fillna(_USUAL) == currency]
    if "currency" in accruals.value.columns:
        waiting = waiting[waiting["currency"].fillna(_USUAL) == currency]
    key = currency.lower()
    paid, waiting = draft.let(f"paid_{key}", paid), draft.let(f"waiting_{key}", waiting)
    sums = [
        draft.number(
            f"{key}.{what}", rows["amount_cents"].sum(), "money", "settled", currency=currency
        )
        for what, rows in (("paid_in_week", paid), ("pending", waiting))
    ]
    if not sums[0].value:
        sums[0] = replace(sums[0], text="Nothing")
    count = draft.number(f"{key}.pending_accruals", waiting.shape[0], basis="settled")
    if not count.value:
        none = replace(count, text="no amount")
        draft.say(sums[0], f" was paid in the week of {week.short}; ", none, " waits to be paid.")
        return
    draft.say(
        sums[0], f" was paid in the week of {week.short}; ", count,
        f" {count_of(count.value, 'amount')} with ", sums[1], " in all still "
        f"{'waits' if count.value == 1 else 'wait'} to be paid.",
    )  # fmt: skip
