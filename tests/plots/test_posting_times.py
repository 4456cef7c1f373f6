"""Plots of posting times and of the cost of posting: titles, rows and marks."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from trackagoat_pandas.plots.marks import MARKS
from trackagoat_pandas.plots.posting_cost import posting_cost
from trackagoat_pandas.plots.posting_times import posting_times


def times(*rows: tuple[str, float | None, float | None, float | None, str], **columns: Any):
    frame = pd.DataFrame([*rows], columns=["label", "effect", "low", "high", "answer"])
    frame["kind"] = ["weekday" if "day" in name else "hours" for name in frame["label"]]
    return frame.assign(posts=1_200, **columns)


EVENING = ("18:00 to 21:00", 62.4, 24.0, 111.6, "better")
NOON = ("12:00 to 15:00", -3.0, -20.0, 14.0, "no difference")
NIGHT = ("0:00 to 3:00", None, None, None, "not tried")
MORNING = ("6:00 to 9:00", None, None, None, "not tried")
SUNDAY = ("Sunday", -40.0, -60.0, -10.0, "no difference")


def title(ax: Any) -> str:
    return str(ax.get_title(loc="left"))


def names(ax: Any) -> list[str]:
    return [text.get_text() for text in ax.get_yticklabels()]


def read_outs(ax: Any) -> list[str]:
    return [MARKS[one].text for one in ax.get_children() if one in MARKS]


def test_the_title_names_the_better_time_and_rows_keep_their_order() -> None:
    frame = times(NIGHT, NOON, EVENING, SUNDAY).assign(posts=[0, 1_200, 1_200, 1_200])
    ax = posting_times(frame)
    assert title(ax) == "18:00 to 21:00 is better: 24% to 112% more views"
    assert names(ax)[:2] == ["0:00 to 3:00 (0)", "12:00 to 15:00 (1,200)"]
    assert read_outs(ax) == [
        "0:00 to 3:00 (0): not tried",
        "12:00 to 15:00 (1,200): −3% (−20% to 14%)",
        "18:00 to 21:00 (1,200): 62% (24% to 112%)",
        "Sunday (1,200): −40% (−60% to −10%)",
    ]
    assert [text.get_text() for text in ax.texts if text.get_gid() is None] == ["not tried"]


def test_a_time_of_a_few_posts_was_tried_but_not_enough() -> None:
    ax = posting_times(times(MORNING, NOON).assign(posts=[3, 80]))
    assert read_outs(ax)[0] == "6:00 to 9:00 (3): too little to compare"


def test_several_better_times_are_counted_and_none_is_said_with_its_p() -> None:
    both = times(EVENING, ("9:00 to 12:00", 50.0, 30.0, 90.0, "better"))
    assert (
        title(posting_times(both)) == "9:00 to 12:00 is better: 30% to 90% more views, and 1 more"
    )
    none = times(NOON, SUNDAY)
    assert title(posting_times(none)) == "No time of posting is clearly better than another"
    none.attrs["trackagoat"] = {"p": 0.412}
    expected = "No time of posting is clearly better than another (p = 0.41)"
    assert title(posting_times(none)) == expected


def test_intervals_of_thousands_of_percent_are_cut_off() -> None:
    ax = posting_times(times(EVENING, ("9:00 to 12:00", 80.0, -90.0, 9_000.0, "no difference")))
    assert 300 < ax.get_xlim()[1] < 320
    assert ax.get_xlabel() == "Intervals are cut off at 300%"
    assert posting_times(times(EVENING)).get_xlabel() == ""


def test_of_creators_only_better_times_are_shown() -> None:
    frame = times(NOON, EVENING, EVENING, creator_id=["a", "b", "c"], tiktok_handle=["a", "b", "c"])
    ax = posting_times(frame)
    assert title(ax) == "2 of 3 creators have a better time"
    assert names(ax) == ["@b · 18:00 to 21:00 (1,200)", "@c · 18:00 to 21:00 (1,200)"]
    twice = posting_times(frame.assign(creator_id=["a", "b", "b"], tiktok_handle=["b", "b", "b"]))
    assert names(twice) == ["@b · 18:00 to 21:00 (1,200)"] * 2
    nobody = posting_times(frame.head(1))
    assert title(nobody) == "No creator has a better time"


def cost(*rows: tuple[str, float | None, float | None, float | None]) -> pd.DataFrame:
    frame = pd.DataFrame([*rows], columns=["position", "effect", "low", "high"])
    return frame.assign(posts=300, reason=None)


FIRST = ("1", None, None, None)


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        ((-30.2, -46.0, -12.0), "Third and later posts of a day: −30% (−46% to −12%) views"),
        (
            (-10.0, -26.0, 12.0),
            "Later posts of a day differ from the first by no more than chance",
        ),
    ],
)
def test_the_title_says_what_later_posts_cost(later: tuple[float, ...], expected: str) -> None:
    ax = posting_cost(cost(FIRST, ("2", 4.0, -9.0, 20.0), ("3 and more", *later)))
    assert title(ax) == expected
    assert names(ax) == ["Second post (300)", "Third and later (300)"]


def test_a_position_with_too_few_posts_says_so() -> None:
    ax = posting_cost(cost(FIRST, ("2", -20.0, -30.0, -9.0), ("3 and more", None, None, None)))
    assert title(ax) == "Second posts of a day: −20% (−30% to −9%) views"
    assert read_outs(ax)[-1] == "Third and later (300): too few posts"


def test_a_cost_that_is_not_known_says_why() -> None:
    frame = cost(FIRST, ("2", None, None, None), ("3 and more", None, None, None))
    assert title(posting_cost(frame)) == "No effect of later posts is known: too few posts"
    known = frame.assign(reason="fewer than 20 such posts")
    assert title(posting_cost(known)).endswith("is known: fewer than 20 such posts")
