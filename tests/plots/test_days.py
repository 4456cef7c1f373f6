from __future__ import annotations

from datetime import date
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from tests.heavy import examples
from trackagoat_pandas.plots.days import date_ticks


def dates_on(width_in, first, periods, freq="D", granularity="day"):
    """Axes of so many inches over such dates, and the texts below them."""
    ax = Figure(figsize=(width_in / 0.775, 3)).add_subplot()
    ax.plot(pd.date_range(first, periods=periods, freq=freq), range(periods))
    date_ticks(ax, granularity)
    return ax, [label.get_text() for label in ax.get_xticklabels()]


@pytest.mark.parametrize(
    ("width_in", "first", "periods", "freq", "texts"),
    [
        (7, "2026-05-01", 2, "D", ["1\nMay 2026", "2"]),
        (7, "2026-05-28", 7, "D", ["28\nMay 2026", "29", "30", "31", "1\nJun 2026", "2", "3"]),
        (7, "2026-05-30", 12, "D", ["1\nJun 2026", "3", "5", "7", "9"]),
        (2.3, "2026-01-18", 20, "D", ["22\nJan 2026", "1\nFeb 2026"]),
        (1.6, "2026-01-20", 30, "D", ["1\nFeb 2026", "15"]),
        (0.8, "2026-01-18", 20, "D", ["Feb\n2026"]),
        (2.3, "2026-01-01", 6, "MS", ["Jan\n2026", "Mar", "May"]),
        (7, "2025-11-01", 6, "MS", ["Nov\n2025", "Dec", "Jan\n2026", "Feb", "Mar", "Apr"]),
        (2.3, "2019-01-01", 8, "YS", ["2020", "2025"]),
        (0.5, "2000-08-01", 1190, "D", ["Jan\n2002"]),
    ],
)  # fmt: skip
def test_dates_that_have_room(width_in, first, periods, freq, texts):
    assert dates_on(width_in, first, periods, freq)[1] == texts


@settings(max_examples=examples(100), deadline=None)
@given(
    st.floats(0.5, 12), st.dates(date(2000, 1, 1), date(2060, 1, 1)), st.integers(1, 4_000),
    st.sampled_from(["day", "week", "month"]),
)  # fmt: skip
def test_there_is_a_date_none_is_an_hour_and_none_overlaps_another(
    width_in, first, days, granularity
):
    ax, texts = dates_on(width_in, first, days, granularity=granularity)
    # A few days may have no first day of a week or month.
    assert texts or (granularity != "day" and days < 31)
    assert ":" not in "".join([*texts, ax.xaxis.get_offset_text().get_text()])
    boxes = [label.get_window_extent() for label in ax.get_xticklabels()]
    assert all(left.x1 < right.x0 for left, right in pairwise(boxes))


def test_dates_follow_a_zoom():
    ax, _ = dates_on(7, "2025-01-01", 365)
    ax.set_xlim(pd.Timestamp("2025-03-03"), pd.Timestamp("2025-03-05"))
    assert [label.get_text() for label in ax.get_xticklabels()] == ["3\nMar 2025", "4", "5"]
    ax.invert_xaxis()
    assert len(ax.get_xticks()) == 3
    date_ticks(ax, "month")
    assert len(ax.get_xticks()) == 0
    ax.set_xlim(pd.Timestamp("2025-03-31"), pd.Timestamp("2025-04-03"))
    assert [label.get_text() for label in ax.get_xticklabels()] == ["Apr\n2025"]
    assert ax.format_xdata(ax.get_xticks()[0]) == "1 Apr 2025"


def test_ticks_that_a_user_moves_stay_where_they_are_on_other_axes():
    ax, _ = dates_on(7, "2026-05-01", 10)
    ticks = ax.get_xticks()
    drawn = ticks.tolist()
    ticks += 1
    assert dates_on(7, "2026-05-01", 10)[0].get_xticks().tolist() == drawn
