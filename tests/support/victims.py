"""What the runs of `tests.support.killing` do: load through a store, sync it, compact it."""

from __future__ import annotations

import pandas as pd

import trackagoat_pandas as tgp

PROJECT = "Q1 Brand Program"
DAYS = "last 30 days"


def load(folder: str, base_url: str, key: str) -> None:
    """Load a list of several pages."""
    with connected(folder, base_url, key) as client:
        tgp.load_videos(PROJECT, client=client)


def fan_out(folder: str, base_url: str, key: str, *structures: str) -> None:
    """Load several lists, for which another thread asks."""
    with connected(folder, base_url, key) as client:
        tgp.load_payout_assignments(list(structures), client=client)


def sync(folder: str, base_url: str, key: str) -> None:
    """Sync a store."""
    with connected(folder, base_url, key) as client, tgp.open_store(folder) as store:
        store.sync(PROJECT, dates=DAYS, metrics="views", max_age=None, client=client)


def compact(folder: str) -> None:
    """Merge the files of a store."""
    with tgp.open_store(folder) as store:
        store.compact()


def record(folder: str) -> None:
    """Keep forecasts in a store."""
    posted = pd.Timestamp("2026-06-01T12:00Z")
    views = {"expected_views": 900, "low": 500, "high": 2_000, "horizon_days": 30}
    posts = {"id": [f"v{number}" for number in range(50)], "creator_id": "ann"}
    forecasts = pd.DataFrame({**posts, "posted_at": posted, "age_hours": 24.0, **views})
    with tgp.open_store(folder) as store:
        tgp.record_forecasts(store, forecasts)


def make(folder: str) -> None:
    """Make a store."""
    tgp.open_store(folder).close()


def connected(folder: str, base_url: str, key: str) -> tgp.Client:
    return tgp.connect(
        key, base_url=base_url, store=folder, rate_limit=None, max_workers=1, progress=False
    )
