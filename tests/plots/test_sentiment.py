from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from trackagoat_pandas.helpers.sentiment.scoring import score_comments
from trackagoat_pandas.helpers.sentiment.summaries import show_alert_evidence
from trackagoat_pandas.plots.comment_words import comment_words
from trackagoat_pandas.plots.marks import MARKS
from trackagoat_pandas.plots.sentiment_creators import sentiment_creators
from trackagoat_pandas.plots.sentiment_trend import sentiment_trend
from trackagoat_pandas.plots.style import finding_of

PLOTS = [sentiment_trend, sentiment_creators, comment_words]


def comments(texts, *, days=None, creators="c"):
    starts = pd.Timestamp("2026-05-01T12:00Z")
    return pd.DataFrame(
        {
            "text": pd.Series(texts, dtype=object),
            "posted_at": starts + pd.to_timedelta(days or [0] * len(texts), unit="D"),
            "creator_id": creators,
        }
    )


def many(number):
    """Comments of so many creators: the first has ten bad ones, each other one more good one."""
    sizes = [10 + creator for creator in range(number)]
    texts = [text for size in sizes for text in ["bad"] * 10 + ["good"] * (size - 10)]
    names = [f"creator{place:03}" for place, size in enumerate(sizes) for _ in range(size)]
    return comments(texts, creators=names)


def texts(ax):
    return [text.get_text() for text in ax.texts if text.get_gid() is None]


def title(ax):
    return ax.get_title(loc="left").replace("\n", " ")


def test_positive_goes_up_and_negative_down_hatched():
    ax = sentiment_trend(comments(["good", "good", "bad", "first", "bad"], days=[0, 0, 0, 0, 2]))
    up, down = ax.containers
    assert up[0].get_height() == 50
    assert [bar.get_height() for bar in down] == [-25, pytest.approx(np.nan, nan_ok=True), -100]
    assert {bar.get_hatch() for bar in down} == {"//"}
    assert texts(ax) == ["40% positive", "40% negative"]
    assert ax.get_legend() is None


def test_the_scale_is_even_and_has_no_minus():
    ax = sentiment_trend(comments(["good"] + ["first"] * 3 + ["bad"] + ["first"] * 3))
    low, high = ax.get_ylim()
    assert -low == high == pytest.approx(20.8)
    ax.figure.canvas.draw()
    ticks = [label.get_text() for label in ax.get_yticklabels()]
    assert ticks == ticks[::-1]
    assert "20%" in ticks
    assert not any(text.startswith(("-", "\u2212")) for text in ticks)


def test_no_room_is_left_for_shares_that_are_not_there():
    low, high = sentiment_trend(comments(["good"] * 6 + ["bad"] * 2)).get_ylim()
    assert (low, high) == pytest.approx((-32.2, 82.2))


def test_a_share_of_enough_comments_has_its_interval():
    # Each has an edge below it that sets it off its bar.
    _, up, _, down = sentiment_trend(comments(["good"] * 8 + ["bad"] * 2)).collections
    assert up.get_segments()[0][:, 1].round(1).tolist() == [49.0, 94.3]
    assert down.get_segments()[0][:, 1].round(1).tolist() == [-5.7, -51.0]
    few = sentiment_trend(comments(["good"] * 8 + ["bad"]))
    assert not any(len(segment) for item in few.collections for segment in item.get_segments())


def rings(ax):
    [line] = [line for line in ax.lines if line.get_marker() == "o"]
    return line.get_xydata().tolist()


def test_few_comments_are_a_ring_beside_those_of_enough_and_do_not_stretch_the_scale():
    frame = comments(["good"] * 6 + ["first"] * 6 + ["bad"] * 2, days=[0] * 12 + [1] * 2)
    ax = sentiment_trend(frame)
    assert [bar.get_height() for bar in ax.containers[0]] == [
        50,
        pytest.approx(np.nan, nan_ok=True),
    ]
    [[at, height]] = rings(ax)
    solid = ax.containers[0][0]
    assert at - solid.get_x() - solid.get_width() / 2 == pytest.approx(1)
    assert height == 0
    assert ax.get_ylim()[0] > -60
    assert "rings: fewer than 10 comments" in finding_of(ax)
    assert "fewer" not in finding_of(sentiment_trend(comments(["good"] * 12)))
    # A day without any comment has no ring.
    gap = sentiment_trend(comments(["good"] * 24, days=[0] * 12 + [2] * 12))
    assert rings(gap) == []
    assert "fewer" not in finding_of(gap)


def test_where_no_bucket_has_enough_comments_their_bars_are_narrow_and_outlined():
    ax = sentiment_trend(comments(["good"] * 9))
    [bar] = ax.containers[0]
    assert bar.get_facecolor()[:3] == (1, 1, 1)
    assert bar.get_width() == 0.25
    assert "narrow: fewer than 10 comments" in finding_of(ax)


def test_a_bucket_that_was_not_over_is_dotted():
    frame = comments(["good"] * 24, days=[0] * 12 + [31] * 12)
    frame.attrs["trackagoat"] = {"fetched_at": "2026-06-15T12:00:00Z"}
    ax = sentiment_trend(frame, granularity="month")
    assert [bar.get_linestyle() for bar in ax.containers[0]] == ["solid", ":"]
    assert "dotted: the month so far" in finding_of(ax)
    frame.attrs["trackagoat"] = {"fetched_at": "2026-07-01T00:00:00Z"}
    assert "dotted" not in finding_of(sentiment_trend(frame, granularity="month"))


def test_a_bucket_is_read_out():
    ax = sentiment_trend(comments(["good"] * 3 + ["bad"], days=[0, 0, 0, 2]))
    assert [MARKS[strip].text for strip in ax.patches if strip in MARKS] == [
        "1 May 2026: 100% positive, 0% negative, of 3 comments",
        "2 May 2026: no comments",
        "3 May 2026: 0% positive, 100% negative, of 1 comment",
    ]


def test_the_title_states_the_shares_and_the_bucket_that_is_clearly_more_negative():
    frame = comments(
        ["good"] * 30 + ["bad"] * 12 + ["first"] * 3 + ["bad"], days=[0] * 30 + [1] * 15 + [2]
    )
    shares = "Of 46 comments, 65% are positive and 28% negative"
    assert title(sentiment_trend(frame)) == f"{shares}, but 80% on 2 May"
    assert title(sentiment_trend(frame, granularity="week")) == shares
    later = frame.tail(16)
    later = later.assign(posted_at=later["posted_at"] + pd.Timedelta(days=31))
    both = pd.concat([frame.head(30), later])
    assert title(sentiment_trend(both, granularity="month")).endswith(", but 81% in Jun")
    by_week = title(sentiment_trend(both, granularity="week"))
    assert by_week.endswith(", but 81% in the week of 1 Jun")


@pytest.mark.parametrize(("bad", "is_named"), [(9, False), (14, True)])
def test_one_of_many_days_that_may_be_more_negative_by_chance_is_not_named(bad, is_named):
    days = [day for day in range(30) for _ in range(20)]
    texts = ["bad"] * bad + ["first"] * (20 - bad) + (["bad"] * 4 + ["first"] * 16) * 29
    assert (", but " in title(sentiment_trend(comments(texts, days=days)))) == is_named


@pytest.mark.parametrize(
    ("days", "granularity", "width", "bucket"),
    [(44, None, 0.86, "day"), (45, None, 6.02, "week"), (180, None, 6.02, "week"),
     (399, None, 6.02, "week"), (400, None, 25.8, "month"), (60, "day", 0.86, "day"),
     (40, "week", 6.02, "week"), (40, "month", 25.8, "month")],
)  # fmt: skip
def test_buckets_fit_the_span_unless_they_are_named(days, granularity, width, bucket):
    texts = ["good"] * 10 + ["bad"]
    ax = sentiment_trend(comments(texts, days=[0] * 10 + [days]), granularity=granularity)
    assert ax.containers[0][0].get_width() == width
    assert f"Share of comments by {bucket}, with" in finding_of(ax)


@pytest.mark.parametrize(("number", "rows"), [(3, 3), (24, 24), (300, 24)])
def test_of_many_creators_the_first_of_the_ranking_are_shown(number, rows):
    ax = sentiment_creators(many(number))
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert len(labels) == rows
    assert labels[0] == f"creator{number - 1:03} ({number + 9})"
    assert labels[-1] == f"creator{number - rows:03} ({number - rows + 10})"
    assert (ax.get_xlabel() == "first 24 of 300 creators shown") == (number == 300)


def test_a_share_has_its_interval_and_the_mean_is_marked():
    frame = comments(["good"] * 10 + ["bad"] * 10, creators=["a"] * 10 + ["b"] * 10)
    ax = sentiment_creators(frame)
    marker = ax.containers[0].lines[0]
    assert marker.get_xdata().tolist() == [100, 0]
    (whiskers,) = ax.containers[0].lines[2]
    assert whiskers.get_segments()[0][:, 0].round(1).tolist() == [72.2, 100.0]
    assert texts(ax) == ["all ranked: 50%"]
    one = sentiment_creators(comments(["good"] + ["first"] * 39, creators=["a"] * 40))
    assert texts(one) == ["all ranked: 2.5%"]
    assert title(one) == "a has 2.5% positive comments"
    assert title(ax) == "a leads with 100% positive comments"
    assert "ranked by the lower end of its 95% interval" in finding_of(ax)
    assert [MARKS[strip][:2] for strip in ax.patches] == [
        ("a: 100% positive, 95% interval 72 to 100%, of 10 comments", "a"),
        ("b: 0% positive, 95% interval 0 to 28%, of 10 comments", "b"),
    ]


def test_the_axis_of_creators_ends_where_their_intervals_do():
    frame = comments(["good"] + ["first"] * 29, creators=["a"] * 30)
    assert sentiment_creators(frame).get_xlim()[1] < 25


def test_the_most_negative_creator_does_not_lead():
    ax = sentiment_creators(many(3), label="negative")
    assert title(ax) == "creator000 ranks first in negative comments: 100%"


def test_creators_are_called_by_the_names_of_any_frame_that_knows_them():
    creators = pd.DataFrame({"id": ["c"], "tiktok_handle": ["mia"]})
    ax = sentiment_creators(comments(["good"] * 10), names=creators)
    assert title(ax) == "@mia has 100% positive comments"


def test_marker_and_title_show_the_negative_share():
    ax = sentiment_creators(comments(["bad"] * 10), label="negative")
    assert ax.containers[0].lines[0].get_marker() == "s"
    assert title(ax) == "c has 100% negative comments"


def test_handles_are_shown_where_there_are_any_and_those_left_out_are_counted():
    frame = comments(["good"] * 12, creators=["a"] * 10 + ["b"] * 2)
    ax = sentiment_creators(frame.assign(tiktok_handle=["_ann_$1$"] * 10 + ["bob"] * 2))
    (label,) = ax.get_yticklabels()
    assert label.get_text().endswith("_ann_$1$ (10)")
    assert ax.get_xlabel() == "1 creator with fewer than 10 comments left out"


def test_words_are_bars_by_what_they_add():
    ax = comment_words(comments(["good good", "bad", "not bad", "awful", "love"]))
    assert [bar.get_width() for bar in ax.patches] == [6, 3, 3, -3, -3]
    labels = ["good", "love", "not bad", "awful", "bad"]
    assert [label.get_text() for label in ax.get_yticklabels()] == labels
    assert [bar.get_hatch() for bar in ax.patches] == ["", "", "", "//", "//"]
    assert texts(ax) == ["2 times", *["once"] * 4]
    assert title(ax) == "“good” raises scores most, “bad” lowers them most"
    assert MARKS[ax.patches[0]].text == "good: used 2 times, 6 in all"
    assert len(comment_words(comments(["good", "bad", "love", "hate"]), n=2).patches) == 2


@pytest.mark.parametrize(
    ("frame", "options", "words"),
    [
        (comments(["💀💀", "💋"]), {"mode": "plus"}, ["kiss mark emoji", "skull emoji"]),
        (score_comments(comments(["not good"] * 10), mode="plus"), {}, ["not good"]),
        (
            comments(["dead 💀"]), {"lexicon": {"💀": 2, "dead": 1}, "mode": "tiktok"},
            ["skull emoji", "dead"],
        ),
    ],
)  # fmt: skip
def test_words_are_those_of_the_mode_and_emoji_that_no_font_has_are_named(frame, options, words):
    ax = comment_words(frame, **options)
    assert [label.get_text() for label in ax.get_yticklabels()] == words


@pytest.mark.parametrize("plot", PLOTS)
def test_every_picture_says_how_many_labels_tiktok_would_change(plot):
    frame = comments(["dead 💀"] * 3 + ["good"] * 9)
    assert finding_of(plot(frame)).endswith(
        "; read as TikTok slang, 3 of 12 would be labelled otherwise"
    )
    assert "labelled otherwise" not in finding_of(plot(frame, mode="tiktok"))
    assert "labelled otherwise" not in finding_of(plot(comments(["good"] * 12)))


def test_the_title_of_words_names_the_mode_unless_they_are_your_own():
    frame = comments(["love", "awful"])
    assert title(comment_words(frame, mode="tiktok")).endswith(
        "lowers them most, read as TikTok slang"
    )
    own = comment_words(frame, mode="tiktok", lexicon={"love": 3})
    assert title(own) == "“love” raises scores most, “awful” lowers them most"


def test_emoji_are_named_whole_and_uses_are_exact():
    ax = comment_words(comments(["🙋"] * 1300), mode="plus")
    assert [label.get_text() for label in ax.get_yticklabels()] == [
        "happy person raising one hand emoji"
    ]
    assert texts(ax) == ["1,300 times"]


def test_no_alert_is_a_sentence_about_the_nearest_one():
    frame = comments(["awful"] * 3 + ["first"] * 7).assign(video_id="v", video_title="pasta")
    ax = comment_words(show_alert_evidence(frame))
    assert title(ax) == (
        "No alert: 1 of 1 video has at least 10 analysed comments, with less than 40 % negative; "
        "nearest: 30 % of 10 on “pasta” (95 % interval 11 to 60 %)"
    )
    evidence = show_alert_evidence(frame, frame.head(1))
    assert title(comment_words(evidence)) == "“awful” lowers scores most"


def test_numbers_left_of_negative_bars_keep_off_the_words():
    ax = comment_words(comments(["bad", "awful, so awful", "good"]))
    ax.figure.canvas.draw()
    starts = [text.get_window_extent().x0 for text in ax.texts if text.get_ha() == "right"]
    ends = [text.get_window_extent().x1 for text in ax.get_yticklabels()]
    assert min(starts) > max(ends) + 5
