"""Find what changes of lists say of stored analytics: whose days may be other ones now."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from trackagoat_pandas.archive.doubts import ANY, EVER, Doubted
from trackagoat_pandas.archive.lists import Lists
from trackagoat_pandas.archive.relations import Relations
from trackagoat_pandas.frames.dtypes import STRING
from trackagoat_pandas.helpers.campaigns import items_of
from trackagoat_pandas.tables import CAMPAIGNS, CREATORS, VIDEOS, Table

_ONE_DAY: Final = dt.timedelta(days=1)
_UNCOUNTED: Final = ("pending_review", "excluded")
"""A status outside of these may be that of a video that counts."""
_ID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_PROJECT: Final = re.compile(rf"/projects/({_ID.pattern})/")
_COUNTED_KINDS: Final = ("video", "creator", "campaign")
_WORDS: Final = {"title", "readme", "name", "tiktok_handle", "target_views", "target_at"}
"""Fields of bodies that don't change what is counted."""
_COUNTING: Final = re.compile(
    r"/(?:videos|campaigns)/|/creators/[^/]+$"
    r"|/projects/[^/]+/(?:creators|videos|campaigns|inbox)(?:/|$)"
)
"""Paths of writes after which other videos may count, unlike those of goals or payouts."""
_OF_CREATORS: Final = ("project_id", "is_active", "tracking_mode", "tracking_start_date")


def earlier_states(
    lists: Lists, table: Table, path: str, params: Mapping[str, Any], frame: pd.DataFrame
) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """Yield what a store has of a list, and the same rows of the list as it is now.

    That is the newest snapshot of the list or of a longer one, and of the lists that are a part of
    it those that were loaded since.

    Raises
    ------
    StoreDamagedError
        A file with such rows is missing or damaged.
    """
    before = lists.find(table, path, params)
    if before is not None:
        yield lists.read(before), frame
    for part in lists.parts_of(table, path, params):
        if before is None or part.observed_at > before.observed_at:
            now = frame
            for column, wish in part.narrowed.items():
                now = now[now[column].astype(STRING) == wish] if column in now else now.iloc[:0]
            yield lists.read(part), now


def doubts_by_list(
    lists: Lists, table: Table, states: Sequence[tuple[pd.DataFrame, pd.DataFrame]]
) -> list[Doubted]:
    """Return whose days may have changed, judged by what a store had of a list and what it is now.

    Parameters
    ----------
    lists
        The store's lists.
    table
        What the rows are.
    states
        The rows from `earlier_states`.
    """
    judge, relations = _JUDGES.get(table.name), Relations(lists)
    if judge is None:
        return []
    return [one for before, now in states for one in judge(before, now, relations)]


def doubts_by_write(lists: Lists, path: str, body: Mapping[str, Any]) -> list[Doubted]:
    """Return whose days may have changed by a write of our own, judged by what it names.

    Parameters
    ----------
    lists
        The store's lists.
    path, body
        The path that was written to, and what was sent.
    """
    is_name_only = bool(body) and {*body} <= _WORDS
    if not _COUNTING.match(path) or path.endswith("/scrape") or is_name_only:
        return []
    relations, project = Relations(lists), _PROJECT.match(path)
    named = {id_.lower() for id_ in _ID.findall(path + json.dumps(body))}
    if project:  # it is the project of the others, or of what is made
        named.discard(project[1].lower())
    if not named:
        return relations.in_project(project[1].lower() if project else None)
    found: list[Doubted] = []
    for id_ in named:
        kind = next((one for one in _COUNTED_KINDS if relations.knows(one, id_)), None)
        found += relations.around(kind, id_) if kind else relations.in_project(None)
    return found


def _differing(before: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that only one of two lists has, those that differ from both."""
    shared = [name for name in before if name in now]
    # pandas 2 doesn't merge NumPy's days with Arrow's.
    days = {"day": "datetime64[us]"} if "day" in shared else {}
    old, new = (frame[shared].astype(days) for frame in (before, now))
    both = old.merge(new, how="outer", indicator=True)
    return both[both["_merge"] != "both"].drop(columns="_merge")


def _by_videos(before: pd.DataFrame, now: pd.DataFrame, relations: Relations) -> Iterator[Doubted]:
    """Yield the doubts that videos cast which are new, gone, switched on or off, or moved."""
    old, new = _states_of(before, now), _states_of(now, before)
    changed = _differing(old, new)
    changed = changed[changed["is_counted"]]
    if {"view_count"} <= {*before} & {*now}:
        # Views are never taken away unless they were counted wrongly.
        seen = before[["id", "view_count"]].merge(now[["id", "view_count"]], on="id")
        fell = seen.loc[(seen["view_count_y"] < seen["view_count_x"]).fillna(value=False), "id"]
        changed = pd.concat([changed, new[new["id"].isin(fell)]]) if len(fell) else changed
    names = ("id", "creator_id", "project_id")
    days = changed["day"].dt.date.where(changed["day"].notna(), EVER)
    for id_, creator, project, first in zip(*(changed[name] for name in names), days, strict=True):
        yield Doubted("video", id_, first)
        yield Doubted("project", project or ANY, first)
        members = [("video", id_)]
        if creator:
            yield Doubted("creator", creator, first)
            members.append(("creator", creator))
        for campaign in relations.holding(members):
            yield Doubted("campaign", campaign, first)


def _states_of(videos: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Return each video's owners, first day and whether it counts, by what both lists have."""
    shared = [name for name in videos if name in other]
    known = videos[shared].reindex(
        columns=["id", "creator_id", "project_id", "posted_at", "tracking_status",
                 "is_tracking_disabled"]
    )  # fmt: skip
    is_off = known["is_tracking_disabled"].astype("boolean").fillna(value=False)
    is_counted = ~is_off & ~known["tracking_status"].astype(STRING).isin(_UNCOUNTED)
    posted = pd.to_datetime(known["posted_at"], utc=True).dt.tz_localize(None)
    # An instant in UTC may be the day before in the organization's time zone.
    day = posted.dt.floor("D") - pd.Timedelta(days=1)
    texts = {
        name: known[name].astype(STRING).fillna("") for name in ("id", "creator_id", "project_id")
    }
    state = pd.DataFrame({**texts, "day": day, "is_counted": is_counted.to_numpy(np.bool_)})
    return state[state["id"] != ""].drop_duplicates("id")


def _by_creators(
    before: pd.DataFrame, now: pd.DataFrame, relations: Relations
) -> Iterator[Doubted]:
    """Yield the doubts that creators cast who are new or gone, or tracked otherwise."""

    def states(creators: pd.DataFrame) -> pd.DataFrame:
        state = creators[[name for name in ("id", *_OF_CREATORS) if name in creators]]
        state = state.astype(STRING).fillna("")
        if "disabled_at" in creators:
            state = state.assign(is_off=creators["disabled_at"].notna().to_numpy())
        return state

    changed = _differing(states(before), states(now)).reindex(columns=["id", "project_id"])
    for id_, project in zip(changed["id"], changed["project_id"].fillna(""), strict=True):
        yield Doubted("creator", id_)
        yield Doubted("project", project or ANY)
        for campaign in relations.holding([("creator", id_)]):
            yield Doubted("campaign", campaign)


def _by_campaigns(
    before: pd.DataFrame, now: pd.DataFrame, relations: Relations
) -> Iterator[Doubted]:
    """Yield the doubts that campaigns cast which are new or gone, or whose items changed."""

    def states(campaigns: pd.DataFrame) -> pd.DataFrame:
        state = campaigns[["id"]].astype(STRING)
        if "items" in campaigns:
            state = state.assign(items=campaigns["items"].map(_sorted).to_numpy())
        return state

    for id_ in _differing(states(before), states(now))["id"]:
        yield Doubted("campaign", id_)
        for campaign in relations.holding([("campaign", id_)]):
            yield Doubted("campaign", campaign)


def _sorted(items: object) -> str:
    """Write the items of a campaign in a fixed order, to compare them."""
    try:
        return str(sorted(items_of(items)))
    except (TypeError, ValueError):  # another form than the declared one
        return str(items)


_JUDGES: Final[
    Mapping[str, Callable[[pd.DataFrame, pd.DataFrame, Relations], Iterator[Doubted]]]
] = {CREATORS.name: _by_creators, VIDEOS.name: _by_videos, CAMPAIGNS.name: _by_campaigns}
"""Who judges the changes of a list, by the name of its table."""
