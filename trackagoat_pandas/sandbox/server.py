"""A WSGI application on a loopback socket: threads, HTTP/1.1, kept-alive connections.

If a body ends early or the application raises ConnectionResetError, the connection really breaks.
"""

from __future__ import annotations

import io
import ipaddress
import re
import socket
import socketserver
import struct
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

_RESET = struct.pack("ii", 1, 0)  # SO_LINGER of 0 s: a close sends a reset
_GRACE_S = 5.0  # for the threads of broken connections to end
MOST_IDLE = 512
"""Connections, each with a thread, that may wait for a request: two clients with 256 workers."""


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """A server that answers each connection in its own thread, until it is closed.

    Beyond MOST_IDLE idle connections it closes the one that has been idle for longest.
    """

    allow_reuse_address = True
    request_queue_size = 128  # a fan-out opens its connections all at once
    timeout = 1.0  # seconds until a closing server is noticed, if waking it fails

    def __init__(self, application: WSGIApplication, host: str, port: int) -> None:
        self.application = application
        self.name = host.lower()
        self._lock = threading.Lock()
        self._open: dict[socket.socket, threading.Thread] = {}
        self._idle: dict[socket.socket, None] = {}  # the longest idle first
        _check_threads()  # before a socket is opened, which would stay open
        super().__init__((host, port), _Handler)
        self._is_closing = False
        self._thread_name = f"sandbox:{self.address[1]}"  # what its threads are called
        self._loop = threading.Thread(target=self._accept, name=self._thread_name, daemon=True)
        self._loop.start()

    @property
    def address(self) -> tuple[str, int]:
        """Host and port, also once it is closed: a last request may still be read."""
        host, port = self.server_address[:2]
        return str(host), int(port)

    def wait(self) -> None:
        """Block until the server is closed."""
        self._loop.join()

    def close(self) -> None:
        """Stop listening, break the connections that are open, and wait for their threads."""
        self._is_closing = True
        # Closing a socket doesn't wake the thread that waits for a connection: a connection does.
        with suppress(OSError):
            socket.create_connection(self.address, self.timeout).close()
        self._loop.join()
        self.server_close()
        with self._lock:
            still_open = dict(self._open)
        for connection in still_open:
            with suppress(OSError):  # the peer may have gone already
                connection.shutdown(socket.SHUT_RDWR)
        for thread in still_open.values():
            thread.join(_GRACE_S)

    def _accept(self) -> None:
        while not self._is_closing:
            self.handle_request()

    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Turn connections away once the server is closing."""
        del request, client_address
        return not self._is_closing

    def process_request(self, request: Any, client_address: Any) -> None:
        """Start the thread of one connection."""
        thread = threading.Thread(
            target=self.process_request_thread,
            args=(request, client_address),
            name=f"{self._thread_name}/{client_address[1]}",
            daemon=True,
        )
        with self._lock:
            self._open[request] = thread
        self.note_idle(request)
        thread.start()

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer one connection, and remove it when it ends."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._lock:
                del self._open[request]
                self._idle.pop(request, None)

    def note_idle(self, connection: socket.socket) -> None:
        """Note that a connection waits for a request, and close one if too many do."""
        with self._lock:
            self._idle.setdefault(connection)
            if len(self._idle) <= MOST_IDLE:
                return
            oldest = next(iter(self._idle))
            del self._idle[oldest]
        with suppress(OSError):  # the peer may have gone already
            oldest.shutdown(socket.SHUT_RDWR)  # its thread then reads the end, and closes it

    def note_busy(self, connection: socket.socket) -> None:
        """Note that a request of a connection is being answered."""
        with self._lock:
            self._idle.pop(connection, None)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print an error of the application; that a client has gone away isn't one."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def _check_threads() -> None:
    """Raise OSError where no thread can be started, as in a browser."""
    try:
        threading.Thread(target=bool, daemon=True).start()
    except RuntimeError as flaw:
        advice = "connect(sandbox=...) works without a server, in this process"
        raise OSError(f"no thread can be started to serve a sandbox; {advice}") from flaw


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else a small answer waits for the client's delayed ACK
    wbufsize = -1  # buffered: head and body leave together
    server: Server

    def handle(self) -> None:
        """Answer one request after the other."""
        try:
            super().handle()
        except ConnectionError:  # planned by the application, or the client is gone
            self._reset()

    def do_GET(self) -> None:
        """Answer a request of any method."""
        if self._is_misdirected():
            self.send_error(421, "The Host header must be localhost or a loopback address")
            return
        length = self._length()
        if length is None:
            self.send_error(400, "A body needs a Content-Length")
            return
        body = self.rfile.read(length)
        if len(body) < length:  # the client has gone, or was idle for too long
            self.close_connection = True
            return
        self.server.note_busy(self.connection)
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(
            status: str, headers: list[tuple[str, str]], exc_info: Any = None
        ) -> Callable[[bytes], object]:
            del exc_info
            started[:] = [(status, headers)]
            return self.wfile.write

        pieces = self.server.application(self._environ(body), start_response)
        try:
            self._send(*started[0], pieces)
        finally:
            if hasattr(pieces, "close"):
                pieces.close()
        self.server.note_idle(self.connection)

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_GET  # noqa: N815

    def _is_misdirected(self) -> bool:
        """Whether a request to a loopback address names another host than this machine.

        A web page can point its own name at 127.0.0.1 after it was loaded (DNS rebinding), and its
        scripts could then use the sandbox. The name that the server was started with is accepted.
        """
        if not ipaddress.ip_address(self.server.address[0]).is_loopback:
            return False
        try:
            name = urlsplit(f"//{self.headers.get('Host') or 'localhost'}").hostname or ""
            own_names = ("localhost", self.server.name)
            return name not in own_names and not ipaddress.ip_address(name).is_loopback
        except ValueError:  # not an address
            return True

    def _length(self) -> int | None:
        """Return the length of the request's body, or None if the headers don't give it."""
        text = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not re.fullmatch("[0-9]{1,7}", text):
            return None
        return int(text)

    def _send(self, status: str, headers: list[tuple[str, str]], pieces: Iterable[bytes]) -> None:
        promised = next((int(v) for name, v in headers if name.lower() == "content-length"), None)
        if promised is None:
            headers = [*headers, ("Connection", "close")]
        lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers), "", ""]
        self.wfile.write("\r\n".join(lines).encode("latin-1"))
        sent = 0
        for piece in pieces:
            self.wfile.write(piece)
            sent += len(piece)
            if promised is None or sent < promised:
                self.wfile.flush()
        self.wfile.flush()
        if promised is None or (sent < promised and self.command != "HEAD"):
            self.close_connection = True

    def _environ(self, body: bytes) -> WSGIEnvironment:
        path, _, query = self.path.partition("?")
        host, port = self.server.address
        environ: WSGIEnvironment = {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote(path, "latin-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": host,
            "SERVER_PORT": str(port),
            "SERVER_PROTOCOL": self.request_version,
            "REMOTE_ADDR": self.client_address[0],
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in self.headers.items():
            environ["HTTP_" + name.upper().replace("-", "_")] = value
        return environ

    def _reset(self) -> None:
        """Close the connection with a reset."""
        self.close_connection = True
        with suppress(OSError):  # the peer may have gone already
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
        """Log nothing: the application keeps its own log."""
