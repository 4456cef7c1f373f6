"""Whether creators post too much."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.wording import number
from trackagoat_pandas.helpers.columns import day_numbers, is_word, values_of
from trackagoat_pandas.helpers.health.losses import unless_worse
from trackagoat_pandas.helpers.health.statuses import Verdict, listed
from trackagoat_pandas.helpers.health.supply import Supply
from trackagoat_pandas.helpers.labels import named
from trackagoat_pandas.helpers.posting import find_overposting

_HABIT: Final = 2
"""Days of one creator within a week from which on it is no slip."""


def judge_overposting(given: Supply) -> Verdict:
    """Say who over-posted within a week: by the product's rule a day of the last seven is amber."""
    if doubt := given.doubt("videos"):
        return doubt
    videos = given.frames["videos"]
    amber = _find_amber(given, videos)
    status = _status_of(amber)
    verdict = _as_verdict(given, amber, status)
    # Views that aren't known may be low.
    views = values_of(videos["view_count"])
    if not (unknown := int(np.isnan(views).sum())):
        return verdict
    lowest = videos.assign(view_count=np.where(np.isnan(views), 0.0, views))
    said = f"The views of {number(unknown, 'post')} aren't known, and may be low."
    worst = _status_of(_find_amber(given, lowest))
    return unless_worse(verdict, worst, said, "Load the videos again.")


def _as_verdict(given: Supply, amber: pd.DataFrame, status: str) -> Verdict:
    """Say who over-posted on which days."""
    if status == "good":
        return Verdict("good", "No creator over-posted in the last 7 days.")
    known = [frame for name, frame in given.frames.items() if name in ("creators", "videos")]
    called = named(amber.drop_duplicates("creator_id"), known)
    nobody = pd.Series(None, called.index, dtype=object)
    who = listed(called.get("tiktok_handle", nobody))
    evidence = f"{number(len(amber), 'over-posted day')} in the last 7 days, of {who}."
    numbers = np.sort(day_numbers(amber["day"]))
    if status == "bad":
        counts = amber.groupby("creator_id").size()
        of_worst = np.sort(day_numbers(amber[amber["creator_id"] == counts.idxmax()]["day"]))
        return Verdict("bad", evidence, f"Ask {who} to spread posts over days.",
                       float(of_worst[_HABIT - 1]))  # fmt: skip
    return Verdict("watch", evidence, f"Ask {who} to spread posts over days.", float(numbers[0]))


def _find_amber(given: Supply, videos: pd.DataFrame) -> pd.DataFrame:
    """Find the over-posted days of the last week."""
    days = find_overposting(videos, now=given.moment, timezone=given.zone)
    return days[is_word(days["severity"], "amber")]


def _status_of(amber: pd.DataFrame) -> str:
    if amber.empty:
        return "good"
    return "bad" if amber.groupby("creator_id").size().max() >= _HABIT else "watch"
