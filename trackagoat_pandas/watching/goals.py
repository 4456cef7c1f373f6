"""The rule of goals: which will probably be missed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.warnings import kept_warnings
from trackagoat_pandas.base.wording import number
from trackagoat_pandas.helpers.columns import is_word
from trackagoat_pandas.helpers.goals.misses import will_miss
from trackagoat_pandas.program.frames import ProgramData, stamp_text
from trackagoat_pandas.showing.cells import one_line
from trackagoat_pandas.showing.recorder import Traced, call
from trackagoat_pandas.watching.evidence import (
    doubt_of,
    known,
    old_of,
    rows_where,
    started,
    who,
    zoned,
)
from trackagoat_pandas.watching.rules import Rule
from trackagoat_pandas.watching.states import Judgement, Signal

_NOUNS: Final = {
    "posts": "post",
    "views": "view",
    "engagement": "interaction",
    "followers": "follower",
}
_PERIOD_DAYS: Final = {"daily": 1.0, "weekly": 7.0, "monthly": 30.4}


def judge_goals(data: ProgramData, rule: Rule) -> Judgement:
    """Find the running goals that will probably be missed.

    The level is the chance to miss; of a goal without one it is how much of the rate that is needed
    from now on is beyond the rate of its target: 0.8 where it needs five times that rate.
    """
    if doubt := doubt_of(data, "goals"):
        return Judgement(unknown=doubt)
    if doubt := doubt_of(data, "videos") or _old_views(data):
        return Judgement(tuple(_certain_signals(data, rule)), doubt)
    frames = data.given("goals", "videos", "analytics")
    found = call(will_miss, **frames, now=data.now, **zoned(data, *frames))
    return Judgement(tuple(_signals(found, data, rule)))


def _old_views(data: ProgramData) -> str:
    """Say that the daily views are old, if goals need them."""
    metrics = data.frames["goals"].value["metric"]
    return "" if is_word(metrics, "posts").all() else old_of(data, "analytics")


def _certain_signals(data: ProgramData, rule: Rule) -> Iterator[Signal]:
    """Judge goals by the server's own counts, where no chance is needed for that.

    These are goals that are reached, and those that hardly can be any more.
    """
    goals = data.frames["goals"]
    loaded = data.load_times("goals").get("goals", data.moment)
    with kept_warnings():  # that frames are missing is said in the judgement
        found = call(will_miss, goals=goals, now=stamp_text(loaded), **zoned(data, "goals"))
    yield from (one for one in _signals(found, data, rule) if one.level >= rule.fire)
    rows = goals.value
    is_reached = (rows["actual"] >= rows["target"]).fillna(value=False).to_numpy(bool)
    for row in rows[is_reached].to_dict("records"):
        if isinstance(row["goal_id"], str):
            code = rows_where(goals, "goal_id", row["goal_id"])
            yield Signal("goal", row["goal_id"], 0.0, "", code, _period(row, data.zone))


def _signals(found: Traced, data: ProgramData, rule: Rule) -> Iterator[Signal]:
    """Return the signals of goals whose period has enough days."""
    least = rule.options["min_days"]
    for row in found.value.to_dict("records"):
        if not isinstance(row["goal_id"], str):
            continue
        if _PERIOD_DAYS.get(str(row["period"]), least) >= least:
            yield _signal(row, rows_where(found, "goal_id", row["goal_id"]), data.zone)


def _signal(row: dict[str, Any], code: str, zone: str) -> Signal:
    level, chance = _level(row), known(row, "miss_pct")
    handle = one_line(row["tiktok_handle"]) if known(row, "tiktok_handle") else None
    what, done = f"{row['period']} goal of {_target(row)}", known(row, "actual")
    said = f"{who(handle)} has {'an unknown part' if done is None else f'{round(done):,}'} of "
    said += f"{_target(row)} for the {row['period']} goal"
    if (needed := known(row, "needed")) is not None:
        said += f" and still needs {needed}"
    said += f": {chance:.0f} % likely to miss it." if chance is not None else "."
    return Signal(
        "goal", str(row["goal_id"]), 0.0 if np.isnan(level) else level, started(said), code,
        _period(row, zone), is_known=not np.isnan(level),
        tiktok_handle=handle, title=what,
    )  # fmt: skip


def _level(row: dict[str, Any]) -> float:
    if (chance := known(row, "miss_pct")) is not None:
        return float(chance) / 100
    target, missing, left = (known(row, name) for name in ("target", "missing", "days_left"))
    days = _PERIOD_DAYS.get(str(row["period"]))
    if not target or missing is None or left is None or days is None:
        return np.nan
    if missing <= 0:
        return 0.0
    times = (missing / target) / max(left / days, 1e-9)
    return float(max(0.0, 1 - 1 / times))


def _target(row: dict[str, Any]) -> str:
    target, noun = known(row, "target"), _NOUNS.get(str(row["metric"]), "unit")
    return f"an unknown number of {noun}s" if target is None else number(round(target), noun)


def _period(row: dict[str, Any], zone: str) -> str:
    """Name a goal's period: 2026-W25, 2026-06, or its last day."""
    end = known(row, "period_end")
    if end is None:
        return ""
    last = (pd.Timestamp(end) - pd.Timedelta(microseconds=1)).tz_convert(zone)
    if row["period"] == "weekly":
        return f"{last:%G-W%V}"
    return f"{last:%Y-%m}" if row["period"] == "monthly" else f"{last:%Y-%m-%d}"
