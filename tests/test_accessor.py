from __future__ import annotations

import inspect
import json

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from trackagoat_pandas.accessor import GoatAccessor
from trackagoat_pandas.errors import MissingColumnError

POSTS = pd.DataFrame(
    {
        "like_count": [8, 0, None],
        "comment_count": [1, 0, 1],
        "share_count": [1, 0, 1],
        "save_count": [0, 0, 1],
        "view_count": [200, 0, 100],
    }
).astype("Int64")


def test_the_accessor_is_there_on_import_alone():
    assert isinstance(pd.DataFrame().goat, GoatAccessor)


@pytest.mark.parametrize("verb", ["engagement"])
def test_a_verb_has_the_signature_of_its_function(verb):
    function = inspect.signature(getattr(tgp, verb))
    method = inspect.signature(getattr(GoatAccessor, verb))
    assert list(method.parameters.values())[1:] == list(function.parameters.values())[1:]
    assert f"trackagoat_pandas.{verb}" in getattr(GoatAccessor, verb).__doc__


def test_a_verb_equals_its_function():
    pd.testing.assert_frame_equal(POSTS.goat.engagement(), tgp.engagement(POSTS))


def test_provenance_is_a_copy_and_small(client):
    videos = tgp.load_videos("Summer Launch", client=client)
    facts = videos.goat.provenance
    facts["path"] = "changed"
    assert videos.goat.provenance["path"] == "/videos"
    assert len(json.dumps(videos.attrs)) < 1_000


def test_provenance_survives_filtering_and_is_empty_on_a_frame_of_ones_own(client):
    videos = tgp.load_videos("Summer Launch", client=client)
    assert videos[videos["view_count"] > 0].goat.provenance["path"] == "/videos"
    assert POSTS.goat.provenance == {}


def test_the_rate_is_interactions_over_views_in_percent():
    rates = tgp.engagement(POSTS)["engagement_rate_by_views"]
    assert rates.dtype == pd.Float64Dtype()
    assert rates[0] == 5.0
    assert rates[1:].isna().all()


def test_the_rate_by_followers():
    creators = POSTS.assign(follower_count=[1000, 10, 10]).drop(columns="view_count")
    rates = tgp.engagement(creators, by="followers")["engagement_rate_by_followers"]
    assert rates[0] == 1.0
    assert rates[1] == 0.0


def test_an_empty_frame_gets_a_typed_rate():
    empty = tgp.engagement(POSTS.head(0))
    assert empty.empty
    assert empty["engagement_rate_by_views"].dtype == pd.Float64Dtype()


def test_the_frame_is_left_unchanged():
    before = POSTS.copy()
    tgp.engagement(POSTS)
    pd.testing.assert_frame_equal(POSTS, before)


def test_a_frame_without_counts_is_refused_with_the_loader_that_has_them():
    with pytest.raises(MissingColumnError, match=r"lacks .*view_count.*load_videos gives them"):
        pd.DataFrame({"like_count": [1]}).goat.engagement()


def test_the_rate_equals_the_servers(client):
    board = tgp.load_report("creator-leaderboard", "Q1 Brand Program", client=client)
    ours = tgp.engagement(board.drop(columns="engagement_rate_by_views"))
    pd.testing.assert_series_equal(
        ours["engagement_rate_by_views"], board["engagement_rate_by_views"]
    )
