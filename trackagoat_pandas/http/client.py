"""The client of the API, and the process's default client."""

from __future__ import annotations

import datetime as dt
import os
import random
import threading
import weakref
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NoReturn, Self, TypeVar
from urllib.parse import urlsplit

from trackagoat_pandas._html import facts_table
from trackagoat_pandas.errors import ArgumentTypeError, ClosedClientError, StoreMissingError
from trackagoat_pandas.http import paging
from trackagoat_pandas.http.counting import Budget, CountedError, Tally, list_name
from trackagoat_pandas.http.envelope import Complaint, read_envelope, read_payload, read_text
from trackagoat_pandas.http.forks import renew_event, renew_in_children
from trackagoat_pandas.http.messages import call
from trackagoat_pandas.http.pacing import REGISTRY, Clock, RequestLog
from trackagoat_pandas.http.retrying import Retrier
from trackagoat_pandas.http.wire import Wire
from trackagoat_pandas.progress import follow
from trackagoat_pandas.settings import is_loopback, resolve_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from trackagoat_pandas._types import Json, Report
    from trackagoat_pandas.http.counting import KnownList
    from trackagoat_pandas.http.envelope import Envelope
    from trackagoat_pandas.http.messages import Answer, Call, KeptAnswers
    from trackagoat_pandas.http.pacing import Usage
    from trackagoat_pandas.settings import Settings

T = TypeVar("T")

_FIRST_REDIRECT: Final = 300


class Client:
    """A client of the API, safe to share between threads.

    It stays under the rate limit, counting the requests of all clients on this machine that have
    the same key and base URL. Requests that may be repeated are retried; errors are raised
    as subclasses of TrackaGoatError.

    Parameters
    ----------
    settings
        Address, key and limits, from ``resolve_settings``.
    transport
        What answers requests instead of the network: an object with ``handle_request``, such as
        httpx's transports, or a WSGI application. Such a client counts only its own requests,
        unless ``shared_quota`` is True.
    progress
        Whether loaders show a progress bar, or a function that they call instead of showing one;
        None shows a bar in a terminal or a notebook.
    shared_quota
        Whether to count the requests of all processes of this machine; None counts them except for
        a server on loopback or a transport, and False counts those of this process.
    on_close
        Called once when the client is closed or garbage-collected.
    server_clock
        What says the server's time, where that is known without a response: an embedded sandbox's
        clock.
    clock, chance
        The clock, and a function that returns random numbers from 0 to 1 for backoff; for tests.

    Examples
    --------
    >>> from trackagoat_pandas.settings import resolve_settings
    >>> import trackagoat_pandas as tgp
    >>> tgp.Client(resolve_settings("tga_" + "0" * 64))
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
        clock: Clock | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        own_time = clock is not None
        clock = clock or Clock()
        wire = Wire(settings, transport, clock)
        self._settings, self._progress, self._wire = settings, progress, wire
        self._transport, self._server_clock = transport, server_clock
        # What `connect(store=...)` sets: the store's files, and how far they are used.
        self.archive: Any = None
        self.max_age: dt.timedelta | None = None
        self.offline = False
        self.lookback_days = 4
        self._checkpoint: KeptAnswers | None = None
        self._closing = self._stop = threading.Event()
        # The stop events of the views made from this client or view; then of those made from the
        # one that it is a view of, and so on up to the client.
        self._stops: tuple[weakref.WeakSet[threading.Event], ...] = (weakref.WeakSet(),)
        self._memory = _Memory()
        own_log = own_time or transport is not None
        if shared_quota is None:
            shared_quota = not own_log and not is_loopback(urlsplit(settings.base_url).hostname)
        self._log = _log_for(settings, clock, is_own=own_log, is_shared=shared_quota)
        self._retrier = Retrier(
            wire, self._log, settings, clock=clock, chance=chance, closing=self._closing
        )
        # A view keeps its client alive, since the client's finalizer closes the shared wire.
        self._parent: Client | None = None
        self._tally: Tally | None = None
        self._budget: Budget | None = None
        self._finalize = weakref.finalize(self, _shut, wire, on_close, os.getpid())
        renew_in_children(self)

    @property
    def settings(self) -> Settings:
        """The settings that the client was made with."""
        return self._settings

    @property
    def base_url(self) -> str:
        """The API's address."""
        return self._settings.base_url

    @property
    def transport(self) -> object | None:
        """The transport that the client was made with; None for the network."""
        return self._transport

    @property
    def timezone(self) -> str | None:
        """The organization's time zone, if ``connect(timezone=...)`` gave one."""
        return self._settings.timezone

    @property
    def max_workers(self) -> int:
        """The largest number of requests that a loader sends at the same time."""
        return self._settings.max_workers

    @property
    def progress(self) -> bool | Report | None:
        """Whether loaders show a bar, or what they call instead; as the client was made with."""
        return self._progress

    @property
    def pace(self) -> str:
        """The rate limit that the client keeps, in words."""
        limit = self._settings.rate_limit
        return f"{limit[0]} requests per {limit[1]:g} s" if limit else "no rate limit"

    @property
    def requests_sent(self) -> int:
        """The number of requests that this client has sent, including retries."""
        return self._wire.sent

    @property
    def skew(self) -> dt.timedelta | None:
        """The server's clock minus this machine's, by the last response; None before the first."""
        if self._server_clock is not None:
            return self._server_clock() - dt.datetime.now(dt.UTC)
        return self._wire.skew

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
        """Send a request and return the API's envelope.

        Parameters
        ----------
        method
            GET, POST, PATCH, PUT or DELETE.
        path
            The path below the base URL, such as ``/videos``.
        params
            The query: strings, numbers, bools, dates, or lists of these; None is left out.
        json
            The body.
        idempotency_key
            A text by which the server recognizes a repeated request. A write that has one is
            retried after any fault; a write without one only if it can't have been carried out.

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
        """
        checked = call(
            self.base_url,
            method,
            path,
            params=params,
            body=json,
            idempotency_key=idempotency_key,
        )
        if method == "GET":
            return self._fetched(checked, read_payload)
        return self._sent(checked, read_envelope)

    def get(self, path: str, params: Mapping[str, object] | None = None) -> Envelope:
        """Fetch one envelope; an answer without data raises UnreadableResponseError."""
        return self.request("GET", path, params=params)

    def text(self, path: str, params: Mapping[str, object] | None = None) -> str:
        """Fetch an answer that isn't JSON, such as CSV."""
        return self._fetched(call(self.base_url, "GET", path, params=params), read_text)

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

        Raises
        ------
        MissingEndMarkError
            A page is full and doesn't say whether more pages follow.
        StuckCursorError
            The server gave the same cursor twice.
        UnreadableResponseError
            A page has no data, or contradicts itself about the next page.
        """
        self.count_lists(path, [params or {}])
        yield from paging.cursor_pages(self.get, path, params, limit=limit, whole=whole)

    def offset_pages(
        self, path: str, params: Mapping[str, object] | None = None, *, limit: int | None = 100
    ) -> Iterator[Envelope]:
        """Fetch an aggregate report page by page until it has as many rows as its total says."""
        self.count_lists(path, [params or {}])
        yield from paging.offset_pages(self.get, path, params, limit=limit)

    def records(
        self, path: str, params: Mapping[str, object] | None = None
    ) -> Iterator[dict[str, Json]]:
        """Fetch a list row by row."""
        for page in self.pages(path, params):
            yield from page.records

    def estimate_seconds(self, requests: int) -> float:
        """Estimate the seconds until the rate limit allows the last of that many requests."""
        return self._log.estimate_seconds(requests)

    def usage(self) -> Usage:
        """Return how much of the rate limit and of the day's quota is used, and by which process.

        ``quota`` of the package shows the same.
        """
        return self._log.usage()

    def get_or_make(self, name: str, make: Callable[[], T]) -> T:
        """Return what is cached under a name; the first time, make it."""
        return self._memory.get_or_make(name, make)

    def cached(self, name: str) -> Any:
        """Return what is cached under a name, or None."""
        return self._memory.facts.get(name)

    def drop(self, name: str) -> None:
        """Drop what is cached under a name, so that ``get_or_make`` makes it again."""
        if self._tally is None:
            self._memory.drop(name)

    def drop_all(self, beginning: str) -> None:
        """Drop what is cached under names that begin with a text."""
        for name in self._memory.names():
            if name.startswith(beginning):
                self.drop(name)

    def with_stop(self, stop: threading.Event, *, progress: Report | None = None) -> Client:
        """Return a view of this client whose waits end with StoppedError once ``stop`` is set.

        The view shares everything else with the client. Closing either of them, or cancelling this
        one, sets ``stop`` as well. Loads through the view call ``progress``, if it is given,
        instead of showing a bar.
        """
        view = self._view(
            _stop=stop,
            _stops=(weakref.WeakSet(), *self._stops),
            _progress=self._progress if progress is None else progress,
        )
        for stops in self._stops:
            stops.add(stop)
        if self._stop.is_set():
            stop.set()
        return view

    @property
    def tally(self) -> Tally | None:
        """What a view that `counting` made counts; None for clients that send requests."""
        return self._tally

    def counting(self, tally: Tally) -> Client:
        """Return a view of this client that sends nothing, but adds to ``tally`` what it would.

        What needs an answer ends with CountedError. What the client remembers stays as it is.
        """
        return self._view(_tally=tally, _progress=False)

    def count_lists(self, path: str, queries: Sequence[Mapping[str, object]]) -> None:
        """Count the pages of lists, in a view that `counting` made; else do nothing.

        Look-ups that a store may have are counted when they are requested.
        """
        if self._tally is None or self._checkpoint is not None:
            return
        for query in queries:
            self._tally.add_list(path, self.cached(list_name(path, query)))
        raise CountedError

    def known_or_stored(self, name: str, make: Callable[[Client], T]) -> T | None:
        """Return what is cached under a name, or make it if the store has all answers for it.

        None if something would have to be sent. ``make`` is called with a view of the client.
        """
        if self.archive is None:
            known: T | None = self.cached(name)
            return known
        view = self.counting(Tally())
        with suppress(CountedError):
            return self.get_or_make(name, lambda: make(view))
        return None

    def stored_of_any_age(self, make: Callable[[Client], T]) -> T | None:
        """Make something of the answers that the store has, however old; None if some are missing.

        Nothing is sent. ``make`` is called with a view of the client.
        """
        if self.archive is not None:
            with suppress(CountedError, StoreMissingError):
                return make(self._view(_tally=Tally(), offline=True))
        return None

    def remember_list(self, path: str, query: Mapping[str, object], known: KnownList) -> None:
        """Remember how long a list is, for what counts its pages beforehand."""
        name = list_name(path, query)
        self._memory.drop(name)
        self._memory.get_or_make(name, lambda: known)

    def with_budget(self, most: int) -> Client:
        """Return a view of this client that sends at most this many requests, retries included.

        The next one raises RequestBudgetError.
        """
        return self._view(_budget=Budget(most, self._budget))

    def with_checkpoint(self, checkpoint: KeptAnswers | None) -> Client:
        """Return a view of this client that takes answers from a checkpoint, and keeps them there.

        A GET request that the checkpoint has an answer to isn't sent; the answer's ``attempts`` are
        then 0. Other answers are kept before they are returned.
        """
        return self._view(_checkpoint=checkpoint)

    def with_store(self, archive: Any, *, lookback_days: int) -> Client:
        """Return a view of this client that keeps what it loads in a store, and asks for all of it.

        ``lookback_days`` is how many days after its end a day of analytics is requested again.
        """
        return self._view(archive=archive, max_age=None, lookback_days=lookback_days)

    def with_age(self, max_age: dt.timedelta | None) -> Client:
        """Return a view of this client that takes from its store what is no older than that."""
        return self._view(max_age=max_age)

    def looking_up(self) -> Client:
        """Return a view of this client to look up names with.

        With a store, it keeps the answers there, and takes those that are no older than `max_age`,
        or of any age if the client is offline.
        """
        if self.archive is None:
            return self
        key = self._settings.api_key.fingerprint(self.base_url)
        longest_age = None if self.offline else self.max_age or dt.timedelta()
        return self.with_checkpoint(self.archive.look_ups(key, longest_age, self._checkpoint))

    def forget_look_ups(self) -> bool:
        """Drop the look-ups that the store keeps; return whether `looking_up` may have used one."""
        may_be_old = self.max_age is not None and not self.offline
        if may_be_old:
            self.archive.checkpoints.forget_look_ups()
        return may_be_old

    @property
    def checkpoint(self) -> KeptAnswers | None:
        """The checkpoint of this view; None if it has none."""
        return self._checkpoint

    def cancel(self) -> None:
        """Stop the loads that use this view or views of it; of a client, those of all its views.

        Whatever waits ends with StoppedError. A request already sent is answered first.
        """
        if self._stop is not self._closing:
            self._stop.set()
        self._end(self._stops[0])

    def close(self) -> None:
        """Close the connections; requests and waits under way end with ClosedClientError."""
        self._closing.set()
        self._end(self._stops[-1])
        self._finalize()

    def _view(self, **own: Any) -> Client:
        """Return a client that shares everything with this one, apart from some attributes."""
        view = object.__new__(Client)
        vars(view).update(vars(self), _parent=self, **own)
        return view

    def _fetched(self, checked: Call, read: Callable[[str, Answer, int], T | Complaint]) -> T:
        """Return the checkpoint's answer to a GET request, or the server's."""
        checkpoint, request = self._checkpoint, checked.url.removeprefix(self.base_url)
        if checkpoint is None:
            return self._sent(checked, read)
        kept = None if self._stop.is_set() else checkpoint.find(request)
        outcome = None if kept is None else read(checked.path, kept, 0)
        if kept is not None and outcome is not None and not isinstance(outcome, Complaint):
            self._note_clock(kept)
            return outcome

        def read_and_keep(path: str, answer: Answer, attempts: int) -> T | Complaint:
            outcome = read(path, answer, attempts)
            is_whole = answer.status < _FIRST_REDIRECT and not isinstance(outcome, Complaint)
            if is_whole:
                checkpoint.keep(request, answer)
            return outcome

        return self._sent(checked, read_and_keep)

    def _sent(self, checked: Call, read: Callable[[str, Answer, int], T | Complaint]) -> T:
        if self.offline:
            wanted = f"answer to {checked.method} {checked.path}"
            has = "only what was loaded before"
            raise StoreMissingError(str(self.archive.path), wanted, has, "Connect without offline")
        if self._tally is not None:
            self._tally.add(1, 1)
            raise CountedError
        return self._retrier.send(checked, read, self._stop, self._budget)

    def _note_clock(self, kept: Answer) -> None:
        """Take the server's clock from an answer that was kept, if no other one has come yet."""
        if self._wire.skew is None and kept.date is not None:
            self._wire.skew = kept.date + kept.age - dt.datetime.now(dt.UTC)

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

    def __repr__(self) -> str:
        return f"<Client {', '.join(self._facts().values())}>"

    def _repr_html_(self) -> str:
        return facts_table("TrackaGoat client", self._facts())

    def _facts(self) -> dict[str, str]:
        facts = {"base URL": self.base_url, "time zone": self.timezone or "", "pace": self.pace}
        facts["requests"] = f"{self.requests_sent} sent"
        facts["state"] = "closed" if self.closed else ""
        return {name: fact for name, fact in facts.items() if fact}

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Client can't be copied or pickled: call connect() in each process")


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
