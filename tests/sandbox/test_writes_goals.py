"""Goals and chart notes written in the sandbox, and seen where they matter."""

from __future__ import annotations

import pytest

from tests.support.writer import NOWHERE, opened

GOAL = {"metric": "followers", "period": "daily", "target_value": 3, "start_date": "2026-06-01"}
NOTE = {"kind": "note", "label": "x", "date": "2026-06-10"}


api = pytest.fixture(opened)


@pytest.fixture
def path(api):
    return f"/creators/{api.creator}/goals"


def judged(api, goal_id):
    groups = api.done("GET", f"/projects/{api.project}/goal-compliance")
    entries = [entry for group in groups for entry in group["compliance"]]
    return [entry for entry in entries if entry["goal"]["id"] == goal_id]


def test_a_new_goal_is_judged_and_its_edits_show(api, path):
    goal = api.made(path, GOAL)
    assert (goal["end_date"], goal["is_active"]) == (None, True)
    assert judged(api, goal["id"])[0]["target"] == 3
    edited = api.done("PATCH", f"{path}/{goal['id']}", {"target_value": 9})
    assert judged(api, goal["id"])[0]["goal"] == edited
    assert judged(api, goal["id"])[0]["target"] == 9
    ended = api.done("DELETE", f"{path}/{goal['id']}")
    assert ended == {"id": goal["id"], "deleted": True}
    assert judged(api, goal["id"]) == []


def test_a_second_active_goal_of_a_metric_and_period_is_a_duplicate(api, path):
    goal = api.made(path, GOAL)
    assert api.refused("POST", path, GOAL) == (409, "duplicate")
    api.done("DELETE", f"{path}/{goal['id']}")
    api.made(path, GOAL)
    back = api.refused("PATCH", f"{path}/{goal['id']}", {"is_active": True})
    assert back == (409, "duplicate")


@pytest.mark.parametrize(
    "wrong",
    [
        {"metric": "likes"},
        {"target_value": 0},
        {"target_value": 1.5},
        {"target_value": True},
        {"start_date": "2026-02-30"},
        {"start_date": "20260201"},
        {"start_date": "1970-12-31"},
        {"end_date": "2026-05-31"},
    ],
    ids=str,
)
def test_a_goal_that_makes_no_sense_is_an_invalid_body(api, path, wrong):
    assert api.refused("POST", path, {**GOAL, **wrong}) == (400, "invalid_body")


def test_a_whole_number_may_have_a_point(api, path):
    assert api.made(path, {**GOAL, "target_value": 4.0})["target_value"] == 4


def test_an_edit_never_ends_a_goal_before_it_starts(api, path):
    goal = api.made(path, GOAL)
    refusal = api.refused("PATCH", f"{path}/{goal['id']}", {"end_date": "2026-05-31"})
    assert refusal == (409, "state_conflict")


def test_a_goal_of_another_creator_is_not_found(api, path):
    goal = api.made(path, GOAL)
    others = (r["id"] for r in api.rows("/creators") if r["id"] != api.creator)
    address = f"/creators/{next(others)}/goals/{goal['id']}"
    assert api.refused("PATCH", address, {"target_value": 1}) == (404, None)


def test_a_note_about_a_project_is_listed(api):
    made = api.made("/analytics/annotations", {"project_id": api.project, **NOTE})
    assert (made["project_id"], made["entity"]) == (api.project, None)
    assert made in api.done("GET", "/analytics/annotations")


def test_a_note_about_an_entity_finds_its_project(api):
    about = {"entity": "creator", "entity_id": api.creator}
    made = api.made("/analytics/annotations", {**NOTE, **about})
    assert made["project_id"] == api.project
    query = {"entity": "creator", "entity_id": api.creator, "metric": "views"}
    series = api.done("GET", "/analytics", **query, **{"from": "2026-06-01", "to": "2026-06-15"})
    assert made in series["annotations"]


def test_a_note_needs_a_project_or_an_entity_that_is_there(api):
    path = "/analytics/annotations"
    assert api.refused("POST", path, NOTE) == (400, "invalid_body")
    about = {"entity": "video", "entity_id": NOWHERE}
    assert api.refused("POST", path, {**NOTE, **about}) == (404, None)
    other = next(r["id"] for r in api.rows("/projects") if r["id"] != api.project)
    mixed = {"project_id": other, "entity": "creator", "entity_id": api.creator}
    assert api.refused("POST", path, {**NOTE, **mixed}) == (404, None)


def test_a_note_is_edited_and_deleted(api):
    made = api.made("/analytics/annotations", {"project_id": api.project, **NOTE})
    path = f"/analytics/annotations/{made['id']}"
    edited = api.done("PATCH", path, {"label": "y", "kind": "launch"})
    assert (edited["label"], edited["kind"], edited["date"]) == ("y", "launch", NOTE["date"])
    assert api.done("DELETE", path) == {"id": made["id"], "deleted": True}
    assert api.refused("PATCH", path, {"label": "z"}) == (404, None)
