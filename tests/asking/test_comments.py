"""The decisions of the question "What do people say?"."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import trackagoat_pandas as tgp
from trackagoat_pandas.asking.comments import COMMENTS
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.intervals import wilson_interval

NOW = pd.Timestamp("2026-06-15T12:00:00Z")
CREATORS = pd.DataFrame({"id": ["c0", "c1"], "tiktok_handle": ["mossy_reef", "late_tapes"]})
TEXTS = {
    "negative": "awful, so bad", "positive": "love it", "neutral": "where is this from",
    "french": "c'est dans une avec les", "emoji": "👀", "blank": " ", "missing": None,
}  # fmt: skip


def comments(*counts: dict[str, int], days_ago: float = 3.0, **columns: Any) -> pd.DataFrame:
    """Comments by creator: how many there are of each kind."""
    rows = [
        (f"v{place}", f"c{place}", TEXTS[kind])
        for place, kinds in enumerate(counts) for kind, count in kinds.items()
        for _ in range(count)
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["video_id", "creator_id", "text"], dtype="str")
    posted = pd.Series(NOW - pd.Timedelta(days=days_ago), frame.index).astype("datetime64[us, UTC]")
    return frame.assign(id=[f"k{n}" for n in range(len(frame))], posted_at=posted, **columns)


def ask(frame: pd.DataFrame, **names: pd.DataFrame) -> Any:
    return tgp.ask("comments", frames={"comments": frame, **names}, now=NOW)


def test_shares_are_of_all_comments_with_a_text_as_in_the_summary():
    frame = comments({"negative": 4, "positive": 6, "neutral": 5, "emoji": 2, "missing": 3})
    total, summary = ask(frame).totals, tgp.summarize_sentiment(frame).iloc[0]
    for name in ("comments", "analysed", "positive", "negative", "negative_pct", "positive_pct"):
        assert total[name] == pytest.approx(summary[name])


@pytest.mark.parametrize("hits", [0, 1, 7, 20])
def test_shares_have_wilson_intervals(hits):
    total = ask(comments({"negative": hits, "positive": 20 - hits})).totals
    low, high = wilson_interval(np.array([hits]), np.array([20]))
    found = [total["low_pct"], total["high_pct"]]
    assert found == pytest.approx([100 * low[0], 100 * high[0]], abs=0.01)


def test_comments_that_cannot_be_scored_are_not_neutral():
    kinds = {"negative": 5, "neutral": 6, "french": 3, "emoji": 1, "blank": 1, "missing": 1}
    answer = ask(comments(kinds))
    names = ("neutral", "other_language", "without_words", "without_text", "unjudged", "judged")
    assert [answer.totals[name] for name in names] == [6, 3, 2, 1, 5, 11]
    assert "3 comments in other languages, 2 without words and 1 without a text can't" in (
        answer.finding
    )


def test_the_finding_names_the_most_negative_of_several_creators():
    frame = comments({"positive": 16, "negative": 4}, {"negative": 12, "positive": 8})
    answer = ask(frame, creators=CREATORS)
    assert answer.finding == (
        "In the last 28 days 40% of 40 comments were negative (95% interval 26% to 55%) and 60% "
        "positive (45% to 74%). Most negative: 60% of 20 comments on posts of @late_tapes."
    )
    assert "late_tapes" not in answer.headline
    assert [*answer.rows.index] == ["c1", "c0"]
    assert (
        answer.lines[1]
        == "20% of 20 comments on posts of @mossy_reef are negative and 80% positive."
    )


@pytest.mark.parametrize("counts", [[{"negative": 20}], [{"positive": 20}, {"positive": 30}]])
def test_nobody_is_most_negative_alone_or_without_negative_comments(counts):
    assert "Most negative" not in ask(comments(*counts)).finding


def test_few_comments_do_not_come_before_many():
    answer = ask(comments({"negative": 6, "positive": 4}, {"negative": 55, "positive": 45}))
    assert [*answer.rows.index] == ["c1", "c0"]


@pytest.mark.parametrize(
    ("kinds", "said", "level"),
    [
        ({}, "There are no comments of the last 28 days to judge.", "unknown"),
        ({"positive": 9}, "Too few comments of the last 28 days can be judged: 9 of 9.", "unknown"),
        (
            {"positive": 10, "french": 11},
            "can be judged: 10 of 21. 11 comments in other",
            "unknown",
        ),
        ({"positive": 10, "french": 1}, "1 comment in another language can't be judged.", "good"),
    ],
)
def test_too_few_comments_have_no_share(kinds, said, level):
    frame = comments(kinds) if kinds else comments({"positive": 1}).head(0)
    answer = ask(frame)
    assert said in answer.finding
    assert answer.level == level
    assert (answer.totals["negative_pct"] is None) == (level == "unknown")


def test_creators_with_few_comments_are_judged_only_in_all():
    answer = ask(comments({"positive": 9}, {"negative": 12}))
    assert [*answer.rows.index] == ["c1"]
    assert answer.totals["analysed"] == 21
    assert "Too few of 9 comments" in answer.line("c0")


def test_comments_of_earlier_days_do_not_count():
    assert ask(comments({"positive": 10}, days_ago=29)).totals["comments"] == 0
    assert ask(comments({"positive": 10}, days_ago=27)).totals["comments"] == 10


def test_comments_without_a_time_make_it_unknown():
    frame = comments({"positive": 20})
    frame.loc[0, "posted_at"] = pd.NaT
    answer = ask(frame)
    assert "1 comment without a time can't be judged." in answer.finding
    assert answer.level == "unknown"


@pytest.mark.parametrize("name", ["comments", "under_fire"])
@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2026-05-19", "2026-06-14", ""),
        ("2026-05-20", "2026-06-15", "The comments begin later than 28 days ago."),
        ("2026-05-01", "2026-06-13", "The comments of the last days are missing."),
    ],
)
def test_days_that_were_not_loaded_make_it_unknown(name, first, last, said):
    frame = comments({"positive": 20})
    frame.attrs["trackagoat"] = {"params": {"from": first, "to": last}}
    answer = tgp.ask(name, frames={"comments": frame}, now=NOW)
    assert said in answer.finding
    assert answer.level == ("unknown" if said else "good")


def test_a_comment_without_a_creator_counts_in_all():
    frame = comments({"positive": 20}, {"negative": 12})
    frame.loc[frame["creator_id"] == "c1", "creator_id"] = None
    answer = ask(frame)
    assert (answer.totals["negative"], [*answer.rows.index]) == (12, ["c0"])


def test_a_comment_on_a_post_in_two_projects_counts_once():
    frame = comments({"positive": 20}, tiktok_comment_id="7")
    frame["tiktok_comment_id"] = [str(n) for n in range(20)]
    twice = pd.concat([frame, frame], ignore_index=True)
    assert ask(twice).totals == ask(frame).totals


@pytest.mark.parametrize("column", ["posted_at", "creator_id", "text"])
def test_a_frame_without_a_needed_column_is_refused(column):
    answer = ask(comments({"positive": 20}).drop(columns=column))
    assert column in answer.finding
    assert answer.level == "unknown"


def test_the_products_scores_count_whatever_the_frame_has():
    frame = comments({"positive": 20})
    scored = tgp.score_comments(frame, lexicon={"love": -3})
    assert ask(scored).totals == ask(frame).totals
    assert ask(tgp.score_comments(frame)).totals == ask(frame).totals


def test_no_creator_is_bad_news_and_no_alert_is_sent():
    at = COMMENTS.thresholds
    assert (at.watch, at.bad) == (10, None)
    assert at.fires is None
    listed = tgp.questions().set_index("name").loc["comments"]
    assert listed[["bad", "fires", "clears"]].isna().all()


def test_other_days_are_refused():
    with pytest.raises(ArgumentError, match="about the present"):
        tgp.ask("comments", frames={"comments": comments({"positive": 9})}, dates="last 7 days")
