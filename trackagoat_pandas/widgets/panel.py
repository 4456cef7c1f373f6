"""What pickers and boards have in common: a status line, work in the background, and an end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Final, Self, TypeVar

import ipywidgets as ipw
import traitlets

from trackagoat_pandas._html import Kind, note
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.widgets.job import Job, State, Status
from trackagoat_pandas.widgets.lifetime import LIFETIMES

T = TypeVar("T")
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
        self._lock = threading.RLock()
        self._job = Job(self._lock, self._tell)
        self._again: Callable[[], None] | None = None
        self._followed: list[tuple[ipw.Widget, Callable[[Any], None]]] = []
        self._said = ipw.HTML()
        self._cancel = ipw.Button(description="Cancel", icon="stop", tooltip="Stop loading")
        self._retry = ipw.Button(description="Try again", icon="refresh", tooltip="Load once more")
        self._cancel.on_click(lambda _: self.cancel())
        self._retry.on_click(lambda _: self._repeat())
        self._status = ipw.HBox([self._said, self._cancel, self._retry])
        self._notices: tuple[str, ...] = ()
        super().__init__()
        self._tell(Status())
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
        self._tell(self._job.status)

    def _tell(self, status: Status) -> None:
        lines = [note(status.text, _KINDS[status.state])] if status.text else []
        lines += [note(text, "warning") for text in self._notices]
        with self.hold_trait_notifications():
            self.set_trait("error", status.error)
            self.set_trait("state", status.state)
        self._said.value = f"<div style='line-height: 1.35'>{''.join(lines)}</div>" if lines else ""
        _show(self._status, is_shown=bool(lines))
        _show(self._cancel, is_shown=status.state == "running")
        _show(self._retry, is_shown=status.state in ("failed", "cancelled"))


def _show(widget: ipw.DOMWidget, *, is_shown: bool) -> None:
    widget.layout.display = None if is_shown else "none"


def _parts_of(widget: Any) -> list[ipw.Widget]:
    """All that a widget was put together from, layouts and styles too, innermost first."""
    parts: list[ipw.Widget] = []
    for child in getattr(widget, "children", ()):
        parts += [*_parts_of(child), child]
    for name in ("layout", "style"):
        part = getattr(widget, name, None)
        if isinstance(part, ipw.Widget):
            parts.append(part)
    return parts
