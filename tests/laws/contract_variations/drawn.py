"""Rows as the contract declares them: what is sent, apart from how it is sent."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from tests.heavy import HEAVY
from tests.laws.contract_variations.loading import ID
from trackagoat_pandas.tables import Column, Kind, Table

Row = dict[str, Any]

TEXTS = st.sampled_from(
    [
        "",
        "goat",
        "🐐 e\u0301",
        "שלום",
        'a "b"\n\\',
        "12",
        "12.0",
        "null",
        "2026-01-01",
        "\x00",
        " x ",
    ]
) | st.text(st.characters(codec="utf-8"), max_size=4)
UUIDS = st.integers(0, 2**64).map(lambda number: f"{number:08x}-0000-4000-8000-000000000000")
LONG_IDS = st.integers(10**18, 2**63 - 1).map(str)
INSTANTS = st.integers(-(10**12), 10**13).map(
    lambda ms: (
        dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
        + dt.timedelta(milliseconds=ms, microseconds=7 * (ms % 2))
    )
)
DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1))
JSON = st.sampled_from([{}, {"a": 1}, {"b": [1, {"c": None}], "🐐": "é"}, ["x", 2**62], []])
FLOATS = st.integers(0, 2**53) | st.floats(-1e9, 1e9).map(lambda number: number + 0.0)

VALUES: dict[Kind, st.SearchStrategy[Any]] = {
    "id": UUIDS | LONG_IDS,
    "text": TEXTS,
    "int": st.sampled_from([0, 12, 2**53 - 1, 2**53 + 1]) | st.integers(-(2**62), 2**62),
    "float": FLOATS,
    "bool": st.booleans(),
    "instant": INSTANTS,
    "day": DAYS,
    "json": JSON,
}


ASKED = {
    "goal_compliance": {"project_id": ID},
    "comments": {"project_id": ID},
    "payout_assignments": {"structure_id": ID},
    "payout_methods": {"is_active": True},
}
"""What the loads ask for, so that rows which say otherwise would be dropped."""


def values_of(column: Column) -> st.SearchStrategy[Any]:
    words = st.sampled_from([*column.categories, "unheard_of"])
    values = words if column.kind == "category" else VALUES[column.kind]
    if column.least is not None:
        values = values.map(lambda number: max(number, column.least))
    return st.none() | values if column.nullable else values


def rows_of(table: Table, key: tuple[str, ...] = ()) -> st.SearchStrategy[list[Row]]:
    """Some rows, no two with the same key."""
    names = key or table.key
    values = {column.name: values_of(column) for column in table.columns}
    asked = {name: st.just(value) for name, value in ASKED.get(table.name, {}).items()}
    row = st.fixed_dictionaries(values | asked)
    return st.lists(row, max_size=4, unique_by=lambda row: tuple(row[name] for name in names))


def examples(count: int) -> Any:
    return settings(max_examples=count if HEAVY else count // 6, deadline=None, derandomize=True)
