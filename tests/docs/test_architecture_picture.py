"""The picture of the architecture shows the floors and the imports that the tests of them know."""

from __future__ import annotations

import importlib.util
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests import test_architecture as tested

GENERATE = Path(__file__).parents[2] / "notebooks" / "_site" / "generate"


def loaded(name):
    spec = importlib.util.spec_from_file_location(f"site_{name}", GENERATE / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def architecture():
    return loaded("architecture")


@pytest.fixture(scope="module")
def edges():
    """Which part of the package imports which, by the test of the architecture."""
    found = {}
    for path in tested.MODULES:
        unit = tested.unit_of(path)
        names = map(tested.imported_unit, tested.own_imports(tested.tree_of(path)))
        found.setdefault(unit, set()).update({*names} - {unit})
    return found


def test_floors_and_imports_are_those_of_the_tests(architecture, edges):
    assert [{*units} for units in architecture.read_floors()] == tested.FLOORS
    read = architecture.read_modules()
    assert {unit: set().union(*modules) for unit, modules in read.items()} == edges
    assert sum(map(len, read.values())) == len(tested.MODULES)


def test_each_part_has_a_box_and_each_import_above_the_foundation_a_line_down(
    architecture, edges, tmp_path
):
    path = tmp_path / "architecture.svg"
    architecture.draw(path)
    assert path.stat().st_size < 40_000
    root = ET.parse(path).getroot()
    tag = "{http://www.w3.org/2000/svg}"
    names = {"".join(text.itertext()) for text in root.iter(f"{tag}text")}
    called = {architecture.SHOWN.get(unit, unit) for unit in edges}
    assert {re.sub(r"\d+$", "", name) for name in names} == called
    lines = [path.get("d") for path in root.iter(f"{tag}path")]
    assert len(lines) == sum(len(targets - architecture.FOUNDATION) for targets in edges.values())
    for drawn in lines:
        first, *_, last = re.findall(r"\d+ (\d+)", drawn)
        assert int(first) < int(last)


def test_a_page_has_the_text_of_the_files_that_it_includes(tmp_path):
    with_includes = loaded("includes").with_includes
    (tmp_path / "other.md").write_text("# All\n\n## One\n\nfirst\n\n## Two\n\nsecond\n")
    page = (
        "# Page\n\n```{include} other.md\n:start-after: ## One\n:end-before: ## Two\n```\n\nend\n"
    )
    assert with_includes(page, tmp_path) == "# Page\n\nfirst\n\nend\n"
    whole = with_includes("```{include} other.md\n```", tmp_path)
    assert whole == (tmp_path / "other.md").read_text().strip()
    with pytest.raises(ValueError, match=r"other\.md has no '## Three'"):
        with_includes(page.replace("## Two", "## Three"), tmp_path)
