"""Loaders of payout methods, structures, assignments, accruals and payments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeVar

import pandas as pd

from trackagoat_pandas._arrow import takes_arrow
from trackagoat_pandas._types import Creators, DatesLike, DtypeBackend
from trackagoat_pandas.catalog import remember_names
from trackagoat_pandas.checks import check_bool, check_choice, check_ids
from trackagoat_pandas.dates import DateRange
from trackagoat_pandas.errors import (
    ApiError,
    ForbiddenError,
    MissingArgumentError,
    NotFoundError,
)
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.load.planning import foreseen
from trackagoat_pandas.load.provenance import add_facts
from trackagoat_pandas.load.reading import chosen, load_children, load_one, load_table
from trackagoat_pandas.load.resuming import resumable
from trackagoat_pandas.organization import (
    ask_timezone,
    foresee_timezone,
    load_dates,
    optional_project,
)
from trackagoat_pandas.roster import creators_of_project
from trackagoat_pandas.tables import (
    PAYOUT_ACCRUALS,
    PAYOUT_ASSIGNMENTS,
    PAYOUT_METHODS,
    PAYOUT_PAYMENTS,
    PAYOUT_STRUCTURES,
    Table,
)
from trackagoat_pandas.tables.payouts import ACCRUAL_STATUSES, PAYMENT_STATUSES

E = TypeVar("E", bound=ApiError)


@foreseen
@resumable
def load_payout_methods(
    *,
    method: str | None = None,
    include_disabled: bool = False,
    max_requests: int | None = None,
    dtype_backend: DtypeBackend = "numpy_nullable",
    client: Client | None = None,
) -> pd.DataFrame:
    """Load the ways in which creators are paid.

    Parameters
    ----------
    method
        One method's id, for a frame of one row.
    include_disabled
        Whether to include disabled methods; only admins of the organization may list them.
    max_requests, dtype_backend, client
        As in :func:`load_projects`.

    Returns
    -------
    pandas.DataFrame
        One row per method: the columns of ``describe("payout_methods")``. Disabled ones that
        weren't requested are dropped, as in :func:`load_creators`.

    Raises
    ------
    ApiError, ConnectionFailedError, DeadlineError
        As in :func:`load_projects`; NotFoundError if no method has the id.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     methods = tgp.load_payout_methods()
    >>> "PayPal" in set(methods["name"])
    True
    """
    client = chosen(client, dtype_backend, max_requests)
    if method is not None:
        return load_one(PAYOUT_METHODS, client, "method", method, dtype_backend)
    if not check_bool("include_disabled", include_disabled):
        return load_table(PAYOUT_METHODS, client, {}, dtype_backend, asked={"is_active": True})
    try:
        return load_table(PAYOUT_METHODS, client, {"include_disabled": 1}, dtype_backend)
    except ForbiddenError as refusal:
        raise _explained(
            refusal,
            "Only admins of the organization may list disabled methods: leave out "
            "`include_disabled`, or use the key of an admin",
        ) from refusal


@takes_arrow
@foreseen
@resumable
def load_payout_structures(
    project: str | pd.DataFrame | None = None,
    *,
    structure: str | None = None,
    max_requests: int | None = None,
    dtype_backend: DtypeBackend = "numpy_nullable",
    client: Client | None = None,
) -> pd.DataFrame:
    """Load payout structures, the rules by which creators earn.

    Parameters
    ----------
    project
        A project's id or exact name, or a loaded frame of one project; None for all projects.
    structure
        One structure's id, for a frame of one row.
    max_requests, dtype_backend, client
        As in :func:`load_projects`.

    Returns
    -------
    pandas.DataFrame
        One row per structure, in its current version: the columns of
        ``describe("payout_structures")``; amounts are whole cents. Rows of another project than
        requested are dropped, as in :func:`load_creators`.

    Raises
    ------
    UnknownProjectError, AmbiguousProjectError
        No project has the name, or several have it; the message lists candidates.
    ApiError, ConnectionFailedError, DeadlineError
        As in :func:`load_projects`; NotFoundError if no structure has the id.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     structures = tgp.load_payout_structures("Q1 Brand Program")
    >>> set(structures["kind"]) <= {"recurring", "goal", "cpm", "view_threshold"}
    True
    """
    client = chosen(client, dtype_backend, max_requests)
    if structure is not None:
        return load_one(PAYOUT_STRUCTURES, client, "structure", structure, dtype_backend)
    params = {"project_id": optional_project(client, project)}
    structures = load_table(PAYOUT_STRUCTURES, client, params, dtype_backend)
    remember_names(client, PAYOUT_STRUCTURES, structures, is_whole=params["project_id"] is None)
    return structures


@takes_arrow
@foreseen
@resumable
def load_payout_assignments(
    structure: str | Sequence[str] | pd.Series | pd.Index | pd.DataFrame | None = None,
    *,
    max_requests: int | None = None,
    dtype_backend: DtypeBackend = "numpy_nullable",
    client: Client | None = None,
) -> pd.DataFrame:
    """Load which creators are paid by a structure, and from which day to which.

    Parameters
    ----------
    structure
        One structure's id, several, or a loaded frame of structures.
    max_requests, dtype_backend, client
        As in :func:`load_projects`.

    Returns
    -------
    pandas.DataFrame
        One row per assignment: the columns of ``describe("payout_assignments")``, with structures
        in the order given; dates are days of the organization's calendar.

    Raises
    ------
    MissingArgumentError, ArgumentError, ArgumentTypeError
        There are no structures, or they aren't ids; no request was sent.
    PartialLoadError
        Some structures failed: ``failures`` has the error of each by id, ``partial`` is the frame
        of the others.
    ApiError, ConnectionFailedError, DeadlineError
        As in :func:`load_projects`, if nothing could be loaded.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     structures = tgp.load_payout_structures("Q1 Brand Program")
    ...     assignments = tgp.load_payout_assignments(structures)
    >>> set(assignments["structure_id"]) <= set(structures["id"])
    True
    """
    client = chosen(client, dtype_backend, max_requests)
    if structure is None:
        advice = "give ids of payout rules, or the frame of load_payout_structures"
        raise MissingArgumentError("structure", advice)
    ids = check_ids("structure", structure, entity="structure")
    names: dict[str, str] = {}
    if isinstance(structure, pd.DataFrame) and {"id", "name"} <= set(structure.columns):
        called = structure.set_index("id")["name"].dropna()
        names = {str(id_): str(name) for id_, name in called.items()}
    return load_children(PAYOUT_ASSIGNMENTS, client, "structure", ids, dtype_backend, names=names)


@takes_arrow
@foreseen
@resumable
def load_payout_accruals(
    project: str | pd.DataFrame | None = None,
    *,
    creator: Creators | None = None,
    status: Literal["pending", "paid", "voided"] | None = None,
    dates: DatesLike | None = None,
    accrual: str | None = None,
    max_requests: int | None = None,
    dtype_backend: DtypeBackend = "numpy_nullable",
    client: Client | None = None,
) -> pd.DataFrame:
    """Load accruals, the amounts that creators earned in each period.

    Parameters
    ----------
    project
        A project's id or exact name, or a loaded frame of one project; None for all projects.
    creator
        One creator or several, as in :func:`load_videos`.
    status
        ``"pending"``, ``"paid"`` or ``"voided"``.
    dates
        Anything that :meth:`DateRange.parse` reads, for the accruals whose period has at least one
        of these days. None for all; then the organization's time zone is asked for, too, unless the
        client knows it.
    accrual
        One accrual's id, for a frame of one row.
    max_requests, dtype_backend, client
        As in :func:`load_projects`.

    Returns
    -------
    pandas.DataFrame
        One row per accrual: the columns of ``describe("payout_accruals")``; ``amount_cents`` is
        Int64. Rows of another project, creator, status or time than requested are dropped, as in
        :func:`load_creators`; the API documents none of these filters.

    Raises
    ------
    UnknownProjectError, AmbiguousProjectError
        No project has the name, or several have it; the message lists candidates.
    UnknownCreatorError, AmbiguousCreatorError
        As in :func:`load_videos`.
    ArgumentError
        The status, an id or the dates are not allowed.
    ApiError, ConnectionFailedError, DeadlineError
        As in :func:`load_projects`; NotFoundError if no accrual has the id, or if the server
        has no list of accruals, which the API doesn't document.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     accruals = tgp.load_payout_accruals("Q1 Brand Program", status="pending")
    >>> str(accruals["amount_cents"].dtype)
    'Int64'
    """
    client = chosen(client, dtype_backend, max_requests)
    if accrual is not None:
        return load_one(PAYOUT_ACCRUALS, client, "accrual", accrual, dtype_backend)
    if status is not None:
        check_choice("status", status, ACCRUAL_STATUSES)
    try:
        return _load_ledger(PAYOUT_ACCRUALS, client, project, creator, status, dates, dtype_backend)
    except NotFoundError as refusal:
        if refusal.path != PAYOUT_ACCRUALS.path or refusal.partial is not None:
            raise
        cause = "This server has no list of accruals, which the API doesn't document"
        if project is not None or creator is not None:
            cause += ", unless the project or the creator doesn't exist"
        advice = "`tgp.accrue` computes accruals from structures and assignments"
        raise _explained(refusal, f"{cause}. {advice}") from refusal


@takes_arrow
@foreseen
@resumable
def load_payout_payments(
    project: str | pd.DataFrame | None = None,
    *,
    creator: Creators | None = None,
    status: Literal["recorded", "voided"] | None = None,
    dates: DatesLike | None = None,
    payment: str | None = None,
    max_requests: int | None = None,
    dtype_backend: DtypeBackend = "numpy_nullable",
    client: Client | None = None,
) -> pd.DataFrame:
    """Load recorded payments; TrackaGoat itself doesn't transfer money.

    Parameters
    ----------
    project
        A project's id or exact name, or a loaded frame of one project; None for all projects.
    creator
        One creator or several, as in :func:`load_videos`.
    status
        ``"recorded"`` or ``"voided"``.
    dates
        Anything that :meth:`DateRange.parse` reads, for the payments made on these days of the
        organization's calendar. None for all; then the organization's time zone is asked for, too,
        unless the client knows it.
    payment
        One payment's id, for a frame of one row.
    max_requests, dtype_backend, client
        As in :func:`load_projects`.

    Returns
    -------
    pandas.DataFrame
        One row per payment: the columns of ``describe("payout_payments")``; ``amount_cents`` is
        Int64, ``accrual_ids`` is JSON text. Rows of another creator, status or day than requested
        are dropped, as in :func:`load_creators`; the API documents none of these filters. The
        project can't be checked, since payments don't have one.

    Raises
    ------
    UnknownProjectError, AmbiguousProjectError
        No project has the name, or several have it; the message lists candidates.
    UnknownCreatorError, AmbiguousCreatorError
        As in :func:`load_videos`.
    ArgumentError
        The status, an id or the dates are not allowed.
    ApiError, ConnectionFailedError, DeadlineError
        As in :func:`load_projects`; NotFoundError if no payment has the id.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     payments = tgp.load_payout_payments("Q1 Brand Program")
    >>> int(payments.loc[payments["status"] == "recorded", "amount_cents"].sum()) > 0
    True
    """
    client = chosen(client, dtype_backend, max_requests)
    if payment is not None:
        return load_one(PAYOUT_PAYMENTS, client, "payment", payment, dtype_backend)
    if status is not None:
        check_choice("status", status, PAYMENT_STATUSES)
    return _load_ledger(PAYOUT_PAYMENTS, client, project, creator, status, dates, dtype_backend)


def _explained(refusal: E, sentence: str) -> E:
    """Return an error of the API with a sentence added to its message."""
    return refusal.replaced(message=f"{refusal.message.rstrip('.')}. {sentence}")


def _load_ledger(
    table: Table,
    client: Client,
    project: str | pd.DataFrame | None,
    creator: Creators | None,
    status: str | None,
    dates: DatesLike | None,
    dtype_backend: DtypeBackend,
) -> pd.DataFrame:
    """Load accruals or payments, which have the same filters."""

    def load(span: DateRange | None) -> pd.DataFrame:
        project_id, creators = creators_of_project(client, creator, project)
        params = {"project_id": project_id, "status": status, **(span.params if span else {})}
        if span is None:
            foresee_timezone(client)
        return load_table(table, client, params, dtype_backend, creators=creators)

    frame = load_dates(client, dates, load)
    if dates is None and not frame.empty:
        # Balances by month or year need it. With dates, it was asked for if they do.
        add_facts(frame, timezone=ask_timezone(client))
    return frame
