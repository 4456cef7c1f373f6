"""Loaders of what has no table of its own: any path, and the server's own data model."""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd

from trackagoat_pandas._types import DtypeBackend
from trackagoat_pandas.checks import check_choice
from trackagoat_pandas.errors import UnreadableResponseError
from trackagoat_pandas.frames.model import flatten_model
from trackagoat_pandas.frames.reports import rows_of
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.load.provenance import provenance
from trackagoat_pandas.load.reading import chosen, handing_over, records_frame
from trackagoat_pandas.organization import known_timezone
from trackagoat_pandas.progress import progress
from trackagoat_pandas.tables import DATA_MODEL, Table


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
        One row for each object of the answer's list, over all its pages, or a single row for an
        answer that is one object. Nothing is declared, so dtypes follow the values: text, Int64,
        Float64, boolean; anything nested is JSON text, and instants stay text.

    Raises
    ------
    ArgumentError
        The path is a full address, or leads out of the API.
    ApiError, ConnectionFailedError, DeadlineError, UnreadableResponseError
        As in :func:`load_projects`. No filter can be verified here: nothing says which column
        belongs to which parameter.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     tgp.load_path("/projects", limit=2)["name"].iloc[-1]
    'Q1 Brand Program'
    """
    client = chosen(client, dtype_backend)
    undeclared = Table(path, path, "one object", (), "load_path", columns=(), is_open=True)
    requests, sent_at = 0, None
    records: list[dict[str, Any]] = []

    def finish(*, complete: bool) -> pd.DataFrame:
        facts = provenance(
            path,
            params,
            requests=requests,
            timezone=known_timezone(client),
            sent_at=sent_at,
            complete=complete,
        )
        return records_frame(undeclared, records, facts, dtype_backend)

    with progress(client, path) as step, handing_over(lambda: finish(complete=False)):
        for page in client.pages(path, params, limit=None):
            records += rows_of(page.data, path)
            requests += page.attempts
            sent_at = page.date
            step(page.attempts)
    return finish(complete=True)


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
