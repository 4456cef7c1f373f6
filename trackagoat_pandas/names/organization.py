"""The organization of a client: its projects, its time zone and its current day.

They come from one GET /projects, which each client sends at most once unless projects change, or
from the frame of `load_projects`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pandas as pd

from trackagoat_pandas.base.types import DatesLike
from trackagoat_pandas.base.warnings import delayed_warnings, warn
from trackagoat_pandas.errors import (
    AmbiguousProjectError,
    ArgumentError,
    ContractWarning,
    MissingArgumentError,
    TrackaGoatError,
    UnknownProjectError,
    UnreadableResponseError,
)
from trackagoat_pandas.http.counting import Tally, stand_in
from trackagoat_pandas.http.session import Session
from trackagoat_pandas.inputs.checks import check_id, check_ids, check_project, is_null, is_uuid
from trackagoat_pandas.inputs.dates import DateRange, is_relative
from trackagoat_pandas.inputs.settings import is_timezone

T = TypeVar("T")

_FACT = "organization"
_LOOKED_UP = "the projects' names and the time zone"
_LONGEST_FACT = len("2026-06-15")


@dataclass(frozen=True, slots=True)
class Organization:
    """The facts of one organization.

    ``projects`` holds pairs of id and name. ``timezone`` and ``id`` are None if the projects don't
    give one, or give different ones. ``facts`` describes each project by its id.
    """

    projects: tuple[tuple[str, str], ...]
    timezone: str | None
    id: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


def organization(session: Session) -> Organization:
    """Return the organization of the client's key; the client caches it.

    A client that only counts requests gets the one in its store, or one of which nothing is known.
    """
    if session.is_counting:
        known = session.known(_FACT, _ask)
        if known is None:
            session.tally.ask(_FACT, 1, 1, f"/projects: 1 request to look up {_LOOKED_UP}")
            known = session.stored(_ask)
        return known or Organization(projects=(), timezone=None)
    return session.get_or_make(_FACT, lambda: _ask(session))


def known_projects(session: Session) -> dict[str, str]:
    """Return the projects' names by id if the client has loaded them; never send a request."""
    known: Organization | None = session.cached(_FACT)
    return {} if known is None else dict(known.projects)


def known_organization(session: Session) -> str | None:
    """Return the organization's id if the client knows it; never send a request."""
    known: Organization | None = session.cached(_FACT)
    return None if known is None else known.id


def server_time(session: Session) -> dt.datetime:
    """Return the time of the server's clock by the last response; never send a request.

    Before the first response it is by the client's store, else by this machine.
    """
    skew = session.skew
    if skew is None and session.archive is not None:
        return session.archive.server_time()
    return dt.datetime.now(dt.UTC) + (skew or dt.timedelta())


def server_day(session: Session, moment: dt.datetime | None = None) -> dt.date:
    """Return the organization's day by the server's clock; that may take a request.

    ``moment`` is a time of this machine's clock; None for now.
    """
    zone = session.timezone
    if zone is None or session.skew is None:
        facts = organization(session)
        zone = zone or facts.timezone
    # How long ago it was is the same by both clocks, even if their times differ.
    passed = dt.datetime.now(dt.UTC) - moment if moment else dt.timedelta()
    return (server_time(session) - passed).astimezone(ZoneInfo(zone or "UTC")).date()


def _ask(session: Session) -> Organization:
    pages = list(session.looking_up().pages("/projects"))
    records: list[dict[str, Any]] = []
    for page in pages:
        objects = [record for record in page.records if isinstance(record, dict)]
        if len(objects) < len(page.records):
            problem = "a project in its data is no object"
            raise UnreadableResponseError(page.path, page.status, problem)
        records += objects
    return _said_by(records)


def remember_projects(session: Session, projects: pd.DataFrame) -> None:
    """Cache the facts of a complete frame of projects, so that they needn't be requested.

    A client with a store requests them, so that the store has the answer when it is offline.
    """
    if session.archive is not None:
        return
    rows = projects.astype(object).where(projects.notna(), None).to_dict("records")
    records = [
        {
            str(name): str(cell) if isinstance(cell, dt.datetime) else cell
            for name, cell in row.items()
        }
        for row in rows
    ]
    session.drop(_FACT)
    session.get_or_make(_FACT, lambda: _said_by(records))


def _said_by(records: Sequence[Mapping[str, Any]]) -> Organization:
    names = [name for record in records if isinstance(name := record.get("timezone"), str)]
    zones = {name for name in names if is_timezone(name)}
    owners = {owner for record in records if isinstance(owner := record.get("org_id"), str)}
    # A project may come twice if the list changes between two pages; its name isn't ambiguous then.
    projects = {str(record.get("id")): record.get("name") for record in records}
    return Organization(
        projects=tuple((id_, name) for id_, name in projects.items() if isinstance(name, str)),
        # Projects that disagree don't say which zone, or owner, is the organization's.
        timezone=zones.pop() if len(zones) == 1 else None,
        id=owners.pop() if len(owners) == 1 else None,
        facts={str(record.get("id")): _facts_of(record) for record in records},
    )


def _facts_of(project: Mapping[str, Any]) -> str:
    """Describe a project by its dates, its status and its number of creators."""
    words = {"created": "created_at", "changed": "updated_at", "status:": "status"}
    said = [
        f"{word} {text[:_LONGEST_FACT]}"
        for word, field_ in words.items()
        if isinstance(text := project.get(field_), str)
    ]
    if isinstance(count := project.get("creator_count"), int):
        said.append(f"creators: {count}")
    return ", ".join(said)


def known_timezone(session: Session) -> str | None:
    """Return the organization's time zone if no request is needed, else None."""
    if session.timezone:
        return session.timezone
    known: Organization | None = session.cached(_FACT)
    return known.timezone if known else None


def ask_timezone(session: Session) -> str | None:
    """Return the organization's time zone, from the list of projects unless it is known already.

    It is None if they don't say it, or if they can't be loaded.
    """
    if known_timezone(session) is None:
        # The frame that it is for is loaded, and must not be lost for want of a time zone.
        with suppress(TrackaGoatError):
            organization(session)
    return known_timezone(session)


def foresee_timezone(session: Session) -> None:
    """Count the request that the time zone may take, in a client that only counts requests."""
    if not session.is_counting or session.timezone:
        return
    known = session.known(_FACT, _ask)
    if known is None or known.timezone is None:
        foresee_projects(session)


def foresee_projects(session: Session) -> None:
    """Count the request that the projects may take, whether or not the client knows them."""
    session.tally.ask(_FACT, 0, 1, f"/projects: up to 1 request to look up {_LOOKED_UP}")


def resolve_project(session: Session, project: object) -> str:
    """Return the id of a project given by its id, its name, or a loaded frame of one project.

    A name in upper or lower case will do, unless several projects have it then.

    Raises
    ------
    MissingArgumentError
        It is None.
    ArgumentError, ArgumentTypeError
        It is a frame of no or several projects, or of another type.
    UnknownProjectError, AmbiguousProjectError
        No project has the name, or several do. The message lists the candidates.
    """
    if is_null(project):
        raise MissingArgumentError("project", "give a project's id or exact name")
    name = id_or_name(project)
    if is_uuid(name):
        return name
    is_cached = session.cached(_FACT) is not None
    matches = _ids_of_name(session, name)
    if session.is_counting and not matches:
        return _count_look_up(session.tally, name, is_cached=is_cached)
    if not matches and (session.forget_look_ups() or is_cached):
        session.drop(_FACT)  # the project may have been created since
        matches = _ids_of_name(session, name)
    if not matches:
        raise UnknownProjectError(name, [known for _, known in organization(session).projects])
    if len(matches) > 1:
        raise AmbiguousProjectError(name, matches, organization(session).facts)
    return matches[0]


def id_or_name(project: object) -> str:
    """Return the id in a loaded frame of one project, or else the id or name that was given.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        It is a frame of no or several projects, or of another type.
    """
    if isinstance(project, pd.DataFrame):
        ids = check_ids("project", project, entity="project")
        if len(ids) != 1:
            problem = f"the frame has {len(ids)} projects; give one"
            raise ArgumentError("project", ids, problem=problem)
        return ids[0]
    return check_project(project)


def _count_look_up(tally: Tally, name: str, *, is_cached: bool) -> str:
    """Return a placeholder for a project's id; count the list if the known one doesn't have it.

    If none is known, `organization` has counted it.
    """
    if is_cached:
        tally.ask("project", 1, 1, f"/projects: 1 request to look up {name!r}")
    return stand_in(name)


def optional_project(session: Session, project: object | None) -> str | None:
    """Return a project's id as resolve_project does, or None, which means all projects."""
    return None if project is None else resolve_project(session, project)


def resolve_organization(session: Session, given: str | None) -> str:
    """Return the id of an organization: the one given, else the one that owns the client's key.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        The given id isn't one.
    MissingArgumentError
        None is given, and the projects don't say which organization owns the key.
    """
    if given is not None:
        return check_id("organization", given)
    own = organization(session).id
    if own is None:
        raise MissingArgumentError("organization", "no project says which is the key's")
    return _own_id(own)


def forget_projects(session: Session) -> None:
    """Drop the cached organization, since projects were created or renamed."""
    session.drop(_FACT)


def resolve_dates(session: Session, dates: DatesLike | None) -> DateRange | None:
    """Read a range of days; one relative to today is read by the organization's current day."""
    if dates is None:
        return None
    if not is_relative(dates):
        return DateRange.parse(dates)
    today = server_day(session)
    if not (session.timezone or organization(session).timezone):
        warn(
            f"{dates!r} is read in UTC, since the server gives no time zone; "
            "pass connect(timezone=...) to set it.",
            ContractWarning,
        )
    return DateRange.parse(dates, today=today)


def load_dates(
    session: Session, dates: DatesLike | None, load: Callable[[DateRange | None], T]
) -> T:
    """Load a range of days; once more if the responses show that today is another day.

    A range such as "last 7 days" is read by the server's clock as the client saw it last. Since
    then the sandbox's clock may have been advanced, or this machine's corrected.
    """
    if dates is None or not is_relative(dates):
        return load(resolve_dates(session, dates))
    begun_at = dt.datetime.now(dt.UTC)
    span = resolve_dates(session, dates)
    with delayed_warnings() as delayed:
        loaded = load(span)
        # The day at which the load began: one that goes on past midnight isn't loaded twice.
        current = DateRange.parse(dates, today=server_day(session, begun_at))
        if current == span:
            return loaded
        delayed.clear()
    return load(current)


def _ids_of_name(session: Session, name: str) -> list[str]:
    """Return the ids of the projects of a name; if there is none, in upper or lower case."""
    projects = organization(session).projects
    found = [id_ for id_, known in projects if known == name]
    found = found or [id_ for id_, known in projects if _fold(known) == _fold(name)]
    return [_own_id(id_) for id_ in found]


def _fold(name: str) -> str:
    return " ".join(name.casefold().split())


def _own_id(id_: str) -> str:
    """Check an id from the server before it becomes a part of a path."""
    if not is_uuid(id_):
        problem = "the id of a project or an organization in its data is no UUID"
        raise UnreadableResponseError("/projects", 200, problem, id_[:60])
    return id_
