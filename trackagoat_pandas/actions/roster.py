"""Remove, restore and scrape creators."""

from __future__ import annotations

import pandas as pd

from trackagoat_pandas.actions.given import Items, One
from trackagoat_pandas.actions.sending import chosen, confirmed, send_all
from trackagoat_pandas.actions.writes import bulk, each
from trackagoat_pandas.checks import check_ids
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.organization import resolve_project


def remove_creators(
    creators: Items,
    of_project: Items | None = None,
    *,
    project: One | None = None,
    confirm: bool = False,
    dry_run: bool = False,
    client: Client | None = None,
) -> pd.DataFrame:
    """Remove creators; their numbers stay, and adding or re-enabling one brings it back.

    ``DELETE /creators/{id}``, a request for each; with a project
    ``POST /projects/{id}/creators/bulk-remove``, a request for up to 50.

    Parameters
    ----------
    creators
        Ids, or a frame of creators.
    of_project
        Only to write it as the other actions are written: ``remove_creators(project, creators)``
        is ``remove_creators(creators, project=project)``.
    project
        The project of all of them, which saves requests.
    confirm
        Must be True for more than one.
    dry_run, client
        As in :func:`add_creators`.

    Returns
    -------
    pandas.DataFrame
        A row a creator, as :func:`add_creators` gives; ``status`` is ``deleted`` where it was done,
        with a project also ``updated``, or ``unchanged`` of one that had left before.

    Raises
    ------
    ConfirmationError
        More than one would be removed and ``confirm`` is False; nothing was sent.
    ArgumentError, ArgumentTypeError, ApiError, ConnectionFailedError, DeadlineError
        As in :func:`add_creators`.
    PartialWriteError
        It had to stop midway; ``.frame`` says what became of each creator.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     goats = tgp.load_creators("Summer Launch")
    ...     tgp.actions.remove_creators(goats["id"].iloc[0])["status"].tolist()
    ['deleted']
    """
    client = chosen(client)
    if of_project is not None and project is not None:
        raise ArgumentError("project", project, "it is given twice")
    owner, them = (project, creators) if of_project is None else (creators, of_project)
    ids = check_ids("creators", them, entity="creator")
    confirmed("remove_creators", "creators", ids, confirm=confirm, dry_run=dry_run)
    if owner is None:
        writes = each("DELETE", "/creators/{}", ids)
    else:
        path = f"/projects/{resolve_project(client, owner)}/creators/bulk-remove"
        writes = bulk(path, "creator_ids", ids, otherwise="deleted")
    return send_all(client, "creators", writes, dry_run=dry_run)


def reenable_creators(
    project: One,
    creators: Items,
    *,
    dry_run: bool = False,
    client: Client | None = None,
) -> pd.DataFrame:
    """Bring removed creators of a project back.

    ``POST /projects/{id}/creators/bulk-reenable``, in requests of up to 50 creators.

    Parameters
    ----------
    project
        The project's id or exact name, or a loaded frame of one project.
    creators
        Ids, or a frame of creators.
    dry_run, client
        As in :func:`add_creators`.

    Returns
    -------
    pandas.DataFrame
        A row a creator, as :func:`add_creators` gives; ``status`` is ``reactivated`` or
        ``unchanged``, and ``failed`` with ``limit_reached`` where the plan has no room.

    Raises
    ------
    ArgumentError, ArgumentTypeError, ApiError, ConnectionFailedError, DeadlineError
        As in :func:`add_creators`.
    PartialWriteError
        It had to stop midway; ``.frame`` says what became of each creator.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     goat = tgp.load_creators("Summer Launch")["id"].iloc[0]
    ...     _ = tgp.actions.remove_creators(goat)
    ...     tgp.actions.reenable_creators("Summer Launch", goat)["status"].tolist()
    ['reactivated']
    """
    client = chosen(client)
    ids = check_ids("creators", creators, entity="creator")
    path = f"/projects/{resolve_project(client, project)}/creators/bulk-reenable"
    writes = bulk(path, "creator_ids", ids, otherwise="reactivated")
    return send_all(client, "creators", writes, dry_run=dry_run)


def scrape_creators(
    creators: Items,
    *,
    dry_run: bool = False,
    client: Client | None = None,
) -> pd.DataFrame:
    """Have creators scraped now; the plan allows so many scrapes a day.

    ``POST /creators/{id}/scrape``, a request for each. It is never repeated by itself: where no
    answer came, ``status`` is ``unknown``.

    Parameters
    ----------
    creators
        Ids, or a frame of creators.
    dry_run, client
        As in :func:`add_creators`.

    Returns
    -------
    pandas.DataFrame
        A row a creator, as :func:`add_creators` gives; ``status`` is ``done`` once it is queued.

    Raises
    ------
    ArgumentError, ArgumentTypeError, ApiError, ConnectionFailedError, DeadlineError
        As in :func:`add_creators`.
    PartialWriteError
        The day's scrapes are used up, or it had to stop for another reason.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     goats = tgp.load_creators("Summer Launch").head(2)
    ...     tgp.actions.scrape_creators(goats)["status"].tolist()
    ['done', 'done']
    """
    client = chosen(client)
    ids = check_ids("creators", creators, entity="creator")
    writes = each("POST", "/creators/{}/scrape", ids)
    return send_all(client, "creators", writes, dry_run=dry_run)
