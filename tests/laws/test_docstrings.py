"""Every example in a docstring runs and shows what it says."""

from __future__ import annotations

import ast
import builtins
import doctest
import importlib
import re
from pathlib import Path

import pytest

import trackagoat_pandas as tgp

PACKAGE = Path(__file__).parents[2] / "trackagoat_pandas"


def with_examples() -> list[str]:
    return [
        ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        for path in sorted(PACKAGE.rglob("*.py"))
        if ">>> " in path.read_text()
    ]


@pytest.mark.parametrize("name", with_examples())
def test_examples_run(name):
    results = doctest.testmod(importlib.import_module(name))
    assert results.attempted > 0
    assert results.failed == 0


def undefined_in(docstring: str) -> set[str]:
    """Names that the examples of a docstring use and don't define."""
    used: set[str] = set()
    known = set(dir(builtins))
    for example in doctest.DocTestParser().get_examples(docstring):
        for node in ast.walk(ast.parse(example.source)):
            if isinstance(node, ast.Import | ast.ImportFrom):
                known |= {(one.asname or one.name).partition(".")[0] for one in node.names}
            elif isinstance(node, ast.arg):
                known.add(node.arg)
            elif isinstance(node, ast.Name):
                (known if isinstance(node.ctx, ast.Store) else used).add(node.id)
    return used - known


def test_examples_of_public_names_run_where_they_are_pasted():
    found = {}
    for holder in (tgp, tgp.plots, tgp.actions):
        for name in dir(holder):
            given = getattr(holder, name)
            inner = vars(given).values() if isinstance(given, type) else ()
            for each in (given, *inner):
                text = getattr(each, "__doc__", None)
                if not name.startswith("_") and isinstance(text, str) and undefined_in(text):
                    found[name] = undefined_in(text)
    assert undefined_in(">>> diff(a)\n") == {"diff", "a"}
    assert found == {}


def test_rules_are_cited_by_name_and_not_by_a_section_that_readers_do_not_have():
    cited = re.compile(r"contract,?\s+sections?\b|contract\.md|\bsections?\s+\d", re.IGNORECASE)
    assert [path for path in PACKAGE.rglob("*.py") if cited.search(path.read_text())] == []
