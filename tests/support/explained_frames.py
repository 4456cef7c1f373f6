"""Frames of `explain_change`, by hand."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

PERIODS = {
    "from": "2026-05-22", "to": "2026-05-31",
    "compared_from": "2026-05-12", "compared_to": "2026-05-21",
}  # fmt: skip


def explained(*lines: Sequence[object], metric: str = "views") -> pd.DataFrame:
    """Give each line a handle, a title (None for a creator's own line), and its ends."""
    handles, titles, before, after = zip(*lines, strict=True)
    frame = pd.DataFrame(
        {
            "tiktok_handle": pd.array(handles, "string"),
            "video_title": pd.array(titles, "string").fillna("all posts"),
            "before": pd.array(before, "Int64"),
            "after": pd.array(after, "Int64"),
            "level": ["creator" if title is None else "post" for title in titles],
            "creator_id": pd.array(handles, "string"),
        }
    )
    frame.loc[frame["video_title"] == "other posts", "level"] = "other"
    frame["change"] = frame["after"] - frame["before"]
    frame.attrs = {"trackagoat": {"params": {"metric": metric, **PERIODS}}}
    return frame
