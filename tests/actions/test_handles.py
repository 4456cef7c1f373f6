"""Actions take creators by handle and by the address of a profile, as they take ids."""

from __future__ import annotations

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.acting import PROJECT, acting, connected, ids_of, limit
from tests.support.canned import Canned, connect_to
from trackagoat_pandas import actions
from trackagoat_pandas.errors import (
    AmbiguousCreatorError,
    ArgumentError,
    ConfirmationError,
    PartialWriteError,
    UnknownCreatorError,
)

ADA, BEN, CYD, ONE, TWO, THING = ids_of(6)
PEOPLE = [
    {"id": ADA, "tiktok_handle": "ada", "project_id": ONE},
    {"id": BEN, "tiktok_handle": "ben", "project_id": ONE},
    {"id": CYD, "tiktok_handle": "ada", "project_id": TWO},
]
DAY = "2026-06-15"
GOAL = {"metric": "posts", "period": "weekly", "target_value": 5, "start_date": DAY}
PAID = {"amount_cents": 5, "method": THING}
TAKERS = {
    "remove": lambda them, **how: actions.remove_creators(them, confirm=True, **how),
    "remove of a project": lambda them, **how: actions.remove_creators(
        ONE, them, confirm=True, **how
    ),
    "reenable": lambda them, **how: actions.reenable_creators(ONE, them, **how),
    "scrape": lambda them, **how: actions.scrape_creators(them, **how),
    "goals": lambda them, **how: actions.set_goals(them, **GOAL, **how),
    "assign": lambda them, **how: actions.assign_payout_structure(
        THING, them, start_date=DAY, **how
    ),
    "unassign": lambda them, **how: actions.unassign_payout_structure(
        THING, them, confirm=True, **how
    ),
    "campaign": lambda them, **how: actions.add_campaign_items(THING, creators=them, **how),
    "no campaign": lambda them, **how: actions.remove_campaign_items(
        THING, creators=them, confirm=True, **how
    ),
}
TAKERS_OF_ONE = {
    "update": lambda one, **how: actions.update_creator(one, readme="x", **how),
    "goal": lambda one, **how: actions.update_goal(one, THING, target_value=2, **how),
    "payment": lambda one, **how: actions.record_payment(one, [THING], **PAID, **how),
}


class Recorder(Canned):
    """Lists creators and projects, and records what is written, which it answers with nothing."""

    def __init__(self):
        projects = [{"id": ONE, "name": "One"}, {"id": TWO, "name": "Two"}]
        super().__init__({"/creators": self.creators, "/projects": projects})
        self.written = []

    @staticmethod
    def creators(query):
        wanted = query.get("project_id")
        return [one for one in PEOPLE if wanted in (None, one["project_id"])]

    def __call__(self, environ, start_response):
        if environ["REQUEST_METHOD"] == "GET":
            return super().__call__(environ, start_response)
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        path = environ["PATH_INFO"].removeprefix("/api/v1")
        self.written.append((environ["REQUEST_METHOD"], path, body))
        start_response("200 OK", [("Content-Type", "application/json")])
        return [b'{"data": {}, "error": null, "meta": null}']


def written_by(take, given):
    """What an action writes for some creators."""
    app = Recorder()
    with connect_to(app) as client:
        take(given, client=client)
    return app.written


client = pytest.fixture(scope="module")(connected)


@pytest.mark.parametrize("name", TAKERS)
def test_handles_addresses_and_ids_make_the_same_requests(name):
    mixed = ["https://www.tiktok.com/@BEN?lang=en", CYD]
    by_id = written_by(TAKERS[name], [BEN, CYD])
    assert by_id
    for given in (mixed, pd.Series(mixed), pd.Index(mixed)):
        assert written_by(TAKERS[name], given) == by_id


@pytest.mark.parametrize("name", TAKERS_OF_ONE)
def test_one_creator_may_be_a_handle(name):
    assert written_by(TAKERS_OF_ONE[name], "@ben") == written_by(TAKERS_OF_ONE[name], BEN) != []


@pytest.mark.parametrize("name", TAKERS)
def test_one_unknown_handle_stops_an_action_before_it_writes(name):
    app = Recorder()
    with connect_to(app) as client, pytest.raises(UnknownCreatorError, match="called '@zoe'"):
        TAKERS[name](["ben", "zoe"], client=client)
    assert app.written == []


def test_the_project_decides_between_creators_of_the_same_handle():
    app = Recorder()
    with connect_to(app) as client:
        actions.remove_creators("Two", "@ada", client=client)
        assert CYD.encode() in app.written[0][2]
        with pytest.raises(AmbiguousCreatorError, match=rf"{ADA} \(project 'One'\), {CYD}"):
            actions.scrape_creators("@ada", client=client)


def test_a_creator_given_by_handle_and_by_id_is_one():
    assert len(written_by(actions.scrape_creators, ["ben", BEN])) == 1
    with (
        connect_to(Recorder()) as client,
        pytest.raises(ArgumentError, match="the same as item 1 of 2"),
    ):
        actions.set_goals(["ben", BEN], **GOAL, client=client)


def test_deleting_several_needs_confirmation_before_anything_is_looked_up():
    app = Recorder()
    with connect_to(app) as client, pytest.raises(ConfirmationError, match="delete 2 creators"):
        actions.remove_creators("One", ["ada", "ben"], client=client)
    assert app.asked == []


def test_a_frame_of_handles_and_targets_sets_goals(client):
    actions.add_creators(PROJECT, ["young.goat", "old.goat"], client=client)
    sheet = pd.DataFrame({"tiktok_handle": ["@young.goat", "old.goat"], "target_value": [3, 4]})
    goals = actions.set_goals(sheet, metric="posts", period="daily", start_date=DAY, client=client)
    assert goals["status"].tolist() == ["created", "created"]


def test_profiles_and_ids_of_another_project_are_added_by_their_handles(client):
    there = tgp.load_creators(PROJECT, client=client).iloc[0]
    given = ["https://www.tiktok.com/@from.profile?lang=en", there["id"]]
    added = actions.add_creators("Summer Launch", given, client=client)
    assert added["item"].tolist() == given
    listed = set(tgp.load_creators("Summer Launch", client=client)["tiktok_handle"])
    assert {"from.profile", there["tiktok_handle"]} <= listed
    assert added["status"].tolist() == ["created", "created"]


def test_writes_that_change_creators_forget_them():
    with acting() as (client, _):
        tgp.load_creators(client=client)
        actions.add_creators(PROJECT, "first.goat", client=client)
        one = actions.update_creator("first.goat", tiktok_handle="second.goat", client=client)
        removed = actions.remove_creators("@second.goat", client=client)
        assert removed.loc[0, ["item", "id"]].tolist() == ["@second.goat", one["id"][0]]
        with pytest.raises(UnknownCreatorError, match="who was removed may not be listed"):
            actions.scrape_creators("first.goat", client=client)


def test_a_dry_run_forgets_nothing():
    app = Recorder()
    with connect_to(app) as client:
        actions.scrape_creators("ben", client=client)
        actions.remove_creators("ben", dry_run=True, client=client)
        before = len(app.asked)
        actions.scrape_creators("ben", client=client)
    assert len(app.asked) == before


@pytest.mark.parametrize("project", [None, PROJECT])
def test_results_name_what_was_given_and_its_id(project):
    with acting() as (client, _):
        creators = tgp.load_creators(PROJECT, client=client).head(2)
        ids, handles = creators["id"].tolist(), creators["tiktok_handle"].tolist()
        given = [f"@{handles[0]}", f"https://www.tiktok.com/@{handles[1]}"]
        removed = actions.remove_creators(given, project=project, confirm=True, client=client)
    assert removed["item"].tolist() == given
    assert removed["id"].tolist() == ids


def test_results_of_a_write_that_stopped_name_what_was_given():
    with acting() as (client, box):
        limit(box, "max_manual_scrape_triggers_per_day", 1)
        creators = tgp.load_creators(PROJECT, client=client)
        given = [f"@{handle}" for handle in creators["tiktok_handle"]]
        with pytest.raises(PartialWriteError, match="1 done, 1 failed") as caught:
            actions.scrape_creators(given, client=client)
    assert caught.value.frame["item"].tolist() == given
    assert caught.value.frame["id"].tolist() == creators["id"].tolist()


def test_a_dry_run_of_one_change_calls_it_as_it_was_given(client):
    run = {"dry_run": True, "client": client}
    campaign = tgp.load_campaigns(PROJECT, client=client).iloc[0]
    handle = "@only.one"
    tgp.actions.add_creators(PROJECT, handle, client=client)
    plans = {
        handle: tgp.actions.update_creator(handle, readme="x", **run),
        campaign["id"]: tgp.actions.update_campaign(campaign["id"], readme="x", **run),
        PROJECT: tgp.actions.update_project(PROJECT, name="x", **run),
    }
    for given, plan in plans.items():
        assert plan["item"].tolist() == [given]
