"""The section on breakouts, and on the views that young posts will have."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import pandas as pd

from trackagoat_pandas.helpers.videos.expected import expected_views
from trackagoat_pandas.helpers.videos.outliers import COUNTS_NOW, find_outliers
from trackagoat_pandas.plots.outliers import outliers as plot_outliers
from trackagoat_pandas.program.frames import stamp_text
from trackagoat_pandas.program.posts import usual_posts
from trackagoat_pandas.reporting.document import Number
from trackagoat_pandas.reporting.drafts import (
    MOST_ROWS,
    Draft,
    count_of,
    records_of,
    section,
    title_text,
)
from trackagoat_pandas.showing.recorder import Traced

_YOUNG, _WEEK = pd.Timedelta(days=28), pd.Timedelta(days=7)
HORIZON_DAYS: Final = 7
"""The age for which views are forecast: what a week's posts will have when they are a week old."""
_NAMED: Final = 2
_ONLY_STORED: Final = "earlier counts of posts, which only a store keeps"


@section("Breakouts", needs=["videos"])
def breakouts(draft: Draft) -> None:
    """Write which posts broke out, which are rising, and how often such calls were right."""
    if draft.is_without("videos"):
        return
    draft.judge("videos", "history")
    program = draft.program
    given = program.given("videos", "history")
    found = draft.call(
        "found", find_outliers, **{**given, "videos": usual_posts(program)}, backtest=True,
        now=program.now, timezone=program.zone,
    )  # fmt: skip
    since = stamp_text(program.moment - _YOUNG)
    is_out = found["is_outlier"] & (found["posted_at"] >= since)
    risen = found["is_late_wave"] & (found["rose_at"] >= stamp_text(program.moment - _WEEK))
    broke = draft.let("broke", _by_id(found[is_out.fillna(value=False)]))
    rising = draft.let("rising", _by_id(found[(risen & ~is_out).fillna(value=False)]))
    recent = draft.let("recent", found[found["posted_at"] >= since])
    _say_breakouts(draft, broke, recent)
    _say_rising(draft, rising)
    if len(broke.value):
        _say_record(draft, found, "such call", "held")
    expected = draft.call(
        "expected", expected_views, **given, horizon_days=HORIZON_DAYS, now=program.now,
        timezone=program.zone, backtest="forecasts" not in program.frames,
    )  # fmt: skip
    forecast = _by_id(expected[expected["expected_views"].notna()])
    forecast = draft.let("forecast", forecast.sort_values("expected_views", ascending=False))
    _say_expected(draft, expected, forecast)
    kept = program.frames.get("forecasts", expected)
    if len(forecast.value) or "forecasts" in program.frames:
        _say_record(draft, kept, "forecast", "were inside their interval")
    _list(draft, broke, forecast)
    if len(broke.value):
        text = "A bar for each breakout: how many times its creator's usual views it has."
        height = 2.0 + 0.3 * min(len(broke.value), MOST_ROWS)
        draft.draw(plot_outliers, recent.value, text, height_in=height, n=MOST_ROWS)


def _by_id(rows: Traced) -> Traced:
    return rows.drop_duplicates("id").set_index("id")


def _who(draft: Draft, post: Any) -> str:
    return f"{title_text(post['title'])} by {draft.handle(post['creator_id'])}"


def _say_breakouts(draft: Draft, broke: Traced, recent: Traced) -> None:
    count = draft.number("count", broke.shape[0])
    if not count.value:
        none = replace(count, text="No")
        said: list[str | Number] = [
            none,
            " post of the last 28 days did far better than its creator's usual",
        ]
        unjudged = draft.number("unjudged", recent["z"].isna().sum())
        if unjudged.value:
            posts = draft.number("recent", recent.shape[0])
            said += ["; ", unjudged, " of ", posts, " can't be judged yet"]
        draft.say(*said, ".")
        return
    id_ = str(broke.value.index[0])
    draft.say(
        count, f" {count_of(count.value, 'post')} did far better than usual in the last 28 days: ",
        *_times(draft, broke, id_), ".",
    )  # fmt: skip
    for other in map(str, broke.value.index[1:_NAMED]):
        draft.say("So did another post: ", *_times(draft, broke, other), ".")


def _say_rising(draft: Draft, rising: Traced) -> None:
    """Say which older posts began to gain much more in the last week."""
    count = draft.number("rising", rising.shape[0])
    views = rising.value["view_count"].dropna()
    if not count.value or views.empty:
        return
    id_ = str(views.idxmax())
    most = draft.number(f"row.{id_}.views", rising["view_count"][id_])
    noun, named = ("posts are", ", the most viewed ") if count.value != 1 else ("post is", ": ")
    draft.say(
        count, f" older {noun} rising again since last week{named}"
        f"{_who(draft, rising.value.loc[id_])} with ", most, " views.",
    )  # fmt: skip


def _times(draft: Draft, broke: Traced, id_: str) -> list[str | Number]:
    post = broke.value.loc[id_]
    views = draft.number(f"row.{id_}.views", broke["view_count"][id_])
    said: list[str | Number] = [f"{_who(draft, post)} has ", views, " views"]
    if pd.notna(post["multiple"]):
        usual = "its creator's usual" if post["basis"] == COUNTS_NOW else "what is usual at its age"
        said += [", ", _multiple(draft, broke, id_), f" times {usual}"]
    return said


def _multiple(draft: Draft, broke: Traced, id_: str) -> Number:
    times = broke["multiple"][id_]
    size = f"{times.value:,.{0 if times.value >= 10 else 1}f}" if pd.notna(times.value) else ""
    return draft.number(f"row.{id_}.times", times, "number", text=size)


def _round(draft: Draft, key: str, views: Traced) -> Number:
    text = f"{views.value:,.0f}" if pd.notna(views.value) else ""
    return draft.number(key, views, "number", text=text)


def _say_record(draft: Draft, judged: Traced, noun: str, right: str) -> None:
    """Say how often calls were right in the past."""
    record = judged.attrs["trackagoat"].value.get("record")
    if "history" not in draft.program.frames and judged.code != "forecasts":
        draft.say(f"How often {noun}s are right isn't known without {_ONLY_STORED}.")
        return
    if not record or record["reason"] or not record["calls"]:
        why = record["reason"] if record else ""
        why = why or "none was recorded and is settled yet"
        draft.say(f"How often {noun}s are right isn't known yet: {why}.")
        return
    facts = judged.attrs["trackagoat"]["record"]
    calls = draft.number(f"{noun.split()[-1]}.calls", facts["calls"])
    held = draft.number(f"{noun.split()[-1]}.held", facts["held"])
    nouns = count_of(calls.value, noun)
    draft.say("Of the last ", calls, f" {nouns} that can be judged by now, ", held, f" {right}.")


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


def _list(draft: Draft, broke: Traced, forecast: Traced) -> None:
    draft.list(
        "Posts that broke out",
        ("Post", "Creator", "Views", "Usual views", "Times usual", "Posted"),
        [
            (
                title_text(post["title"]),
                draft.handle(post["creator_id"]),
                draft.number(f"row.{id_}.views", broke["view_count"][id_]),
                _round(draft, f"row.{id_}.usual", broke["baseline_views"][id_]),
                _multiple(draft, broke, id_),
                draft.number(f"row.{id_}.posted", broke["posted_at"][id_], "instant"),
            )
            for id_, post in records_of(broke.value)
        ],
        numeric="--nnn-",
        of=len(broke.value),
    )  # fmt: skip
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
