"""Each part of a program's health, by hand."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.health_worlds import as_loaded, with_standing
from tests.support.payout_frames import accrual, accruals, payment, payments
from trackagoat_pandas.helpers.health.supply import Supply
from trackagoat_pandas.helpers.health.views import find_low_posts

NOW = pd.Timestamp("2026-06-15T16:00:00Z")  # a Monday, noon in New York
TODAY = pd.Timestamp("2026-06-15")


def loaded(frame, name):
    return as_loaded(frame, NOW, name)


def row_of(part, now=NOW, **frames):
    health = tgp.program_health(**frames, now=now.isoformat(), parts=part)
    return health.iloc[0]


def creators(*ids, **columns):
    frame = pd.DataFrame({"id": ids, "tiktok_handle": [f"the.{id_}" for id_ in ids]})
    return loaded(frame.assign(is_active=True).assign(**columns), "creators")


def videos(*posts, views=500):
    """Posts as (creator, days ago, and perhaps views), in New York's evening."""
    rows = [(post[0], post[1], post[2] if len(post) > 2 else views) for post in posts]
    ago = pd.to_timedelta([float(days) for _, days, _ in rows], unit="D")
    frame = pd.DataFrame(
        {
            "id": [f"v{place}" for place in range(len(rows))],
            "creator_id": [creator for creator, _, _ in rows],
            "posted_at": NOW - ago,
            "tracking_status": "included",
            "is_tracking_disabled": False,
            "view_count": pd.array([views for _, _, views in rows], "Int64"),
        }
    )
    return loaded(frame, "videos")


def daily(values_of, days=150):
    """Daily views of creators, the last of them today's, by creator."""
    dates = pd.date_range(TODAY - pd.Timedelta(days=days - 1), TODAY).as_unit("us")
    frames = [
        pd.DataFrame(
            {
                "entity": "creator", "entity_id": creator, "metric": "views", "date": dates,
                "value": pd.array(values, "Float64"), "series_kind": "main",
                "is_partial": dates == TODAY, "is_baseline": False,
            }
        )
        for creator, values in values_of.items()
    ]  # fmt: skip
    return loaded(pd.concat(frames, ignore_index=True), "analytics")


# Cadence


HABIT = [("a", day) for day in range(20, 120, 2)]


@pytest.mark.parametrize(("silent", "status"), [(1, "good"), (7, "good"), (15, "bad"), (19, "bad")])
def test_a_creator_who_posts_every_other_day_is_silent_after_two_weeks(silent, status):
    posts = videos(*((who, day - 20 + silent) for who, day in HABIT))
    found = row_of("cadence", videos=posts, creators=creators("a"))
    assert found["status"] == status
    if status == "bad":
        assert "@the.a" in found["evidence"]


def test_a_silence_that_was_there_before_is_none():
    posts = [*HABIT, *(("a", day) for day in range(150, 170, 2))]
    found = row_of("cadence", videos=videos(*posts), creators=creators("a"))
    assert found["status"] == "good"


def test_a_creator_who_isnt_active_is_never_silent():
    posts = videos(*HABIT, *(("b", day) for day in range(0, 90, 3)))
    people = creators("a", "b", is_active=[False, True])
    assert row_of("cadence", videos=posts, creators=people)["status"] == "good"


def test_creators_who_never_posted_are_watched_after_four_weeks():
    posts = videos(*(("b", day) for day in range(0, 90, 3)))
    for ago, status in ((20, "good"), (40, "watch")):
        began = TODAY - pd.Timedelta(days=ago)
        people = creators("a", "b", tracking_start_date=began)
        found = row_of("cadence", videos=posts, creators=people)
        assert found["status"] == status, ago
        assert pd.isna(found["advice"]) == (status == "good")
    assert "1 has never posted. @the.a hasn't posted since" in found["evidence"]


# Views


def noisy(level, last=1.0, days=150, seed=0):
    dice = np.random.default_rng(seed)
    values = level * np.exp(dice.normal(0, 0.2, days))
    values[-15:] *= last
    return values.round()


@pytest.mark.parametrize(
    ("factor", "status"), [(1.0, "good"), (0.95, "good"), (0.75, "watch"), (0.5, "bad")]
)
def test_a_fall_of_all_creators_is_seen_and_how_large_it_is(factor, status):
    names = [f"c{place}" for place in range(8)]
    analytics = daily({name: noisy(1_000, factor, seed=at) for at, name in enumerate(names)})
    posts = videos(*((name, day) for name in names for day in range(5, 120, 7)))
    found = row_of("views", analytics=analytics, videos=posts, creators=creators(*names))
    assert found["status"] == status, found["evidence"]
    assert "(last 14 days against the 56 before)" in found["evidence"]
    assert found["evidence"].startswith("Creators had ")
    if status in ("watch", "bad"):
        assert TODAY - pd.Timedelta(days=16) <= found["since"] <= TODAY


@pytest.mark.parametrize(("number", "status"), [(4, "unknown"), (5, "bad")])
def test_a_fall_is_judged_from_five_creators_on(number, status):
    names = [f"c{place}" for place in range(number)]
    analytics = daily({name: noisy(1_000, 0.5, seed=at) for at, name in enumerate(names)})
    posts = videos(*((name, day) for name in names for day in range(5, 120, 7)))
    found = row_of("views", analytics=analytics, videos=posts, creators=creators(*names))
    assert found["status"] == status, found["evidence"]


def test_one_giant_alone_is_no_program():
    names = [f"c{place}" for place in range(8)]
    series = {name: noisy(1_000, seed=at) for at, name in enumerate(names)}
    series["c0"] = noisy(9_000_000, 0.2)
    posts = videos(*((name, day) for name in names for day in range(5, 120, 7)))
    found = row_of("views", analytics=daily(series), videos=posts, creators=creators(*names))
    assert found["status"] == "good"


def test_a_slump_is_seen_by_the_posts_of_the_creator():
    names = [f"c{place}" for place in range(8)]
    analytics = daily({name: noisy(1_000, seed=at) for at, name in enumerate(names)})
    dice = np.random.default_rng(5)
    posts = [
        (name, day, round(5_000 * np.exp(dice.normal(0, 0.6)) * (0.05 if name == "c3" and day < 40
                                                               else 1)))
        for name in names for day in range(5, 150, 6)
    ]  # fmt: skip
    found = row_of("views", analytics=analytics, videos=videos(*posts), creators=creators(*names))
    assert found["status"] == "bad"
    assert "1 creator of 8 is in a slump" in found["evidence"]
    assert "@the.c3" in found["evidence"]


def test_creators_whose_last_posts_end_no_slump_are_known_beside_those_in_one():
    dice, names = np.random.default_rng(5), [f"c{place}" for place in range(8)]
    factors = {"c3": 0.05, "c4": 0.6, "c5": 0.9}
    posts = [
        (name, day, round(5_000 * np.exp(dice.normal(0, 0.1))
                          * (factors.get(name, 1) if day < 40 else 1)))
        for name in names for day in range(5, 150, 6)
    ]  # fmt: skip
    frames = {"videos": videos(*posts), "creators": creators(*names)}
    low = find_low_posts(Supply(frames, list(frames), NOW, "America/New_York", "USD"))
    assert low[["id", "is_slump"]].to_numpy().tolist() == [["c3", True], ["c4", False]]


def test_views_of_too_few_creators_or_days_are_unknown():
    names = ["a", "b"]
    posts = videos(*((name, day) for name in names for day in range(5, 120, 7)))
    two = daily({name: noisy(1_000) for name in names})
    found = row_of("views", analytics=two, videos=posts, creators=creators(*names))
    assert found["status"] == "unknown"
    short = daily({name: noisy(1_000, days=50) for name in names}, days=50)
    found = row_of("views", analytics=short, videos=posts, creators=creators(*names))
    assert found["status"] == "unknown"
    assert "of the last 70 days" in found["evidence"]


# Over-posting


@pytest.mark.parametrize(
    ("days", "status"),
    [((), "good"), ((29,), "good"), ((9,), "watch"), ((3,), "watch"), ((3, 5), "bad")],
)
def test_over_posting_is_judged_by_the_question(days, status):
    flood = [("a", day + hour / 24, 5) for day in days for hour in range(1, 9)]
    found = row_of("over-posting", videos=videos(("a", 30), *flood), creators=creators("a"))
    assert found["status"] == status
    assert ("@the.a" in found["evidence"]) == (status != "good")
    assert pd.isna(found["advice"]) == (status == "good")


# Goals


def goals(target, *, period="weekly", number=1, metric="posts"):
    frame = pd.DataFrame(
        {
            "creator_id": [f"c{place}" for place in range(number)],
            "tiktok_handle": [f"the.c{place}" for place in range(number)],
            "goal_id": [f"g{place}" for place in range(number)],
            "project_id": "00000000-0000-4000-8000-00000000000a",
            "metric": metric, "period": period, "target_value": float(target),
            "start_date": pd.Timestamp("2025-01-01"), "end_date": pd.NaT, "is_active": True,
        }
    )  # fmt: skip
    return loaded(frame, "goals")


QUIET = daily({"c0": noisy(1_000)})
SATURDAY = pd.Timestamp("2026-06-13T16:00:00Z")


def goals_on(now, posts, target=6, **options):
    frames = {"goals": goals(target, **options), "videos": videos(*posts), "analytics": QUIET}
    frames = {name: as_loaded(frame, now, name) for name, frame in frames.items()}
    return row_of("goals", now=now, **{**frames, "goals": with_standing(frames)})


WEEKS_BEFORE = [("c0", day) for day in np.arange(9, 60, 1.0)]


@pytest.mark.parametrize(
    ("this_week", "status"),
    [(0, "bad"), (2, "bad"), (3, "watch"), (5, "good"), (6, "good")],
)
def test_a_goal_is_bad_watched_or_good_by_its_chance(this_week, status):
    # From Monday to Saturday noon; seven tenths of the week are over.
    posts = [*WEEKS_BEFORE, *(("c0", 2.5 + day) for day in range(this_week))]
    found = goals_on(SATURDAY, posts)
    assert found["status"] == status, found["evidence"]
    assert pd.isna(found["advice"]) == (status == "good")


def test_a_goal_that_was_missed_stays_bad_for_a_week():
    posts = [("c0", day) for day in np.arange(14, 60, 1.0)]
    found = goals_on(NOW, posts)
    assert found["status"] == "bad"
    assert "1 goal was missed in the last 7 days" in found["evidence"]


def test_one_of_30_goals_is_watched():
    posts = [(f"c{who}", day) for who in range(1, 30) for day in np.arange(0, 60, 1.0)]
    found = goals_on(NOW, posts, number=30)
    assert found["status"] == "watch"


def test_a_goal_of_a_metric_that_wasnt_loaded_is_unknown():
    found = goals_on(NOW, WEEKS_BEFORE, metric="engagement")
    assert found["status"] == "unknown"
    assert "1 can't be judged yet" in found["evidence"]


def test_a_goal_that_ended_long_ago_is_neither_missed_nor_unknown():
    ended = goals(6, metric="engagement").assign(end_date=pd.Timestamp("2026-05-10"))
    frames = {"goals": ended, "videos": videos(*WEEKS_BEFORE), "analytics": QUIET}
    frames = {name: as_loaded(frame, NOW, name) for name, frame in frames.items()}
    frames["goals"] = with_standing(frames).assign(actual=2.0)
    assert row_of("goals", **frames)["status"] == "good"


# Sentiment


def comments(*texts_of):
    """Comments by video: how many are negative, how many aren't."""
    rows = [
        (video, text)
        for video, (negative, others) in enumerate(texts_of)
        for text in ["awful, so bad"] * negative + ["where is this from"] * others
    ]
    frame = pd.DataFrame(rows, columns=["video_id", "text"])
    ago = pd.to_timedelta(np.linspace(20, 1, len(frame)), unit="D")
    frame = frame.assign(id=[f"k{place}" for place in range(len(frame))], posted_at=NOW - ago)
    return loaded(frame.astype({"video_id": "str"}), "comments")


@pytest.mark.parametrize(
    ("counts", "status"),
    [
        (((0, 40), (3, 20)), "good"),
        (((5, 6), (0, 40)), "watch"),
        (((40, 10), (0, 40)), "bad"),
        (((9, 0), (0, 40)), "good"),
        (((10, 0), (0, 40)), "bad"),
        (((0, 9),), "unknown"),
        (((0, 10),), "good"),
    ],
)
def test_an_alert_is_watched_and_bad_where_its_interval_is_above_forty(counts, status):
    found = row_of("sentiment", comments=comments(*counts))
    assert found["status"] == status, found["evidence"]


def test_comments_of_no_known_video_are_no_alert():
    both = comments((40, 10), (40, 10))
    both.loc[both["video_id"] == "1", "video_id"] = None
    found = row_of("sentiment", comments=both)
    assert found["evidence"].startswith("1 post is under fire. 50 comments can't be judged.")


def test_comments_that_begin_too_late_are_unknown():
    late = comments((0, 40))
    late.attrs["trackagoat"]["params"] = {"from": "2026-06-01", "to": "2026-06-15"}
    found = row_of("sentiment", comments=late)
    assert found["status"] == "unknown"
    assert "begin later than 28 days ago" in found["evidence"]


# Payouts


def ledger(paid_after, unpaid_for):
    """Weekly accruals of half a year, paid after some days; the last one is unpaid for some."""
    ends = [TODAY - pd.Timedelta(days=unpaid_for + 7 * week) for week in range(26)]
    earned = pd.DataFrame(
        {
            "id": [f"e{week}" for week in range(26)], "creator_id": "a", "structure_id": "s",
            "period_start": [end - pd.Timedelta(days=6) for end in ends], "period_end": ends,
            "created_at": [end.tz_localize("UTC") for end in ends], "amount_cents": 5_000,
            "kind": "accrual", "status": "pending", "structure_version": 1, "project_id": "p",
        }
    )  # fmt: skip
    paid = pd.DataFrame(
        {
            "id": [f"p{week}" for week in range(1, 26)], "creator_id": "a",
            "amount_cents": 5_000, "status": "recorded", "method_id": "m", "method_name": "Bank",
            "paid_at": [
                (end + pd.Timedelta(days=paid_after, hours=16)).tz_localize("UTC")
                for end in ends[1:]
            ],
            "accrual_ids": [json.dumps([f"e{week}"]) for week in range(1, 26)],
        }
    )  # fmt: skip
    return {"accruals": loaded(earned, "accruals"), "payments": loaded(paid, "payments")}


@pytest.mark.parametrize(
    ("paid_after", "unpaid_for", "status"),
    [(5, 3, "good"), (5, 12, "good"), (5, 13, "watch"), (5, 19, "watch"), (5, 20, "bad"),
     (40, 45, "good"), (40, 60, "bad")],
)  # fmt: skip
def test_money_is_late_by_how_long_it_usually_takes(paid_after, unpaid_for, status):
    found = row_of("payouts", **ledger(paid_after, unpaid_for))
    assert found["status"] == status, found["evidence"]
    assert "$50.00" in found["evidence"]


@pytest.mark.parametrize(("unpaid_for", "status"), [(30, "good"), (31, "watch"), (61, "bad")])
def test_without_a_habit_the_terms_of_the_directive_count(unpaid_for, status):
    frames = ledger(5, unpaid_for)
    few = {name: as_loaded(frame.head(1), NOW, name) for name, frame in frames.items()}
    few["payments"] = as_loaded(frames["payments"].head(0), NOW, "payments")
    assert row_of("payouts", **few)["status"] == status


@pytest.mark.parametrize(("paid", "status"), [(9, "good"), (10, "watch")])
def test_ten_payments_are_a_habit(paid, status):
    frames = ledger(5, 13)
    few = {"accruals": frames["accruals"].head(paid + 1), "payments": frames["payments"].head(paid)}
    found = row_of("payouts", **{name: as_loaded(few[name], NOW, name) for name in few})
    assert found["status"] == status


def test_an_amount_that_isnt_known_leaves_the_backlog_unknown():
    frames = ledger(5, 3)
    frames["accruals"].loc[0, "amount_cents"] = pd.NA
    found = row_of("payouts", **frames)
    assert found["status"] == "unknown"
    assert "1 accrual without an amount" in found["evidence"]


# Data


def test_values_that_could_not_be_read_are_watched():
    posts, people = videos(("a", 3)), creators("a")
    posts.attrs["trackagoat"]["unreadable"] = {"view_count": 2}
    found = row_of("data", videos=posts, creators=people)
    assert found["status"] == "watch"
    assert "The table of videos has 2 values that could not be read" in found["evidence"]


def test_the_code_of_a_part_asks_the_question_that_decided():
    paid = as_loaded(payments(payment("x", 1_000, "a"), payment("y", 1_000, "a")), NOW, "payments")
    earned = as_loaded(accruals(accrual("a", 1_000)), NOW, "accruals")
    found = row_of("payouts", accruals=earned, payments=paid)
    assert found["code"].startswith('tgp.ask("ledger", frames={"accruals": accruals, "payments": ')
    rows = eval(found["code"], {"tgp": tgp, "accruals": earned, "payments": paid})
    assert rows["wrong_cents"].tolist() == [1_000]


def test_without_any_frame_nothing_is_fresh_or_whole():
    health = tgp.program_health(parts=["data", "forecasts"], now="2026-06-01T00:00Z")
    assert health["status"].tolist() == ["unknown"] * 2
    assert health["evidence"][0] == "No data is there."


def test_data_are_unknown_where_frames_are_missing_or_do_not_say_whether_they_are_whole():
    posts = videos(("a", 3.0), ("a", 9.0))
    unsaid = posts.copy()
    unsaid.attrs = {}
    for frames, said in (
        ({"videos": unsaid}, "doesn't say whether it has all rows"),
        ({"creators": creators("a")}, "The table of videos is missing."),
    ):
        health = tgp.program_health(
            **frames, parts=["data", "over-posting"], now=NOW.isoformat(), timezone="UTC"
        )
        assert health["status"].iloc[0] == "unknown"
        assert said in health["evidence"].iloc[0]


def test_data_are_fresh_and_whole_without_a_record_of_forecasts():
    parts = ["data", "over-posting", "forecasts"]
    posts = videos(("a", 3.0), ("a", 9.0))
    health = tgp.program_health(videos=posts, parts=parts, now=NOW.isoformat())
    status = dict(zip(health["part"], health["status"], strict=True))
    assert (status["data"], status["forecasts"]) == ("good", "unknown")
