"""The section on payouts: balances, settlements that are due, and findings of the audit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import pandas as pd

from trackagoat_pandas.helpers.payouts.audit import audit_payouts
from trackagoat_pandas.helpers.payouts.summaries import (
    outstanding_balances,
    overpaid_part,
    owed_part,
)
from trackagoat_pandas.plots.leaderboard import leaderboard as plot_leaderboard
from trackagoat_pandas.reporting.document import Number
from trackagoat_pandas.reporting.drafts import MOST_ROWS, Draft, count_of, section
from trackagoat_pandas.reporting.weeks import Week, week_of
from trackagoat_pandas.showing.cells import one_line
from trackagoat_pandas.showing.recorder import Traced

_MOST_FINDINGS: Final = 5
_USUAL: Final = "USD"
"""The currency of amounts that don't say theirs."""
_FINDINGS: Final = {
    "missing": "not there",
    "orphan": "without a reason",
    "duplicate": "twice",
    "overpaid": "too much",
    "underpaid": "too little",
    "hundredfold": "100 times wrong",
    "deleted_video": "for a deleted video",
    "still_pending": "paid, and still pending",
    "misdirected": "another creator's",
}
"""What is wrong with an amount that was accrued or paid."""


@section("Payouts", needs=["accruals", "payments"], uses=["videos", "structures"])
def payouts(draft: Draft) -> None:
    """Write the owed and paid amounts in each currency, and the findings of the audit."""
    if draft.is_without("accruals", "payments"):
        return
    draft.judge("accruals", "payments")
    program = draft.program
    names = {"names": program.frames["creators"]} if "creators" in program.frames else {}
    books = program.given("accruals", "payments")
    balances = draft.call(
        "balances", outstanding_balances, **books, settled=True, **names, timezone=program.zone,
    )  # fmt: skip
    if balances.value.empty:
        draft.say("Nothing has been earned or paid yet.")
        return
    for currency in balances.value["currency"].drop_duplicates():
        _say_owed(draft, balances, currency)
    week = week_of(program)
    for currency in balances.value["currency"].drop_duplicates():
        _say_week(draft, week, currency)
    findings = draft.call(
        "findings", audit_payouts, None, **books, **program.given("videos", "structures"),
        now=program.now, **names, timezone=program.zone,
    )  # fmt: skip
    _say_findings(draft, findings)
    _list_owed(draft, balances)
    _draw(draft, balances)


def _of(rows: Traced, currency: str, draft: Draft) -> Traced:
    """Return a currency's rows, under a name that a script may have."""
    name = f"in_{currency.lower()}" if currency.isascii() and currency.isalpha() else "in_other"
    return draft.let(name, rows[rows["currency"] == currency])


def _say_owed(draft: Draft, balances: Traced, currency: str) -> None:
    rows = _of(balances, currency, draft)
    key = currency.lower()

    def cents(what: str, amounts: Traced) -> Number:
        return draft.number(f"{key}.{what}", amounts.sum(), "money", "settled", currency=currency)

    balances = rows["owed_cents"]
    owed, overpaid = cents("owed", owed_part(balances)), cents("overpaid", overpaid_part(balances))
    earned, paid = (cents(what, rows[f"{what}_cents"]) for what in ("earned", "paid"))
    creditors = draft.number(f"{key}.creditors", (balances > 0).sum(), basis="settled")
    over = _say_overpaid(draft, rows, key, overpaid) if overpaid.value else []
    if not creditors.value:
        draft.say("Nobody is owed anything: ", paid, " was paid of ", earned, " earned.", *over)
        return
    draft.say(
        "You owe ", creditors, f" {count_of(creditors.value, 'creator')} ", owed,
        *_largest_and_oldest(draft, rows, key), *over,
    )  # fmt: skip
    draft.say("In all, ", paid, " was paid of ", earned, " earned.")


def _largest_and_oldest(draft: Draft, rows: Traced, key: str) -> list[str | Number]:
    """Name the creator who is owed the most, and the day since when the oldest is unpaid."""
    top = rows.value.iloc[0]
    row = _by_creator(draft, rows, f"{key}_by_creator")
    id_ = _id(top["creator_id"])
    most = draft.number(
        f"row.{key}.{id_ or 'nobody'}.owed", row["owed_cents"][id_], "money", "settled",
        currency=str(top["currency"]),
    )  # fmt: skip
    who = draft.handle(id_, top.get("tiktok_handle"))
    said: list[str | Number] = [f". The largest is {who} (", most, ")."]
    if rows.value["oldest_unpaid"].notna().any():
        oldest = draft.number(f"{key}.oldest", rows["oldest_unpaid"].min(), "day", "settled")
        said += [" The oldest has been due since ", oldest, "."]
    return said


def _say_overpaid(draft: Draft, rows: Traced, key: str, overpaid: Number) -> list[str | Number]:
    """Say how much was overpaid, and to whom the most."""
    count = draft.number(f"{key}.overpaid_creators", (rows["owed_cents"] < 0).sum(),
                         basis="settled")  # fmt: skip
    last = rows.value.iloc[-1]  # rows are by what is owed
    who = draft.handle(_id(last["creator_id"]), last.get("tiktok_handle"))
    if count.value == 1:
        return [f" {who[:1].upper()}{who[1:]} was overpaid by ", overpaid, "."]
    return [" ", count, " others were overpaid by ", overpaid, f" in all, {who} the most."]


def _id(creator_id: object) -> str:
    """Return a creator's id; "" for entries of no creator."""
    return creator_id if isinstance(creator_id, str) else ""


def _by_creator(draft: Draft, rows: Traced, name: str) -> Traced:
    return draft.let(name, rows.fillna({"creator_id": ""}).set_index("creator_id"))


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


def _say_findings(draft: Draft, findings: Traced) -> None:
    rows = findings.value[findings.value["wrong_cents"] > 0]
    count = draft.number("findings", (findings["wrong_cents"] > 0).sum(), basis="settled")
    if not count.value:
        none = replace(count, text="no")
        draft.say("Between accruals and payments there is ", none, " difference.")
        return
    noun = "difference" if count.value == 1 else "differences"
    wrong: list[str | Number] = []
    for currency in rows["currency"].drop_duplicates().dropna():
        of = findings[findings["currency"] == currency]["wrong_cents"].sum()
        wrong += [" and " if wrong else "", draft.number(
            f"{currency.lower()}.wrong", of, "money", "settled", currency=currency
        )]  # fmt: skip
    draft.say("Accruals and payments don't agree: ", count, f" {noun} of ", *wrong, " in all.")
    _list_findings(draft, findings, rows)


def _list_findings(draft: Draft, findings: Traced, rows: pd.DataFrame) -> None:
    """List findings of wrong money, the largest first."""
    listed = rows.sort_values("wrong_cents", ascending=False, kind="stable").head(_MOST_FINDINGS)
    draft.list(
        "What is wrong",
        ("Creator", "Finding", "Amount", "What to do"),
        [
            (
                draft.handle(row["creator_id"], row.get("tiktok_handle")),
                f"{row['stage']}: {_FINDINGS.get(str(row['finding']), row['finding'])}",
                draft.number(
                    _key(row), findings["wrong_cents"][place], "money", "settled",
                    currency=str(row["currency"]),
                ),
                one_line(str(row["advice"])),
            )
            for place, row in zip(map(int, listed.index), listed.to_dict("records"), strict=True)
        ],
        numeric="--n-",
        of=len(rows),
    )  # fmt: skip


def _key(row: Mapping[Any, Any]) -> str:
    """Return a key of a finding that the next report has, too."""
    about = next(
        (row[name] for name in ("payment_id", "accrual_id") if isinstance(row[name], str)), ""
    )
    return f"finding.{row['stage']}.{row['finding']}.{about}.wrong"


def _list_owed(draft: Draft, balances: Traced) -> None:
    """List who is owed most, one currency after another."""
    owed = balances.value[balances.value["owed_cents"] > 0]
    made = list[tuple[str | Number, ...]]()
    # As many of each currency, since amounts of two can't be compared.
    each = max(1, MOST_ROWS // max(1, owed["currency"].nunique(dropna=False)))
    top = owed.groupby("currency", sort=False, dropna=False).head(each)
    for row in top.to_dict("records"):
        currency, id_ = str(row["currency"]), _id(row["creator_id"])
        rows = _by_creator(draft, _of(balances, currency, draft), f"{currency.lower()}_by_creator")
        key = f"row.{currency.lower()}.{id_ or 'nobody'}"
        cents = (
            draft.number(
                f"{key}.{what}", rows[f"{what}_cents"][id_], "money", "settled", currency=currency
            )
            for what in ("earned", "paid", "owed")
        )
        oldest = draft.number(f"{key}.oldest", rows["oldest_unpaid"][id_], "day", "settled")
        made.append((draft.handle(id_, row.get("tiktok_handle")), *cents, oldest))
    draft.list(
        "Who is owed most",
        ("Creator", "Earned", "Paid", "Owed", "Unpaid since"),
        made,
        numeric="-nnn-",
        of=len(owed),
    )


def _draw(draft: Draft, balances: Traced) -> None:
    owed = balances.value[balances.value["owed_cents"] > 0]
    if len(owed["currency"].unique()) != 1:
        return
    height, text = 1.2 + 0.3 * min(len(owed), MOST_ROWS), "A bar for each creator: what is owed."
    draft.draw(plot_leaderboard, owed, text, height_in=height, by="owed_cents", n=MOST_ROWS)
