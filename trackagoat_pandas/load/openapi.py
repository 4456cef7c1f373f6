"""Features beyond the documented API that the server lists in its /openapi.json.

The document is fetched once per client, and only by loads that could use such a feature.
"""

from __future__ import annotations

import logging
from typing import Any

import msgspec

from trackagoat_pandas.errors import (
    ApiError,
    CutShortError,
    ServerError,
    UnauthorizedError,
    UnreadableResponseError,
)
from trackagoat_pandas.http.session import Session

_LOG = logging.getLogger("trackagoat_pandas")
_FACT = "openapi"


def comments_path(session: Session) -> str | None:
    """Return the path that lists comments, or None if the server has none.

    A client that only counts requests gets the usual path if that would have to be looked up.
    """
    if session.is_counting and not knows_entities_a_call(session):
        foresee_document(session, "whether the server lists comments")
        return "/comments"
    return next((path for path in _paths(session) if path.rsplit("/", 1)[-1] == "comments"), None)


def foresee_document(session: Session, what: str) -> None:
    """Count the request for the document."""
    session.tally.ask(_FACT, 1, 1, f"/openapi.json: 1 request to look up {what}")


def knows_entities_a_call(session: Session) -> bool:
    """Say whether :func:`takes_several_entities` can answer without a request."""
    return session.known(_FACT, _ask) is not None


def takes_several_entities(session: Session) -> bool:
    """Say whether one call of /analytics may name several entities."""
    try:
        parameters = _member(_paths(session).get("/analytics"), "parameters")
    except (ServerError, CutShortError):  # grouping only saves requests
        return False
    for parameter in parameters if isinstance(parameters, list) else ():
        if _member(parameter, "name") == "entity_id":
            return bool(_member(_member(parameter, "schema"), "type") == "array")
    return False


def _paths(session: Session) -> dict[str, Any]:
    """Return the server's GET operations by path, below the base URL and without path parameters.

    Raises
    ------
    UnauthorizedError, ServerError, CutShortError
        The document couldn't be fetched; the next load tries again.
    """
    return session.get_or_make(_FACT, lambda: _ask(session))


def _ask(session: Session) -> dict[str, Any]:
    try:
        document = msgspec.json.decode(session.looking_up().text("/openapi.json"))
    except (UnauthorizedError, ServerError, CutShortError):
        raise
    except (ApiError, UnreadableResponseError, msgspec.DecodeError, RecursionError):
        _LOG.debug("/openapi.json can't be read: no feature beyond the documented API is used")
        return {}
    # In an envelope or without one: the API documents neither.
    paths = _member(_member(document, "data") or document, "paths")
    found = {
        path.removeprefix("/api/v1"): _member(item, "get")
        for path, item in (paths.items() if isinstance(paths, dict) else ())
    }
    return {path: item for path, item in found.items() if item is not None and "{" not in path}


def _member(value: Any, name: str) -> Any:
    """Return a member of an object; None if the value is no object."""
    return value.get(name) if isinstance(value, dict) else None
