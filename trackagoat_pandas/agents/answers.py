"""A small answer: totals first, then its basis, a few rows of all, and its Python code."""

from __future__ import annotations

import itertools
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd

from trackagoat_pandas.agents.untrusted import FIELD, clean, items_of
from trackagoat_pandas.asking.script import plain_caveat
from trackagoat_pandas.base.secrets import redact
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.frames.dictionary import describe
from trackagoat_pandas.inputs.checks import frame_facts

MOST_TOKENS: Final = 2_000
"""Of an answer, its text and its structure together, which say the same."""
TOKENS_PER_ID, BYTES_PER_TOKEN = 24, 2.8
"""As measured with o200k_base and cl100k_base: an id takes 22 tokens on average, and the rest of
100 answers 2.99 bytes a token or more. By this rule an answer has 10 % fewer than is estimated."""
_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ID_BYTES: Final = 36
_MOST_CODE: Final = 900
_MOST_NOTES, _NOTE_LETTERS = 3, 200
_LEFT_OUT: Final = frozenset({
    "project_id", "org_id", "url", "avatar_url", "thumbnail_url", "icon_url", "receipt_url",
    "metadata", "messages", "readme", "created_at", "updated_at", "basis", "tiktok_comment_id",
    "tiktok_video_id", "disabled_at", "items",
})  # fmt: skip
"""Columns that are shown only when they are asked for."""


def tokens_of(text: str) -> int:
    """Estimate the tokens of a text by its ids and its other bytes, rather too many than too few.

    Examples
    --------
    >>> tokens_of('{"views": 1200}'), tokens_of("2f70839e-c958-41de-a834-4c276d930dc6")
    (6, 24)
    """
    ids = sum(1 for _ in _ID.finditer(text))
    rest = len(text.encode()) - ids * _ID_BYTES
    return ids * TOKENS_PER_ID + math.ceil(rest / BYTES_PER_TOKEN)


def fits(answer: Mapping[str, Any]) -> bool:
    """Whether an answer is small enough, as text and as structure."""
    return 2 * tokens_of(json_of(answer)) <= MOST_TOKENS


def json_of(answer: Mapping[str, Any]) -> str:
    """Write an answer as compact JSON; anything that looks like a key is masked."""
    return redact(json.dumps(answer, ensure_ascii=False, separators=(",", ":"), allow_nan=False))


@dataclass(frozen=True)
class Reply:
    """What a tool answers, before it is cut to its size.

    Attributes
    ----------
    said
        One or two sentences whose only facts are numbers and days.
    totals
        The sums over all rows.
    as_of
        The instant or day for which it is said; "now", or "always" for what doesn't change.
    code
        Python that gives the same rows.
    frame
        All rows.
    columns
        Those that are shown, or all but a few that nobody reads.
    handle
        The name under which the rows stay here.
    first
        The place of the first row that is shown.
    most
        The most rows that are shown.
    complete
        Whether nothing is missing; None takes what the frame says.
    units
        Units that no column declares, by column or total.
    notes
        What the package warned of. It may quote names.
    extra
        Further fields.
    is_ours
        Whether all texts of the frame are the package's own.
    most_code
        The most letters of code; of longer code it is said which tool has it.
    """

    said: str
    totals: Mapping[str, Any] = field(default_factory=dict)
    as_of: str = "now"
    code: str = ""
    frame: pd.DataFrame | None = None
    columns: Sequence[str] = ()
    handle: str = ""
    first: int = 0
    most: int = 50
    complete: bool | None = None
    units: Mapping[str, str] = field(default_factory=dict)
    notes: Iterable[str] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
    is_ours: bool = False
    most_code: int = _MOST_CODE


def fitted(answer: Reply) -> dict[str, Any]:
    """Return an answer with as many rows as there is room for; it says how many there are."""
    rows = pd.DataFrame() if answer.frame is None else answer.frame
    shown = rows.iloc[answer.first : answer.first + answer.most]
    names = [*answer.columns] or [name for name in rows.columns if name not in _LEFT_OUT]
    shown = shown[[name for name in names if name in rows.columns]]
    facts = frame_facts(rows)
    complete = facts.get("complete") is not False if answer.complete is None else answer.complete
    head: dict[str, Any] = {"answer": answer.said}
    if answer.totals:
        head["totals"] = dict(answer.totals)
    head |= {
        "complete": complete,
        "as_of": answer.as_of,
        "unit": {**_units(rows, [*shown.columns]), **answer.units} or "none",
        **answer.extra,
        **_code(answer),
    }
    said = dict.fromkeys(map(plain_caveat, answer.notes))
    if notes := [clean(note, _NOTE_LETTERS) for note in said]:
        head[FIELD] = {**head.get(FIELD, {}), "notes": notes[:_MOST_NOTES]}
        if len(notes) > _MOST_NOTES:
            head["notes_left_out"] = len(notes) - _MOST_NOTES
    items = [*items_of(shown, is_ours=answer.is_ours)]
    return _with_rows(head, items, answer, len(rows))


def _with_rows(
    head: dict[str, Any], items: Sequence[dict[str, Any]], answer: Reply, of: int
) -> dict[str, Any]:
    """Add the rows that fit, and how to get the next ones."""
    sizes = itertools.accumulate(tokens_of(json_of(one)) for one in items)
    # The last step is exact; this one only saves writing the whole answer for each row.
    likely = sum(2 * size < MOST_TOKENS for size in sizes)
    for count in range(likely, -1, -1):
        end = answer.first + count
        made = {**head, "rows": {"from": answer.first, "shown": count, "of": of}}
        if end < of and answer.handle:
            made["rows"]["next"] = f"rows(handle='{answer.handle}', offset={end})"
        if count:
            made["items"] = [*items[:count]]
        if fits(made):
            break
    return made


def _code(answer: Reply) -> dict[str, str]:
    handle = {"handle": answer.handle} if answer.handle else {}
    if len(answer.code) > answer.most_code:
        return {**handle, "code": f"# long: code(handle='{answer.handle}') has it"}
    return {**handle, "code": answer.code}


def _units(rows: pd.DataFrame, columns: Sequence[str]) -> dict[str, str]:
    """Return the declared units of columns."""
    try:
        declared = describe(rows)
    except ArgumentError:
        return {}
    known = declared.dropna(subset=["unit"])
    pairs = zip(known["column"], known["unit"], strict=True)
    return {str(column): str(unit) for column, unit in pairs if column in columns}
