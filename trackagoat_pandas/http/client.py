"""The client of one organization's API, thread-safe, and the one that loaders use by default."""

from __future__ import annotations

import os
import random
import threading
import weakref
from typing import TYPE_CHECKING, Any, Final, NoReturn, Self, TypeVar

from trackagoat_pandas._html import facts_table
from trackagoat_pandas.errors import ArgumentTypeError, ClosedClientError
from trackagoat_pandas.http import paging
from trackagoat_pandas.http.envelope import read_envelope, read_payload, read_text
from trackagoat_pandas.http.forks import renew_event, renew_in_children
from trackagoat_pandas.http.messages import call
from trackagoat_pandas.http.pacing import REGISTRY, Clock, RequestLog
from trackagoat_pandas.http.retrying import Retrier
from trackagoat_pandas.http.wire import Wire
from trackagoat_pandas.settings import resolve_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from trackagoat_pandas._types import Json, Report
    from trackagoat_pandas.http.envelope import Envelope
    from trackagoat_pandas.settings import Settings

T = TypeVar("T")


class Client:
    """A connection to the API, safe to share between threads.

    It paces itself under the rate limit together with all other clients of the same key and
    address in this process, retries what may be repeated, and raises the package's errors.

    Parameters
    ----------
    settings
        Address, key and limits, from ``resolve_settings``.
    transport
        Something to answer instead of the network: an object with ``handle_request``, such as
        those of httpx, or a WSGI application. Such a client paces itself alone.
    progress
        Whether loaders show a progress bar, or a function to report to instead; None leaves it to
        them.
    on_close
        Called once when the client is closed or forgotten.
    clock, chance
        The source of time, and of numbers from 0 to 1 for backoff. For tests.

    Examples
    --------
    >>> from trackagoat_pandas.settings import resolve_settings
    >>> Client(resolve_settings("tga_" + "0" * 64))
    <Client https://www.trackagoat.com/api/v1, 60 requests per 60 s, 0 sent>
    """

    def __init__(
        self,
        settings: Settings,
        *,
        transport: object | None = None,
        progress: bool | Report | None = None,
        on_close: Callable[[], None] | None = None,
        clock: Clock | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        own_time = clock is not None
        clock = clock or Clock()
        wire = Wire(settings, transport, clock)
        limit = settings.rate_limit
        self._settings, self._progress, self._wire = settings, progress, wire
        self._transport = transport
        self._closing = self._stop = threading.Event()
        # The stops of the views below this one, then of those below each view above it.
        self._stops: tuple[weakref.WeakSet[threading.Event], ...] = (weakref.WeakSet(),)
        self._memory = _Memory()
        self._log = (
            RequestLog(limit, clock)
            if own_time or transport is not None
            else REGISTRY.log(settings.api_key.fingerprint(settings.base_url), limit, clock)
        )
        self._retrier = Retrier(
            wire, self._log, settings, clock=clock, chance=chance, closing=self._closing
        )
        self._whole: Client | None = None  # a view keeps the client alive, and with it the wire
        self._finalize = weakref.finalize(self, _shut, wire, on_close, os.getpid())
        renew_in_children(self)

    @property
    def settings(self) -> Settings:
        """What the client was made with."""
        return self._settings

    @property
    def base_url(self) -> str:
        """The API's address."""
        return self._settings.base_url

    @property
    def transport(self) -> object | None:
        """What answers instead of the network, if anything does."""
        return self._transport

    @property
    def timezone(self) -> str | None:
        """The organization's time zone, if it is known."""
        return self._settings.timezone

    @property
    def max_workers(self) -> int:
        """Most requests that loaders have under way at the same time."""
        return self._settings.max_workers

    @property
    def progress(self) -> bool | Report | None:
        """Whether loaders show a bar, or what they report to instead; None leaves it to them."""
        return self._progress

    @property
    def requests_sent(self) -> int:
        """How many requests this client has sent, repetitions included."""
        return self._wire.sent

    @property
    def closed(self) -> bool:
        """Whether ``close`` was called."""
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
        """Send any request and give the API's answer.

        Parameters
        ----------
        method
            GET, POST, PATCH, PUT or DELETE.
        path
            The path below the base URL, such as ``/videos``.
        params
            The query: texts, numbers, bools, dates, or lists of these; None is left out.
        json
            The body.
        idempotency_key
            A text by which the server recognizes a repetition. With it a write is retried
            after a fault; without it only when it surely was not carried out.

        Raises
        ------
        ArgumentError, ArgumentTypeError
            Before anything is sent.
        ApiError
            Or the subclass that names the refusal.
        ConnectionFailedError, UnreadableResponseError, RedirectError
            When there is no usable answer, after every retry that may help.
        DeadlineError
            At once when waiting would pass ``max_wait_s``.
        """
        checked = call(
            self.base_url,
            method,
            path,
            params=params,
            body=json,
            idempotency_key=idempotency_key,
        )
        read = read_payload if method == "GET" else read_envelope
        return self._retrier.send(checked, read, self._stop)

    def get(self, path: str, params: Mapping[str, object] | None = None) -> Envelope:
        """Fetch one answer; one without any data is an UnreadableResponseError."""
        return self.request("GET", path, params=params)

    def text(self, path: str, params: Mapping[str, object] | None = None) -> str:
        """Fetch one answer that isn't JSON, such as CSV."""
        checked = call(self.base_url, "GET", path, params=params)
        return self._retrier.send(checked, read_text, self._stop)

    def pages(
        self, path: str, params: Mapping[str, object] | None = None, *, limit: int | None = 100
    ) -> Iterator[Envelope]:
        """Fetch a list page by page until the API says that it was the last.

        Raises
        ------
        MissingEndMarkError
            After a page that is full and doesn't say whether others follow.
        StuckCursorError
            If the server gives the same cursor twice.
        UnreadableResponseError
            If a page holds no data, or contradicts itself about the next one.
        """
        return paging.cursor_pages(self.get, path, params, limit=limit)

    def offset_pages(
        self, path: str, params: Mapping[str, object] | None = None, *, limit: int | None = 100
    ) -> Iterator[Envelope]:
        """Fetch an aggregate report page by page until its total is reached."""
        return paging.offset_pages(self.get, path, params, limit=limit)

    def records(
        self, path: str, params: Mapping[str, object] | None = None
    ) -> Iterator[dict[str, Json]]:
        """Fetch a list row by row."""
        for page in self.pages(path, params):
            yield from page.records

    def estimate_seconds(self, requests: int) -> float:
        """Estimate how many seconds so many further requests take at least by the rate limit."""
        return self._log.estimate_seconds(requests)

    def get_or_make(self, name: str, make: Callable[[], T]) -> T:
        """Give what is remembered under a name; make it first if there is nothing yet."""
        return self._memory.get_or_make(name, make)

    def cached(self, name: str) -> Any:
        """Give what is remembered under a name, or None."""
        return self._memory.facts.get(name)

    def drop(self, name: str) -> None:
        """Forget what is remembered under a name, so that ``get_or_make`` makes it again."""
        self._memory.facts.pop(name, None)

    def with_stop(self, stop: threading.Event, *, progress: Report | None = None) -> Client:
        """Give a view of this client whose waits end with StoppedError when ``stop`` is set.

        The view shares everything else. Closing either, or cancelling this one, sets ``stop`` as
        well. The view's loads report to ``progress`` in place of a bar.
        """
        view = object.__new__(Client)
        vars(view).update(vars(self))
        view._stop, view._stops, view._whole = stop, (weakref.WeakSet(), *self._stops), self
        view._progress = self._progress if progress is None else progress
        for stops in self._stops:
            stops.add(stop)
        if self._stop.is_set():
            stop.set()
        return view

    def cancel(self) -> None:
        """End what is under way through this view and views of it; of a client, through its views.

        What waits ends with StoppedError; a request that was sent is answered first.
        """
        if self._whole is not None:
            self._stop.set()
        self._end(self._stops[0])

    def close(self) -> None:
        """Close the connections; whatever waits or is under way ends with ClosedClientError."""
        self._closing.set()
        self._end(self._stops[-1])
        self._finalize()

    def _renew(self) -> None:
        """Go on in a process that was forked from this one; called there by itself."""
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

    def __repr__(self) -> str:
        return f"<Client {', '.join(self._facts().values())}>"

    def _repr_html_(self) -> str:
        return facts_table("TrackaGoat client", self._facts())

    def _facts(self) -> dict[str, str]:
        limit = self._settings.rate_limit
        pace = f"{limit[0]} requests per {limit[1]:g} s" if limit else "no rate limit"
        facts = {"base URL": self.base_url, "time zone": self.timezone or "", "pace": pace}
        facts["requests"] = f"{self.requests_sent} sent"
        facts["state"] = "closed" if self.closed else ""
        return {name: fact for name, fact in facts.items() if fact}

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Client can't be copied or pickled: call connect() in each process")


def _shut(wire: Wire, on_close: Callable[[], None] | None, process: int) -> None:
    try:
        wire.close()
    finally:
        # What it ends, such as a sandbox's threads, is of the process that began it.
        if on_close is not None and os.getpid() == process:
            on_close()


class _Memory:
    """What a client and its views remember by name, each made by the first thread to want it."""

    def __init__(self) -> None:
        self.facts: dict[str, Any] = {}
        self._renew()
        renew_in_children(self)

    def _renew(self) -> None:
        """Keep the facts, without the lock of a thread that another process has."""
        self.making = threading.RLock()

    def get_or_make(self, name: str, make: Callable[[], T]) -> T:
        with self.making:
            if name not in self.facts:
                self.facts[name] = make()
            fact: T = self.facts[name]
            return fact


# A process has one default client, as it has one working directory.
_DEFAULT: Final = _Memory()


def set_default(client: Client | None) -> None:
    """Make a client the default; None forgets the present one without closing it."""
    with _DEFAULT.making:
        _DEFAULT.facts.pop("client", None)
        if client is not None:
            _DEFAULT.facts["client"] = client


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
    client = _DEFAULT.get_or_make("client", lambda: Client(resolve_settings()))
    if client.closed:
        raise ClosedClientError
    return client


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
