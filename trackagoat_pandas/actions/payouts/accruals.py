"""Accruals are voided, and restored."""

from __future__ import annotations

from typing import Final, Literal

import pandas as pd

from trackagoat_pandas.actions import given, values
from trackagoat_pandas.actions.given import Items
from trackagoat_pandas.actions.sending import chosen, send_all
from trackagoat_pandas.actions.values import Check
from trackagoat_pandas.actions.writes import Write
from trackagoat_pandas.checks import check_ids
from trackagoat_pandas.http.client import Client

_CHECKS: Final[dict[str, Check]] = {
    "status": values.choice("pending", "voided"),
    "note": values.text,
}


def update_accruals(
    accruals: Items,
    *,
    status: Literal["pending", "voided"],
    note: str | None = None,
    dry_run: bool = False,
    client: Client | None = None,
) -> pd.DataFrame:
    """Void accruals that are pending, or restore ones that are voided.

    ``PATCH /payout-accruals/{id}``, a request for each.

    Parameters
    ----------
    accruals
        Ids, or a frame of accruals.
    status
        What they are to be; one that is paid stays so until its payment is voided.
    note
        Why.
    dry_run, client
        As in :func:`add_creators`.

    Returns
    -------
    pandas.DataFrame
        A row an accrual, as :func:`add_creators` gives; ``status`` is ``updated``, or ``failed``
        with ``state_conflict`` or ``no_change``.

    Raises
    ------
    ArgumentError, ArgumentTypeError, ApiError, PartialWriteError
        As in :func:`add_creators`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     accruals = tgp.load_payout_accruals("Q1 Brand Program")
    ...     pending = accruals[accruals["status"] == "pending"].head(2)
    ...     tgp.actions.update_accruals(pending, status="voided")["status"].tolist()
    ['updated', 'updated']
    """
    client = chosen(client)
    body = given.fields(_CHECKS, "status", status=status, note=note)
    writes = [
        Write("PATCH", f"/payout-accruals/{id_}", body, items=(id_,))
        for id_ in check_ids("accruals", accruals, entity="accrual")
    ]
    return send_all(client, "accruals", writes, dry_run=dry_run)
