"""Sockets whose waits end when their request's time is over or the client is closed.

The timeout of a socket starts again with every byte, so a server that sends one now and then could
hold a reader forever. And closing a socket doesn't wake a thread that is reading from it.
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

_SENT_BYTES: Final = 1 << 14  # sent at a time, with a look at the clock before each part


def late_error(allowed_s: float) -> TimeoutError:
    """Make the error for a response that took too long."""
    return TimeoutError(f"the response wasn't complete after {allowed_s:.3g} s")


class Allowance(threading.local):
    """The time and the number of bytes that are left for the request of this thread."""

    allowed_s, wait_s, end_by = math.inf, math.inf, math.inf
    size = reads = 0  # the bytes that may still come, and the number of reads so far

    def begin(self, allowed_s: float, wait_s: float, size: int) -> None:
        """Begin a request, with seconds for the whole answer and for each wait, and a size."""
        self.allowed_s, self.wait_s, self.size, self.reads = allowed_s, wait_s, size, 0
        self.end_by = time.monotonic() + allowed_s

    def seconds(self, timeout_s: float | None) -> float | None:
        """Return the timeout of the next wait; httpcore gives none when it talks to a proxy."""
        left = self.end_by - time.monotonic()
        if left <= 0:
            raise late_error(self.allowed_s)
        seconds = min(self.wait_s if timeout_s is None else timeout_s, left)
        return None if seconds == math.inf else seconds


class Network(httpcore.NetworkBackend):
    """Opens connections, and shuts all of them down when it is closed."""

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
        """Open a connection; raise if the network is closed meanwhile, or was before."""
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
        """Shut all connections down, including those on which another thread is waiting."""
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
        with contextlib.suppress(NotImplementedError):  # TLS within TLS can't be duplicated
            # The handshake detaches the socket; a duplicate can still be shut down meanwhile.
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
        """Wake the thread that uses the connection, and leave it to that thread to close it.

        If the socket were closed here, another file could get its number while the thread reads.
        """
        self._ended = True
        with contextlib.suppress(OSError):  # the other side has closed it already
            # An SSL socket's own shutdown drops the encryption, and its reader would see raw bytes.
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
        if not self._busy:
            self.close()

    def _use(self, action: Callable[..., Any], *arguments: Any) -> Any:
        """Call a function that may wait; its last argument is the timeout."""
        *given, timeout = arguments
        self._busy = True
        try:
            return action(*given, self._allowance.seconds(timeout))
        except httpcore.TimeoutException:
            self._allowance.seconds(timeout)  # raises if the time for the whole answer is over
            raise
        finally:
            self._busy = False
            if self._ended:
                self.close()

    def __del__(self) -> None:
        # Only closed, never shut down: after a fork the parent still uses the connection.
        self._inner.close()
