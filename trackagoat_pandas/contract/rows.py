"""What a page's rows show: which declared fields come, which others, and what can't be read.

The rows go through the decoder that the loaders use, so what is found is what frames would suffer.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from trackagoat_pandas.contract import findings
from trackagoat_pandas.contract.findings import Finding
from trackagoat_pandas.frames.chunk import Chunk
from trackagoat_pandas.frames.decode import chunk_from_records
from trackagoat_pandas.tables.model import Column, Table

_ALIKE: Final = 0.6
"""How much of two names must agree, by difflib's ratio, before one may be the other's new name."""
_READABLE_AS: Final[Mapping[str, frozenset[str]]] = {
    "int": frozenset({"int", "float"}),
    "float": frozenset({"int", "float"}),
    "bool": frozenset({"bool"}),
    "json": frozenset({"json"}),
}
"""Which kinds of unknown fields may be a declared column of a kind; all others are text."""


def compare_rows(where: str, table: Table, records: Sequence[Mapping[str, Any]]) -> list[Finding]:
    """Compare rows with the table that declares them; without rows nothing is checked."""
    if not records:
        return [findings.not_checked(where, table, "there are no rows")]
    chunk = chunk_from_records(records, table)
    absent = [column for column in table.columns if not _comes(column, records)]
    return [
        *_changed(where, table, chunk),
        *compare_names(where, table, absent, dict(chunk.extras)),
        *_new_words(where, table, chunk),
    ]


def compare_names(
    where: str, table: Table, absent: Sequence[Column], extras: dict[str, str]
) -> list[Finding]:
    """Find what is missing, what may be renamed, and what is added.

    Parameters
    ----------
    where, table
        For the findings.
    absent
        Declared columns that don't come.
    extras
        Fields that nobody declared, with their kinds.
    """
    new_names = _new_names(absent, extras)
    gone = [
        findings.renamed(where, table, column, new_names[column.name])
        if column.name in new_names
        else findings.missing(where, table, column)
        for column in absent
    ]
    left = {name: kind for name, kind in extras.items() if name not in new_names.values()}
    return gone + [findings.added(where, table, name, kind) for name, kind in left.items()]


def _new_names(absent: Sequence[Column], extras: Mapping[str, str]) -> dict[str, str]:
    """Pair absent columns with unknown fields of a kind, those whose names agree most first."""
    scores = sorted(
        (
            (difflib.SequenceMatcher(None, column.name, _snake(name)).ratio(), column.name, name)
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


def _comes(column: Column, records: Sequence[Mapping[str, Any]]) -> bool:
    return any(name in record for record in records for name in (column.name, *column.wire))


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def _changed(where: str, table: Table, chunk: Chunk) -> Iterator[Finding]:
    for name in chunk.unreadable:
        yield findings.type_changed(where, table, table.column(name), chunk.examples[name])


def _new_words(where: str, table: Table, chunk: Chunk) -> Iterator[Finding]:
    for column in table.columns:
        if column.categories:
            words = chunk.arrow[column.name].combine_chunks().dictionary.to_pylist()
            for word in words[len(column.categories) :]:
                yield findings.new_word(where, table, column, word)
