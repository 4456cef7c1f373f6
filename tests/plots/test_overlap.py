from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.figure import Figure

from tests.support.campaign_frames import IDS, campaigns
from trackagoat_pandas.errors import ChoiceError
from trackagoat_pandas.plots.marks import MARKS
from trackagoat_pandas.plots.overlap import overlap


def shared(*rows, names=("spring", "summer", "fall")):
    """Pairs by the places of their campaigns, with the posts and creators that they share."""
    first, second, posts, creators = zip(*rows, strict=True)
    return pd.DataFrame(
        {
            "campaign_a_name": [names[one] for one in first],
            "campaign_b_name": [names[one] for one in second],
            "shared_creators": pd.array(creators, "Int64"),
            "shared_videos": pd.array(posts, "Int64"),
            "campaign_a": [IDS[one] for one in first],
            "campaign_b": [IDS[one] for one in second],
        }
    )


THREE = shared((0, 1, 5, 2), (0, 2, 7, 1), (1, 2, 0, 4))


def rows_of(ax):
    return [label.get_text() for label in ax.get_yticklabels()]


def cells(ax):
    return {
        (round(bar.get_x() + bar.get_width() / 2), round(bar.get_y() + bar.get_height() / 2)): text
        for bar, text in ((bar, MARKS[bar].text) for bar in ax.patches if bar in MARKS)
    }


def texts(ax):
    return [text.get_text() for text in ax.texts if text.get_gid() is None]


def test_each_pair_has_a_cell_in_the_row_of_one_and_the_column_of_the_other():
    ax = overlap(THREE)
    assert rows_of(ax) == ["spring  1", "summer  2", "fall  3"]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["1", "2"]
    assert cells(ax) == {
        (0, 1): "spring and summer share 5 posts and 2 creators",
        (0, 2): "spring and fall share 7 posts and 1 creator",
    }
    assert sorted(texts(ax)) == ["5", "7"]
    assert ax.get_title(loc="left") == "spring and fall share the most posts (7)"


def test_creators_can_be_counted_instead():
    ax = overlap(THREE, of="creators")
    assert len(cells(ax)) == 3
    assert ax.get_title(loc="left") == "summer and fall share the most creators (4)"
    with pytest.raises(ChoiceError, match="of"):
        overlap(THREE, of="posts")


def test_titles_of_one_pair_of_equal_pairs_and_of_none():
    assert overlap(THREE.head(1)).get_title(loc="left") == "spring and summer share 5 posts"
    equal = overlap(shared((0, 1, 5, 1), (1, 2, 5, 1)))
    assert equal.get_title(loc="left") == "No two campaigns share more than 5 posts"
    none = overlap(shared((0, 1, 0, 3)))
    assert none.get_title(loc="left") == "No campaigns that share posts"


def test_a_report_gets_its_names_from_a_frame():
    report = THREE.drop(columns=["campaign_a_name", "campaign_b_name"])
    assert rows_of(overlap(report)) == ["00000000  1", "00000001  2", "00000002  3"]
    named = campaigns(spring="", summer="", fall="").assign(target_views=None)
    assert rows_of(overlap(report, names=named)) == ["spring  1", "summer  2", "fall  3"]


def test_those_that_share_most_are_kept_and_the_others_are_counted():
    ax = overlap(THREE, n=2)
    assert rows_of(ax) == ["spring  1", "fall  2"]
    assert ax.get_xlabel() == "1 more not shown, which share less"


def test_a_click_on_a_cell_names_both_campaigns():
    ax = overlap(THREE)
    ids = {MARKS[bar].id_ for bar in ax.patches if bar in MARKS}
    assert ids == {f"{IDS[0]} {IDS[1]}", f"{IDS[0]} {IDS[2]}"}


def test_numbers_without_room_are_in_the_read_outs_only():
    ax = overlap(THREE, ax=Figure(figsize=(2.4, 2)).add_subplot())
    assert texts(ax) == []
    assert len(cells(ax)) == 2
    many = [(0, one, 10_000 * one, 1) for one in range(1, 33)]
    wide = overlap(shared(*many, names=[f"campaign {one}" for one in range(33)]))
    labels = [label.get_text() for label in wide.get_xticklabels()]
    assert labels[0] in {"2", "5", "10"}
    assert texts(wide) == []
