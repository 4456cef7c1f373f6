from __future__ import annotations

import pandas as pd
import pytest

from trackagoat_pandas.errors import MissingArgumentError
from trackagoat_pandas.plots.marks import MARKS
from trackagoat_pandas.plots.restatements import restatements
from trackagoat_pandas.plots.style import finding_of


def by_age(*rows, metric="views"):
    frame = pd.DataFrame(rows, columns=["age_days", "points", "first_value", "value"])
    return frame.assign(change=frame["value"] - frame["first_value"], metric=metric)


def heights(ax):
    return {
        round(bar.get_x() + bar.get_width() / 2): round(bar.get_height(), 3) for bar in ax.patches
    }


def test_a_bar_is_the_change_of_an_age_in_percent_of_the_first_values():
    ax = restatements(by_age((2, 12, 900.0, 927.0), (9, 1, 100.0, 95.0)))
    assert heights(ax) == {2: 3, 9: -5}
    assert finding_of(ax) == (
        "13 daily values of views were changed later, together by +2.2%. Change of views in "
        "percent of the first values, by how many days later they were last loaded"
    )
    up, down = ax.patches
    assert MARKS[up].text == "2 days later: 12 values, 900 became 927 (+3%)"
    assert MARKS[down].text == "9 days later: 1 value, 100 became 95 (−5%)"
    assert up.get_facecolor() != down.get_facecolor()


def test_without_a_first_value_above_zero_changes_are_drawn_as_they_are():
    ax = restatements(by_age((2, 1, 0.0, 30.0)))
    assert heights(ax) == {2: 30}
    assert ax.get_title(loc="left") == "1 daily value of views was changed later, by +30"


def test_one_of_several_metrics_must_be_named():
    both = pd.concat([by_age((2, 1, 10.0, 30.0)), by_age((3, 1, 10.0, 5.0), metric="likes")])
    with pytest.raises(MissingArgumentError, match="views, likes"):
        restatements(both)
    assert heights(restatements(both, metric="likes")) == {3: -50}
