"""Create, change and delete campaigns, and add and remove their members."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Final

import pandas as pd

from trackagoat_pandas.actions import inputs
from trackagoat_pandas.actions.batch import (
    Method,
    Write,
    check_confirmed,
    creation,
    delete_all,
    send_all,
    send_one,
    update,
)
from trackagoat_pandas.actions.inputs import KEEP, Check, Items, Keep, One
from trackagoat_pandas.checks import check_ids
from trackagoat_pandas.http.client import Client, resolve_client
from trackagoat_pandas.organization import resolve_project
from trackagoat_pandas.roster import find_creators, read_creators
from trackagoat_pandas.tables import CAMPAIGNS

EDITS: Final[dict[str, Check]] = {
    "name": partial(inputs.text, longest=200),  # the API's limit
    "readme": inputs.or_null(inputs.text),
    "target_views": inputs.or_null(inputs.whole),
    "target_at": inputs.or_null(inputs.instant),
}


def create_campaign(
    project: One,
    name: str,
    *,
    dry_run: bool = False,
    idempotency_key: str | None = None,
    client: Client | None = None,
) -> pd.DataFrame:
    """Create a campaign without members; :func:`add_campaign_items` adds them.

    ``POST /projects/{id}/campaigns``.

    Parameters
    ----------
    project
        A project's id or exact name, or a loaded frame of one project.
    name
        Up to 200 characters.
    dry_run, idempotency_key, client
        See :mod:`trackagoat_pandas.actions`.

    Returns
    -------
    pandas.DataFrame
        One row: the campaign as :func:`load_campaigns` returns it.

    Raises
    ------
    LimitReachedError, ArgumentError, ArgumentTypeError, ApiError, ConnectionFailedError
        See :mod:`trackagoat_pandas.actions`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     tgp.actions.create_campaign("Summer Launch", "Hooks")["name"].iloc[0]
    'Hooks'
    """
    client = resolve_client(client)
    body = inputs.fields(EDITS, "name", name=name)
    path = f"/projects/{resolve_project(client, project)}/campaigns"
    write = creation(path, body, name, idempotency_key)
    return send_one(client, CAMPAIGNS, write, dry_run=dry_run)


def update_campaign(
    campaign: One,
    *,
    name: str | Keep = KEEP,
    readme: str | Keep | None = KEEP,
    target_views: int | Keep | None = KEEP,
    target_at: str | dt.datetime | pd.Timestamp | Keep | None = KEEP,
    dry_run: bool = False,
    client: Client | None = None,
) -> pd.DataFrame:
    """Change a campaign; fields that aren't given stay as they are.

    ``PATCH /campaigns/{id}``.

    Parameters
    ----------
    campaign
        The campaign's id, or a frame of one campaign.
    name
        Up to 200 characters.
    readme, target_views, target_at
        Notes, the target in views, and the instant when it is due; None clears them.
    dry_run, client
        See :mod:`trackagoat_pandas.actions`.

    Returns
    -------
    pandas.DataFrame
        One row: the campaign as :func:`load_campaigns` returns it.

    Raises
    ------
    ArgumentError, ArgumentTypeError, ApiError, ConnectionFailedError, DeadlineError
        See :mod:`trackagoat_pandas.actions`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     campaign = tgp.load_campaigns("Summer Launch").head(1)
    ...     changed = tgp.actions.update_campaign(campaign, target_views=1_000_000)
    >>> int(changed["target_views"].iloc[0])
    1000000
    """
    client = resolve_client(client)
    body = inputs.changes(
        EDITS, name=name, readme=readme, target_views=target_views, target_at=target_at
    )
    return update(client, CAMPAIGNS, inputs.one("campaign", campaign), body, dry_run=dry_run)


def remove_campaigns(
    campaigns: Items, *, confirm: bool = False, dry_run: bool = False, client: Client | None = None
) -> pd.DataFrame:
    """Delete campaigns and their memberships; the members themselves stay.

    ``DELETE /campaigns/{id}``, a request for each.

    Parameters
    ----------
    campaigns
        Ids, or a frame of campaigns.
    confirm
        Must be True for more than one.
    dry_run, client
        See :mod:`trackagoat_pandas.actions`.

    Returns
    -------
    pandas.DataFrame
        Results (``item``, ``status``, ``id``, ``error_code``, ``error``), one row per campaign;
        ``status`` is ``deleted`` on success.

    Raises
    ------
    ConfirmationError, ArgumentError, ArgumentTypeError, ApiError, PartialWriteError
        See :mod:`trackagoat_pandas.actions`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     campaign = tgp.load_campaigns("Summer Launch").head(1)
    ...     tgp.actions.remove_campaigns(campaign)["status"].tolist()
    ['deleted']
    """
    client = resolve_client(client)
    ids = inputs.many("campaigns", campaigns)
    return delete_all(
        client, "remove_campaigns", CAMPAIGNS.path, ids, confirm=confirm, dry_run=dry_run
    )


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
    """Add creators, videos and other campaigns to a campaign.

    ``POST /campaigns/{id}/items``, a request for each. A campaign also counts the members of its
    member campaigns, each once.

    Parameters
    ----------
    campaign
        The campaign's id, or a frame of one campaign.
    creators, videos, campaigns
        Ids, or frames; of creators also handles and addresses of profiles.
    dry_run, idempotency_key, client
        See :mod:`trackagoat_pandas.actions`; a key is for one member.

    Returns
    -------
    pandas.DataFrame
        Results (``item``, ``status``, ``id``, ``error_code``, ``error``), one row per member:
        creators first, then videos, then campaigns. ``status`` is ``created``, or ``failed`` with
        the ``error_code`` ``duplicate`` for one that is a member already, or ``campaign_cycle``
        where the campaign would contain itself.

    Raises
    ------
    ArgumentError, ArgumentTypeError, ApiError, PartialWriteError
        See :mod:`trackagoat_pandas.actions`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     campaign = tgp.actions.create_campaign("Summer Launch", "Hooks")
    ...     goats = tgp.load_creators("Summer Launch").head(2)
    ...     tgp.actions.add_campaign_items(campaign, creators=goats)["status"].tolist()
    ['created', 'created']
    """
    client = resolve_client(client)
    members = {"creator": creators, "video": videos, "campaign": campaigns}
    path, named = _members_of(campaign, members)
    writes = _member_writes(client, "POST", path, named, idempotency_key)
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
    """Remove members from a campaign; they themselves stay.

    ``DELETE /campaigns/{id}/items``, a request for each.

    Parameters
    ----------
    campaign, creators, videos, campaigns
        As in :func:`add_campaign_items`.
    confirm
        Must be True for more than one.
    dry_run, client
        See :mod:`trackagoat_pandas.actions`.

    Returns
    -------
    pandas.DataFrame
        Results (``item``, ``status``, ``id``, ``error_code``, ``error``), one row per member;
        ``status`` is ``deleted`` on success.

    Raises
    ------
    ConfirmationError, ArgumentError, ArgumentTypeError, ApiError, PartialWriteError
        See :mod:`trackagoat_pandas.actions`.

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
    client = resolve_client(client)
    members = {"creator": creators, "video": videos, "campaign": campaigns}
    path, named = _members_of(campaign, members)
    every = [id_ for ids in named.values() for id_ in ids]
    check_confirmed("remove_campaign_items", "memberships", every, confirm=confirm, dry_run=dry_run)
    writes = _member_writes(client, "DELETE", path, named)
    return send_all(client, "members", writes, dry_run=dry_run)


def _members_of(campaign: One, members: dict[str, Items]) -> tuple[str, dict[str, list[str]]]:
    """Return the path of a campaign's members, and the members given by kind."""
    path = f"{CAMPAIGNS.path}/{inputs.one('campaign', campaign)}/items"
    named = {
        kind: read_creators("creators", items)
        if kind == "creator"
        else check_ids(f"{kind}s", items, entity=kind)
        for kind, items in members.items()
    }
    return path, named


def _member_writes(
    client: Client,
    method: Method,
    path: str,
    named: dict[str, list[str]],
    idempotency_key: str | None = None,
) -> list[Write]:
    found = {**named, "creator": find_creators(client, named["creator"])}
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
        for kind, ids in found.items()
        for id_ in ids
    ]
