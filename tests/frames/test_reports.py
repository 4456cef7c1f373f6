"""Answers that are no plain list, flattened."""

from __future__ import annotations

import pytest

from trackagoat_pandas.errors import UnreadableResponseError
from trackagoat_pandas.frames.reports import flatten_compliance
from trackagoat_pandas.frames.values import chunk_from_records
from trackagoat_pandas.tables import GOAL_COMPLIANCE

GOAL = {
    "goal": {
        "id": "g",
        "creator_id": "c",
        "project_id": "p",
        "metric": "posts",
        "period": "weekly",
        "target_value": 15,
        "start_date": "2026-06-01",
        "end_date": None,
        "is_active": True,
    },
    "target": 15,
    "actual": 11,
    "percentage": 73,
    "status": "behind_pace",
    "advisory": {
        "has_advisory": True,
        "period_in_progress": True,
        "period_recently_ended": False,
        "scrape_stale": False,
        "not_yet_started": False,
        "messages": ["The week is not over."],
        "period_start": "2026-06-08T04:00:00Z",
        "period_end": "2026-06-15T04:00:00Z",
        "hours_until_period_end": 16.0,
        "hours_since_period_end": None,
        "scrape_freshness": {"videos": "2026-06-14T11:00:00Z"},
    },
}
CREATOR = {"id": "c", "tiktok_handle": "ann", "display_name": "Ann", "avatar_url": None}
GROUP = {"creator": CREATOR, "compliance": [GOAL]}


def test_a_goal_has_every_declared_column_and_no_other():
    (record,) = flatten_compliance([GROUP])
    assert set(record) == set(GOAL_COMPLIANCE.names)
    assert (record["creator_id"], record["goal_id"], record["actual"]) == ("c", "g", 11)


def test_flat_records_make_a_chunk_without_a_loss():
    chunk = chunk_from_records(flatten_compliance([GROUP]), GOAL_COMPLIANCE)
    assert (chunk.unreadable, chunk.extras) == ({}, {})
    assert chunk.arrow["messages"].to_pylist() == ['["The week is not over."]']


def test_every_goal_of_every_creator_is_a_record():
    other = {"creator": {**CREATOR, "id": "d"}, "compliance": [GOAL, GOAL]}
    records = flatten_compliance([GROUP, other])
    assert [record["creator_id"] for record in records] == ["c", "d", "d"]


def test_a_creator_without_goals_has_no_record():
    assert flatten_compliance([{"creator": CREATOR, "compliance": []}]) == []


@pytest.mark.parametrize("data", [{"creators": [GROUP], "period": "weekly"}, GROUP, [GROUP]])
def test_groups_are_found_in_any_container(data):
    assert len(flatten_compliance(data)) == 1


@pytest.mark.parametrize("data", [[], {"creators": None}])
def test_nothing_has_no_records(data):
    assert flatten_compliance(data) == []


def test_a_group_that_is_a_goal_itself_is_one_record():
    (record,) = flatten_compliance([{"creator": CREATOR, **GOAL}])
    assert (record["creator_id"], record["goal_id"]) == ("c", "g")


def test_a_creators_own_fields_do_not_pass_for_the_goals():
    group = {"creator": {**CREATOR, "is_active": False, "project_id": "q"}, "compliance": [GOAL]}
    (record,) = flatten_compliance([group])
    assert (record["is_active"], record["creator_is_active"]) == (True, False)
    assert (record["project_id"], record["creator_project_id"]) == ("p", "q")


def test_missing_parts_leave_their_columns_out():
    (record,) = flatten_compliance([{"creator": None, "compliance": [{"goal": None, "actual": 1}]}])
    assert record == {"actual": 1}


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (None, "both its data and its error are null"),
        (7, "neither a list nor an object"),
        (["x"], "group is not an object"),
        ([{"creator": "ann", "compliance": [GOAL]}], "a part of it is not an object"),
        ([{"creator": CREATOR, "compliance": ["x"]}], "a part of it is not an object"),
        ({"message": "ok"}, r"""holds no list\. It starts '\{"message":"ok"\}'"""),
        ({"a": [GROUP], "b": [GROUP]}, "several lists"),
        ([GROUP, {"creator": CREATOR, "compliance": None}], "compliance is not a list"),
    ],
)
def test_another_shape_is_an_error(data, problem):
    with pytest.raises(UnreadableResponseError, match=f"goal-compliance: HTTP 200, .*{problem}"):
        flatten_compliance(data)
