"""Connecting: one call from a key, or from nothing but the embedded sandbox, to a client."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from trackagoat_pandas._secrets import Secret
from trackagoat_pandas.checks import check_bool
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.http.client import Client, set_default
from trackagoat_pandas.settings import resolve_settings

_ANY_KEY: Final = "tga_" + "0" * 64  # until the sandbox gives its own


def connect(
    api_key: str | None = None,
    *,
    base_url: str | None = None,
    sandbox: bool = False,
    timezone: str | None = None,
    timeout_s: float = 30.0,
    max_wait_s: float = 900.0,
    rate_limit: tuple[int, float] | None = (60, 60.0),
    max_workers: int = 32,
    transport: object | None = None,
    progress: bool | None = None,
) -> Client:
    """Make a client, and make it the one that loaders use by default.

    Nothing is sent yet. The client is safe to share between threads, and a context manager.

    Parameters
    ----------
    api_key
        ``tga_`` and 64 hexadecimal digits. By default ``TRACKAGOAT_API_KEY`` from the environment,
        then from a ``.env`` file, then keyring's ``trackagoat`` / ``api_key`` if it is installed.
    base_url
        By default ``TRACKAGOAT_BASE_URL``, then the public API. Plain http only for loopback.
    sandbox
        Start an embedded TrackaGoat on loopback, with a demo program, and connect to it: no
        account, no network. It ends when the client is closed. ``rate_limit`` holds on both sides.
    timezone
        The organization's IANA time zone, where the server doesn't say; it decides which day is
        today.
    timeout_s
        Seconds without an answer, or between its parts, before a request is tried again.
    max_wait_s
        Seconds that one request may wait for retries and for a server that asks to come back; past
        it a DeadlineError says when to.
    rate_limit
        Requests in a sliding window of seconds, shared by the process; None switches pacing off.
    max_workers
        Threads of a concurrent load, 1 to 256.
    transport
        Anything with httpx's ``handle_request``, or a WSGI application, to use instead of the
        network.
    progress
        True shows progress bars, False never; None does in a terminal or a notebook.

    Returns
    -------
    Client
        Its repr never shows the key.

    Raises
    ------
    MissingKeyError, MalformedKeyError, SettingsError
        The key or another setting can't be used; nothing was sent.

    Warns
    -----
    BaseUrlWarning
        The base URL was the apex domain and was corrected to www.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True) as client:
    ...     client.base_url.startswith("http://127.0.0.1:")
    True
    """
    key = Secret(api_key) if isinstance(api_key, str) else api_key
    del api_key  # a traceback may print the variables of its frames
    if check_bool("sandbox", sandbox) and not (
        key is None and base_url is None and transport is None
    ):
        raise ArgumentError("sandbox", sandbox, "it brings its own api_key, base_url and transport")
    settings = resolve_settings(
        _ANY_KEY if sandbox else key,
        base_url="http://localhost" if sandbox else base_url,
        timezone=timezone,
        timeout_s=timeout_s,
        max_wait_s=max_wait_s,
        rate_limit=rate_limit,
        max_workers=max_workers,
    )
    # Only after the settings are checked, for a refused one must not leave a server behind.
    box = None
    if sandbox:
        from trackagoat_pandas.sandbox import Sandbox

        box = Sandbox(rate_limit=settings.rate_limit)
    client = Client(
        settings
        if box is None
        else replace(settings, api_key=Secret(box.key), base_url=box.base_url),
        transport=transport,
        progress=progress,
        on_close=None if box is None else box.close,
    )
    set_default(client)
    return client
