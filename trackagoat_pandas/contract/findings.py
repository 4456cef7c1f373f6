"""Differences between a table and the rows of a response, and their effect on frames.

The rows are decoded as the loaders decode them, so a difference is found as it affects frames.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias, get_args

from trackagoat_pandas.frames.values import chunk_from_records
from trackagoat_pandas.tables.model import Column, Table

Severity: TypeAlias = Literal[
    "endpoint missing", "type changed", "missing", "renamed?", "added", "not checked"
]
_ALIKE: Final = 0.6
"""The similarity of two names, by difflib's ratio, from which one may be the other's new name."""
_READABLE_AS: Final[Mapping[str, frozenset[str]]] = {
    "int": frozenset({"int", "float"}),
    "float": frozenset({"int", "float"}),
    "bool": frozenset({"bool"}),
    "json": frozenset({"json"}),
}
"""The kinds of unknown fields that may be a column of a kind; other columns are read from text."""
SEVERITIES = get_args(Severity)
"""Most severe first."""

FINDINGS = Table(
    name="contract_findings",
    path="",
    row="one difference",
    key=(),
    loader="check_contract",
    columns=(
        Column(
            "where",
            "text",
            "Where it was seen: a page, or a description of the API.",
        ),
        Column("table", "text", "The table that declares the field: a name for describe()."),
        Column("field", "text", "The declared field, or the one that was added.", nullable=True),
        Column("expected", "text", "What is declared.", nullable=True),
        Column("found", "text", "What the server has.", nullable=True),
        Column(
            "severity",
            "category",
            "The kind of difference, most severe first.",
            categories=SEVERITIES,
        ),
        Column("meaning", "text", "The effect on the loader's frames."),
    ),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference between the declared tables and the API."""

    where: str
    table: str
    field: str | None
    expected: str | None
    found: str | None
    severity: Severity
    meaning: str


def endpoint_missing(where: str, table: Table, found: str) -> Finding:
    """Return the finding of a path that doesn't exist."""
    meaning = f"{table.loader} raises an error"
    return Finding(where, table.name, None, f"GET {table.path}", found, "endpoint missing", meaning)


def not_checked(where: str, table: Table, reason: str) -> Finding:
    """Return the finding of a table that couldn't be compared."""
    meaning = f"it is unknown what {table.loader} returns"
    return Finding(where, table.name, None, None, reason, "not checked", meaning)


def missing(where: str, table: Table, column: Column) -> Finding:
    """Return the finding of a declared field that isn't sent, nor one of a similar name."""
    meaning = f"{column.name} is NA in the frames of {table.loader}"
    return Finding(
        where, table.name, column.name, expected(column), "no such field", "missing", meaning
    )


def renamed(where: str, table: Table, column: Column, name: str) -> Finding:
    """Return the finding of a declared field that isn't sent, but an unknown one that may be it."""
    meaning = f"{column.name} is NA in the frames of {table.loader}; {name} is a separate column"
    return Finding(where, table.name, column.name, expected(column), name, "renamed?", meaning)


def type_changed(where: str, table: Table, column: Column, found: str) -> Finding:
    """Return the finding of a field whose values can't be read as the declared type."""
    meaning = f"such values of {column.name} are NA in the frames of {table.loader}, with a warning"
    return Finding(where, table.name, column.name, expected(column), found, "type changed", meaning)


def unreadable(where: str, table: Table, problem: str) -> Finding:
    """Return the finding of a response that can't be read at all."""
    meaning = f"{table.loader} raises UnreadableResponseError"
    return Finding(where, table.name, None, "rows", problem, "type changed", meaning)


def added(where: str, table: Table, name: str, found: str) -> Finding:
    """Return the finding of a field that the table doesn't declare."""
    meaning = f"{name} is a column after the declared ones of {table.loader}, with a warning"
    return Finding(where, table.name, name, None, found, "added", meaning)


def new_word(where: str, table: Table, column: Column, word: str) -> Finding:
    """Return the finding of a word that isn't among the declared ones."""
    meaning = f"{column.name} has an additional category, which helpers may ignore"
    return Finding(where, table.name, column.name, expected(column), repr(word), "added", meaning)


def expected(column: Column) -> str:
    """Describe a column's declared type in terms of JSON."""
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


def compare_rows(where: str, table: Table, records: Sequence[Mapping[str, Any]]) -> list[Finding]:
    """Compare rows with the table that declares them."""
    if not records:
        return [not_checked(where, table, "there are no rows")]
    chunk = chunk_from_records(records, table)
    come = {name for record in records for name in record}
    absent = [column for column in table.columns if come.isdisjoint((column.name, *column.wire))]
    changed = [
        type_changed(where, table, table.column(name), chunk.examples[name])
        for name in chunk.unreadable
    ]
    closed = [column for column in table.columns if column.categories]
    new_words = [
        new_word(where, table, column, word)
        for column in closed
        # The dictionary begins with the declared words.
        for word in chunk.arrow[column.name]
        .combine_chunks()
        .dictionary.to_pylist()[len(column.categories) :]
    ]
    return [*changed, *compare_names(where, table, absent, dict(chunk.extras)), *new_words]


def compare_names(
    where: str, table: Table, absent: Sequence[Column], extras: dict[str, str]
) -> list[Finding]:
    """Find the fields that are missing, may be renamed, or are added.

    Parameters
    ----------
    where, table
        As in every finding.
    absent
        Declared columns that aren't sent.
    extras
        Fields that the table doesn't declare, with their kinds.
    """
    new_names = _new_names(absent, extras)
    gone = [
        renamed(where, table, column, new_names[column.name])
        if column.name in new_names
        else missing(where, table, column)
        for column in absent
    ]
    left = {name: kind for name, kind in extras.items() if name not in new_names.values()}
    return gone + [added(where, table, name, kind) for name, kind in left.items()]


def _new_names(absent: Sequence[Column], extras: Mapping[str, str]) -> dict[str, str]:
    """Pair absent columns with unknown fields of the same kind, the most similar names first."""
    in_snake_case = {name: re.sub("(?=[A-Z])", "_", name).lower() for name in extras}
    likeness = difflib.SequenceMatcher
    scores = sorted(
        (
            (likeness(None, column.name, in_snake_case[name]).ratio(), column.name, name)
            for column in absent
            for name, kind in extras.items()
            if kind in _READABLE_AS.get(column.kind, frozenset({"text"})) | {"null"}
        ),
        reverse=True,
    )
    pairs: dict[str, str] = {}
    for score, column, name in scores:
        if score >= _ALIKE and column not in pairs and name not in pairs.values():
            pairs[column] = name
    return pairs
