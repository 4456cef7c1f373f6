"""The fast path: Arrow reads the pages themselves, without a Python object for a value.

Pages end to end are a stream of JSON objects, which Arrow reads if it knows every field. Whatever
Arrow refuses, or would read otherwise than the tolerant path does, is left to that one: None is
returned. Must not know pandas.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import json as arrow_json

from trackagoat_pandas.frames.chunk import Chunk
from trackagoat_pandas.frames.coerce import encode_words, is_finite
from trackagoat_pandas.frames.dtypes import ARROW_TYPES, INSTANT, TEXT
from trackagoat_pandas.frames.extras import EXTRA_TYPES, ExtraKind, is_exact
from trackagoat_pandas.frames.instants import cast_days, is_plausible
from trackagoat_pandas.frames.shape import Shape
from trackagoat_pandas.tables.model import Column, Kind, Table

_EMPTY_OBJECT = pa.struct([])
"""The only free-form object that Arrow can be told of beforehand: {}."""

_READ_AS: dict[Kind, pa.DataType] = {
    **ARROW_TYPES,
    "category": TEXT,
    "day": TEXT,  # as a date Arrow takes numbers, and no text
    "json": _EMPTY_OBJECT,
}
_POOL = pa.system_memory_pool()
"""Measured: Arrow's own pools spend up to half a second on a million rows giving memory back."""
_ENVELOPE: dict[str, pa.DataType] = {"error": TEXT}
_META: dict[str, pa.DataType] = {"hasMore": pa.bool_(), "nextCursor": TEXT}


def read_fast(bodies: Sequence[bytes], table: Table, shape: Shape) -> Chunk | None:
    """Decode pages with Arrow; None if they need the tolerant path."""
    schema = _page_schema(shape)
    rows = None if schema is None else _read(bodies, schema)
    if rows is None:
        return None
    arrays = dict(zip(rows.type.names, rows.flatten(), strict=True))
    columns = {
        column.name: _declared(arrays[name], column) for name, column in shape.columns.items()
    }
    unknown = {name: arrays[name] for name in shape.extras}
    if any(array is None for array in columns.values()):
        return None
    if not _is_safe(columns, unknown, shape.extras):
        return None
    ordered = {name: columns[name] for name in table.names}
    return Chunk(pa.table(ordered | unknown), "fast", shape.extras)


def _page_schema(shape: Shape) -> pa.Schema | None:
    """Return the schema of a whole page; None if it holds anything Arrow can't be told of."""
    kinds = (*shape.extras.values(), *shape.beside.values(), *shape.meta.values())
    if shape.has_objects or "json" in kinds:
        return None
    fields = {name: _READ_AS[column.kind] for name, column in shape.columns.items()}
    rows = pa.list_(pa.struct(fields | _types(shape.extras)))
    meta = pa.struct(_types(shape.meta) | _META)
    return pa.schema(_types(shape.beside) | _ENVELOPE | {"data": rows, "meta": meta})


def _types(kinds: Mapping[str, ExtraKind]) -> dict[str, pa.DataType]:
    return {name: EXTRA_TYPES[kind] for name, kind in kinds.items()}


def _read(bodies: Sequence[bytes], schema: pa.Schema) -> pa.StructArray | None:
    joined = b"\n".join(bodies)
    try:
        pages = arrow_json.read_json(
            pa.BufferReader(joined),
            # One block holds all: so no page is too long, and a page may have line breaks.
            read_options=arrow_json.ReadOptions(use_threads=False, block_size=len(joined) + 1),
            parse_options=arrow_json.ParseOptions(
                explicit_schema=schema, unexpected_field_behavior="error"
            ),
            memory_pool=_POOL,
        )
        data = pages.column("data").chunk(0)
        rows = data.flatten()
        rows.validate(full=True)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None
    whole = pages.num_rows == len(bodies) and not data.null_count and not rows.null_count
    return rows if whole else None


def _declared(array: pa.Array, column: Column) -> pa.Array | None:
    if column.kind == "category":
        return encode_words(array, column)
    if column.kind == "day":
        return cast_days(array)
    if column.kind == "json":
        return pc.if_else(array.is_valid(), "{}", pa.scalar(None, TEXT))
    return array


def _is_safe(
    columns: dict[str, pa.Array], unknown: dict[str, pa.Array], kinds: dict[str, ExtraKind]
) -> bool:
    """Whether Arrow read nothing that JSON or Python has no value for."""
    times = [array for array in columns.values() if array.type == INSTANT]
    floats = [
        array for array in (*columns.values(), *unknown.values()) if array.type == pa.float64()
    ]
    return (
        all(is_plausible(array) for array in times)
        and all(is_finite(array) for array in floats)
        and all(is_exact(unknown[name]) for name, kind in kinds.items() if kind == "float")
    )
