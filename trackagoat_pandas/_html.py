"""The HTML of all rich display in the package.

Every text is escaped here. Colours follow the notebook's theme, light or dark; where a host removes
the style, a plain table or line remains.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Literal, TypeAlias

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
</style>"""


def escape(text: object) -> str:
    """Escape a text for HTML, in elements and in attributes.

    Examples
    --------
    >>> escape('<b>"goat"</b>')
    '&lt;b&gt;&quot;goat&quot;&lt;/b&gt;'
    """
    return html.escape(str(text))


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
        f"{_STYLE}<table class='trackagoat trackagoat-facts'>{caption}<tbody>{rows}</tbody></table>"
    )


def note(text: object, kind: Kind = "info") -> str:
    """Make a line with a coloured edge.

    Parameters
    ----------
    text
        The text. It must say by itself whether something is wrong, not by the colour alone.
    kind
        ``"info"``, ``"warning"`` or ``"error"``. Screen readers read an error out at once.

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
    return f"{_STYLE}<div class='trackagoat trackagoat-{kind}' role='{role}'>{escape(text)}</div>"
