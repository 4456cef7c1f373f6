"""Record, change and void payments, upload their receipts, and void accruals.

These are records: no action moves money.
"""

from __future__ import annotations

import datetime as dt
import os
from functools import partial
from pathlib import Path
from typing import Final, Literal

import pandas as pd

from trackagoat_pandas.actions import inputs
from trackagoat_pandas.actions.batch import plan_frame, plan_row, send, send_one, update
from trackagoat_pandas.actions.dry_runs import Given, Judged, Planned, among, units_of
from trackagoat_pandas.actions.inputs import KEEP, Check, Items, Keep, One
from trackagoat_pandas.actions.repeats import Listed, foreseen, listed
from trackagoat_pandas.actions.requests import BULK_ITEMS, Record, Write, check_again, creation
from trackagoat_pandas.base.secrets import Secret
from trackagoat_pandas.base.warnings import warn
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    ChoiceError,
    TrackaGoatWarning,
    UnreadableResponseError,
    listing,
)
from trackagoat_pandas.helpers.columns import whole
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.envelope import Envelope
from trackagoat_pandas.http.session import Session, session_of
from trackagoat_pandas.http.uploads import put_file
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.checks import check_bool, check_choice, is_uuid
from trackagoat_pandas.names.creators import find_creators
from trackagoat_pandas.tables import PAYOUT_ACCRUALS, PAYOUT_METHODS, PAYOUT_PAYMENTS

EDITS: Final[dict[str, Check]] = {
    "note": inputs.or_null(inputs.text),
    "receipt_url": inputs.or_null(inputs.text),
}
_CHECKS: Final[dict[str, Check]] = {
    "amount_cents": inputs.cents,
    "paid_at": inputs.instant,
    "note": inputs.text,
}
_CHANGED: Final[Judged] = ("would change", None)
_ACCRUAL_CHECKS: Final[dict[str, Check]] = {
    "status": partial(check_choice, choices=("pending", "voided")),
    "note": inputs.text,
}
RECEIPT_BYTES: Final = 5_000_000  # the API names no limit; no receipt should need more
_RECEIPT_TYPES: Final = {
    ".pdf": "application/pdf",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}


@takes_arrow
def record_payment(
    creator: One,
    accruals: Items,
    *,
    amount_cents: int,
    method: One,
    paid_at: str | dt.datetime | pd.Timestamp | None = None,
    note: str | None = None,
    dry_run: bool = False,
    again: bool = False,
    idempotency_key: str | None = None,
    client: Client | None = None,
) -> pd.DataFrame:
    """Record a payment to a creator, which settles accruals.

    ``POST /payout-payments``. The same call within 24 hours returns the payment that it recorded,
    with a warning, and records another one only with ``again=True``, or if that payment has been
    voided since.

    Parameters
    ----------
    creator : str or DataFrame
        The creator's handle or id, or a frame of one creator.
    accruals : str, list of str or DataFrame
        Ids of 1 to 50 accruals, or a frame of them; they must be the creator's and pending.
    amount_cents : int
        Whole cents; it may differ from the accruals' sum, which :func:`audit_payouts` reports. More
        than that is warned of if a frame says the amounts of the accruals, and said by a dry run.
    method : str or DataFrame
        A payout method's id or exact name, such as ``PayPal``, or a frame of one method.
    paid_at : str or datetime, optional
        The instant of the payment, with its offset; by default now.
    note : str, optional
        A note on the payment.
    dry_run : bool, default False
        Change nothing; return what would become of each item, and the request.
    again : bool, default False
        Create another one like the one that the same call created within the last 24 hours.
    idempotency_key : str, optional
        The key of the request; by default one made from the request.
    client : Client, optional
        The client to send with; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        One row: the payment as :func:`load_payout_payments` returns it.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        A value is invalid, such as a float amount; nothing was sent.
    ConflictError
        An accrual is another creator's or not pending, or the method isn't active.
    ApiError, ConnectionFailedError, DeadlineError
        See :mod:`trackagoat_pandas.actions`.

    Warns
    -----
    TrackaGoatWarning
        The amount is more than the accruals sum up to.

    See Also
    --------
    actions.upload_receipt : Upload a receipt.
    actions.void_payment : Void a payment.
    outstanding_balances : List who is owed what.
    payout_file : Write the file that pays balances.

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
    client = session_of(client)
    check_again(again, idempotency_key)
    given = Given(client, dry_run=dry_run)
    ids = inputs.many("accruals", accruals)
    if not 1 <= len(ids) <= BULK_ITEMS:
        problem = f"pass 1 to {BULK_ITEMS} rows or ids of load_payout_accruals, not {len(ids)}"
        raise ArgumentError("accruals", ids, problem=problem)
    named = inputs.one_creator("creator", creator)
    if isinstance(method, str) and method.strip() and not is_uuid(method.strip()):
        method_id = method.strip()  # a name
    else:
        method_id = inputs.one("method", method)
    body = {
        "creator_id": named,
        "accrual_ids": ids,
        "method_id": method_id,
        **inputs.fields(
            _CHECKS, "amount_cents", amount_cents=amount_cents, paid_at=paid_at, note=note
        ),
    }
    excess = _excess(body["amount_cents"], _sum_of(accruals))
    body["method_id"] = _find_method(client, body["method_id"])
    (body["creator_id"],) = find_creators(client, [named])
    write = creation(
        PAYOUT_PAYMENTS.path,
        body,
        body["creator_id"],
        again=again,
        idempotency_key=idempotency_key,
        look=Listed(PAYOUT_PAYMENTS.path, fields=["status"], by_id=True),
    )
    if given.is_dry:
        given.take("creator", named, lambda one: [one], units=units_of(named))
        return given.send("payments", [write], partial(_judge_payment, client, write))
    if excess:
        warn(f"record_payment: {excess}. If that is wrong, void_payment.", TrackaGoatWarning)
    return send_one(client, PAYOUT_PAYMENTS, write, dry_run=False)


def _sum_of(accruals: object) -> int | None:
    """Add up the amounts of a frame of accruals; None if it doesn't say all of them."""
    if not isinstance(accruals, pd.DataFrame) or "amount_cents" not in accruals.columns:
        return None
    ids = accruals["accrual_id" if "accrual_id" in accruals.columns else "id"]
    cents = whole(accruals["amount_cents"])[~ids.duplicated().to_numpy()]
    return None if cents.isna().any() else int(cents.sum())


def _excess(cents: int, owed: int | None) -> str:
    """Say that a payment is more than the accruals that it settles; "" if it isn't known to be."""
    if owed is None or cents <= owed:
        return ""
    times = f", {cents // owed} times as much" if owed > 0 and cents % owed == 0 else ""
    return f"amount_cents is {cents}, and the accruals sum up to {owed}{times}"


def _find_method(client: Session, named: str) -> str:
    """Return the id of a payout method that is active, by its id or its name, whatever the case.

    Raises
    ------
    ChoiceError, ArgumentError
        None has this name, or several do.
    """
    if is_uuid(named):
        return named
    names = {id_: str(one.get("name")) for id_, one in listed(client, PAYOUT_METHODS.path).items()}
    found = [id_ for id_, name in names.items() if name.casefold() == named.casefold()]
    if not found:
        raise ChoiceError("method", named, sorted(names.values()))
    if len(found) > 1:
        raise ArgumentError("method", named, f"several have this name; give one of the ids {found}")
    return found[0]


def _judge_payment(client: Session, write: Write, parts: list[Planned]) -> list[Judged]:
    """Judge the one payment by its method and its accruals, all of which must be pending."""
    (part,) = parts
    repeated = foreseen(client, write)
    if repeated is not None:
        return [repeated]
    ids, method = part.body["accrual_ids"], part.body["method_id"]
    found = listed(client, PAYOUT_ACCRUALS.path, wanted=ids)
    flaws = [] if method in listed(client, PAYOUT_METHODS.path) else ["the method isn't active"]
    for id_ in ids:
        accrual = found.get(id_)
        if accrual is None:
            flaws.append(f"the accrual {id_} isn't listed")
        elif accrual.get("creator_id") != part.item:
            flaws.append(f"the accrual {id_} is another creator's")
        elif accrual.get("status") != "pending":
            flaws.append(f"the accrual {id_} is {accrual.get('status')}, not pending")
    if not flaws:
        amounts = [found[id_].get("amount_cents") for id_ in ids]
        known = [cents for cents in amounts if isinstance(cents, int)]
        owed = sum(known) if len(known) == len(amounts) else None
        return [("would create", _excess(part.body["amount_cents"], owed) or None)]
    # Accruals that aren't pending any more may have been settled by this very payment.
    same = None if write.again else _recorded_like(client, part.body)
    if same is not None:
        return [("exists", f"the payment {same} of these accruals is recorded already")]
    return [("would fail", listing(flaws, 5))]


def _recorded_like(client: Session, body: Record) -> str | None:
    """Return the id of a payment that is recorded with the fields of a request."""
    params = {"creator_id": body["creator_id"]}
    for id_, payment in listed(client, PAYOUT_PAYMENTS.path, params).items():
        accruals = payment.get("accrual_ids")
        if (
            payment.get("status") == "recorded"
            and isinstance(accruals, list)
            and sorted(map(str, accruals)) == sorted(body["accrual_ids"])
            and all(payment.get(name) == body[name] for name in ("amount_cents", "method_id"))
        ):
            return id_
    return None


@takes_arrow
def update_payment(
    payment: One,
    *,
    note: str | Keep | None = KEEP,
    receipt_url: str | Keep | None = KEEP,
    dry_run: bool = False,
    client: Client | None = None,
) -> pd.DataFrame:
    """Change a payment's note or receipt; fields that aren't given stay as they are.

    ``PATCH /payout-payments/{id}``.

    Parameters
    ----------
    payment : str or DataFrame
        The payment's id, or a frame of one payment.
    note, receipt_url : str or None, optional
        The note, and the receipt's address; None clears them. See :func:`upload_receipt`.
    dry_run : bool, default False
        Change nothing; return what would become of each item, and the request.
    client : Client, optional
        The client to send with; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        One row: the payment as :func:`load_payout_payments` returns it.

    Raises
    ------
    ArgumentError, ArgumentTypeError, ApiError, ConnectionFailedError, DeadlineError
        See :mod:`trackagoat_pandas.actions`.

    See Also
    --------
    actions.record_payment : Record a payment.
    actions.upload_receipt : Upload a receipt.
    actions.void_payment : Void a payment.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     payment = tgp.load_payout_payments("Q1 Brand Program").head(1)
    ...     tgp.actions.update_payment(payment, note="By hand")["note"].iloc[0]
    'By hand'
    """
    client = session_of(client)
    body = inputs.changes(EDITS, note=note, receipt_url=receipt_url)
    return update(client, PAYOUT_PAYMENTS, inputs.one("payment", payment), body, dry_run=dry_run)


@takes_arrow
def void_payment(
    payment: One, *, note: str | None = None, dry_run: bool = False, client: Client | None = None
) -> pd.DataFrame:
    """Void a payment; the accruals that it settled are pending again.

    ``PATCH /payout-payments/{id}``.

    Parameters
    ----------
    payment : str or DataFrame
        The payment's id, or a frame of one payment.
    note : str, optional
        Why; it replaces the payment's note.
    dry_run : bool, default False
        Change nothing; return what would become of each item, and the request.
    client : Client, optional
        The client to send with; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        One row: the payment as :func:`load_payout_payments` returns it.

    Raises
    ------
    ConflictError
        It is voided already: the ``code`` is ``no_change``.
    ArgumentError, ArgumentTypeError, ApiError, ConnectionFailedError, DeadlineError
        See :mod:`trackagoat_pandas.actions`.

    See Also
    --------
    actions.record_payment : Record a payment.
    actions.update_accruals : Void or restore accruals.
    load_payout_payments : Load recorded payments.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     payments = tgp.load_payout_payments("Q1 Brand Program")
    ...     recorded = payments[payments["status"] == "recorded"].head(1)
    ...     tgp.actions.void_payment(recorded)["status"].tolist()
    ['voided']
    """
    client = session_of(client)
    body = {"status": "voided", **inputs.fields(EDITS, note=note)}
    return update(client, PAYOUT_PAYMENTS, inputs.one("payment", payment), body, dry_run=dry_run)


@takes_arrow
def update_accruals(
    accruals: Items,
    *,
    status: Literal["pending", "voided"],
    note: str | None = None,
    dry_run: bool = False,
    client: Client | None = None,
) -> pd.DataFrame:
    """Void pending accruals, or restore voided ones.

    ``PATCH /payout-accruals/{id}``, a request for each.

    Parameters
    ----------
    accruals : str, list of str or DataFrame
        Ids, or a frame of accruals.
    status : {'pending', 'voided'}
        The new status; a paid accrual stays paid until its payment is voided.
    note : str, optional
        Why they are voided or restored.
    dry_run : bool, default False
        Change nothing; return what would become of each item, and the request.
    client : Client, optional
        The client to send with; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        Results (``item``, ``status``, ``id``, ``error_code``, ``error``), one row per accrual;
        ``status`` is ``updated``, or ``failed`` with the ``error_code`` ``state_conflict`` or
        ``no_change``.

    Raises
    ------
    ArgumentError, ArgumentTypeError, ApiError, PartialWriteError
        See :mod:`trackagoat_pandas.actions`.

    See Also
    --------
    load_payout_accruals : Load what creators earned.
    audit : Load the books and audit them in one call.
    actions.void_payment : Void a payment.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     accruals = tgp.load_payout_accruals("Q1 Brand Program")
    ...     pending = accruals[accruals["status"] == "pending"].head(2)
    ...     tgp.actions.update_accruals(pending, status="voided")["status"].tolist()
    ['updated', 'updated']
    """
    client = session_of(client)
    body = inputs.fields(_ACCRUAL_CHECKS, "status", status=status, note=note)
    given = Given(client, dry_run=dry_run)
    writes = [
        Write("PATCH", f"{PAYOUT_ACCRUALS.path}/{id_}", body, items=(id_,))
        for id_ in given.ids("accruals", accruals)
    ]

    def say(accrual: Record) -> Judged:
        found = accrual.get("status")
        if found == "paid":
            return "would fail", "it is paid: void its payment first"
        return ("would fail", f"it is {found} already") if found == status else _CHANGED

    return given.send("accruals", writes, among(client, PAYOUT_ACCRUALS.path, say=say))


@takes_arrow
def upload_receipt(
    payment: One,
    file: str | os.PathLike[str],
    *,
    dry_run: bool = False,
    client: Client | None = None,
) -> pd.DataFrame:
    """Upload a payment's receipt.

    ``POST /payouts/payment-receipts/upload-url`` for a signed address, a PUT of the file to it
    without the API key, then ``PATCH /payout-payments/{id}`` with the file's URL. If the upload
    fails, the payment is unchanged: try again.

    Parameters
    ----------
    payment : str or DataFrame
        The payment's id, or a frame of one payment.
    file : str or path
        A PDF, JPEG, PNG or WebP file of up to 5 MB, recognized by its extension.
    dry_run : bool, default False
        Change nothing; return what would become of each item, and the request.
    client : Client, optional
        The client to send with; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        One row: the payment as :func:`load_payout_payments` returns it, with its ``receipt_url``.
        With ``dry_run`` the two requests to the API; the second has no body, since its contents
        come from the response to the first.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        There is no such file, or it is empty, too large or of another type; nothing was sent.
    UploadError
        The file was not accepted, or the address is not safe to send a file to.
    ApiError, ConnectionFailedError, DeadlineError
        See :mod:`trackagoat_pandas.actions`.

    See Also
    --------
    actions.record_payment : Record a payment.
    actions.update_payment : Change a payment's note or receipt.

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
    client = session_of(client)
    payment_id = inputs.one("payment", payment)
    name, content_type, content = _read_receipt(file)
    body = {"payment_id": payment_id, "file_name": name, "content_type": content_type}
    ask = Write("POST", "/payouts/payment-receipts/upload-url", body, items=(name,))
    if check_bool("dry_run", dry_run):
        patch = Write("PATCH", f"{PAYOUT_PAYMENTS.path}/{payment_id}", items=(payment_id,))
        return plan_frame(client, [plan_row(ask), plan_row(patch)], ask.path)
    address, receipt_url = _addresses(send(client, ask))
    put_file(client, address, content, content_type, what=f"the receipt {name!r}")
    changes = {"receipt_url": receipt_url}
    return update(client, PAYOUT_PAYMENTS, payment_id, changes, dry_run=False)


def _read_receipt(file: object) -> tuple[str, str, bytes]:
    """Return a file's name, type and bytes."""
    inputs.require("file", file, "pass the path of a file")
    if not isinstance(file, str | os.PathLike):
        raise ArgumentTypeError("file", file, "a path")
    path = Path(file)
    content_type = _RECEIPT_TYPES.get(path.suffix.lower())
    if content_type is None:
        raise ArgumentError("file", path.name, f"its name must end in {', '.join(_RECEIPT_TYPES)}")
    try:
        size = path.stat().st_size
        content = path.read_bytes() if 0 < size <= RECEIPT_BYTES else b""
    except OSError as flaw:
        raise ArgumentError("file", str(path), f"it can't be read ({flaw.strerror})") from flaw
    if not content:
        problem = f"{path.name} has {size:,} bytes; it must have 1 to {RECEIPT_BYTES:,}"
        raise ArgumentError("file", path.name, problem=problem)
    return path.name, content_type, content


def _addresses(response: Envelope) -> tuple[Secret, str]:
    """Return the signed address to put the file to, and the address that it will have."""
    data = response.data if isinstance(response.data, dict) else {}
    for name in ("upload_url", "receipt_url"):
        if not isinstance(data.get(name), str):
            raise UnreadableResponseError(response.path, response.status, f"it has no {name}")
    # In a Secret, since the signed address lets anyone write there.
    return Secret(data["upload_url"]), data["receipt_url"]
