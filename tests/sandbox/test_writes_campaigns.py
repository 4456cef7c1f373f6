"""Campaigns and their members in the sandbox: cycles, and what a deletion takes along."""

from __future__ import annotations

import pytest

from tests.support.writer import NOWHERE, opened

api = pytest.fixture(opened)


def campaign(api, name="C"):
    return api.made(f"/projects/{api.project}/campaigns", {"name": name})["id"]


def member(item_type, item_id):
    return {"item_type": item_type, "item_id": item_id}


def test_a_new_campaign_is_listed_with_what_it_was_given(api):
    body = {"name": "C", "target_views": 5, "target_at": "2026-07-01T02:00:00+02:00"}
    made = api.made(f"/projects/{api.project}/campaigns", body)
    assert (made["target_views"], made["target_at"]) == (5, "2026-07-01T00:00:00Z")
    assert (made["items"], made["readme"]) == ([], None)
    assert made["created_at"] == "2026-06-15T12:00:00Z"
    assert api.row("/campaigns", made["id"]) == made


@pytest.mark.parametrize("name", ["", "x" * 201])
def test_a_name_has_1_to_200_characters(api, name):
    path = f"/projects/{api.project}/campaigns"
    assert api.refused("POST", path, {"name": name}) == (400, "invalid_body")
    assert api.made(path, {"name": "x" * 200})["name"] == "x" * 200


def test_an_edit_shows_and_must_change_something(api):
    path = f"/campaigns/{campaign(api)}"
    edited = api.done("PATCH", path, {"name": "D", "readme": "r", "target_views": None})
    assert (edited["name"], edited["readme"]) == ("D", "r")
    assert api.row("/campaigns", edited["id"]) == edited
    assert api.refused("PATCH", path, {}) == (400, "invalid_body")


def test_members_of_the_same_project_are_added_once(api):
    one, creator = campaign(api), api.creator
    made = api.made(f"/campaigns/{one}/items", member("creator", creator))
    assert made == {"campaign_id": one, **member("creator", creator)}
    assert api.row("/campaigns", one)["items"] == [member("creator", creator)]
    again = api.refused("POST", f"/campaigns/{one}/items", member("creator", creator))
    assert again == (409, "duplicate")


def test_members_of_another_project_are_not_found(api):
    one = campaign(api)
    other = next(r["id"] for r in api.rows("/creators") if r["project_id"] != api.project)
    path = f"/campaigns/{one}/items"
    assert api.refused("POST", path, member("creator", other)) == (404, None)
    assert api.refused("POST", path, member("video", NOWHERE)) == (404, None)


def test_a_campaign_is_never_beneath_itself(api):
    top, middle, low = (campaign(api, name) for name in "abc")
    api.made(f"/campaigns/{top}/items", member("campaign", middle))
    api.made(f"/campaigns/{middle}/items", member("campaign", low))
    for above, beneath in [(top, top), (middle, top), (low, top)]:
        refusal = api.refused("POST", f"/campaigns/{above}/items", member("campaign", beneath))
        assert refusal == (409, "campaign_cycle")
    api.made(f"/campaigns/{top}/items", member("campaign", low))


@pytest.mark.parametrize("as_query", [False, True], ids=["body", "query"])
def test_a_member_is_taken_out_by_body_or_query(api, as_query):
    one, item = campaign(api), member("creator", api.creator)
    api.made(f"/campaigns/{one}/items", item)
    path, given = (
        f"/campaigns/{one}/items",
        ({"body": None, **item} if as_query else {"body": item}),
    )
    assert api.done("DELETE", path, **given) == {"id": item["item_id"], "deleted": True}
    assert api.row("/campaigns", one)["items"] == []
    assert api.refused("DELETE", path, **given) == (404, None)


def test_a_deleted_campaign_leaves_no_membership(api):
    top, low = campaign(api, "top"), campaign(api, "low")
    api.made(f"/campaigns/{top}/items", member("campaign", low))
    api.made(f"/campaigns/{low}/items", member("creator", api.creator))
    assert api.done("DELETE", f"/campaigns/{low}") == {"id": low, "deleted": True}
    assert api.row("/campaigns", top)["items"] == []
    assert not api.box.database.rows("SELECT 1 FROM campaign_items WHERE campaign_id = ?", (low,))
    assert api.refused("DELETE", f"/campaigns/{low}") == (404, None)
