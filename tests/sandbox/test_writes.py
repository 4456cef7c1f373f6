"""What holds for every write of the sandbox: that it is there, scopes, bodies, transactions."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.writer import NOWHERE, Writer, opened
from trackagoat_pandas.sandbox import Faults
from trackagoat_pandas.sandbox.routes.catalogue import WRITES
from trackagoat_pandas.sandbox.world import OTHER_ORG_KEY, READ_ONLY_KEY, WRITE_ONLY_KEY

CONTRACT = """
POST /projects/{}/creators
PATCH DELETE /creators/{}
POST /creators/{}/scrape
POST /projects/{}/creators/bulk-reenable
POST /projects/{}/creators/bulk-remove
POST /projects/{}/videos
PATCH DELETE /videos/{}
POST /videos/{}/scrape
POST /videos/{}/tracking-disable
POST /videos/{}/tracking-enable
POST /videos/{}/tracking-unexempt
POST /projects/{}/videos/bulk-tracking-disable
POST /projects/{}/videos/bulk-tracking-enable
POST /projects/{}/campaigns
PATCH DELETE /campaigns/{}
POST DELETE /campaigns/{}/items
POST /organizations/{}/projects
PATCH /organizations/{}/projects/{}
PATCH /projects/{}/inbox
POST /creators/{}/goals
PATCH DELETE /creators/{}/goals/{}
POST /user/organizations
POST /organizations/{}/members
PATCH DELETE /organizations/{}/members/{}
POST /organizations/{}/invitations
DELETE /organizations/{}/invitations/{}
POST /organizations/{}/api-keys
DELETE /organizations/{}/api-keys/{}
POST /payout-structures
PATCH DELETE /payout-structures/{}
POST DELETE /payout-structures/{}/assignments
POST /payout-methods
PATCH DELETE /payout-methods/{}
PATCH /payout-accruals/{}
POST /payout-payments
PATCH /payout-payments/{}
POST /payouts/payment-receipts/upload-url
POST /analytics/annotations
PATCH DELETE /analytics/annotations/{}
"""


api = pytest.fixture(opened)


def bare(path):
    """A path without the names of its places."""
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))


def test_every_write_of_the_contract_is_served():
    lines = [line.split() for line in CONTRACT.split("\n") if line]
    expected = {(method, path) for *methods, path in lines for method in methods}
    assert {(route.method, bare(route.path)) for route in WRITES} == expected


@pytest.fixture(scope="module")
def shared():
    """A sandbox that only refuses."""
    writer = Writer()
    yield writer
    writer.close()


def address(route):
    return bare(route.path).replace("{}", NOWHERE)


def name(route):
    return f"{route.method} {route.path}"


@pytest.mark.parametrize("route", WRITES, ids=name)
def test_a_write_needs_a_key_with_the_scope_write(shared, route):
    response = shared.send(route.method, address(route), {}, headers={"Authorization": ""})
    assert response.status_code == 401
    response = shared.send(route.method, address(route), {}, key=READ_ONLY_KEY)
    assert response.status_code == 403
    assert response.json["meta"] == {
        "code": "insufficient_scope",
        "required": "write",
        "granted": ["read"],
    }


BODIED = [route for route in WRITES if route.body]


@pytest.mark.parametrize("route", BODIED, ids=name)
def test_a_body_that_is_missing_or_not_declared_is_an_invalid_body(shared, route):
    for body in (None, [], 1, {"unheard_of": 1}):
        refusal = shared.refused(route.method, address(route), body)
        assert refusal == (400, "invalid_body"), body


NAMED = [route for route in WRITES if "{" in route.path and not route.body]


@pytest.mark.parametrize("route", NAMED, ids=name)
def test_what_is_nowhere_is_404(shared, route):
    assert shared.refused(route.method, address(route)) == (404, None)


def test_a_key_that_only_writes_may_write_and_not_read(api):
    made = api.made("/payout-methods", {"name": "Barter"}, key=WRITE_ONLY_KEY)
    assert made["name"] == "Barter"
    assert api.refused("GET", "/payout-methods", key=WRITE_ONLY_KEY) == (403, "insufficient_scope")


def test_another_organizations_rows_are_404_and_stay_as_they_are(api):
    before = api.dump()
    for path in (f"/creators/{api.creator}", f"/projects/{api.project}/inbox"):
        body = {"readme": "x"} if "creators" in path else {"approve": [NOWHERE]}
        assert api.refused("PATCH", path, body, key=OTHER_ORG_KEY) == (404, None)
    assert api.refused("DELETE", f"/creators/{api.creator}", key=OTHER_ORG_KEY) == (404, None)
    assert api.dump() == before


# By a limit: how the path of a write ends that it counts.
LIMITED = {
    "max_creators_per_org": "/creators",
    "max_tracked_videos_per_org": "/videos",
    "max_projects_per_org": "/projects",
    "max_members_per_org": "/members",
    "max_api_keys_per_org": "/api-keys",
    "max_campaigns_per_project": "/campaigns",
    "max_campaign_items_per_campaign": "/items",
    "max_payout_methods_per_org": "/payout-methods",
    "max_payout_structures_per_project": "/payout-structures",
}


@pytest.mark.parametrize("limit_key", LIMITED)
def test_a_plan_has_room_for_as_many_as_its_limit_and_no_more(api, limit_key):
    creations = api.creations().items()
    [(path, body)] = [(path, body) for path, body in creations if path.endswith(LIMITED[limit_key])]
    api.limit(limit_key, 0)
    meta = api.send("POST", path, body).json["meta"]
    held = meta["current"]
    code = {"code": "limit_reached", "limitKey": limit_key}
    assert meta == {**code, "current": held, "max": 0}
    api.limit(limit_key, held)
    assert api.refused("POST", path, body) == (402, "limit_reached")
    api.limit(limit_key, held + 1)
    api.made(path, body)


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (b'{"name": "x"}', "text/plain"),
        (b'{"name": ', "application/json"),
        (b"\xff", "application/json"),
        (b"[" * 100_000, "application/json"),
        (b'{"name": "' + b"x" * 1_000_000 + b'"}', "application/json"),
    ],
    ids=["no JSON type", "cut", "no UTF-8", "deep", "large"],
)
def test_what_is_no_json_body_is_an_invalid_body(shared, data, content_type):
    response = shared.client.post(
        "/api/v1/payout-methods",
        data=data,
        content_type=content_type,
        headers={"Authorization": f"Bearer {shared.box.key}"},
    )
    assert response.status_code == 400
    assert response.json["meta"]["code"] == "invalid_body"


@pytest.mark.parametrize(
    ("path", "body", "error"),
    [
        ("/payout-methods", {}, "name is required"),
        ("/payout-methods", {"name": 5}, "name must be a text"),
        ("/payout-methods", {"name": ""}, "name must be `str` of length >= 1"),
        ("/payout-methods", {"name": "x", "n": 1}, "n is unknown"),
        (
            "/payout-methods",
            {"name": "x", "readme": 1},
            "readme must be a text or null",
        ),
        ("/payout-payments", {"creator_id": "x"}, "creator_id must be a UUID"),
        ("/payout-methods", {"name": "x", "metadata": 1}, "metadata must be a JSON"),
        ("/user/organizations", [], "The body must be a JSON object"),
        (
            f"/organizations/{NOWHERE}/api-keys",
            {"name": "x", "scopes": ["read", "read"]},
            "The body must not repeat an item of scopes",
        ),
    ],
)
def test_a_refusal_says_which_member_is_not_allowed_and_why(shared, path, body, error):
    if path == "/payout-payments":
        body = {**body, "accrual_ids": [NOWHERE], "amount_cents": 1, "method_id": NOWHERE}
    assert shared.send("POST", path, body).json["error"].startswith(error)


def test_a_whole_float_is_an_integer_and_a_free_form_object_stays_as_it_was_sent(api):
    body = {"name": "S", "kind": "cpm", "cpm_cents": 120.0, "project_id": api.project}
    made = api.made("/payout-structures", body)
    assert (made["cpm_cents"], type(made["cpm_cents"])) == (120, int)
    assert api.refused("POST", "/payout-structures", {**body, "cpm_cents": 120.5})[0] == 400
    metadata = {"ratio": 1.0, "large": 1e300}
    response = api.send("POST", "/payout-methods", {"name": "x", "metadata": metadata})
    assert '"ratio":1.0' in response.text
    assert response.json["data"]["metadata"] == metadata


def test_a_refused_write_leaves_nothing_behind_and_draws_nothing(api):
    before, creator = api.dump(), api.creator
    body = {"creator_id": creator, "accrual_ids": [NOWHERE], "amount_cents": 1}
    method = api.rows("/payout-methods")[0]["id"]
    assert api.refused("POST", "/payout-payments", {**body, "method_id": method}) == (404, None)
    assert api.dump() == before
    other = Writer()
    twins = [one.made("/payout-methods", {"name": "x"})["id"] for one in (api, other)]
    other.close()
    assert twins[0] == twins[1]


def test_the_same_writes_to_the_same_world_make_the_same_ids():
    made = []
    for seed in (7, 7, 8):
        api = Writer(seed=seed)
        ids = [api.made("/payout-methods", {"name": name})["id"] for name in ("a", "b")]
        made.append(ids)
        api.close()
    assert made[0] == made[1]
    assert not set(made[0]) & set(made[2])
    assert len(set(made[0])) == 2


def test_a_failure_in_the_middle_of_a_write_rolls_it_back(api, caplog):
    api.box.database.write("DROP TABLE campaign_items")
    campaign = api.box.database.rows("SELECT id FROM campaigns")[0]["id"]
    response = api.send("DELETE", f"/campaigns/{campaign}")
    assert response.status_code == 500
    kept = api.box.database.rows("SELECT id FROM campaigns WHERE id = ?", (campaign,))
    assert [row["id"] for row in kept] == [campaign]
    assert "failed" in caplog.text


def test_reads_see_what_was_written_at_once(api):
    video = api.rows("/videos", project_id=api.project)[0]
    before = api.row("/creators", video["creator_id"])["video_count"]
    api.done("DELETE", f"/videos/{video['id']}")
    assert api.row("/creators", video["creator_id"])["video_count"] == before - 1


def test_counts_grow_when_the_clock_is_advanced(api):
    newest = api.rows("/videos", project_id=api.project)[0]
    assert api.box.advance(timedelta(days=2)) is api.box
    later = api.row("/videos", newest["id"], project_id=api.project)
    assert later["view_count"] > newest["view_count"]
    assert "2026-06-17T12:00:00Z" in repr(api.box)


def test_the_clock_is_never_put_back(api):
    with pytest.raises(ValueError, match="can't go back"):
        api.box.advance(timedelta(seconds=-1))
    with pytest.raises(TypeError, match="give a timedelta"):
        api.box.advance(7)


@pytest.mark.parametrize(
    ("kind", "is_written"), [("lost", True), ("500 after", True), ("reset", False), ("500", False)]
)
def test_a_fault_after_the_commit_keeps_what_was_written_and_one_before_writes_nothing(
    kind, is_written
):
    api = Writer(faults=Faults(plan={1: kind}))
    before, body = api.dump(), {"name": "Barter"}
    if kind in {"lost", "reset"}:
        with pytest.raises(ConnectionResetError, match="as planned"):
            api.send("POST", "/payout-methods", body)
    else:
        assert api.refused("POST", "/payout-methods", body) == (500, "internal_error")
    assert ("Barter" in [row["name"] for row in api.rows("/payout-methods")]) == is_written
    assert (api.dump() == before) != is_written
    api.close()
