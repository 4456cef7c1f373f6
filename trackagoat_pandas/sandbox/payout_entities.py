"""The data model of payouts: method, structure, assignment, accrual, payment.

Money is integer cents. Must not know SQL or how an amount is computed.
"""

from __future__ import annotations

from trackagoat_pandas.sandbox.declare import Entity, Field

_ID = Field("id", "uuid", "The row's id.")
_PROJECT_ID = Field("project_id", "uuid", "The project that it belongs to.")
_CREATOR_ID = Field("creator_id", "uuid", "The creator.")
_CREATED_AT = Field("created_at", "datetime", "When the row was made.")

METHOD = Entity(
    "payout_method",
    "A way of paying; no money moves through the API.",
    (
        _ID,
        Field("org_id", "uuid", "The organization."),
        Field("name", "string", "The name, such as PayPal."),
        Field("icon_url", "string", "Its icon.", nullable=True),
        Field("is_default", "boolean", "Whether it is built in, so that it can't be deleted."),
        Field("is_active", "boolean", "Whether it may be used for new payments."),
        Field("metadata", "object", "Free-form object of the organization's own."),
        Field("readme", "string", "The team's notes.", nullable=True),
        _CREATED_AT,
    ),
)

STRUCTURE = Entity(
    "payout_structure",
    "A rule by which creators earn; an edit makes a new version, this is the newest.",
    (
        _ID,
        _PROJECT_ID,
        Field("name", "string", "The name."),
        Field("kind", "string", "recurring, goal, cpm or view_threshold."),
        Field("version", "integer", "The version, from 1."),
        Field("amount_cents", "integer", "Cents for a period, goal or threshold.", nullable=True),
        Field("period", "string", "daily, weekly or monthly.", nullable=True),
        Field("cpm_cents", "integer", "Cents for 1,000 views.", nullable=True),
        Field("threshold_views", "integer", "Views at which a video pays.", nullable=True),
        Field("cap_cents", "integer", "The most that one period pays.", nullable=True),
        Field("goal_metric", "string", "The metric of the goals that pay.", nullable=True),
        Field("proration", "string", "none, or daily: by days assigned of days in the period."),
        Field("is_active", "boolean", "Whether the rule is in force."),
        _CREATED_AT,
    ),
)

ASSIGNMENT = Entity(
    "payout_assignment",
    "A creator to whom a structure applies.",
    (
        _ID,
        Field("structure_id", "uuid", "The structure."),
        _CREATOR_ID,
        Field("start_date", "date", "The first day."),
        Field("end_date", "date", "The last day; null while it runs.", nullable=True),
    ),
)

ACCRUAL = Entity(
    "payout_accrual",
    "What a creator earned for one period under one version of a structure.",
    (
        _ID,
        _PROJECT_ID,
        _CREATOR_ID,
        Field("structure_id", "uuid", "The structure."),
        Field("structure_version", "integer", "The version that applied."),
        Field("period_start", "date", "The period's first day."),
        Field("period_end", "date", "The period's last day."),
        Field("amount_cents", "integer", "The amount in cents; an adjustment may be negative."),
        Field("status", "string", "pending, paid or voided."),
        Field("kind", "string", "accrual or adjustment."),
        Field("basis", "object", "What the amount rests on, such as views or a goal."),
        _CREATED_AT,
    ),
)

PAYMENT = Entity(
    "payout_payment",
    "A payment that was recorded; it settles accruals unless it is voided.",
    (
        _ID,
        _CREATOR_ID,
        Field("accrual_ids", "array", "The accruals that it settles.", of="uuid"),
        Field("amount_cents", "integer", "The amount in cents."),
        Field("method_id", "uuid", "The method, if it still exists.", nullable=True),
        Field("method_name", "string", "The method's name when it was paid."),
        Field("status", "string", "recorded or voided."),
        Field("paid_at", "datetime", "When it was paid."),
        Field("note", "string", "A note.", nullable=True),
        Field("receipt_url", "string", "The receipt.", nullable=True),
    ),
)
