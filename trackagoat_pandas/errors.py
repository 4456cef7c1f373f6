"""Every error and warning of the package.

An error is raised with facts, and its class writes the message: the failure, the given value, the
allowed ones and a remedy. Each error is a TrackaGoatError and also the builtin that a Python user
would catch.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self

from trackagoat_pandas.base.error import ArgumentError as ArgumentError
from trackagoat_pandas.base.error import ArgumentTypeError as ArgumentTypeError
from trackagoat_pandas.base.error import ChoiceError as ChoiceError
from trackagoat_pandas.base.error import MissingArgumentError as MissingArgumentError
from trackagoat_pandas.base.error import StoreBusyError as StoreBusyError
from trackagoat_pandas.base.error import StoreDamagedError as StoreDamagedError
from trackagoat_pandas.base.error import StoreError as StoreError
from trackagoat_pandas.base.error import StoreMissingError as StoreMissingError
from trackagoat_pandas.base.error import StoreOwnerError as StoreOwnerError
from trackagoat_pandas.base.error import StoreVersionError as StoreVersionError
from trackagoat_pandas.base.error import StoreWriteError as StoreWriteError
from trackagoat_pandas.base.error import TrackaGoatError as TrackaGoatError
from trackagoat_pandas.base.error import UnknownArgumentError as UnknownArgumentError
from trackagoat_pandas.base.error import UnknownNameError as UnknownNameError
from trackagoat_pandas.base.error import UnnamedArgumentError as UnnamedArgumentError
from trackagoat_pandas.base.html import facts_table
from trackagoat_pandas.base.spelling import did_you_mean, nearest
from trackagoat_pandas.base.warnings import BaseUrlWarning as BaseUrlWarning
from trackagoat_pandas.base.warnings import ClippedDatesWarning as ClippedDatesWarning
from trackagoat_pandas.base.warnings import ContractWarning as ContractWarning
from trackagoat_pandas.base.warnings import IncompleteFrameWarning as IncompleteFrameWarning
from trackagoat_pandas.base.warnings import MismatchedFramesWarning as MismatchedFramesWarning
from trackagoat_pandas.base.warnings import NoDataWarning as NoDataWarning
from trackagoat_pandas.base.warnings import RepeatedRequestWarning as RepeatedRequestWarning
from trackagoat_pandas.base.warnings import RestatedWarning as RestatedWarning
from trackagoat_pandas.base.warnings import ResumedListWarning as ResumedListWarning
from trackagoat_pandas.base.warnings import TrackaGoatWarning as TrackaGoatWarning
from trackagoat_pandas.base.wording import SHOWN, cut, ended, first_of
from trackagoat_pandas.base.wording import brief as brief
from trackagoat_pandas.base.wording import listing as listing

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "AmbiguousCampaignError", "AmbiguousCreatorError", "AmbiguousProjectError", "ApiError",
    "ArgumentError", "ArgumentTypeError", "BadRequestError", "BaseUrlWarning", "ChoiceError",
    "ClippedDatesWarning", "ClosedClientError", "ConfirmationError", "ConflictError",
    "ConnectionFailedError", "ContractWarning", "CutShortError", "DeadlineError",
    "DeliveryError", "FileError", "ForbiddenError", "GoneError", "IncompleteFrameWarning",
    "InterruptedWriteError", "InvalidItemsError", "LimitReachedError", "MalformedKeyError",
    "MismatchedFramesWarning", "MismatchedResponseError", "MissingArgumentError",
    "MissingColumnError", "MissingDependencyError", "MissingEndMarkError", "MissingFileError",
    "MissingKeyError", "NoDataWarning", "NotFoundError", "PartialLoadError",
    "PartialWriteError", "RateLimitedError", "RedirectError", "RefusedFileError",
    "RepeatedRequestWarning", "RequestBudgetError", "RestatedWarning", "ResumedListWarning",
    "RetentionExceededError", "ServerError", "SettingsError", "StoppedError", "StoreBusyError",
    "StoreDamagedError", "StoreError", "StoreMissingError", "StoreOwnerError",
    "StoreVersionError", "StoreWriteError", "StuckCursorError", "TrackaGoatError",
    "TrackaGoatWarning", "UnauthorizedError", "UnknownArgumentError", "UnknownCampaignError",
    "UnknownCreatorError", "UnknownNameError", "UnknownProjectError", "UnnamedArgumentError",
    "UnreadableResponseError", "UnwritableFileError", "UploadError",
]  # fmt: skip


# Refusals of the API, by status and code.

MEANINGS: Final[Mapping[str, str]] = {
    "handle_taken": "Another creator of the project has this handle.",
    "creator_banned": "TikTok has banned the account of this handle.",
    "invalid_handle": "TikTok has no account of this handle.",
    "no_change": "It already has these values.",
}
"""Codes that the API sends instead of a sentence, and their meanings."""


class ApiError(TrackaGoatError):
    """The API answered with an error envelope.

    ``status``, ``path``, ``code``, ``message`` and ``meta`` are what it sent; the code is
    ``meta.code``, or the message if that is one of `MEANINGS`. ``asked`` holds the ids in the query
    and the body, by parameter.
    """

    _shown: ClassVar[tuple[str, ...]] = ("path", "status", "code")

    advice = ""

    def __init__(
        self,
        status: int,
        path: str,
        message: str,
        *,
        code: str | None = None,
        meta: Mapping[str, Any] | None = None,
        asked: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.status, self.path, self.message, self.code = status, path, message, code
        self.meta, self.asked = dict(meta or {}), dict(asked or {})
        label = f"HTTP {status}" + (f" {code}" if code else "")
        said = MEANINGS.get(message, message) or "no message"
        advice = f" {self._advice()}".rstrip()
        super().__init__(f"{path}: {label}: {said}.{advice}".replace("..", "."))

    def _advice(self) -> str:
        return self.advice

    def replaced(self, **changes: Any) -> Self:
        """Return the same refusal with some facts replaced, such as its message."""
        names = ("status", "path", "message", "code", "meta", "asked")
        return type(self)(**{name: getattr(self, name) for name in names} | changes)


class BadRequestError(ApiError, ValueError):
    """400: the query, body or parameters are wrong."""


class UnauthorizedError(ApiError, PermissionError):
    """401: the key is missing, malformed, revoked or expired."""

    advice = "Create a new key on the API keys page."


class LimitReachedError(ApiError):
    """402: a limit of the plan is reached: ``limit_key``, ``current``, ``maximum``."""

    _shown = ("path", "status", "code", "limit_key", "current", "maximum")

    @property
    def limit_key(self) -> str | None:
        """The limit's name, such as max_creators_per_org."""
        return self.meta.get("limitKey")

    @property
    def current(self) -> int | None:
        """How much of the limit is already used."""
        return self.meta.get("current")

    @property
    def maximum(self) -> int | None:
        """The limit."""
        return self.meta.get("max")


class RetentionExceededError(ApiError, ValueError):
    """402: the dates begin before the days that the plan keeps.

    ``earliest`` is the first of those days, or None if the API didn't say.
    """

    _shown = ("path", "status", "code", "earliest")

    @property
    def earliest(self) -> dt.date | None:
        """The first day that the plan keeps."""
        try:
            return dt.date.fromisoformat(str(self.meta.get("earliestDate"))[:10])
        except ValueError:
            return None

    def _advice(self) -> str:
        first = f"The earliest day that the plan keeps is {self.earliest}"
        return f"{first}; start there, or pass clip=True." if self.earliest else ""


class ForbiddenError(ApiError, PermissionError):
    """403: a scope is missing (``required``, ``granted``), or someone is banned."""

    _shown = ("path", "status", "code", "required", "granted")

    @property
    def required(self) -> Any:
        """The scope that the endpoint requires."""
        return self.meta.get("required")

    @property
    def granted(self) -> Any:
        """The scopes that the key has."""
        return self.meta.get("granted")


class NotFoundError(ApiError, LookupError):
    """404: something doesn't exist, or belongs to another organization."""

    def _advice(self) -> str:
        named = "; ".join(f"{name} {listing(ids, 3)}" for name, ids in self.asked.items())
        if "project_id" in self.asked:
            return f"Asked for {named}. tgp.load_projects() lists those that the key can read."
        if not named and "ndpoint" in self.message:
            return "Paths begin below the base URL, such as '/videos'."
        return f"Asked for {named}." if named else ""


class ConflictError(ApiError):
    """409: a duplicate, a state conflict, or an idempotency key used on another route."""


class GoneError(ApiError, LookupError):
    """410: the endpoint was removed from the API."""


class RateLimitedError(ApiError, TimeoutError):
    """429: too many requests in a minute, or the daily quota is used up.

    ``retry_at`` is the time in UTC from which requests are accepted again.
    """

    _shown = ("path", "status", "code", "retry_at")

    retry_at: dt.datetime | None = None


class ServerError(ApiError):
    """5xx: the server failed, also after every retry."""


# Mistakes found before anything is sent: in settings, arguments, frames, names.


class SettingsError(TrackaGoatError, ValueError):
    """A setting of the client can't be used."""

    _shown: ClassVar[tuple[str, ...]] = ("setting",)

    def __init__(self, setting: str, problem: str) -> None:
        self.setting, self.problem = setting, problem
        super().__init__(f"{setting}: {problem}")


class MissingKeyError(SettingsError):
    """No API key was found anywhere, or ``reason`` says why one can't be read."""

    def __init__(self, reason: str = "") -> None:
        self.reason = reason
        super().__init__(
            "api_key",
            f"no key was found{reason and f', since {reason}'}. Pass connect(api_key=...), set "
            "TRACKAGOAT_API_KEY, put it into a .env file, into keyring (service 'trackagoat') or "
            "into Colab's secrets, or try connect(sandbox=True), which needs none.",
        )


class MalformedKeyError(SettingsError):
    """The API key doesn't look like one of TrackaGoat's. The message never shows it."""

    _shown = ("setting", "source")

    def __init__(self, source: str, flaw: str) -> None:
        self.source, self.flaw = source, flaw
        place = "that was passed" if source == "argument" else f"from {source}"
        super().__init__(
            "api_key",
            f"the key {place} {flaw}. A key is 'tga_' and 64 lowercase hexadecimal digits; "
            "copy it again from the API keys page. Nothing was sent.",
        )


class InvalidItemsError(ArgumentError):
    """Several items of an action are invalid; nothing was sent.

    ``flaws`` has the place of each, such as ``row 2 of 7 (label 1)``, and what is wrong with it.
    """

    _shown = ("argument", "count", "total")

    def __init__(
        self, argument: str, flaws: Sequence[tuple[str, str]], total: int, advice: str = ""
    ) -> None:
        self.flaws, self.count, self.total = tuple(flaws), len(flaws), total
        said = f"{len(flaws)} of {total} items are invalid, so nothing was sent. {first_of(flaws)}"
        super().__init__(argument, None, problem=f"{said}. dry_run=True lists them all{advice}")


class ConfirmationError(TrackaGoatError, ValueError):
    """Several items would be deleted, and ``confirm`` is not True."""

    _shown = ("action", "count")

    def __init__(self, action: str, what: str, count: int) -> None:
        self.action, self.count = action, count
        super().__init__(
            f"{action} would delete {count:,} {what}; nothing was sent. Pass confirm=True if that "
            "is meant, or dry_run=True to see the requests."
        )


class MissingColumnError(TrackaGoatError, KeyError):
    """A frame, or a store's lists, have no columns of these names; similar ones are suggested.

    ``loader`` is the function whose frames have them, ``source`` the one that this frame is from.
    """

    _shown = ("missing", "available", "loader", "source")

    def __init__(
        self,
        missing: Iterable[str],
        available: Iterable[object],
        *,
        loader: str | None = None,
        source: str | None = None,
        advice: str = "",
        where: str = "The frame has",
    ) -> None:
        self.missing = sorted(missing)
        self.available = sorted(str(name) for name in available)
        self.loader, self.source = loader, source
        is_one = len(self.missing) == 1
        lacking = f"no column{'' if is_one else 's'} {listing(map(repr, self.missing))}"
        advice = advice and f" {ended(advice)}"
        if source:
            # The other columns of another resource's frame don't help.
            said = f"The frame is from `{source}`: pass what `{loader}` returns. It has {lacking}."
            super().__init__(f"{said}{advice}")
            return
        returned = f" `{loader}` returns {'one' if is_one else 'them'}." if loader else ""
        has = f"it has: {listing(self.available)}" if self.available else "it has no columns"
        super().__init__(f"{where} {lacking} ({has}).{self._suggestion()}{returned}{advice}")

    def _suggestion(self) -> str:
        """Suggest a column for each missing one, or none at all."""
        if len(self.missing) == 1:
            return did_you_mean(self.missing[0], self.available)
        near = {name: nearest(name, self.available)[:1] for name in self.missing}
        if not all(near.values()):
            return ""
        pairs = [f"{found!r} for {name!r}" for name, (found,) in near.items()]
        return f" Did you mean {', '.join(pairs)}?"


class UnknownProjectError(TrackaGoatError, LookupError):
    """No project has this exact name; the message suggests a similar one."""

    _shown = ("given", "candidates")

    def __init__(
        self, given: str, candidates: Sequence[str], *, known_by: str = "this key can read"
    ) -> None:
        self.given, self.candidates = given, tuple(candidates)
        known = listing(candidates) or "no projects"
        said = f"no project is called {brief(given)}; {known_by}: {known}."
        super().__init__(said + did_you_mean(given, candidates))


class _AmbiguousError(TrackaGoatError, LookupError):
    """Several things have this name; ``candidates`` are their ids.

    ``facts`` describes each by its id, to help choose.
    """

    _shown = ("given", "candidates")
    _things: ClassVar[str]
    _sign: ClassVar[str] = ""
    _otherwise: ClassVar[str] = ""

    def __init__(
        self, given: str, candidates: Sequence[str], facts: Mapping[str, str] | None = None
    ) -> None:
        self.given, self.candidates, self.facts = given, tuple(candidates), dict(facts or {})
        named = [f"{id_} ({self.facts[id_]})" if self.facts.get(id_) else id_ for id_ in candidates]
        called = f"{len(candidates)} {self._things} are called {self._sign + given!r}"
        advice = f"Pass the id of the one you mean{self._otherwise}."
        super().__init__(f"{called}: {listing(named)}. {advice}")


class AmbiguousProjectError(_AmbiguousError):
    """Several projects have this name; ``facts`` says when each was created, and more."""

    _things = "projects"


class UnknownCreatorError(TrackaGoatError, LookupError):
    """No creator has these handles; the message suggests similar ones."""

    _shown = ("given", "project")

    def __init__(
        self, given: Sequence[str], candidates: Sequence[str], project: str | None = None
    ) -> None:
        self.given, self.candidates, self.project = tuple(given), tuple(candidates), project
        place = "in any project" if project is None else f"in the project {project!r}"
        near = {handle: nearest(handle, candidates)[:1] for handle in given[:SHOWN]}
        named = listing(
            f"'@{handle}'" + "".join(f" (did you mean '@{one}'?)" for one in near.get(handle, []))
            for handle in given
        )
        super().__init__(
            f"no creator {place} is called {named}. A creator who was removed may not be "
            "listed; give the id instead."
        )


class AmbiguousCreatorError(_AmbiguousError):
    """Creators of several projects have this handle; ``facts`` names the project of each."""

    _things, _sign = "creators", "@"
    _otherwise = ", or its project where a project can be given"


class UnknownCampaignError(TrackaGoatError, LookupError):
    """No campaign has these names; the message suggests similar ones."""

    _shown = ("given", "candidates")

    def __init__(self, given: Sequence[str], candidates: Sequence[str]) -> None:
        self.given, self.candidates = tuple(given), tuple(candidates)
        named, known = (listing(map(brief, names)) for names in (given, candidates))
        said = f"no campaign is called {named}; there are: {known or 'none'}."
        super().__init__(said + did_you_mean(given[0], candidates))


class AmbiguousCampaignError(_AmbiguousError):
    """Several campaigns have this name; ``facts`` names the project of each."""

    _things = "campaigns"
    _otherwise = ", or a frame with that campaign alone"


class MissingDependencyError(TrackaGoatError, ImportError):
    """An optional package is not installed."""

    _shown = ("package", "purpose")

    def __init__(self, package: str, purpose: str, extra: str) -> None:
        self.package, self.purpose, self.extra = package, purpose, extra
        super().__init__(f"{purpose} needs {package}: pip install 'trackagoat-pandas[{extra}]'.")


# Failures on the way to the API, and answers that can't be used.


class ConnectionFailedError(TrackaGoatError, ConnectionError):
    """The server couldn't be reached or the connection broke, also after every retry."""

    _shown = ("path", "cause", "attempts")

    def __init__(self, path: str, cause: str, attempts: int) -> None:
        self.path, self.cause, self.attempts = path, cause, attempts
        tries = "1 attempt" if attempts == 1 else f"{attempts} attempts"
        super().__init__(f"{path}: no answer after {tries} ({cause}). Check the network.")


class DeadlineError(TrackaGoatError, TimeoutError):
    """The next attempt would come later than ``max_wait_s`` allows."""

    _shown = ("path", "reason", "retry_at", "max_wait_s")

    def __init__(self, path: str, reason: str, retry_at: dt.datetime, max_wait_s: float) -> None:
        self.path, self.reason = path, reason
        self.retry_at, self.max_wait_s = retry_at, max_wait_s
        # The reason may be the message of another error, which begins with the path as well.
        cause = reason.removeprefix(f"{path}: ").rstrip(".")
        super().__init__(
            f"{path}: {cause}; come back at {retry_at:%Y-%m-%d %H:%M:%S} UTC, or raise max_wait_s "
            f"(now {max_wait_s:g} s)."
        )


class ClosedClientError(TrackaGoatError, RuntimeError):
    """The client was closed, perhaps while a request was under way."""

    def __init__(self) -> None:
        super().__init__("the client is closed; make a new one with connect().")


class StoppedError(TrackaGoatError, RuntimeError):
    """A request was given up because the load that it belongs to was stopped."""

    _shown = ("path",)

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(f"{path}: the request was given up because its load was stopped.")


class RequestBudgetError(TrackaGoatError, RuntimeError):
    """A load takes more requests than its ``max_requests`` allows.

    ``needed`` is the least number that is known to be required, if that is more and nothing was
    sent. It is None if the allowed requests were sent; ``path`` is that of the next one.
    """

    _shown = ("max_requests", "needed", "path")

    def __init__(self, max_requests: int, *, needed: int | None = None, path: str = "") -> None:
        self.max_requests, self.needed, self.path = max_requests, needed, path
        after = f"they are used up, and the next one, to {path}, was not sent"
        before = f"tgp.estimate_load says that the load takes {needed} or more, so nothing was sent"
        why = after if needed is None else before
        super().__init__(f"max_requests={max_requests}: {why}. Allow more, or load less.")


class RedirectError(TrackaGoatError, ConnectionError):
    """The server redirected to another address; following could lose or leak the key."""

    _shown = ("path", "status", "target")

    def __init__(self, path: str, status: int, target: str) -> None:
        self.path, self.status, self.target = path, status, target
        super().__init__(
            f"{path}: HTTP {status} redirects to {target or 'nowhere'}, which was not followed "
            "because the key must not be sent there. Set base_url to the address that you trust."
        )


class UnreadableResponseError(TrackaGoatError, ValueError):
    """The answer isn't a JSON envelope: it is empty, HTML, not UTF-8, or of another shape."""

    _shown: ClassVar[tuple[str, ...]] = ("path", "status", "start")

    def __init__(self, path: str, status: int, problem: str, start: str = "") -> None:
        self.path, self.status, self.problem, self.start = path, status, problem, start
        shown = f" It starts {start!r}." if start else ""
        super().__init__(f"{path}: HTTP {status}, but {problem}.{shown}")


class MismatchedResponseError(UnreadableResponseError):
    """The response doesn't match the request: other buckets, another metric, mode or time zone."""


class CutShortError(UnreadableResponseError):
    """The answer was empty or ended early, also after every retry."""


class MissingEndMarkError(UnreadableResponseError):
    """A page of a list is full, and nothing in it says whether more pages follow.

    ``pages`` is the number of pages received, ``rows`` the number of rows in the last one.
    """

    _shown = ("path", "status", "pages", "rows")

    def __init__(self, path: str, status: int, pages: int, rows: int) -> None:
        self.pages, self.rows = pages, rows
        super().__init__(
            path,
            status,
            f"page {pages} has {rows} rows and nothing in it (meta.hasMore, meta.nextCursor) says "
            "whether more follow, so the list may be incomplete",
        )


class StuckCursorError(TrackaGoatError, RuntimeError):
    """The server gave the same cursor twice: paging would never end."""

    _shown = ("path", "cursor", "pages")

    def __init__(self, path: str, cursor: str, pages: int) -> None:
        self.path, self.cursor, self.pages = path, cursor, pages
        said = f"{path}: after {pages} pages the server repeated the cursor {brief(cursor)}"
        super().__init__(f"{said}; the list has no end.")


# Files on this machine.


class FileError(TrackaGoatError, OSError):
    """A file can't be read."""

    _shown = ("path", "problem")

    def __init__(self, path: str, problem: str) -> None:
        self.path, self.problem = path, problem
        super().__init__(f"The file {path!r} can't be read: {problem}.")


class MissingFileError(FileError, FileNotFoundError):
    """There is no such file."""

    def __init__(self, path: str) -> None:
        super().__init__(path, "no file has this name")


class RefusedFileError(FileError, PermissionError):
    """The file may not be read by this account."""

    def __init__(self, path: str) -> None:
        super().__init__(path, "this account has no permission to read it")


class UnwritableFileError(TrackaGoatError, OSError):
    """A file can't be written; an earlier file there is unchanged."""

    _shown = ("path", "problem")

    def __init__(self, path: str, problem: str) -> None:
        self.path, self.problem = path, problem
        super().__init__(f"The file {path!r} can't be written: {problem}.")


# Loads, writes and uploads of which a part failed.

_NAMED: Final = 2
_LONGEST_NAME, _LONGEST_CAUSE = 36, 130
"""Characters. With these the message fits on five lines of a terminal, however much failed."""


class PartialLoadError(TrackaGoatError, RuntimeError):
    """A part of a load failed; ``partial`` is the frame of the rest.

    The first failure is the ``__cause__``.

    Attributes
    ----------
    failures : dict
        The error of each series that failed, by ``(entity_id, metric)``; of each list that failed,
        by the id that it belongs to.
    loaded : int
        How many series or lists succeeded.
    partial : pandas.DataFrame
        Their rows, with the dtypes of a complete frame; its provenance says ``complete: False``.
    """

    partial: pd.DataFrame

    def __init__(
        self,
        what: str,
        failures: Mapping[Hashable, Exception],
        loaded: int,
        frame: pd.DataFrame,
        *,
        requests: tuple[int, int] | None = None,
        names: Mapping[str, str] | None = None,
    ) -> None:
        self.failures, self.loaded, self.partial = dict(failures), loaded, frame
        self._names = dict(names or {})
        failed = len(self.failures)
        total = failed + loaded
        sent = ""
        if requests and requests != (failed, total):
            sent = f"({requests[0]:,} of {requests[1]:,} requests) "
        named = [self._name_of(key, _LONGEST_NAME) for key in islice(self.failures, _NAMED)]
        more = f" and {failed - len(named):,} more" if failed > len(named) else ""
        error = next(iter(self.failures.values()))
        advice = " Was it removed? Leave it out." if isinstance(error, NotFoundError) else ""
        first = cut(" ".join(str(error).split()), _LONGEST_CAUSE - len(advice)) + advice
        rows = "The rows that came are in .partial." if loaded else "Nothing was loaded."
        super().__init__(
            f"{failed:,} of {total:,} {what} {sent}failed: {', '.join(named)}{more}. "
            f"The first error: {first} {rows}"
        )

    @property
    def frame(self) -> pd.DataFrame:
        """The same as ``partial``."""
        return self.partial

    def _name_of(self, key: Hashable, longest: int = 200) -> str:
        """Write a key of ``failures`` as a name, or an id where it has none, and the metric."""
        id_, *rest = key if isinstance(key, tuple) else (key,)
        name = " ".join(self._names.get(str(id_), str(id_)).split())
        return " ".join([cut(name, longest), *(f"({word})" for word in rest)])

    def _repr_html_(self) -> str:
        failed = len(self.failures)
        title = "What failed" if failed <= SHOWN else f"What failed: the first {SHOWN} of {failed}"
        first = islice(self.failures.items(), SHOWN)
        facts = {self._name_of(key): str(error) for key, error in first}
        return super()._repr_html_() + facts_table(title, facts)

    def _facts(self) -> dict[str, str]:
        return {
            "failed": f"{len(self.failures):,}",
            "succeeded": f"{self.loaded:,}",
            "rows that came": f"{len(self.partial):,}, in .partial",
        }


class PartialWriteError(TrackaGoatError, RuntimeError):
    """Writing stopped midway; ``frame`` has the status of each item, such as done or not sent.

    The reason is the ``__cause__``.
    """

    def __init__(self, what: str, reason: str, frame: pd.DataFrame) -> None:
        self.what, self.reason, self.frame = what, reason, frame
        counts = frame["status"].value_counts(sort=False)  # in the order of the categories
        counted = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
        said = f"writing {what} stopped midway: {counted}. {reason}"
        super().__init__(f"{said} The status of each item is in this error's .frame.")

    def _facts(self) -> dict[str, str]:
        return {"what": self.what, "items": f"{len(self.frame)}, in .frame"}


class InterruptedWriteError(PartialWriteError, KeyboardInterrupt):
    """Ctrl-C interrupted writing; ``frame`` has the items that were written before."""

    def __init__(self, what: str, frame: pd.DataFrame) -> None:
        super().__init__(what, "It was interrupted.", frame)


class UploadError(TrackaGoatError, ConnectionError):
    """A file could not be uploaded to the address that the API signed for it."""

    _shown = ("what", "problem")

    def __init__(self, what: str, problem: str) -> None:
        self.what, self.problem = what, problem
        advice = "Nothing refers to it yet, so try again; each attempt gets a new address."
        super().__init__(f"{what} was not stored: {problem}. {advice}")


class DeliveryError(TrackaGoatError, ConnectionError):
    """A message could not be delivered; neither the address nor a password is shown.

    ``what`` says how it was sent, and ``problem`` why it didn't arrive.
    """

    _shown = ("what", "problem")

    def __init__(self, what: str, problem: str) -> None:
        self.what, self.problem = what, problem
        super().__init__(f"{what}: {ended(problem)}")
