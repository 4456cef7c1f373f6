"""The posts of a program that stand for usual ones."""

from __future__ import annotations

import pandas as pd

from trackagoat_pandas.base.warnings import kept_warnings
from trackagoat_pandas.helpers.clocks import days_shown
from trackagoat_pandas.helpers.columns import days_of, instants_of, text, values_of
from trackagoat_pandas.helpers.posting import LOW_VIEWS, find_overposting
from trackagoat_pandas.program.frames import ProgramData
from trackagoat_pandas.showing.recorder import Traced, call


def usual_posts(data: ProgramData) -> Traced:
    """Return the videos without the posts of over-posted days that hardly anybody saw.

    They say nothing on what is usual: after them each ordinary post would seem to break out.
    """
    frames = data.given("videos", "history")
    videos, rows = frames["videos"], frames["videos"].value
    with kept_warnings():  # what these posts are used for warns of the same
        days = call(find_overposting, **frames, now=data.now, timezone=data.zone).value
    if days.empty:
        return videos
    posted = pd.MultiIndex.from_arrays(
        [text(rows["creator_id"]), days_shown(instants_of(rows["posted_at"]), data.zone)]
    )
    flooded = pd.MultiIndex.from_arrays(
        [text(days["creator_id"]), days_of(days["day"]).astype("datetime64[D]")]
    )
    is_low = posted.isin(flooded) & (values_of(rows["view_count"]) < LOW_VIEWS)
    return videos[~videos["id"].isin(rows["id"][is_low].dropna().tolist())]
