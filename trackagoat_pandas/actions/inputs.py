"""Read the arguments of actions: one thing, many things, changes, and the value of each field."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Any, Final, Literal, TypeAlias
from urllib.parse import urlsplit

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import DateLike
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    MissingArgumentError,
    MissingColumnError,
    brief,
)
from trackagoat_pandas.helpers.campaigns.names import read_campaigns
from trackagoat_pandas.inputs.checks import (
    check_bool,
    check_ids,
    check_int,
    check_name,
    id_column,
    is_null,
    require_columns,
    row_as_frame,
)
from trackagoat_pandas.inputs.dates import parse_day
from trackagoat_pandas.inputs.handles import USUAL_COLUMNS
from trackagoat_pandas.names.creators import is_of_handles, read_creators
from trackagoat_pandas.tables import TABLES
from trackagoat_pandas.tables.writes import PLAN

Items: TypeAlias = "str | Sequence[str] | pd.Series | pd.Index | pd.DataFrame"
"""One thing, several in a list, Index or Series, or a frame with a row for each."""
One: TypeAlias = "str | pd.DataFrame"
"""An id, or a loaded frame of one row."""
Check: TypeAlias = Callable[[str, Any], Any]
"""Takes an argument's name and value, and returns the value as a request's body holds it."""

_EMAIL: Final = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
_INSTANT: Final = "an instant with its offset, such as '2026-06-15T12:00:00Z'"
POST_URL: Final = "the URL of a post, such as https://www.tiktok.com/@a/video/1"
_POST_ID: Final = re.compile(r"/(?:video|photo|v)/(\d+)")
_SEVERAL: Final = "one text, several in a list, Index or Series, or a frame"


_OWN_COLUMNS: Final = {
    "creator_id": ("creator_id", "id", "tiktok_handle"),
    "video_id": ("id", "video_id"),
}
"""The columns that may name an item; a named column takes the place of the last."""
_WHOLE: Final = re.compile(r"-?[0-9]+")
_TELLING_WORDS: Final = {"tiktok_handle": ("handle", "username"), "url": ("url", "link")}
"""A word in the heading of just one column that names it, as in ``Creator Handle``."""


SENT: Final = ("would create", "would reactivate", "would change", "would remove", "would send")
"""The statuses of a dry run's items that a real run would change something with."""


class _Keep(Enum):
    KEEP = "left as it is"

    def __repr__(self) -> str:
        return "KEEP"


KEEP: Final = _Keep.KEEP
"""The default of an optional change: the field isn't sent. None clears it."""
Keep: TypeAlias = Literal[_Keep.KEEP]


def require(argument: str, value: object, reason: str = "it can't be omitted or null") -> None:
    """Check that an argument has a value.

    Raises
    ------
    MissingArgumentError
        It is null.
    """
    if is_null(value):
        raise MissingArgumentError(argument, reason)


def many(argument: str, value: object, entity: str | None = None) -> list[str]:
    """Read the ids of things; the argument is the plural of the entity unless that is given."""
    entity = entity or argument.removesuffix("s")
    require(argument, value, f"pass the ids of {entity}s, or a frame with them")
    return check_ids(argument, value, entity=entity)


def one(argument: str, value: object, entity: str | None = None) -> str:
    """Read the id of one thing, given as such or as a frame of one row."""
    entity = entity or argument
    require(argument, value, f"pass the id of one {entity}, or a frame of one row")
    ids = check_ids(argument, value, entity=entity)
    return _only(argument, ids, entity)


def _only(argument: str, found: list[str], entity: str) -> str:
    if len(found) != 1:
        raise ArgumentError(argument, found, problem=f"give one {entity}, not {len(found)}")
    return found[0]


def named_creators(argument: str, value: object) -> list[str]:
    """Read the ids and handles of creators, which `find_creators` looks up."""
    require(argument, value, "pass the handles or ids of creators, or a frame with them")
    return read_creators(argument, value)


def one_creator(argument: str, value: object) -> str:
    """Read the id or the handle of one creator, given as such or as a frame of one row."""
    require(argument, value, "pass the handle or id of one creator, or a frame of one row")
    return _only(argument, read_creators(argument, value), "creator")


def named_campaigns(argument: str, value: object) -> list[str]:
    """Read the ids and names of campaigns, which `find_campaigns` looks up."""
    require(argument, value, "pass the names or ids of campaigns, or a frame with them")
    return read_campaigns(argument, value)


def one_campaign(argument: str, value: object) -> str:
    """Read the id or the name of one campaign, given as such or as a frame of one row."""
    require(argument, value, "pass the name or id of one campaign, or a frame of one row")
    return _only(argument, read_campaigns(argument, value), "campaign")


def changes(checks: Mapping[str, Check], **fields: Any) -> dict[str, Any]:
    """Check and return the fields to change.

    Raises
    ------
    ArgumentError
        There is none.
    """
    changed = {name: value for name, value in fields.items() if value is not KEEP}
    if not changed:
        problem = f"give at least one of {', '.join(fields)}"
        raise ArgumentError("changes", None, problem=problem)
    return _in_order({name: checks[name](name, value) for name, value in changed.items()})


def fields(checks: Mapping[str, Check], *required: str, **values: Any) -> dict[str, Any]:
    """Check and return the fields that have a value.

    Raises
    ------
    MissingArgumentError
        One of the required has none.
    """
    for name in required:
        require(name, values[name])
    return {name: checks[name](name, value) for name, value in values.items() if value is not None}


def rows(
    argument: str,
    value: object,
    key: str,
    checks: Mapping[str, Check],
    defaults: Mapping[str, Any],
    *,
    required: Sequence[str] = (),
    unique: Sequence[str] | None = None,
) -> list[dict[str, Any]]:
    """Read items: texts for the key, or a frame with a column for the key and optionally others.

    Parameters
    ----------
    argument
        The argument's name, for messages.
    value
        One text; a list, tuple, Index or Series of texts; or a frame.
    key
        The field that identifies an item, such as ``"tiktok_handle"``. Where it ends in ``_id``
        and the frame has no such column, the column ``id`` is used.
    checks
        The check of each field; a frame's further columns are ignored.
    defaults
        Values for items that have none of their own; None leaves the field out.
    required
        Fields that must have a value, besides the key.
    unique
        Fields whose values together identify an item; by default the key alone.

    Raises
    ------
    ArgumentError
        A value is invalid or missing, the key is null, or two items share a key.
    ArgumentTypeError, MissingColumnError
        It is something else, or a frame without the key.
    """
    require(argument, value, f"pass the {key} of each, or a frame with a column {key!r}")
    items = [{**defaults, **item} for item in _items(argument, value, key, checks)]
    for name in (key, *required):
        missing = [place for place, item in enumerate(items, start=1) if is_null(item.get(name))]
        if missing and name != key and len(missing) == len(items):
            reason = f"pass {name}=..., or a frame with a column {name!r}"
            raise MissingArgumentError(name, reason)
        if missing:
            problem = f"item {missing[0]} of {len(items)} has no {name}"
            raise ArgumentError(argument, None, problem=problem)
    bodies = [
        _in_order(
            {
                name: check(name, item[name])
                for name, check in checks.items()
                if not is_null(item.get(name))
            }
        )
        for item in items
    ]
    _check_unique(argument, bodies, unique or (key,))
    return bodies


def with_column(argument: str, value: Any, key: str, column: str | None) -> Any:
    """Return a frame in which the column that names its items is called as the reader expects.

    Parameters
    ----------
    argument
        The argument's name, for messages.
    value
        What the action was given.
    key
        The field that identifies an item, such as ``"tiktok_handle"``.
    column
        The frame's column; by default one that is called like the key, or as is usual.

    Returns
    -------
    object
        The frame; of a dry run the items that it would send, with their fields. What is no frame is
        returned as it is.

    Raises
    ------
    MissingColumnError, ArgumentError
        The frame has no such column, or a column is named and there is no frame.
    """
    if column is not None:
        check_name("column", column)
    own = _OWN_COLUMNS.get(key, (key,))
    ids = {"id"} if key.endswith("_id") else set[str]()
    value = row_as_frame(value, {*own, *ids, *([] if column is None else [column])})
    if not isinstance(value, pd.DataFrame):
        if column is not None:
            problem = f"it names a column of a frame, and `{argument}` is none"
            raise ArgumentError("column", column, problem=problem)
        # An iterator can be read only once, and items may be read again one by one.
        return list(value) if isinstance(value, Iterator) else value
    name = own[-1]
    if column is not None:
        require_columns(value, [column])
        others = [one for one in own if one in value.columns and one != column]
        return value.drop(columns=others).rename(columns={column: name})
    if any(one in value.columns for one in own):
        return value
    if is_plan(value):
        return _items_of_plan(value, name)
    called = _usual_column(name, value.columns)
    if called is None and name in USUAL_COLUMNS:
        advice = "Say which column it is with `column=`"
        raise MissingColumnError([name], value.columns, advice=advice)
    return value if called is None else value.rename(columns={called: name})


def _usual_column(name: str, columns: pd.Index) -> Hashable | None:
    """Find the one column that people mean, by its heading; None if it isn't clear."""
    called: dict[str, Hashable] = {str(one).strip().casefold(): one for one in columns}
    for usual in USUAL_COLUMNS.get(name, ()):
        if usual in called:
            return called[usual]
    # A loaded frame's own columns mean what they say: thumbnail_url is no post.
    declared = {column for table in TABLES.values() for column in table.names}
    headings = {text: one for text, one in called.items() if text not in declared}
    for word in _TELLING_WORDS.get(name, ()):
        found = [one for text, one in headings.items() if word in re.split(r"[\W_]+", text)]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def is_plan(value: object) -> bool:
    """Whether it is the frame of a dry run."""
    return isinstance(value, pd.DataFrame) and set(PLAN.names) <= {*value.columns}


def _items_of_plan(plan: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the items that a dry run says would be sent, with the fields that each had."""
    sent = plan[plan["status"].isin(SENT).to_numpy(bool)]
    rows = [_fields_of(body) for body in sent["body"]]
    return pd.DataFrame(rows, index=sent.index).assign(**{name: sent["item"]})


def _fields_of(body: object) -> dict[str, Any]:
    """Return the fields of the one item of a planned request."""
    read = json.loads(body) if isinstance(body, str) else {}
    for entries in read.values():
        if isinstance(entries, list) and entries and isinstance(entries[0], dict):
            return dict(entries[0])
    return dict(read)


def _in_order(body: dict[str, Any]) -> dict[str, Any]:
    """Check that the first day of a body, if it has both days, isn't after the last."""
    start, end = body.get("start_date"), body.get("end_date")
    if start and end and end < start:
        raise ArgumentError("end_date", end, f"it comes before start_date, {start}")
    return body


def _check_unique(argument: str, bodies: Iterable[dict[str, Any]], names: Sequence[str]) -> None:
    seen: set[tuple[str, ...]] = set()
    for body in bodies:
        same = identity(body, names)
        if same in seen:
            given = tuple(str(body.get(name)) for name in names)
            raise ArgumentError(argument, given, problem=f"{brief(' '.join(given))} appears twice")
        seen.add(same)


def identity(body: Mapping[str, Any], names: Sequence[str]) -> tuple[str, ...]:
    """Return the fields that identify the item of a request, in one spelling.

    TikTok ignores the case of handles, and a post's number says which it is. The case of any other
    address matters, such as that of a short link.
    """
    return tuple(
        post_of(str(body.get(name))) if name == "url" else str(body.get(name)).casefold()
        for name in names
    )


def post_of(address: str) -> str:
    """Return TikTok's id of the post in an address; the address itself if it has none."""
    found = _POST_ID.search(address)
    return found[1] if found else address


def _items(
    argument: str, value: object, key: str, checks: Mapping[str, Check]
) -> list[dict[str, Any]]:
    """Return the fields that each item has a value for."""
    if isinstance(value, str):
        return [{key: value}]
    if not isinstance(value, Iterable) or isinstance(value, bytes | Mapping):
        raise ArgumentTypeError(argument, value, _SEVERAL)
    if not isinstance(value, pd.DataFrame):
        return [{key: item} for item in value]
    if key == "creator_id" and is_of_handles(value):
        value = value.rename(columns={"tiktok_handle": key})
    elif key.endswith("_id"):
        value = value.rename(columns={id_column(argument, value, key.removesuffix("_id")): key})
    if key not in value.columns:
        raise MissingColumnError([key], value.columns)
    names = [name for name in checks if name in value.columns]
    columns = [value[name].astype(object) for name in names]
    # A null cell leaves that field of its row to the defaults.
    return [
        {name: cell for name, cell in zip(names, cells, strict=True) if not is_null(cell)}
        for cells in zip(*columns, strict=True)
    ]


def text(argument: str, value: Any, longest: int | None = None) -> str:
    """Check a text that must not be empty."""
    if not isinstance(value, str):
        raise ArgumentTypeError(argument, value, "text")
    written = value.strip()
    if not written:
        raise ArgumentError(argument, value, "it must not be empty")
    if longest is not None and len(written) > longest:
        problem = f"it has {len(written)} characters; the limit is {longest}"
        raise ArgumentError(argument, value, problem=problem)
    return written


def url(argument: str, value: Any) -> str:
    """Check the URL of a TikTok post."""
    written = text(argument, value)
    try:
        parts = urlsplit(written)
        host = parts.hostname or ""
    except ValueError as flaw:
        raise ArgumentError(argument, value, f"it is not a URL ({flaw})") from flaw
    # The dot before the host refuses nottiktok.com, and takes tiktok.com itself.
    if parts.scheme != "https" or not f".{host}".endswith(".tiktok.com") or " " in written:
        raise ArgumentError(argument, value, f"give {POST_URL}")
    first, *rest = parts.path.strip("/").split("/")
    if not rest and (not first or first.startswith("@")):
        said = "it is the address of a profile" if first else "it doesn't say which post"
        raise ArgumentError(argument, value, f"{said}; give {POST_URL}")
    return written


def email(argument: str, value: Any) -> str:
    """Check an email address roughly; only the server can say whether it exists."""
    written = text(argument, value)
    if not _EMAIL.fullmatch(written):
        raise ArgumentError(argument, value, "give an address such as ann@example.com")
    return written


def day(argument: str, value: DateLike) -> str:
    """Check a day and write it as the API does."""
    return parse_day(value, argument).isoformat()


def instant(argument: str, value: Any) -> str:
    """Check an instant and write it as the API does; without an offset it would be ambiguous."""
    if not isinstance(value, str | dt.datetime):
        raise ArgumentTypeError(argument, value, _INSTANT)
    try:
        read = pd.Timestamp(value)
    except ValueError as flaw:
        raise ArgumentError(argument, value, f"give {_INSTANT}") from flaw
    if pd.isna(read) or read.tzinfo is None:
        raise ArgumentError(argument, value, f"give {_INSTANT}")
    return read.tz_convert("UTC").tz_localize(None).isoformat() + "Z"


def cents(argument: str, value: Any) -> int:
    """Check an amount in whole cents; a float is refused, since it may already be inexact."""
    if isinstance(value, float | np.floating):
        raise ArgumentTypeError(argument, value, "a whole number of cents, never a float")
    return check_int(argument, _plain(value), minimum=1)


def whole(argument: str, value: Any) -> int:
    """Check a whole number of at least 1, which a frame may hold as a float or as text."""
    number = _plain(value)
    is_text = isinstance(number, str) and _WHOLE.fullmatch(number.strip())
    if is_text or (isinstance(number, float) and number.is_integer()):
        number = int(number)
    elif isinstance(number, str):
        raise ArgumentError(argument, number, problem="it is a text, and no whole number")
    return check_int(argument, number, minimum=1)


def flag(argument: str, value: Any) -> bool:
    """Check a value that is True or False."""
    return check_bool(argument, _plain(value))


def json_object(argument: str, value: Any) -> dict[str, Any]:
    """Check a free-form object."""
    if not isinstance(value, Mapping):
        raise ArgumentTypeError(argument, value, "a dict")
    return dict(value)


def or_null(check: Check) -> Check:
    """Return the check of a value that None clears."""

    def check_or_null(argument: str, value: Any) -> Any:
        return None if value is None else check(argument, value)

    return check_or_null


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
