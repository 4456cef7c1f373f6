"""Tests that a usual run leaves out while what they test is as it was when they last passed.

``python -m tests.unchanged [subject ...]`` runs those of some subjects, or of all, and, if they
pass, writes the subjects' digests into ``SEEN``, which is committed. Docstrings are no part of
them. `.ci/run` runs these tests always, as does pytest when it is given such files and no
folder that has them; ``TRACKAGOAT_SUBJECTS="boards reports"`` adds those of some subjects.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import json
import os
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.heavy import HEAVY

TESTS = Path(__file__).parent
PACKAGE = TESTS.parent / "trackagoat_pandas"
SEEN = TESTS / "data" / "unchanged.json"
OF_BOARDS = {"board", "code", "explorer", "home", "sentiment_radar"}
"""Tests of boards whose names don't end in `_board`."""
FLOORS_BELOW_HELPERS = ("base", "inputs", "tables", "http", "frames", "names")


def is_of_sandbox(path: Path) -> bool:
    """Whether a file tests the sandbox and, of the package, imports nothing else."""
    if "sandbox" not in path.relative_to(TESTS).as_posix():
        return False
    tree = ast.parse(path.read_text("utf-8"))
    imported = [
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [each.name for each in node.names]
        )
    ]
    return all(
        name.startswith("trackagoat_pandas.sandbox")
        for name in imported
        if name.startswith("trackagoat_pandas")
    )


def is_of_images(path: Path) -> bool:
    """Whether a file compares pictures with those of before."""
    return path.relative_to(TESTS).as_posix() == "plots/test_images.py"


def is_of_forecasts(path: Path) -> bool:
    """Whether a file measures how often forecasts come true, over many simulated programs."""
    return path.relative_to(TESTS).as_posix() in {
        "helpers/goals/test_skill.py",
        "helpers/payouts/test_coverage.py",
    }


def is_of_crashes(path: Path) -> bool:
    """Whether a file kills, interrupts or forks processes, damages files, or runs some at once."""
    return path.relative_to(TESTS).as_posix() in {
        "actions/test_interrupts.py",
        "actions/test_processes.py",
        "http/test_forks.py",
        "http/test_processes.py",
        "http/test_shared_quota.py",
        "load/test_interrupts.py",
        "load/test_processes.py",
        "load/test_resume.py",
        "store/disk/test_checkup.py",
        "store/disk/test_ledger.py",
        "store/disk/test_merging.py",
        "store/test_damage.py",
        "store/test_flips.py",
        "store/test_kills.py",
        "store/test_moments.py",
        "test_cli_interrupts.py",
    }


def is_of_boards(path: Path) -> bool:
    """Whether a file goes through the pages, choices and codes of boards."""
    name = path.relative_to(TESTS).as_posix()
    return name.startswith("widgets/test_") and (
        name.endswith("_board.py") or path.stem.removeprefix("test_") in OF_BOARDS
    )


def is_of_reports(path: Path) -> bool:
    """Whether a file writes whole reports, and follows each of their numbers."""
    return path.relative_to(TESTS).parts[0] == "reporting"


def is_of_browser(path: Path) -> bool:
    """Whether a file looks at widgets, tables and statements in Chromium."""
    return path.relative_to(TESTS).parts[0] == "browser"


SUBJECTS = {
    "sandbox": (is_of_sandbox, [PACKAGE / "sandbox"]),
    "forecasts": (
        is_of_forecasts,
        [PACKAGE / "helpers" / "goals", PACKAGE / "helpers" / "payouts"],
    ),
    "crashes": (
        is_of_crashes,
        [
            *(PACKAGE / floor for floor in FLOORS_BELOW_HELPERS),
            *(PACKAGE / floor for floor in ("load", "actions", "store")),
            PACKAGE / "connecting.py",
            PACKAGE / "cli.py",
            PACKAGE / "progress.py",
            PACKAGE / "usage.py",
        ],
    ),
    "images": (is_of_images, [PACKAGE / "plots", TESTS / "data" / "plots"]),
    "boards": (
        is_of_boards,
        [
            *(PACKAGE / floor for floor in FLOORS_BELOW_HELPERS),
            *(PACKAGE / floor for floor in ("helpers", "plots", "showing", "load", "actions")),
            *(PACKAGE / floor for floor in ("store", "program", "watching", "widgets")),
        ],
    ),
    "reports": (
        is_of_reports,
        [
            *(PACKAGE / floor for floor in FLOORS_BELOW_HELPERS),
            *(PACKAGE / floor for floor in ("helpers", "plots", "showing", "load", "store")),
            *(PACKAGE / floor for floor in ("program", "reporting")),
        ],
    ),
    "browser": (
        is_of_browser,
        [
            PACKAGE / "widgets",
            PACKAGE / "plots",
            PACKAGE / "showing",
            PACKAGE / "base",
            PACKAGE / "reporting",
            TESTS / "browser",
        ],
    ),
}
"""Which test files belong to a subject, and the folders and files that it consists of."""


def tests_of(subject: str) -> list[Path]:
    """The test files of a subject."""
    belongs, _ = SUBJECTS[subject]
    return [path for path in sorted(TESTS.rglob("test_*.py")) if belongs(path)]


@cache
def digest(subject: str) -> str:
    """A digest of a subject and of its tests."""
    _, places = SUBJECTS[subject]
    assert all(place.exists() for place in places), subject
    inside = [file for place in places for file in [place, *sorted(place.rglob("*.*"))]]
    files = [file for file in inside if file.is_file()]
    found = hashlib.sha256()
    for file in [*files, *tests_of(subject)]:
        if "__pycache__" not in file.parts:
            found.update(_code_of(file) if file.suffix == ".py" else file.read_bytes())
    return found.hexdigest()


def _code_of(file: Path) -> bytes:
    """The lines of a module without those of docstrings, which have tests of their own."""
    text = file.read_text("utf-8")
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        is_said = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if is_said and isinstance(node.value.value, str):
            lines[node.lineno - 1 : node.end_lineno] = [""] * (node.end_lineno - node.lineno + 1)
    return "\n".join(line for line in lines if line).encode()


@cache
def is_unchanged(subject: str) -> bool:
    """Whether a subject is as it was when its tests passed, and isn't asked for all the same."""
    is_asked = HEAVY or subject in os.environ.get("TRACKAGOAT_SUBJECTS", "").split()
    return not is_asked and json.loads(SEEN.read_text("utf-8")).get(subject) == digest(subject)


def is_left_out(path: Path) -> bool:
    """Whether a usual run leaves a test file out."""
    return path.name.startswith("test_") and any(
        belongs(path) and is_unchanged(subject) for subject, (belongs, _) in SUBJECTS.items()
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.unchanged")
    parser.add_argument("subjects", nargs="*", help=f"of {', '.join(SUBJECTS)}; by default all")
    subjects = parser.parse_args().subjects or [*SUBJECTS]
    if unknown := {*subjects} - {*SUBJECTS}:
        parser.error(f"there is no subject {', '.join(unknown)}")
    os.environ["TRACKAGOAT_BROWSER"] = "required"  # tests that are skipped prove nothing
    files = [str(path) for subject in subjects for path in tests_of(subject)]
    options = [
        "-q",
        "-n",
        "logical",
        "--dist",
        "worksteal",
        "-o",
        "addopts=--import-mode=importlib",
    ]
    status = int(pytest.main([*options, *files]))
    if status == 0:
        digests = json.loads(SEEN.read_text("utf-8"))
        digests |= {subject: digest(subject) for subject in subjects}
        SEEN.write_text(json.dumps(digests, indent=2) + "\n", "utf-8")
    return status


if __name__ == "__main__":
    sys.exit(main())
