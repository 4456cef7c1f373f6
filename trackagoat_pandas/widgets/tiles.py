"""Key figures side by side, each with its change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from trackagoat_pandas.base.html import escape
from trackagoat_pandas.plots.svg import THEME_STYLE
from trackagoat_pandas.plots.theme import ALARM, GOOD
from trackagoat_pandas.widgets.panel import style_of

_ARROWS: Final = {"+": "▲", "-": "▼", "\N{MINUS SIGN}": "▼"}
_COLORS: Final = {
    True: f"var(--goat-{GOOD[1:]})",
    False: f"var(--goat-{ALARM[1:]})",
    None: "inherit",
}
# Where there is no room for one row there are two of the same length, so that no tile is alone.
# The middle value of clamp() is below the first in a wide box and above the last in a narrow one.
_STYLE: Final = style_of(
    "tiles.css", THEME_STYLE.replace(".trackagoat-picture", ".trackagoat-tiles")
)


class Tile(NamedTuple):
    """A key figure.

    ``change`` says how it differs from the period before, such as "+12 % on 1 to 31 May": with a
    sign, since an arrow and a colour repeat it. ``is_good`` is None where more is neither good nor
    bad. ``act`` is what a click does, such as "filter:status=missed"; empty for nothing. With
    ``is_alarm`` the value itself is red.
    """

    value: str
    change: str = ""
    is_good: bool | None = None
    act: str = ""
    is_alarm: bool = False


def tiles_html(tiles: Mapping[str, str | Tile]) -> str:
    """Write key figures with their names and changes as HTML.

    Examples
    --------
    >>> html = tiles_html({"Views": Tile("2.1M", "+12 % on 1 to 30 Apr", is_good=True)})
    >>> "<span>Views</span><b>2.1M</b>" in html, "▲</i> +12 % on 1 to 30 Apr" in html
    (True, True)
    """
    if not tiles:
        return ""
    shown = "".join(
        _tile(name, Tile(tile) if isinstance(tile, str) else tile) for name, tile in tiles.items()
    )
    counts = f"--tiles: {len(tiles)}; --half: {(len(tiles) + 1) // 2}"
    return f"{_STYLE}<div class='trackagoat-tiles' style='{counts}'>{shown}</div>"


def _tile(name: str, tile: Tile) -> str:
    change = ""
    if tile.change:
        arrow = _ARROWS.get(tile.change[0])
        sign = f"<i aria-hidden='true'>{arrow}</i> " if arrow else ""
        change = (
            f"<small style='color: {_COLORS[tile.is_good]}'>{sign}{escape(tile.change)}</small>"
        )
    tag, act = ("button", f" data-goat='{escape(tile.act)}'") if tile.act else ("div", "")
    alarm = f" style='color: {_COLORS[False]}'" if tile.is_alarm else ""
    value = f"<b{alarm}>{escape(tile.value)}</b>"
    return f"<{tag}{act}><span>{escape(name)}</span>{value}{change}</{tag}>"
