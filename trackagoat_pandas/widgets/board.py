"""What all boards share: a heading, figures in words, a picture, a table, the code and exports."""

from __future__ import annotations

import base64
import csv
import datetime as dt
import io
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import ipywidgets as ipw
import pandas as pd
import traitlets
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from trackagoat_pandas._html import escape, note
from trackagoat_pandas.checks import frame_facts, without_frame_warnings
from trackagoat_pandas.helpers.spreadsheets import guard_texts
from trackagoat_pandas.http.client import Client, default_client
from trackagoat_pandas.widgets.grid import Grid, Writer
from trackagoat_pandas.widgets.panel import Panel, show_if
from trackagoat_pandas.widgets.picker import Picker, client_of, project_of
from trackagoat_pandas.widgets.projects import ProjectPicker
from trackagoat_pandas.widgets.recorder import Recorder, Traced

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STALE_AFTER: Final = dt.timedelta(hours=24)
"""The product computes its numbers once a day."""


def caveats(*frames: pd.DataFrame | None, now: dt.datetime | None = None) -> list[str]:
    """Say what is incomplete, unreadable, stale or still filling in frames.

    Parameters
    ----------
    frames
        The frames that are shown; None is ignored.
    now
        By default this machine's time.

    Returns
    -------
    list of str
        A sentence for each of these, without repetitions.
    """
    now = now or dt.datetime.now(dt.UTC)
    said = [text for frame in frames if frame is not None for text in _of_one(frame, now)]
    return list(dict.fromkeys(said))


def _of_one(frame: pd.DataFrame, now: dt.datetime) -> list[str]:
    facts = frame_facts(frame)
    path = facts.get("path", "the frame")
    said: list[str] = []
    if facts.get("complete") is False:
        said.append(f"Partial: some of {path} could not be loaded.")
    if unreadable := facts.get("unreadable"):
        count = sum(unreadable.values())
        said.append(f"{count:,} values of {path} could not be read and are missing.")
    fetched_at = facts.get("fetched_at")
    if fetched_at and now - dt.datetime.fromisoformat(fetched_at) > STALE_AFTER:
        said.append(f"Stale: {path} was loaded on {fetched_at[:10]}.")
    if "is_partial" in frame.columns and frame["is_partial"].any():
        said.append("The last bucket is still filling.")
    return said


WIDTH_IN, HEIGHT_IN, DPI = 9.0, 4.0, 100
EMPTY_IN: Final = 1.2
"""The height of a picture that only says why there is nothing to show."""
_COMPRESSION = 1  # measured: a third of the time of the default, for a tenth more bytes


class Picture(ipw.VBox):  # type: ignore[misc]
    """The last plot that was painted, as an image."""

    def __init__(self) -> None:
        self.figure = Figure(
            figsize=(WIDTH_IN, HEIGHT_IN), dpi=DPI, layout="constrained", facecolor="white"
        )
        self._canvas = FigureCanvasAgg(self.figure)
        self._image = ipw.Image(
            format="png", layout=ipw.Layout(max_width="calc(100% - 4px)", width="900px")
        )
        super().__init__([self._image], layout=ipw.Layout(overflow="hidden"))

    def paint(self, plot: Callable[..., Axes], *, height_in: float = HEIGHT_IN) -> None:
        """Draw a plot on the cleared figure and show it."""
        self.figure.clear()
        self.figure.set_size_inches(WIDTH_IN, height_in)
        with without_frame_warnings():
            plot(ax=self.figure.add_subplot())
        self._image.value = self.png()

    def png(self) -> bytes:
        """Return the picture as the bytes of a PNG file."""
        file = io.BytesIO()
        # `savefig` would lay the figure out a second time, which takes as long again.
        options = {"compress_level": _COMPRESSION}
        self._canvas.print_png(file, pil_kwargs=options)  # type: ignore[no-untyped-call]
        return file.getvalue()


LARGEST_BYTES: Final = 8 * 1024 * 1024
"""A larger file isn't put into a link, which would be kept in the notebook."""
_LINK_STYLE: Final = "color: var(--jp-content-link-color, inherit); text-decoration: underline"


class File(NamedTuple):
    """A file to download: its name, its media type, and a function that makes its bytes."""

    name: str
    media_type: str
    make: Callable[[], bytes]


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """Write a frame as CSV for spreadsheets: UTF-8 with its mark, and no text is a formula."""
    # Every text is in quotes: Python before 3.13 leaves a lone carriage return without, and a
    # spreadsheet would begin a new row after it.
    text = guard_texts(frame).to_csv(index=False, quoting=csv.QUOTE_NONNUMERIC)
    return text.encode("utf-8-sig", "replace")


class Exports(ipw.HBox):  # type: ignore[misc]
    """A button for each file; a click makes the file and shows a link to it.

    Parameters
    ----------
    files
        The files, by the label of the button.
    """

    def __init__(self, files: Mapping[str, File]) -> None:
        self._link = ipw.HTML()
        super().__init__(layout=ipw.Layout(flex_flow="row wrap", align_items="center"))
        self.children = [*(self._button(word, file) for word, file in files.items()), self._link]

    def forget(self) -> None:
        """Remove the link, since what is shown has changed."""
        self._link.value = ""

    def _button(self, word: str, file: File) -> ipw.Button:
        button = ipw.Button(description=word, icon="download", layout=ipw.Layout(width="auto"))
        button.on_click(lambda _: self._offer(file))
        return button

    def _offer(self, file: File) -> None:
        content = file.make()
        if len(content) > LARGEST_BYTES:
            size = f"{len(content) / 1e6:,.0f} MB"
            self._link.value = note(
                f"{file.name} is {size}, too large for a link; frame.to_csv() saves it, in a cell.",
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
    """What a page of a board shows, with the recorder whose code rebuilds it.

    The table writes instants as times of ``zone``.
    """

    recorder: Recorder
    frame: Traced
    plot: Callable[..., Axes]
    columns: Sequence[str] = ()
    writers: Mapping[str, Writer] | None = None
    height_in: float = HEIGHT_IN
    zone: str = "UTC"


class Board(Panel):
    """Controls, then tiles, a picture, a table, exports, and the code that rebuilds them.

    Parameters
    ----------
    title
        The heading.
    name
        The name of its files, without a suffix.
    controls
        The widgets that choose what is shown.

    Attributes
    ----------
    frame : pandas.DataFrame or None
        What the table shows, whole.
    figure : matplotlib.figure.Figure
        What the picture shows; not one of pyplot's.
    code : str
        Python that rebuilds both.
    tiles : ipywidgets.HTML
        The figures in words.
    grid : Grid
        The table, page by page.
    body : ipywidgets.VBox
        All beneath the controls; hidden until there is something to show.
    """

    frame = traitlets.Any(None, allow_none=True, read_only=True)

    def __init__(self, title: str, name: str, controls: Sequence[ipw.Widget]) -> None:
        super().__init__()
        self.add_class("trackagoat-board")
        self._head = ipw.HTML(f"{_STYLE}<div class='trackagoat-head' role='heading'>{title}</div>")
        self.tiles, self._shown_code = ipw.HTML(), ipw.HTML()
        self._picture, self.grid = Picture(), Grid()
        files = {
            "CSV": File(f"{name}.csv", "text/csv", self._csv),
            "PNG": File(f"{name}.png", "image/png", self._picture.png),
        }
        self._exports = Exports(files)
        foot = ipw.Accordion([self._shown_code], titles=["Code for this view"], selected_index=None)
        self.body = ipw.VBox([self.tiles, self._picture, self.grid, self._exports, foot])
        # A browser marks an image without a picture as broken.
        show_if(self.body, is_shown=False)
        self.children = [self._head, *controls, self._status, self.body]

    @property
    def figure(self) -> Figure:
        """The figure of the picture."""
        return self._picture.figure

    def to_csv(self, path: str | Path) -> None:
        """Save the table, whole, as CSV for spreadsheets.

        A text that a spreadsheet would take for a formula, such as a display name that begins with
        ``=``, has an apostrophe before it. Handles are without their @.
        """
        Path(path).write_bytes(self._csv())

    def to_png(self, path: str | Path) -> None:
        """Save the picture."""
        Path(path).write_bytes(self._picture.png())

    def _brief(self) -> str:
        return self.state if self.frame is None else f"{len(self.frame):,} rows"

    def _csv(self) -> bytes:
        return b"" if self.frame is None else csv_bytes(self.frame)

    def show(self, view: View, tiles: Mapping[str, str]) -> None:
        """Show a page: its figures in words, plot, table and code."""
        frame, code = view.frame.value, view.recorder.code
        with self._lock:
            self.set_trait("frame", frame)
            self.set_trait("code", code)
            self.tiles.value = tiles_html(tiles)
            self._picture.paint(view.plot, height_in=view.height_in)
            columns = list(view.columns) or slice(None)
            self.grid.show(frame.loc[:, columns], view.writers, view.zone)
            self._shown_code.value = f"{_STYLE}<pre class='trackagoat-code'>{escape(code)}</pre>"
            self._exports.forget()
            show_if(self.body, is_shown=True)


def tiles_html(facts: Mapping[str, str]) -> str:
    """Write figures and their names side by side."""
    tiles = "".join(
        f"<div><span>{escape(name)}</span><b>{escape(value)}</b></div>"
        for name, value in facts.items()
    )
    return f"{_STYLE}<div class='trackagoat-tiles'>{tiles}</div>" if tiles else ""


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
    needs_project = False
    """Whether it is loaded one project at a time."""

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
        self._client = client or client_of(self._project)
        super().__init__(title, name, [*([own] if own else []), *controls])
        self.picker = self._project if isinstance(self._project, Picker) else None
        if self.picker is not None:
            self._heed(self.picker, lambda _: self.reload())

    @property
    def project(self) -> str | None:
        """The project that is followed: an id or exact name, or None for all."""
        return project_of(self._project)

    def reload(self) -> None:
        """Load the frames again if they were not given; what is chosen stays as it is."""
        if self._is_given:
            self._redraw()
            return
        if self.needs_project and self.project is None:
            self._notice(f"Choose a project: {self.what} are loaded one project at a time.")
            return
        self._client, project = self._client or default_client(), self.project
        self._load(self._client, self.what, lambda view: self._loaded(view, project), self._open)

    def _redraw(self) -> None:
        """Answer a click; what a load delivers waits until that is done."""
        with self._lock:
            self._draw()

    @abstractmethod
    def _loaded(self, view: Client, project: str | None) -> Any:
        """Load what the board opens."""

    @abstractmethod
    def _open(self, loaded: Any) -> None:
        """Offer what there is to choose in what was given or loaded, and draw."""

    @abstractmethod
    def _draw(self) -> None:
        """Show what is chosen."""
