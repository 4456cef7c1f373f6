"""An analytics answer, in whatever shape it comes, to records of the analytics table.

Knows every shape that contract section 6 allows. What it can't be sure of is an error, never a
guess: a wrong number would look like a right one. Must not know HTTP.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from trackagoat_pandas._types import Json
from trackagoat_pandas.errors import UnreadableResponseError
from trackagoat_pandas.frames.points import is_point, read_point
from trackagoat_pandas.tables import ANALYTICS, METRICS

_MAIN = ("series", "points", "data")
_PARTS = {"comparison_series": "prior_period", "breakdown_series": "breakdown"}
_IDS = ("id", "entity_id")
_LABELS = ("label", "name")


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of a series before its points are read."""

    entity: str
    entity_ids: tuple[str, ...]
    metric: str
    timezone: str | None = None
    series_kind: str = "main"
    entity_id: str | None = None
    label: str | None = None
    parent_id: str | None = None


def read_series(
    data: Json, *, entity: str, entity_ids: Sequence[str], metric: str
) -> list[dict[str, Any]]:
    """Read the data of one answer of GET /analytics.

    Parameters
    ----------
    data
        The envelope's data: an object with ``series``, ``comparison_series`` and
        ``breakdown_series``, series by id, or a bare list of series or points.
    entity, entity_ids, metric
        What was asked for; they fill in what the answer doesn't repeat.

    Returns
    -------
    list of dict
        One record a point, with the analytics table's columns; ``date`` is text. Fields of a point
        that nobody knows are kept under their own names.

    Raises
    ------
    UnreadableResponseError
        If a series can't be told from others, or a day or value can't be read.
    """
    zone = data.get("timezone") if isinstance(data, dict) else None
    context = Context(entity, tuple(entity_ids), metric, zone if isinstance(zone, str) else None)
    try:
        return list(_read(data, context))
    except RecursionError:
        problem = "its data is nested too deeply"
    raise UnreadableResponseError(ANALYTICS.path, 200, problem)


def _read(data: Json, context: Context) -> Iterator[dict[str, Any]]:
    """Read data, or one series of it: both may hold points, and series beside them."""
    if data is None:
        return
    if isinstance(data, list):
        yield from _read_list(data, context)
        return
    if not isinstance(data, dict):
        _refuse("a series is neither a list nor an object", data)
    inner = _identified(data, context)
    yield from _read_list(_main(data, inner), inner)
    _refuse_others(data, inner)
    for name, kind in _PARTS.items():
        part = _part_of(inner, kind)
        yield from _read_list(data.get(name) or [], part)


def _main(data: dict[str, Any], context: Context) -> list[Any]:
    """Find the list of series or points in an object, whatever its name is."""
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
    return _refuse("its data holds " + ("several lists" if found else "no series"), data)


def _listed(value: Json, metric: str) -> list[Any]:
    """Turn series by id into a list of series that know their id."""
    if value is None:
        return []
    if isinstance(value, list):
        return value
    if not isinstance(value, dict):
        _refuse("a series is neither a list nor an object", value)
    if "points" in value or "entity_ref" in value:
        return [value]
    if value.keys() == {metric}:
        return _listed(value[metric], metric)
    return [
        {"entity_ref": {"id": id_}, **(one if isinstance(one, dict) else {"points": one})}
        for id_, one in value.items()
    ]


def _refuse_others(data: dict[str, Any], context: Context) -> None:
    """Refuse series under a name that nobody knows: a comparison, perhaps, would be lost."""
    if not data.keys() & set(_MAIN):
        return  # all names were looked at
    for name, value in data.items():
        if name not in (*_MAIN, *_PARTS, "annotations") and _is_series(value, context.metric):
            _refuse(f"nobody knows the series {name!r} in it", data)


def _is_series(value: Json, metric: str) -> bool:
    if isinstance(value, dict):
        return any(_is_series(value.get(name), metric) for name in _MAIN)
    return isinstance(value, list) and any(
        isinstance(one, dict) and ("points" in one or _is_dated_value(one, metric)) for one in value
    )


def _is_dated_value(item: dict[str, Any], metric: str) -> bool:
    return is_point(item, metric) and bool(item.keys() & {"value", metric})


def _holds_points(value: Json) -> bool:
    if isinstance(value, dict):
        return _holds_points(value.get("points")) or (
            bool(value) and all(_holds_points(one) for one in value.values())
        )
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


def _read_list(items: Json, context: Context) -> Iterator[dict[str, Any]]:
    for item in _listed(items, context.metric):
        if not isinstance(item, dict):
            _refuse("a point is no object", item)
        if is_point(item, context.metric):
            yield _record(item, context)
        else:
            yield from _read(item, context)


def _record(point: dict[str, Any], context: Context) -> dict[str, Any]:
    own = _identified(point, context)
    kind = point.get("series_kind") or own.series_kind
    if kind != own.series_kind and kind == "breakdown":
        own = _identified(point, _part_of(context, kind))
    found = read_point(point, metric=own.metric, timezone=own.timezone)
    if found is None:
        return _refuse("a point's day or value can't be read", point)
    return {
        "entity": own.entity,
        "entity_id": own.entity_id or _only_id(point, own),
        "label": own.label,
        "metric": own.metric,
        "date": found.date,
        "value": found.value,
        "series_kind": kind,
        "is_partial": point.get("is_partial"),
        "is_baseline": point.get("is_baseline"),
        "parent_id": own.parent_id,
        **found.others,
    }


def _only_id(point: dict[str, Any], context: Context) -> str:
    """Return the id that was asked for, if there was one alone."""
    if context.series_kind == "breakdown" or len(context.entity_ids) != 1:
        _refuse("a series doesn't say whose it is", point)
    return context.entity_ids[0]


def _part_of(context: Context, kind: str) -> Context:
    """Return the context of series beside the main ones."""
    if kind != "breakdown":
        return replace(context, series_kind=kind)
    only = context.entity_ids[0] if len(context.entity_ids) == 1 else None
    parent = context.entity_id or only
    return replace(context, series_kind=kind, entity_id=None, label=None, parent_id=parent)


def _identified(item: dict[str, Any], context: Context) -> Context:
    """Take the entity and label that a series or a point names itself."""
    ref = item.get("entity_ref")
    # Beside "series" an id or a label is the whole answer's, not a series' own.
    own = {} if "series" in item else item
    fields = {**own, **(ref if isinstance(ref, dict) else {"id": ref} if ref else {})}
    ids = [fields[name] for name in _IDS if isinstance(fields.get(name), str | int)]
    labels = [fields[name] for name in _LABELS if isinstance(fields.get(name), str)]
    metric = item.get("metric")
    if metric in METRICS and metric != context.metric:
        _refuse(f"{context.metric} was asked for and {metric} answered", item)
    return replace(
        context,
        entity_id=str(ids[0]) if ids else context.entity_id,
        label=labels[0] if labels else context.label,
    )


def _refuse(problem: str, found: Json) -> NoReturn:
    raise UnreadableResponseError(ANALYTICS.path, 200, problem, repr(found)[:60])
