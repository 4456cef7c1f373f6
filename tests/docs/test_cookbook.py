"""The pages of the cookbook: their Python runs as it stands, their commands are tested recipes."""

from __future__ import annotations

import importlib.util
import re
import runpy
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from matplotlib import style

import trackagoat_pandas as tgp
from tests import test_recipes as recipes
from tests.browser.chromium import find_chromium
from tests.heavy import HEAVY, heavy
from tests.support.waiting import PATIENCE_S
from trackagoat_pandas.cli import _parser

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "notebooks" / "_site" / "pages" / "cookbook"
PAGES = sorted(FOLDER.glob("*.md"))
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
QUICK = {"duckdb": "duckdb", "polars": "polars"}
QUICK |= {"creators_left": "pandas", "month_and_pdf": "pandas"}
"""Pages whose Python runs in a usual run, and what it needs."""
OTHERS = {"dask": "dask", "excel": "xlsxwriter", "voila": "voila", "panel": "panel"}
OTHERS |= {"marimo": "marimo"}
"""Those that take longer. Panel and marimo are no requirements of the tests, and may be missing."""
TRIED = [
    page
    for page, needed in (QUICK | OTHERS if HEAVY else QUICK).items()
    if importlib.util.find_spec(needed)
]


def blocks_of(page, language="python"):
    text = (FOLDER / f"{page}.md").read_text("utf-8")
    return [code for kind, code in BLOCK.findall(text) if kind == language]


def test_each_page_has_a_heading_a_sentence_and_code():
    assert {page.stem for page in PAGES} == {*QUICK, *OTHERS, "cron", "papermill", "pytest"}
    for page in PAGES:
        text = page.read_text("utf-8")
        assert re.match(r"# \w[\w ]+\n\n[A-Z][^\n]+[.]\n", text)
        assert BLOCK.search(text)


@pytest.mark.parametrize("page", TRIED)
def test_the_python_of_a_page_runs_as_it_stands(page, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("the_page.py").write_text("".join(blocks_of(page)), "utf-8")
    with style.context("default"):
        names = runpy.run_path("the_page.py", run_name="__main__")
    if "client" in names:
        names["client"].close()
    made = {"board", "app"} & {*names}  # what Voila, Panel and marimo show
    printed, shown = capsys.readouterr().out, "".join(blocks_of(page, "text"))
    assert printed.strip() or made
    if shown:
        assert printed.split("\n") == shown.split("\n")


@heavy
@pytest.mark.skipif(not find_chromium(), reason="there is no Chromium")
def test_the_command_makes_a_pdf(tmp_path):
    (tmp_path / "may.html").write_text("<!doctype html><p>May</p>", "utf-8")
    (command,) = blocks_of("month_and_pdf", "sh")
    _, *options = shlex.split(command)
    done = subprocess.run(
        [find_chromium(), "--no-sandbox", *options],
        cwd=tmp_path,
        capture_output=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0
    assert (tmp_path / "may.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("page", "language", "tested"),
    [
        ("cron", "", [recipes.CRON, recipes.CRON_OF_A_STORE]),
        ("cron", "ini", [recipes.SERVICE, recipes.TIMER]),
        ("papermill", "python", [recipes.PARAMETERS, recipes.REPORT]),
        ("papermill", "sh", [recipes.PAPERMILL]),
    ],
)
def test_commands_are_the_recipes_that_are_run_elsewhere(page, language, tested):
    assert blocks_of(page, language) == tested


def test_the_commands_of_the_report_and_the_watch_exist():
    commands = "\n".join(blocks_of("cron", "sh"))
    lines = [shlex.split(line)[1:] for line in commands.splitlines() if line]
    assert [line[0] for line in lines] == ["sync", "watch", "report", "report"]
    assert all(_parser().parse_args(line) for line in lines)  # else it ends with an error


@heavy
def test_the_tests_of_a_page_pass(tmp_path):
    (tmp_path / "test_it.py").write_text(blocks_of("pytest")[0])
    options = ["-q", "-p", "no:cacheprovider", "-p", "pytest_trackagoat"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "test_it.py"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert "3 passed" in done.stdout, done.stdout


def test_there_is_a_function_behind_each_name():
    for page in PAGES:
        for name in re.findall(r"\btgp\.(\w+)", page.read_text("utf-8")):
            assert hasattr(tgp, name)
