from __future__ import annotations

import json

import pandas as pd
from matplotlib.figure import Figure

from trackagoat_pandas.plots.campaigns import campaigns
from trackagoat_pandas.plots.marks import MARKS


def frames(**members):
    """Campaigns by name, with the places of their videos, and four videos."""
    rows = [
        {
            "id": name, "name": name,
            "items": json.dumps([{"item_type": "video", "item_id": f"v{at}"} for at in places]),
        }
        for name, places in members.items()
    ]  # fmt: skip
    videos = pd.DataFrame(
        {
            "id": ["v0", "v1", "v2", "v3"],
            "creator_id": "c",
            "title": "x",
            "view_count": pd.array([100, 300, 800, 5_000], "Int64"),
            "tracking_status": ["included", "included", "included", "pending_review"],
        }
    )
    return pd.DataFrame(rows), videos


def texts(ax):
    return [text.get_text() for text in ax.texts if text.get_gid() is None]


def test_each_campaign_has_the_views_of_its_counted_posts_and_their_median_beside_it():
    ax = campaigns(*frames(spring=[0, 1, 3], summer=[2]))
    assert [label.get_text() for label in ax.get_yticklabels()] == ["summer", "spring"]
    assert [bar.get_width() for bar in ax.patches] == [800, 400]
    assert texts(ax) == ["800 of 1 post, median 800", "400 of 2 posts, median 200"]
    assert MARKS[ax.patches[1]][:2] == ("spring: 400 of 2 posts, median 200 views", "spring")
    assert ax.get_title(loc="left") == ("summer has most views (800) and the highest median (800)")


def test_the_highest_median_may_be_that_of_another_campaign():
    ax = campaigns(*frames(spring=[0, 1, 2], summer=[2]))
    assert ax.get_title(loc="left") == (
        "spring has most views (1.2k), summer the highest median (800)"
    )
    assert ax.get_xlabel() == "1 post is in several of them"


def test_one_campaign_is_described_and_those_without_posts_are_counted():
    ax = campaigns(*frames(spring=[0, 1], empty=[], waiting=[3]))
    assert ax.get_title(loc="left") == "spring has 400 of 2 posts, median 200 views"
    assert ax.get_xlabel() == "2 without posts left out"


def test_narrow_axes_have_only_the_sums_beside_bars_and_all_in_the_read_outs():
    ax = campaigns(*frames(spring=[0, 1]), ax=Figure(figsize=(3, 2)).add_subplot())
    assert texts(ax) == ["400"]
    assert MARKS[ax.patches[0]].text == "spring: 400 of 2 posts, median 200 views"
