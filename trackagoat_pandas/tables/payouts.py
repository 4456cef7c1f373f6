"""Payout methods, structures, assignments, accruals and payments; money is integer cents."""

from __future__ import annotations

from trackagoat_pandas.tables.analytics import GOAL_PERIODS
from trackagoat_pandas.tables.model import Column, Filter, Table, assumed, filters

RULE_KINDS = ("recurring", "goal", "cpm", "view_threshold")
PRORATIONS = ("none", "daily")
ACCRUAL_STATUSES = ("pending", "paid", "voided")
ACCRUAL_KINDS = ("accrual", "adjustment")
PAYMENT_STATUSES = ("recorded", "voided")
CURRENCY_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}
"""Signs that precede an amount; other currencies are written as codes."""

PAYOUT_METHODS = Table(
    name="payout_methods",
    path="/payout-methods",
    page="api-reference/payouts",
    row="one method of payment",
    key=("id",),
    loader="load_payout_methods",
    columns=(
        Column("name", "text", "The method's name."),
        Column("is_default", "bool", "True for the built-in methods."),
        Column("is_active", "bool", "False once it is disabled."),
        Column("created_at", "instant", "When it was created."),
        Column("org_id", "id", "The organization that owns it.", nullable=True),
        Column("id", "id", "The method's id."),
        Column(
            "icon_url", "text", "Address of its icon.", nullable=True, content="link", role="long"
        ),
        Column("readme", "text", "Notes.", nullable=True, wire=("description",), role="long"),
        Column("metadata", "json", "A free-form object.", nullable=True),
    ),
    filters=filters("is_active"),
)

PAYOUT_STRUCTURES = Table(
    name="payout_structures",
    path="/payout-structures",
    page="api-reference/payouts",
    row="the current version of one payout rule",
    key=("id", "version"),
    loader="load_payout_structures",
    columns=(
        assumed("name", "text", "The rule's name."),
        assumed(
            "period",
            "category",
            "How often it is earned.",
            nullable=True,
            categories=GOAL_PERIODS,
        ),
        assumed("kind", "category", "What is paid for.", categories=RULE_KINDS),
        assumed(
            "amount_cents",
            "int",
            "The amount per period, goal or video.",
            nullable=True,
            unit="cents",
        ),
        assumed(
            "cpm_cents",
            "int",
            "The amount per 1,000 views.",
            nullable=True,
            unit="cents per 1,000 views",
            content="money",
        ),
        assumed(
            "threshold_views",
            "int",
            "The views a video must pass.",
            nullable=True,
            unit="views a video",
            least=0,
        ),
        assumed(
            "cap_cents",
            "int",
            "The maximum for a period.",
            nullable=True,
            unit="cents a period",
            content="money",
        ),
        assumed("goal_metric", "text", "The metric whose goal is paid.", nullable=True),
        assumed(
            "proration",
            "category",
            "Whether part of a period is paid its share.",
            nullable=True,
            categories=PRORATIONS,
        ),
        assumed(
            "version",
            "int",
            "The version number; every edit makes a new version.",
            role="standing",
            content="ordinal",
        ),
        assumed("is_active", "bool", "False once the rule has ended."),
        assumed("created_at", "instant", "When this version was created."),
        assumed("project_id", "id", "The project it belongs to."),
        assumed("id", "id", "The rule's id."),
    ),
    filters=filters("project_id"),
)

PAYOUT_ASSIGNMENTS = Table(
    name="payout_assignments",
    path="/payout-structures/{id}/assignments",
    page="api-reference/payouts",
    row="the assignment of one creator to a payout rule",
    key=("id",),
    loader="load_payout_assignments",
    columns=(
        assumed("start_date", "day", "First day on which the rule pays.", nullable=True),
        assumed("end_date", "day", "Last day of it; NA if it has none.", nullable=True),
        assumed("structure_id", "id", "The payout rule."),
        assumed("creator_id", "id", "The creator whom it pays."),
        assumed("id", "id", "The assignment's id."),
    ),
    filters=filters("structure_id"),
)

PAYOUT_ACCRUALS = Table(
    name="payout_accruals",
    path="/payout-accruals",
    page="api-reference/payouts",
    row="one amount that a creator earned in a period",
    key=("id",),
    loader="load_payout_accruals",
    columns=(
        assumed("period_start", "day", "First day of the period.", nullable=True),
        assumed("period_end", "day", "Last day of the period.", nullable=True),
        assumed(
            "kind",
            "category",
            "Earned by the rule, or adjusted by hand.",
            categories=ACCRUAL_KINDS,
        ),
        assumed("amount_cents", "int", "What was earned.", unit="cents"),
        assumed(
            "status",
            "category",
            "Whether it is pending, paid or voided.",
            categories=ACCRUAL_STATUSES,
            role="standing",
        ),
        assumed("created_at", "instant", "When it was computed."),
        assumed(
            "structure_version",
            "int",
            "The rule's version at that time.",
            nullable=True,
            role="standing",
            content="ordinal",
        ),
        assumed("project_id", "id", "The creator's project."),
        assumed("creator_id", "id", "Who earned it."),
        assumed("structure_id", "id", "The payout rule, if it follows one.", nullable=True),
        assumed("id", "id", "The accrual's id."),
        assumed("basis", "json", "What it was earned for.", nullable=True),
    ),
    filters=(
        *filters("project_id", "creator_id", "status"),
        Filter("dates", ("period_start", "period_end")),
    ),
)

PAYOUT_PAYMENTS = Table(
    name="payout_payments",
    path="/payout-payments",
    page="api-reference/payouts",
    row="one recorded payment; the API moves no money",
    key=("id",),
    loader="load_payout_payments",
    columns=(
        Column("method_name", "text", "The method's name at that time.", nullable=True),
        assumed("amount_cents", "int", "What was paid.", unit="cents"),
        assumed(
            "status",
            "category",
            "Whether it is recorded or voided.",
            categories=PAYMENT_STATUSES,
            role="standing",
        ),
        assumed("paid_at", "instant", "When it was paid.", nullable=True),
        assumed("note", "text", "What was noted with it.", nullable=True, role="standing"),
        assumed("creator_id", "id", "Who was paid."),
        assumed("accrual_ids", "json", "The accruals it settles."),
        assumed("method_id", "id", "The payout method.", nullable=True),
        assumed("id", "id", "The payment's id."),
        assumed(
            "receipt_url",
            "text",
            "Address of the receipt.",
            nullable=True,
            content="link",
            role="long",
        ),
    ),
    filters=(
        Filter("project_id"),
        *filters("creator_id", "status"),
        Filter("dates", ("paid_at",)),
    ),
)
