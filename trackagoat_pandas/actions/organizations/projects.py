"""Projects are created and edited."""

from __future__ import annotations

from typing import Final

import pandas as pd

from trackagoat_pandas.actions import given, values
from trackagoat_pandas.actions.given import KEEP, Keep, One
from trackagoat_pandas.actions.sending import chosen, resource
from trackagoat_pandas.actions.values import Check
from trackagoat_pandas.actions.writes import Write, creation
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.organization import forget_projects, resolve_organization, resolve_project
from trackagoat_pandas.tables import PROJECTS

EDITS: Final[dict[str, Check]] = {
    "name": values.text,
    "description": values.or_null(values.text),
}


def create_project(
    name: str,
    *,
    description: str | None = None,
    organization: str | None = None,
    dry_run: bool = False,
    idempotency_key: str | None = None,
    client: Client | None = None,
) -> pd.DataFrame:
    """Create a project.

    ``POST /organizations/{id}/projects``.

    Parameters
    ----------
    name, description
        The name, and what the project is for.
    organization
        An organization's id; by default the one that the key belongs to.
    dry_run, idempotency_key, client
        As in :func:`add_creators`.

    Returns
    -------
    pandas.DataFrame
        One row: the project as :func:`load_projects` gives it. With ``dry_run`` the request.

    Raises
    ------
    LimitReachedError, ArgumentError, ArgumentTypeError, ApiError, ConnectionFailedError
        As in :func:`create_campaign`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     tgp.actions.create_project("Autumn")["name"].iloc[0]
    'Autumn'
    """
    client = chosen(client)
    body = given.fields(EDITS, "name", name=name, description=description)
    path = f"/organizations/{resolve_organization(client, organization)}/projects"
    write = creation(path, body, name, idempotency_key)
    return _project(client, write, dry_run=dry_run)


def update_project(
    project: One,
    *,
    name: str | Keep = KEEP,
    description: str | Keep | None = KEEP,
    organization: str | None = None,
    dry_run: bool = False,
    client: Client | None = None,
) -> pd.DataFrame:
    """Change a project; what isn't given stays as it is.

    ``PATCH /organizations/{id}/projects/{pid}``.

    Parameters
    ----------
    project
        A project's id or exact name, or a loaded frame of one project.
    name, description
        The new ones; None clears the description.
    organization
        An organization's id; by default the one that the key belongs to.
    dry_run, client
        As in :func:`add_creators`.

    Returns
    -------
    pandas.DataFrame
        One row: the project as :func:`load_projects` gives it. With ``dry_run`` the request.

    Raises
    ------
    ArgumentError, ArgumentTypeError, ApiError, ConnectionFailedError, DeadlineError
        As in :func:`update_creator`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     tgp.actions.update_project("Summer Launch", name="Autumn Launch")["name"].iloc[0]
    'Autumn Launch'
    """
    client = chosen(client)
    project_id = resolve_project(client, project)
    body = given.changes(EDITS, name=name, description=description)
    path = f"/organizations/{resolve_organization(client, organization)}/projects/{project_id}"
    return _project(client, Write("PATCH", path, body, items=(project_id,)), dry_run=dry_run)


def _project(client: Client, write: Write, *, dry_run: bool) -> pd.DataFrame:
    frame = resource(client, PROJECTS, write, dry_run=dry_run)
    forget_projects(client)  # a name may now mean another project
    return frame
