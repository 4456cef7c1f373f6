"""Two processes that write the same at once, through faults: nothing is done twice."""

from __future__ import annotations

import json
from contextlib import ExitStack

import pytest

import trackagoat_pandas as tgp
from tests.acting import CHEAP, PROJECT
from tests.children import child, said
from trackagoat_pandas.sandbox import Faults

MANY = [f"goat{number:03d}" for number in range(130)]
# Two processes take turns as they like: whoever meets a fault, the other goes on in between.
FAULTS = {
    "lost": {4: "lost", 5: "lost", 8: "lost", 11: "lost"},
    "500 after": {4: "500 after", 5: "500 after", 8: "500 after", 11: "500 after"},
}

CELL = """
import json
import trackagoat_pandas as tgp
with tgp.connect(rate_limit=None, progress=False) as client:
    print("ready", flush=True)
    given = json.loads(input())
    try:
        frame = {call}
        reported = {{"rows": json.loads(frame.to_json(orient="records", date_format="iso"))}}
    except tgp.errors.TrackaGoatError as error:
        reported = {{"error": type(error).__name__, "code": getattr(error, "code", None)}}
    print(json.dumps({{**reported, "sent": client.requests_sent}}))
"""
ADD = f"tgp.actions.add_creators({PROJECT!r}, given['handles'], client=client)"
GOALS = (
    "tgp.actions.set_goals(given['creators'], metric='engagement', period='daily', "
    "target_value=3, start_date='2026-06-01', client=client)"
)
PAY = "tgp.actions.record_payment(**given, client=client)"


@pytest.fixture
def world():
    """Make worlds whose requests by number meet faults, each closed at the end."""
    with ExitStack() as stack:
        yield lambda faults: stack.enter_context(
            tgp.sandbox(**CHEAP, faults=Faults(plan=FAULTS[faults]))
        )


def at_once(box, call: str, *given) -> list[dict]:
    """What two processes report that start at the same moment."""
    with ExitStack() as stack:
        code = CELL.format(call=call)
        processes = [
            stack.enter_context(child("-c", code, base_url=box.base_url, key=box.key))
            for _ in given
        ]
        for process in processes:
            assert process.stdout.readline() == "ready\n"
        for process, argument in zip(processes, given, strict=True):
            process.stdin.write(json.dumps(argument) + "\n")
        for process in processes:
            process.stdin.flush()
        said_of_both = [said(process) for process in processes]
    assert [errors for _, errors in said_of_both] == ["", ""]
    return [json.loads(out) for out, _ in said_of_both]


def column(reported: dict, name: str) -> list:
    return [row[name] for row in reported["rows"]]


def found(box, sql: str) -> list:
    return [row[0] for row in box.database.rows(sql)]


def handles_in(box) -> list[str]:
    handles = found(box, "SELECT tiktok_handle FROM creators ORDER BY tiktok_handle")
    return [handle for handle in handles if handle.startswith("goat")]


def faults_met(box) -> int:
    return sum(logged.status in {0, 500} for logged in box.log)


@pytest.mark.parametrize("faults", FAULTS)
def test_the_same_creators_added_twice_at_once_are_there_once(world, faults):
    box = world(faults)
    first, second = at_once(box, ADD, {"handles": MANY}, {"handles": MANY})
    assert column(first, "item") == MANY
    assert column(first, "status") == ["created"] * len(MANY)
    assert first["rows"] == second["rows"]
    assert handles_in(box) == MANY
    assert faults_met(box) >= 3
    assert first["sent"] + second["sent"] == 8 + faults_met(box)


def test_creators_that_two_lists_share_are_there_once(world):
    box = world("lost")
    first, second = at_once(box, ADD, {"handles": MANY[:90]}, {"handles": MANY[40:]})
    reported = [
        pair
        for one in (first, second)
        for pair in zip(column(one, "item"), column(one, "status"), strict=True)
    ]
    assert handles_in(box) == MANY
    assert {status for _, status in reported} == {"created", "unchanged"}
    assert sorted(item for item, status in reported if status == "created") == MANY
    assert sum(status == "unchanged" for _, status in reported) == 50


@pytest.mark.parametrize("faults", ["lost", "500 after"])
def test_the_same_goals_set_twice_at_once_are_there_once(world, faults):
    box = world(faults)
    creators = found(box, "SELECT id FROM creators WHERE is_active LIMIT 3")
    before = found(box, "SELECT id FROM goals")
    first, second = at_once(box, GOALS, {"creators": creators}, {"creators": creators})
    made = set(found(box, "SELECT id FROM goals")) - set(before)
    assert column(first, "status") == ["created"] * len(creators)
    assert first["rows"] == second["rows"]
    assert set(column(first, "id")) == made
    assert len(made) == len(creators)
    assert first["sent"] + second["sent"] == 2 * len(creators) + faults_met(box)


def payment_of(box) -> dict:
    (accrual,) = box.database.rows(
        "SELECT * FROM payout_accruals WHERE status = 'pending' AND amount_cents > 0 LIMIT 1"
    )
    (method,) = box.database.rows("SELECT id FROM payout_methods WHERE is_active LIMIT 1")
    return {
        "creator": accrual["creator_id"],
        "accruals": [accrual["id"]],
        "amount_cents": accrual["amount_cents"],
        "method": method["id"],
    }


def test_the_same_payment_recorded_twice_at_once_is_there_once():
    plan = {1: "lost", 2: "500 after", 3: "500 after"}
    with tgp.sandbox(**CHEAP, faults=Faults(plan=plan)) as box:
        payment = payment_of(box)
        before = found(box, "SELECT id FROM payout_payments")
        first, second = at_once(box, PAY, payment, payment)
        after = found(box, "SELECT id FROM payout_payments")
        assert faults_met(box) == len(plan)
    assert first["rows"] == second["rows"]
    assert set(after) - set(before) == set(column(first, "id"))
    assert len(after) == len(before) + 1


@pytest.mark.parametrize("plan", [{}, {1: "lost", 2: "500 after"}])
def test_of_two_different_payments_of_one_accrual_one_is_a_clear_error(plan):
    with tgp.sandbox(**CHEAP, faults=Faults(plan=plan)) as box:
        payment = payment_of(box)
        before = found(box, "SELECT id FROM payout_payments")
        both = at_once(box, PAY, {**payment, "note": "Ann"}, {**payment, "note": "Bob"})
        after = found(box, "SELECT id FROM payout_payments")
    (paid,) = [reported for reported in both if "rows" in reported]
    (refused,) = [reported for reported in both if "error" in reported]
    assert set(after) - set(before) == set(column(paid, "id"))
    assert (refused["error"], refused["code"]) == ("ConflictError", "state_conflict")
