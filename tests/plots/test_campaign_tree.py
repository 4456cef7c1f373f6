from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from tests.support.campaign_frames import NOW, campaigns, videos
from trackagoat_pandas.errors import MissingColumnError
from trackagoat_pandas.helpers.campaigns.summaries import summarize_campaigns
from trackagoat_pandas.helpers.campaigns.tree import campaign_tree as tree_of
from trackagoat_pandas.plots.campaign_tree import campaign_tree
from trackagoat_pandas.plots.marks import MARKS
from trackagoat_pandas.plots.theme import PARTIAL

POSTS = videos(("v1", "mia", 1_000), ("v2", "mia", 400), ("v3", "ben", 600))


def drawn(tree, targets=(), **options):
    tree = tree.assign(
        target_views=pd.array([*targets, *[None] * (len(tree) - len(targets))], "Int64"),
        created_at=pd.Timestamp("2026-05-19T19:00Z"),
        target_at=pd.Timestamp("2026-07-18T19:00Z"),
    )
    summary = summarize_campaigns(tree, POSTS, now=NOW)
    return campaign_tree(tree_of(tree), summary, **options)


def names(ax):
    return [label.get_text().replace("\N{NO-BREAK SPACE}", " ") for label in ax.get_yticklabels()]


def texts(ax):
    return [text.get_text() for text in ax.texts if text.get_gid() is None]


def widths(ax):
    return sorted(bar.get_width() for bars in ax.containers for bar in bars)


def read_outs(ax):
    return [MARKS[one].text for one in ax.get_children() if one in MARKS]


NESTED = campaigns(spring="campaign:1 video:v3", teasers="campaign:2", encore="creator:mia")


def test_campaigns_stand_below_the_one_that_they_are_in_further_to_the_right():
    ax = drawn(NESTED)
    assert names(ax) == ["spring", "    └ teasers", "        └ encore"]
    assert widths(ax) == [1_400, 1_400, 2_000]
    assert texts(ax) == ["2k", "1.4k", "1.4k"]
    assert ax.get_title(loc="left") == "spring has the most views (2k)"
    assert {label.get_horizontalalignment() for label in ax.get_yticklabels()} == {"left"}


def test_targets_are_lines_and_the_colour_is_that_of_the_status():
    ax = drawn(NESTED, [4_000, 7_000, None])
    assert texts(ax) == ["2k of 4k, 30 days left", "1.4k of 7k, 30 days left", "1.4k"]
    assert ax.get_legend_handles_labels()[1] == ["on track", "at risk", "no target"]
    assert len(ax.collections[-1].get_segments()) == 2
    assert read_outs(ax)[0] == "spring: 2k of 4k, 30 days left; 3 posts; pace 1.00; on track"


def test_title_names_the_campaign_with_the_most_views():
    assert drawn(NESTED.tail(1)).get_title(loc="left") == "encore has 1.4k views"
    title = drawn(NESTED, [4_000, 7_000]).get_title(loc="left")
    assert title == "spring has the most views (2k)"


def test_a_campaign_in_several_others_has_one_bar_and_a_circle_is_said():
    ax = drawn(campaigns(a="campaign:2", b="campaign:2", c="campaign:2 video:v3"))
    assert names(ax) == ["a", "    └ c", "        └ c", "b", "    └ c"]
    assert texts(ax) == ["600", "600", "inside itself", "600", "as above"]
    assert widths(ax) == [600] * 3
    assert {to_hex(bar.get_facecolor()) for bar in ax.containers[0]} == {PARTIAL}


def test_unknown_campaigns_and_views_are_said_and_two_of_one_name_are_told_apart():
    tree = campaigns(a="campaign:2 campaign:9", b="", c="").assign(name="drop")
    ax = drawn(tree)
    assert names(ax) == ["drop", "    └ drop (2)", "    └ 00000009", "drop (3)"]
    assert "views not known" in texts(ax)


def test_rows_that_have_no_room_are_counted():
    ax = drawn(NESTED, n=2)
    assert ax.get_xlabel() == "1 more not shown"
    assert len(widths(ax)) == 2
    small = drawn(NESTED, ax=Figure(figsize=(3, 0.7)).add_subplot())
    assert "more not shown" in small.get_xlabel()


def test_a_click_on_a_row_chooses_its_campaign():
    ax = drawn(NESTED)
    ids = [MARKS[one].id_ for one in ax.get_children() if one in MARKS]
    assert ids == NESTED["id"].tolist()


def test_long_names_end_before_the_bars():
    ax = drawn(NESTED.assign(name=["Spring Drop", "Spring Drop: Launch Week", "Week: Encore"]))
    ax.figure.canvas.draw()
    ends = [label.get_window_extent().x1 for label in ax.get_yticklabels()]
    assert max(ends) < ax.bbox.x0 - 2


def test_a_summary_without_a_column_is_refused():
    summary = summarize_campaigns(NESTED, POSTS, now=NOW)
    for column in ("campaign_id", "views", "pace"):
        with pytest.raises(MissingColumnError, match=f"(?s){column}.*summarize_campaigns"):
            campaign_tree(tree_of(NESTED), summary.drop(columns=column))
