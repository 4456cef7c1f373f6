"""Loading a project's frames step by step."""

from __future__ import annotations

import pytest

import trackagoat_pandas as tgp
from trackagoat_pandas.http.session import Session
from trackagoat_pandas.widgets.home import Home
from trackagoat_pandas.widgets.project_load import FrameLoad, ProjectLoad

PROGRAM = "Q1 Brand Program"


def test_without_a_limit_all_frames_are_loaded(client):
    loaded = ProjectLoad(Home.loads, PROGRAM).go_on(Session(client), None)
    assert loaded.is_complete
    assert [*loaded.frames] == [load.name for load in Home.loads]
    assert loaded.cost(client) == (0, 0)


@pytest.mark.parametrize("most", [0, 1, 2, 7, 15])
def test_a_second_load_keeps_the_frames_of_the_first(client, most):
    tgp.load_projects(client=client)
    sent, loaded = client.requests_sent, ProjectLoad(Home.loads, PROGRAM)
    loaded.go_on(Session(client), most)
    assert client.requests_sent - sent <= most + 1  # one for what the server can do
    assert not loaded.is_complete
    before, cost = dict(loaded.frames), loaded.cost(client)
    sent = client.requests_sent
    loaded.go_on(Session(client), None)
    assert loaded.is_complete
    assert all(loaded.frames[name] is frame for name, frame in before.items())
    assert cost.least <= client.requests_sent - sent <= (cost.most or 1_000)


def test_requests_of_others_on_the_same_client_do_not_count(client):
    def with_others(*args, **options):
        for _ in range(40):
            client.get("/projects")
        return tgp.load_creators(*args, **options)

    with_others.__name__, with_others.__module__ = "load_creators", tgp.load_creators.__module__
    loads = (FrameLoad("creators", with_others), FrameLoad("goals", tgp.load_goal_compliance))
    assert ProjectLoad(loads, PROGRAM).go_on(Session(client), 30).is_complete


def test_without_owners_no_series_are_loaded(client):
    loads = (
        FrameLoad("creators", lambda *args, **options: tgp.load_creators(*args, **options).head(0)),
        FrameLoad("series", tgp.load_analytics, lambda *_: ["creator", []], owners="creators"),
    )
    loaded = ProjectLoad(loads, PROGRAM).go_on(Session(client), None)
    assert loaded.is_complete
    assert [*loaded.frames] == ["creators"]
