"""What is asked of a store: a project by its name, a moment, and the days of rows."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Final, TypeAlias, cast
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import DateLike, DatesLike
from trackagoat_pandas.errors import (
    AmbiguousProjectError,
    ArgumentError,
    ArgumentTypeError,
    StoreMissingError,
    UnknownProjectError,
)
from trackagoat_pandas.helpers.clocks import (
    InstantLike,
    day_starts,
    days_shown,
    parse_instant,
    with_offset,
)
from trackagoat_pandas.helpers.columns import days_of, instants_of
from trackagoat_pandas.inputs.checks import is_uuid
from trackagoat_pandas.inputs.dates import DateRange, parse_day
from trackagoat_pandas.names.organization import id_or_name
from trackagoat_pandas.store.disk.folder import Archive
from trackagoat_pandas.tables import PROJECTS, Table

Moment: TypeAlias = "InstantLike | DateLike"
"""An instant, or a day, which stands for its end."""

_DAY: Final = re.compile(r"\s*\d{4}-\d{2}-\d{2}\s*")
_OTHER_DAYS: Final = {"videos": ("posted_at",), "data_model": ()}
"""The columns of days in tables that the API can't filter by them."""
_NAMES: Final = """
    SELECT DISTINCT coalesce(json_extract(params, '$.project_id'), substr(path, 11, 36)) AS about,
        json_extract(provenance, '$.project') AS project
    FROM snapshots WHERE project IS NOT NULL
        AND (json_extract(params, '$.project_id') IS NOT NULL OR path LIKE '/projects/%/%')"""
"""The lists of one project: by a parameter, or by the path ``/projects/{id}/...``."""


def known_timezone(archive: Archive) -> str:
    """Return the organization's time zone, as the newest list or analytics say it; else UTC."""
    found = archive.ledger.rows(
        "SELECT json_extract(provenance, '$.timezone') AS zone FROM snapshots "
        "WHERE zone IS NOT NULL ORDER BY id DESC LIMIT 1"
    ) or archive.ledger.rows(
        "SELECT timezone AS zone FROM coverage WHERE zone IS NOT NULL "
        "ORDER BY observed_at DESC LIMIT 1"
    )
    return str(found[0]["zone"]) if found else "UTC"


def read_as_of(
    archive: Archive, as_of: Moment | None, argument: str = "as_of"
) -> dt.datetime | None:
    """Read the moment whose state is wanted; a day stands for its last microsecond.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        It is neither an instant with its offset nor a day.
    """
    if as_of is None:
        return None
    is_day = isinstance(as_of, str | dt.date | pd.Period) and _is_day(as_of)
    return read_moment(as_of, known_timezone(archive) if is_day else "UTC", argument)


def read_moment(given: Moment, zone: str, argument: str) -> dt.datetime:
    """Read an instant, or a day of a time zone, which stands for its last microsecond.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        It is neither an instant with its offset nor a day.
    """
    if not isinstance(given, str | dt.date | pd.Period):
        raise ArgumentTypeError(argument, given, "an instant with its offset, or a day")
    if _is_day(given):
        if parse_day(given, argument).year >= dt.MAXYEAR:
            raise ArgumentError(argument, given, f"give a day before the year {dt.MAXYEAR}")
        after = np.datetime64(parse_day(given, argument) + dt.timedelta(days=1))
        start = day_starts(np.array([after]), zone)[0]
        instant = start - np.timedelta64(1, "us")
    else:
        try:
            instant = parse_instant(argument, cast("InstantLike", given))
        except ArgumentError as error:
            offset = with_offset(given)
            problem = f"pass an instant with its offset, {offset}, or a day, {offset[:11]}'"
            raise ArgumentError(argument, given, problem) from error
    moment: dt.datetime = instant.astype(dt.datetime)
    return moment.replace(tzinfo=dt.UTC)


def read_since(archive: Archive, since: Moment) -> dt.datetime:
    """Read the moment after which changes count; a day stands for the last moment before it.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        It is neither an instant with its offset nor a day.
    """
    if isinstance(since, str | dt.date | pd.Period) and _is_day(since):
        since = parse_day(since, "since") - dt.timedelta(days=1)
    moment = read_as_of(archive, since, "since")
    if moment is None:
        raise ArgumentTypeError("since", since, "an instant with its offset, or a day")
    return moment


def _is_day(moment: Moment) -> bool:
    if isinstance(moment, str):
        return _DAY.fullmatch(moment) is not None
    if cast("object", moment) is pd.NaT:
        return False
    if isinstance(moment, dt.datetime):  # pd.Timestamp is one
        return moment.tzinfo is None and moment.time() == dt.time()
    return True


def read_days(archive: Archive, dates: DatesLike | None) -> DateRange | None:
    """Read a range of days; one relative to today is read by the organization's current day."""
    if dates is None:
        return None
    zone = ZoneInfo(known_timezone(archive))
    return DateRange.parse(dates, today=archive.server_time().astimezone(zone).date())


def read_project(archive: Archive, project: Any, as_of: dt.datetime | None) -> str | None:
    """Return the id of a project given by its id, its name, or a loaded frame of one project.

    Names are those in the store's newest list of projects and in the lists of one project.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        It is a frame of no or several projects, or of another type.
    UnknownProjectError, AmbiguousProjectError
        The store knows no project of this name, or several.
    """
    if project is None:
        return None
    wanted = id_or_name(project)
    if is_uuid(wanted):
        return wanted.lower()
    names = {str(id_): str(name) for id_, name in archive.ledger.rows(_NAMES)}
    newest = archive.lists.find(PROJECTS, PROJECTS.path, {}, as_of=as_of)
    # A moment before all lists is an error of the list that is read, and not of a name.
    newest = newest or archive.lists.find(PROJECTS, PROJECTS.path, {})
    if newest is not None:
        projects = archive.lists.read(newest).dropna(subset=["id", "name"])
        names |= dict(zip(projects["id"], projects["name"], strict=True))
    found = [id_ for id_, name in names.items() if name == wanted]
    found = found or [id_ for id_, name in names.items() if name.casefold() == wanted.casefold()]
    if newest is None and not names:
        advice = "Fill it with store.sync(client=...)"
        raise StoreMissingError(str(archive.path), "data", "no lists", advice)
    if not found:
        raise UnknownProjectError(wanted, sorted(set(names.values())), known_by="the store knows")
    if len(found) > 1:
        raise AmbiguousProjectError(wanted, found)
    return found[0]


def of_days(frame: pd.DataFrame, table: Table, days: DateRange, timezone: str) -> pd.DataFrame:
    """Return the rows of a range of days; a row of a period, if any day of it is in the range.

    Raises
    ------
    ArgumentError
        The table has no column of days.
    """
    declared = [one.columns for one in table.filters if one.name == "dates" and one.columns]
    columns = declared[0] if declared else _OTHER_DAYS.get(table.name, ())
    if not columns:
        problem = f"{table.name} has no column of days to choose rows by; leave it out"
        raise ArgumentError("dates", str(days), problem=problem)
    bounds = []
    for name in columns:
        column = frame[name]
        if table.column(name).kind == "instant":
            bounds.append(days_shown(instants_of(column), timezone))
        else:
            bounds.append(days_of(column).astype("datetime64[D]"))
    first, last = np.datetime64(days.first), np.datetime64(days.last)
    # A comparison with NaT is False, so rows without a day are left out.
    return frame[(bounds[0] <= last) & (bounds[-1] >= first)].reset_index(drop=True)
