"""From a loopback server to a frame, end to end, against what else a person would write."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import pandas as pd

import trackagoat_pandas as tgp
from tests.benchmarks.canned_server import PAGES, ROWS, canned_pages, serve_pages
from tests.benchmarks.result import Result

RUNS = 5
KEY = "tga_" + "0" * 64
TIMES = ("created_at", "posted_at", "updated_at")


def measure() -> list[Result]:
    with serve_pages(canned_pages()) as base_url:
        contenders: dict[str, Callable[[str], float]] = {
            "ours": _ours,
            "requests + json_normalize": _requests,
            "dlt rest_api, iterated into a frame": _dlt,
        }
        seconds: dict[str, list[float]] = {name: [] for name in contenders}
        for _ in range(RUNS):
            for name, run in contenders.items():
                seconds[name].append(run(base_url))
    medians = {name: statistics.median(runs) for name, runs in seconds.items()}
    what = f"{PAGES} pages from a loopback server at 0 ms, to a frame"
    return [
        Result(
            what,
            name,
            medians[name] / medians["ours"],
            floor,
            f"{medians['ours']:.2f} s against {medians[name]:.2f} s",
        )
        for name, floor in (
            ("requests + json_normalize", 4.0),
            ("dlt rest_api, iterated into a frame", 5.0),
        )
    ]


def _ours(base_url: str) -> float:
    with tgp.connect(KEY, base_url=base_url, rate_limit=None, progress=False) as client:
        began = time.perf_counter()
        frame = tgp.load_videos(client=client)
        took = time.perf_counter() - began
    assert len(frame) == PAGES * ROWS
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
        if name in frame:
            frame[name] = pd.to_datetime(frame[name], utc=True)
    assert len(frame) == PAGES * ROWS
    return time.perf_counter() - began


def _dlt(base_url: str) -> float:
    """Run dlt in a process of its own: it installs hooks that would slow the others."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.ends", base_url],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "RUNTIME__DLTHUB_TELEMETRY": "false"},
    )
    result = json.loads(done.stdout.splitlines()[-1])
    assert result["rows"] == PAGES * ROWS
    return float(result["seconds"])


def _run_dlt(base_url: str) -> None:
    from dlt.sources.rest_api import rest_api_source

    config = {
        "client": {
            "base_url": f"{base_url}/",
            "auth": {"type": "bearer", "token": KEY},
            "paginator": {
                "type": "cursor",
                "cursor_path": "meta.nextCursor",
                "cursor_param": "cursor",
            },
        },
        "resources": [
            {
                "name": "videos",
                "endpoint": {"path": "videos", "params": {"limit": 100}, "data_selector": "data"},
            }
        ],
    }
    began = time.perf_counter()
    frame = pd.DataFrame(list(rest_api_source(config).resources["videos"]))
    for name in TIMES:
        if name in frame:
            frame[name] = pd.to_datetime(frame[name], utc=True)
    print(json.dumps({"rows": len(frame), "seconds": time.perf_counter() - began}))


if __name__ == "__main__":
    _run_dlt(sys.argv[1])
