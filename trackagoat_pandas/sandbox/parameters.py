"""Query parameters as declarations: one says how it is read and how it is documented.

Knows the words and ranges that a parameter allows. Must not know routes or the database.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

from trackagoat_pandas.sandbox.refusals import invalid_query, missing_query
from trackagoat_pandas.sandbox.spelling import A_DAY, is_uuid, read_day

ParameterType: TypeAlias = Literal[
    "text", "uuid", "uuids", "integer", "day", "flag", "zone", "cursor"
]

MOST_IDS = 50
_MAY_BE_EMPTY = ("text", "cursor")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One query parameter.

    ``default`` is what the handler gets when the parameter is missing, or a text and empty.
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
        if text is None or (not text and self.type in _MAY_BE_EMPTY):
            if self.required:
                raise missing_query(self.name)
            return False if self.type == "flag" else self.default
        if self.choices and text not in self.choices:
            raise invalid_query(self.name, text, f"it is one of {', '.join(self.choices)}")
        return _READERS[self.type](self, text)


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
    if read_day(text) is None:
        raise invalid_query(parameter.name, text, A_DAY)
    return date.fromisoformat(text)


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
    "cursor": _text,
}

LIMIT = Parameter("limit", "Rows on a page.", "integer", default=50, minimum=1, maximum=100)
CURSOR = Parameter("cursor", "meta.nextCursor of the page before; opaque.", "cursor")
PAGE = (LIMIT, CURSOR)
OFFSET = Parameter(
    "offset", "Rows to skip.", "integer", default=0, minimum=0, maximum=1_000_000_000
)
OF_PROJECT = Parameter("project_id", "Only this project.", "uuid")
THE_PROJECT = Parameter("project_id", "The project.", "uuid", required=True)
OF_CREATOR = Parameter("creator_id", "Only this creator.", "uuid")
FROM = Parameter("from", "First day, inclusive, in the organization's time zone.", "day")
TO = Parameter("to", "Last day, inclusive, in the organization's time zone.", "day")
ZONE = Parameter("tz", "An IANA time zone in place of the organization's.", "zone")
