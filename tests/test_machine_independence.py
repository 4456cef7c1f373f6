"""Tests hold on any machine: no sleeps, no elapsed time, no deadline of examples, no user id."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
CLOCKS = ("sleep", "monotonic", "perf_counter", "process_time", "thread_time")
READS_CLOCK = re.compile(
    rf"\btime\.(time\(|(?:{'|'.join(CLOCKS)})(_ns)?\b)|\bos\.times\(|\bget(e?uid)\("
)
ALLOWED = {
    "agents/test_writing.py": "a lower bound, which holds however slow the machine is",
    "browser/servers.py": "waits for a browser, with a limit that only a hang reaches",
    "http/test_shared_quota.py": "the limit of a queue in another process, for a hang",
    "mutants.py": "a tool, not a test",
    "support/growth.py": "compares two durations of one run",
    "support/limited_server.py": "a server that keeps a real limit",
    "support/waiting.py": "looks again and again, with a limit that only a hang reaches",
    "test_machine_independence.py": "these rules",
}
MODULES = sorted(
    path.relative_to(TESTS).as_posix()
    for path in TESTS.rglob("*.py")
    if path.relative_to(TESTS).parts[0] != "benchmarks"
)


def uses_of_clocks(tree: ast.AST) -> Iterator[str]:
    """Yield the lines that sleep, read a clock of durations or ask who runs the tests.

    Code in strings counts too, since tests run it in other processes.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            yield f"{node.lineno}: {ast.unparse(node)}"
        elif isinstance(node, ast.Attribute | ast.Call):
            if found := READS_CLOCK.match(ast.unparse(node)):
                yield f"{node.lineno}: {found[0]}"
            elif isinstance(node, ast.Attribute) and node.attr in ("geteuid", "getuid"):
                yield f"{node.lineno}: {node.attr}"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "\n" in node.value:
            yield from (f"{node.lineno}: {each[0]}" for each in READS_CLOCK.finditer(node.value))


def examples_with_deadline(tree: ast.AST) -> Iterator[str]:
    """Yield the tests whose examples may take 200 ms each, the default of hypothesis."""
    for node in ast.walk(tree):
        decorators = [ast.unparse(each) for each in getattr(node, "decorator_list", ())]
        if not any(each.startswith("given(") for each in decorators):
            continue
        calls = [each for each in decorators if each.startswith("settings(")]
        shared = [each for each in decorators if "given(" not in each and "pytest." not in each]
        if not shared or any("deadline=None" not in each for each in calls):
            yield f"{node.lineno}: {node.name}"


@pytest.mark.parametrize("name", MODULES)
def test_no_result_depends_on_how_fast_the_machine_is(name):
    tree = ast.parse((TESTS / name).read_text("utf-8"))
    assert (name in ALLOWED) or [*uses_of_clocks(tree)] == []
    assert [*examples_with_deadline(tree)] == []


@pytest.mark.parametrize(
    "code",
    [
        "time.sleep(1)", "assert time.monotonic() - began < 2", "from time import sleep",
        "x = '''\nimport time\ntime.sleep(1)\n'''", "skipif(os.geteuid() == 0)",
        "job(time.perf_counter)", "time.process_time_ns()", "before = os.times()",
    ],
)  # fmt: skip
def test_uses_of_clocks_are_found(code):
    assert [*uses_of_clocks(ast.parse(code))]


def test_allowed_modules_exist_and_need_it():
    for name in {*ALLOWED} - {Path(__file__).name}:
        assert [*uses_of_clocks(ast.parse((TESTS / name).read_text("utf-8")))], name


def test_examples_with_the_default_deadline_are_found():
    code = "@given(x)\ndef test_a(x): ...\n@settings(max_examples=3)\n@given(x)\ndef test_b(x): ..."
    assert [*examples_with_deadline(ast.parse(code))] == ["2: test_a", "5: test_b"]
