"""Send writes in order, and report the result of each of their items."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any, Final

import pandas as pd

from trackagoat_pandas.actions.repeats import (
    began,
    creations,
    foreseen,
    presences,
    settled,
    undone,
    where_seen,
)
from trackagoat_pandas.actions.requests import Body, Result, Write, read_results
from trackagoat_pandas.base.warnings import warn
from trackagoat_pandas.base.wording import ended
from trackagoat_pandas.errors import (
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
    NotFoundError,
    PartialWriteError,
    RedirectError,
    RepeatedRequestWarning,
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
from trackagoat_pandas.http.envelope import Envelope
from trackagoat_pandas.http.messages import check_key
from trackagoat_pandas.http.session import Session
from trackagoat_pandas.inputs.checks import check_bool, is_uuid
from trackagoat_pandas.names.campaigns import forget_names
from trackagoat_pandas.names.creators import forget_creators
from trackagoat_pandas.names.organization import forget_projects, known_timezone, server_time
from trackagoat_pandas.progress import progress
from trackagoat_pandas.tables import TABLES, Table
from trackagoat_pandas.tables.writes import PLAN, RESULTS

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

_MOST_GENERATIONS: Final = 100
"""Nobody undoes and repeats a request as often within 24 hours: the server answers wrongly."""


def send(client: Session, write: Write, key: str | None = None) -> Envelope:
    """Send one request; an error of the API is raised.

    Where no response says whether it was carried out, the error says what shows it.
    """
    date, before = None, client.requests_sent
    try:
        answer = client.request(write.method, write.path, json=write.body, idempotency_key=key)
    except TrackaGoatError as error:
        if _may_be_done(error, client.requests_sent - before, is_repeated=write.is_creating):
            error.add_advice(where_seen(write))
            # Lists that were requested before may not have it, so `Once` requests them again.
            creations(client).count += 1
        raise
    else:
        date = answer.date
        if write.method == "DELETE":
            creations(client).removed(write.path)
        return answer
    finally:
        _forget(client, write.path)
        archive = client.archive
        if archive is not None and not client.offline:
            try:
                moment = date or archive.server_time()
                archive.note_write(TABLES, write.path, write.body or {}, moment)
            except StoreError as flaw:  # what was written must not look as if it had failed
                said = "With max_age, lists of before the write may still be taken from the store."
                warn(f"{flaw} {said}", TrackaGoatWarning)


def carry_out(
    client: Session, write: Write, generation: int | None = None
) -> tuple[Envelope, list[Result]]:
    """Send one request, and return its response and the result of each of its items.

    If it creates something, and the server repeats its response to an earlier one, what is still
    there is ``unchanged``. What was undone since is sent again with another key: that of the next
    generation, so that it isn't created twice either.

    Raises
    ------
    UnreadableResponseError
        The server repeats responses to requests that it can't have had before.
    """
    base = write.key(client)
    if base is None:
        answer = send(client, write)
        return answer, read_results(write, answer)
    memory = creations(client)
    if generation is None:
        generation = memory.generation(base)
    # With the key of a request that was undone, the server would only repeat its old response.
    key = write.key(client, generation) if generation else base
    started = time.monotonic()
    answer = send(client, write, key)
    results = read_results(write, answer)
    earliest = began(answer, time.monotonic() - started)
    repeat = memory.repeat(str(key), answer, results, earliest)
    memory.note(base, generation, str(key), answer, results)
    if repeat is None or not repeat.is_sure:
        memory.count += 1
    if repeat is None:
        memory.restored(write, results)
        return answer, results
    found = presences(client, write, results)
    results = [
        settled(write, result, presence, repeat, earliest)
        for result, presence in zip(results, found, strict=True)
    ]
    gone = [place for place, presence in enumerate(found) if presence.is_there is False]
    if write.idempotency_key is not None:
        gone = [place for place in gone if results[place].status not in {"failed", "unknown"}]
    if not gone:
        return answer, results
    if write.idempotency_key is not None:
        fresh = [undone(results[place], repeat) for place in gone]
    elif generation < _MOST_GENERATIONS:
        answer, fresh = carry_out(client, write.only(gone), generation + 1)
    else:
        problem = "the server repeats responses to requests that it never had"
        raise UnreadableResponseError(write.path, answer.status, problem)
    for place, result in zip(gone, fresh, strict=True):
        results[place] = result
    return answer, results


def _forget(client: Session, path: str) -> None:
    """Drop cached values that a write may have changed, even if it failed."""
    parts = path.split("/")
    forget_names(client)
    if "creators" in parts and not {"goals", "scrape"} & {*parts}:
        forget_creators(client)
    if "organizations" in parts and "projects" in parts:
        forget_projects(client)


def send_one(client: Session, table: Table, write: Write, *, dry_run: bool) -> pd.DataFrame:
    """Send one request, and return the resource in its response as its loader would: one row.

    What was there already is as it is now, with a warning.
    """
    if check_bool("dry_run", dry_run):
        return plan_one(client, write)
    response, (result,) = carry_out(client, write)
    check_is_new(write, result)
    record = response.data if result.record is None else result.record
    if not isinstance(record, dict):
        raise UnreadableResponseError(write.path, response.status, "its data is not one object")
    return response_frame(client, table, [record], [write])


def plan_one(client: Session, write: Write) -> pd.DataFrame:
    """Return the dry run of one request."""
    check_keys([write])
    row = plan_row(write)
    try:
        judged = foreseen(client, write)
    except (NotFoundError, ForbiddenError) as error:
        judged = "unknown", f"what exists can't be asked for: {error}"
    if judged is not None:
        row["status"], row["error"] = judged
    return plan_frame(client, [row], write.path)


def check_is_new(write: Write, result: Result) -> None:
    """Warn if the item that a request creates existed already.

    Raises
    ------
    ArgumentError
        It was undone, and the idempotency key that was given stands for the earlier request.
    """
    if write.is_creating and result.status == "failed":
        raise ArgumentError("idempotency_key", write.idempotency_key, problem=str(result.error))
    if write.is_creating and result.status == "unchanged":
        said = f"{write.path}: unchanged: nothing new was created, since {result.error}."
        warn(said, RepeatedRequestWarning)


def update(
    client: Session,
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
    client: Session, what: str, writes: Sequence[Write], names: Sequence[str] | None = None
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
        frame = _results_frame(client, outcomes, writes, names)
        if isinstance(error, KeyboardInterrupt):
            raise InterruptedWriteError(what, frame) from error
        # Certainly nothing was changed, so there is no part to report.
        if not done and not frame["status"].eq("unknown").any():
            raise
        raise PartialWriteError(what, str(error), frame) from error
    return _results_frame(client, outcomes, writes, names)


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
    """Return an item's row of a dry run, with the request that would be sent for it alone."""
    item = write.items[place]
    if write.done is not None:
        nothing = dict.fromkeys(("method", "path", "body"))
        return {"item": item, "status": write.done.status, "error": write.done.error, **nothing}
    would = {"PATCH": "would change", "DELETE": "would remove"}
    status = would.get(write.method, "would create" if write.is_creating else "would send")
    return {
        "item": item,
        "status": status,
        "error": None,
        "method": write.method,
        "path": write.path,
        "body": write.only([place]).body,
    }


def plan_frame(
    client: Session, rows: Iterable[Mapping[str, Any]], path: str, requests: int = 0
) -> pd.DataFrame:
    """Return the rows of a dry run as a frame, one an item."""
    facts = {**_facts(client, path, requests), "dry_run": True}
    return build_frame([chunk_from_records(rows, PLAN)], PLAN, provenance=facts)


def response_frame(
    client: Session, table: Table, records: Iterable[dict[str, Any]], writes: Sequence[Write]
) -> pd.DataFrame:
    """Return the records in the responses to requests as a typed frame."""
    facts = _facts(client, writes[0].path if writes else "", len(writes))
    return build_frame([chunk_from_records(records, table)], table, provenance=facts)


def _facts(client: Session, path: str, requests: int) -> dict[str, Any]:
    """Return a frame's provenance: its path, and its time by both clocks."""
    moments = {"fetched_at": dt.datetime.now(dt.UTC), "server_time": server_time(client)}
    return {
        "complete": True,
        "path": path,
        **{name: moment.isoformat(timespec="seconds") for name, moment in moments.items()},
        "timezone": known_timezone(client),
        "requests": requests,
    }


def _results_frame(
    client: Session,
    outcomes: Iterable[list[Result]],
    writes: Sequence[Write],
    names: Sequence[str] | None,
) -> pd.DataFrame:
    results = list(chain.from_iterable(outcomes))
    called = [result.item for result in results] if names is None else names
    rows = [
        {
            "item": name,
            "status": result.status,
            "error_code": result.error_code,
            "error": result.error,
            # The id that a handle or a name was looked up as, also where no response says it.
            "id": result.id or (result.item if is_uuid(result.item) else None),
        }
        for result, name in zip(results, called, strict=True)
    ]
    return response_frame(client, RESULTS, rows, writes)


def _results_of(client: Session, write: Write, before: int) -> list[Result]:
    if write.done is not None:
        return [write.done]
    try:
        return [
            replace(one, error=f"{ended(one.error or '')} {where_seen(write)}")
            if one.status == "unknown"
            else one
            for one in carry_out(client, write)[1]
        ]
    except (*_FATAL, ArgumentError, ArgumentTypeError):  # an argument is wrong for all requests
        raise
    except TrackaGoatError as error:
        return failed(write, error, client.requests_sent - before)


def failed(write: Write, error: TrackaGoatError | KeyboardInterrupt, sent: int) -> list[Result]:
    """Return the results of a request that failed as a whole after `sent` attempts."""
    if isinstance(error, KeyboardInterrupt):
        if not sent:
            return not_sent([write])
        said = f"interrupted while being sent. {where_seen(write)}"
        return [Result(item, "unknown", error=said) for item in write.items]
    status = "unknown" if _may_be_done(error, sent, is_repeated=write.is_creating) else "failed"
    code = error.code if isinstance(error, ApiError) else None
    message = error.message if isinstance(error, ApiError) else str(error)
    if isinstance(error, ApiError) and status == "unknown":
        message = f"{ended(message or 'no message')} {where_seen(write)}"
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
