"""The base of pickers and boards: a status line, loads in the background, and closing."""

from __future__ import annotations

import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from importlib.resources import files
from typing import Any, Final, Literal, Protocol, Self, TypeAlias, TypeVar

import anywidget
import ipywidgets as ipw
import traitlets

from trackagoat_pandas.base.html import Kind, note
from trackagoat_pandas.base.threads import start_thread
from trackagoat_pandas.errors import ArgumentTypeError
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.session import Session


class Closable(Protocol):
    """Anything that can be closed."""

    def close(self) -> None:
        """Close it; closing it again does nothing."""


class Lifetimes:
    """The open widgets of each notebook cell.

    Parameters
    ----------
    this_run
        Returns the ids of the current cell and of its run, or None outside a cell.
    """

    def __init__(self, this_run: Callable[[], tuple[str, str] | None]) -> None:
        self._this_run = this_run
        self._runs: dict[str, str] = {}
        self._made: dict[str, weakref.WeakSet[Closable]] = {}

    def adopt(self, widget: Closable) -> None:
        """Register a new widget, and close those that earlier runs of its cell made."""
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
    """Return the ids of the current cell and its run; None if the front end doesn't send them."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    kernel = getattr(shell, "kernel", None)
    if kernel is None:
        return None
    message = _parent_of(kernel)
    cell = message.get("metadata", {}).get("cellId")
    run = message.get("header", {}).get("msg_id")
    return (str(cell), str(run)) if cell and run else None


def _parent_of(kernel: Any) -> dict[str, Any]:
    """Return the message that asked a kernel to run the current cell; empty if it keeps none."""
    get_parent = getattr(kernel, "get_parent", None)
    if get_parent is None:
        return {}
    try:
        message: dict[str, Any] = get_parent("shell")
    except TypeError:  # a kernel without channels, such as the browser's
        message = get_parent()
    return message


# A process runs one kernel, and ipywidgets' registry of widgets is global, too.
LIFETIMES: Final = Lifetimes(this_run)


T = TypeVar("T")
State: TypeAlias = Literal["idle", "running", "failed", "cancelled"]

_THREAD: Final = "trackagoat-widget"
_EVERY_S = 0.1
"""The shortest time between two reports of progress."""
_LOOK_S = 1.0
"""How often a load that runs looks whether it waits for the rate limit."""
_LEAST_WAIT_S = 2.0
"""A shorter wait isn't said."""
_CALLED: Final = {"goal_compliance": "goals", "payout_structures": "rules"}
"""What people call the rows of some tables; the names of others only lose a ``payout_``."""


@dataclass(frozen=True, slots=True)
class Status:
    """A job's state, its text for the status line, and the error that it failed with.

    ``waits`` says how long it waits for the rate limit, if it does.
    """

    state: State = "idle"
    text: str = ""
    error: Exception | None = None
    waits: str = ""


class Job:
    """Runs work in a daemon thread. Newer work replaces older, whose result is discarded.

    Parameters
    ----------
    lock
        Held while a result is delivered, so that no click is handled at the same time.
    report
        Called with each new status, from any thread.
    """

    def __init__(self, lock: threading.RLock, report: Callable[[Status], None]) -> None:
        self._lock, self._report = lock, report
        self._view: Session | None = None
        self._finished = threading.Event()
        self._finished.set()
        self.status = Status()

    def start(
        self, client: Client, what: str, work: Callable[[Session], T], deliver: Callable[[T], None]
    ) -> None:
        """Start work with a session, and deliver its result unless it is cancelled."""
        with self._lock:
            self._drop()
            # `view` is made below with this report, and reports nothing before that.
            report = _Slowly(lambda text: self._report_progress(view, text))
            view = Session(client, stop=threading.Event(), progress=report)
            earlier, self._view, self._finished = self._finished, view, threading.Event()
            # Not before the newer event stands there: `wait` would return between the two.
            earlier.set()
            self._become(Status("running", f"Loading {what} …"))
            finished = self._finished
            # Daemons, so that a load under way doesn't keep the kernel from ending. Where there are
            # no threads, both have ended when this returns.
            start_thread(partial(self._run, view, work, deliver, finished), _THREAD)
            start_thread(partial(self._watch, view, finished), _THREAD)

    def cancel(self) -> None:
        """Cancel the running work, whose result is then not delivered."""
        with self._lock:
            if self._view is not None:
                self._drop()
                self._finished.set()
                self._become(Status("cancelled", "Loading was cancelled; nothing has changed."))

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until no work is running; return False if that takes longer than the timeout.

        Work that the delivery of other work has started is waited for, too.
        """
        until = None if timeout_s is None else time.monotonic() + timeout_s
        while True:
            finished = self._finished
            if not finished.wait(None if until is None else max(until - time.monotonic(), 0)):
                return False
            if finished is self._finished:
                return True

    def _drop(self) -> None:
        if self._view is not None:
            self._view.cancel()
            self._view = None

    def _run(
        self,
        view: Session,
        work: Callable[[Session], T],
        deliver: Callable[[T], None],
        finished: threading.Event,
    ) -> None:
        try:
            result, error = _try(work, view)
            with self._lock:
                if self._view is view and error is None:
                    _, error = _try(deliver, result)
                # Newer work may have started meanwhile, even while delivering.
                if self._view is view:
                    self._view = None
                    text = "" if error is None else str(error) or type(error).__name__
                    self._become(Status("idle" if error is None else "failed", text, error))
        finally:
            finished.set()

    def _report_progress(self, view: Session, text: str) -> None:
        with self._lock:
            if self._view is view:
                self._become(Status("running", text))

    def _watch(self, view: Session, finished: threading.Event) -> None:
        """Say how long a load waits for the rate limit, while it does."""
        while not finished.wait(_LOOK_S):
            wait_s = view.usage().next_s
            with self._lock:
                if self._view is not view:
                    return
                waits = f"waiting {wait_s:,.0f} s for the rate limit" * (wait_s >= _LEAST_WAIT_S)
                if waits != self.status.waits:
                    self._become(replace(self.status, waits=waits))

    def _become(self, status: Status) -> None:
        self.status = status
        self._report(status)


def _try(work: Callable[..., Any], given: Any) -> tuple[Any, Exception | None]:
    """Do work; return its result and None, or None and its error."""
    try:
        return work(given), None
    except Exception as error:  # noqa: BLE001 - the status line shows it
        return None, error


class _Slowly:
    """Reports a load's progress as a sentence, at most a few times a second."""

    def __init__(self, report: Callable[[str], None]) -> None:
        self._report, self._reported_at = report, 0.0

    def __call__(self, what: str, done: int, total: int | None) -> None:
        now = time.monotonic()
        # The last report is never dropped, or the count would stop short of the total.
        if now - self._reported_at < _EVERY_S and done != total:
            return
        self._reported_at = now
        words = _CALLED.get(what, what.removeprefix("payout_").replace("_", " "))
        if total is not None and total > 1:
            words += f", {done:,} of {total:,}"
        elif total is None and done > 1:  # of a list, whose length isn't known
            words += f", page {done:,}"
        self._report(f"Loading {words} …")


_KINDS: Final[dict[State, Kind]] = {
    "idle": "info",
    "running": "info",
    "cancelled": "warning",
    "failed": "error",
}


def _page_file(name: str) -> str:
    return (files(__package__) / name).read_text("utf-8")


def style_of(name: str, first: str = "") -> str:
    """Return a style sheet of this folder as HTML, with more rules before its own."""
    return f"<style>{first}\n{_page_file(name)}</style>"


class Touch(anywidget.AnyWidget):
    """The part of a panel that runs in the browser: ``act(what, key)`` is called with each event.

    It keeps keys from the notebook, whose shortcuts would otherwise act on the cell: "m" in a list
    would turn it into Markdown. It passes on clicks on headings, rows and marks, says how wide the
    panel is, and saves files. Where it can't run, a panel does all that its stock widgets do.

    Parameters
    ----------
    act
        Called with ``"sort"`` and a column, ``"row"`` and a place, ``"pick"`` and an id,
        ``"page"`` and its name, ``"days"`` and those that the pointer was drawn over, or
        ``"width"`` and pixels. The browser may send anything, so ``act`` ignores what it doesn't
        know.

    Attributes
    ----------
    is_ready : bool
        Whether a browser runs it, or has run it: a page that is opened again runs it again.
    """

    _esm = traitlets.Unicode(_page_file("touch.js")).tag(sync=True)
    _css = traitlets.Unicode(_page_file("touch.css")).tag(sync=True)

    def __init__(self, act: Callable[[str, Any], None]) -> None:
        super().__init__(layout={"display": "none"})
        self.is_ready = False
        self._act = act
        self.on_msg(self._receive)

    def save(self, name: str, media_type: str, content: bytes) -> None:
        """Save a file as a download of the browser."""
        self.send({"name": name, "type": media_type}, [content])

    def _receive(self, _: Any, message: Any, __: Any) -> None:
        what = message.get("do") if isinstance(message, dict) else None
        if what == "ready":
            self.is_ready = True
        elif isinstance(what, str):
            self._act(what, message.get("key"))


class Panel(ipw.VBox):  # type: ignore[misc]
    """A box of stock widgets with a status line.

    Attributes
    ----------
    state : str
        ``"idle"``, ``"running"``, ``"failed"`` or ``"cancelled"``.
    error : Exception or None
        The exception of a load that failed, whose message the status line shows. Where a part was
        loaded, ``error.partial`` is the frame of that part.
    code : str
        Python that rebuilds what is selected or shown.

    Notes
    -----
    All three can be observed.
    """

    state = traitlets.Unicode("idle", read_only=True)
    error = traitlets.Any(None, allow_none=True, read_only=True)
    code = traitlets.Unicode("", read_only=True)

    def __init__(self) -> None:
        self._lock, self._is_showing = threading.RLock(), False
        self._job = Job(self._lock, self._show_status)
        self._again: Callable[[], None] = lambda: None
        self._leaders: list[tuple[ipw.Widget, Callable[[Any], None]]] = []
        self.message = ipw.HTML()
        self.cancel_button = ipw.Button(description="Cancel", icon="stop", tooltip="Stop loading")
        self.retry_button = ipw.Button(
            description="Try again", icon="refresh", tooltip="Load again"
        )
        self.cancel_button.on_click(lambda _: self.cancel())
        self.retry_button.on_click(lambda _: self._again())
        self._status = ipw.HBox([self.message, self.cancel_button, self.retry_button])
        self._notices: tuple[str, ...] = ()
        self.touch = Touch(self._handle_touch)
        super().__init__()
        self.add_class("trackagoat-panel")
        self._show_status(Status())
        LIFETIMES.adopt(self)

    def __repr__(self) -> str:
        # A page without widget support shows this text.
        return f"<{type(self).__name__}: {self.code or self.state}>"

    def _arrange(self, *parts: ipw.Widget) -> None:
        """Show parts one below the other, and keep the notebook's keys from them.

        What happens in a panel among them is passed on by this one's part in the browser.
        """
        self.children = [*parts, self.touch]
        for part in parts_of(self):
            if isinstance(part, Panel):
                part.children = [child for child in part.children if child is not part.touch]
                for each in (*parts_of(part.touch), part.touch):
                    each.close()

    def _handle_touch(self, what: str, key: Any) -> None:
        """Handle what the browser reports: a click on a heading, a row or a mark, or a width."""

    def wait(self, timeout_s: float | None = None) -> Self:
        """Wait until loading has ended, e.g. in a script or before the next cell runs.

        Raises
        ------
        TimeoutError
            Loading took longer than ``timeout_s`` seconds.
        Exception
            The load failed; this is its error.
        """
        if not self._job.wait(timeout_s):
            raise TimeoutError(f"still loading after {timeout_s:g} s: {self._job.status.text}")
        if self.error is not None:
            raise self.error
        return self

    def cancel(self) -> None:
        """Stop loading, and keep the earlier results."""
        self._job.cancel()

    def close(self) -> None:
        """Stop loading, and remove the widget and all its parts from memory."""
        if "_job" not in vars(self):
            # A constructor that refuses its arguments leaves a bare object, and ipywidgets calls
            # close() when that is garbage collected.
            return
        self._job.cancel()
        while self._leaders:
            leader, handle = self._leaders.pop()
            leader.unobserve(handle, "value")
        self.unobserve_all()
        for part in parts_of(self):
            part.close()
        super().close()

    def _listen(
        self, control: ipw.Widget, handle: Callable[[Any], None], trait: str = "value"
    ) -> None:
        """Handle changes of a control, except those made inside ``_showing``."""

        def handle_change(change: Any) -> None:
            with self._lock:
                if not self._is_showing:
                    handle(change["new"])

        control.observe(handle_change, trait)

    @contextmanager
    def _showing(self) -> Iterator[None]:
        """Change controls without handling those changes."""
        with self._lock:
            was_showing, self._is_showing = self._is_showing, True
            try:
                yield
            finally:
                self._is_showing = was_showing

    def _follow(self, leader: ipw.Widget, handle: Callable[[Any], None]) -> None:
        """Handle changes of another widget's value until this one is closed."""
        leader.observe(handle, "value")
        self._leaders.append((leader, handle))

    def _load(
        self, client: Client, what: str, work: Callable[[Session], T], deliver: Callable[[T], None]
    ) -> None:
        """Run work in the background with a session, then deliver its result."""
        self._again = lambda: self._load(client, what, work, deliver)
        self._job.start(client, what, work, deliver)

    def _notice(self, *texts: str) -> None:
        """Show sentences in the status line, in place of those before.

        The first one is always seen; the others are behind a click on their number.
        """
        self._notices = tuple(text for text in texts if text)
        self._show_status(self._job.status)

    def _show_status(self, status: Status) -> None:
        text = f"{status.text.removesuffix(' …')}, {status.waits}" if status.waits else status.text
        partial = getattr(status.error, "partial", None)
        if partial is not None and not partial.empty:
            name = type(self).__name__
            text += (
                " To get these rows in the next cell, use `_.error.partial`, or "
                f"`widget.error.partial` if you assigned this {name} to `widget`."
            )
        lines = [note(text, _KINDS[status.state])] if text else []
        first, rest = self._notices[:1], self._notices[1:]
        lines += [note(text, "warning", rest) for text in first]
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
    """Make sure that ``client`` is a client or None.

    Raises
    ------
    ArgumentTypeError
        It is neither.
    """
    if client is not None and not isinstance(client, Client):
        raise ArgumentTypeError("client", client, "what connect() returns, or None")


def show_if(widget: ipw.DOMWidget, *, is_shown: bool) -> None:
    """Show or hide a widget."""
    widget.layout.display = None if is_shown else "none"


def parts_of(widget: Any) -> list[ipw.Widget]:
    """List a widget's parts, including layouts and styles, the innermost first."""
    parts: list[ipw.Widget] = []
    for child in getattr(widget, "children", ()):
        parts += [*parts_of(child), child]
    for name in ("layout", "style"):
        part = getattr(widget, name, None)
        if isinstance(part, ipw.Widget):
            parts.append(part)
    return parts
