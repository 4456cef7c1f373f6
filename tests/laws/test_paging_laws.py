"""Pages joined are the whole list, for any size of page and any fault on the way."""

from __future__ import annotations

import itertools

import httpx
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.http_doubles import FakeClock, Scripted, answer, ok, refused
from trackagoat_pandas.errors import StuckCursorError, TrackaGoatError
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.session import session_of
from trackagoat_pandas.inputs.settings import resolve_settings

KEY = "tga_" + "0" * 64

FAULTS = {
    "reset": lambda: httpx.ReadError("reset"),
    "refused": lambda: httpx.ConnectError("refused"),
    "timeout": lambda: httpx.ReadTimeout("slow"),
    "limit": lambda: refused(429, headers={"retry_after": "2"}),
    "failure": lambda: refused(500, "internal_error"),
    "proxy": lambda: answer(503, b"<html>"),
    "cut": lambda: answer(200, b'{"data": [{"id": 1}, {"i'),
    "empty": lambda: answer(200, b""),
}
FATAL = {
    "html": lambda: answer(200, b"<html>"),
    "not found": lambda: refused(404),
    "shape": lambda: answer(200, b"[]"),
}


def lists(total: int, page_size: int, faults: dict[int, str]) -> Scripted:
    """A list of numbers by cursor or offset, with faults before chosen requests."""
    numbers = itertools.count(1)

    def answer(request):
        fault = faults.get(next(numbers))
        if fault:
            return {**FAULTS, **FATAL}[fault]()
        params = request.url.params
        start = int(params.get("cursor") or params.get("offset") or 0)
        end = min(total, start + min(page_size, int(params["limit"])))
        more = end < total
        cursor = str(end) if more else None
        return ok(list(range(start, end)), hasMore=more, nextCursor=cursor, total_count=total)

    return Scripted(answer)


def client_of(transport) -> Client:
    resolved = resolve_settings(KEY, rate_limit=None, max_wait_s=3000)
    return Client(resolved, transport=transport, clock=FakeClock(), chance=lambda: 0.5)


@given(total=st.integers(0, 60), page_size=st.integers(1, 100), limit=st.integers(1, 100))
@settings(max_examples=60, deadline=None)
def test_pages_joined_are_the_whole_for_any_size(total, page_size, limit):
    with client_of(lists(total, page_size, {})) as client:
        for pages in (
            client.pages("/videos", limit=limit),
            session_of(client).offset_pages("/r", limit=limit),
        ):
            assert [row for page in pages for row in page.data] == list(range(total))


@given(
    total=st.integers(0, 40),
    page_size=st.integers(5, 20),
    faults=st.dictionaries(st.integers(1, 30), st.sampled_from([*FAULTS, *FATAL]), max_size=8),
)
@settings(max_examples=100, deadline=None)
def test_any_faults_give_the_whole_list_or_an_error_of_ours(total, page_size, faults):
    with client_of(lists(total, page_size, faults)) as client:
        try:
            rows = list(client.records("/videos"))
        except TrackaGoatError:
            assert len(faults) >= 6 or set(faults.values()) & set(FATAL)
        else:
            assert rows == list(range(total))


@given(cursors=st.lists(st.text("abc", min_size=1, max_size=2), min_size=1, max_size=20))
@settings(max_examples=60, deadline=None)
def test_paging_ends_whatever_the_cursors_are(cursors):
    answers = [ok([], hasMore=True, nextCursor=cursor) for cursor in cursors]
    with client_of(Scripted(*answers, ok([], hasMore=False))) as client:
        try:
            pages = list(client.pages("/videos"))
        except StuckCursorError:
            assert len(set(cursors)) < len(cursors)
        else:
            assert len(pages) == len(cursors) + 1
