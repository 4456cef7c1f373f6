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
from trackagoat_pandas.base.warnings import EnvFileWarning as EnvFileWarning
from trackagoat_pandas.base.warnings import IncompleteFrameWarning as IncompleteFrameWarning
from trackagoat_pandas.base.warnings import MismatchedFramesWarning as MismatchedFramesWarning
from trackagoat_pandas.base.warnings import NoDataWarning as NoDataWarning
from trackagoat_pandas.base.warnings import RepeatedRequestWarning as RepeatedRequestWarning
from trackagoat_pandas.base.warnings import RestatedWarning as RestatedWarning
from trackagoat_pandas.base.warnings import ResumedListWarning as ResumedListWarning
from trackagoat_pandas.base.warnings import TrackaGoatWarning as TrackaGoatWarning
from trackagoat_pandas.base.wording import SHOWN, cut, ended, first_of, ids_of_handles
from trackagoat_pandas.base.wording import brief as brief
from trackagoat_pandas.base.wording import listing as listing

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "AmbiguousCampaignError", "AmbiguousCreatorError", "AmbiguousProjectError", "ApiError",
    "ArgumentError", "ArgumentTypeError", "BadRequestError", "BaseUrlWarning", "ChoiceError",
    "ClippedDatesWarning", "ClosedClientError", "ConfirmationError", "ConflictError",
    "ConnectionFailedError", "ContractWarning", "CutShortError", "DeadlineError",
    "DeliveryError", "EnvFileWarning", "FileError", "ForbiddenError", "GoneError",
    "IncompleteFrameWarning", "InterruptedWriteError", "InvalidItemsError", "LimitReachedError",
    "MalformedKeyError",
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
    ``meta.code``, or the message if that is one of `MEANINGS`. ``asked`` holds the ids in the
    query and the body, by parameter. Catch it for everything that the API refuses; its
    subclasses say why.

    Parameters
    ----------
    status : int
        The status of the answer.
    path : str
        The path that was requested.
    message : str
        The API's message.
    code : str, optional
        The API's code, if it sent one.
    meta : dict, optional
        What else the API said.
    asked : dict, optional
        The ids that were asked for, by parameter.

    See Also
    --------
    errors.NotFoundError : The API has no such thing.
    errors.RateLimitedError : There were too many requests.
    errors.ConnectionFailedError : The server couldn't be reached.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> print(tgp.errors.ApiError(418, "/videos", "No tea here"))
    /videos: HTTP 418: No tea here.
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
    """400: the query, body or parameters are wrong.

    Read the API's message, which names the field; :func:`describe` lists the columns and words
    that there are.

    Parameters
    ----------
    status : int
        The status of the answer.
    path, message : str
        The path that was requested, and the API's message.
    code : str, optional
        The API's code, if it sent one.
    meta, asked : dict, optional
        What else the API said, and the ids that were asked for, by parameter.

    See Also
    --------
    errors.ArgumentError : A value is not allowed.
    describe : Describe the columns.
    check_contract : Compare the live API with the package.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> error = tgp.errors.BadRequestError(
    ...     400, "/creators/c1/goals", "target_value must be positive"
    ... )
    >>> print(error)
    /creators/c1/goals: HTTP 400: target_value must be positive.
    """


class UnauthorizedError(ApiError, PermissionError):
    """401: the key is missing, malformed, revoked or expired.

    Create a new key on the API keys page, and connect with it.

    Parameters
    ----------
    status : int
        The status of the answer.
    path, message : str
        The path that was requested, and the API's message.
    code : str, optional
        The API's code, if it sent one.
    meta, asked : dict, optional
        What else the API said, and the ids that were asked for, by parameter.

    See Also
    --------
    connect : Make the client, or connect to the sandbox.
    actions.create_api_key : Create an API key.
    errors.MissingKeyError : There is no API key.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> print(tgp.errors.UnauthorizedError(401, "/projects", "Invalid API key"))
    /projects: HTTP 401: Invalid API key. Create a new key on the API keys page.
    """

    advice = "Create a new key on the API keys page."


class LimitReachedError(ApiError):
    """402: a limit of the plan is reached: ``limit_key``, ``current``, ``maximum``.

    Remove something that counts towards the limit, or change the plan.

    Parameters
    ----------
    status : int
        The status of the answer.
    path, message : str
        The path that was requested, and the API's message.
    code : str, optional
        The API's code, if it sent one.
    meta, asked : dict, optional
        What else the API said, and the ids that were asked for, by parameter.

    See Also
    --------
    quota : See how much of the limits is used.
    errors.RetentionExceededError : The dates begin too early.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> error = tgp.errors.LimitReachedError(
    ...     402,
    ...     "/creators",
    ...     "Creator limit reached",
    ...     meta={"limitKey": "max_creators_per_org", "current": 50, "max": 50},
    ... )
    >>> print(error, error.current, "of", error.maximum)
    /creators: HTTP 402: Creator limit reached. 50 of 50
    """

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

    ``earliest`` is the first of those days, or None if the API didn't say. Start there, or pass
    ``clip=True``, which leaves out the days before.

    Parameters
    ----------
    status : int
        The status of the answer.
    path, message : str
        The path that was requested, and the API's message.
    code : str, optional
        The API's code, if it sent one.
    meta, asked : dict, optional
        What else the API said, and the ids that were asked for, by parameter.

    See Also
    --------
    load_analytics : Load time series.
    DateRange : A range of days, as loaders take it.
    open_store : Open the store in a folder.
    errors.ClippedDatesWarning : The dates were cut.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> error = tgp.errors.RetentionExceededError(
    ...     402, "/analytics", "Beyond the retention", meta={"earliestDate": "2026-03-20"}
    ... )
    >>> print(error)  # doctest: +NORMALIZE_WHITESPACE
    /analytics: HTTP 402: Beyond the retention. The earliest day that the plan keeps is
    2026-03-20; start there, or pass clip=True.
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
    """403: a scope is missing (``required``, ``granted``), or someone is banned.

    Use a key that has the scope; writing needs ``write``.

    Parameters
    ----------
    status : int
        The status of the answer.
    path, message : str
        The path that was requested, and the API's message.
    code : str, optional
        The API's code, if it sent one.
    meta, asked : dict, optional
        What else the API said, and the ids that were asked for, by parameter.

    See Also
    --------
    actions.create_api_key : Create an API key.
    connect : Make the client, or connect to the sandbox.
    errors.UnauthorizedError : The key is not valid.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> error = tgp.errors.ForbiddenError(
    ...     403, "/creators", "Missing scope", meta={"required": "write", "granted": ["read"]}
    ... )
    >>> print(error, "Required:", error.required)
    /creators: HTTP 403: Missing scope. Required: write
    """

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
    """404: something doesn't exist, or belongs to another organization.

    Check the id: it may have been removed, or it is another organization's.

    Parameters
    ----------
    status : int
        The status of the answer.
    path, message : str
        The path that was requested, and the API's message.
    code : str, optional
        The API's code, if it sent one.
    meta, asked : dict, optional
        What else the API said, and the ids that were asked for, by parameter.

    See Also
    --------
    load_projects : Load projects.
    errors.UnknownProjectError : There is no such project.
    errors.GoneError : The endpoint was removed.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> error = tgp.errors.NotFoundError(
    ...     404, "/videos", "Project not found", asked={"project_id": ["p-17"]}
    ... )
    >>> print(error)  # doctest: +NORMALIZE_WHITESPACE
    /videos: HTTP 404: Project not found. Asked for project_id p-17. tgp.load_projects() lists
    those that the key can read.
    """

    def _advice(self) -> str:
        named = "; ".join(f"{name} {listing(ids, 3)}" for name, ids in self.asked.items())
        if "project_id" in self.asked:
            return f"Asked for {named}. tgp.load_projects() lists those that the key can read."
        # "Endpoint" or "endpoint": then the path itself is wrong, and not an id in it.
        if not named and "ndpoint" in self.message:
            return "Paths begin below the base URL, such as '/videos'."
        return f"Asked for {named}." if named else ""


class ConflictError(ApiError):
    """409: a duplicate, a state conflict, or an idempotency key used on another route.

    Look at what exists first: a write with ``dry_run=True`` says what would happen.

    Parameters
    ----------
    status : int
        The status of the answer.
    path, message : str
        The path that was requested, and the API's message.
    code : str, optional
        The API's code, if it sent one.
    meta, asked : dict, optional
        What else the API said, and the ids that were asked for, by parameter.

    See Also
    --------
    actions.add_creators : Add creators.
    actions.set_goals : Set goals.
    errors.RepeatedRequestWarning : The same was created before.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> print(tgp.errors.ConflictError(409, "/creators", "handle_taken"))
    /creators: HTTP 409: Another creator of the project has this handle.
    """


class GoneError(ApiError, LookupError):
    """410: the endpoint was removed from the API.

    Update the package; :func:`check_contract` says what else has changed.

    Parameters
    ----------
    status : int
        The status of the answer.
    path, message : str
        The path that was requested, and the API's message.
    code : str, optional
        The API's code, if it sent one.
    meta, asked : dict, optional
        What else the API said, and the ids that were asked for, by parameter.

    See Also
    --------
    check_contract : Compare the live API with the package.
    load_path : Load any other path.
    errors.NotFoundError : The API has no such thing.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> print(tgp.errors.GoneError(410, "/stats", "Use /analytics"))
    /stats: HTTP 410: Use /analytics.
    """


class RateLimitedError(ApiError, TimeoutError):
    """429: too many requests in a minute, or the daily quota is used up.

    ``retry_at`` is the time in UTC from which requests are accepted again. The package paces
    and retries by itself, so this is raised only where waiting would take too long: come back
    then.

    Parameters
    ----------
    status : int
        The status of the answer.
    path, message : str
        The path that was requested, and the API's message.
    code : str, optional
        The API's code, if it sent one.
    meta, asked : dict, optional
        What else the API said, and the ids that were asked for, by parameter.

    See Also
    --------
    quota : See how much of the limits is used.
    estimate_load : See what a load costs before it starts.
    errors.DeadlineError : Waiting would take too long.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> print(tgp.errors.RateLimitedError(429, "/videos", "Daily quota exceeded"))
    /videos: HTTP 429: Daily quota exceeded.
    """

    _shown = ("path", "status", "code", "retry_at")

    retry_at: dt.datetime | None = None


class ServerError(ApiError):
    """5xx: the server failed, also after every retry.

    Try again later. A load with a store goes on where it stopped.

    Parameters
    ----------
    status : int
        The status of the answer.
    path, message : str
        The path that was requested, and the API's message.
    code : str, optional
        The API's code, if it sent one.
    meta, asked : dict, optional
        What else the API said, and the ids that were asked for, by parameter.

    See Also
    --------
    open_store : Open the store in a folder.
    errors.ConnectionFailedError : The server couldn't be reached.
    errors.PartialLoadError : A part of a load failed.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> print(tgp.errors.ServerError(503, "/videos", "Service unavailable"))
    /videos: HTTP 503: Service unavailable.
    """


# Mistakes found before anything is sent: in settings, arguments, frames, names.


class SettingsError(TrackaGoatError, ValueError):
    """A setting of the client can't be used.

    Pass another value to :func:`connect`, or change the variable or the file that it is from.

    Parameters
    ----------
    setting, problem : str
        The setting, and what is wrong with it.

    See Also
    --------
    connect : Make the client, or connect to the sandbox.
    errors.MissingKeyError : There is no API key.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> print(tgp.errors.SettingsError("timeout_s", "it must be more than 0, and is -1"))
    timeout_s: it must be more than 0, and is -1
    """

    _shown: ClassVar[tuple[str, ...]] = ("setting",)

    def __init__(self, setting: str, problem: str) -> None:
        self.setting, self.problem = setting, problem
        super().__init__(f"{setting}: {problem}")


class MissingKeyError(SettingsError):
    """No API key was found anywhere, or ``reason`` says why one can't be read.

    Set ``TRACKAGOAT_API_KEY``, or try everything without a key in the sandbox.

    Parameters
    ----------
    reason : str, optional
        Why a key that is there can't be read.

    See Also
    --------
    connect : Make the client, or connect to the sandbox.
    actions.create_api_key : Create an API key.
    sandbox.Sandbox : A demo program, without an account.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> error = tgp.errors.MissingKeyError()
    >>> print(error)  # doctest: +NORMALIZE_WHITESPACE
    api_key: no key was found. Pass connect(api_key=...), set TRACKAGOAT_API_KEY, put it into a
    .env file, into keyring (service 'trackagoat') or into Colab's secrets, or try
    connect(sandbox=True), which needs none.
    """

    def __init__(self, reason: str = "") -> None:
        self.reason = reason
        super().__init__(
            "api_key",
            f"no key was found{reason and f', since {reason}'}. Pass connect(api_key=...), set "
            "TRACKAGOAT_API_KEY, put it into a .env file, into keyring (service 'trackagoat') or "
            "into Colab's secrets, or try connect(sandbox=True), which needs none.",
        )


class MalformedKeyError(SettingsError):
    """The API key doesn't look like one of TrackaGoat's. The message never shows it.

    Copy the key again, whole, from the API keys page.

    Parameters
    ----------
    source, flaw : str
        Where the key is from, and what is wrong with it.

    See Also
    --------
    connect : Make the client, or connect to the sandbox.
    errors.MissingKeyError : There is no API key.
    errors.UnauthorizedError : The key is not valid.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> error = tgp.errors.MalformedKeyError(".env", "has 12 characters")
    >>> print(error)  # doctest: +NORMALIZE_WHITESPACE
    api_key: the key from .env has 12 characters. A key is 'tga_' and 64 lowercase hexadecimal
    digits; copy it again from the API keys page. Nothing was sent.
    """

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

    ``flaws`` has the place of each, such as ``row 2 of 7 (label 1)``, and what is wrong with
    it. Correct them, or call the action with ``dry_run=True`` for a frame of all.

    Parameters
    ----------
    argument : str
        The argument's name.
    flaws : list of tuple
        The place of each invalid item, and what is wrong with it.
    total : int
        How many items there are.
    advice : str, optional
        A further sentence.

    See Also
    --------
    actions.set_goals : Set goals.
    as_table : Turn another tool's export into such a frame.
    errors.ArgumentError : A value is not allowed.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> flaws = [
    ...     ("row 1 of 3 (label 0)", "target_value=-5 is below 1"),
    ...     ("row 3 of 3 (label 2)", "there is no period"),
    ... ]
    >>> error = tgp.errors.InvalidItemsError("creators", flaws, 3)
    >>> print(error)  # doctest: +NORMALIZE_WHITESPACE
    creators: 2 of 3 items are invalid, so nothing was sent. row 1 of 3 (label 0):
    target_value=-5 is below 1; row 3 of 3 (label 2): there is no period. dry_run=True lists
    them all.
    """

    _shown = ("argument", "count", "total")

    def __init__(
        self, argument: str, flaws: Sequence[tuple[str, str]], total: int, advice: str = ""
    ) -> None:
        self.flaws, self.count, self.total = tuple(flaws), len(flaws), total
        said = f"{len(flaws)} of {total} items are invalid, so nothing was sent. {first_of(flaws)}"
        super().__init__(argument, None, problem=f"{said}. dry_run=True lists them all{advice}")


class ConfirmationError(TrackaGoatError, ValueError):
    """Several items would be deleted, and ``confirm`` is not True.

    Look at them with ``dry_run=True``, then pass ``confirm=True``.

    Parameters
    ----------
    action, what : str
        The action, and what it deletes.
    count : int
        How many.

    See Also
    --------
    actions.remove_creators : Remove creators.
    actions.remove_videos : Delete videos.
    errors.PartialWriteError : Writing stopped midway.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> error = tgp.errors.ConfirmationError("remove_videos", "videos", 12)
    >>> print(error)  # doctest: +NORMALIZE_WHITESPACE
    remove_videos would delete 12 videos; nothing was sent. Pass confirm=True if that is meant,
    or dry_run=True to see the requests.
    """

    _shown = ("action", "count")

    def __init__(self, action: str, what: str, count: int) -> None:
        self.action, self.count = action, count
        super().__init__(
            f"{action} would delete {count:,} {what}; nothing was sent. Pass confirm=True if that "
            "is meant, or dry_run=True to see the requests."
        )


class MissingColumnError(TrackaGoatError, KeyError):
    """A frame, or a store's lists, have no columns of these names; similar ones are suggested.

    ``loader`` is the function whose frames have them, ``source`` the one that this frame is
    from. Pass the loader's frame, or rename your column; :func:`as_table` does that for a
    spreadsheet.

    Parameters
    ----------
    missing : list of str
        The columns that are missing.
    available : list
        The columns that there are.
    loader, source : str, optional
        The function whose frames have them, and the one that this frame is from.
    advice : str, optional
        A further sentence.
    where : str, default 'The frame has'
        What has the columns, in words.

    See Also
    --------
    as_table : Turn another tool's export into such a frame.
    describe : Describe the columns.
    errors.ArgumentTypeError : A type is not accepted.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> try:  # doctest: +NORMALIZE_WHITESPACE
    ...     tgp.leaderboard(pd.DataFrame({"views": [120, 80]}))
    ... except tgp.errors.MissingColumnError as error:
    ...     print(error)
    The frame has no column 'view_count' (it has: views). Did you mean 'views'? `load_videos`
    returns one.
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
        if not advice and not source and not _IDS.isdisjoint(self.missing):
            advice = ids_of_handles(self.available)
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
    """No project has this exact name; the message suggests a similar one.

    Pass one of ``candidates``, or an id.

    Parameters
    ----------
    given : str
        The name.
    candidates : list of str
        The names of the projects that there are.
    known_by : str, default 'this key can read'
        Whose projects these are.

    See Also
    --------
    load_projects : Load projects.
    errors.AmbiguousProjectError : Several projects have the name.
    widgets.ProjectPicker : Pick a project.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> error = tgp.errors.UnknownProjectError("Q1 Brand", ["Q1 Brand Program", "Archive"])
    >>> print(error)  # doctest: +NORMALIZE_WHITESPACE
    no project is called 'Q1 Brand'; this key can read: Q1 Brand Program, Archive. Did you mean
    'Q1 Brand Program'?
    """

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
    """Several projects have this name; ``facts`` says when each was created, and more.

    Pass the id of the one you mean.

    Parameters
    ----------
    given : str
        The name.
    candidates : list of str
        The ids of those that have it.
    facts : dict, optional
        What helps to choose, by id.

    See Also
    --------
    load_projects : Load projects.
    errors.UnknownProjectError : There is no such project.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> error = tgp.errors.AmbiguousProjectError(
    ...     "Summer", ["p1", "p2"], {"p1": "created 2025-05-02"}
    ... )
    >>> print(error)  # doctest: +NORMALIZE_WHITESPACE
    2 projects are called 'Summer': p1 (created 2025-05-02), p2. Pass the id of the one you
    mean.
    """

    _things = "projects"


class UnknownCreatorError(TrackaGoatError, LookupError):
    """No creator has these handles; the message suggests similar ones.

    Correct the handle, or pass the id, which also finds creators who were removed.

    Parameters
    ----------
    given, candidates : list of str
        The handles, and those that there are.
    project : str, optional
        The project that was searched.

    See Also
    --------
    load_creators : Load creators.
    errors.AmbiguousCreatorError : Several creators have the handle.
    actions.reenable_creators : Restore removed creators.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> error = tgp.errors.UnknownCreatorError(
    ...     ["milkmaven"], ["milk.maven", "hay_day"], "Summer Launch"
    ... )
    >>> print(error)  # doctest: +NORMALIZE_WHITESPACE
    no creator in the project 'Summer Launch' is called '@milkmaven' (did you mean
    '@milk.maven'?). A creator who was removed may not be listed; give the id instead.
    """

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
    """Creators of several projects have this handle; ``facts`` names the project of each.

    Pass the id of the one you mean, or the project.

    Parameters
    ----------
    given : str
        The name.
    candidates : list of str
        The ids of those that have it.
    facts : dict, optional
        What helps to choose, by id.

    See Also
    --------
    load_creators : Load creators.
    errors.UnknownCreatorError : There is no such creator.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> error = tgp.errors.AmbiguousCreatorError(
    ...     "hay_day", ["c1", "c2"], {"c1": "Archive", "c2": "Summer"}
    ... )
    >>> print(error)  # doctest: +NORMALIZE_WHITESPACE
    2 creators are called '@hay_day': c1 (Archive), c2 (Summer). Pass the id of the one you
    mean, or its project where a project can be given.
    """

    _things, _sign = "creators", "@"
    _otherwise = ", or its project where a project can be given"


class UnknownCampaignError(TrackaGoatError, LookupError):
    """No campaign has these names; the message suggests similar ones.

    Pass one of ``candidates``, or an id.

    Parameters
    ----------
    given, candidates : list of str
        The names, and those that there are.

    See Also
    --------
    load_campaigns : Load campaigns.
    errors.AmbiguousCampaignError : Several campaigns have the name.
    widgets.CampaignPicker : Pick campaigns.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> error = tgp.errors.UnknownCampaignError(["Everyday"], ["Everyday Goat", "Spring Sale"])
    >>> print(error)  # doctest: +NORMALIZE_WHITESPACE
    no campaign is called 'Everyday'; there are: 'Everyday Goat', 'Spring Sale'. Did you mean
    'Everyday Goat'?
    """

    _shown = ("given", "candidates")

    def __init__(self, given: Sequence[str], candidates: Sequence[str]) -> None:
        self.given, self.candidates = tuple(given), tuple(candidates)
        named, known = (listing(map(brief, names)) for names in (given, candidates))
        said = f"no campaign is called {named}; there are: {known or 'none'}."
        super().__init__(said + did_you_mean(given[0], candidates))


class AmbiguousCampaignError(_AmbiguousError):
    """Several campaigns have this name; ``facts`` names the project of each.

    Pass the id of the one you mean, or a frame with that campaign alone.

    Parameters
    ----------
    given : str
        The name.
    candidates : list of str
        The ids of those that have it.
    facts : dict, optional
        What helps to choose, by id.

    See Also
    --------
    load_campaigns : Load campaigns.
    errors.UnknownCampaignError : There is no such campaign.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> error = tgp.errors.AmbiguousCampaignError(
    ...     "Spring", ["m1", "m2"], {"m1": "Archive", "m2": "Summer"}
    ... )
    >>> print(error)  # doctest: +NORMALIZE_WHITESPACE
    2 campaigns are called 'Spring': m1 (Archive), m2 (Summer). Pass the id of the one you mean,
    or a frame with that campaign alone.
    """

    _things = "campaigns"
    _otherwise = ", or a frame with that campaign alone"


class MissingDependencyError(TrackaGoatError, ImportError):
    """An optional package is not installed.

    Install it with the command in the message.

    Parameters
    ----------
    package, purpose, extra : str
        The package, what it is needed for, and the extra that installs it.

    See Also
    --------
    to_excel : Write a workbook.
    Store.sql : Ask the store in SQL.
    Store.to_dask : Load more than fits into memory.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> print(tgp.errors.MissingDependencyError("xlsxwriter", "to_excel", "excel"))
    to_excel needs xlsxwriter: pip install 'trackagoat-pandas[excel]'.
    """

    _shown = ("package", "purpose")

    def __init__(self, package: str, purpose: str, extra: str) -> None:
        self.package, self.purpose, self.extra = package, purpose, extra
        super().__init__(f"{purpose} needs {package}: pip install 'trackagoat-pandas[{extra}]'.")


# Failures on the way to the API, and answers that can't be used.


class ConnectionFailedError(TrackaGoatError, ConnectionError):
    """The server couldn't be reached or the connection broke, also after every retry.

    Check the network and ``base_url``, then call it again; a load with a store goes on where it
    stopped.

    Parameters
    ----------
    path, cause : str
        The path that was requested, and what went wrong.
    attempts : int
        How often it was tried.

    See Also
    --------
    connect : Make the client, or connect to the sandbox.
    errors.DeadlineError : Waiting would take too long.
    errors.ServerError : The server failed.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> print(tgp.errors.ConnectionFailedError("/videos", "connection refused", 4))
    /videos: no answer after 4 attempts (connection refused). Check the network.
    """

    _shown = ("path", "cause", "attempts")

    def __init__(self, path: str, cause: str, attempts: int) -> None:
        self.path, self.cause, self.attempts = path, cause, attempts
        tries = "1 attempt" if attempts == 1 else f"{attempts} attempts"
        super().__init__(f"{path}: no answer after {tries} ({cause}). Check the network.")


class DeadlineError(TrackaGoatError, TimeoutError):
    """The next attempt would come later than ``max_wait_s`` allows.

    Come back at ``retry_at``, or connect with a larger ``max_wait_s``.

    Parameters
    ----------
    path, reason : str
        The path that was requested, and why it has to wait.
    retry_at : datetime
        When it could go on, in UTC.
    max_wait_s : float
        How long the client may wait, in seconds.

    See Also
    --------
    connect : Make the client, or connect to the sandbox.
    quota : See how much of the limits is used.
    errors.RateLimitedError : There were too many requests.

    Examples
    --------
    >>> import datetime as dt
    >>> import trackagoat_pandas as tgp
    >>> error = tgp.errors.DeadlineError(
    ...     "/videos", "the daily quota is used up", dt.datetime(2026, 6, 19), 900.0
    ... )
    >>> print(error)  # doctest: +NORMALIZE_WHITESPACE
    /videos: the daily quota is used up; come back at 2026-06-19 00:00:00 UTC, or raise
    max_wait_s (now 900 s).
    """

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
    """The client was closed, perhaps while a request was under way.

    Make a new client.

    See Also
    --------
    connect : Make the client, or connect to the sandbox.
    Client.close : Close the client.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> print(tgp.errors.ClosedClientError())
    the client is closed; make a new one with connect().
    """

    def __init__(self) -> None:
        super().__init__("the client is closed; make a new one with connect().")


class StoppedError(TrackaGoatError, RuntimeError):
    """A request was given up because the load that it belongs to was stopped.

    Nothing needs to be done about it: another error, or Ctrl-C, stopped the load.

    Parameters
    ----------
    path : str
        The path that was requested.

    See Also
    --------
    errors.PartialLoadError : A part of a load failed.
    errors.ClosedClientError : The client was closed.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> print(tgp.errors.StoppedError("/analytics"))
    /analytics: the request was given up because its load was stopped.
    """

    _shown = ("path",)

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(f"{path}: the request was given up because its load was stopped.")


class RequestBudgetError(TrackaGoatError, RuntimeError):
    """A load takes more requests than its ``max_requests`` allows.

    ``needed`` is the least number that is known to be required, if that is more and nothing was
    sent. It is None if the allowed requests were sent; ``path`` is that of the next one. Allow
    more, or load less: :func:`estimate_load` says what a load takes. Without ``max_requests``,
    10,000 pages of a list are loaded, in case it has no end.

    Parameters
    ----------
    max_requests : int
        How many requests were allowed.
    needed : int, optional
        How many are needed at least.
    path : str, optional
        The path of the request that wasn't sent.
    is_default : bool, default False
        Whether the load had no ``max_requests``, so that the default for a list was used.

    See Also
    --------
    estimate_load : See what a load costs before it starts.
    quota : See how much of the limits is used.
    errors.DeadlineError : Waiting would take too long.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> error = tgp.errors.RequestBudgetError(10, needed=64)
    >>> print(error)  # doctest: +NORMALIZE_WHITESPACE
    max_requests=10: tgp.estimate_load says that the load takes 64 or more, so nothing was sent.
    Allow more, or load less.
    """

    _shown = ("max_requests", "needed", "path")

    def __init__(
        self,
        max_requests: int,
        *,
        needed: int | None = None,
        path: str = "",
        is_default: bool = False,
    ) -> None:
        self.max_requests, self.needed, self.path = max_requests, needed, path
        self.is_default = is_default
        if is_default:
            super().__init__(
                f"{path}: more rows follow after {max_requests:,} pages, the most that are loaded "
                "by default, because a list may have no end. If it is really longer, pass "
                f"max_requests={2 * max_requests} or more."
            )
            return
        after = f"they are used up, and the next one, to {path}, was not sent"
        before = f"tgp.estimate_load says that the load takes {needed} or more, so nothing was sent"
        why = after if needed is None else before
        super().__init__(f"max_requests={max_requests}: {why}. Allow more, or load less.")


class RedirectError(TrackaGoatError, ConnectionError):
    """The server redirected a request, and the redirect was not followed.

    Following it to another server could leak the key. If you trust that server, connect with it as
    ``base_url``. On the same server, up to 2 redirects of a GET request are followed.

    Parameters
    ----------
    path : str
        The path that was requested.
    status : int
        The status of the answer.
    target : str
        The address that it names.
    is_same_server : bool, default False
        Whether that address is on the same server, so that the key may be sent there.

    See Also
    --------
    connect : Make the client, or connect to the sandbox.
    errors.BaseUrlWarning : The base URL was corrected.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> error = tgp.errors.RedirectError("/videos", 301, "https://elsewhere.example")
    >>> print(error)  # doctest: +NORMALIZE_WHITESPACE
    /videos: HTTP 301 redirects to https://elsewhere.example, which was not followed because the
    key must not be sent there. Set base_url to the address that you trust.
    """

    _shown = ("path", "status", "target")

    def __init__(
        self, path: str, status: int, target: str, *, is_same_server: bool = False
    ) -> None:
        self.path, self.status, self.target = path, status, target
        self.is_same_server = is_same_server
        why = (
            "because only 2 redirects of a GET request are. Check base_url."
            if is_same_server
            else "because the key must not be sent there. "
            "Set base_url to the address that you trust."
        )
        super().__init__(
            f"{path}: HTTP {status} redirects to {target or 'nowhere'}, "
            f"which was not followed {why}"
        )


class UnreadableResponseError(TrackaGoatError, ValueError):
    """The answer isn't a JSON envelope: it is empty, HTML, not UTF-8, or of another shape.

    Check ``base_url``: a proxy or a log-in page often answers in place of the API.

    Parameters
    ----------
    path : str
        The path that was requested.
    status : int
        The status of the answer.
    problem : str
        What is wrong with the answer.
    start : str, optional
        How the answer begins.

    See Also
    --------
    connect : Make the client, or connect to the sandbox.
    check_contract : Compare the live API with the package.
    errors.RedirectError : The server redirected.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> error = tgp.errors.UnreadableResponseError(
    ...     "/videos", 200, "the body is HTML", "<!doctype html>"
    ... )
    >>> print(error)
    /videos: HTTP 200, but the body is HTML. It starts '<!doctype html>'.
    """

    _shown: ClassVar[tuple[str, ...]] = ("path", "status", "start")

    def __init__(self, path: str, status: int, problem: str, start: str = "") -> None:
        self.path, self.status, self.problem, self.start = path, status, problem, start
        shown = f" It starts {start!r}." if start else ""
        super().__init__(f"{path}: HTTP {status}, but {problem}.{shown}")


class MismatchedResponseError(UnreadableResponseError):
    """The response doesn't match the request: other buckets, another metric, mode or time zone.

    The frame would be wrong, so there is none. Run :func:`check_contract`, and report what it
    finds.

    Parameters
    ----------
    path : str
        The path that was requested.
    status : int
        The status of the answer.
    problem : str
        What is wrong with the answer.
    start : str, optional
        How the answer begins.

    See Also
    --------
    check_contract : Compare the live API with the package.
    load_analytics : Load time series.
    errors.ContractWarning : An answer differs from the documentation.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> error = tgp.errors.MismatchedResponseError(
    ...     "/analytics", 200, "it has weeks instead of days"
    ... )
    >>> print(error)
    /analytics: HTTP 200, but it has weeks instead of days.
    """


class CutShortError(UnreadableResponseError):
    """The answer was empty or ended early, also after every retry.

    Call it again; if it happens each time, a proxy on the way may cut answers.

    Parameters
    ----------
    path : str
        The path that was requested.
    status : int
        The status of the answer.
    problem : str
        What is wrong with the answer.
    start : str, optional
        How the answer begins.

    See Also
    --------
    errors.ConnectionFailedError : The server couldn't be reached.
    errors.PartialLoadError : A part of a load failed.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> error = tgp.errors.CutShortError(
    ...     "/videos", 200, "the body ends in the middle", '{"data": [{'
    ... )
    >>> print(error)
    /videos: HTTP 200, but the body ends in the middle. It starts '{"data": [{'.
    """


class MissingEndMarkError(UnreadableResponseError):
    """A page of a list is full, and nothing in it says whether more pages follow.

    ``pages`` is the number of pages received, ``rows`` the number of rows in the last one. The
    rows are in ``partial``; run :func:`check_contract`, since the API should say it.

    Parameters
    ----------
    path : str
        The path that was requested.
    status : int
        The status of the answer.
    pages, rows : int
        How many pages were received, and how many rows the last one has.

    See Also
    --------
    check_contract : Compare the live API with the package.
    errors.StuckCursorError : Paging would never end.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> error = tgp.errors.MissingEndMarkError("/videos", 200, 3, 100)
    >>> print(error)  # doctest: +NORMALIZE_WHITESPACE
    /videos: HTTP 200, but page 3 has 100 rows and nothing in it (meta.hasMore, meta.nextCursor)
    says whether more follow, so the list may be incomplete.
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
    """The server gave the same cursor twice: paging would never end.

    The rows so far are in ``partial``. Try again later; the list may change while it is read.

    Parameters
    ----------
    path, cursor : str
        The path that was requested, and the cursor.
    pages : int
        How many pages were received.

    See Also
    --------
    errors.MissingEndMarkError : A list has no clear end.
    Client.pages : Fetch a list page by page.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> print(tgp.errors.StuckCursorError("/videos", "abc", 3))
    /videos: after 3 pages the server repeated the cursor 'abc'; the list has no end.
    """

    _shown = ("path", "cursor", "pages")

    def __init__(self, path: str, cursor: str, pages: int) -> None:
        self.path, self.cursor, self.pages = path, cursor, pages
        said = f"{path}: after {pages} pages the server repeated the cursor {brief(cursor)}"
        super().__init__(f"{said}; the list has no end.")


# Files on this machine.


class FileError(TrackaGoatError, OSError):
    """A file can't be read.

    Check that it is the file you mean, and of the right kind.

    Parameters
    ----------
    path, problem : str
        The file, and what is wrong with it.

    See Also
    --------
    load_comments : Load comments.
    errors.MissingFileError : There is no such file.
    errors.UnwritableFileError : A file can't be written.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> print(tgp.errors.FileError("comments.csv", "it is not UTF-8 text"))
    The file 'comments.csv' can't be read: it is not UTF-8 text.
    """

    _shown = ("path", "problem")

    def __init__(self, path: str, problem: str) -> None:
        self.path, self.problem = path, problem
        super().__init__(f"The file {path!r} can't be read: {problem}.")


class MissingFileError(FileError, FileNotFoundError):
    """There is no such file.

    Check the spelling and the folder that the notebook runs in.

    Parameters
    ----------
    path : str
        The file.

    See Also
    --------
    errors.FileError : A file can't be read.
    load_comments : Load comments.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> print(tgp.errors.MissingFileError("coments.csv"))
    The file 'coments.csv' can't be read: no file has this name.
    """

    def __init__(self, path: str) -> None:
        super().__init__(path, "no file has this name")


class RefusedFileError(FileError, PermissionError):
    """The file may not be read by this account.

    Change its permissions, or copy it to a folder of your own.

    Parameters
    ----------
    path : str
        The file.

    See Also
    --------
    errors.FileError : A file can't be read.
    load_comments : Load comments.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> print(tgp.errors.RefusedFileError("comments.csv"))
    The file 'comments.csv' can't be read: this account has no permission to read it.
    """

    def __init__(self, path: str) -> None:
        super().__init__(path, "this account has no permission to read it")


class UnwritableFileError(TrackaGoatError, OSError):
    """A file can't be written; an earlier file there is unchanged.

    Close the program that has it open, or choose another path.

    Parameters
    ----------
    path, problem : str
        The file, and why it can't be written.

    See Also
    --------
    to_excel : Write a workbook.
    to_csv : Write CSV files.
    errors.FileError : A file can't be read.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> print(tgp.errors.UnwritableFileError("owed.xlsx", "another program has it open"))
    The file 'owed.xlsx' can't be written: another program has it open.
    """

    _shown = ("path", "problem")

    def __init__(self, path: str, problem: str) -> None:
        self.path, self.problem = path, problem
        super().__init__(f"The file {path!r} can't be written: {problem}.")


# Loads, writes and uploads of which a part failed.

_NAMED: Final = 2
_IDS: Final = frozenset({"id", "creator_id"})
_LONGEST_NAME, _LONGEST_CAUSE = 36, 130
"""Characters. With these the message fits on five lines of a terminal, however much failed."""


class PartialLoadError(TrackaGoatError, RuntimeError):
    """A part of a load failed; ``partial`` is the frame of the rest.

    ``failures`` and ``loaded`` are attributes as well; the first failure is the ``__cause__``.
    Use the rest, or leave out what fails and load again.

    Parameters
    ----------
    what : str
        What was loaded, in words.
    failures : dict
        The error of each series that failed, by ``(entity_id, metric)``; of each list that failed,
        by the id that it belongs to.
    loaded : int
        How many series or lists succeeded.
    frame : DataFrame
        Their rows, with the dtypes of a complete frame; its provenance says ``complete: False``.
        It becomes ``partial``.
    requests : tuple, optional
        How many requests failed, and of how many.
    names : dict, optional
        Names of ids, for the message.

    See Also
    --------
    load_analytics : Load time series.
    errors.NotFoundError : The API has no such thing.
    errors.PartialWriteError : Writing stopped midway.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> gone = tgp.errors.NotFoundError(404, "/analytics", "Creator not found")
    >>> rows = pd.DataFrame({"value": [120, 80]})
    >>> error = tgp.errors.PartialLoadError("series", {("c1", "views"): gone}, 2, rows)
    >>> print(error)  # doctest: +NORMALIZE_WHITESPACE
    1 of 3 series failed: c1 (views). The first error: /analytics: HTTP 404: Creator not found.
    Was it removed? Leave it out. The rows that came are in .partial.
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

    The reason is the ``__cause__``. Call the action again: what was written before isn't
    written twice.

    Parameters
    ----------
    what, reason : str
        What was written, and why it stopped.
    frame : DataFrame
        The status of each item.

    See Also
    --------
    actions.add_creators : Add creators.
    actions.apply : Send the changes.
    errors.InterruptedWriteError : Ctrl-C interrupted writing.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> status = pd.Categorical(["created", "not_sent"], ["created", "not_sent"])
    >>> frame = pd.DataFrame({"item": ["mia", "ben"], "status": status})
    >>> error = tgp.errors.PartialWriteError("creators", "The connection broke.", frame)
    >>> print(error)  # doctest: +NORMALIZE_WHITESPACE
    writing creators stopped midway: 1 created, 1 not_sent. The connection broke. The status of
    each item is in this error's .frame.
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
    """Ctrl-C interrupted writing; ``frame`` has the items that were written before.

    Call the action again: what was written before isn't written twice.

    Parameters
    ----------
    what : str
        What was written.
    frame : DataFrame
        The status of each item.

    See Also
    --------
    errors.PartialWriteError : Writing stopped midway.
    actions.apply : Send the changes.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> status = pd.Categorical(["created", "not_sent"], ["created", "not_sent"])
    >>> frame = pd.DataFrame({"item": ["mia", "ben"], "status": status})
    >>> error = tgp.errors.InterruptedWriteError("creators", frame)
    >>> print(error)  # doctest: +NORMALIZE_WHITESPACE
    writing creators stopped midway: 1 created, 1 not_sent. It was interrupted. The status of
    each item is in this error's .frame.
    """

    def __init__(self, what: str, frame: pd.DataFrame) -> None:
        super().__init__(what, "It was interrupted.", frame)


class UploadError(TrackaGoatError, ConnectionError):
    """A file could not be uploaded to the address that the API signed for it.

    Try again: nothing refers to the file yet.

    Parameters
    ----------
    what, problem : str
        What was uploaded, and what went wrong.

    See Also
    --------
    actions.upload_receipt : Upload a receipt.
    errors.ConnectionFailedError : The server couldn't be reached.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> error = tgp.errors.UploadError("receipt.pdf", "HTTP 403")
    >>> print(error)  # doctest: +NORMALIZE_WHITESPACE
    receipt.pdf was not stored: HTTP 403. Nothing refers to it yet, so try again; each attempt
    gets a new address.
    """

    _shown = ("what", "problem")

    def __init__(self, what: str, problem: str) -> None:
        self.what, self.problem = what, problem
        advice = "Nothing refers to it yet, so try again; each attempt gets a new address."
        super().__init__(f"{what} was not stored: {problem}. {advice}")


class DeliveryError(TrackaGoatError, ConnectionError):
    """A message could not be delivered; neither the address nor a password is shown.

    ``what`` says how it was sent, and ``problem`` why it didn't arrive. Nothing is lost: the
    next run announces it again.

    Parameters
    ----------
    what, problem : str
        How it was sent, and why it didn't arrive.

    See Also
    --------
    watch : List what began, goes on and ended.
    report : Write the week on one page.
    errors.ConnectionFailedError : The server couldn't be reached.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> print(tgp.errors.DeliveryError("The webhook", "it answered with HTTP 404"))
    The webhook: it answered with HTTP 404.
    """

    _shown = ("what", "problem")

    def __init__(self, what: str, problem: str) -> None:
        self.what, self.problem = what, problem
        super().__init__(f"{what}: {ended(problem)}")
