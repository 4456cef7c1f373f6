"""What the home of a program shows: its figures, sentences and best posts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from trackagoat_pandas.asking.breakouts import BREAKOUTS
from trackagoat_pandas.asking.goals import GOALS
from trackagoat_pandas.asking.kernel import Answer, Question, answer_from
from trackagoat_pandas.asking.ledger import LEDGER
from trackagoat_pandas.asking.owed import OWED, amount_name
from trackagoat_pandas.asking.under_fire import UNDER_FIRE
from trackagoat_pandas.base.figures import count_text, percent_text
from trackagoat_pandas.base.html import escape
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.clocks import days_shown
from trackagoat_pandas.helpers.columns import codes_of, flags_of, instants_of, is_word, values_of
from trackagoat_pandas.helpers.comparison import is_enough
from trackagoat_pandas.helpers.counted import is_counted
from trackagoat_pandas.helpers.formats import heading
from trackagoat_pandas.helpers.granularity import buckets_text, day_text
from trackagoat_pandas.helpers.labels import named
from trackagoat_pandas.helpers.leaderboard import leaderboard
from trackagoat_pandas.helpers.loads import latest_days
from trackagoat_pandas.helpers.payouts.money import format_cents
from trackagoat_pandas.helpers.payouts.summaries import payout_timeline
from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.showing.cells import web_address
from trackagoat_pandas.showing.recorder import Recorder, Statement, Traced, call
from trackagoat_pandas.widgets.board import Tile
from trackagoat_pandas.widgets.checklist import cover_html

METRICS: Final = ("views", "posts", "likes", "comments", "shares", "saves")
"""What a home loads of each creator, and of the project."""
_INTERACTIONS: Final = ("likes", "comments", "shares", "saves")
_POSTS: Final = 4
"""The posts that have a card."""
_WEEKS: Final = 12
"""The weeks of a curve of what is owed."""
_ONE_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True)
class Program:
    """The frames of a program, by the names of the arguments of ``Home``.

    ``loads`` has the code that loaded each frame, none for one that was given. The frame
    ``findings`` is there once the rules were audited.
    """

    frames: dict[str, Traced]
    zone: str
    currency: str
    loads: dict[str, Sequence[Statement]] = field(default_factory=dict)

    # None of these depends on the days shown, and each reads all rows of a frame.
    @cached_property
    def span(self) -> DateRange:
        """The days from the first to the last that are over and have data.

        Raises
        ------
        ArgumentError
            There are fewer than two.
        """
        analytics = self.frames["analytics"].value
        is_main = is_word(analytics["series_kind"], "main") & ~flags_of(analytics, "is_partial")
        dates = analytics["date"][is_main & analytics["value"].notna()].dropna()
        if dates.empty or dates.min() == dates.max():
            raise ArgumentError("analytics", len(dates), "it has less than two days that are over")
        return DateRange(dates.min().date(), dates.max().date())

    @cached_property
    def daily(self) -> Mapping[str, pd.Series]:
        """The program's values of each metric by day: the project's own, else of creators."""
        analytics = self.frames["analytics"].value
        main = is_word(analytics["series_kind"], "main")
        is_whole, is_part = (is_word(analytics["entity"], word) for word in ("project", "creator"))
        daily = _daily_sums(analytics[main & is_whole])
        if any(daily[metric].empty for metric in METRICS):  # else none of their many rows is read
            parts = _daily_sums(analytics[main & is_part])
            daily = {name: parts[name] if own.empty else own for name, own in daily.items()}
        return daily

    @cached_property
    def owed(self) -> pd.DataFrame | None:
        """The amount owed at the end of each week, by its first day.

        None without both ledgers.
        """
        accruals, payments = self.frame("accruals"), self.frame("payments")
        if accruals is None or payments is None:
            return None
        weeks = payout_timeline(
            accruals, payments, granularity="week", timezone=self.zone, currency=self.currency
        )
        mine = weeks[is_word(weeks["currency"], self.currency)].dropna(subset=["date"])
        return mine.set_index("date")[["owed_cents"]].astype("int64")

    @cached_property
    def totals(self) -> Mapping[str, Any]:
        """The totals of who is owed what."""
        return answer_from(OWED, self.frames, self.zone, currency=self.currency).totals

    @cached_property
    def posts(self) -> tuple[pd.DataFrame, pd.Series] | None:
        """The videos that count, and the day on which each was posted; None without any."""
        videos = self.frame("videos")
        if videos is None or not len(videos):
            return None
        counted = videos[is_counted(videos).fillna(value=False).to_numpy(bool)]
        days = days_shown(instants_of(counted["posted_at"]), self.zone)
        return counted, pd.Series(pd.to_datetime(days), counted.index)

    def last_days(self, number: int) -> DateRange:
        """Return the last days that are over; fewer where not as many came before."""
        has = self.span.days // 2
        return DateRange(self.span.last - (min(number, has) - 1) * _ONE_DAY, self.span.last)

    def frame(self, name: str) -> pd.DataFrame | None:
        """Return a frame, if the program has it."""
        return self.frames[name].value if name in self.frames else None

    def given(self, *names: str) -> dict[str, Traced]:
        """Return those of some frames that the program has."""
        return {name: self.frames[name] for name in names if name in self.frames}

    def begin(self, *names: str) -> Recorder:
        """Return a recorder whose code first loads some frames, as they were loaded."""
        return Recorder([line for name in names for line in self.loads.get(name, ())])


# Figures


def figures(program: Program, days: DateRange) -> dict[str, str | Tile]:
    """Return views, posts, engagement and owed amounts, each with its curve and its change."""
    made: dict[str, str | Tile] = {}
    for metric in ("views", "posts"):
        if (tile := _count_tile(program.daily[metric], days)) is not None:
            made[heading(metric)] = tile
    if (tile := _rate_tile(program.daily, days)) is not None:
        made["Engagement"] = tile
    return made | _owed_tile(program, days)


def _before(days: DateRange) -> DateRange:
    """Return as many days right before."""
    return DateRange(days.first - days.days * _ONE_DAY, days.first - _ONE_DAY)


def _daily_sums(rows: pd.DataFrame) -> dict[str, pd.Series]:
    """Sum each metric over the days that are over."""
    over = latest_days(rows)
    over = over[~flags_of(over, "is_partial")]
    values, metrics = pd.Series(values_of(over["value"]), over["date"].to_numpy()), over["metric"]
    codes = codes_of(metrics, METRICS)
    return {
        metric: values[codes == place].groupby(level=0).sum(min_count=1).sort_index()
        for place, metric in enumerate(METRICS)
    }


def _within(daily: pd.Series, days: DateRange) -> pd.Series:
    whole = pd.date_range(days.first, days.last, freq="D")
    return daily.reindex(whole)


def _pair(days: DateRange, *series: pd.Series) -> tuple[list[float], list[float]] | None:
    """Sum series over the days that both periods have; None if these are too few to compare."""
    nows = [_within(each, days).to_numpy() for each in series]
    thens = [_within(each, _before(days)).to_numpy() for each in series]
    is_known = ~np.isnan(np.vstack([*nows, *thens])).any(axis=0)
    if not is_enough(int(is_known.sum()), days.days):
        return None
    return [float(now[is_known].sum()) for now in nows], [
        float(then[is_known].sum()) for then in thens
    ]


def _count_tile(daily: pd.Series, days: DateRange) -> Tile | None:
    shown = _within(daily, days)
    if shown.isna().all():
        return None
    value, curve = count_text(float(shown.sum())), tuple(shown.tolist())
    if (known := int(shown.notna().sum())) < days.days:
        value += f" in {known:,} of {days.days:,} days"
    pair = _pair(days, daily)
    if pair is None or not pair[1][0]:
        return Tile(value, "nothing to compare with", curve=curve)
    (now,), (then,) = pair
    change = round(100 * (now / then - 1))
    said = f"{change:+,} %" if change else "as many as"
    return Tile(value, f"{said} on {days_text(_before(days))}", change > 0 if change else None,
                curve=curve)  # fmt: skip


def _rate_tile(daily: Mapping[str, pd.Series], days: DateRange) -> Tile | None:
    """Return interactions in percent of views, with its change in points."""
    views = _within(daily["views"], days)
    parts = [_within(daily[metric], days) for metric in _INTERACTIONS]
    done = sum(parts[1:], parts[0])
    known = views.notna() & done.notna()
    if not views[known].sum():
        return None
    rate = 100 * float(done[known].sum() / views[known].sum())
    curve = tuple((100 * done / views.where(views > 0)).tolist())
    pair = _pair(days, daily["views"], *(daily[metric] for metric in _INTERACTIONS))
    if pair is None or not pair[0][0] or not pair[1][0]:
        return Tile(percent_text(rate), "nothing to compare with", curve=curve)
    now, then = (100 * sum(sums[1:]) / sums[0] for sums in pair)
    change = round(now - then, 1)
    said = f"{change:+.1f} points" if change else "as much as"
    return Tile(percent_text(rate), f"{said} on {days_text(_before(days))}",
                change > 0 if change else None, curve=curve)  # fmt: skip


def days_text(days: DateRange) -> str:
    """Name a range of days: "21 May to 17 Jun 2026"."""
    return buckets_text(days.first, days.last, "day")


def _owed_tile(program: Program, days: DateRange) -> dict[str, str | Tile]:
    """Return the owed amount in the program's currency, now and before the shown days."""
    balances = program.owed
    if balances is None:
        return {}
    now, overpaid = (
        program.totals.get(amount_name(what, program.currency), 0) for what in ("owed", "overpaid")
    )
    if balances.empty:
        return {"Owed": Tile(format_cents(0, program.currency))}
    owed = balances["owed_cents"]
    curve = tuple(map(float, owed.iloc[-_WEEKS:]))
    ends = pd.DatetimeIndex(owed.index) + pd.Timedelta(6, "D")
    earlier = owed.set_axis(ends)[ends < days.start]
    change = ""
    if len(earlier):
        more, end = now - int(earlier.iloc[-1]), earlier.index[-1]
        sign = "+" if more >= 0 else "-"
        change = f"{sign}{format_cents(abs(more), program.currency)} since {day_text(end)}"
    tiles: dict[str, str | Tile] = {
        "Owed": Tile(format_cents(now, program.currency), change, curve=curve)
    }
    if overpaid:
        tiles["Overpaid"] = Tile(format_cents(overpaid, program.currency))
    return tiles


# Sentences


class Sentence(NamedTuple):
    """A finding in words, the code that finds it, and the board that shows more of it."""

    about: str
    text: str
    code: str
    door: str
    is_alarm: bool = False


def answer_to(question: Question, program: Program, dates: DateRange | None = None) -> Answer:
    """Answer a question, about some days if it takes any."""
    recorder = program.begin(*question.needs, *question.uses, *question.names, *question.extras)
    return answer_from(question, program.frames, program.zone, dates=dates, recorder=recorder)


def sentence_of(answer: Answer, door: str) -> Sentence:
    """Return the finding of an answer."""
    about, is_alarm = answer.question.text, answer.level == "bad"
    return Sentence(about, answer.finding, answer.code, door, is_alarm)


def answer_sentence(question: Question, door: str, program: Program) -> Sentence | None:
    """Return the finding of a question; None without the frames that it needs."""
    if not {*question.needs} <= program.frames.keys():
        return None
    return sentence_of(answer_to(question, program), door)


LASTING: Final[Mapping[str, Callable[[Program], Sentence | None]]] = {
    "goals": partial(answer_sentence, GOALS, "Goals"),
    "breakouts": partial(answer_sentence, BREAKOUTS, "Videos"),
    "under_fire": partial(answer_sentence, UNDER_FIRE, "Sentiment"),
    "money": partial(answer_sentence, LEDGER, "Payouts"),
}  # fmt: skip
"""What finds the sentences that don't depend on the days shown, by name."""
_WAITING: Final = {
    "goals": (GOALS.text, "Forecasting {:,} goals …", "Goals"),
    "breakouts": (BREAKOUTS.text, "Comparing {:,} posts …", "Videos"),
    "under_fire": (UNDER_FIRE.text, "Scoring {:,} comments …", "Sentiment"),
    "money": (LEDGER.text, "Auditing {:,} accruals …", "Payouts"),
}


def waiting(name: str, count: int) -> Sentence:
    """Say that a sentence is still being worked out."""
    about, text, door = _WAITING[name]
    return Sentence(about, text.format(count), "", door)


def sentences_html(shown: Iterable[Sentence]) -> str:
    """Write sentences as HTML, each with its code and a door to its board."""
    return "".join(
        f"<div class='trackagoat-say{' trackagoat-alarm' * each.is_alarm}'>"
        f"<p><b>{escape(each.about)}</b> {escape(each.text)} "
        f"<button class='trackagoat-door' data-goat='page:{each.door}'>{each.door} board</button>"
        f"</p>{_code_html(each.code)}</div>"
        for each in shown
    )


def _code_html(code: str) -> str:
    if not code:
        return ""
    shown = f"<pre class='trackagoat-code'>{escape(code)}</pre>"
    return f"<details><summary>Code</summary>{shown}</details>"


# Best posts


def best_posts(program: Program, days: DateRange) -> pd.DataFrame | None:
    """Return the posts of some days that have the most views now."""
    if program.posts is None:
        return None
    (counted, posted), videos = program.posts, program.frames["videos"].value
    recent = counted[(posted >= days.start) & (posted < days.stop)]
    best = call(leaderboard, Traced(recent, "recent"), by="view_count", n=_POSTS).value
    creators = program.frame("creators")
    return named(best, [videos] if creators is None else [creators, videos])


def posts_html(posts: pd.DataFrame | None) -> str:
    """Write posts as cards: the cover where its address loads, else a coloured tile."""
    if posts is None or posts.empty:
        return ""
    return f"<div class='trackagoat-posts'>{''.join(map(_card, posts.to_dict('records')))}</div>"


def _card(post: Mapping[Any, Any]) -> str:
    handle, title, url = (post.get(name) for name in ("tiktok_handle", "title", "url"))
    who = f"@{handle}" if isinstance(handle, str) else "no creator"
    said = title if isinstance(title, str) else "(no title)"
    inside = (
        f"{cover_html(post.get('thumbnail_url'), who)}"
        f"<b>{escape(count_text(float(post['view_count'])))} views</b>"
        f"<span>{escape(said)}</span><small>{escape(who)}</small>"
    )
    address = web_address(url)
    if address is None:
        return f"<div>{inside}</div>"
    return f"<a href='{escape(address)}' target='_blank' rel='noopener noreferrer'>{inside}</a>"
