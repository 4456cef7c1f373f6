"""The question who posts too much: its window, thresholds, sentences and missing views."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from trackagoat_pandas.asking.kernel import Answer
from trackagoat_pandas.asking.overposting import OVERPOSTING

NOW = pd.Timestamp("2026-06-18T20:00:00Z")  # a Thursday
MIA = "@mia: 2 of 7 posts on Tue 16 Jun got almost no views."
BEN = "@ben: 2 of 7 posts on Wed 17 Jun got almost no views."
Day = tuple[str, str, list[int | None]]
LOW: list[int | None] = [*[500] * 5, 50, 50]
HIDDEN: list[int | None] = [*[500] * 5, 50, None]


def asked(*days: Day, **options: Any) -> Answer:
    """Ask about some days, each with its creator and the views of its posts."""
    rows = [
        (creator, f"{day}T{hour:02}:00Z", views)
        for creator, day, counts in days
        for hour, views in enumerate(counts, 8)
    ]
    videos = pd.DataFrame(rows, columns=["creator_id", "posted_at", "view_count"]).assign(
        posted_at=lambda frame: pd.to_datetime(frame["posted_at"], utc=True),
        view_count=lambda frame: frame["view_count"].astype("Int64"),
        id=[f"v{place}" for place in range(len(rows))],
        tracking_status="included",
    )
    videos.attrs = {"trackagoat": {"tz": "UTC", "rows": len(videos), "complete": True}}
    creators = pd.DataFrame({"id": ["mia", "ben"], "tiktok_handle": ["mia", "ben"]})
    frames = {"videos": videos, "creators": creators}
    return tgp.ask("overposting", frames=frames, now=options.pop("now", NOW), **options)


@pytest.mark.parametrize(
    ("days", "finding"),
    [
        ([("mia", "2026-06-16", LOW[1:])], "No creator posted too much in the last 28 days."),
        (
            [("mia", "2026-06-16", LOW)],
            f"1 creator posted too much on 1 day in the last 28 days. {MIA}",
        ),
        (
            [("mia", "2026-06-16", LOW), ("mia", "2026-06-10", LOW), ("ben", "2026-06-17", LOW)],
            f"2 creators posted too much on 3 days in the last 28 days. {BEN}",
        ),
    ],
    ids=["none", "one", "many"],
)
def test_finding_counts_creators_and_days(days: list[Day], finding: str) -> None:
    assert asked(*days).finding == finding


@pytest.mark.parametrize(
    ("days", "status", "level"),
    [
        (["2026-05-21"], "good", None),
        (["2026-05-22"], "watch", 0),
        (["2026-06-11", "2026-06-10"], "watch", 0),
        (["2026-06-12"], "watch", 1),
        (["2026-06-12", "2026-05-22"], "watch", 1),
        (["2026-06-12", "2026-06-18"], "bad", 2),
    ],
)
def test_level_counts_days_of_the_last_week(
    days: list[str], status: str, level: int | None
) -> None:
    answer = asked(*(("mia", day, LOW) for day in days))
    assert answer.level == status
    assert answer.rows["level"].tolist() == ([] if level is None else [level])
    assert bool(answer.advice) == (level is not None)


def test_one_day_of_each_of_two_creators_is_not_bad() -> None:
    assert asked(("mia", "2026-06-16", LOW), ("ben", "2026-06-17", LOW)).level == "watch"


def test_creators_with_more_recent_days_come_first() -> None:
    days = [("ben", "2026-06-17", LOW), ("mia", "2026-06-13", LOW), ("mia", "2026-06-16", LOW)]
    answer = asked(*days)
    assert [*answer.rows.index] == ["mia", "ben"]
    assert answer.lines[0] == MIA


def test_dates_replace_the_window() -> None:
    days = [("mia", "2026-05-04", LOW), ("mia", "2026-06-16", LOW)]
    answer = asked(*days, dates="2026-05")
    assert answer.headline == "1 creator posted too much on 1 day from 1 May to 31 May 2026."
    assert answer.lines == ("@mia: 2 of 7 posts on Mon 4 May got almost no views.",)
    nothing = asked(*days, dates="2026-06-01..2026-06-10")
    assert nothing.finding == "No creator posted too much from 1 Jun to 10 Jun 2026."


@pytest.mark.parametrize(
    ("days", "level", "unsure"),
    [
        ([("mia", "2026-06-16", HIDDEN)], "unknown", 1),
        ([("mia", "2026-06-16", [*LOW, None])], "watch", 0),
        ([("mia", "2026-06-16", [500] * 6 + [None])], "good", 0),
        ([("mia", "2026-06-16", LOW), ("mia", "2026-06-17", HIDDEN)], "unknown", 1),
        ([("mia", "2026-06-16", LOW), ("ben", "2026-06-17", HIDDEN)], "unknown", 1),
        (
            [("mia", "2026-06-15", LOW), ("mia", "2026-06-16", LOW), ("mia", "2026-06-17", HIDDEN)],
            "bad",
            1,
        ),
    ],
)
def test_missing_views_count_as_low_only_where_they_decide(
    days: list[Day], level: str, unsure: int
) -> None:
    answer = asked(*days)
    assert (answer.level, answer.totals["unsure"]) == (level, unsure)


def test_missing_views_are_named_and_not_flagged() -> None:
    answer = asked(("mia", "2026-06-16", LOW), ("ben", "2026-06-17", HIDDEN))
    assert answer.finding == (
        "1 creator posted too much on 1 day in the last 28 days. "
        f"Missing views may hide more days of 1 creator: load the videos again. {MIA}"
    )
    assert [*answer.rows.index] == ["mia"]
    assert answer.judged["level"].isna().tolist() == [False, True]


def test_alerts_are_of_the_week_of_the_last_day() -> None:
    answer = asked(("mia", "2026-06-14", LOW), ("ben", "2026-06-15", HIDDEN))
    weeks = {id_: OVERPOSTING.period(row, "UTC") for id_, row in answer.judged.iterrows()}
    assert weeks == {"mia": "2026-W24", "ben": "2026-W25"}


def test_table_has_a_row_for_each_creator() -> None:
    answer = asked(("mia", "2026-06-16", LOW), ("mia", "2026-06-10", [*LOW, 50]))
    cells = [getattr(cell, "text", cell) for cell in answer.table(8)[0]]
    assert cells == ["@mia", "2", "Tue 16 Jun", "7", "2"]
