"""Every error and warning of the package, and its sentence.

A call site raises with facts; the class writes what failed, what was given, what is allowed and
what to do. Each error is a TrackaGoatError and also the builtin that a Python user would catch.
Must not know HTTP libraries, frames or settings.
"""

from trackagoat_pandas.errors.api import (
    ApiError,
    BadRequestError,
    ConflictError,
    ForbiddenError,
    GoneError,
    LimitReachedError,
    NotFoundError,
    RateLimitedError,
    RetentionExceededError,
    ServerError,
    UnauthorizedError,
)
from trackagoat_pandas.errors.arguments import (
    AmbiguousProjectError,
    ArgumentError,
    ArgumentTypeError,
    ChoiceError,
    ConfirmationError,
    MalformedKeyError,
    MissingColumnError,
    MissingDependencyError,
    MissingKeyError,
    SettingsError,
    UnknownProjectError,
)
from trackagoat_pandas.errors.base import (
    TrackaGoatError,
)
from trackagoat_pandas.errors.connection import (
    ClosedClientError,
    ConnectionFailedError,
    CutShortError,
    DeadlineError,
    MissingEndMarkError,
    RedirectError,
    StoppedError,
    StuckCursorError,
    UnreadableResponseError,
)
from trackagoat_pandas.errors.loads import (
    InterruptedWriteError,
    PartialLoadError,
    PartialWriteError,
    UploadError,
)
from trackagoat_pandas.errors.notices import (
    BaseUrlWarning,
    ClippedDatesWarning,
    ContractWarning,
    TrackaGoatWarning,
)

__all__ = [
    "AmbiguousProjectError",
    "ApiError",
    "ArgumentError",
    "ArgumentTypeError",
    "BadRequestError",
    "BaseUrlWarning",
    "ChoiceError",
    "ClippedDatesWarning",
    "ClosedClientError",
    "ConfirmationError",
    "ConflictError",
    "ConnectionFailedError",
    "ContractWarning",
    "CutShortError",
    "DeadlineError",
    "ForbiddenError",
    "GoneError",
    "InterruptedWriteError",
    "LimitReachedError",
    "MalformedKeyError",
    "MissingColumnError",
    "MissingDependencyError",
    "MissingEndMarkError",
    "MissingKeyError",
    "NotFoundError",
    "PartialLoadError",
    "PartialWriteError",
    "RateLimitedError",
    "RedirectError",
    "RetentionExceededError",
    "ServerError",
    "SettingsError",
    "StoppedError",
    "StuckCursorError",
    "TrackaGoatError",
    "TrackaGoatWarning",
    "UnauthorizedError",
    "UnknownProjectError",
    "UnreadableResponseError",
    "UploadError",
]
