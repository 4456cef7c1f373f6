from __future__ import annotations

import pandas as pd

from trackagoat_pandas.plots.marks import MARKS
from trackagoat_pandas.plots.visible_effects import visible_effects


def effects(*rows):
    return pd.DataFrame(rows, columns=["weeks", "size", "smallest_visible"])


def test_each_number_of_weeks_is_a_line_over_the_creators_who_get_it():
    ax = visible_effects(effects((2, 6, 90.0), (2, 24, 40.0), (8, 6, 50.0), (8, 24, None)))
    lines = [line for line in ax.lines if line not in MARKS]
    assert [line.get_label() for line in lines] == ["2 weeks", "8 weeks"]
    assert lines[0].get_ydata().tolist() == [90.0, 40.0]
    assert ax.get_xlabel() == "Creators who get it; 1 more can't be known"
    assert ax.get_title(loc="left") == (
        "24 creators and 2 weeks would show +40%, 6 creators and 2 weeks only +90%"
    )
    texts = [MARKS[one].text for one in ax.get_children() if one in MARKS]
    assert texts[0] == "6 creators, 2 weeks: +90%"


def test_titles_of_one_effect_and_of_none():
    one = visible_effects(effects((1, 6, 33.3)))
    assert one.get_title(loc="left") == "6 creators and 1 week would show +33%"
    none = visible_effects(effects((1, 6, None)))
    assert none.get_title(loc="left") == "No effect is known that would be seen"
