"""What a client's campaigns, payout rules and videos are called.

A client asks for each list at most once, until it writes something.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from trackagoat_pandas.checks import is_uuid
from trackagoat_pandas.errors import UnknownCampaignError, UnreadableResponseError
from trackagoat_pandas.helpers.campaign_names import NamedCampaign, ids_of_campaigns
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.envelope import Envelope
from trackagoat_pandas.organization import organization

_FACT: Final = "names of "
_TITLES: Final = f"{_FACT}videos"
_CAMPAIGNS: Final = f"{_FACT}campaigns and their projects"
MOST_PAGES: Final = 10
"""The most requests for lists of videos: 1,000 videos, in at least 10 seconds."""


def known_names(client: Client, path: str) -> dict[str, str]:
    """Return the names in a list by id, such as those of ``/campaigns``."""
    return client.get_or_make(
        f"{_FACT}{path}",
        lambda: {
            id_: name
            for page in client.looking_up().pages(path)
            for id_, row in _rows(page)
            if isinstance(name := row.get("name"), str)
        },
    )


def known_campaigns(client: Client) -> list[NamedCampaign]:
    """Return the campaigns of all projects that have a name."""
    return client.get_or_make(
        _CAMPAIGNS,
        # A campaign may come twice if the list changes between two pages.
        lambda: list(
            {
                id_: NamedCampaign(
                    _campaign_id(page, id_), name, str(row.get("project_id") or "").lower()
                )
                for page in client.looking_up().pages("/campaigns")
                for id_, row in _rows(page)
                if isinstance(name := row.get("name"), str)
            }.values()
        ),
    )


def find_campaigns(
    client: Client, wanted: Sequence[str], *, project_id: str | None = None
) -> dict[str, str]:
    """Return the id of each id or name that `read_campaigns` read; ids are never looked up.

    Raises
    ------
    UnknownCampaignError, AmbiguousCampaignError
        No campaign has a name, of a project if one is given, or several have it.
    """
    if all(is_uuid(name) for name in wanted):
        return {id_: id_ for id_ in wanted}
    is_remembered = client.cached(_CAMPAIGNS) is not None
    try:
        return _ids_of(client, wanted, project_id)
    except UnknownCampaignError:
        if not (client.forget_look_ups() or is_remembered):
            raise
    client.drop(_CAMPAIGNS)  # the campaign may have been created since
    return _ids_of(client, wanted, project_id)


def _ids_of(client: Client, wanted: Sequence[str], project_id: str | None) -> dict[str, str]:
    owner = (project_id or "").lower()
    known = [one for one in known_campaigns(client) if owner in {"", one.project_id}]

    def say_project(id_: str) -> str:
        return repr(dict(organization(client).projects).get(id_, id_))

    return ids_of_campaigns(wanted, known, say_project=say_project)


def known_titles(
    client: Client, wanted: Sequence[str], project_ids: Sequence[str | None]
) -> dict[str, str]:
    """Return the captions of videos by id, or TikTok's ids where there are none, as far as found.

    The lists of the projects, of all for None, are read from the newest video on: until all are
    found, with no more requests than there are videos to find, and no more than `MOST_PAGES`.
    """
    titles: dict[str, str] = client.get_or_make(_TITLES, dict)
    missing = {id_ for id_ in wanted if id_ not in titles}
    left = min(len(missing), MOST_PAGES)
    for project_id in project_ids:
        params = {} if project_id is None else {"project_id": project_id}
        pages = client.looking_up().pages("/videos", params) if left else iter(())
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


def forget_names(client: Client) -> None:
    """Drop the remembered names, since something may be called differently now."""
    client.drop_all(_FACT)


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
