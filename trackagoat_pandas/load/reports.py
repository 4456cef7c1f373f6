"""The loader of the server's ten aggregate reports, and a check of their counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import islice
from typing import Any, Final, Literal, TypeAlias, cast, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas.base.types import DateLike, DatesLike, DtypeBackend, Entity, Ints
from trackagoat_pandas.base.warnings import warn
from trackagoat_pandas.errors import (
    ApiError,
    ArgumentError,
    ContractWarning,
    PartialLoadError,
    RequestBudgetError,
    UnreadableResponseError,
    listing,
)
from trackagoat_pandas.frames.build import ATTRIBUTE
from trackagoat_pandas.frames.reports import split_report
from trackagoat_pandas.frames.values import chunk_from_records
from trackagoat_pandas.helpers.campaigns.members import members_of
from trackagoat_pandas.helpers.clocks import days_shown
from trackagoat_pandas.helpers.counted import is_counted
from trackagoat_pandas.helpers.labels import Names, arranged, named, read_names, with_known_names
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.paging import check_total
from trackagoat_pandas.http.session import Session, session_of
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.checks import (
    check_bool,
    check_choice,
    check_timezone,
    is_null,
    read_choice,
)
from trackagoat_pandas.inputs.dates import DateRange, parse_day
from trackagoat_pandas.load.analytics import load_analytics
from trackagoat_pandas.load.loader import loader
from trackagoat_pandas.load.provenance import add_facts
from trackagoat_pandas.load.query import quoted
from trackagoat_pandas.load.reading import ListLoad, load_table
from trackagoat_pandas.load.resources import load_campaigns, load_videos
from trackagoat_pandas.names.organization import known_timezone, load_dates, resolve_project
from trackagoat_pandas.tables import VIDEOS, Filter, Table, table

Report: TypeAlias = Literal[
    "video-leaderboard", "posting-heatmap", "view-distribution", "outliers", "creator-leaderboard",
    "posting-consistency", "creator-scatter", "goal-compliance", "campaign-leaderboard",
    "member-overlap",
]  # fmt: skip

ORDERS = ("view_count", "like_count", "comment_count", "share_count", "save_count", "posted_at")
_ORDERED = ("video-leaderboard", "creator-leaderboard")
_UNDATED = ("goal-compliance", "member-overlap")

Counts: TypeAlias = Literal["range", "lifetime", "unclear"]

MEASURED: Final[Mapping[str, tuple[Entity, str]]] = {
    "video-leaderboard": ("video", "title"),
    "creator-leaderboard": ("creator", "tiktok_handle"),
    "campaign-leaderboard": ("campaign", "name"),
    "outliers": ("video", "title"),
    "creator-scatter": ("creator", "tiktok_handle"),
    "posting-heatmap": ("project", "name"),
}
"""The reports with views of which the API doesn't say when they were gained: the entity of their
rows, and the column of its name. The hours of a heat map are compared as one project."""
DISTRIBUTION: Final = "view-distribution"
UNDOCUMENTED: Final = (*MEASURED, DISTRIBUTION)
COMPARED: Final = 3
"""How many rows are compared, those with the most views."""
MOST_PAGES: Final = 20
"""How many pages of a project's videos are loaded at most, the newest first."""
_UNCLEAR: Final = "it is unclear whether it counts these days or the videos' lifetime:"
_OLDER: Final = "Try older days."
_CLOSE: Final = 0.01
"""The relative difference up to which two counts are equal: they are loaded minutes apart."""


@takes_arrow
@loader
def load_report(
    name: Report,
    project: str | pd.DataFrame,
    *,
    dates: DatesLike | None = None,
    order: str | None = None,
    reference_date: DateLike | None = None,
    timezone: str | None = None,
    check: bool = False,
    names: Names = None,
    max_requests: int | None = None,
    dtype_backend: DtypeBackend = "numpy_nullable",
    client: Client | None = None,
) -> pd.DataFrame:
    """Load one of the server's aggregate reports, with all its rows.

    Parameters
    ----------
    name : str
        ``"video-leaderboard"``, ``"creator-leaderboard"``, ``"campaign-leaderboard"``,
        ``"posting-heatmap"``, ``"posting-consistency"``, ``"view-distribution"``, ``"outliers"``,
        ``"creator-scatter"``, ``"goal-compliance"`` or ``"member-overlap"``; also with ``_`` for
        ``-`` and in upper case.
    project : str or DataFrame
        A project's id or exact name, or a loaded frame of one project.
    dates : str, tuple or DateRange, optional
        Anything that :meth:`DateRange.parse` reads; None for the last 30 days of the
        organization's calendar. Not for ``goal-compliance`` and ``member-overlap``.
    order : str, optional
        Leaderboards of videos and creators only: the column by which rows are sorted in descending
        order.
    reference_date : str or date, optional
        ``goal-compliance`` only: goals are evaluated for the periods that include this day.
    timezone : str, optional
        ``posting-heatmap`` only: an IANA time zone, if not the organization's.
    check : bool, default False
        Leaderboards, ``"outliers"``, ``"creator-scatter"``, ``"posting-heatmap"`` and
        ``"view-distribution"``: find out whether they count what was gained in the range or in the
        videos' lifetime, which the API doesn't say. The result is in the provenance as ``counts``:
        ``"range"``, ``"lifetime"`` or ``"unclear"``; without the check it is ``"undocumented"``.
        See the notes for the requests that it takes.
    names : DataFrame or list of DataFrame, optional
        A frame, or a list of them, with names for the ids, such as that of :func:`load_videos`.
    max_requests : int, optional
        The most requests that the load may send. By default, a list may have 10,000 pages.
    dtype_backend : {'numpy_nullable', 'pyarrow'}, default 'numpy_nullable'
        ``"numpy_nullable"`` for pandas' nullable dtypes, ``"pyarrow"`` for Arrow's.
    client : Client, optional
        The client to use; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        The columns of ``describe(name)``, with the names that `names` knows before them. Values
        that a report has beside its rows, such as the percentiles of ``view-distribution``, are in
        the provenance under their own names. No report has columns for its project, days or time
        zone, so the provenance lists those of them that were requested in ``unverified``.

    Raises
    ------
    ArgumentError
        The report is unknown, or an argument doesn't apply to it.
    UnknownProjectError, AmbiguousProjectError
        No project has the name, or several have it; the message lists candidates.
    ApiError, ConnectionFailedError, DeadlineError
        As in :func:`load_projects`.

    Warns
    -----
    ContractWarning
        With ``check``: the counts are those of a lifetime, or it is unclear. The message also says
        if only videos posted in the range are listed or counted, and which bigger ones
        ``"outliers"`` leaves out.
    NoDataWarning
        The report has no rows, or its dates end later than tomorrow, unless with the current week,
        month, quarter or year. The message names the server's current day.

    See Also
    --------
    leaderboard : Rank rows by a count.
    summarize_creators : Summarize creators.
    describe : Describe the columns.

    Notes
    -----
    ``check`` takes up to 3 requests for analytics, for ``"outliers"`` 6, and one for every 100
    videos: for creators, those of the three with the most views; for others those of the project,
    in at most 20 requests. For campaigns it also lists these.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     board = tgp.load_report("video-leaderboard", "Q1 Brand Program", dates="2026-05")
    >>> print(board[["posted_at", "view_count"]].head(3).to_string(index=False))
                    posted_at  view_count
    2026-05-27 12:14:57+00:00    11975279
    2026-05-25 01:54:46+00:00      296700
    2026-05-16 03:43:38+00:00      263611
    >>> with tgp.sandbox(leaderboards="range") as box, tgp.connect(box.key, base_url=box.base_url):
    ...     board = tgp.load_report(
    ...         "video-leaderboard", "Q1 Brand Program", dates="2026-05", check=True
    ...     )
    >>> board.goat.provenance["counts"]
    'range'
    """
    session = session_of(client, max_requests)
    name = cast("Report", read_choice("name", name, get_args(Report)))
    check_bool("check", check)
    known = read_names(names)
    own = {
        "dates": dates,
        "order": order,
        "reference_date": reference_date,
        "timezone": timezone,
        "check": check or None,
    }
    _check_own_arguments(name, own)
    day = None if reference_date is None else parse_day(reference_date, "reference_date")
    project_id = resolve_project(session, project)
    if dates is None and name not in _UNDATED:
        dates = "last 30 days"  # the heat map requires dates; this is the default of the others

    def load(span: DateRange | None) -> pd.DataFrame:
        params: dict[str, str | None] = {
            "project_id": project_id,
            "order": order,
            "reference_date": day.isoformat() if day else None,
            "tz": timezone,
            **(span.params if span else {}),
        }
        load_rows = _load_ranked if name in _ORDERED else _load_whole
        frame = load_rows(table(name), params, session, dtype_backend)
        if name in UNDOCUMENTED:
            add_facts(frame, counts="undocumented")
        if check and span is not None:
            frame = check_counts(frame, name, project_id, span, session)
        return frame

    if check:
        session.tally.add(0, None, f"check: {COMPARED} requests or more, by what the board has")
    frame = load_dates(session, dates, load)
    return arranged(with_known_names(frame, known)) if known else frame


def _check_own_arguments(name: str, given: Mapping[str, object]) -> None:
    takers = {
        "dates": [report for report in get_args(Report) if report not in _UNDATED],
        "order": list(_ORDERED),
        "reference_date": ["goal-compliance"],
        "timezone": ["posting-heatmap"],
        "check": list(UNDOCUMENTED),
    }
    for argument, value in given.items():
        if value is not None and name not in takers[argument]:
            raise ArgumentError(
                argument, value, f"it applies only to {', '.join(takers[argument])}"
            )
    if given["order"] is not None:
        check_choice("order", given["order"], ORDERS)
    if given["timezone"] is not None:
        check_timezone("timezone", given["timezone"])


def _load_ranked(
    rows: Table, params: Mapping[str, Any], session: Session, backend: DtypeBackend
) -> pd.DataFrame:
    """Load a report that is sent in pages."""
    frame = load_table(
        rows, session, params, backend, pages=session.offset_pages(rows.path, params)
    )
    order = params["order"]
    if order not in frame:
        return frame
    # The server may ignore the order, and the counts change between two pages.
    return frame.sort_values(order, ascending=False, kind="stable", ignore_index=True)


def _load_whole(
    rows: Table, params: Mapping[str, Any], session: Session, backend: DtypeBackend
) -> pd.DataFrame:
    """Load a report that is sent in one response."""
    load = ListLoad(session, rows, params, backend, rows.path, params)
    if (kept := load.stored()) is not None:
        return kept
    page = session.get(rows.path, params)
    records, beside = split_report(page.data, rows)
    if page.meta.has_more:
        raise UnreadableResponseError(rows.path, page.status, "it holds only a part of the rows")
    check_total(page, len(records), [page.meta.total_count])
    load.add(page)
    load.chunks = [chunk_from_records(records, rows)]
    # No row has the day or the time zone that it is of.
    load.table = replace(rows, filters=(*rows.filters, Filter("reference_date"), Filter("tz")))
    return load.frame(beside=beside)


def check_counts(
    board: pd.DataFrame, name: str, project_id: str, span: DateRange, session: Session
) -> pd.DataFrame:
    """Note in a report's provenance whether it counts the range or the videos' lifetime.

    The views of its biggest rows, those of older videos first, are compared with the views gained
    in the range, by analytics, and with the current views of the same videos: of all of them, or of
    those posted in the range. Rows for which both are equal decide nothing. For an empty board no
    request is sent.

    Returns
    -------
    pandas.DataFrame
        The board, with ``counts`` in its provenance: ``"range"``, ``"lifetime"`` or ``"unclear"``.

    Warns
    -----
    ContractWarning
        If the counts are those of a lifetime, or if it is unclear; the message also says if only
        videos posted in the range are listed or counted, and which bigger ones ``outliers`` leaves
        out. An empty board has its own warning.
    """
    if board.empty:
        add_facts(board, counts="unclear")
        return board
    before = session.requests_sent
    try:
        if name == DISTRIBUTION:
            verdict, why = _verdict_of_buckets(board, project_id, span, session)
        else:
            verdict, why = _verdict_of_rows(board, name, project_id, span, session)
    except (ApiError, PartialLoadError, RequestBudgetError, UnreadableResponseError) as error:
        verdict, why = "unclear", f"its counts could not be checked. {error}"
    if why and "posted_at" in board and _is_posted_in(board, span, session).all():
        why += " Only videos posted in these days are listed."
    requests = board.attrs[ATTRIBUTE]["requests"] + session.requests_sent - before
    add_facts(board, counts=verdict, requests=requests)
    if why:
        warn(f"{name} of {span}: {why}", ContractWarning)
    return board


def _verdict_of_rows(
    board: pd.DataFrame, name: str, project_id: str, span: DateRange, session: Session
) -> tuple[Counts, str]:
    """Compare the biggest rows with the views gained in the range, and with the current ones."""
    entity, called = MEASURED[name]
    biggest = _rows_with_views(board, name, project_id)
    if "posted_at" in biggest:  # an older video gained only a part of its views in the range
        is_old = ~_is_posted_in(biggest, span, session)
        biggest = pd.concat([biggest[is_old], biggest[~is_old]])
    rows = biggest.head(COMPARED).to_dict("records")
    views = {str(row[f"{entity}_id"]): round(row["view_count"]) for row in rows}
    gained = _views_gained(entity, list(views), span, session)
    videos = _videos_of(entity, list(views), project_id, session) if views else None
    totals = {} if videos is None else _totals(entity, list(views), videos, span, session)
    names = {str(row[f"{entity}_id"]): _name(entity, row.get(called)) for row in rows}
    if videos is None or name != "outliers":
        return _verdict(views, gained, totals, names)
    # The rows of outliers have ids only.
    verdict, why = _verdict(views, gained, totals, _videos_named(list(views), videos[0]))
    left_out = _left_out(board, videos[0], span, session)
    add_facts(board, note=left_out or None)
    return verdict, f"{why} {left_out}".strip()


def _verdict_of_buckets(
    board: pd.DataFrame, project_id: str, span: DateRange, session: Session
) -> tuple[Counts, str]:
    """Compare buckets with the current views of all videos, and of those posted in the range.

    What each video gained in the range would take a request for each: if the buckets agree with
    neither, it isn't known whether they are those of the range.
    """
    videos, are_all = _videos_of("project", [project_id], project_id, session)
    if not are_all:
        return "unclear", f"{_UNCLEAR} the project has too many videos to compare it with."
    board = board.sort_values("lower", na_position="first", ignore_index=True)
    videos = videos[is_counted(videos).fillna(value=False)]
    new = videos[_is_posted_in(videos, span, session)]
    for own, which in ((videos, ""), (new, " Only videos posted in these days are counted.")):
        sizes = pd.Series(_bucket_of(board, own["view_count"])).value_counts()
        sizes = sizes.reindex(board.index, fill_value=0)
        # A video in another bucket is missing from one and too many in the other.
        moved = (board["video_count"].fillna(0) - sizes).abs().sum() / 2
        if moved > _CLOSE * len(own):
            continue
        biggest = own.sort_values("view_count", ascending=False).head(COMPARED).set_index("id")
        sums = _views_gained("video", list(biggest.index), span, session)
        gained = biggest.index.map(sums).to_series()
        if (_bucket_of(board, gained) == _bucket_of(board, biggest["view_count"])).all():
            return "unclear", f"{_UNCLEAR} its biggest videos are the same for both. {_OLDER}"
        return "lifetime", f"it counts the videos' lifetime.{which}"
    return "unclear", f"{_UNCLEAR} its buckets aren't those of the videos' current views."


def _bucket_of(board: pd.DataFrame, views: pd.Series) -> Ints:
    """Return the number of each video's bucket, of buckets in ascending order; -1 for none."""
    # The first bucket may have no lower end.
    lower = board["lower"].to_numpy("float64", na_value=-np.inf)
    found: Ints = np.searchsorted(lower, views.to_numpy("float64", na_value=0), "right") - 1
    return found


def _rows_with_views(board: pd.DataFrame, name: str, project_id: str) -> pd.DataFrame:
    """Return the rows that can be compared, with their ids and views, those with most first."""
    if name == "creator-scatter":
        board = board.assign(view_count=board["avg_views_per_post"] * board["post_count"])
    elif name == "posting-heatmap":
        total = float((board["avg_views"] * board["post_count"]).sum())
        board = pd.DataFrame({"project_id": [project_id], "view_count": [total]})
    return board[board["view_count"] > 0].sort_values("view_count", ascending=False)


def _left_out(board: pd.DataFrame, videos: pd.DataFrame, span: DateRange, session: Session) -> str:
    """Name videos that gained more than the biggest outlier in these days and aren't listed."""
    others = videos[~videos["id"].isin(board["video_id"].astype(str))]
    others = others[is_counted(others).fillna(value=False)]
    biggest = others.sort_values("view_count", ascending=False).head(COMPARED).set_index("id")
    gained = _views_gained("video", list(biggest.index), span, session) if len(biggest) else {}
    more = {id_: views for id_, views in gained.items() if views > board["view_count"].max()}
    names = _videos_named(list(more), videos)
    missing = [f"{names[id_]}, which gained {views:,.0f}" for id_, views in more.items()]
    if not missing:
        return ""
    return f"It leaves out {listing(missing)} views in these days, more than any that is listed."


def _videos_named(ids: list[str], videos: pd.DataFrame) -> dict[str, str]:
    """Name videos by title, creator and id; the addresses of posts have their handles."""
    own = videos[videos["id"].isin(ids)]
    rows = pd.DataFrame(
        {"video_id": own["id"], "creator_id": own["creator_id"], "title": own["title"]}
    )
    names = dict.fromkeys(ids, "")
    for row in named(rows, [videos]).to_dict("records"):
        handle, id_ = row.get("tiktok_handle"), str(row["video_id"])
        of = "" if is_null(handle) else f" of @{handle}"
        names[id_] = f"{_name('video', row['title']) or 'the video'}{of} ({id_})"
    return names


def _is_posted_in(videos: pd.DataFrame, span: DateRange, session: Session) -> NDArray[np.bool_]:
    """Say which videos were posted on days of the organization's calendar."""
    zone = known_timezone(session) or "UTC"
    posted = days_shown(videos["posted_at"].to_numpy("datetime64[us]"), zone)
    found: NDArray[np.bool_] = (posted >= span.start.to_numpy()) & (posted < span.stop.to_numpy())
    return found


def _name(entity: Entity, given: object) -> str:
    """Return a row's name for a message; empty if it has none."""
    if is_null(given):
        return ""
    return f"@{given}" if entity == "creator" else f"the {entity} {quoted(str(given))}"


def _views_gained(
    entity: Entity, ids: list[str], span: DateRange, session: Session
) -> dict[str, float]:
    """Return the views that each entity gained in the range."""
    series = load_analytics(entity, ids, "views", dates=span, client=session)
    sums = series.groupby("entity_id")["value"].sum()
    return {str(id_): float(total) for id_, total in sums.items()}


def _videos_of(
    entity: Entity, ids: list[str], project_id: str, session: Session
) -> tuple[pd.DataFrame, bool]:
    """Load the videos of a project, or of creators, and say whether these are all of them."""
    if entity == "creator":
        lists = [load_videos(creator=id_, client=session) for id_ in ids]
        return pd.concat(lists, ignore_index=True), True
    params = {"project_id": project_id}
    pages = list(islice(session.pages(VIDEOS.path, params), MOST_PAGES))
    videos = load_table(VIDEOS, session, params, "numpy_nullable", pages=pages)
    return videos, len(pages) < MOST_PAGES


def _totals(
    entity: Entity,
    ids: list[str],
    known: tuple[pd.DataFrame, bool],
    span: DateRange,
    session: Session,
) -> dict[str, list[int]]:
    """Return the current views of each entity's videos: of all, and of those posted in the range.

    Empty for campaigns and projects that have too many videos.
    """
    videos, are_all = known
    if entity == "creator":
        members = {id_: videos["creator_id"] == id_ for id_ in ids}
    elif entity == "video":
        members = {id_: own for id_ in ids if (own := videos["id"] == id_).any()}
    elif not are_all:
        return {}
    elif entity == "project":
        members = {id_: videos["project_id"] == id_ for id_ in ids}
    else:
        campaigns = load_campaigns(str(videos["project_id"].iloc[0]), client=session)
        found = {id_: members_of(campaigns, id_) for id_ in ids}
        members = {
            id_: videos["id"].isin(of.videos) | videos["creator_id"].isin(of.creators)
            for id_, of in found.items()
        }
    counted = is_counted(videos).fillna(value=False)
    is_new = _is_posted_in(videos, span, session)
    return {
        id_: [int(videos.loc[own & counted & also, "view_count"].sum()) for also in (True, is_new)]
        for id_, own in members.items()
    }


def _verdict(
    views: Mapping[str, int],
    gained: Mapping[str, float],
    totals: Mapping[str, list[int]],
    names: Mapping[str, str],
) -> tuple[Counts, str]:
    """Decide by the rows whose counts for the range and the lifetime differ."""
    seen: dict[tuple[bool, bool], str] = {}
    for id_, count in views.items():
        if id_ in gained and id_ in totals:
            of_range = _is_close(count, gained[id_])
            of_lifetime = any(_is_close(count, total) for total in totals[id_])
            seen.setdefault((of_range, of_lifetime), id_)
    if (True, False) in seen and (False, True) not in seen:
        return "range", ""
    if (False, True) in seen and (True, False) not in seen:
        id_ = seen[False, True]
        why = (
            f"it counts the videos' lifetime: {names[id_] or id_} has {views[id_]:,} views in it, "
            f"but gained {gained[id_]:,.0f} in these days."
        )
        if not any(_is_close(views[one], total) for one, (total, _) in totals.items()):
            why += " Only videos posted in these days are counted."
        return "lifetime", why
    if not seen:
        return "unclear", f"{_UNCLEAR} there is nothing to compare them with."
    if seen.keys() == {(True, True)}:
        return (
            "unclear",
            f"{_UNCLEAR} its biggest rows are the same for both. {_OLDER}",
        )
    return "unclear", f"{_UNCLEAR} its biggest rows agree with neither or with both."


def _is_close(one: float, other: float) -> bool:
    return abs(one - other) <= _CLOSE * max(one, other)
