"""What went wrong on the way to the API, or with what came back."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from trackagoat_pandas.errors.base import TrackaGoatError, brief


class ConnectionFailedError(TrackaGoatError, ConnectionError):
    """The server could not be reached, or the connection broke, after every retry."""

    _shown = ("path", "cause", "attempts")

    def __init__(self, path: str, cause: str, attempts: int) -> None:
        self.path, self.cause, self.attempts = path, cause, attempts
        tries = "1 attempt" if attempts == 1 else f"{attempts} attempts"
        super().__init__(f"{path}: no answer after {tries} ({cause}). Check the network.")


class DeadlineError(TrackaGoatError, TimeoutError):
    """Waiting any longer would pass max_wait_s."""

    _shown = ("path", "reason", "retry_at", "max_wait_s")

    def __init__(self, path: str, reason: str, retry_at: dt.datetime, max_wait_s: float) -> None:
        self.path, self.reason = path, reason
        self.retry_at, self.max_wait_s = retry_at, max_wait_s
        # The reason may be another error's sentence, which names the path itself.
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
    """A request was given up because the load that it belongs to is over."""

    _shown = ("path",)

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(f"{path}: not asked any further, since its load was stopped.")


class RedirectError(TrackaGoatError, ConnectionError):
    """The server sent the request elsewhere; following would lose or leak the key."""

    _shown = ("path", "status", "target")

    def __init__(self, path: str, status: int, target: str) -> None:
        self.path, self.status, self.target = path, status, target
        super().__init__(
            f"{path}: HTTP {status} redirects to {target or 'nowhere'}, which was not followed "
            "because the key must not travel there. Set base_url to the address you trust."
        )


class UnreadableResponseError(TrackaGoatError, ValueError):
    """The answer is not the JSON envelope: HTML, empty, cut short, not UTF-8, another shape."""

    _shown: ClassVar[tuple[str, ...]] = ("path", "status", "start")

    def __init__(self, path: str, status: int, problem: str, start: str = "") -> None:
        self.path, self.status, self.problem, self.start = path, status, problem, start
        shown = f" It starts {start!r}." if start else ""
        super().__init__(f"{path}: HTTP {status}, but {problem}.{shown}")


class MismatchedResponseError(UnreadableResponseError):
    """The response answers another question: other buckets, another metric, mode or time zone."""


class CutShortError(UnreadableResponseError):
    """The answer is empty or ends early, after every retry."""


class MissingEndMarkError(UnreadableResponseError):
    """A list's last page is full and nothing in it says whether others follow.

    ``pages`` counts those that came, ``rows`` the rows of the last one.
    """

    _shown = ("path", "status", "pages", "rows")

    def __init__(self, path: str, status: int, pages: int, rows: int) -> None:
        self.pages, self.rows = pages, rows
        super().__init__(
            path,
            status,
            f"page {pages} has {rows} rows and nothing in it (meta.hasMore, meta.nextCursor) says "
            "whether more follow, so the list may not be whole",
        )


class StuckCursorError(TrackaGoatError, RuntimeError):
    """The server gave the same cursor twice: paging would never end."""

    _shown = ("path", "cursor", "pages")

    def __init__(self, path: str, cursor: str, pages: int) -> None:
        self.path, self.cursor, self.pages = path, cursor, pages
        super().__init__(
            f"{path}: after {pages} pages the server repeated the cursor {brief(cursor)}; "
            "the list has no end."
        )
