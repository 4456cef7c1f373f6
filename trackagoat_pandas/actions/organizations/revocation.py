"""Revoke API keys."""

from __future__ import annotations

import pandas as pd

from trackagoat_pandas.actions.given import Items
from trackagoat_pandas.actions.sending import chosen, delete_each
from trackagoat_pandas.checks import check_ids
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.organization import resolve_organization


def revoke_api_keys(
    keys: Items,
    *,
    organization: str | None = None,
    confirm: bool = False,
    dry_run: bool = False,
    client: Client | None = None,
) -> pd.DataFrame:
    """Revoke API keys permanently.

    ``DELETE /organizations/{id}/api-keys/{kid}``, a request for each.

    Parameters
    ----------
    keys
        Ids of keys, never the keys themselves; or a frame of them.
    organization
        As in :func:`create_api_key`.
    confirm
        Must be True for more than one.
    dry_run, client
        As in :func:`add_creators`.

    Returns
    -------
    pandas.DataFrame
        A row a key, as :func:`remove_videos` gives.

    Raises
    ------
    ConfirmationError, ArgumentError, ArgumentTypeError, ApiError, PartialWriteError
        As in :func:`remove_creators`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     key = tgp.actions.create_api_key("nightly")
    ...     tgp.actions.revoke_api_keys(key)["status"].tolist()
    ['deleted']
    """
    client = chosen(client)
    ids = check_ids("keys", keys, entity="key")
    path = f"/organizations/{resolve_organization(client, organization)}/api-keys/{{}}"
    return delete_each(
        client, "revoke_api_keys", "API keys", path, ids, confirm=confirm, dry_run=dry_run
    )
