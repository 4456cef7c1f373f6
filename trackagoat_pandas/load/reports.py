"""The loader of the ten aggregate reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal, TypeAlias, get_args

import pandas as pd

from trackagoat_pandas._types import DateLike, DatesLike, DtypeBackend
from trackagoat_pandas.checks import check_bool, check_choice, check_timezone
from trackagoat_pandas.dates import parse_day
from trackagoat_pandas.errors import ArgumentError, UnreadableResponseError
from trackagoat_pandas.frames.reports import split_report
from trackagoat_pandas.frames.values import chunk_from_records
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.load.leaderboards import BOARDS, check_counts
from trackagoat_pandas.load.provenance import provenance
from trackagoat_pandas.load.reading import checked_frame, chosen, explain_dates, read_list
from trackagoat_pandas.organization import known_timezone, resolve_dates, resolve_project
from trackagoat_pandas.tables import Filter, Table, table

Report: TypeAlias = Literal[
    "video-leaderboard", "posting-heatmap", "view-distribution", "outliers", "creator-leaderboard",
    "posting-consistency", "creator-scatter", "goal-compliance", "campaign-leaderboard",
    "member-overlap",
]  # fmt: skip

ORDERS = ("view_count", "like_count", "comment_count", "share_count", "save_count", "posted_at")
_ORDERED = ("video-leaderboard", "creator-leaderboard")
_UNDATED = ("goal-compliance", "member-overlap")


def load_report(
    name: Report,
    project: str | pd.DataFrame,
    *,
    dates: DatesLike | None = None,
    order: str | None = None,
    reference_date: DateLike | None = None,
    tz: str | None = None,
    check: bool = False,
    dtype_backend: DtypeBackend = "numpy_nullable",
    client: Client | None = None,
) -> pd.DataFrame:
    """Load one of the server's aggregate reports, whole.

    Parameters
    ----------
    name
        ``"video-leaderboard"``, ``"creator-leaderboard"``, ``"campaign-leaderboard"``,
        ``"posting-heatmap"``, ``"posting-consistency"``, ``"view-distribution"``, ``"outliers"``,
        ``"creator-scatter"``, ``"goal-compliance"`` or ``"member-overlap"``.
    project
        A project's id or exact name, or a loaded frame of one project.
    dates
        Anything that :meth:`DateRange.parse` reads; None for the last 30 days of the
        organization's calendar. Not for ``goal-compliance`` and ``member-overlap``.
    order
        Leaderboards of videos and creators: the column to order by, the biggest first.
    reference_date
        ``goal-compliance`` alone: the day whose periods are judged.
    tz
        ``posting-heatmap`` alone: another IANA time zone than the organization's.
    check
        Leaderboards alone: find out whether their counts are of the range or of a lifetime, which
        the API doesn't say. The answer is in the provenance as ``counts``: ``"range"``,
        ``"lifetime"`` or ``"unclear"``. It takes up to 3 requests of analytics and, for videos and
        campaigns, one for each 100 videos of the project, at most 20; for creators one for each
        100 videos of the three biggest.
    dtype_backend, client
        As in :func:`load_projects`.

    Returns
    -------
    pandas.DataFrame
        The rows that ``describe(name)`` describes. What a report says beside its rows, such as the
        percentiles of ``view-distribution``, is under its name in the provenance. No row says which
        project, days or time zone it is of, so the provenance lists these as ``unverified``.

    Raises
    ------
    ArgumentError
        The report is unknown, or an argument isn't one of this report's.
    UnknownProjectError, AmbiguousProjectError
        The name fits no project, or several; the message lists the candidates.
    ApiError, ConnectionFailedError, DeadlineError
        As in :func:`load_projects`.

    Warns
    -----
    ContractWarning
        With ``check``: the counts are of a lifetime, or that stays unclear; the message says where
        only videos posted in the range are listed or counted.
    NoDataWarning
        The report has no row; or its days end after tomorrow, and not with the week, month, quarter
        or year that is still running. The message says which day is the server's today.

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
    client = chosen(client, dtype_backend)
    check_choice("name", name, get_args(Report))
    check_bool("check", check)
    own = {
        "dates": dates,
        "order": order,
        "reference_date": reference_date,
        "tz": tz,
        "check": check or None,
    }
    _check_own_arguments(name, own)
    day = None if reference_date is None else parse_day(reference_date, "reference_date")
    project_id = resolve_project(client, project)
    if dates is None and name not in _UNDATED:
        dates = "last 30 days"  # the heat-map requires both days, and the others' default is this
    span = resolve_dates(client, dates)
    params: dict[str, str | None] = {
        "project_id": project_id,
        "order": order,
        "reference_date": day.isoformat() if day else None,
        "tz": tz,
        **(span.params if span else {}),
    }
    load = _load_ranked if name in _ORDERED else _load_whole
    rows = table(name)
    more = (Filter("reference_date"), Filter("tz"))  # no row says them either
    rows = replace(rows, filters=(*rows.filters, *more))
    frame = load(rows, params, client, dtype_backend)
    if not check or span is None:
        return frame
    return check_counts(frame, name, project_id, span, client)


def _check_own_arguments(name: str, given: Mapping[str, object]) -> None:
    takers = {
        "dates": [report for report in get_args(Report) if report not in _UNDATED],
        "order": list(_ORDERED),
        "reference_date": ["goal-compliance"],
        "tz": ["posting-heatmap"],
        "check": list(BOARDS),
    }
    for argument, value in given.items():
        if value is not None and name not in takers[argument]:
            raise ArgumentError(argument, value, f"only {', '.join(takers[argument])} take it")
    if given["order"] is not None:
        check_choice("order", given["order"], ORDERS)
    if given["tz"] is not None:
        check_timezone("tz", given["tz"])


def _load_ranked(
    rows: Table, params: Mapping[str, Any], client: Client, backend: DtypeBackend
) -> pd.DataFrame:
    """Load a report that comes in pages."""
    frame = read_list(
        rows,
        client.offset_pages(rows.path, params),
        client=client,
        path=rows.path,
        params=params,
        dtype_backend=backend,
    )
    order = params["order"]
    if order not in frame:
        return frame
    # The server may ignore the order, and counts move while the pages come.
    return frame.sort_values(order, ascending=False, kind="stable", ignore_index=True)


def _load_whole(
    rows: Table, params: Mapping[str, Any], client: Client, backend: DtypeBackend
) -> pd.DataFrame:
    """Load a report that comes in one answer."""
    path = rows.path
    page = client.get(path, params)
    facts = provenance(
        path, params, requests=page.attempts, timezone=known_timezone(client), sent_at=page.date
    )
    records, beside = split_report(page.data, rows)
    if page.meta.has_more or (page.meta.total_count or 0) > len(records):
        raise UnreadableResponseError(path, page.status, "it holds only a part of the rows")
    own = {name: fact for name, fact in facts.items() if fact is not None}
    chunks = [chunk_from_records(records, rows)]
    frame = checked_frame(chunks, rows, params, facts | beside | own, client, backend)
    explain_dates(frame, rows, params, client, page.date)
    return frame
