"""From page to page until the API says that it was the last."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, Final

from trackagoat_pandas.errors import (
    ArgumentError,
    MissingEndMarkError,
    StuckCursorError,
    UnreadableResponseError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from trackagoat_pandas.http.envelope import Envelope

LARGEST_PAGE: Final = 100  # the API's documentation, as is the next
USUAL_PAGE: Final = 50
MOST_REPEATS: Final = 1_000
"""Pages in a row that may repeat the one before, as empty ones do where the server filters late."""


def cursor_pages(
    fetch: Callable[[str, Mapping[str, object]], Envelope],
    path: str,
    params: Mapping[str, object] | None = None,
    *,
    limit: int | None = LARGEST_PAGE,
) -> Iterator[Envelope]:
    """Yield a list's pages; an empty page with a cursor is not the end.

    ``params`` may hold a ``cursor`` to go on from, and a ``limit`` of its own. A limit of None
    leaves the size of a page to the server.

    Raises
    ------
    StuckCursorError
        If the server repeats a cursor.
    UnreadableResponseError
        If there are more pages but no cursor that leads to them, or nothing but the same page
        again and again.
    MissingEndMarkError
        If nothing says that the last page is the last, and it is full. It comes after the page.
    """
    query = _checked_query(params, limit)
    cursors = {query.get("cursor")}
    before, repeats = None, 0
    for number in itertools.count(1):
        page = fetch(path, query)
        cursor = _next_cursor(page)
        repeats = repeats + 1 if before is not None and page.repeats(before) else 0
        if repeats > MOST_REPEATS:
            problem = f"{repeats:,} times in a row the next page was the same: the list has no end"
            raise UnreadableResponseError(path, page.status, problem)
        before = page
        if cursor is not None and cursor in cursors:
            raise StuckCursorError(path, cursor, len(cursors))
        yield page
        if cursor is None:
            _check_end(page, number, query["limit"])
            return
        cursors.add(cursor)
        query["cursor"] = cursor


def offset_pages(
    fetch: Callable[[str, Mapping[str, object]], Envelope],
    path: str,
    params: Mapping[str, object] | None = None,
    *,
    limit: int | None = LARGEST_PAGE,
) -> Iterator[Envelope]:
    """Yield an aggregate's pages until its ``total_count`` is reached.

    Without a total the end is a page without rows, or one that shows that the server doesn't
    page this list at all: shorter than the limit and the same at every offset.

    Raises
    ------
    StuckCursorError
        If the server gives the same page again though there must be more rows.
    UnreadableResponseError
        If there are fewer rows than the total says.
    """
    query = _checked_query(params, limit)
    offset, before = 0, None
    for number in itertools.count():
        page = fetch(path, {**query, "offset": offset})
        total = page.meta.total_count
        if before is not None and page.repeats(before):
            if total is None and len(before.records) < (query["limit"] or LARGEST_PAGE):
                return
            raise StuckCursorError(path, f"offset={offset}", number)
        yield page
        count, before = len(page.records), page
        offset += count
        if total is not None and total < offset:  # it is none, so that the end is an empty page
            total = None
        if total is not None and offset >= total:
            return
        if total is None and (not count or page.meta.has_more is False):
            return
        if not count:
            problem = f"total_count promises {total} rows and there are only {offset}"
            raise UnreadableResponseError(path, page.status, problem)


def _checked_query(params: Mapping[str, object] | None, limit: int | None) -> dict[str, Any]:
    query: dict[str, Any] = {"limit": limit, **(params or {})}
    given = query["limit"]
    whole = isinstance(given, int) and not isinstance(given, bool)
    if given is not None and not (whole and 1 <= given <= LARGEST_PAGE):
        raise ArgumentError(
            "limit", given, f"take a whole number from 1 to {LARGEST_PAGE}, or None"
        )
    return query


def _next_cursor(page: Envelope) -> str | None:
    meta = page.meta
    if meta.has_more is False:
        return None
    if meta.has_more and meta.next_cursor is None:
        problem = "hasMore is true without a nextCursor: the rest can't be reached"
        raise UnreadableResponseError(page.path, page.status, problem)
    return meta.next_cursor


def _check_end(page: Envelope, number: int, asked: int | None) -> None:
    """Raise if a page without any mark is full; a shorter one is the end.

    So is a longer one: a server that gives more rows than were asked for doesn't page this list.
    """
    meta = page.meta
    if meta.has_more is not None:
        return
    rows, total = page.longest_list, meta.total_count
    if number == 1 and total is not None:
        is_whole = rows >= total
    else:
        is_whole = rows not in ({asked, meta.limit} - {None} or {USUAL_PAGE, LARGEST_PAGE})
    if not is_whole:
        raise MissingEndMarkError(page.path, page.status, number, rows)
