"""Key figures side by side, each with its change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from trackagoat_pandas._html import escape


class Tile(NamedTuple):
    """A key figure.

    ``change`` says how it differs from the period before, such as "+12 % on 1 to 31 May". ``is_good``
    is None where more is neither good nor bad.
    """

    value: str
    change: str = ""
    is_good: bool | None = None


def tiles_html(tiles: Mapping[str, str | Tile]) -> str:
    """Write key figures with their names and changes as HTML."""
    return "".join(
        f"<div><span>{escape(name)}</span><b>{escape(tile if isinstance(tile, str) else tile.value)}</b></div>"
        for name, tile in tiles.items()
    )
