"""The loader of goal compliance: each goal of each active creator, against what was done."""

from __future__ import annotations

from typing import Any

import pandas as pd

from trackagoat_pandas._types import DateLike, DtypeBackend, GoalPeriod
from trackagoat_pandas.checks import check_choice
from trackagoat_pandas.dates import parse_day
from trackagoat_pandas.frames.reports import flatten_compliance
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.load.asked import keep_asked
from trackagoat_pandas.load.provenance import provenance
from trackagoat_pandas.load.reading import chosen, handing_over, optional_id, records_frame
from trackagoat_pandas.organization import known_timezone, resolve_project
from trackagoat_pandas.tables import GOAL_COMPLIANCE

PERIODS = ("daily", "weekly", "monthly", "all")


def load_goal_compliance(
    project: str | pd.DataFrame,
    *,
    creator: str | None = None,
    period: GoalPeriod = "all",
    reference_date: DateLike | None = None,
    dtype_backend: DtypeBackend = "numpy_nullable",
    client: Client | None = None,
) -> pd.DataFrame:
    """Load how each active creator stands against each goal.

    Parameters
    ----------
    project
        A project's id or exact name, or a loaded frame of one project.
    creator
        A creator's id, for that creator's goals alone.
    period
        Goals of one period, or ``"all"``.
    reference_date
        The day of the organization's calendar whose periods are judged; None for today.
    dtype_backend, client
        As in :func:`load_projects`.

    Returns
    -------
    pandas.DataFrame
        One row for each creator and goal: the columns of ``describe("goal_compliance")``;
        ``percentage`` is of the target and may pass 100; period bounds are instants in UTC. The
        ``status`` is the server's own. Rows of another project, creator or period than asked for
        are dropped as :func:`load_creators` describes.

    Raises
    ------
    UnknownProjectError, AmbiguousProjectError
        The name fits no project, or several; the message lists the candidates.
    ArgumentError
        The period, the creator's id or the day is not allowed.
    ApiError, ConnectionFailedError, DeadlineError
        As in :func:`load_projects`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     goals = tgp.load_goal_compliance("Q1 Brand Program", period="weekly")
    >>> bool((goals["period"] == "weekly").all())
    True
    """
    client = chosen(client, dtype_backend)
    check_choice("period", period, PERIODS)
    day = None if reference_date is None else parse_day(reference_date, "reference_date")
    creator_id = optional_id("creator", creator)
    project_id = resolve_project(client, project)
    path = f"/projects/{project_id}/goal-compliance"
    params = {
        "creator_id": creator_id,
        "period": period,
        "reference_date": day.isoformat() if day else None,
    }
    asked = {**params, "project_id": project_id, "period": None if period == "all" else period}
    records: list[dict[str, Any]] = []
    requests, sent_at = 0, None

    def finish(*, complete: bool) -> pd.DataFrame:
        facts = provenance(
            path,
            params,
            requests=requests,
            timezone=known_timezone(client),
            sent_at=sent_at,
            complete=complete,
        )
        frame = records_frame(GOAL_COMPLIANCE, records, facts, dtype_backend)
        return keep_asked(frame, GOAL_COMPLIANCE, asked, client)

    with handing_over(lambda: finish(complete=False)):
        for page in client.pages(path, params, limit=None):
            records += flatten_compliance(page.data)
            requests += page.attempts
            sent_at = page.date
    return finish(complete=True)
