from __future__ import annotations

import numpy as np
import pandas as pd

from trackagoat_pandas.helpers.campaigns.plan import visible_effects as helper
from trackagoat_pandas.plots.marks import MARKS
from trackagoat_pandas.plots.visible_effects import visible_effects


def effects(*rows):
    return pd.DataFrame(rows, columns=["weeks", "group_size", "smallest_visible"])


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


def test_the_effects_that_the_helper_finds_are_drawn():
    ids = [f"c{place:02}" for place in range(16)]
    days = pd.date_range("2025-11-01", periods=220, freq="D", tz="UTC")
    spread = np.random.default_rng(1).normal(size=len(days) * len(ids))
    videos = pd.DataFrame(
        {
            "id": [f"v{place}" for place in range(len(spread))],
            "creator_id": ids * len(days),
            "posted_at": days.repeat(len(ids)),
            "view_count": (1_000 * np.exp(spread)).astype(int),
            "tracking_status": "included",
        }
    )
    creators = pd.DataFrame({"id": ids, "is_active": True})
    found = helper(creators, videos, now="2026-06-18T12:00Z", timezone="UTC")
    lines = [line for line in visible_effects(found).lines if line not in MARKS]
    assert lines[0].get_xdata().tolist() == [6.0, 8.0]
