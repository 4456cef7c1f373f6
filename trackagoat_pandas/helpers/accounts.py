"""TikTok accounts: which creators of several projects are one account, and by what evidence."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import Any, Final, TypeAlias

import numpy as np
import pandas as pd

from trackagoat_pandas.errors import ArgumentTypeError
from trackagoat_pandas.helpers.columns import STRING, categories, instants_of, read_columns, text
from trackagoat_pandas.helpers.facts import derived, project_of
from trackagoat_pandas.helpers.labels import known_frames, with_known_names
from trackagoat_pandas.helpers.loads import latest_of
from trackagoat_pandas.helpers.payouts.ledger import split_ids
from trackagoat_pandas.inputs.checks import facts_as_made, require_columns
from trackagoat_pandas.inputs.handles import fold_handle
from trackagoat_pandas.tables import CREATORS, VIDEOS

Accounts: TypeAlias = pd.DataFrame | bool
"""The frame of accounts(); True for accounts by handle; False for creator ids."""

EVIDENCE: Final = ("handle and posts", "posts", "handle")
"""What links the creators of an account, strongest first."""
_NOT_SHARED: Final = (
    "Another creator with this handle posted in the same period, but they share no post."
)
_RENAMED: Final = (
    "A creator with this handle also has another one, so this handle may have a new owner."
)
_NO_HANDLE: Final = "It has no handle, and no post shows whose it is."

_DTYPES: Final[dict[str, Any]] = {
    "tiktok_handle": STRING,
    "other_handles": STRING,
    "projects": "Int64",
    "shared_posts": "Int64",
    "linked_by": object,
    "reason": STRING,
    "possible_ids": STRING,
    "creator_id": STRING,
    "creator_ids": STRING,
    "project_ids": STRING,
}


@derived("creators", "videos", whole=("videos",))
def accounts(creators: pd.DataFrame, videos: pd.DataFrame | None = None) -> pd.DataFrame:
    """Find the creators of several projects that are one TikTok account.

    An account that is tracked in several projects has a creator id in each, the same handle, and
    the same posts under other video ids. Creators are one account if they share a post
    (``tiktok_video_id``) or have the same handle, whatever its case. A handle alone isn't enough
    where `videos` contradict it: then the creators stay apart, and ``reason`` says why it isn't
    known whether they are one account.

    Parameters
    ----------
    creators : DataFrame
        The frame of :func:`load_creators` for all projects.
    videos : DataFrame, optional
        The frame of :func:`load_videos` for the same projects. It adds shared posts as evidence,
        and removed creators, whom :func:`load_creators` doesn't list. Posts without a creator, such
        as those added by URL, aren't evidence. None goes by handles alone.

    Returns
    -------
    pandas.DataFrame
        One row for each account, those in most projects first: ``tiktok_handle`` (the one that was
        updated last), ``other_handles`` (str: handles that differ in more than case, as a JSON
        list; NA if there are none), ``projects`` (Int64: how many), ``shared_posts`` (Int64: posts
        that several of its creators have; NA without `videos`), ``linked_by`` (category:
        ``"handle and posts"``; ``"posts"`` if handles differ; ``"handle"`` if a creator is linked
        by its handle alone; NA for a single creator), ``reason`` (str: why it may be the account of
        another row; NA if it isn't), ``possible_ids`` (str: the creators of those rows, as a JSON
        list; NA if there are none), ``creator_id`` (str: the first of its ids in alphabetical
        order), ``creator_ids`` and ``project_ids`` (str: JSON lists).

    Raises
    ------
    MissingColumnError
        A column is missing from a frame.

    See Also
    --------
    paid_by_year : Sum what each creator was paid in a year.
    outstanding_balances : List who is owed what.
    load_creators : Load creators.

    Notes
    -----
    Two creators have the same handle but may be two accounts if

    - both have posts, the days from the first to the last of them overlap, and no post is shared;
    - one of them shares posts with a creator of another handle: one handle is out of date, and
      somebody else may have it now.

    A creator without a handle that shares no post may be any account.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.sandbox(shared_accounts=2) as box, tgp.connect(sandbox=box):
    ...     found = tgp.accounts(tgp.load_creators(), tgp.load_videos())
    >>> print(found[["tiktok_handle", "projects", "linked_by"]].head(3).to_string(index=False))
     tiktok_handle  projects        linked_by
      CLOUDYGARDEN         3 handle and posts
        mossy_reef         2 handle and posts
    cabin.by.lucky         1              NaN
    """
    require_columns(creators, ["id", "project_id", "tiktok_handle"], loader=CREATORS.loader)
    people = read_columns(
        latest_of(creators, ["id"]),
        CREATORS,
        ["id", "project_id", "tiktok_handle"],
        optional=["updated_at"],
    ).dropna(subset=["id"])
    posts = None
    if videos is not None:
        names = ["creator_id", "project_id", "tiktok_video_id", "posted_at"]
        posts = read_columns(latest_of(videos, ["id"]), VIDEOS, names).dropna(subset=["creator_id"])
        people = _with_posters(people, posts, videos)
    people = people.sort_values(["updated_at", "id"], na_position="first", ignore_index=True)
    found = _Finder(people, posts)
    rows = pd.DataFrame(
        [_row(members, found) for members in found.groups()], columns=list(_DTYPES)
    ).astype(_DTYPES)
    rows = rows.assign(linked_by=categories(rows["linked_by"], EVIDENCE))
    folded = rows["tiktok_handle"].str.casefold()
    ordered = rows.assign(folded=folded).sort_values(
        ["projects", "folded", "creator_id"], ascending=[False, True, True], ignore_index=True
    )
    return ordered.drop(columns="folded")


def _with_posters(people: pd.DataFrame, posts: pd.DataFrame, videos: pd.DataFrame) -> pd.DataFrame:
    """Add the creators that only videos know, with the handles in the addresses of their posts."""
    others = posts[~posts["creator_id"].isin(people["id"])].drop_duplicates("creator_id")
    added = others[["creator_id", "project_id"]].reset_index(drop=True)
    named = with_known_names(added, [("videos", videos)])
    nothing = pd.Series(None, named.index, dtype=STRING)
    more = pd.DataFrame(
        {
            "id": named["creator_id"],
            "project_id": named["project_id"],
            "tiktok_handle": named.get("tiktok_handle", nothing),
            "updated_at": pd.Series(pd.NaT, named.index, dtype=people["updated_at"].dtype),
        }
    )
    return pd.concat([people, more], ignore_index=True) if len(more) else people


class _Finder:
    """Groups creators into accounts by shared posts, then by handle unless posts contradict it."""

    def __init__(self, people: pd.DataFrame, posts: pd.DataFrame | None) -> None:
        handles = people["tiktok_handle"].tolist()
        self.handles = {
            creator_id: handle
            for creator_id, handle in zip(people["id"], handles, strict=True)
            if isinstance(handle, str) and handle
        }
        self.projects = {
            creator_id: project
            for creator_id, project in zip(people["id"], people["project_id"], strict=True)
            if isinstance(project, str)
        }
        self._first = {creator_id: creator_id for creator_id in people["id"]}
        self._shared = None if posts is None else _shared(posts)
        for owners in self._shared or []:
            self._join(owners)
        self.by_posts = {creator_id: self._find(creator_id) for creator_id in self._first}
        self.reasons: dict[str, str] = {}
        self.possible: dict[str, set[str]] = defaultdict(set)
        self._join_handles({} if posts is None else _spans(posts, self.by_posts))
        self._counts = Counter(self._find(owners[0]) for owners in self._shared or [])

    def groups(self) -> list[list[str]]:
        """Return the creators of each account, in the order in which they were updated."""
        groups: dict[str, list[str]] = defaultdict(list)
        for creator_id in self._first:
            groups[self._find(creator_id)].append(creator_id)
        return [*groups.values()]

    def shared_posts(self, creator_id: str) -> int | None:
        """Count the posts that several creators of an account have; None without posts."""
        return None if self._shared is None else self._counts[self._find(creator_id)]

    def _join_handles(self, spans: Mapping[str, tuple[int, int]]) -> None:
        members: dict[str, list[str]] = defaultdict(list)
        for creator_id, group in self.by_posts.items():
            members[group].append(creator_id)
        sharing: dict[str, dict[str, None]] = defaultdict(dict)
        spellings: dict[str, set[str]] = defaultdict(set)
        for creator_id, handle in self.handles.items():
            sharing[fold_handle(handle)][self.by_posts[creator_id]] = None
            spellings[self.by_posts[creator_id]].add(fold_handle(handle))
        joined = list[list[str]]()
        for groups in sharing.values():
            if len(groups) < 2:
                continue
            problem = ""
            if _overlap(spans[group] for group in groups if group in spans):
                problem = _NOT_SHARED
            elif any(len(spellings[group]) > 1 for group in groups):
                problem = _RENAMED
            if not problem:
                joined.append([*groups])
                continue
            for group in groups:
                others = chain(*(members[other] for other in groups if other != group))
                self.reasons[group] = problem
                self.possible[group].update(others)
        for joined_groups in joined:
            self._join(joined_groups)
        for creator_id, group in self.by_posts.items():
            if len(members[group]) == 1 and creator_id not in self.handles:
                self.reasons[group] = _NO_HANDLE

    def _find(self, creator_id: str) -> str:
        while self._first[creator_id] != creator_id:
            self._first[creator_id] = creator_id = self._first[self._first[creator_id]]
        return creator_id

    def _join(self, creator_ids: Sequence[str]) -> None:
        first = self._find(creator_ids[0])
        for creator_id in creator_ids[1:]:
            self._first[self._find(creator_id)] = first


def _shared(posts: pd.DataFrame) -> list[list[str]]:
    """Return the creators of each post that several have."""
    pairs = posts[["tiktok_video_id", "creator_id"]].dropna().drop_duplicates()
    several = pairs[pairs.duplicated("tiktok_video_id", keep=False)]
    return several.groupby("tiktok_video_id")["creator_id"].agg(list).tolist()


def _spans(posts: pd.DataFrame, groups: Mapping[str, str]) -> dict[str, tuple[int, int]]:
    """Return when each group of creators made its first and its last post that can be compared."""
    known = posts.dropna(subset=["tiktok_video_id", "posted_at"])
    moments = pd.Series(instants_of(known["posted_at"]).astype(np.int64), known.index)
    spans = moments.groupby(known["creator_id"].map(groups)).agg(["min", "max"])
    return {str(group): (int(first), int(last)) for group, first, last in spans.itertuples()}


def _overlap(spans: Iterable[tuple[int, int]]) -> bool:
    """Whether two spans of time overlap."""
    ordered = sorted(spans)
    ends = accumulate((last for _, last in ordered), max)
    return any(first <= end for (first, _), end in zip(ordered[1:], ends, strict=False))


def _row(members: Sequence[str], found: _Finder) -> dict[str, object]:
    """Make the row of an account; its creators are in the order in which they were updated."""
    spellings = {
        fold_handle(found.handles[creator_id]): None
        for creator_id in members
        if creator_id in found.handles
    }
    handles = [
        found.handles[creator_id] for creator_id in reversed(members) if creator_id in found.handles
    ]
    others = {fold_handle(handle): handle for handle in reversed(handles)}
    if handles:
        del others[fold_handle(handles[0])]
    groups = dict.fromkeys(found.by_posts[creator_id] for creator_id in members)
    evidence = None
    if len(members) > 1:
        is_same = len(spellings) == 1 and len(handles) == len(members)
        evidence = "handle" if len(groups) > 1 else "handle and posts" if is_same else "posts"
    projects = {
        found.projects[creator_id] for creator_id in members if creator_id in found.projects
    }
    return {
        "tiktok_handle": handles[0] if handles else None,
        "other_handles": _listed(others.values()),
        "projects": len(projects),
        "shared_posts": found.shared_posts(members[0]),
        "linked_by": evidence,
        "reason": next((found.reasons[group] for group in groups if group in found.reasons), None),
        "possible_ids": _listed({*chain(*(found.possible.get(group, ()) for group in groups))}),
        "creator_id": min(members),
        "creator_ids": json.dumps(sorted(members)),
        "project_ids": json.dumps(sorted(projects)),
    }


def _listed(values: Iterable[str]) -> str | None:
    ordered = sorted(values)
    return json.dumps(ordered) if ordered else None


@dataclass(frozen=True, slots=True)
class KnownAccounts:
    """The accounts of the creators in some frames.

    ``mains`` has the id that stands for the account of each creator that has several ids there,
    ``names`` the handles that a frame of accounts knows, and ``note`` what is to be said.
    """

    mains: Mapping[str, str]
    names: pd.DataFrame | None
    note: str

    def ids_of(self, creator_id: str) -> list[str]:
        """Return the ids of a creator's account, the first in alphabetical order first."""
        main = self.mains.get(creator_id)
        if main is None:
            return [creator_id]
        return sorted(id_ for id_, other in self.mains.items() if other == main)

    def name(self, table: pd.DataFrame) -> pd.DataFrame:
        """Add the handles that a frame of accounts knows of a table's creators."""
        return with_known_names(table, known_frames(accounts=self.names))

    def merge(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Replace the creator ids of an account by one of them."""
        if not self.mains or "creator_id" not in frame.columns:
            return frame
        ids = text(frame["creator_id"])
        return frame.assign(creator_id=ids.map(self.mains).fillna(ids).astype(STRING))


def known_accounts(
    accounts: Accounts, names: Sequence[tuple[str, pd.DataFrame]], *frames: pd.DataFrame
) -> KnownAccounts:
    """Find the accounts of the creators in frames: in a frame of accounts, else by handle.

    Parameters
    ----------
    accounts
        The argument of a public function.
    names
        Frames that may know handles, by argument; `frames` may know some, too.
    frames
        Frames with a column ``creator_id``, such as accruals and payments.

    Raises
    ------
    ArgumentTypeError, MissingColumnError
        `accounts` is something else.
    """
    if not isinstance(accounts, bool | pd.DataFrame):
        raise ArgumentTypeError("accounts", accounts, "the frame of accounts(), True or False")
    named = _creators_of(accounts) if isinstance(accounts, pd.DataFrame) else None
    columns = [text(frame["creator_id"]) for frame in frames if "creator_id" in frame.columns]
    if accounts is False or not columns:
        return KnownAccounts({}, named, "")
    ids = pd.Series(pd.concat(columns).dropna().unique(), dtype=STRING)
    if named is None:
        given = [*names, *(("", frame) for frame in frames)]
        known = with_known_names(pd.DataFrame({"creator_id": ids}), given)
        handles = known.get("tiktok_handle", pd.Series(None, ids.index, dtype=STRING))
        handles = handles.map(fold_handle, na_action="ignore").astype(object)
        projects = _projects_of(ids, [frame for _, frame in given])
        groups = handles.where(_share_no_project(handles, projects))
    else:
        groups = ids.map(named.set_index("creator_id")["account"]).astype(object)
    members = ids.groupby(groups)
    sizes, mains = members.transform("size"), members.transform("min")
    several = (sizes > 1).to_numpy(bool)
    merged = dict(zip(ids[several], mains[several], strict=True))
    note = [_merged_text(len({*merged.values()}))]
    if named is not None:
        note.append(_unsure_text(int(ids.isin(named["creator_id"][named["is_unsure"]]).sum())))
    elif _are_of_several_projects(frames):
        note.append(_unknown_text(int((handles.isna() | projects.isna()).sum())))
    return KnownAccounts(merged, named, " ".join(filter(None, note)))


def _projects_of(ids: pd.Series, frames: Sequence[pd.DataFrame]) -> pd.Series:
    """Return the project of each creator by any frame that has it; NA where none does."""
    projects = pd.Series(None, ids.index, dtype=STRING)
    for frame in frames:
        key = "creator_id" if "creator_id" in frame.columns else "id"
        if {key, "project_id"} <= {*frame.columns}:
            known = pd.Series(text(frame["project_id"]).to_numpy(), text(frame[key]))
            known = known[known.index.notna()].dropna()
            projects = projects.fillna(ids.map(known[~known.index.duplicated()]).astype(STRING))
    return projects


def _share_no_project(handles: pd.Series, projects: pd.Series) -> pd.Series:
    """Return whether the creators with one handle are each in a known project of their own.

    A handle is unique in a project, so creators who share a project, or whose project isn't known,
    are no account by their handle alone.
    """
    is_shared = pd.DataFrame({"handle": handles, "project": projects}).duplicated(keep=False)
    is_apart = (projects.notna() & ~is_shared).groupby(handles).all()
    return handles.isin(is_apart.index[is_apart])


def _merged_text(number: int) -> str:
    if not number:
        return ""
    who = "1 TikTok account is" if number == 1 else f"{number:,} TikTok accounts are"
    return f"{who} tracked under several creator ids, which are added up under one of them."


def _unsure_text(number: int) -> str:
    if not number:
        return ""
    who = "1 creator" if number == 1 else f"{number:,} creators"
    return f"{who} may be the account of another row: see the column reason of accounts()."


def _unknown_text(number: int) -> str:
    if not number:
        return ""
    who = "1 creator has" if number == 1 else f"{number:,} creators have"
    return (
        f"{who} no known handle or project, so an account in several projects may have several "
        "rows: pass accounts=tgp.accounts(creators, videos) to add them up."
    )


def _are_of_several_projects(frames: Sequence[pd.DataFrame]) -> bool:
    """Whether frames have rows of several projects, or were loaded for all."""
    owners = [text(frame["project_id"]) for frame in frames if "project_id" in frame.columns]
    if owners:
        return len(pd.concat(owners).dropna().unique()) > 1
    return any("path" in facts_as_made(frame) and project_of(frame) is None for frame in frames)


def _creators_of(accounts: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each creator of a frame of accounts, with its account and handle."""
    require_columns(accounts, ["creator_id", "creator_ids"], loader="accounts")
    places, ids = split_ids(accounts["creator_ids"])
    nothing = pd.Series(None, accounts.index, dtype=STRING)
    rows = accounts.iloc[places]
    return pd.DataFrame(
        {
            "creator_id": ids.to_numpy(),
            "account": text(rows["creator_id"]).to_numpy(),
            "tiktok_handle": text(rows.get("tiktok_handle", nothing.iloc[places])).to_numpy(),
            "is_unsure": text(rows.get("reason", nothing.iloc[places])).notna().to_numpy(),
        }
    ).drop_duplicates("creator_id")
