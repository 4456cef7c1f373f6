from __future__ import annotations

from tests.support.campaign_frames import NOW, campaigns, split_program, videos
from trackagoat_pandas.helpers.campaigns.comparison import compare_campaigns as compare
from trackagoat_pandas.plots.compare_campaigns import compare_campaigns
from trackagoat_pandas.plots.marks import MARKS

POSTS = videos(("v1", "mia", 1_000), ("v2", "mia", 400), ("v3", "ben", 600))


def drawn(tree, **options):
    return compare_campaigns(compare(tree, POSTS, "a", "b", now=NOW), **options)


def test_bars_are_the_posts_of_one_of_both_and_of_the_other():
    ax = drawn(campaigns(a="creator:mia", b="video:v1 video:v3"))
    assert [label.get_text() for label in ax.get_yticklabels()] == [
        "Only in a", "In both", "Only in b",
    ]  # fmt: skip
    assert [bar.get_width() for bar in ax.patches] == [1, 1, 1]
    assert ax.texts[0].get_text() == "1 post, 400 views"
    assert MARKS[ax.patches[1]].text == "In both: 1 post, 1k views"
    assert ax.get_title(loc="left") == "1 of 3 posts is in both campaigns"
    said = ax.get_xlabel().replace("\n", " ")
    assert said.startswith("1 of 2 creators are in both; how the same creators did in each isn't")


def test_the_title_says_what_the_same_creators_had_more_or_that_chance_may_have_done_it():
    tree, world = split_program(11, effect=4.0)
    title = compare_campaigns(compare(tree, **world.frames, a="A", b="B")).get_title(loc="left")
    assert title.startswith("The same 23 creators had +")
    assert title.endswith(" views a post in A")
    tree, world = split_program(12)
    title = compare_campaigns(compare(tree, **world.frames, a="A", b="B")).get_title(loc="left")
    assert title == "The same 24 creators differ by no more than chance between the two"


def test_two_campaigns_without_posts_have_nothing_to_show():
    ax = drawn(campaigns(a="", b="creator:zoe"))
    assert ax.get_title(loc="left") == "No posts to compare"
