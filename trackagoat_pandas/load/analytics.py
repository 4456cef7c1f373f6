"""The loaders of time series: of any entities, or of a whole program, as one long frame."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, Literal, cast

import pandas as pd

from trackagoat_pandas.base.types import (
    Creators,
    DatesLike,
    DtypeBackend,
    Entity,
    Granularity,
    Metric,
    Metrics,
    Mode,
)
from trackagoat_pandas.errors import ArgumentError, StoreMissingError
from trackagoat_pandas.helpers.campaigns.names import read_campaigns
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.session import Session, session_of
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.checks import check_ids, check_int, check_names
from trackagoat_pandas.inputs.dates import DateRange, begins_relative
from trackagoat_pandas.load.coverage import note_inactive, rows_of
from trackagoat_pandas.load.loader import loader
from trackagoat_pandas.load.query import Query, check_query
from trackagoat_pandas.load.resources import load_campaigns, load_creators, load_videos
from trackagoat_pandas.load.series import SeriesLoad, note_absent
from trackagoat_pandas.names.campaigns import find_campaigns
from trackagoat_pandas.names.creators import (
    creators_of_project,
    find_creators,
    read_creators,
    remembered_creators,
)
from trackagoat_pandas.names.organization import load_dates, resolve_dates, resolve_project

_KEEPS: Final = "daily values with mode='new', without compare, breakdown, base_metric or timezone"
_NAMES: Final[Mapping[Entity, str]] = {
    "creator": "tiktok_handle", "campaign": "name", "video": "title", "project": "name",
}  # fmt: skip
_LISTS: Final[Mapping[str, Callable[..., pd.DataFrame]]] = MappingProxyType(
    {"creator": load_creators, "video": load_videos, "campaign": load_campaigns}
)


@takes_arrow
@loader
def load_analytics(
    entity: Entity,
    ids: str | Sequence[str] | pd.Series | pd.Index | pd.DataFrame,
    metrics: Metrics,
    *,
    dates: DatesLike | None = None,
    granularity: Granularity = "day",
    mode: Mode = "new",
    compare: Literal["prior_period"] | None = None,
    breakdown: Literal["video"] | None = None,
    base_metric: Metric | None = None,
    timezone: str | None = None,
    clip: bool = False,
    spot_checks: int | None = None,
    max_requests: int | None = None,
    dtype_backend: DtypeBackend = "numpy_nullable",
    client: Client | None = None,
) -> pd.DataFrame:
    """Load time series of entities and metrics, as one long frame.

    Requests run concurrently, under the client's rate limit. With a store, only series are
    requested of which it doesn't have a day, or of which a day may have been restated since; see
    the notes.

    Parameters
    ----------
    entity : {'creator', 'campaign', 'video', 'project'}
        The kind of entity.
    ids : str, list of str or DataFrame
        One id, several, a Series of ids, or a loaded frame with the entity's ids; of creators also
        handles, with or without @, and addresses of profiles; of campaigns also names; of one
        project its name. Each id is requested once, and up to 20 in one request if the server
        accepts several. If there are no ids, the frame is empty and no request is sent. A frame
        also says since when each is tracked or posted, and who is inactive; of ids alone that is
        known only if the client has loaded them before, and which days are NA depends on it.
    metrics : str or list of str
        One metric or several: ``"views"``, ``"likes"``, ``"comments"``, ``"shares"``, ``"saves"``,
        ``"followers"``, ``"posts"``, or a derived one: ``"engagement_rate_by_views"``,
        ``"engagement_rate_by_followers"``, ``"growth_rate_pop"`` (these three in percent),
        ``"posts_per_week"``, ``"avg_views_per_post"``.
    dates : str, tuple or DateRange, optional
        Anything that :meth:`DateRange.parse` reads, in days of the organization's calendar; None
        for the server's default, the last 30 days.
    granularity : {'day', 'week', 'month'}, default 'day'
        The length of a bucket.
    mode : {'new', 'cumulative'}, default 'new'
        ``"new"`` for what each bucket added, ``"cumulative"`` for the total so far.
    compare : {'prior_period'}, optional
        ``"prior_period"`` adds rows of the equally long period before the dates, with the
        ``series_kind`` ``"prior_period"``.
    breakdown : {'video'}, optional
        Campaigns only: ``"video"`` adds rows of the campaign's ten biggest videos and of the rest
        (``entity_id`` ``"__other__"``), with the ``series_kind`` ``"breakdown"``.
    base_metric : str, optional
        The metric whose growth ``"growth_rate_pop"`` is; required for it, not allowed otherwise.
    timezone : str, optional
        The IANA time zone of the buckets, if not the organization's.
    clip : bool, default False
        True to cut off, with a warning, dates before what the plan keeps; otherwise such dates are
        an error.
    spot_checks : int, optional
        With a store: how many series that needn't be requested are requested nevertheless, to see
        whether they have changed. None for those for which there is room in the requests that are
        sent in any case, or in one request if there are none; 0 for no checks.
    max_requests : int, optional
        The most requests that the load may send. By default, a list may have 10,000 pages.
    dtype_backend : {'numpy_nullable', 'pyarrow'}, default 'numpy_nullable'
        ``"numpy_nullable"`` for pandas' nullable dtypes, ``"pyarrow"`` for Arrow's.
    client : Client, optional
        The client to use; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        One row per entity, metric, kind of series and bucket, with the columns of
        ``describe("analytics")``: among them ``date`` (the bucket's first day), ``value``,
        ``series_kind``, ``is_partial`` (the bucket isn't over yet) and ``is_baseline`` (a first
        snapshot, which adds nothing). Columns and dtypes are the same for any number of ids.
        ``value`` is NA for buckets before the first data of a creator, campaign or project, and
        before a video was posted, for which the server sends 0; see the notes.

    Raises
    ------
    ArgumentError, ArgumentTypeError, MissingColumnError
        An argument is not allowed, or a frame has no ids; no request was sent.
    UnknownCreatorError, AmbiguousCreatorError, UnknownCampaignError, AmbiguousCampaignError
        No creator or campaign has the name, or several have it: pass ids then.
    RetentionExceededError
        The dates begin before what the plan keeps; the message names the earliest day, if the
        server says which it is.
    MismatchedResponseError
        The response is for other buckets, days, another metric, mode or time zone than requested.
    PartialLoadError
        Some series failed, or the server sent none: ``failures`` has the error of each by
        ``(entity_id, metric)``, ``partial`` is the frame of the others.
    ApiError, ConnectionFailedError, DeadlineError
        As in :func:`load_projects`, if nothing could be loaded.
    StoreMissingError
        The client is offline, and its store has nothing of this.
    StoreBusyError, StoreWriteError
        Another process writes to the store, or a file can't be written; ``partial`` is the whole
        frame. The same call keeps it within half an hour, without a request.

    Warns
    -----
    ContractWarning
        The response differs from what was requested; see the notes.
    NoDataWarning
        There are no values, or the dates, or those of the prior period, reach beyond the days with
        data, of all or of more than a quarter; see the notes.
    ClippedDatesWarning
        With ``clip``: the dates were cut.
    IncompleteFrameWarning
        The client is offline, and its store has only a part of this; ``gaps`` in the provenance
        are the days that are missing.
    RestatedWarning
        With a store: settled values have changed, and the frame has the new ones; or a spot check
        failed, or days that may have changed can't be requested, since the client is offline or
        the plan doesn't keep them any more.

    See Also
    --------
    plots.trend : Draw a metric over time.
    summarize_analytics : Sum series by entity or day.
    explain_change : Explain why a total changed.
    estimate_load : See what a load costs before it starts.
    widgets.Explorer : Click through the series.

    Notes
    -----
    A ContractWarning says that the server

    - sent points outside the dates, or series that weren't requested. They are left out, and the
      provenance counts them in ``dropped``.
    - sent no comparison or breakdown although one was requested, or no bucket for days between
      others of a series. The provenance says ``complete=False`` and lists such days in ``gaps``.
    - describes its buckets by an unknown word, or sent days that may be weeks or months. The
      provenance lists the parameter in ``unverified``.

    A store (``connect(store=...)``) keeps daily values of the mode ``"new"``; others are requested
    each time. A day of a series is settled once it was requested 4 days or more after its end
    (``lookback_days`` of :meth:`Store.sync`) and nothing has cast doubt on it since. Doubt is cast
    on the days from a video's first one on, of its creator, its project and the campaigns that
    count it,

    - by a list of videos that has lost or gained it, in which it is switched on or off, belongs to
      another creator or has fewer views; by a list of creators that has lost or gained one, or
      in which one is tracked otherwise; by a list of campaigns with other items;
    - by a write of this client, such as ``actions.remove_videos``;
    - by a change of one of its settled values without any of these.

    A series with a day that isn't settled is requested for all of the dates, which costs the same.
    Of the others some are checked (``spot_checks``): those whose last request is longest ago, but
    none if one of the load's series was requested within the last hour, if that would take more
    than ``max_requests``, or if the client is offline. If one differs, all others of its project in
    this load are requested. So the frame has the server's values, except where a settled day has
    changed, no list, write or other series shows it, and its turn to be checked hasn't come.

    Labels are the newest names that a response or a list in the store has. Days before those that
    the plan keeps come from the store if it has them. The provenance says in ``store`` which part
    of the frame came from it, when that was fetched, how many points that were requested are
    ``new``, ``changed`` or ``gone`` since they were stored, and how many settled values were
    ``restated``. A value of a day that was partial counts as changed, but is no restatement.

    Dates reach beyond the data if they begin more than a day before the first day with data, end
    later than tomorrow, or end after the last day with data. The provenance has that first and last
    day as ``data_since`` and ``data_until``, and in ``starts_later`` how many creators (videos,
    campaigns) begin later than that; they are warned of if they are more than a quarter. There is
    no warning about the end of dates that begin relative to today, such as "last 30 days", nor
    about that of the current week, month, quarter or year.

    The server counts nothing of creators whose tracking was switched off, also on the days before:
    all their values are 0. Those who are known to be inactive, by ``is_active`` of the same frames
    as below, are listed in ``inactive``, and warned of if they are more than a quarter.

    Data begin on a creator's ``tracking_start_date`` and on the day a video was posted, by the
    frame passed as `ids` or those that the client has loaded before, or with a first snapshot.
    Where nothing of this is known, zeros at the start are taken as days before the data if they
    last more than twice as long as any quiet time later on. No other value than 0 becomes NA, and a
    week or month in which the data begin is kept.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     creators = tgp.load_creators("Summer Launch")
    ...     views = tgp.load_analytics("creator", creators, "views", dates="2026-05")
    >>> print(views[["label", "date", "value"]].head(3).to_string(index=False))
           label       date  value
    urban.closet 2026-05-01  122.0
    urban.closet 2026-05-02  131.0
    urban.closet 2026-05-03  147.0
    """
    session = session_of(client, max_requests)
    checks = None if spot_checks is None else check_int("spot_checks", spot_checks, minimum=0)
    check_names("metrics", [] if metrics is None else metrics)
    several = (metrics,) if isinstance(metrics, str) else dict.fromkeys(metrics or ())
    names = cast("tuple[Metric, ...]", tuple(several))  # check_query refuses others
    query = check_query(
        Query(entity, names, granularity, mode, compare, breakdown, base_metric, timezone)
    )
    named = _read_entities(entity, ids)

    def request(days: DateRange | None) -> SeriesLoad:
        found = _resolve_entities(session, entity, named)
        return _load_of(session, query, found, days, checks).request(clip=clip)

    load = load_dates(session, dates, request)
    frame = load.frame(ids, dtype_backend)
    names_of = _names_in(ids, frame, entity)
    # A series that failed has no row with its name, which the error is to give.
    if load.outcome.failed and entity == "creator":
        known = remembered_creators(session).values()
        names_of = {one.id: f"@{one.handle}" for one in known} | names_of
    note_absent(session, frame, entity, load.absent, names_of)
    note_inactive(frame, ids, query, session)
    # Last: if series failed, it raises an error, whose frame has all of these facts.
    load.explain(frame, names_of, is_open=begins_relative(dates))
    return frame


def _read_entities(entity: Entity, ids: object) -> list[str]:
    """Return ids, handles of creators, or names of campaigns or a project; nothing is sent."""
    if entity == "creator":
        return read_creators("ids", ids)
    if entity == "campaign":
        return read_campaigns("ids", ids)
    if entity == "project" and isinstance(ids, str):
        return [ids]
    return check_ids("ids", ids, entity=entity)


def _resolve_entities(session: Session, entity: Entity, named: Sequence[str]) -> list[str]:
    """Return the ids of creators by their handles, and of campaigns and a project by name."""
    if entity == "creator":
        return find_creators(session, named)
    if entity == "campaign":
        return list(dict.fromkeys(find_campaigns(session, named).values()))
    if entity == "project":
        # In lower case, as other ids are: those of the response are compared with them.
        return [resolve_project(session, name).lower() for name in named]
    return list(named)


def _load_of(
    session: Session,
    query: Query,
    ids: Sequence[str],
    span: DateRange | None,
    spot_checks: int | None,
) -> SeriesLoad:
    """Return the load of a query: with the session's store, if the store keeps such points.

    Raises
    ------
    StoreMissingError
        The client is offline, and the store keeps no such points.
    """
    archive = session.archive
    if archive is not None and span is not None and query.is_kept:
        # Not before it is needed: it brings SQLite and Arrow's datasets.
        from trackagoat_pandas.load.stored import StoredLoad

        return StoredLoad(session, archive, query, ids, span, spot_checks)
    if archive is not None and session.offline:
        wanted = "such analytics" if span is not None else "analytics of the server's default dates"
        advice = "Connect without offline=True to load them"
        raise StoreMissingError(str(archive.path), wanted, f"only {_KEEPS}", advice)
    return SeriesLoad(session, query, ids, span)


def _names_in(ids: object, loaded: pd.DataFrame, entity: Entity) -> dict[str, str]:
    """Return the entities' names by id, from the frame that was passed or the one loaded."""
    main = loaded[loaded["series_kind"] == "main"].drop_duplicates("entity_id")
    at = "@" if entity == "creator" else ""
    return {
        str(id_): f"{at}{name}"
        for names in (main.set_index("entity_id")["label"], rows_of(ids, entity, _NAMES[entity]))
        for id_, name in names.dropna().items()
    }


@loader
def load_program_analytics(
    project: str,
    metrics: Metrics,
    *,
    entity: Entity = "creator",
    creator: Creators | None = None,
    dates: DatesLike | None = None,
    max_requests: int | None = None,
    client: Client | None = None,
) -> pd.DataFrame:
    """Load the analytics of a project, or of all its creators, videos or campaigns.

    Parameters
    ----------
    project
        A project's id or exact name.
    metrics, dates
        As in :func:`load_analytics`.
    entity
        What the series are of. Creators, videos and campaigns are listed first.
    creator
        Creators only: these instead of all.
    max_requests, client
        As in :func:`load_projects`; the list counts, too.

    Returns
    -------
    pandas.DataFrame
        As from :func:`load_analytics`.

    Raises
    ------
    ArgumentError
        The entity is unknown, or `creator` is given for another entity.
    TrackaGoatError
        As in :func:`load_analytics`.
    """
    session = session_of(client, max_requests)
    names = tuple(check_names("metrics", metrics))
    check_query(Query(entity, cast("tuple[Metric, ...]", names), "day", "new"))
    if creator is not None and entity != "creator":
        raise ArgumentError("creator", creator, problem=f"it doesn't apply to a {entity}")
    resolve_dates(session, dates)  # an error here is one before any list is loaded
    ids: str | list[str] | pd.DataFrame
    if entity == "project":
        ids = project
    elif creator is not None:
        ids = creators_of_project(session, creator, project)[1] or []
    else:
        session.tally.add(1, None, f"/analytics: 1 request or more, by how many {entity}s")
        ids = _LISTS[entity](project, client=session)
    return load_analytics(entity, ids, metrics, dates=dates, client=session)
