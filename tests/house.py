"""Measure how large and how winding the package is: ``python -m tests.house``, of any checkout.

Rooms are modules of the package, sandbox aside; a move is a call from one room into another. Walks
are followed on the second call, when nothing is imported or compiled any more.
"""

from __future__ import annotations

import ast
import re
import sys
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import trackagoat_pandas as tgp
from tests.test_architecture import code_lines

PACKAGE = Path(tgp.__file__).parent
TESTS = PACKAGE.parent / "tests"
DIALECT = re.compile(r"\b(tell|told|lacks|anew|for good|whoever)\b")
SMALL = 30
DAYS = "2026-05-01..2026-05-31"


def measures() -> dict[str, str]:
    """Name each measure and its value, as text."""
    modules = {path: path.read_text() for path in sorted(PACKAGE.rglob("*.py"))}
    code = {path: len(code_lines(text)) for path, text in modules.items()}
    inside = [path for path in modules if "sandbox" in path.relative_to(PACKAGE).parts]
    total = sum(code.values())
    lines_of_tests = sum(len(path.read_text().splitlines()) for path in TESTS.rglob("*.py"))
    comments = sum(len(re.findall(r"^\s*#(?! fmt| type)|  # (?!fmt|type|noqa)", text, re.MULTILINE))
                   for text in modules.values())  # fmt: skip
    once, private = private_functions(modules.values())
    words = sum(len(DIALECT.findall(text)) for text in modules.values())
    page, accrue, audit = walks()
    return {
        "modules outside the sandbox; in it": f"{len(modules) - len(inside)}; {len(inside)}",
        "code lines of the package": f"{total:,}",
        f"modules under {SMALL} code lines": f"{sum(0 < n < SMALL for n in code.values())}",
        "private functions used once": f"{100 * once / private:.0f} % of {private}",
        "why-comments in 100 code lines": f"{100 * comments / total:.1f}",
        "from a page to its frame: calls; rooms; moves": page,
        "accrue: calls; rooms; moves": accrue,
        "audit_payouts: calls; rooms; moves": audit,
        "lines of tests": f"{lines_of_tests:,}",
        "words of dialect": f"{words}",
    }


def private_functions(texts: Any) -> tuple[int, int]:
    """Count the private functions whose name is used once beside its definition; and all."""
    defined: list[str] = []
    used: Counter[str] = Counter()
    for text in texts:
        for node in ast.walk(ast.parse(text)):
            match node:
                case ast.FunctionDef(name=name) if name.startswith("_") and name[-2:] != "__":
                    defined.append(name)
                case ast.Name(id=name) | ast.Attribute(attr=name):
                    used[name] += 1
    return sum(used[name] == 1 for name in defined), len(defined)


def walks() -> list[str]:
    """Follow a page to its frame, and the two longest helpers."""
    with tgp.connect(sandbox=True) as client:
        project = tgp.load_projects()["id"].iloc[0]
        structures = tgp.load_payout_structures(project)
        assignments = tgp.load_payout_assignments(structures)
        accruals = tgp.load_payout_accruals(project)
        payments = tgp.load_payout_payments(project)
        creators = assignments["creator_id"].unique().tolist()
        given: dict[str, Any] = {
            "videos": tgp.load_videos(project),
            "analytics": tgp.load_analytics(
                "creator", creators, ["views", "posts"], dates="2026-03-01..2026-05-31"
            ),
            "goals": tgp.load_goal_compliance(project),
        }
        until: dict[str, Any] = {"until": "2026-05-31", "timezone": "America/New_York"}
        expected = tgp.accrue(structures, assignments, **given, **until)
        return [
            walk(lambda: tgp.load_creators(project, client=client)),
            walk(lambda: tgp.accrue(structures, assignments, **given, **until)),
            walk(lambda: tgp.audit_payouts(expected, accruals, payments)),
        ]


def walk(work: Callable[[], object]) -> str:
    """Count calls, rooms and moves between rooms of the second run of some work."""
    work()
    calls, moves, rooms = 0, 0, set()

    def follow(frame: FrameType, event: str, _: object) -> None:
        nonlocal calls, moves
        here = room(frame)
        if event != "call" or here is None:
            return
        calls += 1
        rooms.add(here)
        back = frame.f_back
        while back is not None and room(back) is None:
            back = back.f_back
        moves += back is not None and room(back) != here

    threading.setprofile(follow)
    sys.setprofile(follow)
    try:
        work()
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    return f"{calls}; {len(rooms)}; {moves}"


def room(frame: FrameType) -> str | None:
    """The module of a frame of the package outside the sandbox."""
    name = frame.f_code.co_filename
    inside = name.startswith(str(PACKAGE)) and not name.startswith(str(PACKAGE / "sandbox"))
    return name if inside else None


if __name__ == "__main__":
    for what, value in measures().items():
        print(f"| {what} | {value} |")
