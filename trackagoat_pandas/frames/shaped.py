"""Pages whose every value has its declared type, read into structs of a known shape.

It takes free-form objects, which Arrow's reader can't, and keeps their text; and having no start-up
it is the quicker way for a few pages, but it holds Python's lock. A page that doesn't fit is left
to the tolerant path: None is returned. Must not know pandas.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec
import pyarrow as pa

from trackagoat_pandas.frames.chunk import Chunk
from trackagoat_pandas.frames.coerce import encode_words, finite_floats
from trackagoat_pandas.frames.extras import extra_array
from trackagoat_pandas.frames.instants import cast_days, cast_instants
from trackagoat_pandas.frames.rows import NOT_JSON, raw_text
from trackagoat_pandas.frames.shape import Shape
from trackagoat_pandas.tables.model import Column, Kind, Table

_READ_AS: dict[Kind, Any] = {
    "id": str | None,
    "text": str | None,
    "int": int | None,
    "float": float | None,
    "bool": bool | None,
    "instant": str | None,
    "day": str | None,
    "category": str | None,
    "json": msgspec.Raw,
}


def read_shaped(bodies: Sequence[bytes], table: Table, shape: Shape) -> Chunk | None:
    """Decode pages with structs; None if they need the tolerant path."""
    fields = [(name, column.kind) for name, column in shape.columns.items()]
    decoder = _decoder((*fields, *((name, None) for name in shape.extras)))
    try:
        pages = [decoder.decode(body).data or [] for body in bodies]
    except NOT_JSON:
        return None
    rows = [msgspec.structs.astuple(row) for page in pages for row in page]
    values = list(zip(*rows, strict=True)) or [()] * (len(shape.columns) + len(shape.extras))
    columns = {
        column.name: _array(given, column)
        for column, given in zip(shape.columns.values(), values, strict=False)
    }
    if any(array is None for array in columns.values()):
        return None
    unknown = zip(shape.extras, values[len(shape.columns) :], strict=True)
    extras = {name: extra_array(given) for name, given in unknown}
    arrays = {name: columns[name] for name in table.names}
    arrays |= {name: array for name, (array, _) in extras.items()}
    return Chunk(pa.table(arrays), "fast", {name: kind for name, (_, kind) in extras.items()})


def _array(values: Sequence[Any], column: Column) -> pa.Array | None:
    """Turn values of the declared type into an array; None where Arrow has no place for one."""
    match column.kind:
        case "int":
            try:
                return pa.array(values, pa.int64())
            except OverflowError:
                return None
        case "bool":
            return pa.array(values, pa.bool_())
        case "float":
            return finite_floats(values)
        case "instant":
            return cast_instants(pa.array(values, pa.string()))
        case "day":
            return cast_days(pa.array(values, pa.string()))
        case "json":
            texts = [None if raw is None else raw_text(raw) for raw in values]
            return pa.array(texts, pa.string())
        case "category":
            return encode_words(pa.array(values, pa.string()), column)
        case _:
            return pa.array(values, pa.string())


@lru_cache(maxsize=64)
def _decoder(fields: tuple[tuple[str, Kind | None], ...]) -> msgspec.json.Decoder[Any]:
    """Make the decoder of a page whose rows have these fields and no others."""
    # A field's name on the wire need not be a Python name.
    places = {f"f{place}": name for place, (name, _) in enumerate(fields)}
    kinds = dict(fields)
    row = msgspec.defstruct(
        "Row",
        [
            (place, _READ_AS[kind] if (kind := kinds[name]) else Any, None)
            for place, name in places.items()
        ],
        rename=places,
        forbid_unknown_fields=True,
        gc=False,
    )
    page = msgspec.defstruct("Page", [("data", list[row] | None, None)])  # type: ignore[valid-type]
    return msgspec.json.Decoder(page)
