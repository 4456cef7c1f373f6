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
                self._say(b"220 goat")
                for line in self.rfile:
                    word = line.split()[0].upper().decode() if line.split() else ""
                    self._say(_reply(got, word, line, self.rfile, self._say))

        def _say(self, line: bytes):
            self.wfile.write(line + b"\r\n")

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    with _serving(server) as port:
        got.port = port
        yield got


def _reply(got, word, line, lines, say) -> bytes:
    if word == "EHLO":
        return b"250-goat\r\n250 AUTH PLAIN"
    if word == "AUTH":
        got.log_ins.append(line)
        return b"535 bad " + PASSWORD.encode() if got.refuses else b"235 good"
    if word == "RCPT":
        got.to.append(line.decode().partition("<")[2].partition(">")[0])
    if word == "DATA":
        say(b"354 go on")
        mail = b"".join(takewhile(lambda one: one != b".\r\n", lines))
        if mail.endswith(b"--\r\n"):  # else its sender was killed
            got.mails.append(mail)
    return b"221 bye" if word == "QUIT" else b"250 ok"


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
