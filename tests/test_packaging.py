"""What goes to the package index: one version, and a long description that stands alone."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import trackagoat_pandas as tgp
from trackagoat_pandas.inputs.settings import DEFAULT_BASE_URL

ROOT = Path(__file__).parents[1]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
HOOK = SETTINGS["tool"]["hatch"]["metadata"]["hooks"]["fancy-pypi-readme"]
CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.DOTALL | re.MULTILINE)
TARGET = re.compile(
    r"""\]\(\s*<?([^)\s>]*)|^\s*\[[^]]+\]:\s*(\S+)|(?:src|srcset|href)\s*=\s*["']?([^"'\s>]*)""",
    re.MULTILINE,
)
"""Where a link or a picture of Markdown or HTML leads."""


def long_description(text: str) -> str:
    """The README as the hook of the build changes it."""
    for rule in HOOK["substitutions"]:
        text = re.sub(rule["pattern"], rule["replacement"], text)
    return text


def targets(text: str) -> list[str]:
    return ["".join(found) for found in TARGET.findall(CODE.sub("", text))]


def test_the_version_is_the_same_in_all_places():
    cited = re.search(r"^version: (.*)$", (ROOT / "CITATION.cff").read_text("utf-8"), re.MULTILINE)
    assert cited
    assert cited[1] == SETTINGS["project"]["version"] == tgp.__version__


def test_the_changelog_begins_with_the_version():
    first = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert first
    assert first[1] == tgp.__version__


def test_nothing_in_the_long_description_leads_into_the_repository():
    text = long_description((ROOT / "README.md").read_text("utf-8"))
    assert [target for target in targets(text) if not target.startswith("https://")] == []
    assert "trackagoat-pandas" in text
    assert len(text) > 1000


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("![A board](images/board.png)\n\nText", "Text"),
        ("see [the tour](notebooks/00_tour.ipynb), then", "see the tour, then"),
        ("[a](https://a.invalid) and [b](#b)", "[a](https://a.invalid) and b"),
        ("![x](https://a.invalid/x.png)", "![x](https://a.invalid/x.png)"),
        ("pip install -q . && x", "pip install -q trackagoat-pandas && x"),
        ("pip install -q '.[notebook]'", "pip install -q 'trackagoat-pandas[notebook]'"),
    ],
)
def test_what_breaks_outside_of_the_repository_is_left_out(written, shown):
    assert long_description(written) == shown


@pytest.mark.parametrize("text", ["[a](b.md)", "![a](b.png)", "[a]: b.md", '<img src="b.png">'])
def test_a_relative_target_is_found(text):
    assert [target for target in targets(text) if target.startswith("b.")]


def test_project_urls_name_only_the_service_whose_api_is_loaded():
    assert [*SETTINGS["project"]["urls"].values()] == [DEFAULT_BASE_URL.removesuffix("/api/v1")]


def test_the_package_runs_as_the_command(tmp_path):
    said = [
        subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
        for command in (
            [sys.executable, "-m", "trackagoat_pandas", "--help"],
            [Path(sys.executable).with_name("trackagoat-pandas"), "--help"],
        )
    ]
    assert said[0] == said[1]
    assert said[0].startswith("usage: trackagoat-pandas")
