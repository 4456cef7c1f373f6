"""From a loopback server to a frame: against what else a person would write, and the ideal."""

from __future__ import annotations

import statistics
import time

import pandas as pd

import trackagoat_pandas as tgp
from tests.benchmarks.canned_server import serve_pages
from tests.benchmarks.decoding import BLOCK, ROWS_A_PAGE, TIMES, video_pages
from tests.benchmarks.result import Result

RUNS = 5
KEY = "tga_" + "0" * 64
PAGES = BLOCK // ROWS_A_PAGE
LATENCY_S = 0.05
FLOOR, IDEAL_FLOOR = 2.5, 1 / 1.05


def measure() -> list[Result]:
    return [_at_once(), _slowly()]


def _at_once() -> Result:
    ours, theirs = [], []
    with serve_pages(video_pages(BLOCK)) as base_url:
        for _ in range(RUNS):  # by turns, so that a noisy moment meets both
            ours.append(_ours(base_url))
            theirs.append(_requests(base_url))
    fast, slow = statistics.median(ours), statistics.median(theirs)
    what = f"{PAGES} pages from a loopback server at 0 ms, to a frame"
    detail = f"{fast:.2f} s against {slow:.2f} s"
    return Result(what, "requests + json_normalize", slow / fast, FLOOR, detail)


def _slowly() -> Result:
    ideal = PAGES * LATENCY_S
    with serve_pages(video_pages(BLOCK), LATENCY_S) as base_url:
        took = _ours(base_url)
    what = f"{PAGES} pages from a loopback server at {LATENCY_S * 1e3:.0f} ms, to a frame"
    return Result(
        what, "the ideal", ideal / took, IDEAL_FLOOR, f"{took:.2f} s, ideal {ideal:.2f} s"
    )


def _ours(base_url: str) -> float:
    with tgp.connect(KEY, base_url=base_url, rate_limit=None, progress=False) as client:
        began = time.perf_counter()
        frame = tgp.load_videos(client=client)
        took = time.perf_counter() - began
    assert len(frame) == BLOCK
    return took


def _requests(base_url: str) -> float:
    import requests

    began = time.perf_counter()
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {KEY}"
    records: list[dict[str, object]] = []
    params: dict[str, str] = {"limit": "100"}
    while True:
        page = session.get(f"{base_url}/videos", params=params, timeout=30).json()
        records += page["data"]
        if not page["meta"]["hasMore"]:
            break
        params["cursor"] = page["meta"]["nextCursor"]
    frame = pd.json_normalize(records)
    for name in TIMES:
        frame[name] = pd.to_datetime(frame[name], utc=True)
    assert len(frame) == BLOCK
    return time.perf_counter() - began
