"""What the package requires can be had in Pyodide, by the lock of the version that is stored."""

from __future__ import annotations

import json
import re
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
LOCK = json.loads((ROOT / "tests" / "data" / "pyodide_lock.json").read_text("utf-8"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
BROWSER = {"sys_platform": "emscripten"}
REQUIRED = {
    needed.name: needed
    for needed in map(Requirement, PROJECT["dependencies"])
    if needed.marker is None or needed.marker.evaluate(BROWSER)
}


def test_each_dependency_is_in_the_lock_or_comes_from_pypi_as_a_pure_wheel():
    assert set(REQUIRED) == {*LOCK["packages"], *LOCK["from_pypi"]}


@pytest.mark.parametrize("name", LOCK["packages"])
def test_the_version_in_the_lock_is_allowed(name):
    assert REQUIRED[name].specifier.contains(LOCK["packages"][name])


def test_python_of_the_lock_is_allowed():
    [floor] = re.findall(r">=3\.(\d+)", PROJECT["requires-python"])
    assert int(floor) <= int(LOCK["python"].split(".")[1])


@pytest.mark.skipif(
    find_spec("jupyterlite_pyodide_kernel") is None, reason="the extra live isn't installed"
)
def test_the_stored_lock_is_that_of_the_live_page():
    from jupyterlite_pyodide_kernel.constants import PYODIDE_VERSION

    assert LOCK["pyodide"] == PYODIDE_VERSION
