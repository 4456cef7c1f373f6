"""Analytics answers of every shape to records."""

from __future__ import annotations

import pytest

from trackagoat_pandas.errors import UnreadableResponseError
from trackagoat_pandas.frames.series import read_bucket, read_series
from trackagoat_pandas.frames.values import chunk_from_records
from trackagoat_pandas.tables import ANALYTICS

POINTS = [
    {"date": "2026-01-01", "value": 5, "is_partial": False, "is_baseline": True},
    {"date": "2026-01-02", "value": None, "is_partial": True, "is_baseline": False},
]
SERIES = {"entity_ref": {"id": "a", "label": "Ann"}, "points": POINTS}


def read(data, *, entity="creator", ids=("a",), metric="views"):
    return read_series(data, entity=entity, entity_ids=ids, metric=metric).records


def pick(records, *names):
    return [tuple(record[name] for name in names) for record in records]


def test_a_record_has_the_columns_of_the_analytics_table():
    assert read({"series": [SERIES]})[0] == {
        "entity": "creator",
        "entity_id": "a",
        "label": "Ann",
        "metric": "views",
        "date": "2026-01-01",
        "value": 5.0,
        "series_kind": "main",
        "is_partial": False,
        "is_baseline": True,
        "parent_id": None,
    }
    assert tuple(read({"series": [SERIES]})[0]) == ANALYTICS.names


@pytest.mark.parametrize(
    "data",
    [
        {"series": [SERIES]},
        {"series": SERIES},
        {"series": POINTS},
        {"series": {"a": POINTS}},
        {"series": {"a": {"points": POINTS}}},
        {"timeseries": [SERIES], "annotations": [{"date": "2026-01-01", "label": "x"}]},
        {"data": POINTS, "timezone": "UTC"},
        {"views": [{"entity_ref": "a", "data": POINTS}]},
        {"points": POINTS, "entity_ref": {"id": "a"}},
        {"series": [{"entity_id": "a", "values": POINTS}]},
        [SERIES],
        POINTS,
    ],
)
def test_points_are_found_in_any_shape(data):
    assert pick(read(data), "entity_id", "date", "value") == [
        ("a", "2026-01-01", 5.0),
        ("a", "2026-01-02", None),
    ]


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {"series": None},
        {"series": []},
        {"series": {}},
        {"series": [{"entity_ref": {"id": "a"}, "points": None}], "comparison_series": None},
        {"comparison_series": [], "breakdown_series": None},
    ],
)
def test_null_and_empty_lists_have_no_points(data):
    assert read(data) == []


FIRST = {"date": "2026-01-01"}
BIG = 7234567890123456789


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        *(
            ([{name: "2026-01-01", "value": 1}], FIRST)
            for name in ("date", "bucket", "day", "t", "bucket_start", "when")
        ),
        # The usual names of the day go before others, and unknown fields are kept.
        ([{"x": "2026-02-02", "day": "2026-01-01", "value": 1}], {**FIRST, "x": "2026-02-02"}),
        ([{**FIRST, "value": 1, "median": 3}], {"median": 3}),
        *(([{**FIRST, "value": sent}], {"value": 7.0}) for sent in (7, 7.0, "7", "7.0")),
        *(([{**FIRST, "views": sent}], {"value": 7.0}) for sent in (7, 7.0, "7", "7.0")),
        ([{**FIRST, "is_partial": False}], {"value": None}),
        ([{**FIRST, "value": 1}], {"is_partial": None, "is_baseline": None}),
        ({"series": [{"entity_ref": {"id": BIG}, "points": POINTS[:1]}]}, {"entity_id": str(BIG)}),
        # The label of the whole answer is none of a series.
        ({"label": "Views", "series": POINTS[:1]}, {"label": None}),
    ],
)
def test_a_point_is_read_whatever_its_fields_are_called(data, expected):
    (record,) = read(data)
    assert {name: record[name] for name in expected} == expected


def test_the_prior_period_is_told_apart():
    records = read({"series": [SERIES], "comparison_series": [SERIES]})
    assert pick(records, "series_kind", "entity_id")[1:3] == [("main", "a"), ("prior_period", "a")]


def test_series_without_a_point_are_known_by_their_keys():
    data = {
        "series": [{"entity_ref": {"id": "a"}, "points": []}],
        "comparison_series": {"a": {"points": []}},
        "breakdown_series": [{"entity_ref": {"id": "v"}, "points": None}],
    }
    read = read_series(data, entity="campaign", entity_ids=["a"], metric="views")
    assert read.records == []
    assert read.keys == {("main", None, "a"), ("prior_period", None, "a"), ("breakdown", "a", "v")}


def test_a_breakdown_knows_its_campaign():
    parts = [
        {"entity_ref": {"id": "v", "label": "Video"}, "points": POINTS[:1]},
        {"entity_ref": {"id": "__other__", "label": "Other"}, "points": POINTS[:1]},
    ]
    data = {"series": POINTS[:1], "breakdown_series": parts}
    records = read(data, entity="campaign", ids=["c"])
    assert pick(records, "series_kind", "entity_id", "label", "parent_id") == [
        ("main", "c", None, None),
        ("breakdown", "v", "Video", "c"),
        ("breakdown", "__other__", "Other", "c"),
    ]


def test_parts_inside_a_series_belong_to_it():
    part = {"entity_ref": {"id": "v"}, "points": POINTS[:1]}
    data = {
        "series": [
            {"entity_ref": {"id": id_}, "points": POINTS[:1], "breakdown_series": [part]}
            for id_ in "ab"
        ]
    }
    records = read(data, entity="campaign", ids=["a", "b"])
    assert pick(records, "entity_id", "parent_id") == [
        ("a", None),
        ("v", "a"),
        ("b", None),
        ("v", "b"),
    ]


def test_flat_points_may_name_their_own_series():
    points = [
        {"entity_id": "b", "label": "Bo", "date": "2026-01-01", "value": 1},
        {"entity_id": "a", "date": "2026-01-01", "value": 2, "series_kind": "prior_period"},
    ]
    assert pick(read(points, ids=["a", "b"]), "entity_id", "label", "series_kind") == [
        ("b", "Bo", "main"),
        ("a", None, "prior_period"),
    ]


def test_series_by_id_serve_several_entities():
    data = {"series": {"a": POINTS[:1], "b": POINTS[:1]}}
    assert pick(read(data, ids=["a", "b"]), "entity_id") == [("a",), ("b",)]


def test_records_make_a_chunk_without_a_loss():
    chunk = chunk_from_records(read({"series": [SERIES], "comparison_series": POINTS}), ANALYTICS)
    assert (chunk.arrow.num_rows, chunk.unreadable, chunk.extras) == (4, {}, {})


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (5, "neither a list nor an object"),
        ([5], "a point is not an object"),
        ({"message": "ok"}, "no series"),
        ({"x": POINTS, "y": POINTS}, "no series under a known name"),
        ({"a": POINTS, "timezone": "UTC"}, "no series under a known name"),
        ({"series": POINTS, "points": POINTS}, "both 'series' and 'points'"),
        ({"series": POINTS, "previous": [SERIES]}, "the unknown series 'previous'"),
        ({"series": POINTS, "previous": POINTS}, "the unknown series 'previous'"),
        ({"series": POINTS, "previous": {"series": POINTS}}, "the unknown series 'previous'"),
        ({"series": [{"points": [{"points": [SERIES]}]}]}, "nested too deeply"),
        ({"series": "none"}, "neither a list nor an object"),
        ([{"date": "2026-01-01", "value": "many"}], "can't be read"),
        ([{"date": "2026-01-01", "value": True}], "can't be read"),
        ([{"date": "2026-01-01", "value": 1, "views": 2}], "can't be read"),
        ([{"date": "2026-01-01", "total": 2}], "can't be read"),
        ([{"date": "soon", "value": 1}], "can't be read"),
        ([{"from": "2026-01-01", "to": "2026-01-02", "value": 1}], "can't be read"),
        ([{"value": 1}], "can't be read"),
        ([{"date": "2026-01-01", "value": 1, "series_kind": ["main"]}], "kind can't be read"),
        ({"series": [{"date": "2026-01-01", "value": []}]}, "can't be read"),
        ({"metric": "likes", "series": POINTS}, "views was requested, and the response has likes"),
        ({"breakdown_series": POINTS}, "doesn't name its entity"),
    ],
)
def test_what_is_not_sure_is_an_error(data, problem):
    with pytest.raises(UnreadableResponseError, match=f"^/analytics: HTTP 200, but .*{problem}"):
        read(data)


def test_data_that_is_nested_deeply_is_an_error_or_left_out():
    deep = POINTS
    for _ in range(5_000):
        deep = {"data": deep}
    with pytest.raises(UnreadableResponseError, match="nested too deeply"):
        read(deep)
    assert len(read({"series": POINTS, "further": deep})) == 2


def test_points_of_nobody_are_an_error_where_several_were_asked_for():
    start = r"""doesn't name its entity\. It starts '\{"date":"2026-01-01","""
    with pytest.raises(UnreadableResponseError, match=start):
        read({"series": POINTS}, ids=["a", "b"])


@pytest.mark.parametrize(
    ("text", "timezone", "day"),
    [
        ("2026-01-01", None, "2026-01-01"),
        ("2026-01", None, "2026-01-01"),
        ("2026-W05", None, "2026-01-26"),
        ("2026-01-01T00:00:00", None, "2026-01-01"),
        ("2026-01-01T00:00:00Z", None, "2026-01-01"),
        ("2026-01-01T00:00:00.000Z", "America/New_York", "2026-01-01"),
        ("2026-01-01T05:00:00Z", "America/New_York", "2026-01-01"),
        ("2026-07-01T04:00:00Z", "America/New_York", "2026-07-01"),
        ("2025-12-31T15:00:00Z", "Asia/Tokyo", "2026-01-01"),
        ("2026-01-01T00:00:00-05:00", None, "2026-01-01"),
        ("2026-01-01T00:00:00-05:00", "Nowhere/Land", "2026-01-01"),
        # Midnight doesn't exist on this day: it starts at one o'clock.
        ("2018-11-04T03:00:00Z", "America/Sao_Paulo", "2018-11-04"),
        ("2026-01-01T05:00:00Z", None, None),
        ("2026-01-01T04:00:00Z", "America/New_York", None),
        ("2026-01-01T05:00:00Z", "Nowhere/Land", None),
        ("2026-13", None, None),
        ("2026-02-30", None, None),
        ("1767225600", None, None),
        ("tomorrow", None, None),
    ],
)
def test_a_bucket_starts_on_the_day_that_is_meant(text, timezone, day):
    assert read_bucket(text, timezone) == day
