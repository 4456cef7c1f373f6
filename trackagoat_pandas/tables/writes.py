"""What comes of writes: the requests that would be sent, and what became of each item.

Knows columns. Must not know how anything is sent.
"""

from __future__ import annotations

from trackagoat_pandas.tables.model import Column, Table

RESULT_STATUSES = (
    "created", "reactivated", "updated", "deleted", "done", "unchanged", "failed", "unknown",
    "not_sent",
)  # fmt: skip

PLAN = Table(
    name="plan",
    path="",
    row="one request that would be sent, in order",
    key=(),
    loader="dry_run=True",
    columns=(
        Column("method", "text", "POST, PATCH or DELETE."),
        Column("path", "text", "The path below the base URL."),
        Column("body", "json", "The body as JSON text; NA without one.", nullable=True),
        Column("items", "int", "How many items the request is about.", unit="items"),
    ),
)

RESULTS = Table(
    name="results",
    path="",
    row="one item, in the order given",
    key=(),
    loader="tgp.actions",
    columns=(
        Column("item", "text", "What was to be changed: a handle, an address, a name or an id."),
        Column(
            "status",
            "category",
            "What became of it; unknown where no answer came, not_sent where nothing was asked.",
            categories=RESULT_STATUSES,
        ),
        Column("id", "id", "The resource's id, where there is one.", nullable=True),
        Column("error_code", "text", "The API's word for the error.", nullable=True),
        Column("error", "text", "What went wrong, as a sentence.", nullable=True),
    ),
)
