"""Change the code one step at a time, and see whether its tests notice.

``python -m tests.mutants dates`` tries every mutant of the modules whose path contains a word,
``python -m tests.mutants --sample 300 --seed 1`` as many of all modules outside the sandbox, by
chance. Each verdict is printed, and appended to a file in ``.mutants/`` with which the same command
goes on where it was stopped. Those in ``mutants_equivalent*.txt`` change nothing that a caller
could see, and are left out.

POSIX only: a mutant runs in a fork of a process that has pandas and pytest loaded, and its file
isn't touched. So tests that start Python anew see the original.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import copy
import gc
import importlib
import importlib.abc
import importlib.machinery
import json
import os
import random
import re
import runpy
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

TESTS = Path(__file__).parent
PACKAGE = TESTS.parent / "trackagoat_pandas"
EQUIVALENT = "mutants_equivalent*.txt"
SLOW = (
    "browser", "benchmarks", "test_notebooks", "store/test_kills", "test_recipes",
    "agents/test_process",
)  # fmt: skip
"""Folders and files whose tests start other programs, which would see the original."""
BY_NAME = {"plots": "plots/test_common.py"}
"""Files whose tests call the functions of a folder by their names."""
NEAR, WIDER = 4, 14
"""How many test files a mutant must survive: the nearest ones first, then some more."""
CPU_S, WAIT_S = 60, 300
"""How long one test may calculate, and take; a mutant with which it goes on counts as killed."""
OPTIONS = [
    *("-q", "-x", "--assert=plain", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:nbval"),
    *("-p", "no:schemathesis", "-o", "addopts=--import-mode=importlib", "--hypothesis-seed=0"),
    *("-W", "ignore:Module already imported"),
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
    if isinstance(node, ast.keyword) and node.arg == "strict":
        yield "value", node.value  # of zip: both are as long, unless the code is wrong
    for name in ("annotation", "returns", "decorator_list"):
        yield name, getattr(node, name, None)


Place = tuple[tuple[str, int | None], ...]
"""The way from a tree to one of its nodes: names of fields, and places in those that are lists."""


class Mutant(NamedTuple):
    """A change of a module, by its line, what is changed, and which of its changes it is."""

    module: str
    line: int
    change: str
    number: int
    text: str

    @property
    def key(self) -> str:
        """What is the same wherever the line or the module moves to."""
        return f"{self.module.rpartition('/')[2]} | {self.text} | {self.change}"

    def __str__(self) -> str:
        return f"{self.module}:{self.line} {self.change}   {self.text}"


def places(tree: ast.Module) -> Iterator[tuple[int, str, Place, ast.AST]]:
    """Every change of a tree: its line, what is changed, where, and the new node."""

    def visit(node: ast.AST, path: Place) -> Iterator:
        if path and getattr(node, "id", "") != "TYPE_CHECKING":
            yield from ((node.lineno, text, path, new) for text, new in changes(node))
        skipped = {name for name, _ in left_alone(node)}
        for name, value in ast.iter_fields(node):
            if name not in skipped:
                inner = value if isinstance(value, list) else [value]
                for place, child in enumerate(inner):
                    if isinstance(child, ast.AST):
                        where = (name, place if isinstance(value, list) else None)
                        yield from visit(child, (*path, where))

    yield from visit(tree, ())


@cache
def tree_of(module: str) -> ast.Module:
    return ast.parse((PACKAGE / f"{module}.py").read_text("utf-8"))


def mutants_of(module: str) -> list[Mutant]:
    lines = (PACKAGE / f"{module}.py").read_text("utf-8").splitlines()
    return [
        Mutant(module, line, change, number, " ".join(lines[line - 1].split()))
        for number, (line, change, _, _) in enumerate(places(tree_of(module)))
    ]


def changed(mutant: Mutant) -> ast.Module:
    """The tree of a module with one change."""
    tree = copy.deepcopy(tree_of(mutant.module))
    _, _, path, new = list(places(tree))[mutant.number]
    parent: ast.AST = tree
    for name, place in path[:-1]:
        parent = getattr(parent, name) if place is None else getattr(parent, name)[place]
    name, place = path[-1]
    if place is None:
        setattr(parent, name, new)
    else:
        getattr(parent, name)[place] = new
    return ast.fix_missing_locations(tree)


@cache
def modules() -> list[str]:
    """The modules outside the sandbox, as their paths without the ending."""
    paths = [path.relative_to(PACKAGE).with_suffix("") for path in sorted(PACKAGE.rglob("*.py"))]
    return [path.as_posix() for path in paths if path.parts[0] != "sandbox"]


# Which tests are near a module: those of its name, then those that import it or use its public
# names, then those of the modules that import it, and so on upwards. A word that both paths have
# brings a test nearer.


@cache
def homes() -> dict[str, str]:
    """The module of each public name."""
    return runpy.run_path(str(PACKAGE / "_homes.py"))["HOMES"]


@cache
def imported(path: Path) -> frozenset[str]:
    """The modules of the package that a file imports, or uses as ``tgp.name``."""
    text = path.read_text("utf-8")
    every = {*modules()}
    dotted = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom):
            dotted += [node.module or "", *(f"{node.module}.{one.name}" for one in node.names)]
        elif isinstance(node, ast.Import):
            dotted += [one.name for one in node.names]
    names = re.findall(r"\btgp\.(?:(actions|plots|widgets)\.)?(\w+)", text)
    found = {one.removeprefix("trackagoat_pandas.").replace(".", "/") for one in dotted}
    found |= {homes().get(name, "").replace(".", "/") for _, name in names}
    found |= {f"{one}/{ending}" for one in found for ending in ("__init__",)}
    found |= {f"{folder}/__init__" for folder, _ in names if folder}
    return frozenset(found & every)


@cache
def distances(module: str) -> dict[str, int]:
    """How many imports a module is away from each that imports it, itself or by others."""
    users: dict[str, list[str]] = {}
    for name in modules():
        for target in imported(PACKAGE / f"{name}.py"):
            users.setdefault(target, []).append(name)
    found, reached = {module: 0}, [module]
    for one in reached:
        for user in users.get(one, []):
            if user not in found:
                found[user] = found[one] + 1
                reached.append(user)
    return found


def words_of(path: str) -> list[str]:
    """The words of a path, without those that say nothing of a subject."""
    words = re.split("[/_]", path.removesuffix(".py"))
    return [word for word in words if word not in {"", "helpers", "test", "laws", "properties"}]


@cache
def tests_near(module: str) -> list[str]:
    """The test files that may notice a change of a module, the nearest first."""
    away, ranked = distances(module), []
    words, own_name = words_of(module), module.rpartition("/")[2].strip("_")
    for path in sorted(TESTS.rglob("test_*.py")):
        place = path.relative_to(TESTS).as_posix()
        used = imported(path)
        steps = [away[one] for one in used if one in away]
        is_own = words_of(place)[-2:] == words[-2:] or path.stem == f"test_{own_name}"
        is_own |= place == BY_NAME.get(module.partition("/")[0])
        if (steps or is_own) and not any(part in place for part in (*SLOW, "sandbox")):
            shared = sum(one[:4] in {word[:4] for word in words_of(place)} for one in words)
            ranked.append((-9 if is_own else min(steps) - shared, len(used), str(path)))
    files = [path for *_, path in sorted(ranked)]
    if ">>> " in (PACKAGE / f"{module}.py").read_text("utf-8"):
        name = f"trackagoat_pandas.{module.removesuffix('/__init__').replace('/', '.')}"
        files.insert(NEAR - 1, f"{TESTS}/laws/test_docstrings.py::test_examples_run[{name}]")
    return files[:WIDER]


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


class Watch:
    """Writes the first test or file that fails into a file, and ends one that goes on and on."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def pytest_runtest_setup(self) -> None:
        signal.setitimer(signal.ITIMER_PROF, CPU_S)
        signal.setitimer(signal.ITIMER_REAL, WAIT_S)

    # What is imported may go on and on, too.
    pytest_collectstart = pytest_runtest_setup

    def note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if report.failed and not self.path.exists():
            self.path.write_text(report.nodeid)

    pytest_runtest_logreport = pytest_collectreport = note


def start(mutant: Mutant | None, tests: Sequence[str], noted: Path) -> int:
    """Run tests in a fork, of the original or a mutant; the number of the process."""
    child = os.fork()
    if child:
        return child
    with contextlib.suppress(BaseException):
        os.setsid()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        if mutant is not None:
            name = f"trackagoat_pandas.{mutant.module.replace('/', '.')}"
            path = PACKAGE / f"{mutant.module}.py"
            sys.meta_path.insert(0, Finder(name, path, changed(mutant)))
        os._exit(int(pytest.main([*OPTIONS, *tests], plugins=[Watch(noted)])))
    os._exit(99)


class Trial:
    """A mutant and the stages that it goes through, each in a process of its own."""

    def __init__(self, mutant: Mutant, folder: Path) -> None:
        self.mutant, self.started = mutant, time.monotonic()
        tests = tests_near(mutant.module)
        self.stages = [tests[:NEAR], tests[NEAR:]]
        self.noted = folder / f"{mutant.module.replace('/', '.')}-{mutant.number}"
        self.killer, self.verdict = "", "" if tests else "no test"
        if tests:
            self.go(mutant, self.stages.pop(0))

    def go(self, mutant: Mutant | None, tests: Sequence[str]) -> None:
        self.noted.unlink(missing_ok=True)
        self.child = start(mutant, tests, self.noted)

    def look(self) -> bool:
        """Go on if a process has ended; whether there is a verdict."""
        if self.verdict:
            return True
        done, status = os.waitpid(self.child, os.WNOHANG)
        if done:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.child, signal.SIGKILL)  # what its tests left running
            self.judge(os.waitstatus_to_exitcode(status))
        return bool(self.verdict)

    def judge(self, code: int) -> None:
        if self.killer:  # what has noticed it must pass without it
            self.verdict = "killed" if code == 0 else "doubtful"
        elif code in (-signal.SIGPROF, -signal.SIGALRM):
            self.verdict = "too long"
        elif code in (0, 5):
            if self.stages and self.stages[0]:
                self.go(self.mutant, self.stages.pop(0))
            else:
                self.verdict = "survived"
        elif self.noted.exists():
            self.killer = self.noted.read_text()
            self.go(None, [f"{TESTS.parent}/{self.killer}"])  # a Path would shorten //
        else:
            # Neither a test nor a file has failed: pytest can't start, or the process has ended.
            self.verdict, self.killer = "killed", f"exit status {code}"

    def result(self) -> dict[str, object]:
        seconds = round(time.monotonic() - self.started)
        facts = {"verdict": self.verdict, "by": self.killer, "seconds": seconds}
        return {**facts, **self.mutant._asdict()}


def run(todo: list[Mutant], jobs: int, results: Path) -> None:
    """Try mutants, some at a time; append each verdict to a file, and print it."""
    running: list[Trial] = []
    with tempfile.TemporaryDirectory() as folder, results.open("a") as file:
        left = todo[::-1]
        try:
            while left or running:
                while left and len(running) < jobs:
                    running.append(Trial(left.pop(), Path(folder)))
                for trial in [trial for trial in running if trial.look()]:
                    running.remove(trial)
                    found = trial.result()
                    print(json.dumps(found), file=file, flush=True)
                    said = f"{trial.verdict:9}{found['seconds']:4} s  {trial.mutant}"
                    print(said, trial.killer, sep="  ", flush=True)
                time.sleep(0.05)
        finally:
            for trial in running:
                os.killpg(trial.child, signal.SIGKILL)


def read(results: Path) -> list[dict[str, Any]]:
    """The verdicts of a file, from which a line that was cut is dropped."""
    lines = results.read_text().splitlines() if results.exists() else []
    whole = [line for line in lines if line.endswith("}")]
    results.write_text("".join(f"{line}\n" for line in whole))
    return [json.loads(line) for line in whole]


def equivalents() -> set[str]:
    """The keys of the mutants that change nothing, whatever folder their module is in."""
    lines = [line for file in TESTS.glob(EQUIVALENT) for line in file.read_text().splitlines()]
    return {line[line.partition(" | ")[0].rfind("/") + 1 :] for line in lines}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tests.mutants")
    parser.add_argument("words", nargs="*", help="parts of the modules' paths; all without them")
    parser.add_argument("--sample", type=int, help="how many mutants to try, chosen by chance")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1, choices=(1, 2))
    given = parser.parse_args()
    chosen = [one for one in modules() if all(word in one for word in given.words)]
    # What a package's own file does, every test that imports it sees.
    chosen = [one for one in chosen if not one.endswith("__init__")]
    every = todo = [mutant for module in chosen for mutant in mutants_of(module)]
    if given.sample is not None:
        todo = random.Random(given.seed).sample(every, min(given.sample, len(every)))
    known = equivalents()
    wanted = {one[:4]: one for one in todo if one.key not in known}
    words = [*given.words, str(given.sample or "all"), str(given.seed)]
    results = TESTS.parent / ".mutants" / f"{'-'.join(words).replace('/', '.')}.jsonl"
    results.parent.mkdir(exist_ok=True)
    done = {tuple(one[name] for name in Mutant._fields[:4]) for one in read(results)}
    for heavy in ("hypothesis", "matplotlib.figure", "pandas", "pyarrow.compute", "werkzeug"):
        importlib.import_module(heavy)
    gc.freeze()  # no fork looks through what all share
    run([mutant for place, mutant in wanted.items() if place not in done], given.jobs, results)
    found = [
        one for one in read(results) if tuple(one[name] for name in Mutant._fields[:4]) in wanted
    ]
    counts = Counter(one["verdict"] for one in found)
    killed = counts["killed"] + counts["too long"]
    judged = killed + counts["survived"] + counts["no test"]
    print(*(f"{count} {verdict}" for verdict, count in counts.most_common()), sep=", ")
    print(
        f"{killed} of {judged} mutants killed: {killed / max(1, judged):.1%}; "
        f"{len(todo) - len(wanted)} equivalent ones left out, "
        f"of {len(every):,} mutants of {len(chosen)} modules"
    )
    return 0 if killed >= 0.95 * judged else 1


if __name__ == "__main__":
    sys.exit(main())
