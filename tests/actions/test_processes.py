"""Two processes that write the same at once, through faults: nothing is done twice."""

from __future__ import annotations

import pytest

import trackagoat_pandas as tgp
from tests.support.acting import CHEAP, MANY, PROJECT, handles_in
from tests.support.workers import workers
from trackagoat_pandas.sandbox import Faults

pytestmark = pytest.mark.crash

GOAL = {
    "metric": "engagement",
    "period": "daily",
    "target_value": 3,
    "start_date": "2026-06-01",
}
# The processes take turns in any order: where one meets a fault, the other goes on.
PLACES = (1, 2, 4, 8)


@pytest.fixture(scope="module")
def pair():
    with workers(2) as two:
        yield two


@pytest.fixture
def at_once(pair):
    """Make two processes do an action at the same moment; give what they report."""

    def act(box, action: str, *both: dict) -> list[dict]:
        for worker, given in zip(pair, both, strict=True):
            worker.start(action, given, key=box.key, base_url=box.base_url)
        return [worker.read() for worker in pair]

    return act


def world(fault=None):
    """A world in which some requests meet a fault."""
    return tgp.sandbox(**CHEAP, faults=Faults(plan=dict.fromkeys(PLACES, fault) if fault else {}))


def ids_in(box, table: str) -> set[str]:
    return {row["id"] for row in box.database.rows(f"SELECT id FROM {table}")}


def creators_of(box) -> dict:
    return {"project": PROJECT, "creators": MANY}


def goals_of(box) -> dict:
    rows = box.database.rows("SELECT id FROM creators WHERE is_active LIMIT 3")
    return {"creators": [row["id"] for row in rows], **GOAL}


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


@pytest.mark.parametrize("fault", ["lost", "500 after"])
@pytest.mark.parametrize(
    ("action", "given_in", "table", "requests", "made"),
    [
        ("add_creators", creators_of, "creators", 8, 130),  # two of them ask for the project
        ("set_goals", goals_of, "goals", 6, 3),
        ("record_payment", payment_of, "payout_payments", 2, 1),
    ],
)
def test_what_is_made_twice_at_once_is_there_once(
    at_once, fault, action, given_in, table, requests, made
):
    with world(fault) as box:
        given, before = given_in(box), ids_in(box, table)
        first, second = at_once(box, action, given, given)
        new = ids_in(box, table) - before
        met = sum(logged.status in {0, 500} for logged in box.log)
    for one in (first, second):
        assert {row["id"] for row in one["rows"]} == new
        assert {row["status"] for row in one["rows"]} <= {"created", "recorded", "unchanged"}
        assert len(one["rows"]) == len(new) == made
    assert met >= 3
    # After a repeated response a list is asked, too.
    assert requests + met <= first["sent"] + second["sent"] <= 2 * (requests + met)


def test_creators_that_two_lists_share_are_there_once(at_once):
    lists = [{"project": PROJECT, "creators": some} for some in (MANY[:90], MANY[40:])]
    with world("lost") as box:
        both = at_once(box, "add_creators", *lists)
        assert handles_in(box) == MANY
    reported = [(row["item"], row["status"]) for one in both for row in one["rows"]]
    assert {status for _, status in reported} == {"created", "unchanged"}
    assert sorted(item for item, status in reported if status == "created") == MANY
    assert sum(status == "unchanged" for _, status in reported) == 50


@pytest.mark.parametrize("fault", [None, "lost"])
def test_of_two_different_payments_of_one_accrual_one_is_a_clear_error(at_once, fault):
    with world(fault) as box:
        payment, before = payment_of(box), ids_in(box, "payout_payments")
        notes = ({**payment, "note": note} for note in ("Ann", "Bob"))
        both = at_once(box, "record_payment", *notes)
        new = ids_in(box, "payout_payments") - before
    (paid,) = [reported for reported in both if reported["rows"]]
    (refused,) = [reported for reported in both if "error" in reported]
    assert [row["id"] for row in paid["rows"]] == [*new]
    assert refused["error"] == "ConflictError"
    assert "HTTP 409 state_conflict" in refused["message"]
