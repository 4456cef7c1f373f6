"""The rules of views: a fall of all views, slumps of creators, and views taken back."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from trackagoat_pandas.asking.kernel import answer_of
from trackagoat_pandas.asking.views import VIEWS
from trackagoat_pandas.base.types import Floats
from trackagoat_pandas.base.warnings import kept_warnings
from trackagoat_pandas.helpers.columns import text, values_of
from trackagoat_pandas.helpers.health.views import find_low_posts, judge_fall
from trackagoat_pandas.program.frames import ProgramData
from trackagoat_pandas.watching.evidence import (
    Names,
    doubt_of,
    local_day,
    rows_where,
    started,
    supply_of,
    zoned,
)
from trackagoat_pandas.watching.rules import Rule
from trackagoat_pandas.watching.states import Judgement, Signal

_LEVELS: Final = {"bad": 1.0, "watch": 0.5, "good": 0.0}


def judge_collapse(data: ProgramData, rule: Rule) -> Judgement:
    """Find a fall of the views of all creators, and creators whose last posts are far below.

    A slump is over once the last posts are near the earlier ones, and not on the day on which it
    can no longer be distinguished from luck.

    Days that are still restated are waited out for the first, which reads daily analytics; the
    second reads the counts of posts that are three days old.
    """
    if doubt := doubt_of(data, "analytics", "videos", "creators"):
        return Judgement(unknown=doubt)
    used = ("analytics", "videos", "creators")
    settle = pd.Timedelta(days=rule.options["settle_days"])
    code = _health_code(data, *used)
    fall = judge_fall(supply_of(data, *used, settle=settle))
    level, said = _LEVELS.get(fall.status, 0.0), fall.evidence
    if level:
        with kept_warnings():  # other surfaces show them
            said = answer_of(VIEWS, replace(data, moment=data.moment - settle)).finding
    is_known = fall.status in _LEVELS
    program = Signal("program", data.project_id, level, said, code, is_known=is_known)
    low, names = find_low_posts(supply_of(data, *used)), Names(data)
    if low is None:
        return Judgement((program,))
    found = zip(low["id"], low["since"], low["is_slump"], strict=True)
    return Judgement((program, *(_slump(*one, code, names) for one in found)))


def _health_code(data: ProgramData, *names: str) -> str:
    frames = data.given(*names)
    named = {**{name: frame.code for name, frame in frames.items()}, "parts": '"views"'}
    named["now"] = f'"{data.now}"'
    named |= {name: f'"{zone}"' for name, zone in zoned(data, *frames).items()}
    given = ", ".join(f"{name}={code}" for name, code in named.items())
    return f"tgp.program_health({given})"


def _slump(creator: str, began: float, is_slump: bool, code: str, names: Names) -> Signal:  # noqa: FBT001
    """Return a slump, or posts that are still so low that none ends with them."""
    if is_slump:
        since = local_day(pd.Timestamp(np.datetime64(int(began), "D"), tz="UTC"), "UTC")
        said = f"{names.creator(creator)} is in a slump: the posts since {since} have far fewer "
        said += "views than earlier ones had at their age."
    else:
        said = f"The last posts of {names.creator(creator)} have fewer views than earlier ones "
        said += "had at their age."
    level = _LEVELS["bad" if is_slump else "watch"]
    return Signal("creator", creator, level, started(said), code, **names.of_creator(creator))


def judge_taken_back(data: ProgramData, rule: Rule) -> Judgement:
    """Find the posts whose views fell from one snapshot to the next.

    The level is the largest share that went away at once within the last days.
    """
    if doubt := doubt_of(data, "videos", "history"):
        return Judgement(unknown=doubt)
    history = data.frames["history"]
    falls = _falls(history.value, data, rule)
    if falls.empty:
        return Judgement()
    largest = falls.sort_values("share", kind="stable").drop_duplicates("id", keep="last")
    listed, names = {*data.frames["videos"].value["id"]}, Names(data)
    signals = []
    for row in largest.sort_values("id").to_dict("records"):
        lost, before = row["before"] - row["views"], row["before"]
        day = local_day(row["at"], data.zone)
        said = f"{names.post(row['id'])} lost {lost:,.0f} of {before:,.0f} views by {day}."
        signals.append(Signal(
            "video", str(row["id"]), float(row["share"]), started(said),
            rows_where(history, "id", row["id"]), **names.of_post(row["id"]),
        ))  # fmt: skip
    return Judgement(tuple(one for one in signals if one.entity_id in listed))


def _falls(history: pd.DataFrame, data: ProgramData, rule: Rule) -> pd.DataFrame:
    """Return the falls of the last days: the post, when, its views before and after."""
    rows = pd.DataFrame(
        {
            "id": text(history["id"]).to_numpy(object),
            "at": history["observed_at"].to_numpy(object),
            "views": values_of(history["view_count"]),
        }
    )
    rows["at"] = pd.to_datetime(rows["at"], utc=True)
    rows = rows[rows["views"].notna()].sort_values(["id", "at"], kind="stable")
    before: Floats = rows.groupby("id", sort=False)["views"].shift().to_numpy(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = (before - rows["views"].to_numpy()) / before
    since = data.moment - pd.Timedelta(days=rule.options["days"])
    is_fall = (share >= rule.clear) & (before >= rule.options["min_views"])
    is_fall &= ((rows["at"] > since) & (rows["at"] <= data.moment)).to_numpy(bool)
    found: pd.DataFrame = rows.assign(before=before, share=share)[is_fall]
    return found
