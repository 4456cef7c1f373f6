"""The question "How long will the budget last?".

What was earned a day in the eight weeks before this month goes on, since what monthly rules owe is
known only when a month is over. Without pay in these weeks it isn't known how long a budget lasts.
"""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar, Final

import pandas as pd

from trackagoat_pandas.asking.kernel import (
    Answer,
    Parts,
    Question,
    TableColumn,
    Thresholds,
)
from trackagoat_pandas.asking.options import CENTS, DAYS, Option
from trackagoat_pandas.asking.script import MOST_ROWS, Script, chosen, count_of
from trackagoat_pandas.asking.sentences import Number
from trackagoat_pandas.base.wording import joined, number
from trackagoat_pandas.errors import TrackaGoatError
from trackagoat_pandas.helpers.granularity import buckets_text, day_text
from trackagoat_pandas.helpers.payouts.budgets import plan_budget
from trackagoat_pandas.inputs.checks import require_columns
from trackagoat_pandas.program.frames import days_before
from trackagoat_pandas.showing.cells import one_line
from trackagoat_pandas.showing.recorder import Traced

_AMOUNTS: Final = ("budget_cents", "settled_cents", "left_today_cents", "daily_burn_cents")
_DAYS: Final = ("days_left", "days_left_low", "days_left_high")


class BudgetQuestion(Question):
    """How many more days each project's budget lasts at its present pay."""

    name, text = "budget", "How long will the budget last?"
    has_rule = True
    needs, names = ("accruals", "payments"), ("projects",)
    options = (
        Option(name="budget_cents", kind=CENTS, about="the whole budget"),
        Option(name="horizon_days", kind=DAYS, default=30, about="days it should last"),
    )
    entity, key, basis = "program", "project_id", "settled"
    rows_name, flagged_name = "budgets", "known"
    thresholds = Thresholds(
        unit="the days that a budget should last over the days that it does",
        watch=0.8, bad=1, fires=1, clears=0.8,
        why="A budget that ends within the horizon is bad everywhere. One that lasts a quarter"
        " longer is watched, and only then an alert ends, so that pay of single days doesn't turn"
        " it on and off.",
    )  # fmt: skip
    caption, advice = "Budgets", "Agree on the next budget before this one runs out."
    fields = (
        "project_name currency budget_cents settled_cents left_today_cents daily_burn_cents "
        "days_left days_left_low days_left_high runs_out reason project_id"
    )
    units: ClassVar = {**dict.fromkeys(_AMOUNTS, "cents"), **dict.fromkeys(_DAYS, "days")}

    def rows(self, script: Script, dates: object) -> Traced:  # noqa: ARG002
        program, horizon = script.program, script.options["horizon_days"]
        accruals = program.data["accruals"]
        require_columns(accruals, ["project_id", "created_at"], loader="load_payout_accruals")
        if accruals.empty:
            problem = "We don't know how long the budget will last: nothing has been earned yet."
            raise TrackaGoatError(problem)
        currencies = accruals.get("currency", pd.Series(["USD"])).dropna().unique()
        if len(currencies) != 1:
            problem = "A budget is in one currency, but the accruals are in"
            raise TrackaGoatError(f"{problem} {joined(sorted(map(one_line, currencies)))}.")
        projects = accruals["project_id"].dropna().astype("string").unique()
        ids = [program.project_id] if program.project_id else sorted(projects)
        plan = script.call(
            "plan", plan_budget, **program.given("accruals", "payments", "projects"),
            budget_cents=dict.fromkeys(ids, script.options["budget_cents"]),
            as_of=days_before(program.moment, program.zone, 0), timezone=program.zone,
            **({} if currencies[0] == "USD" else {"currency": str(currencies[0])}),
        )  # fmt: skip
        script.note_of(plan)
        days = plan["days_left"]
        created_at = pd.to_datetime(accruals["created_at"], utc=True)
        if not (created_at > program.moment).any():  # else later pay is in the sum
            days = days.mask(plan["settled_cents"] >= plan["budget_cents"], 0)
        days = script.let("days", days)
        # What lasts for more than a century has no number of days.
        is_endless = days.isna() & (plan["daily_burn_cents"] > 0)
        level = days.clip(lower=1).rdiv(horizon).mask(is_endless, 0)
        rows = plan.assign(level=level, days_left=days)[plan["budget_cents"].notna()]
        rows = rows.set_index("project_id")
        rows = rows.sort_values("level", ascending=False, kind="stable")
        return script.let("budgets", rows)

    def is_flagged(self, rows: Traced) -> Traced:
        return rows["budget_cents"].notna()

    def totals(self, script: Script, rows: Traced, flagged: Traced) -> dict[str, Number]:  # noqa: ARG002
        accruals, known = script.program.frames["accruals"], rows.value[rows.value["days_left"] > 0]
        for reason in known["reason"].dropna().unique():
            script.note(f"No interval: {reason}")
        is_incomplete = accruals["amount_cents"].isna() | accruals["project_id"].isna()
        counts = {
            "budgets": rows.shape[0], "short": (rows["level"] >= self.thresholds.bad).sum(),
            "unknown": rows["level"].isna().sum(),
            "incomplete": (is_incomplete & (accruals["status"] != "voided")).sum(),
        } | {name: rows[name].iloc[0] for name in _DAYS}  # fmt: skip
        made = {name: script.number(name, count) for name, count in counts.items()}
        currency = str(rows.value["currency"].iloc[0])
        for name in _AMOUNTS:
            made[name] = script.number(
                name, rows[name].sum(), "money", self.basis, currency=currency
            )
        return made

    def lapsed(self, answer: Answer) -> tuple[int, int]:
        return 0, answer.totals["incomplete"]

    def finding(self, answer: Answer) -> tuple[Parts, Parts]:
        total, horizon = answer.numbers, answer.script.options["horizon_days"]
        said, named = [*answer.top.parts], list[str | Number]()
        if answer.count > 1:
            verb = "ends" if total["short"].value == 1 else "end"
            end = f" budgets {verb} within {number(horizon, 'day')}."
            said, named = [total["short"], " of ", total["budgets"], end], said
            if total["unknown"].value:
                said += [" ", total["unknown"], " can't be judged."]
        if total["incomplete"].value:
            noun = count_of(total["incomplete"].value, "accrual")
            why = f" {noun} can't be counted: an amount or a project is missing."
            said += [" ", total["incomplete"], why]
        return said, named

    def line(self, script: Script, rows: Traced, id_: str) -> Parts:
        row = rows.value.loc[id_]
        amount, settled, _, burn = (
            script.number(
                f"row.{id_}.{name}", rows[name][id_], "money", self.basis, currency=row["currency"]
            )
            for name in _AMOUNTS
        )
        days, low, high = (script.number(f"row.{id_}.{name}", rows[name][id_]) for name in _DAYS)
        name = one_line(str(row["project_name"])) if pd.notna(row["project_name"]) else id_
        which: list[str | Number] = [amount, f" for {name}" * (len(rows.value) > 1)]
        if pd.isna(row["level"]):
            window = buckets_text(row["burn_from"], row["burn_to"], "day")
            return ["We don't know how long the budget of ", *which,
                    f" will last: nothing was earned from {window}."]  # fmt: skip
        said: list[str | Number] = ["The budget of ", *which]
        if days.value is None:
            return [*said, " lasts for more than a century at ", burn, " a day."]
        if not days.value and row["settled_cents"] >= row["budget_cents"]:
            return [*said, " is used up. Creators have earned ", settled, " so far, and earn ",
                    burn, " a day."]  # fmt: skip
        if not days.value:  # what was earned since the last accruals is an estimate
            return [*said, " should be used up by now: accruals come to ", settled,
                    ", and creators have earned about ", burn, " a day since."]  # fmt: skip
        until = script.number(
            f"row.{id_}.runs_out", rows["runs_out"][id_], "day", text=day_text(row["runs_out"])
        )
        more = f" more {count_of(days.value, 'day')} at "
        said += [" lasts ", days, more, burn, " a day, until ", until, "."]
        if low.value is not None and low.value != high.value:
            end = [" to ", high, " days."] if high.value is not None else [" days or more."]
            said += [" The 80% interval is ", low, *end]
        return said

    def subject(self, script: Script, row: pd.Series) -> str:  # noqa: ARG002
        return ""

    columns = (
        TableColumn("Project", lambda _, row: one_line(str(row["project_name"]))),
        TableColumn("Budget", "budget_cents", "money"),
        TableColumn("Earned", "settled_cents", "money"),
        TableColumn("A day", "daily_burn_cents", "money"),
        TableColumn("Days left", "days_left"),
    )

    def draw(self, answer: Answer) -> Any:
        from trackagoat_pandas.plots.budget import budget

        text = "A bar for each budget: how many more days it lasts, with the interval as a line."
        shown = chosen(answer.rows.reset_index())
        return partial(budget, shown, n=MOST_ROWS), text, 1.6 + 0.4 * min(answer.count, MOST_ROWS)


BUDGET: Final = BudgetQuestion()
