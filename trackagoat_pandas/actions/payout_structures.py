"""Create, change and deactivate payout structures, and assign them to creators."""

from __future__ import annotations

from functools import partial
from typing import Final, Literal

import pandas as pd

from trackagoat_pandas.actions import inputs
from trackagoat_pandas.actions.batch import check_confirmed, send_one, update
from trackagoat_pandas.actions.dry_runs import Given, Judged, Planned, among, delete_all
from trackagoat_pandas.actions.inputs import KEEP, Check, Items, Keep, One
from trackagoat_pandas.actions.repeats import Listed, listed
from trackagoat_pandas.actions.requests import Write, check_again, creation
from trackagoat_pandas.base.types import DateLike
from trackagoat_pandas.errors import ArgumentError, MissingArgumentError
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.session import Session, session_of
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.checks import check_bool, check_choice, check_id
from trackagoat_pandas.names.creators import ids_of_creators, read_creator
from trackagoat_pandas.names.organization import resolve_project, server_day
from trackagoat_pandas.tables import CREATORS, PAYOUT_STRUCTURES
from trackagoat_pandas.tables.analytics import GOAL_METRICS, GOAL_PERIODS
from trackagoat_pandas.tables.payouts import PRORATIONS, RULE_KINDS

CHECKS: Final[dict[str, Check]] = {
    "project_id": check_id,
    "name": partial(inputs.text, longest=100),
    "kind": partial(check_choice, choices=RULE_KINDS),
    "is_active": inputs.flag,
    "amount_cents": inputs.cents,
    "period": partial(check_choice, choices=GOAL_PERIODS),
    "cpm_cents": inputs.cents,
    "threshold_views": inputs.whole,
    "cap_cents": inputs.or_null(inputs.cents),
    "goal_metric": partial(check_choice, choices=GOAL_METRICS),
    "proration": partial(check_choice, choices=PRORATIONS),
}
_NO_END: Final = "9999-12-31"  # later than any day that a request can name
_ASSIGNMENT_CHECKS: Final[dict[str, Check]] = {
    "creator_id": read_creator,
    "start_date": inputs.day,
    "end_date": inputs.day,
}
# The API's documentation names the kinds of rules; which fields each has is assumed.
_REQUIRED: Final[dict[str, tuple[str, ...]]] = {
    "recurring": ("amount_cents", "period"),
    "goal": ("amount_cents", "period", "goal_metric"),
    "cpm": ("cpm_cents",),
    "view_threshold": ("amount_cents", "threshold_views"),
}
_OPTIONAL: Final[dict[str, tuple[str, ...]]] = {
    "recurring": ("cap_cents", "proration"),
    "goal": ("cap_cents",),
    "cpm": ("period", "cap_cents"),
    "view_threshold": ("period", "cap_cents"),
}


@takes_arrow
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
    again: bool = False,
    idempotency_key: str | None = None,
    client: Client | None = None,
) -> pd.DataFrame:
    """Create a payout structure, a rule that pays the creators it is assigned to.

    ``POST /payout-structures``.

    Parameters
    ----------
    project : str or DataFrame
        A project's id or exact name, or a loaded frame of one project.
    name : str
        The name, of up to 100 characters.
    kind : {'recurring', 'goal', 'cpm', 'view_threshold'}
        ``recurring`` requires ``amount_cents`` and ``period``; ``goal`` both and ``goal_metric``;
        ``cpm`` requires ``cpm_cents``; ``view_threshold`` requires ``amount_cents`` and
        ``threshold_views``.
    amount_cents : int, optional
        Whole cents for a period, for a goal reached, or for a video past the threshold.
    period : {'daily', 'weekly', 'monthly'}, optional
        The length of the period that an accrual covers.
    cpm_cents : int, optional
        Whole cents for 1,000 views.
    threshold_views : int, optional
        The number of views that a video must reach.
    cap_cents : int, optional
        The most that can be earned in a period.
    goal_metric : {'posts', 'views', 'engagement', 'followers'}, optional
        The metric whose goals are paid.
    proration : {'none', 'daily'}, optional
        ``daily`` pays an incomplete period in proportion to its days.
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
        One row: the structure as :func:`load_payout_structures` returns it.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        A field is missing, isn't used by the kind, or is a float instead of whole cents.
    LimitReachedError, ApiError, ConnectionFailedError, DeadlineError
        See :mod:`trackagoat_pandas.actions`.

    See Also
    --------
    actions.assign_payout_structure : Pay creators by a rule.
    actions.update_payout_structure : Change a rule of pay.
    what_if : See what other rules would pay.

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
    client, _ = session_of(client), check_bool("dry_run", dry_run)
    check_again(again, idempotency_key)
    rule = inputs.fields(
        CHECKS,
        amount_cents=amount_cents,
        period=period,
        cpm_cents=cpm_cents,
        threshold_views=threshold_views,
        cap_cents=cap_cents,
        goal_metric=goal_metric,
        proration=proration,
    )
    body = inputs.fields(CHECKS, "name", "kind", name=name, kind=kind)
    for field in _REQUIRED[kind]:
        if field not in rule:
            raise MissingArgumentError(field, f"a {kind} structure needs it")
    for field in rule:
        if field not in (*_REQUIRED[kind], *_OPTIONAL[kind]):
            raise ArgumentError(field, rule[field], f"a {kind} structure doesn't use it")
    body = {"project_id": resolve_project(client, project), **body, **rule}
    params = {"project_id": body["project_id"]}
    look = Listed(PAYOUT_STRUCTURES.path, params, fields=CHECKS, by_id=True)
    write = creation(
        PAYOUT_STRUCTURES.path, body, name, again=again, idempotency_key=idempotency_key, look=look
    )
    return send_one(client, PAYOUT_STRUCTURES, write, dry_run=dry_run)


@takes_arrow
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
    """Change a payout structure; fields that aren't given stay as they are.

    ``PATCH /payout-structures/{id}``. A new name or state changes it in place; any other change
    makes a new version, which applies only to future accruals.

    Parameters
    ----------
    structure : str or DataFrame
        The structure's id, or a frame of one structure.
    name : str, optional
        The structure's name.
    is_active : bool, optional
        Whether the structure is active.
    amount_cents : int, optional
        Whole cents for a period, for a goal reached, or for a video past the threshold.
    period : {'daily', 'weekly', 'monthly'}, optional
        The length of the period that an accrual covers.
    cpm_cents : int, optional
        Whole cents for 1,000 views.
    threshold_views : int, optional
        The number of views that a video must reach.
    cap_cents : int or None, optional
        The most that can be earned in a period.
    goal_metric : {'posts', 'views', 'engagement', 'followers'}, optional
        The metric whose goals are paid.
    proration : {'none', 'daily'}, optional
        ``daily`` pays an incomplete period in proportion to its days.
    dry_run : bool, default False
        Change nothing; return what would become of each item, and the request.
    client : Client, optional
        The client to send with; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        One row: the structure as :func:`load_payout_structures` returns it.

    Raises
    ------
    ArgumentError, ArgumentTypeError, ApiError, ConnectionFailedError, DeadlineError
        See :mod:`trackagoat_pandas.actions`.

    See Also
    --------
    what_if : See what other rules would pay.
    actions.remove_payout_structures : Deactivate rules of pay.
    load_payout_structures : Load the rules of pay.

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
    client = session_of(client)
    body = inputs.changes(
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
    structure_id = inputs.one("structure", structure)
    return update(client, PAYOUT_STRUCTURES, structure_id, body, dry_run=dry_run)


@takes_arrow
def remove_payout_structures(
    structures: Items, *, confirm: bool = False, dry_run: bool = False, client: Client | None = None
) -> pd.DataFrame:
    """Deactivate payout structures; existing accruals stay.

    ``DELETE /payout-structures/{id}``, a request for each.

    Parameters
    ----------
    structures : str, list of str or DataFrame
        Ids, or a frame of structures.
    confirm : bool, default False
        Must be True for more than one.
    dry_run : bool, default False
        Change nothing; return what would become of each item, and the request.
    client : Client, optional
        The client to send with; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        Results (``item``, ``status``, ``id``, ``error_code``, ``error``), one row per structure;
        ``status`` is ``deleted`` on success.

    Raises
    ------
    ConfirmationError, ArgumentError, ArgumentTypeError, ApiError, PartialWriteError
        See :mod:`trackagoat_pandas.actions`.

    See Also
    --------
    actions.unassign_payout_structure : Stop paying creators by a rule.
    actions.update_payout_structure : Change a rule of pay.
    load_payout_structures : Load the rules of pay.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     rule = tgp.load_payout_structures("Q1 Brand Program").head(1)
    ...     tgp.actions.remove_payout_structures(rule)["status"].tolist()
    ['deleted']
    """
    client = session_of(client)
    given = Given(client, dry_run=dry_run)
    ids, path = given.ids("structures", structures), PAYOUT_STRUCTURES.path
    judge = among(client, path, say=("would remove", None))
    return delete_all(given, "remove_payout_structures", path, ids, confirm=confirm, judge=judge)


@takes_arrow
def assign_payout_structure(
    structure: One,
    creators: Items,
    *,
    start_date: DateLike | None = None,
    end_date: DateLike | None = None,
    column: str | None = None,
    dry_run: bool = False,
    again: bool = False,
    idempotency_key: str | None = None,
    client: Client | None = None,
) -> pd.DataFrame:
    """Assign a payout structure to creators.

    ``POST /payout-structures/{id}/assignments``, a request for each.

    Parameters
    ----------
    structure : str or DataFrame
        The structure's id, or a frame of one structure.
    creators : str, list of str or DataFrame
        Handles, addresses of profiles, ids, or a frame of creators; or a frame with a column
        ``creator_id`` and optionally ``start_date`` and ``end_date``.
    start_date, end_date : str or date, optional
        First and last day, for creators without days of their own. The first is required; an
        assignment without a last day never ends.
    column : str, optional
        The column of a frame that holds handles or ids, as in :func:`remove_creators`.
    dry_run : bool, default False
        Change nothing; return what would become of each item, and the request.
    again : bool, default False
        Create another one like the one that the same call created within the last 24 hours.
    idempotency_key : str, optional
        The key of the request; by default one made from the request. A key is for one creator.
    client : Client, optional
        The client to send with; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        Results (``item``, ``status``, ``id``, ``error_code``, ``error``), one row per creator:
        ``item`` is the creator, ``id`` the assignment. ``status`` is ``created``, or ``failed``
        with the ``error_code`` ``duplicate`` if its days overlap those of another assignment.

    Raises
    ------
    ArgumentError, ArgumentTypeError, MissingColumnError, ApiError, PartialWriteError
        See :mod:`trackagoat_pandas.actions`.

    See Also
    --------
    actions.create_payout_structure : Create a rule of pay.
    actions.unassign_payout_structure : Stop paying creators by a rule.
    load_payout_assignments : Load who is paid by which rule.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     rule = tgp.actions.create_payout_structure(
    ...         "Summer Launch", "Per view", "cpm", cpm_cents=250
    ...     )
    ...     goats = tgp.load_creators("Summer Launch").head(2)
    ...     assigned = tgp.actions.assign_payout_structure(rule, goats, start_date="2026-07-01")
    >>> assigned["status"].tolist()
    ['created', 'created']
    """
    client = session_of(client)
    check_again(again, idempotency_key)
    given = Given(client, dry_run=dry_run)
    structure_id = inputs.one("structure", structure)
    unique = ("creator_id", "start_date")
    given.bodies(
        "creators",
        creators,
        "creator_id",
        _ASSIGNMENT_CHECKS,
        {"start_date": start_date, "end_date": end_date},
        required=("start_date",),
        unique=unique,
        column=column,
    )
    path = _assignments_path(structure_id)
    bodies = given.find(partial(ids_of_creators, client), key="creator_id", unique=unique)
    look = Listed(path, fields=_ASSIGNMENT_CHECKS)
    writes = [
        creation(
            path,
            body,
            body["creator_id"],
            again=again,
            idempotency_key=idempotency_key,
            look=look,
            is_unique=True,
        )
        for body in bodies
    ]
    return given.send("assignments", writes, partial(_judge_new, client, structure_id))


@takes_arrow
def unassign_payout_structure(
    structure: One,
    creators: Items,
    *,
    column: str | None = None,
    confirm: bool = False,
    dry_run: bool = False,
    client: Client | None = None,
) -> pd.DataFrame:
    """End the assignments of creators to a payout structure; existing accruals stay.

    ``DELETE /payout-structures/{id}/assignments``, a request for each.

    Parameters
    ----------
    structure : str or DataFrame
        The structure's id, or a frame of one structure.
    creators : str, list of str or DataFrame
        Handles, addresses of profiles, ids, or a frame of creators.
    column : str, optional
        The column of a frame that holds handles or ids, as in :func:`remove_creators`.
    confirm : bool, default False
        Must be True for more than one.
    dry_run : bool, default False
        Change nothing; return what would become of each item, and the request.
    client : Client, optional
        The client to send with; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        Results (``item``, ``status``, ``id``, ``error_code``, ``error``), one row per creator;
        ``status`` is ``deleted`` on success, and ``id`` is the assignment's.

    Raises
    ------
    ConfirmationError, ArgumentError, ArgumentTypeError, ApiError, PartialWriteError
        See :mod:`trackagoat_pandas.actions`.

    See Also
    --------
    actions.assign_payout_structure : Pay creators by a rule.
    load_payout_assignments : Load who is paid by which rule.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     rule = tgp.load_payout_structures("Q1 Brand Program").head(1)
    ...     running = tgp.load_payout_assignments(rule["id"].iloc[0])
    ...     running = running[running["end_date"].isna()].head(1)
    ...     tgp.actions.unassign_payout_structure(rule, running)["status"].tolist()
    ['deleted']
    """
    client = session_of(client)
    given = Given(client, dry_run=dry_run)
    named = given.creators("creators", creators, column=column)
    check_confirmed(
        "unassign_payout_structure", "assignments", named, confirm=confirm, dry_run=dry_run
    )
    path = _assignments_path(inputs.one("structure", structure))
    ids = given.find(partial(ids_of_creators, client))
    writes = [Write("DELETE", path, {"creator_id": id_}, items=(id_,)) for id_ in ids]
    return given.send("assignments", writes, partial(_judge_ends, client, path))


def _assignments_path(structure_id: str) -> str:
    return f"{PAYOUT_STRUCTURES.path}/{structure_id}/assignments"


def _judge_new(client: Session, structure_id: str, parts: list[Planned]) -> list[Judged]:
    """Judge new assignments by the days of those that there are, and of the earlier ones."""
    structure = client.get(f"{PAYOUT_STRUCTURES.path}/{structure_id}").data
    owner = structure.get("project_id") if isinstance(structure, dict) else None
    known = listed(client, CREATORS.path, {"project_id": owner}, [part.item for part in parts])
    taken = [
        (str(one.get("creator_id")).lower(), str(one.get("start_date")), one.get("end_date"))
        for one in listed(client, _assignments_path(structure_id)).values()
    ]

    def judge(part: Planned) -> Judged:
        if part.item not in known:
            return "not found", "the structure's project lists no such creator"
        first, last = part.body["start_date"], part.body.get("end_date")
        for creator, start, end in taken:
            if creator == part.item and start <= (last or _NO_END) and (end or _NO_END) >= first:
                return "exists", f"the creator is assigned from {start} on already"
        taken.append((part.item, first, last))
        return "would create", None

    return [judge(part) for part in parts]


def _judge_ends(client: Session, path: str, parts: list[Planned]) -> list[Judged]:
    today = server_day(client).isoformat()
    running = {
        str(one.get("creator_id")).lower()
        for one in listed(client, path).values()
        if (one.get("end_date") or _NO_END) > today
    }
    none = ("not found", "the creator has no assignment that hasn't ended")
    return [("would remove", None) if part.item in running else none for part in parts]
