"""Pages in memory to a typed frame, against what else a person would write.

All get the same bytes in one process and take turns; a ratio is that of the medians. A million rows
are decoded in a process of its own for each run, which also reports its peak memory.
"""

from __future__ import annotations

import io
import json
import random
import re
import statistics
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from tests.benchmarks.canned_server import envelope
from tests.benchmarks.result import Result, seconds_of
from trackagoat_pandas.frames.build import build_frame
from trackagoat_pandas.frames.decode import decode_list
from trackagoat_pandas.tables import VIDEOS

FLOORS = {1_000: 2.0, 100_000: 5.0}
MILLION, MILLION_FLOOR, MEMORY_FLOOR = 1_000_000, 5.0, 3.0
MILLION_RUNS = 3
TIMES = ("posted_at", "created_at", "updated_at")
ROWS_A_PAGE = 100
BLOCK = 20_000
"""Rows that are really made; more are these again with other ids."""


def measure() -> list[Result]:
    return [*(_compare(rows, floor) for rows, floor in FLOORS.items()), *_million()]


def ours(pages: Sequence[bytes]) -> pd.DataFrame:
    chunks = list(decode_list(pages, VIDEOS))
    return build_frame(chunks, VIDEOS, provenance={"path": VIDEOS.path})


def theirs(pages: Sequence[bytes]) -> pd.DataFrame:
    records: list[dict[str, Any]] = []
    for page in pages:
        records += json.loads(page)["data"]
    frame = pd.json_normalize(records)
    for name in TIMES:
        frame[name] = pd.to_datetime(frame[name], utc=True, format="ISO8601")
    return frame


def with_polars(pages: Sequence[bytes]) -> pd.DataFrame:
    import polars as pl

    rows = pl.read_ndjson(b"\n".join(pages)).select("data").explode("data").unnest("data")
    instants = pl.col(TIMES).str.to_datetime(time_zone="UTC")
    return rows.with_columns(instants).to_pandas(use_pyarrow_extension_array=True)


def with_pyarrow(pages: Sequence[bytes]) -> pd.DataFrame:
    from pyarrow.json import ReadOptions, read_json

    lines = read_json(io.BytesIO(b"\n".join(pages)), ReadOptions(block_size=1 << 24))
    rows = pa.chunked_array([chunk.flatten() for chunk in lines["data"].chunks])
    return pa.Table.from_struct_array(rows).to_pandas()


def with_duckdb(pages: Sequence[bytes]) -> pd.DataFrame:
    import duckdb

    with tempfile.NamedTemporaryFile(suffix=".ndjson") as file:
        file.write(b"\n".join(pages))
        file.flush()
        lines = f"read_json('{file.name}', format = 'newline_delimited')"
        return duckdb.sql(f"SELECT unnest(data, max_depth := 2) FROM {lines}").df()


RIVALS = {
    "json.loads + json_normalize + to_datetime": theirs,
    "Polars read_ndjson": with_polars,
    "pyarrow.json read_json": with_pyarrow,
    "DuckDB read_json": with_duckdb,
}
"""The first is what a floor is asked of; the others are shown beside it."""
FIRST = next(iter(RIVALS))
RUNS = {"ours": ours, **RIVALS}


def video_pages(rows: int) -> list[bytes]:
    """Pages of a list of videos; of up to so many rows as a block has, each leads to the next."""
    block = _block(min(rows, BLOCK))
    return [
        re.sub(rb'\{"id":"....', b'{"id":"%04x' % turn, page)
        for turn in range(max(1, rows // BLOCK))
        for page in block
    ]


def _compare(rows: int, floor: float) -> Result:
    pages = video_pages(rows)
    seconds: dict[str, list[float]] = {name: [] for name in RUNS}
    for run in RIVALS.values():
        run(pages[:1])  # imports
    for _ in range(5 if len(pages) >= 1_000 else 15):
        for name, run in RUNS.items():
            seconds[name].append(seconds_of(lambda run=run: run(pages)))
    median = {name: statistics.median(taken) * 1e3 for name, taken in seconds.items()}
    return _beside(f"{rows:,} rows, pages to frame", median, "{:,.1f} ms", floor)


def _million() -> list[Result]:
    runs = {name: [_in_a_process(name) for _ in range(MILLION_RUNS)] for name in RUNS}
    seconds, megabytes = (
        {name: statistics.median(one[place] for one in done) for name, done in runs.items()}
        for place in (0, 1)
    )
    what = f"{MILLION:,} rows, pages to frame"
    return [
        _beside(what, seconds, "{:.2f} s", MILLION_FLOOR),
        _beside(f"{what}: extra peak memory", megabytes, "{:,.0f} MB", MEMORY_FLOOR),
    ]


def _beside(what: str, median: dict[str, float], unit: str, floor: float) -> Result:
    """Ours against the first of the others, with the figures of all."""
    said = {name: unit.format(value) for name, value in median.items()}
    others = ", ".join(f"{name.split()[0]} {said[name]}" for name in RIVALS if name != FIRST)
    detail = f"{said['ours']} against {said[FIRST]}; {others}"
    return Result(what, FIRST, median[FIRST] / median["ours"], floor, detail)


def _in_a_process(name: str) -> tuple[float, float]:
    """Seconds and extra peak megabytes of one run with nothing else in memory but the pages."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.decoding", name],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        check=True,
        text=True,
    )
    seconds, megabytes = json.loads(done.stdout)
    return seconds, megabytes


def _peak_megabytes() -> float:
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1_000


def _child(name: str) -> None:
    run = RUNS[name]
    pages = video_pages(MILLION)
    run(pages[:10])
    before = _peak_megabytes()
    seconds = seconds_of(lambda: run(pages))
    print(json.dumps([seconds, _peak_megabytes() - before]))


def _block(rows: int) -> list[bytes]:
    dice = random.Random(7)
    videos = [_video(dice, place) for place in range(rows)]
    starts = range(0, rows, ROWS_A_PAGE)
    return [
        envelope(
            videos[start : start + ROWS_A_PAGE],
            {"hasMore": start != starts[-1], "nextCursor": f"{start // ROWS_A_PAGE + 1}"},
        )
        for start in starts
    ]


def _video(dice: random.Random, place: int) -> dict[str, Any]:
    posted = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=dice.randrange(15_000_000))
    tiktok_id = str(7_200_000_000_000_000_000 + dice.randrange(10**17))
    views = int(dice.paretovariate(0.6) * 300)
    handle = f"goat{place % 40}"
    return {
        "id": _uuid(dice),
        "project_id": "c7a3f2d0-4a51-4f0e-9a53-0d6c1be0a7f1",
        "creator_id": None if dice.random() < 0.03 else f"{place % 40:08x}" + _uuid(dice)[8:],
        "tiktok_video_id": tiktok_id,
        "url": f"https://www.tiktok.com/@{handle}/video/{tiktok_id}",
        "title": None if dice.random() < 0.05 else f"goat yoga, part {place % 17} 🐐✨ #fyp",
        "description": f"Filmed on day {place % 90}" if dice.random() < 0.2 else None,
        "metadata": {},
        "view_count": views,
        "like_count": views // 12,
        "comment_count": views // 90,
        "share_count": views // 150,
        "tracking_status": dice.choice(["auto_tracked", "included", "direct_add"]),
        "save_count": None if dice.random() < 0.02 else views // 200,
        "thumbnail_url": f"https://cdn.example.com/{tiktok_id}.jpeg",
        "posted_at": _wire(posted),
        "media_type": dice.choice(["video", "photo_carousel"]),
        "is_tracking_disabled": dice.random() < 0.03,
        "is_tracking_exempt": False,
        "created_at": _wire(posted + timedelta(minutes=7)),
        "updated_at": _wire(posted + timedelta(days=3)),
    }


def _wire(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"


def _uuid(dice: random.Random) -> str:
    return str(uuid.UUID(int=dice.getrandbits(128), version=4))


if __name__ == "__main__":
    _child(sys.argv[1])
