"""Say how many rows a frame has of those that were loaded or computed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from trackagoat_pandas.checks import frame_facts, rows_then
from trackagoat_pandas.tables import table_at


def rows_said(frame: pd.DataFrame) -> str:
    """Say how many rows a frame has of how many it had when it was made; "" if it has them all.

    Examples
    --------
    >>> frame = pd.DataFrame({"id": ["a", "b", "c"]})
    >>> frame.attrs["trackagoat"] = {"path": "/videos", "rows": 375}
    >>> rows_said(frame)
    '3 of the 375 rows loaded'
    """
    then, now = rows_then(frame), len(frame)
    if now == then:
        return ""
    facts = frame_facts(frame)
    table, made = table_at(str(facts.get("path"))), "computed" if "helper" in facts else "loaded"
    names = {*map(str, frame.columns), *map(str, frame.index.names)}
    if table is not None and table.key and names.isdisjoint(table.key):
        return f"{now:,} rows, made from {then:,} {made}"  # groups, or a table turned on its side
    return _counted(now, then, made)


def _counted(now: int, then: int, made: str = "loaded") -> str:
    if now < then:
        return f"{now:,} of the {then:,} rows {made}"
    return f"{now:,} rows of {then:,} {made}: rows are repeated or were added"


def cuts_of(frames: Iterable[tuple[str, pd.DataFrame]]) -> dict[str, str]:
    """Say of frames by argument what they have of their rows, also of those they were made of."""
    found: dict[str, str] = {}
    for name, frame in frames:
        if said := rows_said(frame):
            found[name] = said
        before = frame_facts(frame).get("cut")
        if isinstance(before, Mapping):
            found |= {key: text for key, text in before.items() if key not in found}
    return found


def cuts_said(frame: pd.DataFrame) -> list[str]:
    """Say which of its rows a frame doesn't have any more, or of what part of frames it is made."""
    before = frame_facts(frame).get("cut")
    said = before if isinstance(before, Mapping) else {}
    now, made = rows_said(frame), (f"made of `{name}` with {said[name]}" for name in said)
    return [*filter(None, [now]), *made]


def cut_among(cuts: Mapping[str, str], whole: Iterable[str]) -> str:
    """Say which of the frames that have to be whole aren't; empty if all are."""
    said = [f"`{name}` has {cuts[name]}" for name in whole if name in cuts]
    if not said:
        return ""
    return f"{' and '.join(said)}, so the result is of these rows only. Pass all that were loaded."


def joint_cut(frames: Sequence[pd.DataFrame]) -> dict[str, str]:
    """Say of frames that are joined how many rows all of them have, if one doesn't have its own."""
    cuts = cuts_of(("frames", frame) for frame in frames)
    if "frames" in cuts and any(map(rows_said, frames)):
        cuts["frames"] = _counted(sum(map(len, frames)), sum(map(rows_then, frames)))
    return cuts
