"""Create organizations and projects, and change projects."""

from __future__ import annotations

from typing import Final

import pandas as pd

from trackagoat_pandas.actions import inputs
from trackagoat_pandas.actions.batch import send_one, update
from trackagoat_pandas.actions.inputs import KEEP, Check, Keep, One
from trackagoat_pandas.actions.repeats import Listed
from trackagoat_pandas.actions.requests import check_again, creation
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.session import session_of
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.checks import check_bool, check_id
from trackagoat_pandas.names.organization import resolve_organization, resolve_project
from trackagoat_pandas.tables import PROJECTS
from trackagoat_pandas.tables.writes import ORGANIZATIONS

EDITS: Final[dict[str, Check]] = {
    "name": inputs.text,
    "description": inputs.or_null(inputs.text),
}


@takes_arrow
def create_organization(
    name: str,
    *,
    dry_run: bool = False,
    again: bool = False,
    idempotency_key: str | None = None,
    client: Client | None = None,
) -> pd.DataFrame:
    """Create an organization, which the API key in use can't access.

    ``POST /user/organizations``.

    Parameters
    ----------
    name : str
        The organization's name.
    dry_run : bool, default False
        Change nothing; return what would become of each item, and the request.
    again : bool, default False
        Create another one like the one that the same call created within the last 24 hours.
    idempotency_key : str, optional
        The key of the request; by default one made from the request.
    client : Client, optional
        The client to send with; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        One row: ``id``, ``name``, ``timezone``, ``created_at``.

    Raises
    ------
    ArgumentError, ArgumentTypeError, ApiError, ConnectionFailedError, DeadlineError
        See :mod:`trackagoat_pandas.actions`.

    See Also
    --------
    actions.create_project : Create a project.
    actions.add_members : Add people who have an account.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     tgp.actions.create_organization("Second Herd")["name"].iloc[0]
    'Second Herd'
    """
    client, _ = session_of(client), check_bool("dry_run", dry_run)
    check_again(again, idempotency_key)
    body = inputs.fields({"name": inputs.text}, "name", name=name)
    write = creation(ORGANIZATIONS.path, body, name, again=again, idempotency_key=idempotency_key)
    return send_one(client, ORGANIZATIONS, write, dry_run=dry_run)


@takes_arrow
def create_project(
    name: str,
    *,
    description: str | None = None,
    organization: str | None = None,
    dry_run: bool = False,
    again: bool = False,
    idempotency_key: str | None = None,
    client: Client | None = None,
) -> pd.DataFrame:
    """Create a project.

    ``POST /organizations/{id}/projects``.

    Parameters
    ----------
    name : str
        The project's name.
    description : str, optional
        What the project is for.
    organization : str, optional
        An organization's id; by default the one that the key belongs to.
    dry_run : bool, default False
        Change nothing; return what would become of each item, and the request.
    again : bool, default False
        Create another one like the one that the same call created within the last 24 hours.
    idempotency_key : str, optional
        The key of the request; by default one made from the request.
    client : Client, optional
        The client to send with; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        One row: the project as :func:`load_projects` returns it.

    Raises
    ------
    LimitReachedError, ArgumentError, ArgumentTypeError, ApiError, ConnectionFailedError
        See :mod:`trackagoat_pandas.actions`.

    See Also
    --------
    actions.add_creators : Add creators.
    actions.update_project : Change a project.
    actions.create_organization : Create an organization.
    load_projects : Load projects.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     tgp.actions.create_project("Autumn")["name"].iloc[0]
    'Autumn'
    """
    client, _ = session_of(client), check_bool("dry_run", dry_run)
    check_again(again, idempotency_key)
    body = inputs.fields(EDITS, "name", name=name, description=description)
    path = f"/organizations/{resolve_organization(client, organization)}/projects"
    look = Listed(PROJECTS.path, fields=EDITS)
    write = creation(path, body, name, again=again, idempotency_key=idempotency_key, look=look)
    return send_one(client, PROJECTS, write, dry_run=dry_run)


@takes_arrow
def update_project(
    project: One,
    *,
    name: str | Keep = KEEP,
    description: str | Keep | None = KEEP,
    organization: str | None = None,
    dry_run: bool = False,
    client: Client | None = None,
) -> pd.DataFrame:
    """Change a project; fields that aren't given stay as they are.

    ``PATCH /organizations/{id}/projects/{pid}``.

    Parameters
    ----------
    project : str or DataFrame
        A project's id or exact name, or a loaded frame of one project.
    name : str, optional
        The new name.
    description : str or None, optional
        What the project is for; None clears it.
    organization : str, optional
        An organization's id; by default the one that the key belongs to.
    dry_run : bool, default False
        Change nothing; return what would become of each item, and the request.
    client : Client, optional
        The client to send with; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        One row: the project as :func:`load_projects` returns it.

    Raises
    ------
    ArgumentError, ArgumentTypeError, ApiError, ConnectionFailedError, DeadlineError
        See :mod:`trackagoat_pandas.actions`.

    See Also
    --------
    actions.create_project : Create a project.
    load_projects : Load projects.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     tgp.actions.update_project("Summer Launch", name="Autumn Launch")["name"].iloc[0]
    'Autumn Launch'
    """
    client, _ = session_of(client), check_bool("dry_run", dry_run)
    body = inputs.changes(EDITS, name=name, description=description)
    # Before the project is looked up, so that a refusal has sent nothing.
    if organization is not None:
        check_id("organization", organization)
    project_id = resolve_project(client, project)
    path = f"/organizations/{resolve_organization(client, organization)}/projects"
    return update(client, PROJECTS, project_id, body, dry_run=dry_run, path=path, given=project)
