"""Recorded payments are voided, and given a note or a receipt's address."""

from __future__ import annotations

from typing import Final

import pandas as pd

from trackagoat_pandas.actions import given, values
from trackagoat_pandas.actions.given import KEEP, Keep, One
from trackagoat_pandas.actions.sending import chosen, resource
from trackagoat_pandas.actions.values import Check
from trackagoat_pandas.actions.writes import Write
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.tables import PAYOUT_PAYMENTS

EDITS: Final[dict[str, Check]] = {
    "note": values.or_null(values.text),
    "receipt_url": values.or_null(values.text),
}


def update_payment(
    payment: One,
    *,
    note: str | Keep | None = KEEP,
    receipt_url: str | Keep | None = KEEP,
    dry_run: bool = False,
    client: Client | None = None,
) -> pd.DataFrame:
    """Change a payment's note or receipt; what isn't given stays as it is.

    ``PATCH /payout-payments/{id}``.

    Parameters
    ----------
    payment
        The payment's id, or a frame of one payment.
    note, receipt_url
        The note, and the receipt's address; None clears them. See :func:`upload_receipt`.
    dry_run, client
        As in :func:`add_creators`.

    Returns
    -------
    pandas.DataFrame
        One row: the payment as :func:`load_payout_payments` gives it. With ``dry_run`` the request.

    Raises
    ------
    ArgumentError, ArgumentTypeError, ApiError, ConnectionFailedError, DeadlineError
        As in :func:`update_creator`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     payment = tgp.load_payout_payments("Q1 Brand Program").head(1)
    ...     tgp.actions.update_payment(payment, note="By hand")["note"].iloc[0]
    'By hand'
    """
    client = chosen(client)
    body = given.changes(EDITS, note=note, receipt_url=receipt_url)
    return resource(client, PAYOUT_PAYMENTS, _patch(payment, body), dry_run=dry_run)


def void_payment(
    payment: One, *, note: str | None = None, dry_run: bool = False, client: Client | None = None
) -> pd.DataFrame:
    """Void a payment: what it had settled is pending again.

    ``PATCH /payout-payments/{id}``.

    Parameters
    ----------
    payment
        The payment's id, or a frame of one payment.
    note
        Why; it replaces the payment's note.
    dry_run, client
        As in :func:`add_creators`.

    Returns
    -------
    pandas.DataFrame
        One row: the payment as :func:`load_payout_payments` gives it. With ``dry_run`` the request.

    Raises
    ------
    ConflictError
        It is voided already: ``no_change``.
    ArgumentError, ArgumentTypeError, ApiError, ConnectionFailedError, DeadlineError
        As in :func:`update_creator`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     payments = tgp.load_payout_payments("Q1 Brand Program")
    ...     recorded = payments[payments["status"] == "recorded"].head(1)
    ...     tgp.actions.void_payment(recorded)["status"].tolist()
    ['voided']
    """
    client = chosen(client)
    body = {"status": "voided", **given.fields(EDITS, note=note)}
    return resource(client, PAYOUT_PAYMENTS, _patch(payment, body), dry_run=dry_run)


def _patch(payment: One, body: dict[str, str]) -> Write:
    payment_id = given.one("payment", payment, "payment")
    return Write("PATCH", f"/payout-payments/{payment_id}", body, items=(payment_id,))
