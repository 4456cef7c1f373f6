"""The question "What moved the views?"."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, ClassVar, Final, cast

import pandas as pd

from trackagoat_pandas.asking.kernel import Answer, Level, Parts, Question, TableColumn, Thresholds
from trackagoat_pandas.asking.script import Script, chosen, count_of
from trackagoat_pandas.asking.sentences import Number
from trackagoat_pandas.base.figures import percent_text
from trackagoat_pandas.errors import ArgumentError, TrackaGoatError
from trackagoat_pandas.helpers.changes import explain_change
from trackagoat_pandas.helpers.comparison import difference_text
from trackagoat_pandas.helpers.health.statuses import Verdict
from trackagoat_pandas.helpers.health.supply import Supply
from trackagoat_pandas.helpers.health.views import judge_fall
from trackagoat_pandas.inputs.checks import require_columns
from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.program.frames import ProgramData
from trackagoat_pandas.program.weeks import week_of
from trackagoat_pandas.showing.recorder import Traced

_COLUMNS: Final = ("entity", "entity_id", "metric", "date", "value", "series_kind")
_JUDGED: Final = ("analytics", "creators")
"""The frames by which the level is judged."""
_WEEK_DAYS: Final = 7
_MOST_PCT, _LEAST_PCT = 50, 0.1


class ViewsQuestion(Question):
    """Which creators moved the views from one period to the next.

    - *Days*: the last seven that are over against the seven before, or the requested days against
      as many before.
    - *Views*: the sum over the creators' own series, which every surface has. The project's series
      also has posts without a creator or of removed ones. Where a frame has both, a note says how
      far they differ.
    - *Moved*: a creator counts from 1% of all views on, up or down. One explains most of the change
      if less than half of it would be left without them.
    - *Missing days*: the change is unknown. The sum of the other creators would be too small.
    - *Level*: of the whole, by the creators' typical views at the end of the days. A single post
      can halve the views of a week, so their sum isn't judged.
    """

    name, text = "views", "What moved the views?"
    has_rule, section, part = True, "views", "views"
    boards = ("Home",)
    needs = ("analytics",)
    entity, key, basis = "creator", "creator_id", "settled"
    rows_name, flagged_name = "views", "movers"
    thresholds = Thresholds(
        unit="change of a creator's views, in percent of all views of the larger period", watch=1.0,
        why="A report lists the creators who moved the total. None of them makes health bad or"
        " begins an alert. Both follow from the typical creator, whose daily views fell by 30% with"
        " a chance of 1 in 2,000 that this is luck (20% and 1 in 100 to watch).",
    )  # fmt: skip
    caption, advice = "Creators who moved the views", "Look at the last posts of these creators."
    fields = "tiktok_handle before after change share_pct after_pct is_partial creator_id"
    units: ClassVar = {
        **dict.fromkeys(("before", "after", "change"), "views"),
        **dict.fromkeys(("share_pct", "after_pct"), "percent"),
    }
    window_days = _WEEK_DAYS

    def days(self, program: ProgramData, dates: DateRange | None) -> DateRange:
        week = week_of(program)
        return dates or DateRange(week.first, week.last)

    def rows(self, script: Script, dates: DateRange | None) -> Traced:
        days = self.days(script.program, dates)
        program, analytics = script.program, script.program.frames["analytics"]
        require_columns(analytics.value, _COLUMNS, loader="load_analytics")
        known = analytics.value[analytics.value["value"].notna()]
        if not known["entity"].eq("creator").any():
            raise TrackaGoatError("There are no daily views of creators.")
        try:
            moved = script.call(
                "moved", explain_change, self._of_creators(script), dates=f"{days}",
                **program.given("creators"), timezone=program.zone,
            )  # fmt: skip
        except ArgumentError:
            problem = f"The daily views don't cover {days} and as many days before."
            raise TrackaGoatError(problem) from None
        script.note_of(moved)
        since = moved.value.attrs["trackagoat"]["params"]["compared_from"]
        if differs := difference_text(known[known["date"].between(since, str(days.last))]):
            script.note(differs)
        script.results["fall"] = Traced(self._fall(script, days), "None")
        larger = moved[["before", "after"]].sum().max()
        moved = moved.assign(level=100 * moved["change"].abs() / larger)
        return script.let("views", moved.drop_duplicates("creator_id").set_index("creator_id"))

    def _of_creators(self, script: Script) -> Traced:
        """Return the creators' daily views, with 0 for the days before they were tracked."""
        views, creators = script.program.frames["analytics"], script.program.frames.get("creators")
        if not views.value["entity"].eq("creator").all():
            views = script.let("daily", views[views["entity"] == "creator"])
        if creators is None or "tracking_start_date" not in creators.value.columns:
            return views
        starts = creators.drop_duplicates("id").set_index("id")["tracking_start_date"]
        is_before = views["date"] < starts.reindex(views["entity_id"]).to_numpy()
        is_before = is_before & views["value"].isna()
        if not is_before.value.any():
            return views
        return script.let("daily", views.assign(value=views["value"].mask(is_before, 0)))

    def _fall(self, script: Script, days: DateRange) -> Verdict:
        """Judge the creators' typical views at the end of the days, as the program's health is."""
        program = script.program
        moment = program.moment
        if days != self.days(program, None):
            moment = min(moment, pd.Timestamp(days.stop).tz_localize(program.zone))
        frames = {name: frame.value for name, frame in program.given(*_JUDGED).items()}
        given = Supply(frames, _JUDGED, moment, program.zone, "USD", program.moment)
        verdict = given.doubt(*_JUDGED) or judge_fall(given)
        if verdict.status == "unknown":
            script.note(f"The level is unknown. {verdict.evidence.replace('`', '')}")
        return verdict

    def whole(self, answer: Answer) -> Level:
        return cast("Level", answer.script.results["fall"].value.status)

    def totals(self, script: Script, rows: Traced, flagged: Traced) -> dict[str, Number]:
        before, views, change = (
            rows[name].sum(skipna=False) for name in ("before", "after", "change")
        )
        counts = {
            "views": views, "views_before": before, "change": change, "creators": rows.shape[0],
            "movers": flagged.shape[0], "unknown": rows["change"].isna().sum(),
        }  # fmt: skip
        made = {
            name: script.number(name, count, basis=self.basis) for name, count in counts.items()
        }
        if made["views_before"].value:
            pct = 100 * change / before
            made["views_pct"] = script.number(
                "views_pct", pct, "percent", self.basis, text=_percent_text(pct.value)
            )
        periods = script.results["moved"].attrs["trackagoat"]["params"]
        for day in ("from", "to", "compared_from", "compared_to"):
            made[day] = script.number(day, periods[day], "text", self.basis)
        return made

    def finding(self, answer: Answer) -> tuple[Parts, Parts]:
        total, views = answer.numbers, answer.numbers["views"]
        if total["unknown"].value:
            return [f"We don't know how the views changed {answer.when}: days of ",
                    total["unknown"], " of ", total["creators"],
                    f" {count_of(total['creators'].value, 'creator')} are missing.",
                    " Load the daily views again."], []  # fmt: skip
        days = answer.dates.days if answer.dates else _WEEK_DAYS
        before = {1: "the day before", _WEEK_DAYS: "the week before"}.get(
            days, f"the {days} days before"
        )
        said: list[str | Number] = ["Creators had ", views, f" {count_of(views.value, 'view')} "]
        said += [f"{answer.when}, "]
        if not total["change"].value:
            said += [f"as many as {before}."]
        elif "views_pct" in total:
            said += [total["views_pct"], f" {_way(total['change'])} than {before}."]
        else:
            said += ["after ", replace(total["views_before"], text="none"), f" {before}."]
        if answer.judged["is_partial"].any():
            said += [" The last day isn't over."]
        fall = answer.script.results["fall"].value
        typical = [] if fall.status == "unknown" else [fall.evidence]
        mover = self._mover(answer) if answer.count else []
        return said, [*typical, *([" "] if typical and mover else []), *mover]

    def _mover(self, answer: Answer) -> Parts:
        """Write who moved the views most, and whether that explains most of the change."""
        script, row = answer.script, answer.rows.iloc[0]
        change = self._number(script, answer.judged_rows, str(row.name), "change")
        # Without this creator less than half of the change would be left.
        is_most = abs(row["share_pct"] - 100) <= _MOST_PCT
        did = "explains most of the change" if is_most else "changed most"
        return [f"{script.creator_of(row)} {did}: ", change, f" {_way(change)}."]

    def _number(self, script: Script, rows: Traced, id_: str, column: str) -> Number:
        count = rows[column][id_]
        size = "" if pd.isna(count.value) else f"{abs(count.value):,.0f}"
        return script.number(f"row.{id_}.{column}", count, basis=self.basis, text=size)

    def line(self, script: Script, rows: Traced, id_: str) -> Parts:
        after, change = (self._number(script, rows, id_, name) for name in ("after", "change"))
        who, noun = script.creator_of(rows.value.loc[id_]), count_of(after.value, "view")
        if change.value is None:
            return [f"{who} had ", after, f" {noun}; it isn't known how many before."]
        return [f"{who} had ", after, f" {noun}, ", change, f" {_way(change)} than before."]

    def subject(self, script: Script, row: pd.Series) -> str:  # noqa: ARG002
        return ""  # the handle names it

    columns = (
        TableColumn("Creator", Script.creator_of),
        TableColumn("Before", "before"),
        TableColumn("After", "after"),
        TableColumn("Change", "change"),
        TableColumn("Share of views", "after_pct", "percent", lambda percent: f"{percent:.0f}%"),
    )

    def draw(self, answer: Answer) -> Any:
        from trackagoat_pandas.plots.waterfall import waterfall

        text = f"Bars: by how much each creator moved the views {answer.when}."
        return partial(waterfall, chosen(answer.script.results["moved"].value)), text, 2.6


def _percent_text(percent: float) -> str:
    """Write the size of a change without decimals, unless it is small or almost all."""
    size = 0.0 if pd.isna(percent) else abs(percent)
    if size < _LEAST_PCT:
        return f"under {_LEAST_PCT}%"
    is_whole = 1 <= size <= 99 or size >= 100
    return percent_text(round(size) if is_whole else min(size, 99.9))


def _way(change: Number) -> str:
    return "fewer" if isinstance(change.value, int | float) and change.value < 0 else "more"


VIEWS: Final = ViewsQuestion()
