"""The session of a load: its client, request budget, tally and store."""

from __future__ import annotations

import datetime as dt
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeVar

from trackagoat_pandas.base.types import Report
from trackagoat_pandas.errors import StoreMissingError
from trackagoat_pandas.http import paging
from trackagoat_pandas.http.client import Client, pace_of, resolve_client
from trackagoat_pandas.http.counting import Budget, CountedError, KnownList, Tally, list_name
from trackagoat_pandas.http.envelope import Complaint, Envelope
from trackagoat_pandas.http.messages import ApiAnswer, Call, KeptAnswers

if TYPE_CHECKING:
    from types import EllipsisType

    from trackagoat_pandas.store.disk.folder import Archive

T = TypeVar("T")

_FIRST_REDIRECT: Final = 300


class Session(Client):
    """A client as loaders use it: with its store and its memory, and with the limits of one load.

    It shares all but these limits with its client, or with the session that it is made of. What
    isn't given is as there.

    Parameters
    ----------
    client
        The client or the session.
    stop
        Set it to end the session's waits with StoppedError. Closing or cancelling the session or
        one that it is made of sets it, too.
    progress
        Whether loads show a bar, or what they call instead.
    budget
        The most requests to send, retries included; the next one raises RequestBudgetError.
    tally
        Counts the requests, none of which is sent: what needs an answer raises CountedError.
        Without one, requests are sent, and what is foreseen of them is noted where nobody reads it.
    checkpoint
        Keeps the answers to GET requests. A request that it has an answer to isn't sent; the
        answer's ``attempts`` are then 0.
    archive, lookback_days
        The files of another store, or None for no store; lists in it are requested, unless
        ``max_age`` is given. And how many days after its end a day of analytics is requested again.
    max_age
        How old the lists may be that are taken from the store.
    offline
        Whether to send nothing, and take what the store has.

    Attributes
    ----------
    archive
        The files of the store; None without one.
    is_counting
        Whether requests are only counted.
    transport
        The transport that the client was made with; None for the network.
    max_workers
        The largest number of requests that a loader sends at the same time.
    """

    lookback_days: int = 4
    is_counting: bool = False
    checkpoint: KeptAnswers | None = None

    def __init__(
        self,
        client: Client,
        *,
        stop: threading.Event | None = None,
        progress: bool | Report | None = None,
        budget: int | None = None,
        tally: Tally | None = None,
        checkpoint: KeptAnswers | None = None,
        archive: Archive | EllipsisType | None = ...,
        lookback_days: int | None = None,
        max_age: dt.timedelta | None = None,
        offline: bool = False,
    ) -> None:
        self.tally = Tally()
        # The client as well, to keep it alive: its finalizer closes the wire that they share.
        vars(self).update(vars(client), _parent=client)
        if stop is not None:
            for stops in self._stops:
                stops.add(stop)
            if self._stop.is_set():
                stop.set()
            self._stop, self._stops = stop, (weakref.WeakSet(), *self._stops)
        if budget is not None:
            self._budget = Budget(budget, self._budget)
        if archive is not ...:
            self._archive, self._max_age = archive, None
        own = {
            "_progress": progress if tally is None else False,
            "tally": tally,
            "is_counting": tally is not None or self.is_counting,
            "checkpoint": checkpoint,
            "lookback_days": lookback_days,
            "_max_age": max_age,
            "_offline": offline or None,
        }
        vars(self).update({name: given for name, given in own.items() if given is not None})
        self.archive, self.max_age, self.offline = self._archive, self._max_age, self._offline
        self.transport, self.max_workers = self._transport, self._settings.max_workers

    @property
    def pace(self) -> str:
        """The rate limit that the client keeps, in words."""
        return pace_of(self._settings)

    @property
    def requests_left(self) -> int | None:
        """How many requests the session may still send; None without a limit."""
        return None if self._budget is None else self._budget.left

    @cached_property
    def fingerprint(self) -> str:
        """The fingerprint of the key, by which a store recognizes it."""
        return self._settings.api_key.fingerprint(self._settings.base_url)

    @property
    def skew(self) -> dt.timedelta | None:
        """The server's clock minus this machine's, by the last response; None before the first."""
        if self._server_clock is not None:
            return self._server_clock() - dt.datetime.now(dt.UTC)
        return self._wire.skew

    def looking_up(self) -> Session:
        """Return a session to look up names with.

        With a store, it keeps the answers there, and takes those that are no older than `max_age`,
        or of any age if it is offline.
        """
        if self.archive is None:
            return self
        longest_age = None if self.offline else self.max_age or dt.timedelta()
        kept = self.archive.look_ups(self.fingerprint, longest_age, self.checkpoint)
        return Session(self, checkpoint=kept)

    def forget_look_ups(self) -> bool:
        """Drop the look-ups that the store keeps; return whether `looking_up` may have used one."""
        may_be_old = self.max_age is not None and not self.offline
        if may_be_old and self.archive is not None:
            self.archive.checkpoints.forget_look_ups()
        return may_be_old

    def pages(
        self,
        path: str,
        params: Mapping[str, object] | None = None,
        *,
        limit: int | None = 100,
        whole: bool = False,
    ) -> Iterator[Envelope]:
        """Fetch a list page by page, or count its pages."""
        self.count_lists(path, [params or {}])
        yield from paging.cursor_pages(
            self.get, path, params, limit=limit, whole=whole, most=self._most_pages
        )

    def offset_pages(
        self, path: str, params: Mapping[str, object] | None = None, *, limit: int | None = 100
    ) -> Iterator[Envelope]:
        """Fetch an aggregate report page by page until it has as many rows as its total says."""
        self.count_lists(path, [params or {}])
        yield from paging.offset_pages(self.get, path, params, limit=limit, most=self._most_pages)

    @property
    def _most_pages(self) -> int | None:
        """The largest number of pages of a list; None if the load has its own limit."""
        return paging.MOST_PAGES if self._budget is None else None

    def count_lists(self, path: str, queries: Sequence[Mapping[str, object]]) -> None:
        """Count the pages of lists, if requests are counted; else do nothing.

        Look-ups that a store may have are counted when they are requested.
        """
        if not self.is_counting or self.checkpoint is not None:
            return
        for query in queries:
            self.tally.add_list(path, self.cached(list_name(path, query)))
        raise CountedError

    def remember_list(self, path: str, query: Mapping[str, object], known: KnownList) -> None:
        """Remember the length of a list, to count its pages beforehand."""
        name = list_name(path, query)
        # `get_or_make` alone would return the length that was known before.
        self._memory.drop(name)
        self._memory.get_or_make(name, lambda: known)

    def get_or_make(self, name: str, make: Callable[[], T]) -> T:
        """Return a cached value by its name; the first time, make it."""
        return self._memory.get_or_make(name, make)

    def cached(self, name: str) -> Any:
        """Return a cached value by its name, or None."""
        return self._memory.facts.get(name)

    def drop(self, name: str) -> None:
        """Drop a cached value, so that `get_or_make` makes it again."""
        # Estimating a load must not cost the next one its cached values.
        if not self.is_counting:
            self._memory.drop(name)

    def drop_all(self, beginning: str) -> None:
        """Drop the cached values whose names begin with a text."""
        for name in self._memory.names():
            if name.startswith(beginning):
                self.drop(name)

    def attempt(self, work: Callable[[], T]) -> T | None:
        """Return the result of some work; None if requests are only counted, and it needs one."""
        try:
            return work()
        except CountedError:
            return None

    def known(self, name: str, make: Callable[[Session], T]) -> T | None:
        """Return a cached value by its name, or make it if the store has all answers for it.

        None if something would have to be sent. `make` is called with a session that sends nothing.
        """
        if self.archive is None:
            cached: T | None = self.cached(name)
            return cached
        silent = Session(self, tally=Tally())
        return silent.attempt(lambda: self.get_or_make(name, lambda: make(silent)))

    def stored(self, make: Callable[[Session], T]) -> T | None:
        """Make something of the answers that the store has, however old; None if some are missing.

        `make` is called with a session that sends nothing.
        """
        if self.archive is None:
            return None
        try:
            return make(Session(self, tally=Tally(), offline=True))
        except (CountedError, StoreMissingError):
            return None

    def cancel(self) -> None:
        """Stop the loads that use this session or one made of it.

        Whatever waits ends with StoppedError. A request already sent is answered first.
        """
        if self._stop is not self._closing:
            self._stop.set()
        self._end(self._stops[0])

    def _answer(self, checked: Call, read: Callable[[str, ApiAnswer, int], T | Complaint]) -> T:
        """Return the checkpoint's answer to a GET request, or the server's, and keep that."""
        checkpoint = self.checkpoint if checked.method == "GET" else None
        if checkpoint is None:
            return self._send(checked, read)
        request = checked.url.removeprefix(self.base_url)
        # A stopped load must end, not run on through all answers that were kept.
        kept = None if self._stop.is_set() else checkpoint.find(request)
        outcome = None if kept is None else read(checked.path, kept, 0)
        if kept is not None and outcome is not None and not isinstance(outcome, Complaint):
            # A load may need no other answer than kept ones, and its days are by the server's
            # clock.
            if self._wire.skew is None and kept.date is not None:
                self._wire.skew = kept.date + kept.age - dt.datetime.now(dt.UTC)
            return outcome

        def read_and_keep(path: str, answer: ApiAnswer, attempts: int) -> T | Complaint:
            outcome = read(path, answer, attempts)
            # Errors may have passed by the time the load continues, so only data is kept.
            if answer.status < _FIRST_REDIRECT and not isinstance(outcome, Complaint):
                checkpoint.keep(request, answer)
            return outcome

        return self._send(checked, read_and_keep)

    def _send(self, checked: Call, read: Callable[[str, ApiAnswer, int], T | Complaint]) -> T:
        """Send a request, unless requests are counted."""
        if self.offline:
            raise self._offline_error(checked)
        if self.is_counting:
            self.tally.add(1, 1)
            raise CountedError
        return self._retrier.send(checked, read, self._stop, self._budget)


def session_of(client: Client | None, max_requests: int | None = None) -> Session:
    """Return a session of a client, or of the default one for None; a session is its own.

    With `max_requests` it is one that sends no more than these.

    Raises
    ------
    ArgumentTypeError
        What was passed isn't a client.
    """
    if max_requests is None and isinstance(client, Session):
        return client
    return Session(resolve_client(client), budget=max_requests)
