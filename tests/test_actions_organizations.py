from __future__ import annotations

import pickle

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.acting import PROJECT, acting, client_of, ids_of, limit
from tests.canned import Canned, connect_to
from trackagoat_pandas._secrets import Secret
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    ChoiceError,
    ConflictError,
    ForbiddenError,
    LimitReachedError,
    NotFoundError,
    UnauthorizedError,
    UnreadableResponseError,
)

PLAIN = "tga_" + "0f" * 32


@pytest.fixture
def world():
    with acting() as (client, box):
        yield client, box


@pytest.fixture
def client(world):
    return world[0]


def test_a_project_is_made_in_the_keys_own_organization_and_known_at_once(client):
    before = tgp.load_projects(client=client)
    made = tgp.actions.create_project("Autumn", description="Leaves", client=client)
    assert made["org_id"].tolist() == [before["org_id"][0]]
    assert tgp.load_creators("Autumn", client=client).empty
    assert len(tgp.load_projects(client=client)) == len(before) + 1


def test_a_name_that_moved_to_another_project_means_the_other_one(client):
    first, second = (
        tgp.actions.create_project(name, client=client)["id"][0] for name in ("One", "Two")
    )
    tgp.actions.update_project("One", name="Old", client=client)
    tgp.actions.update_project("Two", name="One", client=client)
    changed = tgp.actions.update_project("One", description="x", client=client)
    assert changed["id"].tolist() == [second]
    assert tgp.actions.update_project("Old", description=None, client=client)["id"][0] == first


def test_a_project_beyond_the_plan_is_an_error_with_its_facts(world):
    client, box = world
    limit(box, "max_projects_per_org", 5)
    with pytest.raises(LimitReachedError, match="max_projects_per_org") as caught:
        tgp.actions.create_project("Sixth", client=client)
    assert (caught.value.current, caught.value.maximum) == (5, 5)


def test_an_organization_is_made_and_is_not_the_keys_own(client):
    made = tgp.actions.create_organization("Second Herd", client=client)
    assert list(made) == ["id", "name", "timezone", "created_at"]
    with pytest.raises(NotFoundError, match="404"):
        tgp.actions.create_project("x", organization=made["id"][0], client=client)


def test_without_a_project_the_organization_must_be_named():
    with connect_to(Canned({"/projects": []})) as client:
        with pytest.raises(ArgumentError, match="no project says which is the key's"):
            tgp.actions.create_project("First", client=client)
        plan = tgp.actions.create_project(
            "First", organization=ids_of(1)[0], dry_run=True, client=client
        )
    assert plan["path"].tolist() == [f"/organizations/{ids_of(1)[0]}/projects"]


def test_people_are_added_by_id_or_address_and_known_by_their_user_id(client):
    user = ids_of(1)[0]
    added = tgp.actions.add_members([user, "ann@example.com"], client=client)
    assert added["status"].tolist() == ["created", "created"]
    assert added["id"][0] == user
    promoted = tgp.actions.update_member(added["id"][1], role="admin", client=client)
    assert promoted[["email", "role"]].to_numpy().tolist() == [["ann@example.com", "admin"]]
    gone = tgp.actions.remove_members(added["id"], confirm=True, client=client)
    assert gone["status"].tolist() == ["deleted", "deleted"]


@pytest.mark.parametrize("column", ["email", "user_id"])
def test_a_frame_of_people_says_who_is_what(client, column):
    people = {"email": ["a@b.co", "c@d.co"], "user_id": ids_of(2)}[column]
    frame = pd.DataFrame({column: people, "role": ["admin", None]})
    plan = tgp.actions.add_members(frame, dry_run=True, client=client)
    assert [("admin" in body, column in body) for body in plan["body"]] == [
        (True, True),
        (False, True),
    ]


def test_a_person_who_is_there_already_fails_alone(client):
    tgp.actions.add_members("ann@example.com", client=client)
    done = tgp.actions.invite_members(["ann@example.com", "bob@example.com"], client=client)
    assert done["error_code"].fillna("").tolist() == ["duplicate", ""]


def test_an_invitation_is_taken_back_once(client):
    invited = tgp.actions.invite_members("ann@example.com", role="admin", client=client)
    back = tgp.actions.cancel_invitations(invited, client=client)
    again = tgp.actions.cancel_invitations(invited["id"], client=client)
    assert back["status"].tolist() == ["deleted"]
    assert again["status"].tolist() == ["failed"]


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda client: tgp.actions.add_members("ann", client=client), ArgumentError, "user_id"),
        (
            lambda client: tgp.actions.add_members("a@b.co", role="boss", client=client),
            ChoiceError,
            "role='boss'",
        ),
        (lambda client: tgp.actions.invite_members("ann", client=client), ArgumentError, "email"),
        (
            lambda client: tgp.actions.create_api_key("x", scopes="read", client=client),
            ArgumentTypeError,
            "scopes",
        ),
        (
            lambda client: tgp.actions.create_api_key("x", scopes=["admin"], client=client),
            ChoiceError,
            "scopes='admin'",
        ),
        (
            lambda client: tgp.actions.create_api_key("x", scopes=[], client=client),
            ArgumentError,
            "at least one",
        ),
        (lambda client: tgp.actions.create_project(" ", client=client), ArgumentError, "empty"),
    ],
)
def test_what_cannot_be_right_is_not_sent(call, error, match):
    with connect_to(Canned({})) as client:
        with pytest.raises(error, match=match):
            call(client)
        assert client.requests_sent == 0


def test_a_new_key_works_at_once_and_never_after_it_was_revoked(world):
    client, box = world
    made = tgp.actions.create_api_key("nightly", scopes=["read"], client=client)
    key = made["key"][0]
    with client_of(box, key) as reader:
        assert len(tgp.load_projects(client=reader)) == 5
        with pytest.raises(ForbiddenError, match="insufficient_scope"):
            tgp.actions.create_campaign(PROJECT, "x", client=reader)
        done = tgp.actions.revoke_api_keys(made, client=client)
        with pytest.raises(UnauthorizedError, match="401"):
            tgp.load_projects(client=reader)
    assert done["status"].tolist() == ["deleted"]


def test_a_new_key_shows_itself_to_nobody_by_chance(client):
    made = tgp.actions.create_api_key("nightly", client=client)
    plain = made["key"][0].reveal()
    assert isinstance(made["key"][0], Secret)
    shown = [repr(made), made.to_html(), made.to_csv(), made.to_string(), repr(made.attrs)]
    shown += [repr(made.to_dict("records")), str(made["key"]), repr(made.copy().iloc[0])]
    assert plain.removeprefix("tga_")[:12] not in "".join(shown)
    with pytest.raises(TypeError, match="can't be pickled"):
        pickle.dumps(made)


def test_the_same_cell_gets_the_same_key_also_if_the_answer_was_lost():
    with acting(plan={2: "lost"}) as (client, box):
        first, second = (
            tgp.actions.create_api_key("nightly", client=client)["key"][0] for _ in range(2)
        )
        (row,) = box.database.rows("SELECT count(*) AS n FROM api_keys WHERE name = 'nightly'")
    assert first == second
    assert row["n"] == 1


@pytest.mark.parametrize("name", ["key", "plain_key", "token"])
def test_a_key_is_found_under_any_name_and_in_no_other_column(name):
    data = {"id": ids_of(1)[0], "name": "x", "scopes": ["read"], name: PLAIN}
    app = Canned({f"/organizations/{ids_of(1)[0]}/api-keys": data})
    with connect_to(app) as client:
        made = tgp.actions.create_api_key("x", organization=ids_of(1)[0], client=client)
    assert made["key"][0].reveal() == PLAIN
    assert list(made) == ["id", "name", "scopes", "created_at", "key"]
    assert made["scopes"].tolist() == ['["read"]']


@pytest.mark.parametrize("data", [{"id": "x"}, None, [PLAIN], PLAIN])
def test_an_answer_without_a_key_is_an_error_that_shows_nothing(data):
    app = Canned({f"/organizations/{ids_of(1)[0]}/api-keys": {"data": data, "error": None}})
    with (
        connect_to(app) as client,
        pytest.raises(UnreadableResponseError, match="holds no new key") as caught,
    ):
        tgp.actions.create_api_key("x", organization=ids_of(1)[0], client=client)
    assert PLAIN not in repr(vars(caught.value))


def test_a_key_in_the_place_of_its_id_is_refused_and_not_shown(client):
    with pytest.raises(ArgumentError, match="UUID") as caught:
        tgp.actions.revoke_api_keys(PLAIN, client=client)
    assert PLAIN not in str(caught.value) + caught.value._repr_html_()


def test_a_conflict_names_its_code(client):
    tgp.actions.add_members("ann@example.com", client=client)
    done = tgp.actions.add_members("ann@example.com", idempotency_key="anew", client=client)
    assert done["error_code"].tolist() == ["duplicate"]


def test_a_key_of_ones_own_on_another_route_is_a_conflict(client):
    tgp.actions.create_campaign(PROJECT, "x", idempotency_key="mine", client=client)
    with pytest.raises(ConflictError, match="another route") as caught:
        tgp.actions.create_payout_method("x", idempotency_key="mine", client=client)
    assert caught.value.code == "idempotency_conflict"
