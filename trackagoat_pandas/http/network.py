"""Sockets whose waits end with their request's time, or when the client is closed.

A socket's own timeout starts again with every byte, so a server that sends one now and then could
hold a reader forever; and closing a socket doesn't wake the thread that reads from it.
"""

from __future__ import annotations

import contextlib
import math
import socket
import threading
import time
import weakref
from typing import TYPE_CHECKING, Any, Final

import httpcore

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterable

_SENT_BYTES: Final = 1 << 14  # between two looks at the time


def late_error(allowed_s: float) -> TimeoutError:
    """Give the error for a response that took longer than it may."""
    return TimeoutError(f"the response wasn't complete after {allowed_s:.3g} s")


class Allowance(threading.local):
    """How long, and how much, this thread may read for the request that it has under way."""

    allowed_s, wait_s, end_by = math.inf, math.inf, math.inf
    size = reads = 0  # bytes that may come yet, and how often some came

    def begin(self, allowed_s: float, wait_s: float, size: int) -> None:
        """Begin a request: its seconds for the whole answer and for each wait, and its bytes."""
        self.allowed_s, self.wait_s, self.size, self.reads = allowed_s, wait_s, size, 0
        self.end_by = time.monotonic() + allowed_s

    def seconds(self, timeout_s: float | None) -> float | None:
        """Give the longest that the next wait may take; the handshake with a proxy names none."""
        left = self.end_by - time.monotonic()
        if left <= 0:
            raise late_error(self.allowed_s)
        seconds = min(self.wait_s if timeout_s is None else timeout_s, left)
        return None if seconds == math.inf else seconds


class Network(httpcore.NetworkBackend):
    """Opens connections, and ends them all when it is closed."""

    def __init__(self) -> None:
        self.allowance = Allowance()
        self._sockets = httpcore.SyncBackend()
        self._streams: weakref.WeakSet[_Stream] = weakref.WeakSet()
        self._lock = threading.Lock()
        self._closed = False

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Open a connection, unless the network is closed before or meanwhile."""
        seconds = self.allowance.seconds(timeout)
        stream = _Stream(
            self._sockets.connect_tcp(host, port, seconds, local_address, socket_options),
            self.allowance,
        )
        with self._lock:
            self._streams.add(stream)
            closed = self._closed
        if closed:
            stream.close()
            raise httpcore.ConnectError("the client was closed")
        return stream

    def close(self) -> None:
        """End all connections, also those on which another thread awaits an answer."""
        with self._lock:
            self._closed = True
            streams = list(self._streams)
        for stream in streams:
            stream.end()


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, allowance: Allowance) -> None:
        self._inner, self._allowance = inner, allowance
        self._socket: socket.socket = inner.get_extra_info("socket")
        self._busy = self._ended = False

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        received: bytes = self._use(self._inner.read, max_bytes, timeout)
        self._allowance.reads += 1
        self._allowance.size -= len(received)
        if self._allowance.size < 0:
            raise httpcore.ReadError("the answer has no end")
        return received

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _SENT_BYTES):
            self._use(self._inner.write, buffer[start : start + _SENT_BYTES], timeout)

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        original = self._socket
        with contextlib.suppress(NotImplementedError):  # of TLS within TLS
            # The handshake takes the socket over; a copy can still be shut down meanwhile.
            self._socket = original.dup()
        try:
            self._inner = self._use(self._inner.start_tls, ssl_context, server_hostname, timeout)
        finally:
            copy, self._socket = self._socket, self._inner.get_extra_info("socket")
            if copy is not original:
                copy.close()
        return self

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)

    def close(self) -> None:
        self._inner.close()

    def end(self) -> None:
        """Wake the thread that uses the connection, which then closes it.

        A socket closed under its reader could give its number to another file meanwhile.
        """
        self._ended = True
        with contextlib.suppress(OSError):  # the other side was faster
            # Not an SSL socket's own way, which takes the encryption from under its reader.
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
        if not self._busy:
            self.close()

    def _use(self, action: Callable[..., Any], *arguments: Any) -> Any:
        """Do something that may wait, with its timeout as the last argument."""
        *given, timeout = arguments
        self._busy = True
        try:
            return action(*given, self._allowance.seconds(timeout))
        except httpcore.TimeoutException:
            self._allowance.seconds(timeout)  # raises if the time of the whole answer is over
            raise
        finally:
            self._busy = False
            if self._ended:
                self.close()

    def __del__(self) -> None:
        # Of a connection that a fork or an interrupt left behind: closed, not shut down.
        self._inner.close()
