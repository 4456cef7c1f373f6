"""The section on breakouts, and on the views that young posts will have."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from trackagoat_pandas.asking.breakouts import BREAKOUTS
from trackagoat_pandas.asking.forecasts import FORECASTS
from trackagoat_pandas.asking.script import count_of, title_text
from trackagoat_pandas.helpers.videos.expected import expected_views
from trackagoat_pandas.reporting.drafts import Draft, records_of, section
from trackagoat_pandas.showing.recorder import Traced

_YOUNG, _WEEK = pd.Timedelta(days=28), pd.Timedelta(days=7)
HORIZON_DAYS: Final = 7
"""The age for which views are forecast: what a week's posts will have when they are a week old."""
_ONLY_STORED: Final = "earlier counts of posts, which only a store keeps"


@section("Breakouts", needs=BREAKOUTS.needs, uses=BREAKOUTS.uses)
def breakouts(draft: Draft) -> None:
    """Write which posts broke out, and the views that young posts will have."""
    draft.answer(BREAKOUTS)
    if draft.reason:
        return
    program = draft.program
    expected = draft.call(
        "expected", expected_views, **program.given("videos", "history"),
        horizon_days=HORIZON_DAYS, now=program.now, timezone=program.zone,
        backtest="forecasts" not in program.frames,
    )  # fmt: skip
    forecast = expected[expected["expected_views"].notna()].drop_duplicates("id").set_index("id")
    forecast = draft.let("forecast", forecast.sort_values("expected_views", ascending=False))
    _say_expected(draft, expected, forecast)
    if "forecasts" in program.frames:
        draft.answer(FORECASTS)
    elif len(forecast.value):
        _say_record(draft, expected)
    _list(draft, forecast)


def _who(draft: Draft, post: Any) -> str:
    return f"{title_text(post['title'])} by {draft.handle(post['creator_id'])}"


def _say_record(draft: Draft, expected: Traced) -> None:
    """Say how often forecasts would have been right in the past."""
    if "history" not in draft.program.frames:
        draft.say(f"How often forecasts are right isn't known without {_ONLY_STORED}.")
        return
    facts = expected.attrs["trackagoat"]
    record = facts.value.get("record")
    if not record or record["reason"] or not record["calls"]:
        why = (record or {}).get("reason") or "none is settled yet"
        draft.say(f"How often forecasts are right isn't known yet: {why}.")
        return
    calls, held = (
        draft.number(f"forecast.{name}", facts["record"][name]) for name in ("calls", "held")
    )
    nouns = count_of(calls.value, "forecast")
    draft.say("Of the last ", calls, f" {nouns} that can be judged by now, ", held,
              " were inside their interval.")  # fmt: skip


def _say_expected(draft: Draft, expected: Traced, forecast: Traced) -> None:
    young = draft.number("young", expected.shape[0])
    if not young.value:
        draft.say(f"No post is younger than {HORIZON_DAYS} days.")
        return
    verb = "is" if young.value == 1 else "are"
    draft.say(young, f" {count_of(young.value, 'post')} {verb} less than a week old.")
    if forecast.value.empty:
        draft.say(
            "How many views they will have can't be forecast yet: too few older posts were counted "
            "at their age."
            if "history" in draft.program.frames
            else f"How many views they will have can't be forecast without {_ONLY_STORED}."
        )
        return
    id_ = str(forecast.value.index[0])
    views, low, high = (
        draft.number(f"young.{id_}.{name}", forecast[name][id_])
        for name in ("expected_views", "low", "high")
    )
    draft.say(
        f"{_who(draft, forecast.value.loc[id_])} will probably have most when it is a week old: ",
        "about ", views, " views (", low, " to ", high, ").",
    )  # fmt: skip


def _list(draft: Draft, forecast: Traced) -> None:
    draft.list(
        "Views that young posts will have after a week",
        ("Post", "Creator", "Views now", "Expected", "At least", "At most"),
        [
            (
                title_text(post["title"]),
                draft.handle(post["creator_id"]),
                *(
                    draft.number(f"young.{id_}.{name}", forecast[name][id_])
                    for name in ("views", "expected_views", "low", "high")
                ),
            )
            for id_, post in records_of(forecast.value)
        ],
        numeric="--nnnn",
        of=len(forecast.value),
    )  # fmt: skip
