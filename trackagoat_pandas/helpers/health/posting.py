"""Whether creators post too much."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.wording import number
from trackagoat_pandas.helpers.columns import day_numbers, is_word
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
    days = find_overposting(videos, now=given.moment, timezone=given.zone)
    amber = days[is_word(days["severity"], "amber")]
    if amber.empty:
        return Verdict("good", "No creator over-posted in the last 7 days.")
    counts = amber.groupby("creator_id").size()
    known = [frame for name, frame in given.frames.items() if name in ("creators", "videos")]
    called = named(amber.drop_duplicates("creator_id"), known)
    nobody = pd.Series(None, called.index, dtype=object)
    who = listed(called.get("tiktok_handle", nobody))
    evidence = f"{number(len(amber), 'over-posted day')} in the last 7 days, of {who}."
    numbers = np.sort(day_numbers(amber["day"]))
    if counts.max() >= _HABIT:
        of_worst = np.sort(day_numbers(amber[amber["creator_id"] == counts.idxmax()]["day"]))
        return Verdict("bad", evidence, f"Ask {who} to spread posts over days.",
                       float(of_worst[_HABIT - 1]))  # fmt: skip
    return Verdict("watch", evidence, f"Ask {who} to spread posts over days.", float(numbers[0]))
