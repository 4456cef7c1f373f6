"""Campaigns are created and edited."""

from __future__ import annotations

import datetime as dt
from typing import Final

import pandas as pd

from trackagoat_pandas.actions import given, values
from trackagoat_pandas.actions.given import KEEP, Keep, One
from trackagoat_pandas.actions.sending import chosen, resource
from trackagoat_pandas.actions.values import Check
from trackagoat_pandas.actions.writes import Write, creation
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.organization import resolve_project
from trackagoat_pandas.tables import CAMPAIGNS

EDITS: Final[dict[str, Check]] = {
    "name": values.name(200),  # the API's limit
    "readme": values.or_null(values.text),
    "target_views": values.or_null(values.whole),
    "target_at": values.or_null(values.instant),
}


def create_campaign(
    project: One,
    name: str,
    *,
    dry_run: bool = False,
    idempotency_key: str | None = None,
    client: Client | None = None,
) -> pd.DataFrame:
    """Create a campaign, yet without members; see :func:`add_campaign_items`.

    ``POST /projects/{id}/campaigns``.

    Parameters
    ----------
    project
        A project's id or exact name, or a loaded frame of one project.
    name
        Up to 200 characters.
    dry_run, idempotency_key, client
        As in :func:`add_creators`.

    Returns
    -------
    pandas.DataFrame
        One row: the campaign as :func:`load_campaigns` gives it. With ``dry_run`` the request.

    Raises
    ------
    LimitReachedError, ArgumentError, ArgumentTypeError, ApiError, ConnectionFailedError
        As in :func:`update_creator`, or the plan has no room.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     tgp.actions.create_campaign("Summer Launch", "Hooks")["name"].iloc[0]
    'Hooks'
    """
    client = chosen(client)
    body = given.fields(EDITS, "name", name=name)
    path = f"/projects/{resolve_project(client, project)}/campaigns"
    write = creation(path, body, name, idempotency_key)
    return resource(client, CAMPAIGNS, write, dry_run=dry_run)


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
    """Change a campaign; what isn't given stays as it is.

    ``PATCH /campaigns/{id}``.

    Parameters
    ----------
    campaign
        The campaign's id, or a frame of one campaign.
    name
        Up to 200 characters.
    readme, target_views, target_at
        Notes, the views aimed at, and the instant when they are due; None clears them.
    dry_run, client
        As in :func:`add_creators`.

    Returns
    -------
    pandas.DataFrame
        One row: the campaign as :func:`load_campaigns` gives it. With ``dry_run`` the request.

    Raises
    ------
    ArgumentError, ArgumentTypeError, ApiError, ConnectionFailedError, DeadlineError
        As in :func:`update_creator`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     campaign = tgp.load_campaigns("Summer Launch").head(1)
    ...     changed = tgp.actions.update_campaign(campaign, target_views=1_000_000)
    >>> int(changed["target_views"].iloc[0])
    1000000
    """
    client = chosen(client)
    campaign_id = given.one("campaign", campaign, "campaign")
    body = given.changes(
        EDITS, name=name, readme=readme, target_views=target_views, target_at=target_at
    )
    write = Write("PATCH", f"/campaigns/{campaign_id}", body, items=(campaign_id,))
    return resource(client, CAMPAIGNS, write, dry_run=dry_run)
