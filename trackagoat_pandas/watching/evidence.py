"""What all rules need of a program: whether its frames can be judged, its names, its code."""

from __future__ import annotations

from typing import Any, Final, TypedDict

import pandas as pd

from trackagoat_pandas.base.wording import cut
from trackagoat_pandas.helpers.facts import zone_of
from trackagoat_pandas.helpers.granularity import day_text
from trackagoat_pandas.helpers.health.supply import FRAMES, Supply
from trackagoat_pandas.program.frames import ProgramData
from trackagoat_pandas.showing.cells import one_line
from trackagoat_pandas.showing.recorder import Traced, literal

_LONGEST_TITLE: Final = 60
_USUAL: Final = "USD"
"""The currency of amounts that don't say theirs."""


def supply_of(data: ProgramData, *names: str, settle: pd.Timedelta | None = None) -> Supply:
    """Return frames as the program's health judges them, at a moment before that of the data."""
    frames = {name: frame.value for name, frame in data.given(*names).items()}
    moment = data.moment if settle is None else data.moment - settle
    return Supply(frames, list(names), moment, data.zone, _USUAL)


def doubt_of(data: ProgramData, *names: str) -> str:
    """Say why nothing can be judged by some frames; "" if they are there, whole and fresh.

    Daily views may be older than the last sync: the rules that use them wait for settled days.
    """
    for name in names:
        if name not in data.frames:
            return f"{name}: {data.missing.get(name, 'not loaded')}"
    if old := old_of(data, *(name for name in names if name != "analytics")):
        return old
    checked = [name for name in names if name in FRAMES]
    doubt = supply_of(data, *checked).doubt(*checked)
    return "" if doubt is None else doubt.evidence.removesuffix(".").replace("`", "")


def old_of(data: ProgramData, *names: str) -> str:
    """Name the oldest of some frames if it is of an earlier sync than the data; "" if none is."""
    old = data.old_frames(*names)
    name = min(old, key=lambda name: old[name], default="")
    return f"{name} is of {local_day(old[name], data.zone)}" if name else ""


def zoned(data: ProgramData, *names: str) -> dict[str, str]:
    """Return the time zone as an argument, unless all of some frames know it."""
    values = [frame.value for frame in data.given(*names).values()]
    is_known = bool(values) and all(zone_of(None, [one]) == data.zone for one in values)
    return {} if is_known else {"timezone": data.zone}


class NamesOfSignal(TypedDict, total=False):
    """The names of a creator, and of a post."""

    tiktok_handle: str | None
    title: str | None


class Names:
    """The names of a program's creators and posts, harmless: on one line, and cut."""

    def __init__(self, data: ProgramData) -> None:
        self._handles = _names_by_id(data, "creators", "tiktok_handle")
        self._titles = _names_by_id(data, "videos", "title")
        self._owners = _names_by_id(data, "videos", "creator_id")

    def of_creator(self, creator: object) -> NamesOfSignal:
        """Return the names of a signal about a creator."""
        return {"tiktok_handle": self._handles.get(str(creator))}

    def of_post(self, post: object) -> NamesOfSignal:
        """Return the names of a signal about a post."""
        title = self._titles.get(str(post))
        return {
            **self.of_creator(self._owners.get(str(post))),
            "title": None if title is None else cut(title, _LONGEST_TITLE),
        }

    def post(self, post: object) -> str:
        """Name a post in a sentence."""
        names = self.of_post(post)
        by, title = who(names.get("tiktok_handle")), names.get("title")
        return f"“{title}” by {by}" if title else f"a post of {by}"

    def creator(self, creator: object) -> str:
        """Name a creator in a sentence."""
        return who(self._handles.get(str(creator)))


def _names_by_id(data: ProgramData, frame: str, column: str) -> dict[str, str]:
    if frame not in data.frames or column not in data.frames[frame].value.columns:
        return {}
    rows = data.frames[frame].value[["id", column]].dropna().astype(object)
    pairs = zip(rows["id"], rows[column], strict=True)
    said = {str(id_): one_line(name) for id_, name in pairs if isinstance(name, str)}
    return {id_: name for id_, name in said.items() if name}


def who(handle: str | None) -> str:
    """Name a creator of a handle in a sentence."""
    return f"@{handle}" if handle else "a creator without a known handle"


def started(sentence: str) -> str:
    """Return a sentence with a capital; one that begins with "@" or a quote stays as it is."""
    return sentence[:1].upper() + sentence[1:]


def rows_where(found: Traced, column: str, value: object) -> str:
    """Return the line of code for the rows of a frame that have a value."""
    return f"{found.code}.query({literal(f'{column} == {literal(value)}')})"


def known(row: dict[str, Any], name: str) -> Any:
    """Return a value of a row; None where it is missing."""
    value = row.get(name)
    # NaN and NaT are unlike themselves; pd.NA can't be compared, so it is looked for first.
    return None if value is None or value is pd.NA or value != value else value


def local_day(moment: pd.Timestamp, zone: str) -> str:
    """Write the local day of an instant: 5 Jun 2026."""
    return day_text(moment.tz_convert(zone))
