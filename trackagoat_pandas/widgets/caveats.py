"""What has to be said of a frame before anybody trusts a picture of it."""

from __future__ import annotations

import datetime as dt
from typing import Final

import pandas as pd

from trackagoat_pandas.checks import frame_facts

STALE_AFTER: Final = dt.timedelta(hours=24)
"""The product computes its numbers once a day."""


def caveats(*frames: pd.DataFrame | None, now: dt.datetime | None = None) -> list[str]:
    """Say what is incomplete, unreadable, stale or still filling in frames.

    Parameters
    ----------
    frames
        Those that are shown; None is passed over.
    now
        By default this machine's time.

    Returns
    -------
    list of str
        A sentence for each thing, each once.
    """
    now = now or dt.datetime.now(dt.UTC)
    said = [text for frame in frames if frame is not None for text in _of_one(frame, now)]
    return list(dict.fromkeys(said))


def _of_one(frame: pd.DataFrame, now: dt.datetime) -> list[str]:
    facts = frame_facts(frame)
    path = facts.get("path", "the frame")
    said: list[str] = []
    if facts.get("complete") is False:
        said.append(f"Partial: some of {path} could not be loaded.")
    if unreadable := facts.get("unreadable"):
        count = sum(unreadable.values())
        said.append(f"{count:,} values of {path} could not be read and are missing.")
    fetched_at = facts.get("fetched_at")
    if fetched_at and now - dt.datetime.fromisoformat(fetched_at) > STALE_AFTER:
        said.append(f"Stale: {path} was loaded on {fetched_at[:10]}.")
    if "is_partial" in frame.columns and frame["is_partial"].any():
        said.append("The last bucket is still filling.")
    return said
