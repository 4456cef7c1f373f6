"""Receipts of payments are uploaded: an address is asked for, the file put there, and named.

The signed address is held in a Secret, since it lets anyone write there.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

import pandas as pd

from trackagoat_pandas._secrets import Secret
from trackagoat_pandas.actions import given
from trackagoat_pandas.actions.given import One
from trackagoat_pandas.actions.sending import chosen, resource, send_one
from trackagoat_pandas.actions.writes import Write, plan_frame
from trackagoat_pandas.checks import check_bool
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError, UnreadableResponseError
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.envelope import Envelope
from trackagoat_pandas.http.uploads import put_file
from trackagoat_pandas.tables import PAYOUT_PAYMENTS

MOST_BYTES: Final = 5_000_000  # the API names no limit; no receipt should need more
_TYPES: Final = {
    ".pdf": "application/pdf",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}


def upload_receipt(
    payment: One,
    file: str | os.PathLike[str],
    *,
    dry_run: bool = False,
    client: Client | None = None,
) -> pd.DataFrame:
    """Upload a payment's receipt.

    ``POST /payouts/payment-receipts/upload-url`` for a signed address, a PUT of the file to it
    without the API key, then ``PATCH /payout-payments/{id}`` with where it is. If it breaks off,
    the payment is as it was: try again.

    Parameters
    ----------
    payment
        The payment's id, or a frame of one payment.
    file
        A PDF, JPEG, PNG or WebP file of up to 5 MB, recognized by its name.
    dry_run, client
        As in :func:`add_creators`.

    Returns
    -------
    pandas.DataFrame
        One row: the payment as :func:`load_payout_payments` gives it, with its ``receipt_url``.
        With ``dry_run`` the requests to the API, the second without its body, which the first
        answers with.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        There is no such file, or it is empty, too large or of another type; nothing was sent.
    UploadError
        The file was not taken, or the address is not one to send a file to.
    ApiError, ConnectionFailedError, DeadlineError
        As in :func:`update_creator`.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True), tempfile.TemporaryDirectory() as folder:
    ...     receipt = pathlib.Path(folder, "receipt.pdf")
    ...     _ = receipt.write_bytes(b"%PDF-1.7")
    ...     payment = tgp.load_payout_payments("Q1 Brand Program").head(1)
    ...     tgp.actions.upload_receipt(payment, receipt)["receipt_url"].notna().tolist()
    [True]
    """
    client = chosen(client)
    payment_id = given.one("payment", payment, "payment")
    name, kind, content = _read(file)
    body = {"payment_id": payment_id, "file_name": name, "content_type": kind}
    ask = Write("POST", "/payouts/payment-receipts/upload-url", body, items=(name,))
    path = f"/payout-payments/{payment_id}"
    if check_bool("dry_run", dry_run):
        return plan_frame([ask, Write("PATCH", path, items=(payment_id,))])
    address, place = _addresses(send_one(client, ask))
    put_file(client, address, content, kind, what=f"the receipt {name!r}")
    named = Write("PATCH", path, {"receipt_url": place}, items=(payment_id,))
    return resource(client, PAYOUT_PAYMENTS, named, dry_run=False)


def _read(file: object) -> tuple[str, str, bytes]:
    """Give a file's name, type and bytes."""
    if not isinstance(file, str | os.PathLike):
        raise ArgumentTypeError("file", file, "a path")
    path = Path(file)
    kind = _TYPES.get(path.suffix.lower())
    if kind is None:
        raise ArgumentError("file", path.name, f"its name must end in {', '.join(_TYPES)}")
    try:
        size = path.stat().st_size
        content = path.read_bytes() if 0 < size <= MOST_BYTES else b""
    except OSError as flaw:
        raise ArgumentError("file", str(path), f"it can't be read ({flaw.strerror})") from flaw
    if not content:
        problem = f"{path.name} has {size:,} bytes; it must have 1 to {MOST_BYTES:,}"
        raise ArgumentError("file", path.name, problem=problem)
    return path.name, kind, content


def _addresses(answer: Envelope) -> tuple[Secret, str]:
    """Give where the file is to be put, and where it will be."""
    address, place = (_secret(answer.data, name) for name in ("upload_url", "receipt_url"))
    if address is None or place is None:
        raise UnreadableResponseError(answer.path, answer.status, "it has no upload_url")
    return address, place.reveal()


def _secret(data: Any, name: str) -> Secret | None:
    value = data.get(name) if isinstance(data, dict) else None
    return Secret(value) if isinstance(value, str) else None
