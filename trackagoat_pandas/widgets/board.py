"""What all boards share: a heading, figures in words, a picture, a table, the code and exports."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import ipywidgets as ipw
import pandas as pd
import traitlets

from trackagoat_pandas._html import escape
from trackagoat_pandas.widgets.exports import Exports, File, csv_bytes
from trackagoat_pandas.widgets.grid import Grid, Writer
from trackagoat_pandas.widgets.panel import Panel
from trackagoat_pandas.widgets.picture import HEIGHT_IN, Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

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


class Board(Panel):
    """A page of its own: controls above, then tiles, picture, table, code and exports.

    Parameters
    ----------
    title
        What the page is called.
    name
        What its files are called, without an ending.
    controls
        The widgets that choose what is seen.

    Attributes
    ----------
    frame : pandas.DataFrame or None
        What the table shows, whole.
    figure : matplotlib.figure.Figure
        What the picture shows; not one of pyplot's.
    code : str
        Python that rebuilds both.
    """

    frame = traitlets.Any(None, allow_none=True, read_only=True)

    def __init__(self, title: str, name: str, controls: Sequence[ipw.Widget]) -> None:
        super().__init__()
        self._name = name
        self.add_class("trackagoat-board")
        self._head = ipw.HTML(f"{_STYLE}<div class='trackagoat-head' role='heading'>{title}</div>")
        self._tiles, self._said_code = ipw.HTML(), ipw.HTML()
        self._picture, self._grid = Picture(), Grid()
        files = {
            "CSV": File(f"{name}.csv", "text/csv", self._csv),
            "PNG": File(f"{name}.png", "image/png", self._picture.png),
        }
        self._exports = Exports(files)
        self._body = ipw.VBox([self._tiles, self._picture, self._grid])
        foot = ipw.Accordion([self._said_code], titles=["Code for this view"], selected_index=None)
        self.children = [
            self._head,
            *controls,
            self._status,
            self._body,
            self._exports,
            foot,
        ]

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

    def _show(
        self,
        frame: pd.DataFrame,
        plot: Callable[[Axes], Axes],
        *,
        code: str,
        tiles: Mapping[str, str] | None = None,
        columns: Sequence[str] | None = None,
        writers: Mapping[str, Writer] | None = None,
        height_in: float = HEIGHT_IN,
    ) -> None:
        """Show a frame, its plot and its code; the table has only these columns."""
        with self._lock:
            self.set_trait("frame", frame)
            self.set_trait("code", code)
            self._tiles.value = tiles_html(tiles or {})
            self._picture.paint(plot, height_in=height_in)
            self._grid.show(frame[list(columns)] if columns else frame, writers)
            self._said_code.value = f"{_STYLE}<pre class='trackagoat-code'>{escape(code)}</pre>"
            self._exports.forget()


def tiles_html(facts: Mapping[str, str]) -> str:
    """Write figures with what they are, side by side."""
    tiles = "".join(
        f"<div><span>{escape(name)}</span><b>{escape(value)}</b></div>"
        for name, value in facts.items()
    )
    return f"{_STYLE}<div class='trackagoat-tiles'>{tiles}</div>" if tiles else ""
