"""The frames of a program: which are whole, fresh and of one program, and can be judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.wording import number
from trackagoat_pandas.helpers.clocks import last_started_day
from trackagoat_pandas.helpers.columns import days_of, text
from trackagoat_pandas.helpers.counted import active_ids, counted_videos, is_counted
from trackagoat_pandas.helpers.cuts import cuts_said
from trackagoat_pandas.helpers.facts import mismatch_of, project_of, why_incomplete
from trackagoat_pandas.helpers.granularity import day_text
from trackagoat_pandas.helpers.health.statuses import Verdict
from trackagoat_pandas.helpers.labels import looked_up
from trackagoat_pandas.helpers.loads import latest_of
from trackagoat_pandas.inputs.checks import (
    facts_as_made,
    frame_facts,
    frame_params,
    loaded_at,
    require_columns,
)
from trackagoat_pandas.tables import VIDEOS

FRAMES: Final[Mapping[str, str]] = {
    "videos": "tgp.load_videos(project)",
    "creators": "tgp.load_creators(project)",
    "analytics": 'tgp.load_analytics("creator", creators, "views", dates="last 150 days")',
    "goals": "tgp.load_goal_compliance(project)",
    "comments": "tgp.load_comments(project)",
    "accruals": "tgp.load_payout_accruals(project)",
    "payments": "tgp.load_payout_payments(project)",
    "forecasts": "tgp.score_forecasts(store)",
}
"""The frames of a program, by the names of arguments, and the lines that load them."""
ONE_LOAD: Final = pd.Timedelta(hours=6)
"""Lists of one sync are at most that far apart: one of a million rows takes three hours."""
TOO_OLD: Final = pd.Timedelta(hours=72)
"""TrackaGoat computes its numbers once a day: after three that are missing, what a frame says isn't
known to be so any more."""
_LISTS: Final = frozenset(FRAMES) - {"analytics", "forecasts"}
_ALL: Final = frozenset({"", "all", "None"})
_HARMLESS: Final[Mapping[str, frozenset[str]]] = {
    "comments": frozenset({"project_id", "from", "to"}),
    "analytics": frozenset(
        {"entity", "entity_id", "metric", "mode", "granularity", "from", "to", "project_id", "tz"}
    ),
}
"""The parameters of loads that leave out nothing that is judged: other ones make a part."""


@dataclass(frozen=True)
class Supply:
    """The given frames, and the requirements that all of them must meet.

    Attributes
    ----------
    frames
        The frames by name, those that were given.
    wanted
        The names of the frames that are needed for all parts that are judged.
    moment, zone, currency
        The instant for which the program is judged, its time zone, and the currency of amounts.
    asked
        The instant that was asked for, by which frames are too old; by default `moment`.
    """

    frames: Mapping[str, pd.DataFrame]
    wanted: Sequence[str]
    moment: pd.Timestamp
    zone: str
    currency: str
    asked: pd.Timestamp | None = None

    def as_of_oldest(self, *names: str) -> Supply:
        """Return the frames as of the load of the oldest list among some of them.

        A list says nothing about later events: a post that isn't in it would look like silence.
        Daily views name their last day themselves.
        """
        lists = [self.frames[name] for name in names if name in self.frames and name in _LISTS]
        times = [at for frame in lists if (at := loaded_at(frame)) is not None]
        return replace(self, moment=min([self.moment, *times]), asked=self.asked or self.moment)

    @property
    def today(self) -> int:
        """The number of the local day of the moment."""
        return last_started_day(self.moment, self.zone)

    @property
    def missing(self) -> list[str]:
        """The names of the frames that are needed and weren't given."""
        return [name for name in self.wanted if name not in self.frames]

    def doubt(self, *names: str) -> Verdict | None:
        """Return why nothing can be said for sure by some frames; None if it can."""
        if missing := [name for name in names if name not in self.frames]:
            lines = ", ".join(f"{name} = {FRAMES[name]}" for name in missing)
            return Verdict("unknown", not_given(missing), f"Load and pass {lines}.")
        for name in names:
            if flaw := flaw_of(name, self.frames[name]):
                return Verdict("unknown", f"{flaw}.", "Pass all rows of complete loads.")
            if old := self._too_old(name):
                return Verdict("unknown", f"{old}.", "Load it again.")
        if "videos" in names and (unsure := self._unsure_posts):
            return Verdict("unknown", f"{unsure}.", "Load the videos again.")
        used = {name: self.frames[name] for name in names}
        differ = mismatch_of(used) or projects_differ(used)
        return Verdict("unknown", f"{differ}.", "Load them alike.") if differ else None

    @cached_property
    def _unsure_posts(self) -> str:
        """Say of how many posts it isn't known whether, when or whose they are; empty if none."""
        videos = self.frames["videos"]
        require_columns(
            videos, ["tracking_status", "posted_at", "creator_id"], loader=VIDEOS.loader
        )
        counts = is_counted(videos)
        if unsure := int(counts.isna().sum()):
            return f"Of {number(unsure, 'post')} it isn't known whether they count"
        counted = videos[counts.to_numpy(bool)]
        if unsure := int(counted["posted_at"].isna().sum()):
            return f"Of {number(unsure, 'post')} it isn't known when they came"
        if len(counted) and counted["creator_id"].isna().all():
            return "Of no post it is known whose it is"
        return ""

    def _too_old(self, name: str) -> str:
        loaded = loaded_at(self.frames[name])
        if loaded is None:
            return f"`{name}` doesn't say when it was loaded"
        if (self.asked or self.moment) - loaded > TOO_OLD:
            return f"`{name}` is of {day_text(loaded.tz_convert(self.zone))}"
        return ""

    @cached_property
    def active(self) -> pd.DataFrame:
        """The active creators: ``id``, ``tiktok_handle`` and ``tracked_days``; NA if unknown."""
        creators = latest_of(self.frames["creators"], ["id"])
        ids = text(active_ids(creators)).dropna().reset_index(drop=True)
        handles = pd.Series(None, ids.index, dtype=ids.dtype)
        if "tiktok_handle" in creators.columns:
            handles = looked_up(ids, text(creators["id"]), text(creators["tiktok_handle"]))
        tracked = pd.Series(np.nan, ids.index)
        if "tracking_start_date" in creators.columns:
            start = pd.Series(days_of(creators["tracking_start_date"]), text(creators["id"]).array)
            start = start[~start.index.duplicated()].reindex(ids)
            tracked = (pd.Timestamp(np.datetime64(self.today, "D")) - start).dt.days
        return pd.DataFrame(
            {"id": ids, "tiktok_handle": handles, "tracked_days": tracked.to_numpy(np.float64)}
        )

    @cached_property
    def posts(self) -> pd.DataFrame:
        """The posts that count until the moment, of all creators: owner, instant and views."""
        read = counted_videos(self.frames["videos"], "view_count")
        is_past = (read["posted_at"] <= self.moment).to_numpy(bool)
        return read[is_past].reset_index(drop=True)


def flaw_of(name: str, frame: pd.DataFrame) -> str:
    """Say why a frame may have fewer rows than there are; empty if it has all of them."""
    if cut := cuts_said(frame):
        return f"`{name}` has {cut[0]}"
    facts = frame_facts(frame)
    if selection := facts.get("selection"):
        return f"`{name}` has only rows {selection}"
    if facts.get("complete") is False:
        return f"`{name}` is incomplete, since {why_incomplete(facts)}"
    if "rows" not in facts or (facts.get("complete") is not True and "helper" not in facts):
        return f"`{name}` doesn't say whether it has all rows that were loaded"
    narrowed = _narrowing_filter(name, frame)
    return f"`{name}` was loaded with {narrowed}, so it is a part" if narrowed else ""


def _narrowing_filter(name: str, frame: pd.DataFrame) -> str:
    """Name the filter of a frame's load that left out rows; empty if there is none."""
    harmless = _HARMLESS.get(name, frozenset({"project_id"}))
    asked: Sequence[tuple[str, Any]] = [*frame_params(frame).items()]
    for key, value in asked:
        if key not in harmless and str(value) not in _ALL:
            return f"{key}={value!r}"
    return ""


def foreign_frames(frames: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """Return the frames of another project than the first one that says its project, by name."""
    ids = {name: project_of(frame) for name, frame in frames.items()}
    known = {name: id_.lower() for name, id_ in ids.items() if id_ is not None}
    first = next(iter(known), "")
    return {name: first for name, id_ in known.items() if id_ != known[first]}


def projects_differ(frames: Mapping[str, pd.DataFrame]) -> str:
    """Say which frames are of different projects; empty if none are known to be."""
    for name, first in foreign_frames(frames).items():
        return f"`{first}` and `{name}` are of different projects"
    return ""


def not_given(names: Sequence[str]) -> str:
    """Say which frames weren't given."""
    are = "is" if len(names) == 1 else "are"
    return f"{', '.join(f'`{name}`' for name in names)} {are} not given."


def unreadable_in(frame: pd.DataFrame) -> int:
    """Count the values of a frame that could not be read."""
    said = facts_as_made(frame).get("unreadable")
    return sum(np.asarray([*said.values()], int)) if isinstance(said, Mapping) else 0
