"""What this server says it can do beyond what is documented, read from its /openapi.json.

Asked once for each client, and only by loads that would gain from it.
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
from trackagoat_pandas.http.client import Client

_LOG = logging.getLogger("trackagoat_pandas")
_FACT = "openapi"


def comments_path(client: Client) -> str | None:
    """The path that lists comments, if the server has one."""
    return next((path for path in _paths(client) if path.rsplit("/", 1)[-1] == "comments"), None)


def knows_entities_a_call(client: Client) -> bool:
    """Whether :func:`takes_several_entities` answers without a request."""
    return client.cached(_FACT) is not None


def takes_several_entities(client: Client) -> bool:
    """Whether one call of /analytics may name several entities."""
    try:
        parameters = _member(_paths(client).get("/analytics"), "parameters")
    except (ServerError, CutShortError):  # it would only save requests
        return False
    for parameter in parameters if isinstance(parameters, list) else ():
        if _member(parameter, "name") == "entity_id":
            return bool(_member(_member(parameter, "schema"), "type") == "array")
    return False


def _paths(client: Client) -> dict[str, Any]:
    """The GET operations of the server by path, without the base path or path parameters.

    Raises
    ------
    UnauthorizedError, ServerError, CutShortError
        The server didn't say what it lists; the next load asks again.
    """
    return client.get_or_make(_FACT, lambda: _ask(client))


def _ask(client: Client) -> dict[str, Any]:
    try:
        document = msgspec.json.decode(client.text("/openapi.json"))
    except (UnauthorizedError, ServerError, CutShortError):
        raise
    except (ApiError, UnreadableResponseError, msgspec.DecodeError, RecursionError):
        _LOG.debug("the server's /openapi.json can't be read: nothing beyond the contract is used")
        return {}
    paths = _member(_member(document, "data") or document, "paths")
    found = {
        path.removeprefix("/api/v1"): _member(item, "get")
        for path, item in (paths.items() if isinstance(paths, dict) else ())
    }
    return {path: item for path, item in found.items() if item is not None and "{" not in path}


def _member(value: Any, name: str) -> Any:
    """A member of what may be an object, or anything else."""
    return value.get(name) if isinstance(value, dict) else None
