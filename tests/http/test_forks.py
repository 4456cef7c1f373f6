"""A client that is used on both sides of a fork: each process with connections of its own."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.children import child, said
from tests.support.plain_server import KEY, plain_server
from trackagoat_pandas.http import forks

pytestmark = [
    pytest.mark.crash,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing is forked here"),
]

IDS = [f"{number:08d}-0000-4000-8000-000000000000" for number in range(40)]
ROUTES = {
    "/videos": [
        (
            {"creator_id": id_},
            json.dumps(
                {"data": [{"id": id_, "creator_id": id_}], "meta": {"hasMore": False}}
            ).encode(),
        )
        for id_ in IDS
    ]
}
FORKED = """
import os, signal, sys, threading, time, warnings
warnings.simplefilter("ignore")
import trackagoat_pandas as tgp

def in_child(run, patience_s=60):
    pid = os.fork()
    if not pid:
        signal.alarm(patience_s)
        status = 99
        try:
            status = run() or 0
        finally:
            sys.stdout.flush()
            os._exit(status)
    return pid

def status_of(pid):
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
"""
LOADS = (
    FORKED
    + """
ids = sys.argv[1].split(",")
client = tgp.connect(rate_limit=(10**6, 60.0), progress=False)
tgp.load_videos(creator=ids[0])  # a fork amid an import in another thread leaves that one locked

def flaws(first, count):
    wrong = 0
    for number in range(count):
        id_ = ids[(first + number) % len(ids)]
        try:
            wrong += set(tgp.load_videos(creator=id_)["creator_id"]) != {id_}
        except Exception as error:
            print(type(error).__name__, error)
            wrong += 1
    return wrong

over, found = threading.Event(), []
def keep_loading(first):
    while not over.is_set():
        found.append(flaws(first, 5))
threads = [threading.Thread(target=keep_loading, args=(first,)) for first in range(0, 40, 10)]
for thread in threads:
    thread.start()
while len(found) < len(threads):
    over.wait(0.01)
statuses = []
for number in range(3):
    pids = [in_child(lambda: flaws(number * 3 + half, 15)) for half in (0, 20)]
    statuses += map(status_of, pids)
over.set()
for thread in threads:
    thread.join()
print("children", statuses, "parent", sum(found))
"""
)


def test_loads_in_forked_children_are_right_while_the_parent_loads():
    with (
        plain_server(ROUTES) as server,
        child("-c", LOADS, ",".join(IDS), base_url=server.base_url, key=KEY) as process,
    ):
        output, errors = said(process)
    assert output == f"children {[0] * 6} parent 0\n", errors[-3000:]
    assert errors == ""


HELD = (
    FORKED
    + """
import math
from tests.support.http_doubles import FakeClock
from trackagoat_pandas.http.pacing import RequestLog
from trackagoat_pandas.http.session import Session
clock = FakeClock()
log, stop = RequestLog((1, 60.0), clock), threading.Event()
assert log.acquire(math.inf, stop) == 0.0

def enter():
    assert log.acquire(math.inf, stop) == 0.0
    assert 60.0 <= clock.elapsed_s < 60.1  # the parent's request counts as answered at the fork
print("place", status_of(in_child(enter)))

client = tgp.connect(rate_limit=None, progress=False)
held = threading.Event()
def hold():
    with client._memory.making, client._log._lock, client._wire._counting, client._closing._cond:
        held.set()
        threading.Event().wait()
threading.Thread(target=hold, daemon=True).start()
held.wait()

def use():
    Session(client).get_or_make("fact", lambda: 1)
    assert len(tgp.load_videos(creator=sys.argv[1])) == 1
    client.close()
print("locks", status_of(in_child(use)))

boxed = tgp.connect(sandbox=True, progress=False)
def look():
    assert len(tgp.load_projects()) > 0
    boxed.close()
print("sandbox", status_of(in_child(look)))
assert len(tgp.load_projects()) > 0
boxed.close()
"""
)


def test_what_one_process_holds_the_other_does_not_wait_for():
    with (
        plain_server(ROUTES) as server,
        child("-c", HELD, IDS[0], base_url=server.base_url, key=KEY) as process,
    ):
        output, errors = said(process)
    assert output == "place 0\nlocks 0\nsandbox 0\n", errors[-3000:]


def test_two_threads_that_fork_at_once_do_so_one_after_the_other():
    def is_free():
        free = forks._FORKING.acquire(blocking=False)
        if free:
            forks._FORKING.release()
        return free

    with ThreadPoolExecutor(1) as other:
        forks._hold_all()
        try:
            assert not other.submit(is_free).result()
        finally:
            forks._resume_all()
        assert other.submit(is_free).result()
