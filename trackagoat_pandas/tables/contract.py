"""What differs between the API as it is declared here and as it is found."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

from trackagoat_pandas.tables.model import Column, Table

Severity: TypeAlias = Literal[
    "endpoint missing", "type changed", "missing", "renamed?", "added", "not checked"
]
SEVERITIES: Final = get_args(Severity)
"""Most severe first."""

FINDINGS = Table(
    name="contract_findings",
    path="",
    row="one difference",
    key=(),
    loader="check_contract",
    columns=(
        Column("where", "text", "Where it was seen: a page, the server's openapi or its schema."),
        Column("table", "text", "The table that declares it: a name for describe()."),
        Column("field", "text", "The declared field, or the one that was added.", nullable=True),
        Column("expected", "text", "What is declared.", nullable=True),
        Column("found", "text", "What the server has.", nullable=True),
        Column(
            "severity",
            "category",
            "What kind of difference it is, most severe first.",
            categories=SEVERITIES,
        ),
        Column("meaning", "text", "What it does to the loader's frames."),
    ),
)
