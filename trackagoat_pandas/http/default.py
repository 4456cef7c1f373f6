"""The client that loaders and actions use when they are given none."""

from __future__ import annotations

import threading
from typing import Final

from trackagoat_pandas.errors import ArgumentTypeError, ClosedClientError
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.forks import renew_in_children
from trackagoat_pandas.settings import resolve_settings


class _Holder:
    def __init__(self) -> None:
        self.client: Client | None = None
        self._renew()
        renew_in_children(self)

    def _renew(self) -> None:
        self.lock = threading.Lock()


# A process has one default client, as it has one working directory.
_HOLDER: Final = _Holder()


def set_default(client: Client | None) -> None:
    """Make a client the default; None forgets the present one without closing it."""
    with _HOLDER.lock:
        _HOLDER.client = client


def default_client() -> Client:
    """Give the default client; the first time, make one of the key found by ``resolve_settings``.

    Raises
    ------
    MissingKeyError
        If there is neither a client nor a key.
    ClosedClientError
        If the default client was closed. It isn't replaced silently: its successor could
        belong to another organization.
    """
    with _HOLDER.lock:
        if _HOLDER.client is None:
            _HOLDER.client = Client(resolve_settings())
        if _HOLDER.client.closed:
            raise ClosedClientError
        return _HOLDER.client


def resolve_client(client: Client | None) -> Client:
    """Return the client that was passed, or the default one for None.

    Raises
    ------
    ArgumentTypeError
        It is not a client.
    """
    if client is not None and not isinstance(client, Client):
        raise ArgumentTypeError("client", client, "what connect() returns, or None")
    return default_client() if client is None else client
