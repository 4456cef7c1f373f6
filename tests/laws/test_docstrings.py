"""Docstrings say all that they should, and each example runs and shows what it says."""

from __future__ import annotations

import ast
import builtins
import doctest
import importlib
import inspect
import re
from functools import cache
from pathlib import Path

import pytest
from numpydoc.docscrape import NumpyDocString
from numpydoc.validate import validate

from tests.docstring_types import headings, home_of, public_names, typed_names, types_of, with_types

CODES = re.compile(r"SA0\d|EX01|PR\d\d|RT\d\d|YD01|GL07")
"""See Also, examples, parameters, what is returned or yielded, and the order of sections."""
FEWEST_LINKS, MOST_LINKS = 2, 5
VACUOUS = re.compile(r"^(bool|isinstance|len)\(|\.startswith\(| (==|!=|<|>|<=|>=|in) [^=]+$")
"""An expression that only says whether something is so."""
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
            elif isinstance(node, ast.ExceptHandler):
                known.add(node.name)
            elif isinstance(node, ast.Name):
                (known if isinstance(node.ctx, ast.Store) else used).add(node.id)
    return used - known


@cache
def documented() -> dict[str, tuple[str, object]]:
    """What is public: the docstring and the object of each name."""
    return {name: (inspect.getdoc(given) or "", given) for name, given in public_names()}


def of_all(find) -> dict[str, object]:
    """What a function finds in the docstrings of public names."""
    found = {name: find(name, text, given) for name, (text, given) in documented().items()}
    return {name: each for name, each in found.items() if each}


def test_examples_of_public_names_run_where_they_are_pasted():
    assert undefined_in(">>> diff(a)\n") == {"diff", "a"}
    assert of_all(lambda name, text, given: undefined_in(text)) == {}


def test_examples_show_something_to_look_at():
    def vacuous(name, text, given):
        examples = doctest.DocTestParser().get_examples(text)
        answers = [one for one in examples if one.want.strip() in {"True", "False"}]
        return [one.source for one in answers if VACUOUS.search(one.source.strip())]

    assert VACUOUS.search("set(a) <= {1, 2}")
    assert of_all(vacuous) == {}


@pytest.mark.filterwarnings("ignore:Widget:DeprecationWarning")  # numpydoc reads all attributes
def test_docstrings_have_all_that_numpydoc_asks_for():
    names = {".".join(home_of(given)) for _, given in documented().values()}
    found = {name: validate(name)["errors"] for name in sorted(names)}
    missing = [(name, *error) for name, errors in found.items() for error in errors]
    assert [each for each in missing if CODES.fullmatch(each[1])] == []


def test_types_of_parameters_are_those_of_the_annotations():
    wrong = {}
    for name, given in typed_names():
        lines, types = (inspect.getdoc(given) or "").split("\n"), types_of(given)
        said = [lines[place].partition(" : ")[0].split(", ") for place in headings(lines)]
        assert [each for names in said for each in names] == list(types), name
        if lines != with_types(lines, types):
            wrong[name] = types
    assert wrong == {}, "run python -m tests.stub"


def test_types_are_written_behind_names_of_one_type():
    lines = ['    """Count.', "", "    Parameters", "    ----------", "    a, b", "        Both."]
    lines += ["    c", "        Another.", '    """']
    same = with_types(lines, {"a": "int", "b": "int", "c": "str, optional"})
    changed = [line for line in same if line not in lines]
    assert changed == ["    a, b : int", "    c : str, optional"]
    assert with_types(lines, {"a": "int", "b": "str"}) == lines


def test_see_also_names_others_that_exist():
    def wrong(name, text, given):
        linked = [name for names, _ in NumpyDocString(text)["See Also"] for name, _ in names]
        is_few = FEWEST_LINKS <= len(set(linked)) == len(linked) <= MOST_LINKS
        # The sandbox's class is also called as a function of this name.
        own = {name, name.removeprefix("sandbox.").capitalize()} & {*linked}
        return [*own, *sorted({*linked} - documented().keys()), *([] if is_few else [linked])]

    assert of_all(wrong) == {}


def test_rules_are_cited_by_name_and_not_by_a_section_that_readers_do_not_have():
    cited = re.compile(r"contract,?\s+sections?\b|contract\.md|\bsections?\s+\d", re.IGNORECASE)
    assert [path for path in PACKAGE.rglob("*.py") if cited.search(path.read_text())] == []
