"""A sync asks for what is new, says what has changed, and goes on where it broke off."""

from __future__ import annotations

import datetime as dt
import json

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.heavy import every
from tests.support.children import child
from tests.support.relays import JSON, Relay, after, refusal
from trackagoat_pandas import actions
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    ChoiceError,
    ClippedDatesWarning,
    CutShortError,
    DeadlineError,
    PartialLoadError,
    RequestBudgetError,
    StoreBusyError,
    StoreMissingError,
    UnknownProjectError,
)

PROJECT = "Q1 Brand Program"
DAYS = "last 30 days"


@pytest.fixture
def living():
    """A sandbox of one's own, whose clock and rows may change."""
    with tgp.sandbox(rate_limit=None) as sandbox:
        yield sandbox


@pytest.fixture
def store(tmp_path):
    with tgp.open_store(tmp_path / "program") as opened:
        yield opened


def client_of(box, app=None, **settings):
    settings = {"rate_limit": None, "progress": False, **settings}
    return tgp.connect(box.key, base_url=box.base_url, transport=app or box.app, **settings)


def row(frame, table) -> pd.Series:
    return frame.set_index("table").loc[table]


def test_a_sync_keeps_every_list_and_the_analytics(box, store):
    with client_of(box) as client:
        found = store.sync(PROJECT, dates=DAYS)
        assert found["requests"].sum() == client.requests_sent
    assert found["table"].tolist() == [
        "projects", "creators", "videos", "campaigns", "annotations", "goal_compliance",
        "payout_methods", "payout_structures", "payout_assignments", "payout_accruals",
        "payout_payments", "comments", "analytics",
    ]  # fmt: skip
    assert (found["new"] > 0).all()
    assert found["error"].isna().all()
    assert found["changed"].sum() == found["gone"].sum() == 0
    assert [str(found[name].dtype) for name in ("new", "requests", "seconds")] == [
        "Int64", "Int64", "Float64",
    ]  # fmt: skip
    with client_of(box, store=store, offline=True) as client:
        videos = tgp.load_videos(PROJECT)
        goals = tgp.load_goal_compliance(PROJECT)
        creators = tgp.load_creators(PROJECT)
        views = tgp.load_analytics("creator", creators, "views", dates=DAYS)
        assert client.requests_sent == 0
    with client_of(box):
        pd.testing.assert_frame_equal(videos, tgp.load_videos(PROJECT))
        pd.testing.assert_frame_equal(goals, tgp.load_goal_compliance(PROJECT))
        creators = tgp.load_creators(PROJECT)
        whole = tgp.load_analytics("creator", creators, "views", dates=DAYS)
    pd.testing.assert_frame_equal(views, whole)


def test_a_second_sync_right_after_the_first_asks_for_next_to_nothing(box, store):
    with client_of(box):
        first = store.sync(dates="last 180 days")["requests"].sum()
        second = store.sync(dates="last 180 days")["requests"].sum()
    assert first > 40
    assert second == 2  # the projects, and once more for what time it is


def test_without_max_age_a_sync_asks_for_every_list_again(box, store):
    with client_of(box):
        store.sync(PROJECT, dates=DAYS)
        found = store.sync(PROJECT, dates=DAYS, max_age=None)
    assert (found["requests"] > 0).all()
    assert found[["new", "changed", "gone"]].sum().sum() == 0


def test_a_sync_says_what_is_new_changed_and_gone(living, store):
    with client_of(living) as client:
        store.sync(PROJECT, dates=DAYS)
        videos = store.load("videos", PROJECT)
        actions.remove_videos(videos["id"].head(2), confirm=True)
        actions.update_video(videos["id"].iloc[2], title="Another title")
        actions.create_campaign(videos["project_id"].iloc[0], "Brand new")
        found = store.sync(PROJECT, dates=DAYS, max_age=None, client=client)
    assert row(found, "videos")[["new", "changed", "gone"]].tolist() == [0, 1, 2]
    assert row(found, "campaigns")["new"] == 1
    assert row(found, "payout_payments")[["new", "changed", "gone"]].tolist() == [0, 0, 0]


def test_assignments_are_compared_although_there_is_one_more_structure(living, store):
    with client_of(living):
        store.sync(PROJECT, dates=DAYS, metrics=())
        actions.create_payout_structure(PROJECT, "CPM", "cpm", cpm_cents=250)
        found = store.sync(PROJECT, dates=DAYS, metrics=(), max_age=None)
    assert row(found, "payout_structures")["new"] == 1
    assert row(found, "payout_assignments")[["new", "changed", "gone"]].tolist() == [0, 0, 0]


def test_a_sync_on_the_next_day_asks_for_the_whole_of_its_days(living, store):
    asked = []

    def noting(request, go_on):
        if request.path == "/analytics":
            asked.append((request.query["from"], request.query["to"]))
        return go_on()

    with client_of(living, Relay(living.app, noting)):
        store.sync(PROJECT, dates=DAYS, metrics="views")
        living.advance(dt.timedelta(days=1))
        store.sync(PROJECT, dates=DAYS, metrics="views")
    assert asked == [("2026-05-20", "2026-06-18"), ("2026-05-21", "2026-06-19")]


def test_the_analytics_of_several_entities_are_one_row(box, store):
    with client_of(box):
        found = store.sync(PROJECT, dates=DAYS, metrics="views", entities=["creator", "project"])
    assert found["table"].is_unique
    points = store.load("analytics", PROJECT)
    assert set(points["entity"]) == {"creator", "project"}
    assert row(found, "analytics")["new"] == len(points)


def test_a_sync_without_entities_asks_for_no_analytics(box, store):
    with client_of(box):
        found = row(store.sync(PROJECT, dates=DAYS, entities=()), "analytics")
    assert found[["new", "changed", "gone", "requests"]].tolist() == [0, 0, 0, 0]


@pytest.mark.filterwarnings("ignore:.*reaches beyond the data")
def test_days_that_the_plan_does_not_keep_are_left_out_with_a_warning(box, store):
    with client_of(box), pytest.warns(ClippedDatesWarning, match="the plan keeps nothing before"):
        found = row(store.sync(PROJECT, dates="last 500 days", metrics="views"), "analytics")
    assert found["new"] > 0
    assert pd.isna(found["error"])


def test_what_was_synced_is_found_by_handle_and_name_offline(box, store):
    with client_of(box) as client:
        store.sync(PROJECT, dates=DAYS, metrics="views")
        handle = tgp.load_creators(PROJECT)["tiktok_handle"].iloc[0]
        asked = {"dates": "2026-06-01..2026-06-10"}
        online = tgp.load_analytics("creator", f"@{handle}", "views", **asked)
        videos = tgp.load_videos(PROJECT, creator=f"@{handle}")
    with client_of(box, store=store, offline=True) as client:
        views = tgp.load_analytics("creator", f"@{handle}", "views", **asked)
        assert tgp.load_videos(PROJECT, creator=f"@{handle}").equals(videos)
        with pytest.raises(
            StoreMissingError, match=r"lists of payout_payments: .*project='Q1 Brand"
        ):
            tgp.load_payout_payments()
        assert client.requests_sent == 0
    assert views.equals(online)


def test_what_the_server_refuses_is_a_row_with_its_error(box, store):
    refused = {
        "campaigns": 400, "payout_methods": 402, "payout_payments": 403,
        "payout_structures": 403, "payout_accruals": 404, "annotations": 410,
    }  # fmt: skip

    def refusing(request, go_on):
        table = request.path.rpartition("/")[2].replace("-", "_")
        return refusal(refused[table]) if table in refused else go_on()

    with client_of(box, Relay(box.app, refusing)):
        found = store.sync(PROJECT, dates=DAYS, entities=("creator", "campaign"))
    for table, status in refused.items():
        assert f"HTTP {status}" in row(found, table)["error"]
        assert row(found, table)["new"] is pd.NA
    assert "payout_assignments" not in found["table"].tolist()  # those of no structure
    assert found["error"].isna().sum() == len(found) - len(refused)
    assert row(found, "analytics")["new"] > 0


@pytest.mark.parametrize("number", [1, 2])
def test_a_list_of_one_project_that_cannot_be_read_does_not_end_the_sync(box, store, number):
    projects = []

    def cut_off(request, go_on):
        if not request.path.endswith("/goal-compliance"):
            return go_on()
        projects.append(request.path)
        return (200, [JSON], b'{"data": 5}') if len(projects) == number else go_on()

    with client_of(box, Relay(box.app, cut_off)):
        found = store.sync(dates=DAYS, metrics=())
    assert "neither a list nor an object" in row(found, "goal_compliance")["error"]
    assert row(found, "goal_compliance")["new"] > 0
    assert len(projects) == 5
    assert found["error"].isna().sum() == len(found) - 1


def test_a_list_whose_pages_repeat_is_a_row_with_its_error(box, store):
    pages = []

    def repeating(request, go_on):
        if request.path != "/videos":
            return go_on()
        pages.append(go_on())
        return pages[0]

    with client_of(box, Relay(box.app, repeating)):
        found = store.sync(PROJECT, dates=DAYS, metrics=())
    assert "repeated the cursor" in row(found, "videos")["error"]
    assert found["error"].isna().sum() == len(found) - 1


def test_a_row_without_an_id_does_not_end_the_sync_and_is_not_counted(box, store):
    def without_id(request, go_on):
        if request.path != "/payout-structures":
            return go_on()
        answer = json.loads(go_on()[2])
        answer["data"][0]["id"] = None
        return 200, [JSON], json.dumps(answer).encode()

    with client_of(box, Relay(box.app, without_id)):
        found = store.sync(PROJECT, dates=DAYS, metrics=())
    assert found["error"].isna().all()
    assert (
        row(found, "payout_structures")["new"] == len(store.load("payout_structures", PROJECT)) - 1
    )
    assert row(found, "payout_assignments")["new"] > 0


def test_a_server_that_lists_no_comments_has_no_row_of_them(box, store):
    def without_comments(request, go_on):
        if request.path != "/openapi.json":
            return go_on()
        document = json.loads(go_on()[2])
        document["paths"] = {
            path: one for path, one in document["paths"].items() if not path.endswith("/comments")
        }
        return 200, [JSON], json.dumps(document).encode()

    with client_of(box, Relay(box.app, without_comments)):
        found = store.sync(PROJECT, dates=DAYS, metrics=())
    assert "comments" not in found["table"].tolist()
    assert found["error"].isna().all()


def test_an_answer_that_is_cut_short_ends_the_sync(box, store):
    def cutting(request, go_on):
        return (200, [JSON], b'{"data": [') if request.path == "/campaigns" else go_on()

    with (
        client_of(box, Relay(box.app, cutting), max_wait_s=0),
        pytest.raises(CutShortError, match="ends before its JSON does"),
    ):
        store.sync(PROJECT, dates=DAYS)


def test_a_sync_that_breaks_off_goes_on_there(box, tmp_path):
    with client_of(box) as client, tgp.open_store(tmp_path / "whole") as whole:
        whole.sync(PROJECT, dates=DAYS)
        requests = client.requests_sent
        expected = whole.load("videos", PROJECT)
    for sent in range(1, requests, 5 * every(3)):
        broken = [True]

        def breaking(request, go_on, sent=sent, broken=broken):
            stops = after(sent)(request) and broken[0]
            return refusal(429, ("Retry-After", "40000")) if stops else go_on()

        relay = Relay(box.app, breaking)
        with tgp.open_store(tmp_path / str(sent)) as store:
            with (
                client_of(box, relay),
                pytest.raises((DeadlineError, PartialLoadError), match="come back at"),
            ):
                store.sync(PROJECT, dates=DAYS, max_age=None)
            broken[0] = False
            with client_of(box, relay):
                found = store.sync(PROJECT, dates=DAYS, max_age=None)
            pd.testing.assert_frame_equal(store.load("videos", PROJECT), expected)
            assert len(relay.asked) <= requests + 1
            assert found["error"].isna().all()
            assert store.verify().empty
            kept = store.archive.lists.snapshots("videos")
            assert len(kept) == 1


def test_two_processes_do_not_sync_one_store_at_once(box, store):
    code = (
        "import sys, trackagoat_pandas as tgp\n"
        "from trackagoat_pandas.store.disk.lock import lock_of\n"
        "from pathlib import Path\n"
        f"with lock_of(Path({str(store.path / 'sync.lock')!r})).held('sync by night', wait_s=0):\n"
        "    print('held', flush=True)\n"
        "    sys.stdin.readline()\n"
    )
    with child("-c", code) as process, client_of(box) as client:
        assert process.stdout.readline() == "held\n"
        with pytest.raises(StoreBusyError, match=rf"process {process.pid} on .*sync by night"):
            store.sync(PROJECT, dates=DAYS)
        assert client.requests_sent == 0
        process.communicate("\n")
        assert store.sync(PROJECT, dates=DAYS, metrics=())["error"].isna().all()


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        ({"entities": "channel"}, ChoiceError, "entities='channel' is not allowed"),
        ({"entities": 5}, ArgumentTypeError, "entities can't be of type int"),
        ({"metrics": ["view"]}, ChoiceError, "metrics='view' is not allowed"),
        ({"metrics": 5}, ArgumentTypeError, "metrics can't be of type int"),
        ({"lookback_days": -1}, ArgumentError, "lookback_days=-1 is not allowed"),
        ({"spot_checks": -1}, ArgumentError, "spot_checks=-1 is not allowed"),
        ({"max_age": "5"}, ArgumentError, "max_age='5' is not allowed"),
        ({"max_age": "soon"}, ArgumentError, "max_age='soon' is not allowed"),
        ({"dates": None}, ArgumentError, "dates: give the days of analytics"),
    ],
)
def test_bad_arguments_are_refused_before_anything_is_sent(box, store, given, error, said):
    with client_of(box) as client, pytest.raises(error, match=said):
        store.sync(**given)
    assert client.requests_sent == 0


def test_an_offline_client_cannot_sync(box, store):
    with (
        client_of(box, store=store, offline=True),
        pytest.raises(ArgumentError, match="it is offline, and a sync asks the server"),
    ):
        store.sync(PROJECT)


def test_a_sync_uses_the_client_that_it_is_given(box, store):
    with client_of(box) as given, client_of(box) as last:
        store.sync(PROJECT, dates=DAYS, metrics=(), client=given)
        assert given.requests_sent > 0
        assert last.requests_sent == 0


def test_settled_days_are_requested_again_only_for_spot_checks(living, store):
    def requests(**options):
        days = {"dates": "2026-05-20..2026-06-16", "metrics": "views", "max_age": None}
        return row(store.sync(PROJECT, **days, **options), "analytics")["requests"]

    with client_of(living):
        assert requests() > 0
        assert requests(spot_checks=0) > 0
        assert requests(spot_checks=0, lookback_days=0) == 0
        living.advance(dt.timedelta(minutes=61))  # a check comes an hour after the last request
        assert requests(spot_checks=0, lookback_days=0) == 0
        assert requests(spot_checks=1, lookback_days=0) == 1


def test_an_unknown_project_is_an_error(box, store):
    with client_of(box), pytest.raises(UnknownProjectError, match="no project is called 'Q7'"):
        store.sync("Q7")


def sent_and_planned(client, store, project, **options):
    """How many requests a sync sends, and the plan before it."""
    before, plan = client.requests_sent, tgp.estimate_load(store.sync, project, **options)
    assert client.requests_sent == before
    store.sync(project, **options)
    return client.requests_sent - before, plan


@pytest.mark.parametrize("max_age", ["5min", None])
@pytest.mark.parametrize("entities", ["creator", ("creator", "campaign", "project"), ()])
def test_a_sync_takes_as_many_requests_as_its_plan_allows_for(entities, max_age, box, store):
    with client_of(box) as client:
        options = {"dates": DAYS, "entities": entities, "max_age": max_age}
        first, plan = sent_and_planned(client, store, PROJECT, **options)
        assert plan.least <= first
        assert plan.most is None
        again, plan = sent_and_planned(client, store, PROJECT, **options)
        assert plan.least <= again <= plan.most
        assert any("have changed" in note for note in plan.notes) == bool(entities)
        assert (max_age is None) == (again > 20)


def test_a_sync_on_the_next_day_takes_as_many_requests_as_its_plan_allows_for(living, store):
    with client_of(living) as client:
        store.sync(PROJECT, dates=DAYS)
        living.advance(dt.timedelta(days=1))
        tgp.load_projects()  # which says what time it is for the server
        sent, plan = sent_and_planned(client, store, PROJECT, dates=DAYS)
        assert plan.least <= sent <= plan.most


def test_a_sync_of_all_projects_has_a_plan(box, store):
    with client_of(box) as client:
        first, plan = sent_and_planned(client, store, None, dates=DAYS, metrics=())
        assert plan.least <= first
        assert any("/projects: more requests" in note for note in plan.notes)
        tgp.load_projects()
    with client_of(box) as client:
        again, plan = sent_and_planned(client, store, None, dates=DAYS, metrics=(), max_age=None)
        assert plan.least <= again
        assert [note for note in plan.notes if "isn't known" in note] == [
            (
                "/payout-structures/{id}/assignments: the number of rows isn't known, so "
                "15 requests or more"
            )
        ]


def test_the_plan_of_a_first_sync_rests_on_the_lists_that_the_client_has_seen(box, store):
    with client_of(box):
        unseen = tgp.estimate_load(store.sync, PROJECT, dates=DAYS)
        assert unseen.stored == ()
        tgp.load_videos(PROJECT)
        tgp.load_payout_structures(PROJECT)
        tgp.load_creators(PROJECT)
        plan = tgp.estimate_load(store.sync, PROJECT, dates=DAYS)
    assert plan.least > unseen.least
    assert not any("have changed" in note for note in plan.notes)  # nothing is stored yet
    assert any(note.startswith("/videos: 7 requests, since it had") for note in plan.notes)
    assert any("assignments" in note and "5 requests" in note for note in plan.notes)


def test_a_sync_has_a_plan_although_a_list_is_damaged(box, store):
    options = {"dates": DAYS, "metrics": (), "max_age": None}
    with client_of(box):
        store.sync(PROJECT, **options)
        whole = tgp.estimate_load(store.sync, PROJECT, **options)
        for part in store.archive.ledger.parts("payout_structures"):
            (store.path / part.path).unlink()
        plan = tgp.estimate_load(store.sync, PROJECT, **options)
        assert plan.least <= whole.least
        assert store.sync(PROJECT, **options)["error"].isna().all()


def test_a_sync_that_is_known_to_need_more_requests_sends_none(box, store):
    with client_of(box) as client:
        with pytest.raises(RequestBudgetError, match="says that the load takes 12 or more"):
            store.sync(PROJECT, dates=DAYS, max_requests=11)
        assert client.requests_sent == 0


def test_a_sync_ends_at_its_limit_and_goes_on_there(box, store):
    with client_of(box) as client:
        with pytest.raises(RequestBudgetError, match="used up"):
            store.sync(PROJECT, dates=DAYS, max_requests=20)
        assert client.requests_sent == 20
        store.sync(PROJECT, dates=DAYS, max_requests=20)
        assert client.requests_sent < 40


def test_a_row_of_which_only_the_time_of_its_update_differs_has_not_changed(living, store):
    with client_of(living):
        store.sync(PROJECT, dates=DAYS, metrics=())
        before = tgp.load_videos(PROJECT)
        living.advance(dt.timedelta(days=1))
        found = row(store.sync(PROJECT, dates=DAYS, metrics=(), max_age=None), "videos")
        both = before.merge(tgp.load_videos(PROJECT), on="id", suffixes=("", "_now"))
    columns = [name for name in before if name not in ("id", "updated_at")]
    now = both[[f"{name}_now" for name in columns]].set_axis(columns, axis=1)
    differs = (both[columns].map(str) != now.map(str)).any(axis=1)
    assert found["changed"] == differs.sum() < (both["updated_at"] != both["updated_at_now"]).sum()
