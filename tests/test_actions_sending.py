"""Many requests in order: faults, refusals, stops, and what is told of each item."""

from __future__ import annotations

import signal
import threading

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.acting import CHEAP, PROJECT, acting, client_of, ids_of, limit, read_only_key
from tests.canned import KEY, Canned, connect_to
from tests.children import child, said
from tests.leaping import leaping_client
from tests.relays import Gate, Relay, after, lose, refusal, serving
from trackagoat_pandas.actions.writes import Write
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    ConfirmationError,
    ConnectionFailedError,
    DeadlineError,
    ForbiddenError,
    LimitReachedError,
    PartialWriteError,
    TrackaGoatError,
    UnauthorizedError,
)

MANY = [f"goat{number}" for number in range(120)]


def handles(client):
    return tgp.load_creators(PROJECT, client=client)["tiktok_handle"]


def flaky(app, plan) -> Relay:
    """An application that answers requests of its plan otherwise, by their numbers from 1."""

    def answer(request, go_on):
        fault = plan.get(request.number)
        if fault is None:
            return go_on()
        return lose(go_on) if fault == "lost" else refusal(*fault)

    return Relay(app, answer)


@pytest.fixture(scope="module")
def box():
    with tgp.sandbox(**CHEAP) as sandbox:
        yield sandbox


def test_a_whole_run_again_changes_nothing_and_says_the_same():
    with acting() as (client, _):
        first = tgp.actions.add_creators(PROJECT, MANY, client=client)
        again = tgp.actions.add_creators(PROJECT, MANY, client=client)
        assert handles(client).isin(MANY).sum() == 120
    pd.testing.assert_frame_equal(first, again)


@pytest.mark.parametrize("fault", ["lost", "500 after", "502", "reset", "cut", "empty"])
@pytest.mark.parametrize("number", [2, 3, 4])
def test_a_fault_before_or_after_the_commit_adds_nothing_twice(fault, number):
    with acting(plan={number: fault}) as (client, _):
        added = tgp.actions.add_creators(PROJECT, MANY, client=client)
        found = handles(client)
    assert added["status"].tolist() == ["created"] * 120
    assert found.isin(MANY).sum() == found[found.isin(MANY)].nunique() == 120


def test_a_client_that_died_after_the_commit_is_caught_up_by_the_same_cell(box):
    dying = leaping_client(box.key, flaky(box.app, dict.fromkeys(range(2, 9), "lost")))
    with dying, pytest.raises(PartialWriteError, match="midway: 1 unknown") as caught:
        tgp.actions.add_creators(PROJECT, ["survivor"], client=dying)
    assert isinstance(caught.value.__cause__, ConnectionFailedError)
    with client_of(box) as client:
        again = tgp.actions.add_creators(PROJECT, ["survivor"], client=client)
        assert (handles(client) == "survivor").sum() == 1
    assert again["status"].tolist() == ["created"]


def test_only_creating_posts_carry_a_key_and_are_repeated(box):
    app = flaky(box.app, {})
    with leaping_client(box.key, app) as client:
        creators = tgp.load_creators(PROJECT, client=client)
        app.asked.clear()
        tgp.actions.add_creators(PROJECT, ["keyed"], client=client)
        tgp.actions.scrape_creators(creators.head(1), client=client)
        tgp.actions.update_creator(creators.head(1), readme="x", client=client)
        tgp.actions.remove_creators(creators.head(1), client=client)
        tgp.actions.reenable_creators(PROJECT, creators.head(1), client=client)
    keyed = [(one.method, one.idempotency_key is not None) for one in app.asked]
    assert keyed == [
        ("POST", True),
        ("POST", False),
        ("PATCH", False),
        ("DELETE", False),
        ("POST", False),
    ]


@pytest.mark.parametrize("fault", ["lost", "500 after", "500"])
def test_a_scrape_without_an_answer_is_not_repeated_and_unknown(fault):
    with acting(plan={3: fault}) as (client, box):
        two = tgp.load_creators(PROJECT, client=client).head(2)
        assert client.requests_sent == 2
        if fault == "lost":
            with pytest.raises(PartialWriteError, match="1 unknown, 1 not_sent") as caught:
                tgp.actions.scrape_creators(two, client=client)
            told, scraped = caught.value.frame, 1
        else:
            told, scraped = tgp.actions.scrape_creators(two, client=client), 2 - (fault == "500")
        (row,) = box.database.rows("SELECT count(*) AS n FROM scrapes")
    assert told["status"].tolist() == ["unknown", "not_sent" if fault == "lost" else "done"]
    assert row["n"] == scraped


def test_a_server_that_cannot_be_reached_has_changed_nothing():
    ids = ids_of(2)
    with (
        tgp.connect(KEY, base_url="http://127.0.0.1:9", timeout_s=1, max_wait_s=1) as client,
        pytest.raises(ConnectionFailedError, match="no answer"),
    ):
        tgp.actions.scrape_creators(ids, client=client)


def test_a_quota_that_ends_midway_leaves_the_rest_not_sent(box):
    app = flaky(box.app, {3: (429, ("Retry-After", "7200"))})
    with (
        leaping_client(box.key, app, max_wait_s=60.0) as client,
        pytest.raises(PartialWriteError, match="50 created, 50 failed, 20 not_sent") as caught,
    ):
        tgp.actions.add_creators(PROJECT, [f"q{handle}" for handle in MANY], client=client)
    frame = caught.value.frame
    assert frame["item"].tolist() == [f"q{handle}" for handle in MANY]
    assert isinstance(caught.value.__cause__, DeadlineError)


def test_a_quota_that_is_used_up_from_the_start_is_raised_as_it_is(box):
    app = flaky(box.app, {2: (429, ("Retry-After", "7200"))})
    with (
        leaping_client(box.key, app, max_wait_s=60.0) as client,
        pytest.raises(DeadlineError, match="come back at"),
    ):
        tgp.actions.add_creators(PROJECT, ["quota"], client=client)


def test_a_wait_that_would_be_too_long_after_a_fault_is_no_proof_that_nothing_was_done(box):
    app = flaky(box.app, {2: "lost", 3: (429, ("Retry-After", "7200"))})
    with (
        leaping_client(box.key, app, max_wait_s=60.0) as client,
        pytest.raises(PartialWriteError, match="1 unknown"),
    ):
        tgp.actions.add_creators(PROJECT, ["lost_then_limited"], client=client)
    with client_of(box) as client:
        assert (handles(client) == "lost_then_limited").sum() == 1


def test_a_redirect_stops_all_and_has_changed_nothing(box):
    app = flaky(box.app, {1: (308, ("Location", "https://elsewhere.invalid/"))})
    with (
        leaping_client(box.key, app) as client,
        pytest.raises(TrackaGoatError, match="was not followed"),
    ):
        tgp.actions.remove_creators(ids_of(3), confirm=True, client=client)
    assert len(app.asked) == 1


def test_a_plan_limit_is_an_error_with_its_facts():
    with acting() as (client, box):
        limit(box, "max_campaigns_per_project", 0)
        with pytest.raises(LimitReachedError, match="limit_reached") as caught:
            tgp.actions.create_campaign(PROJECT, "One more", client=client)
    error = caught.value
    assert (error.limit_key, error.maximum) == ("max_campaigns_per_project", 0)
    assert isinstance(error.current, int)


def test_a_limit_inside_of_a_bulk_request_fails_those_that_do_not_fit():
    with acting() as (client, box):
        limit(box, "max_creators_per_org", 4)
        added = tgp.actions.add_creators(PROJECT, ["a1", "a2", "a3"], client=client)
    assert added["status"].value_counts()["failed"] >= 1
    assert set(added["error_code"].dropna()) == {"limit_reached"}


def test_a_limit_that_is_reached_midway_stops_and_tells():
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


def test_a_key_that_is_revoked_midway_tells_what_was_done():
    ids = ids_of(3)
    app = Canned({f"/creators/{ids[0]}": {"id": ids[0]}, f"/creators/{ids[1]}": 401})
    with connect_to(app) as client, pytest.raises(PartialWriteError, match="1 deleted") as caught:
        tgp.actions.remove_creators(ids, confirm=True, client=client)
    assert caught.value.frame["status"].tolist() == ["deleted", "failed", "not_sent"]
    assert isinstance(caught.value.__cause__, UnauthorizedError)


def test_a_dry_run_sends_nothing_and_asks_for_no_confirmation():
    with connect_to(Canned({})) as client:
        plan = tgp.actions.remove_creators(ids_of(3), dry_run=True, client=client)
        assert client.requests_sent == 0
    assert list(plan) == ["method", "path", "body", "items"]
    assert plan["method"].tolist() == ["DELETE"] * 3
    assert plan["body"].isna().all()


@pytest.mark.parametrize("option", [{"dry_run": 1}, {"confirm": "yes"}])
def test_a_flag_is_true_or_false(option):
    with connect_to(Canned({})) as client:
        with pytest.raises(ArgumentTypeError, match=next(iter(option))):
            tgp.actions.remove_creators(ids_of(3), client=client, **option)
        assert client.requests_sent == 0


def test_nothing_given_is_nothing_done():
    with connect_to(Canned({})) as client:
        done = tgp.actions.remove_creators([], client=client)
        assert client.requests_sent == 0
    assert done.empty
    assert done.attrs["trackagoat"]["rows"] == 0


def test_the_bar_counts_requests():
    told = []
    ids = ids_of(2)
    app = Canned({f"/creators/{one}": {"id": one} for one in ids})
    with connect_to(app) as plain:
        client = plain.with_stop(threading.Event(), progress=lambda *facts: told.append(facts))
        tgp.actions.remove_creators(ids, confirm=True, client=client)
    assert told == [("creators", done, 2) for done in range(3)]


@pytest.mark.parametrize("client", ["me", 7])
def test_what_is_no_client_is_refused(client):
    with pytest.raises(ArgumentTypeError, match="client"):
        tgp.actions.remove_creators([], client=client)


def test_the_error_names_what_would_be_deleted():
    with connect_to(Canned({})) as client, pytest.raises(ConfirmationError) as caught:
        tgp.actions.remove_videos(ids_of(1_500), client=client)
    assert (caught.value.action, caught.value.count) == ("remove_videos", 1_500)
    assert "would delete 1,500 videos; nothing was sent" in str(caught.value)


def test_keys_of_two_clients_of_one_key_are_the_same_and_of_two_keys_differ():
    write = Write("POST", "/x", {"a": 1}, is_creating=True)
    with connect_to(Canned({})) as one, connect_to(Canned({})) as two:
        assert write.key(one) == write.key(two)
        other = leaping_client("tga_" + "9" * 64, Canned({}))
        assert write.key(other) != write.key(one)


def test_ones_own_key_makes_anew_what_was_made_before():
    with acting() as (client, _):
        notes = [
            tgp.actions.annotate("2026-06-10", "x", project=PROJECT, client=client, **own)
            for own in ({}, {}, {"idempotency_key": "anew"})
        ]
    first, same, new = (note["id"][0] for note in notes)
    assert first == same != new


INTERRUPTED = """
import trackagoat_pandas as tgp
client = tgp.connect(progress=False)
print("ready", flush=True)
try:
    tgp.actions.scrape_creators({ids!r}, client=client)
except KeyboardInterrupt as stop:
    assert isinstance(stop, tgp.errors.InterruptedWriteError), stop
    print(stop.frame["status"].tolist(), flush=True)
"""


def test_ctrl_c_in_the_middle_tells_what_was_done(box):
    with client_of(box) as client:
        ids = tgp.load_creators(client=client)["id"].head(3).tolist()
    gate = Gate(after(1))
    with serving(Relay(box.app, gate)) as url:
        with child("-c", INTERRUPTED.format(ids=ids), base_url=url, key=box.key) as process:
            gate.await_held()
            process.send_signal(signal.SIGINT)
            out, errors = said(process)
        gate.let_go.set()
    assert out.splitlines() == ["ready", "['done', 'unknown', 'not_sent']"], errors


def test_a_second_own_key_is_refused_before_anything_is_sent():
    with connect_to(Canned({})) as client:
        with pytest.raises(ArgumentError, match="one request, and this makes 2"):
            tgp.actions.set_goals(
                ids_of(2),
                metric="posts",
                period="weekly",
                target_value=1,
                start_date="2026-06-01",
                idempotency_key="mine",
                client=client,
            )
        assert client.requests_sent == 0
