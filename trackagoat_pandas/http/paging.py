"""From page to page until the API says that it was the last, wherever on a page it says so.

The API's documentation has ``meta.hasMore`` and ``meta.nextCursor``. Other spellings and other
places are read, too: in each place that may hold marks, names are compared without case and
underscores, and the places have to agree.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias
from urllib.parse import unquote_plus

import msgspec

from trackagoat_pandas.errors import (
    ArgumentError,
    MissingEndMarkError,
    StuckCursorError,
    UnreadableResponseError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from trackagoat_pandas.http.envelope import Envelope

LARGEST_PAGE: Final = 100  # the API's documentation, as is the next
USUAL_PAGE: Final = 50
MOST_REPEATS: Final = 1_000
"""Pages in a row that may repeat the one before, as empty ones do where the server filters late."""
_MORE: Final = frozenset({"hasmore", "hasnext", "hasnextpage"})
_CURSORS: Final = ("nextcursor", "next", "endcursor")
"""The best first: GraphQL's endCursor is that of the last row, on the last page too."""
_TOTALS: Final = frozenset({"totalcount"})
_LIMITS: Final = frozenset({"limit", "perpage", "pagesize"})
_HOLDERS: Final = frozenset({"meta", "pagination", "paging", "pageinfo", "page", "links"})
_YES: Final = ("true", "1")
_NO: Final = ("false", "0")
_EMPTY: Final = (None, "", False)

_Place: TypeAlias = list[tuple[str, Any]]
"""What one object says, by names without case and underscores, so that one may come twice."""


class ContradictionError(ValueError):
    """Two places say different things of the next page."""


class PageMeta(msgspec.Struct, frozen=True):
    """What a page says about the next one; a member is None where it says nothing.

    Attributes
    ----------
    has_more
        Whether there are more pages.
    next_cursor
        The next page's cursor, opaque.
    total_count
        How many rows the whole list has.
    limit
        How many rows the server puts on a page.
    """

    has_more: bool | None = None
    next_cursor: str | None = None
    total_count: int | None = None
    limit: int | None = None


class _Mark(NamedTuple):
    """What one place says."""

    has_more: bool
    cursor: str | None


def read_marks(members: Mapping[str, Any], data: Mapping[str, Any]) -> PageMeta:
    """Read the marks of a page.

    Parameters
    ----------
    members
        The envelope's members beside its data.
    data
        The data's members beside its rows, if it is an object that holds these in a list.

    Raises
    ------
    ContradictionError
        If one place says that there are more pages and another that there are none, or if two give
        different cursors.
    """
    places = list(_places(members, data))
    marks = [mark for place in places if (mark := _mark_of(place)) is not None]
    verdicts = {mark.has_more for mark in marks}
    cursors = {mark.cursor for mark in marks if mark.has_more} - {None}
    if len(verdicts) > 1 or len(cursors) > 1:
        raise ContradictionError
    cursor = cursors.pop() if cursors else next((mark.cursor for mark in marks), None)
    return PageMeta(
        next(iter(verdicts), None), cursor, _number(places, _TOTALS), _number(places, _LIMITS)
    )


def _places(
    members: Mapping[str, Any], data: Mapping[str, Any], levels: int = 2
) -> Iterator[_Place]:
    """The envelope, its data, and what these hold under a name for marks, so many levels down."""
    for outer in (members, data):
        place = [
            (name.replace("_", "").replace("-", "").lower(), held) for name, held in outer.items()
        ]
        yield place
        for name, held in place:
            if levels and name in _HOLDERS and isinstance(held, Mapping):
                yield from _places(held, {}, levels - 1)


def _mark_of(place: _Place) -> _Mark | None:
    answers = {_truth(held) for name, held in place if name in _MORE} - {None}
    if len(answers) > 1:
        raise ContradictionError
    named = [(name, held) for wanted in _CURSORS for name, held in place if name == wanted]
    texts = (_cursor(held, may_be_address=name == "next") for name, held in named)
    cursor = next((text for text in texts if text is not None), None)
    if answers:
        return _Mark(bool(answers.pop()), cursor)
    # A cursor that can't be read is one, too; only where all of them are empty is this the end.
    return _Mark(any(held not in _EMPTY for _, held in named), cursor) if named else None


def _truth(value: Any) -> bool | None:
    text = str(value).lower()
    return True if text in _YES else False if text in _NO else None


def _cursor(value: Any, *, may_be_address: bool) -> str | None:
    """A cursor as text; of an address that leads to the next page, the one in its query."""
    if isinstance(value, bool) or not isinstance(value, str | int | float) or value == "":
        return None
    text = str(value)
    found = re.search(r"[?&]cursor=([^&#]+)", text) if may_be_address else None
    return unquote_plus(found[1]) if found else text


def _number(places: list[_Place], names: frozenset[str]) -> int | None:
    held = (held for place in places for name, held in place if name in names)
    return next((number for number in held if type(number) is int), None)


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
        raise ArgumentError("limit", given, f"use a whole number from 1 to {LARGEST_PAGE}, or None")
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
