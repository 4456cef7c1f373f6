"""A list ends where the API says so, and nowhere else."""

from __future__ import annotations

import pytest

from tests.http_doubles import make_client, ok
from trackagoat_pandas.errors import ArgumentError, StuckCursorError, UnreadableResponseError


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


def test_more_pages_without_a_cursor_are_an_error():
    with pytest.raises(UnreadableResponseError, match="without a nextCursor"):
        rows(make_client(ok([1], hasMore=True)).pages("/videos"))


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
