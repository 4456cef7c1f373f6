"""Connecting to the API or to an embedded sandbox."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from trackagoat_pandas._secrets import Secret
from trackagoat_pandas.checks import check_bool
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.http.client import Client, set_default
from trackagoat_pandas.settings import resolve_settings

_ANY_KEY: Final = "tga_" + "0" * 64  # passes the check until the sandbox has made its own


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
    shared_quota: bool | None = None,
    transport: object | None = None,
    progress: bool | None = None,
) -> Client:
    """Make a client, and make it the one that loaders use by default.

    Nothing is sent yet. The client is thread-safe and a context manager.

    Parameters
    ----------
    api_key
        ``tga_`` and 64 hexadecimal digits. By default ``TRACKAGOAT_API_KEY`` from the environment,
        then from a ``.env`` file, then keyring's ``trackagoat`` / ``api_key`` if it is installed,
        then, in Google Colab, its secret ``TRACKAGOAT_API_KEY``.
    base_url
        By default ``TRACKAGOAT_BASE_URL``, then the public API. Plain http only for loopback.
    sandbox
        Start an embedded TrackaGoat on loopback, with a demo program, and connect to it. It needs
        no account and no network, and ends when the client is closed. The server keeps the same
        ``rate_limit`` as the client.
    timezone
        The organization's IANA time zone, which decides which day is today. It replaces the one
        that the server gives.
    timeout_s
        Seconds to wait for a connection, and for each part of an answer, before a request is
        tried again.
    max_wait_s
        Seconds that one request may wait for its turn, for retries and for a time that the server
        asked for. A request that would wait longer raises DeadlineError, which says when to try
        again.
    rate_limit
        Requests and seconds of a sliding window, shared by the clients of this process that have
        the same key, base URL and limit, and see ``shared_quota``; None switches pacing off.
    max_workers
        The largest number of threads that a load uses, 1 to 256.
    shared_quota
        Whether all processes of this machine that use the key keep to its limits together, by a
        small file in the user's state folder; ``quota()`` shows it. None: yes, but for a server on
        loopback or a transport. Where the file can't be used there is a warning, and each process
        counts its own requests.
    transport
        An object with httpx's ``handle_request``, or a WSGI application, that answers instead of
        the network.
    progress
        True shows progress bars, False never does; None shows them in a terminal or a notebook.

    Returns
    -------
    Client
        The client. Its repr never shows the key.

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
    if shared_quota is not None:
        check_bool("shared_quota", shared_quota)
    settings = resolve_settings(
        _ANY_KEY if sandbox else key,
        base_url="http://localhost" if sandbox else base_url,
        timezone=timezone,
        timeout_s=timeout_s,
        max_wait_s=max_wait_s,
        rate_limit=rate_limit,
        max_workers=max_workers,
    )
    # Only after the settings are checked, since an error must not leave a server running.
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
        shared_quota=shared_quota,
        on_close=None if box is None else box.close,
    )
    set_default(client)
    return client
