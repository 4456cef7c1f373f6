"""The question "Who is owed what?"."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar, Final

import pandas as pd

from trackagoat_pandas.asking.kernel import Answer, Parts, Question, TableColumn, Thresholds
from trackagoat_pandas.asking.script import MOST_ROWS, Script, chosen, count_of
from trackagoat_pandas.asking.sentences import Number
from trackagoat_pandas.base.wording import number
from trackagoat_pandas.helpers.columns import is_word
from trackagoat_pandas.helpers.health.supply import ONE_LOAD
from trackagoat_pandas.helpers.payouts.ledger import unknown_amounts
from trackagoat_pandas.helpers.payouts.money import check_currency
from trackagoat_pandas.helpers.payouts.summaries import (
    outstanding_balances,
    overpaid_part,
    owed_part,
)
from trackagoat_pandas.inputs.checks import fact_instant
from trackagoat_pandas.showing.recorder import Traced

_GRACE_DAYS, _TERM_DAYS = 7, 30
"""When money is late: a week after the usual delay; without one, the term of Directive 2011/7/EU
on late payment, article 3(3). Twice as many days, which are its article 3(5), are bad."""


class OwedQuestion(Question):
    """What each creator is owed, and which of it is late.

    All accruals that aren't voided count as earned, whether they are pending or paid, and all
    recorded payments as paid. At a moment before the load, only periods that ended and payments
    that were made by then count. Balances are by creator and currency. What one creator was
    overpaid isn't deducted from what another is owed.
    """

    name, text = "owed", "Who is owed what?"
    section, part = "payouts", "payouts"
    boards = ("Home", "PayoutBoard")
    needs = ("accruals", "payments")
    entity, key, basis = "creator", "balance_id", "settled"
    rows_name, flagged_name = "balances", "owed"
    thresholds = Thresholds(
        unit="days unpaid beyond the usual delay, in weeks; without one, days unpaid, in months",
        watch=1, bad=2,
        why="A report lists every balance. Money is late a week after 95% of accruals are usually"
        " paid, and health is bad after two: so long a delay is rarely chance.",
    )  # fmt: skip
    caption, advice = "Who is owed most", "Pay what is oldest first."
    fields = (
        "tiktok_handle currency owed_cents earned_cents paid_cents unpaid_accruals oldest_unpaid "
        "days_outstanding creator_id"
    )
    units: ClassVar = dict.fromkeys(("owed_cents", "earned_cents", "paid_cents"), "cents")

    def rows(self, script: Script, dates: object) -> Traced:  # noqa: ARG002
        program = script.program
        books = program.given("accruals", "payments")
        times = [fact_instant(frame.value, "server_time") for frame in books.values()]
        loaded = [time for time in times if time is not None]
        is_present = len(loaded) == len(times) and max(loaded) - program.moment <= ONE_LOAD
        names = {"names": program.frames["creators"]} if "creators" in program.frames else {}
        rows = script.call(
            "balances", outstanding_balances, **books, settled=True, delays=True,
            **({} if is_present else {"as_of": program.now}), **names, timezone=program.zone,
        )  # fmt: skip
        for currency in rows.value["currency"].unique():
            check_currency(currency)
        usual = rows.value["usual_days"].notna().any()
        since = rows["usual_days"].floordiv(1) if usual else 0
        late = (rows["days_outstanding"] - since - 1) / (_GRACE_DAYS if usual else _TERM_DAYS)
        if _undated(program.data["payments"]):
            late = late.mask(rows["unpaid_accruals"] >= 0)
        is_waiting = (rows["owed_cents"] > 0) & (rows["unpaid_accruals"] > 0)
        level = late.clip(lower=0).where(is_waiting, 0)
        key = rows["creator_id"].fillna("unknown") + " " + rows["currency"]
        return script.let("balances", rows.assign(level=level, balance_id=key).set_index(self.key))

    def is_flagged(self, rows: Traced) -> Traced:
        return rows["owed_cents"] > 0

    def order(self, flagged: Traced) -> Traced:
        return largest_first(flagged, "owed_cents")

    def totals(self, script: Script, rows: Traced, flagged: Traced) -> dict[str, Number]:
        overpaid = rows[rows["owed_cents"] < 0]
        late = flagged[flagged["level"] >= self.thresholds.watch]
        counts = {
            name: few["creator_id"].nunique(dropna=False)
            for name, few in (("creditors", flagged), ("overpaid", overpaid), ("late", late))
        }
        counts["undated"] = flagged["level"].isna().sum()
        made = {name: script.number(name, count, "count", self.basis)
                for name, count in counts.items()}  # fmt: skip
        sums = rows.value["owed_cents"].clip(lower=0).groupby(rows.value["currency"]).sum()
        for currency in sums.sort_values(ascending=False, kind="stable").index:
            mine = rows[rows["currency"] == currency]
            owed = mine["owed_cents"]
            amounts = {"owed": owed_part(owed), "overpaid": overpaid_part(owed),
                       "earned": mine["earned_cents"], "paid": mine["paid_cents"]}  # fmt: skip
            for what, cents in amounts.items():
                name = amount_name(what, currency)
                made[name] = script.number(
                    name, cents.sum(), "money", self.basis, currency=currency
                )
        return made

    def finding(self, answer: Answer) -> tuple[Parts, Parts]:
        total, balances = answer.numbers, answer.judged
        if balances.empty:
            return ["Nothing has been earned or paid yet."], []
        said: list[str | Number] = ["Nobody is owed anything."]
        if answer.count:
            creators = f" {count_of(total['creditors'].value, 'creator')} "
            said = ["You owe ", total["creditors"], creators, *amounts_text(total, "owed"), "."]
        if total["late"].value:
            have = "has" if total["late"].value == 1 else "have"
            said += [" ", total["late"], f" {have} waited too long: ", *self._usual(answer)]
        if total["overpaid"].value:
            were = "creator was" if total["overpaid"].value == 1 else "creators were"
            said += [" ", total["overpaid"], f" {were} overpaid by "]
            said += [*amounts_text(total, "overpaid"), "."]
        said += [f" {doubt}" for doubt in _doubts(answer)]
        return said, self._named(answer)

    def _usual(self, answer: Answer) -> Parts:
        if answer.judged["usual_days"].isna().all():
            return [f"more than {number(_TERM_DAYS, 'day')}."]
        days = answer.script.number(
            "usual_days", answer.judged_rows["usual_days"].max(), "number", self.basis,
            text=f"{answer.judged['usual_days'].max():.0f}",
        )  # fmt: skip
        return ["95% of accruals are paid within ", days, f" {count_of(days.text == '1', 'day')}."]

    def _named(self, answer: Answer) -> Parts:
        """Name who is owed the most, since when the oldest is unpaid, and who was overpaid."""
        script, said = answer.script, list[str | Number]()
        if answer.count:
            who = script.creator_of(answer.rows.iloc[0])
            most = self._cents(script, answer.judged_rows, str(answer.rows.index[0]), "owed_cents")
            said = [f"The largest is {who} (", most, ")."]
        if answer.count and answer.rows["oldest_unpaid"].notna().any():
            oldest = script.number(
                "oldest", answer.flagged_rows["oldest_unpaid"].min(), "day", self.basis
            )
            said += [" The oldest has been due since ", oldest, "."]
        if answer.numbers["overpaid"].value:
            row = answer.judged.sort_values("owed_cents", kind="stable").iloc[0]
            who = script.creator_of(row)
            is_one = answer.numbers["overpaid"].value == 1
            said += [f"{' ' * bool(said)}Overpaid{'' if is_one else ' the most'}: {who}."]
        return said

    def _cents(self, script: Script, rows: Traced, id_: str, column: str) -> Number:
        currency = str(rows.value["currency"][id_])
        return script.number(
            f"row.{id_}.{column}", rows[column][id_], "money", self.basis, currency=currency
        )

    def line(self, script: Script, rows: Traced, id_: str) -> Parts:
        row, owed = rows.value.loc[id_], self._cents(script, rows, id_, "owed_cents")
        said: list[str | Number] = [f"{sentence_case(script.creator_of(row))} is owed ", owed]
        if pd.notna(row["oldest_unpaid"]):
            oldest = script.number(
                f"row.{id_}.oldest_unpaid", rows["oldest_unpaid"][id_], "day", self.basis
            )
            said += [", due since ", oldest]
        return [*said, "."]

    def subject(self, script: Script, row: pd.Series) -> str:  # noqa: ARG002
        return ""  # the handle names it

    def entity_of(self, row: pd.Series) -> tuple[str, str]:  # noqa: ARG002
        return "creator", "creator_id"

    columns = (
        TableColumn("Creator", Script.creator_of),
        TableColumn("Earned", "earned_cents", "money"),
        TableColumn("Paid", "paid_cents", "money"),
        TableColumn("Owed", "owed_cents", "money"),
        TableColumn("Unpaid since", "oldest_unpaid", "day"),
    )

    def lapsed(self, answer: Answer) -> tuple[int, int]:
        return 0, len(_doubts(answer))

    def draw(self, answer: Answer) -> Any:
        from trackagoat_pandas.plots.leaderboard import leaderboard

        if len(answer.rows["currency"].unique()) != 1:
            return None
        plot = partial(leaderboard, chosen(answer.rows), by="owed_cents", n=MOST_ROWS)
        text = "A bar for each creator: what is owed."
        return plot, text, 1.2 + 0.3 * min(answer.count, MOST_ROWS)


def largest_first(rows: Traced, column: str) -> Traced:
    """Order rows by an amount.

    Two currencies can't be compared: the largest of each come first.
    """
    amounts = rows[column].groupby(rows["currency"])
    place, total = amounts.rank(method="first", ascending=False), amounts.transform("sum")
    ordered = rows.assign(place=place, total=total)
    ordered = ordered.sort_values(["place", "total"], ascending=[True, False], kind="stable")
    return ordered.drop(columns=["place", "total"])


def amount_name(what: str, currency: str) -> str:
    """Return the name of an amount among the totals.

    Examples
    --------
    >>> amount_name("owed", "USD")
    'owed_usd_cents'
    """
    return f"{what}_{currency.lower()}_cents"


def amounts_text(total: Any, what: str) -> Parts:
    """Write the amounts of each currency, the largest first."""
    amounts = [one for name, one in total.items() if name.startswith(f"{what}_") and one.value]
    said = list[str | Number]()
    for place, amount in enumerate(sorted(amounts, key=lambda one: -one.value)):
        said += [("", ", ", " and ")[(place > 0) + (0 < place == len(amounts) - 1)], amount]
    return said


def _undated(payments: pd.DataFrame) -> int:
    """Count the recorded payments without a time, so that the usual delay isn't known."""
    is_undated = is_word(payments["status"], "recorded") & payments["paid_at"].isna().to_numpy(bool)
    return int(is_undated.sum())


def _doubts(answer: Answer) -> list[str]:
    """Write what isn't known of the balances."""
    frames, said = answer.script.program.data, list[str]()
    if unknown := unknown_amounts(frames["accruals"], frames["payments"]):
        said += [f"The balances leave out {unknown.removesuffix(' left out')}."]
    if undated := _undated(frames["payments"]):
        have = "has" if undated == 1 else "have"
        said += [f"We can't say what is late: {number(undated, 'payment')} {have} no date."]
    elif count := answer.numbers["undated"].value:
        owed = "1 balance is" if count == 1 else f"{count:,} balances are"
        said += [f"We can't say whether {owed} late: no unpaid accrual has a date."]
    return said


def sentence_case(text: str) -> str:
    """Begin a sentence with a capital letter."""
    return f"{text[:1].upper()}{text[1:]}"


OWED: Final = OwedQuestion()
