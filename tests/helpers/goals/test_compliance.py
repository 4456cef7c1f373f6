from __future__ import annotations

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.goal_frames import NEW_YORK, NOW, goals, judged, videos
from trackagoat_pandas.errors import ChoiceError, MissingColumnError
from trackagoat_pandas.helpers.goals.compliance import summarize_compliance
from trackagoat_pandas.helpers.goals.evaluation import evaluate_goals

GOALS = judged(
    {"status": "on_track", "percentage": 50},
    {"status": "missed", "percentage": 10, "metric": "views", "period": "monthly"},
    {"creator_id": "b", "tiktok_handle": "bob", "status": "completed", "percentage": 100},
    {"creator_id": "c", "tiktok_handle": "cyd", "status": None, "percentage": None},
)


def test_statuses_are_counted_and_the_share_on_pace_is_of_those_known():
    [row] = summarize_compliance(GOALS).to_dict("records")
    assert row == {
        "project_id": "p",
        "creators": 3,
        "goals": 4,
        "on_track": 1,
        "behind_pace": 0,
        "at_risk": 0,
        "completed": 1,
        "missed": 1,
        "not_started": 0,
        "unknown": 1,
        "on_pace_percentage": pytest.approx(200 / 3),
        "mean_percentage": pytest.approx(160 / 3),
    }


AHEAD = {"status": "on_track", "percentage": 0, "actual": 0, "not_yet_started": True}


def test_a_goal_that_has_not_started_is_counted_apart_and_in_no_rate():
    unknown = {"status": "on_track", "percentage": 30, "not_yet_started": None}
    frame = judged(
        unknown, {"status": "missed", "percentage": 10}, AHEAD, {**AHEAD, "creator_id": "b"}
    )
    [row] = summarize_compliance(frame).to_dict("records")
    assert (row["goals"], row["creators"], row["not_started"], row["on_track"]) == (4, 2, 2, 1)
    assert (row["on_pace_percentage"], row["mean_percentage"]) == (50, 20)
    b = summarize_compliance(frame, by="creator").set_index("creator_id").loc["b"]
    assert pd.isna(b[["on_pace_percentage", "mean_percentage"]]).all()


def test_goals_judged_on_a_day_before_their_first_have_not_started():
    frame = goals({"start_date": "2026-06-10"}, {})
    options = {"now": NOW, "timezone": NEW_YORK, "reference_date": "2026-06-08"}
    found = evaluate_goals(frame, videos("2026-06-08T16:00Z"), **options)
    [row] = summarize_compliance(found.assign(project_id="p")).to_dict("records")
    assert (row["not_started"], row["on_pace_percentage"]) == (1, 100)


def test_creators_with_the_smallest_share_on_pace_come_first_and_unknown_ones_last():
    found = summarize_compliance(GOALS, by="creator")
    assert found["tiktok_handle"].tolist() == ["ann", "bob", "cyd"]
    assert found["on_pace_percentage"].tolist()[:2] == [50, 100]
    assert pd.isna(found["on_pace_percentage"].iloc[2])


def test_creators_with_the_most_goals_off_pace_come_first():
    statuses = ["missed", "on_track", "behind_pace", "at_risk", "on_track"]
    frame = judged(
        *(
            {"status": status, "creator_id": name}
            for status, name in zip(statuses, "azzzz", strict=True)
        )
    )
    found = summarize_compliance(frame, by="creator")
    assert found["creator_id"].tolist() == ["z", "a"]
    assert found["on_pace_percentage"].tolist() == [50, 0]
    projects = summarize_compliance(frame.assign(project_id=frame["creator_id"]))
    assert projects["project_id"].tolist() == ["a", "z"]


@pytest.mark.parametrize(
    ("by", "order"), [("metric", ["posts", "views"]), ("period", ["weekly", "monthly"])]
)
def test_metrics_and_periods_come_in_their_natural_order(by, order):
    found = summarize_compliance(GOALS.iloc[::-1], by=by)
    assert found[by].tolist() == order
    assert found["goals"].tolist() == [3, 1]


def test_a_goal_without_a_group_is_counted_apart():
    frame = GOALS.assign(project_id=["p", None, "p", "p"])
    assert summarize_compliance(frame)["goals"].sum() == len(frame)


@pytest.mark.parametrize("by", ["project", "creator", "metric", "period"])
def test_an_empty_frame_gives_a_typed_empty_summary(by):
    empty = summarize_compliance(GOALS.head(0), by=by)
    assert empty.dtypes.to_dict() == summarize_compliance(GOALS, by=by).dtypes.to_dict()
    assert empty.empty


def test_wrong_arguments_are_refused():
    with pytest.raises(ChoiceError, match="'project', 'creator', 'metric', 'period'"):
        summarize_compliance(GOALS, by="week")
    with pytest.raises(MissingColumnError, match=r"no columns? .*'status'.*load_goal_compliance"):
        summarize_compliance(GOALS.drop(columns="status"))


@pytest.mark.parametrize("backend", ["numpy_nullable", "pyarrow"])
def test_the_counts_equal_those_of_the_servers_report(client, backend):
    project = "Q1 Brand Program"
    goals = tgp.load_goal_compliance(project, dtype_backend=backend, client=client)
    report = tgp.load_report("goal-compliance", project, client=client)
    counts = report.set_index("status")["count"].to_dict()
    found = summarize_compliance(goals).iloc[0]
    # The report counts what has not started as on_track.
    found["on_track"] += found["not_started"]
    assert found["not_started"] == goals["not_yet_started"].sum() == 1
    assert {status: found[status] for status in counts} == counts


def test_a_goal_of_two_joined_loads_counts_once_in_each_period():
    frame = judged({"status": "at_risk"}, {"status": "missed", "period_start": "2026-06-01T04:00Z"})
    later = frame.head(1).assign(status="on_track")
    joined = pd.concat([frame.assign(goal_id="g"), later.assign(goal_id="g")])
    [row] = summarize_compliance(joined).to_dict("records")
    assert (row["goals"], row["at_risk"], row["on_track"], row["missed"]) == (2, 0, 1, 1)
