"""API keys: their organizations and scopes.

No message contains a key.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from trackagoat_pandas.sandbox.call import Organization
from trackagoat_pandas.sandbox.clock import parse_instant
from trackagoat_pandas.sandbox.database import Database
from trackagoat_pandas.sandbox.envelope import RefusedError

_BEARER = re.compile(r"[Bb]earer (tga_[0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Identity:
    """The key that sent a request: its id, its scopes and its organization."""

    key_id: str
    scopes: tuple[str, ...]
    organization: Organization


def authenticate(database: Database, authorization: str | None, now: datetime) -> Identity:
    """Find the key of an Authorization header, or raise a 401 with the reason."""
    if not authorization:
        raise _refusal("An API key is required: Authorization: Bearer tga_...")
    match = _BEARER.fullmatch(authorization.strip())
    if match is None:
        raise _refusal("The API key is malformed")
    found = database.rows(
        "SELECT api_keys.*, organizations.timezone, retention_days, max_requests_per_day "
        "FROM api_keys JOIN organizations ON organizations.id = org_id WHERE key = ?",
        (match[1],),
    )
    if not found:
        raise _refusal("The API key is unknown")
    [row] = found
    if row["revoked_at"] is not None:
        raise _refusal("The API key was revoked")
    if row["expires_at"] is not None and parse_instant(row["expires_at"]) <= now:
        raise _refusal("The API key has expired")
    organization = Organization(
        row["org_id"], ZoneInfo(row["timezone"]), row["retention_days"], row["max_requests_per_day"]
    )
    scopes = msgspec.json.decode(row["scopes"], type=tuple[str, ...])
    return Identity(row["id"], scopes, organization)


def require_scope(identity: Identity, scope: str) -> None:
    """Raise the 403 that names the scope if the key doesn't have it."""
    if scope not in identity.scopes:
        raise RefusedError(
            403,
            f"This endpoint needs the scope {scope}",
            code="insufficient_scope",
            meta={"required": scope, "granted": identity.scopes},
        )


def _refusal(message: str) -> RefusedError:
    return RefusedError(
        401, message, code="invalid_api_key", headers={"WWW-Authenticate": 'Bearer realm="api"'}
    )
