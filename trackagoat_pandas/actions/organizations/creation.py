"""Organizations are created."""

from __future__ import annotations

import pandas as pd

from trackagoat_pandas.actions import values
from trackagoat_pandas.actions.sending import chosen, resource
from trackagoat_pandas.actions.writes import creation
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.tables.writes import ORGANIZATIONS


def create_organization(
    name: str,
    *,
    dry_run: bool = False,
    idempotency_key: str | None = None,
    client: Client | None = None,
) -> pd.DataFrame:
    """Create an organization; the API key still belongs to its old one.

    ``POST /user/organizations``.

    Parameters
    ----------
    name
        The name.
    dry_run, idempotency_key, client
        As in :func:`add_creators`.

    Returns
    -------
    pandas.DataFrame
        One row: ``id``, ``name``, ``timezone``, ``created_at``. With ``dry_run`` the request.

    Raises
    ------
    ArgumentError, ArgumentTypeError, ApiError, ConnectionFailedError, DeadlineError
        As in :func:`update_creator`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     tgp.actions.create_organization("Second Herd")["name"].iloc[0]
    'Second Herd'
    """
    client = chosen(client)
    body = {"name": values.text("name", name)}
    write = creation("/user/organizations", body, name, idempotency_key)
    return resource(client, ORGANIZATIONS, write, dry_run=dry_run)
