from __future__ import annotations

import pandas as pd
import pytest

from trackagoat_pandas.plots.budget import budget
from trackagoat_pandas.plots.marks import MARKS
from trackagoat_pandas.plots.style import finding_of


def plan(*rows):
    usual = {
        "project_name": "Spring", "project_id": "p", "currency": "USD", "budget_cents": 90_000,
        "left_today_cents": 40_000, "daily_burn_cents": 1_000, "days_left": 40,
        "days_left_low": 35, "days_left_high": 50, "runs_out": pd.Timestamp("2026-07-28"),
        "burn_from": pd.Timestamp("2026-04-06"), "burn_to": pd.Timestamp("2026-05-31"),
    }  # fmt: skip
    frame = pd.DataFrame([{**usual, **row} for row in rows])
    whole = [name for name in frame if name.endswith("cents") or name.startswith("days")]
    return frame.astype(dict.fromkeys(whole, "Int64"))


def texts(ax):
    return [text.get_text() for text in ax.texts if text.get_gid() is None]


def test_a_budget_has_a_bar_of_its_days_its_interval_and_the_day_on_which_it_ends():
    ax = budget(plan({}))
    [bar] = ax.patches
    assert bar.get_width() == 40
    assert texts(ax) == ["28 Jul 2026, $400 left at $10 a day"]
    assert [c.get_segments()[0][:, 0].tolist() for c in ax.collections[:2]] == [[35, 50]] * 2
    assert MARKS[bar].text == "Spring: 28 Jul 2026, $400 left at $10 a day"
    assert finding_of(ax) == (
        "The budget of Spring lasts 40 more days (35 to 50). Days until it is used up, if as much "
        "is earned a day as from 6 Apr 2026 to 31 May 2026; line: the interval if months vary "
        "as before"
    )


NOTHING = {"days_left": None, "days_left_low": None, "days_left_high": None, "runs_out": pd.NaT}


@pytest.mark.parametrize(
    ("row", "text", "title"),
    [
        ({**NOTHING, "daily_burn_cents": 0}, "nothing earned a day, $400 left", None),
        (NOTHING, "more than a century", None),
        (
            {**NOTHING, "days_left": 0, "left_today_cents": -500}, "used up, $5 over",
            "The budget of Spring is used up",
        ),
        ({**NOTHING, "left_today_cents": None}, "the amount left isn't known", None),
    ],
)  # fmt: skip
def test_where_no_day_is_known_the_reason_stands_in_place_of_a_bar(row, text, title):
    ax = budget(plan(row))
    assert ax.patches[0].get_width() == 0
    assert texts(ax) == [text]
    expected = title or "No day is known on which a budget is used up"
    assert ax.get_title(loc="left") == expected


def test_an_interval_without_an_end_has_an_arrow_and_is_said_so():
    ax = budget(plan({"days_left_high": None}))
    assert ax.get_title(loc="left") == "The budget of Spring lasts 40 more days (35 or more)"
    [[x, row]] = ax.collections[-1].get_offsets()
    assert (x > 40, row) == (True, 0)


def test_the_first_to_be_used_up_is_on_top_and_projects_without_a_budget_are_counted():
    ax = budget(
        plan({}, {"project_name": "Summer", "days_left": 9}, {"budget_cents": None, **NOTHING})
    )
    assert [label.get_text() for label in ax.get_yticklabels()] == ["Summer", "Spring"]
    assert ax.get_title(loc="left") == (
        "The budget of Summer lasts 9 more days (35 to 50), the shortest of 2"
    )
    assert ax.get_xlabel() == "1 project without a budget"
    none = budget(plan({"budget_cents": None}))
    assert none.get_title(loc="left") == "No budget to show"


def test_a_note_says_why_a_budget_has_no_interval():
    ax = budget(plan({"days_left_low": None, "days_left_high": None, "reason": "few months"}))
    assert ax.get_xlabel() == "no interval: few months"
    assert "line" not in finding_of(ax)
