"""The client of the API, and the process's default client."""

from __future__ import annotations

import datetime as dt
import os
import random
import threading
import weakref
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NoReturn, Self, TypeVar
from urllib.parse import urlsplit

from trackagoat_pandas._homes import place_of
from trackagoat_pandas.base.html import facts_table
from trackagoat_pandas.errors import (
    ArgumentTypeError,
    ClosedClientError,
    StoreMissingError,
    UnknownNameError,
)
from trackagoat_pandas.http import paging
from trackagoat_pandas.http.envelope import Complaint, read_envelope, read_payload, read_text
from trackagoat_pandas.http.forks import renew_event, renew_in_children
from trackagoat_pandas.http.messages import call
from trackagoat_pandas.http.pacing import REGISTRY, Clock, RequestLog
from trackagoat_pandas.http.retrying import Retrier
from trackagoat_pandas.http.wire import Wire
from trackagoat_pandas.inputs.settings import is_loopback, resolve_settings
from trackagoat_pandas.progress import follow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from trackagoat_pandas.base.types import Json, Report
    from trackagoat_pandas.http.counting import Budget
    from trackagoat_pandas.http.envelope import Envelope
    from trackagoat_pandas.http.messages import ApiAnswer, Call
    from trackagoat_pandas.http.pacing import Usage
    from trackagoat_pandas.inputs.settings import Settings
    from trackagoat_pandas.store.disk.folder import Archive

T = TypeVar("T")


class Client:
    """A client of the API, safe to share between threads.

    It stays under the rate limit, counting the requests of all clients on this machine that have
    the same key and base URL. Requests that may be repeated are retried; errors are raised
    as subclasses of TrackaGoatError.

    Parameters
    ----------
    settings : Settings
        Address, key and limits, from ``resolve_settings``.
    transport : transport or WSGI application, optional
        What answers requests instead of the network: an object with ``handle_request``, such as
        httpx's transports, or a WSGI application. Such a client counts only its own requests,
        unless ``shared_quota`` is True.
    progress : bool or callable, optional
        Whether loaders show a progress bar, or a function that they call instead of showing one;
        None shows a bar in a terminal or a notebook.
    shared_quota : bool, optional
        Whether to count the requests of all processes of this machine; None counts them except for
        a server on loopback or a transport, and False counts those of this process.
    on_close : callable, optional
        Called once when the client is closed or garbage-collected.
    server_clock : callable, optional
        What says the server's time, where that is known without a response: an embedded sandbox's
        clock.
    archive : Archive, optional
        The store that keeps what is loaded; see :func:`connect`.
    max_age : timedelta, optional
        How old stored answers may be that are used again; see :func:`connect`.
    offline : bool, default False
        Whether to answer from the store alone and send nothing.
    clock : Clock, optional
        The clock; for tests.
    chance : callable, optional
        A function that returns random numbers from 0 to 1, for backoff; for tests.

    See Also
    --------
    connect : Make the client, or connect to the sandbox.
    Client.get : Fetch one envelope.
    quota : See how much of the limits is used.
    estimate_load : See what a load costs before it starts.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(api_key="tga_" + "0" * 64) as client:
    ...     client
    <Client https://www.trackagoat.com/api/v1, 60 requests per 60 s, 0 sent>
    """

    def __init__(
        self,
        settings: Settings,
        *,
        transport: object | None = None,
        progress: bool | Report | None = None,
        shared_quota: bool | None = None,
        on_close: Callable[[], None] | None = None,
        server_clock: Callable[[], dt.datetime] | None = None,
        archive: Archive | None = None,
        max_age: dt.timedelta | None = None,
        offline: bool = False,
        clock: Clock | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        own_time = clock is not None
        clock = clock or Clock()
        wire = Wire(settings, transport, clock)
        self._settings, self._progress, self._wire = settings, progress, wire
        self._transport, self._server_clock = transport, server_clock
        self._archive, self._max_age, self._offline = archive, max_age, offline
        # The same event here; only sessions may have a stop of their own.
        self._closing = self._stop = threading.Event()
        # The stop events of the sessions made from this client or session; then of those made from
        # the one that it was made from, and so on up to the client.
        self._stops: tuple[weakref.WeakSet[threading.Event], ...] = (weakref.WeakSet(),)
        self._memory = _Memory()
        self._budget: Budget | None = None
        # The process's log is for requests over the network in real time.
        own_log = own_time or transport is not None
        if shared_quota is None:
            shared_quota = not own_log and not is_loopback(urlsplit(settings.base_url).hostname)
        self._log = _log_for(settings, clock, is_own=own_log, is_shared=shared_quota)
        self._retrier = Retrier(
            wire, self._log, settings, clock=clock, chance=chance, closing=self._closing
        )
        self._finalize = weakref.finalize(self, _shut, wire, on_close, os.getpid())
        renew_in_children(self)

    @property
    def settings(self) -> Settings:
        """The settings that the client was made with.

        See Also
        --------
        connect : Make the client, or connect to the sandbox.
        Client.base_url : The API's address.

        Examples
        --------
        >>> import trackagoat_pandas as tgp
        >>> with tgp.connect(api_key="tga_" + "0" * 64) as client:
        ...     client.settings.max_wait_s, client.settings.rate_limit
        (900.0, (60, 60.0))
        """
        return self._settings

    @property
    def base_url(self) -> str:
        """The API's address.

        See Also
        --------
        connect : Make the client, or connect to the sandbox.
        Client.settings : The settings of the client.

        Examples
        --------
        >>> import trackagoat_pandas as tgp
        >>> with tgp.connect(api_key="tga_" + "0" * 64) as client:
        ...     client.base_url
        'https://www.trackagoat.com/api/v1'
        """
        return self._settings.base_url

    @property
    def timezone(self) -> str | None:
        """The organization's time zone, if ``connect(timezone=...)`` gave one.

        See Also
        --------
        connect : Make the client, or connect to the sandbox.
        DateRange.parse : Read days in any form.

        Examples
        --------
        >>> import trackagoat_pandas as tgp
        >>> with tgp.connect(sandbox=True, timezone="Europe/Berlin") as client:
        ...     client.timezone
        'Europe/Berlin'
        """
        return self._settings.timezone

    @property
    def progress(self) -> bool | Report | None:
        """Whether loaders show a bar, or the function they call instead, as given to the client.

        See Also
        --------
        connect : Make the client, or connect to the sandbox.
        estimate_load : See what a load costs before it starts.

        Examples
        --------
        >>> import trackagoat_pandas as tgp
        >>> with tgp.connect(sandbox=True, progress=False) as client:
        ...     client.progress
        False
        """
        return self._progress

    @property
    def requests_sent(self) -> int:
        """The number of requests that this client has sent, including retries.

        See Also
        --------
        quota : See how much of the limits is used.
        Client.usage : See how much of the limits is used.
        estimate_load : See what a load costs before it starts.

        Examples
        --------
        >>> import trackagoat_pandas as tgp
        >>> with tgp.connect(sandbox=True) as client:
        ...     projects = tgp.load_projects()
        ...     client.requests_sent
        1
        """
        return self._wire.sent

    @property
    def closed(self) -> bool:
        """Whether ``close`` was called.

        See Also
        --------
        Client.close : Close the client.
        connect : Make the client, or connect to the sandbox.

        Examples
        --------
        >>> import trackagoat_pandas as tgp
        >>> with tgp.connect(sandbox=True) as client:
        ...     print("closed" if client.closed else "open")
        open
        >>> print("closed" if client.closed else "open")
        closed
        """
        return self._closing.is_set()

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, object] | None = None,
        json: Json = None,
        idempotency_key: str | None = None,
    ) -> Envelope:
        """Send a request and return the API's envelope.

        Parameters
        ----------
        method : str
            GET, POST, PATCH, PUT or DELETE.
        path : str
            The path below the base URL, such as ``/videos``.
        params : dict, optional
            The query: strings, numbers, bools, dates, or lists of these; None is left out.
        json : dict or list, optional
            The body.
        idempotency_key : str, optional
            A text by which the server recognizes a repeated request. A write that has one is
            retried after any fault; a write without one only if it can't have been carried out.

        Returns
        -------
        Envelope
            The answer: its ``data``, its ``meta``, and its rows as ``records``.

        Raises
        ------
        ArgumentError, ArgumentTypeError
            An argument can't be sent; no request was made.
        ApiError
            The API refused the request; the subclass says why.
        ConnectionFailedError, UnreadableResponseError, RedirectError
            There was no usable answer, after every retry that might have helped.
        DeadlineError
            The next attempt would come later than ``max_wait_s`` allows. It is raised at once,
            without that wait.
        StoreMissingError
            The client is offline, and nothing is sent.

        See Also
        --------
        Client.get : Fetch one envelope.
        Client.text : Fetch an answer that isn't JSON.
        actions.apply : Send the changes.

        Examples
        --------
        >>> import trackagoat_pandas as tgp
        >>> with tgp.connect(sandbox=True) as client:
        ...     answer = client.request("GET", "/projects")
        ...     [project["name"] for project in answer.records]
        ['Archive', 'Archive', 'Always-On UGC', 'Summer Launch', 'Q1 Brand Program']
        """
        checked = call(
            self.base_url,
            method,
            path,
            params=params,
            body=json,
            idempotency_key=idempotency_key,
        )
        return self._answer(checked, read_payload if method == "GET" else read_envelope)

    def get(self, path: str, params: Mapping[str, object] | None = None) -> Envelope:
        """Fetch one envelope; an answer without data raises UnreadableResponseError.

        Parameters
        ----------
        path : str
            The path below the base URL, such as ``/videos``.
        params : dict, optional
            The query: strings, numbers, bools, dates, or lists of these; None is left out.

        Returns
        -------
        Envelope
            The answer: its ``data``, its ``meta``, and its rows as ``records``.

        See Also
        --------
        Client.records : Fetch a list row by row.
        Client.request : Send any request.
        load_path : Load any other path.

        Examples
        --------
        >>> import trackagoat_pandas as tgp
        >>> with tgp.connect(sandbox=True) as client:
        ...     answer = client.get("/videos", {"limit": 2})
        ...     [video["view_count"] for video in answer.records]
        [8341, 2775]
        """
        return self.request("GET", path, params=params)

    def text(self, path: str, params: Mapping[str, object] | None = None) -> str:
        """Fetch an answer that isn't JSON, such as CSV.

        Parameters
        ----------
        path : str
            The path below the base URL, such as ``/videos``.
        params : dict, optional
            The query: strings, numbers, bools, dates, or lists of these; None is left out.

        Returns
        -------
        str
            The body of the answer.

        See Also
        --------
        Client.get : Fetch one envelope.
        Client.request : Send any request.

        Examples
        --------
        >>> import trackagoat_pandas as tgp
        >>> with tgp.connect(sandbox=True) as client:
        ...     goat = tgp.load_creators("Summer Launch")["id"].iloc[0]
        ...     query = {"entity": "creator", "entity_id": goat, "metric": "views", "format": "csv"}
        ...     days = {"from": "2026-06-01", "to": "2026-06-02"}
        ...     text = client.text("/analytics", {**query, **days})
        >>> for line in text.splitlines():
        ...     print(line)
        series_kind,entity_id,label,date,value,is_partial,is_baseline
        main,ca24bfce-3332-47ea-a96f-c691e5e2acef,urban.closet,2026-06-01,582,false,false
        main,ca24bfce-3332-47ea-a96f-c691e5e2acef,urban.closet,2026-06-02,19569,false,false
        """
        return self._answer(call(self.base_url, "GET", path, params=params), read_text)

    def pages(
        self,
        path: str,
        params: Mapping[str, object] | None = None,
        *,
        limit: int | None = 100,
        whole: bool = False,
    ) -> Iterator[Envelope]:
        """Fetch a list page by page until the API says that there are no more pages.

        Of a list that the API is documented to give whole, an answer that says nothing of pages is
        all of it: pass ``whole=True``, and ``limit=None`` if it takes no limit.

        Parameters
        ----------
        path : str
            The path below the base URL, such as ``/videos``.
        params : dict, optional
            The query: strings, numbers, bools, dates, or lists of these; None is left out.
        limit : int or None, default 100
            The most rows of a page; None for a list that takes no limit.
        whole : bool, default False
            Whether the API is documented to give the list whole, so that an answer that says
            nothing of pages is all of it.

        Returns
        -------
        iterator of Envelope
            The pages, each with its rows as ``records``; one is requested when it is asked for.

        Raises
        ------
        MissingEndMarkError
            A page is full and doesn't say whether more pages follow.
        StuckCursorError
            The server gave the same cursor twice.
        UnreadableResponseError
            A page has no data, or contradicts itself about the next page.

        See Also
        --------
        Client.records : Fetch a list row by row.
        Client.get : Fetch one envelope.

        Examples
        --------
        >>> import trackagoat_pandas as tgp
        >>> with tgp.connect(sandbox=True) as client:
        ...     [len(page.records) for page in client.pages("/creators", limit=10)]
        [10, 10, 2]
        """
        return paging.cursor_pages(self.get, path, params, limit=limit, whole=whole)

    def records(
        self, path: str, params: Mapping[str, object] | None = None
    ) -> Iterator[dict[str, Json]]:
        """Fetch a list row by row.

        Parameters
        ----------
        path : str
            The path below the base URL, such as ``/videos``.
        params : dict, optional
            The query: strings, numbers, bools, dates, or lists of these; None is left out.

        Yields
        ------
        dict
            A row as the API sends it.

        See Also
        --------
        Client.pages : Fetch a list page by page.
        load_path : Load any other path.

        Examples
        --------
        >>> import trackagoat_pandas as tgp
        >>> with tgp.connect(sandbox=True) as client:
        ...     handles = [creator["tiktok_handle"] for creator in client.records("/creators")]
        ...     print(len(handles), "creators, such as", handles[0])
        22 creators, such as salty_studio_
        """
        for page in self.pages(path, params):
            yield from page.records

    def estimate_seconds(self, requests: int) -> float:
        """Estimate the seconds until the rate limit allows the last of that many requests.

        Parameters
        ----------
        requests : int
            How many requests.

        Returns
        -------
        float
            Seconds; 0.0 if the limit allows them all now.

        See Also
        --------
        estimate_load : See what a load costs before it starts.
        Client.usage : See how much of the limits is used.

        Examples
        --------
        >>> import trackagoat_pandas as tgp
        >>> with tgp.connect(sandbox=True) as client:
        ...     [round(client.estimate_seconds(number)) for number in (60, 120, 600)]
        [0, 60, 540]
        """
        return self._log.estimate_seconds(requests)

    def usage(self) -> Usage:
        """Return how much of the rate limit and of the day's quota is used, and by which process.

        ``quota`` of the package shows the same.

        Returns
        -------
        Usage
            Its repr is text, its display in notebooks a table.

        See Also
        --------
        quota : See how much of the limits is used.
        Client.estimate_seconds : Estimate how long requests take.

        Examples
        --------
        >>> import trackagoat_pandas as tgp
        >>> with tgp.connect(sandbox=True) as client:
        ...     projects = tgp.load_projects()
        ...     usage = client.usage()
        >>> print(usage.processes[0].in_window, "of", usage.limit[0], "requests of this minute")
        1 of 60 requests of this minute
        """
        return self._log.usage()

    def close(self) -> None:
        """Close the connections; requests and waits under way end with ClosedClientError.

        See Also
        --------
        connect : Make the client, or connect to the sandbox.
        Client.closed : Whether the client is closed.

        Examples
        --------
        >>> import trackagoat_pandas as tgp
        >>> client = tgp.connect(sandbox=True)
        >>> client.close()
        >>> print("closed" if client.closed else "open")
        closed
        """
        self._closing.set()
        self._end(self._stops[-1])
        self._finalize()

    def _answer(self, checked: Call, read: Callable[[str, ApiAnswer, int], T | Complaint]) -> T:
        """Send a request, and return its answer as `read` reads it."""
        if self._offline:
            raise self._offline_error(checked)
        return self._retrier.send(checked, read, self._stop, self._budget)

    def _offline_error(self, checked: Call) -> StoreMissingError:
        wanted, has = f"answer to {checked.method} {checked.path}", "only what was loaded before"
        store = self._archive and self._archive.path  # only a client with a store is offline
        return StoreMissingError(str(store), wanted, has, "Connect without offline")

    def _renew(self) -> None:
        """Replace the locks of the events, since a thread of the parent process may hold them."""
        for event in (self._closing, *self._stops[-1]):
            renew_event(event)

    def _end(self, stops: weakref.WeakSet[threading.Event]) -> None:
        for stop in list(stops):
            stop.set()
        self._log.wake()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    if not TYPE_CHECKING:  # With a __getattr__, type checkers would accept any name.

        def __getattr__(self, name: str) -> NoReturn:
            if name.startswith("_"):  # Python and tools try many such names.
                raise AttributeError(f"'Client' object has no attribute {name!r}")
            raise UnknownNameError("Client", name, dir(self), place=place_of(name))

    def __repr__(self) -> str:
        return f"<Client {', '.join(self._facts().values())}>"

    def _repr_html_(self) -> str:
        return facts_table("TrackaGoat client", self._facts())

    def _facts(self) -> dict[str, str]:
        pace = pace_of(self._settings)
        facts = {"base URL": self.base_url, "time zone": self.timezone or "", "pace": pace}
        facts["requests"] = f"{self.requests_sent} sent"
        facts["state"] = "closed" if self.closed else ""
        return {name: fact for name, fact in facts.items() if fact}

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Client can't be copied or pickled: call connect() in each process")


def pace_of(settings: Settings) -> str:
    """Write the rate limit that a client keeps in words."""
    limit = settings.rate_limit
    return f"{limit[0]} requests per {limit[1]:g} s" if limit else "no rate limit"


def _log_for(settings: Settings, clock: Clock, *, is_own: bool, is_shared: bool) -> RequestLog:
    """Return the log of a client: its own, or the one of the process for its key."""
    fingerprint = settings.api_key.fingerprint(settings.base_url)
    share = None
    if is_shared:
        # Imported here, since only clients that share their quota need it.
        from trackagoat_pandas.http.shared_quota import shared_quota

        share = partial(shared_quota, clock=clock)
    if not is_own:
        return REGISTRY.log(fingerprint, settings.rate_limit, clock, share)
    return RequestLog(settings.rate_limit, clock, None if share is None else share(fingerprint))


def _shut(wire: Wire, on_close: Callable[[], None] | None, process: int) -> None:
    try:
        wire.close()
    finally:
        # A forked child inherits this finalizer, but not the sandbox's threads that it would end.
        if on_close is not None and os.getpid() == process:
            on_close()


class _Memory:
    """A cache by name, shared by a client and its views; each value is made only once."""

    def __init__(self) -> None:
        self.facts: dict[str, Any] = {}
        self._is_kept: dict[str, bool] = {}
        self._renew()
        renew_in_children(self)

    def _renew(self) -> None:
        """Make a lock, since a thread of the parent process may hold the one before."""
        self.making = threading.RLock()

    def get_or_make(self, name: str, make: Callable[[], T]) -> T:
        with self.making:
            if name in self.facts:
                fact: T = self.facts[name]
                return fact
            self._is_kept[name] = True
            try:
                made = make()
            finally:
                is_kept = self._is_kept.pop(name)
            # What was dropped while it was made may be older than the reason to drop it.
            if is_kept:
                self.facts[name] = made
            return made

    def names(self) -> list[str]:
        return [*self.facts, *self._is_kept]

    def drop(self, name: str) -> None:
        if name in self._is_kept:
            self._is_kept[name] = False
        self.facts.pop(name, None)


# A process has one default client, as it has one working directory.
_DEFAULT: Final = _Memory()


def set_default(client: Client | None) -> Client | None:
    """Make a client the default one, or none; return the one before, which isn't closed."""
    with _DEFAULT.making:
        before: Client | None = _DEFAULT.facts.pop("client", None)
        if client is not None:
            _DEFAULT.facts["client"] = client
        follow(client)
    return before


def default_client() -> Client:
    """Return the default client; if there is none, make one with ``resolve_settings()``.

    Raises
    ------
    MissingKeyError
        There is no default client, and no key was found.
    ClosedClientError
        The default client was closed. It isn't replaced silently, because a new one could belong
        to another organization.
    """
    client = _DEFAULT.get_or_make("client", lambda: Client(resolve_settings()))
    if client.closed:
        raise ClosedClientError
    return client


def resolve_client(client: Client | None) -> Client:
    """Return the client that was passed, or the default one for None.

    Raises
    ------
    ArgumentTypeError
        What was passed isn't a client.
    """
    if client is not None and not isinstance(client, Client):
        raise ArgumentTypeError("client", client, "what connect() returns, or None")
    return default_client() if client is None else client
