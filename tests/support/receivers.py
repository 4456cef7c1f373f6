"""Receivers of messages on loopback: a webhook that answers as scripted, and a mail server."""

from __future__ import annotations

import socketserver
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import takewhile

PATH = "/services/T0SECRET/B0SECRET/xoxSECRETxox"
"""What an address of a webhook has that nobody may see."""
PASSWORD = "correct-horse-SECRET"


@dataclass
class Webhook:
    """A webhook: its address, the bodies that it got, and its answers; the last one stays.

    An answer is a status, or a status and headers; ``drop`` breaks the connection off.
    """

    address: str
    answers: list = field(default_factory=lambda: [200])
    bodies: list[bytes] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)


DROP = "drop"


@contextmanager
def webhook(*answers):
    """Serve a webhook."""
    got = Webhook("", [*answers] or [200])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if len(body) < int(self.headers["Content-Length"]):
                return  # its sender was killed
            got.paths.append(self.path)
            answer = got.answers.pop(0) if len(got.answers) > 1 else got.answers[0]
            got.bodies.append(body)
            if answer == DROP:
                self.close_connection = True
                self.connection.close()
                return
            status, headers = answer if isinstance(answer, tuple) else (answer, {})
            self.send_response(status)
            for name, value in {"Content-Length": "2", **headers}.items():
                self.send_header(name, value)
            with suppress(ConnectionError):
                self.end_headers()
                self.wfile.write(b"ok")

        def log_message(self, *_):
            pass

    with _serving(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as port:
        got.address = f"http://127.0.0.1:{port}{PATH}"
        yield got


@dataclass
class MailServer:
    """A mail server: its port, the mails that it got as sent, and the address of each."""

    port: int = 0
    mails: list[bytes] = field(default_factory=list)
    to: list[str] = field(default_factory=list)
    log_ins: list[bytes] = field(default_factory=list)
    refuses: bool = False


@contextmanager
def mail_server(*, refuses=False):
    """Serve SMTP."""
    got = MailServer(refuses=refuses)

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            with suppress(ConnectionError):
                self._talk()

        def _talk(self):
            self._say(b"220 goat")
            for line in self.rfile:
                word = line.split()[0].upper() if line.split() else b""
                if word == b"EHLO":
                    self.wfile.write(b"250-goat\r\n250 AUTH PLAIN\r\n")
                elif word == b"AUTH":
                    got.log_ins.append(line)
                    refused = b"535 bad " + PASSWORD.encode()
                    self._say(refused if got.refuses else b"235 good")
                elif word == b"RCPT":
                    got.to.append(line.decode().strip())
                    self._say(b"250 ok")
                elif word == b"DATA":
                    self._say(b"354 go on")
                    lines = [*takewhile(lambda one: one != b".\r\n", self.rfile)]
                    if not lines or not lines[-1].endswith(b"--\r\n"):
                        return  # its sender was killed
                    got.mails.append(b"".join(lines))
                    self._say(b"250 ok")
                elif word == b"QUIT":
                    self._say(b"221 bye")
                    return
                else:
                    self._say(b"250 ok")

        def _say(self, line: bytes):
            self.wfile.write(line + b"\r\n")

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    with _serving(server) as port:
        got.port = port
        yield got


@contextmanager
def _serving(server):
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
