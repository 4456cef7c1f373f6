"""Members are given another role, and leave."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from trackagoat_pandas.actions.given import Items
from trackagoat_pandas.actions.sending import chosen, delete_each, resource
from trackagoat_pandas.actions.writes import Write
from trackagoat_pandas.checks import check_choice, check_id, check_ids
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.organization import resolve_organization
from trackagoat_pandas.tables.writes import MEMBERS, ROLES


def update_member(
    member: str,
    *,
    role: Literal["admin", "member"],
    organization: str | None = None,
    dry_run: bool = False,
    client: Client | None = None,
) -> pd.DataFrame:
    """Give a member another role.

    ``PATCH /organizations/{id}/members/{uid}``.

    Parameters
    ----------
    member
        The user's id.
    role
        The new role.
    organization
        As in :func:`add_members`.
    dry_run, client
        As in :func:`add_creators`.

    Returns
    -------
    pandas.DataFrame
        One row: ``id``, ``org_id``, ``user_id``, ``email``, ``role``, ``created_at``. With
        ``dry_run`` the request.

    Raises
    ------
    ArgumentError, ArgumentTypeError, ApiError, ConnectionFailedError, DeadlineError
        As in :func:`update_creator`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     ann = tgp.actions.add_members("ann@example.com")["id"].iloc[0]
    ...     tgp.actions.update_member(ann, role="admin")["role"].tolist()
    ['admin']
    """
    client = chosen(client)
    user = check_id("member", member)
    body = {"role": check_choice("role", role, ROLES)}
    path = f"/organizations/{resolve_organization(client, organization)}/members/{user}"
    return resource(client, MEMBERS, Write("PATCH", path, body, items=(user,)), dry_run=dry_run)


def remove_members(
    members: Items,
    *,
    organization: str | None = None,
    confirm: bool = False,
    dry_run: bool = False,
    client: Client | None = None,
) -> pd.DataFrame:
    """Take people out of an organization.

    ``DELETE /organizations/{id}/members/{uid}``, a request for each.

    Parameters
    ----------
    members
        Users' ids, or a frame with a column ``user_id``.
    organization
        As in :func:`add_members`.
    confirm
        Must be True for more than one.
    dry_run, client
        As in :func:`add_creators`.

    Returns
    -------
    pandas.DataFrame
        A row a person, as :func:`remove_videos` gives.

    Raises
    ------
    ConfirmationError, ArgumentError, ArgumentTypeError, ApiError, PartialWriteError
        As in :func:`remove_creators`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     ann = tgp.actions.add_members("ann@example.com")["id"]
    ...     tgp.actions.remove_members(ann)["status"].tolist()
    ['deleted']
    """
    client = chosen(client)
    ids = check_ids("members", members, entity="user")
    path = f"/organizations/{resolve_organization(client, organization)}/members/{{}}"
    return delete_each(
        client, "remove_members", "members", path, ids, confirm=confirm, dry_run=dry_run
    )
