"""One window for all processes of a machine, also when one dies and when the file is no use."""

from __future__ import annotations

import datetime as dt
import errno
import json
import os
import signal
import stat
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.children import child, said
from tests.support.http_doubles import KEY, FakeClock, make_client, ok, refused
from tests.support.limited_server import asking, limited_server
from tests.support.waiting import PATIENCE_S
from trackagoat_pandas.base.warnings import TrackaGoatWarning
from trackagoat_pandas.errors import DeadlineError
from trackagoat_pandas.http import shared_quota as module
from trackagoat_pandas.http.pacing import LogRegistry, RequestLog
from trackagoat_pandas.http.processes import Process, try_lock
from trackagoat_pandas.http.shared_quota import SharedQuota, shared_quota

pytestmark = pytest.mark.crash

NEVER = float("inf")
MINUTE = (60, 60.0)
WARNING = "counts the requests of all processes can't be used"
posix = pytest.mark.skipif(os.name != "posix", reason="modes and signals of POSIX")


class Machine:
    """A machine with one clock and one file, and processes that start and die."""

    def __init__(self, folder) -> None:
        self.clock, self.stop = FakeClock(), threading.Event()
        self.path = folder / "quota" / "key.json"
        self.running: set[int] = set()
        self.pids = 100
        self.utc_shift, self.up_s = dt.timedelta(), 1000.0
        self.clock.monotonic = lambda: self.up_s + self.clock.elapsed_s
        self.clock.now = lambda: FakeClock.now(self.clock) + self.utc_shift

    def start_again(self, up_s):
        """Start the machine again, and look at it some seconds later."""
        self.running.clear()
        self.up_s, self.clock.elapsed_s = up_s, 0.0

    def set_clock(self, hours):
        """Set the time of day."""
        self.utc_shift = dt.timedelta(hours=hours)

    def process(self, limit=MINUTE, name="job.py"):
        """Start a process; return its log, whose ``pid`` can be removed from ``running``."""
        pid = self.pids = self.pids + 1
        self.running.add(pid)
        shared = SharedQuota(
            lambda: self.path,
            self.clock,
            find_process=lambda: Process(pid, "0", name),
            is_running=lambda pid, _: pid in self.running,
        )
        log = RequestLog(limit, self.clock, shared)
        log.pid = pid
        return log

    def ask(self, log, times=1):
        for _ in range(times):
            assert log.acquire(NEVER, self.stop) == 0
            log.release()

    def late(self, log):
        """The seconds until a request may start; None if one just did."""
        return log.acquire(self.clock.monotonic(), self.stop) or None


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


@contextmanager
def locked(machine):
    """Hold the lock of the file as another process would."""
    handle = os.open(machine.path.with_suffix(".lock"), os.O_RDWR)
    try:
        assert try_lock(handle)
        yield
    finally:
        os.close(handle)


def test_two_processes_fill_one_window(machine):
    one, two = machine.process(), machine.process()
    machine.ask(one, 40)
    machine.ask(two, 20)
    assert machine.late(one) == pytest.approx(60, abs=0.01)
    assert machine.late(two) == pytest.approx(60, abs=0.01)


def test_a_request_under_way_in_one_process_holds_a_place_in_the_other(machine):
    one, two = machine.process((2, 60.0)), machine.process((2, 60.0))
    machine.ask(one)
    assert one.acquire(NEVER, machine.stop) == 0
    for _ in range(3):
        machine.clock.elapsed_s += 70
        machine.ask(two)
        assert machine.late(two) == pytest.approx(60, abs=0.01)


def test_processes_with_other_limits_count_in_one_another(machine):
    small, large = machine.process((10, 60.0)), machine.process(MINUTE)
    machine.ask(large, 15)
    assert machine.late(small) == pytest.approx(60, abs=0.01)
    machine.ask(large, 45)
    assert machine.late(large) == pytest.approx(60, abs=0.01)


def test_a_short_window_does_not_forget_what_a_longer_one_counts(machine):
    short, long = machine.process((60, 1.0)), machine.process(MINUTE)
    machine.ask(short, 60)
    machine.clock.elapsed_s += 5
    machine.ask(short, 60)  # deletes what nobody needs
    assert machine.late(long) == pytest.approx(55 + 5, abs=0.01)


def test_the_estimate_counts_the_other_processes(machine):
    one, two = machine.process(), machine.process()
    machine.ask(one, 60)
    machine.clock.elapsed_s += 20
    assert two.estimate_seconds(1) == pytest.approx(40, abs=0.01)
    assert two.estimate_seconds(61) == pytest.approx(100, abs=0.01)
    assert two.estimate_seconds(0) == 0


def test_a_dead_processes_places_count_as_answered_when_it_is_found_dead(machine):
    one, two = machine.process((2, 60.0)), machine.process((2, 60.0))
    for _ in range(2):
        assert one.acquire(NEVER, machine.stop) == 0
    machine.clock.elapsed_s += 30
    assert machine.late(two) == pytest.approx(60, abs=0.01)
    machine.running.remove(one.pid)
    machine.clock.elapsed_s += 1
    assert machine.late(two) == pytest.approx(60, abs=0.01)
    machine.clock.elapsed_s += 59
    assert machine.late(two) == pytest.approx(1, abs=0.01)
    machine.clock.elapsed_s += 1.01
    assert machine.late(two) is None


def test_a_waiting_process_finds_a_dead_one_by_itself(machine):
    one, two = machine.process((1, 60.0)), machine.process((1, 60.0))
    assert one.acquire(NEVER, machine.stop) == 0
    machine.running.remove(one.pid)
    began = machine.clock.elapsed_s
    assert two.acquire(NEVER, machine.stop) == 0
    assert machine.clock.elapsed_s - began == pytest.approx(60, abs=1)


def test_a_place_held_for_a_quarter_of_an_hour_is_given_up(machine):
    one, two = machine.process((1, 60.0)), machine.process((1, 60.0))
    assert one.acquire(NEVER, machine.stop) == 0
    machine.clock.elapsed_s += 901
    assert machine.late(two) == pytest.approx(60, abs=0.01)
    one.release()  # even then
    machine.clock.elapsed_s += 60.01
    assert machine.late(two) is None


def test_a_clock_that_is_set_back_changes_no_window(machine):
    one, two = machine.process(), machine.process()
    machine.ask(one, 60)
    machine.set_clock(-48)
    assert machine.late(two) == pytest.approx(60, abs=0.01)
    machine.clock.elapsed_s += 60.01
    machine.ask(two, 60)


def test_stamps_from_before_the_machine_started_count_for_one_window_at_most(machine):
    machine.clock.elapsed_s = 5_000.0
    machine.ask(machine.process(), 60)
    held = machine.process()
    held.acquire(machine.clock.monotonic() + 100, machine.stop)
    held.pause_shared(30.0, evenly=True)
    machine.start_again(5.0)
    later = machine.process()
    assert machine.late(later) == pytest.approx(55, abs=0.01)
    machine.clock.elapsed_s += 60.01
    machine.ask(later, 59)


def test_a_window_that_was_exceeded_slows_all_processes_down(machine):
    one, two = machine.process(), machine.process()
    one.pause_shared(7.0, evenly=True)
    began = machine.clock.elapsed_s
    machine.ask(two, 6)
    assert machine.clock.elapsed_s - began == pytest.approx(7 + 5 * 1.02, abs=0.01)
    assert machine.late(one) == pytest.approx(1.02, abs=0.01)
    machine.clock.elapsed_s += 70
    began = machine.clock.elapsed_s
    machine.ask(two, 60)
    assert machine.clock.elapsed_s == began


def test_a_used_up_day_stops_all_processes_until_it_is_over(machine):
    one, two = machine.process(), machine.process()
    one.pause_shared(43_200.0, evenly=False)
    assert machine.late(two) == pytest.approx(43_200)
    machine.clock.elapsed_s += 43_200.01
    machine.ask(two, 60)


@pytest.mark.parametrize("hours", [-30, -3, 3])
def test_a_used_up_day_never_lasts_longer_when_the_clock_is_set(machine, hours):
    one, two = machine.process(), machine.process()
    one.pause_shared(43_200.0, evenly=False)
    machine.clock.elapsed_s += 3600
    machine.set_clock(hours)
    assert machine.late(two) == pytest.approx(39_600 - max(hours, 0) * 3600)


def test_a_used_up_day_outlives_a_new_start_of_the_machine(machine):
    machine.clock.elapsed_s = 5_000.0
    machine.process().pause_shared(43_200.0, evenly=False)
    machine.utc_shift = dt.timedelta(seconds=5_000 + 600)
    machine.start_again(5.0)
    assert machine.late(machine.process()) == pytest.approx(42_600)


def test_no_stop_is_longer_than_a_day(machine):
    machine.process().pause_shared(1e7, evenly=False)
    assert machine.late(machine.process()) == pytest.approx(86_400)


def test_the_newest_word_of_the_server_counts(machine):
    one, two = machine.process(), machine.process()
    one.pause_shared(43_200.0, evenly=False)
    two.pause_shared(600.0, evenly=False)
    assert machine.late(one) == pytest.approx(600)


def test_a_log_without_a_limit_honours_stops_and_is_counted(machine):
    free, paced = machine.process(None), machine.process()
    machine.ask(free, 60)
    assert machine.late(paced) == pytest.approx(60, abs=0.01)
    paced.pause_shared(600.0, evenly=False)
    assert machine.late(free) == pytest.approx(600)


def test_ctrl_c_between_taking_and_returning_leaves_no_place_held(machine, monkeypatch):
    one, two = machine.process((1, 60.0)), machine.process((1, 60.0))
    take = one.shared.take

    def interrupted(*arguments):
        take(*arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(one.shared, "take", interrupted)
    ticket = object()
    with pytest.raises(KeyboardInterrupt, match=r"^$"):
        one.acquire(NEVER, machine.stop, ticket)
    one.release(ticket)
    machine.clock.elapsed_s += 60.01
    assert machine.late(two) is None


def test_ctrl_c_amid_a_change_leaves_the_file_to_the_others(machine, monkeypatch):
    one, two = machine.process(), machine.process()

    def interrupt(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(module, "_replace", interrupt)
        with pytest.raises(KeyboardInterrupt, match=r"^$"):
            one.acquire(NEVER, machine.stop)
    one.release()
    machine.ask(two, 60)
    assert machine.late(one) == pytest.approx(60, abs=0.01)


def test_a_process_that_dies_amid_a_change_leaves_the_old_file(machine):
    machine.ask(machine.process(), 40)
    machine.path.with_suffix(".new").write_bytes(b'{"version": 1, "proc')
    other = machine.process()
    machine.ask(other, 20)
    assert machine.late(other) == pytest.approx(60, abs=0.01)


def test_an_empty_file_is_as_none(machine):
    machine.path.parent.mkdir()
    machine.path.touch()
    one, two = machine.process(), machine.process()
    machine.ask(one, 60)
    assert machine.late(two) == pytest.approx(60, abs=0.01)


def test_what_nobody_needs_is_deleted(machine):
    for _ in range(3):
        log = machine.process()
        machine.ask(log, 130)
        machine.running.discard(log.pid)
    machine.clock.elapsed_s += 1000
    machine.ask(machine.process())
    processes = json.loads(machine.path.read_bytes())["processes"].values()
    assert [len(one["answered"]) for one in processes] == [0, 0, 0, 1]
    for _ in range(3):
        machine.clock.elapsed_s += 86_400
        log = machine.process()
        machine.ask(log, 2)
        machine.running.discard(log.pid)
    assert len(json.loads(machine.path.read_bytes())["processes"]) == 1


@posix
def test_the_folder_and_the_file_are_the_users_alone(machine):
    machine.path.parent.mkdir(mode=0o755)
    machine.ask(machine.process())
    modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in machine.path.parent.iterdir()}
    assert stat.S_IMODE(machine.path.parent.stat().st_mode) == 0o700
    assert set(modes.values()) == {0o600}
    machine.path.chmod(0o644)
    machine.ask(machine.process())
    assert stat.S_IMODE(machine.path.stat().st_mode) == 0o600


# The file is no use: a warning, and each process by itself.


def damaged(path):
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"no JSON" * 40)


def directory(path):
    path.mkdir(parents=True)


def of_another_version(path):
    path.parent.mkdir(exist_ok=True)
    path.write_text('{"version": 99}', encoding="utf-8")


def foreign(path):
    path.parent.mkdir(exist_ok=True)
    path.write_text('{"version": 1, "notes": []}', encoding="utf-8")


def of_wrong_types(path):
    path.parent.mkdir(exist_ok=True)
    path.write_text('{"version": 1, "paced": null}', encoding="utf-8")


def no_folder(path):
    path.parent.write_text("a file where the folder should be", encoding="utf-8")


@pytest.mark.parametrize(
    "spoil", [damaged, directory, of_another_version, foreign, of_wrong_types, no_folder]
)
def test_a_file_that_is_no_use_is_told_once_and_each_process_paces_itself(machine, spoil):
    spoil(machine.path)
    log = machine.process()
    with pytest.warns(TrackaGoatWarning, match=WARNING) as told:
        machine.ask(log, 60)
    assert str(machine.path) in str(told[0].message)
    assert machine.late(log) == pytest.approx(60, abs=0.01)
    machine.clock.elapsed_s += 200  # the file is tried again, without another warning
    machine.ask(log, 60)
    log.pause_shared(5.0, evenly=True)
    assert log.estimate_seconds(1) > 50


def test_a_file_damaged_while_it_is_used_is_told_once(machine):
    log = machine.process()
    machine.ask(log)
    for one in machine.path.parent.iterdir():
        one.write_bytes(b"x" * 8192)
    with pytest.warns(TrackaGoatWarning, match="Delete it, or connect"):
        machine.ask(log, 59)
    assert machine.late(log) == pytest.approx(60, abs=0.01)


def test_a_file_that_is_mended_is_used_again(machine):
    damaged(machine.path)
    one, two = machine.process(), machine.process()
    with pytest.warns(TrackaGoatWarning, match="Delete it, or connect"):
        machine.ask(one, 5)
    machine.path.unlink()
    machine.clock.elapsed_s += 61
    machine.ask(one, 40)
    machine.ask(two, 20)
    assert machine.late(two) == pytest.approx(60, abs=0.01)
    assert one.shared.problem == ""


def test_a_file_that_is_deleted_is_made_again(machine):
    one, two = machine.process(), machine.process()
    machine.ask(one, 10)
    machine.ask(two, 10)
    for file in list(machine.path.parent.iterdir()):
        file.unlink()
    machine.ask(one, 30)
    machine.ask(two, 30)
    assert machine.late(two) == pytest.approx(60, abs=0.01)


def test_a_locked_file_costs_a_moment_and_then_each_process_paces_itself(machine, monkeypatch):
    monkeypatch.setattr(module, "_PATIENCE_S", 0.05)
    log = machine.process()
    machine.ask(log)
    other = machine.process()
    with (
        locked(machine),
        pytest.warns(TrackaGoatWarning, match="is locked.*Make it writable and free of locks"),
    ):
        machine.ask(other, 59)
    machine.clock.elapsed_s += 60.5
    machine.ask(other, 30)
    machine.ask(log, 30)
    assert machine.late(log) == pytest.approx(60, abs=0.01)


def test_an_answer_that_could_not_be_noted_is_noted_later(machine, monkeypatch):
    monkeypatch.setattr(module, "_PATIENCE_S", 0.05)
    one, two = machine.process((1, 60.0)), machine.process((1, 60.0))
    assert one.acquire(NEVER, machine.stop) == 0
    with (
        locked(machine),
        pytest.warns(TrackaGoatWarning, match="is locked.*Make it writable and free of locks"),
    ):
        one.release()
    machine.clock.elapsed_s += 61
    assert one.estimate_seconds(1) == pytest.approx(60, abs=0.1)
    machine.clock.elapsed_s += 60.01
    assert machine.late(two) is None


def test_a_home_that_can_not_be_written_is_told_once(machine, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)  # root may write anywhere
    with pytest.warns(TrackaGoatWarning, match=WARNING):
        machine.ask(machine.process(), 60)


def test_without_a_home_nothing_is_written_into_the_working_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", "")
    monkeypatch.setattr("os.path.expanduser", lambda path: path)
    shared = shared_quota("0" * 16, FakeClock())
    with pytest.warns(TrackaGoatWarning, match="there is no home directory"):
        assert shared.take(shared.number(), MINUTE) == 0
    assert list(tmp_path.iterdir()) == []


def test_the_file_is_named_after_the_fingerprint_and_the_machine(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    paths = set()
    for node, fingerprint in (("a", "1"), ("b", "1"), ("a", "2")):
        monkeypatch.setattr("platform.node", lambda node=node: node)
        shared = shared_quota(fingerprint, FakeClock())
        shared.take(shared.number(), MINUTE)
        paths.add(shared.path)
    assert len(paths) == 3
    assert {path.parent.parent.parent for path in paths} == {tmp_path}


# Clients.


def shared_client(*answers, **options):
    """A client of scripted answers that shares its quota, with a clock of its own."""
    from trackagoat_pandas.http.client import Client
    from trackagoat_pandas.http.session import session_of
    from trackagoat_pandas.inputs.settings import resolve_settings

    unshared = make_client(*answers)
    settings = resolve_settings(KEY, **options)
    transport = session_of(unshared).transport
    return Client(settings, transport=transport, clock=transport.clock, shared_quota=True)


def test_a_used_up_quota_stops_the_other_clients_of_the_key_without_a_request():
    spent = refused(429, "rate_limit_exceeded", retryAfter=43_200)
    one, two = shared_client(spent), shared_client(ok([]))
    with pytest.raises(DeadlineError, match="come back at 2026-06-16 00:00:00 UTC"):
        one.get("/videos")
    told = r"as it said to a process that has the same key; .*come back at 2026-06-16 00:00:00 UTC"
    with pytest.raises(DeadlineError, match=told):
        two.get("/videos")
    assert (one.requests_sent, two.requests_sent) == (1, 0)


def test_a_used_up_quota_without_a_time_lasts_until_midnight_and_says_the_limit():
    meta = {"limitKey": "max_api_requests_per_day", "max": 1000, "current": 1000}
    one = shared_client(refused(429, "rate_limit_exceeded", **meta))
    with pytest.raises(DeadlineError, match="come back at 2026-06-16 00:00:00 UTC"):
        one.get("/videos")
    assert one.usage().day_limit == 1000
    assert one.usage().stopped_s == 43_200


def test_the_key_is_in_no_name_and_no_byte_of_the_files(tmp_path):
    shared_client(ok([])).get("/videos")
    files = [one for one in tmp_path.rglob("*") if one.is_file()]
    assert len(files) >= 1
    assert not [one for one in files if KEY[4:] in one.name or KEY[4:].encode() in one.read_bytes()]


def test_one_key_has_one_shared_quota_under_all_its_limits():
    registry, made = LogRegistry(), []

    def share(fingerprint):
        made.append(fingerprint)
        return shared_quota(fingerprint, FakeClock())

    first = registry.log("a", MINUTE, FakeClock(), share)
    second = registry.log("a", (5, 1.0), FakeClock(), share)
    alone = registry.log("a", MINUTE, FakeClock())
    assert first.shared is second.shared
    assert alone.shared is None
    assert made == ["a"]


# Real processes.


def test_two_processes_keep_to_one_window(tmp_path):
    with limited_server(60, 2.0, 180) as server, asking(server, tmp_path):
        assert server.done.wait(PATIENCE_S)
    assert server.refused == 0
    assert len(server.by_path) == 2


@posix
def test_a_process_that_is_killed_amid_a_request_costs_no_refusal(tmp_path):
    hold = "/videos", 40
    with limited_server(60, 2.0, 180, hold=hold) as server, asking(server, tmp_path) as processes:
        assert server.holding.wait(PATIENCE_S)
        processes[0].send_signal(signal.SIGKILL)
        assert server.done.wait(PATIENCE_S)
    assert server.refused == 0


FORKED = """
import os, sys, threading, time
from pathlib import Path
from trackagoat_pandas.http.pacing import Clock, RequestLog
from trackagoat_pandas.http.shared_quota import SharedQuota
clock, stop, path = Clock(), threading.Event(), Path(sys.argv[1]) / "quota" / "key.json"
shared = SharedQuota(lambda: path, clock)
log = RequestLog((200, 30.0), clock, shared)
over = threading.Event()
def ask(times):
    for _ in range(times):
        assert log.acquire(time.monotonic() + 60, stop) == 0
        log.release()
def keep_asking():
    while not over.is_set():
        ask(1)
        over.wait(0.002)
ask(1)
thread = threading.Thread(target=keep_asking)
thread.start()
pids = []
for _ in range(5):
    pid = os.fork()
    if not pid:
        status = 9
        try:
            ask(20)
            status = 0 if not shared.problem else 8
        finally:
            os._exit(status)
    pids.append(pid)
statuses = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]
over.set()
thread.join()
used = log.usage()
print(statuses, shared.problem, len(used.processes), used.in_window == used.today)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing is forked here")
def test_forked_children_count_for_themselves_while_the_parent_goes_on(tmp_path):
    # Python 3.12 and later warn of a fork beside a thread, which is what is tried here.
    with child("-W", "ignore::DeprecationWarning", "-c", FORKED, str(tmp_path)) as process:
        output, errors = said(process)
    assert errors == ""
    assert output == "[0, 0, 0, 0, 0]  6 True\n"
    assert len(json.loads((tmp_path / "quota" / "key.json").read_bytes())["processes"]) == 6
