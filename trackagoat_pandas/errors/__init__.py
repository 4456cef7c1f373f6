"""Every error and warning of the package, and its sentence.

A call site raises with facts; the class writes what failed, what was given, what is allowed and
what to do. Each error is a TrackaGoatError and also the builtin that a Python user would catch.
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
    MissingArgumentError,
    MissingColumnError,
    MissingDependencyError,
    MissingKeyError,
    SettingsError,
    UnknownNameError,
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
    MismatchedResponseError,
    MissingEndMarkError,
    RedirectError,
    StoppedError,
    StuckCursorError,
    UnreadableResponseError,
)
from trackagoat_pandas.errors.files import (
    FileError,
    MissingFileError,
    RefusedFileError,
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
    NoDataWarning,
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
    "FileError",
    "ForbiddenError",
    "GoneError",
    "InterruptedWriteError",
    "LimitReachedError",
    "MalformedKeyError",
    "MismatchedResponseError",
    "MissingArgumentError",
    "MissingColumnError",
    "MissingDependencyError",
    "MissingEndMarkError",
    "MissingFileError",
    "MissingKeyError",
    "NoDataWarning",
    "NotFoundError",
    "PartialLoadError",
    "PartialWriteError",
    "RateLimitedError",
    "RedirectError",
    "RefusedFileError",
    "RetentionExceededError",
    "ServerError",
    "SettingsError",
    "StoppedError",
    "StuckCursorError",
    "TrackaGoatError",
    "TrackaGoatWarning",
    "UnauthorizedError",
    "UnknownNameError",
    "UnknownProjectError",
    "UnreadableResponseError",
    "UploadError",
]
