"""The question on goals: its counts against a loop over rows, and what it can't know."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from trackagoat_pandas.asking.goals import GOALS
from trackagoat_pandas.program.frames import loaded_program

pytestmark = pytest.mark.filterwarnings("ignore::trackagoat_pandas.TrackaGoatWarning")
PROJECT = "Q1 Brand Program"
COUNTED = ("auto_tracked", "included", "direct_add")
PARTS = {
    "views": ["views"],
    "engagement": ["likes", "comments", "shares", "saves"],
    "followers": ["followers"],
}


@pytest.fixture(scope="module", params=range(4))
def frames(request: Any) -> Any:
    """The frames of a project with goals, in several worlds."""
    with (
        tgp.sandbox.Sandbox(seed=181 + request.param, creators=8, rate_limit=None) as box,
        tgp.connect(sandbox=box, rate_limit=None, progress=False) as client,
    ):
        yield loaded_program(PROJECT, client=client, wanted=GOALS.loaded, max_requests=100)


def reached(goal: Any, first: pd.Timestamp, after: pd.Timestamp, data: Any) -> float:
    """Count what a creator reached from a local midnight to another, row by row."""
    if goal.metric == "posts":
        return sum(
            video.creator_id == goal.creator_id
            and first <= video.posted_at < after
            and video.tracking_status in COUNTED
            and not video.is_tracking_disabled
            for video in data["videos"].itertuples()
        )
    days = pd.date_range(first, after, inclusive="left")
    wanted = {*days.tz_localize(None).normalize()}
    return sum(
        row.value
        for row in data["analytics"].itertuples()
        if row.entity_id == goal.creator_id
        and row.metric in PARTS[goal.metric]
        and row.date in wanted
        and not row.is_baseline
    )


def last_period(goal: Any, today: pd.Timestamp) -> tuple[pd.Timestamp, pd.Timestamp]:
    """The week or month before the present one."""
    if goal.period == "weekly":
        after = today - pd.Timedelta(days=today.weekday())
        return after - pd.Timedelta(days=7), after
    after = today.replace(day=1)
    return (after - pd.Timedelta(days=1)).replace(day=1), after


def test_goals_that_ended_lately_are_missed_as_in_a_loop_over_rows(frames: Any) -> None:
    data, zone = frames.data, frames.zone
    today = frames.moment.tz_convert(zone).normalize()
    missed, judged = 0, 0
    for goal in data["goals"].itertuples():
        if goal.period == "daily" or not goal.is_active:
            continue
        first, after = last_period(goal, today)
        last_day = after.tz_localize(None) - pd.Timedelta(days=1)
        is_over = pd.notna(goal.end_date) and goal.end_date < first.tz_localize(None)
        is_early = goal.start_date > last_day
        if is_over or is_early or last_day < today.tz_localize(None) - pd.Timedelta(days=7):
            continue
        judged += 1
        missed += reached(goal, first, after, data) < goal.target_value
    answer = tgp.ask("goals", frames={name: data[name] for name in data if name != "projects"})
    assert answer.totals["ended_unknown"] == 0
    assert answer.totals["missed"] == missed
    assert judged > missed > 0
    assert answer.totals["goals"] == len({*data["goals"]["goal_id"]})


def test_a_live_answer_counts_goals_of_every_metric(client: Any) -> None:
    answer = tgp.ask("goals", PROJECT, client=client)
    assert {*answer.script.program.data["goals"]["metric"]} == {"posts", *PARTS}
    assert (answer.totals["missed"], answer.totals["ended_unknown"]) == (4, 0)
    assert not any("weren't loaded" in note for note in answer.notes)


def test_a_live_answer_says_what_its_requests_did_not_suffice_for(client: Any) -> None:
    before = client.requests_sent
    answer = tgp.ask("goals", PROJECT, max_requests=14, client=client)
    assert client.requests_sent - before <= 14
    assert (answer.totals["missed"], answer.totals["ended_unknown"]) == (3, 1)
    assert "1 goal that ended in the last 7 days can't be judged." in answer.finding
    assert any("the daily numbers of their metric weren't loaded" in note for note in answer.notes)


@pytest.mark.parametrize("place", range(5))
def test_boards_that_load_themselves_say_what_the_question_says(client: Any, place: int) -> None:
    project = tgp.load_projects(client=client)["id"].iloc[place]
    finding = tgp.ask("goals", project, client=client).finding
    health = tgp.widgets.HealthBoard(project=project, client=client)
    health.wait(120)
    assert health.frame.set_index("part")["evidence"]["goals"] == finding
    home = tgp.widgets.Home(project, client=client)
    home.wait(120)
    assert finding.split(" Most urgent")[0] in home.sentences.value


def test_goals_with_long_ids_stay_apart_and_one_without_a_target_is_unknown(client: Any) -> None:
    goals = tgp.load_goal_compliance(PROJECT, client=client)
    is_open = goals["period_in_progress"] & (goals["metric"] == "views")
    two = goals[is_open.to_numpy(bool)].head(2).assign(
        goal_id=["7300000000000000001", "7300000000000000002"], tiktok_handle=["mia", None],
        target=pd.array([1e9, None], "Float64"), target_value=pd.array([1e9, None], "Float64"),
    )  # fmt: skip
    answer = tgp.ask("goals", frames={"goals": two})
    assert {*answer.judged.index} == {*two["goal_id"]}
    assert [*answer.rows.index] == ["7300000000000000001"]
    assert (answer.totals["at_risk"], answer.totals["unknown"]) == (1, 1)
    assert "1 of 2 open goals is at risk. 1 can't be judged yet." in answer.finding


def test_without_goals_there_is_nothing_to_miss(client: Any) -> None:
    goals = tgp.load_goal_compliance(PROJECT, client=client).head(0)
    answer = tgp.ask("goals", frames={"goals": goals})
    assert (answer.finding, answer.level) == ("No creator has a goal.", "good")
