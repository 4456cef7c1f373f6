"""The section on goals: who will miss one, and what each needs a day."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pandas as pd

from trackagoat_pandas.base.warnings import kept_warnings
from trackagoat_pandas.base.wording import number
from trackagoat_pandas.helpers.goals.backtest import backtest_goal_odds
from trackagoat_pandas.helpers.goals.evaluation import UNJUDGED
from trackagoat_pandas.helpers.goals.misses import will_miss
from trackagoat_pandas.helpers.goals.standing import rank_goals
from trackagoat_pandas.plots.goal_board import goal_board as plot_goals
from trackagoat_pandas.program.frames import days_before
from trackagoat_pandas.reporting.document import Number
from trackagoat_pandas.reporting.drafts import (
    MOST_ROWS,
    Draft,
    count_of,
    section,
)
from trackagoat_pandas.showing.recorder import Traced

_LIKELY_PCT: Final = 50
_NAMED: Final = 2
"""How many goals are named in sentences."""
_EVERY: Final = {"daily": "day", "weekly": "week", "monthly": "month", "yearly": "year"}
_HALF, _PAST_DAYS = 0.5, 91
_NOT_LOADED: Final = "the daily numbers of their metric weren't loaded"
_FEW: Final = 10
"""From how many settled chances on their record is said."""


@section("Goals", needs=["goals"], uses=["videos", "analytics"])
def goals(draft: Draft) -> None:
    """Write the goals that will be missed, their needs, and how good the odds are."""
    if draft.is_without("goals"):
        return
    draft.judge("goals", "videos", "analytics")
    if draft.program.frames["goals"].value.empty:
        draft.say("No creator has a goal.")
        return
    ranked = draft.call("ranked", rank_goals, draft.program.frames["goals"])
    misses = draft.call(
        "misses", will_miss, **draft.program.given("goals", "videos", "analytics"),
        now=draft.program.now, timezone=draft.program.zone,
    )  # fmt: skip
    draft.note_of(misses)
    # Which goals have no chance, and why, is said for people below.
    draft.caveats[:] = [caveat for caveat in draft.caveats if UNJUDGED not in caveat]
    misses = draft.let("misses", misses.drop_duplicates("goal_id").set_index("goal_id"))
    is_likely = (misses["miss_pct"] >= _LIKELY_PCT) | (misses["urgency"] == "late")
    likely = misses[is_likely.fillna(value=False)]
    # A goal of a day is over before a boss can do anything about it.
    likely = likely.assign(is_daily=likely["period"] == "daily")
    likely = draft.let("likely", likely.sort_values("is_daily", kind="stable"))
    _say_how_many(draft, misses, likely)
    for id_ in likely.value.index[1 : _NAMED + 1]:
        _say_need(draft, likely, str(id_))
    _say_record(draft, misses.value)
    _note_reasons(draft, likely.value)
    _list(draft, likely)
    shown = ranked.value[ranked.value["goal_id"].isin(likely.value.index)]
    if len(shown):
        is_each = len(shown) <= MOST_ROWS
        each = "A bar for each of these goals: how much of its target is reached."
        text = each if is_each else "Bars of these goals by metric and period, and their status."
        height = 1.3 + 0.3 * min(len(shown), MOST_ROWS)
        draft.draw(plot_goals, shown, text, height_in=height, n=MOST_ROWS)


def _note_reasons(draft: Draft, likely: pd.DataFrame) -> None:
    """Note why goals have no chance, and where those of a day are."""
    without = likely[likely["miss_pct"].isna()]
    is_loaded = without["metric"].isin(["posts", "views"])
    reasons = without["reason"].astype(object).where(is_loaded, _NOT_LOADED)
    for reason, count in reasons.value_counts().items():
        draft.note(f"No chance is given for {number(count, 'goal')}: {reason}.")
    if likely["is_daily"].any() and not likely["is_daily"].all():
        draft.note("Goals of a day come last: they are over before anybody can act.")


def _say_how_many(draft: Draft, misses: Traced, likely: Traced) -> None:
    running = draft.number("open", misses.shape[0])
    if not running.value:
        none = replace(running, text="No")
        draft.say(none, " goal is open: each that runs has reached its target.")
        return
    count = draft.number("likely_missed", likely.shape[0])
    verb = "is" if running.value == 1 else "are"
    if not count.value:
        draft.say(
            running, f" {count_of(running.value, 'goal')} {verb} still open, and ",
            replace(count, text="none"), " is late or likely to be missed.",
        )  # fmt: skip
        return
    draft.say(
        count, " of ", running, f" open {count_of(running.value, 'goal')} "
        f"{'is' if count.value == 1 else 'are'} late or likely to be missed",
        *_worst(draft, likely), ".",
    )  # fmt: skip


def _worst(draft: Draft, likely: Traced) -> list[str | Number]:
    """Name the goal that will most probably be missed, in the end of a sentence."""
    id_ = str(likely.value.index[0])
    return [
        ", first of all ",
        *_goal(draft, likely, id_),
        ", which needs ",
        *_need_text(draft, likely, id_),
    ]


def _goal(draft: Draft, rows: Traced, id_: str) -> list[str | Number]:
    """Name a goal in a sentence: @goat's goal of 3 posts a week."""
    row = rows.value.loc[id_]
    who = draft.handle(row["creator_id"], row["tiktok_handle"])
    target = draft.number(f"row.{id_}.target", rows["target"][id_], "number")
    return [f"{who}'s goal of ", target, f" {_what(row, is_one=target.value == 1)}"]


def _need_text(draft: Draft, rows: Traced, id_: str) -> list[str | Number]:
    """Write what a goal needs: the rate a day, or the rest if that is at most one a day."""
    row = rows.value.loc[id_]
    if row[["needed_per_day", "missing", "days_left"]].isna().any():
        return ["an unknown number a day"]
    until = draft.number(f"row.{id_}.deadline", rows["deadline"][id_], "text")
    if row["missing"] <= max(row["days_left"], 1) or row["days_left"] <= 1:
        return [draft.number(f"row.{id_}.missing", rows["missing"][id_]), " more by ", until]
    per_day = draft.number(f"row.{id_}.per_day", rows["needed_per_day"][id_])
    return [per_day, " a day until ", until]


def _say_need(draft: Draft, rows: Traced, id_: str) -> None:
    """Say what a goal needs, and the chance to miss it."""
    said = [*_goal(draft, rows, id_), " needs ", *_need_text(draft, rows, id_)]
    if pd.notna(rows.value["miss_pct"][id_]):
        said += [", with a ", _chance(draft, rows, id_), " chance of being missed"]
    else:
        said += [", and is late"]
    draft.say(*said, ".")


def _chance(draft: Draft, rows: Traced, id_: str) -> Number:
    return draft.number(f"row.{id_}.miss", rows["miss_pct"][id_] / 100, "share")


def _goal_text(draft: Draft, row: pd.Series) -> str:
    """Name a goal: the creator, the metric and the period."""
    return f"{draft.handle(row['creator_id'], row['tiktok_handle'])}: {_what(row)}"


def _what(row: pd.Series, *, is_one: bool = False) -> str:
    """Write the metric and the period of a goal: posts a week."""
    metric = "things" if pd.isna(row["metric"]) else str(row["metric"])
    metric = "interactions" if metric == "engagement" else metric
    every = _EVERY.get(str(row["period"]))
    noun = metric.removesuffix("s") if is_one else metric
    return f"{noun} a {every}" if every else noun


def _say_record(draft: Draft, misses: pd.DataFrame) -> None:
    """Say how often such chances were above a half where the goal was reached, or else below."""
    if not misses["chance"].notna().any():
        return
    odds = _recorded_chances(draft)
    if odds is None or len(odds.value) < _FEW:
        odds = _past_chances(draft)
    if len(odds.value) < _FEW:
        draft.say("How good these chances are isn't known: too few goals with one are over.")
        return
    calls = draft.number("odds_calls", odds.shape[0])
    is_right = (odds["chance"] >= _HALF) == (odds["is_hit"] == 1)
    held = draft.number("odds_held", is_right.sum())
    draft.say(
        "Of ", calls, " earlier chances for goals that are over, ", held,
        " pointed the right way.",
    )  # fmt: skip


def _recorded_chances(draft: Draft) -> Traced | None:
    """Return the settled chances that a store has kept; None without a store of them."""
    if "forecasts" not in draft.program.frames:
        return None
    kept = draft.program.frames["forecasts"]
    is_settled = (kept["forecast_kind"] == "goal_odds") & kept["actual_value"].notna()
    odds = kept[is_settled & kept["chance"].notna() & (kept["chance"] < 1)]
    return draft.let("odds", odds.assign(is_hit=odds["actual_value"]))


def _past_chances(draft: Draft) -> Traced:
    """Return the chances that would have been given in the middle of past periods."""
    since = days_before(draft.program.moment, draft.program.zone, _PAST_DAYS)
    with kept_warnings():  # those of will_miss again
        tried = draft.recorder.step(
            "tried", backtest_goal_odds, **draft.program.given("goals", "videos", "analytics"),
            since=since, now=draft.program.now, timezone=draft.program.zone,
        )  # fmt: skip
    return draft.let("odds", tried[tried["chance"].notna() & (tried["missing"] > 0)])


def _list(draft: Draft, likely: Traced) -> None:
    rows = likely.value
    draft.list(
        "Goals that are late or likely to be missed",
        ("Goal", "Has", "Target", "Needs a day", "Until", "Chance to miss"),
        [
            (
                _goal_text(draft, rows.loc[id_]),
                draft.number(f"row.{id_}.actual", likely["actual"][id_], "number"),
                draft.number(f"row.{id_}.target", likely["target"][id_], "number"),
                draft.number(f"row.{id_}.per_day", likely["needed_per_day"][id_]),
                draft.number(f"row.{id_}.deadline", likely["deadline"][id_], "text"),
                _chance(draft, likely, id_),
            )
            for id_ in map(str, rows.index[:MOST_ROWS])
        ],
        numeric="-nnn-n",
        of=len(rows),
    )
