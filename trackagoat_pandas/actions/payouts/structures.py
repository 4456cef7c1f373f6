"""Payout structures are created."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from trackagoat_pandas.actions import given
from trackagoat_pandas.actions.given import One
from trackagoat_pandas.actions.payouts.rules import CHECKS, check_rule
from trackagoat_pandas.actions.sending import chosen, resource
from trackagoat_pandas.actions.writes import creation
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.organization import resolve_project
from trackagoat_pandas.tables import PAYOUT_STRUCTURES


def create_payout_structure(
    project: One,
    name: str,
    kind: Literal["recurring", "goal", "cpm", "view_threshold"],
    *,
    amount_cents: int | None = None,
    period: Literal["daily", "weekly", "monthly"] | None = None,
    cpm_cents: int | None = None,
    threshold_views: int | None = None,
    cap_cents: int | None = None,
    goal_metric: Literal["posts", "views", "engagement", "followers"] | None = None,
    proration: Literal["none", "daily"] | None = None,
    dry_run: bool = False,
    idempotency_key: str | None = None,
    client: Client | None = None,
) -> pd.DataFrame:
    """Create a rule by which creators earn; see :func:`assign_payout_structure`.

    ``POST /payout-structures``.

    Parameters
    ----------
    project
        A project's id or exact name, or a loaded frame of one project.
    name
        Up to 100 characters.
    kind
        ``recurring`` needs ``amount_cents`` and ``period``; ``goal`` these and ``goal_metric``;
        ``cpm`` needs ``cpm_cents``; ``view_threshold`` ``amount_cents`` and ``threshold_views``.
    amount_cents
        Whole cents for a period, a goal reached, or a video past the threshold.
    period
        What is paid together.
    cpm_cents
        Whole cents for 1,000 views.
    threshold_views
        The views that a video must pass.
    cap_cents
        The most that a period earns.
    goal_metric
        The metric whose goals are paid.
    proration
        ``daily`` pays a part of a period by its days.
    dry_run, idempotency_key, client
        As in :func:`add_creators`.

    Returns
    -------
    pandas.DataFrame
        One row: the structure as :func:`load_payout_structures` gives it. With ``dry_run`` the
        request.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        A field is missing, has no meaning for the kind, or is a float where cents are whole.
    LimitReachedError, ApiError, ConnectionFailedError, DeadlineError
        As in :func:`create_campaign`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     rule = tgp.actions.create_payout_structure(
    ...         "Summer Launch", "Per view", "cpm", cpm_cents=250
    ...     )
    >>> int(rule["version"].iloc[0])
    1
    """
    client = chosen(client)
    rule = given.fields(
        CHECKS,
        amount_cents=amount_cents,
        period=period,
        cpm_cents=cpm_cents,
        threshold_views=threshold_views,
        cap_cents=cap_cents,
        goal_metric=goal_metric,
        proration=proration,
    )
    body = given.fields(CHECKS, "name", "kind", name=name, kind=kind)
    check_rule(kind, rule)
    body = {"project_id": resolve_project(client, project), **body, **rule}
    write = creation("/payout-structures", body, name, idempotency_key)
    return resource(client, PAYOUT_STRUCTURES, write, dry_run=dry_run)
