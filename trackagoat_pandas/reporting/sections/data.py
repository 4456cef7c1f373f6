"""The section on the data: gaps, age, and restatements."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Final

import pandas as pd

from trackagoat_pandas.asking.script import count_of, flaws_of, frame_text
from trackagoat_pandas.asking.sentences import Number
from trackagoat_pandas.base.wording import cut, joined
from trackagoat_pandas.errors import StoreMissingError
from trackagoat_pandas.helpers.granularity import day_text
from trackagoat_pandas.inputs.checks import frame_facts, loaded_at
from trackagoat_pandas.program.frames import days_before, stamp_text
from trackagoat_pandas.program.weeks import week_of
from trackagoat_pandas.reporting.drafts import Draft, more_or_fewer, section
from trackagoat_pandas.showing.cells import BLANK, one_line
from trackagoat_pandas.showing.recorder import Traced

_WEEK: Final = pd.Timedelta(days=7)
_OLD: Final = pd.Timedelta(hours=24)
"""From which age on a frame is said to be old: TrackaGoat computes its numbers once a day."""
_MOST_DAYS, _LONGEST = 5, 60
_DERIVED: Final = ("forecasts", "history", "post_analytics", "projects")


@section("About the data")
def data(draft: Draft) -> None:
    """Write how complete and how old the frames are, and their restatements."""
    frames = {name: one for name, one in draft.program.frames.items() if name not in _DERIVED}
    if not frames:
        draft.reason = "None of the program's frames is there."
        return
    _say_whole(draft, frames)
    _say_restated(draft)
    _say_partial(draft)
    _list(draft, frames)
    draft.judge(*frames)
    for name, why in draft.program.missing.items():
        draft.note(f"The {frame_text(name)} are missing: {why}")


def _say_whole(draft: Draft, frames: dict[str, Traced]) -> None:
    """Say which frames are missing, incomplete or old."""
    missing = [frame_text(name) for name in draft.program.missing if name not in _DERIVED]
    flawed = [frame_text(name) for name, one in frames.items() if flaws_of(one.value)]
    ages = {name: _age(draft, one.value) for name, one in frames.items()}
    old = [frame_text(name) for name, age in ages.items() if age is not None and age >= _OLD]
    said = [
        *([f"the {joined(missing)} are missing"] if missing else []),
        *([f"the {joined(flawed)} are incomplete"] if flawed else []),
        *([f"the {joined(old)} are older than a day"] if old else []),
    ]
    if said:
        whole = "; ".join(said)
        draft.say(f"{whole[:1].upper()}{whole[1:]}.")
    else:
        draft.say("All data are complete and less than a day old.")


def _age(draft: Draft, frame: pd.DataFrame) -> pd.Timedelta | None:
    at = _load_time(frame)
    return None if at is None else draft.program.moment - at


def _load_time(frame: pd.DataFrame) -> pd.Timestamp | None:
    """Return when a frame was loaded, by the server; of an empty one it may not be known."""
    is_said = "server_time" in frame_facts(frame) or not frame.empty
    return loaded_at(frame) if is_said else None


def _say_restated(draft: Draft) -> None:
    """Say which days of earlier weeks were changed in the last seven days."""
    if draft.store is None:
        draft.say("Whether earlier days have changed since isn't known: only a store can say it.")
        return
    first = week_of(draft.program).first
    rows = _restatements(draft, "restated", metrics=["views"])
    if rows is None:
        return
    rows = draft.let("restated", rows[rows["date"] < f"{first}"])
    count = draft.number("restated", rows.shape[0])
    if not count.value:
        none = replace(count, text="none")
        draft.say("Of the daily views of earlier weeks ", none, " were changed in the last 7 days.")
        return
    change = rows["change"].sum()
    size = draft.number("restated_views", change, "number", text=f"{abs(change.value):,.0f}")
    draft.say(
        count, f" daily {count_of(count.value, 'number')} of views from earlier weeks "
        f"{'was' if count.value == 1 else 'were'} changed in the last 7 days: in all ", size,
        f" {more_or_fewer(change.value)} than at first.",
    )  # fmt: skip
    _list_restated(draft, rows)


def _restatements(draft: Draft, name: str, **options: object) -> Traced | None:
    """Return the restatements of the last seven days; None if the store has no such data."""
    at, since = draft.program.now, stamp_text(draft.program.moment - _WEEK)
    restatements = Traced(draft.store, "store").restatements
    try:
        found = draft.call(
            name, restatements, project=draft.program.project_id, as_of=at, names_at=at, **options
        )
    except StoreMissingError:
        return None
    return draft.let(name, found[found["last_seen"] >= since])


def _list_restated(draft: Draft, rows: Traced) -> None:
    top = rows.value.assign(size=rows.value["change"].abs())
    top = top.sort_values("size", ascending=False, kind="stable").head(_MOST_DAYS)
    made = list[tuple[str | Number, ...]]()
    for place, row in zip(map(int, top.index), top.to_dict("records"), strict=True):
        key = f"restated.{row['entity_id']}.{row['date'].date()}"
        numbers = (
            draft.number(f"{key}.{part}", rows[part][place], "number")
            for part in ("first_value", "value", "change")
        )
        day = draft.number(f"{key}.date", rows["date"][place], "day")
        made.append((draft.handle(row["entity_id"], row["label"]), day, *numbers))
    headings = ("Creator", "Day", "Views at first", "Views now", "Change")
    draft.list("Days that were changed most", headings, made, numeric="--nnn", of=len(rows.value))


def _say_partial(draft: Draft) -> None:
    """Say what ended before the report's week should."""
    week = week_of(draft.program)
    yesterday = dt.date.fromisoformat(days_before(draft.program.moment, draft.program.zone, 1))
    if "analytics" in draft.program.frames and week.last < yesterday:
        draft.say(f"Daily views end on {day_text(week.last)}, so that the week ends there.")


def _list(draft: Draft, frames: dict[str, Traced]) -> None:
    made = list[tuple[str | Number, ...]]()
    for name, frame in frames.items():
        at = _load_time(frame.value)
        when = BLANK if at is None else _moment(draft, name, frame, at)
        said = "; ".join(flaws_of(frame.value)) or "complete"
        title = frame_text(name)
        rows = draft.number(f"rows.{name}", frame.shape[0])
        made.append((f"{title[:1].upper()}{title[1:]}", rows, when, cut(one_line(said), _LONGEST)))
    for name, why in draft.program.missing.items():
        title, said = frame_text(name), cut(one_line(f"missing: {why}"), _LONGEST)
        made.append((f"{title[:1].upper()}{title[1:]}", BLANK, BLANK, said))
    draft.list("Where the numbers are from", ("Data", "Rows", "As of", "Condition"), made,
               numeric="-n--", of=len(made))  # fmt: skip


def _moment(draft: Draft, name: str, frame: Traced, at: pd.Timestamp) -> Number:
    """Write when a frame was loaded."""
    facts = frame_facts(frame.value)
    fact = "server_time" if isinstance(facts.get("server_time"), str) else "fetched_at"
    local = at.tz_convert(draft.program.zone)
    text = f"{day_text(local)} {local:%H:%M}"
    return draft.number(f"loaded.{name}", frame.attrs["trackagoat"][fact], "text", text=text)
