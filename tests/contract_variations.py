"""Rows as the contract declares them, and every other way in which a server may send them.

What is sent is drawn apart from how it is sent, so that one frame can be held against the other.
"""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, get_args

import pandas as pd
from hypothesis import strategies as st

import trackagoat_pandas as tgp
from tests.canned import Canned, connect_to
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.load.reports import Report
from trackagoat_pandas.tables import TABLES, Column, Kind, Table

ID = "11111111-1111-4111-8111-111111111111"
Row = dict[str, Any]
Load = Callable[[Client], pd.DataFrame]

LOADS: dict[str, Load] = {
    "projects": lambda client: tgp.load_projects(client=client),
    "creators": lambda client: tgp.load_creators(client=client),
    "videos": lambda client: tgp.load_videos(client=client),
    "campaigns": lambda client: tgp.load_campaigns(client=client),
    "annotations": lambda client: tgp.load_annotations(client=client),
    "comments": lambda client: tgp.load_comments(ID, client=client),
    "payout_methods": lambda client: tgp.load_payout_methods(client=client),
    "payout_structures": lambda client: tgp.load_payout_structures(client=client),
    "payout_assignments": lambda client: tgp.load_payout_assignments(ID, client=client),
    "payout_accruals": lambda client: tgp.load_payout_accruals(client=client),
    "payout_payments": lambda client: tgp.load_payout_payments(client=client),
    "goal_compliance": lambda client: tgp.load_goal_compliance(ID, client=client),
    "data_model": lambda client: tgp.load_data_model(client=client),
} | {
    name: lambda client, name=name: tgp.load_report(name, ID, client=client)
    for name in get_args(Report)
}
RANKED = ("video-leaderboard", "creator-leaderboard")
REPORTS = tuple(name for name in get_args(Report) if name not in RANKED)
NESTED = ("goal_compliance", "data_model")
LISTS = tuple(name for name in LOADS if name not in (*RANKED, *REPORTS, *NESTED))
STATUSES = TABLES["goal-compliance"].column("status").categories
OPENAPI = {"openapi": "3.1.0", "paths": {"/comments": {"get": {}}}}
_SEVERAL = {"parameters": [{"name": "entity_id", "schema": {"type": "array"}}]}
TAKES_SEVERAL = {"openapi": "3.1.0", "paths": {"/analytics": {"get": _SEVERAL}}}


class Server(Canned):
    """Canned answers in which a text such as "number:1e400" travels as that very number."""

    def __call__(self, environ, start_response):
        mark = b'"number:'
        (body,) = super().__call__(environ, start_response)
        while mark in body:
            before, _, rest = body.partition(mark)
            number, _, after = rest.partition(b'"')
            body = before + number + after
        return [body]


@dataclass(frozen=True)
class Loaded:
    """A frame, and what was said of it."""

    frame: pd.DataFrame
    warnings: list[str]

    @property
    def unreadable(self) -> dict[str, int]:
        return self.frame.attrs["trackagoat"].get("unreadable", {})


def path_of(name: str) -> str:
    return TABLES[name].path.format(id=ID)


def load(rules: Mapping[str, Any], loader: Load, **settings: Any) -> Loaded:
    """Load from canned answers, and keep the warnings."""
    app = Server({"/openapi.json": OPENAPI, **rules})
    with connect_to(app, **settings) as client, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        frame = loader(client)
    return Loaded(frame, [str(warning.message) for warning in caught])


def load_table(name: str, answer: Any) -> Loaded:
    return load({path_of(name): answer}, LOADS[name])


TEXTS = st.sampled_from(
    [
        "",
        "goat",
        "🐐 e\u0301",
        "שלום",
        'a "b"\n\\',
        "12",
        "12.0",
        "null",
        "2026-01-01",
        "\x00",
        " x ",
    ]
) | st.text(st.characters(codec="utf-8"), max_size=4)
UUIDS = st.integers(0, 2**64).map(lambda number: f"{number:08x}-0000-4000-8000-000000000000")
LONG_IDS = st.integers(10**18, 2**63 - 1).map(str)
INSTANTS = st.integers(-(10**12), 10**13).map(
    lambda ms: (
        dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
        + dt.timedelta(milliseconds=ms, microseconds=7 * (ms % 2))
    )
)
DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1))
JSON = st.sampled_from([{}, {"a": 1}, {"b": [1, {"c": None}], "🐐": "é"}, ["x", 2**62], []])
FLOATS = st.integers(0, 2**53) | st.floats(-1e9, 1e9).map(lambda number: number + 0.0)

VALUES: dict[Kind, st.SearchStrategy[Any]] = {
    "id": UUIDS | LONG_IDS,
    "text": TEXTS,
    "int": st.sampled_from([0, 12, 2**53 - 1, 2**53 + 1]) | st.integers(-(2**62), 2**62),
    "float": FLOATS,
    "bool": st.booleans(),
    "instant": INSTANTS,
    "day": DAYS,
    "json": JSON,
}


def values_of(column: Column) -> st.SearchStrategy[Any]:
    words = st.sampled_from([*column.categories, "unheard_of"])
    values = words if column.kind == "category" else VALUES[column.kind]
    return st.none() | values if column.nullable else values


def rows_of(table: Table, key: tuple[str, ...] = ()) -> st.SearchStrategy[list[Row]]:
    """Some rows, no two with the same key."""
    names = key or table.key
    row = st.fixed_dictionaries({column.name: values_of(column) for column in table.columns})
    return st.lists(row, max_size=4, unique_by=lambda row: tuple(row[name] for name in names))


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


@dataclass(frozen=True)
class Wrapping:
    """How rows are held in pages: in which member, with what beside it, and how the list ends."""

    container: str | None = None
    beside: Row = field(default_factory=dict)
    end: Any = None
    has_null_lists: bool = False
    size: int = 100

    def held(self, rows: list[Row]) -> Any:
        sent = None if self.has_null_lists and not rows else rows
        return sent if self.container is None else {**self.beside, self.container: sent}

    def answer(self, rows: list[Row]) -> Callable[[dict[str, str]], Row]:
        """Serve rows in pages, by cursor or by offset as it is asked for."""

        def answer(query: dict[str, str]) -> Row:
            start = int(query.get("offset", query.get("cursor", 0)))
            rest = start + self.size
            meta = {"hasMore": True, "nextCursor": str(rest)} if rest < len(rows) else self.end
            if "offset" in query:
                meta = self.end and {**dict(self.end), "total_count": len(rows)}
            return {"data": self.held(rows[start:rest]), "error": None, "meta": meta}

        return answer


PLAIN = Wrapping()
BESIDE = st.sampled_from([{}, {"total": 3, "note": None}, {"took": {"ms": 1.5}, "page": "1"}])
ENDS = st.sampled_from(
    [
        None,
        {},
        [],
        {"hasMore": False},
        {"hasMore": False, "nextCursor": None},
        {"hasMore": None, "nextCursor": ""},
        {"hasMore": False, "nextCursor": "2026-03-15T10:00:00Z", "request": {"ms": [1]}},
    ]
)


def wrappings(name: str) -> st.SearchStrategy[Wrapping]:
    last = TABLES[name].path.rsplit("/", 1)[-1]
    return st.builds(
        Wrapping,
        container=st.sampled_from([None, "items", "results", "rows", "data", "list", name, last]),
        beside=BESIDE,
        end=ENDS,
        has_null_lists=st.just(False) if name in RANKED else st.booleans(),
        size=st.just(100) if name in REPORTS else st.integers(1, 4),
    )


GOALS = TABLES["goal_compliance"]
_CREATOR, _GOAL, _ADVISORY = GOALS.names[:4], GOALS.names[4:12], GOALS.names[16:]


@st.composite
def goal_rows(draw: st.DrawFn) -> list[Row]:
    """Rows of goal compliance, the first two of one creator."""
    rows = draw(rows_of(GOALS, ("goal_id",)))
    for row in rows[:2]:
        row |= {name: rows[0][name] for name in _CREATOR}
    return rows


def nested_goals(rows: list[Row], shape: str) -> Any:
    """Arrange goals as the API does ("grouped"), or otherwise."""
    if shape == "flat":
        return rows
    goals = [_nested_goal(row) for row in rows]
    if shape == "merged":
        return goals
    groups: list[Row] = [{"creator": {"id": "idle"}, "compliance": None if rows else []}]
    for goal in goals:
        creator = goal.pop("creator")
        if shape == "single":
            groups.append({"creator": creator, "compliance": goal})
        elif groups[-1]["creator"] == creator:
            groups[-1]["compliance"].append(goal)
        else:
            groups.append({"creator": creator, "compliance": [goal]})
    return {"period": "all", "creators": groups} if shape == "held" else groups


def _nested_goal(row: Row) -> Row:
    def part(names: tuple[str, ...], id_name: str = "") -> Row:
        return {"id" if name == id_name else name: row[name] for name in names if name in row}

    own = {
        name: value for name, value in row.items() if name not in (*_CREATOR, *_GOAL, *_ADVISORY)
    }
    creator, goal = part(_CREATOR, "creator_id"), part(_GOAL, "goal_id")
    return {"creator": creator, "goal": goal, "advisory": part(_ADVISORY), **own}


MODEL_SHAPES = st.fixed_dictionaries(
    {
        "held": st.sampled_from([None, "entities", "resources", "data"]),
        "entities": st.sampled_from(["name", "entity", "key", "by name"]),
        "members": st.sampled_from(["fields", "properties", "columns", "attributes"]),
        "fields": st.sampled_from(["name", "field", "id", "by name"]),
        "text": st.sampled_from(["description", "doc"]),
        "is_terse": st.booleans(),
    }
)
MODEL_ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "entity": st.sampled_from(["creator", "video", "goal"]),
            "field": st.sampled_from(["id", "name", "view_count", "fields", "🐐"]),
            "type": st.none() | st.sampled_from(["string", "integer"]),
            "nullable": st.none() | st.booleans(),
            "description": st.none() | TEXTS,
        }
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda row: (row["entity"], row["field"]),
).map(lambda rows: sorted(rows, key=lambda row: row["entity"]))


def model_of(rows: list[Row], shape: Row) -> Any:
    """Arrange the data model: entities and their fields by name, or in lists."""
    entities: dict[str, dict[str, Any]] = {}
    for row in rows:
        entities.setdefault(row["entity"], {})[row["field"]] = _model_field(row, shape)
    bodies = {
        name: {shape["members"]: _named(fields, shape["fields"])}
        for name, fields in entities.items()
    }
    sent = _named(bodies, shape["entities"])
    return {"version": "1.4.0", "notes": None, shape["held"]: sent} if shape["held"] else sent


def _model_field(row: Row, shape: Row) -> Any:
    if (
        shape["is_terse"]
        and shape["fields"] == "by name"
        and row["type"] is row["nullable"] is None
    ):
        return row["description"]
    facts = {"type": row["type"], "nullable": row["nullable"], shape["text"]: row["description"]}
    if shape["is_terse"] and row["nullable"] and row["type"]:
        facts |= {"type": [row["type"], "null"]}
        del facts["nullable"]
    return {name: value for name, value in facts.items() if value is not None}


def _named(bodies: dict[str, Any], way: str) -> Any:
    if way == "by name":
        return bodies
    return [{way: name, **body} for name, body in bodies.items()]


IDS = tuple(ID.replace("1", digit) for digit in "123")
ANALYTICS = TABLES["analytics"]
POINTS = st.lists(
    st.fixed_dictionaries(
        {
            "date": DAYS,
            "value": st.none() | FLOATS,
            "is_partial": st.none() | st.booleans(),
            "is_baseline": st.none() | st.booleans(),
        }
    ),
    max_size=3,
    unique_by=lambda point: point["date"],
)
LABELS = st.none() | TEXTS
BY_KIND = ("kinds", "bare")
"""Arrangements in which every point says itself of what kind its series is."""


@dataclass(frozen=True)
class Series:
    """One campaign's points, those of the range before, and those of its parts."""

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
        # Under another name nobody could tell what is null.
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
    if "value" in sent or scalars:  # without either, a value that is left out is told from others
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
