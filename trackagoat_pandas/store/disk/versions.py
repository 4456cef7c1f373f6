"""The versions of analytics points: changes, the newest ones, and restatements.

A point is one value of one metric of one entity on one day. Each time that the server gives another
value for it, a row is added, with the time of the answer; no row is ever changed.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from trackagoat_pandas.base.types import Bools, Days, Instants, Ints
from trackagoat_pandas.frames.chunk import Chunk, UnknownKind, unknown_array
from trackagoat_pandas.frames.coerce import written
from trackagoat_pandas.frames.dtypes import ARROW_TYPES, INSTANT, TEXT
from trackagoat_pandas.helpers.clocks import days_shown
from trackagoat_pandas.tables import ANALYTICS, Column

WORDS: Final = pa.dictionary(pa.int32(), TEXT)
VERSIONS: Final = pa.schema(
    [
        ("entity", WORDS),
        ("entity_id", WORDS),
        ("metric", WORDS),
        ("date", pa.date32()),
        ("observed_at", INSTANT),
        ("value", pa.float64()),
        ("is_partial", pa.bool_()),
        ("is_baseline", pa.bool_()),
        ("label", WORDS),
        ("series_kind", WORDS),
        ("timezone", WORDS),
        ("is_gone", pa.bool_()),
    ]
)
"""The columns of a part, before those of fields that the API doesn't declare.

``timezone`` is the zone whose day ``date`` is. ``is_gone`` marks a version that says that the
server doesn't give the point any more.
"""
SERIES: Final = ("entity", "metric", "entity_id", "timezone")
"""The columns that identify a series, in the order by which a part is sorted."""
_SAID: Final = ("value", "is_partial", "is_baseline", "is_gone")
_CLASH: Final = " (sent)"
"""Added to the name of an undeclared field that is called like a column of a part."""
_UTC: Final = "UTC"
_DAY_BITS: Final = 24
"""Enough for every day from year 1 to year 9999, counted from 1970."""


class Asked(NamedTuple):
    """The days of a series that one answer is about, both inclusive, and when it came.

    Days, and ``observed_at`` in microseconds, are counted from 1970. ``doubt`` is the number of the
    newest doubt that was known by then.
    """

    entity: str
    entity_id: str
    metric: str
    first: int
    last: int
    observed_at: int
    timezone: str | None
    doubt: int = 0

    @property
    def series(self) -> tuple[str, str, str]:
        """The entity, its id and the metric."""
        return self.entity, self.entity_id, self.metric


def versions_of(chunk: Chunk, asked: Iterable[Asked]) -> pa.Table:
    """Return the points of some answers as rows of a part, each with the time of its answer.

    Parameters
    ----------
    chunk
        Rows of the analytics table, of main series only.
    asked
        What the answers are about. ``first`` and ``last`` are days, and ``observed_at``
        microseconds, since 1970. Rows of other series or days are left out.
    """
    rows, known = chunk.arrow, list(asked)
    places = _places(rows, known)
    is_known = places >= 0
    zones = pa.array([one.timezone for one in known], TEXT).dictionary_encode()
    moments = np.array([one.observed_at for one in known], np.int64)
    rows, places = rows.filter(pa.array(is_known)), pa.array(places[is_known])
    made: dict[str, Any] = {
        "entity": rows["entity"],
        "entity_id": rows["entity_id"].dictionary_encode(),
        "metric": rows["metric"],
        "date": rows["date"].cast(pa.date32()),
        "observed_at": pa.array(moments).take(places),
        "value": rows["value"],
        "is_partial": rows["is_partial"],
        "is_baseline": rows["is_baseline"],
        "label": rows["label"].dictionary_encode(),
        "series_kind": rows["series_kind"],
        "timezone": zones.take(places),
        "is_gone": pa.array(np.zeros(len(places), np.bool_)),
    }
    table = pa.table({name: _cast(made[name], VERSIONS.field(name).type) for name in made})
    for name, kind in chunk.extras.items():
        values = rows[name].to_pylist()
        if kind != "json":  # which any field can be written as
            values = [None if value is None else written(value) for value in values]
        own = name + _CLASH if name in VERSIONS.names else name
        table = table.append_column(own, pa.array(values, TEXT))
    return table.filter(pa.array(is_within(table, known)))


def _places(rows: pa.Table, asked: Sequence[Asked]) -> Ints:
    """Return the place of the answer about the series of each row; -1 for none."""
    ids, metrics = (
        _one_dictionary(rows[name].dictionary_encode()) for name in ("entity_id", "metric")
    )
    words = [
        {word: place for place, word in enumerate(column.dictionary.to_pylist())}
        for column in (ids, metrics)
    ]
    # The last row and column are for null.
    places = np.full([len(one) + 1 for one in words], -1, np.int64)
    for place, one in enumerate(asked):
        cell = words[0].get(one.entity_id), words[1].get(one.metric)
        if None not in cell:
            places[cell] = place
    found: Ints = places[_codes(ids), _codes(metrics)]
    return found


def newest_names(rows: pa.Table) -> dict[tuple[str, str], tuple[str | None, dt.datetime]]:
    """Return the newest name of each entity, and when it was seen, by entity and id."""
    order = np.argsort(_moments(rows), kind="stable")[::-1]
    entities, ids = (_codes(_one_dictionary(rows[name]))[order] for name in ("entity", "entity_id"))
    # np.unique returns the first place of each entity, which is its newest in this order.
    _, places = np.unique(np.stack([entities, ids]), axis=1, return_index=True)
    last = rows.take(pa.array(order[places]))
    names = ("entity", "entity_id", "label", "observed_at")
    found = zip(*(last[name].to_pylist() for name in names), strict=True)
    return {(entity, id_): (label, moment) for entity, id_, label, moment in found}


def chunk_of(rows: pa.Table, labels: Mapping[str, str | None]) -> Chunk:
    """Return versions as rows of the analytics table, with the labels of `labels` by id."""
    kinds: dict[str, UnknownKind] = {}
    ids = _one_dictionary(rows["entity_id"])
    named = pa.array([labels.get(id_) for id_ in ids.dictionary.to_pylist()], TEXT)
    columns = {
        "label": named.take(ids.indices),
        "date": rows["date"].cast(pa.timestamp("s")),
        "entity_id": ids,
        "parent_id": pa.nulls(rows.num_rows, TEXT),
    }
    made: dict[str, Any] = {}
    for column in ANALYTICS.columns:
        values = columns.get(column.name, _column(rows, column.name))
        is_word = column.kind == "category"
        type_ = ARROW_TYPES[column.kind]
        made[column.name] = _as_category(values, column) if is_word else _cast(values, type_)
    for name in rows.column_names[len(VERSIONS) :]:
        texts = rows[name].to_pylist()
        values = [None if text is None else json.loads(text) for text in texts]
        made[_sent_name(name)], kinds[_sent_name(name)] = unknown_array(values)
    return Chunk(pa.table(made), kinds)


def joined(tables: Sequence[pa.Table]) -> pa.Table:
    """Concatenate versions; a field that some don't have is null there."""
    if not tables:
        return VERSIONS.empty_table()
    extras = dict.fromkeys(name for each in tables for name in each.column_names[len(VERSIONS) :])
    schema = pa.schema([*VERSIONS, *((name, TEXT) for name in extras)])
    whole = [
        pa.table([_column(table, name) for name in schema.names], schema=schema) for table in tables
    ]
    return pa.concat_tables(whole).unify_dictionaries().combine_chunks()


def in_part_order(rows: pa.Table) -> pa.Table:
    """Sort versions by entity, metric, id, day and time; of equal ones the order is kept."""
    return _number_keys(rows)[0]


def _number_keys(rows: pa.Table) -> tuple[pa.Table, Ints]:
    """Sort versions as a part is, and return them with the numbers of their points."""
    keys, moments = point_numbers(rows), _moments(rows)
    steps = np.diff(keys)
    if (steps >= 0).all() and ((steps > 0) | (np.diff(moments) >= 0)).all():
        return rows, keys
    order = np.lexsort((moments, keys))
    return rows.take(pa.array(order)), keys[order]


def newest(rows: pa.Table, as_of: int | None = None) -> pa.Table:
    """Keep the newest version of each point, or the newest by a moment; without those gone.

    Parameters
    ----------
    rows
        Versions in any order; of two of the same time the last one counts.
    as_of
        Microseconds since 1970.
    """
    last = newest_known(rows, as_of)
    is_gone = last["is_gone"].combine_chunks()
    return last.filter(pc.invert(is_gone)) if is_gone.true_count else last


def newest_known(rows: pa.Table, as_of: int | None = None) -> pa.Table:
    """As :func:`newest`, with the points that are gone."""
    if as_of is not None:
        rows = rows.filter(pa.array(_moments(rows) <= as_of))
    rows, keys = _number_keys(rows)
    is_last = _are_last(keys)
    return rows if is_last.all() else rows.filter(pa.array(is_last))


class Difference(NamedTuple):
    """The versions to add, and how many of them are of new, changed and gone points."""

    rows: pa.Table
    new: int
    changed: int
    gone: int


def compare(known: pa.Table, came: pa.Table, asked: Sequence[Asked]) -> Difference:
    """Compare answers with the known versions, and return the versions to add.

    Parameters
    ----------
    known
        The newest versions of points, from :func:`newest_known`.
    came
        The points of the answers; of a point that came twice the last one counts.
    asked
        What the answers were about. A known point of these days that didn't come is gone.
    """
    known = known.filter(pa.array(is_within(known, asked)))
    both = joined([known, newest_known(came)])
    keys = point_numbers(both)
    # Known versions come first in `both`, so a stable sort puts each before its answer.
    order = np.argsort(keys, kind="stable")
    is_same = keys[order][1:] == keys[order][:-1]
    befores, afters = order[:-1][is_same], order[1:][is_same]
    is_equal = np.ones(len(befores), np.bool_)
    for name in (*_SAID, *both.column_names[len(VERSIONS) :]):
        values = _comparable(both[name])
        is_equal &= values[befores] == values[afters]
    is_added = np.arange(both.num_rows) >= known.num_rows
    is_added[afters[is_equal]] = False
    was_gone: Bools = known["is_gone"].to_numpy()
    is_gone = ~was_gone
    is_gone[befores] = False
    changed = int((~is_equal & ~was_gone[befores]).sum())
    gone = _gone(known.filter(pa.array(is_gone)), asked)
    rows = joined([both.filter(pa.array(is_added)), gone])
    return Difference(rows, int(is_added.sum()) - changed, changed, gone.num_rows)


def _gone(known: pa.Table, asked: Sequence[Asked]) -> pa.Table:
    """Return a version of each point that says that it is gone."""
    moments = {one.series: one.observed_at for one in asked}
    names = ("entity", "entity_id", "metric")
    named = zip(*(known[name].to_pylist() for name in names), strict=True)
    size = known.num_rows
    said: dict[str, Any] = {
        "observed_at": pa.array([moments[each] for each in named], pa.int64()).cast(INSTANT),
        "value": pa.nulls(size, pa.float64()),
        "is_partial": pa.nulls(size, pa.bool_()),
        "is_baseline": pa.nulls(size, pa.bool_()),
        "is_gone": pa.array([True] * size, pa.bool_()),
    }
    return pa.table({name: said.get(name, known[name]) for name in VERSIONS.names})


def is_within(rows: pa.Table, asked: Iterable[Asked]) -> Bools:
    """Say of each row whether it is of the days of its series that were asked for.

    Rows of another time zone than that of the answer are not.
    """
    columns = [_one_dictionary(rows[name]) for name in SERIES]
    places = [
        {word: place for place, word in enumerate(one.dictionary.to_pylist())} for one in columns
    ]
    sizes = [len(one) + 1 for one in places]
    firsts, lasts = np.full(sizes, 2**31 - 1, np.int32), np.full(sizes, -(2**31), np.int32)
    for one in asked:
        words = (one.entity, one.metric, one.entity_id, one.timezone)
        # As in `_places`, the last cell is for null; -2 stands for a word that no row has.
        cell = tuple(
            size - 1 if word is None else place.get(word, -2)
            for word, place, size in zip(words, places, sizes, strict=True)
        )
        if -2 not in cell:
            firsts[cell], lasts[cell] = one.first, one.last
    cells = tuple(
        np.where(codes < 0, size - 1, codes)
        for codes, size in zip(map(_codes, columns), sizes, strict=True)
    )
    days = days_in(rows)
    within: Bools = (firsts[cells] <= days) & (days <= lasts[cells])
    return within


def by_month(rows: pa.Table) -> dict[str, pa.Table]:
    """Split versions by the months of their days, such as ``2026-06``."""
    months = days_in(rows).astype("datetime64[D]").astype("datetime64[M]")
    return {str(one): rows.filter(pa.array(months == one)) for one in np.unique(months)}


def of_newest_zone(rows: pa.Table) -> pa.Table:
    """Keep, of series whose days were in several time zones, the days of the latest one."""
    if pc.count_distinct(_one_dictionary(rows["timezone"]).indices, mode="all").as_py() <= 1:
        return rows
    series = zip(
        *(rows[name].to_pylist() for name in ("entity", "entity_id", "metric")), strict=True
    )
    named = list(zip(series, rows["timezone"].to_pylist(), _moments(rows).tolist(), strict=True))
    newest: dict[tuple[str, ...], tuple[int, str | None]] = {}
    for key, zone, moment in named:
        if key not in newest or moment > newest[key][0]:
            newest[key] = moment, zone
    return rows.filter(pa.array([newest[key][1] == zone for key, zone, _ in named]))


def narrowed(
    rows: pa.Table, words: Mapping[str, Container[str]], first: int | None, last: int | None
) -> pa.Table:
    """Keep the rows that have some words in some columns, and are of some days.

    Parameters
    ----------
    rows
        Versions.
    words
        The words that are kept, by column.
    first, last
        The days, in days since 1970; None for no bound.
    """
    for name, wanted in words.items():
        column = _one_dictionary(rows[name])
        # The last place is for null, whose code is -1.
        is_wanted = np.array([word in wanted for word in column.dictionary.to_pylist()] + [False])
        if column.null_count or not is_wanted[:-1].all():
            rows = rows.filter(pa.array(is_wanted[_codes(column)]))
    days = days_in(rows)
    is_kept = np.ones(len(days), np.bool_)
    if first is not None:
        is_kept &= days >= first
    if last is not None:
        is_kept &= days <= last
    return rows if is_kept.all() else rows.filter(pa.array(is_kept))


def restatements(rows: pa.Table, labels: Mapping[tuple[str, str], str | None]) -> pa.Table:
    """Compare the first value of each whole day with the newest one, where they differ.

    Parameters
    ----------
    rows
        All versions.
    labels
        The newest names by entity and id.

    Returns
    -------
    pyarrow.Table
        One row per restated point, by entity, metric, id and day; see
        :meth:`~trackagoat_pandas.store.store.Store.restatements`.
    """
    rows, keys = _number_keys(rows)
    is_whole = _is_whole(rows)
    places = np.flatnonzero(is_whole)
    firsts = places[_are_first(keys[places])]
    ends = np.flatnonzero(_are_last(keys))
    lasts = ends[np.searchsorted(keys[ends], keys[firsts])]
    # A first and a last value that are equal may have another one between them: it was taken back.
    values = _comparable(rows["value"])
    is_other = (values[firsts] != values[lasts]) | rows["is_gone"].to_numpy()[lasts]
    firsts, lasts = firsts[is_other], lasts[is_other]
    old, new = rows.take(pa.array(firsts)), rows.take(pa.array(lasts))
    named = zip(new["entity"].to_pylist(), new["entity_id"].to_pylist(), strict=True)
    days, seen = days_in(new).astype("datetime64[D]"), _instants(new)
    made = {
        "label": pa.array([labels.get(each) for each in named], TEXT),
        "metric": new["metric"],
        "date": new["date"].cast(pa.timestamp("us")),
        "first_value": old["value"],
        "value": new["value"],
        "change": pc.subtract(new["value"], old["value"]),
        "age_days": pa.array((_local_days(new, seen) - days).astype(np.int64)),
        "first_seen": old["observed_at"],
        "last_seen": new["observed_at"],
        "entity": new["entity"],
        "entity_id": new["entity_id"].cast(TEXT),
    }
    return pa.table(made)


def _is_whole(rows: pa.Table) -> Bools:
    """Mark the versions whose day was over; by the time of the answer if they don't say it."""
    said = _comparable(rows["is_partial"])
    days = days_in(rows).astype("datetime64[D]")
    is_over = _local_days(rows, _instants(rows)) > days
    whole: Bools = np.where(said < 0, is_over, said == 0) & ~rows["is_gone"].to_numpy()
    return whole


def _local_days(rows: pa.Table, instants: Instants) -> Days:
    """Return the day of each instant in the time zone of its row."""
    zones = _one_dictionary(rows["timezone"])
    words, codes = zones.dictionary.to_pylist(), _codes(zones)
    days = np.full(len(codes), np.datetime64("NaT", "D"))
    for code in np.unique(codes):
        is_there = codes == code
        days[is_there] = days_shown(instants[is_there], words[code] if code >= 0 else _UTC)
    return days


def point_numbers(rows: pa.Table) -> Ints:
    """Number points in the order of a part; equal numbers mean the same point."""
    numbers = np.zeros(rows.num_rows, np.int64)
    for name in SERIES:
        column = _one_dictionary(rows[name])
        # The last place is for null, whose code is -1.
        ranks = np.append(
            pc.rank(column.dictionary, tiebreaker="dense").to_numpy().astype(np.int64), 0
        )
        numbers = numbers * len(ranks) + ranks[_codes(column)]
    points: Ints = (numbers << _DAY_BITS) + days_in(rows)
    return points


def days_in(rows: pa.Table) -> Ints:
    """Return the days of versions, counted from 1970."""
    days: Ints = rows["date"].combine_chunks().cast(pa.int32()).to_numpy().astype(np.int64)
    return days


def _moments(rows: pa.Table) -> Ints:
    moments: Ints = rows["observed_at"].combine_chunks().cast(pa.int64()).to_numpy()
    return moments


def _instants(rows: pa.Table) -> Instants:
    return _moments(rows).view("datetime64[us]")


def _are_first(keys: Ints) -> Bools:
    """Mark the first of each run of equal numbers."""
    is_first = np.ones(len(keys), np.bool_)
    is_first[1:] = keys[1:] != keys[:-1]
    return is_first


def _are_last(keys: Ints) -> Bools:
    """Mark the last of each run of equal numbers."""
    return _are_first(keys[::-1])[::-1]


def _comparable(column: pa.ChunkedArray) -> npt.NDArray[Any]:
    """Replace null by a sentinel, so that nulls compare equal."""
    if pa.types.is_boolean(column.type):
        flags: npt.NDArray[np.int8] = column.cast(pa.int8()).fill_null(-1).to_numpy()
        return flags
    if pa.types.is_floating(column.type):
        # Equal bits, since NaN is not equal to itself; the API's JSON can't give a NaN.
        bits: Ints = column.fill_null(np.nan).to_numpy().astype(np.float64).view(np.int64)
        return bits
    return _codes(_one_dictionary(column.dictionary_encode()))


def _codes(column: pa.DictionaryArray) -> Ints:
    codes: Ints = column.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return codes


def _one_dictionary(column: pa.ChunkedArray | pa.Array) -> pa.DictionaryArray:
    if isinstance(column, pa.ChunkedArray):
        column = column.unify_dictionaries().combine_chunks()
    return column


def _column(rows: pa.Table, name: str) -> pa.Array | pa.ChunkedArray:
    return rows[name] if name in rows.column_names else pa.nulls(rows.num_rows, TEXT)


def _cast(column: Any, type_: pa.DataType) -> Any:
    return column if column.type == type_ else column.cast(type_)


def _as_category(values: pa.ChunkedArray, column: Column) -> pa.Array:
    """Return words with the declared categories first, as a decoded answer has them."""
    combined = _one_dictionary(values)
    found = combined.dictionary.to_pylist()
    words = list(dict.fromkeys([*column.categories, *found]))
    places = pa.array([words.index(word) for word in found], pa.int32())
    return pa.DictionaryArray.from_arrays(places.take(combined.indices), pa.array(words, TEXT))


def _sent_name(column: str) -> str:
    return column.removesuffix(_CLASH) if column.removesuffix(_CLASH) in VERSIONS.names else column
