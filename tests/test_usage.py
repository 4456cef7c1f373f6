from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.http.test_shared_quota import MINUTE, Machine, shared_client
from tests.support.http_doubles import NOON, FakeClock, make_client, ok, refused
from trackagoat_pandas.cli import main
from trackagoat_pandas.errors import ArgumentTypeError, DeadlineError
from trackagoat_pandas.http.pacing import RequestLog
from trackagoat_pandas.http.session import session_of
from trackagoat_pandas.usage import Quota


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


def test_what_is_used_and_left_is_counted_over_all_processes(machine):
    nightly, notebook = machine.process(name="nightly.py"), machine.process(name="kernel q1.ipynb")
    machine.ask(nightly, 20)
    machine.clock.elapsed_s += 30
    machine.ask(notebook, 10)
    notebook.acquire(machine.clock.monotonic(), machine.stop)
    machine.running.remove(nightly.pid)
    machine.clock.elapsed_s += 1
    quota = Quota(machine.process().usage())
    assert (quota.used, quota.left) == (31, 29)
    assert (quota.used_today, quota.day_limit, quota.left_today) == (31, None, None)
    assert quota.next_at == quota.at
    assert quota.reset_at == quota.at + dt.timedelta(seconds=60)
    assert quota.day_resets_at == dt.datetime(2026, 6, 16, tzinfo=dt.UTC)
    assert quota.stopped_until is None
    expected = pd.DataFrame(
        {
            "process": ["nightly.py", "kernel q1.ipynb"],
            "pid": [nightly.pid, notebook.pid],
            "running": [False, True],
            "under_way": [0, 1],
            "in_window": [20, 11],
            "today": [20, 11],
        }
    ).astype(
        {
            "process": pd.StringDtype(na_value=np.nan),
            **dict.fromkeys(("pid", "under_way", "in_window", "today"), "Int64"),
            "running": "boolean",
        }
    )
    pd.testing.assert_frame_equal(quota.to_frame(), expected)


def test_a_full_window_says_when_the_next_request_may_start(machine):
    log = machine.process()
    machine.ask(log, 30)
    machine.clock.elapsed_s += 20
    machine.ask(log, 30)
    quota = Quota(log.usage())
    assert quota.left == 0
    assert (quota.next_at - quota.at).total_seconds() == pytest.approx(40, abs=0.01)
    assert (quota.reset_at - quota.at).total_seconds() == pytest.approx(60, abs=0.01)
    assert "next request: at 12:01:00 UTC" in str(quota)


def test_a_new_utc_day_counts_from_zero(machine):
    log = machine.process()
    machine.ask(log, 7)
    machine.set_clock(12)
    machine.ask(log, 2)
    assert Quota(log.usage()).used_today == 2


@pytest.mark.parametrize(
    ("most", "limit"), [(0, 0), (1000, 1000), (-1, None), (True, None), ("1000", None)]
)
def test_a_limit_is_a_whole_number_from_0_on_or_not_known(most, limit):
    meta = {"limitKey": "max_api_requests_per_day", "max": most}
    client = shared_client(refused(429, "rate_limit_exceeded", **meta))
    with pytest.raises(DeadlineError, match="come back at 2026-06-16 00:00:00 UTC"):
        client.get("/videos")
    found = tgp.quota(client).day_limit
    assert (found, type(found)) == (limit, type(limit))


def test_the_limit_that_the_server_said_is_shown_with_what_is_left():
    meta = {"limitKey": "max_api_requests_per_day", "max": 1000, "current": 1000}
    client = shared_client(ok([]), refused(429, "rate_limit_exceeded", **meta))
    client.get("/videos")
    with pytest.raises(DeadlineError, match="come back at 2026-06-16 00:00:00 UTC"):
        client.get("/videos")
    quota = tgp.quota(client)
    assert (quota.used_today, quota.day_limit, quota.left_today) == (2, 1000, 998)
    assert quota.stopped_until == dt.datetime(2026, 6, 16, tzinfo=dt.UTC)
    assert quota.day_limit_said == NOON
    assert "stopped by the server until 2026-06-16 00:00:00 UTC" in repr(quota)


def test_a_limit_of_an_earlier_day_is_shown_with_that_day(machine):
    log = machine.process()
    log.pause_shared(60.0, evenly=False, day_limit=1000)
    machine.set_clock(24)
    machine.ask(log, 2)
    assert "today: 2 of 1,000 requests (the limit as of 2026-06-15)" in str(Quota(log.usage()))


def test_a_client_that_shares_nothing_says_so_and_counts_its_own_window():
    client = make_client(ok([]))
    client.get("/videos")
    quota = tgp.quota(client)
    assert not quota.is_shared
    assert repr(quota) == (
        "<Quota 1 of 60 requests in 60 s used, 59 left; today 1 request, limit unknown; "
        "this process alone>"
    )
    assert quota.used_today == 1
    assert quota.to_frame()["today"].tolist() == [1]


def test_a_client_that_shares_nothing_knows_the_limit_that_the_server_said_to_it():
    meta = {"limitKey": "max_api_requests_per_day", "max": 1000, "current": 1000}
    client = make_client(ok([]), refused(429, "rate_limit_exceeded", **meta))
    client.get("/videos")
    with pytest.raises(DeadlineError, match="come back at"):
        client.get("/videos")
    quota = tgp.quota(client)
    assert (quota.used_today, quota.left_today, quota.day_limit_said) == (2, 998, NOON)


def test_a_process_counts_a_new_utc_day_from_zero():
    clock = FakeClock()
    client = make_client(ok([]), ok([]), clock=clock)
    client.get("/videos")
    clock.elapsed_s += 24 * 3600
    assert tgp.quota(client).used_today == 0
    client.get("/videos")
    assert tgp.quota(client).used_today == 1


def test_a_client_without_a_limit_says_so():
    client = make_client(ok([]), rate_limit=None)
    client.get("/videos")
    assert tgp.quota(client).left is None
    assert "no limit" in repr(tgp.quota(client))


def test_a_file_that_can_not_be_used_is_named_as_the_problem(machine):
    machine.path.mkdir(parents=True)
    log = machine.process()
    with pytest.warns(tgp.TrackaGoatWarning, match="can't be used"):
        machine.ask(log)
    quota = Quota(log.usage())
    assert not quota.is_shared
    assert quota.used == 1
    assert "Error" in quota.problem
    assert quota.problem in repr(quota)


def test_names_are_escaped_in_html(machine):
    log = machine.process(name="<b>.py")
    machine.ask(log)
    html = Quota(log.usage())._repr_html_()
    assert "&lt;b&gt;.py" in html
    assert "<b>.py" not in html
    assert "1 of 60 requests in 60 s used, 59 left" in html


def test_an_unshared_log_and_a_shared_one_agree_on_the_window(machine):
    shared, alone = machine.process(), RequestLog(MINUTE, machine.clock)
    for seconds in (0, 7, 20):
        machine.clock.elapsed_s += seconds
        for log in (shared, alone):
            machine.ask(log, 20)
    first, second = Quota(shared.usage()), Quota(alone.usage())
    for name in ("used", "left", "next_at", "reset_at"):
        assert getattr(first, name) == getattr(second, name)


def test_only_a_client_has_a_quota():
    with pytest.raises(ArgumentTypeError, match="client"):
        tgp.quota("client")


def test_the_command_prints_the_facts_and_a_row_for_each_process(monkeypatch, capsys):
    monkeypatch.setenv("TRACKAGOAT_API_KEY", "tga_" + "8" * 64)
    client = tgp.connect(progress=False)
    assert client._log.acquire(float("inf"), client._stop) == 0
    assert main(["quota"]) == 0
    client._log.release()
    printed = capsys.readouterr().out
    assert "window: 1 of 60 requests in 60 s used, 59 left" in printed
    assert "counted: all processes of this machine, 1 running" in printed
    assert printed.splitlines()[-2].split() == [
        "process", "pid", "running", "under_way", "in_window", "today",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "base_url", "is_shared"),
    [
        (None, None, True),
        (None, "http://localhost:9/api", False),
        (None, "http://127.0.0.1:9/api", False),
        (True, "http://127.0.0.1:9/api", True),
        (False, None, False),
    ],
)
def test_the_quota_is_shared_by_default_except_on_loopback(given, base_url, is_shared):
    options = {"base_url": base_url, "shared_quota": given, "progress": False}
    with tgp.connect("tga_" + "0" * 64, **options) as client:
        assert (client._log.shared is not None) == is_shared


@pytest.mark.parametrize(("given", "is_shared"), [(None, False), (True, True), (False, False)])
def test_the_quota_of_a_transport_is_shared_only_when_that_is_asked_for(given, is_shared):
    transport = session_of(make_client()).transport
    with tgp.connect("tga_" + "0" * 64, transport=transport, shared_quota=given) as client:
        assert (client._log.shared is not None) == is_shared


def test_shared_quota_is_true_or_false_or_none():
    with pytest.raises(ArgumentTypeError, match="shared_quota"):
        tgp.connect("tga_" + "0" * 64, shared_quota="yes")


def test_connecting_opens_no_file_and_asking_does(tmp_path):
    with tgp.connect("tga_" + "9" * 64, progress=False) as client:
        assert not (tmp_path / "state").exists()
        tgp.quota(client)
        assert len(list((tmp_path / "state").rglob("*.json"))) == 1
