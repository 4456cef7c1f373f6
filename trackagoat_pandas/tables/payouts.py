"""Payout methods, structures, assignments, accruals and payments; money is integer cents."""

from __future__ import annotations

from trackagoat_pandas.tables.model import Column, Filter, Table, filters

RULE_KINDS = ("recurring", "goal", "cpm", "view_threshold")
PRORATIONS = ("none", "daily")
ACCRUAL_STATUSES = ("pending", "paid", "voided")
ACCRUAL_KINDS = ("accrual", "adjustment")
PAYMENT_STATUSES = ("recorded", "voided")

PAYOUT_METHODS = Table(
    name="payout_methods",
    path="/payout-methods",
    row="one way of paying",
    key=("id",),
    loader="load_payout_methods",
    columns=(
        Column("id", "id", "The method's id."),
        Column("org_id", "id", "The organization that owns it.", nullable=True),
        Column("name", "text", "The method's name."),
        Column("icon_url", "text", "Address of its icon.", nullable=True),
        Column("is_default", "bool", "True for the built-in methods."),
        Column("is_active", "bool", "False once it is disabled."),
        Column("metadata", "json", "A free-form object.", nullable=True),
        Column("readme", "text", "Notes.", nullable=True, wire=("description",)),
        Column("created_at", "instant", "When it was made."),
    ),
    filters=filters("is_active"),
)

PAYOUT_STRUCTURES = Table(
    name="payout_structures",
    path="/payout-structures",
    row="the current version of one payout rule",
    key=("id", "version"),
    loader="load_payout_structures",
    columns=(
        Column("id", "id", "The rule's id.", documented=False),
        Column("project_id", "id", "The project it belongs to.", documented=False),
        Column("name", "text", "The rule's name.", documented=False),
        Column("kind", "category", "What is paid for.", documented=False, categories=RULE_KINDS),
        Column("version", "int", "Counts the edits of the rule.", documented=False),
        Column(
            "amount_cents",
            "int",
            "What is paid per period, goal or video.",
            documented=False,
            nullable=True,
            unit="cents",
        ),
        Column(
            "period",
            "category",
            "How often it is earned.",
            documented=False,
            nullable=True,
            categories=("daily", "weekly", "monthly"),
        ),
        Column(
            "cpm_cents",
            "int",
            "What 1,000 views earn.",
            documented=False,
            nullable=True,
            unit="cents per 1,000 views",
        ),
        Column(
            "threshold_views",
            "int",
            "The views a video must pass.",
            documented=False,
            nullable=True,
            unit="views",
        ),
        Column(
            "cap_cents",
            "int",
            "The most that a period earns.",
            documented=False,
            nullable=True,
            unit="cents",
        ),
        Column(
            "goal_metric",
            "text",
            "The metric whose goal is paid.",
            documented=False,
            nullable=True,
        ),
        Column(
            "proration",
            "category",
            "Whether part of a period earns its share.",
            documented=False,
            nullable=True,
            categories=PRORATIONS,
        ),
        Column("is_active", "bool", "False once it is ended.", documented=False),
        Column("created_at", "instant", "When this version was made.", documented=False),
    ),
    filters=filters("project_id"),
)

PAYOUT_ASSIGNMENTS = Table(
    name="payout_assignments",
    path="/payout-structures/{id}/assignments",
    row="one creator under one payout rule for a while",
    key=("id",),
    loader="load_payout_assignments",
    columns=(
        Column("id", "id", "The assignment's id.", documented=False),
        Column("structure_id", "id", "The rule.", documented=False),
        Column("creator_id", "id", "The creator.", documented=False),
        Column("start_date", "day", "First day.", documented=False, nullable=True),
        Column("end_date", "day", "Last day; NA while open.", documented=False, nullable=True),
    ),
    filters=filters("structure_id"),
)

PAYOUT_ACCRUALS = Table(
    name="payout_accruals",
    path="/payout-accruals",
    row="an amount that a creator earned in a period",
    key=("id",),
    loader="load_payout_accruals",
    columns=(
        Column("id", "id", "The accrual's id.", documented=False),
        Column("project_id", "id", "The project.", documented=False),
        Column("creator_id", "id", "The creator.", documented=False),
        Column("structure_id", "id", "The rule.", documented=False, nullable=True),
        Column(
            "structure_version",
            "int",
            "The rule's version at that time.",
            documented=False,
            nullable=True,
        ),
        Column("period_start", "day", "First day.", documented=False, nullable=True),
        Column("period_end", "day", "Last day.", documented=False, nullable=True),
        Column("amount_cents", "int", "What was earned.", documented=False, unit="cents"),
        Column(
            "status",
            "category",
            "Whether it was paid.",
            documented=False,
            categories=ACCRUAL_STATUSES,
        ),
        Column(
            "kind",
            "category",
            "Earned by the rule, or put right by hand.",
            documented=False,
            categories=ACCRUAL_KINDS,
        ),
        Column("basis", "json", "What it was earned for.", documented=False, nullable=True),
        Column("created_at", "instant", "When it was computed.", documented=False),
    ),
    filters=(
        *filters("project_id", "creator_id", "status"),
        Filter("dates", ("period_start", "period_end")),
    ),
)

PAYOUT_PAYMENTS = Table(
    name="payout_payments",
    path="/payout-payments",
    row="one recorded payment; the API moves no money",
    key=("id",),
    loader="load_payout_payments",
    columns=(
        Column("id", "id", "The payment's id.", documented=False),
        Column("creator_id", "id", "Who was paid.", documented=False),
        Column("accrual_ids", "json", "The accruals it settles.", documented=False),
        Column("amount_cents", "int", "What was paid.", documented=False, unit="cents"),
        Column("method_id", "id", "The method.", documented=False, nullable=True),
        Column("method_name", "text", "The method's name at that time.", nullable=True),
        Column(
            "status",
            "category",
            "Whether it stands.",
            documented=False,
            categories=PAYMENT_STATUSES,
        ),
        Column("paid_at", "instant", "When it was paid.", documented=False, nullable=True),
        Column("note", "text", "A note.", documented=False, nullable=True),
        Column("receipt_url", "text", "The receipt.", documented=False, nullable=True),
    ),
    filters=(
        Filter("project_id"),
        *filters("creator_id", "status"),
        Filter("dates", ("paid_at",)),
    ),
)
