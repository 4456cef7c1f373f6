"""The site of the live page: the tour, without outputs, and the package's wheel beside it."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "notebooks" / "_site" / "live" / "build.py"


def load():
    spec = importlib.util.spec_from_file_location("live_build", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


live = load()
needs_extra = pytest.mark.skipif(
    not all(map(importlib.util.find_spec, live.NEEDED)), reason="the extra live isn't installed"
)


def test_the_live_tour_installs_the_package_first_and_shows_nothing_yet():
    tour = json.loads(live.TOUR.read_text("utf-8"))
    first, *others = live.live_tour(tour)["cells"]
    assert first["source"] == "%pip install -q trackagoat-pandas"
    assert [cell["source"] for cell in others] == [cell["source"] for cell in tour["cells"]]
    assert [cell for cell in others if cell.get("outputs")] == []
    assert any(cell["outputs"] for cell in tour["cells"] if cell["cell_type"] == "code")


def test_without_the_extra_nothing_is_built(tmp_path, monkeypatch):
    monkeypatch.setattr(live, "find_spec", lambda name: None)
    assert live.build(tmp_path / "out") is False
    assert not (tmp_path / "out").exists()


@needs_extra
def test_the_site_has_the_tour_and_the_wheel_and_no_path_of_this_machine(tmp_path):
    out = tmp_path / "out"
    assert live.build(out)
    page, _, query = live.START.partition("?path=")
    assert (out / page).is_file()
    assert json.loads((out / "files" / query).read_text("utf-8"))["cells"][0]["source"]
    [wheel] = (out / "pypi").glob("trackagoat_pandas-*-py3-none-any.whl")
    assert wheel.name in (out / "pypi" / "all.json").read_text("utf-8")
    texts = [file for file in out.rglob("*.json") if file.is_file()]
    paths = [str(ROOT), str(tmp_path), str(Path.home())]
    assert [file for file in texts if any(path in file.read_text("utf-8") for path in paths)] == []
    config = json.loads((out / "jupyter-lite.json").read_text("utf-8"))["jupyter-config-data"]
    assert len(config["federated_extensions"]) == len(live.EXTENSIONS)
