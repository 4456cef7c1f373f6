"""Payout structures are changed, and taken out of force."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from trackagoat_pandas.actions import given
from trackagoat_pandas.actions.given import KEEP, Items, Keep, One
from trackagoat_pandas.actions.payouts.rules import CHECKS
from trackagoat_pandas.actions.sending import chosen, delete_each, resource
from trackagoat_pandas.actions.writes import Write
from trackagoat_pandas.checks import check_ids
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.tables import PAYOUT_STRUCTURES


def update_payout_structure(
    structure: One,
    *,
    name: str | Keep = KEEP,
    is_active: bool | Keep = KEEP,
    amount_cents: int | Keep = KEEP,
    period: Literal["daily", "weekly", "monthly"] | Keep = KEEP,
    cpm_cents: int | Keep = KEEP,
    threshold_views: int | Keep = KEEP,
    cap_cents: int | Keep | None = KEEP,
    goal_metric: Literal["posts", "views", "engagement", "followers"] | Keep = KEEP,
    proration: Literal["none", "daily"] | Keep = KEEP,
    dry_run: bool = False,
    client: Client | None = None,
) -> pd.DataFrame:
    """Change a payout structure; what isn't given stays as it is.

    ``PATCH /payout-structures/{id}``. A new name or state changes it in place; anything else makes
    a new version, which only future accruals follow.

    Parameters
    ----------
    structure
        The structure's id, or a frame of one structure.
    name, is_active
        The name, and whether the rule is in force.
    amount_cents, period, cpm_cents, threshold_views, cap_cents, goal_metric, proration
        As in :func:`create_payout_structure`; None takes the cap away.
    dry_run, client
        As in :func:`add_creators`.

    Returns
    -------
    pandas.DataFrame
        One row, as :func:`create_payout_structure` gives. With ``dry_run`` the request.

    Raises
    ------
    ArgumentError, ArgumentTypeError, ApiError, ConnectionFailedError, DeadlineError
        As in :func:`update_creator`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     rules = tgp.load_payout_structures("Q1 Brand Program")
    ...     rule = rules[rules["kind"] == "cpm"].head(1)
    ...     changed = tgp.actions.update_payout_structure(rule, cpm_cents=777)
    >>> int(changed["version"].iloc[0] - rule["version"].iloc[0])
    1
    """
    client = chosen(client)
    structure_id = given.one("structure", structure, "structure")
    body = given.changes(
        CHECKS,
        name=name,
        is_active=is_active,
        amount_cents=amount_cents,
        period=period,
        cpm_cents=cpm_cents,
        threshold_views=threshold_views,
        cap_cents=cap_cents,
        goal_metric=goal_metric,
        proration=proration,
    )
    write = Write("PATCH", f"/payout-structures/{structure_id}", body, items=(structure_id,))
    return resource(client, PAYOUT_STRUCTURES, write, dry_run=dry_run)


def remove_payout_structures(
    structures: Items, *, confirm: bool = False, dry_run: bool = False, client: Client | None = None
) -> pd.DataFrame:
    """Take payout structures out of force; what was earned by them stays.

    ``DELETE /payout-structures/{id}``, a request for each.

    Parameters
    ----------
    structures
        Ids, or a frame of structures.
    confirm
        Must be True for more than one.
    dry_run, client
        As in :func:`add_creators`.

    Returns
    -------
    pandas.DataFrame
        A row a structure, as :func:`remove_videos` gives.

    Raises
    ------
    ConfirmationError, ArgumentError, ArgumentTypeError, ApiError, PartialWriteError
        As in :func:`remove_creators`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     rule = tgp.load_payout_structures("Q1 Brand Program").head(1)
    ...     tgp.actions.remove_payout_structures(rule)["status"].tolist()
    ['deleted']
    """
    client = chosen(client)
    ids = check_ids("structures", structures, entity="structure")
    action, path = "remove_payout_structures", "/payout-structures/{}"
    return delete_each(client, action, "structures", path, ids, confirm=confirm, dry_run=dry_run)
