"""The question whether the ledger is right: errors, amounts, and what can't be judged."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.payout_frames import accrual, accruals, payment, payments
from trackagoat_pandas.asking.kernel import Answer

MIA = pd.DataFrame({"id": ["nan"], "tiktok_handle": ["mia"]})
NOW = "2026-06-20T12:00:00Z"


def asked(earned: list[Any], paid: list[Any], **frames: Any) -> Answer:
    books = {"accruals": accruals(*earned), "payments": payments(*paid), "creators": MIA}
    return tgp.ask("ledger", frames={**books, **frames}, now=NOW)


PAID = accrual("a", 1_000, status="paid")


@pytest.mark.parametrize(
    ("earned", "paid", "level", "finding"),
    [
        ([], [], "good", "Nothing has been earned or paid yet."),
        (
            [PAID], [payment("x", 1_000, "a")], "good",
            "The ledger is right: accruals and payments agree.",
        ),
        (
            [PAID], [payment("x", 1_000, "a"), payment("y", 1_000, "a")], "bad",
            "The ledger has 1 error worth $10.00. @mia was paid $10.00 twice.",
        ),
        (
            [PAID], [payment("x", 1_001, "a"), payment("y", 300)], "bad",
            "The ledger has 2 errors worth $3.01. @mia was paid $3.00 without a reason.",
        ),
        (
            [PAID], [], "bad",
            "The ledger has 1 error worth $10.00. @mia wasn't paid $10.00.",
        ),
        (
            [accrual("a", None)], [], "unknown",
            "The ledger can't be judged: it has 1 accrual without an amount.",
        ),
    ],
    ids=["empty", "right", "twice", "two", "missing", "unknown"],
)  # fmt: skip
def test_finding_counts_errors_and_sums_amounts(
    earned: list[Any], paid: list[Any], level: str, finding: str
) -> None:
    answer = asked(earned, paid)
    assert (answer.level, answer.finding) == (level, finding)
    assert bool(answer.advice) == (level == "bad")


def test_amounts_of_two_currencies_are_not_added() -> None:
    paid = [payment("x", 300, currency="USD"), payment("y", 400, currency="EUR")]
    answer = asked([accrual("a", 100, currency="USD")], paid)
    amounts = {name: cents for name, cents in answer.totals.items() if name.startswith("wrong")}
    assert amounts == {"wrong_eur_cents": 400, "wrong_usd_cents": 300}
    assert answer.headline == "The ledger has 2 errors worth €4.00 and $3.00."


def test_findings_of_an_audit_are_used_and_set_aside_ones_counted() -> None:
    columns = ["stage", "finding", "wrong_cents", "payment_id", "accrual_id", "creator_id",
               "currency", "reason", "advice"]  # fmt: skip
    findings = pd.DataFrame(
        [
            ["accrued", "overpaid", 500, None, "a", "nan", "USD", "More.", "Correct it."],
            ["accrued", "missing", 200, None, None, "nan", "USD", "None.", "Pay it."],
            ["set_aside", "adjusted", None, None, "b", "nan", "USD", "By hand.", "Nothing."],
        ],
        columns=columns,
    ).astype({"wrong_cents": "Int64"})
    answer = asked([PAID], [payment("x", 1_000, "a")], findings=findings)
    assert answer.finding == (
        "The ledger has 2 errors worth $7.00. 1 amount can't be judged. "
        "@mia was credited $5.00 too much."
    )
    assert answer.rows.index.tolist() == ["a", "nan USD"]
    entities = [answer.question.entity_of(row) for _, row in answer.rows.iterrows()]
    assert entities == [("accrual", "accrual_id"), ("creator", "creator_id")]
