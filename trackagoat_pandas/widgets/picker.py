"""What all pickers share: one value, its line of Python, and the rows to choose from."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import ipywidgets as ipw
import pandas as pd
import traitlets

from trackagoat_pandas.checks import require_columns
from trackagoat_pandas.errors import ArgumentTypeError
from trackagoat_pandas.http.client import Client, default_client
from trackagoat_pandas.widgets.panel import Panel

LABELS: Final = {"description_width": "90px"}
"""The style of every labelled control, so that they stand in line."""


class Picker(Panel):
    """A panel whose ``value`` a loader takes as it is; subclasses declare the trait."""

    def __init__(self) -> None:
        super().__init__()
        self._is_showing = False
        self.observe(self._follow_value, "value")

    def _hear(
        self, control: ipw.Widget, handle: Callable[[Any], None], trait: str = "value"
    ) -> None:
        """Handle what a person does with a control; what the picker itself does isn't heard."""

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

    def _follow_value(self, _: Any = None) -> None:
        with self._showing():
            self._show_value()
        self.set_trait("code", self._line())

    @abstractmethod
    def _show_value(self) -> None:
        """Make the controls show the value."""

    @abstractmethod
    def _line(self) -> str:
        """Python for the choice made."""


class FramePicker(Picker):
    """A picker of rows of a frame: given, or loaded with a client.

    ``frame`` holds the rows to choose from; None until they are loaded.
    """

    frame = traitlets.Any(None, allow_none=True, read_only=True)

    what = ""
    """What the rows are, such as ``"creators"``: the loader's name without ``load_``."""
    needs: tuple[str, ...] = ("id",)
    """The columns that a frame must have."""

    def __init__(
        self,
        given: pd.DataFrame | None,
        project: str | Picker | None,
        client: Client | None,
    ) -> None:
        if given is not None:
            require_columns(given, self.needs, loader=f"load_{self.what}")
        if client is not None and not isinstance(client, Client):
            raise ArgumentTypeError("client", client, "what connect() returns, or None")
        self._given, self._project = given, project
        self._client = client or getattr(project, "_client", None)
        super().__init__()
        if isinstance(project, Picker):
            self._heed(project, self._project_changed)

    def reload(self) -> None:
        """Offer the rows again: load them if they were not given. The value stays as it is."""
        if self._given is not None:
            self._offer(self._of_project(self._given))
            return
        self._client = self._client or default_client()
        project = self.project
        self._load(self._client, self.what, lambda view: self._rows(view, project), self._offer)

    @property
    def project(self) -> str | None:
        """The project that narrows the rows: an id or exact name, or None for all."""
        chosen = self._project.value if isinstance(self._project, Picker) else self._project
        return None if chosen is None else str(chosen)

    @abstractmethod
    def _rows(self, view: Client, project: str | None) -> pd.DataFrame:
        """Load the rows of a project, or of all."""

    @abstractmethod
    def _show_rows(self) -> None:
        """Make the controls offer the rows."""

    def _project_changed(self, _: Any) -> None:
        self.reload()

    def _of_project(self, frame: pd.DataFrame) -> pd.DataFrame:
        if self.project is None or "project_id" not in frame.columns:
            return frame
        return frame[frame["project_id"] == self.project]

    def _offer(self, frame: pd.DataFrame) -> None:
        with self._showing():
            self.set_trait("frame", frame)
            self._show_rows()
        self._follow_value()
