"""Names that a client is asked for."""

from __future__ import annotations

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.acting import acting
from tests.support.canned import Canned, connect_to
from trackagoat_pandas.errors import MissingColumnError, NoDataWarning
from trackagoat_pandas.http.session import session_of
from trackagoat_pandas.names.campaigns import MOST_PAGES, find_campaigns

PROJECT = "Summer Launch"


def requests_of(frame):
    return frame.goat.provenance["requests"]


def test_a_frame_of_ids_gets_the_names_that_it_needs(client):
    accruals = tgp.load_payout_accruals(PROJECT, client=client)
    before = client.requests_sent
    named = tgp.with_names(accruals, client=client)
    sent = client.requests_sent - before
    assert 0 < sent <= 3
    assert requests_of(named) == requests_of(accruals) + sent
    assert list(named.columns[:3]) == ["tiktok_handle", "structure_name", "project_name"]
    assert named[["structure_name", "project_name"]].notna().to_numpy().all()
    assert named["tiktok_handle"].notna().any()
    assert named.drop(columns=named.columns[:3]).columns.tolist() == list(accruals.columns)


def connect_anew(box):
    return tgp.connect(box.key, base_url=box.base_url, rate_limit=None, progress=False)


LISTS = {
    "creator_id": tgp.load_creators,
    "video_id": tgp.load_videos,
    "campaign_id": tgp.load_campaigns,
    "project_id": lambda _project=None, **options: tgp.load_projects(**options),
    "structure_id": tgp.load_payout_structures,
}


@pytest.mark.parametrize("backend", ["numpy_nullable", "pyarrow"])
@pytest.mark.parametrize("project", [None, PROJECT])
@pytest.mark.parametrize("ids", LISTS)
def test_the_names_in_a_list_that_was_loaded_are_not_asked_for(client, ids, project, backend):
    rows = LISTS[ids](project, dtype_backend=backend, client=client)
    frame = pd.DataFrame({ids: rows["id"].astype("str")})
    if ids == "creator_id" and project is not None:
        frame["project_id"] = rows["project_id"].astype("str")
    before = client.requests_sent
    named = tgp.with_names(frame, client=client)
    assert client.requests_sent == before
    assert named.notna().to_numpy().all()
    assert len(named) > 0


def test_a_list_of_one_project_does_not_stand_for_that_of_all(client, box):
    with connect_anew(box) as other:
        campaigns = tgp.load_campaigns(PROJECT, client=other)
        structures = tgp.load_payout_structures(PROJECT, client=other)
    tgp.load_campaigns("Q1 Brand Program", client=client)
    tgp.load_payout_structures("Q1 Brand Program", client=client)
    for ids, rows in (("campaign_id", campaigns), ("structure_id", structures)):
        named = tgp.with_names(pd.DataFrame({ids: rows["id"]}), client=client)
        assert named.iloc[:, 0].tolist() == rows["name"].tolist()


def test_a_campaign_of_a_loaded_list_is_found_by_its_name(client):
    campaigns = tgp.load_campaigns(client=client)
    of_project = campaigns[campaigns["project_id"] == campaigns["project_id"].iloc[0]]
    before = client.requests_sent
    found = find_campaigns(
        session_of(client), of_project["name"].tolist(), project_id=of_project["project_id"].iloc[0]
    )
    assert found == dict(zip(of_project["name"], of_project["id"], strict=True))
    assert client.requests_sent == before


def test_what_was_asked_for_is_remembered(client):
    accruals = tgp.load_payout_accruals(PROJECT, client=client)
    first = tgp.with_names(accruals, client=client)
    before = client.requests_sent
    again = tgp.with_names(accruals, client=client)
    assert client.requests_sent == before
    assert requests_of(again) == requests_of(accruals)
    pd.testing.assert_frame_equal(first, again, check_flags=False)


def test_the_default_client_is_asked_by_the_accessor(client):
    goals = tgp.load_goal_compliance(PROJECT).drop(columns="tiktok_handle")
    assert goals.goat.with_names()["tiktok_handle"].notna().all()


def test_analytics_are_named_by_their_kind(client):
    campaigns = tgp.load_campaigns(PROJECT, client=client)
    views = tgp.load_analytics("campaign", campaigns, "views", dates="2026-05", client=client)
    named = tgp.with_names(views.drop(columns="label"), client=client)
    assert set(named["campaign_name"]) == set(campaigns["name"])
    assert "tiktok_handle" not in named


def test_analytics_of_nothing_have_no_kind_to_be_named_by(client):
    views = tgp.load_analytics("creator", [], "views", dates="2026-05", client=client)
    assert tgp.with_names(views, client=client).columns.tolist() == views.columns.tolist()


def test_an_annotation_names_its_creator_beside_its_project(client):
    notes = tgp.load_annotations("Q1 Brand Program", client=client)
    named = tgp.with_names(notes, client=client)
    is_of_one = (named["entity"] == "creator").to_numpy(bool)
    assert named.loc[is_of_one, "tiktok_handle"].notna().all()
    assert named.loc[~is_of_one, "tiktok_handle"].isna().all()
    assert is_of_one.any()
    assert named["project_name"].notna().all()


def test_frames_that_are_given_cost_no_request():
    creators = pd.DataFrame({"id": ["a"], "tiktok_handle": ["mia"]})
    with connect_to(Canned({})) as client:
        named = tgp.with_names(
            pd.DataFrame({"creator_id": ["a"]}), creators=creators, client=client
        )
    assert named["tiktok_handle"].tolist() == ["mia"]
    assert client.requests_sent == 0


def test_a_frame_without_ids_is_refused_before_anything_is_sent():
    with connect_to(Canned({})) as client, pytest.raises(MissingColumnError, match="creator_id"):
        tgp.with_names(pd.DataFrame({"views": [5]}), client=client)
    assert client.requests_sent == 0


def test_an_empty_frame_sends_nothing():
    with connect_to(Canned({})) as client:
        named = tgp.with_names(pd.DataFrame({"creator_id": pd.Series([], dtype="str")}))
    assert list(named.columns) == ["tiktok_handle", "creator_id"]
    assert client.requests_sent == 0


@pytest.mark.parametrize(("wanted", "most"), [(1, 1), (3, 3), (500, MOST_PAGES)])
def test_videos_take_no_more_requests_than_there_are_to_find(client, box, wanted, most):
    with connect_anew(box) as other:
        oldest = tgp.load_videos(client=other)["id"].tail(wanted).tolist()
    before = client.requests_sent
    with pytest.warns(NoDataWarning, match=r"without a title.*videos=load_videos"):
        named = tgp.with_names(pd.DataFrame({"video_id": oldest}), client=client)
    assert 0 < client.requests_sent - before <= most
    assert named["video_title"].isna().any()


def test_the_newest_videos_are_found_at_once(client, box):
    with connect_anew(box) as other:
        videos = tgp.load_videos(PROJECT, client=other).head(20)
    before = client.requests_sent
    named = tgp.with_names(
        pd.DataFrame({"video_id": videos["id"], "project_id": videos["project_id"]}), client=client
    )
    assert client.requests_sent - before <= 2
    assert (
        named["video_title"].tolist() == videos["title"].fillna(videos["tiktok_video_id"]).tolist()
    )


def test_a_write_makes_the_client_ask_again():
    with acting() as (client, _):
        campaigns = tgp.load_campaigns(PROJECT, client=client)
        frame = pd.DataFrame({"campaign_id": campaigns["id"].head(1)})
        tgp.with_names(frame, client=client)
        tgp.actions.update_campaign(campaigns["id"][0], name="Autumn", client=client)
        assert tgp.with_names(frame, client=client)["campaign_name"].tolist() == ["Autumn"]
