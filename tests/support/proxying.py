"""A server behind TLS, https://api.example, and a proxy of ours that leads there.

tests/data/api_example.pem is the certificate, with its key, that the server shows and that the
client is to trust. Nothing else has this key.
"""

from __future__ import annotations

import ssl
from contextlib import contextmanager
from pathlib import Path

from tests.support.http_doubles import http_response, received_head, socket_server

BASE = "https://api.example/api/v1"
CERTIFICATE = Path(__file__).parents[1] / "data" / "api_example.pem"
ONE_ROW = http_response(b'{"data": [1], "error": null, "meta": {"hasMore": false}}')
TUNNEL = b"HTTP/1.1 200 Connection established\r\n\r\n"


class Proxy:
    """What a proxy was asked: its own requests, and those within its tunnels."""

    def __init__(self, scene=ONE_ROW, tunnel=TUNNEL) -> None:
        self.scene, self.tunnel = scene, tunnel
        self.asked, self.within, self.url = [], [], ""
        self._tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._tls.load_cert_chain(CERTIFICATE)

    def serve(self, connection, _number) -> None:
        self.asked.append(received_head(connection))
        if callable(self.tunnel):
            self.tunnel(connection)
            return
        connection.sendall(self.tunnel)
        if not self.tunnel.startswith(b"HTTP/1.1 200"):
            return
        with self._tls.wrap_socket(connection, server_side=True) as inside:
            while head := received_head(inside):
                self.within.append(head)
                if callable(self.scene):
                    self.scene(inside)
                    return
                inside.sendall(self.scene)


@contextmanager
def proxying(monkeypatch, scene=ONE_ROW, tunnel=TUNNEL, variable="HTTPS_PROXY"):
    """Have the environment name a proxy that leads to the server."""
    proxy = Proxy(scene, tunnel)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    with socket_server(proxy.serve) as place:
        proxy.url = f"http://{place}"
        monkeypatch.setenv(variable, proxy.url)
        monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
        yield proxy
