"""What a load must know of the organization: its projects, its time zone, its day now.

Asked once for each client, with GET /projects.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from trackagoat_pandas._types import DatesLike
from trackagoat_pandas._warning import warn
from trackagoat_pandas.checks import check_id, check_ids, is_null, is_uuid
from trackagoat_pandas.dates import DateRange, is_relative
from trackagoat_pandas.errors import (
    AmbiguousProjectError,
    ArgumentError,
    ArgumentTypeError,
    ContractWarning,
    MissingArgumentError,
    UnknownProjectError,
    UnreadableResponseError,
)
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.settings import is_timezone

_FACT = "organization"
_LONGEST_FACT = len("2026-06-15")


@dataclass(frozen=True, slots=True)
class Organization:
    """The facts of one organization.

    ``projects`` holds (id, name) pairs; ``timezone`` is None where the server doesn't say;
    ``skew`` is the server's clock minus the machine's; ``id`` is None where no project says it;
    ``facts`` says what else is known of each project, by id.
    """

    projects: tuple[tuple[str, str], ...]
    timezone: str | None
    skew: dt.timedelta
    id: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)

    def today(self, timezone: str | None) -> dt.date:
        """The organization's day now, by the server's clock."""
        zone = ZoneInfo(timezone or self.timezone or "UTC")
        return (dt.datetime.now(dt.UTC) + self.skew).astimezone(zone).date()


def organization(client: Client) -> Organization:
    """The organization of the client's key; asked once."""
    return client.get_or_make(_FACT, lambda: _ask(client))


def _ask(client: Client) -> Organization:
    pages = list(client.pages("/projects"))
    records: list[dict[str, Any]] = []
    for page in pages:
        objects = [record for record in page.records if isinstance(record, dict)]
        if len(objects) < len(page.records):
            problem = "a project in its data is no object"
            raise UnreadableResponseError(page.path, page.status, problem)
        records += objects
    names = [name for record in records if isinstance(name := record.get("timezone"), str)]
    zones = {name for name in names if is_timezone(name)}
    owners = {owner for record in records if isinstance(owner := record.get("org_id"), str)}
    sent_at = pages[-1].date
    skew = sent_at - dt.datetime.now(dt.UTC) if sent_at else dt.timedelta()
    # A list that moves while it is paged repeats a project: that makes no name ambiguous.
    projects = {str(record.get("id")): record.get("name") for record in records}
    return Organization(
        projects=tuple((id_, name) for id_, name in projects.items() if isinstance(name, str)),
        timezone=zones.pop() if len(zones) == 1 else None,
        skew=skew,
        id=owners.pop() if len(owners) == 1 else None,
        facts={str(record.get("id")): _facts_of(record) for record in records},
    )


def _facts_of(project: dict[str, Any]) -> str:
    """What a project says of itself beside its name, as far as it does."""
    words = {"created": "created_at", "changed": "updated_at", "status:": "status"}
    said = [
        f"{word} {text[:_LONGEST_FACT]}"
        for word, field_ in words.items()
        if isinstance(text := project.get(field_), str)
    ]
    count = project.get("creator_count")
    return ", ".join([*said, *([f"creators: {count}"] if isinstance(count, int) else [])])


def known_timezone(client: Client) -> str | None:
    """The organization's time zone, if it is known without asking."""
    if client.timezone:
        return client.timezone
    known: Organization | None = client.cached(_FACT)
    return known.timezone if known else None


def resolve_project(client: Client, project: object) -> str:
    """The id of a project given by id, by exact name, or as a loaded frame of one row.

    Raises
    ------
    MissingArgumentError
        It is None.
    UnknownProjectError, AmbiguousProjectError
        The name fits no project, or several; both list the candidates.
    """
    if is_null(project):
        raise MissingArgumentError("project", "give a project's id or exact name")
    if isinstance(project, pd.DataFrame):
        ids = check_ids("project", project, entity="project")
        if len(ids) != 1:
            raise ArgumentError(
                "project", ids, problem=f"the frame has {len(ids)} projects; give one"
            )
        return ids[0]
    if not isinstance(project, str):
        raise ArgumentTypeError("project", project, "a project's id or exact name")
    if is_uuid(project):
        return project
    is_remembered = client.cached(_FACT) is not None
    matches = _named(client, project)
    if is_remembered and not matches:  # it may be younger than what is remembered
        client.drop(_FACT)
        matches = _named(client, project)
    if not matches:
        raise UnknownProjectError(project, [name for _, name in organization(client).projects])
    if len(matches) > 1:
        raise AmbiguousProjectError(project, matches, organization(client).facts)
    return matches[0]


def optional_project(client: Client, project: object | None) -> str | None:
    """As resolve_project, where None means every project."""
    return None if project is None else resolve_project(client, project)


def resolve_organization(client: Client, given: str | None) -> str:
    """The id of an organization: the one given, else the one that the client's key belongs to.

    Raises
    ------
    ArgumentError
        None is given, and no project says it.
    """
    if given is not None:
        return check_id("organization", given)
    own = organization(client).id
    if own is None:
        raise MissingArgumentError("organization", "no project says which is the key's")
    return _own_id(own)


def forget_projects(client: Client) -> None:
    """Ask again the next time, since projects were made or renamed."""
    client.drop(_FACT)


def resolve_dates(client: Client, dates: DatesLike | None) -> DateRange | None:
    """Read a range of days, with the organization's today where it is relative to it."""
    if dates is None:
        return None
    if not is_relative(dates):
        return DateRange.parse(dates)
    facts = organization(client)
    if not (client.timezone or facts.timezone):
        warn(
            f"{dates!r} is read in UTC, since the server names no time zone; "
            "pass connect(timezone=...) to say which day is today.",
            ContractWarning,
        )
    return DateRange.parse(dates, today=facts.today(client.timezone))


def _named(client: Client, name: str) -> list[str]:
    return [_own_id(id_) for id_, known in organization(client).projects if known == name]


def _own_id(id_: str) -> str:
    """An id that the server gave and that becomes part of a path: it must be one."""
    if not is_uuid(id_):
        problem = "the id of a project or an organization in its data is no UUID"
        raise UnreadableResponseError("/projects", 200, problem, id_[:60])
    return id_
