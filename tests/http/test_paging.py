"""A list ends where the API says so, and nowhere else."""

from __future__ import annotations

import itertools
import json

import pytest

from tests.support.http_doubles import answer, make_client, ok
from trackagoat_pandas.errors import (
    ArgumentError,
    MissingEndMarkError,
    StuckCursorError,
    UnreadableResponseError,
)
from trackagoat_pandas.http.session import session_of


def rows(pages):
    return [page.data for page in pages]


def asked(client, name):
    return [request.url.params.get(name) for request in session_of(client).transport.requests]


def test_pages_follow_the_cursor_until_has_more_is_false():
    client = make_client(
        ok([1], hasMore=True, nextCursor="a"),
        ok([2], hasMore=True, nextCursor="b"),
        ok([3], hasMore=False),
    )
    assert rows(client.pages("/videos")) == [[1], [2], [3]]
    assert asked(client, "cursor") == [None, "a", "b"]
    assert asked(client, "limit") == ["100"] * 3


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
    with pytest.raises(UnreadableResponseError, match=r"1,001 pages in a row .* has no end"):
        next(pages)
    assert client.requests_sent == 1_002


def test_a_long_list_may_repeat_pages_as_long_as_others_come_between():
    def data_of(number):
        return None if number == 2_100 else [number] if number % 700 == 0 else []

    assert list(itertools.chain(*rows(numbered_pages(data_of).pages("/videos")))) == [0, 700, 1400]


LEVELS = {"page": {"links": {"hasMore": True, "nextCursor": "a"}}}
ENDS = {
    "without meta": [ok([1])],
    "hasMore is false in spite of a cursor": [ok([1], hasMore=False, nextCursor="a")],
    "a null cursor": [ok([1], nextCursor="a"), ok([2], nextCursor=None)],
    "an empty page with a cursor": [ok([], nextCursor="a"), ok([2], hasMore=False)],
    "a full page with its total": [ok(ROWS[:100], total_count=100)],
    **{f"a page of {count} rows": [ok(ROWS[:count])] for count in (0, 1, 99, 101, 230)},
    **{f"the cursor {no!r}": [ok(ROWS[:100], nextCursor=no)] for no in (None, "", False)},
    "a mark three levels below the envelope": [answer(200, {"data": [1], "pagination": LEVELS})],
    "a mark three levels below meta": [answer(200, {"data": [1], "meta": LEVELS})],
}


@pytest.mark.parametrize("case", ENDS)
def test_a_list_ends_with_the_last_page(case):
    client = make_client(*ENDS[case])
    expected = [json.loads(page.content)["data"] for page in ENDS[case]]
    assert rows(client.pages("/videos")) == expected


@pytest.mark.parametrize(
    ("page", "limit", "count"),
    [
        (ok(ROWS[:25], limit=25), 100, 25),  # the server's own limit
        (ok(ROWS[:50]), None, 50),
        (ok(ROWS[:100]), None, 100),
        (ok(ROWS[:3], total_count=4), 100, 3),
    ],
)
def test_a_page_that_may_have_others_after_it_is_not_the_end(page, limit, count):
    with pytest.raises(MissingEndMarkError, match=f"page 1 has {count} rows"):
        rows(make_client(page).pages("/videos", limit=limit))


@pytest.mark.parametrize(
    "answers",
    [
        [ok([1, 2], hasMore=False, total_count=1)],
        [ok([1, 2], hasMore=False, total_count=3)],
        [ok([], hasMore=False, total_count=3)],
        [ok([1, 2], hasMore=True, nextCursor="a", total_count=4), ok([3], total_count=4)],
    ],
)
def test_a_list_that_contradicts_its_total_is_an_error(answers):
    with pytest.raises(UnreadableResponseError, match=r"promises \d rows and there are"):
        rows(make_client(*answers).pages("/videos"))


def test_a_list_that_changes_between_two_pages_has_two_totals():
    pages = [ok([1, 2], hasMore=True, nextCursor="a", total_count=4), ok([3], total_count=3)]
    assert rows(make_client(*pages).pages("/videos")) == [[1, 2], [3]]


@pytest.mark.parametrize("count", [50, 100])
def test_an_answer_without_any_mark_is_all_of_a_list_that_comes_whole(count):
    pages = make_client(ok(ROWS[:count])).pages("/all", limit=None, whole=True)
    assert rows(pages) == [ROWS[:count]]


@pytest.mark.parametrize("page", [ok(ROWS[:50], limit=50), ok(ROWS[:50], total_count=51)])
def test_an_answer_that_says_that_it_is_full_is_not_all_of_a_list(page):
    with pytest.raises(MissingEndMarkError, match="page 1 has 50 rows"):
        rows(make_client(page).pages("/all", limit=None, whole=True))


@pytest.mark.parametrize(
    ("cursors", "first", "problem"),
    [
        ("aba", None, "after 3 pages the server repeated the cursor 'a'"),
        ("a", None, "after 2 pages"),  # it ignores the cursor
        ("b", "b", "'b'"),  # it leads to itself
    ],
)
def test_a_repeated_cursor_is_an_error(cursors, first, problem):
    client = make_client(*(ok([1], hasMore=True, nextCursor=cursor) for cursor in cursors))
    with pytest.raises(StuckCursorError, match=problem):
        rows(client.pages("/videos", {"cursor": first}))


@pytest.mark.parametrize(
    "meta", [{}, *({"nextCursor": nothing} for nothing in (None, "", False, True, [], {}))]
)
def test_more_pages_without_a_cursor_are_an_error(meta):
    with pytest.raises(UnreadableResponseError, match="without a nextCursor"):
        rows(make_client(ok([1], hasMore=True, **meta)).pages("/videos"))


@pytest.mark.parametrize(
    ("params", "limit", "sent"),
    [({}, None, None), ({}, 1, "1"), ({}, 100, "100"), ({"limit": 7}, 100, "7")],
)
def test_the_limit_is_sent_as_it_was_asked_for(params, limit, sent):
    client = make_client(ok([], hasMore=False))
    rows(client.pages("/videos", params, limit=limit))
    assert asked(client, "limit") == [sent]


def test_what_a_page_says_of_the_next_one_cannot_be_changed():
    (page,) = make_client(ok([1], hasMore=False)).pages("/videos")
    with pytest.raises(AttributeError, match="immutable"):
        page.meta.has_more = True


def test_a_list_can_go_on_from_a_cursor():
    client = make_client(ok([3], hasMore=False))
    assert rows(client.pages("/videos", {"cursor": "b"})) == [[3]]
    assert asked(client, "cursor") == ["b"]


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
        next(getattr(session_of(client), pager)("/videos", limit=limit))
    assert client.requests_sent == 0


def test_records_are_the_rows_of_all_pages():
    client = make_client(ok([{"id": 1}, {"id": 2}], nextCursor="a"), ok({"items": [{"id": 3}]}))
    assert list(client.records("/videos")) == [{"id": 1}, {"id": 2}, {"id": 3}]


@pytest.mark.parametrize("limit", [None, 100])
def test_a_report_that_is_not_paged_is_known_by_a_page_below_the_largest(limit):
    client = make_client(ok(ROWS[:99]))
    assert rows(session_of(client).offset_pages("/report", limit=limit)) == [ROWS[:99]]
    assert asked(client, "offset") == ["0", "99"]
    with pytest.raises(StuckCursorError, match="after 1 pages"):
        rows(session_of(make_client(ok(ROWS[:100]))).offset_pages("/report", limit=limit))


REPORTS = {
    "the total is reached": [ok([1, 2], total_count=3), ok([3], total_count=3)],
    "the total is in the data": [
        ok({"rows": [1, 2], "total_count": 3}), ok({"rows": [3], "total_count": 3})
    ],
    "pages are smaller than asked": [ok([row], total_count=3) for row in (1, 2, 3)],
    "no total and an empty page": [ok([1, 2]), ok([3]), ok([])],
    "no total and full pages": [ok(ROWS[:100]), ok(ROWS[100:200]), ok(ROWS[200:]), ok([])],
    "it isn't paged at all": [ok([1])],
    "it says so": [ok([1, 2], hasMore=True), ok([3, 4], hasMore=False)],
    "a row has gone since the first page": [
        ok([1, 2], total_count=4), ok([3], total_count=2), ok([], total_count=2)
    ],
    "it is empty": [ok([], total_count=0)],
}  # fmt: skip


@pytest.mark.parametrize("case", REPORTS)
def test_an_offset_report_ends_with_its_last_page(case):
    client = make_client(*REPORTS[case])
    expected = [json.loads(page.content)["data"] for page in REPORTS[case]]
    pages = list(
        session_of(client).offset_pages("/report", limit=2 if len(expected[0]) <= 2 else 100)
    )
    assert rows(pages) == expected
    offsets = itertools.accumulate((len(page.records) for page in pages[:-1]), initial=0)
    assert asked(client, "offset")[: len(pages)] == list(map(str, offsets))


@pytest.mark.parametrize("total", [0, 2, 3])
def test_a_report_has_no_rows_from_its_end_on(total):
    client = make_client(ok([], total_count=total))
    assert rows(session_of(client).offset_pages("/report", {"offset": 3}, limit=2)) == [[]]


@pytest.mark.parametrize(
    ("answers", "kind", "problem"),
    [
        ([ok([1, 2])], StuckCursorError, "offset=2"),
        ([ok([1], total_count=5)], StuckCursorError, "offset=1"),
        (
            [ok([1, 2], total_count=5), ok([], total_count=5)],
            UnreadableResponseError,
            "promises 5 rows and there are only 2",
        ),
        ([ok([1, 2], total_count=1)], UnreadableResponseError, "promises 1 rows and there are 2"),
        (
            [ok([1, 2], total_count=2, hasMore=True)],
            UnreadableResponseError,
            "more follows after all 2 rows",
        ),
    ],
)
def test_a_report_that_repeats_a_page_or_has_too_few_rows_is_an_error(answers, kind, problem):
    with pytest.raises(kind, match=problem):
        rows(session_of(make_client(*answers)).offset_pages("/report", limit=2))
