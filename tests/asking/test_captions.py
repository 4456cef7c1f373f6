"""The question which posts lack required tags: its window, levels, sentences and options."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from trackagoat_pandas.asking.kernel import Answer
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError, MissingArgumentError

NOW = pd.Timestamp("2026-06-18T20:00:00Z")  # a Thursday
ID = "7644543000000000123"
Post = dict[str, Any]


def post(day: str | None, title: str | None, **values: Any) -> Post:
    at = None if day is None else f"{day}T12:00:00Z" if "T" not in day else day
    usual = {"id": None, "creator_id": "mia", "tracking_status": "included", "description": None}
    return {**usual, "posted_at": at, "title": title, **values}


def asked(*posts: Post, tz: str = "UTC", required: Any = "#ad", **options: Any) -> Answer:
    videos = pd.DataFrame([*posts], columns=[*post("2026-06-01", "")])
    names = [f"{int(ID) + place}" for place in range(len(videos))]
    videos["id"] = videos["id"].fillna(pd.Series(names, dtype=object)).replace("", None)
    videos["posted_at"] = pd.to_datetime(videos["posted_at"], utc=True)
    videos.attrs = {"trackagoat": {"timezone": tz, "rows": len(videos), "complete": True}}
    creators = pd.DataFrame({"id": ["mia"], "tiktok_handle": ["mia"]})
    frames = {"videos": videos, "creators": creators}
    given = {"now": NOW, "options": {"required": required}, **options}
    return tgp.ask("captions", frames=frames, **given)


GOOD, BAD = post("2026-06-17", "free goats #Ad"), post("2026-06-16", "my #adventure")


@pytest.mark.parametrize(
    ("posts", "level", "headline"),
    [
        ([], "good", "There are no posts in the last 14 days."),
        ([post("2026-06-04", "old")], "good", "There are no posts in the last 14 days."),
        ([GOOD], "good", "The only post in the last 14 days has every required tag."),
        ([BAD], "bad", "The only post in the last 14 days lacks a required tag."),
        ([GOOD, GOOD], "good", "All 2 posts in the last 14 days have every required tag."),
        ([GOOD, BAD], "bad", "1 of 2 posts in the last 14 days lacks a required tag."),
        ([BAD, BAD], "bad", "All 2 posts in the last 14 days lack a required tag."),
    ],
)
def test_finding_and_level(posts: list[Post], level: str, headline: str) -> None:
    answer = asked(*posts)
    assert (answer.level, answer.headline) == (level, headline)


def test_line_names_post_day_and_terms() -> None:
    answer = asked(BAD, GOOD, required=[["#ad", "#werbung"], "@brand"])
    assert answer.lines[0] == (
        "@mia: “my #adventure”, posted on Tue 16 Jun, lacks #ad or #werbung, @brand."
    )
    assert [*answer.rows["level"]] == [2, 1]
    assert [*answer.rows.index] == [ID, str(int(ID) + 1)]  # 19 digits


def test_counts_equal_a_loop_over_posts(client: Any) -> None:
    videos = tgp.load_videos("Q1 Brand Program", client=client)
    answer = tgp.ask(
        "captions", "Q1 Brand Program", dates="2026-05", options={"required": "#fyp"},
        client=client,
    )  # fmt: skip
    lacking = total = 0
    for row in videos.to_dict("records"):
        day = row["posted_at"].tz_convert("America/New_York").date().isoformat()
        is_tracked = row["tracking_status"] in ("auto_tracked", "included", "direct_add")
        if is_tracked and not row["is_tracking_disabled"] and day[:7] == "2026-05":
            words = f"{row['title']} {row['description']}".casefold().split()
            total, lacking = total + 1, lacking + ("#fyp" not in words)
    assert answer.totals == {"posts": total, "lacking": lacking, "unknown": 0}
    assert total > lacking > 0


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"tracking_status": "excluded"}, ("good", 0)),
        ({"tracking_status": "Pending Review"}, ("good", 0)),
        ({"tracking_status": "another"}, ("unknown", 1)),
        ({"tracking_status": None}, ("unknown", 1)),
        ({"posted_at": None}, ("unknown", 1)),
        ({"id": ""}, ("unknown", 1)),
        ({"title": None}, ("bad", 0)),
        ({"creator_id": None, "tracking_status": "direct_add"}, ("bad", 0)),
        ({"description": "the #ad"}, ("good", 0)),
    ],
)
def test_unknown_values_are_never_good(values: Post, expected: tuple[str, int]) -> None:
    answer = asked(GOOD, {**BAD, **values})
    assert (answer.level, answer.totals["unknown"]) == expected


def test_videos_without_captions_are_unknown() -> None:
    answer = asked({**BAD, "title": None})
    assert (answer.level, answer.finding) == (
        "unknown", "No video has a caption. Load the videos again.",
    )  # fmt: skip
    frame = pd.DataFrame({"id": ["1"], "posted_at": [NOW], "creator_id": "mia"})
    without = tgp.ask("captions", frames={"videos": frame}, options={"required": "#ad"})
    assert (without.level, "title" in without.finding) == ("unknown", True)
    assert tgp.ask("captions", frames={}, options={"required": "#ad"}).level == "unknown"


@pytest.mark.parametrize(("tz", "count"), [("UTC", 0), ("America/New_York", 1)])
def test_window_is_of_local_days(tz: str, count: int) -> None:
    edge = post("2026-06-19T03:59:00Z", "none")
    days = {"dates": "2026-06-18", "now": "2026-06-20T00:00:00Z"}
    assert asked(edge, tz=tz, **days).totals["posts"] == count
    dst = post("2026-03-29T00:30:00Z", "none")  # clocks go forward in Berlin on that day
    berlin = asked(dst, tz="Europe/Berlin", dates="2026-03-29")
    assert berlin.headline == "The only post on 29 Mar 2026 lacks a required tag."


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        (None, MissingArgumentError, "'captions' needs 'required', tags or words"),
        ({"requird": "#ad"}, ArgumentError, "options are required. Did you mean 'required'"),
        ({"required": []}, ArgumentError, 'write terms, such as ["#ad"]'),
        ({"required": ["\ud83d"]}, ArgumentError, "write terms"),
        (3, ArgumentTypeError, "a dict of values"),
    ],
)
def test_wrong_options_name_what_is_allowed(options: Any, error: type, message: str) -> None:
    with pytest.raises(error) as raised:
        tgp.ask("captions", "no project is looked up", options=options)
    assert message in str(raised.value)
    with pytest.raises(ArgumentError, match="'goals' has no option 'required'"):
        tgp.ask("goals", frames={}, options={"required": "#ad"})
