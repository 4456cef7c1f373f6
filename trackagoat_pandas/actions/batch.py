"""Send writes in order, and report the result of each of their items."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import chain
from typing import Any, Final, Literal, TypeAlias

import pandas as pd

from trackagoat_pandas._warning import warn
from trackagoat_pandas.catalog import forget_names
from trackagoat_pandas.checks import check_bool, is_uuid
from trackagoat_pandas.errors import (
    MEANINGS,
    ApiError,
    ArgumentError,
    ArgumentTypeError,
    ClosedClientError,
    ConfirmationError,
    ConnectionFailedError,
    DeadlineError,
    ForbiddenError,
    InterruptedWriteError,
    LimitReachedError,
    PartialWriteError,
    RedirectError,
    ServerError,
    StoppedError,
    StoreError,
    TrackaGoatError,
    TrackaGoatWarning,
    UnauthorizedError,
    UnreadableResponseError,
)
from trackagoat_pandas.frames.build import build_frame
from trackagoat_pandas.frames.values import chunk_from_records
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.envelope import Envelope
from trackagoat_pandas.http.messages import check_key
from trackagoat_pandas.organization import forget_projects
from trackagoat_pandas.progress import progress
from trackagoat_pandas.roster import forget_creators
from trackagoat_pandas.tables import TABLES, Table
from trackagoat_pandas.tables.writes import PLAN, RESULT_STATUSES, RESULTS

Method: TypeAlias = Literal["POST", "PATCH", "DELETE"]
Body: TypeAlias = "dict[str, Any]"

BULK_ITEMS: Final = 50  # the API takes at most 50 items in one POST
CREATED: Final = 201
_KEY_DIGITS: Final = 40
_FATAL: Final = (
    ClosedClientError,
    ConnectionFailedError,
    DeadlineError,
    ForbiddenError,
    LimitReachedError,
    RedirectError,
    StoppedError,
    StoreError,
    UnauthorizedError,
)
"""Errors that the next request would meet too, so that it is not sent."""
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
    id_field
        The field of the response that holds the new id, if not ``id``.
    """

    method: Method
    path: str
    body: Body | None = field(default=None, repr=False)
    items: tuple[str, ...] = ()
    is_bulk: bool = False
    status_if_existing: str = "done"
    is_creating: bool = False
    idempotency_key: str | None = None
    id_field: str = "id"

    def key(self, client: Client) -> str | None:
        """Return the idempotency key of a creating POST, a digest of the request; None for others.

        The same request with the same API key has the same idempotency key, so that a cell run
        again within the 24 hours that the server remembers it creates nothing twice, even if the
        first response was lost. A different body has a different key.
        """
        if not self.is_creating:
            return None
        if self.idempotency_key is not None:
            return self.idempotency_key
        # With the API key's fingerprint, since the server remembers requests by API key.
        asked = json.dumps([self.method, self.path, self.body], sort_keys=True)
        owner = client.settings.api_key.fingerprint(client.base_url)
        return "tgp-" + hashlib.sha256(f"{owner}\n{asked}".encode()).hexdigest()[:_KEY_DIGITS]

    def status_if_done(self, http_status: int) -> str:
        """Return the status of an item whose request succeeded."""
        if self.method == "DELETE":
            return "deleted"
        if self.method == "PATCH":
            return "updated"
        return "created" if http_status == CREATED else self.status_if_existing


@dataclass(frozen=True, slots=True)
class Result:
    """The result of one item."""

    item: str
    status: str
    id: str | None = None
    error_code: str | None = None
    error: str | None = None


def batches(items: Sequence[Any], size: int = BULK_ITEMS) -> Iterable[Sequence[Any]]:
    """Split items into batches that fit into one request each."""
    return (items[start : start + size] for start in range(0, len(items), size))


def creation(path: str, body: Body, item: str, idempotency_key: str | None) -> Write:
    """Return the POST that creates one thing."""
    return Write("POST", path, body, (item,), is_creating=True, idempotency_key=idempotency_key)


def bulk(
    path: str,
    field_name: str,
    entries: Sequence[Any],
    *,
    status_if_existing: str,
    key: str | None = None,
    idempotency_key: str | None = None,
) -> list[Write]:
    """Return the POSTs that do the same with many entries, up to 50 in each.

    Entries are ids; or, with `key`, bodies of things to create, whose items that field names.
    """
    return [
        Write(
            "POST",
            path,
            {field_name: list(batch)},
            items=tuple(batch if key is None else (body[key] for body in batch)),
            is_bulk=True,
            status_if_existing=status_if_existing,
            is_creating=key is not None,
            idempotency_key=idempotency_key,
        )
        for batch in batches(entries)
    ]


def each(
    method: Method, path: str, ids: Sequence[str], *, status_if_existing: str = "done"
) -> list[Write]:
    """Return a request without a body for each id, which replaces ``{}`` in the path."""
    return [
        Write(method, path.format(id_), items=(id_,), status_if_existing=status_if_existing)
        for id_ in ids
    ]


def send(client: Client, write: Write) -> Envelope:
    """Send one request; an error of the API is raised."""
    date = None
    try:
        answer = client.request(
            write.method, write.path, json=write.body, idempotency_key=write.key(client)
        )
        date = answer.date
        return answer
    finally:
        _forget(client, write.path)
        if client.archive is not None and not client.offline:
            _note(client, write, date)


def _note(client: Client, write: Write, date: dt.datetime | None) -> None:
    """Note in the client's store that its lists and series may be of before a write."""
    archive = client.archive
    try:
        archive.note_write(TABLES, write.path, write.body or {}, date or archive.server_time())
    except StoreError as flaw:  # what was written must not look as if it had failed
        said = f"{flaw} With max_age, lists of before the write may still be taken from the store."
        warn(said, TrackaGoatWarning)


def _forget(client: Client, path: str) -> None:
    """Drop what the client remembers of what a write may have changed, even if it failed."""
    parts = path.split("/")
    forget_names(client)
    if "creators" in parts and not {"goals", "scrape"} & {*parts}:
        forget_creators(client)
    if "organizations" in parts and "projects" in parts:
        forget_projects(client)


def send_one(client: Client, table: Table, write: Write, *, dry_run: bool) -> pd.DataFrame:
    """Send one request, and return the resource in its response as its loader would: one row."""
    if check_bool("dry_run", dry_run):
        check_keys([write])
        return plan_frame([plan_row(write)], path=write.path)
    response = send(client, write)
    if not isinstance(response.data, dict):
        raise UnreadableResponseError(write.path, response.status, "its data is not one object")
    return response_frame(table, [response.data], [write])


def update(
    client: Client,
    table: Table,
    id_: str,
    body: Body,
    *,
    dry_run: bool,
    path: str | None = None,
    given: object = None,
) -> pd.DataFrame:
    """Change a resource with a PATCH, below the path of its table unless another is given.

    A dry run calls it as it was given, if that is a text.
    """
    item = given if isinstance(given, str) else id_
    write = Write("PATCH", f"{path or table.path}/{id_}", body, items=(item,))
    return send_one(client, table, write, dry_run=dry_run)


def send_all(
    client: Client, what: str, writes: Sequence[Write], names: Sequence[str] | None = None
) -> pd.DataFrame:
    """Send requests in order, and return a row for each of their items.

    Parameters
    ----------
    client
        The client to send with.
    what
        What is written, for the progress bar and error messages.
    writes
        The requests. Each item is in one of them.
    names
        What the caller called the items of the requests, in their order; by default they are
        called as in the requests.

    Returns
    -------
    pandas.DataFrame
        One row per item, in the order given: item, status, id, error_code, error. An item that
        fails doesn't stop the others.

    Raises
    ------
    ArgumentError
        One idempotency key was given for several requests.
    TrackaGoatError
        The first request failed in a way that every other one would; nothing was changed.
    PartialWriteError
        A later one did; ``.frame`` has the results, also of what was not sent.
    InterruptedWriteError
        Ctrl-C came in the middle; ``.frame`` likewise.
    """
    check_keys(writes)
    # A list for each request, since its results and their count must change in one step: Ctrl-C
    # may come between any two.
    outcomes: list[list[Result]] = []
    before = client.requests_sent
    try:
        with progress(client, what, len(writes)) as step:
            for write in writes:
                outcomes.append(_results_of(client, write, before))
                before = client.requests_sent
                step()
    except (*_FATAL, KeyboardInterrupt) as error:
        done, left = len(outcomes), writes[len(outcomes) :]
        if left:
            outcomes += [failed(left[0], error, client.requests_sent - before), not_sent(left[1:])]
        frame = _results_frame(outcomes, writes, names)
        if isinstance(error, KeyboardInterrupt):
            raise InterruptedWriteError(what, frame) from error
        if not done and not frame["status"].eq("unknown").any():
            raise
        raise PartialWriteError(what, str(error), frame) from error
    return _results_frame(outcomes, writes, names)


def check_keys(writes: Iterable[Write]) -> None:
    """Check that a given idempotency key can be sent, and goes with one request.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        It can't be sent, or would go with several.
    """
    given_keys = [write.idempotency_key for write in writes if write.idempotency_key is not None]
    for key in given_keys[:1]:
        check_key(key)
    if len(given_keys) > 1:
        # The server would take the second request for a misuse of the first one's key.
        problem = f"a key is for one request; this call makes {len(given_keys)}"
        raise ArgumentError("idempotency_key", given_keys[0], problem=problem)


def check_confirmed(
    action: str, what: str, ids: Sequence[object], *, confirm: bool, dry_run: bool
) -> None:
    """Check that deleting more than one thing is confirmed.

    Raises
    ------
    ConfirmationError
        ``confirm`` is False; nothing was sent.
    """
    if len(ids) > 1 and not (check_bool("confirm", confirm) or check_bool("dry_run", dry_run)):
        raise ConfirmationError(action, what, len(ids))


def plan_row(write: Write, place: int = 0) -> dict[str, Any]:
    """Return the row of a dry run for one item of a request: what is sent for it alone."""
    item = write.items[place]
    body = write.body
    if write.is_bulk and body is not None:
        # A bulk request has an entry for each of its items, in their order.
        entries = [(name, entry) for name, several in body.items() for entry in several]
        name, entry = entries[place]
        body = {name: [entry]}
    would = {"PATCH": "would change", "DELETE": "would remove"}
    status = would.get(write.method, "would create" if write.is_creating else "would send")
    return {
        "item": item,
        "status": status,
        "error": None,
        "method": write.method,
        "path": write.path,
        "body": body,
    }


def plan_frame(rows: Iterable[Mapping[str, Any]], **facts: Any) -> pd.DataFrame:
    """Return the rows of a dry run as a frame, one an item."""
    facts = {"complete": True, **facts}
    return build_frame([chunk_from_records(rows, PLAN)], PLAN, provenance=facts)


def response_frame(
    table: Table, records: Iterable[dict[str, Any]], writes: Sequence[Write]
) -> pd.DataFrame:
    """Return the records in the responses to requests as a typed frame."""
    provenance = {
        "path": writes[0].path if writes else "",
        "fetched_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "complete": True,
        "requests": len(writes),
    }
    return build_frame([chunk_from_records(records, table)], table, provenance=provenance)


def _results_frame(
    outcomes: Iterable[list[Result]], writes: Sequence[Write], names: Sequence[str] | None
) -> pd.DataFrame:
    results = list(chain.from_iterable(outcomes))
    called = [result.item for result in results] if names is None else names
    rows = [
        {
            **asdict(result),
            "item": name,
            # The id that a handle or a name was looked up as, also where no response says it.
            "id": result.id or (result.item if is_uuid(result.item) else None),
        }
        for result, name in zip(results, called, strict=True)
    ]
    return response_frame(RESULTS, rows, writes)


def _results_of(client: Client, write: Write, before: int) -> list[Result]:
    try:
        return read_results(write, send(client, write))
    except (*_FATAL, ArgumentError, ArgumentTypeError):  # an argument is wrong for all requests
        raise
    except TrackaGoatError as error:
        return failed(write, error, client.requests_sent - before)


def failed(write: Write, error: TrackaGoatError | KeyboardInterrupt, sent: int) -> list[Result]:
    """Return the results of a request that failed as a whole after `sent` attempts."""
    if isinstance(error, KeyboardInterrupt):
        if not sent:
            return not_sent([write])
        return [
            Result(item, "unknown", error="interrupted while being sent") for item in write.items
        ]
    status = "unknown" if _may_be_done(error, sent, is_repeated=write.is_creating) else "failed"
    code = error.code if isinstance(error, ApiError) else None
    message = error.message if isinstance(error, ApiError) else str(error)
    return [Result(item, status, None, code, message) for item in write.items]


def not_sent(writes: Iterable[Write]) -> list[Result]:
    """Return the results of requests that were never sent."""
    return [Result(item, "not_sent") for write in writes for item in write.items]


def _may_be_done(error: TrackaGoatError, sent: int, *, is_repeated: bool) -> bool:
    """Whether a request may have been carried out, though no response says so."""
    if not sent or isinstance(error, RedirectError):
        return False
    if isinstance(error, UnreadableResponseError | ServerError):
        return True
    if isinstance(error, ApiError):
        return False
    # Why the last attempt failed; an earlier one of a request that is repeated may have succeeded.
    cause = error.__cause__
    if isinstance(cause, ServerError | ConnectionFailedError) or getattr(cause, "sent", False):
        return True
    return is_repeated and sent > (0 if cause is None else 1)


def read_results(write: Write, response: Envelope) -> list[Result]:
    """Read a response's result for each item of its request.

    The API's documentation doesn't show a bulk response. These are understood: a list with a row
    per item, in order or naming it, bare or under any name; and lists named by the status of their
    items. An item that isn't mentioned is ``unknown``, never taken for done.
    """
    if not write.is_bulk:
        status = write.status_if_done(response.status)
        return [Result(item, status, _id_of(response.data, write)) for item in write.items]
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
    known = {_folded(item) for item in items}
    named: dict[str, Mapping[str, Any]] = {}
    in_place: list[Mapping[str, Any] | None] = []
    for row in rows:
        names = known & {_folded(row[name]) for name in _NAMES if isinstance(row.get(name), str)}
        named |= dict.fromkeys(names, row)
        in_place.append(None if names else row)
    if len(rows) != len(items):  # then a row's place says nothing
        in_place = [None] * len(items)
    return [named.get(_folded(item), row) for item, row in zip(items, in_place, strict=True)]


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
    texts = (None if value is None else str(value) for value in (code, message))
    return Result(item, outcome, _id_of(row, write), *texts)


def _id_of(data: Any, write: Write) -> str | None:
    if not isinstance(data, dict):
        return None
    found = data.get(write.id_field, data.get("id"))
    return found if isinstance(found, str) else None


def _folded(name: str) -> str:
    return name.removeprefix("@").casefold()
