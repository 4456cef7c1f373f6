"""Lengths of time have units: numpy 2.5 warns of those that have none."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import trackagoat_pandas as tgp

ROOT = Path(tgp.__file__).parent


def without_unit(source):
    """The lines that make a timedelta64 of no unit, in a call or as the name of a dtype."""
    found = []
    for node in ast.walk(ast.parse(source)):
        is_call = isinstance(node, ast.Call) and ast.unparse(node.func).endswith("timedelta64")
        of_call = is_call and len(node.args) + len(node.keywords) < 2
        of_dtype = isinstance(node, ast.Constant) and node.value in ("timedelta64", "m8")
        if of_call or of_dtype:
            found.append(node.lineno)
    return found


def test_no_length_of_time_is_without_its_unit():
    sources = {path: path.read_text("utf-8") for path in ROOT.rglob("*.py")}
    found = {
        str(path): without_unit(source)
        for path, source in sources.items()
        if "m8" in source or "timedelta64" in source
    }
    assert len(found) > 3
    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("np.timedelta64(1)", [1]),
        ("x\ny.astype('timedelta64')", [2]),
        ("np.timedelta64(1, 'D')", []),
        ("y.astype('timedelta64[us]')", []),
    ],
)
def test_one_without_its_unit_is_found(source, lines):
    assert without_unit(source) == lines
