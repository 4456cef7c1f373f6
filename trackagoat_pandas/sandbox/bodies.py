"""Request bodies as declarations: one says how a body is read and how it is documented.

A body has one form or several; each is a closed JSON object, and unknown members are refused. Must
not know routes or the database.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import msgspec

from trackagoat_pandas.sandbox import spelling
from trackagoat_pandas.sandbox.refusals import invalid_body

MemberType: TypeAlias = Literal[
    "uuid", "string", "integer", "boolean", "date", "datetime", "object", "array", "null"
]

MOST_BYTES = 1_000_000
MOST_ITEMS = 50


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a body.

    ``low`` and ``high`` bound an integer, the characters of a text, the items of an array, which
    are objects, values, or any texts. The type null is for a member that a form has no use for, but
    that need not be left out.
    """

    name: str
    type: MemberType
    description: str
    required: bool = False
    nullable: bool = False
    choices: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None
    pattern: str | None = None
    items: Body | Member | None = None
    unique: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """The members of an object, of which at least so many must be there."""

    members: tuple[Member, ...]
    least: int = 0

    @property
    def required(self) -> list[str]:
        """The names of the members that must be there."""
        return [member.name for member in self.members if member.required]

    def likeness(self, given: Mapping[str, Any]) -> int:
        """Count how many of the members that this form asks for an object has."""
        return sum(
            given.get(member.name) is not None
            and (not member.choices or given[member.name] in member.choices)
            for member in self.members
            if member.required
        )


Body: TypeAlias = tuple[Form, ...]
ANY_TEXT = Member("item", "string", "Any text.")


def read_json(text: bytes, mimetype: str) -> Any:
    """Decode a body, or raise the 400 that says what is wrong with it as a whole."""
    if mimetype != "application/json":
        raise invalid_body("The body", "it is JSON, and says so: Content-Type: application/json")
    try:
        return msgspec.json.decode(text)
    except (ValueError, RecursionError):  # no JSON, or nested without end
        raise invalid_body("The body", "it can't be read as JSON") from None


def read_body(body: Body, given: Any, where: str = "") -> dict[str, Any]:
    """Check an object against the form that it is most like; give its members as values."""
    if not isinstance(given, dict):
        raise invalid_body(where or "The body", "it is a JSON object")
    form = max(body, key=lambda one: one.likeness(given))
    known = {member.name: member for member in form.members}
    for name in given:
        if name not in known:
            raise invalid_body(where + name, f"unknown; known are {', '.join(known)}")
    for name in form.required:
        if name not in given:
            raise invalid_body(where + name, "it is required")
    if len(given) < form.least:
        raise invalid_body(where or "The body", f"it has at least one of {', '.join(known)}")
    return {name: _value(known[name], value, where + name) for name, value in given.items()}


def _value(member: Member, value: Any, name: str) -> Any:
    if value is None:
        if member.nullable or member.type == "null":
            return None
        raise invalid_body(name, "it is not null")
    value = _READERS[member.type](member, name, value)
    if member.choices and value not in member.choices:
        raise invalid_body(name, f"it is one of {', '.join(member.choices)}")
    return value


def _null(_member: Member, name: str, _value: Any) -> None:
    raise invalid_body(name, "it has no meaning here")


def _string(member: Member, name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise invalid_body(name, "it is a text")
    _check_range(member, name, len(value), "characters")
    if member.pattern is not None and not spelling.is_like(member.pattern, value):
        raise invalid_body(name, f"it is not like {member.pattern}")
    return value


def _uuid(_member: Member, name: str, value: Any) -> str:
    return _spelled(spelling.read_uuid, name, value, "it is a uuid")


def _date(_member: Member, name: str, value: Any) -> str:
    return _spelled(spelling.read_day, name, value, spelling.A_DAY)


def _datetime(_member: Member, name: str, value: Any) -> str:
    return _spelled(spelling.read_instant, name, value, spelling.AN_INSTANT)


def _spelled(read: Callable[[str], str | None], name: str, value: Any, allowed: str) -> str:
    found = read(value) if isinstance(value, str) else None
    if found is None:
        raise invalid_body(name, allowed)
    return found


def _integer(member: Member, name: str, value: Any) -> int:
    # JSON doesn't tell 43 from 43.0.
    if type(value) is float and value.is_integer():
        value = int(value)
    if type(value) is not int:
        raise invalid_body(name, "it is a whole number")
    _check_range(member, name, value, "")
    return value


def _boolean(_member: Member, name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise invalid_body(name, "it is true or false")
    return value


def _object(_member: Member, name: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise invalid_body(name, "it is an object")
    return value


def _array(member: Member, name: str, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise invalid_body(name, "it is a list")
    _check_range(member, name, len(value), "items")
    items = [_item(member, f"{name}[{place}]", item) for place, item in enumerate(value)]
    if member.unique and len(set(items)) < len(items):
        raise invalid_body(name, "each item stands in it once")
    return items


def _item(member: Member, name: str, item: Any) -> Any:
    if isinstance(member.items, tuple):
        return read_body(member.items, item, f"{name}.")
    return _value(member.items or ANY_TEXT, item, name)


def _check_range(member: Member, name: str, size: int, unit: str) -> None:
    low, high = member.low, member.high
    if (low is not None and size < low) or (high is not None and size > high):
        raise invalid_body(name, f"it has from {low} to {high} {unit}".rstrip())


_READERS: dict[MemberType, Callable[[Member, str, Any], Any]] = {
    "uuid": _uuid,
    "string": _string,
    "integer": _integer,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
    "object": _object,
    "array": _array,
    "null": _null,
}
