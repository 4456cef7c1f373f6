"""Create and revoke API keys.

The API shows the plain text of a new key only once. It is returned in a Secret, and is in no local
variable that a traceback could print.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final, Literal

import pandas as pd

from trackagoat_pandas.actions import inputs
from trackagoat_pandas.actions.batch import carry_out, check_is_new, plan_one, response_frame
from trackagoat_pandas.actions.dry_runs import Given, delete_all, judge_unlisted
from trackagoat_pandas.actions.inputs import Items
from trackagoat_pandas.actions.requests import check_again, creation
from trackagoat_pandas.base.secrets import Secret
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError, UnreadableResponseError
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.envelope import Envelope
from trackagoat_pandas.http.session import session_of
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.checks import check_bool, check_choice
from trackagoat_pandas.names.organization import resolve_organization
from trackagoat_pandas.tables.writes import API_KEYS, SCOPES

_PLAIN_KEY: Final = re.compile("tga_[0-9a-f]{64}")
_SHORTEST_PART: Final = 12  # characters; no other text shares as many with a key by chance


@takes_arrow
def create_api_key(
    name: str,
    *,
    scopes: Sequence[Literal["read", "write"]] = ("read", "write"),
    organization: str | None = None,
    dry_run: bool = False,
    again: bool = False,
    idempotency_key: str | None = None,
    client: Client | None = None,
) -> pd.DataFrame:
    """Create an API key.

    ``POST /organizations/{id}/api-keys``. The key is shown only once; the same cell run again
    within 24 hours gets it again, with a warning.

    Parameters
    ----------
    name : str
        A name to recognize it by.
    scopes : list of str, default ('read', 'write')
        What the key may do: ``read``, ``write`` or both.
    organization : str, optional
        An organization's id; by default the one that the key in use belongs to.
    dry_run : bool, default False
        Change nothing; return what would become of each item, and the request.
    again : bool, default False
        Create another one like the one that the same call created within the last 24 hours.
    idempotency_key : str, optional
        The key of the request; by default one made from the request.
    client : Client, optional
        The client to send with; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        One row: ``id``, ``name``, ``scopes``, ``created_at`` and ``key``, an object that shows
        itself as ``tga_…``: ``connect`` takes it as it is, ``reveal()`` returns the text.

    Raises
    ------
    LimitReachedError, ArgumentError, ArgumentTypeError, ApiError, ConnectionFailedError
        See :mod:`trackagoat_pandas.actions`.
    UnreadableResponseError
        The response contains no key; one may have been created, so revoke it.

    See Also
    --------
    actions.revoke_api_keys : Revoke API keys.
    connect : Make the client, or connect to the sandbox.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     tgp.actions.create_api_key("nightly", scopes=["read"])["key"].iloc[0]
    Secret('tga_…')
    """
    client, is_dry = session_of(client), check_bool("dry_run", dry_run)
    check_again(again, idempotency_key)
    if isinstance(scopes, str) or not isinstance(scopes, Sequence):
        raise ArgumentTypeError("scopes", scopes, "a list of 'read' and 'write'")
    allowed = list(dict.fromkeys(check_choice("scopes", scope, SCOPES) for scope in scopes))
    if not allowed:
        raise ArgumentError("scopes", scopes, problem="a key needs at least one")
    body = {**inputs.fields({"name": inputs.text}, "name", name=name), "scopes": allowed}
    path = f"/organizations/{resolve_organization(client, organization)}/api-keys"
    write = creation(path, body, name, again=again, idempotency_key=idempotency_key)
    if is_dry:
        return plan_one(client, write)
    response, (result,) = carry_out(client, write)
    check_is_new(write, result)
    record, secret = _split(response)
    frame = response_frame(client, API_KEYS, [record], [write])
    frame["key"] = pd.Series([secret], index=frame.index, dtype=object)
    return frame


def _split(response: Envelope) -> tuple[dict[str, Any], Secret]:
    """Separate the record from the plain key, whatever the field that holds it is called."""
    secret = _secret_in(response.body)
    if secret is None or not isinstance(response.data, dict):
        raise UnreadableResponseError(response.path, response.status, "it holds no new key")
    record = {
        name: value
        for name, value in response.data.items()
        if not _shows(f"{name} {value}".casefold(), secret)
    }
    return record, secret


def _secret_in(body: bytes) -> Secret | None:
    # On its own, so that the match is no local variable where an error may be raised.
    found = _PLAIN_KEY.search(body.decode(errors="replace"))
    return Secret(found[0]) if found else None


def _shows(text: str, secret: Secret) -> bool:
    """Whether a text holds a part of a key, with or without its beginning."""
    starts = range(len("tga_"), len(secret.reveal()) - _SHORTEST_PART + 1)
    return any(secret.reveal()[start : start + _SHORTEST_PART] in text for start in starts)


@takes_arrow
def revoke_api_keys(
    keys: Items,
    *,
    organization: str | None = None,
    confirm: bool = False,
    dry_run: bool = False,
    client: Client | None = None,
) -> pd.DataFrame:
    """Revoke API keys permanently.

    ``DELETE /organizations/{id}/api-keys/{kid}``, a request for each.

    Parameters
    ----------
    keys : str, list of str or DataFrame
        Ids of keys, never the keys themselves; or a frame of them.
    organization : str, optional
        An organization's id; by default the one that the key belongs to.
    confirm : bool, default False
        Must be True for more than one.
    dry_run : bool, default False
        Change nothing; return what would become of each item, and the request.
    client : Client, optional
        The client to send with; by default the one that ``connect`` made last.

    Returns
    -------
    pandas.DataFrame
        Results (``item``, ``status``, ``id``, ``error_code``, ``error``), one row per key;
        ``status`` is ``deleted`` on success.

    Raises
    ------
    ConfirmationError, ArgumentError, ArgumentTypeError, ApiError, PartialWriteError
        See :mod:`trackagoat_pandas.actions`.

    See Also
    --------
    actions.create_api_key : Create an API key.
    connect : Make the client, or connect to the sandbox.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     key = tgp.actions.create_api_key("nightly")
    ...     tgp.actions.revoke_api_keys(key)["status"].tolist()
    ['deleted']
    """
    client = session_of(client)
    given = Given(client, dry_run=dry_run)
    ids = given.ids("keys", keys)
    path = f"/organizations/{resolve_organization(client, organization)}/api-keys"
    return delete_all(given, "revoke_api_keys", path, ids, confirm=confirm, judge=judge_unlisted)
