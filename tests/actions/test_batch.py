"""Many requests in order: faults, refusals, stops, and what is reported of each item."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.heavy import every
from tests.support.acting import (
    PROJECT,
    acting,
    box_in,
    client_in,
    client_of,
    ids_of,
    limit,
    planned,
    read_only_key,
    results_of,
)
from tests.support.canned import KEY, Canned, connect_to
from tests.support.leaping import leaping_client
from trackagoat_pandas.actions.batch import failed, response_frame
from trackagoat_pandas.actions.requests import Write
from trackagoat_pandas.errors import (
    MEANINGS,
    ApiError,
    ArgumentTypeError,
    BadRequestError,
    ConflictError,
    ConnectionFailedError,
    DeadlineError,
    ForbiddenError,
    LimitReachedError,
    PartialWriteError,
    RateLimitedError,
    RedirectError,
    RepeatedRequestWarning,
    ServerError,
    StoppedError,
    UnauthorizedError,
    UnreadableResponseError,
)
from trackagoat_pandas.http.session import Session, session_of
from trackagoat_pandas.http.wire import WireFaultError
from trackagoat_pandas.tables.writes import RESULT_STATUSES, RESULTS

MANY = [f"goat{number}" for number in range(120)]


def handles(client):
    return tgp.load_creators(PROJECT, client=client)["tiktok_handle"]


@pytest.fixture(scope="module")
def world():
    with acting() as (client, box):
        limit(box, "max_creators_per_org", 10**6)
        yield client, box


client = pytest.fixture(client_in)
box = pytest.fixture(box_in)


# Each fault at each of three requests; in a usual run each fault at one of them.
PLACED = [
    (fault, 2 + (turn + place) % 3)
    for place, fault in enumerate(("lost", "500 after", "502", "reset", "cut", "empty"))
    for turn in range(3)
]


@pytest.mark.parametrize(("fault", "number"), PLACED[:: every(3)])
def test_a_fault_before_or_after_the_commit_adds_nothing_twice(client, box, fault, number):
    many = [f"{fault.replace(' ', '.')}{number}.{handle}" for handle in MANY]
    with leaping_client(box.key, planned(box.app, {number: fault})) as faulty:
        added = tgp.actions.add_creators(PROJECT, many, client=faulty)
    assert added["item"].tolist() == many
    assert added["status"].tolist() == ["created"] * 120
    assert handles(client).isin(many).sum() == 120
    again = tgp.actions.add_creators(PROJECT, many, client=client)
    assert again["status"].tolist() == ["unchanged"] * 120
    pd.testing.assert_frame_equal(added[["item", "id"]], again[["item", "id"]])


QUOTA = (429, ("Retry-After", "7200"))


@pytest.mark.parametrize(
    ("name", "plan", "count", "reported", "cause", "there"),
    [
        ("died", dict.fromkeys(range(2, 9), "lost"), 1, "1 unknown", ConnectionFailedError, 1),
        ("limited", {2: "lost", 3: QUOTA}, 1, "1 unknown", DeadlineError, 1),
        ("quota", {3: QUOTA}, 120, "50 created, 50 failed, 20 not_sent", DeadlineError, 50),
        ("revoked", {3: (401,)}, 120, "50 created, 50 failed, 20 not_sent", UnauthorizedError, 50),
    ],
)
def test_what_stops_midway_reports_each_item_and_the_same_cell_completes_it(
    client, box, name, plan, count, reported, cause, there
):
    given = [f"{name}.{handle}" for handle in MANY[:count]]
    with (
        leaping_client(box.key, planned(box.app, plan), max_wait_s=60.0) as faulty,
        pytest.raises(PartialWriteError, match=f"midway: {reported}") as caught,
    ):
        tgp.actions.add_creators(PROJECT, given, client=faulty)
    assert isinstance(caught.value.__cause__, cause)
    assert caught.value.frame["item"].tolist() == given
    again = tgp.actions.add_creators(PROJECT, given, client=client)
    words = ["unchanged"] * there + ["created"] * (count - there)
    assert again["status"].tolist() == words
    assert handles(client).isin(given).sum() == count


@pytest.mark.parametrize(
    ("answer", "error", "match"),
    [
        (QUOTA, DeadlineError, "come back at"),
        ((308, ("Location", "https://elsewhere.invalid/")), RedirectError, "was not followed"),
        ((401,), UnauthorizedError, "401"),
    ],
)
def test_what_stops_the_first_request_is_raised_as_it_is(client, box, answer, error, match):
    app = planned(box.app, {2: answer})
    with (
        leaping_client(box.key, app, max_wait_s=60.0) as faulty,
        pytest.raises(error, match=match),
    ):
        tgp.actions.add_creators(PROJECT, [f"first.{handle}" for handle in MANY], client=faulty)
    assert len(app.writes) == 1
    assert not handles(client).str.startswith("first.").any()


def scrapes_in(box) -> int:
    return len(box.database.rows("SELECT * FROM scrapes"))


@pytest.mark.parametrize("fault", ["lost", "500 after", "500"])
def test_a_scrape_without_an_answer_is_not_repeated_and_unknown(client, box, fault):
    two = tgp.load_creators(PROJECT, client=client).head(2)
    before = scrapes_in(box)
    with leaping_client(box.key, planned(box.app, {1: fault})) as faulty:
        if fault == "lost":
            with pytest.raises(PartialWriteError, match="1 unknown, 1 not_sent") as caught:
                tgp.actions.scrape_creators(two, client=faulty)
            done, scraped = caught.value.frame, 1
        else:
            done, scraped = tgp.actions.scrape_creators(two, client=faulty), 2 - (fault == "500")
    assert done["status"].tolist() == ["unknown", "not_sent" if fault == "lost" else "done"]
    assert scrapes_in(box) - before == scraped


def test_a_server_that_cannot_be_reached_has_changed_nothing():
    ids = ids_of(2)
    with (
        leaping_client(KEY, base_url="http://127.0.0.1:9") as client,
        pytest.raises(ConnectionFailedError, match="no answer"),
    ):
        tgp.actions.scrape_creators(ids, client=client)


def test_a_limit_inside_of_a_bulk_request_fails_those_that_do_not_fit():
    with acting() as (client, box):
        limit(box, "max_creators_per_org", 4)
        added = tgp.actions.add_creators(PROJECT, ["a1", "a2", "a3"], client=client)
    assert added["status"].value_counts()["failed"] >= 1
    assert set(added["error_code"].dropna()) == {"limit_reached"}


def test_a_limit_that_is_reached_midway_stops():
    with acting() as (client, box):
        limit(box, "max_manual_scrape_triggers_per_day", 1)
        three = tgp.load_creators(client=client).head(3)
        with pytest.raises(PartialWriteError, match="1 done, 1 failed, 1 not_sent") as caught:
            tgp.actions.scrape_creators(three, client=client)
    assert caught.value.frame["error_code"].tolist()[1] == "limit_reached"
    assert isinstance(caught.value.__cause__, LimitReachedError)


def test_a_key_that_may_only_read_is_an_error_with_the_scopes(box):
    with (
        client_of(box, read_only_key(box)) as client,
        pytest.raises(ForbiddenError, match="insufficient_scope") as caught,
    ):
        tgp.actions.add_creators(PROJECT, ["a"], client=client)
    assert caught.value.required == "write"
    assert caught.value.granted == ["read"]


def test_a_dry_run_asks_for_no_confirmation():
    with connect_to(Canned({})) as client:
        plan = tgp.actions.remove_creators(ids_of(3), dry_run=True, client=client)
        assert client.requests_sent == 1
    assert plan["item"].tolist() == ids_of(3)
    assert plan["method"].tolist() == ["DELETE"] * 3
    assert plan["body"].isna().all()


def test_nothing_given_is_nothing_done():
    with connect_to(Canned({})) as client:
        done = tgp.actions.remove_creators([], client=client)
        assert client.requests_sent == 0
    assert done.empty
    assert done.attrs["trackagoat"]["rows"] == 0


def test_the_bar_counts_requests():
    steps = []
    ids = ids_of(2)
    app = Canned({f"/creators/{one}": {"id": one} for one in ids})
    with connect_to(app) as plain:
        client = Session(plain, progress=lambda *facts: steps.append(facts))
        tgp.actions.remove_creators(ids, confirm=True, client=client)
    assert steps == [("creators", done, 2) for done in range(3)]


@pytest.mark.parametrize("client", ["me", 7])
def test_what_is_no_client_is_refused(client):
    with pytest.raises(ArgumentTypeError, match="client"):
        tgp.actions.remove_creators([], client=client)


def test_keys_of_two_clients_of_one_key_are_the_same_and_of_two_keys_differ():
    write = Write("POST", "/x", {"a": 1}, is_creating=True)
    with connect_to(Canned({})) as one, connect_to(Canned({})) as two:
        assert write.key(one) == write.key(two)
        other = leaping_client("tga_" + "9" * 64, Canned({}))
        assert write.key(other) != write.key(one)


def test_another_key_creates_again_what_was_created_before(client):
    def note(**own):
        added = tgp.actions.annotate("2026-06-10", "x", project=PROJECT, client=client, **own)
        return added["id"][0]

    first = note()
    with pytest.warns(RepeatedRequestWarning, match="pass again=True to create another"):
        same = note()
    assert len({first, note(idempotency_key="again"), note(again=True), note(again=True)}) == 4
    assert first == same


def test_a_given_key_on_another_route_is_a_conflict(client):
    tgp.actions.create_campaign(PROJECT, "x", idempotency_key="mine", client=client)
    with pytest.raises(ConflictError, match="another route") as caught:
        tgp.actions.create_payout_method("x", idempotency_key="mine", client=client)
    assert caught.value.code == "idempotency_conflict"


IDS = ["aaaaaaaa-0000-4000-8000-000000000000", "bbbbbbbb-0000-4000-8000-000000000000"]
BULK = Write("POST", "/x", {}, items=("ann", "Bob"), is_bulk=True, status_if_existing="unchanged")


def statuses(write, data, status=201):
    return [result.status for result in results_of(write, data, status)]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ([{"status": "created"}, {"status": "unchanged"}], "created unchanged"),
        ([{"id": "1"}, {"id": "2"}], "created created"),
        ([{"tiktok_handle": "BOB", "status": "unchanged"}, {"item": "ann"}], "created unchanged"),
        ({"creators": [{"tiktok_handle": "ann"}, {"tiktok_handle": "bob"}]}, "created created"),
        ({"results": [{"item": "@bob", "status": "failed"}, {"item": "ann"}]}, "created failed"),
        ({"results": [{"status": "created"}, {"status": "failed"}], "count": 2}, "created failed"),
        ({"created": [{"tiktok_handle": "bob"}], "failed": ["ann"]}, "failed created"),
        ({"created": ["ann"], "skipped": ["bob"], "errors": []}, "created unchanged"),
        ({"creators": [{"item": "ann"}], "errors": [{"item": "bob"}]}, "created failed"),
        ({"results": [{"item": "ann"}, {"item": "bob"}], "errors": []}, "created created"),
        ([{"item": "ann", "error": "no"}, {"item": "bob", "success": False}], "failed failed"),
        ([{"item": "ann", "status": "ok"}, {"item": "bob", "status": "error"}], "created failed"),
        ([{"tiktok_handle": "ann"}], "created unknown"),
        ([{"item": "ann"}, {"item": "ann"}], "created unknown"),
        ([{"item": "cyd"}, {"item": "ann"}, {"item": "dee"}], "created unknown"),
        ([{"item": "ann", "status": "parked"}, {"item": "bob"}], "unknown created"),
    ],
)
def test_bulk_answers_of_several_shapes_are_read_and_silence_is_unknown(data, expected):
    assert statuses(BULK, data) == expected.split()


@pytest.mark.parametrize(
    "data",
    [None, [], {}, {"count": 2}, "done", 7, {"results": {"created": 2}}, {"queued": True}],
)
def test_silence_is_unknown_and_never_taken_for_done(data):
    results = results_of(BULK, data)
    assert [result.status for result in results] == ["unknown", "unknown"]
    assert all("doesn't mention" in result.error for result in results)


@pytest.mark.parametrize(
    "rows",
    [
        [{"item": "bob", "id": "2"}, {"item": "ann", "id": "1"}],
        [{"item": "annabel", "id": "1"}, {"item": "bob", "id": "2"}],
    ],
)
def test_a_row_is_found_by_the_item_that_it_names_else_by_its_place(rows):
    assert [result.id for result in results_of(BULK, rows)] == ["1", "2"]


def test_lists_of_ids_and_the_resource_itself_are_read():
    by_id = Write("POST", "/x", {}, items=tuple(IDS), is_bulk=True, status_if_existing="updated")
    lists = {"updated": [IDS[1]], "unchanged": [IDS[0]]}
    assert statuses(by_id, lists, 200) == ["unchanged", "updated"]
    one = Write("POST", "/x", {}, items=("ann",), is_bulk=True, status_if_existing="reactivated")
    data = {"id": IDS[0], "tiktok_handle": "ann", "tags": ["a", "b"]}
    assert statuses(one, data, 201) == ["created"]
    assert statuses(one, data, 200) == ["reactivated"]


@pytest.mark.parametrize(
    ("row", "code", "message"),
    [
        ({"error": {"code": "handle_taken", "message": "Taken"}}, "handle_taken", "Taken"),
        ({"code": "x", "error": "no"}, "x", "no"),
        ({"error": "handle_taken"}, "handle_taken", MEANINGS["handle_taken"]),
        ({"error": "no such thing"}, None, "no such thing"),
        ({"status": "parked"}, None, "the response gives the unknown status 'parked'"),
    ],
)
def test_an_error_has_its_code_and_message_in_an_object_or_in_a_word(row, code, message):
    result = results_of(BULK, [row, {}])[0]
    assert result.status == ("failed" if "error" in row else "unknown")
    assert (result.error_code, result.error) == (code, message)


def test_an_id_may_stand_under_another_name():
    write = Write("POST", "/x", items=("ann",), id_field="user_id")
    assert results_of(write, {"id": IDS[0], "user_id": IDS[1]})[0].id == IDS[1]
    assert results_of(write, {"id": IDS[0]})[0].id == IDS[0]


def test_results_are_typed_also_when_there_are_none(client):
    frame = response_frame(session_of(client), RESULTS, [], [])
    assert list(frame) == ["item", "status", "error_code", "error", "id"]
    assert tuple(frame["status"].cat.categories) == RESULT_STATUSES


def caused(error, cause):
    error.__cause__ = cause
    return error


NO_ANSWER = ConnectionFailedError("/x", "ReadError", 1)
RESET = caused(ConnectionFailedError("/x", "reset", 1), WireFaultError("reset", sent=True))
REFUSED = caused(ConnectionFailedError("/x", "refused", 6), WireFaultError("refused", sent=False))
NOW = dt.datetime(2026, 6, 15, tzinfo=dt.UTC)
LIMITED = RateLimitedError(429, "/x", "slow")


def deadline(cause=None):
    return caused(DeadlineError("/x", "late", NOW, 1.0), cause)


@pytest.mark.parametrize(
    ("error", "sent", "once", "repeated"),
    [
        (BadRequestError(400, "/x", "no"), 1, "failed", "failed"),
        (ApiError(404, "/x", "no"), 3, "failed", "failed"),
        (RedirectError("/x", 308, "elsewhere"), 1, "failed", "failed"),
        (ServerError(500, "/x", "oh"), 1, "unknown", "unknown"),
        (UnreadableResponseError("/x", 200, "no JSON"), 1, "unknown", "unknown"),
        (RESET, 1, "unknown", "unknown"),
        (REFUSED, 1, "failed", "failed"),
        (REFUSED, 6, "failed", "unknown"),
        (deadline(), 0, "failed", "failed"),
        (deadline(), 1, "failed", "unknown"),
        (deadline(LIMITED), 1, "failed", "failed"),
        (deadline(LIMITED), 2, "failed", "unknown"),
        (deadline(ServerError(503, "/x", "oh")), 1, "unknown", "unknown"),
        (caused(StoppedError("/x"), NO_ANSWER), 1, "unknown", "unknown"),
    ],
)
def test_what_may_have_been_carried_out_is_unknown_and_never_failed(error, sent, once, repeated):
    plain = Write("POST", "/x", items=("ann",))
    creating = Write("POST", "/x", items=("ann",), is_creating=True)
    assert failed(plain, error, sent)[0].status == once
    assert failed(creating, error, sent)[0].status == repeated
