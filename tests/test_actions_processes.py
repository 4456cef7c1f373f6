"""Two processes that write the same at once, through faults: nothing is done twice."""

from __future__ import annotations

import json

import pytest

import trackagoat_pandas as tgp
from tests.acting import CHEAP, PROJECT
from tests.children import child, said
from trackagoat_pandas.sandbox import Faults

MANY = [f"goat{number:03d}" for number in range(130)]
GOAL = {
    "metric": "engagement",
    "period": "daily",
    "target_value": 3,
    "start_date": "2026-06-01",
}
# The processes take turns in any order: where one meets a fault, the other goes on.
FAULTS = {
    "lost": {4: "lost", 5: "lost", 8: "lost", 11: "lost"},
    "500 after": {4: "500 after", 5: "500 after", 8: "500 after", 11: "500 after"},
}

WORKER = """
import json, sys
import trackagoat_pandas as tgp
tgp.connect, tgp.actions  # both are imported by now
print("ready", flush=True)
for line in sys.stdin:
    settings, action, given = json.loads(line)
    with tgp.connect(**settings, rate_limit=None, progress=False) as client:
        try:
            frame = getattr(tgp.actions, action)(**given, client=client)
            reported = {"rows": json.loads(frame.to_json(orient="records", date_format="iso"))}
        except tgp.errors.TrackaGoatError as error:
            reported = {"error": type(error).__name__, "code": getattr(error, "code", None)}
        print(json.dumps({**reported, "sent": client.requests_sent}), flush=True)
"""


@pytest.fixture(scope="module")
def workers():
    """Two processes that do what is written to them, and complain of nothing."""
    with child("-c", WORKER) as one, child("-c", WORKER) as other:
        assert [process.stdout.readline() for process in (one, other)] == ["ready\n"] * 2
        yield one, other
        assert [said(process) for process in (one, other)] == [("", ""), ("", "")]


@pytest.fixture
def at_once(workers):
    """Make both processes do an action at the same moment; give what they report."""

    def act(box, action: str, *both: dict) -> list[dict]:
        settings = {"api_key": box.key, "base_url": box.base_url}
        for worker, given in zip(workers, both, strict=True):
            worker.stdin.write(json.dumps([settings, action, given]) + "\n")
        for worker in workers:
            worker.stdin.flush()
        return [json.loads(worker.stdout.readline()) for worker in workers]

    return act


def world(plan):
    """A world whose requests by number meet faults."""
    return tgp.sandbox(**CHEAP, faults=Faults(plan=plan))


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
def test_the_same_creators_added_twice_at_once_are_there_once(at_once, faults):
    same = {"project": PROJECT, "creators": MANY}
    with world(FAULTS[faults]) as box:
        first, second = at_once(box, "add_creators", same, same)
        assert column(first, "item") == handles_in(box) == MANY
        assert faults_met(box) >= 3
        assert first["sent"] + second["sent"] == 8 + faults_met(box)
    assert column(first, "status") == ["created"] * len(MANY)
    assert first["rows"] == second["rows"]


def test_creators_that_two_lists_share_are_there_once(at_once):
    lists = [{"project": PROJECT, "creators": some} for some in (MANY[:90], MANY[40:])]
    with world(FAULTS["lost"]) as box:
        both = at_once(box, "add_creators", *lists)
        assert handles_in(box) == MANY
    reported = [(row["item"], row["status"]) for one in both for row in one["rows"]]
    assert {status for _, status in reported} == {"created", "unchanged"}
    assert sorted(item for item, status in reported if status == "created") == MANY
    assert sum(status == "unchanged" for _, status in reported) == 50


@pytest.mark.parametrize("faults", FAULTS)
def test_the_same_goals_set_twice_at_once_are_there_once(at_once, faults):
    with world(FAULTS[faults]) as box:
        creators = found(box, "SELECT id FROM creators WHERE is_active LIMIT 3")
        before = found(box, "SELECT id FROM goals")
        same = {"creators": creators, **GOAL}
        first, second = at_once(box, "set_goals", same, same)
        made = set(found(box, "SELECT id FROM goals")) - set(before)
        assert first["sent"] + second["sent"] == 2 * len(creators) + faults_met(box)
    assert column(first, "status") == ["created"] * len(creators)
    assert first["rows"] == second["rows"]
    assert set(column(first, "id")) == made
    assert len(made) == len(creators)


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


def test_the_same_payment_recorded_twice_at_once_is_there_once(at_once):
    plan = {1: "lost", 2: "500 after", 3: "500 after"}
    with world(plan) as box:
        payment = payment_of(box)
        before = found(box, "SELECT id FROM payout_payments")
        first, second = at_once(box, "record_payment", payment, payment)
        after = found(box, "SELECT id FROM payout_payments")
        assert faults_met(box) == len(plan)
    assert first["rows"] == second["rows"]
    assert set(after) - set(before) == set(column(first, "id"))
    assert len(after) == len(before) + 1


@pytest.mark.parametrize("plan", [{}, {1: "lost", 2: "500 after"}])
def test_of_two_different_payments_of_one_accrual_one_is_a_clear_error(at_once, plan):
    with world(plan) as box:
        payment = payment_of(box)
        before = found(box, "SELECT id FROM payout_payments")
        notes = ({**payment, "note": note} for note in ("Ann", "Bob"))
        both = at_once(box, "record_payment", *notes)
        after = found(box, "SELECT id FROM payout_payments")
    (paid,) = [reported for reported in both if "rows" in reported]
    (refused,) = [reported for reported in both if "error" in reported]
    assert set(after) - set(before) == set(column(paid, "id"))
    assert (refused["error"], refused["code"]) == ("ConflictError", "state_conflict")
