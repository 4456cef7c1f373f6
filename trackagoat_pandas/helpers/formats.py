"""How a column reads: what its values are, its heading for people, and its place in a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, Final, Literal, TypeAlias

import pandas as pd

from trackagoat_pandas.tables import TABLES
from trackagoat_pandas.tables.analytics import RAW_METRICS

Content: TypeAlias = Literal[
    "text", "count", "number", "percent", "share", "money", "ordinal", "weekday", "flag", "instant",
    "day", "id", "link", "json",
]  # fmt: skip
"""What a column's values are for a reader: a percent is written as 45 for 45 %, a share as 0.45.

An ordinal, such as a year, is a number that names something, and a weekday is 0 for Sunday to 6.
"""

_PERCENTS: Final = ("_pct", "percentage", "percent")
"""How names of columns of percents end."""
_PERCENT_NAMES: Final = frozenset({"share"})
"""Of a leaderboard; others may have fractions in a column such as ``market_share``."""
_SHARES: Final = frozenset({"chance"})
_ORDINALS: Final = frozenset({"year", "hour", "version"})
"""How names of columns of ordinals end."""
_WEEKDAYS: Final = frozenset({"dow", "weekday"})
_NAMES: Final = (
    "rank", "stage", "finding", "item", "tiktok_handle", "creator", "display_name", "video_title",
    "title", "campaign_name", "campaign_a_name", "campaign_b_name", "structure_name", "name",
    "author", "text", "label", "project_name", "method_name", "entry", "metric", "rule_kind",
    "period", "date", "observed_at", "day", "week", "month", "year", "bucket", "period_start",
    "period_end", "kind", "currency",
)  # fmt: skip
"""What a person calls a row, in the order shown: who, what, when, and in which currency."""
_CLOSED: Final = frozenset({"stage", "finding", "entry", "metric", "rule_kind", "period", "kind"})
"""Of these, what has one of a few words."""
_CALLED: Final = frozenset(_NAMES)
_STANDING: Final = (
    "status", "reason", "advice", "advisory", "note", "error", "error_code", "mode", "media_type",
    "version", "version_in_force", "method", "path",
)  # fmt: skip
_FLAGS: Final = ("is_", "has_")
_TEXTS: Final = ("description", "readme", "basis", "url", "body")
_ROW_NAMES: Final = frozenset({
    "tiktok_handle", "creator", "display_name", "video_title", "title", "name", "label", "author",
    "text",
})  # fmt: skip
_GROUP_NAMES: Final = frozenset({
    "campaign_name", "campaign_a_name", "campaign_b_name", "structure_name", "project_name",
    "method_name",
})  # fmt: skip
_WORDS: Final[Mapping[str, str]] = {
    "tiktok_handle": "creator",
    "video_title": "video",
    "campaign_name": "campaign",
    "structure_name": "rule",
    "project_name": "project",
    "method_name": "method",
    "miss_pct": "chance to miss",
    "share_pct": "share of change",
    "after_pct": "share of total",
    "daily_burn_cents": "burn a day",
    "dow": "weekday",
    "pct": "%",
    "cpm": "CPM",
    "id": "ID",
    "ids": "IDs",
    "url": "link",
    "tiktok": "TikTok",
}
"""Words of column names that are written differently in a heading."""

_NOT_ADDED: Final = frozenset({
    "age", "average", "avg", "best", "cap", "cpm", "creators", "days", "due", "factor", "first",
    "hour", "hours", "index", "last", "limit", "lower", "max", "maximum", "mean", "median", "min",
    "minimum", "needed", "per", "place", "points", "position", "rank", "ratio", "score", "streak",
    "typical", "upper", "usual", "weeks",
})  # fmt: skip
"""Words in names of numbers whose sum says nothing; a creator may be in several rows."""
_LEVELS: Final = frozenset({"follower", "followers", "owed", "balance", "outstanding"})
"""Words in names of what there is at a time, which isn't added up over times."""


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
    >>> frame = pd.DataFrame({"creator_id": ["a"], "owed_cents": [250], "year": [2026]})
    >>> [content_of(frame[name]) for name in frame]
    ['id', 'money', 'ordinal']
    """
    name, dtype = str(column.name), column.dtype
    kind, unit = _declared().get(name, (None, None))
    if is_id(name):
        return "id"
    if dtype.kind == "M":
        kept = dtype.pyarrow_dtype if isinstance(dtype, pd.ArrowDtype) else dtype
        return "instant" if getattr(kept, "tz", None) is not None else "day"
    if pd.api.types.is_bool_dtype(dtype):
        return "flag"
    # A complex number is no amount, and as a float it would lose a part.
    if not pd.api.types.is_numeric_dtype(dtype) or dtype.kind == "c":
        if name.endswith("url"):
            return "link"
        return "json" if kind == "json" else "text"
    return _number_content(name, unit, is_whole=pd.api.types.is_integer_dtype(dtype))


def _number_content(name: str, unit: str | None, *, is_whole: bool) -> Content:
    """Return what the numbers of a column are."""
    if name.endswith("_cents"):
        return "money"
    if name in _SHARES:
        return "share"
    if (
        unit == "percent"
        or name in _PERCENT_NAMES
        or name.endswith(_PERCENTS)
        or name.startswith("engagement_rate")
    ):
        return "percent"
    if not is_whole:
        return "number"
    if name in _WEEKDAYS:
        return "weekday"
    return "ordinal" if name.rsplit("_", 1)[-1] in _ORDINALS else "count"


def adds_up(name: str, content: Content, *, over_time: bool = False) -> bool:
    """Return whether the sum of a column over rows says something: of counts and money it does.

    Examples
    --------
    >>> columns = {"view_count": "count", "paid_cents": "money", "rank": "count", "pct": "percent"}
    >>> [adds_up(name, content) for name, content in columns.items()]
    [True, True, False, False]
    >>> adds_up("followers", "count"), adds_up("followers", "count", over_time=True)
    (True, False)
    """
    words = {*name.split("_")}
    if words & _NOT_ADDED or (over_time and words & _LEVELS):
        return False
    return content in ("count", "money") or (
        content == "number" and not words.isdisjoint(RAW_METRICS)
    )


def is_id(name: str) -> bool:
    """Return whether a column holds ids, by its name.

    Examples
    --------
    >>> [is_id(name) for name in ("id", "creator_id", "accrual_ids", "campaign_a", "tiktok_handle")]
    [True, True, True, True, False]
    """
    return name == "id" or name.endswith(("_id", "_ids")) or _declared().get(name, [""])[0] == "id"


def is_words(column: pd.Series) -> bool:
    """Return whether a column's values are words of a closed set, such as ``at_risk``.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"status": ["at_risk"], "tiktok_handle": ["honest_gloss"]})
    >>> [is_words(frame[name]) for name in frame]
    [True, False]
    """
    name = str(column.name)
    kind = _declared().get(name, ("", None))[0]
    is_closed = isinstance(column.dtype, pd.CategoricalDtype) and kind in ("", "category")
    return kind == "category" or (is_closed and (name not in _NAMES or name in _CLOSED))


def names_rows(names: Iterable[Any]) -> bool:
    """Return whether one of a frame's columns says what a row is about, so that no id has to.

    The name of a rule, a campaign or a project doesn't, where the row is a creator's or a video's.

    Examples
    --------
    >>> names_rows(["creator_id", "structure_name"]), names_rows(["creator_id", "tiktok_handle"])
    (False, True)
    """
    given = {str(name) for name in names}
    is_of_one = bool(given & {"creator_id", "video_id"})
    return bool(given & _ROW_NAMES) or (not is_of_one and bool(given & _GROUP_NAMES))


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


def heading_of(name: str, content: Content) -> str:
    """Write a column's name as a heading; cents that are not shown as money are called so.

    Examples
    --------
    >>> heading_of("owed_cents", "money"), heading_of("owed_cents", "text")
    ('Owed', 'Owed (cents)')
    """
    is_bare = name.endswith("_cents") and content != "money"
    return f"{heading(name)} (cents)" if is_bare else heading(name)


def in_reading_order(names: Iterable[Any]) -> list[Any]:
    """Put columns in the order in which a person reads a row.

    First what the row is called, then its measures, then its status and times, then ids, then long
    texts and free-form JSON. Within each, the given order stays. Where nothing else names the row,
    as in counts by status, its status does. The end of a period is a part of its name only beside
    its start; alone it is a time, such as a deadline.

    Examples
    --------
    >>> in_reading_order(["id", "creator_id", "metadata", "status", "view_count", "tiktok_handle"])
    ['tiktok_handle', 'view_count', 'status', 'creator_id', 'id', 'metadata']
    """
    given = list(names)
    return sorted(given, key=reading_places(given))


def reading_places(names: Iterable[Any]) -> Callable[[Any], tuple[int, int]]:
    """Return what says the place of each of a frame's columns in reading order, for sorting."""
    texts = {*map(str, names)}
    own = {} if _CALLED & texts else {"status": (0, 0)}
    if "period_start" not in texts:
        own["period_end"] = (2, 0)
    return lambda name: own.get(str(name)) or _place(str(name))


def _place(text: str) -> tuple[int, int]:
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
