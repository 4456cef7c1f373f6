"""Analytics of many entities from a slow server, against what its latency alone would take."""

from __future__ import annotations

import math
import statistics
import time
import uuid

import trackagoat_pandas as tgp
from tests.benchmarks.canned_server import envelope, serve_pages
from tests.benchmarks.result import Result

RUNS = 5
ENTITIES, WORKERS, LATENCY_S = 200, 32, 0.15
KEY = "tga_" + "0" * 64


def measure() -> list[Result]:
    ids = [str(uuid.UUID(int=number)) for number in range(ENTITIES)]
    points = [{"date": f"2026-05-{day:02d}", "value": day * 1000} for day in range(1, 31)]
    body = envelope({"series": points, "timezone": "America/New_York"})
    # The first request asks whether the server takes several entities at once; this one doesn't.
    ideal = (1 + math.ceil(ENTITIES / WORKERS)) * LATENCY_S
    runs = []
    with serve_pages([], LATENCY_S, body) as base_url:
        for _ in range(RUNS):
            with tgp.connect(
                KEY, base_url=base_url, rate_limit=None, max_workers=WORKERS, progress=False
            ) as client:
                began = time.perf_counter()
                frame = tgp.load_analytics("creator", ids, "views", client=client)
                runs.append(time.perf_counter() - began)
            assert len(frame) == ENTITIES * len(points)
    took = statistics.median(runs)
    return [
        Result(
            f"analytics of {ENTITIES} entities at {LATENCY_S * 1000:.0f} ms, no rate limit",
            f"the ideal for {WORKERS} workers",
            ideal / took,
            0.93,
            f"{took:.3f} s, ideal {ideal:.3f} s",
        )
    ]
