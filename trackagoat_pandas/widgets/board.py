"""The parts of every board: a heading, tiles, a picture, a table, exports and the code."""

from __future__ import annotations

import base64
import datetime as dt
import re
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import ipywidgets as ipw
import pandas as pd
import traitlets
from matplotlib.figure import Figure

from trackagoat_pandas._html import escape, note
from trackagoat_pandas.checks import frame_facts
from trackagoat_pandas.export.csv_files import csv_bytes
from trackagoat_pandas.http.client import Client, default_client
from trackagoat_pandas.organization import known_projects, organization
from trackagoat_pandas.widgets.grid import Grid, Writer
from trackagoat_pandas.widgets.panel import Panel, show_if
from trackagoat_pandas.widgets.picker import Picker, client_of, project_of
from trackagoat_pandas.widgets.picture import EMPTY_IN as EMPTY_IN
from trackagoat_pandas.widgets.picture import HEIGHT_IN, Picture
from trackagoat_pandas.widgets.projects import ProjectPicker
from trackagoat_pandas.widgets.recorder import Recorder, Traced
from trackagoat_pandas.widgets.touch import Touch

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_PROJECT: Final = re.compile(r"/projects/([^/]+)/")
"""Where a path names a project."""
STALE_AFTER: Final = dt.timedelta(hours=24)
"""TrackaGoat computes its numbers once a day."""


def caveats(
    frames: Mapping[str, pd.DataFrame],
    projects: Mapping[str, str] | None = None,
    *,
    now: dt.datetime | None = None,
) -> list[str]:
    """List what is incomplete, unreadable, stale or still filling in frames.

    Parameters
    ----------
    frames
        The frames that are shown, by what their rows are, such as ``"goals"``.
    projects
        The names of projects by their id, as far as they are known.
    now
        By default this machine's time.

    Returns
    -------
    list of str
        A sentence for each problem.
    """
    now, said = now or dt.datetime.now(dt.UTC), list[str]()
    for rows, frame in frames.items():
        facts = frame_facts(frame)
        name = (projects or {}).get(_project_id(facts))
        what = f"the {rows} of “{name}”" if name else f"the {rows}"
        if facts.get("complete") is False:
            said.append(f"Partial: some of {what} could not be loaded.")
        if unreadable := facts.get("unreadable"):
            count = sum(unreadable.values())
            said.append(f"{count:,} values in {what} could not be read and are missing.")
        fetched_at = facts.get("fetched_at")
        if fetched_at and now - dt.datetime.fromisoformat(fetched_at) > STALE_AFTER:
            said.append(f"Stale: {what} were loaded on {fetched_at[:10]}.")
        if "is_partial" in frame.columns and frame["is_partial"].any():
            said.append("The last bucket is still filling.")
    return said


def _project_id(facts: Mapping[str, Any]) -> str:
    """Return the id of the project that a frame was loaded for, or an empty text."""
    in_path = _PROJECT.match(str(facts.get("path")))
    params = facts.get("params")
    asked = params.get("project_id", "") if isinstance(params, Mapping) else ""
    return in_path[1] if in_path else str(asked)


LARGEST_BYTES: Final = 8 * 1024 * 1024
"""Larger files get no link, because the notebook would store their content with it."""
_LINK_STYLE: Final = "color: var(--jp-content-link-color, inherit); text-decoration: underline"


class File(NamedTuple):
    """A file to download: its name, its media type, and a function that returns its content."""

    name: str
    media_type: str
    make: Callable[[], bytes]


class Exports(ipw.HBox):  # type: ignore[misc]
    """A button for each file.

    It saves the file at once. Where the front end doesn't let it, it shows a link to download it.

    Parameters
    ----------
    files
        The files, by the button's label.
    touch
        What saves them.
    """

    def __init__(self, files: Mapping[str, File], touch: Touch) -> None:
        self._link, self._touch = ipw.HTML(), touch
        super().__init__(layout=ipw.Layout(flex_flow="row wrap", align_items="center"))
        self.children = [*(self._button(word, file) for word, file in files.items()), self._link]

    def clear(self) -> None:
        """Remove the link, whose file no longer matches what is shown."""
        self._link.value = ""

    def _button(self, word: str, file: File) -> ipw.Button:
        button = ipw.Button(description=word, icon="download", layout=ipw.Layout(width="auto"))
        button.on_click(lambda _: self._offer(file))
        return button

    def _offer(self, file: File) -> None:
        content = file.make()
        if self._touch.is_ready:
            self._touch.save(file.name, file.media_type, content)
            return
        if len(content) > LARGEST_BYTES:
            size = f"{len(content) / 1e6:,.0f} MB"
            self._link.value = note(
                f"{file.name} has {size}, too much for a download link. In a cell, the board's "
                "to_csv() and to_png() save files of any size.",
                "warning",
            )
            return
        data = base64.b64encode(content).decode()
        self._link.value = (
            f"<a style='{_LINK_STYLE}' download='{file.name}' "
            f"href='data:{file.media_type};base64,{data}'>"
            f"Save {file.name} ({len(content) / 1e3:,.0f} kB)</a>"
        )


_STYLE: Final = """<style>
.trackagoat-head { color: var(--jp-ui-font-color0, var(--vscode-foreground, inherit));
  font-size: 1.25em; font-weight: 600; margin: 6px 0 2px }
.trackagoat-columns { flex-flow: row wrap; gap: 4px 20px; align-items: flex-start }
.trackagoat-side { flex: 1 1 270px; flex-flow: row wrap; gap: 2px 12px; min-width: 0 }
.trackagoat-side > .jupyter-widgets { flex: 1 1 250px; min-width: 0 }
.trackagoat-main { flex: 999 1 600px; min-width: 0 }
.trackagoat-picture svg { max-width: 100%; height: auto; display: block }
.trackagoat-click { cursor: pointer }
.trackagoat-board .widget-toggle-buttons { display: flex; padding: 2px 0 }
.trackagoat-board .widget-toggle-buttons .widget-label { flex: none; text-align: right;
  margin-right: 8px }
.trackagoat-board .widget-toggle-button { width: auto }
.trackagoat-tiles { display: flex; flex-wrap: wrap; gap: 6px 10px; margin: 4px 0;
  color: var(--jp-ui-font-color1, var(--vscode-foreground, inherit)); line-height: 1.3 }
.trackagoat-tiles div { border: 1px solid var(--jp-border-color2, #8886); border-radius: 4px;
  padding: 5px 12px; min-width: 6.5em }
.trackagoat-tiles b { display: block; font-size: 1.2em; font-variant-numeric: tabular-nums }
pre.trackagoat-code { color: var(--jp-ui-font-color1, inherit); white-space: pre-wrap;
  margin: 4px 0; word-break: normal;
  background: var(--jp-cell-editor-background, #8881); padding: 6px 10px; line-height: 1.35;
  font-family: var(--jp-code-font-family, monospace); font-size: var(--jp-code-font-size, 13px) }
</style>"""


class View(NamedTuple):
    """The contents of a page of a board, and the recorder whose code rebuilds them.

    Parameters
    ----------
    recorder, frame, plot
        The code, the table's rows, and the function that draws the picture on ``ax=``.
    columns
        The columns that the table shows; by default all.
    writers
        Functions that write a column's values as text; by default the dtype decides.
    height_in
        The picture's height in inches.
    zone
        The time zone in which the table writes instants.
    pick
        The column with the ids that a click on a row or on a mark chooses.
    """

    recorder: Recorder
    frame: Traced
    plot: Callable[..., Axes]
    columns: Sequence[str] = ()
    writers: Mapping[str, Writer] | None = None
    height_in: float = HEIGHT_IN
    zone: str = "UTC"
    pick: str = ""


class Board(Panel):
    """Controls, then tiles, a picture, a table, exports, and the code that rebuilds them.

    Parameters
    ----------
    title
        The heading.
    name
        The name of exported files, without a suffix.
    controls
        The widgets that choose what is shown; beside the results, where there is room.
    tabs
        The widgets above the results, such as the choice of a page.

    Attributes
    ----------
    frame : pandas.DataFrame or None
        All rows of the table, with all columns.
    figure : matplotlib.figure.Figure
        The picture; pyplot doesn't manage it.
    code : str
        Python that rebuilds both.
    tiles : ipywidgets.HTML
        The key figures.
    grid : Grid
        The table, page by page.
    body : ipywidgets.VBox
        Everything below the controls; hidden until there is something to show.
    """

    frame = traitlets.Any(None, allow_none=True, read_only=True)

    def __init__(
        self,
        title: str,
        name: str,
        controls: Sequence[ipw.Widget],
        tabs: Sequence[ipw.Widget] = (),
    ) -> None:
        super().__init__()
        self.add_class("trackagoat-board")
        head = ipw.HTML(f"{_STYLE}<div class='trackagoat-head' role='heading'>{title}</div>")
        self.tiles, self._shown_code = ipw.HTML(), ipw.HTML()
        self._picture, self.grid = Picture(), Grid()
        self._pick = ""
        files = {
            "CSV": File(f"{name}.csv", "text/csv", self._csv),
            "PNG": File(f"{name}.png", "image/png", self._picture.png),
        }
        self._exports = Exports(files, self.touch)
        code = ipw.Accordion([self._shown_code], titles=["Code for this view"], selected_index=None)
        self.body = ipw.VBox([self.tiles, self._picture, self.grid, self._exports, code])
        show_if(self.body, is_shown=False)
        side, main = ipw.VBox(list(controls)), ipw.VBox([*tabs, self._status, self.body])
        side.add_class("trackagoat-side")
        main.add_class("trackagoat-main")
        columns = ipw.HBox([side, main])
        columns.add_class("trackagoat-columns")
        self._arrange(head, columns)

    def _touched(self, what: str, key: Any) -> None:
        with self._lock:
            if what == "width" and isinstance(key, int):
                self._picture.resize(key)
            elif what == "sort":
                self.grid.sort_by(str(key))
            elif what == "row":
                found = self.grid.row(str(key))
                if found is not None and self._pick in found.index:
                    self._picked(self._pick, found[self._pick])
            elif what == "pick" and self._pick:
                self._picked(self._pick, key)

    def _picked(self, column: str, id_: object) -> None:
        """Narrow to an id that was clicked on, in a row or in the picture."""

    @property
    def figure(self) -> Figure:
        """The matplotlib figure of the picture."""
        return self._picture.figure

    def to_csv(self, path: str | Path) -> None:
        """Save all rows and columns of the table as CSV for spreadsheets.

        A text that a spreadsheet would run as a formula, such as a display name that begins with
        ``=``, is written with an apostrophe before it; handles are written without their @.
        """
        Path(path).write_bytes(self._csv())

    def to_png(self, path: str | Path) -> None:
        """Save the picture as a PNG file."""
        Path(path).write_bytes(self._picture.png())

    def _brief(self) -> str:
        return self.state if self.frame is None else f"{len(self.frame):,} rows"

    def _csv(self) -> bytes:
        return b"" if self.frame is None else csv_bytes(self.frame)

    def show(self, view: View, tiles: Mapping[str, str]) -> None:
        """Show a page and its tiles."""
        frame, code = view.frame.value, view.recorder.code
        with self._lock:
            self.set_trait("frame", frame)
            self.set_trait("code", code)
            self.tiles.value = tiles_html(tiles)
            self._pick = view.pick
            self._picture.paint(view.plot, height_in=view.height_in)
            columns = list(view.columns) or slice(None)
            self.grid.show(frame.loc[:, columns], view.writers, view.zone)
            self._shown_code.value = f"{_STYLE}<pre class='trackagoat-code'>{escape(code)}</pre>"
            self._exports.clear()
            show_if(self.body, is_shown=True)


def tiles_html(facts: Mapping[str, str]) -> str:
    """Write key figures and their names as HTML, side by side."""
    tiles = "".join(
        f"<div><span>{escape(name)}</span><b>{escape(value)}</b></div>"
        for name, value in facts.items()
    )
    return f"{_STYLE}<div class='trackagoat-tiles'>{tiles}</div>" if tiles else ""


class ProjectBoard(Board):
    """A board of one project, or of all.

    Parameters
    ----------
    title, name, controls, tabs
        As for :class:`Board`.
    is_given
        Whether the frames were given, so that nothing is loaded.
    project
        A project's id or exact name, or a picker to follow. Without it, a board that loads its
        frames shows a picker of its own.
    client
        The client to load with; by default the picker's, or the one that ``connect`` made last.
    """

    what = ""
    """What is loaded, such as ``"goals"``."""
    needs_project = False
    """Whether it is loaded for one project at a time."""

    def __init__(
        self,
        title: str,
        name: str,
        controls: Sequence[ipw.Widget],
        *,
        tabs: Sequence[ipw.Widget] = (),
        is_given: bool,
        project: str | Picker | None,
        client: Client | None,
    ) -> None:
        own = ProjectPicker(client=client) if not is_given and project is None else None
        self._is_given, self._project = is_given, own or project
        self._client = client or client_of(self._project)
        super().__init__(title, name, [*([own] if own else []), *controls], tabs)
        self.picker = self._project if isinstance(self._project, Picker) else None
        if self.picker is not None:
            self._follow(self.picker, lambda _: self.reload())

    @property
    def project(self) -> str | None:
        """The project's id or exact name; None for all projects."""
        return project_of(self._project)

    def reload(self) -> None:
        """Load the frames again, unless they were given; the filters keep their values."""
        if self._is_given:
            self._redraw()
            return
        if self.needs_project and self.project is None:
            self._notice(f"Choose a project: {self.what} are loaded one project at a time.")
            return
        self._client, project = self._client or default_client(), self.project

        def work(view: Client) -> Any:
            organization(view)  # so that the frames carry its time zone
            return self._loaded(view, project)

        self._load(self._client, self.what, work, self._open)

    def _redraw(self) -> None:
        """Draw after a click; the result of a load waits for the lock until then."""
        with self._lock:
            self._draw()

    def _caveats_of(self, frames: Mapping[str, pd.DataFrame]) -> list[str]:
        """List the caveats of frames, with the projects' names if the client has loaded them."""
        return caveats(frames, {} if self._client is None else known_projects(self._client))

    @abstractmethod
    def _loaded(self, view: Client, project: str | None) -> Any:
        """Load what the board opens."""

    @abstractmethod
    def _open(self, loaded: Any) -> None:
        """Offer the choices in what was given or loaded, and draw."""

    @abstractmethod
    def _draw(self) -> None:
        """Show what is selected."""
