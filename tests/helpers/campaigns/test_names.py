"""Campaigns are taken by name wherever an id is taken."""

from __future__ import annotations

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.acting import ids_of
from tests.support.canned import Canned, connect_to
from trackagoat_pandas import actions
from trackagoat_pandas.errors import (
    AmbiguousCampaignError,
    ArgumentError,
    ArgumentTypeError,
    UnknownCampaignError,
)
from trackagoat_pandas.helpers.campaigns.names import campaigns_of_frame, read_campaigns

DROP, HOOKS, OTHER, ONE, TWO, VIDEO = ids_of(6)
LISTED = [
    {"id": DROP, "name": "Spring Drop", "project_id": ONE, "items": []},
    {"id": HOOKS, "name": "Hooks", "project_id": ONE, "items": []},
    {"id": OTHER, "name": "Hooks", "project_id": TWO, "items": []},
]
FRAME = pd.DataFrame(LISTED).assign(items=f'[{{"item_type": "video", "item_id": "{VIDEO}"}}]')


class Office(Canned):
    """Lists campaigns and projects, and records what is written, which it answers with nothing."""

    def __init__(self):
        projects = [{"id": ONE, "name": "One"}, {"id": TWO, "name": "Two"}]
        super().__init__({"/campaigns": LISTED, "/projects": projects})
        self.written = []

    def __call__(self, environ, start_response):
        if environ["REQUEST_METHOD"] != "GET":
            self.written.append(environ["PATH_INFO"].removeprefix("/api/v1"))
            self.rules[self.written[-1]] = {"id": DROP}
        return super().__call__(environ, start_response)


@pytest.fixture
def office():
    app = Office()
    with connect_to(app) as client:
        yield app, client


@pytest.mark.parametrize("name", [DROP, "Spring Drop", " spring  drop", DROP.upper()])
def test_members_are_those_of_the_campaign_of_an_id_or_a_name(name):
    assert tgp.campaign_members(FRAME, name)["campaign_id"].tolist() == [DROP]


def test_comments_are_kept_by_the_name_of_a_campaign():
    comments = pd.DataFrame({"text": ["yes", "no"], "video_id": [VIDEO, ONE]})
    assert tgp.comments_of_campaigns(comments, FRAME, "Spring Drop")["text"].tolist() == ["yes"]


def test_a_name_of_two_campaigns_is_refused_with_their_ids_and_projects():
    said = f"2 campaigns are called 'hooks': {HOOKS} .project '{ONE}'., {OTHER} .project '{TWO}'"
    with pytest.raises(AmbiguousCampaignError, match=said):
        tgp.campaign_members(FRAME, "hooks")


def test_projects_of_campaigns_of_one_name_are_said_by_the_names_that_the_frame_knows():
    frame = FRAME.copy()
    frame.attrs["trackagoat"] = {"names": {ONE: "Summer", TWO: "Winter"}}
    with pytest.raises(AmbiguousCampaignError, match=r"project 'Summer'.*project 'Winter'"):
        tgp.campaign_members(frame, "hooks")


def test_an_exact_name_comes_before_one_in_other_letters():
    frame = FRAME.assign(name=["Spring Drop", "Hooks", "HOOKS"])
    assert tgp.campaign_members(frame, "HOOKS")["campaign_id"].tolist() == [OTHER]


def test_an_unknown_name_is_refused_with_a_similar_one():
    with pytest.raises(UnknownCampaignError, match=r"'Spring Dorp'; .* mean 'Spring Drop'\?"):
        tgp.campaign_members(FRAME, "Spring Dorp")


def test_a_campaign_in_two_rows_is_one():
    assert len(campaigns_of_frame(pd.concat([FRAME, FRAME]))) == len(LISTED)


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        ("  ", ArgumentError, "it is empty: give an id or a name"),
        ([None], ArgumentError, "an id can't be null"),
        ([7], ArgumentTypeError, "ids as strings"),
    ],
)
def test_what_is_neither_an_id_nor_a_name_is_refused(given, error, said):
    with pytest.raises(error, match=said):
        read_campaigns("ids", given)


def test_names_in_actions_are_asked_for_once_and_before_anything_is_written(office):
    app, client = office
    actions.remove_campaigns("spring drop", client=client)
    assert app.written == [f"/campaigns/{DROP}"]
    with pytest.raises(UnknownCampaignError, match="'Springs'"):
        actions.update_campaign("Springs", readme="x", client=client)
    assert app.written == [f"/campaigns/{DROP}"]


def test_an_ambiguous_name_in_an_action_names_the_projects(office):
    app, client = office
    with pytest.raises(AmbiguousCampaignError, match=r"project 'One'.*project 'Two'"):
        actions.remove_campaigns("Hooks", client=client)
    assert not app.written


def test_a_project_decides_between_campaigns_of_one_name(office):
    app, client = office
    app.rules["/analytics/annotations"] = []
    tgp.load_annotations("Two", entity="campaign", entity_id="Hooks", client=client)
    assert app.asked[-1][1]["entity_id"] == OTHER


def test_a_note_is_about_a_campaign_by_its_name(office):
    _, client = office
    plan = actions.annotate(
        "2026-06-01", "x", entity="campaign", entity_id="Spring Drop", dry_run=True, client=client
    )
    assert DROP in plan["body"][0]


def test_members_are_added_to_a_named_campaign_also_named_campaigns(office):
    app, client = office
    added = actions.add_campaign_items(
        "Spring Drop", campaigns=["hooks"], dry_run=True, client=client
    )
    assert added["status"].tolist() == ["invalid"]
    actions.add_campaign_items("Spring Drop", campaigns=OTHER, client=client)
    assert app.written == [f"/campaigns/{DROP}/items"]


def test_a_dry_run_says_which_name_is_not_found(office):
    _, client = office
    plan = actions.remove_campaigns(["Spring Drop", "Springs"], dry_run=True, client=client)
    assert plan["status"].tolist() == ["would remove", "not found"]
    assert plan["error"][1].startswith("item 2 of 2: no campaign is called 'Springs'")


def test_a_campaign_created_since_is_found(office):
    app, client = office
    actions.remove_campaigns("Spring Drop", dry_run=True, client=client)
    app.rules["/campaigns"] = [*LISTED, {"id": VIDEO, "name": "New", "project_id": ONE}]
    plan = actions.remove_campaigns("New", dry_run=True, client=client)
    assert plan["path"].tolist() == [f"/campaigns/{VIDEO}"]


def test_series_of_a_campaign_are_loaded_by_its_name():
    with tgp.connect(sandbox=True):
        campaigns = tgp.load_campaigns("Summer Launch").head(1)
        named = f"{campaigns['name'][0]} of summer"
        tgp.actions.update_campaign(campaigns, name=named)
        views = tgp.load_analytics("campaign", named.upper(), "views", dates="2026-05")
    assert views["entity_id"].unique().tolist() == campaigns["id"].tolist()
