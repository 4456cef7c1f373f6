"""Change and deactivate goals."""

from __future__ import annotations

from typing import Final

import pandas as pd

from trackagoat_pandas._types import DateLike
from trackagoat_pandas.actions import given, values
from trackagoat_pandas.actions.given import KEEP, Keep, One
from trackagoat_pandas.actions.sending import chosen, confirmed, resource, send_all
from trackagoat_pandas.actions.values import Check
from trackagoat_pandas.actions.writes import Write
from trackagoat_pandas.checks import check_id, require_columns
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.tables.writes import GOALS

_EDITS: Final[dict[str, Check]] = {
    "target_value": values.whole,
    "start_date": values.day,
    "end_date": values.or_null(values.day),
    "is_active": values.flag,
}


def update_goal(
    creator: One,
    goal: str,
    *,
    target_value: int | Keep = KEEP,
    start_date: DateLike | Keep = KEEP,
    end_date: DateLike | Keep | None = KEEP,
    is_active: bool | Keep = KEEP,
    dry_run: bool = False,
    client: Client | None = None,
) -> pd.DataFrame:
    """Change a creator's goal; what isn't given stays as it is.

    ``PATCH /creators/{id}/goals/{gid}``.

    Parameters
    ----------
    creator
        The creator's id, or a frame of one creator.
    goal
        The goal's id: ``goal_id`` of :func:`load_goal_compliance`.
    target_value, start_date, end_date, is_active
        The new target, days and state; None clears the last day.
    dry_run, client
        As in :func:`add_creators`.

    Returns
    -------
    pandas.DataFrame
        One row: the goal's id, creator, project, metric, period, target, days and state. With
        ``dry_run`` the request.

    Raises
    ------
    ArgumentError, ArgumentTypeError, ApiError, ConnectionFailedError, DeadlineError
        As in :func:`update_creator`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     goal = tgp.load_goal_compliance("Q1 Brand Program").iloc[0]
    ...     changed = tgp.actions.update_goal(goal["creator_id"], goal["goal_id"], target_value=9)
    >>> changed["target_value"].tolist()
    [9.0]
    """
    client = chosen(client)
    goal_id = check_id("goal", goal)
    path = f"/creators/{given.one('creator', creator, 'creator')}/goals/{goal_id}"
    body = given.changes(
        _EDITS,
        target_value=target_value,
        start_date=start_date,
        end_date=end_date,
        is_active=is_active,
    )
    return resource(client, GOALS, Write("PATCH", path, body, items=(goal_id,)), dry_run=dry_run)


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
    goals
        A frame with ``creator_id`` and ``goal_id``, such as :func:`load_goal_compliance` gives.
    confirm
        Must be True for more than one.
    dry_run, client
        As in :func:`add_creators`.

    Returns
    -------
    pandas.DataFrame
        A row a goal, as :func:`remove_videos` gives.

    Raises
    ------
    ConfirmationError, ArgumentError, MissingColumnError, ApiError, PartialWriteError
        As in :func:`remove_creators`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     goals = tgp.load_goal_compliance("Q1 Brand Program").head(1)
    ...     tgp.actions.remove_goals(goals)["status"].tolist()
    ['deleted']
    """
    client = chosen(client)
    require_columns(goals, ("creator_id", "goal_id"), loader="load_goal_compliance")
    creator_of = {
        check_id("goal_id", goal): check_id("creator_id", creator)
        for goal, creator in zip(goals["goal_id"], goals["creator_id"], strict=True)
    }
    confirmed("remove_goals", "goals", list(creator_of), confirm=confirm, dry_run=dry_run)
    writes = [
        Write("DELETE", f"/creators/{creator}/goals/{goal}", items=(goal,))
        for goal, creator in creator_of.items()
    ]
    return send_all(client, "goals", writes, dry_run=dry_run)
