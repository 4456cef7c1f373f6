"""Create, change and delete campaigns, and add and remove their members."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial
from typing import Any, Final

import pandas as pd

from trackagoat_pandas.actions import inputs
from trackagoat_pandas.actions.batch import check_confirmed, send_one, update
from trackagoat_pandas.actions.dry_runs import (
    NOT_FOUND,
    Given,
    Judged,
    Planned,
    among,
    delete_all,
    units_of,
)
from trackagoat_pandas.actions.inputs import KEEP, Check, Items, Keep, One
from trackagoat_pandas.actions.repeats import Listed, Once, listed
from trackagoat_pandas.actions.requests import (
    Body,
    Presence,
    Record,
    Result,
    Write,
    check_again,
    creation,
)
from trackagoat_pandas.helpers.campaigns.names import read_campaigns
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.session import Session, session_of
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.checks import check_bool, check_ids
from trackagoat_pandas.names.campaigns import find_campaigns
from trackagoat_pandas.names.creators import ids_of_creators, read_creators
from trackagoat_pandas.names.organization import resolve_project
from trackagoat_pandas.tables import CAMPAIGNS, CREATORS, VIDEOS

EDITS: Final[dict[str, Check]] = {
    "name": partial(inputs.text, longest=200),  # the API's limit
    "readme": inputs.or_null(inputs.text),
    "target_views": inputs.or_null(inputs.whole),
    "target_at": inputs.or_null(inputs.instant),
}


@takes_arrow
def create_campaign(
    project: One,
    name: str,
    *,
    dry_run: bool = False,
    again: bool = False,
    idempotency_key: str | None = None,
    client: Client | None = None,
) -> pd.DataFrame:
    """Create a campaign without members; :func:`add_campaign_items` adds them.

    ``POST /projects/{id}/campaigns``.

    Parameters
    ----------
    project : str or DataFrame
        A project's id or exact name, or a loaded frame of one project.
    name : str
        The name, of up to 200 characters.
    dry_run : bool, default False
        Change nothing; return what would become of each item, and the request.
    again : bool, default False
        Create another one like the one that the same call created within the last 24 hours.
    idempotency_key : str, optional
        The key of the request; by default one made from the request.
    client : Client, optional
        The client to send with; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        One row: the campaign as :func:`load_campaigns` returns it.

    Raises
    ------
    LimitReachedError, ArgumentError, ArgumentTypeError, ApiError, ConnectionFailedError
        See :mod:`trackagoat_pandas.actions`.

    See Also
    --------
    actions.add_campaign_items : Add members to a campaign.
    actions.update_campaign : Change a campaign.
    plan_campaign : Draw who gets a campaign.
    load_campaigns : Load campaigns.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     tgp.actions.create_campaign("Summer Launch", "Hooks")["name"].iloc[0]
    'Hooks'
    """
    client, _ = session_of(client), check_bool("dry_run", dry_run)
    check_again(again, idempotency_key)
    body = inputs.fields(EDITS, "name", name=name)
    project_id = resolve_project(client, project)
    path = f"/projects/{project_id}/campaigns"
    look = Listed(CAMPAIGNS.path, {"project_id": project_id}, fields=["name"])
    write = creation(path, body, name, again=again, idempotency_key=idempotency_key, look=look)
    return send_one(client, CAMPAIGNS, write, dry_run=dry_run)


@takes_arrow
def update_campaign(
    campaign: One,
    *,
    name: str | Keep = KEEP,
    readme: str | Keep | None = KEEP,
    target_views: int | Keep | None = KEEP,
    target_at: str | dt.datetime | pd.Timestamp | Keep | None = KEEP,
    dry_run: bool = False,
    client: Client | None = None,
) -> pd.DataFrame:
    """Change a campaign; fields that aren't given stay as they are.

    ``PATCH /campaigns/{id}``.

    Parameters
    ----------
    campaign : str or DataFrame
        The campaign's name or id, or a frame of one campaign.
    name : str, optional
        The name, of up to 200 characters.
    readme : str or None, optional
        Notes; None clears them.
    target_views : int or None, optional
        The target in views; None clears it.
    target_at : str, datetime or None, optional
        The instant when the target is due; None clears it.
    dry_run : bool, default False
        Change nothing; return what would become of each item, and the request.
    client : Client, optional
        The client to send with; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        One row: the campaign as :func:`load_campaigns` returns it.

    Raises
    ------
    ArgumentError, ArgumentTypeError, ApiError, ConnectionFailedError, DeadlineError
        See :mod:`trackagoat_pandas.actions`.

    See Also
    --------
    actions.create_campaign : Create a campaign.
    actions.add_campaign_items : Add members to a campaign.
    load_campaigns : Load campaigns.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     campaign = tgp.load_campaigns("Summer Launch").head(1)
    ...     changed = tgp.actions.update_campaign(campaign, target_views=1_000_000)
    >>> int(changed["target_views"].iloc[0])
    1000000
    """
    client, _ = session_of(client), check_bool("dry_run", dry_run)
    body = inputs.changes(
        EDITS, name=name, readme=readme, target_views=target_views, target_at=target_at
    )
    (id_,) = find_campaigns(client, [inputs.one_campaign("campaign", campaign)]).values()
    return update(client, CAMPAIGNS, id_, body, dry_run=dry_run, given=campaign)


@takes_arrow
def remove_campaigns(
    campaigns: Items, *, confirm: bool = False, dry_run: bool = False, client: Client | None = None
) -> pd.DataFrame:
    """Delete campaigns and their memberships; the members themselves stay.

    ``DELETE /campaigns/{id}``, a request for each.

    Parameters
    ----------
    campaigns : str, list of str or DataFrame
        Names, ids, or a frame of campaigns.
    confirm : bool, default False
        Must be True for more than one.
    dry_run : bool, default False
        Change nothing; return what would become of each item, and the request.
    client : Client, optional
        The client to send with; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        Results (``item``, ``status``, ``id``, ``error_code``, ``error``), one row per campaign;
        ``status`` is ``deleted`` on success.

    Raises
    ------
    ConfirmationError, ArgumentError, ArgumentTypeError, ApiError, PartialWriteError
        See :mod:`trackagoat_pandas.actions`.

    See Also
    --------
    actions.create_campaign : Create a campaign.
    actions.remove_campaign_items : Remove members from a campaign.
    load_campaigns : Load campaigns.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     campaign = tgp.load_campaigns("Summer Launch").head(1)
    ...     tgp.actions.remove_campaigns(campaign)["status"].tolist()
    ['deleted']
    """
    client = session_of(client)
    given = Given(client, dry_run=dry_run)
    named = given.campaigns("campaigns", campaigns)
    # Before anything is looked up, so that a refusal has sent nothing.
    check_confirmed("remove_campaigns", "campaigns", named, confirm=confirm, dry_run=dry_run)
    ids = given.find(partial(find_campaigns, client))
    judge = among(client, CAMPAIGNS.path, say=("would remove", None))
    return delete_all(given, "remove_campaigns", CAMPAIGNS.path, ids, confirm=confirm, judge=judge)


@takes_arrow
def add_campaign_items(
    campaign: One,
    *,
    creators: Items = (),
    videos: Items = (),
    campaigns: Items = (),
    dry_run: bool = False,
    again: bool = False,
    idempotency_key: str | None = None,
    client: Client | None = None,
) -> pd.DataFrame:
    """Add creators, videos and other campaigns to a campaign.

    ``POST /campaigns/{id}/items``, a request for each. A campaign also counts the members of its
    member campaigns, each once.

    Parameters
    ----------
    campaign : str or DataFrame
        The campaign's name or id, or a frame of one campaign.
    creators, videos, campaigns : str, list of str or DataFrame, optional
        Ids, or frames; of creators also handles and addresses of profiles, of campaigns names.
    dry_run : bool, default False
        Change nothing; return what would become of each item, and the request.
    again : bool, default False
        Create another one like the one that the same call created within the last 24 hours.
    idempotency_key : str, optional
        The key of the request; by default one made from the request. A key is for one member.
    client : Client, optional
        The client to send with; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        Results (``item``, ``status``, ``id``, ``error_code``, ``error``), one row per member:
        creators first, then videos, then campaigns. ``status`` is ``created``, or ``failed`` with
        the ``error_code`` ``duplicate`` for one that is a member already, or ``campaign_cycle``
        where the campaign would contain itself.

    Raises
    ------
    ArgumentError, ArgumentTypeError, ApiError, PartialWriteError
        See :mod:`trackagoat_pandas.actions`.

    See Also
    --------
    actions.remove_campaign_items : Remove members from a campaign.
    actions.create_campaign : Create a campaign.
    actions.add_videos : Add videos by their addresses.
    campaign_members : List who and what is in each campaign.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     campaign = tgp.actions.create_campaign("Summer Launch", "Hooks")
    ...     goats = tgp.load_creators("Summer Launch").head(2)
    ...     tgp.actions.add_campaign_items(campaign, creators=goats)["status"].tolist()
    ['created', 'created']
    """
    client = session_of(client)
    check_again(again, idempotency_key)
    given = Given(client, dry_run=dry_run)
    members = {"creator": creators, "video": videos, "campaign": campaigns}
    named, _ = _take_members(given, campaign, members)
    (campaign_id,) = find_campaigns(client, [named]).values()
    look = partial(_look_at_members, campaign_id, Once(partial(listed, path=CAMPAIGNS.path)))
    writes = [
        creation(
            path,
            body,
            body["item_id"],
            again=again,
            idempotency_key=idempotency_key,
            look=look,
            is_unique=True,
            id_field="item_id",
        )
        for path, body in _member_bodies(client, given, campaign_id)
    ]
    return given.send("members", writes, partial(_judge_members, client, campaign_id))


@takes_arrow
def remove_campaign_items(
    campaign: One,
    *,
    creators: Items = (),
    videos: Items = (),
    campaigns: Items = (),
    confirm: bool = False,
    dry_run: bool = False,
    client: Client | None = None,
) -> pd.DataFrame:
    """Remove members from a campaign; they themselves stay.

    ``DELETE /campaigns/{id}/items``, a request for each.

    Parameters
    ----------
    campaign : str or DataFrame
        The campaign's name or id, or a frame of one campaign.
    creators : str, list of str or DataFrame, optional
        The creators: ids, handles, addresses of profiles, or a frame.
    videos : str, list of str or DataFrame, optional
        The videos: ids, or a frame.
    campaigns : str, list of str or DataFrame, optional
        The campaigns: ids, names, or a frame.
    confirm : bool, default False
        Must be True for more than one.
    dry_run : bool, default False
        Change nothing; return what would become of each item, and the request.
    client : Client, optional
        The client to send with; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        Results (``item``, ``status``, ``id``, ``error_code``, ``error``), one row per member;
        ``status`` is ``deleted`` on success.

    Raises
    ------
    ConfirmationError, ArgumentError, ArgumentTypeError, ApiError, PartialWriteError
        See :mod:`trackagoat_pandas.actions`.

    See Also
    --------
    actions.add_campaign_items : Add members to a campaign.
    actions.remove_campaigns : Delete campaigns.
    campaign_members : List who and what is in each campaign.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     campaign = tgp.actions.create_campaign("Summer Launch", "Hooks")
    ...     goat = tgp.load_creators("Summer Launch").head(1)
    ...     _ = tgp.actions.add_campaign_items(campaign, creators=goat)
    ...     tgp.actions.remove_campaign_items(campaign, creators=goat)["status"].tolist()
    ['deleted']
    """
    client = session_of(client)
    given = Given(client, dry_run=dry_run)
    members = {"creator": creators, "video": videos, "campaign": campaigns}
    named, every = _take_members(given, campaign, members)
    check_confirmed("remove_campaign_items", "memberships", every, confirm=confirm, dry_run=dry_run)
    (campaign_id,) = find_campaigns(client, [named]).values()
    writes = [
        Write("DELETE", path, body, items=(body["item_id"],))
        for path, body in _member_bodies(client, given, campaign_id)
    ]
    return given.send("members", writes, partial(_judge_removals, client, campaign_id))


def _take_members(
    given: Given, campaign: One, members: dict[str, Items]
) -> tuple[str, list[tuple[str, str]]]:
    """Read a campaign and members of several kinds: its id or name, each one's kind and name."""
    named = inputs.one_campaign("campaign", campaign)
    every: list[tuple[str, str]] = []
    for kind, items in members.items():
        is_creator = kind == "creator"
        some = inputs.with_column(f"{kind}s", items, f"{kind}_id", None)
        units = units_of(some, f"{kind}_id", "id", *(["tiktok_handle"] if is_creator else []))
        every += given.take(f"{kind}s", some, partial(_read_members, kind), units=units)
    return named, every


def _read_members(kind: str, items: Any) -> list[tuple[str, str]]:
    argument = f"{kind}s"
    readers = {"creator": read_creators, "campaign": read_campaigns}
    read = readers.get(kind, partial(check_ids, entity=kind))
    return [(kind, name) for name in read(argument, items)]


def _member_bodies(client: Session, given: Given, campaign_id: str) -> list[tuple[str, Body]]:
    given.find(partial(ids_of_creators, client), kind="creator")
    members = given.find(partial(find_campaigns, client), kind="campaign")
    path = f"{CAMPAIGNS.path}/{campaign_id}/items"
    return [(path, {"item_type": kind, "item_id": id_}) for kind, id_ in members]


def _look_at_members(
    campaign_id: str,
    campaigns: Once[dict[str, Record]],
    client: Session,
    results: Sequence[Result],
) -> list[Presence]:
    mine = campaigns(client).get(campaign_id)
    members = None if mine is None else _members_in(mine)
    if members is None:
        # A campaign that is gone has no members; one that doesn't list them may have any.
        return [Presence(None if mine else False)] * len(results)
    ids = {id_ for _, id_ in members}
    return [Presence(str(result.id or result.item).lower() in ids) for result in results]


def _members_in(campaign: Record) -> set[tuple[str, str]] | None:
    """Return the kinds and ids of a campaign's members; None if the server doesn't list them."""
    items = campaign.get("items")
    if not isinstance(items, list):
        return None
    return {
        (str(one.get("item_type")), str(one.get("item_id")).lower())
        for one in items
        if isinstance(one, dict)
    }


def _judge_members(client: Session, campaign_id: str, parts: list[Planned]) -> list[Judged]:
    campaigns = listed(client, CAMPAIGNS.path)
    if campaign_id not in campaigns:
        return [NOT_FOUND] * len(parts)
    mine = campaigns[campaign_id]
    owner, members = mine.get("project_id"), _members_in(mine)
    kinds = {part.body["item_type"] for part in parts}
    known = {
        "creator": listed(client, CREATORS.path, {"project_id": owner})
        if "creator" in kinds
        else {},
        "video": listed(client, VIDEOS.path, {"project_id": owner}) if "video" in kinds else {},
        "campaign": {id_: one for id_, one in campaigns.items() if one.get("project_id") == owner},
    }

    def judge(kind: str, id_: str) -> Judged:
        if id_ not in known[kind]:
            return "not found", f"the campaign's project lists no such {kind}"
        if members is not None and (kind, id_) in members:
            return "exists", f"the {kind} is in the campaign already"
        if kind == "campaign" and _contains(campaigns, id_, campaign_id):
            return "would fail", "the campaign would contain itself"
        if members is None:
            return "unknown", "the API doesn't list the campaign's members"
        return "would create", None

    return [judge(part.body["item_type"], part.item) for part in parts]


def _contains(campaigns: dict[str, Record], outer: str, inner: str) -> bool:
    """Whether a campaign is another or has it among its members, at any depth."""
    seen: set[str] = set()
    ahead = [outer]
    while ahead:
        id_ = ahead.pop()
        if id_ == inner:
            return True
        if id_ not in seen and id_ in campaigns:
            seen.add(id_)
            ahead += [one for kind, one in _members_in(campaigns[id_]) or () if kind == "campaign"]
    return False


def _judge_removals(client: Session, campaign_id: str, parts: list[Planned]) -> list[Judged]:
    mine = listed(client, CAMPAIGNS.path, wanted=[campaign_id]).get(campaign_id)
    members = None if mine is None else _members_in(mine)
    if members is None:
        unknown = ("unknown", "the API doesn't list the campaign's members")
        return [NOT_FOUND if mine is None else unknown] * len(parts)
    missing = ("not found", "it is not in the campaign")
    return [
        ("would remove", None) if (part.body["item_type"], part.item) in members else missing
        for part in parts
    ]
