"""Query parameters: how each is parsed, checked and described in /openapi.json."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from trackagoat_pandas.sandbox.envelope import invalid_query, missing_query
from trackagoat_pandas.sandbox.formats import Day, Json, Uuid, convert, explain, schema_of

UUIDS = Annotated[list[Uuid], Meta(min_length=1, max_length=50)]
_CURSOR = Annotated[str, Meta(extra_json_schema={"format": "cursor"})]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One query parameter.

    ``type`` is checked by msgspec; with ``choices`` it is a text. ``default`` is what the handler
    gets if the parameter is missing, or is a free text and empty.
    """

    name: str
    description: str
    type: Any = str
    required: bool = False
    default: str | int | None = None
    choices: tuple[str, ...] = ()

    def read(self, text: str | None) -> Any:
        """Parse the text of a request, or raise a 400 that lists the allowed values."""
        may_be_empty = self.type in (str, _CURSOR) and not self.choices
        if text is None or (not text and may_be_empty):
            if self.required:
                raise missing_query(self.name)
            return self.default
        if self.choices and text not in self.choices:
            raise invalid_query(self.name, text, f"must be one of {', '.join(self.choices)}")
        given: Any = text
        if self.type is UUIDS:
            given = list(dict.fromkeys(part.strip().lower() for part in text.split(",")))
        try:
            return convert(given, self.type, strict=False)
        except msgspec.ValidationError as error:
            raise invalid_query(self.name, text, explain(error)[1]) from None

    def describe(self) -> Json:
        """Describe the parameter for OpenAPI."""
        schema = schema_of(self.type)
        if self.choices:
            schema["enum"] = list(self.choices)
        if self.default is not None:
            schema["default"] = self.default
        described = {
            "name": self.name,
            "in": "query",
            "required": self.required,
            "description": self.description,
            "schema": schema,
        }
        if self.type is UUIDS:
            described |= {"style": "form", "explode": False}
        return described


def whole_number(low: int, high: int) -> Any:
    """Return the type of a whole number within bounds."""
    return Annotated[int, Meta(ge=low, le=high)]


LIMIT = Parameter("limit", "Rows on a page.", whole_number(1, 100), default=50)
CURSOR = Parameter("cursor", "meta.nextCursor of the previous page; opaque.", _CURSOR)
PAGE = (LIMIT, CURSOR)
OFFSET = Parameter("offset", "Rows to skip.", whole_number(0, 10**9), default=0)
OF_PROJECT = Parameter("project_id", "Only this project.", Uuid)
THE_PROJECT = Parameter("project_id", "The project.", Uuid, required=True)
OF_CREATOR = Parameter("creator_id", "Only this creator.", Uuid)
FROM = Parameter("from", "First day, inclusive, in the organization's time zone.", Day)
TO = Parameter("to", "Last day, inclusive, in the organization's time zone.", Day)
ZONE = Parameter("tz", "An IANA time zone in place of the organization's.", ZoneInfo)
