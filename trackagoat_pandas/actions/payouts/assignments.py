"""Payout structures are assigned to creators, and assignments ended."""

from __future__ import annotations

from typing import Final

import pandas as pd

from trackagoat_pandas._types import DateLike
from trackagoat_pandas.actions import given, values
from trackagoat_pandas.actions.given import Items, One
from trackagoat_pandas.actions.sending import chosen, confirmed, send_all
from trackagoat_pandas.actions.values import Check
from trackagoat_pandas.actions.writes import Write, creation
from trackagoat_pandas.checks import check_ids
from trackagoat_pandas.http.client import Client

_CHECKS: Final[dict[str, Check]] = {
    "creator_id": values.id_,
    "start_date": values.day,
    "end_date": values.day,
}


def assign_payout_structure(
    structure: One,
    creators: Items,
    *,
    start_date: DateLike | None = None,
    end_date: DateLike | None = None,
    dry_run: bool = False,
    idempotency_key: str | None = None,
    client: Client | None = None,
) -> pd.DataFrame:
    """Let creators earn by a payout structure.

    ``POST /payout-structures/{id}/assignments``, a request for each.

    Parameters
    ----------
    structure
        The structure's id, or a frame of one structure.
    creators
        Ids, or a frame of creators; or a frame with a column ``creator_id`` and optionally
        ``start_date`` and ``end_date``.
    start_date, end_date
        For the creators that say nothing else: the first day, which is required, and the last.
        Without it an assignment runs on.
    dry_run, idempotency_key, client
        As in :func:`add_creators`; a key is for one creator.

    Returns
    -------
    pandas.DataFrame
        A row a creator, as :func:`add_creators` gives: ``item`` is the creator, ``id`` the
        assignment; ``failed`` with ``duplicate`` where the days overlap with those of another.

    Raises
    ------
    ArgumentError, ArgumentTypeError, MissingColumnError, ApiError, PartialWriteError
        As in :func:`add_creators`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     rule = tgp.actions.create_payout_structure(
    ...         "Summer Launch", "Per view", "cpm", cpm_cents=250
    ...     )
    ...     goats = tgp.load_creators("Summer Launch").head(2)
    ...     assigned = tgp.actions.assign_payout_structure(rule, goats, start_date="2026-07-01")
    >>> assigned["status"].tolist()
    ['created', 'created']
    """
    client = chosen(client)
    days = {"start_date": start_date, "end_date": end_date}
    bodies = given.rows(
        "creators",
        creators,
        "creator_id",
        _CHECKS,
        days,
        required=("start_date",),
        unique=("creator_id", "start_date"),
    )
    path = _path(structure)
    writes = [creation(path, body, body["creator_id"], idempotency_key) for body in bodies]
    return send_all(client, "assignments", writes, dry_run=dry_run)


def unassign_payout_structure(
    structure: One,
    creators: Items,
    *,
    confirm: bool = False,
    dry_run: bool = False,
    client: Client | None = None,
) -> pd.DataFrame:
    """End the assignments of creators to a payout structure; what was earned stays.

    ``DELETE /payout-structures/{id}/assignments``, a request for each.

    Parameters
    ----------
    structure, creators
        As in :func:`assign_payout_structure`, without days.
    confirm
        Must be True for more than one.
    dry_run, client
        As in :func:`add_creators`.

    Returns
    -------
    pandas.DataFrame
        A row a creator, as :func:`remove_videos` gives; ``id`` is the assignment's.

    Raises
    ------
    ConfirmationError, ArgumentError, ArgumentTypeError, ApiError, PartialWriteError
        As in :func:`remove_creators`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     rule = tgp.load_payout_structures("Q1 Brand Program").head(1)
    ...     running = tgp.load_payout_assignments(rule["id"].iloc[0])
    ...     running = running[running["end_date"].isna()].head(1)
    ...     tgp.actions.unassign_payout_structure(rule, running)["status"].tolist()
    ['deleted']
    """
    client = chosen(client)
    ids = check_ids("creators", creators, entity="creator")
    confirmed("unassign_payout_structure", "assignments", ids, confirm=confirm, dry_run=dry_run)
    path = _path(structure)
    writes = [Write("DELETE", path, {"creator_id": id_}, items=(id_,)) for id_ in ids]
    return send_all(client, "assignments", writes, dry_run=dry_run)


def _path(structure: One) -> str:
    structure_id = given.one("structure", structure, "structure")
    return f"/payout-structures/{structure_id}/assignments"
