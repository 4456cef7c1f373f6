"""Writes sent one after the other, and what became of every item, whatever happens on the way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import chain
from typing import Any, NoReturn

import pandas as pd

from trackagoat_pandas.actions.results import Result, failed, not_sent, read_results, results_frame
from trackagoat_pandas.actions.writes import Write, check_key, each, plan_frame
from trackagoat_pandas.checks import check_bool
from trackagoat_pandas.errors import (
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
    StoppedError,
    TrackaGoatError,
    UnauthorizedError,
    UnreadableResponseError,
)
from trackagoat_pandas.frames.build import build_frame
from trackagoat_pandas.frames.decode import chunk_from_records
from trackagoat_pandas.http.client import Client, default_client
from trackagoat_pandas.http.envelope import Envelope
from trackagoat_pandas.progress import progress
from trackagoat_pandas.tables import Table

_POINTLESS = (
    ClosedClientError,
    ConnectionFailedError,
    DeadlineError,
    ForbiddenError,
    LimitReachedError,
    RedirectError,
    StoppedError,
    UnauthorizedError,
)
"""Errors that the next request would meet too, so that it is not sent."""


def chosen(client: Client | None) -> Client:
    """The client that was passed, or the default one."""
    if client is not None and not isinstance(client, Client):
        raise ArgumentTypeError("client", client, "what connect() returns, or None")
    return default_client() if client is None else client


def send_all(client: Client, what: str, writes: Sequence[Write], *, dry_run: bool) -> pd.DataFrame:
    """Send requests in order, and give a row for each of their items.

    Parameters
    ----------
    client
        Who sends.
    what
        What is written, for the progress bar and for messages.
    writes
        The requests. Each item stands in one of them.
    dry_run
        Send nothing; give the requests.

    Returns
    -------
    pandas.DataFrame
        With ``dry_run`` a row a request: method, path, body, items. Else a row an item in the order
        given: item, status, id, error_code, error. An item that failed doesn't stop the others.

    Raises
    ------
    ArgumentError
        One idempotency key was given for several requests.
    TrackaGoatError
        The first request failed in a way that every other one would have; nothing was changed.
    PartialWriteError
        A later one did; ``.frame`` says what was done, and what was not sent.
    InterruptedWriteError
        Ctrl-C came in the middle; likewise.
    """
    check_key(writes)
    if check_bool("dry_run", dry_run):
        return plan_frame(writes)
    outcomes: list[list[Result]] = []
    before = client.requests_sent
    try:
        with progress(client, what, len(writes)) as step:
            for write in writes:
                outcomes.append(_sent(client, write, before))
                before = client.requests_sent
                step()
    except (*_POINTLESS, KeyboardInterrupt) as error:
        done, left = len(outcomes), writes[len(outcomes) :]
        outcomes += [_given_up(left[0], error, client.requests_sent - before)] if left else []
        frame = _frame([*outcomes, not_sent(left[1:])], writes)
        _stop(what, error, frame, is_first=done == 0)
    return _frame(outcomes, writes)


def send_one(client: Client, write: Write) -> Envelope:
    """Send one request; whatever is refused is raised."""
    return client.request(
        write.method, write.path, json=write.body, idempotency_key=write.key(client)
    )


def resource(client: Client, table: Table, write: Write, *, dry_run: bool) -> pd.DataFrame:
    """Send one request, and give the resource that it answers with as its loader would: one row."""
    if check_bool("dry_run", dry_run):
        return plan_frame([write])
    answer = send_one(client, write)
    if not isinstance(answer.data, dict):
        raise UnreadableResponseError(write.path, answer.status, "its data is not one object")
    return record_frame(table, write, answer.data)


def record_frame(table: Table, write: Write, record: dict[str, Any]) -> pd.DataFrame:
    """Give one record that a request answered with as a typed frame of one row."""
    return build_frame([chunk_from_records([record], table)], table, provenance=_facts([write]))


def confirmed(action: str, what: str, ids: Sequence[str], *, confirm: bool, dry_run: bool) -> None:
    """Make sure that deleting more than one thing is confirmed.

    Raises
    ------
    ConfirmationError
        ``confirm`` is False; nothing was sent.
    """
    if len(ids) > 1 and not (check_bool("confirm", confirm) or check_bool("dry_run", dry_run)):
        raise ConfirmationError(action, what, len(ids))


def delete_each(
    client: Client,
    action: str,
    what: str,
    path: str,
    ids: Sequence[str],
    *,
    confirm: bool,
    dry_run: bool,
) -> pd.DataFrame:
    """Send a DELETE for each id, once that is confirmed."""
    confirmed(action, what, ids, confirm=confirm, dry_run=dry_run)
    return send_all(client, what, each("DELETE", path, ids), dry_run=dry_run)


def _sent(client: Client, write: Write, before: int) -> list[Result]:
    try:
        return read_results(write, send_one(client, write))
    except (*_POINTLESS, ArgumentError, ArgumentTypeError):
        raise
    except TrackaGoatError as error:
        return failed(write, error, client.requests_sent - before)


def _given_up(write: Write, error: TrackaGoatError | KeyboardInterrupt, sent: int) -> list[Result]:
    if isinstance(error, TrackaGoatError):
        return failed(write, error, sent)
    if not sent:
        return not_sent([write])
    return [Result(item, "unknown", error="interrupted while it was sent") for item in write.items]


def _stop(
    what: str, error: TrackaGoatError | KeyboardInterrupt, frame: pd.DataFrame, *, is_first: bool
) -> NoReturn:
    """Raise for what can't go on: plainly if nothing can have been changed, else with the frame."""
    if isinstance(error, KeyboardInterrupt):
        raise InterruptedWriteError(what, frame) from error
    if is_first and not frame["status"].eq("unknown").any():
        raise error
    raise PartialWriteError(what, str(error), frame) from error


def _frame(outcomes: Sequence[Sequence[Result]], writes: Sequence[Write]) -> pd.DataFrame:
    return results_frame(chain.from_iterable(outcomes), _facts(writes))


def _facts(writes: Sequence[Write]) -> dict[str, Any]:
    return {
        "path": writes[0].path if writes else "",
        "fetched_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "complete": True,
        "requests": len(writes),
    }
