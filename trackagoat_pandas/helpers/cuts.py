"""Say how many rows a frame has of those that were loaded or computed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from trackagoat_pandas.inputs.checks import facts_as_made, rows_then
from trackagoat_pandas.tables import table_at


def rows_said(frame: pd.DataFrame) -> str:
    """Say how many rows a frame has of how many it had when it was made; "" if it has them all.

    Examples
    --------
    >>> frame = pd.DataFrame({"id": ["a", "b", "c"]})
    >>> frame.attrs["trackagoat"] = {"path": "/videos", "rows": 375}
    >>> rows_said(frame)
    '3 of the 375 loaded rows'
    """
    then, now = rows_then(frame), len(frame)
    if now == then:
        return ""
    made = "computed" if "helper" in facts_as_made(frame) else "loaded"
    if is_regrouped(frame):
        return f"{_rows(now)}, made from {_rows(then, made)}"
    return _count_text(now, then, made)


def is_regrouped(frame: pd.DataFrame) -> bool:
    """Whether rows are groups of those that were loaded, or a table turned on its side."""
    table = table_at(str(facts_as_made(frame).get("path")))
    names = {*map(str, frame.columns), *map(str, frame.index.names)}
    return table is not None and bool(table.key) and names.isdisjoint(table.key)


def _count_text(now: int, then: int, made: str = "loaded") -> str:
    if not now:
        return f"none of the {_rows(then, made)}" if then > 1 else f"none of the {made} rows"
    if now < then:
        return f"{now:,} of the {_rows(then, made)}"
    return f"{_rows(now)} from {_rows(then, made)}: some are repeated or were added"


def _rows(number: int, made: str = "") -> str:
    return " ".join(filter(None, [f"{number:,}", made, "row" if number == 1 else "rows"]))


def cuts_of(frames: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """Say which part of its rows each frame still has, including the frames it was made from."""
    found: dict[str, str] = {}
    for name, frame in frames.items():
        if said := rows_said(frame):
            found[name] = said
        before = facts_as_made(frame).get("cut")
        if isinstance(before, Mapping):
            found |= {key: text for key, text in before.items() if key not in found}
    return found


def cuts_said(frame: pd.DataFrame) -> list[str]:
    """Say which of its rows a frame doesn't have any more, or from what part of frames it is made.

    Examples
    --------
    >>> frame = pd.DataFrame({"id": ["a", "b", "c"]})
    >>> cut = {"goals": "11 of the 28 loaded rows"}
    >>> frame.attrs["trackagoat"] = {"path": "/videos", "rows": 375, "cut": cut}
    >>> cuts_said(frame)
    ['3 of the 375 loaded rows', 'made from `goals` with 11 of the 28 loaded rows']
    """
    before = facts_as_made(frame).get("cut")
    said = before if isinstance(before, Mapping) else {}
    now, made = rows_said(frame), (f"made from `{name}` with {said[name]}" for name in said)
    return [*filter(None, [now]), *made]


def cut_sentences(frame: pd.DataFrame) -> list[str]:
    """Say what `cuts_said` does in whole sentences.

    Examples
    --------
    >>> frame = pd.DataFrame({"id": ["a", "b", "c"]})
    >>> frame.attrs["trackagoat"] = {"path": "/videos", "rows": 375}
    >>> cut_sentences(frame)
    ['Only 3 of the 375 loaded rows are in this frame.']
    """
    said = cuts_said(frame)
    if len(frame) < rows_then(frame) and not is_regrouped(frame):
        only, are = ("Only " if len(frame) else ""), ("is" if len(frame) == 1 else "are")
        said[0] = f"{only}{said[0]} {are} in this frame"
    return [f"{each[:1].upper()}{each[1:]}." for each in said]


def cut_among(cuts: Mapping[str, str], whole: Iterable[str]) -> str:
    """Say which of the frames that have to be whole aren't; empty if all are."""
    said = [f"`{name}` has {cuts[name]}" for name in whole if name in cuts]
    if not said:
        return ""
    return f"{' and '.join(said)}, so the result is of these rows only. Pass all that were loaded."


def joint_cut(frames: Sequence[pd.DataFrame]) -> dict[str, str]:
    """Say of frames that are joined how many rows all of them have, if one doesn't have its own."""
    cuts: dict[str, str] = {}
    for frame in frames:
        cuts = cuts_of({"frames": frame}) | cuts
    if "frames" in cuts and any(map(rows_said, frames)):
        cuts["frames"] = _count_text(sum(map(len, frames)), sum(map(rows_then, frames)))
    return cuts
