"""The question "Are campaigns on pace?"."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

import pandas as pd

from trackagoat_pandas.asking.kernel import Answer, Parts, Question, TableColumn, Thresholds
from trackagoat_pandas.asking.script import MOST_ROWS, Script, chosen, short_day
from trackagoat_pandas.asking.sentences import Number
from trackagoat_pandas.base.wording import cut, number
from trackagoat_pandas.helpers.campaigns.summaries import summarize_campaigns
from trackagoat_pandas.inputs.checks import require_columns
from trackagoat_pandas.program.frames import stamp_text
from trackagoat_pandas.showing.cells import BLANK, one_line
from trackagoat_pandas.showing.recorder import Traced

_LEVELS: Final = {"completed": 0, "on_track": 0, "behind_pace": 1, "at_risk": 2, "missed": 3}
_MISSED: Final = 3
_LATELY_DAYS: Final = 7
"""A target is current until so many days after its day."""
_LONGEST: Final = 40


def campaign_text(name: object) -> str:
    """Write a campaign's name in quotes.

    Examples
    --------
    >>> campaign_text("Spring Drop"), campaign_text(None)
    ('“Spring Drop”', 'a campaign without a name')
    """
    said = one_line(name) if isinstance(name, str) else ""
    return f"“{cut(said, _LONGEST)}”" if said else "a campaign without a name"


def _last_day(script: Script, row: pd.Series) -> str:
    """Write the last local day of a target."""
    if pd.isna(row["target_at"]):
        return BLANK
    return short_day(row["target_at"].tz_convert(script.program.zone) - pd.Timedelta(seconds=1))


def _floor_percent(share: float) -> str:
    """Write a share in whole percent that never rounds up to what isn't reached."""
    return f"{int(100 * share):,}%"


def campaign_summary(script: Script) -> Traced:
    """Return the posts and views of campaigns by id; a script computes them once."""
    if "by_campaign" in script.results:
        return script.results["by_campaign"]
    program = script.program
    if "summary" in program.frames:
        summary = program.frames["summary"]
    else:
        summary = script.call(
            "summary", summarize_campaigns,
            **program.given("campaigns", "videos", "accruals"), now=program.now,
        )  # fmt: skip
    summary = summary.drop_duplicates("campaign_id").set_index("campaign_id")
    script.results["by_campaign"] = script.let("summary", summary)
    return script.results["by_campaign"]


class CampaignsQuestion(Question):
    """Which campaigns have fewer views than are due by now, and what each still needs.

    A campaign counts from its creation until a week after its target's day, also without a post.
    What is due by now is the share of the target that has passed of the time between the two. All
    views of its posts count, also earlier ones, since the API doesn't say from when on they do. A
    campaign that has reached its target is never behind.
    """

    name, text = "campaigns", "Are campaigns on pace?"
    section = "campaigns"
    boards = ("CampaignBoard",)
    needs, names, extras = ("campaigns", "videos"), (), ("accruals", "summary")
    entity, key = "campaign", "campaign_id"
    rows_name, flagged_name = "targets", "behind"
    thresholds = Thresholds(
        unit="1 with fewer views than are due by now, 2 with less than 70% of those, 3 for a target"
        " that was missed",
        watch=1, bad=_MISSED,
        why="A report lists every campaign with fewer views than are due, as the status of the API"
        " does for goals. Views don't come evenly, so only a missed target is bad. No alert and no"
        " part of a program's health is about campaigns.",
    )  # fmt: skip
    caption = "Campaigns behind pace"
    advice = "Plan more posts for these campaigns, or move their targets."
    fields = (
        "campaign_name views target_views target_pct pace days_left needed_per_day status posts "
        "target_at campaign_id"
    )

    def rows(self, script: Script, dates: object) -> Traced:  # noqa: ARG002
        program = script.program
        require_columns(program.data["campaigns"], ["target_views"], loader="load_campaigns")
        summary = campaign_summary(script)
        if program.data["videos"]["view_count"].isna().any():
            script.note("Posts without a known number of views add nothing")
        since = program.moment - pd.Timedelta(days=_LATELY_DAYS)
        is_old = summary["target_at"] < stamp_text(since)
        if is_old.value.any():
            script.note(f"Targets that ended more than {_LATELY_DAYS} days ago are left out")
        current = script.results["current"] = script.let("current", summary[~is_old])
        # A day without a number is a target, too: nobody knows which.
        is_target = current["target_views"].fillna(1) > 0
        is_target = is_target & (current["target_views"].notna() | current["target_at"].notna())
        level = current["status"].astype("object").map(_LEVELS).astype("Float64")
        is_reached = (current["target_pct"] >= 100).fillna(value=False)
        level = level.mask(is_reached, 0)  # also where the pace isn't known
        rows = script.let("targets", current.assign(level=level)[is_target])
        return script.let(
            "targets", rows.sort_values(["level", "pace"], ascending=[False, True], kind="stable")
        )

    def totals(self, script: Script, rows: Traced, flagged: Traced) -> dict[str, Number]:
        campaigns, unknown = script.program.frames["campaigns"], rows["level"].isna()
        nameless = (campaigns["id"].isna() & campaigns["target_views"].notna()).sum()
        if nameless.value:
            script.note("Campaigns without an id can't be judged")
        reasons = rows.value.loc[unknown.value, "reason"]
        # A reason why the cost isn't known may follow.
        for reason, count in reasons.str.split("; ").str[0].value_counts().items():
            script.note(f"No pace for {number(count, 'campaign')}: {reason}")
        counts = {
            "targets": rows.shape[0], "behind": (flagged["level"] < _MISSED).sum(),
            "missed": (flagged["level"] == _MISSED).sum(),
            "reached": (rows["target_pct"] >= 100).sum(), "unknown": unknown.sum() + nameless,
        }  # fmt: skip
        return {name: script.number(name, count) for name, count in counts.items()}

    def lapsed(self, answer: Answer) -> tuple[int, int]:
        return 0, answer.totals["unknown"]

    def finding(self, answer: Answer) -> tuple[Parts, Parts]:
        targets, behind, missed, reached, unknown = answer.numbers.values()
        if not (targets.value or unknown.value):
            return ["No campaign has a current target."], []
        is_done, is_sure = reached.value == targets.value, not (missed.value or unknown.value)
        said: list[str | Number]
        if targets.value == 1 and is_sure:
            state = "has reached it" if is_done else f"is {'behind' if behind.value else 'on'} pace"
            said = [f"The only campaign with a target {state}."]
        elif behind.value:
            verb = "is" if behind.value == 1 else "are"
            said = [behind, " of ", targets, f" campaigns with a target {verb} behind pace."]
        elif not is_sure:
            known = "known to be " * bool(unknown.value)
            said = [f"No campaign with a target is {known}behind pace."]
        else:
            state = "have reached it" if is_done else "are on pace"
            every = ["Both"] if targets.value == 2 else ["All ", targets]
            said = [*every, f" campaigns with a target {state}."]
        if missed.value:
            its = _possessive(missed)
            said += [" ", missed, f" missed {its} in the last {_LATELY_DAYS} days."]
        if reached.value and not is_done:
            has = "has" if reached.value == 1 else "have"
            said += [" ", reached, f" {has} reached {_possessive(reached)}."]
        if unknown.value:
            said += [" ", unknown, " can't be judged."]
        return said, answer.top.parts

    def line(self, script: Script, rows: Traced, id_: str) -> Parts:
        row = rows.value.loc[id_]
        who = self.subject(script, row)
        who = f"{who[:1].upper()}{who[1:]}"
        views, target, needed = (
            script.number(f"row.{id_}.{name}", rows[name][id_])
            for name in ("views", "target_views", "needed_per_day")
        )
        day = script.number(
            f"row.{id_}.target_at", rows["target_at"][id_], "instant", text=_last_day(script, row)
        )
        if row["status"] == "missed":
            return [f"{who} missed its target of ", day, ": it has ", views, " of ", target,
                    " views."]  # fmt: skip
        said: list[str | Number] = [f"{who} has ", views, " of ", target, " views"]
        if needed.value:
            said += [" and needs ", needed, " a day until ", day]
        return [*said, "."]

    def subject(self, script: Script, row: pd.Series) -> str:  # noqa: ARG002
        return campaign_text(row["campaign_name"])

    columns = (
        TableColumn("Campaign", lambda _, row: campaign_text(row["campaign_name"])),
        TableColumn("Views", "views"),
        TableColumn("Target", "target_views"),
        TableColumn("Of views due by now", "pace", "number", _floor_percent),
        TableColumn("Needs a day", "needed_per_day"),
        TableColumn("Until", _last_day),
    )

    def draw(self, answer: Answer) -> Any:
        from trackagoat_pandas.plots.campaign_tree import campaign_tree

        summary = chosen(answer.judged.reset_index())
        tree = summary[["campaign_id", "campaign_name"]].assign(depth=0, place="first")
        text = "A bar for each campaign with a target: its views so far, and a line at the target."
        plot = partial(campaign_tree, tree, summary, n=MOST_ROWS)
        return plot, text, 1.3 + 0.3 * min(len(summary), MOST_ROWS)


def _possessive(count: Number) -> str:
    return "its target" if count.value == 1 else "their targets"


CAMPAIGNS: Final = CampaignsQuestion()
