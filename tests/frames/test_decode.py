"""Pages to chunks: which road is taken, and what becomes of values."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pandas as pd
import pytest

from trackagoat_pandas.errors import ContractWarning, NotFoundError, UnreadableResponseError
from trackagoat_pandas.frames.build import build_frame
from trackagoat_pandas.frames.decode import (
    PAGES_A_CHUNK,
    decode_list,
    decode_pages,
    read_structs,
)
from trackagoat_pandas.frames.values import chunk_from_records, read_pages
from trackagoat_pandas.tables import CAMPAIGNS, CREATORS, GOAL_COMPLIANCE, VIDEOS
from trackagoat_pandas.tables.reports import POSTING_HEATMAP

UTC = dt.UTC
FIRST_OF_MARCH = dt.datetime.fromisoformat("2026-03-01")
NINETEEN_DIGITS = 7234567890123456789


def page(rows, **beside) -> bytes:
    return json.dumps({"data": rows, "error": None, "meta": {"hasMore": False}} | beside).encode()


def values(rows, column, table=CREATORS):
    return decode_pages([page(rows)], table).arrow[column].to_pylist()


@pytest.mark.parametrize(
    ("row", "table"),
    [
        ({"id": "a", "metadata": {}}, VIDEOS),
        ({"id": "a", "tracking_start_date": "2026-03-01"}, CREATORS),
        ({"id": "a", "metadata": {"b": [1.5]}}, CREATORS),
        ({"id": "a", "surprise": [1], "another": None}, CREATORS),
        ({"id": "a", "description": "under its other name"}, CAMPAIGNS),
    ],
)
def test_rows_of_the_declared_or_a_learnt_shape_are_read_into_structs(row, table):
    assert read_structs([page([row])] * 3, table).arrow.num_rows == 3


@pytest.mark.parametrize(
    "other",
    [
        {"id": "b", "follower_count": 12.0},
        {"id": "b", "surprise": 1},
        {"id": "b", "created_at": "yesterday"},
        {"id": "b", "project": {"id": "p"}},
    ],
)
def test_a_row_unlike_those_of_the_first_page_is_left_to_the_other_road(other):
    assert read_structs([page([{"id": "a"}]), page([other])], CREATORS) is None


@pytest.mark.parametrize("read", [read_structs, read_pages])
def test_free_form_objects_keep_their_text(read):
    rows = [
        rb'{"metadata": { "b": 1.50, "a": [ 1e2 ] }}', rb'{"metadata": {}}', rb'{"id": "a"}',
        rb'{"metadata": null}', rb'{"metadata": {"whole": "\ud83d\udc10"}}',
    ]  # fmt: skip
    body = b'{"data": [' + b",".join(rows) + b"]}"
    assert read([body], CREATORS).arrow["metadata"].to_pylist() == [
        '{"b":1.50,"a":[1e2]}', "{}", None, None, r'{"whole":"\ud83d\udc10"}'
    ]  # fmt: skip


def test_no_pages_give_the_declared_columns_and_no_rows():
    chunk = decode_pages([], CREATORS)
    assert (chunk.arrow.num_rows, tuple(chunk.arrow.column_names)) == (0, CREATORS.names)


def test_a_number_too_big_for_a_float_is_shown_as_it_was_written():
    chunk = decode_pages([b'{"data": [{"avg_views": 1e999}, {"avg_views": 2}]}'], POSTING_HEATMAP)
    assert chunk.arrow["avg_views"].to_pylist() == [None, 2.0]
    assert chunk.examples == {"avg_views": "1e999"}


def march(*time) -> dt.datetime:
    return dt.datetime(2026, 3, 1, *time, tzinfo=UTC)


READ = [
    (VIDEOS, "tiktok_video_id", str(NINETEEN_DIGITS), [NINETEEN_DIGITS]),
    (CREATORS, "follower_count", 12, [12, 12.0, "12", "12.0", " 12 ", "+12"]),
    (POSTING_HEATMAP, "avg_views", 2.5, [2.5, "2.5", "25e-1"]),
    (CREATORS, "is_active", True, ["true", 1]),
    (CREATORS, "is_active", False, ["False", 0]),
    (CREATORS, "created_at", march(10), ["2026-03-01T10:00:00Z", "2026-03-01T10:00:00"]),
    (CREATORS, "created_at", march(8), ["2026-03-01T10:00:00+02:00"]),
    (CREATORS, "created_at", march(15, 30), ["2026-03-01 10:00:00-0530"]),
    (CREATORS, "created_at", march(10, 0, 0, 123456), [f"2026-03-01T10:00:00.{end}"
                                                      for end in ("123456Z", "1234567z")]),
    (CREATORS, "created_at", march(), ["2026-03-01"]),
    (CREATORS, "tracking_start_date", FIRST_OF_MARCH, [
        "2026-03-01", "2026-03-01T00:00:00Z", "2026-03-01T00:00:00"]),
]  # fmt: skip


@pytest.mark.parametrize(("table", "column", "read", "sent"), READ)
def test_a_value_is_read_however_it_is_sent(table, column, read, sent):
    for value in sent:
        assert values([{column: value}], column, table) == [read], value
        # A neighbour that can't be read must not change how this one is.
        assert values([{column: value}, {column: [5.5]}], column, table)[0] == read, value


# Days are never shifted out of an instant, and what isn't sure is no instant.
UNREADABLE = [
    (VIDEOS, "tiktok_video_id", [7.2e18]),
    (CREATORS, "follower_count", ["abc", 12.5, 2**63, "12.5", "", True, "1e3", [1], 9.1e15]),
    (POSTING_HEATMAP, "avg_views", ["NaN", "inf", "x", False, 10**400]),
    (CREATORS, "is_active", [2, "yes", 1.0]),
    (CREATORS, "created_at", [
        1767225600, "1767225600", "20260301", "2026-W05-1", "2026-02-30", "2026-03-01T24:00:00Z",
        "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+02:00", "yesterday", "",
    ]),
    (CREATORS, "tracking_start_date", [
        "2026-03-01T05:00:00Z", "2026-03-01T00:00:00-05:00", 20513, "March",
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("table", "column", "sent"), UNREADABLE)
def test_what_cannot_be_read_is_null_and_counted_with_its_text(table, column, sent):
    for value in sent:
        chunk = decode_pages([page([{column: None}, {column: value}])], table)
        assert chunk.arrow[column].to_pylist() == [None, None], value
        assert chunk.unreadable == {column: 1}, value
        assert chunk.examples == {column: json.dumps(value, separators=(",", ":"))[:60]}


LONG = "goat " * 300_000  # more than a megabyte


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"data": [{"id": "a", "description": LONG}]}, indent=4).encode(),
        page([{"id": "a", "description": LONG}], request_id="r", meta={"hasMore": True, "x": 9}),
    ],
)
def test_a_page_is_read_whatever_its_layout_and_length(body):
    chunk = read_structs([body, body], CREATORS)
    assert chunk.arrow["description"].to_pylist() == [LONG, LONG]


def test_unknown_words_follow_the_declared_ones():
    rows = [{"tracking_mode": word} for word in ("manual", "auto", None, "manual")]
    words = decode_pages([page(rows)], CREATORS).arrow["tracking_mode"].chunk(0)
    assert words.dictionary.to_pylist() == ["auto", "selective", "manual"]
    assert words.to_pylist() == ["manual", "auto", None, "manual"]


def test_numbers_and_objects_in_text_are_kept_as_text():
    rows = [{"description": value} for value in (5, 2.5, {"a": "ü"}, True)]
    assert values(rows, "description") == ["5", "2.5", '{"a":"ü"}', "true"]


def test_a_field_is_found_under_its_other_name():
    assert values([{"description": "x"}], "readme", CAMPAIGNS) == ["x"]


def test_a_row_with_both_names_keeps_both_values():
    chunk = decode_pages([page([{"readme": "x", "description": "y"}])], CAMPAIGNS)
    assert chunk.arrow["readme"].to_pylist() == ["x"]
    assert chunk.arrow["description"].to_pylist() == ["y"]
    assert list(chunk.extras) == ["description"]


def test_unknown_fields_come_after_the_declared_ones_as_they_first_appear():
    chunk = decode_pages([page([{"b": 1, "id": "x"}, {"a": 2, "b": 3}])], CREATORS)
    assert chunk.arrow.column_names[-2:] == ["b", "a"]


@pytest.mark.parametrize(
    ("sent", "kind", "kept"),
    [
        (["2026-01-01T00:00:00Z", "x"], "text", ["2026-01-01T00:00:00Z", "x"]),
        ([1, 2**62], "int", [1, 2**62]),
        ([1, 2.5], "float", [1.0, 2.5]),
        ([True, None], "bool", [True, None]),
        ([None, None], "null", [None, None]),
        ([1, "1"], "json", ["1", '"1"']),
        ([2**53 + 1, 0.5], "json", [str(2**53 + 1), "0.5"]),
        ([2**70, 1], "json", [str(2**70), "1"]),
        ([{"a": 1.0}, None], "json", ['{"a":1.0}', None]),
        ([[1], 2.0], "json", ["[1]", "2"]),
    ],
)
def test_an_unknown_field_has_the_type_of_all_its_values(sent, kind, kept):
    chunk = decode_pages([page([{"surprise": value} for value in sent])], CREATORS)
    assert chunk.extras == {"surprise": kind}
    assert chunk.arrow["surprise"].to_pylist() == kept


@pytest.mark.parametrize(
    "data",
    [
        {"items": [{"id": "a"}], "total": 1},
        {"creators": [{"id": "a"}], "tags": [{"tag": "x"}]},
        {"rows": [{"id": "a"}], "errors": []},
        {"id": "a", "badges": [{"badge": 1}]},
    ],
)
def test_rows_are_found_in_a_container_of_any_name(data):
    assert decode_pages([page(data)], CREATORS).arrow["id"].to_pylist() == ["a"]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_page_whose_data_is_null_is_an_error(place):
    bodies = [page([{"id": f"c{number}", "project_id": "p"}]) for number in range(3)]
    bodies[place] = page(None)
    with pytest.raises(UnreadableResponseError, match="both its data and its error are null"):
        decode_pages(bodies, CREATORS)


@pytest.mark.parametrize("table", [CREATORS, CAMPAIGNS], ids=lambda table: table.name)
@pytest.mark.parametrize("data", [[], {"items": None}, {"items": []}])
def test_an_empty_list_in_any_form_has_no_rows(data, table):
    assert decode_pages([page(data)], table).arrow.num_rows == 0


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"<html>busy</html>", "not a JSON envelope"),
        (b"", "not a JSON envelope"),
        (b'{"data": [{"id": "a"}', "not a JSON envelope"),
        (b'{"data": [{"id": "\xff"}]}', "not a JSON envelope"),
        (b'{"data": [{"avg": NaN}]}', "not a JSON envelope"),
        (b"[]", "not a JSON envelope"),
        (b'{"data": [{"id": "a"}]}{"data": []}', "not a JSON envelope"),
        (b'{"data": ' + b"[" * 200_000 + b"]" * 200_000 + b"}", "not a JSON envelope"),
        (b'{"data": 5}', "neither a list nor an object"),
        (b'{"data": [{"id": "a"}, 5]}', "a row can't be read"),
        (b'{"data": [null]}', "a row can't be read"),
        (b'{"data": {"x": [{"y": 1}], "z": [{"w": 1}]}}', "several lists"),
        (b'{"data": {"message": "ok"}}', "no list of rows"),
    ],
)
def test_a_body_without_rows_is_an_error(body, problem):
    with pytest.raises(UnreadableResponseError, match=f"^/creators: HTTP 200, but .*{problem}"):
        decode_pages([page([{"id": "a"}]), body], CREATORS)


def test_records_may_hold_python_and_numpy_values():
    chunk = chunk_from_records(
        [
            {
                "creator_id": "a",
                "target": np.int64(15),
                "actual": np.float64(11.5),
                "is_active": np.True_,
                "start_date": dt.date(2026, 3, 1),
                "end_date": pd.NaT,
                "period_end": pd.Timestamp("2026-03-02 05:00", tz="America/New_York"),
                "period_start": np.datetime64("2026-03-01T05:00:00.000000001"),
                "messages": ["late"],
                "percentage": float("nan"),
                "goal_id": pd.NA,
            }
        ],
        GOAL_COMPLIANCE,
    )
    (row,) = chunk.arrow.to_pylist()
    assert {name: value for name, value in row.items() if value is not None} == {
        "creator_id": "a",
        "target": 15.0,
        "actual": 11.5,
        "is_active": True,
        "start_date": FIRST_OF_MARCH,
        "period_end": dt.datetime(2026, 3, 2, 10, tzinfo=UTC),
        "period_start": dt.datetime(2026, 3, 1, 5, tzinfo=UTC),
        "messages": '["late"]',
    }
    assert not chunk.unreadable


def test_records_are_left_as_they_were():
    record = {"description": "x"}
    chunk_from_records([record], CAMPAIGNS)
    assert record == {"description": "x"}


def numbered(count: int) -> list[bytes]:
    return [page([{"id": f"{place}.{row}"} for row in range(3)]) for place in range(count)]


def collect(bodies, chunks):
    for chunk in decode_list(bodies, CREATORS):
        chunks.append(chunk)


def frame_of(bodies):
    return build_frame(list(decode_list(bodies, CREATORS)), CREATORS, provenance={})


@pytest.mark.parametrize("count", [0, 1, PAGES_A_CHUNK, PAGES_A_CHUNK + 1, 3 * PAGES_A_CHUNK - 1])
def test_every_row_of_every_page_comes_in_order(count):
    ids = [f"{place}.{row}" for place in range(count) for row in range(3)]
    assert frame_of(numbered(count))["id"].tolist() == ids


def test_pages_of_another_shape_change_nothing_for_the_others():
    bodies = numbered(3 * PAGES_A_CHUNK)
    bodies[7] = page([{"id": "odd", "follower_count": "12"}])
    bodies[PAGES_A_CHUNK + 5] = page([{"id": "odder", "surprise": 1}])
    with pytest.warns(ContractWarning, match="not declared: surprise"):
        frame = frame_of(bodies).set_index("id")
    assert len(frame) == 3 * len(bodies) - 4
    assert frame["follower_count"].dropna().to_dict() == {"odd": 12}
    assert frame["surprise"].dropna().to_dict() == {"odder": 1}


@pytest.mark.parametrize("place", [0, 1, 30, PAGES_A_CHUNK, 2 * PAGES_A_CHUNK + 9])
def test_the_pages_before_an_unreadable_one_come_first(place):
    bodies = numbered(3 * PAGES_A_CHUNK)
    bodies[place] = b"<html>"
    chunks = []
    with pytest.raises(UnreadableResponseError, match="not a JSON envelope"):
        collect(bodies, chunks)
    assert sum(chunk.arrow.num_rows for chunk in chunks) == 3 * place


@pytest.mark.parametrize("place", [0, 1, PAGES_A_CHUNK, PAGES_A_CHUNK + 9])
def test_the_pages_before_a_failed_request_come_first(place):
    def failing():
        yield from numbered(place)
        raise NotFoundError(404, "/creators", "not_found")

    chunks = []
    with pytest.raises(NotFoundError, match="/creators"):
        collect(failing(), chunks)
    assert sum(chunk.arrow.num_rows for chunk in chunks) == 3 * place


def test_a_flood_of_fields_over_several_pages_is_an_error_before_any_row():
    bodies = [page([{f"field {place}.{number}": 1 for number in range(600)}]) for place in range(2)]
    with pytest.raises(UnreadableResponseError, match="more than 1,000 unknown fields"):
        next(decode_list(bodies, CREATORS))
