"""Laws of decoding that hold for all inputs."""

from __future__ import annotations

import json
import warnings
from typing import Any

import pandas as pd
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.heavy import examples
from trackagoat_pandas.errors import ContractWarning
from trackagoat_pandas.frames.build import build_frame
from trackagoat_pandas.frames.chunk import Chunk
from trackagoat_pandas.frames.decode import decode_list, decode_pages, read_structs
from trackagoat_pandas.frames.values import chunk_from_records, read_pages
from trackagoat_pandas.tables.model import Column, Table

ROWS = Table(
    "rows",
    "/rows",
    "one row",
    (),
    "load_rows",
    (
        Column("id", "id", "An id."),
        Column("note", "text", "A text.", wire=("readme",)),
        Column("count", "int", "A count."),
        Column("rate", "float", "A rate."),
        Column("flag", "bool", "A flag."),
        Column("at", "instant", "An instant."),
        Column("day", "day", "A day."),
        Column("word", "category", "A word.", categories=("one", "two")),
        Column("free", "json", "An object."),
    ),
)

TEXTS = st.text(st.characters(codec="utf-8"), max_size=6)
INTS = st.integers(-(2**63), 2**63 - 1)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
YEARS = {"min_value": pd.Timestamp(1, 1, 3), "max_value": pd.Timestamp(9999, 12, 29)}
INSTANTS = st.datetimes(**YEARS).flatmap(
    lambda at: st.sampled_from(
        [
            at.isoformat() + "Z",
            at.isoformat() + "+05:30",
            at.isoformat() + "-0100",
            at.isoformat(sep=" "),
            at.date().isoformat(),
            at.isoformat(timespec="minutes") + "Z",
            at.isoformat(timespec="hours") + "+02",
        ]
    )
)
RIGHT: dict[str, st.SearchStrategy[Any]] = {
    "id": TEXTS,
    "note": TEXTS,
    "readme": TEXTS,
    "count": INTS,
    "rate": st.one_of(FLOATS, INTS),
    "flag": st.booleans(),
    "at": INSTANTS,
    "day": st.dates().map(lambda day: day.isoformat()),
    "word": st.sampled_from(["one", "two", "three", ""]),
    "free": st.one_of(
        st.just({}), st.dictionaries(TEXTS, st.one_of(INTS, FLOATS, TEXTS), max_size=2)
    ),
}
EXTRAS: dict[str, st.SearchStrategy[Any]] = {
    "x": st.one_of(
        INTS, st.integers(-3, 3), FLOATS, st.sampled_from([1.0, 2.5, 2**53, -(2**53), 2**53 + 1])
    ),
    "y": st.one_of(TEXTS, st.sampled_from(["2026-01-01T00:00:00Z", "7"])),
    "z": st.one_of(st.booleans(), TEXTS, INTS, st.just([1, {"a": None}])),
}
ANYTHING = st.one_of(
    st.booleans(),
    st.integers(-(10**30), 10**30),
    FLOATS,
    TEXTS,
    INSTANTS,
    st.sampled_from(
        ["12", "12.0", " 7 ", "true", "abc", "", "NaN", 12.0, 12.5, 1, 0, "1e3", 20513]
    ),
    st.just({"a": [1.5, "x"]}),
    st.just([]),
)


def rows_of(values: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[list[dict[str, Any]]]:
    fields = {name: st.one_of(st.none(), value) for name, value in values.items()}
    return st.lists(st.fixed_dictionaries({}, optional=fields), max_size=6)


GOOD = st.one_of(
    rows_of({name: value for name, value in RIGHT.items() if name != "readme"}),
    rows_of({name: value for name, value in RIGHT.items() if name != "note"}),
    rows_of(RIGHT | EXTRAS),
)
WILD = rows_of(dict.fromkeys([*RIGHT, *EXTRAS], ANYTHING))


def page(
    rows: list[dict[str, Any]], *, indent: int | None = None, ascii_only: bool = True
) -> bytes:
    body = {"data": rows, "error": None, "meta": {"hasMore": False, "nextCursor": None}}
    return json.dumps(body, indent=indent, ensure_ascii=ascii_only).encode()


def cut(rows: list[dict[str, Any]], size: int) -> list[bytes]:
    return [page(rows[start : start + size]) for start in range(0, len(rows), size)] or [page([])]


def frame(chunks: list[Chunk]) -> pd.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ContractWarning)
        return build_frame(chunks, ROWS, provenance={})


def assert_same(left: pd.DataFrame, right: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(left, right, check_exact=True)
    assert left.attrs == right.attrs


@settings(deadline=None, max_examples=examples(300))
@given(st.one_of(GOOD, WILD), st.sampled_from([None, 2]), st.booleans())
def test_both_roads_give_the_same_frame(
    rows: list[dict[str, Any]], indent: int | None, ascii_only: bool
) -> None:
    bodies = [page(rows, indent=indent, ascii_only=ascii_only)]
    chunk = read_structs(bodies, ROWS)
    if chunk is not None:
        assert_same(frame([chunk]), frame([read_pages(bodies, ROWS)]))


@settings(deadline=None, max_examples=examples(300))
@given(st.one_of(GOOD, WILD), st.integers(1, 4), st.integers(1, 3))
def test_pages_joined_are_the_whole_for_any_page_and_chunk_size(
    rows: list[dict[str, Any]], size: int, pages_a_chunk: int
) -> None:
    bodies = cut(rows, size)
    chunks = [
        decode_pages(bodies[start : start + pages_a_chunk], ROWS)
        for start in range(0, len(bodies), pages_a_chunk)
    ]
    assert_same(frame(chunks), frame([decode_pages([page(rows)], ROWS)]))


@settings(deadline=None, max_examples=examples(100))
@given(st.one_of(GOOD, WILD))
def test_declared_dtypes_hold_and_every_value_is_in_the_frame_or_counted_as_unreadable(
    rows: list[dict[str, Any]],
) -> None:
    expected = frame([]).dtypes
    built = frame([decode_pages([page(rows)], ROWS)])
    lost = built.attrs["trackagoat"].get("unreadable", {})
    for column in ROWS.columns:
        if column.kind == "category":
            assert isinstance(built[column.name].dtype, pd.CategoricalDtype)
        else:
            assert built[column.name].dtype == expected[column.name]
        # A row that has a column under both names keeps its declared one.
        names = (column.name, *column.wire)
        sent = [next((row[name] for name in names if name in row), None) for row in rows]
        count = sum(value is not None for value in sent)
        assert built[column.name].notna().sum() + lost.get(column.name, 0) == count


@settings(deadline=None, max_examples=examples(100))
@given(rows_of({name: RIGHT[name] for name in ("id", "count", "flag", "word", "day", "at")}))
def test_records_and_pages_give_the_same_frame(rows: list[dict[str, Any]]) -> None:
    assert_same(frame([chunk_from_records(rows, ROWS)]), frame([decode_pages([page(rows)], ROWS)]))


@settings(deadline=None, max_examples=examples(60))
@given(st.integers(0, 140), st.integers(1, 4))
def test_a_list_keeps_every_row_in_order(count: int, size: int) -> None:
    rows = [{"id": str(number), "count": number} for number in range(count)]
    built = frame(list(decode_list(cut(rows, size), ROWS)))
    assert built["count"].tolist() == list(range(count))


@settings(deadline=None, max_examples=examples(100))
@given(st.lists(INTS, max_size=5))
def test_ids_sent_as_numbers_keep_every_digit(ids: list[int]) -> None:
    built = frame([decode_pages([page([{"id": id_} for id_ in ids])], ROWS)])
    assert built["id"].tolist() == [str(id_) for id_ in ids]


@settings(deadline=None, max_examples=examples(100))
@given(rows_of(RIGHT))
def test_the_arrow_backend_holds_the_same_values(rows: list[dict[str, Any]]) -> None:
    chunks = [decode_pages([page(rows)], ROWS)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ContractWarning)
        arrow = build_frame(chunks, ROWS, dtype_backend="pyarrow", provenance={})
    expected = pa.Table.from_pandas(frame(chunks)[["id", "count", "rate", "at", "day"]])
    for name in ("id", "count", "rate", "at", "day"):
        assert arrow[name].array.__arrow_array__().to_pylist() == expected[name].to_pylist()
