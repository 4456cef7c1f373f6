"""The question what waits for review: waiting times, levels, sentences and lost values."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from trackagoat_pandas.asking.kernel import Answer

NOW = pd.Timestamp("2026-06-18T20:00:00Z")
ID = "7644543000000000123"


def post(days: float | None, **values: Any) -> dict[str, Any]:
    at = None if days is None else NOW - pd.Timedelta(days=days)
    return {
        "id": "", "creator_id": "mia", "tracking_status": "pending_review", "posted_at": at,
        "created_at": at, "title": "goat yoga", "view_count": 100, **values,
    }  # fmt: skip


def asked(*posts: dict[str, Any], tz: str = "UTC") -> Answer:
    videos = pd.DataFrame([*posts], columns=[*post(1)])
    videos["id"] = [
        f"{int(ID) + place}" if id_ == "" else id_ for place, id_ in enumerate(videos["id"])
    ]
    for column in ("posted_at", "created_at"):
        videos[column] = pd.to_datetime(videos[column], utc=True)
    videos = videos.astype({"view_count": "Int64"})
    videos.attrs = {"trackagoat": {"timezone": tz, "rows": len(videos), "complete": True}}
    creators = pd.DataFrame({"id": ["mia"], "tiktok_handle": ["mia"]})
    return tgp.ask("inbox", frames={"videos": videos, "creators": creators}, now=NOW)


@pytest.mark.parametrize(
    ("posts", "level", "finding"),
    [
        ([], "good", "No post is waiting for review."),
        ([post(9, tracking_status="included")], "good", "No post is waiting for review."),
        (
            [post(0.9)], "good",
            ("1 post is waiting for review. Its 100 views don't count until then."
            " @mia: “goat yoga” has waited for less than a day."),
        ),
        (
            [post(2.9, view_count=0)], "good",
            "1 post is waiting for review. @mia: “goat yoga” has waited for 2 days.",
        ),
        (
            [post(3, view_count=None)], "watch",
            "1 post is waiting for review. @mia: “goat yoga” has waited for 3 days.",
        ),
        (
            [post(6.9), post(1, view_count=1)], "watch",
            ("2 posts are waiting for review. Their 101 views don't count until then."
            " @mia: “goat yoga” has waited for 6 days."),
        ),
        (
            [post(1), post(7)], "bad",
            ("2 posts are waiting for review, 1 of them for 7 days or more. Their 200 views don't"
            " count until then. @mia: “goat yoga” has waited for 7 days."),
        ),
        (
            [post(8), post(7, view_count=1)], "bad",
            ("2 posts are waiting for review, all of them for 7 days or more. Their 101 views don't"
            " count until then. @mia: “goat yoga” has waited for 8 days."),
        ),
        (
            [post(8, title=None, creator_id=None)], "bad",
            ("1 post is waiting for review. Its 100 views don't count until then."
            " A creator without a name: a post without a title has waited for 8 days."),
        ),
    ],
)  # fmt: skip
def test_finding_and_level(posts: list[Any], level: str, finding: str) -> None:
    answer = asked(*posts)
    assert (answer.level, answer.finding) == (level, finding)


def test_the_oldest_comes_first() -> None:
    answer = asked(post(2), post(11), post(5), post(None))
    assert [*answer.rows.index] == [str(int(ID) + place) for place in (1, 2, 0, 3)]
    assert answer.rows["days_waiting"].head(3).tolist() == [11, 5, 2]
    assert answer.plot() is not None


@pytest.mark.parametrize(
    ("values", "level", "unknown"),
    [
        ({"tracking_status": "Pending Review"}, "bad", 0),
        ({"tracking_status": "another"}, "unknown", 1),
        ({"tracking_status": None}, "unknown", 1),
        ({"id": None}, "unknown", 1),
        ({"id": None, "tracking_status": "included"}, "good", 0),
        ({"created_at": None}, "bad", 0),
        ({"created_at": None, "posted_at": None}, "unknown", 0),
    ],
)
def test_unknown_values_are_never_good(values: Any, level: str, unknown: int) -> None:
    answer = asked(post(9, **values))
    assert (answer.level, answer.totals["unknown"]) == (level, unknown)
    assert ("can't be judged" in answer.finding) == bool(unknown)


def test_posts_without_a_day_are_counted() -> None:
    answer = asked(post(1), post(None))
    assert answer.headline.endswith("We don't know how long 1 of them has waited.")
    assert answer.lines[1] == "@mia: “goat yoga” has waited for an unknown time."


def test_the_time_zone_makes_no_difference() -> None:
    findings = {asked(post(80), tz=tz).finding for tz in ("UTC", "Europe/Berlin", "Pacific/Apia")}
    assert len(findings) == 1  # clocks went forward since


def test_counts_equal_a_loop_over_posts(client: Any) -> None:
    answer = tgp.ask("inbox", "Q1 Brand Program", client=client)
    videos = tgp.load_videos("Q1 Brand Program", client=client)
    waiting = late = views = 0
    for row in videos.to_dict("records"):
        if row["tracking_status"] == "pending_review":
            days = (answer.script.program.moment - row["created_at"]) / pd.Timedelta(days=1)
            waiting, late, views = waiting + 1, late + (days >= 7), views + row["view_count"]
    assert [answer.totals[name] for name in ("waiting", "late", "views")] == [waiting, late, views]
    assert late > 0


def test_missing_frames_and_columns_are_unknown() -> None:
    assert tgp.ask("inbox", frames={}).level == "unknown"
    answer = tgp.ask("inbox", frames={"videos": pd.DataFrame({"id": ["1"]})})
    assert (answer.level, "tracking_status" in answer.finding) == ("unknown", True)
