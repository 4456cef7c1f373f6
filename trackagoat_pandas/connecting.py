"""Connecting to the API or to an embedded sandbox."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from trackagoat_pandas.base.secrets import Secret
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError
from trackagoat_pandas.http.client import Client, set_default
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.checks import check_bool, read_age, read_folder
from trackagoat_pandas.inputs.settings import Settings, resolve_settings

if TYPE_CHECKING:
    from trackagoat_pandas.sandbox import Sandbox
    from trackagoat_pandas.store.disk.folder import Archive

_UNSERVED: Final = "http://127.0.0.1/api/v1"
"""The address of a sandbox that answers in process, where nothing listens."""
_ANY_KEY: Final = "tga_" + "0" * 64  # passes the check until the sandbox has made its own


@takes_arrow
def connect(
    api_key: str | None = None,
    *,
    base_url: str | None = None,
    sandbox: bool | Sandbox = False,
    timezone: str | None = None,
    timeout_s: float = 30.0,
    max_wait_s: float = 900.0,
    rate_limit: tuple[int, float] | None = (60, 60.0),
    max_workers: int = 32,
    shared_quota: bool | None = None,
    transport: object | None = None,
    progress: bool | None = None,
    store: str | os.PathLike[str] | object | None = None,
    max_age: str | dt.timedelta | None = None,
    offline: bool = False,
    dotenv: bool = True,
) -> Client:
    """Make a client, and make it the one that loaders use by default.

    Nothing is sent yet. The client is thread-safe and a context manager.

    Parameters
    ----------
    api_key : str, optional
        ``tga_`` and 64 hexadecimal digits. By default ``TRACKAGOAT_API_KEY`` from the environment,
        then from a ``.env`` file, then keyring's ``trackagoat`` / ``api_key`` if it is installed,
        then, in Google Colab, its secret ``TRACKAGOAT_API_KEY``.
    base_url : str, optional
        By default ``TRACKAGOAT_BASE_URL`` from the environment, then from a ``.env`` file that has
        the key as well, then the public API. Plain http only for loopback.
    sandbox : bool or Sandbox, default False
        True to start an embedded TrackaGoat on loopback, with a demo program, and connect to it. It
        needs no account and no network, and ends when the client is closed. The server keeps the
        same ``rate_limit`` as the client. Or a sandbox that ``tgp.sandbox()`` made, whose clock can
        be advanced; it stays open. Where nothing can listen, as in a browser, either answers in the
        calling thread.
    timezone : str, optional
        The organization's IANA time zone, which decides which day is today. It replaces the one
        that the server gives.
    timeout_s : float, default 30.0
        Seconds to wait for a connection, and for each part of an answer, before a request is
        tried again.
    max_wait_s : float, default 900.0
        Seconds that one request may wait for its turn, for retries and for a time that the server
        asked for. A request that would wait longer raises DeadlineError, which says when to try
        again.
    rate_limit : tuple or None, default (60, 60.0)
        Requests and seconds of a sliding window, shared by the clients of this process that have
        the same key, base URL and limit, and see ``shared_quota``; None switches pacing off.
    max_workers : int, default 32
        The largest number of threads that a load uses, 1 to 256.
    shared_quota : bool, optional
        Whether all processes of this machine that use the key keep to its limits together, by a
        small file in the user's state folder; ``quota()`` shows it. None: yes, except with a server
        on loopback or a transport. Where the file can't be used there is a warning, and each
        process counts its own requests.
    transport : transport or WSGI application, optional
        An object with httpx's ``handle_request``, or a WSGI application, that answers instead of
        the network.
    progress : bool, optional
        True shows progress bars, False never does; None shows them in a terminal or a notebook.
    store : str, path or Store, optional
        A folder, which is made if there is none, or what ``open_store`` returns. Loaders keep there
        what they load: every list as a snapshot, and every day of analytics, of which they then ask
        only for what may have changed. A load that broke off goes on where it stopped when it is
        called again within half an hour. A store is one organization's: loaders and syncs of a
        client of another one raise StoreOwnerError before they keep or take anything. With a new
        key of the same organization they go on, after one request for its projects; offline, only
        keys that were used with the store do.
    max_age : str or timedelta, optional
        With a store: lists in it that are at most this old, such as ``"1h"``, are taken from it
        instead of being asked for, unless a client with this store has written something since.
        That is by the server's clock: while the one of a sandbox stands still, every list is asked
        for after a write. What the load warned of is in the provenance of such a frame, under
        ``dropped``, ``missing``, ``unverified`` and the like; the warnings aren't repeated.
    offline : bool, default False
        With a store: send nothing. Loaders give what the store has.
    dotenv : bool, default True
        Whether the nearest ``.env`` file is read, from the working folder up to the first
        repository root or the home folder. A file that another user owns or can write is ignored.

    Returns
    -------
    Client
        The client. Its repr never shows the key.

    Raises
    ------
    MissingKeyError, MalformedKeyError, SettingsError
        The key or another setting can't be used; nothing was sent.
    ArgumentError, ArgumentTypeError
        ``store``, ``max_age`` or another argument is not allowed; nothing was made.
    StoreVersionError, StoreDamagedError, StoreBusyError, StoreWriteError
        The store can't be opened.

    Warns
    -----
    BaseUrlWarning
        The base URL was the apex domain and was corrected to www.
    EnvFileWarning
        A ``.env`` file, or its base URL, was ignored.

    See Also
    --------
    Client : The client that sends the requests.
    load_projects : Load projects.
    open_store : Open the store in a folder.
    sandbox.Sandbox : A demo program, without an account.
    quota : See how much of the limits is used.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     print(tgp.load_projects()["name"].tolist())
    ['Archive', 'Archive', 'Always-On UGC', 'Summer Launch', 'Q1 Brand Program']

    The program of a sandbox goes on when its clock is advanced.

    >>> import datetime as dt
    >>> with tgp.sandbox(creators=5, days=60) as box, tgp.connect(sandbox=box):
    ...     before = len(tgp.load_videos())
    ...     box = box.advance(dt.timedelta(days=7))
    ...     print(before, "videos, and a week later", len(tgp.load_videos()))
    78 videos, and a week later 93

    What was loaded once is there without a request.

    >>> with tgp.connect(sandbox=True, store="program", max_age="1h") as client:
    ...     videos = tgp.load_videos("Summer Launch")
    ...     before = client.requests_sent
    ...     again = tgp.load_videos("Summer Launch")
    ...     client.requests_sent - before
    0
    """
    # The key is a Secret by now: takes_arrow hides it, since a traceback may print variables.
    for name, given in (("shared_quota", shared_quota), ("progress", progress)):
        if given is not None:
            check_bool(name, given)
    _check_sandbox(sandbox, [api_key, base_url, transport])
    settings = resolve_settings(
        _ANY_KEY if sandbox else api_key,
        # Only passes the check, as the key does; the environment's isn't meant for a sandbox.
        base_url="http://localhost" if sandbox else base_url,
        timezone=timezone,
        timeout_s=timeout_s,
        max_wait_s=max_wait_s,
        rate_limit=rate_limit,
        max_workers=max_workers,
        dotenv=check_bool("dotenv", dotenv),
    )
    age = read_age(max_age)
    archive, closing = _open_archive(store, max_age=max_age, offline=check_bool("offline", offline))
    # An error must leave neither a server running nor a store open.
    with ExitStack() as undone:
        undone.callback(closing.close)
        settings, transport, server_clock = _server(settings, closing, transport, sandbox=sandbox)
        client = Client(
            settings,
            transport=transport,
            progress=progress,
            shared_quota=shared_quota,
            on_close=closing.close,
            server_clock=server_clock,
            archive=archive,
            max_age=age,
            offline=offline,
        )
        # From here on the client closes them.
        undone.pop_all()
    set_default(client)
    return client


def _check_sandbox(sandbox: object, brought: Sequence[object]) -> None:
    """Check `sandbox`, and that nothing is given beside it that it brings itself."""
    is_wanted = sandbox
    if not isinstance(sandbox, bool):
        from trackagoat_pandas.sandbox import Sandbox

        is_wanted = isinstance(sandbox, Sandbox) or check_bool("sandbox", sandbox)
    if is_wanted and any(given is not None for given in brought):
        raise ArgumentError("sandbox", sandbox, "it brings its own api_key, base_url and transport")


def _server(
    settings: Settings, closing: ExitStack, transport: object | None, *, sandbox: bool | Sandbox
) -> tuple[Settings, object | None, Callable[[], dt.datetime] | None]:
    """Return the settings and the transport of a client, and the clock of its sandbox, if any.

    A sandbox that is started here ends with the client.
    """
    if not sandbox:
        return settings, transport, None
    from trackagoat_pandas.sandbox import Sandbox

    if isinstance(sandbox, Sandbox):
        box = sandbox
    else:
        box = Sandbox(rate_limit=settings.rate_limit)
        closing.callback(box.close)
    try:
        address, transport = box.base_url, None
    except OSError:  # nothing can listen here, as in a browser: its application answers itself
        address, transport = _UNSERVED, box.app
    settings = replace(settings, api_key=Secret(box.key), base_url=address)
    return settings, transport, lambda: box.now


def _open_archive(store: object, **needing: object) -> tuple[Archive | None, ExitStack]:
    """Return the files of a store, and a stack that closes them if they were opened here.

    Without a store, the arguments that need one must not be given.
    """
    closing = ExitStack()
    if store is None:
        for argument, given in needing.items():
            if given:
                raise ArgumentError(argument, given, "it needs a store: connect(store='program/')")
        return None, closing
    from trackagoat_pandas.store.disk.folder import Archive

    if isinstance(store, str | os.PathLike):
        opened = Archive(read_folder("store", store))
        closing.callback(opened.ledger.close)
        return opened, closing
    archive = getattr(store, "archive", None)
    if not isinstance(archive, Archive):
        raise ArgumentTypeError(
            "store", store, "a folder's path, what open_store() returns, or None"
        )
    return archive, closing
