"""A loopback server with a sliding window, and processes that ask it as fast as they may."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer

from tests.support.children import child
from tests.support.plain_server import QuietHandler, listening
from tests.support.waiting import PATIENCE_S

KEY = "tga_" + "fedcba9876543210" * 4
THREADS = 4
_BODY = b'{"data": [], "error": null, "meta": null}'
_ASKING = """
import sys, threading
import trackagoat_pandas as tgp
path, places, window_s, threads = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), sys.argv[4]
limit = places, window_s
client = tgp.connect(rate_limit=limit, shared_quota=True, progress=False)
def ask():
    while True:
        client.get(path)
for _ in range(int(threads)):
    threading.Thread(target=ask).start()
"""


@dataclass
class LimitedServer:
    """At most ``places`` requests in any ``window_s`` seconds; those beyond it are refused.

    ``hold`` makes the answer wait that follows so many requests of a path.
    """

    places: int
    window_s: float
    enough: int
    latency_s: float = 0.01
    hold: tuple[str, int] = ("", 0)
    base_url: str = ""
    accepted: list[float] = field(default_factory=list)
    refused: int = 0
    by_path: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._lock, self._recent = threading.Lock(), deque[float]()
        self.holding, self.go_on, self.done = (threading.Event() for _ in range(3))

    def admit(self, path: str) -> bool:
        """Count a request; whether it is answered."""
        with self._lock:
            now = time.monotonic()
            while self._recent and self._recent[0] <= now - self.window_s:
                self._recent.popleft()
            if len(self._recent) >= self.places:
                self.refused += 1
                return False
            self._recent.append(now)
            self.accepted.append(now)
            self.by_path[path] += 1
            holds = (path, self.by_path[path]) == self.hold
            if len(self.accepted) >= self.enough:
                self.done.set()
        if holds:
            self.holding.set()
            self.go_on.wait(PATIENCE_S)
        return True

    @property
    def ratio(self) -> float:
        """The time that so many requests need at least, of the time that they took."""
        moments = self.accepted[: self.enough]
        ideal_s = (self.enough / self.places - 1) * self.window_s
        return ideal_s / (moments[-1] - moments[0])


@contextmanager
def limited_server(*limits, **options) -> Iterator[LimitedServer]:
    """Serve within a limit."""
    limited = LimitedServer(*limits, **options)

    class Handler(QuietHandler):
        def do_GET(self) -> None:  # noqa: N802 - the name that http.server calls
            time.sleep(limited.latency_s)
            if limited.admit(self.path):
                self.send(200, _BODY)
            else:
                self.send(429, _BODY, Retry_After="1")

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False  # clients are killed amid their requests

        def handle_error(self, *args: object) -> None:
            """Write nothing: a killed client is expected."""

    with listening(Handler, Server) as address:
        limited.base_url = address
        try:
            yield limited
        finally:
            limited.go_on.set()


@contextmanager
def asking(server: LimitedServer, state, paths=("/videos", "/creators")):
    """Start a process for each path, with the folder of their state; give them."""
    limit = str(server.places), str(server.window_s)
    with ExitStack() as stack:
        yield [
            stack.enter_context(
                child(
                    *("-c", _ASKING, path, *limit, str(THREADS)),
                    base_url=server.base_url,
                    key=KEY,
                    XDG_STATE_HOME=str(state),
                )
            )
            for path in paths
        ]
