"""The requests of actions, and the results in their responses."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeAlias
from uuid import uuid4

from trackagoat_pandas.errors import MEANINGS, ArgumentError
from trackagoat_pandas.inputs.checks import check_bool, is_uuid
from trackagoat_pandas.tables.writes import RESULT_STATUSES

if TYPE_CHECKING:
    from trackagoat_pandas.http.envelope import Envelope
    from trackagoat_pandas.http.session import Session

Method: TypeAlias = Literal["POST", "PATCH", "DELETE"]
Body: TypeAlias = "dict[str, Any]"
Record: TypeAlias = "dict[str, Any]"
Look: TypeAlias = "Callable[[Session, Sequence[Result]], list[Presence]]"
"""Asks with GETs whether what results are about is still there, in their order."""

BULK_ITEMS: Final = 50  # the API takes at most 50 items in one POST
CREATED: Final = 201
_KEY_DIGITS: Final = 40
_NAMES: Final = ("item", "tiktok_handle", "url", "name", "id")
"""Where a row of a response may name its item."""
_STATUSES: Final = {
    **{status: status for status in RESULT_STATUSES},
    "removed": "deleted",
    "skipped": "unchanged",
    "error": "failed",
    "errors": "failed",
    "ok": None,
    "success": None,
}
"""The statuses that a response may give an item; None stands for what the request does."""


class Presence(NamedTuple):
    """Whether a created item still exists (None if unknown), and its current record."""

    is_there: bool | None = None
    record: Record | None = None


@dataclass(frozen=True, slots=True)
class Write:
    """One request that changes something.

    Attributes
    ----------
    method, path, body
        The request; no body is sent if it is None.
    items
        What the request is about, as the caller named it: one item, or those of a bulk request.
    is_bulk
        Whether the response reports each item by itself.
    status_if_existing
        The status of an item of a POST that created nothing.
    is_creating
        Whether it is a POST that creates something: only these carry an idempotency key. A POST
        that may be repeated on purpose, such as a scrape, carries none and is not retried.
    idempotency_key
        Overrides the key that a creating POST carries.
    again
        Whether the same is meant to be created once more: each call has a new key then.
    id_field
        The field of the response that holds the new id, if not ``id``.
    look
        Asks whether what was created is still there; None if the API doesn't list it.
    is_unique
        Whether there can be only one such thing, so that `again` would create no other.
    done
        The result of an item that needs no request, such as a goal that has its new target.
    """

    method: Method
    path: str
    body: Body | None = field(default=None, repr=False)
    items: tuple[str, ...] = ()
    is_bulk: bool = False
    status_if_existing: str = "done"
    is_creating: bool = False
    idempotency_key: str | None = None
    again: bool = False
    id_field: str = "id"
    look: Look | None = field(default=None, repr=False)
    is_unique: bool = False
    done: Result | None = None

    def key(self, client: Session, generation: int = 0) -> str | None:
        """Return the idempotency key of a creating POST, a digest of the request; None for others.

        The same request with the same API key has the same idempotency key, so that a cell run
        again within the 24 hours that the server remembers it creates nothing twice, even if the
        first response was lost. A different body has a different key. Each time that what the
        request created was undone, the next generation is sent, in any process.
        """
        if not self.is_creating:
            return None
        if self.idempotency_key is not None:
            return self.idempotency_key
        if self.again:
            return f"tgp-{uuid4().hex}"
        parts = [self.method, self.path, self.body, *([generation] if generation else [])]
        # With the API key's fingerprint, since the server remembers requests by API key.
        owner = client.settings.api_key.fingerprint(client.base_url)
        asked = f"{owner}\n{json.dumps(parts, sort_keys=True)}"
        return "tgp-" + hashlib.sha256(asked.encode()).hexdigest()[:_KEY_DIGITS]

    def status_if_done(self, http_status: int) -> str:
        """Return the status of an item whose request succeeded."""
        if self.method == "DELETE":
            return "deleted"
        if self.method == "PATCH":
            return "updated"
        return "created" if http_status == CREATED else self.status_if_existing

    def only(self, places: Sequence[int]) -> Write:
        """Return the request for some of its items alone."""
        if not self.is_bulk or self.body is None:
            return self
        # A bulk request has an entry for each of its items, in their order.
        entries = [(name, entry) for name, several in self.body.items() for entry in several]
        body: Body = {}
        for place in places:
            name, entry = entries[place]
            body.setdefault(name, []).append(entry)
        return replace(self, body=body, items=tuple(self.items[place] for place in places))


@dataclass(frozen=True, slots=True)
class Result:
    """The result of one item, and its record in the response."""

    item: str
    status: str
    id: str | None = None
    error_code: str | None = None
    error: str | None = None
    record: Mapping[str, Any] | None = field(default=None, repr=False, compare=False)


def batches(items: Sequence[Any], size: int = BULK_ITEMS) -> Iterable[Sequence[Any]]:
    """Split items into batches that fit into one request each."""
    return (items[start : start + size] for start in range(0, len(items), size))


def creation(
    path: str,
    body: Body,
    item: str,
    *,
    idempotency_key: str | None,
    again: bool,
    look: Look | None = None,
    is_unique: bool = False,
    id_field: str = "id",
) -> Write:
    """Return the POST that creates one thing."""
    return Write(
        "POST",
        path,
        body,
        (item,),
        is_creating=True,
        idempotency_key=idempotency_key,
        again=again,
        look=look,
        is_unique=is_unique,
        id_field=id_field,
    )


def check_again(again: object, idempotency_key: str | None) -> None:
    """Check that something is created once more by one means.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        A key was given as well, or `again` isn't True or False.
    """
    if check_bool("again", again) and idempotency_key is not None:
        problem = "a new idempotency_key creates another already; give one of them"
        raise ArgumentError("again", again, problem=problem)


def bulk(
    path: str, field_name: str, entries: Sequence[Any], *, status_if_existing: str
) -> list[Write]:
    """Return the POSTs that do the same with many ids, up to 50 in each."""
    return [
        Write(
            "POST",
            path,
            {field_name: list(batch)},
            items=tuple(batch),
            is_bulk=True,
            status_if_existing=status_if_existing,
        )
        for batch in batches(entries)
    ]


def creations(
    path: str,
    field_name: str,
    bodies: Sequence[Body],
    key: str,
    *,
    idempotency_key: str | None,
    again: bool,
    look: Look,
) -> list[Write]:
    """Return the POSTs that create many things or restore them, whose items a field names."""
    return [
        replace(
            write,
            items=tuple(body[key] for body in batch),
            is_creating=True,
            idempotency_key=idempotency_key,
            again=again,
            look=look,
            is_unique=True,
        )
        for batch in batches(bodies)
        for write in bulk(path, field_name, batch, status_if_existing="reactivated")
    ]


def each(
    method: Method, path: str, ids: Sequence[str], *, status_if_existing: str = "done"
) -> list[Write]:
    """Return a request without a body for each id, which replaces ``{}`` in the path."""
    return [
        Write(method, path.format(id_), items=(id_,), status_if_existing=status_if_existing)
        for id_ in ids
    ]


def read_results(write: Write, response: Envelope) -> list[Result]:
    """Read a response's result for each item of its request.

    The API's documentation doesn't show a bulk response. These are understood: a list with a row
    per item, in order or naming it, bare or under any name; and lists named by the status of their
    items. An item that isn't mentioned is ``unknown``, never taken for done.
    """
    if not write.is_bulk:
        status, id_ = write.status_if_done(response.status), _id_of(response.data, write)
        # Results are kept, and the response to a new API key, which no list shows, has the key.
        record = response.data if write.look and isinstance(response.data, dict) else None
        if write.look is None and id_ is not None and not is_uuid(id_):
            id_ = None  # it may be the key
        return [Result(item, status, id_, record=record) for item in write.items]
    rows = _row_of_each(write.items, _rows(response.data))
    return [
        _read_row(item, row, write, response.status)
        for item, row in zip(write.items, rows, strict=True)
    ]


def _rows(data: Any) -> list[Mapping[str, Any]]:
    """Find the rows: a list, those in an object, perhaps named by their status, or the one row."""
    if isinstance(data, list):
        return [row if isinstance(row, dict) else {"item": row} for row in data]
    if not isinstance(data, dict):
        return []
    if isinstance(data.get("id"), str):
        return [data]
    return [
        {"status": name, **row} if name in _STATUSES else row
        for name, rows in data.items()
        if isinstance(rows, list)
        for row in _rows(rows)
    ]


def _row_of_each(
    items: Sequence[str], rows: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any] | None]:
    """Find each item's row: the one that names it, else the one in its place that names none."""
    known = {_fold(item) for item in items}
    named: dict[str, Mapping[str, Any]] = {}
    in_place: list[Mapping[str, Any] | None] = []
    for row in rows:
        names = known & {_fold(row[name]) for name in _NAMES if isinstance(row.get(name), str)}
        named |= dict.fromkeys(names, row)
        in_place.append(None if names else row)
    if len(rows) != len(items):  # then a row's place says nothing
        in_place = [None] * len(items)
    return [named.get(_fold(item), row) for item, row in zip(items, in_place, strict=True)]


def _read_row(item: str, row: Mapping[str, Any] | None, write: Write, http_status: int) -> Result:
    if row is None:
        return Result(item, "unknown", error="the response doesn't mention this item")
    status, code, error = (row.get(name) for name in ("status", "code", "error"))
    message = error
    if isinstance(error, dict):
        code, message = error.get("code", code), error.get("message")
    if code is None and isinstance(error, str) and error in MEANINGS:
        code, message = error, MEANINGS[error]
    if error or row.get("success") is False:
        outcome = "failed"
    elif isinstance(status, str):  # an unknown status is never taken for success
        outcome = _STATUSES.get(status, "unknown") or write.status_if_done(http_status)
    else:  # the row is the resource itself
        outcome = write.status_if_done(http_status)
    if outcome == "unknown" and message is None:
        message = f"the response gives the unknown status {status!r}"
    code, message = (None if value is None else str(value) for value in (code, message))
    return Result(item, outcome, _id_of(row, write), code, message, row)


def _id_of(data: Any, write: Write) -> str | None:
    if not isinstance(data, dict):
        return None
    found = data.get(write.id_field, data.get("id"))
    return found if isinstance(found, str) else None


def _fold(name: str) -> str:
    return name.removeprefix("@").casefold()
