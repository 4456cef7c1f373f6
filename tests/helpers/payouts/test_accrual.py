"""accrue against amounts worked out on paper, and against the sandbox's own accruals."""

from __future__ import annotations

import json
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.payout_frames import (
    NOON,
    ZONE,
    assigned,
    assignments,
    daily,
    due_in_world,
    goal,
    goals,
    load_world,
    put_right,
    rule,
    structures,
    video,
    videos,
)
from trackagoat_pandas.errors import (
    ArgumentError,
    MissingArgumentError,
    MissingColumnError,
    TrackaGoatWarning,
)
from trackagoat_pandas.helpers.payouts.accrual import accrue
from trackagoat_pandas.helpers.payouts.rules import capped, earned_cents, with_open_caps
from trackagoat_pandas.sandbox.accruals import accrue as sandbox_accrue
from trackagoat_pandas.sandbox.rules import Assignment, Rule
from trackagoat_pandas.showing.captions import notes


def earn(rules, *rows, until=NOON, **frames):
    frame = structures(*rules) if isinstance(rules, list) else structures(rules)
    return accrue(frame, assignments(*rows), until=until, timezone=ZONE, **frames)


def cents(due):
    return due["amount_cents"].tolist()


def firsts(due):
    return due["period_start"].dt.strftime("%m-%d").tolist()


def flat(**values):
    return rule(**{"amount_cents": 100, **values})


def test_only_closed_periods_accrue():
    due = earn(flat(), assigned("2026-04-10"))
    assert firsts(due) == ["04-01", "05-01"]
    assert due["period_end"].dt.strftime("%m-%d").tolist() == ["04-30", "05-31"]


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        (pd.Timestamp("2026-06-01T03:59:59Z"), []), (pd.Timestamp("2026-06-01T04:00:00Z"), [100]),
        ("2026-05-30", []), ("2026-05-31", [100]),
    ],
)  # fmt: skip
def test_a_period_closes_at_local_midnight_and_a_day_stands_for_its_end(until, expected):
    assert cents(earn(flat(), assigned("2026-05-01"), until=until)) == expected


def loaded_from_a_server_at(server_time, frame):
    now = pd.Timestamp.now("UTC").isoformat()
    frame.attrs["trackagoat"] = {"fetched_at": now, "server_time": server_time}
    return frame


@pytest.mark.parametrize("until", ["2026-06-16", "2026-06-30", pd.Timestamp("2026-06-16T04:00Z")])
def test_what_has_not_closed_yet_by_the_servers_clock_is_refused(until):
    rules = loaded_from_a_server_at("2026-06-16T03:00:00+00:00", structures(flat(period="daily")))
    message = "is in the future: today is 2026-06-15 in America/New_York"
    with pytest.raises(ArgumentError, match=rf"^until: 2026-06-.* {message}.*forecast_payouts"):
        accrue(rules, assignments(assigned("2026-06-12")), until=until, timezone=ZONE)


def test_today_stands_for_now_since_it_has_not_ended():
    rows = loaded_from_a_server_at("2026-06-16T03:00:00+00:00", assignments(assigned("2026-06-12")))
    for until in ("2026-06-15", pd.Timestamp("2026-06-16T03:59:59Z")):
        due = accrue(structures(flat(period="daily")), rows, until=until, timezone=ZONE)
        assert firsts(due) == ["06-12", "06-13", "06-14"]


def test_without_a_servers_clock_it_is_this_machines():
    today = pd.Timestamp.now(ZONE).normalize()
    row = assigned(str((today - pd.Timedelta(days=2)).date()))
    later = (today + pd.Timedelta(days=2.5)).date()  # also if midnight comes meanwhile
    with pytest.raises(ArgumentError, match="is in the future: today is"):
        earn(flat(period="daily"), row, until=later)


def test_in_the_sandbox_today_is_that_of_the_sandbox(client):
    structures = tgp.load_payout_structures("Summer Launch", client=client)
    retainers = structures[structures["kind"] == "recurring"]
    rows = tgp.load_payout_assignments(retainers, client=client)
    due = accrue(retainers, rows, until="2026-06-15")
    assert (due["due_at"] <= NOON).all()
    with pytest.raises(ArgumentError, match="2026-06-30 is in the future: today is 2026-06-15"):
        accrue(structures, rows, until="2026-06-30")


def test_without_proration_a_part_of_a_period_pays_all_of_it():
    for none in ("none", None):
        assert cents(earn(flat(proration=none), assigned("2026-05-31"))) == [100]


def test_daily_proration_pays_by_days_and_rounds_half_up():
    due = earn(flat(amount_cents=10_001, proration="daily"), assigned("2026-04-16", "2026-05-01"))
    # 15 of 30 days: 5,000.5; 1 of 31 days: 322.6.
    assert cents(due) == [5_001, 323]
    assert due["days_assigned"].tolist() == [15, 1]


def test_days_are_days_of_the_calendar_where_clocks_change():
    due = earn(flat(period="weekly", proration="daily"), assigned("2026-03-02", "2026-03-08"))
    assert due[["days_assigned", "days_in_period"]].to_numpy().tolist() == [[7, 7]]
    assert due["due_at"].tolist() == [pd.Timestamp("2026-03-09T04:00:00Z")]


def test_daily_periods_are_days_and_a_day_is_all_of_one():
    due = earn(flat(period="daily", proration="daily"), assigned("2026-03-07", "2026-03-09"))
    assert firsts(due) == ["03-07", "03-08", "03-09"]
    assert cents(due) == [100] * 3


@pytest.mark.parametrize(("end", "expected"), [("2026-05-05", []), ("2026-05-10", [100])])
def test_an_assignment_earns_unless_it_ends_before_it_begins(end, expected):
    assert cents(earn(flat(), assigned("2026-05-10", end))) == expected


def effective(*days):
    """Versions of a structure that pay 100, 200 ..., and the day on which each takes effect."""
    return [
        flat(version=place, amount_cents=100 * place, effective_date=pd.Timestamp(day))
        for place, day in enumerate(days, start=1)
    ]


@pytest.mark.parametrize(
    ("versions", "start", "expected"),
    [
        ([flat(version=3)], "2026-04-01", {"04-01": 100, "05-01": 100}),
        (effective("2026-01-01", "2026-04-15"), "2026-04-01", {"04-01": 100, "05-01": 200}),
        (effective("2026-01-01", "2026-05-01"), "2026-04-01", {"04-01": 100, "05-01": 200}),
        # The first version covers the period in which it begins, and none before.
        (effective("2026-04-20", "2026-05-02"), "2026-02-01", {"04-01": 100, "05-01": 100}),
        # The newest that is effective applies, whatever its number.
        (
            effective("2026-01-01", "2026-05-01", "2026-04-01"), "2026-03-01",
            {"03-01": 100, "04-01": 300, "05-01": 300},
        ),
        (
            effective("2026-03-01", "2026-01-01"), "2026-02-01",
            dict.fromkeys(["02-01", "03-01", "04-01", "05-01"], 200),
        ),
    ],
)  # fmt: skip
def test_the_newest_version_in_force_on_the_first_day_pays_for_all_of_a_period(
    versions, start, expected
):
    for order in (versions, versions[::-1]):
        due = earn(order, assigned(start))
        assert dict(zip(firsts(due), cents(due), strict=True)) == expected


@pytest.mark.parametrize(
    ("made", "effective_date", "first"),
    [
        # The last second of April in New York: April is the period in which it began.
        ("2026-05-01T03:59:59Z", pd.NaT, "04-01"),
        ("2026-05-01T04:00:00Z", pd.NaT, "05-01"),
        ("2026-05-10T12:00Z", pd.Timestamp("2026-04-10"), "04-01"),
    ],
)
def test_nothing_is_owed_for_a_period_that_ended_before_the_structure_began(
    made, effective_date, first
):
    begun = flat(created_at=pd.Timestamp(made), effective_date=effective_date)
    assert firsts(earn([begun], assigned("2026-02-01")))[0] == first


def test_a_later_version_alone_applies_to_all_periods_and_says_that_it_was_not_in_force():
    made = {"created_at": pd.Timestamp("2026-04-15T12:00Z")}
    due = earn([flat(version=3, **made)], assigned("2026-03-01"))
    assert firsts(due) == ["03-01", "04-01", "05-01"]
    assert due["version_in_force"].tolist() == [False, False, True]
    assert notes(due)[0].startswith("2 of 3 amounts are for periods before the rule was edited")
    assert "rule_versions" in notes(due)[0]
    assert earn(flat(version=3), assigned("2026-05-01"))["version_in_force"].isna().all()
    assert earn(flat(), assigned("2026-05-01"))["version_in_force"].isna().all()
    always = earn([flat(**made)], assigned("2026-05-01"))
    assert always["version_in_force"].eq(True).all()
    assert notes(always) == []


def test_several_versions_need_their_days():
    with pytest.raises(MissingColumnError, match="effective_date"):
        earn([flat(), flat(version=2)], assigned("2026-04-01"))


EARLY, LATE = ({"effective_date": pd.Timestamp(day)} for day in ("2026-01-01", "2026-02-01"))
DAYLESS = {"effective_date": pd.NaT}


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ([flat(), flat(amount_cents=5)], "'s' has two rows of one version that differ"),
        ([flat(id="r")], "'s' is assigned, but the frame doesn't have it"),
        *(
            (
                [flat(id="r", **EARLY), flat(**EARLY), flat(version=2, **other, **LATE)],
                "'s' has versions of several kinds or periods",
            )
            for other in ({"period": "weekly"}, {"period": None}, {"kind": "cpm"})
        ),
        (
            [flat(id="r", **DAYLESS), flat(**EARLY), flat(version=2, **DAYLESS)],
            "'s' has several versions, and one of them has no effective_date",
        ),
    ],
)
def test_a_structure_that_does_not_say_what_it_pays_is_refused_and_named(rules, message):
    rows = [assigned("2026-04-01", structure_id=rules[0]["id"]), assigned("2026-04-02")]
    with pytest.raises(ArgumentError, match=message):
        earn(rules, *rows)


def test_a_structure_that_stands_twice_counts_once():
    twice = [flat(created_at=pd.Timestamp(day, tz="UTC")) for day in ("2026-01-01", "2026-01-02")]
    assert cents(earn(twice, assigned("2026-05-01"))) == [100]


@pytest.mark.parametrize(
    # 2.417 x 120 = 290.04; 0.1 x 5 = 0.5, which is rounded up
    ("views", "cpm", "expected"), [(2_417, 120, 290), (100, 5, 1)],
)  # fmt: skip
def test_cpm_pays_for_views_gained_on_days_assigned(views, cpm, expected):
    gained = daily("2026-05-01", [1_000] * 30 + [views])
    due = earn(rule("cpm", cpm_cents=cpm), assigned("2026-05-31"), analytics=gained)
    assert due[["quantity", "amount_cents"]].to_numpy().tolist() == [[views, expected]]


def test_a_cap_bounds_what_a_period_pays():
    views = daily("2026-05-01", [10_000] * 31)
    cpm = rule("cpm", cpm_cents=100, cap_cents=25_000)
    due = earn(cpm, assigned("2026-05-01"), analytics=views)
    assert due[["uncapped_cents", "amount_cents"]].to_numpy().tolist() == [[31_000, 25_000]]


def test_two_assignments_share_the_cap_of_a_period():
    views = daily("2026-05-01", [10_000] * 31)
    cpm = rule("cpm", cpm_cents=100, cap_cents=25_000)
    rows = assigned("2026-05-01", "2026-05-20"), assigned("2026-05-21")
    assert cents(earn(cpm, *rows, analytics=views)) == [20_000, 5_000]
    # The one that starts first fills it first, wherever it stands.
    assert cents(earn(cpm, *rows[::-1], analytics=views)) == [5_000, 20_000]


def test_what_is_unknown_of_one_assignment_leaves_its_share_of_a_cap_unknown():
    # A day of the first assignment is missing.
    views = daily("2026-05-01", [10_000] * 9 + [None] + [10_000] * 21)
    rows = assigned("2026-05-01", "2026-05-20"), assigned("2026-05-21")
    for cap, reasons in ((25_000, ["missing_days"] * 2), (None, ["missing_days", None])):
        cpm = rule("cpm", cpm_cents=100, cap_cents=cap)
        with pytest.warns(TrackaGoatWarning, match=r"\d cpm\)"):
            due = earn(cpm, *rows, analytics=views)
        assert due["reason"].astype(object).where(due["reason"].notna(), None).tolist() == reasons
    # What starts first is not bound by what comes later.
    with pytest.warns(TrackaGoatWarning, match="1 cpm"):
        due = earn(
            rule("cpm", cpm_cents=100, cap_cents=25_000), *rows,
            analytics=daily("2026-05-01", [10_000] * 30 + [None]),
        )  # fmt: skip
    assert due["amount_cents"].fillna(-1).tolist() == [20_000, -1]


def test_a_day_without_views_makes_the_amount_unknown():
    views = daily("2026-05-01", [1_000] * 30 + [None])
    with pytest.warns(TrackaGoatWarning, match=r"1 of 1 amounts are unknown \(1 cpm\)"):
        due = earn(rule("cpm", cpm_cents=120), assigned("2026-05-01"), analytics=views)
    assert due["amount_cents"].isna().tolist() == [True]
    assert due["reason"].tolist() == ["missing_days"]


def test_an_amount_of_nothing_is_no_row():
    views = daily("2026-05-01", [0] * 31)
    assert cents(earn(rule("cpm", cpm_cents=120), assigned("2026-05-01"), analytics=views)) == []


def test_a_row_that_was_loaded_twice_counts_once():
    views = daily("2026-05-01", [1_000] * 31)
    row = assigned("2026-05-01")
    due = earn(rule("cpm", cpm_cents=100), row, row, analytics=pd.concat([views, views]))
    assert cents(due) == [3_100]


CPM = rule("cpm", cpm_cents=100)


def test_a_day_that_was_still_running_is_not_paid_as_whole():
    views = daily("2026-05-01", [1_000] * 31).assign(is_partial=[False] * 30 + [True])
    with pytest.warns(TrackaGoatWarning, match="1 cpm"):
        due = earn(CPM, assigned("2026-05-01"), analytics=views)
    assert due["reason"].tolist() == ["partial_days"]
    assert due[["quantity", "uncapped_cents", "amount_cents"]].isna().all(axis=None)


@pytest.mark.parametrize("order", [[0, 1], [1, 0]])
def test_of_joined_loads_the_whole_day_counts_wherever_it_stands(order):
    stale = daily("2026-05-01", [1_000] * 31).assign(is_partial=[False] * 30 + [True])
    fresh = daily("2026-05-31", [9_000]).assign(is_partial=False)
    joined = pd.concat([(stale, fresh)[place] for place in order])
    assert cents(earn(CPM, assigned("2026-05-01"), analytics=joined)) == [3_900]


def test_of_whole_days_the_newer_one_counts():
    first, second = (
        daily("2026-05-31", [views]).assign(fetched_at=pd.Timestamp(at, tz="UTC"))
        for views, at in ((7_000, "2026-06-05"), (5_000, "2026-06-02"))
    )
    due = earn(CPM, assigned("2026-05-31"), analytics=pd.concat([first, second]))
    assert cents(due) == [700]


def milestone(**values):
    return rule("view_threshold", amount_cents=700, threshold_views=1_000, **values)


def followed(name, first, gains):
    return daily(first, gains, entity="video", entity_id=name)


def test_a_threshold_pays_in_the_period_in_which_it_is_reached():
    gains = followed("v", "2026-05-30", [600, 399, 1, 50, 0])
    with pytest.warns(TrackaGoatWarning, match=r"2 of 2 amounts .* \(2 view_threshold\)"):
        due = earn(
            milestone(),
            assigned("2026-05-01"),
            until="2026-06-30",
            videos=videos(video("v", "2026-05-30 09:00", 1_050)),
            analytics=pd.concat([gains, followed("w", "2026-06-04", [0] * 27)]),
        )
    assert due["reason"].tolist() == ["missing_days", "missing_days"]
    whole = followed("v", "2026-05-30", [600, 399, 1, 50] + [0] * 28)
    due = earn(
        milestone(),
        assigned("2026-05-01"),
        until="2026-06-30",
        videos=videos(video("v", "2026-05-30 09:00", 1_050)),
        analytics=whole,
    )
    assert firsts(due) == ["06-01"]
    assert cents(due) == [700]
    assert json.loads(due["video_ids"].iloc[0]) == ["v"]


CROSSED = [600, 399, 1, 500] + [0] * 33  # on 12 May


@pytest.mark.parametrize(
    ("first", "gains", "span", "values", "expected"),
    [
        ("2026-05-10", CROSSED, ["2026-05-12", "2026-05-12"], {}, [700]),
        ("2026-05-10", CROSSED, ["2026-05-01", "2026-05-11"], {}, []),
        ("2026-05-10", CROSSED, ["2026-05-13"], {}, []),
        # What a video had at its first snapshot came on no day assigned.
        ("2026-05-10", [100] + [0] * 36, ["2026-05-01"], {}, []),
        ("2026-05-01", [0] * 12 + [100] + [0] * 33, ["2026-05-01"], {}, []),
        # The video doesn't count.
        ("2026-05-10", CROSSED, ["2026-05-10"], {"is_tracking_disabled": True}, []),
        ("2026-05-10", CROSSED, ["2026-05-10"], {"tracking_status": "pending_review"}, []),
    ],
)
def test_a_counted_video_that_reaches_the_threshold_on_a_day_assigned_pays(
    first, gains, span, values, expected
):
    frames = {
        "videos": videos(video("v", "2026-05-10 09:00", 1_500, **values)),
        "analytics": followed("v", first, gains),
    }
    assert cents(earn(milestone(), assigned(*span), **frames)) == expected


def test_a_threshold_older_than_the_analytics_is_unknown():
    with pytest.warns(TrackaGoatWarning, match="daily views of videos"):
        due = earn(
            milestone(),
            assigned("2026-04-01"),
            videos=videos(video("v", "2026-04-10 09:00", 1_500)),
            analytics=followed("v", "2026-05-01", [0] * 46),
        )
    assert due["reason"].tolist() == ["missing_days"]
    assert firsts(due) == ["04-01"]


def test_a_threshold_that_was_passed_before_the_first_day_known_is_unknown_but_for_a_snapshot():
    frames = {"videos": videos(video("v", "2026-05-10 09:00", 1_500))}
    later = followed("v", "2026-05-12", [0] * 35)
    frames["analytics"] = later.assign(is_baseline=[True] + [False] * 34)
    assert cents(earn(milestone(), assigned("2026-05-01"), **frames)) == []
    frames["analytics"] = later.assign(is_baseline=False)
    with pytest.warns(TrackaGoatWarning, match="1 view_threshold"):
        due = earn(milestone(), assigned("2026-05-01"), **frames)
    assert due["reason"].tolist() == ["missing_days"]


def test_a_threshold_of_a_day_that_still_runs_is_unknown():
    gains = followed("v", "2026-05-10", [0] * 21 + [300]).assign(is_partial=[False] * 21 + [True])
    frames = {"videos": videos(video("v", "2026-05-10 09:00", 300)), "analytics": gains}
    with pytest.warns(TrackaGoatWarning, match="1 view_threshold"):
        due = earn(milestone(), assigned("2026-05-01"), **frames)
    assert due["reason"].tolist() == ["partial_days"]
    assert cents(earn(milestone(), assigned("2026-04-01"), until="2026-04-30", **frames)) == []


def test_a_stale_day_within_a_videos_series_is_as_good_as_missing():
    # On May 30 there were 10 views by noon; the rest of that day is in no row.
    gains = followed("v", "2026-05-10", [0] * 20 + [10] + [0] * 16).assign(
        is_partial=[False] * 20 + [True] + [False] * 16
    )
    frames = {"videos": videos(video("v", "2026-05-10 09:00", 1_500)), "analytics": gains}
    with pytest.warns(TrackaGoatWarning, match="1 view_threshold"):
        due = earn(milestone(), assigned("2026-05-01"), **frames)
    assert due["reason"].tolist() == ["missing_days"]
    whole = followed("v", "2026-05-30", [1_500]).assign(is_partial=False)
    frames["analytics"] = pd.concat([whole, gains])
    assert cents(earn(milestone(), assigned("2026-05-01"), **frames)) == [700]


def test_a_video_that_stands_twice_counts_once_by_its_newest_row():
    new, old = (
        video(
            "v", "2026-05-20 12:00", tracking_status=status, updated_at=pd.Timestamp(at, tz="UTC")
        )
        for status, at in (("pending_review", "2026-06-02"), ("included", "2026-06-01"))
    )
    twice = pd.DataFrame([video("v", "2026-05-20 12:00"), video("v", "2026-05-20 12:00")])
    met, row = goals(goal(2.0, "2026-05-18")), assigned("2026-05-18", "2026-05-24")
    assert cents(earn(bonus(), row, videos=twice, goals=met)) == []
    one = goals(goal(1.0, "2026-05-18"))
    assert cents(earn(bonus(), row, videos=pd.DataFrame([new, old]), goals=one)) == []


def test_of_an_assignment_that_stands_twice_the_newest_row_counts():
    rows = assignments(assigned("2026-03-01", "2026-05-31", id="a"), assigned("2026-03-01", id="a"))
    rows["end_date"] = pd.to_datetime(["2026-03-31", None])
    rows["updated_at"] = pd.to_datetime(["2026-04-02", "2026-03-01"], utc=True)
    due = accrue(structures(flat()), rows, until="2026-05-31", timezone=ZONE)
    assert firsts(due) == ["03-01"]


def test_of_a_goal_that_stands_twice_the_newest_row_counts():
    rows = goals(goal(1.0, "2026-05-01"), goal(5.0, "2026-05-01"))
    rows["updated_at"] = pd.to_datetime(["2026-05-02", "2026-05-01"], utc=True)
    due = earn(bonus(), assigned("2026-05-18", "2026-05-24"), videos=posts("2026-05-20"),
               goals=rows)  # fmt: skip
    assert cents(due) == [7_500]


def bonus(**values):
    return rule("goal", "weekly", **{"amount_cents": 7_500, "goal_metric": "posts", **values})


def posts(*days):
    return videos(*(video(f"v{place}", f"{day} 23:30") for place, day in enumerate(days)))


def test_a_goal_that_was_met_pays():
    due = earn(
        bonus(),
        assigned("2026-05-11"),
        videos=posts("2026-05-19", "2026-05-24", "2026-05-27"),
        goals=goals(goal(2.0, "2026-05-18")),
    )
    assert firsts(due) == ["05-18"]
    assert due[["quantity", "amount_cents"]].to_numpy().tolist() == [[1, 7_500]]


@pytest.mark.parametrize(
    "other", [goal(1.0, "2026-05-19", "2026-05-23"), goal(1.0, "2026-05-01", is_active=False)]
)
def test_a_goal_of_a_part_of_the_period_or_that_is_switched_off_pays_nothing(other):
    frames = {"videos": posts("2026-05-20"), "goals": goals(other)}
    assert cents(earn(bonus(), assigned("2026-05-11"), **frames)) == []


def test_goals_are_evaluated_48_hours_after_the_period():
    frames = {"videos": posts("2026-06-02"), "goals": goals(goal(1.0, "2026-06-01"))}
    row = assigned("2026-06-01")
    early, late = pd.Timestamp("2026-06-10T03:59:59Z"), pd.Timestamp("2026-06-10T04:00:00Z")
    assert cents(earn(bonus(), row, until=early, **frames)) == []
    due = earn(bonus(), row, until=late, **frames)
    assert due["due_at"].tolist() == [late]


def test_engagement_is_likes_comments_shares_and_saves():
    parts = [
        daily("2026-05-18", [count] * 7, metric=metric)
        for metric, count in (("likes", 10), ("comments", 3), ("shares", 2), ("saves", 1))
    ]
    met = goals(goal(112.0, "2026-05-18", metric="engagement"))
    rules, row = bonus(goal_metric="engagement"), assigned("2026-05-18", "2026-05-24")
    assert cents(earn(rules, row, analytics=pd.concat(parts), goals=met)) == [7_500]
    missed = goals(goal(113.0, "2026-05-18", metric="engagement"))
    assert cents(earn(rules, row, analytics=pd.concat(parts), goals=missed)) == []
    with pytest.warns(TrackaGoatWarning, match="1 goal"):
        unknown = earn(rules, row, analytics=pd.concat(parts[:3]), goals=met)
    assert unknown["reason"].tolist() == ["missing_days"]


@pytest.mark.parametrize(
    "odd",
    [
        flat(period="fortnightly"), flat(proration="hourly"),
        rule("bounty", amount_cents=100), rule(None, amount_cents=100), bonus(goal_metric="sales"),
        bonus(goal_metric=None), flat(period=None), rule(),
    ],
)  # fmt: skip
def test_a_rule_without_its_terms_or_in_unknown_words_pays_an_unknown_amount(odd):
    target = goals(goal(1.0, "2026-05-01", metric="sales"))
    due = earn(odd, assigned("2026-05-18", "2026-05-24"), videos=posts("2026-05-20"), goals=target)
    assert due["reason"].tolist() == ["incomplete_rule"]
    assert due["amount_cents"].isna().all()


def test_an_assignment_without_a_first_day_has_no_period():
    due = earn(flat(), assigned(None))
    assert due["reason"].tolist() == ["no_start_date"]
    assert due[["period_start", "amount_cents", "due_at"]].isna().all(axis=None)


CREATORS = r"load_analytics\('creator', creators, 'views', dates=\.\.\.\)"
VIDEOS = r"load_analytics\('video', videos, 'views', dates=\.\.\.\)"
BOTH = rf"combine_loads\({CREATORS}, {VIDEOS}\)"


@pytest.mark.parametrize(
    ("rules", "frames", "message"),
    [
        (
            [rule("cpm", cpm_cents=1)], {},
            rf"^`analytics` is required: rules of kind cpm need it\. Pass analytics={CREATORS}\.$",
        ),
        (
            [milestone()], {},
            rf"^`videos` and `analytics` are required.*project\), analytics={VIDEOS}\.$",
        ),
        (
            [bonus(), rule("cpm", id="t", cpm_cents=1), milestone(id="u")], {},
            rf"^`videos`, `goals` and `analytics` are .*: rules of kind cpm, goal, vi.*={BOTH}\.$",
        ),
        (
            [bonus()], {"goals": goals(goal(1.0, "2026-05-01"))},
            r"^`videos` is required: rules of kind goal need it\. Pass videos=load_videos",
        ),
        (
            [bonus(goal_metric="engagement")],
            {"goals": goals(goal(1.0, "2026-05-01", metric="engagement"))},
            r"analytics=load_analytics\('creator', creators, \['likes', 'comments', 'shares', 'sav",
        ),
    ],
)  # fmt: skip
def test_all_frames_that_are_missing_are_named_at_once(rules, frames, message):
    rows = [assigned("2026-05-01", id=each["id"], structure_id=each["id"]) for each in rules]
    with pytest.raises(MissingArgumentError, match=message) as caught:
        earn(rules, *rows, **frames)
    assert all(frames.get(name) is None for name in caught.value.arguments)


def test_a_frame_that_no_closed_period_needs_is_not_asked_for():
    later = assigned("2026-06-01", structure_id="t")
    due = earn([flat(), rule("cpm", id="t", cpm_cents=1)], assigned("2026-05-01"), later)
    assert cents(due) == [100]
    no_goal_of_views = {"goals": goals(), "videos": videos()}
    assert cents(earn(bonus(goal_metric="views"), assigned("2026-05-01"), **no_goal_of_views)) == []


def test_a_missing_column_names_the_loader():
    rules, rows = structures(flat()), assignments(assigned("2026-05-01"))
    options = {"until": "2026-05-31", "timezone": ZONE}
    with pytest.raises(MissingColumnError, match=r"proration.*load_payout_structures"):
        accrue(rules.drop(columns="proration"), rows, **options)
    with pytest.raises(MissingColumnError, match=r"end_date.*load_payout_assignments"):
        accrue(rules, rows.drop(columns="end_date"), **options)


def test_running_totals_are_refused():
    views = daily("2026-05-01", [1_000] * 31)
    views.attrs["trackagoat"] = {"params": {"mode": "cumulative"}}
    with pytest.raises(ArgumentError, match="load it with mode='new'"):
        earn(rule("cpm", cpm_cents=1), assigned("2026-05-01"), analytics=views)


def test_the_time_zone_comes_from_the_attributes():
    frame = structures(flat())
    frame.attrs["trackagoat"] = {"timezone": ZONE}
    due = accrue(frame, assignments(assigned("2026-05-01")), until="2026-05-31")
    assert due["due_at"].tolist() == [pd.Timestamp("2026-06-01T04:00:00Z")]
    with pytest.raises(ArgumentError, match=r"`timezone` is required.*connect\(timezone=\.\.\.\)"):
        accrue(structures(flat()), assignments(), until="2026-05-31")


def test_an_only_version_without_a_day_stands_beside_versions_with_days():
    rules = [
        flat(id="r", amount_cents=1, effective_date=pd.Timestamp("2026-01-01")),
        flat(id="r", amount_cents=2, version=2, effective_date=pd.Timestamp("2026-04-15")),
        flat(amount_cents=3, effective_date=pd.NaT),
        flat(id="t", amount_cents=4, effective_date=pd.Timestamp("2026-04-20")),
        flat(id="t", amount_cents=5, version=2, effective_date=pd.Timestamp("2026-05-01")),
    ]
    rows = [assigned("2026-03-01", structure_id=name, id=name) for name in "rst"]
    for order in (rules, rules[::-1]):
        due = earn(order, *rows).sort_values(["structure_id", "period_start"])
        assert due["structure_id"].tolist() == [*"rrrssstt"]
        assert cents(due) == [1, 1, 2, 3, 3, 3, 4, 5]


def test_a_structure_without_an_id_is_left_out():
    for nameless in ([flat(id=None)], [flat(id=None), flat(id=None, version=2)]):
        assert cents(earn([flat(), *nameless], assigned("2026-05-01"))) == [100]


def test_a_version_was_in_force_from_the_local_day_on_which_it_was_made():
    for made, was_in_force in (("2026-05-02T03:59Z", True), ("2026-05-02T04:00Z", False)):
        due = earn([flat(version=3, created_at=pd.Timestamp(made))], assigned("2026-05-01"))
        assert due["version_in_force"].tolist() == [was_in_force]


def test_of_a_version_without_a_number_it_is_unknown_since_when_it_was_in_force():
    due = earn(flat(version=None), assigned("2026-05-01"))
    assert due["version_in_force"].isna().tolist() == [True]
    # An earlier version may have applied to the periods before.
    made = flat(version=None, created_at=pd.Timestamp("2026-05-10T12:00Z"))
    assert firsts(earn([made], assigned("2026-04-01"))) == ["04-01", "05-01"]


def test_assignments_of_an_unknown_creator_share_a_cap():
    rows = [assigned(f"2026-05-0{day}", creator_id=None) for day in (1, 2, 3)]
    assert cents(earn(flat(cap_cents=150), *rows)) == [100, 50]


def test_what_is_unknown_of_an_unknown_creator_leaves_its_share_of_a_cap_unknown():
    rows = pd.DataFrame({"creator_id": pd.Series([None, None], dtype="str"), "structure_id": "s",
                         "first": 0, "start": [2, 1], "reason": [None, "missing_days"],
                         "cap_cents": pd.array([50, 50], "Int64")})  # fmt: skip
    earning, idle = (with_open_caps(rows, np.array([earns, False])) for earns in (True, False))
    assert earning["reason"].tolist() == ["missing_days"] * 2
    assert idle["reason"].fillna("known").tolist() == ["known", "missing_days"]


def test_each_column_of_quantities_pays_and_fills_caps_for_itself():
    rules = structures(
        flat(proration="daily"), flat(), rule("cpm", cpm_cents=500),
        rule("goal", amount_cents=70), rule("view_threshold", amount_cents=30),
    ).assign(days_assigned=1, days_in_period=2)  # fmt: skip
    quantity = np.array([[0, 1, 2]] * 5)
    assert earned_cents(rules, quantity).tolist() == [
        [50, 50, 50], [100, 100, 100], [0, 1, 1], [0, 70, 70], [0, 30, 60],
    ]  # fmt: skip
    rows = pd.DataFrame({"creator_id": "nan", "structure_id": "s", "first": 0, "start": [2, 1],
                         "cap_cents": pd.array([50, 50], "Int64")})  # fmt: skip
    assert capped(rows, np.array([[9, 40, 0], [9, 40, 60]])).tolist() == [[9, 10, 0], [9, 40, 50]]


def test_nothing_assigned_gives_the_same_columns_and_dtypes():
    full = earn(flat(), assigned("2026-05-01"))
    empty = earn(flat(), until="2026-05-31")
    assert empty.empty
    pd.testing.assert_series_equal(empty.dtypes, full.dtypes)
    nothing = accrue(structures(), assignments(), until="2026-05-31", timezone=ZONE)
    pd.testing.assert_series_equal(nothing.dtypes, full.dtypes)


def test_frames_are_left_unchanged():
    frame, rows = structures(flat()), assignments(assigned("2026-05-01"))
    before = frame.copy(), rows.copy()
    accrue(frame, rows, until="2026-05-31", timezone=ZONE)
    pd.testing.assert_frame_equal(frame, before[0])
    pd.testing.assert_frame_equal(rows, before[1])


KEYS = ["creator_id", "structure_id", "period_start"]


def earned_by_period(frame, *columns):
    rows = frame.assign(
        period_start=frame["period_start"].astype("datetime64[us]"),
        **{name: frame[name].astype(object) for name in KEYS[:2]},
    )
    return rows.set_index(KEYS)[list(columns)].sort_index().astype("int64")


@pytest.mark.parametrize("backend", ["numpy_nullable", "pyarrow"])
def test_the_sandboxs_accruals_are_reproduced_to_the_cent(box, backend):
    accruals, due = load_world(box, backend)["accruals"], due_in_world(box, backend)
    accruals = put_right(box, accruals)
    regular = accruals[(accruals["kind"] == "accrual") & (accruals["status"] != "voided")]
    columns = "amount_cents", "structure_version"
    assert set(due["rule_kind"]) == {"recurring", "goal", "cpm", "view_threshold"}
    pd.testing.assert_frame_equal(
        earned_by_period(due, *columns), earned_by_period(regular, *columns)
    )


def test_a_cap_is_shared_as_the_sandbox_shares_it(box, client):
    structures = tgp.load_payout_structures("Q1 Brand Program", client=client)
    [cpm] = structures[structures["kind"] == "cpm"].to_dict("records")
    creator = tgp.load_payout_assignments(cpm["id"], client=client)["creator_id"].iloc[0]
    views = tgp.load_analytics("creator", [creator], "views", dates="2026-02-01..2026-06-15",
                               client=client)  # fmt: skip
    spans = [("2026-02-20", "2026-04-10"), ("2026-04-05", None)]
    own = [
        Assignment(cpm["id"], creator, *(day and date.fromisoformat(day) for day in span))
        for span in spans
    ]
    apart = [
        earned
        for one in own
        for earned in sandbox_accrue(box.database, ZoneInfo(ZONE), NOON, [_cpm(cpm)], [one])
    ]
    april = [one.amount_cents for one in apart if one.pay_period.first == date(2026, 4, 1)]
    assert len(april) == 2
    # The cap lets the first have all of its own in April, and leaves the second a half.
    cap = april[0] + april[1] // 2
    earned = sandbox_accrue(box.database, ZoneInfo(ZONE), NOON, [_cpm(cpm, cap)], own)
    rows = [assigned(*span, structure_id=cpm["id"], creator_id=creator) for span in spans]
    capped = structures[structures["id"] == cpm["id"]].assign(cap_cents=cap)
    due = accrue(capped, assignments(*rows), analytics=views, until=NOON, timezone=ZONE)
    assert cents(due) == [one.amount_cents for one in earned]
    assert april[1] // 2 in cents(due)
    assert due.groupby("period_start")["amount_cents"].sum().max() == cap


def _cpm(structure, cap=None):
    return Rule(structure["id"], 1, "cpm", "monthly", date(2026, 1, 1),
                cpm_cents=structure["cpm_cents"], cap_cents=cap)  # fmt: skip


@pytest.mark.parametrize(
    ("seed", "now"), [(3, "2026-11-20T03:30:00Z"), (11, "2026-04-01T04:00:00Z")]
)
def test_other_worlds_are_reproduced_to_the_cent(seed, now):
    with (
        tgp.sandbox(rate_limit=None, seed=seed, now=now, creators=12) as box,
        tgp.connect(box.key, base_url=box.base_url, rate_limit=None, progress=False) as client,
    ):
        structures = tgp.load_payout_structures(client=client)
        recurring = structures[structures["kind"] == "recurring"]
        assignments = tgp.load_payout_assignments(recurring, client=client)
        accruals = put_right(box, tgp.load_payout_accruals(client=client))
        sql = "SELECT * FROM payout_structures WHERE kind = 'recurring'"
        versions = pd.DataFrame([dict(row) for row in box.database.rows(sql)])
    due = accrue(versions, assignments, until=pd.Timestamp(now), timezone=ZONE)
    regular = accruals[
        accruals["structure_id"].isin(recurring["id"])
        & (accruals["kind"] == "accrual")
        & (accruals["status"] != "voided")
    ]
    pd.testing.assert_frame_equal(
        earned_by_period(due, "amount_cents"), earned_by_period(regular, "amount_cents")
    )


def test_words_of_hand_made_frames_are_read_whatever_their_case():
    lower = rule("goal", "weekly", amount_cents=100, goal_metric="views")
    upper = lower | {"kind": "Goal", "period": "Weekly", "goal_metric": "Views"}
    row, gained = assigned("2026-05-04", "2026-05-10"), daily("2026-05-04", [10] * 7)
    met = goals(goal(70.0, "2026-05-01", metric="views"))
    asked = met.assign(metric="Views", period="Weekly")
    said = gained.assign(metric="Views", entity="Creator", series_kind="Main")
    plain = earn(lower, row, goals=met, analytics=gained)
    titled = earn(upper, row, goals=asked, analytics=said)
    assert cents(titled) == cents(plain) == [100]
    assert titled["reason"].isna().all()
