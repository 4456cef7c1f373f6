"""A public name is declared once, in ``_homes``, and all other lists agree with it."""

from __future__ import annotations

import re
from functools import reduce
from importlib import import_module

import pytest

import trackagoat_pandas as tgp
from tests.stub import (
    ACCESSOR,
    GUIDE,
    INDEX,
    NAMES,
    PLOTS_STUB,
    README,
    STUB,
    accessor_stub,
    calls,
    code_of,
    guide,
    index,
    names,
    needs_of,
    plots_stub,
    readme,
    stub,
    with_line,
)
from trackagoat_pandas._homes import HOMES, PLOTS, VERBS


@pytest.mark.parametrize("name", HOMES)
def test_a_name_is_found_where_it_is_declared(name):
    value = getattr(tgp, name)
    assert value is getattr(import_module(f"trackagoat_pandas.{HOMES[name]}"), name)
    assert value.__module__ == f"trackagoat_pandas.{HOMES[name]}" or name.startswith("TrackaGoat")
    assert value.__doc__


def test_names_are_declared_in_order():
    for declared in (HOMES, VERBS, PLOTS):
        assert list(declared) == sorted(declared), "put the new name in its alphabetical place"


def test_every_helper_and_plot_is_public():
    assert NAMES.read_text() == names(), "run python -m tests.stub"


@pytest.mark.parametrize(
    ("table", "entries", "name"),
    [
        ("HOMES", HOMES, "Client"), ("HOMES", HOMES, "leaderboard"), ("VERBS", VERBS, "resample"),
        ("VERBS", VERBS, "with_names"), ("PLOTS", PLOTS, "budget"),
    ],
)  # fmt: skip
def test_a_name_that_the_script_adds_stands_where_it_stood(table, entries, name):
    text = NAMES.read_text()
    within = text.index(f"{table}: ")
    line = re.compile(rf'^ {{4}}"{name}": f?"[^:]*",\n', re.MULTILINE).search(text, within)
    without = text[: line.start()] + text[line.end() :]
    added = with_line(without, table, name, entries[name])
    scope: dict[str, dict[str, str]] = {}
    exec(added, scope)
    assert list(scope[table].items()) == list(entries.items())


@pytest.mark.parametrize(
    ("home", "name"), [("helpers.creators", "engagement"), ("helpers.goals.odds", "goal_odds")]
)
def test_the_script_offers_a_verb_for_the_columns_that_it_needs(home, name):
    assert {*needs_of(home, name).split()} == {*VERBS[name].split()}


def test_the_script_takes_no_column_of_another_frame_for_one_of_the_first():
    assert needs_of("helpers.campaigns.members", "comments_of_campaigns") == ""
    assert {*needs_of("plots.campaigns", "campaigns").split()} == {"id", "items"}


def test_the_stub_has_the_names_that_are_declared():
    assert STUB.read_text() == stub(), "run python -m tests.stub"
    assert PLOTS_STUB.read_text() == plots_stub(), "run python -m tests.stub"


def test_the_accessors_stub_has_the_signatures_of_their_functions():
    assert ACCESSOR.read_text() == accessor_stub(), "run python -m tests.stub"


def test_the_list_of_functions_has_each_with_its_summary_and_notebooks():
    assert INDEX.read_text() == index(), "run python -m tests.stub"


def test_readme_and_guide_list_the_questions():
    assert README.read_text() == readme(), "run python -m tests.stub"
    assert GUIDE.read_text() == guide(), "run python -m tests.stub"
    functions = {name for name in HOMES if name.islower()}
    public = {*functions, *tgp.plots.__all__, *tgp.widgets.__all__, *tgp.actions.__all__}
    listed = {name.rpartition(".")[2] for name in re.findall(r"^\| `(.*?)`", index(), re.MULTILINE)}
    assert listed == public


def questions():
    """The rows of the README's table of questions: functions, and the notebooks that answer."""
    table = README.read_text().partition("| question | functions |")[2].partition("\n\n")[0]
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
