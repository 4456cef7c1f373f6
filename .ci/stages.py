"""Run the checks of the project in stages, and print a table of them."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
BROWSER = {"chromium": "chromium fonts-dejavu-core"}
"""Debian packages by the command or the file that is missing without them."""
TOOLS = {
    **BROWSER,
    "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf": "fonts-noto-color-emoji",
    "soffice": "libreoffice-calc",
    "strace": "strace",
}
REQUIRED = {f"TRACKAGOAT_{tool}": "required" for tool in ("BROWSER", "OFFICE", "STRACE")}
"""Fails the tests that need a missing tool, instead of skipping them."""
MANY = {**REQUIRED, "TRACKAGOAT_HEAVY": "1", "TRACKAGOAT_ORACLES": "120"}
"""More examples, seeds and simulated programs; see tests/heavy.py."""
PYTEST = ("{python}", "-m", "pytest", "-q")
TESTS = (*PYTEST, "-n", "logical", "--dist", "worksteal")
ANY_MARKER = ("-o", "addopts=--import-mode=importlib")
"""Selects by the other arguments alone, also tests that pyproject.toml deselects."""
PYTHONS = ("python3", "python3.11", "python3.12", "python3.13")
FRAME_TESTS = (
    "tests", "--ignore=tests/test_architecture.py", "--ignore=tests/laws/test_hostile_sizes.py",
    "--ignore=tests/sandbox", "--ignore=tests/http", "--ignore=tests/store/test_kills.py",
    "--ignore-glob=*/test_key_*", "--ignore-glob=*/test_cli*",
)  # fmt: skip
"""What another pandas can change."""


@dataclass(frozen=True)
class Stage:
    """Commands that run one after the other, until one fails.

    ``{python}``, ``{site}`` and ``{ci}`` in them stand for the environment's Python, a folder for
    the documentation and the folder of this file.
    """

    covers: str
    commands: Sequence[Sequence[str]]
    variables: Mapping[str, str] = field(default_factory=dict)
    environment: str = ".venv"


def marked(marker: str, *others: str) -> list[tuple[str, ...]]:
    """Return the command for the tests with a marker and none of some others."""
    return [(*TESTS, "-m", " and not ".join([marker, *others]), "tests")]


FULL = {
    "heavy": Stage("the default tests with more examples and seeds", [(*TESTS, "tests")], MANY),
    "slow": Stage(
        "many simulated programs, whole reports and boards",
        marked("slow", "browser", "crash", "oracle"), MANY,
    ),
    "crash": Stage(
        "killed, forked and interrupted processes, damaged files", marked("crash", "browser"), MANY,
    ),
    "oracle": Stage(
        "results recomputed by plain loops", marked("oracle", "browser", "crash"), MANY,
    ),
    "browser": Stage(
        "JupyterLab, Voila, reports and tables in Chromium",
        # Tests of a file share a notebook and change its boards, so they have to run in order.
        [(*PYTEST, "-n", "logical", "--dist", "loadfile", "-m", "browser", "tests")], MANY,
    ),
    "arrow": Stage(
        "Arrow and Polars tables in place of each frame",
        [(
            *TESTS, *ANY_MARKER, "-p", "tests.through_arrow", "--helpers-through-arrow",
            *(f"tests/laws/test_{name}.py" for name in (
                "helpers_laws", "goals_laws", "payouts_laws", "sentiment_laws", "reading_order",
                "spelled_words",
            )),
            *(f"tests/helpers/{name}" for name in (
                "sentiment", "test_changes.py", "test_creators.py", "campaigns/test_members.py",
                "payouts/test_budgets.py", "payouts/test_scenarios.py", "goals/test_compliance.py",
                "goals/test_misses.py", "goals/test_nudges.py",
            )),
        )],
        MANY,
    ),
    "docs": Stage(
        "the documentation builds without a warning, and its tests",
        [
            ("{python}", "notebooks/_site/build.py", "{site}"),
            (*TESTS, *ANY_MARKER, *(f"tests/docs/test_site{name}.py" for name in (
                "", "_generators", "_in_browser",
            ))),
        ],
        {**MANY, "TRACKAGOAT_SITE": "{site}"},
    ),
    "oldest": Stage(
        "pandas 2.3.3, on another Python where there is one",
        [
            ("{python}", "-c", "import pandas; assert pandas.__version__ == '2.3.3', pandas"),
            (*TESTS, *FRAME_TESTS),
            # Without MANY: the slow tests over simulated programs then leave themselves out.
            (*TESTS, "-m", "slow and not browser", "tests/widgets", "tests/reporting"),
        ],
        environment=".venv-oldest",
    ),
    "package": Stage(
        "the wheel and the sdist in empty environments", [("{ci}/package",)],
        {"PACKAGE_PYTHONS": "3.11 3.13"},
    ),
}  # fmt: skip


def gate() -> bool:
    """Run the gate's commands; return whether all passed."""
    install_missing(BROWSER)
    first_contact = [".venv/bin/pytest", "-q", *ANY_MARKER, "tests/browser/test_first_contact.py"]
    results = []
    with fresh_copy() as variables:
        subprocess.run([find_python(*PYTHONS), "-m", "venv", ".venv"], check=True)
        for command in (*readme_commands(), first_contact, [str(REPOSITORY / ".ci/package")]):
            name = shlex.join(part.replace(f"{REPOSITORY}/", "") for part in command)
            stage = Stage("", [command], {"TRACKAGOAT_BROWSER": "required"})
            results.append(run_stage(name, stage, variables))
    print_table(results)
    return all(result.passed for result in results)


def full(names: Sequence[str], venv: Path | None) -> bool:
    """Run stages one after the other, whether they pass or not; return whether all passed."""
    results = []
    with ExitStack() as stack:
        words = {"site": f"{stack.enter_context(temporary_folder())}/site"}
        if venv is None:
            install_missing(TOOLS)
            variables = stack.enter_context(fresh_copy())
        else:
            os.chdir(REPOSITORY)
            variables = clean_variables(stack.enter_context(temporary_folder()))
        for name in names:
            folder = venv or Path(FULL[name].environment).absolute()
            setup = [] if folder.exists() else environment_commands(folder)
            words |= {"python": f"{folder}/bin/python", "ci": f"{REPOSITORY}/.ci"}
            stage = replace(FULL[name], commands=[*setup, *FULL[name].commands])
            result = run_stage(name, stage, variables, words)
            again = shlex.join([".ci/full", *(["--venv", str(venv)] if venv else []), name])
            results.append(replace(result, again=again))
    print_table(results)
    return all(result.passed for result in results)


def readme_commands() -> list[list[str]]:
    """Return the parts of the README's second command, which is for contributors."""
    readme = Path("README.md").read_text("utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)
    return [shlex.split(part) for part in blocks[1].strip().split(" && ")]


def environment_commands(folder: Path) -> list[list[str]]:
    """Return the commands that make the environment of a stage."""
    if folder.name == ".venv-oldest":
        python = find_python("/usr/bin/python3.13", "python3.13", "python3.12", *PYTHONS)
        requirements = [".[test]", "pandas==2.3.3", "numpy<2.4"]
    else:
        python, requirements = find_python(*PYTHONS), [".[test,docs]", "-c", "requirements.lock"]
    return [
        [python, "-m", "venv", str(folder)],
        [f"{folder}/bin/pip", "install", "-q", "-e", *requirements],
    ]


@dataclass(frozen=True)
class Result:
    """How a stage ended, and what counts pytest's summaries gave."""

    name: str
    seconds: float
    passed: bool
    tests: Mapping[str, int]
    again: str = ""


def run_stage(
    name: str,
    stage: Stage,
    variables: Mapping[str, str],
    words: Mapping[str, str] | None = None,
) -> Result:
    """Run a stage's commands, which are formatted with `words` if any, and show their output."""

    def formatted(text: str) -> str:
        return text.format(**words) if words else text

    begin, tests, passed = time.monotonic(), Counter(), True
    variables = {**variables, **{key: formatted(text) for key, text in stage.variables.items()}}
    for command in stage.commands:
        arguments = [formatted(part) for part in command]
        print("+", shlex.join(arguments), flush=True)
        try:
            process = subprocess.Popen(
                arguments, env=variables, text=True, errors="replace",
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            )  # fmt: skip
        except OSError as error:  # its program is missing, since an installation failed
            print(error)
            passed = False
            break
        with process:
            for line in process.stdout:
                print(line, end="", flush=True)
                if re.search(r"\d (passed|failed|errors?|skipped)\b.* in \d[\d.]*s", line):
                    for count, word in re.findall(r"(\d+) (passed|failed|error|skipped)", line):
                        tests[word] += int(count)
        if process.returncode:
            print(f"exit code {process.returncode}")
            passed = False
            break
    seconds = time.monotonic() - begin
    print(f"= {'passed' if passed else 'failed'} after {seconds:.0f} s: {name}\n", flush=True)
    return Result(name, seconds, passed, tests)


def print_table(results: Sequence[Result]) -> None:
    """Print a line for each stage, and the sum of their seconds."""
    rows = [("stage", "seconds", "result", "tests", "to repeat it")]
    for result in results:
        tests = ", ".join(f"{count} {word}" for word, count in result.tests.items())
        word = "passed" if result.passed else "FAILED"
        rows.append((result.name, f"{result.seconds:.0f}", word, tests, result.again))
    rows.append(("all", f"{sum(result.seconds for result in results):.0f}", "", "", ""))
    columns = [column for column in zip(*rows, strict=True) if any(column[1:])]
    rows = [(shorten(name), *cells) for name, *cells in zip(*columns, strict=True)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for name, seconds, *others in rows:
        cells = [f"{name:<{widths[0]}}", f"{seconds:>{widths[1]}}"]
        cells += [f"{cell:<{width}}" for cell, width in zip(others, widths[2:], strict=True)]
        print("  ".join(cells).rstrip())


def shorten(text: str, most: int = 72) -> str:
    """Return a text's beginning and end if it is long."""
    return text if len(text) <= most else f"{text[: most // 2]} ... {text[-most // 2 + 5 :]}"


@contextmanager
def temporary_folder() -> Iterator[str]:
    """Make a folder that is removed at the end, unless a process still writes there."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        yield folder


@contextmanager
def fresh_copy() -> Iterator[dict[str, str]]:
    """Work in a copy of the tracked files; give the environment variables of its commands."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    with temporary_folder() as place:
        tree, home = Path(place, "tree"), Path(place, "home")
        home.mkdir()
        for name in filter(None, listed.stdout.split("\0")):
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(REPOSITORY / name, tree / name)
        os.chdir(tree)
        try:
            yield clean_variables(str(home))
        finally:
            os.chdir(REPOSITORY)


def clean_variables(home: str) -> dict[str, str]:
    """Return the environment variables of commands: another home, and no settings of ours."""
    variables = {key: text for key, text in os.environ.items() if "TRACKAGOAT" not in key}
    variables.pop("PYTHONPATH", None)
    return {**variables, "HOME": home, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def install_missing(tools: Mapping[str, str]) -> None:
    """Install the Debian packages of the commands and files that are missing."""
    missing = [
        names for tool, names in tools.items() if not (shutil.which(tool) or Path(tool).exists())
    ]
    packages = " ".join(missing).split()
    if not packages:
        return
    print("+ apt-get install", *packages, flush=True)
    variables = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "--no-install-recommends", *packages]):
        command = ["apt-get", "-qq", *arguments]
        subprocess.run(command, check=True, env=variables, stdout=subprocess.DEVNULL)


def find_python(*candidates: str) -> str:
    """Return the first Python that is there, new enough, and can make environments."""
    check = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))"
    for path in filter(None, map(shutil.which, candidates)):
        if subprocess.run([path, "-c", check], check=False, capture_output=True).returncode == 0:
            return path
    raise SystemExit(f"none of {', '.join(candidates)} is Python 3.11 or later with venv")


def main() -> int:
    """Run the gate, or stages of the full run; return an exit code."""
    if sys.argv[1:2] == ["gate"]:
        return int(not gate())
    stages = "\n".join(f"  {name:<8} {stage.covers}" for name, stage in FULL.items())
    parser = argparse.ArgumentParser(
        prog=".ci/full",
        description=f"Run stages of the full run, by default all:\n\n{stages}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("stages", nargs="*", metavar="STAGE", help="a stage to run")
    parser.add_argument(
        "--venv", type=Path, metavar="PATH",
        help="run in the checkout, with this environment (in a copy, with a fresh one)",
    )  # fmt: skip
    options = parser.parse_args(sys.argv[2:])
    unknown = [name for name in options.stages if name not in FULL]
    if unknown:
        parser.error(f"no stage is called {unknown[0]!r}: choose from {', '.join(FULL)}")
    return int(not full(options.stages or [*FULL], options.venv and options.venv.absolute()))


if __name__ == "__main__":
    sys.exit(main())
