"""Goals are set for creators."""

from __future__ import annotations

from typing import Final, Literal

import pandas as pd

from trackagoat_pandas._types import DateLike
from trackagoat_pandas.actions import given, values
from trackagoat_pandas.actions.given import Items
from trackagoat_pandas.actions.sending import chosen, send_all
from trackagoat_pandas.actions.values import Check
from trackagoat_pandas.actions.writes import creation
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.tables.analytics import GOAL_METRICS, GOAL_PERIODS

_CHECKS: Final[dict[str, Check]] = {
    "creator_id": values.id_,
    "metric": values.choice(*GOAL_METRICS),
    "period": values.choice(*GOAL_PERIODS),
    "target_value": values.whole,
    "start_date": values.day,
    "end_date": values.day,
}


def set_goals(
    creators: Items,
    *,
    metric: Literal["posts", "views", "engagement", "followers"] | None = None,
    period: Literal["daily", "weekly", "monthly"] | None = None,
    target_value: int | None = None,
    start_date: DateLike | None = None,
    end_date: DateLike | None = None,
    dry_run: bool = False,
    idempotency_key: str | None = None,
    client: Client | None = None,
) -> pd.DataFrame:
    """Set goals for creators; each has one at most of a metric and period.

    ``POST /creators/{id}/goals``, a request for each.

    Parameters
    ----------
    creators
        Ids, or a frame of creators; or a frame of goals with a column ``creator_id`` and optionally
        one for each of the next arguments.
    metric, period, target_value, start_date, end_date
        For the rows that say nothing else. All but ``end_date`` are required; without it a goal
        runs on.
    dry_run, idempotency_key, client
        As in :func:`add_creators`; a key is for one goal.

    Returns
    -------
    pandas.DataFrame
        A row a goal, as :func:`add_creators` gives: ``item`` is the creator, ``id`` the goal;
        ``failed`` with ``duplicate`` where there is such a goal already.

    Raises
    ------
    ArgumentError, ArgumentTypeError, MissingColumnError, ApiError, PartialWriteError
        As in :func:`add_creators`.

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
    """
    client = chosen(client)
    common = {
        "metric": metric,
        "period": period,
        "target_value": target_value,
        "start_date": start_date,
        "end_date": end_date,
    }
    bodies = given.rows(
        "creators",
        creators,
        "creator_id",
        _CHECKS,
        common,
        required=("metric", "period", "target_value", "start_date"),
        unique=("creator_id", "metric", "period"),
    )
    writes = [
        creation(
            f"/creators/{(creator := body.pop('creator_id'))}/goals", body, creator, idempotency_key
        )
        for body in bodies
    ]
    return send_all(client, "goals", writes, dry_run=dry_run)
