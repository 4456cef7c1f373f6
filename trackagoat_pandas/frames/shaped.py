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
from trackagoat_pandas.frames.dtypes import TEXT
from trackagoat_pandas.frames.extras import extra_array
from trackagoat_pandas.frames.instants import cast_days, cast_instants
from trackagoat_pandas.frames.rows import NOT_JSON, raw_text
from trackagoat_pandas.frames.shape import Shape
from trackagoat_pandas.tables.model import Column, Kind, Table


class _EmptyObject(msgspec.Struct, forbid_unknown_fields=True):
    """The free-form object that most rows have: {}."""


_READ_AS: dict[Kind, Any] = {
    "id": str | None,
    "text": str | None,
    "int": int | None,
    "float": float | None,
    "bool": bool | None,
    "instant": str | None,
    "day": str | None,
    "category": str | None,
    "json": _EmptyObject | None,
}


def read_shaped(bodies: Sequence[bytes], table: Table, shape: Shape) -> Chunk | None:
    """Decode pages with structs; None if they need the tolerant path."""
    fields = {name: column.kind for name, column in shape.columns.items()}
    decoder = _decoder(tuple(fields.items()), tuple(shape.extras), objects=shape.has_objects)
    try:
        pages = [decoder.decode(body).data for body in bodies]
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
            return cast_instants(pa.array(values, TEXT))
        case "day":
            return cast_days(pa.array(values, TEXT))
        case "json":
            return pa.array([_object_text(value) for value in values], TEXT)
        case "category":
            return encode_words(pa.array(values, TEXT), column)
        case _:
            return pa.array(values, TEXT)


def _object_text(value: msgspec.Raw | _EmptyObject | None) -> str | None:
    if isinstance(value, msgspec.Raw):
        return raw_text(value)
    return None if value is None else "{}"


@lru_cache(maxsize=64)
def _decoder(
    fields: tuple[tuple[str, Kind], ...], extras: tuple[str, ...], *, objects: bool
) -> msgspec.json.Decoder[Any]:
    """Make the decoder of a page whose rows have these fields and no others."""
    read_as = _READ_AS | ({"json": msgspec.Raw} if objects else {})
    types = {name: read_as[kind] for name, kind in fields} | dict.fromkeys(extras, Any)
    # A field's name on the wire need not be a Python name.
    places = {f"f{place}": name for place, name in enumerate(types)}
    row = msgspec.defstruct(
        "Row",
        [(place, types[name], None) for place, name in places.items()],
        rename=places,
        forbid_unknown_fields=True,
        gc=False,
    )
    page = msgspec.defstruct("Page", [("data", list[row])])  # type: ignore[valid-type]
    return msgspec.json.Decoder(page)
