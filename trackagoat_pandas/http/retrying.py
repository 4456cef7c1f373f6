"""Sending a call, and sending it again after a fault or a refusal that may pass."""

from __future__ import annotations

import datetime as dt
import logging
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Generic, Literal, TypeAlias, TypeVar
from urllib.parse import urljoin, urlsplit

from trackagoat_pandas.base.secrets import MASK, redact, redact_quoted
from trackagoat_pandas.errors import (
    ApiError,
    BadRequestError,
    ClosedClientError,
    ConflictError,
    ConnectionFailedError,
    CutShortError,
    DeadlineError,
    ForbiddenError,
    GoneError,
    LimitReachedError,
    NotFoundError,
    RateLimitedError,
    RedirectError,
    RetentionExceededError,
    ServerError,
    StoppedError,
    TrackaGoatError,
    UnauthorizedError,
    UnreadableResponseError,
)
from trackagoat_pandas.http.envelope import Complaint
from trackagoat_pandas.http.messages import read_http_date
from trackagoat_pandas.http.wire import RejectedBodyError, WireFaultError

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Mapping

    from trackagoat_pandas.http.counting import Budget
    from trackagoat_pandas.http.messages import ApiAnswer, Call
    from trackagoat_pandas.http.pacing import Clock, RequestLog
    from trackagoat_pandas.http.wire import Wire
    from trackagoat_pandas.inputs.settings import Settings

_log = logging.getLogger("trackagoat_pandas")

MAX_ATTEMPTS: Final = 6
_FIRST_BACKOFF_S: Final = 0.5
_LONGEST_BACKOFF_S: Final = 30.0
_MOST_DOUBLINGS: Final = 16  # already past the longest backoff, and far from an overflow
_DEFAULT_RETRY_AFTER_S: Final = 60.0  # from the API's documentation
_A_YEAR_S: Final = 366 * 86_400.0
_MAX_HOPS: Final = 2
_DAILY_QUOTA: Final = "max_api_requests_per_day"
_STOPPED: Final = (
    "the server refuses requests until then, as it said to a process that has the same key; quota()"
    " says more, and connect(shared_quota=False) asks it again"
)
_LONGEST_ADDRESS: Final = 8_000  # characters; httpx refuses 65,536
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_FIRST_REDIRECT, _FIRST_ERROR, _TOO_MANY_REQUESTS, _FIRST_SERVER_ERROR = 300, 400, 429, 500
_BY_STATUS: Final[Mapping[int, type[ApiError]]] = {
    400: BadRequestError,
    401: UnauthorizedError,
    402: LimitReachedError,
    403: ForbiddenError,
    404: NotFoundError,
    409: ConflictError,
    410: GoneError,
    422: BadRequestError,
    429: RateLimitedError,
}
_BY_CODE: Final[Mapping[str | None, type[ApiError]]] = {
    "invalid_query": BadRequestError,
    "invalid_body": BadRequestError,
    "invalid_params": BadRequestError,
    "invalid_api_key": UnauthorizedError,
    "limit_reached": LimitReachedError,
    "insufficient_scope": ForbiddenError,
    "rate_limit_exceeded": RateLimitedError,
    "too_many_requests": RateLimitedError,
    "internal_error": ServerError,
}

_Again: TypeAlias = Literal["never", "at once", "after a fault", "after a refusal"]
T = TypeVar("T")


@dataclass(slots=True, eq=False)
class _Attempt(Generic[T]):
    """A call under way: its number of tries and failures, and when to give up."""

    call: Call
    read: Callable[[str, ApiAnswer, int], T | Complaint]
    stop: threading.Event
    give_up_at: float
    budget: Budget | None = None
    number: int = 0
    faults: int = 0
    refusals: int = 0
    hops: int = 0


@dataclass(frozen=True, slots=True)
class _Failure:
    """Why an attempt failed, and whether and when another one may succeed."""

    error: TrackaGoatError
    again: _Again
    asked_s: float | None = None
    cause: Exception | None = None


class Retrier:
    """Sends calls when the rate limit allows, and retries those that may succeed the next time.

    Parameters
    ----------
    wire, log
        The connections, and the log that says when a request may start.
    settings
        ``max_wait_s`` limits the time that one call may wait. A server that asks for much more
        than the window of ``rate_limit`` means its daily quota.
    clock, chance
        The clock to wait by, and a function that returns random numbers from 0 to 1.
    closing
        Set when the client is closed.
    """

    def __init__(
        self,
        wire: Wire,
        log: RequestLog,
        settings: Settings,
        *,
        clock: Clock,
        chance: Callable[[], float],
        closing: threading.Event,
    ) -> None:
        self._wire, self._log, self._clock, self._chance = wire, log, clock, chance
        self._max_wait_s, self._closing = settings.max_wait_s, closing
        self._window_s = settings.rate_limit[1] if settings.rate_limit else 0.0

    def send(
        self,
        call: Call,
        read: Callable[[str, ApiAnswer, int], T | Complaint],
        stop: threading.Event,
        budget: Budget | None = None,
    ) -> T:
        """Send a call until it has an answer that ``read`` can read; raise the error otherwise."""
        give_up_at = self._clock.monotonic() + self._max_wait_s
        attempt = _Attempt(call, read, stop, give_up_at, budget)
        try:
            while True:
                try:
                    self._acquire(attempt)
                    outcome = self._try(attempt)
                finally:
                    self._log.release(attempt)
                if not isinstance(outcome, _Failure):
                    return outcome
                self._prepare_another(attempt, outcome)
        finally:
            self._log.release(attempt)  # again, since Ctrl-C may have interrupted the one above

    def _acquire(self, attempt: _Attempt[T]) -> None:
        # Taken first, so that a load with nothing left doesn't wait in vain.
        if attempt.budget is not None:
            attempt.budget.take(attempt.call.path)
        late_s: float | None = None
        try:
            late_s = self._log.acquire(attempt.give_up_at, attempt.stop, attempt)
        finally:
            # Nothing is sent then, nor after Ctrl-C in the wait.
            if late_s != 0 and attempt.budget is not None:
                attempt.budget.give_back()
        if late_s is None:
            raise self._stop_error(attempt)
        if late_s:
            reason = "the rate limit allows no request before then"
            if self._log.usage().stopped_s:
                reason = _STOPPED
            raise self._deadline(attempt, reason, late_s)

    def _try(self, attempt: _Attempt[T]) -> T | _Failure:
        attempt.number += 1
        call, started = attempt.call, self._clock.monotonic()
        try:
            answer = self._wire.send(call, attempt.give_up_at)
        except WireFaultError as fault:
            self._note(attempt, started, fault.cause)
            again: _Again = "after a fault" if call.repeatable or not fault.sent else "never"
            failed = ConnectionFailedError(call.path, fault.cause, attempt.number)
            return _Failure(failed, again, cause=fault)
        except RejectedBodyError as flaw:
            self._note(attempt, started, flaw.problem)
            unread = UnreadableResponseError(call.path, flaw.status, flaw.problem)
            return _Failure(unread, "never", cause=flaw)
        self._note(attempt, started, str(answer.status))
        if answer.status in _REDIRECTS:
            return _redirect(attempt, answer)
        try:
            outcome = attempt.read(call.path, answer, attempt.number)
        except UnreadableResponseError as flaw:
            # A proxy may answer 429 or 5xx with HTML, which is still a refusal that may pass.
            if answer.status < _FIRST_SERVER_ERROR and answer.status != _TOO_MANY_REQUESTS:
                cut_short = isinstance(flaw, CutShortError) and call.repeatable
                return _Failure(flaw, "after a fault" if cut_short else "never")
            outcome = Complaint(flaw.problem, {})
        if isinstance(outcome, Complaint):
            return self._judge_refusal(attempt, answer, outcome)
        # An envelope without an error, under a status that is one.
        if answer.status >= _FIRST_REDIRECT:
            return self._judge_refusal(attempt, answer, Complaint("", {}))
        return outcome

    def _judge_refusal(
        self, attempt: _Attempt[T], answer: ApiAnswer, complaint: Complaint
    ) -> _Failure:
        error = _refusal(answer.status, attempt.call, complaint)
        now = self._clock.now()
        # A Retry-After date is by the server's clock, so it is compared with the server's Date.
        asked_s = header_seconds(answer.retry_after, answer.date or now)
        if asked_s is None:
            asked_s = seconds_in(complaint.meta.get("retryAfter"))
        if asked_s is None and complaint.meta.get("limitKey") == _DAILY_QUOTA:
            # The daily quota is there again on the next UTC day.
            today = answer.date or now
            tomorrow = dt.datetime.combine(today.date() + dt.timedelta(days=1), dt.time(), dt.UTC)
            asked_s = (tomorrow - today).total_seconds()
        if isinstance(error, RateLimitedError):
            # A request refused for its rate was not carried out, so any method may be sent again.
            asked_s = _DEFAULT_RETRY_AFTER_S if asked_s is None else asked_s
            error.retry_at = now + dt.timedelta(seconds=asked_s)
            return _Failure(error, "after a refusal", asked_s)
        if answer.status >= _FIRST_SERVER_ERROR and attempt.call.repeatable:
            return _Failure(error, "after a fault", asked_s)
        return _Failure(error, "never")

    def _prepare_another(self, attempt: _Attempt[T], failure: _Failure) -> None:
        if attempt.stop.is_set():
            raise self._stop_error(attempt) from failure.error
        if failure.again == "never":
            raise failure.error from failure.cause
        if failure.again == "after a fault":
            self._back_off(attempt, failure)
        if failure.again == "after a refusal":
            self._pause(attempt, failure)

    def _back_off(self, attempt: _Attempt[T], failure: _Failure) -> None:
        attempt.faults += 1
        if attempt.faults >= MAX_ATTEMPTS:
            raise failure.error from failure.cause
        wait_s = max(backoff_s(attempt.faults, self._chance), failure.asked_s or 0.0)
        if self._clock.monotonic() + wait_s > attempt.give_up_at:
            if failure.asked_s:
                raise self._deadline(attempt, str(failure.error), wait_s) from failure.error
            raise failure.error from failure.cause
        self._clock.wait(attempt.stop, wait_s)

    def _pause(self, attempt: _Attempt[T], failure: _Failure) -> None:
        attempt.refusals += 1
        wait_s = failure.asked_s or 0.0
        if attempt.refusals > 1:
            # Retry-After may be 0, and a server that refuses again must not be asked in a loop.
            wait_s = max(wait_s, backoff_s(attempt.refusals, self._chance))
        # A longer wait means the daily quota, which a slower pace wouldn't avoid.
        evenly = wait_s <= 2 * self._window_s
        self._log.pause_shared(wait_s, evenly=evenly, day_limit=_day_limit(failure.error))
        if self._clock.monotonic() + wait_s > attempt.give_up_at:
            raise self._deadline(attempt, str(failure.error), wait_s) from failure.error
        self._log.pause(wait_s, evenly=evenly)

    def _stop_error(self, attempt: _Attempt[T]) -> TrackaGoatError:
        closed = self._closing.is_set()
        return ClosedClientError() if closed else StoppedError(attempt.call.path)

    def _deadline(self, attempt: _Attempt[T], reason: str, wait_s: float) -> DeadlineError:
        retry_at = self._clock.now() + dt.timedelta(seconds=wait_s)
        return DeadlineError(attempt.call.path, reason, retry_at, self._max_wait_s)

    def _note(self, attempt: _Attempt[T], started: float, what: str) -> None:
        if _log.isEnabledFor(logging.DEBUG):
            call, seconds = attempt.call, self._clock.monotonic() - started
            facts = call.method, redact(call.path), what, seconds, attempt.number
            _log.debug("%s %s: %s in %.3f s, attempt %d", *facts)


def backoff_s(times: int, chance: Callable[[], float]) -> float:
    """Draw the seconds to wait after a number of failures: exponential, with full jitter."""
    longest = min(_LONGEST_BACKOFF_S, _FIRST_BACKOFF_S * 2.0 ** min(times - 1, _MOST_DOUBLINGS))
    return chance() * longest


def header_seconds(retry_after: str, now: dt.datetime) -> float | None:
    """Read a Retry-After header, in seconds or as an HTTP date; None if it is neither."""
    seconds = seconds_in(retry_after)
    moment = read_http_date(retry_after) if seconds is None else None
    return min(max(0.0, (moment - now).total_seconds()), _A_YEAR_S) if moment else seconds


def seconds_in(given: object) -> float | None:
    """Read a number of seconds, at most a year; None if it isn't one."""
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        return None
    try:
        seconds = float(given)
    except (ValueError, OverflowError):
        return None
    return min(seconds, _A_YEAR_S) if math.isfinite(seconds) and seconds >= 0 else None


def _day_limit(error: TrackaGoatError) -> int | None:
    """Return the daily quota, if a refusal says how large it is."""
    meta = error.meta if isinstance(error, ApiError) else {}
    most = meta.get("max") if meta.get("limitKey") == _DAILY_QUOTA else None
    return most if isinstance(most, int) and not isinstance(most, bool) and most >= 0 else None


def _refusal(status: int, call: Call, complaint: Complaint) -> ApiError:
    """Make the error for a refusal: by its status, or by its code where that is below 400."""
    code, meta = complaint.code, complaint.meta
    kind: type[ApiError]
    if code == "retention_exceeded":
        kind = RetentionExceededError
    elif status >= _FIRST_SERVER_ERROR:
        kind = ServerError
    elif status >= _FIRST_ERROR:
        kind = _BY_STATUS.get(status, ApiError)
    else:
        kind = _BY_CODE.get(code, ApiError)
    return kind(status, call.path, complaint.message, code=code, meta=meta, asked=call.ids)


def _redirect(attempt: _Attempt[T], answer: ApiAnswer) -> _Failure:
    """Follow a redirect of a GET within its origin; the key must not go anywhere else."""
    call = attempt.call
    try:
        target = urljoin(call.url, answer.location)
    except ValueError:  # not a URL
        target = answer.location
    shown = redact_quoted(target) if answer.location else ""
    same = answer.location != "" and _origin(target) == _origin(call.url) is not None
    same = same and MASK not in target  # it replaces the key in an address that repeated it
    error = RedirectError(call.path, answer.status, shown, is_same_server=same)
    if not same or call.method != "GET" or attempt.hops >= _MAX_HOPS:
        return _Failure(error, "never")
    attempt.hops += 1
    attempt.call = replace(call, url=target)
    return _Failure(error, "at once")


def _origin(url: str) -> tuple[str, str | None, int] | None:
    """Return scheme, host and port, or None for an address that is never followed."""
    if len(url) > _LONGEST_ADDRESS or not (url.isascii() and url.isprintable()):
        return None
    try:
        parts = urlsplit(url)
        port = parts.port or {"https": 443, "http": 80}[parts.scheme]
    except (ValueError, KeyError):
        return None
    return None if "@" in parts.netloc else (parts.scheme, parts.hostname, port)
