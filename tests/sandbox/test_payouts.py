from __future__ import annotations

import pytest

from tests.support.tiny_world import (
    ADA,
    BEN,
    MADE,
    ORG,
    ORG_B,
    OTHER,
    P1,
    P2,
    P_OTHER,
    Api,
    id_of,
    tiny_database,
)


def method(name, org=ORG, **changes):
    row = {"id": id_of(name), "org_id": org, "name": name, "is_default": 1}
    rest = {"is_active": 1, "metadata": "{}", "created_at": MADE}
    return {**row, **rest, **changes}


def structure(version, **changes):
    return {
        "id": id_of("rule"),
        "version": version,
        "project_id": P1,
        "name": f"rule, version {version}",
        "kind": "recurring",
        "amount_cents": 10_000 * version,
        "period": "monthly",
        "proration": "daily",
        "is_active": 1,
        "created_at": f"2026-0{version}-01T00:00:00Z",
        "effective_date": f"2026-0{version}-01",
        **changes,
    }


def accrual(name, creator_id, month, **changes):
    return {
        "id": id_of(name),
        "project_id": P1,
        "creator_id": creator_id,
        "structure_id": id_of("rule"),
        "structure_version": 1,
        "period_start": f"2026-{month}-01",
        "period_end": f"2026-{month}-28",
        "amount_cents": 10_000,
        "status": "pending",
        "kind": "accrual",
        "basis": '{"views":3}',
        "created_at": f"2026-{month}-28T05:00:00Z",
        **changes,
    }


def payment(name, paid_at, **changes):
    return {
        "id": id_of(name),
        "project_id": P1,
        "creator_id": ADA,
        "accrual_ids": f'["{id_of("paid")}"]',
        "amount_cents": 10_000,
        "method_id": id_of("PayPal"),
        "method_name": "PayPal",
        "status": "recorded",
        "paid_at": paid_at,
        "created_at": paid_at,
        **changes,
    }


@pytest.fixture(scope="module")
def api():
    database = tiny_database()
    assignment = {"id": id_of("assigned"), "structure_id": id_of("rule"), "creator_id": ADA}
    rows = {
        "payout_methods": [
            method("PayPal"),
            method("Cheque", is_default=0, is_active=0),
            method("Theirs", ORG_B),
        ],
        "payout_structures": [structure(1), structure(2)],
        "payout_assignments": [
            {**assignment, "start_date": "2026-01-01", "end_date": None, "created_at": MADE}
        ],
        "payout_accruals": [
            accrual("paid", ADA, "02", status="paid"),
            accrual("open", ADA, "03"),
            accrual("correction", BEN, "04", kind="adjustment", amount_cents=-500),
        ],
        "payout_payments": [
            payment("first", "2026-03-11T03:59:59Z"),
            payment("second", "2026-03-11T04:00:00.250000Z", status="voided"),
        ],
    }
    for table, records in rows.items():
        database.insert(table, records)
    yield Api(database)
    database.close()


def ids(rows):
    return [row["id"] for row in rows]


def named(*names):
    return [id_of(name) for name in names]


def test_methods_that_are_disabled_come_when_asked_for(api):
    assert ids(api.data("/payout-methods")) == named("PayPal")
    assert ids(api.data("/payout-methods", include_disabled=1)) == named("Cheque", "PayPal")
    assert ids(api.data("/payout-methods", include_disabled=0)) == named("PayPal")


def test_a_method_is_shown_by_its_id_even_if_disabled(api):
    assert api.data(f"/payout-methods/{id_of('Cheque')}") == {
        "id": id_of("Cheque"),
        "org_id": ORG,
        "name": "Cheque",
        "icon_url": None,
        "is_default": False,
        "is_active": False,
        "metadata": {},
        "readme": None,
        "created_at": MADE,
    }


def test_a_structure_is_its_newest_version(api):
    [row] = api.data("/payout-structures")
    assert row == api.data(f"/payout-structures/{id_of('rule')}")
    assert (row["version"], row["amount_cents"]) == (2, 20_000)
    assert "effective_date" not in row


def test_structures_are_filtered_by_project(api):
    assert api.data("/payout-structures", project_id=P2) == []
    assert api.open("/payout-structures", project_id=P_OTHER).status_code == 404


def test_assignments_belong_to_their_structure(api):
    assert api.data(f"/payout-structures/{id_of('rule')}/assignments") == [
        {
            "id": id_of("assigned"),
            "structure_id": id_of("rule"),
            "creator_id": ADA,
            "start_date": "2026-01-01",
            "end_date": None,
        }
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["correction", "open", "paid"]),
        ({"status": "paid"}, ["paid"]),
        ({"creator_id": BEN}, ["correction"]),
        ({"project_id": P2}, []),
        ({"from_": "2026-03-28"}, ["correction", "open"]),
        ({"to": "2026-03-01"}, ["open", "paid"]),
        ({"from_": "2026-03-10", "to": "2026-03-12"}, ["open"]),
    ],
)
def test_accruals_are_filtered_and_dates_choose_periods_that_they_touch(api, query, found):
    assert ids(api.data("/payout-accruals", **query)) == named(*found)


def test_an_accrual_is_whole_cents_with_its_basis(api):
    row = api.data(f"/payout-accruals/{id_of('correction')}")
    assert row["amount_cents"] == -500
    assert row["basis"] == {"views": 3}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["second", "first"]),
        ({"status": "voided"}, ["second"]),
        ({"from_": "2026-03-11"}, ["second"]),  # the day begins at 04:00 UTC
        ({"to": "2026-03-10"}, ["first"]),
        ({"creator_id": BEN}, []),
    ],
)
def test_payments_are_filtered_and_dates_are_days_of_the_organization(api, query, found):
    assert ids(api.data("/payout-payments", **query)) == named(*found)


def test_a_payment_lists_what_it_settles(api):
    row = api.data(f"/payout-payments/{id_of('first')}")
    assert row == {
        "id": id_of("first"),
        "creator_id": ADA,
        "accrual_ids": [id_of("paid")],
        "amount_cents": 10_000,
        "method_id": id_of("PayPal"),
        "method_name": "PayPal",
        "status": "recorded",
        "paid_at": "2026-03-11T03:59:59Z",
        "note": None,
        "receipt_url": None,
    }


REVERSED = {"from_": "2026-03-02", "to": "2026-03-01"}
OWN = {
    "/payout-methods/{}": "PayPal",
    "/payout-structures/{}": "rule",
    "/payout-structures/{}/assignments": "rule",
    "/payout-accruals/{}": "paid",
    "/payout-payments/{}": "first",
}


@pytest.mark.parametrize("path", OWN)
def test_an_id_that_is_not_there_is_404(api, path):
    assert api.open(path.format(id_of("nothing"))).status_code == 404


@pytest.mark.parametrize(("path", "name"), OWN.items())
def test_another_organizations_row_is_404(api, path, name):
    assert api.open(path.format(id_of(name)), OTHER).status_code == 404


@pytest.mark.parametrize(
    "query", [{"status": "lost"}, {"from_": "x"}, {"creator_id": "ada"}, REVERSED]
)
@pytest.mark.parametrize("path", ["/payout-accruals", "/payout-payments"])
def test_a_bad_filter_is_400(api, path, query):
    assert api.open(path, **query).json["meta"] == {"code": "invalid_query"}
