from __future__ import annotations

import threading

import pytest

import trackagoat_pandas as tgp
from tests.support.canned import Canned, connect_to
from tests.support.payout_frames import assigned, assignments, rule, structures
from trackagoat_pandas.http.session import Session
from trackagoat_pandas.progress import calculating, progress, quiet


class Shown:
    """The text of progress bars, which appear at once, and the clock that they read."""

    def __init__(self, capsys) -> None:
        self.capsys, self.now_s = capsys, 1000.0

    def __call__(self) -> str:
        return self.capsys.readouterr().err


@pytest.fixture
def bar(monkeypatch, capsys):
    shown = Shown(capsys)
    monkeypatch.setattr("trackagoat_pandas.progress.SILENT_S", 0.0)
    monkeypatch.setattr("tqdm.std.time", lambda: shown.now_s)
    return shown


def test_a_bar_counts_requests(bar):
    with connect_to(Canned({}), progress=True) as client, progress(client, "videos", 4) as step:
        step()
        step(2)
        bar.now_s += 0.2
        step()
    assert "videos" in (shown := bar())
    assert "4/4" in shown
    assert "requests" in shown


def test_an_unknown_number_of_requests_is_counted_too(bar):
    with connect_to(Canned({}), progress=True) as client, progress(client, "videos") as step:
        bar.now_s += 0.2
        step(3)
    assert "videos: 3 requests" in bar()


def test_the_end_knows_the_rate_limit(bar):
    with (
        connect_to(Canned({"/videos": []}), progress=True, rate_limit=(2, 60.0)) as client,
        progress(client, "analytics", 10) as step,
    ):
        client.get("/videos")
        client.get("/videos")
        bar.now_s += 0.2
        step(2)
    assert "04:00 to go" in (shown := bar()) or "03:59 to go" in shown


def test_after_the_last_request_there_is_no_time_to_go(bar):
    with (
        connect_to(Canned({"/videos": []}), progress=True, rate_limit=(1, 60.0)) as client,
        progress(client, "analytics", 1) as step,
    ):
        client.get("/videos")
        bar.now_s += 0.2
        step()
    assert "00:00 to go" in bar()


@pytest.mark.parametrize("choice", [False, None])
def test_a_script_is_silent(bar, choice):
    with connect_to(Canned({"/videos": []}), progress=choice) as client:
        tgp.load_videos(client=client)
    assert bar() == ""


def test_a_short_load_shows_nothing(capsys):
    with connect_to(Canned({"/videos": []}), progress=True) as client:
        tgp.load_videos(client=client)
    assert "videos" not in capsys.readouterr().err


def test_a_function_is_called_in_place_of_a_bar(bar):
    seen = []
    with connect_to(Canned({"/videos": []})) as client:
        view = Session(client, stop=threading.Event(), progress=lambda *facts: seen.append(facts))
        tgp.load_videos(client=view)
        with progress(view, "analytics", 3) as step:
            step(2)
    assert seen == [
        ("videos", 0, None),
        ("videos", 1, None),
        ("analytics", 0, 3),
        ("analytics", 2, 3),
    ]
    assert bar() == ""


def test_a_long_calculation_counts_its_parts_as_the_default_client_wants(bar):
    with connect_to(Canned({}), progress=True), calculating("odds of views", 4) as step:
        step()
        step(2)
    assert "odds of views" in (shown := bar())
    assert "/4" in shown
    assert "requests" not in shown


@pytest.mark.parametrize("choice", [False, None])
def test_a_calculation_in_a_script_is_silent(bar, choice):
    with connect_to(Canned({}), progress=choice), calculating("odds of views", 4) as step:
        step(4)
    assert bar() == ""


def test_a_board_calculates_without_a_bar(bar):
    with connect_to(Canned({}), progress=True), quiet(), calculating("odds", 4) as step:
        step(4)
    assert bar() == ""


def test_a_short_calculation_shows_nothing(capsys):
    with connect_to(Canned({}), progress=True), calculating("odds of views", 2) as step:
        step(2)
    assert capsys.readouterr().err == ""


def test_forecasts_of_months_count_their_days(bar):
    given = structures(rule()), assignments(assigned("2024-01-01"))
    with connect_to(Canned({}), progress=True):
        tgp.backtest_payouts(*given, days=["2024-03-10", "2024-04-10"], timezone="UTC")
    assert "forecasts" in (shown := bar())
    assert "/2" in shown
