"""The client as its users see it: what it shows, shares, follows and closes."""

from __future__ import annotations

import copy
import gc
import pickle
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.http_doubles import (
    KEY,
    FakeClock,
    Scripted,
    WatchedClock,
    answer,
    make_client,
    ok,
)
from tests.support.waiting import PATIENCE_S
from trackagoat_pandas.errors import (
    ClosedClientError,
    RedirectError,
    StoppedError,
)
from trackagoat_pandas.http.client import Client, default_client, set_default
from trackagoat_pandas.http.session import Session, session_of
from trackagoat_pandas.inputs.settings import resolve_settings


def redirect(to, status=302):
    return answer(status, b"", location=to)


BASE = "https://api.example/api/v1"


@pytest.mark.parametrize(
    "target",
    ["/api/v1/videos/", "videos/", f"{BASE}/videos/", "https://api.example:443/api/v1/videos/"],
)
def test_a_redirect_within_the_origin_is_followed(target):
    client = make_client(redirect(target), ok([1]), base_url=BASE)
    assert client.get("/videos").data == [1]
    assert session_of(client).transport.requests[1].url.path == "/api/v1/videos/"
    assert client.requests_sent == 2


ELSEWHERE = [
    "https://www.api.example/api/v1/videos",
    "http://api.example/api/v1/videos",
    "https://api.example:8443/api/v1/videos",
    "https://user@api.example/api/v1/videos",
    "//evil.example/videos",
    "ftp://api.example/videos",
]


@pytest.mark.parametrize(
    ("response", "method", "problem", "sent"),
    [
        *((redirect(target), "GET", "/videos: HTTP 302 redirects to", 1) for target in ELSEWHERE),
        *(
            (redirect(ELSEWHERE[0], status), "GET", f"HTTP {status} redirects to", 1)
            for status in (301, 303, 307, 308)
        ),
        (answer(302, b""), "GET", "redirects to nowhere", 1),
        (redirect("/api/v1/else"), "POST", r"redirects to https://api.example/api/v1/else", 1),
        (redirect("/api/v1/videos"), "GET", "302", 3),  # a loop
    ],
)
def test_a_redirect_that_is_not_followed_is_an_error(response, method, problem, sent):
    client = make_client(response, base_url=BASE)
    with pytest.raises(RedirectError, match=problem):
        client.request(method, "/videos", json=None if method == "GET" else {})
    assert client.requests_sent == sent


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_redirects_within_the_origin_do_not_warn_of_the_key(method):
    client = make_client(redirect("/api/v1/videos"), base_url=BASE)
    with pytest.raises(RedirectError, match="was not followed") as caught:
        client.request(method, "/videos", json=None if method == "GET" else {})
    assert caught.value.is_same_server
    assert "the key" not in str(caught.value)


def test_a_redirect_does_not_repeat_a_key():
    client = make_client(redirect(f"https://evil.example/?key={KEY}"))
    with pytest.raises(RedirectError, match=r"evil\.example/\?…,") as caught:
        client.get("/videos")
    assert KEY[4:] not in f"{caught.value} {caught.value.target}"


def test_a_repr_tells_the_facts():
    client = make_client(ok([]), base_url=BASE, timezone="Europe/Berlin")
    client.get("/videos")
    assert repr(client) == f"<Client {BASE}, Europe/Berlin, 60 requests per 60 s, 1 sent>"
    client = make_client(base_url=BASE, rate_limit=None)
    client.close()
    assert repr(client) == f"<Client {BASE}, no rate limit, 0 sent, closed>"


def test_a_repr_in_html_is_escaped():
    shown = make_client(base_url="https://api.example/&'")._repr_html_()
    assert "<td>https://api.example/&amp;&#x27;</td>" in shown


@pytest.mark.parametrize("take", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_client_can_be_neither_copied_nor_pickled(take):
    with pytest.raises(TypeError, match=r"call connect\(\) in each process"):
        take(make_client())


def test_settings_can_be_read_off():
    client = make_client(timezone="UTC", max_workers=3)
    assert (client.timezone, session_of(client).max_workers, client.progress) == ("UTC", 3, None)
    assert client.settings.max_wait_s == 900


def test_a_closed_client_says_so():
    client = make_client()
    with client:
        assert not client.closed
    assert client.closed
    with pytest.raises(ClosedClientError, match="the client is closed"):
        client.get("/videos")


@pytest.mark.parametrize("forgotten", [False, True])
def test_a_client_is_closed_once_when_it_is_closed_or_forgotten(forgotten):
    calls, script = [], Scripted(ok([]))
    client = Client(resolve_settings(KEY), transport=script, on_close=lambda: calls.append(1))
    client.get("/videos")
    if not forgotten:
        client.close()
        client.close()
    del client
    gc.collect()
    assert (calls, script.closed) == ([1], 1)


def test_closing_ends_a_real_wait_for_a_place():
    clock, settings = WatchedClock(), resolve_settings(KEY, rate_limit=(1, 600.0), max_wait_s=6000)
    client = Client(settings, transport=Scripted(ok([])), clock=clock)
    client.get("/videos")
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(client.get, "/videos") for _ in range(4)]
        try:
            clock.await_waits(4)
        finally:
            client.close()
        errors = [one.exception(PATIENCE_S) for one in asked]
    assert {type(error) for error in errors} == {ClosedClientError}


def test_a_view_shares_everything_but_its_stop():
    client = make_client(ok([1]))
    view = Session(client, stop=threading.Event())
    view.get("/videos")
    assert client.requests_sent == view.requests_sent == 1
    assert view.get_or_make("a", lambda: 1) == session_of(client).cached("a") == 1


def test_a_stopped_view_asks_no_more_and_its_client_does():
    client, stop = make_client(ok([1])), threading.Event()
    view = Session(client, stop=stop)
    stop.set()
    with pytest.raises(StoppedError, match=r"/videos: .*its load was stopped"):
        view.get("/videos")
    assert client.get("/videos").data == [1]


def test_closing_a_client_or_a_view_stops_all_views_also_later_ones():
    for close_view in (False, True):
        client, stop, late = make_client(), threading.Event(), threading.Event()
        view = Session(client, stop=stop)
        (Session(client, stop=threading.Event()) if close_view else client).close()
        assert client.closed
        Session(client, stop=late)
        assert stop.is_set()
        assert late.is_set()
        with pytest.raises(ClosedClientError, match="closed"):
            view.get("/videos")


def test_cancelling_stops_the_views_below_also_later_ones_and_a_client_goes_on():
    client, stop, late = make_client(ok([1])), threading.Event(), threading.Event()
    view = Session(client, stop=threading.Event())
    Session(view, stop=stop)
    session_of(client).cancel()
    Session(view, stop=late)
    assert stop.is_set()
    assert late.is_set()
    assert client.get("/videos").data == [1]


def test_a_cancelled_view_stops_the_views_of_it_and_no_others():
    client = make_client(ok([1]))
    view, other = Session(client, stop=threading.Event()), Session(client, stop=threading.Event())
    inner = Session(view, stop=threading.Event())
    view.cancel()
    for stopped in (view, inner):
        with pytest.raises(StoppedError, match="was stopped"):
            stopped.get("/videos")
    assert other.get("/videos").data == [1]


def test_a_view_keeps_its_client_open():
    script = Scripted(ok([1]))
    client = Client(resolve_settings(KEY), transport=script)
    view = Session(client, stop=threading.Event())
    del client
    gc.collect()
    assert view.get("/videos").data == [1]
    assert script.closed == 0


def test_a_client_does_not_keep_the_stops_of_its_views():
    client, stop = make_client(), threading.Event()
    Session(client, stop=stop)
    gone = weakref.ref(stop)
    del stop
    gc.collect()
    assert gone() is None


def test_a_fact_is_made_once_until_it_is_dropped():
    client, made = make_client(), []

    def make():
        made.append(1)
        return len(made)

    session = session_of(client)
    assert [session.get_or_make("fact", make), session.get_or_make("fact", make)] == [1, 1]
    assert session.cached("fact") == 1
    session.drop("fact")
    session.drop("nothing")
    assert session.cached("fact") is None
    assert session_of(client).get_or_make("fact", make) == 2


def test_a_fact_that_fails_is_tried_again():
    client = make_client()
    with pytest.raises(ZeroDivisionError, match="division"):
        session_of(client).get_or_make("fact", lambda: 1 // 0)
    assert session_of(client).get_or_make("fact", lambda: 5) == 5


def test_clients_of_one_key_and_address_share_their_pace():
    base = "http://127.0.0.1:9/shared"
    one, two = (Client(resolve_settings(KEY, base_url=base)) for _ in range(2))
    one._log.pause(50.0, evenly=False)
    assert two.estimate_seconds(1) > 40
    one.close()
    two.close()


@pytest.mark.parametrize(
    "other", [{"base_url": "http://127.0.0.1:9/b"}, {"api_key": "tga_" + "1" * 64}]
)
def test_another_key_or_address_has_a_pace_of_its_own(other):
    given = {"api_key": KEY, "base_url": "http://127.0.0.1:9/a"}
    with (
        Client(resolve_settings(**given)) as one,
        Client(resolve_settings(**{**given, **other})) as two,
    ):
        one._log.pause(50.0, evenly=False)
        assert two.estimate_seconds(1) == 0


@pytest.mark.parametrize("own", [{"transport": Scripted(ok([]))}, {"clock": FakeClock()}])
def test_a_client_on_a_transport_or_clock_of_its_own_paces_itself_alone(own):
    one, two = (Client(resolve_settings(KEY), **own) for _ in range(2))
    one._log.pause(50.0, evenly=False)
    assert two.estimate_seconds(1) == 0


def test_the_estimate_is_what_a_load_will_take():
    client = make_client(ok([]))
    client.get("/videos")
    assert client.estimate_seconds(59) == 0
    assert client.estimate_seconds(60) == pytest.approx(60, abs=0.01)


def test_threads_share_a_client():
    client = make_client(lambda request: ok([request.url.params["n"]]), rate_limit=None)
    with ThreadPoolExecutor(8) as pool:
        pages = list(pool.map(lambda n: client.get("/videos", {"n": n}), range(200)))
    assert [page.data for page in pages] == [[str(n)] for n in range(200)]
    assert client.requests_sent == 200


def test_what_is_no_transport_is_refused():
    with pytest.raises(TypeError, match="handle_request, as httpx's transports have, or a WSGI"):
        Client(resolve_settings(KEY), transport=5)


def test_the_default_is_what_was_set_or_made_of_the_environment_and_kept(monkeypatch):
    monkeypatch.setenv("TRACKAGOAT_API_KEY", KEY)
    set_default(None)
    with default_client() as found:
        assert default_client() is found
    client = make_client()
    set_default(client)
    assert default_client() is client
    set_default(None)
