"""Members of campaigns, also of the campaigns inside them, and their comments."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from typing import NamedTuple

import pandas as pd

from trackagoat_pandas.checks import frame_facts, require_columns
from trackagoat_pandas.helpers.campaign_names import (
    campaigns_of_frame,
    ids_of_campaigns,
    read_campaigns,
)
from trackagoat_pandas.helpers.columns import STRING, categories, holding, text
from trackagoat_pandas.helpers.counted import is_counted
from trackagoat_pandas.helpers.facts import derived
from trackagoat_pandas.helpers.names import with_names

KINDS = ("campaign", "creator", "video")
_COLUMNS = [
    "campaign_name", "name", "item_type", "level", "is_direct", "is_counted", "campaign_id",
    "item_id",
]  # fmt: skip


class Members(NamedTuple):
    """The creators and videos of campaigns, by id."""

    creators: frozenset[str]
    videos: frozenset[str]


@derived()
def campaign_members(
    campaigns: pd.DataFrame,
    ids: object = None,
    *,
    creators: pd.DataFrame | None = None,
    videos: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """List the members of campaigns, including those of the campaigns inside them.

    A campaign's members are the union of its tree: what it lists itself, everything beneath the
    campaigns among them, and the counted videos of the creators among them. A member that is
    reached in several ways has one row.

    Parameters
    ----------
    campaigns
        The frame of :func:`load_campaigns`, including all nested campaigns.
    ids
        The campaigns: one id or name, several in a list or Series, or a frame of campaigns; None
        for all.
    creators, videos
        The frames of :func:`load_creators` and :func:`load_videos`, for the names of members.
        Creators bring their videos only where `videos` is given.

    Returns
    -------
    pandas.DataFrame
        One row for each campaign and member, nearest first: ``campaign_name``, ``name`` (the
        member's handle, title or name; NA where no frame knows it), ``item_type`` (category:
        ``campaign``, ``creator``, ``video``), ``level`` (Int64: 1 for what the campaign lists
        itself, 2 for what a campaign or creator among that brings, and so on; the lowest),
        ``is_direct`` (boolean: level 1), ``is_counted`` (boolean: whether a video counts in
        statistics; NA for other members, and for videos that aren't in `videos`, such as excluded
        ones), ``campaign_id`` and ``item_id``. A campaign that isn't in the frame has no rows.
        Campaigns may contain each other; none is a member of itself.

    Raises
    ------
    MissingColumnError
        `campaigns` has no column ``id`` or ``items``, or another frame has no ids or names.
    UnknownCampaignError, AmbiguousCampaignError
        No campaign of the frame has a name, or several have it.
    ArgumentError, ArgumentTypeError
        ``items`` isn't lists of items in JSON, ``campaigns`` is not a frame, or ``ids`` are neither
        ids nor names.

    Notes
    -----
    A video counts if its tracking status is auto_tracked, included or direct_add, and its tracking
    isn't disabled. The rows with ``is_counted`` are the videos of a campaign in the report
    ``campaign-leaderboard``, of any date. The report ``member-overlap`` also takes the authors of
    a campaign's videos for its creators; here only creators that a campaign lists are members.

    Examples
    --------
    The videos of a campaign that count, those of its creators included:

    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     campaigns = tgp.load_campaigns("Q1 Brand Program")
    ...     videos = tgp.load_videos("Q1 Brand Program")
    >>> members = tgp.campaign_members(campaigns, "Spring Drop", videos=videos)
    >>> int(members["is_counted"].sum())
    355
    """
    beneath = _reader(campaigns, _videos_by_creator(videos))
    everything = text(campaigns["id"]).dropna()
    chosen = everything if ids is None else _chosen(campaigns, ids)
    found = [
        (campaign, kind, item, level)
        for campaign in dict.fromkeys(chosen)
        for (kind, item), level in _levels(campaign, beneath).items()
    ]
    rows = pd.DataFrame(found, columns=["campaign_id", "item_type", "item_id", "level"])
    named = rows.astype({"campaign_id": STRING, "item_id": STRING, "level": "Int64"})
    named = named.assign(campaign_name=_names(named["campaign_id"], "campaign", campaigns))
    named["name"] = pd.Series(None, named.index, dtype=STRING)
    for kind, frame in (("campaign", campaigns), ("creator", creators), ("video", videos)):
        names = _names(named["item_id"], kind, frame)
        named["name"] = named["name"].where(named["item_type"] != kind, names)
    named["is_counted"] = _counted_of(named["item_id"], videos).where(named["item_type"] == "video")
    named["item_type"] = categories(named["item_type"], KINDS)
    return named.assign(is_direct=named["level"] == 1)[_COLUMNS]


def members_of(campaigns: pd.DataFrame, ids: object) -> Members:
    """Collect the creators and videos of campaigns, including those of nested campaigns.

    A campaign that is not in the frame adds nothing.
    """
    beneath = _reader(campaigns, {})
    found: dict[str, set[str]] = {kind: set() for kind in KINDS}
    for campaign in _chosen(campaigns, ids):
        for kind, item in _levels(campaign, beneath):
            found[kind].add(item)
    return Members(frozenset(found["creator"]), frozenset(found["video"]))


def _chosen(campaigns: pd.DataFrame, ids: object) -> list[str]:
    """Return the ids of campaigns given by id or name."""
    wanted = read_campaigns("ids", ids)
    # A loaded frame says what its projects are called, if the client knew it.
    called = frame_facts(campaigns).get("names")
    names = called if isinstance(called, Mapping) else {}
    found = ids_of_campaigns(
        wanted, campaigns_of_frame(campaigns), say_project=lambda id_: repr(names.get(id_, id_))
    )
    return list(dict.fromkeys(found.values()))


def _reader(
    campaigns: pd.DataFrame, brought: Mapping[str, list[tuple[str, str]]]
) -> Callable[[str, str], list[tuple[str, str]]]:
    """Return a function that gives what a member brings; each campaign is read when it is reached.

    `brought` are the videos of creators.
    """
    require_columns(campaigns, ["id", "items"], loader="load_campaigns")
    texts = dict(zip(text(campaigns["id"]), campaigns["items"], strict=True))

    @functools.cache
    def beneath(kind: str, item: str) -> list[tuple[str, str]]:
        if kind != "campaign":
            return brought.get(item, []) if kind == "creator" else []
        with holding(campaigns["items"], "lists of items in JSON"):
            return items_of(texts.get(item))

    return beneath


def _levels(
    campaign: str, beneath: Callable[[str, str], list[tuple[str, str]]]
) -> dict[tuple[str, str], int]:
    """Return how far below a campaign each member is, nearest first."""
    start = ("campaign", campaign)
    levels, reached = {start: 0}, [start]
    # The list grows while it is read: what is nearest is read first, and everything once.
    for outer in reached:
        for member in beneath(*outer):
            if member[0] in KINDS and member not in levels:
                levels[member] = levels[outer] + 1
                reached.append(member)
    del levels[start]
    return levels


def _videos_by_creator(videos: pd.DataFrame | None) -> dict[str, list[tuple[str, str]]]:
    """Return the videos of each creator that count, or may count for all that is known."""
    brought: dict[str, list[tuple[str, str]]] = {}
    if videos is not None:
        require_columns(videos, ["id", "creator_id", "tracking_status"], loader="load_videos")
        counts = is_counted(videos).fillna(value=True)
        owned = videos.loc[counts, ["creator_id", "id"]].dropna()
        for creator, video in zip(text(owned["creator_id"]), text(owned["id"]), strict=True):
            brought.setdefault(creator, []).append(("video", video))
    return brought


def _counted_of(ids: pd.Series, videos: pd.DataFrame | None) -> pd.Series:
    """Return whether videos count, by their ids; NA where the frame doesn't know them."""
    if videos is None:
        return pd.Series(pd.NA, ids.index, dtype="boolean")
    known = is_counted(videos).set_axis(text(videos["id"]))
    return ids.map(known[~known.index.duplicated()]).astype("boolean")


def _names(ids: pd.Series, kind: str, frame: pd.DataFrame | None) -> pd.Series:
    """Return the names of things of one kind; NA where the frame doesn't know them."""
    if frame is None or (kind == "campaign" and "name" not in frame.columns):
        return pd.Series(None, ids.index, dtype=STRING)
    named = with_names(ids.rename(f"{kind}_id").to_frame(), **{f"{kind}s": frame})
    return named.iloc[:, 1]


def items_of(text: object) -> list[tuple[str, str]]:
    """Read the items of one campaign, a JSON text, as pairs of kind and id."""
    if not isinstance(text, str):
        return []
    items = json.loads(text)
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise TypeError("not a list of objects")
    return [(str(item.get("item_type")), str(item.get("item_id"))) for item in items]


@derived(rows_of="comments")
def comments_of_campaigns(
    comments: pd.DataFrame, campaigns: pd.DataFrame, ids: object
) -> pd.DataFrame:
    """Keep the comments on the videos and creators of campaigns.

    Parameters
    ----------
    comments
        A frame with a column ``video_id`` or ``creator_id``, or both.
    campaigns
        The frame of :func:`load_campaigns`, including all nested campaigns.
    ids
        The campaigns: one id or name, several in a list or Series, or a frame of campaigns.

    Returns
    -------
    pandas.DataFrame
        The rows whose creator or video belongs to one of the campaigns, directly or through a
        nested campaign.

    Raises
    ------
    MissingColumnError
        The campaigns have no column ``id`` or ``items``.
    UnknownCampaignError, AmbiguousCampaignError
        No campaign of the frame has a name, or several have it.
    ArgumentError, ArgumentTypeError
        ``comments`` or ``campaigns`` is not a frame, ``ids`` are neither ids nor names, or a column
        of ids holds something else.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> comments = pd.DataFrame({"creator_id": ["mia", "zoe"], "text": ["love it", "meh"]})
    >>> spring = "00000001-4a51-4f0e-9a53-0d6c1be0a7f1"
    >>> campaigns = pd.DataFrame(
    ...     {"id": [spring], "items": ['[{"item_type": "creator", "item_id": "zoe"}]']})
    >>> tgp.comments_of_campaigns(comments, campaigns, spring)["text"].tolist()
    ['meh']
    """
    require_columns(comments, [])
    members = members_of(campaigns, ids)
    is_member = pd.Series(data=False, index=comments.index)
    for column, wanted in {"creator_id": members.creators, "video_id": members.videos}.items():
        if column in comments.columns:
            with holding(comments[column], "ids"):
                is_member |= comments[column].isin(wanted)
    return comments[is_member]
