"""The question "Who will miss a goal?"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

import numpy as np
import pandas as pd

from trackagoat_pandas.asking.kernel import Answer, Parts, Question, TableColumn, Thresholds
from trackagoat_pandas.asking.script import MOST_ROWS, Script, chosen, count_of
from trackagoat_pandas.asking.sentences import Number
from trackagoat_pandas.base.wording import number
from trackagoat_pandas.helpers.gains import PARTS
from trackagoat_pandas.helpers.goals.backtest import backtest_goal_odds
from trackagoat_pandas.helpers.goals.evaluation import UNJUDGED, goal_history
from trackagoat_pandas.helpers.goals.misses import PERIOD_DAYS, will_miss
from trackagoat_pandas.helpers.goals.standing import rank_goals
from trackagoat_pandas.program.frames import ProgramData, days_before
from trackagoat_pandas.showing.recorder import Traced

_NOUNS: Final = {"posts": "post", "views": "view", "engagement": "interaction",
                 "followers": "follower"}  # fmt: skip
_LATELY_DAYS: Final = 7
"""A missed goal is news for so long."""
_PAST_DAYS, _FEWEST = 91, 10
"""The days of the track record, and the forecasts from which there is one."""
_NOT_LOADED: Final = "the daily numbers of their metric weren't loaded"


class GoalsQuestion(Question):
    """Which running goals will be missed, and what each still needs."""

    name, text = "goals", "Who will miss a goal?"
    has_rule, section, part = True, "goals", "goals"
    boards = ("Home", "GoalBoard")
    needs, uses = ("goals",), ("videos", "analytics")
    entity, key, level = "goal", "goal_id", "risk"
    rows_name, flagged_name = "misses", "at_risk"
    thresholds = Thresholds(
        unit="chance to miss; without a forecast, what is missing for the time left",
        watch=0.5, bad=0.75, fires=0.95, clears=0.8, bad_share=0.04, watch_share=0.25,
        why="A report lists the goals that will more likely be missed than reached. Health is bad"
        " where a miss is three times as likely as not. An alert interrupts somebody, so it waits"
        " until a miss is almost certain.",
    )  # fmt: skip
    caption, advice = "Goals at risk", "Talk to these creators about what they need."
    fields = (
        "tiktok_handle metric period miss_pct missing needed_per_day deadline urgency target "
        "actual status reason creator_id"
    )
    units = dict.fromkeys(("missing", "needed_per_day", "target", "actual"), "of metric")

    def rows(self, script: Script, dates: object) -> Traced:  # noqa: ARG002
        program = script.program
        misses = script.call(
            "misses", will_miss, **program.given("goals", "videos", "analytics"),
            now=program.now, timezone=program.zone,
        )  # fmt: skip
        script.note_of(misses)
        # The notes below say which goals have no forecast, and why.
        script.caveats[:] = [caveat for caveat in script.caveats if UNJUDGED not in caveat]
        self._note_reasons(script, misses.value)
        return script.let("misses", misses.drop_duplicates("goal_id").set_index("goal_id"))

    def _note_reasons(self, script: Script, misses: pd.DataFrame) -> None:
        without = misses[misses["chance"].isna() & (misses["risk"] >= self.thresholds.watch)]
        daily = script.program.data.get("analytics")
        loaded = {"posts", *([] if daily is None else daily["metric"].dropna().unique())}
        is_loaded = [loaded.issuperset(PARTS.get(metric, ())) for metric in without["metric"]]
        reasons = without["reason"].astype(object).where(np.array(is_loaded, bool), _NOT_LOADED)
        for reason, count in reasons.value_counts().items():
            script.note(f"No forecast for {number(count, 'goal')}: {reason}.")
        if (misses["period"] == "daily").any():
            script.note("Daily goals are listed last.")

    def order(self, flagged: Traced) -> Traced:
        # A daily goal is over before anybody can act.
        is_daily = flagged["period"] == "daily"
        return flagged.assign(is_daily=is_daily).sort_values("is_daily", kind="stable")

    def totals(self, script: Script, rows: Traced, flagged: Traced) -> dict[str, Number]:
        goals = script.program.frames["goals"]
        ended = self._ended(script)["status"]
        counts = {
            "goals": goals["goal_id"].nunique(), "open": rows.shape[0],
            "at_risk": flagged.shape[0], "unknown": rows["risk"].isna().sum(),
            "missed": (ended == "missed").sum(), "ended_unknown": ended.isna().sum(),
        }  # fmt: skip
        return {name: script.number(name, count) for name, count in counts.items()}

    def _ended(self, script: Script) -> Traced:
        """Return weekly and monthly goals whose period ended within the last seven days."""
        program = script.program
        since = days_before(program.moment, program.zone, _LATELY_DAYS)
        ended = script.repeat(
            "ended", goal_history, **program.given("goals", "videos", "analytics"),
            since=since, now=program.now, timezone=program.zone,
        )  # fmt: skip
        return script.let("ended", ended[ended["period"] != "daily"])

    def lapsed(self, answer: Answer) -> tuple[int, int]:
        return answer.totals["missed"], answer.totals["ended_unknown"]

    def finding(self, answer: Answer) -> tuple[Parts, Parts]:
        total = answer.numbers
        if not total["goals"].value:
            return ["No creator has a goal."], []
        missed: list[str | Number] = []
        if total["missed"].value:
            were = "goal was" if total["missed"].value == 1 else "goals were"
            missed = [" ", total["missed"], f" {were} missed in the last {_LATELY_DAYS} days."]
        if total["ended_unknown"].value:
            noun = count_of(total["ended_unknown"].value, "goal")
            missed += [
                " ", total["ended_unknown"],
                f" {noun} that ended in the last {_LATELY_DAYS} days can't be judged.",
            ]  # fmt: skip
        if not total["open"].value:
            return ["No goal is open: all are reached, over or not begun.", *missed], []
        said: list[str | Number] = [
            total["at_risk"], " of ", total["open"],
            f" open {count_of(total['open'].value, 'goal')} ",
            f"{'is' if answer.count == 1 else 'are'} at risk.",
        ]  # fmt: skip
        if not answer.count and total["open"].value == 1:
            said = ["The only open goal isn't at risk."]
        if total["unknown"].value:
            said += [" ", total["unknown"], " can't be judged yet."]
        said += missed
        if not answer.count:
            return said, []
        row = answer.rows.iloc[0]
        need = self._need(answer.script, answer.judged_rows, str(row.name))
        return said, ["Most urgent: ", answer.script.creator_of(row), *need, "."]

    def line(self, script: Script, rows: Traced, id_: str) -> Parts:
        row = rows.value.loc[id_]
        said: list[str | Number] = [
            script.creator_of(row), " has ",
            script.number(f"row.{id_}.actual", rows["actual"][id_], "number"), " of ",
            script.number(f"row.{id_}.target", rows["target"][id_], "number"),
            f" {_metric(row)} for the {row['period']} goal", *self._need(script, rows, id_, " and"),
        ]  # fmt: skip
        if pd.isna(row["chance"]):
            return [*said, "."]
        chance = f"{row['miss_pct']:.0f}%"
        miss = script.number(f"row.{id_}.miss_pct", rows["miss_pct"][id_], "percent", text=chance)
        return [*said, " (", miss, " likely to miss it)."]

    def _need(self, script: Script, rows: Traced, id_: str, joined: str = "") -> Parts:
        """Write what a goal needs: 2 posts by Sun 21 Jun."""
        needed = rows["needed"][id_]
        if pd.isna(needed.value):
            return []
        return [f"{joined} needs ", script.number(f"row.{id_}.needed", needed, "text")]

    def subject(self, script: Script, row: pd.Series) -> str:  # noqa: ARG002
        target = "an unknown number of" if pd.isna(row["target"]) else f"{row['target']:,.0f}"
        return f"{row['period']} goal of {target} {_metric(row)}"

    columns = (
        TableColumn("Goal", lambda script, row: (
            f"{script.creator_of(row)}: {row['period']} {_metric(row)}"
        )),
        TableColumn("Has", "actual", "number"),
        TableColumn("Target", "target", "number"),
        TableColumn("Needs a day", "needed_per_day"),
        TableColumn("Until", "deadline", "text"),
        TableColumn("Chance to miss", "miss_pct", "percent", lambda percent: f"{percent:.0f}%"),
    )  # fmt: skip

    def record(self, script: Script, rows: Traced) -> Parts:
        if not rows.value["chance"].notna().any():
            return []
        odds = self._recorded(script)
        if odds is None or len(odds.value) < _FEWEST:
            odds = self._replayed(script)
        if len(odds.value) < _FEWEST:
            return ["No track record yet: too few goals with a forecast are over."]
        is_right = (odds["chance"] >= self.thresholds.watch) == (odds["is_hit"] == 1)
        right, all_odds = (
            script.number(name, count)
            for name, count in (("odds_right", is_right.sum()), ("odds", odds.shape[0]))
        )
        return ["Track record: ", right, " of the last ", all_odds, " forecasts were right."]

    def _recorded(self, script: Script) -> Traced | None:
        """Return the settled forecasts of a store; None without any."""
        if "forecasts" not in script.program.frames:
            return None
        kept = script.program.frames["forecasts"]
        is_settled = (kept["forecast_kind"] == "goal_odds") & kept["actual_value"].notna()
        odds = kept[is_settled & kept["chance"].notna() & (kept["chance"] < 1)]
        return script.let("odds", odds.assign(is_hit=odds["actual_value"]))

    def _replayed(self, script: Script) -> Traced:
        """Return the forecasts that would have been made in the middle of past periods."""
        program = script.program
        since = days_before(program.moment, program.zone, _PAST_DAYS)
        tried = script.repeat(
            "tried", backtest_goal_odds, **program.given("goals", "videos", "analytics"),
            since=since, now=program.now, timezone=program.zone,
        )  # fmt: skip
        return script.let("odds", tried[tried["chance"].notna() & (tried["missing"] > 0)])

    def draw(self, answer: Answer) -> Any:
        from trackagoat_pandas.plots.goal_board import goal_board

        ranked = answer.script.call("ranked", rank_goals, answer.script.program.frames["goals"])
        shown = chosen(ranked.value[ranked.value["goal_id"].isin(answer.rows.index)])
        is_each = len(shown) <= MOST_ROWS
        each = "A bar for each of these goals: how much of its target is reached."
        text = each if is_each else "Bars of these goals by metric and period, and their status."
        plot = partial(goal_board, shown, n=MOST_ROWS)
        return (plot, text, 1.3 + 0.3 * min(len(shown), MOST_ROWS)) if len(shown) else None

    def period(self, row: pd.Series, zone: str) -> str:
        if pd.isna(row["period_end"]):
            return ""
        last = (row["period_end"] - pd.Timedelta(microseconds=1)).tz_convert(zone)
        formats = {"weekly": f"{last:%G-W%V}", "monthly": f"{last:%Y-%m}"}
        return formats.get(row["period"], f"{last:%Y-%m-%d}")

    def is_watched(self, answer: Answer, options: Mapping[str, Any]) -> pd.Series:
        least = options["min_days"]
        days = answer.judged["period"].astype("str").map(PERIOD_DAYS).fillna(least)
        is_long: pd.Series = days >= least
        return is_long

    def done(self, program: ProgramData) -> Iterator[tuple[str, str]]:
        goals = program.frames["goals"].value
        is_reached = (goals["actual"] >= goals["target"]).fillna(value=False)
        is_reached &= goals["goal_id"].notna()
        for _, row in goals[is_reached.to_numpy(bool)].iterrows():
            yield row["goal_id"], self.period(row, program.zone)


def _metric(row: pd.Series) -> str:
    noun = _NOUNS.get(str(row["metric"]), "unit")
    return noun if pd.notna(row["target"]) and row["target"] == 1 else f"{noun}s"


GOALS: Final = GoalsQuestion()
