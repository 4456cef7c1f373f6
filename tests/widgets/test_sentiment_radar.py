from __future__ import annotations

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.payout_frames import ZONE
from tests.widgets.doubles import (
    CAMPAIGNS,
    COMMENTS,
    CREATORS,
    EMPTY,
    REGISTRY,
    SPRING,
    VIDEOS,
    check_code,
    pages,
)
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.campaigns import (
    comments_of_campaigns,
    members_of,
)
from trackagoat_pandas.widgets.sentiment_radar import SentimentRadar

JOKES = COMMENTS.assign(text=COMMENTS["text"].replace("awful", "i'm dead 💀"))


def on(page, **given):
    names = {"creators": CREATORS, "videos": VIDEOS}
    shown = SentimentRadar(COMMENTS, **names, timezone=ZONE, **given)
    shown.page.value = page
    return shown


def test_the_first_page_is_the_trend_by_day_and_tiles_give_the_five_numbers():
    shown = on("Trend")
    assert shown.frame["comments"].tolist() == [1, 0, 11, 0, 1]
    tiles = shown.tiles.value
    assert all(f"<b>{text}</b>" in tiles for text in ("13", "12", "16.7 %", "50.0 %"))


def test_many_days_are_shown_by_week_and_years_by_month():
    for days, step in ((60, "W"), (600, "M")):
        times = pd.date_range("2025-01-06", periods=13, freq=f"{days // 12}D", tz="UTC")
        shown = SentimentRadar(COMMENTS.assign(posted_at=times), timezone="UTC")
        assert f'freq="{step}"' in shown.code


def test_creators_are_ranked_by_the_share_chosen():
    shown = on("Creators")
    shown.filters.controls["rank"].value = "negative"
    assert shown.frame["tiktok_handle"].tolist() == ["bo", "nan.eats"]
    assert 'label="negative"' in shown.code


def test_the_page_of_alerts_names_the_nearest_miss():
    comments = COMMENTS.assign(text=COMMENTS["text"].replace("awful", "fine"))
    comments.loc[1, "text"] = "awful"
    shown = SentimentRadar(comments, videos=VIDEOS, timezone=ZONE)
    assert "nearest" not in shown.message.value
    shown.page.value = "Alerts"
    assert "No alert: 1 of 2 videos has at least 10 analysed comments" in shown.message.value
    nearest = "nearest: 10 % of 10 on “&lt;i&gt;pizza&lt;/i&gt;” (95 % interval 2 to 40 %)."
    assert nearest in shown.message.value


def test_scores_of_ones_own_words_are_a_reading_of_their_own():
    scored = tgp.score_comments(COMMENTS, mode="tiktok", lexicon={"first": -2})
    shown = SentimentRadar(scored, timezone=ZONE)
    assert shown.reading.value == "own"
    shown.page.value = "Alerts"
    assert len(shown.frame) == 10
    rows = shown.figure.axes[0].get_yticklabels()
    assert [row.get_text() for row in rows] == ["first", "awful"]
    shown.reading.value = "api"
    assert len(shown.frame) == 6


def test_a_frame_of_texts_alone_has_one_page():
    shown = SentimentRadar(COMMENTS[["text"]])
    assert shown.page.options == ("Comments",)
    assert shown.message.value == ""


def test_scores_that_are_there_are_kept():
    scored = tgp.score_comments(COMMENTS, mode="plus")
    shown = SentimentRadar(scored, timezone=ZONE)
    assert shown.reading.value == "plus"
    assert "score_comments" not in shown.code


def test_an_unknown_time_zone_is_refused():
    with pytest.raises(ArgumentError, match="timezone"):
        SentimentRadar(COMMENTS, timezone="Goat/Town")


def test_attributes_that_are_not_ours_are_no_obstacle():
    comments = COMMENTS.copy()
    comments.attrs["trackagoat"] = "something else"
    assert len(SentimentRadar(comments, timezone=ZONE).frame) == 5


def test_members_of_an_unknown_campaign_are_none():
    assert members_of(CAMPAIGNS, [SPRING.replace("0", "f")]) == (frozenset(), frozenset())


def test_comments_of_no_campaign_are_none():
    assert comments_of_campaigns(COMMENTS, CAMPAIGNS, []).empty


def test_an_alert_is_a_warning_on_every_page_and_has_its_evidence():
    shown = on("Alerts")
    warning = "Negative alert: 60 % of 10 comments on “&lt;i&gt;pizza&lt;/i&gt;” by @bo"
    assert warning in shown.message.value
    assert set(shown.frame["text"]) == {"awful"}
    assert shown.figure.get_figheight() > 2
    shown.creator.value = "nan"
    assert shown.frame.empty
    assert "Negative alert" not in shown.message.value
    assert shown.figure.get_figheight() < 2


def test_one_switch_reads_all_pages_as_tiktok_means_them():
    shown = SentimentRadar(JOKES, creators=CREATORS, videos=VIDEOS, timezone=ZONE)
    assert "(95 % interval 31 to 83 %; mode “tiktok” would change 6 labels)" in shown.message.value
    assert "Changed by mode “tiktok”</span><b>6 labels</b>" in shown.tiles.value
    shown.creator.value, shown.reading.value = "bo", "tiktok"
    assert "Negative alert" not in shown.message.value
    assert "Changed by mode “tiktok”" not in shown.tiles.value
    assert shown.creator.value == "bo"
    for _ in pages(shown):
        check_code(shown, comments=JOKES, creators=CREATORS, videos=VIDEOS)
    assert set(shown.frame["sentiment_mode"]) == {"tiktok"}
    shown.reading.value = "api"
    assert set(shown.frame["sentiment_mode"]) == {"api"}


def test_tabs_and_search_narrow_the_comments_but_not_their_picture():
    shown = on("Comments")
    html, title = shown.grid.table.value, shown.figure.axes[0].get_title(loc="left")
    assert shown.frame["text"].iloc[0] == "<b>hey</b> so good"
    assert "&lt;b&gt;hey&lt;/b&gt; so good" in html
    assert "<b>hey" not in html
    shown.label.value = "neutral"
    assert set(shown.frame["text"]) == {"first"}
    assert shown.figure.axes[0].get_title(loc="left") == title
    shown.label.value, shown.search.value = "positive", "LOVE"
    assert shown.frame["text"].tolist() == ["love it"]
    before, shown.search.value = shown.frame, "!!"
    assert "there is no letter, digit or symbol to look for" in shown.message.value
    assert shown.frame is before


def test_the_times_of_comments_are_those_of_the_time_zone_that_the_heading_names():
    shown = on("Comments")
    shown.filters.dates.value = tgp.DateRange("2026-04-30", "2026-04-30")
    assert shown.frame["text"].tolist() == ["love it"]
    assert "2026-04-30 23:00" in shown.grid.table.value
    assert f"posted_at ({ZONE})" in shown.grid.table.value


def test_a_campaign_brings_the_whole_tree_beneath_it_even_round_in_circles():
    shown = on("Comments", campaigns=CAMPAIGNS)
    shown.campaigns.value = (SPRING,)
    assert set(shown.frame["video_id"]) == {"v1"}
    shown.campaigns.value = (EMPTY,)
    assert shown.frame.empty


@pytest.mark.parametrize("write", [str, lambda time: time.replace(tzinfo=None)])
def test_times_without_a_zone_are_read_as_utc_and_the_code_says_so(write):
    comments = COMMENTS.assign(posted_at=COMMENTS["posted_at"].map(write))
    shown = SentimentRadar(comments, timezone=ZONE)
    for _ in pages(shown):
        check_code(shown, comments=comments)
    assert shown.frame["posted_at"].tolist() == sorted(COMMENTS["posted_at"], reverse=True)


def test_times_that_are_none_are_refused():
    with pytest.raises(ArgumentError, match="posted_at: the column must hold instants"):
        SentimentRadar(COMMENTS.assign(posted_at="yesterday"))


def test_another_load_closes_the_pickers_of_the_one_before(client):
    project = tgp.widgets.ProjectPicker(client=client).wait(20)
    shown = SentimentRadar(project=project, dates=None, client=client)
    for name in ("Summer Launch", "Always-On UGC"):
        project.value = project.frame.set_index("name").loc[name, "id"]
        shown.wait(20)
        assert shown.campaigns is not None
    kept = len(REGISTRY)
    shown.reload()
    shown.wait(20)
    assert len(REGISTRY) == kept
