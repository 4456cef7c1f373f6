"""Small frames of goals, videos and analytics for tests."""

from __future__ import annotations

import pandas as pd

NEW_YORK = "America/New_York"
NOW = "2026-06-10T16:00:00Z"  # Wednesday noon in New York
PERCENTAGES = [
    (11, 15, 73), (1, 8, 13), (1, 200, 1), (1, 201, 0), (0, 5, 0), (5, 5, 100), (99, 5, 100),
    (-4, 10, 0),
]  # fmt: skip
"""What was done, the target, and the percentage of the API, and so of the sandbox."""
STATUSES = [
    (50, 0.5, "on_track"),
    (49, 0.5, "behind_pace"),
    (35, 0.5, "behind_pace"),  # a pace of exactly 0.7
    (34, 0.5, "at_risk"),
    (100, 0.1, "on_track"),  # reached early
    (0, 0.0, "on_track"),
    (100, 1.0, "completed"),
    (99, 1.0, "missed"),
    (99, 1.5, "missed"),
]
"""What was done of 100, the share of the period that has passed, and the API's status."""


def goals(*rows, **shared):
    """Goals of ann unless said otherwise; every field may be given."""
    plain = {
        "creator_id": "a",
        "tiktok_handle": "ann",
        "project_id": "p",
        "metric": "posts",
        "period": "weekly",
        "target_value": 4,
        "start_date": "2026-01-01",
        "end_date": None,
    }
    frame = pd.DataFrame(
        [{**plain, "goal_id": f"g{place}", **shared, **row} for place, row in enumerate(rows)]
        or [{**plain, "goal_id": "g0", **shared}]
    )
    return frame.astype(
        {
            "target_value": "Float64",
            "start_date": "datetime64[us]",
            "end_date": "datetime64[us]",
            "metric": "category",
            "period": "category",
        }
    )


def videos(*posted, creator="a", status="included", disabled=False):
    """Posts at instants."""
    return pd.DataFrame(
        {
            "creator_id": creator,
            "posted_at": pd.to_datetime(list(posted), utc=True).as_unit("us"),
            "tracking_status": status,
            "is_tracking_disabled": disabled,
        },
        index=range(len(posted)),
    )


def daily(values, *, start="2026-06-01", metric="views", creator="a", partial_last=False):
    """Gains of consecutive days."""
    partial = [False] * len(values)
    if partial_last:
        partial[-1] = True
    return pd.DataFrame(
        {
            "entity": "creator",
            "entity_id": creator,
            "metric": metric,
            "date": pd.date_range(start, periods=len(values)).as_unit("us"),
            "value": pd.array(values, "Float64"),
            "series_kind": "main",
            "is_partial": pd.array(partial, "boolean"),
        }
    )


def judged(*rows, **shared):
    """Goals with their standing in the week from 8 June 2026, by default at half of it."""
    plain = {
        "target": 4.0,
        "actual": 1.0,
        "percentage": 25.0,
        "status": "at_risk",
        "not_yet_started": False,
        "period_start": "2026-06-08T04:00:00Z",
        "period_end": "2026-06-15T04:00:00Z",
        "hours_until_period_end": 84.0,
        "hours_since_period_end": None,
    }
    frame = goals(*[{**plain, **shared, **row} for row in rows or [{}]])
    return frame.astype(
        {
            "period_start": "datetime64[us, UTC]",
            "period_end": "datetime64[us, UTC]",
            "hours_until_period_end": "Float64",
            "hours_since_period_end": "Float64",
            "target": "Float64",
            "actual": "Float64",
            "percentage": "Float64",
        }
    )
