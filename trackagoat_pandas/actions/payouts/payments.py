"""Payments are recorded; the API moves no money."""

from __future__ import annotations

import datetime as dt
from typing import Final

import pandas as pd

from trackagoat_pandas.actions import given, values
from trackagoat_pandas.actions.given import Items, One
from trackagoat_pandas.actions.sending import chosen, resource
from trackagoat_pandas.actions.values import Check
from trackagoat_pandas.actions.writes import BULK_ITEMS, creation
from trackagoat_pandas.checks import check_ids
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.tables import PAYOUT_PAYMENTS

_CHECKS: Final[dict[str, Check]] = {
    "amount_cents": values.cents,
    "paid_at": values.instant,
    "note": values.text,
}


def record_payment(
    creator: One,
    accruals: Items,
    *,
    amount_cents: int,
    method: One,
    paid_at: str | dt.datetime | pd.Timestamp | None = None,
    note: str | None = None,
    dry_run: bool = False,
    idempotency_key: str | None = None,
    client: Client | None = None,
) -> pd.DataFrame:
    """Record a payment to a creator, which settles accruals.

    ``POST /payout-payments``. The same call within 24 hours gives the same payment and records
    nothing again, even if that was voided since: to record another like it, pass an
    ``idempotency_key``.

    Parameters
    ----------
    creator
        The creator's id, or a frame of one creator.
    accruals
        Ids of 1 to 50 accruals, or a frame of them; they must be the creator's and pending.
    amount_cents
        Whole cents; it may differ from the accruals' sum, which :func:`audit_payouts` then finds.
    method
        A payout method's id, or a frame of one method.
    paid_at
        The instant of the payment, with its offset; by default now.
    note
        A note.
    dry_run, idempotency_key, client
        As in :func:`add_creators`.

    Returns
    -------
    pandas.DataFrame
        One row: the payment as :func:`load_payout_payments` gives it. With ``dry_run`` the request.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        A value can't be right, such as a float amount; nothing was sent.
    ConflictError
        An accrual is another creator's or not pending, or the method is switched off.
    ApiError, ConnectionFailedError, DeadlineError
        As in :func:`update_creator`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     accruals = tgp.load_payout_accruals("Q1 Brand Program")
    ...     due = accruals[accruals["status"] == "pending"].head(1)
    ...     payment = tgp.actions.record_payment(
    ...         due["creator_id"].iloc[0],
    ...         due,
    ...         amount_cents=due["amount_cents"].sum(),
    ...         method=tgp.load_payout_methods().head(1),
    ...     )
    >>> payment["status"].tolist()
    ['recorded']
    """
    client = chosen(client)
    ids = check_ids("accruals", accruals, entity="accrual")
    if not 1 <= len(ids) <= BULK_ITEMS:
        problem = f"a payment settles 1 to {BULK_ITEMS} accruals, not {len(ids)}"
        raise ArgumentError("accruals", ids, problem=problem)
    body = {
        "creator_id": given.one("creator", creator, "creator"),
        "accrual_ids": ids,
        "method_id": given.one("method", method, "method"),
        **given.fields(
            _CHECKS, "amount_cents", amount_cents=amount_cents, paid_at=paid_at, note=note
        ),
    }
    write = creation("/payout-payments", body, body["creator_id"], idempotency_key)
    return resource(client, PAYOUT_PAYMENTS, write, dry_run=dry_run)
