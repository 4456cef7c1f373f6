"""How a column reads: what its values are, its heading for people, and its place in a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final, Literal, TypeAlias

import pandas as pd

from trackagoat_pandas.tables import TABLES

Content: TypeAlias = Literal[
    "text", "count", "number", "percent", "share", "money", "flag", "instant", "day", "id", "link",
    "json",
]  # fmt: skip
"""What a column's values are for a reader: a percent is written as 45 for 45 %, a share as 0.45."""

_PERCENTS: Final = ("share", "_pct", "percentage", "percent")
_SHARES: Final = frozenset({"chance"})
_NAMES: Final = (
    "rank", "stage", "finding", "item", "tiktok_handle", "creator", "display_name", "video_title",
    "title", "campaign_name", "campaign_a_name", "campaign_b_name", "structure_name", "name",
    "author", "text", "label", "project_name", "method_name", "entry", "metric", "rule_kind",
    "period", "date", "day", "week", "month", "year", "bucket", "period_start", "period_end",
    "kind", "currency",
)  # fmt: skip
"""What a person calls a row, in the order shown: who, what, when, and in which currency."""
_CALLED: Final = frozenset(_NAMES)
_STANDING: Final = (
    "status", "reason", "advisory", "note", "error", "error_code", "mode", "media_type", "version",
    "version_in_force", "method", "path",
)  # fmt: skip
_FLAGS: Final = ("is_", "has_")
_TEXTS: Final = ("description", "readme", "basis", "url")
_WORDS: Final[Mapping[str, str]] = {
    "tiktok_handle": "creator",
    "video_title": "video",
    "campaign_name": "campaign",
    "structure_name": "rule",
    "project_name": "project",
    "method_name": "method",
    "pct": "%",
    "cpm": "CPM",
    "id": "ID",
    "ids": "IDs",
    "url": "link",
    "tiktok": "TikTok",
}
"""Words of column names that are written differently in a heading."""


@cache
def _declared() -> Mapping[str, tuple[str, str | None]]:
    """Return the kind and the unit of every declared column, by name."""
    return {
        column.name: (column.kind, column.unit)
        for table in reversed([*TABLES.values()])
        for column in table.columns
    }


def content_of(column: pd.Series) -> Content:
    """Return what a column's values are for a reader, by its name and dtype.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"creator_id": ["a"], "owed_cents": [250], "positive_pct": [62.5]})
    >>> [content_of(frame[name]) for name in frame]
    ['id', 'money', 'percent']
    """
    name, dtype = str(column.name), column.dtype
    kind, unit = _declared().get(name, (None, None))
    if is_id(name):
        return "id"
    if dtype.kind == "M":
        return "instant" if getattr(column.dt, "tz", None) is not None else "day"
    if pd.api.types.is_bool_dtype(dtype):
        return "flag"
    if not pd.api.types.is_numeric_dtype(dtype):
        if name.endswith("url"):
            return "link"
        return "json" if kind == "json" else "text"
    if name.endswith("_cents"):
        return "money"
    if name in _SHARES:
        return "share"
    if unit == "percent" or name.endswith(_PERCENTS) or name.startswith("engagement_rate"):
        return "percent"
    return "count" if pd.api.types.is_integer_dtype(dtype) else "number"


def is_id(name: str) -> bool:
    """Return whether a column holds ids, by its name.

    Examples
    --------
    >>> [is_id(name) for name in ("id", "creator_id", "accrual_ids", "campaign_a", "tiktok_handle")]
    [True, True, True, True, False]
    """
    return name == "id" or name.endswith(("_id", "_ids")) or _declared().get(name, [""])[0] == "id"


def heading(name: str) -> str:
    """Write a column's name as a heading.

    Examples
    --------
    >>> names = ("tiktok_handle", "view_count", "owed_cents", "positive_pct", "is_active")
    >>> [heading(name) for name in names]
    ['Creator', 'Views', 'Owed', 'Positive %', 'Active']
    """
    if name in _WORDS:
        text = _WORDS[name]
    elif name.endswith("_count"):
        text = f"{name.removesuffix('_count')}s"
    else:
        bare = name.removesuffix("_cents").removeprefix("is_").removesuffix("_at")
        text = " ".join(_WORDS.get(word, word) for word in bare.split("_") if word)
    return text[:1].upper() + text[1:]


def in_reading_order(names: Iterable[Any]) -> list[Any]:
    """Put columns in the order in which a person reads a row.

    First what the row is called, then its measures, then its status and times, then ids, then long
    texts and free-form JSON. Within each, the given order stays. Where nothing else names the row,
    as in counts by status, its status does.

    Examples
    --------
    >>> in_reading_order(["id", "creator_id", "metadata", "status", "view_count", "tiktok_handle"])
    ['tiktok_handle', 'view_count', 'status', 'creator_id', 'id', 'metadata']
    """
    given = list(names)
    is_called = not _CALLED.isdisjoint(map(str, given))
    return sorted(given, key=lambda name: _place(name) if is_called or name != "status" else (0, 0))


def _place(name: Any) -> tuple[int, int]:
    text = str(name)
    kind = _declared().get(text, ("", None))[0]
    if text in _CALLED:
        return 0, _NAMES.index(text)
    if text == "id":
        return 4, 0
    if is_id(text):
        return 3, 0
    if kind == "json":
        return 5, 1
    if text.endswith(_TEXTS):
        return 5, 0
    is_standing = kind in {"instant", "day", "bool"} or text.startswith(_FLAGS)
    return (2 if is_standing or text.endswith(("_at", *_STANDING)) else 1), 0
