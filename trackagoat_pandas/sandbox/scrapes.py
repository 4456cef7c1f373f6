"""Scrapes: creators and videos are read again from TikTok every few hours, and it shows.

No row is rewritten for it: the last scrape follows from the time and the row's last change.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import numpy as np

from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.clock import format_seconds
from trackagoat_pandas.sandbox.database import marks
from trackagoat_pandas.sandbox.habits import SCRAPED_EVERY_S

_VIDEOS_EVERY_S = 6 * 3_600


def creators_updated(call: Call, creators: Sequence[sqlite3.Row]) -> list[str]:
    """Return when creators were last scraped or changed; only active ones are scraped."""
    ids = [creator["id"] for creator in creators]
    sql = f"SELECT creator_id, scraped_every_s FROM habits WHERE creator_id IN ({marks(ids)})"
    known = {row[0]: row[1] for row in call.database.rows(sql, ids)}
    every_s = [
        known.get(creator["id"], SCRAPED_EVERY_S) if creator["is_active"] else None
        for creator in creators
    ]
    return _scrape_times(call, creators, every_s)


def videos_updated(call: Call, videos: Sequence[sqlite3.Row]) -> list[str]:
    """Return when videos were last scraped or changed; only tracked ones are scraped."""
    every_s = [None if video["is_tracking_disabled"] else _VIDEOS_EVERY_S for video in videos]
    return _scrape_times(call, videos, every_s)


def _scrape_times(
    call: Call, rows: Sequence[sqlite3.Row], every_s: Sequence[int | None]
) -> list[str]:
    changed: list[str] = [row["updated_at"] for row in rows]
    living = "SELECT 1 FROM life WHERE org_id = ?"
    if not rows or not call.database.rows(living, (call.organization.id,)):
        return changed
    since_s = np.array([text[:19] for text in changed], "datetime64[s]").astype(np.float64)
    steps_s = np.array([step or np.inf for step in every_s])
    passed = np.floor((call.now_ts - since_s) / steps_s)
    scraped = format_seconds(
        since_s + np.where(passed > 0, passed, 0.0) * np.where(np.isinf(steps_s), 0.0, steps_s)
    )
    return [
        last if is_later else text
        for text, last, is_later in zip(changed, scraped, (passed > 0).tolist(), strict=True)
    ]
