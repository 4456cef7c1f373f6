"""The HTML of all rich display in the package.

Every text is escaped here. Colours follow the notebook's theme, light or dark; where a host removes
the style, a plain table or line remains.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, repeat
from math import isfinite
from typing import Final, Literal, NamedTuple, TypeAlias

Kind: TypeAlias = Literal["info", "warning", "error"]
"""How urgent a note is."""

# The first variables are those of JupyterLab and Notebook, the second those of VS Code. The last
# value is for pages with neither: the page's own colour, or one that shows on black and on white.
# Tables have two classes because JupyterLab's rule that aligns cells to the right has two.
_STYLE = """<style>
.trackagoat { color: var(--jp-ui-font-color1, var(--vscode-foreground, inherit));
  font-size: var(--jp-ui-font-size1, 13px); overflow-wrap: anywhere; max-width: 60em }
table.trackagoat.trackagoat-facts { border-collapse: collapse; margin: 4px 0 8px }
.trackagoat.trackagoat-facts caption { caption-side: top; color: inherit; font-weight: bold;
  padding: 4px 0; text-align: left }
table.trackagoat.trackagoat-facts th, table.trackagoat.trackagoat-facts td { color: inherit;
  padding: 3px 12px 3px 0; text-align: left; vertical-align: top; white-space: normal;
  border-top: 1px solid var(--jp-border-color1, var(--vscode-panel-border, #8886)) }
table.trackagoat.trackagoat-facts th { font-weight: normal; opacity: 0.75; overflow-wrap: normal }
div.trackagoat { border-left: 4px solid; margin: 4px 0; padding: 4px 10px; white-space: pre-wrap }
div.trackagoat-info { border-left-color: var(--jp-info-color1, #0288d1) }
div.trackagoat-warning { border-left-color: var(--jp-warn-color1, #d17a00) }
div.trackagoat-error { border-left-color: var(--jp-error-color1, #d94141) }
.trackagoat.trackagoat-folded { display: grid; gap: 0 16px; max-width: none;
  grid-template-columns: minmax(0, auto) minmax(max-content, 1fr) }
.trackagoat-folded details[open] { grid-column: 1 / -1 }
.trackagoat-folded summary { cursor: pointer }
.trackagoat-folded p { margin: 2px 0 }
</style>"""

# Cells that stay while a table scrolls need a background. A page that isn't known gets the
# browser's own colours, both of text and of background.
_GRID_STYLE = """<style>
.trackagoat-grid { --page: var(--jp-layout-color0, var(--vscode-editor-background,
    var(--colab-primary-surface-color, Canvas)));
  --text: var(--jp-ui-font-color1, var(--vscode-foreground,
    var(--colab-primary-text-color, CanvasText)));
  --line: var(--jp-border-color2, var(--vscode-panel-border, #8884));
  overflow: auto; max-width: 100%; background:
    linear-gradient(to left, var(--page) 40%, transparent) right / 36px 100% no-repeat local,
    linear-gradient(to left, #0005, transparent) right / 12px 100% no-repeat scroll }
table.trackagoat-grid-table { border-collapse: separate; border-spacing: 0; margin: 2px 0;
  color: var(--jp-ui-font-color1, var(--vscode-foreground, inherit));
  font-size: var(--jp-ui-font-size1, 13px); font-variant-numeric: tabular-nums }
table.trackagoat-grid-table caption { caption-side: top; color: inherit; padding: 4px 4px 6px;
  text-align: left }
table.trackagoat-grid-table caption b { margin-right: 0.5em }
table.trackagoat-grid-table caption span { display: block }
table.trackagoat-grid-table caption .flaw { border-left: 4px solid
  var(--jp-warn-color1, #d17a00); margin-top: 3px; padding-left: 6px }
.trackagoat-grid table.trackagoat-grid-table th, .trackagoat-grid table.trackagoat-grid-table td {
  padding: 3px 12px 3px 4px; text-align: left; vertical-align: top; max-width: 34em;
  line-height: 1.35; line-height: round(up, 1.35em, 1px); white-space: normal;
  overflow-wrap: break-word; border-bottom: 1px solid var(--line) }
.trackagoat-grid table.trackagoat-grid-table tr > :first-child { position: sticky; left: 0;
  z-index: 1; background: var(--page); color: var(--text); max-width: min(34em, 45vw) }
.trackagoat-grid table.trackagoat-grid-table :is(thead, tfoot) th,
.trackagoat-grid table.trackagoat-grid-table tfoot td { position: sticky; z-index: 2;
  background: var(--page); color: var(--text); font-weight: 600 }
.trackagoat-grid table.trackagoat-grid-table thead th { top: 0; vertical-align: bottom }
.trackagoat-grid table.trackagoat-grid-table tfoot :is(th, td) { bottom: 0; border-bottom: none;
  border-top: 1px solid var(--text) }
.trackagoat-grid table.trackagoat-grid-table :is(thead, tfoot) tr > :first-child { z-index: 3 }
.trackagoat-grid table.trackagoat-grid-table tbody th { font-weight: normal }
.trackagoat-grid table.trackagoat-grid-table .n { text-align: right }
.trackagoat-grid table.trackagoat-grid-table .l { min-width: 15em }
.trackagoat-grid table.trackagoat-grid-table tr > .l:first-child { min-width: 12em }
.trackagoat-grid table.trackagoat-grid-table tbody .n,
.trackagoat-grid table.trackagoat-grid-table tfoot .n,
.trackagoat-grid table.trackagoat-grid-table tbody .d { white-space: nowrap }
.trackagoat-grid button { all: unset; cursor: pointer }
.trackagoat-grid table.trackagoat-grid-table thead th:has(> button) { height: 1px; padding: 0 }
.trackagoat-grid thead th > button { align-content: end; box-sizing: border-box; display: block;
  height: 100%; padding: 3px 12px 3px 4px; width: 100% }
.trackagoat-grid .pill { border: 1px solid; border-radius: 9px; padding: 0 7px;
  white-space: nowrap }
.trackagoat-grid .pill-good { background: rgb(0 133 95 / 12%); border-color: #00a878 }
.trackagoat-grid .pill-warn { background: rgb(150 110 0 / 12%); border-color: #b88700 }
.trackagoat-grid .pill-bad { background: rgb(168 34 0 / 12%); border-color: #d9532c }
.trackagoat-grid .pill-quiet { background: #8886; border-color: #8889 }
.trackagoat-grid .trackagoat-curve { display: block; height: 16px; margin: 0; width: 96px }
.trackagoat-grid .trackagoat-curve polyline { fill: none; stroke: currentColor; stroke-width: 1.5;
  vector-effect: non-scaling-stroke }
.trackagoat-grid .mark { cursor: help; font-weight: 600; padding: 0 1px }
.trackagoat-grid .unseen { clip-path: inset(50%); height: 1px; overflow: hidden;
  position: absolute; white-space: nowrap; width: 1px }
.trackagoat-grid button:focus-visible { outline: 2px solid currentColor; outline-offset: 1px }
.trackagoat-grid button:hover { text-decoration: underline }
.trackagoat-grid table.trackagoat-grid-table :is(a, tbody button) {
  color: var(--jp-content-link-color, var(--vscode-textLink-foreground, inherit)) }
.trackagoat-grid tbody button:not(:only-child) { max-width: calc(100% - 1.6em) }
.trackagoat-grid tbody button + a { margin-left: 0.4em }
.trackagoat-grid tr[data-goat] { cursor: pointer }
.trackagoat-grid tr[data-goat]:hover > * { background: var(--jp-layout-color2,
  var(--vscode-list-hoverBackground, var(--page))) }
</style>"""

# The page of a file, which a browser shows by itself: the theme of the system, and white on paper.
_PAGE_STYLE = """<style>
:root { color-scheme: light dark; font: 15px/1.4 system-ui, sans-serif }
body { margin: 2em auto; max-width: 75em; padding: 0 1.5em }
footer { margin-top: 1.5em; opacity: 0.75 }
body table.trackagoat-grid-table caption b { display: block; font-size: 1.5em }
@page { margin: 12mm }
@media print {
  :root { color-scheme: light; font-size: 10.5px }
  body { margin: 0; max-width: none; padding: 0 }
  body .trackagoat-grid { background: none; overflow: visible }
  body table.trackagoat-grid-table { font-size: 1em }
  body .trackagoat-grid :is(th, td) { position: static !important }
  tr { break-inside: avoid }
}
</style>"""

_FEWEST_OF_A_CURVE: Final = 3
NO_MATH = "mathjax_ignore tex2jax_ignore"
"""Classes of texts that stay texts: JupyterLab (MathJax 3) and nbconvert's pages (MathJax 2) would
turn "$100 vs $1" into mathematics."""

Side: TypeAlias = Literal["", "n", "d", "l"]
"""A column's class: numbers (to the right, unbroken), short words (unbroken), or long texts."""


Tone: TypeAlias = Literal["good", "warn", "bad", "quiet"]


class Link(NamedTuple):
    """A text that leads to a web address."""

    text: str
    url: str


class Pill(NamedTuple):
    """A status: its text, and whether it is good, bad, a warning or none of these."""

    text: str
    tone: Tone


class Marked(NamedTuple):
    """A text with an asterisk, and what that means, for a pointer and for screen readers."""

    text: str
    meaning: str


class Curve(NamedTuple):
    """A small line without axes, with a description for pointers and screen readers."""

    text: str
    values: tuple[float, ...]


Cell: TypeAlias = str | Link | Pill | Marked | Curve


class Heading(NamedTuple):
    """A heading that can be clicked on: its text, what a click does, and how it sorts the rows."""

    text: str
    act: str
    is_up: bool | None = None


def escape(text: object) -> str:
    """Escape a text for HTML, in elements and in attributes.

    Examples
    --------
    >>> escape('<b>"goat"</b>')
    '&lt;b&gt;&quot;goat&quot;&lt;/b&gt;'
    """
    return html.escape(str(text))


def page(title: str, body: str, *, is_wide: bool = False) -> str:
    """Make a page that stands by itself, on a screen, light or dark, and on paper.

    Parameters
    ----------
    title
        What the browser calls it.
    body
        HTML.
    is_wide
        Whether it is printed along the longer side of the paper, where nothing scrolls.

    Returns
    -------
    str
        HTML, which loads nothing from elsewhere.

    Examples
    --------
    >>> "<title>1 &lt; 2</title>" in page("1 < 2", "<p>Yes.</p>")
    True
    """
    style = _PAGE_STYLE + ("<style>@page { size: landscape }</style>" if is_wide else "")
    return (
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>{escape(title)}</title>"
        f"<meta name='viewport' content='width=device-width'>{style}</head>"
        f"<body>{body}</body></html>"
    )


def facts_table(title: str, facts: Mapping[str, object]) -> str:
    """Make a table with a title and one row for each fact.

    Parameters
    ----------
    title
        The caption.
    facts
        The name and the value of each fact, in the order shown.

    Returns
    -------
    str
        HTML, with its style.

    Examples
    --------
    >>> "<th scope='row'>rows</th><td>1 &lt; 2</td>" in facts_table("A frame", {"rows": "1 < 2"})
    True
    """
    rows = "".join(
        f"<tr><th scope='row'>{escape(name)}</th><td>{escape(fact)}</td></tr>"
        for name, fact in facts.items()
    )
    caption = f"<caption>{escape(title)}</caption>"
    return (
        f"{_STYLE}<table class='trackagoat trackagoat-facts {NO_MATH}'>{caption}"
        f"<tbody>{rows}</tbody></table>"
    )


def note(text: object, kind: Kind = "info", more: Sequence[str] = ()) -> str:
    """Make a line with a coloured edge.

    Parameters
    ----------
    text
        The text. It must say by itself whether something is wrong, not by the colour alone.
    kind
        ``"info"``, ``"warning"`` or ``"error"``. Screen readers read an error out at once.
    more
        Texts of less weight, which a click on their number shows.

    Returns
    -------
    str
        HTML, with its style.

    Examples
    --------
    >>> note("views < goal", "warning").endswith("views &lt; goal</div>")
    True
    """
    role = "alert" if kind == "error" else "status"
    kinds, said = f"trackagoat trackagoat-{kind} {NO_MATH}", escape(text)
    if more:
        kinds += " trackagoat-folded"
        rest = "".join(f"<p>{escape(each)}</p>" for each in more)
        count = "1 more note" if len(more) == 1 else f"{len(more):,} more notes"
        said = f"<span>{said}</span><details><summary>{count}</summary>{rest}</details>"
    return f"{_STYLE}<div class='{kinds}' role='{role}'>{said}</div>"


def curve_svg(values: Sequence[float]) -> str:
    """Draw the known values of a curve, from the least to the greatest; empty if they are too few.

    Examples
    --------
    >>> "points='0.0,20.0 50.0,2.0 100.0,11.0'" in curve_svg([1, 3, 2]), curve_svg([1, 3])
    (True, '')
    """
    known = [(place, value) for place, value in enumerate(values) if isfinite(value)]
    if len(known) < _FEWEST_OF_A_CURVE:
        return ""
    low, high = (edge(value for _, value in known) for edge in (min, max))
    points = " ".join(
        f"{100 * place / (len(values) - 1):.1f},{20 - 18 * (value - low) / ((high - low) or 1):.1f}"
        for place, value in known
    )
    return (
        "<svg class='trackagoat-curve' viewBox='0 0 100 22' preserveAspectRatio='none' "
        f"aria-hidden='true'><polyline points='{points}'/></svg>"
    )


def data_table(
    headings: Sequence[str | Heading],
    sides: Sequence[Side],
    rows: Iterable[Sequence[Cell]],
    *,
    title: str = "",
    about: str = "",
    flaws: Sequence[str] = (),
    is_named: bool = False,
    acts: Iterable[str] = (),
    total: Sequence[str] = (),
) -> str:
    """Make a table of data.

    Parameters
    ----------
    headings, sides
        Each column's heading, and its class.
    rows
        Each row's cells.
    title, about, flaws
        The caption: what the table is, more about it, and what it doesn't have.
    is_named
        Whether the first cell of a row says what the row is about, for screen readers.
    acts
        What a click on each row does, or on its first cell's button, for the keyboard.
    total
        The cells of a last row of sums, of which the first says so.

    Returns
    -------
    str
        HTML, with its style. Wider tables scroll.

    Examples
    --------
    >>> html = data_table(["Video"], [""], [[Link("<3", "https://example.com/1")]])
    >>> "<a href='https://example.com/1' rel='noopener noreferrer'>&lt;3</a>" in html
    True
    """
    classes = [f" class='{side}'" if side else "" for side in sides]
    head = "".join(map(_heading, headings, classes))
    body = [
        f"<tr{_act(act)}>{_row(row, classes, is_named=is_named, is_button=bool(act))}</tr>"
        for row, act in zip(rows, chain(acts, repeat("")), strict=False)
    ]
    foot = f"<tfoot><tr>{_row(total, classes, is_named=True)}</tr></tfoot>" if total else ""
    # A click on a cell puts the focus into the table, so that a panel keeps the keys after it.
    focus = " tabindex='-1'" if any(isinstance(each, Heading) for each in headings) else ""
    return (
        f"{_GRID_STYLE}<div class='trackagoat-grid {NO_MATH}'{focus}>"
        f"<table class='trackagoat-grid-table'>{_caption(title, about, flaws)}"
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody>{foot}</table></div>"
    )


def _act(act: str) -> str:
    """Return the attribute by which a panel knows what a click does."""
    return f" data-goat='{escape(act)}'" if act else ""


def _heading(heading: str | Heading, kind: str) -> str:
    if isinstance(heading, str):
        return f"<th scope='col'{kind}>{escape(heading)}</th>"
    order = {None: "", True: " aria-sort='ascending'", False: " aria-sort='descending'"}
    arrow = (
        ""
        if heading.is_up is None
        else f"<span aria-hidden='true'>&nbsp;{'▲' if heading.is_up else '▼'}</span>"
    )
    return (
        f"<th scope='col'{kind}{order[heading.is_up]}><button type='button'{_act(heading.act)}>"
        f"{escape(heading.text)}{arrow}</button></th>"
    )


def _row(
    row: Sequence[Cell], kinds: Sequence[str], *, is_named: bool, is_button: bool = False
) -> str:
    # Most cells are texts, and a table has many.
    cells = [html.escape(cell) if isinstance(cell, str) else _cell_html(cell) for cell in row]
    if is_button:
        cells[:1] = map(_button, row[:1])
    tags = ["th scope='row'" if is_named else "td", *["td"] * len(row)]
    written = [
        # The end tag repeats no attribute.
        f"<{tag}{kind}>{cell}</{tag[:2]}>"
        for tag, cell, kind in zip(tags, cells, kinds, strict=False)
    ]
    return "".join(written)


def _cell_html(cell: Link | Pill | Marked | Curve) -> str:
    text = escape(cell.text)
    match cell:
        case Link():
            return f"<a href='{escape(cell.url)}' rel='noopener noreferrer'>{text}</a>"
        case Pill():
            return f"<span class='pill pill-{cell.tone}'>{text}</span>"
        case Marked():
            meaning = escape(cell.meaning)
            sign = f"<span class='mark' title='{meaning}' aria-hidden='true'>*</span>"
            return f"{text}{sign}<span class='unseen'> ({meaning})</span>"
    line = curve_svg(cell.values)
    return f"<span title='{text}'>{line}<span class='unseen'>{text}</span></span>" if line else text


def _button(cell: Cell) -> str:
    """Write a cell as a button that does what a click on its row does; a link stays beside it."""
    if not isinstance(cell, Link):
        words = escape(cell) if isinstance(cell, str) else _cell_html(cell)
        return f"<button type='button'>{words}</button>"
    name = f" title='Open the link' aria-label='Open “{escape(cell.text)}”'"
    return f"{_button(cell.text)}<a href='{escape(cell.url)}' rel='noopener noreferrer'{name}>↗</a>"


def _caption(title: str, about: str, flaws: Sequence[str]) -> str:
    parts = [f"<b>{escape(title)}</b>"] if title else []
    parts += [escape(about)] if about else []
    parts += [f"<span class='flaw'>{escape(flaw)}</span>" for flaw in flaws]
    return f"<caption>{''.join(parts)}</caption>" if parts else ""
