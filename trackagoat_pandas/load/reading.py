"""Read the pages of a list into a frame that is checked against what was asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, get_args

import pandas as pd

from trackagoat_pandas._types import DtypeBackend, Json, Params
from trackagoat_pandas.checks import check_choice, check_id
from trackagoat_pandas.dates import DateRange
from trackagoat_pandas.errors import TrackaGoatError, UnreadableResponseError
from trackagoat_pandas.frames.build import build_frame
from trackagoat_pandas.frames.chunk import Chunk
from trackagoat_pandas.frames.decode import decode_list, decode_pages
from trackagoat_pandas.frames.values import chunk_from_records
from trackagoat_pandas.http.client import Client, resolve_client
from trackagoat_pandas.http.envelope import Envelope
from trackagoat_pandas.load.asked import Asked, keep_asked, note_missing_fields
from trackagoat_pandas.load.coverage import server_today, warn_beyond_data, warn_no_data
from trackagoat_pandas.load.fanout import fan_out
from trackagoat_pandas.load.provenance import provenance
from trackagoat_pandas.organization import known_timezone
from trackagoat_pandas.progress import Step, progress
from trackagoat_pandas.tables import Table


def chosen(client: Client | None, dtype_backend: DtypeBackend) -> Client:
    """The client that was passed, or the default one; what every loader checks first."""
    check_choice("dtype_backend", dtype_backend, get_args(DtypeBackend))
    return resolve_client(client)


def optional_id(argument: str, given: str | None) -> str | None:
    """A checked id, where None means no filter."""
    return None if given is None else check_id(argument, given)


@contextmanager
def handing_over(build: Callable[[], pd.DataFrame]) -> Iterator[None]:
    """Give an error of a list the rows that came before it, as its ``partial``."""
    try:
        yield
    except TrackaGoatError as error:
        frame = build()
        if len(frame):
            error.partial = frame
            rows = "1 row" if len(frame) == 1 else f"{len(frame):,} rows"
            said = f"{error} What was loaded before is in `error.partial`: {rows}."
            error.args = (said, *error.args[1:])
        raise


def checked_frame(
    chunks: Sequence[Chunk],
    table: Table,
    asked: Asked,
    facts: dict[str, Any],
    client: Client,
    dtype_backend: DtypeBackend,
) -> pd.DataFrame:
    """Build a frame, and compare it with what is declared and with what was asked for."""
    frame = build_frame(chunks, table, dtype_backend=dtype_backend, provenance=facts)
    note_missing_fields(frame, table)
    return keep_asked(frame, table, asked, client)


def read_list(
    table: Table,
    pages: Iterable[Envelope],
    *,
    client: Client,
    path: str,
    params: Params,
    dtype_backend: DtypeBackend,
    asked: Asked | None = None,
    flatten: Callable[[Json], Iterable[Mapping[str, Any]]] | None = None,
) -> pd.DataFrame:
    """Build the frame of a paged list.

    The rows are compared with `asked`, by default with `params`. An error of a later page carries
    the rows of those before it. `flatten` gives the rows of a page's data where that is not a list
    of them.
    """
    requests, sent_at = 0, None
    chunks: list[Chunk] = []

    def counted(step: Step) -> Iterator[Envelope]:
        nonlocal requests, sent_at
        for page in pages:
            requests += page.attempts
            sent_at = page.date
            step(page.attempts)
            yield page

    def decoded(step: Step) -> Iterator[Chunk]:
        if flatten is None:
            return decode_list((page.body for page in counted(step)), table)
        return (chunk_from_records(flatten(page.data), table) for page in counted(step))

    def finish(*, complete: bool) -> pd.DataFrame:
        facts = provenance(
            path,
            params,
            requests=requests,
            timezone=known_timezone(client),
            sent_at=sent_at,
            complete=complete,
        )
        wanted = params if asked is None else asked
        return checked_frame(chunks, table, wanted, facts, client, dtype_backend)

    with progress(client, table.name) as step:
        with handing_over(lambda: finish(complete=False)):
            for chunk in decoded(step):
                chunks.append(chunk)  # noqa: PERF402 - kept if the next page fails
        frame = finish(complete=True)
        explain_dates(frame, table, params, client, sent_at)
        return frame


def load_table(
    table: Table,
    client: Client,
    params: Params,
    dtype_backend: DtypeBackend,
    *,
    path: str | None = None,
    asked: Asked | None = None,
) -> pd.DataFrame:
    """Load every row of a cursor-paged list; `asked` where that is more than the parameters say."""
    path = path or table.path
    return read_list(
        table,
        client.pages(path, params),
        client=client,
        path=path,
        params=params,
        dtype_backend=dtype_backend,
        asked=asked,
    )


def records_frame(
    table: Table,
    records: Iterable[Mapping[str, Any]],
    facts: dict[str, Any],
    dtype_backend: DtypeBackend,
) -> pd.DataFrame:
    """Build the frame of rows that were flattened in Python."""
    chunks = [chunk_from_records(records, table)]
    return build_frame(chunks, table, dtype_backend=dtype_backend, provenance=facts)


def load_one(
    table: Table, client: Client, argument: str, given: str, dtype_backend: DtypeBackend
) -> pd.DataFrame:
    """Load one resource by its id, as a frame of one row."""
    id_ = check_id(argument, given)
    path = f"{table.path}/{id_}"
    page = client.get(path)
    facts = provenance(
        path, {}, requests=page.attempts, timezone=known_timezone(client), sent_at=page.date
    )
    if not isinstance(page.data, dict):
        raise UnreadableResponseError(path, page.status, "its data is not one object")
    if "id" not in page.data:
        raise UnreadableResponseError(path, page.status, "its data has no id")
    if str(page.data["id"]).lower() != id_:
        raise UnreadableResponseError(path, page.status, "its data is another one than asked for")
    return records_frame(table, [page.data], facts, dtype_backend)


def load_children(
    table: Table,
    client: Client,
    parent: str,
    ids: Sequence[str],
    dtype_backend: DtypeBackend,
    *,
    names: Mapping[str, str],
) -> pd.DataFrame:
    """Load the lists that hang below several parents, concurrently, as one frame.

    The table's path holds ``{id}`` where a parent's id goes; `names` gives what an id is called in
    an error.
    """

    def run(view: Client, id_: str) -> tuple[Chunk, int, dt.datetime | None]:
        pages = list(view.pages(table.path.format(id=id_)))
        # Decoded here, so that a list that can't be read is one that failed.
        chunk = decode_pages([page.body for page in pages], table)
        return chunk, sum(page.attempts for page in pages), pages[-1].date

    outcome = fan_out(client, table.name, ids, run)
    if len(ids) == 1 and outcome.failed:
        raise outcome.failed[0][1]
    found = [result for _, result in outcome.done]
    facts = provenance(
        table.path,
        {parent: ",".join(ids) if len(ids) <= 3 else f"{len(ids)} ids"},
        requests=sum(requests for _, requests, _ in found),
        timezone=known_timezone(client),
        sent_at=max((date for *_, date in found if date), default=None),
        complete=not outcome.failed,
    )
    chunks = [chunk for chunk, *_ in found]
    frame = checked_frame(chunks, table, {f"{parent}_id": ids}, facts, client, dtype_backend)
    outcome.raise_failures(f"{parent}s", frame, names=names)
    return frame


def explain_dates(
    frame: pd.DataFrame,
    table: Table,
    params: Params,
    client: Client,
    sent_at: dt.datetime | None,
) -> None:
    """Warn if a list of a range of days is empty, or a report short, because of the future.

    No accruals or notes on days that have passed are an answer; a report without a row isn't.
    """
    first, last = params.get("from"), params.get("to")
    if not (first and last and any(one.name == "dates" for one in table.filters)):
        return
    span, today = DateRange(str(first), str(last)), server_today(client, sent_at)
    is_report = table.loader == "load_report"
    if frame.empty and (is_report or span.first > today):
        warn_no_data(table.name, span, today)
    elif is_report:
        warn_beyond_data(table.name, span, today)
