"""A public name is declared once, in ``_homes``, and all other lists agree with it."""

from __future__ import annotations

import re
from functools import reduce
from importlib import import_module
from pathlib import Path

import pytest

import trackagoat_pandas as tgp
from tests.stub import (
    ACCESSOR,
    INDEX,
    PLOTS_STUB,
    STUB,
    accessor_stub,
    calls,
    code_of,
    index,
    plots_stub,
    stub,
)
from trackagoat_pandas._homes import HOMES, PLOTS, VERBS

README = Path(__file__).parents[2] / "README.md"


@pytest.mark.parametrize("name", HOMES)
def test_a_name_is_found_where_it_is_declared(name):
    value = getattr(tgp, name)
    assert value is getattr(import_module(f"trackagoat_pandas.{HOMES[name]}"), name)
    assert value.__module__ == f"trackagoat_pandas.{HOMES[name]}" or name.startswith("TrackaGoat")
    assert value.__doc__


def test_names_are_declared_in_order():
    for names in (HOMES, VERBS, PLOTS):
        assert list(names) == sorted(names), "put the new name in its alphabetical place"


def test_the_stub_has_the_names_that_are_declared():
    assert STUB.read_text() == stub(), "run python -m tests.stub"
    assert PLOTS_STUB.read_text() == plots_stub(), "run python -m tests.stub"


def test_the_accessors_stub_has_the_signatures_of_their_functions():
    assert ACCESSOR.read_text() == accessor_stub(), "run python -m tests.stub"


def test_the_list_of_functions_has_each_with_its_summary_and_notebooks():
    assert INDEX.read_text() == index(), "run python -m tests.stub"
    functions = {name for name in HOMES if name.islower()}
    public = {*functions, *tgp.plots.__all__, *tgp.widgets.__all__, *tgp.actions.__all__}
    listed = {name.rpartition(".")[2] for name in re.findall(r"^\| `(.*?)`", index(), re.MULTILINE)}
    assert listed == public


def questions():
    """The rows of the README's table of questions: functions, and the notebooks that answer."""
    table = README.read_text().partition("| question |")[2].partition("\n\n")[0]
    for row in table.splitlines()[2:]:
        _, question, functions, answers, _ = row.split("|")
        yield (
            question.strip(),
            re.findall("`(.*?)`", functions),
            re.findall(r"\]\((.*?)\)", answers),
        )


@pytest.mark.parametrize(
    ("functions", "notebooks"),
    [row[1:] for row in questions()],
    ids=[row[0] for row in questions()],
)
def test_a_question_of_the_readme_is_answered_in_the_notebook_that_it_links(functions, notebooks):
    text = "\n".join(code_of(README.parent / file) for file in notebooks)
    for path in functions:
        assert callable(reduce(getattr, path.split("."), tgp))
        assert calls(f"tgp.{path}", text), f"{path} isn't shown there"


@pytest.mark.parametrize("module", [tgp.actions, tgp.plots, tgp.widgets])
def test_a_public_module_lists_its_public_names_alone(module):
    assert sorted(module.__all__) == dir(module)
