"""Doubts of stored days: what changes of lists, our own writes and late changes say of them."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from trackagoat_pandas.errors import StoreDamagedError
from trackagoat_pandas.frames.dtypes import STRING
from trackagoat_pandas.helpers.campaigns.membership import items_of
from trackagoat_pandas.store.disk.ledger import StoreLedger, stored_moment
from trackagoat_pandas.store.disk.lists import Lists
from trackagoat_pandas.tables import CAMPAIGNS, CREATORS, VIDEOS, Table

ANY: Final = "*"
"""Stands for every id, where it isn't known which are concerned."""
EVER: Final = dt.date.min
"""The first day of a doubt about all days."""
_NIGHT: Final = dt.timedelta(days=1)
"""A campaign's older days come from a roll-up that the server rebuilds every night."""
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_EPOCH_DAY: Final = dt.date(1970, 1, 1).toordinal()
_FOUND: Final = """
    SELECT * FROM doubts WHERE entity = ?
        AND entity_id IN (SELECT value FROM json_each(?) UNION SELECT '*')"""


class Doubt(NamedTuple):
    """A reason why days of a series may have changed: from ``first`` on, if asked before ``until``.

    Doubts are numbered in the order in which they were noted. An answer that was kept before counts
    as older, since the server's times are whole seconds.
    """

    id: int
    first: int
    until: int


class Doubted(NamedTuple):
    """An entity whose days, from a first one on, may have changed; `ANY` is every id."""

    entity: str
    entity_id: str
    first: dt.date = EVER


def add_doubts(ledger: StoreLedger, found: Iterable[Doubted], moment: dt.datetime) -> None:
    """Note that days may have changed since they were asked for.

    Parameters
    ----------
    ledger
        The store's ledger.
    found
        Whose days.
    moment
        When the change was noticed, by the server's time.
    """
    earliest: dict[tuple[str, str], dt.date] = {}
    for one in found:
        key = one.entity, one.entity_id
        earliest[key] = min(one.first, earliest.get(key, one.first))
    if not earliest:
        return
    rows = [
        (*key, str(first), stored_moment(moment + (_NIGHT if key[0] == "campaign" else _NIGHT * 0)))
        for key, first in earliest.items()
    ]
    # Not as the store's writer: a note is one transaction, and must not wait for a long sync.
    with ledger.transaction() as connection:
        # A later doubt about as many days says all that an earlier one did.
        connection.executemany(
            "DELETE FROM doubts WHERE entity = ? AND entity_id = ? AND first >= ? AND until <= ?",
            rows,
        )
        connection.executemany(
            "INSERT INTO doubts (entity, entity_id, first, until) VALUES (?, ?, ?, ?)", rows
        )


def read_doubts(ledger: StoreLedger, entity: str, ids: Collection[str]) -> dict[str, list[Doubt]]:
    """Return the doubts about entities of a kind by id; those about any are under each."""
    found: dict[str, list[Doubt]] = defaultdict(list)
    for row in ledger.rows(_FOUND, (entity, json.dumps([*ids]))):
        first = dt.date.fromisoformat(row["first"]).toordinal() - _EPOCH_DAY
        until = (dt.datetime.fromisoformat(row["until"]) - _EPOCH) // dt.timedelta(microseconds=1)
        for id_ in ids if row["entity_id"] == ANY else (row["entity_id"],):
            found[id_].append(Doubt(row["id"], first, until))
    return found


Member = tuple[str, str]
"""A kind of entity and an id."""
_KINDS: Final = ("video", "creator", "campaign", "project")


class Relations:
    """Which entities count which others, by the newest lists of a store.

    Rows that are gone from a list stay known as long as another list has them.

    Parameters
    ----------
    lists
        The store's lists.
    """

    def __init__(self, lists: Lists) -> None:
        self._lists = lists

    @cached_property
    def creators(self) -> pd.DataFrame:
        """The ``project_id`` of each creator, by id."""
        return self._rows(CREATORS, ["project_id"])

    @cached_property
    def videos(self) -> pd.DataFrame:
        """The ``creator_id`` and ``project_id`` of each video, by id."""
        return self._rows(VIDEOS, ["creator_id", "project_id"])

    @cached_property
    def campaigns(self) -> pd.DataFrame:
        """The ``project_id`` and the ``items`` (JSON) of each campaign, by id."""
        return self._rows(CAMPAIGNS, ["project_id", "items"])

    @property
    def _frames(self) -> dict[str, pd.DataFrame]:
        return {"creator": self.creators, "video": self.videos, "campaign": self.campaigns}

    @cached_property
    def _items(self) -> dict[str, list[Member]]:
        """The items of each campaign whose items are known."""
        found = {}
        for id_, text in self.campaigns["items"].dropna().items():
            with suppress(TypeError, ValueError):  # another form than the declared one
                found[str(id_)] = items_of(text)
        return found

    @cached_property
    def _holders(self) -> dict[Member, set[str]]:
        found = defaultdict(set)
        for campaign, items in self._items.items():
            for item in items:
                found[item].add(campaign)
        return found

    @cached_property
    def _opaque_campaigns(self) -> set[str]:
        """The campaigns with stored series whose items aren't known: they may hold anything."""
        query = "SELECT DISTINCT entity_id FROM coverage WHERE entity = 'campaign'"
        return {id_ for (id_,) in self._lists.ledger.rows(query)} - {*self._items}

    def holding(self, members: Iterable[Member]) -> set[str]:
        """Return the campaigns that hold some members, at any level, or that may hold them."""
        found: set[str] = set()
        left = list(members)
        while left:
            above = self._holders.get(left.pop(), set()) - found
            found |= above
            left += [("campaign", one) for one in above]
        return found | self._opaque_campaigns

    def knows(self, kind: str, id_: str) -> bool:
        """Return whether a list has an entity."""
        return id_ in self._frames[kind].index

    def project_of(self, kind: str, id_: str) -> str | None:
        """Return the project of an entity; None if no list says it."""
        if kind == "project":
            return id_
        found = self._frames[kind]["project_id"].get(id_)
        return None if found is None or pd.isna(found) else str(found)

    def group_of(self, kind: str, id_: str) -> str | None:
        """Return the creator of a video, and the project of anything else; None if unknown."""
        if kind != "video":
            return self.project_of(kind, id_)
        found = self.videos["creator_id"].get(id_)
        return None if found is None or pd.isna(found) else str(found)

    def around(self, kind: str, id_: str) -> list[Doubted]:
        """List the entities whose days may have changed if those of one have.

        Of a video and a creator those who count it, or are counted in it. If no list has it, or if
        it is a campaign or a project, which don't say what in them has changed, all of the project.
        """
        if kind == "video" and id_ in self.videos.index:
            creator = self.group_of("video", id_)
            members: list[Member] = [("video", id_)]
            members += [("creator", creator)] if creator else []
            return self._of_members(members, self.project_of("video", id_))
        if kind == "creator" and id_ in self.creators.index:
            own = self.videos.index[(self.videos["creator_id"] == id_).fillna(value=False)]
            members = [("creator", id_), *(("video", str(one)) for one in own)]
            return self._of_members(members, self.project_of("creator", id_))
        return self.in_project(self.project_of(kind, id_))

    def _of_members(self, members: list[Member], project: str | None) -> list[Doubted]:
        campaigns = [("campaign", one) for one in self.holding(members)]
        return [Doubted(*one) for one in (*members, *campaigns, ("project", project or ANY))]

    def in_project(self, project: str | None) -> list[Doubted]:
        """Return a project and everything in it; everything at all if it isn't known."""
        if project is None:
            return [Doubted(kind, ANY) for kind in _KINDS]
        found = [Doubted("project", project)]
        for kind, rows in self._frames.items():
            own = rows.index[(rows["project_id"] == project).fillna(value=False)]
            found += [Doubted(kind, str(one)) for one in own]
        return found + [Doubted("campaign", one) for one in self._opaque_campaigns]

    def _rows(self, table: Table, columns: list[str]) -> pd.DataFrame:
        """Return columns of the newest rows of all lists of a table, by id."""
        frames = []
        for snapshot in self._lists.newest(table.name):
            with suppress(StoreDamagedError):  # what other lists say is still right
                rows = self._lists.read(snapshot).reindex(columns=["id", *columns])
                frames.append(rows.astype(STRING))
        whole = (
            pd.concat(frames) if frames else pd.DataFrame(columns=["id", *columns], dtype=STRING)
        )
        return whole.dropna(subset=["id"]).drop_duplicates("id").set_index("id")


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
    """Yield the stored states of a list, each with the same rows of the present one.

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
    """List the entities whose days may have changed, by comparing two states of a list.

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
    """List the entities whose days one of our own writes may have changed.

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
        # An id that is in no list may be of anything, so nothing stored is beyond doubt.
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
            state = state.assign(items=campaigns["items"].map(_in_fixed_order).to_numpy())
        return state

    for id_ in _differing(states(before), states(now))["id"]:
        yield Doubted("campaign", id_)
        for campaign in relations.holding([("campaign", id_)]):
            yield Doubted("campaign", campaign)


def _in_fixed_order(items: object) -> str:
    """Write the items of a campaign in a fixed order, to compare them."""
    try:
        return str(sorted(items_of(items)))
    except (TypeError, ValueError):  # another form than the declared one
        return str(items)


_JUDGES: Final[
    Mapping[str, Callable[[pd.DataFrame, pd.DataFrame, Relations], Iterator[Doubted]]]
] = {CREATORS.name: _by_creators, VIDEOS.name: _by_videos, CAMPAIGNS.name: _by_campaigns}
"""The function that judges the changes of a list, by the name of its table."""
