"""How a call is carried to its end: sent, sent again, or given up."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, Literal, TypeAlias, TypeVar
from urllib.parse import urljoin, urlsplit

from trackagoat_pandas._secrets import MASK, redact
from trackagoat_pandas.errors import (
    ClosedClientError,
    ConnectionFailedError,
    CutShortError,
    DeadlineError,
    RateLimitedError,
    RedirectError,
    StoppedError,
    TrackaGoatError,
    UnreadableResponseError,
)
from trackagoat_pandas.http.clock import read_http_date
from trackagoat_pandas.http.envelope import Complaint
from trackagoat_pandas.http.refusals import refusal
from trackagoat_pandas.http.waits import backoff_s, header_seconds, seconds_in
from trackagoat_pandas.http.wire import UnwelcomeError, WireFaultError

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from trackagoat_pandas.http.clock import Clock
    from trackagoat_pandas.http.messages import Answer, Call
    from trackagoat_pandas.http.pacing import RequestLog
    from trackagoat_pandas.http.wire import Wire

_log = logging.getLogger("trackagoat_pandas")

MAX_ATTEMPTS: Final = 6
_DEFAULT_RETRY_AFTER_S: Final = 60.0  # the API's documentation
_MAX_HOPS: Final = 2
_LONGEST_ADDRESS: Final = 8_000  # characters; httpx refuses 65,536
_TOO_MANY_REQUESTS: Final = 429
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})

_Again: TypeAlias = Literal["never", "at once", "after a fault", "after a refusal"]
T = TypeVar("T")


@dataclass(slots=True, eq=False)
class _Errand(Generic[T]):
    """A call under way: how often it was tried, and when it is given up."""

    call: Call
    read: Callable[[str, Answer, int], T | Complaint]
    stop: threading.Event
    give_up_at: float
    attempts: int = 0
    faults: int = 0
    refusals: int = 0
    hops: int = 0


@dataclass(frozen=True, slots=True)
class _Setback:
    """An attempt that gave no result: what it comes to, and whether another may help."""

    error: TrackaGoatError
    again: _Again
    asked_s: float | None = None
    cause: Exception | None = None


class Courier:
    """Carries calls over a wire, at the pace of a log.

    Parameters
    ----------
    wire, log
        The connections, and the log that says when a request may start.
    max_wait_s
        Seconds that one call may take with all its waiting.
    window_s
        Seconds of the rate limit's window; a longer wait is the daily quota's.
    clock, chance
        The source of time, and of numbers from 0 to 1.
    closing
        Set when nothing is to be sent any more.
    """

    def __init__(
        self,
        wire: Wire,
        log: RequestLog,
        *,
        max_wait_s: float,
        window_s: float,
        clock: Clock,
        chance: Callable[[], float],
        closing: threading.Event,
    ) -> None:
        self._wire, self._log, self._clock, self._chance = wire, log, clock, chance
        self._max_wait_s, self._window_s, self._closing = max_wait_s, window_s, closing

    def carry(
        self,
        call: Call,
        read: Callable[[str, Answer, int], T | Complaint],
        stop: threading.Event,
    ) -> T:
        """Send a call until its answer is read or ``stop`` is set; raise what came of it."""
        errand = _Errand(call, read, stop, self._clock.monotonic() + self._max_wait_s)
        try:
            while True:
                try:
                    self._enter(errand)
                    outcome = self._attempt(errand)
                finally:
                    self._log.leave(errand)
                if not isinstance(outcome, _Setback):
                    return outcome
                self._prepare_another(errand, outcome)
        except BaseException:
            self._log.leave(errand)  # if Ctrl-C came where it was about to
            raise

    def _enter(self, errand: _Errand[T]) -> None:
        late_s = self._log.enter(errand.give_up_at, errand.stop, errand)
        if late_s is None:
            raise self._stopped(errand)
        if late_s:
            raise self._deadline(errand, "the rate limit leaves no place sooner", late_s)

    def _attempt(self, errand: _Errand[T]) -> T | _Setback:
        errand.attempts += 1
        call, started = errand.call, self._clock.monotonic()
        try:
            answer = self._wire.send(call, errand.give_up_at)
        except WireFaultError as fault:
            self._note(errand, started, fault.cause)
            again: _Again = "after a fault" if call.repeatable or not fault.sent else "never"
            failed = ConnectionFailedError(call.path, fault.cause, errand.attempts)
            return _Setback(failed, again, cause=fault)
        except UnwelcomeError as excess:
            self._note(errand, started, excess.problem)
            unread = UnreadableResponseError(call.path, excess.status, excess.problem)
            return _Setback(unread, "never", cause=excess)
        self._note(errand, started, str(answer.status))
        if answer.status in _REDIRECTS:
            return _redirected(errand, answer)
        return self._judge(errand, answer)

    def _judge(self, errand: _Errand[T], answer: Answer) -> T | _Setback:
        try:
            read = errand.read(errand.call.path, answer, errand.attempts)
        except UnreadableResponseError as flaw:
            if answer.status < 500 and answer.status != _TOO_MANY_REQUESTS:
                cut_short = isinstance(flaw, CutShortError) and errand.call.repeatable
                return _Setback(flaw, "after a fault" if cut_short else "never")
            read = Complaint(flaw.problem, {})
        if isinstance(read, Complaint) or answer.status >= 300:
            complaint = read if isinstance(read, Complaint) else Complaint("", {})
            return self._refused(errand, answer, complaint)
        return read

    def _refused(self, errand: _Errand[T], answer: Answer, complaint: Complaint) -> _Setback:
        error = refusal(answer.status, errand.call, complaint)
        now = self._clock.now()
        # A date is the server's: its own Date header says how far away it is by its clock.
        asked_s = header_seconds(answer.retry_after, read_http_date(answer.date) or now)
        if asked_s is None:
            asked_s = seconds_in(complaint.meta.get("retryAfter"))
        if isinstance(error, RateLimitedError):
            # A refused request was not carried out: any method may be sent again.
            asked_s = _DEFAULT_RETRY_AFTER_S if asked_s is None else asked_s
            error.retry_at = now + dt.timedelta(seconds=asked_s)
            return _Setback(error, "after a refusal", asked_s)
        if answer.status >= 500 and errand.call.repeatable:
            return _Setback(error, "after a fault", asked_s)
        return _Setback(error, "never")

    def _prepare_another(self, errand: _Errand[T], setback: _Setback) -> None:
        if errand.stop.is_set():
            raise self._stopped(errand) from setback.error
        if setback.again == "never":
            raise setback.error from setback.cause
        if setback.again == "after a fault":
            self._back_off(errand, setback)
        if setback.again == "after a refusal":
            self._hold_back(errand, setback)

    def _back_off(self, errand: _Errand[T], setback: _Setback) -> None:
        errand.faults += 1
        if errand.faults >= MAX_ATTEMPTS:
            raise setback.error from setback.cause
        wait_s = max(backoff_s(errand.faults, self._chance), setback.asked_s or 0.0)
        if self._clock.monotonic() + wait_s > errand.give_up_at:
            if setback.asked_s:
                raise self._deadline(errand, str(setback.error), wait_s) from setback.error
            raise setback.error from setback.cause
        self._clock.wait(errand.stop, wait_s)

    def _hold_back(self, errand: _Errand[T], setback: _Setback) -> None:
        errand.refusals += 1
        wait_s = setback.asked_s or 0.0
        if errand.refusals > 1:
            wait_s = max(wait_s, backoff_s(errand.refusals, self._chance))
        if self._clock.monotonic() + wait_s > errand.give_up_at:
            raise self._deadline(errand, str(setback.error), wait_s) from setback.error
        # A longer wait is the daily quota's, which no pace avoids.
        self._log.hold(wait_s, evenly=wait_s <= 2 * self._window_s)

    def _stopped(self, errand: _Errand[T]) -> TrackaGoatError:
        closed = self._closing.is_set()
        return ClosedClientError() if closed else StoppedError(errand.call.path)

    def _deadline(self, errand: _Errand[T], reason: str, wait_s: float) -> DeadlineError:
        retry_at = self._clock.now() + dt.timedelta(seconds=wait_s)
        return DeadlineError(errand.call.path, reason, retry_at, self._max_wait_s)

    def _note(self, errand: _Errand[T], started: float, what: str) -> None:
        if _log.isEnabledFor(logging.DEBUG):
            call, seconds = errand.call, self._clock.monotonic() - started
            facts = call.method, redact(call.path), what, seconds, errand.attempts
            _log.debug("%s %s: %s in %.3f s, attempt %d", *facts)


def _redirected(errand: _Errand[T], answer: Answer) -> _Setback:
    call = errand.call
    target = _joined(call.url, answer.location)
    error = RedirectError(call.path, answer.status, redact(target if answer.location else ""))
    same = answer.location and _origin(target) == _origin(call.url) is not None
    same = same and MASK not in target  # the address would be logged, and is no longer whole
    if not same or call.method != "GET" or errand.hops >= _MAX_HOPS:
        return _Setback(error, "never")
    errand.hops += 1
    errand.call = call.moved(target)
    return _Setback(error, "at once")


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:  # no address at all
        return location


def _origin(url: str) -> tuple[str, str | None, int] | None:
    """Give scheme, host and port, or None for an address that isn't followed anyway."""
    if len(url) > _LONGEST_ADDRESS or not (url.isascii() and url.isprintable()):
        return None
    try:
        parts = urlsplit(url)
        port = parts.port or {"https": 443, "http": 80}[parts.scheme]
    except (ValueError, KeyError):
        return None
    return None if "@" in parts.netloc else (parts.scheme, parts.hostname, port)
