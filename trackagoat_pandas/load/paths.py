"""Loaders of any path, and of the server's data model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final, Literal

import pandas as pd

from trackagoat_pandas.base.types import DtypeBackend
from trackagoat_pandas.errors import UnreadableResponseError
from trackagoat_pandas.frames.reports import flatten_model, rows_of
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.messages import checked_path, written
from trackagoat_pandas.http.session import session_of
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.checks import check_choice, is_uuid
from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.load.loader import loader
from trackagoat_pandas.load.reading import load_table, page_facts, records_frame
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
"""The paged lists that have a table, by path."""
_PAGING: Final = ("limit", "cursor", "offset")
"""Parameters that select a page, not rows."""


@takes_arrow
@loader
def load_path(
    path: str,
    *,
    max_requests: int | None = None,
    dtype_backend: DtypeBackend = "numpy_nullable",
    client: Client | None = None,
    **params: str | float | bool | None,
) -> pd.DataFrame:
    """Load any GET path, such as one that is newer than this package.

    Parameters
    ----------
    path : str
        A path below the base URL, such as ``"/creators"``.
    max_requests : int, optional
        The most requests that the load may send. By default, a list may have 10,000 pages.
    dtype_backend : {'numpy_nullable', 'pyarrow'}, default 'numpy_nullable'
        ``"numpy_nullable"`` for pandas' nullable dtypes, ``"pyarrow"`` for Arrow's.
    client : Client, optional
        The client to use; by default the one that ``connect`` made last.
    **params : str, float, bool or None
        Query parameters, except those that are None.

    Returns
    -------
    pandas.DataFrame
        For a list that has a loader, such as ``"/videos"``, the frame of that loader: the declared
        columns and dtypes, 100 rows a page unless ``limit`` is given, and without rows of something
        else than requested, as in :func:`load_creators`.

        For any other path, one row per object of the response's list, over all its pages, or a
        single row if the response is one object. Dtypes follow the values: text, Int64, Float64 or
        boolean; nested values become JSON text, and instants stay text.

        The provenance lists in ``unverified`` each parameter that can't be compared with a column:
        the server may have ignored it.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        The path isn't text, is a full URL, or leads out of the API; or ``from`` and ``to`` of a
        list that has a loader are not a range of days.
    ApiError, ConnectionFailedError, DeadlineError, UnreadableResponseError
        As in :func:`load_projects`.

    Warns
    -----
    ContractWarning
        The server sent rows that weren't requested, or fields that the loader's table doesn't
        declare.

    See Also
    --------
    Client.get : Fetch one envelope.
    load_data_model : Load the server's description of its tables.
    check_contract : Compare the live API with the package.

    Notes
    -----
    A load that broke off goes on from the page that failed: its error has the rows before it in
    ``error.partial``, and ``load_path(path, cursor=error.resume_at)`` loads the others, or with
    ``offset=error.resume_at`` if it is a number.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     projects = tgp.load_path("/projects", limit=2)
    >>> print(projects["name"].tolist())
    ['Archive', 'Archive', 'Always-On UGC', 'Summer Launch', 'Q1 Brand Program']
    """
    session = session_of(client, max_requests)
    checked_path(path)
    list_pages = session.pages if params.get("offset") is None else session.offset_pages
    sent = {
        name: value if name in _PAGING else written(name, value)
        for name, value in params.items()
        if value is not None
    }
    parts = path.strip("/").split("/")
    known = _LISTS.get("/".join(["", *("{id}" if is_uuid(part) else part for part in parts)]))
    # Without columns where it is none of the lists.
    table = known or Table(path, path, "one object", (), "load_path", columns=(), is_open=True)
    rows, asked = _verifiable(table, path, sent)
    if rows.columns:
        return load_table(rows, session, sent, dtype_backend, path=path, asked=asked)
    return load_table(
        rows,
        session,
        sent,
        dtype_backend,
        path=path,
        pages=list_pages(path, sent, limit=None),  # the path may not accept a limit
        asked=asked,
        flatten=partial(rows_of, path=path),
    )


def _verifiable(
    table: Table, path: str, sent: Mapping[str, Any]
) -> tuple[Table, dict[str, str | list[str]]]:
    """Return the table with a filter for every parameter, and the values that were requested.

    A parameter that no column shows becomes a filter without columns.
    """
    asked = {name: value for name, value in sent.items() if name not in _PAGING}
    known = {one.name for one in table.filters}
    if "dates" in known and {"from", "to"} <= asked.keys():
        DateRange(asked["from"], asked["to"])  # an error here is one before any request
        known |= {"from", "to"}
    unknown = [Filter(name) for name in asked if name not in known]
    for one in table.filters:
        if one.name in asked:
            given = asked[one.name]
            # As in the API, commas separate values, and a handle may begin with @.
            asked[one.name] = given.strip().removeprefix("@") if one.part else given.split(",")
    if table is PAYOUT_ASSIGNMENTS:
        asked["structure_id"] = [part for part in path.split("/") if is_uuid(part)]
    return replace(table, filters=(*table.filters, *unknown)), asked


@takes_arrow
@loader
def load_data_model(
    *,
    part: Literal["all", "analytics"] = "all",
    max_requests: int | None = None,
    dtype_backend: DtypeBackend = "numpy_nullable",
    client: Client | None = None,
) -> pd.DataFrame:
    """Load the server's description of its data model.

    Parameters
    ----------
    part : {'all', 'analytics'}, default 'all'
        ``"all"`` for ``/schema``, ``"analytics"`` for ``/analytics/schema``.
    max_requests : int, optional
        The most requests that the load may send. By default, a list may have 10,000 pages.
    dtype_backend : {'numpy_nullable', 'pyarrow'}, default 'numpy_nullable'
        ``"numpy_nullable"`` for pandas' nullable dtypes, ``"pyarrow"`` for Arrow's.
    client : Client, optional
        The client to use; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        One row per entity and field: ``entity``, ``field``, ``type``, ``nullable``,
        ``description``. See :func:`describe` for what this package expects instead.

    Raises
    ------
    ArgumentError
        The part is unknown; no request was sent.
    ApiError, ConnectionFailedError, DeadlineError
        As in :func:`load_projects`.

    See Also
    --------
    describe : Describe the columns.
    check_contract : Compare the live API with the package.
    load_path : Load any other path.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     model = tgp.load_data_model()
    >>> print(model[["entity", "field", "type"]].head(3).to_string(index=False))
     entity  field   type
    project     id   uuid
    project org_id   uuid
    project   name string
    """
    session = session_of(client, max_requests)
    check_choice("part", part, ["all", "analytics"])
    path = DATA_MODEL.path if part == "all" else "/analytics/schema"
    page = session.looking_up().get(path)
    records = flatten_model(page.data)
    if not records and page.data not in ([], {}):
        raise UnreadableResponseError(path, page.status, "its data has no fields")
    return records_frame(DATA_MODEL, records, page_facts(session, page, path, {}), dtype_backend)
