"""Whether the data of a program are fresh, and whole."""

from __future__ import annotations

import pandas as pd

from trackagoat_pandas.base.wording import number
from trackagoat_pandas.helpers.clocks import last_started_day
from trackagoat_pandas.helpers.granularity import day_text
from trackagoat_pandas.helpers.health.statuses import Verdict
from trackagoat_pandas.helpers.health.supply import (
    STALE,
    TOO_OLD,
    Supply,
    flaw_of,
    not_given,
    projects_differ,
    unreadable_in,
)
from trackagoat_pandas.inputs.checks import loaded_at

_LOAD = "Load the frames again; store.sync() loads only what is new."
_GIVE = "Pass the other frames, too."
_MANY_HOURS = pd.Timedelta(hours=48)


def judge_freshness(given: Supply) -> Verdict:
    """Say how old the oldest frame is.

    It is watched from a day on, since TrackaGoat computes its numbers once a day, and bad from
    three days on.
    """
    loaded = {name: loaded_at(frame) for name, frame in given.frames.items()}
    known = {name: at for name, at in loaded.items() if at is not None}
    oldest = min(known, key=lambda name: known[name], default="")
    said = not_given(given.missing) if given.missing else ""
    if oldest:
        age = given.moment - known[oldest]
        when = known[oldest].tz_convert(given.zone)
        evidence = f"The oldest frame, `{oldest}`, was loaded {_age(age)} ago, on {day_text(when)}"
        evidence += f" at {when:%H:%M}."
        for status, limit in (("bad", TOO_OLD), ("watch", STALE)):
            if age > limit and not (status == "watch" and (said or len(known) < len(loaded))):
                since = last_started_day(known[oldest] + limit, given.zone)
                return Verdict(status, evidence, _LOAD, float(since))
    if len(known) < len(loaded):
        which = ", ".join(f"`{name}`" for name in loaded if name not in known)
        return Verdict("unknown", f"{which}: not known when it was loaded.", _LOAD)
    if said or not known:
        return Verdict("unknown", said or "No frame is given.", _GIVE)
    return Verdict("good", evidence)


def judge_caveats(given: Supply) -> Verdict:
    """Say which frames aren't whole or can't be read, or belong to different projects."""
    flaws = {name: flaw_of(name, frame) for name, frame in given.frames.items()}
    lost = [flaw for flaw in flaws.values() if flaw and "doesn't say" not in flaw]
    if differ := projects_differ(given.frames):
        lost.insert(0, differ)
    if lost:
        return Verdict("bad", f"{_first(lost)}.", "Pass all rows of complete loads of one project.")
    unsaid = [flaw for flaw in flaws.values() if flaw]
    if unsaid or given.missing:
        evidence = f"{_first(unsaid)}." if unsaid else not_given(given.missing)
        return Verdict("unknown", evidence, "Pass frames as they were loaded." if unsaid else _GIVE)
    if not flaws:
        return Verdict("unknown", "No frame is given.", _GIVE)
    unreadable = {name: unreadable_in(frame) for name, frame in given.frames.items()}
    if count := sum(unreadable.values()):
        which = max(unreadable, key=lambda name: unreadable[name])
        evidence = f"{number(count, 'value')} could not be read, most of them in `{which}`."
        return Verdict("watch", evidence, "Look at frame.attrs['trackagoat']['unreadable'].")
    return Verdict("good", "All frames are complete and can be read.")


def _first(said: list[str]) -> str:
    more = f", and {number(len(said) - 1, 'more caveat')}" if len(said) > 1 else ""
    return f"{said[0]}{more}"


def _age(age: pd.Timedelta) -> str:
    hours = max(age, pd.Timedelta(0)) / pd.Timedelta(hours=1)
    if not round(hours):
        return "less than an hour"
    if age < _MANY_HOURS:
        return number(round(hours), "hour")
    return number(round(age / pd.Timedelta(days=1)), "day")
