"""The rule of comments: videos under fire."""

from __future__ import annotations

from typing import Final

from trackagoat_pandas.helpers.sentiment.summaries import find_negative_alerts
from trackagoat_pandas.program.frames import ProgramData
from trackagoat_pandas.showing.recorder import call
from trackagoat_pandas.watching.evidence import (
    Names,
    doubt_of,
    rows_where,
)
from trackagoat_pandas.watching.rules import Rule
from trackagoat_pandas.watching.states import Judgement, Signal

_CONFIDENCE: Final = 0.99


def judge_comments(data: ProgramData, rule: Rule) -> Judgement:
    """Find the videos of whose comments surely a large share is negative.

    The level is the lower end of the share's 99 % interval, in percent: of ten comments four are
    negative by luck alone on many videos, each of which is looked at every day.
    """
    if doubt := doubt_of(data, "comments"):
        return Judgement(unknown=doubt)
    found = call(
        find_negative_alerts, data.frames["comments"], share_pct=max(rule.clear, 1.0),
        min_comments=rule.options["min_comments"], confidence=_CONFIDENCE,
    )  # fmt: skip
    signals, names = [], Names(data)
    for row in found.value.to_dict("records"):
        video = row["video_id"]
        said = f"{row['negative']:,} of {row['analysed']:,} comments on {names.post(video)} are "
        said += f"negative ({row['negative_pct']:.0f} %, surely at least {row['low_pct']:.0f} %)."
        signals.append(Signal(
            "video", str(video), float(row["low_pct"]), said,
            rows_where(found, "video_id", video), **names.of_post(video),
        ))  # fmt: skip
    return Judgement(tuple(signals))
