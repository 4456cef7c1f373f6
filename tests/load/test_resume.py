"""A load that broke off goes on where it stopped: by hand without a store, by itself with one."""

from __future__ import annotations

import datetime as dt
import signal
import sqlite3
import threading

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.heavy import every
from tests.support.canned import Canned, connect_to
from tests.support.children import child, said
from tests.support.relays import Gate, Relay, after, refusal, serving
from trackagoat_pandas import actions
from trackagoat_pandas.errors import (
    ArgumentError,
    DeadlineError,
    NotFoundError,
    PartialLoadError,
    StoreWriteError,
    TrackaGoatError,
    UnknownProjectError,
)
from trackagoat_pandas.http.session import session_of
from trackagoat_pandas.load.analytics import load_program_analytics
from trackagoat_pandas.load.loader import spelled
from trackagoat_pandas.store.disk.checkpoints import LONGEST_AGE
from trackagoat_pandas.store.disk.ledger import stored_moment

pytestmark = [
    pytest.mark.crash,
    pytest.mark.filterwarnings(
        # The rows of canned answers have no more fields than a test is about.
        "ignore:.* that every row should have:trackagoat_pandas.errors.ContractWarning"
    ),
]

ADA, BEN = (f"22222222-0000-4000-8000-00000000000{number}" for number in range(2))
PROJECT = "Q1 Brand Program"


class Breaking:
    """An answer for a Relay that refuses from some request on, until it is mended."""

    def __init__(self, breaks, status=400, *headers) -> None:
        self.breaks, self.refusal, self.is_mended = breaks, refusal(status, *headers), False

    def __call__(self, request, go_on):
        return self.refusal if self.breaks(request) and not self.is_mended else go_on()


def spent(breaks) -> Breaking:
    """The quota is used up for the day: no request helps before tomorrow."""
    return Breaking(breaks, 429, ("Retry-After", "40000"))


def client_of(app, box, **settings):
    settings = {"rate_limit": None, "progress": False, **settings}
    return tgp.connect(box.key, base_url=box.base_url, transport=app, **settings)


def test_a_list_that_broke_off_goes_on_at_the_cursor_in_the_error(box):
    breaking = Breaking(after(3))
    with client_of(Relay(box.app, breaking), box):
        said = r"load_path\('/videos', \.\.\., cursor=error\.resume_at\), with the same parameters"
        with pytest.raises(TrackaGoatError, match=said) as caught:
            tgp.load_videos()
        breaking.is_mended = True
        rest = tgp.load_path("/videos", cursor=caught.value.resume_at)
        whole = tgp.load_videos()
    joined = pd.concat([caught.value.partial, rest], ignore_index=True)
    assert len(caught.value.partial) == 300
    pd.testing.assert_frame_equal(joined, whole)
    pages = whole.goat.provenance["requests"]
    assert rest.goat.provenance["requests"] == pages - 3


def test_a_report_that_broke_off_goes_on_at_the_offset_in_the_error(box):
    breaking = Breaking(lambda request: request.query.get("offset") == "100")
    with client_of(Relay(box.app, breaking), box) as client:
        said = r"load_path\('/analytics/aggregate/video-leaderboard', \.\.\., offset="
        with pytest.raises(TrackaGoatError, match=said) as caught:
            tgp.load_report("video-leaderboard", PROJECT, dates="2026")
        breaking.is_mended = True
        asked = caught.value.partial.goat.provenance["params"]
        path = "/analytics/aggregate/video-leaderboard"
        rest = tgp.load_path(path, **asked, limit=100, offset=caught.value.resume_at)
        whole = tgp.load_report("video-leaderboard", PROJECT, dates="2026", client=client)
    assert caught.value.resume_at == 100
    assert [*caught.value.partial["video_id"], *rest["video_id"]] == whole["video_id"].tolist()


def test_a_list_that_fails_on_its_first_page_has_no_place_to_go_on_at(box):
    with (
        client_of(Relay(box.app, Breaking(after(0), 404)), box),
        pytest.raises(NotFoundError, match="/videos: HTTP 404") as caught,
    ):
        tgp.load_videos()
    assert caught.value.resume_at is None
    assert "resume_at" not in str(caught.value)


def test_lists_of_several_creators_have_no_single_place_to_go_on_at():
    def pages(query):
        if query.get("cursor"):
            return 400
        row = {"id": "a", "creator_id": query["creator_id"]}
        return {"data": [row], "error": None, "meta": {"hasMore": True, "nextCursor": "2"}}

    with connect_to(Canned({"/payout-payments": pages})) as client:
        with pytest.raises(TrackaGoatError, match="refused with 400") as one:
            tgp.load_path("/payout-payments", creator_id=ADA, client=client)
        with pytest.raises(TrackaGoatError, match="refused with 400") as several:
            tgp.load_payout_payments(creator=[ADA, BEN], client=client)
    assert one.value.resume_at == "2"
    assert several.value.resume_at is None
    assert len(several.value.partial) == 1


@pytest.mark.parametrize("offset", [-1, "next", 2.5, True])
def test_an_offset_that_is_no_number_of_rows_is_refused(client, offset):
    with pytest.raises(ArgumentError, match=r"offset=.* is not allowed: use a whole number"):
        tgp.load_path("/analytics/aggregate/video-leaderboard", offset=offset, client=client)


def unfinished(client) -> list:
    """The answers that the store keeps of loads, not of look-ups of names."""
    return session_of(client).archive.ledger.rows(
        "SELECT * FROM answers WHERE load NOT LIKE 'look-ups %'"
    )


def broken_off(load, *given) -> None:
    with pytest.raises(DeadlineError, match="come back at"):
        load(*given)


LOADS = {
    "projects": lambda client: tgp.load_projects(client=client),
    "videos": lambda client: tgp.load_videos(PROJECT, client=client),
    "videos of creators": lambda client: tgp.load_videos(
        PROJECT, creator=["@mossy_reef", "wild.vinyl"], client=client
    ),
    "goal compliance": lambda client: tgp.load_goal_compliance(PROJECT, client=client),
    "comments": lambda client: tgp.load_comments(PROJECT, client=client),
    "accruals": lambda client: tgp.load_payout_accruals(PROJECT, client=client),
    "report": lambda client: tgp.load_report(
        "video-leaderboard", PROJECT, dates="2026", client=client
    ),
    "path": lambda client: tgp.load_path("/videos", limit=50, client=client),
    "data model": lambda client: tgp.load_data_model(client=client),
    "a program's analytics": lambda client: load_program_analytics(
        PROJECT, "views", dates="2026-05", client=client
    ),
}


@pytest.mark.parametrize("name", LOADS)
def test_a_load_that_breaks_off_at_any_request_goes_on_there(box, tmp_path, name):
    load = LOADS[name]
    with client_of(box.app, box) as client:
        whole, pages = load(client), client.requests_sent
    for number in sorted({*range(0, pages, every(5)), pages - 1}):
        relay = Relay(box.app, breaking := spent(after(number)))
        with client_of(relay, box, store=tmp_path / str(number)) as client:
            broken_off(load, client)
        breaking.is_mended = True
        with client_of(relay, box, store=tmp_path / str(number)) as client:
            frame = load(client)
        pd.testing.assert_frame_equal(frame, whole)
        assert len(relay.asked) == pages + 1
        assert frame.goat.provenance["complete"] is True


def test_the_provenance_says_how_much_came_before_and_since_when(box, tmp_path):
    relay = Relay(box.app, breaking := spent(after(4)))
    with client_of(relay, box, store=tmp_path):
        broken_off(tgp.load_videos)
        breaking.is_mended = True
        facts = tgp.load_videos().goat.provenance
        again = tgp.load_videos().goat.provenance
    assert facts["resumed"]["answers"] == 4
    assert facts["resumed"]["since"].endswith(" UTC")
    assert facts["requests"] == again["requests"] - 4
    assert "resumed" not in again


def test_the_error_says_that_the_same_call_goes_on_there(box, tmp_path):
    said = r"The same call goes on there within 30 minutes"
    with (
        client_of(Relay(box.app, spent(after(3))), box, store=tmp_path),
        pytest.raises(TrackaGoatError, match=said) as error,
    ):
        tgp.load_videos()
    assert len(error.value.partial) == 300


def test_the_error_of_a_sync_says_so_once(box, tmp_path):
    with (
        client_of(Relay(box.app, spent(after(6))), box),
        tgp.open_store(tmp_path) as store,
        pytest.raises(TrackaGoatError, match="goes on there") as error,
    ):
        store.sync(PROJECT)
    assert str(error.value).count("goes on there") == 1


def test_an_error_before_any_answer_promises_nothing(box, tmp_path):
    with (
        client_of(Relay(box.app, spent(after(0))), box, store=tmp_path),
        pytest.raises(TrackaGoatError, match="come back at") as error,
    ):
        tgp.load_videos()
    assert "goes on" not in str(error.value)


def test_an_error_that_would_come_again_leaves_nothing_behind(box, tmp_path):
    relay = Relay(box.app, breaking := Breaking(after(4)))
    with client_of(relay, box, store=tmp_path) as client:
        with pytest.raises(TrackaGoatError, match="planned"):
            tgp.load_videos()
        breaking.is_mended = True
        with pytest.raises(UnknownProjectError, match="no project is called 'Missing'"):
            tgp.load_videos("Missing")
        frame = tgp.load_videos()
        assert unfinished(client) == []
    assert "resumed" not in frame.goat.provenance


def test_a_finished_load_is_asked_for_again(box, tmp_path):
    with client_of(box.app, box, store=tmp_path) as client:
        first = tgp.load_projects().goat.provenance
        second = tgp.load_projects().goat.provenance
        assert unfinished(client) == []
    assert (first["requests"], second["requests"]) == (1, 1)


@pytest.mark.parametrize("minutes", [-5, 31])
def test_answers_of_half_an_hour_ago_or_of_the_future_are_dropped(box, tmp_path, minutes):
    relay = Relay(box.app, breaking := spent(after(4)))
    with client_of(relay, box, store=tmp_path) as client:
        broken_off(tgp.load_videos)
        breaking.is_mended = True
        assert dt.timedelta(minutes=31) > LONGEST_AGE
        then = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=minutes)
        with session_of(client).archive.ledger.transaction() as connection:
            connection.execute("UPDATE answers SET kept_at = ?", (stored_moment(then),))
        facts = tgp.load_videos().goat.provenance
    assert "resumed" not in facts


def test_another_key_does_not_go_on_with_the_load(box, tmp_path):
    relay = Relay(box.app, spent(after(4)))
    with client_of(relay, box, store=tmp_path):
        broken_off(tgp.load_videos)
    with (
        tgp.sandbox(rate_limit=None) as other,
        tgp.connect(
            other.key, base_url=other.base_url, progress=False, rate_limit=None, store=tmp_path
        ),
    ):
        assert "resumed" not in tgp.load_videos().goat.provenance


def snapshots(client):
    return session_of(client).archive.lists.snapshots("projects")


def test_a_load_that_dies_after_its_list_was_kept_keeps_it_once(box, tmp_path):
    with client_of(box.app, box, store=tmp_path) as client:
        ledger = session_of(client).archive.ledger
        ledger.rows(
            "CREATE TRIGGER dying BEFORE DELETE ON answers BEGIN SELECT RAISE(ABORT, 'died'); END"
        )
        with pytest.raises(sqlite3.IntegrityError, match="died"):
            tgp.load_projects()
        ledger.rows("DROP TRIGGER dying")
        assert (len(snapshots(client)), len(unfinished(client))) == (1, 1)
        again = tgp.load_projects()
        assert (len(snapshots(client)), len(unfinished(client))) == (1, 0)
        assert again.goat.provenance["resumed"]["answers"] == 1
        pd.testing.assert_frame_equal(
            session_of(client).archive.lists.read(snapshots(client)[0]), again
        )
        assert tgp.load_projects().goat.provenance["requests"] == 1


def test_a_load_that_dies_before_its_list_was_kept_keeps_it_the_next_time(tmp_path):
    # Its clock stands still, so that both lists are of the same moment.
    with (
        tgp.sandbox(rate_limit=None, creators=3, days=40) as other,
        client_of(other.app, other, store=tmp_path) as client,
    ):
        before = tgp.load_projects()
        actions.update_project(before["id"].iloc[0], name="Renamed")
        (month,) = tmp_path.glob("parts/projects/*")
        month.rename(aside := tmp_path / "aside")
        month.write_text("in the way")
        with pytest.raises(StoreWriteError, match="can't be written"):
            tgp.load_projects()
        month.unlink()
        aside.rename(month)
        after = tgp.load_projects()
        kept = [session_of(client).archive.lists.read(one) for one in snapshots(client)]
    assert after.goat.provenance["requests"] == 0
    assert "Renamed" in set(after["name"])
    pd.testing.assert_frame_equal(kept[0], before)
    pd.testing.assert_frame_equal(kept[1], after)


SERIES = {"entity": "creator", "metrics": ["views", "likes"], "dates": "2026-05"}


def test_lists_of_several_parents_go_on_with_those_that_failed(box, client, tmp_path):
    structures = tgp.load_payout_structures(client=client)
    whole = tgp.load_payout_assignments(structures, client=client)
    relay = Relay(box.app, breaking := spent(after(2)))
    with client_of(relay, box, store=tmp_path, max_workers=1):
        with pytest.raises(PartialLoadError, match=r"structures .*failed"):
            tgp.load_payout_assignments(structures)
        breaking.is_mended = True
        frame = tgp.load_payout_assignments(structures)
    pd.testing.assert_frame_equal(frame, whole)
    assert len(relay.asked) == whole.goat.provenance["requests"] + 1


def test_a_fan_out_asks_only_for_the_series_that_failed(box, client, tmp_path):
    creators = tgp.load_creators(PROJECT, client=client)
    # The creators' counts have changed when they are loaded again, not who they are.
    later = creators.assign(follower_count=creators["follower_count"] + 1)
    whole = tgp.load_analytics(
        ids=creators, breakdown=None, **SERIES, timezone="UTC", client=client
    )
    relay = Relay(box.app, breaking := spent(after(2)))
    with client_of(relay, box, store=tmp_path, max_workers=1):
        with pytest.raises(PartialLoadError, match=r"series .*failed"):
            tgp.load_analytics(ids=creators, **SERIES, timezone="UTC")
        breaking.is_mended = True
        frame = tgp.load_analytics(ids=later, **SERIES, timezone="UTC")
    pd.testing.assert_frame_equal(frame, whole)
    # The server's description, the views, and the likes twice.
    assert len(relay.asked) == 1 + 1 + 2


def test_of_two_threads_that_run_one_load_the_second_has_no_checkpoint(box, tmp_path):
    gate = Gate(after(3))
    frames = []
    with client_of(Relay(box.app, gate), box, store=tmp_path) as client:

        def run() -> None:
            frames.append(tgp.load_videos(client=client))

        thread = threading.Thread(target=run)
        thread.start()
        gate.await_held()
        with client_of(box.app, box, store=tmp_path) as other:
            frames.append(tgp.load_videos(client=other))
        gate.let_go.set()
        thread.join()
    pd.testing.assert_frame_equal(*frames)
    assert all("resumed" not in frame.goat.provenance for frame in frames)


LOAD = """
import trackagoat_pandas as tgp
client = tgp.connect(rate_limit=None, progress=False, store={store!r})
print(len(tgp.load_videos()), flush=True)
"""


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL], ids=["ctrl-c", "killed"])
def test_a_process_goes_on_where_another_was_interrupted(box, client, tmp_path, end):
    gate = Gate(after(5))
    relay = Relay(box.app, gate)
    code = LOAD.format(store=str(tmp_path / "store"))
    with serving(relay) as base_url:
        with child("-c", code, base_url=base_url, key=box.key) as process:
            gate.await_held()
            process.send_signal(end)
            said(process)
        gate.let_go.set()
        with child("-c", code, base_url=base_url, key=box.key) as process:
            out, errors = said(process)
    whole = tgp.load_videos(client=client)
    assert errors == ""
    assert int(out) == len(whole)
    assert len(relay.asked) == whole.goat.provenance["requests"] + 1


def test_ids_in_an_iterator_are_loaded_through_a_store(box, client, tmp_path):
    ids = tgp.load_creators(PROJECT, client=client)["id"]
    with client_of(box.app, box, store=tmp_path):
        frame = tgp.load_analytics("creator", iter(ids), "views", dates="2026-05")
    assert set(frame["entity_id"]) == set(ids)


def test_names_in_a_set_are_the_same_load_in_every_process():
    assert spelled({"metrics": {"views", "likes", "shares"}}) == spelled(
        {"metrics": ["likes", "shares", "views"]}
    )


def test_a_fan_out_ends_with_the_first_answer_that_cannot_be_kept(
    box, client, tmp_path, monkeypatch
):
    structures = tgp.load_payout_structures(client=client)

    def refuse(*_):
        raise StoreWriteError("ledger.sqlite", "no space left on device", "free some space")

    monkeypatch.setattr("trackagoat_pandas.store.disk.checkpoints._keep", refuse)
    relay = Relay(box.app, Breaking(lambda _: False))
    with (
        client_of(relay, box, store=tmp_path, max_workers=1),
        pytest.raises(StoreWriteError, match="no space left"),
    ):
        tgp.load_payout_assignments(structures)
    assert len(relay.asked) == 1


def test_a_load_that_finds_all_in_the_store_takes_no_lock_of_its_own(box, tmp_path):
    with client_of(box.app, box, store=tmp_path, max_age="1h") as client:
        creators = tgp.load_creators(client=client).head(2)
        frame = tgp.load_analytics("creator", creators, "views", dates="2026-05", client=client)
        locks = tmp_path / "loads"
        locks.rmdir()
        again = tgp.load_analytics("creator", creators, "views", dates="2026-05", client=client)
        tgp.load_creators(client=client)
        assert not locks.exists()
        pd.testing.assert_frame_equal(again, frame)
