"""The question "What did a campaign add?"."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar, Final

import pandas as pd

from trackagoat_pandas.asking.campaigns import campaign_summary, campaign_text
from trackagoat_pandas.asking.kernel import Answer, Level, Parts, Question, TableColumn, Thresholds
from trackagoat_pandas.asking.options import NAME, Option
from trackagoat_pandas.asking.script import Script
from trackagoat_pandas.asking.sentences import Number
from trackagoat_pandas.base.figures import percent_text
from trackagoat_pandas.base.wording import MINUS, number, without_code
from trackagoat_pandas.helpers.campaigns.lift import HEAVIEST, campaign_lift
from trackagoat_pandas.helpers.campaigns.lift_evidence import lift_weeks
from trackagoat_pandas.helpers.campaigns.membership import chosen_ids
from trackagoat_pandas.inputs.checks import frame_facts, require_columns
from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.program.frames import stamp_text
from trackagoat_pandas.showing.recorder import Traced, call

_MOST: Final = 5
"""How many campaigns are measured: at 300 creators and 150,000 posts one takes 0.2 seconds."""
_GAINED, _LOST = 0, 1
_UNDATED: Final = "the day of its creation isn't known"
_RIGHT: Final = " In 88% to 91% of simulated programs such an interval held the true effect."
_MEASURES: Final = ("effect", "low", "high", "smallest_visible", "members", "donors", "refused")


def _percent_text(percent: float) -> str:
    """Write a change without decimals, but where it would seem to be none."""
    return percent_text(round(percent, int(abs(percent) < 1)) or percent)


class LiftQuestion(Question):
    """What the campaigns of the last weeks added to the views of their creators.

    The five campaigns with the most views count that ran on one of the days and have posts, or the
    campaign that is named. A campaign runs from the day of its creation until that of its target;
    without a target, or before it, until the last day with posts that are old enough. Requested
    days replace these: the effect is then that of the requested days.
    """

    name, text = "lift", "What did a campaign add?"
    section = "campaigns"
    boards = ("CampaignBoard",)
    needs, names, extras = ("campaigns", "videos"), (), ("summary",)
    options = (Option(name="campaign", kind=NAME, about="id or name", default=""),)
    entity, key = "campaign", "campaign_id"
    rows_name, flagged_name = "lifts", "measured"
    thresholds = Thresholds(
        unit=f"{_GAINED} with an interval above 0, {_LOST} with one below it",
        watch=_LOST,
        why="A finding counts every campaign whose effect can be estimated. The whole is to be"
        " watched if one lost views. Nothing is bad: by chance one in twenty campaigns without an"
        " effect has an interval below 0. An effect changes over weeks, so there is no alert, and a"
        " campaign says nothing about the health of the other creators.",
    )  # fmt: skip
    caption = "What campaigns added, in views"
    advice = (
        "Draw the creators of the next campaign at random, with plan_campaign: what it adds is then"
        " known best."
    )
    fields = "campaign_name effect low high smallest_visible members donors campaign_id"
    units: ClassVar = {
        **dict.fromkeys(("effect", "low", "high", "smallest_visible"), "percent"),
        **dict.fromkeys(("members", "donors"), "creators"),
    }
    window_days = 28

    def rows(self, script: Script, dates: DateRange | None) -> Traced:
        program, asked = script.program, self._asked(script, dates)
        lifts = dict[str, Traced]()
        for id_, row in asked.value.iterrows():
            days = _days_of(script, row, dates)
            if not days:
                continue
            study: dict[str, Any] = {
                **program.given("videos", "campaigns"), "members": id_, **days,
                "now": program.now, "timezone": program.zone,
            }  # fmt: skip
            lift = script.call(f"lift_{len(lifts) + 1}", campaign_lift, **study)
            lifts[str(id_)], script.results["study"] = lift, Traced(study, "None")
            heaviest = frame_facts(lift.value)["heaviest"]
            if heaviest > HEAVIEST and lift.value["effect"].notna().all():
                who = campaign_text(row["campaign_name"])
                script.note(f"One creator has {heaviest:.0%} of the weight against {who}")
        rows = asked.reindex(columns=["campaign_name", *_MEASURES])
        if lifts:
            measures = script.recorder.pandas.concat([*lifts.values()]).set_axis([*lifts])
            names = asked["campaign_name"]
            rows = measures.reindex(asked.index).assign(campaign_name=names)
        rows = script.let("lifts", rows)
        is_sure = rows["low"].gt(0) | rows["high"].lt(0)
        level = rows["high"].lt(0).astype("Float64").where(is_sure.fillna(value=False))
        undated = ~rows.index.isin([*lifts])
        refused = rows["refused"].mask(undated, _UNDATED)
        return script.let("lifts", rows.assign(level=level, refused=refused))

    def _asked(self, script: Script, dates: DateRange | None) -> Traced:
        """Return the campaigns to measure, those with the most views first."""
        program, campaigns = script.program, script.program.frames["campaigns"]
        summary = campaign_summary(script)
        if dates is None:
            require_columns(campaigns.value, ["created_at"], loader="load_campaigns")
        if "created_at" in campaigns.value.columns:
            created = campaigns.drop_duplicates("id", keep="last").set_index("id")["created_at"]
            summary = summary.assign(created_at=created.reindex(summary.index))
        summary = script.let("asked", summary)
        if named := script.options["campaign"].strip():
            ids = chosen_ids(campaigns.value, named)
            script.results["left_out"] = Traced(0, "0")
            return script.let("asked", summary[summary.index.isin(ids)])
        if dates is None:
            today = program.moment.tz_convert(program.zone).date()
            dates = DateRange.parse(f"last {self.window_days} days", today=today)
        start, stop = (_midnight(day, program.zone) for day in (dates.start, dates.stop))
        has_run = ~summary["target_at"].le(start) & (summary["posts"] > 0)
        if "created_at" in summary.value.columns:
            has_run &= ~(summary["created_at"] >= stop)
        asked = script.let("asked", summary[has_run])
        script.results["left_out"] = asked.shape[0] - asked.head(_MOST).shape[0]
        return script.let("asked", asked.head(_MOST))

    def is_flagged(self, rows: Traced) -> Traced:
        return rows["effect"].notna()

    def order(self, flagged: Traced) -> Traced:
        return flagged.sort_values(["level", "low"], ascending=False, na_position="last")

    def totals(self, script: Script, rows: Traced, flagged: Traced) -> dict[str, Number]:
        nameless = script.program.frames["campaigns"]["id"].isna().sum()
        counts = {
            "campaigns": rows.shape[0], "gained": (flagged["level"] == _GAINED).sum(),
            "lost": (flagged["level"] == _LOST).sum(), "unclear": flagged["level"].isna().sum(),
            "unknown": rows["effect"].isna().sum(), "nameless": nameless,
            "left_out": script.results["left_out"],
        }  # fmt: skip
        made = {name: script.number(f"lift.{name}", count) for name, count in counts.items()}
        if nameless.value:
            script.note("Campaigns without an id can't be measured")
        if made["left_out"].value:
            script.note(
                f"Only the {_MOST} campaigns with the most views are measured; "
                f"{made['left_out'].text} more can be named"
            )
        if len(rows.value) > 1:
            for reason, count in rows.value["refused"].value_counts().items():
                script.note(f"No effect of {number(count, 'campaign')}: {reason}")
        return made

    def whole(self, answer: Answer) -> Level:
        total = answer.totals
        if total["lost"]:
            return "watch"
        is_unknown = total["unclear"] or total["unknown"] or total["nameless"]
        return "unknown" if is_unknown else "good"

    def finding(self, answer: Answer) -> tuple[Parts, Parts]:
        campaigns, gained, lost, unclear, unknown, *_ = answer.numbers.values()
        is_named, is_dated = bool(answer.script.options["campaign"]), answer.dates is not None
        when = f" {answer.when}" if is_dated or not is_named else ""
        said: list[str | Number]
        if not campaigns.value:
            return [f"No campaign with posts ran{when}."], []
        first = str(answer.judged.index[0])
        line = answer.top.parts or [
            f"{self.subject(answer.script, answer.judged.iloc[0])}: ",
            self._reason(answer.script, answer.judged_rows, first), ".",
        ]  # fmt: skip
        if campaigns.value == 1:
            who = f"{'the' if is_named else 'the only'} campaign"
            said = [f"The{who[3:]} {'lost' if lost.value else 'added'} views{when}."]
            if unclear.value:
                said = [f"Whether {who} added views{when} can't be told from chance."]
            elif unknown.value:
                said = [f"What {who} added{when} can't be measured."]
        elif not answer.count:
            said = ["What ", campaigns, f" campaigns added{when} can't be measured."]
        else:
            said = [gained, " of ", campaigns, f" campaigns added views{when}."]
            if not gained.value:
                said = ["None of ", campaigns, f" campaigns is known to have added views{when}."]
            for count, what in (
                (lost, "lost views"), (unclear, "can't be told from chance"),
                (unknown, "can't be measured"),
            ):  # fmt: skip
                said += [" ", count, f" {what}."] if count.value else []
        return said, [*line, *[_RIGHT] * bool(answer.count)]

    def line(self, script: Script, rows: Traced, id_: str) -> Parts:
        row = rows.value.loc[id_]
        who = self.subject(script, row)
        begin = f"{who[:1].upper()}{who[1:]}"
        if pd.isna(row["effect"]):
            return [f"{begin} can't be measured: ", self._reason(script, rows, id_), "."]
        effect, low, high = (
            script.number(
                f"lift.{id_}.{name}", rows[name][id_], "percent", text=_percent_text(row[name])
            )
            for name in ("effect", "low", "high")
        )
        interval: list[str | Number] = [" (90% interval ", low, " to ", high, ")."]
        if pd.isna(row["level"]):
            return [f"What {who} added can't be told from chance: ", effect, " views", *interval]
        if row["level"] == _GAINED:
            return [f"{begin} added about ", effect, " to its creators' views", *interval]
        lost = replace(effect, text=effect.text.removeprefix(MINUS))
        return [f"The creators of {who} lost about ", lost, " of their views", *interval]

    def _reason(self, script: Script, rows: Traced, id_: str) -> Number:
        why = rows["refused"][id_]
        return script.number(f"lift.{id_}.refused", why, "text", text=without_code(why.value))

    def record(self, script: Script, rows: Traced) -> Parts:  # noqa: ARG002
        return ["In simulated programs 82% to 98% of campaigns that added 20% were noticed."]

    def subject(self, script: Script, row: pd.Series) -> str:  # noqa: ARG002
        return campaign_text(row["campaign_name"])

    columns = (
        TableColumn("Campaign", lambda _, row: campaign_text(row["campaign_name"])),
        *(
            TableColumn(heading, name, "percent", _percent_text)
            for heading, name in (
                ("Added", "effect"), ("At least", "low"), ("At most", "high"),
                ("Smallest effect that would show", "smallest_visible"),
            )
        ),
    )  # fmt: skip

    def draw(self, answer: Answer) -> Any:
        if not answer.count or len(answer.judged) > 1:
            return None
        from trackagoat_pandas.plots.lift import lift

        weeks = call(lift_weeks, **answer.script.results["study"].value).value
        text = "A bar for each week: how far the views of its creators are from the others'."
        return partial(lift, weeks), text, 2.4


def _days_of(script: Script, campaign: pd.Series, dates: DateRange | None) -> dict[str, str]:
    """Return the first day whose effect is measured, and the last one if it is over."""
    zone = script.program.zone
    if dates is not None:
        first, last = dates.first, dates.last
    elif pd.isna(campaign["created_at"]):
        return {}
    else:
        first, last = campaign["created_at"].tz_convert(zone).date(), dt.date.max
        if pd.notna(campaign["target_at"]):
            end = campaign["target_at"].tz_convert(zone) - pd.Timedelta(seconds=1)
            last = max(end.date(), first)
    is_over = last < script.program.moment.tz_convert(zone).date()
    return {"since": f"{first}", **({"until": f"{last}"} if is_over else {})}


def _midnight(day: dt.date, zone: str) -> str:
    """Write the beginning of a local day."""
    at = pd.Timestamp(day).tz_localize(zone, ambiguous=True, nonexistent="shift_forward")
    return stamp_text(at.tz_convert("UTC"))


LIFT: Final = LiftQuestion()
