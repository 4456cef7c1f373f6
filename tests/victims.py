"""What the runs of `tests.killing` do: load through a store, sync it, compact it."""

from __future__ import annotations

import trackagoat_pandas as tgp

PROJECT = "Q1 Brand Program"


def load(folder: str, base_url: str, key: str) -> None:
    """Load a list of several pages."""
    with connected(folder, base_url, key) as client:
        tgp.load_videos(PROJECT, client=client)


def connected(folder: str, base_url: str, key: str) -> tgp.Client:
    return tgp.connect(
        key, base_url=base_url, store=folder, rate_limit=None, max_workers=1, progress=False
    )
