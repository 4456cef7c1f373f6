"""From pages to a frame: the three statements that every list loader is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, get_args

import pandas as pd

from trackagoat_pandas._types import DtypeBackend, Params
from trackagoat_pandas.checks import check_choice, check_id
from trackagoat_pandas.errors import (
    TrackaGoatError,
    UnreadableResponseError,
)
from trackagoat_pandas.frames.assemble import Assembler
from trackagoat_pandas.frames.build import build_frame
from trackagoat_pandas.frames.decode import Chunk, chunk_from_records, decode_few
from trackagoat_pandas.http.client import Client, resolve_client
from trackagoat_pandas.http.envelope import Envelope
from trackagoat_pandas.load.asked import Asked, keep_asked
from trackagoat_pandas.load.empty import explain_empty
from trackagoat_pandas.load.fanout import fan_out
from trackagoat_pandas.load.provenance import provenance
from trackagoat_pandas.organization import known_timezone
from trackagoat_pandas.progress import progress
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
        _hand_over(error, build())
        raise


def _hand_over(error: TrackaGoatError, frame: pd.DataFrame) -> None:
    if len(frame):
        error.partial = frame
        rows = "1 row" if len(frame) == 1 else f"{len(frame):,} rows"
        said = f"{error} What was loaded before is in `error.partial`: {rows}."
        error.args = (said, *error.args[1:])


def read_list(
    table: Table,
    pages: Iterable[Envelope],
    *,
    client: Client,
    path: str,
    params: Params,
    dtype_backend: DtypeBackend,
    asked: Asked | None = None,
) -> pd.DataFrame:
    """Build the frame of a paged list; pages are decoded while the next ones are on their way.

    The rows are compared with `asked`, by default with `params`. An error of a later page carries
    the rows of those before it.
    """
    requests = 0
    asked = params if asked is None else asked

    def finish(*, complete: bool) -> pd.DataFrame:
        facts = provenance(
            path,
            params,
            requests=requests,
            timezone=known_timezone(client),
            complete=complete,
        )
        try:
            frame = assembler.finish(dtype_backend=dtype_backend, provenance=facts)
        except UnreadableResponseError as flaw:
            before, flaw.partial = flaw.partial, None
            if before is not None:
                _hand_over(flaw, keep_asked(before, table, asked, client))
            raise
        return keep_asked(frame, table, asked, client)

    sent_at = None
    with Assembler(table) as assembler, progress(client, table.name) as step:
        with handing_over(lambda: finish(complete=False)):
            for page in pages:
                assembler.add(page.body)
                requests += page.attempts
                sent_at = page.date
                step(page.attempts)
        frame = finish(complete=True)
        explain_empty(frame, table, params, client, sent_at)
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
    facts = provenance(path, {}, requests=page.attempts, timezone=known_timezone(client))
    if not isinstance(page.data, dict):
        raise UnreadableResponseError(path, page.status, "its data is not one object")
    if "id" not in page.data:
        raise UnreadableResponseError(path, page.status, "its data has no id")
    if str(page.data["id"]).lower() != id_:
        raise UnreadableResponseError(path, page.status, "its data is another one than asked for")
    return records_frame(table, [page.data], facts, dtype_backend)


def load_children(
    table: Table, client: Client, parent: str, ids: Sequence[str], dtype_backend: DtypeBackend
) -> pd.DataFrame:
    """Load the lists that hang below several parents, concurrently, as one frame.

    The table's path holds ``{id}`` where a parent's id goes.
    """

    def run(view: Client, id_: str) -> tuple[Chunk, int]:
        pages = list(view.pages(table.path.format(id=id_)))
        # Decoded here, so that a list that can't be read is one that failed.
        chunk = decode_few([page.body for page in pages], table)
        return chunk, sum(page.attempts for page in pages)

    outcome = fan_out(client, table.name, ids, run)
    if len(ids) == 1 and outcome.failed:
        raise outcome.failed[0][1]
    found = [result for _, result in outcome.done]
    facts = provenance(
        table.path,
        {parent: ",".join(ids) if len(ids) <= 3 else f"{len(ids)} ids"},
        requests=sum(requests for _, requests in found),
        timezone=known_timezone(client),
        complete=not outcome.failed,
    )
    chunks = [chunk for chunk, _ in found]
    frame = build_frame(chunks, table, dtype_backend=dtype_backend, provenance=facts)
    frame = keep_asked(frame, table, {f"{parent}_id": ids}, client)
    outcome.raise_failures(f"{parent}s", frame)
    return frame
