"""Read analytics answers of the known shapes into records of the analytics table.

An ambiguous answer is an error, since a wrong guess would give numbers that look right.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from trackagoat_pandas.base.types import Json
from trackagoat_pandas.frames.coerce import read_number
from trackagoat_pandas.frames.values import refuse
from trackagoat_pandas.tables import ANALYTICS, METRICS

_MAIN = ("series", "timeseries", "points", "data", "values")
"""Names of a list of series or points; a metric's name is another one."""
_PARTS = {"comparison_series": "prior_period", "breakdown_series": "breakdown"}
_IDS = ("id", "entity_id")
_LABELS = ("label", "name")
_OWN = frozenset({"entity_ref", "metric", *_IDS, *_LABELS})
"""Members that identify a series, or the series of a point."""
_DATES = ("date", "bucket", "day", "t", "bucket_start")
_AROUND = _OWN | {"entity", "series_kind", "is_partial", "is_baseline", "parent_id"}
"""Members of a point that are neither its day nor its value."""
_DATED = re.compile(r"\d{4}-(?:\d\d(?:-\d\d)?|W\d\d)(?:[T ].*)?", re.ASCII)
_DEEPEST = 2
"""An answer holds series (1), which may hold the series of their parts (2)."""

Key = tuple[str, str | None, str]
"""The identity of a series in an answer: its kind, its parent's id and its entity's id."""


class SeriesRead(NamedTuple):
    """The points of an answer, and its series, including those without a point."""

    records: list[dict[str, Any]]
    keys: frozenset[Key]


class _RawSeries(NamedTuple):
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
        ``breakdown_series``, or a bare list. Each is a list of series or of points, or an object of
        series by id. A series is an object with its points under one of the names of `_MAIN`; it
        may hold its own comparison and breakdown.
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
    # A bare list is read as if it had its name; anything else is refused where it is looked into.
    answer = data if isinstance(data, dict) else {"series": data}
    zone = answer.get("timezone")
    context = Context(
        entity, tuple(entity_ids), metric, zone if isinstance(zone, str) else timezone
    )
    records: list[dict[str, Any]] = []
    points: dict[Key, list[Any]] = {}
    for found in _read(answer, context):
        if not isinstance(found, _RawSeries):
            records.append(found)
        elif points.setdefault(found.key, found.points) != found.points:
            refuse(ANALYTICS, f"it gives two series of {_words_of(found.key)}", found.points)
    return SeriesRead(records, frozenset(points.keys() | _values_by_day(records)))


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


def _read(
    holder: dict[str, Any], context: Context, depth: int = 0
) -> Iterator[dict[str, Any] | _RawSeries]:
    """Read the whole answer or one series: its points, the series in it, and its parts."""
    own = _with_identity(holder, context)
    main = _main(holder, own.metric)
    holds_series = bool(main) and isinstance(main[0], dict) and _is_series(main[0], own.metric)
    # An answer without series has none of its entity, unlike a series without points.
    if (depth or "points" in holder) and not holds_series:
        key = own.series_kind, own.parent_id, own.entity_id or _only_id(holder, own)
        yield _RawSeries(key, main)
    parts = {kind: _list_of(holder.get(name), own.metric) for name, kind in _PARTS.items()}
    for group, items in [(own, main), *((_part_of(own, kind), parts[kind]) for kind in parts)]:
        for item in items:
            if not isinstance(item, dict):
                refuse(ANALYTICS, "a point is not an object", item)
            if not _is_series(item, own.metric):
                yield _record(item, group)
            elif depth < _DEEPEST:
                yield from _read(item, group, depth + 1)
            else:
                refuse(ANALYTICS, "its series are nested too deeply", item)


def _main(holder: dict[str, Any], metric: str) -> list[Any]:
    """Return the series or points of an object; refuse others, which must not be lost."""
    known = {*_MAIN, metric, *_PARTS}
    if not holder.keys() & known:
        refuse(ANALYTICS, "it holds no series under a known name", holder)
    names = [name for name in (*_MAIN, metric) if isinstance(holder.get(name), list | dict)]
    if len(names) > 1:
        refuse(ANALYTICS, f"it holds both {names[0]!r} and {names[1]!r}", holder)
    for name, value in holder.items():
        if name not in known | {"annotations"} and _holds_points(value, metric):
            refuse(ANALYTICS, f"it holds the unknown series {name!r}", holder)
    return _list_of(holder[names[0]] if names else holder.get("series"), metric)


def _list_of(value: Json, metric: str) -> list[Any]:
    """Convert series by id to a list of series that hold their id."""
    if value is None or isinstance(value, list):
        return value or []
    if not isinstance(value, dict):
        refuse(ANALYTICS, "a series is neither a list nor an object", value)
    if value.keys() & {*_MAIN, metric, "entity_ref"}:
        return [value]
    return [
        {"entity_ref": {"id": id_}, **(one if isinstance(one, dict) else {"points": one})}
        for id_, one in value.items()
    ]


def _is_series(item: dict[str, Any], metric: str) -> bool:
    """Whether an object is a series, not a point, which has a day and a plain value."""
    values = [item[name] for name in ("value", metric) if name in item]
    has_plain = any(not isinstance(value, list | dict) for value in values)
    # Checked first, since a point may have any further fields, such as a list called "data".
    if has_plain and _date_name(item) is not None:
        return False
    known = item.keys() & {*_MAIN, metric, *_PARTS}
    return any(isinstance(item[name], list | dict) for name in known) or (
        bool(known - {metric}) and _date_name(item) is None
    )


def _holds_points(value: Json, metric: str) -> bool:
    """Whether a value is a list of series or of points, or an object around one."""
    lists = [value.get(name) for name in (*_MAIN, metric)] if isinstance(value, dict) else [value]
    return any(
        _is_series(one, metric) or (_date_name(one) is not None and "value" in one)
        for items in lists
        if isinstance(items, list)
        for one in items
        if isinstance(one, dict)
    )


def _record(point: dict[str, Any], context: Context) -> dict[str, Any]:
    own = _with_identity(point, context)
    kind = point.get("series_kind") or own.series_kind
    if not isinstance(kind, str):
        refuse(ANALYTICS, "a point's kind can't be read", point)
    # A point that says that it is of a breakdown has another owner than the list that it is in.
    if kind != own.series_kind and kind == "breakdown":
        own = _with_identity(point, _part_of(context, kind))
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


def _with_identity(item: dict[str, Any], context: Context) -> Context:
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
        if len(text) == len("2026-02"):
            text = f"{text}-01"
        if "T" not in text and " " not in text:
            return dt.date.fromisoformat(text).isoformat()
        # Python reads a Z only as a capital.
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
