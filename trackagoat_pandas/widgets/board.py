"""The parts of every board: a heading, tiles, a picture, a table, exports and the code."""

from __future__ import annotations

import base64
import datetime as dt
import io
import re
from abc import abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

import ipywidgets as ipw
import pandas as pd
import traitlets
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from trackagoat_pandas.base.html import curve_svg, escape, note
from trackagoat_pandas.base.wording import with_minus
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError
from trackagoat_pandas.helpers.columns import days_of, flags_of
from trackagoat_pandas.helpers.cuts import cuts_said
from trackagoat_pandas.helpers.facts import zone_of
from trackagoat_pandas.helpers.granularity import buckets_text
from trackagoat_pandas.helpers.series import granularity_of
from trackagoat_pandas.http.client import Client, default_client
from trackagoat_pandas.http.session import Session, session_of
from trackagoat_pandas.inputs.checks import (
    check_timezone,
    frame_facts,
    without_frame_warnings,
)
from trackagoat_pandas.names.organization import ask_timezone, known_projects, organization
from trackagoat_pandas.plots.style import ROW_IN, finding_of
from trackagoat_pandas.plots.svg import THEME_STYLE, svg_of
from trackagoat_pandas.plots.theme import ALARM, GOOD, PAGE
from trackagoat_pandas.showing.export.csv_files import csv_bytes
from trackagoat_pandas.showing.recorder import Recorder, Traced
from trackagoat_pandas.widgets.filters import Filters
from trackagoat_pandas.widgets.grid import PAGE_ROWS, Curves, Grid
from trackagoat_pandas.widgets.panel import Panel, T, Touch, show_if, style_of
from trackagoat_pandas.widgets.pickers import (
    DateRangePicker,
    Picker,
    ProjectPicker,
    client_of,
    project_of,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_PROJECT: Final = re.compile(r"/projects/([^/]+)/")
"""Where a path names a project."""
STALE_AFTER: Final = dt.timedelta(hours=24)
"""TrackaGoat computes its numbers once a day."""
LARGEST_BYTES: Final = 8 * 1024 * 1024
"""Larger files get no link, because the notebook would store their content with it."""
_LINK_STYLE: Final = "color: var(--jp-content-link-color, inherit); text-decoration: underline"
# Two classes outdo the rules of stock widgets, which have one.
_STYLE: Final = style_of("board.css")
_COLORS: Final = {
    True: f"var(--goat-{GOOD[1:]})",
    False: f"var(--goat-{ALARM[1:]})",
    None: "inherit",
}
# Where there is no room for one row there are two of the same length, so that no tile is alone.
# The middle value of clamp() is below the first in a wide box and above the last in a narrow one.
_TILES_STYLE: Final = style_of(
    "tiles.css", THEME_STYLE.replace(".trackagoat-picture", ".trackagoat-tiles")
)
HEIGHT_IN: Final = 3.1
"""With it and a page of the table below, a board fits a screen of 900 pixels."""
MOST_BARS: Final = PAGE_ROWS
"""The most bars in a picture: those of the rows that a table shows at first."""
_LOWEST_IN, _EDGES_IN = 2.0, 1.2
_DPI: Final = 96
"""The dots of an inch on a page."""
_FILE_DPI: Final = 192
_WIDTHS_PX: Final = (420, 864, 1100)
"""The narrowest picture, the usual one, and the widest."""


def caveats(
    frames: Mapping[str, pd.DataFrame],
    projects: Mapping[str, str] | None = None,
    *,
    now: dt.datetime | None = None,
) -> list[str]:
    """List the flaws of frames: incomplete, unreadable, stale or still filling in.

    Parameters
    ----------
    frames
        The frames that are shown, by what their rows are, such as ``"goals"``.
    projects
        The known names of projects, by id.
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
        said += [f"Partial: {cut}{f' of “{name}”' if name else ''}." for cut in cuts_said(frame)]
        if unreadable := facts.get("unreadable"):
            count = sum(unreadable.values())
            said.append(f"{count:,} values in {what} could not be read and are missing.")
        fetched_at = facts.get("fetched_at")
        if fetched_at and now - dt.datetime.fromisoformat(fetched_at) > STALE_AFTER:
            said.append(f"Stale: {what} were loaded on {fetched_at[:10]}.")
        if {"is_partial", "date"} <= set(frame.columns):
            last = pd.Series(days_of(frame["date"]))[flags_of(frame, "is_partial")].max()
            if pd.notna(last):
                bucket = buckets_text(last, last, granularity_of(frame))
                said.append(f"{bucket[:1].upper()}{bucket[1:]} isn't over yet.")
    return said


def _project_id(facts: Mapping[str, Any]) -> str:
    """Return the id of the project that a frame was loaded for, or an empty text."""
    in_path = _PROJECT.match(str(facts.get("path")))
    params = facts.get("params")
    asked = params.get("project_id", "") if isinstance(params, Mapping) else ""
    return in_path[1] if in_path else str(asked)


class Tile(NamedTuple):
    """A key figure.

    ``change`` says how it differs from the period before, such as "+12 % on 1 to 31 May": with a
    sign, which the colour repeats. ``is_good`` is None where more is neither good nor
    bad. ``act`` is what a click does, such as "page:Alerts"; empty for nothing. With ``is_alarm``
    the value and the tile's edge are red, with ``is_grey`` the value is grey. ``curve`` is drawn
    below, without an axis.
    """

    value: str
    change: str = ""
    is_good: bool | None = None
    act: str = ""
    is_alarm: bool = False
    curve: tuple[float, ...] = ()
    is_grey: bool = False


def tiles_html(tiles: Mapping[str, str | Tile]) -> str:
    """Write key figures with their names and changes as HTML.

    Examples
    --------
    >>> html = tiles_html({"Owed": Tile("$12.00", "-$3.00 since 31 May 2026", is_good=True)})
    >>> "<span>Owed</span><b>$12.00</b>" in html, ">−$3.00 since 31 May 2026<" in html
    (True, True)
    """
    if not tiles:
        return ""
    shown = "".join(
        _tile(name, Tile(tile) if isinstance(tile, str) else tile) for name, tile in tiles.items()
    )
    counts = f"--tiles: {len(tiles)}; --half: {(len(tiles) + 1) // 2}"
    return f"{_TILES_STYLE}<div class='trackagoat-tiles' style='{counts}'>{shown}</div>"


def _tile(name: str, tile: Tile) -> str:
    change = ""
    if tile.change:
        # A line mustn't begin with the sign of percent.
        said = escape(with_minus(tile.change).replace(" %", "\N{NO-BREAK SPACE}%"))
        change = f"<small style='color: {_COLORS[tile.is_good]}'>{said}</small>"
    tag, act = ("button", f" data-goat='{escape(tile.act)}'") if tile.act else ("div", "")
    kind = "alarm" * tile.is_alarm or "grey" * tile.is_grey
    marked = f" class='trackagoat-{kind}'" if kind else ""
    value = f"<b>{escape(with_minus(tile.value))}</b>{change}{curve_svg(tile.curve)}"
    return f"<{tag}{act}{marked}><span>{escape(name)}</span>{value}</{tag}>"


def without_picture(*, ax: Axes) -> Axes:
    """Leave the axes empty, so that a board shows no picture."""
    return ax


def height_of(rows: int) -> float:
    """Return the height in inches of a picture of bars, since a few look odd in a high one."""
    return max(_LOWEST_IN, ROW_IN * rows + _EDGES_IN)


class Picture(ipw.HTML):  # type: ignore[misc]
    """A plot as SVG, as wide as there is room.

    Attributes
    ----------
    figure
        The figure; pyplot doesn't manage it.
    is_blank : bool
        Whether it only says that there is nothing to show.
    """

    usual_px = _WIDTHS_PX[1]
    """The width of a new picture: the last one that a browser had room for, so that the next board
    of a notebook is drawn once."""

    def __init__(self) -> None:
        self.figure = Figure(dpi=_DPI, layout="constrained", facecolor="none")
        self._width_px = Picture.usual_px
        self._drawn: tuple[Callable[..., Axes], float] | None = None
        self.is_blank = True
        super().__init__()

    def paint(self, plot: Callable[..., Axes], *, height_in: float = HEIGHT_IN) -> None:
        """Clear the figure, draw a plot on it and show it."""
        self._drawn = plot, height_in
        for axes in self.figure.axes:
            axes.remove()  # `clear` would draw up each once more before it drops it
        self.figure.clear()
        self.figure.set_size_inches(self._width_px / _DPI, height_in)
        ax = self.figure.add_subplot()
        ax.patch.set_visible(False)
        with without_frame_warnings():
            plot(ax=ax)
        self.is_blank = not ax.has_data()
        finding = finding_of(ax)
        svg = "" if self.is_blank and not finding else svg_of(self.figure, finding)
        self.value = f"<style>{THEME_STYLE}</style><div class='trackagoat-picture'>{svg}</div>"

    def resize(self, width_px: int) -> None:
        """Draw the plot again for another width."""
        narrowest, _, widest = _WIDTHS_PX
        width = min(max(width_px, narrowest), widest)
        Picture.usual_px = width
        if width != self._width_px:
            self._width_px = width
            if self._drawn is not None:
                plot, height_in = self._drawn
                self.paint(plot, height_in=height_in)

    def png(self) -> bytes:
        """Return the picture as the bytes of a PNG file, on white."""
        return self._file(FigureCanvasAgg(self.figure).print_png, _FILE_DPI)

    def svg(self) -> bytes:
        """Return the picture as the bytes of an SVG file, on white."""
        return self._file(FigureCanvasSVG(self.figure).print_svg, _DPI)

    def _file(self, write: Callable[[io.BytesIO], object], dpi: int) -> bytes:
        file, usual, page = io.BytesIO(), self.figure.dpi, self.figure.get_facecolor()
        try:
            self.figure.set(dpi=dpi, facecolor=PAGE)
            write(file)
        finally:
            self.figure.set(dpi=usual, facecolor=page)
        return file.getvalue()


def asked_timezone(
    timezone: str | None, frames: Mapping[str, Traced], client: Client | None
) -> str | None:
    """Return the time zone given; for frames that don't name one, that of the organization.

    None if frames name theirs, or if there is no client to ask.
    """
    if timezone is not None:
        return check_timezone("timezone", timezone)
    if client is None or not frames or zone_of(None, [frame.value for frame in frames.values()]):
        return None
    return ask_timezone(session_of(client))


class File(NamedTuple):
    """A file to download: its name, its media type, and a function that returns its content."""

    name: str
    media_type: str
    make: Callable[[], bytes]


class Exports(ipw.HBox):  # type: ignore[misc]
    """A button for each file.

    It saves the file at once. Where the browser part of the panel can't run, it shows a link to
    download it.

    Parameters
    ----------
    files
        The files, by the button's label.
    touch
        What saves them.
    """

    def __init__(self, files: Mapping[str, File], touch: Touch) -> None:
        self._link, self._touch = ipw.HTML(), touch
        super().__init__()
        self.add_class("trackagoat-exports")
        self.buttons = dict[str, ipw.Button]()
        for word, file in files.items():
            button = ipw.Button(description=word, icon="download", layout=ipw.Layout(width="auto"))
            button.tooltip = f"Save {file.name}"
            button.on_click(lambda _, file=file: self._save(file))
            self.buttons[word] = button
        self.children = [*self.buttons.values(), self._link]

    def offer(self, words: Collection[str]) -> None:
        """Turn on the buttons of files that there is something for; remove an earlier link."""
        self._link.value = ""
        for word, button in self.buttons.items():
            button.disabled = word not in words

    def _save(self, file: File) -> None:
        content = file.make()
        # A front end that doesn't run the panel's script can't save a file: it gets a link instead.
        if self._touch.is_ready:
            self._touch.save(file.name, file.media_type, content)
            return
        if len(content) > LARGEST_BYTES:
            size = f"{len(content) / 1e6:,.0f} MB"
            self._link.value = note(
                f"{file.name} has {size}, too much for a download link. In a cell, the board's "
                "to_csv(), to_png() and to_svg() save files of any size.",
                "warning",
            )
            return
        data = base64.b64encode(content).decode()
        self._link.value = (
            f"<a style='{_LINK_STYLE}' download='{file.name}' "
            f"href='data:{file.media_type};base64,{data}'>"
            f"Save {file.name} ({len(content) / 1e3:,.0f} kB)</a>"
        )


class View(NamedTuple):
    """The contents of a page of a board, and the recorder whose code rebuilds them.

    Parameters
    ----------
    recorder, frame, plot
        The code, the table's rows, and the function that draws the picture on ``ax=``.
    columns
        The columns that the table shows; by default those that ``df.goat.show()`` shows.
    height_in
        The picture's height in inches.
    zone
        The time zone in which the table writes instants.
    pick
        The column with the ids that a click on a row or on a mark chooses.
    mark
        The column with the ids of the picture's marks, where it is another.
    currency
        The currency of amounts in rows that don't name theirs.
    empty
        What the table says when it has no rows: what to do next.
    has_search
        Whether the table has a search of its own.
    curves
        A column of small lines in the table.
    """

    recorder: Recorder
    frame: Traced
    plot: Callable[..., Axes]
    columns: Sequence[str] = ()
    height_in: float = HEIGHT_IN
    zone: str = "UTC"
    pick: str = ""
    mark: str = ""
    currency: str = "USD"
    empty: str = ""
    has_search: bool = True
    curves: Curves | None = None


class Board(Panel):
    """Controls, then tiles, a picture, a table, exports, and the code that rebuilds them.

    Parameters
    ----------
    title
        The heading.
    name
        The name of exported files, without a suffix.
    controls
        What stands below the heading, beside the results where there is room. Filters are hidden
        until there is something to filter.
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
    clear_button : ipywidgets.Button
        Sets all filters back to all; hidden while none is set.
    body : ipywidgets.VBox
        Everything below the controls; hidden until there is something to show.
    """

    frame = traitlets.Any(None, allow_none=True, read_only=True)
    page: Any = None
    """The toggle buttons of its pages; None if it has one."""
    page_rows: int | None = None
    """How many rows a page of its table has at first; by default as many as were chosen last."""

    def __init__(
        self,
        title: str,
        name: str,
        controls: Sequence[ipw.Widget],
        tabs: Sequence[ipw.Widget] = (),
    ) -> None:
        super().__init__()
        self.add_class("trackagoat-board")
        self._head = ipw.HTML()
        self._title(title)
        self.tiles, self._shown_code = ipw.HTML(), ipw.HTML()
        self._picture, self.grid = Picture(), Grid(self.page_rows)
        self._picks: dict[str, str] = {}
        files = {
            "CSV": File(f"{name}.csv", "text/csv", self._csv),
            "Raw": File(f"{name}-raw.csv", "text/csv", self._raw),
            "PNG": File(f"{name}.png", "image/png", self._picture.png),
            "SVG": File(f"{name}.svg", "image/svg+xml", self._picture.svg),
        }
        self._exports = Exports(files, self.touch)
        code = ipw.Accordion([self._shown_code], titles=["Code for this view"], selected_index=None)
        self.body = ipw.VBox([self.tiles, self._picture, self.grid, self._exports, code])
        self._tabs = ipw.HBox(list(tabs))
        self._filters = next((one for one in controls if isinstance(one, Filters)), None)
        self.clear_button = ipw.Button(description="Clear filters", icon="times")
        if self._filters is not None:
            self.clear_button.on_click(lambda _, filters=self._filters: filters.clear())
            show_if(self._filters, is_shown=False)
        side = ipw.VBox([self._head, *controls, self.clear_button])
        self._main = main = ipw.VBox([self._tabs, self._status, self.body])
        columns = ipw.HBox([side, main])
        for part, kinds in (
            (side, "side quiet"), (main, "main quiet"), (columns, "columns"), (self._tabs, "tabs"),
        ):  # fmt: skip
            for kind in kinds.split():
                part.add_class(f"trackagoat-{kind}")
        for part in (self._tabs, self.body, self.clear_button):
            show_if(part, is_shown=False)
        self._arrange(columns)

    def _title(self, title: str, *findings: str) -> None:
        """Write the heading, and below it the findings of the board's questions."""
        heading = "<div class='trackagoat-head' role='heading' aria-level='2'>"
        said = "".join(
            f"<p class='trackagoat-finding'>{escape(finding)}</p>"
            for finding in findings
            if finding
        )
        self._head.value = f"{_STYLE}{heading}{escape(title)}</div>{said}"

    def __repr__(self) -> str:
        rows = self.state if self.frame is None else f"{len(self.frame):,} rows"
        return f"<{type(self).__name__}: {rows}>"

    def _handle_touch(self, what: str, key: Any) -> None:
        with self._lock:
            if what == "width" and isinstance(key, int):
                self._picture.resize(key)
            elif what == "sort":
                self.grid.sort_by(str(key))
            elif what == "page" and self.page is not None and key in self.page.options:
                self.page.value = key
            elif what == "days" and self._dates is not None:
                with suppress(ArgumentError):  # a browser may send anything
                    self._dates.value = str(key)
            elif what in self._picks:
                column, id_ = self._picks[what], key
                if what == "row":
                    found = self.grid.row(str(key))
                    id_ = None if found is None else found.get(column)
                if isinstance(id_, str):
                    self._pick(column, id_)

    @property
    def _dates(self) -> DateRangePicker | None:
        """The picker that a pointer drawn over buckets sets; by default that of the filters."""
        return self._filters.dates if self._filters else None

    def _pick(self, column: str, id_: str) -> None:
        """Narrow to an id that was clicked on; by default with the filter of the column's name.

        What narrows is seen in the filter, and taken away by "Clear filters".
        """
        controls = self._filters.controls if self._filters else {}
        control = controls.get(column.removesuffix("_id"))
        if control is not None and id_ in [value for _, value in control.options]:
            control.value = id_

    @property
    def figure(self) -> Figure:
        """The matplotlib figure of the picture."""
        return self._picture.figure

    def to_csv(self, path: str | Path, *, raw: bool = False) -> None:
        """Save the table as CSV for spreadsheets: its columns, all rows that it finds, its order.

        Numbers are numbers: amounts in units, such as dollars. A text that a spreadsheet would run
        as a formula, such as a display name that begins with ``=``, is written with an apostrophe
        before it; handles are written without their @.

        Parameters
        ----------
        path
            The file.
        raw
            Whether to save ``frame`` instead: all columns with their own names, also ids.
        """
        Path(path).write_bytes(self._raw() if raw else self._csv())

    def to_png(self, path: str | Path) -> None:
        """Save the picture as a PNG file."""
        Path(path).write_bytes(self._picture.png())

    def to_svg(self, path: str | Path) -> None:
        """Save the picture as an SVG file."""
        Path(path).write_bytes(self._picture.svg())

    def _csv(self) -> bytes:
        return csv_bytes(self.grid.values())

    def _raw(self) -> bytes:
        return b"" if self.frame is None else csv_bytes(self.frame)

    def show(self, view: View, tiles: Mapping[str, str | Tile]) -> None:
        """Show a page and its tiles."""
        frame, code = view.frame.value, view.recorder.code
        with self._lock:
            # Users can only read these traits, and set_trait is the way around that.
            self.set_trait("frame", frame)
            self.set_trait("code", code)
            self.tiles.value = tiles_html(tiles)
            picks = {"row": view.pick, "pick": view.mark or view.pick}
            self._picks = {what: column for what, column in picks.items() if column}
            self._picture.paint(view.plot, height_in=view.height_in)
            has_picture = not self._picture.is_blank
            self.grid.show(
                frame, view.columns, view.zone, currency=view.currency,
                is_picking=bool(view.pick), has_search=view.has_search, curves=view.curves,
                empty=view.empty,
            )  # fmt: skip
            self._shown_code.value = f"<pre class='trackagoat-code'>{escape(code)}</pre>"
            files = ["CSV", "Raw"] * (not frame.empty) + ["PNG", "SVG"] * has_picture
            self._exports.offer(files)
            is_narrowed = self._filters is not None and self._filters.is_set
            for part, is_shown in (
                (self._picture, has_picture), (self.clear_button, is_narrowed),
                (self._tabs, bool(self._tabs.children)), (self.body, True),
                *([(self._filters, True)] if self._filters is not None else []),
            ):  # fmt: skip
                show_if(part, is_shown=is_shown)


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

    Attributes
    ----------
    load_button : ipywidgets.Button
        Starts a load that waits for it. It stands beside the message that asks for it, and is
        hidden while no load waits.
    """

    what = ""
    """What is loaded, such as ``"goals"``."""
    needs_project = False
    """Whether it is loaded for one project at a time, at first for the first in the list."""

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
        given: object = project
        if not isinstance(given, str | Picker | None):
            wanted = "a project's id or exact name, or a ProjectPicker"
            raise ArgumentTypeError("project", given, wanted)
        has_own = not is_given and project is None
        own = ProjectPicker(first=self.needs_project, client=client) if has_own else None
        self._is_given, self._own, self._project = is_given, own, own or project
        self._client = client or client_of(self._project)
        self._question, self._texts = "", tuple[str, ...]()
        self._answer: Callable[[], None] = lambda: None
        self.load_button = ipw.Button(description="Load", icon="play", button_style="primary")
        self.load_button.on_click(lambda _: self._answer())
        super().__init__(title, name, [*([own] if own else []), *controls], tabs)
        show_if(self.load_button, is_shown=False)
        self._status.children = [*self._status.children, self.load_button]
        self.picker = self._project if isinstance(self._project, Picker) else None
        if self.picker is not None:
            self._follow(self.picker, lambda _: self.reload())

    @property
    def project(self) -> str | None:
        """The project's id or exact name; None for all projects."""
        return project_of(self._project)

    def wait(self, timeout_s: float | None = None) -> Self:
        """Wait until loading has ended, that of the projects first; otherwise as a panel."""
        if self._own is not None:
            self._own.wait(timeout_s)
        return super().wait(timeout_s)

    def reload(self) -> None:
        """Load the frames again, unless they were given; the filters keep their values."""
        if self._is_given:
            self._redraw()
            return
        if self.needs_project and self.project is None:
            is_listed = getattr(self.picker, "frame", None) is not None
            said = "Choose a project: one is loaded at a time."
            self._ask("")
            self._notice(said if is_listed else "")
            return
        self._client, project = self._client or default_client(), self.project
        self._notice(self._cost(self._client, project))

        def work(view: Session) -> Any:
            organization(view)  # so that the frames carry its time zone
            return self._load_all(view, project)

        self._load(self._client, self.what, work, self._open)

    def _load(
        self, client: Client, what: str, work: Callable[[Session], T], deliver: Callable[[T], None]
    ) -> None:
        """Run work in the background, in place of a load that waits for its button."""
        self._ask("")
        super()._load(client, what, work, deliver)

    def _ask(self, question: str, answer: Callable[[], None] = lambda: None) -> None:
        """Ask before a load, beside the button that starts it; an empty text asks nothing."""
        self._question, self._answer = question, answer
        show_if(self.load_button, is_shown=bool(question))
        self._notice(*self._texts)

    def _notice(self, *texts: str) -> None:
        """Show sentences in the status line, below the question that a load waits for."""
        self._texts = texts
        super()._notice(self._question, *texts)

    def _cost(self, client: Client, project: str | None) -> str:  # noqa: ARG002 - for boards
        """Report the cost of a load before it starts, if it is more than a few requests."""
        return ""

    def _redraw(self) -> None:
        """Draw after a click; the result of a load waits for the lock until then."""
        with self._lock:
            self._draw()

    def _no_rows(self) -> str:
        """Say that there is nothing of what the board shows, and what to do next."""
        if self._is_given:
            return f"The frame has no {self.what}: load those of another project or other days."
        if self.project is None:
            return f"There are no {self.what} yet."
        return f"This project has no {self.what} yet: choose another project."

    def _caveats_of(self, frames: Mapping[str, pd.DataFrame]) -> list[str]:
        """List the caveats of frames, with the projects' names if the client has loaded them."""
        return caveats(
            frames, {} if self._client is None else known_projects(session_of(self._client))
        )

    @abstractmethod
    def _load_all(self, view: Session, project: str | None) -> Any:
        """Load what the board opens."""

    @abstractmethod
    def _open(self, loaded: Any) -> None:
        """Offer the choices of the opened frames, and draw."""

    @abstractmethod
    def _draw(self) -> None:
        """Show the selection."""
