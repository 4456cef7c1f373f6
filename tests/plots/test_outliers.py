from __future__ import annotations

import pandas as pd

from trackagoat_pandas.plots.marks import MARKS
from trackagoat_pandas.plots.outliers import outliers
from trackagoat_pandas.plots.style import finding_of


def found(*rows):
    usual = {
        "tiktok_handle": "mia", "title": "Hi", "compared_views": 2_400.0, "baseline_views": 200.0,
        "multiple": 12.0, "z": 3.5, "is_outlier": True,
    }  # fmt: skip
    frame = pd.DataFrame([{**usual, "id": f"v{place}", **row} for place, row in enumerate(rows)])
    return frame.astype({"is_outlier": "boolean", "z": "Float64"})


LOW = {"multiple": 1.1, "z": 0.2, "is_outlier": False}
UNKNOWN = {"multiple": None, "z": None, "is_outlier": None}


def title(ax):
    return ax.get_title(loc="left").replace("\n", " ")


def test_the_farthest_is_on_top_and_a_line_shows_where_an_outlier_begins():
    ax = outliers(
        found({}, {"title": "Bye", "multiple": 40.0, "z": 5.6, "compared_views": 8e3}, LOW)
    )
    assert title(ax) == (
        "2 of 3 posts are outliers; the most unusual, “Bye” by @mia, has 40 times its creator's "
        "usual views"
    )
    assert [label.get_text() for label in ax.get_yticklabels()] == ["Bye · @mia", "Hi · @mia"]
    [bars] = ax.containers
    assert [round(bar.get_x() + bar.get_width(), 6) for bar in bars] == [40, 12]
    begins = [segment[0][0] for segment in ax.collections[1].get_segments()]
    assert [round(begin, 2) for begin in begins] == [round(40**0.5, 2), round(12**0.8, 2)]
    assert MARKS[bars[0]][:2] == ("Bye · @mia: 40x, 8k against 200", "v1")
    assert ax.get_xscale() == "log"
    assert "logarithmic scale" in finding_of(ax)


def test_posts_that_are_not_shown_or_not_known_are_counted():
    ax = outliers(found({}, {}, {}, UNKNOWN), n=2)
    assert ax.get_xlabel().replace("\n", " ") == (
        "1 more not shown, which is less unusual; 1 post couldn't be compared"
    )


def test_one_outlier_and_none_have_titles_of_their_own():
    assert title(outliers(found({}, LOW))) == (
        "1 of 2 posts is an outlier: “Hi” by @mia, with 12 times its creator's usual views"
    )
    none = outliers(found(LOW, UNKNOWN))
    assert title(none) == "No outlier among 1 post"
    assert "1 post couldn't be compared" in none.get_xlabel()
    assert title(outliers(found(UNKNOWN))) == "No posts to compare"


def test_thousands_of_times_are_written_in_full_and_views_may_be_unknown():
    ax = outliers(found({"multiple": 12_345.0, "z": 9.0, "baseline_views": None}))
    assert [text.get_text() for text in ax.texts][:1] == ["12,345x, 2.4k against n/a"]
    assert ax.xaxis.get_major_formatter()(1_000.0, 0) == "1,000x"


def test_a_post_without_a_name_is_called_by_its_id():
    ax = outliers(found({"tiktok_handle": None, "title": None}))
    assert [label.get_text() for label in ax.get_yticklabels()] == ["v0"]
