"""Query parameters as declarations: one says how it is read and how it is documented.

Knows the words and ranges that a parameter allows. Must not know routes or the database.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

from trackagoat_pandas.sandbox.refusals import invalid_query, missing_query

ParameterType: TypeAlias = Literal["text", "uuid", "uuids", "integer", "day", "flag", "zone"]

MOST_IDS = 50
_YEARS = (1971, 2100)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One query parameter.

    ``default`` is what the handler gets when the parameter is missing or empty.
    """

    name: str
    description: str
    type: ParameterType = "text"
    required: bool = False
    default: str | int | None = None
    choices: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None

    def read(self, text: str | None) -> Any:
        """Turn the text of a request into a value, or raise the 400 that says what is allowed."""
        if not text:
            if self.required:
                raise missing_query(self.name)
            return False if self.type == "flag" else self.default
        if self.choices and text not in self.choices:
            raise invalid_query(self.name, text, f"it is one of {', '.join(self.choices)}")
        return _READERS[self.type](self, text)


def is_uuid(text: str) -> bool:
    """Tell whether a text is a uuid in its usual form."""
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def _text(_parameter: Parameter, text: str) -> str:
    return text


def _uuid(parameter: Parameter, text: str) -> str:
    if not is_uuid(text):
        raise invalid_query(parameter.name, text, "it is a uuid")
    return text.lower()


def _uuids(parameter: Parameter, text: str) -> list[str]:
    ids = list(dict.fromkeys(_uuid(parameter, part.strip()) for part in text.split(",")))
    if len(ids) > MOST_IDS:
        raise invalid_query(parameter.name, text, f"it holds at most {MOST_IDS} ids")
    return ids


def _integer(parameter: Parameter, text: str) -> int:
    low, high = parameter.minimum, parameter.maximum
    allowed = f"it is a whole number from {low}" + ("" if high is None else f" to {high}")
    if not re.fullmatch(r"-?[0-9]{1,18}", text):
        raise invalid_query(parameter.name, text, allowed)
    value = int(text)
    if (low is not None and value < low) or (high is not None and value > high):
        raise invalid_query(parameter.name, text, allowed)
    return value


def _day(parameter: Parameter, text: str) -> date:
    allowed = f"it is a day of the calendar as YYYY-MM-DD, from {_YEARS[0]} to {_YEARS[1]}"
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise invalid_query(parameter.name, text, allowed)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise invalid_query(parameter.name, text, allowed) from None
    if not _YEARS[0] <= day.year <= _YEARS[1]:
        raise invalid_query(parameter.name, text, allowed)
    return day


def _flag(parameter: Parameter, text: str) -> bool:
    if text.lower() not in {"1", "true", "0", "false"}:
        raise invalid_query(parameter.name, text, "it is 1 or 0")
    return text.lower() in {"1", "true"}


def _zone(parameter: Parameter, text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (KeyError, ValueError, OSError):  # absent, outside the tree of zones, a folder of it
        raise invalid_query(parameter.name, text, "it is an IANA time zone") from None


_READERS: dict[ParameterType, Callable[[Parameter, str], Any]] = {
    "text": _text,
    "uuid": _uuid,
    "uuids": _uuids,
    "integer": _integer,
    "day": _day,
    "flag": _flag,
    "zone": _zone,
}

LIMIT = Parameter("limit", "Rows on a page.", "integer", default=50, minimum=1, maximum=100)
CURSOR = Parameter("cursor", "meta.nextCursor of the page before; opaque.")
PAGE = (LIMIT, CURSOR)
OFFSET = Parameter("offset", "Rows to skip.", "integer", default=0, minimum=0)
OF_PROJECT = Parameter("project_id", "Only this project.", "uuid")
THE_PROJECT = Parameter("project_id", "The project.", "uuid", required=True)
OF_CREATOR = Parameter("creator_id", "Only this creator.", "uuid")
FROM = Parameter("from", "First day, inclusive, in the organization's time zone.", "day")
TO = Parameter("to", "Last day, inclusive, in the organization's time zone.", "day")
ZONE = Parameter("tz", "An IANA time zone in place of the organization's.", "zone")
