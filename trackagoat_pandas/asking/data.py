"""The question "Is the data complete and current?"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from trackagoat_pandas.asking.kernel import Answer, Parts, Question, TableColumn, Thresholds
from trackagoat_pandas.asking.script import Script, frame_text
from trackagoat_pandas.asking.sentences import Number
from trackagoat_pandas.base.wording import number
from trackagoat_pandas.errors import TrackaGoatError
from trackagoat_pandas.helpers.health.data import TABLES, check_data
from trackagoat_pandas.helpers.health.supply import TOO_OLD
from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.showing.cells import BLANK, one_line
from trackagoat_pandas.showing.recorder import Traced

_WATCH, _BAD = 1.0, TOO_OLD / pd.Timedelta(days=1)
_ALL: Final = "all"
_MANY_HOURS: Final = 48


class DataQuestion(Question):
    """Which loaded tables are old or incomplete.

    - *Age*: the days since the load of a list, and the missing days at the end of daily views.
    - *Alerts*: by the row of the whole program, which is as old as its newest table, or as daily
      views if these are older. A list that is rarely loaded mutes no alerts about other tables.
    """

    name, text = "data", "Is the data complete and current?"
    has_rule, part = True, "data"
    needs, names = (), TABLES  # each may be missing
    is_of_now = True
    entity, key = "program", "table"
    rows_name, flagged_name = "tables", "outdated"
    thresholds = Thresholds(
        unit=f"days that a table is old; missing rows count as {_BAD:.0f}, unreadable values as"
        f" {_WATCH:.0f}",
        watch=_WATCH, bad=_BAD, fires=_BAD, clears=2.0,
        why="TrackaGoat computes its numbers once a day, so a table is worth a look from a day on."
        f" From {_BAD:.0f} days on questions that need it have no answer: health is bad, and an"
        " alert begins. It mutes all others, so it ends only below 2 days. It is about the age of"
        " the whole program alone. Missing rows are as bad at any age.",
    )  # fmt: skip
    caption = "Tables that are old or incomplete"
    advice = "Load these tables again, without filters. A sync of a store loads only what is new."
    fields = "table row_count loaded_at data_end late_days flaw_text"

    def rows(self, script: Script, dates: DateRange | None) -> Traced:  # noqa: ARG002
        program = script.program
        frames = program.given(*TABLES)
        missing = [name for name in TABLES if name in program.missing and name not in frames]
        if not (frames or missing):
            raise TrackaGoatError("No data is there.")
        script.judge(*TABLES)
        for name in missing:
            script.note(f"The {frame_text(name)} are missing: {program.missing[name]}")
        found = script.call("tables", check_data, **frames, now=program.now, timezone=program.zone)
        kinds = {"table": "str", "flaw": "str", "late_days": "float64"}
        rows = script.let("tables", found.astype(kinds))
        if missing:
            rows = rows.set_index("table").reindex([_ALL, *frames, *missing])
            texts = rows["flaw_text"].fillna(dict.fromkeys(missing, "is missing"))
            rows = script.let("tables", rows.assign(flaw_text=texts).reset_index())
        least = rows["flaw"].map({"incomplete": _BAD, "unreadable": _WATCH})
        level = rows.assign(least=least)[["late_days", "least"]].max(axis=1)
        level = script.let("level", level)
        is_unsure = rows["late_days"].isna() | (rows["flaw"] == "unsaid")
        level = level.mask(is_unsure & ~(level >= _BAD))
        rows = script.let("tables", rows.assign(level=level))
        # The memory of a watch may be of several programs.
        ids = rows["table"].replace(_ALL, program.project_id or _ALL)
        return script.let("tables", rows.set_index(ids.rename("table_id")))

    def is_flagged(self, rows: Traced) -> Traced:
        is_doubtful = (rows["level"] >= _WATCH) | rows["level"].isna()
        return is_doubtful & (rows["table"] != _ALL)

    def order(self, flagged: Traced) -> Traced:
        return flagged.sort_values("level", ascending=False, kind="stable")

    def totals(self, script: Script, rows: Traced, flagged: Traced) -> dict[str, Number]:
        level = flagged["level"]
        counts = {
            "tables": (rows["table"] != _ALL).sum(), "outdated": level.notna().sum(),
            "unknown": level.isna().sum(),
        }  # fmt: skip
        return {
            **{name: script.number(name, count) for name, count in counts.items()},
            "oldest_at": script.number("oldest_at", rows["loaded_at"].min(), "instant"),
        }

    def is_watched(self, answer: Answer, options: Mapping[str, Any]) -> pd.Series:  # noqa: ARG002
        return answer.judged["table"] == _ALL

    def finding(self, answer: Answer) -> tuple[Parts, Parts]:
        tables, outdated, unknown, oldest = answer.numbers.values()
        said: list[str | Number]
        all_are: Parts = ["All ", tables, " tables are"]
        if tables.value == 1:
            all_are = ["The only table is"]
        if outdated.value:
            verb = "is" if outdated.value == 1 else "are"
            some = [outdated, " of ", tables, f" tables {verb}"]
            said = [*(all_are if outdated.value == tables.value else some), " old or incomplete."]
            said += [" ", unknown, " more can't be checked."] if unknown.value else []
        elif unknown.value == tables.value == 1:
            said = ["The only table can't be checked."]
        elif unknown.value:
            said = [unknown, " of ", tables, " tables can't be checked."]
        else:
            said = [*all_are, " complete and current."]
            said += [" The oldest was loaded on ", oldest, "."] if oldest.value else []
        return said, answer.top.parts

    def line(self, script: Script, rows: Traced, id_: str) -> Parts:
        row, said = rows.value.loc[id_], list[str | Number]()
        is_all = row["table"] == _ALL
        name = frame_text(str(row["table"]))
        if isinstance(row["flaw_text"], str):
            said = [f"The table of {name} {one_line(row['flaw_text'])}."]
        if row["late_days"] >= _WATCH or is_all or not said:
            said += [" "] * bool(said)
            said += self._age(script, rows, id_, "data was" if is_all else f"{name} were")
        return [*said, " Nothing else is judged until newer data is loaded."] if is_all else said

    def _age(self, script: Script, rows: Traced, id_: str, what: str) -> Parts:
        """Write how old a table is."""
        late = rows["late_days"][id_]
        if pd.isna(late.value):
            return [f"It isn't known when the {what} loaded."]
        days = script.number(f"row.{id_}.late_days", late, "number", text=_age_text(late.value))
        if pd.notna(rows["data_end"][id_].value):
            end = script.number(f"row.{id_}.data_end", rows["data_end"][id_], "day")
            verb = "is" if late.value == 1 else "are"
            return ["The daily views end on ", end, ": ", days, f" {verb} missing."]
        at = script.number(f"row.{id_}.loaded_at", rows["loaded_at"][id_], "instant")
        return [f"The {what} last loaded ", days, " ago, on ", at, "."]

    def subject(self, script: Script, row: pd.Series) -> str:  # noqa: ARG002
        return ""

    columns = (
        TableColumn("Table", lambda _, row: frame_text(row["table"])),
        TableColumn("Rows", "row_count"),
        TableColumn("Loaded", "loaded_at", "instant"),
        TableColumn("Daily views until", "data_end", "day"),
        TableColumn("Problem", lambda _, row: one_line(row["flaw_text"]) or BLANK),
    )


def _age_text(days: float) -> str:
    """Write an age, in hours below two days."""
    hours = round(days * 24)
    return number(hours, "hour") if hours < _MANY_HOURS else number(int(days), "day")


DATA: Final = DataQuestion()
