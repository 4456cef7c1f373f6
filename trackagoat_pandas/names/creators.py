"""The creators of a client: their handles by id, and their ids by handle.

They come from GET /creators, which each client sends at most once for all projects and once for
each project, unless creators change. The server may leave out removed creators.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pandas as pd

from trackagoat_pandas.errors import (
    AmbiguousCreatorError,
    ArgumentError,
    StoreMissingError,
    UnknownCreatorError,
    UnreadableResponseError,
    listing,
)
from trackagoat_pandas.helpers.columns import days_of, nullable_flags
from trackagoat_pandas.http.counting import list_name, stand_in
from trackagoat_pandas.http.session import Session
from trackagoat_pandas.inputs.checks import check_id, check_ids, given_ids, is_uuid
from trackagoat_pandas.inputs.handles import fold_handle, read_handle
from trackagoat_pandas.names.organization import known_projects, optional_project, organization
from trackagoat_pandas.tables import CREATORS

if TYPE_CHECKING:
    from trackagoat_pandas.store.disk.folder import Archive

_FACT: Final = "creators"
_PATH: Final = "/creators"
_OWNERS: Final = "projects of creators"


class KnownCreator(NamedTuple):
    """What is remembered of a creator.

    Where the server doesn't say it, ``project_id`` is "", and ``tracked_since`` and ``is_active``
    are None.
    """

    id: str
    handle: str
    project_id: str
    tracked_since: dt.date | None = None
    is_active: bool | None = None


def known_creators(session: Session, project_id: str | None = None) -> dict[str, KnownCreator]:
    """Return the creators of a project, or of all projects, by id.

    The client caches them, so that they are requested once. Removed creators may be missing.
    """
    project_id = project_id and project_id.lower()
    everyone: dict[str, KnownCreator] | None = session.cached(_FACT)
    if project_id is not None and everyone is not None:
        return {id_: one for id_, one in everyone.items() if one.project_id == project_id}
    return session.get_or_make(_name(project_id), lambda: _by_id(session, project_id))


def remember_creators(session: Session, creators: pd.DataFrame, project_id: str | None) -> None:
    """Cache the creators of a complete frame of them, so that they needn't be requested.

    A frame in which a handle or a project is missing, or an id is none, isn't cached.
    """
    columns = [creators[name] for name in ("id", "tiktok_handle", "project_id")]
    if any(column.isna().any() for column in columns) or not all(map(is_uuid, columns[0])):
        return
    texts, facts = (column.astype(str) for column in columns), _facts_of(creators)
    rows = zip(*texts, *facts, strict=True)
    found = {
        id_.lower(): KnownCreator(id_.lower(), handle, owner.lower(), *known)
        for id_, handle, owner, *known in rows
    }
    session.drop(_name(project_id))
    session.get_or_make(_name(project_id), lambda: found)


def remembered_creators(session: Session) -> dict[str, KnownCreator]:
    """Return the creators that the client has cached, or that its store has; nothing is sent."""
    places = [None, *known_projects(session)]
    # Reversed, so that what the list of all projects says comes last and counts.
    lists = [session.cached(_name(place)) or {} for place in reversed(places)]
    found = {id_: one for known in lists for id_, one in known.items()}
    return found if found or session.archive is None else _creators_in_store(session.archive, None)


def remembered_handle(session: Session, id_: str) -> str | None:
    """Return a creator's handle if the client has cached it; nothing is sent."""
    places = [None, *known_projects(session)]
    lists = [session.cached(_name(place)) or {} for place in places]
    return next((known[id_].handle for known in lists if id_ in known), None)


def remember_owners(session: Session, rows: pd.DataFrame) -> None:
    """Cache the projects of creators from rows that name both, such as accruals.

    Unlike the list of creators they also know removed ones. A creator belongs to one project.
    """
    both = rows[["creator_id", "project_id"]].dropna().drop_duplicates("creator_id").astype(str)
    owners: dict[str, str] = session.get_or_make(_OWNERS, dict)
    owners |= dict(zip(both["creator_id"].str.lower(), both["project_id"].str.lower(), strict=True))


def known_owners(session: Session) -> dict[str, str]:
    """Return the project of each creator that the client has seen; nothing is sent."""
    owners = dict(session.cached(_OWNERS) or {})
    for place in (None, *known_projects(session)):
        listed: dict[str, KnownCreator] = session.cached(_name(place)) or {}
        owners |= {id_: one.project_id for id_, one in listed.items() if one.project_id}
    return owners


def forget_creators(session: Session) -> None:
    """Drop the cached creators, since some were added, renamed or removed."""
    session.drop_all(_FACT)


def read_creators(argument: str, given: object) -> list[str]:
    """Return the ids and handles of creators, without repetitions, in the order given.

    Nothing is sent; `find_creators` looks the handles up.

    Parameters
    ----------
    argument
        The argument's name, for messages.
    given
        An id, a handle with or without @, or the address of a profile; several of them in a list,
        Index or Series; or a frame with a column ``creator_id``, ``id`` or ``tiktok_handle``.

    Raises
    ------
    ArgumentError, ArgumentTypeError, MissingColumnError
        A value is null or is neither an id nor a handle, or a frame has no such column.
    """
    if isinstance(given, pd.DataFrame):
        if not is_of_handles(given):
            return check_ids(argument, given, entity="creator")
        given = given["tiktok_handle"]
    values = given_ids(argument, given, "creator")
    return list(dict.fromkeys(read_creator(argument, value) for value in values))


def is_of_handles(frame: pd.DataFrame) -> bool:
    """Whether a frame names creators by their handles alone."""
    ids = frame.columns.intersection(["creator_id", "id"])
    return "tiktok_handle" in frame.columns and ids.empty


def read_creator(argument: str, given: object) -> str:
    """Return a creator's id, in lower case, or handle, without its @; nothing is sent."""
    if isinstance(given, str) and not is_uuid(given):
        return read_handle(argument, given, or_id=True)
    return check_id(argument, given, entity="creator")


def find_creators(
    session: Session, wanted: Sequence[str], *, project_id: str | None = None
) -> list[str]:
    """Return the ids of creators read by `read_creators`, without repetitions.

    Raises
    ------
    UnknownCreatorError, AmbiguousCreatorError
        No creator has a handle, or creators of several projects have it.
    """
    return list(dict.fromkeys(ids_of_creators(session, wanted, project_id=project_id).values()))


def creators_of_project(
    session: Session, creator: object | None, project: object | None
) -> tuple[str | None, list[str] | None]:
    """Return the ids of a project and of creators given as filters; None means any.

    Everything is checked before the first of them is looked up.
    """
    named = None if creator is None else read_creators("creator", creator)
    project_id = optional_project(session, project)
    if named is None:
        return project_id, None
    return project_id, find_creators(session, named, project_id=project_id)


def ids_of_creators(
    session: Session, wanted: Sequence[str], *, project_id: str | None = None
) -> dict[str, str]:
    """Return the id of each id or handle that `read_creator` read.

    Ids are never looked up; handles are, in one list of the creators of a project, or of all.

    Raises
    ------
    UnknownCreatorError, AmbiguousCreatorError
        No creator has a handle, or creators of several projects have it.
    """
    handles = [value for value in wanted if not is_uuid(value)]
    ids = _look_up(session, handles, project_id) if handles else {}
    return {value: ids.get(value, value) for value in wanted}


def handles_of_creators(session: Session, argument: str, wanted: Sequence[str]) -> dict[str, str]:
    """Return the handle of each id or handle that `read_creator` read; ids are looked up.

    Raises
    ------
    ArgumentError
        No listed creator has an id.
    """
    ids = [value for value in wanted if is_uuid(value)]
    is_remembered = _is_remembered(session, None)
    creators = known_creators(session) if ids else {}
    is_unknown = any(id_ not in creators for id_ in ids)
    if is_unknown and (session.forget_look_ups() or is_remembered):
        forget_creators(session)  # the creator may have been added since
        creators = known_creators(session)
    unknown = [id_ for id_ in ids if id_ not in creators]
    if unknown:
        problem = f"no listed creator has the id {unknown[0]}"
        advice = "give a handle, or restore a removed creator with reenable_creators"
        raise ArgumentError(argument, unknown[0], problem=f"{problem}; {advice}")
    return {value: creators[value].handle if value in creators else value for value in wanted}


def _look_up(session: Session, handles: Sequence[str], project_id: str | None) -> dict[str, str]:
    """Return the ids of handles."""
    is_remembered = _is_remembered(session, project_id)
    if session.is_counting and not is_remembered and not _is_stored(session, project_id):
        return _count_look_up(session, handles, project_id)
    found = _by_handle(known_creators(session, project_id))
    is_unknown = any(fold_handle(handle) not in found for handle in handles)
    if session.is_counting and is_unknown:
        return _count_look_up(session, handles, project_id)
    if is_unknown and (session.forget_look_ups() or is_remembered):
        forget_creators(session)  # the creator may have been added since
        found = _by_handle(known_creators(session, project_id))
    unknown = [handle for handle in handles if fold_handle(handle) not in found]
    if unknown:
        known = [one.handle for one in known_creators(session, project_id).values()]
        place = None if project_id is None else known_projects(session).get(project_id, project_id)
        raise UnknownCreatorError(list(dict.fromkeys(unknown)), known, place)
    for handle in handles:
        if len(found[fold_handle(handle)]) > 1:
            names = dict(organization(session).projects)
            owners = {
                one.id: f"project {names.get(one.project_id, one.project_id)!r}"
                for one in found[fold_handle(handle)]
            }
            raise AmbiguousCreatorError(handle, list(owners), owners)
    return {handle: found[fold_handle(handle)][0].id for handle in handles}


def _count_look_up(
    session: Session, handles: Sequence[str], project_id: str | None
) -> dict[str, str]:
    """Count the list in which handles would be looked up; return ids or placeholders."""
    known = session.cached(list_name(_PATH, {"project_id": project_id}))
    named = listing([f"@{handle}" for handle in handles], 3)
    session.tally.look_up(_name(project_id), _PATH, known, named)
    older = session.stored(lambda view: _by_id(view, project_id))
    ids = {handle: ones[0].id for handle, ones in _by_handle(older or {}).items()}
    folded = {handle: fold_handle(handle) for handle in handles}
    return {handle: ids.get(fold, stand_in(fold)) for handle, fold in folded.items()}


def _by_handle(creators: Mapping[str, KnownCreator]) -> dict[str, list[KnownCreator]]:
    found: dict[str, list[KnownCreator]] = defaultdict(list)
    for one in creators.values():
        found[fold_handle(one.handle)].append(one)
    return dict(found)


def _is_remembered(session: Session, project_id: str | None) -> bool:
    """Whether `known_creators` would send nothing."""
    return any(session.cached(name) is not None for name in (_FACT, _name(project_id)))


def _is_stored(session: Session, project_id: str | None) -> bool:
    """Whether the client's store has the list of creators, so that nothing would be sent."""
    made = session.known(_name(project_id), lambda view: _by_id(view, project_id))
    return made is not None


def _by_id(session: Session, project_id: str | None) -> dict[str, KnownCreator]:
    try:
        return {one.id: one for one in _request_creators(session, project_id)}
    except StoreMissingError:
        # Offline: no look-up was kept, but a list that was loaded may be.
        if session.archive and (kept := _creators_in_store(session.archive, project_id)):
            return kept
        raise


def _creators_in_store(archive: Archive, project_id: str | None) -> dict[str, KnownCreator]:
    """Return the creators in the lists that a store has, each as the newest list has it."""
    params = {} if project_id is None else {"project_id": project_id}
    whole = archive.lists.find(CREATORS, _PATH, params)
    if whole is None and project_id is not None:
        return {}
    # Snapshots are in the order of their moments, so of each list the newest one stays.
    newest = {str(one.params): one for one in archive.lists.snapshots(CREATORS.name)}
    found: dict[str, KnownCreator] = {}
    for one in [whole] if whole else sorted(newest.values(), key=lambda one: one.observed_at):
        creators = archive.lists.read(one).dropna(subset=["id", "tiktok_handle"])
        columns = (creators["id"], creators["tiktok_handle"], creators["project_id"].fillna(""))
        texts = (column.astype(str) for column in columns)
        rows = zip(*texts, *_facts_of(creators), strict=True)
        found |= {row[0]: KnownCreator(*row) for row in rows}
    return found


def _facts_of(creators: pd.DataFrame) -> tuple[list[dt.date | None], list[bool | None]]:
    """Return the first days of tracking in a frame of creators, and who is active."""
    nothing = pd.Series(None, creators.index, dtype=object)
    days: list[dt.date | None] = days_of(creators.get("tracking_start_date", nothing)).tolist()
    flags = nullable_flags(creators.get("is_active", nothing))
    return days, [None if pd.isna(flag) else bool(flag) for flag in flags]


def _name(project_id: str | None) -> str:
    return _FACT if project_id is None else f"{_FACT} of {project_id.lower()}"


def _request_creators(session: Session, project_id: str | None) -> Iterator[KnownCreator]:
    params = {} if project_id is None else {"project_id": project_id}
    for page in session.looking_up().pages(_PATH, params):
        for record in page.records:
            if not isinstance(record, dict):
                problem = "a creator in its data is no object"
                raise UnreadableResponseError(page.path, page.status, problem)
            id_, handle, owner = (
                record.get(name) for name in ("id", "tiktok_handle", "project_id")
            )
            if not isinstance(handle, str):
                continue
            if not isinstance(id_, str) or not is_uuid(id_):
                problem = "the id of a creator in its data is no UUID"
                raise UnreadableResponseError(page.path, page.status, problem)
            owner = owner.lower() if isinstance(owner, str) else project_id or ""
            # A server that ignores the filter sends the creators of other projects too.
            if project_id is None or owner == project_id:
                is_active = record.get("is_active")
                known = _read_day(record), is_active if isinstance(is_active, bool) else None
                yield KnownCreator(id_.lower(), handle, owner, *known)


def _read_day(record: dict[str, Any]) -> dt.date | None:
    """Return the first day of tracking that a creator's record says; None if it says none."""
    said = record.get("tracking_start_date")
    try:
        return dt.date.fromisoformat(said[:10]) if isinstance(said, str) else None
    except ValueError:
        return None
