"""The decisions of the question "Which posts are under fire?"."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from trackagoat_pandas.asking.under_fire import UNDER_FIRE
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.watching.rules import DEFAULTS, read_rules

NOW = pd.Timestamp("2026-06-15T12:00:00Z")
CREATORS = pd.DataFrame({"id": ["c0", "c1"], "tiktok_handle": ["mossy_reef", "late_tapes"]})
VIDEOS = pd.DataFrame({"id": ["0", "1"], "title": ["goat yoga", None], "creator_id": ["c0", "c1"]})


def comments(*counts: tuple[int, int], days_ago: float = 3.0, **columns: Any) -> pd.DataFrame:
    """Comments by video: how many are negative, and how many aren't."""
    rows = [
        (str(video), f"c{video}", text)
        for video, (negative, others) in enumerate(counts)
        for text in ["awful, so bad"] * negative + ["where is this from"] * others
    ]
    frame = pd.DataFrame(rows, columns=["video_id", "creator_id", "text"]).astype("str")
    posted = pd.Series(NOW - pd.Timedelta(days=days_ago), frame.index).astype("datetime64[us, UTC]")
    return frame.assign(id=[f"k{n}" for n in range(len(frame))], posted_at=posted, **columns)


def ask(frame: pd.DataFrame, *, is_named: bool = True) -> Any:
    names = {"creators": CREATORS, "videos": VIDEOS} if is_named else {}
    return tgp.ask("under_fire", frames={"comments": frame, **names}, now=NOW)


def test_thresholds_of_all_surfaces_are_declared_once():
    at, rule = UNDER_FIRE.thresholds, DEFAULTS["under_fire"]
    assert (at.watch, at.bad, at.fires, at.clears) == (0.0, 2.576, 2.576, 1.0)
    assert (rule.fire, rule.clear, rule.options) == (at.fires, at.clears, {"min_comments": 10})


@pytest.mark.parametrize(
    ("counts", "level"),
    [((4, 6), "watch"), ((3, 7), "good"), ((8, 2), "bad"), ((399, 601), "good"),
     ((400, 600), "watch"), ((439, 561), "watch"), ((441, 559), "bad")],
)  # fmt: skip
def test_a_share_of_forty_percent_is_watched_and_bad_beyond_chance(counts, level):
    assert ask(comments(counts)).level == level


def test_bad_rows_are_those_with_an_interval_above_forty_percent():
    answer = ask(comments(*((n, 40 - n) for n in range(41))), is_named=False)
    is_bad = answer.judged["level"] >= UNDER_FIRE.thresholds.bad
    assert is_bad.equals(answer.judged["low_pct"] >= 40)
    assert (answer.judged["level"] >= 0).equals(answer.judged["negative_pct"] >= 40)


def test_one_post_is_named_with_its_counts():
    answer = ask(comments((24, 13), (0, 20)))
    assert answer.finding == (
        "1 post is under fire. 24 of 37 comments on @mossy_reef's “goat yoga” are negative (65%)."
    )
    assert answer.headline == "1 post is under fire."
    assert answer.notes == ("Sentiment is scored by words. It misses irony.",)


def test_without_names_it_is_a_post():
    assert ask(comments((10, 0)), is_named=False).lines == (
        "10 of 10 comments on a post are negative (100%).",
    )


def test_health_names_the_post_by_the_given_frames():
    frame = comments((10, 0))
    facts = {"complete": True, "rows": len(frame), "server_time": NOW.isoformat()}
    frame.attrs = {"trackagoat": facts}
    names = {"creators": CREATORS, "videos": VIDEOS}
    row = tgp.program_health(comments=frame, **names, now=NOW, parts="sentiment").iloc[0]
    assert (row["status"], row["evidence"]) == ("bad", ask(frame).finding)


def test_several_posts_begin_with_the_surest():
    answer = ask(comments((5, 5), (30, 20)))
    assert answer.finding == (
        "2 posts are under fire. 30 of 50 comments on @late_tapes' post without a title are "
        "negative (60%)."
    )
    assert [*answer.rows.index] == ["1", "0"]


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ([(1, 10), (0, 12)], "none of 2 posts with 10 comments or more has 40% negative ones."),
        ([(1, 10)], "the only post with 10 comments or more has less than 40% negative ones."),
        ([(9, 0), (0, 3)], "none has 10 comments or more."),
    ],
)
def test_without_any_the_finding_counts_judged_posts(counts, said):
    answer = ask(comments(*counts))
    assert (answer.finding, answer.level) == (f"No post is under fire: {said}", "good")
    assert answer.advice == ""


def test_fewer_than_ten_comments_are_unknown():
    assert ask(comments((0, 9))).level == "unknown"
    answer = ask(comments((0, 1)).head(0))
    assert answer.level == "unknown"
    assert answer.finding == "There are no comments of the last 28 days to judge."


def test_comments_of_earlier_days_do_not_count():
    assert ask(comments((10, 0), days_ago=29)).totals["analysed"] == 0
    assert ask(comments((10, 0), days_ago=27)).count == 1


@pytest.mark.parametrize("column", ["video_id", "posted_at"])
def test_comments_without_a_video_or_a_time_make_it_unknown_unless_bad(column):
    calm = comments((0, 20))
    calm.loc[0, column] = None
    answer = ask(calm)
    assert answer.level == "unknown"
    assert "1 comment can't be judged." in answer.finding
    storm = comments((20, 0))
    storm.loc[0, column] = None
    assert ask(storm).level == "bad"


@pytest.mark.parametrize(
    ("negative", "lost", "level"), [(3, 1, "good"), (3, 5, "unknown"), (8, 6, "unknown")]
)
def test_missing_texts_matter_where_they_could_change_the_level(negative, lost, level):
    frame = comments((negative, 20 - negative))
    frame.loc[frame.index[-lost:], "text"] = None
    answer = ask(frame)
    assert answer.level == level
    said = "Comments without a text could change this."
    assert (said in answer.finding) == (level == "unknown")


def test_quotes_are_the_negative_texts_of_flagged_posts():
    answer = ask(comments((10, 5), (1, 30)))
    assert [*UNDER_FIRE.quotes(answer).value["video_id"]] == ["0"] * 10
    assert UNDER_FIRE.quotes(ask(comments((0, 20)))) is None


def test_a_rule_can_ask_for_more_comments_but_not_for_fewer():
    [rule] = read_rules([{"name": "under_fire", "min_comments": 30}])
    answer = ask(comments((20, 0), (30, 0)))
    assert [*UNDER_FIRE.is_watched(answer, rule.options)] == [True, False]
    with pytest.raises(ArgumentError, match="at least 10"):
        read_rules([{"name": "under_fire", "min_comments": 9}])


def test_a_frame_without_times_is_refused():
    answer = ask(comments((0, 20)).drop(columns="posted_at"))
    assert "posted_at" in answer.finding


def test_other_days_are_refused():
    with pytest.raises(ArgumentError, match="about the present"):
        tgp.ask("under_fire", frames={"comments": comments((0, 20))}, dates="last 7 days")
