"""Set, change and deactivate goals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final, Literal

import pandas as pd

from trackagoat_pandas.actions import inputs
from trackagoat_pandas.actions.batch import check_confirmed, update
from trackagoat_pandas.actions.dry_runs import NOT_FOUND, Given, Judged, Planned, units_of
from trackagoat_pandas.actions.inputs import KEEP, Check, Items, Keep, One
from trackagoat_pandas.actions.repeats import Once, listed
from trackagoat_pandas.actions.requests import (
    Body,
    Presence,
    Record,
    Result,
    Write,
    check_again,
    creation,
)
from trackagoat_pandas.base.types import DateLike
from trackagoat_pandas.errors import ArgumentError, PartialWriteError, UnreadableResponseError
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.envelope import Envelope
from trackagoat_pandas.http.session import Session, session_of
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.checks import (
    check_bool,
    check_choice,
    check_id,
    is_null,
    is_uuid,
    require_columns,
)
from trackagoat_pandas.names.creators import find_creators, ids_of_creators, read_creator
from trackagoat_pandas.tables import CREATORS
from trackagoat_pandas.tables.analytics import GOAL_METRICS, GOAL_PERIODS
from trackagoat_pandas.tables.writes import GOALS

_CHECKS: Final[dict[str, Check]] = {
    "creator_id": read_creator,
    "metric": partial(check_choice, choices=GOAL_METRICS),
    "period": partial(check_choice, choices=GOAL_PERIODS),
    "target_value": inputs.whole,
    "start_date": inputs.day,
    "end_date": inputs.day,
}
_EDITS: Final[dict[str, Check]] = {
    "target_value": inputs.whole,
    "start_date": inputs.day,
    "end_date": inputs.or_null(inputs.day),
    "is_active": inputs.flag,
}
_RESULT_COLUMNS: Final = (
    "status",
    "id",
    "metric",
    "period",
    "old_target",
    "new_target",
    "creator_id",
)
"""What undoing an update reads of its results."""
_UNDOABLE: Final = ("created", "updated", "unknown")
"""Statuses of goals that an update has changed, or may have changed."""


@takes_arrow
def set_goals(
    creators: Items,
    *,
    metric: Literal["posts", "views", "engagement", "followers"] | None = None,
    period: Literal["daily", "weekly", "monthly"] | None = None,
    target_value: int | None = None,
    start_date: DateLike | None = None,
    end_date: DateLike | None = None,
    column: str | None = None,
    update: bool = False,
    undo: bool = False,
    dry_run: bool = False,
    again: bool = False,
    idempotency_key: str | None = None,
    client: Client | None = None,
) -> pd.DataFrame:
    """Set goals for creators; each creator has at most one per metric and period.

    ``POST /creators/{id}/goals``, a request for each. With ``update``, goals that exist get their
    new target by ``PATCH /creators/{id}/goals/{gid}``. With ``undo``, they get their old one, and
    new goals are removed by ``DELETE /creators/{id}/goals/{gid}``.

    Parameters
    ----------
    creators : str, list of str or DataFrame
        Handles, addresses of profiles, ids, or a frame of creators; or a frame of goals with a
        column ``creator_id`` and optionally columns named like the following arguments.
    metric : {'posts', 'views', 'engagement', 'followers'}, optional
        The metric, for goals without one of their own; required.
    period : {'daily', 'weekly', 'monthly'}, optional
        The period, for goals without one of their own; required.
    target_value : int, optional
        The target, for goals without one of their own; required.
    start_date : str or date, optional
        The first day, for goals without one of their own; required. Goals that exist keep theirs.
    end_date : str or date, optional
        The last day, for goals without one of their own; without it a goal never ends. Goals that
        exist keep theirs.
    column : str, optional
        The column of a frame that holds handles or ids, as in :func:`remove_creators`.
    update : bool, default False
        Whether goals that exist get the new target; otherwise they are refused. A goal is changed
        in place, by one request. If the call is interrupted, call it again: it goes on with the
        goals that don't have their new target yet.
    undo : bool, default False
        Whether to undo an earlier update. ``creators`` is then the frame that the update returned,
        or ``frame`` of its error, and no other argument but ``dry_run`` and ``client`` is allowed.
        Changed goals get their old target and created goals are removed, without ``confirm``. A
        goal that has been changed since stays as it is.
    dry_run : bool, default False
        Change nothing; return what would become of each item, and the request.
    again : bool, default False
        Create another one like the one that the same call created within the last 24 hours.
    idempotency_key : str, optional
        The key of the request; by default one made from the request. A key is for one goal.
    client : Client, optional
        The client to send with; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        Results (``item``, ``status``, ``id``, ``error_code``, ``error``), one row per goal:
        ``item`` is the creator, ``id`` the goal. ``status`` is ``created``, or ``failed`` with the
        ``error_code`` ``duplicate`` if the creator has such a goal already. With ``update``, it is
        ``updated`` or ``unchanged`` for goals that exist, and results and dry runs also have
        ``metric``, ``period``, ``old_target`` (Float64; NA for new goals), ``new_target`` (Int64)
        and ``creator_id``. With ``undo``, it is ``updated``, ``deleted``, ``unchanged``, or
        ``failed`` for a goal that has been changed since. ``new_target`` is then Float64, and NA
        for goals that are removed.

    Raises
    ------
    ArgumentError, ArgumentTypeError, MissingColumnError, ApiError, PartialWriteError
        See :mod:`trackagoat_pandas.actions`.

    See Also
    --------
    actions.update_goal : Change a goal.
    actions.remove_goals : Deactivate goals.
    load_goal_compliance : Load goals and their progress.
    goal_odds : Estimate the chance of each goal.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     goat = tgp.actions.add_creators("Summer Launch", "new_goat")["id"]
    ...     goals = tgp.actions.set_goals(
    ...         goat, metric="posts", period="weekly", target_value=5, start_date="2026-06-15"
    ...     )
    >>> goals["status"].tolist()
    ['created']

    Change the target, then undo the change with one call:

    >>> with tgp.connect(sandbox=True):
    ...     goals = tgp.load_goal_compliance("Q1 Brand Program").head(2)
    ...     wanted = goals[["creator_id", "metric", "period"]].assign(target_value=9)
    ...     done = tgp.actions.set_goals(wanted, start_date="2026-06-15", update=True)
    ...     restored = tgp.actions.set_goals(done, undo=True)
    >>> done["old_target"].tolist(), restored["new_target"].tolist()
    ([1.0, 765000.0], [1.0, 765000.0])
    """
    client = session_of(client)
    if check_bool("undo", undo):
        others = {
            "metric": metric,
            "period": period,
            "target_value": target_value,
            "start_date": start_date,
            "end_date": end_date,
            "column": column,
            "update": update or None,
            "again": again or None,
            "idempotency_key": idempotency_key,
        }
        if unexpected := [name for name, value in others.items() if value is not None]:
            problem = f"it restores what the frame has, so leave out {', '.join(unexpected)}"
            raise ArgumentError("undo", undo, problem=problem)
        return _undo_update(client, creators, dry_run=dry_run)
    check_again(again, idempotency_key)
    check_bool("update", update)
    given = Given(client, dry_run=dry_run)
    unique = ("creator_id", "metric", "period")
    given.bodies(
        "creators",
        creators,
        "creator_id",
        _CHECKS,
        {
            "metric": metric,
            "period": period,
            "target_value": target_value,
            "start_date": start_date,
            "end_date": end_date,
        },
        required=("metric", "period", "target_value", "start_date"),
        unique=unique,
        column=column,
    )
    writes, look = list[Write](), _Look()
    bodies = given.find(partial(ids_of_creators, client), key="creator_id", unique=unique)
    existing = _existing_goals(client, bodies) if update else {}
    for body in bodies:
        if (goal := existing.get(_goal_key(body))) is not None:
            writes.append(_retargeting(body, goal))
            continue
        # The creator's id is a part of the path rather than of the body.
        creator = str(body["creator_id"])
        writes.append(
            creation(
                f"/creators/{creator}/goals",
                {name: value for name, value in body.items() if name != "creator_id"},
                creator,
                again=again,
                idempotency_key=idempotency_key,
                look=look,
                is_unique=True,
            )
        )
    if not update:
        return given.send("goals", writes, partial(_judge_new, client))
    return _send_with_targets(
        given, writes, partial(_judge_update, client, writes), existing, dtype="Int64"
    )


def _undo_update(client: Session, done: object, *, dry_run: bool) -> pd.DataFrame:
    """Restore the old targets of an update's results, and remove the goals that it created."""
    given = Given(client, dry_run=dry_run)
    given.take(
        "creators",
        done,
        _read_results,
        units=units_of(done, "creator_id", by_row=True),
        unique=("creator_id", "metric", "period"),
    )
    bodies = [body for body in given.values() if body is not None]
    existing = _existing_goals(client, bodies)
    writes = [_restoration(body, existing.get(_goal_key(body))) for body in bodies]
    judge = partial(_judge_restorations, writes)
    return _send_with_targets(given, writes, judge, existing, dtype="Float64")


def _read_results(done: Any) -> list[Body]:
    """Read the results of an update, with the target to restore as ``target_value``."""
    inputs.require("creators", done, "pass the frame that set_goals(..., update=True) returned")
    if inputs.is_plan(done):
        problem = "it is the frame of a dry run, which changed nothing"
        raise ArgumentError("creators", done, problem=problem)
    require_columns(done, _RESULT_COLUMNS, loader="actions.set_goals(..., update=True)")
    return [
        {
            "creator_id": check_id("creator_id", row["creator_id"]),
            **{name: str(row[name]) for name in ("metric", "period", "status")},
            "id": None if is_null(row["id"]) else str(row["id"]).lower(),
            "target_value": _plain_target(row["old_target"]),
            "replaced": _plain_target(row["new_target"]),
        }
        for row in done[[*_RESULT_COLUMNS]].to_dict("records")
    ]


def _plain_target(value: Any) -> float | int | None:
    """Return a target as JSON has it: a whole number without a decimal point."""
    if is_null(value):
        return None
    return int(value) if float(value).is_integer() else float(value)


def _restoration(body: Body, goal: Record | None) -> Write:
    """Return the request that undoes a change of a goal; none is sent if nothing can be undone."""
    creator, old, new = str(body["creator_id"]), body["target_value"], body["replaced"]
    goal_id = str(body["id"] if goal is None else goal["id"])
    current = None if goal is None else goal.get("target_value")
    # Without a response nobody knows the goal's id.
    is_other = body["status"] in {"created", "updated"} and goal_id.lower() != body["id"]
    outcome: tuple[str, str] | None = None
    if body["status"] == "deleted":
        outcome = "failed", "a removed goal can't be restored: set it again"
    elif body["status"] not in _UNDOABLE:
        outcome = "unchanged", "the update didn't change it"
    elif goal is None and old is None:
        outcome = "unchanged", "it was removed already"
    elif goal is None:
        outcome = "failed", "it was removed since"
    elif is_other:
        outcome = "failed", "another goal has replaced it since"
    elif current == old:
        outcome = "unchanged", f"its target is {old:,} already"
    elif current != new:
        outcome = "failed", f"its target was changed to {current:,} since"
    done = None if outcome is None else Result(creator, outcome[0], goal_id, error=outcome[1])
    path = f"/creators/{creator}/goals/{goal_id}"
    if old is None:
        return Write("DELETE", path, None, (creator,), done=done)
    return Write("PATCH", path, {"target_value": old}, (creator,), done=done)


def _judge_restorations(writes: Sequence[Write], parts: list[Planned]) -> list[Judged]:
    """Judge restorations, of which those that can be sent are of goals that were just read."""
    would = {"PATCH": "would change", "DELETE": "would remove"}
    return [
        (would[write.method], None)
        if write.done is None
        else ("would fail" if write.done.status == "failed" else "unchanged", write.done.error)
        for write, _ in zip(writes, parts, strict=True)
    ]


def _goal_key(goal: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what a creator has one active goal of."""
    return tuple(str(goal.get(name)).lower() for name in ("creator_id", "metric", "period"))


def _existing_goals(client: Session, bodies: Sequence[Body]) -> dict[tuple[str, ...], Record]:
    """Return the active goals that some bodies would change, by creator, metric and period.

    Raises
    ------
    ArgumentError
        A creator has several such goals.
    ArgumentTypeError
        A goal in a response has no id.
    """
    keys = {_goal_key(body) for body in bodies}
    known = listed(client, CREATORS.path, wanted={key[0] for key in keys})
    goals: dict[tuple[str, ...], Record] = {}
    for goal in _active_goals(client, [known[key[0]] for key in sorted(keys) if key[0] in known]):
        key = _goal_key(goal)
        if key not in keys:
            continue
        if key in goals and goals[key].get("id") != goal.get("id"):
            creator, metric, period = key
            problem = f"{creator} has several {period} goals of {metric}; change them one by one"
            raise ArgumentError("creators", creator, problem=problem)
        check_id("goal_id", goal.get("id"))
        goals[key] = goal
    return goals


def _retargeting(body: Body, goal: Record) -> Write:
    """Return the request that changes a goal's target; none is sent if the goal has it already."""
    creator, target, goal_id = str(body["creator_id"]), body["target_value"], str(goal["id"])
    done = None
    if goal.get("target_value") == target:
        done = Result(creator, "unchanged", goal_id, error=f"its target is {target:,} already")
    path = f"/creators/{creator}/goals/{goal_id}"
    return Write("PATCH", path, {"target_value": target}, (creator,), done=done)


def _judge_update(client: Session, writes: Sequence[Write], parts: list[Planned]) -> list[Judged]:
    """Judge new goals by what exists; changes of goals that were just read can be sent."""
    new = [part for part, write in zip(parts, writes, strict=True) if write.is_creating]
    judged = iter(_judge_new(client, new) if new else [])
    return [
        next(judged)
        if write.is_creating
        else ("would change", None)
        if write.done is None
        else (write.done.status, write.done.error)
        for write in writes
    ]


def _send_with_targets(
    given: Given,
    writes: Sequence[Write],
    judge: Callable[[list[Planned]], list[Judged]],
    existing: Mapping[tuple[str, ...], Record],
    *,
    dtype: str,
) -> pd.DataFrame:
    """Send the requests, and add the goals with their targets also to the results of an error."""
    add_targets = partial(_with_targets, wanted=given.values(), existing=existing, dtype=dtype)
    try:
        return add_targets(given.send("goals", writes, judge))
    except PartialWriteError as error:
        error.frame = add_targets(error.frame)
        raise


def _with_targets(
    results: pd.DataFrame,
    wanted: Sequence[Body | None],
    existing: Mapping[tuple[str, ...], Record],
    dtype: str,
) -> pd.DataFrame:
    """Add the goals, and their old and new targets, to the results or the dry run."""
    bodies = [body or {} for body in wanted]
    old = [existing.get(_goal_key(body), {}).get("target_value") for body in bodies]
    columns: dict[str, tuple[list[Any], Any]] = {
        "metric": ([body.get("metric") for body in bodies], results["item"].dtype),
        "period": ([body.get("period") for body in bodies], results["item"].dtype),
        "old_target": (old, "Float64"),
        "new_target": ([body.get("target_value") for body in bodies], dtype),
        "creator_id": ([body.get("creator_id") for body in bodies], results["item"].dtype),
    }
    added = results.assign(
        **{
            name: pd.Series(values, results.index, dtype=dtype)
            for name, (values, dtype) in columns.items()
        }
    )
    added.attrs = results.attrs
    return added


@takes_arrow
def update_goal(
    creator: One,
    goal: One,
    *,
    target_value: int | Keep = KEEP,
    start_date: DateLike | Keep = KEEP,
    end_date: DateLike | Keep | None = KEEP,
    is_active: bool | Keep = KEEP,
    dry_run: bool = False,
    client: Client | None = None,
) -> pd.DataFrame:
    """Change a creator's goal; fields that aren't given stay as they are.

    ``PATCH /creators/{id}/goals/{gid}``.

    Parameters
    ----------
    creator : str or DataFrame
        The creator's handle or id, or a frame of one creator.
    goal : str or DataFrame
        The goal's id: ``goal_id`` of :func:`load_goal_compliance`; or a frame of one goal.
    target_value : int, optional
        The new target.
    start_date : str or date, optional
        The new first day.
    end_date : str, date or None, optional
        The new last day; None clears it.
    is_active : bool, optional
        Whether the goal counts.
    dry_run : bool, default False
        Change nothing; return what would become of each item, and the request.
    client : Client, optional
        The client to send with; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        One row: the goal's id, creator, project, metric, period, target, days and state.

    Raises
    ------
    ArgumentError, ArgumentTypeError, ApiError, ConnectionFailedError, DeadlineError
        See :mod:`trackagoat_pandas.actions`.

    See Also
    --------
    actions.set_goals : Set goals.
    actions.remove_goals : Deactivate goals.
    load_goal_compliance : Load goals and their progress.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     goal = tgp.load_goal_compliance("Q1 Brand Program").iloc[0]
    ...     changed = tgp.actions.update_goal(goal["creator_id"], goal["goal_id"], target_value=9)
    >>> changed["target_value"].tolist()
    [9.0]
    """
    client, _ = session_of(client), check_bool("dry_run", dry_run)
    named, goal_id = inputs.one_creator("creator", creator), inputs.one("goal", goal)
    body = inputs.changes(
        _EDITS,
        target_value=target_value,
        start_date=start_date,
        end_date=end_date,
        is_active=is_active,
    )
    (creator_id,) = find_creators(client, [named])
    path = f"/creators/{creator_id}/goals"
    return update(client, GOALS, goal_id, body, dry_run=dry_run, path=path)


@takes_arrow
def remove_goals(
    goals: pd.DataFrame,
    *,
    confirm: bool = False,
    dry_run: bool = False,
    client: Client | None = None,
) -> pd.DataFrame:
    """Deactivate goals.

    ``DELETE /creators/{id}/goals/{gid}``, a request for each.

    Parameters
    ----------
    goals : DataFrame
        A frame with ``goal_id``, and ``creator_id`` or ``tiktok_handle``, such as
        :func:`load_goal_compliance` returns.
    confirm : bool, default False
        Must be True for more than one.
    dry_run : bool, default False
        Change nothing; return what would become of each item, and the request.
    client : Client, optional
        The client to send with; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        Results (``item``, ``status``, ``id``, ``error_code``, ``error``), one row per goal;
        ``status`` is ``deleted`` on success.

    Raises
    ------
    ConfirmationError, ArgumentError, MissingColumnError, ApiError, PartialWriteError
        See :mod:`trackagoat_pandas.actions`.

    See Also
    --------
    actions.set_goals : Set goals.
    actions.update_goal : Change a goal.
    load_goal_compliance : Load goals and their progress.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     goals = tgp.load_goal_compliance("Q1 Brand Program").head(1)
    ...     tgp.actions.remove_goals(goals)["status"].tolist()
    ['deleted']
    """
    client = session_of(client)
    given = Given(client, dry_run=dry_run)
    units = units_of(goals, "goal_id", by_row=True)
    named = given.take("goals", goals, _read_goals, units=units, unique=("goal_id",))
    check_confirmed("remove_goals", "goals", named, confirm=confirm, dry_run=dry_run)
    look_up = partial(ids_of_creators, client)
    writes = [
        Write(
            "DELETE",
            f"/creators/{one['creator_id']}/goals/{one['goal_id']}",
            items=(one["goal_id"],),
        )
        for one in given.find(look_up, key="creator_id", unique=("goal_id",))
    ]
    return given.send("goals", writes, partial(_judge_removals, client))


def _read_goals(goals: pd.DataFrame) -> list[dict[str, str]]:
    """Return each goal once, with the id or the handle of its creator."""
    inputs.require("goals", goals, "pass a frame with creator_id and goal_id")
    require_columns(goals, ["goal_id"], loader="load_goal_compliance")
    names = ("creator_id", "tiktok_handle")
    owner = next((name for name in names if name in goals.columns), names[0])
    require_columns(goals, [owner], loader="load_goal_compliance")
    creator_of = {
        check_id("goal_id", goal): read_creator(owner, creator)
        for goal, creator in zip(goals["goal_id"], goals[owner], strict=True)
    }
    return [{"goal_id": goal, "creator_id": creator} for goal, creator in creator_of.items()]


class _Look:
    """Whether goals are still there as they were set, by the lists of their projects."""

    def __init__(self) -> None:
        self._goals: dict[str, Once[dict[str, Record]]] = {}

    def __call__(self, client: Session, results: Sequence[Result]) -> list[Presence]:
        return [self._presence(client, result) for result in results]

    def _presence(self, client: Session, result: Result) -> Presence:
        was = dict(result.record or {})
        if result.id is None or not _has_project(was):
            return Presence()
        # One list serves all creators of a project.
        ask = self._goals.setdefault(
            was["project_id"],
            Once(
                lambda client: {
                    str(goal.get("id")).lower(): goal for goal in _active_goals(client, [was])
                }
            ),
        )
        now = ask(client).get(result.id.lower())
        if now is None:
            return Presence(is_there=False)
        fields = [name for name in _EDITS if name in was and name in now]
        return Presence(all(was[name] == now[name] for name in fields), now)


def _judge_new(client: Session, parts: list[Planned]) -> list[Judged]:
    known = listed(client, CREATORS.path, wanted={part.item for part in parts})
    goals = _active_goals(client, [known[part.item] for part in parts if part.item in known])
    names = ("creator_id", "metric", "period")
    taken = {tuple(str(one.get(name)).lower() for name in names) for one in goals}

    def judge(part: Planned) -> Judged:
        if part.item not in known:
            return NOT_FOUND
        metric, period = part.body["metric"], part.body["period"]
        if (part.item, metric, period) in taken:
            return "exists", f"the creator has a {period} goal of {metric} already"
        if known[part.item].get("is_active") is False:
            return "unknown", "goals of a removed creator aren't listed"
        if not _has_project(known[part.item]):
            return "unknown", "the server doesn't say in which project the creator is"
        return "would create", None

    return [judge(part) for part in parts]


def _judge_removals(client: Session, parts: list[Planned]) -> list[Judged]:
    creators = {part.path.split("/")[2] for part in parts}
    known = listed(client, CREATORS.path, wanted=creators)
    ids = {str(one.get("id")).lower() for one in _active_goals(client, [*known.values()])}
    unlisted = ("unknown", "it is none of the active goals, which are all that are listed")
    return [("would remove", None) if part.item in ids else unlisted for part in parts]


def _active_goals(client: Session, creators: list[Record]) -> list[Record]:
    """Return the active goals of the projects of some creators."""
    projects = dict.fromkeys(one.get("project_id") for one in creators if _has_project(one))
    return [
        goal
        for project in projects
        for page in client.pages(f"/projects/{project}/goal-compliance", {"period": "all"})
        for row in page.records
        for goal in _goals_in(row, page)
    ]


def _has_project(creator: Record) -> bool:
    """Return whether a creator has an id of a project that can be a part of a path."""
    return isinstance(owner := creator.get("project_id"), str) and is_uuid(owner)


def _goals_in(row: Any, page: Envelope) -> list[Record]:
    parts = row.get("compliance") if isinstance(row, dict) else None
    goals = [
        goal
        for part in (parts if isinstance(parts, list) else [])
        if isinstance(part, dict) and isinstance(goal := part.get("goal"), dict)
    ]
    if not isinstance(parts, list) or len(goals) < len(parts):
        problem = "the goals of a creator in its data can't be read"
        raise UnreadableResponseError(page.path, page.status, problem)
    return goals
