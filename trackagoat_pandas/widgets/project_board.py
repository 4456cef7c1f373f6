"""A board of one project's frames, which are given or loaded in the background."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import ipywidgets as ipw
import pandas as pd

from trackagoat_pandas.errors import ArgumentTypeError
from trackagoat_pandas.http.client import Client, default_client
from trackagoat_pandas.widgets.board import Board
from trackagoat_pandas.widgets.grid import Writer
from trackagoat_pandas.widgets.picker import Picker
from trackagoat_pandas.widgets.picture import HEIGHT_IN
from trackagoat_pandas.widgets.projects import ProjectPicker

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class View(NamedTuple):
    """What a page of a board shows, and the lines of Python that rebuild it."""

    frame: pd.DataFrame
    plot: Callable[[Axes], Axes]
    lines: tuple[str, ...]
    columns: Sequence[str] = ()
    writers: Mapping[str, Writer] | None = None
    height_in: float = HEIGHT_IN


class ProjectBoard(Board):
    """A board that follows a project.

    Parameters
    ----------
    title, name, controls
        As for :class:`Board`.
    is_given
        Whether the frames were given: then nothing is ever loaded.
    project
        A project's id or exact name, or a picker to follow. Where frames are to be loaded and no
        project is named, the board has a picker of its own.
    client
        The client to load with; by default the picker's, or the one that ``connect`` made last.
    """

    what = ""
    """What is loaded, in words."""

    def __init__(
        self,
        title: str,
        name: str,
        controls: Sequence[ipw.Widget],
        *,
        is_given: bool,
        project: str | Picker | None,
        client: Client | None,
    ) -> None:
        own = ProjectPicker(client=client) if not is_given and project is None else None
        self._is_given, self._project = is_given, own or project
        self._client = client or getattr(self._project, "_client", None)
        super().__init__(title, name, [*([own] if own else []), *controls])
        if isinstance(self._project, Picker):
            self._heed(self._project, self._project_changed)

    @property
    def project(self) -> str | None:
        """The project that is followed: an id or exact name, or None for all."""
        chosen = self._project.value if isinstance(self._project, Picker) else self._project
        return None if chosen is None else str(chosen)

    def reload(self) -> None:
        """Load the frames again if they were not given; what is chosen stays as it is."""
        if self._is_given:
            self._redraw()
            return
        self._client, project = self._client or default_client(), self.project
        self._load(self._client, self.what, lambda view: self._loaded(view, project), self._open)

    def _redraw(self) -> None:
        """Answer a click; what a load delivers waits until that is done."""
        with self._lock:
            self._draw()

    def _show_view(self, view: View, before: Sequence[str], tiles: Mapping[str, str]) -> None:
        """Show a page; the lines before its own bring about what it starts from."""
        self._show(
            view.frame,
            view.plot,
            code=written([*before, *view.lines]),
            tiles=tiles,
            columns=view.columns,
            writers=view.writers,
            height_in=view.height_in,
        )

    def _project_changed(self, _: Any) -> None:
        self.reload()

    @abstractmethod
    def _loaded(self, view: Client, project: str | None) -> Any:
        """Load what the board opens."""

    @abstractmethod
    def _open(self, loaded: Any) -> None:
        """Offer what there is to choose in what was given or loaded, and draw."""

    @abstractmethod
    def _draw(self) -> None:
        """Show what is chosen."""


def check_client(client: object) -> None:
    """Refuse what is no client, before any control is made.

    Raises
    ------
    ArgumentTypeError
        It is neither a client nor None.
    """
    if client is not None and not isinstance(client, Client):
        raise ArgumentTypeError("client", client, "what connect() returns, or None")


def written(lines: Sequence[str]) -> str:
    """Put lines together, each import once and first."""
    imports = ["import trackagoat_pandas as tgp", *(line for line in lines if _is_import(line))]
    body = [line for line in lines if not _is_import(line)]
    return "\n".join([*dict.fromkeys(imports), "", *body])


def _is_import(line: str) -> bool:
    return line.startswith("from ")
