from __future__ import annotations

import pandas as pd
import pytest

from tests.support.goal_frames import NEW_YORK, NOW, daily, goals, videos
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    ContractWarning,
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


@pytest.mark.parametrize(
    ("options", "actual", "percentage", "pace", "status", "hours_until_end"),
    [
        ({}, 2, 50, 1.4, "on_track", 108),  # 2.5 of 7 days have passed
        ({"reference_date": "2026-06-09"}, 2, 50, 1.75, "on_track", 120),
        # The period holds its first instant, and not the one after its last.
        ({"reference_date": "2026-06-14"}, 3, 75, 0.75, "missed", 0),
    ],
)
def test_a_goal_is_judged_as_of_now_or_of_the_end_of_a_past_day(
    options, actual, percentage, pace, status, hours_until_end
):
    now = "2026-07-01T00:00Z" if options else NOW
    found = evaluate(goals(), WEEK, now=now, **options)
    assert (found["actual"], found["percentage"], found["status"]) == (actual, percentage, status)
    assert found["pace"] == pytest.approx(pace)
    name = "hours_until_period_end" if hours_until_end else "hours_since_period_end"
    assert found[name] == hours_until_end


@pytest.mark.parametrize(
    "fields",
    [{"status": "pending_review"}, {"status": "excluded"}, {"disabled": True},
     {"creator": None}, {"creator": "b"}],
)  # fmt: skip
def test_what_does_not_count_is_not_counted(fields):
    assert evaluate(goals(), videos("2026-06-09T16:00:00Z", **fields))["actual"] == 0


@pytest.mark.parametrize("status", ["AUTO_TRACKED", "Direct add"])
def test_a_status_in_another_spelling_counts(status):
    assert evaluate(goals(), videos("2026-06-09T16:00:00Z", status=status))["actual"] == 1


@pytest.mark.parametrize(("status", "said"), [("new", "'new' \\(1\\)"), (None, "none \\(1\\)")])
def test_posts_of_a_period_with_a_video_of_unknown_status_are_not_known(status, said):
    posts = videos("2026-06-09T16:00:00Z", status=status)
    with pytest.warns(ContractWarning, match=f"1 of 1 videos.* tracking_status: {said}"):
        found = evaluate(goals(), posts)
    assert found[["actual", "status"]].isna().all()
    with pytest.warns(ContractWarning):  # of another week all is known
        assert evaluate(goals(), posts, reference_date="2026-06-07")["actual"] == 0


def parts_of_engagement():
    numbers = {"likes": 1, "comments": 10, "shares": 100, "saves": 1000}
    return [since_monday([number] * 3, metric=name) for name, number in numbers.items()]


def since_monday(values, **options):
    """Gains from 8 June on, of which the last day was running."""
    return daily(values, **{"start": "2026-06-08", "partial_last": True, **options})


ONE_TWO_THREE = since_monday([1, 2, 3])


@pytest.mark.parametrize(
    ("metric", "parts", "actual"),
    [
        ("views", [daily([999] * 7 + [10, 20, 5], partial_last=True)], 35),  # from 1 June on
        ("engagement", parts_of_engagement(), 3333),
        ("posts", [since_monday([1, 0, 2], metric="posts")], 3),
        # Of repeated rows for a day the complete one counts, then the last.
        ("views", [ONE_TWO_THREE, daily([5], start="2026-06-09")], 9),
        ("views", [daily([5], start="2026-06-09"), since_monday([7], start="2026-06-09"),
                   ONE_TWO_THREE.iloc[[0, 2]]], 9),
        # Other kinds of series are not summed in.
        ("views", [ONE_TWO_THREE, ONE_TWO_THREE.assign(series_kind="prior_period"),
                   ONE_TWO_THREE.assign(entity="video")], 6),
    ],
)  # fmt: skip
def test_what_analytics_know_is_summed_over_the_days_of_the_period(metric, parts, actual):
    assert evaluate(goals({"metric": metric}), None, pd.concat(parts))["actual"] == actual


UNKNOWN = ["actual", "percentage", "status", "pace"]


@pytest.mark.parametrize(
    "views",
    [
        since_monday([1, 2], start="2026-06-09"),  # Monday is missing
        since_monday([1, None, 2]),
        daily([1, 2], start="2026-06-08"),  # today is missing
        daily([1, 2, 3], start="2026-06-08"),  # today is whole: the numbers are of later
        since_monday([1, 2]),  # of yesterday noon
    ],
)
def test_what_the_frames_do_not_cover_is_unknown_and_never_zero(views):
    assert pd.isna(evaluate(goals({"metric": "views"}), None, views)[UNKNOWN]).all()


@pytest.mark.parametrize(
    ("metric", "analytics"),
    [
        ("views", since_monday([1, 2, 3], creator="b")),
        ("engagement", pd.concat(parts_of_engagement()[:3])),
        ("posts", None),
    ],
)
def test_goals_of_which_the_frames_say_nothing_are_unknown_but_for_their_period(metric, analytics):
    with pytest.warns(NoDataWarning, match=f"These frames don.t cover {metric} since"):
        found = evaluate(goals({"metric": metric}), None, analytics)
    assert pd.isna(found[UNKNOWN]).all()
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
    assert message.startswith(
        "These frames don't cover posts, views, engagement and followers since "
    )
    assert message.count("tgp.load_") == 2
    assert "pass videos=tgp.load_videos(project) and analytics=tgp.load_analytics(" in message
    assert "['views', 'likes', 'comments', 'shares', 'saves', 'followers']" in message


@pytest.mark.parametrize("judge", EVERY_JUDGE)
def test_only_what_is_missing_is_named(judge):
    frame = goals({}, {"metric": "followers"}, {"metric": "views"})
    views = daily([1] * 10, partial_last=True)
    with pytest.warns(NoDataWarning, match=r"cover followers since .*\['followers'\]") as warned:
        judge(frame, WEEK, views, **OPTIONS)
    assert "load_videos" not in str(warned[0].message)


def test_goals_that_need_no_numbers_yet_are_judged_in_silence():
    ahead = goals({"start_date": "2026-07-01"}, {"start_date": "2026-07-01", "metric": "views"})
    assert evaluate(ahead)["actual"] == 0


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
    assert not found["period_recently_ended"]


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


def test_a_running_periods_flag_is_one_sentence():
    found = evaluate(goals(), WEEK)
    assert found["messages"] == '["The period is still running: the count can rise."]'
    assert bool(found["has_advisory"])


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


@pytest.mark.parametrize(
    ("options", "error", "match"),
    [
        ({"timezone": None}, ArgumentError, "`timezone` is required"),
        ({"now": None}, ArgumentError, "`now` is required"),
        ({"now": "2026-06-10T16:00"}, ArgumentError, "an instant needs its offset"),
        ({"now": "noon"}, ArgumentError, "an instant as"),
        ({"now": 5}, ArgumentTypeError, "an instant with its offset"),
        ({"timezone": "Atlantis"}, ArgumentError, "IANA time zone"),
    ],
)
def test_an_instant_and_a_time_zone_must_be_known(options, error, match):
    with pytest.raises(error, match=match):
        evaluate_goals(goals(), WEEK, **{**OPTIONS, **options})


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


@pytest.mark.parametrize(
    ("frames", "match"),
    [
        ((WEEK,), "load_goal_compliance"),
        ((goals(), goals()), "load_videos"),
        ((goals(), None, WEEK), "load_analytics"),
    ],
)
def test_a_wrong_frame_is_refused_with_the_loader_that_has_the_columns(frames, match):
    with pytest.raises(MissingColumnError, match=match):
        evaluate(*frames)


@pytest.mark.parametrize("judge", [evaluate_goals, goal_history])
def test_an_empty_frame_gives_a_typed_empty_one(judge):
    full = judge(goals(), WEEK, daily([1]), **OPTIONS)
    empty = judge(goals().head(0), WEEK.head(0), daily([1]).head(0), timezone=NEW_YORK)
    assert len(empty) == 0
    assert empty.dtypes.to_dict() == full.dtypes.to_dict()


def test_the_frames_are_left_unchanged_and_the_index_is_kept():
    frames = goals({}, {}).set_axis([7, 3]), WEEK.copy(), daily([1, 2])
    before = [frame.copy() for frame in frames]
    assert evaluate_goals(*frames, **OPTIONS).index.tolist() == [7, 3]
    goal_history(*frames, **OPTIONS)
    for frame, copy in zip(frames, before, strict=True):
        pd.testing.assert_frame_equal(frame, copy)


@pytest.mark.parametrize("judge", EVERY_JUDGE)
def test_a_repeated_video_is_one_post(judge):
    posts = videos("2026-06-08T16:00:00Z", "2026-06-09T16:00:00Z").assign(id=["v1", "v2"])
    once, twice = (judge(goals(), each, **OPTIONS) for each in (posts, pd.concat([posts, posts])))
    pd.testing.assert_frame_equal(once, twice)


def test_of_a_repeated_video_the_row_updated_last_says_whether_it_counts():
    posts = videos("2026-06-08T16:00:00Z", "2026-06-08T16:00:00Z").assign(
        id="v1",
        tracking_status=["pending_review", "included"],
        updated_at=["2026-06-09T00:00:00Z", "2026-06-08T00:00:00Z"],
    )
    assert evaluate_goals(goals(), posts, **OPTIONS)["actual"].tolist() == [0]


def test_a_repeated_goal_is_judged_once():
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
    assert found["actual"].tolist() == [1, 2]
    assert found["status"].tolist() == ["missed", "completed"]
    assert found["percentage"].tolist() == [50, 100]
    assert found["pace"].tolist() == [0.5, 1.0]


@pytest.mark.parametrize(
    ("goal", "frames", "since", "starts"),
    [
        ({"start_date": "2026-05-27"}, [POSTS], None, ["05-25", "06-01"]),
        ({}, [POSTS], "2026-05-28", ["05-25", "06-01"]),
        ({"start_date": "2026-05-01", "end_date": "2026-05-12"}, [POSTS], None,
         ["04-27", "05-04", "05-11"]),
        ({"start_date": "2026-06-20"}, [POSTS], None, []),
        ({"start_date": "2026-06-01", "end_date": "2026-06-09"}, [POSTS], None, ["06-01"]),
        # Without a first day, that of the frames
        ({"start_date": None}, [POSTS], None, ["05-25", "06-01"]),
        ({"start_date": None}, [POSTS, daily([1] * 20, start="2026-05-20")], None,
         ["05-18", "05-25", "06-01"]),
        ({"start_date": None}, [], None, []),
    ],
)  # fmt: skip
def test_a_history_has_the_closed_periods_from_the_first_day_to_the_last(
    goal, frames, since, starts
):
    found = history(goals(goal), *frames, since=since)
    assert found["period_start"].dt.strftime("%m-%d").tolist() == starts


def test_days_and_months_are_counted_too_in_the_order_of_the_goals():
    frame = goals(
        {"period": "monthly", "start_date": "2026-04-15"},
        {"period": "daily", "start_date": "2026-06-07"},
    )
    found = history(frame, POSTS)
    assert found["goal_id"].tolist() == ["g0", "g0", "g1", "g1", "g1"]
    assert found["actual"].tolist() == [0, 1, 0, 0, 1]


@pytest.mark.parametrize(
    ("views", "actual"),
    [
        (daily([5] * 8), [pd.NA, 35]),
        (daily([5] * 7, partial_last=True), [pd.NA, pd.NA]),  # as it still filled when loaded
    ],
)
def test_a_closed_period_that_the_frames_do_not_cover_is_unknown(views, actual):
    found = history(goals({"metric": "views", "start_date": "2026-05-25"}), None, views)
    assert found["actual"].tolist() == actual
    assert (found["status"].isna() == found["actual"].isna()).all()


def test_wrong_arguments_are_refused():
    with pytest.raises(MissingColumnError, match="load_goal_compliance"):
        history(POSTS)
    with pytest.raises(ArgumentError, match="since='soon' is not allowed"):
        history(goals(), POSTS, since="soon")


def test_goals_without_handles_have_the_labels_of_the_analytics():
    views = daily([5.0] * 7, start="2026-06-08").assign(label="ann")
    goal = goals({"metric": "views"}).drop(columns="tiktok_handle", errors="ignore")
    found = evaluate_goals(goal, analytics=views, **OPTIONS)
    assert found["tiktok_handle"].tolist() == ["ann"]
