"""Posts of the sandbox's worlds with their snapshots, as frames and without requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from trackagoat_pandas.helpers.columns import STRING
from trackagoat_pandas.sandbox.curves import counts_at
from trackagoat_pandas.sandbox.database import Database
from trackagoat_pandas.sandbox.nature import Nature
from trackagoat_pandas.sandbox.truth import Truth
from trackagoat_pandas.sandbox.video_cache import COUNTED_STATUSES, SHOWN, Videos, load_videos
from trackagoat_pandas.sandbox.world import build_world

NOW = pd.Timestamp("2026-06-18T19:00:00Z")
COLUMNS = {
    "views": "view_count", "likes": "like_count", "comments": "comment_count",
    "shares": "share_count", "saves": "save_count",
}  # fmt: skip
HOUR_S = 3_600.0


class Planted(NamedTuple):
    """What was planted in posts: ids by kind, onsets by id, and the strength of bought views."""

    ids: dict[str, set[str]]
    onsets: pd.Series
    strengths: pd.Series


class PostWorld(NamedTuple):
    """Posts of one organization's creators as loaded at a moment, and their snapshots until it."""

    posts: pd.DataFrame
    history: pd.DataFrame
    planted: Planted


def post_world(
    seed: int,
    nature: Nature,
    *,
    days: int = 200,
    every_h: float = 6.0,
    followed_days: int = 30,
    now: pd.Timestamp = NOW,
    change: Callable[[Videos, Planted], None] | None = None,
) -> PostWorld:
    """Build a world, and read it every few hours until its posts are some days old.

    A later `now` shows the same posts with later counts. ``change`` may change the curves.
    """
    with Database() as database:
        build_world(database, seed=seed, days=days, nature=nature)
        [org, *_] = database.rows("SELECT id FROM organizations ORDER BY rowid")
        own = f"project_id IN (SELECT id FROM projects WHERE org_id = ?) AND {SHOWN}"
        videos = load_videos(database, own, (org["id"],))
        planted = _planted(Truth(database, org["id"]))
        if change is not None:
            change(videos, planted)
        rows = {row["id"]: row for row in database.rows("SELECT * FROM videos")}
    mine = [rows[one] for one in videos.ids]
    posted = pd.to_datetime(pd.Series([row["posted_at"] for row in mine]), utc=True)
    frame = pd.DataFrame(
        {
            "id": pd.array(videos.ids, STRING),
            "creator_id": pd.array(videos.creator_ids, STRING),
            "posted_at": posted.dt.as_unit("us"),
            "tracking_status": [row["tracking_status"] for row in mine],
            "is_tracking_disabled": [bool(row["is_tracking_disabled"]) for row in mine],
        }
    )
    counts = counts_at(videos.curves, np.array([now.timestamp()]))
    frame = frame.assign(**{COLUMNS[name]: counts[name][:, 0] for name in COLUMNS})
    is_counted = frame["tracking_status"].isin(COUNTED_STATUSES) & ~frame["is_tracking_disabled"]
    kept = (is_counted & frame["creator_id"].notna()).to_numpy()
    history = _history(videos, every_h * HOUR_S, followed_days, now)
    return PostWorld(frame[kept].reset_index(drop=True), history, planted)


def _history(videos: Videos, step_s: float, days: int, now: pd.Timestamp) -> pd.DataFrame:
    """Read all videos at the same moments, a step apart."""
    first = np.ceil(videos.posted_ts / step_s) * step_s
    at = first[:, None] + step_s * np.arange(int(days * 24 * HOUR_S / step_s))
    counts = counts_at(videos.curves, at)
    video, moment = np.nonzero((at < now.timestamp()) & (at >= videos.tracked_ts[:, None]))
    instants = pd.to_datetime(at[video, moment].astype(np.int64), unit="s", utc=True)
    columns = {COLUMNS[name]: counts[name][video, moment] for name in COLUMNS}
    ids = pd.array(np.array(videos.ids, object)[video], STRING)
    return pd.DataFrame({"id": ids, "observed_at": instants.as_unit("us"), **columns})


def _planted(truth: Truth) -> Planted:
    ids = {
        "bought": {one.video_id for one in truth.bought},
        "boosted": {one.video_id for one in truth.boosted},
        "second_wave": {one.video_id for one in truth.second_waves},
        "gap": {one.video_id for one in truth.gaps},
        "breakout": {one.video_id for one in truth.breakouts},
        "suppressed": {*truth.suppressed},
        "evergreen": {*truth.evergreens},
        "comments_off": {*truth.comments_off},
    }
    onsets = pd.Series({one.video_id: one.onset for one in truth.breakouts}, dtype=object)
    strengths = pd.Series({one.video_id: one.strength for one in truth.bought}, dtype=float)
    return Planted(ids, pd.to_datetime(onsets, utc=True), strengths)
