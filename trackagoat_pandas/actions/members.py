"""Add, invite, change and remove the members of an organization."""

from __future__ import annotations

from functools import partial
from typing import Any, Final, Literal

import pandas as pd

from trackagoat_pandas.actions import inputs
from trackagoat_pandas.actions.batch import update
from trackagoat_pandas.actions.dry_runs import Given, delete_all, judge_unlisted
from trackagoat_pandas.actions.inputs import Check, Items
from trackagoat_pandas.actions.repeats import judge_repeats
from trackagoat_pandas.actions.requests import check_again, creation
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.session import session_of
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.checks import check_bool, check_choice, check_id
from trackagoat_pandas.names.organization import resolve_organization
from trackagoat_pandas.tables.writes import MEMBERS, ROLES

_ROLE: Final[Check] = partial(check_choice, choices=ROLES)


@takes_arrow
def add_members(
    members: Items,
    *,
    role: Literal["admin", "member"] = "member",
    organization: str | None = None,
    dry_run: bool = False,
    again: bool = False,
    idempotency_key: str | None = None,
    client: Client | None = None,
) -> pd.DataFrame:
    """Add people to an organization.

    ``POST /organizations/{id}/members``, a request for each.

    Parameters
    ----------
    members : str, list of str or DataFrame
        User ids or email addresses; or a frame with a column ``user_id`` or ``email`` and
        optionally ``role``.
    role : {'admin', 'member'}, default 'member'
        For people without a role of their own.
    organization : str, optional
        An organization's id; by default the one that the key belongs to.
    dry_run : bool, default False
        Change nothing; return what would become of each item, and the request.
    again : bool, default False
        Create another one like the one that the same call created within the last 24 hours.
    idempotency_key : str, optional
        The key of the request; by default one made from the request. A key is for one person.
    client : Client, optional
        The client to send with; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        Results (``item``, ``status``, ``id``, ``error_code``, ``error``), one row per person;
        ``status`` is ``created`` on success, ``id`` is the user's id, which :func:`update_member`
        and :func:`remove_members` take.

    Raises
    ------
    ArgumentError, ArgumentTypeError, MissingColumnError, ApiError, PartialWriteError
        See :mod:`trackagoat_pandas.actions`.

    See Also
    --------
    actions.invite_members : Invite people.
    actions.update_member : Change a role.
    actions.remove_members : Remove people.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     tgp.actions.add_members("ann@example.com", role="admin")["status"].tolist()
    ['created']
    """
    client = session_of(client)
    check_again(again, idempotency_key)
    by_email = isinstance(members, pd.DataFrame) and "user_id" not in members.columns
    key = "email" if by_email else "user_id"
    checks = {key: _check_person, "role": _ROLE}
    given = Given(client, dry_run=dry_run)
    people = given.bodies("members", members, key, checks, {"role": role}, required=("role",))
    path = f"/organizations/{resolve_organization(client, organization)}/members"
    writes = []
    for person in people:
        name = person[key]
        body = {"email" if "@" in name else "user_id": name, "role": person["role"]}
        # The membership's own id is of no use: the other actions take the user's.
        write = creation(
            path,
            body,
            name,
            again=again,
            idempotency_key=idempotency_key,
            is_unique=True,
            id_field="user_id",
        )
        writes.append(write)
    return given.send("members", writes, judge_repeats(client, writes))


@takes_arrow
def update_member(
    member: str,
    *,
    role: Literal["admin", "member"],
    organization: str | None = None,
    dry_run: bool = False,
    client: Client | None = None,
) -> pd.DataFrame:
    """Change the role of a member.

    ``PATCH /organizations/{id}/members/{uid}``.

    Parameters
    ----------
    member : str
        The user's id.
    role : {'admin', 'member'}
        The new role.
    organization : str, optional
        An organization's id; by default the one that the key belongs to.
    dry_run : bool, default False
        Change nothing; return what would become of each item, and the request.
    client : Client, optional
        The client to send with; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        One row: ``id``, ``org_id``, ``user_id``, ``email``, ``role``, ``created_at``.

    Raises
    ------
    ArgumentError, ArgumentTypeError, ApiError, ConnectionFailedError, DeadlineError
        See :mod:`trackagoat_pandas.actions`.

    See Also
    --------
    actions.add_members : Add people who have an account.
    actions.remove_members : Remove people.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     ann = tgp.actions.add_members("ann@example.com")["id"].iloc[0]
    ...     tgp.actions.update_member(ann, role="admin")["role"].tolist()
    ['admin']
    """
    client, _ = session_of(client), check_bool("dry_run", dry_run)
    user = inputs.one("member", member, "user")
    body = inputs.fields({"role": _ROLE}, "role", role=role)
    path = f"/organizations/{resolve_organization(client, organization)}/members"
    return update(client, MEMBERS, user, body, dry_run=dry_run, path=path)


@takes_arrow
def remove_members(
    members: Items,
    *,
    organization: str | None = None,
    confirm: bool = False,
    dry_run: bool = False,
    client: Client | None = None,
) -> pd.DataFrame:
    """Remove people from an organization.

    ``DELETE /organizations/{id}/members/{uid}``, a request for each.

    Parameters
    ----------
    members : str, list of str or DataFrame
        Users' ids, or a frame with a column ``user_id``.
    organization : str, optional
        An organization's id; by default the one that the key belongs to.
    confirm : bool, default False
        Must be True for more than one.
    dry_run : bool, default False
        Change nothing; return what would become of each item, and the request.
    client : Client, optional
        The client to send with; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        Results (``item``, ``status``, ``id``, ``error_code``, ``error``), one row per person;
        ``status`` is ``deleted`` on success.

    Raises
    ------
    ConfirmationError, ArgumentError, ArgumentTypeError, ApiError, PartialWriteError
        See :mod:`trackagoat_pandas.actions`.

    See Also
    --------
    actions.add_members : Add people who have an account.
    actions.update_member : Change a role.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     ann = tgp.actions.add_members("ann@example.com")["id"]
    ...     tgp.actions.remove_members(ann)["status"].tolist()
    ['deleted']
    """
    client = session_of(client)
    given = Given(client, dry_run=dry_run)
    ids = given.ids("members", members, "user")
    path = f"/organizations/{resolve_organization(client, organization)}/members"
    return delete_all(given, "remove_members", path, ids, confirm=confirm, judge=judge_unlisted)


@takes_arrow
def invite_members(
    emails: Items,
    *,
    role: Literal["admin", "member"] = "member",
    organization: str | None = None,
    dry_run: bool = False,
    again: bool = False,
    idempotency_key: str | None = None,
    client: Client | None = None,
) -> pd.DataFrame:
    """Invite people to an organization.

    ``POST /organizations/{id}/invitations``, a request for each.

    Parameters
    ----------
    emails : str, list of str or DataFrame
        Addresses; or a frame with a column ``email`` and optionally ``role``.
    role : {'admin', 'member'}, default 'member'
        For people without a role of their own.
    organization : str, optional
        An organization's id; by default the one that the key belongs to.
    dry_run : bool, default False
        Change nothing; return what would become of each item, and the request.
    again : bool, default False
        Create another one like the one that the same call created within the last 24 hours.
    idempotency_key : str, optional
        The key of the request; by default one made from the request. A key is for one person.
    client : Client, optional
        The client to send with; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        Results (``item``, ``status``, ``id``, ``error_code``, ``error``), one row per person;
        ``status`` is ``created`` on success, ``id`` is the invitation's id.

    Raises
    ------
    ArgumentError, ArgumentTypeError, MissingColumnError, ApiError, PartialWriteError
        See :mod:`trackagoat_pandas.actions`.

    See Also
    --------
    actions.add_members : Add people who have an account.
    actions.cancel_invitations : Cancel invitations.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     invited = tgp.actions.invite_members(["ann@example.com", "bob@example.com"])
    >>> invited["status"].tolist()
    ['created', 'created']
    """
    client = session_of(client)
    check_again(again, idempotency_key)
    checks = {"email": inputs.email, "role": _ROLE}
    given = Given(client, dry_run=dry_run)
    bodies = given.bodies("emails", emails, "email", checks, {"role": role}, required=("role",))
    path = f"/organizations/{resolve_organization(client, organization)}/invitations"
    writes = [
        creation(
            path,
            body,
            body["email"],
            again=again,
            idempotency_key=idempotency_key,
            is_unique=True,
        )
        for body in bodies
    ]
    return given.send("invitations", writes, judge_repeats(client, writes))


@takes_arrow
def cancel_invitations(
    invitations: Items,
    *,
    organization: str | None = None,
    confirm: bool = False,
    dry_run: bool = False,
    client: Client | None = None,
) -> pd.DataFrame:
    """Cancel invitations.

    ``DELETE /organizations/{id}/invitations/{iid}``, a request for each.

    Parameters
    ----------
    invitations : str, list of str or DataFrame
        Ids, such as :func:`invite_members` returns, or a frame with them.
    organization : str, optional
        An organization's id; by default the one that the key belongs to.
    confirm : bool, default False
        Must be True for more than one.
    dry_run : bool, default False
        Change nothing; return what would become of each item, and the request.
    client : Client, optional
        The client to send with; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        Results (``item``, ``status``, ``id``, ``error_code``, ``error``), one row per invitation;
        ``status`` is ``deleted`` on success.

    Raises
    ------
    ConfirmationError, ArgumentError, ArgumentTypeError, ApiError, PartialWriteError
        See :mod:`trackagoat_pandas.actions`.

    See Also
    --------
    actions.invite_members : Invite people.
    actions.remove_members : Remove people.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     invited = tgp.actions.invite_members("ann@example.com")
    ...     tgp.actions.cancel_invitations(invited)["status"].tolist()
    ['deleted']
    """
    client = session_of(client)
    given = Given(client, dry_run=dry_run)
    ids = given.ids("invitations", invitations)
    path = f"/organizations/{resolve_organization(client, organization)}/invitations"
    return delete_all(given, "cancel_invitations", path, ids, confirm=confirm, judge=judge_unlisted)


def _check_person(argument: str, value: Any) -> str:
    """Check a user's id, or an email address."""
    is_address = isinstance(value, str) and "@" in value
    return inputs.email(argument, value) if is_address else check_id(argument, value)
