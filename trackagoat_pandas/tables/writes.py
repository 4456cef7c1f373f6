"""Requests and results of writes, and resources that only writes return."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from trackagoat_pandas.tables.analytics import GOAL_METRICS, GOAL_PERIODS
from trackagoat_pandas.tables.model import Column, Table, assumed

ROLES = ("admin", "member")
SCOPES = ("read", "write")

RESULT_STATUSES = (
    "created", "reactivated", "updated", "deleted", "done", "unchanged", "failed", "unknown",
    "not_sent",
)  # fmt: skip

PLAN_STATUSES = (
    "would create", "would reactivate", "would change", "would remove", "would send", "exists",
    "unchanged", "not found", "would fail", "unknown", "duplicate", "invalid",
)  # fmt: skip

PLAN = Table(
    name="plan",
    path="",
    row="one item, in the order given, and the request that would be sent for it",
    key=(),
    loader="dry_run=True",
    columns=(
        Column("item", "text", "The item as it was given.", nullable=True),
        Column(
            "status",
            "category",
            "What would become of it; unknown where the API has no list.",
            categories=PLAN_STATUSES,
            role="standing",
        ),
        Column(
            "error", "text", "Why nothing would, as a sentence.", nullable=True, role="standing"
        ),
        Column(
            "method",
            "text",
            "POST, PATCH or DELETE; NA if none is sent.",
            nullable=True,
            role="standing",
        ),
        Column("path", "text", "The path below the base URL.", nullable=True, role="standing"),
        Column("body", "text", "The body for it alone, as JSON text.", nullable=True, role="long"),
    ),
)

RESULTS = Table(
    name="results",
    path="",
    row="one item, in the order given",
    key=(),
    loader="tgp.actions",
    columns=(
        Column("item", "text", "The handle, address, name or id that was given."),
        Column(
            "status",
            "category",
            "The outcome: unknown without a response, not_sent if no request was sent.",
            categories=RESULT_STATUSES,
            role="standing",
        ),
        Column("error_code", "text", "The API's error code.", nullable=True, role="standing"),
        Column("error", "text", "What went wrong, as a sentence.", nullable=True, role="standing"),
        Column("id", "id", "The resource's id, where there is one.", nullable=True),
    ),
)

GOALS = Table(
    name="goals",
    path="/creators/{id}/goals",
    row="one goal of a creator",
    key=("id",),
    loader="tgp.actions.update_goal",
    columns=(
        Column("metric", "category", "What the goal counts.", categories=GOAL_METRICS),
        Column("period", "category", "How long a period lasts.", categories=GOAL_PERIODS),
        Column("target_value", "float", "The target of one period."),
        Column("start_date", "day", "First day.", nullable=True),
        Column("end_date", "day", "Last day; NA if it has none.", nullable=True),
        Column("is_active", "bool", "False once the goal is deactivated."),
        Column("creator_id", "id", "The creator."),
        Column("project_id", "id", "The creator's project."),
        Column("id", "id", "The goal's id."),
    ),
)

ORGANIZATIONS = Table(
    name="organizations",
    path="/user/organizations",
    row="one organization",
    key=("id",),
    loader="tgp.actions.create_organization",
    columns=(
        assumed("name", "text", "The organization's name."),
        assumed("timezone", "text", "IANA time zone of its days.", nullable=True),
        assumed("created_at", "instant", "When it was created.", nullable=True),
        assumed("id", "id", "The organization's id."),
    ),
)

MEMBERS = Table(
    name="members",
    path="/organizations/{id}/members",
    row="one member of an organization",
    key=("id",),
    loader="tgp.actions.update_member",
    columns=(
        assumed("email", "text", "The person's address.", nullable=True),
        Column("role", "category", "What the person may do.", categories=ROLES),
        assumed("created_at", "instant", "When the person joined.", nullable=True),
        assumed("org_id", "id", "The organization."),
        assumed("user_id", "id", "The person."),
        assumed("id", "id", "The membership's id."),
    ),
)

API_KEYS = Table(
    name="api_keys",
    path="/organizations/{id}/api-keys",
    row="one API key, without the key itself",
    key=("id",),
    loader="tgp.actions.create_api_key",
    columns=(
        assumed("name", "text", "The key's name."),
        assumed("scopes", "json", "What it may do."),
        assumed("created_at", "instant", "When it was created.", nullable=True),
        assumed("id", "id", "The key's id."),
    ),
)


def _same(*names: str) -> dict[str, str]:
    return {name: name for name in names}


WRITABLE: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "creators": {
            "tiktok_handle": "tiktok_handle",
            "description": "readme",
            "tracking_mode": "tracking_mode",
            "tracking_start_date": "tracking_start_date",
        },
        "videos": {
            "title": "title",
            "description": "readme",
            "tracking_status": "tracking_status",
        },
        "campaigns": _same("name", "readme", "target_views", "target_at"),
        "projects": _same("name", "description"),
        "annotations": _same("date", "label", "kind"),
        "payout_methods": _same("name", "readme", "is_active"),
        "payout_structures": _same(
            "name", "is_active", "amount_cents", "period", "cpm_cents", "threshold_views",
            "cap_cents", "goal_metric", "proration",
        ),
        "payout_payments": _same("note"),
    }
)  # fmt: skip
"""The columns of loaded frames that a PATCH can change, with their names in its body."""
