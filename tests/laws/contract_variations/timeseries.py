"""Series of points: what is in them, and the arrangements in which a server may send them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

from tests.laws.contract_variations.drawn import DAYS, FLOATS, TEXTS, Row
from tests.laws.contract_variations.loading import ID
from tests.laws.contract_variations.spelling import Spelling, spelled
from trackagoat_pandas.tables import TABLES

IDS = tuple(ID.replace("1", digit) for digit in "123")
ANALYTICS = TABLES["analytics"]
_SEVERAL = {"parameters": [{"name": "entity_id", "schema": {"type": "array"}}]}
TAKES_SEVERAL = {"openapi": "3.1.0", "paths": {"/analytics": {"get": _SEVERAL}}}
POINTS = st.lists(
    st.fixed_dictionaries(
        {
            "date": DAYS,
            "value": st.none() | FLOATS,
            "is_partial": st.none() | st.booleans(),
            "is_baseline": st.none() | st.booleans(),
        }
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda point: point["date"],
)
LABELS = st.none() | TEXTS
BY_KIND = ("kinds", "bare")
"""Arrangements in which every point names the kind of its series."""


@dataclass(frozen=True)
class Series:
    """One campaign's points, those of the range before, and those of its parts; none is empty.

    What an empty list means depends on its place: test_load_analytics.py has them all.
    """

    label: str | None
    points: list[Row]
    prior: list[Row]
    parts: list[tuple[str, str | None, list[Row]]]


SERIES = st.builds(
    Series,
    LABELS,
    POINTS,
    POINTS,
    st.lists(
        st.tuples(st.sampled_from(["__other__", "7234567890123456789"]), LABELS, POINTS),
        min_size=1,
        max_size=2,
        unique_by=lambda part: part[0],
    ),
)
SERIES_SHAPES = st.fixed_dictionaries(
    {
        "held": st.sampled_from(
            ["nested", "by id", "flat", "kinds", "bare", "inside", "timeseries", "views"]
        ),
        "date": st.sampled_from(["date", "bucket", "day", "t", "bucket_start", "when"]),
        "value": st.sampled_from(["value", "views"]),
        "points": st.sampled_from(["points", "data", "values"]),
        "ref": st.sampled_from(["label", "name", "flat", "id", "text"]),
        "is_local": st.booleans(),
        "has_null_lists": st.booleans(),
    }
)
AS_NESTED = {"held": "nested", "date": "date", "value": "value", "points": "points"} | {
    "ref": "label", "is_local": False, "has_null_lists": False
}  # fmt: skip


def series_answer(series: dict[str, Series], shape: Row, ways: list[Spelling]) -> Any:
    """Arrange series as the API does ("nested"), or otherwise."""

    def one(id_: str, label: str | None, points: list[Row], kind: str = "main") -> list[Row]:
        sent = [_point(point, shape, ways[place % len(ways)]) for place, point in enumerate(points)]
        ref = _reference(id_, label, shape["ref"])
        if shape["held"] in BY_KIND:
            return [{**ref, **point, "series_kind": kind} for point in sent]
        if shape["held"] == "flat":
            return [{**ref, **point} for point in sent]
        # Under another name it wouldn't be clear what is null.
        none = None if shape["has_null_lists"] and shape["points"] != "values" else []
        return [{**ref, shape["points"]: sent or none}]

    def parts(id_: str, one_of: Series) -> Row:
        prior = one(id_, one_of.label, one_of.prior, "prior_period") if one_of.prior else []
        broken = [item for part in one_of.parts for item in one(*part, "breakdown")]
        found = {"comparison_series": prior, "breakdown_series": broken}
        return {
            name: items or (None if shape["has_null_lists"] else [])
            for name, items in found.items()
        }

    main = {id_: one(id_, each.label, each.points) for id_, each in series.items()}
    beside = {id_: parts(id_, each) for id_, each in series.items()}
    return _held_series(main, beside, shape)


def _held_series(main: dict[str, list[Row]], beside: dict[str, Row], shape: Row) -> Any:
    def joined(lists: Iterable[list[Row] | None]) -> list[Row]:
        return [item for items in lists for item in items or []]

    held = shape["held"]
    names = ("comparison_series", "breakdown_series")
    rest = {name: joined(parts[name] for parts in beside.values()) for name in names}
    every = joined(main.values())
    if held == "bare":
        return [*every, *joined(rest.values())]
    answer = {"timezone": "Asia/Tokyo", "tier_retention_days": None, "annotations": []}
    if held == "kinds":
        return {**answer, "series": [*every, *joined(rest.values())]}
    if held == "inside":
        inner = [{**items[0], **beside[id_]} for id_, items in main.items()]
        return {**answer, "series": inner}
    if held == "by id":
        return {**answer, **rest, "series": {id_: items[0] for id_, items in main.items()}}
    name = held if held in ("timeseries", "views") else "series"
    return {**answer, **rest, name: every}


def _point(point: Row, shape: Row, how: Spelling) -> Row:
    scalars = {
        name: value for name, value in how.extras.items() if not isinstance(value, list | dict)
    }
    sent = spelled(point, ANALYTICS, replace(how, extras=scalars))
    day = sent.pop("date")
    if shape["is_local"] and shape["held"] != "bare":
        day = f"{point['date'] - dt.timedelta(days=1)}T15:00:00Z"
    if "value" in sent or scalars:  # without either, a missing value is recognized
        sent[shape["value"]] = sent.pop("value", None)
    return {shape["date"]: day, **sent}


def _reference(id_: str, label: str | None, way: str) -> Row:
    match way:
        case "flat":
            return {"entity_id": id_, "label": label}
        case "id":
            return {"id": id_, "name": label}
        case "text":
            return {"entity_ref": id_, "label": label}
        case _:
            return {"entity_ref": {"id": id_, way: label}}
