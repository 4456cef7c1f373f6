from __future__ import annotations

import logging
from pathlib import Path

import httpx
import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.acting import acted, client_in, ids_of, planned
from tests.support.canned import KEY, Canned, connect_to
from tests.support.http_doubles import Scripted, ok
from tests.support.leaping import leaping_client
from tests.support.relays import Relay, refusal, serving
from trackagoat_pandas.actions.payout_payments import RECEIPT_BYTES
from trackagoat_pandas.errors import (
    ArgumentError,
    ChoiceError,
    ConflictError,
    RepeatedRequestWarning,
    TrackaGoatWarning,
    UnreadableResponseError,
    UploadError,
)
from trackagoat_pandas.showing.captions import summary

world = pytest.fixture(scope="module")(acted)
client = pytest.fixture(client_in)


@pytest.fixture
def receipt():
    path = Path("receipt.png")
    path.write_bytes(b"\x89PNG")
    return path


def accruals_of(client, status="pending"):
    accruals = tgp.load_payout_accruals(client=client)
    return accruals[accruals["status"] == status]


def due_of(client):
    """The pending accruals of the creator who has the most of them."""
    pending = accruals_of(client)
    return pending[pending["creator_id"] == pending["creator_id"].mode()[0]]


def payments_of(client):
    return tgp.load_payout_payments(client=client)


def method_of(client):
    return tgp.load_payout_methods(client=client).head(1)


def pay(client, due, **options):
    return tgp.actions.record_payment(
        due["creator_id"].iloc[0],
        due,
        amount_cents=due["amount_cents"].sum(),
        method=method_of(client),
        client=client,
        **options,
    )


def test_a_payment_settles_accruals_and_voiding_it_restores_them(client):
    due = due_of(client)
    paid = pay(client, due, paid_at="2026-06-14T10:00:00+02:00", note="June")
    assert paid["amount_cents"].tolist() == [due["amount_cents"].sum()]
    assert paid["method_name"].tolist() == method_of(client)["name"].tolist()
    assert paid["paid_at"].tolist() == [pd.Timestamp("2026-06-14T08:00:00Z")]
    assert not set(due["id"]) & set(accruals_of(client)["id"])
    voided = tgp.actions.void_payment(paid, client=client)
    assert voided["status"].tolist() == ["voided"]
    assert voided["note"].tolist() == ["June"]
    assert set(due["id"]) <= set(accruals_of(client)["id"])
    with pytest.raises(ConflictError, match="HTTP 409 no_change") as caught:
        tgp.actions.void_payment(paid, client=client)
    assert caught.value.code == "no_change"


def test_the_same_payment_is_recorded_once_unless_another_key_says_otherwise(client):
    due = due_of(client).head(1)
    first = pay(client, due)
    with pytest.warns(RepeatedRequestWarning, match="the same request created it at 2026-"):
        again = pay(client, due)
    assert first["id"].tolist() == again["id"].tolist()
    with pytest.raises(ConflictError, match="not pending") as caught:
        pay(client, due, again=True)
    assert caught.value.code == "state_conflict"


def test_a_lost_answer_pays_nobody_twice(world):
    client, box = world
    due, method = due_of(client).head(1), method_of(client)
    before = payments_of(client)
    with leaping_client(box.key, planned(box.app, {1: "lost"})) as lossy:
        paid = tgp.actions.record_payment(due, due, amount_cents=5, method=method, client=lossy)
        assert lossy.requests_sent == 3  # the last asks whether the payment is recorded
    payments = payments_of(client)
    assert len(payments) == len(before) + 1
    assert paid["id"][0] in set(payments["id"])


def test_a_payments_note_is_changed_and_cleared(client):
    payment = payments_of(client).head(1)
    assert tgp.actions.update_payment(payment, note="x", client=client)["note"].tolist() == ["x"]
    assert tgp.actions.update_payment(payment, note=None, client=client)["note"].isna().all()


def test_accruals_are_voided_and_restored_and_paid_ones_stay(client):
    some = pd.concat([accruals_of(client).head(2), accruals_of(client, "paid").head(1)])
    done = tgp.actions.update_accruals(some, status="voided", note="Test", client=client)
    assert done["status"].tolist() == ["updated", "updated", "failed"]
    assert done["error_code"][2] == "state_conflict"
    assert set(some["id"][:2]) <= set(accruals_of(client, "voided")["id"])
    back = tgp.actions.update_accruals(some.head(2), status="pending", client=client)
    assert back["status"].tolist() == ["updated", "updated"]


PAYMENT = ids_of(1)[0]
ASK = "/payouts/payment-receipts/upload-url"
TOKEN = "5f0d1c9be2a84437"


def bucket(address, put=lambda request: httpx.Response(200)) -> Scripted:
    """An API that signs an address, and the place where that leads."""

    def answer(request):
        if request.method == "PUT":
            return put(request)
        place = {"upload_url": address, "receipt_url": "https://cdn.invalid/r.png"}
        row = {"id": PAYMENT, "receipt_url": place["receipt_url"], "status": "recorded"}
        return ok(place if request.method == "POST" else row)

    return Scripted(answer)


def uploads_in(box) -> int:
    return len(box.database.rows("SELECT * FROM uploads"))


def connect(server, base_url="https://api.invalid/api/v1"):
    return tgp.connect(KEY, base_url=base_url, transport=server, rate_limit=None, progress=False)


def test_a_receipt_is_stored_and_the_payment_shows_its_address(world, receipt):
    client, box = world
    payment = payments_of(client).head(1)
    done = tgp.actions.upload_receipt(payment, receipt, client=client)
    (row,) = box.database.rows(
        "SELECT * FROM uploads WHERE receipt_url = ?", [done["receipt_url"][0]]
    )
    assert bytes(row["content"]) == b"\x89PNG"
    assert done["id"].tolist() == payment["id"].tolist()


def test_a_receipt_goes_over_sockets_through_no_proxy_and_is_unlogged(
    world, receipt, caplog, monkeypatch
):
    caplog.set_level(logging.DEBUG)
    box = world[1]
    proxy = Relay(None, lambda request, _: refusal(502))
    with (
        serving(proxy) as url,
        tgp.connect(box.key, base_url=box.base_url, rate_limit=None, progress=False) as client,
    ):
        payment = payments_of(client).tail(1)
        monkeypatch.setenv("HTTP_PROXY", url)
        monkeypatch.setenv("NO_PROXY", "")
        done = tgp.actions.upload_receipt(payment, str(receipt), client=client)
    assert proxy.asked == []
    assert done["receipt_url"].notna().all()
    assert "/uploads/" not in caplog.text


def test_the_key_does_not_travel_with_the_file(receipt):
    server = bucket("https://bucket.invalid/r.png?sig=1")
    with connect(server) as client:
        tgp.actions.upload_receipt(PAYMENT, receipt, client=client)
    ask, put, patch = server.requests
    assert (ask.method, put.method, patch.method) == ("POST", "PUT", "PATCH")
    assert put.url == "https://bucket.invalid/r.png?sig=1"
    assert "authorization" not in put.headers
    assert KEY not in str(put.headers.raw)
    assert put.headers["content-type"] == "image/png"
    assert put.read() == b"\x89PNG"


@pytest.mark.parametrize(
    ("address", "base_url"),
    [
        ("http://bucket.invalid/r", "https://api.invalid/api/v1"),
        ("http://127.0.0.1/r", "https://api.invalid/api/v1"),
        ("http://bucket.invalid/r", "http://127.0.0.1/api/v1"),
        ("https://user:word@bucket.invalid/r", "https://api.invalid/api/v1"),
        ("file:///etc/passwd", "https://api.invalid/api/v1"),
        ("ftp://127.0.0.1/r", "http://127.0.0.1/api/v1"),
        ("bucket", "https://api.invalid/api/v1"),
        ("", "https://api.invalid/api/v1"),
        ("https:///r", "https://api.invalid/api/v1"),
    ],
)
def test_a_file_goes_nowhere_that_is_not_safe(receipt, address, base_url):
    server = bucket(address)
    with connect(server, base_url) as client, pytest.raises(UploadError, match="was not stored"):
        tgp.actions.upload_receipt(PAYMENT, receipt, client=client)
    assert [request.method for request in server.requests] == ["POST"]


@pytest.mark.parametrize("status", [300, 307, 400, 403, 500])
def test_a_file_that_is_not_taken_is_an_error_and_the_payment_stays(receipt, status):
    away = httpx.Response(status, headers={"Location": "https://x.invalid/"})
    server = bucket("https://bucket.invalid/r", lambda request: away)
    with connect(server) as client, pytest.raises(UploadError, match=f"HTTP {status}"):
        tgp.actions.upload_receipt(PAYMENT, receipt, client=client)
    assert [request.method for request in server.requests] == ["POST", "PUT"]


@pytest.mark.parametrize(
    "fault", [httpx.ReadError("reset"), httpx.ConnectTimeout("late"), ConnectionResetError("x")]
)
def test_a_broken_connection_is_an_error_that_does_not_show_the_address(receipt, fault):
    address = f"https://bucket.invalid/{TOKEN}"
    fault.args = (f"no way to {address}",)
    with (
        connect(bucket(address, lambda request: fault)) as client,
        pytest.raises(UploadError, match=type(fault).__name__) as caught,
    ):
        tgp.actions.upload_receipt(PAYMENT, receipt, client=client)
    assert TOKEN not in str(caught.value) + caught.value._repr_html_()
    assert caught.value.__cause__ is None


def test_after_a_failed_upload_it_is_tried_again_with_a_new_address(world, receipt):
    client, box = world
    payment, before = payments_of(client).head(1), uploads_in(box)
    with (
        leaping_client(box.key, planned(box.app, {2: "reset"})) as lossy,
        pytest.raises(UploadError, match="ConnectionResetError"),
    ):
        tgp.actions.upload_receipt(payment, receipt, client=lossy)
    assert payments_of(client)["receipt_url"][0] == payment["receipt_url"][0]
    done = tgp.actions.upload_receipt(payment, receipt, client=client)
    assert uploads_in(box) == before + 2
    assert done["receipt_url"][0] != payment["receipt_url"][0]


@pytest.mark.parametrize(
    ("name", "content", "match"),
    [
        ("receipt.exe", b"MZ", "must end in .pdf"),
        ("receipt", b"x", "must end in .pdf"),
        ("receipt.pdf", b"", "receipt.pdf has 0 bytes"),
        ("receipt.pdf", b"0" * (RECEIPT_BYTES + 1), "receipt.pdf has 5,000,001 bytes"),
        ("missing.pdf", None, "can't be read"),
    ],
)
def test_a_file_that_cannot_be_right_is_not_sent(name, content, match):
    if content is not None:
        Path(name).write_bytes(content)
    with connect_to(Canned({})) as client:
        with pytest.raises(ArgumentError, match=match):
            tgp.actions.upload_receipt(PAYMENT, name, client=client)
        assert client.requests_sent == 0


@pytest.mark.parametrize(
    ("data", "missing"),
    [
        (None, "upload_url"),
        ({}, "upload_url"),
        ([], "upload_url"),
        ({"upload_url": 7, "receipt_url": "https://x/"}, "upload_url"),
        ({"receipt_url": "https://x/"}, "upload_url"),
        ({"upload_url": f"https://x/{TOKEN}"}, "receipt_url"),
    ],
)
def test_an_answer_without_one_of_the_addresses_names_it_and_nothing_is_uploaded(
    receipt, data, missing
):
    app = Canned({ASK: {"data": data, "error": None, "meta": None}})
    said = f"it has no {missing}"
    with connect_to(app) as client, pytest.raises(UnreadableResponseError, match=said) as caught:
        tgp.actions.upload_receipt(PAYMENT, receipt, client=client)
    assert [path for path, _ in app.asked] == [ASK]
    assert TOKEN not in str(caught.value)


def test_a_dry_run_reads_the_file_and_sends_nothing(receipt):
    with connect_to(Canned({})) as client:
        plan = tgp.actions.upload_receipt(PAYMENT, receipt, dry_run=True, client=client)
        assert client.requests_sent == 0
    assert plan["path"].tolist() == [ASK, f"/payout-payments/{PAYMENT}"]
    assert '"content_type":"image/png"' in plan["body"][0].replace(": ", ":")


def test_more_than_the_accruals_sum_up_to_is_said_with_both_amounts(client):
    due = due_of(client).head(2)
    owed = int(due["amount_cents"].sum())
    pays = {"amount_cents": 100 * owed, "method": method_of(client), "client": client}
    said = f"amount_cents is {100 * owed}, and the accruals sum up to {owed}, 100 times as much"
    # By ids alone a real run doesn't know the amounts; a dry run looks them up.
    for given in (due, due["id"].tolist()):
        plan = tgp.actions.record_payment(due["creator_id"].iloc[0], given, dry_run=True, **pays)
        assert plan[["status", "error"]].to_numpy().tolist() == [["would create", said]]
    with pytest.warns(TrackaGoatWarning, match=said):
        paid = tgp.actions.record_payment(due["creator_id"].iloc[0], due, **pays)
    tgp.actions.void_payment(paid, client=client)


def test_results_are_headed_with_the_organizations_time_and_dry_runs_as_such(client):
    due = due_of(client).head(1)
    tgp.load_projects(client=client)
    plan, paid = pay(client, due, dry_run=True), pay(client, due)
    restored = tgp.actions.void_payment(paid, client=client)
    voided = tgp.actions.update_accruals(due, status="voided", client=client)
    for frame in (plan, paid, restored, voided):
        assert "as of 18 Jun 2026" in summary(frame)[1]
        assert "America/New_York" in summary(frame)[1]
    one = tgp.actions.update_payment(paid, note="June", dry_run=True, client=client)
    for frame in (plan, one):
        assert summary(frame)[0] == "Dry run: payout payments"
        assert summary(frame)[-1] == "Nothing was changed: this says what a run would do."
    assert summary(paid)[0] == "Payout payments"


def test_a_method_goes_by_its_name_too(client):
    due = due_of(client).head(1)
    pays = {"amount_cents": 5, "dry_run": True, "client": client}
    methods = tgp.load_payout_methods(client=client).set_index("name")["id"]
    plan = tgp.actions.record_payment(due, due, method="paypal", **pays)
    assert plan["status"].tolist() == ["would create"]
    assert methods["PayPal"] in plan["body"][0]
    with pytest.raises(ChoiceError, match="Did you mean 'PayPal'"):
        tgp.actions.record_payment(due, due, method="PayPall", **pays)
