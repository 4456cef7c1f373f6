"""Ctrl-C and sudden death amid writes: what is reported, and that a second run completes it."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager

import pytest

import trackagoat_pandas as tgp
from tests.heavy import every
from tests.support.acting import CHEAP, MANY, PROJECT, handles_in
from tests.support.children import ANNOUNCE_WAITS, said
from tests.support.leaping import leaping_client
from tests.support.relays import Gate, Relay, serving
from tests.support.waiting import PATIENCE_S
from tests.support.workers import WORKER, workers, working
from trackagoat_pandas.errors import InterruptedWriteError
from trackagoat_pandas.http.session import Session

pytestmark = pytest.mark.crash

SIZES = [50, 50, 30]

CELL = ("add_creators", {"project": PROJECT, "creators": MANY})


@pytest.fixture(scope="module")
def pair():
    with workers(2) as two:
        yield two


class Holding(Gate):
    """Lets so many writes be answered, then holds the next, before or after it is done.

    What is held before is carried out when it is let go, or never.
    """

    def __init__(self, answers: int, held: str) -> None:
        super().__init__()
        self.answers, self.held, self.asked, self.over = answers, held, 0, threading.Event()

    def __call__(self, request, go_on):
        if request.method == "GET":
            return go_on()
        self.asked += 1
        if self.asked != self.answers + 1:
            return go_on()
        try:
            reply = go_on() if self.held == "answer" else None
            super().__call__(request, lambda: None)
            if self.held == "lost":
                raise ConnectionResetError("as planned")
            return reply or go_on()
        finally:
            self.over.set()


@contextmanager
def holding(answers: int, held: str):
    """A holding server on loopback over a world of its own."""
    gate = Holding(answers, held)
    with tgp.sandbox(**CHEAP) as box, serving(Relay(box.app, gate)) as gate.url:
        gate.box = box
        try:
            yield gate
        finally:
            gate.let_go.set()


def statuses(*words: str) -> list[str]:
    """One word for each request, as a word for each item."""
    return [word for word, size in zip(words, SIZES, strict=True) for _ in range(size)]


def start(worker, app, **options) -> None:
    worker.start(*CELL, key=app.box.key, base_url=app.url, **options)


def assert_reported(reported, words) -> None:
    rows = [(row["item"], row["status"]) for row in reported["rows"]]
    assert rows == list(zip(MANY, statuses(*words), strict=True))


def assert_run_again_completes(app, worker) -> None:
    there = [handle in handles_in(app.box) for handle in (MANY[0], MANY[50], MANY[100])]
    start(worker, app)
    assert_reported(worker.read(), ["unchanged" if one else "created" for one in there])
    assert handles_in(app.box) == MANY


@pytest.mark.parametrize(
    ("answers", "held", "again"),
    [
        (0, "answer", "in another process"),
        (1, "answer", "in the same process"),
        (1, "request", "in another process"),
        (1, "lost", "in the same process"),
        (2, "request", "in another process"),
    ],
)
def test_after_ctrl_c_the_frame_reports_all_and_the_same_cell_completes_it(
    pair, answers, held, again
):
    worker, other = pair
    with holding(answers, held) as app:
        start(worker, app)
        app.await_held()
        worker.interrupt()
        reported = worker.read()
        assert not app.is_overdue  # it ended before its answer came
        assert reported["error"] == "InterruptedWriteError"
        assert reported["message"].startswith("writing creators stopped midway: ")
        words = ["created"] * answers + ["unknown"] + ["not_sent"] * (2 - answers)
        assert_reported(reported, words)
        done = sum(SIZES[: answers + (held == "answer")])
        assert handles_in(app.box) == MANY[:done]
        assert_run_again_completes(app, worker if again == "in the same process" else other)
        app.let_go.set()  # what was under way when it was interrupted arrives last
        assert app.over.wait(PATIENCE_S)
        assert handles_in(app.box) == MANY


@pytest.mark.parametrize(
    ("answers", "held"), [(0, "answer"), (2, "answer"), (1, "request")][:: every(2)]
)
def test_a_process_that_is_killed_is_caught_up_by_the_same_cell_in_another(pair, answers, held):
    with holding(answers, held) as app:
        with working() as worker:
            start(worker, app)
            app.await_held()
            worker.process.kill()
            out, _ = said(worker.process)
        assert out == ""
        assert worker.process.returncode == -signal.SIGKILL
        assert handles_in(app.box) == MANY[: sum(SIZES[: answers + (held == "answer")])]
        assert_run_again_completes(app, pair[0])


def test_an_uncaught_interrupt_ends_the_process_with_one_plain_message():
    catching_nothing = WORKER.replace("InterruptedWriteError", "UploadError")
    with holding(1, "answer") as app, working(catching_nothing) as worker:
        start(worker, app)
        app.await_held()
        worker.interrupt()
        out, errors = said(worker.process)
    assert out == ""
    assert worker.process.returncode != 0
    last = errors.rstrip().splitlines()[-1]
    assert "InterruptedWriteError: writing creators stopped midway: " in last
    assert "50 created" in last
    assert "Exception ignored" not in errors


def test_what_waits_for_the_rate_limit_was_not_sent():
    with holding(99, "answer") as app, working(ANNOUNCE_WAITS + WORKER) as worker:
        start(worker, app, rate_limit=(3, 600.0))  # the projects and two requests
        assert worker.process.stdout.readline() == "waiting\n"
        worker.interrupt()
        assert_reported(worker.read(), ["created", "created", "not_sent"])
        assert handles_in(app.box) == MANY[:100]


def pressing(app, number: int, *, is_done: bool) -> Relay:
    """A server at which Ctrl-C comes with a certain write, before or after it is carried out."""

    def answer(request, go_on):
        if request.method == "GET" or len(relay.writes) != number:
            return go_on()
        if is_done:
            go_on()
        raise KeyboardInterrupt

    relay = Relay(app, answer)
    return relay


def goals_of(client, ids):
    goal = {"metric": "posts", "period": "monthly", "target_value": 3, "start_date": "2026-06-01"}
    return tgp.actions.set_goals(ids, **goal, client=client)


def goals_in(box, ids) -> list[str]:
    rows = box.database.rows("SELECT creator_id FROM goals WHERE start_date = '2026-06-01'")
    return [row["creator_id"] for row in rows if row["creator_id"] in ids]


@pytest.mark.parametrize("is_done", [False, True])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_single_requests_in_a_row_report_the_truth_and_are_completed_too(number, is_done):
    with tgp.sandbox(**CHEAP) as box:
        with leaping_client(box.key, box.app) as client:
            ids = tgp.actions.add_creators(PROJECT, ["a", "b", "c"], client=client)["id"].tolist()
        with (
            leaping_client(box.key, pressing(box.app, number, is_done=is_done)) as client,
            pytest.raises(InterruptedWriteError, match="It was interrupted") as caught,
        ):
            goals_of(client, ids)
        words = ["created"] * (number - 1) + ["unknown"] + ["not_sent"] * (3 - number)
        assert caught.value.frame["status"].tolist() == words
        assert caught.value.frame["item"].tolist() == ids
        assert goals_in(box, ids) == ids[: number - 1 + is_done]
        with leaping_client(box.key, box.app) as client:
            there = number - 1 + is_done
            words = ["unchanged"] * there + ["created"] * (3 - there)
            assert goals_of(client, ids)["status"].tolist() == words
        assert goals_in(box, ids) == ids


@pytest.mark.parametrize("done", [1, 2, 3])
def test_an_interrupt_between_two_requests_leaves_nothing_unknown(done):
    def report(_what: str, so_far: int, _total: int | None) -> None:
        if so_far == done:
            raise KeyboardInterrupt

    with tgp.sandbox(**CHEAP) as box, leaping_client(box.key, box.app) as client:
        view = Session(client, stop=threading.Event(), progress=report)
        with pytest.raises(InterruptedWriteError, match="midway") as caught:
            tgp.actions.add_creators(PROJECT, MANY, client=view)
        words = ["created"] * done + ["not_sent"] * (3 - done)
        assert caught.value.frame["status"].tolist() == statuses(*words)
        assert handles_in(box) == MANY[: sum(SIZES[:done])]


def test_ctrl_c_before_the_first_write_is_a_plain_one():
    with tgp.sandbox(**CHEAP) as box:

        def pressing(environ, start_response):
            raise KeyboardInterrupt

        with (
            leaping_client(box.key, pressing) as client,
            pytest.raises(KeyboardInterrupt, match=r"^$") as caught,
        ):
            tgp.actions.add_creators(PROJECT, MANY, client=client)
    assert not isinstance(caught.value, InterruptedWriteError)
