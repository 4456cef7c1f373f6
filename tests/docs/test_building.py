"""The pages on how it is built, and the picture that is made from the imports."""

from __future__ import annotations

import importlib.util
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests import test_architecture as tested

SITE = Path(__file__).parents[2] / "notebooks" / "_site"
PAGES = sorted((SITE / "pages" / "building").glob("*.md"))
PARTS = ["Context", "Decision", "Measured", "What would change our mind"]


def loaded(name):
    spec = importlib.util.spec_from_file_location(f"site_{name}", SITE / "generate" / f"{name}.py")
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


@pytest.fixture(scope="module")
def read(architecture):
    return architecture.read_modules()


def test_floors_and_imports_are_those_of_the_tests(architecture, edges, read):
    assert [{*units} for units in architecture.read_floors()] == tested.FLOORS
    assert {unit: set().union(*modules) for unit, modules in read.items()} == edges
    assert sum(map(len, read.values())) == len(tested.MODULES)


def test_each_part_has_a_box_and_each_import_above_the_foundation_a_line_down(
    architecture, edges, read, tmp_path, monkeypatch
):
    monkeypatch.setattr(architecture, "read_modules", lambda: read)
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


def test_pages_have_a_heading_a_sentence_and_what_they_include():
    with_includes = loaded("includes").with_includes
    assert len(PAGES) == 5
    for page in PAGES:
        source = page.read_text("utf-8")
        assert re.match(r"# [A-Z][a-z ]+\n\n[A-Z]", source)
        whole = with_includes(source, page.parent)
        assert "{include}" not in whole
        headings = re.findall("^#+ .+$", whole, re.MULTILINE)
        assert len(headings) == len({*headings})


def test_each_decision_has_its_measurement_and_what_would_change_our_mind():
    (page,) = (page for page in PAGES if page.stem == "decisions")
    _, *decisions = re.split(r"^## \d+\. ", page.read_text("utf-8"), flags=re.MULTILINE)
    assert len(decisions) >= 10
    for decision in decisions:
        assert re.findall(r"^\*\*(.+?)\.\*\* ", decision, re.MULTILINE) == PARTS
        measured = decision.partition("**Measured.**")[2].partition("**What")[0]
        assert re.search(r"\d", measured)
