from __future__ import annotations

import signal
import threading

import pytest

import trackagoat_pandas as tgp
from tests.support.children import ANNOUNCE_WAITS, child, said
from tests.support.relays import Gate, Relay, after, serving
from tests.support.waiting import join
from trackagoat_pandas.errors import ClosedClientError, PartialLoadError, StoppedError
from trackagoat_pandas.http.session import Session

pytestmark = pytest.mark.crash

PROJECT = "Q1 Brand Program"


@pytest.fixture
def holding(box):
    """A gate in front of the shared world, on loopback."""
    gate = Gate()
    with serving(Relay(box.app, gate)) as gate.base_url:
        yield gate
        assert not gate.is_overdue  # the load ended before its answers came
        gate.let_go.set()


CONNECT = """
import trackagoat_pandas as tgp
client = tgp.connect(rate_limit={limit}, max_wait_s=6000, timeout_s=600, progress=False)
"""
VIDEOS = "tgp.load_videos()"
METRICS = ["views", "likes", "comments", "shares", "saves", "posts"]
SERIES = f"""tgp.load_analytics(
    "creator", tgp.load_creators({PROJECT!r}), {METRICS}, dates="2026-05"
)"""


def interrupt(process) -> tuple[str, str]:
    """Press Ctrl-C, and see that the process ends as Python does."""
    process.send_signal(signal.SIGINT)
    return said(process)


def assert_plain_interrupt(process, errors: str) -> None:
    assert process.returncode == -signal.SIGINT
    assert errors.rstrip().endswith("KeyboardInterrupt")
    assert errors.count("Traceback") == 1
    assert "Exception ignored" not in errors


@pytest.mark.parametrize(
    ("load", "answers", "held"),
    [(VIDEOS, 0, 1), (VIDEOS, 5, 1), (SERIES, 3, len(METRICS))],
    ids=["first page", "later page", "many workers"],
)
def test_ctrl_c_ends_a_load_that_awaits_answers(box, holding, load, answers, held):
    holding.holds = after(answers)
    code = CONNECT.format(limit=None) + load
    with child("-c", code, base_url=holding.base_url, key=box.key) as process:
        holding.await_held(held)
        _, errors = interrupt(process)
        assert_plain_interrupt(process, errors)


@pytest.mark.parametrize(
    ("load", "limit"), [(VIDEOS, (2, 600.0)), (SERIES, (3, 600.0))], ids=["one", "many workers"]
)
def test_ctrl_c_ends_a_wait_for_the_rate_limit(box, holding, load, limit):
    holding.let_go.set()
    code = ANNOUNCE_WAITS + CONNECT.format(limit=limit) + load
    with child("-c", code, base_url=holding.base_url, key=box.key) as process:
        holding.await_answered(limit[0])
        assert process.stdout.readline() == "waiting\n"
        _, errors = interrupt(process)
        assert_plain_interrupt(process, errors)


@pytest.mark.parametrize("load", [VIDEOS, SERIES], ids=["videos", "series"])
def test_after_ctrl_c_the_client_can_load_again(box, holding, load):
    holding.holds = after(4)
    code = CONNECT.format(limit=None) + (
        f"def load():\n    return {load}\n"
        "try:\n    load()\nexcept KeyboardInterrupt:\n    print('interrupted', flush=True)\n"
        "print(len(load()))"
    )
    with child("-c", code, base_url=holding.base_url, key=box.key) as process:
        holding.await_held(1)
        process.send_signal(signal.SIGINT)
        assert process.stdout.readline() == "interrupted\n"
        holding.let_go.set()
        out, errors = said(process)
    assert process.returncode == 0
    assert int(out) > 100
    assert errors == ""


def call_when(await_moment, end) -> threading.Thread:
    def run() -> None:
        await_moment()
        end()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def load_series(client):
    creators = tgp.load_creators(PROJECT, client=client)
    return tgp.load_analytics("creator", creators, "views", dates="2026-05", client=client)


LOADS = {"videos": lambda client: tgp.load_videos(client=client), "series": load_series}


@pytest.mark.parametrize("name", LOADS)
def test_closing_the_client_ends_a_load_that_awaits_answers(box, holding, name):
    holding.holds = after(2)
    client = tgp.connect(
        box.key, base_url=holding.base_url, rate_limit=None, timeout_s=600, progress=False
    )
    closing = call_when(lambda: holding.await_held(1), client.close)
    with pytest.raises(ClosedClientError, match="the client is closed"):
        LOADS[name](client)
    join(closing)


@pytest.mark.parametrize(("name", "places"), [("videos", 1), ("series", 2)])
@pytest.mark.parametrize(
    ("way", "error", "said"),
    [
        ("close", ClosedClientError, "the client is closed"),
        ("cancel", StoppedError, "its load was stopped"),
    ],
)
def test_closing_or_cancelling_ends_a_wait_for_the_rate_limit(
    box, holding, name, places, way, error, said
):
    holding.let_go.set()
    limit = (places, 600.0 + places + 10 * len(way))  # a pace that no other test shares
    client = tgp.connect(
        box.key, base_url=holding.base_url, rate_limit=limit, max_wait_s=6000, progress=False
    )
    view = Session(client, stop=threading.Event()) if way == "cancel" else client
    ending = call_when(lambda: holding.await_answered(places), getattr(view, way))
    with pytest.raises(error, match=said):
        LOADS[name](view)
    assert client.closed is (way == "close")
    join(ending)
    client.close()


@pytest.mark.parametrize(
    ("way", "answered", "error"), [("close", 4, ClosedClientError), ("cancel", 2, StoppedError)]
)
def test_closing_or_cancelling_amid_a_fan_out_keeps_what_has_come(
    box, holding, way, answered, error
):
    holding.holds = after(3 + answered)  # the projects, the creators, the description and metrics
    client = tgp.connect(
        box.key, base_url=holding.base_url, rate_limit=None, max_workers=2, progress=False
    )
    view = Session(client, stop=threading.Event()) if way == "cancel" else client

    def end() -> None:
        getattr(view, way)()
        if way == "cancel":  # what was sent is answered first
            holding.let_go.set()

    ending = call_when(lambda: holding.await_held(2), end)
    creators = tgp.load_creators(PROJECT, client=view)
    failed = rf"{2 * len(creators)} of {6 * len(creators)} series \(2 of 6 requests\) failed"
    with pytest.raises(PartialLoadError, match=failed) as caught:
        tgp.load_analytics("creator", creators, METRICS, dates="2026-05", client=view)
    join(ending)
    client.close()
    assert isinstance(caught.value.__cause__, error)
    assert caught.value.partial["metric"].nunique() == 4
    assert caught.value.loaded == 4 * len(creators)
    assert all(isinstance(failure, error) for failure in caught.value.failures.values())
