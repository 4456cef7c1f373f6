"""Creators are added and edited."""

from __future__ import annotations

from typing import Final, Literal

import pandas as pd

from trackagoat_pandas._types import DateLike
from trackagoat_pandas.actions import given, values
from trackagoat_pandas.actions.given import KEEP, Items, Keep, One
from trackagoat_pandas.actions.sending import chosen, resource, send_all
from trackagoat_pandas.actions.values import Check
from trackagoat_pandas.actions.writes import Write, batches
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.organization import resolve_project
from trackagoat_pandas.tables import CREATORS
from trackagoat_pandas.tables.resources import TRACKING_MODES

_CHECKS: Final[dict[str, Check]] = {
    "tiktok_handle": values.handle,
    "tracking_mode": values.choice(*TRACKING_MODES),
    "tracking_start_date": values.day,
}
EDITS: Final[dict[str, Check]] = {**_CHECKS, "readme": values.or_null(values.text)}


def add_creators(
    project: One,
    creators: Items,
    *,
    tracking_mode: Literal["auto", "selective"] | None = None,
    tracking_start_date: DateLike | None = None,
    dry_run: bool = False,
    idempotency_key: str | None = None,
    client: Client | None = None,
) -> pd.DataFrame:
    """Add creators to a project; a removed one is brought back.

    ``POST /projects/{id}/creators``, in requests of up to 50 creators.

    Parameters
    ----------
    project
        A project's id or exact name, or a loaded frame of one project.
    creators
        TikTok handles, with or without @; or a frame with a column ``tiktok_handle`` and, if it
        likes, ``tracking_mode`` and ``tracking_start_date`` for each.
    tracking_mode, tracking_start_date
        For the creators that say nothing else. The server's defaults otherwise.
    dry_run
        Send nothing; give the requests that would be sent.
    idempotency_key
        By default one made of the request, so that the same cell run again within 24 hours adds
        nothing twice: it gets the first answer again, even if what it made was removed since. To
        send it again, pass a different key; only for up to 50 creators, since a key is for one
        request.
    client
        The client to send with; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        A row a creator, in the order given: ``item`` (the handle), ``status`` (``created``,
        ``reactivated``, ``unchanged``, ``failed``, ``unknown``, ``not_sent``), ``id``,
        ``error_code``, ``error``. With ``dry_run`` a row a request: ``method``, ``path``, ``body``,
        ``items``.

    Raises
    ------
    ArgumentError, ArgumentTypeError, MissingColumnError
        A handle or another argument can't be right; nothing was sent.
    ApiError, ConnectionFailedError, DeadlineError
        Nothing was added: ``LimitReachedError``, ``ForbiddenError``, ... say why.
    PartialWriteError, InterruptedWriteError
        It had to stop midway, or a request may or may not have been carried out; ``.frame`` says
        what became of each creator.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     added = tgp.actions.add_creators("Summer Launch", ["@new_goat", "other.goat"])
    >>> added["status"].tolist()
    ['created', 'created']
    """
    client = chosen(client)
    bodies = given.rows(
        "creators",
        creators,
        "tiktok_handle",
        _CHECKS,
        {"tracking_mode": tracking_mode, "tracking_start_date": tracking_start_date},
    )
    path = f"/projects/{resolve_project(client, project)}/creators"
    writes = [
        Write(
            "POST",
            path,
            {"creators": list(batch)},
            items=tuple(body["tiktok_handle"] for body in batch),
            is_bulk=True,
            otherwise="reactivated",
            is_creating=True,
            idempotency_key=idempotency_key,
        )
        for batch in batches(bodies)
    ]
    return send_all(client, "creators", writes, dry_run=dry_run)


def update_creator(
    creator: One,
    *,
    tiktok_handle: str | Keep = KEEP,
    readme: str | Keep | None = KEEP,
    tracking_mode: Literal["auto", "selective"] | Keep = KEEP,
    tracking_start_date: DateLike | Keep = KEEP,
    dry_run: bool = False,
    client: Client | None = None,
) -> pd.DataFrame:
    """Change a creator; what isn't given stays as it is.

    ``PATCH /creators/{id}``.

    Parameters
    ----------
    creator
        The creator's id, or a frame of one creator.
    tiktok_handle
        A new handle, 1 to 30 letters, digits, dots, underscores, hyphens; a leading @ is dropped.
    readme
        Notes, shown as ``description`` in frames; None clears them.
    tracking_mode, tracking_start_date
        Whether every new post is tracked or only chosen ones, and from which day on.
    dry_run, client
        As in :func:`add_creators`.

    Returns
    -------
    pandas.DataFrame
        One row: the creator as :func:`load_creators` gives it. With ``dry_run`` the request.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        Nothing is to be changed, or a value can't be right; nothing was sent.
    ConflictError
        Its ``code`` says: ``handle_taken``, ``creator_banned``, ``invalid_handle``, ``no_change``.
    ApiError, ConnectionFailedError, DeadlineError
        Refused for another reason, or not answered.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     goat = tgp.load_creators("Summer Launch")["id"].iloc[0]
    ...     tgp.actions.update_creator(goat, readme="Prefers mornings.")["description"].iloc[0]
    'Prefers mornings.'
    """
    client = chosen(client)
    creator_id = given.one("creator", creator, "creator")
    body = given.changes(
        EDITS,
        tiktok_handle=tiktok_handle,
        readme=readme,
        tracking_mode=tracking_mode,
        tracking_start_date=tracking_start_date,
    )
    write = Write("PATCH", f"/creators/{creator_id}", body, items=(creator_id,))
    return resource(client, CREATORS, write, dry_run=dry_run)
