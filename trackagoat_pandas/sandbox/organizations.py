"""Organizations, their plans, keys and projects."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from trackagoat_pandas.sandbox.clock import DAY_S, Timeline, format_instant
from trackagoat_pandas.sandbox.dice import Dice

SCOPES = ("read", "write")


@dataclass(frozen=True, slots=True)
class Key:
    """An API key, and whether it still works."""

    plain: str
    name: str
    scopes: tuple[str, ...] = SCOPES
    is_expired: bool = False
    is_revoked: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """An organization to create.

    ``empty_projects`` have no rows; what is absent from ``limits`` is unlimited.
    """

    name: str
    timezone: str
    retention_days: int | None
    max_requests_per_day: int | None
    keys: tuple[Key, ...]
    projects: tuple[str, ...]
    empty_projects: tuple[str, ...] = ()
    limits: Mapping[str, int] = field(default_factory=dict)


def organization_row(dice: Dice, timeline: Timeline, plan: Plan) -> dict[str, Any]:
    """Make the row of the table organizations."""
    return {
        "id": dice.uuid(),
        "name": plan.name,
        "timezone": plan.timezone,
        "retention_days": plan.retention_days,
        "max_requests_per_day": plan.max_requests_per_day,
        "created_at": timeline.text(timeline.start_s(timeline.first_day) - 60 * DAY_S),
    }


def limit_rows(plan: Plan, org_id: str) -> list[dict[str, Any]]:
    """Make the rows of the table plan_limits."""
    return [
        {"org_id": org_id, "limit_key": limit_key, "maximum": maximum}
        for limit_key, maximum in plan.limits.items()
    ]


def key_rows(dice: Dice, timeline: Timeline, plan: Plan, org_id: str) -> list[dict[str, Any]]:
    """Make the rows of the table api_keys."""
    created_s = timeline.start_s(timeline.first_day) - 50 * DAY_S  # later than the organization
    yesterday = format_instant(timeline.now - timedelta(days=1))
    return [
        {
            "id": dice.uuid(),
            "org_id": org_id,
            "key": key.plain,
            "name": key.name,
            "scopes": json.dumps(key.scopes),
            "expires_at": yesterday if key.is_expired else None,
            "revoked_at": yesterday if key.is_revoked else None,
            "created_at": timeline.text(created_s + 60 * place),
        }
        for place, key in enumerate(plan.keys)
    ]


def project_rows(
    dice: Dice, timeline: Timeline, plan: Plan, org_id: str, names: Sequence[str]
) -> list[dict[str, Any]]:
    """Make the rows of the table projects, one for each name; every third has no description."""
    created_s = timeline.start_s(timeline.first_day) - 40 * DAY_S
    return [
        {
            "id": dice.uuid(),
            "org_id": org_id,
            "name": name,
            "description": None if place % 3 == 2 else f"{plan.name}: {name}",
            "timezone": plan.timezone,
            "created_at": timeline.text(created_s + 3_600 * place),
            "updated_at": timeline.text(created_s + 3_600 * place + dice.whole(0, 30) * DAY_S),
        }
        for place, name in enumerate(names)
    ]
