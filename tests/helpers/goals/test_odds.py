from __future__ import annotations

import threading

import numpy as np
import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.heavy import heavy
from tests.support.canned import KEY, Canned
from tests.support.goal_frames import NEW_YORK, NOW, daily, goals, judged, videos
from tests.support.waiting import threads_named
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    ChoiceError,
    MissingColumnError,
    NoDataWarning,
)
from trackagoat_pandas.helpers.goals.backtest import (
    backtest_goal_odds,
    calibrate_goal_odds,
    goal_odds_skill,
)
from trackagoat_pandas.helpers.goals.odds import goal_odds
from trackagoat_pandas.helpers.goals.replay import (
    HALF_LIFE_DAYS,
    LOOKBACK_DAYS,
    _weights,
    known_days,
    replay,
)
from trackagoat_pandas.http.session import Session
from trackagoat_pandas.progress import follow

OPTIONS = {"now": NOW, "timezone": NEW_YORK}
VIEWS = daily([100] * 111 + [50], start="2026-02-19", partial_last=True)
# Noon of every day up to today's
POSTS = videos(*pd.date_range("2026-03-01T16:00Z", "2026-06-10T15:00Z", freq="D").astype(str))


def since_monday(*values, **options):
    """Gains from 8 June on, of which the last day was running."""
    return daily(values, start="2026-06-08", partial_last=True, **options)


def views_goals(*targets, **shared):
    rows = [{"metric": "views", "target_value": target, **shared} for target in targets]
    return goals(*rows)


def test_after_ctrl_c_no_forecast_goes_on():
    def press(what, done, total):
        if done == 3:
            raise KeyboardInterrupt

    client = tgp.connect(KEY, base_url="http://127.0.0.1/api/v1", transport=Canned({}))
    follow(Session(client, stop=threading.Event(), progress=press))
    try:
        with pytest.raises(KeyboardInterrupt) as pressed:
            backtest_goal_odds(goals({"period": "daily"}), POSTS, **OPTIONS)
        left = threads_named("trackagoat-odds")
    finally:
        follow(None)
    assert left == set(), pressed


def test_the_odds_of_a_steady_creator_are_clear():
    # 250 are done; 450 will come in the 4.5 days that are left.
    found = goal_odds(views_goals(690, 720, 240), None, VIEWS, **OPTIONS)
    assert found["missing"].tolist() == [440, 470, 0]
    assert found["days_left"].tolist() == [4.5] * 3
    likely, unlikely, reached = found["chance"].tolist()
    assert likely > 0.95
    assert unlikely < 0.05
    assert reached == 1
    assert found["reason"].isna().all()


@pytest.mark.parametrize(
    ("goal", "rows", "history_days", "required_days", "reason"),
    [
        ({"target_value": 690}, 28, 27, 28, "too_little_history"),
        ({"target_value": 690}, 29, 28, 28, "too_few_forecasts"),
        ({"target_value": 690}, 94, 93, 28, "too_few_forecasts"),
        ({"target_value": 690}, 112, 111, 28, None),
        ({"target_value": 3_000, "period": "monthly"}, 112, 111, 41, "too_few_forecasts"),
    ],
)
def test_a_chance_needs_28_days_of_history_twice_the_time_left_and_ten_past_forecasts(
    goal, rows, history_days, required_days, reason
):
    frame = goals({"metric": "views", **goal})
    found = goal_odds(frame, None, VIEWS.iloc[-rows:], **OPTIONS).iloc[0]
    assert (found["history_days"], found["required_days"]) == (history_days, required_days)
    assert pd.isna(found["chance"]) == (reason is not None)
    assert found["reason"] == reason if reason else pd.isna(found["reason"])


@pytest.mark.parametrize(
    ("goal", "reason"),
    [
        ({"end_date": "2026-05-20"}, "period_over"),
        ({"start_date": "2026-07-01"}, "not_started"),
        ({"metric": "posts"}, "unknown_actual"),
        ({"target_value": None}, "unknown_target"),
        ({"creator_id": "b"}, "unknown_actual"),
    ],
)
def test_there_is_a_reason_where_there_is_no_chance(goal, reason):
    frame = goals({"metric": "views", "target_value": 700, **goal})
    of_others = daily([1], metric="posts", creator="c")
    found = goal_odds(frame, None, pd.concat([VIEWS, of_others]), **OPTIONS).iloc[0]
    assert found["reason"] == reason
    assert pd.isna(found["chance"])


def test_what_only_the_goals_frame_says_was_done_is_kept_and_the_reason_is_the_history():
    week = {"metric": "views", "target": 700, "target_value": 700, "status": "on_track"}
    frame = judged(
        {**week, "actual": 250},
        {**week, "actual": 750},
        {**week, "actual": None},
        {**week, "actual": 250, "period_start": "2026-06-01T04:00:00Z"},  # of another period
        {**week, "actual": 250, "hours_until_period_end": 90.0},  # as it was before
    )
    with pytest.warns(NoDataWarning, match="These frames don.t cover views since"):
        found = goal_odds(frame, POSTS, timezone=NEW_YORK)
    reasons = found["reason"].astype("object").fillna("").tolist()
    assert reasons == ["too_little_history", "", *["unknown_actual"] * 3]
    assert found["actual"].tolist() == [250, 750, pd.NA, pd.NA, pd.NA]
    assert found["missing"].tolist() == [450, 0, pd.NA, pd.NA, pd.NA]
    assert found["chance"].tolist() == [pd.NA, 1, pd.NA, pd.NA, pd.NA]
    assert found["status"].isna().tolist() == [False, False, True, True, True]


def test_a_part_of_the_last_post_counts_with_that_part():
    found = goal_odds(goals({"target_value": 7}, {"target_value": 9}), POSTS, **OPTIONS)
    assert found["actual"].tolist() == [2, 2]
    # Half of a day and four whole ones bring four and a half, so the fifth is open.
    assert found["chance"].tolist() == pytest.approx([0.5, 0.03], abs=0.03)


@pytest.mark.parametrize("metric", ["posts", "views", "engagement"])
def test_what_cannot_fall_and_is_reached_is_certain(metric):
    parts = ["likes", "comments", "shares", "saves"] if metric == "engagement" else ["views"]
    gained = pd.concat([VIEWS.assign(metric=part) for part in parts])
    frame = goals({"metric": metric, "target_value": 2}, {"metric": metric, "target_value": 1})
    found = goal_odds(frame, POSTS, gained, **OPTIONS)
    assert found["chance"].tolist() == [1.0, 1.0]
    assert found["missing"].tolist() == [0, 0]


def test_what_was_never_near_has_hardly_a_chance_and_without_history_there_is_none():
    frame = goals({"target_value": 1_000}, {"metric": "views", "target_value": 10**9})
    chance = goal_odds(frame, POSTS, VIEWS, **OPTIONS)["chance"]
    assert chance.between(0, 0.05, inclusive="neither").all()
    others = POSTS.assign(creator_id="b")
    found = goal_odds(frame, others, since_monday(100, 100, 50), **OPTIONS)
    assert found["actual"].tolist() == [0, 250]
    assert found["chance"].isna().all()
    assert found["reason"].tolist() == ["too_little_history"] * 2
    assert found["history_days"].tolist() == [0, 2]


def test_the_chance_rises_with_what_is_done():
    # Today's posts count as done, and are no whole day of history yet.
    chances = []
    for today in range(8):
        extra = videos(*["2026-06-10T13:00Z"] * today)
        found = goal_odds(goals(target_value=9), pd.concat([POSTS, extra]), **OPTIONS).iloc[0]
        assert found["actual"] == 2 + today
        chances.append(found["chance"])
    assert chances == sorted(chances)
    assert chances[0] < 0.1
    assert chances[-1] == 1


def test_the_day_on_which_clocks_change_is_shorter():
    # On 8 March 2026 noon is 11 hours after midnight, and 12 of 23 hours are left. They bring 52.2
    # of 100; half of a day would bring but 50.
    views = daily([100] * 111 + [48], start="2025-11-17", partial_last=True)
    now = {"now": "2026-03-08T16:00:00Z", "timezone": NEW_YORK}
    found = goal_odds(views_goals(648 + 52, 648 + 54), None, views, **now)
    assert found["days_left"].tolist() == [0.5, 0.5]
    assert found["chance"].iloc[0] > 0.95
    assert found["chance"].iloc[1] < 0.05


@pytest.mark.parametrize("function", [goal_odds, backtest_goal_odds])
def test_goals_have_the_same_odds_whichever_other_metrics_and_periods_there_are(function):
    dice = np.random.default_rng(3)
    noisy = VIEWS.assign(value=dice.integers(0, 300, len(VIEWS)).astype(float))
    kinds = ("posts", "daily"), ("posts", "weekly"), ("views", "daily"), ("views", "weekly")
    frame = goals(
        *[
            {"metric": metric, "period": period, "target_value": target, "creator_id": creator}
            for (metric, period), target in zip(kinds, (1, 6, 150, 900), strict=True)
            for target in (target, target * 1.2)
            for creator in ("a", "b")
        ],
        start_date="2026-04-20",
    )
    together = function(frame, POSTS, noisy, **OPTIONS)
    alone = pd.concat(
        [
            function(
                frame[(frame["metric"] == metric) & (frame["period"] == period)],
                POSTS,
                noisy,
                **OPTIONS,
            )
            for metric, period in kinds
        ],
        ignore_index=True,
    )
    assert together["chance"].nunique() > 4
    pd.testing.assert_frame_equal(together.reset_index(drop=True), alone)


def test_days_before_the_last_395_change_no_odds_and_fewer_are_noted():
    dice = np.random.default_rng(4)
    long = daily(dice.integers(0, 300, 600).astype(float), start="2024-10-19", partial_last=True)
    frame = views_goals(800, 1_000, 1_200)
    whole, cut, short = (
        goal_odds(frame, None, long.iloc[-days:], **OPTIONS) for days in (600, 396, 113)
    )
    pd.testing.assert_frame_equal(whole, cut)
    assert "note" not in cut.attrs.get("trackagoat", {})
    assert (short["chance"] != cut["chance"]).all()
    note = short.attrs["trackagoat"]["note"]
    assert note.startswith("Odds made from 113 days of analytics; with up to 396 they may differ:")
    assert "['views'], dates=('2025-05-11', '2026-06-10'), clip=True)" in note


def test_where_the_data_or_the_plan_begin_no_earlier_days_are_advised():
    short = VIEWS.iloc[-60:].copy()
    first = str(short["date"].min().date())
    for facts, said in (
        ({"data_since": "2026-05-01"}, None),
        ({"data_since": "2026-01-01"}, "with up to 396 they may differ"),
        ({"kept_since": first}, "of the 396 days of analytics that can be used: the plan keeps"),
        ({"kept_since": "2026-01-01"}, "with up to 396 they may differ"),
    ):
        short.attrs["trackagoat"] = facts
        note = (
            goal_odds(views_goals(690), None, short, **OPTIONS)
            .attrs.get("trackagoat", {})
            .get("note")
        )
        assert (note is None) if said is None else (said in note)


def test_followers_that_were_reached_can_be_lost_again():
    losing = daily([-10] * 111 + [-5], start="2026-02-19", metric="followers", partial_last=True)
    frame = goals({"metric": "followers", "target_value": -30})
    found = goal_odds(frame, None, losing, **OPTIONS).iloc[0]
    assert found["actual"] == -25
    assert found["chance"] < 0.05


def test_a_past_day_is_seen_without_what_came_after():
    later = VIEWS.assign(value=VIEWS["value"].where(VIEWS["date"] < "2026-06-04", 9_999))
    for frame in (VIEWS, later):
        found = goal_odds(
            views_goals(690), None, frame, reference_date="2026-06-03", **OPTIONS
        ).iloc[0]
        assert found["actual"] == 300
        assert found["chance"] > 0.9


def test_a_back_test_forecasts_every_closed_period_from_inside():
    frame = views_goals(690, 710, start_date="2026-04-27")
    found = backtest_goal_odds(frame, None, VIEWS, **OPTIONS)
    assert len(found) == 2 * 6
    assert (found["made_at"] - found["period_start"]).unique().tolist() == [pd.Timedelta(days=3)]
    assert found["is_hit"].tolist() == [True] * 6 + [False] * 6
    assert found["chance"].iloc[:6].min() > 0.9
    assert found["chance"].iloc[6:].max() < 0.1
    assert found["missing"].tolist() == [390] * 6 + [410] * 6


def test_a_back_tests_forecast_is_what_the_odds_were_on_that_day():
    frame = views_goals(690, start_date="2026-06-01")
    noisy = VIEWS.assign(value=np.arange(len(VIEWS)) * 37 % 100 + 50)
    past = backtest_goal_odds(frame, None, noisy, **OPTIONS)["chance"].tolist()
    then = goal_odds(frame, None, noisy, reference_date="2026-06-03", **OPTIONS)["chance"].tolist()
    assert past == then


def test_what_came_after_a_forecast_changes_nothing_of_it():
    frame = views_goals(690, 720, start_date="2026-03-02")
    noisy = VIEWS.assign(value=np.arange(len(VIEWS)) * 37 % 100 + 50)
    later = noisy.assign(value=noisy["value"].where(noisy["date"] < "2026-05-25", 9_999))
    found, other = (backtest_goal_odds(frame, None, each, **OPTIONS) for each in (noisy, later))
    is_before = found["made_at"] < "2026-05-25T12:00Z"
    assert found.loc[is_before, "chance"].notna().sum() > 2
    pd.testing.assert_series_equal(found["chance"][is_before], other["chance"][is_before])
    assert (found["past_hit_rate"].tail(1) != other["past_hit_rate"].tail(1)).all()


def test_a_back_test_says_why_a_forecast_was_impossible():
    found = backtest_goal_odds(views_goals(690, start_date="2026-02-16"), None, VIEWS, **OPTIONS)
    reasons = ["unknown_actual"] + ["too_little_history"] * 3 + ["too_few_forecasts"] * 10
    assert found["reason"].dropna().tolist() == reasons
    assert pd.isna(found["is_hit"].iloc[0])


def test_a_daily_goal_is_forecast_at_the_days_start():
    frame = views_goals(90, period="daily", start_date="2026-06-08")
    found = backtest_goal_odds(frame, None, VIEWS, passed=0.99, **OPTIONS)
    assert (found["made_at"] == found["period_start"]).all()


FORECASTS = pd.DataFrame(
    {
        "metric": ["posts", "posts", "views", "views", "views", "views"],
        "chance": pd.array([0.1, 0.3, 0.9, 1.0, None, 0.5], "Float64"),
        "is_hit": pd.array([False, True, True, True, True, None], "boolean"),
    }
)


def test_calibration_compares_chances_with_what_came_true():
    found = calibrate_goal_odds(FORECASTS, bins=2)
    assert found["forecasts"].tolist() == [2, 1]
    assert found["mean_chance"].tolist() == [pytest.approx(0.2), pytest.approx(0.9)]
    assert found["hit_rate"].tolist() == [0.5, 1.0]
    # Wilson's interval of 1 of 2 is 0.0945 to 0.9055, that of 1 of 1 is 0.2065 to 1.
    assert found["hit_rate_low"].tolist() == pytest.approx([0.09453, 0.20655], abs=1e-4)
    assert found["hit_rate_high"].tolist() == pytest.approx([0.90547, 1.0], abs=1e-4)
    empty = calibrate_goal_odds(FORECASTS.head(1))
    assert empty["forecasts"].tolist() == [1, 0, 0, 0, 0]
    assert empty["hit_rate_low"].isna().tolist() == [False, True, True, True, True]


def test_the_brier_score_is_the_mean_squared_error():
    [row] = goal_odds_skill(FORECASTS).to_dict("records")
    assert row["forecasts"] == 3
    assert row["brier"] == pytest.approx((0.01 + 0.49 + 0.01) / 3)
    assert row["base_brier"] == pytest.approx(2 / 9)
    assert row["skill"] == pytest.approx(1 - 0.17 / (2 / 9))
    [row] = goal_odds_skill(FORECASTS.head(0)).to_dict("records")
    assert row["forecasts"] == 0
    assert pd.isna(row["brier"])


def test_scores_come_by_metric_and_no_skill_where_all_outcomes_are_the_same():
    found = goal_odds_skill(FORECASTS, by="metric")
    assert found["metric"].tolist() == ["posts", "views"]
    assert found["forecasts"].tolist() == [2, 1]
    assert found["skill"].isna().tolist() == [False, True]
    assert goal_odds_skill(FORECASTS.head(0), by="metric").empty


@pytest.mark.parametrize("function", [goal_odds, backtest_goal_odds])
def test_empty_frames_give_typed_empty_ones(function):
    full = function(views_goals(690), None, VIEWS, **OPTIONS)
    empty = function(views_goals(690).head(0), POSTS.head(0), VIEWS.head(0), **OPTIONS)
    assert empty.empty
    assert empty.dtypes.to_dict() == full.dtypes.to_dict()


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: goal_odds(POSTS, **OPTIONS), MissingColumnError, "load_goal_compliance"),
        (lambda: backtest_goal_odds(goals(), POSTS, passed=1, **OPTIONS), ArgumentError,
         "passed=1 is not allowed: it must be less than 1"),
        (lambda: backtest_goal_odds(goals(), POSTS, passed=-0.1, **OPTIONS), ArgumentError,
         "passed=-0.1 is not allowed"),
        (lambda: backtest_goal_odds(goals(), POSTS, passed=True, **OPTIONS), ArgumentTypeError,
         "passed can't be of type bool: it takes a number"),
        (lambda: calibrate_goal_odds(POSTS), MissingColumnError, "backtest_goal_odds"),
        (lambda: calibrate_goal_odds(FORECASTS, bins=0), ArgumentError, "at least 1"),
        (lambda: goal_odds_skill(FORECASTS, by="creator"), ChoiceError, "'metric', 'period'"),
        (lambda: goal_odds_skill(FORECASTS, by="period"), MissingColumnError,
         r"no columns? .*'period'"),
    ],
)  # fmt: skip
def test_wrong_arguments_are_refused(call, error, match):
    with pytest.raises(error, match=match):
        call()


NO_FOLLOWERS = (
    "ignore:These frames don.t cover (engagement|followers|engagement and followers) since"
)
"""Posts and views are all that is loaded here."""


@pytest.mark.filterwarnings(NO_FOLLOWERS)
@pytest.mark.parametrize("backend", ["numpy_nullable", "pyarrow"])
def test_the_sandboxs_odds_are_better_than_guessing_and_come_true_as_they_say(client, backend):
    project = "Q1 Brand Program"
    creators = tgp.load_creators(project, client=client)
    goals_ = tgp.load_goal_compliance(project, dtype_backend=backend, client=client)
    posts = tgp.load_videos(project, dtype_backend=backend, client=client)
    views = tgp.load_analytics(
        "creator", creators, "views", dates="2026-01-01..2026-06-15", dtype_backend=backend,
        client=client,
    )  # fmt: skip
    odds = goal_odds(goals_, posts, views)
    # The others are over, have yet to begin, or their creators' weeks differ too much.
    assert odds["chance"].notna().sum() > 10
    assert (odds["chance"].isna() == odds["reason"].notna()).all()
    forecasts = backtest_goal_odds(goals_, posts, views, passed=0.8)
    score, bins = goal_odds_skill(forecasts).iloc[0], calibrate_goal_odds(forecasts)
    assert score["forecasts"] > 90
    assert score["skill"] > 0.1
    enough = bins[bins["forecasts"] >= 25]
    assert len(enough) >= 2
    assert (enough["mean_chance"] - enough["hit_rate"]).abs().max() < 0.2


@heavy
@pytest.mark.filterwarnings(NO_FOLLOWERS)
def test_chances_come_true_about_as_often_as_they_say_in_worlds_not_seen_before():
    parts = []
    for seed in range(201, 205):
        with (
            tgp.sandbox(rate_limit=None, seed=seed) as box,
            tgp.connect(box.key, base_url=box.base_url, rate_limit=None, progress=False) as client,
        ):
            projects = tgp.load_projects(client=client)["id"]
            goals_ = [tgp.load_goal_compliance(project, client=client) for project in projects]
            posts = tgp.load_videos(client=client)
            creators = tgp.load_creators(client=client)
            span = "2025-12-20..2026-06-17"
            views = tgp.load_analytics("creator", creators, "views", dates=span, client=client)
        frames = pd.concat(goals_), posts, views
        now = {"now": "2026-06-18T19:00:00Z", "timezone": NEW_YORK, "since": "2026-01-01"}
        parts += [backtest_goal_odds(*frames, passed=passed, **now) for passed in (0.5, 0.8)]
    forecasts = pd.concat(parts)
    bins = calibrate_goal_odds(forecasts)
    enough = bins[bins["forecasts"] >= 100]
    assert enough["forecasts"].sum() > 1_500
    assert len(enough) >= 4
    assert (enough["mean_chance"] - enough["hit_rate"]).abs().max() < 0.1
    assert goal_odds_skill(forecasts)["skill"].iloc[0] > 0.1


@pytest.mark.parametrize("measure", [calibrate_goal_odds, goal_odds_skill])
@pytest.mark.parametrize(
    ("column", "values"), [("chance", [20.0]), ("chance", [-0.1]), ("is_hit", ["maybe"])]
)
def test_what_is_no_chance_and_no_outcome_is_refused(measure, column, values):
    made = pd.DataFrame({"chance": [0.5], "is_hit": [True]}).assign(**{column: values})
    with pytest.raises(ArgumentError, match=column):
        measure(made)


def test_a_chance_at_an_edge_is_in_the_bin_that_begins_there():
    chances = [0.29, 0.57, 0.58, 0.07]
    made = pd.DataFrame({"chance": chances, "is_hit": True})
    found = calibrate_goal_odds(made, bins=100)
    held = found[found["forecasts"] > 0]
    assert held["chance_from"].tolist() == sorted(chances)
    assert held["mean_chance"].tolist() == sorted(chances)


def history(*values):
    """One row that ends with these days; NaN before."""
    row = np.full(LOOKBACK_DAYS, np.nan)
    row[LOOKBACK_DAYS - len(values) :] = values
    return row[None, :]


def chance(past, needed, days, **options):
    """The chance of the first series of a program."""
    return replay(past, days, **options).chances(np.array([0]), np.array([float(needed)]))[0]


ONE_A_DAY = history(*[1.0] * LOOKBACK_DAYS)
EVERY_OTHER = history(*[0.0, 1.0] * (LOOKBACK_DAYS // 2))
SATURDAYS = [1.0 if day % 7 == 0 else 0.0 for day in range(LOOKBACK_DAYS)]
RARE_RISES = [30.0 if day in (50, 80, LOOKBACK_DAYS - 1) else 10.0 for day in range(LOOKBACK_DAYS)]


def quarter(value):
    return [value] * (LOOKBACK_DAYS // 2)


@pytest.mark.parametrize(
    ("past", "needed", "days", "low", "high"),
    [
        # What always happened is nearly sure and never quite.
        (ONE_A_DAY, 1, 1, 0.98, 1),
        (ONE_A_DAY, 3, 1, 0, 0.02),
        # Of few long stretches no chance is near 0 or 1.
        (ONE_A_DAY, 28, 28, 0.85, 0.96),
        (ONE_A_DAY, 60, 28, 0.04, 0.15),
        # In half of a day, one a day brings half a unit.
        (ONE_A_DAY, 1, 0.5, 0.49, 0.51),
        (EVERY_OTHER, 1, 1, 0.47, 0.53),
        # The history's first day and the day after it are the same weekday, the last is another.
        (history(*SATURDAYS), 1, 1, 0.7, 1),
        (history(*SATURDAYS[1:], SATURDAYS[0]), 1, 1, 0, 0.1),
        # Recent days count for more than old ones.
        (history(*quarter(0.5), *quarter(2.0)), 1.9, 1, 0.7, 1),
        (history(*quarter(2.0), *quarter(0.5)), 1.9, 1, 0, 0.5),
        # A rise goes on where rises went on: the level stayed for weeks, or for a day.
        (history(*np.roll(np.repeat([10.0, 30.0] * 4, LOOKBACK_DAYS // 8), 11)), 20, 1, 0.7, 1),
        (history(*RARE_RISES), 20, 1, 0, 0.2),
    ],
)
def test_a_chance_follows_what_happened_before(past, needed, days, low, high):
    assert low < chance(past, needed, days) < high


def test_a_chance_is_worked_out_by_hand():
    # 28 equal days, one left: 25 stretches have three days before them, and all would bring it.
    weights = 0.5 ** (np.arange(25) / 120)
    side_by_side = weights.sum() ** 2 / (weights**2).sum()
    expected = (side_by_side + 4 + 0.5) / (side_by_side + 4 + 1)
    assert chance(history(*[1.0] * 28), 1, 1) == pytest.approx(expected)


def test_a_series_that_varies_much_is_drawn_to_the_programs_mean():
    dice = np.random.default_rng(6)
    others = dice.poisson(1.0, (20, LOOKBACK_DAYS)).astype(float)
    lucky = np.concatenate([history(*[*[0.0] * 84, *dice.poisson(1.6, 28)]), others])
    lucky[0, :84] = np.nan
    alone, among = replay(lucky[:1], 7).expected[0], replay(lucky, 7).expected[0]
    assert 7 < among < alone


def test_ten_times_the_gains_are_expected_of_ten_times_the_history():
    dice = np.random.default_rng(2)
    # Levels that rise and fall to many times what they were, also at the end.
    levels = np.exp(dice.normal(3, 1.5, (8, LOOKBACK_DAYS // 20 + 1)))
    gains = dice.poisson(np.repeat(levels, 20, axis=1)[:, :LOOKBACK_DAYS]).astype(float)
    for days in (1.0, 7.0):
        found, tenfold = replay(gains, days), replay(10 * gains, days)
        np.testing.assert_allclose(tenfold.expected, 10 * found.expected, rtol=1e-6)


def test_a_past_is_uneven_as_far_as_its_weeks_differ_and_more_so_for_a_longer_time_left():
    assert replay(ONE_A_DAY, 7).unevenness.tolist() == [0.0]
    weeks = [week for pair in range(8) for week in ([2.0] + [0.0] * 6, [0.0] * 7)]
    past = history(*np.concatenate(weeks))
    uneven = np.std([0, 2] * 8, ddof=1)  # of a mean of 1
    found = [replay(past, days).unevenness[0] for days in (1, 7, 14, 28)]
    assert found == pytest.approx([0, uneven, uneven, uneven * 2])


@pytest.mark.parametrize(
    ("days", "known"),
    [
        ((0.0, 0.0, 1.0, 0.0), 2),  # nothing before the first that brought anything
        ((1.0, np.nan, 1.0, 1.0), 2),  # a gap ends it
        ((1.0, np.nan), 0),
        ((0.0, 0.0), 0),
        ((), 0),
    ],
)
def test_history_is_the_unbroken_run_of_days_up_to_now(days, known):
    assert known_days(history(*days)).tolist() == [known]


def test_days_before_a_gap_change_nothing():
    gap = history(*[99.0] * 50, np.nan, *[1.0] * 30)
    assert chance(gap, 2, 1) == chance(history(*[1.0] * 30), 2, 1)


def test_a_past_stretch_weighs_half_as_much_as_one_that_is_a_half_life_newer():
    gains, starts = np.full((1, 28), 100.0), LOOKBACK_DAYS - np.array([7, 70, 140])
    newest, middle, oldest = _weights(gains, starts, 7)[0]
    assert (newest, middle) == pytest.approx((1.0, 0.5 ** (63 / HALF_LIFE_DAYS)))
    assert oldest < middle
