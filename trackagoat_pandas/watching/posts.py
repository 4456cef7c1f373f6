"""The rules of posts: over-posting, and tags that are missing from captions."""

from __future__ import annotations

import pandas as pd

from trackagoat_pandas.helpers.captions import check_posts
from trackagoat_pandas.helpers.columns import is_word
from trackagoat_pandas.helpers.counted import counted_posts
from trackagoat_pandas.helpers.granularity import day_text
from trackagoat_pandas.helpers.posting import find_overposting
from trackagoat_pandas.program.frames import ProgramData
from trackagoat_pandas.showing.recorder import call
from trackagoat_pandas.watching.evidence import (
    Names,
    doubt_of,
    local_day,
    rows_where,
    started,
    zoned,
)
from trackagoat_pandas.watching.rules import Rule
from trackagoat_pandas.watching.states import Judgement, Signal


def judge_overposting(data: ProgramData, rule: Rule) -> Judgement:  # noqa: ARG001
    """Find creators who over-posted within the last seven days, by the week of these days.

    The level is on how many of the week's days they did.
    """
    if doubt := doubt_of(data, "videos"):
        return Judgement(unknown=doubt)
    frames = data.given("videos", "history")
    found = call(find_overposting, **frames, now=data.now, **zoned(data, *frames))
    days = found.value[is_word(found.value["severity"], "amber")]
    days = days.dropna(subset="creator_id")
    names = Names(data)
    week = [f"{day:%G-W%V}" for day in days["day"]]
    signals = []
    for (creator, period), some in days.assign(week=week).groupby(
        ["creator_id", "week"], sort=True
    ):
        last = some.sort_values("day").iloc[-1]
        said, day = f"{names.creator(creator)} over-posted on ", day_text(last["day"])
        said += f"{len(some)} days of a week, last on {day}" if len(some) > 1 else day
        said += f": {last['posts']} posts, of which {last['low_posts']} have hardly any views."
        signals.append(Signal(
            "creator", str(creator), float(len(some)), started(said),
            rows_where(found, "creator_id", creator), str(period),
            **names.of_creator(creator),
        ))  # fmt: skip
    return Judgement(tuple(signals))


def judge_tags(data: ProgramData, rule: Rule) -> Judgement:
    """Find the posts of the last days without a term that is required."""
    if doubt := doubt_of(data, "videos"):
        return Judgement(unknown=doubt)
    videos, required = data.frames["videos"], rule.options["required"]
    counted = counted_posts(videos.value, "id", "posted_at")  # also those added by URL
    since = data.moment - pd.Timedelta(days=rule.options["days"])
    is_recent = (counted["posted_at"] >= since) & (counted["posted_at"] <= data.moment)
    recent = {*counted["id"][is_recent.to_numpy(bool)]}
    found, names = call(check_posts, videos, required=required), Names(data)
    signals = []
    for id_, some in found.value[found.value["id"].isin(recent)].groupby("id", sort=True):
        day = local_day(some["posted_at"].iloc[0], data.zone)
        said = f"{names.post(id_)}, posted on {day}, is missing "
        said += f"{', '.join(map(str, some['term']))}."
        signals.append(Signal(
            "video", str(id_), 1.0, started(said), rows_where(found, "id", id_),
            **names.of_post(id_),
        ))  # fmt: skip
    return Judgement(tuple(signals))
