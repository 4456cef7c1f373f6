"""Lists that loaders keep in a store, and take from it."""

from __future__ import annotations

import datetime as dt
import warnings
from typing import get_args

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.canned import Canned, connect_to
from tests.support.relays import Relay
from trackagoat_pandas import actions
from trackagoat_pandas.errors import (
    ContractWarning,
    StoreBusyError,
    StoreMissingError,
    TrackaGoatWarning,
)
from trackagoat_pandas.http.session import session_of
from trackagoat_pandas.load.reports import Report
from trackagoat_pandas.store.disk.folder import Archive
from trackagoat_pandas.store.disk.ledger import stored_moment
from trackagoat_pandas.tables import VIDEOS

PROJECT = "Q1 Brand Program"
HANDLES = ["@mossy_reef", "wild.vinyl"]


def assignments(client):
    return tgp.load_payout_assignments(
        tgp.load_payout_structures(PROJECT, client=client), client=client
    )


def method(client):
    id_ = tgp.load_payout_methods(client=client)["id"].iloc[0]
    return tgp.load_payout_methods(method=id_, client=client)


LOADS = {
    "projects": lambda client: tgp.load_projects(client=client),
    "creators": lambda client: tgp.load_creators(PROJECT, client=client),
    "search": lambda client: tgp.load_creators(search="reef", client=client),
    "videos": lambda client: tgp.load_videos(client=client),
    "videos of one": lambda client: tgp.load_videos(creator=HANDLES[0], client=client),
    "videos of several": lambda client: tgp.load_videos(PROJECT, creator=HANDLES, client=client),
    "campaigns": lambda client: tgp.load_campaigns(PROJECT, client=client),
    "annotations": lambda client: tgp.load_annotations(PROJECT, dates="2026", client=client),
    "goals": lambda client: tgp.load_goal_compliance(PROJECT, period="weekly", client=client),
    "comments": lambda client: tgp.load_comments(PROJECT, dates="2026-05", client=client),
    "methods": lambda client: tgp.load_payout_methods(client=client),
    "method": method,
    "structures": lambda client: tgp.load_payout_structures(client=client),
    "assignments": assignments,
    "accruals": lambda client: tgp.load_payout_accruals(PROJECT, client=client),
    "payments": lambda client: tgp.load_payout_payments(PROJECT, dates="2026", client=client),
    "path": lambda client: tgp.load_path("/videos", limit=50, client=client),
    "data model": lambda client: tgp.load_data_model(client=client),
    **{
        name: lambda client, name=name: tgp.load_report(
            name, PROJECT, dates=None if name in UNDATED else "2026-05", client=client
        )
        for name in get_args(Report)
    },
}
UNDATED = ("goal-compliance", "member-overlap")


def client_of(box, app=None, **settings):
    settings = {"rate_limit": None, "progress": False, **settings}
    return tgp.connect(box.key, base_url=box.base_url, transport=app or box.app, **settings)


@pytest.mark.parametrize("backend", ["max_age", "offline"])
@pytest.mark.parametrize("name", LOADS)
def test_what_was_loaded_once_comes_from_the_store_without_a_request(box, tmp_path, name, backend):
    with client_of(box, store=tmp_path, max_age="1h") as client:
        first = LOADS[name](client)
    again = {"max_age": "1h"} if backend == "max_age" else {"offline": True}
    with client_of(box, store=tmp_path, **again) as client:
        second = LOADS[name](client)
        assert client.requests_sent == 0
    pd.testing.assert_frame_equal(first, second)
    facts, before = second.goat.provenance, first.goat.provenance
    assert facts["requests"] == 0
    assert facts["complete"] is True
    assert facts["path"] == before["path"]
    assert facts["params"] == before["params"]


def test_a_frame_of_the_store_says_when_it_was_fetched(box, tmp_path):
    with client_of(box, store=tmp_path, max_age="1h"):
        first = tgp.load_videos(PROJECT).goat.provenance
        facts = tgp.load_videos(PROJECT).goat.provenance
    assert "store" not in first
    assert facts["store"]["part"] == "all"
    assert facts["store"]["fetched_at"] == first["fetched_at"]
    assert facts["store"]["observed_at"] == "2026-06-15T12:00:00+00:00"


def test_without_max_age_every_list_is_asked_for_and_kept(box, tmp_path):
    with client_of(box, store=tmp_path) as client:
        facts = [tgp.load_projects().goat.provenance for _ in range(2)]
        kept = session_of(client).archive.lists.snapshots("projects")
    assert [one["requests"] for one in facts] == [1, 1]
    assert len(kept) == 2


def test_the_list_of_a_project_is_taken_from_that_of_all(box, tmp_path):
    with client_of(box, store=tmp_path, max_age=dt.timedelta(hours=1)) as client:
        expected = tgp.load_videos(PROJECT)
        session_of(client).archive.ledger.rows("DELETE FROM snapshots")
        tgp.load_videos()
        before = client.requests_sent
        found = tgp.load_videos(PROJECT)
        assert client.requests_sent == before
    pd.testing.assert_frame_equal(found, expected)


def test_the_other_dtype_backend_comes_from_the_store_too(box, tmp_path):
    with client_of(box, store=tmp_path, max_age="1h") as client:
        tgp.load_videos(PROJECT)
        before = client.requests_sent
        found = tgp.load_videos(PROJECT, dtype_backend="pyarrow")
        assert client.requests_sent == before
    with client_of(box):
        expected = tgp.load_videos(PROJECT, dtype_backend="pyarrow")
    pd.testing.assert_frame_equal(found, expected)


def test_a_list_older_than_max_age_is_asked_for(tmp_path):
    with (
        tgp.sandbox(rate_limit=None) as box,
        client_of(box, store=tmp_path, max_age="1h") as client,
    ):
        tgp.load_videos(PROJECT)
        before = client.requests_sent
        box.advance(dt.timedelta(minutes=50))
        tgp.load_projects()  # by which the store learns the server's time
        at_first = tgp.load_videos(PROJECT).goat.provenance["requests"]
        box.advance(dt.timedelta(minutes=20))
        tgp.load_payout_methods()
        later = tgp.load_videos(PROJECT).goat.provenance["requests"]
        assert client.requests_sent == before + 1 + 1 + later
    assert at_first == 0
    assert later > 0


def test_a_write_makes_lists_too_old_also_for_another_client(tmp_path):
    with tgp.sandbox(rate_limit=None) as box:
        with client_of(box, store=tmp_path, max_age="1h"):
            video = tgp.load_videos(PROJECT)["id"].iloc[0]
            actions.update_video(video, title="Another title")
        with client_of(box, store=tmp_path, max_age="1h"):
            videos = tgp.load_videos(PROJECT)
    assert videos.set_index("id")["title"][video] == "Another title"
    assert videos.goat.provenance["requests"] > 0


def test_after_a_write_a_list_that_was_loaded_since_is_young_enough_again(tmp_path):
    with (
        tgp.sandbox(rate_limit=None, creators=3, days=40) as box,
        client_of(box, store=tmp_path, max_age="1h"),
    ):
        project = tgp.load_projects()["id"].iloc[0]
        actions.update_project(project, name="Renamed")
        # While the server's clock stands still, nothing shows which came first.
        still = [tgp.load_projects().goat.provenance["requests"] for _ in range(2)]
        box.advance(dt.timedelta(seconds=2))
        later = [tgp.load_projects().goat.provenance["requests"] for _ in range(2)]
    assert (still, later) == ([1, 1], [1, 0])


def test_what_a_load_warned_of_stays_in_the_provenance_and_is_not_said_again(tmp_path):
    app = Canned({"/campaigns": [{"id": "11111111-0000-4000-8000-000000000001"}]})
    with connect_to(app, store=tmp_path, max_age="1h") as client:
        with pytest.warns(ContractWarning, match="that every row should have"):
            first = tgp.load_campaigns().goat.provenance
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            again = tgp.load_campaigns().goat.provenance
        assert client.requests_sent == 1
    assert again["missing"] == first["missing"] != []


def test_an_incomplete_or_a_later_part_of_a_list_is_not_kept(box, tmp_path):
    with client_of(box, store=tmp_path) as client:
        cursor = client.get("/videos", {"limit": 100}).meta.next_cursor
        tgp.load_path("/videos", cursor=cursor)
        tgp.load_path("/analytics/aggregate/video-leaderboard", offset=100, limit=100,
                      project_id=tgp.load_projects()["id"].iloc[1])  # fmt: skip
        assert {one.table_name for one in session_of(client).archive.lists.snapshots()} == {
            "projects"
        }


def test_offline_says_what_the_store_has_instead(box, tmp_path):
    with client_of(box, store=tmp_path):
        tgp.load_campaigns()
        tgp.load_videos()
    with client_of(box, store=tmp_path, offline=True) as client:
        said = r"has no goal_compliance of .*It has no such lists"
        project = tgp.load_campaigns()["project_id"].iloc[0]
        with pytest.raises(StoreMissingError, match=said):
            tgp.load_goal_compliance(project)
        with pytest.raises(StoreMissingError, match="no answer to GET /projects"):
            tgp.load_videos("Unknown")
        with pytest.raises(StoreMissingError, match="no answer to POST"):
            actions.create_campaign(project, "Summer")
        assert client.requests_sent == 0


def test_a_name_that_is_new_is_looked_up_again(tmp_path):
    with tgp.sandbox(rate_limit=None) as box:
        with client_of(box, store=tmp_path, max_age="1h"):
            tgp.load_videos(PROJECT)
        with client_of(box):
            project = tgp.load_projects()["id"].iloc[0]
            actions.create_campaign(project, "Brand new")
        with client_of(box, store=tmp_path, max_age="1h"):
            views = tgp.load_analytics("campaign", "Brand new", "views", dates="2026-05")
    assert set(views["label"]) <= {"Brand new"}


def test_a_key_that_an_answer_repeats_is_not_stored(box, tmp_path):
    def showing(request, go_on):
        status, headers, body = go_on()
        headers = [pair for pair in headers if pair[0].lower() != "content-length"]
        return status, headers, body.replace(b'"Q1 Brand Program"', f'"{box.key}"'.encode())

    with client_of(box, Relay(box.app, showing), store=tmp_path):
        tgp.load_projects()
        tgp.load_videos("Summer Launch")
    stored = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert stored
    assert all(box.key.encode() not in file.read_bytes() for file in stored)


def test_a_snapshot_that_cannot_be_read_is_asked_for_again(box, tmp_path):
    with client_of(box, store=tmp_path, max_age="1h"):
        tgp.load_projects()
        (part,) = tmp_path.glob("parts/projects/*/*.parquet")
        part.unlink()
        assert tgp.load_projects().goat.provenance["requests"] == 1


def test_snapshots_are_kept_by_the_servers_time(box, tmp_path):
    with client_of(box, store=tmp_path):
        tgp.load_videos(PROJECT)
    (kept,) = Archive(tmp_path).lists.snapshots(VIDEOS.name)
    assert kept.observed_at == dt.datetime(2026, 6, 15, 12, tzinfo=dt.UTC)


def test_an_offline_client_writes_nothing(box, tmp_path):
    with client_of(box, store=tmp_path):
        tgp.load_videos(PROJECT)
    before = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*") if file.is_file()}
    with client_of(box, store=tmp_path, offline=True):
        tgp.load_videos(PROJECT)
        after = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*") if file.is_file()}
    written = {file.name for file in after if after[file] != before.get(file)}
    assert written <= {"ledger.sqlite-wal", "ledger.sqlite-shm"}  # which SQLite makes to read


def test_a_write_that_cannot_be_noted_in_the_store_is_reported_as_done(tmp_path):
    with (
        tgp.sandbox(rate_limit=None) as box,
        client_of(box, store=tmp_path, max_age="1h") as client,
    ):
        video = tgp.load_videos(PROJECT)["id"].iloc[0]
        session_of(client).archive.ledger.close()
        (tmp_path / "ledger.sqlite").rename(tmp_path / "away.sqlite")
        with pytest.warns(TrackaGoatWarning, match="With max_age, lists of before the write"):
            done = actions.update_video(video, title="Another title")
        (tmp_path / "away.sqlite").rename(tmp_path / "ledger.sqlite")
    assert done["title"].iloc[0] == "Another title"


def test_a_list_that_cannot_be_kept_is_handed_over_with_the_error(box, tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise StoreBusyError("program", pid=7, host="farm", what="compact")

    with client_of(box, store=tmp_path) as client:
        monkeypatch.setattr(session_of(client).archive.lists, "keep", refuse)
        with pytest.raises(StoreBusyError, match="process 7 on farm") as caught:
            tgp.load_projects()
        assert caught.value.partial.equals(tgp.load_projects(client=client_of(box)))


def test_a_resource_from_the_store_says_when_it_was_fetched(box, tmp_path):
    with client_of(box, store=tmp_path) as client:
        came = method(client).goat.provenance
        then = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=40)
        with session_of(client).archive.ledger.transaction() as connection:
            connection.execute("UPDATE answers SET kept_at = ?", (stored_moment(then),))
    with client_of(box, store=tmp_path, max_age="1h") as client:
        facts = tgp.load_payout_methods(method=came["path"].split("/")[-1]).goat.provenance
    assert facts["requests"] == 0
    age = dt.datetime.now(dt.UTC) - dt.datetime.fromisoformat(facts["fetched_at"])
    assert dt.timedelta(minutes=39) < age < dt.timedelta(minutes=50)
