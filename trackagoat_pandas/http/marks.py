"""What a page says of the pages after it, wherever it says so.

The API's documentation has ``meta.hasMore`` and ``meta.nextCursor``. Other spellings and other
places are read, too: in each place that may hold marks, names are compared without case and
underscores, and the places have to agree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias
from urllib.parse import unquote_plus

import msgspec

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


class _Mark(msgspec.Struct, frozen=True):
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
