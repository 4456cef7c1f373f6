"""Read analytics answers of any shape into records of the analytics table.

An ambiguous answer is an error, since a wrong guess would give numbers that look right.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from trackagoat_pandas._types import Json
from trackagoat_pandas.errors import UnreadableResponseError
from trackagoat_pandas.frames.coerce import read_number
from trackagoat_pandas.frames.values import refuse
from trackagoat_pandas.tables import ANALYTICS, METRICS

_MAIN = ("series", "points", "data")
_PARTS = {"comparison_series": "prior_period", "breakdown_series": "breakdown"}
_IDS = ("id", "entity_id")
_LABELS = ("label", "name")
_OWN = frozenset({"entity_ref", "metric", *_IDS, *_LABELS})
"""Members that identify a series, or the series of a point."""
_DATES = ("date", "bucket", "day", "t", "bucket_start")
_AROUND = _OWN | {"entity", "series_kind", "is_partial", "is_baseline", "parent_id"}
"""Members of a point that are neither its day nor its value."""
_DATED = re.compile(r"\d{4}-(?:\d\d(?:-\d\d)?|W\d\d)(?:[T ].*)?", re.ASCII)
_MONTH = re.compile(r"\d{4}-\d\d", re.ASCII)

Key = tuple[str, str | None, str]
"""What identifies a series in an answer: its kind, its parent's id and its entity's id."""


class SeriesRead(NamedTuple):
    """The points of an answer, and its series, including those without a point."""

    records: list[dict[str, Any]]
    keys: frozenset[Key]


class _Held(NamedTuple):
    """A series that is an object, with its points as sent."""

    key: Key
    points: list[Any]


@dataclass(frozen=True, slots=True)
class Context:
    """The facts of a series that its points don't repeat."""

    entity: str
    entity_ids: tuple[str, ...]
    metric: str
    timezone: str | None = None
    series_kind: str = "main"
    entity_id: str | None = None
    label: str | None = None
    parent_id: str | None = None


def read_series(
    data: Json, *, entity: str, entity_ids: Sequence[str], metric: str, timezone: str | None = None
) -> SeriesRead:
    """Read the data of one answer of GET /analytics.

    Parameters
    ----------
    data
        The envelope's data: an object with ``series``, ``comparison_series`` and
        ``breakdown_series``, series by id, or a bare list of series or points.
    entity, entity_ids, metric
        The entity, ids and metric of the request, for what the answer leaves out.
    timezone
        The time zone of the days, if the answer doesn't name one.

    Returns
    -------
    SeriesRead
        One record per point, with the columns of the analytics table; ``date`` is ISO text.
        Unknown fields of a point keep their names. A point that is sent twice has two records.

    Raises
    ------
    UnreadableResponseError
        If a series can't be assigned to an entity, a day or value can't be read, the metric is
        another one, an entity has two different series, or a day of a series has two values.
    """
    zone = data.get("timezone") if isinstance(data, dict) else None
    context = Context(
        entity, tuple(entity_ids), metric, zone if isinstance(zone, str) else timezone
    )
    records: list[dict[str, Any]] = []
    held: dict[Key, list[Any]] = {}
    try:
        for found in _read(data, context):
            if not isinstance(found, _Held):
                records.append(found)
            elif held.setdefault(found.key, found.points) != found.points:
                refuse(ANALYTICS, f"it gives two series of {_words_of(found.key)}", found.points)
    except RecursionError:
        problem = "its data is nested too deeply"
    else:
        return SeriesRead(records, frozenset(held.keys() | _values_by_day(records)))
    raise UnreadableResponseError(ANALYTICS.path, 200, problem)


def _values_by_day(records: list[dict[str, Any]]) -> dict[Key, dict[str, float | None]]:
    """Map series to their values by day, and refuse a day with two values."""
    found: dict[Key, dict[str, float | None]] = {}
    for record in records:
        key = record["series_kind"], record["parent_id"], record["entity_id"]
        day, value = record["date"], record["value"]
        if found.setdefault(key, {}).setdefault(day, value) != value:
            refuse(ANALYTICS, f"it gives two values of {_words_of(key)} for {day}", record)
    return found


def _words_of(key: Key) -> str:
    kind, parent, id_ = key
    return id_ + (f" in {parent}" if parent else "") + (f" ({kind})" if kind != "main" else "")


def _read(data: Json, context: Context) -> Iterator[dict[str, Any] | _Held]:
    """Read the whole data or one series; both may hold points and series beside them."""
    if data is None:
        return
    if isinstance(data, list):
        yield from _read_list(data, context)
        return
    if not isinstance(data, dict):
        refuse(ANALYTICS, "a series is neither a list nor an object", data)
    inner = _identified(data, context)
    main = _main(data, inner)
    if _is_one_series(data, main, inner):
        yield _Held(
            (inner.series_kind, inner.parent_id, inner.entity_id or _only_id(data, inner)), main
        )
    yield from _read_list(main, inner)
    _refuse_others(data, inner)
    for name, kind in _PARTS.items():
        part = _part_of(inner, kind)
        yield from _read_list(data.get(name) or [], part)


def _is_one_series(data: dict[str, Any], main: list[Any], context: Context) -> bool:
    """Whether an object is one series, with the given points or none.

    It isn't if it holds an empty list of series, or points that name their own series.
    """
    if not main:
        return "points" in data or (context.entity_id is not None and "series" not in data)
    first = main[0]
    return (
        isinstance(first, dict)
        and _is_point(first, context.metric)
        and not first.keys() & {"entity_ref", "series_kind", *_IDS}
    )


def _main(data: dict[str, Any], context: Context) -> list[Any]:
    """Find the list of series or points in an object, under any name."""
    for name in _MAIN:
        if name in data:
            return _listed(data[name], context.metric)
    found = {
        name: value
        for name, value in data.items()
        if name not in (*_PARTS, "annotations") and _holds_points(value)
    }
    if found and set(found) <= set(context.entity_ids):
        return _listed(found, context.metric)
    if len(found) == 1:
        return _listed(next(iter(found.values())), context.metric)
    if not found and any(name in data for name in _PARTS):
        return []
    return refuse(ANALYTICS, "its data holds " + ("several lists" if found else "no series"), data)


def _listed(value: Json, metric: str) -> list[Any]:
    """Convert series by id to a list of series that hold their id."""
    if value is None:
        return []
    if isinstance(value, list):
        return value
    if not isinstance(value, dict):
        refuse(ANALYTICS, "a series is neither a list nor an object", value)
    if "points" in value or "entity_ref" in value:
        return [value]
    if value.keys() == {metric}:
        return _listed(value[metric], metric)
    return [
        {"entity_ref": {"id": id_}, **(one if isinstance(one, dict) else {"points": one})}
        for id_, one in value.items()
    ]


def _refuse_others(data: dict[str, Any], context: Context) -> None:
    """Refuse series under an unknown name, such as a comparison, instead of dropping them."""
    if not data.keys() & set(_MAIN):
        return  # then _main has looked at every member
    for name, value in data.items():
        if name not in (*_MAIN, *_PARTS, "annotations") and _is_series(value, context.metric):
            refuse(ANALYTICS, f"it holds the unknown series {name!r}", data)


def _is_series(value: Json, metric: str) -> bool:
    if isinstance(value, dict):
        return any(_is_series(value.get(name), metric) for name in _MAIN)
    return isinstance(value, list) and any(
        "points" in one or (one.keys() & {"value", metric} and _is_point(one, metric))
        for one in value
        if isinstance(one, dict)
    )


def _holds_points(value: Json) -> bool:
    if isinstance(value, dict):
        return _holds_points(value.get("points")) or (
            bool(value) and all(_holds_points(one) for one in value.values())
        )
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


def _read_list(items: Json, context: Context) -> Iterator[dict[str, Any] | _Held]:
    for item in _listed(items, context.metric):
        if not isinstance(item, dict):
            refuse(ANALYTICS, "a point is not an object", item)
        if _is_point(item, context.metric):
            yield _record(item, context)
        else:
            found = list(_read(item, context))
            if not found:
                refuse(ANALYTICS, "an object in it is neither a point nor a series", item)
            yield from found


def _record(point: dict[str, Any], context: Context) -> dict[str, Any]:
    own = _identified(point, context)
    kind = point.get("series_kind") or own.series_kind
    if not isinstance(kind, str):
        refuse(ANALYTICS, "a point's kind can't be read", point)
    if kind != own.series_kind and kind == "breakdown":
        own = _identified(point, _part_of(context, kind))
    date, value, others = _read_point(point, own)
    return {
        "label": own.label,
        "metric": own.metric,
        "date": date,
        "value": value,
        "series_kind": kind,
        "entity": own.entity,
        "is_partial": point.get("is_partial"),
        "is_baseline": point.get("is_baseline"),
        "entity_id": own.entity_id or _only_id(point, own),
        "parent_id": own.parent_id,
        **others,
    }


def _only_id(point: dict[str, Any], context: Context) -> str:
    """Return the id of the request, if it has only one."""
    if context.series_kind == "breakdown" or len(context.entity_ids) != 1:
        refuse(ANALYTICS, "a series doesn't name its entity", point)
    return context.entity_ids[0]


def _part_of(context: Context, kind: str) -> Context:
    """Return the context of a comparison or a breakdown."""
    if kind != "breakdown":
        return replace(context, series_kind=kind)
    only = context.entity_ids[0] if len(context.entity_ids) == 1 else None
    parent = context.entity_id or only
    return replace(context, series_kind=kind, entity_id=None, label=None, parent_id=parent)


def _identified(item: dict[str, Any], context: Context) -> Context:
    """Add the id and label that a series or a point has itself to its context."""
    if not item.keys() & _OWN:
        return context  # the usual case: points that don't repeat their series' id
    ref = item.get("entity_ref")
    # In an object with "series", the id and label are those of the whole answer.
    own = {} if "series" in item else item
    fields = {**own, **(ref if isinstance(ref, dict) else {"id": ref} if ref else {})}
    ids = [fields[name] for name in _IDS if isinstance(fields.get(name), str | int)]
    labels = [fields[name] for name in _LABELS if isinstance(fields.get(name), str)]
    metric = item.get("metric")
    if metric in METRICS and metric != context.metric:
        refuse(ANALYTICS, f"{context.metric} was requested, and the response has {metric}", item)
    own_id = str(ids[0]) if ids else context.entity_id
    if own_id is not None and own_id.lower() in context.entity_ids:
        own_id = own_id.lower()  # ids in requests are lower case; a server may answer in upper case
    return replace(
        context,
        entity_id=own_id,
        label=labels[0] if labels else context.label,
    )


def _is_point(item: dict[str, Any], metric: str) -> bool:
    """Whether an object is a point, not a series: it holds a date, and a value or no list."""
    if _date_name(item) is None:
        return False
    values = {name: value for name, value in item.items() if name != "entity_ref"}
    has_value = any(
        name in values and not isinstance(values[name], list | dict) for name in ("value", metric)
    )
    return has_value or not any(isinstance(value, list | dict) for value in values.values())


def _read_point(
    point: dict[str, Any], context: Context
) -> tuple[str, float | None, dict[str, Any]]:
    """Read a point's day as ISO text, its value or None, and its unknown fields."""
    date_name, metric = _date_name(point), context.metric
    date = None if date_name is None else read_bucket(point[date_name], context.timezone)
    given = [point[name] for name in ("value", metric) if point.get(name) is not None]
    numbers = [read_number(value) for value in given]
    others = {
        name: value
        for name, value in point.items()
        if name not in (date_name, "value", metric) and name not in _AROUND
    }
    unnamed = "value" not in point and metric not in point and bool(others)
    if date is None or None in numbers or len(set(numbers)) > 1 or unnamed:
        return refuse(ANALYTICS, "a point's day or value can't be read", point)
    return date, numbers[0] if numbers else None, others


def _date_name(point: dict[str, Any]) -> str | None:
    """Find the field that holds the day: by its usual names, or as the only one with a date."""
    for name in _DATES:
        if isinstance(point.get(name), str):
            return name
    dated = [
        name
        for name, value in point.items()
        if name not in _AROUND and isinstance(value, str) and _DATED.fullmatch(value)
    ]
    return dated[0] if len(dated) == 1 else None


def read_bucket(text: str, timezone: str | None) -> str | None:
    """Return the first day of a bucket as ISO text; None if the text is ambiguous.

    Weeks (2026-W05) start on a Monday and months (2026-02) on the first. An instant must be the
    start of a day: in the answer's time zone, by its own offset, or in UTC, since plain dates are
    often serialized as midnight in UTC.
    """
    text = text.strip()
    try:
        if _MONTH.fullmatch(text):
            return dt.date.fromisoformat(f"{text}-01").isoformat()
        if "T" not in text and " " not in text:
            return dt.date.fromisoformat(text).isoformat()
        instant = dt.datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    if instant.tzinfo is not None and timezone is not None:
        day = _local_day(instant, timezone)
        if day is not None:
            return day.isoformat()
    return instant.date().isoformat() if instant.time() == dt.time() else None


def _local_day(instant: dt.datetime, timezone: str) -> dt.date | None:
    """Return the day that starts at an instant in a time zone; None if none does."""
    try:
        zone = ZoneInfo(timezone)
        day = instant.astimezone(zone).date()
    except (ZoneInfoNotFoundError, ValueError, OverflowError):
        return None
    # Also right where a clock change skips midnight: the result is the day's first instant.
    start = dt.datetime(day.year, day.month, day.day, tzinfo=zone)
    return day if start.astimezone(dt.UTC) == instant else None
