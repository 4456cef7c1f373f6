"""Differences between the API as it is declared here and as it is found, and what they mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from trackagoat_pandas.tables.model import Column, Table

Severity: TypeAlias = Literal[
    "endpoint missing", "type changed", "missing", "renamed?", "added", "not checked"
]
SEVERITIES = get_args(Severity)
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


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference between what is declared and what was found."""

    where: str
    table: str
    field: str | None
    expected: str | None
    found: str | None
    severity: Severity
    meaning: str


def endpoint_missing(where: str, table: Table, found: str) -> Finding:
    """The path that the table is loaded from isn't there."""
    meaning = f"{table.loader} raises an error"
    return Finding(where, table.name, None, f"GET {table.path}", found, "endpoint missing", meaning)


def not_checked(where: str, table: Table, reason: str) -> Finding:
    """Nothing could be learnt."""
    meaning = f"nothing is known of what {table.loader} gives"
    return Finding(where, table.name, None, None, reason, "not checked", meaning)


def missing(where: str, table: Table, column: Column) -> Finding:
    """A declared field doesn't come, and nothing else looks like it."""
    meaning = f"{column.name} is NA in the frames of {table.loader}"
    return Finding(
        where, table.name, column.name, expected(column), "no such field", "missing", meaning
    )


def renamed(where: str, table: Table, column: Column, name: str) -> Finding:
    """A declared field doesn't come, but an unknown one may be it."""
    meaning = (
        f"{column.name} is NA in the frames of {table.loader}; {name} stays a column of its own"
    )
    return Finding(where, table.name, column.name, expected(column), name, "renamed?", meaning)


def type_changed(where: str, table: Table, column: Column, found: str) -> Finding:
    """A field's values can't be read as what is declared."""
    meaning = f"such values of {column.name} are NA in the frames of {table.loader}, with a warning"
    return Finding(where, table.name, column.name, expected(column), found, "type changed", meaning)


def unreadable(where: str, table: Table, problem: str) -> Finding:
    """An answer as a whole can't be read."""
    meaning = f"{table.loader} raises UnreadableResponseError"
    return Finding(where, table.name, None, "rows", problem, "type changed", meaning)


def added(where: str, table: Table, name: str, found: str) -> Finding:
    """A field comes that nobody declared."""
    meaning = f"{name} is a column after the declared ones of {table.loader}, with a warning"
    return Finding(where, table.name, name, None, found, "added", meaning)


def new_word(where: str, table: Table, column: Column, word: str) -> Finding:
    """A closed set has a word more than is declared."""
    meaning = f"{column.name} has a category more; helpers that know the others may pass it over"
    return Finding(where, table.name, column.name, expected(column), repr(word), "added", meaning)


def expected(column: Column) -> str:
    """What a column is declared to be, in the words of the wire."""
    kind = " or ".join(column.categories) if column.categories else _ON_THE_WIRE[column.kind]
    return f"{kind}, assumed" if not column.documented else kind


_ON_THE_WIRE = {
    "id": "text",
    "text": "text",
    "category": "a word",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "instant": "an instant, ISO 8601",
    "day": "a day, YYYY-MM-DD",
    "json": "any JSON",
}
