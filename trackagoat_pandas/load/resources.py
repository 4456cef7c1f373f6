"""Loaders of projects, creators, videos, campaigns, chart notes and goals."""

from __future__ import annotations

import pandas as pd

from trackagoat_pandas.base.types import (
    Creators,
    DateLike,
    DatesLike,
    DtypeBackend,
    Entity,
    GoalPeriod,
)
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError, MissingArgumentError
from trackagoat_pandas.frames.reports import flatten_compliance
from trackagoat_pandas.helpers.campaigns.names import read_campaigns
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.session import session_of
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.checks import check_choice, check_id
from trackagoat_pandas.inputs.dates import DateRange, parse_day
from trackagoat_pandas.load.coverage import note_other_periods
from trackagoat_pandas.load.loader import loader
from trackagoat_pandas.load.provenance import add_facts
from trackagoat_pandas.load.reading import load_table
from trackagoat_pandas.names.campaigns import find_campaigns, remember_names, remember_videos
from trackagoat_pandas.names.creators import (
    creators_of_project,
    find_creators,
    read_creator,
    remember_creators,
)
from trackagoat_pandas.names.organization import (
    known_timezone,
    load_dates,
    optional_project,
    remember_projects,
)
from trackagoat_pandas.tables import (
    ANNOTATIONS,
    CAMPAIGNS,
    CREATORS,
    ENTITIES,
    GOAL_COMPLIANCE,
    PROJECTS,
    VIDEOS,
)


@takes_arrow
@loader
def load_projects(
    *,
    max_requests: int | None = None,
    dtype_backend: DtypeBackend = "numpy_nullable",
    client: Client | None = None,
) -> pd.DataFrame:
    """Load the organization's projects.

    Parameters
    ----------
    max_requests : int, optional
        The most requests that the load may send, retries and look-ups of names included. A load
        that is known to take more sends nothing; any other sends no more. :func:`estimate_load`
        says what a load takes. None for no limit.
    dtype_backend : {'numpy_nullable', 'pyarrow'}, default 'numpy_nullable'
        ``"numpy_nullable"`` for pandas' nullable dtypes, ``"pyarrow"`` for Arrow's in every column.
    client : Client, optional
        The client to use; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        One row per project, newest first: the columns of ``describe("projects")``.

    Raises
    ------
    ApiError
        The API refused the request; the subclass says why.
    ConnectionFailedError, DeadlineError
        The server couldn't be reached, or not in time.
    RequestBudgetError
        The load takes more requests than ``max_requests``.
    UnreadableResponseError, StuckCursorError
        A response isn't a list of rows, or the list has no clear end.

    See Also
    --------
    load_creators : Load creators.
    widgets.ProjectPicker : Pick a project.
    actions.create_project : Create a project.

    Notes
    -----
    An error after the first page has the rows of the pages before it in ``error.partial``, a frame
    whose provenance says ``complete=False``. ``load_path("/projects", cursor=error.resume_at)``
    loads the others.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     projects = tgp.load_projects()
    >>> print(projects["name"].tolist())
    ['Archive', 'Archive', 'Always-On UGC', 'Summer Launch', 'Q1 Brand Program']
    """
    session = session_of(client, max_requests)
    projects = load_table(PROJECTS, session, {}, dtype_backend)
    remember_projects(session, projects)
    # Known only now, from these rows.
    add_facts(projects, timezone=known_timezone(session))
    return projects


@takes_arrow
@loader
def load_creators(
    project: str | pd.DataFrame | None = None,
    *,
    search: str | None = None,
    max_requests: int | None = None,
    dtype_backend: DtypeBackend = "numpy_nullable",
    client: Client | None = None,
) -> pd.DataFrame:
    """Load creators.

    Parameters
    ----------
    project : str or DataFrame, optional
        A project's id or exact name, or a loaded frame of one project; None for all projects.
    search : str, optional
        A part of the TikTok handle, in upper or lower case, with or without a leading @.
    max_requests : int, optional
        The most requests that the load may send. By default, a list may have 10,000 pages.
    dtype_backend : {'numpy_nullable', 'pyarrow'}, default 'numpy_nullable'
        ``"numpy_nullable"`` for pandas' nullable dtypes, ``"pyarrow"`` for Arrow's.
    client : Client, optional
        The client to use; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        One row per creator: the columns of ``describe("creators")``; counts are the
        current ones.

    Raises
    ------
    UnknownProjectError, AmbiguousProjectError
        No project has the name, or several have it; the message lists candidates.
    ApiError, ConnectionFailedError, DeadlineError
        As in :func:`load_projects`.

    Warns
    -----
    ContractWarning
        The server ignored a filter, or no row has a field that every row should have; see the
        notes.

    See Also
    --------
    summarize_creators : Summarize creators.
    with_names : Add names to ids.
    actions.add_creators : Add creators.
    widgets.CreatorPicker : Pick creators.

    Notes
    -----
    Every loader compares the rows with what was requested, here by the columns ``project_id`` and
    ``tiktok_handle``. Rows of something else are dropped, with a warning, and the provenance counts
    them by filter in ``dropped``. A row without a value to compare is kept, and the provenance
    lists the filter in ``unverified``.

    Every loader also looks for fields, such as ``id``, that no row has although every row should.
    They are NA in the frame, and the provenance lists them in ``missing``.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     creators = tgp.load_creators("Q1 Brand Program")
    >>> print(creators[["tiktok_handle", "is_active"]].head(3).to_string(index=False))
       tiktok_handle  is_active
       salty_studio_       True
    its_frosty_tapes       True
     tonic.by.quiet_       True
    """
    session = session_of(client, max_requests)
    if search is not None and not isinstance(search, str):
        raise ArgumentTypeError("search", search, "a part of a handle, or None for all")
    if search is not None and not search.strip().removeprefix("@"):
        raise ArgumentError("search", search, "give a part of a handle, or None for all")
    params = {
        "project_id": optional_project(session, project),
        "search": search.strip().removeprefix("@") if search else None,
    }
    creators = load_table(CREATORS, session, params, dtype_backend)
    if search is None:
        remember_creators(session, creators, params["project_id"])
    return creators


@takes_arrow
@loader
def load_videos(
    project: str | pd.DataFrame | None = None,
    *,
    creator: Creators | None = None,
    max_requests: int | None = None,
    dtype_backend: DtypeBackend = "numpy_nullable",
    client: Client | None = None,
) -> pd.DataFrame:
    """Load videos, except excluded ones, which the API never lists.

    The API can't filter videos by date; filter the frame by ``posted_at`` instead.

    Parameters
    ----------
    project : str or DataFrame, optional
        A project's id or exact name, or a loaded frame of one project; None for all projects.
    creator : str, list of str or DataFrame, optional
        For the videos of this creator only: a handle, with or without @, the address of a profile,
        an id, or a loaded frame; or several of them, with a request for each.
    max_requests : int, optional
        The most requests that the load may send. By default, a list may have 10,000 pages.
    dtype_backend : {'numpy_nullable', 'pyarrow'}, default 'numpy_nullable'
        ``"numpy_nullable"`` for pandas' nullable dtypes, ``"pyarrow"`` for Arrow's.
    client : Client, optional
        The client to use; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        One row per video: the columns of ``describe("videos")``; counts are the current ones,
        ``posted_at`` is an instant in UTC, ids are text. Rows of another project or creator than
        requested are dropped, as in :func:`load_creators`.

    Raises
    ------
    UnknownProjectError, AmbiguousProjectError
        No project has the name, or several have it; the message lists candidates.
    UnknownCreatorError, AmbiguousCreatorError
        No creator of the project has the handle, or, without a project, several have it.
    ApiError, ConnectionFailedError, DeadlineError
        As in :func:`load_projects`.

    See Also
    --------
    find_outliers : Find posts that stand out.
    expected_views : Forecast the views of young posts.
    leaderboard : Rank rows by a count.
    inbox : List posts that wait for review.
    widgets.VideoPicker : Pick videos.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     videos = tgp.load_videos("Q1 Brand Program", creator="@mossy_reef")
    >>> print(videos[["posted_at", "view_count"]].head(3).to_string(index=False))
                    posted_at  view_count
    2026-06-17 20:28:34+00:00         615
    2026-06-17 20:34:36+00:00         187
    2026-06-15 23:00:00+00:00         767
    """
    session = session_of(client, max_requests)
    project_id, creators = creators_of_project(session, creator, project)
    params = {"project_id": project_id}
    videos = load_table(VIDEOS, session, params, dtype_backend, creators=creators)
    remember_videos(session, videos)
    return videos


@takes_arrow
@loader
def load_campaigns(
    project: str | pd.DataFrame | None = None,
    *,
    max_requests: int | None = None,
    dtype_backend: DtypeBackend = "numpy_nullable",
    client: Client | None = None,
) -> pd.DataFrame:
    """Load campaigns.

    Parameters
    ----------
    project : str or DataFrame, optional
        A project's id or exact name, or a loaded frame of one project; None for all projects.
    max_requests : int, optional
        The most requests that the load may send. By default, a list may have 10,000 pages.
    dtype_backend : {'numpy_nullable', 'pyarrow'}, default 'numpy_nullable'
        ``"numpy_nullable"`` for pandas' nullable dtypes, ``"pyarrow"`` for Arrow's.
    client : Client, optional
        The client to use; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        One row per campaign: the columns of ``describe("campaigns")``; ``items`` is JSON text. Rows
        of another project than requested are dropped, as in :func:`load_creators`.

    Raises
    ------
    UnknownProjectError, AmbiguousProjectError
        No project has the name, or several have it; the message lists candidates.
    ApiError, ConnectionFailedError, DeadlineError
        As in :func:`load_projects`.

    See Also
    --------
    summarize_campaigns : Summarize campaigns.
    campaign_tree : List campaigns in their tree.
    campaign_members : List who and what is in each campaign.
    widgets.CampaignPicker : Pick campaigns.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     campaigns = tgp.load_campaigns("Q1 Brand Program")
    >>> print(campaigns["name"].head(3).tolist())
    ['Not briefed yet', 'Unboxed', 'Everyday Goat']
    """
    session = session_of(client, max_requests)
    params = {"project_id": optional_project(session, project)}
    campaigns = load_table(CAMPAIGNS, session, params, dtype_backend)
    remember_names(session, CAMPAIGNS, campaigns, is_whole=params["project_id"] is None)
    return campaigns


@takes_arrow
@loader
def load_annotations(
    project: str | pd.DataFrame | None = None,
    *,
    entity: Entity | None = None,
    entity_id: str | None = None,
    dates: DatesLike | None = None,
    max_requests: int | None = None,
    dtype_backend: DtypeBackend = "numpy_nullable",
    client: Client | None = None,
) -> pd.DataFrame:
    """Load the notes on charts.

    Parameters
    ----------
    project : str or DataFrame, optional
        A project's id or exact name, or a loaded frame of one project; None for all projects.
    entity : {'creator', 'campaign', 'video', 'project'}, optional
        Only the notes on one kind of entity.
    entity_id : str, optional
        Only the notes on one entity: its id, of a creator also the handle, of a campaign the
        name.
    dates : str, tuple or DateRange, optional
        Anything that :meth:`DateRange.parse` reads; None for the server's default range.
    max_requests : int, optional
        The most requests that the load may send. By default, a list may have 10,000 pages.
    dtype_backend : {'numpy_nullable', 'pyarrow'}, default 'numpy_nullable'
        ``"numpy_nullable"`` for pandas' nullable dtypes, ``"pyarrow"`` for Arrow's.
    client : Client, optional
        The client to use; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        One row per note: the columns of ``describe("annotations")``; ``date`` is a day of the
        organization's calendar. Notes on another entity or of other days than requested are
        dropped, as in :func:`load_creators`.

    Raises
    ------
    ArgumentError
        The entity, its id or the dates are not allowed.
    ApiError, ConnectionFailedError, DeadlineError
        As in :func:`load_projects`.

    See Also
    --------
    plots.trend : Draw a metric over time.
    actions.annotate : Add a note to the charts.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     notes = tgp.load_annotations("Q1 Brand Program", dates="2026")
    >>> print(notes[["date", "label"]].to_string(index=False))
          date                        label
    2026-03-11        Spring Drop goes live
    2026-03-20           Launch week begins
    2026-04-07 TikTok favours longer videos
    2026-05-04      Away for the trade fair
    2026-05-31   Brief changed, hooks first
    """
    session = session_of(client, max_requests)
    if entity is not None:
        check_choice("entity", entity, ENTITIES)
    if isinstance(entity_id, str) and entity == "creator":
        named = [read_creator("entity_id", entity_id)]
    elif isinstance(entity_id, str) and entity == "campaign":
        named = read_campaigns("entity_id", entity_id)
    else:
        named = [] if entity_id is None else [check_id("entity_id", entity_id)]

    def load(span: DateRange | None) -> pd.DataFrame:
        project_id = optional_project(session, project)
        found = named
        if entity == "creator":
            found = find_creators(session, named, project_id=project_id)
        elif entity == "campaign":
            found = list(find_campaigns(session, named, project_id=project_id).values())
        params = {
            "project_id": project_id,
            "entity": entity,
            "entity_id": next(iter(found), None),
            **(span.params if span else {}),
        }
        return load_table(ANNOTATIONS, session, params, dtype_backend)

    return load_dates(session, dates, load)


PERIODS = ("daily", "weekly", "monthly", "all")


@takes_arrow
@loader
def load_goal_compliance(
    project: str | pd.DataFrame,
    *,
    creator: Creators | None = None,
    period: GoalPeriod = "all",
    reference_date: DateLike | None = None,
    max_requests: int | None = None,
    dtype_backend: DtypeBackend = "numpy_nullable",
    client: Client | None = None,
) -> pd.DataFrame:
    """Load each active creator's progress towards each goal.

    Parameters
    ----------
    project : str or DataFrame
        A project's id or exact name, or a loaded frame of one project.
    creator : str, list of str or DataFrame, optional
        For the goals of this creator only, or of several, as in :func:`load_videos`.
    period : {'daily', 'weekly', 'monthly', 'all'}, default 'all'
        ``"daily"``, ``"weekly"`` or ``"monthly"`` for the goals of one period, or ``"all"``.
    reference_date : str or date, optional
        A day of the organization's calendar: goals are evaluated for the periods that include it.
        None for today.
    max_requests : int, optional
        The most requests that the load may send. By default, a list may have 10,000 pages.
    dtype_backend : {'numpy_nullable', 'pyarrow'}, default 'numpy_nullable'
        ``"numpy_nullable"`` for pandas' nullable dtypes, ``"pyarrow"`` for Arrow's.
    client : Client, optional
        The client to use; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        One row per creator and goal: the columns of ``describe("goal_compliance")``;
        ``percentage`` is a share of the target and may exceed 100; the bounds of periods are
        instants in UTC; ``status`` is as the server computes it. Rows of another project, creator
        or period than requested are dropped, as in :func:`load_creators`.

    Raises
    ------
    UnknownProjectError, AmbiguousProjectError
        No project has the name, or several have it; the message lists candidates.
    UnknownCreatorError
        No creator of the project has the handle.
    ArgumentError
        The period, a creator or the day is not allowed.
    ApiError, ConnectionFailedError, DeadlineError
        As in :func:`load_projects`.

    Warns
    -----
    ContractWarning
        Goals have another period than that of the ``reference_date`` or the one just before it.
        They are kept, and the provenance lists ``reference_date`` in ``unverified``.

    See Also
    --------
    goal_odds : Estimate the chance of each goal.
    who_to_nudge : List goals that are behind.
    plots.goal_board : Draw the progress of goals.
    actions.set_goals : Set goals.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     goals = tgp.load_goal_compliance("Q1 Brand Program", period="weekly")
    >>> print(goals["status"].value_counts(sort=False).to_string())
    status
    on_track       5
    behind_pace    4
    at_risk        5
    completed      1
    missed         1
    """
    session = session_of(client, max_requests)
    check_choice("period", period, PERIODS)
    day = None if reference_date is None else parse_day(reference_date, "reference_date")
    if project is None:
        raise MissingArgumentError("project", "give a project's id or exact name")
    project_id, creators = creators_of_project(session, creator, project)
    path = f"/projects/{project_id}/goal-compliance"
    params = {
        "period": period,
        "reference_date": day.isoformat() if day else None,
    }
    # No row has the period "all", so rows aren't compared with it.
    asked = {**params, "project_id": project_id, "period": None if period == "all" else period}
    frame = load_table(
        GOAL_COMPLIANCE,
        session,
        params,
        dtype_backend,
        path=path,
        asked=asked,
        flatten=flatten_compliance,
        creators=creators,
        is_paged=False,
    )
    if day is not None:
        note_other_periods(frame, day)
    return frame
