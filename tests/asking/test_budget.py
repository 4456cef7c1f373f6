"""The question how long the budget will last: its levels, sentences and options."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from trackagoat_pandas.asking.budget import BUDGET
from trackagoat_pandas.asking.kernel import Answer
from trackagoat_pandas.asking.options import parse_options
from trackagoat_pandas.cli import main

NOW = pd.Timestamp("2026-06-18T20:00:00Z")
DAILY = 10_000  # cents


def asked(budget: int, *, horizon: int = 30, tz: str = "UTC", **columns: Any) -> Answer:
    """Ask about a project in which as much was earned on each day from January to 31 May."""
    days = pd.date_range("2026-01-01", "2026-05-31")
    accruals = pd.DataFrame({
        "id": [f"a{place}" for place in range(len(days))], "project_id": "p", "creator_id": "mia",
        "structure_id": "s", "period_start": days, "period_end": days, "amount_cents": DAILY,
        "status": "pending", "kind": "retainer", "created_at": days.tz_localize("UTC"), **columns,
    })  # fmt: skip
    accruals.attrs = {"trackagoat": {"timezone": tz, "rows": len(accruals), "complete": True}}
    payments = pd.DataFrame(columns=["id", "creator_id", "amount_cents", "method_id", "method_name",
                                     "status", "paid_at", "accrual_ids"])  # fmt: skip
    options = {"budget_cents": budget, "horizon_days": horizon}
    frames = {"accruals": accruals, "payments": payments}
    return tgp.ask("budget", frames=frames, now=NOW, options=options)


SPENT = DAILY * (151 + 18)  # up to 31 May, and as much on each day of June so far


@pytest.mark.parametrize(
    ("days", "level"), [(0, "bad"), (1, "bad"), (30, "bad"), (31, "watch"), (37, "watch"),
                        (38, "good")]
)  # fmt: skip
def test_level_compares_days_left_with_the_horizon(days: int, level: str) -> None:
    answer = asked(SPENT + days * DAILY)
    assert (answer.level, answer.totals["days_left"]) == (level, days)
    assert answer.totals["settled_cents"] == 151 * DAILY


def test_finding_names_amount_days_and_end() -> None:
    assert asked(SPENT + 20 * DAILY).finding == (
        "The budget of $18,900.00 lasts 20 more days at $100.00 a day, until 8 Jul 2026."
    )
    assert asked(100 * DAILY).finding == (
        "The budget of $10,000.00 is used up. Creators have earned $15,100.00 so far, and earn"
        " $100.00 a day."
    )
    assert asked(160 * DAILY).finding == (
        "The budget of $16,000.00 should be used up by now: accruals come to $15,100.00, and"
        " creators have earned about $100.00 a day since."
    )
    assert "more than a century" in asked(10**10).finding


def test_horizon_is_an_option() -> None:
    budget = SPENT + 20 * DAILY
    assert [asked(budget, horizon=days).level for days in (10, 18, 20)] == ["good", "watch", "bad"]


def test_time_zone_decides_what_is_today() -> None:
    budget = SPENT + 20 * DAILY
    days = [asked(budget, tz=tz).totals["days_left"] for tz in ("UTC", "Asia/Tokyo")]
    assert days == [20, 19]  # it is the 19th in Tokyo


def test_without_pay_in_the_window_nothing_is_known() -> None:
    answer = asked(10**8, status="voided")
    assert (answer.level, answer.totals["unknown"]) == ("unknown", 1)
    assert answer.finding == (
        "We don't know how long the budget of $1,000,000.00 will last: nothing was earned from"
        " 6 Apr to 31 May 2026."
    )


def test_missing_amounts_are_never_good() -> None:
    amounts = pd.array([None, *[DAILY] * 150], dtype="Int64")
    answer = asked(10**8, amount_cents=amounts)
    assert (answer.level, answer.totals["incomplete"]) == ("unknown", 1)
    assert "1 accrual can't be counted" in answer.headline
    assert asked(100 * DAILY, amount_cents=amounts).level == "bad"


def test_other_and_several_currencies() -> None:
    assert asked(SPENT, currency="EUR").finding.startswith("The budget of €16,900.00")
    several = asked(SPENT, currency=["EUR", *["USD"] * 150])
    assert (several.level, "in EUR and USD" in several.finding) == ("unknown", True)


def test_each_of_several_projects_has_the_budget() -> None:
    answer = asked(60 * DAILY, project_id=["p", *["q"] * 150])
    assert answer.headline == "1 of 2 budgets ends within 30 days. 1 can't be judged."
    assert [*answer.rows.index] == ["q", "p"]


def test_missing_frames_and_columns_are_unknown() -> None:
    options = {"budget_cents": 1}
    assert tgp.ask("budget", frames={}, options=options).level == "unknown"
    frames = {"accruals": pd.DataFrame({"id": ["1"]}), "payments": pd.DataFrame({"id": ["1"]})}
    answer = tgp.ask("budget", frames=frames, options=options)
    assert (answer.level, "project_id" in answer.finding) == ("unknown", True)


def test_command_line_takes_options(capsys: Any) -> None:
    arguments = ["ask", "budget", "Q1 Brand Program", "--sandbox", "--json"]
    assert (
        main([*arguments, "--option", "budget_cents=4000000", "--option", "horizon_days=46"]) == 11
    )
    assert json.loads(capsys.readouterr().out)["totals"]["days_left"] == 46
    assert main(arguments) == 2
    assert "'budget' needs 'budget_cents'" in capsys.readouterr().err
    assert main([*arguments, "--option", "budget_cents"]) == 2
    assert "NAME=VALUE" in capsys.readouterr().err
    assert parse_options(BUDGET.options, ["budget_cents=x"]) == {"budget_cents": "x"}
