"""10,000 videos as a workbook: two seconds are the limit, and pandas' own file the comparison."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pandas as pd

import trackagoat_pandas as tgp
from tests.benchmarks.result import Result, median_s
from tests.support.acting import client_of

LIMIT_S, ROWS = 2.0, 10_000


def measure() -> list[Result]:
    """Time to_excel, and pandas on the same frame without its time zones."""
    with tgp.sandbox(videos=ROWS, creators=120, rate_limit=None) as box, client_of(box) as client:
        loaded = tgp.load_videos(client=client)
    videos = loaded.iloc[[place % len(loaded) for place in range(ROWS)]].reset_index(drop=True)
    videos.attrs["trackagoat"] = {**videos.attrs["trackagoat"], "timezone": "America/New_York"}
    plain = videos.copy()
    for name in plain.select_dtypes("datetimetz"):
        plain[name] = plain[name].dt.tz_localize(None)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "videos.xlsx"
        ours = median_s(lambda: tgp.to_excel(videos, path))
        theirs = median_s(lambda: as_pandas_does(plain, path))
    name = f"to_excel, {ROWS:,} rows of {videos.shape[1]} columns"
    detail = f"{ours:.2f} s, with types, links, a table and where it is from"
    return [
        Result(name, f"{LIMIT_S:g} s", LIMIT_S / ours, 1.0, detail),
        Result(name, "DataFrame.to_excel, XlsxWriter", theirs / ours, 1.0, f"{theirs:.2f} s"),
    ]


def as_pandas_does(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame by pandas."""
    frame.to_excel(path, engine="xlsxwriter", index=False)
