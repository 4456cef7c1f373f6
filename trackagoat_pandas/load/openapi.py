"""What this server says it can do beyond what is documented, read from its /openapi.json.

Asked once for each client, and only by loads that would gain from it.
"""

from __future__ import annotations

import logging
from typing import Any

import msgspec

from trackagoat_pandas.errors import ApiError, UnreadableResponseError
from trackagoat_pandas.http.client import Client

_LOG = logging.getLogger("trackagoat_pandas")


def comments_path(client: Client) -> str | None:
    """The path that lists comments, if the server has one."""
    return next((path for path in _paths(client) if path.rsplit("/", 1)[-1] == "comments"), None)


def takes_several_entities(client: Client) -> bool:
    """Whether one call of /analytics may name several entities."""
    operation = _paths(client).get("/analytics", {})
    for parameter in operation.get("parameters", []):
        if parameter.get("name") == "entity_id":
            return bool(parameter.get("schema", {}).get("type") == "array")
    return False


def _paths(client: Client) -> dict[str, dict[str, Any]]:
    """The GET operations of the server by path, without the base path or path parameters."""
    return client.memo("openapi", lambda: _ask(client))


def _ask(client: Client) -> dict[str, dict[str, Any]]:
    try:
        document = msgspec.json.decode(client.text("/openapi.json"))
        document = document.get("data") or document
        paths = document["paths"].items()
        found = {path.removeprefix("/api/v1"): item["get"] for path, item in paths if "get" in item}
    except (ApiError, UnreadableResponseError, msgspec.DecodeError, LookupError, AttributeError):
        _LOG.debug("the server's /openapi.json can't be read: nothing beyond the contract is used")
        return {}
    return {path: item for path, item in found.items() if "{" not in path}
