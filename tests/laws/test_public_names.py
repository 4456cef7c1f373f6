"""A public name is declared once, in ``_homes``, and all other lists agree with it."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

import trackagoat_pandas as tgp
from tests.stub import ACCESSOR, PLOTS_STUB, STUB, accessor_stub, plots_stub, stub
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


def test_the_readme_names_every_public_function():
    named = set(re.findall(r"[`(.]([a-zA-Z_]+)", README.read_text()))
    functions = {name for name in HOMES if name.islower()}
    public = {*functions, *tgp.plots.__all__, *tgp.widgets.__all__, *tgp.actions.__all__}
    assert public - named == set(), "name it in the README, as in 'Helpers and plots'"


@pytest.mark.parametrize("module", [tgp.actions, tgp.plots, tgp.widgets])
def test_a_public_module_lists_its_public_names_alone(module):
    assert sorted(module.__all__) == dir(module)
