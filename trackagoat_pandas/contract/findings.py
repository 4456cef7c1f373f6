"""Differences between a table and the rows that come, and what each does to frames.

The rows go through the decoder that the loaders use, so what is found is what frames would suffer.
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
"""How much of two names must agree, by difflib's ratio, before one may be the other's new name."""
_READABLE_AS: Final[Mapping[str, frozenset[str]]] = {
    "int": frozenset({"int", "float"}),
    "float": frozenset({"int", "float"}),
    "bool": frozenset({"bool"}),
    "json": frozenset({"json"}),
}
"""Which kinds of unknown fields may be a declared column of a kind; all others are text."""
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
    """A field comes that the table doesn't declare."""
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


def compare_rows(where: str, table: Table, records: Sequence[Mapping[str, Any]]) -> list[Finding]:
    """Compare rows with the table that declares them; without rows nothing is checked."""
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
        # The words that are declared come first in the dictionary.
        for word in chunk.arrow[column.name]
        .combine_chunks()
        .dictionary.to_pylist()[len(column.categories) :]
    ]
    return [*changed, *compare_names(where, table, absent, dict(chunk.extras)), *new_words]


def compare_names(
    where: str, table: Table, absent: Sequence[Column], extras: dict[str, str]
) -> list[Finding]:
    """Find what is missing, what may be renamed, and what is added.

    Parameters
    ----------
    where, table
        Of every finding.
    absent
        Declared columns that don't come.
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
    """Pair absent columns with unknown fields of a kind, those whose names agree most first."""
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
