"""Requests that are repeated, undone things that are created again, and responses that are lost."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.acting import (
    PROJECT,
    acted,
    acting,
    box_in,
    client_in,
    client_of,
    ids_of,
    planned,
)
from tests.support.leaping import leaping_client
from tests.support.relays import JSON, Relay
from trackagoat_pandas import actions
from trackagoat_pandas.actions.repeats import where_seen
from trackagoat_pandas.actions.requests import Write
from trackagoat_pandas.errors import (
    ArgumentError,
    ConnectionFailedError,
    PartialWriteError,
    RepeatedRequestWarning,
    UnreadableResponseError,
)

world = pytest.fixture(scope="module")(acted)
client = pytest.fixture(client_in)
box = pytest.fixture(box_in)


def silent(app):
    """A server that doesn't mark its repeated responses."""

    def answer(request, go_on):
        status, headers, body = go_on()
        return status, [one for one in headers if one[0] != "Idempotency-Replayed"], body

    return Relay(app, answer)


def due_of(client):
    accruals = tgp.load_payout_accruals(client=client)
    return accruals[accruals["status"] == "pending"].head(1)


def pay(client, due, **options):
    method = tgp.load_payout_methods(client=client).head(1)
    creator, cents = due["creator_id"].iloc[0], due["amount_cents"].iloc[0]
    return actions.record_payment(
        creator, due, amount_cents=cents, method=method, client=client, **options
    )


def test_a_voided_payment_is_recorded_again(client, box):
    due = due_of(client)
    first = pay(client, due)
    actions.void_payment(first, client=client)
    assert pay(client, due, dry_run=True)["status"].tolist() == ["would create"]
    second = pay(client, due)
    assert second["status"].tolist() == ["recorded"]
    assert second["id"][0] != first["id"][0]
    payments = tgp.load_payout_payments(client=client).set_index("id")["status"]
    assert payments[[first["id"][0], second["id"][0]]].tolist() == ["voided", "recorded"]
    with client_of(box) as other:
        assert pay(other, due, dry_run=True)["status"].tolist() == ["exists"]
        with pytest.warns(RepeatedRequestWarning, match="unchanged: nothing new was created"):
            assert pay(other, due)["id"][0] == second["id"][0]


def test_the_third_one_has_a_key_of_its_own_also_in_another_process(client, box):
    ids = []
    for _ in range(3):
        with client_of(box) as fresh:
            note = actions.annotate("2026-06-10", "thrice", project=PROJECT, client=fresh)
        actions.remove_annotations(note, client=client)
        ids += note["id"].tolist()
    assert len(set(ids)) == 3


def test_of_many_only_those_that_were_undone_are_sent_again(client):
    handles = ["stays", "goes", "nosuch.one"]
    added = actions.add_creators(PROJECT, handles, client=client)
    actions.remove_creators(added["id"][1], client=client)
    again = actions.add_creators(PROJECT, handles, client=client)
    assert again["status"].tolist() == ["unchanged", "reactivated", "failed"]
    assert again["id"].tolist()[:2] == added["id"].tolist()[:2]
    assert "the same request created it at 2026-" in again["error"][0]
    assert again["error_code"][2] == "invalid_handle"


def test_what_failed_for_a_reason_that_is_gone_is_done_when_the_cell_runs_again():
    with acting() as (client, box):
        box.database.write(
            "UPDATE plan_limits SET maximum = 4 WHERE limit_key = 'max_creators_per_org'"
        )
        added = actions.add_creators(PROJECT, ["a1", "a2", "a3"], client=client)
        assert "failed" in set(added["status"])
        box.database.write("UPDATE plan_limits SET maximum = 99")
        again = actions.add_creators(PROJECT, ["a1", "a2", "a3"], client=client)
        assert set(again["status"]) <= {"created", "unchanged"}
        assert again["id"].isin(tgp.load_creators(PROJECT, client=client)["id"]).all()


def test_a_server_that_marks_nothing_is_recognized_by_what_it_says(box):
    with client_of(box) as client:
        app = silent(box.app)
        with leaping_client(box.key, app) as first:
            note = actions.annotate("2026-06-10", "unmarked", project=PROJECT, client=first)
            with pytest.warns(RepeatedRequestWarning, match="the same request created it at"):
                actions.annotate("2026-06-10", "unmarked", project=PROJECT, client=first)
        box.advance(dt.timedelta(minutes=3))
        with leaping_client(box.key, app) as second:
            with pytest.warns(RepeatedRequestWarning, match="the same request created it at"):
                same = actions.annotate("2026-06-10", "unmarked", project=PROJECT, client=second)
            actions.remove_annotations(note, client=client)
            new = actions.annotate("2026-06-10", "unmarked", project=PROJECT, client=second)
        assert same["id"][0] == note["id"][0] != new["id"][0]


def test_after_a_day_the_same_call_creates_another():
    with acting() as (client, box):
        first = actions.create_campaign(PROJECT, "daily", client=client)
        box.advance(dt.timedelta(hours=25))
        with client_of(box) as other:
            plan = actions.create_campaign(PROJECT, "daily", dry_run=True, client=other)
        second = actions.create_campaign(PROJECT, "daily", client=client)
    assert plan["status"].tolist() == ["would create"]
    assert first["id"][0] != second["id"][0]


def test_what_is_there_already_is_shown_as_it_is_now(client):
    first = actions.create_payout_method("Barter", readme="old", client=client)
    actions.update_payout_method(first, icon_path="icons/new.svg", client=client)
    with pytest.warns(RepeatedRequestWarning):
        same = actions.create_payout_method("Barter", readme="old", client=client)
    now = tgp.load_payout_methods(client=client).set_index("id").loc[first["id"][0]]
    assert same["icon_url"][0] == now["icon_url"]


def test_what_was_renamed_is_no_longer_what_was_asked_for(client):
    first = actions.create_campaign(PROJECT, "Hooks", client=client)
    actions.update_campaign(first, name="Endings", client=client)
    assert actions.create_campaign(PROJECT, "Hooks", client=client)["id"][0] != first["id"][0]


def test_what_no_get_lists_may_have_been_undone_and_the_frame_says_so(client, box):
    invited = actions.invite_members("ann@example.com", client=client)
    with client_of(box) as other:
        actions.cancel_invitations(invited, client=other)
    again = actions.invite_members("ann@example.com", client=client)
    assert again["status"].tolist() == ["unchanged"]
    assert (
        "no GET says whether it is still there: if it isn't, pass again=True" in again["error"][0]
    )
    new = actions.invite_members("ann@example.com", again=True, client=client)
    assert new["status"].tolist() == ["created"]
    assert new["id"][0] != invited["id"][0]


def test_a_key_of_ones_own_stands_for_one_request(client):
    own = {"idempotency_key": "mine-1", "client": client}
    note = actions.annotate("2026-06-10", "own", project=PROJECT, **own)
    actions.remove_annotations(note, client=client)
    with pytest.raises(ArgumentError, match=r"it was undone since; .* pass another one, or none"):
        actions.annotate("2026-06-10", "own", project=PROJECT, **own)
    own["idempotency_key"] = "mine-2"
    added = actions.add_creators(PROJECT, "own.key", **own)
    actions.remove_creators(added["id"], client=client)
    again = actions.add_creators(PROJECT, "own.key", **own)
    assert again["status"].tolist() == ["failed"]
    assert "pass another one, or none" in again["error"][0]


def test_a_server_that_repeats_what_it_never_had_is_an_error():
    note = b'{"data": {"id": "a", "label": "x"}, "error": null, "meta": null}'
    none = b'{"data": [], "error": null, "meta": {"hasMore": false}}'
    said = [JSON, ("Idempotency-Replayed", "true")]
    app = Relay(None, lambda one, _: (200, said, none if one.method == "GET" else note))
    with (
        leaping_client("tga_" + "0" * 64, app) as client,
        pytest.raises(UnreadableResponseError, match="repeats responses to requests that it never"),
    ):
        actions.annotate("2026-06-10", "x", project=ids_of(1)[0], client=client)


def test_a_dry_run_in_another_process_doubts_what_is_there_already(client, box):
    actions.create_campaign(PROJECT, "Seen", client=client)
    with client_of(box) as other:
        plan = actions.create_campaign(PROJECT, "Seen", dry_run=True, client=other)
        assert plan["status"].tolist() == ["unknown"]
        assert "nothing new is created unless you pass again=True" in plan["error"][0]
    plan = actions.create_campaign(PROJECT, "Seen", dry_run=True, client=client)
    assert plan["status"].tolist() == ["unchanged"]


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/payout-payments", "tgp.load_payout_payments (GET /payout-payments)"),
        ("/payout-structures/x/assignments", "tgp.load_payout_assignments (GET "),
        ("/projects/x/creators/bulk-remove", "tgp.load_creators (GET /creators)"),
        ("/projects/x/inbox", "tgp.load_videos (GET /videos)"),
        ("/creators/x/goals/y", "tgp.load_goal_compliance (GET "),
        ("/campaigns/x/items", "tgp.load_campaigns (GET /campaigns)"),
        ("/organizations/x/projects", "tgp.load_projects (GET /projects)"),
        ("/analytics/annotations/x", "tgp.load_annotations (GET /analytics/annotations)"),
        ("/organizations/x/invitations", "No GET"),
        ("/creators/x/scrape", "No GET"),
    ],
)
def test_a_lost_response_says_what_shows_whether_it_was_done(path, shown):
    said = where_seen(Write("PATCH", path))
    assert said.startswith(shown)
    assert said.endswith(" shows whether it was done.")


def test_each_lost_write_says_which_get_shows_it(box):
    lost = dict.fromkeys(range(1, 99), "lost")
    with leaping_client(box.key, planned(box.app, lost)) as faulty:
        with pytest.raises(ConnectionFailedError, match=r"load_payout_methods \(GET /payout-m"):
            actions.create_payout_method("Lost", client=faulty)
        with pytest.raises(PartialWriteError, match="1 unknown") as caught:
            actions.remove_videos(ids_of(1), client=faulty)
    assert "tgp.load_videos (GET /videos) shows whether" in caught.value.frame["error"][0]
    server = planned(box.app, {1: "500"})
    with leaping_client(box.key, server) as faulty:
        done = actions.scrape_videos(ids_of(1), client=faulty)
    assert done["status"].tolist() == ["unknown"]
    assert "No GET shows whether it was done" in done["error"][0]


def test_results_are_frames_of_one_kind_whether_they_are_new_or_not(client):
    one, two = (actions.add_creators(PROJECT, ["kind.of"], client=client) for _ in range(2))
    pd.testing.assert_series_equal(one.dtypes, two.dtypes)
