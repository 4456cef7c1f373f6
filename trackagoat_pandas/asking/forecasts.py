"""The question "Were our forecasts right?".

A forecast is right if the result is inside its interval, which four in five should be. All kinds
together are judged: their row is that of the program, by which an alert begins and health is bad.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from trackagoat_pandas.asking.kernel import Answer, Level, Parts, Question, TableColumn, Thresholds
from trackagoat_pandas.asking.script import Script
from trackagoat_pandas.asking.sentences import Number
from trackagoat_pandas.helpers.columns import is_word
from trackagoat_pandas.helpers.forecasts import FEWEST, LATEST, forecast_coverage
from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.showing.recorder import Traced

_PROMISED_PCT: Final = 80
_WATCH, _BAD = 0.2, 0.25
_DEFINITION: Final = (
    f"A forecast is right if the result is inside its {_PROMISED_PCT}% interval. Of several"
    f" forecasts of one thing only the last counts, and only the last {LATEST} things"
)
_GOALS: Final = "Chances of goals have no interval: the question goals counts how many were right"


class ForecastsQuestion(Question):
    """How many of the last settled forecasts were inside their interval."""

    name, text = "forecasts", "Were our forecasts right?"
    has_rule, section, part = True, "breakouts", "forecasts"
    needs, names = ("forecasts",), ()
    entity, key = "program", "forecast_of"
    rows_name, flagged_name = "coverage", "missing_often"
    thresholds = Thresholds(
        unit="share of forecasts that miss, by the lower end of its exact one-sided 99% interval",
        watch=_WATCH, bad=_BAD, fires=_BAD, clears=_WATCH,
        why="One in five may miss, so more than that is worth a look. An alert and bad health are"
        " the same: from one in four on, ranges are too narrow to plan with. An alert ends where"
        " the misses no longer exceed what may miss.",
    )  # fmt: skip
    caption = "Forecasts that missed too often"
    advice = (
        "Plan with the adapted intervals of score_forecasts until forecasts are right as often as"
        " they should be."
    )
    fields = "forecast_of settled right right_pct missed_low unknown_outcomes"

    def rows(self, script: Script, dates: DateRange | None) -> Traced:  # noqa: ARG002
        program, forecasts = script.program, script.program.frames["forecasts"]
        coverage = script.call("coverage", forecast_coverage, forecasts, now=program.now)
        script.note(_DEFINITION)
        if is_word(forecasts.value["forecast_kind"], "goal_odds").any():
            script.note(_GOALS)
        low, worst = coverage["missed_low"], coverage["missed_low_worst"]
        # Unknown outcomes may all be misses.
        is_unsure = ((low < _WATCH) & (worst >= _WATCH)) | ((low < _BAD) & (worst >= _BAD))
        rows = script.let("coverage", coverage.assign(level=low.mask(is_unsure)))
        # The memory of a watch may be of several programs.
        ids = rows["forecast_of"].astype("str").replace("all", program.project_id or "all")
        return script.let("coverage", rows.set_index(ids.rename("coverage_id")))

    def whole(self, answer: Answer) -> Level:
        level = answer.judged["level"].iloc[0]
        if pd.isna(level):
            return "unknown"
        return "bad" if level >= _BAD else "watch" if level >= _WATCH else "good"

    def is_watched(self, answer: Answer, options: Mapping[str, Any]) -> pd.Series:  # noqa: ARG002
        return answer.judged["forecast_of"] == "all"

    def totals(self, script: Script, rows: Traced, flagged: Traced) -> dict[str, Number]:  # noqa: ARG002
        names = ("settled", "right", "unknown_outcomes", "missed_low")
        return {name: script.number(f"forecasts.{name}", rows[name].iloc[0]) for name in names}

    def finding(self, answer: Answer) -> tuple[Parts, Parts]:
        whole = answer.judged.index[0]
        # One kind may miss too often while all of them don't.
        is_named = answer.count and answer.rows.index[0] != whole
        return answer.line(str(whole)).parts, answer.top.parts if is_named else ()

    def line(self, script: Script, rows: Traced, id_: str) -> Parts:
        row = rows.value.loc[id_]
        settled, right, unknown = (
            script.number(f"row.{id_}.{name}", rows[name][id_])
            for name in ("settled", "right", "unknown_outcomes")
        )
        of = "" if row["forecast_of"] == "all" else f" of {row['forecast_of']}"
        said: list[str | Number]
        if row["settled"] >= FEWEST:
            said = [right, " of the last ", settled, f" forecasts{of} were right"]
            if pd.isna(row["level"]):
                said += [". The outcome of ", unknown, " more isn't known."]
                said.append(" We can't tell whether that is enough: sync the store again.")
            elif row["level"] >= _WATCH:
                far = ", far fewer than" if row["level"] >= _BAD else ", fewer than"
                said.append(f"{far} the {_PROMISED_PCT}% that should be.")
            else:
                said.append(f". About {_PROMISED_PCT}% should be.")
            return said
        said = [f"No forecast{of} has settled yet."]
        if settled.value:
            has = "forecast has" if settled.value == 1 else "forecasts have"
            said = [settled, f" {has} settled. It takes {FEWEST} to say whether they are right."]
        if unknown.value:
            said += [" The outcome of ", unknown, " isn't known."]
        return said

    def subject(self, script: Script, row: pd.Series) -> str:  # noqa: ARG002
        return ""

    columns = (
        TableColumn("Forecasts of", "forecast_of", "text"),
        TableColumn("Settled", "settled"),
        TableColumn("Right", "right"),
        TableColumn("Right, share", "right_pct", "percent", "{:.0f}%".format),
        TableColumn("Missed, at least", "missed_low", "number", "{:.0%}".format),
    )


FORECASTS: Final = ForecastsQuestion()
