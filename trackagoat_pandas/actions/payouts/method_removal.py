"""Payout methods are deleted."""

from __future__ import annotations

import pandas as pd

from trackagoat_pandas.actions.given import Items
from trackagoat_pandas.actions.sending import chosen, delete_each
from trackagoat_pandas.checks import check_ids
from trackagoat_pandas.http.client import Client


def remove_payout_methods(
    methods: Items, *, confirm: bool = False, dry_run: bool = False, client: Client | None = None
) -> pd.DataFrame:
    """Delete payout methods; payments that were made by them keep their names.

    ``DELETE /payout-methods/{id}``, a request for each.

    Parameters
    ----------
    methods
        Ids, or a frame of methods.
    confirm
        Must be True for more than one.
    dry_run, client
        As in :func:`add_creators`.

    Returns
    -------
    pandas.DataFrame
        A row a method, as :func:`remove_videos` gives; a built-in one is ``failed`` with
        ``default_method``.

    Raises
    ------
    ConfirmationError, ArgumentError, ArgumentTypeError, ApiError, PartialWriteError
        As in :func:`remove_creators`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     barter = tgp.actions.create_payout_method("Barter")
    ...     tgp.actions.remove_payout_methods(barter)["status"].tolist()
    ['deleted']
    """
    client = chosen(client)
    ids = check_ids("methods", methods, entity="method")
    action, path = "remove_payout_methods", "/payout-methods/{}"
    return delete_each(client, action, "methods", path, ids, confirm=confirm, dry_run=dry_run)
