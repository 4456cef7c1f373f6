"""The question "What will this month cost?".

A period of pay counts in the month in which it ends. Periods that are over cost what has accrued
for them, and open ones what the rules will probably owe. The middle of a sum isn't the sum of the
middles, so each currency's total is a forecast of its own.
"""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar, Final

import pandas as pd

from trackagoat_pandas.asking.kernel import Answer, Parts, Question, TableColumn, Thresholds
from trackagoat_pandas.asking.owed import amount_name, amounts_text, largest_first, sentence_case
from trackagoat_pandas.asking.script import MOST_ROWS, Script, chosen, count_of
from trackagoat_pandas.asking.sentences import Number
from trackagoat_pandas.base.wording import joined
from trackagoat_pandas.helpers.columns import is_word
from trackagoat_pandas.helpers.forecasts import forecast_coverage
from trackagoat_pandas.helpers.loads import combine_loads
from trackagoat_pandas.helpers.payouts.forecast import forecast_payouts
from trackagoat_pandas.helpers.payouts.summaries import summarize_payouts
from trackagoat_pandas.inputs.checks import require_columns
from trackagoat_pandas.program.frames import days_before
from trackagoat_pandas.showing.recorder import Traced

_USUAL: Final = "USD"
"""The currency of rules that don't say theirs."""
_AMOUNTS: Final = ("so_far_cents", "expected_cents", "low_cents", "high_cents")
_LEVEL_PCT: Final = 80
_NOTHING: Final = dict.fromkeys(_AMOUNTS, 0)
_COLUMNS: Final = ["creator_id", "currency", *_AMOUNTS, "undecided", "reason"]
_NOBODY: Final = "unknown"
_REASONS: Final = {
    "no_start_date": "an assignment has no start date",
    "incomplete_rule": "a rule is incomplete",
    "missing_days": "some daily counts are missing",
    "partial_days": "some daily counts are incomplete",
    "short_history": "too few earlier weeks are known",
    "too_irregular": "a creator's days vary too much",
    "no_amount": "an accrual has no amount",
}
_DEFINITION: Final = "A period counts in the month in which it ends"
_DELAY: Final = "Pay for a goal accrues two days after its period, and is missing until then"


class CostQuestion(Question):
    """What each creator will have earned for the periods that end this month."""

    name, text = "cost", "What will this month cost?"
    needs = ("structures", "assignments", "accruals", "payments")
    uses = ("goals", "videos", "analytics", "threshold_analytics")
    names = ("creators", "forecasts")
    entity, key = "creator", "cost_id"
    rows_name, flagged_name = "costs", "earning"
    thresholds = Thresholds(
        unit="none: 0 for every estimate", watch=0,
        why="An estimate is neither good nor bad news. Only a budget makes it so, and the question"
        " budget compares both. So no alert and no part of health is about it.",
    )  # fmt: skip
    caption, advice = "Who will cost most this month", "Plan for the upper end of the interval."
    fields = (
        "tiktok_handle currency so_far_cents expected_cents low_cents high_cents undecided reason "
        "creator_id"
    )
    units: ClassVar = {**dict.fromkeys(_AMOUNTS, "cents"), "undecided": "periods"}

    def rows(self, script: Script, dates: object) -> Traced:  # noqa: ARG002
        program = script.program
        structures, assignments = (program.frames[name] for name in self.needs[:2])
        require_columns(structures.value, ["id", "kind"], loader="load_payout_structures")
        require_columns(assignments.value, ["id", "structure_id"], loader="load_payout_assignments")
        accrued = script.results["accrued"] = self._accrued(script)
        lines = [accrued]
        if "currency" not in structures.value.columns:
            lines += self._ahead(script, structures, assignments, _USUAL)
        else:
            currencies = structures["currency"].fillna(_USUAL)
            for currency in currencies.value.unique():
                is_other = assignments["structure_id"].isin(
                    structures["id"][currencies != currency]
                )
                rules, assigned = structures[currencies == currency], assignments[~is_other]
                lines += self._ahead(script, rules, assigned, str(currency))
        lines = [line for line in lines if len(line.value)] or [accrued]
        every = script.recorder.pandas.concat(lines, ignore_index=True).reindex(columns=_COLUMNS)
        every = script.let("lines", every.fillna({"creator_id": _NOBODY}))
        summed = {**dict.fromkeys([*_AMOUNTS, "undecided"], "sum"), "reason": "first"}
        costs = every.groupby(["creator_id", "currency"], sort=False).agg(summed).reset_index()
        costs = script.let("costs", costs)
        if len(costs.value):
            script.note(_DEFINITION)
        if is_word(structures.value["kind"], "goal").any():
            script.note(_DELAY)
        if "creators" in program.frames:
            creators = program.frames["creators"].drop_duplicates("id").set_index("id")
            handles = costs["creator_id"].map(creators["tiktok_handle"])
            costs = script.let("costs", costs.assign(tiktok_handle=handles))
        level = (costs["undecided"] * 0.0).mask(costs["undecided"] > 0)
        key = costs["creator_id"] + " " + costs["currency"]
        return script.let("costs", costs.assign(level=level, cost_id=key).set_index(self.key))

    def _accrued(self, script: Script) -> Traced:
        """Return what has accrued for periods that end this month, a line for each creator."""
        program, accruals = script.program, script.program.frames["accruals"]
        columns = ["created_at", "period_end", "amount_cents", "status", "creator_id"]
        require_columns(accruals.value, columns, loader="load_payout_accruals")
        made_at = script.recorder.pandas.to_datetime(accruals["created_at"], utc=True)
        is_later = made_at > program.now
        if is_later.value.any():
            accruals = script.let("accruals", accruals[~is_later])
        month = _month(script)
        accrued = script.call(
            "accrued", summarize_payouts, accruals, program.frames["payments"], dates=str(month),
            timezone=program.zone, accounts=False,
        )  # fmt: skip
        amounts = dict.fromkeys(_AMOUNTS, accrued["earned_cents"])
        accrued = script.let("accrued", accrued.assign(**amounts, undecided=0))
        is_other = accruals["period_end"] < str(month.start_time.date())
        is_other |= accruals["period_end"] > str(month.end_time.date())
        is_lost = accruals["amount_cents"].isna() & (accruals["status"] != "voided") & ~is_other
        if not is_lost.value.any():
            return accrued
        lost = accruals[is_lost].assign(**_NOTHING, undecided=1, reason="no_amount")
        if "currency" in lost.value.columns:
            lost = lost.fillna({"currency": _USUAL})
        else:
            lost = lost.assign(currency=_USUAL)
        both = script.recorder.pandas.concat([accrued, lost], ignore_index=True)
        return script.let("accrued", both.reindex(columns=_COLUMNS))

    def _ahead(
        self, script: Script, structures: Traced, assignments: Traced, currency: str
    ) -> list[Traced]:
        """Return what open periods will bring, and those that can't be forecast."""
        program, key = script.program, currency.lower()
        options = {
            **program.given("goals", "videos"), "timezone": program.zone, "currency": currency,
            "as_of": days_before(program.moment, program.zone, 0),
            "until": str(_month(script).end_time.date()),
        }  # fmt: skip
        if views := [*program.given("analytics", "threshold_analytics").values()]:
            is_one = len(views) == 1
            options["analytics"] = (
                views[0] if is_one else script.repeat("views", combine_loads, *views)
            )
        periods = script.call(
            f"periods_{key}", forecast_payouts, structures, assignments, **options
        )
        # A sum with a period that can't be forecast has no amount.
        is_lost = periods["assignment_id"].isin(periods["assignment_id"][periods["reason"].notna()])
        lost = script.let(f"lost_{key}", periods[is_lost].assign(**_NOTHING, undecided=1))
        if len(lost.value):
            assignments = assignments[~assignments["id"].isin(lost["assignment_id"])]
            assignments = script.let("assigned", assignments)
        ahead, total = (
            script.repeat(
                f"{name}_{key}", forecast_payouts, structures, assignments, **options, by=by
            )
            for name, by in (("ahead", "creator"), ("total", "total"))
        )
        script.results[f"total_{key}"] = total
        undecided = ahead["periods"].where(ahead["expected_cents"].isna(), 0)
        return [script.let(f"ahead_{key}", ahead.assign(undecided=undecided)), lost]

    def is_flagged(self, rows: Traced) -> Traced:
        return (rows["high_cents"] > 0) | (rows["undecided"] > 0)

    def order(self, flagged: Traced) -> Traced:
        return largest_first(flagged, "expected_cents")

    def totals(self, script: Script, rows: Traced, flagged: Traced) -> dict[str, Number]:
        counts = {"creators": flagged["creator_id"].nunique(), "undecided": rows["undecided"].sum()}
        made = {name: script.number(name, count) for name, count in counts.items()}
        accrued = script.results["accrued"]
        for currency in rows.value["currency"].unique():
            mine = accrued[accrued["currency"] == currency]
            total = script.results.get(f"total_{currency.lower()}")
            for column in _AMOUNTS:
                cents = mine[column].sum()
                if total is not None and len(total.value):
                    cents = cents + total[column].iloc[0]
                name = amount_name(column.removesuffix("_cents"), currency)
                made[name] = script.number(name, cents, "money", currency=currency)
        return made

    def lapsed(self, answer: Answer) -> tuple[int, int]:
        is_short = any(number.value is None for number in answer.numbers.values())
        return 0, answer.totals["undecided"] + is_short

    def finding(self, answer: Answer) -> tuple[Parts, Parts]:
        total, rows = answer.numbers, answer.judged
        month = _month(answer.script).start_time.month_name()
        if not answer.count:
            return [f"Nobody earns anything for {month}."], []
        said, is_known = list[str | Number](), False
        sums = rows.groupby("currency", sort=False)["expected_cents"].sum()
        for currency in sums.sort_values(ascending=False, kind="stable").index:
            _, expected, low, high = (
                total[amount_name(name.removesuffix("_cents"), currency)] for name in _AMOUNTS
            )
            inside = f" in {currency}" if len(sums) > 1 else ""
            if expected.value or (expected.value == 0 and not total["undecided"].value):
                said += [f"{month}{inside} should cost ", *_estimate(expected, low, high), ". "]
                is_known = True
            else:
                why = _why(rows[rows["currency"] == currency])
                said.append(f"We don't know what {month}{inside} will cost: {why}. ")
        if earned := amounts_text(total, "so_far"):
            said += ["Creators have earned ", *earned, " of it so far."]
        else:
            said.append("Nothing is earned so far.")
        if is_known and total["undecided"].value:
            periods = f" {count_of(total['undecided'].value, 'period')}: "
            said += [" This leaves out ", total["undecided"], periods, f"{_why(rows)}."]
        return said, answer.top.parts

    def line(self, script: Script, rows: Traced, id_: str) -> Parts:
        row = rows.value.loc[id_]
        who, why = script.creator_of(row), _why(rows.value.loc[[id_]])
        _, *amounts = (
            script.number(f"row.{id_}.{name}", rows[name][id_], "money", currency=row["currency"])
            for name in _AMOUNTS
        )
        if not row["high_cents"]:
            return [f"We don't know what {who} will earn: {why}."]
        said = [f"{sentence_case(who)} should earn ", *_estimate(*amounts)]
        if not row["undecided"]:
            return [*said, "."]
        undecided = script.number(f"row.{id_}.undecided", rows["undecided"][id_])
        periods = f" {count_of(undecided.value, 'period')} that we can't forecast: {why}."
        return [*said, ", without ", undecided, periods]

    def subject(self, script: Script, row: pd.Series) -> str:  # noqa: ARG002
        return ""  # the handle names it

    def entity_of(self, row: pd.Series) -> tuple[str, str]:  # noqa: ARG002
        return "creator", "creator_id"

    columns = (
        TableColumn("Creator", Script.creator_of),
        TableColumn("So far", "so_far_cents", "money"),
        TableColumn("Expected", "expected_cents", "money"),
        TableColumn("At least", "low_cents", "money"),
        TableColumn("At most", "high_cents", "money"),
    )

    def record(self, script: Script, rows: Traced) -> Parts:  # noqa: ARG002
        if "forecasts" not in script.program.frames:
            return ["No track record: that takes recorded forecasts, which only a store keeps."]
        forecasts = script.program.frames["forecasts"]
        payouts = forecasts[forecasts["forecast_kind"] == "forecast_payouts"]
        coverage = script.call("coverage", forecast_coverage, payouts, now=script.program.now)
        right, settled = (
            script.number(f"record.{name}", coverage[name].iloc[0]) for name in ("right", "settled")
        )
        if not settled.value:
            return ["No track record yet: no recorded forecast of pay has settled."]
        return ["Track record: ", right, " of the last ", settled, " forecasts of pay were right."]

    def draw(self, answer: Answer) -> Any:
        from trackagoat_pandas.plots.leaderboard import leaderboard

        if len(answer.rows["currency"].unique()) != 1 or not answer.rows["expected_cents"].any():
            return None
        plot = partial(leaderboard, chosen(answer.rows), by="expected_cents", n=MOST_ROWS)
        text = "A bar for each creator: what the month will probably cost."
        return plot, text, 1.2 + 0.3 * min(answer.count, MOST_ROWS)


def _month(script: Script) -> pd.Period:
    """Return the month of the organization's today."""
    return pd.Period(script.program.moment.tz_convert(script.program.zone).date(), "M")


def _estimate(expected: Number, low: Number, high: Number) -> Parts:
    """Write an amount with its interval, which certain pay has none of."""
    if low.value == high.value:
        return [expected]
    return ["about ", expected, f", at {_LEVEL_PCT}% between ", low, " and ", high]


def _why(rows: pd.DataFrame) -> str:
    """Write why pay can't be forecast."""
    reasons = [_REASONS[reason] for reason in rows["reason"].dropna().unique()]
    return joined(reasons or [_REASONS["short_history"]])


COST: Final = CostQuestion()
