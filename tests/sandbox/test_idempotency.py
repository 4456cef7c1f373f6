"""Idempotency keys in the sandbox: what is sent again is answered again, and done once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.writer import Writer, opened
from trackagoat_pandas.sandbox import Faults
from trackagoat_pandas.sandbox.world import OTHER_ORG_KEY

PATH = "/payout-methods"
BODY = {"name": "Barter", "metadata": {"b": 1, "a": 2}}


api = pytest.fixture(opened)


def send(api, body=BODY, path=PATH, *, token="k-1", **options):
    return api.send("POST", path, body, headers={"Idempotency-Key": token}, **options)


def conflict(response):
    return response.status_code, response.json["meta"]["code"]


def test_a_replay_is_the_first_answer_byte_for_byte_and_changes_nothing(api):
    first = send(api)
    before = api.dump()
    again = send(api)
    assert (again.status_code, again.data) == (201, first.data)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert api.dump() == before


def test_the_order_of_members_makes_no_other_body(api):
    first = send(api)
    swapped = {"metadata": {"a": 2, "b": 1}, "name": "Barter"}
    assert send(api, swapped).data == first.data


def test_a_key_that_was_used_with_another_body_or_route_is_a_conflict(api):
    send(api)
    other = api.send(
        "POST",
        f"/projects/{api.project}/campaigns",
        {"name": "C"},
        headers={"Idempotency-Key": "k-1"},
    )
    assert conflict(other) == (409, "idempotency_conflict")
    assert conflict(send(api, {"name": "Other"})) == (409, "idempotency_conflict")


def test_a_key_is_forgotten_after_24_hours_of_the_sandboxs_clock(api):
    first = send(api).json["data"]["id"]
    api.box.advance(timedelta(hours=24) - timedelta(seconds=1))
    assert send(api).json["data"]["id"] == first
    api.box.advance(timedelta(seconds=1))
    assert send(api).json["data"]["id"] != first


def test_keys_of_two_organizations_have_nothing_to_do_with_each_other(api):
    first = send(api).json["data"]["id"]
    assert send(api, key=OTHER_ORG_KEY).json["data"]["id"] != first


def test_two_keys_make_two(api):
    ids = {send(api, token=token).json["data"]["id"] for token in ("k-1", "k-2")}
    assert len(ids) == 2


def test_a_refusal_is_not_kept(api):
    api.limit("max_payout_methods_per_org", 5)
    assert send(api).status_code == 402
    api.limit("max_payout_methods_per_org", 6)
    assert send(api).status_code == 201


def test_a_replay_is_answered_though_the_plan_is_full_by_now(api):
    first = send(api)
    api.limit("max_payout_methods_per_org", 0)
    assert send(api).data == first.data


def test_a_bulk_answer_is_replayed_whole(api):
    body = {"creators": [{"tiktok_handle": "one"}, {"tiktok_handle": "no such"}]}
    path = f"/projects/{api.project}/creators"
    first = send(api, body, path)
    assert send(api, body, path).data == first.data
    assert first.status_code == 201


@pytest.mark.parametrize("token", ["", "a b", "é", "x" * 256])
def test_a_malformed_key_is_an_invalid_parameter(api, token):
    response = send(api, token=token)
    assert conflict(response) == (400, "invalid_params")
    assert send(api, token="x" * 255).status_code == 201


def test_a_post_that_makes_nothing_can_be_repeated_with_its_key(api):
    path = f"/creators/{api.creator}/scrape"
    answers = [send(api, None, path) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert len(api.box.database.rows("SELECT * FROM scrapes")) == 2


@pytest.mark.parametrize("kind", ["lost", "500 after"])
def test_an_answer_that_was_lost_after_the_commit_is_given_to_the_retry(kind):
    api = Writer(faults=Faults(plan={1: kind}))
    if kind == "lost":
        with pytest.raises(ConnectionResetError, match="as planned"):
            send(api)
    else:
        assert send(api).status_code == 500
    retried = send(api)
    assert retried.status_code == 201
    assert retried.headers["Idempotency-Replayed"] == "true"
    names = [row["name"] for row in api.rows(PATH)]
    assert names.count("Barter") == 1
    api.close()


def test_replies_are_kept_in_a_file(tmp_path):
    first = Writer(path=tmp_path / "world.sqlite")
    made = send(first).data
    first.close()
    second = Writer(path=tmp_path / "world.sqlite")
    assert send(second).data == made
    second.close()
