"""Loaders of any path, and of the server's own data model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final, Literal

import pandas as pd

from trackagoat_pandas._types import DtypeBackend
from trackagoat_pandas.checks import check_choice, is_uuid
from trackagoat_pandas.dates import DateRange
from trackagoat_pandas.errors import UnreadableResponseError
from trackagoat_pandas.frames.reports import flatten_model, rows_of
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.messages import written
from trackagoat_pandas.load.provenance import provenance
from trackagoat_pandas.load.reading import chosen, read_list, records_frame
from trackagoat_pandas.organization import known_timezone
from trackagoat_pandas.tables import (
    ANNOTATIONS,
    CAMPAIGNS,
    COMMENTS,
    CREATORS,
    DATA_MODEL,
    PAYOUT_ACCRUALS,
    PAYOUT_ASSIGNMENTS,
    PAYOUT_METHODS,
    PAYOUT_PAYMENTS,
    PAYOUT_STRUCTURES,
    PROJECTS,
    VIDEOS,
    Filter,
    Table,
)

_LISTS: Final = {
    table.path: table
    for table in (
        PROJECTS, CREATORS, VIDEOS, CAMPAIGNS, ANNOTATIONS, COMMENTS, PAYOUT_METHODS,
        PAYOUT_STRUCTURES, PAYOUT_ASSIGNMENTS, PAYOUT_ACCRUALS, PAYOUT_PAYMENTS,
    )
}  # fmt: skip
"""The lists that come in pages of declared rows, by their path."""
_PAGING: Final = ("limit", "cursor", "offset")
"""Parameters that choose no rows, but where a page begins and ends."""


def load_path(
    path: str,
    *,
    dtype_backend: DtypeBackend = "numpy_nullable",
    client: Client | None = None,
    **params: str | float | bool | None,
) -> pd.DataFrame:
    """Load any GET path, for what the API adds tomorrow.

    Parameters
    ----------
    path
        A path below the base URL, such as ``"/creators"``.
    dtype_backend, client
        As in :func:`load_projects`.
    **params
        Query parameters; a None is left out.

    Returns
    -------
    pandas.DataFrame
        A list that has a loader of its own, such as ``"/videos"``, comes as that loader's frame:
        the declared columns and dtypes, 100 rows a page unless ``limit`` says otherwise, and rows
        of something else than asked for are dropped as :func:`load_creators` describes.

        Of any other path, one row for each object of the answer's list, over all its pages, or a
        single row for an answer that is one object. Nothing is declared, so dtypes follow the
        values: text, Int64, Float64, boolean; anything nested is JSON text, and instants stay
        text.

        The provenance lists as ``unverified`` each parameter that no column is known to show: the
        server may have ignored it.

    Warns
    -----
    ContractWarning
        The server sent rows that weren't asked for, or fields that the loader's table doesn't
        declare.

    Raises
    ------
    ArgumentError
        The path is a full address, or leads out of the API; ``from`` and ``to`` of a known list
        are no range of days.
    ApiError, ConnectionFailedError, DeadlineError, UnreadableResponseError
        As in :func:`load_projects`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     tgp.load_path("/projects", limit=2)["name"].iloc[-1]
    'Q1 Brand Program'
    """
    client = chosen(client, dtype_backend)
    sent = {
        name: value if name in _PAGING else written(name, value)
        for name, value in params.items()
        if value is not None
    }
    rows, asked = _verifiable(_table_at(path), path, sent)
    return read_list(
        rows,
        # Only of known lists is it sure that they take a limit.
        client.pages(path, sent) if rows.columns else client.pages(path, sent, limit=None),
        client=client,
        path=path,
        params=sent,
        dtype_backend=dtype_backend,
        asked=asked,
        flatten=None if rows.columns else partial(rows_of, path=path),
    )


def _table_at(path: str) -> Table:
    """The table of the list at a path; one without columns for anything else."""
    parts = str(path).strip("/").split("/")
    known = _LISTS.get("/".join(["", *("{id}" if is_uuid(part) else part for part in parts)]))
    return known or Table(path, path, "one object", (), "load_path", columns=(), is_open=True)


def _verifiable(
    table: Table, path: str, sent: Mapping[str, Any]
) -> tuple[Table, dict[str, str | list[str]]]:
    """Say what rows are asked for; a parameter that no row shows is a filter without a column."""
    asked = {name: value for name, value in sent.items() if name not in _PAGING}
    known = {one.name for one in table.filters}
    if "dates" in known and {"from", "to"} <= asked.keys():
        DateRange(asked["from"], asked["to"])  # what can't be read is refused before it is sent
        known |= {"from", "to"}
    unknown = [Filter(name) for name in asked if name not in known]
    for one in table.filters:
        if one.name in asked:
            given = asked[one.name]
            # As the API reads it, a comma stands between two values, and a handle may have its @.
            asked[one.name] = given.strip().removeprefix("@") if one.part else given.split(",")
    if table is PAYOUT_ASSIGNMENTS:
        asked["structure_id"] = [part for part in path.split("/") if is_uuid(part)]
    return replace(table, filters=(*table.filters, *unknown)), asked


def load_data_model(
    *,
    part: Literal["all", "analytics"] = "all",
    dtype_backend: DtypeBackend = "numpy_nullable",
    client: Client | None = None,
) -> pd.DataFrame:
    """Load the server's own description of its data.

    Parameters
    ----------
    part
        ``"all"`` for ``/schema``, ``"analytics"`` for ``/analytics/schema``.
    dtype_backend, client
        As in :func:`load_projects`.

    Returns
    -------
    pandas.DataFrame
        One row for each entity and field: ``entity``, ``field``, ``type``, ``nullable``,
        ``description``. What this package itself expects is in :func:`describe`.

    Raises
    ------
    ArgumentError
        The part is unknown.
    ApiError, ConnectionFailedError, DeadlineError
        As in :func:`load_projects`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     model = tgp.load_data_model()
    >>> "view_count" in set(model["field"])
    True
    """
    client = chosen(client, dtype_backend)
    check_choice("part", part, ["all", "analytics"])
    path = DATA_MODEL.path if part == "all" else "/analytics/schema"
    page = client.get(path)
    records = flatten_model(page.data)
    if not records and page.data not in ([], {}):
        raise UnreadableResponseError(path, page.status, "its data describes no fields")
    facts = provenance(
        path, {}, requests=page.attempts, timezone=known_timezone(client), sent_at=page.date
    )
    return records_frame(DATA_MODEL, records, facts, dtype_backend)
