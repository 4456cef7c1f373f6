from __future__ import annotations

import json

import pandas as pd
import pytest
from matplotlib.figure import Figure

from trackagoat_pandas.errors import MissingColumnError
from trackagoat_pandas.plots.campaigns import campaigns
from trackagoat_pandas.plots.marks import MARKS


def frames(**members):
    """Campaigns by name, with the places of their videos, and eight videos."""
    rows = [
        {
            "id": name, "name": name,
            "items": json.dumps([{"item_type": "video", "item_id": f"v{at}"} for at in places]),
        }
        for name, places in members.items()
    ]  # fmt: skip
    videos = pd.DataFrame(
        {
            "id": [f"v{at}" for at in range(8)],
            "creator_id": "c",
            "title": "x",
            "view_count": pd.array([100, 300, 800, 5_000, 50, 60, 70, None], "Int64"),
            "tracking_status": ["included"] * 3 + ["pending_review"] + ["included"] * 4,
        }
    )
    return pd.DataFrame(rows), videos


def texts(ax):
    return [text.get_text() for text in ax.texts if text.get_gid() is None]


def test_each_campaign_has_the_views_of_its_counted_posts_and_their_median_beside_it():
    ax = campaigns(*frames(spring=[4, 5, 6, 3], summer=[0, 1, 2]))
    assert [label.get_text() for label in ax.get_yticklabels()] == ["summer", "spring"]
    assert [bar.get_width() for bar in ax.patches] == [1_200, 180]
    assert texts(ax) == ["1.2k from 3 posts, median 300", "180 from 3 posts, median 60"]
    assert MARKS[ax.patches[1]][:2] == ("spring: 180 views from 3 posts, median 60", "spring")
    assert (
        ax.get_title(loc="left") == "summer has the most views (1.2k) and the highest median (300)"
    )


def test_the_highest_median_may_be_that_of_another_campaign():
    ax = campaigns(*frames(spring=[0, 1, 2, 4, 5, 6], summer=[0, 1, 2]))
    assert ax.get_title(loc="left") == (
        "spring has the most views (1.4k), summer the highest median (300)"
    )
    assert ax.get_xlabel() == "3 posts are in several of them"


def test_of_fewer_than_three_posts_there_is_no_median():
    ax = campaigns(*frames(spring=[0, 1, 4], summer=[2]))
    assert texts(ax) == ["800 from 1 post", "450 from 3 posts, median 100"]
    assert ax.get_title(loc="left") == "summer has the most views (800)"


def test_posts_with_unknown_views_are_no_posts_of_the_median():
    ax = campaigns(*frames(spring=[4, 5, 7]))
    assert texts(ax) == ["110 from 2 posts"]
    assert ax.get_xlabel() == "1 post with unknown views left out"


def test_one_campaign_is_described_and_those_without_posts_are_counted():
    ax = campaigns(*frames(spring=[0, 1, 2], empty=[], waiting=[3]))
    assert ax.get_title(loc="left") == "spring has 1.2k views from 3 posts, median 300"
    assert ax.get_xlabel() == "2 campaigns without posts left out"


def test_narrow_axes_have_only_the_sums_beside_bars_and_all_in_the_read_outs():
    ax = campaigns(*frames(spring=[0, 1, 2]), ax=Figure(figsize=(3, 2)).add_subplot())
    assert texts(ax) == ["1.2k"]
    assert MARKS[ax.patches[0]].text == "spring: 1.2k views from 3 posts, median 300"


@pytest.mark.parametrize("column", ["id", "title", "view_count", "tracking_status"])
def test_videos_without_a_column_are_refused(column):
    some, videos = frames(spring=[0, 1, 2])
    with pytest.raises(MissingColumnError, match=f"(?s){column}.*load_videos"):
        campaigns(some, videos.drop(columns=column))
