"""How near the pacing comes to what a sliding window allows."""

from __future__ import annotations

import threading
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.benchmarks.result import Result
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.settings import resolve_settings

KEY = "tga_" + "0" * 64
PLACES, WINDOW_S = 60, 1.0
REQUESTS, WORKERS = 600, 8
LATENCY_S = 0.002
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
    """Measure throughput under the limit."""
    server = SlidingWindow()
    settings = resolve_settings(KEY, rate_limit=(PLACES, WINDOW_S), max_workers=WORKERS)
    with Client(settings, transport=server) as client, ThreadPoolExecutor(WORKERS) as pool:
        started = time.perf_counter()
        list(pool.map(lambda _: client.get("/videos"), range(REQUESTS)))
        took = time.perf_counter() - started
    ideal = (REQUESTS / PLACES - 1) * WINDOW_S
    ratio = 0.0 if server.refused else ideal / took
    detail = f"{REQUESTS} requests in {took:.2f} s, {server.refused} refused"
    return [Result("requests under the limit", "the ideal", ratio, 0.98, detail)]
