"""Structures, assignments, methods, accruals, payments and receipts written in the sandbox."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.writer import NOWHERE, opened

RULES = {
    "recurring": {"amount_cents": 5_000, "period": "weekly"},
    "goal": {"amount_cents": 5_000, "period": "weekly", "goal_metric": "posts"},
    "cpm": {"cpm_cents": 120},
    "view_threshold": {"amount_cents": 5_000, "threshold_views": 1_000},
}


api = pytest.fixture(opened)


def structure(api, kind="recurring", **changes):
    body = {"project_id": api.project, "name": "S", "kind": kind, **RULES[kind], **changes}
    return api.made("/payout-structures", body)


def pending(api):
    """The pending accruals of a creator that has at least two."""
    rows = api.rows("/payout-accruals", status="pending")
    owners = [row["creator_id"] for row in rows]
    owner = next(one for one in owners if owners.count(one) > 1)
    return [row for row in rows if row["creator_id"] == owner]


def payment_body(api, accruals, **changes):
    method = next(row for row in api.rows("/payout-methods") if row["name"] == "Wise Business")
    return {
        "creator_id": accruals[0]["creator_id"],
        "accrual_ids": [row["id"] for row in accruals],
        "amount_cents": 1_234,
        "method_id": method["id"],
        **changes,
    }


def status_of(api, accruals):
    return [api.done("GET", f"/payout-accruals/{row['id']}")["status"] for row in accruals]


@pytest.mark.parametrize("kind", RULES)
def test_each_kind_of_structure_is_made_of_what_it_needs(api, kind):
    made = structure(api, kind)
    assert (made["kind"], made["version"], made["is_active"]) == (kind, 1, True)
    assert {name: made[name] for name in RULES[kind]} == RULES[kind]
    assert api.done("GET", f"/payout-structures/{made['id']}") == made


@pytest.mark.parametrize(
    ("kind", "missing"), [(kind, name) for kind, rule in RULES.items() for name in rule]
)
def test_a_structure_without_a_field_that_its_kind_needs_is_an_invalid_body(api, kind, missing):
    body = {"project_id": api.project, "name": "S", "kind": kind, **RULES[kind]}
    del body[missing]
    assert api.refused("POST", "/payout-structures", body) == (400, "invalid_body")


def test_what_a_kind_has_no_use_for_may_be_null_but_nothing_else(api):
    assert structure(api, "cpm", amount_cents=None)["amount_cents"] is None
    body = {"project_id": api.project, "name": "S", "kind": "cpm", "cpm_cents": 1}
    refusal = api.refused("POST", "/payout-structures", {**body, "amount_cents": 1})
    assert refusal == (400, "invalid_body")


def test_a_rule_edit_makes_a_version_and_leaves_the_old_one_and_its_accruals(api):
    listed = api.rows("/payout-accruals")
    path = f"/payout-structures/{listed[0]['structure_id']}"
    old = api.done("GET", path)
    versions = "SELECT * FROM payout_structures WHERE id = ? ORDER BY version"
    kept = [tuple(row) for row in api.box.database.rows(versions, (old["id"],))]
    cap = (old["cap_cents"] or 0) + 1
    new = api.done("PATCH", path, {"cap_cents": cap})
    assert (new["version"], new["cap_cents"]) == (old["version"] + 1, cap)
    rows = api.box.database.rows(versions, (old["id"],))
    assert [tuple(row) for row in rows[:-1]] == kept
    assert rows[-1]["effective_date"] == "2026-06-15"
    assert api.rows("/payout-accruals") == listed


def test_a_name_is_changed_in_place_and_the_same_rule_makes_no_version(api):
    path = f"/payout-structures/{structure(api)['id']}"
    edited = api.done("PATCH", path, {"name": "T", "amount_cents": 5_000, "is_active": False})
    assert (edited["name"], edited["version"], edited["is_active"]) == ("T", 1, False)


def test_an_edit_that_the_kind_has_no_use_for_is_a_conflict(api):
    path = f"/payout-structures/{structure(api)['id']}"
    assert api.refused("PATCH", path, {"cpm_cents": 5}) == (409, "state_conflict")


def test_a_deleted_structure_is_out_of_force_and_still_there(api):
    made = structure(api)
    path = f"/payout-structures/{made['id']}"
    assert api.done("DELETE", path) == {"id": made["id"], "deleted": True}
    assert api.done("GET", path) == {**made, "is_active": False}


def test_the_plans_structures_are_counted_once_whatever_their_versions(api):
    made = structure(api)
    api.done("PATCH", f"/payout-structures/{made['id']}", {"amount_cents": 1})
    held = len(api.rows("/payout-structures", project_id=api.project))
    api.limit("max_payout_structures_per_project", held + 1)
    structure(api)
    body = {"project_id": api.project, "name": "S", "kind": "cpm", "cpm_cents": 1}
    assert api.refused("POST", "/payout-structures", body) == (402, "limit_reached")


def test_assignments_of_one_creator_never_overlap(api):
    path = f"/payout-structures/{structure(api)['id']}/assignments"
    body = {"creator_id": api.creator, "start_date": "2026-06-10", "end_date": "2026-06-20"}
    made = api.made(path, body)
    assert api.rows(path) == [made]
    for start, end in [("2026-06-20", None), ("2026-06-01", "2026-06-10"), ("2026-06-01", None)]:
        again = {**body, "start_date": start, "end_date": end}
        assert api.refused("POST", path, again) == (409, "duplicate")
    api.made(path, {"creator_id": api.creator, "start_date": "2026-06-21"})
    reverse = {**body, "start_date": "2026-07-02", "end_date": "2026-07-01"}
    assert api.refused("POST", path, reverse) == (400, "invalid_body")


def test_a_creator_of_another_project_is_not_assigned(api):
    path = f"/payout-structures/{structure(api)['id']}/assignments"
    other = next(r["id"] for r in api.rows("/creators") if r["project_id"] != api.project)
    body = {"creator_id": other, "start_date": "2026-06-10"}
    assert api.refused("POST", path, body) == (404, None)


@pytest.mark.parametrize("as_query", [False, True], ids=["body", "query"])
def test_unassigning_ends_today_and_forgets_what_is_to_come(api, as_query):
    path = f"/payout-structures/{structure(api)['id']}/assignments"
    who = {"creator_id": api.creator}
    made = api.made(path, {**who, "start_date": "2026-06-01", "end_date": "2026-06-30"})
    api.made(path, {**who, "start_date": "2026-07-01"})
    given = {"body": None, **who} if as_query else {"body": who}
    assert api.done("DELETE", path, **given) == {"id": made["id"], "deleted": True}
    assert api.rows(path) == [{**made, "end_date": "2026-06-15"}]
    assert api.refused("DELETE", path, **given) == (404, None)


def test_a_method_is_made_edited_and_deleted(api):
    body = {"name": "Barter", "icon_path": "icons/b.svg", "metadata": {"a": [1]}, "readme": "r"}
    made = api.made("/payout-methods", body)
    assert made["icon_url"] == "https://cdn.trackagoat.example/icons/b.svg"
    assert (made["metadata"], made["is_default"]) == ({"a": [1]}, False)
    path = f"/payout-methods/{made['id']}"
    edited = api.done("PATCH", path, {"is_active": False, "icon_path": None})
    assert (edited["is_active"], edited["icon_url"]) == (False, None)
    assert api.done("DELETE", path) == {"id": made["id"], "deleted": True}
    assert api.refused("GET", path) == (404, None)


def test_a_default_method_is_neither_deleted_nor_disabled(api):
    method = next(row for row in api.rows("/payout-methods") if row["is_default"])
    path = f"/payout-methods/{method['id']}"
    assert api.refused("DELETE", path) == (409, "default_method")
    assert api.refused("PATCH", path, {"is_active": False}) == (409, "default_method")
    assert api.done("PATCH", path, {"readme": "x"})["readme"] == "x"


def test_a_payment_keeps_the_name_of_a_method_that_is_deleted(api):
    paid = api.made("/payout-payments", payment_body(api, pending(api)))
    api.done("DELETE", f"/payout-methods/{paid['method_id']}")
    after = api.done("GET", f"/payout-payments/{paid['id']}")
    assert (after["method_id"], after["method_name"]) == (None, "Wise Business")


def test_an_accrual_is_voided_and_restored(api):
    accrual = pending(api)[0]
    path = f"/payout-accruals/{accrual['id']}"
    voided = api.done("PATCH", path, {"status": "voided", "note": "twice"})
    assert (voided["status"], voided["basis"]["note"]) == ("voided", "twice")
    assert api.refused("PATCH", path, {"status": "voided"}) == (409, "no_change")
    assert api.done("PATCH", path, {"status": "pending"})["status"] == "pending"


def test_a_paid_accrual_is_a_conflict(api):
    paid = api.rows("/payout-accruals", status="paid")[0]
    path = f"/payout-accruals/{paid['id']}"
    assert api.refused("PATCH", path, {"status": "voided"}) == (409, "state_conflict")


def test_a_payment_settles_its_accruals_and_may_differ_from_their_sum(api):
    accruals = pending(api)
    body = payment_body(api, accruals, paid_at="2026-06-14T10:00:00+02:00", note="n")
    paid = api.made("/payout-payments", body)
    assert paid["accrual_ids"] == body["accrual_ids"]
    assert (paid["amount_cents"], paid["status"]) == (1_234, "recorded")
    assert (paid["paid_at"], paid["note"]) == ("2026-06-14T08:00:00Z", "n")
    assert set(status_of(api, accruals)) == {"paid"}
    assert api.row("/payout-payments", paid["id"]) == paid


def test_a_void_restores_the_accruals_once(api):
    accruals = pending(api)
    paid = api.made("/payout-payments", payment_body(api, accruals))
    path = f"/payout-payments/{paid['id']}"
    assert api.done("PATCH", path, {"status": "voided"}) == {**paid, "status": "voided"}
    assert set(status_of(api, accruals)) == {"pending"}
    assert api.refused("PATCH", path, {"status": "voided"}) == (409, "no_change")
    api.made("/payout-payments", payment_body(api, accruals))
    assert set(status_of(api, accruals)) == {"paid"}


def test_accruals_that_are_not_the_creators_or_not_pending_are_conflicts(api):
    accruals = pending(api)
    rows = api.rows("/payout-accruals")
    stranger = next(r for r in rows if r["creator_id"] != accruals[0]["creator_id"])
    settled = next(r for r in rows if r["status"] != "pending")
    before = api.dump()
    for wrong in (
        payment_body(api, [*accruals, stranger]),
        payment_body(api, [settled]),
    ):
        assert api.refused("POST", "/payout-payments", wrong) == (409, "state_conflict")
    assert api.dump() == before


def test_a_disabled_method_pays_nothing(api):
    body = payment_body(api, pending(api))
    api.done("PATCH", f"/payout-methods/{body['method_id']}", {"is_active": False})
    assert api.refused("POST", "/payout-payments", body) == (409, "state_conflict")


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount_cents": 0},
        {"amount_cents": 12.5},
        {"accrual_ids": []},
        {"accrual_ids": [NOWHERE, NOWHERE]},
        {"paid_at": "2026-06-14"},
        {"paid_at": "2026-06-31T00:00:00Z"},
    ],
    ids=str,
)
def test_a_payment_that_makes_no_sense_is_an_invalid_body(api, wrong):
    body = payment_body(api, pending(api), **wrong)
    assert api.refused("POST", "/payout-payments", body) == (400, "invalid_body")


def receipt(api, payment, **changes):
    body = {"payment_id": payment, "file_name": "june 5.pdf", "content_type": "application/pdf"}
    return api.done("POST", "/payouts/payment-receipts/upload-url", {**body, **changes})


def test_a_receipt_is_put_to_its_address_once_and_without_a_key(api):
    payment = api.rows("/payout-payments")[0]["id"]
    upload = receipt(api, payment)
    assert upload["upload_url"].startswith("http://localhost/uploads/")
    assert upload["expires_at"] == "2026-06-15T12:15:00Z"
    answer = api.put(upload["upload_url"], b"%PDF", "application/pdf")
    assert answer.status_code == 200
    assert answer.json["data"] == {"receipt_url": upload["receipt_url"]}
    [row] = api.box.database.rows("SELECT content FROM uploads")
    assert row["content"] == b"%PDF"
    again = api.put(upload["upload_url"], b"%PDF", "application/pdf")
    assert (again.status_code, again.json["meta"]) == (409, {"code": "state_conflict"})
    edited = api.done(
        "PATCH", f"/payout-payments/{payment}", {"receipt_url": upload["receipt_url"]}
    )
    assert edited["receipt_url"] == upload["receipt_url"]


def test_a_key_that_leaks_to_an_upload_is_refused(api):
    upload = receipt(api, api.rows("/payout-payments")[0]["id"])
    headers = {"Authorization": f"Bearer {api.box.key}"}
    assert api.put(upload["upload_url"], b"x", "application/pdf", **headers).status_code == 400
    assert api.put(upload["upload_url"], b"x", "application/pdf").status_code == 200


def test_an_upload_takes_the_promised_type_and_some_bytes(api):
    upload = receipt(api, api.rows("/payout-payments")[0]["id"])["upload_url"]
    assert api.put(upload, b"x", "image/png").status_code == 400
    assert api.put(upload, b"", "application/pdf").status_code == 400
    assert api.put(upload, b"x" * 5_000_001, "application/pdf").status_code == 400
    assert api.put(upload + "0", b"x", "application/pdf").status_code == 404


def test_an_uploads_address_expires_by_the_sandboxs_clock(api):
    upload = receipt(api, api.rows("/payout-payments")[0]["id"])["upload_url"]
    api.box.advance(timedelta(minutes=15))
    assert api.put(upload, b"x", "application/pdf").status_code == 403


def test_an_upload_is_put_and_nothing_else(api):
    response = api.client.get("/uploads/x")
    assert (response.status_code, response.headers["Allow"]) == (405, "PUT")


def test_a_receipt_is_of_a_type_that_receipts_have(api):
    body = {"payment_id": NOWHERE, "file_name": "x", "content_type": "text/html"}
    path = "/payouts/payment-receipts/upload-url"
    assert api.refused("POST", path, body) == (400, "invalid_body")
    assert api.refused("POST", path, {**body, "content_type": "image/png"}) == (404, None)
