from __future__ import annotations

import json

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.acting import PROJECT, client_of, ids_of
from tests.canned import Canned, connect_to
from trackagoat_pandas.actions.batch import Write
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    ConfirmationError,
    ConflictError,
)

ID, *IDS = ids_of(3)


@pytest.fixture
def world():
    with tgp.sandbox(creators=3, days=30, rate_limit=None) as box:
        yield box


def test_creators_are_added_once_however_often_the_cell_runs(world):
    with client_of(world) as client:
        first = tgp.actions.add_creators(PROJECT, ["@new.goat", "other"], client=client)
        again = tgp.actions.add_creators(PROJECT, ["@new.goat", "other"], client=client)
        handles = tgp.load_creators(PROJECT, client=client)["tiktok_handle"]
    assert first["item"].tolist() == ["new.goat", "other"]
    assert first["status"].tolist() == ["created", "created"]
    assert again["id"].tolist() == first["id"].tolist()
    assert (handles == "new.goat").sum() == 1


def test_more_than_50_are_split_over_requests(world):
    with client_of(world) as client:
        handles = [f"goat{number}" for number in range(120)]
        plan = tgp.actions.add_creators(PROJECT, handles, dry_run=True, client=client)
        sent = client.requests_sent
    assert plan["items"].tolist() == [50, 50, 20]
    assert json.loads(plan["body"][2])["creators"][0] == {"tiktok_handle": "goat100"}
    assert sent == 1  # to learn the project's id


def test_a_removed_creator_is_reactivated_and_a_known_one_unchanged(world):
    with client_of(world) as client:
        added = tgp.actions.add_creators(PROJECT, ["back", "here"], client=client)
        tgp.actions.remove_creators(added["id"][0], client=client)
        again = tgp.actions.add_creators(
            PROJECT, ["back", "here"], idempotency_key="again", client=client
        )
    assert again["status"].tolist() == ["reactivated", "unchanged"]


def test_one_bad_creator_does_not_hide_the_others(world):
    with client_of(world) as client:
        added = tgp.actions.add_creators(PROJECT, ["good", "nosuch1", "fine"], client=client)
    assert added["status"].tolist() == ["created", "failed", "created"]
    assert added["error_code"][1] == "invalid_handle"


def test_a_change_gives_the_creator_as_it_is_now(world):
    with client_of(world) as client:
        one = tgp.load_creators(PROJECT, client=client)["id"][0]
        noted = tgp.actions.update_creator(one, readme="Mornings.", client=client)
        cleared = tgp.actions.update_creator(one, readme=None, client=client)
        with pytest.raises(ConflictError, match="banned") as caught:
            tgp.actions.update_creator(one, tiktok_handle="banned1", client=client)
    assert noted["description"].tolist() == ["Mornings."]
    assert cleared["description"].isna().all()
    assert caught.value.code == "creator_banned"


def test_several_are_removed_only_when_that_is_confirmed(world):
    with client_of(world) as client:
        ids = tgp.load_creators(PROJECT, client=client)["id"].head(2)
        before = client.requests_sent
        with pytest.raises(ConfirmationError, match="would delete 2 creators"):
            tgp.actions.remove_creators(ids, client=client)
        assert client.requests_sent == before
        assert len(tgp.actions.remove_creators(ids, dry_run=True, client=client)) == 2
        done = tgp.actions.remove_creators(ids, confirm=True, client=client)
    assert done["status"].tolist() == ["deleted", "deleted"]


@pytest.mark.parametrize(
    ("creators", "error", "match"),
    [
        (["a b"], ArgumentError, "handle has 1 to 30"),
        (["x" * 31], ArgumentError, "handle has 1 to 30"),
        ([None], ArgumentError, "has no tiktok_handle"),
        ([5], ArgumentTypeError, "tiktok_handle"),
        (["same", "@SAME"], ArgumentError, "appears twice"),
        (7, ArgumentTypeError, "creators"),
    ],
)
def test_what_cannot_be_right_is_refused_before_anything_is_sent(world, creators, error, match):
    with client_of(world) as client:
        with pytest.raises(error, match=match):
            tgp.actions.add_creators(PROJECT, creators, client=client)
        assert client.requests_sent == 0


def test_a_key_of_ones_own_goes_with_one_request_only(world):
    with client_of(world) as client:
        many = [f"goat{number}" for number in range(60)]
        with pytest.raises(ArgumentError, match="one request; this call makes 2"):
            tgp.actions.add_creators(PROJECT, many, idempotency_key="mine", client=client)
        with pytest.raises(ArgumentError, match="idempotency_key"):
            tgp.actions.add_creators(PROJECT, ["one"], idempotency_key="a b", client=client)
        assert "one" not in set(tgp.load_creators(PROJECT, client=client)["tiktok_handle"])


def test_creators_leave_and_come_back_in_bulk(world):
    with client_of(world) as client:
        ids = tgp.load_creators(PROJECT, client=client)["id"].head(2)
        gone = tgp.actions.remove_creators(ids, project=PROJECT, confirm=True, client=client)
        back = tgp.actions.reenable_creators(PROJECT, ids, client=client)
        here = tgp.load_creators(PROJECT, client=client).set_index("id").loc[list(ids)]
    assert set(gone["status"]) <= {"deleted", "updated"}
    assert back["status"].tolist() == ["reactivated", "reactivated"]
    assert here["is_active"].all()


def test_creators_may_follow_their_project_as_in_the_other_actions():
    with connect_to(Canned({})) as client:
        first, second = (
            tgp.actions.remove_creators(*given, dry_run=True, client=client, **options)
            for given, options in (((ID, IDS), {}), ((IDS,), {"project": ID}))
        )
        pd.testing.assert_frame_equal(first, second)
        assert first["path"].tolist() == [f"/projects/{ID}/creators/bulk-remove"]
        with pytest.raises(ArgumentError, match=r"^project: pass it once"):
            tgp.actions.remove_creators(ID, IDS, project=ID, client=client)


def test_a_scrape_is_meant_again_and_carries_no_key(world):
    with client_of(world) as client:
        one = tgp.load_creators(PROJECT, client=client)["id"].head(1)
        for _ in range(2):
            assert tgp.actions.scrape_creators(one, client=client)["status"].tolist() == ["done"]
    assert Write("POST", "/creators/x/scrape").key(client) is None


def test_nothing_to_change_is_refused(world):
    with client_of(world) as client, pytest.raises(ArgumentError, match="at least one of"):
        tgp.actions.update_creator("00000000-0000-4000-8000-000000000001", client=client)
