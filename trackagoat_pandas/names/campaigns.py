"""What a client's campaigns, payout rules and videos are called.

A client asks for each list at most once, and for none whose names it has loaded already, until it
writes something.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from trackagoat_pandas.errors import UnknownCampaignError, UnreadableResponseError, listing
from trackagoat_pandas.helpers.campaigns.names import NamedCampaign, ids_of_campaigns
from trackagoat_pandas.helpers.columns import STRING, instants_of
from trackagoat_pandas.helpers.labels import LABELS, labels_of
from trackagoat_pandas.http.counting import list_name, stand_in
from trackagoat_pandas.http.envelope import Envelope
from trackagoat_pandas.http.session import Session
from trackagoat_pandas.inputs.checks import is_uuid
from trackagoat_pandas.names.organization import organization
from trackagoat_pandas.tables import CAMPAIGNS, PAYOUT_STRUCTURES, VIDEOS, Table

_FACT: Final = "names of "
_CAMPAIGNS: Final = f"{_FACT}campaigns and their projects"
_UNREAD: Final = f"{_FACT}videos, not yet read"
_POSTED: Final = "when videos were posted"
_LABELS: Final = {
    CAMPAIGNS.path: LABELS["campaigns"],
    PAYOUT_STRUCTURES.path: LABELS["structures"],
}
"""The columns with the names in each list."""
MOST_UNREAD: Final = 200_000
"""How many loaded videos a client remembers, the last ones: more would take much memory."""
MOST_PAGES: Final = 10
"""The most requests for lists of videos: 1,000 videos, in at least 10 seconds."""


def remember_names(
    session: Session, table: Table, frame: pd.DataFrame, *, is_whole: bool = False
) -> None:
    """Cache the names in a complete frame of a list, so that they needn't be requested.

    A client with a store looks them up, so that its store keeps the answers for when it is offline.

    Parameters
    ----------
    session, table, frame
        The client, and what it loaded: campaigns or payout structures.
    is_whole
        Whether that is the list of all projects.
    """
    if session.archive is not None:
        return
    rows = frame.assign(name=labels_of(frame, _LABELS[table.path])).dropna(subset=["id", "name"])
    columns = (rows[name].astype(STRING).fillna("") for name in ("id", "name", "project_id"))
    found = {id_: (name, owner) for id_, name, owner in zip(*columns, strict=True)}
    names = {id_: name for id_, (name, _) in found.items()}
    _seen(session, table.path).update(names)
    if is_whole and table.path != CAMPAIGNS.path:
        _keep(session, _all_of(table.path), names)
    elif is_whole and all(map(is_uuid, names)):
        named = [
            NamedCampaign(id_.lower(), name, owner.lower()) for id_, (name, owner) in found.items()
        ]
        _keep(session, _CAMPAIGNS, named)


def remember_videos(session: Session, videos: pd.DataFrame) -> None:
    """Keep the captions of loaded videos, and when they were posted.

    They are read once one is wanted, since that takes long. A client with a store looks captions
    up, as for :func:`remember_names`.
    """
    kept = {_POSTED: ["id", "posted_at"]}
    if session.archive is None:
        kept[_UNREAD] = ["id", *LABELS["videos"]]
    for name, columns in kept.items():
        unread: list[pd.DataFrame] = session.get_or_make(name, list)
        unread.append(videos[columns])
        while sum(map(len, unread)) > MOST_UNREAD:
            unread.pop(0)


def remembered_posts(session: Session, wanted: Collection[str]) -> pd.Series:
    """Return when videos were posted, by id, of those that the client has loaded or its store has.

    Nothing is sent.
    """
    loaded: list[pd.DataFrame] = list(session.cached(_POSTED) or [])
    if not loaded and session.archive is not None:
        newest = {str(one.params): one for one in session.archive.lists.snapshots(VIDEOS.name)}
        loaded = [session.archive.lists.read(one) for one in newest.values()]
    ids = list(wanted)
    found = [videos.loc[videos["id"].isin(ids), ["id", "posted_at"]] for videos in loaded]
    rows = [(part["id"].astype(STRING), instants_of(part["posted_at"])) for part in found]
    posted = np.concatenate([np.empty(0, "datetime64[us]"), *(each for _, each in rows)])
    names = pd.Index([id_ for named, _ in rows for id_ in named])
    return pd.Series(posted, names).dt.tz_localize("UTC")


def _titles(session: Session) -> dict[str, str]:
    """Return the captions of videos that the client has seen, those just loaded too."""
    titles = _seen(session, VIDEOS.path)
    unread: list[pd.DataFrame] = session.get_or_make(_UNREAD, list)
    while unread:
        videos = unread.pop(0)
        named = videos.assign(name=labels_of(videos, LABELS["videos"]))
        known = named.dropna(subset=["id", "name"])
        titles |= dict(zip(known["id"], known["name"], strict=True))
    return titles


def _keep(session: Session, name: str, made: object) -> None:
    session.drop(name)
    session.get_or_make(name, lambda: made)


def _seen(session: Session, path: str) -> dict[str, str]:
    """Return the names of a list that the client has seen, by id; other threads may add to it."""
    return session.get_or_make(f"{_FACT}{path}", dict)


def _all_of(path: str) -> str:
    return f"{_FACT}all of {path}"


def known_names(session: Session, path: str, wanted: Sequence[str]) -> dict[str, str]:
    """Return names by id: those that the client has seen, and if one is missing all of the list.

    The list is that of ``/campaigns`` or ``/payout-structures``.
    """
    seen = _seen(session, path)
    if not seen.keys() >= set(wanted):
        if path == CAMPAIGNS.path:
            names = {one.id: one.name for one in known_campaigns(session)}
        else:
            names = session.get_or_make(_all_of(path), lambda: _request_names(session, path))
        seen |= {id_: name for id_, name in names.items() if id_ not in seen}
    return {**seen}


def _request_names(session: Session, path: str) -> dict[str, str]:
    return {
        id_: name
        for page in session.looking_up().pages(path)
        for id_, row in _rows(page)
        if isinstance(name := row.get("name"), str)
    }


def known_campaigns(session: Session) -> list[NamedCampaign]:
    """Return the campaigns of all projects that have a name."""
    return session.get_or_make(_CAMPAIGNS, lambda: _request_campaigns(session))


def _request_campaigns(session: Session) -> list[NamedCampaign]:
    # A campaign may come twice if the list changes between two pages.
    found = {
        id_: NamedCampaign(_campaign_id(page, id_), name, str(row.get("project_id") or "").lower())
        for page in session.looking_up().pages(CAMPAIGNS.path)
        for id_, row in _rows(page)
        if isinstance(name := row.get("name"), str)
    }
    return list(found.values())


def find_campaigns(
    session: Session, wanted: Sequence[str], *, project_id: str | None = None
) -> dict[str, str]:
    """Return the id of each id or name that `read_campaigns` read; ids are never looked up.

    Raises
    ------
    UnknownCampaignError, AmbiguousCampaignError
        No campaign has a name, of a project if one is given, or several have it.
    """
    if all(is_uuid(name) for name in wanted):
        return {id_: id_ for id_ in wanted}
    is_remembered = session.cached(_CAMPAIGNS) is not None
    if session.is_counting and session.known(_CAMPAIGNS, _request_campaigns) is None:
        return _count_look_up(session, wanted)
    try:
        return _ids_of(session, wanted, project_id)
    except UnknownCampaignError:
        if not (session.forget_look_ups() or is_remembered):
            raise
    if session.is_counting:
        return _count_look_up(session, wanted)
    session.drop(_CAMPAIGNS)  # the campaign may have been created since
    return _ids_of(session, wanted, project_id)


def _count_look_up(session: Session, wanted: Sequence[str]) -> dict[str, str]:
    """Count the list in which names would be looked up, and return placeholders for their ids."""
    names = [name for name in wanted if not is_uuid(name)]
    known = session.cached(list_name(CAMPAIGNS.path, {}))
    session.tally.look_up(_CAMPAIGNS, CAMPAIGNS.path, known, listing(map(repr, names), 3))
    return {name: name if is_uuid(name) else stand_in(name) for name in wanted}


def _ids_of(session: Session, wanted: Sequence[str], project_id: str | None) -> dict[str, str]:
    owner = (project_id or "").lower()
    known = [one for one in known_campaigns(session) if owner in {"", one.project_id}]

    def say_project(id_: str) -> str:
        return repr(dict(organization(session).projects).get(id_, id_))

    return ids_of_campaigns(wanted, known, say_project=say_project)


def known_titles(
    session: Session, wanted: Sequence[str], project_ids: Sequence[str | None]
) -> dict[str, str]:
    """Find the captions of videos by id; a video without one has TikTok's id.

    The lists of the projects, of all for None, are read from the newest video on: until all are
    found, with no more requests than there are videos to find, and no more than `MOST_PAGES`.
    """
    titles = _titles(session)
    missing = {id_ for id_ in wanted if id_ not in titles}
    left = min(len(missing), MOST_PAGES)
    for project_id in project_ids:
        params = {} if project_id is None else {"project_id": project_id}
        pages = session.looking_up().pages(VIDEOS.path, params) if left else iter(())
        for page in pages:
            left -= 1
            for id_, row in _rows(page):
                title = row.get("title") or row.get("tiktok_video_id")
                if isinstance(title, str):
                    titles[id_] = title
            missing -= titles.keys()
            if not missing or not left:
                break
        if not missing:
            break
    return {**titles}  # other threads may add to it


def forget_names(session: Session) -> None:
    """Drop the remembered names, since something may be called differently now."""
    session.drop_all(_FACT)


def _campaign_id(page: Envelope, id_: str) -> str:
    """Check an id from the server before it becomes a part of a path."""
    if not is_uuid(id_):
        problem = "the id of a campaign in its data is no UUID"
        raise UnreadableResponseError(page.path, page.status, problem)
    return id_.lower()


def _rows(page: Envelope) -> Iterator[tuple[str, dict[str, Any]]]:
    for record in page.records:
        if not isinstance(record, dict) or not isinstance(id_ := record.get("id"), str):
            problem = "a row in its data is no object with an id"
            raise UnreadableResponseError(page.path, page.status, problem)
        yield id_, record
