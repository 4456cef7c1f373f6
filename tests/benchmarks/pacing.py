"""How near the pacing comes to what a sliding window allows."""

from __future__ import annotations

import tempfile
import threading
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from tests.benchmarks.result import Result, median_s
from tests.support.limited_server import asking, limited_server
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.pacing import Clock, RequestLog
from trackagoat_pandas.http.shared_quota import SharedQuota
from trackagoat_pandas.inputs.settings import resolve_settings

KEY = "tga_" + "0" * 64
PLACES, WINDOW_S = 60, 1.0
REQUESTS, WORKERS = 600, 8
LATENCY_S = 0.002
SHARED_WINDOW_S, SHARED_REQUESTS = 6.0, 300
_BODY = b'{"data": [], "error": null, "meta": null}'


class SlidingWindow(httpx.BaseTransport):
    """A server that counts as the API does, and notes every request that it refused."""

    def __init__(self) -> None:
        self.seen: deque[float] = deque()
        self.refused = 0
        self.lock = threading.Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        time.sleep(LATENCY_S)
        with self.lock:
            now = time.monotonic()
            while self.seen and self.seen[0] <= now - WINDOW_S:
                self.seen.popleft()
            if len(self.seen) >= PLACES:
                self.refused += 1
                return httpx.Response(429, headers={"retry-after": "1"}, content=_BODY)
            self.seen.append(now)
        return httpx.Response(200, content=_BODY)


def measure() -> list[Result]:
    """Measure throughput under the limit, and what a place costs.

    The throughput is that of one process, of two, and of two of which one is killed.
    """
    two = [_two_processes(), _two_processes(kill_after=40)]
    return [_one_process(), *two, _place(), _place(is_shared=True)]


def _one_process() -> Result:
    server = SlidingWindow()
    settings = resolve_settings(KEY, rate_limit=(PLACES, WINDOW_S), max_workers=WORKERS)
    with Client(settings, transport=server) as client, ThreadPoolExecutor(WORKERS) as pool:
        started = time.perf_counter()
        list(pool.map(lambda _: client.get("/videos"), range(REQUESTS)))
        took = time.perf_counter() - started
    ideal = (REQUESTS / PLACES - 1) * WINDOW_S
    ratio = 0.0 if server.refused else ideal / took
    detail = f"{REQUESTS} requests in {took:.2f} s, {server.refused} refused"
    return Result("requests under the limit", "the ideal", ratio, 0.98, detail)


def _two_processes(kill_after: int = 0) -> Result:
    """Have two processes ask with one key; one is killed amid the request of that number."""
    hold = ("/videos", kill_after)
    with (
        tempfile.TemporaryDirectory() as state,
        limited_server(PLACES, SHARED_WINDOW_S, SHARED_REQUESTS, hold=hold) as server,
        asking(server, state) as processes,
    ):
        if kill_after:
            server.holding.wait(60)
            processes[0].kill()
        server.done.wait(120)
    counts = " and ".join(str(count) for count in server.by_path.values())
    detail = f"{counts} requests, {PLACES} in {SHARED_WINDOW_S:g} s, {server.refused} refused"
    name = "two processes on one key" + (", one is killed" if kill_after else "")
    return Result(name, "the ideal", 0.0 if server.refused else server.ratio, 0.95, detail)


def _place(*, is_shared: bool = False) -> Result:
    """Take places, alone or shared with other processes, and give them back."""
    clock, stop = Clock(), threading.Event()
    with tempfile.TemporaryDirectory() as state:
        shared = SharedQuota(lambda: Path(state) / "a.json", clock) if is_shared else None
        log = RequestLog((10**4, 60.0), clock, shared)

        def place() -> None:
            log.acquire(float("inf"), stop)
            log.release()

        took = median_s(place, 1000)
    limit_s = 1e-3 if is_shared else 2e-4
    name = "a shared place" if is_shared else "a place"
    detail = f"{took * 1000:.3f} ms to take and free a place" + " shared by processes" * is_shared
    return Result(name, f"{limit_s * 1000:g} ms", limit_s / took, 1.0, detail)
