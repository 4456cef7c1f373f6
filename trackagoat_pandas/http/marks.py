"""What a page says of the pages after it, wherever it says so.

The API's documentation has ``meta.hasMore`` and ``meta.nextCursor``. Other spellings and other
places are read, too: in each place that may hold marks, names are compared without case and
underscores, and the places have to agree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import msgspec

_MORE: Final = frozenset({"hasmore", "hasnext", "hasnextpage"})
_CURSORS: Final = ("nextcursor", "next", "endcursor")
"""The best first: GraphQL's endCursor is that of the last row, on the last page too."""
_TOTALS: Final = frozenset({"totalcount"})
_LIMITS: Final = frozenset({"limit", "perpage", "pagesize"})
_HOLDERS: Final = frozenset({"meta", "pagination", "paging", "pageinfo", "page", "links"})
_YES: Final = ("true", "1")
_NO: Final = ("false", "0")


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


class _Mark(msgspec.Struct, frozen=True):
    """What one place says."""

    has_more: bool | None
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
    found = list(_places(members, data))
    marks = [mark for place in found if (mark := _mark_of(place)) is not None]
    verdicts = {mark.has_more for mark in marks} - {None}
    cursors = {mark.cursor for mark in marks if mark.has_more} - {None}
    if len(verdicts) > 1 or len(cursors) > 1:
        raise ContradictionError
    cursor = cursors.pop() if cursors else next((mark.cursor for mark in marks), None)
    return PageMeta(
        next(iter(verdicts), None), cursor, _number(found, _TOTALS), _number(found, _LIMITS)
    )


def _places(
    members: Mapping[str, Any], data: Mapping[str, Any], levels: int = 2
) -> Iterator[dict[str, Any]]:
    """The envelope, its data, and what these hold under a name for marks, so many levels down."""
    for outer in (members, data):
        place = {
            name.replace("_", "").replace("-", "").lower(): held for name, held in outer.items()
        }
        yield place
        for name in _HOLDERS & place.keys() if levels else ():
            if isinstance(place[name], Mapping):
                yield from _places(place[name], {}, levels - 1)


def _mark_of(place: Mapping[str, Any]) -> _Mark | None:
    has_more = next((_truth(place[name]) for name in _MORE if name in place), None)
    named = [name for name in _CURSORS if name in place]
    cursor = next((text for name in named if (text := _cursor(place[name])) is not None), None)
    if has_more is None and named:
        # A cursor that can't be read is one all the same; only none at all is an end.
        has_more = any(place[name] not in (None, "", False) for name in named)
    return None if has_more is None else _Mark(has_more, cursor)


def _truth(value: Any) -> bool | None:
    text = str(value).lower()
    return True if text in _YES else False if text in _NO else None


def _cursor(value: Any) -> str | None:
    """A cursor as text; of an address that leads to the next page, the one in its query."""
    if isinstance(value, bool) or not isinstance(value, str | int | float) or value == "":
        return None
    text = str(value)
    if not text.startswith(("http://", "https://", "/", "?")):
        return text
    given = parse_qs(urlsplit(text).query).get("cursor")
    return given[0] if given else None


def _number(places: list[dict[str, Any]], names: frozenset[str]) -> int | None:
    numbers = (place[name] for place in places for name in names if name in place)
    whole = (number for number in numbers if isinstance(number, int))
    return next((number for number in whole if not isinstance(number, bool)), None)
