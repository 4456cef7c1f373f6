"""The HTML that all rich display of the package is made with.

Every text is escaped here, and every colour follows the notebook's theme, so that it is right in
light and dark; where a host drops the style, what is left is a plain table or line.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["info", "warning", "error"]
"""How urgent a note is."""

# The variables are those of JupyterLab and Notebook, then of VS Code. What follows them is for
# pages that have neither: the page's own colour, or a grey or hue that shows on black and white.
# Two classes, since JupyterLab's own rule for the cells of its outputs, text to the right, has two.
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
</style>"""


def escape(text: object) -> str:
    """Give a text as HTML shows it, whatever it holds.

    Examples
    --------
    >>> escape('<b>"goat"</b>')
    '&lt;b&gt;&quot;goat&quot;&lt;/b&gt;'
    """
    return html.escape(str(text))


def facts_table(title: str, facts: Mapping[str, object]) -> str:
    """Make a table with a title and a row for each fact.

    Parameters
    ----------
    title
        What the facts are of.
    facts
        Each fact's name and text, in the order shown.

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
        f"{_STYLE}<table class='trackagoat trackagoat-facts'>{caption}<tbody>{rows}</tbody></table>"
    )


def note(text: object, kind: Kind = "info") -> str:
    """Make a line set off by a coloured edge.

    Parameters
    ----------
    text
        What it says. The colour only repeats that: it has to be plain from the words.
    kind
        ``"info"``, ``"warning"`` or ``"error"``; an error is read out at once by screen readers.

    Returns
    -------
    str
        HTML, with its style.

    Examples
    --------
    >>> note("3 < 4 creators came", "warning").endswith("3 &lt; 4 creators came</div>")
    True
    """
    role = "alert" if kind == "error" else "status"
    return f"{_STYLE}<div class='trackagoat trackagoat-{kind}' role='{role}'>{escape(text)}</div>"
