"""Who counts whom, as a store's lists say: videos, their creators, projects and campaigns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from functools import cached_property
from typing import Final

import pandas as pd

from trackagoat_pandas.archive.doubts import ANY, Doubted
from trackagoat_pandas.archive.lists import Lists
from trackagoat_pandas.errors import StoreDamagedError
from trackagoat_pandas.frames.dtypes import STRING
from trackagoat_pandas.helpers.campaigns import items_of
from trackagoat_pandas.tables import CAMPAIGNS, CREATORS, VIDEOS, Table

Member = tuple[str, str]
"""A kind of entity and an id."""
_KINDS: Final = ("video", "creator", "campaign", "project")


class Relations:
    """What the newest lists of a store say of who counts whom.

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
    def _unlisted(self) -> set[str]:
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
        return found | self._unlisted

    def knows(self, kind: str, id_: str) -> bool:
        """Say whether a list has an entity."""
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
        """Return whose days may have changed if those of an entity have.

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
        return found + [Doubted("campaign", one) for one in self._unlisted]

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
