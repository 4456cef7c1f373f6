from __future__ import annotations

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from trackagoat_pandas.errors import ArgumentError, MissingColumnError
from trackagoat_pandas.helpers.names import with_names

PROJECT = "Q1 Brand Program"


@pytest.fixture
def creators():
    return pd.DataFrame({"id": ["a", "b"], "tiktok_handle": ["mia", "ben"]})


@pytest.fixture
def videos():
    return pd.DataFrame(
        {"id": ["v", "w"], "title": ["Hello", None], "tiktok_video_id": ["71", "72"]}
    )


def test_a_handle_stands_behind_its_id(creators):
    goals = pd.DataFrame({"goal_id": ["g"], "creator_id": ["b"], "target": [3]})
    named = with_names(goals, creators=creators)
    assert named.columns.tolist() == ["goal_id", "creator_id", "tiktok_handle", "target"]
    assert named["tiktok_handle"].tolist() == ["ben"]


def test_unknown_and_missing_ids_have_no_name(creators):
    frame = pd.DataFrame({"creator_id": ["x", None, "a"]})
    named = with_names(frame, creators=creators)
    assert named["tiktok_handle"].isna().tolist() == [True, True, False]


def test_a_missing_id_finds_no_missing_id(creators):
    creators.loc[2] = [None, "nobody"]
    named = with_names(pd.DataFrame({"creator_id": [None, "a"]}), creators=creators)
    assert named["tiktok_handle"].isna().tolist() == [True, False]


def test_rows_keep_number_order_and_index(creators):
    frame = pd.DataFrame({"creator_id": ["b", "a", "b"]}, index=[5, 5, 9])
    named = with_names(frame, creators=pd.concat([creators, creators]))
    assert named.index.tolist() == [5, 5, 9]
    assert named["tiktok_handle"].tolist() == ["ben", "mia", "ben"]


def test_a_video_without_a_caption_goes_by_tiktoks_id(videos):
    named = with_names(pd.DataFrame({"video_id": ["w", "v"]}), videos=videos)
    assert named["video_title"].tolist() == ["72", "Hello"]


def test_titles_suffice_where_tiktoks_ids_are_not_there(videos):
    named = with_names(pd.DataFrame({"video_id": ["w", "v"]}), videos=videos[["id", "title"]])
    assert named["video_title"].isna().tolist() == [True, False]


def test_entities_are_found_whatever_they_are(creators, videos):
    frame = pd.DataFrame({"entity": ["creator", "video"], "entity_id": ["a", "v"]})
    named = with_names(frame, creators=creators, videos=videos)
    assert named["tiktok_handle"].fillna("").tolist() == ["mia", ""]
    assert named["video_title"].fillna("").tolist() == ["", "Hello"]


def test_both_campaigns_of_a_pair_are_named():
    campaigns = pd.DataFrame({"id": ["c", "d"], "name": ["Spring", "Fall"]})
    pairs = pd.DataFrame({"campaign_a": ["c"], "campaign_b": ["d"], "shared_videos": [2]})
    named = with_names(pairs, campaigns=campaigns)
    assert named[["campaign_a_name", "campaign_b_name"]].to_numpy().tolist() == [["Spring", "Fall"]]


def test_a_column_of_names_that_is_there_stays_in_place_and_is_written_over(creators):
    frame = pd.DataFrame({"tiktok_handle": ["old", "kept"], "creator_id": ["a", "x"]})
    named = with_names(frame, creators=creators)
    assert named.columns.tolist() == ["tiktok_handle", "creator_id"]
    assert named["tiktok_handle"].tolist() == ["mia", "kept"]


def test_the_last_of_two_names_holds(creators):
    renamed = pd.concat([creators, pd.DataFrame({"id": ["a"], "tiktok_handle": ["mia2"]})])
    named = with_names(pd.DataFrame({"creator_id": ["a"]}), creators=renamed)
    assert named["tiktok_handle"].tolist() == ["mia2"]


def test_an_empty_frame_gets_a_column_of_text(creators):
    named = with_names(pd.DataFrame({"creator_id": pd.Series([], dtype="str")}), creators=creators)
    assert named.empty
    assert pd.api.types.is_string_dtype(named["tiktok_handle"])


def test_no_names_at_all_are_known_from_an_empty_frame_of_names(creators):
    named = with_names(pd.DataFrame({"creator_id": ["a"]}), creators=creators.head(0))
    assert named["tiktok_handle"].isna().all()


def test_the_frames_are_left_unchanged(creators):
    frame = pd.DataFrame({"creator_id": ["a"], "tiktok_handle": ["old"]})
    before = frame.copy()
    with_names(frame, creators=creators)
    pd.testing.assert_frame_equal(frame, before)


def test_a_frame_without_such_ids_is_refused(creators):
    with pytest.raises(MissingColumnError, match=r"no columns? .*'creator_id'.*it has: a"):
        with_names(pd.DataFrame({"a": [1]}), creators=creators)


def test_a_frame_without_names_is_refused(creators):
    with pytest.raises(MissingColumnError, match=r"no columns? .*'tiktok_handle'.*load_creators"):
        with_names(pd.DataFrame({"creator_id": ["a"]}), creators=creators[["id"]])


def test_names_must_be_given():
    with pytest.raises(ArgumentError, match="give a frame of creators, videos"):
        with_names(pd.DataFrame({"creator_id": ["a"]}))


@pytest.mark.filterwarnings("ignore:analytics. no data:trackagoat_pandas.errors.NoDataWarning")
@pytest.mark.parametrize("backend", ["numpy_nullable", "pyarrow"])
def test_labels_of_analytics_are_the_servers(client, backend):
    options = {"client": client, "dtype_backend": backend}
    creators = tgp.load_creators(PROJECT, **options)
    videos = tgp.load_videos(PROJECT, **options).head(20)
    campaigns = tgp.load_campaigns(PROJECT, **options)
    for kind, ids, column in (
        ("creator", creators, "tiktok_handle"),
        ("video", videos, "video_title"),
        ("campaign", campaigns, "campaign_name"),
    ):
        series = tgp.load_analytics(kind, ids, "views", dates="2026-06-01", **options)
        named = with_names(series, **{f"{kind}s": ids})
        assert named[column].tolist() == series["label"].tolist()
        assert named[column].dtype == series["label"].dtype


def test_payouts_videos_and_goals_of_the_sandbox_all_get_names(client):
    creators = tgp.load_creators(client=client)
    projects = tgp.load_projects(client=client)
    accruals = tgp.load_payout_accruals(client=client)
    named = with_names(accruals, creators=creators, projects=projects)
    assert len(named) == len(accruals) > 0
    assert named["project_name"].notna().all()


def test_of_an_id_that_stands_twice_the_row_updated_last_counts():
    creators = pd.DataFrame(
        {
            "id": ["a", "a"],
            "tiktok_handle": ["new", "old"],
            "updated_at": ["2026-06-02T00:00:00Z", "2026-06-01T00:00:00Z"],
        }
    )
    named = with_names(pd.DataFrame({"creator_id": ["a"]}), creators=creators)
    assert named["tiktok_handle"].tolist() == ["new"]
