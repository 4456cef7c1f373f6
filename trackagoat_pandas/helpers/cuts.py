"""The part of a frame's original rows that it still has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import pandas as pd

from trackagoat_pandas.inputs.checks import facts_as_made, rows_then
from trackagoat_pandas.tables import table_at

_NOUNS: Final[Mapping[str, str]] = {
    "analytics": "values",
    "data_model": "fields",
    "goal_compliance": "goals",
    "payout_methods": "methods",
    "payout_structures": "rules",
    "payout_assignments": "assignments",
    "payout_accruals": "accruals",
    "payout_payments": "payments",
}
"""The rows of tables whose names don't count them."""


def rows_said(frame: pd.DataFrame) -> str:
    """Say how many of its original rows a frame has; "" if it has them all.

    Examples
    --------
    >>> frame = pd.DataFrame({"id": ["a", "b", "c"]})
    >>> frame.attrs["trackagoat"] = {"path": "/videos", "rows": 375}
    >>> rows_said(frame)
    '3 of 375 videos'
    """
    then, now = rows_then(frame), len(frame)
    if now == then:
        return ""
    noun = _noun(frame)
    if is_regrouped(frame):
        return f"{now:,} {_plural('rows', now)} made from {then:,} {_plural(noun, then)}"
    return _count_text(now, then, noun)


def _noun(frame: pd.DataFrame) -> str:
    """Return the plural of what a row of a loaded frame is; "rows" where no word says it."""
    facts = facts_as_made(frame)
    table = table_at(str(facts.get("path")))
    if "helper" in facts:
        return "computed rows"
    if table is None or table.loader == "load_report" or "compared" in facts or "shows" in facts:
        return "rows"
    return _NOUNS.get(table.name, table.name.replace("_", " "))


def _plural(noun: str, number: int) -> str:
    return noun.removesuffix("s") if number == 1 else noun


def is_regrouped(frame: pd.DataFrame) -> bool:
    """Whether rows are groups of those that were loaded, or a table turned on its side."""
    table = table_at(str(facts_as_made(frame).get("path")))
    names = {*map(str, frame.columns), *map(str, frame.index.names)}
    return table is not None and bool(table.key) and names.isdisjoint(table.key)


def _count_text(now: int, then: int, noun: str = "rows") -> str:
    if not now:
        return f"none of {then:,} {_plural(noun, then)}"
    if now < then:
        return f"{now:,} of {then:,} {noun}"
    added = f"{now:,} {_plural('rows', now)} from {then:,} {_plural(noun, then)}"
    return f"{added}: some are repeated or were added"


def cuts_of(frames: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """Return the part of its rows that each frame, or a frame it was made from, still has."""
    found: dict[str, str] = {}
    for name, frame in frames.items():
        selection = facts_as_made(frame).get("selection")
        if said := rows_said(frame) or (selection and f"{_noun(frame)} {selection}"):
            found[name] = said
        before = facts_as_made(frame).get("cut")
        if isinstance(before, Mapping):
            found |= {key: text for key, text in before.items() if key not in found}
    return found


def cuts_said(frame: pd.DataFrame) -> list[str]:
    """Say what part of its original rows a frame has, and from what part of frames it was made.

    Examples
    --------
    >>> frame = pd.DataFrame({"id": ["a", "b", "c"]})
    >>> cut = {"goals": "11 of 28 goals"}
    >>> frame.attrs["trackagoat"] = {"path": "/videos", "rows": 375, "cut": cut}
    >>> cuts_said(frame)
    ['3 of 375 videos', 'made from 11 of 28 goals']
    """
    before = facts_as_made(frame).get("cut")
    said = before if isinstance(before, Mapping) else {}
    made = (_source_text(name, said[name]) for name in said)
    return [*filter(None, [rows_said(frame)]), *made]


def _source_text(name: str, cut: object) -> str:
    """Say from what part of a frame a result was made; its name where the part doesn't say it."""
    words = re.findall(r"\w+", str(cut))
    return f"made from {cut}" if name in words else f"made from `{name}`: {cut}"


def cut_sentences(frame: pd.DataFrame) -> list[str]:
    """Return the texts of `cuts_said` as sentences.

    Examples
    --------
    >>> frame = pd.DataFrame({"id": ["a", "b", "c"]})
    >>> frame.attrs["trackagoat"] = {"path": "/videos", "rows": 375}
    >>> cut_sentences(frame)
    ['3 of 375 videos.']
    """
    return [f"{text[:1].upper()}{text[1:]}." for text in cuts_said(frame)]


def cut_among(cuts: Mapping[str, str], whole: Iterable[str]) -> str:
    """Name the frames that lack rows which the result would count as zero; empty if none does."""
    parts = [f"`{name}` has {cuts[name]}" for name in whole if name in cuts]
    if not parts:
        return ""
    return f"{' and '.join(parts)}. Missing rows count as zero here: pass all loaded rows."


def joint_cut(frames: Sequence[pd.DataFrame]) -> dict[str, str]:
    """Return the part of their rows that joined frames have, if one of them lacks any."""
    cuts: dict[str, str] = {}
    for frame in frames:
        cuts = cuts_of({"frames": frame}) | cuts
    if "frames" in cuts and any(map(rows_said, frames)):
        cuts["frames"] = _count_text(
            sum(map(len, frames)), sum(map(rows_then, frames)), _noun(frames[0])
        )
    return cuts
