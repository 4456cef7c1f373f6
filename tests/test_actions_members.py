from __future__ import annotations

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.acting import acting, ids_of
from tests.canned import Canned, connect_to
from trackagoat_pandas.errors import ArgumentError, ChoiceError


@pytest.fixture
def client():
    with acting() as (connected, _):
        yield connected


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


def test_a_conflict_names_its_code(client):
    tgp.actions.add_members("ann@example.com", client=client)
    done = tgp.actions.add_members("ann@example.com", idempotency_key="again", client=client)
    assert done["error_code"].tolist() == ["duplicate"]


def test_an_invitation_is_taken_back_once(client):
    invited = tgp.actions.invite_members("ann@example.com", role="admin", client=client)
    back = tgp.actions.cancel_invitations(invited, client=client)
    again = tgp.actions.cancel_invitations(invited["id"], client=client)
    assert back["status"].tolist() == ["deleted"]
    assert again["status"].tolist() == ["failed"]


@pytest.mark.parametrize(
    ("call", "given", "error", "match"),
    [
        (tgp.actions.add_members, {"members": "ann"}, ArgumentError, "user_id"),
        (
            tgp.actions.add_members,
            {"members": "a@b.co", "role": "boss"},
            ChoiceError,
            "role='boss'",
        ),
        (tgp.actions.invite_members, {"emails": "ann"}, ArgumentError, "email"),
    ],
)
def test_people_who_cannot_be_right_are_not_sent(call, given, error, match):
    with connect_to(Canned({})) as client:
        with pytest.raises(error, match=match):
            call(**given, client=client)
        assert client.requests_sent == 0
