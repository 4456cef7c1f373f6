"""Notebooks run where no thread starts, nothing listens and no process is made, as in a browser."""

from __future__ import annotations

import configparser
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from tests.heavy import HEAVY

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SHORT = {"01_quickstart", "09_running"}
"""Those of the usual run."""
FIGURE = re.compile(r"<Figure size .*>")
ADDRESS = re.compile(r"http://127\.0\.0\.1(:\d+)?(?=/)")
"""Of the sandbox, which has a port only where it is served."""
WAIT = re.compile(r"(?<=wait for the rate limit  ).*")
"""It depends on when the requests before were sent."""


def sanitized(text: str) -> list[str]:
    """The lines of a text in order, without what differs from run to run."""
    text = WAIT.sub("TIME", ADDRESS.sub("LOOPBACK", text))
    rules = configparser.ConfigParser(interpolation=None)
    rules.read(ROOT / "tests" / "sanitize.cfg")
    for name in rules.sections():
        pattern = rules[name]["regex"].strip("'")
        text = re.sub(pattern, rules[name]["replace"], text)
    lines = [line.rstrip() for line in text.splitlines()]
    return sorted(line for line in lines if line and not FIGURE.fullmatch(line))


def committed(notebook: Path) -> list[str]:
    """What each cell of code of a notebook shows as plain text, as it was committed."""
    shown = []
    for cell in json.loads(notebook.read_text("utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            texts = []
            for output in cell["outputs"]:
                text = output.get("text") or output.get("data", {}).get("text/plain", "")
                if output.get("name") != "stderr":
                    texts.append("".join(text))
            shown.append("\n".join(texts))
    return shown


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_shows_the_same_without_threads_sockets_and_processes(notebook, tmp_path):
    if not HEAVY and notebook.stem not in SHORT:
        pytest.skip("takes long: set TRACKAGOAT_HEAVY")
    run = subprocess.run(
        [sys.executable, "-m", "tests.browserless.interpreter", notebook],
        env={**os.environ, "TZ": "UTC", "MPLBACKEND": "agg", "PYTHONPATH": str(ROOT)},
        cwd=tmp_path, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-4000:]
    shown = [sanitized(text) for text in json.loads(run.stdout)]
    assert any(shown)
    if pd.__version__ < "3":  # which writes other dtypes than the notebooks show
        return
    assert shown == [sanitized(text) for text in committed(notebook)]
