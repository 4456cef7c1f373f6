from __future__ import annotations

import pandas as pd
import pytest

from tests.goal_frames import NEW_YORK, NOW, daily, goals, videos
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    MissingColumnError,
    NoDataWarning,
)
from trackagoat_pandas.helpers.goals.backtest import backtest_goal_odds
from trackagoat_pandas.helpers.goals.evaluation import evaluate_goals, goal_history
from trackagoat_pandas.helpers.goals.odds import goal_odds

OPTIONS = {"now": NOW, "timezone": NEW_YORK}

# Monday 0:00, Tuesday noon, Sunday 23:59:59 and the next Monday 0:00, New York time
WEEK = videos(
    "2026-06-08T04:00:00Z", "2026-06-09T16:00:00Z", "2026-06-15T03:59:59Z", "2026-06-15T04:00:00Z"
)


def evaluate(frame, *args, now=NOW, timezone=NEW_YORK, **options):
    return evaluate_goals(frame, *args, now=now, timezone=timezone, **options).iloc[0]


def test_posts_are_counted_up_to_now():
    found = evaluate(goals(), WEEK)
    # 2 of 4 after 2.5 of 7 days: pace 1.4
    assert (found["actual"], found["percentage"], found["status"]) == (2, 50, "on_track")
    assert found["pace"] == pytest.approx(1.4)
    assert found["hours_until_period_end"] == 108.0


def test_a_past_day_is_judged_at_its_end():
    found = evaluate(goals(), WEEK, now="2026-07-01T00:00Z", reference_date="2026-06-09")
    assert (found["actual"], found["hours_until_period_end"]) == (2, 120.0)


def test_a_period_holds_its_first_instant_and_not_the_one_after_its_last():
    found = evaluate(goals(), WEEK, now="2026-07-01T00:00Z", reference_date="2026-06-14")
    assert (found["actual"], found["status"]) == (3, "missed")
    assert found["hours_since_period_end"] == 0.0


@pytest.mark.parametrize(
    ("status", "disabled"),
    [("pending_review", False), ("excluded", False), ("included", True), (None, False)],
)
def test_what_does_not_count_is_not_counted(status, disabled):
    posts = videos("2026-06-09T16:00:00Z", status=status, disabled=disabled)
    assert evaluate(goals(), posts)["actual"] == 0


def test_nobodys_and_other_creators_posts_are_not_counted():
    posts = pd.concat(
        [videos("2026-06-09T16:00Z", creator=None), videos("2026-06-09T16:00Z", creator="b")]
    )
    assert evaluate(goals(), posts)["actual"] == 0


def test_views_are_summed_over_the_days_of_the_period_and_todays_part():
    views = daily([999] * 7 + [10, 20, 5], partial_last=True)  # from 1 to 10 June
    found = evaluate(goals({"metric": "views", "target_value": 100}), None, views)
    assert (found["actual"], found["status"]) == (35, "behind_pace")  # pace 0.98


def test_engagement_is_the_sum_of_likes_comments_shares_and_saves():
    parts = [
        daily([number] * 3, start="2026-06-08", metric=metric, partial_last=True)
        for metric, number in (("likes", 1), ("comments", 10), ("shares", 100), ("saves", 1000))
    ]
    goal = goals({"metric": "engagement", "target_value": 100})
    assert evaluate(goal, None, pd.concat(parts))["actual"] == 3333
    with pytest.warns(NoDataWarning, match="Goals of engagement can't be judged"):
        assert pd.isna(evaluate(goal, None, pd.concat(parts[:3]))["actual"])


def test_posts_come_from_the_analytics_where_there_are_no_videos():
    posts = daily([1, 0, 2], start="2026-06-08", metric="posts", partial_last=True)
    assert evaluate(goals(), None, posts)["actual"] == 3


@pytest.mark.parametrize(
    "views",
    [
        daily([1, 2], start="2026-06-09", partial_last=True),  # Monday is missing
        daily([1, None, 2], start="2026-06-08", partial_last=True),
        daily([1, 2], start="2026-06-08"),  # today is missing
        daily([1, 2, 3], start="2026-06-08"),  # today is whole: the numbers are of later
        daily([1, 2], start="2026-06-08", partial_last=True),  # of yesterday noon
    ],
)
def test_what_the_frames_do_not_cover_is_unknown_and_never_zero(views):
    found = evaluate(goals({"metric": "views"}), None, views)
    assert pd.isna(found[["actual", "percentage", "status", "pace"]]).all()


def test_numbers_of_another_creator_alone_are_none():
    views = daily([1, 2, 3], start="2026-06-08", creator="b", partial_last=True)
    with pytest.warns(NoDataWarning, match="Goals of views can't be judged"):
        found = evaluate(goals({"metric": "views"}), None, views)
    assert pd.isna(found[["actual", "percentage", "status", "pace"]]).all()


def test_without_frames_all_is_unknown_but_the_period():
    with pytest.warns(NoDataWarning, match="Goals of posts can't be judged"):
        found = evaluate(goals())
    assert pd.isna(found[["actual", "status"]]).all()
    assert found["period_start"] == pd.Timestamp("2026-06-08T04:00Z")


EVERY_JUDGE = [evaluate_goals, goal_history, goal_odds, backtest_goal_odds]


def loaded_from_a_server_at(server_time, frame):
    machine = pd.Timestamp.now("UTC").isoformat()
    frame.attrs["trackagoat"] = {"fetched_at": machine, "server_time": server_time}
    return frame


@pytest.mark.parametrize("judge", EVERY_JUDGE)
def test_days_to_come_are_refused_by_the_servers_clock_in_place_of_counting_no_posts(judge):
    # 23:00 in New York: today is the 10th, though not by UTC.
    posts = loaded_from_a_server_at("2026-06-11T03:00:00Z", WEEK.copy())
    message = "is in the future: today is 2026-06-10 in America/New_York"
    for now in ("2026-06-11T04:00:00Z", pd.Timestamp("2026-12-01T12:00Z")):
        with pytest.raises(ArgumentError, match=rf"^now: 2026-.* {message}"):
            judge(goals(), posts, now=now, timezone=NEW_YORK)
    assert len(judge(goals(), posts, now="2026-06-11T03:59:59Z", timezone=NEW_YORK))


def test_a_later_time_of_today_is_taken_as_now():
    posts = loaded_from_a_server_at("2026-06-10T16:00:00Z", WEEK.copy())
    found = evaluate(goals(), posts, now="2026-06-11T03:00:00Z")
    assert found["hours_until_period_end"] == pytest.approx(108.0, abs=0.1)


@pytest.mark.parametrize("judge", EVERY_JUDGE)
def test_without_a_servers_clock_now_is_this_machines_or_when_the_goals_were_judged(judge):
    ahead = pd.Timestamp.now("UTC") + pd.Timedelta(days=90)
    with pytest.raises(ArgumentError, match="is in the future: today is"):
        judge(goals(), WEEK, now=ahead, timezone=NEW_YORK)
    # A sandbox of the future, from a file
    end = (ahead + pd.Timedelta(hours=1)).tz_localize(None).as_unit("us").tz_localize("UTC")
    judged_then = goals().assign(
        period_end=end, hours_until_period_end=1.0, hours_since_period_end=None
    )
    assert len(judge(judged_then, WEEK, now=ahead, timezone=NEW_YORK))


@pytest.mark.parametrize("judge", EVERY_JUDGE)
def test_one_warning_names_the_calls_that_load_what_is_missing(judge):
    frame = goals(*[{"metric": name} for name in ("posts", "views", "engagement", "followers")])
    with pytest.warns(NoDataWarning) as warned:
        found = judge(frame, **OPTIONS)
    assert set(found["reason"]) == {"unknown_actual"}
    [message] = [str(warning.message) for warning in warned]
    assert message.startswith("Goals of posts, views, engagement and followers can't be judged, ")
    assert message.count("tgp.load_") == 2
    assert "pass videos=tgp.load_videos(project) and analytics=tgp.load_analytics(" in message
    assert "['views', 'likes', 'comments', 'shares', 'saves', 'followers']" in message


@pytest.mark.parametrize("judge", EVERY_JUDGE)
def test_only_what_is_missing_is_named(judge):
    frame = goals({}, {"metric": "followers"}, {"metric": "views"})
    views = daily([1] * 10, partial_last=True)
    with pytest.warns(NoDataWarning, match=r"Goals of followers can't .*\['followers'\]") as warned:
        judge(frame, WEEK, views, **OPTIONS)
    assert "load_videos" not in str(warned[0].message)


def test_goals_that_need_no_numbers_yet_are_judged_in_silence():
    ahead = goals({"start_date": "2026-07-01"}, {"start_date": "2026-07-01", "metric": "views"})
    assert evaluate(ahead)["actual"] == 0


def test_a_repeated_day_counts_once_as_it_was_loaded_last():
    once = daily([1, 2, 3], start="2026-06-08", partial_last=True)
    again = daily([5], start="2026-06-09")
    views = pd.concat([once, again])
    assert evaluate(goals({"metric": "views"}), None, views)["actual"] == 9


def test_other_series_are_not_summed_in():
    views = daily([1, 2, 3], start="2026-06-08", partial_last=True)
    others = [views.assign(series_kind="prior_period"), views.assign(entity="video")]
    assert evaluate(goals({"metric": "views"}), None, pd.concat([views, *others]))["actual"] == 6


def test_before_its_first_day_a_goal_has_not_started():
    found = evaluate(goals({"start_date": "2026-06-17"}), WEEK)
    assert (found["actual"], found["status"]) == (0, "on_track")
    assert (found["not_yet_started"], found["period_in_progress"]) == (True, False)
    assert found["period_start"] == pd.Timestamp("2026-06-15T04:00Z")
    assert pd.isna(found["hours_until_period_end"])


def test_after_its_last_day_a_goal_is_judged_in_its_last_period():
    found = evaluate(goals({"end_date": "2026-05-27"}), videos("2026-05-31T12:00Z"))
    assert (found["actual"], found["status"]) == (1, "missed")
    assert found["period_end"] == pd.Timestamp("2026-06-01T04:00Z")
    assert found["period_recently_ended"] is False or not found["period_recently_ended"]


@pytest.mark.parametrize(
    ("now", "recent"), [("2026-06-17T04:00Z", True), ("2026-06-17T04:01Z", False)]
)
def test_a_period_is_recent_for_48_hours(now, recent):
    found = evaluate(goals({"end_date": "2026-06-14"}), WEEK, now=now)
    assert bool(found["period_recently_ended"]) is recent
    assert found["messages"].count('"') == (2 if recent else 0)


def test_a_scrape_is_stale_after_24_hours_and_unknown_if_it_came_later():
    frame = goals({}, {}, {}).assign(
        scrape_freshness=[
            '{"last_scraped_at":"2026-06-09T16:00:00Z","hours_since_scrape":1}',
            '{"last_scraped_at": "2026-06-09T15:00:00Z"}',
            '{"last_scraped_at":"2026-06-10T17:00:00Z"}',
        ]
    )
    found = evaluate_goals(frame, WEEK, now=NOW, timezone=NEW_YORK)
    assert found["scrape_stale"].tolist() == [False, True, False]
    assert found["scrape_freshness"].tolist()[:2] == [
        '{"last_scraped_at":"2026-06-09T16:00:00Z","hours_since_scrape":24.0}',
        '{"last_scraped_at":"2026-06-09T15:00:00Z","hours_since_scrape":25.0}',
    ]
    assert pd.isna(found["scrape_freshness"].iloc[2])


def test_the_flags_of_a_running_period_are_told_in_one_sentence_each():
    found = evaluate(goals(), WEEK)
    assert found["messages"] == '["The period is still running: the count can rise."]'
    assert bool(found["has_advisory"])


def test_a_word_that_nobody_knows_is_unknown():
    frame = goals({"metric": "sparkles"}, {"period": "yearly"})
    found = evaluate_goals(frame, WEEK, now=NOW, timezone=NEW_YORK)
    assert found["actual"].isna().all()
    assert found["status"].isna().all()


def test_the_instant_and_the_time_zone_come_from_the_frame_where_it_has_them():
    once = evaluate_goals(goals(), WEEK, now=NOW, timezone=NEW_YORK)
    once.attrs["trackagoat"] = {"timezone": NEW_YORK, "params": {}}
    again = evaluate_goals(once, WEEK)
    pd.testing.assert_frame_equal(again, once)
    dated = evaluate_goals(once, WEEK, reference_date="2026-06-08")
    assert dated.attrs["trackagoat"]["params"] == {"reference_date": "2026-06-08"}
    assert evaluate_goals(dated, WEEK)["actual"].tolist() == [1]
    with pytest.raises(ArgumentError, match="judged on 2026-06-08: pass now="):
        evaluate_goals(dated, WEEK, reference_date="2026-06-09")


def test_an_instant_or_time_zone_that_nobody_knows_must_be_said():
    with pytest.raises(ArgumentError, match="`timezone` is required"):
        evaluate_goals(goals(), WEEK, now=NOW)
    with pytest.raises(ArgumentError, match="`now` is required"):
        evaluate_goals(goals(), WEEK, timezone=NEW_YORK)
    with pytest.raises(ArgumentError, match="an instant needs its offset"):
        evaluate(goals(), WEEK, now="2026-06-10T16:00")
    with pytest.raises(ArgumentError, match="an instant as"):
        evaluate(goals(), WEEK, now="noon")
    with pytest.raises(ArgumentTypeError, match="an instant with its offset"):
        evaluate(goals(), WEEK, now=5)
    with pytest.raises(ArgumentError, match="IANA time zone"):
        evaluate(goals(), WEEK, timezone="Atlantis")


@pytest.mark.parametrize(
    ("facts", "match"),
    [
        ({"params": {"granularity": "week"}}, "load it with granularity='day'"),
        ({"params": {"mode": "cumulative"}}, "load it with mode='new'"),
        ({"timezone": "Asia/Tokyo"}, "load it by days of America/New_York"),
    ],
)
def test_analytics_that_are_no_daily_gains_of_the_zone_are_refused(facts, match):
    views = daily([1])
    views.attrs["trackagoat"] = facts
    with pytest.raises(ArgumentError, match=match):
        evaluate(goals(), None, views)


def test_a_wrong_frame_is_refused_with_the_loader_that_has_the_columns():
    with pytest.raises(MissingColumnError, match="load_goal_compliance"):
        evaluate_goals(WEEK)
    with pytest.raises(MissingColumnError, match="load_videos"):
        evaluate(goals(), goals())
    with pytest.raises(MissingColumnError, match="load_analytics"):
        evaluate(goals(), None, WEEK)


def test_an_empty_frame_gives_a_typed_empty_one():
    full = evaluate_goals(goals(), WEEK, daily([1]), now=NOW, timezone=NEW_YORK)
    empty = evaluate_goals(goals().head(0), WEEK.head(0), daily([1]).head(0), timezone=NEW_YORK)
    assert len(empty) == 0
    assert empty.dtypes.to_dict() == full.dtypes.to_dict()


def test_the_frames_are_left_unchanged_and_the_index_is_kept():
    frame, posts, views = goals({}, {}), WEEK.copy(), daily([1, 2])
    frame.index = [7, 3]
    before = frame.copy(), posts.copy(), views.copy()
    found = evaluate_goals(frame, posts, views, now=NOW, timezone=NEW_YORK)
    assert found.index.tolist() == [7, 3]
    for frame_after, frame_before in zip((frame, posts, views), before, strict=True):
        pd.testing.assert_frame_equal(frame_after, frame_before)


def test_a_video_that_stands_twice_is_one_post():
    posts = videos("2026-06-08T16:00:00Z", "2026-06-09T16:00:00Z").assign(id=["v1", "v2"])
    twice = pd.concat([posts, posts])
    for function in (evaluate_goals, goal_history, goal_odds, backtest_goal_odds):
        pd.testing.assert_frame_equal(
            function(goals(), twice, **OPTIONS), function(goals(), posts, **OPTIONS)
        )
    assert evaluate_goals(goals(), twice, **OPTIONS)["actual"].tolist() == [2]


def test_of_a_video_that_stands_twice_the_row_updated_last_says_whether_it_counts():
    posts = videos("2026-06-08T16:00:00Z", "2026-06-08T16:00:00Z").assign(
        id="v1",
        tracking_status=["pending_review", "included"],
        updated_at=["2026-06-09T00:00:00Z", "2026-06-08T00:00:00Z"],
    )
    assert evaluate_goals(goals(), posts, **OPTIONS)["actual"].tolist() == [0]


def test_of_a_day_that_stands_twice_the_complete_row_counts():
    whole = daily([100, 100, 40], start="2026-06-08", partial_last=True)
    stale = daily([30], start="2026-06-09", partial_last=True)
    for frames in ([whole, stale], [stale, whole]):
        found = evaluate_goals(
            goals(metric="views", target_value=700), None, pd.concat(frames), **OPTIONS
        )
        assert found["actual"].tolist() == [240]


def test_a_goal_that_stands_twice_is_judged_once():
    frame = pd.concat([goals(target_value=4), goals(target_value=5)])
    found = evaluate_goals(frame, videos("2026-06-08T16:00:00Z"), **OPTIONS)
    assert found["target"].tolist() == [5]


@pytest.mark.parametrize(
    ("goal", "reason"),
    [
        ({"period": "fortnightly"}, "unknown_period"),
        ({"period": None}, "unknown_period"),
        ({"metric": "clicks"}, "unknown_metric"),
        ({"metric": "clicks", "start_date": "2027-01-01"}, "unknown_metric"),
        ({"target_value": None}, "unknown_target"),
        ({"metric": "views"}, "unknown_actual"),
    ],
)
def test_a_goal_that_cannot_be_judged_says_why(goal, reason):
    frame, posts = goals(goal, {}), videos("2026-06-08T16:00:00Z")
    views = daily([5], start="2026-06-08")
    found = evaluate_goals(frame, posts, views, **OPTIONS)
    assert found["reason"].astype("object").fillna("").tolist() == [reason, ""]
    unjudged = found.iloc[0]
    assert unjudged[["percentage", "status", "pace"]].isna().all()
    assert pd.isna(unjudged["actual"]) == (reason != "unknown_target")
    assert goal_odds(frame, posts, views, **OPTIONS)["reason"].iloc[0] == reason


@pytest.mark.parametrize("function", [goal_history, backtest_goal_odds])
def test_a_goal_of_an_unknown_period_has_one_row_in_a_history(function):
    found = function(goals({"period": "fortnightly"}), videos("2026-05-08T16:00:00Z"), **OPTIONS)
    assert found["reason"].tolist() == ["unknown_period"]
    assert found["period_start"].isna().all()


@pytest.mark.parametrize("posted", [1_780_000_000, 1.78e9])
def test_posts_stamped_with_plain_numbers_are_refused(posted):
    posts = videos("2026-06-08T16:00:00Z").assign(posted_at=posted)
    for column in (posts["posted_at"], posts["posted_at"].astype("object")):
        with pytest.raises(ArgumentError, match=r"posted_at.*not plain numbers"):
            evaluate_goals(goals(), posts.assign(posted_at=column), **OPTIONS)


@pytest.mark.parametrize("facts", [None, 5, {}, {"params": None}, {"rows": 3}])
def test_a_provenance_that_says_nothing_is_no_obstacle(facts):
    frame, views = goals(metric="views", target_value=700), daily([100] * 3, start="2026-06-08")
    frame.attrs["trackagoat"] = views.attrs["trackagoat"] = facts
    found = evaluate_goals(frame, None, views, reference_date="2026-06-09", **OPTIONS)
    assert found["actual"].tolist() == [200]


POSTS = videos("2026-05-26T12:00Z", "2026-06-02T12:00Z", "2026-06-03T12:00Z", "2026-06-09T12:00Z")


def history(frame, *args, **options):
    return goal_history(frame, *args, **{"now": NOW, "timezone": NEW_YORK, **options})


def test_every_closed_period_is_a_row_and_the_running_one_is_none():
    found = history(goals({"start_date": "2026-05-27", "target_value": 2}), POSTS)
    assert found["period_start"].dt.strftime("%m-%d").tolist() == ["05-25", "06-01"]
    assert found["actual"].tolist() == [1, 2]
    assert found["status"].tolist() == ["missed", "completed"]
    assert found["percentage"].tolist() == [50, 100]
    assert found["pace"].tolist() == [0.5, 1.0]


def test_a_goal_has_no_periods_before_its_first_day_nor_after_its_last():
    frame = goals(
        {"start_date": "2026-05-01", "end_date": "2026-05-12"}, {"start_date": "2026-06-20"}
    )
    found = history(frame, POSTS)
    assert found["goal_id"].unique().tolist() == ["g0"]
    assert found["period_end"].max() == pd.Timestamp("2026-05-18T04:00Z")
    assert len(found) == 3


def test_a_goal_that_ends_in_the_running_period_has_only_closed_ones():
    found = history(goals({"start_date": "2026-06-01", "end_date": "2026-06-09"}), POSTS)
    assert found["period_end"].tolist() == [pd.Timestamp("2026-06-08T04:00Z")]


def test_since_begins_with_the_period_that_holds_the_day():
    found = history(goals(), POSTS, since="2026-05-28")
    assert found["period_start"].dt.strftime("%m-%d").tolist() == ["05-25", "06-01"]


def test_a_goal_without_a_first_day_begins_with_the_frames():
    frame = goals({"start_date": None})
    assert history(frame, POSTS)["period_start"].min() == pd.Timestamp("2026-05-25T04:00Z")
    views = daily([1] * 20, start="2026-05-20")
    assert history(frame, POSTS, views)["period_start"].min() == pd.Timestamp("2026-05-18T04:00Z")
    assert history(frame).empty


def test_days_and_months_are_counted_too_in_the_order_of_the_goals():
    frame = goals(
        {"period": "monthly", "start_date": "2026-04-15"},
        {"period": "daily", "start_date": "2026-06-07"},
    )
    found = history(frame, POSTS)
    assert found["goal_id"].tolist() == ["g0", "g0", "g1", "g1", "g1"]
    assert found["actual"].tolist() == [0, 1, 0, 0, 1]


def test_what_the_frames_do_not_cover_is_unknown():
    views = daily([5] * 8, start="2026-06-01")
    found = history(goals({"metric": "views", "start_date": "2026-05-25"}), None, views)
    assert found["actual"].isna().tolist() == [True, False]
    assert found["status"].isna().tolist() == [True, False]
    assert found["actual"].iloc[1] == 35


def test_a_day_that_still_filled_when_it_was_loaded_closes_no_period():
    views = daily([5] * 7, start="2026-06-01", partial_last=True)
    found = history(goals({"metric": "views", "start_date": "2026-06-01"}), None, views)
    assert found["actual"].isna().all()


def test_an_empty_frame_gives_a_typed_empty_history():
    empty = history(goals().head(0), POSTS)
    assert empty.dtypes.to_dict() == history(goals(), POSTS).dtypes.to_dict()
    assert empty.empty


def test_the_frame_is_left_unchanged():
    frame = goals({}, {})
    before = frame.copy()
    history(frame, POSTS)
    pd.testing.assert_frame_equal(frame, before)


def test_wrong_arguments_are_refused():
    with pytest.raises(MissingColumnError, match="load_goal_compliance"):
        history(POSTS)
    with pytest.raises(ArgumentError, match="since='soon' is not allowed"):
        history(goals(), POSTS, since="soon")
