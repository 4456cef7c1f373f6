"""One piece of work at a time, in a thread of its own, that can be cancelled and says how it goes.

The front end's events are handled in the kernel's main thread, which must never wait for a network.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias, TypeVar

from trackagoat_pandas.http.client import Client

T = TypeVar("T")
State: TypeAlias = Literal["idle", "running", "failed", "cancelled"]

_EVERY_S = 0.1
"""Progress is reported no more often than this."""


@dataclass(frozen=True, slots=True)
class Status:
    """How a job stands: what it does, how many requests it sent, or why it failed."""

    state: State = "idle"
    text: str = ""
    error: Exception | None = None


class Job:
    """Runs work in a daemon thread; newer work takes the place of older, whose result is dropped.

    Parameters
    ----------
    lock
        Held while a result is delivered, so that it never meets a handler of the front end's.
    report
        Called with each new status, from any thread.
    """

    def __init__(self, lock: threading.RLock, report: Callable[[Status], None]) -> None:
        self._lock, self._report = lock, report
        self._view: Client | None = None
        self._finished = threading.Event()
        self._finished.set()
        self.status = Status()

    def start(
        self, client: Client, what: str, work: Callable[[Client], T], deliver: Callable[[T], None]
    ) -> None:
        """Begin work with a view of the client; its result is delivered unless it is cancelled."""
        with self._lock:
            self._drop()
            report = _Slowly(lambda text: self._progressed(view, text))
            view = client.with_stop(threading.Event(), progress=report)
            self._view, self._finished = view, threading.Event()
            self._become(Status("running", f"Loading {what} …"))
            arguments = (view, work, deliver, self._finished)
            threading.Thread(
                target=self._run, args=arguments, name="trackagoat-widget", daemon=True
            ).start()

    def cancel(self) -> None:
        """Give up what is under way; nothing of it is delivered any more."""
        with self._lock:
            if self._view is not None:
                self._drop()
                self._become(Status("cancelled", "Cancelled: nothing was changed."))

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until nothing is under way; False if that took longer than the timeout."""
        return self._finished.wait(timeout_s)

    def _drop(self) -> None:
        if self._view is not None:
            self._view.cancel()
            self._view = None
            self._finished.set()

    def _run(
        self,
        view: Client,
        work: Callable[[Client], T],
        deliver: Callable[[T], None],
        finished: threading.Event,
    ) -> None:
        try:
            result = work(view)
        except Exception as error:  # noqa: BLE001 - it is shown in the widget
            self._ended(view, Status("failed", str(error) or type(error).__name__, error))
        else:
            self._delivered(view, deliver, result)
        finally:
            finished.set()

    def _delivered(self, view: Client, deliver: Callable[[T], None], result: T) -> None:
        with self._lock:
            if self._view is not view:
                return
            try:
                deliver(result)
            except Exception as error:  # noqa: BLE001 - likewise
                self._ended(view, Status("failed", str(error) or type(error).__name__, error))
            else:
                self._ended(view, Status())

    def _ended(self, view: Client, status: Status) -> None:
        with self._lock:
            if self._view is view:
                self._view = None
                self._become(status)

    def _progressed(self, view: Client, text: str) -> None:
        with self._lock:
            if self._view is view:
                self._become(Status("running", text))

    def _become(self, status: Status) -> None:
        self.status = status
        self._report(status)


class _Slowly:
    """Puts a load's progress into words, a few times a second at most."""

    def __init__(self, report: Callable[[str], None]) -> None:
        self._report, self._reported_at = report, 0.0

    def __call__(self, what: str, done: int, total: int | None) -> None:
        now = time.monotonic()
        if now - self._reported_at < _EVERY_S and done != total:
            return
        self._reported_at = now
        count = f"{done:,}" if total is None else f"{done:,} of {total:,}"
        plural = "" if (total or done) == 1 else "s"
        self._report(f"Loading {what}: {count} request{plural}")
