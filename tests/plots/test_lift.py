"""Pictures of a campaign's lift: their titles, bars and marks."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.plots.test_common import placebos_of, weeks_of_lift
from trackagoat_pandas.plots.lift import lift
from trackagoat_pandas.plots.lift_placebos import lift_placebos
from trackagoat_pandas.plots.marks import MARKS


def texts_of(ax):
    return [MARKS[artist].text for artist in ax.findobj() if artist in MARKS]


def test_the_title_says_the_gap_and_how_often_it_is_unusual():
    (weeks,), _ = weeks_of_lift(["ann", "ben"])
    ax = lift(weeks)
    title = "The campaign's creators were beyond the usual gap in 1 of 2 weeks"
    assert ax.get_title(loc="left") == title
    assert [round(bar.get_height()) for bar in ax.patches] == [-4, 24, -4, 24]
    assert texts_of(ax)[1] == "Week of 11 May 2026: +24% (usual −9% to +9%)"


def test_weeks_in_any_order_and_without_a_campaign_are_shown():
    (weeks,), _ = weeks_of_lift(["ann", "ben"])
    ax = lift(weeks[::-1].assign(is_campaign=False))
    assert [round(bar.get_height()) for bar in ax.patches] == [-4, 24, -4, 24]
    assert ax.get_title(loc="left") == "No week of the campaign has posts that are old enough"
    empty = lift(weeks.assign(gap=pd.array([None] * 4, "Float64")))
    assert empty.get_title(loc="left") == "No weeks to compare"


@pytest.mark.parametrize(
    ("effect", "title"),
    [
        (24.0, "The campaign shows +24%, 0 of 4 random groups as much or more"),
        (1.0, "The campaign shows +1%, 2 of 4 random groups as much or more"),
        (-3.0, "The campaign shows −3%, 2 of 4 random groups as little or less"),
        (None, "The campaign's effect can't be known; 9 of 10 random groups show −11% to +4%"),
    ],
)
def test_the_title_counts_random_groups_on_the_side_of_the_effect(effect, title):
    (placebos,), _ = placebos_of(["ann"])
    placebos.loc[0, "effect"] = effect
    assert lift_placebos(placebos).get_title(loc="left") == title


def test_earlier_dates_have_a_read_out():
    (placebos,), _ = placebos_of(["ann"])
    assert "As if from 04 May 2026: +2%" in texts_of(lift_placebos(placebos))
    without = placebos[placebos["placebo"] != "random creators"]
    assert lift_placebos(without).get_title(loc="left") == "No random groups to compare with"


def test_bars_count_the_random_groups_of_each_span_with_its_ends():
    (placebos,), _ = placebos_of(["ann"])
    ax = lift_placebos(placebos)
    bars = [bar for bar in ax.patches if bar.get_height() > 0]
    assert sum(bar.get_height() for bar in ax.patches) == 4
    # -12, -3, 1 and 5 %, from left to right, each in its own bar of equal steps in logs.
    for effect, bar in zip((-12.0, -3.0, 1.0, 5.0), bars, strict=True):
        assert bar.get_x() <= effect <= bar.get_x() + bar.get_width()
    said = [text for text in texts_of(ax) if text.startswith("1 random group:")]
    assert len(said) == 4
    low, high = ax.get_xlim()
    # 24 % is the farthest from 0, and has room on both sides.
    assert high == pytest.approx(24.0 * 1.08)
    assert low == pytest.approx(-24.0 * 1.08)
