"""The picture of the architecture, made from the imports of the package."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[3]
PACKAGE = ROOT / "trackagoat_pandas"
TEST = ROOT / "tests" / "test_architecture.py"
"""Where the floors are listed, and tested."""
FOUNDATION = {"base", "errors", "_homes", "tables", "progress", "inputs"}
"""What nearly all others import; lines to these would hide all others."""
APART = "sandbox"
WIDTH_PX, FLOOR_PX, BOX_PX, EDGE_PX, APART_PX = 860, 58, 36, 12, 110
ROOM_PX = WIDTH_PX - APART_PX - 3 * EDGE_PX
LETTER_PX = 8.8
INK, QUIET, LINE, PAPER, GROUND = "#1a1a1a", "#5f6b76", "#0072b2", "#ffffff", "#f3f5f7"
SHOWN = {"__init__": "trackagoat_pandas", "_homes": "public names", "store.disk": "store/disk"}
"""What a part is called where its name says little."""


class Box(NamedTuple):
    """Where a part of the package is drawn, in pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """The middle of its width."""
        return self.x + self.width / 2

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.height


def draw(path: Path) -> None:
    """Draw the floors, what is on each, and which imports which, as an SVG file.

    Parameters
    ----------
    path
        The file to write.
    """
    path.write_text(picture(read_floors(), read_modules()), "utf-8")


def read_floors() -> list[list[str]]:
    """Return what is on each floor, from the lowest, as the test of the architecture lists it."""
    for node in ast.parse(TEST.read_text("utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "FLOORS":
            return [sorted(units) for units in ast.literal_eval(node.value)]
    raise ValueError(f"{TEST.name} lists no FLOORS")


def read_modules() -> dict[str, list[set[str]]]:
    """Return what each module imports of the package, by the part of the package that it is in."""
    found: dict[str, list[set[str]]] = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        place = file.relative_to(PACKAGE.parent).with_suffix("").parts
        unit = unit_of(".".join(place[:-1] if place[-1] == "__init__" else place))
        targets = {unit_of(name) for name in imports_of(ast.parse(file.read_text("utf-8")))}
        found.setdefault(unit, []).append(targets - {unit})
    return found


def unit_of(name: str) -> str:
    """Return the part of the package that a module is in: its folder, or itself."""
    parts = name.split(".")
    if parts[1:3] == ["store", "disk"]:
        return "store.disk"
    return parts[1] if len(parts) > 1 else "__init__"


def imports_of(tree: ast.AST) -> Iterator[str]:
    """Yield what is imported of the package when it runs, and not for types alone."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.expr):  # no import stands in one
            continue
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PACKAGE.name):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names if one.name.startswith(PACKAGE.name))
        yield from imports_of(node)


def picture(floors: list[list[str]], modules: dict[str, list[set[str]]]) -> str:
    """Write the SVG: floors from the top, with a line for each import between their boxes."""
    height = FLOOR_PX * len(floors) + 2 * EDGE_PX
    boxes = dict(placed(floors))
    boxes[APART] = Box(
        WIDTH_PX - APART_PX - EDGE_PX, EDGE_PX + FLOOR_PX, APART_PX, height - 2 * FLOOR_PX
    )
    counts = Counter(
        (unit, target) for unit, each in modules.items() for targets in each for target in targets
    )
    lines = [
        line(boxes[unit], boxes[target], count, is_apart=target == APART)
        for (unit, target), count in sorted(counts.items())
        if target not in FOUNDATION
    ]
    drawn = [box_of(unit, place, len(modules[unit])) for unit, place in boxes.items()]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH_PX} {height}" '
        'font-family="DejaVu Sans, Arial, sans-serif" font-size="15">\n'
        f'<rect width="{WIDTH_PX}" height="{height}" rx="8" fill="{PAPER}"/>\n'
        + "\n".join([*grounds(len(floors)), *lines, *drawn])
        + "\n</svg>\n"
    )


def placed(floors: list[list[str]]) -> Iterator[tuple[str, Box]]:
    """Yield each part with its box, floor by floor from the top."""
    for row, units in enumerate(reversed(floors)):
        widths = [
            (ROOM_PX - 2 * EDGE_PX) / len(units) - EDGE_PX
            if FOUNDATION.issuperset(units)
            else 46 + len(SHOWN.get(unit, unit)) * LETTER_PX
            for unit in units
        ]
        gap = (ROOM_PX - sum(widths)) / (len(units) + 1)
        x = EDGE_PX + gap
        for unit, width in zip(units, widths, strict=True):
            yield unit, Box(x, EDGE_PX + row * FLOOR_PX + (FLOOR_PX - BOX_PX) / 2, width, BOX_PX)
            x += width + gap


def grounds(floors: int) -> Iterator[str]:
    """Yield the grounds of every second floor."""
    for row in range(0, floors, 2):
        yield (
            f'<rect x="{EDGE_PX}" y="{EDGE_PX + row * FLOOR_PX}" width="{ROOM_PX}" '
            f'height="{FLOOR_PX}" rx="4" fill="{GROUND}"/>'
        )


def line(start: Box, end: Box, count: int, *, is_apart: bool) -> str:
    """Write the line of imports from a box down to another: the more modules, the thicker."""
    x, y = start.middle, start.bottom
    to_x, to_y = (end.x, y + 6) if is_apart else (end.middle, end.y)
    bend = (to_y - y) * 0.45
    dash = ' stroke-dasharray="4 3"' if is_apart else ""
    return (
        f'<path d="M{x:.0f} {y:.0f}C{x:.0f} {y + bend:.0f} {to_x:.0f} {to_y - bend:.0f} '
        f'{to_x:.0f} {to_y:.0f}" fill="none" stroke="{LINE}" stroke-opacity="0.4" '
        f'stroke-width="{0.6 + 0.6 * count**0.5:.1f}"{dash}/>'
    )


def box_of(unit: str, place: Box, modules: int) -> str:
    """Write a box with its name and how many modules it has."""
    amount = f'<tspan fill="{QUIET}" font-size="12" dx="5">{modules}</tspan>'
    return (
        f'<rect x="{place.x:.0f}" y="{place.y:.0f}" width="{place.width:.0f}" '
        f'height="{place.height:.0f}" rx="5" fill="{PAPER}" stroke="{INK}" stroke-opacity="0.6"/>'
        f'<text x="{place.middle:.0f}" y="{place.y + place.height / 2 + 4.5:.0f}" '
        f'text-anchor="middle" fill="{INK}">{escape(SHOWN.get(unit, unit))}{amount}</text>'
    )
