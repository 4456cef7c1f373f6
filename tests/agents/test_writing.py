"""Writes happen after a dry run, with its token, once; nothing else is ever sent but GETs."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

import trackagoat_pandas as tgp
from tests.support.agent_doors import agent_of
from tests.support.relays import Relay
from trackagoat_pandas.agents.desk import Desk
from trackagoat_pandas.agents.server import ToolServer

NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def relay():
    """Serve a small program, and count its requests."""
    with tgp.sandbox(creators=6, days=60, rate_limit=None) as box:
        relay = Relay(box.app, lambda _, go_on: go_on())
        relay.key = box.key
        yield relay


@pytest.fixture
def client(relay):
    with tgp.connect(relay.key, transport=relay, rate_limit=None, progress=False) as connected:
        yield connected


@pytest.fixture
def writer(client):
    with agent_of(ToolServer(Desk(client), allow_writes=True)) as agent:
        yield agent


@pytest.fixture
def program(client):
    """The id of a project with creators."""
    creators = tgp.load_creators()
    return creators["project_id"].value_counts().index[0]


def test_creators_are_added_after_a_dry_run(writer, relay, program):
    given = {"project": program, "handles": ["goat.one", "goat.two"]}
    plan = writer.ask("add_creators", **given)
    assert plan["totals"] == {"would create": 2}
    assert plan["answer"].startswith("Nothing was written")
    assert relay.writes == []
    done = writer.ask("add_creators", **given, token=plan["token"])
    assert done["totals"] == {"created": 2}
    assert len(relay.writes) == 1
    assert {"goat.one", "goat.two"} <= {*tgp.load_creators(program)["tiktok_handle"]}
    assert "or it was used" in writer.refusal("add_creators", **given, token=plan["token"])
    assert len(relay.writes) == 1


def test_a_token_is_for_the_same_arguments(writer, relay, program):
    plan = writer.ask("add_creators", project=program, handles=["goat.one"])
    said = writer.refusal(
        "add_creators", project=program, handles=["goat.one", "goat.two"], token=plan["token"]
    )
    assert "other arguments" in said
    assert relay.writes == []


def test_a_token_of_another_tool_or_client_is_refused(writer, relay, program, client):
    given = {"project": program, "handles": ["goat.one"]}
    token = writer.ask("add_creators", **given)["token"]
    assert "other arguments" in writer.refusal("review_posts", project=program, token=token)
    with agent_of(ToolServer(Desk(client), allow_writes=True)) as other:
        token = other.ask("add_creators", **given)["token"]
        assert "isn't one" in writer.refusal("add_creators", **given, token=token)
    assert relay.writes == []


def test_of_two_calls_at_once_with_one_token_one_writes(writer, relay, program):
    given = {"project": program, "handles": ["goat.one"]}
    token = writer.ask("add_creators", **given)["token"]
    with ThreadPoolExecutor(4) as pool:
        calls = [pool.submit(writer.call, "add_creators", **given, token=token) for _ in range(4)]
    assert sorted(call.result().is_error for call in calls) == [False, True, True, True]
    assert len(relay.writes) == 1


def test_what_would_do_nothing_has_no_token(writer, relay, program):
    known = tgp.load_creators(program)["tiktok_handle"][0]
    plan = writer.ask("add_creators", project=program, handles=[known])
    assert "token" not in plan
    assert plan["totals"] == {"exists": 1}
    assert relay.writes == []


def test_a_goal_is_set(writer, relay, program):
    creators = tgp.load_creators(program)["id"].head(2).tolist()
    given = {
        "creator_ids": creators, "metric": "followers", "period": "daily", "target_value": 7,
        "start_date": "2030-01-01",
    }  # fmt: skip
    plan = writer.ask("set_goals", **given)
    done = writer.ask("set_goals", **given, token=plan["token"])
    assert sum(done["totals"].values()) == 2
    assert len(relay.writes) == done["totals"].get("created", 0) > 0


def test_goal_update_shows_old_and_new_targets(writer, relay, program):
    goal = tgp.load_goal_compliance(program).iloc[0]
    old = goal["target_value"]
    new = int(old) + 1
    given = {
        "creator_ids": [goal["creator_id"]], "metric": goal["metric"], "period": goal["period"],
        "target_value": new, "start_date": "2030-01-01",
    }  # fmt: skip
    assert writer.ask("set_goals", **given)["totals"] == {"exists": 1}
    plan = writer.ask("set_goals", **given, update=True)
    assert plan["totals"] == {"would change": 1}
    assert (plan["items"][0]["old_target"], plan["items"][0]["new_target"]) == (old, new)
    assert "update=True, dry_run=True)" in plan["code"]
    assert relay.writes == []
    done = writer.ask("set_goals", **given, update=True, token=plan["token"])
    assert done["totals"] == {"updated": 1}
    assert (done["items"][0]["old_target"], done["items"][0]["new_target"]) == (old, new)
    assert len(relay.writes) == 1


def test_posts_are_reviewed(writer, relay, program):
    videos = tgp.load_videos()
    waiting = videos[videos["tracking_status"] == "pending_review"].iloc[0]
    given = {"project": waiting["project_id"], "approve": [waiting["id"]]}
    plan = writer.ask("review_posts", **given)
    assert plan["totals"] == {"would change": 1}
    assert writer.ask("review_posts", **given, token=plan["token"])["totals"] == {"updated": 1}
    assert len(relay.writes) == 1


def test_a_payment_is_recorded(writer, relay):
    accruals = tgp.load_payout_accruals()
    due = accruals[accruals["status"] == "pending"].iloc[0]
    given = {
        "creator_id": due["creator_id"], "accrual_ids": [due["id"]],
        "amount_cents": int(due["amount_cents"]), "method_id": tgp.load_payout_methods()["id"][0],
    }  # fmt: skip
    plan = writer.ask("record_payment", **given)
    assert relay.writes == []
    done = writer.ask("record_payment", **given, token=plan["token"])
    assert done["totals"] == {"recorded": 1}
    assert done["items"][0]["amount_cents"] == given["amount_cents"]
    assert len(relay.writes) == 1


WRONG = (
    ("add_creators", {"project": "x", "handles": ["no such handle!"]}),
    ("add_creators", {"project": "x", "handles": []}),
    ("set_goals", {"creator_ids": [NOBODY], "metric": "views"}),
    ("review_posts", {"project": "x", "approve": ["x"]}),
    ("record_payment", {"creator_id": NOBODY, "accrual_ids": [], "amount_cents": -1}),
    ("record_payment", {"creator_id": NOBODY, "again": True}),
)


def test_wrong_arguments_are_refused_before_anything_is_sent(writer, relay):
    for tool, given in WRONG:
        refusal = writer.refusal(tool, **given)
        assert "Nothing was sent." in refusal
    assert relay.asked == []


def test_without_writes_a_desk_sends_gets_alone(client, relay, program):
    with agent_of(ToolServer(Desk(client))) as reader:
        given = {"project": program, "handles": ["goat.one"]}
        assert "no such tool" in reader.refusal("add_creators", **given)
        reader.ask("load", project=program, table="videos")
    assert relay.writes == []


def test_the_quota_says_how_many_requests_go_in_how_many_seconds(relay):
    with (
        tgp.connect(relay.key, transport=relay, rate_limit=(50, 30), progress=False) as limited,
        agent_of(ToolServer(Desk(limited))) as reader,
    ):
        totals = reader.ask("quota")["totals"]
    assert (totals["limit"], totals["window_s"]) == (50, 30)


def test_the_limit_of_requests_holds_for_calls_at_once(relay):
    times = []

    def answer(_request, go_on):
        times.append(time.monotonic())
        return go_on()

    slow = Relay(relay.app, answer)
    with (
        tgp.connect(relay.key, transport=slow, rate_limit=(5, 0.5), progress=False) as client,
        agent_of(ToolServer(Desk(client))) as agent,
        ThreadPoolExecutor(6) as pool,
    ):
        project = agent.ask("list_projects")["items"][0]["id"]
        tables = ("creators", "campaigns", "structures", "goals", "methods", "annotations") * 2
        calls = [pool.submit(agent.ask, "load", project=project, table=one) for one in tables]
        assert all(call.result()["complete"] for call in calls)
    assert len(times) > 10
    # The log counts from the answers, so no six requests arrive within one window.
    assert all(later - earlier >= 0.5 for earlier, later in zip(times, times[5:], strict=False))
