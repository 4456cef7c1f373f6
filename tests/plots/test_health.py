from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.colors import to_hex

from trackagoat_pandas.plots.health import health
from trackagoat_pandas.plots.marks import MARKS
from trackagoat_pandas.plots.theme import ALARM, GOOD, QUIET, WARN


def parts(*statuses, since=None):
    names = ["cadence", "views", "goals", "payouts"][: len(statuses)]
    columns = {
        "part": names,
        "status": list(statuses),
        "since": pd.to_datetime([since] * len(names)),
    }
    return pd.DataFrame({**columns, "evidence": [f"`{name}`: 3 of 4." for name in names]})


def test_the_worst_part_is_on_top_and_each_status_is_a_word_and_a_colour():
    ax = health(parts("good", "watch", "bad", "unknown"))
    assert [tick.get_text() for tick in ax.get_yticklabels()] == [
        "goals", "payouts", "views", "cadence",
    ]  # fmt: skip
    assert [to_hex(bar.get_facecolor()) for bar in ax.patches] == [ALARM, QUIET, WARN, GOOD]
    words = [text.get_text() for text in ax.texts[:4]]
    assert words == ["bad", "unknown", "watch", "good"]
    assert ax.get_title(loc="left") == "1 of 4 parts is bad: goals"


@pytest.mark.parametrize(
    ("statuses", "title"),
    [
        (["good"], "cadence is good"),
        (["good", "good"], "All 2 parts are good"),
        (["watch", "good"], "1 of 2 parts is to watch: cadence"),
        (["unknown", "unknown", "watch"], "2 of 3 parts are unknown: cadence and views"),
        (["bad", "bad", "bad", "unknown"], "3 of 4 parts are bad: cadence, views and goals"),
        ([], "No part of a program to show"),
    ],
)
def test_the_title_says_which_parts_are_worst(statuses, title):
    assert health(parts(*statuses)).get_title(loc="left") == title


def test_a_block_says_since_when_and_the_whole_evidence_and_chooses_its_part():
    ax = health(parts("bad", since="2026-05-04"))
    mark = MARKS[ax.patches[0]]
    assert mark.text == "cadence is bad; since 4 May 2026: cadence: 3 of 4."
    assert mark.id_ == "cadence"


def test_a_status_that_isnt_known_is_grey():
    ax = health(parts("great", None))
    assert {to_hex(bar.get_facecolor()) for bar in ax.patches} == {QUIET}
