"""Add, change, remove, restore and scrape creators."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final, Literal

import pandas as pd

from trackagoat_pandas.actions import inputs
from trackagoat_pandas.actions.batch import check_confirmed, update
from trackagoat_pandas.actions.dry_runs import Given, Judged, Planned, among
from trackagoat_pandas.actions.inputs import KEEP, Check, Items, Keep, One
from trackagoat_pandas.actions.repeats import listed
from trackagoat_pandas.actions.requests import (
    Presence,
    Record,
    Result,
    bulk,
    check_again,
    creations,
    each,
)
from trackagoat_pandas.base.types import DateLike
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.frames.build import ATTRIBUTE
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.session import Session, session_of
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.checks import check_bool, check_choice, is_uuid
from trackagoat_pandas.inputs.handles import fold_handle, read_handle
from trackagoat_pandas.names.creators import (
    find_creators,
    handles_of_creators,
    ids_of_creators,
    read_creator,
)
from trackagoat_pandas.names.organization import optional_project, resolve_project
from trackagoat_pandas.tables import CREATORS
from trackagoat_pandas.tables.resources import TRACKING_MODES


def _new_handle(argument: str, value: object) -> str:
    handle = read_handle(argument, value)
    if handle.endswith("."):
        problem = f"TikTok has no handle that ends with a dot; give {handle.rstrip('.')!r}"
        raise ArgumentError(argument, value, problem)
    return handle


def _handle_or_id(argument: str, value: object) -> str:
    is_id = isinstance(value, str) and is_uuid(value)
    return read_creator(argument, value) if is_id else _new_handle(argument, value)


_CHECKS: Final[dict[str, Check]] = {
    "tiktok_handle": _new_handle,
    "tracking_mode": partial(check_choice, choices=TRACKING_MODES),
    "tracking_start_date": inputs.day,
}
_REMOVED: Final[Judged] = ("would remove", None)
_PAY_GOES_ON: Final = (
    "Rules of pay stay assigned to removed creators and go on accruing: "
    "actions.unassign_payout_structure ends them."
)
_NEW: Final[dict[str, Check]] = {**_CHECKS, "tiktok_handle": _handle_or_id}
EDITS: Final[dict[str, Check]] = {**_CHECKS, "readme": inputs.or_null(inputs.text)}


@takes_arrow
def add_creators(
    project: One,
    creators: Items,
    *,
    tracking_mode: Literal["auto", "selective"] | None = None,
    tracking_start_date: DateLike | None = None,
    column: str | None = None,
    dry_run: bool = False,
    again: bool = False,
    idempotency_key: str | None = None,
    client: Client | None = None,
) -> pd.DataFrame:
    """Add creators to a project; one that was removed is restored.

    ``POST /projects/{id}/creators``, in requests of up to 50 creators.

    Parameters
    ----------
    project : str or DataFrame
        A project's id or exact name, or a loaded frame of one project.
    creators : str, list of str or DataFrame
        TikTok handles, with or without @, or addresses of profiles; or a frame with a column
        ``tiktok_handle`` and optionally ``tracking_mode`` and ``tracking_start_date``. The id of a
        creator of another project stands for its handle. If some are invalid, nothing is sent; the
        frame of the dry run, or a part of it, sends those that would be created or reactivated.
    tracking_mode : {'auto', 'selective'}, optional
        For creators without a value of their own: ``"auto"`` tracks every new post,
        ``"selective"`` only selected ones. By default the server's.
    tracking_start_date : str or date, optional
        For creators without a value of their own: the day from which posts are tracked. By
        default the server's.
    column : str, optional
        The column of a frame that holds the handles, if it is called neither ``tiktok_handle`` nor
        handle, creator or username, and isn't the only one with handle or username in its heading.
    dry_run : bool, default False
        Change nothing; return what would become of each item, and the request.
    again : bool, default False
        Create another one like the one that the same call created within the last 24 hours.
    idempotency_key : str, optional
        The key of the request; by default one made from the request. A key is for one request,
        so for up to 50 creators.
    client : Client, optional
        The client to send with; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        Results (``item``, ``status``, ``id``, ``error_code``, ``error``), one row per creator:
        ``item`` is the item as given, ``status`` is ``created``, ``reactivated`` for one that had
        been removed, or ``unchanged``.

    Raises
    ------
    ArgumentError, ArgumentTypeError, MissingColumnError, ApiError, PartialWriteError
        See :mod:`trackagoat_pandas.actions`.

    See Also
    --------
    actions.remove_creators : Remove creators.
    actions.reenable_creators : Restore removed creators.
    actions.set_goals : Set goals.
    load_creators : Load creators.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     added = tgp.actions.add_creators("Summer Launch", ["@new_goat", "other.goat"])
    >>> added["status"].tolist()
    ['created', 'created']

    What a sheet would do, row by row:

    >>> import pandas as pd
    >>> sheet = pd.DataFrame({"Handle": ["@new_goat", "no goat", "https://tiktok.com/@new_goat"]})
    >>> with tgp.connect(sandbox=True):
    ...     plan = tgp.actions.add_creators("Summer Launch", sheet, dry_run=True)
    >>> plan[["item", "status"]]
                               item        status
    0                     @new_goat  would create
    1                       no goat       invalid
    2  https://tiktok.com/@new_goat     duplicate
    """
    client = session_of(client)
    check_again(again, idempotency_key)
    given = Given(client, dry_run=dry_run)
    defaults = {"tracking_mode": tracking_mode, "tracking_start_date": tracking_start_date}
    key = "tiktok_handle"
    given.bodies("creators", creators, key, _NEW, defaults, column=column)
    project_id = resolve_project(client, project)
    look_up = partial(handles_of_creators, client, "creators")
    bodies = given.find(look_up, key=key, unique=(key,))
    writes = creations(
        f"/projects/{project_id}/creators",
        "creators",
        bodies,
        key,
        again=again,
        idempotency_key=idempotency_key,
        look=partial(_look_at_new, project_id),
    )
    return given.send("creators", writes, partial(_judge_new, client, project_id))


@takes_arrow
def update_creator(
    creator: One,
    *,
    tiktok_handle: str | Keep = KEEP,
    readme: str | Keep | None = KEEP,
    tracking_mode: Literal["auto", "selective"] | Keep = KEEP,
    tracking_start_date: DateLike | Keep = KEEP,
    dry_run: bool = False,
    client: Client | None = None,
) -> pd.DataFrame:
    """Change a creator; fields that aren't given stay as they are.

    ``PATCH /creators/{id}``.

    Parameters
    ----------
    creator : str or DataFrame
        The creator's handle or id, or a frame of one creator.
    tiktok_handle : str, optional
        A new handle, 1 to 30 letters, digits, dots, underscores, hyphens; a leading @ is dropped.
    readme : str or None, optional
        Notes, shown as ``description`` in frames; None clears them.
    tracking_mode : {'auto', 'selective'}, optional
        Whether every new post is tracked (``"auto"``) or only selected ones (``"selective"``).
    tracking_start_date : str or date, optional
        The day from which posts are tracked.
    dry_run : bool, default False
        Change nothing; return what would become of each item, and the request.
    client : Client, optional
        The client to send with; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        One row: the creator as :func:`load_creators` returns it.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        No field is given, or a value is invalid; nothing was sent.
    ConflictError
        Its ``code`` says why: ``handle_taken``, ``creator_banned``, ``invalid_handle``,
        ``no_change``.
    ApiError, ConnectionFailedError, DeadlineError
        See :mod:`trackagoat_pandas.actions`.

    See Also
    --------
    actions.add_creators : Add creators.
    actions.apply : Send the changes.
    load_creators : Load creators.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     goat = tgp.load_creators("Summer Launch")["id"].iloc[0]
    ...     tgp.actions.update_creator(goat, readme="Prefers mornings.")["description"].iloc[0]
    'Prefers mornings.'
    """
    client, _ = session_of(client), check_bool("dry_run", dry_run)
    named = inputs.one_creator("creator", creator)
    body = inputs.changes(
        EDITS,
        tiktok_handle=tiktok_handle,
        readme=readme,
        tracking_mode=tracking_mode,
        tracking_start_date=tracking_start_date,
    )
    (id_,) = find_creators(client, [named])
    return update(client, CREATORS, id_, body, dry_run=dry_run, given=creator)


@takes_arrow
def remove_creators(
    creators: Items,
    of_project: Items | None = None,
    *,
    project: One | None = None,
    column: str | None = None,
    confirm: bool = False,
    dry_run: bool = False,
    client: Client | None = None,
) -> pd.DataFrame:
    """Remove creators; their data is kept, and adding or re-enabling a creator restores it.

    ``DELETE /creators/{id}``, a request for each; with a project
    ``POST /projects/{id}/creators/bulk-remove``, a request for up to 50.

    Parameters
    ----------
    creators : str, list of str or DataFrame
        Handles, addresses of profiles, ids, or a frame of creators.
    of_project : str, list of str or DataFrame, optional
        The creators, when the project comes first as in the other actions:
        ``remove_creators(project, creators)`` is ``remove_creators(creators, project=project)``.
    project : str or DataFrame, optional
        The project that all of them belong to; it saves requests.
    column : str, optional
        The column of a frame that holds handles or ids, if it is called neither ``creator_id``,
        ``id`` or ``tiktok_handle`` nor handle, creator or username.
    confirm : bool, default False
        Must be True for more than one.
    dry_run : bool, default False
        Change nothing; return what would become of each item, and the request.
    client : Client, optional
        The client to send with; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        Results (``item``, ``status``, ``id``, ``error_code``, ``error``), one row per creator:
        ``item`` is the item as given, such as a handle, ``id`` the creator's id. ``status`` is
        ``deleted`` for one that was removed; with a project the API may say ``updated``, which
        means the same here, or ``unchanged`` for one that had been removed before. The provenance
        has a ``note``: pay that is assigned goes on.

    Raises
    ------
    ConfirmationError, ArgumentError, ArgumentTypeError, ApiError, PartialWriteError
        See :mod:`trackagoat_pandas.actions`.

    See Also
    --------
    actions.reenable_creators : Restore removed creators.
    actions.unassign_payout_structure : End pay by a rule.
    load_creators : Load creators.

    Notes
    -----
    Rules of pay that are assigned to a creator stay assigned: a retainer goes on accruing after its
    creator has left. :func:`unassign_payout_structure` ends that; the ``note`` of :func:`audit`
    names removed creators to whom pay is still assigned. What they are owed stays owed.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     goats = tgp.load_creators("Summer Launch")
    ...     tgp.actions.remove_creators(goats["id"].iloc[0])["status"].tolist()
    ['deleted']
    """
    client = session_of(client)
    if of_project is not None and project is not None:
        problem = "pass it once, as the first argument or by name"
        raise ArgumentError("project", project, problem=problem)
    # Two arguments by place are a project and its creators, as in the other actions.
    owner, them = (project, creators) if of_project is None else (creators, of_project)
    given = Given(client, dry_run=dry_run)
    named = given.creators("creators", them, column=column)
    # Before anything is looked up, so that a refusal has sent nothing.
    check_confirmed("remove_creators", "creators", named, confirm=confirm, dry_run=dry_run)
    project_id = optional_project(client, owner)
    ids = given.find(partial(ids_of_creators, client, project_id=project_id))
    if project_id is None:
        writes = each("DELETE", "/creators/{}", ids)
        judge = among(client, CREATORS.path, say=_REMOVED)
        return _with_pay_note(given.send("creators", writes, judge))
    path = f"/projects/{project_id}/creators/bulk-remove"
    writes = bulk(path, "creator_ids", ids, status_if_existing="deleted")
    judge = among(
        client,
        CREATORS.path,
        {"project_id": project_id},
        say=lambda one: _REMOVED if _is_active(one) else ("unchanged", None),
    )
    return _with_pay_note(given.send("creators", writes, judge))


def _with_pay_note(results: pd.DataFrame) -> pd.DataFrame:
    results.attrs[ATTRIBUTE]["note"] = _PAY_GOES_ON
    return results


@takes_arrow
def reenable_creators(
    project: One,
    creators: Items,
    *,
    column: str | None = None,
    dry_run: bool = False,
    client: Client | None = None,
) -> pd.DataFrame:
    """Restore removed creators of a project.

    ``POST /projects/{id}/creators/bulk-reenable``, in requests of up to 50 creators.

    Parameters
    ----------
    project : str or DataFrame
        The project's id or exact name, or a loaded frame of one project.
    creators : str, list of str or DataFrame
        Handles, addresses of profiles, ids, or a frame of creators. If the server doesn't list a
        removed creator, its handle can't be looked up: :func:`add_creators` then restores it.
    column : str, optional
        The column of a frame that names its items, whatever it is called.
    dry_run : bool, default False
        Change nothing; return what would become of each item, and the request.
    client : Client, optional
        The client to send with; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        Results (``item``, ``status``, ``id``, ``error_code``, ``error``), one row per creator;
        ``status`` is ``reactivated`` or ``unchanged``, or ``failed`` with the ``error_code``
        ``limit_reached`` where the plan allows no more creators.

    Raises
    ------
    ArgumentError, ArgumentTypeError, ApiError, PartialWriteError
        See :mod:`trackagoat_pandas.actions`.

    See Also
    --------
    actions.remove_creators : Remove creators.
    actions.add_creators : Add creators.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     goat = tgp.load_creators("Summer Launch")["id"].iloc[0]
    ...     _ = tgp.actions.remove_creators(goat)
    ...     tgp.actions.reenable_creators("Summer Launch", goat)["status"].tolist()
    ['reactivated']
    """
    client = session_of(client)
    given = Given(client, dry_run=dry_run)
    given.creators("creators", creators, column=column)
    project_id = resolve_project(client, project)
    ids = given.find(partial(ids_of_creators, client, project_id=project_id))
    path = f"/projects/{project_id}/creators/bulk-reenable"
    writes = bulk(path, "creator_ids", ids, status_if_existing="reactivated")
    judge = among(
        client,
        CREATORS.path,
        {"project_id": project_id},
        otherwise=("unknown", "it isn't listed, and neither are all removed creators"),
        say=lambda one: ("unchanged" if _is_active(one) else "would reactivate", None),
    )
    return given.send("creators", writes, judge)


@takes_arrow
def scrape_creators(
    creators: Items,
    *,
    column: str | None = None,
    dry_run: bool = False,
    client: Client | None = None,
) -> pd.DataFrame:
    """Scrape creators now; the plan limits the number of scrapes a day.

    ``POST /creators/{id}/scrape``, a request for each, which is never retried: without a response,
    ``status`` is ``unknown``.

    Parameters
    ----------
    creators : str, list of str or DataFrame
        Handles, addresses of profiles, ids, or a frame of creators.
    column : str, optional
        The column of a frame that names its items, whatever it is called.
    dry_run : bool, default False
        Change nothing; return what would become of each item, and the request.
    client : Client, optional
        The client to send with; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        Results (``item``, ``status``, ``id``, ``error_code``, ``error``), one row per creator;
        ``status`` is ``done`` once the scrape is queued.

    Raises
    ------
    ArgumentError, ArgumentTypeError, ApiError, PartialWriteError
        See :mod:`trackagoat_pandas.actions`; also if the day's scrapes are used up.

    See Also
    --------
    load_creators : Load creators.
    actions.scrape_videos : Scrape videos now.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     goats = tgp.load_creators("Summer Launch").head(2)
    ...     tgp.actions.scrape_creators(goats)["status"].tolist()
    ['done', 'done']
    """
    client = session_of(client)
    given = Given(client, dry_run=dry_run)
    given.creators("creators", creators, column=column)
    ids = given.find(partial(ids_of_creators, client))
    writes = each("POST", "/creators/{}/scrape", ids)
    judge = among(client, CREATORS.path, say=("would send", None))
    return given.send("creators", writes, judge)


def _judge_new(client: Session, project_id: str, parts: list[Planned]) -> list[Judged]:
    known = {handle: _is_active(one) for handle, one in _of_handles(client, project_id).items()}
    statuses = {None: "would create", True: "exists", False: "would reactivate"}
    return [(statuses[known.get(fold_handle(part.item))], None) for part in parts]


def _look_at_new(project_id: str, client: Session, results: Sequence[Result]) -> list[Presence]:
    known = _of_handles(client, project_id)
    found = [known.get(fold_handle(result.item)) for result in results]
    return [Presence(one is not None and _is_active(one), one) for one in found]


def _of_handles(client: Session, project_id: str) -> dict[str, Record]:
    """Return the creators of a project by handle, an active one before a removed one."""
    known: dict[str, Record] = {}
    for one in listed(client, CREATORS.path, {"project_id": project_id}).values():
        if isinstance(handle := one.get("tiktok_handle"), str):
            folded = fold_handle(handle)
            if folded not in known or _is_active(one):
                known[folded] = one
    return known


def _is_active(creator: Record) -> bool:
    return creator.get("is_active") is not False
