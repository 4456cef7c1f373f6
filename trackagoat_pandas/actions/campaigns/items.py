"""Members come into campaigns and go out of them."""

from __future__ import annotations

import pandas as pd

from trackagoat_pandas.actions import given
from trackagoat_pandas.actions.given import Items, One
from trackagoat_pandas.actions.sending import chosen, confirmed, send_all
from trackagoat_pandas.actions.writes import Method, Write
from trackagoat_pandas.checks import check_ids
from trackagoat_pandas.http.client import Client


def add_campaign_items(
    campaign: One,
    *,
    creators: Items = (),
    videos: Items = (),
    campaigns: Items = (),
    dry_run: bool = False,
    idempotency_key: str | None = None,
    client: Client | None = None,
) -> pd.DataFrame:
    """Put creators, videos and other campaigns into a campaign.

    ``POST /campaigns/{id}/items``, a request for each. A campaign counts the union of its tree.

    Parameters
    ----------
    campaign
        The campaign's id, or a frame of one campaign.
    creators, videos, campaigns
        Ids, or frames.
    dry_run, idempotency_key, client
        As in :func:`add_creators`; a key is for one member.

    Returns
    -------
    pandas.DataFrame
        A row a member, creators first, then videos, then campaigns, as :func:`add_creators` gives;
        ``failed`` with ``duplicate`` if it is there already, with ``campaign_cycle`` if the
        campaign would be beneath itself.

    Raises
    ------
    ArgumentError, ArgumentTypeError, ApiError, PartialWriteError
        As in :func:`add_creators`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     campaign = tgp.actions.create_campaign("Summer Launch", "Hooks")
    ...     goats = tgp.load_creators("Summer Launch").head(2)
    ...     tgp.actions.add_campaign_items(campaign, creators=goats)["status"].tolist()
    ['created', 'created']
    """
    client = chosen(client)
    writes = _writes("POST", campaign, creators, videos, campaigns, idempotency_key)
    return send_all(client, "members", writes, dry_run=dry_run)


def remove_campaign_items(
    campaign: One,
    *,
    creators: Items = (),
    videos: Items = (),
    campaigns: Items = (),
    confirm: bool = False,
    dry_run: bool = False,
    client: Client | None = None,
) -> pd.DataFrame:
    """Take members out of a campaign; they themselves stay.

    ``DELETE /campaigns/{id}/items``, a request for each.

    Parameters
    ----------
    campaign, creators, videos, campaigns
        As in :func:`add_campaign_items`.
    confirm
        Must be True for more than one.
    dry_run, client
        As in :func:`add_creators`.

    Returns
    -------
    pandas.DataFrame
        A row a member, as :func:`remove_videos` gives.

    Raises
    ------
    ConfirmationError, ArgumentError, ArgumentTypeError, ApiError, PartialWriteError
        As in :func:`remove_creators`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     campaign = tgp.actions.create_campaign("Summer Launch", "Hooks")
    ...     goat = tgp.load_creators("Summer Launch").head(1)
    ...     _ = tgp.actions.add_campaign_items(campaign, creators=goat)
    ...     tgp.actions.remove_campaign_items(campaign, creators=goat)["status"].tolist()
    ['deleted']
    """
    client = chosen(client)
    writes = _writes("DELETE", campaign, creators, videos, campaigns)
    ids = [write.items[0] for write in writes]
    confirmed("remove_campaign_items", "memberships", ids, confirm=confirm, dry_run=dry_run)
    return send_all(client, "members", writes, dry_run=dry_run)


def _writes(
    method: Method,
    campaign: One,
    creators: Items,
    videos: Items,
    campaigns: Items,
    idempotency_key: str | None = None,
) -> list[Write]:
    path = f"/campaigns/{given.one('campaign', campaign, 'campaign')}/items"
    return [
        Write(
            method,
            path,
            {"item_type": kind, "item_id": id_},
            items=(id_,),
            is_creating=method == "POST",
            idempotency_key=idempotency_key,
            id_field="item_id",
        )
        for kind, items in (("creator", creators), ("video", videos), ("campaign", campaigns))
        for id_ in check_ids(f"{kind}s", items, entity=kind)
    ]
