"""People are invited to an organization, and invitations taken back."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from trackagoat_pandas.actions import given, values
from trackagoat_pandas.actions.given import Items
from trackagoat_pandas.actions.sending import chosen, delete_each, send_all
from trackagoat_pandas.actions.writes import creation
from trackagoat_pandas.checks import check_ids
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.organization import resolve_organization
from trackagoat_pandas.tables.writes import ROLES


def invite_members(
    emails: Items,
    *,
    role: Literal["admin", "member"] = "member",
    organization: str | None = None,
    dry_run: bool = False,
    idempotency_key: str | None = None,
    client: Client | None = None,
) -> pd.DataFrame:
    """Invite people to an organization.

    ``POST /organizations/{id}/invitations``, a request for each.

    Parameters
    ----------
    emails
        Addresses; or a frame with a column ``email`` and optionally ``role``.
    role, organization
        As in :func:`add_members`.
    dry_run, idempotency_key, client
        As in :func:`add_creators`; a key is for one person.

    Returns
    -------
    pandas.DataFrame
        A row a person, as :func:`add_creators` gives; ``id`` is the invitation's.

    Raises
    ------
    ArgumentError, ArgumentTypeError, MissingColumnError, ApiError, PartialWriteError
        As in :func:`add_creators`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     invited = tgp.actions.invite_members(["ann@example.com", "bob@example.com"])
    >>> invited["status"].tolist()
    ['created', 'created']
    """
    client = chosen(client)
    checks = {"email": values.email, "role": values.choice(*ROLES)}
    bodies = given.rows("emails", emails, "email", checks, {"role": role}, required=("role",))
    path = f"/organizations/{resolve_organization(client, organization)}/invitations"
    writes = [creation(path, body, body["email"], idempotency_key) for body in bodies]
    return send_all(client, "invitations", writes, dry_run=dry_run)


def cancel_invitations(
    invitations: Items,
    *,
    organization: str | None = None,
    confirm: bool = False,
    dry_run: bool = False,
    client: Client | None = None,
) -> pd.DataFrame:
    """Take invitations back.

    ``DELETE /organizations/{id}/invitations/{iid}``, a request for each.

    Parameters
    ----------
    invitations
        Ids, such as :func:`invite_members` gives, or a frame with them.
    organization
        As in :func:`add_members`.
    confirm
        Must be True for more than one.
    dry_run, client
        As in :func:`add_creators`.

    Returns
    -------
    pandas.DataFrame
        A row an invitation, as :func:`remove_videos` gives.

    Raises
    ------
    ConfirmationError, ArgumentError, ArgumentTypeError, ApiError, PartialWriteError
        As in :func:`remove_creators`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     invited = tgp.actions.invite_members("ann@example.com")
    ...     tgp.actions.cancel_invitations(invited)["status"].tolist()
    ['deleted']
    """
    client = chosen(client)
    ids = check_ids("invitations", invitations, entity="invitation")
    path = f"/organizations/{resolve_organization(client, organization)}/invitations/{{}}"
    return delete_each(
        client, "cancel_invitations", "invitations", path, ids, confirm=confirm, dry_run=dry_run
    )
