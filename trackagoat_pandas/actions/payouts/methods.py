"""Payout methods are created and changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from trackagoat_pandas.actions import given, values
from trackagoat_pandas.actions.given import KEEP, Keep, One
from trackagoat_pandas.actions.sending import chosen, resource
from trackagoat_pandas.actions.values import Check
from trackagoat_pandas.actions.writes import Write, creation
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.tables import PAYOUT_METHODS

EDITS: Final[dict[str, Check]] = {
    "name": values.name(100),  # the API's limit
    "icon_path": values.or_null(values.text),
    "metadata": values.json_object,
    "readme": values.or_null(values.text),
    "is_active": values.flag,
}


def create_payout_method(
    name: str,
    *,
    icon_path: str | None = None,
    metadata: Mapping[str, Any] | None = None,
    readme: str | None = None,
    dry_run: bool = False,
    idempotency_key: str | None = None,
    client: Client | None = None,
) -> pd.DataFrame:
    """Create a way of paying beside the built-in ones.

    ``POST /payout-methods``.

    Parameters
    ----------
    name
        Up to 100 characters.
    icon_path
        The icon's path among the organization's files.
    metadata
        A free-form object.
    readme
        Notes.
    dry_run, idempotency_key, client
        As in :func:`add_creators`.

    Returns
    -------
    pandas.DataFrame
        One row: the method as :func:`load_payout_methods` gives it. With ``dry_run`` the request.

    Raises
    ------
    LimitReachedError, ArgumentError, ArgumentTypeError, ApiError, ConnectionFailedError
        As in :func:`create_campaign`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     tgp.actions.create_payout_method("Barter")["name"].iloc[0]
    'Barter'
    """
    client = chosen(client)
    body = given.fields(
        EDITS, "name", name=name, icon_path=icon_path, metadata=metadata, readme=readme
    )
    write = creation("/payout-methods", body, name, idempotency_key)
    return resource(client, PAYOUT_METHODS, write, dry_run=dry_run)


def update_payout_method(
    method: One,
    *,
    name: str | Keep = KEEP,
    icon_path: str | Keep | None = KEEP,
    metadata: Mapping[str, Any] | Keep = KEEP,
    readme: str | Keep | None = KEEP,
    is_active: bool | Keep = KEEP,
    dry_run: bool = False,
    client: Client | None = None,
) -> pd.DataFrame:
    """Change a payout method; what isn't given stays as it is.

    ``PATCH /payout-methods/{id}``.

    Parameters
    ----------
    method
        The method's id, or a frame of one method.
    name, icon_path, metadata, readme
        As in :func:`create_payout_method`; None clears the icon and the notes.
    is_active
        Whether it may be used; a built-in one always may.
    dry_run, client
        As in :func:`add_creators`.

    Returns
    -------
    pandas.DataFrame
        One row: the method as :func:`load_payout_methods` gives it. With ``dry_run`` the request.

    Raises
    ------
    ArgumentError, ArgumentTypeError, ApiError, ConnectionFailedError, DeadlineError
        As in :func:`update_creator`; a ConflictError's code may be ``default_method``.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     barter = tgp.actions.create_payout_method("Barter")
    ...     tgp.actions.update_payout_method(barter, is_active=False)["is_active"].tolist()
    [False]
    """
    client = chosen(client)
    method_id = given.one("method", method, "method")
    body = given.changes(
        EDITS,
        name=name,
        icon_path=icon_path,
        metadata=metadata,
        readme=readme,
        is_active=is_active,
    )
    write = Write("PATCH", f"/payout-methods/{method_id}", body, items=(method_id,))
    return resource(client, PAYOUT_METHODS, write, dry_run=dry_run)
