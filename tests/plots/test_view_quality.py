"""The picture of evidence on views: what it shows, and what it never says."""

from __future__ import annotations

import pandas as pd

from trackagoat_pandas.plots.marks import MARKS
from trackagoat_pandas.plots.style import finding_of
from trackagoat_pandas.plots.view_quality import view_quality


def quality(*rows):
    usual = {"tiktok_handle": "mia", "title": "Hi", "score": 0.5, "grade": "weak"}
    return pd.DataFrame([{**usual, "id": f"v{place}", **row} for place, row in enumerate(rows)])


NONE, UNKNOWN = {"grade": "none", "score": 0.0}, {"grade": None, "score": None}


def title(ax):
    return ax.get_title(loc="left").replace("\n", " ")


def test_the_highest_score_is_on_top_and_grades_have_a_colour_each():
    ax = view_quality(quality({}, {"title": "Bye", "score": 0.8, "grade": "strong"}, NONE))
    assert title(ax) == (
        "There is evidence on 2 of 3 posts that their views are unlike those of others: strong on "
        "1, weak on 1"
    )
    assert [label.get_text() for label in ax.get_yticklabels()] == ["Bye · @mia", "Hi · @mia"]
    strong, weak = (bars[0] for bars in ax.containers)
    assert (strong.get_width(), weak.get_width()) == (0.8, 0.5)
    assert strong.get_facecolor() != weak.get_facecolor()
    assert MARKS[strong][:2] == ("Bye · @mia: strong evidence, score 0.80", "v1")
    assert "not a verdict" in finding_of(ax)


def test_without_evidence_and_without_a_judgement_it_says_so():
    ax = view_quality(quality(NONE, NONE, UNKNOWN))
    assert title(ax) == "No evidence that the views of 2 posts are unlike those of others"
    assert "1 post can't be judged" in ax.get_xlabel()
    assert title(view_quality(quality(UNKNOWN))) == "No posts to judge"


def test_one_post_with_evidence_is_one():
    said = "There is weak evidence on 1 of 2 posts that its views are unlike those of others"
    assert title(view_quality(quality({}, NONE))) == said


def test_posts_that_are_not_shown_are_counted():
    ax = view_quality(quality(*[{"score": 0.9 - place / 10} for place in range(5)], UNKNOWN), n=3)
    assert ax.get_xlabel().replace("\n", " ") == "2 more not shown; 1 post can't be judged"
