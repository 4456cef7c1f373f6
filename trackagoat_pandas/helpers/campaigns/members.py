"""Members of campaigns, also of the campaigns inside them, and their comments."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from trackagoat_pandas.helpers.campaigns.names import (
    campaigns_of_frame,
    ids_of_campaigns,
    read_campaigns,
)
from trackagoat_pandas.helpers.columns import STRING, arrow, categories, holding, plain, text
from trackagoat_pandas.helpers.counted import is_counted
from trackagoat_pandas.helpers.facts import derived
from trackagoat_pandas.helpers.labels import finish
from trackagoat_pandas.helpers.names import with_names
from trackagoat_pandas.inputs.checks import frame_facts, require_columns
from trackagoat_pandas.progress import calculating

_Numbers: TypeAlias = "NDArray[np.int32]"
KINDS = ("campaign", "creator", "video")


class Members(NamedTuple):
    """The creators and videos of campaigns, by id, and they with the campaigns in them."""

    creators: frozenset[str]
    videos: frozenset[str]
    campaigns: frozenset[str]


@derived("campaigns", "videos")
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

    A campaign has a row for everything beneath it, so nested ones repeat the same members: 200
    campaigns, each inside the one before, with 150,000 videos are 17 million rows. To write their
    2 GB takes some 5 seconds, with a progress bar. Name the campaigns that you need in `ids`.

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
    require_columns(campaigns, ["id", "items"], loader="load_campaigns")
    everything = text(campaigns["id"]).dropna()
    chosen = [*dict.fromkeys(everything if ids is None else _chosen(campaigns, ids))]
    tree = _Tree(campaigns, chosen, _creators_videos(videos))
    # Names and flags are looked up once a member, which may be in all 200 campaigns.
    things = tree.things
    names = pd.Series(None, things.index, dtype=STRING)
    for kind, frame in (("campaign", campaigns), ("creator", creators), ("video", videos)):
        names = names.where(things["kind"] != kind, _names(things["id"], kind, frame))
    is_counted = _counted_of(things["id"], videos).where(things["kind"] == "video")
    kinds = categories(things["kind"], KINDS)
    with calculating("members of campaigns", 5) as step:

        def taken(column: pd.Series, places: _Numbers) -> pd.Series:
            step()
            return _taken(column, places)

        owner, members, levels = tree.beneath_each(len(chosen))
        members_of_each = pd.DataFrame(
            {
                "campaign_name": taken(_names(things["id"], "campaign", campaigns), owner),
                "name": taken(names, members),
                "item_type": kinds.take(members),
                "level": pd.arrays.IntegerArray(
                    levels.astype(np.int64), np.zeros(len(levels), np.bool_)
                ),
                "is_direct": pd.arrays.BooleanArray(levels == 1, np.zeros(len(levels), np.bool_)),
                "is_counted": is_counted.array.take(members),
                "campaign_id": taken(things["id"], owner),
                "item_id": taken(things["id"], members),
            },
            copy=False,  # of 17 million rows
        )
    return finish(members_of_each, campaigns=campaigns, creators=creators, videos=videos)


def members_of(campaigns: pd.DataFrame, ids: object) -> Members:
    """Collect the creators and videos of campaigns, including those of nested campaigns.

    A campaign that is not in the frame adds nothing.
    """
    require_columns(campaigns, ["id", "items"], loader="load_campaigns")
    chosen = _chosen(campaigns, ids)
    tree = _Tree(campaigns, chosen, _creators_videos(None))
    members, _ = tree.beneath(range(len(chosen)))
    found = tree.things.iloc[members]
    creators, videos = (found["id"][found["kind"] == kind] for kind in ("creator", "video"))
    inside = found["id"][found["kind"] == "campaign"]
    return Members(frozenset(creators), frozenset(videos), frozenset(chosen) | frozenset(inside))


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


def _taken(column: pd.Series, places: _Numbers) -> pd.Series:
    """Return the texts at some places."""
    # A fifth of the time of pandas' own, which matters for millions of texts.
    return plain(arrow(column).take(pa.array(places)))


class _Tree:
    """The members of campaigns as numbers, and the direct members of each.

    Parameters
    ----------
    campaigns
        The frame of campaigns; only those that are reached are read.
    chosen
        The ids of the campaigns to begin with, which get the first numbers.
    owned
        The videos that creators bring: ``creator_id`` and ``id``.

    Attributes
    ----------
    things
        The ``kind`` and ``id`` of each number.
    """

    def __init__(self, campaigns: pd.DataFrame, chosen: Sequence[str], owned: pd.DataFrame) -> None:
        require_columns(campaigns, ["id", "items"], loader="load_campaigns")
        listed = _items_below(campaigns, chosen)
        is_reached = owned["creator_id"].isin(listed["id"][listed["kind"] == "creator"])
        brought = owned[is_reached]
        parts = [
            ("campaign", pd.Series(chosen, dtype=STRING)),
            ("campaign", listed["campaign_id"]),
            ("creator", brought["creator_id"]),
            (listed["kind"], listed["id"]),
            ("video", brought["id"]),
        ]
        both = pd.concat(
            [pd.DataFrame({"kind": kind, "id": ids}, dtype=STRING) for kind, ids in parts],
            ignore_index=True,
        )
        numbers = pd.factorize(both["kind"] + ":" + both["id"])[0].astype(np.int32)
        self.things = both[~pd.Series(numbers).duplicated()].reset_index(drop=True)
        begin, size = len(chosen), len(listed) + len(brought)
        pairs = pd.DataFrame(
            {"owner": numbers[begin : begin + size], "inner": numbers[begin + size :]}
        )
        pairs = pairs.drop_duplicates().sort_values("owner", kind="stable")
        self._inner = pairs["inner"].to_numpy()
        self._counts = np.bincount(pairs["owner"], minlength=len(self.things))
        self._starts = np.cumsum(self._counts) - self._counts

    def beneath(self, chosen: Sequence[int]) -> tuple[_Numbers, _Numbers]:
        """Return the members of some campaigns, nearest first, and how far below each is."""
        level = np.full(len(self.things), -1, np.int32)
        level[chosen] = 0
        nearest, found = np.array(chosen, np.int32), [np.empty(0, np.int32)]
        while len(nearest):
            reached = self._inside(nearest)
            # A single one has each thing once, and of nested campaigns 40,000 are looked into.
            is_single, reached = len(nearest) == 1, reached[level[reached] < 0]
            nearest = reached if is_single else pd.unique(reached)
            level[nearest] = len(found)
            found.append(nearest)
        members = np.concatenate(found)
        return members, level[members]

    def beneath_each(self, number: int) -> tuple[_Numbers, _Numbers, _Numbers]:
        """Return the members of each of the first things, whose they are, and how far below."""
        none = np.empty(0, np.int32)
        found: list[tuple[_Numbers, _Numbers]] = [
            (none, none),
            *(self.beneath([place]) for place in range(number)),
        ]
        sizes = [len(members) for members, _ in found[1:]]
        owner = np.repeat(np.arange(number, dtype=np.int32), sizes)
        members = np.concatenate([members for members, _ in found])
        levels = np.concatenate([levels for _, levels in found])
        return owner, members, levels

    def _inside(self, owners: _Numbers) -> _Numbers:
        """Return the direct members of some things."""
        starts, counts = self._starts[owners], self._counts[owners]
        if len(owners) == 1:
            return self._inner[starts[0] : starts[0] + counts[0]]
        places = np.repeat(starts - np.cumsum(counts) + counts, counts)
        return self._inner[places + np.arange(len(places))]


def _items_below(campaigns: pd.DataFrame, chosen: Sequence[str]) -> pd.DataFrame:
    """Return the items of campaigns, and of those that are reached from them.

    Columns: ``campaign_id``, ``kind`` and ``id`` (str).
    """
    texts = dict(zip(text(campaigns["id"]), campaigns["items"], strict=True))
    reached, rows = list(dict.fromkeys(chosen)), list[tuple[str, str, str]]()
    seen = set(reached)
    # The list grows while it is read, and each campaign is read once.
    for campaign in reached:
        with holding(campaigns["items"], "lists of items in JSON"):
            items = items_of(texts.get(campaign))
        rows += [(campaign, kind, id_) for kind, id_ in items if kind in KINDS]
        inside = [id_ for kind, id_ in items if kind == "campaign" and id_ not in seen]
        reached += dict.fromkeys(inside)
        seen.update(inside)
    return pd.DataFrame(rows, columns=["campaign_id", "kind", "id"], dtype=STRING)


def _creators_videos(videos: pd.DataFrame | None) -> pd.DataFrame:
    """Return the videos of creators that may count, by ``creator_id`` and ``id`` (str)."""
    if videos is None:
        return pd.DataFrame({"creator_id": [], "id": []}, dtype=STRING)
    require_columns(videos, ["id", "creator_id", "tracking_status"], loader="load_videos")
    counts = is_counted(videos).fillna(value=True)
    owned = videos.loc[counts, ["creator_id", "id"]].dropna()
    return pd.DataFrame({name: text(owned[name]) for name in ("creator_id", "id")})


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
    return named[named.columns.drop(f"{kind}_id")[0]]


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
    members = members_of(campaigns, ids)
    is_member = pd.Series(data=False, index=comments.index)
    for column, wanted in {"creator_id": members.creators, "video_id": members.videos}.items():
        if column in comments.columns:
            with holding(comments[column], "ids"):
                is_member |= comments[column].isin(wanted)
    return comments[is_member]
