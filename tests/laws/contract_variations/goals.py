"""Goal compliance: its rows, and the arrangements in which a server may nest them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.laws.contract_variations.drawn import Row, rows_of
from trackagoat_pandas.tables import TABLES

STATUSES = TABLES["goal-compliance"].column("status").categories
GOALS = TABLES["goal_compliance"]
_CREATOR = ("creator_id", "tiktok_handle", "display_name", "avatar_url")
_GOAL = (
    "goal_id", "project_id", "metric", "period", "target_value", "start_date", "end_date",
    "is_active",
)  # fmt: skip
_OWN = ("target", "actual", "percentage", "status")
_ADVISORY = tuple(name for name in GOALS.names if name not in (*_CREATOR, *_GOAL, *_OWN))


@st.composite
def goal_rows(draw: st.DrawFn) -> list[Row]:
    """Rows of goal compliance, the first two of one creator."""
    rows = draw(rows_of(GOALS, ("goal_id",)))
    for row in rows[:2]:
        row |= {name: rows[0][name] for name in _CREATOR}
    return rows


def nested_goals(rows: list[Row], shape: str) -> Any:
    """Arrange goals as the API does ("grouped"), or otherwise."""
    if shape == "flat":
        return rows
    goals = [_nested_goal(row) for row in rows]
    if shape == "merged":
        return goals
    groups: list[Row] = [{"creator": {"id": "idle"}, "compliance": []}]
    for goal in goals:
        creator = goal.pop("creator")
        if shape == "single":
            groups.append({"creator": creator, "compliance": goal})
        elif groups[-1]["creator"] == creator:
            groups[-1]["compliance"].append(goal)
        else:
            groups.append({"creator": creator, "compliance": [goal]})
    return {"period": "all", "creators": groups} if shape == "held" else groups


def _nested_goal(row: Row) -> Row:
    def part(names: tuple[str, ...], id_name: str = "") -> Row:
        return {"id" if name == id_name else name: row[name] for name in names if name in row}

    own = {
        name: value for name, value in row.items() if name not in (*_CREATOR, *_GOAL, *_ADVISORY)
    }
    creator, goal = part(_CREATOR, "creator_id"), part(_GOAL, "goal_id")
    return {"creator": creator, "goal": goal, "advisory": part(_ADVISORY), **own}
