"""Measure how large and how winding the package is: ``python -m tests.house``, of any checkout.

Rooms are modules of the package, sandbox aside; a move is a call from one room into another. Walks
are followed on the second call, when nothing is imported or compiled any more, and each is of
frames with rows: one of empty frames says nothing.
"""

from __future__ import annotations

import ast
import re
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

import trackagoat_pandas as tgp
from tests.test_architecture import code_lines
from trackagoat_pandas.widgets import GoalBoard, PayoutBoard, SentimentRadar

PACKAGE = Path(tgp.__file__).parent
TESTS = PACKAGE.parent / "tests"
PHRASES = re.compile(
    r"\b(tells?|told|lacks|anew|for good|whoever|so many|as far as|such that|but for)\b"
)
"""Phrases that a native engineer doesn't write."""
CLAUSE = re.compile(r"\bwhat (is|are|was|were|has|have|had|it|they|came|comes)\b")
"""A relative clause in place of a noun."""
PARTICIPLE = re.compile(r"_[a-z]+ed|_(said|held|made|kept|given|shown|found|written|drawn)")
"""The name of a private function that is a participle and nothing else."""
SMALL = 30
PROJECT, MONTH, SPRING = "Summer Launch", "2026-05", "2026-03-01..2026-05-31"
METRICS = ["views", "posts"]


class Walk(NamedTuple):
    """How many calls some work makes, in how many rooms, and how many moves between them."""

    calls: int
    rooms: int
    moves: int

    def __str__(self) -> str:
        return f"{self.calls:,}; {self.rooms}; {self.moves:,}"


def measures() -> dict[str, str]:
    """Name each measure and its value, as text."""
    texts = {path: path.read_text() for path in sorted(PACKAGE.rglob("*.py"))}
    code = {path: len(code_lines(text)) for path, text in texts.items()}
    inside = [path for path in texts if "sandbox" in path.relative_to(PACKAGE).parts]
    total, sandbox = sum(code.values()), sum(code[path] for path in inside)
    lines_of_tests = sum(len(path.read_text().splitlines()) for path in TESTS.rglob("*.py"))
    whole = "\n".join(texts.values())
    comments = len(re.findall(r"^\s*#(?! fmt| type)|  # (?!fmt|type|noqa)", whole, re.MULTILINE))
    names = [name for text in texts.values() for name, _ in private_functions(text)]
    once = sum(is_once for text in texts.values() for _, is_once in private_functions(text))
    summaries = [line for text in texts.values() for line in first_lines(text)]
    return {
        "modules outside the sandbox; in it": f"{len(texts) - len(inside)}; {len(inside)}",
        "code lines without the sandbox; of it": f"{total - sandbox:,}; {sandbox:,}",
        f"modules under {SMALL} code lines": f"{sum(0 < n < SMALL for n in code.values())}",
        "private functions used once in their module": f"{once / len(names):.0%} of {len(names)}",
        "why-comments in 100 code lines": f"{100 * comments / total:.1f}",
        "public attributes of Client": f"{sum(name[0] != '_' for name in dir(tgp.Client))}",
        "lines of tests": f"{lines_of_tests:,}",
        "phrases of dialect": f"{len(PHRASES.findall(whole))}",
        "first lines with a clause for a noun": f"{sum(map(bool, map(CLAUSE.search, summaries)))}",
        "private functions named by a participle": f"{sum(map(bool, map(is_participle, names)))}",
        **{f"{what}: calls; rooms; moves": str(found) for what, found in walks().items()},
    }


def private_functions(text: str) -> Iterator[tuple[str, bool]]:
    """Yield each private function of a module, and whether the module uses it just once."""
    defined: list[str] = []
    used: Counter[str] = Counter()
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.FunctionDef(name=name) if name.startswith("_") and name[-2:] != "__":
                defined.append(name)
            case ast.Name(id=name) | ast.Attribute(attr=name):
                used[name] += 1
    yield from ((name, used[name] == 1) for name in defined)


def first_lines(text: str) -> Iterator[str]:
    """Yield the first line of each docstring of a module."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            yield (ast.get_docstring(node) or "").partition("\n")[0]


def is_participle(name: str) -> re.Match[str] | None:
    """Match a name that is a participle and nothing else."""
    return PARTICIPLE.fullmatch(name)


def walks() -> dict[str, Walk]:
    """Follow loads, helpers and a click in each board."""
    with (
        tempfile.TemporaryDirectory() as folder,
        tgp.sandbox(rate_limit=None) as box,
        tgp.connect(
            box.key, base_url=box.base_url, transport=box.app, store=folder, progress=False
        ) as stored,
        tgp.connect(box.key, base_url=box.base_url, transport=box.app, progress=False) as client,
    ):
        return {**_walks_of_loads(client, stored), **_walks_of_helpers(), **_clicks(client)}


def _walks_of_loads(client: tgp.Client, stored: tgp.Client) -> dict[str, Walk]:
    creators = full(tgp.load_creators(PROJECT, client=client))

    def load(of: tgp.Client) -> Any:
        three = creators.head(3)
        return full(tgp.load_analytics("creator", three, "views", dates=MONTH, client=of))

    return {
        "load_videos": walk(lambda: full(tgp.load_videos(PROJECT, client=client))),
        "load_analytics, 3 series of a month": walk(lambda: load(client)),
        "load_analytics, all in the store": walk(lambda: load(stored)),
    }


def _walks_of_helpers() -> dict[str, Walk]:
    structures = full(tgp.load_payout_structures(PROJECT))
    assignments = full(tgp.load_payout_assignments(structures))
    accruals = full(tgp.load_payout_accruals(PROJECT))
    payments = full(tgp.load_payout_payments(PROJECT))
    creators, videos = tgp.load_creators(PROJECT), full(tgp.load_videos(PROJECT))
    given: dict[str, Any] = {
        "videos": videos,
        "analytics": full(tgp.load_analytics("creator", creators, METRICS, dates=SPRING)),
        "goals": full(tgp.load_goal_compliance(PROJECT)),
        "until": "2026-05-31",
    }
    comments = full(tgp.load_comments(PROJECT))
    due = full(tgp.accrue(structures, assignments, **given))
    return {
        "score_comments": walk(lambda: full(tgp.score_comments(comments))),
        "leaderboard": walk(lambda: full(videos.goat.leaderboard())),
        "accrue": walk(lambda: full(tgp.accrue(structures, assignments, **given))),
        "audit_payouts": walk(lambda: full(tgp.audit_payouts(due, accruals, payments))),
    }


def _clicks(client: tgp.Client) -> dict[str, Walk]:
    found = {}
    for kind in (GoalBoard, PayoutBoard, SentimentRadar):
        board = kind(client=client).wait(120)
        pages = board.page.options[:2]
        turns = iter(pages * 4)

        def click(board: Any = board, turns: Iterator[Any] = turns) -> None:
            board.page.value = next(turns)
            assert len(board.frame)

        for _ in pages:
            click()
        found[f"a click in a {kind.__name__}"] = walk(click)
        board.close()
    return found


def full(frame: Any) -> Any:
    """Return a frame that has rows."""
    assert len(frame)
    return frame


def walk(work: Callable[[], object]) -> Walk:
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
    return Walk(calls, len(rooms), moves)


def room(frame: FrameType) -> str | None:
    """The module of a frame of the package outside the sandbox."""
    name = frame.f_code.co_filename
    inside = name.startswith(str(PACKAGE)) and not name.startswith(str(PACKAGE / "sandbox"))
    return name if inside else None


if __name__ == "__main__":
    for what, value in measures().items():
        print(f"| {what} | {value} |")
