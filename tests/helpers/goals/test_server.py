"""Goals judged locally equal the server's answer, which shares no code with the package.

`TRACKAGOAT_ORACLES` tries three time zones on 60 dates, else it is one on 20.
"""

from __future__ import annotations

import itertools
import uuid

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.heavy import HEAVY
from trackagoat_pandas.helpers.goals.evaluation import evaluate_goals, goal_history

PROJECT = "Q1 Brand Program"
METRICS = ("posts", "views", "engagement", "followers")
PERIODS = ("daily", "weekly", "monthly")
TARGETS = {"posts": 0.6, "views": 1_500, "engagement": 150, "followers": 40}
DAYS = {"daily": 1, "weekly": 7, "monthly": 30}
STARTS = ("2025-09-10", "2025-11-02", "2026-03-18")
ENDS = (None, "2026-04-15")
NUMBERS = ["target", "actual", "percentage"]
FLAGS = [
    "has_advisory", "period_in_progress", "period_recently_ended", "scrape_stale",
    "not_yet_started",
]  # fmt: skip
SAME = [*NUMBERS, *FLAGS, "status", "period_start", "period_end", "goal_id"]
HOURS = ["hours_until_period_end", "hours_since_period_end"]
MORE = ("2025-10-02", "2025-11-02", "2026-03-06", "2026-04-02") if HEAVY else ()
ZONES = ("Africa/Cairo", "America/New_York", "Australia/Sydney") if HEAVY else ("Africa/Cairo",)
# Around each zone's changes of clocks, the newest days with two of the future, and some others.
REFERENCE_DATES = sorted(
    {
        *pd.date_range("2025-10-30", "2025-11-01"),  # Cairo, and New York
        *pd.date_range("2026-04-23", "2026-04-25"),  # Cairo, which skips midnight
        *pd.date_range("2026-06-13", "2026-06-17"),
        *pd.date_range("2025-09-01", periods=10, freq="29D"),
        *(day for first in MORE for day in pd.date_range(first, periods=6)),
        *pd.date_range("2025-09-08", periods=21 if HEAVY else 0, freq="13D"),
    }
)


def set_goals(box):
    """Set a goal of every metric and period for every creator, beside those of the demo."""
    creators = box.database.rows(
        "SELECT creators.id, project_id FROM creators JOIN projects ON projects.id = project_id "
        "WHERE projects.name = ?",
        (PROJECT,),
    )
    combinations = itertools.product(creators, METRICS, PERIODS)
    box.database.insert(
        "goals",
        [
            {
                "id": str(uuid.UUID(int=place + 1)),
                "creator_id": creator["id"],
                "project_id": creator["project_id"],
                "metric": metric,
                "period": period,
                "target_value": max(1, round(TARGETS[metric] * DAYS[period])),
                "start_date": STARTS[place % len(STARTS)],
                "end_date": ENDS[place % len(ENDS)],
                "is_active": 1,
                "created_at": "2025-09-01T00:00:00Z",
            }
            for place, (creator, metric, period) in enumerate(combinations)
        ],
    )


pytestmark = pytest.mark.filterwarnings("ignore:.* reaches beyond the data")


@pytest.fixture(scope="module", params=ZONES)
def world(request):
    options = {
        "creators": 4, "videos": 160, "days": 300, "rate_limit": None,
        "now": "2026-06-15T12:00:00Z",
    }  # fmt: skip
    with tgp.sandbox(timezone=request.param, **options) as box:
        set_goals(box)
        with tgp.connect(box.key, base_url=box.base_url, rate_limit=None, progress=False) as client:
            creators = tgp.load_creators(PROJECT, client=client)
            metrics = ["views", "likes", "comments", "shares", "saves", "followers"]
            analytics = tgp.load_analytics(
                "creator", creators, metrics, dates="2025-09-01..2026-06-15", client=client
            )
            frames = {
                "goals": tgp.load_goal_compliance(PROJECT, client=client),
                "videos": tgp.load_videos(PROJECT, client=client),
                "analytics": analytics,
            }
            yield client, request.param, frames


def test_every_goal_equals_the_servers_answer_over_both_clock_changes(world):
    client, zone, frames = world
    assert len(REFERENCE_DATES) >= (60 if HEAVY else 20)
    assert frames["goals"].attrs["trackagoat"]["timezone"] == zone
    seen = set()
    first = frames["analytics"].dropna(subset="value").groupby("entity_id")["date"].min()
    for day in REFERENCE_DATES:
        server = tgp.load_goal_compliance(PROJECT, reference_date=day, client=client)
        local = evaluate_goals(**frames, reference_date=day)
        # The server says 0 where all days so far of a period are from before a creator's data.
        began, stop = (
            local[name].dt.tz_convert(zone).dt.tz_localize(None)
            for name in ("period_start", "period_end")
        )
        began = began.where(~(local["start_date"] > began), local["start_date"])
        stop = stop.clip(upper=pd.Timestamp(day) + pd.Timedelta(days=1))
        is_before = (began < stop) & (stop <= local["creator_id"].map(first))
        is_before &= local["metric"] != "posts"
        assert local["actual"].isna().tolist() == is_before.tolist()
        assert server.loc[is_before, "actual"].eq(0).all()
        local, server = local[~is_before], server[~is_before]
        pd.testing.assert_frame_equal(local[SAME], server[SAME], check_categorical=False)
        # Two digits, which may be rounded either way.
        pd.testing.assert_frame_equal(local[HOURS], server[HOURS], atol=0.0101, rtol=0)
        assert local["messages"].str.count('"').equals(server["messages"].str.count('"'))
        seen |= set(server["status"])
    assert seen == {"on_track", "behind_pace", "at_risk", "completed", "missed"}


def test_today_is_judged_as_the_server_does_it_now(world):
    _, _, frames = world
    local = evaluate_goals(**frames)
    pd.testing.assert_frame_equal(
        local[[*NUMBERS, "status", *HOURS]],
        frames["goals"][[*NUMBERS, "status", *HOURS]],
        check_categorical=False,
    )


def test_the_history_is_what_the_server_answers_for_each_periods_last_day(world):
    client, zone, frames = world
    history = goal_history(**frames, since="2026-03-01")
    last = history["period_end"].dt.tz_convert(zone) - pd.Timedelta(hours=3)
    history["day"] = last.dt.tz_localize(None).dt.normalize()
    days = history["day"].drop_duplicates().sort_values().iloc[::9]
    assert len(days) > 10
    for day in days:
        server = tgp.load_goal_compliance(PROJECT, reference_date=day, client=client)
        rows = history[history["day"] == day].set_index("goal_id")
        answers = server.set_index("goal_id").loc[rows.index]
        for name in ("actual", "status", "period_start"):
            assert rows[name].tolist() == answers[name].tolist()


@pytest.mark.parametrize("backend", ["numpy_nullable", "pyarrow"])
def test_both_dtype_backends_give_the_same(client, backend):
    metrics = ["views", "likes", "comments", "shares", "saves", "followers"]
    creators = tgp.load_creators(PROJECT, client=client)
    goals = tgp.load_goal_compliance(PROJECT, dtype_backend=backend, client=client)
    judged = evaluate_goals(
        goals,
        tgp.load_videos(PROJECT, dtype_backend=backend, client=client),
        tgp.load_analytics(
            "creator", creators, metrics, dates="2026-05-01..2026-06-15", dtype_backend=backend,
            client=client,
        ),
    )  # fmt: skip
    assert judged["status"].tolist() == goals["status"].tolist()
    assert judged["actual"].tolist() == goals["actual"].tolist()
    assert judged["actual"].dtype == pd.Float64Dtype()


@pytest.mark.parametrize("now", ["2026-06-15T03:59:55Z", "2026-06-15T04:00:05Z"])
def test_in_the_last_and_the_first_seconds_of_a_week_goals_are_judged_as_by_the_server(now):
    """The hours until the end are rounded to 0.00, and to 168.00."""
    with (
        tgp.sandbox(now=now, rate_limit=None) as box,
        tgp.connect(box.key, base_url=box.base_url, rate_limit=None, progress=False) as client,
    ):
        goals = tgp.load_goal_compliance(PROJECT, period="weekly", client=client)
        goals = goals[goals["metric"] == "posts"]
        videos = tgp.load_videos(PROJECT, client=client)
    assert goals["hours_until_period_end"].dropna().round(2).isin([0.0, 168.0]).all()
    judged = evaluate_goals(goals, videos)
    pd.testing.assert_frame_equal(judged[SAME], goals[SAME], check_dtype=False)
    assert tgp.who_to_nudge(goals).empty == (now < "2026-06-15T04")
