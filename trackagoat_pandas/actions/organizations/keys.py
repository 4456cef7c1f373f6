"""API keys are made.

The plain text of a new one is shown by the API this once. It comes in a Secret, and is in no
variable of a frame that a traceback could print.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final, Literal

import pandas as pd

from trackagoat_pandas._secrets import Secret
from trackagoat_pandas.actions import given, values
from trackagoat_pandas.actions.sending import chosen, record_frame, send_one
from trackagoat_pandas.actions.writes import creation, plan_frame
from trackagoat_pandas.checks import check_bool, check_choice
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError, UnreadableResponseError
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.envelope import Envelope
from trackagoat_pandas.organization import resolve_organization
from trackagoat_pandas.tables.writes import API_KEYS, SCOPES

_PLAIN_KEY: Final = re.compile("tga_[0-9a-f]{64}")
_SHORTEST_PART: Final = 12  # characters


def create_api_key(
    name: str,
    *,
    scopes: Sequence[Literal["read", "write"]] = ("read", "write"),
    organization: str | None = None,
    dry_run: bool = False,
    idempotency_key: str | None = None,
    client: Client | None = None,
) -> pd.DataFrame:
    """Make an API key.

    ``POST /organizations/{id}/api-keys``. The key is shown this once; the same cell run again
    within 24 hours gets it again.

    Parameters
    ----------
    name
        The name, to know it by.
    scopes
        What it may do: ``read``, ``write`` or both.
    organization
        An organization's id; by default the one that the key in use belongs to.
    dry_run, idempotency_key, client
        As in :func:`add_creators`.

    Returns
    -------
    pandas.DataFrame
        One row: ``id``, ``name``, ``scopes``, ``created_at`` and ``key``, an object that shows
        itself as ``tga_…``: ``connect`` takes it as it is, ``reveal()`` gives the text. With
        ``dry_run`` the request.

    Raises
    ------
    LimitReachedError, ArgumentError, ArgumentTypeError, ApiError, ConnectionFailedError
        As in :func:`create_campaign`.
    UnreadableResponseError
        The answer holds no key. Revoke what was made.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     tgp.actions.create_api_key("nightly", scopes=["read"])["key"].iloc[0]
    Secret('tga_…')
    """
    client = chosen(client)
    if isinstance(scopes, str) or not isinstance(scopes, Sequence):
        raise ArgumentTypeError("scopes", scopes, "a list of 'read' and 'write'")
    allowed = list(dict.fromkeys(check_choice("scopes", scope, SCOPES) for scope in scopes))
    if not allowed:
        raise ArgumentError("scopes", scopes, problem="a key needs at least one")
    body = {**given.fields({"name": values.text}, "name", name=name), "scopes": allowed}
    path = f"/organizations/{resolve_organization(client, organization)}/api-keys"
    write = creation(path, body, name, idempotency_key)
    if check_bool("dry_run", dry_run):
        return plan_frame([write])
    record, secret = _parted(send_one(client, write))
    frame = record_frame(API_KEYS, write, record)
    frame["key"] = pd.Series([secret], index=frame.index, dtype=object)
    return frame


def _parted(answer: Envelope) -> tuple[dict[str, Any], Secret]:
    """Part the record from the plain key, under whatever name it stands."""
    secret = _secret_in(answer.body)
    if secret is None or not isinstance(answer.data, dict):
        raise UnreadableResponseError(answer.path, answer.status, "it holds no new key")
    record = {
        name: value
        for name, value in answer.data.items()
        if not _tells(f"{name} {value}".casefold(), secret)
    }
    return record, secret


def _tells(text: str, secret: Secret) -> bool:
    """Whether a text holds a stretch of a key, with or without its beginning."""
    starts = range(len("tga_"), len(secret.reveal()) - _SHORTEST_PART + 1)
    return any(secret.reveal()[start : start + _SHORTEST_PART] in text for start in starts)


def _secret_in(body: bytes) -> Secret | None:
    found = _PLAIN_KEY.search(body.decode(errors="replace"))
    return Secret(found[0]) if found else None
