"""Paging: reading the marks of each page until one says that there are no more pages.

The API documents ``meta.hasMore`` and ``meta.nextCursor``. The marks are also read in other
spellings and other places, so that a change of the API doesn't end a list early: names are compared
without case and underscores, and all places have to agree.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias
from urllib.parse import unquote_plus

import msgspec

from trackagoat_pandas.errors import (
    ArgumentError,
    MissingEndMarkError,
    RequestBudgetError,
    StuckCursorError,
    TrackaGoatError,
    UnreadableResponseError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from trackagoat_pandas.http.envelope import Envelope

LARGEST_PAGE: Final = 100
USUAL_PAGE: Final = 50
"""The largest and the default `limit`, from the API's documentation."""
MOST_PAGES: Final = 10_000
"""Pages of a list that are loaded by default: a million rows, after 167 minutes at the documented
60 requests a minute. It is a fifth of the largest plan's 50,000 requests a day, and larger than all
of the next plan's 1,000, so a list without an end doesn't use up the day for everything else."""
MOST_REPEATS: Final = 1_000
"""Pages in a row that may repeat the one before: a server that filters late sends empty pages."""
_MORE: Final = frozenset({"hasmore", "hasnext", "hasnextpage"})
_CURSORS: Final = ("nextcursor", "next", "endcursor")
"""The best first: GraphQL sends the endCursor of the last row on the last page as well."""
_TOTALS: Final = frozenset({"totalcount"})
_LIMITS: Final = frozenset({"limit", "perpage", "pagesize"})
_HOLDERS: Final = frozenset({"meta", "pagination", "paging", "pageinfo", "page", "links"})
_TRUTHS: Final = {"true": True, "1": True, "false": False, "0": False}
_EMPTY: Final = (None, "", False)

_Place: TypeAlias = list[tuple[str, Any]]
"""The members of one object, as pairs: names that differ only in case become the same."""


class ContradictionError(ValueError):
    """Two places on a page disagree about the next page."""


class PageMeta(msgspec.Struct, frozen=True):
    """What a page says about the next one; None where it says nothing.

    Attributes
    ----------
    has_more
        Whether there are more pages.
    next_cursor
        The opaque cursor of the next page.
    total_count
        The number of rows in the whole list.
    limit
        The number of rows that the server puts on a page.
    """

    has_more: bool | None = None
    next_cursor: str | None = None
    total_count: int | None = None
    limit: int | None = None


class _Mark(NamedTuple):
    """What one place says about the next page."""

    has_more: bool
    cursor: str | None


def read_marks(members: Mapping[str, Any], data: Mapping[str, Any]) -> PageMeta:
    """Read the marks of a page.

    Parameters
    ----------
    members
        The envelope's members except its data.
    data
        If the data is an object with a list of rows, its other members.

    Raises
    ------
    ContradictionError
        One place says that there are more pages and another that there are none, or two places
        give different cursors.
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
    """Yield the objects that may hold marks: envelope, data, and those within, some levels deep."""
    for outer in (members, data):
        place = [
            (name.replace("_", "").replace("-", "").lower(), held) for name, held in outer.items()
        ]
        yield place
        for name, held in place:
            if levels and name in _HOLDERS and isinstance(held, Mapping):
                yield from _places(held, {}, levels - 1)


def _mark_of(place: _Place) -> _Mark | None:
    answers = {_TRUTHS.get(str(held).lower()) for name, held in place if name in _MORE} - {None}
    if len(answers) > 1:
        raise ContradictionError
    named = [(name, held) for wanted in _CURSORS for name, held in place if name == wanted]
    texts = (_cursor(held, may_be_address=name == "next") for name, held in named)
    cursor = next((text for text in texts if text is not None), None)
    if answers:
        return _Mark(bool(answers.pop()), cursor)
    # Even an unreadable cursor means that there are more pages; only empty ones mean the end.
    return _Mark(any(held not in _EMPTY for _, held in named), cursor) if named else None


def _cursor(value: Any, *, may_be_address: bool) -> str | None:
    """Read a cursor; if it is the URL of the next page, the cursor in its query."""
    if isinstance(value, bool) or not isinstance(value, str | int | float) or value == "":
        return None
    text = str(value)
    found = re.search(r"[?&]cursor=([^&#]+)", text) if may_be_address else None
    return unquote_plus(found[1]) if found else text


def _number(places: list[_Place], names: frozenset[str]) -> int | None:
    held = (held for place in places for name, held in place if name in names)
    # Not isinstance: True is an int.
    return next((number for number in held if type(number) is int), None)


def cursor_pages(
    fetch: Callable[[str, Mapping[str, object]], Envelope],
    path: str,
    params: Mapping[str, object] | None = None,
    *,
    limit: int | None = LARGEST_PAGE,
    whole: bool = False,
    most: int | None = None,
) -> Iterator[Envelope]:
    """Yield a list's pages; an empty page with a cursor is not the end.

    ``params`` may hold a ``cursor`` to start from and its own ``limit``. A limit of None leaves the
    size of a page to the server. With ``whole`` the API is known to give the list in one answer, so
    that one without any mark is all of it. `most` is the largest number of pages; None for no
    limit. The error of a later page has its cursor in ``resume_at``.

    Raises
    ------
    RequestBudgetError
        The list has more than `most` pages.
    StuckCursorError
        The server repeated a cursor.
    UnreadableResponseError
        There are more pages but no cursor for the next one, the same page came too many times, or
        the list has more or fewer rows than its total says.
    MissingEndMarkError
        A page is full and doesn't say whether more pages follow. That page is yielded first.
    """
    query = _checked_query(params, limit)
    first = query.get("cursor")
    cursors = {first}
    seen: set[str] = set()
    repeats, count = 0, 0
    totals: list[int | None] = []
    for number in itertools.count(1):
        with _resumable_at(query.get("cursor")):
            _check_length(path, number, most)
            page = fetch(path, query)
        cursor, digest = _next_cursor(page), page.digest
        repeats = repeats + 1 if digest in seen else 0
        if repeats > MOST_REPEATS:
            problem = f"{repeats:,} pages in a row were repetitions: the list has no end"
            raise UnreadableResponseError(path, page.status, problem)
        seen.add(digest)
        if cursor is not None and cursor in cursors:
            raise StuckCursorError(path, cursor, len(cursors))
        yield page
        totals.append(page.meta.total_count)
        if totals[-1] is not None:  # Only then is the count compared: it takes a second decoding.
            count += page.longest_list
        if cursor is None:
            _check_end(page, number, query["limit"], whole=whole)
            if first is None:  # from a cursor on there are fewer rows than the total says
                check_total(page, count, totals)
            return
        cursors.add(cursor)
        query["cursor"] = cursor


def offset_pages(
    fetch: Callable[[str, Mapping[str, object]], Envelope],
    path: str,
    params: Mapping[str, object] | None = None,
    *,
    limit: int | None = LARGEST_PAGE,
    most: int | None = None,
) -> Iterator[Envelope]:
    """Yield an aggregate's pages until they hold ``total_count`` rows.

    Without a total, the list ends at a page without rows or one whose mark says so. It also ends
    when a page shorter than the limit comes again: the server doesn't page this list at all.
    ``params`` may hold an ``offset`` to start from, and `most` is the largest number of pages. The
    error of a later page has its offset in ``resume_at``.

    Raises
    ------
    RequestBudgetError
        The list has more than `most` pages.
    StuckCursorError
        The server repeated a page although more rows must follow.
    UnreadableResponseError
        There are fewer or more rows than the total says, unless that changes between two pages.
    """
    query = _checked_query(params, limit)
    offset, before = query.get("offset", 0), None
    if not isinstance(offset, int) or isinstance(offset, bool) or offset < 0:
        raise ArgumentError("offset", offset, "use a whole number of rows, from 0 on")
    totals: list[int | None] = []
    for number in itertools.count():
        with _resumable_at(offset or None):
            _check_length(path, number + 1, most)
            page = fetch(path, {**query, "offset": offset})
        total = page.meta.total_count
        if before is not None and page.repeats(before):
            if total is None and len(before.records) < (query["limit"] or LARGEST_PAGE):
                return
            raise StuckCursorError(path, f"offset={offset}", number)
        yield page
        count, before = len(page.records), page
        offset += count
        totals.append(total)
        # An offset to start from may be beyond the end; then there is a page without rows.
        if total is not None and (total == offset or (count and total < offset)):
            check_total(page, offset, totals)
        if total is not None and total < offset:  # rows have gone: read on until an empty page
            total = None
        if total is not None and offset >= total:
            return
        if total is None and (not count or page.meta.has_more is False):
            return
        if not count:
            problem = f"total_count promises {total} rows and there are only {offset}"
            raise UnreadableResponseError(path, page.status, problem)


def _check_length(path: str, number: int, most: int | None) -> None:
    """Raise if a page's number is beyond the largest number of pages."""
    if most is not None and number > most:
        raise RequestBudgetError(most, path=path, is_default=True)


def check_total(page: Envelope, rows: int, totals: Sequence[int | None]) -> None:
    """Check that a whole list has as many rows as its pages say, if all say the same.

    If they don't, the list has changed between two of them.

    Raises
    ------
    UnreadableResponseError
        It has more or fewer, or the last page says that more follow.
    """
    if len(set(totals)) != 1 or totals[0] is None:
        return
    if totals[0] != rows:
        problem = f"total_count promises {totals[0]:,} rows and there are {rows:,}"
        raise UnreadableResponseError(page.path, page.status, problem)
    if page.meta.has_more:
        problem = f"it says that more follows after all {rows:,} rows of its total_count"
        raise UnreadableResponseError(page.path, page.status, problem)


@contextmanager
def _resumable_at(place: Any) -> Iterator[None]:
    """Note in an error at which cursor or offset the list can be continued."""
    try:
        yield
    except TrackaGoatError as error:
        error.resume_at = place
        raise


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


def _check_end(page: Envelope, number: int, asked: int | None, *, whole: bool) -> None:
    """Raise if a page without any mark is full.

    A shorter page is the last one. So is a longer page, since a server that ignores the limit
    doesn't page this list. A page of a list that comes whole is only full if it says so itself.
    """
    meta = page.meta
    if meta.has_more is not None:
        return
    rows, total = page.longest_list, meta.total_count
    if number == 1 and total is not None:
        is_whole = rows >= total
    else:
        usual = set() if whole else {USUAL_PAGE, LARGEST_PAGE}
        is_whole = rows not in ({asked, meta.limit} - {None} or usual)
    if not is_whole:
        raise MissingEndMarkError(page.path, page.status, number, rows)
