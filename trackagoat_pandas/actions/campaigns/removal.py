"""Campaigns are deleted."""

from __future__ import annotations

import pandas as pd

from trackagoat_pandas.actions.given import Items
from trackagoat_pandas.actions.sending import chosen, delete_each
from trackagoat_pandas.checks import check_ids
from trackagoat_pandas.http.client import Client


def remove_campaigns(
    campaigns: Items, *, confirm: bool = False, dry_run: bool = False, client: Client | None = None
) -> pd.DataFrame:
    """Delete campaigns and their memberships; their members stay.

    ``DELETE /campaigns/{id}``, a request for each.

    Parameters
    ----------
    campaigns
        Ids, or a frame of campaigns.
    confirm
        Must be True for more than one.
    dry_run, client
        As in :func:`add_creators`.

    Returns
    -------
    pandas.DataFrame
        A row a campaign, as :func:`remove_videos` gives.

    Raises
    ------
    ConfirmationError, ArgumentError, ArgumentTypeError, ApiError, PartialWriteError
        As in :func:`remove_creators`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     campaign = tgp.load_campaigns("Summer Launch").head(1)
    ...     tgp.actions.remove_campaigns(campaign)["status"].tolist()
    ['deleted']
    """
    client = chosen(client)
    ids = check_ids("campaigns", campaigns, entity="campaign")
    return delete_each(
        client,
        "remove_campaigns",
        "campaigns",
        "/campaigns/{}",
        ids,
        confirm=confirm,
        dry_run=dry_run,
    )
