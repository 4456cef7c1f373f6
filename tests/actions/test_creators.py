from __future__ import annotations

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.acting import PROJECT, connected, ids_of
from tests.support.canned import Canned, connect_to
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    ConflictError,
    TrackaGoatError,
)
from trackagoat_pandas.http.session import session_of
from trackagoat_pandas.names.creators import known_creators

ID, *IDS = ids_of(3)


client = pytest.fixture(scope="module")(connected)


def creators_of(client):
    return tgp.load_creators(PROJECT, client=client)


def test_creators_are_added_once_however_often_the_cell_runs(client):
    first, again = (
        tgp.actions.add_creators(PROJECT, ["@new.goat", "other"], client=client) for _ in range(2)
    )
    assert first["item"].tolist() == ["@new.goat", "other"]
    assert first["status"].tolist() == ["created", "created"]
    assert again["id"].tolist() == first["id"].tolist()
    assert (creators_of(client)["tiktok_handle"] == "new.goat").sum() == 1


def test_more_than_50_are_split_over_requests():
    with connect_to(Canned({})) as client:
        handles = [f"goat{number}" for number in range(120)]
        added = tgp.actions.add_creators(ID, handles, client=client)
        assert client.requests_sent == 3
    assert added["item"].tolist() == handles


def test_a_removed_creator_is_reactivated_and_a_known_one_unchanged(client):
    added = tgp.actions.add_creators(PROJECT, ["back", "here"], client=client)
    tgp.actions.remove_creators(added["id"][0], client=client)
    again = tgp.actions.add_creators(
        PROJECT, ["back", "here"], idempotency_key="again", client=client
    )
    assert again["status"].tolist() == ["reactivated", "unchanged"]


def test_one_bad_creator_does_not_hide_the_others(client):
    added = tgp.actions.add_creators(PROJECT, ["good", "nosuch1", "fine"], client=client)
    assert added["status"].tolist() == ["created", "failed", "created"]
    assert added["error_code"][1] == "invalid_handle"


def test_a_change_gives_the_creator_as_it_is_now(client):
    one = creators_of(client)["id"][0]
    noted = tgp.actions.update_creator(one, readme="Mornings.", client=client)
    cleared = tgp.actions.update_creator(one, readme=None, client=client)
    with pytest.raises(ConflictError, match="banned") as caught:
        tgp.actions.update_creator(one, tiktok_handle="banned1", client=client)
    assert noted["description"].tolist() == ["Mornings."]
    assert cleared["description"].isna().all()
    assert caught.value.code == "creator_banned"


def test_creators_leave_one_by_one_or_in_bulk_and_come_back(client):
    ids = creators_of(client)["id"].head(2)
    for given, words in (({}, {"deleted"}), ({"project": PROJECT}, {"deleted", "updated"})):
        gone = tgp.actions.remove_creators(ids, **given, confirm=True, client=client)
        assert set(gone["status"]) <= words
        assert "unassign_payout_structure" in gone.goat.show().text
        back = tgp.actions.reenable_creators(PROJECT, ids, client=client)
        assert back["status"].tolist() == ["reactivated", "reactivated"]
        assert creators_of(client).set_index("id").loc[ids, "is_active"].all()


def test_a_given_idempotency_key_is_for_one_request():
    with connect_to(Canned({})) as client:
        many = [f"goat{number}" for number in range(60)]
        with pytest.raises(ArgumentError, match="one request; this call makes 2"):
            tgp.actions.add_creators(ID, many, idempotency_key="mine", client=client)
        with pytest.raises(ArgumentError, match="idempotency_key"):
            tgp.actions.add_creators(ID, ["one"], idempotency_key="a b", client=client)
        assert client.requests_sent == 0


def test_creators_may_follow_their_project_as_in_the_other_actions():
    with connect_to(Canned({})) as client:
        first, second = (
            tgp.actions.remove_creators(*given, dry_run=True, client=client, **options)
            for given, options in (((ID, IDS), {}), ((IDS,), {"project": ID}))
        )
        pd.testing.assert_frame_equal(first, second)
        assert set(first["path"]) == {f"/projects/{ID}/creators/bulk-remove"}


def test_a_scrape_is_meant_again(client):
    one = creators_of(client)["id"].head(1)
    for _ in range(2):
        assert tgp.actions.scrape_creators(one, client=client)["status"].tolist() == ["done"]


def test_a_rename_is_known_although_another_thread_asked_meanwhile():
    person = {"id": IDS[0], "tiktok_handle": "ada", "project_id": ID}

    def renamed(query):
        known_creators(
            session_of(client)
        )  # what another thread does before the server has renamed it
        person["tiktok_handle"] = "eve"
        return person

    app = Canned({"/creators": lambda query: [dict(person)], f"/creators/{IDS[0]}": renamed})
    with connect_to(app) as client:
        tgp.actions.update_creator(IDS[0], tiktok_handle="eve", client=client)
        assert known_creators(session_of(client))[IDS[0]].handle == "eve"


@pytest.mark.parametrize("key", [5, "", "a b", b"x"])
@pytest.mark.parametrize("dry_run", [True, False])
def test_a_key_that_cannot_be_sent_is_refused_also_in_a_dry_run(key, dry_run):
    options = {"idempotency_key": key, "dry_run": dry_run}
    with connect_to(Canned({})) as client:
        for act in (
            lambda: tgp.actions.add_creators(ID, ["a"], **options, client=client),
            lambda: tgp.actions.create_campaign(ID, "a", **options, client=client),
        ):
            with pytest.raises(TrackaGoatError, match=r"idempotency_key.*255 printable"):
                act()
        assert client.requests_sent == 0


@pytest.mark.parametrize("project", [5, None, [], pd.DataFrame()])
def test_nothing_is_asked_before_a_project_is_refused(project):
    with connect_to(Canned({})) as client:
        with pytest.raises(TrackaGoatError, match="project"):
            tgp.actions.add_creators(project, IDS[:1], dry_run=True, client=client)
        assert client.requests_sent == 0


@pytest.mark.parametrize(
    "act",
    [
        lambda **to: tgp.actions.update_creator("ada", readme="x", **to),
        lambda **to: tgp.actions.update_goal("ada", ID, target_value=1, **to),
        lambda **to: tgp.actions.create_campaign("Summer", "x", **to),
        lambda **to: tgp.actions.create_project("x", **to),
        lambda **to: tgp.actions.update_project("Summer", name="x", **to),
        lambda **to: tgp.actions.create_payout_structure("Summer", "x", "cpm", cpm_cents=1, **to),
        lambda **to: tgp.actions.update_member(ID, role="admin", **to),
        lambda **to: tgp.actions.create_api_key("x", **to),
        lambda **to: tgp.actions.annotate("2026-05-01", "x", project="Summer", **to),
    ],
)
def test_nothing_is_asked_before_a_wrong_dry_run_is_refused(act):
    with connect_to(Canned({})) as client:
        with pytest.raises(ArgumentTypeError, match="dry_run"):
            act(dry_run=5, client=client)
        assert client.requests_sent == 0


@pytest.mark.parametrize(
    "act",
    [
        lambda **to: tgp.actions.annotate("no day", "x", project="Summer", **to),
        lambda **to: tgp.actions.annotate("2026-05-01", "", project="Summer", **to),
        lambda **to: tgp.actions.annotate(
            "2026-05-01", "x", project="Summer", entity=pd.DataFrame(), entity_id=ID, **to
        ),
        lambda **to: tgp.actions.update_project("Summer", name="", **to),
        lambda **to: tgp.actions.update_project("Summer", name="x", organization="x", **to),
    ],
)
def test_nothing_is_asked_before_another_argument_is_refused(act):
    with connect_to(Canned({})) as client:
        with pytest.raises(TrackaGoatError, match=r"not allowed|not an id"):
            act(client=client)
        assert client.requests_sent == 0
