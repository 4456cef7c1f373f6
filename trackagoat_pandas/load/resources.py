"""Loaders of the plain lists (projects, creators, videos, campaigns, chart notes) and of goals."""

from __future__ import annotations

import pandas as pd

from trackagoat_pandas._types import DateLike, DatesLike, DtypeBackend, Entity, GoalPeriod
from trackagoat_pandas.checks import check_choice
from trackagoat_pandas.dates import parse_day
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError
from trackagoat_pandas.frames.reports import flatten_compliance
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.load.asked import note_other_periods
from trackagoat_pandas.load.reading import chosen, load_table, optional_id, read_list
from trackagoat_pandas.organization import optional_project, resolve_dates, resolve_project
from trackagoat_pandas.tables import (
    ANNOTATIONS,
    CAMPAIGNS,
    CREATORS,
    ENTITIES,
    GOAL_COMPLIANCE,
    PROJECTS,
    VIDEOS,
)


def load_projects(
    *, dtype_backend: DtypeBackend = "numpy_nullable", client: Client | None = None
) -> pd.DataFrame:
    """Load the organization's projects.

    Parameters
    ----------
    dtype_backend
        ``"numpy_nullable"`` for the package's dtypes, ``"pyarrow"`` for Arrow's everywhere.
    client
        The client to ask; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        One row a project, newest first: the columns of ``describe("projects")``.

    Raises
    ------
    ApiError
        The API refused; its subclasses say why.
    ConnectionFailedError, DeadlineError
        The network or the rate limit didn't let the load end.
    UnreadableResponseError, StuckCursorError
        An answer is no list of rows, or the list has no readable end.

    Notes
    -----
    An error that comes after the first page carries the rows of the pages before it in
    ``error.partial``, a frame whose provenance says ``complete=False``.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     tgp.load_projects()["name"].iloc[0]
    'Archive'
    """
    return load_table(PROJECTS, chosen(client, dtype_backend), {}, dtype_backend)


def load_creators(
    project: str | pd.DataFrame | None = None,
    *,
    search: str | None = None,
    dtype_backend: DtypeBackend = "numpy_nullable",
    client: Client | None = None,
) -> pd.DataFrame:
    """Load creators.

    Parameters
    ----------
    project
        A project's id or exact name, or a loaded frame of one project; None for all projects.
    search
        Part of a TikTok handle; a leading @ is dropped.
    dtype_backend, client
        As in :func:`load_projects`.

    Returns
    -------
    pandas.DataFrame
        One row a creator: the columns of ``describe("creators")``; counts are of now.

    Warns
    -----
    ContractWarning
        The server sent rows that weren't asked for. They are dropped, and the provenance counts
        them by filter in ``dropped``. Or no row has a field that every row should have, such as
        ``id``: it is NA, and the provenance lists it in ``missing``.

    Notes
    -----
    Every loader compares the rows that come with what was asked for, by the columns that say it:
    here ``project_id`` and ``tiktok_handle``. Where a row doesn't say, since the server sends no
    such field, it is kept, and the provenance lists the filter in ``unverified``.

    Raises
    ------
    UnknownProjectError, AmbiguousProjectError
        The name fits no project, or several; the message lists the candidates.
    ApiError, ConnectionFailedError, DeadlineError
        As in :func:`load_projects`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     len(tgp.load_creators("Q1 Brand Program")) > 0
    True
    """
    client = chosen(client, dtype_backend)
    if search is not None and not isinstance(search, str):
        raise ArgumentTypeError("search", search, "part of a handle, or None for all")
    if search is not None and not search.strip().removeprefix("@"):
        raise ArgumentError("search", search, "it must be part of a handle, or None for all")
    params = {
        "project_id": optional_project(client, project),
        "search": search.strip().removeprefix("@") if search else None,
    }
    return load_table(CREATORS, client, params, dtype_backend)


def load_videos(
    project: str | pd.DataFrame | None = None,
    *,
    creator: str | None = None,
    dtype_backend: DtypeBackend = "numpy_nullable",
    client: Client | None = None,
) -> pd.DataFrame:
    """Load videos; the API never lists excluded ones.

    The API has no filter by date: filter the frame's ``posted_at``.

    Parameters
    ----------
    project
        A project's id or exact name, or a loaded frame of one project; None for all projects.
    creator
        A creator's id, for that creator's videos alone.
    dtype_backend, client
        As in :func:`load_projects`.

    Returns
    -------
    pandas.DataFrame
        One row a video: the columns of ``describe("videos")``; counts are of now, ``posted_at`` is
        an instant in UTC, ids are text. Rows of another project or creator than asked for are
        dropped as :func:`load_creators` describes.

    Raises
    ------
    UnknownProjectError, AmbiguousProjectError
        The name fits no project, or several; the message lists the candidates.
    ApiError, ConnectionFailedError, DeadlineError
        As in :func:`load_projects`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     str(tgp.load_videos("Summer Launch")["view_count"].dtype)
    'Int64'
    """
    client = chosen(client, dtype_backend)
    params = {
        "project_id": optional_project(client, project),
        "creator_id": optional_id("creator", creator),
    }
    return load_table(VIDEOS, client, params, dtype_backend)


def load_campaigns(
    project: str | pd.DataFrame | None = None,
    *,
    dtype_backend: DtypeBackend = "numpy_nullable",
    client: Client | None = None,
) -> pd.DataFrame:
    """Load campaigns.

    Parameters
    ----------
    project
        A project's id or exact name, or a loaded frame of one project; None for all projects.
    dtype_backend, client
        As in :func:`load_projects`.

    Returns
    -------
    pandas.DataFrame
        One row a campaign: the columns of ``describe("campaigns")``; ``items`` is JSON text. Rows
        of another project than asked for are dropped as :func:`load_creators` describes.

    Raises
    ------
    UnknownProjectError, AmbiguousProjectError
        The name fits no project, or several; the message lists the candidates.
    ApiError, ConnectionFailedError, DeadlineError
        As in :func:`load_projects`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     "readme" in tgp.load_campaigns()
    True
    """
    client = chosen(client, dtype_backend)
    params = {"project_id": optional_project(client, project)}
    return load_table(CAMPAIGNS, client, params, dtype_backend)


def load_annotations(
    project: str | pd.DataFrame | None = None,
    *,
    entity: Entity | None = None,
    entity_id: str | None = None,
    dates: DatesLike | None = None,
    dtype_backend: DtypeBackend = "numpy_nullable",
    client: Client | None = None,
) -> pd.DataFrame:
    """Load the notes on the charts.

    Parameters
    ----------
    project
        A project's id or exact name, or a loaded frame of one project; None for all projects.
    entity, entity_id
        Notes on one kind of entity, or on one entity.
    dates
        Anything that :meth:`DateRange.parse` reads; None for the server's own range.
    dtype_backend, client
        As in :func:`load_projects`.

    Returns
    -------
    pandas.DataFrame
        One row a note: the columns of ``describe("annotations")``; ``date`` is a day of the
        organization's calendar. Notes on something else, or of other days, than asked for are
        dropped as :func:`load_creators` describes.

    Raises
    ------
    ArgumentError
        The entity, its id or the dates are not allowed.
    ApiError, ConnectionFailedError, DeadlineError
        As in :func:`load_projects`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     len(tgp.load_annotations("Q1 Brand Program", dates="2026")) > 0
    True
    """
    client = chosen(client, dtype_backend)
    if entity is not None:
        check_choice("entity", entity, ENTITIES)
    span = resolve_dates(client, dates)
    params = {
        "project_id": optional_project(client, project),
        "entity": entity,
        "entity_id": optional_id("entity_id", entity_id),
        **(span.params if span else {}),
    }
    return load_table(ANNOTATIONS, client, params, dtype_backend)


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

    Warns
    -----
    ContractWarning
        Goals come with another period than that of the day asked for, or the one just before it.
        They are kept, and the provenance lists ``reference_date`` in ``unverified``.

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
    frame = read_list(
        GOAL_COMPLIANCE,
        client.pages(path, params, limit=None),
        client=client,
        path=path,
        params=params,
        dtype_backend=dtype_backend,
        asked=asked,
        flatten=flatten_compliance,
    )
    if day is not None:
        note_other_periods(frame, day)
    return frame
