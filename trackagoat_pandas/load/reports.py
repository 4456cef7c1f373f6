"""The loader of the server's ten aggregate reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal, TypeAlias, cast, get_args

import pandas as pd

from trackagoat_pandas._arrow import takes_arrow
from trackagoat_pandas._types import DateLike, DatesLike, DtypeBackend
from trackagoat_pandas.checks import check_bool, check_choice, check_timezone, read_choice
from trackagoat_pandas.dates import DateRange, parse_day
from trackagoat_pandas.errors import ArgumentError, UnreadableResponseError
from trackagoat_pandas.frames.reports import split_report
from trackagoat_pandas.frames.values import chunk_from_records
from trackagoat_pandas.helpers.labels import Names, arranged, read_names, with_known_names
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.paging import check_total
from trackagoat_pandas.http.session import Session, session_of
from trackagoat_pandas.load.leaderboards import COMPARED, UNDOCUMENTED, check_counts
from trackagoat_pandas.load.loader import loader
from trackagoat_pandas.load.provenance import add_facts
from trackagoat_pandas.load.reading import checked_frame, load_table, page_facts
from trackagoat_pandas.load.snapshots import stored_list
from trackagoat_pandas.organization import load_dates, resolve_project
from trackagoat_pandas.tables import Filter, Table, table

Report: TypeAlias = Literal[
    "video-leaderboard", "posting-heatmap", "view-distribution", "outliers", "creator-leaderboard",
    "posting-consistency", "creator-scatter", "goal-compliance", "campaign-leaderboard",
    "member-overlap",
]  # fmt: skip

ORDERS = ("view_count", "like_count", "comment_count", "share_count", "save_count", "posted_at")
_ORDERED = ("video-leaderboard", "creator-leaderboard")
_UNDATED = ("goal-compliance", "member-overlap")


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
    name
        ``"video-leaderboard"``, ``"creator-leaderboard"``, ``"campaign-leaderboard"``,
        ``"posting-heatmap"``, ``"posting-consistency"``, ``"view-distribution"``, ``"outliers"``,
        ``"creator-scatter"``, ``"goal-compliance"`` or ``"member-overlap"``; also with ``_`` for
        ``-`` and in upper case.
    project
        A project's id or exact name, or a loaded frame of one project.
    dates
        Anything that :meth:`DateRange.parse` reads; None for the last 30 days of the
        organization's calendar. Not for ``goal-compliance`` and ``member-overlap``.
    order
        Leaderboards of videos and creators only: the column by which rows are sorted in descending
        order.
    reference_date
        ``goal-compliance`` only: goals are evaluated for the periods that include this day.
    timezone
        ``posting-heatmap`` only: an IANA time zone, if not the organization's.
    check
        Leaderboards, ``"outliers"``, ``"creator-scatter"``, ``"posting-heatmap"`` and
        ``"view-distribution"``: find out whether they count what was gained in the range or in the
        videos' lifetime, which the API doesn't say. The result is in the provenance as ``counts``:
        ``"range"``, ``"lifetime"`` or ``"unclear"``; without the check it is ``"undocumented"``.
        See the notes for the requests that it takes.
    names
        A frame, or a list of them, with names for the ids, such as that of :func:`load_videos`.
    max_requests, dtype_backend, client
        As in :func:`load_projects`.

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
    >>> bool(board["view_count"].is_monotonic_decreasing)
    True
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

    if check and session.tally is not None:
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
    if (kept := stored_list(session, rows, rows.path, params, params, backend)) is not None:
        return kept
    page = session.get(rows.path, params)
    records, beside = split_report(page.data, rows)
    if page.meta.has_more:
        raise UnreadableResponseError(rows.path, page.status, "it holds only a part of the rows")
    check_total(page, len(records), [page.meta.total_count])
    facts = page_facts(session, page, rows.path, params)
    # What a report says beside its rows may fill in the time zone, but replace no other fact.
    known = {name: fact for name, fact in facts.items() if fact is not None}
    chunks = [chunk_from_records(records, rows)]
    # No row has the day or the time zone that it is of.
    asked = replace(rows, filters=(*rows.filters, Filter("reference_date"), Filter("tz")))
    return checked_frame(chunks, asked, params, facts | beside | known, session, page.date, backend)
