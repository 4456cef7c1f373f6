"""A list ends where the API says so, and nowhere else."""

from __future__ import annotations

import itertools

import pytest

from tests.http_doubles import answer, make_client, ok
from trackagoat_pandas.errors import (
    ArgumentError,
    MissingEndMarkError,
    StuckCursorError,
    UnreadableResponseError,
)


def rows(pages):
    return [page.data for page in pages]


def asked(client, name):
    return [request.url.params.get(name) for request in client.transport.requests]


def test_pages_follow_the_cursor_until_has_more_is_false():
    client = make_client(
        ok([1], hasMore=True, nextCursor="a"),
        ok([2], hasMore=True, nextCursor="b"),
        ok([3], hasMore=False),
    )
    assert rows(client.pages("/videos")) == [[1], [2], [3]]
    assert asked(client, "cursor") == [None, "a", "b"]
    assert asked(client, "limit") == ["100"] * 3


def test_has_more_false_ends_the_list_in_spite_of_a_cursor():
    assert rows(make_client(ok([1], hasMore=False, nextCursor="a")).pages("/videos")) == [[1]]


def test_without_has_more_a_null_cursor_ends_the_list():
    client = make_client(ok([1], nextCursor="a"), ok([2], nextCursor=None))
    assert rows(client.pages("/videos")) == [[1], [2]]


ROWS = [{"id": str(number)} for number in range(230)]
CURSOR_AFTER = {0: "100", 100: "200", 200: None}
MARKS = {
    "meta, as documented": lambda more, cursor, items: {
        "data": items, "meta": {"hasMore": more, "nextCursor": cursor}
    },
    "meta in snake case": lambda more, cursor, items: {
        "data": items, "meta": {"has_more": more, "next_cursor": cursor}
    },
    "meta, only the cursor": lambda more, cursor, items: {
        "data": items, "meta": {"nextCursor": cursor}
    },
    "the envelope": lambda more, cursor, items: {
        "data": items, "has_more": more, "next_cursor": cursor
    },
    "the data": lambda more, cursor, items: {
        "data": {"items": items, "hasMore": more, "nextCursor": cursor}
    },
    "pagination in meta": lambda more, cursor, items: {
        "data": items, "meta": {"pagination": {"has_more": more, "next_cursor": cursor}}
    },
    "pagination in the envelope": lambda more, cursor, items: {
        "data": items, "pagination": {"hasMore": more, "next": cursor}
    },
    "paging in the data": lambda more, cursor, items: {
        "data": {"videos": items, "paging": {"has_next": more, "next_cursor": cursor}}
    },
    "page info": lambda more, cursor, items: {
        "data": {"rows": items, "pageInfo": {"hasNextPage": more, "endCursor": cursor or "last"}}
    },
    "page_info": lambda more, cursor, items: {
        "data": items, "page_info": {"has_next_page": more, "end_cursor": cursor}
    },
    "texts": lambda more, cursor, items: {
        "data": items, "meta": {"hasMore": str(more).lower(), "nextCursor": cursor or ""}
    },
    "numbers": lambda more, cursor, items: {
        "data": items, "meta": {"hasMore": int(more), "nextCursor": cursor and int(cursor)}
    },
    "an address": lambda more, cursor, items: {
        "data": items, "links": {"next": cursor and f"/api/v1/videos?limit=100&cursor={cursor}"}
    },
    "two places": lambda more, cursor, items: {
        "data": items, "meta": {"hasMore": more}, "pagination": {"next_cursor": cursor}
    },
}  # fmt: skip


def serving(mark):
    def serve(request):
        start = int(request.url.params.get("cursor", 0))
        cursor = CURSOR_AFTER[start]
        body = mark(cursor is not None, cursor, ROWS[start : start + 100])
        return answer(200, {"error": None, **body})

    return make_client(serve)


@pytest.mark.parametrize("place", MARKS)
def test_the_end_mark_is_found_wherever_it_stands(place):
    client = serving(MARKS[place])
    assert list(client.records("/videos")) == ROWS
    assert client.requests_sent == 3


UNMARKED = {
    "no meta": {},
    "meta is null": {"meta": None},
    "meta is empty": {"meta": {}},
    "meta of other things": {"meta": {"took_ms": 3, "page": 1}},
    "an unreadable mark": {"meta": {"hasMore": "perhaps"}},
    "a total": {"meta": {"total_count": 230}},
}


@pytest.mark.parametrize("name", UNMARKED)
@pytest.mark.parametrize("wrap", [lambda rows: rows, lambda rows: {"items": rows, "tags": []}])
def test_a_full_page_without_a_mark_is_given_and_then_an_error(name, wrap):
    pages = make_client(answer(200, {"data": wrap(ROWS[:100]), **UNMARKED[name]})).pages("/videos")
    assert next(pages).longest_list == 100
    with pytest.raises(
        MissingEndMarkError, match="page 1 has 100 rows and nothing in it"
    ) as caught:
        next(pages)
    assert (caught.value.pages, caught.value.rows) == (1, 100)
    assert isinstance(caught.value, UnreadableResponseError)


def test_a_full_page_by_the_servers_own_limit_is_not_the_end_either():
    client = make_client(ok(ROWS[:25], limit=25))
    with pytest.raises(MissingEndMarkError, match="page 1 has 25 rows"):
        rows(client.pages("/videos"))


@pytest.mark.parametrize("count", [50, 100])
def test_a_page_of_a_usual_size_is_not_the_end_where_no_limit_was_asked(count):
    with pytest.raises(MissingEndMarkError, match=f"page 1 has {count} rows"):
        rows(make_client(ok(ROWS[:count])).pages("/videos", limit=None))


@pytest.mark.parametrize("count", [0, 1, 99, 101, 230])
def test_a_page_of_another_size_without_a_mark_is_the_end(count):
    assert rows(make_client(ok(ROWS[:count])).pages("/videos")) == [ROWS[:count]]


def test_a_short_page_below_its_total_is_an_error():
    with pytest.raises(MissingEndMarkError, match="page 1 has 3 rows"):
        rows(make_client(ok(ROWS[:3], total_count=4)).pages("/videos"))


def test_a_full_page_with_its_total_is_the_end():
    assert rows(make_client(ok(ROWS[:100], total_count=100)).pages("/videos")) == [ROWS[:100]]


@pytest.mark.parametrize(
    "body",
    [
        {"meta": {"hasMore": False}, "has_more": True, "next_cursor": "a"},
        {"meta": {"hasMore": False}, "pagination": {"next_cursor": "a"}},
        {"meta": {"hasMore": False, "has_more": True, "nextCursor": "a"}},
        {"meta": {"has_next": True, "hasNextPage": False, "nextCursor": "a"}},
        {"meta": {"hasMore": True, "nextCursor": "a"}, "links": {"next": None}},
        {"meta": {"hasMore": True, "nextCursor": "a"}, "pagination": {"next_cursor": "b"}},
    ],
)
def test_marks_that_contradict_each_other_are_an_error(body):
    with pytest.raises(UnreadableResponseError, match="it contradicts itself"):
        rows(make_client(answer(200, {"data": [1], **body})).pages("/videos"))


@pytest.mark.parametrize("cursor", ["/a", "?b", "?cursor=c", "http://x/?cursor=d", "a b&c"])
def test_a_cursor_is_opaque_whatever_it_looks_like(cursor):
    client = make_client(ok([1], hasMore=True, nextCursor=cursor), ok([2], hasMore=False))
    assert rows(client.pages("/videos")) == [[1], [2]]
    assert asked(client, "cursor") == [None, cursor]


def test_a_single_object_with_a_field_of_such_a_name_has_no_next_page():
    record = {"id": "a", "next": "b", "has_more": True}
    assert rows(make_client(ok(record)).pages("/videos/a", limit=None)) == [record]


def test_an_offset_report_ends_where_it_says_so():
    client = make_client(ok([1, 2], hasMore=True), ok([3, 4], hasMore=False))
    assert rows(client.offset_pages("/report", limit=2)) == [[1, 2], [3, 4]]
    assert client.requests_sent == 2


def test_a_full_offset_page_without_any_mark_is_not_the_end():
    client = make_client(ok(ROWS[:100]), ok(ROWS[100:200]), ok(ROWS[200:]), ok([]))
    assert list(itertools.chain(*rows(client.offset_pages("/report")))) == ROWS


def test_a_list_without_meta_is_one_page():
    assert rows(make_client(ok([1])).pages("/videos")) == [[1]]


def test_an_empty_page_with_a_cursor_is_not_the_end():
    client = make_client(ok([], hasMore=True, nextCursor="a"), ok([2], hasMore=False))
    assert rows(client.pages("/videos")) == [[], [2]]


def test_a_repeated_cursor_is_an_error():
    client = make_client(
        ok([1], hasMore=True, nextCursor="a"),
        ok([2], hasMore=True, nextCursor="b"),
        ok([3], hasMore=True, nextCursor="a"),
    )
    with pytest.raises(StuckCursorError, match="after 3 pages the server repeated the cursor 'a'"):
        rows(client.pages("/videos"))


def test_a_server_that_ignores_the_cursor_is_found_out_on_the_second_page():
    client = make_client(ok([1], hasMore=True, nextCursor="a"))
    with pytest.raises(StuckCursorError, match="after 2 pages"):
        rows(client.pages("/videos"))


def numbered_pages(data_of):
    """A list of pages that ends with the first without data; each has a new cursor."""
    numbers = itertools.count()

    def serve(request):
        number = next(numbers)
        data = data_of(number)
        return ok(data or [], hasMore=data is not None, nextCursor=str(number))

    return make_client(serve)


def test_a_list_that_repeats_one_page_more_than_a_thousand_times_has_no_end():
    client = numbered_pages(lambda number: [])
    pages = client.pages("/videos")
    assert sum(1 for _ in itertools.islice(pages, 1_001)) == 1_001
    with pytest.raises(UnreadableResponseError, match=r"1,001 times in a row .* has no end"):
        next(pages)
    assert client.requests_sent == 1_002


def test_a_long_list_may_repeat_pages_as_long_as_others_come_between():
    def data_of(number):
        return None if number == 2_100 else [number] if number % 700 == 0 else []

    assert list(itertools.chain(*rows(numbered_pages(data_of).pages("/videos")))) == [0, 700, 1400]


def test_more_pages_without_a_cursor_are_an_error():
    with pytest.raises(UnreadableResponseError, match="without a nextCursor"):
        rows(make_client(ok([1], hasMore=True)).pages("/videos"))


@pytest.mark.parametrize("nothing", [None, "", False, True, [], {}])
def test_what_is_neither_text_nor_a_number_is_no_cursor_to_go_on_from(nothing):
    with pytest.raises(UnreadableResponseError, match="without a nextCursor"):
        rows(make_client(ok([1], hasMore=True, nextCursor=nothing)).pages("/videos"))


@pytest.mark.parametrize("nothing", [None, "", False])
def test_a_full_page_with_an_empty_cursor_is_the_last(nothing):
    assert rows(make_client(ok(ROWS[:100], nextCursor=nothing)).pages("/videos")) == [ROWS[:100]]


def test_marks_three_levels_below_the_envelope_belong_to_something_else():
    mark = {"hasMore": True, "nextCursor": "a"}
    for body in ({"pagination": {"page": {"links": mark}}}, {"meta": {"page": {"links": mark}}}):
        assert rows(make_client(answer(200, {"data": [1], **body})).pages("/videos")) == [[1]]


def test_what_a_page_says_of_the_next_one_cannot_be_changed():
    (page,) = make_client(ok([1], hasMore=False)).pages("/videos")
    with pytest.raises(AttributeError, match="immutable"):
        page.meta.has_more = True


def test_a_list_can_go_on_from_a_cursor():
    client = make_client(ok([3], hasMore=False))
    assert rows(client.pages("/videos", {"cursor": "b"})) == [[3]]
    assert asked(client, "cursor") == ["b"]


def test_a_cursor_that_leads_to_itself_is_an_error():
    client = make_client(ok([3], hasMore=True, nextCursor="b"))
    with pytest.raises(StuckCursorError, match="'b'"):
        rows(client.pages("/videos", {"cursor": "b"}))


def test_pages_are_fetched_one_at_a_time():
    client = make_client(ok([1], hasMore=True, nextCursor="a"), ok([2]))
    next(client.pages("/videos"))
    assert client.requests_sent == 1


def test_the_parameters_given_are_left_alone():
    params = {"project_id": "p"}
    rows(make_client(ok([1], nextCursor="a"), ok([])).pages("/videos", params))
    assert params == {"project_id": "p"}


@pytest.mark.parametrize("limit", [0, 101, -1, 1.5, "50", True])
@pytest.mark.parametrize("pager", ["pages", "offset_pages"])
def test_a_limit_the_api_does_not_take_is_refused(pager, limit):
    client = make_client()
    with pytest.raises(ArgumentError, match="from 1 to 100"):
        next(getattr(client, pager)("/videos", limit=limit))
    assert client.requests_sent == 0


def test_without_a_limit_the_server_chooses():
    client = make_client(ok([1]))
    rows(client.pages("/videos", limit=None))
    assert asked(client, "limit") == [None]


@pytest.mark.parametrize("limit", [1, 100])
def test_the_smallest_and_the_largest_page_can_be_asked_for(limit):
    client = make_client(ok([], hasMore=False))
    rows(client.pages("/videos", limit=limit))
    assert asked(client, "limit") == [str(limit)]


def test_a_limit_among_the_parameters_counts():
    client = make_client(ok([1]))
    rows(client.pages("/videos", {"limit": 7}))
    assert asked(client, "limit") == ["7"]


def test_records_are_the_rows_of_all_pages():
    client = make_client(ok([{"id": 1}, {"id": 2}], nextCursor="a"), ok({"items": [{"id": 3}]}))
    assert list(client.records("/videos")) == [{"id": 1}, {"id": 2}, {"id": 3}]


def test_offset_pages_go_on_until_the_total():
    client = make_client(ok([1, 2], total_count=3), ok([3], total_count=3))
    assert rows(client.offset_pages("/report", limit=2)) == [[1, 2], [3]]
    assert asked(client, "offset") == ["0", "2"]


def test_the_total_may_stand_in_the_data():
    client = make_client(
        ok({"rows": [1, 2], "total_count": 3}), ok({"rows": [3], "total_count": 3})
    )
    assert [page.records for page in client.offset_pages("/report")] == [[1, 2], [3]]


def test_a_server_that_gives_smaller_pages_than_asked_loses_nothing():
    client = make_client(ok([1], total_count=3), ok([2], total_count=3), ok([3], total_count=3))
    assert rows(client.offset_pages("/report", limit=100)) == [[1], [2], [3]]


def test_without_a_total_an_empty_page_is_the_end():
    client = make_client(ok([1, 2]), ok([3]), ok([]))
    assert rows(client.offset_pages("/report", limit=2)) == [[1, 2], [3], []]


def test_a_short_report_that_is_not_paged_at_all_comes_once():
    client = make_client(ok([1, 2]))
    assert rows(client.offset_pages("/report")) == [[1, 2]]


@pytest.mark.parametrize("limit", [None, 100])
def test_a_report_that_is_not_paged_is_known_by_a_page_below_the_largest(limit):
    client = make_client(ok(ROWS[:99]))
    assert rows(client.offset_pages("/report", limit=limit)) == [ROWS[:99]]
    assert asked(client, "offset") == ["0", "99"]
    with pytest.raises(StuckCursorError, match="after 1 pages"):
        rows(make_client(ok(ROWS[:100])).offset_pages("/report", limit=limit))


def test_a_total_below_the_rows_that_came_is_none():
    client = make_client(ok([1, 2], total_count=1), ok([3], total_count=1), ok([], total_count=1))
    assert rows(client.offset_pages("/report", limit=2)) == [[1, 2], [3], []]


def test_a_full_page_that_repeats_itself_is_an_error():
    with pytest.raises(StuckCursorError, match="offset=2"):
        rows(make_client(ok([1, 2])).offset_pages("/report", limit=2))


def test_a_page_that_repeats_itself_below_the_total_is_an_error():
    with pytest.raises(StuckCursorError, match="offset=1"):
        rows(make_client(ok([1], total_count=5)).offset_pages("/report"))


def test_fewer_rows_than_the_total_are_an_error():
    client = make_client(ok([1, 2], total_count=5), ok([], total_count=5))
    with pytest.raises(UnreadableResponseError, match="promises 5 rows and there are only 2"):
        rows(client.offset_pages("/report"))


def test_an_empty_report_is_one_page():
    assert rows(make_client(ok([], total_count=0)).offset_pages("/report")) == [[]]
