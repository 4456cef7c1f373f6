"""Posts of worlds of the sandbox, as frames, without HTTP: what syncs would have seen of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from trackagoat_pandas.sandbox import Nature, curves
from trackagoat_pandas.sandbox.database import Database
from trackagoat_pandas.sandbox.video_cache import COUNTED_STATUSES, load_videos
from trackagoat_pandas.sandbox.world import build_world

NOW = pd.Timestamp("2026-06-18T19:00:00Z")
_OURS = "project_id IN (SELECT id FROM projects WHERE name NOT IN ('Peaks'))"


class PostWorld(NamedTuple):
    """The videos now, their snapshots, the views of each at the horizon, and their curves."""

    videos: pd.DataFrame
    history: pd.DataFrame
    final: pd.Series
    curve: dict[str, Any]


def post_world(
    folder: Path,
    seed: int,
    *,
    days: int = 400,
    creators: int = 24,
    every_h: float = 6.0,
    horizon_days: int = 30,
    **nature: Any,
) -> PostWorld:
    """Build a world, and read all its posts at each sync from posting on, up to now."""
    database = Database(str(folder / f"{seed}.db"))
    build_world(database, seed=seed, days=days, creators=creators, nature=Nature(**nature))
    found = load_videos(database, _OURS)
    rows = {row["id"]: row["tracking_status"] for row in database.rows("SELECT * FROM videos")}
    database.close()
    size, step = len(found), every_h * 3_600.0
    # Posts of which tracking was switched off are read on, so that all lives are whole.
    curve = {**found.curves, "untracked_ts": np.full(size, np.inf)}
    posted, now = found.posted_ts, NOW.timestamp()
    syncs = np.ceil(posted / step)[:, None] + np.arange(int((horizon_days + 2) * 86_400.0 / step))
    late = np.random.default_rng(seed).uniform(0.0, 900.0, int(now / step) + 500)
    at = syncs * step + late[np.minimum(syncs.astype(np.int64), len(late) - 1)]
    views, is_past = curves.views_at(curve, at), at <= now
    place = np.nonzero(is_past)[0]
    ids = pd.array(found.ids, dtype=pd.StringDtype(na_value=np.nan))
    videos = pd.DataFrame(
        {
            "id": ids,
            "creator_id": pd.array(found.creator_ids, dtype=pd.StringDtype(na_value=np.nan)),
            "posted_at": pd.to_datetime(posted, unit="s", utc=True).as_unit("us"),
            "tracking_status": [rows[id_] for id_ in found.ids],
            "is_tracking_disabled": False,
            "view_count": curves.views_at(curve, np.array([now]))[:, 0],
        }
    )
    history = pd.DataFrame(
        {
            "id": ids.take(place),
            "observed_at": pd.to_datetime(
                np.round(at[is_past] * 1e6).astype(np.int64), unit="us", utc=True
            ).as_unit("us"),
            "view_count": views[is_past],
        }
    )
    final = curves.views_at(curve, posted[:, None] + horizon_days * 86_400.0)[:, 0]
    counts = videos["tracking_status"].isin(COUNTED_STATUSES) & videos["creator_id"].notna()
    kept = counts.to_numpy(bool)
    own = {name: values[kept] for name, values in curve.items()}
    return PostWorld(videos[kept].reset_index(drop=True), history, pd.Series(final, ids)[kept], own)


def seen_at(world: PostWorld, moment: pd.Timestamp) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the videos that there were at a moment, with their counts then, and the snapshots."""
    views = curves.views_at(world.curve, np.array([moment.timestamp()]))[:, 0]
    videos = world.videos.assign(view_count=views)
    history = world.history[world.history["observed_at"] <= moment]
    return videos[videos["posted_at"] <= moment].reset_index(drop=True), history
