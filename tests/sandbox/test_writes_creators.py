"""Creators added, edited, removed, brought back and scraped in the sandbox."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.writer import NOWHERE, opened

api = pytest.fixture(opened)


@pytest.fixture
def path(api):
    return f"/projects/{api.project}/creators"


def statuses(data):
    return [(row["item"], row["status"], row["code"]) for row in data["results"]]


def test_a_new_creator_is_listed_as_it_was_answered(api, path):
    made = api.made(path, {"tiktok_handle": "@new.goat", "tracking_mode": "selective"})
    assert made["tiktok_handle"] == "new.goat"
    assert (made["tracking_mode"], made["tracking_start_date"]) == ("selective", "2026-06-15")
    assert (made["is_active"], made["video_count"], made["total_likes"]) == (True, 0, 0)
    assert api.row("/creators", made["id"]) == made


def test_an_active_creator_is_a_duplicate_whatever_its_case(api, path):
    api.made(path, {"tiktok_handle": "new.goat"})
    assert api.refused("POST", path, {"tiktok_handle": "New.Goat"}) == (409, "duplicate")


def test_a_removed_creator_is_listed_as_disabled_and_brought_back_by_its_handle(api, path):
    made = api.made(path, {"tiktok_handle": "new.goat"})
    assert api.done("DELETE", f"/creators/{made['id']}") == {"id": made["id"], "deleted": True}
    removed = api.row("/creators", made["id"])
    assert (removed["is_active"], removed["disabled_at"]) == (False, "2026-06-15T12:00:00Z")
    back = api.done("POST", path, {"tiktok_handle": "@new.goat"}, 200)
    assert (back["id"], back["is_active"], back["disabled_at"]) == (made["id"], True, None)


def test_a_creator_that_was_taken_off_the_list_is_brought_back_too(api, path):
    made = api.made(path, {"tiktok_handle": "new.goat"})
    gone = {"is_active": 0, "deleted_at": "2026-06-15T12:00:00Z"}
    api.box.database.update("creators", made["id"], gone)
    api.done("POST", path, {"tiktok_handle": "new.goat"}, 200)
    assert api.row("/creators", made["id"])["is_active"]


def test_removing_twice_is_no_error_and_keeps_the_first_time(api):
    creator = api.creator
    api.done("DELETE", f"/creators/{creator}")
    api.box.advance(timedelta(hours=1))
    api.done("DELETE", f"/creators/{creator}")
    assert api.row("/creators", creator)["disabled_at"] == "2026-06-15T12:00:00Z"


def test_each_of_many_has_its_own_result_in_the_order_given(api, path):
    known = api.row("/creators", api.creator)["tiktok_handle"]
    handles = ["one", f"@{known}", "no such", "nosuch.one", "banned.two", "three", "one"]
    data = api.made(path, {"creators": [{"tiktok_handle": handle} for handle in handles]})
    assert statuses(data) == [
        ("one", "created", None),
        (f"@{known}", "unchanged", None),
        ("no such", "failed", "invalid_body"),
        ("nosuch.one", "failed", "invalid_handle"),
        ("banned.two", "failed", "creator_banned"),
        ("three", "created", None),
        ("one", "unchanged", None),
    ]
    assert data["results"][0]["id"] == data["results"][-1]["id"]
    assert all((row["error"] is None) == (row["status"] != "failed") for row in data["results"])


def test_many_of_which_none_is_new_are_200(api, path):
    known = api.row("/creators", api.creator)["tiktok_handle"]
    data = api.done("POST", path, {"creators": [{"tiktok_handle": known}]}, 200)
    assert statuses(data) == [(known, "unchanged", None)]


def test_1_to_50_are_added_at_once(api, path):
    bodies = [{"tiktok_handle": f"goat{number}"} for number in range(51)]
    for wrong in ([], bodies):
        assert api.refused("POST", path, {"creators": wrong}) == (400, "invalid_body")
    data = api.made(path, {"creators": bodies[:50]})
    assert [row["status"] for row in data["results"]] == ["created"] * 50


@pytest.mark.parametrize("handle", ["", "@", "a b", "x" * 31, "ü", "a\n"])
def test_a_malformed_handle_is_an_invalid_body(api, path, handle):
    assert api.refused("POST", path, {"tiktok_handle": handle}) == (400, "invalid_body")


def conflict_of(api, method, path, body):
    """The error of a conflict that names no code."""
    response = api.send(method, path, body)
    assert (response.status_code, response.json["meta"]) == (409, None)
    return response.json["error"]


def test_banned_and_unknown_handles_are_conflicts_named_by_the_error(api, path):
    assert conflict_of(api, "POST", path, {"tiktok_handle": "banned"}) == "creator_banned"
    assert conflict_of(api, "POST", path, {"tiktok_handle": "nosuch"}) == "invalid_handle"


def test_of_many_those_that_the_plan_has_no_room_for_fail(api, path):
    active = sum(row["is_active"] for row in api.rows("/creators"))
    api.limit("max_creators_per_org", active + 1)
    data = api.made(path, {"creators": [{"tiktok_handle": "one"}, {"tiktok_handle": "two"}]})
    assert statuses(data) == [("one", "created", None), ("two", "failed", "limit_reached")]


def test_a_full_plan_doesnt_bring_back_either(api):
    creator = api.creator
    active = sum(row["is_active"] for row in api.rows("/creators"))
    api.done("DELETE", f"/creators/{creator}")
    api.limit("max_creators_per_org", active - 1)
    path = f"/projects/{api.project}/creators/bulk-reenable"
    data = api.done("POST", path, {"creator_ids": [creator]})
    assert statuses(data) == [(creator, "failed", "limit_reached")]


def test_an_edit_shows_and_null_clears_the_notes(api):
    creator = api.creator
    edited = api.done("PATCH", f"/creators/{creator}", {"readme": "mornings"})
    assert edited["description"] == "mornings"
    assert edited["updated_at"] == "2026-06-15T12:00:00Z"
    assert api.row("/creators", creator) == edited
    api.done("PATCH", f"/creators/{creator}", {"readme": None})
    assert api.row("/creators", creator)["description"] is None
    assert api.refused("PATCH", f"/creators/{creator}", {}) == (400, "invalid_body")


def test_a_rename_is_refused_where_the_handle_is_taken_or_the_same(api, path):
    other = api.row("/creators", api.creator)
    made = api.made(path, {"tiktok_handle": "new.goat"})
    mine = f"/creators/{made['id']}"
    for handle, code in [
        ("@new.goat", "no_change"),
        (other["tiktok_handle"].upper(), "handle_taken"),
        ("nosuch", "invalid_handle"),
        ("banned", "creator_banned"),
    ]:
        assert conflict_of(api, "PATCH", mine, {"tiktok_handle": handle}) == code
    assert api.done("PATCH", mine, {"tiktok_handle": "@NEW.goat"})["tiktok_handle"] == "NEW.goat"


@pytest.mark.parametrize("start", ["1971-01-01", "2026-06-01", "2100-12-31"])
def test_moving_the_first_day_of_tracking_leaves_the_followers_of_now(api, start):
    creator = api.creator
    before = api.row("/creators", creator)["follower_count"]
    after = api.done("PATCH", f"/creators/{creator}", {"tracking_start_date": start})
    assert after["follower_count"] == pytest.approx(before, rel=0.01)


def test_many_are_removed_and_brought_back(api, path):
    ids = [row["id"] for row in api.rows("/creators", project_id=api.project)]
    active = [row["is_active"] for row in api.rows("/creators", project_id=api.project)]
    other = next(r["id"] for r in api.rows("/creators") if r["project_id"] != api.project)
    gone = api.done("POST", f"{path}/bulk-remove", {"creator_ids": [*ids, NOWHERE, "x", other]})
    expected = ["updated" if was else "unchanged" for was in active]
    assert [row["status"] for row in gone["results"]] == [*expected, *["failed"] * 3]
    assert gone["results"][-1]["error"] == "Creator not found"
    assert not any(row["is_active"] for row in api.rows("/creators", project_id=api.project))
    back = api.done("POST", f"{path}/bulk-reenable", {"creator_ids": ids[:1]})
    assert statuses(back) == [(ids[0], "reactivated", None)]


def test_a_scrape_shows_and_so_many_a_utc_day_are_allowed(api):
    creator = api.creator
    path = f"/creators/{creator}/scrape"
    api.limit("max_manual_scrape_triggers_per_day", 1)
    assert api.done("POST", path) == {"id": creator, "queued": True}
    assert api.row("/creators", creator)["updated_at"] == "2026-06-15T12:00:00Z"
    assert api.refused("POST", path) == (402, "limit_reached")
    api.box.advance(timedelta(hours=12))
    api.done("POST", path)
