"""The third law for what actions are given: no new key and no signed address is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.actions.test_routes import CALLS, ONE, ORG
from tests.support.acting import acting
from tests.support.leaping import leaping_client
from tests.support.relays import JSON, Relay
from tests.support.telltale import (
    FAULTS,
    GIVEN,
    KEY,
    NEW_KEY,
    doing,
    envelope,
    everything_about,
    key_server,
    parts_seen,
    said_of_error,
    telltale_of_writes,
)
from trackagoat_pandas import actions


@pytest.fixture(autouse=True)
def receipt():
    Path("receipt.pdf").write_bytes(b"%PDF")


SIGNATURE = "4c1fa87e03d95b62e8b7d0a9135fc246d1e09f8a7b35c4620e9d8f71a2b3c5d4"
ADDRESS = f"https://bucket.invalid/r.pdf?X-Signature={SIGNATURE}"
PLACE = "https://cdn.invalid/r.pdf"
CREATING = doing("create_api_key", CALLS["create_api_key"])


@pytest.mark.parametrize("fault", [*FAULTS, "reset"])
def test_no_fault_makes_a_new_key_seen(caplog, capfd, fault):
    app = telltale_of_writes(fault, f"Bearer {NEW_KEY}")
    client = leaping_client(KEY, app)
    seen = everything_about(CREATING, client, caplog, capfd)
    assert parts_seen(NEW_KEY, seen) == set()
    assert app.writes


ODD_PLACES = {
    "under another name": {"data": {**GIVEN, "token": NEW_KEY}},
    "nested": {"data": {**GIVEN, "api_key": {"again": [{"plain": NEW_KEY}]}}},
    "in the id": {"data": {**GIVEN, "id": NEW_KEY}},
    "in meta": {"data": GIVEN, "meta": {"key": NEW_KEY, NEW_KEY: NEW_KEY, "nextCursor": NEW_KEY}},
    "as a name": {"data": {**GIVEN, "key": NEW_KEY, NEW_KEY: True}},
    "without its beginning": {"data": {**GIVEN, "key": NEW_KEY, "raw": NEW_KEY[4:]}},
    "without its end": {"data": {**GIVEN, "key": NEW_KEY, "start": NEW_KEY[:20]}},
    "in capitals": {"data": {**GIVEN, "key": NEW_KEY, "name": NEW_KEY.upper()}},
    "in a declared time": {"data": {**GIVEN, "key": NEW_KEY, "created_at": NEW_KEY[4:]}},
}


@pytest.mark.parametrize("place", ODD_PLACES)
def test_a_new_key_in_an_odd_place_is_given_and_not_shown(caplog, capfd, place):
    server, call = key_server(ODD_PLACES[place]), ("x", {"organization": ORG})
    act = doing("create_api_key", call)
    seen = everything_about(act, leaping_client(KEY, server), caplog, capfd)
    assert parts_seen(NEW_KEY, seen) == set()
    made = actions.create_api_key("x", organization=ORG, client=leaping_client(KEY, server))
    assert made["key"].iloc[0].reveal() == NEW_KEY


@pytest.mark.parametrize("fault", [None, "lost", "500 after", "cut"])
def test_a_new_key_of_a_faulty_sandbox_is_not_shown(caplog, capfd, fault):
    with acting(plan={2: fault} if fault else {}) as (_, box):
        client = leaping_client(box.key, box.app)
        seen = everything_about(CREATING, client, caplog, capfd)
        (row,) = box.database.rows("SELECT key FROM api_keys WHERE name = 'x'")
    assert "tga_…" in seen
    assert parts_seen(row["key"], seen) == parts_seen(box.key, seen) == set()


FATAL = {"reset": ConnectionResetError, "Ctrl-C": KeyboardInterrupt}


def signing_server(stage: str, fault: str):
    """An API that signs an address, and its bucket; one of the three requests meets a fault."""

    def answer(request, _):
        place = {"upload_url": ADDRESS, "receipt_url": PLACE}
        body = envelope("", data=place if request.method == "POST" else {"id": ONE})
        if request.method != stage:
            return 200, [JSON], body
        if fault in FATAL:
            raise FATAL[fault]
        if fault == "broken off":
            return 200, [JSON], body[:-40]
        return FAULTS[fault](ADDRESS, request.path)

    # A function, so that the search doesn't come upon the queries that the relay was asked.
    relay = Relay(None, answer)
    return lambda environ, start_response: relay(environ, start_response)


QUOTED = ("bad request", "failure", "html", "text", "cut")


@pytest.mark.parametrize(
    ("stage", "fault"),
    [
        ("none", "none"),
        ("POST", "broken off"),
        *(("PUT", fault) for fault in [*FAULTS, "reset"]),
        *((stage, fault) for stage in ("POST", "PATCH") for fault in QUOTED),
    ],
)
def test_no_fault_of_an_upload_shows_anything_of_the_signed_address(caplog, capfd, stage, fault):
    client = leaping_client(KEY, signing_server(stage, fault))
    seen = everything_about(doing("upload_receipt", CALLS["upload_receipt"]), client, caplog, capfd)
    assert parts_seen(SIGNATURE, seen) == set()
    assert client.requests_sent > 0


@pytest.mark.parametrize("stage", ["POST", "PUT", "PATCH"])
def test_ctrl_c_amid_an_upload_shows_neither_key_nor_address(stage):
    client = leaping_client(KEY, signing_server(stage, "Ctrl-C"))
    with client, pytest.raises(KeyboardInterrupt, match=r"^$") as caught:
        actions.upload_receipt(ONE, "receipt.pdf", client=client)
    seen = "".join(said_of_error(caught.value, html=False))
    assert parts_seen(SIGNATURE, seen) == parts_seen(KEY, seen) == set()
