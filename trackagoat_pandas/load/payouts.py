"""Loaders of payout methods, structures, assignments, accruals and payments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final, Literal, TypeVar

import pandas as pd

from trackagoat_pandas.base.types import Creators, DatesLike, DtypeBackend
from trackagoat_pandas.base.warnings import warn
from trackagoat_pandas.errors import (
    ApiError,
    ArgumentError,
    ContractWarning,
    ForbiddenError,
    MissingArgumentError,
    NotFoundError,
    TrackaGoatError,
)
from trackagoat_pandas.helpers.columns import text
from trackagoat_pandas.helpers.payouts.ledger import split_ids
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.session import Session, session_of
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.checks import (
    check_bool,
    check_choice,
    check_ids,
    frame_facts,
    is_uuid,
)
from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.load.loader import loader
from trackagoat_pandas.load.provenance import add_facts
from trackagoat_pandas.load.reading import load_children, load_one, load_table
from trackagoat_pandas.names.campaigns import remember_names
from trackagoat_pandas.names.creators import (
    creators_of_project,
    known_creators,
    known_owners,
    remember_owners,
)
from trackagoat_pandas.names.organization import (
    ask_timezone,
    foresee_timezone,
    load_dates,
    optional_project,
)
from trackagoat_pandas.tables import (
    CREATORS,
    PAYOUT_ACCRUALS,
    PAYOUT_ASSIGNMENTS,
    PAYOUT_METHODS,
    PAYOUT_PAYMENTS,
    PAYOUT_STRUCTURES,
    Table,
)
from trackagoat_pandas.tables.payouts import ACCRUAL_STATUSES, PAYMENT_STATUSES

E = TypeVar("E", bound=ApiError)
_MOST_LOOKED_UP: Final = 20
"""The most creators whose project is looked up one by one."""
OWNERS: Final = "owners"
"""What a plan calls the list by which payments are checked."""


@takes_arrow
@loader
def load_payout_methods(
    *,
    method: str | None = None,
    include_disabled: bool = False,
    max_requests: int | None = None,
    dtype_backend: DtypeBackend = "numpy_nullable",
    client: Client | None = None,
) -> pd.DataFrame:
    """Load the ways in which creators are paid.

    They belong to the organization, and all projects share them: there is no ``project``.

    Parameters
    ----------
    method : str, optional
        One method's id, for a frame of one row.
    include_disabled : bool, default False
        Whether to include disabled methods; only admins of the organization may list them.
    max_requests : int, optional
        The most requests that the load may send. By default, a list may have 10,000 pages.
    dtype_backend : {'numpy_nullable', 'pyarrow'}, default 'numpy_nullable'
        ``"numpy_nullable"`` for pandas' nullable dtypes, ``"pyarrow"`` for Arrow's.
    client : Client, optional
        The client to use; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        One row per method: the columns of ``describe("payout_methods")``. Disabled ones that
        weren't requested are dropped, as in :func:`load_creators`.

    Raises
    ------
    ApiError, ConnectionFailedError, DeadlineError
        As in :func:`load_projects`; NotFoundError if no method has the id.

    See Also
    --------
    load_payout_payments : Load recorded payments.
    outstanding_balances : List who is owed what.
    actions.create_payout_method : Create a way of paying.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     methods = tgp.load_payout_methods()
    >>> print(methods["name"].tolist())
    ['Wise Business', 'PayPal', 'Cash App', 'Venmo']
    """
    session = session_of(client, max_requests)
    if method is not None:
        return load_one(PAYOUT_METHODS, session, "method", method, dtype_backend)
    if not check_bool("include_disabled", include_disabled):
        return load_table(PAYOUT_METHODS, session, {}, dtype_backend, asked={"is_active": True})
    try:
        return load_table(PAYOUT_METHODS, session, {"include_disabled": 1}, dtype_backend)
    except ForbiddenError as refusal:
        raise _explain(
            refusal,
            "Only admins of the organization may list disabled methods: leave out "
            "`include_disabled`, or use the key of an admin",
        ) from refusal


@takes_arrow
@loader
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
    project : str or DataFrame, optional
        A project's id or exact name, or a loaded frame of one project; None for all projects.
    structure : str, optional
        One structure's id, for a frame of one row.
    max_requests : int, optional
        The most requests that the load may send. By default, a list may have 10,000 pages.
    dtype_backend : {'numpy_nullable', 'pyarrow'}, default 'numpy_nullable'
        ``"numpy_nullable"`` for pandas' nullable dtypes, ``"pyarrow"`` for Arrow's.
    client : Client, optional
        The client to use; by default the one that ``connect`` made last.

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

    See Also
    --------
    load_payout_assignments : Load who is paid by which rule.
    accrue : Work out what each rule owes.
    what_if : See what other rules would pay.
    actions.create_payout_structure : Create a rule of pay.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     structures = tgp.load_payout_structures("Q1 Brand Program")
    >>> print(structures[["name", "kind"]].to_string(index=False))
                    name           kind
                     CPM            cpm
           Base retainer      recurring
             Flat weekly      recurring
          Milestone 100k view_threshold
    Weekly posting bonus           goal
    """
    session = session_of(client, max_requests)
    if structure is not None:
        return load_one(PAYOUT_STRUCTURES, session, "structure", structure, dtype_backend)
    params = {"project_id": optional_project(session, project)}
    structures = load_table(PAYOUT_STRUCTURES, session, params, dtype_backend)
    remember_names(session, PAYOUT_STRUCTURES, structures, is_whole=params["project_id"] is None)
    return structures


@takes_arrow
@loader
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
    structure : str, list of str or DataFrame, optional
        One structure's id, several, or a loaded frame of structures.
    max_requests : int, optional
        The most requests that the load may send. By default, a list may have 10,000 pages.
    dtype_backend : {'numpy_nullable', 'pyarrow'}, default 'numpy_nullable'
        ``"numpy_nullable"`` for pandas' nullable dtypes, ``"pyarrow"`` for Arrow's.
    client : Client, optional
        The client to use; by default the one that ``connect`` made last.

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

    See Also
    --------
    load_payout_structures : Load the rules of pay.
    accrue : Work out what each rule owes.
    actions.assign_payout_structure : Pay creators by a rule.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     structures = tgp.load_payout_structures("Q1 Brand Program")
    ...     assignments = tgp.load_payout_assignments(structures)
    ...     creators = tgp.load_creators("Q1 Brand Program")
    >>> columns = ["structure_name", "tiktok_handle", "start_date"]
    >>> named = tgp.with_names(assignments, creators=creators, structures=structures)
    >>> print(named[columns].head(3).to_string(index=False))
    structure_name      tiktok_handle start_date
               CPM its_frosty_reads22 2026-01-02
               CPM         mossy_reef 2025-12-25
               CPM       honest.gloss 2025-12-23
    """
    session = session_of(client, max_requests)
    if structure is None:
        advice = "give ids of payout rules, or the frame of load_payout_structures"
        raise MissingArgumentError("structure", advice)
    try:
        ids = check_ids("structure", structure, entity="structure")
    except ArgumentError as error:
        if isinstance(structure, str):  # often a project, as other loaders take one
            error.add_advice("For all of a project pass load_payout_structures(project).")
        raise
    names: dict[str, str] = {}
    if isinstance(structure, pd.DataFrame) and {"id", "name"} <= set(structure.columns):
        called = structure.set_index("id")["name"].dropna()
        names = {str(id_): str(name) for id_, name in called.items()}
    return load_children(PAYOUT_ASSIGNMENTS, session, "structure", ids, dtype_backend, names=names)


@takes_arrow
@loader
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
    project : str or DataFrame, optional
        A project's id or exact name, or a loaded frame of one project; None for all projects.
    creator : str, list of str or DataFrame, optional
        One creator or several, as in :func:`load_videos`.
    status : {'pending', 'paid', 'voided'}, optional
        Only the accruals of this status.
    dates : str, tuple or DateRange, optional
        Anything that :meth:`DateRange.parse` reads, for the accruals whose period has at least one
        of these days. None for all; then the organization's time zone is asked for, too, unless the
        client knows it.
    accrual : str, optional
        One accrual's id, for a frame of one row.
    max_requests : int, optional
        The most requests that the load may send. By default, a list may have 10,000 pages.
    dtype_backend : {'numpy_nullable', 'pyarrow'}, default 'numpy_nullable'
        ``"numpy_nullable"`` for pandas' nullable dtypes, ``"pyarrow"`` for Arrow's.
    client : Client, optional
        The client to use; by default the one that ``connect`` made last.

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

    See Also
    --------
    summarize_payouts : Sum earned, paid and owed amounts.
    outstanding_balances : List who is owed what.
    load_payout_payments : Load recorded payments.
    audit : Load the books and audit them in one call.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     accruals = tgp.load_payout_accruals("Q1 Brand Program", status="pending")
    >>> columns = ["period_start", "period_end", "amount_cents", "status"]
    >>> print(accruals[columns].head(3).to_string(index=False))
    period_start period_end  amount_cents  status
      2026-06-08 2026-06-14          7500 pending
      2026-06-08 2026-06-14          7500 pending
      2026-06-01 2026-06-07          7500 pending
    """
    session = session_of(client, max_requests)
    if accrual is not None:
        return load_one(PAYOUT_ACCRUALS, session, "accrual", accrual, dtype_backend)
    if status is not None:
        check_choice("status", status, ACCRUAL_STATUSES)
    try:
        return _load_ledger(
            PAYOUT_ACCRUALS, session, project, creator, status, dates, dtype_backend
        )
    except NotFoundError as refusal:
        # Another path is that of a look-up, and a server that sent a page does have the list.
        if refusal.path != PAYOUT_ACCRUALS.path or refusal.partial is not None:
            raise
        cause = "This server has no list of accruals, which the API doesn't document"
        if project is not None or creator is not None:
            cause += ", unless the project or the creator doesn't exist"
        advice = "`tgp.accrue` computes accruals from structures and assignments"
        raise _explain(refusal, f"{cause}. {advice}") from refusal


@takes_arrow
@loader
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
    project : str or DataFrame, optional
        A project's id or exact name, or a loaded frame of one project; None for all projects.
    creator : str, list of str or DataFrame, optional
        One creator or several, as in :func:`load_videos`.
    status : {'recorded', 'voided'}, optional
        Only the payments of this status.
    dates : str, tuple or DateRange, optional
        Anything that :meth:`DateRange.parse` reads, for the payments made on these days of the
        organization's calendar. None for all; then the organization's time zone is asked for, too,
        unless the client knows it.
    payment : str, optional
        One payment's id, for a frame of one row.
    max_requests : int, optional
        The most requests that the load may send. By default, a list may have 10,000 pages.
    dtype_backend : {'numpy_nullable', 'pyarrow'}, default 'numpy_nullable'
        ``"numpy_nullable"`` for pandas' nullable dtypes, ``"pyarrow"`` for Arrow's.
    client : Client, optional
        The client to use; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        One row per payment: the columns of ``describe("payout_payments")``; ``amount_cents`` is
        Int64, ``accrual_ids`` is JSON text. Rows of another creator, status or day than requested
        are dropped, as in :func:`load_creators`; the API documents none of these filters. Payments
        don't have a project: it is checked by that of the creator, for which the list of creators
        is requested unless the client knows them, and of a removed creator by one accrual.

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

    See Also
    --------
    load_payout_accruals : Load what creators earned.
    outstanding_balances : List who is owed what.
    payout_timeline : Sum earned and paid amounts over time.
    actions.record_payment : Record a payment.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     payments = tgp.load_payout_payments("Q1 Brand Program")
    >>> print(payments.groupby("status", observed=True)["amount_cents"].sum().to_string())
    status
    recorded    2139976
    voided         9999
    """
    session = session_of(client, max_requests)
    if payment is not None:
        return load_one(PAYOUT_PAYMENTS, session, "payment", payment, dtype_backend)
    if status is not None:
        check_choice("status", status, PAYMENT_STATUSES)
    return _load_ledger(PAYOUT_PAYMENTS, session, project, creator, status, dates, dtype_backend)


def _explain(refusal: E, sentence: str) -> E:
    """Return an error of the API with a sentence added to its message."""
    return refusal.replaced(message=f"{refusal.message.rstrip('.')}. {sentence}")


def _load_ledger(
    table: Table,
    session: Session,
    project: str | pd.DataFrame | None,
    creator: Creators | None,
    status: str | None,
    dates: DatesLike | None,
    dtype_backend: DtypeBackend,
) -> pd.DataFrame:
    """Load accruals or payments, which have the same filters."""

    def load(span: DateRange | None) -> pd.DataFrame:
        project_id, creators = creators_of_project(session, creator, project)
        params = {"project_id": project_id, "status": status, **(span.params if span else {})}
        if span is None:
            foresee_timezone(session)
        if table is PAYOUT_PAYMENTS and project_id is not None and not known_owners(session):
            # Payments are checked by their creators, who may have to be listed.
            note = f"{CREATORS.path}: the list, unless it is known, for the projects of those paid"
            session.tally.ask(OWNERS, 0, None, note)
        frame = load_table(table, session, params, dtype_backend, creators=creators)
        if table is PAYOUT_ACCRUALS:
            remember_owners(session, frame)
        elif project_id is not None:
            frame = _of_project(session, frame, project_id)
        return frame

    frame = load_dates(session, dates, load)
    if dates is None and not frame.empty:
        # Balances by month or year need it. With dates, it was asked for if they do.
        add_facts(frame, timezone=ask_timezone(session))
    return frame


def _of_project(session: Session, payments: pd.DataFrame, project_id: str) -> pd.DataFrame:
    """Drop payments of other projects, which a server sends that ignores the filter.

    A payment doesn't say its project, but its creator has one, and its accruals say it.
    """
    if payments.empty:
        return payments
    paid = text(payments["creator_id"]).str.lower()
    first = paid.dropna().drop_duplicates()
    accruals = dict(zip(first, payments["accrual_ids"].iloc[first.index], strict=True))
    with suppress(TrackaGoatError):  # then those that are known are checked
        _look_up_owners(session, accruals)
    owner = paid.map(known_owners(session))
    is_other = (owner.notna() & (owner != project_id)).to_numpy(bool)
    is_unknown = owner.isna().to_numpy(bool)
    kept = payments[~is_other].reset_index(drop=True)
    facts = frame_facts(payments)
    open_ = [name for name in facts.get("unverified", ()) if name != "project_id"]
    # Not by `add_facts`, which leaves out an empty list, so that the old one would stay.
    kept.attrs = {**payments.attrs, "trackagoat": {**facts, "unverified": open_}}
    if not open_:
        kept.attrs["trackagoat"].pop("unverified")
    if is_other.any():
        dropped = {**facts.get("dropped", {}), "project_id": int(is_other.sum())}
        add_facts(kept, rows=len(kept), dropped=dropped)
        warn(
            f"payout_payments: the server ignored project_id={project_id!r}: "
            f"{is_other.sum():,} of {len(payments):,} payments are to creators of other projects "
            "and were dropped.",
            ContractWarning,
        )
    if is_unknown.any():
        add_facts(kept, unverified=[*open_, "project_id"])
        warn(
            f"payout_payments: whether {is_unknown.sum():,} of {len(kept):,} payments are of "
            f"project {project_id} can't be checked: nothing says which project their creators "
            "are in.",
            ContractWarning,
        )
    return kept


def _look_up_owners(session: Session, accruals: Mapping[str, object]) -> None:
    """Ask for the projects of creators that aren't known: in their list, then by an accrual.

    ``accruals`` has ids of accruals by the creator, as JSON. The list has no removed creators.
    """
    if accruals.keys() <= known_owners(session).keys():
        return
    known_creators(session)
    unknown = [id_ for id_ in accruals if id_ not in known_owners(session)]
    for creator_id in unknown[:_MOST_LOOKED_UP]:
        ids = split_ids(pd.Series([accruals[creator_id]], dtype=object))[1]
        if len(ids) and is_uuid(ids.iloc[0]):
            with suppress(NotFoundError):
                accrual = load_one(
                    PAYOUT_ACCRUALS, session, "accrual", ids.iloc[0], "numpy_nullable"
                )
                remember_owners(session, accrual)
