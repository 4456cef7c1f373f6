"""Organizations, projects, members, invitations and keys written in the sandbox."""

from __future__ import annotations

import re

import pytest

from tests.support.writer import NOWHERE, opened

api = pytest.fixture(opened)


@pytest.fixture
def org(api):
    return f"/organizations/{api.org}"


def test_a_new_project_is_listed_and_edited(api, org):
    made = api.made(f"{org}/projects", {"name": "New", "description": "d"})
    assert (made["org_id"], made["timezone"]) == (api.org, "America/New_York")
    assert api.row("/projects", made["id"]) == made
    edited = api.done("PATCH", f"{org}/projects/{made['id']}", {"description": None})
    assert edited == {**made, "description": None}
    assert api.row("/projects", made["id"]) == edited


def test_a_new_organization_is_not_the_keys(api):
    made = api.made("/user/organizations", {"name": "Mine"})
    assert made["name"] == "Mine"
    path = f"/organizations/{made['id']}/projects"
    assert api.refused("POST", path, {"name": "x"}) == (404, None)


def test_a_member_is_added_by_address_or_id_and_only_once(api, org):
    made = api.made(f"{org}/members", {"email": "nina@goats.example", "role": "admin"})
    assert (made["email"], made["role"]) == ("nina@goats.example", "admin")
    other = api.made(f"{org}/members", {"user_id": NOWHERE})
    assert (other["user_id"], other["email"], other["role"]) == (NOWHERE, None, "member")
    for again in ({"email": "NINA@goats.example"}, {"user_id": NOWHERE}):
        assert api.refused("POST", f"{org}/members", again) == (409, "duplicate")


@pytest.mark.parametrize(
    "body",
    [{}, {"role": "admin"}, {"email": "x"}, {"email": "a@b.co", "user_id": NOWHERE}],
    ids=str,
)
def test_a_member_is_named_in_one_way(api, org, body):
    assert api.refused("POST", f"{org}/members", body) == (400, "invalid_body")


def test_a_role_is_changed_and_a_member_removed(api, org):
    user = api.made(f"{org}/members", {"email": "nina@goats.example"})["user_id"]
    path = f"{org}/members/{user}"
    assert api.done("PATCH", path, {"role": "admin"})["role"] == "admin"
    assert api.refused("PATCH", path, {"role": "owner"}) == (400, "invalid_body")
    assert api.done("DELETE", path) == {"id": user, "deleted": True}
    assert api.refused("DELETE", path) == (404, None)


def test_an_invitation_is_made_once_and_taken_back(api, org):
    made = api.made(f"{org}/invitations", {"email": "nina@goats.example"})
    assert (made["email"], made["role"]) == ("nina@goats.example", "member")
    again = api.refused("POST", f"{org}/invitations", {"email": "nina@goats.example"})
    assert again == (409, "duplicate")
    path = f"{org}/invitations/{made['id']}"
    assert api.done("DELETE", path) == {"id": made["id"], "deleted": True}
    assert api.refused("DELETE", path) == (404, None)


def test_a_member_is_not_invited(api, org):
    api.made(f"{org}/members", {"email": "nina@goats.example"})
    refusal = api.refused("POST", f"{org}/invitations", {"email": "nina@goats.example"})
    assert refusal == (409, "duplicate")


def test_members_and_invitations_are_counted_together(api, org):
    api.limit("max_members_per_org", 2)
    api.made(f"{org}/members", {"email": "a@goats.example"})
    api.made(f"{org}/invitations", {"email": "b@goats.example"})
    for path in ("members", "invitations"):
        refusal = api.refused("POST", f"{org}/{path}", {"email": "c@goats.example"})
        assert refusal == (402, "limit_reached")


def test_a_new_key_works_at_once_with_its_scopes_until_it_is_revoked(api, org):
    made = api.made(f"{org}/api-keys", {"name": "Notebook", "scopes": ["read"]})
    key = made["key"]
    assert re.fullmatch("tga_[0-9a-f]{64}", key)
    assert api.send("GET", "/projects", key=key).status_code == 200
    assert api.refused("POST", "/payout-methods", {"name": "x"}, key=key)[0] == 403
    path = f"{org}/api-keys/{made['id']}"
    assert api.done("DELETE", path) == {"id": made["id"], "deleted": True}
    assert api.refused("GET", "/projects", key=key) == (401, "invalid_api_key")
    api.done("DELETE", path)


def test_a_new_key_reads_and_writes_by_default(api, org):
    assert api.made(f"{org}/api-keys", {"name": "x"})["scopes"] == ["read", "write"]
    for scopes in ([], ["admin"], ["read", "read"]):
        body = {"name": "x", "scopes": scopes}
        assert api.refused("POST", f"{org}/api-keys", body) == (400, "invalid_body")


def test_revoked_keys_leave_room_in_the_plan(api, org):
    count = "SELECT count(*) AS n FROM api_keys WHERE org_id = ? AND revoked_at IS NULL"
    held = api.box.database.rows(count, (api.org,))[0]["n"]
    api.limit("max_api_keys_per_org", held + 1)
    made = api.made(f"{org}/api-keys", {"name": "x"})
    assert api.refused("POST", f"{org}/api-keys", {"name": "y"}) == (402, "limit_reached")
    api.done("DELETE", f"{org}/api-keys/{made['id']}")
    api.made(f"{org}/api-keys", {"name": "y"})


def test_no_key_is_logged(api, org):
    key = api.made(f"{org}/api-keys", {"name": "x"})["key"]
    api.send("GET", "/projects", key=key)
    assert key not in repr(api.box.log)
