"""What pickers and boards have in common: a status line, work in the background, and an end."""

from __future__ import annotations

import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol, Self, TypeAlias, TypeVar

import ipywidgets as ipw
import traitlets

from trackagoat_pandas._html import Kind, note
from trackagoat_pandas.errors import ArgumentTypeError
from trackagoat_pandas.http.client import Client


class Closable(Protocol):
    """Anything that can be closed."""

    def close(self) -> None:
        """Close it; closing it again does nothing."""


class Lifetimes:
    """The widgets that each run of each cell made.

    Parameters
    ----------
    this_run
        Returns the ids of the current cell and of its run, or None outside of a cell.
    """

    def __init__(self, this_run: Callable[[], tuple[str, str] | None]) -> None:
        self._this_run = this_run
        self._runs: dict[str, str] = {}
        self._made: dict[str, weakref.WeakSet[Closable]] = {}

    def adopt(self, widget: Closable) -> None:
        """Remember a new widget, and close those of the cell's earlier runs."""
        found = self._this_run()
        if found is None:
            return
        cell, run = found
        if self._runs.get(cell) != run:
            earlier = self._made.pop(cell, ())
            self._runs[cell], self._made[cell] = run, weakref.WeakSet()
            for old in list(earlier):
                old.close()
        self._made[cell].add(widget)


def this_run() -> tuple[str, str] | None:
    """Return the ids of the current cell and of its run, where the front end names its cells."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    kernel = getattr(shell, "kernel", None)
    if kernel is None:
        return None
    message: dict[str, Any] = kernel.get_parent("shell")
    cell = message.get("metadata", {}).get("cellId")
    run = message.get("header", {}).get("msg_id")
    return (str(cell), str(run)) if cell and run else None


# A process has one kernel, and ipywidgets' own registry is as long-lived.
LIFETIMES: Final = Lifetimes(this_run)


T = TypeVar("T")
State: TypeAlias = Literal["idle", "running", "failed", "cancelled"]

_EVERY_S = 0.1
"""Progress is reported no more often than this."""


@dataclass(frozen=True, slots=True)
class Status:
    """The status of a job: what it does, how many requests it sent, or why it failed."""

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
        """Start work with a view of the client; its result is delivered unless it is cancelled."""
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
        """Cancel the work that is under way; its result is not delivered."""
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
            result, error = _tried(work, view)
            with self._lock:
                if self._view is view and error is None:
                    _, error = _tried(deliver, result)
                # Newer work may have been started meanwhile, also by what was delivered.
                if self._view is view:
                    self._view = None
                    text = "" if error is None else str(error) or type(error).__name__
                    self._become(Status("idle" if error is None else "failed", text, error))
        finally:
            finished.set()

    def _progressed(self, view: Client, text: str) -> None:
        with self._lock:
            if self._view is view:
                self._become(Status("running", text))

    def _become(self, status: Status) -> None:
        self.status = status
        self._report(status)


def _tried(work: Callable[..., Any], given: Any) -> tuple[Any, Exception | None]:
    """Do work; return its result, or the error that a widget then shows."""
    try:
        return work(given), None
    except Exception as error:  # noqa: BLE001 - in a thread nothing else would show it
        return None, error


class _Slowly:
    """Describes a load's progress, a few times a second at most."""

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


_KINDS: Final[dict[State, Kind]] = {
    "idle": "info",
    "running": "info",
    "cancelled": "warning",
    "failed": "error",
}


class Panel(ipw.VBox):  # type: ignore[misc]
    """A box of stock widgets over a status line.

    ``state`` is ``"idle"``, ``"running"``, ``"failed"`` or ``"cancelled"``; ``error`` is the
    exception of a load that failed, whose sentence the status line shows; ``code`` is Python that
    rebuilds what is chosen or seen. All three can be observed.
    """

    state = traitlets.Unicode("idle", read_only=True)
    error = traitlets.Any(None, allow_none=True, read_only=True)
    code = traitlets.Unicode("", read_only=True)

    def __init__(self) -> None:
        self._lock, self._is_showing = threading.RLock(), False
        self._job = Job(self._lock, self._show_status)
        self._again: Callable[[], None] | None = None
        self._followed: list[tuple[ipw.Widget, Callable[[Any], None]]] = []
        self.message = ipw.HTML()
        self.cancel_button = ipw.Button(description="Cancel", icon="stop", tooltip="Stop loading")
        self.retry_button = ipw.Button(
            description="Try again", icon="refresh", tooltip="Load once more"
        )
        self.cancel_button.on_click(lambda _: self.cancel())
        self.retry_button.on_click(lambda _: self._repeat())
        self._status = ipw.HBox([self.message, self.cancel_button, self.retry_button])
        self._notices: tuple[str, ...] = ()
        super().__init__()
        self._show_status(Status())
        LIFETIMES.adopt(self)

    def __repr__(self) -> str:
        # What a page without widgets shows in its place.
        return f"<{type(self).__name__}: {self._brief()}>"

    def _brief(self) -> str:
        return self.code or self.state

    def wait(self, timeout_s: float | None = None) -> Self:
        """Wait until nothing is being loaded; for scripts, and for the cell that comes next.

        Raises
        ------
        TimeoutError
            It took longer than ``timeout_s`` seconds.
        Exception
            The load failed: its own error.
        """
        if not self._job.wait(timeout_s):
            raise TimeoutError(f"still loading after {timeout_s:g} s: {self._job.status.text}")
        if self.error is not None:
            raise self.error
        return self

    def cancel(self) -> None:
        """Stop loading; what was there before stays."""
        self._job.cancel()

    def close(self) -> None:
        """Stop loading, and take the widget and all its parts out of memory."""
        if "_job" not in vars(self):
            # Arguments were refused before anything was made, and ipywidgets closes what it drops.
            return
        self._job.cancel()
        while self._followed:
            leader, handle = self._followed.pop()
            leader.unobserve(handle, "value")
        self.unobserve_all()
        for part in _parts_of(self):
            part.close()
        super().close()

    def _hear(
        self, control: ipw.Widget, handle: Callable[[Any], None], trait: str = "value"
    ) -> None:
        """Handle what a person does with a control; what happens in `_showing` isn't heard."""

        def heard(change: Any) -> None:
            with self._lock:
                if not self._is_showing:
                    handle(change["new"])

        control.observe(heard, trait)

    @contextmanager
    def _showing(self) -> Iterator[None]:
        """Change controls without hearing of it."""
        with self._lock:
            was_showing, self._is_showing = self._is_showing, True
            try:
                yield
            finally:
                self._is_showing = was_showing

    def _heed(self, leader: ipw.Widget, handle: Callable[[Any], None]) -> None:
        """Handle changes of another widget's value until this one is closed."""
        leader.observe(handle, "value")
        self._followed.append((leader, handle))

    def _load(
        self, client: Client, what: str, work: Callable[[Client], T], deliver: Callable[[T], None]
    ) -> None:
        """Do work in the background with a view of the client, then deliver its result."""
        self._again = lambda: self._load(client, what, work, deliver)
        self._job.start(client, what, work, deliver)

    def _repeat(self) -> None:
        if self._again is not None:
            self._again()

    def _notice(self, *texts: str) -> None:
        """Show sentences in the status line for as long as they are true."""
        self._notices = tuple(text for text in texts if text)
        self._show_status(self._job.status)

    def _show_status(self, status: Status) -> None:
        lines = [note(status.text, _KINDS[status.state])] if status.text else []
        lines += [note(text, "warning") for text in self._notices]
        with self.hold_trait_notifications():
            self.set_trait("error", status.error)
            self.set_trait("state", status.state)
        self.message.value = (
            f"<div style='line-height: 1.35'>{''.join(lines)}</div>" if lines else ""
        )
        show_if(self._status, is_shown=bool(lines))
        show_if(self.cancel_button, is_shown=status.state == "running")
        show_if(self.retry_button, is_shown=status.state in ("failed", "cancelled"))


def check_client(client: object) -> None:
    """Make sure that `client` is a client or None, before any control is made.

    Raises
    ------
    ArgumentTypeError
        It is neither a client nor None.
    """
    if client is not None and not isinstance(client, Client):
        raise ArgumentTypeError("client", client, "what connect() returns, or None")


def show_if(widget: ipw.DOMWidget, *, is_shown: bool) -> None:
    """Show a widget, or hide it."""
    widget.layout.display = None if is_shown else "none"


def _parts_of(widget: Any) -> list[ipw.Widget]:
    """List all parts of a widget, layouts and styles too, innermost first."""
    parts: list[ipw.Widget] = []
    for child in getattr(widget, "children", ()):
        parts += [*_parts_of(child), child]
    for name in ("layout", "style"):
        part = getattr(widget, name, None)
        if isinstance(part, ipw.Widget):
            parts.append(part)
    return parts
