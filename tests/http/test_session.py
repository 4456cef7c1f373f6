"""A session is a client with the limits of one load, which the client itself doesn't have."""

from __future__ import annotations

import threading

import pytest

import trackagoat_pandas as tgp
from tests.support.http_doubles import make_client, ok
from trackagoat_pandas.errors import ArgumentTypeError, RequestBudgetError, StoppedError
from trackagoat_pandas.http.counting import CountedError, Tally
from trackagoat_pandas.http.session import Session, session_of


def test_a_client_shows_what_people_need_and_no_more():
    shown = {name for name in dir(make_client()) if not name.startswith("_")}
    assert shown == {
        "base_url", "close", "closed", "estimate_seconds", "get", "pages", "progress", "records",
        "request", "requests_sent", "settings", "text", "timezone", "usage",
    }  # fmt: skip


def test_a_session_is_its_own_and_each_client_gets_another():
    client = make_client()
    session = session_of(client)
    assert session_of(session) is session
    assert session_of(client) is not session
    with pytest.raises(ArgumentTypeError, match="client"):
        session_of("me")


def test_the_limits_of_a_session_are_not_those_of_its_client():
    client = make_client(ok([1]))
    limited = session_of(client, max_requests=1)
    limited.get("/videos")
    with pytest.raises(RequestBudgetError, match="max_requests=1"):
        limited.get("/videos")
    assert client.get("/videos").data == [1]


def test_a_session_of_a_session_has_the_limits_of_both():
    client, stop = make_client(ok([1])), threading.Event()
    outer = Session(client, budget=1)
    inner = Session(outer, budget=5)
    stopped = Session(inner, stop=stop)
    stop.set()
    with pytest.raises(StoppedError, match="its load was stopped"):
        stopped.get("/videos")
    inner.get("/videos")
    with pytest.raises(RequestBudgetError, match="max_requests=1"):
        inner.get("/videos")


def test_a_request_that_an_inner_budget_refuses_is_not_taken_from_the_outer_one():
    client = make_client(ok([1]))
    outer = Session(client, budget=2)
    inner = Session(outer, budget=1)
    inner.get("/videos")
    with pytest.raises(RequestBudgetError, match="max_requests=1"):
        inner.get("/videos")
    outer.get("/videos")
    assert client.requests_sent == 2


def test_a_counting_session_sends_nothing_and_ends_work_that_needs_an_answer():
    client, tally = make_client(ok([1])), Tally()
    counting = Session(client, tally=tally)
    with pytest.raises(CountedError):
        counting.get("/videos")
    assert counting.attempt(lambda: list(counting.pages("/creators"))) is None
    assert counting.attempt(lambda: 7) == 7
    assert (tally.least, tally.most, client.requests_sent) == (2, None, 0)


def test_a_counting_session_forgets_nothing():
    client = make_client()
    session_of(client).get_or_make("fact", lambda: 1)
    Session(client, tally=Tally()).drop("fact")
    assert session_of(client).cached("fact") == 1


def test_without_a_store_only_what_is_cached_is_known():
    session = session_of(make_client())
    assert session.known("fact", lambda _: 1) is None
    assert session.stored(lambda _: 1) is None
    session.get_or_make("fact", lambda: 2)
    assert session.known("fact", lambda _: 1) == 2


def test_a_store_answers_without_a_request_or_not_at_all(tmp_path):
    def projects(session):
        return len(list(session.looking_up().pages("/projects")))

    with tgp.sandbox(rate_limit=None) as box:
        connected = tgp.connect(box.key, base_url=box.base_url, store=tmp_path, rate_limit=None)
        with connected as client:
            session = session_of(client)
            assert session.stored(projects) is None
            assert session.known("fact", projects) is None
            list(session.looking_up().pages("/projects"))
            sent = client.requests_sent
            assert session.stored(projects) == 1
            # Without `max_age` no stored answer is young enough.
            assert session.known("fact", projects) is None
            assert client.requests_sent == sent
