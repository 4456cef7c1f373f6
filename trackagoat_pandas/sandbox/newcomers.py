"""How creators and videos fare that the world did not begin with: drawn, as the world's own are.

Knows curves. Must not know the database.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trackagoat_pandas.sandbox.dice import Dice

_RATES = {"like_rate": 0.06, "comment_rate": 0.004, "share_rate": 0.005, "save_rate": 0.004}


def newcomer(dice: Dice, tiktok_id: int, now_s: float) -> dict[str, NDArray[np.float64]]:
    """Draw the curve of one video as columns of one row.

    TikTok's id holds the second of posting in its upper 32 bits; nothing is posted after now.
    """
    return {
        "posted_ts": np.array([min(float(tiktok_id >> 32), np.floor(now_s))]),
        "final_views": np.floor(10 ** dice.uniform(2.5, 5.5, 1)),
        "tau_days": dice.uniform(0.5, 4.0, 1).round(3),
        "shape": dice.uniform(0.55, 1.05, 1).round(3),
        **{name: (rate * dice.uniform(0.6, 1.6, 1)).round(5) for name, rate in _RATES.items()},
    }


def audience(followers: int, daily: float, tracked_days: float) -> dict[str, float]:
    """Give the start and the growth by which a creator has so many followers now.

    Whenever its tracking starts, what it has now is a fact; it grew tenfold since then at most.
    """
    if tracked_days <= 0.0:
        return {"followers_start": followers, "followers_daily": daily}
    daily = min(daily, 10 ** (1.0 / tracked_days) - 1.0)
    start = np.ceil(followers / (1.0 + daily) ** tracked_days)
    return {"followers_start": int(start), "followers_daily": daily}
