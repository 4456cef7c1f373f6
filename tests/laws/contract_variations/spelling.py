"""The ways in which a row's fields may be written."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from tests.laws.contract_variations.drawn import Row
from trackagoat_pandas.tables import Kind, Table


@dataclass(frozen=True)
class Spelling:
    """How a row's fields are written."""

    number: str = "number"
    instant: str = "Z"
    day: str = ""
    has_numeric_ids: bool = False
    leaves_out_nulls: bool = False
    has_other_names: bool = False
    extras: Row = field(default_factory=dict)


AS_DECLARED = Spelling()
SCALARS = st.sampled_from([None, 7, 2.5, "x", True])
EXTRAS = st.dictionaries(
    st.sampled_from(["mood", "zz top", "schön"]),
    SCALARS | st.sampled_from([[], [1, "x"], [{"id": "y", "view_count": 3}], {}, {"id": "y"}]),
    max_size=2,
)
SPELLINGS = st.builds(
    Spelling,
    number=st.sampled_from(["number", "text", "text.0", "float"]),
    instant=st.sampled_from(["Z", "z", "+00:00", "+05:30", "-0330", "milliseconds", " "]),
    day=st.sampled_from(["", "T00:00:00", "T00:00:00Z", "T00:00:00.000+00:00"]),
    has_numeric_ids=st.booleans(),
    leaves_out_nulls=st.booleans(),
    has_other_names=st.booleans(),
    extras=EXTRAS,
)
MIXTURES = st.lists(SPELLINGS, min_size=1, max_size=3)
"""The first row is written in the first way, the second in the second, and so on again."""


def spelled(row: Row, table: Table, how: Spelling) -> Row:
    """Write a row, field by field."""
    sent = {}
    for name, value in row.items():
        column = table.column(name)
        if value is not None or not how.leaves_out_nulls:
            other = how.has_other_names and column.wire
            sent[other[0] if other else name] = written(value, column.kind, how)
    return sent | how.extras


def mixed(rows: list[Row], table: Table, ways: list[Spelling]) -> list[Row]:
    return [spelled(row, table, ways[place % len(ways)]) for place, row in enumerate(rows)]


def written(value: Any, kind: Kind, how: Spelling) -> Any:
    if value is None:
        return None
    match kind:
        case "int" | "float":
            return _number(value, how.number)
        case "bool":
            return {"text": str(value).lower(), "float": int(value)}.get(how.number, value)
        case "id":
            return int(value) if how.has_numeric_ids and value.isdigit() else value
        case "instant":
            return _instant(value, how.instant)
        case "day":
            return value.isoformat() + how.day
        case _:
            return value


def _number(value: float, way: str) -> Any:
    if way == "text":
        return str(value)
    if way == "text.0":
        return f"{value}.0" if isinstance(value, int) else str(value)
    # A server that can't hold a larger number in its floats has no such number.
    return float(value) if way == "float" and abs(value) < 2**53 else value


def _instant(value: dt.datetime, way: str) -> str:
    if way in ("+05:30", "-0330"):
        zone = dt.datetime.strptime(way, "%z").tzinfo
        return value.astimezone(zone).replace(tzinfo=None).isoformat() + way
    plain = value.replace(tzinfo=None)
    if way == "milliseconds":
        is_whole = value.microsecond % 1000 == 0
        return plain.isoformat(timespec="milliseconds" if is_whole else "microseconds") + "Z"
    return plain.isoformat(" ") if way == " " else plain.isoformat() + way
