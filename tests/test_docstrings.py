"""Every example in a docstring runs and shows what it says."""

from __future__ import annotations

import doctest
import importlib
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "trackagoat_pandas"


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


def test_rules_are_cited_by_name_and_not_by_a_section_that_readers_do_not_have():
    cited = re.compile(r"contract,?\s+sections?\b|contract\.md|\bsections?\s+\d", re.IGNORECASE)
    assert [path for path in PACKAGE.rglob("*.py") if cited.search(path.read_text())] == []
