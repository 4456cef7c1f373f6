"""People are added to an organization."""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd

from trackagoat_pandas.actions import given, values
from trackagoat_pandas.actions.given import Items
from trackagoat_pandas.actions.sending import chosen, send_all
from trackagoat_pandas.actions.writes import creation
from trackagoat_pandas.checks import check_id
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.organization import resolve_organization
from trackagoat_pandas.tables.writes import ROLES


def add_members(
    members: Items,
    *,
    role: Literal["admin", "member"] = "member",
    organization: str | None = None,
    dry_run: bool = False,
    idempotency_key: str | None = None,
    client: Client | None = None,
) -> pd.DataFrame:
    """Add people to an organization.

    ``POST /organizations/{id}/members``, a request for each.

    Parameters
    ----------
    members
        User ids or email addresses; or a frame with a column ``user_id`` or ``email`` and
        optionally ``role``.
    role
        For those that say nothing else.
    organization
        An organization's id; by default the one that the key belongs to.
    dry_run, idempotency_key, client
        As in :func:`add_creators`; a key is for one person.

    Returns
    -------
    pandas.DataFrame
        A row a person, as :func:`add_creators` gives; ``id`` is the user's, which
        :func:`update_member` and :func:`remove_members` take.

    Raises
    ------
    ArgumentError, ArgumentTypeError, MissingColumnError, ApiError, PartialWriteError
        As in :func:`add_creators`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     tgp.actions.add_members("ann@example.com", role="admin")["status"].tolist()
    ['created']
    """
    client = chosen(client)
    by_email = isinstance(members, pd.DataFrame) and "user_id" not in members.columns
    key = "email" if by_email else "user_id"
    checks = {key: _person, "role": values.choice(*ROLES)}
    bodies = given.rows("members", members, key, checks, {"role": role}, required=("role",))
    path = f"/organizations/{resolve_organization(client, organization)}/members"
    writes = [
        creation(path, _named(body, key), body[key], idempotency_key, id_field="user_id")
        for body in bodies
    ]
    return send_all(client, "members", writes, dry_run=dry_run)


def _person(argument: str, value: Any) -> str:
    """Check a user's id, or an address."""
    is_address = isinstance(value, str) and "@" in value
    return values.email(argument, value) if is_address else check_id(argument, value)


def _named(body: dict[str, Any], key: str) -> dict[str, Any]:
    """Name a person by what was given."""
    person = body[key]
    return {"email" if "@" in person else "user_id": person, "role": body["role"]}
