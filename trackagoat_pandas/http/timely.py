"""Reading from a socket for no longer, and no more, than one answer may take.

A socket's own timeout begins anew with every byte, so that a server that sends one now and then
could hold a reader for ever. Must not know what is read.
"""

from __future__ import annotations

import io
import math
import socket
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_LATE = "the answer was still arriving when its time was over"


class Allowance:
    """How much may still be read, and for how long.

    Parameters
    ----------
    seconds
        All reading together, from now on.
    size
        Bytes; to be set anew where another part of the answer begins.
    """

    def __init__(self, seconds: float, size: int) -> None:
        self._end_by, self.size = time.monotonic() + seconds, size

    @property
    def seconds(self) -> float:
        """What is left of the time; below 0 when it is over."""
        return self._end_by - time.monotonic()


class TimelySocket:
    """What an HTTP response needs of a socket: ``makefile``, here with an allowance."""

    def __init__(self, connected: socket.socket, allowance: Allowance) -> None:
        self._socket, self._allowance = connected, allowance

    def makefile(self, _mode: str = "rb") -> io.BufferedReader:
        """A file of what the socket receives; the socket's timeout bounds each wait, as ever."""
        return io.BufferedReader(_TimelyReader(self._socket, self._allowance))


class _TimelyReader(io.RawIOBase):
    def __init__(self, connected: socket.socket, allowance: Allowance) -> None:
        self._socket, self._allowance = connected, allowance
        self._raw = connected.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int | None:
        seconds = self._allowance.seconds
        if seconds <= 0:
            raise TimeoutError(_LATE)
        if seconds < (self._socket.gettimeout() or math.inf):
            self._socket.settimeout(seconds)
        try:
            count = self._raw.readinto(buffer)
        except TimeoutError as fault:
            if self._allowance.seconds > 0:
                raise
            raise TimeoutError(_LATE) from fault
        self._allowance.size -= count or 0
        if self._allowance.size < 0:
            raise OSError("the answer has no end")
        return count

    def close(self) -> None:
        if hasattr(self, "_raw"):  # not where Ctrl-C came before it was made
            self._raw.close()
        super().close()
