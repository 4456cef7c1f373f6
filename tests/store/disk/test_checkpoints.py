"""A checkpoint keeps answers until its load is done, for one load at a time."""

from __future__ import annotations

import datetime as dt
import os
import threading

import pytest

from tests.support.children import child
from trackagoat_pandas.errors import StoreWriteError
from trackagoat_pandas.http.messages import ApiAnswer
from trackagoat_pandas.store.disk.checkpoints import LONGEST_AGE
from trackagoat_pandas.store.disk.folder import Archive
from trackagoat_pandas.store.disk.ledger import stored_moment

NOON = dt.datetime(2026, 6, 15, 12, tzinfo=dt.UTC)
PAGE = ApiAnswer(200, b'{"data": [1, 2]}' * 100, "application/json", date=NOON)


@pytest.fixture
def archive(tmp_path):
    opened = Archive(tmp_path / "program")
    yield opened
    opened.ledger.close()


def kept(archive) -> list[tuple[str, str]]:
    return [tuple(row) for row in archive.ledger.rows("SELECT load, request FROM answers")]


def test_an_answer_comes_back_as_it_was_kept(archive):
    with archive.checkpoints.held("load") as checkpoint:
        checkpoint.keep("/videos?limit=100", PAGE)
        found = checkpoint.find("/videos?limit=100")
        assert checkpoint.find("/videos?limit=50") is None
    assert (found.status, found.body, found.content_type) == (200, PAGE.body, "application/json")
    assert found.date == NOON
    assert dt.timedelta() <= found.age < dt.timedelta(minutes=1)


def test_an_answer_without_a_date_has_none_afterwards(archive):
    with archive.checkpoints.held("load") as checkpoint:
        checkpoint.keep("/videos", ApiAnswer(200, b"", ""))
        found = checkpoint.find("/videos")
    assert (found.body, found.date) == (b"", None)


def test_the_next_one_to_hold_a_checkpoint_finds_the_answers_and_counts_those_it_uses(archive):
    with archive.checkpoints.held("load") as checkpoint:
        checkpoint.keep("/a", PAGE)
        checkpoint.keep("/b", PAGE)
        assert checkpoint.resumed == 0
    with archive.checkpoints.held("load") as checkpoint:
        assert checkpoint.find("/a").body == PAGE.body
        assert checkpoint.resumed == 1
        assert dt.timedelta() <= dt.datetime.now(dt.UTC) - checkpoint.since < LONGEST_AGE
    with archive.checkpoints.held("other") as checkpoint:
        assert checkpoint.find("/a") is None
        assert checkpoint.since is None


def test_a_load_and_its_parts_are_dropped_together(archive):
    with archive.checkpoints.held("sync") as checkpoint:
        checkpoint.part("videos").keep("/videos", PAGE)
        checkpoint.part("videos").part("names").keep("/projects", PAGE)
        checkpoint.keep("/openapi.json", PAGE)
    with archive.checkpoints.held("sync 2") as other:
        other.keep("/videos", PAGE)
    with archive.checkpoints.held("sync") as checkpoint:
        assert checkpoint.part("videos").find("/videos").body == PAGE.body
        assert checkpoint.part("creators").find("/videos") is None
        checkpoint.drop()
    assert kept(archive) == [("sync 2", "/videos")]


def test_a_part_is_dropped_alone(archive):
    with archive.checkpoints.held("sync") as checkpoint:
        checkpoint.keep("/projects", PAGE)
        part = checkpoint.part("videos")
        part.keep("/videos", PAGE)
        part.drop()
    assert kept(archive) == [("sync", "/projects")]


def test_what_was_never_finished_is_dropped_when_another_load_begins(archive):
    with archive.checkpoints.held("load") as checkpoint:
        checkpoint.keep("/a", PAGE)
        checkpoint.keep("/b", PAGE)
    archive.look_ups("key", None, None).keep("/projects", PAGE)
    then = stored_moment(dt.datetime.now(dt.UTC) - LONGEST_AGE - dt.timedelta(seconds=1))
    with archive.ledger.transaction() as connection:
        connection.execute("UPDATE answers SET kept_at = ?", (then,))
    with archive.checkpoints.held("other"):
        assert kept(archive) == [("look-ups key", "/projects")]


def test_an_answer_that_was_replaced_does_not_keep_its_load_from_being_dropped(archive):
    with archive.checkpoints.held("load") as checkpoint:
        for request in ("/a", "/b", "/a"):
            checkpoint.keep(request, PAGE)
    then = stored_moment(dt.datetime.now(dt.UTC) - LONGEST_AGE - dt.timedelta(seconds=1))
    with archive.ledger.transaction() as connection:
        connection.execute("UPDATE answers SET kept_at = ? WHERE request = '/b'", (then,))
    with archive.checkpoints.held("other"):
        assert kept(archive) == []


def test_a_thread_does_not_get_a_checkpoint_that_another_holds(archive):
    found = []

    def hold() -> None:
        other = Archive(archive.path)
        with other.checkpoints.held("load") as checkpoint:
            found.append(checkpoint)
        other.ledger.close()

    with archive.checkpoints.held("load") as checkpoint:
        thread = threading.Thread(target=hold)
        thread.start()
        thread.join()
    assert checkpoint is not None
    assert found == [None]
    with archive.checkpoints.held("load") as checkpoint:
        assert checkpoint is not None


HOLD = """
import sys
from pathlib import Path
from trackagoat_pandas.store.disk.folder import Archive
with Archive(Path({path!r})).checkpoints.held("load") as checkpoint:
    print(checkpoint is not None, flush=True)
    sys.stdin.readline()
"""


def test_a_process_does_not_get_a_checkpoint_that_another_holds_until_that_one_dies(archive):
    with child("-c", HOLD.format(path=str(archive.path))) as process:
        assert process.stdout.readline() == "True\n"
        with archive.checkpoints.held("load") as checkpoint:
            assert checkpoint is None
        with archive.checkpoints.held("other") as checkpoint:
            assert checkpoint is not None
        process.kill()
        process.wait()
        with archive.checkpoints.held("load") as checkpoint:
            assert checkpoint is not None


def test_a_forked_child_holds_none_of_its_parents_checkpoints(archive):
    with archive.checkpoints.held("load"):
        child_id = os.fork()
        if child_id == 0:
            with archive.checkpoints.held("load") as checkpoint:
                os._exit(0 if checkpoint is None else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child_id, 0)[1]) == 0


@pytest.mark.parametrize(
    ("longest_age", "is_found"),
    [(None, True), (dt.timedelta(hours=1), True), (dt.timedelta(0), False)],
    ids=["any age", "an hour", "none"],
)
def test_look_ups_are_found_as_long_as_they_may_be_old(archive, longest_age, is_found):
    archive.look_ups("key", None, None).keep("/projects", PAGE)
    found = archive.look_ups("key", longest_age, None).find("/projects")
    assert (found is not None) is is_found


def test_look_ups_of_another_key_are_found_only_where_any_age_will_do(archive):
    archive.look_ups("key", None, None).keep("/projects", PAGE)
    hour = dt.timedelta(hours=1)
    assert archive.look_ups("another key", hour, None).find("/projects") is None
    assert archive.look_ups("another key", None, None).find("/projects").body == PAGE.body


FURTHER = "/projects?cursor=2&limit=100"
FIRST = "/projects?limit=100"


def test_a_page_of_an_earlier_walk_is_not_found_after_the_first_page_was_looked_up_again(archive):
    hour = dt.timedelta(hours=1)
    for request in (FIRST, FURTHER, "/projects?limit=50&cursor=2"):
        archive.look_ups("key", hour, None).keep(request, PAGE)
    look_ups = archive.look_ups("key", hour, None)
    assert look_ups.find(FIRST) is not None
    assert look_ups.find(FURTHER) is not None
    look_ups.keep(FIRST, PAGE)
    assert look_ups.find(FURTHER) is None
    again = archive.look_ups("key", hour, None)
    assert again.find(FIRST) is not None
    assert again.find(FURTHER) is None
    assert ("look-ups key", "/projects?limit=50&cursor=2") in kept(archive)


def test_a_first_page_that_was_asked_for_has_no_further_pages_of_a_load_that_broke_off(archive):
    with archive.checkpoints.held("load") as checkpoint:
        checkpoint.keep(FURTHER, PAGE)
        look_ups = archive.look_ups("key", dt.timedelta(0), checkpoint)
        assert look_ups.find(FIRST) is None
        look_ups.keep(FIRST, PAGE)
        assert look_ups.find(FURTHER) is None


def test_all_pages_of_a_list_are_those_of_one_key(archive):
    for key, request in (("old", FIRST), ("old", FURTHER), ("new", FIRST)):
        archive.look_ups(key, None, None).keep(request, PAGE)
    look_ups = archive.look_ups("a third", None, None)
    assert look_ups.find(FIRST) is not None
    assert look_ups.find(FURTHER) is None


@pytest.mark.parametrize(
    ("longest_age", "left"),
    [(dt.timedelta(0), ["/creators"]), (dt.timedelta(days=9), ["/creators", "/projects"])],
    ids=["a week", "9 days"],
)
def test_look_ups_are_dropped_after_a_week_or_when_they_are_too_old(archive, longest_age, left):
    archive.look_ups("another key", None, None).keep("/projects", PAGE)
    then = stored_moment(dt.datetime.now(dt.UTC) - dt.timedelta(days=8))
    with archive.ledger.transaction() as connection:
        connection.execute("UPDATE answers SET kept_at = ?", (then,))
    archive.look_ups("key", longest_age, None).keep("/creators", PAGE)
    assert sorted(request for _, request in kept(archive)) == left


def test_look_ups_of_a_load_that_broke_off_are_found_at_any_age_allowed(archive):
    with archive.checkpoints.held("load") as checkpoint:
        archive.look_ups("key", dt.timedelta(0), checkpoint).keep("/projects", PAGE)
    with archive.checkpoints.held("load") as checkpoint:
        look_ups = archive.look_ups("key", dt.timedelta(0), checkpoint)
        assert look_ups.find("/projects").body == PAGE.body
    archive.checkpoints.forget_look_ups()
    assert kept(archive) == [("load", "/projects")]


def test_a_folder_that_cannot_be_written_is_named_by_the_error(archive):
    (archive.path / "loads").write_text("a file in the place of the folder")
    said = "loads.* can't be written"
    with pytest.raises(StoreWriteError, match=said), archive.checkpoints.held("load"):
        pass


def test_no_lock_file_is_left_behind(archive):
    with archive.checkpoints.held("load"):
        assert len(list((archive.path / "loads").iterdir())) == 1
    assert list((archive.path / "loads").iterdir()) == []
