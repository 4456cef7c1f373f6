from __future__ import annotations

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from trackagoat_pandas.errors import ArgumentError, MissingColumnError
from trackagoat_pandas.helpers.labels import named
from trackagoat_pandas.helpers.names import with_names

PROJECT = "Q1 Brand Program"


CREATORS = pd.DataFrame({"id": ["a", "b"], "tiktok_handle": ["mia", "ben"]})
VIDEOS = pd.DataFrame({"id": ["v", "w"], "title": ["Hello", None], "tiktok_video_id": ["71", "72"]})
CAMPAIGNS = pd.DataFrame({"id": ["c", "d"], "name": ["Spring", "Fall"]})
NOBODY = pd.DataFrame({"id": [None], "tiktok_handle": ["nobody"]})


def renamed(**fields):
    """Return two rows of one creator, with two handles."""
    return pd.DataFrame({"id": "a", "tiktok_handle": ["mia", "mia2"], **fields})


@pytest.mark.parametrize(
    ("frame", "named", "expected"),
    [
        # In a frame of another order, a handle stands behind its id; else names come first.
        ({"goal_id": ["g"], "creator_id": ["b"], "target": [3]}, {"creators": CREATORS},
         {"goal_id": ["g"], "creator_id": ["b"], "tiktok_handle": ["ben"], "target": [3]}),
        ({"creator_id": ["x", None, "a"]}, {"creators": pd.concat([CREATORS, NOBODY])},
         {"tiktok_handle": [None, None, "mia"], "creator_id": ["x", None, "a"]}),
        ({"creator_id": ["a"]}, {"creators": CREATORS.head(0)},
         {"tiktok_handle": [None], "creator_id": ["a"]}),
        # A video without a caption goes by TikTok's id, if that is there.
        ({"video_id": ["w", "v"]}, {"videos": VIDEOS},
         {"video_title": ["72", "Hello"], "video_id": ["w", "v"]}),
        ({"video_id": ["w", "v"]}, {"videos": VIDEOS[["id", "title"]]},
         {"video_title": [None, "Hello"], "video_id": ["w", "v"]}),
        ({"entity_id": ["a", "v"]}, {"creators": CREATORS, "videos": VIDEOS},
         {"tiktok_handle": ["mia", None], "video_title": [None, "Hello"],
          "entity_id": ["a", "v"]}),
        ({"campaign_a": ["c"], "campaign_b": ["d"]}, {"campaigns": CAMPAIGNS},
         {"campaign_a_name": ["Spring"], "campaign_b_name": ["Fall"], "campaign_a": ["c"],
          "campaign_b": ["d"]}),
        # A column of names that is there stays in its place and is written over.
        ({"tiktok_handle": ["old", "kept"], "creator_id": ["a", "x"]}, {"creators": CREATORS},
         {"tiktok_handle": ["mia", "kept"], "creator_id": ["a", "x"]}),
        # Of two names the one updated last holds, else the last.
        ({"creator_id": ["a"]}, {"creators": renamed()},
         {"tiktok_handle": ["mia2"], "creator_id": ["a"]}),
        ({"creator_id": ["a"]},
         {"creators": renamed(updated_at=["2026-06-02T00:00:00Z", "2026-06-01T00:00:00Z"])},
         {"tiktok_handle": ["mia"], "creator_id": ["a"]}),
    ],
)  # fmt: skip
def test_names_stand_where_they_are_read_and_are_missing_where_unknown(frame, named, expected):
    given = pd.DataFrame(frame)
    found = with_names(given, **named)
    assert found.columns.tolist() == list(expected)
    assert found.astype(object).where(found.notna(), None).to_dict("list") == expected
    pd.testing.assert_frame_equal(given, pd.DataFrame(frame))


def test_rows_keep_number_order_and_index():
    frame = pd.DataFrame({"creator_id": ["b", "a", "b"]}, index=[5, 5, 9])
    named = with_names(frame, creators=pd.concat([CREATORS, CREATORS]))
    assert named.index.tolist() == [5, 5, 9]
    assert named["tiktok_handle"].tolist() == ["ben", "mia", "ben"]


def test_an_empty_frame_gets_a_column_of_text():
    named = with_names(pd.DataFrame({"creator_id": pd.Series([], dtype="str")}), creators=CREATORS)
    assert named.empty
    assert pd.api.types.is_string_dtype(named["tiktok_handle"])


@pytest.mark.parametrize(
    ("frame", "names", "error", "match"),
    [
        ({"a": [1]}, {"creators": CREATORS}, MissingColumnError,
         r"no columns? .*'creator_id'.*it has: a"),
        ({"creator_id": ["a"]}, {"creators": CREATORS[["id"]]}, MissingColumnError,
         r"no columns? .*'tiktok_handle'.*load_creators"),
        ({"creator_id": ["a"]}, {}, ArgumentError, "pass a frame of creators, videos"),
    ],
)  # fmt: skip
def test_frames_without_ids_or_names_are_refused(frame, names, error, match):
    with pytest.raises(error, match=match):
        with_names(pd.DataFrame(frame), **names)


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


def posts(*pairs):
    """Videos of creators, each with an address that has a handle."""
    return pd.DataFrame(
        {
            "id": [f"v{place}" for place in range(len(pairs))],
            "creator_id": [creator for creator, _ in pairs],
            "url": [f"https://www.tiktok.com/@{handle}/video/7{n}" for n, (_, handle) in
                    enumerate(pairs)],
        }
    )  # fmt: skip


def handles_of(names):
    table = pd.DataFrame({"creator_id": ["gone", "renamed", "there", None]})
    handles = named(table, names)["tiktok_handle"].astype(object)
    return handles.where(handles.notna(), None).tolist()


POSTS = posts(
    ("gone", "paper01"), ("gone", "paper01"), ("renamed", "old"), ("renamed", "new"),
    ("there", "before"),
)  # fmt: skip


def test_a_removed_creators_videos_have_the_handle_unless_it_was_changed():
    assert handles_of(POSTS) == ["paper01", None, "before", None]


def test_a_handle_that_a_frame_of_creators_has_comes_before_that_of_an_address():
    creators = pd.DataFrame({"id": ["there"], "tiktok_handle": ["now"]})
    assert handles_of([POSTS, creators]) == ["paper01", None, "now", None]


def test_an_address_of_something_else_has_no_handle():
    frame = posts(("gone", "paper01")).assign(url="https://example.com/@paper01/video/1")
    assert handles_of(frame) == [None] * 4
