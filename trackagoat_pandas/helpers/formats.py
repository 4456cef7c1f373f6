"""How a column reads: what its values are, its heading for people, and its place in a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Any, Final

import pandas as pd

from trackagoat_pandas.base.wording import one_line
from trackagoat_pandas.tables import TABLES, writes
from trackagoat_pandas.tables.analytics import RAW_METRICS
from trackagoat_pandas.tables.model import Column, Content, Kind, Role
from trackagoat_pandas.tables.results import COLUMNS
from trackagoat_pandas.tables.vocabulary import NAME_ORDER, VARIANTS

_PLACES: Final[Mapping[Role, int]] = {"name": 0, "measure": 1, "standing": 2, "id": 3, "long": 5}
_LAST_ID: Final = 4
_USUAL: Final[Mapping[Kind, Role]] = {
    "id": "id", "instant": "standing", "day": "standing", "bool": "standing",
}  # fmt: skip
"""The role of a column whose declaration has none, by its kind; others are measures."""
_OF_UNIT: Final[Mapping[str | None, Content]] = {"cents": "money", "percent": "percent"}
_NAMES: Final = frozenset(NAME_ORDER)
_ROW_NAMES: Final = frozenset({
    "tiktok_handle", "creator", "display_name", "video_title", "title", "name", "label", "author",
    "text",
})  # fmt: skip
_GROUP_NAMES: Final = frozenset({
    "campaign_name", "campaign_a_name", "campaign_b_name", "structure_name", "project_name",
    "method_name",
})  # fmt: skip
_WORDS: Final[Mapping[str, str]] = {
    "pct": "%", "cpm": "CPM", "id": "ID", "ids": "IDs", "url": "link", "tiktok": "TikTok",
}  # fmt: skip
"""Words of column names that are written differently in a heading."""

_NOT_COUNTED: Final = frozenset({"creators", "day", "days", "hour", "percent"})
"""Units of declared numbers whose sum says nothing; a creator may be in several rows."""
_NOT_ADDED: Final = frozenset({
    "age", "average", "avg", "best", "cap", "cpm", "creators", "days", "due", "factor", "first",
    "hour", "hours", "index", "last", "limit", "lower", "max", "maximum", "mean", "median", "min",
    "minimum", "needed", "per", "place", "points", "position", "rank", "ratio", "score", "streak",
    "typical", "upper", "usual", "weeks",
})  # fmt: skip
"""The same where no unit is declared, as for a user's own column: words in its name."""
_LEVELS: Final = frozenset({"follower", "followers", "owed", "balance", "outstanding"})
"""Words in names of what there is at a time, which isn't added up over times."""


@cache
def _declarations() -> Mapping[str, Column]:
    """Return the first declaration of each column, by name."""
    tables = reversed([*TABLES.values(), writes.PLAN, writes.RESULTS])
    return {**{column.name: column for table in tables for column in table.columns}, **COLUMNS}


@cache
def _words_of_tables() -> frozenset[str]:
    """Return the names of the columns that some table declares as words of a closed set."""
    return frozenset(
        column.name
        for table in TABLES.values()
        for column in table.columns
        if column.kind == "category"
    )


@lru_cache(maxsize=4096)
def column_of(name: str) -> Column:
    """Return a column's declaration, or guess one from the name of a user's own column.

    Examples
    --------
    >>> column_of("owed_cents").unit, column_of("my_bonus_cents").content
    ('cents', 'money')
    """
    return _declarations().get(name) or _guess(name)


def _guess(name: str) -> Column:
    """Guess what a column is that nobody declared, by the beginning and the end of its name."""
    role: Role | None = "standing" if name.startswith(("is_", "has_")) else None
    if name.endswith(("description", "readme", "basis", "url", "body")):
        role = "long"
    elif name.endswith(("_at", "status", "reason", "advice", "note", "mode", "version")):
        role = "standing"
    content: Content | None = None
    if name.endswith("_cents"):
        content = "money"
    elif name.endswith(("_pct", "percentage", "percent")) or name.startswith("engagement_rate"):
        content = "percent"
    elif name.endswith("url"):
        content = "link"
    elif name == "weekday":
        content = "weekday"
    elif name.rpartition("_")[2] in ("year", "hour", "version"):
        content = "ordinal"
    is_id = name == "id" or name.endswith(("_id", "_ids"))
    return Column(name, "id" if is_id else "text", "", content=content, role=role)


def content_of(column: pd.Series) -> Content:
    """Return what a column's values are for a reader, by its declaration and dtype.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"creator_id": ["a"], "owed_cents": [250], "year": [2026]})
    >>> [content_of(frame[name]) for name in frame]
    ['id', 'money', 'ordinal']
    """
    name, dtype = str(column.name), column.dtype
    declared = column_of(name)
    if pd.api.types.is_integer_dtype(dtype):
        # In one result `low` is a number of views, in the others a share in percent.
        declared = VARIANTS.get(f"{name}:int", declared)
    if declared.kind == "id":
        return "id"
    if dtype.kind == "M":
        kept = dtype.pyarrow_dtype if isinstance(dtype, pd.ArrowDtype) else dtype
        return "instant" if getattr(kept, "tz", None) is not None else "day"
    if pd.api.types.is_bool_dtype(dtype):
        return "flag"
    # A complex number is no amount, and as a float it would lose a part.
    if not pd.api.types.is_numeric_dtype(dtype) or dtype.kind == "c":
        text: Content = "json" if declared.kind == "json" else "text"
        return "link" if declared.content == "link" else text
    found = declared.content or _OF_UNIT.get(declared.unit)
    if found in ("money", "percent", "share"):
        return found
    if not pd.api.types.is_integer_dtype(dtype):
        return "number"
    return found if found in ("ordinal", "weekday") else "count"


def adds_up(name: str, content: Content, *, over_time: bool = False) -> bool:
    """Return whether the sum of a column over rows says something: of counts and money it does.

    What a declared column counts is its unit: ``cents a year`` are no more added than days.

    Examples
    --------
    >>> columns = {"view_count": "count", "paid_cents": "money", "rank": "count", "pct": "percent"}
    >>> [adds_up(name, content) for name, content in columns.items()]
    [True, True, False, False]
    >>> adds_up("due_cents", "money"), adds_up("threshold_cents", "money")
    (True, False)
    >>> adds_up("followers", "count"), adds_up("followers", "count", over_time=True)
    (True, False)
    """
    words, declared = {*name.split("_")}, _declarations().get(name)
    if declared is None or not (declared.unit or declared.content):
        is_number_of = words.isdisjoint(_NOT_ADDED)
    else:
        unit = declared.unit or ""
        is_number_of = declared.kind == "int" and bool(unit) and unit not in _NOT_COUNTED
        is_number_of &= not is_per(unit)
    if not is_number_of or (over_time and words & _LEVELS):
        return False
    return content in ("count", "money") or (
        content == "number" and not words.isdisjoint(RAW_METRICS)
    )


def is_per(unit: str) -> bool:
    """Return whether a unit is of something for each of another, such as ``posts a week``."""
    return " a " in unit or " per " in unit


def is_id(name: str) -> bool:
    """Return whether a column holds ids.

    Examples
    --------
    >>> [is_id(name) for name in ("id", "creator_id", "accrual_ids", "campaign_a", "tiktok_handle")]
    [True, True, True, True, False]
    """
    return column_of(name).kind == "id"


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
    declared = _declarations().get(name)
    if declared is not None and declared.kind == "category":
        return True
    # A column may be words in one table or result, such as the kind or the reason, and a text or a
    # sentence in another.
    is_in_some = name in _words_of_tables() or (
        name not in _NAMES and (declared is None or name in COLUMNS)
    )
    return is_in_some and isinstance(column.dtype, pd.CategoricalDtype)


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
    text = column_of(name).heading
    if not text and name.endswith("_count"):
        text = f"{name.removesuffix('_count')}s"
    elif not text:
        bare = name.removesuffix("_cents").removeprefix("is_").removesuffix("_at")
        text = " ".join([_WORDS.get(word, word) for word in bare.split("_") if word])
    text = one_line(text)  # an undeclared field can have any name
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
    places = reading_places(given)
    return sorted(given, key=places.__getitem__)


def reading_places(names: Iterable[Any]) -> dict[Any, tuple[int, int]]:
    """Return the place of each of a frame's columns in reading order, for sorting."""
    places = {name: place_of(str(name)) for name in names}
    if "status" in places and _NAMES.isdisjoint(places):
        places["status"] = (_PLACES["name"], 0)
    if "period_end" in places and "period_start" not in places:
        places["period_end"] = (_PLACES["standing"], 0)
    return places


@lru_cache(maxsize=4096)
def place_of(name: str) -> tuple[int, int]:
    """Return the place of a column in reading order: that of its role, and among names its own."""
    column = column_of(name)
    if name in _NAMES:
        return _PLACES["name"], NAME_ORDER.index(name)
    if name == "id":
        return _LAST_ID, 0
    if column.kind == "json":
        return _PLACES["long"], 1
    return _PLACES[column.role or _USUAL.get(column.kind, "measure")], 0
