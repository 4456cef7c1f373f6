"""The section on the health of the program: each part's status, and what to do."""

from __future__ import annotations

from typing import Final

import pandas as pd

from trackagoat_pandas.base.wording import joined
from trackagoat_pandas.helpers.granularity import day_text
from trackagoat_pandas.helpers.health.program import PARTS, program_health
from trackagoat_pandas.plots.health import health as plot_health
from trackagoat_pandas.reporting.document import Number
from trackagoat_pandas.reporting.drafts import MOST_ROWS, Draft, frame_text, section
from trackagoat_pandas.showing.cells import BLANK, one_line
from trackagoat_pandas.showing.recorder import Traced

_FRAMES: Final = (
    "videos", "creators", "analytics", "goals", "comments", "accruals", "payments", "forecasts",
)  # fmt: skip
_MOST_SAID: Final = 4
_WORST: Final = ("bad", "watch", "unknown", "good")


@section("Program health")
def health(draft: Draft) -> None:
    """Write the status of the program, of each part, and what to do."""
    program = draft.program
    given = program.given(*_FRAMES)
    if not given:
        draft.reason = "None of the program's frames is there."
        return
    # Only who records forecasts has some: without them, they are no part of the program.
    parts = {} if "forecasts" in given else {"parts": [one for one in PARTS if one != "forecasts"]}
    found = draft.call(
        "health", program_health, **given, **parts, now=program.now, timezone=program.zone,
    )  # fmt: skip
    rows = draft.let("parts", found.assign(part=found["part"].astype("str")).set_index("part"))
    _say_whole(draft, found, rows.value)
    statuses = rows.value["status"].astype(str)
    ordered = sorted(statuses.index, key=lambda part: _WORST.index(statuses[part]))
    for part in [one for one in ordered if statuses[one] == "bad"][:_MOST_SAID]:
        _say_part(draft, rows, part)
    _list(draft, rows, ordered)
    text = "A block for each part of the program in the colour of its status."
    draft.draw(plot_health, found.value, text, height_in=3.4)


def _say_whole(draft: Draft, found: Traced, rows: pd.DataFrame) -> None:
    status = draft.number("status", found.attrs["trackagoat"]["status"], "text")
    if status.value == "good":
        draft.say("The program's health is ", status, " in all its parts.")
        return
    names = {word: [part for part in rows.index if rows["status"][part] == word] for word in _WORST}
    cause = joined(names.pop(str(status.value)))
    others = (("bad", "bad"), ("watch", "to be watched"), ("unknown", "unknown"))
    more = [f"; {words}: {joined(names[word])}" for word, words in others if names.get(word)]
    draft.say("The program's health is ", status, f" because of {cause}{''.join(more)}.")


def _say_part(draft: Draft, rows: Traced, part: str) -> None:
    """Say the evidence of a part, and what to do."""
    said: list[str | Number] = [
        f"{part[:1].upper()}{part[1:]}: ", _text(draft, rows, part, "evidence"),
    ]  # fmt: skip
    if isinstance(rows.value["advice"][part], str):
        said += [" ", _text(draft, rows, part, "advice")]
    draft.say(*said)


def _text(draft: Draft, rows: Traced, part: str, column: str) -> Number:
    """Write a sentence of the helper; names of frames become those for people."""
    text = rows[column][part]
    said = one_line(text.value) if isinstance(text.value, str) else ""
    for name in _FRAMES:
        said = said.replace(f"`{name}`", frame_text(name))
    return draft.number(f"{_key(part)}.{column}", text, "text", text=said.replace("`", ""))


def _is_said(status: object) -> bool:
    """Whether the advice of a part is for a boss: that of an unknown one is for a coder."""
    return status in ("bad", "watch")


def _key(part: str) -> str:
    return part.replace(" ", "_")


def _list(draft: Draft, rows: Traced, parts: list[str]) -> None:
    made = list[tuple[str | Number, ...]]()
    for part in parts[: MOST_ROWS + 1]:
        since = rows["since"][part]
        text = day_text(since.value) if pd.notna(since.value) else ""
        made.append((
            f"{part[:1].upper()}{part[1:]}",
            draft.number(f"{_key(part)}.status", rows["status"][part], "text"),
            draft.number(f"{_key(part)}.since", since, "day", text=text),
            _text(draft, rows, part, "advice") if _is_said(rows.value["status"][part]) else BLANK,
        ))  # fmt: skip
    headings = ("Part", "Status", "Since", "What to do")
    draft.list("The parts of the program", headings, made, numeric="----", of=len(parts))
