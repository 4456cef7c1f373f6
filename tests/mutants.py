"""Change the code one step at a time, and see whether its tests notice.

``python -m tests.mutants`` runs the modules that decide about money, dates, pages and status;
``python -m tests.mutants dates`` only those whose path contains a word. A mutant that survives is
printed with its line. Those in ``mutants_equivalent*.txt`` change nothing that a caller could see.
POSIX only: each mutant runs in a fork of a process that has pandas and pytest loaded.
"""

from __future__ import annotations

import ast
import contextlib
import copy
import gc
import importlib
import importlib.abc
import importlib.machinery
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PACKAGE = TESTS.parent / "trackagoat_pandas"
EQUIVALENT = "mutants_equivalent*.txt"
MODULES = {
    "dates": "test_dates.py",
    "http/paging": "test_http_paging.py",
    "load/asked": "test_load_asked.py",
    "helpers/latest": "test_helpers_latest.py",
    "helpers/clocks": "test_clocks.py test_goals_evaluation.py",
    "helpers/goals/standing": "test_goals_standing.py test_goals_evaluation.py",
    "helpers/payouts/money": "test_payouts_money.py",
    "helpers/payouts/rules": "test_payouts_accrual.py test_payouts_forecast.py",
    "helpers/payouts/ledger": "test_payouts_summaries.py test_payouts_audit.py",
    "helpers/payouts/summaries": "test_payouts_summaries.py",
}
"""Each module and the tests that must notice its mutants, the quickest first."""
SECONDS = 90
OPTIONS = [
    *("-q", "-x", "--assert=plain", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:nbval"),
    *("-o", "addopts=--import-mode=importlib", "-W", "ignore:Module already imported"),
]
SWAPS = {
    ast.Lt: [ast.LtE], ast.LtE: [ast.Lt], ast.Gt: [ast.GtE], ast.GtE: [ast.Gt],
    ast.Eq: [ast.NotEq], ast.NotEq: [ast.Eq], ast.Is: [ast.IsNot], ast.IsNot: [ast.Is],
    ast.In: [ast.NotIn], ast.NotIn: [ast.In], ast.Add: [ast.Sub], ast.Sub: [ast.Add],
    ast.Mult: [ast.Add], ast.Div: [ast.Mult], ast.FloorDiv: [ast.Mult], ast.Mod: [ast.Add],
    ast.BitAnd: [ast.BitOr], ast.BitOr: [ast.BitAnd], ast.And: [ast.Or], ast.Or: [ast.And],
}  # fmt: skip


def swapped(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """A node with one of its operators replaced."""
    operators = node.ops if isinstance(node, ast.Compare) else [getattr(node, "op", None)]
    for place, operator in enumerate(operators):
        for other in SWAPS.get(type(operator), []):
            changed = copy.deepcopy(node)
            if isinstance(changed, ast.Compare):
                changed.ops[place] = other()
            else:
                changed.op = other()
            yield f"{type(operator).__name__} -> {other.__name__}", changed


def changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """What may stand in a node's place: a description and the new node."""
    yield from swapped(node)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub | ast.Invert):
        yield f"no {type(node.op).__name__}", node.operand
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield f"{node.value} -> {not node.value}", ast.Constant(not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int):
        yield f"{node.value} -> {node.value + 1}", ast.Constant(node.value + 1)
    elif isinstance(node, ast.If | ast.IfExp | ast.While):
        changed = copy.deepcopy(node)
        changed.test = ast.UnaryOp(ast.Not(), node.test)
        yield "condition negated", changed
    elif isinstance(node, ast.Raise) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    ):
        yield "statement left out", ast.Pass()


def left_alone(node: ast.AST) -> Iterator[tuple[str, object]]:
    """The parts of a node in which nothing is changed: annotations, messages, what is for mypy."""
    if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
        yield from ast.iter_fields(node)
    if isinstance(node, ast.JoinedStr | ast.Raise | ast.Assert):
        yield from ast.iter_fields(node)  # what an error says is pinned where it matters
    for name in ("annotation", "returns", "decorator_list"):
        yield name, getattr(node, name, None)


def mutants(tree: ast.Module) -> Iterator[tuple[int, str, ast.Module]]:
    """Every mutant of a module: its line, what is changed, and its tree."""

    def visit(node: ast.AST, path: tuple[tuple[str, int | None], ...]) -> Iterator:
        if path and getattr(node, "id", "") != "TYPE_CHECKING":
            yield from ((node.lineno, text, path, new) for text, new in changes(node))
        skipped = {name for name, _ in left_alone(node)}
        for name, value in ast.iter_fields(node):
            if name in skipped:
                continue
            inner = value if isinstance(value, list) else [value]
            for place, child in enumerate(inner):
                if isinstance(child, ast.AST):
                    where = (name, place if isinstance(value, list) else None)
                    yield from visit(child, (*path, where))

    for line, text, path, new in list(visit(tree, ())):
        changed = copy.deepcopy(tree)
        parent = changed
        for name, place in path[:-1]:
            parent = getattr(parent, name) if place is None else getattr(parent, name)[place]
        name, place = path[-1]
        if place is None:
            setattr(parent, name, new)
        else:
            getattr(parent, name)[place] = new
        yield line, text, ast.fix_missing_locations(changed)


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module from a tree in place of its file."""

    def __init__(self, name: str, path: Path, tree: ast.Module) -> None:
        self.name, self.path, self.tree = name, path, tree

    def find_spec(self, name, path=None, target=None):
        if name != self.name:
            return None
        return importlib.machinery.ModuleSpec(name, self, origin=str(self.path))

    def exec_module(self, module):
        module.__file__ = str(self.path)
        exec(compile(self.tree, str(self.path), "exec"), vars(module))


def start(module: str, tree: ast.Module | None, tests: list[str]) -> int:
    """Run tests in a fork in which a module is made of a tree; the number of the process."""
    child = os.fork()
    if child:
        return child
    with contextlib.suppress(BaseException):
        os.setsid()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        if tree is not None:
            name = "trackagoat_pandas." + module.replace("/", ".")
            sys.meta_path.insert(0, Finder(name, PACKAGE / f"{module}.py", tree))
        os._exit(int(pytest.main([*OPTIONS, *tests])))
    os._exit(1)


def statuses(module: str, trees: list[ast.Module | None], tests: list[str]) -> list[int]:
    """The exit status of the tests with each of some trees, 1 where they ran out of time."""
    found: dict[int, int] = {}
    running: dict[int, tuple[int, float]] = {}
    left = list(enumerate(trees))[::-1]
    while left or running:
        while left and len(running) < (os.cpu_count() or 1):
            place, tree = left.pop()
            running[start(module, tree, tests)] = place, time.monotonic() + SECONDS
        for child, (place, end) in list(running.items()):
            done, status = os.waitpid(child, os.WNOHANG)
            if done:
                found[place] = os.waitstatus_to_exitcode(status)
            elif time.monotonic() > end:
                os.killpg(child, signal.SIGKILL)
                os.waitpid(child, 0)
                found[place] = 1
            if place in found:
                del running[child]
        time.sleep(0.02)
    return [found[place] for place in range(len(trees))]


def judge(module: str, tests: list[str], known: set[str]) -> tuple[int, list[str], int]:
    """Try every mutant of a module: how many are killed, which survive, how many are equivalent."""
    text = (PACKAGE / f"{module}.py").read_text()
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert statuses(module, [None], tests) == [0], f"{module}: its tests fail without any change"
    # The key is the same wherever the line moves to.
    every = [
        (f"{module} | {lines[line - 1]} | {change}", line, tree)
        for line, change, tree in mutants(ast.parse(text))
    ]
    todo = [one for one in every if one[0] not in known]
    ended = statuses(module, [tree for _, _, tree in todo], tests)
    survived = [
        f"{line}: {key}" for (key, line, _), status in zip(todo, ended, strict=True) if status == 0
    ]
    return len(todo) - len(survived), survived, len(every) - len(todo)


def main(words: list[str]) -> int:
    for heavy in ("hypothesis", "matplotlib.figure", "pandas", "pyarrow.compute", "werkzeug"):
        importlib.import_module(heavy)
    gc.freeze()  # no fork looks through what all share
    known = {line for file in TESTS.glob(EQUIVALENT) for line in file.read_text().splitlines()}
    killed = alive = 0
    for module, named in MODULES.items():
        if words and not any(word in module for word in words):
            continue
        started = time.monotonic()
        tests = [str(TESTS / name) for name in named.split()]
        won, survived, equivalent = judge(module, tests, known)
        killed, alive = killed + won, alive + len(survived)
        print(*survived, sep="\n", end="\n" if survived else "")
        share = won / max(1, won + len(survived))
        print(
            f"{module}: {won} of {won + len(survived)} killed ({share:.1%}), "
            f"{equivalent} equivalent, {time.monotonic() - started:.0f} s",
            flush=True,
        )
    share = killed / max(1, killed + alive)
    print(f"{killed} of {killed + alive} mutants killed: {share:.1%}")
    return 0 if share >= 0.95 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
