from __future__ import annotations

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.acting import connected, ids_of

client = pytest.fixture(scope="module")(connected)


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
    tgp.actions.add_members("bob@example.com", client=client)
    invited = tgp.actions.invite_members(["bob@example.com", "cyd@example.com"], client=client)
    again = tgp.actions.add_members("bob@example.com", idempotency_key="again", client=client)
    assert invited["error_code"].fillna("").tolist() == ["duplicate", ""]
    assert again["error_code"].tolist() == ["duplicate"]


def test_an_invitation_is_taken_back_once(client):
    invited = tgp.actions.invite_members("dee@example.com", role="admin", client=client)
    back = tgp.actions.cancel_invitations(invited, client=client)
    again = tgp.actions.cancel_invitations(invited["id"], client=client)
    assert back["status"].tolist() == ["deleted"]
    assert again["status"].tolist() == ["failed"]
