"""The gallery: each script has one question, one sentence with its error rate, and one picture."""

from __future__ import annotations

import ast
import re
import subprocess
import sys

import matplotlib as mpl
import pytest
from matplotlib.axes import Axes
from matplotlib.testing.compare import compare_images
from PIL import Image

from tests.docs.gallery import FOLDER, IMAGES, SCRIPTS, drawn, image_of, run, said, save
from tests.heavy import check_each, heavy
from tests.plots.test_images import TOLERANCE
from tests.support.waiting import PATIENCE_S

DESCRIPTION = "A description, not an inference."
SENTENCE = re.compile(r"(?<=[.?]) (?=[A-Z0-9])")
RATE = re.compile(r"\d (of|to) \d|\d %|\d times a month")
MOST_LINES = 25
LARGEST_BYTES = 40_000


def parts_of(script):
    """The question, the answer, the error rate and the statements of a script."""
    tree = ast.parse(script.read_text("utf-8"))
    question, blank, *answer = (ast.get_docstring(tree) or "").split("\n")
    assert blank == "", "a blank line after the question"
    first, *rest = SENTENCE.split(" ".join(answer))
    return question, first, " ".join(rest), tree.body[1:]


def code_lines(script):
    code = script.read_text("utf-8").split('"""', 2)[2]
    return [line for line in code.splitlines() if line.strip() and line.strip()[0] != "#"]


def description_of(path):
    with Image.open(path) as image:
        image.load()
        return image.info["Description"], image.info["Software"]


def test_there_are_thirty_scripts_and_more_of_all_areas():
    numbers = [script.name[:2] for script in SCRIPTS]
    assert len(SCRIPTS) >= 30
    assert len(numbers) == len({*numbers})
    assert {number[0] for number in numbers} == {*"0123456789"}
    assert {*FOLDER.glob("*.py")} == {*SCRIPTS}


def test_each_has_a_question_a_sentence_and_its_error_rate():
    def check(script):
        question, answer, rate, _ = parts_of(script)
        assert question.endswith("?")
        assert answer.endswith(".")
        assert rate == DESCRIPTION or RATE.search(rate)
        assert (rate == DESCRIPTION) == (DESCRIPTION in f"{answer} {rate}")

    check_each(SCRIPTS, check)


def test_each_is_short_and_ends_with_its_picture_or_table():
    def check(script):
        assert len(code_lines(script)) <= MOST_LINES
        last = parts_of(script)[3][-1]
        assert isinstance(last, ast.Assign)
        (target,) = last.targets
        assert (target.id, "goat.show(" in ast.unparse(last)) in {("ax", False), ("table", True)}

    check_each(SCRIPTS, check)


def test_each_is_about_a_sandbox_and_writes_nothing_to_it():
    def check(script):
        code = script.read_text("utf-8")
        assert "tgp.connect(sandbox=" in code or "tgp.connect(box.key, base_url=box." in code
        calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
        writes = [call for call in calls if ast.unparse(call.func).startswith("tgp.actions.")]
        assert all("dry_run=True" in ast.unparse(call) for call in writes)

    check_each(SCRIPTS, check)


def test_each_has_a_small_picture_that_says_what_it_shows():
    def check(script):
        assert image_of(script).stat().st_size <= LARGEST_BYTES
        said_there, _ = description_of(image_of(script))
        assert said_there

    check_each(SCRIPTS, check)
    assert {*IMAGES.glob("*")} == {*map(image_of, SCRIPTS)}


@heavy
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_a_script_shows_what_its_picture_shows_and_leaves_no_file(script, tmp_path, monkeypatch):
    folder = tmp_path / "empty"
    folder.mkdir()
    monkeypatch.chdir(folder)
    shown = run(script)
    text, software = description_of(image_of(script))
    assert said(shown) == text, f"python -m tests.docs.gallery {script.name[:2]}"
    assert not any(folder.iterdir())
    if isinstance(shown, Axes):
        path = tmp_path / "drawn.png"
        save(drawn(shown), text, path)
        if software != f"matplotlib {mpl.__version__}":
            pytest.skip(f"the picture has letters of {software}")
        assert compare_images(str(image_of(script)), str(path), tol=TOLERANCE) is None


@heavy
def test_a_script_runs_by_itself_and_prints_nothing(tmp_path):
    done = subprocess.run(
        [sys.executable, SCRIPTS[0]],
        cwd=tmp_path,
        env={"PYTHONPATH": str(FOLDER.parents[1]), "MPLBACKEND": "agg"},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert not any(tmp_path.iterdir())
