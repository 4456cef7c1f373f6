"""A helper has the arguments that what it calls may ask its caller for."""

from __future__ import annotations

import ast
import inspect
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

import trackagoat_pandas as tgp
from trackagoat_pandas._homes import HOMES

HELPERS = [name for name in HOMES if HOMES[name].startswith(("helpers.", "showing."))]
ASKING = {"known_zone": "timezone", "moment_of": "now"}
"""Functions whose errors name an argument of the helper that calls them."""


@cache
def calls_of(module: str) -> dict[str, set[tuple[str, str]]]:
    """The functions of the package that each function or class of a module names."""
    tree = ast.parse(Path(find_spec(module).origin).read_text())
    known = {node.name: (module, node.name) for node in tree.body if hasattr(node, "name")}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module.startswith("trackagoat_pandas."):
            known |= {alias.name: (node.module, alias.name) for alias in node.names}
    return {
        node.name: {known[one.id] for one in ast.walk(node) if getattr(one, "id", "") in known}
        for node in tree.body
        if hasattr(node, "name")
    }


def reached_from(module: str, name: str) -> set[str]:
    """The names of all functions that a function may come to call."""
    found, left = set(), [(module, name)]
    while left:
        each = left.pop()
        if each not in found:
            found.add(each)
            if find_spec(each[0]) is not None:
                left += calls_of(each[0]).get(each[1], ())
    return {name for _, name in found}


@pytest.mark.parametrize("asking", ASKING)
def test_a_helper_that_asks_for_an_argument_has_it(asking):
    argument = ASKING[asking]
    calling = [
        name for name in HELPERS if asking in reached_from(f"trackagoat_pandas.{HOMES[name]}", name)
    ]
    without = [
        name for name in calling if argument not in inspect.signature(getattr(tgp, name)).parameters
    ]
    assert without == [], f"give them {argument}=, since the error of {asking} names it"
    assert len(calling) > 2
