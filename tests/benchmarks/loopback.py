"""What 200 pages from a server on this machine cost, when nothing is waited for.

Knows the client and requests. Must not know frames.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import requests

from tests.benchmarks.canned_server import PAGES, canned_pages, envelope, serve_pages
from tests.benchmarks.result import Result
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.settings import resolve_settings

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["canned_pages", "envelope", "measure", "serve_pages"]

KEY = "tga_" + "0" * 64
ROUNDS = 5
FLOOR = 1.5


def measure() -> list[Result]:
    """Compare the client with requests, both from the first page to the last one's bytes."""
    with serve_pages(canned_pages()) as base_url:
        settings = resolve_settings(KEY, base_url=base_url, rate_limit=None)
        with Client(settings) as client, requests.Session() as session:
            ours = _best(lambda: [page.body for page in client.pages("/videos")])
            theirs = _best(lambda: _with_requests(session, base_url))
    detail = f"{ours / PAGES * 1e6:.0f} us a page against {theirs / PAGES * 1e6:.0f} us"
    return [Result("200 pages to bytes", "requests", theirs / ours, FLOOR, detail)]


def _best(run: Callable[[], list[bytes]]) -> float:
    took = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        pages = run()
        took.append(time.perf_counter() - started)
        assert len(pages) == PAGES
    return min(took)


def _with_requests(session: requests.Session, base_url: str) -> list[bytes]:
    pages, cursor = [], None
    headers = {"Authorization": f"Bearer {KEY}"}
    while True:
        params = {"limit": 100, "cursor": cursor}
        answer = session.get(f"{base_url}/videos", params=params, headers=headers, timeout=30)
        answer.raise_for_status()
        pages.append(answer.content)
        meta = answer.json()["meta"]
        if not meta["hasMore"]:
            return pages
        cursor = meta["nextCursor"]
