"""What campaigns list, and everything beneath them, each thing once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas.helpers.campaigns.names import (
    NamedCampaign,
    campaigns_of_frame,
    ids_of_campaigns,
    read_campaigns,
)
from trackagoat_pandas.helpers.columns import STRING, holding, text
from trackagoat_pandas.helpers.counted import is_counted
from trackagoat_pandas.inputs.checks import frame_facts, require_columns

Numbers: TypeAlias = "NDArray[np.int32]"
KINDS: Final = ("campaign", "creator", "video")


def chosen_ids(campaigns: pd.DataFrame, ids: object, argument: str = "ids") -> list[str]:
    """Return the ids of campaigns given by id or name, each once; None for all of a frame."""
    if ids is None:
        return list(dict.fromkeys(text(campaigns["id"]).dropna()))
    wanted = read_campaigns(argument, ids)
    # A loaded frame says what its projects are called, if the client knew it.
    called = frame_facts(campaigns).get("names")
    names = called if isinstance(called, Mapping) else {}
    known, ids_there = campaigns_of_frame(campaigns), set(text(campaigns["id"]).dropna())
    called_so = {one.name for one in known}
    # An id of a user's own frame may be any text.
    known += [
        NamedCampaign(one, one, "") for one in wanted if one in ids_there and one not in called_so
    ]
    found = ids_of_campaigns(wanted, known, say_project=lambda id_: repr(names.get(id_, id_)))
    return list(dict.fromkeys(found.values()))


class Tree:
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
        listed = items_below(campaigns, chosen)
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
        self._kinds = self.things["kind"].to_numpy(object)
        self._inner = pairs["inner"].to_numpy()
        self._counts = np.bincount(pairs["owner"], minlength=len(self.things))
        self._starts = np.cumsum(self._counts) - self._counts

    def beneath(self, chosen: Sequence[int]) -> tuple[Numbers, Numbers]:
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

    def beneath_each(self, number: int) -> tuple[Numbers, Numbers, Numbers]:
        """Return the members of each of the first things, whose they are, and how far below."""
        none = np.empty(0, np.int32)
        found: list[tuple[Numbers, Numbers]] = [
            (none, none),
            *(self.beneath([place]) for place in range(number)),
        ]
        sizes = [len(members) for members, _ in found[1:]]
        owner = np.repeat(np.arange(number, dtype=np.int32), sizes)
        members = np.concatenate([members for members, _ in found])
        levels = np.concatenate([levels for _, levels in found])
        return owner, members, levels

    def campaigns_in(self, campaign: int) -> list[int]:
        """Return the campaigns that one lists, in the order of its items."""
        inner = self._inside(np.array([campaign], np.int32))
        numbers: list[int] = inner[self._kinds[inner] == "campaign"].tolist()
        return numbers

    def own_videos(self, campaign: int) -> Numbers:
        """Return what a campaign brings without those inside it: its videos, those of creators."""
        inner = self._inside(np.array([campaign], np.int32))
        kinds = self._kinds[inner]
        brought = self._inside(inner[kinds == "creator"])
        return np.unique(np.concatenate([inner[kinds == "video"], brought]))

    def _inside(self, owners: Numbers) -> Numbers:
        """Return the direct members of some things."""
        starts, counts = self._starts[owners], self._counts[owners]
        if len(owners) == 1:
            return self._inner[starts[0] : starts[0] + counts[0]]
        places = np.repeat(starts - np.cumsum(counts) + counts, counts)
        return self._inner[places + np.arange(len(places))]


def items_below(campaigns: pd.DataFrame, chosen: Sequence[str]) -> pd.DataFrame:
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


def owned_videos(videos: pd.DataFrame | None) -> pd.DataFrame:
    """Return the videos of creators that may count, by ``creator_id`` and ``id`` (str)."""
    if videos is None:
        return pd.DataFrame({"creator_id": [], "id": []}, dtype=STRING)
    require_columns(videos, ["id", "creator_id", "tracking_status"], loader="load_videos")
    counts = is_counted(videos).fillna(value=True)
    owned = videos.loc[counts, ["creator_id", "id"]].dropna()
    return pd.DataFrame({name: text(owned[name]) for name in ("creator_id", "id")})


def items_of(text: object) -> list[tuple[str, str]]:
    """Read the items of one campaign, a JSON text, as pairs of kind and id.

    An item without an id is left out.
    """
    if not isinstance(text, str):
        return []
    items = json.loads(text)
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise TypeError("not a list of objects")
    return [
        (str(item.get("item_type")), str(item["item_id"]))
        for item in items
        if item.get("item_id") is not None
    ]
