"""Followers of many creators at once.

Knows how a creator's row tells of followers. Must not know HTTP or who asks.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from trackagoat_pandas.sandbox.clock import day_start
from trackagoat_pandas.sandbox.curves import DAY_S, followers_at


def tracked_since(creators: Sequence[sqlite3.Row], zone: ZoneInfo) -> NDArray[np.float64]:
    """Return when the tracking of each creator started, as seconds since 1970."""
    days = [date.fromisoformat(row["tracking_start_date"]) for row in creators]
    return np.array([day_start(day, zone).timestamp() for day in days], np.float64)


def followers_of(
    creators: Sequence[sqlite3.Row], zone: ZoneInfo, instants: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Count followers: shape (creators, instants).

    Before tracking starts a creator shows what the first snapshot will show.
    """
    since = tracked_since(creators, zone)
    days = np.maximum(instants[None, :] - since[:, None], 0.0) / DAY_S
    start = np.array([row["followers_start"] for row in creators], np.float64)
    daily = np.array([row["followers_daily"] for row in creators], np.float64)
    return followers_at(start, daily, days)
