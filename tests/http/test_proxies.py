"""Proxies of the environment: used as httpx uses them, never for this machine, never trusted."""

from __future__ import annotations

import logging
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

import trackagoat_pandas as tgp
from tests.support import http_doubles
from tests.support.http_doubles import KEY, drip
from tests.support.plain_server import KEY as PLAIN_KEY
from tests.support.plain_server import plain_server
from tests.support.proxying import BASE, CERTIFICATE, ONE_ROW, TUNNEL, proxying
from tests.support.waiting import PATIENCE_S
from trackagoat_pandas.errors import (
    ClosedClientError,
    ConnectionFailedError,
    MissingDependencyError,
    SettingsError,
    TrackaGoatError,
)
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.inputs.settings import is_loopback, resolve_settings

client_of = partial(http_doubles.client_of, BASE)


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_a_request_goes_through_the_proxy_and_the_key_only_within_its_tunnel(monkeypatch, variable):
    with proxying(monkeypatch, variable=variable) as proxy, client_of() as client:
        assert client.get("/videos").data == [1]
        assert client.get("/videos").data == [1]
    assert [head.splitlines()[0] for head in proxy.asked] == [b"CONNECT api.example:443 HTTP/1.1"]
    assert KEY.encode() not in b"".join(proxy.asked)
    assert len(proxy.within) == 2
    assert all(f"Bearer {KEY}".encode() in head for head in proxy.within)


def test_a_proxy_is_given_its_password_and_nobody_else_is(monkeypatch, caplog):
    caplog.set_level(logging.DEBUG)
    with proxying(monkeypatch) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("//", "//user:secret@"))
        with client_of() as client:
            client.get("/videos")
    assert b"Proxy-Authorization: Basic dXNlcjpzZWNyZXQ=" in proxy.asked[0]
    assert b"roxy-" not in proxy.within[0]
    assert "GET /videos: 200" in caplog.text
    assert KEY[4:] not in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.parametrize("excepted", ["api.example", "example", ".example", "x, *", "*"])
def test_no_proxy_is_heeded(monkeypatch, excepted):
    with proxying(monkeypatch) as proxy:
        monkeypatch.setenv("NO_PROXY", excepted)
        with (
            client_of(max_wait_s=0) as client,
            pytest.raises(ConnectionFailedError, match="ConnectError"),  # no such host
        ):
            client.get("/videos")
    assert proxy.asked == []


@pytest.mark.parametrize("excepted", ["", "api.example.org", "le", "localhost"])
def test_what_no_proxy_does_not_name_goes_through_it(monkeypatch, excepted):
    with proxying(monkeypatch) as proxy:
        monkeypatch.setenv("NO_PROXY", excepted)
        with client_of() as client:
            assert client.get("/videos").data == [1]
    assert len(proxy.asked) == 1


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "ALL_PROXY", "all_proxy"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST"])
def test_this_machine_is_asked_without_a_proxy(monkeypatch, variable, host):
    routes = {"/videos": [({}, b'{"data": [1], "error": null, "meta": null}')]}
    with proxying(monkeypatch, variable=variable) as proxy, plain_server(routes) as server:
        url = server.base_url.replace("127.0.0.1", host)
        settings = resolve_settings(PLAIN_KEY, base_url=url)
        with Client(settings) as client:
            assert client.get("/videos").data == [1]
    assert proxy.asked == []


def test_the_embedded_sandbox_is_asked_without_a_proxy(monkeypatch):
    with proxying(monkeypatch, variable="HTTP_PROXY") as proxy:
        monkeypatch.setenv("ALL_PROXY", proxy.url)
        with tgp.connect(sandbox=True, progress=False):
            assert len(tgp.load_projects()) > 0
    assert proxy.asked == []


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("localhost", True), ("127.0.0.1", True), ("127.255.0.9", True), ("::1", True),
        ("[::1]", True), ("0:0:0:0:0:0:0:1", True), ("::ffff:127.0.0.1", True),
        ("", False), (None, False), ("localhost.example", False), ("127.0.0.1.example", False),
        ("128.0.0.1", False), ("0.0.0.0", False), ("10.0.0.1", False), ("::ffff:10.0.0.1", False),
    ],
)  # fmt: skip
def test_what_is_this_machine(host, here):
    assert is_loopback(host) is here


HEAD = b"HTTP/1.1 200 OK\r\nX: "
DRIPS = {
    "a head": {"scene": lambda connection: drip(connection, HEAD)},
    "a body": {"scene": lambda connection: drip(connection, ONE_ROW[:-20])},
    "silence": {"scene": lambda connection: connection.recv(1)},  # until the client hangs up
    "the proxy's own head": {"tunnel": lambda connection: drip(connection, HEAD)},
}


@pytest.mark.parametrize("what", DRIPS)
def test_what_drips_from_or_behind_a_proxy_ends_with_its_time(monkeypatch, what):
    with (
        proxying(monkeypatch, **DRIPS[what]),
        client_of(timeout_s=0.2, max_wait_s=0) as client,
        pytest.raises(ConnectionFailedError, match=r"after 0\.2 s|timed out"),
    ):
        client.get("/videos")


@pytest.mark.parametrize("where", ["the answer", "the handshake", "the tunnel"])
def test_closing_the_client_wakes_a_read_behind_a_proxy(monkeypatch, where):
    over, waiting, overdue = threading.Event(), threading.Semaphore(0), []

    def hang(connection, first=b""):
        connection.sendall(first)
        waiting.release()
        overdue.append(not over.wait(2 * PATIENCE_S))

    scenes = {
        "the answer": {"scene": hang},
        "the handshake": {"tunnel": lambda connection: hang(connection, TUNNEL)},
        "the tunnel": {"tunnel": hang},
    }
    with proxying(monkeypatch, **scenes[where]), ThreadPoolExecutor(1) as pool:
        client = client_of(timeout_s=4 * PATIENCE_S)
        asked = pool.submit(client.get, "/videos")
        assert waiting.acquire(timeout=PATIENCE_S)
        client.close()
        error = asked.exception()
        over.set()
    assert isinstance(error, ClosedClientError)
    assert overdue == [False]  # what isn't woken ends with its answer or its timeout


def test_a_proxy_that_refuses_is_an_error_of_ours(monkeypatch):
    refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
    with (
        proxying(monkeypatch, tunnel=refusal),
        client_of(max_wait_s=0) as client,
        pytest.raises(ConnectionFailedError, match="ProxyError: 407"),
    ):
        client.get("/videos")


@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
def test_a_socks_proxy_without_its_package_says_what_to_install(monkeypatch, scheme):
    monkeypatch.setitem(sys.modules, "socksio", None)
    monkeypatch.setenv("ALL_PROXY", f"{scheme}://user:secret@127.0.0.1:1080")
    with pytest.raises(MissingDependencyError, match=r"socksio: pip install .*\[socks\]") as caught:
        client_of()
    assert isinstance(caught.value, ImportError)
    assert isinstance(caught.value, TrackaGoatError)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "proxy",
    [
        "ftp://host:1", "http://", "://", "http://user:secret@host:port", "http://[::1", "socks4://h:1",
        "http://user:secret@", "http://h:99999999",
    ],
)  # fmt: skip
def test_a_proxy_that_is_none_is_an_error_of_ours_without_its_password(monkeypatch, proxy):
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with pytest.raises(SettingsError, match="the environment's proxy for https: it must") as caught:
        client_of()
    assert "secret" not in f"{caught.value}{caught.value.__cause__}{caught.value.__context__}"


def test_a_bad_proxy_does_not_keep_the_sandbox_from_starting(monkeypatch):
    monkeypatch.setenv("ALL_PROXY", "socks4://nowhere")
    with tgp.connect(sandbox=True, progress=False):
        assert len(tgp.load_projects()) > 0
