"""Layers, files and conventions that no linter checks."""

from __future__ import annotations

import ast
import importlib
import subprocess
from functools import cache
from pathlib import Path

from tests.heavy import check_each

PACKAGE = Path(__file__).parents[1] / "trackagoat_pandas"
MODULES = sorted(PACKAGE.rglob("*.py"))
PLUGIN = PACKAGE.parent / "pytest_trackagoat.py"
ROOT_FILES = {
    ".gitignore",
    "CHANGELOG.md",
    "CITATION.cff",
    "CONTRIBUTING.md",
    "LICENSE",
    "README.md",
    "SECURITY.md",
    "pyproject.toml",
    "pytest_trackagoat.py",
    "requirements.lock",
    "trackagoat_cli.py",
}

FLOORS = [
    {"base"},
    {"errors", "_homes"},
    {"tables", "progress"},
    {"inputs"},
    {"http", "frames", "helpers"},
    {"names", "showing"},
    {"store.disk"},
    {"load", "actions", "plots", "connecting", "contract", "usage"},
    {"store", "accessor", "demo"},
    {"program"},
    {"asking"},
    {"reporting", "watching"},
    {"widgets"},
    {"agents"},
    {"cli_watch", "cli_mcp"},
    {"cli_report", "cli_ask"},
    {"__init__", "__main__", "cli"},
]
FLOOR_OF = {unit: floor for floor, units in enumerate(FLOORS) for unit in units}


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def unit_of(path: Path) -> str:
    return imported_unit(dotted(path))


def dotted(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def own_imports(tree: ast.AST) -> list[str]:
    """Every module of the package that is imported at run time, wherever it stands."""
    names: list[str] = []
    for node in run_time_nodes(tree):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports go by full path"
            names += [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
    return [name for name in names if name.startswith("trackagoat_pandas")]


def run_time_nodes(tree: ast.AST):
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            continue
        yield node
        if not isinstance(node, ast.expr):  # no import stands in one
            yield from run_time_nodes(node)


def imported_unit(name: str) -> str:
    parts = name.split(".")
    if parts[1:3] == ["store", "disk"]:  # the files, which loaders need; the rest calls loaders
        return "store.disk"
    return parts[1] if len(parts) > 1 else "__init__"


def test_imports_go_downward_only():
    wrong = [
        f"{dotted(path)} must not import {name}"
        for path in MODULES
        for name in own_imports(tree_of(path))
        if not is_allowed(unit_of(path), imported_unit(name))
    ]
    assert wrong == []


def is_allowed(unit: str, target: str) -> bool:
    if "sandbox" in (unit, target):  # it stands apart
        return unit == target or unit in {"connecting", "cli"}
    return unit == target or FLOOR_OF[target] < FLOOR_OF[unit]


def test_pytests_plugin_imports_nothing_of_ours_before_a_fixture_is_used():
    outside = [node for node in ast.parse(PLUGIN.read_text()).body if not is_definition(node)]
    assert own_imports(ast.Module(outside, [])) == []


def is_definition(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef | ast.ClassDef)


def test_no_import_is_circular():
    known = {dotted(path): path for path in MODULES}
    edges = {
        name: {
            target
            for imported in own_imports(tree_of(path))
            for target in (imported, imported.rpartition(".")[0])
            if target in known and target != name and known[target].name != "__init__.py"
        }
        for name, path in known.items()
    }
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, f"circular: {' -> '.join((*trail, name))}"
        if name not in done:
            for target in sorted(edges[name]):
                visit(target, (*trail, name))
            done.add(name)

    for name in edges:
        visit(name, ())


def foreign_imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return names


def test_httpx_is_known_in_http_alone():
    for path in MODULES:
        if unit_of(path) != "http":
            roots = {name.partition(".")[0] for name in foreign_imports(path)}
            assert roots.isdisjoint({"httpx", "httpcore"}), path


def test_sockets_are_known_in_the_wire_alone():
    wires = {"socket", "ssl", "http.client", "urllib3", "requests", "asyncio"}
    for path in MODULES:
        if unit_of(path) != "sandbox" and dotted(path) != "trackagoat_pandas.http.wire":
            assert foreign_imports(path).isdisjoint(wires), path


def code_lines(text: str) -> set[int]:
    """The numbers of the lines of code: no docstring, import, blank line or comment."""
    left_out: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            left_out |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
        documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
        if isinstance(node, documented) and ast.get_docstring(node, clean=False) is not None:
            first = node.body[0]
            left_out |= set(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    return {
        number
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip() and not line.lstrip().startswith("#") and number not in left_out
    }


def test_the_commands_of_contributors_still_find_what_they_import():
    # Nothing else runs them but people, once in a long while.
    benchmarks = sorted((PACKAGE.parent / "tests" / "benchmarks").glob("[a-z]*.py"))
    commands = ["house", "mutants", "stub", "browser.pictures"]
    names = [f"benchmarks.{path.stem}" for path in benchmarks] + commands
    check_each([f"tests.{name}" for name in names], importlib.import_module)


def test_root_holds_only_project_files():
    root = PACKAGE.parent
    git = ["git", "-C", str(root), "ls-files", "--", ":(glob)*"]
    tracked = subprocess.run(git, capture_output=True, text=True, check=False)
    names = tracked.stdout.splitlines() if tracked.returncode == 0 else []
    # A copy of the tracked files, as .ci/run, .ci/full and the sdist make it, has no repository.
    files = {*names} or {path.name for path in root.iterdir() if path.is_file()}
    assert files - {"PKG-INFO"} == ROOT_FILES


def test_every_module_says_what_it_is():
    assert [dotted(path) for path in MODULES if not ast.get_docstring(tree_of(path))] == []


def test_a_class_name_has_one_meaning_outside_the_sandbox():
    homes: dict[str, list[str]] = {}
    for path in MODULES:
        if unit_of(path) != "sandbox":
            for node in ast.walk(tree_of(path)):
                if isinstance(node, ast.ClassDef):
                    homes.setdefault(node.name, []).append(dotted(path))
    assert {name: paths for name, paths in homes.items() if len(paths) > 1} == {}
