"""Request bodies: closed JSON objects, whose msgspec types check and describe them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Annotated, Any, TypeAlias

import msgspec
from msgspec import UNSET, Meta, UnsetType

from trackagoat_pandas.sandbox.envelope import invalid_body
from trackagoat_pandas.sandbox.formats import convert, doc, explain

MOST_BYTES = 1_000_000
MOST_ITEMS = 50


class Body(msgspec.Struct, forbid_unknown_fields=True):
    """A JSON object whose members are known; the missing ones are UNSET."""


class Edit(Body):
    """A body of changes; it has at least one member."""

    def __post_init__(self) -> None:
        if all(getattr(self, name) is UNSET for name in self.__struct_fields__):
            raise ValueError(f"must have at least one of {', '.join(self.__struct_fields__)}")


def check_unique(name: str, items: Sequence[str] | UnsetType) -> None:
    """Raise ValueError if a list repeats an item."""
    if not isinstance(items, UnsetType) and len(set(items)) < len(items):
        raise ValueError(f"must not repeat an item of {name}")


Name: TypeAlias = Annotated[str, Meta(min_length=1, max_length=200, description="The name.")]
ShortName: TypeAlias = Annotated[str, Meta(min_length=1, max_length=100, description="The name.")]
Notes: TypeAlias = Annotated[
    Annotated[str, Meta(max_length=10_000)] | UnsetType | None, doc("The team's notes.")
]
Ids: TypeAlias = Annotated[list[str], Meta(min_length=1, max_length=MOST_ITEMS)]
"""Ids of a bulk request. Any text: a malformed id fails alone, not the whole request."""


def read_json(text: bytes, mimetype: str) -> Any:
    """Decode a body, or raise 400."""
    if mimetype != "application/json":
        raise invalid_body("The body", "must be JSON, with Content-Type: application/json")
    try:
        return msgspec.json.decode(text)
    except (ValueError, RecursionError):  # not JSON, or nested too deeply
        raise invalid_body("The body", "is not valid JSON") from None


def read_body(forms: tuple[type[Body], ...], given: Any) -> dict[str, Any]:
    """Check a JSON object against the form that it resembles most; return the given members."""
    if not isinstance(given, dict):
        raise invalid_body("The body", "must be a JSON object")
    # JSON Schema calls 43.0 an integer. No form has nested integers, and free-form objects stay as
    # they were sent.
    members = {
        name: int(value) if type(value) is float and value.is_integer() else value
        for name, value in given.items()
    }
    form = max(forms, key=lambda one: _likeness(one, members))
    try:
        body = convert(members, form)
    except msgspec.ValidationError as error:
        name, reason = explain(error)
        raise invalid_body(name or "The body", reason) from None
    read: dict[str, Any] = msgspec.to_builtins(body, enc_hook=str)
    return read


def _likeness(form: type[Body], given: dict[str, Any]) -> int:
    """Count the required members of a form that are given and valid."""
    fitting = 0
    for field in msgspec.structs.fields(form):
        if field.required:
            with suppress(msgspec.ValidationError):
                convert(given.get(field.name), field.type)
                fitting += 1
    return fitting
