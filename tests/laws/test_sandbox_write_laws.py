"""Whatever is paid, voided and sent again: accruals and payments agree."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.support.writer import Writer
from trackagoat_pandas.sandbox.routes.catalogue import WRITES


class Payments(RuleBasedStateMachine):
    """Payments, voids and edits of accruals in any order."""

    def __init__(self):
        super().__init__()
        self.api = Writer(creators=3)
        accruals = self.api.rows("/payout-accruals")
        owner = accruals[0]["creator_id"]
        self.accruals = [row for row in accruals if row["creator_id"] == owner]
        self.settled_before = {row["id"] for row in self.accruals if row["status"] == "paid"}
        self.owner = owner
        self.method = self.api.rows("/payout-methods")[0]["id"]
        self.made: list[dict] = []

    def teardown(self):
        self.api.close()

    def status(self):
        rows = self.api.rows("/payout-accruals", creator_id=self.owner)
        return {row["id"]: row["status"] for row in rows}

    @rule(data=st.data(), key=st.sampled_from([None, "a", "b"]))
    def pay(self, data, key):
        """Pay some accruals: all are pending, or nothing happens at all."""
        ids = [row["id"] for row in self.accruals]
        chosen = data.draw(st.lists(st.sampled_from(ids), min_size=1, max_size=4, unique=True))
        status, before = self.status(), self.api.dump()
        body = {"creator_id": self.owner, "accrual_ids": chosen, "amount_cents": 1}
        headers = {"Idempotency-Key": key} if key else {}
        answer = self.api.send(
            "POST", "/payout-payments", {**body, "method_id": self.method}, headers=headers
        )
        if answer.status_code == 201 and "Idempotency-Replayed" not in answer.headers:
            assert {status[one] for one in chosen} == {"pending"}
            self.made.append(answer.json["data"])
        else:
            assert answer.status_code in {201, 409}
            assert self.api.dump() == before

    @rule(data=st.data())
    def void(self, data):
        """Void a payment: its accruals are pending again, the others stay."""
        if not self.made:
            return
        payment = data.draw(st.sampled_from(self.made))
        status = self.status()
        recorded = self.api.done("GET", f"/payout-payments/{payment['id']}")["status"] == "recorded"
        answer = self.api.send("PATCH", f"/payout-payments/{payment['id']}", {"status": "voided"})
        assert answer.status_code == (200 if recorded else 409)
        freed = dict.fromkeys(payment["accrual_ids"], "pending") if recorded else {}
        assert self.status() == status | freed

    @rule(data=st.data(), status=st.sampled_from(["pending", "voided"]))
    def edit(self, data, status):
        """Void or restore an accrual, which is refused while it is paid or is so already."""
        one = data.draw(st.sampled_from(self.accruals))["id"]
        before = self.status()
        answer = self.api.send("PATCH", f"/payout-accruals/{one}", {"status": status})
        done = before[one] not in {"paid", status}
        assert answer.status_code == (200 if done else 409)
        assert self.status() == before | ({one: status} if done else {})

    @invariant()
    def what_is_paid_is_what_recorded_payments_settle_and_each_once(self):
        recorded = [
            payment
            for payment in self.made
            if self.api.done("GET", f"/payout-payments/{payment['id']}")["status"] == "recorded"
        ]
        settled = [one for payment in recorded for one in payment["accrual_ids"]]
        assert len(set(settled)) == len(settled)
        paid = {one for one, status in self.status().items() if status == "paid"}
        assert paid - self.settled_before == set(settled)


TestPayments = Payments.TestCase
TestPayments.settings = settings(
    max_examples=15,
    stateful_step_count=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)


def test_a_replay_of_any_creating_post_changes_nothing():
    api = Writer()
    bodies = api.creations()
    assert len(bodies) == sum(route.is_creating for route in WRITES)
    for number, (path, body) in enumerate(bodies.items()):
        headers = {"Idempotency-Key": f"key-{number}"}
        first = api.send("POST", path, body, headers=headers)
        assert first.status_code == 201, first.text
        before = api.dump()
        for _ in range(3):
            assert api.send("POST", path, body, headers=headers).data == first.data
        assert api.dump() == before
    api.close()
