"""Where no thread can be started, the same is done in the calling thread."""

from __future__ import annotations

import threading

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.browserless.interpreter import no_thread, nothing_there
from trackagoat_pandas.base.threads import start_thread
from trackagoat_pandas.http.session import Session
from trackagoat_pandas.load.fanout import fan_out
from trackagoat_pandas.widgets import panel


@pytest.fixture
def threadless(monkeypatch):
    monkeypatch.setattr(threading.Thread, "start", no_thread)


def test_work_runs_in_a_thread_of_its_name():
    names = []
    thread = start_thread(lambda: names.append(threading.current_thread().name), "beside")
    assert thread is not None
    thread.join()
    assert names == ["beside"]


def test_without_threads_work_is_done_before_the_call_returns(threadless):
    ran_in = []
    assert start_thread(lambda: ran_in.append(threading.current_thread()), "beside") is None
    assert ran_in == [threading.current_thread()]


def test_without_threads_an_error_of_the_work_is_raised_by_itself(threadless):
    def fail():
        raise LookupError("nothing there")

    with pytest.raises(LookupError, match="nothing there") as caught:
        start_thread(fail, "beside")
    assert caught.value.__context__ is None


def test_a_sandbox_answers_in_process_with_the_same_frames(box, client, monkeypatch):
    served = tgp.load_videos("Q1 Brand Program", client=client)
    monkeypatch.setattr(threading.Thread, "start", no_thread)
    with (
        tgp.sandbox(rate_limit=None, now="2026-06-15T12:00:00Z") as unserved,
        tgp.connect(sandbox=unserved, rate_limit=None, progress=False) as own,
    ):
        videos = tgp.load_videos("Q1 Brand Program")
        assert own.base_url == "http://127.0.0.1/api/v1"
    pd.testing.assert_frame_equal(videos, served)


@pytest.fixture
def alone(threadless):
    """A client of a small sandbox in process."""
    with (
        tgp.sandbox(creators=3, days=30) as sandbox,
        tgp.connect(sandbox=sandbox, rate_limit=None, progress=False) as client,
    ):
        yield client


@pytest.fixture
def unserved(monkeypatch):
    """A sandbox whose server can't listen, while threads are there."""
    monkeypatch.setattr("socket.socket.listen", nothing_there)
    with tgp.sandbox(creators=3, days=30) as sandbox:
        yield sandbox


def test_a_sandbox_answers_in_process_where_nothing_can_listen(unserved):
    with tgp.connect(sandbox=unserved, rate_limit=None, progress=False):
        assert len(tgp.load_creators()) == 3


def test_an_address_without_threads_says_what_works(threadless):
    with (
        tgp.sandbox(creators=3, days=30) as sandbox,
        pytest.raises(
            OSError, match=r"no thread can be started to serve a sandbox; connect\(sandbox="
        ),
    ):
        _ = sandbox.base_url


def test_planned_faults_reach_a_client_in_process(threadless):
    faults = tgp.sandbox.Faults(plan={1: "500", 2: "reset", 3: "cut"})
    with (
        tgp.sandbox(creators=3, days=30, faults=faults) as sandbox,
        tgp.connect(sandbox=sandbox, rate_limit=None, progress=False) as client,
    ):
        assert len(tgp.load_creators()) == 3
        assert client.requests_sent == 4


def test_without_threads_jobs_run_one_after_another(alone):
    outcome = fan_out(Session(alone), "jobs", list(range(5)), lambda _, job: job * 10)
    assert outcome.done == [(job, job * 10) for job in range(5)]


def test_without_threads_ctrl_c_stops_the_jobs_that_follow(alone):
    def press(_, job):
        seen.append(job)
        if job == 1:
            raise KeyboardInterrupt

    seen: list[int] = []
    with pytest.raises(KeyboardInterrupt):
        fan_out(Session(alone), "jobs", list(range(5)), press)
    assert seen == [0, 1]


def test_odds_are_the_same_without_threads(box, client, monkeypatch):
    creators, project = tgp.load_creators("Q1 Brand Program"), "Q1 Brand Program"
    goals = tgp.load_goal_compliance(project)
    goals = goals[goals["metric"] == "views"]
    views = tgp.load_analytics("creator", creators, "views", dates="last 181 days")
    odds = tgp.goal_odds(goals, analytics=views)
    monkeypatch.setattr(threading.Thread, "start", no_thread)
    pd.testing.assert_frame_equal(tgp.goal_odds(goals, analytics=views), odds)


class Channelled:
    """As ipykernel's kernel."""

    def get_parent(self, channel):
        return {"channel": channel}


class Plain:
    """As Pyodide's kernel."""

    def get_parent(self):
        return {"channel": None}


@pytest.mark.parametrize(
    ("kernel", "parent"),
    [(Channelled(), {"channel": "shell"}), (Plain(), {"channel": None}), (object(), {})],
)
def test_the_message_of_a_cell_is_found_in_any_kernel(kernel, parent):
    assert panel._parent_of(kernel) == parent
