"""The question "Is the ledger right?"."""

from __future__ import annotations

from typing import Final

import pandas as pd

from trackagoat_pandas.asking.kernel import Answer, Parts, Question, TableColumn, Thresholds
from trackagoat_pandas.asking.script import Script, count_of
from trackagoat_pandas.asking.sentences import Number
from trackagoat_pandas.helpers.payouts.audit import audit_payouts
from trackagoat_pandas.helpers.payouts.ledger import unknown_amounts
from trackagoat_pandas.showing.cells import one_line
from trackagoat_pandas.showing.recorder import Traced

_ENTRIES: Final = {"payment_id": "payment", "accrual_id": "accrual"}
_MISTAKES: Final = {
    "missing": "{who} wasn't {done} {amount}",
    "orphan": "{who} was {done} {amount} without a reason",
    "duplicate": "{who} was {done} {amount} twice",
    "overpaid": "{who} was {done} {amount} too much",
    "underpaid": "{who} was {done} {amount} too little",
    "hundredfold": "{who} was {done} 100 times too much or too little: {amount} is wrong",
    "deleted_video": "{who} was {done} {amount} for a deleted video",
    "voided": "{who} wasn't {done} {amount}: the accrual is voided",
    "misdirected": "{who} was {done} {amount} of another creator",
}
"""What is wrong with an entry, by its finding."""
_ANY_MISTAKE: Final = "{amount} of {who} is wrong"


class LedgerQuestion(Question):
    """Which payments and accruals are wrong, and by how much."""

    name, text = "ledger", "Is the ledger right?"
    has_rule, section, part = True, "payouts", "payouts"
    boards = ("Home",)
    needs, uses = ("accruals", "payments"), ("videos", "structures")
    extras = ("assignments", "findings")
    entity, key, level, basis = "creator", "entry_id", "wrong_cents", "settled"
    rows_name, flagged_name = "entries", "wrong"
    thresholds = Thresholds(
        unit="cents that are wrong", watch=1, bad=1, fires=100, clears=1, pending=2,
        why="A report lists every cent. An alert waits for 100 of them on two days in a row: lists"
        " are loaded one after the other, so one day may show a payment without its accrual.",
    )  # fmt: skip
    caption, advice = "What is wrong", "Correct these entries before the next payment."
    fields = "tiktok_handle stage finding wrong_cents currency reason advice creator_id"

    def rows(self, script: Script, dates: object) -> Traced:  # noqa: ARG002
        findings = self._findings(script)
        is_aside = findings["stage"] == "set_aside"
        script.results["aside"] = script.let("aside", findings[is_aside])
        findings = script.let("findings", findings[~is_aside])
        entry = findings["payment_id"].fillna(findings["accrual_id"])
        # Only a creator is known of what is due and never accrued.
        entry = entry.fillna(findings["creator_id"] + " " + findings["currency"]).fillna("unknown")
        findings = findings.assign(entry_id=entry)
        findings = script.let("findings", findings.sort_values("wrong_cents", ascending=False))
        entries = findings.drop_duplicates("entry_id").set_index("entry_id")
        sums = findings.groupby("entry_id")["wrong_cents"].sum()
        return script.let("entries", entries.assign(wrong_cents=sums))

    def _findings(self, script: Script) -> Traced:
        program = script.program
        if "findings" in program.frames:
            return script.let("findings", program.frames["findings"])
        is_partial = "assignments" in program.frames
        compared = "Only accruals of recurring rules" if is_partial else "No accruals"
        script.note(f"{compared} were compared with what was due: audit compares all")
        books = program.given("accruals", "payments", "videos", "structures", "assignments")
        names = {"names": program.frames["creators"]} if "creators" in program.frames else {}
        return script.call(
            "findings", audit_payouts, None, **books, **names, now=program.now,
            timezone=program.zone,
        )  # fmt: skip

    def order(self, flagged: Traced) -> Traced:
        return flagged.sort_values("wrong_cents", ascending=False, kind="stable")

    def totals(self, script: Script, rows: Traced, flagged: Traced) -> dict[str, Number]:  # noqa: ARG002
        counts = {"errors": flagged.shape[0], "not_judged": script.results["aside"].shape[0]}
        made = {
            name: script.number(name, count, basis=self.basis) for name, count in counts.items()
        }
        for currency in sorted(flagged.value["currency"].dropna().unique()):
            cents = flagged[flagged["currency"] == currency]["wrong_cents"].sum()
            name = f"wrong_{currency.lower()}_cents"
            made[name] = script.number(name, cents, "money", self.basis, currency=currency)
        return made

    def finding(self, answer: Answer) -> tuple[Parts, Parts]:
        errors, not_judged, *amounts = answer.numbers.values()
        accruals, payments = _books(answer)
        if accruals.empty and payments.empty:
            return ["Nothing has been earned or paid yet."], []
        said: list[str | Number] = ["The ledger is right: accruals and payments agree"]
        if answer.count:
            said = ["The ledger has ", errors, f" {count_of(answer.count, 'error')} worth "]
            for place, amount in enumerate(amounts):
                said += [" and "] * bool(place) + [amount]
        elif unknown := unknown_amounts(accruals, payments):
            said = [f"The ledger can't be judged: it has {unknown.removesuffix(' left out')}"]
        said.append(".")
        if not_judged.value:
            said += [" ", not_judged, f" {count_of(not_judged.value, 'amount')} can't be judged."]
        return said, answer.top.parts

    def lapsed(self, answer: Answer) -> tuple[int, int]:
        return 0, bool(unknown_amounts(*_books(answer)))

    def line(self, script: Script, rows: Traced, id_: str) -> Parts:
        row = rows.value.loc[id_]
        amount = script.number(
            f"row.{id_}.wrong_cents", rows["wrong_cents"][id_], "money", self.basis,
            currency=str(row["currency"]),
        )  # fmt: skip
        mistake = _MISTAKES.get(str(row["finding"]), _ANY_MISTAKE)
        who = script.creator_of(row)
        done = "paid" if row["stage"] == "paid" else "credited"
        before, after = mistake.replace("{who}", who).replace("{done}", done).split("{amount}")
        return [f"{before[:1].upper()}{before[1:]}", amount, f"{after}."]

    columns = (
        TableColumn("Creator", Script.creator_of),
        TableColumn("Finding", lambda _, row: one_line(str(row["reason"]))),
        TableColumn("Amount", "wrong_cents", "money"),
        TableColumn("What to do", lambda _, row: one_line(str(row["advice"]))),
    )

    def subject(self, script: Script, row: pd.Series) -> str:  # noqa: ARG002
        return ""

    def entity_of(self, row: pd.Series) -> tuple[str, str]:
        named = ((kind, column) for column, kind in _ENTRIES.items() if pd.notna(row[column]))
        return next(named, ("creator", "creator_id"))


def _books(answer: Answer) -> tuple[pd.DataFrame, pd.DataFrame]:
    frames = answer.script.program.data
    return frames["accruals"], frames["payments"]


LEDGER: Final = LedgerQuestion()
