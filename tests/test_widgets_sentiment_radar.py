import gc
import json
import threading

import ipywidgets
import matplotlib.pyplot as plt
import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.canned import Canned, connect_to
from trackagoat_pandas.errors import ArgumentError, MissingColumnError
from trackagoat_pandas.helpers.campaigns import (
    campaign_members,
    comments_of_campaigns,
)
from trackagoat_pandas.widgets.sentiment_radar import SentimentRadar

REGISTRY = ipywidgets.widgets.widget._instances
ZONE = "America/New_York"

SPRING, LAUNCH, EMPTY = (f"{n:08}-4a51-4f0e-9a53-0d6c1be0a7f1" for n in range(3))

COMMENTS = pd.DataFrame(
    {
        "text": ["love it", *["awful"] * 6, *["first"] * 4, None, "<b>hey</b> so good"],
        "video_id": ["v1", *["v2"] * 11, "v1"],
        "creator_id": ["nan", *["bo"] * 11, "nan"],
        "posted_at": pd.to_datetime(
            ["2026-05-01T03:00Z", *["2026-05-02T12:00Z"] * 11, "2026-05-04T12:00Z"], utc=True
        ),
    }
)
CREATORS = pd.DataFrame({"id": ["nan", "bo"], "tiktok_handle": ["nan.eats", "bo"]})
VIDEOS = pd.DataFrame({"id": ["v1", "v2"], "title": ["pasta", "<i>pizza</i>"]})
CAMPAIGNS = pd.DataFrame(
    {
        "id": [SPRING, LAUNCH, EMPTY],
        "project_id": "p",
        "name": ["Spring", "Launch", "Empty"],
        "items": [
            json.dumps([{"item_type": "campaign", "item_id": LAUNCH}]),
            json.dumps(
                [
                    {"item_type": "video", "item_id": "v1"},
                    {"item_type": "campaign", "item_id": SPRING},
                ]
            ),
            None,
        ],
    }
)


def radar(**given):
    given = {"creators": CREATORS, "videos": VIDEOS, "timezone": ZONE, **given}
    return SentimentRadar(COMMENTS, **given)


def rebuilt(shown):
    names = {
        "comments": COMMENTS, "creators": CREATORS, "videos": VIDEOS, "campaigns": CAMPAIGNS,
    }  # fmt: skip
    exec(shown.code, names)
    return names


def on(page, **given):
    shown = radar(**given)
    shown.page.value = page
    return shown


def test_tiles_tell_the_five_numbers():
    html = radar().tiles.value
    assert all(f"<b>{text}</b>" in html for text in ("13", "12", "16.7 %", "50.0 %"))


def test_the_first_page_is_the_trend_by_day():
    assert radar().frame["comments"].tolist() == [1, 0, 11, 0, 1]


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


def test_an_alert_is_a_warning_on_every_page():
    said = radar().message.value
    assert "Negative alert: 60 % of 10 comments on “&lt;i&gt;pizza&lt;/i&gt;” by @bo" in said


def test_an_alert_has_its_interval_and_what_tiktok_would_change():
    comments = COMMENTS.assign(text=COMMENTS["text"].replace("awful", "i'm dead 💀"))
    said = SentimentRadar(comments, timezone=ZONE).message.value
    assert "are negative (95 % interval 31 to 83 %; mode “tiktok” would change 6 labels)" in said
    html = SentimentRadar(comments, timezone=ZONE).tiles.value
    assert "Changed by mode “tiktok”" in html
    assert "<b>6 labels</b>" in html


def test_the_page_of_alerts_names_the_nearest_miss():
    comments = COMMENTS.assign(text=COMMENTS["text"].replace("awful", "fine"))
    comments.loc[1, "text"] = "awful"
    shown = SentimentRadar(comments, videos=VIDEOS, timezone=ZONE)
    assert "nearest" not in shown.message.value
    shown.page.value = "Alerts"
    assert "No alert: 1 of 2 videos has at least 10 analysed comments" in shown.message.value
    nearest = "nearest: 10 % of 10 on “&lt;i&gt;pizza&lt;/i&gt;” (95 % interval 2 to 40 %)."
    assert nearest in shown.message.value


def test_one_switch_reads_all_pages_as_tiktok_means_them():
    comments = COMMENTS.assign(text=COMMENTS["text"].replace("awful", "i'm dead 💀"))
    shown = SentimentRadar(comments, creators=CREATORS, videos=VIDEOS, timezone=ZONE)
    assert "Negative alert" in shown.message.value
    shown.creator.value = "bo"
    shown.reading.value = "tiktok"
    assert "Negative alert" not in shown.message.value
    assert "Changed by mode “tiktok”" not in shown.tiles.value
    assert shown.creator.value == "bo"
    for page in ("Trend", "Creators", "Alerts", "Comments"):
        shown.page.value = page
        names = {"comments": comments, "creators": CREATORS, "videos": VIDEOS}
        exec(shown.code, names)
        pd.testing.assert_frame_equal(names["frame"], shown.frame)
    assert set(shown.frame["sentiment_mode"]) == {"tiktok"}
    shown.reading.value = "api"
    assert set(shown.frame["sentiment_mode"]) == {"api"}


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


def test_the_page_of_alerts_has_the_evidence():
    assert set(on("Alerts").frame["text"]) == {"awful"}


def test_no_alert_is_no_row():
    shown = on("Alerts")
    shown.creator.value = "nan"
    assert shown.frame.empty
    assert "Negative alert" not in shown.message.value


def test_comments_are_the_newest_first():
    assert on("Comments").frame["text"].iloc[0] == "<b>hey</b> so good"


def test_a_tab_lists_the_comments_of_a_label():
    shown = on("Comments")
    shown.label.value = "neutral"
    assert set(shown.frame["text"]) == {"first"}


def test_the_search_finds_words_within_a_tab():
    shown = on("Comments")
    shown.label.value = "positive"
    shown.search.value = "LOVE"
    assert shown.frame["text"].tolist() == ["love it"]


def test_the_picture_of_a_search_has_all_labels():
    shown = on("Comments")
    before = shown.figure.axes[0].get_title(loc="left")
    shown.label.value = "positive"
    assert shown.figure.axes[0].get_title(loc="left") == before


def test_a_search_for_nothing_says_so_and_leaves_what_is_shown():
    shown = on("Comments")
    before = shown.frame
    shown.search.value = "!!"
    assert "there is no letter, digit or symbol to look for" in shown.message.value
    assert shown.frame is before


def test_the_days_of_comments_are_those_of_the_time_zone():
    shown = on("Comments")
    shown.filters.dates.value = tgp.DateRange("2026-04-30", "2026-04-30")
    assert shown.frame["text"].tolist() == ["love it"]
    assert "2026-04-30" in shown.grid.table.value


def test_a_campaign_brings_the_whole_tree_beneath_it_even_round_in_circles():
    shown = on("Comments", campaigns=CAMPAIGNS)
    shown.campaigns.value = (SPRING,)
    assert set(shown.frame["video_id"]) == {"v1"}


def test_an_empty_campaign_has_no_comments():
    shown = on("Comments", campaigns=CAMPAIGNS)
    shown.campaigns.value = (EMPTY,)
    assert shown.frame.empty


@pytest.mark.parametrize("page", ["Trend", "Creators", "Alerts", "Comments"])
@pytest.mark.parametrize("is_filtered", [False, True])
def test_the_code_rebuilds_the_frame_and_the_picture(page, is_filtered):
    shown = on(page, campaigns=CAMPAIGNS)
    if is_filtered:
        shown.campaigns.value = (LAUNCH, EMPTY)
        shown.creator.value = "nan"
        shown.filters.dates.value = tgp.DateRange("2026-05-02", "2026-05-04")
        shown.label.value, shown.search.value = "positive", 'so "good"'
    made = rebuilt(shown)
    pd.testing.assert_frame_equal(made["frame"], shown.frame)
    assert made["ax"].get_title(loc="left") == shown.figure.axes[0].get_title(loc="left")


def test_texts_of_the_api_are_escaped():
    html = on("Comments").grid.table.value
    assert "&lt;b&gt;hey&lt;/b&gt; so good" in html
    assert "<b>hey" not in html


def test_a_frame_of_texts_alone_has_one_page():
    shown = SentimentRadar(COMMENTS[["text"]])
    assert shown.page.options == ("Comments",)
    assert shown.message.value == ""


def test_scores_that_are_there_are_kept():
    scored = tgp.score_comments(COMMENTS, mode="plus")
    shown = SentimentRadar(scored, timezone=ZONE)
    assert shown.reading.value == "plus"
    assert "score_comments" not in shown.code


def test_no_comments_at_all_are_shown_as_such():
    shown = SentimentRadar(COMMENTS.head(0), timezone=ZONE)
    for page in ("Trend", "Creators", "Alerts", "Comments"):
        shown.page.value = page
        assert shown.frame.empty


def test_a_frame_without_texts_is_refused():
    with pytest.raises(MissingColumnError, match="text"):
        SentimentRadar(COMMENTS.drop(columns="text"))


def test_an_unknown_time_zone_is_refused():
    with pytest.raises(ArgumentError, match="timezone"):
        SentimentRadar(COMMENTS, timezone="Goat/Town")


def test_times_that_are_text_are_read_and_the_code_says_so():
    comments = COMMENTS.assign(posted_at=COMMENTS["posted_at"].astype(str).astype(object))
    shown = SentimentRadar(comments, timezone=ZONE)
    for page in ("Trend", "Comments"):
        shown.page.value = page
        names = {"comments": comments}
        exec(shown.code, names)
        pd.testing.assert_frame_equal(names["frame"], shown.frame)
    with pytest.raises(ArgumentError, match="posted_at: the column must hold instants"):
        SentimentRadar(COMMENTS.assign(posted_at="yesterday"))


def test_attributes_that_are_not_ours_are_no_obstacle():
    comments = COMMENTS.copy()
    comments.attrs["trackagoat"] = "something else"
    assert len(SentimentRadar(comments, timezone=ZONE).frame) == 5


def test_days_without_a_known_time_zone_are_said_to_be_of_utc():
    assert "UTC" in radar(timezone=None).message.value


def test_without_a_project_a_client_waits_for_one(client):
    shown = SentimentRadar(client=client)
    assert "Choose a project" in shown.message.value
    assert shown.frame is None
    shown.close()


def test_a_project_that_is_chosen_is_loaded(client):
    project = tgp.widgets.ProjectPicker(client=client).wait(20)
    shown = SentimentRadar(project=project, dates=None, client=client)
    names = project.frame.set_index("name")["id"]
    project.value = names["Summer Launch"]
    shown.wait(20)
    shown.page.value = "Comments"
    loaded = tgp.load_comments("Summer Launch", client=client)
    assert set(shown.frame["id"]) == set(loaded["id"])
    assert shown.campaigns is not None
    made = {}
    exec(shown.code, made)
    pd.testing.assert_frame_equal(made["frame"], shown.frame)
    shown.close()
    project.close()


def test_a_refused_load_shows_its_sentence():
    project = "8e985c57-93b3-4589-966c-fb63254d9258"
    with connect_to(Canned({"/projects": 403})) as refused:
        shown = SentimentRadar(project=project, client=refused)
        with pytest.raises(tgp.TrackaGoatError, match="refused with 403"):
            shown.wait(10)
        assert shown.state == "failed"
        assert "refused with 403" in shown.message.value
        shown.close()


def test_clicks_and_closing_leave_nothing_behind():
    gc.collect()
    before = set(REGISTRY)
    shown = SentimentRadar(COMMENTS[["text"]])
    kept, heard = len(REGISTRY), len(shown.label._trait_notifiers["value"]["change"])
    for click in range(30):
        shown.label.value = ("", "positive", "negative")[click % 3]
    assert len(REGISTRY) == kept
    assert len(shown.label._trait_notifiers["value"]["change"]) == heard
    shown.close()
    assert set(REGISTRY) == before
    assert not [thread for thread in threading.enumerate() if thread.name == "trackagoat-widget"]
    assert plt.get_fignums() == []


def test_opening_anew_closes_the_pickers_of_before(client):
    project = tgp.widgets.ProjectPicker(client=client).wait(20)
    shown = SentimentRadar(project=project, dates=None, client=client)
    for name in ("Summer Launch", "Always-On UGC", "Summer Launch"):
        project.value = project.frame.set_index("name").loc[name, "id"]
        shown.wait(20)
    kept = len(REGISTRY)
    shown.reload()
    shown.wait(20)
    assert len(REGISTRY) == kept
    shown.close()
    project.close()


def test_members_of_an_unknown_campaign_are_none():
    assert campaign_members(CAMPAIGNS, [SPRING.replace("0", "f")]) == (frozenset(), frozenset())


def test_comments_of_no_campaign_are_none():
    assert comments_of_campaigns(COMMENTS, CAMPAIGNS, []).empty
