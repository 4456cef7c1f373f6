"""The fixtures for users' own tests, here and in a fresh project of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import pytest_trackagoat
import trackagoat_pandas as tgp
from tests.support.waiting import PATIENCE_S
from trackagoat_pandas.errors import ClosedClientError, MissingKeyError
from trackagoat_pandas.http.client import default_client, set_default
from trackagoat_pandas.sandbox import Faults

PROJECT = "Q1 Brand Program"
ROOT = Path(__file__).parents[1]
THREE_LINES = """
    import trackagoat_pandas as tgp
    def test_most_videos_have_a_title(goat_client):
        assert tgp.load_videos("Q1 Brand Program")["title"].notna().mean() > 0.9
"""


def ran(folder, test, *options):
    """Run pytest on one file in a folder that has nothing else; return what it said."""
    (folder / "test_it.py").write_text(textwrap.dedent(test))
    home = folder / "home"
    home.mkdir(exist_ok=True)
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "pytest_trackagoat",
         "--strict-markers", "-W", "error", *options],
        cwd=folder,
        env={
            **kept,
            "HOME": str(home),
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # others may import anything
        },
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )  # fmt: skip
    assert not done.stderr, done.stderr
    assert not [*home.iterdir()]
    return done.stdout


def test_three_lines_are_a_test_in_a_fresh_project(tmp_path):
    assert "1 passed" in ran(tmp_path, THREE_LINES)


def test_a_session_that_does_not_use_the_fixtures_imports_nothing_of_ours(tmp_path):
    said = ran(
        tmp_path,
        """
        import sys
        def test_modules():
            assert "pytest_trackagoat" in sys.modules
            roots = {name.partition(".")[0] for name in sys.modules}
            assert not roots & {"trackagoat_pandas", "pandas", "numpy", "werkzeug", "httpx"}
        """,
    )
    assert "1 passed" in said


def test_pytest_lists_the_fixtures_and_the_marker(tmp_path):
    fixtures = ran(tmp_path, "", "--fixtures")
    for name in ("goat_sandbox", "goat_client", "goat_clock", "goat_faults"):
        assert re.search(
            rf"^{name} .*pytest_trackagoat.py:\d+\n    Return ", fixtures, re.MULTILINE
        )
    assert "@pytest.mark.goat(creators=5, days=60, seed=7, ...): " in ran(tmp_path, "", "--markers")


WRONG = {
    "(creatrs=5)": "creatrs is no option of the sandbox, which has seed, days, creators",
    "(5)": ": 5 is no option of the sandbox, .*, by name",
    "(creators=0)": "creators=0",
}


def test_a_marker_that_makes_no_world_says_why(tmp_path):
    tests = [
        f"@pytest.mark.goat{mark}\ndef test_{place}(goat_sandbox):\n    pass"
        for place, mark in enumerate(WRONG)
    ]
    said = ran(tmp_path, "\n".join(["import pytest", *tests]))
    assert f"{len(WRONG)} errors" in said
    for message in WRONG.values():
        assert re.search(message, said)


def creators_of(sandbox):
    return len(sandbox.database.rows("SELECT DISTINCT id FROM creators"))


def test_a_world_is_small(goat_sandbox):
    assert creators_of(goat_sandbox) == 5 + 2  # another organization has two


@pytest.mark.goat(creators=3, seed=11)
class TestMarked:
    def test_the_marker_of_a_class_changes_its_tests_worlds(self, goat_sandbox):
        assert creators_of(goat_sandbox) == 3 + 2

    @pytest.mark.goat(creators=4, now="2026-03-02T12:00:00Z")
    def test_the_marker_next_to_a_test_counts_and_the_rest_is_kept(self, goat_sandbox):
        assert creators_of(goat_sandbox) == 4 + 2
        assert goat_sandbox.now == datetime(2026, 3, 2, 12, tzinfo=UTC)
        (chance,) = goat_sandbox.database.rows("SELECT seed FROM chance")
        assert chance["seed"] == 11


@pytest.mark.parametrize("turn", [1, 2])
def test_what_a_test_writes_no_other_test_sees(goat_client, turn):
    before = tgp.load_creators(PROJECT)["tiktok_handle"].tolist()
    assert "new_goat" not in before
    tgp.actions.add_creators(PROJECT, "new_goat")
    assert "new_goat" in tgp.load_creators(PROJECT)["tiktok_handle"].tolist()


def test_loaders_use_the_client_by_default(goat_client, goat_sandbox):
    assert default_client() is goat_client
    tgp.load_projects()
    assert [entry.target for entry in goat_sandbox.log] == ["/api/v1/projects?limit=100"]


def test_code_that_connects_itself_reaches_the_sandbox(goat_client, goat_sandbox):
    with tgp.connect(progress=False) as own:
        assert own.base_url == goat_client.base_url
        tgp.load_projects(client=own)
    assert goat_sandbox.requests == 1


@pytest.fixture
def made():
    """Make the client's fixture by hand, so that its end is seen too."""
    monkeypatch = pytest.MonkeyPatch()
    with tgp.sandbox(creators=3, days=30) as box:
        steps = pytest_trackagoat.goat_client.__wrapped__(box, monkeypatch)
        yield steps
    monkeypatch.undo()


def end(steps):
    with pytest.raises(StopIteration):
        next(steps)


def test_the_default_client_of_before_is_restored(made, client):
    set_default(client)
    mine = next(made)
    assert default_client() is mine
    end(made)
    assert default_client() is client
    assert not client.closed


def test_there_is_no_default_client_after_a_test_if_there_was_none(made, monkeypatch):
    set_default(None)
    mine = next(made)
    end(made)
    with pytest.raises(ClosedClientError, match="closed"):
        mine.get("/projects")
    for name in ("TRACKAGOAT_API_KEY", "TRACKAGOAT_BASE_URL"):
        monkeypatch.delenv(name)
    with pytest.raises(MissingKeyError, match="key"):
        default_client()


def test_a_planned_fault_hits_the_next_request(goat_client, goat_faults, goat_sandbox):
    tgp.load_projects()
    goat_faults(Faults(plan={1: "429"}, retry_after_s=0))
    tgp.load_projects()
    assert [entry.status for entry in goat_sandbox.log] == [200, 429, 200]


def test_a_write_whose_answer_is_lost_is_carried_out_once(goat_client, goat_faults, goat_sandbox):
    goat_faults({2: "lost"})
    tgp.actions.create_project("Own")
    asked = [(entry.method, entry.status) for entry in goat_sandbox.log]
    # The last one looks whether the project of a repeated response is still there.
    assert asked == [("GET", 200), ("POST", 0), ("POST", 201), ("GET", 200)]
    assert tgp.load_projects()["name"].tolist().count("Own") == 1


def test_an_empty_plan_ends_all_faults(goat_client, goat_faults, goat_sandbox):
    goat_faults(Faults(rate=1.0, kinds=("500",)))
    goat_faults({})
    tgp.load_projects()
    assert [entry.status for entry in goat_sandbox.log] == [200]


def test_an_unknown_fault_is_refused(goat_faults):
    with pytest.raises(ValueError, match=r"unknown kinds of fault: .*'503'"):
        goat_faults({1: "503"})


def test_the_clock_stands_still_until_it_is_advanced(goat_client, goat_clock):
    before = goat_clock.now
    assert goat_clock.now == before
    assert goat_clock.advance(days=3, hours=1) == before + timedelta(days=3, hours=1)
    assert goat_clock.advance(timedelta(minutes=30), minutes=30) == before + timedelta(
        days=3, hours=2
    )
    videos = tgp.load_videos(PROJECT)
    assert videos.goat.provenance["server_time"].startswith(f"{goat_clock.now:%Y-%m-%dT%H:%M}")


def test_views_grow_as_time_passes(goat_client, goat_clock):
    before = tgp.load_videos(PROJECT)["view_count"].sum()
    goat_clock.advance(days=3)
    assert tgp.load_videos(PROJECT)["view_count"].sum() > before


def test_the_clock_does_not_go_back(goat_clock):
    with pytest.raises(ValueError, match="can't go back"):
        goat_clock.advance(days=-1)
