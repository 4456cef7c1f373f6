from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.markup import Table
from tests.support.payout_frames import ZONE
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
from trackagoat_pandas.base.html import escape
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.campaigns.members import (
    comments_of_campaigns,
    members_of,
)
from trackagoat_pandas.showing.recorder import Recorder, Traced
from trackagoat_pandas.widgets import sentiment_radar_views as views
from trackagoat_pandas.widgets.board import Tile
from trackagoat_pandas.widgets.sentiment_radar import SentimentRadar

pytestmark = pytest.mark.slow

JOKES = COMMENTS.assign(text=COMMENTS["text"].replace("awful", "i'm dead 💀"))


def click(board, what, key):
    """Click on a row or a mark, as the browser reports it."""
    board.touch._handle_custom_msg({"do": what, "key": key}, [])


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
    for days, step in ((60, "week"), (600, "month")):
        times = pd.date_range("2025-01-06", periods=13, freq=f"{days // 12}D", tz="UTC")
        shown = SentimentRadar(COMMENTS.assign(posted_at=times), timezone="UTC")
        assert f'granularity="{step}"' in shown.code


def test_a_month_is_shown_by_week_and_two_weeks_by_day():
    for last, step in ((14, "day"), (15, "week"), (30, "week")):
        days = [last, *[1] * 12]
        times = pd.to_datetime([f"2026-05-{day:02}" for day in days], utc=True)
        shown = SentimentRadar(COMMENTS.assign(posted_at=times), timezone="UTC")
        assert f'granularity="{step}"' in shown.code


def test_the_tile_of_alerts_counts_them_and_opens_their_page():
    shown = on("Trend")
    tile = "<button data-goat='page:Alerts' class='trackagoat-alarm'><span>Alerts</span>"
    assert f"{tile}<b>1 video</b>" in shown.tiles.value
    click(shown, "page", "Alerts")
    assert shown.page.value == "Alerts"
    shown.creator.value = "nan"
    assert "<span>Alerts</span><b>none</b>" in shown.tiles.value
    assert "mostly negative" not in shown.tiles.value
    assert "trackagoat-alarm'" not in shown.tiles.value.partition("</style>")[2]


def test_figures_and_tables_have_no_mean_comparative():
    shown = on("Trend", campaigns=CAMPAIGNS)
    for _ in pages(shown):
        assert "omparative" not in shown.tiles.value + shown.grid.table.value


def test_creators_have_a_line_of_their_comments_by_week():
    times = pd.date_range("2026-05-04", periods=13, freq="3D", tz="UTC")
    shown = SentimentRadar(COMMENTS.assign(posted_at=times), creators=CREATORS, timezone="UTC")
    shown.page.value = "Creators"
    # Of nan there are a comment on 4 May and one on 9 June, and weeks without any between.
    assert "0 to 1 comments a week, at last 1" in shown.grid.table.value
    assert shown.grid.table.value.count("<polyline") == 2


def test_a_video_without_a_title_has_its_creator_and_first_comment_in_place_of_an_id():
    shown = SentimentRadar(COMMENTS, creators=CREATORS, timezone=ZONE)
    shown.page.value = "Alerts"
    headings = Table(shown.grid.table.value).rows[0]
    assert headings[:2] == ["Creator", "First comment"]
    assert "2 May 2026 08:00" in shown.grid.table.value
    click(shown, "row", "0")
    assert shown.video.label == "a video by @bo with comments since 2 May 2026"


def test_words_are_found_by_one_search():
    shown = SentimentRadar(pd.concat([COMMENTS] * 3, ignore_index=True), timezone=ZONE)
    shown.page.value = "Comments"
    assert shown.search.layout.display is None
    assert shown.grid.finder.layout.display == "none"


def test_creators_are_ranked_by_the_share_chosen():
    shown = on("Creators")
    shown.filters.controls["rank"].value = "negative"
    assert shown.frame["tiktok_handle"].tolist() == ["bo", "nan.eats"]
    assert 'label="negative"' in shown.code


def test_the_page_of_alerts_names_the_nearest_miss():
    comments = COMMENTS.assign(text=COMMENTS["text"].replace("awful", "fine"))
    comments.loc[1, "text"] = "awful"
    shown = SentimentRadar(comments, videos=VIDEOS, timezone=ZONE)
    shown.page.value = "Alerts"
    html = shown.grid.table.value
    assert "No alert: 1 of 2 videos has at least 10 analysed comments" in html
    assert "nearest: 10 % of 10 on “&lt;i&gt;pizza&lt;/i&gt;” (95 % interval 2 to 40 %)." in html


def test_scores_of_ones_own_words_are_a_reading_of_their_own():
    scored = tgp.score_comments(COMMENTS, mode="tiktok", lexicon={"first": -2})
    shown = SentimentRadar(scored, timezone=ZONE)
    assert shown.reading.value == "own"
    shown.page.value = "Alerts"
    assert shown.frame["negative"].tolist() == [10]
    rows = shown.figure.axes[0].get_yticklabels()
    assert [row.get_text() for row in rows] == ["first", "awful"]
    shown.reading.value = "api"
    assert shown.frame["negative"].tolist() == [6]


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
    unknown = members_of(CAMPAIGNS, [SPRING.replace("0", "f")])
    assert not unknown.creators | unknown.videos


def test_comments_of_no_campaign_are_none():
    assert comments_of_campaigns(COMMENTS, CAMPAIGNS, []).empty


def test_the_heading_answers_the_questions_about_comments():
    now = pd.Timestamp("2026-05-05T12:00:00Z")
    comments = COMMENTS.copy()
    comments.attrs = {"trackagoat": {"server_time": now.isoformat(), "timezone": ZONE}}
    frames = {"comments": comments, "creators": CREATORS, "videos": VIDEOS}
    shown = SentimentRadar(**frames)
    for name in ("under_fire", "comments"):
        assert escape(tgp.ask(name, frames=frames).finding) in shown._head.value
    assert "1 post is under fire." in shown._head.value
    note = "The sentences of the heading score comments as TrackaGoat does."
    assert note not in shown.message.value
    shown.reading.value = "tiktok"
    assert note in shown.message.value


def test_alerts_have_a_table_and_their_words():
    shown = on("Alerts")
    assert shown.frame[["video_id", "negative", "analysed"]].to_numpy().tolist() == [["v2", 6, 10]]
    assert [row.get_text() for row in shown.figure.axes[0].get_yticklabels()] == ["awful"]
    shown.creator.value = "nan"
    assert shown.frame.empty
    assert "No alert: 0 of 1 video has at least 10 analysed comments" in shown.grid.table.value


def test_a_click_on_an_alert_opens_the_comments_of_its_video():
    shown = on("Alerts")
    for _ in range(2):
        click(shown, "pick", "v2")
        assert shown.page.value == "Comments"
        assert shown.video.value == "v2"
        assert shown.video.label == "“<i>pizza</i>” by @bo"
        assert shown.video.layout.display is None
        assert set(shown.frame["video_id"]) == {"v2"}
        check_code(shown, comments=COMMENTS, creators=CREATORS, videos=VIDEOS)
        shown.page.value = "Alerts"
    shown.video.value = ""
    assert shown.video.layout.display == "none"


def test_a_click_on_a_creator_narrows_to_the_creators_comments():
    for page in ("Creators", "Comments"):
        shown = on(page)
        click(shown, "pick", "bo")
        assert shown.creator.value == "bo"
        assert set(shown.frame["creator_id"]) == {"bo"}


def test_tiles_say_how_the_days_differ_from_as_many_days_before():
    shown = on("Trend")
    assert "before" not in shown.tiles.value
    opened = views.open_comments(Recorder(), {"comments": Traced(COMMENTS, "comments")})
    days = views.CommentChoice(days=tgp.DateRange("2026-05-03", "2026-05-04"))
    tiles = views.see(opened, ZONE, days).tiles
    assert tiles["Comments"] == Tile("1", "-91 % on the 2 days before", is_good=None)
    assert tiles["Positive"] == Tile("100.0 %", "+100.0 points on the 2 days before", is_good=True)
    assert tiles["Negative"] == Tile("0.0 %", "-60.0 points on the 2 days before", is_good=True)
    days = views.CommentChoice(days=tgp.DateRange("2026-05-01", "2026-05-04"))
    assert views.see(opened, ZONE, days).tiles["Comments"] == "12"


def test_a_creator_that_no_list_has_is_named_as_in_the_addresses_of_the_videos():
    addresses = [
        f"https://www.tiktok.com/@{name}/video/{n}" for n, name in enumerate(["nan", "guest"])
    ]
    videos = VIDEOS.assign(url=addresses)
    shown = SentimentRadar(COMMENTS, creators=CREATORS.head(1), videos=videos, timezone=ZONE)
    assert dict(shown.creator.options) == {"All 2": "", "@guest": "bo", "@nan.eats": "nan"}
    for _ in pages(shown):
        check_code(shown, comments=COMMENTS, creators=CREATORS.head(1), videos=videos)
    names = shown.frame.groupby("creator_id")["tiktok_handle"].unique()
    assert {id_: list(found) for id_, found in names.items()} == {
        "bo": ["guest"],
        "nan": ["nan.eats"],
    }
    assert (
        shown.frame["url"].tolist()
        == shown.frame["video_id"].map({"v1": addresses[0], "v2": addresses[1]}).tolist()
    )
    without = SentimentRadar(COMMENTS, videos=videos, timezone=ZONE)
    assert [label for label, _ in without.creator.options] == ["All 2", "@guest", "@nan"]


def test_tiles_follow_a_search_and_only_on_the_page_that_has_it():
    shown = on("Comments")
    assert "<b>13</b>" in shown.tiles.value
    shown.search.value = "love"
    assert "<span>Comments</span><b>1</b>" in shown.tiles.value
    check_code(shown, comments=COMMENTS, creators=CREATORS, videos=VIDEOS)
    shown.page.value = "Trend"
    assert "<b>13</b>" in shown.tiles.value


def test_the_trend_has_the_newest_days_first():
    days = on("Trend").frame["date"]
    assert days.is_monotonic_decreasing
    assert days.is_unique


def test_comments_without_a_creator_are_counted_where_they_are_in_no_row():
    lost = COMMENTS.assign(creator_id=COMMENTS["creator_id"].where(COMMENTS.index > 1))
    shown = SentimentRadar(lost, creators=CREATORS, videos=VIDEOS, timezone=ZONE)
    assert "without a creator" not in shown.message.value
    shown.page.value = "Creators"
    assert "2 comments have no creator, and no row here counts them." in shown.message.value
    assert shown.frame["comments"].sum() == len(lost) - 2
    assert "without a creator" not in on("Creators").message.value


def test_the_page_of_alerts_names_the_video_whose_words_its_picture_shows():
    said = "The picture shows words of negative comments on “&lt;i&gt;pizza&lt;/i&gt;” by @bo"
    assert f"{said}." in on("Alerts").message.value
    others = COMMENTS.assign(video_id=COMMENTS["video_id"].replace("v2", "v3"))
    both = pd.concat([COMMENTS, others], ignore_index=True)
    twice = SentimentRadar(both, creators=CREATORS, videos=VIDEOS, timezone=ZONE)
    twice.page.value = "Alerts"
    assert "and of 1 more." in twice.message.value


@pytest.mark.parametrize("page", ["Trend", "Creators", "Alerts"])
def test_changes_by_mode_tiktok_are_shown_where_there_are_any(page):
    shown = SentimentRadar(JOKES, creators=CREATORS, videos=VIDEOS, timezone=ZONE)
    shown.page.value = page
    assert "Changed by slang" in shown.grid.table.value
    shown.reading.value = "tiktok"
    assert "Changed by slang" not in shown.grid.table.value
    assert "Analysed" in shown.grid.table.value or page == "Alerts"


def test_a_search_answers_with_each_letter():
    shown = on("Comments")
    assert shown.search.continuous_update
    found = []
    for word in ("l", "lo", "love"):
        shown.search.value = word
        found.append(len(shown.frame))
    assert found == [0, 0, 1]


def test_days_beyond_those_loaded_are_loaded_and_days_within_them_are_not(client):
    shown = SentimentRadar(project="Summer Launch", client=client).wait(60)
    shown.page.value = "Comments"
    assert shown.dates.choice.label == "Last 30 days"
    assert "all time" not in [value for _, value in shown.dates.choice.options]
    month, states = shown.frame, []
    shown.observe(lambda change: states.append(change["new"]), "state")
    shown.dates.value = "last 7 days"
    assert len(shown.frame) < len(month)
    assert states == []
    shown.dates.value = "last 90 days"
    assert states == ["running"]
    assert len(shown.wait(60).frame) > len(month)
    assert shown.dates.choice.label == "Last 90 days"
    assert 'dates=tgp.DateRange("' in shown.code.replace("'", '"')


def test_presets_end_today_whatever_days_were_loaded(client):
    shown = SentimentRadar(project="Summer Launch", dates="2026-05", client=client).wait(60)
    assert shown.dates.choice.label == "Last month"
    assert (shown.dates.value.first, shown.dates.value.last) == (
        dt.date(2026, 5, 1),
        dt.date(2026, 5, 31),
    )
    shown.dates.value = "last 7 days"
    shown.wait(60)
    assert shown.dates.choice.label == "Last 7 days"
    assert shown.dates.value.last == dt.date(2026, 6, 15)
    assert shown.frame["date"].min() >= pd.Timestamp(shown.dates.value.first)


def test_clearing_the_filters_brings_back_all_that_was_loaded(client):
    shown = SentimentRadar(project="Summer Launch", client=client).wait(60)
    shown.page.value = "Comments"
    whole = shown.frame
    shown.dates.value, shown.search.value = "last 7 days", "love"
    shown.creator.value = shown.creator.options[1][1]
    assert shown.clear_button.layout.display is None
    shown.clear_button.click()
    assert (shown.search.value, shown.creator.value) == ("", "")
    assert shown.state == "idle"
    assert shown.dates.choice.label == "Last 30 days"
    pd.testing.assert_frame_equal(shown.frame, whole)
    assert shown.clear_button.layout.display == "none"


def test_what_a_radar_loads_has_the_titles_and_addresses_of_videos(client):
    shown = SentimentRadar(project="Summer Launch", client=client).wait(60)
    shown.page.value = "Comments"
    assert shown.frame[["video_title", "url", "tiktok_handle"]].notna().all(axis=None)


def test_one_switch_reads_all_pages_as_tiktok_means_them():
    shown = SentimentRadar(JOKES, creators=CREATORS, videos=VIDEOS, timezone=ZONE)
    said = "Read as TikTok slang, 6 of 12 comments would be labelled otherwise: see “Scoring”."
    assert said in shown.message.value
    assert "“tiktok”" not in shown.tiles.value
    shown.creator.value, shown.reading.value = "bo", "tiktok"
    assert "Read as TikTok slang" not in shown.message.value
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


def test_the_times_of_comments_are_those_of_the_time_zone_that_the_table_names():
    shown = on("Comments")
    shown.filters.dates.value = tgp.DateRange("2026-04-30", "2026-04-30")
    assert shown.frame["text"].tolist() == ["love it"]
    assert "30 Apr 2026 23:00" in shown.grid.table.value
    assert f"Times: {ZONE}" in shown.grid.zone.value


def test_a_campaign_brings_the_whole_tree_beneath_it_even_round_in_circles():
    shown = on("Comments", campaigns=CAMPAIGNS)
    shown.campaigns.value = (SPRING,)
    assert set(shown.frame["video_id"]) == {"v1"}
    shown.campaigns.value = (EMPTY,)
    assert shown.frame.empty
    assert "No comments match these filters. Clear the filters" in shown.grid.table.value


def test_clearing_the_filters_also_clears_the_campaigns_and_draws_once():
    shown = on("Comments", campaigns=CAMPAIGNS)
    whole = shown.frame
    shown.campaigns.value = (SPRING,)
    for _, id_ in shown.creator.options:
        shown.creator.value = id_
        # No warning is printed where a creator has no comment in the campaign.
        assert len(shown.frame) or "No comments match" in shown.grid.table.value
    drawn: list[object] = []
    shown.observe(drawn.append, "frame")
    shown.clear_button.click()
    assert shown.campaigns.value == ()
    assert shown.creator.value == ""
    pd.testing.assert_frame_equal(shown.frame, whole)
    assert len(drawn) == 1
    assert not shown.filters.is_set


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
    project = tgp.widgets.ProjectPicker(client=client).wait(60)
    shown = SentimentRadar(project=project, dates=None, client=client)
    for name in ("Summer Launch", "Always-On UGC"):
        project.value = project.frame.set_index("name").loc[name, "id"]
        shown.wait(60)
        assert shown.campaigns is not None
    kept = len(REGISTRY)
    shown.reload()
    shown.wait(60)
    assert len(REGISTRY) == kept
