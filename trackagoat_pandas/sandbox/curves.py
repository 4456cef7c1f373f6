"""Counts as functions of age: what a video or a creator shows at any instant.

A view curve need not be stored: views(age) = floor(final * (1 - exp(-(age / tau) ** shape))), which
rises fast and settles. The other counts are fixed shares of the views.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

DAY_S = 86_400.0
RATES = {
    "likes": "like_rate",
    "comments": "comment_rate",
    "shares": "share_rate",
    "saves": "save_rate",
}


def views_at(
    videos: Mapping[str, NDArray[Any]], instants: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Views of each video at each instant: shape (videos, instants), 0 before posting.

    ``videos`` maps posted_ts, final_views, tau_days and shape to equally long arrays; ``instants``
    are seconds since 1970: one row for all videos, or one row for each.
    """
    age = np.maximum((np.atleast_2d(instants) - videos["posted_ts"][:, None]) / DAY_S, 0.0)
    # expm1 keeps the digits of a young video, where 1 - exp(-x) would lose them.
    risen = -np.expm1(-((age / videos["tau_days"][:, None]) ** videos["shape"][:, None]))
    views: NDArray[np.int64] = np.floor(videos["final_views"][:, None] * risen).astype(np.int64)
    return views


def counts_at(
    videos: Mapping[str, NDArray[Any]], instants: NDArray[np.float64]
) -> dict[str, NDArray[np.int64]]:
    """Views, likes, comments, shares and saves of each video at each instant."""
    views = views_at(videos, instants)
    shares = {name: share_of(views, videos[rate]) for name, rate in RATES.items()}
    return {"views": views, **shares}


def share_of(views: NDArray[np.int64], rate: NDArray[np.float64]) -> NDArray[np.int64]:
    """Likes, comments, shares or saves that go with views: shape (videos, instants)."""
    return np.floor(views * rate[:, None]).astype(np.int64)
